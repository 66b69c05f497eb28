//! The plain forecasts that a method is judged against, each from what was known at the origin.

use serde::Serialize;

use super::features::Spans;
use super::predictive::Predictive;
use crate::count::NegBin;

/// Steps of the rolling bootstrap.
const BOOTSTRAP_STEPS: usize = 90;
/// Steps of conflictology: a year of days.
const YEAR_STEPS: usize = 365;

/// Greatest count of one step that a resampled sum is worked out with.
const STEP_COUNT_MAX: u64 = 1_000;

/// A plain forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Baseline {
    /// Nothing will come.
    Zero,
    /// As much as came over the last span of the same length, Poisson.
    PersistencePoisson,
    /// What came over spans of that length that ended within the last 90 steps, each as likely.
    RollingBootstrap,
    /// The sum of as many single steps, drawn with replacement from the last 90.
    ResampledSteps,
    /// What came over spans of that length that ended within the last 365 steps, each as likely.
    Conflictology,
    /// The rate with a half-life of 14 steps, Poisson.
    EwmaPoisson,
    /// The same, negative binomial of one size for all zones.
    EwmaNegBin,
}

impl Baseline {
    /// All, in the order of tables.
    pub const ALL: [Baseline; 7] = [
        Baseline::Zero,
        Baseline::PersistencePoisson,
        Baseline::RollingBootstrap,
        Baseline::ResampledSteps,
        Baseline::Conflictology,
        Baseline::EwmaPoisson,
        Baseline::EwmaNegBin,
    ];

    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Baseline::Zero => "zero",
            Baseline::PersistencePoisson => "persistence-Poisson",
            Baseline::RollingBootstrap => "rolling bootstrap 90",
            Baseline::ResampledSteps => "resampled days 90",
            Baseline::Conflictology => "conflictology 365",
            Baseline::EwmaPoisson => "EWMA14-Poisson",
            Baseline::EwmaNegBin => "EWMA14-NB",
        }
    }
}

/// What baselines rest on at an origin.
#[derive(Clone, Copy, Debug)]
pub struct Known<'s> {
    /// Sums over spans.
    pub spans: &'s Spans,
    /// The zone.
    pub zone: usize,
    /// The last step that is known.
    pub origin: usize,
    /// How many steps are forecast.
    pub horizon_steps: usize,
    /// The rate with a half-life of 14 steps, counts a step.
    pub rate: f64,
    /// The size of the negative binomial.
    pub size: f64,
}

impl Known<'_> {
    /// The forecast of a baseline.
    #[must_use]
    pub fn forecast(&self, baseline: Baseline) -> Predictive {
        let mean = self.rate * self.horizon_steps as f64;
        match baseline {
            Baseline::Zero => Predictive::point(0),
            Baseline::PersistencePoisson => {
                let last = self.past(1).next().map_or(mean, |s| s as f64);
                Predictive::of_negbin(&NegBin::poisson(last))
            }
            Baseline::RollingBootstrap => self.drawn(BOOTSTRAP_STEPS),
            Baseline::ResampledSteps => self.resampled(BOOTSTRAP_STEPS),
            Baseline::Conflictology => self.drawn(YEAR_STEPS),
            Baseline::EwmaPoisson => Predictive::of_negbin(&NegBin::poisson(mean)),
            Baseline::EwmaNegBin => Predictive::of_negbin(&NegBin::new(mean, self.size)),
        }
    }

    /// Counts over spans of the horizon's length that ended within the last `steps`, the latest first.
    pub fn past(&self, steps: usize) -> impl Iterator<Item = u64> + '_ {
        self.aged(steps).map(|(_, count)| count)
    }

    /// The same, with how many steps ago each ended.
    pub fn aged(&self, steps: usize) -> impl Iterator<Item = (usize, u64)> + '_ {
        let end = self.origin + 1;
        let latest = end.checked_sub(self.horizon_steps);
        let first = (end + 1).saturating_sub(steps + self.horizon_steps);
        let starts =
            latest.into_iter().flat_map(move |latest| (first..=latest).rev().map(move |s| (latest - s, s)));
        starts.filter_map(|(age, start)| {
            let span = self.spans.span(self.zone, start, self.horizon_steps)?;
            // Where not all could be seen, what was seen stands for the rest.
            Some((age, (span.count as f64 / span.seen.max(0.05)).round() as u64))
        })
    }

    /// The distribution of the sum of draws with replacement from single steps, exactly.
    fn resampled(&self, steps: usize) -> Predictive {
        let single = Known { horizon_steps: 1, ..*self };
        let past: Vec<usize> = single.past(steps).map(|count| count.min(STEP_COUNT_MAX) as usize).collect();
        let mut one = vec![0.0; past.iter().max().map_or(1, |top| top + 1)];
        for count in &past {
            one.iter_mut().skip(*count).take(1).for_each(|p| *p += 1.0 / past.len() as f64);
        }
        if past.is_empty() {
            return Predictive::point(0);
        }
        let (mut sum, mut left) = (vec![1.0], self.horizon_steps);
        while left > 0 {
            if left % 2 == 1 {
                sum = convolved(&sum, &one);
            }
            left /= 2;
            if left > 0 {
                one = convolved(&one, &one);
            }
        }
        Predictive::of_weighted(sum.into_iter().enumerate().map(|(k, p)| (k as u64, p)).collect())
    }

    fn drawn(&self, steps: usize) -> Predictive {
        Predictive::of_weighted(self.past(steps).map(|count| (count, 1.0)).collect())
    }
}

/// The distribution of the sum of two independent counts; probabilities too small to matter are dropped.
fn convolved(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; a.len() + b.len() - 1];
    for (i, p) in a.iter().enumerate().filter(|(_, p)| **p > 0.0) {
        out.iter_mut().skip(i).zip(b).for_each(|(o, q)| *o += p * q);
    }
    let top = out.iter().rposition(|p| *p > 1e-12).unwrap_or(0);
    out.truncate(top + 1);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::{Panel, Zone};

    fn known(spans: &Spans, origin: usize, horizon_steps: usize) -> Known<'_> {
        Known { spans, zone: 0, origin, horizon_steps, rate: 2.0, size: 1.5 }
    }

    fn spans(counts: Vec<u32>) -> Spans {
        let zone = Zone { name: "a".to_owned(), lon_deg: 0.0, lat_deg: 0.0 };
        Spans::of(&Panel::new(vec![zone], 0, 86_400_000, counts, None).unwrap())
    }

    #[test]
    fn spans_are_those_that_ended_within_the_steps_looked_at() {
        let spans = spans(vec![1, 2, 4, 8, 16, 32]);
        let past: Vec<(usize, u64)> = known(&spans, 4, 2).aged(3).collect();
        assert_eq!(past, [(0, 24), (1, 12), (2, 6)]);
        assert_eq!(known(&spans, 4, 2).aged(90).count(), 4);
        let last = known(&spans, 4, 2).forecast(Baseline::PersistencePoisson);
        assert!((last.mean() - 24.0).abs() < 1e-3);
    }

    #[test]
    fn resampled_steps_have_the_mean_and_variance_of_a_sum_of_draws() {
        let counts = vec![0, 3, 1, 0, 7, 2, 2, 0, 5, 0];
        let spans = spans(counts.clone());
        let sum = known(&spans, 9, 7).forecast(Baseline::ResampledSteps);
        let (mean, square) = counts
            .iter()
            .fold((0.0, 0.0), |(m, s), c| (m + f64::from(*c) / 10.0, s + f64::from(c * c) / 10.0));
        let variance = sum.masses().map(|(k, p)| (k as f64 - 7.0 * mean).powi(2) * p).sum::<f64>();
        assert!((sum.mean() - 7.0 * mean).abs() < 1e-6);
        assert!((variance - 7.0 * (square - mean * mean)).abs() < 1e-4);
    }

    #[test]
    fn with_nothing_known_every_baseline_still_gives_a_distribution() {
        let spans = spans(vec![]);
        for baseline in Baseline::ALL {
            assert!(known(&spans, 0, 7).forecast(baseline).mean().is_finite(), "{}", baseline.name());
        }
    }
}
