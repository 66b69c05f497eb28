/** Phrases that several pages share. */
import { type IncidentSummary, type Outcome, OUTCOMES, type Place, type Version } from "../api/types";
import { coordinates, digitsFor } from "./geo";
import { coded, length, num, t } from "./i18n/index.svelte";

/** Keeps a left-to-right run in one piece. */
const isolate = (text: string): string => `\u2066${text}\u2069`;

/** Where an incident was, with how well that is known. */
export function whereText(incident: Pick<IncidentSummary, "lon" | "lat" | "radius_m" | "precision_stated">): string {
  if (incident.lon === null || incident.lat === null) return t("inc.no_place");
  const at = isolate(coordinates(incident.lon, incident.lat, digitsFor(incident.radius_m)));
  const doubt = incident.precision_stated && incident.radius_m !== null
    ? t("inc.within", { m: length(incident.radius_m) })
    : t("inc.precision_not_stated");
  return `${at}, ${doubt}`;
}

/** Where one report puts it. */
export function placeText(place: Place): string {
  switch (place.type) {
    case "point":
      return whereText({ lon: place.lon, lat: place.lat, radius_m: place.radius_m, precision_stated: place.radius_m !== null });
    case "sector":
      return t("inc.sector", {
        bearing: num(place.bearing_deg, { maximumFractionDigits: 1 }), half: num(place.half_width_deg, { maximumFractionDigits: 1 }),
        min: length(place.range_min_m), max: length(place.range_max_m),
      }) + (place.moved_m_max ? `; ${t("inc.moved", { m: length(place.moved_m_max) })}` : "");
    case "polygon":
      return t("inc.area");
    default:
      return t("inc.no_place");
  }
}

/** What a text is called where several stand side by side. */
export function versionName(v: Pick<Version, "label" | "version">): string {
  return !v.version || v.label.toLowerCase().includes(v.version.toLowerCase()) ? v.label : `${v.label} · ${v.version}`;
}

/** A text with its readings. */
export interface TextGroup {
  name: string;
  versions: Version[];
}

/** Versions by text: the readings of one text stand together. */
export function textsOf(versions: readonly Version[]): TextGroup[] {
  const groups = new Map<string, TextGroup>();
  for (const v of versions) {
    const key = v.reading === null ? `${v.index}` : v.text_digest;
    const known = groups.get(key);
    if (known) known.versions.push(v);
    else groups.set(key, { name: versionName({ label: withoutReading(v), version: v.version }), versions: [v] });
  }
  return [...groups.values()];
}

/** The label of a version without that of its reading. */
function withoutReading(v: Pick<Version, "label" | "reading">): string {
  const end = v.reading ? ` · ${v.reading}` : "";
  return end && v.label.endsWith(end) ? v.label.slice(0, -end.length) : v.label;
}

/** The outcome under one text: of one of its clauses, or the gravest. */
export function outcomeUnder(incident: Pick<IncidentSummary, "outcomes">, version: number, clause: string | null): Outcome {
  const found = incident.outcomes.filter((o) => o.version === version && (clause === null || o.clause === clause));
  // The vocabulary is in the order of gravity.
  return OUTCOMES.find((outcome) => found.some((o) => o.outcome === outcome)) ?? "not_applicable";
}

/** A count with its unit, which is not repeated if the words name it already. */
export function countText(count: { unit: string; text: string }): string {
  return !count.unit || count.text.includes(count.unit) ? count.text : `${count.text} (${coded("kind", count.unit)})`;
}
