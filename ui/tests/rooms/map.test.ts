import { describe, expect, test } from "vitest";
import { boundsOfThings, thingFeatures } from "../../src/lib/board/features";
import { corridor, extentOf, holds, metres, rim, shapeOf, topOf, unwrapped } from "../../src/lib/board/geometry";
import { scaleBar, sketchOf } from "../../src/lib/board/sketch";
import type { Ground, Position } from "../../src/lib/board/types";
import { AT, entry, HOUR, meeting, notice, seen, thing, window } from "./board";
import { thingsOf } from "../../src/lib/board/things";

const ROUTE: Position[] = [[21, 51.5], [21.1, 51.5], [21.1, 51.6], [21, 51.62]];
const ROUTE_GROUND: Ground = { shape: "route", path: ROUTE, width_m: 1_000, speed_kmh: null, late_ms: null, doubt_m: 400 };
/** Metres from a place to the nearest of many. */
const nearest = (p: Position, path: readonly Position[]): number => Math.min(...path.map((q) => metres(p, q)));
const dense = (path: readonly Position[], n = 400): Position[] =>
  path.slice(1).flatMap((b, i): Position[] => Array.from({ length: n + 1 }, (_, k) => { const a = path[i] ?? b; return [a[0] + ((b[0] - a[0]) * k) / n, a[1] + ((b[1] - a[1]) * k) / n]; }));

describe("a corridor", () => {
  test("has its width: its rim lies at half of it from the way, everywhere", () => {
    const way = dense(ROUTE);
    for (const p of rim(ROUTE, 500).flat()) {
      expect(nearest(p, way)).toBeGreaterThan(490);
      expect(nearest(p, way)).toBeLessThan(515);
    }
  });
  test("is filled where the way is, and not beside it", () => {
    const ring = corridor(ROUTE, 1_000);
    expect(ring[0]).toEqual(ring.at(-1));
    for (const p of dense(ROUTE, 20)) expect(holds(ring, p)).toBe(true);
    for (const p of [[21.05, 51.51], [21.05, 51.49], [21.12, 51.55], [20.98, 51.62]] as Position[]) expect(holds(ring, p)).toBe(false);
  });
  test("fills a bend that is too sharp for its legs, and one that turns back", () => {
    for (const path of [[[21, 51.5], [21.02, 51.5], [21.001, 51.501]], [[21, 51.5], [21.01, 51.5], [21, 51.5]]] as Position[][]) {
      for (const p of rim(path, 500).flat()) expect(Number.isFinite(p[0]) && Number.isFinite(p[1])).toBe(true);
      expect(rim(path, 500).length).toBeGreaterThan(0);
      expect(corridor(path, 1_000).every((p) => p.every(Number.isFinite))).toBe(true);
    }
  });
  test("of no width is a line", () => {
    const shape = shapeOf({ ...ROUTE_GROUND, width_m: 0, doubt_m: null });
    expect(shape?.fill).toBeNull();
    expect(shape?.edge).toEqual([ROUTE]);
    expect(shape?.doubt).toEqual([]);
  });
  test("runs on over the antimeridian", () => {
    expect(unwrapped([[179.9, 10], [-179.9, 10], [-179.9, 10]])).toEqual([[179.9, 10], [expect.closeTo(180.1, 9), 10]]);
    const shape = shapeOf({ shape: "route", path: [[179.9, 10], [-179.9, 10.1]], width_m: 2_000, speed_kmh: null, late_ms: null, doubt_m: null });
    const e = extentOf(shape ?? never());
    expect(e.east - e.west).toBeLessThan(0.3);
  });
});

function never(): never {
  throw new Error("there is no shape");
}

describe("doubt", () => {
  test("of a point goes round it, beyond what it reaches", () => {
    const shape = shapeOf({ shape: "point", at: [21, 51.5], radius_m: 300, doubt_m: 200 }) ?? never();
    for (const p of shape.doubt.flat()) expect(metres([21, 51.5], p)).toBeCloseTo(500, -1);
    for (const p of shape.edge.flat()) expect(metres([21, 51.5], p)).toBeCloseTo(300, -1);
  });
  test("of a route lies outside its corridor, all along", () => {
    const shape = shapeOf(ROUTE_GROUND) ?? never();
    const way = dense(ROUTE);
    for (const p of shape.doubt.flat()) expect(Math.abs(nearest(p, way) - 900)).toBeLessThan(20);
  });
  test("of an area lies outside its edge, also in a bay", () => {
    const edge: Position[] = [[21, 51.5], [21.2, 51.5], [21.2, 51.6], [21.1, 51.53], [21, 51.6]];
    const shape = shapeOf({ shape: "area", edge, doubt_m: 500 }) ?? never();
    const ring = shape.fill ?? [];
    expect(shape.doubt.length).toBeGreaterThan(0);
    for (const p of shape.doubt.flat()) {
      expect(holds(ring, p)).toBe(false);
      expect(Math.abs(nearest(p, dense(ring)) - 500)).toBeLessThan(15);
    }
  });
  test("that nobody states, or of none, is not drawn", () => {
    for (const doubt_m of [null, 0]) expect(shapeOf({ shape: "point", at: [21, 51.5], radius_m: 300, doubt_m })?.doubt).toEqual([]);
  });
});

test("a place that nobody states has no shape, and a point without extent has a sign alone", () => {
  expect(shapeOf({ shape: "undetermined" })).toBeNull();
  expect(shapeOf({ shape: "point", at: [21, 51.5], radius_m: 0, doubt_m: null })).toMatchObject({ fill: null, edge: [], doubt: [], anchor: [21, 51.5] });
});

test("a sign stands on the way, and in the area", () => {
  const route = shapeOf(ROUTE_GROUND) ?? never();
  expect(nearest(route.anchor, dense(ROUTE))).toBeLessThan(50);
  const hook: Position[] = [[21, 51.5], [21.2, 51.5], [21.2, 51.51], [21.01, 51.51], [21.01, 51.6], [21, 51.6]];
  const area = shapeOf({ shape: "area", edge: hook, doubt_m: null }) ?? never();
  expect(nearest(area.anchor, dense([...hook, hook[0] ?? [0, 0]]))).toBeLessThan(50);
  expect(topOf(area)[1]).toBe(51.6);
});

test("the most corners that a route may have are drawn within a moment", () => {
  const path = Array.from({ length: 500 }, (_, i): Position => [21 + i * 0.01, 51 + 0.05 * Math.sin(i)]);
  expect(rim(path, 300).flat().length).toBeGreaterThan(1_000);
});

describe("what the map draws", () => {
  const all = thingsOf(seen({
    notices: [notice("N1", { ground: ROUTE_GROUND }), notice("N2", { kind: "flight", ground: { shape: "undetermined" } }), notice("N3", { kind: "repair", ground: { shape: "point", at: [21.05, 51.5], radius_m: 100, doubt_m: 50 } })],
    windows: [window("W1", { ground: { shape: "point", at: [21.05, 51.5], radius_m: 2_000, doubt_m: 20 } })], register: [entry("P1", { told: "coarse", coarse: { shape: "area", edge: [[21, 51], [21.1, 51], [21.1, 51.1]], doubt_m: null } })],
    checks: [meeting("N3", "N1", "conflict", AT, AT + HOUR)],
  }));
  const drawn = thingFeatures(all, AT, "N3").features;
  const of = (id: string, part?: string) => drawn.filter((f) => f.properties?.id === id && (!part || f.properties.part === part));
  test("is its kind, its state, its doubt and its sign; what has no place is not drawn", () => {
    expect(of("N1").map((f) => f.properties?.part)).toEqual(["fill", "edge", "way", "doubt", "sign", "meets"]);
    expect(of("N1", "fill")[0]?.properties).toMatchObject({ family: "move", stands: "in-force", conflict: true, chosen: false });
    expect(of("N3", "sign")[0]?.properties).toMatchObject({ sign: "□", marks: "▶ ▲", chosen: true });
    expect(of("N2")).toEqual([]);
  });
  test("a conflict is marked on both, and one line joins them", () => {
    expect(drawn.filter((f) => f.properties?.conflict && f.properties.part === "sign").map((f) => f.properties?.id).sort()).toEqual(["N1", "N3"]);
    expect(drawn.filter((f) => f.properties?.part === "meets")).toHaveLength(1);
  });
  test("wider grounds lie beneath narrower ones", () => {
    const order = drawn.filter((f) => f.properties?.part === "sign").map((f) => f.properties?.id);
    expect(order.indexOf("W1")).toBeLessThan(order.indexOf("N3"));
  });
  test("an entry is drawn where the reader was told that it is, and no better", () => {
    expect(of("P1", "fill")[0]?.geometry).toMatchObject({ coordinates: [[[21, 51], [21.1, 51], [21.1, 51.1], [21, 51]]] });
    expect(of("P1", "way")).toEqual([]);
    expect(thing(seen({ register: [entry("P2", { told: "category-only", coarse: null })] }))).toMatchObject({ untold: true, ground: { shape: "undetermined" } });
  });
  test("the bounds hold everything, and there are none of nothing", () => {
    const [w, s, e, n] = boundsOfThings(all) ?? never();
    expect([w < 21, s <= 51, e > 21.1, n > 51.62]).toEqual([true, true, true, true]);
    expect(boundsOfThings([])).toBeNull();
  });
});

describe("a sketch", () => {
  test.each([[1_234, 1_000], [999, 500], [500, 500], [499, 200], [2.5, 2], [0.15, 0.1], [0, 0], [Number.NaN, 0]])("a bar of at most %d m has %d m", (most, bar) => expect(scaleBar(most)).toBeCloseTo(bar, 9));
  test("has its bar to scale, north up, and tells the centre and the extent that are stated", () => {
    const s = sketchOf({ shape: "point", at: [21, 51.5], radius_m: 1_000, doubt_m: 500 }, 320, 200, 20) ?? never();
    expect(s.centre[0]).toBeCloseTo(21, 4);
    expect(s.centre[1]).toBeCloseTo(51.5, 4);
    expect(Math.abs(s.east_m - 2_000)).toBeLessThan(10);
    expect(Math.abs(s.north_m - 2_000)).toBeLessThan(10);
    // With its doubt, 3,000 m fill the 160 units of its height.
    expect(s.bar.px / s.bar.m).toBeCloseTo(160 / 3_000, 3);
    expect(s.bar.px).toBeLessThan(280 * 0.4 + 0.01);
    const ring = [...(s.edge.match(/-?[\d.]+ -?[\d.]+/g) ?? [])].map((pair) => Number(pair.split(" ")[1]));
    expect(Math.min(...ring)).toBeGreaterThan(20);
    expect(s.edge.startsWith("M160 ")).toBe(true);
    expect(Number(/^M160 ([\d.]+)/.exec(s.edge)?.[1])).toBeLessThan(100);
  });
  test("of a bare point has an extent of none and a bar all the same", () => {
    const s = sketchOf({ shape: "point", at: [21, 51.5], radius_m: 0, doubt_m: null }, 320, 200, 20) ?? never();
    expect([s.east_m, s.north_m, s.fill, s.doubt]).toEqual([0, 0, "", ""]);
    expect(s.bar.m).toBe(50);
  });
  test("of an unknown place is none", () => expect(sketchOf({ shape: "undetermined" }, 320, 200, 20)).toBeNull());
});
