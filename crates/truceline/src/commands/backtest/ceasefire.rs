//! A ceasefire that broke, played as it would have been known, and drawn.

use super::{day, pictures, span, spans};
use crate::cli::Backtest;
use crate::exit::Failure;
use warnings::backtest::archive::Event;
use warnings::backtest::detection::cases::NamedCase;
use warnings::backtest::detection::named::{Case, LagModel, named};
use warnings::detect::watch::WatchSettings;
use warnings::plots::{drawing, of_named};

/// Of events whose first report is not dated: how many are there by the end of their day.
const SAME_DAY: f64 = 0.7;

pub fn run(args: &Backtest, events: &[Event], name: &str) -> Result<(), Failure> {
    let case = Case { unobserved: spans(&args.unobserved)?, ..case(args, events, name)? };
    let judged_after_days = args.judged_after_days.into();
    let lag = LagModel { same_day: SAME_DAY, judged_after_days, seed: args.seed };
    if !events.iter().any(|e| (case.record.0..case.entry_into_force).contains(&e.day)) {
        let told = format!("{name} has no event before the ceasefire: nothing could be learnt of it");
        return Err(
            Failure::bad_input(told).hint("is it the table of this case? docs/warnings.md names them")
        );
    }
    let result = named(events, &case, &lag, &WatchSettings::default())
        .ok_or_else(|| Failure::bad_input("more cells and days than any record needs"))?;
    pictures::write(args, &format!("A ceasefire that broke: {}", case.name), || of_named(&result))?;
    super::tell(args.json, &result, || {
        let drawn: Vec<_> = result.timelines.iter().map(|t| t.about_the_truce()).collect();
        format!("{}\n{}", result.table(), drawing(&drawn).trim_end())
    })
}

/// The case that is asked for, by its name or by its days and place.
fn case(args: &Backtest, events: &[Event], name: &str) -> Result<Case, Failure> {
    if let Some(known) = args.case.as_deref().and_then(NamedCase::of) {
        return known.case().map_err(Failure::failed);
    }
    let (entry_into_force, broke) = span(args.truce.as_deref().unwrap_or_default())?;
    let first = events.iter().map(|e| e.day).min().unwrap_or(entry_into_force);
    let last = events.iter().map(|e| e.day).max().unwrap_or(broke);
    let record = (args.from.as_deref().map_or(Ok(first), day)?, args.to.as_deref().map_or(Ok(last), day)?);
    if !(record.0 < entry_into_force && entry_into_force < broke && broke <= record.1) {
        let told = "the ceasefire has to begin after the first day of the table and to break by its last";
        return Err(Failure::bad_input(told));
    }
    let place = place(args.place.as_deref().unwrap_or_default())?;
    let unobserved = Vec::new();
    Ok(Case { name: name.to_owned(), record, entry_into_force, broke, place, events_min: 1, unobserved })
}

fn place(text: &str) -> Result<(f64, f64, f64), Failure> {
    let figures: Vec<f64> = text.split(',').filter_map(|f| f.trim().parse().ok()).collect();
    match figures.as_slice() {
        [lon, lat, km] if (-180.0..=180.0).contains(lon) && (-90.0..=90.0).contains(lat) && *km > 0.0 => {
            Ok((*lon, *lat, *km))
        }
        _ => Err(Failure::bad_input(format!("`{text}` is no place")).hint("write it as 44.45,33.39,45")),
    }
}
