//! What broke a window, and whether its silence is verified: an observation in it breaks it, what is only said does
//! not, and where it was not watched nobody knows.

use crate::conflict::Margins;
use crate::conflict::flat::{Flat, separation_m};
use crate::conflict::subject::{Piece, Subject, place_of};
use crate::limits::CITES_MAX;
use crate::window::Window;
use base::{Instant, Interval, ObservationId, Truth};
use evidence::batch::{Batch, FLAG_ALLEGATION, NOT_STATED_MS};
use evidence::coverage::Coverage;
use findings::exposure::{Watch, watch_at};

/// Points along each side of the box of an area at which it is asked whether somebody watched.
const GRID: usize = 16;
/// Most points along a corridor.
const POINTS_MAX: usize = 512;

/// What was observed in a window's hours that it was to be without.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Breaks {
    /// Surely in it.
    pub sure: Vec<(ObservationId, Interval)>,
    /// Perhaps in it, with what would decide it.
    pub may: Vec<(ObservationId, Interval, String)>,
    /// How many are only said to have happened, by a party or others. They break nothing and are no count of anything.
    pub only_said: usize,
}

/// A time in which too little of it was watched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// When.
    pub interval: Interval,
    /// The least share that was watched in it, 0 to 1.
    pub share: f64,
}

/// Whether a window was silent.
#[derive(Clone, Debug, PartialEq)]
pub struct Silence {
    /// Whether it was, in its hours until now.
    pub truth: Truth,
    /// Of which time it is said; `None`: its hours have not begun, or are not the same by all readings.
    pub over: Option<Interval>,
    /// What broke it, or may have.
    pub breaks: Breaks,
    /// When too little of it was watched.
    pub gaps: Vec<Gap>,
    /// What would decide it.
    pub missing: Vec<String>,
}

/// What broke `window`, or may have, of what was reported until `now`.
#[must_use]
pub fn breaks(window: &Window, observations: &Batch, now: Instant) -> Breaks {
    let margins = Margins::default();
    let ground = Subject::window("", window, &margins).pieces;
    let without = window.without();
    let mut out = Breaks::default();
    for row in 0..observations.len() {
        let kind = observations.word_at(&observations.kind, row);
        let reported = observations.reported_ms.get(row).copied().unwrap_or(NOT_STATED_MS);
        let is_known = reported == NOT_STATED_MS || reported <= now.0;
        if !is_known || !without.iter().any(|w| w == kind) {
            continue;
        }
        let event = observations.event(row);
        let in_time = window.in_hours(event);
        let (in_space, lack) = lies_in(&ground, observations, row, &margins);
        let Some(id) = observations.id.get(row) else { continue };
        match in_time.and(in_space) {
            Truth::False => {}
            _ if observations.flag(row, FLAG_ALLEGATION) => out.only_said += 1,
            Truth::True => out.sure.push((*id, event)),
            Truth::Undetermined => {
                let hours = "when exactly it was, or the window's hours the same from all";
                let lack = if in_time == Truth::Undetermined { hours.to_owned() } else { lack };
                out.may.push((*id, event, lack));
            }
        }
    }
    out.sure.sort_by_key(|(id, event)| (event.start, *id));
    out.may.sort_by_key(|(id, event, _)| (event.start, *id));
    out.sure.truncate(CITES_MAX);
    out.may.truncate(CITES_MAX);
    out
}

fn lies_in(ground: &[Piece], batch: &Batch, row: usize, margins: &Margins) -> (Truth, String) {
    if ground.is_empty() {
        return (Truth::Undetermined, "where the window is".to_owned());
    }
    let Some(place) = place_of(batch, row) else {
        return (Truth::Undetermined, "where it was".to_owned());
    };
    let mut truth = Truth::False;
    for piece in ground {
        let doubt = piece.doubt_m.unwrap_or(margins.unstated_doubt_m)
            + place.doubt_m.unwrap_or(margins.unstated_doubt_m);
        let apart = separation_m(&piece.flat, &place.flat, &[piece.extent_m - doubt, piece.extent_m + doubt]);
        truth = truth.or(match () {
            () if apart - doubt > piece.extent_m => Truth::False,
            () if apart + doubt <= piece.extent_m => Truth::True,
            () => Truth::Undetermined,
        });
    }
    (truth, "a better place of it, or of the window's edge".to_owned())
}

/// Whether `window` was silent in its hours until `now`, where at least `share_min` (0 to 1) of it was to be watched
/// at every moment. A window that was not watched was not silent: nobody knows.
#[must_use]
pub fn verified(
    window: &Window,
    observations: &Batch,
    coverage: &[Coverage],
    share_min: f64,
    now: Instant,
) -> Silence {
    let breaks = breaks(window, observations, now);
    let over = window.times.core.map(|c| Interval { start: c.start, end: c.end.min(now) });
    let over = over.filter(|o| o.end > o.start);
    let mut out = Silence { truth: Truth::True, over, breaks, gaps: Vec::new(), missing: Vec::new() };
    match over {
        None => out.missing.push("hours that have begun, the same from all".to_owned()),
        Some(over) => watched(window, coverage, share_min, over, &mut out),
    }
    if !window.times.agree {
        out.missing.push("the same hours from all".to_owned());
    }
    if !out.breaks.may.is_empty() {
        out.missing.push(format!("whether {} observation(s) were in it", out.breaks.may.len()));
    }
    out.truth = match () {
        () if !out.breaks.sure.is_empty() => Truth::False,
        () if out.missing.is_empty() => Truth::True,
        () => Truth::Undetermined,
    };
    out
}

fn watched(window: &Window, coverage: &[Coverage], share_min: f64, over: Interval, out: &mut Silence) {
    let points = points(window);
    if points.is_empty() {
        out.missing.push("where the window is".to_owned());
        return;
    }
    let Watch::Shares(shares) = watch_at(&points, coverage, &window.without(), over) else {
        out.missing.push("any word of who watched it, and when".to_owned());
        return;
    };
    let mut from = over.start;
    for (interval, share) in shares.iter() {
        if interval.start > from {
            gap(&mut out.gaps, Interval { start: from, end: interval.start }, 0.0);
        }
        from = from.max(interval.end);
        if share + 1e-9 < share_min {
            gap(&mut out.gaps, *interval, *share);
        }
    }
    if from < over.end {
        gap(&mut out.gaps, Interval { start: from, end: over.end }, 0.0);
    }
    if !out.gaps.is_empty() {
        out.missing
            .push(format!("what happened in {} stretch(es) in which too little was watched", out.gaps.len()));
    }
}

fn gap(gaps: &mut Vec<Gap>, interval: Interval, share: f64) {
    match gaps.last_mut() {
        Some(last) if last.interval.end == interval.start => {
            last.interval.end = interval.end;
            last.share = last.share.min(share);
        }
        _ => gaps.push(Gap { interval, share }),
    }
}

/// Points spread over the window's ground.
fn points(window: &Window) -> Vec<[f64; 2]> {
    let pieces = Subject::window("", window, &Margins::default()).pieces;
    let mut out = Vec::new();
    for piece in &pieces {
        if piece.flat.is_area() {
            out.extend(grid(&piece.flat));
        }
        if out.len() < POINTS_MAX {
            out.extend(piece.flat.points().iter().take(POINTS_MAX - out.len()));
        }
    }
    out
}

fn grid(area: &Flat) -> Vec<[f64; 2]> {
    let (low, high) = area.bounds();
    let mut out = Vec::new();
    for i in 0..GRID {
        for j in 0..GRID {
            let share = |n: usize| (n as f64 + 0.5) / GRID as f64;
            let at = [low[0] + share(i) * (high[0] - low[0]), low[1] + share(j) * (high[1] - low[1])];
            if area.holds(at) {
                out.push(at);
            }
        }
    }
    out
}
