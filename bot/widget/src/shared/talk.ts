// What the loader and the page in its frame say to each other with postMessage. Never a word of a conversation.
import type { Labels } from "./labels";

/** From the page to the loader. */
export type ToLoader =
  | { chat: "ready"; exit: string; countdown: Labels["countdown"] } // where "Exit this page" leads, and its words
  | { chat: "close" }
  | { chat: "exit" }
  | { chat: "presses"; presses: number } // of Shift, inside the frame
  | { chat: "out"; backwards: boolean }; // the keyboard went past the last or the first thing in the frame

/** From the loader to the page. */
export type ToPage =
  | { chat: "enter" } // the panel opened: take the focus
  | { chat: "in"; backwards: boolean } // the keyboard comes in, at the start or at the end
  | { chat: "leave" }; // the visitor leaves: erase the conversation now

export function isTalk(data: unknown): data is { chat: string } {
  return typeof data === "object" && data !== null && typeof (data as { chat?: unknown }).chat === "string";
}
