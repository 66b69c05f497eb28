//! Tables of ceasefire violations as the OSCE Special Monitoring Mission annexed them to its daily reports:
//! *SMM position, Event location, Means, No., Observation, Description, Weapon, Date, time*. Read and written.

mod location;
mod table;
mod when;

pub use table::write;

use crate::draft::{Assessment, Draft, Means, TimePrecision};
use crate::formats::Step;
use crate::formats::fields::{self, key_part};
use crate::formats::moments::Clock;
use crate::formats::rows::{Header, Rows};
use crate::intake::{At, Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::{CivilZone, Interval, LonLat, Place};
use std::io::Read;

const NAME: &str = "smm";
/// Cells that mean "not known".
const UNKNOWN: [&str; 7] = ["", "n/k", "unkn", "unkn.", "unknown", "undetermined", "-"];
/// Marks in a note, so that the table can be written again.
const AT: &str = "SMM position: ";
const WHERE: &str = "event location: ";
const REMARK: &str = "remark: ";

/// The cell *Date, time* of an event, which reading gives back: as the mission wrote where that says it all.
#[must_use]
pub fn time_text(zone: &CivilZone, event: Interval, precision: TimePrecision) -> String {
    when::show(zone, event, precision)
}

/// The cell *Event location* of a place: a range and a bearing, or a point; empty if it has no form in this table. It
/// never says from where.
#[must_use]
pub fn location_text(place: &Place) -> String {
    location::show(place)
}

/// The cell *Description*.
#[must_use]
pub fn description_text(assessment: Assessment, exercise: bool) -> String {
    table::describe(assessment, exercise)
}

/// Position, event location and remark of a note that was read from such a table; any other note is all remark.
#[must_use]
pub fn note_parts(note: &str) -> (&str, &str, &str) {
    table::divide_note(note)
}

/// What the mission called the effects of weapons, and the kinds they are.
const OBSERVATIONS: [(&str, &str); 14] = [
    ("explosion", "explosion"),
    ("explosions", "explosion"),
    ("projectile", "projectile"),
    ("projectiles", "projectile"),
    ("projectile in flight", "projectile"),
    ("projectiles in flight", "projectile"),
    ("burst", "burst"),
    ("bursts", "burst"),
    ("shot", "shot"),
    ("shots", "shot"),
    ("muzzle flash", "muzzle flash"),
    ("muzzle flashes", "muzzle flash"),
    ("illumination flare", "flare"),
    ("tracer", "flare"),
];

struct Columns {
    position: Option<usize>,
    location: Option<usize>,
    means: Option<usize>,
    count: Option<usize>,
    observation: usize,
    description: Option<usize>,
    weapon: Option<usize>,
    date: usize,
    time: Option<usize>,
    lon: Option<usize>,
    lat: Option<usize>,
    radius: Option<usize>,
    unit: Option<usize>,
    actor: Option<usize>,
    calibre: Option<usize>,
    nature: Option<usize>,
    remark: Option<usize>,
    links: Option<usize>,
    observed: Option<usize>,
    reported: Option<usize>,
    zone: Option<usize>,
}

impl Columns {
    fn find(header: &Header) -> Result<Columns, ReadError> {
        let observation = header.find("observation");
        let date = header.any(&["date, time", "date/time", "date and time", "date"]);
        let (Some(observation), Some(date)) = (observation, date) else {
            let all = [("Observation", observation), ("Date, time", date)];
            let missing: Vec<&str> = all.iter().filter(|(_, c)| c.is_none()).map(|(n, _)| *n).collect();
            return Err(header.missing(NAME, &missing));
        };
        Ok(Columns {
            position: header.any(&["smm position", "position"]),
            location: header.find("event location"),
            means: header.find("means"),
            count: header.any(&["no.", "no", "number"]),
            observation,
            description: header.find("description"),
            weapon: header.find("weapon"),
            date,
            time: header.find("time"),
            lon: header.find("position lon"),
            lat: header.find("position lat"),
            radius: header.find("position radius m"),
            unit: header.find("unit"),
            actor: header.find("actor"),
            calibre: header.find("calibre mm"),
            nature: header.find("nature"),
            remark: header.find("remark"),
            links: header.find("links"),
            observed: header.find("observed"),
            reported: header.find("reported"),
            zone: header.find("zone"),
        })
    }

    fn read(&self) -> impl Iterator<Item = usize> {
        [Some(self.observation), Some(self.date), self.position, self.location, self.means, self.count]
            .into_iter()
            .chain([self.description, self.weapon, self.time, self.lon, self.lat, self.radius, self.unit])
            .chain([
                self.actor,
                self.calibre,
                self.nature,
                self.remark,
                self.links,
                self.observed,
                self.reported,
                self.zone,
            ])
            .flatten()
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
    let read: Vec<usize> = columns.read().collect();
    let unread = (0..header.len()).filter(|i| !read.contains(i));
    intake.unread(unread.map(|i| header.name(i).to_owned()).collect());
    let mut clocks = Clocks { stated: Vec::new(), usual: Clock::new(zone) };
    let mut order: Vec<usize> = (0..header.len()).collect();
    order.sort_by_key(|i| header.lower(*i));
    loop {
        let next = rows.next();
        match super::step(next, &rows, header.len(), intake)? {
            Step::Row => {}
            Step::Skip => continue,
            Step::Done => return Ok(()),
        }
        let mut key = Vec::new();
        order.iter().for_each(|column| key_part(&mut key, rows.field(*column)));
        let row = Row { rows: &rows, header: &header, c: &columns };
        let taken = match row.text(columns.zone).and_then(|zone| clocks.of(zone)) {
            Ok(clock) => row.take(clock, &key, intake)?,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = taken {
            intake.rejected(At { line: rows.line(), raw: &rows.raw() }, fault);
        }
    }
}

/// Most zones of one table.
const ZONES_MAX: usize = 16;

/// The clocks of the zones that a table names, and its usual one.
struct Clocks {
    stated: Vec<(String, Clock)>,
    usual: Clock,
}

impl Clocks {
    fn of(&mut self, name: &str) -> Result<&Clock, Fault> {
        if name.is_empty() {
            return Ok(&self.usual);
        }
        if !self.stated.iter().any(|(n, _)| n == name) {
            let unknown = |_| Fault::new("Zone", RejectReason::UnknownWord, name);
            let zone = CivilZone::named(name).map_err(unknown)?;
            if self.stated.len() >= ZONES_MAX {
                self.stated.clear();
            }
            self.stated.push((name.to_owned(), Clock::new(zone)));
        }
        Ok(self.stated.iter().find(|(n, _)| n == name).map_or(&self.usual, |(_, clock)| clock))
    }
}

fn is_unknown(text: &str) -> bool {
    UNKNOWN.iter().any(|u| u.eq_ignore_ascii_case(text))
}

struct Row<'r> {
    rows: &'r Rows<'r>,
    header: &'r Header,
    c: &'r Columns,
}

impl<'r> Row<'r> {
    fn text(&self, column: Option<usize>) -> Result<&'r str, Fault> {
        column.map_or(Ok(""), |c| fields::text(self.header.name(c), self.rows.field(c)))
    }

    /// The text, or nothing where it says that it is not known.
    fn known(&self, column: Option<usize>) -> Result<Option<&'r str>, Fault> {
        Ok(Some(self.text(column)?).filter(|t| !is_unknown(t)))
    }

    fn fault(&self, column: Option<usize>, reason: RejectReason, value: &str) -> Fault {
        Fault::new(self.name(column), reason, value)
    }

    fn name(&self, column: Option<usize>) -> &'r str {
        column.map_or("", |c| self.header.name(c))
    }

    fn take(
        &self,
        clock: &Clock,
        key: &[u8],
        intake: &mut Intake<'_>,
    ) -> Result<Result<(), Fault>, ReadError> {
        let mut note = String::new();
        match self.draft(clock, key, intake, &mut note) {
            Ok(draft) => intake.observed(&Draft { note: &note, ..draft })?,
            Err(fault) => return Ok(Err(fault)),
        }
        Ok(Ok(()))
    }

    fn draft(
        &self,
        clock: &Clock,
        key: &'r [u8],
        intake: &mut Intake<'_>,
        note: &mut String,
    ) -> Result<Draft<'r>, Fault> {
        let c = self.c;
        let observation = self.text(Some(c.observation))?;
        if observation.is_empty() {
            return Err(self.fault(Some(c.observation), RejectReason::MissingValue, ""));
        }
        let kind = OBSERVATIONS.iter().find(|(o, _)| o.eq_ignore_ascii_case(observation)).map(|(_, k)| *k);
        let stated =
            when::read(clock, (self.header.name(c.date), self.text(Some(c.date))?), self.text(c.time)?)?;
        let description = Description::of(self.text(c.description)?);
        let place = self.place(intake)?;
        let count =
            self.known(c.count)?.map(|t| fields::count(self.header.name(c.count.unwrap_or(0)), t.as_bytes()));
        let remarks = [self.text(c.remark)?, description.rest];
        write_note(note, self.text(c.position)?, self.text(c.location)?, &remarks);
        let allegation = match self.text(c.nature)? {
            "" | "observation" => false,
            "allegation" => true,
            other => return Err(self.fault(c.nature, RejectReason::UnknownWord, other)),
        };
        Ok(Draft {
            native_key: key,
            kind: kind.unwrap_or(observation),
            event: stated.event,
            precision: stated.precision,
            observed_ms: self.moment_ms(c.observed, clock)?,
            reported_ms: self.moment_ms(c.reported, clock)?,
            place,
            means: self.means()?,
            assessment: description.assessment,
            count: count.transpose()?,
            unit: self.text(c.unit)?,
            weapon: self.known(c.weapon)?.unwrap_or(""),
            calibre_mm: self.calibre()?,
            actor: self.known(c.actor)?.unwrap_or(""),
            exercise: description.exercise,
            allegation,
            note: "",
            links: self.text(c.links)?,
        })
    }

    fn moment_ms(&self, column: Option<usize>, clock: &Clock) -> Result<Option<i64>, Fault> {
        let Some(text) = self.known(column)? else { return Ok(None) };
        Ok(Some(clock.read(self.name(column), text, &[])?.event.start.0))
    }

    fn means(&self) -> Result<Means, Fault> {
        let Some(text) = self.known(self.c.means)? else { return Ok(Means::Undetermined) };
        let lower = text.to_lowercase();
        let means = match lower.as_str() {
            "seen" => Some(Means::Saw),
            "heard and saw" | "saw & heard" | "seen and heard" => Some(Means::SawAndHeard),
            "recorded" | "camera recorded" | "recorded by camera" => Some(Means::Camera),
            "uav spotted" | "spotted by uav" | "mini-uav" | "mid-range uav" | "long-range uav" => {
                Some(Means::Uav)
            }
            _ => Means::named(text),
        };
        means.ok_or_else(|| self.fault(self.c.means, RejectReason::UnknownWord, text))
    }

    fn calibre(&self) -> Result<Option<f32>, Fault> {
        let Some(text) = self.known(self.c.calibre)? else { return Ok(None) };
        let mm = fields::number("calibre mm", text.as_bytes())?;
        if !(0.1..=2_000.0).contains(&mm) {
            return Err(self.fault(self.c.calibre, RejectReason::OutOfRange, text));
        }
        Ok(text.parse().ok())
    }

    /// A sector from where the mission stood; a stated point; or not known.
    fn place(&self, intake: &mut Intake<'_>) -> Result<Place, Fault> {
        let Some(text) = self.known(self.c.location)? else { return Ok(Place::Undetermined) };
        if let Some(place) = location::point(text) {
            return Ok(place);
        }
        let Some(seen) = location::read(text) else {
            intake.warn(
                "event locations that are not a range and a bearing; kept in the note, place undetermined",
            );
            return Ok(Place::Undetermined);
        };
        let Some((observer, observer_radius_m)) = self.observer(intake.radius_m)? else {
            return Ok(Place::Undetermined);
        };
        Ok(seen.from(observer, observer_radius_m).map_or(Place::Undetermined, Place::Sector))
    }

    fn observer(&self, assumed_m: Option<f64>) -> Result<Option<(LonLat, f64)>, Fault> {
        let (Some(lon), Some(lat)) = (self.known(self.c.lon)?, self.known(self.c.lat)?) else {
            return Ok(None);
        };
        let lon = fields::number("Position lon", lon.as_bytes())?;
        let lat = fields::number("Position lat", lat.as_bytes())?;
        let at = fields::position(("Position lon", lon), ("Position lat", lat))?;
        let radius =
            fields::radius("Position radius m", self.text(self.c.radius)?.as_bytes(), 1.0)?.or(assumed_m);
        // A sector needs a circle to stand in; a position without one cannot be used to place anything.
        let missing =
            || self.fault(self.c.radius.or(self.c.lon), RejectReason::MissingValue, "position radius m");
        Ok(Some((at, radius.ok_or_else(missing)?)))
    }
}

/// The column *Description*: what the mission made of it.
struct Description<'t> {
    assessment: Assessment,
    exercise: bool,
    /// What no field holds.
    rest: &'t str,
}

impl<'t> Description<'t> {
    fn of(text: &'t str) -> Description<'t> {
        let lower = text.to_lowercase();
        let found = [Assessment::Outgoing, Assessment::Impact, Assessment::Airburst];
        let found: Vec<Assessment> = found.into_iter().filter(|a| lower.contains(a.name())).collect();
        let assessment = match found.as_slice() {
            [one] if !lower.contains("not ") => *one,
            _ => Assessment::Undetermined,
        };
        let exercise = ["exercise", "training", "demining", "controlled detonation", "controlled explosion"]
            .iter()
            .any(|w| lower.contains(w));
        let plain = is_unknown(text)
            || Assessment::named(text).is_some()
            || table::describe(assessment, exercise).eq_ignore_ascii_case(text);
        Description { assessment, exercise, rest: if plain { "" } else { text } }
    }
}

/// `SMM position: …; event location: …; remark: …`, the parts that there are; a remark alone stands bare.
fn write_note(note: &mut String, position: &str, location: &str, remarks: &[&str]) {
    let remark: Vec<&str> = remarks.iter().copied().filter(|r| !r.is_empty()).collect();
    let remark = remark.join("; ");
    let bare = position.is_empty() && location.is_empty();
    for (mark, text) in [(AT, position), (WHERE, location), (if bare { "" } else { REMARK }, &remark)] {
        if text.is_empty() {
            continue;
        }
        if !note.is_empty() {
            note.push_str("; ");
        }
        note.push_str(mark);
        note.push_str(text);
    }
}
