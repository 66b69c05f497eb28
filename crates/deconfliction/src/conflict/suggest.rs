//! Suggestions: the same earlier, later, or beside the way. Each was checked again and meets nothing of what is
//! known; whether to follow it is for whoever gives the notice.

use crate::act::NoticeText;
use crate::conflict::field::Field;
use crate::conflict::{Check, Meeting};
use crate::limits::TRIES_MAX;
use crate::shape::{Ground, Position};
use crate::words::Answer;
use atlas::geodesy::{destination, distance_and_bearing};
use base::Instant;
use serde::Serialize;

/// In which way it differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuggestionKind {
    /// The same, earlier.
    Earlier,
    /// The same, later.
    Later,
    /// At the same time, beside the way.
    OtherCorridor,
}

/// One suggestion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// In which way it differs.
    pub kind: SuggestionKind,
    /// Begin, milliseconds since 1970.
    pub from_ms: i64,
    /// End, milliseconds since 1970.
    pub until_ms: i64,
    /// The other way; `None`: the same.
    pub path: Option<Vec<Position>>,
    /// In words.
    pub words: String,
}

/// What would meet nothing of what is known. None for what conflicts with nothing, or has no stated period.
#[must_use]
pub fn suggest(field: &Field<'_>, text: &NoticeText, check: &Check, now: Instant) -> Vec<Suggestion> {
    if check.answer == Answer::Clear {
        return Vec::new();
    }
    let (Some(from_ms), Some(until_ms)) = (text.from_ms, text.until_ms) else { return Vec::new() };
    let mut out = Vec::new();
    for kind in [SuggestionKind::Earlier, SuggestionKind::Later] {
        out.extend(other_time(field, text, (from_ms, until_ms), check, kind, now));
    }
    out.extend(other_way(field, text, check, now));
    out
}

/// Moves it just past everything it meets, and again, until it meets nothing or no time would do.
fn other_time(
    field: &Field<'_>,
    text: &NoticeText,
    (from_ms, until_ms): (i64, i64),
    check: &Check,
    kind: SuggestionKind,
    now: Instant,
) -> Option<Suggestion> {
    let mut meetings: Vec<Meeting> = check.meetings.clone();
    let mut moved_ms: i64 = 0;
    for _ in 0..TRIES_MAX {
        let by = |m: &Meeting| match kind {
            SuggestionKind::Earlier => m.earlier_ms,
            _ => m.later_ms,
        };
        let step = meetings.iter().map(by).collect::<Option<Vec<i64>>>()?.into_iter().max()?;
        moved_ms = moved_ms.checked_add(step.max(1))?;
        let signed = if kind == SuggestionKind::Earlier { moved_ms.checked_neg()? } else { moved_ms };
        let (from, until) = (from_ms.checked_add(signed)?, until_ms.checked_add(signed)?);
        if from < now.0 {
            return None;
        }
        let moved = NoticeText { from_ms: Some(from), until_ms: Some(until), ..text.clone() };
        let again = field.check_text_of(&check.of, &moved, now)?;
        if again.answer == Answer::Clear {
            let minutes = (moved_ms + 59_999) / 60_000;
            let how = if kind == SuggestionKind::Earlier { "earlier" } else { "later" };
            let words = format!("{minutes} min {how} it meets nothing of what is known");
            return Some(Suggestion { kind, from_ms: from, until_ms: until, path: None, words });
        }
        meetings = again.meetings;
    }
    None
}

/// Runs the way beside itself, left and right, ever farther.
fn other_way(field: &Field<'_>, text: &NoticeText, check: &Check, now: Instant) -> Option<Suggestion> {
    let Ground::Route { path, width_m, speed_kmh, late_ms, doubt_m } = &text.ground else { return None };
    let doubt = doubt_m.unwrap_or(field.margins().unstated_doubt_m);
    let need = check.meetings.iter().map(|m| m.needs_m).fold(width_m + field.margins().widest_m(), f64::max);
    let step_m = need + 2.0 * doubt;
    for i in 0..TRIES_MAX {
        let side = if i % 2 == 0 { -90.0 } else { 90.0 };
        let off_m = step_m * (1.0 + (i / 2) as f64);
        let beside = beside(path, side, off_m);
        let ground = Ground::Route {
            path: beside.clone(),
            width_m: *width_m,
            speed_kmh: *speed_kmh,
            late_ms: *late_ms,
            doubt_m: *doubt_m,
        };
        let moved = NoticeText { ground, ..text.clone() };
        if moved.ground.check().is_err()
            || moved.ground.takes_ms() > text.until_ms.zip(text.from_ms).map(|(u, f)| u - f)
        {
            continue;
        }
        let again = field.check_text_of(&check.of, &moved, now)?;
        if again.answer == Answer::Clear {
            let hand = if side < 0.0 { "left" } else { "right" };
            let words = format!(
                "{off_m:.0} m to the {hand} of the stated way, both ends included, it meets nothing of what is known; \
                 whether there is a road nobody has said"
            );
            let kind = SuggestionKind::OtherCorridor;
            let (from_ms, until_ms) = (text.from_ms?, text.until_ms?);
            return Some(Suggestion { kind, from_ms, until_ms, path: Some(beside), words });
        }
    }
    None
}

fn beside(path: &[Position], side_deg: f64, off_m: f64) -> Vec<Position> {
    let bearing = |a: Position, b: Position| distance_and_bearing(a, b).1;
    let mut out = Vec::with_capacity(path.len());
    for (i, at) in path.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|j| path.get(j)).map(|p| bearing(*p, *at));
        let after = path.get(i + 1).map(|n| bearing(*at, *n));
        let along = match (before, after) {
            (Some(b), Some(a)) => b + 0.5 * ((a - b + 540.0).rem_euclid(360.0) - 180.0),
            (Some(b), None) => b,
            (None, a) => a.unwrap_or(0.0),
        };
        out.push(destination(*at, along + side_deg, off_m));
    }
    out
}
