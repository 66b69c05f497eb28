//! The record: everything that may be published about, as known at one moment. A fold of a journal prefix makes it;
//! nothing in it is for any audience yet.

use crate::coverage::Coverage;
use crate::items::EvidenceItem;
use base::{CivilZone, Digest, Instant, Interval};
use evidence::card::Card;
use findings::exposure::Watch;
use findings::{State, Version};
use std::sync::Arc;

/// The last journal entry that a record rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its number; 0: the journal is empty.
    pub seq: u64,
    /// When it was recorded, milliseconds since 1970.
    pub recorded_ms: i64,
    /// Its digest: it stands for everything up to it.
    pub digest: Digest,
}

/// One text version with its words.
#[derive(Clone)]
pub struct Text {
    /// The checked and compiled text.
    pub version: Arc<Version>,
    /// Its Markdown, as adopted.
    pub markdown: Arc<str>,
    /// Where the text is not agreed.
    pub brackets: Arc<[terms::Bracket]>,
    /// Warnings and notes of its check.
    pub problems: Arc<[terms::Problem]>,
}

/// Rows that were not taken, by reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejects {
    /// Why.
    pub reason: String,
    /// How many.
    pub rows: u64,
}

/// What is known of a source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceCard {
    /// Its card; without limitations: it was never described.
    pub card: Card,
    /// The reliabilities that its cards stated, with when each was recorded; only changes.
    pub reliabilities: Vec<(Instant, char)>,
    /// When something of it was last recorded.
    pub last_recorded: Option<Instant>,
    /// How far its sender's clock was ahead of the mission's at the last arrival that told, milliseconds.
    pub clock_ahead_ms: Option<i64>,
    /// Its rows that were rejected, by reason.
    pub rejects: Vec<Rejects>,
}

impl SourceCard {
    /// How many of its rows were rejected.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.rejects.iter().map(|r| r.rows).sum()
    }
}

/// Everything known at one moment. Columns `entry_seq` and `recorded_ms` are parallel to the observations; a row
/// beyond their end has provenance "not known".
pub struct Record {
    /// The mission's name.
    pub mission: String,
    /// Civil days are counted here.
    pub zone: CivilZone,
    /// The cut-off: nothing recorded later is in it.
    pub as_known_at: Instant,
    /// The last entry it rests on.
    pub head: Head,
    /// Observations, incidents, findings.
    pub state: State,
    /// By text version: what is judged over a period, as of the last entry.
    pub standing: Vec<Vec<findings::StandingFinding>>,
    /// Texts, parallel to `state.versions`.
    pub texts: Vec<Text>,
    /// Journal entry of each observation.
    pub entry_seq: Vec<u64>,
    /// When each observation was recorded, milliseconds since 1970.
    pub recorded_ms: Vec<i64>,
    /// Observations replaced by later versions of the same record.
    pub superseded: u64,
    /// Sources, in order of registration.
    pub sources: Vec<SourceCard>,
    /// What was declared, metered, notified, visited, done and decided, in the order recorded.
    pub records: Vec<evidence::records::Record>,
    /// By text version: what people noted here that is a record under it, such as notices that were sent, requests for
    /// consultations, and decisions.
    pub own: Vec<Vec<evidence::records::Record>>,
    /// What was watched, as it may be told.
    pub coverage: Vec<Coverage>,
    /// What was watched, as far as the cards of the sources let it count. Restricted: where sensors stand.
    pub watches: Vec<evidence::coverage::Coverage>,
    /// What people decided to be one event or not, in the order recorded.
    pub decisions: Vec<incidents::Decision>,
    /// By text version, by clause: what share of its ground was watched for what it is about.
    pub watched: Vec<Vec<Watch>>,
    /// Media and documents, by digest.
    pub items: Vec<EvidenceItem>,
}

impl Record {
    /// When the observation of `row` was recorded.
    #[must_use]
    pub fn recorded(&self, row: usize) -> Option<Instant> {
        self.recorded_ms.get(row).map(|ms| Instant(*ms))
    }

    /// The version of that index.
    #[must_use]
    pub fn version(&self, index: usize) -> Option<&Version> {
        self.texts.get(index).map(|t| t.version.as_ref())
    }

    /// From the first event on record to the last; `None`: there is none.
    #[must_use]
    pub fn reach(&self) -> Option<Interval> {
        let batch = &self.state.observations;
        let start = *batch.start_ms.iter().min()?;
        let end = *batch.end_ms.iter().max()?;
        Some(Interval { start: Instant(start), end: Instant(end.max(start)) })
    }

    /// How well the ground of a clause was watched.
    #[must_use]
    pub fn watch(&self, version: usize, clause: usize) -> Option<&Watch> {
        self.watched.get(version).and_then(|v| v.get(clause))
    }

    /// Names and versions of the algorithms that everything derived rests on.
    #[must_use]
    pub fn algorithms(&self) -> Vec<&'static str> {
        vec![incidents::ALGORITHM, findings::ALGORITHM]
    }
}
