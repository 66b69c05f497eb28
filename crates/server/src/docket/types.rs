//! What the docket's addresses give, as JSON. Instants are RFC 3339 in UTC. A party, a guarantor and an officer get the
//! same shapes with what each may see; what is withheld is absent, not blanked.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Somebody in a capacity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Who {
    /// The pseudonym; absent: not for this reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The role.
    pub role: String,
    /// What it is held of; empty: the mission.
    pub of: String,
}

/// A deed that the reader could do now, in the capacity named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct May {
    /// The deed's name.
    pub deed: String,
    /// The role in which.
    pub role: String,
    /// What it is held of.
    pub of: String,
    /// For `move`: the stages that may be moved to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
}

/// A clause of a text version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClauseName {
    /// Label of the text.
    pub text: String,
    /// Label of the clause.
    pub clause: String,
}

/// That work stands still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Suspension {
    /// `no-access`, `no-consensus` or `no-security`.
    pub cause: String,
    /// Whose doing it is; empty: nobody's.
    pub of: String,
    /// Since when.
    pub since: String,
    /// Until when; absent: it still is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Why; empty to those who do not work on cases.
    pub why: String,
}

/// Who works on a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TakenBy {
    /// Who.
    pub person: String,
    /// Until when, if nothing more is done.
    pub until: String,
}

/// A case in a list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CaseLine {
    /// Its reference.
    pub reference: String,
    /// What it is called.
    pub title: String,
    /// Where it stands.
    pub stage: String,
    /// Whether work is suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended: Option<Suspension>,
    /// What somebody has to need to know to know of the case.
    pub compartments: Vec<String>,
    /// Who works on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken: Option<TakenBy>,
    /// What it is about.
    pub clauses: Vec<ClauseName>,
    /// Ids of its incidents.
    pub incidents: Vec<String>,
    /// References of its allegations.
    pub allegations: Vec<String>,
    /// When it was opened.
    pub opened: String,
    /// When something was last done in it; to those who do not work on cases, when it was opened.
    pub changed: String,
    /// Counts what was done in it; send it as `seen` or `If-Match`. 0 to those who do not work on cases.
    pub revision: u64,
    /// Findings that count.
    pub findings: Vec<FindingLine>,
    /// Steps of verification that are open.
    pub tasks_open: usize,
    /// Remedies that still have to be checked, and those overdue.
    pub remedies_open: usize,
    /// Remedies whose day has passed and that were not seen to be done.
    pub remedies_overdue: usize,
    /// When the first of its clocks runs out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
}

/// A finding in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FindingLine {
    /// Its reference, with its version.
    pub reference: String,
    /// The clause.
    pub clause: ClauseName,
    /// The party whose conduct it is about; empty: occurrence only.
    pub about: String,
    /// The outcome.
    pub outcome: String,
    /// How far it has come.
    pub standing: String,
}

/// A case with everything of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CaseView {
    /// Its line.
    #[serde(flatten)]
    pub line: CaseLine,
    /// Every earlier suspension.
    pub suspensions: Vec<Suspension>,
    /// Those who withdrew, and why.
    pub recused: Vec<Recused>,
    /// Its allegations, as the reader may see them.
    pub alleged: Vec<AllegationView>,
    /// Steps of verification.
    pub tasks: Vec<TaskView>,
    /// The evidence matrix of each clause.
    pub matrices: Vec<MatrixView>,
    /// All versions of all findings, the latest last.
    pub all_findings: Vec<FindingView>,
    /// All versions of all attributions.
    pub attributions: Vec<AttributionView>,
    /// Remedies.
    pub remedies: Vec<RemedyView>,
    /// Clocks.
    pub clocks: Vec<ClockView>,
    /// All that was done, in order.
    pub history: Vec<HistoryLine>,
    /// What the reader could do now.
    pub may: Vec<May>,
    /// For each clause, who decides on what, by which rule.
    pub deciders: Vec<Decider>,
}

/// Who decides on what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Decider {
    /// The clause.
    pub clause: ClauseName,
    /// `occurrence`, `attribution` or `remedy`.
    pub power: String,
    /// The bodies; none: nobody does, under that text.
    pub bodies: Vec<String>,
    /// Their rule, in words.
    pub rule: String,
    /// How many components must be present.
    pub quorum: Option<u32>,
    /// The standard of proof, as the text words it; absent: no text says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard: Option<String>,
}

/// Somebody who withdrew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Recused {
    /// Who.
    pub person: String,
    /// Why.
    pub why: String,
}

/// A step of verification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TaskView {
    /// Its reference.
    pub reference: String,
    /// `site-visit`, `imagery`, `interview`, `documents`, `examination`.
    pub kind: String,
    /// What is to be done.
    pub what: String,
    /// Where.
    pub place: String,
    /// By whom.
    pub to: String,
    /// By when.
    pub due: String,
    /// `done`, `refused`, `impossible`; absent: open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// Who refused.
    pub refused_by: String,
    /// When it was returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returned: Option<String>,
    /// What was said.
    pub said: String,
    /// What that rests on.
    pub cites: Vec<String>,
}

/// The evidence matrix of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatrixView {
    /// The clause.
    pub clause: ClauseName,
    /// The rows: what has to be shown.
    pub elements: Vec<String>,
    /// The columns.
    pub sources: Vec<String>,
    /// The cells, row by row.
    pub cells: Vec<Vec<CellView>>,
    /// Elements that nothing supports.
    pub gaps: Vec<String>,
}

/// A cell of the matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CellView {
    /// `supports`, `against`, `silent`, `not-covered`; absent: nothing says anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// Whether an officer judged it.
    pub is_judged: bool,
    /// Whether what is proposed speaks for and against.
    pub is_torn: bool,
    /// Why.
    pub why: String,
    /// What it rests on.
    pub cites: Vec<String>,
}

/// What a component of a body says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StandView {
    /// The body.
    pub body: String,
    /// The component.
    pub component: String,
    /// `agrees`, `dissents`, `abstains`, `absent`.
    pub stand: String,
    /// In words.
    pub text: String,
    /// When.
    pub at: String,
}

/// How far a decision has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SigningView {
    /// `draft`, `proposed`, `provisional`, `confirmed`, `under-appeal`, `superseded`.
    pub standing: String,
    /// Who wrote it.
    pub drafted_by: Who,
    /// When.
    pub drafted: String,
    /// Who signed.
    pub signed: Vec<Signature>,
    /// The latest word of each component.
    pub stands: Vec<StandView>,
    /// That the body confirmed it, in words: by which rule, how many were present, the quorum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<String>,
}

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Signature {
    /// Who.
    pub by: Who,
    /// When.
    pub at: String,
}

/// A version of a finding.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FindingView {
    /// Its reference, with its version.
    pub reference: String,
    /// Its case.
    pub case: String,
    /// What it says: the members of a finding's text.
    #[schema(value_type = Object)]
    pub text: Value,
    /// How far it has come.
    pub signing: SigningView,
    /// Appeals.
    pub appeals: Vec<AppealView>,
    /// What the reader could do with it now.
    pub may: Vec<May>,
}

/// An appeal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AppealView {
    /// Who.
    pub by: Who,
    /// When.
    pub at: String,
    /// Why.
    pub text: String,
    /// Whether it was upheld; absent: not yet ruled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upheld: Option<bool>,
    /// Why it was ruled so.
    pub why: String,
}

/// A version of an attribution.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AttributionView {
    /// Its reference, with its version.
    pub reference: String,
    /// The finding that it is of.
    pub finding: String,
    /// What it says: the members of an attribution's text.
    #[schema(value_type = Object)]
    pub text: Value,
    /// How far it has come.
    pub signing: SigningView,
    /// What the reader could do with it now.
    pub may: Vec<May>,
}

/// A remedy.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RemedyView {
    /// Its reference.
    pub reference: String,
    /// Its case.
    pub case: String,
    /// The finding that it follows.
    pub finding: String,
    /// The party that has to act.
    pub actor: String,
    /// What.
    pub act: String,
    /// How much.
    pub quantity: String,
    /// Where.
    pub place: String,
    /// By when.
    pub due: String,
    /// How it will be seen.
    pub test: String,
    /// Its counterpart, shown beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paired: Option<String>,
    /// `due`, `reported`, `verified`, `failed`, `undetermined`.
    pub standing: String,
    /// Whether its day has passed and it was not seen to be done.
    pub is_overdue: bool,
    /// When it was ordered.
    pub ordered: String,
    /// What was said since.
    pub said: Vec<SaidView>,
    /// What the reader could do with it now.
    pub may: Vec<May>,
}

/// Something said of a remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SaidView {
    /// Who.
    pub by: Who,
    /// When.
    pub at: String,
    /// In words.
    pub text: String,
    /// What it rests on.
    pub cites: Vec<String>,
    /// `passed`, `failed`, `undetermined`; absent: the party's report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
}

/// A clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClockView {
    /// Its reference.
    pub reference: String,
    /// Its case.
    pub case: String,
    /// What it is for.
    pub purpose: String,
    /// The fact that started it.
    pub started_by: String,
    /// Since when.
    pub from: String,
    /// `24 h` or `3 days`.
    pub length: String,
    /// The zone its days are counted and shown in.
    pub zone: String,
    /// When it runs out, as things stand.
    pub due: String,
    /// The same, as a clock on the wall of that zone shows it.
    pub due_local: String,
    /// `running`, `paused`, `stopped`, `expired`.
    pub state: String,
    /// Milliseconds left; negative: since it ran out.
    pub left_ms: i64,
    /// Whether it stands still while the case is suspended.
    pub pauses: bool,
    /// What happens when it runs out: `told`, `stands`, `falls`.
    pub expiry: String,
    /// When it stood still, and why.
    pub stood: Vec<String>,
    /// What the reader could do with it now.
    pub may: Vec<May>,
}

/// A line of a case's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HistoryLine {
    /// The case's revision after it.
    pub revision: u64,
    /// When.
    pub at: String,
    /// Who.
    pub by: Who,
    /// The deed.
    pub deed: String,
    /// On what.
    pub on: String,
    /// The stage that the case came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Why, or what was said.
    pub why: String,
}

/// An allegation.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AllegationView {
    /// Its reference.
    pub reference: String,
    /// Who complains; absent: not for this reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complainant: Option<String>,
    /// Against whom; empty: not said.
    pub against: String,
    /// Clauses said to be breached.
    pub clauses: Vec<String>,
    /// When it is said to have happened, from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Until.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Where, in words.
    pub place: String,
    /// What, in words.
    pub text: String,
    /// Digests of what came with it; absent: not for this reader.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub material: Vec<String>,
    /// How it came.
    pub channel: String,
    /// When it came.
    pub received: String,
    /// `received`, `registered`, `dismissed`, `withdrawn`.
    pub state: String,
    /// Why it was dismissed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<String>,
    /// Why, in words.
    pub why: String,
    /// Until when the party accused may answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_due: Option<String>,
    /// Its answers, as this reader may see them.
    pub answers: Vec<AnswerView>,
    /// The case that it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// What it does not say.
    pub lacks: Vec<String>,
    /// The first of those that it looks like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alike: Option<String>,
    /// Whether it came too late: `yes`, `no`, `undetermined`.
    pub late: String,
    /// What the findings of its case say: an outcome; absent: nothing yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What the reader could do with it now.
    pub may: Vec<May>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AnswerView {
    /// When.
    pub at: String,
    /// Whether it came too late.
    pub is_late: bool,
    /// What it says.
    pub text: String,
}

/// The queue: what waits for somebody.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Queue {
    /// As at.
    pub at: String,
    /// The mission's civil zone.
    pub zone: String,
    /// Cases that are not closed first, then the closed; of each the latest changed first.
    pub cases: Vec<CaseLine>,
    /// Allegations by how they stand. Never a count of violations.
    pub allegations: AllegationCounts,
    /// Clocks that run or have run out, the nearest first.
    pub clocks: Vec<ClockView>,
    /// Remedies that are open, the nearest first.
    pub remedies: Vec<RemedyView>,
    /// Acts of the journal that the present rules do not take.
    pub refused: usize,
    /// The parties, for pickers: code and name.
    pub parties: Vec<PartyName>,
    /// Every clause, for pickers.
    pub clauses: Vec<ClauseChoice>,
    /// The capacities in which the reader may act.
    pub may: Vec<May>,
}

/// A party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PartyName {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A clause to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClauseChoice {
    /// Which.
    pub clause: ClauseName,
    /// Its source.
    pub source: String,
    /// What has to be shown.
    pub elements: Vec<String>,
    /// The standard of proof, as the text words it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard: Option<String>,
}

/// Allegations by how they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct AllegationCounts {
    /// All that the reader may see.
    pub made: usize,
    /// Nobody has looked at them.
    pub received: usize,
    /// Of these, those that look like an earlier one.
    pub alike: usize,
    /// Of these, those that do not say what they must.
    pub lacking: usize,
    /// Taken up.
    pub registered: usize,
    /// Not taken up.
    pub dismissed: usize,
    /// Taken back.
    pub withdrawn: usize,
}

/// A page of allegations.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AllegationPage {
    /// By how they stand.
    pub counts: AllegationCounts,
    /// Those of this page.
    pub items: Vec<AllegationView>,
    /// How many there are under the filter.
    pub total: usize,
    /// Where the next page begins; absent: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<usize>,
}

/// Equal treatment: the same figures for each party.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct EqualTreatment {
    /// As at.
    pub at: String,
    /// For each party.
    pub sides: Vec<SideView>,
    /// What was watched since the first allegation or case, and by whom: a figure of nothing says no more than that.
    pub coverage: String,
    /// What the figures do not say.
    pub note: String,
}

/// The figures of one party.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SideView {
    /// Its code.
    pub party: String,
    /// Its name.
    pub name: String,
    /// What it alleged.
    pub by: LedgerView,
    /// What was alleged against it.
    pub against: LedgerView,
    /// Share answered, of those it was asked to answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<ShareView>,
    /// Findings about it that count, by outcome.
    pub findings: Vec<Counted>,
    /// Median time from the opening of a case to the first finding about it, hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding_after_h: Option<f64>,
    /// Of how many findings.
    pub finding_after_of: u64,
    /// Steps of verification asked for in cases that concern it.
    pub steps: u64,
    /// Of these, done.
    pub steps_done: u64,
    /// Steps of verification that it refused.
    pub refused: u64,
    /// Access given, of what was asked in cases that concern it and done or refused by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<ShareView>,
    /// Remedies ordered of it.
    pub remedies: u64,
    /// Of these, verified.
    pub remedies_verified: u64,
    /// Of these, overdue.
    pub remedies_overdue: u64,
}

/// A count under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counted {
    /// The name.
    pub name: String,
    /// How many.
    pub n: u64,
}

/// A share with its 95 % interval.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ShareView {
    /// How many.
    pub of: u64,
    /// Of how many.
    pub all: u64,
    /// From, 0 to 1.
    pub low: f64,
    /// To.
    pub high: f64,
}

/// What became of allegations.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LedgerView {
    /// Made.
    pub made: u64,
    /// Nobody has looked at them.
    pub waiting: u64,
    /// Taken up.
    pub registered: u64,
    /// Not taken up, by reason.
    pub dismissed: Vec<Counted>,
    /// Taken back.
    pub withdrawn: u64,
    /// Taken up, and a violation was found.
    pub substantiated: u64,
    /// Taken up, and none was.
    pub unsubstantiated: u64,
    /// Taken up, and the evidence does not decide it.
    pub undetermined: u64,
    /// Taken up, and nothing has been found yet.
    pub pending: u64,
    /// Substantiated, of those with a finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub substantiation: Option<ShareView>,
}

/// An act as it is sent.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct ActSent {
    /// Unlike for every act: the same again is the same act.
    pub key: String,
    /// The role in which the person acts; one that they hold.
    pub role: String,
    /// What the role is held of; empty: the mission.
    #[serde(default)]
    pub of: String,
    /// The revision of the case that they saw; also taken from `If-Match`.
    #[serde(default)]
    pub seen: Option<u64>,
    /// The deed: `deed` names it, its other members are those of the manual (`docs/cases.md`).
    #[schema(value_type = Object)]
    pub deed: Value,
}

/// What an act did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActDone {
    /// The object that it made or changed.
    pub on: String,
    /// The case that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The case's revision now, to those who work on cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// The same act had been taken before.
    pub already: bool,
    /// The number of its journal entry.
    pub seq: u64,
}
