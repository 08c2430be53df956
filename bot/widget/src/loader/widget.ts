// The launcher, and the panel that it opens: a bar that is always there, and the chat page in a frame below it.
import { blank, type ExitKeyEvents, NEUTRAL_PAGE } from "../shared/exit";
import type { Labels } from "../shared/labels";
import { type ToLoader, type ToPage } from "../shared/talk";
import { icon, make } from "./elements";
import type { Options } from "./options";
import css from "./widget.css?inline";
import type { LoaderWords } from "./words";

const BUBBLE = "M4 5h16v11H11l-5 4v-4H4z";
const PATIENCE = 9_000; // milliseconds for the page to load, before it is loaded again
const CROSS = "M6 6l12 12M18 6L6 18";
// Inline and important: no style sheet of the host page outranks it, and nothing is inherited from the page.
const OUT_OF_REACH = "all:initial!important;display:block!important;position:fixed!important;z-index:2147483647!important";

export interface Widget {
  side: string;
  /** Whether it was opened: from then on there is a conversation to leave. */
  isUsed(): boolean;
  exitKeys: ExitKeyEvents;
  show(body: HTMLElement): void;
  close(withFocus?: boolean): void;
  /** Tell the page in the frame that the visitor is gone; it erases the conversation. */
  leave(): void;
}

/** What a widget asks of the page's other ones. */
export interface Neighbours {
  place: number;
  onOpen(): void;
  onExit(): void;
  /** Whether this one speaks for all that are in use. */
  isFirstUsed(): boolean;
}

/** Make a widget; `show` puts it on the page. A function, not a class: it is half the size. */
export function createWidget(options: Options, words: LoaderWords, neighbours: Neighbours): Widget {
  let frame: HTMLIFrameElement | null = null;
  // Until the page in the frame says what its operator set, and the words.
  let pageExit = NEUTRAL_PAGE;
  let countdown: Labels["countdown"] | null = null;
  let isUsed = false;
  let isOpen = false;
  let wantsFocus = false;

  const title = options.title ?? words.title;
  const lights = make("span", { className: "lights" }, {}, make("i"), make("i"), make("i"));
  const launcher = make(
    "button",
    { type: "button", className: "launcher", onclick: () => open(true) },
    { "aria-haspopup": "dialog" },
    icon(BUBBLE),
    make("span", {}, {}, options.title ?? words.launcher),
  );
  const exitButton = make(
    "button",
    { type: "button", className: "exit", onclick: exit },
    {},
    make("span", {}, {}, words.exit),
    lights,
  );
  const closeButton = make(
    "button",
    { type: "button", className: "close", title: words.close, onclick: () => close() },
    { "aria-label": words.close },
    icon(CROSS),
  );
  const panel = make(
    "div",
    { className: "panel", hidden: true, onkeydown: onKey },
    { role: "dialog", "aria-modal": "true", "aria-label": title },
    make("div", { className: "bar" }, {}, make("span", { className: "title" }, {}, title), closeButton),
  );
  const said = make("span", { className: "said" }, { role: "status" });
  const waiting = make("p", {}, { role: "status" }, words.connecting);
  const dock = make("div", { className: "dock" }, {}, launcher);
  const all = make("div", { className: `all ${options.side}` }, {}, dock, panel, said);

  const { style } = all;
  style.setProperty("--colour", `#${options.colour}`);
  style.setProperty("--on-colour", options.onColour);
  style.setProperty("--place", String(neighbours.place));

  const host = make("div", { lang: words.language, dir: words.direction, popover: "manual" }, { "data-metoo-chat": "" });
  host.style.cssText = OUT_OF_REACH;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet(); // which a host page's Content-Security-Policy lets through
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  root.append(all);

  function show(body: HTMLElement): void {
    body.append(host);
    // In the top layer nothing of the host page covers it, and no transform of the body moves it.
    host.showPopover?.();
    addEventListener("message", ({ source, origin, data }) => {
      if (frame && source === frame.contentWindow && origin === options.page.origin) hear(data as ToLoader);
    });
    if (options.open) open(false);
  }

  function open(withFocus: boolean): void {
    isOpen = isUsed = true;
    wantsFocus = withFocus;
    neighbours.onOpen();
    frame ??= addFrame();
    draw();
    if (!withFocus) return;
    exitButton.focus();
    if (countdown) tell({ chat: "enter" });
  }

  function close(withFocus = true): void {
    if (!isOpen) return;
    isOpen = false;
    draw();
    if (withFocus) launcher.focus();
  }

  function draw(): void {
    launcher.hidden = isOpen;
    panel.hidden = !isOpen; // the frame lives on, and with it the conversation
    // The way out is there as long as there is a conversation, open or closed.
    (isOpen ? closeButton : launcher).before(exitButton);
  }

  function exit(): void {
    neighbours.onExit();
    blank(countdown?.leaving ?? "");
    location.replace(options.exit ?? pageExit);
  }

  function addFrame(): HTMLIFrameElement {
    const added = make("iframe", { title, referrerPolicy: "no-referrer", allow: "clipboard-write" });
    panel.append(waiting, added);
    const load = () => {
      if (countdown) return;
      added.src = `${options.page}?lang=${words.language}&colour=${options.colour}`;
      setTimeout(load, PATIENCE);
    };
    load();
    return added;
  }

  function hear(talk: ToLoader): void {
    if (talk.chat === "ready") {
      pageExit = talk.exit;
      countdown = talk.countdown;
      waiting.remove();
      if (isOpen && wantsFocus && root.activeElement === exitButton) tell({ chat: "enter" });
    } else if (talk.chat === "out") (talk.backwards ? closeButton : exitButton).focus();
    else if (talk.chat === "exit") exit();
    else if (talk.chat === "presses") light(talk.presses);
    else if (talk.chat === "close") close();
  }

  /** The keyboard stays in the panel: past the bar comes the frame, past the frame the bar. */
  function onKey(event: KeyboardEvent): void {
    const { key, shiftKey, target } = event;
    if (key === "Escape") close();
    if (key !== "Tab" || target !== (shiftKey ? exitButton : closeButton)) return;
    event.preventDefault();
    if (countdown) tell({ chat: "in", backwards: shiftKey });
    else (shiftKey ? closeButton : exitButton).focus();
  }

  function tell(talk: ToPage): void {
    if (talk.chat !== "leave") frame?.focus();
    frame?.contentWindow?.postMessage(talk, options.page.origin);
  }

  /** Show and say how often Shift was pressed; null when it counts no longer. */
  function count(left: number | null): void {
    if (!neighbours.isFirstUsed()) return;
    if (countdown) said.textContent = left === null ? countdown.expired : left === 2 ? countdown.twoMore : countdown.oneMore;
    light(left === null ? 0 : 3 - left);
  }

  function light(presses: number): void {
    lights.dataset["lit"] = String(presses);
  }

  return {
    side: options.side,
    isUsed: () => isUsed,
    exitKeys: {
      onPress: count,
      onExpire: () => count(null),
      onExit: () => neighbours.isFirstUsed() && exit(),
    },
    show,
    close,
    leave: () => tell({ chat: "leave" }),
  };
}
