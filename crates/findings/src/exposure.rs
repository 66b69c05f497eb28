//! The coverage ledger: what share of a zone was watched for a kind of fact, moment by moment, and how many hours each
//! source watched, half watched, or was down, denied or jammed. *Verified silence* rests on the same shares: there is
//! one truth about what was watched.

use crate::silence::{area_key, is_bounded, shares, shares_at};
use crate::state::Version;
use atlas::plan::ZoneIx;
use base::{Instant, Interval};
use evidence::coverage::{Coverage, Status};
use std::collections::BTreeMap;
use std::sync::Arc;
use terms::agreement::{Duty, What};

/// Most steps that [`Watch::steps`] gives.
pub const STEPS_MAX: usize = 20_000;

/// The share of a zone that was watched for some kinds of fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Watch {
    /// Adjoining stretches in order, each with the share of the zone watched in it, 0 to 1: the least over the kinds.
    Shares(Arc<Vec<(Interval, f64)>>),
    /// No source has said when and where it was able to observe.
    NotStated,
    /// The zone has no edge on one side, or the clause names no zone: no share of it can be told.
    Unbounded,
    /// The clause is about no kind of fact that is perceived in a zone.
    NotOfFacts,
}

/// How well a stretch of time was watched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// When.
    pub interval: Interval,
    /// The share of zone and time watched, 0 to 1.
    pub share: f64,
    /// The least share of the zone watched at any moment of it.
    pub least: f64,
}

impl Watch {
    /// How well `over` was watched; `None`: no share can be told. Time outside of what is known counts as not watched.
    #[must_use]
    pub fn over(&self, over: Interval) -> Option<Step> {
        let Watch::Shares(all) = self else { return None };
        if over.end <= over.start {
            return None;
        }
        let first = all.partition_point(|(i, _)| i.end <= over.start);
        let met = all.iter().skip(first).take_while(|(i, _)| i.start < over.end);
        let (mut area, mut known_ms, mut least) = (0.0, 0_i64, 1.0_f64);
        for (interval, share) in met {
            let ms = interval.end.0.min(over.end.0) - interval.start.0.max(over.start.0);
            area += ms as f64 * share;
            known_ms += ms;
            least = least.min(*share);
        }
        let whole_ms = over.end.0 - over.start.0;
        if known_ms < whole_ms {
            least = 0.0;
        }
        Some(Step { interval: over, share: (area / whole_ms as f64).clamp(0.0, 1.0), least })
    }

    /// `over` in steps of `step_ms`, the last one cut; empty if no share can be told. At most [`STEPS_MAX`].
    #[must_use]
    pub fn steps(&self, over: Interval, step_ms: i64) -> Vec<Step> {
        let step_ms = step_ms.max(1);
        let mut out = Vec::new();
        let mut at = over.start.0;
        while at < over.end.0 && out.len() < STEPS_MAX {
            let end = at.saturating_add(step_ms).min(over.end.0);
            out.extend(self.over(Interval { start: Instant(at), end: Instant(end) }));
            at = end;
        }
        out
    }
}

/// How well a zone was watched for `kinds`, over `over`.
#[must_use]
pub fn watch(
    version: &Version,
    coverage: &[Coverage],
    zone: ZoneIx,
    kinds: &[String],
    over: Interval,
) -> Watch {
    if !is_bounded(&version.atlas, zone) {
        return Watch::Unbounded;
    }
    if coverage.is_empty() {
        return Watch::NotStated;
    }
    Watch::Shares(Arc::new(shares(version, coverage, zone, kinds, over)))
}

/// How well some points (longitude, latitude; degrees) were watched for `kinds`, over `over`: a cell of a grid by
/// points spread over it.
#[must_use]
pub fn watch_at(points: &[[f64; 2]], coverage: &[Coverage], kinds: &[String], over: Interval) -> Watch {
    if coverage.is_empty() {
        return Watch::NotStated;
    }
    Watch::Shares(Arc::new(shares_at(points, coverage, kinds, over)))
}

/// How well the ground of each clause of a version was watched for what the clause is about.
#[must_use]
pub fn watch_of_clauses(version: &Version, coverage: &[Coverage], over: Interval) -> Vec<Watch> {
    let mut known: Vec<(ZoneIx, &[String], Watch)> = Vec::new();
    let weapon = [String::from("weapon")];
    let mut out = Vec::with_capacity(version.agreement.clauses.len());
    for clause in &version.agreement.clauses {
        let (what, zone) = match &clause.duty {
            Duty::Prohibition { what, zone, .. } | Duty::Abstention { what, zone, .. } => (what, *zone),
            Duty::Distance { .. } => {
                out.push(Watch::Unbounded);
                continue;
            }
            _ => {
                out.push(Watch::NotOfFacts);
                continue;
            }
        };
        let Some(zone) = zone else {
            out.push(Watch::Unbounded);
            continue;
        };
        let kinds: &[String] = match what {
            What::Act { kinds, .. } => kinds,
            What::Weapon { .. } => &weapon,
        };
        let same = known.iter().find(|(z, k, _)| *z == zone && *k == kinds).map(|(_, _, w)| w.clone());
        let found = same.unwrap_or_else(|| {
            let found = watch(version, coverage, zone, kinds, over);
            known.push((zone, kinds, found.clone()));
            found
        });
        out.push(found);
    }
    out
}

/// How long the stations of a source were in each state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    /// The source.
    pub source: String,
    /// Stations: areas of which it says something. Ten cameras of one source are ten.
    pub stations: usize,
    /// Milliseconds in each state, in the order of [`Status::ALL`], summed over its stations. No moment of a station is
    /// in two of them: of two states that are reported for one moment the worse holds, and of two hindrances the one
    /// that stands later in that order.
    pub by_status_ms: [i64; 5],
    /// Causes of the hindrances with how long each is reported, milliseconds; where two overlap both are counted.
    pub causes_ms: Vec<(Status, String, i64)>,
}

impl Hours {
    /// How long it was in that state, milliseconds.
    #[must_use]
    pub fn of(&self, status: Status) -> i64 {
        let at = Status::ALL.iter().position(|(s, _)| *s == status);
        at.and_then(|i| self.by_status_ms.get(i)).copied().unwrap_or(0)
    }

    /// Share of the time about which it says anything in which it watched, 0 to 1: the up-time of a camera. `None`: it
    /// says nothing.
    #[must_use]
    pub fn up(&self) -> Option<f64> {
        let all: i64 = self.by_status_ms.iter().sum();
        (all > 0).then(|| self.of(Status::Effective) as f64 / all as f64)
    }
}

/// How long each source was in each state for `kind` during `over`, by source.
#[must_use]
pub fn hours(coverage: &[Coverage], kind: &str, over: Interval) -> Vec<Hours> {
    let concerns =
        |c: &&Coverage| c.interval.meets(over) && (c.kinds.is_empty() || c.kinds.iter().any(|o| o == kind));
    let mut by_source: BTreeMap<&str, BTreeMap<Vec<u64>, Vec<&Coverage>>> = BTreeMap::new();
    for one in coverage.iter().filter(concerns) {
        by_source.entry(&one.source).or_default().entry(area_key(&one.area)).or_default().push(one);
    }
    let of = |(source, stations): (&str, BTreeMap<Vec<u64>, Vec<&Coverage>>)| {
        let mut out = Hours { source: source.to_owned(), stations: stations.len(), ..Hours::default() };
        let mut causes: BTreeMap<(usize, &str), i64> = BTreeMap::new();
        stations.values().for_each(|all| add_station(&mut out.by_status_ms, &mut causes, all, over));
        let cause =
            |((at, cause), ms): ((usize, &str), i64)| Some((Status::ALL.get(at)?.0, cause.to_owned(), ms));
        out.causes_ms = causes.into_iter().filter_map(cause).collect();
        out
    };
    by_source.into_iter().map(of).collect()
}

fn add_station<'c>(
    by_status_ms: &mut [i64; 5],
    causes: &mut BTreeMap<(usize, &'c str), i64>,
    all: &[&'c Coverage],
    over: Interval,
) {
    let clip = |i: Interval| Interval { start: i.start.max(over.start), end: i.end.min(over.end) };
    let mut taken: Vec<Interval> = Vec::new();
    // From the worst to the best: what is left of a better state is what no worse one holds.
    for (at, (status, _)) in Status::ALL.iter().enumerate().rev() {
        let of = all.iter().filter(|c| c.status == *status).map(|c| clip(c.interval));
        let before = length_ms(&taken);
        taken = union(taken.iter().copied().chain(of).collect());
        if let Some(ms) = by_status_ms.get_mut(at) {
            *ms += length_ms(&taken) - before;
        }
        if *status != Status::Effective {
            for one in all.iter().filter(|c| c.status == *status) {
                let Interval { start, end } = clip(one.interval);
                *causes.entry((at, one.cause.as_str())).or_default() += (end.0 - start.0).max(0);
            }
        }
    }
}

fn length_ms(apart: &[Interval]) -> i64 {
    apart.iter().map(|i| i.end.0 - i.start.0).sum()
}

/// Joined where they touch or overlap, in order.
fn union(mut all: Vec<Interval>) -> Vec<Interval> {
    all.retain(|i| i.start < i.end);
    all.sort();
    let mut out: Vec<Interval> = Vec::with_capacity(all.len());
    for one in all {
        match out.last_mut() {
            Some(last) if one.start <= last.end => last.end = last.end.max(one.end),
            _ => out.push(one),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::LonLat;
    use evidence::coverage::CoverageArea;

    fn span(from: i64, to: i64) -> Interval {
        Interval { start: Instant(from), end: Instant(to) }
    }

    fn record(source: &str, status: Status, from: i64, to: i64, cause: &str) -> Coverage {
        Coverage {
            source: source.into(),
            kinds: vec!["explosion".into()],
            interval: span(from, to),
            area: CoverageArea::Circle { at: LonLat::new(-30.0, 47.0).unwrap(), radius_m: 1_000.0 },
            status,
            cause: cause.into(),
        }
    }

    #[test]
    fn of_two_states_reported_for_one_moment_the_worse_holds() {
        let all = [
            record("cam-1", Status::Effective, 0, 100, ""),
            record("cam-1", Status::Down, 20, 40, "no power"),
            record("cam-1", Status::Jammed, 30, 50, ""),
            record("cam-1", Status::Degraded, 45, 60, "fog"),
            record("cam-2", Status::Effective, 0, 10, ""),
        ];
        let found = hours(&all, "explosion", span(0, 100));
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].by_status_ms, [60, 10, 10, 0, 20]);
        assert_eq!(found[0].up(), Some(0.6));
        let causes: Vec<(&str, i64)> =
            found[0].causes_ms.iter().map(|(_, c, ms)| (c.as_str(), *ms)).collect();
        assert_eq!(causes, [("fog", 15), ("no power", 20), ("", 20)]);
        assert!(hours(&all, "flare", span(0, 100)).is_empty());
    }

    #[test]
    fn time_that_nobody_speaks_of_is_not_watched() {
        let watch = Watch::Shares(Arc::new(vec![(span(0, 50), 1.0), (span(50, 100), 0.5)]));
        let whole = watch.over(span(0, 200)).unwrap();
        assert_eq!((whole.share, whole.least), (0.375, 0.0));
        let steps = watch.steps(span(0, 100), 40);
        assert_eq!(steps.iter().map(|s| s.share).collect::<Vec<_>>(), [1.0, 0.625, 0.5]);
        assert_eq!(Watch::NotStated.over(span(0, 1)), None);
        assert_eq!(watch.over(span(5, 5)), None);
    }
}
