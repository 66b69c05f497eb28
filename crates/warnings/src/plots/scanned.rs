//! The dates that were scanned: how rare the first cluster of each was, by the scan and by the permutation scan.

use super::frame::{
    Axes, BLUE, FIGURES_PX, Fault, Pane, SOFT, Shape, Surface, VERMILION, ceiling, drawn, figure,
};
use super::{Plot, PlotError, Table};
use crate::backtest::archive::date_of;
use crate::backtest::scanning::{Ordinary, ScanBacktest, Scanned};

/// Height, pixels, and of the pane of counts.
const HEIGHT_PX: u32 = 560;
const COUNTS_PX: u32 = 220;

/// The plot of one set of dates.
pub(super) fn plot(number: usize, result: &ScanBacktest, row: &Ordinary) -> Result<Plot, PlotError> {
    let id = format!("scan-timeline-{number}");
    let title = format!("{}: clusters by date of scan", row.name);
    let told = format!(
        "{} dates (UTC) out of {} places, each scanned as if it were the last. Above, bars: reports of the date over all \
         places; dates between are not scanned and not drawn. Below: once in how many scans ordinary times give the \
         like of the first cluster, in powers of ten. Blue discs: this scan; orange triangles: the space-time \
         permutation scan. At the dashed line, {} scans, a cluster is an alarm: {} dates for this scan, {} for the other.",
        row.dates, result.places, result.alarm.recurrence_steps, row.alarms, row.permutation_alarms
    );
    let svg = drawn(&id, HEIGHT_PX, &title, &told, |surface| {
        let (above, below) = surface.split_vertically(COUNTS_PX);
        counts(&above, &row.scanned)?;
        rarity(&below, &row.scanned, result.alarm.recurrence_steps)
    })?;
    let told_row = |s: &Scanned| {
        vec![
            date_of(s.day),
            s.events.to_string(),
            figure(s.recurrence_steps, 1),
            figure(s.permutation_steps, 1),
            if s.recurrence_steps >= result.alarm.recurrence_steps - 1e-6 { "alarm" } else { "" }.to_owned(),
        ]
    };
    let heads =
        vec!["date, UTC", "reports", "recurs once in scans", "permutation, once in scans", "this scan"];
    let rows = row.scanned.iter().map(told_row).collect();
    Ok(Plot { id, title, told, svg, table: Table { heads, rows } })
}

fn span(dates: &[Scanned]) -> std::ops::Range<f64> {
    let first = dates.first().map_or(0, |s| s.day);
    let last = dates.last().map_or(0, |s| s.day);
    f64::from(first) - 1.0..f64::from(last) + 2.0
}

fn counts(surface: &Surface<'_>, dates: &[Scanned]) -> Result<(), Fault> {
    let most = dates.iter().map(|s| s.events).max().unwrap_or(0);
    let axes = Axes { along: "", up: "reports of the date", dated: true, hushed: true, left_px: FIGURES_PX };
    let mut pane = Pane::new(surface, span(dates), 0.0..ceiling(most as f64), &axes)?;
    for date in dates {
        let from = f64::from(date.day);
        pane.block(from..from + 1.0, 0.0..date.events as f64, BLUE)?;
    }
    Ok(())
}

fn rarity(surface: &Surface<'_>, dates: &[Scanned], level: f64) -> Result<(), Fault> {
    let log = |v: f64| v.clamp(1.0, 1e6).log10();
    let drawn = dates.iter().flat_map(|s| [s.recurrence_steps, s.permutation_steps]).map(log);
    let top = drawn.fold(log(level), f64::max) * 1.1;
    let axes = Axes {
        along: "date of the scan, UTC",
        up: "recurs, powers of ten",
        dated: true,
        hushed: false,
        left_px: FIGURES_PX,
    };
    let mut pane = Pane::new(surface, span(dates), 0.0..top, &axes)?;
    pane.dashes(vec![(span(dates).start, log(level)), (span(dates).end, log(level))], SOFT)?;
    for date in dates {
        let at = f64::from(date.day) + 0.5;
        pane.mark((at, log(date.permutation_steps)), Shape::Triangle, VERMILION)?;
        pane.mark((at, log(date.recurrence_steps)), Shape::Disc, BLUE)?;
    }
    Ok(())
}
