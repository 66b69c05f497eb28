//! Taking what is due, and keeping what became of it. Only a dispatcher that holds the mission's lock does this.

use super::{Outbox, OutboxError, ids, note, parse, set, withhold};
use crate::backoff;
use crate::limits::{ATTEMPTS_MAX, REASON_CHARS_MAX};
use crate::message::Message;
use crate::text::{cut, one_line};
use rusqlite::{OptionalExtension as _, Transaction, params};

/// An entry that is on its way.
#[derive(Clone, Debug)]
pub(crate) struct Claimed {
    pub id: i64,
    pub key: String,
    pub recipient: String,
    pub way: String,
    pub message: Message,
}

/// The first entry that is due and may go: none of its thread before it on the same way, and none on its way there.
const NEXT: &str = "
SELECT e.id, e.key, e.recipient, e.way, m.body FROM entry e JOIN message m ON m.id = e.message
WHERE e.status = 'queued' AND e.due_ms <= ?1
AND NOT EXISTS (SELECT 1 FROM entry s WHERE s.recipient = e.recipient AND s.way = e.way AND s.status = 'sending')
AND NOT EXISTS (SELECT 1 FROM entry b WHERE b.thread = e.thread AND b.recipient = e.recipient AND b.way = e.way
                AND b.id < e.id AND b.status = 'queued')
ORDER BY e.due_ms, e.id LIMIT 1";

impl Outbox {
    /// Entries that were on their way when a dispatcher died: they go again, under the same id. They may have
    /// arrived, so no answer and no end withholds them any more: whoever may have been told is told the end as
    /// well.
    pub(crate) fn recover(&self, at_ms: i64) -> Result<u32, OutboxError> {
        self.change(|change| {
            let broken = ids(change, "SELECT id FROM entry WHERE status = 'sending'", &[])?;
            for id in &broken {
                let says = "the program ended while it was sent; it may have arrived";
                change.execute(
                    "UPDATE entry SET status = 'queued', is_conditional = 0, reason = ?2, due_ms = ?3, changed_ms = ?3
                     WHERE id = ?1",
                    params![id, says, at_ms],
                )?;
                note(change, *id, at_ms, "recovered", says)?;
            }
            Ok(u32::try_from(broken.len()).unwrap_or(u32::MAX))
        })
    }

    /// Takes the next entry that is due and marks it as on its way. Once this returns it is on the disk: a crash just
    /// after it sends the entry again.
    pub(crate) fn claim(&self, at_ms: i64) -> Result<Option<Claimed>, OutboxError> {
        self.change(|change| {
            settle(change, at_ms)?;
            let next = change.prepare_cached(NEXT)?.query_row([at_ms], |r| {
                let body: String = r.get(4)?;
                Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, body))
            });
            let Some((id, key, recipient, way, body)) = next.optional()? else { return Ok(None) };
            change.execute(
                "UPDATE entry SET status = 'sending', attempts = attempts + 1, changed_ms = ?2 WHERE id = ?1",
                [id, at_ms],
            )?;
            note(change, id, at_ms, "sending", "")?;
            Ok(Some(Claimed { id, key, recipient, way, message: parse(&body)? }))
        })
    }

    /// The recipient's server took it.
    pub(crate) fn delivered(&self, id: i64, receipt: &str, at_ms: i64) -> Result<(), OutboxError> {
        let receipt = cut(&one_line(receipt), REASON_CHARS_MAX);
        self.change(|change| {
            sending(change, id)?;
            set(change, id, "sent", Some(&receipt), at_ms)?;
            note(change, id, at_ms, "sent", &receipt)?;
            // A person may have acknowledged it, told by another way, while this one was on its way.
            let who: Option<String> = change
                .query_row(
                    "SELECT a.who FROM acknowledged a JOIN entry e ON e.message = a.message
                     AND e.recipient = a.recipient WHERE e.id = ?1",
                    [id],
                    |r| r.get(0),
                )
                .optional()?;
            match who {
                None => Ok(()),
                Some(who) => {
                    set(change, id, "acknowledged", None, at_ms)?;
                    note(change, id, at_ms, "acknowledged", &format!("by `{who}`"))
                }
            }
        })
    }

    /// It did not go through. It is tried again after a wait (at least `after_ms`), unless that is of no use; whether
    /// it is a dead letter now.
    pub(crate) fn undelivered(
        &self,
        id: i64,
        reason: &str,
        again: Option<i64>,
        at_ms: i64,
    ) -> Result<bool, OutboxError> {
        let reason = cut(&one_line(reason), REASON_CHARS_MAX);
        self.change(|change| {
            let (attempts, key) = sending(change, id)?;
            let Some(after_ms) = again.filter(|_| attempts < ATTEMPTS_MAX) else {
                let given_up = if again.is_some() {
                    format!("given up after {attempts} attempts: ")
                } else {
                    String::new()
                };
                set(change, id, "dead", Some(&format!("{given_up}{reason}")), at_ms)?;
                note(change, id, at_ms, "dead", &format!("{given_up}{reason}"))?;
                return Ok(true);
            };
            let wait_ms = backoff::wait_ms(attempts, &key).max(after_ms);
            set(change, id, "queued", Some(&reason), at_ms)?;
            let due_ms = at_ms.saturating_add(wait_ms);
            change.execute("UPDATE entry SET due_ms = ?2 WHERE id = ?1", [id, due_ms])?;
            note(change, id, at_ms, "failed", &reason)?;
            Ok(false)
        })
    }
}

/// Attempts and key of an entry on its way.
fn sending(change: &Transaction<'_>, id: i64) -> Result<(u32, String), OutboxError> {
    let found = change
        .query_row("SELECT attempts, key FROM entry WHERE id = ?1 AND status = 'sending'", [id], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .optional()?;
    found.ok_or_else(|| OutboxError::Failed(format!("entry {id} is not on its way")))
}

/// Of what is due, what must not go out any more: messages that lapsed (ends of threads never do), steps whose message
/// was acknowledged, and what was tried too often.
fn settle(change: &Transaction<'_>, at_ms: i64) -> Result<(), OutboxError> {
    let lapsed = ids(
        change,
        "SELECT e.id FROM entry e JOIN message m ON m.id = e.message WHERE e.status = 'queued' AND e.due_ms <= ?1
         AND m.expires_ms <= ?1 AND m.kind <> 'cancel' AND e.is_by_hand = 0",
        &[&at_ms],
    )?;
    for id in lapsed {
        let before: String =
            change.query_row("SELECT reason FROM entry WHERE id = ?1", [id], |r| r.get(0))?;
        let before = if before.is_empty() { before } else { format!("; before that: {before}") };
        let says = format!("its message lapsed before it could be delivered{before}");
        set(change, id, "dead", Some(&says), at_ms)?;
        note(change, id, at_ms, "dead", &says)?;
    }
    let answered = ids(
        change,
        "SELECT e.id FROM entry e WHERE e.status = 'queued' AND e.due_ms <= ?1 AND e.is_conditional = 1
         AND EXISTS (SELECT 1 FROM acknowledged a WHERE a.message = e.message)",
        &[&at_ms],
    )?;
    for id in answered {
        withhold(change, id, "somebody has acknowledged it", at_ms)?;
    }
    let worn = ids(
        change,
        "SELECT id FROM entry WHERE status = 'queued' AND due_ms <= ?1 AND attempts >= ?2",
        &[&at_ms, &ATTEMPTS_MAX],
    )?;
    for id in worn {
        let says = "the program ended again and again while it was sent";
        set(change, id, "dead", Some(says), at_ms)?;
        note(change, id, at_ms, "dead", says)?;
    }
    Ok(())
}
