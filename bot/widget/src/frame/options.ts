// How the page was asked for: ?lang=fr&colour=7a2e5d, in a frame or by itself.
import { hex, parseColour, readableOn, textOn } from "../shared/colour";
import { exitAddress } from "../shared/exit";

const LIGHT_CARD = [255, 255, 255] as const;
const LIGHT_BUBBLE = [227, 237, 235] as const;
const DARK_CARD = [31, 38, 39] as const;
const DARK_BUBBLE = [38, 57, 58] as const;

export interface Options {
  language: string | null;
  isEmbedded: boolean;
  exit: string; // where "Exit this page" leads
}

export function readOptions(): Options {
  const query = new URLSearchParams(location.search);
  useColour(query.get("colour"));
  return {
    language: query.get("lang"),
    isEmbedded: window.parent !== window,
    exit: exitAddress(document.querySelector<HTMLMetaElement>('meta[name="exit-page"]')?.content),
  };
}

/** Give buttons and links the operator's colour, as near to it as they can be read in. */
function useColour(given: string | null): void {
  const colour = parseColour(given);
  if (!colour) return;
  const { style } = document.documentElement;
  const light = readableOn(colour, LIGHT_CARD, LIGHT_BUBBLE);
  const dark = readableOn(colour, DARK_CARD, DARK_BUBBLE);
  style.setProperty("--accent-light", hex(light));
  style.setProperty("--accent-dark", hex(dark));
  style.setProperty("--on-accent-light", hex(textOn(light)));
  style.setProperty("--on-accent-dark", hex(textOn(dark)));
}
