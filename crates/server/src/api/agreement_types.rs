//! The JSON of agreements: the text for readers, its clauses with what is found of each, and two texts side by side.

use super::types::{Counts, Missing};
use serde::Serialize;
use utoipa::ToSchema;

/// A text for readers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Agreement {
    /// What distinguishes it.
    pub label: String,
    /// Title.
    pub title: String,
    /// Version or status.
    pub version: String,
    /// The moment up to which clauses that are judged over a period are judged.
    pub as_of: String,
    /// The text in pieces, in order.
    pub pieces: Vec<Piece>,
    /// Clauses, with what is found of each.
    pub clauses: Vec<Clause>,
    /// Which reading of its text this is; null: the text has no brackets.
    pub reading: Option<Reading>,
    /// The other readings of the text.
    pub readings: Vec<Reading>,
    /// What the text says of itself.
    pub instrument: Instrument,
    /// Where the text is not agreed, in its order.
    pub brackets: Vec<Bracket>,
    /// What the check of the text warns of, in its order.
    pub problems: Vec<TextProblem>,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// First byte after.
    pub end: usize,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A text with one alternative taken of each bracket.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Reading {
    /// Index of the version that it is.
    pub version: usize,
    /// What distinguishes it.
    pub label: String,
    /// By bracket: the alternative taken; null: the bracket stands in one that is not taken.
    pub choice: Vec<Option<usize>>,
}

/// A place where the text is not agreed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Bracket {
    /// Its label.
    pub label: String,
    /// Its title; may be empty.
    pub title: String,
    /// Where it stands.
    pub span: Span,
    /// The alternative within which it stands.
    pub within: Option<Within>,
    /// Who proposes what, in a sentence.
    pub explanation: String,
    /// What is proposed.
    pub alternatives: Vec<Alternative>,
}

/// An alternative of a bracket, by index.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Within {
    /// The bracket.
    pub bracket: usize,
    /// Its alternative.
    pub alternative: usize,
}

/// One proposal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Alternative {
    /// Who proposes it, by name; empty: the text does not say.
    pub proposers: Vec<String>,
    /// Its words; empty: leave it out.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// What the check of a text says of a place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TextProblem {
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// Stable name.
    pub code: String,
    /// What it is about.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Line, from 1.
    pub line: u32,
    /// Heading above the place; empty if none.
    pub article: String,
}

/// An actor.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Named {
    /// Its code in the terms.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// What a text says of itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Instrument {
    /// Its status, such as `draft`; null: not said.
    pub status: Option<String>,
    /// Its entry into force, if known.
    pub entry_into_force: Option<String>,
    /// Who did what about it.
    pub adherence: Vec<Adherence>,
    /// Reservations.
    pub reservations: Vec<Reservation>,
    /// How it stands to other instruments.
    pub relations: Vec<Relation>,
    /// Who may decide what.
    pub mandates: Vec<Mandate>,
    /// All of it in sentences.
    pub sentences: Vec<String>,
}

/// An act of adherence.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Adherence {
    /// Who.
    pub actor: Named,
    /// What, such as `signed`.
    pub act: String,
    /// When, if said.
    pub at: Option<String>,
}

/// A reservation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Reservation {
    /// Whose.
    pub actor: Named,
    /// Labels of the clauses it is about.
    pub clauses: Vec<String>,
    /// Its words.
    pub words: String,
}

/// A relation to another instrument.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Relation {
    /// Which, such as `annex to`.
    pub kind: String,
    /// The other: a file's name or a title.
    pub other: String,
}

/// A body and what it may decide.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Mandate {
    /// The body.
    pub body: Named,
    /// Label of the clause that says so; empty: the body's declaration.
    pub clause: String,
    /// Its powers, such as `occurrence`.
    pub powers: Vec<String>,
    /// The text says that it decides nothing.
    pub decides_nothing: bool,
    /// Line, from 1.
    pub line: u32,
}

/// A piece of a text.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Piece {
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its words.
        text: String,
        /// Its anchor, unique in the text.
        id: String,
    },
    /// Prose as safe HTML. Brackets are `span.bracket[data-proposers]`, within one `span.alternatives` those side by
    /// side; who proposes is `b.proposer`.
    Prose {
        /// The HTML.
        html: String,
    },
    /// A `terms` block.
    Terms {
        /// Its lines.
        lines: Vec<TermsLine>,
    },
}

/// A line of a `terms` block.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TermsLine {
    /// Its number in the text, from 1.
    pub number: usize,
    /// As written.
    pub text: String,
    /// Index of the clause it belongs to.
    pub clause: Option<usize>,
    /// Index of the bracket of whole statements in which it stands.
    pub bracket: Option<usize>,
    /// The line again, in parts.
    pub parts: Vec<LinePart>,
}

/// A part of a line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LinePart {
    /// Its words.
    pub text: String,
    /// The innermost alternative in which it stands.
    pub within: Option<Within>,
    /// Whether it belongs to this reading.
    pub taken: bool,
    /// Whether it names who proposes the alternative.
    pub is_proposer: bool,
}

/// A clause.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Clause {
    /// Its index in the version.
    pub index: usize,
    /// Its label, such as `3.1`.
    pub label: String,
    /// Heading of its article.
    pub article: String,
    /// The line on which it begins, from 1.
    pub line: u32,
    /// What share of its ground was watched for what it is about, from the first event on record to the last, in words;
    /// null: that is no question.
    pub watched: Option<String>,
    /// That share, 0 to 1; null: it cannot be told.
    pub watched_share: Option<f64>,
    /// Its lines as written.
    pub source: String,
    /// What it says, in sentences.
    pub explanation: String,
    /// Such as `prohibition`, `distance` or `limit`.
    pub kind: String,
    /// When it begins to bind; null: its clock waits.
    pub in_force_from: Option<String>,
    /// When it ceases; null: open, or its clock waits.
    pub until: Option<String>,
    /// Labels of the clauses it is paired with.
    pub paired: Vec<String>,
    /// Label of the clause that it replaces.
    pub replaces: Option<String>,
    /// The alternatives within which it stands, outermost first.
    pub within: Vec<Within>,
    /// Observations by outcome; null: see `not_counted`.
    pub counts: Option<Counts>,
    /// Incidents by outcome; null: see `not_counted`.
    pub incident_counts: Option<Counts>,
    /// Why nothing is counted: the clause is judged over a period, not report by report.
    pub not_counted: Option<Missing>,
    /// What is found of it over a period, in the order in which it is found; null: it is judged report by report, or
    /// see the agreement.
    pub standing: Option<Vec<Standing>>,
    /// Findings beyond those given.
    pub standing_left_out: usize,
}

/// What a clause says over a period.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Standing {
    /// Of what: a code, a period, the id of a record, or several; empty: the clause as a whole.
    pub of: String,
    /// Whom it is about.
    pub whom: Option<Named>,
    /// Over which period.
    pub period: Option<Stretch>,
    /// `not_applicable`, `not_due`, `under_way`, `listed`, `kept`, `excused`, `undetermined` or `breached`.
    pub outcome: String,
    /// The word of its kind for it, such as `late`; may be empty.
    pub state: String,
    /// Since when it stands.
    pub since: Option<String>,
    /// The finding in one sentence.
    pub sentence: String,
    /// Reasons, in order.
    pub reasons: Vec<String>,
    /// Reasons beyond those given.
    pub reasons_left_out: usize,
    /// What is missing, each sort once.
    pub missing: Vec<Lacking>,
    /// Figures.
    pub figures: Vec<Figure>,
    /// Elements of a trigger, ways to read a figure, conditions of tiers.
    pub parts: Vec<StandingPart>,
    /// Clocks.
    pub clocks: Vec<Clock>,
    /// Ids of the records that it rests on.
    pub entries: Vec<String>,
}

/// Something missing, as often as it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Lacking {
    /// Stable name.
    pub code: String,
    /// How often.
    pub count: usize,
    /// In sentences, the first of them.
    pub texts: Vec<String>,
}

/// A period with the zone in which its days are counted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Stretch {
    /// First instant; null: open.
    pub start: Option<String>,
    /// The first instant after it; null: open.
    pub end: Option<String>,
    /// IANA name.
    pub zone: String,
}

/// A figure of a finding.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Figure {
    /// Stable name, such as `entitlement`.
    pub name: String,
    /// Of whom or what; may be empty.
    pub of: String,
    /// Its value, in words.
    pub text: String,
}

/// A part of a finding with its own truth.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StandingPart {
    /// Its name.
    pub name: String,
    /// `yes`, `no` or `undetermined`.
    pub truth: String,
    /// Reasons.
    pub reasons: Vec<String>,
    /// What is missing.
    pub missing: Vec<Missing>,
}

/// A clock, under every reading that the text leaves open.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Clock {
    /// What it times.
    pub name: String,
    /// IANA name of the zone in which its days are counted.
    pub zone: String,
    /// Ways to read it.
    pub readings: Vec<ClockReading>,
    /// What follows when it runs out; empty: not said.
    pub on_expiry: String,
    /// What else there is to say.
    pub notes: Vec<String>,
}

/// One way to read a clock.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClockReading {
    /// By which zero.
    pub from: String,
    /// Whether a later violation starts it anew.
    pub restarts: bool,
    /// When it started.
    pub started: Option<String>,
    /// When it ends.
    pub due: Option<String>,
    /// `not_started`, `running`, `met`, `met_late`, `expired` or `no_time`.
    pub state: String,
    /// When what it asks for was done.
    pub met_at: Option<String>,
}

/// Two text versions side by side.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Comparison {
    /// The first.
    pub a: Side,
    /// The second; verdicts say how it stands to the first.
    pub b: Side,
    /// Clauses about the same matter, and those that only one of the texts has, in the order of the first.
    pub pairs: Vec<ClausePair>,
    /// Statements that are no clauses and are not the same.
    pub declarations: Vec<DeclarationPair>,
    /// Where the two contradict each other.
    pub contradictions: Vec<Contradiction>,
}

/// One of two texts that are compared.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Side {
    /// Index of the version.
    pub index: usize,
    /// What distinguishes it.
    pub label: String,
    /// Title.
    pub title: String,
    /// Version or status.
    pub version: String,
    /// IANA name of its zone.
    pub zone: String,
    /// Clauses, with what is found of each.
    pub clauses: Vec<Clause>,
    /// By clause: its words as this reading has them.
    pub texts: Vec<String>,
}

/// Clauses about the same matter, or a clause that has no counterpart.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClausePair {
    /// Index of the first text's clause.
    pub a: Option<usize>,
    /// Index of the second text's clause.
    pub b: Option<usize>,
    /// `same`, `stricter`, `looser`, `mixed`, `undetermined`, `only_a` or `only_b`.
    pub verdict: String,
    /// What shows it.
    pub shown: Vec<Shown>,
}

/// What shows a difference.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Shown {
    /// The fact or the figure, in words.
    pub sentence: String,
    /// The fact, if it is one.
    pub fact: Option<Fact>,
    /// What the first text says of it.
    pub a: String,
    /// What the second says.
    pub b: String,
}

/// A fact that shows a difference.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Fact {
    /// Who acted; empty: not known.
    pub who: String,
    /// What it was.
    pub what: String,
    /// When.
    pub when: String,
    /// Where, and what else matters.
    pub circumstances: Vec<String>,
}

/// A statement that is not the same in both texts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeclarationPair {
    /// What it declares, such as `zone buffer`.
    pub name: String,
    /// In the first; null: it has none.
    pub a: Option<Declaration>,
    /// In the second; null: it has none.
    pub b: Option<Declaration>,
}

/// A statement that is no clause.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Declaration {
    /// Its words.
    pub text: String,
    /// The line on which it begins, from 1.
    pub line: usize,
}

/// Where two texts contradict each other.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Contradiction {
    /// `trigger`, `count`, `decider` or `protection`.
    pub matter: String,
    /// In one line.
    pub title: String,
    /// Labels of clauses of the first.
    pub a: Vec<String>,
    /// Labels of clauses of the second.
    pub b: Vec<String>,
    /// What shows it.
    pub shown: Vec<Shown>,
    /// What to do.
    pub help: String,
}
