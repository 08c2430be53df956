import type { Fact } from "../server";
import type { Words } from "../words";
import { WebLink } from "./links";

export function Sources({ facts, words }: { facts: Fact[]; words: Words }) {
  const own = facts.filter(({ collection }) => collection === "document");
  const others = facts.filter(({ collection }) => collection !== "document");
  return (
    <>
      <Fold title={words.count("source", own.length)} facts={own} words={words} />
      <Fold title={words.text("elsewhere")} facts={others} words={words} isElsewhere />
    </>
  );
}

function Fold({ title, facts, words, isElsewhere }: { title: string; facts: Fact[]; words: Words; isElsewhere?: boolean }) {
  if (facts.length === 0) return null;
  return (
    <details class={isElsewhere ? "source elsewhere" : "source"}>
      <summary>{title}</summary>
      {facts.map((fact) => (
        <figure key={fact.id}>
          <blockquote dir="auto" lang="en">
            {fact.quote}
          </blockquote>
          <figcaption>{isElsewhere ? <Elsewhere fact={fact} words={words} /> : words.text("line", { ...place(fact) })}</figcaption>
        </figure>
      ))}
    </details>
  );
}

function Elsewhere({ fact, words }: { fact: Fact; words: Words }) {
  const url = fact.source_url ?? "";
  const days = [
    fact.as_of ? words.text("asOf", { date: words.day(fact.as_of) }) : "",
    fact.checked_on ? words.text("checked", { date: words.day(fact.checked_on) }) : "",
  ].filter(Boolean);
  return (
    <>
      <WebLink title={fact.source_title ?? url} url={url} words={words} />
      {days.length > 0 ? <span class="days">{days.join(" · ")}</span> : null}
    </>
  );
}

function place({ document, line }: Fact) {
  return { document, line };
}

/** A source on one line, for an answer that is copied. */
export function sourceAsText(fact: Fact, words: Words): string {
  const where = fact.source_url ? `${fact.source_title ?? ""} ${fact.source_url}`.trim() : words.text("line", place(fact));
  return `“${fact.quote}” (${where})`;
}
