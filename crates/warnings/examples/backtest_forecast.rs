//! Prints the back-tests of forecasts on published records.
//!
//! `cargo run --release -p warnings --example backtest_forecast -- DATA [DRAWS] [--json]`
//!
//! `DATA` is the folder of records. `DRAWS` is a folder with `boot_2018.csv.gz` … `last_2023.csv.gz`: columns `month_id`,
//! `country_id`, `outcome`, `draws` (how many draws have that outcome), made of the challenge's parquet files by
//! grouping their rows; without it the benchmarks "boot" and "last" are left out.
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
use warnings::backtest::forecasting::country_month::Draws;
use warnings::backtest::forecasting::{CountryMonthSettings, CountryMonths, country_month};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let json = words.iter().any(|w| w == "--json");
    let mut folders = words.iter().filter(|w| !w.starts_with("--"));
    let data = folders.next().expect("the folder of records is missing");
    let draws = folders.next();
    b1(Path::new(data), draws.map(Path::new), json);
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
        println!("{}\n({:.1} s)\n", result.table(), started.elapsed().as_secs_f64());
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
