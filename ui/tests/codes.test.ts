/// <reference types="node" />
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VERDICTS } from "../src/api/types";
import { en } from "../src/lib/i18n/en";

/** The server's own lists; that all other languages have the same keys is tested beside them. */
const source = (path: string): string => readFileSync(new URL(`../../crates/${path}`, import.meta.url), "utf8");
function between(text: string, from: string, to: string): string {
  const start = text.indexOf(from);
  expect(start, from).toBeGreaterThanOrEqual(0);
  return text.slice(start, text.indexOf(to, start));
}
const said = (prefix: string): string[] => Object.keys(en).filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)).sort();

test("every code of what a finding over a period lacks has words, and no word is left over", () => {
  const codes = [...between(source("findings/src/standing/codes.rs"), "pub const LACKS", "];").matchAll(/\n {4}\("([^"]+)"/g)].map((m) => m[1] ?? "");
  expect(codes.length).toBeGreaterThan(50);
  expect(said("lack.")).toEqual([...codes].sort());
});

test("every state of a finding over a period has words", () => {
  const states = [...between(source("findings/src/standing/codes.rs"), "pub const STATES", "];").matchAll(/\n {4}"([^"]+)"/g)].map((m) => m[1] ?? "");
  expect(states.length).toBeGreaterThan(40);
  expect(said("sstate.")).toEqual([...states].sort());
});

test("every outcome over a period has words", () => {
  const all = between(source("findings/src/standing.rs"), "pub const ALL: [(StandingOutcome", "];");
  const outcomes = [...all.matchAll(/"([a-z_]+)"/g)].map((m) => m[1] ?? "");
  expect(outcomes.length).toBe(8);
  expect(said("outcome.")).toEqual([...outcomes].sort());
});

test("everything that can be missing for a report has words", () => {
  const all = between(source("findings/src/outcome.rs"), "pub const ALL: [(Missing", "];");
  const codes = [...all.matchAll(/Missing::[A-Z_]+,\s*"([a-z_]+)"/g)].map((m) => m[1] ?? "");
  expect(codes.length).toBe(11);
  expect(said("missing.")).toEqual([...codes].sort());
});

test("every kind of clause, state of a clock, verdict and matter has words", () => {
  const kinds = [...between(source("terms/src/agreement/duty.rs"), "pub const ALL: [(Kind", "];").matchAll(/"([a-z_]+)"/g)].map((m) => m[1] ?? "");
  expect(said("ckind.")).toEqual([...kinds].sort());
  const clocks = [...between(source("findings/src/standing.rs"), "impl ClockState", "/// One way to read a clock").matchAll(/=> "([a-z_]+)"/g)].map((m) => m[1] ?? "");
  expect(said("clock.")).toEqual([...clocks].sort());
  expect(said("verdict.").filter((key) => !key.startsWith("means_"))).toEqual([...VERDICTS].sort());
  expect(said("verdict.means_")).toEqual([...VERDICTS].sort());
  const matters = [...between(source("terms/src/compare/contradictions.rs"), "impl Matter", "/// A contradiction").matchAll(/=> "([a-z_]+)"/g)].map((m) => m[1] ?? "");
  expect(said("matter.")).toEqual([...matters].sort());
});
