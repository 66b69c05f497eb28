/** What the watch's addresses give and take, by hand from the server's `watch/types.rs`. What a reader may not see is absent. */
import type { May } from "../cases/types";
import type { Audience, Basis, Cadence, Flag, Indicated, Lack, Level, Method, Outcome, Quiet, Signal, Stage, Turn, Why } from "./words";

export interface WatchView {
  as_of: string;
  zone: string;
  /** Then it is told as of the last receipt in it. */
  is_archive: boolean;
  algorithm: string;
  text?: string;
  /** In the order in which they need somebody. */
  warnings: WarningLine[];
  streams: StreamLine[];
  /** Those that are met first, then those that cannot be told. */
  indicators: IndicatorLine[];
  rates?: Rates;
  data?: DataHealth;
  skill: SkillView;
  /** The latest first. */
  hand_overs: HandOver[];
  may: May[];
}

export interface Rates {
  promised_per_stream_year: number;
  achieved_per_stream_year?: number;
  stream_years: number;
  streams: number;
  expecting: number;
}

export interface DataHealth {
  receipt_assumed: number;
  vague_time: number;
  exercises: number;
}

export interface WarningLine {
  reference: string;
  stage: Stage;
  stands: boolean;
  level: Level;
  why: Why[];
  ground: GroundView;
  what: string;
  clauses: string[];
  raised: string;
  since: string;
  last?: string;
  expires: string;
  counted?: number;
  expected?: number;
  /** Clause and title of what alone raised it. */
  indicator?: string;
  only_parties: boolean;
  in_data: boolean;
  also_count: number;
  revision: number;
  acknowledged: number;
}

export interface GroundView {
  is: "zone" | "cell" | "everywhere";
  name: string;
  /** West, south, east and north, degrees. */
  bounds?: [number, number, number, number];
}

/** A line's members stand among the view's own; of the streams that rose with it the view has the list, not the number. */
export interface WarningView extends WarningLine {
  as_of: string;
  kinds: string[];
  alarms: AlarmView[];
  brought: BroughtView[];
  evidence: EvidenceView[];
  evidence_more: number;
  unclear: number;
  sources: SourceShare[];
  one_source?: string;
  exposure?: number;
  flags: Flag[];
  also: AlsoView[];
  indications: IndicationView[];
  calm_below_per_day?: number;
  /** Of what an indicator alone raised nothing is promised. */
  promised_per_stream_year?: number;
  achieved_per_stream_year?: number;
  /** The share and its 90 % interval. */
  right_share?: [number, number, number];
  told: number;
  ahead: AheadView[];
  issued?: IssuedView;
  acknowledged_by: Noticed[];
  outcome?: Outcome;
  by_hand?: string;
  history: WarningDone[];
  may: May[];
  algorithm: string;
  head_seq: number;
}

export interface FiguresView {
  from: string;
  to: string;
  counted: number;
  unclear: number;
  late: number;
  watched_h?: number;
  part?: number;
  per_hour: number;
}

/** An indicator of the text, as it stands. */
export interface IndicatorLine {
  clause: string;
  text: string;
  title: string;
  ground: GroundView;
  what: string;
  signal: Signal;
  turn: Turn;
  asks: string;
  coverage_min: number;
  met: Indicated;
  since?: string;
  lacks: Lack[];
  window: FiguresView;
  baseline?: FiguresView;
  told: string[];
  times_met: number;
  judged_days: number;
  met_per_year?: number;
  warnings: string[];
}

export interface IndicationView {
  clause: string;
  text: string;
  title: string;
  turn: Turn;
  since: string;
  last: string;
  window: FiguresView;
  baseline?: FiguresView;
  met_before: number;
  judged_days: number;
  met_per_year?: number;
}

export interface AlarmView {
  at: string;
  cadence: Cadence;
  basis: Basis;
  step: string;
  count: number;
  expected: number;
  log_evidence: number;
  log_threshold: number;
}

export interface BroughtView {
  step: string;
  count: number;
  expected: number;
  log_evidence: number;
}

export interface EvidenceView {
  incident: string;
  label: string;
  start: string;
  known: string;
  kind: string;
  log_evidence: number;
}

export interface SourceShare {
  source: string;
  is_party: boolean;
  incidents: number;
  alone: number;
}

export interface AlsoView {
  ground: GroundView;
  what: string;
  at: string;
  counted: number;
  expected: number;
}

export interface AheadView {
  days: number;
  method: Method;
  mean: number;
  /** Counts not exceeded with the probabilities 5, 10, 25, 50, 75, 90 and 95 %. */
  quantiles: [number, number, number, number, number, number, number];
  none: number;
  escalation_from: number;
  escalation: number;
}

export interface IssuedView {
  at: string;
  changed: string;
  version: number;
  level: Level;
  audiences: Audience[];
  instruction: string;
  expires: string;
}

export interface Noticed {
  role: string;
  of: string;
  at: string;
}

export interface WarningDone {
  at: string;
  person: string;
  role: string;
  deed: string;
  words: string;
}

export interface StreamLine {
  ground: GroundView;
  what: string;
  clauses: string[];
  expected_per_day?: number;
  quiet: Quiet;
  flags: Flag[];
  /** As part of what an alarm takes, 0 to 1. */
  evidence: number;
  first_day?: string;
  counts: number[];
  expected: (number | null)[];
  high: (number | null)[];
  part: number[];
}

export interface StreamView extends StreamLine {
  kinds: string[];
  unperceived: string[];
  days: DayOf[];
  ahead: AheadView[];
}

export interface DayOf {
  day: string;
  count: number;
  late: number;
  happened: number;
  nowcast?: [number, number, number];
  part: number;
  unobserved: boolean;
  expected?: number;
  high?: number;
}

export interface SkillView {
  looked_at: number;
  issued: number;
  suppressed: number;
  right: number;
  wrong: number;
  undetermined: number;
  open: number;
  suppressed_right: number;
  missed: number;
  right_share?: [number, number, number];
  lead_h?: number;
  leads: number;
}

export interface HandOver {
  at: string;
  person: string;
  text: string;
}

export interface WatchActDone {
  on: string;
  already: boolean;
  seq: number;
}
