//! One polyline, compiled: distance, side and threshold verdicts.

use crate::geodesy::{CHORD_M_MAX, Geocentric, geocentric, geodesic_m, geodesic_of_chord};
use crate::geometry::Position;
use crate::index::cells::Cells;
use crate::index::pieces::{Near, Pieces, SAG_M, between};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// [`LineIndex::distance_m`] is within this of the geodesic distance, metres, up to 1,000 km from the line; beyond
/// it the bound grows to 1e-6 of the distance.
pub const DISTANCE_BOUND_M: f64 = 0.25;

/// Bound of a computed distance, metres.
#[must_use]
pub fn distance_bound_m(distance_m: f64) -> f64 {
    DISTANCE_BOUND_M.max(1e-6 * distance_m)
}

/// Beyond this distance, metres, the order of chords may differ from the order of geodesics by more than
/// 0.08 m, and every chord that could be the nearest is measured.
const ORDER_M: f64 = 200_000.0;

/// An edge between two vertices, with its neighbours at shared vertices.
#[derive(Clone, Copy)]
struct Edge {
    a: Position,
    b: Position,
    /// The vertex before `a`, if the line comes from there.
    before: Option<Position>,
    /// The vertex after `b`.
    after: Option<Position>,
}

/// Where a position stands to a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Geodesic distance, metres, within [`distance_bound_m`].
    pub distance_m: f64,
    /// +1 left, -1 right, 0 on the line.
    pub side: i8,
}

/// What a position is to a threshold of distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Within {
    /// Farther than the threshold, doubt included.
    Farther = 0,
    /// As near as the threshold or nearer, doubt included.
    Nearer = 1,
    /// The doubt reaches across the threshold.
    Unclear = 2,
}

/// A polyline of one or several parts.
pub struct LineIndex {
    edges: Vec<Edge>,
    pieces: Pieces,
    /// Positions asked about in batches so far.
    asked: AtomicUsize,
    cells: OnceLock<Cells>,
}

/// Positions after which a grid of cell distances is worth its memory (at most 8 MB).
pub const ASKED_MIN: usize = 10_000;

impl LineIndex {
    /// Compiles parts whose consecutive longitudes differ by at most 180 degrees (a line over the antimeridian runs on
    /// beyond 180). Parts of fewer than two vertices are passed over.
    #[must_use]
    pub fn build(parts: &[Vec<Position>]) -> LineIndex {
        let mut edges = Vec::new();
        for part in parts {
            add_edges(part, &mut edges);
        }
        let pieces = Pieces::build(edges.iter().map(|e| (e.a, e.b)));
        LineIndex { edges, pieces, asked: AtomicUsize::new(0), cells: OnceLock::new() }
    }

    /// A set of unconnected edges: distances only, sides mean nothing.
    #[must_use]
    pub fn of_edges(edges: &[(Position, Position)]) -> LineIndex {
        let edges: Vec<Edge> =
            edges.iter().map(|(a, b)| Edge { a: *a, b: *b, before: None, after: None }).collect();
        let pieces = Pieces::build(edges.iter().map(|e| (e.a, e.b)));
        LineIndex { edges, pieces, asked: AtomicUsize::new(0), cells: OnceLock::new() }
    }

    /// One vertex of every connected run of edges.
    pub(crate) fn starts(&self) -> impl Iterator<Item = Position> + '_ {
        let first = self.edges.first().map(|e| e.a);
        let later =
            self.edges.iter().zip(self.edges.iter().skip(1)).filter(|(e, f)| e.b != f.a).map(|(_, f)| f.a);
        first.into_iter().chain(later)
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let cells = self.cells.get().map_or(0, Cells::bytes);
        self.edges.len() * size_of::<Edge>() + self.pieces.bytes() + cells
    }

    /// Geodesic distance, metres, within [`distance_bound_m`]; NaN for a line without edges or a position of NaN.
    #[must_use]
    pub fn distance_m(&self, lon_deg: f64, lat_deg: f64) -> f64 {
        self.standing(lon_deg, lat_deg).map_or(f64::NAN, |s| s.distance_m)
    }

    /// Distance and side; `None` for a line without edges or a position of NaN.
    #[must_use]
    pub fn standing(&self, lon_deg: f64, lat_deg: f64) -> Option<Standing> {
        if lon_deg.is_nan() || lat_deg.is_nan() {
            return None;
        }
        let at = [lon_deg, lat_deg];
        let p = geocentric(at);
        let near = self.pieces.nearest(p, f64::INFINITY)?;
        let (distance_m, near) = self.measured(at, p, near);
        Some(Standing { distance_m, side: self.side(at, near) })
    }

    /// The geodesic distance to within a micrometre, metres: for the verdict near a threshold.
    #[must_use]
    pub fn exact_distance_m(&self, lon_deg: f64, lat_deg: f64) -> f64 {
        if lon_deg.is_nan() || lat_deg.is_nan() {
            return f64::NAN;
        }
        let at = [lon_deg, lat_deg];
        let p = geocentric(at);
        let Some(near) = self.pieces.nearest(p, f64::INFINITY) else { return f64::NAN };
        let chord_m = near.chord2.sqrt();
        let mut least = f64::INFINITY;
        self.pieces.within(p, chord_m + order_slack_m(chord_m) + 2.0 * SAG_M, &mut |candidate| {
            least = least.min(self.geodesic_to_piece(at, candidate.piece));
        });
        least
    }

    /// What a circle of `radius_m` around a position is to distances of `thresholds_m` from the line. Decided by the
    /// exact geodesic where the fast one is within its bound of deciding. A position of NaN is unclear.
    #[must_use]
    pub fn within<const N: usize>(
        &self,
        lon_deg: f64,
        lat_deg: f64,
        radius_m: f64,
        thresholds_m: &[f64; N],
    ) -> [Within; N] {
        let at = [lon_deg, lat_deg];
        let p = geocentric(at);
        if p.iter().any(|c| c.is_nan()) || radius_m.is_nan() || self.edges.is_empty() {
            return [Within::Unclear; N];
        }
        let far_m = thresholds_m.iter().fold(0.0f64, |m, t| m.max(*t)) + radius_m + DISTANCE_BOUND_M;
        // A chord is shorter than its geodesic: what has no chord in reach has no geodesic in reach.
        let Some(near) = self.pieces.nearest(p, far_m.max(1.0) * (1.0 + 1e-6)) else {
            return [Within::Farther; N];
        };
        let mut d = self.measured(at, p, near).0;
        let bound_m = distance_bound_m(d);
        let close = |t: &f64| (d - t - radius_m).abs() <= bound_m || (d - t + radius_m).abs() <= bound_m;
        if thresholds_m.iter().any(close) {
            d = self.exact_distance_m(lon_deg, lat_deg);
        }
        thresholds_m.map(|t| verdict(d, radius_m, t))
    }

    /// [`LineIndex::within`] for a column of positions, appended to `out`. From the [`ASKED_MIN`]th position on,
    /// distances of cells of a grid are kept: a cell wholly on one side of all thresholds answers alone.
    pub fn within_all<const N: usize>(
        &self,
        lon_deg: &[f64],
        lat_deg: &[f64],
        radius_m: &[f32],
        thresholds_m: &[f64; N],
        out: &mut Vec<[Within; N]>,
    ) {
        out.reserve(lon_deg.len());
        let asked = self.asked.fetch_add(lon_deg.len(), Ordering::Relaxed).saturating_add(lon_deg.len());
        let cells = (asked >= ASKED_MIN).then(|| self.cells.get_or_init(|| Cells::over(self.bounds())));
        for ((lon, lat), radius) in lon_deg.iter().zip(lat_deg).zip(radius_m) {
            let radius_m = f64::from(*radius);
            let quick = cells.and_then(|cells| {
                let mut measure = |[lon, lat]: Position| self.distance_m(lon, lat);
                cells.decide([*lon, *lat], &mut measure, |low_m, high_m| {
                    decided(low_m, high_m, radius_m, thresholds_m)
                })
            });
            out.push(quick.unwrap_or_else(|| self.within(*lon, *lat, radius_m, thresholds_m)));
        }
    }

    /// West, south, east, north of the line, degrees.
    fn bounds(&self) -> [f64; 4] {
        let start = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        self.edges
            .iter()
            .flat_map(|e| [e.a, e.b])
            .fold(start, |[w, s, e, n], [lon, lat]| [w.min(lon), s.min(lat), e.max(lon), n.max(lat)])
    }

    /// Distance of the nearest point, choosing among all chords whose order is in doubt.
    fn measured(&self, at: Position, p: Geocentric, near: Near) -> (f64, Near) {
        let chord_m = near.chord2.sqrt();
        if chord_m <= ORDER_M {
            return (geodesic_of_chord(p, self.point_of(near).1), near);
        }
        let mut best = (f64::INFINITY, near);
        self.pieces.within(p, chord_m + order_slack_m(chord_m), &mut |candidate| {
            let (position, point) = self.point_of(candidate);
            let far = chord_m > CHORD_M_MAX;
            let distance_m = if far { geodesic_m(at, position) } else { geodesic_of_chord(p, point) };
            if distance_m < best.0 {
                best = (distance_m, candidate);
            }
        });
        best
    }

    /// The nearest point itself: on the edge, and in space on the chord that stands for it.
    fn point_of(&self, near: Near) -> (Position, Geocentric) {
        let piece = self.pieces.piece(near.piece);
        let Some(edge) = self.edges.get(piece.edge as usize) else { return ([f64::NAN; 2], [f64::NAN; 3]) };
        let [start, end] = [piece.from, piece.to].map(|t| between(edge.a, edge.b, t));
        let (s, e) = (geocentric(start), geocentric(end));
        let [sx, sy, sz] = s;
        let [ex, ey, ez] = e;
        let t = near.along;
        let point = [sx + t * (ex - sx), sy + t * (ey - sy), sz + t * (ez - sz)];
        (between(start, end, t), point)
    }

    fn geodesic_to_piece(&self, at: Position, index: u32) -> f64 {
        let piece = self.pieces.piece(index);
        let Some(edge) = self.edges.get(piece.edge as usize) else { return f64::INFINITY };
        geodesic_to_edge(at, edge.a, edge.b, (piece.from, piece.to))
    }

    /// The side by the nearest edge; at a vertex by both edges that meet there.
    fn side(&self, at: Position, near: Near) -> i8 {
        let piece = self.pieces.piece(near.piece);
        let Some(edge) = self.edges.get(piece.edge as usize) else { return 0 };
        let (a, b) = (edge.a, edge.b);
        let turns = ((at[0] - a[0]) / 360.0).round();
        let at = [at[0] - 360.0 * turns, at[1]];
        let t = piece.from + near.along * (piece.to - piece.from);
        match (edge.before, edge.after) {
            (Some(before), _) if t <= 0.0 => wedge(before, a, b, at),
            (_, Some(after)) if t >= 1.0 => wedge(a, b, after, at),
            _ => turn(a, b, at),
        }
    }
}

/// Least geodesic distance, metres, to the stretch `range` (fractions) of an edge straight in longitude and
/// latitude, to a micrometre for stretches short beside the planet: the square of the distance is all but a
/// parabola along it.
pub(crate) fn geodesic_to_edge(at: Position, a: Position, b: Position, range: (f64, f64)) -> f64 {
    let squared = |t: f64| {
        let d = geodesic_m(at, between(a, b, t));
        d * d
    };
    let (mut low, mut high) = range;
    let mut least = squared(low).min(squared(high));
    for _ in 0..4 {
        let middle = 0.5 * (low + high);
        let (fl, fm, fh) = (squared(low), squared(middle), squared(high));
        least = least.min(fm);
        let bend = fl - 2.0 * fm + fh;
        if bend <= 0.0 {
            break;
        }
        let step = 0.5 * (high - low);
        let vertex = (middle + 0.5 * step * (fl - fh) / bend).clamp(range.0, range.1);
        least = least.min(squared(vertex));
        let room = step / 8.0;
        (low, high) = ((vertex - room).max(range.0), (vertex + room).min(range.1));
    }
    least.sqrt()
}

/// The verdicts on a distance known only to lie between two, if they are the same for all of them.
fn decided<const N: usize>(
    low_m: f64,
    high_m: f64,
    radius_m: f64,
    thresholds_m: &[f64; N],
) -> Option<[Within; N]> {
    let mut out = [Within::Unclear; N];
    for (verdict, t) in out.iter_mut().zip(thresholds_m) {
        *verdict = if high_m + radius_m <= *t {
            Within::Nearer
        } else if low_m - radius_m >= *t {
            Within::Farther
        } else if low_m + radius_m > *t && high_m - radius_m < *t {
            Within::Unclear
        } else {
            return None;
        };
    }
    Some(out)
}

/// The verdict on an exact distance.
pub(crate) fn verdict(distance_m: f64, radius_m: f64, threshold_m: f64) -> Within {
    if distance_m + radius_m <= threshold_m {
        Within::Nearer
    } else if distance_m - radius_m >= threshold_m {
        Within::Farther
    } else {
        Within::Unclear
    }
}

/// By how much chords may order points otherwise than geodesics do, metres: the curvature of the ellipsoid differs by
/// 1 % between directions, so the excess of the arc over its chord does.
fn order_slack_m(chord_m: f64) -> f64 {
    let sphere_m = 6_335_000.0;
    let half = (chord_m / (2.0 * sphere_m)).min(1.0);
    0.02 * (2.0 * sphere_m * half.asin() - chord_m) + 0.001
}

fn add_edges(part: &[Position], edges: &mut Vec<Edge>) {
    let mut vertices: Vec<Position> = part.to_vec();
    vertices.dedup();
    let closed = vertices.len() > 3 && vertices.first() == vertices.last();
    let count = vertices.len().saturating_sub(1);
    for i in 0..count {
        let get = |k: usize| vertices.get(k).copied();
        let (Some(a), Some(b)) = (get(i), get(i + 1)) else { continue };
        let before = if i > 0 { get(i - 1) } else { get(count - 1).filter(|_| closed) };
        let after = if i + 1 < count { get(i + 2) } else { get(1).filter(|_| closed) };
        edges.push(Edge { a, b, before, after });
    }
}

/// +1 if `p` is left of the line from `a` to `b`, -1 right, 0 on it; exact.
fn turn(a: Position, b: Position, p: Position) -> i8 {
    let c = |[x, y]: Position| robust::Coord { x, y };
    let area = robust::orient2d(c(a), c(b), c(p));
    if area > 0.0 {
        1
    } else if area < 0.0 {
        -1
    } else {
        0
    }
}

/// The side of a point whose nearest point is the vertex `v` between the edges from `a` and to `b`.
fn wedge(a: Position, v: Position, b: Position, p: Position) -> i8 {
    if p == v {
        return 0;
    }
    let (first, second) = (turn(a, v, p), turn(v, b, p));
    match turn(a, v, b) {
        1 => {
            if first > 0 && second > 0 {
                1
            } else {
                -1
            }
        }
        -1 => {
            if first < 0 && second < 0 {
                -1
            } else {
                1
            }
        }
        _ => first,
    }
}
