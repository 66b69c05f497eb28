//! The one thread that writes. What waits in its queue goes into one commit; an entry is acknowledged only once the
//! commit that holds it is on the disk.

use crate::{
    journal::{Key, commitment_of, link_of},
    limits,
    reader::Head,
    record::BadEntry,
};
use base::Digest;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Where an appended entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It was appended under this number.
    New(u64),
    /// It was there already, under this number.
    Already(u64),
}

impl Appended {
    /// The number of the entry.
    #[must_use]
    pub fn seq(self) -> u64 {
        match self {
            Appended::New(seq) | Appended::Already(seq) => seq,
        }
    }
}

/// Whether to ask again after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Ask again with the same key once the cause is gone.
    Retry,
    /// Asking again changes nothing until somebody acts.
    GiveUp,
}

/// Why an entry was not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// It may not be written.
    #[error(transparent)]
    Bad(#[from] BadEntry),
    /// Another entry has this key and says something else.
    #[error("entry {seq} has the same key but says something else")]
    KeyTaken {
        /// That entry.
        seq: u64,
    },
    /// The disk is full; nothing of this commit was recorded.
    #[error("the disk of the journal is full; free some space and try again")]
    Full,
    /// Another program holds the database; nothing of this commit was recorded.
    #[error("the journal is locked by another program; close it and try again")]
    Locked,
    /// The writer has stopped. The entry may be recorded or not: after opening again, the same key tells.
    #[error("the journal is closed for writing after a failure; open the mission again and retry")]
    Closed,
    /// The disk or the system failed.
    #[error("cannot write to the journal: {what}")]
    Failed {
        /// Why.
        what: String,
    },
}

impl AppendError {
    /// Whether to ask again.
    #[must_use]
    pub fn again(&self) -> Again {
        match self {
            AppendError::Full | AppendError::Locked => Again::Retry,
            _ => Again::GiveUp,
        }
    }

    fn from_sql(cause: &rusqlite::Error) -> AppendError {
        match cause.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => AppendError::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => AppendError::Locked,
            _ => AppendError::Failed { what: cause.to_string() },
        }
    }
}

/// One entry on its way to the disk.
pub(crate) struct Request {
    pub(crate) key: Key,
    pub(crate) kind: &'static str,
    pub(crate) salt: [u8; 16],
    pub(crate) commitment: Digest,
    pub(crate) body: Vec<u8>,
    pub(crate) now_ms: i64,
}

/// What the writer answers.
#[derive(Clone, Copy)]
enum Answer {
    New(u64),
    /// The key exists; salt and commitment of its entry tell whether it says the same.
    Found {
        seq: u64,
        salt: [u8; 16],
        commitment: Digest,
    },
}

type Reply = Result<Answer, AppendError>;

/// An entry that was handed to the writer.
#[derive(Debug)]
#[must_use = "an entry is acknowledged only once `wait` returns"]
pub struct Pending {
    reply: Receiver<Reply>,
    key: Key,
    body: Digest,
}

impl Pending {
    /// Waits until the entry is on the disk.
    pub fn wait(self) -> Result<Appended, AppendError> {
        match self.reply.recv().map_err(|_| AppendError::Closed)?? {
            Answer::New(seq) => Ok(Appended::New(seq)),
            Answer::Found { seq, salt, commitment } => {
                let same = commitment_of(&salt, self.key, self.body) == commitment;
                if same { Ok(Appended::Already(seq)) } else { Err(AppendError::KeyTaken { seq }) }
            }
        }
    }
}

/// The handle on the writing thread; dropping it writes what is queued, then closes the file.
pub(crate) struct Writer {
    queue: Option<SyncSender<(Request, SyncSender<Reply>)>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread; `head` is the last entry of the journal.
    pub(crate) fn start(connection: Connection, head: Head) -> std::io::Result<Writer> {
        let (queue, requests) = sync_channel(limits::QUEUE_ENTRIES_MAX);
        let thread = std::thread::Builder::new()
            .name("journal writer".to_owned())
            .spawn(move || write_all(connection, head, &requests))?;
        Ok(Writer { queue: Some(queue), thread: Some(thread) })
    }

    pub(crate) fn submit(&self, request: Request, body: Digest) -> Result<Pending, AppendError> {
        let (answer, reply) = sync_channel(1);
        let key = request.key;
        let queue = self.queue.as_ref().ok_or(AppendError::Closed)?;
        queue.send((request, answer)).map_err(|_| AppendError::Closed)?;
        Ok(Pending { reply, key, body })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A writer that died has told its callers so: their replies are gone.
            let _ = thread.join();
        }
    }
}

/// Writes until the queue is closed, or the disk fails in a way after which nothing written can be relied on.
fn write_all(mut connection: Connection, mut head: Head, requests: &Receiver<(Request, SyncSender<Reply>)>) {
    while let Ok(first) = requests.recv() {
        let mut bytes = first.0.body.len();
        let mut group = vec![first];
        while group.len() < limits::GROUP_ENTRIES_MAX && bytes < limits::GROUP_BYTES_MAX {
            let Ok(next) = requests.try_recv() else { break };
            bytes = bytes.saturating_add(next.0.body.len());
            group.push(next);
        }
        match commit(&mut connection, head, &group) {
            Ok((answers, after)) => {
                head = after;
                // A caller that no longer waits has nothing to hear.
                group.iter().zip(answers).for_each(|((_, caller), answer)| {
                    let _ = caller.send(Ok(answer));
                });
            }
            Err(cause) => {
                let failure = AppendError::from_sql(&cause);
                let stop = failure.again() == Again::GiveUp;
                group.iter().for_each(|(_, caller)| {
                    let _ = caller.send(Err(failure.clone()));
                });
                // After a failed flush the system may have dropped what it could not write: only a fresh recovery of
                // the write-ahead log shows what is there.
                if stop {
                    return;
                }
            }
        }
    }
}

/// One transaction. A crash before its commit is on the disk leaves nothing of the group; a crash after it leaves all
/// of it, acknowledged or not, and a retry finds it by its keys.
fn commit(
    connection: &mut Connection,
    head: Head,
    group: &[(Request, SyncSender<Reply>)],
) -> rusqlite::Result<(Vec<Answer>, Head)> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut head = head;
    let mut answers = Vec::with_capacity(group.len());
    {
        let mut find = transaction
            .prepare_cached("SELECT seq, salt, commitment FROM entry WHERE idempotency_key = ?1")?;
        let mut insert = transaction.prepare_cached(
            "INSERT INTO entry (seq, recorded_ms, kind, idempotency_key, salt, commitment, digest, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        for (request, _) in group {
            let found = find.query_row([request.key.0.as_slice()], |row| {
                let (salt, commitment) = (row.get(1)?, Digest(row.get(2)?));
                Ok(Answer::Found { seq: row.get(0)?, salt, commitment })
            });
            if let Some(found) = found.optional()? {
                answers.push(found);
                continue;
            }
            let seq = head.seq.saturating_add(1);
            let recorded_ms = head.recorded_ms.max(request.now_ms);
            let digest = link_of(head.digest, recorded_ms, request.commitment);
            insert.execute(params![
                seq,
                recorded_ms,
                request.kind,
                request.key.0.as_slice(),
                request.salt.as_slice(),
                request.commitment.0.as_slice(),
                digest.0.as_slice(),
                request.body,
            ])?;
            head = Head { seq, recorded_ms, digest };
            answers.push(Answer::New(seq));
        }
    }
    transaction.commit()?;
    Ok((answers, head))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{journal::NO_ENTRY, schema};
    use std::time::Duration;

    fn request(i: u32, body_bytes: usize) -> (Request, Digest) {
        let key = Key::of("test", &[&i.to_le_bytes()]);
        let (salt, body) = ([7; 16], Digest::of(&i.to_le_bytes()));
        let commitment = commitment_of(&salt, key, body);
        (Request { key, kind: "rejected", salt, commitment, body: vec![0xA5; body_bytes], now_ms: 0 }, body)
    }

    fn append(writer: &Writer, i: u32, body_bytes: usize) -> Result<Appended, AppendError> {
        let (request, body) = request(i, body_bytes);
        writer.submit(request, body)?.wait()
    }

    #[test]
    fn a_full_disk_refuses_and_once_there_is_space_the_same_key_goes_in() {
        let dir = tempfile::tempdir().unwrap();
        let connection = schema::create(&dir.path().join("journal.db")).unwrap();
        connection.pragma_update_and_check(None, "max_page_count", 40, |_| Ok(())).unwrap();
        let writer = Writer::start(connection, NO_ENTRY).unwrap();
        assert_eq!(append(&writer, 1, 1_000), Ok(Appended::New(1)));
        let full = append(&writer, 2, 1_000_000).unwrap_err();
        assert_eq!((&full, full.again()), (&AppendError::Full, Again::Retry));
        assert_eq!(append(&writer, 2, 1_000), Ok(Appended::New(2)), "the writer goes on after a full disk");
        assert_eq!(append(&writer, 1, 1_000), Ok(Appended::Already(1)));
    }

    #[test]
    fn a_database_held_by_another_program_refuses_and_then_takes_the_entry() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.db");
        let connection = schema::create(&path).unwrap();
        connection.busy_timeout(Duration::ZERO).unwrap();
        let writer = Writer::start(connection, NO_ENTRY).unwrap();
        let other = Connection::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let locked = append(&writer, 1, 10).unwrap_err();
        assert_eq!((&locked, locked.again()), (&AppendError::Locked, Again::Retry));
        other.execute_batch("ROLLBACK").unwrap();
        assert_eq!(append(&writer, 1, 10), Ok(Appended::New(1)));
    }

    #[test]
    fn a_failure_that_cannot_be_judged_closes_the_writer() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.db");
        let writer = Writer::start(schema::create(&path).unwrap(), NO_ENTRY).unwrap();
        Connection::open(&path).unwrap().execute_batch("DROP TABLE entry").unwrap();
        let failed = append(&writer, 1, 10).unwrap_err();
        assert!(matches!(failed, AppendError::Failed { .. }) && failed.again() == Again::GiveUp, "{failed}");
        let closed = append(&writer, 2, 10).unwrap_err();
        assert_eq!((&closed, closed.again()), (&AppendError::Closed, Again::GiveUp));
    }
}
