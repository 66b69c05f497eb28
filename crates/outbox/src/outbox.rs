//! The mission's outbox, in one file beside the journal: what is to go out, what went, and what did not, and why.
//!
//! A crash loses nothing and doubles nothing. A message and all its entries are put in one transaction. An entry is
//! marked as on its way before anything is sent, and as sent only after the recipient's server took it; a crash in
//! between sends it again under the same id, by which receivers drop doubles.

mod enqueue;
mod sending;

use crate::entry::{self, Entry, Event};
use crate::message::{Message, MessageError};
use crate::schema;
pub use enqueue::Enqueued;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
pub(crate) use sending::Claimed;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The name of the file in the mission's directory.
pub const FILE: &str = "outbox.db";
/// Most entries, messages or events in one answer.
const PAGE_MAX: u32 = 1_000;

/// Why the outbox could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The disk or the system failed, or another program held the file for too long: nothing was changed.
    #[error("the mission's `outbox.db` cannot be used: {0}; nothing was changed, try again")]
    Failed(String),
    /// Written by a newer program.
    #[error("the mission's `outbox.db` is of a newer program (format {0}); use that program")]
    Newer(i64),
    /// The message cannot go out.
    #[error("{0}")]
    Message(#[from] MessageError),
    /// The id is taken by another message.
    #[error("another message has the id `{0}` already; what went out is not changed: send an update")]
    Taken(String),
    /// Nothing of that id.
    #[error("there is no {0}")]
    Unknown(String),
    /// Only dead letters are tried again by hand.
    #[error("entry {0} is no dead letter; only those are tried again by hand")]
    NotDead(i64),
    /// Another program sends already.
    #[error("another program sends for this mission already; stop it first")]
    Locked,
}

impl From<rusqlite::Error> for OutboxError {
    fn from(error: rusqlite::Error) -> OutboxError {
        OutboxError::Failed(error.to_string())
    }
}

/// The outbox of a mission. Every function blocks; what it reports as done is on the disk.
pub struct Outbox {
    connection: Mutex<Connection>,
}

impl Outbox {
    /// The outbox of the mission in `dir`; empty at first.
    ///
    /// # Errors
    /// When the file cannot be made or read, or is of a newer program.
    pub fn open(dir: &Path) -> Result<Outbox, OutboxError> {
        Ok(Outbox { connection: Mutex::new(schema::open(&dir.join(FILE))?) })
    }

    /// The connection. A thread that died while it held it left at most a transaction that was rolled back.
    pub(crate) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `change` as one: a crash or an error leaves all of it or nothing.
    pub(crate) fn change<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, OutboxError>,
    ) -> Result<T, OutboxError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let out = change(&transaction)?;
        transaction.commit()?;
        Ok(out)
    }

    /// The message of that id.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn message(&self, id: &str) -> Result<Option<Message>, OutboxError> {
        let connection = self.connection();
        let body: Option<String> =
            connection.query_row("SELECT body FROM message WHERE id = ?1", [id], |r| r.get(0)).optional()?;
        body.map(|b| parse(&b)).transpose()
    }

    /// The messages for an audience, newest first, at most 1,000: what a feed tells.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn messages(&self, audience: &str, at_most: u32) -> Result<Vec<Message>, OutboxError> {
        let connection = self.connection();
        let mut asked = connection
            .prepare("SELECT body FROM message WHERE audience = ?1 ORDER BY sent_ms DESC, id LIMIT ?2")?;
        let bodies = asked.query_map(params![audience, at_most.min(PAGE_MAX)], |r| r.get::<_, String>(0))?;
        bodies.map(|b| parse(&b?)).collect()
    }

    /// What became of a message: its entries, in order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn entries_of(&self, message: &str) -> Result<Vec<Entry>, OutboxError> {
        self.entries("WHERE e.message = ?1 ORDER BY e.id", params![message])
    }

    /// The last entries, newest first, at most 1,000, before the entry of that number.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn latest(&self, before: Option<i64>, at_most: u32) -> Result<Vec<Entry>, OutboxError> {
        let before = before.unwrap_or(i64::MAX);
        self.entries("WHERE e.id < ?1 ORDER BY e.id DESC LIMIT ?2", params![before, at_most.min(PAGE_MAX)])
    }

    /// Dead letters, newest first, at most 1,000.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn dead(&self) -> Result<Vec<Entry>, OutboxError> {
        self.entries("WHERE e.status = 'dead' ORDER BY e.changed_ms DESC, e.id LIMIT ?1", params![PAGE_MAX])
    }

    fn entries(&self, which: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Entry>, OutboxError> {
        let connection = self.connection();
        let mut asked = connection.prepare(&format!("{}{which}", entry::SELECT))?;
        let found = asked.query_map(values, entry::read)?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// What happened to an entry, in order, at most its first 1,000 lines.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn events_of(&self, entry: i64) -> Result<Vec<Event>, OutboxError> {
        let connection = self.connection();
        let mut asked = connection
            .prepare("SELECT at_ms, what, detail FROM event WHERE entry = ?1 ORDER BY seq LIMIT ?2")?;
        let read = |r: &rusqlite::Row<'_>| Ok(Event { at_ms: r.get(0)?, what: r.get(1)?, detail: r.get(2)? });
        let found = asked.query_map(params![entry, PAGE_MAX], read)?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// When the next entry is due, milliseconds since 1970: how long a dispatcher may sleep.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_due_ms(&self) -> Result<Option<i64>, OutboxError> {
        let connection = self.connection();
        let first = "SELECT min(e.due_ms) FROM entry e WHERE e.status = 'queued' AND NOT EXISTS (
             SELECT 1 FROM entry b WHERE b.thread = e.thread AND b.recipient = e.recipient AND b.way = e.way
             AND b.id < e.id AND b.status = 'queued')";
        // What waits for an earlier message of its thread is not due before that one is.
        Ok(connection.query_row(first, [], |r| r.get(0))?)
    }

    /// A person acknowledges a message for a recipient: whoever would be told next is not, and what was delivered to
    /// this recipient counts as acknowledged. The first who acknowledges stands.
    ///
    /// # Errors
    /// When the message has no entry for that recipient, or the file cannot be changed.
    pub fn acknowledge(
        &self,
        message: &str,
        recipient: &str,
        who: &str,
        at_ms: i64,
    ) -> Result<(), OutboxError> {
        let who = &crate::text::cut(&crate::text::one_line(who), crate::limits::NAME_CHARS_MAX);
        self.change(|change| {
            let known = change
                .query_row(
                    "SELECT 1 FROM entry WHERE message = ?1 AND recipient = ?2 LIMIT 1",
                    [message, recipient],
                    |_| Ok(()),
                )
                .optional()?;
            known.ok_or_else(|| OutboxError::Unknown(format!("message `{message}` for `{recipient}`")))?;
            change.execute(
                "INSERT OR IGNORE INTO acknowledged (message, recipient, who, at_ms) VALUES (?1, ?2, ?3, ?4)",
                params![message, recipient, who, at_ms],
            )?;
            let delivered = ids(
                change,
                "SELECT id FROM entry WHERE message = ?1 AND recipient = ?2 AND status = 'sent'",
                &[&message, &recipient],
            )?;
            for id in delivered {
                set(change, id, "acknowledged", None, at_ms)?;
                note(change, id, at_ms, "acknowledged", &format!("by `{who}`"))?;
            }
            let waiting = ids(
                change,
                "SELECT id FROM entry WHERE message = ?1 AND is_conditional = 1 AND status = 'queued'",
                &[&message],
            )?;
            for id in waiting {
                withhold(change, id, &format!("`{who}` acknowledged it for `{recipient}`"), at_ms)?;
            }
            Ok(())
        })
    }

    /// A person has taken notice of a message elsewhere than by a way of its own: at the desk. Whoever would be
    /// told next is not; no recipient counts as having acknowledged it. The first who does stands; the same
    /// again changes nothing.
    ///
    /// # Errors
    /// When there is no such message, or the file cannot be changed.
    pub fn heard(&self, message: &str, who: &str, at_ms: i64) -> Result<(), OutboxError> {
        let who = &crate::text::cut(&crate::text::one_line(who), crate::limits::NAME_CHARS_MAX);
        self.change(|change| {
            let known =
                change.query_row("SELECT 1 FROM message WHERE id = ?1", [message], |_| Ok(())).optional()?;
            known.ok_or_else(|| OutboxError::Unknown(format!("message `{message}`")))?;
            change.execute(
                "INSERT OR IGNORE INTO acknowledged (message, recipient, who, at_ms) VALUES (?1, '', ?2, ?3)",
                params![message, who, at_ms],
            )?;
            let waiting = ids(
                change,
                "SELECT id FROM entry WHERE message = ?1 AND is_conditional = 1 AND status = 'queued'",
                &[&message],
            )?;
            for id in waiting {
                withhold(change, id, &format!("`{who}` took notice of it at the desk"), at_ms)?;
            }
            Ok(())
        })
    }

    /// Tries a dead letter again, at once and even if its message has lapsed; `who` asks for it.
    ///
    /// # Errors
    /// When there is no such entry, it is no dead letter, or the file cannot be changed.
    pub fn retry(&self, entry: i64, who: &str, at_ms: i64) -> Result<(), OutboxError> {
        self.change(|change| {
            let status: Option<String> =
                change.query_row("SELECT status FROM entry WHERE id = ?1", [entry], |r| r.get(0)).optional()?;
            match status.as_deref() {
                None => return Err(OutboxError::Unknown(format!("entry {entry}"))),
                Some("dead") => {}
                Some(_) => return Err(OutboxError::NotDead(entry)),
            }
            change.execute(
                "UPDATE entry SET status = 'queued', attempts = 0, is_by_hand = 1, is_conditional = 0, due_ms = ?2,
                 changed_ms = ?2 WHERE id = ?1",
                [entry, at_ms],
            )?;
            note(change, entry, at_ms, "retried", &format!("by `{}`", crate::text::one_line(who)))
        })
    }
}

fn parse(body: &str) -> Result<Message, OutboxError> {
    serde_json::from_str(body)
        .map_err(|e| OutboxError::Failed(format!("a message in it cannot be read: {e}")))
}

fn ids(
    change: &Transaction<'_>,
    select: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<i64>, OutboxError> {
    let mut asked = change.prepare_cached(select)?;
    let found = asked.query_map(values, |r| r.get(0))?.collect::<Result<_, _>>()?;
    Ok(found)
}

/// Gives an entry a status, and its reason if one is given.
fn set(
    change: &Transaction<'_>,
    id: i64,
    status: &str,
    reason: Option<&str>,
    at_ms: i64,
) -> Result<(), OutboxError> {
    change.execute(
        "UPDATE entry SET status = ?2, reason = coalesce(?3, reason), changed_ms = ?4 WHERE id = ?1",
        params![id, status, reason, at_ms],
    )?;
    Ok(())
}

fn withhold(change: &Transaction<'_>, id: i64, reason: &str, at_ms: i64) -> Result<(), OutboxError> {
    set(change, id, "withheld", Some(reason), at_ms)?;
    note(change, id, at_ms, "withheld", reason)
}

fn note(change: &Transaction<'_>, id: i64, at_ms: i64, what: &str, detail: &str) -> Result<(), OutboxError> {
    change.execute(
        "INSERT INTO event (entry, at_ms, what, detail) VALUES (?1, ?2, ?3, ?4)",
        params![id, at_ms, what, detail],
    )?;
    Ok(())
}
