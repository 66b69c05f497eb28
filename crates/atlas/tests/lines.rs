//! Distances, sides and thresholds against the slow reference.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops where it fails"
)]

mod reference;

use atlas::distance_bound_m;
use atlas::index::LineIndex;
use atlas::index::line::Within;
use proptest::prelude::*;
use reference::{Position, to_curves_m};

prop_compose! {
    fn scene()(
        lon in -179.0..179.0f64,
        lat in -70.0..70.0f64,
        step in prop_oneof![0.001..0.05f64, 0.05..1.0f64],
        steps in prop::collection::vec((-1.0..1.0f64, -1.0..1.0f64), 1..25),
        parts in 1usize..3,
        points in prop::collection::vec((-1.0..1.0f64, -1.0..1.0f64), 1..6),
        spread in prop_oneof![0.01..0.3f64, 0.3..8.0f64],
    ) -> (Vec<Vec<Position>>, Vec<Position>) {
        let mut at = [lon, lat];
        let mut line = vec![at];
        for (x, y) in steps {
            at = [at[0] + x * step, (at[1] + y * step).clamp(-84.0, 84.0)];
            line.push(at);
        }
        let cut = line.len() / 2;
        let lines = if parts == 2 && cut > 1 { vec![line[..cut].to_vec(), line[cut..].to_vec()] } else { vec![line] };
        let near = |(x, y): (f64, f64)| [lon + x * spread, (lat + y * spread).clamp(-85.0, 85.0)];
        (lines, points.into_iter().map(near).collect())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn distances_keep_their_bound_and_exact_ones_are_exact((line, points) in scene()) {
        let index = LineIndex::build(&line);
        for p in points {
            let expected = to_curves_m(p, line.iter());
            let (fast, exact) = (index.distance_m(p[0], p[1]), index.exact_distance_m(p[0], p[1]));
            prop_assert!((fast - expected).abs() <= distance_bound_m(expected), "{:?}: {} for {}", p, fast, expected);
            prop_assert!((exact - expected).abs() <= 1e-4, "{:?}: {} for {}", p, exact, expected);
        }
    }

    #[test]
    fn threshold_verdicts_follow_from_the_distance(
        (line, points) in scene(), radius_m in 0.0..5_000.0f64, t in 1.0..200_000.0f64
    ) {
        let index = LineIndex::build(&line);
        for p in points {
            let d = to_curves_m(p, line.iter());
            let [verdict] = index.within(p[0], p[1], radius_m, &[t]);
            let expected = if d + radius_m <= t {
                Within::Nearer
            } else if d - radius_m >= t {
                Within::Farther
            } else {
                Within::Unclear
            };
            let on_the_edge = (d + radius_m - t).abs() < 1e-4 || (d - radius_m - t).abs() < 1e-4;
            prop_assert!(verdict == expected || on_the_edge, "{:?}: {:?} for {:?} at {}", p, verdict, expected, d);
        }
    }

    #[test]
    fn cells_and_positions_alone_give_the_same_verdicts((line, points) in scene(), radius_m in 0.0..3_000.0f32) {
        let index = LineIndex::build(&line);
        let thresholds_m = [500.0, 15_000.0, 50_000.0];
        // Enough positions that the grid of cells is used.
        let many: Vec<Position> = points.iter().cycle().take(atlas::index::line::ASKED_MIN + 1).copied().collect();
        let (lon, lat): (Vec<f64>, Vec<f64>) = many.iter().map(|p| (p[0], p[1])).unzip();
        let mut verdicts = Vec::new();
        index.within_all(&lon, &lat, &vec![radius_m; lon.len()], &thresholds_m, &mut verdicts);
        for (p, verdict) in many.iter().zip(verdicts).take(points.len()) {
            prop_assert_eq!(verdict, index.within(p[0], p[1], f64::from(radius_m), &thresholds_m));
        }
    }

    #[test]
    fn sides_are_mirrored_when_the_line_is_walked_the_other_way((line, points) in scene()) {
        let back: Vec<Vec<Position>> = line.iter().rev().map(|l| l.iter().rev().copied().collect()).collect();
        let (there, back) = (LineIndex::build(&line), LineIndex::build(&back));
        for p in points {
            let sides = (there.standing(p[0], p[1]).map(|s| s.side), back.standing(p[0], p[1]).map(|s| s.side));
            // Two edges equally near may differ in the last bit: a crossing line has no side there.
            let near = there.distance_m(p[0], p[1]);
            if line.len() == 1 && simple(&line[0]) && near > 1.0 {
                prop_assert_eq!(sides.0.map(|s| -s), sides.1);
            }
        }
    }
}

/// No two edges of the line cross or touch, but neighbours at their vertex.
fn simple(line: &[Position]) -> bool {
    let turn =
        |a: Position, b: Position, c: Position| (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    let edges: Vec<&[Position]> = line.windows(2).collect();
    edges.iter().enumerate().all(|(i, e)| {
        edges.iter().skip(i + 2).all(|f| {
            let apart = turn(e[0], e[1], f[0]) * turn(e[0], e[1], f[1]) > 0.0;
            apart || turn(f[0], f[1], e[0]) * turn(f[0], f[1], e[1]) > 0.0
        })
    })
}

#[test]
fn left_is_left_for_one_who_walks_the_line() {
    let index = LineIndex::build(&[vec![[30.0, 48.0], [31.0, 48.0], [31.0, 49.0]]]);
    let side = |lon: f64, lat: f64| index.standing(lon, lat).map(|s| s.side);
    assert_eq!(side(30.5, 48.5), Some(1));
    assert_eq!(side(30.5, 47.5), Some(-1));
    assert_eq!(side(31.5, 47.5), Some(-1), "the outer side of the corner");
    assert_eq!(side(30.5, 48.0), Some(0), "on the line");
}

#[test]
fn a_line_over_the_antimeridian_is_near_on_both_sides() {
    let index = LineIndex::build(&[vec![[179.0, 10.0], [181.0, 10.0]]]);
    for (lon, side) in [(179.5, 1), (-179.5, 1), (180.0, 1)] {
        let standing = index.standing(lon, 10.5).expect("a standing");
        assert!((standing.distance_m - 55_300.0).abs() < 200.0, "{standing:?}");
        assert_eq!(standing.side, side);
    }
}

#[test]
fn far_distances_are_those_of_the_geodesic() {
    let line = vec![vec![[30.0, 48.0], [31.0, 48.0]]];
    let index = LineIndex::build(&line);
    for p in [[-60.0, -30.0], [120.0, 10.0], [30.5, -85.0], [-149.0, -48.0]] {
        let expected = to_curves_m(p, line.iter());
        let d = index.distance_m(p[0], p[1]);
        assert!((d - expected).abs() <= distance_bound_m(expected), "{p:?}: {d} for {expected}");
    }
}

#[test]
fn nothing_is_known_without_a_line_or_a_place() {
    let index = LineIndex::build(&[]);
    assert!(index.distance_m(30.0, 48.0).is_nan());
    assert_eq!(index.within(30.0, 48.0, 0.0, &[1.0]), [Within::Unclear]);
    let index = LineIndex::build(&[vec![[30.0, 48.0], [31.0, 48.0]]]);
    assert_eq!(index.within(f64::NAN, 48.0, 0.0, &[1.0]), [Within::Unclear]);
    assert!(index.exact_distance_m(30.0, f64::NAN).is_nan());
}
