#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

use super::*;
use proptest::prelude::*;

type Row = (f64, f64, i64);

fn columns(rows: &[Row]) -> (Vec<f64>, Vec<f64>, Vec<i64>) {
    (
        rows.iter().map(|r| r.0).collect(),
        rows.iter().map(|r| r.1).collect(),
        rows.iter().map(|r| r.2).collect(),
    )
}

fn with<T>(rows: &[Row], work: impl FnOnce(Points<'_>) -> T) -> T {
    let (x, y, t) = columns(rows);
    work(Points { x: &x, y: &y, start_ms: &t, surface: Surface::Ellipsoid })
}

fn placed(r: &Row) -> bool {
    r.0.is_finite() && r.1.is_finite()
}

fn brute_near(a: &Row, b: &Row, reach: Reach) -> bool {
    placed(a)
        && placed(b)
        && a.2.abs_diff(b.2) <= reach.reach_ms.unsigned_abs()
        && geodesic_m([a.0, a.1], [b.0, b.1]) <= reach.reach_m
}

fn brute_pairs(rows: &[Row], reach: Reach) -> Vec<(u32, u32)> {
    let all = (0..rows.len()).flat_map(|a| (a + 1..rows.len()).map(move |b| (a, b)));
    all.filter(|(a, b)| brute_near(&rows[*a], &rows[*b], reach)).map(|(a, b)| (a as u32, b as u32)).collect()
}

fn kernel_pairs(rows: &[Row], reach: Reach) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    with(rows, |p| Index::new(p, reach).each_pair(|a, b| pairs.push((a, b))));
    pairs.sort_unstable();
    pairs
}

/// Cores, and for each core the least core of its cluster, by plain search.
fn brute_cores(rows: &[Row], reach: Reach, points_min: u32) -> Vec<Option<usize>> {
    let n = rows.len();
    let near =
        |a: usize, b: usize| a == b && placed(&rows[a]) || a != b && brute_near(&rows[a], &rows[b], reach);
    let core: Vec<bool> = (0..n)
        .map(|a| placed(&rows[a]) && (0..n).filter(|b| near(a, *b)).count() >= points_min as usize)
        .collect();
    let mut top: Vec<Option<usize>> = vec![None; n];
    for start in 0..n {
        if !core[start] || top[start].is_some() {
            continue;
        }
        let mut todo = vec![start];
        while let Some(a) = todo.pop() {
            if top[a].replace(start).is_none() {
                todo.extend((0..n).filter(|b| core[*b] && top[*b].is_none() && near(a, *b)));
            }
        }
    }
    top
}

fn world() -> impl Strategy<Value = Vec<Row>> {
    let centre = prop_oneof![
        Just((-30.0, 47.0)),
        Just((180.0, -17.0)),
        Just((0.0, 90.0)),
        Just((77.0, -90.0)),
        Just((0.0, 0.0))
    ];
    let row = (-300_i32..300, -300_i32..300, -40_i64..40, 0_u8..20);
    (centre, prop::collection::vec(row, 0..40)).prop_map(|((lon, lat), rows)| {
        let row = |(dx, dy, t, odd): (i32, i32, i64, u8)| {
            let scale = if f64::abs(lat) > 89.0 { 600.0 } else { 1.0 };
            let mut x = lon + f64::from(dx) * 1e-3 * scale;
            if x > 180.0 {
                x -= 360.0;
            }
            let y = f64::clamp(lat + f64::from(dy) * 1e-3, -90.0, 90.0);
            (if odd == 0 { f64::NAN } else { x }, y, t * 1_000)
        };
        rows.into_iter().map(row).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn pairs_neighbours_and_stream_are_those_of_brute_force(
        rows in world(), reach_m in prop_oneof![Just(0.0), Just(500.0), Just(5_000.0), Just(20_000.0)],
        reach_ms in prop_oneof![Just(0_i64), Just(1_000), Just(10_000), Just(1_000_000)],
    ) {
        let reach = Reach { reach_m, reach_ms };
        let expected = brute_pairs(&rows, reach);
        prop_assert_eq!(&kernel_pairs(&rows, reach), &expected);
        let mut near = Vec::new();
        let index = with(&rows, |p| Index::new(p, reach));
        let mut twice = 0;
        for row in 0..rows.len() as u32 {
            index.neighbours(row, &mut near);
            prop_assert!(near.iter().all(|n| expected.contains(&(row.min(*n), row.max(*n)))));
            twice += near.len();
        }
        prop_assert_eq!(twice, 2 * expected.len());
        let mut stream = Stream::new(reach, 1_000_000);
        let mut streamed = Vec::new();
        for (row, r) in rows.iter().enumerate() {
            let pushed = stream.push(row as u32, [r.0, r.1], r.2, &mut near);
            prop_assert_eq!(pushed, if placed(r) { Pushed::Taken } else { Pushed::Unplaced });
            streamed.extend(near.iter().map(|n| (*n, row as u32)));
        }
        streamed.sort_unstable();
        prop_assert_eq!(streamed, expected);
    }

    #[test]
    fn clusters_are_those_of_brute_force_in_any_order_and_on_any_number_of_threads(
        rows in world(), points_min in 1_u32..6, turn in 0_usize..40,
    ) {
        let reach = Reach { reach_m: 6_000.0, reach_ms: 8_000 };
        let got = with(&rows, |p| clusters(p, reach, points_min));
        let top = brute_cores(&rows, reach, points_min);
        for a in 0..rows.len() {
            let near_core = |b: usize| top[b].is_some() && brute_near(&rows[a], &rows[b], reach);
            match top[a] {
                Some(_) => {
                    prop_assert_ne!(got.label[a], NOISE);
                    for b in (0..rows.len()).filter(|b| top[*b].is_some()) {
                        prop_assert_eq!(top[a] == top[b], got.label[a] == got.label[b]);
                    }
                }
                None if got.label[a] == NOISE => prop_assert!(!(0..rows.len()).any(near_core)),
                None => prop_assert!((0..rows.len()).any(|b| near_core(b) && got.label[b] == got.label[a])),
            }
        }
        prop_assert_eq!(got.pairs, brute_pairs(&rows, reach).len() as u64);
        let mut turned = rows.clone();
        let turn = turn.min(rows.len());
        turned.rotate_left(turn);
        turned.reverse();
        let mut other = with(&turned, |p| clusters(p, reach, points_min));
        other.label.reverse();
        other.label.rotate_right(turn);
        prop_assert_eq!(&got, &other);
    }
}

#[test]
fn one_thread_and_many_give_the_same_clusters() {
    let mut state = 7_u64;
    let mut unit = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let rows: Vec<Row> =
        (0..20_000).map(|_| (-30.0 + 2.5 * unit(), 47.0 + 2.5 * unit(), (unit() * 4e8) as i64)).collect();
    let reach = Reach { reach_m: 5_000.0, reach_ms: 6 * 3_600_000 };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| with(&rows, |p| clusters(p, reach, 5)))
    };
    let one = on(1);
    assert!(one.count > 10 && one.noise > 10, "{} clusters, {} noise", one.count, one.noise);
    assert_eq!(one, on(4));
}

#[test]
fn nothing_identical_rows_and_extreme_times_are_answered() {
    let reach = Reach { reach_m: 5_000.0, reach_ms: 3_600_000 };
    assert_eq!(with(&[], |p| clusters(p, reach, 5)), Clusters::default());
    let same = vec![(-30.0, 47.0, 5); 50];
    let got = with(&same, |p| clusters(p, reach, 5));
    assert_eq!((got.count, got.noise, got.pairs), (1, 0, 1_225));
    let ends = [(-30.0, 47.0, i64::MIN), (-30.0, 47.0, i64::MAX), (-30.0, 47.0, i64::MAX - 1)];
    assert_eq!(kernel_pairs(&ends, reach), [(1, 2)]);
    let none = Reach { reach_m: f64::NAN, reach_ms: 1 };
    assert_eq!(
        with(&same, |p| clusters(p, none, 1)).count,
        0,
        "nothing is near by a reach that is no number"
    );
}

#[test]
fn a_stream_lets_go_of_what_nothing_can_reach_any_more() {
    let mut stream = Stream::new(Reach { reach_m: 1_000.0, reach_ms: 60_000 }, 60_000);
    let mut near = Vec::new();
    for minute in 0..1_000 {
        stream.push(minute, [-30.0, 47.0], i64::from(minute) * 60_000, &mut near);
        assert!(stream.held() <= 4, "{} rows are held", stream.held());
    }
    assert_eq!(stream.push(1_000, [-30.0, 47.0], 0, &mut near), Pushed::Late);
    assert!(near.is_empty());
}
