//! The watch over all streams: steps forward through what the mission came to know, and raises warnings. Whatever is
//! received later changes no step before it, so that a warning once raised stays as it was.

mod assemble;
mod indicated;
mod pass;

pub use indicated::asked;
pub use pass::{DayView, State};

use crate::baseline::BaselineSettings;
use crate::detect::Budget;
use crate::detect::watch::WatchSettings;
use crate::indicators::{Indicated, indicators};
use crate::raised::Raised;
use crate::streams::{Cadence, Inputs, Streams, streams};

/// Version of the watch: the same record under the same version gives the same warnings.
pub const ALGORITHM: &str = "watch 1";
/// False alarms promised a stream and year, both lengths of step together.
pub const PROMISED_PER_YEAR: f64 = 2.0;
/// Days of which charts tell.
pub const CHART_DAYS: usize = 90;

/// What the watch holds at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Watching {
    /// What is counted.
    pub streams: Streams,
    /// How each stream stands, parallel to `streams.all`.
    pub states: Vec<State>,
    /// Warnings, in the order in which they were raised.
    pub raised: Vec<Raised>,
    /// Indicators of the text.
    pub indicators: Vec<Indicated>,
    /// How many stream-years were watched, after warming up.
    pub stream_years: f64,
    /// The moment it is told as of, milliseconds since 1970.
    pub now_ms: i64,
}

impl Watching {
    /// The warning of that reference.
    #[must_use]
    pub fn warning(&self, reference: &str) -> Option<&Raised> {
        self.raised.iter().find(|r| r.reference == reference)
    }

    /// How many alarms a stream and year there were: what the promise came to, true rises included. `None`: no stream
    /// has been watched for long enough to expect anything. What indicators raised was never promised.
    #[must_use]
    pub fn achieved_per_year(&self) -> Option<f64> {
        let by_detectors = self.raised.iter().filter(|r| !r.alarms.is_empty());
        let alarms: usize = by_detectors.map(|r| 1 + r.also.len()).sum();
        (self.stream_years > 0.0).then(|| alarms as f64 / self.stream_years)
    }
}

/// How streams of that length of step are watched: half of the promise each. Only days tell of calm and of erosion.
#[must_use]
pub fn settings(cadence: Cadence) -> WatchSettings {
    let steps_per_year = crate::detect::DAYS_PER_YEAR * cadence.per_day() as f64;
    let budget = Budget { alarms_per_zone_year: PROMISED_PER_YEAR / 2.0, steps_per_year };
    let baseline = match cadence {
        Cadence::Day => BaselineSettings::DETECTION,
        Cadence::Quarter => BaselineSettings { half_life_steps: 28.0, guard_steps: 8, warm_up_steps: 20 },
    };
    WatchSettings { baseline, budget, ..WatchSettings::default() }
}

/// Watches the record as of `inputs.now`.
#[must_use]
pub fn watch(inputs: &Inputs<'_>) -> Watching {
    let streams = streams(inputs);
    let mut states = Vec::new();
    let mut alarms = Vec::new();
    for cadence in Cadence::ALL {
        let passed = pass::pass(&streams, cadence, inputs.now.0);
        alarms.extend(passed.alarms);
        match cadence {
            Cadence::Day => states = passed.states,
            Cadence::Quarter => young(&mut states, &passed.states),
        }
    }
    let stream_years = states.iter().map(|s| s.expecting_days).sum::<f64>() / crate::detect::DAYS_PER_YEAR;
    let mut raised = assemble::assemble(inputs, &streams, alarms);
    let indicators = indicators(inputs, &streams);
    indicated::raise(inputs, &streams, &indicators, &mut raised);
    Watching { streams, states, raised, indicators, stream_years, now_ms: inputs.now.0 }
}

/// What the days of a young truce cannot tell yet its quarters do: what is expected, and for how long it has been.
fn young(days: &mut [State], quarters: &[State]) {
    for (day, quarter) in days.iter_mut().zip(quarters) {
        day.law = day
            .law
            .or_else(|| quarter.law.map(|l| l.with_mean(l.mean() * Cadence::Quarter.per_day() as f64)));
        day.expecting_days = day.expecting_days.max(quarter.expecting_days);
        day.log_evidence = day.log_evidence.max(quarter.log_evidence);
        day.e_value = day.e_value.max(quarter.e_value);
    }
}
