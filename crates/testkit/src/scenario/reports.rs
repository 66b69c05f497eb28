//! The reports of a scenario: a plain table. Columns, all but the first three optional: `id`, `kind`, `start`, `end`,
//! `source`, `lon`, `lat`, `radius_m`, `bearing`, `half_width`, `range_min_m`, `range_max_m` (with a bearing, `lon` and
//! `lat` are the observer's), `weapon`, `calibre_mm`, `actor`, `assessment`, `count`, `exercise`, `allegation`,
//! `reported`, `note`, `links`. A time is RFC 3339, or civil in the first text's zone (`2026-03-03 10:15`); a bare
//! date is its whole day.

use base::time::parse_date;
use base::{CivilZone, Count, Instant, Interval, LonLat, ObservationId, Place, Sector};
use evidence::batch::{Batch, Builder};
use evidence::draft::{Assessment, Draft, TimePrecision};
use std::collections::BTreeMap;

/// The source of a report that names none.
const SOURCE: &str = "post";

/// One row by column name.
pub(super) struct Row<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Row<'a> {
    pub(super) fn get(&self, column: &str) -> &'a str {
        self.0.get(column).copied().unwrap_or("")
    }

    pub(super) fn number(&self, column: &str) -> Result<Option<f64>, String> {
        let text = self.get(column);
        if text.is_empty() {
            return Ok(None);
        }
        text.parse()
            .map(Some)
            .map_err(|_| format!("`{}`: `{text}` in `{column}` is not a number", self.get("id")))
    }

    fn source(&self) -> &'a str {
        Some(self.get("source")).filter(|s| !s.is_empty()).unwrap_or(SOURCE)
    }
}

pub(super) fn rows(table: &str) -> Result<Vec<Row<'_>>, String> {
    let mut lines = table.lines().filter(|l| !l.trim().is_empty());
    let header: Vec<&str> = lines.next().unwrap_or("").split(',').map(str::trim).collect();
    let mut out = Vec::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        if cells.len() > header.len() {
            return Err(format!("a report has {} cells, the header {}: {line}", cells.len(), header.len()));
        }
        out.push(Row(header.iter().copied().zip(cells).collect()));
    }
    Ok(out)
}

/// The observation that each report id stands for.
pub fn names(tables: &[String]) -> Result<BTreeMap<String, ObservationId>, String> {
    let mut out = BTreeMap::new();
    for table in tables {
        for row in rows(table)? {
            let id = row.get("id");
            out.insert(id.to_owned(), ObservationId::of(row.source(), id.as_bytes()));
        }
    }
    Ok(out)
}

/// The reports as batches, one a source.
pub fn batches(table: &str, zone: &CivilZone) -> Result<Vec<Batch>, String> {
    let mut builders: BTreeMap<&str, Builder> = BTreeMap::new();
    for row in rows(table)? {
        let draft = draft(&row, zone)?;
        let builder = builders.entry(row.source()).or_insert_with(|| Builder::new(row.source()));
        builder.push(&draft).map_err(|e| e.to_string())?;
    }
    Ok(builders.into_values().map(|mut b| b.take()).collect())
}

/// Start, end and precision of a moment as written.
fn moment(text: &str, zone: &CivilZone) -> Option<(Interval, TimePrecision)> {
    if let Some((year, month, day)) = parse_date(text) {
        return Some((zone.day(year, month, day)?, TimePrecision::Day));
    }
    if let Some(instant) = Instant::parse(text) {
        return Some((Interval::at(instant), TimePrecision::Second));
    }
    let (date, clock) = text.split_once(' ')?;
    let mut parts = clock.split(':').map(|p| p.parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().flatten().unwrap_or(0);
    Some((Interval::at(zone.at(parse_date(date)?, hour, minute, second)?), TimePrecision::Second))
}

fn draft<'a>(row: &Row<'a>, zone: &CivilZone) -> Result<Draft<'a>, String> {
    let id = row.get("id");
    let read = |column: &str| {
        moment(row.get(column), zone).ok_or_else(|| format!("`{id}`: `{}` is not a time", row.get(column)))
    };
    let (mut event, precision) = read("start")?;
    if !row.get("end").is_empty() {
        event.end = read("end")?.0.start;
    }
    let reported_ms = if row.get("reported").is_empty() { None } else { Some(read("reported")?.0.start.0) };
    let yes = |column: &str| row.get(column) == "yes";
    Ok(Draft {
        native_key: id.as_bytes(),
        kind: row.get("kind"),
        event,
        precision,
        reported_ms,
        place: place(row)?,
        assessment: Assessment::named(row.get("assessment")).unwrap_or_default(),
        count: row.number("count")?.map(|n| Count::exactly(n as u32)),
        weapon: row.get("weapon"),
        calibre_mm: row.number("calibre_mm")?.map(|mm| mm as f32),
        actor: row.get("actor"),
        note: row.get("note"),
        links: row.get("links"),
        exercise: yes("exercise"),
        allegation: yes("allegation"),
        ..Draft::default()
    })
}

fn place(row: &Row<'_>) -> Result<Place, String> {
    let (Some(lon), Some(lat)) = (row.number("lon")?, row.number("lat")?) else {
        return Ok(Place::Undetermined);
    };
    let at = LonLat::new(lon, lat).map_err(|e| format!("`{}`: {e}", row.get("id")))?;
    let radius_m = row.number("radius_m")?;
    let Some(bearing_deg) = row.number("bearing")? else { return Ok(Place::Point { at, radius_m }) };
    Ok(Place::Sector(Sector {
        observer: at,
        observer_radius_m: radius_m.unwrap_or(0.0),
        bearing_deg,
        half_width_deg: row.number("half_width")?.unwrap_or(11.25),
        range_min_m: row.number("range_min_m")?.unwrap_or(0.0),
        range_max_m: row.number("range_max_m")?.unwrap_or(0.0),
    }))
}
