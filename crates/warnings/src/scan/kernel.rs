//! The inner loop: the greatest statistic over all circles and all windows that end with the last step.
//!
//! A place has one column of sums over the last 1, 2, … steps. A circle grows by adding the column of the next place.
//! Every window is tested at once against the greatest value so far by a bound that needs no logarithm; only what passes
//! it is worked out.

use super::circles::Circles;

/// How many windows are tested at once: the longest window, steps.
pub const LANES: usize = 16;

/// Sums at one place over the last 1, 2, … steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// What was counted.
    pub counts: [f32; LANES],
    /// What was expected.
    pub expected: [f32; LANES],
}

impl Column {
    /// A column in which no window can be a cluster.
    pub const NEVER: Column = Column { counts: [f32::NEG_INFINITY; LANES], expected: [1.0; LANES] };
    /// Nothing counted where next to nothing was expected.
    pub const NONE: Column = Column { counts: [0.0; LANES], expected: [0.0; LANES] };
}

/// How far a count is from what is expected.
pub trait Statistic: Sync {
    /// The variance of a count where `expected` is expected.
    fn variance(&self, expected: f32) -> f32;

    /// The statistic of a count above what is expected. INVARIANT: it never exceeds
    /// `(count - expected)² / (2 variance(expected))`.
    fn value(&self, count: f64, expected: f64) -> f64;
}

/// Log-likelihood ratio of a negative binomial whose mean is raised, against the one expected; the variance of a count of
/// mean `e` is `e (factor + slope e)`. Without over-dispersion (`factor` 1, `slope` 0) it is the Poisson ratio of Kulldorff
/// (2001) for an expected count; with it, that of Tango, Takahashi & Kohriyama (2011) with the rise fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dispersion {
    /// Variance over mean where little is expected.
    pub factor: f64,
    /// By how much variance over mean grows with each event expected.
    pub slope: f64,
}

impl Statistic for Dispersion {
    fn variance(&self, expected: f32) -> f32 {
        expected * (self.factor as f32 + self.slope as f32 * expected)
    }

    fn value(&self, count: f64, expected: f64) -> f64 {
        if count <= expected || expected <= 0.0 {
            return 0.0;
        }
        let excess = self.factor - 1.0 + self.slope * expected;
        let raised = count * (count / expected).ln();
        if excess < 1e-6 {
            return raised - (count - expected);
        }
        let size = expected / excess;
        raised - (count + size) * ((count + size) / (expected + size)).ln()
    }
}

/// Where the statistic is greatest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// The statistic there; 0 where nothing exceeds what is expected.
    pub value: f64,
    /// The centre of the circle.
    pub centre: usize,
    /// How many of the places around the centre are in it.
    pub places: usize,
    /// How many steps the window has.
    pub steps: usize,
}

/// The greatest statistic over all circles and the windows of 1 to `steps_max` steps. Of equal ones the first, in order of
/// the centre's position, of distance and of window.
#[must_use]
pub fn peak<S: Statistic>(circles: &Circles, columns: &[Column], steps_max: usize, statistic: &S) -> Peak {
    let mut best = Peak { value: 0.0, centre: 0, places: 0, steps: 0 };
    let mut bound = 0.0_f32;
    for (centre, ring) in circles.rings().enumerate() {
        let mut counts = [0.0_f32; LANES];
        let mut expected = [0.0_f32; LANES];
        for (before, member) in ring.members.iter().enumerate() {
            let Some(column) = columns.get(*member as usize) else { continue };
            if !grow(&mut counts, &mut expected, column, bound, statistic) {
                continue;
            }
            for (lane, (count, mean)) in counts.iter().zip(&expected).take(steps_max).enumerate() {
                let value = exceeding(*count, *mean, bound, statistic);
                if value > best.value {
                    best = Peak { value, centre, places: before + 1, steps: lane + 1 };
                    // Kept a little low, so that rounding never passes over a maximum.
                    bound = (2.0 * value * 0.999) as f32;
                }
            }
        }
    }
    best
}

/// Adds a place to a circle; says whether any window could exceed `bound`, which is twice the greatest value so far.
#[inline]
fn grow<S: Statistic>(
    counts: &mut [f32; LANES],
    expected: &mut [f32; LANES],
    column: &Column,
    bound: f32,
    statistic: &S,
) -> bool {
    let mut over = 0_u32;
    let lanes = counts.iter_mut().zip(expected.iter_mut()).zip(column.counts.iter().zip(&column.expected));
    for ((count, mean), (more_counted, more_expected)) in lanes {
        *count += more_counted;
        *mean += more_expected;
        over |= u32::from(could_exceed(*count, *mean, bound, statistic));
    }
    over != 0
}

#[inline]
fn could_exceed<S: Statistic>(count: f32, mean: f32, bound: f32, statistic: &S) -> bool {
    let excess = (count - mean).max(0.0);
    excess * excess > bound * statistic.variance(mean)
}

fn exceeding<S: Statistic>(count: f32, mean: f32, bound: f32, statistic: &S) -> f64 {
    if could_exceed(count, mean, bound, statistic) {
        statistic.value(f64::from(count), f64::from(mean))
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count::NegBin;

    #[test]
    fn the_statistic_is_a_log_likelihood_ratio_and_keeps_below_its_bound() {
        for (factor, slope) in [(1.0, 0.0), (1.5, 0.0), (1.5, 0.04), (1.0, 0.3), (4.0, 2.0)] {
            let dispersion = Dispersion { factor, slope };
            for mean in [0.01_f64, 0.3, 2.0, 40.0] {
                let size = mean / (factor - 1.0 + slope * mean);
                for count in [1_u64, 2, 5, 50, 400] {
                    let value = dispersion.value(count as f64, mean);
                    let ratio = NegBin::new(count as f64, size).ln_pmf(count)
                        - NegBin::new(mean, size).ln_pmf(count);
                    let ratio = if count as f64 > mean { ratio } else { 0.0 };
                    assert!((value - ratio).abs() < 1e-4 * (1.0 + ratio), "{factor} {slope} {mean} {count}");
                    let excess = count as f64 - mean;
                    let variance = f64::from(dispersion.variance(mean as f32));
                    assert!(value <= excess * excess / (2.0 * variance) * 1.000_1 + 1e-9);
                }
            }
        }
    }
}
