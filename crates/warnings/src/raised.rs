//! What the watch raises: a warning as the data bear it out, before any person has looked at it. It says what it rests
//! on, what it promises, and what is wrong with its data; it never says that somebody has breached anything.

use crate::detect::shiryaev::StepEvidence;
use crate::detect::watch::{Flags, Ground as Basis};
use crate::indicators::Figures;
use crate::streams::{Cadence, Ground};
use serde::Serialize;

/// How long a warning stands after its last alarm, milliseconds. 7 days, as alarms are counted in the back-tests.
pub const STANDS_MS: i64 = 7 * 86_400_000;
/// From this ratio of what is counted to what was expected on, a rise is grave.
pub const GRAVE_RATIO: f64 = 3.0;
/// And from this count on.
pub const GRAVE_COUNT: u32 = 5;
/// A shock less likely than this is grave.
pub const GRAVE_P: f64 = 1e-6;
/// From this many places together on, a rise is grave.
pub const GRAVE_PLACES: usize = 3;
/// Below this exposure in the mean of its steps, 0 to 1, a rise is told with reserve.
pub const POOR_EXPOSURE: f64 = 0.1;

/// How grave a warning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Worth a look: it rests on little, or on one source.
    Advisory,
    /// A rise that the promised rate of false alarms bears out.
    Watch,
    /// A grave rise, by several sources.
    Warning,
}

impl Level {
    /// From the least to the gravest.
    pub const ALL: [Level; 3] = [Level::Advisory, Level::Watch, Level::Warning];

    /// Its name in interfaces and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::Advisory => "advisory",
            Level::Watch => "watch",
            Level::Warning => "warning",
        }
    }
}

/// Why a level was proposed. Each is a fixed word; the pages say them in the reader's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Several times what was expected.
    Ratio,
    /// So much in one step is very unlikely in ordinary times.
    Shock,
    /// Several places rose together.
    Together,
    /// A slow rise above the first weeks of the ceasefire.
    Erosion,
    /// One source alone explains it: it may have changed its reporting.
    OneSource,
    /// Only parties to the ceasefire say so.
    OnlyParties,
    /// Little of the time and ground was watched.
    PoorExposure,
    /// Late reports came in a burst.
    Burst,
    /// The count is beyond anything that this ground can mean.
    Implausible,
    /// An indicator of the text is met: people set its level, and no rate of false alarms is promised.
    Indicator,
}

/// One alarm of a detector.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alarm {
    /// When the mission knew enough for it, milliseconds since 1970.
    pub at_ms: i64,
    /// Length of the steps.
    pub cadence: Cadence,
    /// What it rests on.
    pub basis: Basis,
    /// When the step that raised it begins, milliseconds since 1970.
    pub step_ms: i64,
    /// What was counted in that step.
    pub count: u32,
    /// What was expected of it, as it could be seen.
    pub expected: f64,
    /// Log-evidence; for a shock `-ln p`.
    pub log_evidence: f64,
    /// The level that its promise sets.
    pub log_threshold: f64,
}

/// A step that brought evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Brought {
    /// When the step begins, milliseconds since 1970.
    pub step_ms: i64,
    /// What was counted.
    pub count: u32,
    /// What was expected.
    pub expected: f64,
    /// What it brought to the log-evidence.
    pub log_evidence: f64,
}

impl Brought {
    pub(crate) fn of(part: &StepEvidence, step_ms: i64) -> Brought {
        Brought { step_ms, count: part.count, expected: part.expected, log_evidence: part.log_evidence }
    }
}

/// An incident that a warning rests on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Evidence {
    /// Its place among the incidents.
    pub incident: u32,
    /// When the mission came to know of it, milliseconds since 1970.
    pub known_ms: i64,
    /// What it brought to the log-evidence: its part of what its step did.
    pub log_evidence: f64,
}

/// What a source brought.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BySource {
    /// The source.
    pub source: String,
    /// Whether it is a party's own.
    pub is_party: bool,
    /// Of the incidents that the warning rests on, those that it reported.
    pub incidents: u32,
    /// Those that nobody else reported.
    pub alone: u32,
}

/// Another stream that rose with it, from the same incidents or next to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Also {
    /// Where.
    pub ground: Ground,
    /// What.
    pub what: String,
    /// When its alarm was, milliseconds since 1970.
    pub at_ms: i64,
    /// What was counted there since the rise began.
    pub counted: u32,
    /// What was expected.
    pub expected: f64,
}

/// An indicator of the text that is met.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Indication {
    /// Label of its clause.
    pub clause: String,
    /// Label of the text's version.
    pub version: String,
    /// What people call it.
    pub title: String,
    /// What it counts: `facts`, `missing`, `notices` or `calls`.
    pub signal: String,
    /// `rises`, `falls` or `stops`.
    pub turn: String,
    /// Since when it is met, milliseconds since 1970.
    pub since_ms: i64,
    /// When it was last, milliseconds since 1970.
    pub last_ms: i64,
    /// What was counted.
    pub window: Figures,
    /// With what it is compared.
    pub baseline: Option<Figures>,
    /// How often it was met before.
    pub met_before: usize,
    /// How often a year it is met, of the time in which that could be told: what no promise stands against.
    pub met_per_year: Option<f64>,
    /// How long that is, milliseconds.
    pub judged_ms: i64,
}

/// A warning as the data bear it out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Raised {
    /// Its reference: `WRN-2026-03-12-buffer-fire`.
    pub reference: String,
    /// The stream, by its place; `None`: what an indicator counts has none.
    pub stream: Option<usize>,
    /// Where.
    pub ground: Ground,
    /// What is counted, as the text calls it.
    pub what: String,
    /// Kinds of fact.
    pub kinds: Vec<String>,
    /// Labels of the clauses that are about it.
    pub clauses: Vec<String>,
    /// When it was raised, milliseconds since 1970.
    pub raised_ms: i64,
    /// Since when there was more than expected, milliseconds since 1970.
    pub since_ms: i64,
    /// When its last alarm was, milliseconds since 1970.
    pub last_ms: i64,
    /// When it lapses if nothing more comes, milliseconds since 1970.
    pub expires_ms: i64,
    /// The level that its evidence proposes.
    pub level: Level,
    /// Why that level.
    pub why: Vec<Why>,
    /// Its alarms, in order.
    pub alarms: Vec<Alarm>,
    /// Steps that brought evidence, that with most first.
    pub brought: Vec<Brought>,
    /// Incidents that it rests on, those that brought most first.
    pub evidence: Vec<Evidence>,
    /// What was counted since the rise began.
    pub counted: u32,
    /// What was expected of the same steps.
    pub expected: f64,
    /// Incidents that may lie on its ground or not, and are not counted.
    pub unclear: u32,
    /// By source, that with most incidents first.
    pub sources: Vec<BySource>,
    /// The source that alone explains it, if one does.
    pub one_source: Option<String>,
    /// Whether only parties say so: then it is never for the public.
    pub only_parties: bool,
    /// What part of its steps could be seen, 0 to 1; `None`: nothing says what was watched.
    pub exposure: Option<f64>,
    /// What is wrong with the data of its steps.
    pub flags: Flags,
    /// Other streams that rose with it.
    pub also: Vec<Also>,
    /// It lapses when fewer than this come a day, for as long as it stands; `None`: when its indicator is met no more.
    pub calm_below_per_day: Option<u64>,
    /// Indicators of the text that are met with it; without any alarm, they alone raised it.
    pub indications: Vec<Indication>,
}

impl Raised {
    /// How many times what was expected was counted.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        f64::from(self.counted) / self.expected.max(1e-9)
    }

    /// The indicator that alone raised it; `None`: detectors did.
    #[must_use]
    pub fn by_indicator(&self) -> Option<&Indication> {
        self.indications.first().filter(|_| self.alarms.is_empty())
    }

    /// Whether it stands at that moment, as far as the data go.
    #[must_use]
    pub fn stands_at(&self, at_ms: i64) -> bool {
        self.raised_ms <= at_ms && at_ms < self.expires_ms
    }

    /// Proposes its level, and says why.
    pub(crate) fn grade(&mut self) {
        let mut grave = Vec::new();
        let mut reserve = Vec::new();
        let by_detectors = !self.alarms.is_empty();
        if by_detectors && self.ratio() >= GRAVE_RATIO && self.counted >= GRAVE_COUNT {
            grave.push(Why::Ratio);
        }
        let shock = |a: &Alarm| a.basis == Basis::Shock && a.log_evidence >= -GRAVE_P.ln();
        if self.alarms.iter().any(shock) {
            grave.push(Why::Shock);
        }
        let cells = self.also.iter().filter(|a| matches!(a.ground, Ground::Cell { .. })).count();
        if cells >= GRAVE_PLACES {
            grave.push(Why::Together);
        }
        if by_detectors && !self.indications.is_empty() {
            grave.push(Why::Indicator);
        }
        let mut hold = |holds: bool, why: Why| {
            if holds {
                reserve.push(why);
            }
        };
        hold(self.only_parties, Why::OnlyParties);
        hold(self.one_source.is_some(), Why::OneSource);
        hold(self.exposure.is_some_and(|e| e < POOR_EXPOSURE), Why::PoorExposure);
        hold(self.flags.burst, Why::Burst);
        hold(self.flags.implausible, Why::Implausible);
        let erodes = by_detectors && self.alarms.iter().all(|a| a.basis == Basis::Erosion);
        hold(erodes && grave.is_empty(), Why::Erosion);
        self.level = match (grave.is_empty(), reserve.is_empty()) {
            (_, false) => Level::Advisory,
            (true, true) => Level::Watch,
            (false, true) => Level::Warning,
        };
        self.why = grave.into_iter().chain(reserve).collect();
        if !by_detectors {
            self.why.insert(0, Why::Indicator);
        }
    }
}
