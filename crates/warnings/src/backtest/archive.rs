//! Published records as events, and events as daily counts in cells.
//!
//! A reader takes the text of a CSV file, already unpacked. A row that cannot be read is counted with its number and
//! the reason; the rest of the file is read on.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::panel::{Panel, PanelError, Zone};

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
/// Side of a PRIO-GRID cell, degrees (Tollefsen, Strand & Buhaug 2012).
pub const CELL_DEG: f64 = 0.5;
/// How many bad rows are kept one by one; above it they are only counted.
const BAD_KEPT_MAX: usize = 1_000;
/// How many zones × steps a panel may hold.
const PANEL_MAX: usize = 200_000_000;

/// Something that happened on a known day at a known place.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Days since 1970-01-01.
    pub day: i32,
    /// Longitude, degrees (WGS84).
    pub lon_deg: f64,
    /// Latitude, degrees (WGS84).
    pub lat_deg: f64,
    /// How many times it counts: 1 for an event.
    pub weight: u32,
    /// The day the first source wrote of it, days since 1970; nothing where the record does not say.
    pub reported_day: Option<i32>,
    /// The best estimate of deaths, where the record has one.
    pub deaths: Option<u32>,
}

/// An air-raid alert in a region.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// The region as the record names it.
    pub region: String,
    /// When it began, milliseconds since 1970.
    pub started_ms: i64,
    /// When it ended, milliseconds since 1970.
    pub finished_ms: i64,
    /// The end is not known but taken to be 30 minutes after the beginning.
    pub naive: bool,
}

/// Why a row was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// It is not CSV or not UTF-8.
    #[error("not readable as CSV: {0}")]
    Csv(String),
    /// A column is not there.
    #[error("no column `{0}`")]
    Column(&'static str),
    /// A date or time that is none.
    #[error("`{0}` is no date")]
    Date(String),
    /// A longitude or latitude that is none.
    #[error("`{0}` is no position")]
    Position(String),
    /// A number that is none.
    #[error("`{0}` is no number")]
    Number(String),
    /// It ends before it begins.
    #[error("ends before it begins")]
    Backwards,
}

/// A row that was not taken, by its number (the first row after the header is 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Its number.
    pub row: u64,
    /// Why.
    pub fault: RowFault,
}

/// What was read of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading<T> {
    /// What was taken, in the order of the file.
    pub items: Vec<T>,
    /// How many rows the file has.
    pub rows: u64,
    /// How many rows were in order but not asked for (day or place not known well enough).
    pub passed_over: u64,
    /// How many rows were bad.
    pub bad_rows: u64,
    /// The first thousand of them.
    pub bad: Vec<BadRow>,
    /// Rows that say when they were reported.
    pub dated: u64,
    /// Of these, rows reported before the day of what they report: they know the future, or their times are wrong.
    pub foretold: u64,
}

/// What a reader makes of a row: something, nothing that is asked for, or a fault.
type Row<T> = Result<Option<T>, RowFault>;

/// Insurgent events in Iraq: columns `date`, `longitude`, `latitude` (and `type`, not used).
pub fn iraq_events<R: Read>(text: R) -> Reading<Event> {
    read(text, ["date", "longitude", "latitude"], |[date, lon, lat]| {
        let (lon_deg, lat_deg) = position(lon, lat)?;
        let day = day_of(date)?;
        Ok(Some(Event { day, lon_deg, lat_deg, weight: 1, reported_day: None, deaths: None }))
    })
}

/// Events with the day they were received: columns `date`, `longitude`, `latitude` and `received` (may be empty). An
/// event received before its day is taken as not dated, and counted as foretold.
pub fn received_events<R: Read>(text: R) -> Reading<Event> {
    let dates = Dates::default();
    let columns = ["date", "longitude", "latitude", "received"];
    let reading = read(text, columns, |[date, lon, lat, received]| {
        let (lon_deg, lat_deg) = position(lon, lat)?;
        let day = day_of(date)?;
        let received = if received.trim().is_empty() { None } else { Some(day_of(received)?) };
        dates.note(day, received);
        let reported_day = received.filter(|d| *d >= day);
        Ok(Some(Event { day, lon_deg, lat_deg, weight: 1, reported_day, deaths: None }))
    });
    dates.told(reading)
}

/// How many rows are dated, and how many before their day.
#[derive(Default)]
struct Dates {
    dated: Cell<u64>,
    foretold: Cell<u64>,
}

impl Dates {
    fn note(&self, day: i32, last_reported: Option<i32>) {
        let Some(reported) = last_reported else { return };
        self.dated.set(self.dated.get() + 1);
        self.foretold.set(self.foretold.get() + u64::from(reported < day));
    }

    fn told<T>(self, reading: Reading<T>) -> Reading<T> {
        Reading { dated: self.dated.get(), foretold: self.foretold.get(), ..reading }
    }
}

/// How well an event of the UCDP GED must be known to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GedPrecision {
    /// Greatest `date_prec`: 1 is the day.
    pub date_max: u32,
    /// Greatest `where_prec`: 1 exact, 2 within about 25 km, 3 the district, 4 the province.
    pub where_max: u32,
}

impl Default for GedPrecision {
    fn default() -> Self {
        GedPrecision { date_max: 1, where_max: 3 }
    }
}

/// Events of the UCDP Georeferenced Event Dataset (Sundberg & Melander 2013), any country extract.
pub fn ged_events<R: Read>(text: R, precision: GedPrecision) -> Reading<Event> {
    let columns = ["date_start", "longitude", "latitude", "date_prec", "where_prec", "best", "source_date"];
    let dates = Dates::default();
    let reading = read(text, columns, |[date, lon, lat, date_prec, where_prec, best, sources]| {
        let known = number(date_prec)? <= f64::from(precision.date_max)
            && number(where_prec)? <= f64::from(precision.where_max);
        let day = day_of(date)?;
        let (lon_deg, lat_deg) = position(lon, lat)?;
        let deaths = Some(number(best)?.max(0.0) as u32);
        // A source dated before the event is a slip of the coding: it says nothing about the lag.
        let reported_day = sources.split(';').filter_map(|s| day_of(s).ok()).filter(|d| *d >= day).min();
        if known {
            // Foretold only where every source is dated before: one of several is a slip.
            dates.note(day, sources.split(';').filter_map(|s| day_of(s).ok()).max());
        }
        Ok(known.then_some(Event { day, lon_deg, lat_deg, weight: 1, reported_day, deaths }))
    });
    dates.told(reading)
}

/// Air-raid alerts in Ukraine as volunteers noted them: `region`, `started_at`, `finished_at`, `naive`.
pub fn siren_alerts<R: Read>(text: R) -> Reading<Alert> {
    read(text, ["region", "started_at", "finished_at", "naive"], |[region, started, finished, naive]| {
        let (started_ms, finished_ms) = (instant_ms(started)?, instant_ms(finished)?);
        if finished_ms < started_ms {
            return Err(RowFault::Backwards);
        }
        let naive = naive.eq_ignore_ascii_case("true");
        Ok(Some(Alert { region: region.to_owned(), started_ms, finished_ms, naive }))
    })
}

/// Daily counts of alerts by region, on the day they begin. The record has no positions: a zone's middle is (0, 0).
///
/// # Errors
/// When the counts make no panel.
pub fn alerts_panel(alerts: &[Alert], first_day: i32, days: usize) -> Result<Panel, PanelError> {
    let mut rows: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for alert in alerts {
        let Some(at) = offset(day_of_ms(alert.started_ms), first_day, days) else { continue };
        let row = rows.entry(alert.region.as_str()).or_insert_with(|| vec![0; days]);
        if let Some(count) = row.get_mut(at) {
            *count = count.saturating_add(1);
        }
    }
    let zones =
        rows.keys().map(|name| Zone { name: (*name).to_owned(), lon_deg: 0.0, lat_deg: 0.0 }).collect();
    Panel::new(zones, i64::from(first_day) * DAY_MS, DAY_MS, rows.into_values().flatten().collect(), None)
}

/// Which days and cells a panel holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// First day, days since 1970.
    pub first_day: i32,
    /// How many days.
    pub days: usize,
    /// A cell is a zone when it has at least this many events on the days of `floor_days`.
    pub events_min: u32,
    /// The days on which activity is asked for. For a score without look-ahead: days before those scored.
    pub floor_days: Range<i32>,
}

impl Window {
    /// All the days of the events, with a floor asked of the first `part` of them (1 for all, 0.5 for the first half).
    #[must_use]
    pub fn of_events(events: &[Event], events_min: u32, part: f64) -> Window {
        let first_day = events.iter().map(|e| e.day).min().unwrap_or(0);
        let last_day = events.iter().map(|e| e.day).max().unwrap_or(first_day - 1);
        Window::of_days(first_day, last_day, events_min, part)
    }

    /// The days from `first_day` to `last_day`, both in it.
    #[must_use]
    pub fn of_days(first_day: i32, last_day: i32, events_min: u32, part: f64) -> Window {
        let days = usize::try_from(i64::from(last_day) + 1 - i64::from(first_day)).unwrap_or(0);
        let asked = (days as f64 * part.clamp(0.0, 1.0)) as i32;
        Window { first_day, days, events_min, floor_days: first_day..first_day.saturating_add(asked) }
    }
}

/// Daily counts of events in PRIO-GRID cells of half a degree. Zones are in the order of their number; a zone's name is
/// its number.
///
/// # Errors
/// When the panel would be larger than any record needs.
pub fn cells_panel(events: &[Event], window: &Window) -> Result<Panel, PanelError> {
    let mut floors: BTreeMap<u32, u64> = BTreeMap::new();
    for event in events.iter().filter(|e| window.floor_days.contains(&e.day)) {
        *floors.entry(cell_of(event.lon_deg, event.lat_deg)).or_default() += u64::from(event.weight);
    }
    floors.retain(|_, sum| *sum >= u64::from(window.events_min));
    let rows: BTreeMap<u32, usize> = floors.keys().enumerate().map(|(row, cell)| (*cell, row)).collect();
    let size = rows.len().checked_mul(window.days).filter(|s| *s <= PANEL_MAX).ok_or(PanelError::Shape)?;
    let mut counts = vec![0_u32; size];
    for event in events {
        let row = rows.get(&cell_of(event.lon_deg, event.lat_deg));
        let (Some(row), Some(at)) = (row, offset(event.day, window.first_day, window.days)) else { continue };
        if let Some(count) = counts.get_mut(row * window.days + at) {
            *count = count.saturating_add(event.weight);
        }
    }
    let zones = rows.keys().map(|cell| zone_of(*cell)).collect();
    Panel::new(zones, i64::from(window.first_day) * DAY_MS, DAY_MS, counts, None)
}

/// The number of the PRIO-GRID cell of a position: rows of 720 cells from the south-west.
#[must_use]
pub fn cell_of(lon_deg: f64, lat_deg: f64) -> u32 {
    let row = ((lat_deg + 90.0) / CELL_DEG).floor().clamp(0.0, 359.0) as u32;
    let col = ((lon_deg + 180.0) / CELL_DEG).floor().clamp(0.0, 719.0) as u32;
    row * 720 + col + 1
}

/// The zone of a PRIO-GRID cell: its number for a name, and its middle.
#[must_use]
pub fn zone_of(cell: u32) -> Zone {
    let (row, col) = (cell.saturating_sub(1) / 720, cell.saturating_sub(1) % 720);
    let middle = |at: u32, from: f64| from + (f64::from(at) + 0.5) * CELL_DEG;
    Zone { name: cell.to_string(), lon_deg: middle(col, -180.0), lat_deg: middle(row, -90.0) }
}

/// Days since 1970 of a date, `2007-08-29` or the same followed by a time of day.
///
/// # Errors
/// When it is no date.
pub fn day_of(text: &str) -> Result<i32, RowFault> {
    let fault = || RowFault::Date(clipped(text));
    let date: Date = text.trim().get(..10).and_then(|d| d.parse().ok()).ok_or_else(fault)?;
    let epoch = Date::constant(1970, 1, 1);
    epoch.until(date).map(|span| span.get_days()).map_err(|_| fault())
}

/// The date of a day since 1970, `2007-08-29`; empty where there is none.
#[must_use]
pub fn date_of(day: i32) -> String {
    let span = jiff::Span::new().try_days(day);
    let date = span.ok().and_then(|s| Date::constant(1970, 1, 1).checked_add(s).ok());
    date.map(|d| d.to_string()).unwrap_or_default()
}

/// The day since 1970 of an instant.
#[must_use]
pub fn day_of_ms(ms: i64) -> i32 {
    i32::try_from(ms.div_euclid(DAY_MS)).unwrap_or(if ms < 0 { i32::MIN } else { i32::MAX })
}

fn offset(day: i32, first_day: i32, days: usize) -> Option<usize> {
    let at = usize::try_from(i64::from(day) - i64::from(first_day)).ok()?;
    (at < days).then_some(at)
}

fn instant_ms(text: &str) -> Result<i64, RowFault> {
    let instant: Timestamp = text.trim().parse().map_err(|_| RowFault::Date(clipped(text)))?;
    Ok(instant.as_millisecond())
}

fn position(lon: &str, lat: &str) -> Result<(f64, f64), RowFault> {
    let fault = || RowFault::Position(clipped(&format!("{lon} {lat}")));
    let lon_deg: f64 = lon.trim().parse().map_err(|_| fault())?;
    let lat_deg: f64 = lat.trim().parse().map_err(|_| fault())?;
    let on_earth = (-180.0..=180.0).contains(&lon_deg) && (-90.0..=90.0).contains(&lat_deg);
    if on_earth { Ok((lon_deg, lat_deg)) } else { Err(fault()) }
}

fn number(text: &str) -> Result<f64, RowFault> {
    let value: f64 = text.trim().parse().map_err(|_| RowFault::Number(clipped(text)))?;
    if value.is_finite() { Ok(value) } else { Err(RowFault::Number(clipped(text))) }
}

fn clipped(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Reads `columns` of every row and takes what `take` makes of them.
fn read<T, R: Read, const N: usize>(
    text: R,
    columns: [&'static str; N],
    take: impl Fn([&str; N]) -> Row<T>,
) -> Reading<T> {
    let mut out = Reading {
        items: Vec::new(),
        rows: 0,
        passed_over: 0,
        bad_rows: 0,
        bad: Vec::new(),
        dated: 0,
        foretold: 0,
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
    let places = match places(&mut reader, columns) {
        Ok(places) => places,
        Err(fault) => return with_fault(out, fault),
    };
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return out,
            Ok(true) => {
                out.rows += 1;
                let row = fields(&record, columns, places).and_then(&take);
                match row {
                    Ok(Some(item)) => out.items.push(item),
                    Ok(None) => out.passed_over += 1,
                    Err(fault) => out = with_fault(out, fault),
                }
            }
            Err(error) => {
                out.rows += 1;
                let broken = matches!(error.kind(), csv::ErrorKind::Io(_));
                out = with_fault(out, RowFault::Csv(clipped(&error.to_string())));
                if broken {
                    return out;
                }
            }
        }
    }
}

fn with_fault<T>(mut reading: Reading<T>, fault: RowFault) -> Reading<T> {
    reading.bad_rows += 1;
    if reading.bad.len() < BAD_KEPT_MAX {
        reading.bad.push(BadRow { row: reading.rows, fault });
    }
    reading
}

/// Where each column stands.
fn places<R: Read, const N: usize>(
    reader: &mut csv::Reader<R>,
    columns: [&'static str; N],
) -> Result<[usize; N], RowFault> {
    let header = reader.headers().map_err(|e| RowFault::Csv(clipped(&e.to_string())))?;
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        let at = header.iter().position(|name| name.trim_start_matches('\u{feff}') == column);
        *place = at.ok_or(RowFault::Column(column))?;
    }
    Ok(places)
}

fn fields<'r, const N: usize>(
    record: &'r csv::StringRecord,
    columns: [&'static str; N],
    places: [usize; N],
) -> Result<[&'r str; N], RowFault> {
    let mut fields = [""; N];
    for ((field, column), place) in fields.iter_mut().zip(columns).zip(places) {
        *field = record.get(place).ok_or(RowFault::Column(column))?;
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IRAQ: &str = "date,longitude,latitude,type\n2006-01-01,41.14,34.36,IED\n2006-13-01,41,34,SAF\n\
        2006-01-02,x,34.3,SAF\n2006-01-02,410,34.3,SAF\n2006-01-02\n2006-01-03,41.2,34.4,other\n";

    #[test]
    fn a_bad_row_is_counted_with_its_number_and_the_reason_and_the_rest_is_read() {
        let reading = iraq_events(IRAQ.as_bytes());
        assert_eq!((reading.rows, reading.bad_rows, reading.items.len()), (6, 4, 2));
        let rows: Vec<u64> = reading.bad.iter().map(|b| b.row).collect();
        assert_eq!(rows, [2, 3, 4, 5]);
        assert_eq!(reading.bad[0].fault, RowFault::Date("2006-13-01".to_owned()));
        assert_eq!(reading.bad[3].fault, RowFault::Column("longitude"));
        assert_eq!(date_of(reading.items[1].day), "2006-01-03");
    }

    #[test]
    fn a_file_without_its_columns_or_that_is_no_text_gives_a_fault_and_no_panic() {
        let reading = iraq_events("a,b\n1,2\n".as_bytes());
        assert_eq!(reading.bad[0].fault, RowFault::Column("date"));
        let bytes: Vec<u8> = (0..=255).cycle().take(10_000).collect();
        assert!(iraq_events(bytes.as_slice()).items.is_empty());
        let latin = b"date,longitude,latitude\n2006-01-01,41,\xff\n2006-01-02,41,34\n";
        let reading = iraq_events(latin.as_slice());
        assert_eq!((reading.items.len(), reading.bad_rows), (1, 1));
    }

    #[test]
    fn a_cell_has_the_number_that_prio_grid_gives_it() {
        assert_eq!(cell_of(36.707602, 34.802462), 179_714);
        let zone = zone_of(179_714);
        assert_eq!((zone.lon_deg, zone.lat_deg), (36.75, 34.75));
        assert_eq!(cell_of(180.0, 90.0), 259_200);
    }

    #[test]
    fn events_of_vague_day_are_passed_over_and_the_first_report_is_kept() {
        let text = "date_start,longitude,latitude,date_prec,where_prec,best,source_date\n\
            2016-01-01,36.7,34.8,1.0,1.0,4.0,2015-01-01;2016-01-03;2016-01-02\n\
            2016-01-05 00:00:00.000,36.7,34.8,1,4,0,2016-01-05\n";
        let reading = ged_events(text.as_bytes(), GedPrecision::default());
        assert_eq!((reading.items.len(), reading.passed_over), (1, 1));
        let event = &reading.items[0];
        assert_eq!((event.deaths, event.reported_day), (Some(4), Some(event.day + 1)));
    }

    #[test]
    fn a_report_that_was_there_before_its_event_is_counted_and_does_not_date_it() {
        let text = "date,longitude,latitude,received\n2020-01-05,36,48,2020-01-04\n2020-01-05,36,48,2020-01-05\n\
            2020-01-05,36,48,\n2020-01-05,36,48,soon\n";
        let reading = received_events(text.as_bytes());
        assert_eq!((reading.items.len(), reading.bad_rows), (3, 1));
        assert_eq!((reading.dated, reading.foretold), (2, 1));
        let day = reading.items[0].day;
        let reported: Vec<_> = reading.items.iter().map(|e| e.reported_day).collect();
        assert_eq!(reported, [None, Some(day), None]);
    }

    #[test]
    fn alerts_are_counted_on_the_day_they_begin() {
        let text = "region,started_at,finished_at,naive\n\
            Kyiv City,2022-02-25 23:59:00+00:00,2022-02-26 00:40:00+00:00,True\n\
            Kyiv City,2022-02-26 01:59:00+02:00,2022-02-26 03:40:00+02:00,False\n\
            Kyiv City,2022-02-27 01:00:00+00:00,2022-02-26 03:40:00+00:00,False\n";
        let reading = siren_alerts(text.as_bytes());
        assert_eq!(reading.bad[0], BadRow { row: 3, fault: RowFault::Backwards });
        let panel = alerts_panel(&reading.items, day_of("2022-02-25").unwrap(), 3).unwrap();
        assert_eq!(panel.counts(0), [2, 0, 0]);
    }

    #[test]
    fn the_floor_of_activity_looks_only_at_the_days_it_is_given() {
        let at =
            |day, lon_deg| Event { day, lon_deg, lat_deg: 33.1, weight: 1, reported_day: None, deaths: None };
        let events = vec![at(10, 44.1), at(11, 44.2), at(18, 46.1), at(19, 46.2), at(19, 44.1)];
        let all = cells_panel(&events, &Window::of_events(&events, 2, 1.0)).unwrap();
        assert_eq!((all.zones().len(), all.steps()), (2, 10));
        let early = cells_panel(&events, &Window::of_events(&events, 2, 0.5)).unwrap();
        assert_eq!(early.zones().len(), 1);
        assert_eq!(early.counts(0), [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(cells_panel(&[], &Window::of_events(&[], 1, 1.0)).unwrap().zones().len(), 0);
    }
}
