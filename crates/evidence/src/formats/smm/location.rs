//! The column *Event location*: `1-4.5km SSE-SSW`, `2–5 km SSE`, `southerly`.

use crate::formats::compass::{self, DASHES, POINT_DEG};
use base::limits::RADIUS_M_MAX;
use base::{LonLat, Place, Sector};
use std::fmt::Write as _;

/// A range and a bearing, without the observer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seen {
    /// Nearest and farthest, metres; `None`: no range stated.
    range_m: Option<(f64, f64)>,
    /// Middle and half-width, degrees.
    bearing_deg: (f64, f64),
}

impl Seen {
    /// The sector from where the observer stood; a bearing without a range bounds nothing.
    pub(super) fn from(self, observer: LonLat, observer_radius_m: f64) -> Option<Sector> {
        let (range_min_m, range_max_m) = self.range_m?;
        let (bearing_deg, half_width_deg) = self.bearing_deg;
        Some(Sector { observer, observer_radius_m, bearing_deg, half_width_deg, range_min_m, range_max_m })
    }
}

/// A stated point: `lat 48.0159 lon 37.8028 within 250 m`.
pub(super) fn point(text: &str) -> Option<Place> {
    let (lat, rest) = text.strip_prefix("lat ")?.split_once(" lon ")?;
    let (lon, radius) =
        rest.split_once(" within ").map_or((rest, None), |(lon, r)| (lon, r.strip_suffix(" m")));
    let radius_m = match radius {
        None => None,
        Some(r) => Some(r.parse::<f64>().ok().filter(|r| (0.0..=RADIUS_M_MAX).contains(r))?),
    };
    let at = LonLat::new(lon.parse().ok()?, lat.parse().ok()?).ok()?;
    Some(Place::Point { at, radius_m })
}

/// Reads a range and a bearing; either may be missing, not both.
pub(super) fn read(text: &str) -> Option<Seen> {
    let mut rest = text.trim();
    for about in ["about ", "approximately ", "approx. ", "~"] {
        rest = rest.strip_prefix(about).unwrap_or(rest);
    }
    let (range_m, rest) = match range(rest) {
        Some((range, rest)) => (Some(range), rest),
        None => (None, rest),
    };
    let rest = rest.trim();
    if rest.is_empty() {
        return range_m.map(|r| Seen { range_m: Some(r), bearing_deg: (0.0, 180.0) });
    }
    Some(Seen { range_m, bearing_deg: bearing(rest)? })
}

/// `1-4.5km`, `500–800 m`, `3 km` (2.5 to 3.5: as exactly as it is written).
fn range(text: &str) -> Option<((f64, f64), &str)> {
    let (first, mut rest) = number(text)?;
    let mut second = None;
    if let Some(after) = rest.trim_start().strip_prefix(DASHES) {
        let (n, after) = number(after.trim_start())?;
        (second, rest) = (Some(n), after);
    }
    let rest = rest.trim_start();
    let (scale, rest) = match (rest.strip_prefix("km"), rest.strip_prefix('m')) {
        (Some(rest), _) => (1_000.0, rest),
        (None, Some(rest)) => (1.0, rest),
        _ => return None,
    };
    let (low, high) = match second {
        Some(second) => (first.0, second.0),
        None => ((first.0 - first.1 / 2.0).max(0.0), first.0 + first.1 / 2.0),
    };
    let (low, high) = (low * scale, high * scale);
    (low <= high && high <= RADIUS_M_MAX).then_some(((low, high), rest))
}

/// A number and the unit of its last digit: 4.5 and 0.1.
fn number(text: &str) -> Option<((f64, f64), &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let decimals = digits.split_once('.').map_or(0, |(_, d)| d.len());
    let value: f64 = digits.parse().ok()?;
    Some(((value, 10f64.powi(-i32::try_from(decimals).ok()?)), rest))
}

/// Middle and half-width, degrees: words of the compass, or the figures that [`show`] writes where no word says it.
fn bearing(text: &str) -> Option<(f64, f64)> {
    let lower = text.to_lowercase();
    let Some(rest) = lower.strip_prefix("bearing ") else { return compass::bearing(text) };
    let (middle, half) = rest.split_once(" +/- ")?;
    let (middle, half): (f64, f64) = (middle.parse().ok()?, half.parse().ok()?);
    ((0.0..360.0).contains(&middle) && (0.0..=180.0).contains(&half)).then_some((middle, half))
}

/// Writes a place so that [`read`] or [`point`] gives it back: the mission's way of writing where that says it all,
/// figures otherwise. Empty: nothing can be said.
pub(super) fn show(place: &Place) -> String {
    let mut out = String::new();
    match place {
        Place::Undetermined | Place::Polygon(_) => {}
        Place::Point { at, radius_m } => {
            // Writing into a string cannot fail.
            let _ = write!(out, "lat {} lon {}", at.lat_deg(), at.lon_deg());
            if let Some(r) = radius_m {
                let _ = write!(out, " within {r} m");
            }
        }
        Place::Sector(s) => {
            let km = |m: f64| m / 1_000.0;
            let is_exact = |m: f64| km(m) * 1_000.0 == m;
            let _ = if is_exact(s.range_min_m) && is_exact(s.range_max_m) {
                write!(out, "{}-{} km", km(s.range_min_m), km(s.range_max_m))
            } else {
                write!(out, "{}-{} m", s.range_min_m, s.range_max_m)
            };
            let direction = direction(s.bearing_deg, s.half_width_deg);
            if !direction.is_empty() {
                let _ = write!(out, " {direction}");
            }
        }
    }
    out
}

fn direction(middle: f64, half: f64) -> String {
    let arc = half - POINT_DEG / 2.0;
    let ends = compass::point_at(middle - arc).zip(compass::point_at(middle + arc));
    let candidates = [
        (half == 180.0).then(String::new),
        compass::loose_at(middle).map(str::to_owned),
        compass::point_at(middle).map(str::to_owned),
        ends.map(|(a, b)| format!("{a}-{b}")),
    ];
    let says_it = |text: &String| match text.as_str() {
        "" => (middle, half) == (0.0, 180.0),
        _ => bearing(text) == Some((middle, half)),
    };
    candidates.into_iter().flatten().find(says_it).unwrap_or_else(|| format!("bearing {middle} +/- {half}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Option<(f64, f64, f64, f64)> {
        let s = read(text)?;
        let (low, high) = s.range_m.unwrap_or((-1.0, -1.0));
        Some((low, high, s.bearing_deg.0, s.bearing_deg.1))
    }

    #[test]
    fn ranges_and_bearings_are_read_as_the_mission_wrote_them() {
        assert_eq!(seen("1-4.5km SSE-SSW"), Some((1000.0, 4500.0, 180.0, 33.75)));
        assert_eq!(seen("2–5 km SSE"), Some((2000.0, 5000.0, 157.5, 11.25)));
        assert_eq!(seen("3km N"), Some((2500.0, 3500.0, 0.0, 11.25)));
        assert_eq!(seen("800m NNW-NNE"), Some((799.5, 800.5, 0.0, 33.75)));
        assert_eq!(seen("southerly"), Some((-1.0, -1.0, 180.0, 45.0)));
        assert_eq!(seen("4-6 km southerly directions"), Some((4000.0, 6000.0, 180.0, 45.0)));
        assert_eq!(seen("2-3 km"), Some((2000.0, 3000.0, 0.0, 180.0)));
        for bad in ["", "near the school", "5-2 km N", "2 miles N", "2-5 km N-S", "2-5 km NOP", "9999 km N"] {
            assert_eq!(seen(bad), None, "{bad}");
        }
    }
}
