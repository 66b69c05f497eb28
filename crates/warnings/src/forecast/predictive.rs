//! A predictive distribution of a count: atoms in ascending order, with the probability of at most each.

use crate::count::NegBin;
use crate::score::Pit;

/// Probability that is left out of a tail.
const TAIL: f64 = 1e-7;
/// Most atoms that a negative binomial is written out in; wider ones are given at as many quantiles.
const ATOMS_MAX: usize = 20_000;
/// How many quantiles stand for a distribution too wide to write out.
const QUANTILES: usize = 1_000;

/// One count and the probability of at most it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Atom {
    /// The count.
    pub count: u64,
    /// Probability of at most it.
    pub upto: f64,
}

/// A distribution over counts: a list of draws, a negative binomial, or a pool of such. Never empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictive {
    atoms: Vec<Atom>,
}

impl Predictive {
    /// That count and no other.
    #[must_use]
    pub fn point(count: u64) -> Predictive {
        Predictive { atoms: vec![Atom { count, upto: 1.0 }] }
    }

    /// Counts with weights, in any order; what is not positive is left out. Zero for certain where nothing is left.
    #[must_use]
    pub fn of_weighted(mut weighted: Vec<(u64, f64)>) -> Predictive {
        weighted.retain(|w| w.1 > 0.0 && w.1.is_finite());
        // A stable sort merges the runs that a pool puts one after another.
        weighted.sort_by_key(|w| w.0);
        Predictive::of_ascending(&weighted)
    }

    fn of_ascending(weighted: &[(u64, f64)]) -> Predictive {
        let total: f64 = weighted.iter().map(|w| w.1).sum();
        if total <= 0.0 {
            return Predictive::point(0);
        }
        let mut sum = 0.0;
        let groups = weighted.chunk_by(|a, b| a.0 == b.0);
        let mut atoms: Vec<Atom> = groups
            .filter_map(|group| {
                sum += group.iter().map(|w| w.1).sum::<f64>();
                group.first().map(|first| Atom { count: first.0, upto: (sum / total).min(1.0) })
            })
            .collect();
        if let Some(last) = atoms.last_mut() {
            last.upto = 1.0;
        }
        Predictive { atoms }
    }

    /// A negative binomial, written out from its mode until the tails do not matter.
    #[must_use]
    pub fn of_negbin(nb: &NegBin) -> Predictive {
        // Beyond the mean the tail falls as `exp(-k size / mean)`, or as a Poisson's.
        let wide = nb.mean() + 18.0 * nb.mean() / nb.size() + 8.0 * nb.mean().sqrt();
        if wide > ATOMS_MAX as f64 {
            let step = |i: usize| nb.quantile((i as f64 + 0.5) / QUANTILES as f64);
            return Predictive::of_weighted((0..QUANTILES).map(|i| (step(i), 1.0)).collect());
        }
        let (mean, size) = (nb.mean(), nb.size());
        let odds = if size.is_finite() { mean / (size + mean) } else { 0.0 };
        // The ratio of the probability of k + 1 to that of k.
        let ratio = |k: f64| {
            if size.is_finite() { (k + size) / (k + 1.0) * odds } else { mean / (k + 1.0) }
        };
        let mode = if size.is_finite() { (mean * (size - 1.0) / size).max(0.0) } else { mean } as u64;
        let top = nb.ln_pmf(mode).exp();
        let mut under = Vec::new();
        let (mut k, mut p) = (mode, top);
        while k > 0 && p > top * TAIL * 1e-3 {
            p /= ratio(k as f64 - 1.0);
            k -= 1;
            under.push((k, p));
        }
        let mut weighted: Vec<(u64, f64)> = under.into_iter().rev().collect();
        let mut sum: f64 = weighted.iter().map(|w| w.1).sum();
        (k, p) = (mode, top);
        while sum < 1.0 - TAIL && weighted.len() < ATOMS_MAX && p > 0.0 {
            weighted.push((k, p));
            sum += p;
            p *= ratio(k as f64);
            k += 1;
        }
        Predictive::of_ascending(&weighted)
    }

    /// The linear pool of distributions with weights: its probability of anything is the weighted mean of theirs.
    #[must_use]
    pub fn pool(members: &[(&Predictive, f64)]) -> Predictive {
        let mut weighted = Vec::with_capacity(members.iter().map(|m| m.0.atoms.len()).sum());
        for (member, weight) in members {
            weighted.extend(member.masses().map(|(count, mass)| (count, mass * weight)));
        }
        Predictive::of_weighted(weighted)
    }

    /// The atoms.
    #[must_use]
    pub fn atoms(&self) -> &[Atom] {
        &self.atoms
    }

    /// Counts with their probabilities.
    pub fn masses(&self) -> impl Iterator<Item = (u64, f64)> + '_ {
        self.atoms.iter().scan(0.0, |below, atom| {
            let mass = atom.upto - *below;
            *below = atom.upto;
            Some((atom.count, mass))
        })
    }

    /// The same counts with other probabilities of at most each; `map` must not fall.
    #[must_use]
    pub fn remapped(&self, map: impl Fn(f64) -> f64) -> Predictive {
        let mut least = 0.0_f64;
        let mut atoms = self.atoms.clone();
        for atom in &mut atoms {
            least = map(atom.upto).clamp(least, 1.0);
            atom.upto = least;
        }
        if let Some(last) = atoms.last_mut() {
            last.upto = 1.0;
        }
        Predictive { atoms }
    }

    /// Probability of at most `count`.
    #[must_use]
    pub fn cdf(&self, count: u64) -> f64 {
        let at = self.atoms.partition_point(|a| a.count <= count);
        at.checked_sub(1).and_then(|i| self.atoms.get(i)).map_or(0.0, |a| a.upto)
    }

    /// Probability of exactly `count`.
    #[must_use]
    pub fn pmf(&self, count: u64) -> f64 {
        let pit = self.pit(count);
        pit.upto - pit.below
    }

    /// Probability of at least `count`.
    #[must_use]
    pub fn tail(&self, count: u64) -> f64 {
        count.checked_sub(1).map_or(1.0, |under| 1.0 - self.cdf(under))
    }

    /// The least count that is not exceeded with probability `p`.
    #[must_use]
    pub fn quantile(&self, p: f64) -> u64 {
        let at = self.atoms.partition_point(|a| a.upto < p);
        self.atoms.get(at).or(self.atoms.last()).map_or(0, |a| a.count)
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.masses().map(|(count, mass)| count as f64 * mass).sum()
    }

    /// As `n` draws in ascending order, at the middles of `n` equal parts of probability.
    #[must_use]
    pub fn draws(&self, n: usize) -> Vec<f64> {
        let mut atoms = self.atoms.iter().peekable();
        let mut out = Vec::with_capacity(n);
        for i in 0..n {
            let p = (i as f64 + 0.5) / n as f64;
            while atoms.peek().is_some_and(|a| a.upto < p) {
                atoms.next();
            }
            out.push(atoms.peek().map_or(0.0, |a| a.count as f64));
        }
        out
    }

    /// The transform of an outcome.
    #[must_use]
    pub fn pit(&self, outcome: u64) -> Pit {
        let below = outcome.checked_sub(1).map_or(0.0, |under| self.cdf(under));
        Pit { below, upto: self.cdf(outcome).max(below) }
    }

    /// For each two of `members`, the integral of the product of their distances from the step at the outcome. On the
    /// diagonal are their scores; the score of a pool with weights `w` is `wᵀ C w`. Shape: `members × members`.
    #[must_use]
    pub fn crps_products<const N: usize>(members: &[Predictive], outcome: u64) -> [[f64; N]; N] {
        let mut edges: Vec<u64> = members.iter().flat_map(|m| m.atoms.iter().map(|a| a.count)).collect();
        edges.push(outcome);
        edges.sort();
        edges.dedup();
        let mut rest: [&[Atom]; N] =
            std::array::from_fn(|i| members.get(i).map_or(&[][..], |m| m.atoms.as_slice()));
        let (mut reached, mut products) = ([0.0; N], [[0.0; N]; N]);
        for span in edges.windows(2) {
            let (from, to) = (span.first().copied().unwrap_or(0), span.last().copied().unwrap_or(0));
            for (rest, reached) in rest.iter_mut().zip(&mut reached) {
                while let Some((atom, later)) = rest.split_first().filter(|(atom, _)| atom.count <= from) {
                    (*reached, *rest) = (atom.upto, later);
                }
            }
            let step = f64::from(u8::from(from >= outcome));
            for (row, a) in products.iter_mut().zip(&reached) {
                let scaled = (a - step) * (to - from) as f64;
                row.iter_mut().zip(&reached).for_each(|(product, b)| *product += scaled * (b - step));
            }
        }
        products
    }

    /// The continuous ranked probability score: the integral of the squared distance of the distribution from the
    /// step at the outcome.
    #[must_use]
    pub fn crps(&self, outcome: u64) -> f64 {
        let y = outcome as f64;
        let (mut score, mut below, mut from) = (0.0, 0.0, None);
        for atom in &self.atoms {
            let to = atom.count as f64;
            // Under the first atom the distribution is 0, and only what lies above the outcome counts.
            let start = from.unwrap_or(y.min(to));
            let middle = y.clamp(start, to);
            score += (middle - start) * below * below + (to - middle) * (1.0 - below) * (1.0 - below);
            (below, from) = (atom.upto, Some(to));
        }
        score + (y - from.unwrap_or(y)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::crps_of_samples;
    use proptest::prelude::*;

    fn of_draws(draws: &[u64]) -> Predictive {
        Predictive::of_weighted(draws.iter().map(|d| (*d, 1.0)).collect())
    }

    proptest! {
        #[test]
        fn crps_of_a_distribution_is_that_of_its_draws(
            mut draws in proptest::collection::vec(0_u64..300, 1..50), y in 0_u64..300,
        ) {
            draws.sort_unstable();
            let samples: Vec<f64> = draws.iter().map(|d| *d as f64).collect();
            let (a, b) = (of_draws(&draws).crps(y), crps_of_samples(&samples, y as f64));
            prop_assert!((a - b).abs() < 1e-9, "{} {}", a, b);
            prop_assert_eq!(of_draws(&draws).draws(draws.len()), samples);
        }

        #[test]
        fn a_pool_lies_between_its_members(
            a in proptest::collection::vec(0_u64..50, 1..20),
            b in proptest::collection::vec(0_u64..50, 1..20),
            w in 0.01..0.99_f64, at in 0_u64..60,
        ) {
            let (a, b) = (of_draws(&a), of_draws(&b));
            let pool = Predictive::pool(&[(&a, w), (&b, 1.0 - w)]);
            let (low, high) = (a.cdf(at).min(b.cdf(at)), a.cdf(at).max(b.cdf(at)));
            prop_assert!(pool.cdf(at) >= low - 1e-9 && pool.cdf(at) <= high + 1e-9);
            // Seven of ten draws come to 0.7 as far as it can be written; which side of it they fall on is rounding.
            let least = a.quantile(0.7 - 1e-9).min(b.quantile(0.7 - 1e-9));
            let most = a.quantile(0.7 + 1e-9).max(b.quantile(0.7 + 1e-9));
            prop_assert!((least..=most).contains(&pool.quantile(0.7)));
            let c = Predictive::crps_products::<2>(&[a.clone(), b.clone()], at);
            let score = w * w * c[0][0] + 2.0 * w * (1.0 - w) * c[0][1] + (1.0 - w) * (1.0 - w) * c[1][1];
            prop_assert!((pool.crps(at) - score).abs() < 1e-9);
            // The score of a pool is never worse than the mean of its members' scores.
            let mean = w * a.crps(at) + (1.0 - w) * b.crps(at);
            prop_assert!(pool.crps(at) <= mean + 1e-9);
        }

        #[test]
        fn a_negative_binomial_written_out_is_the_same(mean in 0.001..800.0_f64, size in 0.8..50.0_f64) {
            for nb in [NegBin::new(mean, size), NegBin::poisson(mean)] {
                let written = Predictive::of_negbin(&nb);
                for p in [0.05, 0.5, 0.95] {
                    let q = nb.quantile(p);
                    prop_assert!((written.cdf(q) - nb.cdf(q)).abs() < 2e-6, "{:?} {}", nb, p);
                }
                prop_assert!((written.mean() - mean).abs() < 1e-3 * (1.0 + mean));
            }
        }
    }

    #[test]
    fn counts_of_any_size_are_bounded() {
        let huge = Predictive::of_negbin(&NegBin::new(1e9, 0.5));
        assert!(huge.atoms().len() <= QUANTILES);
        assert!(huge.quantile(0.5) > 1_000_000);
        let wide = NegBin::new(731.0, 0.1);
        assert!((Predictive::of_negbin(&wide).cdf(2_000) - wide.cdf(2_000)).abs() < 2e-3);
        assert_eq!(Predictive::of_weighted(vec![(3, f64::NAN), (4, -1.0)]), Predictive::point(0));
    }

    #[test]
    fn the_true_distribution_wins_on_average() {
        use crate::score::{ignorance, interval_score, log_score, mean};
        use rand_distr::{Distribution, Gamma, Poisson};
        use rand_pcg::rand_core::SeedableRng;
        let mut draw = rand_pcg::Pcg64::seed_from_u64(5);
        let gamma = Gamma::new(2.0, 4.0).unwrap();
        let outcomes: Vec<u64> = (0..6000)
            .map(|_| Poisson::new(gamma.sample(&mut draw)).unwrap().sample(&mut draw) as u64)
            .collect();
        let truth = Predictive::of_negbin(&NegBin::new(8.0, 2.0));
        let others =
            [NegBin::new(8.0, 0.7), NegBin::poisson(8.0), NegBin::new(6.0, 2.0), NegBin::new(10.5, 2.0)];
        let scores = |p: &Predictive| {
            let draws = p.draws(1000);
            let ends = (p.quantile(0.05) as f64, p.quantile(0.95) as f64);
            [
                mean(outcomes.iter().map(|y| p.crps(*y))),
                mean(outcomes.iter().map(|y| log_score(p.pmf(*y)))),
                mean(outcomes.iter().map(|y| ignorance(&draws, *y as f64))),
                mean(outcomes.iter().map(|y| interval_score(ends.0, ends.1, *y as f64, 0.9))),
            ]
        };
        let best = scores(&truth);
        for other in others {
            for (ours, theirs) in best.iter().zip(scores(&Predictive::of_negbin(&other))) {
                assert!(*ours < theirs, "{other:?}: {ours} {theirs}");
            }
        }
    }
}
