//! Slow erosion against a reference that does not move: an e-process without restart.
//!
//! The null is that the rate is at most the reference (with what is not known of it). Every step may be the beginning
//! of the erosion; the beginnings share one prior of total 1, so that the sum is an e-process: the probability that it
//! ever reaches `1 / α` is at most `α` while the null holds (Ville's inequality), however long the truce.

use super::{STEP_LOG_EVIDENCE_MAX, lanes};
use crate::baseline::FrozenReference;
use crate::count::NegBin;

/// The ratios that erosion is watched for.
const RATIOS: [f64; 4] = [1.25, 1.5, 2.0, 3.0];
/// Half of the prior of beginnings lies within so many steps.
const PRIOR_HALF_STEPS: f64 = 28.0;
/// Where the sums saturate.
const SUM_MAX: f64 = 1e250;

/// How erosion is watched for.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct FrozenSettings {
    /// Steps of the ceasefire that make the reference.
    pub reference_steps: u32,
    /// How many standard errors above the reference the null reaches: what 28 steps do not tell is not held against
    /// anybody.
    pub doubt_se: f64,
    /// The probability of ever raising a false alarm in one truce and zone.
    pub false_alarm: f64,
}

impl Default for FrozenSettings {
    /// 28 steps, one standard error, 1 in 20 truces.
    fn default() -> Self {
        FrozenSettings { reference_steps: 28, doubt_se: 1.0, false_alarm: 0.05 }
    }
}

/// The e-process of one zone.
#[derive(Clone, Debug, PartialEq)]
pub struct FrozenWatch {
    settings: FrozenSettings,
    reference: FrozenReference,
    squares: f64,
    null: Option<NegBin>,
    ln_ratios: [f64; RATIOS.len()],
    /// `ln(1 + (ratio − 1) · mean / (size + mean))` for the exposure last seen.
    ln_shares: [f64; RATIOS.len()],
    /// The likelihood ratios of a step without any incident, for the exposure last seen.
    of_none: [f64; RATIOS.len()],
    sums: [f64; RATIOS.len()],
    seen: f32,
    steps: f64,
}

impl FrozenWatch {
    /// Begins at entry into force: the first steps make the reference.
    #[must_use]
    pub fn at_entry_into_force(settings: &FrozenSettings) -> FrozenWatch {
        FrozenWatch::new(settings, FrozenReference::of_first_steps(settings.reference_steps))
    }

    /// Against an agreed level, incidents per fully seen step; `inverse_size` is the scatter of the zone.
    #[must_use]
    pub fn against(settings: &FrozenSettings, level: f64, inverse_size: f64) -> FrozenWatch {
        let mut watch = FrozenWatch::new(settings, FrozenReference::agreed(level));
        watch.null = Some(NegBin::new(level, inverse_size.max(1e-6).recip()));
        watch
    }

    fn new(settings: &FrozenSettings, reference: FrozenReference) -> FrozenWatch {
        FrozenWatch {
            settings: *settings,
            reference,
            squares: 0.0,
            null: None,
            ln_ratios: RATIOS.map(f64::ln),
            ln_shares: [0.0; RATIOS.len()],
            of_none: [1.0; RATIOS.len()],
            sums: [0.0; RATIOS.len()],
            seen: -1.0,
            steps: 0.0,
        }
    }

    /// Takes an observed step; the log-evidence of erosion after it, nothing while the reference is being taken.
    pub fn step(&mut self, count: u32, seen: f32, inverse_size: f64) -> Option<f64> {
        self.take(count, seen, inverse_size).map(f64::ln)
    }

    /// The same, not as a logarithm.
    pub fn take(&mut self, count: u32, seen: f32, inverse_size: f64) -> Option<f64> {
        if self.reference.take(count, seen) {
            self.squares += f64::from(count) * f64::from(count);
            return None;
        }
        let null = match self.null {
            Some(null) => null,
            None => {
                let null = self.freeze(inverse_size)?;
                self.null = Some(null);
                null
            }
        };
        self.shares(&null, seen);
        let (k, r) = (f64::from(count), null.size());
        let before = PRIOR_HALF_STEPS + self.steps;
        self.steps += 1.0;
        let begins = PRIOR_HALF_STEPS / (before * (before + 1.0));
        let ratios = if count == 0 { self.of_none } else { self.ratios(k, r) };
        for (sum, ratio) in self.sums.iter_mut().zip(&ratios) {
            *sum = ((*sum + begins) * ratio).min(SUM_MAX);
        }
        let all: f64 = self.sums.iter().sum();
        Some(all / RATIOS.len() as f64 + PRIOR_HALF_STEPS / (before + 1.0))
    }

    /// The evidence of erosion as it stands; nothing while the reference is being taken.
    #[must_use]
    pub fn evidence(&self) -> Option<f64> {
        self.null?;
        let all: f64 = self.sums.iter().sum();
        Some(all / RATIOS.len() as f64 + PRIOR_HALF_STEPS / (PRIOR_HALF_STEPS + self.steps))
    }

    /// The log-evidence at which erosion is raised.
    #[must_use]
    pub fn log_threshold(&self) -> f64 {
        -self.settings.false_alarm.clamp(1e-12, 1.0).ln()
    }

    /// The level that is held to, with what is not known of it, incidents per fully seen step.
    #[must_use]
    pub fn level(&self) -> Option<f64> {
        self.null.map(|null| null.mean())
    }

    /// The reference with its doubt: the scatter is the greater of the zone's and that of the steps of the reference.
    fn freeze(&self, inverse_size: f64) -> Option<NegBin> {
        let level = self.reference.level()?;
        let n = f64::from(self.settings.reference_steps.max(1));
        let variance = (self.squares / n - level * level).max(0.0);
        let own = if level > 0.0 { (variance - level) / (level * level) } else { 0.0 };
        let inverse_size = inverse_size.max(own).clamp(1e-6, 20.0);
        let error = ((level + level * level * inverse_size) / n).sqrt();
        Some(NegBin::new(level + self.settings.doubt_se * error, inverse_size.recip()))
    }

    fn shares(&mut self, null: &NegBin, seen: f32) {
        if seen == self.seen {
            return;
        }
        self.seen = seen;
        let mean = null.mean() * f64::from(seen);
        let share = mean / (null.size() + mean);
        for (ln_share, ratio) in self.ln_shares.iter_mut().zip(&RATIOS) {
            *ln_share = ((ratio - 1.0) * share).ln_1p();
        }
        self.of_none = self.ratios(0.0, null.size());
    }

    /// The likelihood ratios of a count, capped.
    fn ratios(&self, k: f64, r: f64) -> [f64; RATIOS.len()] {
        let mut logs = self.ln_shares;
        for (log, ln_ratio) in logs.iter_mut().zip(&self.ln_ratios) {
            *log = (k * ln_ratio - (k + r) * *log).min(STEP_LOG_EVIDENCE_MAX);
        }
        lanes::exp(logs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_distr::{Distribution, Poisson};
    use rand_pcg::Pcg64;

    fn ever_raised(rate: f64, after: f64, steps: u32, seed: u64) -> bool {
        let mut rng = Pcg64::new(u128::from(seed), 77);
        let mut watch = FrozenWatch::against(&FrozenSettings::default(), rate, 1e-6);
        let counts = Poisson::new(rate * after).unwrap();
        (0..steps)
            .any(|_| watch.step(counts.sample(&mut rng) as u32, 1.0, 1e-6) >= Some(watch.log_threshold()))
    }

    #[test]
    fn no_more_than_one_truce_in_twenty_has_a_false_alarm_at_the_agreed_level() {
        for rate in [0.2, 3.0] {
            let raised = (0..400).filter(|seed| ever_raised(rate, 1.0, 400, *seed)).count();
            assert!(raised <= 32, "{rate}: {raised} of 400");
        }
    }

    #[test]
    fn an_erosion_too_slow_for_a_moving_baseline_is_found_against_the_frozen_one() {
        let mut watch = FrozenWatch::at_entry_into_force(&FrozenSettings::default());
        let raised = (0..200_u32).find(|step| {
            // 10 a step for four weeks, then one more every five steps.
            let count = 10 + step.saturating_sub(28) / 5;
            watch.step(count, 1.0, 0.05) >= Some(watch.log_threshold())
        });
        assert!(raised.is_some_and(|step| step < 80), "{raised:?}");
    }

    #[test]
    fn a_count_of_a_thousand_million_saturates() {
        let mut watch = FrozenWatch::against(&FrozenSettings::default(), 1.0, 0.5);
        for _ in 0..100 {
            assert!(watch.step(u32::MAX, 1.0, 0.5).unwrap().is_finite());
        }
    }
}
