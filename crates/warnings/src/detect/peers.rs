//! What others use, to be compared with: EARS C1–C3 (Hutwagner et al. 2003), the cumulative sum and the generalised
//! likelihood ratio for negative binomial counts (Höhle & Paul 2008).

use super::{Detector, RATIOS, log_ratio};
use crate::count::NegBin;

/// Steps of an EARS baseline.
const EARS_STEPS: usize = 7;
/// Least standard deviation that EARS divides by.
const EARS_SD_MIN: f64 = 0.2;
/// Window of the generalised likelihood ratio, steps.
const GLR_STEPS: usize = 14;
/// Greatest ratio of rate that it considers.
const GLR_RATIO_MAX: f64 = 20.0;

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarsKind {
    /// The seven steps before.
    C1,
    /// The seven steps before the last two.
    C2,
    /// The excesses of C2 over 1, summed over three steps.
    C3,
}

/// EARS: standard deviations above the mean of seven recent steps. Expectations are not used.
#[derive(Clone, Debug, PartialEq)]
pub struct Ears {
    kind: EarsKind,
    past: [f64; EARS_STEPS + 2],
    steps: usize,
    excess: [f64; 2],
}

impl Ears {
    /// One that has seen nothing.
    #[must_use]
    pub fn new(kind: EarsKind) -> Ears {
        Ears { kind, past: [0.0; EARS_STEPS + 2], steps: 0, excess: [0.0; 2] }
    }
}

impl Detector for Ears {
    fn step(&mut self, count: u32, _law: &NegBin) -> f64 {
        let x = f64::from(count);
        let gap = if self.kind == EarsKind::C1 { 2 } else { 0 };
        let ready = self.steps >= EARS_STEPS + 2;
        let mean = self.past.iter().skip(gap).take(EARS_STEPS).sum::<f64>() / EARS_STEPS as f64;
        let squares: f64 = self.past.iter().skip(gap).take(EARS_STEPS).map(|p| (p - mean) * (p - mean)).sum();
        let sd = (squares / (EARS_STEPS - 1) as f64).sqrt().max(EARS_SD_MIN);
        let z = if ready { (x - mean) / sd } else { 0.0 };
        self.past.rotate_left(1);
        if let Some(last) = self.past.last_mut() {
            *last = x;
        }
        self.steps += 1;
        if self.kind != EarsKind::C3 {
            return z;
        }
        let [before, last] = self.excess;
        let now = (z - 1.0).max(0.0);
        self.excess = [last, now];
        before + last + now
    }

    fn reset(&mut self) {
        self.excess = [0.0; 2];
    }
}

/// The cumulative sum of log-ratios, the greatest over its ratios.
#[derive(Clone, Debug, PartialEq)]
pub struct Cusum {
    arms: [(f64, f64); RATIOS.len()],
}

impl Cusum {
    /// For one ratio.
    #[must_use]
    pub fn single(ratio: f64) -> Cusum {
        Cusum { arms: [(ratio, 0.0); RATIOS.len()] }
    }

    /// For the ratios that the e-detector has, averaged as it averages them.
    #[must_use]
    pub fn mixture() -> Cusum {
        Cusum { arms: RATIOS.map(|ratio| (ratio, 0.0)) }
    }
}

impl Detector for Cusum {
    fn step(&mut self, count: u32, law: &NegBin) -> f64 {
        let mut all = 0.0;
        for (ratio, sum) in &mut self.arms {
            *sum = (*sum + log_ratio(count, law, *ratio)).clamp(0.0, 600.0);
            all += sum.exp();
        }
        (all / RATIOS.len() as f64).ln()
    }

    fn reset(&mut self) {
        self.arms.iter_mut().for_each(|arm| arm.1 = 0.0);
    }
}

/// The generalised likelihood ratio over the last 14 steps: the greatest over beginnings, the ratio fitted to each.
#[derive(Clone, Debug, PartialEq)]
pub struct Glr {
    past: [Option<(u32, NegBin)>; GLR_STEPS],
}

impl Default for Glr {
    fn default() -> Self {
        Glr { past: [None; GLR_STEPS] }
    }
}

impl Detector for Glr {
    fn step(&mut self, count: u32, law: &NegBin) -> f64 {
        self.past.rotate_right(1);
        if let Some(first) = self.past.first_mut() {
            *first = Some((count, *law));
        }
        let (mut counted, mut expected, mut most) = (0.0, 0.0, 0.0_f64);
        for (steps, past) in self.past.iter().map_while(Option::as_ref).enumerate() {
            counted += f64::from(past.0);
            expected += past.1.mean();
            let ratio = (counted / expected).min(GLR_RATIO_MAX);
            if ratio > 1.0 {
                let window = self.past.iter().flatten().take(steps + 1);
                most = most.max(window.map(|(k, l)| log_ratio(*k, l, ratio)).sum());
            }
        }
        most
    }

    fn reset(&mut self) {
        self.past = [None; GLR_STEPS];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ears_scores_as_its_definition_says() {
        let law = NegBin::poisson(1.0);
        let counts = [1, 2, 3, 1, 2, 3, 1, 2, 3];
        let mut c1 = Ears::new(EarsKind::C1);
        let mut c2 = Ears::new(EarsKind::C2);
        let mut c3 = Ears::new(EarsKind::C3);
        for count in counts {
            c1.step(count, &law);
            c2.step(count, &law);
            c3.step(count, &law);
        }
        // C1: 3 1 2 3 1 2 3, mean 15/7; C2: 1 2 3 1 2 3 1, mean 13/7.
        assert!((c1.step(9, &law) - (9.0 - 15.0 / 7.0) / 0.8997).abs() < 0.01);
        let z = c2.step(9, &law);
        assert!((z - (9.0 - 13.0 / 7.0) / 0.8997).abs() < 0.01);
        assert!((c3.step(9, &law) - (z - 1.0)).abs() < 1e-9);
    }

    #[test]
    fn a_rise_raises_each_of_them() {
        let law = NegBin::new(2.0, 3.0);
        let (mut cusum, mut mixture, mut glr) = (Cusum::single(2.0), Cusum::mixture(), Glr::default());
        for _ in 0..5 {
            cusum.step(2, &law);
            mixture.step(2, &law);
            glr.step(2, &law);
        }
        let before = (cusum.step(2, &law), mixture.step(2, &law), glr.step(2, &law));
        let after = (cusum.step(12, &law), mixture.step(12, &law), glr.step(12, &law));
        assert!(after.0 > before.0 + 1.0 && after.1 > before.1 + 1.0 && after.2 > before.2 + 1.0);
    }
}
