//! Simulated control: the 42 scenarios of Noufaily et al. (2013, Statistics in Medicine 32, 1206–1222) as Bédubourg &
//! Le Strat (2017, PLoS ONE 12, e0181227) use them, so that our detectors stand beside published figures of public
//! health. No outside data is needed.
//!
//! A series has 624 weeks of negative binomial counts of mean `exp(θ + βt + Σⱼ γ₁cos(2πjt/52) + γ₂sin(2πjt/52))` and
//! variance `φ` times the mean: seven sets of parameters, with and without trend, with no, one and two harmonics. Four
//! outbreaks begin in weeks 313–575 and one in the last 49, which are scored. An outbreak of size `k` has a Poisson
//! number of cases of mean `k` standard deviations of the count at its beginning (one at least), each `e^(Z/2)` weeks
//! after it, `Z` standard normal. Sizes 1 to 10 in turn for the last, 0, 2, 3, 5 and 10 in turn for the earlier ones.
//!
//! Figures as the second paper defines them: FPR, the share of scored weeks outside the outbreak with an alarm; POD,
//! of outbreaks with an alarm in any of their weeks; POD in the first week; sensitivity, of outbreak weeks; PPV, of
//! alarms that lie in the outbreak; F1, the harmonic mean of sensitivity and PPV.
//!
//! What differs from the papers, and keeps this from being a replication: the draws are ours; a statistic begins anew
//! after an alarm, as it does in the watch; of our detectors none models seasons, our baseline follows them as it can.
//! The improved Farrington algorithm, which is one of the 21, runs with its published settings.

use rand_distr::{Distribution, Gamma, Normal, Poisson, Uniform};
use rand_pcg::Pcg64;
use rayon::prelude::*;
use serde::Serialize;

use super::detection::contenders::Kind;
use super::detection::replay::expect;
use crate::baseline::{Area, Baseline, BaselineSettings};
use crate::count::NegBin;
use crate::detect::farrington::{self, FarringtonSettings};
use crate::detect::{Budget, Detector};

/// Weeks of a series.
const WEEKS: usize = 624;
/// The first week in which earlier outbreaks begin; from 0, as all weeks here.
const EARLIER_FROM: usize = 312;
/// The first week that is scored.
const SCORED_FROM: usize = 575;
/// Earlier outbreaks of a series.
const EARLIER: usize = 4;
/// Sizes of earlier outbreaks, in turn.
const EARLIER_SIZES: [f64; 5] = [0.0, 2.0, 3.0, 5.0, 10.0];
/// Halvings of the search for a level.
const HALVINGS: usize = 14;
/// Most series of each scenario that levels are measured on.
const CLEAN_MAX: usize = 20;
/// Most series of each scenario.
pub const REPLICAS_MAX: usize = 1_000;
/// The 99th percentile of the standard normal: the level of EARS for one false alarm in a hundred weeks.
const Z_99: f64 = 2.326_347_874_040_841;

/// What a scenario draws from: θ, β, γ₁, γ₂, φ, in the order of table I of Noufaily et al.
const PARAMETERS: [[f64; 5]; 7] = [
    [0.1, 0.0025, 0.6, 0.6, 1.5],
    [-2.0, 0.005, 0.1, 0.3, 2.0],
    [1.5, 0.003, 0.2, -0.4, 1.0],
    [0.5, 0.002, 0.5, 0.5, 5.0],
    [2.5, 0.001, 1.0, 0.1, 3.0],
    [3.75, 0.001, 0.1, -0.1, 1.1],
    [5.0, 0.0001, 0.05, 0.01, 1.2],
];

/// A scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scenario {
    parameters: [f64; 5],
    trend: bool,
    harmonics: u32,
}

/// The 42 scenarios.
#[must_use]
pub fn scenarios() -> Vec<Scenario> {
    let kinds = [false, true].into_iter().flat_map(|trend| (0..=2).map(move |h| (trend, h)));
    let kinds: Vec<_> = kinds.collect();
    let of = |p: &[f64; 5]| {
        let parameters = *p;
        kinds.iter().map(move |(trend, harmonics)| Scenario {
            parameters,
            trend: *trend,
            harmonics: *harmonics,
        })
    };
    PARAMETERS.iter().flat_map(of).collect()
}

impl Scenario {
    /// The mean of week `week`, counted from 1 as in the papers.
    #[must_use]
    pub fn mean(&self, week: usize) -> f64 {
        let [theta, beta, gamma_1, gamma_2, _] = self.parameters;
        let t = week as f64;
        let season = (1..=self.harmonics).map(|j| {
            let angle = std::f64::consts::TAU * f64::from(j) * t / 52.0;
            gamma_1 * angle.cos() + gamma_2 * angle.sin()
        });
        (theta + if self.trend { beta * t } else { 0.0 } + season.sum::<f64>()).exp()
    }

    /// The variance over the mean.
    #[must_use]
    pub fn dispersion(&self) -> f64 {
        let [.., phi] = self.parameters;
        phi
    }
}

/// How the control is run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ControlSettings {
    /// Series of each scenario; at most [`REPLICAS_MAX`].
    pub replicas: usize,
    /// Promised false alarms, per week.
    pub alpha: f64,
    /// Where the draws begin.
    pub seed: u64,
}

impl Default for ControlSettings {
    /// A hundred series of each scenario, one false alarm in a hundred weeks.
    fn default() -> Self {
        ControlSettings { replicas: 100, alpha: 0.01, seed: 6 }
    }
}

/// How levels are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ControlLevels {
    /// By theory, for the promised rate: of EARS the normal quantile.
    Theory,
    /// Measured: the promised rate in the scored weeks of other series, drawn without any outbreak.
    Measured,
}

/// A row of the table; shares, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ControlRow {
    /// The detector.
    pub detector: Kind,
    /// How its level is set.
    pub levels: ControlLevels,
    /// False positives: alarms in weeks outside the outbreak.
    pub fpr: f64,
    /// Outbreaks found.
    pub pod: f64,
    /// Outbreaks found in their first week.
    pub pod_first_week: f64,
    /// Weeks of outbreaks with an alarm.
    pub sensitivity: f64,
    /// Alarms that lie in an outbreak; nothing where there was no alarm.
    pub ppv: Option<f64>,
    /// Harmonic mean of sensitivity and PPV; nothing where there was no alarm.
    pub f1: Option<f64>,
}

/// What is published of 21 algorithms: least and greatest, all scenarios and sizes together (Bédubourg & Le Strat
/// 2017, abstract; shares). POD in the first week and F1 are in their table 2, which is not quoted here.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Published {
    /// False positive rate.
    pub fpr: (f64, f64),
    /// Probability of detection.
    pub pod: (f64, f64),
    /// Positive predictive value.
    pub ppv: (f64, f64),
    /// Greatest sensitivity.
    pub sensitivity_max: f64,
}

/// The published ranges.
pub const PUBLISHED: Published =
    Published { fpr: (0.007, 0.599), pod: (0.433, 0.887), ppv: (0.065, 0.684), sensitivity_max: 0.795 };

/// What the control gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ControlResult {
    /// Scenarios.
    pub scenarios: usize,
    /// Outbreaks that are scored: one each series.
    pub outbreaks: usize,
    /// How it was run.
    pub settings: ControlSettings,
    /// What is published.
    pub published: Published,
    /// The rows.
    pub rows: Vec<ControlRow>,
}

/// A series with what was expected of each week, and the weeks of the scored outbreak.
struct Series {
    weeks: Vec<(u32, Option<NegBin>)>,
    outbreak: Option<(usize, Vec<bool>)>,
    /// The scores of the Farrington algorithm in the scored weeks; nothing where it gives none.
    farrington: Vec<Option<f64>>,
}

/// Runs the control.
#[must_use]
pub fn control(settings: &ControlSettings) -> ControlResult {
    let settings = ControlSettings { replicas: settings.replicas.clamp(1, REPLICAS_MAX), ..*settings };
    let few = ControlSettings { replicas: settings.replicas.min(CLEAN_MAX), ..settings };
    let (scored, clean) = (drawn(&settings, true), drawn(&few, false));
    let budget = Budget { alarms_per_zone_year: settings.alpha, steps_per_year: 1.0 };
    let theory = Kind::ALL.into_iter().filter(|k| theory(*k, &budget).is_some());
    let jobs: Vec<(Kind, ControlLevels)> = theory
        .map(|k| (k, ControlLevels::Theory))
        .chain(Kind::ALL.into_iter().map(|k| (k, ControlLevels::Measured)))
        .collect();
    let row = |(kind, levels): (Kind, ControlLevels)| {
        let level = match levels {
            ControlLevels::Theory => theory_or_never(kind, &budget),
            ControlLevels::Measured => measured(&clean, kind, &budget),
        };
        Tally::of(&scored, kind, &budget, level).row(kind, levels)
    };
    let rows = jobs.into_par_iter().map(row).collect();
    ControlResult {
        scenarios: scenarios().len(),
        outbreaks: scored.len(),
        settings,
        published: PUBLISHED,
        rows,
    }
}

fn theory(kind: Kind, budget: &Budget) -> Option<f64> {
    let ears = matches!(kind, Kind::EarsC1 | Kind::EarsC2 | Kind::EarsC3);
    let one_in_a_hundred = (budget.per_step() - 0.01).abs() < 1e-9;
    kind.theory(budget).or((ears && one_in_a_hundred).then_some(Z_99))
}

fn theory_or_never(kind: Kind, budget: &Budget) -> f64 {
    theory(kind, budget).unwrap_or(f64::INFINITY)
}

/// A detector, unions with their parts of the budget by theory.
fn begin(kind: Kind, budget: &Budget) -> super::detection::contenders::Contender {
    let part = kind.rise_part().unwrap_or(0.5);
    kind.begin((budget.part(part).log_threshold(), budget.part(1.0 - part).log_threshold()))
}

/// The least level that keeps the rate on series without outbreaks.
fn measured(clean: &[Series], kind: Kind, budget: &Budget) -> f64 {
    let (mut low, mut high) = (-8.0, 40.0);
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if Tally::of(clean, kind, budget, middle).fpr() > budget.per_step() {
            low = middle
        } else {
            high = middle
        }
    }
    high
}

fn drawn(settings: &ControlSettings, with_outbreaks: bool) -> Vec<Series> {
    let jobs: Vec<(usize, Scenario, usize)> = scenarios()
        .into_iter()
        .enumerate()
        .flat_map(|(number, scenario)| (0..settings.replicas).map(move |replica| (number, scenario, replica)))
        .collect();
    let stream = if with_outbreaks { 0x2545_f491_4f6c_dd1d } else { 0x9e6c_63d0_876a_68de };
    let one = |(number, scenario, replica): (usize, Scenario, usize)| {
        let start = (u128::from(settings.seed) << 64) | ((number as u128) << 32) | replica as u128;
        let mut rng = Pcg64::new(start, stream);
        series(&scenario, replica, with_outbreaks, &mut rng)
    };
    jobs.into_par_iter().map(one).collect()
}

fn series(scenario: &Scenario, replica: usize, with_outbreaks: bool, rng: &mut Pcg64) -> Series {
    let mut counts: Vec<u32> = (1..=WEEKS).map(|week| count(scenario, week, rng)).collect();
    let mut outbreak = None;
    if with_outbreaks {
        let earlier = EARLIER_SIZES.get(replica % EARLIER_SIZES.len()).copied().unwrap_or(0.0);
        if earlier > 0.0 {
            for _ in 0..EARLIER {
                let start = between(EARLIER_FROM, SCORED_FROM, rng);
                add(scenario, earlier, start, SCORED_FROM, &mut counts, rng);
            }
        }
        let start = between(SCORED_FROM, WEEKS, rng);
        let weeks = add(scenario, (replica % 10 + 1) as f64, start, WEEKS, &mut counts, rng);
        outbreak = Some((start, weeks));
    }
    let score = |week| farrington::score(&counts, week, &FarringtonSettings::WEEKLY);
    let farrington = (SCORED_FROM..WEEKS).map(score).collect();
    Series { weeks: expected(&counts), outbreak, farrington }
}

fn between(from: usize, to: usize, rng: &mut Pcg64) -> usize {
    Uniform::new(from, to).map_or(from, |u| u.sample(rng))
}

/// A count of a week: Poisson of a gamma rate, or plain Poisson where variance is mean.
fn count(scenario: &Scenario, week: usize, rng: &mut Pcg64) -> u32 {
    let (mean, over) = (scenario.mean(week), scenario.dispersion() - 1.0);
    let rate = Gamma::new(mean / over, over).ok().filter(|_| over > 0.0).map_or(mean, |g| g.sample(rng));
    Poisson::new(rate.max(1e-12)).map_or(0.0, |p| p.sample(rng)) as u32
}

/// Adds an outbreak of `k` standard deviations beginning at `start`; its weeks. What falls on `end` or later is left
/// out.
fn add(
    scenario: &Scenario,
    k: f64,
    start: usize,
    end: usize,
    counts: &mut [u32],
    rng: &mut Pcg64,
) -> Vec<bool> {
    let mut weeks = vec![false; counts.len()];
    let deviation = (scenario.mean(start + 1) * scenario.dispersion()).sqrt();
    let cases = Poisson::new((k * deviation).max(1e-12)).map_or(1.0, |p| p.sample(rng)).max(1.0) as u32;
    let Ok(normal) = Normal::new(0.0, 1.0) else { return weeks };
    for case in 0..cases {
        let z: f64 = normal.sample(rng);
        // The first case is the beginning, or nothing would begin there.
        let later = if case == 0 { 0.0 } else { (0.5 * z).exp().floor() };
        let at = (start + later as usize).min(end - 1);
        if let (Some(count), Some(week)) = (counts.get_mut(at), weeks.get_mut(at)) {
            *count = count.saturating_add(1);
            *week = true;
        }
    }
    weeks
}

/// Each count with what was expected of it by the weeks before, of a stream that stands for itself.
fn expected(counts: &[u32]) -> Vec<(u32, Option<NegBin>)> {
    let mut baseline = Baseline::new(&BaselineSettings::DETECTION);
    let step = |count: &u32| {
        let inverse_size = baseline.inverse_size().unwrap_or(Area::default().inverse_size);
        let area = Area { inverse_size, ..Area::default() };
        (*count, expect(&mut baseline, &area, Some((*count, 1.0))))
    };
    counts.iter().map(step).collect()
}

/// Weeks and outbreaks counted.
#[derive(Clone, Copy, Default)]
struct Tally {
    true_alarms: u64,
    false_alarms: u64,
    outbreak_weeks: u64,
    other_weeks: u64,
    outbreaks: u64,
    found: u64,
    found_first: u64,
}

impl Tally {
    fn of(all: &[Series], kind: Kind, budget: &Budget, level: f64) -> Tally {
        let sum = |a: Tally, b: Tally| Tally {
            true_alarms: a.true_alarms + b.true_alarms,
            false_alarms: a.false_alarms + b.false_alarms,
            outbreak_weeks: a.outbreak_weeks + b.outbreak_weeks,
            other_weeks: a.other_weeks + b.other_weeks,
            outbreaks: a.outbreaks + b.outbreaks,
            found: a.found + b.found,
            found_first: a.found_first + b.found_first,
        };
        all.par_iter().map(|s| Tally::one(s, kind, budget, level)).reduce(Tally::default, sum)
    }

    fn one(series: &Series, kind: Kind, budget: &Budget, level: f64) -> Tally {
        let mut detector = begin(kind, budget);
        let mut tally = Tally { outbreaks: u64::from(series.outbreak.is_some()), ..Tally::default() };
        for (week, (count, law)) in series.weeks.iter().enumerate().skip(EARLIER_FROM) {
            let Some(law) = law else { continue };
            let alarm = if kind == Kind::Farrington {
                let score = week.checked_sub(SCORED_FROM).and_then(|w| series.farrington.get(w));
                score.is_some_and(|s| s.is_some_and(|s| s >= level))
            } else {
                detector.step(*count, law) >= level
            };
            if alarm {
                detector.reset();
            }
            if week < SCORED_FROM {
                continue;
            }
            let outbreak = series.outbreak.as_ref();
            let is_outbreak = outbreak.and_then(|o| o.1.get(week)).copied().unwrap_or(false);
            let hit = u64::from(alarm);
            if is_outbreak {
                tally.outbreak_weeks += 1;
                tally.true_alarms += hit;
                tally.found |= hit;
                tally.found_first |= hit & u64::from(outbreak.is_some_and(|o| o.0 == week));
            } else {
                tally.other_weeks += 1;
                tally.false_alarms += hit;
            }
        }
        tally
    }

    fn fpr(&self) -> f64 {
        share(self.false_alarms, self.other_weeks)
    }

    fn row(&self, detector: Kind, levels: ControlLevels) -> ControlRow {
        let alarms = self.true_alarms + self.false_alarms;
        let ppv = (alarms > 0).then(|| share(self.true_alarms, alarms));
        let sensitivity = share(self.true_alarms, self.outbreak_weeks);
        let f1 =
            ppv.map(|p| if p + sensitivity > 0.0 { 2.0 * p * sensitivity / (p + sensitivity) } else { 0.0 });
        ControlRow {
            detector,
            levels,
            fpr: self.fpr(),
            pod: share(self.found, self.outbreaks),
            pod_first_week: share(self.found_first, self.outbreaks),
            sensitivity,
            ppv,
            f1,
        }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

impl ControlResult {
    /// The row of a detector.
    #[must_use]
    pub fn row(&self, detector: Kind, levels: ControlLevels) -> Option<&ControlRow> {
        self.rows.iter().find(|r| r.detector == detector && r.levels == levels)
    }

    /// A plain-text table.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = format!(
            "simulated control: {} scenarios of Noufaily 2013, {} outbreaks, {} false alarms a week promised\n\
             detector      levels      FPR    POD  POD 1st week  sensitivity    PPV     F1\n",
            self.scenarios, self.outbreaks, self.settings.alpha
        );
        let told = |figure: Option<f64>| figure.map_or_else(|| "none".to_owned(), |f| format!("{f:.3}"));
        for r in &self.rows {
            text += &format!(
                "{:<13} {:<9} {:>5.3}  {:>5.3} {:>13.3} {:>12.3} {:>6} {:>6}\n",
                r.detector.name(),
                format!("{:?}", r.levels).to_lowercase(),
                r.fpr,
                r.pod,
                r.pod_first_week,
                r.sensitivity,
                told(r.ppv),
                told(r.f1)
            );
        }
        let p = &self.published;
        text + &format!(
            "published, 21 algorithms (Bédubourg & Le Strat 2017): FPR {:.3} to {:.3}, POD {:.3} to {:.3}, \
             PPV {:.3} to {:.3}, sensitivity up to {:.3}\n",
            p.fpr.0, p.fpr.1, p.pod.0, p.pod.1, p.ppv.0, p.ppv.1, p.sensitivity_max
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scenarios_are_forty_two_and_draw_the_mean_and_the_variance_that_they_state() {
        let all = scenarios();
        assert_eq!(all.len(), 42);
        let plain = all.iter().find(|s| s.parameters[0] == 2.5 && !s.trend && s.harmonics == 0).unwrap();
        let mut rng = Pcg64::new(1, 2);
        let draws: Vec<f64> = (1..=20_000).map(|w| f64::from(count(plain, w, &mut rng))).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / draws.len() as f64;
        assert!((mean / 2.5_f64.exp() - 1.0).abs() < 0.02, "{mean}");
        assert!((variance / mean / 3.0 - 1.0).abs() < 0.05, "{variance}");
        let seasonal = all.iter().find(|s| s.trend && s.harmonics == 2).unwrap();
        assert!((seasonal.mean(52).ln() - (0.1 + 0.0025 * 52.0 + 1.2)).abs() < 1e-9);
    }

    #[test]
    fn the_same_seed_gives_the_same_rows_and_measured_levels_keep_the_rate_on_other_series() {
        let settings = ControlSettings { replicas: 4, ..ControlSettings::default() };
        let result = control(&settings);
        assert_eq!(result, control(&settings));
        assert_eq!(result.outbreaks, 168);
        for row in result.rows.iter().filter(|r| r.levels == ControlLevels::Measured) {
            // 8,000 weeks of 168 series: the scatter of a rate of one in a hundred, and of clusters in it.
            assert!(row.fpr < 0.02, "{}", result.table());
            assert!(row.pod >= row.pod_first_week && row.pod <= 1.0, "{}", result.table());
        }
        assert!(result.table().contains("published"));
    }

    #[test]
    fn an_outbreak_begins_in_its_first_week_and_never_leaves_the_weeks_it_is_given() {
        let mut rng = Pcg64::new(3, 4);
        for scenario in scenarios() {
            let mut counts = vec![0; WEEKS];
            let weeks = add(&scenario, 10.0, WEEKS - 2, WEEKS, &mut counts, &mut rng);
            assert!(weeks[WEEKS - 2] && weeks[..WEEKS - 2].iter().all(|w| !w));
        }
    }
}
