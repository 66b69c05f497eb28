//! Dates and times as tables write them, made intervals that are as wide as the statement is vague.

use crate::draft::TimePrecision;
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, Instant, Interval};
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime;
use jiff::tz::{AmbiguousOffset, TimeZone};

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;

/// A time with how finely it is known: the interval that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stated {
    pub(crate) event: Interval,
    pub(crate) precision: TimePrecision,
}

/// Seconds or milliseconds since 1970, where a mapping's format is `unix` or `unix-ms`.
fn since_1970(text: &str, format: &str) -> Option<Stated> {
    let unit_ms = match format {
        "unix" => SECOND_MS,
        "unix-ms" => 1,
        _ => return None,
    };
    let at = Instant(text.trim().parse::<i64>().ok()?.checked_mul(unit_ms)?);
    Some(Stated { event: Interval::at(at), precision: TimePrecision::Second })
}

/// A civil clock.
pub(crate) struct Clock {
    zone: CivilZone,
    tz: TimeZone,
}

/// A time of day, or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeOfDay {
    pub(crate) from: (Time, TimePrecision),
    pub(crate) to: Option<(Time, TimePrecision)>,
}

/// How finely the time of something is known that lasted from one moment to another: beyond a day no finer than its
/// length, however fine the two moments are.
pub(crate) fn over(event: Interval, finest: TimePrecision) -> TimePrecision {
    // A civil day has up to 25 hours.
    let day_h = if finest == TimePrecision::Day { 25 } else { 24 };
    // The last moment is as long as its own grain.
    let grain_ms = if finest < TimePrecision::Day { unit_ms(finest) } else { 0 };
    let is_longer = event.end.0.saturating_sub(event.start.0) > day_h * HOUR_MS + grain_ms;
    if is_longer { finest.max(TimePrecision::Coarser) } else { finest }
}

fn unit_ms(precision: TimePrecision) -> i64 {
    match precision {
        TimePrecision::Second => SECOND_MS,
        TimePrecision::Minute => MINUTE_MS,
        _ => HOUR_MS,
    }
}

impl Clock {
    pub(crate) fn new(zone: CivilZone) -> Clock {
        // The name is that of a zone that exists; UTC stands in only for the type.
        let tz = TimeZone::get(zone.name()).unwrap_or(TimeZone::UTC);
        Clock { zone, tz }
    }

    /// The civil day.
    pub(crate) fn day(&self, date: Date) -> Option<Stated> {
        let event = self.zone.day(date.year(), date.month(), date.day())?;
        Some(Stated { event, precision: TimePrecision::Day })
    }

    /// A civil date and time. In the hour that is struck twice in autumn it may be either: the interval holds both.
    pub(crate) fn at(&self, date: Date, time: Time, precision: TimePrecision) -> Option<Stated> {
        let civil: DateTime = date.to_datetime(time);
        let first = self.zone.at(
            (date.year(), date.month(), date.day()),
            time.hour(),
            time.minute(),
            time.second(),
        )?;
        let unit = unit_ms(precision);
        let (length, precision) = match self.tz.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Fold { before, after } => {
                let twice = i64::from((before.seconds() - after.seconds()).abs()) * 1_000;
                (twice + unit, precision.max(TimePrecision::Hour))
            }
            _ => (unit, precision),
        };
        Some(Stated {
            event: Interval { start: first, end: Instant(first.0.saturating_add(length)) },
            precision,
        })
    }

    /// A date, or date and time; by `formats`, or ISO 8601 if there are none.
    pub(crate) fn read(&self, column: &str, text: &str, formats: &[String]) -> Result<Stated, Fault> {
        let text = text.trim();
        let stated = if formats.is_empty() { self.iso(text) } else { self.formatted(text, formats) };
        let stated = stated.ok_or_else(|| Fault::new(column, RejectReason::BadDate, text))?;
        super::fields::within_limits(column, stated.event, text.as_bytes())?;
        Ok(stated)
    }

    /// A civil date only.
    pub(crate) fn read_date(&self, column: &str, text: &str, formats: &[String]) -> Result<Date, Fault> {
        let text = text.trim();
        let bad = || Fault::new(column, RejectReason::BadDate, text);
        if formats.is_empty() {
            let short = text.get(..10).filter(|_| text.len() > 10 && midnight(text.get(10..).unwrap_or("")));
            let (y, m, d) =
                super::fields::year_month_day(short.unwrap_or(text).as_bytes()).ok_or_else(bad)?;
            return Date::new(y, m, d).map_err(|_| bad());
        }
        formats.iter().find_map(|f| strtime::parse(f, text).ok()?.to_date().ok()).ok_or_else(bad)
    }

    fn iso(&self, text: &str) -> Option<Stated> {
        if let Some((y, m, d)) = super::fields::year_month_day(text.as_bytes()) {
            return self.day(Date::new(y, m, d).ok()?);
        }
        if !text.is_ascii() || text.len() < 12 {
            return None;
        }
        let (date, rest) = text.split_at(10);
        let (y, m, d) = super::fields::year_month_day(date.as_bytes())?;
        let clock = rest.strip_prefix(['T', 't', ' '])?.trim();
        let without_offset = clock.split(['+', '-', 'Z', 'z', '[']).next().unwrap_or("");
        let to_the_second = without_offset.matches(':').count() >= 2 || !without_offset.contains(':');
        let precision = if to_the_second { TimePrecision::Second } else { TimePrecision::Minute };
        if let Some(moment) = Instant::parse(text) {
            let end = Instant(moment.0.saturating_add(unit_ms(precision)));
            return Some(Stated { event: Interval { start: moment, end }, precision });
        }
        self.at(Date::new(y, m, d).ok()?, clock.parse::<Time>().ok()?, precision)
    }

    fn formatted(&self, text: &str, formats: &[String]) -> Option<Stated> {
        for format in formats {
            if let Some(stated) = since_1970(text, format) {
                return Some(stated);
            }
            let Ok(parsed) = strtime::parse(format, text) else { continue };
            let Ok(date) = parsed.to_date() else { continue };
            let precision = match (parsed.hour(), parsed.minute(), parsed.second()) {
                (None, _, _) => return self.day(date),
                (_, None, _) => TimePrecision::Hour,
                (_, _, None) => TimePrecision::Minute,
                _ => TimePrecision::Second,
            };
            if let Some(start) = parsed.offset().and_then(|_| parsed.to_timestamp().ok()) {
                let start = Instant(start.as_millisecond());
                let end = Instant(start.0.saturating_add(unit_ms(precision)));
                return Some(Stated { event: Interval { start, end }, precision });
            }
            return self.at(date, parsed.to_time().ok()?, precision);
        }
        None
    }

    /// A day and a time of day, or two of them; the second may lie past midnight.
    pub(crate) fn on(&self, date: Date, time: TimeOfDay) -> Option<Stated> {
        let from = self.at(date, time.from.0, time.from.1)?;
        let Some((to, precision)) = time.to else { return Some(from) };
        let end_date = if to < time.from.0 { date.tomorrow().ok()? } else { date };
        let end = self.at(end_date, to, precision)?;
        let event = Interval { start: from.event.start, end: end.event.end.max(from.event.end) };
        Some(Stated { event, precision: from.precision.max(end.precision) })
    }
}

fn midnight(rest: &str) -> bool {
    rest.bytes().all(|b| matches!(b, b'T' | b' ' | b'0' | b':' | b'.' | b'Z'))
}

/// `14:05`, `14:05:30`, `1405`, `14.05`, `21:30-21:45`.
pub(crate) fn time_of_day(column: &str, text: &str) -> Result<TimeOfDay, Fault> {
    let bad = || Fault::new(column, RejectReason::BadTime, text);
    let mut parts = text.split(['-', '–', '—']).map(str::trim);
    let from = parts.next().and_then(one_time).ok_or_else(bad)?;
    let to = match parts.next() {
        None => None,
        Some(part) => Some(one_time(part).ok_or_else(bad)?),
    };
    if parts.next().is_some() { Err(bad()) } else { Ok(TimeOfDay { from, to }) }
}

fn one_time(text: &str) -> Option<(Time, TimePrecision)> {
    let text = text.strip_suffix(['h', 'H']).unwrap_or(text).trim();
    let numbers: Vec<&str> = match text.len() {
        4 if text.bytes().all(|b| b.is_ascii_digit()) => vec![text.get(..2)?, text.get(2..)?],
        _ => text.split([':', '.']).collect(),
    };
    let number = |t: &&str| {
        let digits = (1..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| t.parse::<i8>().ok()).flatten()
    };
    let numbers: Vec<i8> = numbers.iter().map(number).collect::<Option<_>>()?;
    match numbers.as_slice() {
        [h, m] => Some((Time::new(*h, *m, 0, 0).ok()?, TimePrecision::Minute)),
        [h, m, s] => Some((Time::new(*h, *m, *s, 0).ok()?, TimePrecision::Second)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kyiv() -> Clock {
        Clock::new(CivilZone::named("Europe/Kyiv").unwrap())
    }

    fn read(text: &str) -> Option<(String, i64, TimePrecision)> {
        let s = kyiv().read("t", text, &[]).ok()?;
        Some((s.event.start.to_string(), (s.event.end.0 - s.event.start.0) / 1000, s.precision))
    }

    #[test]
    fn iso_dates_and_times_are_as_wide_as_they_are_vague() {
        use TimePrecision::{Day, Minute, Second};
        assert_eq!(read("2026-01-31"), Some(("2026-01-30T22:00:00Z".into(), 86_400, Day)));
        assert_eq!(read("2026-01-31 14:05"), Some(("2026-01-31T12:05:00Z".into(), 60, Minute)));
        assert_eq!(read("2026-01-31T14:05:30"), Some(("2026-01-31T12:05:30Z".into(), 1, Second)));
        assert_eq!(read("2026-01-31T14:05:30Z"), Some(("2026-01-31T14:05:30Z".into(), 1, Second)));
        assert_eq!(read("2026-01-31T14:05+03:00"), Some(("2026-01-31T11:05:00Z".into(), 60, Minute)));
        for bad in [
            "",
            "2026-13-01",
            "2026-01-31T25:00",
            "yesterday",
            "31/01/2026",
            "2026-01-31Tї4:05",
            "2202-01-01",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_time_in_the_hour_that_is_struck_twice_may_be_either() {
        let s = kyiv().read("t", "2025-10-26 03:30", &[]).unwrap();
        assert_eq!(s.event.start.to_string(), "2025-10-26T00:30:00Z");
        assert_eq!(s.event.end.to_string(), "2025-10-26T01:31:00Z");
        assert_eq!(s.precision, TimePrecision::Hour);
    }

    #[test]
    fn formats_are_tried_in_order() {
        let formats = ["%d.%m.%Y %H:%M".to_owned(), "%d.%m.%Y".to_owned(), "%m/%d/%Y %I:%M:%S %p".to_owned()];
        let read =
            |t: &str| kyiv().read("t", t, &formats).ok().map(|s| (s.event.start.to_string(), s.precision));
        assert_eq!(read("31.01.2026 14:05"), Some(("2026-01-31T12:05:00Z".into(), TimePrecision::Minute)));
        assert_eq!(read("31.01.2026"), Some(("2026-01-30T22:00:00Z".into(), TimePrecision::Day)));
        assert_eq!(
            read("1/31/2026 12:00:00 AM"),
            Some(("2026-01-30T22:00:00Z".into(), TimePrecision::Second))
        );
        assert_eq!(read("2026-01-31"), None);
    }

    #[test]
    fn times_of_day_and_their_intervals_are_read_past_midnight() {
        let on = |t: &str| {
            let s = kyiv().on(Date::new(2026, 1, 31).unwrap(), time_of_day("t", t).ok()?)?;
            Some((s.event.start.to_string(), (s.event.end.0 - s.event.start.0) / MINUTE_MS))
        };
        assert_eq!(on("21:30-21:45"), Some(("2026-01-31T19:30:00Z".into(), 16)));
        assert_eq!(on("23:50–00:10"), Some(("2026-01-31T21:50:00Z".into(), 21)));
        assert_eq!(on("1405"), Some(("2026-01-31T12:05:00Z".into(), 1)));
        assert_eq!(on("14:5:7:9"), None);
        assert_eq!(on("24:00"), None);
        assert_eq!(on("12:00-"), None);
    }
}
