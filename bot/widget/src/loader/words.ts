// The few words that the loader needs before the page is there, in every language that there are labels for.
import { byLanguage, chooseLanguage, type Labels } from "../shared/labels";

const WORDS = byLanguage(import.meta.glob<Labels["loader"]>("../../labels/*.json", { eager: true, import: "loader" }));

export type LoaderWords = Labels["loader"] & { language: string };

/** The words in the language that the tag asks for, else in the host page's, else in the browser's. */
export function loaderWords(wanted: string | undefined): LoaderWords {
  const language = chooseLanguage([wanted, wanted ? null : document.documentElement.lang, ...navigator.languages], WORDS);
  return { ...WORDS[language]!, language };
}
