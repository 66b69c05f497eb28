//! `truceline report table --date D [--until D]`

use super::desk::{fold_failure, record};
use super::init::mission_failure;
use super::now_ms;
use crate::cli::{Report, ReportForm};
use crate::exit::{Code, Failure};
use crate::source;
use base::{CivilZone, Instant, Interval};
use publication::Policy;
use publication::table::{About, Form, rows_during, write};
use store::Mission;

/// How late and how coarsely everybody is told: hours, degrees.
const PUBLIC: (u16, f64) = (24, 0.1);

pub fn run(args: &Report) -> Result<Code, Failure> {
    let form = match args.format.unwrap_or(ReportForm::SmmCsv) {
        ReportForm::SmmCsv => Form::Smm,
        ReportForm::Csv => Form::Plain,
        _ => return Err(Failure::bad_input("a table is smm-csv or csv")),
    };
    let known = args.as_known_at.as_deref().map(|t| source::moment(t, "--as-known-at")).transpose()?;
    let mission = Mission::open_read(&args.at.mission).map_err(mission_failure)?;
    let record = record(&mission, known.map(|t| t.0)).map_err(|e| fold_failure(&e))?;
    let first = day(&record.zone, &args.date, "--date")?;
    let last = args.until.as_deref().map_or(Ok(first), |date| day(&record.zone, date, "--until"))?;
    if last.end <= first.start {
        return Err(Failure::bad_input("--until lies before --date"));
    }
    let during = Interval { start: first.start, end: last.end };
    let batch = &record.state.observations;
    let rows = rows_during(batch, during);
    let policy = if args.public { Policy::public(PUBLIC.0, PUBLIC.1) } else { Policy::desk() };
    let about = About { now: known.unwrap_or_else(|| Instant(now_ms())), ..About::of(&record) };
    let mut to = csv::Writer::from_writer(std::io::stdout().lock());
    let written = write(batch, &rows, &about, &policy, form, &mut to)
        .and_then(|written| to.flush().map(|()| written).map_err(Into::into))
        .map_err(|e| Failure::failed(format!("the table could not be written: {e}")))?;
    if written.withheld > 0 {
        eprintln!("note: {} observations may not be spoken of yet", written.withheld);
    }
    eprintln!("note: {}", publication::coverage::statement(&record.coverage, during));
    Ok(Code::Done)
}

fn day(zone: &CivilZone, text: &str, option: &str) -> Result<Interval, Failure> {
    let date = base::time::parse_date(text).ok_or_else(|| {
        Failure::bad_input(format!("{option} `{text}` is not a date")).hint("write it as 2026-03-09")
    })?;
    zone.day(date.0, date.1, date.2)
        .ok_or_else(|| Failure::bad_input(format!("{text} is not a day in {}", zone.name())))
}
