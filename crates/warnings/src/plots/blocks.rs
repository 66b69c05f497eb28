//! The alarm timeline in plain text, for terminals and manuals: a row of counts, of evidence, of alarms, and of what
//! nobody could see; dates below.

use std::fmt::Write as _;
use std::ops::Range;

use crate::backtest::archive::date_of;
use crate::backtest::detection::timeline::{DayTold, Raised, Timeline, Truce};

/// Most columns of a row.
const COLUMNS_MAX: usize = 90;
/// Columns of the names of rows.
const NAME_COLUMNS: usize = 14;
/// Columns from one date to the next.
const DATE_COLUMNS: usize = 18;
/// From nothing to all.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// What stands for days on which nobody could look.
const UNSEEN: char = '/';

/// The drawing of timelines of the same days, one after the other.
#[must_use]
pub fn drawing(timelines: &[Timeline]) -> String {
    let mut out = String::new();
    let Some(first) = timelines.first() else { return out };
    let width = first.days.len().div_ceil(COLUMNS_MAX).max(1);
    let _ = writeln!(
        out,
        "one column is {width} {} (UTC); counts are means of the days seen, █ the most; evidence reaches █ at its level\n\
         R rise, S shock, E erosion, N neighbours together, digits: so many alarms; · none; / not observed; blank: not \
         yet weighed",
        if width == 1 { "day" } else { "days" }
    );
    for told in timelines {
        one(&mut out, told, width);
    }
    dates(&mut out, first, width);
    out
}

fn one(out: &mut String, told: &Timeline, width: usize) {
    let means: Vec<Option<f64>> = told.days.chunks(width).map(mean).collect();
    let most = means.iter().flatten().copied().fold(0.0, f64::max);
    let _ = writeln!(out, "{}, up to {most:.1} a day", told.name);
    let count = |mean: &Option<f64>| match mean {
        None => UNSEEN,
        Some(mean) if *mean <= 0.0 => '·',
        Some(mean) => block(mean / most),
    };
    row(out, "counts", means.iter().map(count));
    let evidence = |of: fn(&DayTold) -> Option<f64>, level: f64| {
        told.days.chunks(width).map(move |days| {
            let greatest =
                days.iter().filter_map(of).fold(None, |a: Option<f64>, v| Some(a.map_or(v, |a| a.max(v))));
            match greatest {
                None if days.iter().all(|d| d.count.is_none()) => UNSEEN,
                None => ' ',
                Some(v) if v >= level => '█',
                // Short of the level it never looks like it.
                Some(v) => block((v / level).min(0.87)),
            }
        })
    };
    row(out, "  rise", evidence(|d| d.rise_log10, told.rise_level_log10));
    if told.truce.is_some() {
        row(out, "  erosion", evidence(|d| d.erosion_log10, told.erosion_level_log10));
    }
    row(out, "  alarms", columns(told, width).map(|days| alarms(told, &days)));
    let unseen = |days: &[DayTold]| if days.iter().any(|d| d.count.is_none()) { UNSEEN } else { '·' };
    row(out, "  not observed", told.days.chunks(width).map(unseen));
}

/// The days of each column.
fn columns(told: &Timeline, width: usize) -> impl Iterator<Item = Range<i32>> + use<> {
    let (first, days) = (i64::from(told.first_day), told.days.len());
    (0..days.div_ceil(width)).map(move |column| {
        let from = first + (column * width) as i64;
        let to = (from + width as i64).min(first + days as i64);
        i32::try_from(from).unwrap_or(i32::MAX)..i32::try_from(to).unwrap_or(i32::MAX)
    })
}

fn row(out: &mut String, name: &str, signs: impl Iterator<Item = char>) {
    let line = format!("{name:<NAME_COLUMNS$} {}", signs.collect::<String>());
    let _ = writeln!(out, "{}", line.trim_end());
}

/// The mean of the days that were seen; nothing where none was.
fn mean(days: &[DayTold]) -> Option<f64> {
    let seen: Vec<f64> = days.iter().filter_map(|d| d.count).map(f64::from).collect();
    (!seen.is_empty()).then(|| seen.iter().sum::<f64>() / seen.len() as f64)
}

fn block(part: f64) -> char {
    let at = (part.clamp(0.0, 1.0) * BLOCKS.len() as f64).ceil() as usize;
    BLOCKS.get(at.saturating_sub(1)).copied().unwrap_or('█')
}

fn alarms(told: &Timeline, days: &Range<i32>) -> char {
    let raised: Vec<Raised> = told.marks.iter().filter(|m| days.contains(&m.day)).map(|m| m.raised).collect();
    match raised.as_slice() {
        [] => '·',
        [one] => one.letter(),
        several => char::from_digit(u32::try_from(several.len()).unwrap_or(9).min(9), 10).unwrap_or('9'),
    }
}

fn dates(out: &mut String, told: &Timeline, width: usize) {
    if let Some(truce) = told.truce {
        row(out, "ceasefire", columns(told, width).map(|days| regime(&truce, &days)));
        let (entry, broke) = (date_of(truce.entry_into_force), date_of(truce.broke));
        let _ = writeln!(out, "{:NAME_COLUMNS$} > enters into force {entry}, X breaks {broke}", "");
    }
    let mut line = String::new();
    for days in columns(told, width).step_by(DATE_COLUMNS) {
        let _ = write!(line, "{:<DATE_COLUMNS$}", format!("|{}", date_of(days.start)));
    }
    row(out, "", line.chars());
}

fn regime(truce: &Truce, days: &Range<i32>) -> char {
    if days.contains(&truce.broke) {
        'X'
    } else if days.contains(&truce.entry_into_force) {
        '>'
    } else if days.start > truce.entry_into_force && days.start < truce.broke {
        '='
    } else {
        ' '
    }
}
