//! Whole plans: files in, answers out.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops where it fails"
)]

use atlas::plan::{LinePlan, Side, Validity, ZonePlan, ZoneShape};
use atlas::{
    Atlas, Compiled, GeometryRef, Inside, LineIx, NO_SHAPE, Plan, Positions, Shape, ZoneIx, read_geojson,
};
use base::{CivilZone, Instant, LonLat, Sector};
use std::collections::HashMap;

const HOUR_MS: i64 = 3_600_000;

/// Files by name; plans over them.
struct Desk {
    files: HashMap<String, String>,
    plan: Plan,
}

impl Desk {
    fn new() -> Desk {
        Desk { files: HashMap::new(), plan: Plan::default() }
    }

    fn file(mut self, name: &str, text: &str) -> Desk {
        self.files.insert(name.to_owned(), text.to_owned());
        self
    }

    fn line(mut self, name: &str, path: &str, validity: Validity, tolerance_m: f64) -> Desk {
        let geometry = GeometryRef { path: path.to_owned(), layer: None, validity };
        let (left, right) = (Some("KA".to_owned()), Some("VE".to_owned()));
        self.plan.lines.push(LinePlan { name: name.to_owned(), geometry, tolerance_m, left, right });
        self
    }

    fn zone(mut self, name: &str, shape: ZoneShape, tolerance_m: f64) -> Desk {
        self.plan.zones.push(ZonePlan { name: name.to_owned(), shape, tolerance_m });
        self
    }

    fn drawn(self, name: &str, path: &str, validity: Validity, tolerance_m: f64) -> Desk {
        let geometry = GeometryRef { path: path.to_owned(), layer: None, validity };
        self.zone(name, ZoneShape::Drawn(geometry), tolerance_m)
    }

    fn try_compile(&self) -> Result<Compiled, Vec<String>> {
        let zone = CivilZone::named("Europe/Kyiv").expect("a zone");
        let mut load = |r: &GeometryRef| {
            let text = self.files.get(&r.path).ok_or("no such file")?;
            read_geojson(text.as_bytes()).map_err(|e| e.to_string())
        };
        Atlas::compile(&self.plan, &zone, &mut load).map_err(|e| e.iter().map(ToString::to_string).collect())
    }

    fn compile(&self) -> Atlas {
        self.try_compile().unwrap_or_else(|e| panic!("{e:?}")).atlas
    }
}

/// Positions asked one by one.
#[derive(Default)]
struct Ask {
    lon: Vec<f64>,
    lat: Vec<f64>,
    radius: Vec<f32>,
    start: Vec<i64>,
    end: Vec<i64>,
    shape: Vec<u32>,
    shapes: Vec<Shape>,
}

impl Ask {
    fn at(mut self, lon: f64, lat: f64, radius_m: f32, start: i64, end: i64) -> Ask {
        self.lon.push(lon);
        self.lat.push(lat);
        self.radius.push(radius_m);
        self.start.push(start);
        self.end.push(end);
        self.shape.push(NO_SHAPE);
        self
    }

    fn shape(mut self, shape: Shape) -> Ask {
        self = self.at(30.0, 48.0, 0.0, 0, 0);
        if let Some(last) = self.shape.last_mut() {
            *last = self.shapes.len() as u32;
        }
        self.shapes.push(shape);
        self
    }

    fn positions(&self) -> Positions<'_> {
        Positions {
            lon_deg: &self.lon,
            lat_deg: &self.lat,
            radius_m: &self.radius,
            start_ms: &self.start,
            end_ms: &self.end,
            shape: &self.shape,
            shapes: &self.shapes,
        }
    }
}

fn one(lon: f64, lat: f64, radius_m: f32) -> Ask {
    Ask::default().at(lon, lat, radius_m, 0, 0)
}

fn polygon(ring: &str) -> String {
    format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#)
}

const SQUARE: &str = "[[30,48],[31,48],[31,49],[30,49],[30,48]]";
const EAST_WEST: &str = r#"{"type":"LineString","coordinates":[[29,48],[32,48]]}"#;

fn zone_of(ask: &Ask, atlas: &Atlas, zone: u16) -> Vec<Inside> {
    atlas.answer_some(&ask.positions(), &[ZoneIx(zone)], &[]).zones[usize::from(zone)].clone()
}

#[test]
fn tolerance_of_a_zone_counts_as_doubt_of_the_position() {
    let desk = Desk::new().file("z", &polygon(SQUARE));
    let strict =
        desk.drawn("z", "z", Validity::Always, 0.0).drawn("w", "z", Validity::Always, 5_000.0).compile();
    // 0.05 degrees of latitude are 5.56 km, 0.04 are 4.45 km.
    let ask = one(30.5, 48.05, 0.0)
        .at(30.5, 48.04, 0.0, 0, 0)
        .at(30.5, 48.05, 1_000.0, 0, 0)
        .at(30.5, 47.0, 0.0, 0, 0);
    use Inside::{Inside as In, Outside, Unclear};
    assert_eq!(zone_of(&ask, &strict, 0), [In, In, In, Outside]);
    assert_eq!(zone_of(&ask, &strict, 1), [In, Unclear, Unclear, Outside]);
}

#[test]
fn an_unknown_place_is_unclear_and_has_no_distance() {
    let desk = Desk::new().file("z", &polygon(SQUARE)).file("l", EAST_WEST);
    let atlas = desk.drawn("z", "z", Validity::Always, 0.0).line("l", "l", Validity::Always, 0.0).compile();
    let answers = atlas.answer(&one(f64::NAN, 48.0, 0.0).positions());
    assert_eq!(answers.zones[0], [Inside::Unclear]);
    assert!(answers.lines[0].distance_m[0].is_nan());
    assert_eq!(answers.lines[0].side[0], 0);
}

const DAYS: &str = r#"{"date":"2026-01-01","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[30,48],[31,48],[31,49],[30,49],[30,48]]]}}]}
{"date":"20260102","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[30,48],[31,48],[31,49],[30,49],[30,48]]]}}]}
{"date":"2026-01-03","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[34,48],[35,48],[35,49],[34,49],[34,48]]]}}]}
{"date":"2026-01-05","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[34,48],[35,48],[35,49],[34,49],[34,48]]]}}]}
"#;

fn moment(text: &str) -> i64 {
    Instant::parse(text).expect("an instant").0
}

#[test]
fn days_are_days_of_the_agreements_zone() {
    let atlas = Desk::new()
        .file("d", DAYS)
        .drawn("z", "d", Validity::EachDay { property: "date".into() }, 0.0)
        .compile();
    let at = |text: &str, hours: i64| {
        let start = moment(text);
        zone_of(&Ask::default().at(30.5, 48.5, 0.0, start, start + hours * HOUR_MS), &atlas, 0)[0]
    };
    assert_eq!(at("2025-12-31T21:59:59Z", 0), Inside::NoEpoch);
    assert_eq!(at("2025-12-31T22:00:00Z", 0), Inside::Inside, "midnight in Kyiv");
    assert_eq!(at("2026-01-01T12:00:00Z", 20), Inside::Inside, "two days, the same answer");
    assert_eq!(at("2026-01-02T12:00:00Z", 20), Inside::Unclear, "two days that differ");
    assert_eq!(at("2026-01-03T12:00:00Z", 0), Inside::Outside);
    assert_eq!(at("2026-01-03T12:00:00Z", 20), Inside::Unclear, "a day without geometry");
    assert_eq!(at("2026-01-02T23:00:00Z", -40), Inside::Outside, "an end before the start is an instant");
}

#[test]
fn a_line_of_several_days_gives_the_range_of_distances() {
    let lines = r#"{"type":"Feature","properties":{"since":"2026-01-01"},"geometry":{"type":"LineString","coordinates":[[29,48],[32,48]]}}
{"type":"Feature","properties":{"since":"2026-01-02T06:00:00Z"},"geometry":{"type":"LineString","coordinates":[[29,48.1],[32,48.1]]}}"#;
    let atlas = Desk::new()
        .file("l", lines)
        .line("l", "l", Validity::From { property: "since".into() }, 100.0)
        .compile();
    let first = moment("2026-01-01T12:00:00Z");
    let ask = Ask::default()
        .at(30.5, 47.9, 50.0, first, first)
        .at(30.5, 47.9, 50.0, first, first + 30 * HOUR_MS)
        .at(30.5, 48.05, 50.0, first, first + 30 * HOUR_MS)
        .at(30.5, 47.9, 50.0, moment("2025-06-01T00:00:00Z"), first)
        .at(30.5, 47.9, 50.0, 0, 0);
    let column = &atlas.answer(&ask.positions()).lines[0];
    // A tenth of a degree of latitude is 11,119 m here.
    assert!((column.distance_m[0] - 11_119.0).abs() < 3.0 && column.margin_m[0] == 150.0, "{column:?}");
    assert!((column.distance_m[1] - 1.5 * 11_119.0).abs() < 5.0, "{column:?}");
    assert!((column.margin_m[1] - (0.5 * 11_119.0 + 150.0)).abs() < 5.0, "{column:?}");
    assert_eq!(column.side, [-1, -1, 0, 0, 0], "between the two lines no side holds");
    assert!(column.margin_m[3].is_infinite(), "a part of the event has no line: any distance is possible");
    assert!(column.distance_m[4].is_nan());
    assert_eq!(atlas.line_epochs(LineIx(0)).len(), 2);
}

fn derived() -> Desk {
    let line = LineIx(0);
    let band = |from_m: f64, to_m: f64, side| ZoneShape::Band { line, from_m, to_m, side };
    Desk::new()
        .file("z", &polygon(SQUARE))
        .file("l", EAST_WEST)
        .line("l", "l", Validity::Always, 0.0)
        .zone("buffer", band(0.0, 15_000.0, None), 0.0)
        .zone("ring", band(15_000.0, 30_000.0, Some(Side::Left)), 0.0)
        .zone("left", ZoneShape::SideOf { line, side: Side::Left }, 0.0)
        .drawn("square", "z", Validity::Always, 0.0)
        .zone("both", ZoneShape::Both(ZoneIx(0), ZoneIx(3)), 0.0)
        .zone("either", ZoneShape::Either(ZoneIx(0), ZoneIx(3)), 0.0)
        .zone("except", ZoneShape::Except(ZoneIx(3), ZoneIx(0)), 0.0)
}

#[test]
fn derived_zones_follow_from_exact_distances_and_sides() {
    use Inside::{Inside as In, Outside as Out, Unclear};
    let atlas = derived().compile();
    // North of the line by 11.1 km, 22.2 km, 50 km; south by 11.1 and 22.2 km; and on the band's edge with doubt.
    let ask = one(30.5, 48.1, 0.0)
        .at(30.5, 48.2, 0.0, 0, 0)
        .at(30.5, 48.45, 0.0, 0, 0)
        .at(30.5, 47.9, 0.0, 0, 0)
        .at(30.5, 47.8, 0.0, 0, 0)
        .at(30.5, 48.135, 100.0, 0, 0)
        .at(30.5, 48.0005, 100.0, 0, 0);
    let answers = atlas.answer(&ask.positions());
    assert_eq!(answers.zones[0], [In, Out, Out, In, Out, Unclear, In]);
    assert_eq!(answers.zones[1], [Out, In, Out, Out, Out, Unclear, Out]);
    assert_eq!(answers.zones[2], [In, In, In, Out, Out, In, Unclear]);
    assert_eq!(answers.zones[4], [In, Out, Out, Out, Out, Unclear, Unclear]);
    assert_eq!(answers.zones[5], [In, In, In, In, Out, In, In]);
    assert_eq!(answers.zones[6], [Out, In, In, Out, Out, Unclear, Out]);
    assert_eq!(answers.lines[0].side, [1, 1, 1, -1, -1, 1, 0]);
    let some = atlas.answer_some(&ask.positions(), &[ZoneIx(6)], &[]);
    assert_eq!(some.zones[6], answers.zones[6]);
    assert!(some.zones[0].is_empty() && some.lines[0].distance_m.is_empty(), "only what was asked for");
    assert_eq!(atlas.answer_zones_only(&ask.positions()).zones, answers.zones);
}

#[test]
fn a_band_is_decided_by_the_exact_geodesic_at_its_edge() {
    let atlas = derived().compile();
    let exact = |lat: f64| atlas.exact_distance_m(LineIx(0), 30.5, lat, Instant(0));
    let (mut near, mut far) = (48.0, 48.3);
    while far - near > 1e-12 {
        let middle = 0.5 * (near + far);
        if exact(middle) < 15_000.0 { near = middle } else { far = middle }
    }
    let step = 1e-9; // a tenth of a millimetre
    let ask = one(30.5, near - step, 0.0).at(30.5, far + step, 0.0, 0, 0);
    assert_eq!(zone_of(&ask, &atlas, 0), [Inside::Inside, Inside::Outside]);
}

fn patrol(bearing_deg: f64, half_width_deg: f64, range_min_m: f64, range_max_m: f64) -> Shape {
    Shape::Sector(Sector {
        observer: LonLat::new(30.5, 48.5).expect("a place"),
        observer_radius_m: 20.0,
        bearing_deg,
        half_width_deg,
        range_min_m,
        range_max_m,
    })
}

#[test]
fn explosions_two_to_five_km_south_south_east_are_unclear_when_the_zone_ends_at_three_and_a_half() {
    use Inside::{Inside as In, Outside as Out, Unclear};
    // The patrol stands at 30.5, 48.5; 3.5 km south is 48.46853.
    let north_of = polygon("[[30,48.46853],[31,48.46853],[31,49],[30,49],[30,48.46853]]");
    let south_of = polygon("[[30,48],[31,48],[31,48.46853],[30,48.46853],[30,48]]");
    let hole = r#"{"type":"Polygon","coordinates":[[[30,48],[31,48],[31,49],[30,49],[30,48]],[[30.51,48.46],[30.52,48.46],[30.52,48.465],[30.51,48.46]]]}"#;
    let atlas = Desk::new()
        .file("n", &north_of)
        .file("s", &south_of)
        .file("all", &polygon(SQUARE))
        .file("hole", hole)
        .drawn("n", "n", Validity::Always, 0.0)
        .drawn("s", "s", Validity::Always, 0.0)
        .drawn("all", "all", Validity::Always, 0.0)
        .drawn("hole", "hole", Validity::Always, 0.0)
        .compile();
    let ask = Ask::default()
        .shape(patrol(157.5, 11.25, 2_000.0, 5_000.0))
        .shape(patrol(337.5, 11.25, 2_000.0, 5_000.0))
        .shape(patrol(157.5, 11.25, 4_500.0, 5_000.0))
        .shape(patrol(157.5, 11.25, 5_000.0, 2_000.0));
    let answers = atlas.answer(&ask.positions());
    assert_eq!(answers.zones[0], [Unclear, In, Out, Unclear]);
    assert_eq!(answers.zones[1], [Unclear, Out, In, Unclear]);
    assert_eq!(answers.zones[2], [In, In, In, Unclear], "wholly inside");
    assert_eq!(answers.zones[3][0], Unclear, "a hole of the zone lies within the sector");
}

#[test]
fn a_zone_smaller_than_the_sector_leaves_it_unclear() {
    let small = polygon("[[30.517,48.47],[30.519,48.47],[30.519,48.472],[30.517,48.47]]");
    let atlas = Desk::new().file("z", &small).drawn("z", "z", Validity::Always, 0.0).compile();
    let ask =
        Ask::default().shape(patrol(157.5, 30.0, 500.0, 6_000.0)).shape(patrol(0.0, 180.0, 0.0, 6_000.0));
    assert_eq!(zone_of(&ask, &atlas, 0), [Inside::Unclear, Inside::Unclear]);
}

#[test]
fn distances_of_a_sector_hold_for_every_point_of_it() {
    let atlas = derived().compile();
    let ask =
        Ask::default().shape(patrol(157.5, 22.5, 2_000.0, 5_000.0)).shape(patrol(180.0, 90.0, 0.0, 80_000.0));
    let column = &atlas.answer(&ask.positions()).lines[0];
    let (low, high) = (
        column.distance_m[0] - f64::from(column.margin_m[0]),
        column.distance_m[0] + f64::from(column.margin_m[0]),
    );
    for (bearing, range_m) in
        [(157.5, 2_000.0), (157.5, 5_000.0), (135.0, 2_000.0), (180.0, 5_000.0), (150.0, 3_300.0)]
    {
        let [lon, lat] = atlas::geodesy::destination([30.5, 48.5], bearing, range_m);
        let d = atlas.exact_distance_m(LineIx(0), lon, lat, Instant(0));
        assert!(low <= d && d <= high, "{low} {d} {high}");
    }
    assert!(f64::from(column.margin_m[0]) < 2_200.0, "and is not much wider than the sector: {column:?}");
    assert_eq!(column.side, [1, 0], "the second reaches across the line");
}

#[test]
fn a_polygon_as_position_is_inside_only_with_all_of_it() {
    use Inside::{Inside as In, Outside as Out, Unclear};
    let atlas = Desk::new().file("z", &polygon(SQUARE)).drawn("z", "z", Validity::Always, 0.0).compile();
    let place = |west: f64| {
        let ring = vec![[west, 48.4], [west + 0.2, 48.4], [west + 0.2, 48.6], [west, 48.6], [west, 48.4]];
        Shape::Polygon(vec![ring])
    };
    let around =
        Shape::Polygon(vec![vec![[29.0, 47.0], [32.0, 47.0], [32.0, 50.0], [29.0, 50.0], [29.0, 47.0]]]);
    let ask = Ask::default()
        .shape(place(30.3))
        .shape(place(30.9))
        .shape(place(31.1))
        .shape(around)
        .shape(Shape::Polygon(vec![]));
    assert_eq!(zone_of(&ask, &atlas, 0), [In, Unclear, Out, Unclear, Unclear]);
}

#[test]
fn zones_over_the_antimeridian_and_around_a_pole_compile() {
    let over = polygon("[[179,-10],[-179,-10],[-179,10],[179,10],[179,-10]]");
    let pole = polygon("[[0,70],[90,70],[180,70],[-90,70],[0,70]]");
    let desk = Desk::new().file("over", &over).file("pole", &pole);
    let desk = desk.drawn("over", "over", Validity::Always, 0.0).drawn("pole", "pole", Validity::Always, 0.0);
    let compiled = desk.try_compile().unwrap_or_else(|e| panic!("{e:?}"));
    let notices: Vec<String> = compiled.notices.iter().map(ToString::to_string).collect();
    assert!(notices.iter().any(|n| n.contains("`over`") && n.contains("antimeridian")), "{notices:?}");
    assert!(notices.iter().any(|n| n.contains("north pole")), "{notices:?}");
    let ask = one(179.5, 0.0, 1_000.0)
        .at(-179.5, 0.0, 1_000.0, 0, 0)
        .at(0.0, 0.0, 0.0, 0, 0)
        .at(33.0, 89.0, 9.0, 0, 0);
    use Inside::{Inside as In, Outside as Out};
    assert_eq!(zone_of(&ask, &compiled.atlas, 0), [In, In, Out, Out]);
    assert_eq!(zone_of(&ask, &compiled.atlas, 1), [Out, Out, Out, In]);
}

#[test]
fn broken_rings_are_repaired_with_a_notice_that_names_the_place() {
    let ring = "[[30,48],[31,48],[31,48],[31,49],[30,49]],[[30.5,48.5],[30.5,48.5],[30.5,48.5]]";
    let bow = "[[40,48],[41,49],[41,48],[40,49],[40,48]]";
    let desk = Desk::new().file("z", &polygon(ring)).file("bow", &polygon(bow));
    let compiled = desk
        .drawn("z", "z", Validity::Always, 0.0)
        .drawn("bow", "bow", Validity::Always, 0.0)
        .try_compile()
        .unwrap_or_else(|e| panic!("{e:?}"));
    let text = compiled.notices.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    for part in [
        "was not closed",
        "repeated vertices",
        "without area",
        "crosses or retraces itself",
        "at 40.500000, 48.500000",
    ] {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
    assert_eq!(zone_of(&one(30.2, 48.9, 0.0), &compiled.atlas, 0), [Inside::Inside]);
    assert_eq!(
        zone_of(&one(40.1, 48.5, 0.0).at(40.5, 48.1, 0.0, 0, 0), &compiled.atlas, 1),
        [Inside::Inside, Inside::Outside]
    );
}

#[test]
fn what_cannot_be_used_is_refused_with_file_and_place() {
    let swapped = polygon("[[48,130],[49,130],[49,131],[48,130]]");
    let desk = Desk::new().file("swapped", &swapped).file("line", EAST_WEST);
    let desk = desk
        .drawn("a", "swapped", Validity::Always, 0.0)
        .drawn("b", "line", Validity::Always, 0.0)
        .drawn("c", "missing", Validity::Always, 0.0)
        .drawn("d", "line", Validity::Always, f64::NAN)
        .zone("e", ZoneShape::Both(ZoneIx(9), ZoneIx(0)), 0.0);
    let errors = desk.try_compile().map(|_| ()).expect_err("errors").join("\n");
    for part in [
        "`swapped` of `a`",
        "swapped (at 48.000000, 130.000000)",
        "`line` of `b`",
        "`missing` of `c`",
        "`d`: the tolerance",
        "`e`: refers",
    ] {
        assert!(errors.contains(part), "`{part}` is missing in:\n{errors}");
    }
}

#[test]
fn an_epoch_with_an_unusable_feature_is_left_out_whole() {
    let text = r#"{"type":"FeatureCollection","features":[
      {"type":"Feature","properties":{"from":"2026-01-01","to":""},"geometry":{"type":"Polygon","coordinates":[[[30,48],[31,48],[31,49],[30,49],[30,48]]]}},
      {"type":"Feature","properties":{"from":"2026-02-01","to":"2026-03-01"},"geometry":{"type":"Polygon","coordinates":[[[30,98],[31,98],[31,99],[30,98]]]}},
      {"type":"Feature","properties":{"from":"soon","to":null},"geometry":{"type":"Polygon","coordinates":[[[30,48],[31,48],[31,49],[30,48]]]}}]}"#;
    let desk = Desk::new().file("z", text);
    let validity = Validity::Between { from: "from".into(), until: "to".into() };
    let compiled = desk.drawn("z", "z", validity, 0.0).try_compile().unwrap_or_else(|e| panic!("{e:?}"));
    let at = |text: &str| {
        let start = moment(text);
        zone_of(&Ask::default().at(30.5, 48.5, 0.0, start, start), &compiled.atlas, 0)[0]
    };
    assert_eq!(at("2026-01-15T00:00:00Z"), Inside::Inside);
    assert_eq!(at("2026-02-15T00:00:00Z"), Inside::NoEpoch);
    assert_eq!(at("2026-05-15T00:00:00Z"), Inside::Inside);
    let text = compiled.notices.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(
        text.contains("`soon`, not a date") && text.contains("feature 1") && text.contains("overlap"),
        "{text}"
    );
}

#[test]
fn versions_change_with_geometry_validity_and_tolerance_and_with_nothing_else() {
    let version = |ring: &str, tolerance_m: f64, name: &str| {
        let desk = Desk::new().file("z", &polygon(ring)).drawn(name, "z", Validity::Always, tolerance_m);
        desk.compile().zone_version(ZoneIx(0))
    };
    let base = version(SQUARE, 10.0, "z");
    assert_eq!(version(SQUARE, 10.0, "renamed"), base);
    assert_ne!(version(SQUARE, 11.0, "z"), base);
    assert_ne!(version("[[30,48],[31,48],[31,49],[30,49.001],[30,48]]", 10.0, "z"), base);
    let (one, other) = (derived().compile(), derived().compile());
    assert_eq!(one.zone_version(ZoneIx(6)), other.zone_version(ZoneIx(6)));
    assert_ne!(one.zone_version(ZoneIx(6)), one.zone_version(ZoneIx(5)));
}

#[test]
fn derived_zones_are_drawn_and_say_that_the_drawing_is_approximate() {
    let atlas = derived().compile();
    for zone in [0, 1, 2, 4, 5, 6] {
        let drawn = atlas.zone_geojson_at(ZoneIx(zone), Instant(0)).expect("a drawing");
        assert_eq!(drawn["approximate"], true);
        let (features, _) = read_geojson(drawn.to_string().as_bytes()).expect("GeoJSON");
        assert!(!features[0].geometry.polygons.is_empty(), "zone {zone}");
    }
    let ring = atlas.zone_geojson_at(ZoneIx(1), Instant(0)).expect("a drawing").to_string();
    let (features, _) = read_geojson(ring.as_bytes()).expect("GeoJSON");
    // The drawing of the band north of the line lies 15 to 30 km from it.
    for [lon, lat] in features[0].geometry.polygons.iter().flatten().flatten() {
        let d = atlas.exact_distance_m(LineIx(0), *lon, *lat, Instant(0));
        assert!((14_000.0..31_000.0).contains(&d) && *lat > 47.9, "{lon} {lat}: {d}");
    }
    let square = atlas.zone_geojson_at(ZoneIx(3), Instant(0)).expect("a drawing");
    assert!(square.get("approximate").is_none());
    assert_eq!(atlas.line_geojson_at(LineIx(0), Instant(0)).expect("a drawing")["type"], "LineString");
    assert_eq!(atlas.bounds(), Some([29.0, 48.0, 32.0, 49.0]));
}
