//! Daily interference with satellite navigation by H3 cell, as gpsjam.org publishes it, CSV: how many aircraft that
//! crossed a cell reported good accuracy of navigation, and how many did not.
//!
//! A row is first of all *coverage*: so many aircraft could have told. It is an observation of interference only where
//! the share of aircraft with bad accuracy is certain enough. A cell without a row was not observed.

use crate::coverage::{Coverage, CoverageArea, Status};
use crate::draft::{Draft, Means, TimePrecision};
use crate::formats::Step;
use crate::formats::fields::{self, Days, key_part};
use crate::formats::rows::{Header, Rows};
use crate::intake::{At, Intake, Options, ReadError};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, Count, Interval, LonLat, Place};
use h3o::{CellIndex, LatLng};
use std::io::Read;

const NAME: &str = "gpsjam";
const KIND: &str = "jamming";
/// Fewest aircraft in a cell and day of which anything is said: with ten that are all well, the share that is not may
/// still be 28 % (Wilson, 95 %).
const AIRCRAFT_MIN: u32 = 10;
/// Share of aircraft with bad accuracy that has to be exceeded with 95 % confidence: the publisher's own limit of
/// "high".
const SHARE_MIN: f64 = 0.10;
/// Two-sided 95 % of the normal distribution.
const Z: f64 = 1.959_964;
/// Most aircraft of one cell and day that can be meant.
const AIRCRAFT_MAX: u32 = 1_000_000;
/// Resolutions that are read: 2 (about 180 km across an edge) to 9 (200 m).
const RESOLUTIONS: std::ops::RangeInclusive<u8> = 2..=9;

struct Columns {
    date: Option<usize>,
    hex: usize,
    good: usize,
    bad: usize,
}

impl Columns {
    fn find(header: &Header) -> Result<Columns, ReadError> {
        let hex = header.any(&["hex", "h3", "cell"]);
        let good = header.any(&["count_good_aircraft", "good"]);
        let bad = header.any(&["count_bad_aircraft", "bad"]);
        let (Some(hex), Some(good), Some(bad)) = (hex, good, bad) else {
            let all = [("hex", hex), ("count_good_aircraft", good), ("count_bad_aircraft", bad)];
            let missing: Vec<&str> = all.iter().filter(|(_, c)| c.is_none()).map(|(n, _)| *n).collect();
            return Err(header.missing(NAME, &missing));
        };
        Ok(Columns { date: header.any(&["date", "day"]), hex, good, bad })
    }
}

/// Reads the table.
pub(crate) fn run(
    options: &Options,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut rows = Rows::open(NAME, input, Some(b','))?;
    let header = Header::read(NAME, &mut rows)?;
    let columns = Columns::find(&header)?;
    // The publisher's days are days of UTC, whatever the civil zone of others.
    let mut days = Days::new(CivilZone::utc());
    let of_file = match (columns.date, options.day) {
        (Some(_), _) => None,
        (None, Some(day)) => {
            let text = format!("{:04}-{:02}-{:02}", day.0, day.1, day.2);
            let bad = |_| ReadError::Options(format!("`{text}` is not a day"));
            Some(days.of("", day, text.as_bytes()).map_err(bad)?)
        }
        (None, None) => {
            return Err(ReadError::Options(
                "this table has no column `date`: say which day it is of (--day 2022-07-15, or keep the \
                 publisher's file name 2022-07-15-h3_4.csv)"
                    .to_owned(),
            ));
        }
    };
    let read = [columns.date, Some(columns.hex), Some(columns.good), Some(columns.bad)];
    let unread = (0..header.len()).filter(|i| !read.contains(&Some(*i)));
    intake.unread(unread.map(|i| header.name(i).to_owned()).collect());
    loop {
        let next = rows.next();
        match super::step(next, &rows, header.len(), intake)? {
            Step::Row => {}
            Step::Skip => continue,
            Step::Done => return Ok(()),
        }
        match cell(&rows, &columns, &mut days, of_file.as_ref()) {
            Ok(cell) => {
                if let Err(fault) = cell.take(intake)? {
                    intake.rejected(At { line: rows.line(), raw: &rows.raw() }, fault);
                }
            }
            Err(fault) => intake.rejected(At { line: rows.line(), raw: &rows.raw() }, fault),
        }
    }
}

/// One row: what the aircraft of one cell and day told.
struct Cell {
    day: Interval,
    key: Vec<u8>,
    area: Area,
    good: u32,
    bad: u32,
}

enum Area {
    /// The cell's closed ring.
    Ring(Vec<LonLat>),
    /// The circle around a cell that lies across the 180th meridian or a pole, where a ring of longitudes fails.
    Circle(LonLat, f64),
}

fn cell(rows: &Rows<'_>, c: &Columns, days: &mut Days, of_file: Option<&Interval>) -> Result<Cell, Fault> {
    let day = match (c.date, of_file) {
        (Some(column), _) => days.read("date", rows.field(column))?,
        (None, Some(day)) => *day,
        (None, None) => return Err(Fault::new("date", RejectReason::MissingValue, "")),
    };
    let aircraft = |name: &str, column: usize| match fields::whole(name, rows.field(column))? {
        n if n <= AIRCRAFT_MAX => Ok(n),
        _ => Err(Fault::new(name, RejectReason::OutOfRange, rows.field(column))),
    };
    let good = aircraft("count_good_aircraft", c.good)?;
    let bad = aircraft("count_bad_aircraft", c.bad)?;
    let hex = rows.field(c.hex).trim_ascii();
    if hex.is_empty() {
        return Err(Fault::new("hex", RejectReason::MissingValue, ""));
    }
    let fault = |reason| Fault::new("hex", reason, hex);
    let text = std::str::from_utf8(hex).map_err(|_| fault(RejectReason::NotUtf8))?;
    let index: CellIndex = text.parse().map_err(|_| fault(RejectReason::BadGeometry))?;
    if !RESOLUTIONS.contains(&u8::from(index.resolution())) {
        return Err(fault(RejectReason::OutOfRange));
    }
    let area = area(index).ok_or_else(|| fault(RejectReason::BadGeometry))?;
    let mut key = Vec::with_capacity(32);
    // One day has one start and one cell one index, however they are written.
    key_part(&mut key, &day.start.0.to_le_bytes());
    key_part(&mut key, &u64::from(index).to_le_bytes());
    Ok(Cell { day, key, area, good, bad })
}

fn area(index: CellIndex) -> Option<Area> {
    let corners: Vec<LatLng> = index.boundary().iter().copied().collect();
    let mut ring: Vec<LonLat> =
        corners.iter().map(|c| LonLat::new(c.lng(), c.lat()).ok()).collect::<Option<_>>()?;
    let lons = ring.iter().map(|c| c.lon_deg());
    let (west, east) = lons.fold((f64::MAX, f64::MIN), |(w, e), lon| (w.min(lon), e.max(lon)));
    if east - west > 180.0 {
        let middle = LatLng::from(index);
        let radius_m = corners.iter().map(|c| middle.distance_m(*c)).fold(0.0, f64::max);
        return Some(Area::Circle(LonLat::new(middle.lng(), middle.lat()).ok()?, radius_m));
    }
    ring.push(*ring.first()?);
    Some(Area::Ring(ring))
}

/// The lower end of Wilson's interval of a share, 95 %.
fn share_at_least(bad: u32, all: u32) -> f64 {
    let (n, z2) = (f64::from(all), Z * Z);
    let share = f64::from(bad) / n;
    let spread = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    ((share + z2 / (2.0 * n) - spread) / (1.0 + z2 / n)).max(0.0)
}

impl Cell {
    /// Outer error ends the reading, inner rejects the row's coverage.
    fn take(self, intake: &mut Intake<'_>) -> Result<Result<(), Fault>, ReadError> {
        let all = self.good.saturating_add(self.bad);
        let is_enough = all >= AIRCRAFT_MIN;
        if is_enough && share_at_least(self.bad, all) > SHARE_MIN {
            self.observe(all, intake)?;
        }
        let (status, cause) = match is_enough {
            true => (Status::Effective, String::new()),
            false => (Status::Degraded, format!("only {all} aircraft")),
        };
        let area = match self.area {
            Area::Ring(ring) => CoverageArea::Polygon(vec![ring]),
            Area::Circle(at, radius_m) => CoverageArea::Circle { at, radius_m },
        };
        let kinds = vec![KIND.to_owned()];
        intake.covered(Coverage { source: String::new(), kinds, interval: self.day, area, status, cause })
    }

    fn observe(&self, all: u32, intake: &mut Intake<'_>) -> Result<(), ReadError> {
        let share = share_at_least(self.bad, all) * 100.0;
        let note = format!(
            "{} of {all} aircraft with bad accuracy of navigation; a share of at least {share:.1} % (Wilson, 95 %)",
            self.bad
        );
        let place = match &self.area {
            Area::Ring(ring) => Place::Polygon(vec![ring.clone()]),
            Area::Circle(at, radius_m) => Place::Point { at: *at, radius_m: Some(*radius_m) },
        };
        intake.observed(&Draft {
            native_key: &self.key,
            kind: KIND,
            event: self.day,
            precision: TimePrecision::Day,
            place,
            means: Means::OpenSource,
            count: Some(Count::exactly(self.bad)),
            unit: "aircraft",
            note: &note,
            ..Draft::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::share_at_least;

    #[test]
    fn few_aircraft_make_a_share_less_certain() {
        // Wilson's interval for 5 of 10 is 23.7 % to 76.3 %.
        assert!((share_at_least(5, 10) - 0.2366).abs() < 1e-4);
        assert!((share_at_least(500, 1_000) - 0.4691).abs() < 1e-4);
        assert!(share_at_least(0, 10).abs() < 1e-12);
        assert!(share_at_least(2, 10) < 0.10 && share_at_least(4, 10) > 0.10);
    }
}
