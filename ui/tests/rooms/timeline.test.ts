import { describe, expect, test } from "vitest";
import { covers, isConflict, isDone, shownOf, standing, thingsOf, within } from "../../src/lib/board/things";
import { barOf, daysFrom, groupsOf, isIn, midnights, placeOf, rowOf, stepMs, takesMs, wholeOf } from "../../src/lib/board/timeline";
import type { RowView } from "../../src/lib/board/types";
import { AT, entry, HOUR, meeting, notice, noticed, seen, thing, window, windowed } from "./board";

const DAY = 24 * HOUR;
const SHOWN = { from: AT - DAY, until: AT + DAY };
const row = (state: RowView["state"]): RowView => ({ id: "KA/HQ", to: "KA", level: "HQ", channel: null, state, sent_ms: null, objection: null });
/** Nine to twelve by both clocks: in January three hours in all, of which two lie in both readings. */
const TWO = {
  hours_agree: false, from_ms: AT - HOUR, until_ms: AT + HOUR,
  hours: [{ zone: "Europe/Kyiv", from: "2026-01-15T09:00", until: "2026-01-15T12:00", by: "VE" }, { zone: "Europe/Moscow", from: "2026-01-15T09:00", until: "2026-01-15T12:00", by: "KA" }],
};

describe("what is in force at a moment", () => {
  test.each([[0, 10, -1, "no"], [0, 10, 0, "yes"], [0, 10, 10, "no"], [null, 10, 5, "maybe"], [null, 10, 10, "no"], [0, null, 5, "maybe"], [0, null, -1, "no"], [null, null, 5, "maybe"]] as const)(
    "%s to %s at %s: %s", (from, until, ms, is) => expect(within(from, until, ms)).toBe(is));
  test("a released notice by its hours; at its end it is over", () => {
    expect([AT - 2 * HOUR, AT, AT + HOUR].map((ms) => standing(noticed(), ms))).toEqual(["coming", "in-force", "over"]);
    expect([AT - 2 * HOUR, AT, AT + HOUR].map((ms) => covers(noticed(), ms))).toEqual(["no", "yes", "no"]);
  });
  test("a notice without a time, or with one end, is undetermined where that end is lacking", () => {
    expect(standing(noticed({ from_ms: null, until_ms: null }), AT)).toBe("maybe");
    expect(standing(noticed({ until_ms: null }), AT + 9 * DAY)).toBe("maybe");
    expect(standing(noticed({ until_ms: null }), AT - DAY)).toBe("coming");
    expect(standing(noticed({ from_ms: null }), AT + HOUR)).toBe("over");
  });
  test("a notice that two people have not released does not count yet; a withdrawn one not any more", () => {
    for (const state of ["drafted", "released-by-one"] as const) expect(standing(noticed({ state }), AT)).toBe("pending");
    expect(standing(noticed({ state: "drafted" }), AT + DAY)).toBe("over");
    expect(standing(noticed({ state: "withdrawn" }), AT)).toBe("stopped");
    expect(covers(noticed({ state: "withdrawn" }), AT)).toBe("no");
  });
  test("a window only while it is open: not before it was opened, not when a promise ends", () => {
    const open = windowed({ state: "open", opened_ms: AT - HOUR / 2, stands_until_ms: AT + HOUR / 2 });
    expect([AT - HOUR, AT, AT + HOUR / 2].map((ms) => standing(open, ms))).toEqual(["coming", "in-force", "over"]);
    for (const state of ["requested", "promises-pending", "promised"] as const) expect(standing(windowed({ state }), AT)).toBe("pending");
    for (const state of ["suspended", "lapsed", "broken", "called-off"] as const) expect(standing(windowed({ state }), AT)).toBe("stopped");
    for (const state of ["completed", "evaluated", "hours-over"] as const) {
      expect(standing(windowed({ state }), AT)).toBe("over");
      expect(standing(windowed({ state, opened_ms: AT - HOUR }), AT)).toBe("maybe");
    }
  });
  test("a window whose countdown ran out is never shown as open", () => {
    expect(standing(windowed({ state: "open", opened_ms: AT - HOUR, stands_until_ms: AT + HOUR }, true), AT)).toBe("stopped");
  });
  test("what lies in one side's reading alone may be", () => {
    const two = windowed(TWO);
    expect([AT - 3 * HOUR, AT - 1.5 * HOUR, AT, AT + 1.5 * HOUR, AT + 2 * HOUR].map((ms) => covers(two, ms))).toEqual(["no", "maybe", "yes", "maybe", "no"]);
    expect(covers(windowed({ ...TWO, from_ms: null, until_ms: null }), AT - 3 * HOUR)).toBe("no");
  });
  test("a zone that is not known here tells no moment", () => {
    const strange = windowed({ ...TWO, from_ms: null, until_ms: null, hours: [{ zone: "Nowhere/Here", from: "2026-01-15T09:00", until: "2026-01-15T12:00", by: "" }] });
    expect(strange.readings).toEqual([{ zone: "Nowhere/Here", by: "", from_ms: null, until_ms: null }]);
    expect(covers(strange, AT + 99 * DAY)).toBe("maybe");
  });
  test("a protected object is what it is at every moment, however its entry stands", () => {
    for (const state of ["current", "expired", "removed"] as const) {
      const of = thing(seen({ register: [entry("P", { state })] }));
      expect([covers(of, AT - 9 * DAY), standing(of, AT + 9 * DAY), isDone(of, AT)]).toEqual(["yes", "kept", false]);
    }
  });
});

describe("what is shown", () => {
  const all = thingsOf(seen({
    notices: [notice("N1"), notice("N2", { from_ms: AT + 2 * HOUR, until_ms: AT + 3 * HOUR }), notice("N3", { state: "expired", from_ms: AT - 9 * HOUR, until_ms: AT - 8 * HOUR }), notice("N4", { state: "withdrawn" }), notice("N5", { from_ms: null, until_ms: null })],
    windows: [window("W1", { state: "lapsed" }), window("W2", { state: "broken", until_ms: AT - HOUR / 2 })], register: [entry("P1")],
  }));
  const ids = (moment_ms: number | null, done = false): string[] => shownOf(all, { at_ms: AT, moment_ms, done }).things.map((of) => of.id);
  test("of the whole period is what is not over, and what is counted is not lost", () => {
    expect(ids(null)).toEqual(["W1", "N1", "N2", "N5", "P1"]);
    expect(shownOf(all, { at_ms: AT, moment_ms: null, done: false }).done).toBe(3);
    expect(ids(null, true)).toHaveLength(all.length);
  });
  test("of a moment is what its hours hold, with what may be; the rest is counted", () => {
    expect(ids(AT)).toEqual(["W1", "N1", "N5", "P1"]);
    expect(ids(AT - 8.5 * HOUR)).toEqual(["N3", "N5", "P1"]);
    expect(shownOf(all, { at_ms: AT, moment_ms: AT + 2.5 * HOUR, done: false })).toMatchObject({ not_then: 5, done: 0 });
  });
});

describe("conflicts", () => {
  test("stand on both, and what the reader is not told stands on one", () => {
    const [one, two, three] = thingsOf(seen({ notices: [notice("N1"), notice("N2"), notice("N3")], checks: [meeting("N1", "N2", "conflict", AT, AT + HOUR), meeting("N3", "", "conflict", null, null)] }));
    expect([one, two, three].map((of) => of && isConflict(of))).toEqual([true, true, true]);
    expect(two?.meets).toEqual([{ id: "N1", answer: "conflict", from_ms: AT, until_ms: AT + HOUR }]);
    expect(two && rowOf(two, SHOWN).clashes).toEqual([{ from: AT, until: AT + HOUR }]);
    expect(three && rowOf(three, SHOWN).clashes).toEqual([]);
  });
  test("found from both sides are one", () => {
    const all = thingsOf(seen({ notices: [notice("N1"), notice("N2")], checks: [meeting("N1", "N2", "conflict", AT, AT + HOUR), meeting("N2", "N1", "conflict", AT, AT + HOUR)] }));
    expect(all.map((of) => of.meets.length)).toEqual([1, 1]);
  });
  test("an objection is told", () => expect(noticed({ ledger: [row("objected")] }).objected).toBe(true));
});

describe("rows", () => {
  test("tell open ends and what states no time", () => {
    expect(barOf(AT, AT + HOUR, SHOWN)).toEqual({ from: AT, until: AT + HOUR, how: "stated" });
    expect(barOf(AT, null, SHOWN)).toEqual({ from: AT, until: SHOWN.until, how: "open" });
    expect(barOf(null, AT, SHOWN)).toEqual({ from: SHOWN.from, until: AT, how: "open" });
    expect(barOf(null, null, SHOWN)).toEqual({ ...SHOWN, how: "none" });
    expect(isIn(rowOf(noticed({ from_ms: null, until_ms: null }), SHOWN), SHOWN)).toBe(true);
    expect(isIn(rowOf(noticed({ from_ms: AT + DAY, until_ms: AT + 2 * DAY }), SHOWN), SHOWN)).toBe(false);
  });
  test("keep the readings of two sides apart", () => {
    const two = rowOf(windowed(TWO), SHOWN);
    expect(two.bar).toMatchObject({ from: AT - HOUR, until: AT + HOUR });
    expect(two.readings.map((r) => [r.of.zone, r.of.by, r.bar.from, r.bar.until])).toEqual([["Europe/Kyiv", "VE", AT - HOUR, AT + 2 * HOUR], ["Europe/Moscow", "KA", AT - 2 * HOUR, AT + HOUR]]);
    expect(rowOf(windowed({ ...TWO, from_ms: null, until_ms: null }), SHOWN).bar).toBeNull();
    expect(rowOf(windowed(), SHOWN).readings).toEqual([]);
  });
  test("of a route show how long it takes, and how late it may be", () => {
    const ground = { shape: "route" as const, path: [[21, 51], [21, 51.5]] as [number, number][], width_m: 100, speed_kmh: 25, late_ms: HOUR, doubt_m: null };
    expect(takesMs(ground)).toBeCloseTo(2.224 * HOUR, -5);
    const { way } = rowOf(noticed({ ground }), SHOWN);
    expect(way?.from).toBe(AT - HOUR);
    expect((way?.late ?? 0) - (way?.until ?? 0)).toBe(HOUR);
    for (const none of [{ ...ground, speed_kmh: null }, { shape: "undetermined" as const }]) expect(rowOf(noticed({ ground: none }), SHOWN).way).toBeNull();
    expect(rowOf(noticed({ ground, from_ms: null }), SHOWN).way).toBeNull();
  });
  test("are grouped by kind, windows first, in the order of their begin; the register has none", () => {
    const all = thingsOf(seen({ notices: [notice("N2", { from_ms: AT + HOUR }), notice("N1", { kind: "protest" }), notice("N3")], windows: [window("W1")], register: [entry("P1")] }));
    expect(groupsOf(all, SHOWN).map((g) => [g.kind, g.rows.map((r) => r.thing.id)])).toEqual([["window", ["W1"]], ["movement", ["N3", "N2"]], ["protest", ["N1"]]]);
  });
});

describe("the time shown", () => {
  test("holds all that is stated and the moment of the answer, with room", () => {
    const all = thingsOf(seen({ notices: [notice("N1", { from_ms: AT + HOUR, until_ms: AT + 9 * HOUR })], windows: [window("W1", TWO)] }));
    const whole = wholeOf(all, AT);
    expect(whole.from).toBeLessThan(AT - 2 * HOUR);
    expect(whole.until).toBeGreaterThan(AT + 9 * HOUR);
    expect(wholeOf([noticed({ from_ms: null, until_ms: null })], AT)).toEqual({ from: AT - DAY / 2, until: AT + DAY / 2 });
  });
  test("of a civil day has the zone's hours, also where the clocks change", () => {
    const spring = daysFrom("2026-03-29", 1, "Europe/Kyiv");
    expect(spring).toEqual({ from: Date.parse("2026-03-28T22:00:00Z"), until: Date.parse("2026-03-29T21:00:00Z") });
    const week = daysFrom("2026-10-22", 7, "Europe/Kyiv");
    expect(week.until - week.from).toBe(7 * DAY + HOUR);
    const nights = midnights(week, "Europe/Kyiv");
    expect(nights).toHaveLength(6);
    expect(nights.every((ms) => new Date(ms).toLocaleTimeString("en-GB", { timeZone: "Europe/Kyiv" }) === "00:00:00")).toBe(true);
    expect(midnights({ from: AT, until: AT + 200 * DAY }, "UTC")).toEqual([]);
  });
  test("has places from begin to end, and round steps", () => {
    expect([AT - 2 * DAY, AT, AT + 3 * DAY].map((ms) => placeOf(ms, SHOWN))).toEqual([0, 0.5, 1]);
    expect(stepMs(SHOWN)).toBe(5 * 60_000);
    expect(stepMs({ from: 0, until: 7 * DAY })).toBe(15 * 60_000);
    expect(stepMs({ from: 0, until: 400 * DAY })).toBe(DAY);
  });
});
