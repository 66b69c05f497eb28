//! The fold: a prefix of the journal becomes settled observations, text versions, sources and coverage. A pure function
//! of the prefix and the blobs it names; *as known at T* is the fold over the entries recorded until T.

use crate::mission::MissionReader;
use crate::reader::{Head, ReadError};
use crate::record::{Entry, Received, RejectedRow};
use crate::rooms::RoomAct;
use crate::texts::{Loaded, TextError, load_blobs};
use base::CivilZone;
use base::{Digest, ObservationId};
use evidence::batch::Batch;
use evidence::card::Card;
use evidence::coverage::Coverage;
use evidence::item::{Handling, Item};
use evidence::records::{Record, read_records};
use evidence::settle::{Ledger, Settled};
use findings::Version;
use hashbrown::HashMap;
use incidents::Decision;
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
    /// A table of records that was taken can no longer be read: a blob is missing or damaged.
    #[error("the records of import {import} could not be read again: {cause}; put the same file in again")]
    Records {
        /// Which import.
        import: Digest,
        /// Why.
        cause: String,
    },
}

/// How the format of an import of records is written in the journal: this, and the zone that its dates stand in.
pub const RECORDS_IN: &str = "records in ";

/// A source as the journal knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceInfo {
    /// Its latest card; without limitations: it was never registered.
    pub card: Card,
    /// Whether somebody described it with a full card.
    pub is_described: bool,
    /// The reliabilities that its cards have stated, with when each was recorded, milliseconds since 1970; only
    /// changes.
    pub reliabilities: Vec<(i64, char)>,
    /// Rows rejected, by the code of their reason.
    pub rejected: BTreeMap<String, u64>,
    /// Observations taken, duplicates and later versions included.
    pub taken: u64,
    /// When something of it was last recorded, milliseconds since 1970.
    pub last_recorded_ms: Option<i64>,
    /// How far its sender's clock was ahead at the last arrival that told, milliseconds.
    pub clock_ahead_ms: Option<i64>,
}

/// A medium or document, with its custody log.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The item, as it was announced first.
    pub item: Item,
    /// The source it came with.
    pub source: String,
    /// The pseudonym of who sent it. Restricted.
    pub by: String,
    /// The entry that announced it, and when that was recorded.
    pub announced: FirstRecorded,
    /// What was done with it, with when that was recorded, milliseconds since 1970.
    pub custody: Vec<(i64, Handling)>,
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
    /// What was declared, metered, notified, visited, done and decided, in the order recorded.
    pub records: Vec<Record>,
    /// Media and documents, by their digest and the entry that announced them: one photo may come with two reports.
    pub items: BTreeMap<(Digest, u64), Held>,
    /// What people decided to be one event or not, in the order recorded.
    pub decisions: Vec<(FirstRecorded, Decision)>,
    /// What people did about guarantees and on the notice board, in the order recorded.
    pub acts: Vec<RoomAct>,
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
    /// Imports of records with their originals and the zones their dates stand in.
    tables: Vec<(Digest, Digest, String)>,
    items: BTreeMap<(Digest, u64), Held>,
    decisions: Vec<(FirstRecorded, Decision)>,
    acts: Vec<RoomAct>,
}

/// Folds the entries recorded until `until_recorded_ms` (all, if `None`).
pub fn fold(mission: &MissionReader, until_recorded_ms: Option<i64>) -> Result<Folded, FoldError> {
    let mut folding = Folding::default();
    let mut head = None;
    for recorded in mission.journal().read(.., until_recorded_ms)? {
        let recorded = recorded?;
        let at = FirstRecorded { seq: recorded.seq, recorded_ms: recorded.recorded_ms };
        // What people do on the docket is not part of what the record rests on; what they note in the rooms is in part.
        let rests = match &recorded.entry {
            Entry::Acted(_) => false,
            Entry::InRoom(act) => act.is_told(),
            _ => true,
        };
        if rests {
            head = Some(recorded.seq);
        }
        folding.take(recorded.entry, at);
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
                let card = Card { id, format, operator, reliability, limitations, ..Card::default() };
                self.registered(card, at);
            }
            Entry::SourceDescribed { card } => {
                let id = card.id.clone();
                self.described(card, at);
                self.sources.entry(id).or_default().is_described = true;
            }
            Entry::ImportStarted { import, source, format, original, .. } => {
                if let Some(zone) = format.strip_prefix(RECORDS_IN) {
                    self.tables.push((import, original, zone.to_owned()));
                }
                self.source(&source, &format, at);
                self.source_of_import.insert(import, source);
            }
            Entry::Observations { import, batch, .. } => {
                if let Some(source) = self.source_of_import.get(&import).and_then(|s| self.sources.get_mut(s))
                {
                    source.taken += batch.len() as u64;
                    source.last_recorded_ms = Some(at.recorded_ms);
                }
                self.observed(&batch, at);
            }
            Entry::Coverage { records, .. } => self.coverage.extend(records),
            Entry::Rejected { import, rows, .. } => self.reject(import, rows),
            Entry::Received(received) => self.received(received, at),
            Entry::Handled(handling) => {
                let of_item = (handling.item, 0)..=(handling.item, u64::MAX);
                for (_, held) in self.items.range_mut(of_item) {
                    held.custody.push((at.recorded_ms, handling.clone()));
                }
            }
            Entry::LinkDecided(decision) => self.decisions.push((at, decision)),
            // The docket and the rooms are folded by themselves too (`crate::docket`, `crate::rooms`); on these nothing
            // of the record rests.
            Entry::Acted(_) | Entry::InRoom(RoomAct::Warning(_)) => {}
            // Drafts and amendments too: what is sent is what they say.
            Entry::InRoom(act) => self.acts.push(act),
        }
    }

    /// The source of that id, known from now on if it was not.
    fn source(&mut self, id: &str, format: &str, at: FirstRecorded) -> &mut SourceInfo {
        let info = self.sources.entry(id.to_owned()).or_insert_with(|| SourceInfo {
            card: Card { id: id.to_owned(), format: format.to_owned(), ..Card::default() },
            ..SourceInfo::default()
        });
        info.last_recorded_ms = Some(at.recorded_ms);
        info
    }

    /// What an import registers is less than a card: it stands only until, and never replaces, a description.
    fn registered(&mut self, card: Card, at: FirstRecorded) {
        if !self.sources.get(&card.id).is_some_and(|s| s.is_described) {
            self.described(card, at);
        }
    }

    fn described(&mut self, card: Card, at: FirstRecorded) {
        let info = self.sources.entry(card.id.clone()).or_default();
        if info.reliabilities.last().map(|(_, r)| *r) != Some(card.reliability) {
            info.reliabilities.push((at.recorded_ms, card.reliability));
        }
        info.card = card;
    }

    fn observed(&mut self, batch: &Batch, at: FirstRecorded) {
        for id in &batch.id {
            self.first.entry(*id).or_insert(at);
        }
        self.ledger.add(batch);
    }

    fn received(&mut self, received: Received, at: FirstRecorded) {
        let Received { source, format, by, clock_ahead_ms, batch, coverage, rejected, items, .. } = received;
        let info = self.source(&source, &format, at);
        info.taken += batch.len() as u64;
        info.clock_ahead_ms = clock_ahead_ms.or(info.clock_ahead_ms);
        for row in rejected {
            *info.rejected.entry(row.reason).or_default() += 1;
        }
        self.observed(&batch, at);
        self.coverage.extend(coverage);
        for item in items {
            let (source, by) = (source.clone(), by.clone());
            // The same bytes may have come before: what was done with them stays known.
            let mut before = self.items.range((item.digest, 0)..=(item.digest, u64::MAX));
            let custody = before.next().map(|(_, held)| held.custody.clone()).unwrap_or_default();
            let held = Held { source, by, announced: at, custody, item };
            self.items.entry((held.item.digest, at.seq)).or_insert(held);
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
            records: tables(mission, &self.tables)?,
            items: self.items,
            decisions: self.decisions,
            acts: self.acts,
        })
    }
}

/// Reads the tables of records again from their kept originals: what was rejected then is rejected now.
fn tables(mission: &MissionReader, all: &[(Digest, Digest, String)]) -> Result<Vec<Record>, FoldError> {
    let mut out = Vec::new();
    for (import, original, zone) in all {
        let failed = |cause: String| FoldError::Records { import: *import, cause };
        let zone = CivilZone::named(zone)?;
        let bytes = mission
            .blobs()
            .read(*original, crate::limits::RECORDS_BYTES_MAX)
            .map_err(|e| failed(e.to_string()))?;
        read_records(Box::new(bytes.as_slice()), &zone, &mut |one| out.extend(one.ok()))
            .map_err(|e| failed(e.to_string()))?;
    }
    Ok(out)
}
