/** What charts of the watch draw, without a page: a day that nobody saw is never a zero, and a line ends where nothing is expected. */
import type { AheadView, DayOf, StreamLine } from "./types";

/** Below this part of a day seen, a count says nothing (the server's `SEEN_MIN`). */
export const SEEN_MIN = 0.05;
const DAY_MS = 86_400_000;

/** A day of a chart. */
export interface Day {
  /** When it begins, milliseconds since 1970; null where the server does not say. */
  ms: number | null;
  /** What came to be known; null: nobody saw the day and nothing came, which is not none. */
  count: number | null;
  /** Whether enough was seen for the count to say something. */
  seen: boolean;
  expected: number | null;
  high: number | null;
  /** What part was seen, 0 to 1. */
  part: number;
}

/** The count of a day as it may be drawn. What came on an unseen day is shown as what it is: at least that much. */
export function countOf(count: number, seen: boolean): number | null {
  return seen || count > 0 ? count : null;
}

/** The days of a stream in a list. */
export function daysOf(line: Pick<StreamLine, "first_day" | "counts" | "expected" | "high" | "part">): Day[] {
  const first = line.first_day === undefined ? NaN : Date.parse(line.first_day);
  return line.counts.map((count, i) => {
    const part = line.part[i] ?? 0;
    const seen = part >= SEEN_MIN;
    return {
      ms: Number.isNaN(first) ? null : first + i * DAY_MS, count: countOf(count, seen), seen,
      expected: line.expected[i] ?? null, high: line.high[i] ?? null, part,
    };
  });
}

/** The days of a stream by itself. */
export function daysOfView(days: readonly DayOf[]): Day[] {
  return days.map((d) => ({
    ms: Date.parse(d.day), count: countOf(d.count, !d.unobserved), seen: !d.unobserved, expected: d.expected ?? null,
    high: d.high ?? null, part: d.part,
  }));
}

const STEPS = [1, 2, 3, 4, 5, 6, 8, 10];
/** From ten on the halves are whole numbers too. */
const STEPS_WIDE = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The least round number that is not below. At least 1: a chart of nothing has a height too. */
export function niceTop(most: number): number {
  if (!(most > 1)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = (power >= 10 ? STEPS_WIDE : STEPS).find((s) => s * power >= most - 1e-9);
  return (step ?? 10) * power;
}

/** The top of a chart of those days. */
export function topOf(days: readonly Day[]): number {
  return niceTop(Math.max(1, ...days.map((d) => Math.max(d.count ?? 0, d.expected ?? 0, d.high ?? 0))));
}

/** Heights: 0 at the bottom, `top` at the top, in a box of `px`. */
export function heights(top: number, px: number): (value: number) => number {
  return (value) => (Math.min(Math.max(value, 0), top) / top) * px;
}

/** Runs of days of which there is a value: a line or a band ends where there is none. */
export function runs(values: readonly (number | null)[]): { from: number; values: number[] }[] {
  const out: { from: number; values: number[] }[] = [];
  let open: { from: number; values: number[] } | null = null;
  values.forEach((value, i) => {
    if (value === null) return void (open = null);
    if (open === null) out.push((open = { from: i, values: [] }));
    open.values.push(value);
  });
  return out;
}

const fixed = (n: number): string => String(Math.round(n * 100) / 100);

/** A line in steps of days, `wide` px each, over a box of `px`. */
export function linePath(values: readonly (number | null)[], wide: number, px: number, y: (v: number) => number): string {
  const one = ({ from, values: run }: { from: number; values: number[] }): string =>
    run.map((v, i) => `${i ? "L" : "M"}${fixed((from + i) * wide)} ${fixed(px - y(v))}H${fixed((from + i + 1) * wide)}`).join("");
  return runs(values).map(one).join("");
}

/** The area below such a line. */
export function bandPath(values: readonly (number | null)[], wide: number, px: number, y: (v: number) => number): string {
  const one = ({ from, values: run }: { from: number; values: number[] }): string => {
    const top = run.map((v, i) => `V${fixed(px - y(v))}H${fixed((from + i + 1) * wide)}`).join("");
    return `M${fixed(from * wide)} ${fixed(px)}${top}V${fixed(px)}Z`;
  };
  return runs(values).map(one).join("");
}

/** The bands of a forecast, widest first: from and to, with the probability of lying in it. */
export function bands(ahead: Pick<AheadView, "quantiles">): { from: number; to: number; within: number }[] {
  const [q05, q10, q25, , q75, q90, q95] = ahead.quantiles;
  return [{ from: q05, to: q95, within: 0.9 }, { from: q10, to: q90, within: 0.8 }, { from: q25, to: q75, within: 0.5 }];
}

export const median = (ahead: Pick<AheadView, "quantiles">): number => ahead.quantiles[3];

/** The part that each brings of all, in their order; nothing where nothing was brought. */
export function shares(values: readonly number[]): number[] {
  const most = Math.max(0, ...values);
  return values.map((v) => (most > 0 ? Math.max(0, v) / most : 0));
}
