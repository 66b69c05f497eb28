//! What the scan promises, on made-up panels.

use proptest::prelude::*;
use rand_distr::{Distribution, Gamma, Poisson};
use rand_pcg::Pcg64;

use super::circles::Circles;
use super::expected::Field;
use super::kernel::{Columns, Means, Peak, Statistic, peak};
use super::permutation::Permutation;
use super::*;
use crate::panel::{Panel, Zone};

const DAY_MS: i64 = 86_400_000;

/// A square of `side × side` places 0.1° apart.
fn places(side: usize) -> Vec<Zone> {
    let zone = |at: usize| Zone {
        name: at.to_string(),
        lon_deg: 44.05 + 0.1 * (at % side) as f64,
        lat_deg: 33.05 + 0.1 * (at / side) as f64,
    };
    (0..side * side).map(zone).collect()
}

/// Counts of a negative binomial of mean 0.5 or 3 and size 2, by place and day.
fn counts(places: usize, days: usize, seed: u64) -> Vec<u32> {
    runs(places, days, 1, seed)
}

/// The same, with the intensity of a place kept for `run` days: one bad day brings the next.
fn runs(places: usize, days: usize, run: usize, seed: u64) -> Vec<u32> {
    let mut draws = Pcg64::new(u128::from(seed), 7);
    let gamma: Gamma<f64> = Gamma::new(2.0, 0.5).unwrap();
    let mut level = 1.0;
    let mut count = |at: usize| {
        if (at % days).is_multiple_of(run) {
            level = gamma.sample(&mut draws);
        }
        let mean: f64 = if (at / days).is_multiple_of(4) { 3.0 } else { 0.5 } * level;
        let count: f64 = Poisson::new(mean.max(1e-12)).unwrap().sample(&mut draws);
        count as u32
    };
    (0..places * days).map(&mut count).collect()
}

fn panel(zones: Vec<Zone>, counts: Vec<u32>, exposure: Option<Vec<f32>>) -> Panel {
    Panel::new(zones, 0, DAY_MS, counts, exposure).unwrap()
}

fn settings() -> Settings {
    Settings { replicas: 99, radius_km_max: 25.0, tile_km: 60.0, ..Settings::default() }
}

#[test]
fn a_planted_cluster_is_found_and_placed() {
    let days = 200;
    for (seed, middle) in [(1, 27), (2, 36), (3, 45)] {
        let mut counts = counts(64, days, seed);
        let planted: Vec<usize> = vec![middle, middle + 1, middle + 8, middle - 1, middle - 8];
        for place in &planted {
            counts[place * days + 195..(place + 1) * days].iter_mut().for_each(|count| *count += 5);
        }
        let scan = Scanner::new(&panel(places(8), counts, None), settings()).unwrap().scan(days - 1).unwrap();
        let first = &scan.clusters[0];
        assert!(first.holds(middle), "{first:?}");
        let hits = planted.iter().filter(|place| first.holds(**place)).count();
        assert!(hits >= 4 && first.by_place.len() <= 8, "{first:?}");
        assert!((193..=196).contains(&first.since_step), "{first:?}");
        assert!(first.recurrence_steps >= 100.0 - 1e-9, "{first:?}");
        assert!(scan.clusters.iter().skip(1).all(|c| c.recurrence_steps < 50.0));
        let by_place: u64 = first.by_place.iter().map(|part| part.observed).sum();
        let by_step: f64 = first.by_step.iter().map(|part| part.expected).sum();
        assert_eq!(by_place, first.observed);
        assert!((by_step - first.expected).abs() < 1e-9 && first.ratio() > 2.0);
        let held: Vec<usize> = scan.clusters.iter().flat_map(|c| c.by_place.iter().map(|p| p.at)).collect();
        assert_eq!(held.iter().collect::<std::collections::BTreeSet<_>>().len(), held.len());
    }
}

#[test]
fn ordinary_days_alarm_no_more_often_than_promised() {
    // A promise of 5 % over 228 scans of made-up days, half of them in runs of five days: 11 are expected.
    let (mut alarms, mut scans) = (0, 0);
    for seed in 0..12 {
        let counts = runs(36, 400, if seed % 2 == 0 { 1 } else { 5 }, 100 + seed);
        let scanner = Scanner::new(&panel(places(6), counts, None), settings()).unwrap();
        for day in (115..400).step_by(15) {
            let scan = scanner.scan(day).unwrap();
            scans += 1;
            alarms += usize::from(scan.clusters.first().is_some_and(|c| c.p_value <= 0.05));
        }
    }
    assert!(scans == 228 && alarms <= 22, "{alarms} of {scans}");
}

#[test]
fn the_permutation_scan_alarms_where_one_bad_day_brings_the_next_and_the_scan_does_not() {
    let days = 300;
    let (mut permutation, mut ours, mut scans) = (0, 0, 0);
    for seed in 0..4 {
        let counts = runs(36, days, 5, 500 + seed);
        let scanner = Scanner::new(&panel(places(6), counts, None), settings()).unwrap();
        for day in (150..days).step_by(25) {
            scans += 1;
            let alarm = |p: f64| usize::from(p <= 0.0101);
            permutation += alarm(scanner.permutation(day, 99).unwrap()[0].p_value);
            ours += alarm(scanner.scan(day).unwrap().clusters[0].p_value);
        }
    }
    assert!(permutation * 4 > scans * 3, "{permutation} of {scans}");
    assert!(ours * 12 <= scans, "{ours} of {scans}");
}

#[test]
fn the_permutation_scan_keeps_its_promise_where_cases_are_independent() {
    let (side, days) = (5, 120);
    let mut alarms = 0;
    for seed in 0..100 {
        let mut draws = Pcg64::new(seed, 3);
        let poisson: Poisson<f64> = Poisson::new(0.4).unwrap();
        let counts = (0..side * side * days).map(|_| poisson.sample(&mut draws) as u32).collect();
        let scanner = Scanner::new(&panel(places(side), counts, None), settings()).unwrap();
        alarms += usize::from(scanner.permutation(days - 1, 99).unwrap()[0].p_value <= 0.05);
    }
    assert!((1..=12).contains(&alarms), "{alarms} of 100");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let scanner = Scanner::new(&panel(places(6), counts(36, 160, 9), None), settings()).unwrap();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| (scanner.scan(150).unwrap(), scanner.permutation(150, 99).unwrap()))
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn nothing_later_is_looked_at() {
    let (zones, days) = (places(6), 200);
    let before = counts(36, days, 11);
    let mut after = before.clone();
    after.chunks_mut(days).for_each(|row| row[151..].fill(9));
    let scan = |counts| {
        let scanner = Scanner::new(&panel(zones.clone(), counts, None), settings()).unwrap();
        (scanner.scan(150).unwrap(), scanner.permutation(150, 19).unwrap())
    };
    assert_eq!(scan(before), scan(after));
}

#[test]
fn days_that_were_not_seen_are_no_calm_and_their_end_is_no_cluster() {
    let (zones, days) = (places(6), 200);
    let full = counts(36, days, 12);
    let mut dark = full.clone();
    let mut exposure = vec![1.0; full.len()];
    for place in 0..18 {
        let row = place * days..place * days + 190;
        dark[row.clone()][100..].fill(0);
        exposure[row][100..].fill(0.0);
    }
    let seen = Scanner::new(&panel(zones.clone(), dark.clone(), Some(exposure)), settings()).unwrap();
    assert!(seen.scan(days - 1).unwrap().clusters[0].p_value > 0.05);
    let taken_for_calm = Scanner::new(&panel(zones, dark, None), settings()).unwrap();
    assert!(taken_for_calm.scan(days - 1).unwrap().clusters[0].p_value <= 0.011);
}

#[test]
fn counts_beyond_reason_neither_break_the_scan_nor_hide() {
    let mut counts = counts(36, 200, 13);
    counts[14 * 200 + 199] = u32::MAX;
    counts[20 * 200 + 100] = 1_000_000_000;
    let scanner = Scanner::new(&panel(places(6), counts, None), settings()).unwrap();
    let scan = scanner.scan(199).unwrap();
    assert!(scan.clusters[0].holds(14) && scan.clusters[0].statistic.is_finite());
    assert!(scanner.permutation(199, 9).unwrap().is_empty());
}

#[test]
fn what_cannot_be_scanned_is_refused_with_the_reason() {
    let panel = panel(places(2), counts(4, 120, 1), None);
    let with = |change: fn(&mut Settings)| {
        let mut settings = settings();
        change(&mut settings);
        Scanner::new(&panel, settings).map(|_| ())
    };
    assert_eq!(with(|s| s.window_steps_max = 17), Err(ScanError::Setting("window_steps_max")));
    assert_eq!(with(|s| s.replicas = 0), Err(ScanError::Setting("replicas")));
    assert_eq!(with(|s| s.radius_km_max = f64::NAN), Err(ScanError::Setting("radius_km_max")));
    assert_eq!(with(|s| s.baseline.warm_up_steps = usize::MAX), Err(ScanError::Setting("warm_up_steps")));
    let endless = |s: &mut Settings| s.dispersion = Some(Dispersion { factor: f64::INFINITY, slope: 0.0 });
    assert_eq!(with(endless), Err(ScanError::Setting("dispersion")));
    let scanner = Scanner::new(&panel, settings()).unwrap();
    assert_eq!(scanner.scan(120).map(|_| ()), Err(ScanError::Step(120)));
    assert_eq!(scanner.scan(90).map(|_| ()), Err(ScanError::Past(7)));
    assert!(scanner.scan(scanner.first_step()).is_ok());
    assert_eq!(scanner.permutation(120, 9).map(|_| ()), Err(ScanError::Step(120)));
    let none = Panel::new(vec![], 0, DAY_MS, vec![], None).unwrap();
    assert!(Scanner::new(&none, settings()).unwrap().scan(0).is_err());
}

/// The greatest statistic as its definition has it: every circle summed anew, every window, no bound.
fn slow_peak<S: Statistic>(circles: &Circles, columns: &Columns, steps_max: usize, statistic: &S) -> Peak {
    let mut best = Peak { value: 0.0, centre: 0, places: 0, steps: 0 };
    for centre in 0..circles.places() {
        let members = circles.ring(centre).members;
        for places in 1..=members.len() {
            for steps in 1..=steps_max {
                let at = members[..places].iter().map(|m| columns.at(*m as usize, steps));
                let (count, mean) = at.fold((0.0, 0.0), |(all, sum), (c, e)| (all + c, sum + e));
                let value = statistic.value(count, mean);
                if value > best.value {
                    best = Peak { value, centre, places, steps };
                }
            }
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_maximum_is_that_of_a_slow_obvious_scan(
        spots in prop::collection::vec((0_u8..12, 0_u8..12, 0.0_f64..4.0), 1..25),
        seed in 0_u64..1_000_000,
        steps_max in 1_usize..=16,
        factor in 1.0_f64..3.0,
        slope in 0.0_f64..0.5,
        part in prop::option::of(0.5_f32..1.0),
    ) {
        let zone = |(at, (x, y, _)): (usize, &(u8, u8, f64))| Zone {
            name: at.to_string(), lon_deg: 44.0 + 0.1 * f64::from(*x), lat_deg: 33.0 + 0.1 * f64::from(*y),
        };
        let zones: Vec<Zone> = spots.iter().enumerate().map(zone).collect();
        let mut draws = Pcg64::new(u128::from(seed), 1);
        let row = |(_, _, mean): &(u8, u8, f64)| {
            let poisson = Poisson::new(mean.max(1e-3)).unwrap();
            (0..60).map(|_| poisson.sample(&mut draws) as u32).collect::<Vec<u32>>()
        };
        let counts = spots.iter().flat_map(row).collect();
        let exposure = part.map(|part| vec![part; spots.len() * 60]);
        let panel = panel(zones, counts, exposure);
        let circles = Circles::new(panel.zones(), 40.0, 9).unwrap();
        let field = Field::new(&panel, &circles, &Baseline::default());
        let columns = field.columns(50, steps_max);
        prop_assert_eq!(part.is_none(), matches!(columns.means, Means::Shared(..)));
        let dispersion = Dispersion { factor, slope };
        let (fast, slow) = (
            peak(&circles, &columns, steps_max, &dispersion),
            slow_peak(&circles, &columns, steps_max, &dispersion),
        );
        prop_assert!((fast.value - slow.value).abs() < 1e-4 * (1.0 + slow.value), "{fast:?} {slow:?}");
        let statistic = Permutation { cases: 2_000.0 };
        let (fast, slow) = (
            peak(&circles, &columns, steps_max, &statistic),
            slow_peak(&circles, &columns, steps_max, &statistic),
        );
        prop_assert!((fast.value - slow.value).abs() < 1e-4 * (1.0 + slow.value), "{fast:?} {slow:?}");
    }

    #[test]
    fn the_order_of_places_does_not_matter(seed in 0_u64..1_000_000, turn in 1_usize..24, flip in any::<bool>()) {
        let days = 120;
        let (zones, counts) = (places(5), counts(25, days, seed));
        let mut order: Vec<usize> = (0..25).collect();
        order.rotate_left(turn);
        if flip {
            order.reverse();
        }
        let other = panel(
            order.iter().map(|at| zones[*at].clone()).collect(),
            order.iter().flat_map(|at| counts[at * days..(at + 1) * days].to_vec()).collect(),
            None,
        );
        let settings = Settings { replicas: 19, ..settings() };
        let one = Scanner::new(&panel(zones, counts, None), settings).unwrap().scan(days - 1).unwrap();
        let two = Scanner::new(&other, settings).unwrap().scan(days - 1).unwrap();
        prop_assert_eq!(&one.maxima, &two.maxima);
        prop_assert_eq!(one.clusters.len(), two.clusters.len());
        for (a, b) in one.clusters.iter().zip(&two.clusters) {
            prop_assert_eq!(a.centre, order[b.centre]);
            prop_assert_eq!((a.since_step, a.observed, a.statistic), (b.since_step, b.observed, b.statistic));
        }
    }
}
