//! Labelled reports, fused and scored beside the fixed rules.

use super::baseline::Box;
use super::{Agreement, Reliability};
use crate::context::Context;
use crate::fuse::{Incidents, Settings, fuse, pairs, sigmoid};
use evidence::batch::Batch;

/// Name of fusion's line in a table.
pub const FUSION: &str = "truceline fusion 2";

/// Reports with their truth.
#[derive(Clone, Debug, Default)]
pub struct Labelled {
    /// The reports, settled.
    pub batch: Batch,
    /// The true event of each row.
    pub truth: Vec<u64>,
}

impl Labelled {
    fn of(&self, row: u32) -> u64 {
        self.truth.get(row as usize).copied().unwrap_or(u64::MAX)
    }
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Reports.
    pub reports: usize,
    /// True events.
    pub events: usize,
    /// By rule: its name, and its agreement for each set of reports.
    pub rules: Vec<(&'static str, Vec<Agreement>)>,
    /// Of the probabilities that two reports are one event, all sets together.
    pub pairs: Reliability,
    /// Of the probabilities that all of an incident's weighed reports, if it has several, are one event.
    pub incidents: Reliability,
    /// Of the scores of links by rule, which are closeness to the lead and not probabilities: the share of members that
    /// are of the lead's event.
    pub links: Reliability,
}

impl Measured {
    /// The agreements of a rule.
    #[must_use]
    pub fn of(&self, rule: &str) -> &[Agreement] {
        self.rules.iter().find(|(name, _)| *name == rule).map_or(&[], |(_, a)| a.as_slice())
    }
}

/// Mean of `figure` over the sets, and its spread.
#[must_use]
pub fn mean(agreements: &[Agreement], figure: impl Fn(&Agreement) -> f64) -> (f64, f64) {
    let n = (agreements.len() as f64).max(1.0);
    let mean = agreements.iter().map(&figure).sum::<f64>() / n;
    let spread = agreements.iter().map(|a| (figure(a) - mean).powi(2)).sum::<f64>() / n;
    (mean, spread.sqrt())
}

/// What was stated, each with whether it came true.
#[derive(Default)]
struct Stated {
    pairs: Vec<(f64, bool)>,
    incidents: Vec<(f64, bool)>,
    links: Vec<(f64, bool)>,
}

impl Stated {
    fn add(&mut self, made: &Labelled, settings: &Settings, incidents: &Incidents) {
        for (a, b, log_odds) in pairs(&made.batch, settings) {
            self.pairs.push((sigmoid(f64::from(log_odds)), made.of(a) == made.of(b)));
        }
        for i in 0..incidents.len() {
            let members = incidents.members_of(i);
            let [first, others @ ..] = members else { continue };
            let is_weighed = |row: &u32| incidents.weighed.contains_key(row);
            if let Some(p) = incidents.together.get(i).filter(|_| members.iter().any(is_weighed))
                && !others.is_empty()
            {
                let one = others.iter().all(|m| made.of(*m) == made.of(*first));
                self.incidents.push((f64::from(*p), one));
            }
            for (row, link) in members.iter().zip(incidents.links_of(i)).skip(1) {
                if !is_weighed(row) {
                    self.links.push((f64::from(link.score), made.of(*row) == made.of(*first)));
                }
            }
        }
    }
}

/// Fuses each set of reports and scores it, with the fixed rules beside.
#[must_use]
pub fn measure(sets: impl Iterator<Item = Labelled>, settings: &Settings, context: &Context<'_>) -> Measured {
    let mut rules: Vec<(&'static str, Vec<Agreement>)> =
        Box::ALL.iter().map(|b| (b.name, Vec::new())).collect();
    rules.push((FUSION, Vec::new()));
    let mut stated = Stated::default();
    let (mut reports, mut events) = (0, 0);
    for made in sets {
        let incidents = fuse(&made.batch, settings, context);
        let fused: Vec<u64> = incidents.of_row.iter().map(|i| u64::from(*i)).collect();
        let groups = Box::ALL.iter().map(|b| b.groups(&made.batch)).chain([fused]);
        for ((_, agreements), groups) in rules.iter_mut().zip(groups) {
            let both: Vec<(u64, u64)> = made.truth.iter().copied().zip(groups).collect();
            let agreement = Agreement::of(&both);
            (reports, events) = (both.len(), agreement.truth);
            agreements.push(agreement);
        }
        stated.add(&made, settings, &incidents);
    }
    Measured {
        reports,
        events,
        rules,
        pairs: Reliability::of(&stated.pairs),
        incidents: Reliability::of(&stated.incidents),
        links: Reliability::of(&stated.links),
    }
}
