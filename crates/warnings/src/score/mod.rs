//! Scores of forecasts that are distributions, and how sure a difference of two of them is.
//!
//! All are negatively oriented (less is better) except where said. Averages are the caller's: each function scores one
//! forecast against one outcome, or a set where the score is of a set.

pub mod binary;
pub mod bootstrap;
pub mod calibration;
pub mod challenge;
pub mod crps;
pub mod rate;

pub use binary::{Reliability, auroc, average_precision, brier, reliability};
pub use bootstrap::{Block, Interval, block_bootstrap};
pub use calibration::{Pit, PitHistogram, coverage};
pub use challenge::{ignorance, interval_score, quantile_linear};
pub use crps::crps_of_samples;
pub use rate::{Between, Stretch, rate_between, share_between};

/// The mean of what is given; 0 of nothing.
#[must_use]
pub fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, n) = values.into_iter().fold((0.0, 0_u64), |(sum, n), v| (sum + v, n + 1));
    if n == 0 { 0.0 } else { sum / n as f64 }
}

/// The logarithmic score of a probability given to what came: `-ln p`, bounded at the least probability a forecast
/// that is a finite list of draws can mean to give (1e-6).
#[must_use]
pub fn log_score(probability: f64) -> f64 {
    -probability.max(1e-6).ln()
}
