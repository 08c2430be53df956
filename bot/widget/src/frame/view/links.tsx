import type { Link } from "../server";
import type { Words } from "../words";
import { LeavesIcon, PhoneIcon } from "./icons";

export function Links({ links, words }: { links: Link[]; words: Words }) {
  if (links.length === 0) return null;
  return (
    <ul class="links">
      {links.map((link) => (
        <li key={link.url}>
          <BigLink link={link} words={words} />
        </li>
      ))}
    </ul>
  );
}

/** A line to call, or a page; what is neither is only named, and opens nothing. */
function BigLink({ link: { title, url }, words }: { link: Link; words: Words }) {
  const kind = protocolOf(url);
  if (kind === "tel:") {
    // "France Victimes: 116 006": the number is what a thumb looks for.
    const [, name, number] = /^(.*):\s*([\d\s+]+)$/.exec(title) ?? [null, title, url.slice(kind.length)];
    return (
      <a class="call" href={url}>
        <PhoneIcon />
        <span>{name} </span>
        <b dir="ltr">{number}</b>
      </a>
    );
  }
  if (kind === "mailto:") return <a href={url}>{title}</a>;
  return <WebLink title={title} url={url} words={words} site={hostOf(url)} />;
}

export function WebLink({ title, url, words, site }: Link & { words: Words; site?: string }) {
  if (!["http:", "https:"].includes(protocolOf(url))) return <span>{title}</span>;
  return (
    // In an embedded page a link would otherwise open inside the small frame.
    <a href={url} target="_blank" rel="noopener noreferrer">
      <LeavesIcon />
      <span>{title}</span> {site && site !== title ? <small dir="ltr">{site}</small> : null}{" "}
      <span class="hidden">{words.text("newTab")}</span>
    </a>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host.replace(/^www\./, "") : "";
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : "";
}
