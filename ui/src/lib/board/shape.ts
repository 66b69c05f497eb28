/** Ground and height: from what people type, and in words. Positions are typed latitude first, as people say them, and sent longitude first. */
import { num, t, length as metres } from "../i18n/index.svelte";
import type { Ground, Height, Position } from "./types";

export const SHAPES = ["undetermined", "point", "route", "area"] as const;
export const DATUMS = ["not-stated", "surface", "above-ground", "above-sea"] as const;
export type Shape = (typeof SHAPES)[number];

const PAIR = /^([+-]?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)$/;

/** Corners, one a line; or the number of the first line that cannot be read. */
export function corners(text: string): Position[] | number {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const out: Position[] = [];
  for (const [i, line] of lines.entries()) {
    const found = PAIR.exec(line);
    const [lat, lon] = [Number(found?.[1]), Number(found?.[2])];
    if (!found || Math.abs(lat) > 90 || Math.abs(lon) > 180) return i + 1;
    out.push([lon, lat]);
  }
  return out;
}

interface Typed { shape: string; at: readonly Position[]; reach_m: number; doubt_m: number | null; speed_kmh: number | null; late_ms?: number | null }

/** The ground of what was typed; `null`: the corners do not make that shape. A route's reach is half the width of its corridor. */
export function ground({ shape, at, reach_m, doubt_m, speed_kmh, late_ms = null }: Typed): Ground | null {
  const [first] = at;
  if (shape === "undetermined") return at.length ? null : { shape };
  if (shape === "point") return first && at.length === 1 ? { shape, at: first, radius_m: reach_m, doubt_m } : null;
  if (shape === "route") return at.length >= 2 ? { shape, path: [...at], width_m: 2 * reach_m, speed_kmh, late_ms, doubt_m } : null;
  return shape === "area" && at.length >= 3 ? { shape, edge: [...at], doubt_m } : null;
}

export const degrees = ([lon, lat]: Position): string => `\u2066${lat.toFixed(4)}, ${lon.toFixed(4)}\u2069`;

export function groundWords(of: Ground): string {
  if (of.shape === "undetermined") return t("b.g.undetermined");
  const doubt = of.doubt_m === null ? t("b.g.doubt_unsaid") : t("b.g.doubt", { m: metres(of.doubt_m) });
  const shape = of.shape === "point" ? t("b.g.point", { at: degrees(of.at), m: metres(of.radius_m) })
    : of.shape === "route" ? t("b.g.route", { n: num(of.path.length), m: metres(of.width_m) })
    : t("b.g.area", { n: num(of.edge.length) });
  const speed = of.shape === "route" && of.speed_kmh !== null ? [t("b.g.speed", { n: num(of.speed_kmh) })] : [];
  return [shape, ...speed, doubt].join("; ");
}

/** Every corner, latitude first, for whoever has to find the place. */
export function cornersOf(of: Ground): string[] {
  if (of.shape === "route") return of.path.map(degrees);
  return of.shape === "area" ? of.edge.map(degrees) : [];
}

export function heightWords(of: Height): string {
  if (of.datum === "not-stated" || of.datum === "surface") return t(`b.h.${of.datum}`);
  return t(`b.h.${of.datum}`, { low: metres(of.low_m), high: metres(of.high_m) });
}
