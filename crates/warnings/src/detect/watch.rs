//! The watch over one zone: baseline and all detectors, a step at a time, in constant time; with the guards that keep
//! gaps, bursts, wild counts and dead sources from being an alarm or a calm that says nothing.

use super::frozen::{FrozenSettings, FrozenWatch};
use super::shiryaev::{EDetector, Split, Trace};
use super::{Budget, Detector, Direction, tail};
use crate::baseline::{Area, Baseline, BaselineSettings};
use crate::count::NegBin;
use crate::panel::SEEN_MIN;

/// How many of the last steps health is judged by.
const HEALTH_STEPS: usize = 14;
/// A count over this many times what was expected, and this many more, is called implausible.
const IMPLAUSIBLE: f64 = 1_000.0;
/// From this many late reports on a step, when they are most of it, there is a burst.
const BURST_MIN: u32 = 5;

/// How a zone is watched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WatchSettings {
    /// How the baseline remembers.
    pub baseline: BaselineSettings,
    /// The promise for rises.
    pub budget: Budget,
    /// What part of it goes to the e-detector, 0 to 1; the tail has the rest.
    pub rise_part: f64,
    /// The promise for falls.
    pub budget_down: Budget,
    /// How erosion is watched for; from entry into force on.
    pub frozen: FrozenSettings,
    /// Least exposure of the step, and in the mean of the last 14, at which calm may be said, 0 to 1.
    pub calm_exposure_min: f32,
    /// For how many further steps the evidence of a fall must stand before calm is said: nothing presses.
    pub calm_wait_steps: u32,
}

impl Default for WatchSettings {
    /// 2 false alarms a zone-year up, 1 down, calm only above 60 % exposure and 3 steps after its evidence.
    fn default() -> Self {
        WatchSettings {
            baseline: BaselineSettings::DETECTION,
            budget: Budget::daily(2.0),
            rise_part: 0.5,
            budget_down: Budget::daily(1.0),
            frozen: FrozenSettings::default(),
            calm_exposure_min: 0.6,
            calm_wait_steps: 3,
        }
    }
}

/// What was seen of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// What was counted of this step, in time.
    pub count: u32,
    /// What arrived on this step about earlier ones.
    pub late: u32,
    /// What part of the step could have been seen, 0 to 1.
    pub part: f32,
    /// That the sources were up is known otherwise than by their reports: a heartbeat, a patrol's log.
    pub alive: bool,
    /// That all zones have gone quiet at once ([`super::across::SharedFall`]): no calm is said.
    pub shared_fall: bool,
}

impl Seen {
    /// A step fully seen by sources known to be up.
    #[must_use]
    pub fn fully(count: u32) -> Seen {
        Seen { count, late: 0, part: 1.0, alive: true, shared_fall: false }
    }
}

/// What an alarm rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The e-detector: a rise over several steps.
    Rise,
    /// The tail: a shock on this step.
    Shock,
    /// The e-process against the frozen reference: slow erosion.
    Erosion,
}

/// An alarm.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Alarm {
    /// What it rests on.
    pub ground: Ground,
    /// The step.
    pub step: u64,
    /// Its log-evidence (for a shock: `-ln p`).
    pub log_evidence: f64,
    /// The level it passed.
    pub log_threshold: f64,
    /// The evidence by step, where it is a rise.
    pub split: Option<Split>,
}

/// Whether less is seen than expected, and what that may mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quiet {
    /// No fall, or too little exposure to speak of one.
    #[default]
    NotSaid,
    /// Nothing comes, and nothing shows that anybody watched: an outage as well as calm.
    Silent,
    /// Fewer incidents, by sources that report or are known to be up.
    Calm,
}

/// What is wrong with a step's data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Flags {
    /// Too little of it could be seen.
    pub unobserved: bool,
    /// Most of what arrived was about earlier steps; that part was not counted.
    pub burst: bool,
    /// The count is beyond anything this zone can mean; its evidence is bounded.
    pub implausible: bool,
    /// Nothing has come for longer than the baseline explains: the baseline is held.
    pub held: bool,
    /// Nothing is expected yet.
    pub warming_up: bool,
}

/// What a step gave.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Report {
    /// The alarm, if one was raised; the strongest ground first in the order rise, shock, erosion.
    pub alarm: Option<Alarm>,
    /// Whether it is quiet.
    pub quiet: Quiet,
    /// What is wrong with the data.
    pub flags: Flags,
    /// Evidence of a rise after the step; its alarm is at `1 / (false alarms per step)`.
    pub evidence_up: f64,
    /// Evidence of a fall after the step.
    pub evidence_down: f64,
}

/// The watch over one zone.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneWatch {
    settings: WatchSettings,
    baseline: Baseline,
    up: EDetector,
    down: EDetector,
    frozen: Option<FrozenWatch>,
    trace: Trace,
    levels: Levels,
    health: [f32; HEALTH_STEPS],
    health_at: usize,
    /// Observed steps since something was last reported, and what was expected in them.
    silent_expected: f64,
    silent: bool,
    fallen_steps: u32,
    eroded: bool,
    steps_since_reset: u64,
}

/// Levels, not as logarithms where that spares one.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Levels {
    up: f64,
    down: f64,
    tail_p: f64,
    erosion: f64,
}

impl ZoneWatch {
    /// One that has seen nothing.
    #[must_use]
    pub fn new(settings: &WatchSettings) -> ZoneWatch {
        let rise_part = settings.rise_part.clamp(0.0, 1.0);
        let (rise, shock) = (settings.budget.part(rise_part), settings.budget.part(1.0 - rise_part));
        ZoneWatch {
            settings: *settings,
            baseline: Baseline::new(&settings.baseline),
            up: EDetector::new(Direction::Up),
            down: EDetector::new(Direction::Down),
            frozen: None,
            trace: Trace::default(),
            levels: Levels {
                up: rise.per_step().recip(),
                down: settings.budget_down.per_step().recip(),
                tail_p: shock.per_step(),
                erosion: settings.frozen.false_alarm.clamp(1e-12, 1.0).recip(),
            },
            health: [0.0; HEALTH_STEPS],
            health_at: 0,
            silent_expected: 0.0,
            silent: false,
            fallen_steps: 0,
            eroded: false,
            steps_since_reset: 0,
        }
    }

    /// Its baseline, for the mean of the area.
    #[must_use]
    pub fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// What a fully seen step is expected to count.
    #[must_use]
    pub fn law(&self, area: &Area) -> Option<NegBin> {
        self.baseline.law(area)
    }

    /// An e-value of a rise as it stands, for [`super::across::e_bh`]: the sum over beginnings by their number.
    #[must_use]
    pub fn e_value(&self) -> f64 {
        self.up.evidence() / self.steps_since_reset.max(1) as f64
    }

    /// The evidence of slow erosion as it stands; nothing before entry into force and while its reference is taken.
    #[must_use]
    pub fn erosion_evidence(&self) -> Option<f64> {
        self.frozen.as_ref()?.evidence()
    }

    /// The evidence at which a rise and erosion are raised.
    #[must_use]
    pub fn evidence_levels(&self) -> (f64, f64) {
        (self.levels.up, self.levels.erosion)
    }

    /// A ceasefire has entered into force: the level is learnt anew, and its first steps become the reference. Nothing
    /// is expected for the warm-up and the guard gap of the baseline.
    pub fn entry_into_force(&mut self) {
        self.baseline.rebase();
        self.frozen = Some(FrozenWatch::at_entry_into_force(&self.settings.frozen));
        self.restart();
        self.down.reset();
        self.eroded = false;
    }

    /// Somebody has confirmed that a silence is calm: zeros count again.
    pub fn confirm_calm(&mut self) {
        self.silent = false;
        self.silent_expected = 0.0;
    }

    /// Takes step `step` (steps only go forward): what was seen of it, and the area as it stood before it. An
    /// unobserved step changes nothing but the health of the data.
    pub fn step(&mut self, step: u64, seen: Option<Seen>, area: &Area) -> Report {
        let part = seen.map_or(0.0, |s| s.part.clamp(0.0, 1.0));
        self.note_health(part);
        let Some(seen) = seen.filter(|s| s.part >= SEEN_MIN && s.part <= 1.0) else {
            return self.nothing(Flags { unobserved: true, ..Flags::default() });
        };
        let mut flags = Flags { burst: seen.late >= BURST_MIN && seen.late > seen.count, ..Flags::default() };
        let inverse_size = area.inverse_size;
        let Some(full) = self.baseline.law(area) else {
            self.baseline.push(seen.count, seen.part, None);
            let eroding = self.erosion(seen, inverse_size);
            flags.warming_up = true;
            let mut report = self.nothing(flags);
            report.alarm = eroding.and_then(|e| self.eroded_alarm(step, e));
            return report;
        };
        self.note_silence(&full, seen);
        if self.silent {
            flags.held = true;
            let report = self.nothing(flags);
            return Report { quiet: Quiet::Silent, ..report };
        }
        let law = full.with_mean(full.mean() * f64::from(seen.part));
        flags.implausible = f64::from(seen.count) > IMPLAUSIBLE * (law.mean() + 1.0);
        self.baseline.push(seen.count, seen.part, Some(&full));
        let eroding = self.erosion(seen, inverse_size);
        self.judge(step, seen, &law, flags, eroding)
    }

    fn judge(&mut self, step: u64, seen: Seen, law: &NegBin, flags: Flags, eroding: Option<f64>) -> Report {
        self.trace.push(step, seen.count, law);
        self.steps_since_reset += 1;
        let up = self.up.take(seen.count, law);
        let down = self.down.take(seen.count, law);
        let shock = f64::from(seen.count) > law.mean() && tail_at_most(seen.count, law, self.levels.tail_p);
        let mut report = Report { flags, evidence_up: up, evidence_down: down, ..Report::default() };
        if up >= self.levels.up {
            let log_evidence = up.ln();
            let split = self.trace.split(Direction::Up, log_evidence);
            let log_threshold = self.levels.up.ln();
            report.alarm = Some(Alarm { ground: Ground::Rise, step, log_evidence, log_threshold, split });
        } else if shock {
            let log_evidence = tail::score(seen.count, law);
            let log_threshold = -self.levels.tail_p.ln();
            report.alarm =
                Some(Alarm { ground: Ground::Shock, step, log_evidence, log_threshold, split: None });
        } else if let Some(eroding) = eroding {
            report.alarm = self.eroded_alarm(step, eroding);
        }
        if report.alarm.as_ref().is_some_and(|a| a.ground != Ground::Erosion) {
            self.restart();
        }
        self.fallen_steps = if down >= self.levels.down { self.fallen_steps + 1 } else { 0 };
        if self.fallen_steps > self.settings.calm_wait_steps {
            self.fallen_steps = 0;
            self.down.reset();
            report.quiet = self.quiet(seen);
        }
        report
    }

    /// Whether a fall that the evidence bears out may be called calm.
    fn quiet(&self, seen: Seen) -> Quiet {
        let exposure = self.health.iter().sum::<f32>() / HEALTH_STEPS as f32;
        // Steps before the first count as unseen: never calm too early.
        let least = self.settings.calm_exposure_min;
        if exposure < least || seen.part < least || seen.shared_fall {
            return Quiet::NotSaid;
        }
        if seen.alive || self.silent_expected == 0.0 { Quiet::Calm } else { Quiet::Silent }
    }

    /// Nothing reported, by sources not known to be up, where the baseline expected this much: silence. One report ends
    /// it.
    fn note_silence(&mut self, full: &NegBin, seen: Seen) {
        if seen.count > 0 || seen.alive {
            return self.confirm_calm();
        }
        // The log-probability of nothing, by the law of the step.
        let none = if full.size() >= 1e7 {
            full.mean()
        } else {
            full.size() * (full.mean() * f64::from(seen.part) / full.size()).ln_1p()
        };
        self.silent_expected += none;
        self.silent = self.silent || self.silent_expected >= self.levels.down.ln().min(3.0);
    }

    fn erosion(&mut self, seen: Seen, inverse_size: f64) -> Option<f64> {
        self.frozen.as_mut()?.take(seen.count, seen.part, inverse_size)
    }

    /// The alarm of erosion, once a truce.
    fn eroded_alarm(&mut self, step: u64, evidence: f64) -> Option<Alarm> {
        if self.eroded || evidence < self.levels.erosion {
            return None;
        }
        self.eroded = true;
        let (log_evidence, log_threshold) = (evidence.ln(), self.levels.erosion.ln());
        Some(Alarm { ground: Ground::Erosion, step, log_evidence, log_threshold, split: None })
    }

    fn restart(&mut self) {
        self.up.reset();
        self.trace.clear();
        self.steps_since_reset = 0;
    }

    fn note_health(&mut self, part: f32) {
        if let Some(slot) = self.health.get_mut(self.health_at) {
            *slot = part;
        }
        self.health_at = (self.health_at + 1) % HEALTH_STEPS;
    }

    fn nothing(&self, flags: Flags) -> Report {
        let (evidence_up, evidence_down) = (self.up.evidence(), self.down.evidence());
        Report { flags, evidence_up, evidence_down, ..Report::default() }
    }
}

/// Whether at least `count` has at most that probability; most steps are answered without a sum.
fn tail_at_most(count: u32, law: &NegBin, p: f64) -> bool {
    // One report is at least as probable as not none: no sum where even that is answer enough.
    let (m, r) = (law.mean(), law.size());
    if count == 1 && ((p < 0.01 && m > 0.1 && r > 0.1) || (r >= 1.0 && m > p * (1.0 + m))) {
        return false;
    }
    tail::probability(count, law) <= p
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn watched(counts: impl IntoIterator<Item = Option<Seen>>) -> (ZoneWatch, Vec<Report>) {
        let mut watch = ZoneWatch::new(&WatchSettings::default());
        let reports = counts
            .into_iter()
            .enumerate()
            .map(|(at, s)| watch.step(at as u64, s, &Area::default()))
            .collect();
        (watch, reports)
    }

    fn steady(count: u32, steps: usize) -> impl Iterator<Item = Option<Seen>> {
        (0..steps).map(move |_| Some(Seen::fully(count)))
    }

    fn unsure(count: u32) -> Option<Seen> {
        Some(Seen { alive: false, ..Seen::fully(count) })
    }

    #[test]
    fn a_tripling_raises_an_alarm_that_says_what_it_rests_on() {
        let (_, reports) = watched(steady(3, 100).chain(steady(9, 14)));
        let alarm = reports.iter().find_map(|r| r.alarm.clone()).unwrap();
        assert!((100..106).contains(&alarm.step), "{alarm:?}");
        let split = alarm.split.unwrap();
        assert_eq!(split.since_step, 100);
        let sum: f64 = split.steps.iter().map(|s| s.log_evidence).sum();
        assert!((sum + split.remainder - alarm.log_evidence).abs() < 1e-9);
    }

    #[test]
    fn calm_is_said_of_fewer_reports_and_never_of_none_from_sources_not_known_to_be_up() {
        let (_, fewer) = watched((0..100).map(|_| unsure(9)).chain((0..30).map(|_| unsure(2))));
        assert!(fewer.iter().any(|r| r.quiet == Quiet::Calm));
        let (_, none) = watched((0..100).map(|_| unsure(9)).chain((0..300).map(|_| unsure(0))));
        assert!(none.iter().all(|r| r.quiet != Quiet::Calm));
        assert!(none.last().unwrap().quiet == Quiet::Silent && none.last().unwrap().flags.held);
        let (_, alive) = watched(steady(9, 100).chain(steady(0, 30)));
        assert!(alive.iter().any(|r| r.quiet == Quiet::Calm));
    }

    #[test]
    fn calm_is_never_said_under_sixty_percent_exposure() {
        let half = |count| Some(Seen { part: 0.5, ..Seen::fully(count) });
        let (_, reports) = watched(steady(9, 100).chain((0..100).map(|_| half(0))));
        assert!(reports.iter().all(|r| r.quiet != Quiet::Calm));
        let every_other = (0..200).map(|s| (s % 2 == 0).then(|| Seen::fully(0)));
        let (_, reports) = watched(steady(9, 100).chain(every_other));
        assert!(reports.iter().skip(114).all(|r| r.quiet != Quiet::Calm));
    }

    #[test]
    fn a_silence_that_ends_raises_no_alarm_by_itself() {
        let gap = (0..120).map(|_| unsure(0));
        let (_, reports) = watched((0..100).map(|_| unsure(6)).chain(gap).chain((0..30).map(|_| unsure(6))));
        assert!(reports.iter().all(|r| r.alarm.is_none()));
    }

    #[test]
    fn a_burst_of_late_reports_is_flagged_and_not_counted() {
        let burst = Some(Seen { late: 400, ..Seen::fully(3) });
        let (_, reports) = watched(steady(3, 100).chain([burst]).chain(steady(3, 5)));
        assert!(reports[100].flags.burst && reports.iter().all(|r| r.alarm.is_none()));
    }

    #[test]
    fn a_count_of_a_thousand_million_is_an_alarm_with_a_flag_and_the_zone_still_sees_afterwards() {
        let (_, reports) = watched(
            steady(3, 100).chain(steady(1_000_000_000, 1)).chain(steady(3, 60)).chain(steady(12, 10)),
        );
        assert!(reports[100].alarm.is_some() && reports[100].flags.implausible);
        assert!(reports[161..].iter().any(|r| r.alarm.is_some()));
    }

    #[test]
    fn erosion_after_entry_into_force_is_raised_once() {
        let mut watch = ZoneWatch::new(&WatchSettings::default());
        let mut grounds = Vec::new();
        for step in 0..400_u64 {
            if step == 100 {
                watch.entry_into_force();
            }
            let count = if step < 100 { 40 } else { 6 + (step.saturating_sub(128) / 9) as u32 };
            let report =
                watch.step(step, Some(Seen::fully(count)), &Area { inverse_size: 0.02, ..Area::default() });
            grounds.extend(report.alarm.map(|a| (a.ground, a.step)));
        }
        assert_eq!(grounds.iter().filter(|g| g.0 == Ground::Erosion).count(), 1, "{grounds:?}");
    }

    proptest! {
        #[test]
        fn the_arrival_of_unobserved_steps_changes_nothing(
            counts in proptest::collection::vec(0_u32..30, 60..160),
            gaps in proptest::collection::vec(0_usize..160, 0..40)) {
            let (plain, _) = watched(counts.iter().map(|c| Some(Seen::fully(*c))));
            let mut watch = ZoneWatch::new(&WatchSettings::default());
            for (at, count) in counts.iter().enumerate() {
                if gaps.contains(&at) {
                    let little = Some(Seen { part: 0.01, ..Seen::fully(900) });
                    let report = watch.step(at as u64, None, &Area::default());
                    prop_assert!(report.flags.unobserved && report.alarm.is_none());
                    watch.step(at as u64, little, &Area::default());
                }
                watch.step(at as u64, Some(Seen::fully(*count)), &Area::default());
            }
            let evidence = |w: &ZoneWatch| (w.up.evidence(), w.down.evidence(), w.law(&Area::default()));
            prop_assert_eq!(evidence(&plain), evidence(&watch));
        }

        #[test]
        fn nothing_that_arrives_makes_it_panic(
            steps in proptest::collection::vec((any::<u32>(), any::<u32>(), any::<f32>(), any::<bool>()), 0..200)) {
            let mut watch = ZoneWatch::new(&WatchSettings::default());
            watch.entry_into_force();
            for (at, (count, late, part, alive)) in steps.into_iter().enumerate() {
                let seen = Seen { count, late, part, alive, shared_fall: late % 2 == 0 };
                let report = watch.step(at as u64, Some(seen), &Area::default());
                prop_assert!(!report.evidence_up.is_nan() && !report.evidence_down.is_nan());
            }
        }

        #[test]
        fn a_count_in_half_a_step_seen_weighs_as_twice_as_much_in_a_whole_one(
            counts in proptest::collection::vec(0_u32..20, 50..90)) {
            let half = |c: &u32| Some(Seen { part: 0.5, ..Seen::fully(*c) });
            let (halves, _) = watched(counts.iter().map(half));
            let (wholes, _) = watched(counts.iter().map(|c| Some(Seen::fully(*c))));
            if let (Some(half), Some(whole)) = (halves.law(&Area::default()), wholes.law(&Area::default())) {
                prop_assert!((half.mean() - 2.0 * whole.mean()).abs() < 1e-6 * whole.mean().max(1.0));
            }
        }
    }
}
