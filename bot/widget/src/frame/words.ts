// The page's words in one language, with numbers and dates put in as that language does it.
import { byLanguage, chooseLanguage, type Labels, type Plural } from "../shared/labels";

// Each language is a file of its own, so that a visitor loads one.
const FILES = byLanguage(import.meta.glob<Labels>("../../labels/*.json", { import: "default" }));

type Keys<Kind> = { [K in keyof Labels["page"]]: Labels["page"][K] extends Kind ? K : never }[keyof Labels["page"]];

export class Words {
  readonly direction: string;
  readonly title: string;
  readonly exit: string;
  readonly countdown: Labels["countdown"];
  private readonly plurals: Intl.PluralRules;

  constructor(
    readonly language: string,
    private readonly labels: Labels,
  ) {
    this.direction = labels.loader.direction;
    this.title = labels.loader.title;
    this.exit = labels.loader.exit;
    this.countdown = labels.countdown;
    this.plurals = new Intl.PluralRules(language);
  }

  /** A text, with its places in braces filled in. */
  text(name: Keys<string>, values: Record<string, string | number> = {}): string {
    return fill(this.labels.page[name], values);
  }

  /** A number of things. */
  count(name: Keys<Plural>, count: number): string {
    const forms = this.labels.page[name] as Plural;
    const form = forms[this.plurals.select(count)] ?? forms.other;
    return fill(form, { count: new Intl.NumberFormat(this.language).format(count) });
  }

  /** A time to wait: whole seconds, or minutes when it is long. */
  time(seconds: number): string {
    return seconds < 100 ? this.count("seconds", seconds) : this.count("minutes", Math.ceil(seconds / 60));
  }

  /** A day such as 2026-11-23, written out. */
  day(iso: string): string {
    const day = new Date(`${iso}T00:00:00Z`);
    if (Number.isNaN(day.getTime())) return iso;
    return new Intl.DateTimeFormat(this.language, { dateStyle: "long", timeZone: "UTC" }).format(day);
  }
}

/** Load the words in the language asked for, or else the browser's, or else English. */
export async function loadWords(wanted: string | null): Promise<Words> {
  const language = chooseLanguage([wanted, ...navigator.languages], FILES);
  return new Words(language, await FILES[language]!());
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
