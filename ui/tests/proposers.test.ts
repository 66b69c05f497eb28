import { expect, test } from "vitest";
import type { Version } from "../src/api/types";
import { namesIn, proposersOf, SIGNS, slotOf } from "../src/lib/proposers";
import { textsOf } from "../src/lib/words";

const alternative = (proposers: string[]) => ({ proposers, text: "x", span: { start: 0, end: 1, line: 1, column: 1 } });
const bracket = (...all: string[][]) => ({ label: "1", title: "", span: { start: 0, end: 1, line: 1, column: 1 }, within: null, explanation: "", alternatives: all.map(alternative) });

test("proposers are those of brackets, then those of the prose, each once", () => {
  const text = {
    brackets: [bracket(["Karsk"], ["Velia", "Tarn"]), bracket(["Velia"], [])],
    pieces: [{ type: "prose" as const, html: '<span class="bracket" data-proposers="Tarn, A &amp; B">[x]</span>' }],
  };
  expect(proposersOf(text)).toEqual(["Karsk", "Velia", "Tarn", "A & B"]);
});

test("an alternative has the sign of the first who proposes it; nobody has none", () => {
  const all = ["Karsk", "Velia"];
  expect([slotOf(["Velia", "Karsk"], all), slotOf([], all), slotOf(["Osmia"], all)]).toEqual([1, null, null]);
  expect(new Set(SIGNS).size).toBe(SIGNS.length);
  expect(namesIn(" Karsk ,, Velia")).toEqual(["Karsk", "Velia"]);
});

test("the readings of one text stand together under its name", () => {
  const of = (index: number, label: string, text_digest: string, reading: string | null) => ({ index, label, text_digest, reading, version: "" }) as Version;
  const groups = textsOf([of(0, "a", "d0", null), of(1, "b · as KA proposes", "d1", "as KA proposes"), of(2, "b · as VE proposes", "d1", "as VE proposes"), of(3, "c", "d0", null)]);
  expect(groups.map((g) => [g.name, g.versions.map((v) => v.index)])).toEqual([["a", [0]], ["b", [1, 2]], ["c", [3]]]);
});
