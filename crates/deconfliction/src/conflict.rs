//! The conflict check: a notice against other notices, zones in force, windows of silence, protected objects and what
//! was observed, in space, time and height, with margins and doubt. Three answers: a conflict; clear of what is
//! known, which says no more than that; or undetermined, with what is missing.

pub mod field;
pub mod flat;
pub mod margins;
pub mod narrow;
pub mod recheck;
pub mod subject;
pub mod suggest;
pub mod zones;

pub use field::Field;
pub use margins::Margins;
pub use recheck::{Alert, Checks, alerts};
pub use subject::Subject;
pub use suggest::{Suggestion, SuggestionKind, suggest};
pub use zones::Zones;

use crate::words::{Answer, WithKind};
use base::Instant;
use evidence::batch::Batch;
use serde::Serialize;

/// Name and version of the check, told with every answer.
pub const ALGORITHM: &str = "deconflict 1";

/// Heights of the ground, given as data.
pub trait Terrain {
    /// Least and greatest height of the ground above mean sea level in a box of longitude and latitude, metres; `None`:
    /// not known there.
    fn between_m(&self, low: [f64; 2], high: [f64; 2]) -> Option<(f64, f64)>;
}

/// Nothing is known of the ground's height.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnknownTerrain;

impl Terrain for UnknownTerrain {
    fn between_m(&self, _: [f64; 2], _: [f64; 2]) -> Option<(f64, f64)> {
        None
    }
}

/// What a notice is checked against, beside the board.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// Zones in force; `None`: none were given.
    pub zones: Option<Zones<'a>>,
    /// Settled observations; `None`: none were given.
    pub observed: Option<&'a Batch>,
    /// Heights of the ground.
    pub terrain: &'a dyn Terrain,
}

impl World<'static> {
    /// Nothing but the board is known.
    #[must_use]
    pub fn unknown() -> World<'static> {
        World { zones: None, observed: None, terrain: &UnknownTerrain }
    }
}

/// One thing that is met, or may be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Meeting {
    /// What it is.
    pub with: WithKind,
    /// Its reference or id.
    pub id: String,
    /// In words, one line.
    pub title: String,
    /// [`Answer::Conflict`] or [`Answer::Undetermined`].
    pub answer: Answer,
    /// Distance across the ground, metres; negative where they overlap. `None`: not measured.
    pub apart_m: Option<f64>,
    /// Distance at which they would not meet, metres, their doubt aside.
    pub needs_m: f64,
    /// When the other may be there, from, milliseconds since 1970; `None`: not stated.
    pub from_ms: Option<i64>,
    /// Until.
    pub until_ms: Option<i64>,
    /// By how much later this would have to be to be after it, milliseconds; `None`: no time would do.
    pub later_ms: Option<i64>,
    /// By how much earlier.
    pub earlier_ms: Option<i64>,
    /// Sentences.
    pub reasons: Vec<String>,
    /// What would decide it.
    pub missing: Vec<String>,
}

/// With how many of a kind it was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// Of which kind.
    pub with: WithKind,
    /// How many are known; `None`: none were given to the check, and nothing is known of them.
    pub count: Option<usize>,
}

/// The answer for one notice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// The notice; empty: one that is not on the board yet.
    pub of: String,
    /// As of when, milliseconds since 1970.
    pub at_ms: i64,
    /// The answer.
    pub answer: Answer,
    /// What it meets, or may meet: conflicts first.
    pub meetings: Vec<Meeting>,
    /// How many there are, those included that are not listed.
    pub meetings_all: usize,
    /// What is missing of the notice itself.
    pub missing: Vec<String>,
    /// With what it was compared.
    pub compared: Vec<Compared>,
    /// The answer in sentences.
    pub words: Vec<String>,
    /// The margins it was made with.
    pub margins: Margins,
    /// Name and version of the check.
    pub algorithm: &'static str,
}

impl Check {
    pub(crate) fn concluded(mut self) -> Check {
        self.meetings.sort_by(|a, b| (b.answer, a.with, &a.id).cmp(&(a.answer, b.with, &b.id)));
        self.meetings_all = self.meetings.len();
        let conflicts = self.meetings.iter().filter(|m| m.answer == Answer::Conflict).count();
        self.answer = match (conflicts, self.meetings.is_empty() && self.missing.is_empty()) {
            (1.., _) => Answer::Conflict,
            (0, false) => Answer::Undetermined,
            (0, true) => Answer::Clear,
        };
        let open = self.meetings.len() - conflicts;
        self.meetings.truncate(crate::limits::MEETINGS_MAX);
        let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        self.words = vec![match self.answer {
            Answer::Conflict => format!("meets {}", count(conflicts, "thing")),
            Answer::Clear => {
                "meets nothing of what was given to the check; it says no more than that".to_owned()
            }
            Answer::Undetermined => "what would decide it is missing".to_owned(),
        }];
        if open > 0 {
            self.words.push(format!("whether it meets {} is open", count(open, "other thing")));
        }
        for lack in &self.missing {
            self.words.push(format!("not stated: {lack}"));
        }
        let known: Vec<String> = self.compared.iter().map(Compared::words).collect();
        self.words.push(format!("compared with: {}", known.join(", ")));
        self
    }
}

impl Compared {
    fn words(&self) -> String {
        match self.count {
            Some(count) => format!("{}: {count}", self.with),
            None => format!("{}: none were given, so nothing is known of them", self.with),
        }
    }
}

/// An end that is stated.
pub(crate) fn stated(moment: Instant) -> Option<i64> {
    (moment != Instant::FIRST && moment != Instant::LAST).then_some(moment.0)
}
