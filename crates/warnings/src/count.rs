//! Distributions of counts: negative binomial, with Poisson as its limit.

use statrs::function::beta::beta_reg;
use statrs::function::gamma::{gamma_ur, ln_gamma};

/// Above this size a negative binomial is a Poisson to all digits that matter.
const POISSON_SIZE: f64 = 1e7;
/// The least mean that is worked with: a zone where nothing ever happened is not one where nothing can.
pub const MEAN_MIN: f64 = 1e-9;

/// A negative binomial: variance `mean + mean² / size`. An infinite size is a Poisson.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NegBin {
    mean: f64,
    size: f64,
}

impl NegBin {
    /// Of that mean and size; what is not positive is taken for the least that is worked with, what is no number for a
    /// Poisson of the least mean.
    #[must_use]
    pub fn new(mean: f64, size: f64) -> NegBin {
        let mean = if mean.is_finite() { mean.max(MEAN_MIN) } else { MEAN_MIN };
        let size = if size.is_nan() { f64::INFINITY } else { size.max(1e-6) };
        NegBin { mean, size }
    }

    /// A Poisson of that mean.
    #[must_use]
    pub fn poisson(mean: f64) -> NegBin {
        NegBin::new(mean, f64::INFINITY)
    }

    /// Of that mean and variance: a Poisson where the variance is no greater than the mean.
    #[must_use]
    pub fn of_moments(mean: f64, variance: f64) -> NegBin {
        let size = if variance > mean { mean * mean / (variance - mean) } else { f64::INFINITY };
        NegBin::new(mean, size)
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The size; infinite for a Poisson.
    #[must_use]
    pub fn size(&self) -> f64 {
        self.size
    }

    /// The variance.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.mean + self.mean * self.mean / self.size
    }

    /// The same shape at another mean.
    #[must_use]
    pub fn with_mean(&self, mean: f64) -> NegBin {
        NegBin::new(mean, self.size)
    }

    fn is_poisson(&self) -> bool {
        self.size >= POISSON_SIZE
    }

    /// The logarithm of the probability of `count`.
    #[must_use]
    pub fn ln_pmf(&self, count: u64) -> f64 {
        let k = count as f64;
        if self.is_poisson() {
            return k * self.mean.ln() - self.mean - ln_gamma(k + 1.0);
        }
        let (r, m) = (self.size, self.mean);
        let whole = ln_gamma(k + r) - ln_gamma(r) - ln_gamma(k + 1.0);
        whole - r * (m / r).ln_1p() + k * (m / (r + m)).ln()
    }

    /// The probability of at most `count`.
    #[must_use]
    pub fn cdf(&self, count: u64) -> f64 {
        let k = count as f64;
        if self.is_poisson() {
            return gamma_ur(k + 1.0, self.mean);
        }
        beta_reg(self.size, k + 1.0, self.size / (self.size + self.mean))
    }

    /// The probability of at least `count`.
    #[must_use]
    pub fn tail(&self, count: u64) -> f64 {
        match count.checked_sub(1) {
            None => 1.0,
            Some(_) if self.is_poisson() => statrs::function::gamma::gamma_lr(count as f64, self.mean),
            Some(_) => beta_reg(count as f64, self.size, self.mean / (self.size + self.mean)),
        }
    }

    /// The least count that is not exceeded with probability `p`.
    #[must_use]
    pub fn quantile(&self, p: f64) -> u64 {
        let mut high = 1_u64;
        while self.cdf(high) < p && high < 1 << 62 {
            high *= 2;
        }
        let mut low = 0;
        while low < high {
            let middle = low + (high - low) / 2;
            if self.cdf(middle) < p { low = middle + 1 } else { high = middle }
        }
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up_and_the_tail_is_the_rest() {
        for nb in
            [NegBin::new(3.2, 0.7), NegBin::new(40.0, 5.0), NegBin::poisson(2.5), NegBin::new(0.01, 0.3)]
        {
            let mut sum = 0.0;
            for k in 0..200 {
                assert!((nb.tail(k) - (1.0 - sum)).abs() < 1e-9, "{nb:?} {k}");
                sum += nb.ln_pmf(k).exp();
                assert!((nb.cdf(k) - sum).abs() < 1e-9, "{nb:?} {k}");
            }
        }
    }

    #[test]
    fn a_quantile_is_the_least_count_that_reaches_it() {
        let nb = NegBin::new(12.0, 2.0);
        for p in [0.05, 0.5, 0.95, 0.999] {
            let q = nb.quantile(p);
            assert!(nb.cdf(q) >= p && (q == 0 || nb.cdf(q - 1) < p), "{p} {q}");
        }
        assert_eq!(NegBin::poisson(1e-9).quantile(0.9), 0);
        assert!((NegBin::of_moments(4.0, 12.0).variance() - 12.0).abs() < 1e-12);
    }
}
