//! Media and documents as an audience may know them: what came, whether it is here, and what was done with it. Never by
//! whom it was sent.

use crate::policy::Policy;
use crate::record::Record;
use base::{Digest, Instant, ObservationId};

/// A medium or document that came with a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceItem {
    /// SHA-256 of the original.
    pub digest: Digest,
    /// Size of the original, bytes.
    pub bytes: u64,
    /// Its type as the sender stated it. Never believed.
    pub media_type: String,
    /// Its name as the sender stated it. Never used as a path.
    pub name: String,
    /// When it was taken, if stated.
    pub taken: Option<Instant>,
    /// The source that it came with.
    pub source: String,
    /// The observation that it belongs to.
    pub observation: Option<ObservationId>,
    /// The journal entry that announced it, and when that was recorded.
    pub announced: (u64, Instant),
    /// Whether the original is here; otherwise it is still on its way.
    pub is_here: bool,
    /// Until when it may be kept; `None`: until the mission's archive is closed.
    pub retain_until: Option<Instant>,
    /// What was done with it, in the order recorded.
    pub custody: Vec<Custody>,
    /// Its bytes were erased: the custodian's act. Everything else about it stays.
    pub erased: Option<Erased>,
    /// Whether a custodian holds it: it is kept whatever its date.
    pub is_held: bool,
}

/// That and why an original's bytes were erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// When it was recorded.
    pub at: Instant,
    /// The custodian who erased it.
    pub by: String,
    /// Why, and by which rule it fell due.
    pub why: String,
}

/// One line of a custody log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custody {
    /// When it was recorded.
    pub at: Instant,
    /// What was done.
    pub action: String,
    /// Why, or of what.
    pub note: String,
}

/// All items that the audience may know of.
#[must_use]
pub fn items<'a>(record: &'a Record, policy: &Policy) -> &'a [EvidenceItem] {
    if policy.may_have_items() { &record.items } else { &[] }
}

/// The items of some observations.
#[must_use]
pub fn items_of<'a>(
    record: &'a Record,
    policy: &Policy,
    observations: &[ObservationId],
) -> Vec<&'a EvidenceItem> {
    let of = |item: &&EvidenceItem| item.observation.is_some_and(|id| observations.contains(&id));
    items(record, policy).iter().filter(of).collect()
}
