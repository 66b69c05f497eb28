//! Messages of acoustic, camera, radar and seismic sensors, one JSON object each: what was perceived, or how well the
//! sensor was watching. The schema is our own, `docs/sensor-json.schema.json`; a test holds this reader to it.

mod message;

use crate::coverage::{Coverage, CoverageArea, Status};
use crate::draft::{Assessment, Draft, Means, TimePrecision};
use crate::formats::fields::{self, key_part};
use crate::formats::frames::Cut;
use crate::formats::json::{self, Unread, add_note, canonical};
use crate::intake::{Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::limits::RADIUS_M_MAX;
use base::{Count, Interval, LonLat, Place, Sector};
use message::{Message, lacks, out_of_range};
use serde_json::Value;
use std::io::Read;

const NAME: &str = "sensor-json";
/// A stated clock error beyond this is told, milliseconds.
const CLOCK_OFFSET_MS_MAX: f64 = 1_000.0;
/// Longest time that one heartbeat speaks for, seconds.
const EVERY_S_MAX: f64 = 86_400.0;
/// Largest calibre, millimetres.
const CALIBRE_MM_MAX: f64 = 2_000.0;
/// Means of a sensor for which observations have no word of their own.
const SEISMIC: &str = "seismic";

/// Members of the schema.
pub(crate) const MEMBERS: [&str; 36] = [
    "id",
    "time",
    "start",
    "end",
    "reported",
    "kind",
    "count",
    "count_min",
    "count_max",
    "unit",
    "lon",
    "lat",
    "radius_m",
    "observer",
    "bearing_deg",
    "half_width_deg",
    "range_min_m",
    "range_max_m",
    "means",
    "assessment",
    "confidence",
    "weapon",
    "weapon_certainty",
    "calibre_mm",
    "exercise",
    "note",
    "links",
    "status",
    "kinds",
    "area",
    "every_s",
    "until",
    "cause",
    "clock_offset_ms",
    "topic",
    "sensor",
];

struct Reading {
    unread: Unread,
    key: Vec<u8>,
    note: String,
}

/// Reads the messages: one a line, one after another, or in an array.
pub(crate) fn run(input: Box<dyn Read + '_>, intake: &mut Intake<'_>) -> Result<(), ReadError> {
    let mut reading = Reading { unread: Unread::default(), key: Vec::new(), note: String::new() };
    json::each(NAME, input, Cut::Listed(&[]), intake, &mut |value, _, intake| {
        reading.message(value, intake)
    })?;
    intake.unread(reading.unread.into_names());
    Ok(())
}

impl Reading {
    fn message(&mut self, value: &Value, intake: &mut Intake<'_>) -> Result<Result<(), Fault>, ReadError> {
        let Some(message) = Message::of(value) else {
            return Ok(Err(Fault::new("", RejectReason::WrongShape, "a message is a JSON object")));
        };
        match (message.has("status"), message.has("kind")) {
            (true, true) => {
                let says = "a message states a kind or a status; send two messages";
                return Ok(Err(Fault::new("status", RejectReason::WrongShape, says)));
            }
            (true, false) => match coverage(message, intake) {
                Ok(coverage) => {
                    if let Err(fault) = intake.covered(coverage)? {
                        return Ok(Err(fault));
                    }
                }
                Err(fault) => return Ok(Err(fault)),
            },
            (false, _) => {
                if let Err(fault) = self.observation(message, intake)? {
                    return Ok(Err(fault));
                }
            }
        }
        self.note_unread(message, intake);
        Ok(Ok(()))
    }

    fn observation(
        &mut self,
        message: Message<'_>,
        intake: &mut Intake<'_>,
    ) -> Result<Result<(), Fault>, ReadError> {
        let facts = match self.facts(message, intake) {
            Ok(facts) => facts,
            Err(fault) => return Ok(Err(fault)),
        };
        intake.observed(&Draft {
            native_key: &self.key,
            kind: facts.kind,
            event: facts.event,
            precision: facts.precision,
            reported_ms: facts.reported_ms,
            place: facts.place,
            means: facts.means,
            assessment: facts.assessment,
            count: facts.count,
            unit: facts.unit,
            weapon: facts.weapon,
            calibre_mm: facts.calibre_mm,
            exercise: facts.exercise,
            note: &self.note,
            links: &facts.links,
            ..Draft::default()
        })?;
        Ok(Ok(()))
    }

    fn facts<'v>(&mut self, m: Message<'v>, intake: &mut Intake<'_>) -> Result<Facts<'v>, Fault> {
        let kind = m.text("kind")?.ok_or_else(|| lacks("kind"))?;
        if !base::vocabulary::is_kind(kind) {
            intake.warn("kinds that are not in the vocabulary; kept as they stand");
        }
        let (event, precision) = m.when()?;
        let place = place(m, intake)?;
        self.note.clear();
        let (weapon, calibre_mm) = self.weapon(m)?;
        let (means, seismic) = means(m)?;
        let links = m.texts("links")?.join("\n");
        self.remarks(m, seismic, intake)?;
        self.native_key(m)?;
        Ok(Facts {
            kind,
            event,
            precision,
            reported_ms: m.moment("reported")?.map(|s| s.event.start.0),
            place,
            means,
            assessment: assessment(m)?,
            count: count(m)?,
            unit: m.text("unit")?.unwrap_or(""),
            weapon,
            calibre_mm,
            exercise: m.flag("exercise")?.unwrap_or(false),
            links,
        })
    }

    /// Weapon and calibre; what is not certain goes into the note.
    fn weapon<'v>(&mut self, m: Message<'v>) -> Result<(&'v str, Option<f32>), Fault> {
        let weapon = m.text("weapon")?.unwrap_or("");
        let calibre_mm = m.number_in("calibre_mm", 0.0..=CALIBRE_MM_MAX)?.map(|mm| mm as f32);
        if calibre_mm == Some(0.0) {
            return Err(out_of_range("calibre_mm", "0"));
        }
        let certainty = m.text("weapon_certainty")?;
        let doubt = match certainty {
            Some("certain") => return Ok((weapon, calibre_mm)),
            Some("probable") => "probably",
            Some("possible") | None => "possibly",
            Some(other) => return Err(Fault::new("weapon_certainty", RejectReason::UnknownWord, other)),
        };
        if !weapon.is_empty() {
            add_note(&mut self.note, &format!("{doubt} {weapon}"));
        }
        if let Some(mm) = calibre_mm {
            add_note(&mut self.note, &format!("{doubt} {mm} mm"));
        }
        Ok(("", None))
    }

    fn remarks(&mut self, m: Message<'_>, seismic: bool, intake: &mut Intake<'_>) -> Result<(), Fault> {
        if seismic {
            add_note(&mut self.note, "seismic sensor");
        }
        if let Some(confidence) = m.number_in("confidence", 0.0..=1.0)? {
            add_note(&mut self.note, &format!("confidence {confidence}"));
        }
        if let Some(offset_ms) = clock_offset_ms(m, intake)? {
            add_note(&mut self.note, &format!("clock offset {offset_ms} ms, not applied"));
        }
        for (name, before) in [("sensor", "sensor "), ("topic", "topic "), ("note", "")] {
            if let Some(text) = m.text(name)? {
                add_note(&mut self.note, &format!("{before}{text}"));
            }
        }
        Ok(())
    }

    /// The id; without one the whole message but the topic, which is the way it took.
    fn native_key(&mut self, m: Message<'_>) -> Result<(), Fault> {
        self.key.clear();
        if let Some(id) = m.id()? {
            key_part(&mut self.key, b"id");
            key_part(&mut self.key, id.as_bytes());
            return Ok(());
        }
        let mut names: Vec<&String> = m.names().filter(|n| *n != "topic" && *n != "reported").collect();
        names.sort_unstable();
        for name in names {
            key_part(&mut self.key, name.as_bytes());
            if let Some(value) = m.get(name) {
                canonical(value, &mut self.key);
            }
        }
        Ok(())
    }

    fn note_unread(&mut self, m: Message<'_>, intake: &mut Intake<'_>) {
        let mut any = false;
        for name in m.names().filter(|n| !MEMBERS.contains(&n.as_str())) {
            self.unread.note(name);
            any = true;
        }
        if any {
            intake.warn("messages with members that the schema does not have; those are not read");
        }
    }
}

struct Facts<'v> {
    kind: &'v str,
    event: Interval,
    precision: TimePrecision,
    reported_ms: Option<i64>,
    place: Place,
    means: Means,
    assessment: Assessment,
    count: Option<Count>,
    unit: &'v str,
    weapon: &'v str,
    calibre_mm: Option<f32>,
    exercise: bool,
    links: String,
}

/// The means, and whether it is a seismic sensor.
fn means(m: Message<'_>) -> Result<(Means, bool), Fault> {
    match m.text("means")? {
        None => Ok((Means::Undetermined, false)),
        Some(SEISMIC) => Ok((Means::Undetermined, true)),
        Some(word) => {
            let unknown = || Fault::new("means", RejectReason::UnknownWord, word);
            Ok((Means::ALL.iter().find(|(_, n)| *n == word).map(|(m, _)| *m).ok_or_else(unknown)?, false))
        }
    }
}

fn assessment(m: Message<'_>) -> Result<Assessment, Fault> {
    let Some(word) = m.text("assessment")? else { return Ok(Assessment::Undetermined) };
    let unknown = || Fault::new("assessment", RejectReason::UnknownWord, word);
    Assessment::ALL.iter().find(|(_, n)| *n == word).map(|(a, _)| *a).ok_or_else(unknown)
}

/// One figure, or a least and a most. Nothing perceived is no observation: a heartbeat says that.
fn count(m: Message<'_>) -> Result<Option<Count>, Fault> {
    let range = match (m.whole("count_min")?, m.whole("count_max")?) {
        (None, None) => None,
        (Some(min), Some(max)) if min <= max && max > 0 => Some(Count { min, max, approximate: false }),
        (Some(min), Some(max)) => return Err(out_of_range("count_max", &format!("{min} to {max}"))),
        (None, _) => return Err(lacks("count_min")),
        (_, None) => return Err(lacks("count_max")),
    };
    match (m.whole("count")?, range) {
        (None, range) => Ok(range),
        (Some(0), _) => Err(out_of_range("count", "0: nothing perceived is told by a status")),
        (Some(n), None) => Ok(Some(Count::exactly(n))),
        (Some(_), Some(_)) => {
            Err(Fault::new("count", RejectReason::WrongShape, "one figure, or a least and a most"))
        }
    }
}

/// Where it was: the position if the sensor worked one out, else the sector from where the sensor stands. The
/// sensor's own position is never that of the event.
fn place(m: Message<'_>, intake: &mut Intake<'_>) -> Result<Place, Fault> {
    let point = m.position()?;
    let radius_m = m.number_in("radius_m", 0.0..=RADIUS_M_MAX)?;
    let sector = sector(m, intake.radius_m)?;
    let observer = observer(m, intake.radius_m)?;
    let is_own = |at: LonLat| observer.is_some_and(|(observer, _)| fields::is_same(observer, at));
    match (point, sector) {
        (Some(at), sector) if is_own(at) => {
            intake.warn(
                "messages whose position is the observer's own; the place is the sector, or undetermined",
            );
            Ok(sector.map_or(Place::Undetermined, Place::Sector))
        }
        (Some(at), sector) => {
            if sector.is_some() {
                intake.warn("messages with a position beside a bearing or range; the place is the position");
            }
            Ok(Place::Point { at, radius_m: radius_m.or(intake.radius_m) })
        }
        (None, _) if radius_m.is_some() => Err(lacks("lon")),
        (None, Some(sector)) => Ok(Place::Sector(sector)),
        (None, None) => Ok(Place::Undetermined),
    }
}

/// Where the sensor stands, and how well that is known.
fn observer(m: Message<'_>, assumed_m: Option<f64>) -> Result<Option<(LonLat, f64)>, Fault> {
    let Some(value) = m.get("observer").filter(|v| !v.is_null()) else { return Ok(None) };
    let bad = || Fault::new("observer", RejectReason::WrongShape, "an object with lon, lat and radius_m");
    let inner = Message::of(value).ok_or_else(bad)?;
    let at = inner.position()?.ok_or_else(|| lacks("observer"))?;
    let radius_m = inner.number_in("radius_m", 0.0..=RADIUS_M_MAX)?.or(assumed_m);
    Ok(Some((at, radius_m.ok_or_else(|| lacks("observer.radius_m"))?)))
}

fn sector(m: Message<'_>, assumed_m: Option<f64>) -> Result<Option<Sector>, Fault> {
    let observer = observer(m, assumed_m)?;
    let range_min_m = m.number_in("range_min_m", 0.0..=RADIUS_M_MAX)?;
    let range_max_m = m.number_in("range_max_m", 0.0..=RADIUS_M_MAX)?;
    let opening = match (m.number("bearing_deg")?, m.number("half_width_deg")?) {
        (None, None) => None,
        (Some(b), _) if !(0.0..=360.0).contains(&b) => {
            return Err(out_of_range("bearing_deg", &b.to_string()));
        }
        (_, Some(w)) if w <= 0.0 || w > 180.0 => return Err(out_of_range("half_width_deg", &w.to_string())),
        (Some(b), Some(w)) => Some((b % 360.0, w)),
        (Some(_), None) => return Err(lacks("half_width_deg")),
        (None, Some(_)) => return Err(lacks("bearing_deg")),
    };
    if opening.is_none() && range_min_m.is_none() && range_max_m.is_none() {
        return Ok(None);
    }
    let (observer, observer_radius_m) = observer.ok_or_else(|| lacks("observer"))?;
    let range_max_m = range_max_m.ok_or_else(|| lacks("range_max_m"))?;
    let range_min_m = range_min_m.unwrap_or(0.0);
    if range_min_m > range_max_m {
        return Err(out_of_range("range_min_m", &format!("{range_min_m} m to {range_max_m} m")));
    }
    let (bearing_deg, half_width_deg) = opening.unwrap_or((0.0, 180.0));
    Ok(Some(Sector { observer, observer_radius_m, bearing_deg, half_width_deg, range_min_m, range_max_m }))
}

/// A heartbeat: how well the sensor was, is or will be watching, and for how long that is said.
fn coverage(m: Message<'_>, intake: &mut Intake<'_>) -> Result<Coverage, Fault> {
    let word = m.text("status")?.ok_or_else(|| lacks("status"))?;
    let status = Status::ALL.iter().find(|(_, n)| *n == word).map(|(s, _)| *s);
    let status = status.ok_or_else(|| Fault::new("status", RejectReason::UnknownWord, word))?;
    clock_offset_ms(m, intake)?;
    m.id()?;
    Ok(Coverage {
        source: String::new(),
        kinds: m.texts("kinds")?.into_iter().map(str::to_owned).collect(),
        interval: watch(m)?,
        area: area(m, intake.radius_m)?,
        status,
        cause: m.text("cause")?.unwrap_or("").to_owned(),
    })
}

/// From its time for the interval at which the sensor reports; or until a stated moment.
fn watch(m: Message<'_>) -> Result<Interval, Fault> {
    let every_s = m.number_in("every_s", 0.0..=EVERY_S_MAX)?;
    if every_s == Some(0.0) {
        return Err(out_of_range("every_s", "0"));
    }
    let until = m.moment("until")?;
    let (event, _) = m.when()?;
    let stated_end = m.moment("end")?.map(|e| e.event.start);
    let after = every_s.map(|s| base::Instant(event.start.0.saturating_add((s * 1_000.0) as i64)));
    let end = until.map(|u| u.event.start).or(stated_end).or(after).ok_or_else(|| lacks("every_s"))?;
    if end <= event.start {
        let column = ["until", "end"].into_iter().find(|n| m.has(n)).unwrap_or("every_s");
        return Err(Fault::new(column, RejectReason::EndsBeforeStart, end.to_string()));
    }
    fields::within_limits("until", Interval { start: event.start, end }, b"")
}

/// What the sensor watches. A field of view is stated as a polygon: a circle around a camera would claim what lies
/// behind it.
fn area(m: Message<'_>, assumed_m: Option<f64>) -> Result<CoverageArea, Fault> {
    let radius_m = m.number_in("radius_m", 0.0..=RADIUS_M_MAX)?;
    let point = m.position()?;
    let observer = observer(m, assumed_m)?;
    let range_max_m = m.number_in("range_max_m", 0.0..=RADIUS_M_MAX)?;
    if let Some(geometry) = m.get("area").filter(|v| !v.is_null()) {
        return match super::geojson::place(geometry, || Ok(None)) {
            Ok(Place::Polygon(rings)) if is_polygon(geometry) => Ok(CoverageArea::Polygon(rings)),
            Ok(_) => Err(Fault::new("area", RejectReason::BadGeometry, "not a Polygon")),
            Err(fault) => Err(Fault { column: "area".to_owned(), ..fault }),
        };
    }
    if m.has("bearing_deg") {
        return Err(lacks("area"));
    }
    if let Some(at) = point {
        return Ok(CoverageArea::Circle { at, radius_m: radius_m.ok_or_else(|| lacks("radius_m"))? });
    }
    let (at, _) = observer.ok_or_else(|| lacks("area"))?;
    Ok(CoverageArea::Circle { at, radius_m: range_max_m.ok_or_else(|| lacks("range_max_m"))? })
}

/// Whether it is a polygon by its own name, and no collection of one.
fn is_polygon(geometry: &Value) -> bool {
    geometry.get("type").and_then(Value::as_str) == Some("Polygon")
}

/// The stated error of the sensor's clock. Times are kept as stated: whether the statement is right, and since when,
/// is for the keeper of the source's card to say.
fn clock_offset_ms(m: Message<'_>, intake: &mut Intake<'_>) -> Result<Option<f64>, Fault> {
    let offset_ms = m.number("clock_offset_ms")?.filter(|o| *o != 0.0);
    if offset_ms.is_some_and(|o| o.abs() > CLOCK_OFFSET_MS_MAX) {
        intake.warn("messages whose clock is, as they say, more than a second off; times are kept as stated");
    }
    Ok(offset_ms)
}
