//! One pass through the steps of one length.

use super::{CHART_DAYS, settings};
use crate::baseline::Area;
use crate::count::NegBin;
use crate::detect::across::{SharedFall, feed_looks_dead};
use crate::detect::watch::{Alarm, Flags, Ground as Basis, Quiet, Report, Seen, ZoneWatch};
use crate::streams::{Cadence, Ground, Series, Stream, Streams};
use serde::Serialize;
use std::collections::BTreeMap;

/// A day of a stream, for charts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DayView {
    /// When it begins, milliseconds since 1970.
    pub day_ms: i64,
    /// What came to be known in it, in time.
    pub count: u32,
    /// What came too late in it.
    pub late: u32,
    /// What happened on it, as far as is known.
    pub happened: u32,
    /// What part could have been seen, 0 to 1.
    pub part: f32,
    /// Whether too little was seen for the count to say anything.
    pub unobserved: bool,
    /// What was expected, as it could be seen; `None`: nothing yet.
    pub expected: Option<f64>,
    /// What would be exceeded on one day in twenty of ordinary times.
    pub high: Option<u64>,
}

/// How a stream stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// What a fully seen day is expected to count; `None`: nothing yet.
    pub law: Option<NegBin>,
    /// Whether it is quiet, as the last step that told.
    pub quiet: Quiet,
    /// When that was told, milliseconds since 1970.
    pub quiet_ms: Option<i64>,
    /// What is wrong with its last step.
    pub flags: Flags,
    /// Its last days.
    pub days: Vec<DayView>,
    /// On how many days something was expected.
    pub expecting_days: f64,
    /// Logarithm of the evidence of a rise as it stands.
    pub log_evidence: f64,
    /// The e-value of a rise as it stands, for a list at a stated share of false discoveries.
    pub e_value: f64,
}

/// An alarm of one stream.
#[derive(Clone, Debug)]
pub(super) struct Alarmed {
    pub stream: usize,
    pub cadence: Cadence,
    pub step: usize,
    pub at_ms: i64,
    pub alarm: Alarm,
    pub expected: f64,
    pub flags: Flags,
    /// Half as much again as a day of ordinary times brings.
    pub calm_below_per_day: u64,
}

/// What a pass gives.
pub(super) struct Passed {
    pub states: Vec<State>,
    pub alarms: Vec<Alarmed>,
}

/// Streams of one kind of facts on one class of grounds: they lend each other what each knows too little of.
struct Group {
    streams: Vec<usize>,
    fall: SharedFall,
}

struct Pass<'s> {
    streams: &'s Streams,
    cadence: Cadence,
    now_ms: i64,
    watches: Vec<ZoneWatch>,
    states: Vec<State>,
    alarms: Vec<Alarmed>,
    phases: Phases,
    /// Whether something came there before: a cell of the grid on which nothing ever did lends and shares nothing, or
    /// what comes there later would change what was told before.
    is_live: Vec<bool>,
}

/// All steps of that length, up to the moment.
pub(super) fn pass(streams: &Streams, cadence: Cadence, now_ms: i64) -> Passed {
    let steps = streams.edges(cadence).len().saturating_sub(1);
    let mut groups = groups(&streams.all);
    let mut pass = Pass {
        streams,
        cadence,
        now_ms,
        watches: vec![ZoneWatch::new(&settings(cadence)); streams.all.len()],
        states: vec![State::default(); streams.all.len()],
        alarms: Vec::new(),
        phases: Phases::new(cadence),
        is_live: streams.all.iter().map(|s| !matches!(s.ground, Ground::Cell { .. })).collect(),
    };
    for step in 0..steps {
        pass.rebase(step);
        for group in &mut groups {
            pass.step(group, step, steps);
        }
        pass.enliven(step);
        pass.phases.take(streams, step);
    }
    for (state, watch) in pass.states.iter_mut().zip(&pass.watches) {
        state.e_value = watch.e_value();
    }
    Passed { states: pass.states, alarms: pass.alarms }
}

fn groups(streams: &[Stream]) -> Vec<Group> {
    let mut by: BTreeMap<(&str, u8), Vec<usize>> = BTreeMap::new();
    for (ix, stream) in streams.iter().enumerate() {
        let class = match stream.ground {
            Ground::Zone { .. } => 0,
            Ground::Cell { .. } => 1,
            Ground::Everywhere => 2,
        };
        by.entry((stream.what.as_str(), class)).or_default().push(ix);
    }
    by.into_values().map(|streams| Group { streams, fall: SharedFall::default() }).collect()
}

impl Pass<'_> {
    /// The ceasefire enters into force within this step: levels are learnt anew.
    fn rebase(&mut self, step: usize) {
        let Some(moment) = self.streams.entry_into_force else { return };
        if self.streams.step(self.cadence, step).is_some_and(|i| i.holds(moment)) {
            self.watches.iter_mut().for_each(ZoneWatch::entry_into_force);
        }
    }

    fn is_live(&self, ix: usize) -> bool {
        self.is_live.get(ix).copied().unwrap_or(false)
    }

    fn enliven(&mut self, step: usize) {
        for (live, stream) in self.is_live.iter_mut().zip(&self.streams.all) {
            *live |= stream.of(self.cadence).counts.get(step).is_some_and(|c| *c > 0);
        }
    }

    fn step(&mut self, group: &mut Group, step: usize, steps: usize) {
        let live = group.streams.iter().filter(|ix| self.is_live(**ix));
        let area = Area::of(live.filter_map(|ix| self.watches.get(*ix)).map(ZoneWatch::baseline));
        let laws: Vec<(usize, Option<NegBin>)> =
            group.streams.iter().map(|ix| (*ix, self.watches.get(*ix).and_then(|w| w.law(&area)))).collect();
        let is_over = self.streams.step(self.cadence, step).is_some_and(|i| i.end.0 <= self.now_ms);
        let (dead, shared_fall) = self.feed(group, &laws, step);
        for (ix, law) in laws {
            let Some(series) = self.streams.all.get(ix).map(|s| s.of(self.cadence)) else { continue };
            let Some(mut seen) = seen(series, step) else { continue };
            seen.part *= self.phases.part(step);
            seen.shared_fall = shared_fall;
            let observed = if dead && !seen.alive { None } else { Some(seen) };
            if self.cadence == Cadence::Day && step + CHART_DAYS >= steps {
                self.chart(ix, step, series, law.as_ref());
            }
            if is_over {
                self.take(ix, step, observed, &area, law.as_ref(), series);
            } else {
                self.look(ix, step, seen, &area, law.as_ref(), series);
            }
        }
    }

    /// Whether the feed behind a group looks dead, and whether a fall is one that all of it shares.
    fn feed(&self, group: &mut Group, laws: &[(usize, Option<NegBin>)], step: usize) -> (bool, bool) {
        let (mut counted, mut expected, mut seen_laws) = (0_u64, 0.0, Vec::new());
        for (ix, law) in laws.iter().filter(|(ix, _)| self.is_live(*ix)) {
            let (Some(law), Some(series)) = (law, self.streams.all.get(*ix).map(|s| s.of(self.cadence)))
            else {
                continue;
            };
            let part = series.part.get(step).copied().unwrap_or(0.0);
            if part < crate::panel::SEEN_MIN {
                continue;
            }
            counted += u64::from(series.counts.get(step).copied().unwrap_or(0));
            expected += law.mean() * f64::from(part);
            seen_laws.push(law.with_mean(law.mean() * f64::from(part)));
        }
        let dead = feed_looks_dead(&seen_laws, counted);
        // One stream alone shares its fall with nobody.
        let shared = group.fall.step(counted, expected) && seen_laws.len() > 1;
        (dead, shared)
    }

    /// Takes a step that is over.
    fn take(
        &mut self,
        ix: usize,
        step: usize,
        seen: Option<Seen>,
        area: &Area,
        law: Option<&NegBin>,
        series: &Series,
    ) {
        let Some(watch) = self.watches.get_mut(ix) else { return };
        let might = seen.zip(law).is_some_and(|(s, l)| f64::from(s.count) > l.mean() * f64::from(s.part));
        let before = might.then(|| watch.clone());
        let report = watch.step(step as u64, seen, area);
        let at_ms = before.zip(seen).and_then(|(before, seen)| sooner(&before, step, seen, area, series));
        let end_ms = self.streams.step(self.cadence, step).map_or(self.now_ms, |i| i.end.0);
        self.note(ix, &report, law, end_ms);
        self.alarm(ix, step, at_ms.unwrap_or(end_ms), report, law, seen);
    }

    /// Looks at a step that is not over: what has come so far is at least what will have come, against what is expected
    /// of the whole of it.
    fn look(
        &mut self,
        ix: usize,
        step: usize,
        seen: Seen,
        area: &Area,
        law: Option<&NegBin>,
        series: &Series,
    ) {
        let Some(watch) = self.watches.get(ix) else { return };
        let whole = Seen { part: self.phases.part(step), ..seen };
        let Some(at_ms) = sooner(watch, step, whole, area, series) else { return };
        let report = watch.clone().step(step as u64, Some(whole), area);
        self.alarm(ix, step, at_ms, report, law, Some(whole));
    }

    fn note(&mut self, ix: usize, report: &Report, law: Option<&NegBin>, end_ms: i64) {
        let Some(state) = self.states.get_mut(ix) else { return };
        state.law = law.copied();
        state.flags = report.flags;
        state.log_evidence = report.evidence_up.max(f64::MIN_POSITIVE).ln();
        if law.is_some() && !report.flags.unobserved {
            state.expecting_days += (self.cadence.per_day() as f64).recip();
        }
        if report.quiet != Quiet::NotSaid {
            state.quiet = report.quiet;
            state.quiet_ms = Some(end_ms);
        } else if report.alarm.is_some() || report.evidence_down < 1.0 {
            state.quiet = Quiet::NotSaid;
            state.quiet_ms = None;
        }
    }

    fn alarm(
        &mut self,
        ix: usize,
        step: usize,
        at_ms: i64,
        report: Report,
        law: Option<&NegBin>,
        seen: Option<Seen>,
    ) {
        let Some(alarm) = report.alarm else { return };
        if self.cadence == Cadence::Quarter && alarm.ground == Basis::Erosion {
            return;
        }
        let part = seen.map_or(1.0, |s| f64::from(s.part));
        let day = law.map(|l| l.with_mean(l.mean() * self.cadence.per_day() as f64));
        self.alarms.push(Alarmed {
            stream: ix,
            cadence: self.cadence,
            step,
            at_ms,
            expected: law.map_or(0.0, |l| l.mean() * part),
            flags: report.flags,
            calm_below_per_day: day.map_or(1, |d| (1.5 * d.mean()).ceil().max(1.0) as u64),
            alarm,
        });
    }

    fn chart(&mut self, ix: usize, step: usize, series: &Series, law: Option<&NegBin>) {
        let Some(state) = self.states.get_mut(ix) else { return };
        let at = |column: &[u32]| column.get(step).copied().unwrap_or(0);
        let part = series.part.get(step).copied().unwrap_or(0.0);
        let as_seen = law.map(|l| l.with_mean(l.mean() * f64::from(part)));
        state.days.push(DayView {
            day_ms: self.streams.edges(self.cadence).get(step).copied().unwrap_or(0),
            count: at(&series.counts),
            late: at(&series.late),
            happened: at(&series.by_event),
            part,
            unobserved: part < crate::panel::SEEN_MIN,
            expected: as_seen.map(|l| l.mean()),
            high: as_seen.map(|l| l.quantile(0.95)),
        });
    }
}

fn seen(series: &Series, step: usize) -> Option<Seen> {
    Some(Seen {
        count: *series.counts.get(step)?,
        late: *series.late.get(step)?,
        part: *series.part.get(step)?,
        alive: *series.alive.get(step)?,
        shared_fall: false,
    })
}

/// The moment within a step at which what had come was enough for an alarm of a rise or a shock, were the whole step
/// seen; `None`: not before its end.
fn sooner(before: &ZoneWatch, step: usize, seen: Seen, area: &Area, series: &Series) -> Option<i64> {
    let members = series.members.get(step)?;
    let raises = |count: usize| {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let report = before.clone().step(step as u64, Some(Seen { count, ..seen }), area);
        report.alarm.is_some_and(|a| a.ground != Basis::Erosion)
    };
    if members.is_empty() || !raises(members.len()) {
        return None;
    }
    // More never raises less: the least count that raises is found by halving.
    let (mut low, mut high) = (1, members.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        if raises(middle) { high = middle } else { low = middle + 1 }
    }
    members.get(low - 1).map(|(_, known_ms)| *known_ms)
}

/// How much comes in each quarter of the day, over all streams: learnt as steps go by, so that a night is not a fall
/// and a morning no rise.
struct Phases {
    per_day: usize,
    sums: Vec<f64>,
    days: f64,
}

impl Phases {
    fn new(cadence: Cadence) -> Phases {
        Phases { per_day: cadence.per_day(), sums: vec![0.0; cadence.per_day()], days: 0.0 }
    }

    /// What part of the fullest quarter's reports this quarter brings, drawn to one while little is known.
    fn part(&self, step: usize) -> f32 {
        if self.per_day == 1 {
            return 1.0;
        }
        let all: f64 = self.sums.iter().sum::<f64>() / self.per_day as f64;
        let drawn = |sum: f64| (sum + 20.0) / (all + 20.0);
        let most = self.sums.iter().map(|s| drawn(*s)).fold(1.0, f64::max);
        let own = self.sums.get(step % self.per_day).map_or(1.0, |s| drawn(*s));
        (own / most).clamp(0.2, 1.0) as f32
    }

    fn take(&mut self, streams: &Streams, step: usize) {
        if self.per_day == 1 {
            return;
        }
        if step.is_multiple_of(self.per_day) {
            self.days += 1.0;
            // A half-life of two weeks.
            self.sums.iter_mut().for_each(|s| *s *= 0.951);
        }
        let each = streams
            .all
            .iter()
            .filter(|s| s.ground == Ground::Everywhere || matches!(s.ground, Ground::Zone { .. }));
        let counts = each.map(|s| s.of(Cadence::Quarter).counts.get(step).copied().unwrap_or(0));
        // What a wild day brings does not become the shape of all days.
        let sum: f64 = counts.map(|c| f64::from(c).min(100.0)).sum();
        if let Some(slot) = self.sums.get_mut(step % self.per_day) {
            *slot += sum;
        }
    }
}
