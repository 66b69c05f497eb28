/** What `/api/v1/guarantee` gives, by hand from the server's `guarantee.rs` and `crates/guarantee/src/view`. Times are milliseconds since 1970. */
import type { May } from "../cases/types";
import type { Audience, Bearing, ClockState, Outcome, Presence, Progress, Quiet, Stage, Standing, State, Step, Vote } from "./words";

export interface GuaranteeView {
  zone: string;
  file: FileView;
  may: May[];
}

export interface FileView {
  algorithm: string;
  as_known_at_ms: number;
  audience: Audience;
  never: string;
  elements: Table;
  clocks: Table;
  cases: CaseView[];
  ladders: LadderView[];
  consultations: ConsultationView[];
  numbers: Numbers[];
}

export interface Table {
  texts: string[];
  rows: TableRow[];
}

export interface TableRow {
  name: string;
  cells: Cell[];
}

export interface Cell {
  state: State | null;
  words: string;
}

export interface CaseView {
  text: string;
  clause: string;
  title: string;
  status: string;
  zone: string;
  entry_into_force_ms: number | null;
  guarantors: string[];
  beneficiary: string;
  against: string[];
  elements: ElementView[];
  missing: string[];
  first_shot: State;
  first_shot_reasons: string[];
  first_shot_missing: string[];
  shots: ShotView[];
  shots_in_all: number;
  unmeasured: string[];
  losses: LossView[];
}

export interface ElementView {
  word: string;
  name: string;
  state: State;
  on_record: State;
  reasons: string[];
  /** Code and words. */
  missing: [string, string][];
  evidence: EvidenceView[];
  against: EvidenceView[];
  measure_by: string;
  measure: string[];
  gauged: GaugedView[];
}

export interface EvidenceView {
  reference: string;
  bearing: Bearing;
  says: string;
  confidence: string;
  standing: string;
  text: string;
  counts: boolean;
}

export interface GaugedView {
  reference: string;
  by: string;
  measure: string[];
  set_ms: number;
  why: string;
  state: State;
  reasons: string[];
  missing: string[];
}

export interface ShotView {
  observation: string | null;
  source: string | null;
  kind: string;
  actor: string | null;
  stated_ms: [number, number];
  corrected_ms: [number, number] | null;
  to_the_one_before: string;
}

export interface LossView {
  clause: string;
  of: string[];
  becomes: string;
  whom: string[];
  of_the_guarantee: boolean;
  state: string;
  since_ms: number | null;
  earliest_ms: number | null;
  reasons: string[];
  missing: string[];
  steps: ClockView[];
  on_silence: string;
}

export interface ClockView {
  name: string;
  zone: string;
  zeros: ZeroView[];
  readings: ReadingView[];
  notes: string[];
}

export interface ZeroView {
  what: string;
  at_ms: number | null;
  of_the_text: boolean;
}

export interface ReadingView {
  of_the_text: boolean;
  zero_words: string;
  restarts: boolean;
  zero_ms: number | null;
  due_ms: number | null;
  state: ClockState;
  met_ms: number | null;
  left_ms: number | null;
}

export interface LadderView {
  text: string;
  clause: string;
  bound: string[];
  verb: string;
  zero: string;
  /** `null`: the text does not say. */
  restarts: boolean | null;
  tiers: TierView[];
  menu: string[];
  procedure: string;
  missing: string[];
}

export interface TierView {
  within: string;
  when: string;
  condition: State;
  what: string;
  clock: ClockView;
}

export interface ConsultationView {
  reference: string;
  text: string;
  clause: string;
  question: string;
  cites: string[];
  requested_by: string;
  requested_ms: number;
  due_ms: number | null;
  stage: Stage;
  revision: number;
  participants: [string, Presence][];
  positions: PositionView[];
  decisions: DecisionView[];
  silences: SilenceView[];
  measures: MeasureView[];
  nationals: NationalView[];
  history: NotedView[];
  ended: PositionView | null;
}

export interface PositionView {
  who: string;
  person: string | null;
  at_ms: number;
  text: string;
}

export interface BallotView {
  votes: [string, Vote, string][];
  /** For, against, neither. */
  count: [number, number, number];
  outcome: Outcome | null;
  counted: string;
  recorded_ms: number | null;
  why: string;
}

export interface DecisionView {
  reference: string;
  by: string;
  rule: string;
  text: string;
  condition: string;
  put_ms: number;
  standing: Standing;
  ballot: BallotView | null;
  confirming: BallotView | null;
}

export interface SilenceView {
  reference: string;
  decision: string;
  from_ms: number;
  until_ms: number;
  state: Quiet;
  left_ms: number;
  objections: PositionView[];
}

export interface MeasureView {
  reference: string;
  decision: string;
  who: string;
  menu: string;
  what: string;
  tier: number | null;
  by_ms: number | null;
  progress: Progress;
  late: boolean;
  notes: [Progress, PositionView, string[]][];
}

export interface NationalView {
  reference: string;
  of: string;
  procedure: string;
  steps: [Step, PositionView, number | null][];
}

export interface NotedView {
  at_ms: number;
  who: string;
  person: string;
  deed: string;
  on: string;
}

export interface Numbers {
  text: string;
  limits: LimitRow[];
  visits: VisitRow[];
  access: AccessRow[];
  shares: ShareRow[];
  notices: NoticeRow[];
  odd: Odd[];
  left_out: number;
}

export interface Row {
  clause: string;
  actor: string;
  outcome: string;
  word: string;
  since_ms: number | null;
  reasons: string[];
  missing: string[];
  records: RecordRow[];
}

export interface RecordRow {
  id: string;
  kind: string;
  at_ms: number | null;
  until_ms: number | null;
  says: string;
  odd: string[];
}

export interface Figured {
  basis: string;
  figure: number;
  margin: number | null;
}

export interface ReadAs {
  way: string;
  kept: State;
}

export interface LimitRow extends Row {
  counted: string;
  amount: string;
  holds_while: string;
  figures: Figured[];
  read_as: ReadAs[];
}

export interface VisitRow extends Row {
  counted: number | null;
  serials_missing: [string, number][];
}

export interface AccessRow extends Row {
  quota: string;
  took_ms: number | null;
}

export interface NoticeRow extends Row {
  defect_at: string;
  not_stated: string[];
}

export interface PartOf {
  actor: string;
  percent: number;
  entitlement: number | null;
  delivered: number | null;
  ceded: number | null;
  imbalance: number | null;
}

export interface ShareRow extends Row {
  period: string;
  period_ms: [number, number] | null;
  flow: number | null;
  in_part: boolean;
  unit: string;
  parts: PartOf[];
  estimated: number;
}

export interface Odd {
  record: string;
  what: string;
}
