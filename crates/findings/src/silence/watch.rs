//! What share of a zone was watched, moment by moment, by what could have perceived the act.

use super::ground::{self, Point};
use crate::state::Version;
use atlas::geodesy::geodesic_m;
use atlas::plan::ZoneIx;
use base::{Instant, Interval, LonLat};
use evidence::coverage::{Coverage, CoverageArea, Status};
use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::rc::Rc;

/// One stretch in which a source really watched some points.
struct Piece<'a> {
    interval: Interval,
    coverage: &'a Coverage,
    seen: Rc<Vec<usize>>,
}

/// The share of the zone watched, for each stretch of `over` in which nothing changes; adjoining, in order. The share
/// is the least over `kinds`: to verify that nothing happened, each kind must have been perceivable.
pub(crate) fn shares(
    version: &Version,
    coverage: &[Coverage],
    zone: ZoneIx,
    kinds: &[String],
    over: Interval,
) -> Vec<(Interval, f64)> {
    let epochs = version.atlas.zone_epochs(zone);
    let mut out = Vec::new();
    let mut cuts = vec![over.start, over.end];
    cuts.extend(epochs.iter().flat_map(|e| [e.valid.start, e.valid.end]).filter(|t| over.holds(*t)));
    cuts.sort();
    cuts.dedup();
    for pair in cuts.windows(2) {
        let [start, end] = pair else { continue };
        let stretch = Interval { start: *start, end: *end };
        let points = ground::points(&version.atlas, zone, stretch.start);
        let pieces = effective(&points, coverage, kinds, stretch);
        out.extend(shares_of(&points, &pieces, kinds, stretch));
    }
    out
}

/// As [`shares`], of points that are no zone of a text: a cell of a grid.
pub(crate) fn shares_at(
    points: &[Point],
    coverage: &[Coverage],
    kinds: &[String],
    over: Interval,
) -> Vec<(Interval, f64)> {
    shares_of(points, &effective(points, coverage, kinds, over), kinds, over)
}

fn shares_of(
    points: &[Point],
    pieces: &[Piece<'_>],
    kinds: &[String],
    over: Interval,
) -> Vec<(Interval, f64)> {
    if points.is_empty() {
        return vec![(over, 0.0)];
    }
    let pieces: Vec<&Piece<'_>> = pieces.iter().filter(|p| p.interval.meets(over)).collect();
    let mut cuts = vec![over.start, over.end];
    cuts.extend(pieces.iter().flat_map(|p| [p.interval.start, p.interval.end]).filter(|t| over.holds(*t)));
    cuts.sort();
    cuts.dedup();
    // Watchers of each point, by kind, kept from cut to cut.
    let mut watchers = vec![vec![0_u32; points.len()]; kinds.len().max(1)];
    let mut starts: Vec<usize> = (0..pieces.len()).collect();
    starts.sort_by_key(|i| pieces.get(*i).map(|p| p.interval.start));
    let mut ends = starts.clone();
    ends.sort_by_key(|i| pieces.get(*i).map(|p| p.interval.end));
    let (mut starts, mut ends) = (starts.into_iter().peekable(), ends.into_iter().peekable());
    let mut out = Vec::new();
    for pair in cuts.windows(2) {
        let [start, end] = pair else { continue };
        let due = |i: &usize, at: fn(&Piece<'_>) -> Instant| pieces.get(*i).is_some_and(|p| at(p) <= *start);
        while let Some(i) = starts.next_if(|i| due(i, |p| p.interval.start)) {
            change(&mut watchers, kinds, pieces.get(i), true);
        }
        while let Some(i) = ends.next_if(|i| due(i, |p| p.interval.end)) {
            change(&mut watchers, kinds, pieces.get(i), false);
        }
        let share = |of: &Vec<u32>| of.iter().filter(|n| **n > 0).count() as f64 / points.len() as f64;
        let least = watchers.iter().map(share).fold(1.0, f64::min);
        out.push((Interval { start: *start, end: *end }, least));
    }
    out
}

fn change(watchers: &mut [Vec<u32>], kinds: &[String], piece: Option<&&Piece<'_>>, comes: bool) {
    let Some(piece) = piece else { return };
    for (i, counts) in watchers.iter_mut().enumerate() {
        if !kinds.get(i).is_none_or(|k| perceives(piece.coverage, k)) {
            continue;
        }
        for point in piece.seen.iter() {
            if let Some(n) = counts.get_mut(*point) {
                *n = if comes { n.saturating_add(1) } else { n.saturating_sub(1) };
            }
        }
    }
}

/// Whether a source can perceive that kind; one that names none perceives all that it ever reports.
fn perceives(coverage: &Coverage, kind: &str) -> bool {
    coverage.kinds.is_empty() || coverage.kinds.iter().any(|k| k == kind)
}

/// Times in which sources watched points with effect: those reported as effective, without those reported as anything
/// less for the same source, kind and place. A camera that is down takes away what that camera sees, not what its
/// source sees elsewhere.
fn effective<'a>(
    points: &[Point],
    coverage: &'a [Coverage],
    kinds: &[String],
    over: Interval,
) -> Vec<Piece<'a>> {
    let mut areas = Areas { points, known: HashMap::new() };
    let mut lost: BTreeMap<&str, Vec<&Coverage>> = BTreeMap::new();
    for one in coverage.iter().filter(|c| c.status != Status::Effective && c.interval.meets(over)) {
        lost.entry(&one.source).or_default().push(one);
    }
    let mut out = Vec::new();
    for one in coverage.iter().filter(|c| c.status == Status::Effective && c.interval.meets(over)) {
        if !kinds.iter().any(|k| perceives(one, k)) {
            continue;
        }
        let own = areas.seen(&one.area);
        let mut groups: Vec<(Rc<Vec<usize>>, Vec<Interval>)> = vec![(Rc::clone(&own), Vec::new())];
        for loss in lost.get(one.source.as_str()).into_iter().flatten() {
            if !concern_alike(loss, one) || !loss.interval.meets(one.interval) {
                continue;
            }
            let whole = same_station(&loss.area, &one.area);
            let taken = if whole { Rc::clone(&own) } else { areas.seen(&loss.area) };
            take_away(&mut groups, &taken, loss.interval);
        }
        for (seen, lost) in groups {
            let rest = super::between(one.interval, &lost).into_iter().filter(|i| i.start < i.end);
            out.extend(rest.map(|interval| Piece { interval, coverage: one, seen: Rc::clone(&seen) }));
        }
    }
    out
}

/// Whether two areas are around one station, however far each says that it reaches: "the camera is down" may be
/// stated of the camera's own spot.
fn same_station(a: &CoverageArea, b: &CoverageArea) -> bool {
    match (a, b) {
        (CoverageArea::Circle { at: a, .. }, CoverageArea::Circle { at: b, .. }) => a == b,
        _ => a == b,
    }
}

/// Notes a loss for the points that it is about; groups that it parts are parted.
fn take_away(groups: &mut Vec<(Rc<Vec<usize>>, Vec<Interval>)>, area: &[usize], interval: Interval) {
    let mut parted = Vec::new();
    for (points, lost) in groups.iter_mut() {
        let (hit, missed): (Vec<usize>, Vec<usize>) =
            points.iter().partition(|p| area.binary_search(p).is_ok());
        if hit.is_empty() {
            continue;
        }
        if !missed.is_empty() {
            parted.push((Rc::new(missed), lost.clone()));
            *points = Rc::new(hit);
        }
        lost.push(interval);
    }
    groups.append(&mut parted);
}

/// Which points each area holds, found once an area.
struct Areas<'p> {
    points: &'p [Point],
    known: HashMap<Vec<u64>, Rc<Vec<usize>>>,
}

impl Areas<'_> {
    fn seen(&mut self, area: &CoverageArea) -> Rc<Vec<usize>> {
        let points = self.points;
        Rc::clone(self.known.entry(key(area)).or_insert_with(|| Rc::new(seen(points, area))))
    }
}

/// What makes an area itself: equal keys, equal areas.
pub(crate) fn key(area: &CoverageArea) -> Vec<u64> {
    match area {
        CoverageArea::Circle { at, radius_m } => {
            [at.lon_deg(), at.lat_deg(), *radius_m].map(f64::to_bits).to_vec()
        }
        CoverageArea::Polygon(rings) => {
            let ring = |r: &Vec<LonLat>| {
                let ends = std::iter::once(r.len() as u64);
                ends.chain(r.iter().flat_map(|p| [p.lon_deg().to_bits(), p.lat_deg().to_bits()]))
                    .collect::<Vec<_>>()
            };
            rings.iter().flat_map(ring).collect()
        }
    }
}

/// Whether a loss of one is a loss of the other: they share a kind.
fn concern_alike(a: &Coverage, b: &Coverage) -> bool {
    a.kinds.is_empty() || b.kinds.is_empty() || a.kinds.iter().any(|k| b.kinds.contains(k))
}

/// Which points an area holds.
fn seen(points: &[Point], area: &CoverageArea) -> Vec<usize> {
    let holds = |p: &Point| match area {
        CoverageArea::Circle { at, radius_m } => geodesic_m([at.lon_deg(), at.lat_deg()], *p) <= *radius_m,
        CoverageArea::Polygon(rings) => {
            let crossings = rings.iter().flat_map(|r| r.iter().zip(r.iter().skip(1))).filter(|(a, b)| {
                let (x1, y1) = (beside(p[0], a.lon_deg()), a.lat_deg());
                let (x2, y2) = (beside(p[0], b.lon_deg()), b.lat_deg());
                (y1 > p[1]) != (y2 > p[1]) && p[0] < x1 + (p[1] - y1) / (y2 - y1) * (x2 - x1)
            });
            crossings.count() % 2 == 1
        }
    };
    points.iter().enumerate().filter(|(_, p)| holds(p)).map(|(i, _)| i).collect()
}

/// Longitude of `to` as seen from `from`: never more than half way round.
fn beside(from_deg: f64, to_deg: f64) -> f64 {
    from_deg + (to_deg - from_deg + 540.0).rem_euclid(360.0) - 180.0
}
