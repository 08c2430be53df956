// The loader: what a site includes with one <script> tag. It draws the launcher, and opens the chat page in a frame.
import { hearExitKeys } from "../shared/exit";
import { readOptions } from "./options";
import { createWidget, type Widget } from "./widget";
import { loaderWords } from "./words";

/** All widgets of this page, whichever script drew them: at most one is open, and all are left together. */
const WIDGETS = Symbol.for("metoo-chat-widgets");
const shared = window as unknown as { [WIDGETS]?: Widget[] };

function add(script: HTMLScriptElement): void {
  const options = readOptions(script);
  const all = (shared[WIDGETS] ??= []);
  const widget: Widget = createWidget(options, loaderWords(options.language), {
    // Those in the same corner stand above each other.
    place: all.filter(({ side }) => side === options.side).length,
    onOpen: () => all.forEach((other) => other !== widget && other.close(false)),
    onExit: () => all.forEach((other) => other.leave()),
    isFirstUsed: () => all.find((other) => other.isUsed()) === widget,
  });
  all.push(widget);
  hearExitKeys(widget.exitKeys);
  widget.show(document.body);
}

// `document.currentScript` is there only while the script runs, not when the document is ready.
const script = document.currentScript as HTMLScriptElement | null;
if (script?.src) {
  if (document.body) add(script);
  else document.addEventListener("DOMContentLoaded", () => add(script));
}
