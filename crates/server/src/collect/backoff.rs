//! How long to wait before trying again: twice as long each time, with full jitter, so that many collectors that lost
//! one peer do not come back together.

use std::time::Duration;

/// Longest wait.
pub const WAIT_MS_MAX: u64 = 5 * 60_000;
/// Upper bound of the first wait.
pub const WAIT_MS_FIRST: u64 = 500;

/// The wait before the next attempt after `failures` in a row; `random` is any number, evenly drawn.
#[must_use]
pub fn wait(failures: u32, random: u64) -> Duration {
    let doubled = WAIT_MS_FIRST.saturating_mul(1_u64 << failures.saturating_sub(1).min(32));
    let most = doubled.min(WAIT_MS_MAX);
    // At least a tenth, so that a random nought is no storm.
    Duration::from_millis((random % (most + 1)).max(most / 10))
}

/// A random number from the operating system; the middle, if it has none to give.
#[must_use]
pub fn random() -> u64 {
    getrandom::u64().unwrap_or(u64::MAX / 2)
}

/// The moment that a `Retry-After` header means, as a wait: seconds only, and no longer than an hour. Dates are not
/// read: they would depend on two clocks.
#[must_use]
pub fn retry_after(header: &str) -> Option<Duration> {
    header.trim().parse::<u64>().ok().map(|s| Duration::from_secs(s.min(3_600)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_with_each_failure_and_has_an_end() {
        assert_eq!(wait(1, 500), Duration::from_millis(500));
        assert_eq!(wait(1, 0), Duration::from_millis(50), "never at once");
        assert_eq!(wait(4, 4_000), Duration::from_millis(4_000));
        for failures in [20, 100, u32::MAX] {
            assert!(wait(failures, u64::MAX - 3).as_millis() as u64 <= WAIT_MS_MAX);
        }
    }

    #[test]
    fn retry_after_is_honoured_up_to_an_hour() {
        assert_eq!(retry_after(" 120 "), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("999999"), Some(Duration::from_secs(3_600)));
        assert_eq!(retry_after("Wed, 21 Oct 2026 07:28:00 GMT"), None);
    }
}
