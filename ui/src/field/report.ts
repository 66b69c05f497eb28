/** What an observer states, as it is kept on the device, and as it is sent. */
import { asked, BANDS, UNDETERMINED, usualUnit } from "./vocabulary";
import { fromCivil, stamp, wholeMinute } from "./zoned";

export type ReportKind = "report" | "access" | "not_seen";
export const FORM_VERSION = "1";
const MINUTE_MS = 60_000;

/** A place: the device's position, a name typed in, or nothing. */
export interface Place { mode: "undetermined" | "device" | "typed"; lat: number | null; lon: number | null; accuracy_m: number | null; text: string }

/** When: not known, an instant with the minutes before it, or civil times of the mission's zone. */
export interface When { mode: "undetermined" | "now" | "ago" | "interval"; at_ms: number; ago_min: number; start: string; end: string }

export interface MediaRef { name: string; media_type: string; bytes: number; sha256: string; taken_at: string }

/** Everything of one report. Choices are codes of `vocabulary.ts` or "undetermined". */
export interface Report {
  kind: ReportKind;
  means: string; effect: string;
  count: number | null; count_about: boolean; unit: string;
  direction: string;
  range_band: string; range_min_m: number | null; range_max_m: number | null;
  when: When;
  assessment: string; weapon: string; weapon_certainty: string; exercise: string; zone_relation: string;
  place: Place; observer_place: Place;
  narrative: string;
  media: MediaRef[];
  access_kind: string; access_start_ms: number | null; access_end_ms: number | null; access_reason: string;
  not_seen: string[]; not_seen_when: When;
}

export function nowhere(): Place {
  return { mode: "undetermined", lat: null, lon: null, accuracy_m: null, text: "" };
}

export function never(): When {
  return { mode: "undetermined", at_ms: 0, ago_min: 10, start: "", end: "" };
}

/** A report in which nothing has been said yet: every field is undetermined. */
export function blank(kind: ReportKind): Report {
  return {
    kind, means: UNDETERMINED, effect: UNDETERMINED, count: null, count_about: false, unit: UNDETERMINED, direction: UNDETERMINED,
    range_band: UNDETERMINED, range_min_m: null, range_max_m: null, when: never(), assessment: UNDETERMINED, weapon: UNDETERMINED,
    weapon_certainty: UNDETERMINED, exercise: UNDETERMINED, zone_relation: UNDETERMINED, place: nowhere(), observer_place: nowhere(),
    narrative: "", media: [], access_kind: UNDETERMINED, access_start_ms: null, access_end_ms: null, access_reason: "",
    not_seen: [], not_seen_when: never(),
  };
}

/** The ends of a When in milliseconds; null where it is not known or not readable. */
export function span(when: When, zone: string): { start: number; end: number } | null {
  if (when.mode === "undetermined") return null;
  if (when.mode === "now") return { start: wholeMinute(when.at_ms), end: wholeMinute(when.at_ms) };
  if (when.mode === "ago") {
    const at = wholeMinute(when.at_ms - when.ago_min * MINUTE_MS);
    return { start: at, end: at };
  }
  const start = fromCivil(when.start, zone);
  if (start === null) return null;
  const end = when.end === "" ? start : fromCivil(when.end, zone);
  return end === null ? null : { start, end };
}

/** Latitude, longitude, altitude (never stated: 0) and accuracy as ODK's geopoints have them; or the words typed. */
export function placeText(place: Place): string {
  if (place.mode === "device" && place.lat !== null && place.lon !== null) {
    return `${place.lat.toFixed(6)} ${place.lon.toFixed(6)} 0 ${Math.ceil(place.accuracy_m ?? 0)}`;
  }
  return place.mode === "typed" && place.text.trim() ? place.text.trim() : UNDETERMINED;
}

export type Field = string | number | boolean;
export type Fields = Record<string, Field>;

function times(fields: Fields, prefix: string, when: When, zone: string): void {
  const of = span(when, zone);
  fields[`${prefix}start`] = of ? stamp(of.start, zone) : UNDETERMINED;
  fields[`${prefix}end`] = of ? stamp(of.end, zone) : UNDETERMINED;
}

function counted(fields: Fields, report: Report): void {
  fields.count = report.count ?? UNDETERMINED;
  if (report.count === null) return;
  fields.count_about = report.count_about;
  fields.unit = report.unit === UNDETERMINED ? usualUnit(report.effect) : report.unit;
}

function ranged(fields: Fields, report: Report): void {
  fields.range_band = report.range_band;
  const band = BANDS.find((b) => b.code === report.range_band);
  const min = band ? band.min_m : report.range_band === "own" ? report.range_min_m : null;
  const max = band ? band.max_m : report.range_band === "own" ? report.range_max_m : null;
  if (min !== null) fields.range_min_m = min;
  if (max !== null) fields.range_max_m = max;
}

function observed(fields: Fields, report: Report, zone: string): void {
  const questions = asked(report.effect);
  fields.effect = report.effect;
  fields.means = report.means;
  if (questions.includes("count")) counted(fields, report);
  if (questions.includes("direction")) fields.direction = report.direction;
  if (questions.includes("range")) ranged(fields, report);
  times(fields, "", report.when, zone);
  if (questions.includes("assessment")) fields.assessment = report.assessment;
  if (questions.includes("weapon")) {
    fields.weapon = report.weapon;
    if (report.weapon !== UNDETERMINED) fields.weapon_certainty = report.weapon_certainty;
  }
  if (questions.includes("exercise")) fields.exercise = report.exercise;
  fields.zone_relation = report.zone_relation;
  fields.place = placeText(report.place);
}

/** The fields as the server names them. What was not asked is left out; what was asked and not known is "undetermined". */
export function toFields(report: Report, who: { observer: string; team: string }, instance_id: string, zone: string): Fields {
  const fields: Fields = { instance_id };
  // A device that was not enrolled yet does not know; the server knows it by the token.
  if (who.observer) fields.observer = who.observer;
  if (who.team) fields.team = who.team;
  if (report.kind === "report") observed(fields, report, zone);
  if (report.kind === "access") {
    fields.access_kind = report.access_kind;
    fields.access_start = report.access_start_ms === null ? UNDETERMINED : stamp(report.access_start_ms, zone);
    fields.access_end = report.access_end_ms === null ? UNDETERMINED : stamp(report.access_end_ms, zone);
    if (report.access_reason.trim()) fields.access_reason = report.access_reason.trim();
    fields.place = placeText(report.place);
  }
  if (report.kind === "not_seen") {
    fields.not_seen = report.not_seen.length ? report.not_seen.join(", ") : UNDETERMINED;
    times(fields, "not_seen_", report.not_seen_when, zone);
    fields.place = placeText(report.place);
  }
  fields.observer_place = placeText(report.observer_place);
  if (report.narrative.trim()) fields.narrative = report.narrative.trim();
  return fields;
}

export type Problem = "nothing" | "end_before_start" | "future" | "unreadable" | "range_order" | "not_stopped";

function timeProblem(when: When, zone: string, now_ms: number): Problem | null {
  if (when.mode === "undetermined") return null;
  const of = span(when, zone);
  if (!of) return "unreadable";
  if (of.end < of.start) return "end_before_start";
  return of.start > now_ms + 5 * MINUTE_MS ? "future" : null;
}

/** What must be mended before the report can be sent; null if nothing. Undetermined is never a fault. */
export function problem(report: Report, zone: string, now_ms: number): Problem | null {
  if (report.kind === "access") return report.access_start_ms === null ? "nothing" : report.access_end_ms === null ? "not_stopped" : null;
  if (report.kind === "not_seen") return report.not_seen.length ? timeProblem(report.not_seen_when, zone, now_ms) : "nothing";
  const said = report.effect !== UNDETERMINED || report.narrative.trim() !== "" || report.media.length > 0 || report.means !== UNDETERMINED;
  if (!said) return "nothing";
  const { range_min_m: min, range_max_m: max } = report;
  if (report.range_band === "own" && min !== null && max !== null && max < min) return "range_order";
  return timeProblem(report.when, zone, now_ms);
}

/** Whether the time is left open: it may be, but such a report can be counted nowhere, and the observer is told so once. */
export function isUntimed(report: Report): boolean {
  if (report.kind === "not_seen") return report.not_seen_when.mode === "undetermined";
  return report.kind === "report" && report.when.mode === "undetermined";
}

/** Whether nothing has been said: such a draft need not be kept. */
export function isBlank(report: Report): boolean {
  return JSON.stringify(report) === JSON.stringify(blank(report.kind));
}

/** Hours, minutes and seconds of a running timer: "1:02:03". Never negative. */
export function elapsed(start_ms: number, now_ms: number): string {
  const s = Math.max(0, Math.floor((now_ms - start_ms) / 1000));
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}
