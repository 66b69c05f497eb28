/** The form's language. English is in the first bundle; the others are kept by the service worker and loaded when chosen. */
import { fill, type Params } from "../../lib/i18n/plural";
import { en, type Key, type Messages } from "./en";

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

export function isLang(code: string): code is Lang {
  return LANGUAGES.some((l) => l.code === code);
}

class Language {
  code = $state<Lang>("en");
  private messages = $state.raw<Messages>(en);

  get intl(): string {
    return this.code === "ar" ? "ar-u-nu-latn" : this.code === "en" ? "en-GB" : this.code;
  }

  async use(code: Lang): Promise<void> {
    this.messages = await LOADERS[code]();
    this.code = code;
    document.documentElement.lang = code;
    document.documentElement.dir = LANGUAGES.find((l) => l.code === code)?.dir ?? "ltr";
  }

  t(key: Key, params: Params = {}): string {
    return fill(this.messages[key] ?? en[key], params, this.intl);
  }
}

export const language = new Language();

export function t(key: Key, params?: Params): string {
  return language.t(key, params);
}

/** The word for a code of a list: "effect.burst"; the code itself if there is none. */
export function word(list: string, code: string): string {
  const key = `${list}.${code}`;
  return key in en ? t(key as Key) : code;
}
