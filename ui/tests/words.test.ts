import { expect, test } from "vitest";
import { circle, coordinates, digitsFor, offset } from "../src/lib/geo";
import { outcomeUnder, versionName } from "../src/lib/words";

const outcomes = [
  { version: 0, clause: "2.1", outcome: "kept" as const },
  { version: 0, clause: "3.1", outcome: "undetermined" as const },
  { version: 1, clause: "2.1", outcome: "breached" as const },
];

test("the gravest outcome is of one text, never of another", () => {
  expect(outcomeUnder({ outcomes }, 0, null)).toBe("undetermined");
  expect(outcomeUnder({ outcomes }, 1, null)).toBe("breached");
});

test("the outcome under a clause is that clause's; without one the clause does not apply", () => {
  expect(outcomeUnder({ outcomes }, 0, "2.1")).toBe("kept");
  expect(outcomeUnder({ outcomes }, 1, "3.1")).toBe("not_applicable");
  expect(outcomeUnder({ outcomes: [] }, 0, null)).toBe("not_applicable");
});

test("a text is not named twice", () => {
  expect(versionName({ label: "Lindmar, draft 4", version: "Draft 4" })).toBe("Lindmar, draft 4");
  expect(versionName({ label: "Lindmar", version: "draft 4" })).toBe("Lindmar · draft 4");
});

test("a position has no more digits than it is known to", () => {
  expect(coordinates(21.123456, -51.5, digitsFor(10_000))).toBe("51.50° S, 21.12° E");
  expect(coordinates(-21.123456, 51.5, digitsFor(500))).toBe("51.500° N, 21.123° W");
});

test("a circle is closed, and every point of it is as far away as it says", () => {
  const ring = circle(21, 51, 5_000);
  expect(ring[0]?.map((v) => v.toFixed(9))).toEqual(ring.at(-1)?.map((v) => v.toFixed(9)));
  for (const point of ring) {
    const [lon = 0, lat = 0] = point;
    const rad = Math.PI / 180;
    const h = Math.sin(((lat - 51) * rad) / 2) ** 2 + Math.cos(51 * rad) * Math.cos(lat * rad) * Math.sin(((lon - 21) * rad) / 2) ** 2;
    expect(2 * 6_371_008.8 * Math.asin(Math.sqrt(h))).toBeCloseTo(5_000, 3);
  }
  expect(offset(21, 51, 0, 90)).toEqual([21, 51]);
});
