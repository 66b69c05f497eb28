//! Records of coverage as bytes: source, kinds, start, end, area, status, cause.

use super::{
    BadEntry,
    cbor::{Pack, Unpack},
    columns::{put_rings, take_rings},
    short, stated,
};
use crate::limits;
use base::{Instant, Interval, LonLat};
use evidence::coverage::{Coverage, CoverageArea, Status};

/// Writes one record.
pub(super) fn put_coverage(p: &mut Pack, coverage: &Coverage) {
    p.array(7);
    p.text(&coverage.source);
    p.array(coverage.kinds.len());
    coverage.kinds.iter().for_each(|k| p.text(k));
    p.int(coverage.interval.start.0);
    p.int(coverage.interval.end.0);
    p.array(2);
    match &coverage.area {
        CoverageArea::Circle { at, radius_m } => {
            p.uint(0);
            p.floats(&[at.lon_deg(), at.lat_deg(), *radius_m]);
        }
        CoverageArea::Polygon(rings) => {
            p.uint(1);
            put_rings(p, rings, |at| [at.lon_deg(), at.lat_deg()]);
        }
    }
    p.uint(code_of(coverage.status));
    p.text(&coverage.cause);
}

/// Reads one record. The caller checks what it says ([`check_coverage`]).
pub(super) fn take_coverage(u: &mut Unpack<'_>) -> Result<Coverage, BadEntry> {
    u.array_of(7, "coverage")?;
    let source = u.string("source of coverage")?;
    let mut kinds = Vec::new();
    for _ in 0..u.array(limits::COVERAGE_KINDS_MAX, "kinds of coverage")? {
        kinds.push(u.string("kinds of coverage")?);
    }
    let start = Instant(u.int("start of coverage")?);
    let end = Instant(u.int("end of coverage")?);
    let area = take_area(u)?;
    let code = u.uint("status of coverage")?;
    let status = Status::ALL.iter().map(|(s, _)| *s).find(|s| code_of(*s) == code);
    let status = status.ok_or(BadEntry::Malformed { what: "status of coverage" })?;
    let cause = u.string("cause of coverage")?;
    Ok(Coverage { source, kinds, interval: Interval { start, end }, area, status, cause })
}

fn take_area(u: &mut Unpack<'_>) -> Result<CoverageArea, BadEntry> {
    let what = "area of coverage";
    let place = |lon, lat| LonLat::new(lon, lat).map_err(|_| BadEntry::Malformed { what });
    u.array_of(2, what)?;
    match u.uint(what)? {
        0 => {
            let [lon, lat, radius_m] = *u.floats(what)?.as_array().ok_or(BadEntry::Malformed { what })?;
            Ok(CoverageArea::Circle { at: place(lon, lat)?, radius_m })
        }
        1 => Ok(CoverageArea::Polygon(take_rings(u, |[lon, lat]| place(lon, lat))?)),
        _ => Err(BadEntry::Malformed { what }),
    }
}

// A code is never reused.
fn code_of(status: Status) -> u64 {
    match status {
        Status::Effective => 0,
        Status::Degraded => 1,
        Status::Down => 2,
        Status::Denied => 3,
        Status::Jammed => 4,
    }
}

/// Refuses records that later stages could not rely on. Asked before writing and after reading.
pub(super) fn check_coverage(records: &[Coverage]) -> Result<(), BadEntry> {
    if records.len() > limits::COVERAGE_RECORDS_MAX {
        return Err(BadEntry::unsound("an entry has more records of coverage than it may carry"));
    }
    records.iter().try_for_each(check_one)
}

fn check_one(coverage: &Coverage) -> Result<(), BadEntry> {
    stated("the source of coverage", &coverage.source, limits::NAME_BYTES_MAX)?;
    short("the cause of coverage", &coverage.cause, base::limits::NOTE_BYTES_MAX)?;
    if coverage.kinds.len() > limits::COVERAGE_KINDS_MAX {
        return Err(BadEntry::unsound("a record of coverage has too many kinds"));
    }
    coverage.kinds.iter().try_for_each(|k| stated("a kind of coverage", k, limits::NAME_BYTES_MAX))?;
    if coverage.interval.end < coverage.interval.start {
        return Err(BadEntry::unsound("a record of coverage ends before it starts"));
    }
    match &coverage.area {
        CoverageArea::Circle { radius_m, .. } if !radius_m.is_finite() || *radius_m < 0.0 => {
            Err(BadEntry::unsound("the radius of coverage is negative or no finite number"))
        }
        CoverageArea::Polygon(rings)
            if rings.iter().map(Vec::len).sum::<usize>() > base::limits::VERTICES_MAX =>
        {
            Err(BadEntry::unsound("the area of coverage has too many vertices"))
        }
        _ => Ok(()),
    }
}
