/** Civil times of the mission's zone, to and from instants. What is not a time is null. */
import { offsetMin } from "../lib/time";

const MINUTE_MS = 60_000;

/** "2026-03-03T02:15" in that zone, for a `datetime-local` input. */
export function civilInput(ms: number, zone: string): string {
  return new Date(ms + offsetMin(ms, zone) * MINUTE_MS).toISOString().slice(0, 16);
}

/** The instant of such a civil time. Of a time that the clocks skip or repeat, the earlier offset is taken. */
export function fromCivil(text: string, zone: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) return null;
  const civil = Date.parse(`${text}:00Z`);
  if (Number.isNaN(civil)) return null;
  const first = civil - offsetMin(civil, zone) * MINUTE_MS;
  return civil - offsetMin(first, zone) * MINUTE_MS;
}

/** RFC 3339 with the zone's offset, to the second: "2026-03-03T02:15:00+02:00". */
export function stamp(ms: number, zone: string): string {
  const off = offsetMin(ms, zone);
  const two = (n: number): string => String(n).padStart(2, "0");
  const sign = off < 0 ? "-" : "+";
  const name = off === 0 ? "Z" : `${sign}${two(Math.floor(Math.abs(off) / 60))}:${two(Math.abs(off) % 60)}`;
  return new Date(ms + off * MINUTE_MS).toISOString().slice(0, 19) + name;
}

/** The whole minute at or before that instant. */
export function wholeMinute(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}
