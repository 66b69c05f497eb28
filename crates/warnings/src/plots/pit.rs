//! The histogram of probability integral transforms: flat where forecasts are true, a bowl where they are too narrow, a
//! hill where they are too wide.

use super::frame::{Axes, BLUE, FIGURES_PX, Pane, SOFT, drawn, figure};
use super::{Plot, PlotError, Table};
use crate::backtest::forecasting::HorizonResult;

/// Height, pixels.
const HEIGHT_PX: u32 = 330;

/// The plot of one horizon.
pub(super) fn plot(stream: &str, horizon: &HorizonResult) -> Result<Plot, PlotError> {
    let (days, shares) = (horizon.horizon_steps, &horizon.pit.shares);
    let id = format!("pit-{days}d");
    let title = format!("{stream}: transforms of outcomes, {days} d ahead");
    let told = format!(
        "Where each of {} outcomes fell in its own forecast for the next {days} days (UTC), from its lowest tenth to its \
         highest: share of outcomes in each class. True forecasts give the dashed line, forecasts that are too narrow \
         more at both ends. The central 90 % of the forecasts held {:.1} % of the outcomes.",
        horizon.outcomes,
        horizon.coverage_90[1] * 100.0
    );
    let n = shares.len().max(1) as f64;
    let even = 1.0 / n;
    let top = shares.iter().copied().fold(2.0 * even, f64::max) * 1.1;
    let svg = drawn(&id, HEIGHT_PX, &title, &told, |surface| {
        let axes = Axes {
            along: "probability of less than came, 0 to 1",
            up: "share of outcomes",
            dated: false,
            hushed: false,
            left_px: FIGURES_PX,
        };
        let mut pane = Pane::new(surface, 0.0..1.0, 0.0..top, &axes)?;
        for (at, share) in shares.iter().enumerate() {
            let gap = 0.06 / n;
            pane.block(at as f64 / n + gap..(at as f64 + 1.0) / n - gap, 0.0..*share, BLUE)?;
        }
        pane.dashes(vec![(0.0, even), (1.0, even)], SOFT)
    })?;
    let row = |(at, share): (usize, &f64)| {
        let class = format!("{:.2} to {:.2}", at as f64 / n, (at as f64 + 1.0) / n);
        vec![class, figure(*share, 4), figure(even, 4)]
    };
    let rows = shares.iter().enumerate().map(row).collect();
    let heads = vec!["class of the transform", "share of outcomes", "share of true forecasts"];
    Ok(Plot { id, title, told, svg, table: Table { heads, rows } })
}
