//! Scores findings against a known truth: what a rehearsal injected, what the desk found, what it missed and what it
//! raised falsely. Only rehearsals have a truth; a mission never does.

use crate::outcome::Outcome;
use crate::state::{State, Version};
use base::Instant;

/// One injected violation.
#[derive(Clone, Debug, PartialEq)]
pub struct Injected {
    /// Its name in the truth file.
    pub id: String,
    /// Label of the clause it breaches.
    pub clause: String,
    /// When it happened.
    pub at: Instant,
    /// Longitude, degrees.
    pub lon_deg: f64,
    /// Latitude, degrees.
    pub lat_deg: f64,
    /// Whether any source was in a position to perceive it.
    pub detectable: bool,
}

/// How near an incident must be to count as the injected event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// Beyond the incident's own stated uncertainty, metres.
    pub reach_m: f64,
    /// Beyond the incident's own interval, milliseconds.
    pub reach_ms: i64,
}

impl Default for Tolerance {
    fn default() -> Tolerance {
        Tolerance { reach_m: 2_000.0, reach_ms: 30 * 60_000 }
    }
}

/// The score of one clause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Label of the clause.
    pub clause: String,
    /// Violations injected.
    pub injected: u64,
    /// Found as *breached*.
    pub found: u64,
    /// Seen, but left *undetermined*.
    pub undetermined: u64,
    /// Not found though some source could perceive it.
    pub missed: u64,
    /// Not found, and no source could.
    pub undetectable: u64,
    /// Incidents found *breached* that match no injected violation.
    pub raised_falsely: u64,
    /// Names of those missed.
    pub missed_ids: Vec<String>,
}

/// Scores `state` under its version number `index`, clause by clause.
#[must_use]
pub fn score(
    state: &State,
    version: &Version,
    index: usize,
    truth: &[Injected],
    tolerance: Tolerance,
) -> Vec<Score> {
    let Some(findings) = state.versions.get(index) else { return Vec::new() };
    let clauses = version.agreement.clauses.iter().zip(&findings.incident_outcomes);
    clauses.map(|(clause, outcomes)| score_clause(state, &clause.label, outcomes, truth, tolerance)).collect()
}

fn score_clause(
    state: &State,
    label: &str,
    outcomes: &[u8],
    truth: &[Injected],
    tolerance: Tolerance,
) -> Score {
    let mut score = Score { clause: label.to_owned(), ..Score::default() };
    let with = |outcome: Outcome| -> Vec<usize> {
        outcomes.iter().enumerate().filter(|(_, o)| **o == outcome as u8).map(|(i, _)| i).collect()
    };
    let (breached, open) = (with(Outcome::Breached), with(Outcome::Undetermined));
    let injected: Vec<&Injected> = truth.iter().filter(|t| t.clause == label).collect();
    for event in &injected {
        score.injected += 1;
        if breached.iter().any(|i| matches(state, *i, event, tolerance)) {
            score.found += 1;
        } else if open.iter().any(|i| matches(state, *i, event, tolerance)) {
            score.undetermined += 1;
        } else if event.detectable {
            score.missed += 1;
            score.missed_ids.push(event.id.clone());
        } else {
            score.undetectable += 1;
        }
    }
    let explained = |i: &usize| injected.iter().any(|event| matches(state, *i, event, tolerance));
    score.raised_falsely = breached.iter().filter(|i| !explained(i)).count() as u64;
    score
}

/// Whether some member of the incident is near enough to the injected event in space and time.
fn matches(state: &State, incident: usize, event: &Injected, tolerance: Tolerance) -> bool {
    let batch = &state.observations;
    state.incidents.members_of(incident).iter().map(|m| *m as usize).any(|row| {
        let gap_ms = batch.event(row).gap_ms(base::Interval::at(event.at));
        let (Some(lon), Some(lat)) = (batch.lon_deg.get(row), batch.lat_deg.get(row)) else { return false };
        let doubt_m = incidents::fuse::radius_m(batch, row);
        gap_ms <= tolerance.reach_ms
            && incidents::fuse::flat_m(*lon, *lat, event.lon_deg, event.lat_deg)
                <= tolerance.reach_m + doubt_m
    })
}
