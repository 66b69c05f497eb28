import { describe, expect, test } from "vitest";
import { ar } from "../src/lib/i18n/ar";
import { en, type Messages } from "../src/lib/i18n/en";
import { fr } from "../src/lib/i18n/fr";
import { fill, type Message } from "../src/lib/i18n/plural";
import { ru } from "../src/lib/i18n/ru";
import { uk } from "../src/lib/i18n/uk";

const LANGUAGES: Record<string, Messages> = { en, uk, ru, fr, ar };
const forms = (m: Message): string[] => (typeof m === "string" ? [m] : Object.values(m));
const holes = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? ""))].sort();

describe.each(Object.entries(LANGUAGES))("in %s", (code, messages) => {
  test("every key is there, and no other", () => {
    expect(Object.keys(messages).sort()).toEqual(Object.keys(en).sort());
  });

  test("no message is empty", () => {
    for (const [key, message] of Object.entries(messages)) for (const form of forms(message)) expect(form.trim(), key).not.toBe("");
  });

  test("a message asks for nothing that the English one does not give", () => {
    for (const [key, message] of Object.entries(messages)) {
      const given = holes(forms(en[key as keyof typeof en]).join(" "));
      for (const form of forms(message)) expect(given, key).toEqual(expect.arrayContaining(holes(form)));
      // Plurals may say "two" in words; plain sentences must use everything.
      if (typeof message === "string") expect(holes(message), key).toEqual(given);
    }
  });

  test("plurals have all the forms that whole numbers need, and no form that the language has not", () => {
    const rules = new Intl.PluralRules(code);
    const known = rules.resolvedOptions().pluralCategories;
    const needed = new Set([0, 1, 2, 3, 5, 11, 21, 22, 25, 100, 101, 1000, 1_000_000].map((n) => rules.select(n)));
    for (const [key, message] of Object.entries(messages)) {
      if (typeof message === "string") continue;
      expect(Object.keys(message), key).toEqual(expect.arrayContaining([...needed]));
      expect(known, key).toEqual(expect.arrayContaining(Object.keys(message)));
    }
  });

  test("nothing but the English is English", () => {
    if (code === "en") return;
    const same = Object.entries(messages).filter(([key, m]) => JSON.stringify(m) === JSON.stringify(en[key as keyof typeof en]));
    // French shares some words with English.
    expect(same.length).toBeLessThan(code === "fr" ? 25 : 1);
  });
});

test("numbers and plurals follow the language", () => {
  expect(fill(en["list.count"], { n: 1 }, "en")).toBe("1 incident");
  expect(fill(en["list.count"], { n: 3000 }, "en-GB")).toBe("3,000 incidents");
  expect(fill(uk["list.count"], { n: 21 }, "uk")).toBe("21 інцидент");
  expect(fill(uk["list.count"], { n: 22 }, "uk")).toBe("22 інциденти");
  expect(fill(ru["list.count"], { n: 11 }, "ru")).toBe("11 инцидентов");
  expect(fill(ar["list.count"], { n: 2 }, "ar-u-nu-latn")).toBe("حادثتان");
});
