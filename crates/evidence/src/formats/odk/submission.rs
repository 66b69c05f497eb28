//! What one submission states: an observation, a restriction of access, and what could not be seen; each is a row.

use super::{Answers, IDS, RANGE_BANDS, SENT};
use crate::coverage::{Coverage, CoverageArea, Status};
use crate::draft::{Assessment, Draft, Means, TimePrecision};
use crate::formats::json::add_note;
use crate::formats::moments::{self, Clock, Stated};
use crate::formats::{compass, fields};
use crate::intake::{At, Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::limits::RADIUS_M_MAX;
use base::{CivilZone, Count, Instant, Interval, LonLat, Place, Sector};

const MINUTE_MS: i64 = 60_000;
/// How well an observer's own position is known where the form states no accuracy, metres.
const OBSERVER_RADIUS_M: f64 = 100.0;
/// How far from the observer a restriction may have been, metres.
const ACCESS_RANGE_M: f64 = 500.0;
/// How far an observer sees where nothing is stated, metres.
const NOT_SEEN_RADIUS_M: f64 = 5_000.0;

/// Answers that mean "not known".
const UNKNOWN: [&str; 3] = ["undetermined", "unknown", "n/k"];

type Taken<T> = Result<T, Fault>;

/// Reads submissions.
pub(super) struct Reading {
    clock: Clock,
    utc: Clock,
    key: Vec<u8>,
}

impl Reading {
    pub(super) fn new(zone: CivilZone) -> Reading {
        Reading { clock: Clock::new(zone), utc: Clock::new(CivilZone::utc()), key: Vec::new() }
    }

    /// Takes one submission: every part of it is an observation, coverage, or rejected.
    pub(super) fn submission(
        &mut self,
        answers: &Answers,
        at: At<'_>,
        intake: &mut Intake<'_>,
    ) -> Result<(), ReadError> {
        let Some(id) = IDS.iter().find_map(|n| answers.get(n)) else {
            intake.rejected(at, Fault::new("instanceID", RejectReason::MissingValue, ""));
            return Ok(());
        };
        let reported_ms = match self.reported_ms(answers) {
            Ok(ms) => ms,
            Err(fault) => {
                intake.rejected(at, fault);
                return Ok(());
            }
        };
        let form = Form { answers, clock: &self.clock, reported_ms };
        let has_more = form.word("access_kind").is_some() || form.word("not_seen").is_some();
        let states_event = form.answers.get("effect").is_some() || !has_more;
        if form.answers.get("effect").is_none() && !has_more && form.word("access_start").is_some() {
            intake.rejected(at, lacks("access_kind"));
            return Ok(());
        }
        if states_event {
            key(&mut self.key, id, b"#1");
            if let Err(fault) = form.observation(&self.key, intake)? {
                intake.rejected(at, fault);
            }
        }
        if let Some(kind) = form.word("access_kind") {
            key(&mut self.key, id, b"#2");
            if let Err(fault) = form.access(kind, !states_event, &self.key, intake)? {
                intake.rejected(at, fault);
            }
        }
        for cause in form.word("not_seen").unwrap_or("").split_ascii_whitespace() {
            match form.not_seen(cause) {
                Ok(coverage) => {
                    intake.covered(coverage)?.err().into_iter().for_each(|f| intake.rejected(at, f))
                }
                Err(fault) => intake.rejected(at, fault),
            }
        }
        Ok(())
    }

    /// The last of the moments at which it was sent and edited. Kobo writes them in UTC without saying so.
    fn reported_ms(&self, answers: &Answers) -> Taken<Option<i64>> {
        let mut last = None;
        for name in SENT {
            if let Some(text) = answers.get(name) {
                last = last.max(Some(self.utc.read(name, text, &[])?.event.start.0));
            }
        }
        Ok(last)
    }
}

/// The id without the prefix that some exports write, and the part.
fn key(key: &mut Vec<u8>, id: &str, part: &[u8]) {
    key.clear();
    fields::key_part(key, b"instance");
    fields::key_part(key, id.strip_prefix("uuid:").unwrap_or(id).as_bytes());
    fields::key_part(key, part);
}

struct Form<'a> {
    answers: &'a Answers,
    clock: &'a Clock,
    reported_ms: Option<i64>,
}

/// A position of the form.
#[derive(Clone, Copy)]
struct Point {
    at: LonLat,
    /// Stated accuracy, metres.
    accuracy_m: Option<f64>,
}

impl<'a> Form<'a> {
    /// An answer that is not "not known".
    fn word(&self, name: &str) -> Option<&'a str> {
        self.answers.get(name).filter(|t| !UNKNOWN.iter().any(|u| u.eq_ignore_ascii_case(t)))
    }

    /// Whether it was asked and answered with "not known".
    fn is_unsaid(&self, name: &str) -> bool {
        self.answers.get(name).is_some() && self.word(name).is_none()
    }

    fn observation(&self, key: &[u8], intake: &mut Intake<'_>) -> Result<Taken<()>, ReadError> {
        let facts = match self.facts(intake) {
            Ok(facts) => facts,
            Err(fault) => return Ok(Err(fault)),
        };
        intake.observed(&Draft {
            native_key: key,
            kind: &facts.kind,
            event: facts.when.event,
            precision: facts.when.precision,
            reported_ms: self.reported_ms,
            place: facts.place,
            means: facts.means,
            assessment: facts.assessment,
            count: facts.count,
            unit: &facts.unit,
            weapon: facts.weapon,
            exercise: facts.exercise,
            note: &facts.note,
            ..Draft::default()
        })?;
        Ok(Ok(()))
    }

    fn facts(&self, intake: &mut Intake<'_>) -> Taken<Facts<'a>> {
        let kind = self.kind()?;
        let when = self.when(("start", "end"))?.ok_or_else(|| lacks("start"))?;
        let mut note = String::new();
        let (weapon, doubt) = self.weapon()?;
        let place = self.place(&mut note, intake)?;
        add_note(&mut note, &doubt);
        if self.is_unsaid("exercise") {
            add_note(&mut note, "whether it was an exercise is undetermined");
        }
        if let Some(relation) = self.word("zone_relation") {
            add_note(&mut note, &format!("{} the zone, in the observer's view", relation.replace('_', " ")));
        }
        add_note(&mut note, self.word("narrative").unwrap_or(""));
        Ok(Facts {
            kind,
            when,
            place,
            means: self.listed("means", Means::named)?.unwrap_or_default(),
            assessment: self.listed("assessment", Assessment::named)?.unwrap_or_default(),
            count: self.count()?,
            unit: self.unit(),
            weapon,
            exercise: self.yes("exercise")?,
            note,
        })
    }

    fn kind(&self) -> Taken<String> {
        let text = self.answers.get("effect").ok_or_else(|| lacks("effect"))?;
        let kind = text.replace('_', " ").to_lowercase();
        match kind.as_str() {
            "undetermined" => Ok("other".to_owned()),
            _ if base::vocabulary::is_kind(&kind) => Ok(kind),
            _ => Err(Fault::new("effect", RejectReason::UnknownWord, text)),
        }
    }

    /// A word of a list whose spaces are underscores in the form.
    fn listed<T>(&self, name: &str, of: impl Fn(&str) -> Option<T>) -> Taken<Option<T>> {
        let Some(text) = self.word(name) else { return Ok(None) };
        let unknown = || Fault::new(name, RejectReason::UnknownWord, text);
        of(&text.replace('_', " ")).map(Some).ok_or_else(unknown)
    }

    fn yes(&self, name: &str) -> Taken<bool> {
        match self.word(name).map(str::to_ascii_lowercase).as_deref() {
            None | Some("no" | "false" | "0") => Ok(false),
            Some("yes" | "true" | "1" | "ok") => Ok(true),
            Some(other) => Err(Fault::new(name, RejectReason::UnknownWord, other)),
        }
    }

    fn count(&self) -> Taken<Option<Count>> {
        let about = self.yes("count_about")?;
        let Some(text) = self.word("count") else { return Ok(None) };
        let count = fields::count("count", text.as_bytes())?;
        Ok(Some(Count { approximate: count.approximate || about, ..count }))
    }

    /// What was counted; empty: the effect itself. A unit that is not known is not the effect.
    fn unit(&self) -> String {
        if self.is_unsaid("unit") {
            return "undetermined".to_owned();
        }
        self.word("unit").unwrap_or("").replace('_', " ")
    }

    /// The weapon if it is certain; otherwise what to say of it in the note.
    fn weapon(&self) -> Taken<(&'a str, String)> {
        let said = self.word("weapon").map(|weapon| (weapon, weapon.replace('_', " ")));
        let doubtful = |how: &str| said.clone().map_or_else(String::new, |(_, name)| format!("{how} {name}"));
        match self.word("weapon_certainty") {
            Some("certain") => Ok((said.map_or("", |(weapon, _)| weapon), String::new())),
            Some("probable") => Ok(("", doubtful("probably"))),
            Some("possible") => Ok(("", doubtful("possibly"))),
            None => {
                Ok(("", said.map_or_else(String::new, |(_, name)| format!("{name}, certainty not stated"))))
            }
            Some(other) => Err(Fault::new("weapon_certainty", RejectReason::UnknownWord, other)),
        }
    }

    /// The time of two fields; nothing if the first is not answered.
    fn when(&self, (start_name, end_name): (&str, &str)) -> Taken<Option<Stated>> {
        let Some(start) = self.moment(start_name)? else { return Ok(None) };
        let Some(end) = self.moment(end_name)? else { return Ok(Some(start)) };
        if end.event.start < start.event.start {
            let text = self.word(end_name).unwrap_or("");
            return Err(Fault::new(end_name, RejectReason::EndsBeforeStart, text));
        }
        let event = Interval { start: start.event.start, end: end.event.end.max(start.event.end) };
        Ok(Some(Stated { event, precision: moments::over(event, start.precision.max(end.precision)) }))
    }

    /// A moment. People who choose a minute in a form mean that minute, not its first second.
    fn moment(&self, name: &str) -> Taken<Option<Stated>> {
        let Some(text) = self.word(name) else { return Ok(None) };
        let mut stated = self.clock.read(name, text, &[])?;
        if stated.precision == TimePrecision::Second && stated.event.start.0.rem_euclid(MINUTE_MS) == 0 {
            stated.precision = TimePrecision::Minute;
            stated.event.end = Instant(stated.event.start.0.saturating_add(MINUTE_MS));
        }
        Ok(Some(stated))
    }

    /// `latitude longitude altitude accuracy`; the last two may be missing.
    fn point(&self, name: &str) -> Taken<Option<Point>> {
        let Some(text) = self.word(name) else { return Ok(None) };
        let bad = || Fault::new(name, RejectReason::BadGeometry, text);
        let mut numbers = Vec::with_capacity(4);
        for part in text.split(' ') {
            numbers.push(fields::number(name, part.as_bytes())?);
        }
        let (lat, lon, accuracy_m) = match numbers.as_slice() {
            [lat, lon] | [lat, lon, _] => (*lat, *lon, 0.0),
            [lat, lon, _, accuracy_m] => (*lat, *lon, *accuracy_m),
            _ => return Err(bad()),
        };
        if !(0.0..=RADIUS_M_MAX).contains(&accuracy_m) {
            return Err(Fault::new(name, RejectReason::OutOfRange, text));
        }
        let at = fields::position((name, lon), (name, lat))?;
        // A point put on a map by hand has an accuracy of 0, which nobody means.
        Ok(Some(Point { at, accuracy_m: Some(accuracy_m).filter(|m| *m > 0.0) }))
    }

    /// Nearest and farthest, metres.
    fn range_m(&self) -> Taken<Option<(f64, f64)>> {
        let metres =
            |name: &str| self.word(name).map_or(Ok(None), |t| fields::radius(name, t.as_bytes(), 1.0));
        match (metres("range_min_m")?, metres("range_max_m")?) {
            (min, Some(max)) if min.unwrap_or(0.0) <= max => Ok(Some((min.unwrap_or(0.0), max))),
            (Some(min), Some(max)) => {
                Err(Fault::new("range_min_m", RejectReason::OutOfRange, format!("{min} m to {max} m")))
            }
            (Some(_), None) => Err(lacks("range_max_m")),
            _ => {
                let Some(name) = self.word("range_band") else { return Ok(None) };
                let band = RANGE_BANDS.iter().find(|(n, ..)| *n == name).map(|(_, min, max)| (*min, *max));
                let unknown = || Fault::new("range_band", RejectReason::UnknownWord, name);
                band.map(Some).ok_or_else(unknown)
            }
        }
    }

    /// Middle and half-width, degrees.
    fn bearing(&self) -> Taken<Option<(f64, f64)>> {
        let Some(text) = self.word("direction") else { return Ok(None) };
        let bearing = compass::bearing(&text.replace('_', "-"));
        bearing.map(Some).ok_or_else(|| Fault::new("direction", RejectReason::UnknownWord, text))
    }

    /// Where it was: the point that the observer showed, or the sector from where the observer stood. What bounds
    /// nothing goes into the note.
    fn place(&self, note: &mut String, intake: &mut Intake<'_>) -> Taken<Place> {
        let (place, observer) = (self.point("place")?, self.point("observer_place")?);
        let (range_m, bearing) = (self.range_m()?, self.bearing()?);
        let sector = observer.zip(range_m).map(|(o, r)| sector(o, bearing.unwrap_or((0.0, 180.0)), r));
        // The observer pressed the button for the own position twice.
        let is_own = |p: Point| observer.is_some_and(|o| fields::is_same(o.at, p.at));
        let place = match (place, sector) {
            (Some(p), Some(sector)) if is_own(p) => {
                intake.warn("places that are the observer's own position; the place is the sector");
                return Ok(Place::Sector(sector));
            }
            (Some(p), _) if is_own(p) => {
                intake.warn("places that are the observer's own position; the place is near the observer");
                return Ok(near(p));
            }
            (Some(p), _) => Place::Point { at: p.at, radius_m: p.accuracy_m.or(intake.radius_m) },
            (None, Some(sector)) => return Ok(Place::Sector(sector)),
            (None, None) => Place::Undetermined,
        };
        for (name, says) in [("direction", "direction"), ("range_band", "range")] {
            if let Some(text) = self.word(name) {
                add_note(note, &format!("{says} {}", text.replace('_', " ")));
            }
        }
        Ok(place)
    }

    fn access(
        &self,
        kind: &str,
        alone: bool,
        key: &[u8],
        intake: &mut Intake<'_>,
    ) -> Result<Taken<()>, ReadError> {
        let kind_of_fact = match kind {
            "denied" => "access denied",
            "delayed" => "access delayed",
            "conditional" => "access conditional",
            _ => return Ok(Err(Fault::new("access_kind", RejectReason::UnknownWord, kind))),
        };
        let (when, place) = match self.when_and_where_of_access() {
            Ok(both) => both,
            Err(fault) => return Ok(Err(fault)),
        };
        let mut note = String::new();
        if let Some(reason) = self.word("access_reason") {
            add_note(&mut note, &format!("reason given: {reason}"));
        }
        if alone {
            add_note(&mut note, self.word("narrative").unwrap_or(""));
        }
        intake.observed(&Draft {
            native_key: key,
            kind: kind_of_fact,
            event: when.event,
            precision: when.precision,
            reported_ms: self.reported_ms,
            place,
            means: Means::Saw,
            note: &note,
            ..Draft::default()
        })?;
        Ok(Ok(()))
    }

    fn when_and_where_of_access(&self) -> Taken<(Stated, Place)> {
        let when = match self.when(("access_start", "access_end"))? {
            Some(when) => when,
            None => self.when(("start", "end"))?.ok_or_else(|| lacks("access_start"))?,
        };
        let place = match (self.point("access_place")?, self.point("observer_place")?) {
            (Some(p), Some(o)) if fields::is_same(p.at, o.at) => near(o),
            (Some(p), _) => Place::Point { at: p.at, radius_m: p.accuracy_m },
            (None, Some(observer)) => near(observer),
            (None, None) => Place::Undetermined,
        };
        Ok((when, place))
    }

    fn not_seen(&self, cause: &str) -> Taken<Coverage> {
        let status = match cause {
            "fog" | "night" | "other" => Status::Degraded,
            "jamming" => Status::Jammed,
            "camera_down" => Status::Down,
            other => return Err(Fault::new("not_seen", RejectReason::UnknownWord, other)),
        };
        // What was not answered is that of the event; "not known" is an answer, and leaves it missing.
        let either = |name: &'static str, other: &'static str| {
            if self.answers.get(name).is_some() { name } else { other }
        };
        let start_name = either("not_seen_start", "start");
        let end_name = either("not_seen_end", "end");
        let start = self.moment(start_name)?.ok_or_else(|| lacks("not_seen_start"))?.event.start;
        let end = self.moment(end_name)?.ok_or_else(|| lacks("not_seen_end"))?.event;
        // An end that is a date means that whole day, an end with a time means up to that moment.
        let is_date = end.end.0.saturating_sub(end.start.0) > MINUTE_MS * 120;
        let end = if is_date { end.end } else { end.start };
        if end <= start {
            let text = self.word(end_name).unwrap_or("");
            return Err(Fault::new(end_name, RejectReason::EndsBeforeStart, text));
        }
        let stated_m = self.word("not_seen_radius_m");
        let stated_m =
            stated_m.map_or(Ok(None), |t| fields::radius("not_seen_radius_m", t.as_bytes(), 1.0))?;
        let radius_m = stated_m.or(self.range_m()?.map(|(_, max)| max)).unwrap_or(NOT_SEEN_RADIUS_M);
        let at =
            self.point("observer_place")?.or(self.point("place")?).ok_or_else(|| lacks("observer_place"))?.at;
        Ok(Coverage {
            source: String::new(),
            kinds: Vec::new(),
            interval: Interval { start, end },
            area: CoverageArea::Circle { at, radius_m },
            status,
            cause: cause.replace('_', " "),
        })
    }
}

struct Facts<'a> {
    kind: String,
    when: Stated,
    place: Place,
    means: Means,
    assessment: Assessment,
    count: Option<Count>,
    unit: String,
    weapon: &'a str,
    exercise: bool,
    note: String,
}

fn lacks(name: &str) -> Fault {
    Fault::new(name, RejectReason::MissingValue, "")
}

fn sector(observer: Point, bearing: (f64, f64), range_m: (f64, f64)) -> Sector {
    Sector {
        observer: observer.at,
        observer_radius_m: observer.accuracy_m.unwrap_or(OBSERVER_RADIUS_M),
        bearing_deg: bearing.0,
        half_width_deg: bearing.1,
        range_min_m: range_m.0,
        range_max_m: range_m.1,
    }
}

/// Near the observer, whose own position stands only where it is restricted.
fn near(observer: Point) -> Place {
    Place::Sector(sector(observer, (0.0, 180.0), (0.0, ACCESS_RANGE_M)))
}
