//! The tail of one step: how probable at least such a count was. It answers shocks on the day itself.

use super::Detector;
use crate::count::NegBin;

/// Up to this count the tail is summed, above it taken from the beta or gamma function.
const SUMMED_MAX: u32 = 48;

/// Scores a step by `-ln p`; remembers nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TailTest;

impl Detector for TailTest {
    fn step(&mut self, count: u32, law: &NegBin) -> f64 {
        score(count, law)
    }

    fn reset(&mut self) {}
}

/// `-ln` of the probability of at least `count`, at most 700.
#[must_use]
pub fn score(count: u32, law: &NegBin) -> f64 {
    if count == 0 {
        return 0.0;
    }
    -probability(count, law).max(1e-304).ln()
}

/// The probability of at least `count`.
#[must_use]
pub fn probability(count: u32, law: &NegBin) -> f64 {
    let (m, r) = (law.mean(), law.size());
    if count == 0 {
        return 1.0;
    }
    if count > SUMMED_MAX {
        return law.tail(u64::from(count));
    }
    let poisson = r >= super::POISSON_SIZE;
    let mut one = if poisson { (-m).exp() } else { (-r * (m / r).ln_1p()).exp() };
    let step = if poisson { m } else { m / (r + m) };
    let mut below = 0.0;
    for k in 0..count {
        below += one;
        let k = f64::from(k);
        one *= if poisson { step / (k + 1.0) } else { step * (k + r) / (k + 1.0) };
    }
    // What is left of 1 has lost its digits: sum on instead.
    if below > 1.0 - 1e-9 { law.tail(u64::from(count)) } else { 1.0 - below }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summed_tail_is_the_tail() {
        for law in
            [NegBin::new(0.02, 0.3), NegBin::new(6.0, 1.2), NegBin::poisson(3.0), NegBin::new(90.0, 7.0)]
        {
            for count in [0, 1, 2, 5, 13, 48, 49, 200, 1_000_000_000] {
                let (a, b) = (probability(count, &law), law.tail(u64::from(count)));
                assert!((a - b).abs() <= 1e-6 * b + 1e-300, "{law:?} {count} {a} {b}");
                assert!(score(count, &law) >= 0.0);
            }
        }
    }
}
