//! Forecasts held to their figures on published records, where those are at hand.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing"
)]

use std::fs::File;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use warnings::backtest::archive::{Window, cells_panel, iraq_events};
use warnings::backtest::forecasting::{
    CountryMonthSettings, CountryMonths, DailyTestSettings, country_month, daily,
};

fn record(path: &str) -> Option<File> {
    let data = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let file = File::open(data.join(path)).ok();
    if file.is_none() {
        println!("skipped: `{path}` is not here");
    }
    file
}

#[test]
fn on_country_months_published_scores_are_met_to_the_digit_and_the_pool_keeps_its_figures() {
    let Some(file) = record("views-challenge/history_month443_528.csv") else { return };
    let history = CountryMonths::of_csv(file).unwrap();
    let result = country_month(&history, "revised", &[], &CountryMonthSettings::default());
    let by_year = |at: usize| -> Vec<String> {
        result.models[at].by_year.iter().map(|s| format!("{:.2}", s.crps)).collect()
    };
    assert_eq!(by_year(0), ["24.13", "23.02", "32.04", "87.34", "120.97", "53.54"]);
    assert_eq!(by_year(1), ["14.48", "9.15", "21.34", "76.85", "124.00", "50.36"]);
    let conflictology = &result.models[1];
    assert_eq!(format!("{:.3} {:.3}", conflictology.first_four.ign, conflictology.all.ign), "1.216 1.224");
    assert_eq!(format!("{:.1} {:.1}", conflictology.first_four.mis, conflictology.all.mis), "514.0 873.5");
    let ours = result.models.last().unwrap();
    assert!(ours.first_four.crps <= 29.0 && ours.all.crps <= 47.2, "{ours:?}");
    assert!(ours.first_four.ign <= 0.60 && ours.all.ign <= 0.60, "{ours:?}");
    assert!(ours.first_four.mis <= 469.0 && ours.all.mis <= 873.0, "{ours:?}");
    let of_crps = result.gains.iter().filter(|g| g.over == "conflictology" && g.score == "CRPS");
    assert!(of_crps.clone().count() == 2 && of_crps.clone().all(|g| g.gain.lower > 0.0));
    assert!(result.table().contains("revised"));
}

#[test]
fn on_a_daily_record_a_week_ahead_no_baseline_is_better_and_intervals_cover_what_they_say() {
    let Some(file) = record("iraq-insurgency-2006-07/insurgencies_2007.csv.gz") else { return };
    let events = iraq_events(GzDecoder::new(file)).items;
    let panel = cells_panel(&events, &Window::of_events(&events, 20, 1.0)).unwrap();
    let settings =
        DailyTestSettings { horizons_steps: vec![7], strides_steps: vec![7], ..DailyTestSettings::default() };
    let result = daily("Iraq", &panel, &settings);
    let week = &result.horizons[0];
    assert!(
        (week.models[1].crps - 3.088).abs() < 0.001,
        "persistence as published is 3.128: {:?}",
        week.models[1]
    );
    for baseline in week.models.iter().take(7) {
        assert!(baseline.gain.mean > 0.0, "{baseline:?}");
    }
    assert!(week.skill_over("rolling bootstrap 90") >= 0.26);
    assert!((0.88..=0.92).contains(&week.coverage_90[1]), "{:?}", week.coverage_90);
    assert!(result.table().contains("7 d ahead"));
}
