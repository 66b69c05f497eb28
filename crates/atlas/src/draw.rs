//! Geometry for maps. What is drawn is exact; what is derived is answered from distances and only drawn approximately.

use crate::atlas::Atlas;
use crate::geodesy::{destination, distance_and_bearing};
use crate::geometry::Position;
use crate::index::zone::Rings;
use crate::plan::{LineIx, Side, ZoneIx, ZoneShape};
use base::Instant;
use geo::{Area as _, BooleanOps as _, Coord, LineString, MultiPolygon, Polygon, Simplify as _, unary_union};
use serde_json::{Value, json};

/// How wide the strip is that stands for "everything on one side", metres.
const SIDE_STRIP_M: f64 = 50_000.0;
/// Corners of the circle drawn around a vertex.
const CORNERS: usize = 16;
/// Vertices of a line that a derived zone is drawn from; a longer one is thinned first.
const VERTICES_DRAWN_MAX: usize = 20_000;

impl Atlas {
    /// The line at `moment` as a GeoJSON geometry; `None`: it has no epoch then.
    #[must_use]
    pub fn line_geojson_at(&self, line: LineIx, moment: Instant) -> Option<Value> {
        let lines = self.lines_at(line, moment)?;
        match lines {
            [one] => Some(json!({"type": "LineString", "coordinates": one})),
            many => Some(json!({"type": "MultiLineString", "coordinates": many})),
        }
    }

    /// The zone at `moment` as a GeoJSON geometry. A derived zone carries `"approximate": true`: its outline is for the
    /// eye, and its answers come from exact distances. `None`: it has no epoch then.
    #[must_use]
    pub fn zone_geojson_at(&self, zone: ZoneIx, moment: Instant) -> Option<Value> {
        if let Some(Some(drawn)) = self.zones.get(usize::from(zone.0)) {
            let drawing = &drawn.timeline.at(moment)?.shape.drawing;
            return Some(json!({"type": "MultiPolygon", "coordinates": drawing.polygons}));
        }
        let polygons: Vec<Rings> = self.outline(zone, moment)?.into_iter().map(rings_of).collect();
        Some(json!({"type": "MultiPolygon", "coordinates": polygons, "approximate": true}))
    }

    fn lines_at(&self, line: LineIx, moment: Instant) -> Option<&[Vec<Position>]> {
        let compiled = self.lines.get(usize::from(line.0))?;
        Some(&compiled.timeline.at(moment)?.shape.drawing.lines)
    }

    fn outline(&self, zone: ZoneIx, moment: Instant) -> Option<MultiPolygon> {
        if let Some(Some(drawn)) = self.zones.get(usize::from(zone.0)) {
            let drawing = &drawn.timeline.at(moment)?.shape.drawing;
            return Some(MultiPolygon::new(drawing.polygons.iter().map(polygon_of).collect()));
        }
        let pair = |a: ZoneIx, b: ZoneIx| {
            let before = a.0 < zone.0 && b.0 < zone.0;
            before.then(|| Some((self.outline(a, moment)?, self.outline(b, moment)?))).flatten()
        };
        match &self.plan.zones.get(usize::from(zone.0))?.shape {
            ZoneShape::Drawn(_) => None,
            ZoneShape::Band { line, from_m, to_m, side } => {
                let lines = self.lines_at(*line, moment)?;
                Some(band(lines, *from_m, *to_m, *side))
            }
            ZoneShape::SideOf { line, side } => {
                let lines = self.lines_at(*line, moment)?;
                Some(band(lines, 0.0, SIDE_STRIP_M, Some(*side)))
            }
            ZoneShape::Both(a, b) => pair(*a, *b).map(|(a, b)| a.intersection(&b)),
            ZoneShape::Either(a, b) => pair(*a, *b).map(|(a, b)| a.union(&b)),
            ZoneShape::Except(a, b) => pair(*a, *b).map(|(a, b)| a.difference(&b)),
        }
    }
}

/// The strip from `from_m` to `to_m` of lines, as the union of a box along each edge and a circle around each vertex.
fn band(lines: &[Vec<Position>], from_m: f64, to_m: f64, side: Option<Side>) -> MultiPolygon {
    // One degree of latitude is 111 km; a line thinned to 2 % of the band's width looks the same beside it.
    let thin_deg = to_m / 111_000.0 * 0.02;
    let thinned: Vec<Vec<Position>> = lines.iter().map(|l| thin(l, thin_deg)).collect();
    let wide = strip(&thinned, to_m, side);
    if from_m <= 0.0 {
        return wide;
    }
    // Cutting out leaves slivers where rounded outlines should coincide.
    let sliver_deg2 = thin_deg * thin_deg;
    let cut = wide.difference(&strip(&thinned, from_m, None));
    MultiPolygon::new(cut.into_iter().filter(|p| p.unsigned_area() > sliver_deg2).collect())
}

fn thin(line: &[Position], within_deg: f64) -> Vec<Position> {
    let coords: Vec<Coord> = line.iter().map(|[x, y]| Coord { x: *x, y: *y }).collect();
    let simple = LineString::new(coords).simplify(within_deg);
    let mut out: Vec<Position> = simple.0.iter().map(|c| [c.x, c.y]).collect();
    while out.len() > VERTICES_DRAWN_MAX {
        out = out.iter().step_by(2).copied().chain(out.last().copied()).collect();
        out.dedup();
    }
    out
}

fn strip(lines: &[Vec<Position>], width_m: f64, side: Option<Side>) -> MultiPolygon {
    let mut pieces: Vec<Polygon> = Vec::new();
    for line in lines {
        for (a, b) in line.iter().zip(line.iter().skip(1)) {
            pieces.push(along(*a, *b, width_m, side));
        }
        let turns = line.iter().zip(line.iter().skip(1)).zip(line.iter().skip(2));
        match side {
            None => pieces.extend(line.iter().map(|v| circle(*v, width_m, 0.0, 360.0))),
            Some(side) => pieces.extend(turns.filter_map(|((a, v), b)| corner(*a, *v, *b, width_m, side))),
        }
    }
    unary_union(&pieces)
}

/// The box along an edge.
fn along(a: Position, b: Position, width_m: f64, side: Option<Side>) -> Polygon {
    let (_, bearing) = distance_and_bearing(a, b);
    let (_, back) = distance_and_bearing(b, a);
    let off = |from: Position, bearing: f64| near(from, destination(from, bearing, width_m));
    let left = [off(a, bearing - 90.0), off(b, back + 90.0)];
    let right = [off(a, bearing + 90.0), off(b, back - 90.0)];
    let [la, lb] = left;
    let [ra, rb] = right;
    match side {
        None => closed(vec![ra, rb, lb, la]),
        Some(Side::Left) => closed(vec![a, b, lb, la]),
        Some(Side::Right) => closed(vec![ra, rb, b, a]),
    }
}

/// The wedge that opens between the boxes of two edges on the outer side of a turn.
fn corner(a: Position, v: Position, b: Position, width_m: f64, side: Side) -> Option<Polygon> {
    let (_, back) = distance_and_bearing(v, a);
    let (_, ahead) = distance_and_bearing(v, b);
    let arriving = back + 180.0;
    let turn = (ahead - arriving + 540.0).rem_euclid(360.0) - 180.0;
    match side {
        Side::Left if turn > 0.0 => Some(circle(v, width_m, arriving - 90.0, turn)),
        Side::Right if turn < 0.0 => Some(circle(v, width_m, arriving + 90.0, turn)),
        _ => None,
    }
}

/// A circle, or a slice of one from bearing `start` over `sweep` degrees.
fn circle(centre: Position, radius_m: f64, start: f64, sweep: f64) -> Polygon {
    let whole = sweep.abs() >= 360.0;
    let mut ring: Vec<Position> = (0..=CORNERS)
        .map(|i| start + sweep * i as f64 / CORNERS as f64)
        .map(|bearing| near(centre, destination(centre, bearing, radius_m)))
        .collect();
    if !whole {
        ring.push(centre);
    }
    closed(ring)
}

/// `p` at the turn of longitude nearest to `to`.
fn near(to: Position, p: Position) -> Position {
    [p[0] - 360.0 * ((p[0] - to[0]) / 360.0).round(), p[1]]
}

/// A polygon that runs counter-clockwise, which the union of many relies on.
fn closed(mut ring: Vec<Position>) -> Polygon {
    ring.extend(ring.first().copied());
    if crate::repair::double_area(&ring) < 0.0 {
        ring.reverse();
    }
    Polygon::new(line_string(&ring), Vec::new())
}

fn line_string(ring: &[Position]) -> LineString {
    ring.iter().map(|[x, y]| Coord { x: *x, y: *y }).collect()
}

fn polygon_of(rings: &Rings) -> Polygon {
    let mut all = rings.iter().map(|r| line_string(r));
    Polygon::new(all.next().unwrap_or_else(|| LineString::new(Vec::new())), all.collect())
}

fn rings_of(polygon: Polygon) -> Rings {
    let ring = |line: &LineString| line.0.iter().map(|c| [c.x, c.y]).collect();
    std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
}
