//! A notice against zones in force. The map itself is asked, with circles along the way: rings and bands are
//! distances on the ellipsoid and are never drawn to be judged by.

use crate::conflict::flat::along;
use crate::conflict::margins::Margins;
use crate::conflict::subject::{Piece, Subject};
use crate::conflict::{Meeting, stated};
use crate::shape::Position;
use crate::words::{Answer, WithKind};
use atlas::geodesy::geodesic_m;
use atlas::{Atlas, Inside, NO_SHAPE, Positions, Shape, ZoneIx};

/// Most circles along one piece.
const CIRCLES_MAX: usize = 64;

/// Zones in force.
#[derive(Clone, Copy)]
pub struct Zones<'a> {
    /// The map of the text.
    pub atlas: &'a Atlas,
    /// Those that a notice is held against.
    pub zones: &'a [ZoneIx],
}

/// Circles asked about, in columns.
#[derive(Default)]
struct Circles {
    lon_deg: Vec<f64>,
    lat_deg: Vec<f64>,
    /// Within these it surely is.
    sure_m: Vec<f32>,
    /// Beyond these it surely is not.
    may_m: Vec<f32>,
    start_ms: Vec<i64>,
    end_ms: Vec<i64>,
    shape: Vec<u32>,
    shapes: Vec<Shape>,
}

impl Zones<'_> {
    /// Zones that a subject meets or may meet.
    #[must_use]
    pub fn meetings(&self, subject: &Subject, margins: &Margins) -> Vec<Meeting> {
        let mut circles = Circles::default();
        for piece in &subject.pieces {
            circles.add(piece, subject.margin_m, margins);
        }
        let ask = |radius_m: &[f32], shape: &[u32]| {
            self.atlas.answer_some(
                &Positions {
                    lon_deg: &circles.lon_deg,
                    lat_deg: &circles.lat_deg,
                    radius_m,
                    start_ms: &circles.start_ms,
                    end_ms: &circles.end_ms,
                    shape,
                    shapes: &circles.shapes,
                },
                self.zones,
                &[],
            )
        };
        // A corner of an area that lies in a zone is enough; whether all of it lies outside is asked of the area
        // itself.
        let points = vec![NO_SHAPE; circles.shape.len()];
        let (sure, may) = (ask(&circles.sure_m, &points), ask(&circles.may_m, &circles.shape));
        let mut out = Vec::new();
        for zone in self.zones {
            let ix = usize::from(zone.0);
            let (Some(sure), Some(may)) = (sure.zones.get(ix), may.zones.get(ix)) else { continue };
            let name = self.atlas.plan().zones.get(ix).map_or("", |z| z.name.as_str());
            let is_in = sure.contains(&Inside::Inside);
            let unknown = may.contains(&Inside::NoEpoch);
            if is_in || may.iter().any(|i| *i != Inside::Outside) {
                out.push(meeting(subject, name, is_in, unknown));
            }
        }
        out
    }
}

fn meeting(subject: &Subject, zone: &str, is_in: bool, unknown: bool) -> Meeting {
    let (answer, reason) = match (is_in, unknown) {
        (true, _) => (Answer::Conflict, "part of it lies in the zone"),
        (_, true) => (Answer::Undetermined, "the zone is not drawn for all of that time"),
        _ => (Answer::Undetermined, "with its margin it reaches the zone's edge, or may"),
    };
    let missing = match (is_in, unknown) {
        (true, _) => Vec::new(),
        (_, true) => vec![format!("where `{zone}` is then")],
        _ => vec!["a better place, or one farther from the zone's edge".to_owned()],
    };
    Meeting {
        with: WithKind::Zone,
        id: zone.to_owned(),
        title: format!("zone `{zone}`"),
        answer,
        apart_m: None,
        needs_m: subject.margin_m,
        from_ms: stated(subject.may.start),
        until_ms: stated(subject.may.end),
        later_ms: None,
        earlier_ms: None,
        reasons: vec![reason.to_owned()],
        missing,
    }
}

impl Circles {
    fn add(&mut self, piece: &Piece, margin_m: f64, margins: &Margins) {
        let doubt_m = piece.doubt_m.unwrap_or(margins.unstated_doubt_m);
        let reach_m = piece.extent_m + margin_m + doubt_m;
        let points = piece.flat.points();
        if piece.flat.is_area() {
            let shape = u32::try_from(self.shapes.len()).unwrap_or(NO_SHAPE);
            self.shapes.push(Shape::Polygon(vec![points.to_vec()]));
            for corner in points.iter().take(CIRCLES_MAX) {
                self.circle(*corner, doubt_m, reach_m, piece, shape);
            }
            return;
        }
        for (a, b) in points.iter().zip(points.iter().skip(1)) {
            let length_m = geodesic_m(*a, *b);
            let steps = (length_m / reach_m.max(250.0)).ceil().clamp(1.0, CIRCLES_MAX as f64) as usize;
            // Half a step more: nothing between two middles is left out.
            let half_m = 0.5 * length_m / steps as f64;
            for i in 0..=steps {
                let at = along(*a, *b, i as f64 / steps as f64);
                self.circle(at, doubt_m, reach_m + half_m, piece, NO_SHAPE);
            }
        }
        if let [one] = points {
            self.circle(*one, doubt_m, reach_m, piece, NO_SHAPE);
        }
    }

    fn circle(&mut self, [lon, lat]: Position, sure_m: f64, may_m: f64, piece: &Piece, shape: u32) {
        self.lon_deg.push(lon);
        self.lat_deg.push(lat);
        self.sure_m.push(sure_m as f32);
        self.may_m.push(may_m as f32);
        self.start_ms.push(piece.when.may.start.0);
        self.end_ms.push(piece.when.may.end.0);
        self.shape.push(shape);
    }
}
