/** A board for tests, with as little on it as a test needs. */
import { type Thing, thingsOf } from "../../src/lib/board/things";
import type { BoardSeen, BoardView, Check, EntryView, NoticeView, WindowView } from "../../src/lib/board/types";
import type { Answer } from "../../src/lib/board/words";

export const HOUR = 3_600_000;
/** 10:00 in Kyiv on a day on which Moscow is an hour ahead of it. */
export const AT = Date.parse("2026-01-15T08:00:00Z");

export const notice = (reference: string, more: Partial<NoticeView> = {}): NoticeView => ({
  reference, revision: 1, kind: "movement", giver: "", state: "released", version: 1, pending: null, act: "", what: reference, ground: { shape: "undetermined" },
  height: { datum: "not-stated" }, from_ms: AT - HOUR, until_ms: AT + HOUR, content: {}, under: null, ledger: [], lacks: [], history: [], ...more,
});

export const window = (reference: string, more: Partial<WindowView> = {}): WindowView => ({
  reference, revision: 1, purpose: reference, asked_for: "", state: "promised", ground: { shape: "undetermined" }, hours: [], hours_agree: true, from_ms: AT - HOUR, until_ms: AT + HOUR,
  promises: [], without: [], posts: 0, posted: [], monitors: [], opened_ms: null, stands_until_ms: null, left_ms: null, ends_by: [], broken_by: [], work: null, outcome: null, lacks: [],
  history: [], ...more,
});

export const entry = (reference: string, more: Partial<EntryView> = {}): EntryView => ({
  reference, revision: 0, category: "medical", state: "current", told: "exact", name: null, coarse: null, site: null, expires_ms: AT, disclosed: {}, gazetteer_m: null, history: [], ...more,
});

/** A check that found one thing. */
export const meeting = (of: string, id: string, answer: Answer, from_ms: number | null, until_ms: number | null): Check => ({
  of, at_ms: AT, answer, meetings: [{ with: "notice", id, title: id, answer, apart_m: null, needs_m: 500, from_ms, until_ms, later_ms: null, earlier_ms: null, reasons: [], missing: [] }],
  meetings_all: 1, missing: [], compared: [], words: [], algorithm: "deconflict 1",
  margins: { movement_m: 0, flight_m: 0, repair_m: 0, exercise_m: 0, blast_m: 0, convoy_m: 0, window_m: 0, protected_m: 0, activity_m: 0, up_m: 0, around_ms: 0, activity_ms: 0, unstated_doubt_m: 0 },
});

export const seen = ({ checks = [], ...board }: Partial<BoardView> & { checks?: Check[] }): BoardSeen => ({
  zone: "Europe/Kyiv", board: { at_ms: AT, notices: [], windows: [], register: [], calls: [], drills: [], ...board }, checks, asked: {}, may: [],
});

/** The only thing on a board. */
export function thing(of: BoardSeen, ranOut: readonly string[] = []): Thing {
  const [one] = thingsOf(of, ranOut);
  if (!one) throw new Error("the board is empty");
  return one;
}
export const noticed = (more: Partial<NoticeView> = {}): Thing => thing(seen({ notices: [notice("N", more)] }));
export const windowed = (more: Partial<WindowView> = {}, ranOut = false): Thing => thing(seen({ windows: [window("W", more)] }), ranOut ? ["W"] : []);
