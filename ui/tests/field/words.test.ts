/// <reference types="node" />
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ANSWER_BYTES_MAX, NAME_BYTES_MAX } from "../../src/field/report";
import {
  ACCESS_KINDS, ASSESSMENTS, BANDS, CERTAINTIES, EFFECTS, MEANS, NOT_SEEN, POINTS, UNDETERMINED, UNITS, WORDS, YES_NO,
  ZONE_RELATIONS,
} from "../../src/field/vocabulary";

/** The server's own lists: the form on a telephone and the form that the server gives out ask for the same. */
const source = (path: string): string => readFileSync(new URL(`../../../crates/${path}`, import.meta.url), "utf8");
const WORDING = source("server/src/field/wording.rs");

function between(text: string, from: string, to: string): string {
  const start = text.indexOf(from);
  expect(start, from).toBeGreaterThanOrEqual(0);
  return text.slice(start, text.indexOf(to, start));
}
/** The codes of a list of `words.rs`, without `undetermined`. */
function listed(name: string): string[] {
  const list = between(source("server/src/field/words.rs"), `pub(super) const ${name}: List`, "\n);");
  return [...list.matchAll(/\(\s*"([^"]+)",\s*\[/g)].map((m) => m[1] ?? "");
}
/** Pairs of a table of `wording.rs`: the form's word, and ODK's. */
function paired(name: string): Map<string, string> {
  const table = between(WORDING, `const ${name}: [`, "];");
  return new Map([...table.matchAll(/\("([^"]+)", "([^"]+)"\)/g)].map((m) => [m[1] ?? "", m[2] ?? ""]));
}
const plain = (code: string): string => code.replaceAll("_", " ");

describe("the form's words are the server's", () => {
  test.each<[string, readonly string[]]>([
    ["MEANS", MEANS], ["ASSESSMENTS", ASSESSMENTS], ["CERTAINTIES", CERTAINTIES], ["RELATIONS", ZONE_RELATIONS],
    ["YES_NO", YES_NO], ["ACCESS", ACCESS_KINDS], ["NOT_SEEN", NOT_SEEN],
  ])("%s", (name, codes) => {
    expect([...codes].sort()).toEqual(listed(name).map(plain).sort());
  });

  test("directions, as they stand", () => {
    expect([...POINTS, ...WORDS].sort()).toEqual(listed("DIRECTIONS").sort());
  });

  test("units and bands of distance, by the server's table", () => {
    const [units, bands] = [paired("UNITS"), paired("BANDS")];
    expect(UNITS.map((code) => units.get(code) ?? code).sort()).toEqual(listed("UNITS").map(plain).sort());
    expect(BANDS.map((b) => bands.get(b.code)).sort()).toEqual(listed("BANDS").sort());
  });

  test("every effect that the server offers, and beyond them only kinds of fact", () => {
    const listing = between(source("base/src/vocabulary.rs"), "pub const KINDS", "];");
    const kinds = [...listing.matchAll(/kind\("([^"]+)"/g)].map((m) => m[1] ?? "");
    const effects = EFFECTS.map((e) => e.code);
    expect(effects).toEqual(expect.arrayContaining(listed("EFFECTS").map(plain)));
    expect(kinds).toEqual(expect.arrayContaining(effects));
  });

  test("every effect has a unit that is offered", () => {
    for (const { unit } of EFFECTS) expect([...UNITS, UNDETERMINED]).toContain(unit);
  });
});

test("the limits are the server's", () => {
  const number = (text: string, name: string): number => {
    const [, value = ""] = between(text, `const ${name}: usize =`, ";").split("=");
    return Number(value.replaceAll("_", ""));
  };
  expect(source("server/src/limits.rs")).toContain("ANSWER_BYTES_MAX: usize = base::limits::NOTE_BYTES_MAX;");
  expect(number(source("base/src/limits.rs"), "NOTE_BYTES_MAX")).toBe(ANSWER_BYTES_MAX);
  expect(number(source("server/src/limits.rs"), "FIELD_NAME_BYTES_MAX")).toBe(NAME_BYTES_MAX);
});
