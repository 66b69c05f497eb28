//! How likely an incident is to have happened, from what stands for it and what stands against: each source that does
//! not copy another, by its stated reliability, and each sensor that watched the place at the time, could perceive
//! such a thing, and was silent. Every piece is shown; the ratios are assumptions, stated below, and not learnt.

use crate::context::{Context, Sources};
use crate::fuse::{Incidents, flat_m, sigmoid};
use crate::kind::natures;
use base::Interval;
use evidence::batch::Batch;
use evidence::card::{Card, SourceKind};
use evidence::coverage::{Coverage, CoverageArea, Status};
use std::collections::{BTreeMap, BTreeSet};

/// Ratios of a report by the letter of its source: how much likelier such a report is if the thing happened.
const RATIO_OF: [(char, f64); 6] = [('A', 20.0), ('B', 8.0), ('C', 3.0), ('D', 1.5), ('E', 0.8), ('F', 1.0)];
/// Without a letter.
const RATIO_UNKNOWN: f64 = 2.0;
/// Machine-coded news, however reliable its maker.
const RATIO_MACHINE_MAX: f64 = 2.0;
/// A sensor within its stated range perceives nine of ten; without a stated range, one of two is assumed.
const DETECTS_IN_RANGE: f64 = 0.9;
const DETECTS_UNSTATED: f64 = 0.5;
/// One that is degraded perceives half as many.
const DEGRADED: f64 = 0.5;

/// A piece of evidence for or against.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What it is, in words.
    pub what: String,
    /// Natural logarithm of its likelihood ratio: above 0 for, below 0 against.
    pub log_ratio: f64,
}

/// The probability that an incident happened, with everything that it rests on. Before any evidence it is even.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// The evidence, in a fixed order: for, by source; then against, by source.
    pub pieces: Vec<Piece>,
    /// The probability.
    pub probability: f64,
}

/// Weighs what stands for and against `incident`. `None`: no source behind it has a card, and nothing can be said.
#[must_use]
pub fn posterior(
    batch: &Batch,
    incidents: &Incidents,
    incident: usize,
    context: &Context<'_>,
) -> Option<Posterior> {
    let sources = Sources::of(batch, context.cards);
    let members = incidents.counted_of(incident);
    let mut best: BTreeMap<u32, (f64, String)> = BTreeMap::new();
    for row in members.iter().map(|m| *m as usize) {
        let ratio = ratio_of(sources.card(batch, row)?);
        let name = batch.word_at(&batch.source, row);
        let slot = best.entry(sources.group(batch, row)).or_insert((ratio, name.to_owned()));
        if ratio > slot.0 {
            *slot = (ratio, name.to_owned());
        }
    }
    let mut pieces: Vec<Piece> = best
        .into_values()
        .map(|(r, s)| Piece { what: format!("`{s}` reports it"), log_ratio: r.ln() })
        .collect();
    pieces.sort_by(|a, b| a.what.cmp(&b.what));
    pieces.extend(silent(batch, incidents, incident, context));
    let log_odds = pieces.iter().map(|p| p.log_ratio).sum::<f64>();
    (!members.is_empty()).then(|| Posterior { pieces, probability: sigmoid(log_odds) })
}

fn ratio_of(card: &Card) -> f64 {
    let by_letter = RATIO_OF.iter().find(|(letter, _)| *letter == card.reliability);
    let ratio = by_letter.map_or(RATIO_UNKNOWN, |(_, r)| *r);
    if card.kind == SourceKind::MachineCoded { ratio.min(RATIO_MACHINE_MAX) } else { ratio }
}

/// Sensors that were up, in view, able, and silent: one piece a source, its surest record.
fn silent(batch: &Batch, incidents: &Incidents, incident: usize, context: &Context<'_>) -> Vec<Piece> {
    let of = |column: &[u32]| column.get(incident).copied().unwrap_or(u32::MAX) as usize;
    let (event, kind) =
        (batch.event(of(&incidents.timed_by)), batch.word_at(&batch.kind, of(&incidents.lead)));
    let Some(place) = incidents.place.get(incident).filter(|p| p.met > 0) else { return Vec::new() };
    let members = incidents.members_of(incident).iter();
    let spoke: BTreeSet<&str> = members.map(|m| batch.word_at(&batch.source, *m as usize)).collect();
    let mut out: BTreeMap<&str, f64> = BTreeMap::new();
    let copies_who_spoke = |card: &Card| card.copies.iter().any(|c| spoke.contains(c.as_str()));
    for record in context.coverage.iter().filter(|c| !spoke.contains(c.source.as_str())) {
        let Some(card) = context.cards.iter().rev().find(|c| c.id == record.source) else { continue };
        if !card.kind.is_sensor() || copies_who_spoke(card) || !could(record, card, kind) {
            continue;
        }
        let at = (place.lon_deg, place.lat_deg, f64::from(place.radius_m.max(0.0)));
        if holds(record.interval, event) && in_view(&record.area, at) {
            let p = chance(record, card, kind);
            let slot = out.entry(record.source.as_str()).or_insert(p);
            *slot = slot.max(p);
        }
    }
    let against = |(source, p): (&str, f64)| Piece {
        what: format!("`{source}` watched, can perceive such a thing, and reports nothing"),
        log_ratio: (1.0 - p).ln(),
    };
    out.into_iter().map(against).collect()
}

fn holds(watched: Interval, event: Interval) -> bool {
    watched.start <= event.start && event.end <= watched.end
}

/// Whether it was able to perceive the kind: the card says so, and the record does not say otherwise.
fn could(record: &Coverage, card: &Card, kind: &str) -> bool {
    let meets = |k: &String| k == kind || natures(k).zip(natures(kind)).is_some_and(|(a, b)| a & b != 0);
    matches!(record.status, Status::Effective | Status::Degraded)
        && card.detects(kind) == Some(true)
        && (record.kinds.is_empty() || record.kinds.iter().any(meets))
}

fn chance(record: &Coverage, card: &Card, kind: &str) -> f64 {
    let stated = card.detects.iter().any(|r| r.kind == kind && r.range_m.is_some());
    let full = if stated { DETECTS_IN_RANGE } else { DETECTS_UNSTATED };
    if record.status == Status::Effective { full } else { full * DEGRADED }
}

/// Whether the whole circle lies in what was watched; of a polygon, whether its middle does.
fn in_view(area: &CoverageArea, (lon, lat, radius_m): (f64, f64, f64)) -> bool {
    match area {
        CoverageArea::Circle { at, radius_m: seen_m } => {
            flat_m(at.lon_deg(), at.lat_deg(), lon, lat) + radius_m <= *seen_m
        }
        CoverageArea::Polygon(rings) => rings.iter().filter(|ring| crosses(ring, lon, lat)).count() % 2 == 1,
    }
}

/// Whether a ring goes around a position: a ray to the east meets it an odd number of times.
fn crosses(ring: &[base::LonLat], lon: f64, lat: f64) -> bool {
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    let met = ends.filter(|(a, b)| {
        let (y1, y2) = (a.lat_deg(), b.lat_deg());
        let x = a.lon_deg() + (lat - y1) / (y2 - y1) * (b.lon_deg() - a.lon_deg());
        (y1 > lat) != (y2 > lat) && lon < x
    });
    met.count() % 2 == 1
}

#[cfg(test)]
mod tests;
