/** Messages with placeholders `{name}` and plural forms as the language needs them. */

export type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;
export type Message = string | Forms;
export type Params = Record<string, string | number>;

const rules = new Map<string, Intl.PluralRules>();
const numbers = new Map<string, Intl.NumberFormat>();

function rule(lang: string): Intl.PluralRules {
  let found = rules.get(lang);
  if (!found) rules.set(lang, (found = new Intl.PluralRules(lang)));
  return found;
}

/** A number in the language's digits and grouping. */
export function number(value: number, lang: string, options?: Intl.NumberFormatOptions): string {
  const key = lang + (options ? JSON.stringify(options) : "");
  let found = numbers.get(key);
  if (!found) numbers.set(key, (found = new Intl.NumberFormat(lang, options)));
  return found.format(value);
}

/** The message filled in. A plural is chosen by the parameter `n`. */
export function fill(message: Message, params: Params, lang: string): string {
  let text: string;
  if (typeof message === "string") {
    text = message;
  } else {
    const n = typeof params.n === "number" ? params.n : 0;
    text = message[rule(lang).select(n)] ?? message.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? number(value, lang) : value;
  });
}
