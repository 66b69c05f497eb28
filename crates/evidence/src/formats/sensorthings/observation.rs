//! What one observation of a SensorThings service states.

use super::context::Context;
use crate::coverage::{Coverage, CoverageArea, Status};
use crate::draft::{Draft, Means, TimePrecision};
use crate::formats::json::{add_note, at, scalar};
use crate::formats::moments::{self, Clock, Stated};
use crate::formats::{fields, geojson};
use crate::intake::Intake;
use crate::reject::{Fault, RejectReason};
use base::limits::RADIUS_M_MAX;
use base::{Count, Interval, LonLat, Place, Sector};
use serde_json::Value;
use std::borrow::Cow;

/// How well the position of a thing is known where nothing is stated, metres.
const THING_RADIUS_M: f64 = 100.0;
/// Longest name or value told in a note, characters.
const TOLD_CHARS_MAX: usize = 200;
/// Names of properties whose result says whether the sensor was watching.
const AVAILABILITY: [&str; 6] = ["availability", "uptime", "up time", "operational", "health", "status"];
/// Units of what is counted.
const COUNTED: [&str; 10] =
    ["", "1", "count", "counts", "number", "{count}", "#", "event", "events", "dimensionless"];

/// What an observation came to.
pub(super) enum Found {
    Facts(Box<Facts>),
    Coverage(Coverage),
    /// Nothing was perceived, and that is all it says.
    Nothing(Fault),
}

impl Found {
    /// The place, if it is stated.
    pub(super) fn place(self) -> Option<Place> {
        match self {
            Found::Facts(facts) => Some(facts.place).filter(|p| *p != Place::Undetermined),
            Found::Coverage(_) | Found::Nothing(_) => None,
        }
    }
}

/// An observation.
pub(super) struct Facts {
    kind: Cow<'static, str>,
    when: Stated,
    reported_ms: Option<i64>,
    place: Place,
    means: Means,
    count: Option<Count>,
    note: String,
}

impl Facts {
    pub(super) fn draft<'f>(&'f self, key: &'f [u8]) -> Draft<'f> {
        Draft {
            native_key: key,
            kind: &self.kind,
            event: self.when.event,
            precision: self.when.precision,
            reported_ms: self.reported_ms,
            place: self.place.clone(),
            means: self.means,
            count: self.count,
            note: &self.note,
            ..Draft::default()
        }
    }
}

/// Reads one observation. `is_mapped`: a mapping says of what kind it is, whatever the property is called.
pub(super) fn read(
    value: &Value,
    context: Context<'_>,
    clock: &Clock,
    is_mapped: bool,
    intake: &mut Intake<'_>,
) -> Result<Found, Fault> {
    let result =
        at(value, &["result"]).ok_or_else(|| Fault::new("result", RejectReason::MissingValue, ""))?;
    let reported = time("resultTime", value.get("resultTime"), clock)?;
    let phenomenon = time("phenomenonTime", value.get("phenomenonTime"), clock)?;
    let when = phenomenon.or(reported);
    let when = when.ok_or_else(|| Fault::new("phenomenonTime", RejectReason::MissingValue, ""))?;
    if is_availability(context) {
        return availability(value, result, when, context, clock).map(Found::Coverage);
    }
    let mut note = String::new();
    let (kind, count) = match stated(result, context, is_mapped, &mut note) {
        Heard::Something(kind, count) => (kind, count),
        Heard::Nothing(kind) => return Ok(silence(kind, when, context)),
    };
    remarks(value, context, &mut note);
    let means = match scalar(context.free(&["means"])) {
        None => Means::Undetermined,
        Some(word) => Means::named(&word)
            .ok_or_else(|| Fault::new("properties/means", RejectReason::UnknownWord, word.as_bytes()))?,
    };
    let place = place(context, intake)?;
    let reported_ms = reported.map(|r| r.event.start.0);
    Ok(Found::Facts(Box::new(Facts { kind, when, reported_ms, place, means, count, note })))
}

/// An instant, or an interval `a/b`.
fn time(name: &str, value: Option<&Value>, clock: &Clock) -> Result<Option<Stated>, Fault> {
    let value = value.filter(|v| !v.is_null());
    let Some(text) = scalar(value) else {
        return match value {
            None => Ok(None),
            Some(other) => Err(Fault::new(name, RejectReason::BadDate, other.to_string())),
        };
    };
    let Some((start, end)) = text.split_once('/') else { return clock.read(name, &text, &[]).map(Some) };
    let (start, end) = (clock.read(name, start, &[])?, clock.read(name, end, &[])?);
    if end.event.start < start.event.start {
        return Err(Fault::new(name, RejectReason::EndsBeforeStart, text.as_bytes()));
    }
    // An interval ends at its second moment, whatever the clock's grain.
    let event = Interval { start: start.event.start, end: end.event.start };
    let event =
        if end.precision == TimePrecision::Day { Interval { end: end.event.end, ..event } } else { event };
    let precision = moments::over(event, start.precision.max(end.precision));
    Ok(Some(Stated { event, precision }))
}

/// Lower case, with spaces between words; of an address its last part.
fn plain(text: &str) -> String {
    let last = text.trim().rsplit(['/', '#']).next().unwrap_or("");
    last.replace(['_', '-'], " ").to_lowercase()
}

/// The names by which a property may be known.
fn names(property: &Value) -> [String; 2] {
    ["name", "definition"].map(|n| scalar(property.get(n)).map(|t| plain(&t)).unwrap_or_default())
}

fn is_availability(context: Context<'_>) -> bool {
    let is = |name: &str| AVAILABILITY.contains(&name);
    let of_stream = context.datastream.and_then(|d| scalar(d.get("name"))).map(|n| plain(&n));
    context.properties().iter().any(|p| names(p).iter().any(|n| is(n))) || of_stream.is_some_and(|n| is(&n))
}

/// Whether the sensor was watching: a truth value, 0 or 1, or a word of the list of statuses.
fn availability(
    value: &Value,
    result: &Value,
    when: Stated,
    context: Context<'_>,
    clock: &Clock,
) -> Result<Coverage, Fault> {
    let unknown = || Fault::new("result", RejectReason::UnknownWord, result.to_string());
    let status = match scalar(Some(result)).unwrap_or_default().to_lowercase().as_str() {
        "true" | "1" | "up" | "ok" | "online" => Status::Effective,
        "false" | "0" | "offline" => Status::Down,
        word => Status::named(word).ok_or_else(unknown)?,
    };
    let valid = time("validTime", value.get("validTime"), clock)?;
    let every_ms =
        context.free(&["every_s"]).and_then(Value::as_f64).filter(|s| (0.0..=86_400.0).contains(s));
    let is_long = |i: &Interval| i.end.0 - i.start.0 > 1_000;
    let interval = [Some(when.event), valid.map(|v| v.event)].into_iter().flatten().find(is_long);
    let interval = interval.or_else(|| {
        let length_ms = (every_ms? * 1_000.0) as i64;
        let end = base::Instant(when.event.start.0.saturating_add(length_ms));
        (length_ms > 0).then_some(Interval { start: when.event.start, end })
    });
    // Of one moment nothing follows for the time after it.
    let interval =
        interval.ok_or_else(|| Fault::new("phenomenonTime", RejectReason::MissingValue, "no interval"))?;
    let kinds = context.free(&["kinds"]).and_then(Value::as_array);
    let kinds = kinds.map(|k| k.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    let area = area(context)?;
    let area = area.ok_or_else(|| Fault::new("properties/range_m", RejectReason::MissingValue, ""))?;
    let cause = if status == Status::Effective { String::new() } else { quality(value) };
    Ok(Coverage { source: String::new(), kinds: kinds.unwrap_or_default(), interval, area, status, cause })
}

/// What a result says.
enum Heard {
    Something(Cow<'static, str>, Option<Count>),
    /// Nothing of a kind; or of a kind that only the mapping knows.
    Nothing(Option<&'static str>),
}

/// What a figure says of a thing that can be perceived.
enum Figure {
    Nothing,
    Something,
    Counted(u32),
    /// It measures something, or it is no figure.
    Other,
}

/// Kind, count, and in the note what is neither.
fn stated(result: &Value, context: Context<'_>, is_mapped: bool, note: &mut String) -> Heard {
    let properties = context.properties();
    let several = result.as_array().filter(|r| properties.len() > 1 && r.len() == properties.len());
    let known = |p: &&Value| {
        names(p)
            .into_iter()
            .find_map(|n| base::vocabulary::KINDS.iter().find(|k| k.name == n))
            .map(|k| k.name)
    };
    let Some(results) = several else {
        let kind = properties.first().and_then(known);
        let unit = context.datastream.and_then(|d| at(d, &["unitOfMeasurement"]));
        if is_mapped && kind.is_none() && matches!(figure(kind, result, unit, context), Figure::Nothing) {
            return Heard::Nothing(None);
        }
        return one(kind, properties.first().copied(), result, unit, context, note);
    };
    let chosen = properties.iter().position(|p| known(p).is_some());
    let mut heard = Heard::Something(Cow::Borrowed("other"), None);
    for (i, (property, result)) in properties.iter().zip(results).enumerate() {
        let unit = context.datastream.and_then(|d| d.get("unitOfMeasurements")).and_then(|u| u.get(i));
        let kind = known(property).filter(|_| chosen == Some(i));
        let this = one(kind, Some(property), result, unit, context, note);
        if chosen == Some(i) {
            heard = this;
        }
    }
    heard
}

fn one(
    kind: Option<&'static str>,
    property: Option<&Value>,
    result: &Value,
    unit: Option<&Value>,
    context: Context<'_>,
    note: &mut String,
) -> Heard {
    let Some(kind) = kind else {
        tell(property, result, unit, note);
        return Heard::Something(Cow::Borrowed("other"), None);
    };
    let count = match figure(Some(kind), result, unit, context) {
        Figure::Nothing => return Heard::Nothing(Some(kind)),
        Figure::Something => None,
        Figure::Counted(n) => Some(Count::exactly(n)),
        Figure::Other => {
            tell(property, result, unit, note);
            None
        }
    };
    Heard::Something(Cow::Borrowed(kind), count)
}

/// Truth values and whole numbers, as themselves or as text: services write both.
fn figure(kind: Option<&'static str>, result: &Value, unit: Option<&Value>, context: Context<'_>) -> Figure {
    let stated = if result.is_object() { result.get("count") } else { Some(result) };
    let text = scalar(stated).unwrap_or_default().to_ascii_lowercase();
    match text.as_str() {
        "false" => return Figure::Nothing,
        "true" => return Figure::Something,
        _ => {}
    }
    let whole = text.parse::<f64>().ok().filter(|n| (0.0..4e9).contains(n) && n.fract() == 0.0);
    match whole.filter(|_| is_counted(kind, unit, context)) {
        None => Figure::Other,
        Some(0.0) => Figure::Nothing,
        Some(n) => Figure::Counted(n as u32),
    }
}

/// Whether a figure counts things, and measures nothing.
fn is_counted(kind: Option<&str>, unit: Option<&Value>, context: Context<'_>) -> bool {
    let of_type = context.datastream.and_then(|d| scalar(d.get("observationType")));
    if of_type.is_some_and(|t| t.ends_with("OM_CountObservation")) {
        return true;
    }
    let Some(unit) = unit.filter(|u| !u.is_null()) else { return true };
    let name = |n: &str| scalar(unit.get(n)).map(|t| plain(&t)).unwrap_or_default();
    [name("name"), name("symbol")].iter().all(|n| {
        COUNTED.contains(&n.as_str())
            || kind.is_some_and(|kind| n == kind || n.strip_suffix('s').is_some_and(|one| one == kind))
    })
}

/// `Luminous Flux 3 lm`.
fn tell(property: Option<&Value>, result: &Value, unit: Option<&Value>, note: &mut String) {
    let name = property.and_then(|p| scalar(p.get("name"))).unwrap_or_default();
    let symbol = unit.and_then(|u| scalar(u.get("symbol")).or(scalar(u.get("name")))).unwrap_or_default();
    let value = scalar(Some(result)).unwrap_or_else(|| Cow::Owned(result.to_string()));
    let short = |t: &str| t.chars().take(TOLD_CHARS_MAX).collect::<String>();
    let told = format!("{} {} {}", short(&name), short(&value), short(&symbol));
    add_note(note, &told);
}

fn quality(value: &Value) -> String {
    let Some(quality) = value.get("resultQuality").filter(|q| !q.is_null()) else { return String::new() };
    let text = scalar(Some(quality)).unwrap_or_else(|| Cow::Owned(quality.to_string()));
    text.chars().take(TOLD_CHARS_MAX).collect()
}

fn remarks(value: &Value, context: Context<'_>, note: &mut String) {
    let quality = quality(value);
    if !quality.is_empty() && quality != "[]" && quality != "{}" {
        add_note(note, &format!("quality {quality}"));
    }
    if let Some(name) = context.datastream.and_then(|d| scalar(d.get("name"))) {
        add_note(note, &format!("datastream {name}"));
    }
}

/// The geometry of a feature or location; a GeoJSON Feature too.
fn geometry(column: &str, value: Option<&Value>, radius_m: Option<f64>) -> Result<Option<Place>, Fault> {
    let Some(value) = value.filter(|v| v.is_object()) else { return Ok(None) };
    let inner = value.get("geometry").filter(|g| g.is_object()).unwrap_or(value);
    let place = geojson::place(inner, || Ok(radius_m));
    place.map(Some).map_err(|fault| Fault { column: column.to_owned(), ..fault })
}

/// Where the thing is.
fn of_thing(context: Context<'_>, radius_m: Option<f64>) -> Result<Option<Place>, Fault> {
    let locations = context.thing.and_then(|t| t.get("Locations"));
    let location = match locations {
        Some(Value::Array(all)) => all.iter().find(|l| l.get("location").is_some()),
        Some(one) => Some(one),
        None => None,
    };
    geometry("Location/location", location.or(context.location).and_then(|l| l.get("location")), radius_m)
}

fn of_feature(context: Context<'_>, radius_m: Option<f64>) -> Result<Option<Place>, Fault> {
    geometry("FeatureOfInterest/feature", context.feature.and_then(|f| f.get("feature")), radius_m)
}

/// How far the sensor perceives, metres, if its entities say.
fn range_m(context: Context<'_>) -> Result<Option<f64>, Fault> {
    let Some(value) = context.free(&["range_m", "range_max_m"]) else { return Ok(None) };
    let text = scalar(Some(value)).unwrap_or_else(|| Cow::Owned(value.to_string()));
    let m = fields::number("properties/range_m", text.as_bytes())?;
    if !(0.0..=RADIUS_M_MAX).contains(&m) {
        return Err(Fault::new("properties/range_m", RejectReason::OutOfRange, text.as_bytes()));
    }
    Ok(Some(m))
}

/// The feature of interest. Services make one at the thing's own place where none is stated; then, and without one,
/// what was perceived lies within the thing's range, if that is known. The thing's own point is never the place: it is
/// where a sensor stands, and would be drawn.
fn place(context: Context<'_>, intake: &mut Intake<'_>) -> Result<Place, Fault> {
    let feature = of_feature(context, intake.radius_m)?;
    let thing = of_thing(context, intake.radius_m)?;
    let is_own = match (&feature, &thing) {
        (Some(Place::Point { at, .. }), Some(Place::Point { at: own, .. })) => fields::is_same(*at, *own),
        _ => feature == thing,
    };
    let is_elsewhere = feature.is_some() && !is_own;
    if let (false, Some(observer), Some(range_max_m)) =
        (is_elsewhere, point(thing.as_ref()), range_m(context)?)
    {
        return Ok(Place::Sector(Sector {
            observer,
            observer_radius_m: intake.radius_m.unwrap_or(THING_RADIUS_M),
            bearing_deg: 0.0,
            half_width_deg: 180.0,
            range_min_m: 0.0,
            range_max_m,
        }));
    }
    Ok(match (feature, thing) {
        (Some(feature), Some(_)) if is_elsewhere => feature,
        (Some(feature), None) => {
            intake.warn("places of features whose thing is not stated; it may be the sensor's own place");
            feature
        }
        (_, Some(Place::Point { .. })) => {
            intake.warn(
                "observations whose only place is that of their thing; undetermined: state its `range_m`",
            );
            Place::Undetermined
        }
        (_, Some(thing)) => thing,
        (None, None) => Place::Undetermined,
    })
}

fn point(place: Option<&Place>) -> Option<LonLat> {
    match place {
        Some(Place::Point { at, .. }) => Some(*at),
        _ => None,
    }
}

/// What the sensor watches: a polygon, or the circle of its range.
fn area(context: Context<'_>) -> Result<Option<CoverageArea>, Fault> {
    let observed = context.datastream.and_then(|d| d.get("observedArea"));
    let places = [
        of_feature(context, None)?,
        geometry("Datastream/observedArea", observed, None).unwrap_or_default(),
        of_thing(context, None)?,
    ];
    for place in places.iter().flatten() {
        match place {
            Place::Polygon(rings) => return Ok(Some(CoverageArea::Polygon(rings.clone()))),
            Place::Point { at, .. } => {
                if let Some(radius_m) = range_m(context)? {
                    return Ok(Some(CoverageArea::Circle { at: *at, radius_m }));
                }
            }
            Place::Sector(_) | Place::Undetermined => {}
        }
    }
    Ok(None)
}

/// Nothing of a kind perceived over an interval is coverage, if it is known where; otherwise it says nothing that can
/// be kept.
fn silence(kind: Option<&str>, when: Stated, context: Context<'_>) -> Found {
    let is_long = when.event.end.0 - when.event.start.0 > 1_000;
    match area(context).map(|area| area.zip(kind)) {
        Ok(Some((area, kind))) if is_long => Found::Coverage(Coverage {
            source: String::new(),
            kinds: vec![kind.to_owned()],
            interval: when.event,
            area,
            status: Status::Effective,
            cause: String::new(),
        }),
        Ok(_) => {
            let says = "nothing perceived, without an interval or a range; coverage would need both";
            Found::Nothing(Fault::new("result", RejectReason::OutOfRange, says))
        }
        Err(fault) => Found::Nothing(fault),
    }
}
