//! The mixture Shiryaev–Roberts e-detector (Shin, Ramdas & Rinaldo 2022, arXiv 2203.03532).
//!
//! For every ratio of rate it sums the likelihood ratios of all possible beginnings of the change, `R ← (1 + R) · LR`,
//! and averages over the ratios. If the baseline holds, the time to a false alarm at threshold `A` is at least `A`
//! steps in the mean. The sums are held as they are and saturate, the evidence is given as a logarithm.

use super::{Detector, Direction, POISSON_SIZE, RATIOS, STEP_LOG_EVIDENCE_MAX, lanes, log_ratio};
use crate::count::NegBin;

/// Where the sums saturate.
const SUM_MAX: f64 = 1e250;
/// How many of the last steps are kept to say what an alarm rests on.
pub const TRACE_STEPS: usize = 64;

/// The e-detector of one zone, rises or falls: one sum for each ratio of rate.
#[derive(Clone, Debug, PartialEq)]
pub struct EDetector {
    more: [f64; RATIOS.len()],
    ln_ratios: [f64; RATIOS.len()],
    sums: [f64; RATIOS.len()],
}

impl EDetector {
    /// One that has seen nothing.
    #[must_use]
    pub fn new(direction: Direction) -> EDetector {
        let ratios = ratios(direction);
        EDetector { more: ratios.map(|q| q - 1.0), ln_ratios: ratios.map(f64::ln), sums: [0.0; RATIOS.len()] }
    }

    /// The evidence as it stands, a logarithm: alarm at `ln A`.
    #[must_use]
    pub fn log_evidence(&self) -> f64 {
        self.evidence().ln()
    }

    /// The evidence as it stands: alarm at `A`.
    #[must_use]
    pub fn evidence(&self) -> f64 {
        self.sums.iter().sum::<f64>() / RATIOS.len() as f64
    }

    /// Takes an observed step; the evidence after it, not as a logarithm.
    #[inline]
    pub fn take(&mut self, count: u32, law: &NegBin) -> f64 {
        let (k, m, r) = (f64::from(count), law.mean(), law.size());
        let mut logs = self.more;
        if r >= POISSON_SIZE {
            logs.iter_mut().zip(&self.ln_ratios).for_each(|(x, ln)| *x = k * ln - *x * m);
        } else {
            let share = m / (r + m);
            logs.iter_mut().for_each(|x| *x = 1.0 + *x * share);
            logs = lanes::ln(logs);
            logs.iter_mut().zip(&self.ln_ratios).for_each(|(x, ln)| *x = k * ln - (k + r) * *x);
        }
        logs.iter_mut().for_each(|x| *x = x.min(STEP_LOG_EVIDENCE_MAX));
        let ratios = lanes::exp(logs);
        for (sum, ratio) in self.sums.iter_mut().zip(&ratios) {
            *sum = ((1.0 + *sum) * ratio).min(SUM_MAX);
        }
        self.evidence()
    }
}

impl Detector for EDetector {
    fn step(&mut self, count: u32, law: &NegBin) -> f64 {
        self.take(count, law).ln()
    }

    fn reset(&mut self) {
        self.sums = [0.0; RATIOS.len()];
    }
}

/// The ratios of a direction.
#[must_use]
pub fn ratios(direction: Direction) -> [f64; RATIOS.len()] {
    match direction {
        Direction::Up => RATIOS,
        Direction::Down => RATIOS.map(f64::recip),
    }
}

/// What one step brought to an alarm.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct StepEvidence {
    /// The step.
    pub step: u64,
    /// What was counted.
    pub count: u32,
    /// What was expected of the step as it was seen.
    pub expected: f64,
    /// Log-evidence of the step under the ratio that explains the alarm best.
    pub log_evidence: f64,
}

/// Evidence split by step: the parts and the remainder add up to the whole.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Split {
    /// The ratio of rate that explains the alarm best.
    pub ratio: f64,
    /// The step since which it does.
    pub since_step: u64,
    /// What each step since then brought, oldest first.
    pub steps: Vec<StepEvidence>,
    /// What other ratios and beginnings add (or, negative, what averaging takes).
    pub remainder: f64,
}

/// The last steps of a zone, so that an alarm can say what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    ring: [Option<(u64, u32, NegBin)>; TRACE_STEPS],
    at: usize,
}

impl Default for Trace {
    fn default() -> Self {
        Trace { ring: [None; TRACE_STEPS], at: 0 }
    }
}

impl Trace {
    /// Takes an observed step.
    pub fn push(&mut self, step: u64, count: u32, law: &NegBin) {
        if let Some(slot) = self.ring.get_mut(self.at) {
            *slot = Some((step, count, *law));
        }
        self.at = (self.at + 1) % TRACE_STEPS;
    }

    /// Forgets what came before: an alarm rests only on steps since the last one.
    pub fn clear(&mut self) {
        self.ring = [None; TRACE_STEPS];
    }

    /// Splits the log-evidence of an alarm by step: the ratio and the beginning with the greatest likelihood. Nothing
    /// when no step is kept.
    #[must_use]
    pub fn split(&self, direction: Direction, log_evidence: f64) -> Option<Split> {
        let (old, new) = (self.ring.get(..self.at)?, self.ring.get(self.at..)?);
        let newest_first = || old.iter().rev().chain(new.iter().rev()).flatten();
        let mut best: Option<(f64, f64, u64)> = None;
        for ratio in ratios(direction) {
            let mut sum = 0.0;
            for (step, count, law) in newest_first() {
                sum += log_ratio(*count, law, ratio).min(STEP_LOG_EVIDENCE_MAX);
                if best.is_none_or(|(most, ..)| sum > most) {
                    best = Some((sum, ratio, *step));
                }
            }
        }
        let (sum, ratio, since_step) = best?;
        let part = |(step, count, law): &(u64, u32, NegBin)| StepEvidence {
            step: *step,
            count: *count,
            expected: law.mean(),
            log_evidence: log_ratio(*count, law, ratio).min(STEP_LOG_EVIDENCE_MAX),
        };
        let mut steps: Vec<_> = newest_first().filter(|s| s.0 >= since_step).map(part).collect();
        steps.reverse();
        Some(Split { ratio, since_step, steps, remainder: log_evidence - sum })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand_distr::{Distribution, Gamma, Poisson};
    use rand_pcg::Pcg64;

    /// The mean time to the first alarm over many simulated streams with a known baseline, cut at `steps`.
    fn mean_run_length(direction: Direction, law: &NegBin, threshold: f64, runs: u64, steps: u32) -> f64 {
        let gamma = Gamma::new(law.size(), law.mean() / law.size()).unwrap();
        let mut all = 0.0;
        for run in 0..runs {
            let mut rng = Pcg64::new(u128::from(run), 0x0a02_bdbf_7bb3_c0a7_ac28_fa16_a64a_bf96);
            let mut detector = EDetector::new(direction);
            let length = (1..=steps).find(|_| {
                let rate: f64 = gamma.sample(&mut rng);
                let count = if rate > 1e-12 { Poisson::new(rate).unwrap().sample(&mut rng) } else { 0.0 };
                detector.take(count as u32, law) >= threshold
            });
            all += f64::from(length.unwrap_or(steps));
        }
        all / runs as f64
    }

    #[test]
    fn the_mean_time_to_a_false_alarm_is_at_least_what_is_promised_when_the_baseline_is_known() {
        for direction in [Direction::Up, Direction::Down] {
            for law in [NegBin::new(0.1, 0.5), NegBin::new(2.0, 1.5), NegBin::new(25.0, 4.0)] {
                let length = mean_run_length(direction, &law, 60.0, 300, 1_500);
                // Slack for the draws: the scatter of a run length is about its mean, so 6 % of it over 300 runs.
                assert!(length >= 60.0 * 0.9, "{direction:?} {law:?} {length}");
            }
        }
    }

    #[test]
    fn a_tripling_is_found_and_the_evidence_splits_by_step_to_the_whole() {
        let law = NegBin::new(2.0, 2.0);
        let (mut detector, mut trace) = (EDetector::new(Direction::Up), Trace::default());
        let mut raised = None;
        for (step, count) in [2, 1, 3, 2, 0, 2, 1, 6, 7, 5, 8, 6, 9].into_iter().enumerate() {
            trace.push(step as u64, count, &law);
            if detector.step(count, &law) > 100_f64.ln() {
                raised = Some(step as u64);
                break;
            }
        }
        assert!(raised.is_some_and(|step| step <= 12), "{raised:?}");
        let split = trace.split(Direction::Up, detector.log_evidence()).unwrap();
        assert_eq!(split.since_step, 7);
        let sum: f64 = split.steps.iter().map(|s| s.log_evidence).sum::<f64>() + split.remainder;
        assert!((sum - detector.log_evidence()).abs() < 1e-9);
    }

    #[test]
    fn a_fall_is_to_the_mirrored_detector_what_a_rise_is_to_the_other() {
        let law = NegBin::poisson(20.0);
        let (mut up, mut down) = (EDetector::new(Direction::Up), EDetector::new(Direction::Down));
        for _ in 0..10 {
            up.step(60, &law);
            down.step(60, &law);
        }
        assert!(up.log_evidence() > 20.0 && down.log_evidence() < 0.0);
        up.reset();
        down.reset();
        for _ in 0..10 {
            up.step(7, &law);
            down.step(7, &law);
        }
        assert!(down.log_evidence() > 20.0 && up.log_evidence() < 0.0);
    }

    proptest! {
        #[test]
        fn no_count_makes_the_evidence_no_number(counts in proptest::collection::vec(any::<u32>(), 1..80),
            mean in 1e-9..1e6_f64, size in prop_oneof![Just(f64::INFINITY), 1e-3..1e9_f64]) {
            let law = NegBin::new(mean, size);
            for direction in [Direction::Up, Direction::Down] {
                let mut detector = EDetector::new(direction);
                for count in &counts {
                    prop_assert!(!detector.step(*count, &law).is_nan());
                }
                prop_assert!(detector.evidence() <= SUM_MAX && detector.evidence() >= 0.0);
            }
        }

        #[test]
        fn the_same_counts_at_a_higher_baseline_are_less_of_a_rise_and_more_of_a_fall(
            counts in proptest::collection::vec(0_u32..40, 1..60), mean in 0.1..20.0_f64) {
            let (low, high) = (NegBin::poisson(mean), NegBin::poisson(mean * 1.7));
            let end = |direction, law: &NegBin| {
                let mut detector = EDetector::new(direction);
                counts.iter().for_each(|c| { detector.take(*c, law); });
                detector.evidence()
            };
            prop_assert!(end(Direction::Up, &high) <= end(Direction::Up, &low));
            prop_assert!(end(Direction::Down, &high) >= end(Direction::Down, &low));
        }
    }
}
