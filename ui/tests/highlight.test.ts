/// <reference types="node" />
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { highlighterOf, kindOf } from "../src/lib/highlight";

const GRAMMAR = new URL("../../editors/vscode/syntaxes/terms.tmLanguage.json", import.meta.url);
const small = {
  scopeName: "source.terms",
  patterns: [
    { match: "#.*$", name: "comment.line.terms" },
    { begin: '"', end: '"', name: "string.quoted.double.terms" },
    { match: "\\b(shall|not|within)\\b", name: "keyword.other.terms" },
    { match: "\\d+", name: "constant.numeric.terms" },
  ],
  repository: {},
};

test("the most exact scope decides", () => {
  expect(kindOf(["source.terms", "string.quoted.double.terms", "punctuation.definition.string.begin.terms"])).toBe("string");
  expect(kindOf(["source.terms", "meta.clause.terms", "keyword.control.terms"])).toBe("keyword");
  expect(kindOf(["source.terms"])).toBeNull();
  // A name that only begins like one of the scopes is another one.
  expect(kindOf(["source.terms", "keywordish"])).toBeNull();
});

test("a grammar colours lines, and what stands over several lines goes on", async () => {
  const cut = await highlighterOf(small as never);
  const lines = ["KA shall not fire 10 # a comment", 'title "over', 'two" within'];
  const kinds = (cut?.(lines) ?? []).map((tokens, i) => tokens.map((t) => [lines[i]?.slice(t.start, t.end), t.kind]));
  expect(kinds[0]).toEqual([["shall", "keyword"], ["not", "keyword"], ["10", "number"], ["# a comment", "comment"]]);
  expect(kinds[1]).toEqual([['"over', "string"]]);
  expect(kinds[2]).toEqual([['two"', "string"], ["within", "keyword"]]);
});

test("the grammar of the editors works here, with every rule of it", async () => {
  const grammar = JSON.parse(readFileSync(GRAMMAR, "utf8")) as never;
  const cut = await highlighterOf(grammar);
  const lines = ['instrument lindmar "Agreement", draft 5', "2.1  KA, VE shall not fire within 15 km of contact  # a note", "  [KA: unless in an exercise]"];
  const found = cut?.(lines) ?? [];
  const at = (line: number, word: string): string | undefined => {
    const start = lines[line]?.indexOf(word) ?? -1;
    return found[line]?.find((t) => t.start <= start && start < t.end)?.kind;
  };
  expect([at(0, '"Agreement"'), at(0, "instrument"), at(1, "shall"), at(1, "# a note"), at(1, "15")]).toEqual(["string", "keyword", "keyword", "comment", "number"]);
});
