//! When things came to be known, how late reports come, and what is still to come of the last days.

use super::Inputs;
use base::Instant;
use evidence::batch::NOT_STATED_MS;

/// A report recorded later than this after it says that it was made, milliseconds, came with an archive: then it is
/// taken as received when it says. 30 days.
pub const ARCHIVE_MS: i64 = 30 * 86_400_000;
/// How far back delays are learnt from, days.
const DELAY_DAYS: usize = 60;
/// Fewest reports from which delays are told.
const REPORTS_MIN: usize = 20;

/// When each observation was received.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Received {
    /// By row, milliseconds since 1970.
    pub at_ms: Vec<i64>,
    /// Rows that are not known to have been received at the moment told of.
    pub later: usize,
    /// Rows that say neither when they were reported nor arrived near their event: taken as reported at its end.
    pub assumed: usize,
    first: Option<Instant>,
}

impl Received {
    pub(super) fn of(inputs: &Inputs<'_>) -> Received {
        let batch = inputs.observations;
        let mut out = Received { at_ms: Vec::with_capacity(batch.len()), ..Received::default() };
        for row in 0..batch.len() {
            let recorded = inputs.recorded_ms.get(row).copied().unwrap_or(inputs.now.0);
            let reported = batch.reported_ms.get(row).copied().unwrap_or(NOT_STATED_MS);
            let event = batch.event(row);
            let at = if reported != NOT_STATED_MS {
                // Whoever sends late what is dated early does not change what was known.
                if recorded.saturating_sub(reported) <= ARCHIVE_MS { recorded } else { reported }
            } else if recorded.saturating_sub(event.end.0) <= ARCHIVE_MS {
                recorded
            } else {
                out.assumed += 1;
                event.end.0
            };
            let at = at.max(event.start.0);
            out.later += usize::from(at > inputs.now.0);
            out.at_ms.push(at);
            if out.first.is_none_or(|first| at < first.0) {
                out.first = Some(Instant(at));
            }
        }
        out
    }

    /// When the first thing was received.
    #[must_use]
    pub fn first(&self) -> Option<Instant> {
        self.first
    }

    /// When the observation of `row` was received; `None`: no such row.
    #[must_use]
    pub fn of_row(&self, row: usize) -> Option<i64> {
        self.at_ms.get(row).copied()
    }
}

/// What is still to come of a day.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Nowcast {
    /// What has been received of the day.
    pub known: u32,
    /// What part of a day's reports have come by its age, 0 to 1, as far as the last 60 days tell.
    pub complete: f64,
    /// What the day will come to: the median and the 90 % interval.
    pub median: u64,
    /// Its 5 % quantile; never below what is known.
    pub low: u64,
    /// Its 95 % quantile.
    pub high: u64,
}

/// What the last days will come to, from how late reports of earlier days came. `by_day` are counts by day of the
/// event,
/// `delays_days` how many days late each report of the last 60 days came, by day of the event; `today` is the last day.
/// Nothing where too few reports tell.
#[must_use]
pub fn nowcast(by_day: &[u32], delays_days: &[(usize, usize)], days: usize) -> Vec<Option<Nowcast>> {
    let today = by_day.len().saturating_sub(1);
    let completeness = completeness(delays_days, today);
    let from = by_day.len().saturating_sub(days);
    let one = |day: usize| {
        let known = *by_day.get(day)?;
        let complete = completeness.as_ref()?.get(today - day).copied().unwrap_or(1.0).clamp(0.05, 1.0);
        // What is missing is negative binomial about what came, by the share that came.
        let missing = (f64::from(known) + 0.5) * (1.0 - complete) / complete;
        let law = crate::NegBin::new(missing, f64::from(known) + 0.5);
        let at = |p: f64| if missing < 1e-3 { 0 } else { law.quantile(p) };
        let known_64 = u64::from(known);
        Some(Nowcast {
            known,
            complete,
            median: known_64 + at(0.5),
            low: known_64 + at(0.05),
            high: known_64 + at(0.95),
        })
    };
    (from..by_day.len()).map(one).collect()
}

/// By age in days: the share of reports that had come by then. By the ratio of what came by each age (chain ladder), so
/// that days that are not complete yet tell as far as they can.
fn completeness(delays_days: &[(usize, usize)], today: usize) -> Option<Vec<f64>> {
    let recent: Vec<(usize, usize)> = delays_days
        .iter()
        .copied()
        .filter(|(day, delay)| day + DELAY_DAYS > today && day + delay <= today)
        .collect();
    if recent.len() < REPORTS_MIN {
        return None;
    }
    let ages = recent.iter().map(|(_, delay)| *delay).max()?.min(DELAY_DAYS) + 1;
    let mut done = vec![1.0; ages + 1];
    for age in (0..ages).rev() {
        // Of days at least `age + 1` old: how many had come by `age`, of those that had by `age + 1`.
        let old = |d: usize| d + age < today;
        let by = |most: usize| recent.iter().filter(|(d, delay)| old(*d) && *delay <= most).count();
        let (before, after) = (by(age), by(age + 1));
        let step = if after == 0 { 1.0 } else { before as f64 / after as f64 };
        let next = done.get(age + 1).copied().unwrap_or(1.0);
        if let Some(slot) = done.get_mut(age) {
            *slot = next * step;
        }
    }
    Some(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_half_of_the_reports_come_a_day_late_half_of_today_is_still_to_come() {
        let mut delays = Vec::new();
        for day in 0..40 {
            delays.extend((0..10).map(|n| (day, n % 2)));
        }
        let mut by_day = vec![10; 40];
        by_day[39] = 5;
        let told = nowcast(&by_day, &delays, 2);
        let yesterday = told[0].unwrap();
        let today = told[1].unwrap();
        assert!((yesterday.complete - 1.0).abs() < 1e-9 && yesterday.high == 10);
        assert!((today.complete - 0.5).abs() < 0.02, "{today:?}");
        assert!(today.low >= 5 && (8..=12).contains(&today.median) && today.high > today.median);
    }

    #[test]
    fn too_few_reports_tell_nothing() {
        assert_eq!(nowcast(&[3, 4], &[(0, 0), (1, 0)], 2), [None, None]);
        assert!(nowcast(&[], &[], 5).is_empty());
    }
}
