/** What the docket's addresses give and take, by hand from the server's `docket/types.rs`. What is absent is withheld or not there. */
import type {
  Cause, Check, Confidence, Expiry, Intent, Likelihood, Outcome, Responsibility, Severity, Stage, Stand, Standard, Standing,
  Weight,
} from "./words";

export interface Who { person?: string; role: string; of: string }
export interface May { deed: string; role: string; of: string; to?: string[] }
export interface ClauseName { text: string; clause: string }
export interface Suspension { cause: Cause; of: string; since: string; until?: string; why: string }
export interface TakenBy { person: string; until: string }

export interface FindingLine { reference: string; clause: ClauseName; about: string; outcome: Outcome; standing: Standing }

export interface CaseLine {
  reference: string;
  title: string;
  stage: Stage;
  suspended?: Suspension;
  compartments: string[];
  taken?: TakenBy;
  clauses: ClauseName[];
  incidents: string[];
  allegations: string[];
  opened: string;
  changed: string;
  revision: number;
  findings: FindingLine[];
  tasks_open: number;
  remedies_open: number;
  remedies_overdue: number;
  due?: string;
}

export interface CaseView extends CaseLine {
  suspensions: Suspension[];
  recused: { person: string; why: string }[];
  alleged: AllegationView[];
  tasks: TaskView[];
  matrices: MatrixView[];
  all_findings: FindingView[];
  attributions: AttributionView[];
  remedies: RemedyView[];
  clocks: ClockView[];
  history: HistoryLine[];
  may: May[];
  deciders: Decider[];
}

export interface Decider {
  clause: ClauseName;
  power: "occurrence" | "attribution" | "remedy";
  bodies: string[];
  rule: string;
  quorum: number | null;
  standard?: string;
}

export interface TaskView {
  reference: string;
  kind: string;
  what: string;
  place: string;
  to: string;
  due: string;
  end?: "done" | "refused" | "impossible";
  refused_by: string;
  returned?: string;
  said: string;
  cites: string[];
}

export interface CellView { weight?: Weight; is_judged: boolean; is_torn: boolean; why: string; cites: string[] }
export interface MatrixView {
  clause: ClauseName;
  elements: string[];
  sources: string[];
  cells: CellView[][];
  gaps: string[];
}

export interface StandView { body: string; component: string; stand: Stand; text: string; at: string }
export interface Signature { by: Who; at: string }
export interface SigningView {
  standing: Standing;
  drafted_by: Who;
  drafted: string;
  signed: Signature[];
  stands: StandView[];
  confirmed?: string;
}

export interface Reason { text: string; cites: string[] }
export interface FindingText {
  clause: ClauseName;
  about: string;
  outcome: Outcome;
  severity: Severity | null;
  standard: Standard;
  likelihood: Likelihood;
  confidence: Confidence;
  /** Reliability of the source and credibility of what it says: `B2`. */
  grade: string;
  reasons: Reason[];
  would_settle: string[];
}
export interface AppealView { by: Who; at: string; text: string; upheld?: boolean; why: string }
export interface FindingView {
  reference: string;
  case: string;
  text: FindingText;
  signing: SigningView;
  appeals: AppealView[];
  may: May[];
}

export interface Hypothesis { who: "party" | "proxy" | "both" | "third" | "accident" | "no-event"; of?: string }
export interface Strand {
  kind: string;
  text: string;
  cites: string[];
  side: string;
  weight: Weight;
  ratio: [number, number] | null;
}
export interface Weighed { hypothesis: Hypothesis; strands: Strand[]; likelihood: Likelihood }
export interface AttributionText {
  weighed: Weighed[];
  adopted: Hypothesis | null;
  responsibility: Responsibility | null;
  intent: Intent;
  standard: Standard;
  confidence: Confidence;
  would_settle: string[];
}
export interface AttributionView { reference: string; finding: string; text: AttributionText; signing: SigningView; may: May[] }

export interface SaidView { by: Who; at: string; text: string; cites: string[]; check?: Check }
export interface RemedyView {
  reference: string;
  case: string;
  finding: string;
  actor: string;
  act: string;
  quantity: string;
  place: string;
  due: string;
  test: string;
  paired?: string;
  standing: "due" | "reported" | "verified" | "failed" | "undetermined";
  is_overdue: boolean;
  ordered: string;
  said: SaidView[];
  may: May[];
}
export interface RemedyText {
  actor: string;
  act: string;
  quantity: string;
  place: string;
  due_ms: number;
  test: string;
  paired_with: number | null;
}

export type ClockState = "running" | "paused" | "stopped" | "expired";
export interface ClockView {
  reference: string;
  case: string;
  purpose: string;
  started_by: string;
  from: string;
  length: string;
  zone: string;
  due: string;
  due_local: string;
  state: ClockState;
  left_ms: number;
  pauses: boolean;
  expiry: Expiry;
  stood: string[];
  may: May[];
}

export interface HistoryLine { revision: number; at: string; by: Who; deed: string; on: string; to?: Stage; why: string }

export interface AnswerView { at: string; is_late: boolean; text: string }
export type AllegationState = "received" | "registered" | "dismissed" | "withdrawn";
export interface AllegationView {
  reference: string;
  complainant?: string;
  against: string;
  clauses: string[];
  from?: string;
  until?: string;
  place: string;
  text: string;
  material?: string[];
  channel: string;
  received: string;
  state: AllegationState;
  dismissed?: string;
  why: string;
  answer_due?: string;
  answers: AnswerView[];
  case?: string;
  lacks: string[];
  alike?: string;
  late: "yes" | "no" | "undetermined";
  found?: Outcome;
  may: May[];
}

export interface AllegationCounts {
  made: number;
  received: number;
  alike: number;
  lacking: number;
  registered: number;
  dismissed: number;
  withdrawn: number;
}
export interface AllegationPage { counts: AllegationCounts; items: AllegationView[]; total: number; next?: number }

export interface PartyName { code: string; name: string }
export interface ClauseChoice { clause: ClauseName; source: string; elements: string[]; standard?: string }
export interface Queue {
  at: string;
  zone: string;
  cases: CaseLine[];
  allegations: AllegationCounts;
  clocks: ClockView[];
  remedies: RemedyView[];
  refused: number;
  parties: PartyName[];
  clauses: ClauseChoice[];
  may: May[];
}

export interface Counted { name: string; n: number }
export interface ShareView { of: number; all: number; low: number; high: number }
export interface LedgerView {
  made: number;
  waiting: number;
  registered: number;
  dismissed: Counted[];
  withdrawn: number;
  substantiated: number;
  unsubstantiated: number;
  undetermined: number;
  pending: number;
  substantiation?: ShareView;
}
export interface SideView {
  party: string;
  name: string;
  by: LedgerView;
  against: LedgerView;
  answered?: ShareView;
  findings: Counted[];
  finding_after_h?: number;
  finding_after_of: number;
  steps: number;
  steps_done: number;
  refused: number;
  access?: ShareView;
  remedies: number;
  remedies_verified: number;
  remedies_overdue: number;
}
export interface EqualTreatment { at: string; sides: SideView[]; coverage: string; note: string }

/** A deed: `deed` names it, its other members are the manual's. */
export type Deed = { deed: string } & Record<string, unknown>;
export interface ActSent { key: string; role: string; of: string; seen?: number; deed: Deed }
export interface ActDone { on: string; case?: string; revision?: number; already: boolean; seq: number }
