//! How sure a rate of alarms and a share are.

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Gamma, Normal};

/// Alarms counted over a stretch of steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// Alarms.
    pub alarms: u32,
    /// Steps watched, all zones together.
    pub steps: u32,
}

/// An interval from its lower to its upper end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Between {
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// The interval of a rate, alarms a step, with probability `level`: exact for a Poisson count (Garwood 1936), widened
/// by how much more the stretches scatter than a Poisson would, so that alarms that come together count as fewer. No
/// alarm still has an upper end. Nothing where no step was watched.
#[must_use]
pub fn rate_between(stretches: &[Stretch], level: f64) -> Option<Between> {
    let alarms: f64 = stretches.iter().map(|s| f64::from(s.alarms)).sum();
    let steps: f64 = stretches.iter().map(|s| f64::from(s.steps)).sum();
    if steps <= 0.0 {
        return None;
    }
    let scatter = stretches.iter().filter(|s| s.steps > 0).map(|s| {
        let expected = alarms * f64::from(s.steps) / steps;
        if expected > 0.0 { (f64::from(s.alarms) - expected).powi(2) / expected } else { 0.0 }
    });
    let freedom = stretches.iter().filter(|s| s.steps > 0).count().saturating_sub(1);
    let dispersion = (scatter.sum::<f64>() / freedom.max(1) as f64).max(1.0);
    let tail = (1.0 - level.clamp(0.0, 1.0)) / 2.0;
    let counted = alarms / dispersion;
    let end = |shape: f64, p: f64| Gamma::new(shape, 1.0).map_or(0.0, |g| g.inverse_cdf(p));
    let lower = if counted > 0.0 { end(counted, tail) } else { 0.0 };
    let upper = end(counted + 1.0, 1.0 - tail);
    Some(Between { lower: dispersion * lower / steps, upper: dispersion * upper / steps })
}

/// The interval of a share, `part` of `whole`, with probability `level` (Wilson 1927). It takes what is counted to be
/// independent. Nothing of nothing.
#[must_use]
pub fn share_between(part: usize, whole: usize, level: f64) -> Option<Between> {
    let z = Normal::standard().inverse_cdf(0.5 + level.clamp(0.0, 0.999_999) / 2.0);
    let (n, p) = (whole as f64, part as f64 / whole.max(1) as f64);
    if whole == 0 {
        return None;
    }
    let middle = p + z * z / (2.0 * n);
    let off = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    let lower = if part == 0 { 0.0 } else { ((middle - off) / scale).max(0.0) };
    let upper = if part >= whole { 1.0 } else { ((middle + off) / scale).min(1.0) };
    Some(Between { lower, upper })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_tables_and_alarms_that_come_together_widen_them() {
        let even = [Stretch { alarms: 5, steps: 100 }, Stretch { alarms: 5, steps: 100 }];
        let told = rate_between(&even, 0.95).unwrap();
        // Garwood for 10: 4.795 to 18.39.
        assert!((told.lower * 200.0 - 4.795).abs() < 0.01 && (told.upper * 200.0 - 18.39).abs() < 0.01);
        let clustered = [Stretch { alarms: 10, steps: 100 }, Stretch { alarms: 0, steps: 100 }];
        let wider = rate_between(&clustered, 0.95).unwrap();
        assert!(wider.lower < told.lower && wider.upper > told.upper);
        let none = rate_between(&[Stretch { alarms: 0, steps: 100 }], 0.95).unwrap();
        assert!(none.lower == 0.0 && (none.upper * 100.0 - 3.689).abs() < 0.01, "{none:?}");
        assert_eq!(rate_between(&[], 0.95), None);
        // Wilson for 0 of 78 and 12 of 12.
        let none = share_between(0, 78, 0.95).unwrap();
        assert!(none.lower == 0.0 && (none.upper - 0.0469).abs() < 0.0005, "{none:?}");
        let all = share_between(12, 12, 0.95).unwrap();
        assert!(all.upper == 1.0 && (all.lower - 0.7575).abs() < 0.0005, "{all:?}");
        assert_eq!(share_between(0, 0, 0.95), None);
    }
}
