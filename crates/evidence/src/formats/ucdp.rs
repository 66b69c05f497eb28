//! UCDP Georeferenced Event Dataset (GED) and its candidate releases, CSV, in all column sets that are about.

use crate::draft::{Draft, Means, TimePrecision};
use crate::formats::Step;
use crate::formats::fields::{self, Days, key_part};
use crate::formats::rows::{Header, Rows};
use crate::intake::{At, Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, Count, Interval, Place};
use std::io::Read;

const NAME: &str = "ucdp";

struct Columns {
    id: Option<usize>,
    relid: Option<usize>,
    year: Option<usize>,
    latitude: usize,
    longitude: usize,
    date_start: usize,
    date_end: usize,
    date_prec: Option<usize>,
    where_prec: Option<usize>,
    kind_of_violence: Option<usize>,
    side_a: Option<usize>,
    side_b: Option<usize>,
    place: Option<usize>,
    country: Option<usize>,
    article: Option<usize>,
    low: Option<usize>,
    best: Option<usize>,
    high: Option<usize>,
}

impl Columns {
    fn find(header: &Header) -> Result<Columns, ReadError> {
        let required = ["latitude", "longitude", "date_start", "date_end"];
        let mut missing: Vec<&str> = required.into_iter().filter(|n| header.find(n).is_none()).collect();
        if header.any(&["id", "relid"]).is_none() {
            missing.push("id");
        }
        let [Some(latitude), Some(longitude), Some(date_start), Some(date_end)] =
            required.map(|n| header.find(n))
        else {
            return Err(header.missing(NAME, &missing));
        };
        if !missing.is_empty() {
            return Err(header.missing(NAME, &missing));
        }
        Ok(Columns {
            id: header.find("id"),
            relid: header.find("relid"),
            year: header.find("year"),
            latitude,
            longitude,
            date_start,
            date_end,
            date_prec: header.find("date_prec"),
            where_prec: header.find("where_prec"),
            kind_of_violence: header.find("type_of_violence"),
            side_a: header.find("side_a"),
            side_b: header.find("side_b"),
            place: header.any(&["where_description", "where_coordinates"]),
            country: header.find("country"),
            article: header.find("source_article"),
            low: header.any(&["low", "low_est"]),
            best: header.any(&["best", "best_est"]),
            high: header.any(&["high", "high_est"]),
        })
    }
}

/// A record whose fields may stand one column to the left of their names, as where a release lost its first column
/// but not that column's name.
#[derive(Clone, Copy)]
struct Row<'r> {
    rows: &'r Rows<'r>,
    left: usize,
}

impl<'r> Row<'r> {
    fn get(self, column: usize) -> &'r [u8] {
        column.checked_sub(self.left).map_or(b"", |i| self.rows.field(i).trim_ascii())
    }

    fn optional(self, column: Option<usize>) -> &'r [u8] {
        column.map_or(b"", |c| self.get(c))
    }

    /// Whether dates, codes and coordinates stand where the header says: with a field too many somewhere in a text,
    /// they do not.
    fn is_aligned(self, c: &Columns) -> bool {
        let code = |column: Option<usize>, most: u32| {
            column.is_none()
                || fields::whole("", self.optional(column)).is_ok_and(|n| (1..=most).contains(&n))
        };
        let degrees =
            |column: usize, most: f64| fields::number("", self.get(column)).is_ok_and(|d| d.abs() <= most);
        code(c.date_prec, 5)
            && code(c.where_prec, 7)
            && code(c.kind_of_violence, 4)
            && code(c.year, 9_999)
            && degrees(c.latitude, 90.0)
            && degrees(c.longitude, 180.0)
            && date(self.get(c.date_start)).is_some()
            && date(self.get(c.date_end)).is_some()
    }
}

/// `2004-01-31`, `2004-01-31 00:00:00.000`, `1/31/2004 12:00:00 AM`, `01/31/2004 00:00`: month first, as UCDP writes.
/// A time of day other than midnight is not a GED date.
fn date(text: &[u8]) -> Option<(i16, i8, i8)> {
    let end = text.iter().position(|b| matches!(b, b' ' | b'T')).unwrap_or(text.len());
    let (day, clock) = text.split_at_checked(end)?;
    let clock = clock.trim_ascii();
    let zeros = |t: &[u8]| t.iter().all(|b| matches!(b, b'0' | b':' | b'.' | b'T' | b'Z'));
    let midnight = clock.strip_suffix(b"AM").and_then(|t| t.trim_ascii().strip_prefix(b"12"));
    if !midnight.map_or(zeros(clock), zeros) {
        return None;
    }
    if !day.contains(&b'/') {
        return fields::year_month_day(day);
    }
    let mut parts = day.split(|b| *b == b'/').map(|p| {
        let digits = !p.is_empty() && p.len() <= 4 && p.iter().all(u8::is_ascii_digit);
        digits.then(|| std::str::from_utf8(p).ok()?.parse::<i16>().ok()).flatten()
    });
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    Some((year, i8::try_from(month).ok()?, i8::try_from(day).ok()?))
}

struct Scratch {
    days: Days,
    key: Vec<u8>,
    note: String,
    links: String,
}

/// Reads the table.
pub(crate) fn run(
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut rows = Rows::open(NAME, input, Some(b','))?;
    let header = Header::read(NAME, &mut rows)?;
    let columns = Columns::find(&header)?;
    let mut scratch =
        Scratch { days: Days::new(zone), key: Vec::new(), note: String::new(), links: String::new() };
    loop {
        let next = rows.next();
        // Some releases end every row with an empty field that has no name.
        let surplus_is_empty = (header.len()..rows.len()).all(|i| rows.field(i).is_empty());
        let width = if surplus_is_empty { rows.len().max(header.len()) } else { header.len() };
        match super::step(next, &rows, width, intake)? {
            Step::Row => {}
            Step::Skip => continue,
            Step::Done => return Ok(()),
        }
        let mut row = Row { rows: &rows, left: 0 };
        if !row.is_aligned(&columns) && (Row { left: 1, ..row }).is_aligned(&columns) {
            row.left = 1;
            intake
                .warn("rows whose fields stand one column to the left of their names; read where they stand");
        }
        if let Err(fault) = event(row, &columns, &mut scratch, intake)? {
            intake.rejected(At { line: rows.line(), raw: &rows.raw() }, fault);
        }
    }
}

fn event(
    row: Row<'_>,
    c: &Columns,
    s: &mut Scratch,
    intake: &mut Intake<'_>,
) -> Result<Result<(), Fault>, ReadError> {
    let facts = match facts(row, c, s, intake.radius_m) {
        Ok(facts) => facts,
        Err(fault) => return Ok(Err(fault)),
    };
    let replaced = narratives(row, c, s, &facts);
    if replaced {
        intake.warn("narratives with bytes that are not UTF-8; those bytes are replaced");
    }
    if facts.crossed {
        intake.warn("rows whose low estimate is above the high one; the range that covers both is taken");
    }
    intake.observed(&Draft {
        native_key: &s.key,
        kind: "violence",
        event: facts.event,
        precision: facts.precision,
        place: facts.place,
        means: Means::OpenSource,
        count: facts.deaths,
        unit: if facts.deaths.is_some() { "deaths" } else { "" },
        actor: facts.actor,
        note: &s.note,
        links: &s.links,
        ..Draft::default()
    })?;
    Ok(Ok(()))
}

struct Facts<'r> {
    event: Interval,
    precision: TimePrecision,
    place: Place,
    deaths: Option<Count>,
    crossed: bool,
    best: Option<u32>,
    actor: &'r str,
}

fn facts<'r>(row: Row<'r>, c: &Columns, s: &mut Scratch, assumed_m: Option<f64>) -> Result<Facts<'r>, Fault> {
    native_key(row, c, &mut s.key)?;
    let lon = fields::number("longitude", row.get(c.longitude))?;
    let lat = fields::number("latitude", row.get(c.latitude))?;
    let at = fields::position(("longitude", lon), ("latitude", lat))?;
    let first = day(s, "date_start", row.get(c.date_start))?;
    let last = day(s, "date_end", row.get(c.date_end))?;
    if last.start < first.start {
        return Err(Fault::new("date_end", RejectReason::EndsBeforeStart, row.get(c.date_end)));
    }
    let event = Interval { start: first.start, end: last.end };
    let to_the_day = code(row, c.date_prec, "date_prec", 5)?.is_none_or(|p| p == 1) && first == last;
    let precision = if to_the_day { TimePrecision::Day } else { TimePrecision::Coarser };
    let place = match code(row, c.where_prec, "where_prec", 7)? {
        None => Place::Point { at, radius_m: assumed_m },
        Some(1) => Place::Point { at, radius_m: Some(1_000.0) },
        Some(2) => Place::Point { at, radius_m: Some(25_000.0) },
        Some(3 | 5) => Place::Point { at, radius_m: Some(50_000.0) },
        Some(4) => Place::Point { at, radius_m: Some(100_000.0) },
        // Only the country is known, or waters and air of no country: the point given is a stand-in.
        Some(_) => Place::Undetermined,
    };
    let one_sided = code(row, c.kind_of_violence, "type_of_violence", 4)? == Some(3);
    let actor = if one_sided { fields::text("side_a", row.optional(c.side_a))? } else { "" };
    let (deaths, crossed) = deaths(row, c)?;
    let best = optional_whole(row, c.best, "best")?;
    Ok(Facts { event, precision, place, deaths, crossed, best, actor })
}

/// The id; a row without one has its `relid`. Spreadsheets make `9231.0` of an id.
fn native_key(row: Row<'_>, c: &Columns, key: &mut Vec<u8>) -> Result<(), Fault> {
    key.clear();
    let id = row.optional(c.id);
    let relid = row.optional(c.relid);
    let (name, value) =
        if id.is_empty() { ("relid", relid) } else { ("id", id.strip_suffix(b".0").unwrap_or(id)) };
    if value.is_empty() {
        return Err(Fault::new("id", RejectReason::MissingValue, ""));
    }
    fields::text(name, value)?;
    key_part(key, name.as_bytes());
    key_part(key, value);
    Ok(())
}

fn day(s: &mut Scratch, column: &str, text: &[u8]) -> Result<Interval, Fault> {
    if text.is_empty() {
        return Err(Fault::new(column, RejectReason::MissingValue, ""));
    }
    let date = date(text).ok_or_else(|| Fault::new(column, RejectReason::BadDate, text))?;
    s.days.of(column, date, text)
}

fn optional_whole(row: Row<'_>, column: Option<usize>, name: &str) -> Result<Option<u32>, Fault> {
    match row.optional(column) {
        b"" => Ok(None),
        text => fields::whole(name, text).map(Some),
    }
}

/// A code of the codebook, from 1 to `most`.
fn code(row: Row<'_>, column: Option<usize>, name: &str, most: u32) -> Result<Option<u32>, Fault> {
    match optional_whole(row, column, name)? {
        Some(n) if !(1..=most).contains(&n) => {
            Err(Fault::new(name, RejectReason::OutOfRange, row.optional(column)))
        }
        n => Ok(n),
    }
}

/// Low to high. Some rows state a low above their high: then the range that covers both; whether it was so.
fn deaths(row: Row<'_>, c: &Columns) -> Result<(Option<Count>, bool), Fault> {
    let low = optional_whole(row, c.low, "low")?;
    let high = optional_whole(row, c.high, "high")?;
    let (Some(low), Some(high)) = (low, high) else { return Ok((None, false)) };
    Ok((Some(Count { min: low.min(high), max: low.max(high), approximate: false }), low > high))
}

/// The note (`side a – side b; place; country; best estimate 12 deaths`) and the reports; whether bytes had to be
/// replaced.
fn narratives(row: Row<'_>, c: &Columns, s: &mut Scratch, facts: &Facts<'_>) -> bool {
    let (side_a, bad_a) = fields::narrative(row.optional(c.side_a));
    let (side_b, bad_b) = fields::narrative(row.optional(c.side_b));
    let (place, bad_place) = fields::narrative(row.optional(c.place));
    let (country, bad_country) = fields::narrative(row.optional(c.country));
    let (article, bad_article) = fields::narrative(row.optional(c.article));
    let best = facts.best.map(|n| format!("best estimate {n} deaths")).unwrap_or_default();
    s.note.clear();
    s.note.push_str(&side_a);
    if !side_a.is_empty() && !side_b.is_empty() {
        s.note.push_str(" – ");
    }
    s.note.push_str(&side_b);
    for part in [place.as_ref(), country.as_ref(), &best] {
        if !part.is_empty() && !s.note.is_empty() {
            s.note.push_str("; ");
        }
        s.note.push_str(part);
    }
    s.links.clear();
    s.links.extend(article.chars().map(|ch| if matches!(ch, '\n' | '\r') { ' ' } else { ch }));
    bad_a || bad_b || bad_place || bad_country || bad_article
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn all_spellings_of_a_ged_date_are_the_same_day_and_month_comes_first() {
        let day = Some((2004, 1, 31));
        for text in [
            "2004-01-31",
            "2004-01-31 00:00:00.000",
            "01/31/2004 00:00:00",
            "01/31/2004 00:00",
            "1/31/2004 12:00:00 AM",
        ] {
            assert_eq!(date(text.as_bytes()), day, "{text}");
        }
        for bad in [
            "",
            "2004-01-31 13:00",
            "1/31/2004 11:00:00 AM",
            "1/31/04",
            "1/2/3/2004",
            "300/1/2004",
            "Jan 2004",
        ] {
            assert_eq!(date(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(
            date(b"31/01/2004"),
            Some((2004, 31, 1)),
            "no such month: refused when the day is looked up"
        );
    }
}
