//! Prints the back-tests of forecasts on published records.
//!
//! `cargo run --release -p warnings --example backtest_forecast -- DATA [DRAWS] [--json] [--only WHAT]`
//!
//! `WHAT` is `b1`, `iraq`, `syria`, `ethiopia` or `fit`.
//!
//! `DATA` is the folder of records. `DRAWS` is a folder with `boot_2018.csv.gz` … `last_2023.csv.gz`: columns
//! `month_id`, `country_id`, `outcome`, `draws` (how many draws have that outcome), made of the challenge's parquet
//! files by grouping their rows (in pandas, `groupby(['month_id', 'country_id', 'outcome']).size()`); without it the
//! benchmarks "boot" and "last" are left out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "an example says what is wrong by stopping"
)]

use std::fs::File;
use std::path::Path;
use std::time::Instant;

use flate2::read::GzDecoder;
use warnings::Panel;
use warnings::backtest::archive::{
    Event, GedPrecision, Window, cells_panel, day_of, ged_events, iraq_events,
};
use warnings::backtest::forecasting::country_month::Draws;
use warnings::backtest::forecasting::{
    CountryMonthSettings, CountryMonths, DailyTestSettings, country_month, daily,
};
use warnings::forecast::{DailySettings, FeatureSettings, Features, Hawkes, Spans, forecast};

struct Asked {
    json: bool,
    only: Option<String>,
}

impl Asked {
    fn is(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only == name)
    }
}

fn main() {
    let mut words = std::env::args().skip(1);
    let (mut asked, mut folders) = (Asked { json: false, only: None }, Vec::new());
    while let Some(word) = words.next() {
        match word.as_str() {
            "--json" => asked.json = true,
            "--only" => asked.only = words.next(),
            _ => folders.push(word),
        }
    }
    let data = Path::new(folders.first().expect("the folder of records is missing"));
    if asked.is("b1") {
        b1(data, folders.get(1).map(Path::new), asked.json);
    }
    if asked.is("fit") {
        fit(data);
    }
    for (name, stream, panel) in streams(data).into_iter().filter(|s| asked.is(s.0)) {
        b2(name, &stream, &panel(), asked.json);
    }
}

fn b1(data: &Path, draws: Option<&Path>, json: bool) {
    let started = Instant::now();
    let file = data.join("views-challenge/history_month443_528.csv");
    let history = CountryMonths::of_csv(File::open(&file).expect("no history")).expect("no table");
    let benchmarks =
        draws.map(|folder| ["boot", "last"].map(|name| (name.to_owned(), read_draws(folder, name))));
    let benchmarks = benchmarks.map(Vec::from).unwrap_or_default();
    let vintage = "revised (kaylanhua/conflicts), months 443-528";
    let result = country_month(&history, vintage, &benchmarks, &CountryMonthSettings::default());
    if json {
        println!("{}", serde_json::to_string_pretty(&result).expect("no JSON"));
    } else {
        println!("{}({:.1} s)\n", result.table(), started.elapsed().as_secs_f64());
    }
}

fn read_draws(folder: &Path, name: &str) -> Draws {
    let mut draws = Draws::default();
    for year in 2018..=2023 {
        let file = File::open(folder.join(format!("{name}_{year}.csv.gz"))).expect("no draws");
        draws.read(GzDecoder::new(file)).expect("no table of draws");
    }
    draws
}

type Stream<'d> = (&'static str, String, Box<dyn Fn() -> Panel + 'd>);

fn streams(data: &Path) -> Vec<Stream<'_>> {
    let iraq = || {
        let events = iraq_2007(data);
        cells_panel(&events, &Window::of_events(&events, 20, 1.0)).expect("no panel")
    };
    let ged = move |file: &str, date_max: u32, from: &str, to: &str, events_min: u32| {
        let precision = GedPrecision { date_max, where_max: 3 };
        let events =
            ged_events(GzDecoder::new(File::open(data.join(file)).expect("no record")), precision).items;
        let (from, to) = (day_of(from).expect("no day"), day_of(to).expect("no day"));
        let within: Vec<Event> = events.into_iter().filter(|e| (from..=to).contains(&e.day)).collect();
        cells_panel(&within, &Window::of_days(from, to, events_min, 1.0)).expect("no panel")
    };
    let syria = move || ged("ucdp-ged/syria_ged19.1_16566.csv.gz", 2, "2016-01-01", "2019-11-30", 20);
    let ethiopia = move || ged("ucdp-ged/ethiopia.csv.gz", 2, "2018-01-01", "2022-12-28", 10);
    vec![
        (
            "iraq",
            "Iraq, insurgent events 2007-02 to 2008-07, cells with 20 events".to_owned(),
            Box::new(iraq),
        ),
        (
            "syria",
            "Syria, UCDP GED 19.1, 2016 to 2019-11, cells with 20 events known to two days".to_owned(),
            Box::new(syria),
        ),
        (
            "ethiopia",
            "Ethiopia, UCDP GED 2018 to 2022, cells with 10 events known to two days".to_owned(),
            Box::new(ethiopia),
        ),
    ]
}

fn iraq_2007(data: &Path) -> Vec<Event> {
    let file = data.join("iraq-insurgency-2006-07/insurgencies_2007.csv.gz");
    iraq_events(GzDecoder::new(File::open(file).expect("no record"))).items
}

fn b2(name: &str, stream: &str, panel: &Panel, json: bool) {
    let started = Instant::now();
    // The origins of the figures to beat.
    let strides_steps = if name == "iraq" { vec![3, 7, 10] } else { vec![7, 7, 10] };
    let result = daily(stream, panel, &DailyTestSettings { strides_steps, ..DailyTestSettings::default() });
    if json {
        println!("{}", serde_json::to_string_pretty(&result).expect("no JSON"));
    } else {
        println!("B2 {name}: {}({:.1} s)\n", result.table(), started.elapsed().as_secs_f64());
    }
}

/// CPU seconds of this thread so far, as Linux counts them.
fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("no clock of the thread");
    let ns: f64 = text.split_whitespace().next().and_then(|ns| ns.parse().ok()).expect("no nanoseconds");
    ns / 1e9
}

/// How long one fit takes on all events of the Iraq record, all cells: rates, sums and regression.
fn fit(data: &Path) {
    let events = iraq_2007(data);
    let panel = cells_panel(&events, &Window::of_events(&events, 1, 1.0)).expect("no panel");
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("no thread");
    for horizon in [1, 7, 30] {
        let (mut whole, mut regression) = (f64::MAX, f64::MAX);
        for _ in 0..5 {
            let (w, r) = one.install(|| {
                let started = cpu_s();
                let features = Features::of(&panel, &FeatureSettings::default());
                let spans = Spans::of(&panel);
                let fitted = cpu_s();
                let hawkes = Hawkes::fit(&features, &spans, panel.zones().len(), horizon, panel.steps());
                assert!(hawkes.coefficients.iter().all(|c| *c >= 0.0));
                (cpu_s() - started, cpu_s() - fitted)
            });
            (whole, regression) = (whole.min(w), regression.min(r));
        }
        println!(
            "fit of {} events in {} cells, {horizon} d ahead, one thread: {whole:.3} CPU s ({regression:.3} the regression)",
            events.len(),
            panel.zones().len()
        );
    }
    let panel = cells_panel(&events, &Window::of_events(&events, 20, 1.0)).expect("no panel");
    let started = Instant::now();
    let given = forecast(&panel, &DailySettings::default(), &[1, 7, 30], Some(10));
    println!(
        "replay of {} cells over {} days to {} forecasts, all threads: {:.1} s\n",
        panel.zones().len(),
        panel.steps(),
        given.len(),
        started.elapsed().as_secs_f64()
    );
}
