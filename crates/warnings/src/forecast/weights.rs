//! Weights of a linear pool, learnt from how the members did at earlier origins.

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

/// The weights that maximise the log score of the pool on earlier outcomes, with a Dirichlet prior whose mean is `prior`
/// (expectation maximisation for mixture weights, Dempster, Laird & Rubin 1977, section 4.3).
///
/// `given` is the probability that each member gave to each outcome: `outcomes × members`, an outcome's in a row. With no
/// outcomes the weights are the prior.
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
