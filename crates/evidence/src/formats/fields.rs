//! Values of single fields: numbers, positions, civil days, counts. A value that cannot be read is a [`Fault`] that
//! names its column.

use crate::reject::{Fault, RejectReason};
use base::limits::{EVENT_MS_MAX, EVENT_MS_MIN, RADIUS_M_MAX};
use base::place::BadPlace;
use base::{CivilZone, Count, Instant, Interval, LonLat};
use std::borrow::Cow;

/// A finite number.
pub(crate) fn number(column: &str, text: &[u8]) -> Result<f64, Fault> {
    let parsed = std::str::from_utf8(text).ok().and_then(|t| t.trim().parse::<f64>().ok());
    match parsed {
        Some(n) if n.is_finite() => Ok(n),
        Some(_) => Err(Fault::new(column, RejectReason::NotFinite, text)),
        None if text.trim_ascii().is_empty() => Err(Fault::new(column, RejectReason::MissingValue, "")),
        None => Err(Fault::new(column, RejectReason::NotANumber, text)),
    }
}

/// A whole number of at least zero; `12.0` is read as 12.
pub(crate) fn whole(column: &str, text: &[u8]) -> Result<u32, Fault> {
    let n = number(column, text)?;
    if n < 0.0 || n > f64::from(u32::MAX - 1) || n.fract() != 0.0 {
        return Err(Fault::new(column, RejectReason::OutOfRange, text));
    }
    Ok(n as u32)
}

/// A checked position from its two numbers.
pub(crate) fn position(lon: (&str, f64), lat: (&str, f64)) -> Result<LonLat, Fault> {
    LonLat::new(lon.1, lat.1).map_err(|bad| {
        let (column, reason) = match bad {
            BadPlace::NotFinite => (lat.0, RejectReason::NotFinite),
            BadPlace::LooksSwapped => (lat.0, RejectReason::LooksSwapped),
            BadPlace::OutOfRange if lon.1.abs() > 180.0 => (lon.0, RejectReason::PositionOutOfRange),
            BadPlace::OutOfRange => (lat.0, RejectReason::PositionOutOfRange),
        };
        Fault::new(column, reason, format!("lon {} lat {}", lon.1, lat.1))
    })
}

/// Two positions nearer than this in both coordinates, degrees, are one; some 50 m.
const SAME_DEG: f64 = 0.000_5;

/// Whether two positions are one, however they were rounded. So an observer's own position is recognised, which must
/// not become the drawn place of an event.
pub(crate) fn is_same(a: LonLat, b: LonLat) -> bool {
    (a.lon_deg() - b.lon_deg()).abs() < SAME_DEG && (a.lat_deg() - b.lat_deg()).abs() < SAME_DEG
}

/// A ring of a polygon, as every format has it: closed.
pub(crate) fn closed(column: &str, ring: Vec<LonLat>) -> Result<Vec<LonLat>, Fault> {
    if ring.len() < 4 || ring.first() != ring.last() {
        let says = "a ring needs four positions, the last equal to the first";
        return Err(Fault::new(column, RejectReason::BadGeometry, says));
    }
    Ok(ring)
}

/// A radius in metres, or nothing for an empty field.
pub(crate) fn radius(column: &str, text: &[u8], metres_per_unit: f64) -> Result<Option<f64>, Fault> {
    if text.trim_ascii().is_empty() {
        return Ok(None);
    }
    let m = number(column, text)? * metres_per_unit;
    if !(0.0..=RADIUS_M_MAX).contains(&m) {
        return Err(Fault::new(column, RejectReason::OutOfRange, text));
    }
    Ok(Some(m))
}

/// UTF-8 text, trimmed.
pub(crate) fn text<'t>(column: &str, bytes: &'t [u8]) -> Result<&'t str, Fault> {
    std::str::from_utf8(bytes).map(str::trim).map_err(|_| Fault::new(column, RejectReason::NotUtf8, bytes))
}

/// Text of a narrative: bytes that are not UTF-8 are replaced, for no fact hangs on them.
pub(crate) fn narrative(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    let text = String::from_utf8_lossy(bytes);
    let replaced = matches!(text, Cow::Owned(_));
    (text, replaced)
}

/// The digits of a calendar date `2026-01-31`, `2026/01/31` or `20260131`; whether the day exists is not checked.
pub(crate) fn year_month_day(t: &[u8]) -> Option<(i16, i8, i8)> {
    let digits = |part: &[u8]| {
        part.iter().try_fold(0i16, |n, b| b.is_ascii_digit().then(|| n * 10 + i16::from(b - b'0')))
    };
    let (year, month, day) = match t {
        [a, b, c, d, s1 @ (b'-' | b'/'), e, f, s2, g, h] if s1 == s2 => {
            ([*a, *b, *c, *d], [*e, *f], [*g, *h])
        }
        [a, b, c, d, e, f, g, h] => ([*a, *b, *c, *d], [*e, *f], [*g, *h]),
        _ => return None,
    };
    Some((digits(&year)?, digits(&month)? as i8, digits(&day)? as i8))
}

/// Whether an event's interval is within the dates that can be meant.
pub(crate) fn within_limits(column: &str, event: Interval, text: &[u8]) -> Result<Interval, Fault> {
    if event.start.0 < EVENT_MS_MIN || event.end.0 > EVENT_MS_MAX {
        return Err(Fault::new(column, RejectReason::DateOutOfLimits, text));
    }
    Ok(event)
}

/// Reads civil days of one zone; rows of one day after another cost nothing.
pub(crate) struct Days {
    zone: CivilZone,
    last: (i16, i8, i8),
    day: Interval,
}

impl Days {
    pub(crate) fn new(zone: CivilZone) -> Days {
        Days { zone, last: (0, 0, 0), day: Interval::at(Instant(0)) }
    }

    /// The civil day of that date.
    pub(crate) fn of(&mut self, column: &str, date: (i16, i8, i8), text: &[u8]) -> Result<Interval, Fault> {
        if date != self.last {
            let day = self.zone.day(date.0, date.1, date.2);
            let day = day.ok_or_else(|| Fault::new(column, RejectReason::BadDate, text))?;
            self.day = within_limits(column, day, text)?;
            self.last = date;
        }
        Ok(self.day)
    }

    /// The civil day of a date `2026-01-31` or `20260131`.
    pub(crate) fn read(&mut self, column: &str, text: &[u8]) -> Result<Interval, Fault> {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Err(Fault::new(column, RejectReason::MissingValue, ""));
        }
        let date = year_month_day(text).ok_or_else(|| Fault::new(column, RejectReason::BadDate, text))?;
        self.of(column, date, text)
    }
}

/// Appends one part of a native key; its length goes before it, so that no two sequences of parts are alike.
pub(crate) fn key_part(key: &mut Vec<u8>, part: &[u8]) {
    match u8::try_from(part.len()) {
        Ok(short) if short < 255 => key.push(short),
        _ => {
            key.push(255);
            key.extend_from_slice(&(part.len() as u64).to_le_bytes());
        }
    }
    key.extend_from_slice(part);
}

/// A count as people write it: `5`, `about 160`, `~20`, `3-4`, `3–4`, `two or three`.
pub(crate) fn count(column: &str, bytes: &[u8]) -> Result<Count, Fault> {
    let bad = || Fault::new(column, RejectReason::BadCount, bytes);
    let lower = text(column, bytes)?.to_lowercase();
    let mut rest = lower.as_str();
    let mut approximate = false;
    for mark in
        ["about", "approximately", "approx.", "approx", "circa", "around", "ca.", "~", "≈", "at least"]
    {
        if let Some(after) = rest.strip_prefix(mark) {
            rest = after.trim_start();
            approximate = true;
        }
    }
    let parts: Vec<&str> =
        rest.split(['-', '–', '—']).flat_map(|p| p.split(" to ")).flat_map(|p| p.split(" or ")).collect();
    let numbers: Option<Vec<u32>> = parts.iter().map(|p| small_number(p.trim())).collect();
    match numbers.as_deref() {
        Some([n]) => Ok(Count { min: *n, max: *n, approximate }),
        Some([a, b]) if a <= b => Ok(Count { min: *a, max: *b, approximate }),
        _ => Err(bad()),
    }
}

/// A whole number in digits (`1,200` and `1 200` too) or, up to twelve, in words.
fn small_number(text: &str) -> Option<u32> {
    const WORDS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    if let Some(n) = WORDS.iter().position(|w| *w == text) {
        return u32::try_from(n).ok();
    }
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '\u{202f}')).collect();
    if let Ok(n) = digits.parse::<u32>() {
        return (!digits.starts_with('+') && n < u32::MAX).then_some(n);
    }
    let n: f64 = digits.parse().ok()?;
    (n >= 0.0 && n.fract() == 0.0 && n < f64::from(u32::MAX) && !digits.contains(['e', 'E']))
        .then_some(n as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_as_witnesses_write_them() {
        let read = |t: &str| count("no", t.as_bytes()).map(|c| (c.min, c.max, c.approximate)).ok();
        assert_eq!(read("5"), Some((5, 5, false)));
        assert_eq!(read("about 160"), Some((160, 160, true)));
        assert_eq!(read("~20"), Some((20, 20, true)));
        assert_eq!(read("3–4"), Some((3, 4, false)));
        assert_eq!(read("two or three"), Some((2, 3, false)));
        assert_eq!(read("About 1,200"), Some((1200, 1200, true)));
        assert_eq!(read("4-3"), None);
        assert_eq!(read("several"), None);
        assert_eq!(read("-5"), None);
        assert_eq!(read("5.5"), None);
        assert_eq!(read("4294967295"), None);
    }

    #[test]
    fn a_day_that_does_not_exist_and_a_day_that_cannot_be_meant_are_told_apart() {
        let mut days = Days::new(CivilZone::utc());
        assert_eq!(days.read("d", b"2026-02-30").unwrap_err().reason, RejectReason::BadDate);
        assert_eq!(days.read("d", b"2202-01-01").unwrap_err().reason, RejectReason::DateOutOfLimits);
        assert_eq!(days.read("d", b"31.01.2026").unwrap_err().reason, RejectReason::BadDate);
        assert_eq!(days.read("d", b" ").unwrap_err().reason, RejectReason::MissingValue);
        assert_eq!(days.read("d", b"2026-01-31").unwrap().start.0, 1_769_817_600_000);
    }

    #[test]
    fn positions_some_metres_apart_are_one() {
        let at = |lon, lat| LonLat::new(lon, lat).unwrap();
        assert!(is_same(at(-30.5, 47.25), at(-30.500_4, 47.250_4)));
        assert!(!is_same(at(-30.5, 47.25), at(-30.501, 47.25)));
        assert!(!is_same(at(-30.5, 47.25), at(-30.5, 47.251)));
    }

    #[test]
    fn swapped_coordinates_are_said_to_be_swapped() {
        let fault = position(("lon", 48.5), ("lat", 135.1)).unwrap_err();
        assert_eq!((fault.reason, fault.column.as_str()), (RejectReason::LooksSwapped, "lat"));
    }
}
