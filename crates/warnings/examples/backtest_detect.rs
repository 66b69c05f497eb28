//! Prints the back-tests of detection: `backtest_detect DATA [injected|named|outage|speed]…` (all when none is named).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "an example says what is wrong by failing"
)]

use std::fs::File;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use warnings::Panel;
use warnings::backtest::archive::{self, Event, GedPrecision, Reading, Window, cells_panel, day_of};
use warnings::backtest::detection::injected::{InjectedSettings, injected};
use warnings::baseline::BaselineSettings;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = PathBuf::from(arguments.next().unwrap_or_else(|| here.to_owned()));
    let wanted: Vec<String> = arguments.collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|w| w == name);
    if wants("injected") {
        print_injected(&data);
    }
}

fn print_injected(data: &Path) {
    for (name, panel) in streams(data) {
        let result = injected(name, &panel, &BaselineSettings::DETECTION, &InjectedSettings::default());
        println!("{}", result.table());
    }
}

/// The streams of B3, with the cells and days that published figures for them have.
fn streams(data: &Path) -> Vec<(&'static str, Panel)> {
    let iraq = iraq(data);
    let syria = syria(data);
    let ethiopia = ged(data, "ethiopia", GedPrecision { date_max: 2, where_max: 3 });
    let window = |from: &str, to: &str, events_min| {
        Window::of_days(day_of(from).unwrap(), day_of(to).unwrap(), events_min, 1.0)
    };
    let panel = |events: &[Event], window: Window| cells_panel(events, &window).unwrap();
    vec![
        ("Iraq 2007-08", panel(&iraq, window("2007-02-23", "2008-07-05", 25))),
        ("Syria 2016-19", panel(&syria, window("2016-01-01", "2019-11-30", 20))),
        ("Ethiopia 2018-22", panel(&ethiopia, window("2018-01-01", "2022-12-27", 10))),
    ]
}

fn iraq(data: &Path) -> Vec<Event> {
    let open = |year| File::open(data.join(format!("iraq-insurgency-2006-07/insurgencies_{year}.csv.gz")));
    said("Iraq", archive::iraq_events(GzDecoder::new(open(2007).unwrap())))
}

fn syria(data: &Path) -> Vec<Event> {
    ged(data, "syria_ged19.1_16566", GedPrecision::default())
}

fn ged(data: &Path, name: &str, precision: GedPrecision) -> Vec<Event> {
    let file = File::open(data.join(format!("ucdp-ged/{name}.csv.gz"))).unwrap();
    said(name, archive::ged_events(GzDecoder::new(file), precision))
}

fn said<T>(name: &str, reading: Reading<T>) -> Vec<T> {
    println!(
        "{name}: {} rows, {} taken, {} passed over, {} bad",
        reading.rows,
        reading.items.len(),
        reading.passed_over,
        reading.bad_rows
    );
    reading.items
}
