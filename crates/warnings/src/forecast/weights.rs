//! Weights of a linear pool, learnt from how the members did at earlier origins: by the log score, whose best weights
//! are those of a mixture, or by the CRPS, which is quadratic in them.

use rayon::prelude::*;

/// How many rows one task takes. Sums are taken in the order of the tasks, so that the same rows give the same weights.
const ROWS_A_TASK: usize = 8_192;

/// How weights are learnt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learning {
    /// How many outcomes the prior weighs as much as.
    pub prior_outcomes: f64,
    /// How many outcomes count as one, because they overlap or hang together.
    pub outcomes_alike: f64,
    /// How many rounds of expectation and maximisation.
    pub rounds: usize,
}

/// The weights that maximise the log score of the pool on earlier outcomes, with a Dirichlet prior whose mean is
/// `prior` (expectation maximisation for mixture weights, Dempster, Laird & Rubin 1977, section 4.3).
///
/// `given` is the probability that each member gave to each outcome: `outcomes × members`, an outcome's in a row.
/// With no outcomes the weights are the prior.
#[must_use]
pub fn learn_weights(given: &[f64], prior: &[f64], learning: &Learning) -> Vec<f64> {
    let members = prior.len().max(1);
    let mut weights = prior.to_vec();
    for _ in 0..learning.rounds {
        let parts: Vec<Vec<f64>> =
            given.par_chunks(ROWS_A_TASK * members).map(|rows| responsibilities(rows, &weights)).collect();
        let strength = learning.prior_outcomes;
        let mut next: Vec<f64> = prior.iter().map(|p| strength * p).collect();
        for part in &parts {
            next.iter_mut().zip(part).for_each(|(n, p)| *n += p / learning.outcomes_alike.max(1.0));
        }
        let sum: f64 = next.iter().sum();
        if sum <= 0.0 {
            break;
        }
        weights = next.into_iter().map(|n| n / sum).collect();
    }
    weights
}

/// How much each member is answerable for the outcomes of these rows.
fn responsibilities(rows: &[f64], weights: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; weights.len()];
    for row in rows.chunks(weights.len().max(1)) {
        let whole: f64 = row.iter().zip(weights).map(|(p, w)| p * w).sum();
        if whole > 0.0 {
            let scale = whole.recip();
            sums.iter_mut().zip(row.iter().zip(weights)).for_each(|(s, (p, w))| *s += p * w * scale);
        }
    }
    sums
}

/// The weights that minimise the CRPS of the pool on earlier outcomes, drawn to equal ones.
///
/// `products` is the mean over outcomes of [`super::Predictive::crps_products`]; `outcomes` is how many independent
/// ones it rests on, `prior_outcomes` how many the equal weights weigh as much as.
#[must_use]
pub fn weights_by_crps<const N: usize>(
    products: &[[f64; N]; N],
    outcomes: f64,
    prior_outcomes: f64,
) -> [f64; N] {
    let equal = 1.0 / N.max(1) as f64;
    let scale: f64 = products.iter().enumerate().filter_map(|(i, row)| row.get(i)).sum::<f64>() * equal;
    let pull = if outcomes > 0.0 { prior_outcomes / outcomes * scale } else { f64::INFINITY };
    let mut weights = [equal; N];
    if !pull.is_finite() || scale <= 0.0 {
        return weights;
    }
    let entry = |i: usize, j: usize| {
        let product = products.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0.0);
        product + if i == j { pull } else { 0.0 }
    };
    // Weight is moved between each two members as far as it helps, until nothing moves.
    for _ in 0..50 {
        for (i, j) in (0..N).flat_map(|i| (0..i).map(move |j| (i, j))) {
            let slope = |of: usize| {
                let pulled: f64 = weights.iter().enumerate().map(|(k, w)| entry(of, k) * w).sum();
                pulled - pull * equal
            };
            let bend = entry(i, i) + entry(j, j) - 2.0 * entry(i, j);
            let (Some(a), Some(b)) = (weights.get(i).copied(), weights.get(j).copied()) else { continue };
            let moved = if bend > 0.0 { ((slope(j) - slope(i)) / bend).clamp(-a, b) } else { 0.0 };
            weights.iter_mut().skip(i).take(1).for_each(|w| *w += moved);
            weights.iter_mut().skip(j).take(1).for_each(|w| *w -= moved);
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_better_member_gets_the_weight_and_none_is_learnt_from_nothing() {
        let learning = Learning { prior_outcomes: 10.0, outcomes_alike: 1.0, rounds: 100 };
        assert_eq!(learn_weights(&[], &[0.25, 0.75], &learning), [0.25, 0.75]);
        let given: Vec<f64> = (0..500).flat_map(|_| [0.9, 0.1]).collect();
        assert!(learn_weights(&given, &[0.5, 0.5], &learning)[0] > 0.95);
    }

    #[test]
    fn by_crps_the_member_that_scores_less_gets_more_and_none_is_learnt_from_nothing() {
        let products = [[1.0, 0.9, 0.9], [0.9, 2.0, 1.2], [0.9, 1.2, 1.4]];
        let even = weights_by_crps(&products, 0.0, 20.0);
        assert!(even.iter().all(|w| (w - 1.0 / 3.0).abs() < 1e-12));
        let little = weights_by_crps(&products, 10.0, 20.0);
        let much = weights_by_crps(&products, 1e6, 20.0);
        assert!(much[0] > little[0] && little[0] > even[0]);
        let score = |w: &[f64; 3]| {
            let row = |r: &[f64; 3]| r.iter().zip(w).map(|(c, w)| c * w).sum::<f64>();
            products.iter().zip(w).map(|(r, w)| row(r) * w).sum::<f64>()
        };
        for i in 0..=20 {
            for j in 0..=(20 - i) {
                let w = [f64::from(i) / 20.0, f64::from(j) / 20.0, f64::from(20 - i - j) / 20.0];
                assert!(score(&much) <= score(&w) + 1e-4);
            }
        }
    }

    proptest! {
        #[test]
        fn weights_are_a_distribution(given in proptest::collection::vec(0.0..1.0_f64, 0..90)) {
            let learning = Learning { prior_outcomes: 3.0, outcomes_alike: 2.0, rounds: 20 };
            let whole = given.len() / 3 * 3;
            let weights = learn_weights(&given[..whole], &[0.2, 0.3, 0.5], &learning);
            prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(weights.iter().all(|w| (0.0..=1.0).contains(w)));
        }
    }
}
