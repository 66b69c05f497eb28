/// <reference types="node" />
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as words from "../../src/lib/cases/words";
import { en } from "../../src/lib/i18n/en";

const source = (path: string): string => readFileSync(new URL(`../../../crates/${path}`, import.meta.url), "utf8");

/** The names of an enum of the server's vocabularies, in order. */
function named(name: string): string[] {
  const text = source("cases/src/words.rs");
  const start = text.indexOf(`    ${name} {`);
  expect(start, name).toBeGreaterThanOrEqual(0);
  return [...text.slice(start, text.indexOf("\n}", start)).matchAll(/= "([^"]+)",/g)].map((m) => m[1] ?? "");
}
const said = (list: string): string[] => Object.keys(en).filter((k) => k.startsWith(`c.${list}.`)).map((k) => k.slice(list.length + 3));

describe("the vocabularies are the server's", () => {
  const LISTS: [string, readonly string[], string][] = [
    ["Stage", words.STAGES, "stage"], ["Cause", words.CAUSES, "cause"], ["Dismissal", words.DISMISSALS, "dismissal"],
    ["TaskKind", words.TASK_KINDS, "task"], ["TaskEnd", words.TASK_ENDS, "end"], ["Weight", words.WEIGHTS, "weight"],
    ["Outcome", words.OUTCOMES, "outcome"], ["Severity", words.SEVERITIES, "severity"], ["Standard", words.STANDARDS, "standard"],
    ["Likelihood", words.LIKELIHOODS, "likelihood"], ["Confidence", words.CONFIDENCES, "confidence"], ["Stand", words.STANDS, "stand"],
    ["Standing", words.STANDINGS, "standing"], ["Responsibility", words.RESPONSIBILITIES, "responsibility"],
    ["Intent", words.INTENTS, "intent"], ["Expiry", words.EXPIRIES, "expiry"],
  ];
  test.each(LISTS)("%s", (name, list, key) => {
    expect(list).toEqual(named(name));
    expect(said(key).sort()).toEqual([...list].sort());
  });
  test("Check, whose list holds the rulings on appeals too", () => {
    expect(words.CHECKS).toEqual(named("Check"));
    expect(said("check")).toEqual(expect.arrayContaining([...words.CHECKS]));
  });
  test("every deed has a name, and a name for when it was done", () => {
    const deeds = [...source("cases/src/rules.rs").matchAll(/^ {4}\("([a-z]+)", /gm)].map((m) => m[1] ?? "");
    expect(deeds.length).toBe(31);
    expect(said("deed").sort()).toEqual([...deeds].sort());
    expect(said("did").sort()).toEqual([...deeds].sort());
  });
  test("every role has a name", () => {
    const roles = [...source("base/src/role.rs").matchAll(/Role::\w+ => "([a-z-]+)"/g)].map((m) => m[1] ?? "");
    expect(roles.length).toBe(13);
    expect(roles.filter((role) => words.word("role", role) === role && role.includes("-"))).toEqual([]);
  });
  test("the ranges of likelihood are the server's", () => {
    const text = source("cases/src/words.rs");
    const ranges = [...text.matchAll(/Likelihood::\w+ => \((\d+), (\d+)\)/g)].map((m) => [Number(m[1]), Number(m[2])]);
    expect(words.LIKELIHOODS.map((l) => [...words.RANGES[l]])).toEqual(ranges);
  });
});

test("signs of one vocabulary are told apart by shape alone", () => {
  const lists = [
    ["weight", words.WEIGHTS], ["outcome", words.OUTCOMES], ["standing", words.STANDINGS], ["stand", words.STANDS], ["end", words.TASK_ENDS],
    ["state", words.ALLEGATION_STATES], ["clock", words.CLOCK_STATES], ["remedy", words.REMEDY_STANDINGS], ["check", words.CHECKS],
  ] as const;
  for (const [list, codes] of lists) {
    const glyphs = codes.map((c) => words.signOf(list, c).glyph);
    expect(new Set(glyphs).size, list).toBe(codes.length);
  }
});

test("only a standard that the text names exactly is preset", () => {
  expect(words.usualStandard("balance of probabilities")).toBe("balance of probabilities");
  expect(words.usualStandard("to the satisfaction of the commission")).toBeNull();
  expect(words.usualStandard(undefined)).toBeNull();
});
