//! Forecasts from histories alone, for counts that are mostly zero and at times enormous (deaths by country and month).
//!
//! A pool of three families, none of which knows more than counts: *own history* ("conflictology"), the unit's earlier
//! counts weighted by age and spread log-normally about themselves, at several half-lives, windows and spreads;
//! *analogues*, what came to units at a like level, some steps later; *onsets*, the sizes of first counts after quiet.
//! The weights of the pool are those that would have given the outcomes of earlier origins the best log score, drawn
//! towards a prior (see [`super::weights`]).

use rayon::prelude::*;
use statrs::function::erf::{erf_inv, erfc};

use super::predictive::Predictive;
use super::weights::{Learning, learn_weights};

/// Points that stand for a log-normal spread.
const SPREAD_POINTS: usize = 51;
/// Points that stand for a bin of counts.
const BIN_POINTS: usize = 5;
/// Width of a cell of levels, in logarithms of one plus the mean.
const LEVEL_CELL: f64 = 0.05;
/// How many cells of levels: up to a mean of about 10^8.
const LEVEL_CELLS: usize = 400;
/// Fewest steps known at an origin that is learnt from.
const ORIGIN_MIN: usize = 8;

/// What the pool is made of. Steps are those of the counts (months, for countries).
#[derive(Clone, Debug, PartialEq)]
pub struct HistorySettings {
    /// Half-lives of the weight of own earlier counts; infinite for none.
    pub half_lives_steps: Vec<f64>,
    /// How many of the last steps are looked at.
    pub windows_steps: Vec<usize>,
    /// Standard deviations of the logarithm of an outcome about an earlier count; the mean is kept.
    pub spreads: Vec<f64>,
    /// Prior weight of the analogues.
    pub analogue_prior: f64,
    /// Prior weight of the onsets.
    pub onset_prior: f64,
    /// Half-life of the level by which units are alike.
    pub level_half_life_steps: f64,
    /// Standard deviation of the kernel on the logarithm of one plus the level.
    pub level_width: f64,
    /// Steps without any count that make the next one an onset.
    pub quiet_steps: usize,
    /// Least and greatest lead, in steps after the last that is known (1 is the next).
    pub leads_steps: (usize, usize),
    /// How the weights are learnt.
    pub learning: Learning,
}

impl Default for HistorySettings {
    /// For countries and months, three to fourteen months ahead.
    fn default() -> Self {
        HistorySettings {
            half_lives_steps: vec![4.0, 6.0, 12.0, f64::INFINITY],
            windows_steps: vec![9, 12, 24],
            spreads: vec![0.3, 0.5, 0.8],
            analogue_prior: 0.07,
            onset_prior: 0.03,
            level_half_life_steps: 4.0,
            level_width: 0.5,
            quiet_steps: 6,
            leads_steps: (3, 14),
            learning: Learning { prior_outcomes: 500.0, outcomes_alike: 1.0, rounds: 100 },
        }
    }
}

/// A pool of histories, ready to forecast from.
#[derive(Clone, Debug)]
pub struct HistoryPool<'d> {
    rows: &'d [Vec<u64>],
    settings: &'d HistorySettings,
    grid: Grid,
}

impl<'d> HistoryPool<'d> {
    /// On the counts of each unit by step; all units have equally many steps.
    #[must_use]
    pub fn new(rows: &'d [Vec<u64>], settings: &'d HistorySettings) -> HistoryPool<'d> {
        HistoryPool { rows, settings, grid: Grid::new() }
    }

    /// One distribution for each unit, the same at every lead, from the first `known` steps and nothing later.
    #[must_use]
    pub fn forecasts(&self, known: usize) -> Vec<Predictive> {
        let weights = self.weights(known);
        let (own, rest) = weights.split_at(self.own_members().min(weights.len()));
        let (analogue, onset) = (rest.first().copied().unwrap_or(0.0), rest.get(1).copied().unwrap_or(0.0));
        let alike = self.analogues(known);
        let onsets = self.onsets(known);
        let share = onset / onsets.len().max(1) as f64;
        let units: Vec<(&[u64], &Vec<f64>)> = self.known(known).zip(&alike).collect();
        let one = |(row, alike): (&[u64], &Vec<f64>)| {
            let mut weighted = self.own_atoms(row, own);
            for (bin, mass) in alike.iter().enumerate().filter(|(_, m)| **m > 0.0) {
                weighted.extend(self.grid.points(bin).map(|x| (x, mass * analogue / BIN_POINTS as f64)));
            }
            weighted.extend(onsets.iter().map(|size| (*size, share)));
            Predictive::of_weighted(weighted)
        };
        units.into_par_iter().map(one).collect()
    }

    /// The weights of the members from origins whose outcomes lie within the first `known` steps: own history by
    /// half-life, window and spread, then the analogues, then the onsets.
    #[must_use]
    pub fn weights(&self, known: usize) -> Vec<f64> {
        let own = self.own_members();
        let (analogue, onset) = (self.settings.analogue_prior, self.settings.onset_prior);
        let mut prior = vec![(1.0 - analogue - onset) / own.max(1) as f64; own];
        prior.extend([analogue, onset]);
        let origins: Vec<usize> = (ORIGIN_MIN..known).collect();
        let given: Vec<Vec<f64>> = origins.into_par_iter().map(|o| self.given(o, known)).collect();
        learn_weights(&given.concat(), &prior, &self.settings.learning)
    }

    fn own_members(&self) -> usize {
        let s = self.settings;
        s.half_lives_steps.len() * s.windows_steps.len() * s.spreads.len()
    }

    fn known(&self, known: usize) -> impl Iterator<Item = &'d [u64]> {
        self.rows.iter().map(move |row| row.get(..known).unwrap_or(row))
    }

    /// What each member gave, at an origin, to the outcomes that are known by now.
    fn given(&self, origin: usize, known: usize) -> Vec<f64> {
        let alike = self.analogues(origin);
        let onsets = self.grid.shares(&self.onsets(origin));
        let (first, last) = self.settings.leads_steps;
        let mut out = Vec::new();
        for (row, alike) in self.rows.iter().zip(&alike) {
            let outcomes = row.get(origin + first - 1..known.min(origin + last)).unwrap_or_default();
            if outcomes.is_empty() {
                continue;
            }
            let own = self.own_bins(row.get(..origin).unwrap_or_default());
            for outcome in outcomes {
                let bin = self.grid.bin(*outcome);
                out.extend(own.iter().chain([alike, &onsets]).map(|m| m.get(bin).copied().unwrap_or(0.0)));
            }
        }
        out
    }

    /// The weight of each step of a history of `steps`, for one half-life and window.
    fn ages(half_life: f64, window: usize, steps: usize) -> Vec<f64> {
        let weight = |age: usize| if age < window { 0.5_f64.powf(age as f64 / half_life) } else { 0.0 };
        let weights: Vec<f64> = (0..steps).rev().map(weight).collect();
        let sum: f64 = weights.iter().sum();
        weights.into_iter().map(|w| w / sum.max(f64::MIN_POSITIVE)).collect()
    }

    fn shapes(&self) -> impl Iterator<Item = (f64, usize)> + '_ {
        let s = self.settings;
        s.half_lives_steps.iter().flat_map(|h| s.windows_steps.iter().map(|w| (*h, *w)))
    }

    /// The probability of each bin by each member of the family of own history.
    fn own_bins(&self, row: &[u64]) -> Vec<Vec<f64>> {
        let spread = |value: &u64| {
            let bins = self.settings.spreads.iter().map(|s| self.grid.spread(*value, *s));
            (*value > 0).then(|| bins.collect::<Vec<_>>())
        };
        let table: Vec<Option<Vec<Vec<f64>>>> = row.iter().map(spread).collect();
        let mut out = Vec::with_capacity(self.own_members());
        for (half_life, window) in self.shapes() {
            let ages = HistoryPool::ages(half_life, window, row.len());
            for which in 0..self.settings.spreads.len() {
                let mut bins = vec![0.0; self.grid.bins()];
                for (weight, spread) in ages.iter().zip(&table).filter(|(w, _)| **w > 0.0) {
                    match spread.as_ref().and_then(|s| s.get(which)) {
                        Some(spread) => bins.iter_mut().zip(spread).for_each(|(b, s)| *b += weight * s),
                        None => bins.iter_mut().take(1).for_each(|b| *b += weight),
                    }
                }
                out.push(bins);
            }
        }
        out
    }

    /// Counts and weights of the family of own history.
    fn own_atoms(&self, row: &[u64], weights: &[f64]) -> Vec<(u64, f64)> {
        let spreads = &self.settings.spreads;
        let mut by_spread = vec![vec![0.0; row.len()]; spreads.len()];
        for ((half_life, window), weights) in self.shapes().zip(weights.chunks(spreads.len().max(1))) {
            let ages = HistoryPool::ages(half_life, window, row.len());
            for (sums, weight) in by_spread.iter_mut().zip(weights) {
                sums.iter_mut().zip(&ages).for_each(|(sum, age)| *sum += weight * age);
            }
        }
        let mut out = Vec::new();
        for (spread, sums) in spreads.iter().zip(by_spread) {
            let points: Vec<f64> = spread_points(*spread, SPREAD_POINTS).collect();
            for (value, sum) in row.iter().zip(sums).filter(|(_, sum)| *sum > 0.0) {
                if *value == 0 {
                    out.push((0, sum));
                    continue;
                }
                let near = |f: &f64| ((*value as f64 * f).round() as u64, sum / SPREAD_POINTS as f64);
                out.extend(points.iter().map(near));
            }
        }
        out
    }

    /// What came to units at a like level, `leads` later, by bin, for each unit: outcomes within the first `known`
    /// steps.
    fn analogues(&self, known: usize) -> Vec<Vec<f64>> {
        let bins = self.grid.bins();
        let levels: Vec<Vec<usize>> =
            self.known(known).map(|row| levels(row, self.settings.level_half_life_steps)).collect();
        let mut seen = vec![vec![0.0; bins]; LEVEL_CELLS];
        let (first, last) = self.settings.leads_steps;
        for (row, levels) in self.known(known).zip(&levels) {
            for (step, level) in levels.iter().enumerate().skip(self.settings.quiet_steps - 1) {
                let outcomes = row.get(step + first..known.min(step + last + 1)).unwrap_or_default();
                let Some(seen) = seen.get_mut(*level) else { continue };
                for outcome in outcomes {
                    seen.iter_mut().skip(self.grid.bin(*outcome)).take(1).for_each(|s| *s += 1.0);
                }
            }
        }
        let now: Vec<usize> = levels.iter().map(|l| l.last().copied().unwrap_or(0)).collect();
        now.into_iter().map(|level| like(level, &seen, self.settings.level_width, bins)).collect()
    }

    /// Sizes of the first counts after quiet, of all units, within the first `known` steps.
    fn onsets(&self, known: usize) -> Vec<u64> {
        let quiet = self.settings.quiet_steps;
        let mut out = Vec::new();
        for row in self.known(known) {
            let windows = row.windows(quiet + 1).filter_map(|w| w.split_last());
            out.extend(
                windows.filter(|(size, before)| **size > 0 && before.iter().all(|c| *c == 0)).map(|w| w.0),
            );
        }
        out
    }
}

/// The cell of the level at each step: the mean of counts up to it, weighted by age.
fn levels(row: &[u64], half_life: f64) -> Vec<usize> {
    let keep = 0.5_f64.powf(half_life.recip());
    let (mut sum, mut weight) = (0.0, 0.0);
    row.iter()
        .map(|count| {
            sum = sum * keep + *count as f64;
            weight = weight * keep + 1.0;
            (((sum / weight).ln_1p() / LEVEL_CELL).round() as usize).min(LEVEL_CELLS - 1)
        })
        .collect()
}

/// Outcomes by bin, weighted by how near their level is.
fn like(level: usize, seen: &[Vec<f64>], width: f64, bins: usize) -> Vec<f64> {
    let mut out = vec![0.0; bins];
    for (cell, seen) in seen.iter().enumerate() {
        let far = cell.abs_diff(level) as f64 * LEVEL_CELL / width;
        // Where nothing was at a like level, all that was seen counts a little.
        let weight = (-0.5 * far * far).exp() + 1e-6;
        out.iter_mut().zip(seen).for_each(|(o, s)| *o += weight * s);
    }
    let sum: f64 = out.iter().sum();
    if sum > 0.0 {
        out.iter_mut().for_each(|o| *o /= sum);
    }
    out
}

/// Factors of a log-normal of mean one, at the middles of equal parts of probability.
pub(super) fn spread_points(spread: f64, points: usize) -> impl Iterator<Item = f64> {
    (0..points).map(move |i| {
        let p = (i as f64 + 0.5) / points as f64;
        let z = std::f64::consts::SQRT_2 * erf_inv(2.0 * p - 1.0);
        (spread * z - spread * spread / 2.0).exp()
    })
}

/// Bins of counts: 0, 1, 2, then a quarter of a natural logarithm wide.
#[derive(Clone, Debug)]
struct Grid {
    /// Where each bin begins.
    starts: Vec<f64>,
}

impl Grid {
    fn new() -> Grid {
        let wide = (0..48).map(|i| (4.0_f64.ln() + 0.25 * f64::from(i)).exp().round());
        let mut starts: Vec<f64> = [0.0, 1.0, 2.0, 3.0].into_iter().chain(wide).collect();
        starts.dedup();
        Grid { starts }
    }

    fn bins(&self) -> usize {
        self.starts.len()
    }

    fn bin(&self, count: u64) -> usize {
        self.starts.partition_point(|s| *s <= count as f64).saturating_sub(1)
    }

    /// Share of counts in each bin, a little being given to every bin.
    fn shares(&self, counts: &[u64]) -> Vec<f64> {
        let mut out = vec![0.05; self.bins()];
        for count in counts {
            out.iter_mut().skip(self.bin(*count)).take(1).for_each(|o| *o += 1.0);
        }
        let sum: f64 = out.iter().sum();
        out.iter_mut().for_each(|o| *o /= sum);
        out
    }

    /// The probability of each bin for a positive count spread log-normally about itself.
    fn spread(&self, count: u64, spread: f64) -> Vec<f64> {
        let middle = (count as f64).ln() - spread * spread / 2.0;
        let upto = |edge: f64| 0.5 * erfc(-(edge.ln() - middle) / (spread * std::f64::consts::SQRT_2));
        let ends = self.starts.iter().skip(1).map(|s| upto(s - 0.5)).chain([1.0]);
        ends.scan(0.0, |below, end| Some(end - std::mem::replace(below, end))).collect()
    }

    /// Counts that stand for a bin, at the middles of equal parts of its logarithm.
    fn points(&self, bin: usize) -> impl Iterator<Item = u64> {
        let low = self.starts.get(bin).copied().unwrap_or(0.0);
        let high = self.starts.get(bin + 1).map_or(low * 1.3, |next| next - 1.0);
        (0..BIN_POINTS).map(move |i| {
            let part = (i as f64 + 0.5) / BIN_POINTS as f64;
            if low < 1.0 { 0 } else { (low * (high / low).max(1.0).powf(part)).round() as u64 }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(counts: &[u64], steps: usize) -> Vec<Vec<u64>> {
        counts.chunks_exact(steps).map(<[u64]>::to_vec).collect()
    }

    #[test]
    fn probabilities_of_bins_add_up() {
        let grid = Grid::new();
        for count in [1, 2, 7, 300, 50_000, 3_000_000] {
            let sum: f64 = grid.spread(count, 0.5).iter().sum();
            assert!((sum - 1.0).abs() < 1e-9, "{count}");
        }
        for bin in 0..grid.bins() {
            assert!(grid.points(bin).all(|x| grid.bin(x) == bin), "{bin}");
        }
        let mean: f64 = spread_points(0.8, SPREAD_POINTS).sum::<f64>() / SPREAD_POINTS as f64;
        assert!((mean - 1.0).abs() < 0.03, "{mean}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(6))]
        #[test]
        fn what_comes_later_changes_no_forecast(
            counts in proptest::collection::vec(prop_oneof![3 => Just(0_u64), 1 => 0_u64..500], 8 * 30),
            unit in 0_usize..8, step in 22_usize..30, planted in 1_u64..1_000_000,
        ) {
            let settings = HistorySettings::default();
            let before = rows(&counts, 30);
            let mut after = before.clone();
            after[unit][step] = planted + before[unit][step];
            let (a, b) = (HistoryPool::new(&before, &settings), HistoryPool::new(&after, &settings));
            prop_assert_eq!(a.forecasts(22), b.forecasts(22));
            // Of its time, the same value is seen.
            prop_assert_ne!(a.forecasts(30), b.forecasts(30));
        }
    }
}
