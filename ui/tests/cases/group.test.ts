import { describe, expect, test } from "vitest";
import { hms, leftNow, press, remaining, wall } from "../../src/lib/cases/clocks";
import { byReference, byStage, citable, differing, isShown, line, pairs, preselect, readQueueFilters, writeQueueFilters } from "../../src/lib/cases/group";
import type { AllegationView, CaseLine, ClockView, FindingText, RemedyView } from "../../src/lib/cases/types";

const HOUR = 3_600_000;
const NO = { mine: false, unclaimed: false, suspended: false, closed: false, stage: null };
const one = (reference: string, more: Partial<CaseLine> = {}): CaseLine => ({
  reference, title: "", stage: "opened", compartments: [], clauses: [], incidents: [], allegations: [], opened: "", changed: "2026-01-01", revision: 1, findings: [],
  tasks_open: 0, remedies_open: 0, remedies_overdue: 0, ...more,
});

describe("the queue", () => {
  const taken = { person: "v.1", until: "" };
  test("closed cases show when they are asked for", () => {
    const closed = one("a", { stage: "closed" });
    expect(isShown(closed, NO, null)).toBe(false);
    expect(isShown(closed, { ...NO, closed: true }, null)).toBe(true);
    expect(isShown(closed, { ...NO, stage: "closed" }, null)).toBe(true);
  });
  test("mine, nobody's, and either", () => {
    const [mine, free, other] = [one("a", { taken }), one("b"), one("c", { taken: { person: "v.2", until: "" } })];
    const shown = (f: object): string[] => [mine, free, other].filter((c) => isShown(c, { ...NO, ...f }, "v.1")).map((c) => c.reference);
    expect(shown({ mine: true })).toEqual(["a"]);
    expect(shown({ unclaimed: true })).toEqual(["b"]);
    expect(shown({ mine: true, unclaimed: true })).toEqual(["a", "b"]);
    expect(isShown(mine, { ...NO, mine: true }, null)).toBe(false);
  });
  test("stages stand in the order of the work, what is due first on top", () => {
    const groups = byStage([one("late", { due: "2026-02-02" }), one("x", { stage: "drafting" }), one("none"), one("soon", { due: "2026-01-02" })]);
    expect(groups.map((g) => [g.stage, g.cases.map((c) => c.reference)])).toEqual([["opened", ["soon", "late", "none"]], ["drafting", ["x"]]]);
  });
  test("filters go into the address and come back, and leave the rest of it alone", () => {
    const search = writeQueueFilters({ ...NO, mine: true, stage: "drafting" }, new URLSearchParams("lang=ar&suspended=1"));
    expect(search).toBe("?lang=ar&mine=1&stage=drafting");
    expect(readQueueFilters(new URLSearchParams(search))).toEqual({ ...NO, mine: true, stage: "drafting" });
    expect(readQueueFilters(new URLSearchParams("stage=nowhere")).stage).toBeNull();
  });
  test("the stepper shows an appeal only where there is one", () => {
    expect(line("drafting").map((s) => s.is).filter((is) => is === "now")).toHaveLength(1);
    expect(line("drafting").some((s) => s.stage === "appealed")).toBe(false);
    expect(line("appealed").at(-1)).toEqual({ stage: "appealed", is: "now" });
  });
});

describe("clocks", () => {
  const clock = (state: ClockView["state"], left_ms: number) => ({ state, left_ms });
  test("what runs is counted down; what stands still is not", () => {
    expect(leftNow(clock("running", 5000), 2000)).toBe(3000);
    expect(leftNow(clock("paused", 5000), 2000)).toBe(5000);
    expect(leftNow(clock("expired", -5000), 2000)).toBe(-7000);
    expect(leftNow(clock("running", 5000), -9)).toBe(5000);
  });
  test("a clock that runs down between two answers has run out", () => {
    expect(press(clock("running", 1000), 500)).toBe("soon");
    expect(press(clock("running", 1000), 1500)).toBe("expired");
    expect(press(clock("paused", -1), 0)).toBe("paused");
  });
  test("what ran out stands first, the longest ago on top", () => {
    const all = [clock("paused", 1), clock("running", 9 * HOUR), clock("expired", -HOUR), clock("running", HOUR), clock("stopped", 0), clock("expired", -2 * HOUR)];
    expect(wall(all, 0).map((c) => c.left_ms / HOUR)).toEqual([-2, -1, 1, 9, 1 / HOUR, 0]);
  });
  test("a span in its parts", () => {
    expect(remaining(26 * HOUR + 61_000)).toEqual({ late: false, days: 1, hours: 2, minutes: 1, seconds: 1 });
    expect(hms(remaining(-(2 * HOUR + 5000)))).toBe("02:00:05");
    expect(remaining(-1000).late).toBe(true);
  });
});

test("versions stand under their reference, the latest first", () => {
  const all = ["FND-1/v1", "FND-2/v1", "FND-1/v10", "FND-1/v2"].map((reference) => ({ reference }));
  expect(byReference(all).map((g) => [g.reference, g.versions.map((v) => v.reference)])).toEqual([["FND-1", ["FND-1/v10", "FND-1/v2", "FND-1/v1"]], ["FND-2", ["FND-2/v1"]]]);
});

test("what differs between two versions is named, member by member", () => {
  const text = { clause: { text: "s", clause: "1" }, about: "KA", severity: null, reasons: [{ text: "a", cites: ["b"] }] } as unknown as FindingText;
  const { severity: _, ...without } = { ...text, about: "VE" };
  expect([...differing(text, without as FindingText)]).toEqual(["about"]);
});

test("remedies stand beside their counterparts, whichever names the other", () => {
  const r = (reference: string, paired?: string): RemedyView => ({ reference, ...(paired ? { paired } : {}) }) as RemedyView;
  expect(pairs([r("a"), r("b", "a"), r("c")]).map((g) => g.map((x) => x.reference))).toEqual([["a", "b"], ["c"]]);
  expect(pairs([r("a", "gone")]).map((g) => g.length)).toEqual([1]);
});

test("only allegations that nobody looked at are chosen at once", () => {
  const a = (reference: string, more: Partial<AllegationView>): AllegationView => ({ reference, state: "received", lacks: [], late: "no", ...more }) as AllegationView;
  const all = [a("1", { alike: "0" }), a("2", { lacks: ["time"] }), a("3", {}), a("4", { alike: "0", state: "dismissed" }), a("5", { late: "yes" })];
  expect(preselect(all, "alike")).toEqual(["1"]);
  expect(preselect(all, "lacking")).toEqual(["2"]);
  expect(preselect(all, "sound")).toEqual(["3"]);
});

test("a reason can cite what the case holds, each once", () => {
  const cell = (cites: string[]) => ({ cites });
  expect(citable({ incidents: ["inc-1"], allegations: ["ALG-1"], tasks: [{ reference: "TASK-1", cites: ["obs-1"] }], matrices: [{ cells: [[cell(["obs-1", "#4"])]] }] }))
    .toEqual(["inc-1", "obs-1", "#4", "TASK-1", "ALG-1"]);
});
