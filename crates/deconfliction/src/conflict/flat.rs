//! Distance between two lines or areas. First flat, with a bound on what flatness costs; where that bound reaches a
//! threshold, on the ellipsoid ([`atlas::index::line`]).

use crate::limits::{PIECE_M_MAX, PIECES_MAX};
use crate::shape::{Position, unwrapped};
use atlas::geodesy::{E2, MAJOR_M, geodesic_m, sin_cos_deg};
use atlas::index::line::LineIndex;

/// Longest stretch between two points at which the exact distance is taken, metres.
const EXACT_STEP_M: f64 = 500.0;
/// Corners that are tried for how deep one area lies in another.
const DEPTH_TRIES: usize = 64;

/// A point, a line or an area, its edges straight in longitude and latitude and none longer than [`PIECE_M_MAX`].
#[derive(Clone, Debug, PartialEq)]
pub struct Flat {
    points: Vec<Position>,
    is_area: bool,
    low: Position,
    high: Position,
    longest_m: f64,
}

type Edge = (Position, Position);

impl Flat {
    /// A point, or a line through several.
    #[must_use]
    pub fn line(path: &[Position]) -> Flat {
        Flat::of(split(&unwrapped(path)), false)
    }

    /// The area within an edge; its last corner is joined to the first.
    #[must_use]
    pub fn area(edge: &[Position]) -> Flat {
        let mut closed = unwrapped(edge);
        if let Some(first) = closed.first().copied()
            && closed.last() != Some(&first)
        {
            closed.push(first);
        }
        Flat::of(split(&closed), true)
    }

    fn of(points: Vec<Position>, is_area: bool) -> Flat {
        let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
        for [lon, lat] in &points {
            low = [low[0].min(*lon), low[1].min(*lat)];
            high = [high[0].max(*lon), high[1].max(*lat)];
        }
        let mut out = Flat { points, is_area, low, high, longest_m: 0.0 };
        out.longest_m =
            out.edges().map(|(a, b)| Metric::between(a[1], b[1]).length_m(a, b)).fold(0.0, f64::max);
        out
    }

    /// South-west and north-east corner of its box, degrees; longitudes may run beyond 180.
    #[must_use]
    pub fn bounds(&self) -> (Position, Position) {
        (self.low, self.high)
    }

    /// Its corners.
    #[must_use]
    pub fn points(&self) -> &[Position] {
        &self.points
    }

    /// Whether it is an area.
    #[must_use]
    pub fn is_area(&self) -> bool {
        self.is_area
    }

    fn edges(&self) -> impl Iterator<Item = Edge> + '_ {
        let one = if self.points.len() == 1 { self.points.first().map(|p| (*p, *p)) } else { None };
        one.into_iter().chain(self.points.iter().copied().zip(self.points.iter().skip(1).copied()))
    }

    fn shifted(&self, degrees: f64) -> Flat {
        let points = self.points.iter().map(|[lon, lat]| [lon + degrees, *lat]).collect();
        let (low, high) = ([self.low[0] + degrees, self.low[1]], [self.high[0] + degrees, self.high[1]]);
        Flat { points, is_area: self.is_area, low, high, longest_m: self.longest_m }
    }

    /// Whether a position lies in it, by counting edges to its east.
    #[must_use]
    pub fn holds(&self, [lon, lat]: Position) -> bool {
        if !self.is_area || lon < self.low[0] || lon > self.high[0] || lat < self.low[1] || lat > self.high[1]
        {
            return false;
        }
        let crosses = |(a, b): &Edge| {
            (a[1] > lat) != (b[1] > lat) && lon < a[0] + (lat - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
        };
        self.edges().filter(crosses).count() % 2 == 1
    }

    /// How deep the deepest of `other`'s corners lies in it, metres; `None`: none does.
    fn depth_m(&self, other: &Flat) -> Option<f64> {
        if !self.is_area {
            return None;
        }
        let inside = other.points.iter().filter(|p| self.holds(**p)).take(DEPTH_TRIES);
        let depth = |p: &Position| {
            self.edges().map(|(a, b)| Metric::between(p[1], p[1]).edge_m(*p, a, b)).fold(f64::MAX, f64::min)
        };
        inside.map(depth).reduce(f64::max)
    }
}

/// Edges cut into pieces of at most [`PIECE_M_MAX`].
fn split(path: &[Position]) -> Vec<Position> {
    let mut out: Vec<Position> = path.first().copied().into_iter().collect();
    for (a, b) in path.iter().zip(path.iter().skip(1)) {
        let pieces = (geodesic_m(*a, *b) / PIECE_M_MAX).ceil().clamp(1.0, 200.0) as usize;
        for i in 1..=pieces {
            if out.len() < PIECES_MAX {
                out.push(along(*a, *b, i as f64 / pieces as f64));
            }
        }
    }
    out
}

/// The position a share of the way along an edge.
pub(crate) fn along(a: Position, b: Position, share: f64) -> Position {
    [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
}

/// Metres for a degree around one latitude.
#[derive(Clone, Copy)]
struct Metric {
    x_m: f64,
    y_m: f64,
    /// Share of a distance that flatness may cost, for each metre of the whole extent.
    error: f64,
}

impl Metric {
    fn between(lat_a: f64, lat_b: f64) -> Metric {
        let (sin, cos) = sin_cos_deg(0.5 * (lat_a + lat_b));
        let w2 = 1.0 - E2 * sin * sin;
        let normal_m = MAJOR_M / w2.sqrt();
        let degree = std::f64::consts::PI / 180.0;
        let error = (1.2 * (sin / cos.max(1e-3)).abs() + 0.2) / 6.3e6;
        Metric { x_m: normal_m * cos * degree, y_m: normal_m * (1.0 - E2) / w2 * degree, error }
    }

    fn length_m(self, a: Position, b: Position) -> f64 {
        ((b[0] - a[0]) * self.x_m).hypot((b[1] - a[1]) * self.y_m)
    }

    /// Distance from a position to an edge.
    fn edge_m(self, p: Position, a: Position, b: Position) -> f64 {
        let (ax, ay) = ((a[0] - p[0]) * self.x_m, (a[1] - p[1]) * self.y_m);
        let (rx, ry) = ((b[0] - a[0]) * self.x_m, (b[1] - a[1]) * self.y_m);
        let length2 = rx * rx + ry * ry;
        let share = if length2 > 0.0 { (-(ax * rx + ay * ry) / length2).clamp(0.0, 1.0) } else { 0.0 };
        (ax + share * rx).hypot(ay + share * ry)
    }
}

fn turn(a: Position, b: Position, c: Position) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

fn cross((a, b): Edge, (c, d): Edge) -> bool {
    turn(a, b, c) * turn(a, b, d) < 0.0 && turn(c, d, a) * turn(c, d, b) < 0.0
}

/// Flat distance between two edges, and what flatness may cost of it, metres.
fn between_m(e: Edge, f: Edge, reach_m: f64) -> (f64, f64) {
    let metric = Metric::between(0.5 * (e.0[1] + e.1[1]), 0.5 * (f.0[1] + f.1[1]));
    if cross(e, f) {
        return (0.0, 0.0);
    }
    let d = metric
        .edge_m(e.0, f.0, f.1)
        .min(metric.edge_m(e.1, f.0, f.1))
        .min(metric.edge_m(f.0, e.0, e.1))
        .min(metric.edge_m(f.1, e.0, e.1));
    (d, d * metric.error * (d + reach_m))
}

/// Degrees of longitude by which `b` is moved to lie beside `a`.
fn shift(a: &Flat, b: &Flat) -> f64 {
    let middle = |f: &Flat| 0.5 * (f.low[0] + f.high[0]);
    -((middle(b) - middle(a)) / 360.0).round() * 360.0
}

/// Distance between two figures, metres; where they overlap, minus how deep a corner of one lies in the other. Within
/// 0.5 m of the geodesic distance where it is near one of `thresholds_m`; elsewhere on the right side of each of
/// them.
#[must_use]
pub fn separation_m(a: &Flat, b: &Flat, thresholds_m: &[f64]) -> f64 {
    let degrees = shift(a, b);
    if degrees == 0.0 {
        return apart_m(a, b, thresholds_m);
    }
    apart_m(a, &b.shifted(degrees), thresholds_m)
}

fn apart_m(a: &Flat, b: &Flat, thresholds_m: &[f64]) -> f64 {
    let depth = a.depth_m(b).into_iter().chain(b.depth_m(a)).reduce(f64::max);
    if let Some(depth) = depth {
        return -depth;
    }
    let reach_m = a.longest_m + b.longest_m;
    let (mut least_m, mut slack_m) = (f64::MAX, 0.0_f64);
    for e in a.edges() {
        for f in b.edges() {
            let (d, slack) = between_m(e, f, reach_m);
            if d < least_m {
                (least_m, slack_m) = (d, slack);
            }
        }
    }
    let is_near = |t: &f64| (least_m - t).abs() <= slack_m + 0.5;
    if least_m <= 0.0 || !thresholds_m.iter().any(is_near) {
        return least_m.max(0.0);
    }
    exact_m(a, b, least_m + slack_m + 1.0, reach_m)
}

/// The distance on the ellipsoid, from points along the edges that may be the nearest.
fn exact_m(a: &Flat, b: &Flat, within_m: f64, reach_m: f64) -> f64 {
    let mut best = f64::MAX;
    for e in a.edges() {
        for f in b.edges() {
            let (d, slack) = between_m(e, f, reach_m);
            if d - slack <= within_m {
                best = best.min(pair_exact_m(e, f)).min(pair_exact_m(f, e));
            }
        }
    }
    best
}

fn pair_exact_m(from: Edge, to: Edge) -> f64 {
    let steps = (geodesic_m(from.0, from.1) / EXACT_STEP_M).ceil().clamp(1.0, 100.0) as usize;
    let points = (0..=steps).map(|i| along(from.0, from.1, i as f64 / steps as f64));
    if to.0 == to.1 {
        return points.map(|p| geodesic_m(p, to.0)).fold(f64::MAX, f64::min);
    }
    let line = LineIndex::of_edges(&[to]);
    points.map(|[lon, lat]| line.distance_m(lon, lat)).fold(f64::MAX, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use atlas::geodesy::destination;
    use proptest::prelude::*;

    fn sampled_m(a: &Flat, b: &Flat) -> f64 {
        let points = |f: &Flat| -> Vec<Position> {
            f.edges().flat_map(|(p, q)| (0..=200).map(move |i| along(p, q, f64::from(i) / 200.0))).collect()
        };
        let (pa, pb) = (points(a), points(b));
        let mut best = f64::MAX;
        for p in &pa {
            for q in &pb {
                best = best.min(geodesic_m(*p, *q));
            }
        }
        best
    }

    #[test]
    fn what_lies_in_an_area_is_nearer_than_nothing_and_what_lies_over_the_antimeridian_is_near() {
        let area = Flat::area(&[[36.0, 48.0], [36.2, 48.0], [36.2, 48.2], [36.0, 48.2]]);
        let within = separation_m(&area, &Flat::line(&[[36.1, 48.1]]), &[0.0]);
        assert!((-7_500.0..-7_300.0).contains(&within), "{within}");
        let here = Flat::line(&[[179.999, 10.0]]);
        let there = Flat::line(&[[-179.999, 10.0]]);
        assert!(separation_m(&here, &there, &[300.0]) < 220.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn the_distance_is_that_of_points_along_both(
            lon in -180.0..180.0f64, lat in -70.0..70.0f64, bearing in 0.0..360.0f64, far_m in 10.0..20_000.0f64,
            turn_a in 0.0..360.0f64, turn_b in 0.0..360.0f64, long_m in 50.0..6_000.0f64,
        ) {
            let from = [lon, lat];
            let to = destination(from, bearing, far_m);
            let a = Flat::line(&[from, destination(from, turn_a, long_m)]);
            let b = Flat::line(&[to, destination(to, turn_b, long_m)]);
            let b_near = b.shifted(shift(&a, &b));
            let sampled = sampled_m(&a, &b_near);
            let d = separation_m(&a, &b, &[sampled]);
            // Two points of 200 along an edge may both be half a step away from the nearest pair.
            let step = long_m / 200.0;
            prop_assert!(d <= sampled + 0.6, "{d} against {sampled}");
            prop_assert!(d >= sampled - 1.5 * step - 0.6, "{d} against {sampled}");
        }
    }
}
