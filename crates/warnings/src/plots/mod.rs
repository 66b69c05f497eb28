//! Results of back-tests as pictures: SVG that stands alone, and one page with all of them and their numbers. The same
//! result gives the same bytes. What is told by colour is told by shape or word too; what nobody could see is hatched
//! and never drawn as none. No script, no font, nothing from elsewhere.

mod blocks;
mod control;
mod fan;
mod frame;
mod page;
mod pit;
mod rates;
mod reliability;
mod scanned;
mod timeline;

use crate::backtest::control::ControlResult;
use crate::backtest::detection::injected::InjectedResult;
use crate::backtest::detection::named::NamedResult;
use crate::backtest::detection::timeline::Timeline;
use crate::backtest::forecasting::DailyResult;
use crate::backtest::scanning::ScanBacktest;

pub use blocks::drawing;
pub use page::{STYLE, page};

/// A plot with its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// Its short name, which is its file's.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// What is to be seen on it, in words.
    pub told: String,
    /// The picture, with title and description in it.
    pub svg: String,
    /// The numbers that are drawn.
    pub table: Table,
}

/// Numbers as text, by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Heads of the columns, units with them.
    pub heads: Vec<&'static str>,
    /// Rows, as wide as the heads.
    pub rows: Vec<Vec<String>>,
}

/// Why there is no plot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlotError {
    /// The library refused.
    #[error("a plot could not be drawn: {0}")]
    Drawing(String),
}

/// The plots of injected rises, with timelines of the same record.
///
/// # Errors
/// When the library cannot draw.
pub fn of_detection(result: &InjectedResult, timelines: &[Timeline]) -> Result<Vec<Plot>, PlotError> {
    let mut plots = vec![rates::achieved(result)?];
    for (id, told) in ["timeline-area", "timeline-zone"].into_iter().zip(timelines) {
        plots.push(timeline::plot(id, &format!("{}: {}", result.stream, told.name), told)?);
    }
    Ok(plots)
}

/// The plots of a named case.
///
/// # Errors
/// When the library cannot draw.
pub fn of_named(result: &NamedResult) -> Result<Vec<Plot>, PlotError> {
    let ids = ["timeline-area", "timeline-zone"];
    let plots = ids.into_iter().zip(&result.timelines).map(|(id, told)| {
        timeline::plot(id, &format!("{}: {}", result.case.name, told.name), &told.about_the_truce())
    });
    plots.collect()
}

/// The plots of forecasts: reliability, transforms and a fan for each horizon.
///
/// # Errors
/// When the library cannot draw.
pub fn of_forecast(result: &DailyResult) -> Result<Vec<Plot>, PlotError> {
    let mut plots = Vec::new();
    for horizon in &result.horizons {
        plots.push(reliability::plot(&result.stream, horizon)?);
        plots.push(pit::plot(&result.stream, horizon)?);
        plots.push(fan::plot(&result.stream, horizon)?);
    }
    Ok(plots)
}

/// The plots of the scan: every date that was scanned, and how often it alarmed of how often it may.
///
/// # Errors
/// When the library cannot draw.
pub fn of_scan(result: &ScanBacktest) -> Result<Vec<Plot>, PlotError> {
    let mut plots = Vec::new();
    for (number, row) in result.ordinary.iter().enumerate() {
        plots.push(scanned::plot(number + 1, result, row)?);
    }
    plots.push(rates::scans(result)?);
    Ok(plots)
}

/// The plots of the simulated control: false alarms, and outbreaks found.
///
/// # Errors
/// When the library cannot draw.
pub fn of_control(result: &ControlResult) -> Result<Vec<Plot>, PlotError> {
    Ok(vec![control::false_alarms(result)?, control::found(result)?])
}

#[cfg(test)]
mod tests;
