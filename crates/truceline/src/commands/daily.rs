//! `truceline report daily --date D`

use super::desk::{fold_failure, record};
use super::init::mission_failure;
use crate::cli::{Report, ReportForm};
use crate::exit::{Code, Failure};
use crate::source;
use publication::{Policy, report, text};
use store::Mission;

pub fn run(args: &Report) -> Result<Code, Failure> {
    if args.until.is_some() || args.public {
        return Err(Failure::bad_input("a daily report takes neither --until nor --public")
            .hint("`truceline report table` does"));
    }
    let date = base::time::parse_date(&args.date).ok_or_else(|| {
        Failure::bad_input(format!("--date `{}` is not a date", args.date)).hint("write it as 2026-03-09")
    })?;
    let known = args.as_known_at.as_deref().map(|t| source::moment(t, "--as-known-at")).transpose()?;
    let mission = Mission::open_read(&args.at.mission).map_err(mission_failure)?;
    let record = record(&mission, known.map(|t| t.0)).map_err(|e| fold_failure(&e))?;
    let policy = Policy::desk();
    let daily = report::daily(&record, date, &policy)
        .ok_or_else(|| Failure::bad_input(format!("{} is not a day in {}", args.date, record.zone.name())))?;
    match args.format.unwrap_or(ReportForm::Text) {
        ReportForm::SmmCsv | ReportForm::Csv => {
            return Err(Failure::bad_input("a daily report is text, html or json")
                .hint("`truceline report table` writes smm-csv and csv"));
        }
        ReportForm::Text => print!("{}", text::daily(&daily, &record.zone)),
        ReportForm::Html => println!("{}", publication::html::daily_page(&daily, &record.zone, None)),
        ReportForm::Json => println!("{}", server::daily_json(&daily)),
    }
    Ok(Code::Done)
}
