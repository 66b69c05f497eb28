import { describe, expect, test } from "vitest";
import { bandPath, bands, countOf, daysOf, daysOfView, heights, linePath, niceTop, runs, shares, topOf } from "../../src/lib/watch/charts";
import type { AheadView, DayOf } from "../../src/lib/watch/types";

const line = { first_day: "2026-03-01T22:00:00Z", counts: [3, 0, 0, 2, 0], expected: [1, 1, 0.04, null, null], high: [3, 3, null, null, null], part: [1, 0.5, 0.01, 0.02, 0.05] };

describe("a day that nobody saw is never a zero", () => {
  const days = daysOf(line);
  test("a seen day without anything is none; an unseen one is nothing that can be drawn", () => {
    expect(days.map((d) => d.count)).toEqual([3, 0, null, 2, 0]);
    expect(days.map((d) => d.seen)).toEqual([true, true, false, false, true]);
  });
  test("what came on an unseen day all the same is kept, and marked", () => {
    expect(countOf(2, false)).toBe(2);
    expect(countOf(0, false)).toBeNull();
    expect(countOf(0, true)).toBe(0);
  });
  test("a stream by itself is told by the server which days were seen", () => {
    const day: DayOf = { day: "2026-03-01T22:00:00Z", count: 0, late: 0, happened: 0, part: 0.9, unobserved: true };
    expect(daysOfView([day, { ...day, unobserved: false }]).map((d) => d.count)).toEqual([null, 0]);
  });
  test("days without a beginning have no date, and are drawn all the same", () => {
    expect(daysOf({ counts: [1], expected: [null], high: [null], part: [1] })[0]).toMatchObject({ ms: null, count: 1 });
  });
});

describe("scales", () => {
  test("the top is round, not below, and never nothing", () => {
    expect([0, 0.2, 1, 1.1, 4.5, 7, 9, 11, 34, 99, 101].map(niceTop)).toEqual([1, 1, 1, 2, 5, 8, 10, 12, 40, 100, 120]);
    for (let most = 1; most < 5000; most += 7) expect(niceTop(most)).toBeGreaterThanOrEqual(most);
  });
  test("it holds counts, what was expected and its high", () => expect(topOf(daysOf(line))).toBe(3));
  test("heights grow with what is counted and stay in the box", () => {
    const y = heights(10, 40);
    expect([y(0), y(5), y(10), y(12), y(-1)]).toEqual([0, 20, 40, 40, 0]);
  });
});

describe("a line ends where nothing is expected", () => {
  test("runs", () => expect(runs([1, 2, null, null, 3])).toEqual([{ from: 0, values: [1, 2] }, { from: 4, values: [3] }]));
  test("one stroke for each run", () => {
    const y = (v: number): number => v * 10;
    expect(linePath([1, 2, null, 3], 5, 40, y)).toBe("M0 30H5L5 20H10M15 10H20");
    expect(bandPath([null, 2], 5, 40, y)).toBe("M5 40V20H10V40Z");
    expect(linePath([null, null], 5, 40, y)).toBe("");
  });
});

test("bands of a forecast lie in each other, the widest first", () => {
  const ahead = { quantiles: [1, 2, 4, 6, 9, 12, 15] } as Pick<AheadView, "quantiles">;
  expect(bands(ahead).map((b) => [b.from, b.to, b.within])).toEqual([[1, 15, 0.9], [2, 12, 0.8], [4, 9, 0.5]]);
});

test("bars are parts of the longest; where nothing was brought there is none", () => {
  expect(shares([4, 2, 0, -1])).toEqual([1, 0.5, 0, 0]);
  expect(shares([0, 0])).toEqual([0, 0]);
  expect(shares([])).toEqual([]);
});
