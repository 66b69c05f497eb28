//! Runs the back-test of the space-time scan (B5) on the record of insurgent events in Iraq, and times a scan.
//!
//! `cargo run --release -p warnings --example backtest_scan -- FOLDER [every_days] [--json]`, where the folder holds
//! `iraq-insurgency-2006-07/insurgencies_2006.csv.gz`, `…_2007.csv.gz` and, if Syria is to be scanned too,
//! `ucdp-ged/syria_ged19.1_16566.csv.gz`.

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

use warnings::Panel;
use warnings::backtest::archive::{DAY_MS, Event, GedPrecision, day_of, ged_events, iraq_events};
use warnings::backtest::scanning::{
    Alarm, Known, Ordinary, Rise, STATED_PEER, ScanBacktest, known, ordinary, places_panel, raised,
};
use warnings::scan::{Scanner, Settings};

/// Side of a place, degrees.
const PLACE_DEG: f64 = 0.1;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let json = args.iter().any(|a| a == "--json");
    args.retain(|a| a != "--json");
    let folder = args.first().map_or("../shared/data", String::as_str);
    let every: usize = args.get(1).map_or(Ok(3), |text| text.parse())?;
    let settings = Settings::default();
    let alarm = Alarm::default();

    let early = places_panel(&read(folder, "iraq-insurgency-2006-07/insurgencies_2006.csv.gz")?, PLACE_DEG)?;
    let events = read(folder, "iraq-insurgency-2006-07/insurgencies_2007.csv.gz")?;
    let panel = places_panel(&events, PLACE_DEG)?;
    let scanner = Scanner::new(&panel, settings)?;
    speed(&panel, &events, settings)?;

    let steps = |panel: &Panel, from: &str, to: &str| -> Result<Vec<usize>, Box<dyn Error>> {
        Ok((step(panel, from)?..=step(panel, to)?).step_by(every.max(1)).collect())
    };
    let early_scanner = Scanner::new(&early, settings)?;
    let learnt = "settings chosen on:";
    let sets = [
        (format!("{learnt} Apr-Sep 2006"), &early, &early_scanner, "2006-04-10", "2006-09-24"),
        (format!("{learnt} Jul-Aug 2007"), &panel, &scanner, "2007-07-01", "2007-08-31"),
        ("1 Sep 2007 - 9 Mar 2008".to_owned(), &panel, &scanner, "2007-09-01", "2008-03-09"),
        ("26 May - 5 Jul 2008".to_owned(), &panel, &scanner, "2008-05-26", "2008-07-05"),
    ];
    let (mut rows, mut raised_rows) = (Vec::new(), Vec::new());
    for (name, panel, scanner, from, to) in &sets {
        let steps = steps(panel, from, to)?;
        rows.push(ordinary(name, scanner, panel, &steps, &alarm)?);
        for (ratio, days) in [(3.0, 3), (3.0, 7), (5.0, 3)] {
            let rise = Rise { ratio, steps: days, radius_km: 15.0, events_min: 1.0 };
            let some: Vec<usize> = steps.iter().copied().step_by(4).collect();
            raised_rows.push(raised(name, panel, &settings, &some, rise, &alarm)?);
        }
    }
    if let Some(row) = syria(folder, settings, 10 * every, &alarm)? {
        rows.push(row);
    }
    let result = ScanBacktest {
        vintage: "Iraq, events of 2007-02-23 to 2008-07-05".to_owned(),
        places: panel.zones().len(),
        circles: scanner.circles(),
        replicas: settings.replicas,
        alarm,
        ordinary: rows,
        known: known(&scanner, &panel, &collapse(&panel)?, &alarm)?,
        raised: raised_rows,
        stated: STATED_PEER,
    };
    if json {
        println!("{}", serde_json::to_string_pretty(&result)?);
        return Ok(());
    }
    println!("{}", result.table());
    for row in &result.ordinary {
        println!("alarms, {}: {}", row.name, row.alarm_dates.join(" "));
    }
    Ok(())
}

/// Dates spread over four years of war in Syria, offensives not left out: a record on which nothing was chosen.
fn syria(
    folder: &str,
    settings: Settings,
    every: usize,
    alarm: &Alarm,
) -> Result<Option<Ordinary>, Box<dyn Error>> {
    let Ok(file) = File::open(Path::new(folder).join("ucdp-ged/syria_ged19.1_16566.csv.gz")) else {
        return Ok(None);
    };
    let mut events = ged_events(flate2::read::GzDecoder::new(file), GedPrecision::default()).items;
    let first = day_of("2016-01-01")?;
    events.retain(|event| event.day >= first);
    let panel = places_panel(&events, PLACE_DEG)?;
    let scanner = Scanner::new(&panel, settings)?;
    let steps: Vec<usize> = (scanner.first_step()..panel.steps()).step_by(every.max(1)).collect();
    Ok(Some(ordinary("Syria 2016-19, offensives not left out", &scanner, &panel, &steps, alarm)?))
}

/// The clusters that SaTScan gives around the end of the Mahdi Army's freeze on 25 March 2008.
fn collapse(panel: &Panel) -> Result<Vec<Known>, Box<dyn Error>> {
    let rows = [
        ("Sadr City", 44.46, 33.39, "2008-03-25"),
        ("Basra", 47.78, 30.51, "2008-03-10"),
        ("Nasiriyah", 46.26, 31.05, "2008-03-12"),
        ("Kut", 45.82, 32.51, "2008-03-26"),
    ];
    let to_step = step(panel, "2008-03-31")?;
    rows.into_iter()
        .map(|(name, lon_deg, lat_deg, from)| {
            let from_step = step(panel, from)?;
            Ok(Known { name: name.to_owned(), lon_deg, lat_deg, within_km: 25.0, from_step, to_step })
        })
        .collect()
}

fn read(folder: &str, file: &str) -> Result<Vec<Event>, Box<dyn Error>> {
    let file = File::open(Path::new(folder).join(file))?;
    let reading = iraq_events(flate2::read::GzDecoder::new(file));
    if reading.bad_rows > 0 {
        eprintln!("{} rows could not be read", reading.bad_rows);
    }
    Ok(reading.items)
}

fn step(panel: &Panel, date: &str) -> Result<usize, Box<dyn Error>> {
    let day = i64::from(day_of(date)?);
    Ok(usize::try_from(day - panel.begins_ms(0) / DAY_MS)?)
}

/// Times the scan of 31 March 2008 on one thread: 61,823 cases of 403 days.
fn speed(panel: &Panel, events: &[Event], settings: Settings) -> Result<(), Box<dyn Error>> {
    let last = step(panel, "2008-03-31")?;
    let until = day_of("2008-03-31")?;
    let cases = events.iter().filter(|e| e.day <= until).count();
    println!("{cases} cases, {} places, {} days, one thread:", panel.zones().len(), last + 1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    for replicas in [99, 999] {
        let settings = Settings { replicas, ..settings };
        let (cpu, wall) = (cpu_seconds(), Instant::now());
        let scanner = Scanner::new(panel, settings)?;
        let ready = cpu_seconds();
        pool.install(|| scanner.scan(last))?;
        let scanned = cpu_seconds();
        pool.install(|| scanner.permutation(last, replicas))?;
        println!(
            "{replicas:>6} replicas: ready {:.2} s, scan {:.2} s, permutation scan {:.2} s of CPU; {:.2} s of wall",
            ready - cpu,
            scanned - ready,
            cpu_seconds() - scanned,
            wall.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

/// CPU seconds of this process so far, to a hundredth; 0 where the system does not say.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    fields.skip(11).take(2).filter_map(|f| f.parse::<f64>().ok()).sum::<f64>() / 100.0
}
