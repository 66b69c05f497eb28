//! Scores of probabilities that something comes.

use serde::Serialize;

/// Brier score of one probability: its squared distance from 1 where it came, from 0 where not.
#[must_use]
pub fn brier(probability: f64, came: bool) -> f64 {
    let error = probability - f64::from(u8::from(came));
    error * error
}

/// Area under the receiver operating characteristic: the chance that what came was given more than what did not, ties
/// halved. More is better. Nothing where all came or none did.
#[must_use]
pub fn auroc(pairs: &[(f64, bool)]) -> Option<f64> {
    let (mut above, mut came_before) = (0.0, 0.0);
    for tie in ties(pairs).iter().rev() {
        above += tie.not * (came_before + 0.5 * tie.came);
        came_before += tie.came;
    }
    let not = pairs.len() as f64 - came_before;
    (came_before > 0.0 && not > 0.0).then(|| above / (came_before * not))
}

/// Average precision, the area under precision over recall as a step function (no line between points). More is better;
/// of chance it is the base rate. Nothing where none came.
#[must_use]
pub fn average_precision(pairs: &[(f64, bool)]) -> Option<f64> {
    let all: f64 = pairs.iter().filter(|p| p.1).count() as f64;
    let (mut came, mut seen, mut area) = (0.0, 0.0, 0.0);
    for tie in ties(pairs).iter().rev() {
        came += tie.came;
        seen += tie.came + tie.not;
        area += tie.came / all * came / seen;
    }
    (all > 0.0).then_some(area)
}

struct Tie {
    came: f64,
    not: f64,
}

/// Those of one probability together, in ascending order.
fn ties(pairs: &[(f64, bool)]) -> Vec<Tie> {
    let mut order = pairs.to_vec();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let groups = order.chunk_by(|a, b| a.0 == b.0);
    groups
        .map(|group| {
            let came = group.iter().filter(|p| p.1).count();
            Tie { came: came as f64, not: (group.len() - came) as f64 }
        })
        .collect()
}

/// One class of a reliability diagram.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Reliability {
    /// Mean of the probabilities in it.
    pub forecast: f64,
    /// Share of them that came.
    pub came: f64,
    /// How many.
    pub count: usize,
}

/// The reliability of probabilities in `classes` classes of equal width; empty classes are left out.
#[must_use]
pub fn reliability(pairs: &[(f64, bool)], classes: usize) -> Vec<Reliability> {
    let classes = classes.max(1);
    let mut sums = vec![(0.0, 0.0, 0_usize); classes];
    for (p, came) in pairs {
        let at = ((p * classes as f64) as usize).min(classes - 1);
        if let Some((forecast, hits, count)) = sums.get_mut(at) {
            *forecast += p;
            *hits += f64::from(u8::from(*came));
            *count += 1;
        }
    }
    let filled = sums.into_iter().filter(|s| s.2 > 0);
    filled.map(|(f, h, n)| Reliability { forecast: f / n as f64, came: h / n as f64, count: n }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_perfect_order_has_area_one_and_no_order_a_half() {
        let perfect = [(0.1, false), (0.2, false), (0.8, true), (0.9, true)];
        assert_eq!(auroc(&perfect), Some(1.0));
        assert_eq!(average_precision(&perfect), Some(1.0));
        let flat = [(0.3, false), (0.3, true), (0.3, false), (0.3, false)];
        assert_eq!(auroc(&flat), Some(0.5));
        assert_eq!(average_precision(&flat), Some(0.25));
        assert_eq!(auroc(&[(0.3, true)]), None);
        assert_eq!(average_precision(&[(0.3, false)]), None);
    }

    proptest! {
        #[test]
        fn the_area_is_the_share_of_pairs_in_order(
            pairs in proptest::collection::vec((0_u8..6, any::<bool>()), 2..40)
        ) {
            let pairs: Vec<(f64, bool)> = pairs.into_iter().map(|(p, c)| (f64::from(p) / 6.0, c)).collect();
            let (mut sum, mut n) = (0.0, 0.0);
            for (p, _) in pairs.iter().filter(|p| p.1) {
                for (q, _) in pairs.iter().filter(|p| !p.1) {
                    sum += if p > q { 1.0 } else if p == q { 0.5 } else { 0.0 };
                    n += 1.0;
                }
            }
            match auroc(&pairs) {
                Some(area) => prop_assert!((area - sum / n).abs() < 1e-12),
                None => prop_assert!(n == 0.0),
            }
            let total: usize = reliability(&pairs, 10).iter().map(|r| r.count).sum();
            prop_assert_eq!(total, pairs.len());
        }
    }
}
