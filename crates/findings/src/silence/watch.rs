//! What share of a zone was watched, moment by moment, by what could have perceived the act.

use super::ground::{self, Point};
use crate::state::Version;
use atlas::geodesy::geodesic_m;
use atlas::plan::ZoneIx;
use base::{Instant, Interval};
use evidence::coverage::{Coverage, CoverageArea, Status};
use std::collections::BTreeMap;
use std::rc::Rc;

/// One stretch in which a source really watched.
struct Piece<'a> {
    interval: Interval,
    coverage: &'a Coverage,
}

/// The share of the zone watched, for each stretch of `over` in which nothing changes; adjoining, in order. The share
/// is the least over `kinds`: to verify that nothing happened, each kind must have been perceivable.
pub(super) fn shares(
    version: &Version,
    coverage: &[Coverage],
    zone: ZoneIx,
    kinds: &[String],
    over: Interval,
) -> Vec<(Interval, f64)> {
    let pieces = effective(coverage, kinds, over);
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
        out.extend(shares_of(&points, &pieces, kinds, stretch));
    }
    out
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
    let seen = seen_by_all(points, &pieces);
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
            change(&mut watchers, kinds, pieces.get(i), seen.get(i), true);
        }
        while let Some(i) = ends.next_if(|i| due(i, |p| p.interval.end)) {
            change(&mut watchers, kinds, pieces.get(i), seen.get(i), false);
        }
        let share = |of: &Vec<u32>| of.iter().filter(|n| **n > 0).count() as f64 / points.len() as f64;
        let least = watchers.iter().map(share).fold(1.0, f64::min);
        out.push((Interval { start: *start, end: *end }, least));
    }
    out
}

fn change(
    watchers: &mut [Vec<u32>],
    kinds: &[String],
    piece: Option<&&Piece<'_>>,
    seen: Option<&Rc<Vec<usize>>>,
    comes: bool,
) {
    let (Some(piece), Some(seen)) = (piece, seen) else { return };
    for (i, counts) in watchers.iter_mut().enumerate() {
        if !kinds.get(i).is_none_or(|k| perceives(piece.coverage, k)) {
            continue;
        }
        for point in seen.iter() {
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

/// Times in which sources watched with effect: those reported as effective, without those reported as anything less for
/// the same source.
fn effective<'a>(coverage: &'a [Coverage], kinds: &[String], over: Interval) -> Vec<Piece<'a>> {
    let mut lost: BTreeMap<&str, Vec<&Coverage>> = BTreeMap::new();
    for one in coverage.iter().filter(|c| c.status != Status::Effective && c.interval.meets(over)) {
        lost.entry(&one.source).or_default().push(one);
    }
    let mut out = Vec::new();
    for one in coverage.iter().filter(|c| c.status == Status::Effective && c.interval.meets(over)) {
        if !kinds.iter().any(|k| perceives(one, k)) {
            continue;
        }
        let lost = lost.get(one.source.as_str()).into_iter().flatten();
        let lost: Vec<Interval> = lost.filter(|c| concern_alike(c, one)).map(|c| c.interval).collect();
        let rest = super::between(one.interval, &lost).into_iter().filter(|i| i.start < i.end);
        out.extend(rest.map(|interval| Piece { interval, coverage: one }));
    }
    out
}

/// Whether a loss of one is a loss of the other: they share a kind.
fn concern_alike(a: &Coverage, b: &Coverage) -> bool {
    a.kinds.is_empty() || b.kinds.is_empty() || a.kinds.iter().any(|k| b.kinds.contains(k))
}

/// Which points each piece sees; pieces of one area share them.
fn seen_by_all(points: &[Point], pieces: &[&Piece<'_>]) -> Vec<Rc<Vec<usize>>> {
    let mut known: Vec<(&CoverageArea, Rc<Vec<usize>>)> = Vec::new();
    let mut out = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let area = &piece.coverage.area;
        let shared = known.iter().find(|(a, _)| *a == area).map(|(_, seen)| Rc::clone(seen));
        out.push(shared.unwrap_or_else(|| {
            let seen = Rc::new(seen(points, area));
            known.push((area, Rc::clone(&seen)));
            seen
        }));
    }
    out
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
