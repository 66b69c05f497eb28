//! Observations, coverage and faults as lines of text, so that a test shows all that a row became.
#![allow(dead_code, reason = "each test file uses a part")]

use crate::common::Kept;
use atlas::answer::Shape;
use base::Instant;
use evidence::batch::{Batch, FLAG_ALLEGATION, FLAG_EXERCISE};
use evidence::coverage::{Coverage, CoverageArea};

pub fn span(start: Instant, end: Instant) -> String {
    format!("{start} +{}s", (end.0 - start.0) as f64 / 1000.0)
}

fn place(b: &Batch, row: usize) -> String {
    match b.shapes.get(b.shape[row] as usize) {
        Some(Shape::Sector(s)) => format!(
            "from {} {} ±{} bearing {}±{} range {}-{}",
            s.observer.lon_deg(),
            s.observer.lat_deg(),
            s.observer_radius_m,
            s.bearing_deg,
            s.half_width_deg,
            s.range_min_m,
            s.range_max_m
        ),
        Some(_) => "polygon".to_owned(),
        None if b.lon_deg[row].is_nan() => "nowhere".to_owned(),
        None => format!("{} {} ±{}", b.lon_deg[row], b.lat_deg[row], b.radius_m[row]),
    }
}

/// `kind; when; precision; where` and, in brackets, what else is stated.
pub fn observation(b: &Batch, row: usize) -> String {
    let event = b.event(row);
    let mut more = Vec::new();
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            more.push(format!("{name} {value}"));
        }
    };
    if b.means[row] != 0 {
        add("means", b.means_at(row).name().to_owned());
    }
    if b.assessment[row] != 0 {
        add("assessed", b.assessment_at(row).name().to_owned());
    }
    if let Some(c) = b.count(row) {
        let about = if c.approximate { "about " } else { "" };
        add("count", format!("{about}{}-{} {}", c.min, c.max, b.word_at(&b.unit, row)).trim().to_owned());
    }
    add("weapon", b.word_at(&b.weapon, row).to_owned());
    if !b.calibre_mm[row].is_nan() {
        add("calibre", b.calibre_mm[row].to_string());
    }
    add("actor", b.word_at(&b.actor, row).to_owned());
    add("flag", if b.flag(row, FLAG_EXERCISE) { "exercise".to_owned() } else { String::new() });
    add("flag", if b.flag(row, FLAG_ALLEGATION) { "allegation".to_owned() } else { String::new() });
    if b.reported_ms[row] != i64::MIN {
        add("reported", Instant(b.reported_ms[row]).to_string());
    }
    add("note", b.note.get(row).to_owned());
    add("links", b.links.get(row).replace('\n', " "));
    let kind = b.word_at(&b.kind, row);
    let when = span(event.start, event.end);
    format!("{kind}; {when}; {}; {} [{}]", b.precision_at(row).name(), place(b, row), more.join(" | "))
}

pub fn observations(kept: &Kept) -> Vec<String> {
    kept.rows().map(|(b, row)| observation(b, row)).collect()
}

pub fn coverage(c: &Coverage) -> String {
    let area = match &c.area {
        CoverageArea::Circle { at, radius_m } => {
            format!("{} m around {} {}", radius_m, at.lon_deg(), at.lat_deg())
        }
        CoverageArea::Polygon(rings) => format!("polygon of {} rings", rings.len()),
    };
    let when = span(c.interval.start, c.interval.end);
    format!("{}; {when}; {area}; [{}] {}", c.status.name(), c.kinds.join(","), c.cause).trim().to_owned()
}

pub fn coverages(kept: &Kept) -> Vec<String> {
    kept.coverage.iter().map(coverage).collect()
}

/// `row column reason value`.
pub fn faults(kept: &Kept) -> Vec<String> {
    let one = |r: &evidence::Rejected| format!("{} {} {} {}", r.row, r.column, r.reason.code(), r.value);
    kept.rejected.iter().map(|r| one(r).replace("  ", " ").trim().to_owned()).collect()
}

pub fn ids(kept: &Kept) -> Vec<base::ObservationId> {
    let mut ids: Vec<_> = kept.rows().map(|(b, row)| b.id[row]).collect();
    ids.sort_unstable_by_key(|id| id.0);
    ids
}
