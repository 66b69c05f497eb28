/** What is known of windows on this device, and how far it can be relied on. Knowledge ages; what has run out has run out whoever says so. */
import type { NoticeView, WindowsSeen, WindowView } from "../lib/board/types";
import type { PromiseState, WindowState } from "../lib/board/words";

export interface Known {
  seen: WindowsSeen;
  /** When the desk last said that it is so, by this device's clock. */
  heard_ms: number;
  /** How far the desk's clock is ahead of this device's; rather too far than too little, so that a countdown ends too early. */
  ahead_ms: number;
}

/** The page asks every few seconds; an answer older than this is not fresh. */
export const FRESH_MS = 20_000;
/** A clock may be corrected a little. */
const BACK_MS = 2_000;
/** After so long what was known is no help to anybody, and goes. */
export const KEPT_MS = 3 * 86_400_000;

/** What came in answer to a question that was asked at that moment. */
export const known = (seen: WindowsSeen, asked_ms: number, now_ms: number): Known => ({ seen, heard_ms: now_ms, ahead_ms: seen.at_ms - asked_ms });

/** How long ago it was heard; null: this device's clock was set back since, and nobody can tell. */
export function age(of: Pick<Known, "heard_ms">, now_ms: number): number | null {
  const passed = now_ms - of.heard_ms;
  return passed < -BACK_MS ? null : Math.max(0, passed);
}

/** Whether it is as good as asking now. `failed`: the last question had no answer. */
export function isFresh(of: Pick<Known, "heard_ms">, now_ms: number, failed: boolean): boolean {
  const old = age(of, now_ms);
  return !failed && old !== null && old <= FRESH_MS;
}

/** A window as this device can tell of it. */
export interface Shown {
  state: WindowState;
  /** Whether that is so now: heard just now, or over by the clock alone. */
  isSure: boolean;
  /** Until when it stands at the latest, if it is or was open. */
  until_ms: number | null;
  left_ms: number | null;
}

const FINAL: readonly WindowState[] = ["completed", "evaluated", "called-off"];

export function shown(of: WindowView, from: Known, now_ms: number, fresh: boolean): Shown {
  const desk_ms = now_ms + from.ahead_ms;
  const old = age(from, now_ms);
  const none = { until_ms: null, left_ms: null };
  if (of.state === "open" && of.stands_until_ms !== null && old !== null) {
    const left_ms = of.stands_until_ms - desk_ms;
    if (left_ms > 0) return { state: "open", isSure: fresh, until_ms: of.stands_until_ms, left_ms };
    // It has run out whether or not anybody could say so here.
    const state = of.until_ms !== null && of.until_ms <= desk_ms ? "hours-over" : "lapsed";
    return { state, isSure: true, ...none };
  }
  if (of.state === "promised" && of.promises.some((p) => promiseNow(p.state, p.until_ms, desk_ms) !== "given")) {
    return { state: "promises-pending", isSure: fresh, ...none };
  }
  return { state: of.state, isSure: fresh || FINAL.includes(of.state), ...none };
}

/** A promise that has run out counts for nothing, though nobody has said so here. */
export function promiseNow(state: PromiseState, until_ms: number | null, desk_ms: number): PromiseState {
  return state === "given" && until_ms !== null && until_ms <= desk_ms ? "expired" : state;
}

/**
 * What stays on the device: not where monitors stand, which is targeting data, and not who did what.
 */
export function kept(of: Known): Known {
  const bare = (w: WindowView): WindowView => ({
    ...w, posted: [], monitors: [], history: [], lacks: w.lacks.filter((l) => !l.endsWith(" in place")), promises: w.promises.map((p) => ({ ...p, words: null })),
  });
  const said = (n: NoticeView): NoticeView => ({ ...n, history: [] });
  return { ...of, seen: { ...of.seen, windows: of.seen.windows.map(bare), messages: of.seen.messages.map(said) } };
}

/** Minutes left at which it is said aloud. */
const SPOKEN_MIN = [60, 30, 15, 10, 5, 2, 1] as const;

/** The last of these marks that was passed; null: none yet. */
export function spokenMark(left_ms: number): number | null {
  return [...SPOKEN_MIN].reverse().find((m) => left_ms <= m * 60_000) ?? null;
}
