/** The rows of the timeline: what is stated of each notice's and window's time, and what is not. */
import { civilDate, fromInput } from "../time";
import { metres, unwrapped } from "./geometry";
import type { Meet, Reading, Thing } from "./things";
import { type NoticeKind, NOTICE_KINDS } from "./words";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Span { from: number; until: number }
export const SPANS = ["whole", "week", "day"] as const;
export type SpanName = (typeof SPANS)[number];

/** `stated`: both ends are. `open`: one is not; it goes on to the end of the picture. `none`: neither is. */
export type How = "stated" | "open" | "none";
export interface Bar extends Span { how: How }

export interface Row {
  thing: Thing;
  bar: Bar | null;
  /** Where sides state different hours, each by itself. */
  readings: { of: Reading; bar: Bar }[];
  /** From the plan's begin to its end by the way's length and speed, and to how late it may be. */
  way: (Span & { late: number }) | null;
  /** When it meets what it conflicts with. */
  clashes: Span[];
}

export interface Group { kind: "window" | NoticeKind; rows: Row[] }

/** A time of which either end may not be stated, within what is shown. */
export function barOf(from_ms: number | null, until_ms: number | null, shown: Span): Bar {
  const how: How = from_ms === null && until_ms === null ? "none" : from_ms === null || until_ms === null ? "open" : "stated";
  return { from: from_ms ?? shown.from, until: until_ms ?? shown.until, how };
}

/** How long a way takes at its stated speed; null: no route, or no speed stated. */
export function takesMs(of: Thing["ground"]): number | null {
  if (of.shape !== "route" || of.speed_kmh === null) return null;
  const path = unwrapped(of.path);
  const long = path.slice(1).reduce((sum, b, i) => sum + metres(path[i] ?? b, b), 0);
  return (long / 1_000 / of.speed_kmh) * HOUR_MS;
}

function wayOf({ ground, from_ms }: Thing): Row["way"] {
  const takes = takesMs(ground);
  if (takes === null || from_ms === null) return null;
  const late = ground.shape === "route" ? (ground.late_ms ?? 0) : 0;
  return { from: from_ms, until: from_ms + takes, late: from_ms + takes + late };
}

/** A conflict of which the reader is not told when has no place on the line; the row is marked all the same. */
function clash(m: Meet): Span[] {
  return m.answer === "conflict" && m.from_ms !== null && m.until_ms !== null ? [{ from: m.from_ms, until: m.until_ms }] : [];
}

export function rowOf(thing: Thing, shown: Span): Row {
  const differs = thing.readings.length > 0;
  const stated = thing.from_ms !== null || thing.until_ms !== null;
  return {
    thing, bar: stated || !differs ? barOf(thing.from_ms, thing.until_ms, shown) : null,
    readings: thing.readings.map((of) => ({ of, bar: barOf(of.from_ms, of.until_ms, shown) })), way: wayOf(thing), clashes: thing.meets.flatMap(clash),
  };
}

/** Whether anything of it lies in what is shown. What states no time does in every picture. */
export function isIn(row: Row, shown: Span): boolean {
  return [...(row.bar ? [row.bar] : []), ...row.readings.map((r) => r.bar)].some((b) => b.from < shown.until && b.until > shown.from);
}

/** A row for each window and notice, by kind; entries of the register have no hours. */
export function groupsOf(things: readonly Thing[], shown: Span): Group[] {
  const kindOf = (of: Thing): Group["kind"] | null => (of.is === "notice" ? of.of.kind : of.is === "window" ? "window" : null);
  const first = (of: Thing): number => of.from_ms ?? of.readings[0]?.from_ms ?? of.until_ms ?? -Infinity;
  return (["window", ...NOTICE_KINDS] as const).map((kind) => ({
    kind, rows: things.filter((of) => kindOf(of) === kind).sort((a, b) => first(a) - first(b) || a.id.localeCompare(b.id)).map((of) => rowOf(of, shown)),
  })).filter((g) => g.rows.length > 0);
}

/** The time in which everything lies that is stated, with some room; around the answer's own moment where nothing is. */
export function wholeOf(things: readonly Thing[], at_ms: number): Span {
  const all = things.filter((of) => of.is !== "entry").flatMap((of) => [of.from_ms, of.until_ms, wayOf(of)?.late ?? null, ...of.readings.flatMap((r) => [r.from_ms, r.until_ms])])
    .filter((ms) => ms !== null);
  if (!all.length) return { from: at_ms - DAY_MS / 2, until: at_ms + DAY_MS / 2 };
  const [from, until] = [Math.min(at_ms, ...all), Math.max(at_ms, ...all)];
  const room = Math.max(HOUR_MS / 2, (until - from) * 0.04);
  return { from: from - room, until: until + room };
}

const NEXT_NOON_MS = 36 * HOUR_MS;
/** The civil date so many days after another. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
const midnight = (date: string, zone: string): number => Date.parse(fromInput(`${date}T00:00`, zone) ?? `${date}T00:00:00Z`);

/** Civil days of the zone, from the one given on. */
export function daysFrom(date: string, days: number, zone: string): Span {
  return { from: midnight(date, zone), until: midnight(dayAfter(date, days), zone) };
}

/** More midnights than this are not told apart. */
const MIDNIGHTS_MAX = 70;

/** Civil midnights of the zone within a span: days have 23 hours or 25 where the clocks change. */
export function midnights({ from, until }: Span, zone: string): number[] {
  if (until - from > MIDNIGHTS_MAX * DAY_MS) return [];
  const out: number[] = [];
  const before = (ms: number): number => midnight(civilDate(new Date(ms).toISOString(), zone), zone);
  for (let ms = before(from); ms < until; ms = before(ms + NEXT_NOON_MS)) if (ms > from) out.push(ms);
  return out;
}

/** Where a moment lies, from 0 at the begin to 1 at the end; beyond them at them. */
export const placeOf = (ms: number, shown: Span): number => Math.min(1, Math.max(0, (ms - shown.from) / (shown.until - shown.from)));

/** Steps of the moment's slider: fine enough for the picture, and round. */
export function stepMs({ from, until }: Span): number {
  return [5, 15, 30, 60, 180, 360].map((min) => min * 60_000).find((step) => (until - from) / step <= 700) ?? DAY_MS;
}
