//! The fold: a prefix of the journal becomes settled observations, text versions, sources and coverage. A pure function
//! of the prefix and the blobs it names; *as known at T* is the fold over the entries recorded until T.

use crate::mission::MissionReader;
use crate::reader::{Head, ReadError};
use crate::record::{Entry, RejectedRow};
use crate::texts::{Loaded, TextError, load_blobs};
use base::{Digest, ObservationId};
use evidence::coverage::Coverage;
use evidence::settle::{Ledger, Settled};
use findings::Version;
use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;
use terms::{Bracket, Problem};

/// Why a fold stopped.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// The journal could not be read on.
    #[error("the journal could not be read")]
    Journal(#[from] ReadError),
    /// The mission's civil zone is not one that this program knows: its days cannot be told.
    #[error("the mission's days cannot be counted")]
    Zone(#[from] base::time::UnknownZone),
    /// An adopted text no longer compiles: the program or a blob has changed.
    #[error("the adopted text `{label}` could not be compiled: {cause}")]
    Text {
        /// Which text.
        label: String,
        /// Why.
        cause: TextError,
    },
}

/// A source as the journal knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceInfo {
    /// Format it delivers.
    pub format: String,
    /// Who runs it.
    pub operator: String,
    /// Reliability `A` to `F`, or `?`.
    pub reliability: Option<char>,
    /// What it cannot see; empty: not registered.
    pub limitations: String,
    /// Rows rejected, by the code of their reason.
    pub rejected: BTreeMap<String, u64>,
}

/// Where an observation was first recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FirstRecorded {
    /// Journal entry.
    pub seq: u64,
    /// When, milliseconds since 1970.
    pub recorded_ms: i64,
}

/// What a prefix of the journal comes to.
pub struct Folded {
    /// The last entry folded.
    pub head: Option<Head>,
    /// Text versions in order of their first adoption, the readings of a text side by side; of two texts under one
    /// label the later adopted.
    pub versions: Vec<Version>,
    /// The text of each version; readings of one text share it.
    pub texts: Vec<Arc<Told>>,
    /// Settled observations.
    pub settled: Settled,
    /// Where each settled row was first recorded.
    pub first_recorded: Vec<FirstRecorded>,
    /// Sources by id.
    pub sources: BTreeMap<String, SourceInfo>,
    /// When, where and for what sources were watching, in the order recorded.
    pub coverage: Vec<Coverage>,
}

/// An adopted text as its readers see it.
pub struct Told {
    /// Its Markdown, as adopted.
    pub markdown: Vec<u8>,
    /// Where it is not agreed.
    pub brackets: Vec<Bracket>,
    /// Warnings and notes of its check.
    pub problems: Vec<Problem>,
}

struct Adopted {
    label: String,
    file_name: String,
    text: Digest,
    geometry: Vec<(String, Digest)>,
}

#[derive(Default)]
struct Folding {
    adopted: Vec<Adopted>,
    ledger: Ledger,
    first: HashMap<ObservationId, FirstRecorded>,
    sources: BTreeMap<String, SourceInfo>,
    coverage: Vec<Coverage>,
    source_of_import: HashMap<Digest, String>,
}

/// Folds the entries recorded until `until_recorded_ms` (all, if `None`).
pub fn fold(mission: &MissionReader, until_recorded_ms: Option<i64>) -> Result<Folded, FoldError> {
    let mut folding = Folding::default();
    let mut head = None;
    for recorded in mission.journal().read(.., until_recorded_ms)? {
        let recorded = recorded?;
        let at = FirstRecorded { seq: recorded.seq, recorded_ms: recorded.recorded_ms };
        folding.take(recorded.entry, at);
        head = Some(recorded.seq);
    }
    let head = head.map(|seq| mission.journal().head_at(seq)).transpose()?;
    folding.finish(mission, head)
}

impl Folding {
    fn take(&mut self, entry: Entry, at: FirstRecorded) {
        match entry {
            Entry::MissionOpened { .. } | Entry::ImportFinished { .. } => {}
            Entry::AgreementAdopted { label, file_name, text, geometry } => {
                let adopted = Adopted { label, file_name, text, geometry };
                match self.adopted.iter_mut().find(|a| a.label == adopted.label) {
                    Some(earlier) => *earlier = adopted,
                    None => self.adopted.push(adopted),
                }
            }
            Entry::SourceRegistered { id, format, operator, reliability, limitations } => {
                let rejected = self.sources.remove(&id).map(|s| s.rejected).unwrap_or_default();
                let info =
                    SourceInfo { format, operator, reliability: Some(reliability), limitations, rejected };
                self.sources.insert(id, info);
            }
            Entry::ImportStarted { import, source, format, .. } => {
                self.sources
                    .entry(source.clone())
                    .or_insert_with(|| SourceInfo { format, ..SourceInfo::default() });
                self.source_of_import.insert(import, source);
            }
            Entry::Observations { batch, .. } => {
                for id in &batch.id {
                    self.first.entry(*id).or_insert(at);
                }
                self.ledger.add(&batch);
            }
            Entry::Coverage { records, .. } => self.coverage.extend(records),
            Entry::Rejected { import, rows, .. } => self.reject(import, rows),
        }
    }

    fn reject(&mut self, import: Digest, rows: Vec<RejectedRow>) {
        let Some(source) = self.source_of_import.get(&import).and_then(|s| self.sources.get_mut(s)) else {
            return;
        };
        for row in rows {
            *source.rejected.entry(row.reason).or_default() += 1;
        }
    }

    fn finish(self, mission: &MissionReader, head: Option<Head>) -> Result<Folded, FoldError> {
        let mut versions = Vec::new();
        let mut texts = Vec::new();
        for a in self.adopted {
            let loaded = load_blobs(mission.blobs(), &a.label, &a.file_name, a.text, &a.geometry)
                .map_err(|cause| FoldError::Text { label: a.label.clone(), cause })?;
            let Loaded { versions: readings, markdown, brackets, problems, .. } = loaded;
            let told = Arc::new(Told { markdown, brackets, problems });
            texts.extend(readings.iter().map(|_| told.clone()));
            versions.extend(readings);
        }
        let settled = self.ledger.settle();
        let first_recorded = settled
            .observations
            .id
            .iter()
            .map(|id| self.first.get(id).copied().unwrap_or_default())
            .collect();
        Ok(Folded {
            head,
            versions,
            texts,
            settled,
            first_recorded,
            sources: self.sources,
            coverage: self.coverage,
        })
    }
}
