//! Prints the back-tests of detection: `backtest_detect DATA [injected|named|outage|speed|share|control]…` (all when
//! none is named).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "an example says what is wrong by failing"
)]

use std::fs::File;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use warnings::Panel;
use warnings::backtest::archive::{self, Event, GedPrecision, Reading, Window, cells_panel, day_of};
use warnings::backtest::control::{ControlSettings, control};
use warnings::backtest::detection::cases::CASES;
use warnings::backtest::detection::injected::{InjectedSettings, injected};
use warnings::backtest::detection::named::{Case, LagModel, named};
use warnings::backtest::detection::outage::outages;
use warnings::baseline::{Area, BaselineSettings};
use warnings::detect::watch::{Seen, WatchSettings, ZoneWatch};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = PathBuf::from(arguments.next().unwrap_or_else(|| here.to_owned()));
    let wanted: Vec<String> = arguments.collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|w| w == name);
    if wants("named") {
        print_named(&data);
    }
    if wants("outage") {
        print_outage(&data);
    }
    if wants("speed") {
        print_speed(&data);
    }
    if wants("share") {
        print_share(&data);
    }
    if wants("control") {
        println!("{}", control(&ControlSettings::default()).table());
    }
    if wants("injected") {
        print_injected(&data);
    }
}

fn print_named(data: &Path) {
    let iraq = iraq(data);
    let syria = ged(data, "syria_ged19.1_16566", GedPrecision::default());
    let ethiopia = ged(data, "ethiopia", GedPrecision::default());
    let records = [&iraq, &ethiopia, &syria, &syria];
    let cases: Vec<(&Vec<Event>, Case)> =
        records.into_iter().zip(CASES.iter().map(|c| c.case().unwrap())).collect();
    print_draws(&iraq, &cases[0].1);
    for (events, case) in &cases {
        for judged_after_days in [0, 1] {
            let lag = LagModel { same_day: 0.7, judged_after_days, seed: 6 };
            if let Some(result) = named(events, case, &lag, &WatchSettings::default()) {
                println!("{}", result.table());
            }
        }
    }
}

/// How the case of Iraq, whose record says nothing of its lag, hangs on the lag that is assumed.
fn print_draws(events: &[Event], case: &Case) {
    for same_day in [0.5, 0.7, 0.9] {
        let caught = (0..20).filter(|seed| {
            let lag = LagModel { same_day, judged_after_days: 0, seed: *seed };
            let result = named(events, case, &lag, &WatchSettings::default());
            result.is_some_and(|r| r.place_alarm.is_some_and(|d| d <= 1))
        });
        println!(
            "B4 Iraq, {same_day} of reports on the day: raised at the place by +1 d in {} of 20 draws",
            caught.count()
        );
    }
}

fn print_outage(data: &Path) {
    let file = File::open(data.join("air-raid-sirens/volunteer_data_en.csv.gz")).unwrap();
    let alerts = said("sirens", archive::siren_alerts(GzDecoder::new(file)));
    let (first, last) = (day_of("2022-03-01").unwrap(), day_of("2024-08-31").unwrap());
    let panel = archive::alerts_panel(&alerts, first, usize::try_from(last - first + 1).unwrap()).unwrap();
    println!("{}", outages(&panel, 100, &WatchSettings::default(), 6).table());
}

/// B6: zone-days a core-second through the whole watch (both e-detectors, tail, erosion, baseline, guards) on one
/// thread, the stream of Iraq 2006 and 2007-08 over and over, as processor time says.
fn print_speed(data: &Path) {
    let mut events = iraq(data);
    let file = File::open(data.join("iraq-insurgency-2006-07/insurgencies_2006.csv.gz")).unwrap();
    events.extend(said("Iraq 2006", archive::iraq_events(GzDecoder::new(file))));
    let panel = cells_panel(&events, &Window::of_events(&events, 5, 1.0)).unwrap();
    let rounds = 200;
    let mut alarms = 0;
    let before = processor_s();
    for _ in 0..rounds {
        let mut watches = vec![ZoneWatch::new(&WatchSettings::default()); panel.zones().len()];
        watches.iter_mut().for_each(ZoneWatch::entry_into_force);
        for step in 0..panel.steps() {
            let area = Area::of(watches.iter().map(ZoneWatch::baseline));
            for (zone, watch) in watches.iter_mut().enumerate() {
                let count = panel.counts(zone).get(step).copied().unwrap_or(0);
                alarms +=
                    usize::from(watch.step(step as u64, Some(Seen::fully(count)), &area).alarm.is_some());
            }
        }
    }
    let took_s = processor_s() - before;
    let zone_days = (rounds * panel.steps() * panel.zones().len()) as f64;
    println!(
        "B6: {} zones, {} days, {} rounds: {:.2} M zone-days a core-second ({:.0} ns each), {} alarms, {} bytes a zone",
        panel.zones().len(),
        panel.steps(),
        rounds,
        zone_days / took_s / 1e6,
        took_s / zone_days * 1e9,
        alarms / rounds,
        std::mem::size_of::<ZoneWatch>()
    );
}

/// Seconds of processor time of this process; of the clock where the system does not say.
fn processor_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds: Option<f64> = stat.split(' ').next().and_then(|t| t.parse().ok());
    nanoseconds
        .map_or_else(|| std::time::UNIX_EPOCH.elapsed().map_or(0.0, |t| t.as_secs_f64()), |ns| ns / 1e9)
}

/// What the budget's parts are chosen by: the first halves of the streams of B3 alone, levels set on the first half of
/// each, zones those of B3 with five events in it.
fn print_share(data: &Path) {
    for (name, panel) in streams(data) {
        let half = first_half(&panel);
        let settings = InjectedSettings { alarms_per_zone_year: vec![2.0], ..InjectedSettings::default() };
        let result = injected(&format!("{name}, first half"), &half, &BaselineSettings::DETECTION, &settings);
        println!("{}", result.table());
    }
}

/// The first half of the days, and the zones with five events in them.
fn first_half(panel: &Panel) -> Panel {
    let steps = panel.steps() / 2;
    let (mut zones, mut counts) = (Vec::new(), Vec::new());
    for (zone, named) in panel.zones().iter().enumerate() {
        let half = &panel.counts(zone)[..steps];
        if half.iter().sum::<u32>() >= 5 {
            zones.push(named.clone());
            counts.extend_from_slice(half);
        }
    }
    Panel::new(zones, panel.begins_ms(0), archive::DAY_MS, counts, None).unwrap()
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
    let syria = ged(data, "syria_ged19.1_16566", GedPrecision::default());
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
