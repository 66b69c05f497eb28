//! Zone answers against the slow reference.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops where it fails"
)]

mod reference;

use atlas::Inside;
use atlas::index::ZoneIndex;
use proptest::prelude::*;
use reference::{Position, Rings, in_zone};

/// A star-shaped ring around a middle: `radii` at even angles.
fn star(middle: Position, size: f64, radii: &[f64], clockwise: bool) -> Vec<Position> {
    let n = radii.len() as f64;
    let mut ring: Vec<Position> = radii
        .iter()
        .enumerate()
        .map(|(i, r)| (i as f64 / n * std::f64::consts::TAU, size * r))
        .map(|(a, r)| [middle[0] + r * a.cos(), middle[1] + r * a.sin()])
        .collect();
    ring.push(ring[0]);
    if clockwise {
        ring.reverse();
    }
    ring
}

prop_compose! {
    /// A polygon, half the time with a hole, and points in and around it.
    fn scene()(
        lon in -179.0..179.0f64,
        lat in -75.0..75.0f64,
        size in prop_oneof![0.01..0.1f64, 0.1..3.0f64],
        outer in prop::collection::vec(0.5..1.0f64, 3..40),
        hole in prop::option::of(prop::collection::vec(0.1..0.4f64, 3..12)),
        clockwise in any::<bool>(),
        points in prop::collection::vec((-1.2..1.2f64, -1.2..1.2f64), 1..30),
        reach in 0.0..1.0f64,
    ) -> (Vec<Rings>, Vec<Position>, f64) {
        let mut rings = vec![star([lon, lat], size, &outer, clockwise)];
        if let (Some(hole), true) = (hole, outer.len() > 6) {
            rings.push(star([lon, lat], size, &hole, clockwise));
        }
        let points = points.into_iter().map(|(x, y)| [lon + x * size, lat + y * size]);
        let points = points.filter(|p| p[0].abs() <= 180.0 && p[1].abs() <= 90.0).collect();
        (vec![rings], points, reach * reach * size * 60_000.0)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_answer_equals_the_reference((polygons, points, radius_m) in scene()) {
        let index = ZoneIndex::build(vec![polygons.clone()]);
        for p in points {
            for radius_m in [0.0, radius_m] {
                // Copies at ±360 degrees are the same place.
                let expected = [0.0, -360.0, 360.0].map(|turn| in_zone(&polygons, [p[0] + turn, p[1]], radius_m));
                let expected = expected.into_iter().max_by_key(|i| *i as u8).unwrap_or(Inside::Outside);
                prop_assert_eq!(index.inside(0, p[0], p[1], radius_m), expected, "{:?} radius {}", p, radius_m);
            }
        }
    }

    #[test]
    fn vertices_and_edge_middles_are_on_the_boundary_or_beside_it_as_the_reference_says((polygons, _, _) in scene()) {
        let index = ZoneIndex::build(vec![polygons.clone()]);
        for edge in polygons.iter().flatten().flat_map(|r| r.windows(2)) {
            let middle = [0.5 * (edge[0][0] + edge[1][0]), 0.5 * (edge[0][1] + edge[1][1])];
            prop_assert_eq!(index.inside(0, edge[0][0], edge[0][1], 0.0), Inside::Unclear);
            prop_assert_eq!(index.inside(0, middle[0], middle[1], 0.0), in_zone(&polygons, middle, 0.0));
        }
    }

    #[test]
    fn a_larger_radius_never_decides_what_a_smaller_one_left_open(
        (polygons, points, _) in scene(), radii in prop::collection::vec(0.0..90_000.0f64, 2..8),
    ) {
        let index = ZoneIndex::build(vec![polygons]);
        let mut radii = radii;
        radii.sort_by(f64::total_cmp);
        for p in points {
            let answers: Vec<Inside> = radii.iter().map(|r| index.inside(0, p[0], p[1], *r)).collect();
            for pair in answers.windows(2) {
                prop_assert!(pair[1] == pair[0] || pair[1] == Inside::Unclear, "{:?} {:?} {:?}", p, radii, answers);
            }
        }
    }

    #[test]
    fn many_zones_at_once_answer_as_each_alone(
        scenes in prop::collection::vec((0.0..1.0f64, 0.0..1.0f64, prop::collection::vec(0.4..1.0f64, 3..20)), 1..12),
        points in prop::collection::vec((-1.5..2.5f64, -1.5..2.5f64, 0.0..30_000.0f32), 1..60),
    ) {
        let zones: Vec<Vec<Rings>> =
            scenes.iter().map(|(x, y, radii)| vec![vec![star([30.0 + x, 48.0 + y], 0.8, radii, false)]]).collect();
        let all = ZoneIndex::build(zones.clone());
        let alone: Vec<ZoneIndex> = zones.into_iter().map(|z| ZoneIndex::build(vec![z])).collect();
        let lon: Vec<f64> = points.iter().map(|p| 30.0 + p.0).collect();
        let lat: Vec<f64> = points.iter().map(|p| 48.0 + p.1).collect();
        let radius: Vec<f32> = points.iter().map(|p| p.2).collect();
        let (mut sets, mut held) = (Vec::new(), Vec::new());
        all.sets(&lon, &lat, &mut sets);
        all.held(&lon, &lat, &radius, &mut held);
        for i in 0..lon.len() {
            prop_assert_eq!(held[i].set, sets[i]);
            let (inside, doubtful) = (all.zones_of(held[i].set), all.doubtful_of(held[i].doubt));
            for (zone, index) in alone.iter().enumerate() {
                let expected = index.inside(0, lon[i], lat[i], f64::from(radius[i]));
                let answer = match (doubtful.contains(&(zone as u32)), inside.contains(&(zone as u32))) {
                    (true, _) => Inside::Unclear,
                    (false, true) => Inside::Inside,
                    (false, false) => Inside::Outside,
                };
                prop_assert_eq!(answer, expected);
                prop_assert_eq!(all.inside(zone, lon[i], lat[i], f64::from(radius[i])), expected);
            }
        }
    }
}

fn square(west: f64, south: f64, east: f64, north: f64) -> Rings {
    vec![vec![[west, south], [east, south], [east, north], [west, north], [west, south]]]
}

#[test]
fn a_zone_split_at_the_antimeridian_is_one_zone() {
    let index =
        ZoneIndex::build(vec![vec![square(175.0, -10.0, 180.0, 10.0), square(-180.0, -10.0, -175.0, 10.0)]]);
    for lon in [179.0, 180.0, -180.0, -179.0] {
        assert_eq!(index.inside(0, lon, 1.0, 0.0), Inside::Inside, "{lon}");
        assert_eq!(index.inside(0, lon, 1.0, 100_000.0), Inside::Inside, "the seam is no boundary at {lon}");
    }
    assert_eq!(index.inside(0, 174.0, 1.0, 0.0), Inside::Outside);
    assert_eq!(index.inside(0, -174.9, 1.0, 0.0), Inside::Outside);
    assert_eq!(index.inside(0, -174.9, 1.0, 20_000.0), Inside::Unclear);
}

#[test]
fn a_zone_around_the_planet_has_no_boundary_at_its_cut() {
    let index = ZoneIndex::build(vec![vec![square(-180.0, -90.0, 180.0, -60.0)]]);
    for lon in [-180.0, -100.0, 0.0, 179.9, 180.0] {
        assert_eq!(index.inside(0, lon, -75.0, 0.0), Inside::Inside, "{lon}");
        assert_eq!(index.inside(0, lon, -75.0, 500_000.0), Inside::Inside, "{lon}");
        assert_eq!(index.inside(0, lon, -60.5, 80_000.0), Inside::Unclear, "{lon}");
        assert_eq!(index.inside(0, lon, -59.0, 80_000.0), Inside::Outside, "{lon}");
    }
    assert_eq!(index.inside(0, 12.0, -90.0, 0.0), Inside::Inside, "the pole itself");
}

#[test]
fn a_border_between_two_parts_of_one_zone_is_no_boundary() {
    let index = ZoneIndex::build(vec![vec![square(30.0, 48.0, 31.0, 49.0), square(31.0, 48.0, 32.0, 49.0)]]);
    assert_eq!(index.inside(0, 31.0, 48.5, 0.0), Inside::Inside);
    assert_eq!(index.inside(0, 31.0, 48.5, 10_000.0), Inside::Inside);
    assert_eq!(index.inside(0, 31.0, 48.95, 10_000.0), Inside::Unclear);
}

#[test]
fn a_place_in_two_overlapping_parts_is_inside() {
    let index = ZoneIndex::build(vec![vec![square(30.0, 48.0, 31.0, 49.0), square(30.5, 48.0, 32.0, 49.0)]]);
    assert_eq!(index.inside(0, 30.75, 48.5, 0.0), Inside::Inside);
    assert_eq!(index.inside(0, 31.0, 48.5, 0.0), Inside::Inside, "the edge of one part within the other");
}

#[test]
fn a_place_that_is_not_a_number_is_unclear() {
    let index = ZoneIndex::build(vec![vec![square(30.0, 48.0, 31.0, 49.0)]]);
    assert_eq!(index.inside(0, f64::NAN, 48.5, 0.0), Inside::Unclear);
    assert_eq!(index.inside(0, 30.5, f64::NAN, 10.0), Inside::Unclear);
    let mut held = Vec::new();
    index.held(&[f64::NAN], &[48.0], &[5.0], &mut held);
    assert!(index.zones_of(held[0].set).is_empty());
}

#[test]
fn threads_that_share_an_index_do_not_wait_for_each_other_for_ever() {
    let zones: Vec<Vec<Rings>> = (0..40)
        .map(|i| f64::from(i) * 0.02)
        .map(|d| vec![square(30.0 + d, 48.0 + d, 31.0 + d, 49.0 + d)])
        .collect();
    let index = ZoneIndex::build(zones.clone());
    let points: Vec<(f64, f64)> = (0..20_000)
        .map(f64::from)
        .map(|i| (30.0 + 1.8 * (i * 0.618_034).fract(), 48.0 + 1.8 * (i * 0.754_877).fract()))
        .collect();
    let (lon, lat): (Vec<f64>, Vec<f64>) = points.into_iter().unzip();
    let radius: Vec<f32> = (0..lon.len()).map(|i| (i % 4_000) as f32).collect();
    std::thread::scope(|scope| {
        for from in [0, 5_000, 10_000, 15_000] {
            let (index, lon, lat, radius) = (&index, &lon, &lat, &radius);
            scope.spawn(move || {
                for part in 0..5 {
                    let range = from + part * 1_000..from + (part + 1) * 1_000;
                    let mut held = Vec::new();
                    index.held(&lon[range.clone()], &lat[range.clone()], &radius[range.clone()], &mut held);
                    for (i, held) in range.zip(held).step_by(97) {
                        let doubtful = index.doubtful_of(held.doubt);
                        let unclear = |z: usize| {
                            index.inside(z, lon[i], lat[i], f64::from(radius[i])) == Inside::Unclear
                        };
                        assert!((0..40).all(|z| unclear(z) == doubtful.contains(&(z as u32))));
                    }
                }
            });
        }
    });
}
