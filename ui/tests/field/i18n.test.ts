import { describe, expect, test } from "vitest";
import { ar } from "../../src/field/i18n/ar";
import { en, type Messages } from "../../src/field/i18n/en";
import { fr } from "../../src/field/i18n/fr";
import { ru } from "../../src/field/i18n/ru";
import { uk } from "../../src/field/i18n/uk";
import { ACCESS_KINDS, ASSESSMENTS, BANDS, CERTAINTIES, EFFECTS, MEANS, NOT_SEEN, POINTS, UNITS, WEAPONS, WORDS, ZONE_RELATIONS } from "../../src/field/vocabulary";
import type { Message } from "../../src/lib/i18n/plural";

const LANGUAGES: Record<string, Messages> = { en, uk, ru, fr, ar };
const forms = (m: Message): string[] => (typeof m === "string" ? [m] : Object.values(m));
const holes = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? ""))].sort();

describe.each(Object.entries(LANGUAGES))("the form in %s", (code, messages) => {
  test("every key is there, and no other; no message is empty", () => {
    expect(Object.keys(messages).sort()).toEqual(Object.keys(en).sort());
    for (const [key, message] of Object.entries(messages)) for (const form of forms(message)) expect(form.trim(), key).not.toBe("");
  });

  test("a message asks for nothing that the English one does not give", () => {
    for (const [key, message] of Object.entries(messages)) {
      const given = holes(forms(en[key as keyof typeof en]).join(" "));
      for (const form of forms(message)) expect(given, key).toEqual(expect.arrayContaining(holes(form)));
      if (typeof message === "string") expect(holes(message), key).toEqual(given);
    }
  });

  test("plurals have all the forms that whole numbers need", () => {
    const rules = new Intl.PluralRules(code);
    const needed = new Set([0, 1, 2, 3, 5, 11, 21, 22, 25, 100].map((n) => rules.select(n)));
    for (const [key, message] of Object.entries(messages)) if (typeof message !== "string") expect(Object.keys(message), key).toEqual(expect.arrayContaining([...needed]));
  });
});

test("every choice has a word", () => {
  const lists: [string, readonly string[]][] = [
    ["means", MEANS], ["effect", EFFECTS.map((e) => e.code)], ["assessment", ASSESSMENTS], ["certainty", CERTAINTIES], ["zone", ZONE_RELATIONS], ["weapon", WEAPONS],
    ["units", UNITS], ["access", ACCESS_KINDS], ["unseen", NOT_SEEN], ["point", POINTS], ["word", WORDS], ["range", [...BANDS.map((b) => b.code), "own"]],
  ];
  for (const [list, codes] of lists) for (const code of codes) expect(en, `${list}.${code}`).toHaveProperty([`${list}.${code}`]);
});
