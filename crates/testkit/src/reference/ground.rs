//! The reference's own geometry: every epoch, every edge, Karney's geodesic, even-odd ray casting. Nothing here is
//! shared with the map that it checks, except how a file's features are read.

use atlas::plan::Validity;
use atlas::source::Feature;
use base::time::parse_date;
use base::{CivilZone, Instant, Interval};
use geographiclib_rs::{Geodesic, InverseGeodesic as _};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

static WGS84: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);

/// The features valid during one stretch of time.
#[derive(Clone, Debug)]
pub struct Epoch {
    /// When.
    pub valid: Interval,
    /// Curves: lines, or rings of polygons.
    pub curves: Vec<Vec<[f64; 2]>>,
    /// Polygons, each a list of rings.
    pub polygons: Vec<Vec<Vec<[f64; 2]>>>,
    /// Answers already worked out, by the bits of longitude and latitude: several clauses ask the same.
    known: RefCell<HashMap<[u64; 2], Option<Standing>>>,
}

impl Epoch {
    /// Distance and side of a position from the nearest curve.
    #[must_use]
    pub fn standing(&self, lon_deg: f64, lat_deg: f64) -> Option<Standing> {
        let key = [lon_deg.to_bits(), lat_deg.to_bits()];
        if let Some(found) = self.known.borrow().get(&key) {
            return *found;
        }
        let found = standing(&self.curves, lon_deg, lat_deg);
        self.known.borrow_mut().insert(key, found);
        found
    }
}

/// A distance and a side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Metres.
    pub distance_m: f64,
    /// +1 left, -1 right, 0 on it.
    pub side: i8,
}

/// The moment or day a property names: its instant, and the civil day.
fn moment(feature: &Feature, property: &str, zone: &CivilZone) -> Option<(Instant, Interval)> {
    let text = match feature.properties.get(property)? {
        Value::String(s) => s.clone(),
        Value::Number(n) => n.to_string(),
        _ => return None,
    };
    if let Some((year, month, day)) = parse_date(&text) {
        let day = zone.day(year, month, day)?;
        return Some((day.start, day));
    }
    let instant = Instant::parse(&text)?;
    let (year, month, day) = zone.date_of(instant);
    Some((instant, zone.day(year, month, day)?))
}

fn validity(all: &[Feature], feature: &Feature, how: &Validity, zone: &CivilZone) -> Option<Interval> {
    match how {
        Validity::Always => Some(Interval::ALWAYS),
        Validity::EachDay { property } => Some(moment(feature, property, zone)?.1),
        Validity::From { property } => {
            let start = moment(feature, property, zone)?.0;
            let later = all.iter().filter_map(|f| Some(moment(f, property, zone)?.0)).filter(|s| *s > start);
            Some(Interval { start, end: later.min().unwrap_or(Instant::LAST) })
        }
        Validity::Between { from, until } => {
            let start = moment(feature, from, zone)?.0;
            let end = moment(feature, until, zone).map_or(Instant::LAST, |m| m.0);
            Some(Interval { start, end })
        }
    }
}

/// The epochs of one file. Features with the same validity stand together; the reference expects that different
/// validities do not overlap.
#[must_use]
pub fn epochs(features: &[Feature], how: &Validity, zone: &CivilZone) -> Vec<Epoch> {
    let mut out: Vec<Epoch> = Vec::new();
    for feature in features {
        let Some(valid) = validity(features, feature, how, zone) else { continue };
        let rings = feature.geometry.polygons.iter().flatten().cloned();
        let curves: Vec<Vec<[f64; 2]>> = feature.geometry.lines.iter().cloned().chain(rings).collect();
        let polygons = feature.geometry.polygons.clone();
        match out.iter_mut().find(|e| e.valid == valid) {
            Some(epoch) => {
                epoch.curves.extend(curves);
                epoch.polygons.extend(polygons);
            }
            None => out.push(Epoch { valid, curves, polygons, known: RefCell::default() }),
        }
    }
    out.sort_by_key(|e| e.valid.start);
    out
}

/// The epochs an event meets, and whether every moment of it has one.
#[must_use]
pub fn met(epochs: &[Epoch], event: Interval) -> (Vec<&Epoch>, bool) {
    let met: Vec<&Epoch> = epochs.iter().filter(|e| shares(e.valid, event)).collect();
    let covered_ms: i128 = met
        .iter()
        .map(|e| i128::from(e.valid.end.0.min(event.end.0)) - i128::from(e.valid.start.0.max(event.start.0)))
        .sum();
    let complete = !met.is_empty() && covered_ms >= i128::from(event.end.0) - i128::from(event.start.0);
    (met, complete)
}

fn shares(valid: Interval, event: Interval) -> bool {
    if event.start == event.end {
        valid.start <= event.start && event.start < valid.end
    } else {
        valid.start < event.end && event.start < valid.end
    }
}

/// Longitude of `to` as seen from `from`: never more than half way round.
fn beside(from_deg: f64, to_deg: f64) -> f64 {
    let mut turn = to_deg - from_deg;
    while turn > 180.0 {
        turn -= 360.0;
    }
    while turn < -180.0 {
        turn += 360.0;
    }
    from_deg + turn
}

fn metres(a: [f64; 2], b: [f64; 2]) -> f64 {
    WGS84.inverse(a[1], a[0], b[1], b[0])
}

fn between(a: [f64; 2], b: [f64; 2], t: f64) -> [f64; 2] {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

/// Distance to the nearest point of an edge, and where on the edge that is, 0 to 1: by halving the search again and
/// again, until it is known to a centimetre.
fn to_edge(at: [f64; 2], a: [f64; 2], b: [f64; 2]) -> (f64, f64) {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..34 {
        let (left, right) = (low + 0.382 * (high - low), low + 0.618 * (high - low));
        if metres(at, between(a, b, left)) <= metres(at, between(a, b, right)) {
            high = right;
        } else {
            low = left;
        }
    }
    let ends = [(metres(at, a), 0.0), (metres(at, b), 1.0)];
    let t = 0.5 * (low + high);
    let inner = (metres(at, between(a, b, t)), t);
    ends.into_iter().fold(inner, |best, end| if end.0 <= best.0 { end } else { best })
}

/// Which side of the edge's straight continuation a position lies on: more than 0 is left.
fn turn(a: [f64; 2], b: [f64; 2], at: [f64; 2]) -> f64 {
    let scale = at[1].to_radians().cos();
    (b[0] - a[0]) * scale * (at[1] - a[1]) - (b[1] - a[1]) * (at[0] - a[0]) * scale
}

fn sign(x: f64) -> i8 {
    if x > 0.0 {
        1
    } else if x < 0.0 {
        -1
    } else {
        0
    }
}

/// Distance and side of a position from all curves. Every edge is looked at; the search along one is spared only if
/// both its ends are farther than the best so far by more than the edge is long.
fn standing(curves: &[Vec<[f64; 2]>], lon_deg: f64, lat_deg: f64) -> Option<Standing> {
    let at = [lon_deg, lat_deg];
    let mut best: Option<(f64, i8)> = None;
    for curve in curves {
        let curve: Vec<[f64; 2]> = curve.iter().map(|v| [beside(lon_deg, v[0]), v[1]]).collect();
        for (i, edge) in curve.windows(2).enumerate() {
            let nearest_end_m = metres(at, edge[0]).min(metres(at, edge[1]));
            if best.is_some_and(|(b, _)| nearest_end_m - metres(edge[0], edge[1]) > b) {
                continue;
            }
            let (distance_m, t) = to_edge(at, edge[0], edge[1]);
            if best.is_some_and(|(b, _)| b <= distance_m) {
                continue;
            }
            best = Some((distance_m, side_at(&curve, i, t, at)));
        }
    }
    best.map(|(distance_m, side)| Standing { distance_m, side })
}

/// The side at edge `i`, where the nearest point is `t` along it. Nearest to a corner, one is on its outer side: right
/// of a corner that turns left.
fn side_at(curve: &[[f64; 2]], i: usize, t: f64, at: [f64; 2]) -> i8 {
    let (a, b) = (curve[i], curve[i + 1]);
    let corner = if t >= 1.0 {
        curve.get(i + 2).map(|next| turn(a, b, *next))
    } else if t <= 0.0 && i > 0 {
        Some(turn(curve[i - 1], a, b))
    } else {
        None
    };
    match corner {
        Some(bend) if bend != 0.0 => -sign(bend),
        _ => sign(turn(a, b, at)),
    }
}

/// Whether a position lies in one of the polygons, by casting a ray to the east and counting crossings.
#[must_use]
pub fn even_odd(polygons: &[Vec<Vec<[f64; 2]>>], lon_deg: f64, lat_deg: f64) -> bool {
    polygons.iter().any(|rings| {
        let mut crossings = 0;
        for ring in rings {
            for edge in ring.windows(2) {
                let (x1, y1) = (beside(lon_deg, edge[0][0]), edge[0][1]);
                let (x2, y2) = (beside(lon_deg, edge[1][0]), edge[1][1]);
                if (y1 > lat_deg) != (y2 > lat_deg) && lon_deg < x1 + (lat_deg - y1) / (y2 - y1) * (x2 - x1) {
                    crossings += 1;
                }
            }
        }
        crossings % 2 == 1
    })
}
