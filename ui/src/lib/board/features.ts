/** The board's grounds as the map draws them: by kind in colour, pattern and sign, by state in the edge, and each with its stated doubt. */
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { extentOf, type Shape, shapeOf, topOf } from "./geometry";
import { FAMILY_SIGNS, isConflict, STANDING_SIGNS, type Thing, standing } from "./things";

/** What a feature is of its thing. */
export type Part = "fill" | "edge" | "way" | "doubt" | "sign" | "meets";

function marks(of: Thing, ms: number): string {
  return [STANDING_SIGNS[standing(of, ms)], isConflict(of) ? "▲" : of.answer === "undetermined" ? "◇" : "", of.objected ? "✖" : ""].filter(Boolean).join(" ");
}

/** All that a drawing depends on: while it is the same, nothing is drawn anew. */
export function drawnAs(things: readonly Thing[], ms: number): string {
  return things.map((of) => [of.id, of.family, standing(of, ms), marks(of, ms), JSON.stringify(of.ground), of.meets.map((m) => m.answer + m.id).join()].join("|")).join("\n");
}

/** Where its sign stands: a window's at its edge, for what it is for mostly stands at its centre. */
const signAt = (of: Thing, shape: Shape): Shape["anchor"] => (of.is === "window" ? topOf(shape) : shape.anchor);

function parts(of: Thing, shape: Shape, ms: number, chosen: boolean): Feature[] {
  const stands = standing(of, ms);
  const base = { id: of.id, family: of.family, stands, conflict: isConflict(of), chosen };
  const one = (part: Part, geometry: Geometry, more: object = {}): Feature => ({ type: "Feature", properties: { ...base, part, ...more }, geometry });
  return [
    ...(shape.fill ? [one("fill", { type: "Polygon", coordinates: [shape.fill] })] : []),
    ...(shape.edge.length ? [one("edge", { type: "MultiLineString", coordinates: shape.edge })] : []),
    ...(shape.way ? [one("way", { type: "LineString", coordinates: shape.way })] : []),
    ...(shape.doubt.length ? [one("doubt", { type: "MultiLineString", coordinates: shape.doubt })] : []),
    one("sign", { type: "Point", coordinates: signAt(of, shape) }, { sign: FAMILY_SIGNS[of.family], marks: marks(of, ms) }),
  ];
}

/** Lines between those that conflict, as far as both are shown. */
function joints(things: readonly Thing[]): Feature[] {
  const at = new Map(things.flatMap((thing) => {
    const shape = shapeOf(thing.ground);
    return shape ? [[thing.id, signAt(thing, shape)] as const] : [];
  }));
  return things.flatMap((thing) => thing.meets.flatMap((m): Feature[] => {
    const [from, to] = [at.get(thing.id), at.get(m.id)];
    // Each pair once.
    if (m.answer !== "conflict" || !from || !to || thing.id > m.id) return [];
    return [{ type: "Feature", properties: { part: "meets", id: thing.id, other: m.id }, geometry: { type: "LineString", coordinates: [from, to] } }];
  }));
}

const size = (shape: Shape): number => {
  const e = extentOf(shape);
  return (e.east - e.west) * (e.north - e.south);
};

/** Wider ones lie beneath narrower ones. */
export function thingFeatures(things: readonly Thing[], ms: number, chosen: string | null): FeatureCollection {
  const placed = things.flatMap((of) => {
    const shape = shapeOf(of.ground);
    return shape ? [{ of, shape, size: size(shape) }] : [];
  });
  placed.sort((a, b) => b.size - a.size);
  return { type: "FeatureCollection", features: [...placed.flatMap(({ of, shape }) => parts(of, shape, ms, of.id === chosen)), ...joints(things)] };
}

/** West, south, east and north of all that have a place; null: none has. */
export function boundsOfThings(things: readonly Thing[]): [number, number, number, number] | null {
  const all = things.flatMap((of) => shapeOf(of.ground) ?? []).map((shape) => extentOf(shape));
  if (!all.length) return null;
  return [Math.min(...all.map((e) => e.west)), Math.min(...all.map((e) => e.south)), Math.max(...all.map((e) => e.east)), Math.max(...all.map((e) => e.north))];
}
