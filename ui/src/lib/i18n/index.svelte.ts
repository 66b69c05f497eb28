/** The chosen language. English is always at hand; the others come when they are asked for. */
import { en, type Key, type Messages } from "./en";
import { fill, number, type Params } from "./plural";

export const LANGUAGES = [
  { code: "en", name: "English", dir: "ltr" },
  { code: "uk", name: "Українська", dir: "ltr" },
  { code: "ru", name: "Русский", dir: "ltr" },
  { code: "fr", name: "Français", dir: "ltr" },
  { code: "ar", name: "العربية", dir: "rtl" },
] as const;
export type Lang = (typeof LANGUAGES)[number]["code"];

const LOADERS: Record<Lang, () => Promise<Messages>> = {
  en: () => Promise.resolve(en),
  uk: async () => (await import("./uk")).uk,
  ru: async () => (await import("./ru")).ru,
  fr: async () => (await import("./fr")).fr,
  ar: async () => (await import("./ar")).ar,
};

export function isLang(code: string | null): code is Lang {
  return LANGUAGES.some((l) => l.code === code);
}

/** Languages in which the server explains clauses; of the others the reader gets English. */
export const EXPLAINED = ["en", "uk", "ru", "fr"] as const;

class Language {
  code = $state<Lang>("en");
  private messages = $state.raw<Messages>(en);

  /** For Intl: the language with digits that all readers of a map share. */
  get intl(): string {
    return this.code === "ar" ? "ar-u-nu-latn" : this.code === "en" ? "en-GB" : this.code;
  }

  /** In which language clauses are explained. */
  explained(asked: string | null): string {
    const wanted = asked ?? this.code;
    return (EXPLAINED as readonly string[]).includes(wanted) ? wanted : "en";
  }

  get dir(): "ltr" | "rtl" {
    return LANGUAGES.find((l) => l.code === this.code)?.dir ?? "ltr";
  }

  async use(code: Lang): Promise<void> {
    const messages = await LOADERS[code]();
    this.code = code;
    this.messages = messages;
    document.documentElement.lang = code;
    document.documentElement.dir = this.dir;
  }

  t(key: Key, params: Params = {}): string {
    return fill(this.messages[key] ?? en[key], params, this.intl);
  }
}

export const language = new Language();

/** The message of that key in the chosen language. */
export function t(key: Key, params?: Params): string {
  return language.t(key, params);
}

/** A number in the chosen language. */
export function num(value: number, options?: Intl.NumberFormatOptions): string {
  return number(value, language.intl, options);
}

/** A length: metres up to 10 km, then kilometres. */
export function length(m: number): string {
  const unit = m >= 10_000 ? "kilometer" : "meter";
  const value = m >= 10_000 ? m / 1000 : m;
  return num(value, { style: "unit", unit, maximumFractionDigits: m >= 10_000 ? 1 : 0 });
}

/** A duration in its largest fitting unit. */
export function duration(ms: number): string {
  const units: [string, number][] = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000], ["second", 1000]];
  const [unit, size] = units.find(([, s]) => ms >= s) ?? ["second", 1000];
  return num(ms / size, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 });
}

export type CodeList = "kind" | "missing" | "condition" | "truth" | "precision" | "outcome" | "lack" | "sstate" | "ckind" | "clock" | "severity" | "matter" | "role";

/** A code of a list (a kind, what is missing) in the chosen language, or as it stands if it is not a known one. */
export function coded(list: CodeList, code: string, otherwise?: string): string {
  const key = `${list}.${code}`;
  return key in en ? t(key as Key) : (otherwise ?? code);
}
