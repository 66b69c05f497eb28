//! A position that is an area: a sector seen from an observer, or a polygon. Its outline is sampled; every point of
//! the outline is within [`Extent::cover_m`] of a sample, and that is added to its doubt, so that no answer is
//! surer than the area allows.

use crate::answer::{Inside, Shape};
use crate::geodesy::{destination, distance_and_bearing, geodesic_m};
use crate::geometry::Position;
use crate::index::pieces::between;
use crate::index::zone::Rings;
use crate::index::{LineIndex, ZoneIndex};
use crate::timeline::Drawing;
use base::Sector;

/// Samples of an outline, about; a polygon's vertices come on top.
const OUTLINE_SAMPLES: usize = 256;
/// Rows and columns of samples inside.
const INNER_SAMPLES: usize = 16;
/// Farthest range and largest extent, metres: beyond it the place is as good as unknown.
const EXTENT_M_MAX: f64 = 2.0 * base::limits::RADIUS_M_MAX;

/// A sampled area.
pub(crate) struct Extent {
    outline: Vec<Position>,
    /// Every point of the outline is this near to a sample, metres.
    cover_m: f64,
    inner: Vec<Position>,
    /// Every point of the area is this near to an inner sample, or to the outline, metres.
    inner_cover_m: f64,
    /// How well the area itself is placed, metres.
    doubt_m: f64,
    area: Area,
}

enum Area {
    Sector(Sector),
    Polygon(Rings),
}

impl Extent {
    /// `None`: the shape says nothing (empty, not finite, larger than is kept).
    pub(crate) fn of(shape: &Shape) -> Option<Extent> {
        match shape {
            Shape::Sector(sector) => sector_extent(*sector),
            Shape::Polygon(rings) => polygon_extent(rings),
        }
    }

    /// Whether the area, with `margin_m` around it, lies in the one zone of `index`.
    pub(crate) fn inside(&self, index: &ZoneIndex, drawing: &Drawing, margin_m: f64) -> Inside {
        let reach_m = self.doubt_m + margin_m + self.cover_m;
        let mut all: Option<Inside> = None;
        for [lon, lat] in &self.outline {
            let here = index.inside(0, *lon, *lat, reach_m);
            if here == Inside::Unclear || all.is_some_and(|a| a != here) {
                return Inside::Unclear;
            }
            all = Some(here);
        }
        // No ring comes near the outline, so each lies wholly within the area or wholly without.
        let swallowed = drawing.polygons.iter().flatten().filter_map(|r| r.first()).any(|v| self.holds(*v));
        if swallowed { Inside::Unclear } else { all.unwrap_or(Inside::Unclear) }
    }

    /// Least and greatest distance from the line to points of the area, metres, and the side if all of it is on
    /// one. The greatest may be too great by a sixteenth of the area's size, the least is too small by at most
    /// the spacing of samples.
    pub(crate) fn distances(&self, index: &LineIndex) -> Option<(f64, f64, i8)> {
        let (mut near_m, mut far_m) = (f64::INFINITY, 0.0f64);
        let mut side: Option<i8> = None;
        for [lon, lat] in &self.outline {
            let standing = index.standing(*lon, *lat)?;
            near_m = near_m.min(standing.distance_m);
            far_m = far_m.max(standing.distance_m);
            side = Some(side.map_or(standing.side, |s| if s == standing.side { s } else { 0 }));
        }
        for [lon, lat] in &self.inner {
            far_m = far_m.max(index.standing(*lon, *lat)?.distance_m);
        }
        let swallowed = index.starts().any(|v| self.holds(v));
        let bound_m = self.cover_m + crate::index::line::distance_bound_m(far_m);
        let near_m = if swallowed { 0.0 } else { (near_m - bound_m).max(0.0) };
        let far_m = far_m + bound_m + self.inner_cover_m;
        let side = if near_m - self.doubt_m > 0.0 { side.unwrap_or(0) } else { 0 };
        Some((near_m - self.doubt_m, far_m + self.doubt_m, side))
    }

    fn holds(&self, v: Position) -> bool {
        match &self.area {
            Area::Sector(sector) => {
                let (distance_m, bearing_deg) = distance_and_bearing(observer(sector), v);
                let off_deg = (bearing_deg - sector.bearing_deg + 540.0).rem_euclid(360.0) - 180.0;
                (sector.range_min_m..=sector.range_max_m).contains(&distance_m)
                    && off_deg.abs() <= sector.half_width_deg
            }
            Area::Polygon(rings) => surrounded(rings, v),
        }
    }
}

fn observer(sector: &Sector) -> Position {
    [sector.observer.lon_deg(), sector.observer.lat_deg()]
}

fn sector_extent(s: Sector) -> Option<Extent> {
    let numbers = [s.observer_radius_m, s.bearing_deg, s.half_width_deg, s.range_min_m, s.range_max_m];
    let sound = numbers.iter().all(|n| n.is_finite())
        && s.observer_radius_m >= 0.0
        && s.half_width_deg >= 0.0
        && s.range_min_m >= 0.0
        && s.range_max_m >= s.range_min_m
        && s.range_max_m <= EXTENT_M_MAX;
    if !sound {
        return None;
    }
    let half_deg = s.half_width_deg.min(180.0);
    let from = observer(&s);
    let arc_m = 2.0 * half_deg.to_radians() * s.range_max_m;
    let depth_m = s.range_max_m - s.range_min_m;
    let on_arc = OUTLINE_SAMPLES / 2;
    let on_ray = OUTLINE_SAMPLES / 4;
    let fraction = |i: usize, n: usize| i as f64 / n as f64;
    let mut outline = Vec::with_capacity(2 * OUTLINE_SAMPLES);
    for i in 0..=on_arc {
        let bearing = s.bearing_deg - half_deg + 2.0 * half_deg * fraction(i, on_arc);
        outline.push(destination(from, bearing, s.range_max_m));
        outline.push(destination(from, bearing, s.range_min_m));
    }
    if half_deg < 180.0 {
        for i in 0..=on_ray {
            let range_m = s.range_min_m + depth_m * fraction(i, on_ray);
            outline.push(destination(from, s.bearing_deg - half_deg, range_m));
            outline.push(destination(from, s.bearing_deg + half_deg, range_m));
        }
    }
    let mut inner = Vec::with_capacity(INNER_SAMPLES * INNER_SAMPLES);
    for (i, j) in (0..INNER_SAMPLES).flat_map(|i| (0..INNER_SAMPLES).map(move |j| (i, j))) {
        let middle = |k: usize| (k as f64 + 0.5) / INNER_SAMPLES as f64;
        let bearing = s.bearing_deg - half_deg + 2.0 * half_deg * middle(i);
        inner.push(destination(from, bearing, s.range_min_m + depth_m * middle(j)));
    }
    // Arcs on the ellipsoid are no longer than in the plane, up to flattening; 1 % covers it.
    let spacing_m = (arc_m / on_arc as f64).max(depth_m / on_ray as f64);
    let cell_m = f64::hypot(arc_m, depth_m) / INNER_SAMPLES as f64;
    Some(Extent {
        outline,
        cover_m: 0.505 * spacing_m,
        inner,
        inner_cover_m: 0.505 * cell_m,
        doubt_m: s.observer_radius_m,
        area: Area::Sector(s),
    })
}

fn polygon_extent(rings: &[Vec<Position>]) -> Option<Extent> {
    let mut notices = Vec::new();
    let mut repair = crate::repair::Repair { feature: 0, notices: &mut notices };
    let rings = repair.polygon(rings).ok().flatten()?;
    let edges: Vec<(Position, Position)> =
        rings.iter().flat_map(|r| r.iter().copied().zip(r.iter().skip(1).copied())).collect();
    let perimeter_m: f64 = edges.iter().map(|(a, b)| geodesic_m(*a, *b)).sum();
    if !perimeter_m.is_finite() || perimeter_m > 2.0 * EXTENT_M_MAX {
        return None;
    }
    let step_m = (perimeter_m / OUTLINE_SAMPLES as f64).max(1.0);
    let mut outline = Vec::new();
    let mut gap_m = 0.0f64;
    for (a, b) in edges {
        let count = (geodesic_m(a, b) / step_m).ceil().clamp(1.0, OUTLINE_SAMPLES as f64) as usize;
        let mut last = a;
        for i in 1..=count {
            let next = between(a, b, i as f64 / count as f64);
            gap_m = gap_m.max(geodesic_m(last, next));
            outline.push(next);
            last = next;
        }
    }
    let (inner, cell_m) = inner_of(&rings);
    let area = Area::Polygon(rings);
    // A straight run of longitude and latitude is a little longer than the geodesic between its ends.
    Some(Extent { outline, cover_m: 0.55 * gap_m, inner, inner_cover_m: 0.51 * cell_m, doubt_m: 0.0, area })
}

/// Samples inside the box of a polygon, and the longest diagonal of a cell between them, metres.
fn inner_of(rings: &Rings) -> (Vec<Position>, f64) {
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for [lon, lat] in rings.iter().flatten() {
        low = [low[0].min(*lon), low[1].min(*lat)];
        high = [high[0].max(*lon), high[1].max(*lat)];
    }
    let n = INNER_SAMPLES as f64;
    let size = [(high[0] - low[0]) / n, (high[1] - low[1]) / n];
    let mut inner = Vec::new();
    let mut cell_m = 0.0f64;
    for (i, j) in (0..INNER_SAMPLES).flat_map(|i| (0..INNER_SAMPLES).map(move |j| (i, j))) {
        let corner = [low[0] + size[0] * i as f64, low[1] + size[1] * j as f64];
        let other = [corner[0] + size[0], corner[1] + size[1]];
        let across_m =
            geodesic_m(corner, other).max(geodesic_m([corner[0], other[1]], [other[0], corner[1]]));
        cell_m = cell_m.max(across_m);
        let middle = [corner[0] + 0.5 * size[0], corner[1] + 0.5 * size[1]];
        if surrounded(rings, middle) {
            inner.push(middle);
        }
    }
    (inner, cell_m)
}

/// Whether an odd number of rings surround `v`, at any turn of longitude.
fn surrounded(rings: &Rings, v: Position) -> bool {
    [0.0, -360.0, 360.0].iter().any(|shift| {
        crate::index::zone::spot_in(rings, [v[0] + shift, v[1]]) != crate::index::zone::Spot::Outside
    })
}
