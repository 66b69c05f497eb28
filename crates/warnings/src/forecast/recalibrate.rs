//! Recalibration of distributions from how earlier ones did.
//!
//! [`Recalibration`] is conformal within bins of the forecast's level: the probability of at most a count is replaced
//! by the share of earlier outcomes, at a like level, whose transform lay under it. [`BinConditional`] is conformal
//! within bins of the *outcome* (Randahl, Williams & Hegre 2025): its sets cover outcomes of every bin alike, at the
//! price of being wider; for those who must not be surprised by the rare and large. Both promise what they say only
//! while things go on as they were: the second loses most where quiet zones turn busy, which the back-test shows
//! beside it.

use super::predictive::Predictive;
use crate::score::Pit;

/// Probabilities at which a map is kept, dense where forecasts that are too narrow put what they did not expect.
const KNOTS: [f64; 24] = [
    0.0, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99,
    0.995, 0.999, 0.9997, 0.9999, 0.99999, 1.0,
];
/// Means between which a level lies: under the first, …, over the last.
const LEVEL_ENDS: [f64; 4] = [0.1, 1.0, 10.0, 50.0];
/// How many independent origins the identity weighs as much as.
const PRIOR_OUTCOMES: f64 = 10.0;

/// Earlier transforms by level of the forecast.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recalibration {
    levels: [Level; LEVEL_ENDS.len() + 1],
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Level {
    outcomes: f64,
    /// At each knot, how many transforms lay under it.
    under: [f64; KNOTS.len()],
}

fn level_of(mean: f64) -> usize {
    LEVEL_ENDS.partition_point(|end| *end <= mean)
}

impl Recalibration {
    /// Takes the transform of an outcome under the distribution as it was before recalibration, whose mean was `mean`.
    /// `weight` is less than one where outcomes overlap.
    pub fn learn(&mut self, mean: f64, pit: Pit, weight: f64) {
        for level in self.levels.iter_mut().skip(level_of(mean)).take(1) {
            level.outcomes += weight;
            level.under.iter_mut().zip(KNOTS).for_each(|(u, knot)| *u += weight * pit.share_under(knot));
        }
    }

    /// The distribution with the probabilities that outcomes have borne out.
    #[must_use]
    pub fn apply(&self, forecast: &Predictive) -> Predictive {
        let Some(level) = self.levels.get(level_of(forecast.mean())) else { return forecast.clone() };
        let whole = level.outcomes + PRIOR_OUTCOMES;
        let map: Vec<f64> =
            level.under.iter().zip(KNOTS).map(|(u, knot)| (u + PRIOR_OUTCOMES * knot) / whole).collect();
        forecast.remapped(|p| between(&map, p))
    }
}

/// The map at `p`, linear between knots.
fn between(map: &[f64], p: f64) -> f64 {
    let high = KNOTS.partition_point(|knot| *knot < p).clamp(1, KNOTS.len() - 1);
    let ends = |values: &[f64]| (values.get(high - 1).copied(), values.get(high).copied());
    match (ends(&KNOTS), ends(map)) {
        ((Some(a), Some(b)), (Some(low), Some(top))) => low + (top - low) * (p - a) / (b - a),
        _ => p,
    }
}

/// Where a bin of outcomes begins: none, 1–2, 3–10, 11–50, more.
const BIN_STARTS: [u64; 5] = [0, 1, 3, 11, 51];

/// Earlier outcomes by bin, with how odd each was under its forecast.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BinConditional {
    /// By bin, oddities in ascending order.
    bins: [Vec<f64>; BIN_STARTS.len()],
}

fn bin_of(outcome: u64) -> usize {
    BIN_STARTS.partition_point(|start| *start <= outcome) - 1
}

/// How far the middle of a transform is from the median: 0 there, 1 at the ends.
fn oddity(pit: Pit) -> f64 {
    (pit.below + pit.upto - 1.0).abs()
}

impl BinConditional {
    /// Takes an outcome and its transform.
    pub fn learn(&mut self, outcome: u64, pit: Pit) {
        let odd = oddity(pit);
        for bin in self.bins.iter_mut().skip(bin_of(outcome)).take(1) {
            let at = bin.partition_point(|o| *o < odd);
            bin.insert(at, odd);
        }
    }

    /// Whether an outcome with this transform lies in the set of probability `level`: its oddity is among the least
    /// that many of its bin. Every outcome is in the set of a bin of which too little is known.
    #[must_use]
    pub fn holds(&self, outcome: u64, pit: Pit, level: f64) -> bool {
        let Some(bin) = self.bins.get(bin_of(outcome)) else { return true };
        let rank = ((bin.len() + 1) as f64 * level).ceil() as usize;
        rank.checked_sub(1).and_then(|at| bin.get(at)).is_none_or(|limit| oddity(pit) <= *limit)
    }

    /// The least and the greatest count of the set of probability `level`, of those the forecast lists.
    #[must_use]
    pub fn interval(&self, forecast: &Predictive, level: f64) -> (u64, u64) {
        let mut below = 0.0;
        let mut ends: Option<(u64, u64)> = None;
        for atom in forecast.atoms() {
            let pit = Pit { below, upto: atom.upto };
            below = atom.upto;
            if self.holds(atom.count, pit, level) {
                ends = Some((ends.map_or(atom.count, |e| e.0), atom.count));
            }
        }
        let median = forecast.quantile(0.5);
        ends.unwrap_or((median, median))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count::NegBin;
    use crate::score::coverage;
    use rand_distr::{Distribution, Gamma, Poisson};
    use rand_pcg::Pcg64;
    use rand_pcg::rand_core::SeedableRng;

    fn stream(size: f64, n: usize, seed: u64) -> Vec<(f64, u64)> {
        let mut draw = Pcg64::seed_from_u64(seed);
        let level = Gamma::new(0.7, 20.0).unwrap();
        let mut one = || {
            let mean: f64 = f64::max(level.sample(&mut draw), 0.01);
            let rate = Gamma::new(size, mean / size).unwrap().sample(&mut draw);
            (mean, Poisson::new(f64::max(rate, 1e-9)).unwrap().sample(&mut draw) as u64)
        };
        (0..n).map(|_| one()).collect()
    }

    #[test]
    fn forecasts_that_are_too_narrow_or_too_wide_are_put_right() {
        for size in [1.8, 20.0] {
            let forecast = |mean: f64| Predictive::of_negbin(&NegBin::new(mean, 4.0));
            let mut recalibration = Recalibration::default();
            for (mean, y) in stream(size, 4000, 1) {
                let raw = forecast(mean);
                recalibration.learn(raw.mean(), raw.pit(y), 1.0);
            }
            let (mut raw, mut put_right) = (Vec::new(), Vec::new());
            for (mean, y) in stream(size, 3000, 2) {
                raw.push(forecast(mean).pit(y));
                put_right.push(recalibration.apply(&forecast(mean)).pit(y));
            }
            let (before, after) = (coverage(&raw, 0.9), coverage(&put_right, 0.9));
            assert!((before - 0.9).abs() > 0.03, "{size}: {before}");
            assert!((after - 0.9).abs() < 0.02, "{size}: {after}");
        }
    }

    #[test]
    fn sets_by_bin_of_the_outcome_cover_every_bin() {
        let forecast = |mean: f64| Predictive::of_negbin(&NegBin::new(mean, 4.0));
        let mut sets = BinConditional::default();
        for (mean, y) in stream(0.8, 4000, 3) {
            sets.learn(y, forecast(mean).pit(y));
        }
        let mut hits = [(0, 0); BIN_STARTS.len()];
        for (mean, y) in stream(0.8, 3000, 4) {
            let held = sets.holds(y, forecast(mean).pit(y), 0.9);
            let (low, high) = sets.interval(&forecast(mean), 0.9);
            assert!(!held || (low <= y && y <= high) || forecast(mean).pmf(y) == 0.0);
            let hit = &mut hits[bin_of(y)];
            *hit = (hit.0 + usize::from(held), hit.1 + 1);
        }
        for (held, all) in hits {
            let share = held as f64 / all as f64;
            assert!(all < 60 || (share - 0.9).abs() < 0.06, "{hits:?}");
        }
    }

    #[test]
    fn with_nothing_learnt_nothing_changes() {
        let forecast = Predictive::of_negbin(&NegBin::new(3.0, 2.0));
        let same = Recalibration::default().apply(&forecast);
        for (a, b) in forecast.atoms().iter().zip(same.atoms()) {
            assert!((a.upto - b.upto).abs() < 1e-12);
        }
        assert!(BinConditional::default().holds(7, forecast.pit(7), 0.9));
    }
}
