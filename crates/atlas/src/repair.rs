//! From rings and lines as files have them to rings and lines that can be answered from: closed, without repeated
//! vertices, longitudes running on across the antimeridian. What is repaired is said; what cannot be is refused.

use crate::geometry::{Notice, Position};
use crate::index::zone::Rings;

/// Longest line or boundary of one epoch, degrees: more than twice all coasts of the planet; its index takes about
/// 1 GB.
pub(crate) const LENGTH_DEG_MAX: f64 = 40_000.0;
/// Comparisons of edges spent on one ring in search of a self-intersection.
const COMPARISONS_MAX: usize = 4_000_000;

/// Why a feature cannot be used.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refused {
    /// Where, if at one place.
    pub(crate) at: Option<Position>,
    /// Why.
    pub(crate) message: String,
}

/// Repairs the features of one file; collects what there is to say.
pub(crate) struct Repair<'a> {
    /// Which feature is being repaired.
    pub(crate) feature: usize,
    /// Where notices go.
    pub(crate) notices: &'a mut Vec<Notice>,
}

impl Repair<'_> {
    fn note(&mut self, at: Option<Position>, message: &str) {
        self.notices.push(Notice::about(Some(self.feature), at, message.to_owned()));
    }

    /// A line with at least two different vertices; `None` if nothing is left of it.
    pub(crate) fn line(&mut self, line: &[Position]) -> Result<Option<Vec<Position>>, Refused> {
        check(line)?;
        let mut out = line.to_vec();
        self.drop_repeated(&mut out);
        self.unwrap(&mut out);
        if out.len() < 2 {
            self.note(line.first().copied(), "a line of one vertex is left out");
            return Ok(None);
        }
        check_length(&out)?;
        Ok(Some(out))
    }

    /// A polygon whose rings are closed and have an area; `None` if nothing is left of it.
    pub(crate) fn polygon(&mut self, rings: &[Vec<Position>]) -> Result<Option<Rings>, Refused> {
        let mut out = Vec::with_capacity(rings.len());
        for (i, ring) in rings.iter().enumerate() {
            check(ring)?;
            match self.ring(ring)? {
                Some(ring) => out.push(ring),
                None if i == 0 => return Ok(None),
                None => {}
            }
        }
        align(&mut out);
        Ok(Some(out).filter(|r| !r.is_empty()))
    }

    fn ring(&mut self, ring: &[Position]) -> Result<Option<Vec<Position>>, Refused> {
        let mut out = ring.to_vec();
        self.drop_repeated(&mut out);
        if out.len() > 1 && out.first() != out.last() {
            let (first, last) = (out.first().copied(), out.last().copied());
            if let (Some(first), Some(last)) = (first, last)
                && !same_place(first, last)
            {
                self.note(Some(last), "a ring was not closed and has been closed");
            }
            out.extend(first);
        }
        let start = out.first().copied();
        self.unwrap(&mut out);
        self.close_over_a_pole(&mut out);
        if out.len() < 4 || in_one_line(&out) {
            self.note(start, "a ring without area is left out");
            return Ok(None);
        }
        check_length(&out)?;
        match crossing(&out) {
            Search::Clean => {}
            Search::Crosses(at) => self.note(
                Some(at),
                "a ring crosses or retraces itself; what an odd number of turns surround counts as inside",
            ),
            Search::GivenUp => self.note(start, "a ring is too long to be searched for self-intersections"),
        }
        Ok(Some(out))
    }

    fn drop_repeated(&mut self, vertices: &mut Vec<Position>) {
        let before = vertices.len();
        let first = vertices.first().copied();
        vertices.dedup();
        if vertices.len() < before {
            let message = format!("{} repeated vertices are dropped", before - vertices.len());
            self.note(first, &message);
        }
    }

    /// Makes longitudes run on where two vertices are more than 180 degrees apart: the short way is meant. Exactly 360
    /// apart is the whole parallel, as RFC 7946 draws a polygon around a pole.
    fn unwrap(&mut self, vertices: &mut [Position]) {
        let mut turns = 0.0;
        let mut crossed = None;
        let mut last: Option<Position> = None;
        for vertex in vertices.iter_mut() {
            let raw = *vertex;
            if let Some(before) = last {
                let jump = raw[0] - before[0];
                if jump.abs() > 180.0 && jump.abs() < 360.0 {
                    turns -= jump.signum();
                    crossed = crossed.or(Some(raw));
                }
            }
            vertex[0] = raw[0] + 360.0 * turns;
            last = Some(raw);
        }
        if crossed.is_some() {
            self.note(
                crossed,
                "vertices more than 180 degrees of longitude apart: taken to cross the antimeridian",
            );
        }
    }

    /// A ring that comes back 360 degrees away from where it began surrounds a pole: the one it is nearer to.
    fn close_over_a_pole(&mut self, ring: &mut Vec<Position>) {
        let (Some(first), Some(last)) = (ring.first().copied(), ring.last().copied()) else { return };
        let turn = last[0] - first[0];
        if turn.abs() < 180.0 {
            return;
        }
        let mean: f64 = ring.iter().map(|v| v[1]).sum::<f64>() / ring.len() as f64;
        let pole = if mean >= 0.0 { 90.0 } else { -90.0 };
        let name = if mean >= 0.0 { "north" } else { "south" };
        ring.extend([[last[0], pole], [first[0], pole], first]);
        self.note(Some(first), &format!("a ring goes around the {name} pole and is taken to hold it"));
    }
}

/// Whether a ring has no area whatever: a figure of eight may have two areas that cancel, and keeps them.
fn in_one_line(ring: &[Position]) -> bool {
    let Some(first) = ring.first().copied() else { return true };
    let Some(other) = ring.iter().copied().find(|v| *v != first) else { return true };
    ring.iter().all(|v| crate::index::grid::orient(first, other, *v) == 0.0)
}

fn same_place(a: Position, b: Position) -> bool {
    a[1] == b[1] && (a[0] == b[0] || (a[0] - b[0]).abs() == 360.0)
}

fn check(vertices: &[Position]) -> Result<(), Refused> {
    for vertex in vertices {
        let [lon, lat] = *vertex;
        let reason = if !lon.is_finite() || !lat.is_finite() {
            "has a coordinate that is not a number"
        } else if lat.abs() > 90.0 {
            "has a latitude outside -90..90; longitude and latitude may be swapped"
        } else if lon.abs() > 360.0 {
            "has a longitude outside -360..360; coordinates must be degrees on WGS84"
        } else {
            continue;
        };
        return Err(Refused { at: Some(*vertex), message: reason.to_owned() });
    }
    Ok(())
}

fn check_length(vertices: &[Position]) -> Result<(), Refused> {
    if vertices.len() > base::limits::VERTICES_MAX {
        let message = format!("has more than {} vertices in one piece", base::limits::VERTICES_MAX);
        return Err(Refused { at: vertices.first().copied(), message });
    }
    let pairs = vertices.iter().zip(vertices.iter().skip(1));
    let length: f64 = pairs.map(|(a, b)| (b[0] - a[0]).abs() + (b[1] - a[1]).abs()).sum();
    if length > LENGTH_DEG_MAX {
        let message = format!("is longer than {LENGTH_DEG_MAX} degrees in one piece");
        return Err(Refused { at: vertices.first().copied(), message });
    }
    Ok(())
}

/// Brings holes to the same turn of longitude as the outer ring, when unwrapping set them apart.
fn align(rings: &mut [Vec<Position>]) {
    let range = |ring: &[Position]| {
        ring.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v[0]), h.max(v[0])))
    };
    let Some((outer, holes)) = rings.split_first_mut() else { return };
    let (low, high) = range(outer);
    for hole in holes {
        let (hole_low, hole_high) = range(hole);
        let fits = |shift: f64| hole_low + shift >= low && hole_high + shift <= high;
        if let Some(shift) = [0.0, 360.0, -360.0].into_iter().find(|s| fits(*s)) {
            hole.iter_mut().for_each(|v| v[0] += shift);
        }
    }
}

/// Twice the signed area of a closed ring, square degrees; positive when it runs counter-clockwise.
pub(crate) fn double_area(ring: &[Position]) -> f64 {
    let Some([x0, y0]) = ring.first().copied() else { return 0.0 };
    let pairs = ring.iter().zip(ring.iter().skip(1));
    pairs.map(|(a, b)| (a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0)).sum()
}

enum Search {
    Clean,
    Crosses(Position),
    GivenUp,
}

/// Looks for two edges of a ring that cross, in a sweep from west to east.
fn crossing(ring: &[Position]) -> Search {
    let edges: Vec<(Position, Position)> = ring.iter().copied().zip(ring.iter().skip(1).copied()).collect();
    let mut order: Vec<(f64, f64, usize)> =
        edges.iter().enumerate().map(|(i, (a, b))| (a[0].min(b[0]), a[0].max(b[0]), i)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut comparisons = 0usize;
    for (k, (_, east, i)) in order.iter().enumerate() {
        for (_, _, j) in order.iter().skip(k + 1).take_while(|(west, _, _)| west <= east) {
            comparisons += 1;
            let (Some(e), Some(f)) = (edges.get(*i), edges.get(*j)) else { continue };
            if let Some(at) = cross(*e, *f) {
                return Search::Crosses(at);
            }
        }
        if comparisons > COMPARISONS_MAX {
            return Search::GivenUp;
        }
    }
    Search::Clean
}

/// Where the interiors of two edges properly cross; touching at a vertex is no crossing.
fn cross((a, b): (Position, Position), (c, d): (Position, Position)) -> Option<Position> {
    if a[1].min(b[1]) > c[1].max(d[1]) || c[1].min(d[1]) > a[1].max(b[1]) {
        return None;
    }
    let coord = |[x, y]: Position| robust::Coord { x, y };
    let turn = |p, q, r| robust::orient2d(coord(p), coord(q), coord(r));
    let (o1, o2) = (turn(a, b, c), turn(a, b, d));
    if o1 * o2 >= 0.0 {
        return None;
    }
    let (o3, o4) = (turn(c, d, a), turn(c, d, b));
    if o3 * o4 >= 0.0 {
        return None;
    }
    let t = o3 / (o3 - o4);
    Some([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])])
}
