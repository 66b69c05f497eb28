//! How fast one device may ask: a bucket that fills with time, a token each. Time is an argument.

use crate::limits::{RATE_BURST, RATE_PER_S};
use std::collections::HashMap;

/// What a device has left, thousandths.
#[derive(Clone, Copy)]
struct Bucket {
    left_milli: i64,
    at_ms: i64,
}

/// The buckets, by the digest of the device's token. Only admitted devices have one, so there are never many.
#[derive(Default)]
pub(super) struct Rates(HashMap<String, Bucket>);

impl Rates {
    /// Takes `cost` from a device's bucket; if there is not enough, in how many seconds there will be.
    pub fn take(&mut self, device: &str, cost: i64, now_ms: i64) -> Result<(), u32> {
        let full = RATE_BURST * 1_000;
        let bucket = self.0.entry(device.to_owned()).or_insert(Bucket { left_milli: full, at_ms: now_ms });
        // A clock that was set back gives nothing, and is followed.
        let gone_ms = now_ms.saturating_sub(bucket.at_ms).max(0);
        bucket.left_milli =
            bucket.left_milli.saturating_add(gone_ms.saturating_mul(RATE_PER_S)).clamp(0, full);
        bucket.at_ms = now_ms;
        let missing = cost * 1_000 - bucket.left_milli;
        if missing > 0 {
            let wait_s = (missing + RATE_PER_S * 1_000 - 1) / (RATE_PER_S * 1_000);
            return Err(u32::try_from(wait_s).unwrap_or(u32::MAX));
        }
        bucket.left_milli -= cost * 1_000;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_as_much_as_comes_back_and_devices_do_not_share() {
        let mut rates = Rates::default();
        assert!((0..RATE_BURST).all(|_| rates.take("a", 1, 0).is_ok()));
        assert_eq!(rates.take("a", 1, 0), Err(1));
        assert_eq!(rates.take("a", RATE_PER_S * 3, 0), Err(3));
        assert!(rates.take("b", 1, 0).is_ok());
        assert!(rates.take("a", RATE_PER_S, 1_000).is_ok());
        assert!(rates.take("a", 1, 1_000).is_err());
        assert!(rates.take("a", 1, -5_000).is_err(), "a clock set back gives nothing");
        assert!(rates.take("a", 1, -4_000).is_ok(), "and is followed from there");
        assert!(rates.take("a", RATE_BURST, i64::MAX).is_ok());
    }
}
