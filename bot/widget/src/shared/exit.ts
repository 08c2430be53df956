// Leaving quickly, as govuk-frontend's "Exit this page" does: a button, or the Shift key three times.

/** The page that is shown instead, where the operator names no other: a neutral one, with nothing to explain. */
export const NEUTRAL_PAGE = "https://www.bbc.co.uk/weather";

const PRESSES = 3;
const PATIENCE = 5_000; // milliseconds between two presses

export interface ExitKeyEvents {
  /** So many presses are still needed. */
  onPress(left: number): void;
  /** Another key came, or too much time went by. */
  onExpire(): void;
  onExit(): void;
}

/** Hear the Shift key pressed three times by itself, wherever in the window the focus is. */
export function hearExitKeys(events: ExitKeyEvents): void {
  let presses = 0;
  let timer = 0;
  let wasModifier = false; // the Shift of "Shift+A" does not count: the A is let go first, with Shift held

  const expire = () => {
    clearTimeout(timer);
    if (presses === 0) return;
    presses = 0;
    events.onExpire();
  };

  const onKeyUp = (event: KeyboardEvent) => {
    if (event.key === "Shift" && !wasModifier) {
      presses += 1;
      clearTimeout(timer);
      if (presses === PRESSES) {
        presses = 0;
        events.onExit();
      } else {
        timer = window.setTimeout(expire, PATIENCE);
        events.onPress(PRESSES - presses);
      }
    } else {
      expire();
    }
    wasModifier = event.shiftKey;
  };

  // At the window and before all others, so that no script of the page can keep the key from us.
  addEventListener("keyup", onKeyUp, true);
}

/**
 * Empty the document at once, title and all; only `words` are left, for screen readers. To open a document anew also
 * takes every listener from it, so that no "are you sure?" of the page stands in the way out.
 */
export function blank(words: string): void {
  const { lang } = document.documentElement;
  document.open();
  document.close();
  document.documentElement.lang = lang;
  const said = document.createElement("p");
  said.setAttribute("role", "alert");
  said.style.cssText = "position:absolute;clip-path:inset(50%)";
  said.textContent = words;
  document.body.append(said);
}

/** The address as given if it is one of the web, the neutral page otherwise. */
export function exitAddress(given: string | null | undefined): string {
  return /^https?:\/\/\S+$/.test(given ?? "") ? given! : NEUTRAL_PAGE;
}
