//! Alerts that change and end one another. All alerts of a file are held until its end (within limits), and told in
//! the order in which they were sent, so that it does not matter in which order a feed lists them.

use super::alert::{Alert, Message, Stated};
use crate::draft::Draft;
use crate::formats::fields::key_part;
use crate::intake::{At, Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::limits::{ALERTS_HELD_BYTES_MAX, ALERTS_HELD_MAX};
use base::{Instant, Interval};
use hashbrown::HashMap;

/// The alerts held so far.
#[derive(Default)]
pub(super) struct Chains {
    held: Vec<Alert>,
    bytes: usize,
    /// The first alert of each chain, by the key of every alert in it.
    roots: HashMap<Vec<u8>, Vec<u8>>,
    /// What stands of each chain, by the key of its first alert.
    standing: HashMap<Vec<u8>, Standing>,
}

/// The areas in which a chain of alerts is in force.
#[derive(Default)]
struct Standing {
    areas: Vec<Stated>,
    /// The next index that no area of the chain has had.
    next: u32,
}

impl Chains {
    /// Takes an alert; rejects those of its areas that cannot be used.
    pub(super) fn hold(
        &mut self,
        mut alert: Alert,
        at: At<'_>,
        intake: &mut Intake<'_>,
    ) -> Result<(), ReadError> {
        for fault in alert.faults.drain(..) {
            intake.rejected(at, fault);
        }
        self.bytes = self.bytes.saturating_add(alert.held_bytes());
        self.held.push(alert);
        if self.held.len() >= ALERTS_HELD_MAX || self.bytes >= ALERTS_HELD_BYTES_MAX {
            intake.warn("stretches of a long file; references from one to the next are not followed");
            self.tell(intake)?;
        }
        Ok(())
    }

    /// States what is held, in the order in which it was sent.
    pub(super) fn tell(&mut self, intake: &mut Intake<'_>) -> Result<(), ReadError> {
        let mut held = std::mem::take(&mut self.held);
        held.sort_by_key(|alert| alert.sent);
        for alert in held {
            self.one(alert, intake)?;
        }
        self.bytes = 0;
        self.roots.clear();
        self.standing.clear();
        Ok(())
    }

    fn one(&mut self, mut alert: Alert, intake: &mut Intake<'_>) -> Result<(), ReadError> {
        let found = alert.references.iter().find_map(|r| self.roots.get(&r.key)).cloned();
        // An entry of an index names no other; its id alone makes it a version.
        let root = match alert.message {
            Message::Alert => None,
            Message::Update | Message::Cancel => found,
        };
        let is_over = !alert.areas.is_empty() && alert.areas.iter().all(|a| a.is_over);
        match alert.message {
            Message::Cancel => return self.end(&alert, root, "; cancelled", intake),
            Message::Update if is_over && root.is_some() => {
                return self.end(&alert, root, "; all clear", intake);
            }
            _ => {}
        }
        if root.is_none() && alert.message == Message::Update {
            let referred: Vec<&str> = alert.references.iter().map(|r| r.text.as_str()).collect();
            for area in &mut alert.areas {
                for text in &referred {
                    area.links.push_str(if area.links.is_empty() { "" } else { "\n" });
                    area.links.push_str(text);
                }
            }
        }
        let root = root.unwrap_or_else(|| alert.key.clone());
        let standing = self.standing.entry(root.clone()).or_default();
        let over = standing.update(std::mem::take(&mut alert.areas), alert.sent);
        for area in standing.areas.iter().chain(&over) {
            tell(&root, area, alert.sent, intake)?;
        }
        self.roots.insert(alert.key, root);
        Ok(())
    }

    /// Ends what stands of the chain, and says why.
    fn end(
        &mut self,
        alert: &Alert,
        root: Option<Vec<u8>>,
        why: &str,
        intake: &mut Intake<'_>,
    ) -> Result<(), ReadError> {
        // A chain whose areas could not be used stands nowhere.
        let standing = root.as_ref().and_then(|r| self.standing.get_mut(r)).filter(|s| s.next > 0);
        let (Some(root), Some(standing)) = (root.as_ref(), standing) else {
            let referred: Vec<&str> = alert.references.iter().map(|r| r.text.as_str()).collect();
            let fault = Fault::new("references", RejectReason::Withdrawn, referred.join(" "));
            intake.rejected(At { line: alert.line, raw: &alert.raw }, fault);
            return Ok(());
        };
        for area in &mut standing.areas {
            area.event = ended(area.event, alert.sent);
            area.note.push_str(why);
            tell(root, area, alert.sent, intake)?;
        }
        self.roots.insert(alert.key.clone(), root.clone());
        Ok(())
    }
}

fn ended(event: Interval, at: Instant) -> Interval {
    Interval { start: event.start, end: event.end.min(at).max(event.start) }
}

impl Standing {
    /// Takes the areas of the first alert or of an update, and gives back those that end with it. An area is known by
    /// its name and the kind of danger, for senders name areas in any order: what had begun keeps its beginning and its
    /// index, what is new gets an index of its own, and what is no longer named ends.
    fn update(&mut self, mut now: Vec<Stated>, sent: Instant) -> Vec<Stated> {
        if self.next == 0 {
            self.next = now.iter().map(|a| a.index.saturating_add(1)).max().unwrap_or_default();
            self.areas = now;
            return Vec::new();
        }
        let mut before = std::mem::take(&mut self.areas);
        for new in &mut now {
            let same = |old: &Stated| old.name == new.name && old.kind == new.kind;
            let Some(at) = before.iter().position(same) else {
                new.index = self.next;
                self.next = self.next.saturating_add(1);
                continue;
            };
            let old = before.remove(at);
            new.index = old.index;
            if old.event.start <= sent {
                new.event.start = new.event.start.min(old.event.start);
            }
        }
        self.areas = now;
        before.iter_mut().for_each(|old| old.event = ended(old.event, sent));
        before
    }
}

fn tell(root: &[u8], area: &Stated, sent: Instant, intake: &mut Intake<'_>) -> Result<(), ReadError> {
    let mut key = root.to_vec();
    key_part(&mut key, &area.index.to_le_bytes());
    intake.observed(&Draft {
        native_key: &key,
        kind: area.kind,
        event: area.event,
        precision: area.precision,
        reported_ms: Some(sent.0),
        place: area.place.clone(),
        exercise: area.exercise,
        note: &area.note,
        links: &area.links,
        ..Draft::default()
    })
}
