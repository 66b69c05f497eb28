//! Instants, intervals and civil time. Everything is UTC inside; a civil day or hour exists only in a named zone.

use jiff::{Timestamp, civil, tz::TimeZone};
use std::fmt;

/// Milliseconds of one hour.
pub const HOUR_MS: i64 = 3_600_000;
/// Milliseconds of 24 hours (a civil day may be longer or shorter).
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// A moment, milliseconds since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(pub i64);

impl Instant {
    /// Before everything.
    pub const FIRST: Instant = Instant(i64::MIN);
    /// After everything.
    pub const LAST: Instant = Instant(i64::MAX);

    /// Reads RFC 3339 with an offset, such as `2026-03-03T00:00:00+02:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Instant> {
        text.trim().parse::<Timestamp>().ok().map(|t| Instant(t.as_millisecond()))
    }

    fn timestamp(self) -> Timestamp {
        let (low, high) = (Timestamp::MIN.as_millisecond(), Timestamp::MAX.as_millisecond());
        Timestamp::from_millisecond(self.0.clamp(low, high)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.timestamp())
    }
}

/// A stretch of time: from `start` up to but without `end`; an instant is `start == end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    /// First moment.
    pub start: Instant,
    /// First moment after; equal to `start` for an event without duration.
    pub end: Instant,
}

impl Interval {
    /// All of time.
    pub const ALWAYS: Interval = Interval { start: Instant::FIRST, end: Instant::LAST };

    /// An event without duration.
    #[must_use]
    pub fn at(moment: Instant) -> Interval {
        Interval { start: moment, end: moment }
    }

    /// Whether `moment` lies in it.
    #[must_use]
    pub fn holds(self, moment: Instant) -> bool {
        self.start <= moment && (moment < self.end || moment == self.start)
    }

    /// Whether the two share a moment.
    #[must_use]
    pub fn meets(self, other: Interval) -> bool {
        self.holds(other.start) || other.holds(self.start)
    }

    /// Whether `other` lies wholly in it.
    #[must_use]
    pub fn covers(self, other: Interval) -> bool {
        self.holds(other.start) && other.end <= self.end
    }

    /// Milliseconds between two intervals that do not meet; 0 if they do.
    #[must_use]
    pub fn gap_ms(self, other: Interval) -> i64 {
        if self.meets(other) {
            return 0;
        }
        let (first, second) = if self.start <= other.start { (self, other) } else { (other, self) };
        second.start.0.saturating_sub(first.end.0.max(first.start.0))
    }
}

/// A civil time zone by its IANA name, from the bundled database: a judgement must not change with the machine.
#[derive(Clone)]
pub struct CivilZone {
    name: String,
    zone: TimeZone,
}

/// The zone's name is not in the IANA database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone `{0}`: use an IANA name such as `Europe/Kyiv` or `Etc/GMT-2`")]
pub struct UnknownZone(pub String);

impl CivilZone {
    /// The zone of that IANA name.
    pub fn named(name: &str) -> Result<CivilZone, UnknownZone> {
        let zone = TimeZone::get(name).map_err(|_| UnknownZone(name.to_owned()))?;
        Ok(CivilZone { name: name.to_owned(), zone })
    }

    /// The IANA names that are known, in alphabetical order.
    #[must_use]
    pub fn names() -> Vec<String> {
        let mut names: Vec<String> = jiff::tz::db().available().map(|n| n.as_str().to_owned()).collect();
        names.sort();
        names
    }

    /// Coordinated universal time.
    #[must_use]
    pub fn utc() -> CivilZone {
        CivilZone { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// Its IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The civil day `year-month-day` in this zone; 23 or 25 hours long when clocks change. `None`: no such date.
    #[must_use]
    pub fn day(&self, year: i16, month: i8, day: i8) -> Option<Interval> {
        let date = civil::Date::new(year, month, day).ok()?;
        let start = date.to_zoned(self.zone.clone()).ok()?.timestamp();
        let end = date.tomorrow().ok()?.to_zoned(self.zone.clone()).ok()?.timestamp();
        Some(Interval { start: Instant(start.as_millisecond()), end: Instant(end.as_millisecond()) })
    }

    /// The instant of a civil date and time here; in a fold (autumn) the first, in a gap (spring) the moment after it.
    #[must_use]
    pub fn at(&self, date: (i16, i8, i8), hour: i8, minute: i8, second: i8) -> Option<Instant> {
        let date = civil::Date::new(date.0, date.1, date.2).ok()?;
        let time = civil::Time::new(hour, minute, second, 0).ok()?;
        let zoned = date.to_datetime(time).to_zoned(self.zone.clone()).ok()?;
        Some(Instant(zoned.timestamp().as_millisecond()))
    }

    /// The instant `days` civil days after `moment`, at the same civil clock time.
    #[must_use]
    pub fn plus_days(&self, moment: Instant, days: i32) -> Instant {
        let zoned = moment.timestamp().to_zoned(self.zone.clone());
        let span = jiff::Span::new().try_days(i64::from(days));
        match span.and_then(|s| zoned.checked_add(s)) {
            Ok(later) => Instant(later.timestamp().as_millisecond()),
            Err(_) if days < 0 => Instant::FIRST,
            Err(_) => Instant::LAST,
        }
    }

    /// The instant `months` calendar months after `moment`, at the same day of the month (or its last day) and civil
    /// clock time. `None`: beyond the calendar.
    #[must_use]
    pub fn plus_months(&self, moment: Instant, months: i32) -> Option<Instant> {
        let zoned = moment.timestamp().to_zoned(self.zone.clone());
        let span = jiff::Span::new().try_months(i64::from(months)).ok()?;
        zoned.checked_add(span).ok().map(|later| Instant(later.timestamp().as_millisecond()))
    }

    /// The civil date of `moment` here: year, month, day.
    #[must_use]
    pub fn date_of(&self, moment: Instant) -> (i16, i8, i8) {
        let date = moment.timestamp().to_zoned(self.zone.clone()).date();
        (date.year(), date.month(), date.day())
    }

    /// The moment in RFC 3339 with this zone's offset then: `2026-03-03T14:05:00+02:00`.
    #[must_use]
    pub fn rfc3339(&self, moment: Instant) -> String {
        let zoned = moment.timestamp().to_zoned(self.zone.clone());
        zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// The moment with its civil time and the zone's name: `2026-03-03 14:05:00 Europe/Kyiv`.
    #[must_use]
    pub fn show(&self, moment: Instant) -> String {
        let zoned = moment.timestamp().to_zoned(self.zone.clone());
        format!("{} {}", zoned.strftime("%Y-%m-%d %H:%M:%S"), self.name)
    }
}

impl fmt::Debug for CivilZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CivilZone({})", self.name)
    }
}

impl PartialEq for CivilZone {
    fn eq(&self, other: &CivilZone) -> bool {
        self.name == other.name
    }
}

impl Eq for CivilZone {}

/// Reads a calendar date `YYYY-MM-DD` or `YYYYMMDD`.
#[must_use]
pub fn parse_date(text: &str) -> Option<(i16, i8, i8)> {
    let t = text.trim().as_bytes();
    let digits: Vec<u8> = match t.len() {
        8 => t.to_vec(),
        10 if t.get(4) == Some(&b'-') && t.get(7) == Some(&b'-') => {
            t.iter().copied().filter(|b| *b != b'-').collect()
        }
        _ => return None,
    };
    if digits.len() != 8 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<i16> {
        std::str::from_utf8(digits.get(from..to)?).ok()?.parse().ok()
    };
    let (year, month, day) = (number(0, 4)?, number(4, 6)? as i8, number(6, 8)? as i8);
    civil::Date::new(year, month, day).ok()?;
    Some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_on_which_clocks_change_is_25_hours_long() {
        let kyiv = CivilZone::named("Europe/Kyiv").unwrap();
        let day = kyiv.day(2025, 10, 26).unwrap();
        assert_eq!(day.end.0 - day.start.0, 25 * HOUR_MS);
    }

    #[test]
    fn an_instant_meets_the_interval_it_starts_and_not_the_one_it_ends() {
        let at = Interval::at(Instant(10));
        assert!(Interval { start: Instant(10), end: Instant(20) }.meets(at));
        assert!(!Interval { start: Instant(0), end: Instant(10) }.meets(at));
    }

    #[test]
    fn dates_read_in_both_spellings_and_nonsense_does_not() {
        assert_eq!(parse_date("20260131"), Some((2026, 1, 31)));
        assert_eq!(parse_date("2026-01-31"), Some((2026, 1, 31)));
        assert_eq!(parse_date("2026-02-30"), None);
        assert_eq!(parse_date("31/01/2026"), None);
    }

    #[test]
    fn gaps_between_intervals_count_from_end_to_start() {
        let a = Interval { start: Instant(0), end: Instant(10) };
        let b = Interval { start: Instant(25), end: Instant(30) };
        assert_eq!((a.gap_ms(b), b.gap_ms(a), a.gap_ms(a)), (15, 15, 0));
    }
}
