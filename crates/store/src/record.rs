//! Entries of the journal: what came from outside, typed and versioned, and its bytes. The format stays readable for
//! ever: a new shape of an entry gets a new version, an old one is never reused (see `docs/journal.md`).

mod acts;
mod cbor;
mod columns;
mod coverage;
mod people;

use crate::limits;
use crate::rooms::RoomAct;
use base::Digest;
use cases::Act;
use cbor::{Pack, Unpack};
use evidence::{
    batch::Batch,
    card::Card,
    coverage::Coverage,
    item::{Handling, Item},
};
use incidents::Decision;

/// The latest version of the record format. An entry is written in the version in which its kind first stood, so that
/// the same entry has the same bytes whatever the program's version.
pub const RECORD_VERSION: u64 = 4;

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// The first entry: the mission has begun.
    MissionOpened {
        /// Its name, for people.
        name: String,
        /// The IANA name of the civil time zone that days are shown in.
        zone: String,
    },
    /// A text of the agreement was adopted as the one that counts under its label from now on.
    AgreementAdopted {
        /// Which text: `signed`, `draft-b`, …
        label: String,
        /// Name of the file it came from.
        file_name: String,
        /// The text, a blob.
        text: Digest,
        /// Geometry files the text names, by path as it names them, as blobs. Each path once.
        geometry: Vec<(String, Digest)>,
    },
    /// A source was registered, with its card.
    SourceRegistered {
        /// Its id in observations.
        id: String,
        /// The format it delivers.
        format: String,
        /// Who runs it.
        operator: String,
        /// Reliability `A` to `F`, or `?`: not assessed.
        reliability: char,
        /// What it cannot see, and how far and how late it sees. Never empty.
        limitations: String,
    },
    /// An import began; its original is kept as a blob.
    ImportStarted {
        /// The id of the import.
        import: Digest,
        /// The source it is from.
        source: String,
        /// The format it was read as.
        format: String,
        /// Name of the file.
        file_name: String,
        /// The original, a blob.
        original: Digest,
        /// Size of the original, bytes.
        bytes: u64,
    },
    /// Observations of an import.
    Observations {
        /// The import.
        import: Digest,
        /// Which part of it, from 0.
        chunk: u32,
        /// The observations.
        batch: Batch,
    },
    /// When, where and for what sources were watching.
    Coverage {
        /// The import.
        import: Digest,
        /// Which part of it, from 0.
        chunk: u32,
        /// The records.
        records: Vec<Coverage>,
    },
    /// Rows of an import that were rejected, each with its reason.
    Rejected {
        /// The import.
        import: Digest,
        /// Which part of it, from 0.
        chunk: u32,
        /// The rows.
        rows: Vec<RejectedRow>,
    },
    /// An import ended; without this entry it was interrupted.
    ImportFinished {
        /// The import.
        import: Digest,
        /// Rows read.
        rows: u64,
        /// Observations recorded.
        observations: u64,
        /// Rows rejected.
        rejected: u64,
    },
    /// A source was described, with its full card; the latest card of a source counts.
    SourceDescribed {
        /// The card.
        card: Card,
    },
    /// What arrived by itself: a submission from the field, or a stretch of a stream.
    Received(Received),
    /// An evidence item was handled: its custody log.
    Handled(Handling),
    /// Somebody decided what is one event and what is not.
    LinkDecided(Decision),
    /// Somebody acted on the docket: alleged, tasked, drafted, signed, ordered.
    Acted(Act),
    /// Somebody acted in a room of its own: about a warning, a guarantee, a notice.
    InRoom(RoomAct),
}

/// One arrival, whole: everything in it is kept or nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The source it is from.
    pub source: String,
    /// The format it came in.
    pub format: String,
    /// What makes it itself within its source: the same again is the same arrival.
    pub key: String,
    /// The pseudonym of who sent it; empty: a machine.
    pub by: String,
    /// How far the sender's clock was ahead of the receiver's, milliseconds; `None`: not known.
    pub clock_ahead_ms: Option<i64>,
    /// The bytes as they came, a blob.
    pub original: Digest,
    /// The observations in it.
    pub batch: Batch,
    /// What its sender could and could not see.
    pub coverage: Vec<Coverage>,
    /// What in it could not be read.
    pub rejected: Vec<RejectedRow>,
    /// Media and documents that belong to it.
    pub items: Vec<Item>,
}

/// One row that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// Row of data, from 1.
    pub row: u64,
    /// Line of the file, from 1; 0: the format has no lines.
    pub line: u64,
    /// Column or field; empty: the row as a whole.
    pub column: String,
    /// Why.
    pub reason: String,
    /// The value found.
    pub value: String,
}

impl RejectedRow {
    /// A rejected row, its texts cut to what the journal keeps; the original file is kept whole.
    #[must_use]
    pub fn new(row: u64, line: u64, column: &str, reason: &str, value: &str) -> RejectedRow {
        RejectedRow {
            row,
            line,
            column: cut(column, limits::NAME_BYTES_MAX).to_owned(),
            reason: cut(reason, limits::NAME_BYTES_MAX).to_owned(),
            value: cut(value, limits::VALUE_BYTES_MAX).to_owned(),
        }
    }
}

/// `text` cut at `bytes_max`, at a character's edge.
fn cut(text: &str, bytes_max: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes_max)).unwrap_or(text)
}

/// Why bytes are not an entry, or an entry may not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEntry {
    /// Written by a later version of the program.
    #[error(
        "record version `{version}` is newer than this program reads (up to {RECORD_VERSION}); use a newer one"
    )]
    Newer {
        /// Its version.
        version: u64,
    },
    /// No entry of that kind exists in its version.
    #[error("entry kind `{kind}` does not exist in record version `{version}`")]
    UnknownKind {
        /// Its version.
        version: u64,
        /// The kind found.
        kind: u64,
    },
    /// The bytes do not follow the format.
    #[error("the bytes of an entry do not follow the record format at its {what}")]
    Malformed {
        /// Which part.
        what: &'static str,
    },
    /// It says something that no entry may say.
    #[error("an entry may not say this: {what}")]
    Unsound {
        /// What.
        what: String,
    },
    /// Larger than [`limits::ENTRY_BYTES_MAX`].
    #[error("an entry is larger than {} bytes; split it", limits::ENTRY_BYTES_MAX)]
    TooLarge,
}

impl BadEntry {
    fn unsound(what: &str) -> BadEntry {
        BadEntry::Unsound { what: what.to_owned() }
    }
}

// Kinds in record version 1. A number is never reused.
const MISSION_OPENED: u64 = 1;
const AGREEMENT_ADOPTED: u64 = 2;
const SOURCE_REGISTERED: u64 = 3;
const IMPORT_STARTED: u64 = 4;
const OBSERVATIONS: u64 = 5;
const COVERAGE: u64 = 6;
const REJECTED: u64 = 7;
const IMPORT_FINISHED: u64 = 8;
// Kinds that came with record version 2.
const SOURCE_DESCRIBED: u64 = 9;
const RECEIVED: u64 = 10;
const HANDLED: u64 = 11;
const LINK_DECIDED: u64 = 12;
// Kinds that came with record version 3.
const ACTED: u64 = 13;
// Kinds that came with record version 4.
const WARNED: u64 = 14;
const GUARANTEED: u64 = 15;
const NOTICED: u64 = 16;

/// The record version in which a kind first stood.
fn version_of(kind: u64) -> u64 {
    match kind {
        WARNED.. => 4,
        ACTED => 3,
        SOURCE_DESCRIBED.. => 2,
        _ => 1,
    }
}

impl Entry {
    /// Its kind in one word, as the journal's `kind` column shows it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Entry::MissionOpened { .. } => "mission-opened",
            Entry::AgreementAdopted { .. } => "agreement-adopted",
            Entry::SourceRegistered { .. } => "source-registered",
            Entry::ImportStarted { .. } => "import-started",
            Entry::Observations { .. } => "observations",
            Entry::Coverage { .. } => "coverage",
            Entry::Rejected { .. } => "rejected",
            Entry::ImportFinished { .. } => "import-finished",
            Entry::SourceDescribed { .. } => "source-described",
            Entry::Received(_) => "received",
            Entry::Handled(_) => "handled",
            Entry::LinkDecided(_) => "link-decided",
            Entry::Acted(_) => "acted",
            Entry::InRoom(act) => act.kind(),
        }
    }

    /// The number of its kind. A number is never reused.
    fn number(&self) -> u64 {
        match self {
            Entry::MissionOpened { .. } => MISSION_OPENED,
            Entry::AgreementAdopted { .. } => AGREEMENT_ADOPTED,
            Entry::SourceRegistered { .. } => SOURCE_REGISTERED,
            Entry::ImportStarted { .. } => IMPORT_STARTED,
            Entry::Observations { .. } => OBSERVATIONS,
            Entry::Coverage { .. } => COVERAGE,
            Entry::Rejected { .. } => REJECTED,
            Entry::ImportFinished { .. } => IMPORT_FINISHED,
            Entry::SourceDescribed { .. } => SOURCE_DESCRIBED,
            Entry::Received(_) => RECEIVED,
            Entry::Handled(_) => HANDLED,
            Entry::LinkDecided(_) => LINK_DECIDED,
            Entry::Acted(_) => ACTED,
            Entry::InRoom(RoomAct::Warning(_)) => WARNED,
            Entry::InRoom(RoomAct::Guarantee(_)) => GUARANTEED,
            Entry::InRoom(RoomAct::Notice(_)) => NOTICED,
        }
    }

    /// Its canonical bytes: the same entry always gives the same. Refuses what [`Entry::from_bytes`] would refuse.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BadEntry> {
        self.check()?;
        let mut p = Pack::new();
        p.array(3);
        p.uint(version_of(self.number()));
        self.put(&mut p);
        let bytes = p.finish();
        if bytes.len() > limits::ENTRY_BYTES_MAX { Err(BadEntry::TooLarge) } else { Ok(bytes) }
    }

    /// The entry of canonical bytes. Accepts exactly what [`Entry::to_bytes`] gives: bytes from a file are outside
    /// data, so nothing in them is believed unchecked.
    pub fn from_bytes(bytes: &[u8]) -> Result<Entry, BadEntry> {
        if bytes.len() > limits::ENTRY_BYTES_MAX {
            return Err(BadEntry::TooLarge);
        }
        let mut u = Unpack::new(bytes);
        u.array_of(3, "frame")?;
        let version = u.uint("version")?;
        if version > RECORD_VERSION {
            return Err(BadEntry::Newer { version });
        }
        if version == 0 {
            return Err(BadEntry::Malformed { what: "version" });
        }
        let kind = u.uint("kind")?;
        if version != version_of(kind) {
            return Err(BadEntry::UnknownKind { version, kind });
        }
        let entry = Entry::take(&mut u, version, kind)?;
        u.end()?;
        entry.check()?;
        Ok(entry)
    }

    fn put(&self, p: &mut Pack) {
        p.uint(self.number());
        match self {
            Entry::MissionOpened { name, zone } => {
                put_parts(p, &[Part::Text(name), Part::Text(zone)]);
            }
            Entry::AgreementAdopted { label, file_name, text, geometry } => {
                p.map(4);
                put_pairs(p, &[Part::Text(label), Part::Text(file_name), Part::Digest(*text)]);
                p.uint(3);
                p.array(geometry.len());
                for (path, digest) in geometry {
                    p.array(2);
                    p.text(path);
                    p.digest(*digest);
                }
            }
            Entry::SourceRegistered { id, format, operator, reliability, limitations } => {
                let mut buffer = [0; 4];
                let reliability = reliability.encode_utf8(&mut buffer);
                let texts = [id.as_str(), format, operator, reliability, limitations];
                put_parts(p, &texts.map(Part::Text));
            }
            Entry::ImportStarted { import, source, format, file_name, original, bytes } => {
                let texts = [source, format, file_name].map(|t| Part::Text(t));
                let [source, format, file_name] = texts;
                let (import, original) = (Part::Digest(*import), Part::Digest(*original));
                put_parts(p, &[import, source, format, file_name, original, Part::Number(*bytes)]);
            }
            Entry::Observations { import, chunk, batch } => {
                p.map(3);
                put_pairs(p, &[Part::Digest(*import), Part::Number(u64::from(*chunk))]);
                p.uint(2);
                columns::put_batch(p, batch);
            }
            Entry::Coverage { import, chunk, records } => {
                p.map(3);
                put_pairs(p, &[Part::Digest(*import), Part::Number(u64::from(*chunk))]);
                p.uint(2);
                p.array(records.len());
                records.iter().for_each(|record| coverage::put_coverage(p, record));
            }
            Entry::Rejected { import, chunk, rows } => {
                p.map(3);
                put_pairs(p, &[Part::Digest(*import), Part::Number(u64::from(*chunk))]);
                p.uint(2);
                p.array(rows.len());
                rows.iter().for_each(|row| put_rejected(p, row));
            }
            Entry::ImportFinished { import, rows, observations, rejected } => {
                let numbers = [*rows, *observations, *rejected].map(Part::Number);
                let [rows, observations, rejected] = numbers;
                put_parts(p, &[Part::Digest(*import), rows, observations, rejected]);
            }
            Entry::SourceDescribed { card } => people::put_card(p, card),
            Entry::Received(received) => people::put_received(p, received),
            Entry::Handled(handling) => people::put_handling(p, handling),
            Entry::LinkDecided(decision) => people::put_decision(p, decision),
            Entry::Acted(act) => acts::put_act(p, act),
            Entry::InRoom(act) => acts::put_in_room(p, act),
        }
    }

    fn take(u: &mut Unpack<'_>, version: u64, kind: u64) -> Result<Entry, BadEntry> {
        match kind {
            MISSION_OPENED => {
                u.map(2, "body")?;
                Ok(Entry::MissionOpened { name: text(u, 0, "name")?, zone: text(u, 1, "zone")? })
            }
            AGREEMENT_ADOPTED => take_agreement(u),
            SOURCE_REGISTERED => take_source(u),
            IMPORT_STARTED => {
                u.map(6, "body")?;
                Ok(Entry::ImportStarted {
                    import: digest(u, 0, "import")?,
                    source: text(u, 1, "source")?,
                    format: text(u, 2, "format")?,
                    file_name: text(u, 3, "file name")?,
                    original: digest(u, 4, "original")?,
                    bytes: number(u, 5, "bytes")?,
                })
            }
            OBSERVATIONS => {
                u.map(3, "body")?;
                let (import, chunk) = (digest(u, 0, "import")?, chunk(u)?);
                u.key(2, "batch")?;
                Ok(Entry::Observations { import, chunk, batch: columns::take_batch(u)? })
            }
            COVERAGE => {
                u.map(3, "body")?;
                let (import, chunk) = (digest(u, 0, "import")?, chunk(u)?);
                u.key(2, "records")?;
                let mut records = Vec::new();
                for _ in 0..u.array(limits::COVERAGE_RECORDS_MAX, "records")? {
                    records.push(coverage::take_coverage(u)?);
                }
                Ok(Entry::Coverage { import, chunk, records })
            }
            REJECTED => {
                u.map(3, "body")?;
                let (import, chunk) = (digest(u, 0, "import")?, chunk(u)?);
                u.key(2, "rows")?;
                let mut rows = Vec::new();
                for _ in 0..u.array(limits::REJECTED_ROWS_MAX, "rows")? {
                    rows.push(take_rejected(u)?);
                }
                Ok(Entry::Rejected { import, chunk, rows })
            }
            IMPORT_FINISHED => {
                u.map(4, "body")?;
                Ok(Entry::ImportFinished {
                    import: digest(u, 0, "import")?,
                    rows: number(u, 1, "rows")?,
                    observations: number(u, 2, "observations")?,
                    rejected: number(u, 3, "rejected")?,
                })
            }
            SOURCE_DESCRIBED => Ok(Entry::SourceDescribed { card: people::take_card(u)? }),
            RECEIVED => people::take_received(u).map(Entry::Received),
            HANDLED => people::take_handling(u).map(Entry::Handled),
            LINK_DECIDED => people::take_decision(u).map(Entry::LinkDecided),
            ACTED => acts::take_act(u).map(Entry::Acted),
            WARNED => acts::take_in_room(u, "warned").map(Entry::InRoom),
            GUARANTEED => acts::take_in_room(u, "guaranteed").map(Entry::InRoom),
            NOTICED => acts::take_in_room(u, "noticed").map(Entry::InRoom),
            kind => Err(BadEntry::UnknownKind { version, kind }),
        }
    }

    /// Refuses what no entry may say. Asked before writing and after reading, so that what was written can be read.
    fn check(&self) -> Result<(), BadEntry> {
        match self {
            Entry::MissionOpened { name, zone } => {
                stated("the mission's name", name, limits::NAME_BYTES_MAX)?;
                stated("the mission's time zone", zone, limits::NAME_BYTES_MAX)
            }
            Entry::AgreementAdopted { label, file_name, geometry, .. } => {
                stated("the label of an agreement's text", label, limits::NAME_BYTES_MAX)?;
                stated("the file name of an agreement", file_name, limits::PATH_BYTES_MAX)?;
                check_geometry(geometry)
            }
            Entry::SourceRegistered { id, format, operator, reliability, limitations } => {
                stated("the id of a source", id, limits::NAME_BYTES_MAX)?;
                stated("the format of a source", format, limits::NAME_BYTES_MAX)?;
                short("the operator of a source", operator, limits::NAME_BYTES_MAX)?;
                stated("the limitations of a source", limitations, limits::LIMITATIONS_BYTES_MAX)?;
                if matches!(reliability, 'A'..='F' | '?') {
                    return Ok(());
                }
                Err(BadEntry::unsound("the reliability of a source is not `A` to `F` or `?`"))
            }
            Entry::ImportStarted { source, format, file_name, .. } => {
                stated("the source of an import", source, limits::NAME_BYTES_MAX)?;
                stated("the format of an import", format, limits::NAME_BYTES_MAX)?;
                short("the file name of an import", file_name, limits::PATH_BYTES_MAX)
            }
            Entry::Observations { batch, .. } => columns::check_batch(batch),
            Entry::Coverage { records, .. } => coverage::check_coverage(records),
            Entry::Rejected { rows, .. } => check_rejected(rows),
            Entry::ImportFinished { .. } => Ok(()),
            Entry::SourceDescribed { card } => people::check_card(card),
            Entry::Received(received) => people::check_received(received),
            Entry::Handled(handling) => people::check_handling(handling),
            Entry::LinkDecided(decision) => people::check_decision(decision),
            Entry::Acted(act) => acts::check_act(act),
            Entry::InRoom(act) => acts::check_in_room(act),
        }
    }
}

fn short(what: &str, text: &str, bytes_max: usize) -> Result<(), BadEntry> {
    if text.len() > bytes_max {
        return Err(BadEntry::unsound(&format!("{what} is longer than {bytes_max} bytes")));
    }
    Ok(())
}

fn stated(what: &str, text: &str, bytes_max: usize) -> Result<(), BadEntry> {
    if text.trim().is_empty() {
        return Err(BadEntry::unsound(&format!("{what} is empty")));
    }
    short(what, text, bytes_max)
}

fn check_geometry(geometry: &[(String, Digest)]) -> Result<(), BadEntry> {
    if geometry.len() > limits::GEOMETRY_FILES_MAX {
        return Err(BadEntry::unsound("an agreement names too many geometry files"));
    }
    let mut paths: Vec<&str> = geometry.iter().map(|(path, _)| path.as_str()).collect();
    paths.iter().try_for_each(|p| stated("the path of a geometry file", p, limits::PATH_BYTES_MAX))?;
    paths.sort_unstable();
    let twice = paths.windows(2).any(|pair| pair.first() == pair.last());
    if twice { Err(BadEntry::unsound("an agreement names one geometry file twice")) } else { Ok(()) }
}

fn check_rejected(rows: &[RejectedRow]) -> Result<(), BadEntry> {
    if rows.len() > limits::REJECTED_ROWS_MAX {
        return Err(BadEntry::unsound("an entry has more rejected rows than it may carry"));
    }
    rows.iter().try_for_each(|r| {
        short("the column of a rejected row", &r.column, limits::NAME_BYTES_MAX)?;
        stated("the reason of a rejected row", &r.reason, limits::NAME_BYTES_MAX)?;
        short("the value of a rejected row", &r.value, limits::VALUE_BYTES_MAX)
    })
}

/// A value of an entry's body.
enum Part<'a> {
    Text(&'a str),
    Digest(Digest),
    Number(u64),
}

/// A map of `parts` under the keys 0, 1, 2, …
fn put_parts(p: &mut Pack, parts: &[Part<'_>]) {
    p.map(parts.len() as u64);
    put_pairs(p, parts);
}

fn put_pairs(p: &mut Pack, parts: &[Part<'_>]) {
    for (key, part) in parts.iter().enumerate() {
        p.uint(key as u64);
        match part {
            Part::Text(text) => p.text(text),
            Part::Digest(digest) => p.digest(*digest),
            Part::Number(n) => p.uint(*n),
        }
    }
}

fn text(u: &mut Unpack<'_>, key: u64, what: &'static str) -> Result<String, BadEntry> {
    u.key(key, what)?;
    u.string(what)
}

fn digest(u: &mut Unpack<'_>, key: u64, what: &'static str) -> Result<Digest, BadEntry> {
    u.key(key, what)?;
    u.digest(what)
}

fn number(u: &mut Unpack<'_>, key: u64, what: &'static str) -> Result<u64, BadEntry> {
    u.key(key, what)?;
    u.uint(what)
}

fn chunk(u: &mut Unpack<'_>) -> Result<u32, BadEntry> {
    u.key(1, "chunk")?;
    u.uint32("chunk")
}

fn take_agreement(u: &mut Unpack<'_>) -> Result<Entry, BadEntry> {
    u.map(4, "body")?;
    let label = text(u, 0, "label")?;
    let file_name = text(u, 1, "file name")?;
    let digest_of_text = digest(u, 2, "text")?;
    u.key(3, "geometry")?;
    let mut geometry = Vec::new();
    for _ in 0..u.array(limits::GEOMETRY_FILES_MAX, "geometry")? {
        u.array_of(2, "geometry")?;
        geometry.push((u.string("path of a geometry file")?, u.digest("geometry file")?));
    }
    Ok(Entry::AgreementAdopted { label, file_name, text: digest_of_text, geometry })
}

fn take_source(u: &mut Unpack<'_>) -> Result<Entry, BadEntry> {
    u.map(5, "body")?;
    let (id, format, operator) = (text(u, 0, "id")?, text(u, 1, "format")?, text(u, 2, "operator")?);
    let word = text(u, 3, "reliability")?;
    let mut letters = word.chars();
    let (Some(reliability), None) = (letters.next(), letters.next()) else {
        return Err(BadEntry::Malformed { what: "reliability" });
    };
    let limitations = text(u, 4, "limitations")?;
    Ok(Entry::SourceRegistered { id, format, operator, reliability, limitations })
}

fn put_rejected(p: &mut Pack, row: &RejectedRow) {
    p.array(5);
    p.uint(row.row);
    p.uint(row.line);
    p.text(&row.column);
    p.text(&row.reason);
    p.text(&row.value);
}

fn take_rejected(u: &mut Unpack<'_>) -> Result<RejectedRow, BadEntry> {
    u.array_of(5, "rejected row")?;
    Ok(RejectedRow {
        row: u.uint("row")?,
        line: u.uint("line")?,
        column: u.string("column")?,
        reason: u.string("reason")?,
        value: u.string("value")?,
    })
}
