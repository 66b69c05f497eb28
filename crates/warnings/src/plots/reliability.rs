//! The reliability diagram: what was stated along, what came upwards. On the diagonal, probabilities mean what they
//! say.

use super::frame::{Axes, BLUE, FIGURES_PX, Fault, INK, Pane, SOFT, Shape, Surface, WIDTH, drawn, figure};
use super::{Plot, PlotError, Table};
use crate::backtest::forecasting::HorizonResult;
use crate::score::{Reliability, share_between};

/// Height, pixels.
const HEIGHT_PX: u32 = 430;
/// Probability of the intervals.
const LEVEL: f64 = 0.95;

/// The plot of one horizon: escalation and anything at all, side by side.
pub(super) fn plot(stream: &str, horizon: &HorizonResult) -> Result<Plot, PlotError> {
    let days = horizon.horizon_steps;
    let id = format!("reliability-{days}d");
    let title = format!("{stream}: reliability, {days} d ahead");
    let told = format!(
        "Left: the probability of an escalation; right: of any report at all, over the next {days} days (UTC), in ten \
         classes of stated probability; {} outcomes. Discs: share that came; bars: 95 % interval if outcomes were \
         independent, which those of neighbouring zones and overlapping spans are not, so that the true ones are wider. \
         The dashed diagonal is where stated probabilities come true.",
        horizon.outcomes
    );
    let events = [("escalation", &horizon.escalation.reliability), ("any report", &horizon.any.reliability)];
    let svg = drawn(&id, HEIGHT_PX, &title, &told, |surface| {
        let (left, right) = surface.split_horizontally(WIDTH / 2);
        for (on, (name, classes)) in [left, right].iter().zip(&events) {
            square(on, name, classes)?;
        }
        Ok(())
    })?;
    let rows = events.iter().flat_map(|(name, classes)| classes.iter().map(|c| row(name, c))).collect();
    let heads = vec!["event", "stated, mean", "came, share", "95 % interval", "outcomes"];
    Ok(Plot { id, title, told, svg, table: Table { heads, rows } })
}

fn square(surface: &Surface<'_>, name: &str, classes: &[Reliability]) -> Result<(), Fault> {
    let along = format!("stated probability of {name}, 0 to 1");
    let axes = Axes {
        along: &along,
        up: "share that came, 0 to 1",
        dated: false,
        hushed: false,
        left_px: FIGURES_PX,
    };
    let mut pane = Pane::new(surface, 0.0..1.0, 0.0..1.0, &axes)?;
    pane.dashes(vec![(0.0, 0.0), (1.0, 1.0)], SOFT)?;
    pane.line(classes.iter().map(|c| (c.forecast, c.came)).collect(), BLUE, 2)?;
    for class in classes {
        if let Some(between) = between(class) {
            pane.line(vec![(class.forecast, between.lower), (class.forecast, between.upper)], INK, 1)?;
        }
        pane.mark((class.forecast, class.came), Shape::Disc, BLUE)?;
    }
    Ok(())
}

fn between(class: &Reliability) -> Option<crate::score::Between> {
    let part = (class.came * class.count as f64).round() as usize;
    share_between(part, class.count, LEVEL)
}

fn row(name: &str, class: &Reliability) -> Vec<String> {
    let between = between(class).map_or_else(String::new, |b| format!("{:.3} to {:.3}", b.lower, b.upper));
    vec![name.to_owned(), figure(class.forecast, 3), figure(class.came, 3), between, class.count.to_string()]
}
