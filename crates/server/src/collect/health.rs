//! How a source is: when it last spoke, how late, how much of it was rejected. Kept in memory; what is judged by stands
//! in the journal.

use super::limits::{QUARANTINE_ROWS_MIN, RECENT_MAX};
use super::sources::Quarantine;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// How fresh a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It has not spoken since we began to listen, and not been silent for too long.
    Waiting,
    /// It spoke within its time.
    Fresh,
    /// It has been silent for longer than it may: what it would have seen is not known.
    Stale,
}

impl Freshness {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Freshness::Waiting => "waiting",
            Freshness::Fresh => "fresh",
            Freshness::Stale => "stale",
        }
    }
}

/// Health of one source. All moments are milliseconds since 1970.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// When listening began.
    pub since_ms: i64,
    /// When something of it was last kept, or it last said that there is nothing new.
    pub last_success_ms: Option<i64>,
    /// When it was last asked, or connected.
    pub last_attempt_ms: Option<i64>,
    /// What last went wrong, until something goes right.
    pub last_error: Option<String>,
    /// When it is asked next.
    pub next_attempt_ms: Option<i64>,
    /// Attempts in a row that failed.
    pub failures: u32,
    /// Messages kept since listening began.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Observations taken in.
    pub observations: u64,
    /// Rows rejected, by reason.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Since when it is quarantined.
    pub quarantined_ms: Option<i64>,
    /// Until when its silence is in the journal.
    pub silence_told_ms: Option<i64>,
    lags_ms: Recent,
    ahead_ms: Recent,
    recent: VecDeque<bool>,
    bad: usize,
}

impl Health {
    /// Of a source that nothing is known of yet.
    #[must_use]
    pub fn since(now_ms: i64) -> Health {
        Health { since_ms: now_ms, ..Health::default() }
    }

    /// An attempt begins.
    pub fn attempted(&mut self, now_ms: i64) {
        self.last_attempt_ms = Some(now_ms);
        self.next_attempt_ms = None;
    }

    /// It spoke, and what it said is on the disk.
    pub fn succeeded(&mut self, now_ms: i64) {
        self.last_success_ms = Some(now_ms);
        self.last_error = None;
        self.failures = 0;
    }

    /// Something failed; it is tried again at `next_ms`, if that is known.
    pub fn failed(&mut self, says: impl Into<String>, next_ms: Option<i64>) {
        self.last_error = Some(says.into());
        self.next_attempt_ms = next_ms;
        self.failures = self.failures.saturating_add(1);
    }

    /// Notes how late events were, and how far the sender's clock ran ahead.
    pub fn timed(&mut self, lag_ms: Option<i64>, ahead_ms: Option<i64>) {
        lag_ms.into_iter().for_each(|ms| self.lags_ms.push(ms));
        ahead_ms.into_iter().for_each(|ms| self.ahead_ms.push(ms));
    }

    /// Median time from event to record, milliseconds.
    #[must_use]
    pub fn lag_ms(&self) -> Option<i64> {
        self.lags_ms.median()
    }

    /// Median of how far the sender's clock was ahead of ours, milliseconds; behind, or on its way, if negative.
    #[must_use]
    pub fn clock_ahead_ms(&self) -> Option<i64> {
        self.ahead_ms.median()
    }

    /// Notes rows, taken or not; whether they bring the source into quarantine.
    pub fn rows(&mut self, taken: usize, rejected: usize, rule: Quarantine) -> bool {
        let news = std::iter::repeat_n(false, taken).chain(std::iter::repeat_n(true, rejected));
        for is_bad in news {
            self.recent.push_back(is_bad);
            self.bad += usize::from(is_bad);
            if self.recent.len() > rule.rows {
                self.bad -= usize::from(self.recent.pop_front().unwrap_or_default());
            }
        }
        let rows = self.recent.len();
        rows >= QUARANTINE_ROWS_MIN && self.bad as f64 > rule.share * rows as f64
    }

    /// Forgets the rows that brought it into quarantine.
    pub fn released(&mut self) {
        self.quarantined_ms = None;
        self.recent.clear();
        self.bad = 0;
    }

    /// How fresh it is, if it may be silent for `stale_after`.
    #[must_use]
    pub fn freshness(&self, now_ms: i64, stale_after: Option<Duration>) -> Freshness {
        let heard_ms = self.last_success_ms.unwrap_or(self.since_ms);
        let silent_ms = now_ms.saturating_sub(heard_ms);
        match stale_after {
            Some(most) if u128::from(silent_ms.max(0) as u64) > most.as_millis() => Freshness::Stale,
            _ if self.last_success_ms.is_some() => Freshness::Fresh,
            _ => Freshness::Waiting,
        }
    }
}

/// The last few values.
#[derive(Clone, Debug, Default)]
struct Recent(VecDeque<i64>);

impl Recent {
    fn push(&mut self, value: i64) {
        if self.0.len() >= RECENT_MAX {
            self.0.pop_front();
        }
        self.0.push_back(value);
    }

    fn median(&self) -> Option<i64> {
        let mut sorted: Vec<i64> = self.0.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Quarantine = Quarantine { share: 0.2, rows: 50 };

    #[test]
    fn silence_makes_stale_and_is_never_fresh_by_default() {
        let mut health = Health::since(1_000);
        let most = Some(Duration::from_secs(10));
        assert_eq!(health.freshness(2_000, most), Freshness::Waiting);
        assert_eq!(health.freshness(11_001, most), Freshness::Stale, "never heard, and long silent");
        health.succeeded(12_000);
        assert_eq!(health.freshness(22_000, most), Freshness::Fresh);
        assert_eq!(health.freshness(22_001, most), Freshness::Stale);
        assert_eq!(health.freshness(i64::MAX, None), Freshness::Fresh);
    }

    #[test]
    fn a_share_of_bad_rows_quarantines_and_a_few_bad_rows_do_not() {
        let mut health = Health::since(0);
        assert!(!health.rows(0, 10, RULE), "ten rows are too few to tell");
        let mut health = Health::since(0);
        assert!(!health.rows(40, 10, RULE), "a fifth is not more than a fifth");
        assert!(health.rows(0, 1, RULE));
        health.released();
        assert!(!health.rows(0, 19, RULE), "it is looked at anew");
        let mut health = Health::since(0);
        health.rows(0, 50, RULE);
        assert!(!health.rows(50, 0, RULE), "old rows are forgotten");
    }

    #[test]
    fn the_clock_is_the_median_of_the_recent() {
        let mut health = Health::since(0);
        assert_eq!((health.lag_ms(), health.clock_ahead_ms()), (None, None));
        for ahead in [5_000, 5_100, 90_000_000] {
            health.timed(Some(200), Some(ahead));
        }
        assert_eq!((health.lag_ms(), health.clock_ahead_ms()), (Some(200), Some(5_100)));
    }
}
