//! How instants, lengths and counts are written, in every interface and on every page.

use base::{CivilZone, Instant, Interval};
use evidence::draft::TimePrecision;

/// Said in place of a day's figures where a clause is judged over a period.
pub const OVER_PERIOD: &str = "judged over a period; a day has no figure";

/// RFC 3339 in UTC with milliseconds: `2026-03-03T00:00:00.000Z`.
#[must_use]
pub fn rfc3339(moment: Instant) -> String {
    let text = moment.to_string();
    let bare = text.strip_suffix('Z').unwrap_or(&text);
    match bare.split_once('.') {
        None => format!("{bare}.000Z"),
        Some((whole, fraction)) => {
            let ms: String = fraction.chars().chain("000".chars()).take(3).collect();
            format!("{whole}.{ms}Z")
        }
    }
}

/// A calendar date: `2026-03-03`.
#[must_use]
pub fn date((year, month, day): (i16, i8, i8)) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

/// When something happened, in civil time with the zone's name, and how finely that is known.
#[must_use]
pub fn when(zone: &CivilZone, event: Interval, precision: TimePrecision) -> String {
    let start = zone.show(event.start);
    let known = match precision {
        TimePrecision::Second => String::new(),
        TimePrecision::Coarser => " (known only coarser than a day)".to_owned(),
        _ => format!(" (known to the {})", precision.name()),
    };
    if event.end <= event.start {
        format!("{start}{known}")
    } else {
        format!("{start} to {}{known}", zone.show(event.end))
    }
}

/// Metres for people: `420 m`, `12.3 km`.
#[must_use]
pub fn metres(m: f64) -> String {
    if m.abs() < 1_000.0 { format!("{m:.0} m") } else { format!("{:.1} km", m / 1_000.0) }
}

/// A stretch of time for people: `35 s`, `8 min`, `2.5 h`.
#[must_use]
pub fn span(ms: i64) -> String {
    let s = ms as f64 / 1_000.0;
    if s < 120.0 {
        format!("{s:.0} s")
    } else if s < 7_200.0 {
        format!("{:.0} min", s / 60.0)
    } else {
        format!("{:.1} h", s / 3_600.0)
    }
}

/// `1 incident`, `2 incidents`.
#[must_use]
pub fn number_of(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// A coordinate to a millionth of a degree (about 0.1 m), so that interfaces carry no noise.
#[must_use]
pub fn rounded(deg: f64) -> f64 {
    (deg * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_always_have_three_decimals() {
        assert_eq!(rfc3339(Instant(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(Instant(1_500)), "1970-01-01T00:00:01.500Z");
        assert_eq!(rfc3339(Instant(1_007)), "1970-01-01T00:00:01.007Z");
        assert_eq!(Instant::parse(&rfc3339(Instant(-1))), Some(Instant(-1)));
    }

    #[test]
    fn a_time_names_its_zone_and_its_doubt() {
        let kyiv = CivilZone::named("Europe/Kyiv").unwrap();
        let day = kyiv.day(2026, 3, 3).unwrap();
        assert_eq!(
            when(&kyiv, day, TimePrecision::Day),
            "2026-03-03 00:00:00 Europe/Kyiv to 2026-03-04 00:00:00 Europe/Kyiv (known to the day)"
        );
        assert_eq!(
            when(&kyiv, Interval::at(day.start), TimePrecision::Second),
            "2026-03-03 00:00:00 Europe/Kyiv"
        );
    }
}
