//! How well fusion does against a known truth: B-cubed and pair F1, the error of the incident count, and whether the
//! probabilities it states are kept.

pub mod baseline;
pub mod exploded;
pub mod measure;
pub mod plot;
pub mod ucdp;

use hashbrown::HashMap;

/// How a grouping of reports agrees with the true one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// B-cubed precision: of a report's companions, the share that belongs there, mean over reports.
    pub precision: f64,
    /// B-cubed recall: of a report's true companions, the share that is with it, mean over reports.
    pub recall: f64,
    /// F1 over pairs of reports: joined and truly one.
    pub pair_f1: f64,
    /// Incidents found.
    pub found: usize,
    /// True events.
    pub truth: usize,
}

impl Agreement {
    /// Compares: for each report its true event and the incident it was put in.
    #[must_use]
    pub fn of(reports: &[(u64, u64)]) -> Agreement {
        let (mut truth, mut found, mut both) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (t, f) in reports {
            *truth.entry(*t).or_insert(0_u64) += 1;
            *found.entry(*f).or_insert(0_u64) += 1;
            *both.entry((*t, *f)).or_insert(0_u64) += 1;
        }
        let (mut precision, mut recall, mut joined_truly) = (0.0, 0.0, 0.0);
        let mut each: Vec<_> = both.iter().collect();
        each.sort_unstable();
        for ((t, f), n) in each {
            let n = *n as f64;
            let of = |all: &HashMap<u64, u64>, key: &u64| all.get(key).copied().unwrap_or(1) as f64;
            precision += n * n / of(&found, f);
            recall += n * n / of(&truth, t);
            joined_truly += n * (n - 1.0) / 2.0;
        }
        let pairs =
            |all: &HashMap<u64, u64>| all.values().map(|n| n * n.saturating_sub(1) / 2).sum::<u64>() as f64;
        let either = pairs(&truth) + pairs(&found);
        let reports = (reports.len() as f64).max(1.0);
        Agreement {
            precision: precision / reports,
            recall: recall / reports,
            pair_f1: if either > 0.0 { 2.0 * joined_truly / either } else { 0.0 },
            found: found.len(),
            truth: truth.len(),
        }
    }

    /// B-cubed F1.
    #[must_use]
    pub fn f1(&self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 { 2.0 * self.precision * self.recall / sum } else { 0.0 }
    }

    /// By what share the number of incidents is too high, or too low if negative.
    #[must_use]
    pub fn count_error(&self) -> f64 {
        self.found as f64 / (self.truth as f64).max(1.0) - 1.0
    }
}

/// Probabilities of about the same size, and what came of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// How many.
    pub n: u64,
    /// Their mean.
    pub stated: f64,
    /// The share that came true.
    pub came: f64,
}

/// Whether stated probabilities are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reliability {
    /// Mean squared difference between the probability and what came (Brier).
    pub brier: f64,
    /// The same of stating the share that came true, for all alike.
    pub brier_of_share: f64,
    /// Ten bins of equal width.
    pub bins: Vec<Bin>,
}

impl Reliability {
    /// Of probabilities with what came of each.
    #[must_use]
    pub fn of(stated: &[(f64, bool)]) -> Reliability {
        let mut bins = vec![Bin::default(); 10];
        let n = (stated.len() as f64).max(1.0);
        let mut brier = 0.0;
        for (p, came) in stated {
            let came = f64::from(u8::from(*came));
            brier += (p - came) * (p - came) / n;
            if let Some(bin) = bins.get_mut(((p * 10.0) as usize).min(9)) {
                bin.n += 1;
                bin.stated += p;
                bin.came += came;
            }
        }
        let share = bins.iter().map(|b| b.came).sum::<f64>() / n;
        for bin in bins.iter_mut().filter(|b| b.n > 0) {
            bin.stated /= bin.n as f64;
            bin.came /= bin.n as f64;
        }
        Reliability { brier, brier_of_share: share * (1.0 - share), bins }
    }
}

#[cfg(test)]
mod tests {
    use super::{Agreement, Reliability};

    #[test]
    fn a_perfect_grouping_scores_one_and_one_heap_is_all_recall() {
        let same = Agreement::of(&[(1, 9), (1, 9), (2, 8)]);
        assert_eq!((same.precision, same.recall, same.pair_f1, same.f1()), (1.0, 1.0, 1.0, 1.0));
        let heap = Agreement::of(&[(1, 0), (1, 0), (2, 0), (3, 0)]);
        assert_eq!(heap.recall, 1.0);
        // Two reports see 2 of 4 companions, two see 1 of 4.
        assert_eq!(heap.precision, (0.5 + 0.5 + 0.25 + 0.25) / 4.0);
        assert_eq!(heap.pair_f1, 2.0 * 1.0 / (1.0 + 6.0));
        assert!((heap.count_error() + 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn probabilities_that_are_kept_lie_on_the_line() {
        let stated: Vec<(f64, bool)> = (0..100).map(|i| (0.25, i % 4 == 0)).collect();
        let kept = Reliability::of(&stated);
        assert_eq!((kept.bins[2].n, kept.bins[2].stated, kept.bins[2].came), (100, 0.25, 0.25));
        assert!((kept.brier - kept.brier_of_share).abs() < 1e-12);
    }
}
