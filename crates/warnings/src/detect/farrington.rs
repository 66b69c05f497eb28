//! The improved Farrington algorithm, "Farrington Flexible" (Noufaily et al. 2013, Statistics in Medicine 32,
//! 1206–1222; Farrington et al. 1996 before it), which health agencies run: to be compared with.
//!
//! A step is expected what a quasi-Poisson regression of earlier steps says: a level for each part of the cycle (year
//! or week) and a trend, fitted without the steps just before; steps whose standardised Anscombe residual is over 2.58
//! are weighed down and it is fitted again. The trend is kept where it is significant at 0.05, spans three cycles and
//! foretells no more than was ever counted. What is compared is a negative binomial with that mean and dispersion. The
//! score is `-ln` of the probability of at least the count; there is none where fewer than five were counted over the
//! last four weeks, and none for no count, as in the R package `surveillance` (the threshold called `nbPlugin`), whose
//! p-values a test holds this to.
//!
//! Levels of parts are worked out in closed form for a given trend, so that only the trend is searched for.

use statrs::function::beta::beta_reg;

use super::Detector;
use super::tail;
use crate::count::NegBin;

/// Standardised residuals over this are weighed down.
const RESIDUAL_MAX: f64 = 2.58;
/// A trend is kept when its p-value is less.
const TREND_P_MAX: f64 = 0.05;
/// A trend needs so many cycles.
const TREND_CYCLES_MIN: usize = 3;
/// Fewer over the last four weeks, and nothing is scored.
const RECENT_MIN: u64 = 5;
/// Most steps of the search for the trend.
const NEWTON_MAX: usize = 30;

/// Which earlier steps a step is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FarringtonSettings {
    /// Steps of a cycle: 52 of a year of weeks, 7 of a week of days.
    pub cycle_steps: usize,
    /// How many cycles back.
    pub cycles: usize,
    /// Steps to either side of the same step of the cycle that make its own part.
    pub half_window_steps: usize,
    /// Parts of the cycle, its own included; with 1 no other steps than those of its own part are looked at.
    pub parts: usize,
    /// How many of the last steps are left out.
    pub left_out_steps: usize,
    /// How many steps four weeks are.
    pub four_weeks_steps: usize,
}

impl FarringtonSettings {
    /// By week, as published: five years, three weeks to either side, ten parts, the last 26 weeks left out.
    pub const WEEKLY: FarringtonSettings = FarringtonSettings {
        cycle_steps: 52,
        cycles: 5,
        half_window_steps: 3,
        parts: 10,
        left_out_steps: 26,
        four_weeks_steps: 4,
    };
    /// By day, for records too short for years: the same day of the week and its neighbours in ten weeks, the last week
    /// left out. Ten weeks are those of the run of the R package that this is measured beside; nothing was varied.
    pub const DAILY: FarringtonSettings = FarringtonSettings {
        cycle_steps: 7,
        cycles: 10,
        half_window_steps: 1,
        parts: 1,
        left_out_steps: 7,
        four_weeks_steps: 28,
    };

    /// How many earlier steps a score needs.
    #[must_use]
    pub fn history_steps(&self) -> usize {
        self.cycle_steps * self.cycles + self.half_window_steps
    }
}

/// An earlier step: when (0 is the step that is scored), what was counted, and its part of the cycle.
#[derive(Clone, Copy)]
struct Point {
    t: f64,
    y: f64,
    part: usize,
}

/// The score of step `at` of `counts`, which rests on earlier steps alone; nothing where there are too few of them, or
/// too few incidents.
#[must_use]
pub fn score(counts: &[u32], at: usize, settings: &FarringtonSettings) -> Option<f64> {
    let count = counts.get(at).copied().filter(|c| *c > 0)?;
    let recent = counts.get((at + 1).saturating_sub(settings.four_weeks_steps)..=at)?;
    if at < settings.history_steps() || recent.iter().map(|c| u64::from(*c)).sum::<u64>() < RECENT_MIN {
        return None;
    }
    let points = reference(counts, at, settings);
    let (mean, dispersion) = expected(&points, settings)?;
    let size = if dispersion > 1.0 { mean / (dispersion - 1.0) } else { f64::INFINITY };
    Some(tail::score(count, &NegBin::new(mean, size)))
}

/// The earlier steps, each with its part: 0 is that of the step itself, the others follow it to the next cycle, longer
/// ones first.
fn reference(counts: &[u32], at: usize, settings: &FarringtonSettings) -> Vec<Point> {
    let (cycle, half) = (settings.cycle_steps, settings.half_window_steps);
    let others = settings.parts.saturating_sub(1);
    let between = cycle.saturating_sub(2 * half + 1);
    let until = at.saturating_sub(settings.left_out_steps);
    let mut points = Vec::with_capacity(settings.cycles * cycle);
    for back in (1..=settings.cycles).rev() {
        let from = (at + cycle - half).saturating_sub(back * cycle + cycle);
        let steps = if others == 0 { 2 * half + 1 } else { cycle };
        for step in (from..from + steps).take_while(|s| *s < until) {
            let Some(y) = counts.get(step) else { break };
            let part = match (step - from).checked_sub(2 * half + 1) {
                None => 0,
                Some(into) => 1 + part_of(into, between, others),
            };
            points.push(Point { t: step as f64 - at as f64, y: f64::from(*y), part });
        }
    }
    points
}

/// Which of `parts` parts of `length` steps step `into` lies in, longer ones first.
fn part_of(into: usize, length: usize, parts: usize) -> usize {
    let (each, longer) = (length / parts.max(1), length % parts.max(1));
    let in_longer = longer * (each + 1);
    if into < in_longer { into / (each + 1) } else { longer + (into - in_longer) / each.max(1) }
}

/// What is expected of the step: mean and dispersion.
fn expected(points: &[Point], settings: &FarringtonSettings) -> Option<(f64, f64)> {
    let most = points.iter().map(|p| p.y).fold(0.0, f64::max);
    let with_trend = (settings.cycles >= TREND_CYCLES_MIN).then(|| reweighted(points, settings.parts, true));
    let kept = with_trend.flatten().filter(|f| f.is_trend_significant() && f.mean() <= most);
    let fit = match kept {
        Some(fit) => fit,
        None => reweighted(points, settings.parts, false)?,
    };
    Some((fit.mean(), fit.dispersion.max(1.0)))
}

/// The fit after past outbreaks were weighed down.
fn reweighted(points: &[Point], parts: usize, trend: bool) -> Option<Fit> {
    let ones = vec![1.0; points.len()];
    let first = Fit::of(points, &ones, parts, trend)?;
    let weights = first.weights(points);
    Fit::of(points, &weights, parts, trend)
}

/// A quasi-Poisson regression of the logarithm of the mean on parts of the cycle and time.
struct Fit {
    /// Of each part: the level at the step that is scored, the information on it, and the mean time by that.
    parts: Vec<Part>,
    /// Growth of the logarithm by step; 0 without a trend.
    slope: f64,
    /// Information on the slope; 0 without a trend.
    slope_information: f64,
    /// Dispersion as estimated, not bounded.
    dispersion: f64,
    /// What the test of the slope takes for it.
    dispersion_of_test: f64,
    /// Degrees of freedom left.
    freedom: f64,
}

#[derive(Clone, Copy, Default)]
struct Part {
    level: f64,
    information: f64,
    time: f64,
    points: usize,
}

impl Fit {
    fn of(points: &[Point], weights: &[f64], parts: usize, trend: bool) -> Option<Fit> {
        let mut slope = 0.0;
        let mut fit = Fit::at(points, weights, parts, slope);
        if trend {
            let span = points.iter().map(|p| p.t.abs()).fold(1.0, f64::max);
            let mut settled = false;
            for _ in 0..NEWTON_MAX {
                let gradient: f64 =
                    points.iter().zip(weights).map(|(p, w)| w * p.t * (p.y - fit.mean_of(p))).sum();
                if fit.slope_information <= 0.0 {
                    return None;
                }
                let by = (gradient / fit.slope_information).clamp(-1.0 / span, 1.0 / span);
                slope += by;
                fit = Fit::at(points, weights, parts, slope);
                settled = by.abs() * span < 1e-8;
                if settled {
                    break;
                }
            }
            if !settled {
                return None;
            }
        } else {
            fit.slope_information = 0.0;
        }
        let used = fit.parts.iter().filter(|p| p.points > 0).count() + usize::from(trend);
        fit.freedom = points.len().checked_sub(used).filter(|f| *f > 0)? as f64;
        let squares = points.iter().zip(weights).map(|(p, w)| {
            let mean = fit.mean_of(p);
            if mean > 0.0 { w * (p.y - mean) * (p.y - mean) / mean } else { 0.0 }
        });
        fit.dispersion = squares.sum::<f64>() / fit.freedom;
        let relative = points.iter().zip(weights).map(|(p, w)| {
            let mean = fit.mean_of(p);
            if mean > 0.0 { w * ((p.y - mean) / mean).powi(2) } else { *w }
        });
        fit.dispersion_of_test = relative.sum::<f64>() / fit.freedom;
        Some(fit)
    }

    /// The levels that fit best to a slope.
    fn at(points: &[Point], weights: &[f64], parts: usize, slope: f64) -> Fit {
        let mut sums = vec![(0.0, 0.0, 0.0, 0.0, 0_usize); parts.max(1)];
        for (p, w) in points.iter().zip(weights) {
            let Some(sum) = sums.get_mut(p.part) else { continue };
            let growth = w * (slope * p.t).exp();
            *sum = (
                sum.0 + w * p.y,
                sum.1 + growth,
                sum.2 + growth * p.t,
                sum.3 + growth * p.t * p.t,
                sum.4 + 1,
            );
        }
        let (mut slope_information, mut of_parts) = (0.0, Vec::with_capacity(sums.len()));
        for (counted, growth, first, second, points) in sums {
            if points == 0 {
                of_parts.push(Part::default());
                continue;
            }
            let level = counted / growth;
            slope_information += level * (second - first * first / growth);
            of_parts.push(Part { level, information: level * growth, time: first / growth, points });
        }
        Fit {
            parts: of_parts,
            slope,
            slope_information,
            dispersion: 0.0,
            dispersion_of_test: 0.0,
            freedom: 0.0,
        }
    }

    /// What is expected of the step that is scored.
    fn mean(&self) -> f64 {
        self.parts.first().map_or(0.0, |p| p.level)
    }

    fn mean_of(&self, p: &Point) -> f64 {
        self.parts.get(p.part).map_or(0.0, |part| part.level * (self.slope * p.t).exp())
    }

    /// By the t-test of the slope, with the dispersion that the published program takes there: that of relative
    /// residuals under the weights of outbreaks, less than the regression's own where counts are over one. What is
    /// compared with is the program that agencies run.
    fn is_trend_significant(&self) -> bool {
        if self.slope_information <= 0.0 || self.dispersion_of_test <= 0.0 {
            return false;
        }
        let t_squared = self.slope * self.slope * self.slope_information / self.dispersion_of_test;
        let p = beta_reg(self.freedom / 2.0, 0.5, self.freedom / (self.freedom + t_squared));
        p < TREND_P_MAX
    }

    /// Weights that sum to their number: those with a large residual count less, by its square. The first fit has
    /// weights of 1.
    fn weights(&self, points: &[Point]) -> Vec<f64> {
        let dispersion = self.dispersion.max(1.0);
        let raw = points.iter().map(|p| {
            let (mean, Some(part)) = (self.mean_of(p), self.parts.get(p.part)) else { return 1.0 };
            if mean <= 0.0 {
                return 1.0;
            }
            let off = p.t - part.time;
            let by_slope =
                if self.slope_information > 0.0 { off * off / self.slope_information } else { 0.0 };
            let leverage = mean * (1.0 / part.information + by_slope);
            let raw = 1.5 * (p.y.powf(2.0 / 3.0) * mean.powf(-1.0 / 6.0) - mean.sqrt());
            let residual = raw / (dispersion * (1.0 - leverage).max(1e-9)).sqrt();
            if residual > RESIDUAL_MAX { residual.powi(-2) } else { 1.0 }
        });
        let raw: Vec<f64> = raw.collect();
        let scale = raw.len() as f64 / raw.iter().sum::<f64>().max(1e-300);
        raw.into_iter().map(|w| w * scale).collect()
    }
}

/// The algorithm step by step, with the steps that it needs. Steps not observed are left out, as if time had stood.
#[derive(Clone, Debug, PartialEq)]
pub struct Farrington {
    settings: FarringtonSettings,
    past: Vec<u32>,
}

impl Farrington {
    /// One that has seen nothing.
    #[must_use]
    pub fn new(settings: &FarringtonSettings) -> Farrington {
        Farrington { settings: *settings, past: Vec::with_capacity(settings.history_steps() + 1) }
    }
}

impl Detector for Farrington {
    /// The score; negative infinity, which is no alarm at any level, where there is none.
    fn step(&mut self, count: u32, _law: &NegBin) -> f64 {
        if self.past.len() > self.settings.history_steps() {
            self.past.remove(0);
        }
        self.past.push(count);
        score(&self.past, self.past.len() - 1, &self.settings).unwrap_or(f64::NEG_INFINITY)
    }

    /// Nothing: past outbreaks are weighed down, not forgotten.
    fn reset(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_year_are_laid_out_as_published() {
        let settings = FarringtonSettings::WEEKLY;
        let counts: Vec<u32> = (0..400).collect();
        let points = reference(&counts, 300, &settings);
        // Five windows of 7 about 40, 92, … 248; the last 26 weeks left out.
        let own: Vec<f64> = points.iter().filter(|p| p.part == 0).map(|p| p.t + 300.0).collect();
        assert_eq!(own.len(), 35);
        assert_eq!((own[0], own[6], own[34]), (37.0, 43.0, 251.0));
        assert!(points.iter().all(|p| p.t < -26.0 && p.y == p.t + 300.0));
        // Between two windows lie 45 weeks in nine parts of 5.
        for part in 1..10 {
            let first = points.iter().filter(|p| p.part == part && p.t + 300.0 < 89.0);
            assert_eq!(first.count(), 5, "part {part}");
        }
        assert_eq!(
            (part_of(0, 11, 3), part_of(3, 11, 3), part_of(4, 11, 3), part_of(10, 11, 3)),
            (0, 0, 1, 2)
        );
    }

    /// The series that the reference values were taken on: `(x · 171) mod 30269`, its rest, a season and growth.
    fn series(n: u32, seed: u32, base: u32, season: u32, cycle: u32, growth: u32) -> Vec<u32> {
        let mut x = seed;
        let one = |i: u32| {
            x = x * 171 % 30_269;
            x % base + if i % cycle < cycle.div_ceil(2) { season } else { 0 } + i * growth / n
        };
        (0..n).map(one).collect()
    }

    /// `-log` of the p-value of `farringtonFlexible` in the R package `surveillance` 1.20.3 (threshold `nbPlugin`,
    /// weights threshold 2.58, trend at 0.05), run on the same series.
    #[test]
    fn scores_are_those_of_the_published_program() {
        let mut flat = series(400, 7, 9, 4, 52, 0);
        (flat[200], flat[201]) = (60, 45);
        let growing = series(400, 11, 7, 2, 52, 12);
        let mut daily = series(200, 5, 6, 3, 7, 0);
        daily[56] = 40;
        let daily_growing = series(200, 5, 6, 3, 7, 25);
        let (weeks, days) = (FarringtonSettings::WEEKLY, FarringtonSettings::DAILY);
        let wanted = [
            (&flat, weeks, 300, 0.666_135_483),
            (&flat, weeks, 330, 1.049_670_902),
            (&flat, weeks, 351, 1.022_526_779),
            (&flat, weeks, 399, 0.226_966_095),
            (&growing, weeks, 300, 0.200_892_024),
            (&growing, weeks, 340, 0.199_049_400),
            (&growing, weeks, 399, 0.136_260_258),
            (&daily, days, 100, 0.834_617_330),
            (&daily, days, 119, 1.873_468_953),
            (&daily, days, 150, 0.460_062_415),
            (&daily, days, 199, 0.314_813_654),
            (&daily_growing, days, 100, 2.637_377_462),
            (&daily_growing, days, 120, 1.697_945_873),
            (&daily_growing, days, 199, 0.420_719_968),
        ];
        for (number, (counts, settings, at, theirs)) in wanted.iter().enumerate() {
            let ours = score(counts, *at, settings).unwrap();
            assert!((ours - theirs).abs() < 1e-5, "{number}, at {at}: {ours}, theirs {theirs}");
        }
    }

    #[test]
    fn levels_and_trend_solve_the_equations_of_the_greatest_likelihood() {
        let points: Vec<Point> = (0..60)
            .map(|i| {
                let (t, part) = (f64::from(i) - 60.0, usize::from(i % 3 == 0));
                let y = f64::from((7 * i + 3) % 11) + f64::from(i) / 10.0 + 4.0 * part as f64;
                Point { t, y, part }
            })
            .collect();
        let fit = Fit::of(&points, &vec![1.0; 60], 2, true).unwrap();
        // Score equations of the maximum: residuals sum to nothing over each part, and over time.
        for part in 0..2 {
            let sum: f64 = points.iter().filter(|p| p.part == part).map(|p| p.y - fit.mean_of(p)).sum();
            assert!(sum.abs() < 1e-8, "{sum}");
        }
        let over_time: f64 = points.iter().map(|p| p.t * (p.y - fit.mean_of(p))).sum();
        assert!(over_time.abs() < 1e-6, "{over_time}");
        let pearson: f64 = points.iter().map(|p| (p.y - fit.mean_of(p)).powi(2) / fit.mean_of(p)).sum();
        assert!((fit.dispersion - pearson / 57.0).abs() < 1e-12);
        // Leverages of three parameters sum to three.
        let leverage: f64 = points
            .iter()
            .map(|p| {
                let part = fit.parts[p.part];
                let off = p.t - part.time;
                fit.mean_of(p) * (1.0 / part.information + off * off / fit.slope_information)
            })
            .sum();
        assert!((leverage - 3.0).abs() < 1e-9, "{leverage}");
    }

    #[test]
    fn an_outbreak_scores_high_an_ordinary_step_low_and_a_past_outbreak_does_not_hide_it() {
        let settings = FarringtonSettings::DAILY;
        let ordinary: Vec<u32> = (0..120).map(|i| 3 + (i * 5) % 4).collect();
        let scored = |last: u32, past: u32| {
            let mut counts = ordinary.clone();
            // Eight weeks before, on the same day of the week.
            counts[63] += past;
            counts[119] = last;
            score(&counts, 119, &settings).unwrap()
        };
        assert!(scored(5, 0) < 2.0 && scored(20, 0) > 10.0);
        // Still an alarm at one in a hundred.
        assert!(scored(20, 60) > 4.6, "{}", scored(20, 60));
    }

    #[test]
    fn nothing_is_scored_without_history_or_below_five_in_four_weeks_and_no_count_is_an_alarm() {
        let settings = FarringtonSettings::DAILY;
        assert_eq!(score(&[9; 71], 70, &settings), None);
        assert!(score(&[9; 72], 71, &settings).is_some());
        let mut few = vec![0; 100];
        few[99] = 4;
        assert_eq!(score(&few, 99, &settings), None);
        few[99] = 5;
        assert!(score(&few, 99, &settings).is_some_and(|s| s > 10.0), "five after ten weeks of none");
        few[99] = 0;
        few[98] = 9;
        assert_eq!(score(&few, 99, &settings), None);
        assert_eq!(score(&[], 0, &settings), None);
        let mut steps = Farrington::new(&settings);
        let law = NegBin::poisson(1.0);
        let counts: Vec<u32> = (0..200).map(|i| 2 + (i * 7) % 5).collect();
        for (at, count) in counts.iter().enumerate() {
            let stepped = steps.step(*count, &law);
            assert_eq!(stepped, score(&counts, at, &settings).unwrap_or(f64::NEG_INFINITY));
        }
        let huge = vec![u32::MAX; 100];
        assert!(score(&huge, 99, &settings).is_some_and(f64::is_finite));
    }
}
