/**
 * What somebody does about windows and the desk has not taken yet, as a pure machine: an act and an event give the next act, or
 * null once the desk has it. The key is the act's for its whole life, so that whatever goes out twice has one effect.
 */
import type { FieldError } from "../lib/cases/api";
import type { ActSent, Deed } from "../lib/cases/types";
import { backoff } from "../lib/offline/backoff";
import { civilStamp } from "../lib/time";

export type State = "waiting" | "sending" | "refused";

export interface Act {
  /** Its place in the order of doing; given by the store. */
  n?: number;
  key: string;
  /** Who did it: the desk takes it in nobody else's name. */
  person: string;
  role: string;
  of: string;
  deed: Deed;
  /** Whether its words say when it was done. */
  isTimed: boolean;
  seen: number | null;
  /** When it was done, by this device's clock. */
  done_ms: number;
  state: State;
  /** Whether it was begun to be sent: the desk may have it, so nothing of it may change any more. */
  tried: boolean;
  attempts: number;
  next_ms: number;
  /** `late`, or the kind of the desk's refusal. */
  kind: string;
  reason: string;
  faults: readonly FieldError[];
}

export type Event =
  | { type: "start"; now_ms: number; zone: string }
  | { type: "taken" }
  | { type: "refused"; kind: string; reason: string; faults: readonly FieldError[] }
  | { type: "failed"; now_ms: number; retry_after_ms: number | null; reason: string }
  | { type: "interrupted" };

/** They put people on the ground, and count from when the desk takes them: pressed now and taken an hour later they would say something else. */
export const NOW_ONLY: readonly string[] = ["open", "resume"];
export const LATE_MS = 2 * 60_000;
/** What is sent later than this after it was done says when it was done. */
const SOON_MS = 30_000;

export const windowOf = (deed: Deed): string | null => {
  if (typeof deed.window === "string") return deed.window;
  const text = deed.text as { under?: unknown } | undefined;
  return typeof text?.under === "string" ? text.under : null;
};

/** The words in which somebody did it; empty: it has none. */
export function wordsOf(deed: Deed): string {
  if (typeof deed.why === "string") return deed.why;
  if (typeof deed.text === "string") return deed.text;
  const text = deed.text as { what?: unknown; purpose?: unknown } | undefined;
  return String(text?.what ?? text?.purpose ?? "");
}

/**
 * `seen` goes with what rests on how the window stood; all else is a fact or a will, and the desk's own rules say whether it still
 * fits. `away`: the zone in whose time it says when it was done, for the desk could not be reached.
 */
export function act(sent: ActSent, person: string, done_ms: number, away: string | null): Act {
  const seen = NOW_ONLY.includes(sent.deed.deed) ? (sent.seen ?? null) : null;
  const deed = away === null ? sent.deed : timed(sent.deed, done_ms, away);
  return {
    key: sent.key, person, role: sent.role, of: sent.of, deed, isTimed: away !== null, seen, done_ms, state: "waiting", tried: false, attempts: 0, next_ms: 0,
    kind: "", reason: "", faults: [],
  };
}

/**
 * The deed with the time of doing in its words. The desk's time is that of receipt and stays so; a deed without words of its own
 * carries no time.
 */
export function timed(deed: Deed, done_ms: number, zone: string): Deed {
  const note = `[done ${civilStamp(done_ms, zone)} by the device's clock; sent later]`;
  for (const name of ["why", "text"] as const) {
    const words = deed[name];
    if (typeof words === "string") return { ...deed, [name]: `${words.trim()} ${note}`.trim() };
  }
  const text = deed.text as { what?: unknown } | undefined;
  if (typeof text?.what === "string") return { ...deed, text: { ...text, what: `${text.what} ${note}` } };
  return deed;
}

/** Whether it may still be sent. A clock that was set back says nothing of how long ago it was. */
export const isLate = (of: Act, now_ms: number): boolean => NOW_ONLY.includes(of.deed.deed) && Math.abs(now_ms - of.done_ms) > LATE_MS;

function start(of: Act, now_ms: number, zone: string): Act {
  if (isLate(of, now_ms)) return { ...of, state: "refused", kind: "late", reason: "", faults: [] };
  const later = !of.isTimed && !of.tried && Math.abs(now_ms - of.done_ms) > SOON_MS;
  return { ...of, state: "sending", tried: true, ...(later ? { deed: timed(of.deed, of.done_ms, zone), isTimed: true } : {}) };
}

/** The act after the event; null: it is the desk's. An event without meaning in its state changes nothing. */
export function next(of: Act, event: Event): Act | null {
  if (event.type === "start") return of.state === "waiting" ? start(of, event.now_ms, event.zone) : of;
  if (of.state !== "sending") return of;
  switch (event.type) {
    case "taken":
      return null;
    case "refused":
      return { ...of, state: "refused", kind: event.kind, reason: event.reason, faults: event.faults };
    case "interrupted":
      return { ...of, state: "waiting", next_ms: 0 };
    case "failed": {
      const attempts = of.attempts + 1;
      return { ...of, state: "waiting", attempts, next_ms: event.now_ms + Math.max(event.retry_after_ms ?? 0, backoff(attempts)), reason: event.reason };
    }
  }
}

/** What waits of that person, in the order in which it was done. Nothing overtakes what was done before it: they may be about one window. */
export function due(acts: readonly Act[], person: string, now_ms: number): Act[] {
  const waiting = acts.filter((a) => a.state === "waiting" && a.person === person).sort((a, b) => (a.n ?? 0) - (b.n ?? 0));
  const first = waiting[0];
  return first && first.next_ms <= now_ms ? waiting : [];
}

/** As the desk takes it. */
export function sentOf(of: Act): ActSent & { person: string } {
  return { key: of.key, role: of.role, of: of.of, deed: of.deed, person: of.person, ...(of.seen === null ? {} : { seen: of.seen }) };
}
