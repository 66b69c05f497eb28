/** Clocks between two answers of the server: counted down here from what it said was left, by this machine's steady time. */
import type { ClockView } from "./types";

/** Milliseconds left now. Only a running clock, or one that ran out, moves. */
export function leftNow(clock: Pick<ClockView, "state" | "left_ms">, passed_ms: number): number {
  return clock.state === "running" || clock.state === "expired" ? clock.left_ms - Math.max(0, passed_ms) : clock.left_ms;
}

export interface Remaining { late: boolean; days: number; hours: number; minutes: number; seconds: number }

/** A span in its parts. */
export function remaining(left_ms: number): Remaining {
  const late = left_ms < 0;
  const all = Math.floor(Math.abs(left_ms) / 1000);
  return {
    late, days: Math.floor(all / 86_400), hours: Math.floor(all / 3600) % 24, minutes: Math.floor(all / 60) % 60,
    seconds: all % 60,
  };
}

const two = (n: number): string => String(n).padStart(2, "0");

/** `02:05:09` of the part that is less than a day. */
export function hms(r: Remaining): string {
  return `${two(r.hours)}:${two(r.minutes)}:${two(r.seconds)}`;
}

export type Press = "expired" | "soon" | "running" | "paused" | "stopped";
const SOON_MS = 6 * 3_600_000;

/** How much a clock presses: a clock that ran down between two answers has run out, whatever its last state was. */
export function press(clock: Pick<ClockView, "state" | "left_ms">, passed_ms: number): Press {
  if (clock.state === "paused" || clock.state === "stopped") return clock.state;
  const left = leftNow(clock, passed_ms);
  return clock.state === "expired" || left < 0 ? "expired" : left < SOON_MS ? "soon" : "running";
}

const ORDER: Record<Press, number> = { expired: 0, soon: 1, running: 1, paused: 2, stopped: 3 };

/** Those that ran out first, the longest ago on top; then those that run, the nearest first; then what stands still. */
export function wall<C extends Pick<ClockView, "state" | "left_ms">>(clocks: readonly C[], passed_ms: number): C[] {
  const rank = (c: C): number => ORDER[press(c, passed_ms)];
  return [...clocks].sort((a, b) => rank(a) - rank(b) || leftNow(a, passed_ms) - leftNow(b, passed_ms));
}
