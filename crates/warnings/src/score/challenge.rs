//! The other two scores of the VIEWS prediction challenge 2023/24 (Hegre et al. 2024), on draws.

/// Where a bin of the challenge begins: 0, 1–2, 3–5, 6–10, 11–25, 26–50, 51–100, 101–250, 251–500, 501–1000, more.
const BIN_STARTS: [f64; 11] = [0.0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5];

/// The bin of a count, from 0.
fn bin(value: f64) -> usize {
    BIN_STARTS.partition_point(|start| *start <= value)
}

/// Ignorance score, bits: minus the binary logarithm of the share of draws in the outcome's bin, one draw being added
/// to each of the eleven bins first.
#[must_use]
pub fn ignorance(draws: &[f64], outcome: f64) -> f64 {
    let there = bin(outcome);
    let hits = draws.iter().filter(|x| bin(**x) == there).count();
    -((hits + 1) as f64 / (draws.len() + BIN_STARTS.len()) as f64).log2()
}

/// Interval score of a central interval of probability `level` (Gneiting & Raftery 2007, equation 43): its width, and
/// `2 / (1 - level)` times what the outcome lies outside it.
#[must_use]
pub fn interval_score(lower: f64, upper: f64, outcome: f64, level: f64) -> f64 {
    let penalty = 2.0 / (1.0 - level);
    (upper - lower) + penalty * ((lower - outcome).max(0.0) + (outcome - upper).max(0.0))
}

/// The quantile of draws in ascending order, linear between neighbours (Hyndman & Fan 1996, type 7).
#[must_use]
pub fn quantile_linear(ascending: &[f64], p: f64) -> f64 {
    let at = p.clamp(0.0, 1.0) * ascending.len().saturating_sub(1) as f64;
    let low = ascending.get(at.floor() as usize).copied().unwrap_or(0.0);
    let high = ascending.get(at.ceil() as usize).copied().unwrap_or(low);
    low + (high - low) * at.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bins_are_those_of_the_challenge() {
        let firsts = [0.0, 1.0, 3.0, 6.0, 11.0, 26.0, 51.0, 101.0, 251.0, 501.0, 1001.0];
        let lasts = [0.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 1e9];
        for (i, (first, last)) in firsts.into_iter().zip(lasts).enumerate() {
            assert_eq!((bin(first), bin(last)), (i + 1, i + 1));
        }
    }

    #[test]
    fn a_forecast_of_zero_pays_ten_bits_where_something_comes() {
        let zeros = vec![0.0; 1000];
        assert!((ignorance(&zeros, 0.0) + (1001.0_f64 / 1011.0).log2()).abs() < 1e-12);
        assert!((ignorance(&zeros, 7.0) - 1011.0_f64.log2()).abs() < 1e-12);
    }

    #[test]
    fn an_interval_pays_for_its_width_and_for_what_it_misses() {
        assert!((interval_score(2.0, 5.0, 4.0, 0.9) - 3.0).abs() < 1e-12);
        assert!((interval_score(2.0, 5.0, 7.0, 0.9) - 43.0).abs() < 1e-9);
        assert!((quantile_linear(&[0.0, 1.0, 2.0, 4.0], 0.9) - 3.4).abs() < 1e-12);
        assert!((quantile_linear(&[], 0.9)).abs() < 1e-12);
    }
}
