//! Reads GeoJSON (RFC 7946), whole or one object a line. The only module that knows the format.

use crate::geometry::{Notice, Position, RawGeometry};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// One feature: what the file says of it, and its geometry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feature {
    /// Its properties, with the scalar members of the objects around it.
    pub properties: Map<String, Value>,
    /// Its geometry; may be empty.
    pub geometry: RawGeometry,
}

/// Why bytes are not geometry that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Larger than is read.
    #[error("the geometry file is larger than {limit} bytes: split it or simplify it")]
    TooLarge {
        /// The limit, bytes.
        limit: usize,
    },
    /// Not GeoJSON.
    #[error("not GeoJSON at line {line}: {reason}")]
    NotGeoJson {
        /// Line, counted from 1.
        line: usize,
        /// What the reader met.
        reason: String,
    },
    /// Well-formed but without a single feature.
    #[error(
        "no feature with a geometry: expected a FeatureCollection, a Feature, a geometry, or one of these a line"
    )]
    NoFeature,
    /// Not well-known binary.
    #[error("not WKB at byte {at}: {reason}")]
    NotWkb {
        /// Offset, bytes.
        at: usize,
        /// What the reader met.
        reason: &'static str,
    },
}

/// Reads a FeatureCollection, a Feature, a bare geometry, or one of these a line (NDJSON). The scalar members of an
/// object around features (such as `"date"`) become properties of its features, unless they have one of that name.
/// A line of NDJSON that cannot be read is left out with a notice. Heights are dropped.
pub fn read_geojson(bytes: &[u8]) -> Result<(Vec<Feature>, Vec<Notice>), SourceError> {
    if bytes.len() > base::limits::GEOMETRY_BYTES_MAX {
        return Err(SourceError::TooLarge { limit: base::limits::GEOMETRY_BYTES_MAX });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut read = Reading::default();
    if one_a_line(bytes) {
        read.lines(bytes);
    } else {
        let node: Node = serde_json::from_slice(bytes)
            .map_err(|e| SourceError::NotGeoJson { line: e.line(), reason: plain(&e) })?;
        read.collect(node, &Map::new());
    }
    if read.features.is_empty() { Err(SourceError::NoFeature) } else { Ok((read.features, read.notices)) }
}

/// Whether the first line with anything on it is a whole object and another one follows.
fn one_a_line(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|b| *b == b'\n').filter(|l| !l.trim_ascii().is_empty());
    let (Some(first), Some(_)) = (lines.next(), lines.next()) else { return false };
    serde_json::from_slice::<Node>(first).is_ok()
}

fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

/// Adds members that are not there yet.
fn inherit(members: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (name, value) in from {
        if !members.contains_key(name) {
            members.insert(name.clone(), value.clone());
        }
    }
}

#[derive(Default)]
struct Reading {
    features: Vec<Feature>,
    notices: Vec<Notice>,
}

impl Reading {
    fn lines(&mut self, bytes: &[u8]) {
        for (i, line) in bytes.split(|b| *b == b'\n').enumerate() {
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice::<Node>(line) {
                Ok(node) => self.collect(node, &Map::new()),
                Err(e) => {
                    let message = format!("line {} is left out: {}", i + 1, plain(&e));
                    self.notices.push(Notice::about(None, None, message));
                }
            }
        }
    }

    /// Flattens one object into features; `inherited` are the scalar members of the objects around it.
    fn collect(&mut self, node: Node, inherited: &Map<String, Value>) {
        match node.kind.as_deref() {
            Some("Feature") => self.feature(node, inherited),
            Some("FeatureCollection") | None => {
                let mut outer = node.others;
                inherit(&mut outer, inherited);
                for feature in node.features {
                    self.collect(feature, &outer);
                }
            }
            Some(_) => self.push(node, inherited.clone()),
        }
    }

    fn feature(&mut self, node: Node, inherited: &Map<String, Value>) {
        let mut properties = node.properties;
        inherit(&mut properties, inherited);
        match node.geometry {
            Some(geometry) => self.push(*geometry, properties),
            None => {
                let message = "has no geometry and is left out".to_owned();
                self.notices.push(Notice::about(Some(self.features.len()), None, message));
            }
        }
    }

    fn push(&mut self, geometry: Node, properties: Map<String, Value>) {
        let mut raw = RawGeometry::default();
        let index = self.features.len();
        if let Err(problem) = add_geometry(geometry, &mut raw) {
            self.notices.push(Notice::about(Some(index), None, problem));
        }
        if raw.is_empty() {
            self.notices.push(Notice::about(Some(index), None, "has an empty geometry".to_owned()));
        }
        self.features.push(Feature { properties, geometry: raw });
    }
}

/// Adds one geometry object to `raw`. On an error nothing of that object is kept, so that half a polygon never
/// stands for the whole.
fn add_geometry(node: Node, raw: &mut RawGeometry) -> Result<(), String> {
    let kind = node.kind.unwrap_or_default();
    if kind == "GeometryCollection" {
        let mut all = RawGeometry::default();
        node.geometries.into_iter().try_for_each(|part| add_geometry(part, &mut all))?;
        raw.append(all);
        return Ok(());
    }
    let wrong = || format!("geometry `{kind}` has coordinates that do not fit and is left out");
    let coordinates = node.coordinates.ok_or_else(wrong)?;
    match kind.as_str() {
        "Point" => raw.points.extend(coordinates.position()),
        "MultiPoint" => raw.points.extend(coordinates.positions().ok_or_else(wrong)?),
        "LineString" => {
            raw.lines.extend(Some(coordinates.positions().ok_or_else(wrong)?).filter(|l| !l.is_empty()))
        }
        "MultiLineString" => raw.lines.extend(coordinates.rings().ok_or_else(wrong)?),
        "Polygon" => {
            raw.polygons.extend(Some(coordinates.rings().ok_or_else(wrong)?).filter(|p| !p.is_empty()))
        }
        "MultiPolygon" => {
            let Coordinates::List(parts) = coordinates else { return Err(wrong()) };
            let parts: Option<Vec<_>> = parts.into_iter().map(Coordinates::rings).collect();
            raw.polygons.extend(parts.ok_or_else(wrong)?.into_iter().filter(|p| !p.is_empty()));
        }
        other => return Err(format!("geometry type `{other}` is not known and is left out")),
    }
    Ok(())
}

/// Any object of a GeoJSON file: its members that matter, whatever its type turns out to be.
#[derive(Default)]
struct Node {
    kind: Option<String>,
    features: Vec<Node>,
    geometry: Option<Box<Node>>,
    geometries: Vec<Node>,
    coordinates: Option<Coordinates>,
    properties: Map<String, Value>,
    /// Scalar members by other names.
    others: Map<String, Value>,
}

/// Members of one object that are kept beyond those GeoJSON names.
const OTHERS_MAX: usize = 64;

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a GeoJSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut node = Node::default();
                while let Some(name) = map.next_key::<String>()? {
                    match name.as_str() {
                        "type" => node.kind = map.next_value()?,
                        "features" => node.features = map.next_value()?,
                        "geometry" => node.geometry = map.next_value()?,
                        "geometries" => node.geometries = map.next_value()?,
                        "coordinates" => node.coordinates = map.next_value()?,
                        "properties" => node.properties = map.next_value::<Option<_>>()?.unwrap_or_default(),
                        _ if node.others.len() >= OTHERS_MAX => drop(map.next_value::<IgnoredAny>()?),
                        _ => {
                            let value: Value = map.next_value()?;
                            if !value.is_array() && !value.is_object() {
                                node.others.insert(name, value);
                            }
                        }
                    }
                }
                Ok(node)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Nested arrays of numbers, read without a tree of JSON values: a vertex costs 24 bytes.
enum Coordinates {
    Position(Position),
    List(Vec<Coordinates>),
}

impl Coordinates {
    fn position(self) -> Option<Position> {
        match self {
            Coordinates::Position(p) => Some(p),
            Coordinates::List(_) => None,
        }
    }

    fn positions(self) -> Option<Vec<Position>> {
        match self {
            Coordinates::Position(_) => None,
            Coordinates::List(list) => list.into_iter().map(Coordinates::position).collect(),
        }
    }

    fn rings(self) -> Option<Vec<Vec<Position>>> {
        match self {
            Coordinates::Position(_) => None,
            Coordinates::List(list) => list.into_iter().map(Coordinates::positions).collect(),
        }
    }
}

impl<'de> Deserialize<'de> for Coordinates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Coordinates, D::Error> {
        enum Item {
            Number(f64),
            Nested(Coordinates),
        }
        struct Items;
        impl<'de> Visitor<'de> for Items {
            type Value = Item;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("coordinates")
            }

            fn visit_f64<E>(self, v: f64) -> Result<Item, E> {
                Ok(Item::Number(v))
            }

            fn visit_i64<E>(self, v: i64) -> Result<Item, E> {
                Ok(Item::Number(v as f64))
            }

            fn visit_u64<E>(self, v: u64) -> Result<Item, E> {
                Ok(Item::Number(v as f64))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Item, A::Error> {
                let mut numbers = [0.0; 2];
                let mut count = 0usize;
                let mut list = Vec::new();
                while let Some(item) = seq.next_element::<Item>()? {
                    match item {
                        Item::Number(n) => {
                            if let Some(slot) = numbers.get_mut(count) {
                                *slot = n;
                            }
                            count += 1;
                        }
                        Item::Nested(nested) => list.push(nested),
                    }
                }
                match (count, list.is_empty()) {
                    (0, _) => Ok(Item::Nested(Coordinates::List(list))),
                    (2.., true) => Ok(Item::Nested(Coordinates::Position(numbers))),
                    _ => Err(serde::de::Error::custom("a position needs a longitude and a latitude")),
                }
            }
        }
        impl<'de> Deserialize<'de> for Item {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Item, D::Error> {
                deserializer.deserialize_any(Items)
            }
        }
        match Item::deserialize(deserializer)? {
            Item::Nested(coordinates) => Ok(coordinates),
            Item::Number(_) => Err(serde::de::Error::custom("coordinates are an array")),
        }
    }
}
