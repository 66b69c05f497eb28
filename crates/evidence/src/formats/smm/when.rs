//! The column *Date, time*: `2020-09-13, 21:30-21:45`, `13.09.2020 14:05`, `13-Sep-20`.

use crate::draft::TimePrecision;
use crate::formats::fields::within_limits;
use crate::formats::moments::{Clock, Stated, time_of_day};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, Instant, Interval};

/// Dates besides ISO 8601: day first, as the mission wrote.
const FORMATS: [&str; 9] = [
    "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d-%b-%y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y",
    "%d %b %y",
];

/// Reads one column (name and text) that holds date and time, or a date with the time from a second one.
pub(super) fn read(clock: &Clock, column: (&str, &str), time: &str) -> Result<Stated, Fault> {
    let (name, text) = column;
    if text.is_empty() {
        return Err(Fault::new(name, RejectReason::MissingValue, ""));
    }
    if let Some(stated) = explicit(text) {
        within_limits(name, stated.event, text.as_bytes())?;
        return Ok(stated);
    }
    let (date_text, clock_text) = if time.is_empty() { divide(text) } else { (text, time) };
    let formats: Vec<String> = FORMATS.iter().map(|f| (*f).to_owned()).collect();
    let date =
        clock.read_date(name, date_text, &[]).or_else(|_| clock.read_date(name, date_text, &formats))?;
    let bad = || Fault::new(name, RejectReason::BadDate, text);
    let stated = if super::is_unknown(clock_text) {
        clock.day(date)
    } else {
        clock.on(date, time_of_day(name, clock_text)?)
    };
    let stated = stated.ok_or_else(bad)?;
    within_limits(name, stated.event, text.as_bytes())?;
    Ok(stated)
}

/// The date and the time of day: parted by a comma, or before the first group that has a colon.
fn divide(text: &str) -> (&str, &str) {
    if let Some((date, time)) = text.split_once(',') {
        return (date.trim(), time.trim());
    }
    let colon = text.find(':').unwrap_or(text.len());
    let Some(before) = text.get(..colon).filter(|_| colon < text.len()) else { return (text, "") };
    let at = before.rfind([' ', 'T']).unwrap_or(0);
    (text.get(..at).unwrap_or("").trim(), text.get(at + 1..).unwrap_or("").trim())
}

/// `2020-09-13T18:30:00Z/2020-09-14T02:00:00Z (hour)`: start, end and precision in full.
fn explicit(text: &str) -> Option<Stated> {
    let (interval, precision) = text.strip_suffix(')')?.split_once(" (")?;
    let (start, end) = interval.split_once('/')?;
    let precision = TimePrecision::ALL.iter().find(|(_, n)| *n == precision)?.0;
    let event = Interval { start: Instant::parse(start)?, end: Instant::parse(end)? };
    (event.start <= event.end).then_some(Stated { event, precision })
}

/// Writes a time so that [`read`] gives it back: as the mission wrote where that says it all, in full otherwise.
pub(super) fn show(zone: &CivilZone, event: Interval, precision: TimePrecision) -> String {
    let clock = Clock::new(zone.clone());
    // `2020-09-13 21:30:00 Europe/Kyiv`
    let (first, last) = (zone.show(event.start), zone.show(Instant(event.end.0.saturating_sub(1))));
    let date = first.get(..10).unwrap_or("");
    let time = |shown: &str, to: usize| shown.get(11..to).unwrap_or("").to_owned();
    let candidates = [
        date.to_owned(),
        format!("{date}, {}", time(&first, 16)),
        format!("{date}, {}-{}", time(&first, 16), time(&last, 16)),
        format!("{date}, {}", time(&first, 19)),
        format!("{date}, {}-{}", time(&first, 19), time(&last, 19)),
    ];
    let wanted = Stated { event, precision };
    let says_it = |text: &String| read(&clock, ("", text), "").is_ok_and(|s| s == wanted);
    candidates.into_iter().find(says_it).unwrap_or_else(|| {
        let end = event.end;
        format!("{}/{end} ({})", event.start, precision.name())
    })
}
