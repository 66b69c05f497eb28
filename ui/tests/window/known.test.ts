import { describe, expect, test } from "vitest";
import type { WindowsSeen, WindowView } from "../../src/lib/board/types";
import { age, FRESH_MS, isFresh, kept, known, shown, spokenMark } from "../../src/window/known";

const MIN = 60_000;
const T = Date.UTC(2026, 4, 10, 10);
const silence = (more: Partial<WindowView> = {}): WindowView => ({
  reference: "WIN-2026-0001", revision: 1, purpose: "", asked_for: "", state: "open", ground: { shape: "undetermined" }, hours: [], hours_agree: true, from_ms: T - MIN, until_ms: T + 60 * MIN,
  promises: [{ party: "KA", state: "given", until_ms: T + 30 * MIN, words: "we hold" }], without: [], posts: 1, posted: ["post 3, by the mill"], monitors: ["post 3, by the mill"], opened_ms: T - MIN,
  stands_until_ms: T + 30 * MIN, left_ms: 30 * MIN, ends_by: ["the promise of KA"], broken_by: [], work: null, outcome: null, lacks: ["`post 4` in place"], history: [], ...more,
});
const seen = (w: WindowView): WindowsSeen => ({ zone: "UTC", at_ms: T, person: "w.1", windows: [w], messages: [], may: [] });
/** Heard at `T` by a device whose clock is right. */
const heard = (w: WindowView) => known(seen(w), T, T);

describe("what is known grows old", () => {
  test("it is fresh for seconds, and not at all when the last question had no answer", () => {
    expect(isFresh({ heard_ms: T }, T + FRESH_MS, false)).toBe(true);
    expect(isFresh({ heard_ms: T }, T + FRESH_MS + 1, false)).toBe(false);
    expect(isFresh({ heard_ms: T }, T, true)).toBe(false);
  });
  test("a clock that was set back tells no age, and nothing is fresh by it", () => {
    expect(age({ heard_ms: T }, T - 10 * MIN)).toBeNull();
    expect(isFresh({ heard_ms: T }, T - 10 * MIN, false)).toBe(false);
    expect(age({ heard_ms: T }, T - 1_000)).toBe(0);
  });
});

describe("a window that was open", () => {
  const w = silence();
  test("is open for sure only while it is fresh", () => {
    expect(shown(w, heard(w), T + 5_000, true)).toEqual({ state: "open", isSure: true, until_ms: T + 30 * MIN, left_ms: 30 * MIN - 5_000 });
    expect(shown(w, heard(w), T + 5 * MIN, false)).toMatchObject({ state: "open", isSure: false });
  });
  test("has run out by the clock alone, offline as well: by the promise, or by the hours", () => {
    expect(shown(w, heard(w), T + 30 * MIN, false)).toEqual({ state: "lapsed", isSure: true, until_ms: null, left_ms: null });
    const hours = silence({ until_ms: T + 30 * MIN });
    expect(shown(hours, heard(hours), T + 30 * MIN, false).state).toBe("hours-over");
  });
  test("has no countdown where nobody can tell how long ago it was heard", () => {
    expect(shown(w, heard(w), T - 10 * MIN, false)).toMatchObject({ state: "open", isSure: false, left_ms: null });
  });
  test("is counted down by the desk's clock, and a slow answer makes it end rather too early", () => {
    // The device's clock is five minutes behind; the answer took two seconds.
    const from = known(seen(w), T - 5 * MIN, T - 5 * MIN + 2_000);
    const left = shown(w, from, T - 5 * MIN + 2_000, true).left_ms ?? 0;
    expect(left).toBeLessThanOrEqual(30 * MIN);
    expect(left).toBeGreaterThanOrEqual(30 * MIN - 2_000);
  });
});

test("what is closed stays closed; what was promised and ran out is promised no more", () => {
  const off = silence({ state: "called-off", stands_until_ms: null });
  expect(shown(off, heard(off), T + 60 * MIN, false)).toMatchObject({ state: "called-off", isSure: true });
  const promised = silence({ state: "promised", stands_until_ms: null });
  expect(shown(promised, heard(promised), T + MIN, false)).toMatchObject({ state: "promised", isSure: false });
  expect(shown(promised, heard(promised), T + 31 * MIN, true).state).toBe("promises-pending");
  const broken = silence({ state: "broken", stands_until_ms: null });
  expect(shown(broken, heard(broken), T + MIN, false)).toMatchObject({ state: "broken", isSure: false });
});

test("where monitors stand does not stay on the device", () => {
  const text = JSON.stringify(kept(heard(silence())));
  for (const word of ["mill", "post 4", "we hold"]) expect(text).not.toContain(word);
  expect(text).toContain("the promise of KA");
});

test("time left is said aloud at marks, each once", () => {
  expect([61, 60, 16, 15, 4, 0.5].map((m) => spokenMark(m * MIN))).toEqual([null, 60, 30, 15, 5, 1]);
});
