//! Whether probabilities mean what they say: the probability integral transform of counts, and coverage.
//!
//! For counts the transform is an interval, from the probability of less than the outcome to that of at most the
//! outcome. Where others draw a point of it at random, its whole length is used here (Czado, Gneiting & Held 2009): the
//! same on average, and the same on every run.

use serde::Serialize;

/// The transform of one outcome: `P(X < y)` and `P(X <= y)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pit {
    /// Probability of less.
    pub below: f64,
    /// Probability of at most.
    pub upto: f64,
}

impl Pit {
    /// What part of the transform lies at or under `u`: the expectation of the indicator of a randomised one.
    #[must_use]
    pub fn share_under(&self, u: f64) -> f64 {
        let width = self.upto - self.below;
        if width > 1e-12 {
            ((u - self.below) / width).clamp(0.0, 1.0)
        } else {
            f64::from(u8::from(self.upto <= u))
        }
    }
}

/// What part of the outcomes lies within the central interval of probability `level`, outcomes on its edge in part.
/// With a true forecast it is `level`, also for counts, whose closed intervals cover more than they say.
#[must_use]
pub fn coverage(pits: &[Pit], level: f64) -> f64 {
    let tail = (1.0 - level) / 2.0;
    super::mean(pits.iter().map(|p| p.share_under(1.0 - tail) - p.share_under(tail)))
}

/// The histogram of transforms: flat where forecasts are true, a bowl where they are too narrow.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PitHistogram {
    /// Share of the outcomes in each class of equal width.
    pub shares: Vec<f64>,
}

impl PitHistogram {
    /// Of transforms, in `classes` classes.
    #[must_use]
    pub fn of(pits: &[Pit], classes: usize) -> PitHistogram {
        let classes = classes.max(1);
        let edge = |i: usize| i as f64 / classes as f64;
        let share = |i: usize| pits.iter().map(move |p| p.share_under(edge(i + 1)) - p.share_under(edge(i)));
        PitHistogram { shares: (0..classes).map(|i| super::mean(share(i))).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_on_the_edge_counts_in_part() {
        let pits = [Pit { below: 0.0, upto: 0.1 }, Pit { below: 0.4, upto: 0.6 }];
        assert!((coverage(&pits, 0.9) - 0.75).abs() < 1e-12);
        let point = [Pit { below: 0.5, upto: 0.5 }];
        assert!((coverage(&point, 0.9) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_histogram_adds_up_to_one() {
        let pits: Vec<Pit> =
            (0..50).map(|i| Pit { below: f64::from(i) / 51.0, upto: f64::from(i + 1) / 51.0 }).collect();
        let histogram = PitHistogram::of(&pits, 10);
        assert!((histogram.shares.iter().sum::<f64>() - 50.0 / 50.0).abs() < 0.03);
    }
}
