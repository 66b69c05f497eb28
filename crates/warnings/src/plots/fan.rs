//! The forecast fan: one zone's forecasts, one after the other, with what came.

use super::frame::{
    Axes, BLUE, FIGURES_PX, Fault, GREEN, MIDDLE, PALE, Pane, Shape, VERMILION, ceiling, drawn,
};
use super::{Plot, PlotError, Table};
use crate::backtest::archive::date_of;
use crate::backtest::forecasting::{Fan, FanPoint, HorizonResult};

/// Height, pixels.
const HEIGHT_PX: u32 = 430;

/// The plot of one horizon.
pub(super) fn plot(stream: &str, horizon: &HorizonResult) -> Result<Plot, PlotError> {
    let (days, fan) = (horizon.horizon_steps, &horizon.fan);
    let id = format!("fan-{days}d");
    let title = format!("{stream}: cell {}, forecasts for {days} d and what came", fan.zone);
    let outside = fan.points.iter().filter(|p| is_outside(p)).count();
    let told = format!(
        "Reports over spans of {days} days (UTC), each at its last day: the pale band holds the central 90 %, the darker \
         one the central half of what was forecast before the span began, the green line its median. Blue discs: what \
         came, within the 90 %; orange triangles: outside of it, {outside} of {}. The zone is the one with the most \
         reports in the first half of the record.",
        fan.points.len()
    );
    let svg = drawn(&id, HEIGHT_PX, &title, &told, |surface| {
        let ends = fan.points.iter().map(|p| f64::from(p.day));
        let first = ends.clone().fold(f64::INFINITY, f64::min);
        let last = ends.fold(f64::NEG_INFINITY, f64::max);
        let span = if first.is_finite() { first - 1.0..last + 1.0 } else { 0.0..1.0 };
        let most = fan.points.iter().map(|p| p.outcome.max(quantile(p, 0.95) as u64)).max().unwrap_or(0);
        let up = format!("reports in {days} d");
        let axes = Axes {
            along: "last day of the span, UTC",
            up: &up,
            dated: true,
            hushed: false,
            left_px: FIGURES_PX,
        };
        let mut pane = Pane::new(surface, span, 0.0..ceiling(most as f64 * 1.05), &axes)?;
        bands(&mut pane, fan)?;
        for point in &fan.points {
            let out = is_outside(point);
            let (shape, colour) = if out { (Shape::Triangle, VERMILION) } else { (Shape::Disc, BLUE) };
            pane.mark((f64::from(point.day), point.outcome as f64), shape, colour)?;
        }
        Ok(())
    })?;
    Ok(Plot { id, title, told, svg, table: table(fan) })
}

fn bands(pane: &mut Pane<'_, '_>, fan: &Fan) -> Result<(), Fault> {
    for (low, high, colour) in [(0.05, 0.95, PALE), (0.25, 0.75, MIDDLE)] {
        let at = |p: &FanPoint, q: f64| (f64::from(p.day), quantile(p, q));
        let upper = fan.points.iter().map(|p| at(p, high));
        let lower = fan.points.iter().rev().map(|p| at(p, low));
        pane.area(upper.chain(lower).collect(), colour)?;
    }
    pane.line(fan.points.iter().map(|p| (f64::from(p.day), quantile(p, 0.5))).collect(), GREEN, 2)
}

/// The count that is not exceeded with that probability, one of those a forecast is given at.
fn quantile(point: &FanPoint, probability: f64) -> f64 {
    let at = crate::forecast::daily::QUANTILES.iter().position(|q| *q == probability);
    at.and_then(|at| point.quantiles.get(at)).map_or(0.0, |q| *q as f64)
}

fn is_outside(point: &FanPoint) -> bool {
    let came = point.outcome as f64;
    came < quantile(point, 0.05) || came > quantile(point, 0.95)
}

fn table(fan: &Fan) -> Table {
    let row = |p: &FanPoint| {
        let mut row = vec![date_of(p.day), p.outcome.to_string()];
        row.extend(p.quantiles.iter().map(u64::to_string));
        row
    };
    Table {
        heads: vec!["last day, UTC", "came", "5 %", "10 %", "25 %", "50 %", "75 %", "90 %", "95 %"],
        rows: fan.points.iter().map(row).collect(),
    }
}
