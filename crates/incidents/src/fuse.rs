//! Second fusion. What is known finely in time is linked *by rule*: near an incident's lead in space, time and kind.
//! What is known to about a day, as reports in words are, is *weighed*: pair by pair, in log-odds that sum named
//! pieces of evidence, and grouped by average linkage, which does not chain. Last, people's decisions part and join.
//! Observations are taken in order of event time and id, whatever order they arrived in: any arrival order settles to
//! the same incidents.

mod cluster;
mod decide;
mod gather;
mod rows;
mod rule;
mod weigh;

use crate::context::Context;
use crate::place::Place;
use base::IncidentId;
use evidence::batch::Batch;
use std::collections::BTreeMap;

pub(crate) use cluster::Union;
pub use rows::{flat_m, radius_m};
pub use weigh::{Piece, Weights, sigmoid};

/// Name and version of this algorithm, cited by everything derived from it.
pub const ALGORITHM: &str =
    "fusion 2 (rule within reach of the lead; days weighed, average linkage; decisions)";

/// How near is near.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Distance that two exactly placed observations of one event may be apart, metres.
    pub reach_m: f64,
    /// Time that two observations of one event may be apart beyond their own intervals, milliseconds.
    pub reach_ms: i64,
    /// Position uncertainty beyond this widens the reach no further, metres.
    pub radius_m_max: f64,
    /// Observations whose interval is longer stand alone: "some time in May" joins nothing, milliseconds.
    pub interval_ms_max: i64,
    /// Observations whose interval is longer are not linked by rule but weighed, milliseconds.
    pub fine_ms_max: i64,
    /// Whether bearings must come within reach of each other to be linked by rule, and not only the circles around
    /// their middles.
    pub bearings_must_meet: bool,
    /// Groups join while their mean log-odds of being one event is above this. It is below zero because two groups
    /// that are one event hold some unlucky pairs; learnt with the weights, see `docs/fusion.md`.
    pub join_above: f64,
    /// A link that was not made is listed as possible down to these log-odds (one in ten).
    pub propose_above: f64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            reach_m: 1_000.0,
            reach_ms: 10 * 60_000,
            radius_m_max: 5_000.0,
            interval_ms_max: 36 * 3_600_000,
            fine_ms_max: 6 * 3_600_000,
            bearings_must_meet: true,
            join_above: -1.5,
            propose_above: -2.2,
        }
    }
}

/// How firmly a member belongs to its incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// By rule, or as the incident's lead.
    Linked,
    /// Weighed, or reported by a person: shown with the incident, and open to be parted from it.
    Proposed,
    /// A person decided it.
    Decided,
}

impl Status {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Status::Linked => "linked",
            Status::Proposed => "proposed",
            Status::Decided => "decided",
        }
    }
}

/// Why an observation belongs to its incident: its relation to the lead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// Distance to the lead, metres.
    pub distance_m: f32,
    /// Distance allowed, metres: by rule the reach and both stated uncertainties; weighed, four times both together.
    pub allowed_m: f32,
    /// Time between the two intervals, milliseconds.
    pub gap_ms: i64,
    /// Whether the kinds are the same, not only compatible.
    pub same_kind: bool,
    /// By rule 1 for the lead itself, falling towards 0 at the edge of what is allowed; weighed, the probability that
    /// the mean pair of this member with the others is of one event.
    pub score: f32,
    /// How firmly it belongs.
    pub status: Status,
}

impl Link {
    fn of_lead(settings: &Settings) -> Link {
        Link {
            distance_m: 0.0,
            allowed_m: settings.reach_m as f32,
            gap_ms: 0,
            same_kind: true,
            score: 1.0,
            status: Status::Linked,
        }
    }
}

/// A link that was not made: the row may be of that incident too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proposal {
    /// The observation.
    pub row: u32,
    /// The incident.
    pub incident: u32,
    /// The log-odds; `None`: near the incident's lead by rule, but an allegation, which joins nothing by itself.
    pub log_odds: Option<f32>,
}

/// Incidents in columns, in order of their leads (event time, then id).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Incidents {
    /// Ids.
    pub id: Vec<IncidentId>,
    /// Row of the lead observation.
    pub lead: Vec<u32>,
    /// Row of the best-placed member.
    pub placed_by: Vec<u32>,
    /// Where: the best-placed member's place, or where several members' bearings meet.
    pub place: Vec<Place>,
    /// Row of the member with the shortest interval: the incident's time is its time.
    pub timed_by: Vec<u32>,
    /// The probability that all weighed members are of one event; 1 where nothing was weighed.
    pub together: Vec<f32>,
    /// How many sources that do not copy each other stand behind it.
    pub independent: Vec<u32>,
    /// Whether every source behind it has a card and none of them can verify alone, such as machine-coded news: it
    /// cannot be called verified as it stands.
    pub unverifiable: Vec<bool>,
    /// Where each incident's members begin in `members`; one more entry than incidents.
    pub first: Vec<u32>,
    /// Rows of members, the lead first, then in row order.
    pub members: Vec<u32>,
    /// The reason for each member, parallel to `members`.
    pub links: Vec<Link>,
    /// Incident of each observation row; `u32::MAX`: none (allegations).
    pub of_row: Vec<u32>,
    /// The weighed evidence of each member that was weighed, by row.
    pub weighed: BTreeMap<u32, Weights>,
    /// Rows that repeat another member of their incident: the same words from another source, or a source that
    /// declares that it copies one. They count once.
    pub repeats: Vec<u32>,
    /// Links that were not made, by row, then incident.
    pub proposals: Vec<Proposal>,
}

/// How many incidents there are, as far as proposals leave it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// If every proposal held, those not taken up included.
    pub least: usize,
    /// As shown.
    pub shown: usize,
    /// If no proposal held.
    pub most: usize,
}

impl Incidents {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    fn range(&self, incident: usize) -> std::ops::Range<usize> {
        let at = |i: usize| self.first.get(i).map_or(0, |f| *f as usize);
        at(incident)..at(incident + 1)
    }

    /// Member rows of one incident.
    #[must_use]
    pub fn members_of(&self, incident: usize) -> &[u32] {
        self.members.get(self.range(incident)).unwrap_or(&[])
    }

    /// Reasons of one incident's members.
    #[must_use]
    pub fn links_of(&self, incident: usize) -> &[Link] {
        self.links.get(self.range(incident)).unwrap_or(&[])
    }

    /// Members of one incident without those that repeat another: what is counted.
    #[must_use]
    pub fn counted_of(&self, incident: usize) -> Vec<u32> {
        let members = self.members_of(incident).iter();
        members.filter(|m| self.repeats.binary_search(m).is_err()).copied().collect()
    }

    /// Possible further members of one incident.
    pub fn proposals_of(&self, incident: usize) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().filter(move |p| p.incident as usize == incident)
    }

    /// The incident of that id.
    #[must_use]
    pub fn find(&self, id: IncidentId) -> Option<usize> {
        self.id.iter().position(|i| *i == id)
    }

    /// How many incidents there are, as far as proposals leave it open. Allegations change nothing.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let proposed = self.links.iter().filter(|l| l.status == Status::Proposed).count();
        let mut joined = cluster::Union::of(self.len());
        for p in self.proposals.iter().filter(|p| p.log_odds.is_some()) {
            if let Some(own) = self.of_row.get(p.row as usize).filter(|i| **i != u32::MAX) {
                joined.join(*own as usize, p.incident as usize);
            }
        }
        Tally { least: joined.groups(), shown: self.len(), most: self.len() + proposed }
    }
}

/// Fuses settled observations (sorted by event start, then id), with what is known of their sources and what people
/// decided.
#[must_use]
pub fn fuse(batch: &Batch, settings: &Settings, context: &Context<'_>) -> Incidents {
    let rows = rows::Rows::read(batch, settings);
    let manners: Vec<rows::Manner> = (0..batch.len()).map(|r| rows.manner(r, settings)).collect();
    let ruled = rule::ruled(&rows, &manners, settings);
    let weighed = weigh::weighed(&rows, &manners, &ruled, settings);
    let groups = gather::Groups::of(batch, ruled, weighed);
    let groups = decide::decided(batch, groups, context.decisions);
    gather::gather(&rows, groups, settings, context)
}

/// Every pair of reports that fusion weighs, by row, with its log-odds of being one event: for scoring.
#[must_use]
pub fn pairs(batch: &Batch, settings: &Settings) -> Vec<(u32, u32, f32)> {
    let rows = rows::Rows::read(batch, settings);
    let manners: Vec<rows::Manner> = (0..batch.len()).map(|r| rows.manner(r, settings)).collect();
    let ruled = rule::ruled(&rows, &manners, settings);
    weigh::all_pairs(&rows, &manners, &ruled)
}

#[cfg(test)]
mod tests;
