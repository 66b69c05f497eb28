//! The continuous ranked probability score (Matheson & Winkler 1976; Gneiting & Raftery 2007, section 4.2).

/// CRPS of a forecast given as draws, in ascending order: `E|X - y| - E|X - X'| / 2`, both over the draws with
/// replacement, as `properscoring` and the VIEWS challenge have it. No number where there are no draws.
#[must_use]
pub fn crps_of_samples(ascending: &[f64], outcome: f64) -> f64 {
    let n = ascending.len() as f64;
    let mut distance = 0.0;
    let mut spread = 0.0;
    for (i, x) in ascending.iter().enumerate() {
        distance += (x - outcome).abs();
        spread += (2.0 * i as f64 - n + 1.0) * x;
    }
    distance / n - spread / (n * n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slow(draws: &[f64], y: f64) -> f64 {
        let n = draws.len() as f64;
        let distance: f64 = draws.iter().map(|x| (x - y).abs()).sum::<f64>() / n;
        let pairs: f64 = draws.iter().flat_map(|a| draws.iter().map(move |b| (a - b).abs())).sum();
        distance - pairs / (2.0 * n * n)
    }

    proptest! {
        #[test]
        fn crps_of_samples_is_what_its_definition_says(
            mut draws in proptest::collection::vec(0.0..1000.0_f64, 1..60),
            y in 0.0..1000.0_f64,
        ) {
            draws.sort_by(f64::total_cmp);
            let (fast, slow) = (crps_of_samples(&draws, y), slow(&draws, y));
            prop_assert!((fast - slow).abs() < 1e-9 * (1.0 + slow), "{} {}", fast, slow);
        }

        #[test]
        fn crps_of_one_draw_is_its_distance(x in 0.0..100.0_f64, y in 0.0..100.0_f64) {
            prop_assert!((crps_of_samples(&[x], y) - (x - y).abs()).abs() < 1e-12);
        }
    }
}
