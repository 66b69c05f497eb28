//! The simulated control as pictures: false alarms beside those promised, and outbreaks found, beside what is
//! published.

use super::frame::{Axes, BLUE, Fault, GREEN, GROUND, NAMES_PX, Pane, SOFT, Shape, VERMILION, drawn, figure};
use super::{Plot, PlotError, Table};
use crate::backtest::control::{ControlLevels, ControlResult, ControlRow};

/// Height of a row and of what stands about the rows, pixels.
const ROW_PX: u32 = 26;
const ABOUT_PX: u32 = 100;

/// How many false alarms there were of those promised.
pub(super) fn false_alarms(result: &ControlResult) -> Result<Plot, PlotError> {
    let id = "control-false-alarms".to_owned();
    let title = "Simulated control: false alarms".to_owned();
    let promised = result.settings.alpha;
    let published = result.published.fpr;
    let told = format!(
        "For each detector the share of weeks outside an outbreak with an alarm, on {} series of {} scenarios. Discs: \
         levels by theory; triangles: levels measured on other series without outbreaks. The dashed line is what was \
         promised, {}. Of 21 algorithms {} to {} are published, all scenarios together; what lies beyond the right edge \
         is not drawn.",
        result.outbreaks,
        result.scenarios,
        figure(promised, 3),
        figure(published.0, 3),
        figure(published.1, 3),
    );
    let most = result.rows.iter().map(|r| r.fpr).fold(promised, f64::max);
    let names = names(result);
    let svg = drawn(&id, height(&names), &title, &told, |surface| {
        let mut pane = Pane::of_rows(
            surface,
            0.0..most * 1.15,
            &names,
            &axes("share of weeks without an outbreak that had an alarm, 0 to 1"),
        )?;
        let rows = names.len() as f64;
        pane.dashes(vec![(promised, 0.0), (promised, rows)], SOFT)?;
        for row in &result.rows {
            let (shape, colour) = mark(row.levels);
            pane.mark((row.fpr, at(&names, row)), shape, colour)?;
        }
        Ok(())
    })?;
    Ok(Plot { id, title, told, svg, table: table(result) })
}

/// How many outbreaks were found, at all and in their first week.
pub(super) fn found(result: &ControlResult) -> Result<Plot, PlotError> {
    let id = "control-found".to_owned();
    let title = "Simulated control: outbreaks found".to_owned();
    let published = result.published.pod;
    let told = format!(
        "For each detector the share of {} outbreaks in which it alarmed at all (disc: levels by theory, triangle: \
         measured), and in their first week (square, on the same row, at the other end of the bar). Green ground: what is \
         published of 21 algorithms, {} to {} found at all. Detectors at different rates of false alarms are not to be \
         compared by this picture alone.",
        result.outbreaks,
        figure(published.0, 3),
        figure(published.1, 3),
    );
    let names = names(result);
    let svg = drawn(&id, height(&names), &title, &told, |surface| {
        let mut pane = Pane::of_rows(surface, 0.0..1.02, &names, &axes("share of outbreaks, 0 to 1"))?;
        pane.block(published.0..published.1, 0.0..names.len() as f64, GROUND)?;
        for row in &result.rows {
            both(&mut pane, row, at(&names, row))?;
        }
        Ok(())
    })?;
    Ok(Plot { id, title, told, svg, table: table(result) })
}

fn both(pane: &mut Pane<'_, '_>, row: &ControlRow, up: f64) -> Result<(), Fault> {
    let (shape, colour) = mark(row.levels);
    pane.line(vec![(row.pod_first_week, up), (row.pod, up)], colour, 2)?;
    pane.mark((row.pod_first_week, up), Shape::Square, GREEN)?;
    pane.mark((row.pod, up), shape, colour)
}

fn mark(levels: ControlLevels) -> (Shape, plotters::prelude::RGBColor) {
    match levels {
        ControlLevels::Theory => (Shape::Disc, BLUE),
        ControlLevels::Measured => (Shape::Triangle, VERMILION),
    }
}

fn axes(along: &'static str) -> Axes<'static> {
    Axes { along, up: "", dated: false, hushed: false, left_px: NAMES_PX }
}

fn levels(row: &ControlRow) -> &'static str {
    match row.levels {
        ControlLevels::Theory => "theory",
        ControlLevels::Measured => "measured",
    }
}

fn name(row: &ControlRow) -> String {
    format!("{}, {}", row.detector.name(), levels(row))
}

/// Names of the rows, the first detector at the top.
fn names(result: &ControlResult) -> Vec<String> {
    result.rows.iter().rev().map(name).collect()
}

fn at(names: &[String], row: &ControlRow) -> f64 {
    let name = name(row);
    names.iter().position(|n| *n == name).unwrap_or(0) as f64 + 0.5
}

fn height(names: &[String]) -> u32 {
    ABOUT_PX + ROW_PX * u32::try_from(names.len()).unwrap_or(1)
}

fn table(result: &ControlResult) -> Table {
    let told = |value: Option<f64>| value.map_or_else(|| "no alarm".to_owned(), |v| figure(v, 3));
    let row = |r: &ControlRow| {
        vec![
            r.detector.name().to_owned(),
            levels(r).to_owned(),
            figure(r.fpr, 4),
            figure(r.pod, 3),
            figure(r.pod_first_week, 3),
            figure(r.sensitivity, 3),
            told(r.ppv),
            told(r.f1),
        ]
    };
    Table {
        heads: vec![
            "detector",
            "levels",
            "false positives",
            "outbreaks found",
            "in their first week",
            "weeks of outbreaks with an alarm",
            "alarms in an outbreak",
            "F1",
        ],
        rows: result.rows.iter().map(row).collect(),
    }
}
