//! The alarm timeline: what was counted and expected, what the statistics did, what was raised and when, the ceasefire,
//! and the days on which nobody could look.

use std::ops::Range;

use super::frame::{
    Axes, BLUE, Fault, GREEN, GROUND, NAMES_PX, PURPLE, Pane, SOFT, Shape, Surface, VERMILION, ceiling,
    drawn, figure,
};
use super::{Plot, PlotError, Table};
use crate::backtest::archive::date_of;
use crate::backtest::detection::timeline::{DayTold, Raised, Timeline};

/// Height, pixels, and where its panes end.
const HEIGHT_PX: u32 = 760;
const COUNTS_PX: u32 = 300;
const STATISTICS_PX: u32 = 220;
/// The least evidence that is drawn, as a power of ten.
const EVIDENCE_MIN_LOG10: f64 = -1.0;

/// The plot of a timeline.
pub(super) fn plot(id: &str, title: &str, told: &Timeline) -> Result<Plot, PlotError> {
    let words = words(told);
    let svg = drawn(id, HEIGHT_PX, title, &words, |surface| {
        let (counts_on, rest) = surface.split_vertically(COUNTS_PX);
        let (statistics_on, rows_on) = rest.split_vertically(STATISTICS_PX);
        counts(&counts_on, told)?;
        statistics(&statistics_on, told)?;
        rows(&rows_on, told)
    })?;
    Ok(Plot { id: id.to_owned(), title: title.to_owned(), told: words, svg, table: table(told) })
}

fn words(told: &Timeline) -> String {
    let unseen = told.days.iter().filter(|d| d.count.is_none()).count();
    let partly = told.days.iter().filter(|d| d.count.is_some() && d.part < 1.0).map(|d| d.part);
    let least = partly.fold(1.0_f32, f32::min);
    let mut words = format!(
        "Daily counts from {} to {}, days in UTC as the record dates them; blue bars are counts as known when the day \
         was judged, the green line is what was expected of the day as it was seen. Below, evidence of a rise (orange \
         line) and of erosion (purple dashes) as powers of ten, each with the level of its alarm as a thin line; \
         {} false alarms a zone-year are promised. ",
        date_of(told.first_day),
        date_of(day_at(told, told.days.len().saturating_sub(1)) as i32),
        told.promised,
    );
    words += &match unseen {
        0 => "Every day was looked at. ".to_owned(),
        n => format!("{n} days are hatched: nobody could look, which is not a count of none. "),
    };
    if least < 1.0 {
        words += &format!("Of some days only {:.0} % could be seen when they were judged. ", least * 100.0);
    }
    if let Some(t) = told.truce {
        let (entry, broke) = (date_of(t.entry_into_force), date_of(t.broke));
        words += &format!("Green ground: the ceasefire, in force from {entry} and broken on {broke}. ");
    }
    let raised = |kind: Raised| {
        let days = told.marks.iter().filter(|m| m.raised == kind).map(|m| date_of(m.day));
        let days: Vec<String> = days.collect();
        if days.is_empty() {
            format!("{}: none", kind.name())
        } else {
            format!("{}: {}", kind.name(), days.join(", "))
        }
    };
    words + "Raised. " + &Raised::ALL.map(raised).join("; ") + "."
}

fn day_at(told: &Timeline, at: usize) -> f64 {
    f64::from(told.first_day) + at as f64
}

fn span(told: &Timeline) -> Range<f64> {
    f64::from(told.first_day)..day_at(told, told.days.len().max(1))
}

/// Runs of days for which something holds.
fn runs(told: &Timeline, holds: impl Fn(&DayTold) -> bool) -> Vec<Range<f64>> {
    let mut runs: Vec<Range<f64>> = Vec::new();
    for (at, _) in told.days.iter().enumerate().filter(|(_, d)| holds(d)) {
        let day = day_at(told, at);
        match runs.last_mut().filter(|r| r.end == day) {
            Some(run) => run.end = day + 1.0,
            None => runs.push(day..day + 1.0),
        }
    }
    runs
}

/// Points of a figure, in runs of days that have it.
fn lines(told: &Timeline, of: impl Fn(&DayTold) -> Option<f64>) -> Vec<Vec<(f64, f64)>> {
    let mut lines: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut before = false;
    for (at, day) in told.days.iter().enumerate() {
        let Some(value) = of(day) else {
            before = false;
            continue;
        };
        if !before {
            lines.push(Vec::new());
        }
        before = true;
        lines.iter_mut().rev().take(1).for_each(|l| l.push((day_at(told, at) + 0.5, value)));
    }
    lines
}

fn ground(pane: &mut Pane<'_, '_>, told: &Timeline, up: Range<f64>) -> Result<(), Fault> {
    let whole = span(told);
    if let Some(t) = told.truce {
        let from = f64::from(t.entry_into_force).max(whole.start);
        let to = f64::from(t.broke).min(whole.end);
        if to > from {
            pane.block(from..to, up.clone(), GROUND)?;
        }
        if whole.contains(&f64::from(t.broke)) {
            let at = f64::from(t.broke);
            pane.dashes(vec![(at, up.start), (at, up.end)], SOFT)?;
        }
    }
    for run in runs(told, |d| d.count.is_none()) {
        pane.hatch(run, up.clone())?;
    }
    Ok(())
}

fn counts(surface: &Surface<'_>, told: &Timeline) -> Result<(), Fault> {
    let most = told.days.iter().filter_map(|d| d.count).max().unwrap_or(0);
    let expected = told.days.iter().filter_map(|d| d.expected).fold(0.0, f64::max);
    let top = ceiling(f64::from(most).max(expected));
    let axes = Axes { along: "", up: "reports a day", dated: true, hushed: true, left_px: NAMES_PX };
    let mut pane = Pane::new(surface, span(told), 0.0..top, &axes)?;
    ground(&mut pane, told, 0.0..top)?;
    for (at, day) in told.days.iter().enumerate() {
        if let Some(count) = day.count.filter(|c| *c > 0) {
            let from = day_at(told, at);
            pane.block(from..from + 1.0, 0.0..f64::from(count), BLUE)?;
        }
    }
    for line in lines(told, |d| d.expected) {
        pane.line(line, GREEN, 2)?;
    }
    Ok(())
}

fn statistics(surface: &Surface<'_>, told: &Timeline) -> Result<(), Fault> {
    let bounded = |v: f64| v.max(EVIDENCE_MIN_LOG10);
    let rise = |d: &DayTold| d.rise_log10.map(bounded);
    let erosion = |d: &DayTold| d.erosion_log10.map(bounded);
    let levels = [told.rise_level_log10, told.erosion_level_log10];
    let drawn = told.days.iter().flat_map(|d| [rise(d), erosion(d)]).flatten();
    let top = drawn.chain(levels).fold(1.0, f64::max) * 1.08;
    let axes =
        Axes { along: "", up: "evidence, powers of ten", dated: true, hushed: true, left_px: NAMES_PX };
    let mut pane = Pane::new(surface, span(told), EVIDENCE_MIN_LOG10..top, &axes)?;
    ground(&mut pane, told, EVIDENCE_MIN_LOG10..top)?;
    let erodes = told.days.iter().any(|d| d.erosion_log10.is_some());
    let level_of = ["level of a rise", "level of erosion"];
    let shown = levels.into_iter().zip([VERMILION, PURPLE]).zip(level_of).take(1 + usize::from(erodes));
    for ((level, colour), word) in shown {
        pane.line(vec![(span(told).start, level), (span(told).end, level)], colour, 1)?;
        pane.word((span(told).start, level), word)?;
    }
    for line in lines(told, rise) {
        pane.line(line, VERMILION, 2)?;
    }
    for line in lines(told, erosion).into_iter().filter(|l| l.len() > 1) {
        pane.dashes(line, PURPLE)?;
    }
    Ok(())
}

fn rows(surface: &Surface<'_>, told: &Timeline) -> Result<(), Fault> {
    let names =
        ["not observed", "ceasefire", "neighbours together", "erosion", "shock", "rise"].map(str::to_owned);
    let axes = Axes { along: "day, UTC", up: "", dated: true, hushed: false, left_px: NAMES_PX };
    let mut pane = Pane::of_rows(surface, span(told), &names, &axes)?;
    for run in runs(told, |d| d.count.is_none()) {
        pane.hatch(run, 0.15..0.85)?;
    }
    if let Some(t) = told.truce {
        let from = f64::from(t.entry_into_force).max(span(told).start);
        let to = f64::from(t.broke).min(span(told).end);
        if to > from {
            pane.block(from..to, 1.3..1.7, GREEN)?;
        }
    }
    for mark in &told.marks {
        let (row, shape, colour) = match mark.raised {
            Raised::Together => (2.5, Shape::Disc, BLUE),
            Raised::Erosion => (3.5, Shape::Square, PURPLE),
            Raised::Shock => (4.5, Shape::Diamond, VERMILION),
            Raised::Rise => (5.5, Shape::Triangle, VERMILION),
        };
        if span(told).contains(&f64::from(mark.day)) {
            pane.mark((f64::from(mark.day) + 0.5, row), shape, colour)?;
        }
    }
    Ok(())
}

fn table(told: &Timeline) -> Table {
    let figure_or = |v: Option<f64>, without: &str| v.map_or_else(|| without.to_owned(), |v| figure(v, 2));
    let row = |(at, day): (usize, &DayTold)| {
        let date = told.first_day.saturating_add(i32::try_from(at).unwrap_or(i32::MAX));
        let raised: Vec<&str> =
            told.marks.iter().filter(|m| m.day == date).map(|m| m.raised.name()).collect();
        vec![
            date_of(date),
            day.count.map_or_else(|| "not observed".to_owned(), |c| c.to_string()),
            figure(f64::from(day.part) * 100.0, 0),
            figure_or(day.expected, "not yet"),
            figure_or(day.rise_log10, "none weighed"),
            figure_or(day.erosion_log10, "none weighed"),
            raised.join(", "),
        ]
    };
    Table {
        heads: vec![
            "day, UTC",
            "reports",
            "seen, %",
            "expected, reports",
            "evidence of a rise, log10",
            "evidence of erosion, log10",
            "raised",
        ],
        rows: told.days.iter().enumerate().map(row).collect(),
    }
}
