//! Cursor on Target events for situation displays (ATAK and its kin). Only a coarse point goes out, never a ring: a
//! display would draw it sharper than it is.

use crate::message::{Kind, Message, Text};
use crate::text::one_line;
use crate::xml::Xml;
use base::{CivilZone, Instant};

/// The grid that points are moved to, degrees; about 5 km.
const GRID_DEG: f64 = 0.05;
/// Metres of one degree of latitude.
const M_PER_DEG: f64 = 111_320.0;
/// A marker on the map. Not an emergency beacon: no device calls for help.
const MARKER: &str = "b-m-p-s-m";

/// A circle that the zones lie in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    /// Longitude of its middle on the grid, degrees.
    pub lon: f64,
    /// Latitude of its middle on the grid, degrees.
    pub lat: f64,
    /// Its radius, whole kilometres in metres.
    pub radius_m: f64,
}

/// The circle around a message's polygons; `None`: it has none, or they lie around the date line.
#[must_use]
pub fn circle(message: &Message) -> Option<Circle> {
    let points: Vec<[f64; 2]> =
        message.zones.iter().filter_map(|z| z.polygon.as_ref()).flatten().copied().collect();
    let first = points.first().copied()?;
    let (mut low, mut high) = (first, first);
    for [lon, lat] in &points {
        low = [low[0].min(*lon), low[1].min(*lat)];
        high = [high[0].max(*lon), high[1].max(*lat)];
    }
    if high[0] - low[0] > 180.0 {
        return None;
    }
    let on_grid = |v: f64| (v / GRID_DEG).round() * GRID_DEG;
    let (lon, lat) = (on_grid((low[0] + high[0]) / 2.0), on_grid((low[1] + high[1]) / 2.0));
    let shrink = lat.to_radians().cos();
    let reach = |[x, y]: &[f64; 2]| ((x - lon) * shrink).hypot(y - lat) * M_PER_DEG;
    let radius_m = points.iter().map(reach).fold(0.0, f64::max);
    Some(Circle { lon, lat, radius_m: (radius_m / 1_000.0).ceil().max(1.0) * 1_000.0 })
}

/// The message as one event; `None`: it has no place. The event's `uid` is the thread, so that an update takes the
/// place of what it updates on the display; a cancel is stale at once. The id of the message stands in `detail`.
#[must_use]
pub fn write(message: &Message, languages: &[String]) -> Option<String> {
    let circle = circle(message)?;
    let text = message.text_for(languages)?;
    let (sent, start) = (time(message.sent_ms), time(message.sent_ms.min(message.onset_ms)));
    let stale_ms = if message.kind == Kind::Cancel { message.sent_ms } else { message.expires_ms };
    let stale = time(stale_ms);
    let uid = format!("truceline-{}", message.thread);
    let attributes = [
        ("version", "2.0"),
        ("uid", uid.as_str()),
        ("type", MARKER),
        ("how", "h-e"),
        ("time", &sent),
        ("start", &start),
        ("stale", &stale),
    ];
    let mut xml = Xml::new();
    xml.begin("event", &attributes);
    let (lat, lon) = (format!("{:.2}", circle.lat), format!("{:.2}", circle.lon));
    let ce = format!("{:.0}", circle.radius_m);
    xml.empty(
        "point",
        &[("lat", &lat), ("lon", &lon), ("hae", "9999999.0"), ("ce", &ce), ("le", "9999999.0")],
    );
    detail(&mut xml, message, text);
    xml.end("event");
    Some(xml.finish())
}

fn detail(xml: &mut Xml, message: &Message, text: &Text) {
    let call = format!("{} ({})", one_line(&text.headline), message.level.name());
    xml.begin("detail", &[]);
    xml.empty("contact", &[("callsign", &call)]);
    xml.empty("link", &[("relation", "r-u"), ("url", &message.link), ("mime", "text/html")]);
    let (kind, level) = (message.kind.name(), message.level.name());
    xml.empty("_truceline", &[("id", &message.id), ("kind", kind), ("level", level)]);
    let parts = [&text.headline, &text.description, &text.instruction, &text.cancels_when];
    let told: Vec<&str> = parts.into_iter().map(String::as_str).filter(|p| !p.is_empty()).collect();
    let exercise = if message.kind == Kind::Exercise { "EXERCISE: " } else { "" };
    xml.text("remarks", &format!("{exercise}{}", told.join("\n")));
    xml.end("detail");
}

fn time(at_ms: i64) -> String {
    CivilZone::utc().rfc3339(Instant(at_ms)).replace("+00:00", ".000Z")
}
