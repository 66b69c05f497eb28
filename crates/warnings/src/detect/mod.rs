//! Detectors of change: each takes a step's count with what was expected of it, and gives a score; an alarm is a score
//! over the level that its budget of false alarms buys.

pub mod across;
pub mod farrington;
pub mod frozen;
mod lanes;
pub mod peers;
pub mod shiryaev;
pub mod sources;
pub mod tail;
pub mod watch;

use crate::count::NegBin;

/// Steps of a year, for daily steps.
pub const DAYS_PER_YEAR: f64 = 365.25;
/// The ratios of rate that are watched for; mirrored for falls. Equal weights.
pub const RATIOS: [f64; 4] = [1.5, 2.0, 3.0, 5.0];
/// Most log-evidence that one step may bring. A cap keeps an e-value an e-value, and bounds what a wild count can do.
pub const STEP_LOG_EVIDENCE_MAX: f64 = 9.0;
/// Above this size a negative binomial is worked with as a Poisson.
const POISSON_SIZE: f64 = 1e7;

/// Whether a rise or a fall is watched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More than expected.
    Up,
    /// Less than expected: real calm, or an outage.
    Down,
}

/// Something that scores steps one after the other, in constant time.
pub trait Detector: Clone {
    /// Takes an observed step and gives the score after it, greater for more change. `law` is what was expected of the
    /// step as it was seen. Unobserved steps are not given.
    fn step(&mut self, count: u32, law: &NegBin) -> f64;
    /// Begins anew, as after an alarm.
    fn reset(&mut self);
}

/// A promise: how many false alarms a zone may have in a year.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Budget {
    /// Alarms per zone and year.
    pub alarms_per_zone_year: f64,
    /// How many steps a year has.
    pub steps_per_year: f64,
}

impl Budget {
    /// For daily steps.
    #[must_use]
    pub fn daily(alarms_per_zone_year: f64) -> Budget {
        Budget { alarms_per_zone_year, steps_per_year: DAYS_PER_YEAR }
    }

    /// That part of it.
    #[must_use]
    pub fn part(&self, part: f64) -> Budget {
        Budget { alarms_per_zone_year: self.alarms_per_zone_year * part, ..*self }
    }

    /// False alarms per zone and step, within 1e-12 and 1.
    #[must_use]
    pub fn per_step(&self) -> f64 {
        let rate = self.alarms_per_zone_year / self.steps_per_year;
        if rate.is_finite() { rate.clamp(1e-12, 1.0) } else { 1.0 }
    }

    /// The log-evidence at which an e-detector keeps the promise: its mean time to a false alarm is then at least
    /// `1 / per_step` steps (Shin, Ramdas & Rinaldo 2022, theorem 2.4), and at which a tail does: `-ln p`.
    #[must_use]
    pub fn log_threshold(&self) -> f64 {
        -self.per_step().ln()
    }
}

/// The logarithm of the likelihood ratio of a count: `ratio` times the mean against the mean, same size.
#[must_use]
pub fn log_ratio(count: u32, law: &NegBin, ratio: f64) -> f64 {
    let (k, m, r) = (f64::from(count), law.mean(), law.size());
    if r >= POISSON_SIZE {
        return k * ratio.ln() - (ratio - 1.0) * m;
    }
    k * ratio.ln() - (k + r) * ((ratio - 1.0) * m / (r + m)).ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_ratio_is_the_difference_of_log_probabilities_and_has_mean_one_as_a_ratio() {
        for law in [NegBin::new(3.0, 0.8), NegBin::new(0.05, 2.0), NegBin::poisson(7.0)] {
            for ratio in [0.2, 0.5, 2.0, 5.0] {
                let other = law.with_mean(law.mean() * ratio);
                let mut mean = 0.0;
                for k in 0..3_000 {
                    let direct = other.ln_pmf(k) - law.ln_pmf(k);
                    let log = log_ratio(k as u32, &law, ratio);
                    assert!((log - direct).abs() < 1e-6 * direct.abs().max(1.0), "{law:?} {ratio} {k}");
                    mean += (log + law.ln_pmf(k)).exp();
                }
                assert!((mean - 1.0).abs() < 1e-6, "{law:?} {ratio} {mean}");
            }
        }
    }

    #[test]
    fn two_alarms_a_year_are_log_183() {
        assert!((Budget::daily(2.0).log_threshold() - 182.625_f64.ln()).abs() < 1e-12);
        assert_eq!(Budget::daily(f64::NAN).log_threshold(), 0.0);
    }
}
