//! The scan on the record of insurgent events in Iraq, where it is at hand.

use std::fs::File;

use warnings::backtest::archive::{DAY_MS, day_of, iraq_events};
use warnings::backtest::scanning::places_panel;
use warnings::scan::{Scanner, Settings};

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/iraq-insurgency-2006-07/insurgencies_2007.csv.gz"
);

#[test]
fn sadr_city_is_found_the_day_after_the_collapse_and_an_ordinary_date_gives_no_alarm() {
    let Ok(file) = File::open(FILE) else {
        println!("skipped: no record of events in Iraq");
        return;
    };
    let reading = iraq_events(flate2::read::GzDecoder::new(file));
    assert_eq!((reading.items.len(), reading.bad_rows), (68_573, 0));
    let panel = places_panel(&reading.items, 0.1).unwrap();
    assert_eq!((panel.zones().len(), panel.steps()), (1_156, 499));
    let scanner = Scanner::new(&panel, Settings { replicas: 199, ..Settings::default() }).unwrap();
    let step = |date: &str| {
        let days = i64::from(day_of(date).unwrap()) - panel.begins_ms(0) / DAY_MS;
        usize::try_from(days).unwrap()
    };
    // The permutation scan of SaTScan 10.3.2 gives 62 cases, 4.3 times the expected, around Sadr City on 25 March.
    let permuted = scanner.permutation(step("2008-03-25"), 19).unwrap();
    let sadr_city = permuted.iter().find(|c| c.observed == 62).unwrap();
    assert!((sadr_city.observed as f64 / sadr_city.expected - 4.3).abs() < 0.05, "{sadr_city:?}");
    let collapse = scanner.scan(step("2008-03-26")).unwrap();
    let first = &collapse.clusters[0];
    assert_eq!((first.since_step, first.observed), (step("2008-03-25"), 96));
    assert!(first.recurrence_steps >= 200.0, "{first:?}");
    let ordinary = scanner.scan(step("2007-12-20")).unwrap();
    assert_eq!(ordinary.rare(200.0).count(), 0);
}
