import { describe, expect, it } from "vitest";
import { days, level } from "../src/lib/ledger";

const step = (start: string, share = 1) => ({ start, end: start, share, least: share });

describe("the coverage strip", () => {
  it("puts each hour into the civil day in which it begins", () => {
    const found = days([step("2026-03-02T22:00:00Z"), step("2026-03-03T21:00:00Z"), step("2026-03-03T22:00:00Z")], "Etc/GMT-2");
    expect(found.map((d) => [d.date, d.steps.length])).toEqual([["2026-03-03", 2], ["2026-03-04", 1]]);
  });

  it("shows nothing watched and all watched as nothing else", () => {
    expect([0, 0.001, 0.33, 0.5, 0.9, 0.98, 1].map(level)).toEqual([0, 1, 1, 2, 3, 3, 4]);
  });
});
