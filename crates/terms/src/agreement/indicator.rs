//! What a text asks to be told of before anything is breached: an indicator with its baseline, window and level.

use super::{ActorIx, What, When, ZoneIx};

/// 13: an indicator. It binds nobody and accuses nobody: it says from when on somebody is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// What people call it.
    pub title: String,
    /// What is counted.
    pub signal: Signal,
    /// Where; `None`: anywhere.
    pub zone: Option<ZoneIx>,
    /// Over how long it is counted, milliseconds.
    pub window_ms: i64,
    /// With what it is compared; `None`: with a fixed level alone.
    pub baseline: Option<Baseline>,
    /// What meets it.
    pub turn: Turn,
    /// Least share of place and time watched below which nothing is said of less, 0 to 1.
    pub coverage_min: f64,
    /// Who is told; empty: not said.
    pub told: Vec<ActorIx>,
}

impl Indicator {
    /// The share watched that is asked for where the text does not say: as for calm.
    pub const COVERAGE_MIN: f64 = 0.6;
}

/// What an indicator counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// Facts that somebody perceives: acts, or weapons being somewhere.
    Facts(What),
    /// Weapons that were declared and are not there when somebody counts.
    Missing(What),
    /// Notices that are given, of these acts; empty: of anything.
    Notices(Vec<What>),
    /// Calls on the hotline.
    Calls,
}

impl Signal {
    /// Its name in interfaces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Signal::Facts(_) => "facts",
            Signal::Missing(_) => "missing",
            Signal::Notices(_) => "notices",
            Signal::Calls => "calls",
        }
    }
}

/// With what the window is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// So many milliseconds before the window.
    Before(i64),
    /// All the time from a moment to the window.
    Since(When),
    /// From one moment to another: frozen.
    Between(When, When),
}

/// What meets an indicator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Turn {
    /// It rises to a level, or over it.
    Rises(Level),
    /// It falls to a level, or under it.
    Falls(Level),
    /// None comes any more.
    Stops,
}

/// A level, as a person set it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// How many.
    pub number: f64,
    /// Of what.
    pub measure: Measure,
    /// For a rise in times the baseline: at least so many all the same.
    pub at_least: Option<f64>,
}

/// What a level is a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// What is counted in the window.
    Count,
    /// What is counted in an hour in which all of the place was watched.
    PerWatchedHour,
    /// The rate of the baseline.
    Times,
}

impl Measure {
    /// Its name in interfaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Measure::Count => "count",
            Measure::PerWatchedHour => "per watched hour",
            Measure::Times => "times the baseline",
        }
    }
}

impl Turn {
    /// Its name in interfaces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Turn::Rises(_) => "rises",
            Turn::Falls(_) => "falls",
            Turn::Stops => "stops",
        }
    }

    /// Its level, where it has one.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        match self {
            Turn::Rises(level) | Turn::Falls(level) => Some(*level),
            Turn::Stops => None,
        }
    }
}
