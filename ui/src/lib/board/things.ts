/** Everything that the board's map and timeline show, and how each stands at a moment by what is stated. No word of it gives leave. */
import { fromInput, usableZone } from "../time";
import type { BoardSeen, EntryView, Ground, Meeting, NoticeView, WindowView } from "./types";
import type { Answer, NoticeKind } from "./words";

export const FAMILIES = ["move", "flight", "repair", "force", "said", "window", "protected"] as const;
export type Family = (typeof FAMILIES)[number];
const FAMILY: Record<NoticeKind, Family> = {
  "movement": "move", "convoy": "move", "flight": "flight", "repair": "repair", "exercise": "force", "demining-blast": "force", "hotline-message": "said", "protest": "said",
};
/** One sign a family: told apart without colour, also at the size of a letter. */
export const FAMILY_SIGNS: Record<Family, string> = { move: "→", flight: "△", repair: "□", force: "✱", said: "…", window: "○", protected: "⌂" };

export const STANDINGS = ["in-force", "coming", "pending", "maybe", "over", "stopped", "kept"] as const;
export type Standing = (typeof STANDINGS)[number];
export const STANDING_SIGNS: Record<Standing, string> = { "in-force": "▶", "coming": "▷", "pending": "◔", "maybe": "?", "over": "■", "stopped": "↩", "kept": "" };

/** What one side states of a window's hours. */
export interface Reading {
  zone: string;
  /** Empty: all sides. */
  by: string;
  from_ms: number | null;
  until_ms: number | null;
}

export interface Meet {
  /** Empty: the reader is not told what. */
  id: string;
  answer: Answer;
  from_ms: number | null;
  until_ms: number | null;
}

interface Common {
  id: string;
  family: Family;
  ground: Ground;
  /** Whether the reader was not told where, though somebody may have said so. */
  untold: boolean;
  from_ms: number | null;
  until_ms: number | null;
  readings: readonly Reading[];
  objected: boolean;
  answer: Answer | null;
  meets: readonly Meet[];
}
export type Thing =
  | (Common & { is: "notice"; of: NoticeView })
  | (Common & { is: "window"; of: WindowView; ranOut: boolean })
  | (Common & { is: "entry"; of: EntryView });

const NO_PLACE: Ground = { shape: "undetermined" };

/** The moment that a civil minute names; null where it is not stated, or the zone is not known here. */
function moment(civil: string, zone: string): number | null {
  const iso = usableZone(zone) === zone ? fromInput(civil, zone) : null;
  return iso === null ? null : Date.parse(iso);
}

const meet = (m: Meeting): Meet => ({ id: m.id, answer: m.answer, from_ms: m.from_ms, until_ms: m.until_ms });

function ofNotice(of: NoticeView, seen: BoardSeen): Thing {
  const check = seen.checks.find((c) => c.of === of.reference);
  return {
    is: "notice", of, id: of.reference, family: FAMILY[of.kind], ground: of.ground, untold: false, from_ms: of.from_ms, until_ms: of.until_ms, readings: [],
    objected: of.ledger.some((r) => r.state === "objected"), answer: check?.answer ?? null, meets: check?.meetings.map(meet) ?? [],
  };
}

function ofWindow(of: WindowView, ranOut: boolean): Thing {
  const readings = of.hours_agree ? [] : of.hours.map((h) => ({ zone: h.zone, by: h.by, from_ms: moment(h.from, h.zone), until_ms: moment(h.until, h.zone) }));
  return {
    is: "window", of, ranOut, id: of.reference, family: "window", ground: of.ground, untold: false, from_ms: of.from_ms, until_ms: of.until_ms, readings,
    objected: false, answer: null, meets: [],
  };
}

function groundOf(of: EntryView): Ground {
  return of.site ? { shape: "point", ...of.site } : (of.coarse ?? NO_PLACE);
}
function ofEntry(of: EntryView): Thing {
  return {
    is: "entry", of, id: of.reference, family: "protected", ground: groundOf(of), untold: of.told === "category-only", from_ms: null, until_ms: null, readings: [],
    objected: false, answer: null, meets: [],
  };
}

/** What is met meets back: a conflict is marked on both. */
function mutual(all: readonly Thing[]): Thing[] {
  const back = new Map<string, Meet[]>();
  for (const thing of all) {
    for (const m of thing.meets) if (m.id) back.set(m.id, [...(back.get(m.id) ?? []), { ...m, id: thing.id }]);
  }
  return all.map((thing) => {
    const others = (back.get(thing.id) ?? []).filter((m) => !thing.meets.some((own) => own.id === m.id && own.answer === m.answer));
    return others.length ? { ...thing, meets: [...thing.meets, ...others] } : thing;
  });
}

/** `ranOut`: windows whose countdown ended since the answer came. */
export function thingsOf(seen: BoardSeen, ranOut: readonly string[] = []): Thing[] {
  const { windows, notices, register } = seen.board;
  return mutual([...windows.map((w) => ofWindow(w, ranOut.includes(w.reference))), ...notices.map((n) => ofNotice(n, seen)), ...register.map(ofEntry)]);
}

export const isConflict = (of: Thing): boolean => of.answer === "conflict" || of.meets.some((m) => m.answer === "conflict");

export type Covers = "yes" | "maybe" | "no";

/** Whether a moment lies in a time of which either end may not be stated. */
export function within(from_ms: number | null, until_ms: number | null, ms: number): Covers {
  if ((from_ms !== null && ms < from_ms) || (until_ms !== null && ms >= until_ms)) return "no";
  return from_ms === null || until_ms === null ? "maybe" : "yes";
}

/** Whether its stated hours hold a moment. What lies in one side's reading alone may be. */
function hoursHold(of: Thing, ms: number): Covers {
  const stated = of.from_ms !== null || of.until_ms !== null;
  const core = stated || !of.readings.length ? within(of.from_ms, of.until_ms, ms) : "no";
  return core === "no" && of.readings.some((r) => within(r.from_ms, r.until_ms, ms) !== "no") ? "maybe" : core;
}

const isTakenBack = (of: Thing): boolean => (of.is === "notice" && of.of.state === "withdrawn") || (of.is === "window" && of.of.state === "called-off");

/** Whether it belongs on the map of one moment: by its stated hours alone, however it stands. A protected object is what it is at every moment. */
export function covers(of: Thing, ms: number): Covers {
  if (of.is === "entry") return "yes";
  return isTakenBack(of) ? "no" : hoursHold(of, ms);
}

/** Whether no stated hour of it is left after a moment. */
function isPast(of: Thing, ms: number): boolean {
  const ends = [of.until_ms, ...of.readings.map((r) => r.until_ms)].filter((end) => end !== null);
  return ends.length > 0 && ends.every((end) => end <= ms) && of.readings.every((r) => r.until_ms !== null);
}

function byHours(of: Thing, ms: number): Standing {
  const held = hoursHold(of, ms);
  if (held !== "no") return held === "yes" ? "in-force" : "maybe";
  return isPast(of, ms) ? "over" : "coming";
}

function windowStands(of: WindowView, thing: Thing, ms: number): Standing {
  switch (of.state) {
    case "called-off": case "suspended": case "lapsed": case "broken": return "stopped";
    case "open":
      if (of.opened_ms === null || ms < of.opened_ms) return "coming";
      return of.stands_until_ms === null ? "maybe" : ms < of.stands_until_ms ? "in-force" : "over";
    // Nobody says here how long it was open: it may have been.
    case "completed": case "evaluated": case "hours-over": return of.opened_ms !== null && ms >= of.opened_ms && hoursHold(thing, ms) !== "no" ? "maybe" : "over";
    default: return isPast(thing, ms) ? "over" : "pending";
  }
}

/** How it stands at a moment, by what is stated as of the answer. A window that nobody has opened, and a notice that two people have not released, do not count yet. */
export function standing(of: Thing, ms: number): Standing {
  if (of.is === "entry") return "kept";
  if (of.is === "window") return of.ranOut ? "stopped" : windowStands(of.of, of, ms);
  if (of.of.state === "withdrawn") return "stopped";
  if (of.of.state === "drafted" || of.of.state === "released-by-one") return isPast(of, ms) ? "over" : "pending";
  return byHours(of, ms);
}

const ENDED = ["completed", "evaluated", "hours-over"];
/** Whether it is over, or was taken back, as of now: shown when asked for. */
export function isDone(of: Thing, at_ms: number): boolean {
  const stands = standing(of, at_ms);
  return isTakenBack(of) || stands === "over" || (stands === "stopped" && isPast(of, at_ms)) || (of.is === "window" && ENDED.includes(of.of.state));
}

export interface Choice {
  at_ms: number;
  /** Null: the whole period. */
  moment_ms: number | null;
  /** Also what is over or taken back. */
  done: boolean;
}

export interface Shown {
  things: Thing[];
  /** How many are not shown because of the moment, and how many because they are over or taken back. */
  not_then: number;
  done: number;
}

/** What the map shows by the reader's choice, and how much it does not. */
export function shownOf(all: readonly Thing[], { at_ms, moment_ms, done }: Choice): Shown {
  if (moment_ms !== null) {
    const things = all.filter((thing) => covers(thing, moment_ms) !== "no");
    return { things, not_then: all.length - things.length, done: 0 };
  }
  const things = done ? [...all] : all.filter((thing) => !isDone(thing, at_ms));
  return { things, not_then: 0, done: all.length - things.length };
}
