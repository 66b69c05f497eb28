import { describe, expect, test } from "vitest";
import { bearingOf, placeOf, pointAt, pointOf, sector, turned } from "../../src/field/dial";
import { POINTS } from "../../src/field/vocabulary";

describe("the dial", () => {
  test("north is up, east is right, and bearings go clockwise", () => {
    expect(bearingOf(0, -10)).toBeCloseTo(0);
    expect(bearingOf(10, 0)).toBeCloseTo(90);
    expect(bearingOf(0, 10)).toBeCloseTo(180);
    expect(bearingOf(-10, 0)).toBeCloseTo(270);
  });

  test("a bearing goes to the nearest of the sixteen points, across north too", () => {
    expect(POINTS[pointOf(11)]).toBe("N");
    expect(POINTS[pointOf(12)]).toBe("NNE");
    expect(POINTS[pointOf(349)]).toBe("N");
    expect(POINTS[pointOf(348)]).toBe("NNW");
    expect(POINTS[pointOf(-90)]).toBe("W");
    expect(POINTS[pointOf(720 + 225)]).toBe("SW");
  });

  test("the middle of every drawn sector is that sector's point", () => {
    for (let i = 0; i < 16; i += 1) {
      const { x, y } = placeOf(i, 100);
      expect(pointAt(150 + x, 150 + y, 300)).toBe(i);
    }
  });

  test("a touch near the middle says nothing", () => {
    expect(pointAt(150, 150, 300)).toBeNull();
    expect(pointAt(170, 140, 300)).toBeNull();
  });

  test("keys turn it, Home is north, other keys are not the dial's", () => {
    expect(turned(0, "ArrowLeft")).toBe(15);
    expect(turned(15, "ArrowRight")).toBe(0);
    expect(turned(null, "ArrowRight")).toBe(0);
    expect(turned(7, "Home")).toBe(0);
    expect(turned(7, "Tab")).toBeNull();
  });

  test("a sector is a closed shape without gaps in its numbers", () => {
    for (let i = 0; i < 16; i += 1) expect(sector(i, 66, 146)).toMatch(/^M[-\d. ]+L[-\d. ]+A[-\d. ]+L[-\d. ]+A[-\d. ]+Z$/);
  });
});
