//! Civil periods: hours, days, weeks from a Monday, months, years.

use base::time::HOUR_MS;
use base::{CivilZone, Instant, Interval};
use terms::agreement::{Offset, Period};

/// Most periods of one clause that are told one by one.
pub(crate) const PERIODS_MAX: usize = 20_000;
/// 1970-01-01 was a Thursday: days from the Monday before it.
const MONDAY_BEFORE_1970: i64 = 3;

/// The civil period that holds `moment`.
pub(crate) fn holding(moment: Instant, period: Period, zone: &CivilZone) -> Option<Interval> {
    let (year, month, day) = zone.date_of(moment);
    let first = |y, m, d| zone.day(y, m, d).map(|i| i.start);
    match period {
        Period::Hour => {
            let start = zone.day(year, month, day)?.start;
            let hours = moment.0.checked_sub(start.0)?.div_euclid(HOUR_MS);
            let start = Instant(start.0.checked_add(hours.checked_mul(HOUR_MS)?)?);
            Some(Interval { start, end: Instant(start.0.checked_add(HOUR_MS)?) })
        }
        Period::Day => zone.day(year, month, day),
        Period::Week => {
            let start = first(year, month, day)?;
            // Noon of the day in UTC is the same date nearly everywhere; the weekday needs only the date.
            let days = days_from_1970(year, month, day)?;
            let since_monday = i32::try_from((days + MONDAY_BEFORE_1970).rem_euclid(7)).ok()?;
            let start = Offset::WholeDays(-since_monday).after(start, zone)?;
            Some(Interval { start, end: Offset::WholeDays(7).after(start, zone)? })
        }
        Period::Month => {
            let start = first(year, month, 1)?;
            let (next_year, next) = if month == 12 { (year.checked_add(1)?, 1) } else { (year, month + 1) };
            Some(Interval { start, end: first(next_year, next, 1)? })
        }
        Period::Year => Some(Interval { start: first(year, 1, 1)?, end: first(year.checked_add(1)?, 1, 1)? }),
    }
}

/// Days from 1970-01-01 to a civil date.
fn days_from_1970(year: i16, month: i8, day: i8) -> Option<i64> {
    let utc = CivilZone::utc();
    Some(utc.day(year, month, day)?.start.0.div_euclid(base::time::DAY_MS))
}

/// The civil periods from the one that holds `from` to the one that holds `to`, at most [`PERIODS_MAX`].
pub(crate) fn between(from: Instant, to: Instant, period: Period, zone: &CivilZone) -> Vec<Interval> {
    let mut out = Vec::new();
    let mut next = holding(from, period, zone);
    while let Some(one) = next.filter(|p| p.start <= to && out.len() < PERIODS_MAX) {
        out.push(one);
        next = (one.end > one.start).then(|| holding(one.end, period, zone)).flatten();
    }
    out
}

/// Its name in the words of its zone: `2026-03`, `2026-03-03`, `2026-W10`-like weeks by their Monday.
pub(crate) fn name(of: Interval, period: Period, zone: &CivilZone) -> String {
    let (year, month, day) = zone.date_of(of.start);
    match period {
        Period::Hour => zone.show(of.start).chars().take(13).collect(),
        Period::Day => format!("{year:04}-{month:02}-{day:02}"),
        Period::Week => format!("week of {year:04}-{month:02}-{day:02}"),
        Period::Month => format!("{year:04}-{month:02}"),
        Period::Year => format!("{year:04}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_periods_are_as_long_as_their_days_are() {
        let kyiv = CivilZone::named("Europe/Kyiv").unwrap();
        let noon = Instant::parse("2026-03-29T09:00:00Z").unwrap();
        let length = |p| holding(noon, p, &kyiv).map(|i| (i.end.0 - i.start.0) / HOUR_MS);
        assert_eq!(length(Period::Day), Some(23));
        assert_eq!(length(Period::Month), Some(31 * 24 - 1));
        assert_eq!(length(Period::Hour), Some(1));
        assert_eq!(length(Period::Week), Some(7 * 24 - 1));
        let week = holding(noon, Period::Week, &kyiv).unwrap();
        assert_eq!(name(week, Period::Week, &kyiv), "week of 2026-03-23");
        assert!(week.holds(noon));
    }
}
