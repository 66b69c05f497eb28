/// <reference types="node" />
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const rust = (...paths: string[]): string => paths.map((p) => read(`../../../crates/${p}`)).join("\n");
const ROOMS = {
  guarantee: rust("server/src/guarantee.rs", ...["view.rs", "view/case.rs", "view/acts.rs", "numbers.rs", "numbers/odd.rs"].map((f) => `guarantee/src/${f}`)),
  board: rust("server/src/board.rs", ...["view.rs", "conflict.rs", "conflict/margins.rs", "duties.rs", "shape.rs", "act.rs"].map((f) => `deconfliction/src/${f}`)),
};

/** The members of a structure of the server as its JSON has them, with whether each may be null; flattened ones are of its base. */
function ofServer(text: string, name: string): string[] {
  const found = new RegExp(`^(?:pub )?struct ${name}(?:<[^>]*>)? \\{\\n([^]*?)\\n\\}`, "m").exec(text);
  expect(found, name).not.toBeNull();
  const members = [...(found?.[1] ?? "").matchAll(/((?:\n? {4}(?:\/\/\/|#\[)[^\n]*)*)\n? {4}(?:pub )?(\w+): ([^\n]+),/g)];
  return members.flatMap(([, marks = "", member = "", type = ""]) => (marks.includes("flatten") ? ofServer(text, type.replace(/^&'\w+ /, "")) : [`${member}${type.startsWith("Option<") ? "?" : ""}`]));
}

function ofMirror(text: string, name: string): string[] {
  const found = new RegExp(`export interface ${name}(?: extends (\\w+))? \\{\\n([^]*?)\\n\\}`).exec(text);
  expect(found, name).not.toBeNull();
  const own = [...(found?.[2] ?? "").matchAll(/^ {2}(\w+): ([^\n]+);$/gm)].map(([, member, type = ""]) => `${member}${type.endsWith("| null") ? "?" : ""}`);
  return found?.[1] ? [...ofMirror(text, found[1]), ...own] : own;
}

describe.each(Object.entries(ROOMS))("what the %s gives is what its server writes", (room, server) => {
  const mirror = read(`../../src/lib/${room}/types.ts`);
  const names = [...mirror.matchAll(/^export interface (\w+)/gm)].map((m) => m[1] ?? "");
  test("there is something to compare", () => expect(names.length).toBeGreaterThan(15));
  test.each(names)("%s", (name) => expect(ofMirror(mirror, name).sort()).toEqual(ofServer(server, name).sort()));
});

test("ground and height have the shapes of the server", () => {
  const shapes = rust("deconfliction/src/shape.rs");
  const mirror = read("../../src/lib/board/types.ts");
  for (const name of ["Ground", "Height"]) {
    const body = new RegExp(`pub enum ${name} \\{([^]*?)\\n\\}`).exec(shapes)?.[1] ?? "";
    const kebab = (v: string): string => v.replace(/(?<!^)([A-Z])/g, "-$1").toLowerCase();
    const variants = [...body.matchAll(/^ {4}(\w+)(?: \{|,)/gm)].map((m) => kebab(m[1] ?? "")).sort();
    const own = new RegExp(`export type ${name} =([^]*?);\\n\\n`).exec(mirror)?.[1] ?? "";
    expect([...own.matchAll(/(?:shape|datum): "([a-z-]+)"/g)].map((m) => m[1] ?? "").sort()).toEqual(variants);
  }
});
