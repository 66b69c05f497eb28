//! Real points in real daily polygons, against answers computed with GEOS.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops where it fails"
)]

use atlas::plan::{Plan, Validity, ZonePlan, ZoneShape};
use atlas::{Atlas, GeometryRef, Inside, NO_SHAPE, Positions, read_geojson};
use base::CivilZone;
use base::time::parse_date;
use std::io::Read as _;
use std::path::Path;

#[test]
fn viina_events_lie_in_the_occupied_area_of_their_day_as_geos_says() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let zones = data.join("deepstate-occupied-daily/deepstate_occupied_2024-07-08_2026-08-22.ndjson.zst");
    let oracle = data.join("oracles/viina2026q1_in_deepstate_occupied.csv.gz");
    if !zones.exists() || !oracle.exists() {
        let _ = std::io::Write::write_all(&mut std::io::stderr(), b"skipped: the data folder is absent\n");
        return;
    }
    let text = zstd::decode_all(std::fs::File::open(zones).expect("zones")).expect("zstd");
    let geometry = GeometryRef {
        path: "occupied".into(),
        layer: None,
        validity: Validity::EachDay { property: "date".into() },
    };
    let zone = ZonePlan { name: "occupied".into(), shape: ZoneShape::Drawn(geometry), tolerance_m: 0.0 };
    let plan = Plan { lines: Vec::new(), zones: vec![zone] };
    let mut load = |_: &GeometryRef| read_geojson(&text).map_err(|e| e.to_string());
    let compiled = Atlas::compile(&plan, &CivilZone::utc(), &mut load).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(compiled.atlas.zone_epochs(atlas::ZoneIx(0)).len(), 769);

    let mut csv_text = String::new();
    let file = std::fs::File::open(oracle).expect("oracle");
    flate2::read::GzDecoder::new(file).read_to_string(&mut csv_text).expect("gzip");
    let (mut lon, mut lat, mut start, mut expected) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for record in csv::Reader::from_reader(csv_text.as_bytes()).records() {
        let record = record.expect("a row");
        let (year, month, day) = parse_date(&record[0]).expect("a date");
        start.push(CivilZone::utc().day(year, month, day).expect("a day").start.0);
        lon.push(record[2].parse::<f64>().expect("lon"));
        lat.push(record[3].parse::<f64>().expect("lat"));
        expected.push(if &record[4] == "1" { Inside::Inside } else { Inside::Outside });
    }
    assert_eq!(expected.len(), 9_949);
    let n = lon.len();
    let positions = Positions {
        lon_deg: &lon,
        lat_deg: &lat,
        radius_m: &vec![0.0; n],
        start_ms: &start,
        end_ms: &start,
        shape: &vec![NO_SHAPE; n],
        shapes: &[],
    };
    let answers = compiled.atlas.answer_zones_only(&positions);
    let wrong = answers.zones[0].iter().zip(&expected).filter(|(a, e)| a != e).count();
    assert_eq!(wrong, 0);
}
