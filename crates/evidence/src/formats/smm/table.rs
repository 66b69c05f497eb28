//! Writing the table of violations.

use super::{AT, REMARK, WHERE, location, when};
use crate::batch::{Batch, FLAG_ALLEGATION, FLAG_EXERCISE, NOT_STATED_MS};
use crate::draft::Assessment;
use atlas::answer::Shape;
use base::{CivilZone, Count, Instant, LonLat, Place};
use std::io::Write;

/// The mission's own columns.
const COLUMNS: [&str; 8] =
    ["SMM position", "Event location", "Means", "No.", "Observation", "Description", "Weapon", "Date, time"];
/// Columns written only where some row has a value for them.
const FURTHER: [&str; 8] =
    ["Unit", "Actor", "Calibre mm", "Nature", "Remark", "Links", "Observed", "Reported"];
const OBSERVER: [&str; 3] = ["Position lon", "Position lat", "Position radius m"];

/// Writes `rows` of `batch` as a table of violations, times in `zone`, so that reading it gives the same facts.
///
/// `with_positions` adds where the observers stood. That is targeting data: leave it off for anything that leaves
/// the mission. Without it a sector is read back as "place undetermined", its range and bearing in the note.
/// A polygon has no form in this table and is written as `N/K`.
///
/// # Errors
/// When `to` cannot be written.
pub fn write<W: Write>(
    batch: &Batch,
    rows: &[usize],
    to: &mut csv::Writer<W>,
    zone: &CivilZone,
    with_positions: bool,
) -> Result<(), csv::Error> {
    let lines: Vec<Line> = rows.iter().map(|row| Line::of(batch, *row, zone)).collect();
    let further: Vec<usize> = (0..FURTHER.len()).filter(|i| lines.iter().any(|l| l.has(*i))).collect();
    let observers: &[&str] = if with_positions { &OBSERVER } else { &[] };
    let names = COLUMNS.iter().chain(further.iter().filter_map(|i| FURTHER.get(*i))).chain(observers);
    to.write_record(names)?;
    for line in &lines {
        let more = further.iter().filter_map(|i| line.further.get(*i));
        let observers = if with_positions { line.observer.as_slice() } else { &[] };
        to.write_record(line.own.iter().chain(more).chain(observers))?;
    }
    Ok(())
}

/// What *Description* says.
pub(super) fn describe(assessment: Assessment, exercise: bool) -> String {
    match exercise {
        false => assessment.name().to_owned(),
        true => format!("{} (assessed as exercise)", assessment.name()),
    }
}

struct Line {
    own: [String; 8],
    further: [String; 8],
    observer: [String; 3],
}

impl Line {
    fn has(&self, column: usize) -> bool {
        self.further.get(column).is_some_and(|t| !t.is_empty())
    }

    fn of(b: &Batch, row: usize, zone: &CivilZone) -> Line {
        let place = place_at(b, row);
        let (position, stated, remark) = divide_note(b.note.get(row));
        let shown = location::show(&place);
        // What the observer wrote stands, unless it does not say where the place is now known to be.
        let location = if stated_is(stated, &place) || shown.is_empty() { stated } else { &shown };
        let or_unknown = |text: &str| if text.is_empty() { "N/K".to_owned() } else { text.to_owned() };
        let moment = |column: &[i64]| match column.get(row) {
            Some(ms) if *ms != NOT_STATED_MS => Instant(*ms).to_string(),
            _ => String::new(),
        };
        let calibre = b.calibre_mm.get(row).filter(|c| !c.is_nan()).map(ToString::to_string);
        let nature = if b.flag(row, FLAG_ALLEGATION) { "allegation" } else { "" };
        Line {
            own: [
                position.to_owned(),
                or_unknown(location),
                or_unknown(b.means_at(row).name()),
                b.count(row).map_or("N/K".to_owned(), count),
                b.word_at(&b.kind, row).to_owned(),
                describe(b.assessment_at(row), b.flag(row, FLAG_EXERCISE)),
                or_unknown(b.word_at(&b.weapon, row)),
                when::show(zone, b.event(row), b.precision_at(row)),
            ],
            further: [
                b.word_at(&b.unit, row).to_owned(),
                b.word_at(&b.actor, row).to_owned(),
                calibre.unwrap_or_default(),
                nature.to_owned(),
                remark.to_owned(),
                b.links.get(row).to_owned(),
                moment(&b.observed_ms),
                moment(&b.reported_ms),
            ],
            observer: observer(&place),
        }
    }
}

fn count(count: Count) -> String {
    count.to_string()
}

fn observer(place: &Place) -> [String; 3] {
    match place {
        Place::Sector(s) => [
            s.observer.lon_deg().to_string(),
            s.observer.lat_deg().to_string(),
            s.observer_radius_m.to_string(),
        ],
        _ => Default::default(),
    }
}

/// Whether the words of the note say this very place.
fn stated_is(stated: &str, place: &Place) -> bool {
    match place {
        Place::Sector(s) => {
            location::read(stated).and_then(|seen| seen.from(s.observer, s.observer_radius_m)) == Some(*s)
        }
        Place::Point { .. } => location::point(stated).as_ref() == Some(place),
        Place::Undetermined | Place::Polygon(_) => true,
    }
}

fn place_at(b: &Batch, row: usize) -> Place {
    let shape = b.shape.get(row).and_then(|s| b.shapes.get(*s as usize));
    if let Some(Shape::Sector(sector)) = shape {
        return Place::Sector(*sector);
    }
    let (lon, lat) = (b.lon_deg.get(row).copied(), b.lat_deg.get(row).copied());
    let radius_m = b.radius_m.get(row).filter(|r| !r.is_nan()).map(|r| f64::from(*r));
    match lon.zip(lat).map(|(lon, lat)| LonLat::new(lon, lat)) {
        Some(Ok(at)) if shape.is_none() => Place::Point { at, radius_m },
        _ => Place::Undetermined,
    }
}

/// Position, location and remark of a note that was read from such a table; any other note is a remark.
pub(super) fn divide_note(note: &str) -> (&str, &str, &str) {
    let between = |mark: &str| format!("; {mark}");
    let (rest, remark) = match note.split_once(&between(REMARK)) {
        Some((rest, remark)) if rest.starts_with(AT) || rest.starts_with(WHERE) => (rest, remark),
        _ => (note, ""),
    };
    match rest.strip_prefix(AT) {
        Some(rest) => match rest.split_once(&between(WHERE)) {
            Some((position, location)) => (position, location, remark),
            None => (rest, "", remark),
        },
        None => match rest.strip_prefix(WHERE) {
            Some(location) => ("", location, remark),
            None => ("", "", note),
        },
    }
}
