// The words of the widget, by language: labels/*.json, which all have the shape of labels/en.json.
import type english from "../../labels/en.json";

/** A number of things in words: one form for each plural category that the language has. */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

type Words<T> = { [K in keyof T]: T[K] extends string ? string : Plural };

export type Labels = {
  name: string;
  countdown: Words<typeof english.countdown>;
  loader: Words<typeof english.loader>;
  page: Words<typeof english.page>;
};

/** The wanted language that there are labels for, the first of them that fits; English where none does. */
export function chooseLanguage(wanted: readonly (string | null | undefined)[], labels: Record<string, unknown>): string {
  const known = wanted.map((tag) => tag?.slice(0, 2).toLowerCase() ?? "").find((language) => language in labels);
  return known ?? "en";
}

/** Files by language instead of by path: "../../labels/fr.json" is "fr". */
export function byLanguage<T>(files: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [path.slice(-7, -5), file]));
}
