//! Announced windows of silence in free text: `from 9:00 a.m. to 4:00 p.m. Kyiv Time (10:00 a.m. to 17:00 a.m. Moscow
//! Time)`. Both readings are kept, and it is said where they disagree.

use crate::draft::TimePrecision;
use base::{CivilZone, Instant, Interval};
use jiff::civil::Date;
use std::fmt;

const MINUTE_MS: i64 = 60_000;
/// Bytes before a time in which the words stand that make it the time of a window.
const BEFORE_BYTES: usize = 80;
/// Most windows kept of one text.
const WINDOWS_MAX: usize = 16;
/// Words that make a bare `at 10 a.m.` the start of a window.
const ABOUT: [&str; 5] = ["ceasefire", "cease-fire", "passage", "corridor", "silence"];
/// Words right before a time that begins a window.
const STARTS: [&str; 6] = ["from", "starting", "starting from", "starting at", "beginning", "beginning at"];

/// A zone as texts name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Zone {
    Kyiv,
    Moscow,
    /// `local time`: of the place, in the table's civil zone.
    Local,
    Utc,
}

const ZONES: [(&str, Zone); 6] = [
    ("moscow time", Zone::Moscow),
    ("kyiv time", Zone::Kyiv),
    ("kiev time", Zone::Kyiv),
    ("local time", Zone::Local),
    ("utc", Zone::Utc),
    ("gmt", Zone::Utc),
];

impl Zone {
    fn name(self, civil: &CivilZone) -> &str {
        match self {
            Zone::Kyiv => "Europe/Kyiv",
            Zone::Moscow => "Europe/Moscow",
            Zone::Local => civil.name(),
            Zone::Utc => "UTC",
        }
    }
}

/// A time of day as written: hour and minute.
type Clock = (i8, i8);

/// One reading: a start, perhaps an end, perhaps a zone.
#[derive(Clone, Debug, PartialEq)]
struct Reading {
    from: Clock,
    to: Option<Clock>,
    zone: Option<Zone>,
}

/// A window: its reading, and the same in another zone where the text gives it.
#[derive(Clone, Debug, PartialEq)]
struct Window {
    readings: Vec<Reading>,
    /// Start and, if stated, end: the hull of all readings.
    start: Interval,
    end: Option<Instant>,
    disagree: bool,
}

/// What a text announces.
#[derive(Clone, Debug)]
pub(super) struct Found {
    windows: Vec<Window>,
    zone: CivilZone,
}

/// The windows of `text`, which is about `date`; `zone` is that of the place.
pub(super) fn find(text: &str, date: Date, zone: &CivilZone) -> Found {
    let lower = text.to_ascii_lowercase();
    let mut windows: Vec<Window> = Vec::new();
    let mut at = 0;
    while windows.len() < WINDOWS_MAX {
        let Some(digit) = lower.get(at..).and_then(|t| t.find(|c: char| c.is_ascii_digit())) else { break };
        at += digit;
        match scan(&lower, at) {
            Some((readings, end)) if begins_a_window(&lower, at) => {
                if let Some(window) = placed(readings, date, zone)
                    && !windows.contains(&window)
                {
                    windows.push(window);
                }
                at = end;
            }
            // Past the whole number, so that its tail is not read as another.
            _ => at += digits(lower.get(at..).unwrap_or("")).len(),
        }
    }
    Found { windows, zone: zone.clone() }
}

fn digits(text: &str) -> &str {
    text.get(..text.bytes().take_while(u8::is_ascii_digit).count()).unwrap_or("")
}

fn begins_a_window(text: &str, at: usize) -> bool {
    let mut from = at.saturating_sub(BEFORE_BYTES);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text.get(from..at).unwrap_or("").trim_end();
    let ends_with = |words: &str| {
        before
            .strip_suffix(words)
            .is_some_and(|b| b.is_empty() || b.ends_with(|c: char| !c.is_alphanumeric()))
    };
    STARTS.iter().any(|s| ends_with(s)) || (ends_with("at") && ABOUT.iter().any(|w| before.contains(w)))
}

/// The readings that begin at `at`, and where they end.
fn scan(text: &str, at: usize) -> Option<(Vec<Reading>, usize)> {
    let mut cursor = Cursor { text, at };
    let mut first = cursor.reading()?;
    let mut readings = Vec::new();
    if cursor.takes(&["("]) {
        if let Some(other) = cursor.reading() {
            readings.push(other);
        }
        cursor.takes(&[")"]);
    }
    if first.to.is_none() && cursor.takes(&["until ", "till ", "to "]) {
        first.to = cursor.clock();
    }
    readings.insert(0, first);
    Some((readings, cursor.at))
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Passes over white space and one of `words`; stays where it is if none is there.
    fn takes(&mut self, words: &[&str]) -> bool {
        let rest = self.rest();
        let trimmed = rest.trim_start();
        let Some(word) = words.iter().find(|w| trimmed.starts_with(**w)) else { return false };
        self.at += rest.len() - trimmed.len() + word.len();
        true
    }

    /// The same, but no part of a longer word: `12 ambulances` is no midnight.
    fn takes_mark(&mut self, marks: &[&str]) -> bool {
        let start = self.at;
        let is_whole = self.takes(marks) && !self.rest().starts_with(char::is_alphanumeric);
        if !is_whole {
            self.at = start;
        }
        is_whole
    }

    fn reading(&mut self) -> Option<Reading> {
        let from = self.clock()?;
        let mut zone = self.zone();
        let mut to = None;
        let here = self.at;
        if self.takes(&["to ", "until ", "till ", "-", "–"]) {
            to = self.clock();
            match to {
                None => self.at = here,
                Some(_) => zone = zone.or_else(|| self.zone()),
            }
        }
        Some(Reading { from, to, zone })
    }

    fn zone(&mut self) -> Option<Zone> {
        ZONES.iter().find(|(words, _)| self.takes(&[words])).map(|(_, zone)| *zone)
    }

    /// `9 a.m.`, `9:00 p.m.`, `17:00`, `17:00 a.m.`, `0700 UTC`.
    fn clock(&mut self) -> Option<Clock> {
        let start = self.at;
        let clock = self.time_of_day();
        if clock.is_none() {
            self.at = start;
        }
        clock
    }

    fn time_of_day(&mut self) -> Option<Clock> {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        let whole = digits(self.rest());
        self.at += whole.len();
        let (hour, minute, is_plain) = match whole.len() {
            1 | 2 => match self.rest().strip_prefix([':', '.']).map(digits) {
                Some(minutes) if minutes.len() == 2 => {
                    self.at += 1 + minutes.len();
                    (whole, minutes, false)
                }
                _ => (whole, "0", true),
            },
            // Four digits are a time only where a zone follows.
            4 if ZONES.iter().any(|(z, _)| self.rest().trim_start().starts_with(z)) => {
                (whole.get(..2)?, whole.get(2..)?, false)
            }
            _ => return None,
        };
        let (mut hour, minute) = (hour.parse::<i8>().ok()?, minute.parse::<i8>().ok()?);
        let is_afternoon = self.takes_mark(&["p.m.", "p.m", "pm"]);
        let is_morning = !is_afternoon && self.takes_mark(&["a.m.", "a.m", "am"]);
        if is_plain && !is_afternoon && !is_morning {
            return None;
        }
        // `17:00 a.m.` is a time of the 24-hour clock with a slip; `12 a.m.` is midnight.
        match (hour, is_afternoon, is_morning) {
            (1..=11, true, _) => hour += 12,
            (12, _, true) => hour = 0,
            _ => {}
        }
        ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
    }
}

/// Start and end of a reading on the day, in one zone; an end that is not after the start is of the next day.
fn on(reading: &Reading, zone: Zone, date: Date, civil: &CivilZone) -> Option<(Instant, Option<Instant>)> {
    let zone = CivilZone::named(zone.name(civil)).ok()?;
    let at = |day: Date, clock: Clock| zone.at((day.year(), day.month(), day.day()), clock.0, clock.1, 0);
    let end = match reading.to {
        Some(to) if to <= reading.from => date.tomorrow().ok().and_then(|next| at(next, to)),
        Some(to) => at(date, to),
        None => None,
    };
    Some((at(date, reading.from)?, end))
}

/// The day on which a second reading of the same window begins: past midnight in one zone may be before it in another.
fn nearest(
    reading: &Reading,
    zone: Zone,
    date: Date,
    civil: &CivilZone,
    to: Option<Instant>,
) -> Option<(Instant, Option<Instant>)> {
    let placed = |day: Date| on(reading, zone, day, civil);
    let Some(first) = to else { return placed(date) };
    let days = [Some(date), date.yesterday().ok(), date.tomorrow().ok()];
    days.into_iter().flatten().filter_map(placed).min_by_key(|(start, _)| start.0.abs_diff(first.0))
}

/// Puts readings on the day.
fn placed(readings: Vec<Reading>, date: Date, civil: &CivilZone) -> Option<Window> {
    let mut starts: Vec<Instant> = Vec::new();
    let mut ends: Vec<Instant> = Vec::new();
    let mut disagree = false;
    for reading in &readings {
        let zones = match reading.zone {
            Some(zone) => vec![zone],
            // Without a zone either side's clock may be meant.
            None => vec![Zone::Kyiv, Zone::Moscow],
        };
        let (was_start, was_end) = (starts.clone(), ends.clone());
        for zone in zones {
            let (start, end) = nearest(reading, zone, date, civil, starts.first().copied())?;
            starts.push(start);
            ends.extend(end);
        }
        let differs = |before: &[Instant], all: &[Instant]| {
            let new = all.get(before.len()..).unwrap_or_default();
            !before.is_empty() && !new.is_empty() && !new.iter().any(|n| before.contains(n))
        };
        disagree |= differs(&was_start, &starts) || differs(&was_end, &ends);
    }
    let (first, last) = (*starts.iter().min()?, *starts.iter().max()?);
    let end = ends.into_iter().max().filter(|end| *end > first);
    Some(Window { readings, start: Interval { start: first, end: last }, end, disagree })
}

impl Found {
    /// The interval that holds every window, and how finely it is known; `day` where the text states none.
    pub(super) fn span(&self, day: Interval) -> (Interval, TimePrecision) {
        let Some(start) = self.windows.iter().map(|w| w.start.start).min() else {
            return (day, TimePrecision::Day);
        };
        let stated = self.windows.iter().filter_map(|w| w.end).max();
        // The end of a window without an end is not known; it was announced for that day.
        let is_open = self.windows.iter().all(|w| w.end.is_none());
        let end = stated.unwrap_or(day.end).max(Instant(start.0.saturating_add(MINUTE_MS)));
        let precision = if is_open { TimePrecision::Coarser } else { TimePrecision::Minute };
        (Interval { start, end }, precision)
    }

    pub(super) fn disagree(&self) -> bool {
        self.windows.iter().any(|w| w.disagree)
    }

    pub(super) fn has_time_without_zone(&self) -> bool {
        self.windows.iter().flat_map(|w| &w.readings).any(|r| r.zone.is_none())
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.windows.is_empty() {
            return f.write_str("no window stated in the text");
        }
        for (i, window) in self.windows.iter().enumerate() {
            f.write_str(if i == 0 { "window: " } else { "; window: " })?;
            for (j, reading) in window.readings.iter().enumerate() {
                if j > 0 {
                    f.write_str(", stated also as ")?;
                }
                reading.show(f, &self.zone)?;
            }
            if window.disagree {
                f.write_str(" (these disagree beyond the difference of the zones)")?;
            }
        }
        Ok(())
    }
}

impl Reading {
    fn show(&self, f: &mut fmt::Formatter<'_>, civil: &CivilZone) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.from.0, self.from.1)?;
        if let Some((hour, minute)) = self.to {
            write!(f, " to {hour:02}:{minute:02}")?;
        }
        match self.zone {
            Some(Zone::Local) => write!(f, " local time (read as {})", civil.name())?,
            Some(zone) => write!(f, " {}", zone.name(civil))?,
            None => f.write_str(" (zone not stated)")?,
        }
        if self.to.is_none() { f.write_str(" on (end not stated)") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, date: (i16, i8, i8)) -> (Found, String, String) {
        let zone = CivilZone::named("Europe/Kyiv").unwrap();
        let date = Date::new(date.0, date.1, date.2).unwrap();
        let found = find(text, date, &zone);
        let day = zone.day(date.year(), date.month(), date.day()).unwrap();
        let (span, _) = found.span(day);
        (found, span.start.to_string(), span.end.to_string())
    }

    #[test]
    fn a_window_in_two_zones_is_one_interval_in_the_right_zone() {
        let text = "silence from 9:00 a.m. to 4:00 p.m. Kyiv Time (10:00 a.m. to 17:00 a.m. Moscow Time).";
        let (found, start, end) = found(text, (2022, 3, 5));
        assert_eq!((start.as_str(), end.as_str()), ("2022-03-05T07:00:00Z", "2022-03-05T14:00:00Z"));
        assert!(!found.disagree());
        let says = "window: 09:00 to 16:00 Europe/Kyiv, stated also as 10:00 to 17:00 Europe/Moscow";
        assert_eq!(found.to_string(), says);
    }

    #[test]
    fn the_order_of_the_zones_does_not_matter() {
        let (found, start, _) = found("from 09:00 Moscow time (08:00 Kyiv time)", (2022, 3, 8));
        assert_eq!(start, "2022-03-08T06:00:00Z");
        assert!(!found.disagree());
    }

    #[test]
    fn after_the_clocks_go_forward_the_two_zones_are_one_and_an_hour_apart_disagrees() {
        // From 27 March 2022 on Kyiv and Moscow were both at UTC+3.
        let (found, start, _) = found("starting 9:00 a.m. Kyiv time (10:00 a.m. Moscow time)", (2022, 4, 5));
        assert!(found.disagree());
        assert_eq!(start, "2022-04-05T06:00:00Z");
        assert!(found.to_string().ends_with("(these disagree beyond the difference of the zones)"));
    }

    #[test]
    fn local_time_that_does_not_fit_utc_is_said() {
        let (found, start, _) = found("a cease-fire starting at 10 a.m. local time (0700 UTC)", (2022, 3, 9));
        assert!(found.disagree());
        assert_eq!(start, "2022-03-09T07:00:00Z");
    }

    #[test]
    fn an_end_may_follow_the_brackets() {
        let text = "starting from 9:00 a.m. local time (10:00 a.m. Moscow Time) until 9:00 p.m., a temporary";
        let (found, start, end) = found(text, (2022, 3, 9));
        assert_eq!((start.as_str(), end.as_str()), ("2022-03-09T07:00:00Z", "2022-03-09T19:00:00Z"));
        assert!(!found.disagree());
    }

    #[test]
    fn a_window_past_midnight_ends_the_next_day() {
        let ends = |text: &str| {
            let (found, start, end) = found(text, (2022, 3, 9));
            (start, end, found.disagree())
        };
        let expected = ("2022-03-09T19:00:00Z".to_owned(), "2022-03-10T04:00:00Z".to_owned(), false);
        assert_eq!(ends("silence from 9 p.m. to 6 a.m. Kyiv time"), expected);
        // In Moscow it is an hour later, here on the other side of midnight.
        let both = "silence from 11 p.m. to 6 a.m. Kyiv time (00:00 to 07:00 Moscow time)";
        let expected = ("2022-03-09T21:00:00Z".to_owned(), "2022-03-10T04:00:00Z".to_owned(), false);
        assert_eq!(ends(both), expected);
        let midnight = ends("silence from 9 a.m. to 12 a.m. Kyiv time");
        assert_eq!(midnight.1, "2022-03-09T22:00:00Z");
    }

    #[test]
    fn a_time_without_a_zone_is_either() {
        let (found, start, end) = found("extended from 9 a.m. to 9 p.m.,", (2022, 3, 9));
        assert!(found.has_time_without_zone());
        assert_eq!((start.as_str(), end.as_str()), ("2022-03-09T06:00:00Z", "2022-03-09T19:00:00Z"));
    }

    #[test]
    fn times_that_announce_nothing_are_no_windows() {
        for text in [
            "cars have managed to depart by 1 p.m. Mariupol residents",
            "leaving the city as of 2 p.m. local time (3 p.m. Moscow time)",
            "Buses departed along said routes at 8:00 a.m.",
            "over 200,000 people along 20.03.2022, call 044 123 45 67, from 12 to 15 buses",
            "aid from 12 ambulances",
            "",
        ] {
            let (found, ..) = found(text, (2022, 3, 9));
            assert_eq!(found.to_string(), "no window stated in the text", "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "(from|at| |ceasefire|[0-9]{1,4}|:|\\.|p\\.m\\.|ї|utc|\\(){0,40}") {
            let _ = found(&text, (2022, 3, 27));
        }
    }
}
