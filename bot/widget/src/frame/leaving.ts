// The ways out of the page: "Exit this page", the Shift key three times, and simply going away.
import { blank, hearExitKeys } from "../shared/exit";
import type { Conversation } from "./conversation";
import { tellLoader } from "./frame";
import type { Options } from "./options";
import type { Words } from "./words";

/** Milliseconds that the loader has to take the visitor away from the host page. */
const LOADER_PATIENCE = 400;

export interface WayOut {
  /** How often Shift was pressed so far, and what is to be said of it. */
  presses: number;
  said: string;
  onChange: () => void;
  /** Leave: everything is blank and erased before anything else happens. */
  exit(): void;
  /** Erase, because the loader is leaving. */
  erase(): void;
}

export function watchWayOut(conversation: Conversation, words: Words, options: Options): WayOut {
  const { countdown } = words;
  const wayOut: WayOut = {
    presses: 0,
    said: "",
    onChange: () => {},
    exit() {
      blank(countdown.leaving);
      conversation.leave();
      if (options.isEmbedded) {
        tellLoader({ chat: "exit" });
        // A frame without our loader around it: the browser lets a frame do this after a key or a click in it.
        setTimeout(() => {
          if (window.top) window.top.location.replace(options.exit);
        }, LOADER_PATIENCE);
      } else {
        location.replace(options.exit);
      }
    },
    erase() {
      blank("");
      conversation.leave();
    },
  };

  const show = (presses: number, said: string) => {
    wayOut.presses = presses;
    wayOut.said = said;
    wayOut.onChange();
    if (options.isEmbedded) tellLoader({ chat: "presses", presses });
  };
  hearExitKeys({
    onPress: (left) => show(3 - left, left === 2 ? countdown.twoMore : countdown.oneMore),
    onExpire: () => show(0, countdown.expired),
    onExit: () => wayOut.exit(),
  });

  // However the page goes, nobody can come back to the conversation: its token goes with it.
  window.addEventListener("pagehide", () => conversation.leave());
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) void conversation.start();
  });
  return wayOut;
}
