//! How long to wait before a delivery is tried again: twice as long each time up to a cap, spread by what is tried, so
//! that many entries that failed together do not come back together, and a test gets the same waits as a mission.

use base::Digest;

/// The first wait, milliseconds.
pub const WAIT_MS_FIRST: i64 = 5_000;
/// The longest wait, milliseconds: an hour.
pub const WAIT_MS_MAX: i64 = 3_600_000;

/// The wait after the `failures`-th failure in a row of the entry with this key: from half to all of
/// 5 s, 10 s, 20 s … 1 h.
#[must_use]
pub fn wait_ms(failures: u32, key: &str) -> i64 {
    let doubled = WAIT_MS_FIRST.saturating_mul(1_i64 << failures.saturating_sub(1).min(20));
    let most = doubled.min(WAIT_MS_MAX);
    let spread = Digest::of(format!("{key} {failures}").as_bytes());
    let drawn = i64::from(spread.0.first().copied().unwrap_or_default());
    most / 2 + most / 2 * drawn / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour_and_is_never_nought() {
        for failures in 1..200 {
            let most = (WAIT_MS_FIRST << (failures - 1).min(20)).min(WAIT_MS_MAX);
            let wait = wait_ms(failures, "k");
            assert!((most / 2..=most).contains(&wait), "{failures}: {wait}");
        }
        assert!(wait_ms(u32::MAX, "k") <= WAIT_MS_MAX);
        assert_ne!(wait_ms(9, "a"), wait_ms(9, "b"), "entries do not come back together");
    }
}
