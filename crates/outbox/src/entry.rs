//! What the ledger says of one message on one way to one recipient.

use rusqlite::Row;
use serde::Serialize;

/// Where an entry stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum Status {
    /// It waits for its time.
    Queued,
    /// It failed, and is tried again.
    Failed {
        /// How often.
        times: u32,
        /// Why, the last time.
        reason: String,
    },
    /// It is on its way.
    Sending,
    /// The recipient's server took it.
    Sent {
        /// What the server said.
        receipt: String,
    },
    /// It is not tried again, unless somebody asks for it.
    Dead {
        /// How often it was tried.
        times: u32,
        /// Why it was given up.
        reason: String,
    },
    /// It does not go out.
    Withheld {
        /// Why.
        reason: String,
    },
    /// It was delivered, and a person has acknowledged it.
    Acknowledged {
        /// Who.
        who: String,
        /// When, milliseconds since 1970.
        at_ms: i64,
    },
}

impl Status {
    /// Its name in interfaces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Status::Queued => "queued",
            Status::Failed { .. } => "failed",
            Status::Sending => "sending",
            Status::Sent { .. } => "sent",
            Status::Dead { .. } => "dead",
            Status::Withheld { .. } => "withheld",
            Status::Acknowledged { .. } => "acknowledged",
        }
    }
}

/// One message on one way to one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its number in the ledger.
    pub id: i64,
    /// The message.
    pub message: String,
    /// Its thread.
    pub thread: String,
    /// The recipient's name.
    pub recipient: String,
    /// The way's name.
    pub way: String,
    /// The id under which it goes out: the same at every attempt.
    pub key: String,
    /// The rule that decided.
    pub rule: String,
    /// Why that rule.
    pub why: String,
    /// Where it stands.
    #[serde(flatten)]
    pub status: Status,
    /// When it is due, milliseconds since 1970.
    pub due_ms: i64,
    /// When it last changed, milliseconds since 1970.
    pub changed_ms: i64,
}

/// A line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// What: `queued`, `withheld`, `sending`, `sent`, `failed`, `dead`, `recovered`, `retried`, `acknowledged`.
    pub what: String,
    /// In a sentence.
    pub detail: String,
}

/// The columns that [`read`] takes, of `entry` and of who acknowledged it.
pub(crate) const SELECT: &str = "
SELECT e.id, e.message, e.thread, e.recipient, e.way, e.key, e.rule, e.why, e.status, e.attempts, e.reason, e.due_ms,
       e.changed_ms, coalesce(a.who, ''), coalesce(a.at_ms, 0)
FROM entry e LEFT JOIN acknowledged a ON a.message = e.message AND a.recipient = e.recipient ";

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let (status, times, reason): (String, u32, String) = (row.get(8)?, row.get(9)?, row.get(10)?);
    let status = match status.as_str() {
        "queued" if times == 0 => Status::Queued,
        "queued" => Status::Failed { times, reason },
        "sending" => Status::Sending,
        "sent" => Status::Sent { receipt: reason },
        "acknowledged" => Status::Acknowledged { who: row.get(13)?, at_ms: row.get(14)? },
        "withheld" => Status::Withheld { reason },
        _ => Status::Dead { times, reason },
    };
    Ok(Entry {
        id: row.get(0)?,
        message: row.get(1)?,
        thread: row.get(2)?,
        recipient: row.get(3)?,
        way: row.get(4)?,
        key: row.get(5)?,
        rule: row.get(6)?,
        why: row.get(7)?,
        status,
        due_ms: row.get(11)?,
        changed_ms: row.get(12)?,
    })
}
