//! The inner loop: the greatest statistic over all circles and all windows that end with the last step.
//!
//! A place has a column of sums over the last 1, 2, … steps. A circle grows by adding the column of the next place.
//! Every window is tested at once against the greatest value so far by a bound that needs no logarithm; only what
//! passes it is worked out.

use super::circles::Circles;

/// How many windows are tested at once: the longest window, steps.
pub const LANES: usize = 16;

/// One number for each window, the shortest first.
pub type Lanes = [f32; LANES];

/// Sums at every place over the last 1, 2, … steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    /// What was counted.
    pub counts: Vec<Lanes>,
    /// What was expected.
    pub means: Means,
}

/// What was expected at every place over the last 1, 2, … steps.
#[derive(Clone, Debug, PartialEq)]
pub enum Means {
    /// A weight of each place times a profile that all places share.
    Shared(Vec<f32>, Lanes),
    /// Each place has its own.
    Own(Vec<Lanes>),
}

impl Columns {
    /// What was counted and what was expected at a place over the last `steps` steps.
    #[must_use]
    pub fn at(&self, place: usize, steps: usize) -> (f64, f64) {
        let lane = |lanes: &Lanes| steps.checked_sub(1).and_then(|at| lanes.get(at)).copied().unwrap_or(0.0);
        let mean = match &self.means {
            Means::Shared(weights, profile) => weights.get(place).copied().unwrap_or(0.0) * lane(profile),
            Means::Own(means) => means.get(place).map_or(0.0, lane),
        };
        (self.counts.get(place).map_or(0.0, |c| f64::from(lane(c))), f64::from(mean))
    }

    /// Lets no circle that holds `place` be a cluster.
    pub fn bar(&mut self, place: usize) {
        if let Some(counts) = self.counts.get_mut(place) {
            *counts = [f32::NEG_INFINITY; LANES];
        }
    }
}

/// What is expected in a circle as it grows.
trait Growing {
    fn begin(&mut self);
    fn add(&mut self, place: usize);
    fn lanes(&self) -> Lanes;
}

struct Shared<'m> {
    weights: &'m [f32],
    profile: &'m Lanes,
    sum: f32,
}

impl Growing for Shared<'_> {
    #[inline]
    fn begin(&mut self) {
        self.sum = 0.0;
    }

    #[inline]
    fn add(&mut self, place: usize) {
        self.sum += self.weights.get(place).copied().unwrap_or(0.0);
    }

    #[inline]
    fn lanes(&self) -> Lanes {
        self.profile.map(|part| part * self.sum)
    }
}

struct Own<'m> {
    means: &'m [Lanes],
    sum: Lanes,
}

impl Growing for Own<'_> {
    #[inline]
    fn begin(&mut self) {
        self.sum = [0.0; LANES];
    }

    #[inline]
    fn add(&mut self, place: usize) {
        if let Some(means) = self.means.get(place) {
            self.sum.iter_mut().zip(means).for_each(|(sum, more)| *sum += more);
        }
    }

    #[inline]
    fn lanes(&self) -> Lanes {
        self.sum
    }
}

/// How far a count is from what is expected.
pub trait Statistic: Sync {
    /// The variance of a count of mean `e` is `e (factor + slope e)`: the factor and the slope.
    fn variance(&self) -> (f32, f32);

    /// The statistic of a count above what is expected. INVARIANT: it never exceeds
    /// `(count - expected)² / (2 variance)`, and where more is expected it is less.
    fn value(&self, count: f64, expected: f64) -> f64;
}

/// Log-likelihood ratio of a negative binomial whose mean is raised, against the one expected; the variance of a
/// count of mean `e` is `e (factor + slope e)`. Without over-dispersion (`factor` 1, `slope` 0) it is the Poisson
/// ratio of Kulldorff (2001) for an expected count; with it, that of Tango, Takahashi & Kohriyama (2011) with the
/// rise fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dispersion {
    /// Variance over mean where little is expected.
    pub factor: f64,
    /// By how much variance over mean grows with each event expected.
    pub slope: f64,
}

impl Statistic for Dispersion {
    fn variance(&self) -> (f32, f32) {
        (self.factor as f32, self.slope as f32)
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

/// The greatest statistic over all circles and the windows of 1 to `steps_max` steps. Of equal ones the first, in
/// order of the centre's position, of distance and of window.
#[must_use]
pub fn peak<S: Statistic>(circles: &Circles, columns: &Columns, steps_max: usize, statistic: &S) -> Peak {
    let counts = &columns.counts;
    match &columns.means {
        Means::Shared(weights, profile) => {
            grown(circles, counts, Shared { weights, profile, sum: 0.0 }, steps_max, statistic)
        }
        Means::Own(means) => grown(circles, counts, Own { means, sum: [0.0; LANES] }, steps_max, statistic),
    }
}

fn grown<S: Statistic, M: Growing>(
    circles: &Circles,
    counts: &[Lanes],
    mut means: M,
    steps_max: usize,
    statistic: &S,
) -> Peak {
    let mut best = Peak { value: 0.0, centre: 0, places: 0, steps: 0 };
    let mut bound = Bound::of(0.0, statistic);
    let none = |lanes: &Lanes| lanes.get(steps_max - 1).is_none_or(|count| *count == 0.0);
    let empty: Vec<bool> = counts.iter().map(none).collect();
    for (centre, ring) in circles.rings().enumerate() {
        let mut sum = [0.0; LANES];
        means.begin();
        for (before, member) in ring.members.iter().enumerate() {
            let place = *member as usize;
            means.add(place);
            // A place without events only lowers the statistic.
            if empty.get(place).copied().unwrap_or(true) {
                continue;
            }
            let Some(column) = counts.get(place) else { continue };
            let expected = means.lanes();
            if !bound.grow(&mut sum, column, &expected) {
                continue;
            }
            for (lane, (count, mean)) in sum.iter().zip(&expected).take(steps_max).enumerate() {
                if !bound.passed(*count, *mean) {
                    continue;
                }
                let value = statistic.value(f64::from(*count), f64::from(*mean));
                if value > best.value {
                    best = Peak { value, centre, places: before + 1, steps: lane + 1 };
                    bound = Bound::of(value, statistic);
                }
            }
        }
    }
    best
}

/// The greatest statistics over circles that share no place, the greatest first, at most `clusters_max`. Columns of
/// places in a circle found are barred.
#[must_use]
pub fn peaks<S: Statistic>(
    circles: &Circles,
    columns: &mut Columns,
    steps_max: usize,
    clusters_max: usize,
    statistic: &S,
) -> Vec<Peak> {
    let mut found = Vec::new();
    while found.len() < clusters_max {
        let next = peak(circles, columns, steps_max, statistic);
        if next.value <= 0.0 {
            break;
        }
        for member in circles.ring(next.centre).members.iter().take(next.places) {
            columns.bar(*member as usize);
        }
        found.push(next);
    }
    found
}

/// What a square above the expected must exceed to be greater than the greatest statistic so far, at the mean `e`:
/// `e (factor + slope e)`.
struct Bound {
    factor: f32,
    slope: f32,
}

impl Bound {
    fn of<S: Statistic>(value: f64, statistic: &S) -> Bound {
        let (factor, slope) = statistic.variance();
        // Kept a little low, so that rounding never passes over a maximum.
        let twice = (2.0 * value * 0.999) as f32;
        Bound { factor: twice * factor, slope: twice * slope }
    }

    #[inline]
    fn passed(&self, count: f32, mean: f32) -> bool {
        let excess = (count - mean).max(0.0);
        excess * excess > mean * (self.factor + self.slope * mean)
    }

    /// Adds a place's counts to those of a circle; says whether any window passes.
    #[inline]
    fn grow(&self, counts: &mut Lanes, column: &Lanes, expected: &Lanes) -> bool {
        let mut passed = false;
        for ((count, counted), mean) in counts.iter_mut().zip(column).zip(expected) {
            *count += counted;
            passed |= self.passed(*count, *mean);
        }
        passed
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
                    let ratio =
                        NegBin::new(count as f64, size).ln_pmf(count) - NegBin::new(mean, size).ln_pmf(count);
                    let ratio = if count as f64 > mean { ratio } else { 0.0 };
                    assert!((value - ratio).abs() < 1e-4 * (1.0 + ratio), "{factor} {slope} {mean} {count}");
                    let excess = count as f64 - mean;
                    let variance = mean * (factor + slope * mean);
                    assert!(value <= excess * excess / (2.0 * variance) * 1.000_1 + 1e-9);
                    assert!(dispersion.value(count as f64, mean * 1.1) <= value);
                }
            }
        }
    }
}
