import { describe, expect, test } from "vitest";
import { leftMs } from "../../src/lib/watch/follow.svelte";
import { boundsOf, groundFeatures, patternOf } from "../../src/lib/watch/grounds";
import { byWhat, evidenceStep, isNew, isShown, readStreamFilters, stateOf, strongest } from "../../src/lib/watch/order";
import { deedOf, fieldsOf, proposedEnd } from "../../src/lib/watch/specs";
import type { StreamLine } from "../../src/lib/watch/types";

const DAY = 86_400_000;
function stream(name: string, what: string, more: Partial<StreamLine> = {}): StreamLine {
  return { ground: { is: "zone", name }, what, clauses: ["2.1"], quiet: "not-said", flags: [], evidence: 0, counts: [1], expected: [1], high: [3], part: [1], ...more };
}
const cell = (name: string, more: Partial<StreamLine> = {}): StreamLine => stream(name, "fire", { ground: { is: "cell", name, bounds: [20, 50, 20.25, 50.25] }, ...more });

describe("how a stream stands", () => {
  test("calm only where the server says calm", () => {
    expect(stateOf(stream("a", "fire"))).toBe("seen");
    expect(stateOf(stream("a", "fire", { quiet: "calm" }))).toBe("calm");
    expect(stateOf(stream("a", "fire", { quiet: "silent" }))).toBe("silent");
    expect(stateOf(stream("a", "fire", { flags: ["warming-up"] }))).toBe("warming-up");
  });
  test("what nobody saw is neither calm nor silent; evidence is not hidden by a gap", () => {
    expect(stateOf(stream("a", "fire", { quiet: "calm", flags: ["unobserved"] }))).toBe("unobserved");
    expect(stateOf(stream("a", "fire", { quiet: "silent", flags: ["unobserved"] }))).toBe("unobserved");
    expect(stateOf(stream("a", "fire", { evidence: 0.7, flags: ["unobserved"] }))).toBe("rise");
  });
  test("each state has a pattern of its own", () => {
    const all = [stream("a", "fire", { quiet: "calm" }), stream("a", "fire", { quiet: "silent" }), stream("a", "fire", { flags: ["unobserved"] }), stream("a", "fire", { flags: ["warming-up"] }), stream("a", "fire"), stream("a", "fire", { evidence: 1 })];
    expect(new Set(all.map(patternOf)).size).toBe(all.length);
  });
  test("evidence in five steps", () => expect([0, 0.19, 0.2, 0.5, 0.79, 0.8, 0.99, 1].map(evidenceStep)).toEqual([0, 0, 1, 2, 2, 3, 3, 4]));
});

describe("the order of streams", () => {
  const all = [stream("b", "fly", { evidence: 0.3 }), stream("a", "fire", { evidence: 0.1, counts: [9] }), cell("c", { evidence: 0.9, counts: [2] }), stream("everywhere", "fire", { ground: { is: "everywhere", name: "everywhere" }, evidence: 0.1, counts: [11] })];
  const names = (sort: "evidence" | "counted" | "name"): string[][] => byWhat(all, sort).map((g) => g.streams.map((s) => s.ground.name));
  test("by evidence, the whole and zones first where that is the same", () => expect(names("evidence")).toEqual([["c", "everywhere", "a"], ["b"]]));
  test("by what was counted", () => expect(names("counted")).toEqual([["everywhere", "a", "c"], ["b"]]));
  test("by name", () => expect(names("name")).toEqual([["everywhere", "a", "c"], ["b"]]));
  test("filters come from the address, and what is unknown is left out", () => {
    const f = readStreamFilters(new URLSearchParams("q=B&state=rise&sort=odd"));
    expect(f).toEqual({ q: "B", what: "", state: "rise", sort: "evidence" });
    expect(all.filter((s) => isShown(s, f)).map((s) => s.ground.name)).toEqual(["b"]);
  });
});

test("a zone or cell shows its strongest stream; one without a shape is in the list only", () => {
  const all = [stream("buffer", "fire", { evidence: 0.3 }), stream("buffer", "fly", { evidence: 0.6 }), cell("c"), stream("lake", "fly"), stream("everywhere", "fire", { ground: { is: "everywhere", name: "everywhere" } })];
  expect(strongest(all, "").map((s) => `${s.ground.name} ${s.what}`)).toEqual(["buffer fly", "c fire", "lake fly"]);
  const zone = { type: "Feature" as const, properties: { kind: "zone", name: "buffer" }, geometry: { type: "Polygon" as const, coordinates: [[[1, 2], [3, 4], [1, 4], [1, 2]]] } };
  const drawn = groundFeatures(all, "", [zone], (x) => `${x * 100} %`);
  expect(drawn.features.map((f) => f.properties?.id)).toEqual(["buffer\nfly", "c\nfire"]);
  expect(drawn.features[0]?.properties?.label).toContain("60 %");
  expect(boundsOf(drawn.features)).toEqual([1, 2, 20.25, 50.25]);
  expect(boundsOf([])).toBeNull();
});

test("new is what was raised after the last hand-over; before the first nothing is", () => {
  const at = (iso: string): { raised: string } => ({ raised: iso });
  const overs = [{ at: "2026-03-02T06:00:00Z" }, { at: "2026-03-01T06:00:00Z" }];
  expect(isNew(at("2026-03-02T07:00:00Z"), overs)).toBe(true);
  expect(isNew(at("2026-03-02T05:00:00Z"), overs)).toBe(false);
  expect(isNew(at("2026-03-02T07:00:00Z"), [])).toBe(false);
});

describe("for how long a warning stands", () => {
  const view = { as_of: "2026-03-02T00:00:00Z", expires: "2026-03-03T00:00:00Z" };
  test("what is only raised holds by the record's clock, and an archive's stands still", () => {
    expect(leftMs(view, false, 3_600_000, 0)).toBe(DAY - 3_600_000);
    expect(leftMs(view, true, 3_600_000, 0)).toBe(DAY);
  });
  test("what was issued holds by people's", () => {
    const issued = { at: "", changed: "", version: 1, level: "watch" as const, audiences: [], instruction: "", expires: "2026-03-05T00:00:00Z" };
    expect(leftMs({ ...view, issued }, true, 0, Date.parse("2026-03-04T00:00:00Z"))).toBe(DAY);
  });
  test("the proposed end is to come, and within what the rules allow", () => {
    const now = Date.parse("2026-03-02T00:00:00Z");
    const end = (expires: string): number => (proposedEnd({ expires }, now) - now) / DAY;
    expect([end("2026-03-06T00:00:00Z"), end("2020-01-01T00:00:00Z"), end("2027-01-01T00:00:00Z"), end("")]).toEqual([4, 7, 31, 7]);
  });
});

describe("a filled form is the deed that the manual names", () => {
  const given = { view: null, grounds: [], whats: [], zone: "UTC", now_ms: 0 };
  const toMs = (text: string): number => Date.parse(`${text}Z`);
  test("issue: audiences from the narrowest, the end as an instant", () => {
    const values = { level: "watch", audiences: ["guarantors", "staff"], instruction: " Stay away. ", expires_ms: "2026-03-05T00:00", why: "it rises" };
    expect(deedOf("issue", "WRN-1", fieldsOf("issue", given), values, toMs)).toEqual({
      deed: "issue", warning: "WRN-1", level: "watch", audiences: ["staff", "guarantors"], instruction: "Stay away.", expires_ms: Date.parse("2026-03-05T00:00:00Z"), why: "it rises",
    });
  });
  test("stand down without a time: none is sent", () => {
    const values = { outcome: "false", came_ms: "", why: "nothing there" };
    expect(deedOf("stand-down", "WRN-1", fieldsOf("stand-down", given), values, toMs)).toEqual({ deed: "stand-down", warning: "WRN-1", outcome: "false", came_ms: null, why: "nothing there" });
  });
  test("what is about no warning names none", () => {
    expect(deedOf("hand-over", null, fieldsOf("hand-over", given), { text: "all said" }, toMs)).toEqual({ deed: "hand-over", text: "all said" });
  });
  test("the public cannot be ticked when a warning is issued", () => {
    const audiences = fieldsOf("issue", given).find((f) => f.name === "audiences")?.options?.map((o) => o.value);
    expect(audiences).toEqual(["staff", "parties", "guarantors", "organisations"]);
  });
});
