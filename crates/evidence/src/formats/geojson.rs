//! GeoJSON: feature collections, arrays of features, or one feature a line; points and polygons.

use crate::formats::frames::{FEATURES, Frame, Frames};
use crate::formats::json::canonical;
use crate::formats::mapped::{Bound, Named};
use crate::intake::{At, Intake, Options, ReadError};
use crate::mapping::Mapping;
use crate::reject::{Fault, RejectReason};
use base::limits::VERTICES_MAX;
use base::{CivilZone, LonLat, Place};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Read;

const NAME: &str = "geojson";
/// Most property names listed as not read.
const UNREAD_MAX: usize = 64;

/// Takes the properties of a feature that the mapping can name.
fn fill(named: &mut Named, feature: &Value) {
    let properties = feature.get("properties");
    for (name, text) in named.emptied() {
        let value = properties.and_then(|p| p.get(name));
        let own = if name == "id" { feature.get("id") } else { None };
        if let Some(value) = value.filter(|v| !v.is_null()).or(own) {
            as_text(value, text);
        }
    }
}

fn as_text(value: &Value, out: &mut String) {
    match value {
        Value::Null => {}
        Value::String(s) => out.push_str(s),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            for item in items.iter().filter_map(Value::as_str) {
                if !out.is_empty() {
                    out.push('\n');
                }
                out.push_str(item);
            }
        }
        other => out.push_str(&other.to_string()),
    }
}

/// Reads the document.
pub(crate) fn run(
    options: &Options,
    zone: CivilZone,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let usual = Mapping::default();
    let mapping = options.mapping.as_ref().unwrap_or(&usual);
    let (mut bound, mut properties) = Named::bind(mapping, zone)?;
    let mut unread = BTreeSet::new();
    let mut frames = Frames::open(NAME, input, FEATURES)?;
    let mut whole = Vec::new();
    loop {
        let next = frames.next();
        let at = At { line: frames.starts_on_line(), raw: frames.element() };
        match next {
            Frame::Element => match feature(frames.element(), intake.radius_m, &bound, &mut properties) {
                Err(fault) => intake.rejected(at, fault),
                Ok((feature, place)) => {
                    note_unread(&feature, &properties, &mut unread);
                    whole.clear();
                    canonical(&feature, &mut whole);
                    if let Err(fault) = bound.observe(&properties, place, &whole, intake)? {
                        intake.rejected(at, fault);
                    }
                }
            },
            Frame::TooLong => intake.rejected(at, Fault::new("", RejectReason::RecordTooLong, "")),
            Frame::CutOff => {
                intake.rejected(at, Fault::new("", RejectReason::TruncatedFile, ""));
                break;
            }
            Frame::Failed(e) => {
                intake.ended(e, at)?;
                break;
            }
            Frame::End => break,
        }
    }
    intake.unread(unread.into_iter().collect());
    Ok(())
}

fn note_unread(feature: &Value, named: &Named, unread: &mut BTreeSet<String>) {
    let Some(Value::Object(properties)) = feature.get("properties") else { return };
    for name in properties.keys().filter(|n| !named.has(n)) {
        if unread.len() < UNREAD_MAX && !unread.contains(name) {
            unread.insert(name.clone());
        }
    }
}

/// The feature and its place; no place: the properties may state one.
fn feature(
    text: &[u8],
    assumed_m: Option<f64>,
    bound: &Bound,
    properties: &mut Named,
) -> Result<(Value, Option<Place>), Fault> {
    if let Err(e) = std::str::from_utf8(text) {
        let from = text.get(e.valid_up_to()..).unwrap_or_default();
        return Err(Fault::new("", RejectReason::NotUtf8, from));
    }
    let feature: Value =
        serde_json::from_slice(text).map_err(|e| Fault::new("", RejectReason::BadJson, e.to_string()))?;
    if feature.get("type").and_then(Value::as_str) != Some("Feature") {
        return Err(Fault::new("type", RejectReason::WrongShape, "not a Feature"));
    }
    fill(properties, &feature);
    let place = match feature.get("geometry") {
        None | Some(Value::Null) => None,
        Some(geometry) => Some(place(geometry, || Ok(bound.radius_m(properties)?.or(assumed_m)))?),
    };
    Ok((feature, place))
}

fn bad(says: impl AsRef<[u8]>) -> Fault {
    Fault::new("geometry", RejectReason::BadGeometry, says)
}

/// The place that a geometry states.
pub(crate) fn place(
    geometry: &Value,
    radius_m: impl Fn() -> Result<Option<f64>, Fault>,
) -> Result<Place, Fault> {
    let kind = geometry.get("type").and_then(Value::as_str).unwrap_or("");
    let coordinates = geometry.get("coordinates").unwrap_or(&Value::Null);
    match (kind, coordinates) {
        ("Point", c) => Ok(Place::Point { at: lon_lat(c)?, radius_m: radius_m()? }),
        ("Polygon", Value::Array(rings)) => polygon(rings),
        ("MultiPolygon", Value::Array(parts)) => match parts.as_slice() {
            [Value::Array(rings)] => polygon(rings),
            _ => Err(bad("MultiPolygon of several parts: give each its own feature")),
        },
        ("", _) => Err(bad("no type")),
        (other, _) => Err(bad(other)),
    }
}

fn lon_lat(pair: &Value) -> Result<LonLat, Fault> {
    let number = |i: usize| pair.get(i).and_then(Value::as_f64);
    let (Some(lon), Some(lat)) = (number(0), number(1)) else {
        return Err(bad(format!("not a position: {}", short(pair))));
    };
    super::fields::position(("geometry", lon), ("geometry", lat))
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}

fn polygon(rings: &[Value]) -> Result<Place, Fault> {
    let mut out: Vec<Vec<LonLat>> = Vec::with_capacity(rings.len());
    for ring in rings {
        let Value::Array(points) = ring else { return Err(bad("a ring is not a list of positions")) };
        if points.len() > VERTICES_MAX {
            return Err(bad("too many vertices"));
        }
        let ring: Vec<LonLat> = points.iter().map(lon_lat).collect::<Result<_, _>>()?;
        out.push(super::fields::closed("geometry", ring)?);
    }
    if out.is_empty() { Err(bad("a polygon without rings")) } else { Ok(Place::Polygon(out)) }
}
