//! A track as coverage: a chain of circles, each with the stretch of time in which the patrol was so near to its
//! middle that everything in the circle was within the patrol's reach.

use crate::coverage::{Coverage, CoverageArea, Status};
use crate::intake::{Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use atlas::geodesy::geodesic_m;
use base::{Instant, Interval, LonLat};

/// How far a patrol perceives where the options say nothing, metres.
const REACH_M: f64 = 1_000.0;
/// Smallest reach that is walked along, metres: receivers are no better.
const REACH_M_MIN: f64 = 50.0;
/// Longest silence of a receiver that is bridged, milliseconds.
const GAP_MS_MAX: i64 = 10 * 60_000;
/// Most steps into which the way between two fixes is cut; a longer way is a jump.
const STEPS_MAX: f64 = 64.0;

/// Where a patrol was, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fix {
    pub(super) at: LonLat,
    pub(super) time: Instant,
}

/// The circle being filled.
struct Cell {
    middle: Fix,
    last: Fix,
    /// The farthest that the patrol went from the middle, metres.
    off_m: f64,
}

/// A track being walked along.
pub(super) struct Corridor {
    reach_m: f64,
    cell: Option<Cell>,
}

fn distance_m(a: LonLat, b: LonLat) -> f64 {
    geodesic_m([a.lon_deg(), a.lat_deg()], [b.lon_deg(), b.lat_deg()])
}

impl Corridor {
    /// A corridor as wide as a patrol's reach.
    pub(super) fn new(reach_m: Option<f64>) -> Corridor {
        Corridor { reach_m: reach_m.unwrap_or(REACH_M).max(REACH_M_MIN), cell: None }
    }

    /// Goes to the next fix. Outer error ends the reading, inner rejects the fix.
    pub(super) fn go(&mut self, to: Fix, intake: &mut Intake<'_>) -> Result<Result<(), Fault>, ReadError> {
        let Some(from) = self.cell.as_ref().map(|c| c.last) else {
            self.cell = Some(Cell { middle: to, last: to, off_m: 0.0 });
            return Ok(Ok(()));
        };
        let took_ms = to.time.0.saturating_sub(from.time.0);
        if took_ms < 0 {
            return Ok(Err(Fault::new("time", RejectReason::EndsBeforeStart, to.time.to_string())));
        }
        let way_m = distance_m(from.at, to.at);
        let steps = (way_m / self.step_m()).ceil().max(1.0);
        // A way across the antimeridian cannot be cut by degrees.
        let is_jump = steps > STEPS_MAX || (to.at.lon_deg() - from.at.lon_deg()).abs() > 180.0;
        if took_ms > GAP_MS_MAX || is_jump {
            intake.warn("gaps of a track, in time or place; nothing is claimed for them");
            self.close(intake)?;
            self.cell = Some(Cell { middle: to, last: to, off_m: 0.0 });
            return Ok(Ok(()));
        }
        for step in 1..=(steps as u32) {
            let part = f64::from(step) / steps;
            if let Some(fix) = between(from, to, part) {
                self.step(fix, intake)?;
            }
        }
        Ok(Ok(()))
    }

    fn step_m(&self) -> f64 {
        self.reach_m / 4.0
    }

    fn step(&mut self, to: Fix, intake: &mut Intake<'_>) -> Result<(), ReadError> {
        let step_m = self.step_m();
        let Some(cell) = &mut self.cell else { return Ok(()) };
        let off_m = distance_m(cell.middle.at, to.at);
        cell.off_m = cell.off_m.max(off_m);
        cell.last = to;
        if off_m <= step_m {
            return Ok(());
        }
        self.close(intake)?;
        self.cell = Some(Cell { middle: to, last: to, off_m: 0.0 });
        Ok(())
    }

    /// Ends the circle and states it; a lone fix is a moment, and watches nothing.
    pub(super) fn close(&mut self, intake: &mut Intake<'_>) -> Result<(), ReadError> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let interval = Interval { start: cell.middle.time, end: cell.last.time };
        if interval.start == interval.end {
            return Ok(());
        }
        let kept = intake.covered(Coverage {
            source: String::new(),
            kinds: Vec::new(),
            interval,
            // What is farther from the middle was not in reach all the time.
            area: CoverageArea::Circle { at: cell.middle.at, radius_m: self.reach_m - cell.off_m },
            status: Status::Effective,
            cause: String::new(),
        })?;
        // INVARIANT: a circle of a track has a radius, an interval, and no words.
        assert!(kept.is_ok(), "a circle of a track can be kept");
        Ok(())
    }
}

/// The place on a straight way, at even speed.
fn between(from: Fix, to: Fix, part: f64) -> Option<Fix> {
    if part >= 1.0 {
        return Some(to);
    }
    let mix = |a: f64, b: f64| a + (b - a) * part;
    let took_ms = (to.time.0 - from.time.0) as f64;
    let at =
        LonLat::new(mix(from.at.lon_deg(), to.at.lon_deg()), mix(from.at.lat_deg(), to.at.lat_deg())).ok()?;
    Some(Fix { at, time: Instant(from.time.0 + (took_ms * part) as i64) })
}
