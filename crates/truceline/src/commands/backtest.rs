//! `truceline backtest`: detectors, forecasts and the space-time scan, played back over an archive as if they had been
//! there, with nothing of what came later.

mod ceasefire;
mod pictures;

use crate::cli::{Backtest, Method};
use crate::exit::{Code, Failure, chain};
use serde::Serialize;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use warnings::backtest::archive::{
    self, Event, GedPrecision, Reading, Window, cells_panel, day_of, ged_events, iraq_events, received_events,
};
use warnings::backtest::control::{ControlSettings, control};
use warnings::backtest::detection::injected::{InjectedSettings, injected};
use warnings::backtest::detection::played::{timelines, without_days};
use warnings::backtest::forecasting::{DailyTestSettings, daily};
use warnings::backtest::scanning::{Alarm, STATED_PEER, ScanBacktest, ordinary, places_panel};
use warnings::baseline::BaselineSettings;
use warnings::detect::watch::WatchSettings;
use warnings::plots::{of_control, of_detection, of_forecast, of_scan};
use warnings::scan::{Scanner, Settings};

/// Side of a place that the scan counts in, degrees.
const PLACE_DEG: f64 = 0.1;
/// Largest archive that is read, bytes unpacked.
const ARCHIVE_BYTES_MAX: u64 = 4 << 30;
/// Longest first line that is looked at for the columns, bytes.
const HEAD_BYTES_MAX: u64 = 1 << 20;
/// Bad rows that are told one by one.
const BAD_TOLD: usize = 5;
/// An archive is refused when more than this share of its dated reports were there before what they report: single
/// slips of coding are less than this, a column of later knowledge is more.
const FORETOLD_MAX: f64 = 0.02;

pub fn run(args: &Backtest) -> Result<Code, Failure> {
    let plays_ceasefire = args.case.is_some() || args.truce.is_some();
    if plays_ceasefire && args.method != Method::Detection {
        return Err(Failure::bad_input("a ceasefire is played by `backtest detection`"));
    }
    if args.method == Method::Control {
        return simulated(args);
    }
    let mut events = Vec::new();
    let mut bad_rows = 0;
    for path in &args.files {
        // A ceasefire's days count one by one: an event must be known to the day.
        let reading = read(path, if plays_ceasefire { 1 } else { 2 })?;
        bad_rows += reading.bad_rows;
        events.extend(reading.items);
    }
    let (from, to) = (args.from.as_deref().map(day).transpose()?, args.to.as_deref().map(day).transpose()?);
    events.retain(|e| from.is_none_or(|d| e.day >= d) && to.is_none_or(|d| e.day <= d));
    if events.is_empty() {
        return Err(Failure::bad_input("no event of these days has a known day and place"));
    }
    if plays_ceasefire {
        ceasefire::run(args, &events, &names(&args.files))?;
    } else {
        played(args, &events, &names(&args.files))?;
    }
    Ok(if bad_rows > 0 { Code::DoneWithRejects } else { Code::Done })
}

/// Plays detectors, forecasts or the scan, and tells and draws what they did.
fn played(args: &Backtest, events: &[Event], name: &str) -> Result<(), Failure> {
    match args.method {
        Method::Detection => {
            let panel = panel(args, events)?;
            let settings =
                InjectedSettings { trials: args.trials, seed: args.seed, ..InjectedSettings::default() };
            let result = injected(name, &panel, &BaselineSettings::DETECTION, &settings);
            pictures::write(args, &format!("Detection, {name}"), || {
                of_detection(&result, &timelines(&panel, &WatchSettings::default()))
            })?;
            tell(args.json, &result, || result.table())
        }
        Method::Forecast => {
            let panel = panel(args, events)?;
            let every = usize::from(args.every_days).max(1);
            let settings = DailyTestSettings {
                strides_steps: vec![every; 3],
                seed: args.seed,
                ..DailyTestSettings::default()
            };
            let result = daily(name, &panel, &settings);
            pictures::write(args, &format!("Forecasts, {name}"), || of_forecast(&result))?;
            tell(args.json, &result, || result.table())
        }
        Method::Scan => {
            let result = scanned(args, name, events)?;
            pictures::write(args, &format!("Scan, {name}"), || of_scan(&result))?;
            tell(args.json, &result, || result.table())
        }
        Method::Control => Ok(()),
    }
}

/// The simulated control: no archive is read.
fn simulated(args: &Backtest) -> Result<Code, Failure> {
    if !args.files.is_empty() {
        return Err(Failure::bad_input("`control` draws its own series and reads no table"));
    }
    let settings =
        ControlSettings { replicas: args.series.into(), seed: args.seed, ..ControlSettings::default() };
    let result = control(&settings);
    pictures::write(args, "Simulated control", || of_control(&result))?;
    tell(args.json, &result, || result.table())?;
    Ok(Code::Done)
}

/// Says what an archive cannot have known, and refuses one that knew the future.
fn refuse_foretold(path: &Path, reading: &Reading<Event>) -> Result<(), Failure> {
    let (dated, foretold) = (reading.dated, reading.foretold);
    if dated == 0 {
        eprintln!(
            "note: {}: no time of receipt: every event is taken as known on its day, which no mission knew",
            path.display()
        );
    }
    if foretold == 0 {
        return Ok(());
    }
    let told =
        format!("{}: {foretold} of {dated} dated reports are dated before what they report", path.display());
    if foretold as f64 > FORETOLD_MAX * dated as f64 {
        let hint = "an archive that knows the future measures nothing: mend or drop its times of receipt";
        return Err(Failure::bad_input(told).hint(hint));
    }
    eprintln!("note: {told}; their dates are not used");
    Ok(())
}

/// Scans every so many days of the archive, each as if it were the last.
fn scanned(args: &Backtest, name: &str, events: &[Event]) -> Result<ScanBacktest, Failure> {
    let bad = |e: &dyn std::error::Error| Failure::bad_input(chain(e));
    let panel = places_panel(events, PLACE_DEG).map_err(|e| bad(&e))?;
    let panel = without_days(&panel, &spans(&args.unobserved)?).map_err(|e| bad(&e))?;
    let settings = Settings { seed: args.seed, ..Settings::default() };
    let scanner = Scanner::new(&panel, settings).map_err(|e| bad(&e))?;
    let steps: Vec<usize> =
        (scanner.first_step()..panel.steps()).step_by(usize::from(args.every_days).max(1)).collect();
    if steps.is_empty() {
        return Err(Failure::bad_input(format!(
            "{} days are too few to scan any: {} are wanted before the first",
            panel.steps(),
            scanner.first_step()
        )));
    }
    let alarm = Alarm::default();
    let row = ordinary(name, &scanner, &panel, &steps, &alarm).map_err(|e| bad(&e))?;
    if !args.json && !row.alarm_dates.is_empty() {
        println!("alarms: {}", row.alarm_dates.join(" "));
    }
    Ok(ScanBacktest {
        vintage: name.to_owned(),
        places: panel.zones().len(),
        circles: scanner.circles(),
        replicas: settings.replicas,
        alarm,
        ordinary: vec![row],
        known: Vec::new(),
        raised: Vec::new(),
        stated: STATED_PEER,
    })
}

/// The events of a table: of the UCDP GED by its columns, with days known as well as `date_max` says, else `date`,
/// `longitude` and `latitude`.
fn read(path: &Path, date_max: u32) -> Result<Reading<Event>, Failure> {
    let named = |e: &dyn std::fmt::Display| Failure::bad_input(format!("{}: {e}", path.display()));
    let file = File::open(path).map_err(|e| named(&e))?;
    let unpacked = evidence::unpack::decompress(Box::new(file)).take(ARCHIVE_BYTES_MAX);
    let mut text = BufReader::new(unpacked);
    // The whole first line: what is buffered first may be no more than the bytes that tell a packed file.
    let mut first = Vec::new();
    text.by_ref().take(HEAD_BYTES_MAX).read_until(b'\n', &mut first).map_err(|e| named(&e))?;
    let head = String::from_utf8_lossy(&first);
    let mut text = first.as_slice().chain(text);
    let reading = if head.contains("date_start") {
        ged_events(&mut text, GedPrecision { date_max, ..GedPrecision::default() })
    } else if head.split(',').any(|c| c.trim().trim_matches('"') == "received") {
        received_events(&mut text)
    } else {
        iraq_events(&mut text)
    };
    if text.get_ref().1.get_ref().limit() == 0 {
        return Err(named(&format!("it has {ARCHIVE_BYTES_MAX} bytes or more unpacked")));
    }
    eprintln!(
        "note: {}: {} rows, {} taken, {} passed over, {} rejected",
        path.display(),
        reading.rows,
        reading.items.len(),
        reading.passed_over,
        reading.bad_rows
    );
    for bad in reading.bad.iter().take(BAD_TOLD) {
        eprintln!("note: {}: row {}: {}", path.display(), bad.row, bad.fault);
    }
    refuse_foretold(path, &reading)?;
    Ok(reading)
}

/// Cells of half a degree with enough events in the first half of the days: what is scored chooses no zone.
fn panel(args: &Backtest, events: &[Event]) -> Result<warnings::Panel, Failure> {
    let events_min = args.events_min;
    let window = Window::of_events(events, events_min, 0.5);
    let panel = cells_panel(events, &window).map_err(|e| Failure::bad_input(chain(&e)))?;
    if panel.zones().is_empty() {
        return Err(Failure::bad_input(format!(
            "no cell of half a degree has {events_min} events in the first half of the days"
        ))
        .hint("ask for fewer with --events-min"));
    }
    without_days(&panel, &spans(&args.unobserved)?).map_err(|e| Failure::bad_input(chain(&e)))
}

/// First and last days, both in it; a day alone is both.
fn spans(texts: &[String]) -> Result<Vec<(i32, i32)>, Failure> {
    texts.iter().map(|text| span(text)).collect()
}

fn span(text: &str) -> Result<(i32, i32), Failure> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (day(first)?, day(last)?);
    if last < first {
        return Err(Failure::bad_input(format!("`{text}` ends before it begins")));
    }
    Ok((first, last))
}

fn day(text: &str) -> Result<i32, Failure> {
    let bad = |_: archive::RowFault| Failure::bad_input(format!("`{text}` is not a day"));
    day_of(text).map_err(|e| bad(e).hint("write it as 2018-01-31"))
}

fn names(files: &[std::path::PathBuf]) -> String {
    let name =
        |p: &std::path::PathBuf| p.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    files.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn tell<T: Serialize>(json: bool, result: &T, table: impl FnOnce() -> String) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::to_string_pretty(result).map_err(Failure::failed)?);
    } else {
        println!("{}", table());
    }
    Ok(())
}
