/**
 * The closed lists that the form offers: the server's own (`crates/server/src/field/words.rs`, tested), and kinds of
 * fact beyond them. The codes go to the server as they stand; words for people are in `i18n/`.
 */

/** A field that was asked and could not be said. A field that was not asked is absent. */
export const UNDETERMINED = "undetermined";

export const MEANS = [
  "saw", "heard", "saw and heard", "camera", "uav", "acoustic", "radar", "open source", "testimony",
] as const;
export const ASSESSMENTS = ["outgoing", "impact", "airburst"] as const;
export const CERTAINTIES = ["certain", "probable", "possible"] as const;
export const ZONE_RELATIONS = ["inside", "near", "outside"] as const;
export const YES_NO = ["yes", "no"] as const;
export const WEAPONS = [
  "mortar", "artillery", "mlrs", "tank", "atgm", "automatic grenade launcher", "heavy machine-gun", "small arms",
  "uav", "aircraft bomb", "missile",
] as const;
export const UNITS = ["explosions", "bursts", "shots", "projectiles", "flashes", "flares", "weapons", "vehicles", "aircraft", "persons", "objects"] as const;
export const ACCESS_KINDS = ["denied", "delayed", "conditional"] as const;
export const NOT_SEEN = ["fog", "night", "jamming", "camera down", "other"] as const;
/** The 16 points from north clockwise, as sent. */
export const POINTS = ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"] as const;
/** Directions of which no more can be said, from north clockwise; each covers a quarter. */
export const WORDS = [
  "northerly", "north-easterly", "easterly", "south-easterly",
  "southerly", "south-westerly", "westerly", "north-westerly",
] as const;

/** A band of distance from the observer, in metres; the last has no outer end. */
export interface Band { code: string; min_m: number; max_m: number | null }
export const BANDS: readonly Band[] = [
  { code: "0-500", min_m: 0, max_m: 500 },
  { code: "500-1000", min_m: 500, max_m: 1000 },
  { code: "1000-2000", min_m: 1000, max_m: 2000 },
  { code: "2000-5000", min_m: 2000, max_m: 5000 },
  { code: "5000-10000", min_m: 5000, max_m: 10_000 },
  { code: "10000+", min_m: 10_000, max_m: null },
];

type Question = "means" | "count" | "direction" | "range" | "assessment" | "weapon" | "exercise";
interface Effect { code: string; unit: (typeof UNITS)[number]; asked: readonly Question[] }
const ALL: readonly Question[] = ["means", "count", "direction", "range", "assessment", "weapon", "exercise"];
const FLASH: readonly Question[] = ["means", "count", "direction", "range", "weapon", "exercise"];
const PRESENCE: readonly Question[] = ["means", "count", "direction", "range", "weapon", "exercise"];
const AFTERMATH: readonly Question[] = ["means", "count", "direction", "range", "weapon"];
const EVENT: readonly Question[] = ["means", "direction", "range"];

/** Kinds of fact (`base::vocabulary`), the commonest first, each with its unit and the questions that have a meaning for it. */
export const EFFECTS: readonly Effect[] = [
  { code: "explosion", unit: "explosions", asked: ALL },
  { code: "burst", unit: "bursts", asked: ALL.filter((q) => q !== "assessment") },
  { code: "shot", unit: "shots", asked: ALL.filter((q) => q !== "assessment") },
  { code: "projectile", unit: "projectiles", asked: FLASH },
  { code: "muzzle flash", unit: "flashes", asked: FLASH },
  { code: "flare", unit: "flares", asked: FLASH },
  { code: "flight", unit: "aircraft", asked: ["means", "count", "direction", "range", "exercise"] },
  { code: "artillery fire", unit: "explosions", asked: ALL },
  { code: "drone strike", unit: "explosions", asked: ["means", "count", "direction", "range"] },
  { code: "airstrike", unit: "explosions", asked: ["means", "count", "direction", "range"] },
  { code: "firefight", unit: "bursts", asked: ["means", "direction", "range", "weapon", "exercise"] },
  { code: "weapon", unit: "weapons", asked: PRESENCE },
  { code: "troops", unit: "persons", asked: ["means", "count", "direction", "range", "exercise"] },
  { code: "armour", unit: "vehicles", asked: ["means", "count", "direction", "range", "exercise"] },
  { code: "movement", unit: "vehicles", asked: ["means", "count", "direction", "range", "exercise"] },
  { code: "damage", unit: "objects", asked: AFTERMATH },
  { code: "casualty", unit: "persons", asked: AFTERMATH },
  { code: "mine", unit: "objects", asked: ["means", "count", "direction", "range"] },
  { code: "jamming", unit: "objects", asked: ["means"] },
  { code: "air alert", unit: "objects", asked: ["means"] },
  { code: "sensor blinded", unit: "objects", asked: ["means"] },
  { code: "sensor destroyed", unit: "objects", asked: ["means"] },
  { code: "sensor moved", unit: "objects", asked: ["means"] },
  { code: "marker moved", unit: "objects", asked: ["means"] },
  { code: "marker destroyed", unit: "objects", asked: ["means"] },
  { code: "seal broken", unit: "objects", asked: ["means"] },
  { code: "staff threatened", unit: "persons", asked: ["means"] },
  { code: "staff attacked", unit: "persons", asked: EVENT },
  { code: "other", unit: "objects", asked: ALL },
];
/** How many effects stand before "more". */
export const COMMON_EFFECTS = 7;

/** The questions that have a meaning for this effect; all of them while the effect is undetermined. */
export function asked(effect: string): readonly Question[] {
  return EFFECTS.find((e) => e.code === effect)?.asked ?? ALL;
}

/** The questions that this effect leaves out. */
export function notAsked(effect: string): Question[] {
  const of = asked(effect);
  return ALL.filter((q) => !of.includes(q));
}

/** The unit in which that effect is counted, if nothing else is said. */
export function usualUnit(effect: string): string {
  return EFFECTS.find((e) => e.code === effect)?.unit ?? UNDETERMINED;
}
