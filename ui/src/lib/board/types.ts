/** What `/api/v1/board` gives, by hand from the server's `board.rs` and `crates/deconfliction/src`. Times are milliseconds since 1970. */
import type { May } from "../cases/types";
import type {
  Answer, CallState, Category, Delivery, Disclosure, DutyState, EntryState, NoticeKind, NoticeState, Outcome, PromiseState, WindowState, WithKind, Work,
} from "./words";

/** Longitude and latitude, degrees. */
export type Position = [number, number];

export type Ground =
  | { shape: "point"; at: Position; radius_m: number; doubt_m: number | null }
  | { shape: "route"; path: Position[]; width_m: number; speed_kmh: number | null; late_ms: number | null; doubt_m: number | null }
  | { shape: "area"; edge: Position[]; doubt_m: number | null }
  | { shape: "undetermined" };

export type Height =
  | { datum: "not-stated" }
  | { datum: "surface" }
  | { datum: "above-ground"; low_m: number; high_m: number }
  | { datum: "above-sea"; low_m: number; high_m: number };

export interface Hours {
  zone: string;
  from: string;
  until: string;
  by: string;
}

export interface BoardSeen {
  zone: string;
  board: BoardView;
  checks: Check[];
  asked: Record<string, Asked[]>;
  may: May[];
}

/** The windows alone, with what people say of them. */
export interface WindowsSeen {
  zone: string;
  at_ms: number;
  /** Empty: nobody has signed in. */
  person: string;
  windows: WindowView[];
  messages: NoticeView[];
  may: May[];
}

export interface BoardView {
  at_ms: number;
  notices: NoticeView[];
  windows: WindowView[];
  register: EntryView[];
  calls: CallView[];
  drills: CallView[];
}

export interface LineView {
  at_ms: number;
  by: string;
  deed: string;
  words: string;
}

export interface RowView {
  id: string;
  to: string;
  level: string;
  channel: string | null;
  state: Delivery;
  sent_ms: number | null;
  objection: string | null;
}

export interface NoticeView {
  reference: string;
  revision: number;
  kind: NoticeKind;
  /** Empty: the mission. */
  giver: string;
  state: NoticeState;
  version: number;
  pending: number | null;
  /** Empty: the kind's word. */
  act: string;
  what: string;
  ground: Ground;
  height: Height;
  from_ms: number | null;
  until_ms: number | null;
  content: Record<string, string>;
  under: string | null;
  ledger: RowView[];
  lacks: string[];
  history: LineView[];
}

export interface PromiseView {
  party: string;
  state: PromiseState;
  until_ms: number | null;
  words: string | null;
}

export interface WindowView {
  reference: string;
  revision: number;
  purpose: string;
  asked_for: string;
  state: WindowState;
  ground: Ground;
  hours: Hours[];
  hours_agree: boolean;
  from_ms: number | null;
  until_ms: number | null;
  promises: PromiseView[];
  without: string[];
  posts: number;
  posted: string[];
  monitors: string[];
  opened_ms: number | null;
  stands_until_ms: number | null;
  left_ms: number | null;
  ends_by: string[];
  broken_by: string[];
  work: Work | null;
  outcome: Outcome | null;
  lacks: string[];
  history: LineView[];
}

export interface Site {
  at: Position;
  radius_m: number;
  doubt_m: number | null;
}

export interface EntryView {
  reference: string;
  revision: number;
  category: Category;
  state: EntryState;
  told: Disclosure;
  name: string | null;
  coarse: Ground | null;
  site: Site | null;
  expires_ms: number;
  disclosed: Record<string, Disclosure>;
  gazetteer_m: number | null;
  history: LineView[];
}

export interface CallView {
  reference: string;
  revision: number;
  drill: boolean;
  from: string;
  to: string;
  called_ms: number;
  state: CallState;
  text: string | null;
  relayed: number;
  history: LineView[];
}

export interface Check {
  of: string;
  at_ms: number;
  answer: Answer;
  meetings: Meeting[];
  meetings_all: number;
  missing: string[];
  compared: Compared[];
  words: string[];
  margins: Margins;
  algorithm: string;
}

export interface Meeting {
  with: WithKind;
  id: string;
  title: string;
  answer: Answer;
  apart_m: number | null;
  needs_m: number;
  from_ms: number | null;
  until_ms: number | null;
  later_ms: number | null;
  earlier_ms: number | null;
  reasons: string[];
  missing: string[];
}

export interface Compared {
  with: WithKind;
  count: number | null;
}

export interface Margins {
  movement_m: number;
  flight_m: number;
  repair_m: number;
  exercise_m: number;
  blast_m: number;
  convoy_m: number;
  window_m: number;
  protected_m: number;
  activity_m: number;
  up_m: number;
  around_ms: number;
  activity_ms: number;
  unstated_doubt_m: number;
}

export interface Asked {
  clause: string;
  state: DutyState;
  latest_ms: number | null;
  sent_ms: number | null;
  fields_lacking: string[];
  not_told: string[];
  broken_at: string | null;
  missing: string[];
  words: string[];
}
