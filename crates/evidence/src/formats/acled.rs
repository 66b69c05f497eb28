//! ACLED (Armed Conflict Location and Event Data): events coded by people from news and partner reports, CSV.

use crate::draft::{Draft, Means, TimePrecision};
use crate::formats::fields::{self, key_part};
use crate::formats::json::add_note;
use crate::formats::rows::{Header, Rows};
use crate::formats::{Step, step};
use crate::intake::{At, Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, Count, Instant, Interval, Place};
use jiff::civil::Date;
use jiff::fmt::strtime;
use std::io::Read;

const NAME: &str = "acled";
/// How the exports of the years write `event_date`.
const DATES: [&str; 3] = ["%d %B %Y", "%d-%B-%Y", "%d/%B/%Y"];
/// Days on either side of the coded date that hold what is known to a week or a month only.
const WEEK_DAYS: i32 = 6;
const MONTH_DAYS: i32 = 30;
/// Radius for `geo_precision` 1, 2 and 3, metres: a town, a part of a region, a region. Our reading: the codebook
/// gives no lengths.
const RADIUS_M: [f64; 3] = [5_000.0, 25_000.0, 100_000.0];

/// Sub-event types and the kinds they stand for.
const KINDS: [(&str, &str); 25] = [
    ("armed clash", "firefight"),
    ("government regains territory", "firefight"),
    ("non-state actor overtakes territory", "firefight"),
    ("air/drone strike", "explosion"),
    ("shelling/artillery/missile attack", "artillery fire"),
    ("remote explosive/landmine/ied", "explosion"),
    ("suicide bomb", "explosion"),
    ("grenade", "explosion"),
    ("chemical weapon", "violence"),
    ("attack", "violence"),
    ("sexual violence", "violence"),
    ("abduction/forced disappearance", "violence"),
    ("excessive force against protesters", "violence"),
    ("mob violence", "other"),
    ("violent demonstration", "other"),
    ("peaceful protest", "other"),
    ("protest with intervention", "other"),
    ("agreement", "other"),
    ("arrests", "other"),
    ("change to group/activity", "other"),
    ("disrupted weapons use", "other"),
    ("headquarters or base established", "other"),
    ("looting/property destruction", "other"),
    ("non-violent transfer of territory", "other"),
    ("other", "other"),
];

/// The only type of event whose first actor is its author; in all others the order of the actors says nothing.
const ONE_SIDED: &str = "violence against civilians";

struct Columns {
    id: usize,
    date: usize,
    latitude: usize,
    longitude: usize,
    sub_event: usize,
    time_precision: Option<usize>,
    geo_precision: Option<usize>,
    event_type: Option<usize>,
    actors: [Option<usize>; 2],
    location: Option<usize>,
    country: Option<usize>,
    source: Option<usize>,
    source_scale: Option<usize>,
    notes: Option<usize>,
    fatalities: Option<usize>,
    timestamp: Option<usize>,
}

impl Columns {
    fn find(header: &Header) -> Result<Columns, ReadError> {
        let required = ["event_id_cnty", "event_date", "latitude", "longitude", "sub_event_type"];
        let missing: Vec<&str> = required.into_iter().filter(|n| header.find(n).is_none()).collect();
        if !missing.is_empty() {
            return Err(header.missing(NAME, &missing));
        }
        let [id, date, latitude, longitude, sub_event] = required.map(|n| header.find(n).unwrap_or_default());
        Ok(Columns {
            id,
            date,
            latitude,
            longitude,
            sub_event,
            time_precision: header.find("time_precision"),
            geo_precision: header.find("geo_precision"),
            event_type: header.find("event_type"),
            actors: ["actor1", "actor2"].map(|n| header.find(n)),
            location: header.find("location"),
            country: header.find("country"),
            source: header.find("source"),
            source_scale: header.find("source_scale"),
            notes: header.find("notes"),
            fatalities: header.find("fatalities"),
            timestamp: header.find("timestamp"),
        })
    }

    fn reads(&self, column: usize) -> bool {
        let needed = [self.id, self.date, self.latitude, self.longitude, self.sub_event];
        let [a, b] = self.actors;
        let optional = [
            self.time_precision,
            self.geo_precision,
            self.event_type,
            a,
            b,
            self.location,
            self.country,
            self.source,
            self.source_scale,
            self.notes,
            self.fatalities,
            self.timestamp,
        ];
        needed.contains(&column) || optional.contains(&Some(column))
    }
}

/// One row.
#[derive(Clone, Copy)]
struct Row<'r> {
    rows: &'r Rows<'r>,
    columns: &'r Columns,
}

impl<'r> Row<'r> {
    fn text(self, name: &str, column: usize) -> Result<&'r str, Fault> {
        fields::text(name, self.rows.field(column))
    }

    fn optional(self, name: &str, column: Option<usize>) -> Result<&'r str, Fault> {
        column.map_or(Ok(""), |c| self.text(name, c))
    }

    /// A code from 1 to 3; none where the column is missing or empty.
    fn code(self, name: &str, column: Option<usize>) -> Result<Option<u32>, Fault> {
        match self.optional(name, column)? {
            "" => Ok(None),
            text => match fields::whole(name, text.as_bytes())? {
                n @ 1..=3 => Ok(Some(n)),
                _ => Err(Fault::new(name, RejectReason::OutOfRange, text)),
            },
        }
    }
}

/// Reads the table.
pub(crate) fn run(
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut rows = Rows::open(NAME, input, None)?;
    let header = Header::read(NAME, &mut rows)?;
    let columns = Columns::find(&header)?;
    let unread = (0..header.len()).filter(|c| !columns.reads(*c)).map(|c| header.name(c).to_owned());
    intake.unread(unread.take(64).collect());
    loop {
        let next = rows.next();
        match step(next, &rows, header.len(), intake)? {
            Step::Row => {}
            Step::Skip => continue,
            Step::Done => return Ok(()),
        }
        if let Err(fault) = event(Row { rows: &rows, columns: &columns }, &zone, intake)? {
            intake.rejected(At { line: rows.line(), raw: &rows.raw() }, fault);
        }
    }
}

struct Facts<'r> {
    key: Vec<u8>,
    event: Interval,
    precision: TimePrecision,
    reported_ms: Option<i64>,
    place: Place,
    kind: &'r str,
    actor: &'r str,
    deaths: Option<Count>,
}

fn event(row: Row<'_>, zone: &CivilZone, intake: &mut Intake<'_>) -> Result<Result<(), Fault>, ReadError> {
    let facts = match facts(row, zone, intake) {
        Ok(facts) => facts,
        Err(fault) => return Ok(Err(fault)),
    };
    let note = note(row, intake);
    intake.observed(&Draft {
        native_key: &facts.key,
        kind: facts.kind,
        event: facts.event,
        precision: facts.precision,
        reported_ms: facts.reported_ms,
        place: facts.place,
        means: Means::OpenSource,
        count: facts.deaths,
        unit: if facts.deaths.is_some() { "deaths" } else { "" },
        actor: facts.actor,
        note: &note,
        ..Draft::default()
    })?;
    Ok(Ok(()))
}

fn facts<'r>(row: Row<'r>, zone: &CivilZone, intake: &mut Intake<'_>) -> Result<Facts<'r>, Fault> {
    let c = row.columns;
    let id = row.text("event_id_cnty", c.id)?;
    if id.is_empty() {
        return Err(Fault::new("event_id_cnty", RejectReason::MissingValue, ""));
    }
    let mut key = Vec::new();
    key_part(&mut key, b"event_id_cnty");
    key_part(&mut key, id.as_bytes());
    let lon = fields::number("longitude", row.rows.field(c.longitude))?;
    let lat = fields::number("latitude", row.rows.field(c.latitude))?;
    let at = fields::position(("longitude", lon), ("latitude", lat))?;
    let geo = row.code("geo_precision", c.geo_precision)?;
    let radius_m = geo.and_then(|g| RADIUS_M.get(g as usize - 1).copied()).or(intake.radius_m);
    let (event, precision) = when(row, zone)?;
    Ok(Facts {
        key,
        event,
        precision,
        reported_ms: reported_ms(row)?,
        place: Place::Point { at, radius_m },
        kind: kind(row, intake)?,
        actor: actor(row)?,
        deaths: deaths(row)?,
    })
}

/// The coded day, or all days of a week or month that may hold it.
fn when(row: Row<'_>, zone: &CivilZone) -> Result<(Interval, TimePrecision), Fault> {
    let text = row.text("event_date", row.columns.date)?;
    let bad = || Fault::new("event_date", RejectReason::BadDate, text);
    if text.is_empty() {
        return Err(Fault::new("event_date", RejectReason::MissingValue, ""));
    }
    let date = date(text).ok_or_else(bad)?;
    let day = zone.day(date.year(), date.month(), date.day()).ok_or_else(bad)?;
    let around =
        |days: i32| Interval { start: zone.plus_days(day.start, -days), end: zone.plus_days(day.end, days) };
    fields::within_limits("event_date", day, text.as_bytes())?;
    let stated = match row.code("time_precision", row.columns.time_precision)? {
        Some(2) => (around(WEEK_DAYS), TimePrecision::Coarser),
        Some(3) => (around(MONTH_DAYS), TimePrecision::Coarser),
        _ => (day, TimePrecision::Day),
    };
    fields::within_limits("event_date", stated.0, text.as_bytes())?;
    Ok(stated)
}

fn date(text: &str) -> Option<Date> {
    if let Some((y, m, d)) = fields::year_month_day(text.as_bytes()) {
        return Date::new(y, m, d).ok();
    }
    DATES.iter().find_map(|format| strtime::parse(format, text).ok()?.to_date().ok())
}

/// When the row was last written: seconds since 1970; a later version of an event wins.
fn reported_ms(row: Row<'_>) -> Result<Option<i64>, Fault> {
    let text = row.optional("timestamp", row.columns.timestamp)?;
    if text.is_empty() {
        return Ok(None);
    }
    let bad = || Fault::new("timestamp", RejectReason::BadDate, text);
    let ms = text.parse::<i64>().ok().and_then(|s| s.checked_mul(1_000)).ok_or_else(bad)?;
    fields::within_limits("timestamp", Interval::at(Instant(ms)), text.as_bytes())?;
    Ok(Some(ms))
}

fn kind<'r>(row: Row<'r>, intake: &mut Intake<'_>) -> Result<&'r str, Fault> {
    let text = row.text("sub_event_type", row.columns.sub_event)?;
    if text.is_empty() {
        return Err(Fault::new("sub_event_type", RejectReason::MissingValue, ""));
    }
    let lower = text.to_lowercase().replace("protestors", "protesters");
    if let Some((_, kind)) = KINDS.iter().find(|(sub, _)| *sub == lower) {
        return Ok(kind);
    }
    intake.warn("sub-event types that are not in ACLED's list; kept as kinds of their own");
    Ok(text)
}

/// The author, where the table states one.
fn actor(row: Row<'_>) -> Result<&str, Fault> {
    let event_type = row.optional("event_type", row.columns.event_type)?;
    let [first, _] = row.columns.actors;
    let actor = row.optional("actor1", first)?;
    let is_named = !actor.to_lowercase().starts_with("unidentified");
    Ok(if event_type.eq_ignore_ascii_case(ONE_SIDED) && is_named { actor } else { "" })
}

/// Reported deaths are estimates; none stated may mean that none is known.
fn deaths(row: Row<'_>) -> Result<Option<Count>, Fault> {
    let text = row.optional("fatalities", row.columns.fatalities)?;
    if text.is_empty() {
        return Ok(None);
    }
    let n = fields::whole("fatalities", text.as_bytes())?;
    Ok((n > 0).then(|| Count::about(n)))
}

/// `Attack: side – side; place, country; what is said; source: News (National)`.
fn note(row: Row<'_>, intake: &mut Intake<'_>) -> String {
    let c = row.columns;
    let mut replaced = false;
    let mut read = |column: Option<usize>| {
        let (text, bad) = column.map_or_else(Default::default, |c| fields::narrative(row.rows.field(c)));
        replaced |= bad;
        text.trim().to_owned()
    };
    let mut note = read(Some(c.sub_event));
    let [a, b] = c.actors.map(&mut read);
    let dash = if a.is_empty() || b.is_empty() { "" } else { " – " };
    add_note(&mut note, &format!("{a}{dash}{b}"));
    let (place, country) = (read(c.location), read(c.country));
    let comma = if place.is_empty() || country.is_empty() { "" } else { ", " };
    add_note(&mut note, &format!("{place}{comma}{country}"));
    add_note(&mut note, &read(c.notes));
    let (source, scale) = (read(c.source), read(c.source_scale));
    if !source.is_empty() {
        let scale = if scale.is_empty() { scale } else { format!(" ({scale})") };
        add_note(&mut note, &format!("source: {source}{scale}"));
    }
    if replaced {
        intake.warn("narratives with bytes that are not UTF-8; those bytes are replaced");
    }
    note
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_read_as_the_exports_of_the_years_write_it() {
        let day = Date::new(2026, 3, 2).ok();
        for text in ["2026-03-02", "02 March 2026", "2 March 2026", "02-March-2026", "02/March/2026"] {
            assert_eq!(date(text), day, "{text}");
        }
        for bad in ["", "March 2026", "31 February 2026", "02.03.2026", "3/2/2026"] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_sub_event_type_stands_for_a_known_kind() {
        assert!(KINDS.iter().all(|(_, kind)| base::vocabulary::is_kind(kind)));
    }
}
