//! The comparison of a stored distance with a threshold. Distances do not change when a clause is edited, so an edited
//! threshold is re-judged by this scan alone, without geometry.

use base::Truth;

/// Whether something `distance_m` ± `margin_m` from a line is nearer than `at_least_m`: a distance equal to the
/// threshold keeps the clause. NaN (no place, no epoch) is undetermined.
#[must_use]
pub fn nearer(distance_m: f64, margin_m: f32, at_least_m: f64) -> Truth {
    let margin_m = f64::from(margin_m);
    if distance_m + margin_m < at_least_m {
        Truth::True
    } else if distance_m - margin_m >= at_least_m {
        Truth::False
    } else {
        Truth::Undetermined
    }
}

/// How many of a column are nearer than a threshold, how many are not, and how many are undetermined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Nearer for certain.
    pub nearer: u64,
    /// At least that far for certain.
    pub farther: u64,
    /// Neither.
    pub undetermined: u64,
}

/// Re-judges whole columns against an edited threshold. The loop has no branch, so that it runs at the speed of memory.
#[must_use]
pub fn tally(distance_m: &[f64], margin_m: &[f32], at_least_m: f64) -> Tally {
    let mut out = Tally::default();
    for (distances, margins) in distance_m.chunks(4_096).zip(margin_m.chunks(4_096)) {
        let (mut nearer, mut farther) = (0_u32, 0_u32);
        for (d, m) in distances.iter().zip(margins) {
            let m = f64::from(*m);
            nearer += u32::from(d + m < at_least_m);
            farther += u32::from(d - m >= at_least_m);
        }
        out.nearer += u64::from(nearer);
        out.farther += u64::from(farther);
        out.undetermined +=
            distances.len().min(margins.len()) as u64 - u64::from(nearer) - u64::from(farther);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Tally, nearer, tally};
    use base::Truth;

    #[test]
    fn a_distance_equal_to_the_threshold_keeps_the_clause() {
        assert_eq!(nearer(25_000.0, 0.0, 25_000.0), Truth::False);
        assert_eq!(nearer(24_999.9, 0.0, 25_000.0), Truth::True);
        assert_eq!(nearer(24_800.0, 300.0, 25_000.0), Truth::Undetermined);
        assert_eq!(nearer(f64::NAN, 0.0, 25_000.0), Truth::Undetermined);
    }

    #[test]
    fn the_scan_counts_as_the_single_comparison_does() {
        let distance_m: Vec<f64> =
            (0..10_000).map(|i| if i % 97 == 0 { f64::NAN } else { f64::from(i) * 7.3 }).collect();
        let margin_m: Vec<f32> = (0..10_000).map(|i| (i % 13) as f32 * 40.0).collect();
        let mut slow = Tally::default();
        for (d, m) in distance_m.iter().zip(&margin_m) {
            match nearer(*d, *m, 30_000.0) {
                Truth::True => slow.nearer += 1,
                Truth::False => slow.farther += 1,
                Truth::Undetermined => slow.undetermined += 1,
            }
        }
        assert_eq!(tally(&distance_m, &margin_m, 30_000.0), slow);
        assert_eq!(slow.nearer + slow.farther + slow.undetermined, 10_000);
    }
}
