//! What is compared: a notice, window, entry or observation, cut into pieces of ground, time and height.

use crate::act::{NoticeText, Ref};
use crate::conflict::flat::Flat;
use crate::conflict::margins::Margins;
use crate::register::Entry;
use crate::shape::{Ground, Height, Position, unwrapped};
use crate::window::Window;
use crate::words::{NoticeKind, WithKind};
use atlas::geodesy::geodesic_m;
use atlas::{NO_SHAPE, Shape};
use base::{Instant, Interval};
use evidence::batch::{Batch, FLAG_ALLEGATION};

/// When a piece is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct When {
    /// When it is there as planned; `None`: nobody has said when.
    pub sure: Option<Interval>,
    /// When it may be there.
    pub may: Interval,
}

/// Heights of a piece. A bound that is not known may be anything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Band {
    /// All heights.
    Every,
    /// Metres above the ground beneath.
    Ground(Option<f64>, Option<f64>),
    /// Metres above mean sea level.
    Sea(f64, f64),
}

/// One piece.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Its middle line or edge.
    pub flat: Flat,
    /// How far it reaches beyond that, metres.
    pub extent_m: f64,
    /// How well it is known, metres; `None`: not stated.
    pub doubt_m: Option<f64>,
    /// When it is there.
    pub when: When,
    /// How high.
    pub band: Band,
}

/// One thing that is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// What it is.
    pub with: WithKind,
    /// Its reference or id.
    pub id: String,
    /// In words, one line.
    pub title: String,
    /// Of what it is a notice.
    pub kind: Option<NoticeKind>,
    /// The window that a notice is part of.
    pub under: Option<Ref>,
    /// Its pieces; empty: nobody has said where.
    pub pieces: Vec<Piece>,
    /// When it may be, all pieces together.
    pub may: Interval,
    /// Its margin across the ground, metres.
    pub margin_m: f64,
}

impl Subject {
    /// A notice as its text stands; `None`: nothing takes place.
    #[must_use]
    pub fn notice(id: &str, text: &NoticeText, margins: &Margins) -> Option<Subject> {
        if !text.kind.is_activity() {
            return None;
        }
        let may = Interval {
            start: text.from_ms.map_or(Instant::FIRST, Instant),
            end: text.until_ms.map_or(Instant::LAST, Instant),
        };
        let sure = text.from_ms.zip(text.until_ms).map(|_| may);
        let band = band(text.kind, text.height);
        let pieces = pieces(&text.ground, When { sure, may }, band);
        Some(Subject {
            with: WithKind::Notice,
            id: id.to_owned(),
            title: format!("{} {id}", text.kind),
            kind: Some(text.kind),
            under: text.under.clone(),
            pieces,
            may,
            margin_m: margins.of(text.kind),
        })
    }

    /// A window of silence.
    #[must_use]
    pub fn window(id: &str, window: &Window, margins: &Margins) -> Subject {
        let open_end = Interval { start: window.times.from, end: Instant::LAST };
        let when = When { sure: window.times.core, may: window.times.hull.unwrap_or(open_end) };
        Subject {
            with: WithKind::Window,
            id: id.to_owned(),
            title: format!("window of silence {id}"),
            kind: None,
            under: None,
            pieces: pieces(&window.text.ground, when, Band::Every),
            may: when.may,
            margin_m: margins.around(WithKind::Window),
        }
    }

    /// An entry of the protected register, whatever its state: an entry that has expired still stands for an object.
    #[must_use]
    pub fn entry(id: &str, entry: &Entry, margins: &Margins) -> Subject {
        let when = When { sure: Some(Interval::ALWAYS), may: Interval::ALWAYS };
        Subject {
            with: WithKind::Protected,
            id: id.to_owned(),
            title: format!("protected object {id} ({})", entry.text.category),
            kind: None,
            under: None,
            pieces: pieces(&entry.ground(), when, Band::Ground(Some(0.0), Some(0.0))),
            may: when.may,
            margin_m: margins.around(WithKind::Protected),
        }
    }

    /// Something that was observed; `None`: nobody knows where, or it was only said.
    #[must_use]
    pub fn observed(batch: &Batch, row: usize, margins: &Margins) -> Option<Subject> {
        let place = place_of(batch, row).filter(|_| !batch.flag(row, FLAG_ALLEGATION))?;
        let event = batch.event(row);
        let end = Instant(event.end.0.saturating_add(margins.activity_ms));
        let over = Interval { start: event.start, end };
        let kind = batch.word_at(&batch.kind, row);
        let id = batch.id.get(row)?.to_string();
        let when = When { sure: Some(over), may: over };
        Some(Subject {
            with: WithKind::Activity,
            title: format!("{kind} observed ({id})"),
            id,
            kind: None,
            under: None,
            pieces: vec![Piece {
                flat: place.flat,
                extent_m: 0.0,
                doubt_m: place.doubt_m,
                when,
                band: Band::Every,
            }],
            may: over,
            margin_m: margins.around(WithKind::Activity),
        })
    }
}

/// Where an observation was.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// The middle.
    pub flat: Flat,
    /// How far the true place may be from it, metres; `None`: not stated.
    pub doubt_m: Option<f64>,
}

/// Where an observation was; `None`: nobody knows.
#[must_use]
pub fn place_of(batch: &Batch, row: usize) -> Option<Observed> {
    let shape = batch.shape.get(row).filter(|s| **s != NO_SHAPE);
    match shape.map(|s| batch.shapes.get(*s as usize)) {
        Some(Some(Shape::Polygon(rings))) => {
            // Somewhere in it, not all over it: a circle that holds it.
            let edge = unwrapped(rings.first().filter(|r| r.len() >= 3)?);
            let sum = edge.iter().fold([0.0; 2], |s, p| [s[0] + p[0], s[1] + p[1]]);
            let middle = [sum[0] / edge.len() as f64, sum[1] / edge.len() as f64];
            let doubt_m = Some(edge.iter().map(|p| geodesic_m(middle, *p)).fold(0.0, f64::max));
            Some(Observed { flat: Flat::line(&[middle]), doubt_m })
        }
        Some(Some(Shape::Sector(sector))) => {
            // Never better than the circle around the observer that the sector lies in.
            let at = [sector.observer.lon_deg(), sector.observer.lat_deg()];
            let doubt_m = Some(sector.range_max_m + sector.observer_radius_m).filter(|d| d.is_finite());
            Some(Observed { flat: Flat::line(&[at]), doubt_m })
        }
        Some(None) => None,
        None => {
            let at = [*batch.lon_deg.get(row)?, *batch.lat_deg.get(row)?];
            if !at[0].is_finite() || !at[1].is_finite() {
                return None;
            }
            let radius = f64::from(*batch.radius_m.get(row)?);
            let doubt_m = Some(radius).filter(|r| r.is_finite());
            Some(Observed { flat: Flat::line(&[at]), doubt_m })
        }
    }
}

/// On the ground moves what does not say otherwise, but a flight; what is shot or blown up reaches up to a height that
/// somebody has to say.
fn band(kind: NoticeKind, height: Height) -> Band {
    match (height, kind) {
        (Height::Surface, _) => Band::Ground(Some(0.0), Some(0.0)),
        (Height::AboveGround { low_m, high_m }, _) => Band::Ground(Some(low_m), Some(high_m)),
        (Height::AboveSea { low_m, high_m }, _) => Band::Sea(low_m, high_m),
        (Height::NotStated, NoticeKind::Flight) => Band::Ground(None, None),
        (Height::NotStated, NoticeKind::Exercise | NoticeKind::Blast) => Band::Ground(Some(0.0), None),
        (Height::NotStated, _) => Band::Ground(Some(0.0), Some(0.0)),
    }
}

/// Pieces of a ground: a route with a speed has one for each stretch, with its own time.
fn pieces(ground: &Ground, when: When, band: Band) -> Vec<Piece> {
    match ground {
        Ground::Undetermined => Vec::new(),
        Ground::Point { at, radius_m, doubt_m } => {
            vec![Piece { flat: Flat::line(&[*at]), extent_m: *radius_m, doubt_m: *doubt_m, when, band }]
        }
        Ground::Area { edge, doubt_m } => {
            vec![Piece { flat: Flat::area(edge), extent_m: 0.0, doubt_m: *doubt_m, when, band }]
        }
        Ground::Route { path, width_m, speed_kmh, late_ms, doubt_m } => {
            let line = unwrapped(path);
            let travel = when.sure.zip(*speed_kmh).map(|(over, speed)| Travel::new(over, speed, *late_ms));
            let mut at_m = 0.0;
            let mut out = Vec::new();
            for (a, b) in line.iter().zip(line.iter().skip(1)) {
                for (from, to) in stretches(*a, *b) {
                    let length_m = geodesic_m(from, to);
                    let when = travel.as_ref().map_or(when, |t| t.between(at_m, at_m + length_m));
                    at_m += length_m;
                    let flat = Flat::line(&[from, to]);
                    out.push(Piece { flat, extent_m: 0.5 * width_m, doubt_m: *doubt_m, when, band });
                }
            }
            out
        }
    }
}

fn stretches(a: Position, b: Position) -> Vec<(Position, Position)> {
    let cut = Flat::line(&[a, b]);
    let points = cut.points();
    points.iter().copied().zip(points.iter().skip(1).copied()).collect()
}

/// When what travels is where.
struct Travel {
    over: Interval,
    ms_per_m: f64,
    late_ms: Option<i64>,
}

impl Travel {
    fn new(over: Interval, speed_kmh: f64, late_ms: Option<i64>) -> Travel {
        Travel { over, ms_per_m: 3_600.0 / speed_kmh.max(1e-3), late_ms }
    }

    /// On a stretch between two distances from the start, metres. Where nobody says how late it may be, it may be
    /// there until its period ends.
    fn between(&self, from_m: f64, to_m: f64) -> When {
        let after = |m: f64| Instant(self.over.start.0.saturating_add((m * self.ms_per_m) as i64));
        let (from, to) = (after(from_m), after(to_m).max(Instant(after(from_m).0.saturating_add(1))));
        let end = self.late_ms.map_or(self.over.end, |late| Instant(to.0.saturating_add(late)));
        let may = Interval { start: from, end: end.min(self.over.end).max(to) };
        // A lateness that is stated belongs to the plan: the stretch is kept free for all of it.
        let sure = if self.late_ms.is_some() { may } else { Interval { start: from, end: to } };
        When { sure: Some(sure), may }
    }
}
