//! What people do, as it stands in the journal. An act is one deed of one person in one capacity; it is taken whole or
//! refused whole, and is never edited: a later act supersedes it.
//!
//! These types are the record format too: JSON within the journal's entry, so that whoever checks the journal reads
//! what was done without this program. A member once written is never renamed.

use crate::words::{
    Cause, Check, Confidence, Dismissal, Expiry, Intent, Likelihood, Outcome, Responsibility, Severity,
    Stage, Stand, Standard, TaskEnd, TaskKind, Weight,
};
pub use base::act::{By, Ref};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One act at the docket.
pub type Act = base::act::Act<Deed>;

/// A clause of a text version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseRef {
    /// Label of the text: `signed`.
    pub text: String,
    /// Label of the clause: `2.1`.
    pub clause: String,
}

/// What is alleged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Who complains: a party's code, or the name of an organisation; empty: a person of the public.
    #[serde(default)]
    pub complainant: String,
    /// Against which party; empty: not said.
    #[serde(default)]
    pub against: String,
    /// Clauses that are said to be breached, by label; empty: not said.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// When it is said to have happened, from, milliseconds since 1970.
    #[serde(default)]
    pub from_ms: Option<i64>,
    /// Until.
    #[serde(default)]
    pub until_ms: Option<i64>,
    /// Where, in words.
    #[serde(default)]
    pub place: String,
    /// What, in words.
    #[serde(default)]
    pub text: String,
    /// Material that came with it, by digest (64 hexadecimal digits).
    #[serde(default)]
    pub material: Vec<String>,
    /// How it came: `form`, `api`, `e-mail`, `file`, `letter`.
    #[serde(default)]
    pub channel: String,
}

/// A statement of reasons, and what it rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// In words.
    pub text: String,
    /// What it cites: observations (`obs-…`), incidents (`inc-…`), allegations, tasks, items by digest, entries of
    /// the journal (`#17`).
    pub cites: Vec<String>,
}

/// The text of a finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingText {
    /// The clause and the text version.
    pub clause: ClauseRef,
    /// The party whose conduct it is about; empty: occurrence only.
    #[serde(default)]
    pub about: String,
    /// The outcome.
    pub outcome: Outcome,
    /// How grave, of a violation.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// The standard of proof that it was made to.
    pub standard: Standard,
    /// How likely it is that it happened as found.
    pub likelihood: Likelihood,
    /// How good the evidence is.
    pub confidence: Confidence,
    /// The grade of the best source it rests on: `A1` to `F6`.
    #[serde(default)]
    pub grade: String,
    /// Why. Never empty; each cites something.
    pub reasons: Vec<Reason>,
    /// For *undetermined*: what would settle it.
    #[serde(default)]
    pub would_settle: Vec<String>,
}

/// Who may have done it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "who", content = "of")]
pub enum Hypothesis {
    /// That party.
    Party(String),
    /// A proxy of that party.
    Proxy(String),
    /// More than one party.
    Both,
    /// Somebody else.
    Third,
    /// Nobody meant it: an accident, a mine, a malfunction.
    Accident,
    /// It did not happen.
    NoEvent,
}

impl fmt::Display for Hypothesis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hypothesis::Party(code) => write!(f, "{code}"),
            Hypothesis::Proxy(code) => write!(f, "a proxy of {code}"),
            Hypothesis::Both => f.write_str("more than one party"),
            Hypothesis::Third => f.write_str("somebody else"),
            Hypothesis::Accident => f.write_str("an accident"),
            Hypothesis::NoEvent => f.write_str("no event"),
        }
    }
}

/// One piece of evidence on a hypothesis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strand {
    /// What it is: `direction`, `weapon`, `control of the firing point`, `silent sensor`, `claim`, …
    pub kind: String,
    /// In words.
    pub text: String,
    /// What it cites.
    pub cites: Vec<String>,
    /// The party that it comes from; empty: no party's.
    #[serde(default)]
    pub side: String,
    /// For or against the hypothesis.
    pub weight: Weight,
    /// Likelihood ratio, least and greatest, where somebody can state one. Shown; never multiplied.
    #[serde(default)]
    pub ratio: Option<(f64, f64)>,
}

/// A hypothesis, with what speaks for and against it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighed {
    /// Which.
    pub hypothesis: Hypothesis,
    /// The evidence.
    pub strands: Vec<Strand>,
    /// How likely, in people's judgement.
    pub likelihood: Likelihood,
}

/// The text of an attribution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributionText {
    /// The hypotheses that were considered; more than one.
    pub weighed: Vec<Weighed>,
    /// The hypothesis that is adopted; `None`: not attributed, a result.
    pub adopted: Option<Hypothesis>,
    /// In what way, where a party is adopted.
    #[serde(default)]
    pub responsibility: Option<Responsibility>,
    /// Whether it was meant.
    pub intent: Intent,
    /// The standard of proof.
    pub standard: Standard,
    /// How good the evidence is.
    pub confidence: Confidence,
    /// What would settle it. Never empty where nothing is adopted.
    #[serde(default)]
    pub would_settle: Vec<String>,
}

/// A remedy that can be checked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyText {
    /// The party that has to act.
    pub actor: String,
    /// What it has to do.
    pub act: String,
    /// How much, with its unit: `6 launchers`.
    pub quantity: String,
    /// Where.
    pub place: String,
    /// By when, milliseconds since 1970.
    pub due_ms: i64,
    /// How it will be seen that it was done.
    pub test: String,
    /// Number of the remedy of this order that is its counterpart, from 0: both are shown side by side.
    #[serde(default)]
    pub paired_with: Option<usize>,
}

/// A clock that somebody starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockText {
    /// What it is for.
    pub purpose: String,
    /// The fact that starts it, cited.
    pub started_by: String,
    /// When that was, milliseconds since 1970; the moment of the act if not stated.
    #[serde(default)]
    pub from_ms: Option<i64>,
    /// How long.
    pub length: Length,
    /// The IANA zone that its days are counted and shown in.
    pub zone: String,
    /// Whether it stands still while the case is suspended.
    #[serde(default)]
    pub pauses: bool,
    /// What happens when it runs out.
    pub expiry: Expiry,
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Length {
    /// So many hours, each of 3,600 s.
    Hours(u32),
    /// So many civil days: to the same time of day, whatever the clocks do meanwhile.
    Days(u32),
}

/// What somebody does. Throughout: `why` and `text` are in words, `cites` is what they rest on, `of` is whose doing it
/// is, `due_ms` is milliseconds since 1970, and a member named after an object is its reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "what members mean stands above, once for all deeds")]
pub enum Deed {
    /// Makes an allegation, or hands one in for somebody.
    Allege(Claim),
    /// Takes allegations up.
    Register { allegations: Vec<Ref>, why: String },
    /// Does not take them up.
    Dismiss { allegations: Vec<Ref>, reason: Dismissal, why: String },
    /// The party accused answers.
    Answer { allegation: Ref, text: String },
    /// The complainant withdraws.
    Withdraw { allegation: Ref, why: String },
    /// Allegations are looked into as one case.
    Join { case: Ref, allegations: Vec<Ref>, why: String },
    /// Opens a case.
    Open {
        title: String,
        clauses: Vec<ClauseRef>,
        incidents: Vec<String>,
        allegations: Vec<Ref>,
        why: String,
    },
    /// Takes the work on it, so that nobody else does meanwhile.
    Claim { case: Ref },
    /// Gives it back.
    Release { case: Ref },
    /// Moves the case on.
    Move { case: Ref, to: Stage, why: String },
    /// Work cannot go on.
    Suspend { case: Ref, cause: Cause, of: String, why: String },
    /// Work can go on.
    Resume { case: Ref, why: String },
    /// Withdraws oneself from the decision of a case.
    Recuse { case: Ref, why: String },
    /// Lets only those know of it who need to know all of these compartments, and no others; none: as before.
    Restrict { case: Ref, compartments: Vec<String>, why: String },
    /// Orders a step of verification.
    Task { case: Ref, kind: TaskKind, what: String, place: String, to: String, due_ms: i64 },
    /// Says what became of it.
    Return { task: Ref, end: TaskEnd, of: String, text: String, cites: Vec<String> },
    /// Says what a source says of an element of the clause.
    Weigh {
        case: Ref,
        clause: ClauseRef,
        element: String,
        source: String,
        weight: Weight,
        cites: Vec<String>,
        why: String,
    },
    /// Writes a finding, or a new version of one.
    Draft { case: Ref, finding: FindingText },
    /// Writes an attribution of a finding, or a new version of one.
    Attribute { finding: Ref, attribution: AttributionText },
    /// Says what a component thinks of a finding or attribution.
    Comment { on: Ref, stand: Stand, component: String, text: String },
    /// Signs it: two people, neither of whom has withdrawn.
    Sign { on: Ref },
    /// The body makes it its own.
    Confirm { on: Ref },
    /// A party appeals.
    Appeal { finding: Ref, text: String },
    /// The body rules on the appeal.
    Rule { finding: Ref, upheld: bool, why: String },
    /// Orders remedies.
    Order { finding: Ref, remedies: Vec<RemedyText> },
    /// The party says that it has done it.
    Reported { remedy: Ref, text: String, cites: Vec<String> },
    /// The test is made.
    Check { remedy: Ref, check: Check, text: String, cites: Vec<String> },
    /// Starts a clock.
    Start { case: Ref, clock: ClockText },
    /// Stops it from running on.
    Pause { clock: Ref, why: String },
    /// Lets it run on.
    Continue { clock: Ref, why: String },
    /// What it measured has come about.
    Stop { clock: Ref, why: String },
}

impl Deed {
    /// Its name in journals and interfaces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Deed::Allege(_) => "allege",
            Deed::Register { .. } => "register",
            Deed::Dismiss { .. } => "dismiss",
            Deed::Answer { .. } => "answer",
            Deed::Withdraw { .. } => "withdraw",
            Deed::Join { .. } => "join",
            Deed::Open { .. } => "open",
            Deed::Claim { .. } => "claim",
            Deed::Release { .. } => "release",
            Deed::Move { .. } => "move",
            Deed::Suspend { .. } => "suspend",
            Deed::Resume { .. } => "resume",
            Deed::Recuse { .. } => "recuse",
            Deed::Restrict { .. } => "restrict",
            Deed::Task { .. } => "task",
            Deed::Return { .. } => "return",
            Deed::Weigh { .. } => "weigh",
            Deed::Draft { .. } => "draft",
            Deed::Attribute { .. } => "attribute",
            Deed::Comment { .. } => "comment",
            Deed::Sign { .. } => "sign",
            Deed::Confirm { .. } => "confirm",
            Deed::Appeal { .. } => "appeal",
            Deed::Rule { .. } => "rule",
            Deed::Order { .. } => "order",
            Deed::Reported { .. } => "reported",
            Deed::Check { .. } => "check",
            Deed::Start { .. } => "start",
            Deed::Pause { .. } => "pause",
            Deed::Continue { .. } => "continue",
            Deed::Stop { .. } => "stop",
        }
    }

    /// Every text in it that must not be longer than [`crate::limits::TEXT_BYTES_MAX`].
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        match self {
            Deed::Register { why, .. }
            | Deed::Dismiss { why, .. }
            | Deed::Withdraw { why, .. }
            | Deed::Join { why, .. }
            | Deed::Open { why, .. }
            | Deed::Move { why, .. }
            | Deed::Suspend { why, .. }
            | Deed::Resume { why, .. }
            | Deed::Recuse { why, .. }
            | Deed::Restrict { why, .. }
            | Deed::Weigh { why, .. }
            | Deed::Rule { why, .. }
            | Deed::Pause { why, .. }
            | Deed::Continue { why, .. }
            | Deed::Stop { why, .. } => Some(why),
            _ => None,
        }
    }
}
