//! Reading the journal: entries in order, as known at a moment, and the check of the whole chain. A reader has its own
//! connections and holds up nobody; the journal only grows, so what it has read stays true.

use crate::{
    journal::{Key, NO_ENTRY, commitment_of, link_of, unpack},
    limits,
    record::{BadEntry, Entry},
    schema::{self, OpenError},
};
use base::Digest;
use rusqlite::{Connection, OptionalExtension as _, Row};
use std::collections::VecDeque;
use std::fmt;
use std::ops::{Bound, RangeBounds};
use std::path::{Path, PathBuf};

/// The last entry of a journal, or of a prefix of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its number; 0: the journal is empty.
    pub seq: u64,
    /// When it was recorded, milliseconds since 1970.
    pub recorded_ms: i64,
    /// Its digest: it stands for everything up to it.
    pub digest: Digest,
}

impl Head {
    fn of(row: &Row<'_>) -> rusqlite::Result<Head> {
        Ok(Head { seq: row.get(0)?, recorded_ms: row.get(1)?, digest: Digest(row.get(2)?) })
    }
}

/// One entry as recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Its number, from 1 without gaps.
    pub seq: u64,
    /// When it was recorded, milliseconds since 1970; never before the entry before it.
    pub recorded_ms: i64,
    /// What it says.
    pub entry: Entry,
}

/// One entry as it lies on the disk: reading is one thread's work, decoding can be spread over many.
#[derive(Clone, Debug)]
pub struct Packed {
    /// Its number.
    pub seq: u64,
    /// When it was recorded, milliseconds since 1970.
    pub recorded_ms: i64,
    body: Vec<u8>,
}

impl Packed {
    /// What it says.
    pub fn unpack(&self) -> Result<Recorded, ReadError> {
        let bad = |cause| ReadError::Bad { seq: self.seq, cause };
        let entry = unpack(&self.body).and_then(|b| Entry::from_bytes(&b)).map_err(bad)?;
        Ok(Recorded { seq: self.seq, recorded_ms: self.recorded_ms, entry })
    }
}

/// Why the journal could not be read on.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// An entry is not there although later ones are.
    #[error("entry {seq} of the journal is missing; restore the journal from a copy")]
    Missing {
        /// Its number.
        seq: u64,
    },
    /// An entry does not decode.
    #[error("entry {seq} of the journal: {cause}")]
    Bad {
        /// Its number.
        seq: u64,
        /// Why.
        cause: BadEntry,
    },
    /// The disk or the system failed, or the file is damaged.
    #[error("cannot read the journal near entry {seq}: {cause}")]
    Failed {
        /// The entry that was to come next.
        seq: u64,
        /// Why.
        cause: rusqlite::Error,
    },
}

/// The chain holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The last entry; as many entries hold.
    pub head: Head,
}

/// The chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal is broken at entry {seq}: {what}")]
pub struct Broken {
    /// The first entry that does not hold; everything before it does. 0: the file as a whole.
    pub seq: u64,
    /// In what way.
    pub what: String,
}

/// Reads one journal. Cheap to clone; every reading has its own connection.
#[derive(Clone, Debug)]
pub struct Reader {
    path: PathBuf,
}

impl Reader {
    /// A reader of the journal at `path`.
    pub fn open(path: &Path) -> Result<Reader, OpenError> {
        schema::open_reader(path)?;
        Ok(Reader { path: path.to_owned() })
    }

    /// Where the journal is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The entries of `range` that were recorded at or before `until_recorded_ms`, in order: with `..` and `Some(t)`
    /// what was known at `t`. Entries appended while reading are not included.
    pub fn read(
        &self,
        range: impl RangeBounds<u64>,
        until_recorded_ms: Option<i64>,
    ) -> Result<Entries, ReadError> {
        self.read_packed(range, until_recorded_ms).map(Entries)
    }

    /// As [`Reader::read`], but undecoded.
    pub fn read_packed(
        &self,
        range: impl RangeBounds<u64>,
        until_recorded_ms: Option<i64>,
    ) -> Result<PackedEntries, ReadError> {
        let connection = schema::open_reader(&self.path)?;
        let first = match range.start_bound() {
            Bound::Included(seq) => (*seq).max(1),
            Bound::Excluded(seq) => seq.saturating_add(1),
            Bound::Unbounded => 1,
        };
        let asked = match range.end_bound() {
            Bound::Included(seq) => *seq,
            Bound::Excluded(seq) => seq.saturating_sub(1),
            Bound::Unbounded => u64::MAX,
        };
        let head = head_of(&connection)?.seq;
        let known = until_recorded_ms.map_or(Ok(head), |t| last_at(&connection, head, t))?;
        Ok(PackedEntries { connection, next: first, last: asked.min(known), page: VecDeque::new() })
    }

    /// The last entry.
    pub fn head(&self) -> Result<Head, ReadError> {
        head_of(&schema::open_reader(&self.path)?)
    }

    /// The journal's head when entry `seq` was its last; 0: before the first.
    pub fn head_at(&self, seq: u64) -> Result<Head, ReadError> {
        if seq == 0 {
            return Ok(NO_ENTRY);
        }
        let connection = schema::open_reader(&self.path)?;
        let sql = "SELECT seq, recorded_ms, digest FROM entry WHERE seq = ?1";
        let head = connection.query_row(sql, [seq], Head::of).optional();
        head.map_err(|cause| ReadError::Failed { seq, cause })?.ok_or(ReadError::Missing { seq })
    }

    /// The number of the entry with that key; `None`: there is none.
    pub fn seq_of(&self, key: Key) -> Result<Option<u64>, ReadError> {
        let connection = schema::open_reader(&self.path)?;
        let sql = "SELECT seq FROM entry WHERE idempotency_key = ?1";
        let found = connection.query_row(sql, [key.0], |row| row.get(0)).optional();
        found.map_err(|cause| ReadError::Failed { seq: 0, cause })
    }

    /// The entries of one kind ([`Entry::kind`]) in order. The bodies of others are not read.
    pub fn of_kind(&self, kind: &str) -> Result<Vec<Recorded>, ReadError> {
        self.of_kind_after(kind, 0)
    }

    /// The last entry that is of none of these kinds: what does not rest on them rests on no more than this.
    pub fn head_but(&self, kinds: &[&str]) -> Result<Head, ReadError> {
        let connection = schema::open_reader(&self.path)?;
        let marks = vec!["?"; kinds.len()].join(", ");
        let sql = format!(
            "SELECT seq, recorded_ms, digest FROM entry WHERE kind NOT IN ({marks}) ORDER BY seq DESC LIMIT 1"
        );
        let head = connection.query_row(&sql, rusqlite::params_from_iter(kinds), Head::of).optional();
        Ok(head.map_err(|cause| ReadError::Failed { seq: 0, cause })?.unwrap_or(NO_ENTRY))
    }

    /// The number of the last entry of one kind; 0: there is none.
    pub fn last_of_kind(&self, kind: &str) -> Result<u64, ReadError> {
        let connection = schema::open_reader(&self.path)?;
        let sql = "SELECT seq FROM entry WHERE kind = ?1 ORDER BY seq DESC LIMIT 1";
        let found = connection.query_row(sql, [kind], |row| row.get(0)).optional();
        Ok(found.map_err(|cause| ReadError::Failed { seq: 0, cause })?.unwrap_or(0))
    }

    /// The entries of one kind that come after entry `seq`, in order.
    pub fn of_kind_after(&self, kind: &str, seq: u64) -> Result<Vec<Recorded>, ReadError> {
        let connection = schema::open_reader(&self.path)?;
        let failed = |cause| ReadError::Failed { seq: 0, cause };
        let sql = "SELECT seq, recorded_ms, body FROM entry WHERE kind = ?1 AND seq > ?2 ORDER BY seq";
        let mut statement = connection.prepare(sql).map_err(failed)?;
        let packed =
            |row: &Row<'_>| Ok(Packed { seq: row.get(0)?, recorded_ms: row.get(1)?, body: row.get(2)? });
        let rows = statement.query_map(rusqlite::params![kind, seq], packed).map_err(failed)?;
        rows.map(|packed| packed.map_err(failed)?.unpack()).collect()
    }

    /// The last entry recorded at or before `recorded_ms`; 0: none.
    pub fn seq_at(&self, recorded_ms: i64) -> Result<u64, ReadError> {
        let connection = schema::open_reader(&self.path)?;
        let head = head_of(&connection)?.seq;
        last_at(&connection, head, recorded_ms)
    }

    /// The last entry, after checking that it decodes and follows from the one before it.
    pub(crate) fn checked_head(&self) -> Result<Head, OpenError> {
        let damaged = |what: String| OpenError::damaged(&self.path, &what);
        let connection = schema::open_reader(&self.path)?;
        schema::check_whole(&self.path, &connection)?;
        let head = head_of(&connection).map_err(|e| damaged(e.to_string()))?;
        if head.seq == 0 {
            return Ok(head);
        }
        let before = row_at(&connection, head.seq.saturating_sub(1)).map_err(|e| damaged(e.to_string()))?;
        let last = row_at(&connection, head.seq).map_err(|e| damaged(e.to_string()))?;
        let last = last.ok_or_else(|| damaged("its last entry is gone".to_owned()))?;
        let before = before.map_or(NO_ENTRY, |row| row.head());
        check_link(before, &last).map_err(|b| damaged(b.to_string()))
    }

    /// Walks the whole journal and checks: the file's own structure; entries numbered from 1 without gaps; recorded
    /// time never backwards; every body decodes and is the one its commitment binds to; every digest follows from the
    /// one before. It does not show that the last entries were not cut off: compare the head with one noted elsewhere.
    pub fn verify(&self) -> Result<Verified, Broken> {
        let whole = |what: String| Broken { seq: 0, what };
        let connection = schema::open_reader(&self.path).map_err(|e| whole(e.to_string()))?;
        let report: String = connection
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(|e| whole(e.to_string()))?;
        if report != "ok" {
            return Err(whole(report.replace('\n', "; ")));
        }
        let mut statement = connection
            .prepare(&format!("SELECT {CHAINED} FROM entry ORDER BY seq"))
            .map_err(|e| whole(e.to_string()))?;
        let mut rows = statement.query([]).map_err(|e| whole(e.to_string()))?;
        let mut head = NO_ENTRY;
        loop {
            let next = head.seq.saturating_add(1);
            let broken = |e: rusqlite::Error| Broken { seq: next, what: e.to_string() };
            let Some(row) = rows.next().map_err(broken)? else { return Ok(Verified { head }) };
            head = check_link(head, &Chained::of(row).map_err(broken)?)?;
        }
    }
}

const CHAINED: &str = "seq, recorded_ms, kind, idempotency_key, salt, commitment, digest, body";

/// One row with all that the chain rests on.
struct Chained {
    seq: u64,
    recorded_ms: i64,
    kind: String,
    key: Key,
    salt: [u8; 16],
    commitment: Digest,
    digest: Digest,
    body: Vec<u8>,
}

impl Chained {
    fn of(row: &Row<'_>) -> rusqlite::Result<Chained> {
        Ok(Chained {
            seq: row.get(0)?,
            recorded_ms: row.get(1)?,
            kind: row.get(2)?,
            key: Key(row.get(3)?),
            salt: row.get(4)?,
            commitment: Digest(row.get(5)?),
            digest: Digest(row.get(6)?),
            body: row.get(7)?,
        })
    }

    fn head(&self) -> Head {
        Head { seq: self.seq, recorded_ms: self.recorded_ms, digest: self.digest }
    }
}

fn row_at(connection: &Connection, seq: u64) -> rusqlite::Result<Option<Chained>> {
    let sql = format!("SELECT {CHAINED} FROM entry WHERE seq = ?1");
    connection.query_row(&sql, [seq], Chained::of).optional()
}

/// The head after `row`, if it follows from `before` in every way.
fn check_link(before: Head, row: &Chained) -> Result<Head, Broken> {
    let seq = before.seq.saturating_add(1);
    let broken = |what: String| Err(Broken { seq, what });
    if row.seq != seq {
        return broken(format!("it is missing; the next is {}", row.seq));
    }
    if row.recorded_ms < before.recorded_ms {
        return broken("it was recorded before the entry before it".to_owned());
    }
    let bytes = match unpack(&row.body) {
        Ok(bytes) => bytes,
        Err(cause) => return broken(cause.to_string()),
    };
    if commitment_of(&row.salt, row.key, Digest::of(&bytes)) != row.commitment {
        return broken("its body, key or salt is not what it was when recorded".to_owned());
    }
    if link_of(before.digest, row.recorded_ms, row.commitment) != row.digest {
        return broken("it does not follow from the entry before it".to_owned());
    }
    match Entry::from_bytes(&bytes) {
        Ok(entry) if entry.kind() == row.kind => Ok(row.head()),
        Ok(entry) => broken(format!("its kind column says `{}`, its body `{}`", row.kind, entry.kind())),
        Err(cause) => broken(cause.to_string()),
    }
}

fn head_of(connection: &Connection) -> Result<Head, ReadError> {
    let sql = "SELECT seq, recorded_ms, digest FROM entry ORDER BY seq DESC LIMIT 1";
    let head = connection.query_row(sql, [], Head::of);
    let head = head.optional().map_err(|cause| ReadError::Failed { seq: 0, cause })?;
    Ok(head.unwrap_or(NO_ENTRY))
}

/// Halving the numbers finds the moment, because recorded time never runs backwards.
fn last_at(connection: &Connection, head: u64, recorded_ms: i64) -> Result<u64, ReadError> {
    let (mut low, mut high) = (0, head);
    while low < high {
        let middle = high.saturating_sub(high.saturating_sub(low) / 2);
        let sql = "SELECT recorded_ms FROM entry WHERE seq = ?1";
        let at: Option<i64> = connection
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row([middle], |row| row.get(0)).optional())
            .map_err(|cause| ReadError::Failed { seq: middle, cause })?;
        if at.ok_or(ReadError::Missing { seq: middle })? <= recorded_ms {
            low = middle;
        } else {
            high = middle.saturating_sub(1);
        }
    }
    Ok(low)
}

/// Entries in order, undecoded; ends after the first error. Memory: one page of compressed bodies.
pub struct PackedEntries {
    connection: Connection,
    next: u64,
    last: u64,
    page: VecDeque<Packed>,
}

impl fmt::Debug for PackedEntries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PackedEntries({}..={})", self.next, self.last)
    }
}

impl PackedEntries {
    /// The number of the last entry that will come.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.last
    }

    /// Each page is a reading of its own: one that lasted as long as its caller takes would keep the write-ahead log
    /// from being folded in.
    fn fetch(&mut self) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT seq, recorded_ms, body FROM entry WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq LIMIT ?3",
        )?;
        let mut rows = statement.query((self.next, self.last, limits::PAGE_ENTRIES_MAX))?;
        let mut bytes = 0usize;
        while bytes < limits::PAGE_BYTES_MAX {
            let Some(row) = rows.next()? else { break };
            let packed = Packed { seq: row.get(0)?, recorded_ms: row.get(1)?, body: row.get(2)? };
            bytes = bytes.saturating_add(packed.body.len());
            self.page.push_back(packed);
        }
        Ok(())
    }

    fn take(&mut self) -> Result<Packed, ReadError> {
        if self.page.is_empty() {
            self.fetch().map_err(|cause| ReadError::Failed { seq: self.next, cause })?;
        }
        let packed = self.page.pop_front().filter(|p| p.seq == self.next);
        packed.ok_or(ReadError::Missing { seq: self.next })
    }
}

impl Iterator for PackedEntries {
    type Item = Result<Packed, ReadError>;

    fn next(&mut self) -> Option<Result<Packed, ReadError>> {
        if self.next > self.last {
            return None;
        }
        let item = self.take();
        self.next = self.next.saturating_add(1);
        if item.is_err() {
            self.last = 0;
        }
        Some(item)
    }
}

/// Entries in order; ends after the first error.
#[derive(Debug)]
pub struct Entries(PackedEntries);

impl Entries {
    /// The number of the last entry that will come.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.0.last_seq()
    }
}

impl Iterator for Entries {
    type Item = Result<Recorded, ReadError>;

    fn next(&mut self) -> Option<Result<Recorded, ReadError>> {
        let item = self.0.next()?.and_then(|packed| packed.unpack());
        if item.is_err() {
            self.0.last = 0;
        }
        Some(item)
    }
}
