//! Fusion against the events of the Uppsala Conflict Data Program's georeferenced event data: read, exploded, fused,
//! and scored beside the fixed rules.

use super::exploded::{Event, exploded};
use super::measure::{self, Measured};
use crate::context::Context;
use crate::fuse::Settings;
use base::time::parse_date;
use base::{CivilZone, Instant, LonLat};
use std::io::Read;

/// Events read from a file.
#[derive(Clone, Debug, Default)]
pub struct Coded {
    /// Events whose day is known and whose place is known to a village (precision 1) or to its surroundings (2).
    pub events: Vec<Event>,
    /// Rows that are neither, or are coded more vaguely.
    pub passed_over: u64,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadTruth {
    /// It is no table.
    #[error("the table cannot be read")]
    Table(#[source] csv::Error),
    /// A column is missing.
    #[error("the table has no column `{0}`; UCDP GED tables have it")]
    Column(&'static str),
}

/// Reads the events of `[from, to)`.
///
/// # Errors
/// When the table cannot be read or lacks a column.
pub fn read(input: impl Read, from: Instant, to: Instant) -> Result<Coded, BadTruth> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let header = reader.byte_headers().map_err(BadTruth::Table)?.clone();
    let column =
        |name: &'static str| header.iter().position(|h| h == name.as_bytes()).ok_or(BadTruth::Column(name));
    let at = [
        column("id")?,
        column("date_start")?,
        column("longitude")?,
        column("latitude")?,
        column("where_prec")?,
        column("date_prec")?,
        column("dyad_name")?,
        column("source_article")?,
    ];
    let mut out = Coded::default();
    for record in reader.byte_records() {
        let record = record.map_err(BadTruth::Table)?;
        let cells = at.map(|i| String::from_utf8_lossy(record.get(i).unwrap_or_default()).into_owned());
        match event(&cells).filter(|e| e.day >= from && e.day < to) {
            Some(event) => out.events.push(event),
            None => out.passed_over += 1,
        }
    }
    out.events.sort_by_key(|e| (e.day, e.id));
    Ok(out)
}

fn event([id, day, lon, lat, place, date, dyad, articles]: &[String; 8]) -> Option<Event> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    let spread_m = match number(place)? {
        1.0 => 1_000.0,
        2.0 => 8_000.0,
        _ => return None,
    };
    if number(date)? != 1.0 {
        return None;
    }
    let (year, month, of_month) = parse_date(day.get(..10)?)?;
    Some(Event {
        id: number(id)? as u64,
        day: CivilZone::utc().day(year, month, of_month)?.start,
        at: LonLat::new(number(lon)?, number(lat)?).ok()?,
        spread_m,
        actor: dyad.trim().to_owned(),
        articles: articles.clone(),
    })
}

/// Explodes the events with each seed, fuses the reports, and scores.
#[must_use]
pub fn measure(events: &[Event], seeds: &[u64], settings: &Settings) -> Measured {
    measure::measure(seeds.iter().map(|seed| exploded(events, *seed)), settings, &Context::default())
}
