// The page's side of the talk with the loader, and of keeping the keyboard in the panel.
import { isTalk, type ToLoader, type ToPage } from "../shared/talk";
import type { Words } from "./words";

/** No secret is in it, and who may frame the page is for the server to say: any parent may hear it. */
export function tellLoader(talk: ToLoader): void {
  window.parent.postMessage(talk, "*");
}

export function connectToLoader(exit: string, words: Words, onLeave: () => void): void {
  window.addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || !isTalk(data)) return;
    const talk = data as ToPage;
    if (talk.chat === "enter") enter();
    if (talk.chat === "in") stops().at(talk.backwards ? -1 : 0)?.focus();
    if (talk.chat === "leave") onLeave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") tellLoader({ chat: "close" });
    if (event.key !== "Tab") return;
    const last = stops().at(event.shiftKey ? 0 : -1);
    if (document.activeElement !== last) return;
    event.preventDefault();
    tellLoader({ chat: "out", backwards: event.shiftKey });
  });
  tellLoader({ chat: "ready", exit, countdown: words.countdown });
}

/** The panel has opened. On a touch screen the box would raise the keyboard over what there is to read. */
function enter(): void {
  const target = matchMedia("(hover: hover) and (pointer: fine)").matches ? "textarea" : "main";
  document.querySelector<HTMLElement>(target)?.focus({ preventScroll: true });
}

/** Where the Tab key stops, in order. */
function stops(): HTMLElement[] {
  const all = document.querySelectorAll<HTMLElement>("a[href], button, summary, textarea");
  return [...all].filter((element) => element.checkVisibility({ visibilityProperty: true }));
}
