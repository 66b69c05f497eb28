//! Findings of clauses that are judged over a period and not by single observations: by what was declared, metered,
//! notified, visited, asked, done and decided. They say what stands, since when, and what is missing; they never say
//! that there was an attack, that a guarantee is due, or who is to blame.

mod access;
mod codes;
mod conditions;
mod context;
mod deed;
mod effect;
mod elements;
mod guarantee;
mod limit;
mod mandate;
mod memo;
mod moments;
mod notify;
mod order;
mod pair;
mod periods;
mod remedy;
mod respond;
mod settled;
mod share;

pub use codes::{LACKS, STATES};
pub use conditions::{Decided, DecidedClause, Holds, TimelyNotice, decide};
pub use settled::{Known, Settled};

use crate::state::{Version, VersionFindings};
use base::{CivilZone, Instant, Interval, Truth};
use context::Context;
use evidence::batch::Batch;
use evidence::coverage::Coverage;
use evidence::records::{Record, Recorded};
use memo::Memo;
use terms::Agreement;
use terms::agreement::ActorIx;

/// What standing findings rest on.
#[derive(Clone, Copy)]
pub struct StandingFacts<'a> {
    /// Settled observations.
    pub observations: &'a Batch,
    /// Their judgements under the version that is asked about.
    pub judged: &'a VersionFindings,
    /// Records, in any order; later reports of one id supersede earlier ones.
    pub records: &'a [Record],
    /// When, where and for what sources were watching.
    pub coverage: &'a [Coverage],
}

/// What a clause says over a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StandingOutcome {
    /// There is nothing for the clause to apply to.
    NotApplicable,
    /// It obliges to nothing yet.
    NotDue,
    /// Its time runs.
    UnderWay,
    /// It is not judged: a mandate, the elements of a trigger, a legal effect that others read.
    Listed,
    /// It is kept.
    Kept,
    /// It would be a breach, but an exception holds.
    Excused,
    /// What is known does not decide it.
    Undetermined,
    /// It is breached.
    Breached,
}

impl StandingOutcome {
    /// All, with their names in interfaces.
    pub const ALL: [(StandingOutcome, &'static str); 8] = [
        (StandingOutcome::NotApplicable, "not_applicable"),
        (StandingOutcome::NotDue, "not_due"),
        (StandingOutcome::UnderWay, "under_way"),
        (StandingOutcome::Listed, "listed"),
        (StandingOutcome::Kept, "kept"),
        (StandingOutcome::Excused, "excused"),
        (StandingOutcome::Undetermined, "undetermined"),
        (StandingOutcome::Breached, "breached"),
    ];

    /// Its name in interfaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        StandingOutcome::ALL.iter().find(|(o, _)| *o == self).map_or("", |(_, n)| n)
    }
}

/// What would have to be known, or said by the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lack {
    /// Stable code, one of [`LACKS`].
    pub code: &'static str,
    /// One line for people.
    pub words: String,
}

/// The value of a figure.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number in a unit (may be empty).
    Number(f64, String),
    /// A moment.
    Moment(Instant),
    /// A length of time, milliseconds.
    LastsMs(i64),
    /// Words.
    Words(String),
}

impl Value {
    /// For people; moments in civil time of `zone`.
    #[must_use]
    pub fn show(&self, zone: &CivilZone) -> String {
        match self {
            Value::Number(n, unit) => format!("{} {unit}", number(*n)).trim_end().to_owned(),
            Value::Moment(moment) => zone.show(*moment),
            Value::LastsMs(ms) => lasting(*ms),
            Value::Words(words) => words.clone(),
        }
    }
}

/// A figure that belongs to a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Stable name, such as `entitlement`.
    pub name: &'static str,
    /// Of whom or what: the code of an actor, an item, a level; may be empty.
    pub of: String,
    /// Its value.
    pub value: Value,
}

/// A part of a finding with its own truth: an element of a trigger, a way to read a figure, the condition of a tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name: a word of the text, or `as a cap`.
    pub name: String,
    /// Whether it is met; of a way to read a figure: whether the clause is kept so read.
    pub truth: Truth,
    /// Sentences.
    pub reasons: Vec<String>,
    /// What is missing.
    pub missing: Vec<Lack>,
}

/// A moment at which a clock may have started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which, in the words of the language, such as `first recorded violation`.
    pub what: String,
    /// When; `None`: it has not come, or is not known.
    pub at: Option<Instant>,
    /// Whether the text takes this one.
    pub chosen: bool,
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClockState {
    /// It has not started.
    NotStarted,
    /// It runs.
    Running,
    /// What it asks for was done in time.
    Met,
    /// What it asks for was done after its time.
    MetLate,
    /// Its time is over, and what it asks for is not recorded.
    Expired,
    /// The text sets no time.
    NoTime,
}

impl ClockState {
    /// Its name in interfaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ClockState::NotStarted => "not_started",
            ClockState::Running => "running",
            ClockState::Met => "met",
            ClockState::MetLate => "met_late",
            ClockState::Expired => "expired",
            ClockState::NoTime => "no_time",
        }
    }
}

/// One way to read a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// By which zero, in the words of the language.
    pub zero_words: String,
    /// Whether a later violation starts it anew.
    pub restarts: bool,
    /// When it started.
    pub zero: Option<Instant>,
    /// When it ends; `None`: not started, or no time is set.
    pub due: Option<Instant>,
    /// How it stands.
    pub state: ClockState,
    /// When what it asks for was done.
    pub met_at: Option<Instant>,
}

/// A clock, under every reading that the text leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockFinding {
    /// What it times: `tier 1`, `within`, `step`.
    pub name: String,
    /// The civil zone in which its days are counted.
    pub zone: String,
    /// Every zero that could be meant.
    pub candidates: Vec<Candidate>,
    /// One for each combination of zero and restart that the text leaves open; one if it leaves none open.
    pub readings: Vec<ClockReading>,
    /// What follows when it runs out and nothing was done, in words; empty: the text does not say.
    pub on_expiry: String,
    /// What else there is to say: that it runs beside another, that it was extended.
    pub notes: Vec<String>,
}

/// How a paired clause stands beside this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Label of the other.
    pub other: String,
    /// Whether both sides have done alike, as verified.
    pub balanced: Truth,
    /// One line for people.
    pub words: String,
}

/// What one finding is about within its clause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instance {
    /// Its name, unique within the clause: the code of an actor, a period, the id of a record, or several of them.
    /// Empty: the clause as a whole.
    pub name: String,
    /// Whose.
    pub actor: Option<ActorIx>,
    /// Over which period.
    pub period: Option<Interval>,
}

/// What one clause says of one instance.
#[derive(Clone, Debug, PartialEq)]
pub struct StandingFinding {
    /// Index of the clause.
    pub clause: usize,
    /// Of what.
    pub instance: Instance,
    /// The outcome.
    pub outcome: StandingOutcome,
    /// The word of its obligation kind for it, such as `late`, `again missing`, `in effect`; may be empty.
    pub state: &'static str,
    /// Since when it stands.
    pub since: Option<Instant>,
    /// Sentences of reasons, in order.
    pub reasons: Vec<String>,
    /// What is missing, by code, then words.
    pub missing: Vec<Lack>,
    /// Figures.
    pub figures: Vec<Figure>,
    /// Elements, ways to read, conditions of tiers.
    pub parts: Vec<Part>,
    /// Clocks.
    pub clocks: Vec<ClockFinding>,
    /// Clauses it is paired with.
    pub pairs: Vec<Pair>,
    /// Ids of the records it rests on, in their order.
    pub records: Vec<String>,
}

impl StandingFinding {
    /// Stable codes of what is missing, each once.
    #[must_use]
    pub fn codes(&self) -> Vec<&'static str> {
        let mut codes: Vec<&'static str> = self.missing.iter().map(|l| l.code).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// The figure of that name, of that whom or what.
    #[must_use]
    pub fn figure(&self, name: &str, of: &str) -> Option<&Value> {
        self.figures.iter().find(|f| f.name == name && f.of == of).map(|f| &f.value)
    }

    pub(crate) fn new(
        clause: usize,
        instance: Instance,
        outcome: StandingOutcome,
        state: &'static str,
    ) -> Self {
        StandingFinding {
            clause,
            instance,
            outcome,
            state,
            since: None,
            reasons: Vec::new(),
            missing: Vec::new(),
            figures: Vec::new(),
            parts: Vec::new(),
            clocks: Vec::new(),
            pairs: Vec::new(),
            records: Vec::new(),
        }
    }

    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.reasons.push(reason.into());
        self
    }

    pub(crate) fn lacking(mut self, code: &'static str, words: impl Into<String>) -> Self {
        self.missing.push(Lack { code, words: words.into() });
        self
    }

    pub(crate) fn lacks(&mut self, code: &'static str, words: impl Into<String>) {
        self.missing.push(Lack { code, words: words.into() });
    }

    pub(crate) fn since(mut self, since: Option<Instant>) -> Self {
        self.since = since;
        self
    }

    pub(crate) fn with(mut self, name: &'static str, of: impl Into<String>, value: Value) -> Self {
        self.figures.push(Figure { name, of: of.into(), value });
        self
    }

    pub(crate) fn resting_on(mut self, record: &Record) -> Self {
        self.records.push(record.id.clone());
        self
    }

    pub(crate) fn becomes(&mut self, outcome: StandingOutcome, state: &'static str) {
        self.outcome = outcome;
        self.state = state;
    }
}

/// The standing findings of `version` as known and standing at `now`, in the order of the text. Observations, records
/// and coverage reported after `now` are not known then. Clauses judged by single observations are not among them.
#[must_use]
pub fn standing(version: &Version, facts: &StandingFacts<'_>, now: Instant) -> Vec<StandingFinding> {
    standing_with(version, facts, now, &Memo::default())
}

/// As [`standing`], with what the map has said of the same observations.
fn standing_with(
    version: &Version,
    facts: &StandingFacts<'_>,
    now: Instant,
    memo: &Memo,
) -> Vec<StandingFinding> {
    let context = Context::of(version, facts, now, memo);
    let mut out = Vec::new();
    for (ix, clause) in version.agreement.clauses.iter().enumerate() {
        if !clause.duty.is_of_observations() {
            out.extend(context.findings(ix).iter().cloned());
        }
    }
    pair::note(&context, &mut out);
    for finding in &mut out {
        finding.missing.sort();
        finding.missing.dedup();
        let mut seen = std::collections::BTreeSet::new();
        finding.records.retain(|id| seen.insert(id.clone()));
    }
    out
}

/// A record that names somebody whom the text does not know: it is not used where that matters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stranger {
    /// Id of the record.
    pub record: String,
    /// The word.
    pub word: String,
}

/// The records that name somebody whom `agreement` does not know, by id and word.
#[must_use]
pub fn strangers(agreement: &Agreement, records: &[Record]) -> Vec<Stranger> {
    let mut out = Vec::new();
    for record in records {
        let words: Vec<&str> = match &record.what {
            Recorded::Declaration { party: word, .. }
            | Recorded::Delivery { actor: word, .. }
            | Recorded::Deed { by: word, .. }
            | Recorded::Request { by: word }
            | Recorded::Response { by: word, .. } => vec![word],
            Recorded::Notice { by, to, .. } => to.iter().chain([by]).map(String::as_str).collect(),
            Recorded::Access { by, of, .. } | Recorded::Visit { by, of, .. } => vec![by, of],
            Recorded::Decision { body, parties, .. } => {
                parties.iter().chain([body]).map(String::as_str).collect()
            }
            Recorded::Reading { .. } | Recorded::Receipt { .. } | Recorded::Event { .. } => Vec::new(),
        };
        let unknown =
            words.into_iter().filter(|w| !w.is_empty() && agreement.resolve_actor_word(w).is_none());
        out.extend(unknown.map(|w| Stranger { record: record.id.clone(), word: w.to_owned() }));
    }
    out.sort();
    out.dedup();
    out
}

/// A number for people: at most three decimals, none that are zero.
pub(crate) fn number(n: f64) -> String {
    let text = format!("{n:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A length of time for people, to the minute.
pub(crate) fn lasting(ms: i64) -> String {
    let minutes = ms.unsigned_abs() / 60_000;
    let sign = if ms < 0 && minutes > 0 { "-" } else { "" };
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{sign}{m} min"),
        (h, 0) => format!("{sign}{h} h"),
        (h, m) => format!("{sign}{h} h {m} min"),
    }
}
