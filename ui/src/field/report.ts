/** What an observer states, as it is kept on the device, and as it is sent. */
import { asked, BANDS, UNDETERMINED, usualUnit } from "./vocabulary";
import { fromCivil, stamp, wholeMinute } from "./zoned";

export type ReportKind = "report" | "access" | "not_seen";
export const FORM_VERSION = "1";
const MINUTE_MS = 60_000;

/** Longest answer in words, characters; the input fields take no more. */
export const WORDS_MAX = 1000;
/** Longest place in words, characters. */
export const PLACE_WORDS_MAX = 200;
/** Longest answer that the server takes (`ANSWER_BYTES_MAX`). A thousand characters of any script are less. */
export const ANSWER_BYTES_MAX = 4096;
/** Longest name of a file that the server takes, bytes. */
export const NAME_BYTES_MAX = 255;
const ENDING_BYTES_MAX = 32;
/** Farthest distance that the form takes, metres. */
export const RANGE_M_MAX = 100_000;
/** Worst accuracy that the server takes, metres. */
const ACCURACY_M_MAX = 500_000;
/** Two positions nearer than this, degrees, are one to the server (`SAME_DEG` there), with room for the rounding. */
const SAME_DEG = 0.000_49;

/** A place: the device's position, a name typed in, or nothing. */
export interface Place { mode: "undetermined" | "device" | "typed"; lat: number | null; lon: number | null; accuracy_m: number | null; text: string }

/** When: not answered yet, not known, an instant with the minutes before it, or civil times of the mission's zone. */
export interface When {
  mode: "unsaid" | "undetermined" | "now" | "ago" | "interval";
  at_ms: number; ago_min: number; start: string; end: string;
}

export interface MediaRef { name: string; media_type: string; bytes: number; sha256: string; taken_at: string }

/** Everything of one report. Choices are codes of `vocabulary.ts` or "undetermined"; an empty unit is the usual one. */
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

/** A report in which nothing has been said yet: every field is undetermined, but for when nothing could be seen. */
export function blank(kind: ReportKind): Report {
  return {
    kind, means: UNDETERMINED, effect: UNDETERMINED, count: null, count_about: false, unit: "", direction: UNDETERMINED,
    range_band: UNDETERMINED, range_min_m: null, range_max_m: null, when: never(), assessment: UNDETERMINED, weapon: UNDETERMINED,
    weapon_certainty: UNDETERMINED, exercise: UNDETERMINED, zone_relation: UNDETERMINED, place: nowhere(), observer_place: nowhere(),
    narrative: "", media: [], access_kind: UNDETERMINED, access_start_ms: null, access_end_ms: null, access_reason: "",
    not_seen: [], not_seen_when: { ...never(), mode: "unsaid" },
  };
}

/** The ends of a When in milliseconds; null where it is not known or not readable. */
export function span(when: When, zone: string): { start: number; end: number } | null {
  if (when.mode === "unsaid" || when.mode === "undetermined") return null;
  if (when.mode === "now") return { start: wholeMinute(when.at_ms), end: wholeMinute(when.at_ms) };
  if (when.mode === "ago") {
    const at = wholeMinute(when.at_ms - when.ago_min * MINUTE_MS);
    return { start: at, end: at };
  }
  // Half of an interval is none: an end that nobody stated is not the start.
  const [start, end] = [fromCivil(when.start, zone), fromCivil(when.end, zone)];
  return start === null || end === null ? null : { start, end };
}

interface Fix { lat: number; lon: number; accuracy_m: number }

/** The device's position; null if it is not meant or not there yet. */
export function fixOf(place: Place): Fix | null {
  if (place.mode !== "device" || place.lat === null || place.lon === null) return null;
  return { lat: place.lat, lon: place.lon, accuracy_m: place.accuracy_m ?? 0 };
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What was typed as the server reads a position: four numbers, one space between. Anything else typed is words. */
function typedFix(place: Place): Fix | null {
  const parts = place.mode === "typed" ? place.text.trim().split(" ") : [];
  const numbers = parts.map((part) => (NUMBER.test(part) ? Number(part) : Number.NaN));
  const [lat, lon, , accuracy_m] = numbers;
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) return null;
  return lat === undefined || lon === undefined || accuracy_m === undefined ? null : { lat, lon, accuracy_m };
}

/** Latitude, longitude, altitude (never stated: 0) and accuracy as ODK's geopoints have them; or the words typed. */
export function placeText(place: Place): string {
  const fix = fixOf(place);
  if (fix) return `${fix.lat.toFixed(6)} ${fix.lon.toFixed(6)} 0 ${Math.ceil(fix.accuracy_m)}`;
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
  // Not touched, it is the usual one, which stands in the form; undetermined is what somebody chose.
  fields.unit = report.unit === "" ? usualUnit(report.effect) : report.unit;
}

function ranged(fields: Fields, report: Report): void {
  const { range_min_m: own_min_m, range_max_m: own_max_m } = report;
  const isEmpty = report.range_band === "own" && own_min_m === null && own_max_m === null;
  fields.range_band = isEmpty ? UNDETERMINED : report.range_band;
  const band = BANDS.find((b) => b.code === report.range_band);
  const min = band ? band.min_m : report.range_band === "own" ? own_min_m : null;
  const max = band ? band.max_m : report.range_band === "own" ? own_max_m : null;
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
}

/**
 * Where it was and where the observer stood. A position of the device is the observer's own, whichever question it
 * answers: it always stands as the observer's too, so that the server knows whose it is and withholds it.
 */
function placed(fields: Fields, report: Report): void {
  fields[report.kind === "access" ? "access_place" : "place"] = placeText(report.place);
  const own = report.observer_place;
  const isOwn = fixOf(report.place) !== null && fixOf(own) === null;
  fields.observer_place = placeText(isOwn ? report.place : own);
  // What was typed in its stead is not lost: the original keeps it, and nothing reads it.
  if (isOwn && own.mode === "typed" && own.text.trim()) fields.observer_place_words = own.text.trim();
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
  }
  if (report.kind === "not_seen") {
    fields.not_seen = report.not_seen.length ? report.not_seen.join(", ") : UNDETERMINED;
    times(fields, "not_seen_", report.not_seen_when, zone);
  }
  placed(fields, report);
  if (report.narrative.trim()) fields.narrative = report.narrative.trim();
  return fields;
}

export type Problem =
  | "nothing" | "end_before_start" | "future" | "unreadable" | "no_interval" | "range_order" | "range_limits"
  | "not_stopped" | "access_kind" | "place_waiting" | "place_wrong" | "two_positions" | "no_position" | "too_long";

const FUTURE_MS = 5 * MINUTE_MS;

function timeProblem(when: When, zone: string, now_ms: number): Problem | null {
  if (when.mode === "undetermined" || when.mode === "unsaid") return null;
  const of = span(when, zone);
  if (!of) return "unreadable";
  if (of.end < of.start) return "end_before_start";
  return of.end > now_ms + FUTURE_MS ? "future" : null;
}

/** What could not be seen has a start and an end after it, or its time is said to be undetermined. */
function unseenTimeProblem(when: When, zone: string, now_ms: number): Problem | null {
  if (when.mode === "undetermined") return null;
  if (when.mode !== "interval") return "no_interval";
  const of = span(when, zone);
  return of && of.end === of.start ? "end_before_start" : timeProblem(when, zone, now_ms);
}

function rangeProblem(report: Report): Problem | null {
  if (report.range_band !== "own" || !asked(report.effect).includes("range")) return null;
  const [min, max] = [report.range_min_m, report.range_max_m];
  const isOut = (m: number | null): boolean => m !== null && !(m >= 0 && m <= RANGE_M_MAX);
  if (isOut(min) || isOut(max)) return "range_limits";
  return min !== null && max !== null && max < min ? "range_order" : null;
}

function isWrong(fix: Fix | null): boolean {
  if (!fix) return false;
  const isIn = Math.abs(fix.lat) <= 90 && Math.abs(fix.lon) <= 180;
  return !(isIn && fix.accuracy_m >= 0 && fix.accuracy_m <= ACCURACY_M_MAX);
}

function placeProblem(report: Report): Problem | null {
  const places = [report.place, report.observer_place];
  if (places.some((p) => p.mode === "device" && fixOf(p) === null)) return "place_waiting";
  if (places.some((p) => isWrong(fixOf(p) ?? typedFix(p)))) return "place_wrong";
  const [at, own] = [fixOf(report.place), fixOf(report.observer_place)];
  if (!at || !own) return null;
  // Both are the observer's own: where they differ the server would take the first for another's and draw it.
  return Math.max(Math.abs(at.lat - own.lat), Math.abs(at.lon - own.lon)) < SAME_DEG ? null : "two_positions";
}

function isTooLong(report: Report): boolean {
  const bytes = (text: string): number => new TextEncoder().encode(text.trim()).length;
  const texts = [report.narrative, report.access_reason, report.place.text, report.observer_place.text];
  return texts.some((text) => bytes(text) > ANSWER_BYTES_MAX);
}

function accessProblem(report: Report): Problem | null {
  const { access_start_ms: start, access_end_ms: end } = report;
  if (start === null) return "nothing";
  if (end === null) return "not_stopped";
  // The clock may have been set meanwhile.
  if (end < start) return "end_before_start";
  return report.access_kind === UNDETERMINED ? "access_kind" : null;
}

function unseenProblem(report: Report, zone: string, now_ms: number): Problem | null {
  if (!report.not_seen.length) return "nothing";
  const fault = unseenTimeProblem(report.not_seen_when, zone, now_ms);
  if (fault || report.not_seen_when.mode === "undetermined") return fault;
  const hasPosition = [report.place, report.observer_place].some((p) => fixOf(p) ?? typedFix(p));
  return hasPosition ? null : placeProblem(report) ?? "no_position";
}

function eventProblem(report: Report, zone: string, now_ms: number): Problem | null {
  const isSaid = report.effect !== UNDETERMINED || report.means !== UNDETERMINED;
  if (!isSaid && report.narrative.trim() === "" && report.media.length === 0) return "nothing";
  return rangeProblem(report) ?? timeProblem(report.when, zone, now_ms);
}

/**
 * What must be mended before the report can be sent; null if nothing. Undetermined is never a fault. Whatever the
 * server would refuse (`crates/evidence/src/formats/odk/submission.rs`) is found here, while it can still be mended.
 */
export function problem(report: Report, zone: string, now_ms: number): Problem | null {
  const of = { report: eventProblem, access: accessProblem, not_seen: unseenProblem }[report.kind];
  return of(report, zone, now_ms) ?? placeProblem(report) ?? (isTooLong(report) ? "too_long" : null);
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

/** The text, cut to that many bytes of UTF-8 between two characters. */
export function cut(text: string, bytes_max: number): string {
  const encoder = new TextEncoder();
  let out = "";
  let bytes = 0;
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > bytes_max) break;
    out += character;
  }
  return out;
}

/** A file's name as short as the server takes it; the ending stays. */
export function shortName(name: string): string {
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 ? cut(name.slice(dot), ENDING_BYTES_MAX) : "";
  const isShort = new TextEncoder().encode(name).length <= NAME_BYTES_MAX;
  return isShort ? name : cut(name, NAME_BYTES_MAX - ENDING_BYTES_MAX) + ending;
}
