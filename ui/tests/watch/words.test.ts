/// <reference types="node" />
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { en } from "../../src/lib/i18n/en";
import { SEEN_MIN } from "../../src/lib/watch/charts";
import { STREAM_STATES } from "../../src/lib/watch/order";
import { fieldsOf, ISSUED_DAYS_MAX } from "../../src/lib/watch/specs";
import * as words from "../../src/lib/watch/words";

const source = (path: string): string => readFileSync(new URL(`../../../crates/${path}`, import.meta.url), "utf8");
const kebab = (name: string): string => name.replace(/(?<!^)([A-Z])/g, "-$1").toLowerCase();

/** The members of an enum of the server, in its order. */
function members(path: string, name: string): string[] {
  const text = source(path);
  const start = text.indexOf(`pub enum ${name} {`);
  expect(start, name).toBeGreaterThanOrEqual(0);
  return [...text.slice(start, text.indexOf("\n}", start)).matchAll(/^ {4}(\w+)(?: \{|,)/gm)].map((m) => kebab(m[1] ?? ""));
}
const said = (list: string): string[] => Object.keys(en).filter((k) => k.startsWith(`w.${list}.`)).map((k) => k.slice(list.length + 3)).sort();

describe("the vocabularies are the server's, and each member has words", () => {
  const LISTS: [string, string, readonly string[], string][] = [
    ["warnings/src/raised.rs", "Level", words.LEVELS, "level"], ["warnings/src/raised.rs", "Why", words.WHYS, "why"],
    ["warnings/src/ledger.rs", "Stage", words.STAGES, "stage"], ["warnings/src/act.rs", "Audience", words.AUDIENCES, "audience"],
    ["warnings/src/act.rs", "Outcome", words.OUTCOMES, "outcome"], ["warnings/src/detect/watch.rs", "Quiet", words.QUIETS, "quiet"],
    ["warnings/src/detect/watch.rs", "Ground", words.BASES, "basis"], ["warnings/src/streams.rs", "Cadence", words.CADENCES, "cadence"],
    ["warnings/src/fan.rs", "Method", words.METHODS, "method"], ["warnings/src/indicators/decide.rs", "Lack", words.LACKS, "lack"],
  ];
  test.each(LISTS)("%s %s", (path, name, list, key) => {
    expect(list).toEqual(members(path, name));
    expect(said(key)).toEqual([...list].sort());
  });
  test("flags of the data", () => {
    const flags = [...source("server/src/watch/views/streams.rs").matchAll(/\(of\.\w+, "([a-z-]+)"\)/g)].map((m) => m[1] ?? "");
    expect(words.FLAGS).toEqual(flags);
    expect(said("flag")).toEqual([...flags].sort());
  });
  test("every deed has a name, a name for when it was done, and a form unless nothing is to be said", () => {
    const deeds = members("warnings/src/act.rs", "Deed");
    expect(deeds.length).toBe(11);
    expect([...words.ON_WARNING, ...words.ON_NONE].sort()).toEqual([...deeds].sort());
    expect(said("deed")).toEqual([...deeds].sort());
    expect(said("did")).toEqual([...deeds].sort());
    const given = { view: null, grounds: [], whats: [], zone: "UTC", now_ms: 0 };
    expect(deeds.filter((d) => fieldsOf(d, given).length === 0).sort()).toEqual(["acknowledge", "publish"]);
  });
  test("a form asks for the members that its deed has, and for no other", () => {
    const text = source("warnings/src/act.rs");
    const start = text.indexOf("pub enum Deed {");
    const body = text.slice(start, text.indexOf("\n}", start));
    const given = { view: null, grounds: [], whats: [], zone: "UTC", now_ms: 0 };
    for (const [, name = "", inner = ""] of body.matchAll(/^ {4}(\w+) \{([^]*?)^ {4}\}/gm)) {
      // The warning is named by the page, how it stands is filled in by the desk.
      const wanted = [...inner.matchAll(/^ {8}(\w+):/gm)].map((m) => m[1] ?? "").filter((m) => m !== "warning" && m !== "facts");
      expect(fieldsOf(kebab(name), given).map((f) => f.name).sort(), name).toEqual(wanted.sort());
    }
  });
  test("limits are the server's", () => {
    expect(source("warnings/src/panel.rs")).toContain(`pub const SEEN_MIN: f32 = ${SEEN_MIN};`);
    expect(source("warnings/src/ledger.rs")).toContain(`pub const ISSUED_MS_MAX: i64 = ${ISSUED_DAYS_MAX} * 86_400_000;`);
  });
});

test("signs of one vocabulary are told apart by shape alone", () => {
  for (const [list, codes] of [["level", words.LEVELS], ["stage", words.STAGES], ["outcome", words.OUTCOMES], ["quiet", words.QUIETS]] as const) {
    expect(new Set(codes.map((c) => words.signOf(list, c))).size, list).toBe(codes.length);
  }
});

test("every state of a stream has words", () => expect(said("state")).toEqual([...STREAM_STATES].sort()));
