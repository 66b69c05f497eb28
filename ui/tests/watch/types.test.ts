/// <reference types="node" />
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const rust = readFileSync(new URL("../../../crates/server/src/watch/types.rs", import.meta.url), "utf8");
const mirror = readFileSync(new URL("../../src/lib/watch/types.ts", import.meta.url), "utf8");

interface Member { name: string; optional: boolean }

/** The members of a structure of the server as its JSON has them; `line` of a view is flattened. */
function ofServer(name: string): Member[] {
  const start = rust.indexOf(`pub struct ${name} {`);
  expect(start, name).toBeGreaterThanOrEqual(0);
  const body = rust.slice(start, rust.indexOf("\n}", start));
  const members = [...body.matchAll(/((?:\n {4}#\[[^\n]*\])*)\n {4}pub (\w+): ([^\n]+),/g)];
  return members.flatMap(([, marks = "", member = "", type = ""]) => {
    if (marks.includes("flatten")) return ofServer(type);
    return [{ name: member, optional: marks.includes("skip_serializing_if") }];
  });
}

function ofMirror(name: string): Member[] {
  const found = new RegExp(`export interface ${name}(?: extends ([^{]+))? \\{\\n([^]*?)\\n\\}`).exec(mirror);
  expect(found, name).not.toBeNull();
  const [, base = "", body = ""] = found ?? [];
  const own = [...body.matchAll(/^ {2}(\w+)(\??):/gm)].map(([, member = "", mark]): Member => ({ name: member, optional: mark === "?" }));
  const above = /(?:Omit<)?(\w+)(?:, "(\w+)">)?/.exec(base.trim());
  return base ? [...ofMirror(above?.[1] ?? "").filter((m) => m.name !== above?.[2]), ...own] : own;
}

/** Each once: where a view has a member of its line's name, the view's own is the one that is read. */
const sorted = (members: Member[]): Member[] => [...new Map(members.map((m) => [m.name, m])).values()].sort((a, b) => a.name.localeCompare(b.name));

const NAMES = [...mirror.matchAll(/^export interface (\w+)/gm)].map((m) => m[1] ?? "");

describe("what the watch gives is what its server writes", () => {
  test.each(NAMES)("%s", (name) => expect(sorted(ofMirror(name))).toEqual(sorted(ofServer(name))));

  test("no structure of the server is left out; deeds and acts are those of the docket", () => {
    const all = [...rust.matchAll(/^pub struct (\w+)/gm)].map((m) => m[1] ?? "");
    expect(all.filter((name) => !NAMES.includes(name)).sort()).toEqual(["MayDo", "WatchActSent"]);
    expect(ofServer("WatchActSent").map((m) => m.name).sort()).toEqual(["deed", "key", "of", "role", "seen"]);
    expect(ofServer("MayDo").map((m) => m.name).sort()).toEqual(["deed", "of", "role"]);
  });
});
