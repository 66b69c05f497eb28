//! One pair of pieces: whether they meet in space, in time and in height, each with its reason and what is missing.

use crate::conflict::Terrain;
use crate::conflict::flat::separation_m;
use crate::conflict::margins::Margins;
use crate::conflict::subject::{Band, Piece, When};
use base::{Interval, Truth};

/// How a pair of pieces stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Whether they meet.
    pub truth: Truth,
    /// Whether in space, in time, in height.
    pub parts: [Truth; 3],
    /// Distance across the ground, metres, minus the depth where they overlap; `None`: not measured, as time or height
    /// keep them apart.
    pub apart_m: Option<f64>,
    /// Distance at which they would not meet, metres.
    pub needs_m: f64,
    /// By how much their places are in doubt together, metres.
    pub doubt_m: f64,
    /// Whether a doubt is stated for both.
    pub is_doubt_stated: bool,
    /// By how much later the first would have to be to be after the second, milliseconds.
    pub later_ms: i64,
    /// By how much earlier to be before it, milliseconds.
    pub earlier_ms: i64,
}

/// Whether two pieces meet.
#[must_use]
pub fn pair(a: &Piece, b: &Piece, margin_m: f64, margins: &Margins, terrain: &dyn Terrain) -> Pair {
    let in_time = time(&a.when, &b.when, margins.around_ms);
    let stated = a.doubt_m.is_some() && b.doubt_m.is_some();
    let doubt_m =
        a.doubt_m.unwrap_or(margins.unstated_doubt_m) + b.doubt_m.unwrap_or(margins.unstated_doubt_m);
    let needs_m = a.extent_m + b.extent_m + margin_m;
    let gap = |first: Interval, second: Interval| {
        first.end.0.saturating_sub(second.start.0).saturating_add(margins.around_ms)
    };
    let mut out = Pair {
        truth: Truth::False,
        parts: [Truth::Undetermined, in_time, Truth::Undetermined],
        apart_m: None,
        needs_m,
        doubt_m,
        is_doubt_stated: stated,
        later_ms: gap(b.when.may, a.when.may),
        earlier_ms: gap(a.when.may, b.when.may),
    };
    if in_time == Truth::False {
        return out;
    }
    let in_height = height(a, b, margins.up_m, terrain);
    out.parts[2] = in_height;
    if in_height == Truth::False {
        return out;
    }
    let apart_m = separation_m(&a.flat, &b.flat, &[needs_m - doubt_m, needs_m + doubt_m]);
    let in_space = if apart_m - doubt_m > needs_m {
        Truth::False
    } else if apart_m + doubt_m <= needs_m {
        Truth::True
    } else {
        Truth::Undetermined
    };
    out.parts[0] = in_space;
    out.apart_m = Some(apart_m);
    out.truth = in_space.and(in_time).and(in_height);
    out
}

/// Whether two times meet, with the margin between them.
fn time(a: &When, b: &When, around_ms: i64) -> Truth {
    let meet = |a: Interval, b: Interval| {
        a.start.0 < b.end.0.saturating_add(around_ms) && b.start.0 < a.end.0.saturating_add(around_ms)
    };
    if !meet(a.may, b.may) {
        return Truth::False;
    }
    match (a.sure, b.sure) {
        (Some(a), Some(b)) if meet(a, b) => Truth::True,
        _ => Truth::Undetermined,
    }
}

/// The least and greatest that a bound may be.
struct Range {
    low: (f64, f64),
    high: (f64, f64),
}

fn height(a: &Piece, b: &Piece, up_m: f64, terrain: &dyn Terrain) -> Truth {
    match (a.band, b.band) {
        (Band::Every, _) | (_, Band::Every) => Truth::True,
        (Band::Ground(..), Band::Ground(..)) | (Band::Sea(..), Band::Sea(..)) => {
            bands(&range(a.band, Some((0.0, 0.0))), &range(b.band, Some((0.0, 0.0))), up_m)
        }
        _ => {
            let (sea, ground) = if matches!(a.band, Band::Sea(..)) { (a, b) } else { (b, a) };
            let (low, high) = ground.flat.bounds();
            bands(&range(sea.band, None), &range(ground.band, terrain.between_m(low, high)), up_m)
        }
    }
}

/// A band above one datum; `ground_m` is the least and greatest height of the ground, if known.
fn range(band: Band, ground_m: Option<(f64, f64)>) -> Range {
    let unknown = (f64::NEG_INFINITY, f64::INFINITY);
    let (low, high) = match band {
        Band::Every => {
            return Range {
                low: (f64::NEG_INFINITY, f64::NEG_INFINITY),
                high: (f64::INFINITY, f64::INFINITY),
            };
        }
        Band::Sea(low, high) => return Range { low: (low, low), high: (high, high) },
        Band::Ground(low, high) => (low, high),
    };
    let Some((least, most)) = ground_m else { return Range { low: unknown, high: unknown } };
    let low_m = low.map_or(unknown, |l| (l + least, l + most));
    // What reaches up to a height that nobody knows reaches at least as high as it begins.
    let begins = low.map_or(f64::NEG_INFINITY, |l| l + least);
    let high_m = high.map_or((begins, f64::INFINITY), |h| (h + least, h + most));
    Range { low: low_m, high: high_m }
}

fn bands(a: &Range, b: &Range, up_m: f64) -> Truth {
    let may = a.low.0 <= b.high.1 + up_m && b.low.0 <= a.high.1 + up_m;
    let sure = a.low.1 <= b.high.0 + up_m && b.low.1 <= a.high.0 + up_m;
    match (may, sure) {
        (false, _) => Truth::False,
        (true, true) => Truth::True,
        (true, false) => Truth::Undetermined,
    }
}
