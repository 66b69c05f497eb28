//! NASA FIRMS active-fire tables (MODIS, VIIRS, and the bare three-column extract), CSV.

use crate::batch::NOT_STATED_MS;
use crate::draft::{Draft, Means, TimePrecision};
use crate::formats::Step;
use crate::formats::fields::{self, Days, key_part};
use crate::formats::rows::{Header, Rows};
use crate::intake::{At, Intake, Options, ReadError};
use crate::reject::{Fault, RejectReason};
use base::limits::RADIUS_M_MAX;
use base::{CivilZone, Instant, Interval, Place};
use std::io::Read;

const NAME: &str = "firms";
const MINUTE_MS: i64 = 60_000;
/// Most arrivals of one row when an archive is replayed.
const REPEATS_MAX: u32 = 1_000_000;
/// Columns that say when and how often a detection was seen by a collector; not part of what it is.
const OF_THE_COLLECTOR: [&str; 3] = ["first_seen_utc", "times_seen", "snapshot_commit_time"];

struct Columns {
    latitude: usize,
    longitude: usize,
    date: usize,
    time: Option<usize>,
    scan: Option<usize>,
    track: Option<usize>,
    satellite: Option<usize>,
    instrument: Option<usize>,
    confidence: Option<usize>,
    frp: Option<usize>,
    reported: Option<usize>,
    repeat: Option<(usize, String)>,
    /// Columns of the native key, in order of their names: the order of the file does not matter.
    key: Vec<usize>,
    /// The instrument that the columns give away when none is named.
    is_viirs: bool,
}

impl Columns {
    fn find(header: &Header, options: &Options) -> Result<Columns, ReadError> {
        let required = ["latitude", "longitude", "acq_date"];
        let missing: Vec<&str> = required.into_iter().filter(|n| header.find(n).is_none()).collect();
        let (Some(latitude), Some(longitude), Some(date)) =
            (header.find("latitude"), header.find("longitude"), header.find("acq_date"))
        else {
            return Err(header.missing(NAME, &missing));
        };
        let repeat = match &options.repeat_by {
            None => None,
            Some(name) => {
                let at = header.find(name).ok_or_else(|| header.missing(NAME, &[name]))?;
                Some((at, name.clone()))
            }
        };
        let mut key: Vec<usize> = (0..header.len())
            .filter(|i| {
                !OF_THE_COLLECTOR.contains(&header.lower(*i)) && repeat.as_ref().is_none_or(|r| r.0 != *i)
            })
            .collect();
        key.sort_by_key(|i| header.lower(*i));
        Ok(Columns {
            latitude,
            longitude,
            date,
            time: header.find("acq_time"),
            scan: header.find("scan"),
            track: header.find("track"),
            satellite: header.find("satellite"),
            instrument: header.find("instrument"),
            confidence: header.find("confidence"),
            frp: header.find("frp"),
            reported: header.any(&["first_seen_utc", "snapshot_commit_time"]),
            repeat,
            key,
            is_viirs: header.find("bright_ti4").is_some(),
        })
    }
}

struct Scratch {
    days: Days,
    key: Vec<u8>,
    note: String,
    reported_text: Vec<u8>,
    reported_ms: i64,
}

/// Reads the table.
pub(crate) fn run(
    options: &Options,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut rows = Rows::open(NAME, input, Some(b','))?;
    let header = Header::read(NAME, &mut rows)?;
    let columns = Columns::find(&header, options)?;
    // A row with a time of day is in UTC, whatever the civil zone of bare dates.
    let zone = options.zone.clone().filter(|_| columns.time.is_none()).unwrap_or_else(CivilZone::utc);
    let mut scratch = Scratch {
        days: Days::new(zone),
        key: Vec::with_capacity(256),
        note: String::with_capacity(128),
        reported_text: Vec::new(),
        reported_ms: NOT_STATED_MS,
    };
    loop {
        let next = rows.next();
        match super::step(next, &rows, header.len(), intake)? {
            Step::Row => {}
            Step::Skip => continue,
            Step::Done => return Ok(()),
        }
        if let Err(fault) = row(&rows, &columns, &mut scratch, intake)? {
            intake.rejected(At { line: rows.line(), raw: &rows.raw() }, fault);
        }
    }
}

/// One row: outer error ends the reading, inner rejects the row.
fn row(
    rows: &Rows<'_>,
    c: &Columns,
    s: &mut Scratch,
    intake: &mut Intake<'_>,
) -> Result<Result<(), Fault>, ReadError> {
    s.key.clear();
    for column in &c.key {
        key_part(&mut s.key, rows.field(*column));
    }
    let (event, precision, place, times) = match facts(rows, c, s, intake.radius_m) {
        Ok(facts) => facts,
        Err(fault) => return Ok(Err(fault)),
    };
    if let Err(fault) = note(rows, c, &mut s.note) {
        return Ok(Err(fault));
    }
    let draft = Draft {
        native_key: &s.key,
        kind: "thermal anomaly",
        event,
        precision,
        reported_ms: (s.reported_ms != NOT_STATED_MS).then_some(s.reported_ms),
        place,
        means: Means::Satellite,
        note: &s.note,
        ..Draft::default()
    };
    for _ in 0..times {
        intake.observed(&draft)?;
    }
    Ok(Ok(()))
}

type Facts = (Interval, TimePrecision, Place, u32);

fn facts(rows: &Rows<'_>, c: &Columns, s: &mut Scratch, assumed_m: Option<f64>) -> Result<Facts, Fault> {
    let lon = fields::number("longitude", rows.field(c.longitude))?;
    let lat = fields::number("latitude", rows.field(c.latitude))?;
    let at = fields::position(("longitude", lon), ("latitude", lat))?;
    let day = s.days.read("acq_date", rows.field(c.date))?;
    let (event, precision) = match c.time.map(|i| rows.field(i)) {
        None | Some(b"") => (day, TimePrecision::Day),
        Some(text) => {
            let minute =
                hour_minute(text).ok_or_else(|| Fault::new("acq_time", RejectReason::BadTime, text))?;
            let start = Instant(day.start.0 + i64::from(minute) * MINUTE_MS);
            (Interval { start, end: Instant(start.0 + MINUTE_MS) }, TimePrecision::Minute)
        }
    };
    let radius_m = pixel_radius_m(rows, c)?.or(assumed_m);
    reported(rows, c, s)?;
    let times = match &c.repeat {
        None => 1,
        Some((i, name)) => match fields::whole(name, rows.field(*i))? {
            n @ 1..=REPEATS_MAX => n,
            _ => return Err(Fault::new(name, RejectReason::OutOfRange, rows.field(*i))),
        },
    };
    Ok((event, precision, Place::Point { at, radius_m }, times))
}

/// Minutes since midnight of `0405`, `405`, `5` or `04:05`.
fn hour_minute(text: &[u8]) -> Option<u16> {
    let text = text.trim_ascii();
    let mut digits = 0u16;
    let mut n = 0;
    for (i, b) in text.iter().enumerate() {
        match b {
            b'0'..=b'9' if n < 4 => {
                digits = digits * 10 + u16::from(b - b'0');
                n += 1;
            }
            b':' if text.len() - i == 3 && i > 0 => {}
            _ => return None,
        }
    }
    let (hour, minute) = (digits / 100, digits % 100);
    (n > 0 && hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// Half the diagonal of the pixel, metres: the fire is somewhere in the pixel that is reported by its centre.
fn pixel_radius_m(rows: &Rows<'_>, c: &Columns) -> Result<Option<f64>, Fault> {
    let (Some(scan), Some(track)) = (c.scan, c.track) else { return Ok(None) };
    if rows.field(scan).is_empty() || rows.field(track).is_empty() {
        return Ok(None);
    }
    let scan_km = fields::number("scan", rows.field(scan))?;
    let track_km = fields::number("track", rows.field(track))?;
    let radius_m = (scan_km * scan_km + track_km * track_km).sqrt() * 500.0;
    if scan_km <= 0.0 || track_km <= 0.0 || radius_m > RADIUS_M_MAX {
        return Err(Fault::new("scan", RejectReason::OutOfRange, format!("scan {scan_km} track {track_km}")));
    }
    Ok(Some(radius_m))
}

/// When a collector first saw the row; the text changes rarely from row to row.
fn reported(rows: &Rows<'_>, c: &Columns, s: &mut Scratch) -> Result<(), Fault> {
    let Some(text) = c.reported.map(|i| rows.field(i)) else { return Ok(()) };
    if text == s.reported_text.as_slice() {
        return Ok(());
    }
    let bad = || Fault::new("first_seen_utc", RejectReason::BadDate, text);
    s.reported_ms = match text {
        b"" => NOT_STATED_MS,
        _ => std::str::from_utf8(text).ok().and_then(Instant::parse).ok_or_else(bad)?.0,
    };
    s.reported_text.clear();
    s.reported_text.extend_from_slice(text);
    Ok(())
}

/// `MODIS T confidence 44 frp 11.5 MW`.
fn note(rows: &Rows<'_>, c: &Columns, note: &mut String) -> Result<(), Fault> {
    note.clear();
    let get = |column: Option<usize>, name: &str| match column {
        None => Ok(""),
        Some(i) => fields::text(name, rows.field(i)),
    };
    let satellite = get(c.satellite, "satellite")?;
    let instrument = match get(c.instrument, "instrument")? {
        "" if c.is_viirs => "VIIRS",
        "" if matches!(satellite, "T" | "A" | "Terra" | "Aqua") => "MODIS",
        "" if matches!(satellite, "N" | "N20" | "N21" | "1" | "2") => "VIIRS",
        named => named,
    };
    let parts = [
        ("", instrument, ""),
        ("", satellite, ""),
        ("confidence ", get(c.confidence, "confidence")?, ""),
        ("frp ", get(c.frp, "frp")?, " MW"),
    ];
    for (before, value, after) in parts.into_iter().filter(|(_, value, _)| !value.is_empty()) {
        if !note.is_empty() {
            note.push(' ');
        }
        [before, value, after].iter().for_each(|part| note.push_str(part));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::hour_minute;

    #[test]
    fn times_of_day_are_read_with_leading_zeros_lost_and_with_a_colon() {
        assert_eq!(hour_minute(b"0405"), Some(245));
        assert_eq!(hour_minute(b"405"), Some(245));
        assert_eq!(hour_minute(b"5"), Some(5));
        assert_eq!(hour_minute(b"04:05"), Some(245));
        for bad in [&b"2460"[..], b"2400", b"12345", b"", b"ab", b":05", b"4:5"] {
            assert_eq!(hour_minute(bad), None, "{bad:?}");
        }
    }
}
