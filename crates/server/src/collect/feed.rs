//! From messages to the journal: reads them in the source's format, and keeps what was read and what was not.

use super::health::{Freshness, Health};
use super::limits::{BATCH_WORDS_MAX, HELD_MAX, HELD_MESSAGES_MAX};
use super::sources::Source;
use crate::keep::{Arrival, KeepError, Keeper, Kept};
use base::limits::BATCH_ROWS_MAX;
use base::{Digest, Instant, Interval};
use evidence::batch::{Batch, NOT_STATED_MS, WordIndex};
use evidence::coverage::{Coverage, Status};
use evidence::formats::cot::event_end;
use evidence::intake::SinkError;
use evidence::reject::{RECORD_BYTES_MAX, VALUE_CHARS_MAX};
use evidence::{ReadError, RejectReason, Rejected, Sink};
use serde::de::IgnoredAny;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One source that is collected from.
pub(crate) struct Feed {
    pub source: Source,
    keeper: Arc<dyn Keeper>,
    health: Mutex<Health>,
    held: Mutex<VecDeque<Held>>,
}

/// A stretch that waits for its source's release: the digest of its original, and how its messages lie in it.
struct Held {
    original: Digest,
    lengths: Vec<usize>,
}

/// What became of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub observations: u64,
    pub rejected: u64,
}

/// Why a quarantined source was not released.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseError {
    /// No such source.
    #[error("no source `{0}` is collected from")]
    Unknown(String),
    /// What was held could not be kept or read again; it is still held.
    #[error("{0}")]
    Keep(#[from] KeepError),
}

impl Feed {
    pub fn new(source: Source, keeper: Arc<dyn Keeper>) -> Feed {
        let health = Mutex::new(Health::since(keeper.now_ms()));
        Feed { source, keeper, health, held: Mutex::new(VecDeque::new()) }
    }

    pub fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn now_ms(&self) -> i64 {
        self.keeper.now_ms()
    }

    /// Stretches held back.
    pub fn held(&self) -> usize {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Puts the source's card into the journal. Blocks.
    pub fn describe(&self) -> Result<Kept, KeepError> {
        self.keeper.describe(self.source.card.clone())
    }

    /// Keeps a stretch of messages. Blocks until all of it is on the disk. On an error nothing may be acknowledged; the
    /// same stretch, or another that overlaps it, may be given again.
    pub fn keep(&self, messages: &[Vec<u8>]) -> Result<Taken, KeepError> {
        let now_ms = self.now_ms();
        let original = messages.join(&b'\n');
        let key = Digest::of(&original).to_string();
        let mut read = read_all(&self.source, messages);
        let (taken, bad) = (read.observations(), read.rejected.len());
        let ahead_ms = read.ahead_ms(now_ms);
        let lag_ms = read.lag_ms(now_ms);
        let is_quarantined = {
            let mut health = self.health();
            health.timed(lag_ms, ahead_ms);
            if health.quarantined_ms.is_none() && health.rows(taken, bad, self.source.quarantine) {
                health.quarantined_ms = Some(now_ms);
            }
            health.quarantined_ms.is_some()
        };
        if is_quarantined {
            read.hold_back();
        }
        let mut counted =
            Taken { observations: read.observations() as u64, rejected: read.rejected.len() as u64 };
        let mut by_reason: Vec<&'static str> = read.rejected.iter().map(|r| r.reason.code()).collect();
        let is_new = match self.keep_read(read, &original, &key, ahead_ms) {
            Err(KeepError::Refused(says)) => {
                counted = Taken { observations: 0, rejected: 1 };
                by_reason = vec![RejectReason::WrongShape.code()];
                self.keep_refused(&original, &key, &says)?
            }
            kept => kept?,
        };
        if is_quarantined && is_new {
            self.hold(Digest::of(&original), messages.iter().map(Vec::len).collect());
        }
        self.heard();
        if is_new {
            let mut health = self.health();
            health.messages += messages.len() as u64;
            health.bytes += messages.iter().map(|m| m.len() as u64).sum::<u64>();
            health.observations += counted.observations;
            for reason in by_reason {
                *health.rejected.entry(reason).or_default() += 1;
            }
        }
        Ok(counted)
    }

    /// Keeps what was read as one or more arrivals; whether any of them is new.
    fn keep_read(
        &self,
        read: Read,
        original: &[u8],
        key: &str,
        ahead_ms: Option<i64>,
    ) -> Result<bool, KeepError> {
        let mut is_new = false;
        for (n, part) in read.parts().into_iter().enumerate() {
            let arrival = Arrival {
                source: self.source.card.id.clone(),
                format: self.source.format.name().to_owned(),
                key: if n == 0 { key.to_owned() } else { format!("{key}/{n}") },
                by: String::new(),
                clock_ahead_ms: ahead_ms,
                original: original.to_vec(),
                batch: part.batch,
                coverage: part.coverage,
                rejected: part.rejected,
                items: Vec::new(),
            };
            is_new |= match self.keeper.keep(arrival) {
                Ok(Kept::New(_)) => true,
                // The key is the content's digest: only what we noted beside it, such as the clocks, can differ.
                Ok(Kept::Already(_)) | Err(KeepError::KeyTaken) => false,
                Err(e) => {
                    self.health().failed(e.to_string(), None);
                    return Err(e);
                }
            };
        }
        Ok(is_new)
    }

    /// Keeps a stretch that the journal refuses as it is: its original, and that nothing of it was taken in. Tried
    /// again it would be refused again, and hold up everything behind it.
    fn keep_refused(&self, original: &[u8], key: &str, says: &str) -> Result<bool, KeepError> {
        let rejected = vec![rejection(1, 0, RejectReason::WrongShape, says, original)];
        let read = Read { rejected, ..Read::default() };
        self.keep_read(read, original, &format!("{key}/refused"), None)
    }

    fn hold(&self, original: Digest, lengths: Vec<usize>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.push_back(Held { original, lengths });
        let messages = |held: &VecDeque<Held>| held.iter().map(|h| h.lengths.len()).sum::<usize>();
        while held.len() > HELD_MAX || (held.len() > 1 && messages(&held) > HELD_MESSAGES_MAX) {
            held.pop_front();
        }
    }

    /// Ends the quarantine, and takes in what was held back; how many stretches that were. Blocks.
    pub fn release(&self) -> Result<usize, ReleaseError> {
        let mut released = 0;
        loop {
            let next = self.held.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some(held) = next else { break };
            if let Err(e) = self.release_one(&held) {
                self.held.lock().unwrap_or_else(PoisonError::into_inner).push_front(held);
                return Err(e.into());
            }
            released += 1;
        }
        self.health().released();
        Ok(released)
    }

    fn release_one(&self, held: &Held) -> Result<(), KeepError> {
        let original = self.keeper.original(held.original)?;
        let mut messages = Vec::with_capacity(held.lengths.len());
        let mut from = 0;
        for length in &held.lengths {
            messages.push(original.get(from..from + length).unwrap_or_default().to_vec());
            from += length + 1;
        }
        let mut read = read_all(&self.source, &messages);
        // What could not be read is in the journal already.
        read.rejected.clear();
        let observations = read.observations() as u64;
        let key = format!("{}/released", held.original);
        if self.keep_read(read, &original, &key, None)? {
            self.health().observations += observations;
        }
        Ok(())
    }

    /// It spoke, or said that there is nothing new: a silence that was being told ends here. Blocks.
    pub fn heard(&self) {
        let is_told = {
            // One lock at a time: two in one expression would wait for each other.
            let health = self.health();
            health.silence_told_ms > health.last_success_ms.or(Some(health.since_ms))
        };
        if is_told {
            // If this fails, the last piece of the silence is missing from the coverage; the message is not.
            let _ = self.tell_silence_of(0);
        }
        self.health().succeeded(self.now_ms());
    }

    /// Tells the journal of a silence, if there is one that it does not know: the source watched nothing. A silence is
    /// told when it has become one, and then a piece at a time while it lasts. Blocks.
    pub fn tell_silence(&self) -> Result<(), KeepError> {
        let most = self
            .source
            .stale_after
            .map_or(i64::MAX, |most| i64::try_from(most.as_millis()).unwrap_or(i64::MAX));
        self.tell_silence_of(most.max(1))
    }

    fn tell_silence_of(&self, piece_ms: i64) -> Result<(), KeepError> {
        let Some(area) = &self.source.area else { return Ok(()) };
        let now_ms = self.now_ms();
        let (start_ms, cause) = {
            let health = self.health();
            let heard_ms = health.last_success_ms.unwrap_or(health.since_ms);
            let told_ms = health.silence_told_ms.unwrap_or(heard_ms).max(heard_ms);
            let is_stale = health.freshness(now_ms, self.source.stale_after) == Freshness::Stale;
            if !is_stale || now_ms <= told_ms || now_ms - told_ms < piece_ms {
                return Ok(());
            }
            let failing = health.last_error.is_some();
            (told_ms, if failing { "nothing received: the connection failed" } else { "nothing received" })
        };
        let interval = Interval { start: Instant(start_ms), end: Instant(now_ms) };
        let source = self.source.card.id.clone();
        let says = format!("the collector states: {cause} from {} to {}", interval.start, interval.end);
        let (status, kinds, cause) = (Status::Down, Vec::new(), cause.to_owned());
        let coverage =
            Coverage { source: source.clone(), kinds, interval, area: area.clone(), status, cause };
        self.keeper.keep(Arrival {
            source,
            format: "collector".to_owned(),
            key: format!("silence/{start_ms}/{now_ms}"),
            original: says.into_bytes(),
            coverage: vec![coverage],
            ..Arrival::default()
        })?;
        self.health().silence_told_ms = Some(now_ms);
        Ok(())
    }
}

/// What was read of a stretch.
#[derive(Default)]
struct Read {
    batches: Vec<Batch>,
    coverage: Vec<Coverage>,
    rejected: Vec<Rejected>,
}

/// What one arrival carries of it.
#[derive(Default)]
struct Part {
    batch: Batch,
    coverage: Vec<Coverage>,
    rejected: Vec<Rejected>,
}

impl Read {
    fn observations(&self) -> usize {
        self.batches.iter().map(Batch::len).sum()
    }

    /// Median of how far the senders' clocks were ahead of ours, as far as they state one.
    fn ahead_ms(&self, now_ms: i64) -> Option<i64> {
        let stated = self.batches.iter().flat_map(|b| &b.reported_ms).filter(|ms| **ms != NOT_STATED_MS);
        median(stated.map(|ms| ms.saturating_sub(now_ms)).collect())
    }

    /// Median time from event to now.
    fn lag_ms(&self, now_ms: i64) -> Option<i64> {
        median(self.batches.iter().flat_map(|b| &b.end_ms).map(|ms| now_ms.saturating_sub(*ms)).collect())
    }

    /// Takes nothing in: each observation becomes a row that is held back.
    fn hold_back(&mut self) {
        let rows = self.observations();
        self.batches.clear();
        self.coverage.clear();
        for row in 1..=rows as u64 {
            self.rejected.push(rejection(row, 0, RejectReason::Quarantined, "", b""));
        }
    }

    /// As many arrivals as the journal's limits ask for; at least one, so that the original is kept.
    fn parts(self) -> Vec<Part> {
        let mut parts: Vec<Part> =
            self.batches.into_iter().map(|batch| Part { batch, ..Part::default() }).collect();
        let mut at = |n: usize, put: &mut dyn FnMut(&mut Part)| {
            while parts.len() <= n {
                parts.push(Part::default());
            }
            parts.get_mut(n).into_iter().for_each(put);
        };
        at(0, &mut |_| {});
        for (n, coverage) in self.coverage.chunks(BATCH_ROWS_MAX).enumerate() {
            at(n, &mut |part| part.coverage = coverage.to_vec());
        }
        for (n, rejected) in self.rejected.chunks(BATCH_ROWS_MAX).enumerate() {
            at(n, &mut |part| part.rejected = rejected.to_vec());
        }
        parts
    }
}

fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

impl Sink for Read {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.batches.push(batch);
        Ok(())
    }

    fn coverage(&mut self, coverage: Coverage) -> Result<(), SinkError> {
        self.coverage.push(coverage);
        Ok(())
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejected.push(rejected);
    }
}

/// Reads messages together where the format allows it, one by one otherwise: a bad message never costs its neighbours.
fn read_all(source: &Source, messages: &[Vec<u8>]) -> Read {
    if messages.len() > 1 && messages.iter().all(|m| stands_alone(source, m)) {
        let mut read = Read::default();
        let joined = messages.join(&b'\n');
        if read_bytes(source, &joined, &mut read).is_ok() {
            return read;
        }
    }
    let mut all = Read::default();
    let mut merged = Batch::default();
    let mut words = WordIndex::over(&merged);
    let mut line = 1;
    for (n, message) in messages.iter().enumerate() {
        let mut read = Read::default();
        let row = n as u64 + 1;
        if let Err(e) = read_bytes(source, message, &mut read) {
            read.rejected.push(rejection(row, line, RejectReason::WrongShape, &e.to_string(), message));
        }
        if messages.len() == 1 {
            return read;
        }
        all.coverage.append(&mut read.coverage);
        all.rejected.extend(read.rejected.into_iter().map(|r| Rejected { row, line, ..r }));
        for batch in &read.batches {
            for i in 0..batch.len() {
                if merged.len() >= BATCH_ROWS_MAX || merged.words.len() >= BATCH_WORDS_MAX {
                    all.batches.push(std::mem::take(&mut merged));
                    words = WordIndex::over(&merged);
                }
                merged.push_row(batch, i, &mut words);
            }
        }
        line += message.iter().filter(|b| **b == b'\n').count() as u64 + 1;
    }
    if !merged.is_empty() {
        all.batches.push(merged);
    }
    all
}

fn read_bytes(source: &Source, bytes: &[u8], into: &mut Read) -> Result<(), ReadError> {
    evidence::read(source.format, &source.options, &source.card.id, Box::new(bytes), into).map(|_| ())
}

/// Whether a message is whole, so that it may be read together with others of its kind.
fn stands_alone(source: &Source, message: &[u8]) -> bool {
    match source.format.name() {
        "geojson" | "sensor-json" | "sensorthings" => {
            message.first() == Some(&b'{') && serde_json::from_slice::<IgnoredAny>(message).is_ok()
        }
        "cot" => event_end(message) == Some(message.len()),
        _ => false,
    }
}

fn rejection(row: u64, line: u64, reason: RejectReason, value: &str, record: &[u8]) -> Rejected {
    let record = record.get(..record.len().min(RECORD_BYTES_MAX)).unwrap_or_default();
    Rejected {
        row,
        line,
        column: String::new(),
        reason,
        value: value.chars().take(VALUE_CHARS_MAX).collect(),
        record: String::from_utf8_lossy(record).into_owned(),
    }
}
