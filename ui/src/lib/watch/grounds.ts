/** The watch's grounds as the map draws them: a cell by its bounds, a zone by the shape that the text gives it. */
import type { Feature, FeatureCollection, Position } from "geojson";
import type { Pattern } from "../map/patterns";
import { evidenceStep, stateOf, strongest } from "./order";
import type { StreamLine } from "./types";

/** The pattern of a ground: by evidence where there is any, else by how it was seen. */
export function patternOf(stream: Pick<StreamLine, "evidence" | "quiet" | "flags">): Pattern {
  const state = stateOf(stream);
  return state === "rise" || state === "seen" ? `e${evidenceStep(stream.evidence)}` : state;
}

const GLYPHS: Partial<Record<Pattern, string>> = { "e4": "▲▲", "e1": "▲", "e2": "▲", "e3": "▲", "calm": "≈", "silent": "◌", "unobserved": "×", "warming-up": "…" };

function ring([w, s, e, n]: [number, number, number, number]): Position[] {
  const east = e < w ? e + 360 : e;
  return [[w, s], [east, s], [east, n], [w, n], [w, s]];
}

/** Cells and zones with their strongest stream. `zones`: the agreement's features; a zone without a shape is in the list only. */
export function groundFeatures(streams: readonly StreamLine[], what: string, zones: readonly Feature[], percent: (share: number) => string): FeatureCollection {
  const features: Feature[] = [];
  // Zones lie under cells: they are wider.
  const all = strongest(streams, what).sort((a, b) => Number(a.ground.is === "cell") - Number(b.ground.is === "cell"));
  for (const s of all) {
    const pattern = patternOf(s);
    const glyph = GLYPHS[pattern] ?? "";
    const label = pattern.startsWith("e") ? (glyph ? `${glyph} ${percent(s.evidence)}` : "") : glyph;
    const properties = { id: `${s.ground.name}\n${s.what}`, pattern, label };
    if (s.ground.bounds) features.push({ type: "Feature", properties, geometry: { type: "Polygon", coordinates: [ring(s.ground.bounds)] } });
    else for (const zone of zones) if (zone.properties?.name === s.ground.name && zone.properties?.kind === "zone") features.push({ type: "Feature", properties, geometry: zone.geometry });
  }
  return { type: "FeatureCollection", features };
}

/** West, south, east and north of all of them; null where there is none. */
export function boundsOf(features: readonly Feature[]): [number, number, number, number] | null {
  let out: [number, number, number, number] | null = null;
  const take = (at: unknown): void => {
    if (!Array.isArray(at)) return;
    const [x, y] = at as unknown[];
    if (typeof x === "number" && typeof y === "number") out = out ? [Math.min(out[0], x), Math.min(out[1], y), Math.max(out[2], x), Math.max(out[3], y)] : [x, y, x, y];
    else at.forEach(take);
  };
  for (const f of features) if ("coordinates" in f.geometry) take(f.geometry.coordinates);
  return out;
}
