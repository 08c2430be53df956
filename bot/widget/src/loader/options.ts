// What the <script> tag of the host page asks for.
import { exitAddress } from "../shared/exit";

const OWN_COLOUR = "23575b";
const EVEN = 0.179; // the luminance on which black and white read equally well

export interface Options {
  page: URL; // the chat page, beside the loader's own address
  title: string | undefined;
  colour: string; // six hexadecimal digits
  onColour: string; // what can be read on it
  side: string;
  language: string | undefined;
  open: boolean;
  exit: string | null;
}

/** Read the data attributes; what makes no sense counts as not given. */
export function readOptions(script: HTMLScriptElement): Options {
  const { title, colour, position, lang, open, exit } = script.dataset;
  const digits = /^#?([\da-f]{6})$/i.exec(colour ?? "")?.[1] ?? OWN_COLOUR;
  return {
    page: new URL("./", script.src),
    title,
    colour: digits,
    onColour: luminance(digits) < EVEN ? "#fff" : "#000",
    side: position === "left" ? position : "right",
    language: lang,
    open: open !== undefined && open !== "false",
    exit: exit ? exitAddress(exit) : null,
  };
}

/** From 0, black, to 1, white; WCAG's formula with a plain power for its curve. */
function luminance(digits: string): number {
  const [red, green, blue] = digits.match(/../g)!.map((pair) => (Number.parseInt(pair, 16) / 255) ** 2.2);
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
