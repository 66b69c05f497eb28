//! How sure a mean difference is, where outcomes of one block (a country, a month, a week) hang together.

use rand_distr::{Distribution, Uniform};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::SeedableRng;
use serde::Serialize;

/// The differences of one block: their sum and how many.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Block {
    /// Sum.
    pub sum: f64,
    /// How many.
    pub count: f64,
}

impl Block {
    /// Takes one more difference.
    pub fn add(&mut self, difference: f64) {
        self.sum += difference;
        self.count += 1.0;
    }
}

/// A mean with the interval that block resampling gives it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// Mean of all.
    pub mean: f64,
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// The mean over all blocks and the central percentile interval of probability `level` from `replicas` resamples of
/// whole blocks with replacement. The same seed gives the same interval.
#[must_use]
pub fn block_bootstrap(blocks: &[Block], level: f64, replicas: usize, seed: u64) -> Interval {
    let all = total(blocks.iter());
    let mean = all.sum / all.count.max(1.0);
    let Ok(pick) = Uniform::new(0, blocks.len()) else { return Interval { mean, lower: mean, upper: mean } };
    let mut draw = Pcg64::seed_from_u64(seed);
    let mut means: Vec<f64> = (0..replicas)
        .map(|_| {
            let picked = (0..blocks.len()).filter_map(|_| blocks.get(pick.sample(&mut draw)));
            let sum = total(picked);
            sum.sum / sum.count.max(1.0)
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let tail = (1.0 - level) / 2.0;
    let end = |p| super::quantile_linear(&means, p);
    Interval { mean, lower: end(tail), upper: end(1.0 - tail) }
}

fn total<'b>(blocks: impl Iterator<Item = &'b Block>) -> Block {
    blocks.fold(Block::default(), |a, b| Block { sum: a.sum + b.sum, count: a.count + b.count })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_mean_and_repeats_with_its_seed() {
        let blocks: Vec<Block> = (0..40).map(|i| Block { sum: f64::from(i % 7) - 3.0, count: 2.0 }).collect();
        let first = block_bootstrap(&blocks, 0.95, 500, 7);
        assert_eq!(first, block_bootstrap(&blocks, 0.95, 500, 7));
        assert!(first.lower < first.mean && first.mean < first.upper);
        assert!((block_bootstrap(&[], 0.95, 10, 7).mean).abs() < 1e-12);
    }

    #[test]
    fn about_as_many_intervals_hold_the_truth_as_they_say() {
        let mut draw = Pcg64::seed_from_u64(11);
        let noise = Uniform::new(-1.0, 1.0).unwrap();
        let hits = (0..300)
            .filter(|round| {
                let blocks: Vec<Block> = (0..50)
                    .map(|_| Block { sum: 3.0 * (0.3 + noise.sample(&mut draw)), count: 3.0 })
                    .collect();
                let interval = block_bootstrap(&blocks, 0.9, 300, *round);
                interval.lower <= 0.3 && 0.3 <= interval.upper
            })
            .count();
        assert!((250..=288).contains(&hits), "{hits} of 300");
    }
}
