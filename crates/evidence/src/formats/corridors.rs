//! Humanitarian corridors of 2022 in Ukraine as PeaceRep coded them, CSV: an announcement a row, with its outcome, in
//! free text that mixes the times of Moscow and Kyiv.
//!
//! A row is an *announcement*, which is not a perception of anything (always an allegation, kind `other`), and, where
//! the outcome is coded, a second observation of that outcome.

mod windows;

use crate::draft::{Draft, Means, TimePrecision};
use crate::formats::Step;
use crate::formats::fields::{self, key_part};
use crate::formats::moments::Clock;
use crate::formats::rows::{Header, Rows};
use crate::intake::{At, Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, Interval, LonLat, Place};
use jiff::civil::Date;
use std::io::Read;

const NAME: &str = "corridors";
/// Columns without which there is no announcement.
const REQUIRED: [&str; 5] = ["HC_ID", "date", "proposal", "status_result", "text"];
const KIND: &str = "other";

/// Outcomes as they are coded, and what is said of them.
const OUTCOMES: [(&str, Option<&str>); 4] = [
    ("successful", Some("used")),
    ("unsuccessful/disrupted", Some("disrupted")),
    ("disputed", Some("disputed")),
    ("proposed route/outcome unknown", None),
];

struct Table<'a> {
    rows: Rows<'a>,
    header: Header,
}

impl Table<'_> {
    /// A column's text; empty if there is no such column. `Date` and `date` are two columns of this table.
    fn text(&self, name: &str) -> Result<&str, Fault> {
        self.exactly(name)
            .or_else(|| self.header.find(name))
            .map_or(Ok(""), |c| fields::text(name, self.rows.field(c)))
    }

    fn exactly(&self, name: &str) -> Option<usize> {
        (0..self.header.len()).find(|c| self.header.name(*c) == name)
    }

    fn needed(&self, name: &str) -> Result<&str, Fault> {
        match self.text(name)? {
            "" => Err(Fault::new(name, RejectReason::MissingValue, "")),
            text => Ok(text),
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
    let missing: Vec<&str> = REQUIRED.into_iter().filter(|n| header.find(n).is_none()).collect();
    if !missing.is_empty() {
        return Err(header.missing(NAME, &missing));
    }
    let mut table = Table { rows, header };
    let clock = Clock::new(zone.clone());
    loop {
        let next = table.rows.next();
        match super::step(next, &table.rows, table.header.len(), intake)? {
            Step::Row => {}
            Step::Skip => continue,
            Step::Done => return Ok(()),
        }
        match corridor(&table, &clock, &zone, intake.radius_m) {
            Ok(corridor) => corridor.take(intake)?,
            Err(fault) => intake.rejected(At { line: table.rows.line(), raw: &table.rows.raw() }, fault),
        }
    }
}

/// One row.
struct Corridor<'t> {
    id: &'t str,
    day: Interval,
    event: Interval,
    precision: TimePrecision,
    place: Place,
    proposal: &'t str,
    outcome: Option<&'static str>,
    route: String,
    windows: windows::Found,
    is_date_doubtful: bool,
    links: String,
}

fn corridor<'t>(
    table: &'t Table<'_>,
    clock: &Clock,
    zone: &CivilZone,
    radius_m: Option<f64>,
) -> Result<Corridor<'t>, Fault> {
    let id = table.needed("HC_ID")?;
    let date_text = table.needed("date")?;
    let date = clock.read_date("date", date_text, &[])?;
    let day = clock.day(date).ok_or_else(|| Fault::new("date", RejectReason::BadDate, date_text))?.event;
    fields::within_limits("date", day, date_text.as_bytes())?;
    let status = table.needed("status_result")?;
    let outcome = OUTCOMES
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(status))
        .ok_or_else(|| Fault::new("status_result", RejectReason::UnknownWord, status))?
        .1;
    let windows = windows::find(table.text("text")?, date, zone);
    let (event, precision) = windows.span(day);
    Ok(Corridor {
        id,
        day,
        event,
        precision,
        place: place(table, radius_m)?,
        proposal: table.needed("proposal")?,
        outcome,
        route: route(table)?,
        windows,
        is_date_doubtful: disagrees(table, date)?,
        links: links(table.text("Link")?),
    })
}

/// Whether the date that was written beside the ISO date is another day.
fn disagrees(table: &Table<'_>, date: Date) -> Result<bool, Fault> {
    let Some(column) = table.exactly("Date") else { return Ok(false) };
    let text = fields::text("Date", table.rows.field(column))?;
    let written = jiff::fmt::strtime::parse("%d.%m.%y", text).ok().and_then(|t| t.to_date().ok());
    Ok(written.is_some_and(|d| d != date))
}

/// Where it begins: the only thing known of a route is its two ends.
fn place(table: &Table<'_>, radius_m: Option<f64>) -> Result<Place, Fault> {
    let (lon, lat) = (table.text("from_longitude")?, table.text("from_latitude")?);
    if lon.is_empty() || lat.is_empty() {
        return Ok(Place::Undetermined);
    }
    let lon = fields::number("from_longitude", lon.as_bytes())?;
    let lat = fields::number("from_latitude", lat.as_bytes())?;
    let at = fields::position(("from_longitude", lon), ("from_latitude", lat))?;
    Ok(Place::Point { at, radius_m })
}

fn route(table: &Table<'_>) -> Result<String, Fault> {
    let end = |name: &str| -> Result<String, Fault> {
        let text = table.text(name)?;
        Ok(if text.is_empty() { "not stated".to_owned() } else { text.to_owned() })
    };
    let mut route = format!("{} to {}", end("From")?, end("To")?);
    let (lon, lat) = (table.text("to_longitude")?, table.text("to_latitude")?);
    if !lon.is_empty() && !lat.is_empty() {
        let lon = fields::number("to_longitude", lon.as_bytes())?;
        let lat = fields::number("to_latitude", lat.as_bytes())?;
        let to: LonLat = fields::position(("to_longitude", lon), ("to_latitude", lat))?;
        route.push_str(&format!(" (ends at lat {} lon {})", to.lat_deg(), to.lon_deg()));
    }
    Ok(route)
}

fn links(text: &str) -> String {
    let words = text.split([' ', ';', '\n', '\r', '\t']).filter(|w| w.starts_with("http"));
    words.collect::<Vec<_>>().join("\n")
}

impl Corridor<'_> {
    fn take(self, intake: &mut Intake<'_>) -> Result<(), ReadError> {
        if self.is_date_doubtful {
            intake.warn("the two dates of the row disagree; the ISO date is taken");
        }
        if self.windows.disagree() {
            intake.warn("two times of one text disagree beyond the difference of their zones; both are kept");
        }
        if self.windows.has_time_without_zone() {
            intake.warn("times without a zone: the interval holds the readings in both zones");
        }
        self.announcement(intake)?;
        self.outcome(intake)
    }

    fn draft(&self) -> Draft<'_> {
        let is_agreed = self.proposal.eq_ignore_ascii_case("agreed");
        Draft {
            kind: KIND,
            place: self.place.clone(),
            means: Means::OpenSource,
            actor: if is_agreed { "" } else { self.proposal },
            links: &self.links,
            ..Draft::default()
        }
    }

    fn key(&self, part: &str) -> Vec<u8> {
        let mut key = Vec::new();
        key_part(&mut key, self.id.as_bytes());
        key_part(&mut key, part.as_bytes());
        key
    }

    fn announcement(&self, intake: &mut Intake<'_>) -> Result<(), ReadError> {
        let doubt = if self.is_date_doubtful { "; its two dates disagree" } else { "" };
        let note = format!(
            "corridor {} announced: {}; proposed by: {}; {}{doubt}",
            self.id, self.route, self.proposal, self.windows
        );
        intake.observed(&Draft {
            native_key: &self.key("announced"),
            event: self.event,
            precision: self.precision,
            allegation: true,
            note: &note,
            ..self.draft()
        })
    }

    fn outcome(&self, intake: &mut Intake<'_>) -> Result<(), ReadError> {
        let Some(outcome) = self.outcome else { return Ok(()) };
        let note = format!(
            "corridor {} {outcome}: {}; proposed by: {}; outcome as coded, time of day not stated",
            self.id, self.route, self.proposal
        );
        // Only what both sides had agreed on and neither disputes is more than one side's word.
        let is_one_sided = outcome == "disputed" || !self.proposal.eq_ignore_ascii_case("agreed");
        intake.observed(&Draft {
            native_key: &self.key("outcome"),
            event: self.day,
            precision: TimePrecision::Day,
            allegation: is_one_sided,
            // Who proposed the corridor is not who used or disrupted it.
            actor: "",
            note: &note,
            ..self.draft()
        })
    }
}
