//! Putting a message with what was decided about it: in one transaction, and any number of times.

use super::{Outbox, OutboxError, ids, note, withhold};
use crate::message::{Kind, Message};
use crate::routing::{Condition, Decision, Group, Outcome};
use base::Digest;
use base::id::Hasher;
use rusqlite::{OptionalExtension as _, Transaction, params};
use std::collections::BTreeSet;

/// What putting a message did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enqueued {
    /// Entries that will go out, new now.
    pub queued: u32,
    /// Entries that are withheld, new now.
    pub withheld: u32,
    /// Entries that stood there already.
    pub known: u32,
}

/// The stable id of a message on one way to one recipient.
#[must_use]
fn key_of(message: &str, recipient: &str, way: &str) -> String {
    let mut hasher = Hasher::new("truceline delivery 1");
    [message, recipient, way].iter().for_each(|piece| hasher.piece(piece.as_bytes()));
    format!("msg_{:032x}", hasher.finish_u128())
}

/// An entry about to be put.
struct New<'a> {
    recipient: &'a str,
    way: &'a str,
    rule: &'a str,
    why: String,
    /// When it is due and with what it is bundled; `None`: withheld.
    turn: Option<(i64, Option<&'a Group>)>,
    is_conditional: bool,
}

impl Outbox {
    /// Puts a message with what was decided about it ([`crate::route`]). Putting it again adds only what is new: an
    /// entry is one message, one recipient and one way, and what was decided first stands.
    ///
    /// Whoever was told of a thread is told of its updates and of its end, even if no rule reaches them any more.
    ///
    /// # Errors
    /// When the message cannot go out, another one has its id, or the file cannot be changed.
    pub fn enqueue(
        &self,
        message: &Message,
        decisions: &[Decision],
        at_ms: i64,
    ) -> Result<Enqueued, OutboxError> {
        message.check()?;
        let body = serde_json::to_string(message).map_err(|e| OutboxError::Failed(e.to_string()))?;
        self.change(|change| {
            put_message(change, message, &body, at_ms)?;
            let mut done = Enqueued::default();
            if message.kind == Kind::Cancel {
                end_steps(change, message, at_ms)?;
            }
            for decision in decisions {
                put(change, message, &decided(change, message, decision, at_ms)?, at_ms, &mut done)?;
            }
            for (recipient, way) in followers(change, message, decisions)? {
                let why =
                    "they were told earlier of the same thread, and no rule reaches them now".to_owned();
                let turn = Some((at_ms, None));
                let (recipient, way) = (recipient.as_str(), way.as_str());
                let new = New { recipient, way, rule: "thread", why, turn, is_conditional: false };
                put(change, message, &new, at_ms, &mut done)?;
            }
            Ok(done)
        })
    }
}

fn put_message(
    change: &Transaction<'_>,
    message: &Message,
    body: &str,
    at_ms: i64,
) -> Result<(), OutboxError> {
    let digest = Digest::of(body.as_bytes()).0.to_vec();
    let stands: Option<Vec<u8>> = change
        .query_row("SELECT digest FROM message WHERE id = ?1", [&message.id], |r| r.get(0))
        .optional()?;
    match stands {
        Some(other) if other != digest => Err(OutboxError::Taken(message.id.clone())),
        Some(_) => Ok(()),
        None => {
            change.execute(
                "INSERT INTO message (id, thread, kind, audience, sent_ms, expires_ms, put_ms, digest, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    message.id,
                    message.thread,
                    message.kind.name(),
                    message.audience,
                    message.sent_ms,
                    message.expires_ms,
                    at_ms,
                    digest,
                    body
                ],
            )?;
            Ok(())
        }
    }
}

/// What ended is not told to those who would have been next.
fn end_steps(change: &Transaction<'_>, message: &Message, at_ms: i64) -> Result<(), OutboxError> {
    let waiting = ids(
        change,
        "SELECT id FROM entry WHERE thread = ?1 AND message <> ?2 AND is_conditional = 1 AND status = 'queued'",
        &[&message.thread, &message.id],
    )?;
    for id in waiting {
        withhold(change, id, &format!("`{}` ended it before", message.id), at_ms)?;
    }
    Ok(())
}

/// Whether that recipient was, or is about to be, told by that way of another message of the thread.
fn was_told(
    change: &Transaction<'_>,
    message: &Message,
    recipient: &str,
    way: &str,
) -> Result<bool, OutboxError> {
    let told = change
        .prepare_cached(
            "SELECT 1 FROM entry WHERE thread = ?1 AND recipient = ?2 AND way = ?3 AND message <> ?4
             AND (status IN ('sending', 'sent', 'acknowledged') OR attempts > 0
                  OR (status = 'queued' AND is_conditional = 0)) LIMIT 1",
        )?
        .query_row(params![message.thread, recipient, way, message.id], |_| Ok(()))
        .optional()?;
    Ok(told.is_some())
}

/// What a decision comes to, with what the ledger knows.
fn decided<'a>(
    change: &Transaction<'_>,
    message: &Message,
    decision: &'a Decision,
    at_ms: i64,
) -> Result<New<'a>, OutboxError> {
    let (recipient, way, rule) = (decision.recipient.as_str(), decision.way.as_str(), decision.rule.as_str());
    let mut new = New { recipient, way, rule, why: decision.why.clone(), turn: None, is_conditional: false };
    let Outcome::Send { not_before_ms, group, condition } = &decision.outcome else { return Ok(new) };
    let is_told = *condition != Condition::Always && was_told(change, message, recipient, way)?;
    match condition {
        Condition::Always => new.turn = Some((*not_before_ms, group.as_ref())),
        Condition::IfTold if !is_told => new.why.push_str("; they were never told"),
        Condition::IfTold => new.turn = Some((*not_before_ms, None)),
        Condition::UnlessAcknowledged if is_told => {
            new.why.push_str("; they were told of the thread already, so at once");
            new.turn = Some((at_ms, None));
        }
        Condition::UnlessAcknowledged => {
            new.turn = Some((*not_before_ms, None));
            new.is_conditional = true;
        }
    }
    Ok(new)
}

/// Those who were told of the thread, of a message for the same audience, and about whom nothing was decided.
fn followers(
    change: &Transaction<'_>,
    message: &Message,
    decisions: &[Decision],
) -> Result<BTreeSet<(String, String)>, OutboxError> {
    if message.references.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut asked = change.prepare_cached(
        "SELECT DISTINCT e.recipient, e.way FROM entry e JOIN message m ON m.id = e.message
         WHERE e.thread = ?1 AND e.message <> ?2 AND m.audience = ?3 AND e.status <> 'withheld'
         AND NOT (e.status = 'queued' AND e.is_conditional = 1)",
    )?;
    let told = asked
        .query_map(params![message.thread, message.id, message.audience], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let mut told = told.collect::<Result<BTreeSet<(String, String)>, _>>()?;
    decisions.iter().for_each(|d| {
        told.remove(&(d.recipient.clone(), d.way.clone()));
    });
    Ok(told)
}

fn put(
    change: &Transaction<'_>,
    message: &Message,
    new: &New<'_>,
    at_ms: i64,
    done: &mut Enqueued,
) -> Result<(), OutboxError> {
    let (status, due_ms, bundle) = match new.turn {
        None => ("withheld", at_ms, None),
        Some((not_before_ms, group)) => {
            let slot = group.map(|g| slot_ms(change, new, g, at_ms)).transpose()?.unwrap_or(at_ms);
            ("queued", slot.max(not_before_ms), group.map(|g| g.key.as_str()))
        }
    };
    let reason = if new.turn.is_none() { new.why.as_str() } else { "" };
    let added = change.prepare_cached(
        "INSERT OR IGNORE INTO entry (message, thread, recipient, way, key, status, is_conditional, due_ms, slot_ms,
         bundle, rule, why, reason, changed_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![
        message.id,
        message.thread,
        new.recipient,
        new.way,
        key_of(&message.id, new.recipient, new.way),
        status,
        new.is_conditional,
        due_ms,
        bundle,
        new.rule,
        new.why,
        reason,
        at_ms
    ])?;
    if added == 0 {
        done.known += 1;
        return Ok(());
    }
    let id = change.last_insert_rowid();
    note(change, id, at_ms, status, &new.why)?;
    if new.turn.is_none() {
        done.withheld += 1;
        return Ok(());
    }
    done.queued += 1;
    if new.is_conditional { Ok(()) } else { make_way(change, message, new, id, due_ms, at_ms) }
}

/// When a bundle goes: with those that wait already, or after the first has waited and the interval has passed.
fn slot_ms(change: &Transaction<'_>, new: &New<'_>, group: &Group, at_ms: i64) -> Result<i64, OutboxError> {
    let last: Option<i64> = change
        .prepare_cached("SELECT max(slot_ms) FROM entry WHERE bundle = ?1 AND recipient = ?2 AND way = ?3")?
        .query_row([group.key.as_str(), new.recipient, new.way], |r| r.get(0))?;
    let fresh = at_ms.saturating_add(group.wait_ms);
    Ok(match last {
        Some(last) if last >= at_ms => last,
        Some(last) => fresh.max(last.saturating_add(group.interval_ms)),
        None => fresh,
    })
}

/// Earlier messages of the thread go first, so that an end never overtakes its beginning: they are not later than
/// this one, and a step that waited for nobody's answer is overtaken.
fn make_way(
    change: &Transaction<'_>,
    message: &Message,
    new: &New<'_>,
    id: i64,
    due_ms: i64,
    at_ms: i64,
) -> Result<(), OutboxError> {
    let steps = ids(
        change,
        "SELECT id FROM entry WHERE thread = ?1 AND recipient = ?2 AND way = ?3 AND id < ?4 AND status = 'queued'
         AND is_conditional = 1",
        &[&message.thread, &new.recipient, &new.way, &id],
    )?;
    for step in steps {
        withhold(change, step, &format!("`{}` takes its place", message.id), at_ms)?;
    }
    change.execute(
        "UPDATE entry SET due_ms = ?5 WHERE thread = ?1 AND recipient = ?2 AND way = ?3 AND id < ?4
         AND status = 'queued' AND due_ms > ?5",
        params![message.thread, new.recipient, new.way, id, due_ms],
    )?;
    Ok(())
}
