/** Times for people: always in the mission's civil zone, always with the zone named, never more exact than stated. */

const formats = new Map<string, Intl.DateTimeFormat>();

function format(lang: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = lang + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(lang, options);
    formats.set(key, found);
  }
  return found;
}

/** The zone if this browser knows it, else UTC. What is shown names the zone that was really used. */
export function usableZone(zone: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return "UTC";
  }
}

/** Minutes east of UTC at that instant. */
export function offsetMin(ms: number, zone: string): number {
  const parts = format("en-GB", {
    timeZone: usableZone(zone), hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(ms);
  const get = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
  const civil = Date.UTC(get("year"), get("month") - 1, get("day"), get("hour"), get("minute"), get("second"));
  return Math.round((civil - Math.floor(ms / 1000) * 1000) / 60_000);
}

/** "UTC+2", "UTC+5:30", "UTC". */
export function offsetName(ms: number, zone: string): string {
  const min = offsetMin(ms, zone);
  if (min === 0) return "UTC";
  const hours = Math.floor(Math.abs(min) / 60);
  const rest = Math.abs(min) % 60;
  return `UTC${min < 0 ? "\u2212" : "+"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}

/** "Europe/Kyiv, UTC+2": the zone of a page, with its offset at one instant of it. */
export function zoneName(ms: number, zone: string): string {
  const used = usableZone(zone);
  const offset = offsetName(ms, used);
  return used === offset || /^Etc\/(UTC|GMT)$/.test(used) ? offset : `${used}, ${offset}`;
}

type Precision = "second" | "minute" | "hour" | "day";

function parts(precision: Precision): Intl.DateTimeFormatOptions {
  const day: Intl.DateTimeFormatOptions = { year: "numeric", month: "short", day: "numeric" };
  if (precision === "day") return day;
  const minute: Intl.DateTimeFormatOptions = { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return precision === "second" ? { ...minute, second: "2-digit" } : minute;
}

/** One instant, in civil time, without the zone's name. Digits are the language's own; months are words, so day and month cannot be confused. */
export function civil(iso: string, zone: string, lang: string, precision: Precision = "minute"): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return iso;
  return format(lang, { ...parts(precision), timeZone: usableZone(zone) }).format(ms);
}

/** One instant with its offset: "3 Mar 2026, 02:00 UTC+2". */
export function civilWithZone(iso: string, zone: string, lang: string, precision: Precision = "minute"): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return iso;
  return `${civil(iso, zone, lang, precision)} ${isolate(offsetName(ms, zone))}`;
}

/** Keeps "UTC+2" in one piece inside right-to-left text. */
function isolate(text: string): string {
  return `\u2066${text}\u2069`;
}

/** An event's interval, shown as exactly as it is known and no more. */
export function interval(start: string, end: string, precision: string, zone: string, lang: string): string {
  const a = Date.parse(start);
  const b = Date.parse(end);
  if (Number.isNaN(a) || Number.isNaN(b)) return `${start} – ${end}`;
  if (precision === "day" || precision === "coarser") {
    const first = civil(start, zone, lang, "day");
    // The end is where the interval stops: a civil day ends at the next midnight.
    const last = civil(new Date(Math.max(a, b - 1)).toISOString(), zone, lang, "day");
    return first === last ? first : `${first} – ${last}`;
  }
  const shown: Precision = precision === "second" ? "second" : "minute";
  const first = civilWithZone(start, zone, lang, shown);
  if (b - a <= (precision === "second" ? 1_000 : 60_000)) return first;
  const from = civil(start, zone, lang, shown);
  const sameDay = civil(start, zone, lang, "day") === civil(end, zone, lang, "day");
  const to = sameDay ? clock(end, zone, lang, shown) : civil(end, zone, lang, shown);
  return `${from} – ${to} ${isolate(offsetName(a, zone))}`;
}

function clock(iso: string, zone: string, lang: string, precision: Precision): string {
  const seconds: Intl.DateTimeFormatOptions = precision === "second" ? { second: "2-digit" } : {};
  return format(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...seconds, timeZone: usableZone(zone) }).format(Date.parse(iso));
}

/** "2026-03-03T02:00" of that instant in the zone: what `<input type="datetime-local">` takes. */
export function toInput(iso: string | null, zone: string): string {
  if (!iso) return "";
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return "";
  return new Date(ms + offsetMin(ms, zone) * 60_000).toISOString().slice(0, 16);
}

/** The instant that a civil time in the zone names. In a gap the later offset holds; of a repeated hour the first is meant. */
export function fromInput(text: string, zone: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return null;
  const civilMs = Date.parse(`${text}Z`);
  if (Number.isNaN(civilMs)) return null;
  const before = offsetMin(civilMs - 86_400_000, zone);
  const after = offsetMin(civilMs + 86_400_000, zone);
  for (const min of [before, after]) {
    const ms = civilMs - min * 60_000;
    if (offsetMin(ms, zone) === min) return new Date(ms).toISOString();
  }
  return new Date(civilMs - before * 60_000).toISOString();
}

/** RFC 3339 with the zone's offset, to the second: "2026-03-03T02:15:00+02:00". */
export function civilStamp(ms: number, zone: string): string {
  const off = offsetMin(ms, zone);
  const two = (n: number): string => String(n).padStart(2, "0");
  const sign = off < 0 ? "-" : "+";
  const name = off === 0 ? "Z" : `${sign}${two(Math.floor(Math.abs(off) / 60))}:${two(Math.abs(off) % 60)}`;
  return new Date(ms + off * 60_000).toISOString().slice(0, 19) + name;
}

/** The civil date of an instant, as "2026-03-03". */
export function civilDate(iso: string, zone: string): string {
  return toInput(iso, zone).slice(0, 10);
}

const DAY_MS = 86_400_000;

/** Tick marks of a time axis, at civil midnights (or hours, months, years), at most about `most` of them. */
export function ticks(fromMs: number, toMs: number, zone: string, lang: string, most: number): { ms: number; label: string }[] {
  const span = Math.max(1, toMs - fromMs);
  const steps = [3_600_000, 3 * 3_600_000, 6 * 3_600_000, 12 * 3_600_000, DAY_MS, 2 * DAY_MS, 7 * DAY_MS, 14 * DAY_MS];
  const step = steps.find((s) => span / s <= most);
  const name = usableZone(zone);
  if (step) {
    const label = step < DAY_MS
      ? format(lang, { timeZone: name, hour: "2-digit", minute: "2-digit", hourCycle: "h23" })
      : format(lang, { timeZone: name, day: "numeric", month: "short" });
    const out = [];
    const shift = offsetMin(fromMs, zone) * 60_000;
    for (let civilMs = Math.ceil((fromMs + shift) / step) * step; ; civilMs += step) {
      const ms = civilMs - offsetMin(civilMs - shift, zone) * 60_000;
      if (ms > toMs) return out;
      if (ms < fromMs) continue;
      const midnight = civilMs % DAY_MS === 0 && step < DAY_MS;
      out.push({ ms, label: midnight ? format(lang, { timeZone: name, day: "numeric", month: "short" }).format(ms) : label.format(ms) });
    }
  }
  const months = Math.max(1, Math.ceil(span / (30.44 * DAY_MS) / most));
  const every = [1, 2, 3, 6, 12, 24, 60, 120, 240].find((m) => m >= months) ?? 480;
  const label = format(lang, every % 12 === 0 ? { timeZone: name, year: "numeric" } : { timeZone: name, month: "short", year: "numeric" });
  const out = [];
  const first = new Date(fromMs);
  const start = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / every) * every;
  for (let m = start; out.length <= most + 2; m += every) {
    const civilMs = Date.UTC(Math.floor(m / 12), m % 12, 1);
    const ms = civilMs - offsetMin(civilMs, zone) * 60_000;
    if (ms > toMs) break;
    if (ms >= fromMs) out.push({ ms, label: label.format(ms) });
  }
  return out;
}
