// The operator's colour, made readable: contrast as WCAG 2.2 defines it.

type Colour = readonly [number, number, number]; // red, green, blue: 0 to 255

const ENOUGH = 4.6; // a little over the 4.5 that text needs
const STEPS = 20;
const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];

/** A colour written like #7a2e5d or #7a5, with or without the number sign; null if it is none. */
export function parseColour(text: string | null | undefined): Colour | null {
  const hex = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text?.trim() ?? "")?.[1];
  if (!hex) return null;
  const pairs = hex.length === 3 ? [...hex].map((digit) => digit + digit) : hex.match(/../g)!;
  const [red = 0, green = 0, blue = 0] = pairs.map((pair) => Number.parseInt(pair, 16));
  return [red, green, blue];
}

export function hex(colour: Colour): string {
  return "#" + colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");
}

/** Black or white, whichever reads better on the colour. */
export function textOn(colour: Colour): Colour {
  return contrast(colour, WHITE) >= contrast(colour, BLACK) ? WHITE : BLACK;
}

/** The colour, made darker or lighter until text of it can be read on all the backgrounds. */
export function readableOn(colour: Colour, ...backgrounds: Colour[]): Colour {
  const towards = textOn(backgrounds[0] ?? WHITE);
  for (let step = 0; step < STEPS; step++) {
    const mixed = mix(colour, towards, step / STEPS);
    if (backgrounds.every((background) => contrast(mixed, background) >= ENOUGH)) return mixed;
  }
  return towards;
}

function mix(colour: Colour, other: Colour, share: number): Colour {
  const part = (index: 0 | 1 | 2) => colour[index] * (1 - share) + other[index] * share;
  return [part(0), part(1), part(2)];
}

function contrast(one: Colour, other: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
