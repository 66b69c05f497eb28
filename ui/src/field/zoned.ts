/** Civil times of the mission's zone, to and from instants. What is not a time is null. */
import { offsetMin } from "../lib/time";

export { civilStamp as stamp } from "../lib/time";

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

/** The whole minute at or before that instant. */
export function wholeMinute(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS;
}
