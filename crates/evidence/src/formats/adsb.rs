//! Positions that aircraft broadcast of themselves (ADS-B), JSON: traces of readsb, tables of the library *traffic* by
//! row or by column, state vectors of OpenSky, snapshots `aircraft.json`, and playbacks of Flightradar24.
//!
//! Points are put together to *flights*: one observation for each aircraft and stretch without a gap of more than ten
//! minutes. Where the positions of one aircraft cannot all be true, or its own statement of accuracy collapses, there
//! is an observation of interference too. Nothing is said of what the receivers could have heard.

mod points;
mod tracks;

use crate::draft::{Draft, Means, TimePrecision};
use crate::formats::fields::key_part;
use crate::formats::frames::{FEATURES, Frame, Frames};
use crate::intake::{At, Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::{Count, Instant, Interval, LonLat, Place};
use points::{Point, Points};
use std::io::Read;
use tracks::{Circle, Segment};

const NAME: &str = "adsb";
/// Most positions of one file; all of them are held, since files are not in order.
const POINTS_MAX: usize = 4_000_000;

/// Reads the document.
pub(crate) fn run(input: Box<dyn Read + '_>, intake: &mut Intake<'_>) -> Result<(), ReadError> {
    let mut frames = Frames::open(NAME, input, FEATURES)?;
    let mut points = Points::default();
    loop {
        let next = frames.next();
        let at = At { line: frames.starts_on_line(), raw: frames.element() };
        match next {
            Frame::Element => {
                for fault in points.take(frames.element()) {
                    intake.rejected(at, fault);
                }
                if points.all.len() > POINTS_MAX {
                    let found =
                        format!("more than {POINTS_MAX} positions; divide the file by day or aircraft");
                    return Err(ReadError::WrongKind { format: NAME, found });
                }
            }
            Frame::TooLong => intake.rejected(at, Fault::new("", RejectReason::RecordTooLong, "")),
            Frame::CutOff => {
                intake.rejected(at, Fault::new("", RejectReason::TruncatedFile, ""));
                break;
            }
            Frame::Failed(e) => {
                intake.ended(e, at)?;
                break;
            }
            Frame::End => break,
        }
    }
    for _ in 0..points.without_position {
        intake.warn("points without a position or a time; passed over");
    }
    flights(&mut points, intake)
}

fn flights(points: &mut Points, intake: &mut Intake<'_>) -> Result<(), ReadError> {
    points.all.sort_by_key(|p| (p.aircraft, p.at_ms));
    for of_one in points.all.chunk_by(|a, b| a.aircraft == b.aircraft) {
        let Some(first) = of_one.first() else { continue };
        let name = points.name(first.aircraft);
        for stretch in of_one.chunk_by(|a, b| b.at_ms.saturating_sub(a.at_ms) <= tracks::GAP_MS_MAX) {
            let segment = Segment::of(stretch);
            for _ in 0..segment.outliers {
                intake.warn("positions that stand alone, far from those before and after; passed over");
            }
            let flight = Flight { name, segment: &segment };
            flight.observe(intake)?;
        }
    }
    Ok(())
}

/// One aircraft over one stretch.
struct Flight<'a> {
    /// Address and call sign.
    name: (&'a str, &'a str),
    segment: &'a Segment<'a>,
}

impl Flight<'_> {
    fn key(&self, what: &str, from_ms: i64) -> Vec<u8> {
        let mut key = Vec::new();
        key_part(&mut key, self.name.0.as_bytes());
        key_part(&mut key, what.as_bytes());
        key_part(&mut key, &from_ms.to_le_bytes());
        key
    }

    fn called(&self) -> String {
        match self.name {
            (address, "") => format!("aircraft {address}"),
            (address, call) => format!("aircraft {address}, call sign {call}"),
        }
    }

    fn observe(&self, intake: &mut Intake<'_>) -> Result<(), ReadError> {
        let s = self.segment;
        let (Some(first), Some(last)) = (s.points.first(), s.points.last()) else { return Ok(()) };
        let doubt = match (s.jumps.is_empty(), s.poor.is_empty()) {
            (true, true) => "",
            _ => "; positions in doubt, see the interference observed beside it",
        };
        let note = format!("{}; {} positions{}{doubt}", self.called(), s.points.len(), s.heights());
        self.draft(intake, "flight", (first, last), s.circle.as_ref(), s.points.len(), "positions", &note)?;
        if let (Some((before, _)), Some((_, after))) = (s.jumps.first(), s.jumps.last()) {
            let note = format!(
                "{}; its positions jump {} times, {:.0} km at most, faster than any aircraft flies: false positions, or \
                 a receiver with a wrong clock",
                self.called(),
                s.jumps.len(),
                s.jump_m_max() / 1_000.0
            );
            // Where it was before its positions stopped being true, and as far as it can have flown since.
            let circle = Circle::reach(before, after);
            self.draft(
                intake,
                "jamming",
                (before, after),
                circle.as_ref(),
                s.jumps.len(),
                "position jumps",
                &note,
            )?;
        }
        if let (Some(first), Some(last)) = (s.poor.first(), s.poor.last()) {
            let note = format!(
                "{}; its own statement of accuracy fell to NACp {} / NIC {} or less after having been good",
                self.called(),
                tracks::NACP_POOR_MAX,
                tracks::NIC_POOR_MAX
            );
            let circle = Circle::reach(first, last);
            let n = s.poor.len();
            self.draft(
                intake,
                "jamming",
                (first, last),
                circle.as_ref(),
                n,
                "statements of poor accuracy",
                &note,
            )?;
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "one statement of an observation each")]
    fn draft(
        &self,
        intake: &mut Intake<'_>,
        kind: &str,
        (first, last): (&Point, &Point),
        circle: Option<&Circle>,
        count: usize,
        unit: &str,
        note: &str,
    ) -> Result<(), ReadError> {
        let place = circle.map_or(Place::Undetermined, |c| match LonLat::new(c.lon_deg, c.lat_deg) {
            Ok(at) => Place::Point { at, radius_m: Some(c.radius_m) },
            Err(_) => Place::Undetermined,
        });
        // A flight is one thing; its positions are told in the note.
        let count = if kind == "flight" { 1 } else { u32::try_from(count).unwrap_or(u32::MAX - 1) };
        intake.observed(&Draft {
            native_key: &self.key(unit, first.at_ms),
            kind,
            event: Interval { start: Instant(first.at_ms), end: Instant(last.at_ms) },
            precision: TimePrecision::Second,
            // A later file may know more of the same flight.
            reported_ms: self.segment.points.last().map(|p| p.at_ms),
            place,
            means: Means::OpenSource,
            count: Some(Count::exactly(count)),
            unit: if kind == "flight" { "" } else { unit },
            note,
            ..Draft::default()
        })
    }
}
