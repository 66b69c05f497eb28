//! The size of negative binomials, by maximum likelihood, one for all or by the level of the mean.

use crate::count::NegBin;

/// Least and greatest logarithm of a size that is looked at.
const LN_SIZE: (f64, f64) = (-4.6, 9.2);
/// Steps of the golden section: to about a three-hundredth of the range.
const SECTIONS: usize = 12;
/// Means, one for each level.
const LEVELS: [f64; 9] = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0];
/// Standard deviation of the prior of a level's logarithm of size about that of all.
const PRIOR_WIDTH: f64 = 0.7;

/// Classes of the mean within which it is taken as one: a fortieth of a logarithm wide, from 10^-9.
const CLASSES: usize = 1_600;
/// Width of a class.
const CLASS_WIDTH: f64 = 0.025;
/// Minus the logarithm of the least mean.
const LN_LEAST: f64 = 20.73;

/// A mean and the count that came.
pub type Pair = (f64, u64);

/// The log likelihood of sizes, with all that does not depend on them summed beforehand.
struct Likelihood {
    /// By class of the mean.
    classes: Vec<Class>,
    /// How many counts are greater than each.
    greater: Vec<f64>,
    /// Sum of all counts.
    counts: f64,
}

/// Pairs whose means are nearly equal.
#[derive(Clone, Copy, Default)]
struct Class {
    pairs: f64,
    means: f64,
    counts: f64,
}

impl Likelihood {
    fn of(pairs: &[Pair]) -> Likelihood {
        // Counts so large that they would make this long are taken at a bound: they say "very wide" all the same.
        let top = pairs.iter().map(|p| p.1).max().unwrap_or(0).min(100_000) as usize;
        let mut greater = vec![0.0; top + 1];
        let mut classes = vec![Class::default(); CLASSES];
        let mut counts = 0.0;
        for (mean, count) in pairs {
            greater.iter_mut().skip((*count as usize).min(top)).take(1).for_each(|g| *g += 1.0);
            let at = ((mean.max(1e-9).ln() + LN_LEAST) / CLASS_WIDTH).clamp(0.0, (CLASSES - 1) as f64);
            for class in classes.iter_mut().skip(at as usize).take(1) {
                class.pairs += 1.0;
                class.means += mean;
                class.counts += *count as f64;
            }
            counts += *count as f64;
        }
        classes.retain(|c| c.pairs > 0.0);
        let mut above = 0.0;
        for g in greater.iter_mut().rev() {
            above += std::mem::replace(g, above);
        }
        Likelihood { classes, greater, counts }
    }

    /// At a size, up to a constant.
    fn at(&self, size: f64) -> f64 {
        let rising: f64 = self.greater.iter().enumerate().map(|(k, n)| n * (size + k as f64).ln()).sum();
        let falling = |c: &Class| (c.counts + c.pairs * size) * (c.means / c.pairs / size).ln_1p();
        rising - self.classes.iter().map(falling).sum::<f64>() - self.counts * size.ln()
    }
}

/// The point of `LN_SIZE` where `value` is greatest, if it has one hill.
fn golden(value: impl Fn(f64) -> f64) -> f64 {
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = LN_SIZE;
    let (mut a, mut b) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_a, mut at_b) = (value(a), value(b));
    for _ in 0..SECTIONS {
        if at_a > at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - ratio * (high - low);
            at_a = value(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + ratio * (high - low);
            at_b = value(b);
        }
    }
    (low + high) / 2.0
}

/// The size of greatest likelihood, one for all; 1 where nothing came.
#[must_use]
pub fn size_of(pairs: &[Pair]) -> f64 {
    if pairs.iter().all(|p| p.1 == 0) {
        return 1.0;
    }
    let likelihood = Likelihood::of(pairs);
    golden(|ln_size| likelihood.at(ln_size.exp())).exp()
}

/// Sizes by the level of the mean.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeByLevel {
    ln_sizes: [f64; LEVELS.len()],
}

impl SizeByLevel {
    /// From means and counts, `alike` of which weigh as much as one because they overlap. A level's size is drawn
    /// towards `size`, that of all, the more the less is known of it.
    #[must_use]
    pub fn fit(pairs: &[Pair], alike: f64, size: f64) -> SizeByLevel {
        let whole = size.ln();
        let mut levels: [Vec<Pair>; LEVELS.len()] = Default::default();
        for pair in pairs {
            levels.iter_mut().skip(nearest(pair.0)).take(1).for_each(|l| l.push(*pair));
        }
        let ln_sizes = levels.map(|pairs| {
            let likelihood = Likelihood::of(&pairs);
            golden(|ln_size| {
                let off = (ln_size - whole) / PRIOR_WIDTH;
                likelihood.at(ln_size.exp()) / alike.max(1.0) - 0.5 * off * off
            })
        });
        SizeByLevel { ln_sizes }
    }

    /// The size at a mean, linear between levels in both logarithms.
    #[must_use]
    pub fn at(&self, mean: f64) -> f64 {
        let place = place(mean);
        let get = |i: usize| self.ln_sizes.get(i.min(LEVELS.len() - 1)).copied().unwrap_or(0.0);
        let (low, high) = (get(place.floor() as usize), get(place.ceil() as usize));
        (low + (high - low) * place.fract()).exp()
    }

    /// The negative binomial of that mean.
    #[must_use]
    pub fn negbin(&self, mean: f64) -> NegBin {
        NegBin::new(mean, self.at(mean))
    }
}

/// Where a mean lies among the levels, which are nearly equal steps of its logarithm.
fn place(mean: f64) -> f64 {
    let top = (LEVELS.len() - 1) as f64;
    (2.0 * mean.max(1e-9).log10() + 4.0).clamp(0.0, top)
}

fn nearest(mean: f64) -> usize {
    place(mean).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_distr::{Distribution, Gamma, Poisson};
    use rand_pcg::rand_core::SeedableRng;

    fn drawn(size: f64, mean: f64, n: usize, seed: u64) -> Vec<Pair> {
        let mut draw = rand_pcg::Pcg64::seed_from_u64(seed);
        let gamma = Gamma::new(size, mean / size).unwrap();
        let one = |_| {
            let rate: f64 = gamma.sample(&mut draw);
            (mean, Poisson::new(rate.max(1e-12)).unwrap().sample(&mut draw) as u64)
        };
        (0..n).map(one).collect()
    }

    #[test]
    fn the_size_that_was_drawn_from_is_found() {
        for size in [0.3, 2.0, 10.0] {
            let found = size_of(&drawn(size, 5.0, 8000, 3));
            assert!((found / size).ln().abs() < 0.15, "{size} {found}");
        }
        let mut pairs = drawn(0.3, 0.3, 6000, 4);
        pairs.extend(drawn(6.0, 30.0, 3000, 5));
        let sizes = SizeByLevel::fit(&pairs, 1.0, size_of(&pairs));
        assert!((sizes.at(0.3) / 0.3).ln().abs() < 0.3 && (sizes.at(30.0) / 6.0).ln().abs() < 0.3);
        assert!(sizes.at(3.0) > sizes.at(0.3) && sizes.at(3.0) < sizes.at(30.0));
        assert!((size_of(&[(0.1, 0)]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_likelihood_is_that_of_the_distribution() {
        let pairs = [(0.4, 0), (2.0, 5), (7.0, 3), (1.0, 1)];
        let likelihood = Likelihood::of(&pairs);
        let direct = |size: f64| pairs.iter().map(|(m, y)| NegBin::new(*m, size).ln_pmf(*y)).sum::<f64>();
        let (a, b) = (likelihood.at(0.7) - likelihood.at(3.0), direct(0.7) - direct(3.0));
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }
}
