//! Reading geometry files, good and bad.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops where it fails"
)]

use atlas::{SourceError, from_wkb, read_geojson};
use proptest::prelude::*;

#[test]
fn every_form_of_geojson_reads() {
    let point = r#"{"type":"Point","coordinates":[30.5,48.5,120.0]}"#;
    let (features, _) = read_geojson(point.as_bytes()).expect("a geometry");
    assert_eq!(features[0].geometry.points, [[30.5, 48.5]], "height is dropped");
    let feature = format!(r#"{{"type":"Feature","properties":{{"a":1}},"geometry":{point}}}"#);
    let collection =
        format!(r#"{{"type":"FeatureCollection","date":"2026-01-01","features":[{feature},{feature}]}}"#);
    let (features, _) = read_geojson(collection.as_bytes()).expect("a collection");
    assert_eq!(features.len(), 2);
    assert_eq!(features[1].properties["date"], "2026-01-01", "scalars around features are theirs");
    let lines = format!(
        "\u{feff}{feature}\n\n{collection}\n{{\"date\":\"x\",\"features\":[{feature}]}}\r\n{point}\n"
    );
    let (features, notices) = read_geojson(lines.as_bytes()).expect("lines");
    assert_eq!((features.len(), notices.len()), (5, 0));
    let gathered = format!(
        r#"{{"type":"GeometryCollection","geometries":[{point},{{"type":"LineString","coordinates":[[1,2],[3,4]]}}]}}"#
    );
    let (features, _) = read_geojson(gathered.as_bytes()).expect("a collection of geometries");
    assert_eq!((features[0].geometry.points.len(), features[0].geometry.lines.len()), (1, 1));
}

#[test]
fn a_bad_line_is_left_out_and_named_and_the_rest_goes_on() {
    let text = "{\"type\":\"Point\",\"coordinates\":[1,2]}\n{\"type\":\"Point\",\n{\"type\":\"Point\",\"coordinates\":[3,4]}\n";
    let (features, notices) = read_geojson(text.as_bytes()).expect("lines");
    assert_eq!(features.len(), 2);
    assert!(notices[0].to_string().contains("line 2 is left out"), "{notices:?}");
}

#[test]
fn empty_and_unknown_geometries_give_a_notice() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":null,"geometry":null},
        {"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[]}},
        {"type":"Feature","properties":{},"geometry":{"type":"Circle","coordinates":[1,2]}},
        {"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[1,2],[3,4]]}}]}"#;
    let (features, notices) = read_geojson(text.as_bytes()).expect("a collection");
    assert!(features.iter().all(|f| f.geometry.is_empty()));
    let text = notices.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for part in ["no geometry", "empty geometry", "`Circle` is not known", "do not fit"] {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
}

#[test]
fn hostile_nesting_is_refused() {
    let deep =
        format!(r#"{{"type":"Polygon","coordinates":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(read_geojson(deep.as_bytes()), Err(SourceError::NotGeoJson { .. })));
    let deep = r#"{"type":"GeometryCollection","geometries":["#.repeat(10_000);
    assert!(matches!(read_geojson(deep.as_bytes()), Err(SourceError::NotGeoJson { .. })));
    let mut wkb = Vec::new();
    (0..1_000).for_each(|_| wkb.extend([1, 7, 0, 0, 0, 1, 0, 0, 0]));
    assert!(matches!(from_wkb(&wkb), Err(SourceError::NotWkb { .. })));
}

fn wkb(code: u32, body: &[u8]) -> Vec<u8> {
    [&[1u8][..], &code.to_le_bytes(), body].concat()
}

fn numbers(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

#[test]
fn well_known_binary_reads_in_all_its_dialects() {
    assert_eq!(from_wkb(&wkb(1, &numbers(&[30.0, 48.0]))).expect("a point").points, [[30.0, 48.0]]);
    let with_z = wkb(1_001, &numbers(&[30.0, 48.0, 9.0]));
    assert_eq!(from_wkb(&with_z).expect("ISO Z").points, [[30.0, 48.0]]);
    let extended = wkb(0xA000_0001, &[&4_326u32.to_le_bytes()[..], &numbers(&[30.0, 48.0, 9.0])].concat());
    assert_eq!(from_wkb(&extended).expect("EWKB Z with SRID").points, [[30.0, 48.0]]);
    let ring =
        [&1u32.to_le_bytes()[..], &4u32.to_le_bytes(), &numbers(&[0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0])]
            .concat();
    let many = wkb(6, &[&2u32.to_le_bytes()[..], &wkb(3, &ring), &wkb(3, &ring)].concat());
    assert_eq!(from_wkb(&many).expect("a multipolygon").polygons.len(), 2);
    let lie = wkb(2, &u32::MAX.to_le_bytes());
    assert!(
        matches!(from_wkb(&lie), Err(SourceError::NotWkb { .. })),
        "a count beyond the bytes costs nothing"
    );
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        drop(read_geojson(&bytes));
        drop(from_wkb(&bytes));
    }

    #[test]
    fn arbitrary_json_never_panics(
        text in r#"(\{"(type|features|geometry|geometries|coordinates|properties|date)":|"(Feature|Polygon|Point|LineString|FeatureCollection)"|\[|\]|\}|,|[0-9]{1,3}|-1e400|null|\n){0,40}"#,
    ) {
        drop(read_geojson(text.as_bytes()));
    }

    #[test]
    fn anything_that_reads_compiles_or_is_refused(ring in prop::collection::vec(
        (
            prop_oneof![-400.0..400.0f64, Just(180.0), Just(-180.0), Just(0.0)],
            prop_oneof![-91.0..91.0f64, Just(90.0), Just(-90.0), Just(0.0)],
        ),
        0..12,
    )) {
        use atlas::plan::{Plan, Validity, ZonePlan, ZoneShape};
        let positions: Vec<String> = ring.iter().map(|(x, y)| format!("[{x},{y}]")).collect();
        let text = format!(r#"{{"type":"Polygon","coordinates":[[{}]]}}"#, positions.join(","));
        let geometry = atlas::GeometryRef { path: "z".into(), layer: None, validity: Validity::Always };
        let zone = ZonePlan { name: "z".into(), shape: ZoneShape::Drawn(geometry), tolerance_m: 0.0 };
        let plan = Plan { lines: Vec::new(), zones: vec![zone] };
        let mut load = |_: &atlas::GeometryRef| read_geojson(text.as_bytes()).map_err(|e| e.to_string());
        if let Ok(compiled) = atlas::Atlas::compile(&plan, &base::CivilZone::utc(), &mut load) {
            let (lon, lat): (Vec<f64>, Vec<f64>) = ring.iter().copied().filter(|p| p.1.abs() <= 90.0).unzip();
            let n = lon.len();
            let positions = atlas::Positions {
                lon_deg: &lon, lat_deg: &lat, radius_m: &vec![500.0; n], start_ms: &vec![0; n], end_ms: &vec![0; n],
                shape: &vec![atlas::NO_SHAPE; n], shapes: &[],
            };
            let answers = compiled.atlas.answer(&positions);
            // A vertex of the boundary is nearer to it than 500 m, unless the boundary is a pole or a seam.
            prop_assert_eq!(answers.zones[0].len(), n);
        }
    }
}
