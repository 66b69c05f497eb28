//! Places heard or seen from a distance in tables and GeoJSON: a bearing and a range band from where somebody stood.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use atlas::answer::Shape;
use base::{LonLat, Sector};
use common::{Kept, read, try_read};
use evidence::mapping::Mapping;
use evidence::{Options, Summary};
use proptest::prelude::*;

const HEADER: &str = "date,kind,lon,lat,radius_m,observer_lon,observer_lat,observer_radius_m,bearing,half_width_deg,\
                      range_min_m,range_max_m\n";

/// What one row says of its place: a sector, a point, or nothing.
#[derive(Debug, PartialEq)]
enum Where {
    Sector(Sector),
    Point(f64, f64),
    Undetermined,
}

fn places(kept: &Kept) -> Vec<Where> {
    let one = |(b, row): (&evidence::batch::Batch, usize)| match b.shapes.get(b.shape[row] as usize) {
        Some(Shape::Sector(s)) => Where::Sector(*s),
        Some(other) => panic!("{other:?}"),
        None if b.lon_deg[row].is_nan() => Where::Undetermined,
        None => Where::Point(b.lon_deg[row], b.lat_deg[row]),
    };
    kept.rows().map(one).collect()
}

fn faults(kept: &Kept) -> Vec<(u64, &str, &str)> {
    kept.rejected.iter().map(|r| (r.row, r.column.as_str(), r.reason.code())).collect()
}

fn heard(bearing_deg: f64, half_width_deg: f64, range_min_m: f64, range_max_m: f64) -> Where {
    let observer = LonLat::new(37.5, 48.5).unwrap();
    Where::Sector(Sector {
        observer,
        observer_radius_m: 30.0,
        bearing_deg,
        half_width_deg,
        range_min_m,
        range_max_m,
    })
}

/// Rows of `bearing,half_width_deg,range_min_m,range_max_m`, all heard from one post.
fn from_the_post(rows: &[&str]) -> Kept {
    let rows: String = rows.iter().map(|r| format!("2026-03-01,explosion,,,,37.5,48.5,30,{r}\n")).collect();
    read("csv", format!("{HEADER}{rows}")).0
}

fn mapped(mapping: &str, text: &str) -> (Kept, Summary) {
    let options = Options { mapping: Some(Mapping::parse(mapping).unwrap()), ..Options::default() };
    try_read("csv", &options, text.as_bytes()).unwrap()
}

#[test]
fn bearings_are_read_in_degrees_and_in_words_each_as_wide_as_it_is() {
    let kept = from_the_post(&[
        "158,7,2000,5000",
        "360,180,0,0",
        "157.5°,0.5°,2000,2000",
        "SSE,,2000,5000",
        "sse-ssw,,2000,5000",
        "southerly,,2000,5000",
        "All round,,0,3000",
        "SSE,20,2000,5000",
        "-0,5,1,500000",
    ]);
    assert!(kept.rejected.is_empty(), "{:?}", kept.rejected);
    let expected = [
        heard(158.0, 7.0, 2_000.0, 5_000.0),
        heard(0.0, 180.0, 0.0, 0.0),
        heard(157.5, 0.5, 2_000.0, 2_000.0),
        heard(157.5, 11.25, 2_000.0, 5_000.0),
        heard(180.0, 33.75, 2_000.0, 5_000.0),
        heard(180.0, 45.0, 2_000.0, 5_000.0),
        heard(0.0, 180.0, 0.0, 3_000.0),
        heard(157.5, 20.0, 2_000.0, 5_000.0),
        heard(0.0, 5.0, 1.0, 500_000.0),
    ];
    assert_eq!(places(&kept), expected);
}

#[test]
fn a_sector_that_lacks_a_part_is_rejected_by_the_column() {
    let rows = "2026-03-01,explosion,,,,,48.5,30,158,7,2000,5000\n\
                2026-03-01,explosion,,,,37.5,,30,158,7,2000,5000\n\
                2026-03-01,explosion,,,,37.5,48.5,,158,7,2000,5000\n\
                2026-03-01,explosion,,,,37.5,48.5,30,n/k,7,2000,5000\n\
                2026-03-01,explosion,,,,37.5,48.5,30,158,,2000,5000\n\
                2026-03-01,explosion,,,,37.5,48.5,30,158,7,,5000\n\
                2026-03-01,explosion,,,,37.5,48.5,30,158,7,2000,\n\
                2026-03-01,explosion,37.6,48.6,50,37.5,48.5,30,158,7,2000,\n";
    let (kept, _) = read("csv", format!("{HEADER}{rows}"));
    let lacks = |row, column| (row, column, "missing-value");
    let expected = [
        lacks(1, "observer_lon"),
        lacks(2, "observer_lat"),
        lacks(3, "observer_radius_m"),
        lacks(4, "bearing"),
        lacks(5, "half_width_deg"),
        lacks(6, "range_min_m"),
        lacks(7, "range_max_m"),
        lacks(8, "range_max_m"),
    ];
    assert_eq!(faults(&kept), expected);
    let (kept, _) = read(
        "csv",
        "date,kind,observer_lon,observer_lat,observer_radius_m,bearing,half_width_deg\n\
         2026-03-01,explosion,37.5,48.5,30,158,7\n",
    );
    assert_eq!(faults(&kept), [lacks(1, "range_min_m")], "a column that is not there is named as well");
}

#[test]
fn figures_that_no_sector_can_have_are_rejected() {
    let kept = from_the_post(&[
        "361,7,2000,5000",
        "-1,7,2000,5000",
        "158,0,2000,5000",
        "158,180.1,2000,5000",
        "158,7,5000,2000",
        "158,7,-1,2000",
        "158,7,2000,500001",
        "158,7,2000,far",
        "NaN,7,2000,5000",
        "N-S,,2000,5000",
        "15x,7,2000,5000",
        "158,inf,2000,5000",
    ]);
    let expected = [
        (1, "bearing", "out-of-range"),
        (2, "bearing", "out-of-range"),
        (3, "half_width_deg", "out-of-range"),
        (4, "half_width_deg", "out-of-range"),
        (5, "range_min_m", "out-of-range"),
        (6, "range_min_m", "out-of-range"),
        (7, "range_max_m", "out-of-range"),
        (8, "range_max_m", "not-a-number"),
        (9, "bearing", "unknown-word"),
        (10, "bearing", "unknown-word"),
        (11, "bearing", "not-a-number"),
        (12, "half_width_deg", "not-finite"),
    ];
    assert_eq!(faults(&kept), expected);
    assert_eq!(kept.rejected[4].value, "5000 m to 2000 m");
    let swapped = read("csv", format!("{HEADER}2026-03-01,explosion,,,,48.5,137.5,30,158,7,2000,5000\n")).0;
    assert_eq!(faults(&swapped), [(1, "observer_lat", "looks-swapped")]);
}

#[test]
fn a_position_counts_only_where_the_row_states_no_bearing_and_no_range() {
    let rows = "2026-03-01,explosion,37.6,48.6,50,37.5,48.5,30,158,7,2000,5000\n\
                2026-03-01,explosion,37.6,48.6,50,37.5,48.5,30,,7,,\n\
                2026-03-01,explosion,,,,37.5,48.5,30,,,,\n";
    let (kept, summary) = read("csv", format!("{HEADER}{rows}"));
    assert!(kept.rejected.is_empty(), "{:?}", kept.rejected);
    let expected = [heard(158.0, 7.0, 2_000.0, 5_000.0), Where::Point(37.6, 48.6), Where::Undetermined];
    assert_eq!(places(&kept), expected);
    let says = summary.warnings.join("\n");
    assert!(says.contains("the place is the sector"), "{says}");
}

#[test]
fn without_a_mapping_the_course_of_a_vehicle_is_no_sector() {
    let (kept, summary) =
        read("csv", "date,kind,lon,lat,bearing\n2026-03-01,flight,37.6,48.6,270\n2026-03-01,flight,,,270\n");
    assert_eq!(places(&kept), [Where::Point(37.6, 48.6), Where::Undetermined]);
    let says = summary.warnings.join("\n");
    assert!(says.contains("without an observer's position"), "{says}");
}

const POST: &str = r#"{"date":"d","kind":{"constant":"explosion"},"lon":"x","lat":"y",
    "observer_lon":{"constant":37.5},"observer_lat":{"constant":48.5},"observer_radius":{"constant":0.03,"unit":"km"},
    "bearing":{"column":"Richtung","values":{"SO":"SE"}},"half_width_deg":{"constant":7},
    "range_min":{"constant":0.5,"unit":"km"},"range_max":{"column":"bis km","unit":"km"}}"#;

#[test]
fn a_post_states_its_position_once_in_the_mapping_and_a_constant_width_is_that_of_figures() {
    let (kept, _) = mapped(
        POST,
        "d,x,y,Richtung,bis km\n2026-03-01,,,158,5\n2026-03-01,,,so,5\n2026-03-01,,,southerly,5\n\
         2026-03-01,37.6,48.6,,\n2026-03-01,,,,\n2026-03-01,,,158,\n2026-03-01,,,Mühle,5\n",
    );
    let expected = [
        heard(158.0, 7.0, 500.0, 5_000.0),
        heard(135.0, 11.25, 500.0, 5_000.0),
        heard(180.0, 45.0, 500.0, 5_000.0),
        Where::Point(37.6, 48.6),
        Where::Undetermined,
    ];
    assert_eq!(places(&kept), expected);
    assert_eq!(faults(&kept), [(6, "bis km", "missing-value"), (7, "Richtung", "unknown-word")]);
}

#[test]
fn constants_alone_place_what_has_no_position_of_its_own() {
    let (kept, _) = mapped(
        r#"{"date":"d","kind":{"constant":"explosion"},"lon":"x","lat":"y","observer_lon":{"constant":37.5},
            "observer_lat":{"constant":48.5},"observer_radius":{"constant":30},"bearing":{"constant":"all round"},
            "range_min":{"constant":0},"range_max":{"constant":4000}}"#,
        "d,x,y\n2026-03-01,,\n2026-03-01,37.6,48.6\n",
    );
    assert_eq!(places(&kept), [heard(0.0, 180.0, 0.0, 4_000.0), Where::Point(37.6, 48.6)]);
}

#[test]
fn the_observers_radius_may_be_that_of_the_import() {
    let rows = format!("{HEADER}2026-03-01,explosion,,,,37.5,48.5,,158,7,2000,5000\n");
    let options = Options { radius_m: Some(30.0), ..Options::default() };
    let (kept, _) = try_read("csv", &options, rows.as_bytes()).unwrap();
    assert_eq!(places(&kept), [heard(158.0, 7.0, 2_000.0, 5_000.0)]);
}

#[test]
fn a_mapping_that_names_a_part_of_a_sector_names_all_of_it() {
    let problems = Mapping::parse(
        r#"{"date":"d","kind":"k","bearing":"b","range_max":{"column":"r","unit":"miles"},"half_width_deg":{"column":"w","unit":"m"}}"#,
    )
    .unwrap_err();
    let mut at: Vec<&str> = problems.iter().map(|p| p.at.as_str()).collect();
    at.sort_unstable();
    let expected = ["half_width_deg.unit", "observer_lat", "observer_lon", "range_max.unit", "range_min"];
    assert_eq!(at, expected, "{problems:?}");
}

#[test]
fn properties_of_a_feature_state_a_sector_and_its_point_may_be_the_observer() {
    let feature = |geometry: &str, more: &str| {
        format!(
            r#"{{"type":"Feature","geometry":{geometry},"properties":{{"kind":"explosion","date":"2026-03-01"{more}}}}}"#
        )
    };
    let point = r#"{"type":"Point","coordinates":[37.5,48.5]}"#;
    let sector = r#","observer_lon":37.5,"observer_lat":48.5,"observer_radius_m":30,"bearing":158,"half_width_deg":7,"range_min_m":2000,"range_max_m":5000"#;
    let all = [
        feature("null", sector),
        feature(point, sector),
        feature(point, r#","bearing":158"#),
        feature(point, r#","observer_lon":37.5,"observer_lat":48.5"#),
        feature("null", r#","observer_lon":37.5,"observer_lat":48.5,"observer_radius_m":30,"bearing":"SSE""#),
    ];
    let (kept, _) = read("geojson", all.join("\n"));
    let whole = || heard(158.0, 7.0, 2_000.0, 5_000.0);
    assert_eq!(places(&kept), [whole(), whole(), Where::Point(37.5, 48.5), Where::Point(37.5, 48.5)]);
    assert_eq!(faults(&kept), [(5, "range_min_m", "missing-value")]);
}

proptest! {
    #[test]
    fn whatever_stands_in_the_columns_is_a_sound_sector_or_a_rejection_that_names_one(
        cells in prop::collection::vec("[-+]?[0-9]{0,4}\\.?[0-9]{0,2}°?|[NESWnesw]{0,4}|southerly|all round|\\PC{0,6}", 7),
    ) {
        let cells: Vec<String> = cells.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
        let (kept, _) = read("csv", format!("{HEADER}2026-03-01,explosion,,,,{}\n", cells.join(",")));
        for place in places(&kept) {
            if let Where::Sector(s) = place {
                prop_assert!((0.0..360.0).contains(&s.bearing_deg));
                prop_assert!(s.half_width_deg > 0.0 && s.half_width_deg <= 180.0);
                prop_assert!(0.0 <= s.range_min_m && s.range_min_m <= s.range_max_m);
                prop_assert!(s.range_max_m <= base::limits::RADIUS_M_MAX);
            }
        }
        for rejected in &kept.rejected {
            prop_assert!(HEADER.contains(&rejected.column) && !rejected.column.is_empty(), "{rejected}");
        }
    }
}
