/// <reference types="node" />
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DATUMS, SHAPES } from "../../src/lib/board/shape";
import * as board from "../../src/lib/board/words";
import * as guarantee from "../../src/lib/guarantee/words";
import { ar } from "../../src/lib/i18n/ar";
import { en, type Messages } from "../../src/lib/i18n/en";
import { fr } from "../../src/lib/i18n/fr";
import { ru } from "../../src/lib/i18n/ru";
import { uk } from "../../src/lib/i18n/uk";
import type { Vocabulary } from "../../src/lib/rooms/vocab";

const source = (path: string): string => readFileSync(new URL(`../../../crates/${path}`, import.meta.url), "utf8");
const said = (prefix: string, list: string): string[] => Object.keys(en).filter((k) => k.startsWith(`${prefix}.${list}.`)).map((k) => k.slice(prefix.length + list.length + 2)).sort();

/** The words of a vocabulary of the server, in its order. */
function words(path: string, name: string): string[] {
  const found = new RegExp(`\\n {4}${name} \\{\\n([^]*?)\\n {4}\\}`).exec(source(path));
  expect(found, name).not.toBeNull();
  return [...(found?.[1] ?? "").matchAll(/^ +\w+ = "([^"]+)"/gm)].map((m) => m[1] ?? "");
}

type List = [name: string, list: readonly string[], key: string, besides?: readonly string[]];
const GUARANTEE: List[] = [
  ["State", guarantee.STATES, "state", ["not-in-text"]], ["Presence", guarantee.PRESENCES, "presence"], ["Vote", guarantee.VOTES, "vote"], ["Outcome", guarantee.OUTCOMES, "outcome"],
  ["Standing", guarantee.STANDINGS, "standing"], ["Stage", guarantee.STAGES, "stage"], ["Quiet", guarantee.QUIETS, "quiet"], ["Progress", guarantee.PROGRESSES, "progress"],
  ["Step", guarantee.STEPS, "step"], ["Bearing", guarantee.BEARINGS, "bearing"], ["Audience", guarantee.AUDIENCES, "audience"],
];
const BOARD: List[] = [
  ["NoticeKind", board.NOTICE_KINDS, "kind"], ["NoticeState", board.NOTICE_STATES, "state"], ["Delivery", board.DELIVERIES, "delivery"], ["Answer", board.ANSWERS, "answer"],
  ["WithKind", board.WITHS, "with"], ["WindowState", board.WINDOW_STATES, "window"], ["PromiseState", board.PROMISES, "promise"], ["Work", board.WORKS, "work"],
  ["Outcome", board.OUTCOMES, "outcome"], ["Category", board.CATEGORIES, "category"], ["Disclosure", board.DISCLOSURES, "disclosure"], ["EntryState", board.ENTRY_STATES, "entry"],
  ["CallState", board.CALL_STATES, "call"], ["DutyState", board.DUTIES, "duty"],
];

describe.each([["guarantee/src/words.rs", "g", GUARANTEE], ["deconfliction/src/words.rs", "b", BOARD]] as const)("the vocabularies of %s", (path, prefix, lists) => {
  test.each([...lists])("%s has the server's words, each with one of every language", (name, list, key, besides = []) => {
    expect(list).toEqual(words(path, name));
    expect(said(prefix, key)).toEqual([...list, ...besides].sort());
  });
});

test("clocks are told as the findings name them", () => {
  const names = [...source("findings/src/standing.rs").matchAll(/ClockState::\w+ => "(\w+)"/g)].map((m) => m[1] ?? "");
  expect(guarantee.CLOCK_STATES).toEqual(names);
  expect(said("g", "clock")).toEqual([...names].sort());
});

test("shapes and datums have words", () => {
  expect(said("b", "shape")).toEqual([...SHAPES].sort());
  expect(said("b", "datum")).toEqual([...DATUMS].sort());
});

test("every deed that has a form is a deed of the server, and has a name", () => {
  for (const [prefix, forms, path] of [["g", guarantee.FORMS, "guarantee/src/act.rs"], ["b", board.FORMS, "deconfliction/src/act.rs"]] as const) {
    for (const deed of forms) expect(source(path), deed).toContain(`=> "${deed}",`);
    expect(said(prefix, "deed")).toEqual([...forms].sort());
  }
});

test("every deed of the board has a form here", () => {
  const table = /pub const MAY[^=]*= &\[([^]*?)\n\];/.exec(source("deconfliction/src/rules.rs"))?.[1] ?? "";
  const deeds = [...table.matchAll(/\("([a-z-]+)", /g)].map((m) => m[1] ?? "");
  expect(deeds.length).toBe(34);
  expect([...board.FORMS].sort()).toEqual([...deeds].sort());
});

test("signs of one vocabulary are told apart by shape alone", () => {
  const all: [Vocabulary, List[]][] = [[guarantee.vocab, GUARANTEE], [board.vocab, BOARD]];
  for (const [vocab, lists] of all) {
    for (const [name, list, key] of lists) {
      const glyphs = list.map((code) => vocab.sign(key, code).glyph);
      if (glyphs.some((glyph) => glyph !== "·")) expect(new Set(glyphs).size, name).toBe(list.length);
    }
  }
});

test("the sentence at the head of a file is the server's", () => {
  expect(source("guarantee/src/view.rs")).toContain(`"${en["g.never"]}"`);
  expect(source("guarantee/src/view.rs")).toContain('NOT_IN_TEXT: &str = "not in this text"');
});

const LANGUAGES: Record<string, Messages> = { en, uk, ru, fr, ar };
const LEAVE: Record<string, RegExp> = {
  en: /approv|permit|permission|allow|authori[sz]|\bclearance|\bcleared\b|\bsafe\b|\bmay (?:go|move|proceed)/i, uk: /схвал|дозв[оі]л|санкціон|безпечн/i, ru: /одобр|разреш|позвол|санкцион|безопасн/i,
  fr: /approuv|approbation|autoris|permis\b|permet|sûr\b/i, ar: /موافق|مصرح|تصريح|إذن|يسمح|مسموح|آمن/,
};
const ADVICE: Record<string, RegExp> = {
  en: /recommend|\bshould\b|\bmust\b|\badvis|casus|case has come|triggered|priority/i, uk: /рекоменд|слід|варто|casus|пріоритет/i, ru: /рекоменд|следует (?:при|на|об)|должн|casus|приоритет/i,
  fr: /recommand|devrait|il faut|casus|priorité/i, ar: /توصي|نوصي|ينبغي|أولوية/,
};
describe.each(Object.entries(LANGUAGES))("in %s", (code, messages) => {
  const of = (prefix: string): [string, string][] => Object.entries(messages).filter(([k]) => k.startsWith(prefix)).map(([k, m]) => [k, typeof m === "string" ? m : Object.values(m).join(" ")]);
  test("no word of the board says that a notice is approved or anything permitted", () => {
    expect(of("b.").length).toBeGreaterThan(200);
    for (const [key, text] of of("b.")) expect(text, key).not.toMatch(LEAVE[code] ?? /^$/);
  });
  test("no word of the guarantee recommends anything or says that the case has come", () => {
    expect(of("g.").length).toBeGreaterThan(150);
    for (const [key, text] of of("g.")) expect(text, key).not.toMatch(ADVICE[code] ?? /^$/);
  });
});
