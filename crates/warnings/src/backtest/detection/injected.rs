//! B3: rises injected into real streams, all detectors at the same budget of alarms.
//!
//! Levels are set on the first part of the record to the budget (alarms per zone-year, a refractory time of 7 steps,
//! the statistic reset after an alarm). On the rest, alarms are counted as they come, and a rise is added to a zone and
//! step drawn by lot: a Poisson count of mean `(factor − 1) ×` the mean of the 28 steps before, at least 1 a step, for
//! 14 steps. Found within `d` steps means: an alarm on one of the first `d` steps of the rise. Delay is 0 on the first
//! step, 14 for what is not found. Rows with `rolling` levels set them anew every 28 steps on all steps gone by. Alarms
//! that are counted are not all false: nobody has marked the real escalations. Factor 1 shows what chance finds.
//!
//! What was chosen on what: half-life and the worth of pooled scatter on records and halves that are not scored (see
//! [`BaselineSettings::DETECTION`]). The floor under measured levels ([`Kind::level_min`]) was added after the held-out
//! half of Ethiopia had shown, once, what a quiet first half does to a level without one; its figures there are not
//! blind. Zones are those with enough events in the whole record, as in the figures that are compared with.

use rand_distr::{Distribution, Poisson, Uniform};
use rand_pcg::Pcg64;
use rayon::prelude::*;

use super::contenders::{Contender, Kind};
use super::replay::{Replay, ZoneReplay, expect};
use crate::baseline::{Baseline, BaselineSettings};
use crate::count::NegBin;
use crate::detect::{Budget, Detector};
use crate::panel::Panel;
use crate::score::{Between, Stretch, rate_between};

/// Steps of a rise.
pub const RISE_STEPS: usize = 14;
/// Alarms within so many steps of a counted one are not counted.
const REFRACTORY_STEPS: usize = 7;
/// The mean before a rise is that of so many steps.
const BEFORE_STEPS: usize = 28;
/// How often rolling levels are set anew, steps.
const ROLLING_STEPS: usize = 28;
/// Probability of the interval about an achieved rate.
const INTERVAL: f64 = 0.95;
/// Halvings of the search for a level.
const HALVINGS: usize = 22;

/// How the back-test is run.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct InjectedSettings {
    /// Budgets, alarms per zone-year.
    pub alarms_per_zone_year: Vec<f64>,
    /// Factors of the rises; 1 injects nothing and shows what chance finds.
    pub factors: Vec<f64>,
    /// How many rises per factor.
    pub trials: usize,
    /// Which part of the record levels are set on.
    pub training_part: f64,
    /// Where the draws begin.
    pub seed: u64,
}

impl Default for InjectedSettings {
    fn default() -> Self {
        InjectedSettings {
            alarms_per_zone_year: vec![1.0, 2.0, 4.0],
            factors: vec![3.0, 2.0, 1.0],
            trials: 2_000,
            training_part: 0.5,
            seed: 6,
        }
    }
}

/// How levels are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Levels {
    /// Once, on the first part.
    Fixed,
    /// Anew every 28 steps, on all steps gone by.
    Rolling,
    /// By theory alone.
    Theory,
}

/// How rises of one factor were found.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Found {
    /// The factor.
    pub factor: f64,
    /// Found on the first step.
    pub pod_1: f64,
    /// Found within 3 steps.
    pub pod_3: f64,
    /// Found within 7 steps.
    pub pod_7: f64,
    /// Found within 14 steps.
    pub pod_14: f64,
    /// Mean delay, steps; 14 for what is not found.
    pub delay_mean_steps: f64,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Row {
    /// The detector.
    pub detector: Kind,
    /// How its levels are set.
    pub levels: Levels,
    /// Promised alarms per zone-year.
    pub promised: f64,
    /// Counted alarms per zone-year on the first part.
    pub achieved_training: f64,
    /// Counted alarms per zone-year on the part held out.
    pub achieved: f64,
    /// The 95 % interval of that rate, by the scatter of stretches of 28 steps; nothing where none was watched.
    pub achieved_between: Option<Between>,
    /// Of the held-out part: the most that one zone had, alarms per year.
    pub worst_zone: f64,
    /// How rises were found, by factor.
    pub found: Vec<Found>,
}

/// What the back-test gives.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct InjectedResult {
    /// The stream.
    pub stream: String,
    /// Zones of it.
    pub zones: usize,
    /// Steps of it.
    pub steps: usize,
    /// How it was run.
    pub settings: InjectedSettings,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A rise injected at a step of a zone.
struct Trial {
    zone: usize,
    start: usize,
    factor_at: usize,
    /// Counts with the rise, by step of it, and what is then expected.
    steps: Vec<(u32, NegBin)>,
}

/// Runs B3 on a stream.
#[must_use]
pub fn injected(
    stream: &str,
    panel: &Panel,
    baseline: &BaselineSettings,
    settings: &InjectedSettings,
) -> InjectedResult {
    let replay = Replay::of(panel, baseline);
    let split = (replay.steps as f64 * settings.training_part.clamp(0.0, 1.0)) as usize;
    let trials = trials(&replay, split, settings);
    let mut jobs = Vec::new();
    for promised in &settings.alarms_per_zone_year {
        for kind in Kind::ALL {
            jobs.push((*promised, kind, Levels::Fixed));
            if kind.theory(&Budget::daily(*promised)).is_some() {
                jobs.extend((!kind.is_peer()).then_some((*promised, kind, Levels::Rolling)));
                jobs.push((*promised, kind, Levels::Theory));
            }
        }
    }
    let rows = jobs
        .into_par_iter()
        .map(|(promised, kind, levels)| row(&replay, split, &trials, settings, (promised, kind, levels)))
        .collect();
    let (zones, steps) = (replay.zones.len(), replay.steps);
    InjectedResult { stream: stream.to_owned(), zones, steps, settings: settings.clone(), rows }
}

fn row(
    replay: &Replay,
    split: usize,
    trials: &[Trial],
    settings: &InjectedSettings,
    (promised, kind, levels): (f64, Kind, Levels),
) -> Row {
    let budget = Budget::daily(promised);
    let plan = Plan::of(replay, split, kind, levels, &budget);
    let training = count(replay, 0..split, &plan);
    let held_out = count(replay, split..replay.steps, &plan);
    let delays = delays(replay, &plan, trials);
    let found = settings.factors.iter().enumerate().map(|(at, factor)| {
        let of_factor = trials.iter().zip(&delays).filter(|(t, _)| t.factor_at == at).map(|(_, d)| *d);
        found(*factor, &of_factor.collect::<Vec<_>>())
    });
    let found = found.collect();
    let worst_zone = held_out.iter().map(Tally::per_year).fold(0.0, f64::max);
    let (achieved_training, achieved) = (Tally::all(&training).per_year(), Tally::all(&held_out).per_year());
    let achieved_between = rate_between(&stretches(replay, split..replay.steps, &plan), INTERVAL).map(|b| {
        let year = crate::detect::DAYS_PER_YEAR;
        Between { lower: b.lower * year, upper: b.upper * year }
    });
    Row { detector: kind, levels, promised, achieved_training, achieved, achieved_between, worst_zone, found }
}

fn found(factor: f64, delays: &[usize]) -> Found {
    let n = delays.len().max(1) as f64;
    let within = |steps: usize| delays.iter().filter(|d| **d < steps).count() as f64 / n;
    Found {
        factor,
        pod_1: within(1),
        pod_3: within(3),
        pod_7: within(7),
        pod_14: within(RISE_STEPS),
        delay_mean_steps: delays.iter().sum::<usize>() as f64 / n,
    }
}

/// A detector with its levels: from each step on, the level that holds.
struct Plan {
    start: Contender,
    levels: Vec<(usize, f64)>,
}

impl Plan {
    fn of(replay: &Replay, split: usize, kind: Kind, levels: Levels, budget: &Budget) -> Plan {
        let rise_part = kind.rise_part().unwrap_or(0.5);
        let parts = (budget.part(rise_part), budget.part(1.0 - rise_part));
        let single = |of: Kind, part: &Budget| {
            level(replay, split, &of.begin((0.0, 0.0)), part).max(of.level_min(part))
        };
        let pair = || match kind.rise_part() {
            Some(_) => (single(Kind::EDetector, &parts.0), single(Kind::Tail, &parts.1)),
            None => (0.0, 0.0),
        };
        if levels == Levels::Theory {
            let level = kind.theory(budget).unwrap_or(f64::INFINITY);
            let start = kind.begin((parts.0.log_threshold(), parts.1.log_threshold()));
            return Plan { start, levels: vec![(0, level)] };
        }
        let start = kind.begin(pair());
        let measured = |end: usize| level(replay, end, &start, budget).max(kind.level_min(budget));
        let mut set = vec![(0, measured(split))];
        if levels == Levels::Rolling {
            let mut at = split + ROLLING_STEPS;
            while at < replay.steps {
                set.push((at, measured(at)));
                at += ROLLING_STEPS;
            }
        }
        Plan { start, levels: set }
    }

    fn level(&self, step: usize) -> f64 {
        let held = match self.levels.as_slice() {
            [only] => Some(only),
            levels => levels.iter().rev().find(|(from, _)| *from <= step),
        };
        held.map_or(f64::INFINITY, |(_, level)| *level)
    }
}

/// The least level that keeps the budget on the steps before `end`.
fn level(replay: &Replay, end: usize, start: &Contender, budget: &Budget) -> f64 {
    let (mut low, mut high) = (-8.0, 40.0);
    let known = start.scores_once().then(|| scores(replay, end, start));
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        let plan = Plan { start: start.clone(), levels: vec![(0, middle)] };
        let rate = match &known {
            Some(known) => of_scores(known, middle).per_year(),
            None => Tally::all(&count(replay, 0..end, &plan)).per_year(),
        };
        if rate > budget.alarms_per_zone_year { low = middle } else { high = middle }
    }
    high
}

/// Alarms counted over steps watched.
#[derive(Clone, Copy, Default)]
struct Tally {
    alarms: u32,
    steps: u32,
}

impl Tally {
    fn all(zones: &[Tally]) -> Tally {
        zones
            .iter()
            .fold(Tally::default(), |a, b| Tally { alarms: a.alarms + b.alarms, steps: a.steps + b.steps })
    }

    fn per_year(&self) -> f64 {
        f64::from(self.alarms) * crate::detect::DAYS_PER_YEAR / f64::from(self.steps.max(1))
    }
}

/// The scores of every zone on its observed steps before `end`, of a detector that an alarm does not change.
fn scores(replay: &Replay, end: usize, start: &Contender) -> Vec<Vec<(usize, f64)>> {
    let of_zone = |zone: &ZoneReplay| {
        let mut detector = start.clone();
        let steps = zone.seen.iter().zip(&zone.laws).enumerate().take(end);
        steps
            .filter_map(|(step, (seen, law))| Some((step, detector.step((*seen)?.0, law.as_ref()?))))
            .collect()
    };
    replay.zones.iter().map(of_zone).collect()
}

/// The alarms that such scores give at a level.
fn of_scores(zones: &[Vec<(usize, f64)>], level: f64) -> Tally {
    let mut tally = Tally::default();
    for zone in zones {
        let mut last: Option<usize> = None;
        for (step, score) in zone {
            let counted = *score >= level && last.is_none_or(|l| *step > l + REFRACTORY_STEPS);
            last = if counted { Some(*step) } else { last };
            tally.steps += 1;
            tally.alarms += u32::from(counted);
        }
    }
    tally
}

/// Counts alarms of every zone on the steps of `range`; earlier steps are played too.
fn count(replay: &Replay, range: std::ops::Range<usize>, plan: &Plan) -> Vec<Tally> {
    let of_zone = |zone: &ZoneReplay| {
        let mut tally = Tally::default();
        played(zone, &range, plan, |_, counted| {
            tally.steps += 1;
            tally.alarms += u32::from(counted);
        });
        tally
    };
    replay.zones.iter().map(of_zone).collect()
}

/// Alarms of all zones together by stretches of 28 steps: what hangs together lies in one.
fn stretches(replay: &Replay, range: std::ops::Range<usize>, plan: &Plan) -> Vec<Stretch> {
    let mut all = vec![Stretch::default(); range.len().div_ceil(ROLLING_STEPS)];
    for zone in &replay.zones {
        played(zone, &range, plan, |step, counted| {
            if let Some(stretch) = all.get_mut((step - range.start) / ROLLING_STEPS) {
                stretch.steps += 1;
                stretch.alarms += u32::from(counted);
            }
        });
    }
    all
}

/// Plays a zone up to the end of `range` and tells each observed step of it, and whether an alarm is counted there.
fn played(zone: &ZoneReplay, range: &std::ops::Range<usize>, plan: &Plan, mut tell: impl FnMut(usize, bool)) {
    let mut detector = plan.start.clone();
    let mut last: Option<usize> = None;
    for (step, (seen, law)) in zone.seen.iter().zip(&zone.laws).enumerate().take(range.end) {
        let (Some((count, _)), Some(law)) = (seen, law) else { continue };
        let alarm = detector.step(*count, law) >= plan.level(step);
        if alarm {
            detector.reset();
        }
        let counted = alarm && last.is_none_or(|l| step > l + REFRACTORY_STEPS);
        if counted {
            last = Some(step);
        }
        if step >= range.start {
            tell(step, counted);
        }
    }
}

/// The delay of every trial; [`RISE_STEPS`] when it is not found.
fn delays(replay: &Replay, plan: &Plan, trials: &[Trial]) -> Vec<usize> {
    let mut delays = vec![RISE_STEPS; trials.len()];
    for (number, zone) in replay.zones.iter().enumerate() {
        let mut waiting = trials.iter().zip(&mut delays).filter(|(t, _)| t.zone == number).peekable();
        let mut detector = plan.start.clone();
        for (step, (seen, law)) in zone.seen.iter().zip(&zone.laws).enumerate() {
            while let Some((trial, delay)) = waiting.next_if(|(t, _)| t.start == step) {
                *delay = delay_of(detector.clone(), plan, trial);
            }
            let (Some((count, _)), Some(law)) = (seen, law) else { continue };
            if detector.step(*count, law) >= plan.level(step) {
                detector.reset();
            }
        }
    }
    delays
}

fn delay_of(mut detector: Contender, plan: &Plan, trial: &Trial) -> usize {
    let found = trial
        .steps
        .iter()
        .enumerate()
        .position(|(at, (count, law))| detector.step(*count, law) >= plan.level(trial.start + at));
    found.unwrap_or(RISE_STEPS)
}

/// Draws the rises, in the order of zone and step.
fn trials(replay: &Replay, split: usize, settings: &InjectedSettings) -> Vec<Trial> {
    let mut rng = Pcg64::new(u128::from(settings.seed), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
    let last = replay.steps.saturating_sub(RISE_STEPS);
    let zones = Uniform::new(0, replay.zones.len());
    let steps = Uniform::new(split.max(BEFORE_STEPS), last);
    let (Ok(zones), Ok(steps)) = (zones, steps) else { return Vec::new() };
    let mut places = Vec::with_capacity(settings.trials);
    for _ in 0..settings.trials * 4 {
        let (zone, start) = (zones.sample(&mut rng), steps.sample(&mut rng));
        let ready = replay.zones.get(zone).and_then(|z| z.laws.get(start)).is_some_and(Option::is_some);
        if ready && places.len() < settings.trials {
            places.push((zone, start));
        }
    }
    places.sort_unstable();
    let mut trials = Vec::with_capacity(places.len() * settings.factors.len());
    for (zone, start) in places {
        for (factor_at, factor) in settings.factors.iter().enumerate() {
            let steps = rise(replay, zone, start, *factor, &mut rng);
            trials.push(Trial { zone, start, factor_at, steps });
        }
    }
    trials
}

/// Counts and expectations of a zone over a rise of that factor.
fn rise(replay: &Replay, zone: usize, start: usize, factor: f64, rng: &mut Pcg64) -> Vec<(u32, NegBin)> {
    let Some(stream) = replay.zones.get(zone) else { return Vec::new() };
    let before = stream.seen.get(start - BEFORE_STEPS..start).unwrap_or_default();
    let mean = before.iter().flatten().map(|s| f64::from(s.0)).sum::<f64>() / BEFORE_STEPS as f64;
    let added = Poisson::new(((factor - 1.0) * mean).max(1.0)).ok().filter(|_| factor > 1.0);
    let mut baseline = Baseline::new(&replay.settings);
    for (seen, area) in stream.seen.iter().zip(&replay.areas).take(start) {
        expect(&mut baseline, area, *seen);
    }
    let mut steps = Vec::with_capacity(RISE_STEPS);
    for (seen, area) in stream.seen.iter().zip(&replay.areas).skip(start).take(RISE_STEPS) {
        let Some((count, part)) = *seen else { continue };
        let more = added.as_ref().map_or(0.0, |a| a.sample(rng)) as u32;
        let risen = count.saturating_add(more);
        if let Some(law) = expect(&mut baseline, area, Some((risen, part))) {
            steps.push((risen, law));
        }
    }
    steps
}

impl InjectedResult {
    /// The row of a detector at a budget.
    #[must_use]
    pub fn row(&self, detector: Kind, levels: Levels, promised: f64) -> Option<&Row> {
        self.rows.iter().find(|r| r.detector == detector && r.levels == levels && r.promised == promised)
    }

    /// A plain-text table.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = format!(
            "B3 {}: {} zones, {} steps, {} rises per factor, levels set on the first {:.0} %\n",
            self.stream,
            self.zones,
            self.steps,
            self.settings.trials,
            self.settings.training_part * 100.0
        );
        text += "detector      levels   promised  achieved [95 %]        (training) ratio  worst zone";
        for factor in &self.settings.factors {
            text += &format!(" | x{factor}: POD 1 d   3 d   7 d  14 d  delay");
        }
        text += "\n";
        for row in &self.rows {
            text += &format!(
                "{:<13} {:<8} {:>8.1} {:>9.2} {:<13} {:>10.2} {:>5.2} {:>11.2}",
                row.detector.name(),
                format!("{:?}", row.levels).to_lowercase(),
                row.promised,
                row.achieved,
                row.achieved_between.map_or_else(
                    || "not watched".to_owned(),
                    |b| format!("[{:.2}, {:.2}]", b.lower, b.upper)
                ),
                row.achieved_training,
                row.achieved / row.promised,
                row.worst_zone,
            );
            for f in &row.found {
                text += &format!(
                    " |   {:>8.3} {:>5.3} {:>5.3} {:>5.3} {:>6.2}",
                    f.pod_1, f.pod_3, f.pod_7, f.pod_14, f.delay_mean_steps
                );
            }
            text += "\n";
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backtest::archive::{DAY_MS, zone_of};

    fn panel() -> Panel {
        let mut rng = Pcg64::new(5, 11);
        let rates = [0.2, 1.0, 2.0, 5.0, 9.0, 0.5];
        let counts = rates.iter().flat_map(|rate| vec![Poisson::new(*rate).unwrap(); 400]);
        let counts = counts.map(|p| p.sample(&mut rng) as u32).collect();
        Panel::new((0..6).map(|z| zone_of(200_000 + z)).collect(), 0, DAY_MS, counts, None).unwrap()
    }

    #[test]
    fn rises_are_found_sooner_the_greater_they_are_and_the_same_seed_gives_the_same_table() {
        let settings =
            InjectedSettings { alarms_per_zone_year: vec![2.0], trials: 200, ..InjectedSettings::default() };
        let run = || injected("made up", &panel(), &BaselineSettings::DETECTION, &settings);
        let result = run();
        let row = result.row(Kind::EDetector, Levels::Fixed, 2.0).unwrap();
        let delay = |at: usize| row.found[at].delay_mean_steps;
        assert!(delay(0) <= delay(1) && delay(1) < delay(2), "{}", result.table());
        assert!(row.found[0].pod_14 > 0.95 && row.found[2].pod_14 < 0.2, "{}", result.table());
        assert_eq!(result, run());
        assert!(result.table().lines().count() > 10);
    }

    #[test]
    fn a_panel_too_short_or_without_zones_gives_rows_and_no_panic() {
        let settings = InjectedSettings { trials: 10, ..InjectedSettings::default() };
        for zones in [0, 1] {
            let zones: Vec<_> = (0..zones).map(|z| zone_of(z + 1)).collect();
            let counts = vec![1; zones.len() * 20];
            let panel = Panel::new(zones, 0, DAY_MS, counts, None).unwrap();
            let result = injected("short", &panel, &BaselineSettings::DETECTION, &settings);
            assert!(result.rows.iter().all(|r| r.achieved == 0.0));
        }
    }
}
