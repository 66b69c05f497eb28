//! Writing to a mission while its desk is open. The desk holds the mission's lock only while something arrives and for
//! a moment after, so that an import can have its turn beside a running desk.

use crate::commands::now_ms;
use crate::exit::chain;
use base::{Digest, id::Hasher};
use cases::Act;
use evidence::card::Card;
use evidence::item::{COPIED, Handling};
use evidence::working_copy;
use incidents::Decision;
use server::keep::{Arrival, Before, KeepError, Keeper, Kept, Sitting};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use store::{
    Again, AppendError, Appended, BlobError, Copies, Entry, Key, Mission, MissionError, Received, RejectedRow,
};

/// How long the lock is kept when nothing arrives, milliseconds.
const IDLE_MS: u64 = 500;
/// How often, and how many times, a mission in use is tried again.
const TRY_AGAIN_MS: u64 = 100;
const TRIES_MAX: u32 = 50;

/// Largest original that is read again, bytes.
const ORIGINAL_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// A mission that is opened for writing when something arrives.
pub struct MissionKeeper {
    dir: PathBuf,
    held: Mutex<Option<Arc<Mission>>>,
    uses: AtomicU64,
    /// One picture is decoded at a time: each may take much memory.
    copying: Mutex<()>,
}

impl MissionKeeper {
    /// A keeper for the mission in `dir`, with the thread that gives its lock back.
    pub fn start(dir: &Path) -> std::io::Result<Arc<MissionKeeper>> {
        let keeper = Arc::new(MissionKeeper {
            dir: dir.to_owned(),
            held: Mutex::new(None),
            uses: AtomicU64::new(0),
            copying: Mutex::new(()),
        });
        let weak = Arc::downgrade(&keeper);
        std::thread::Builder::new().name("mission lock".to_owned()).spawn(move || give_back(&weak))?;
        Ok(keeper)
    }

    fn mission(&self) -> Result<Arc<Mission>, KeepError> {
        self.uses.fetch_add(1, Ordering::Relaxed);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mission) = held.as_ref() {
            return Ok(mission.clone());
        }
        let mission = Arc::new(open_patiently(&self.dir, "the desk").map_err(|e| match e {
            MissionError::Held { holder, .. } => KeepError::Busy { holder: holder.to_string() },
            other => KeepError::Failed(chain(&other)),
        })?);
        *held = Some(mission.clone());
        Ok(mission)
    }

    /// Reading needs no lock. What is committed is seen at once.
    fn journal(&self) -> Result<store::Reader, KeepError> {
        store::Reader::open(&self.dir.join("journal.db")).map_err(|e| KeepError::Failed(chain(&e)))
    }

    fn reading(&self) -> Result<store::MissionReader, KeepError> {
        Mission::open_read(&self.dir).map_err(|e| KeepError::Failed(chain(&e)))
    }

    fn append(&self, entry: &Entry, key: Key) -> Result<Kept, KeepError> {
        let mission = self.mission()?;
        let appended = mission.journal().append(entry, key, now_ms());
        if matches!(appended, Err(AppendError::Closed | AppendError::Failed { .. })) {
            // The writer has stopped: opening again reads from the disk what is really there.
            self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
        appended.map(kept).map_err(|e| match e {
            AppendError::Bad(bad) => KeepError::Refused(bad.to_string()),
            AppendError::KeyTaken { .. } => KeepError::KeyTaken,
            e if matches!(e.again(), Again::Retry) => KeepError::Busy { holder: chain(&e) },
            e => KeepError::Failed(chain(&e)),
        })
    }
}

fn kept(appended: Appended) -> Kept {
    match appended {
        Appended::New(seq) => Kept::New(seq),
        Appended::Already(seq) => Kept::Already(seq),
    }
}

/// Gives the lock back when nothing has arrived for a while; ends with the keeper.
fn give_back(keeper: &Weak<MissionKeeper>) {
    let mut seen = 0;
    loop {
        std::thread::sleep(Duration::from_millis(IDLE_MS));
        let Some(keeper) = keeper.upgrade() else { return };
        let uses = keeper.uses.load(Ordering::Relaxed);
        if uses == seen {
            let mut held = keeper.held.lock().unwrap_or_else(PoisonError::into_inner);
            // Whoever still works with it closes it; the next round sees to it again.
            if held.as_ref().is_some_and(|m| Arc::strong_count(m) == 1) {
                held.take();
            }
        }
        seen = uses;
    }
}

/// Opens a mission for writing; while somebody else has it, waits a few seconds for its turn.
pub fn open_patiently(dir: &Path, who: &str) -> Result<Mission, MissionError> {
    for _ in 0..TRIES_MAX {
        match Mission::open(dir, who, now_ms()) {
            Err(MissionError::Held { .. }) => std::thread::sleep(Duration::from_millis(TRY_AGAIN_MS)),
            other => return other,
        }
    }
    Mission::open(dir, who, now_ms())
}

impl Keeper for MissionKeeper {
    fn keep(&self, arrival: Arrival) -> Result<Kept, KeepError> {
        let mission = self.mission()?;
        let original = mission.blobs().put_bytes(&arrival.original).map_err(|e| blob_failure(&e))?;
        let rejected = arrival.rejected.iter();
        let rows =
            rejected.map(|r| RejectedRow::new(r.row, r.line, &r.column, r.reason.code(), &r.value)).collect();
        let key = received_key(&arrival.source, &arrival.key);
        let entry = Entry::Received(Received {
            source: arrival.source,
            format: arrival.format,
            key: arrival.key,
            by: arrival.by,
            clock_ahead_ms: arrival.clock_ahead_ms,
            original,
            batch: arrival.batch,
            coverage: arrival.coverage,
            rejected: rows,
            items: arrival.items,
        });
        self.append(&entry, key)
    }

    fn received(&self, source: &str, key: &str) -> Result<Option<Before>, KeepError> {
        let failed = |e: &dyn std::error::Error| KeepError::Failed(chain(e));
        let journal = self.journal()?;
        let Some(seq) = journal.seq_of(received_key(source, key)).map_err(|e| failed(&e))? else {
            return Ok(None);
        };
        let recorded = journal.read(seq..=seq, None).map_err(|e| failed(&e))?.next().transpose();
        let Some(Entry::Received(r)) = recorded.map_err(|e| failed(&e))?.map(|r| r.entry) else {
            return Err(KeepError::KeyTaken);
        };
        let observation = r.batch.id.first().copied();
        Ok(Some(Before { seq, by: r.by, original: r.original, observation, items: r.items }))
    }

    fn open_blob(&self, digest: Digest) -> Result<Box<dyn Read + Send>, KeepError> {
        let file = store::Blobs::at(&self.dir.join("blobs")).open(digest).map_err(|e| blob_failure(&e))?;
        Ok(Box::new(file))
    }

    fn put_blob(&self, from: &mut dyn Read, bytes_max: u64) -> Result<Digest, KeepError> {
        let mission = self.mission()?;
        let mut part = from.take(bytes_max.saturating_add(1));
        let digest = mission.blobs().put(&mut part).map_err(|e| blob_failure(&e))?;
        if part.limit() == 0 {
            return Err(KeepError::Refused(format!("it is larger than {bytes_max} bytes")));
        }
        Ok(digest)
    }

    fn original(&self, digest: Digest) -> Result<Vec<u8>, KeepError> {
        // Reading needs no lock.
        let blobs = store::Blobs::at(&self.dir.join("blobs"));
        blobs.read(digest, ORIGINAL_BYTES_MAX).map_err(|e| blob_failure(&e))
    }

    fn copy(&self, original: Digest) -> Result<Vec<u8>, KeepError> {
        let copies = Copies::of(&self.dir);
        let _one = self.copying.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = copies.get(original, working_copy::VERSION) {
            return Ok(bytes);
        }
        // Whoever holds the mission's lock erases nothing meanwhile.
        let mission = self.mission()?;
        let blobs = mission.blobs();
        let bytes = blobs.read(original, working_copy::ORIGINAL_BYTES_MAX).map_err(|e| blob_failure(&e))?;
        let copy = working_copy::make(&bytes).map_err(|e| KeepError::Refused(e.to_string()))?;
        let is_noted =
            mission.journal().reader().of_kind("handled").map_err(|e| KeepError::Failed(chain(&e)))?;
        let is_it = |h: &Handling| h.item == original && h.action == COPIED && h.copy == Some(copy.digest);
        if !is_noted.iter().any(|r| matches!(&r.entry, Entry::Handled(h) if is_it(h))) {
            self.handled(Handling {
                item: original,
                action: COPIED.to_owned(),
                by: "desk".to_owned(),
                note: copy.note(),
                copy: Some(copy.digest),
            })?;
        }
        copies.put(original, working_copy::VERSION, &copy.jpeg).map_err(|e| blob_failure(&e))?;
        Ok(copy.jpeg)
    }

    fn has_blob(&self, digest: Digest) -> bool {
        // Reading needs no lock.
        store::Blobs::at(&self.dir.join("blobs")).path_of(digest).is_file()
    }

    fn describe(&self, card: Card) -> Result<Kept, KeepError> {
        let mission = self.mission()?;
        let latest = latest_card(&mission, &card.id).map_err(|e| KeepError::Failed(chain(&e)))?;
        match latest {
            Some((seq, known)) if known == card => Ok(Kept::Already(seq)),
            latest => {
                let entry = Entry::SourceDescribed { card };
                // The same card may come back after another one: what stands before is part of what it says.
                let before = latest.map_or(0, |(seq, _)| seq).to_le_bytes();
                let bytes = entry.to_bytes().map_err(|e| KeepError::Refused(e.to_string()))?;
                self.append(&entry, Key::of("source-described", &[&before, &bytes]))
            }
        }
    }

    fn handled(&self, handling: Handling) -> Result<Kept, KeepError> {
        let now = now_ms().to_le_bytes();
        let entry = Entry::Handled(handling);
        let bytes = entry.to_bytes().map_err(|e| KeepError::Refused(e.to_string()))?;
        // The same person may look at the same item twice: each is a line of its own.
        self.append(&entry, Key::of("handled", &[&now, &bytes]))
    }

    fn decide(&self, decision: Decision) -> Result<Kept, KeepError> {
        let now = now_ms().to_le_bytes();
        let mut h = Hasher::new("truceline decision key 1");
        let entry = Entry::LinkDecided(decision);
        h.piece(&entry.to_bytes().map_err(|e| KeepError::Refused(e.to_string()))?);
        self.append(&entry, Key::of("link-decided", &[&now, &h.finish().0]))
    }

    fn docket(&self) -> Result<Sitting, KeepError> {
        let mission = self.reading()?;
        let sitting = store::docket::sitting(&mission, None).map_err(|e| KeepError::Failed(chain(&e)))?;
        let store::docket::Sitting { docket, act_seq, text_seq } = sitting;
        Ok(Sitting { docket, act_seq, text_seq })
    }

    fn text_seq(&self) -> Result<u64, KeepError> {
        let journal = self.journal()?;
        journal.last_of_kind("agreement-adopted").map_err(|e| KeepError::Failed(chain(&e)))
    }

    fn acts_after(&self, seq: u64) -> Result<Vec<(u64, Act)>, KeepError> {
        store::docket::acts_after(&self.journal()?, seq).map_err(|e| KeepError::Failed(chain(&e)))
    }

    fn acted(&self, act: &Act, act_seq: u64, text_seq: u64) -> Result<Kept, KeepError> {
        // Whoever holds the mission's lock is the only one to write: what is looked up now still holds below.
        let _mission = self.mission()?;
        let journal = self.journal()?;
        let last = |kind: &str| journal.last_of_kind(kind).map_err(|e| KeepError::Failed(chain(&e)));
        if last("acted")? != act_seq || last("agreement-adopted")? != text_seq {
            return Err(KeepError::Busy { holder: "somebody who acted meanwhile".to_owned() });
        }
        let entry = Entry::Acted(act.clone());
        let key = Key::of(entry.kind(), &[act.key.as_bytes()]);
        self.append(&entry, key)
    }

    fn room_acts_after(&self, kind: &str, seq: u64) -> Result<Vec<(u64, String)>, KeepError> {
        let acts = store::rooms::acts_after(&self.journal()?, kind, seq);
        let acts = acts.map_err(|e| KeepError::Failed(chain(&e)))?;
        Ok(acts.into_iter().map(|(seq, act)| (seq, act.json())).collect())
    }

    fn room_acted(&self, kind: &str, json: &str, last_seq: u64) -> Result<Kept, KeepError> {
        // Whoever holds the mission's lock is the only one to write: what is looked up now still holds below.
        let _mission = self.mission()?;
        let last = self.journal()?.last_of_kind(kind).map_err(|e| KeepError::Failed(chain(&e)))?;
        if last != last_seq {
            return Err(KeepError::Busy { holder: "somebody who acted meanwhile".to_owned() });
        }
        let Some(act) = store::RoomAct::from_json(kind, json) else {
            return Err(KeepError::Refused(format!("it is no act of the kind `{kind}`")));
        };
        let key = Key::of(kind, &[act.key().as_bytes()]);
        self.append(&Entry::InRoom(act), key)
    }

    fn now_ms(&self) -> i64 {
        now_ms()
    }
}

/// The key of an arrival.
fn received_key(source: &str, key: &str) -> Key {
    Key::of("received", &[source.as_bytes(), key.as_bytes()])
}

fn blob_failure(error: &BlobError) -> KeepError {
    match error {
        BlobError::TooLarge { .. } => KeepError::Refused(chain(error)),
        _ => KeepError::Failed(chain(error)),
    }
}

/// The card that counts for a source, with the number of its entry.
fn latest_card(mission: &Mission, id: &str) -> Result<Option<(u64, Card)>, store::ReadError> {
    let described = mission.journal().reader().of_kind("source-described")?;
    let mut cards = described.into_iter().filter_map(|recorded| match recorded.entry {
        Entry::SourceDescribed { card } if card.id == id => Some((recorded.seq, card)),
        _ => None,
    });
    Ok(cards.next_back())
}
