//! The journal: an append-only sequence of entries in one SQLite file, each chained to the one before it. See
//! `docs/journal.md` for what is trusted and what a crash after each write means.

pub use crate::schema::OpenError;

use crate::{
    limits,
    reader::{Broken, Entries, Head, ReadError, Reader, Verified},
    record::{BadEntry, Entry},
    schema,
    writer::{AppendError, Appended, Pending, Request, Writer},
};
use base::{Digest, id::Hasher};
use std::cell::RefCell;
use std::fmt;
use std::io;
use std::ops::RangeBounds;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use zstd::bulk::{Compressor, Decompressor};

/// Level of compression of bodies: as fast as the disk, and half the size.
const ZSTD_LEVEL: i32 = 3;

/// What makes an entry itself: an entry whose key exists already is not appended again, so that a caller that did
/// not hear the acknowledgement simply asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(pub [u8; 32]);

impl Key {
    /// The key that `parts` make in `domain`, such as the idempotency header of a request.
    #[must_use]
    pub fn of(domain: &str, parts: &[&[u8]]) -> Key {
        let mut h = Hasher::new("truceline key 1");
        h.piece(domain.as_bytes());
        parts.iter().for_each(|p| h.piece(p));
        Key(h.finish().0)
    }

    /// The natural key of an entry: what it is about for the parts of an import (import and chunk), what it says for
    /// the rest. To adopt a text once more after another one was adopted, or to register a source again as it was
    /// before a change, use a key of your own: by its natural key the entry is there already.
    #[must_use]
    pub fn of_entry(entry: &Entry) -> Key {
        match entry {
            Entry::MissionOpened { .. } => Key::of(entry.kind(), &[]),
            Entry::AgreementAdopted { label, file_name, text, geometry } => {
                let mut parts = vec![label.as_bytes(), file_name.as_bytes(), text.0.as_slice()];
                parts.extend(
                    geometry.iter().flat_map(|(path, digest)| [path.as_bytes(), digest.0.as_slice()]),
                );
                Key::of(entry.kind(), &parts)
            }
            Entry::SourceRegistered { id, format, operator, reliability, limitations } => {
                let mut buffer = [0; 4];
                let reliability = reliability.encode_utf8(&mut buffer);
                let parts = [id.as_str(), format, operator, reliability, limitations];
                Key::of(entry.kind(), &parts.map(str::as_bytes))
            }
            Entry::ImportStarted { import, .. } | Entry::ImportFinished { import, .. } => {
                Key::of(entry.kind(), &[&import.0])
            }
            Entry::Observations { import, chunk, .. }
            | Entry::Coverage { import, chunk, .. }
            | Entry::Rejected { import, chunk, .. } => {
                Key::of(entry.kind(), &[&import.0, &chunk.to_le_bytes()])
            }
            Entry::Received(r) => Key::of(entry.kind(), &[r.source.as_bytes(), r.key.as_bytes()]),
            Entry::Acted(act) => Key::of(entry.kind(), &[act.key.as_bytes()]),
            Entry::InRoom(act) => Key::of(entry.kind(), &[act.key().as_bytes()]),
            Entry::SourceDescribed { .. } | Entry::Handled(_) | Entry::LinkDecided(_) => {
                Key::of(entry.kind(), &[&entry.to_bytes().unwrap_or_default()])
            }
        }
    }
}

/// Gives 16 random bytes an entry; without them a commitment could be guessed back to what it hides.
pub type Salts = Box<dyn FnMut() -> Result<[u8; 16], String> + Send>;

/// Salts from the operating system.
#[must_use]
pub fn system_salts() -> Salts {
    Box::new(|| {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|e| e.to_string())?;
        Ok(salt)
    })
}

/// What a transparency log may publish of an entry: it binds to key and body, and hides both behind the salt.
pub(crate) fn commitment_of(salt: &[u8; 16], key: Key, body: Digest) -> Digest {
    let mut h = Hasher::new("truceline commitment 1");
    h.piece(salt);
    h.piece(&key.0);
    h.piece(&body.0);
    h.finish()
}

/// The digest of an entry, chained to that of the entry before it. It rests on the commitment, not on the body, so
/// that somebody from whom bodies are withheld can still walk the chain.
pub(crate) fn link_of(before: Digest, recorded_ms: i64, commitment: Digest) -> Digest {
    let mut h = Hasher::new("truceline entry 1");
    h.piece(&before.0);
    h.piece(&recorded_ms.to_le_bytes());
    h.piece(&commitment.0);
    h.finish()
}

/// What stands before the first entry.
pub(crate) const NO_ENTRY: Head = Head { seq: 0, recorded_ms: i64::MIN, digest: Digest([0; 32]) };

/// A journal open for writing, by one process at a time (the mission's lock). Shared by reference between threads.
pub struct Journal {
    reader: Reader,
    writer: Writer,
    salts: Mutex<Salts>,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Journal({})", self.reader.path().display())
    }
}

impl Journal {
    /// A new journal in a file that is not there yet.
    pub fn create(path: &Path, salts: Salts) -> Result<Journal, OpenError> {
        let connection = schema::create(path)?;
        Journal::over(path, connection, salts)
    }

    /// Opens a journal and checks that its last entry follows from the one before it. [`Journal::verify`] checks all.
    pub fn open(path: &Path, salts: Salts) -> Result<Journal, OpenError> {
        let connection = schema::open_writer(path)?;
        Journal::over(path, connection, salts)
    }

    fn over(path: &Path, connection: rusqlite::Connection, salts: Salts) -> Result<Journal, OpenError> {
        let reader = Reader::open(path)?;
        let head = reader.checked_head()?;
        let writer = Writer::start(connection, head)
            .map_err(|cause| OpenError::damaged(path, &format!("its writer does not start: {cause}")))?;
        Ok(Journal { reader, writer, salts: Mutex::new(salts) })
    }

    /// Appends `entry` and waits until it is on the disk. `now_ms` is milliseconds since 1970; recorded time never
    /// runs backwards, so an entry is recorded at the later of `now_ms` and the time of the entry before it.
    pub fn append(&self, entry: &Entry, key: Key, now_ms: i64) -> Result<Appended, AppendError> {
        self.submit(entry, key, now_ms)?.wait()
    }

    /// Hands `entry` to the writer without waiting for the disk: entries submitted together share a commit. Nothing
    /// is acknowledged before [`Pending::wait`] returns. Waits while the queue is full.
    pub fn submit(&self, entry: &Entry, key: Key, now_ms: i64) -> Result<Pending, AppendError> {
        let bytes = entry.to_bytes()?;
        let body = pack(&bytes).map_err(|e| AppendError::Failed { what: format!("cannot compress: {e}") })?;
        let salt = {
            let mut salts = self.salts.lock().unwrap_or_else(PoisonError::into_inner);
            (*salts)().map_err(|what| AppendError::Failed { what: format!("no random salt: {what}") })?
        };
        let body_digest = Digest::of(&bytes);
        let commitment = commitment_of(&salt, key, body_digest);
        self.writer.submit(Request { key, kind: entry.kind(), salt, commitment, body, now_ms }, body_digest)
    }

    /// The entries of `range` in order, as [`Reader::read`].
    pub fn read(
        &self,
        range: impl RangeBounds<u64>,
        until_recorded_ms: Option<i64>,
    ) -> Result<Entries, ReadError> {
        self.reader.read(range, until_recorded_ms)
    }

    /// The last entry on the disk.
    pub fn head(&self) -> Result<Head, ReadError> {
        self.reader.head()
    }

    /// The head when entry `seq` was the last, as [`Reader::head_at`].
    pub fn head_at(&self, seq: u64) -> Result<Head, ReadError> {
        self.reader.head_at(seq)
    }

    /// The last entry recorded at or before `recorded_ms`; 0: none.
    pub fn seq_at(&self, recorded_ms: i64) -> Result<u64, ReadError> {
        self.reader.seq_at(recorded_ms)
    }

    /// Walks the whole chain, as [`Reader::verify`].
    pub fn verify(&self) -> Result<Verified, Broken> {
        self.reader.verify()
    }

    /// Writes what is queued, closes the file and gives back where the salts come from.
    #[must_use = "the salts can be used for another journal"]
    pub fn close(self) -> Salts {
        drop(self.writer);
        self.salts.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// A reader of its own for another thread; it needs no writer and does not hold it up.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }
}

thread_local! {
    // Making the tables of a (de)compressor takes longer than a small entry does.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// The body of canonical bytes: zstd with its checksum, so that a reader notices damage without walking the chain.
fn pack(bytes: &[u8]) -> io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|slot| {
        let mut compressor = match slot.take() {
            Some(compressor) => compressor,
            None => {
                let mut new = Compressor::new(ZSTD_LEVEL)?;
                new.include_checksum(true)?;
                new
            }
        };
        let packed = compressor.compress(bytes)?;
        *slot = Some(compressor);
        Ok(packed)
    })
}

/// The canonical bytes of a body, at most [`limits::ENTRY_BYTES_MAX`].
pub(crate) fn unpack(body: &[u8]) -> Result<Vec<u8>, BadEntry> {
    let what = "compression";
    let size = zstd::zstd_safe::get_frame_content_size(body).ok().flatten();
    let size = size.and_then(|n| usize::try_from(n).ok()).ok_or(BadEntry::Malformed { what })?;
    if size > limits::ENTRY_BYTES_MAX {
        return Err(BadEntry::TooLarge);
    }
    let unpacked = DECOMPRESSOR.with_borrow_mut(|slot| {
        let mut decompressor = slot.take().map_or_else(Decompressor::new, Ok)?;
        let bytes = decompressor.decompress(body, size)?;
        *slot = Some(decompressor);
        io::Result::Ok(bytes)
    });
    unpacked.ok().filter(|bytes| bytes.len() == size).ok_or(BadEntry::Malformed { what })
}
