/** What the board's forms share: places, heights and lists as people type them, and for whom somebody acts. */
import { lines } from "../cases/form";
import type { Field, Option, Values } from "../cases/specs";
import type { May } from "../cases/types";
import { t } from "../i18n/index.svelte";
import { numberOf, textOf } from "../rooms/forms";
import { corners, ground, SHAPES } from "./shape";
import type { Ground, Height, Position, Site } from "./types";
import { signOf, word } from "./words";

export const words = (list: string, codes: readonly string[]): Option[] => codes.map((value) => {
  const { glyph } = signOf(list, value);
  return { value, label: word(list, value), ...(glyph === "·" ? {} : { glyph }) };
});
export const why: Field = { name: "why", kind: "area", label: "b.f.why", required: true, hint: "c.hint.why" };

const OTHERS = ["liaison", "planner"];
/** The party or organisation for which somebody acts; empty: the mission. */
export const ownOf = (as: readonly May[]): string => as.find((m) => OTHERS.includes(m.role))?.of ?? "";
/** Whether somebody acts for that party or organisation: the mission's staff write down for all of them. */
export const isFor = (may: readonly May[], actor: string): boolean => may.some((m) => !OTHERS.includes(m.role) || m.of === actor);

export const grounds = (value: string = "point"): Field[] => [
  { name: "shape", kind: "choice", label: "b.f.shape", required: true, value, options: words("shape", SHAPES) },
  { name: "coordinates", kind: "lines", label: "b.f.coordinates", hint: "b.hint.coordinates" },
  { name: "reach_m", kind: "text", label: "b.f.reach" },
  { name: "doubt_m", kind: "text", label: "b.f.doubt" },
];

type Label = "reach" | "doubt" | "speed" | "low" | "high" | "late" | "radius" | "site_doubt" | "found_doubt";
export const bad = (key: Label): string => t("b.bad.number", { what: t(`b.f.${key}`) });

/** The ground that was typed, or what is wrong with it. */
export function typedGround(values: Values): Ground | string {
  const at = corners(textOf(values, "coordinates"));
  if (typeof at === "number") return t("b.bad.line", { n: at });
  const [reach_m, doubt_m, speed_kmh, late] = [numberOf(values, "reach_m"), numberOf(values, "doubt_m"), numberOf(values, "speed_kmh"), numberOf(values, "late_min")];
  if (reach_m === undefined || (reach_m === null && values.shape === "route")) return bad("reach");
  if (doubt_m === undefined) return bad("doubt");
  if (speed_kmh === undefined) return bad("speed");
  if (late === undefined) return bad("late");
  const late_ms = late === null ? null : Math.round(late * 60_000);
  return ground({ shape: textOf(values, "shape"), at, reach_m: reach_m ?? 0, doubt_m, speed_kmh, late_ms }) ?? t("b.bad.shape");
}

const pair = ([lon, lat]: Position): string => `${lat}, ${lon}`;
const figure = (value: number | null): string => (value === null ? "" : String(value));

/** What stands in the fields of a ground that is known. */
export function groundValues(of: Ground): Values {
  if (of.shape === "undetermined") return { shape: of.shape };
  const doubt_m = figure(of.doubt_m);
  if (of.shape === "point") return { shape: of.shape, coordinates: pair(of.at), reach_m: String(of.radius_m), doubt_m };
  if (of.shape === "area") return { shape: of.shape, coordinates: of.edge.map(pair).join("\n"), doubt_m };
  const late_min = of.late_ms === null ? "" : String(of.late_ms / 60_000);
  return { shape: of.shape, coordinates: of.path.map(pair).join("\n"), reach_m: String(of.width_m / 2), doubt_m, speed_kmh: figure(of.speed_kmh), late_min };
}

export function typedHeight(values: Values): Height | string {
  const datum = textOf(values, "datum");
  if (datum !== "above-ground" && datum !== "above-sea") return { datum: datum === "surface" ? "surface" : "not-stated" };
  const [low_m, high_m] = [numberOf(values, "low_m"), numberOf(values, "high_m")];
  if (low_m === undefined || low_m === null) return bad("low");
  return high_m === undefined || high_m === null ? bad("high") : { datum, low_m, high_m };
}

/** One place in a field; null: none is typed. */
export function typedPlace(values: Values, name: string, label: "site" | "found_at"): Position | null | string {
  const at = corners(textOf(values, name));
  if (typeof at === "number" || at.length > 1) return t("b.bad.pair", { what: t(`b.f.${label}`) });
  return at[0] ?? null;
}

/** The exact site that was typed; null: none. */
export function typedSite(values: Values): Site | null | string {
  const at = typedPlace(values, "site", "site");
  if (at === null || typeof at === "string") return at;
  const [radius_m, doubt_m] = [numberOf(values, "radius_m"), numberOf(values, "site_doubt_m")];
  if (radius_m === undefined) return bad("radius");
  return doubt_m === undefined ? bad("site_doubt") : { at, radius_m: radius_m ?? 0, doubt_m };
}

/** Further statements, one a line: a name, a colon, a value; or the number of the first line that is none. */
export function typedContent(text: string): Record<string, string> | number {
  const out: Record<string, string> = {};
  for (const [i, line] of lines(text).entries()) {
    const found = /^([^:]+):(.+)$/.exec(line);
    if (!found?.[1]?.trim() || !found[2]?.trim()) return i + 1;
    out[found[1].trim()] = found[2].trim();
  }
  return out;
}

/** Fields with what stands in them at first. */
export const filled = (fields: readonly Field[], values: Values): Field[] => fields.map((f) => (f.name in values ? { ...f, value: values[f.name] ?? "" } : f));
