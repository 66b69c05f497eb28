//! The live re-check: whenever anything changes, which notices meet something new, or no longer meet something; and
//! whose holders are to be alerted.

use crate::act::Ref;
use crate::board::Board;
use crate::conflict::Check;
use crate::conflict::field::Field;
use crate::words::{Answer, WithKind};
use base::Instant;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The checks of all notices that count, by reference.
pub type Checks = BTreeMap<Ref, Check>;

/// What changed for one notice.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alert {
    /// The notice.
    pub notice: String,
    /// Who gave it, and is to be told; empty: the mission.
    pub holder: String,
    /// The answer before; `None`: it was not checked.
    pub was: Option<Answer>,
    /// The answer now; `None`: it counts no more.
    pub is: Option<Answer>,
    /// What it meets, or may meet, that it did not before.
    pub came: Vec<(WithKind, String)>,
    /// What it met, or may have met, and does not now.
    pub went: Vec<(WithKind, String)>,
}

impl Field<'_> {
    /// The checks of all notices that it holds.
    #[must_use]
    pub fn check_all(&self, now: Instant) -> Checks {
        self.notices().filter_map(|n| self.check(&n, now).map(|c| (n, c))).collect()
    }

    /// Takes up a change of `changed` and makes again the checks whose answer or meetings it may have changed. Others
    /// stand as they were made, with the counts and the moment of then.
    pub fn recheck(&mut self, board: &Board, changed: &Ref, checks: &mut Checks, now: Instant) {
        let mut again: BTreeSet<Ref> = checks
            .iter()
            .filter(|(_, c)| {
                c.meetings_all > c.meetings.len() || c.meetings.iter().any(|m| m.id == changed.0)
            })
            .map(|(n, _)| n.clone())
            .collect();
        self.refresh(board, changed, now);
        for with in [WithKind::Notice, WithKind::Window, WithKind::Protected] {
            let Some(subject) = self.subject(with, &changed.0) else { continue };
            // What nobody has placed may be anywhere.
            match subject.pieces.is_empty() {
                true => again.extend(self.notices()),
                false => again.extend(self.touched(subject)),
            }
        }
        again.insert(changed.clone());
        for notice in again {
            match self.check(&notice, now) {
                Some(check) => checks.insert(notice, check),
                None => checks.remove(&notice),
            };
        }
    }
}

/// Whose holders are to be alerted: those for whom something came or went, or whose answer is another.
#[must_use]
pub fn alerts(before: &Checks, after: &Checks, board: &Board) -> Vec<Alert> {
    let met = |checks: &Checks, notice: &Ref| -> BTreeSet<(WithKind, String, Answer)> {
        let check = checks.get(notice);
        check.iter().flat_map(|c| &c.meetings).map(|m| (m.with, m.id.clone(), m.answer)).collect()
    };
    let all: BTreeSet<&Ref> = before.keys().chain(after.keys()).collect();
    let mut out = Vec::new();
    for notice in all {
        let (was, is) = (before.get(notice).map(|c| c.answer), after.get(notice).map(|c| c.answer));
        let (met_before, met_after) = (met(before, notice), met(after, notice));
        let only = |a: &BTreeSet<(WithKind, String, Answer)>, b: &BTreeSet<(WithKind, String, Answer)>| {
            a.difference(b).map(|(with, id, _)| (*with, id.clone())).collect::<Vec<_>>()
        };
        let (came, went) = (only(&met_after, &met_before), only(&met_before, &met_after));
        let is_new_and_clear = was.is_none() && is == Some(Answer::Clear);
        let is_over = is.is_none();
        if (was == is && came.is_empty() && went.is_empty()) || is_new_and_clear || is_over {
            continue;
        }
        let holder = board.notices.get(notice).map(|n| n.giver.clone()).unwrap_or_default();
        out.push(Alert { notice: notice.0.clone(), holder, was, is, came, went });
    }
    out
}
