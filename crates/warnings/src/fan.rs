//! Forecasts of a mission's own streams, 1, 7 and 30 days ahead.

use crate::NegBin;
use crate::forecast::daily::{DailySettings, Forecast, QUANTILES, forecast};
use crate::forecast::predictive::Predictive;
use crate::panel::{Panel, Zone};
use crate::streams::{Cadence, Ground};
use crate::watching::Watching;
use serde::Serialize;
use std::collections::BTreeMap;

/// How far ahead, days.
pub const HORIZONS_DAYS: [usize; 3] = [1, 7, 30];
/// From this many days of record on the pool of forecasts is used: before, it has nothing to learn from.
pub const POOL_DAYS_MIN: usize = 120;

/// What a forecast is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The recalibrated pool, as it is scored in the back-tests.
    Pool,
    /// The level and scatter of the last weeks, taken to go on: the record is too young for more.
    Level,
}

/// A forecast of one stream.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ahead {
    /// How many days, from the next on.
    pub days: usize,
    /// What it is made of.
    pub method: Method,
    /// The mean.
    pub mean: f64,
    /// Counts that are not exceeded with the probabilities of [`QUANTILES`].
    pub quantiles: [u64; QUANTILES.len()],
    /// The probability that nothing comes.
    pub none: f64,
    /// From this count on it is an escalation: at least 3, and twice what the last 28 days would give.
    pub escalation_from: u64,
    /// Its probability.
    pub escalation: f64,
}

/// Forecasts of each stream, in their order; none where nothing is expected yet.
#[must_use]
pub fn ahead(watching: &Watching) -> Vec<Vec<Ahead>> {
    let days = watching.streams.edges(Cadence::Day).len().saturating_sub(1);
    let level = |law: &NegBin| HORIZONS_DAYS.map(|days| by_level(law, days)).to_vec();
    let mut out: Vec<Vec<Ahead>> =
        watching.states.iter().map(|s| s.law.as_ref().map(level).unwrap_or_default()).collect();
    if days < POOL_DAYS_MIN {
        return out;
    }
    for group in groups(watching) {
        for made in pooled(watching, &group, days) {
            let Some(slot) = group.get(made.zone).and_then(|ix| out.get_mut(*ix)) else { continue };
            if let Some(old) = slot.iter_mut().find(|a| a.days == made.horizon_steps) {
                *old = of(&made);
            }
        }
    }
    out
}

/// Streams that are forecast together: the same kinds, on zones or on cells.
fn groups(watching: &Watching) -> Vec<Vec<usize>> {
    let mut by: BTreeMap<(&str, bool), Vec<usize>> = BTreeMap::new();
    for (ix, stream) in watching.streams.all.iter().enumerate() {
        if watching.states.get(ix).is_some_and(|s| s.law.is_some()) {
            let is_cell = matches!(stream.ground, Ground::Cell { .. });
            by.entry((stream.what.as_str(), is_cell)).or_default().push(ix);
        }
    }
    by.into_values().collect()
}

fn pooled(watching: &Watching, group: &[usize], days: usize) -> Vec<Forecast> {
    let (mut zones, mut counts, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    for ix in group {
        let Some(stream) = watching.streams.all.get(*ix) else { return Vec::new() };
        let series = stream.of(Cadence::Day);
        let name = stream.key();
        // Grounds without a middle lie nowhere near each other.
        let far = Zone { name, lon_deg: 0.0, lat_deg: zones.len() as f64 };
        zones.push(crate::streams::middle(&stream.ground).unwrap_or(far));
        counts.extend(series.counts.iter().copied());
        parts.extend(series.part.iter().copied());
    }
    let edges = watching.streams.edges(Cadence::Day);
    let first_ms = edges.first().copied().unwrap_or(0);
    let Ok(panel) = Panel::new(zones, first_ms, 86_400_000, counts, Some(parts)) else { return Vec::new() };
    debug_assert_eq!(panel.steps(), days);
    forecast(&panel, &DailySettings::default(), &HORIZONS_DAYS, None)
}

fn of(made: &Forecast) -> Ahead {
    Ahead {
        days: made.horizon_steps,
        method: Method::Pool,
        mean: made.mean,
        quantiles: made.quantiles,
        none: made.none,
        escalation_from: made.escalation_from,
        escalation: made.escalation,
    }
}

/// The level goes on: its scatter is taken to be one of weeks, not of days, so that longer spans are not told too
/// narrowly.
fn by_level(law: &NegBin, days: usize) -> Ahead {
    let span = law.with_mean(law.mean() * days as f64);
    let told = Predictive::of_negbin(&span);
    let escalation_from = ((2.0 * span.mean()).ceil() as u64).max(3);
    Ahead {
        days,
        method: Method::Level,
        mean: span.mean(),
        quantiles: QUANTILES.map(|p| told.quantile(p)),
        none: told.cdf(0),
        escalation_from,
        escalation: told.tail(escalation_from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_goes_on_gives_wider_spans_for_longer_times() {
        let law = NegBin::new(4.0, 2.0);
        let [one, seven, thirty] = HORIZONS_DAYS.map(|days| by_level(&law, days));
        assert!((one.mean - 4.0).abs() < 1e-9 && (thirty.mean - 120.0).abs() < 1e-9);
        assert!(one.none > seven.none && seven.none > thirty.none);
        let width = |a: &Ahead| a.quantiles[6] - a.quantiles[0];
        assert!(width(&one) < width(&seven) && width(&seven) < width(&thirty));
        assert!(one.escalation > 0.0 && one.escalation < 0.5 && one.escalation_from == 8);
    }
}
