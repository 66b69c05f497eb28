//! Ukrainian air-raid alerts as intervals, CSV: the official table (oblast, raion, hromada, level, started, finished,
//! source) and the volunteers' (region, started, finished, naive).

use crate::draft::{Draft, Means, TimePrecision};
use crate::formats::Step;
use crate::formats::fields::{self, key_part};
use crate::formats::moments::Clock;
use crate::formats::rows::{Header, Rows};
use crate::intake::{At, Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, Interval};
use std::io::Read;

const NAME: &str = "air-raid";
/// Names of places, from the largest down.
const PLACES: [&str; 4] = ["region", "oblast", "raion", "hromada"];

struct Columns {
    places: Vec<(usize, &'static str)>,
    level: Option<usize>,
    started: usize,
    finished: usize,
    naive: Option<usize>,
    origin: Option<usize>,
}

impl Columns {
    fn find(header: &Header) -> Result<Columns, ReadError> {
        let (started, finished) = (header.find("started_at"), header.find("finished_at"));
        let places: Vec<(usize, &str)> =
            PLACES.into_iter().filter_map(|name| Some((header.find(name)?, name))).collect();
        let (Some(started), Some(finished), false) = (started, finished, places.is_empty()) else {
            let all = [
                ("oblast", places.is_empty()),
                ("started_at", started.is_none()),
                ("finished_at", finished.is_none()),
            ];
            let missing: Vec<&str> = all.iter().filter(|(_, m)| *m).map(|(n, _)| *n).collect();
            return Err(header.missing(NAME, &missing));
        };
        let (level, naive, origin) = (header.find("level"), header.find("naive"), header.find("source"));
        Ok(Columns { places, level, started, finished, naive, origin })
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
    let mut read: Vec<usize> = columns.places.iter().map(|(i, _)| *i).collect();
    read.extend([columns.started, columns.finished]);
    read.extend([columns.level, columns.naive, columns.origin].into_iter().flatten());
    let unread = (0..header.len()).filter(|i| !read.contains(i));
    intake.unread(unread.map(|i| header.name(i).to_owned()).collect());
    let clock = Clock::new(zone);
    loop {
        let next = rows.next();
        match super::step(next, &rows, header.len(), intake)? {
            Step::Row => {}
            Step::Skip => continue,
            Step::Done => return Ok(()),
        }
        match alert(&rows, &columns, &clock) {
            Ok(alert) => alert.take(intake)?,
            Err(fault) => intake.rejected(At { line: rows.line(), raw: &rows.raw() }, fault),
        }
    }
}

/// One row.
struct Alert {
    key: Vec<u8>,
    event: Interval,
    end: End,
    note: String,
    is_swapped: bool,
}

/// What is known of the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It was announced.
    Announced,
    /// Nobody announced it; the file has half an hour instead.
    Invented,
    /// The cell is empty.
    Open,
}

fn alert(rows: &Rows<'_>, c: &Columns, clock: &Clock) -> Result<Alert, Fault> {
    let mut key = Vec::with_capacity(96);
    let mut note = String::new();
    let mut oblast = "";
    let mut raion = "";
    for (column, name) in &c.places {
        let text = fields::text(name, rows.field(*column))?;
        match *name {
            "oblast" => oblast = text,
            "raion" => raion = text,
            _ => {}
        }
        key_part(&mut key, text.as_bytes());
        if !text.is_empty() {
            let before = if note.is_empty() { "" } else { ", " };
            note.push_str(&format!("{before}{name}: {text}"));
        }
    }
    if note.is_empty() {
        let name = c.places.first().map_or("", |(_, n)| n);
        return Err(Fault::new(name, RejectReason::MissingValue, ""));
    }
    if let Some(level) = c.level.map(|l| fields::text("level", rows.field(l))).transpose()? {
        key_part(&mut key, level.as_bytes());
        note.push_str(&format!("; level: {level}"));
    }
    let started = fields::text("started_at", rows.field(c.started))?;
    if started.is_empty() {
        return Err(Fault::new("started_at", RejectReason::MissingValue, ""));
    }
    let start = clock.read("started_at", started, &[])?.event.start;
    key_part(&mut key, &start.0.to_le_bytes());
    let (event, end) = span(rows, c, clock, start)?;
    // How the district and the region are called tells which is which.
    let lower = (oblast.to_lowercase(), raion.to_lowercase());
    let is_swapped = lower.0.ends_with("raion") || lower.1.ends_with("oblast");
    if is_swapped {
        note.push_str("; oblast and raion look exchanged in the file");
    }
    note.push_str(match end {
        End::Announced => "",
        End::Invented => "; end not known: the file has the start and 30 minutes",
        End::Open => "; end not known: no end stands in the file",
    });
    if let Some(origin) = c.origin.map(|o| fields::text("source", rows.field(o))).transpose()?
        && !origin.is_empty()
    {
        note.push_str(&format!("; source: {origin}"));
    }
    Ok(Alert { key, event, end, note, is_swapped })
}

fn span(rows: &Rows<'_>, c: &Columns, clock: &Clock, start: base::Instant) -> Result<(Interval, End), Fault> {
    let finished = fields::text("finished_at", rows.field(c.finished))?;
    if finished.is_empty() {
        return Ok((Interval::at(start), End::Open));
    }
    let end = clock.read("finished_at", finished, &[])?.event.start;
    if end < start {
        return Err(Fault::new("finished_at", RejectReason::EndsBeforeStart, finished));
    }
    let naive = c.naive.map_or(Ok(""), |n| fields::text("naive", rows.field(n)))?;
    let end_is = match naive.to_lowercase().as_str() {
        "" | "false" | "0" | "no" => End::Announced,
        "true" | "1" | "yes" => End::Invented,
        _ => return Err(Fault::new("naive", RejectReason::UnknownWord, naive)),
    };
    Ok((Interval { start, end }, end_is))
}

impl Alert {
    fn take(self, intake: &mut Intake<'_>) -> Result<(), ReadError> {
        if self.is_swapped {
            intake.warn("oblast and raion look exchanged; both are kept in the note as they stand");
        }
        match self.end {
            End::Announced => {}
            End::Invented => intake.warn("ends that nobody announced (naive): start and 30 minutes"),
            End::Open => intake.warn("alerts without an end"),
        }
        let is_known = self.end == End::Announced;
        intake.observed(&Draft {
            native_key: &self.key,
            kind: "air alert",
            event: self.event,
            precision: if is_known { TimePrecision::Second } else { TimePrecision::Coarser },
            // A file made later knows the end of an alert that was open, or announced after all; an end that nobody
            // announced was reported no later than the start.
            reported_ms: Some(if is_known { self.event.end.0 } else { self.event.start.0 }),
            means: Means::OpenSource,
            note: &self.note,
            ..Draft::default()
        })
    }
}
