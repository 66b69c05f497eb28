//! Achieved over promised alarms, with intervals: whether a promise was kept on what set no level.

use std::ops::Range;

use super::frame::{
    Axes, BLUE, Fault, GREEN, GROUND, NAMES_PX, Pane, SOFT, Shape, Surface, VERMILION, drawn, figure,
};
use super::{Plot, PlotError, Table};
use crate::backtest::detection::injected::{InjectedResult, Levels, Row};
use crate::backtest::scanning::ScanBacktest;
use crate::score::share_between;

/// What is wanted of achieved over promised.
const WANTED: Range<f64> = 0.5..1.25;
/// Ratios over this are drawn at it, with the figure beside them.
const RATIO_MAX: f64 = 4.0;
/// Height of a row and of what stands about the rows, pixels.
const ROW_PX: u32 = 40;
const ABOUT_PX: u32 = 100;

/// The plot of all detectors and budgets of a stream.
pub(super) fn achieved(result: &InjectedResult) -> Result<Plot, PlotError> {
    let id = "achieved-over-promised".to_owned();
    let title = format!("{}: alarms achieved over alarms promised", result.stream);
    let told = format!(
        "For each detector, alarms a zone-year on the held-out part of the record over those promised; levels set on the \
         first {:.0} %, or by theory. Marks by promise: disc {} a zone-year, triangle {}, square {}. Bars: 95 % interval, \
         by the scatter of stretches of four weeks. Green ground: the wanted 0.5 to 1.25; the dashed line is 1. Alarms \
         counted include true escalations. Ratios over {RATIO_MAX} are drawn at the edge.",
        result.settings.training_part * 100.0,
        promise(result, 0),
        promise(result, 1),
        promise(result, 2),
    );
    let shown: Vec<&Row> = result.rows.iter().filter(|r| r.levels != Levels::Rolling).collect();
    let mut names: Vec<String> = Vec::new();
    for row in &shown {
        let name = name(row);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // The first detector stands at the top.
    names.reverse();
    let height = ABOUT_PX + ROW_PX * u32::try_from(names.len()).unwrap_or(1);
    let svg = drawn(&id, height, &title, &told, |surface| {
        let axes = Axes {
            along: "alarms achieved over alarms promised, 1 is as promised",
            up: "",
            dated: false,
            hushed: false,
            left_px: NAMES_PX,
        };
        let mut pane = Pane::of_rows(surface, 0.0..RATIO_MAX, &names, &axes)?;
        let rows = names.len() as f64;
        pane.block(WANTED, 0.0..rows, GROUND)?;
        pane.dashes(vec![(1.0, 0.0), (1.0, rows)], SOFT)?;
        for row in &shown {
            let at = names.iter().position(|n| *n == name(row)).unwrap_or(0) as f64;
            bar(&mut pane, result, row, at)?;
        }
        Ok(())
    })?;
    Ok(Plot { id, title, told, svg, table: table(result) })
}

fn promise(result: &InjectedResult, at: usize) -> String {
    result.settings.alarms_per_zone_year.get(at).map_or_else(|| "none".to_owned(), |p| p.to_string())
}

fn name(row: &Row) -> String {
    format!("{}{}", row.detector.name(), if row.levels == Levels::Theory { ", theory" } else { "" })
}

fn bar(pane: &mut Pane<'_, '_>, result: &InjectedResult, row: &Row, at: f64) -> Result<(), Fault> {
    // Where no step was watched there is no rate, and none is drawn.
    let Some(between) = row.achieved_between else { return Ok(()) };
    let number = result.settings.alarms_per_zone_year.iter().position(|p| *p == row.promised).unwrap_or(0);
    let (shape, colour) = match number {
        0 => (Shape::Disc, BLUE),
        1 => (Shape::Triangle, VERMILION),
        _ => (Shape::Square, GREEN),
    };
    let up = at + 0.78 - 0.28 * number as f64;
    let bounded = |v: f64| (v / row.promised).clamp(0.0, RATIO_MAX);
    pane.line(vec![(bounded(between.lower), up), (bounded(between.upper), up)], colour, 2)?;
    pane.mark((bounded(row.achieved), up), shape, colour)?;
    if row.achieved > RATIO_MAX * row.promised {
        pane.word((RATIO_MAX * 0.93, up), &figure(row.achieved / row.promised, 1))?;
    }
    Ok(())
}

fn table(result: &InjectedResult) -> Table {
    let row = |r: &Row| {
        let watched =
            |told: String| if r.achieved_between.is_some() { told } else { "not watched".to_owned() };
        let between =
            r.achieved_between.map_or_else(String::new, |b| format!("{:.2} to {:.2}", b.lower, b.upper));
        vec![
            r.detector.name().to_owned(),
            format!("{:?}", r.levels).to_lowercase(),
            figure(r.promised, 1),
            watched(figure(r.achieved, 2)),
            between,
            watched(figure(r.achieved / r.promised, 2)),
            figure(r.achieved_training, 2),
            watched(figure(r.worst_zone, 2)),
        ]
    };
    Table {
        heads: vec![
            "detector",
            "levels",
            "promised a zone-year",
            "achieved a zone-year",
            "95 % interval",
            "achieved over promised",
            "where levels were set",
            "worst zone",
        ],
        rows: result.rows.iter().map(row).collect(),
    }
}

/// The plot of the scans: the share of dates with an alarm, of the share that may have one.
pub(super) fn scans(result: &ScanBacktest) -> Result<Plot, PlotError> {
    let id = "scan-achieved-over-promised".to_owned();
    let title = format!("{}: dates on which a scan alarmed", result.vintage);
    let promised = result.alarm.recurrence_steps.recip();
    let told = format!(
        "Share of the scanned dates with a cluster at a recurrence interval of {} scans or more, with 95 % intervals as \
         if dates were independent; one in {0} was promised, {:.1} % of dates, the dashed line. Discs: this scan; \
         triangles: the space-time permutation scan on the same circles and dates; square: {}, as stated ({}).",
        result.alarm.recurrence_steps,
        promised * 100.0,
        result.stated.program,
        result.stated.source
    );
    let mut shares: Vec<(String, usize, usize, Shape)> = Vec::new();
    for row in &result.ordinary {
        shares.push((row.name.clone(), row.alarms, row.dates, Shape::Disc));
        shares.push((
            format!("{}: permutation", row.name),
            row.permutation_alarms,
            row.dates,
            Shape::Triangle,
        ));
    }
    let stated = &result.stated;
    shares.push(("SaTScan, stated".to_owned(), stated.alarms, stated.dates, Shape::Square));
    let height = ABOUT_PX + ROW_PX * u32::try_from(shares.len()).unwrap_or(1);
    let svg = drawn(&id, height, &title, &told, |surface| share_rows(surface, &shares, promised))?;
    let row = |(name, alarms, dates, _): &(String, usize, usize, Shape)| {
        let between = share_between(*alarms, *dates, 0.95);
        vec![
            name.clone(),
            dates.to_string(),
            alarms.to_string(),
            figure(*alarms as f64 / (*dates).max(1) as f64, 4),
            between.map_or_else(String::new, |b| format!("{:.4} to {:.4}", b.lower, b.upper)),
            figure(promised, 4),
        ]
    };
    let heads =
        vec!["dates and scan", "dates", "dates with an alarm", "share", "95 % interval", "share promised"];
    Ok(Plot { id, title, told, svg, table: Table { heads, rows: shares.iter().map(row).collect() } })
}

fn share_rows(
    surface: &Surface<'_>,
    shares: &[(String, usize, usize, Shape)],
    promised: f64,
) -> Result<(), Fault> {
    let names: Vec<String> = shares.iter().rev().map(|s| clipped(&s.0)).collect();
    let axes = Axes {
        along: "share of scanned dates with an alarm, 0 to 1",
        up: "",
        dated: false,
        hushed: false,
        left_px: NAMES_PX,
    };
    let mut pane = Pane::of_rows(surface, 0.0..1.02, &names, &axes)?;
    pane.dashes(vec![(promised, 0.0), (promised, names.len() as f64)], SOFT)?;
    for (at, (_, alarms, dates, shape)) in shares.iter().rev().enumerate() {
        let up = at as f64 + 0.5;
        let colour = match shape {
            Shape::Disc => BLUE,
            Shape::Triangle => VERMILION,
            _ => GREEN,
        };
        if let Some(b) = share_between(*alarms, *dates, 0.95) {
            pane.line(vec![(b.lower, up), (b.upper, up)], colour, 2)?;
        }
        pane.mark((*alarms as f64 / (*dates).max(1) as f64, up), *shape, colour)?;
    }
    Ok(())
}

/// As much of a name as stands beside a row; the table has it whole.
fn clipped(name: &str) -> String {
    const CHARS_MAX: usize = 21;
    if name.chars().count() <= CHARS_MAX {
        return name.to_owned();
    }
    let (head, tail) = name.split_once(": permutation").map_or((name, ""), |(head, _)| (head, "…perm."));
    let kept: String =
        head.chars().take(CHARS_MAX - tail.chars().count() - usize::from(tail.is_empty())).collect();
    kept + if tail.is_empty() { "…" } else { tail }
}
