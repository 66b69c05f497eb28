//! The slow obvious evaluator: every edge, exact orientation, Karney's geodesic.

#![allow(
    dead_code,
    clippy::indexing_slicing,
    reason = "each test uses a part of it; a test stops where it fails"
)]

use atlas::Inside;
use atlas::geodesy::geodesic_m;

pub type Position = [f64; 2];
pub type Rings = Vec<Vec<Position>>;

fn turn(a: Position, b: Position, c: Position) -> f64 {
    let at = |[x, y]: Position| robust::Coord { x, y };
    robust::orient2d(at(a), at(b), at(c))
}

/// `Some(inside)`, or `None` on the boundary; rays go east.
pub fn in_polygon(rings: &Rings, p: Position) -> Option<bool> {
    let mut inside = false;
    for ring in rings {
        for edge in ring.windows(2) {
            let (a, b) = (edge[0], edge[1]);
            let side = turn(a, b, p);
            let spans = |k: usize| p[k] >= a[k].min(b[k]) && p[k] <= a[k].max(b[k]);
            if side == 0.0 && spans(0) && spans(1) {
                return None;
            }
            if (a[1] > p[1]) != (b[1] > p[1]) && (side > 0.0) == (b[1] > a[1]) {
                inside = !inside;
            }
        }
    }
    Some(inside)
}

/// Geodesic distance to an edge straight in longitude and latitude, metres: a dense scan, then golden sections.
pub fn to_edge_m(p: Position, a: Position, b: Position) -> f64 {
    let d = |t: f64| geodesic_m(p, [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
    let steps = 24;
    let best = (0..=steps)
        .map(|i| f64::from(i) / f64::from(steps))
        .min_by(|x, y| d(*x).total_cmp(&d(*y)))
        .unwrap_or(0.0);
    let (mut low, mut high) = ((best - 1.0 / 24.0f64).max(0.0), (best + 1.0 / 24.0f64).min(1.0));
    for _ in 0..45 {
        let (m, n) = (low + 0.381_966 * (high - low), low + 0.618_034 * (high - low));
        if d(m) < d(n) { high = n } else { low = m }
    }
    [low, high, 0.0, 1.0].into_iter().map(d).fold(f64::INFINITY, f64::min)
}

/// Geodesic distance to all edges of curves, metres.
pub fn to_curves_m<'a>(p: Position, curves: impl Iterator<Item = &'a Vec<Position>>) -> f64 {
    let mut least = f64::INFINITY;
    for curve in curves {
        for edge in curve.windows(2) {
            least = least.min(to_edge_m(p, edge[0], edge[1]));
        }
    }
    least
}

/// One zone of polygons that do not touch each other.
pub fn in_zone(polygons: &[Rings], p: Position, radius_m: f64) -> Inside {
    let answers: Vec<Option<bool>> = polygons.iter().map(|rings| in_polygon(rings, p)).collect();
    let inside = answers.contains(&Some(true));
    if !inside && answers.contains(&None) {
        return Inside::Unclear;
    }
    if radius_m > 0.0 && to_curves_m(p, polygons.iter().flatten()) < radius_m {
        return Inside::Unclear;
    }
    if inside { Inside::Inside } else { Inside::Outside }
}
