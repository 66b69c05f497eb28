//! A layer of a GeoPackage, handed on as GeoJSON: the database is read by `store`, the features by `evidence`.

use crate::exit::Failure;
use atlas::from_wkb;
use serde_json::{Map, Value, json};
use std::path::Path;
use store::geopackage::{GeoPackageError, features};

/// The features of `layer`, or of the only layer there is, as GeoJSON, one a line in the order of the table. `name` is
/// what the file is called in messages.
pub fn as_geojson(path: &Path, layer: Option<&str>, name: &str) -> Result<Vec<u8>, Failure> {
    let rows = features(path, layer).map_err(|e| failure(&e, name))?;
    let mut out = Vec::new();
    for (properties, wkb) in rows {
        let line = feature(properties, &wkb);
        serde_json::to_writer(&mut out, &line)
            .map_err(|e| Failure::failed(format!("a feature of `{name}` could not be handed on: {e}")))?;
        out.push(b'\n');
    }
    Ok(out)
}

fn failure(error: &GeoPackageError, name: &str) -> Failure {
    let failure = Failure::bad_input(format!("`{name}`: {error}"));
    match error {
        GeoPackageError::WhichLayer { layers, .. } | GeoPackageError::NoLayer { layers, .. }
            if !layers.is_empty() =>
        {
            failure.hint("name one with --layer")
        }
        _ => failure,
    }
}

/// A geometry that cannot be read is handed on as one of a type that says so: the feature is rejected, with its
/// properties, and the others are read. A feature without a geometry may state its place in its properties.
fn feature(properties: Map<String, Value>, wkb: &[u8]) -> Value {
    let geometry = if wkb.is_empty() { Value::Null } else { geometry(wkb) };
    json!({ "type": "Feature", "geometry": geometry, "properties": properties })
}

fn geometry(wkb: &[u8]) -> Value {
    let raw = match from_wkb(wkb) {
        Ok(raw) => raw,
        Err(e) => return json!({ "type": format!("unreadable: {e}"), "coordinates": [] }),
    };
    match (raw.points.as_slice(), raw.lines.as_slice(), raw.polygons.as_slice()) {
        ([], [], []) => Value::Null,
        ([point], [], []) => json!({ "type": "Point", "coordinates": point }),
        ([], [], [polygon]) => json!({ "type": "Polygon", "coordinates": polygon }),
        ([], [], polygons) => json!({ "type": "MultiPolygon", "coordinates": polygons }),
        (points, [], []) => json!({ "type": "MultiPoint", "coordinates": points }),
        ([], lines, []) => json!({ "type": "MultiLineString", "coordinates": lines }),
        _ => json!({ "type": "GeometryCollection", "coordinates": [] }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(lon: f64, lat: f64) -> Vec<u8> {
        let mut wkb = vec![1, 1, 0, 0, 0];
        wkb.extend(lon.to_le_bytes());
        wkb.extend(lat.to_le_bytes());
        wkb
    }

    #[test]
    fn a_point_keeps_its_place_and_what_is_broken_says_so() {
        let feature = |wkb: &[u8]| feature(Map::new(), wkb)["geometry"].clone();
        assert_eq!(feature(&point(-30.5, 47.25)), json!({ "type": "Point", "coordinates": [-30.5, 47.25] }));
        assert_eq!(feature(&[]), Value::Null);
        let broken = feature(&point(-30.5, 47.25)[..9]);
        assert!(broken["type"].as_str().is_some_and(|t| t.starts_with("unreadable: ")), "{broken}");
    }
}
