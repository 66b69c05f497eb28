//! What an audience may be told of a place, a time and a narrative. One layer under every way out: whatever leaves is
//! made through [`crate::view`], and that asks here.

use crate::words;
use atlas::answer::Shape;
use base::{Instant, Interval, Sector};
use evidence::batch::Batch;
use incidents::Incidents;

/// Metres of one degree of latitude, for drawing.
const METRES_PER_DEGREE: f64 = 111_200.0;
/// Where in its cell a coarsened position is shown, as a share of the cell. Not the middle, because positions given in
/// round figures lie there and would be shown as they are.
const IN_CELL: f64 = 0.618;
/// Points of one arc of a drawn sector.
const ARC_POINTS: u32 = 16;

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Officers of the mission, at the desk.
    Desk,
    /// Everybody.
    Public,
}

/// What an audience may be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// For whom.
    pub audience: Audience,
    /// How long after its end an event may be spoken of, milliseconds.
    pub delay_ms: i64,
    /// Places are given to cells of this size, degrees; `None`: as stated.
    pub place_grid_deg: Option<f64>,
    /// What is drawn from an observer's position is drawn from a cell of this size instead, degrees. All that one
    /// observer reports is moved alike, so that many reports tell no more than one.
    pub origin_grid_deg: f64,
    /// Whether narratives and links are given.
    pub narrative: bool,
}

/// A position for a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Longitude, degrees.
    pub lon_deg: f64,
    /// Latitude, degrees.
    pub lat_deg: f64,
    /// Radius of the circle that holds the true position, metres; `None`: not stated, or the place is a shape.
    pub radius_m: Option<f64>,
    /// Whether it was moved by the policy.
    pub coarse: bool,
}

/// Where something happened, as an audience may know it. It never holds an observer's position.
#[derive(Clone, Debug, PartialEq)]
pub enum PlaceView {
    /// Not known.
    Undetermined,
    /// A point or circle.
    Point(Spot),
    /// A bearing and range band; `polygon` is drawn from a coarsened origin.
    Sector {
        /// Middle, degrees clockwise from true north.
        bearing_deg: f64,
        /// Half the opening angle, degrees.
        half_width_deg: f64,
        /// Nearest distance from the observer, metres.
        range_min_m: f64,
        /// Farthest distance, metres.
        range_max_m: f64,
        /// How far the drawing may be from the truth, metres.
        moved_m_max: f64,
        /// Closed ring of longitude and latitude, degrees.
        polygon: Vec<[f64; 2]>,
    },
    /// Closed rings, the outer first, degrees.
    Polygon(Vec<Vec<[f64; 2]>>),
}

impl Policy {
    /// For officers of the mission: everything but the observers' own positions.
    #[must_use]
    pub const fn desk() -> Policy {
        Policy {
            audience: Audience::Desk,
            delay_ms: 0,
            place_grid_deg: None,
            origin_grid_deg: 0.01,
            narrative: true,
        }
    }

    /// For everybody: `delay_h` hours later, to cells of `grid_deg` degrees, without narratives and links.
    #[must_use]
    pub const fn public(delay_h: u16, grid_deg: f64) -> Policy {
        Policy {
            audience: Audience::Public,
            delay_ms: delay_h as i64 * base::time::HOUR_MS,
            place_grid_deg: Some(grid_deg),
            origin_grid_deg: grid_deg,
            narrative: false,
        }
    }

    /// Whether the audience may be told of `event` at `now`. The desk may, always: an event dated after its own report
    /// is a clock gone wrong, which officers must see.
    #[must_use]
    pub fn may_speak_of(&self, event: Interval, now: Instant) -> bool {
        self.audience == Audience::Desk || event.end.max(event.start).0.saturating_add(self.delay_ms) <= now.0
    }

    /// A narrative, place name or address, if the audience may have it.
    #[must_use]
    pub fn narrative<'a>(&self, text: &'a str) -> &'a str {
        if self.narrative { text } else { "" }
    }

    /// Whether the audience may have media and documents. A photo may show where its observer stood, in its picture and
    /// in its metadata: only the desk may.
    #[must_use]
    pub fn may_have_items(&self) -> bool {
        self.audience == Audience::Desk
    }

    /// Whether the audience may know who decided what belongs together, and why: the desk may.
    #[must_use]
    pub fn may_know_decisions(&self) -> bool {
        self.audience == Audience::Desk
    }

    /// Where `row` is put on a map; `None`: the place is undetermined.
    #[must_use]
    pub fn spot(&self, batch: &Batch, row: usize) -> Option<Spot> {
        let (lon_deg, lat_deg) = (*batch.lon_deg.get(row)?, *batch.lat_deg.get(row)?);
        if !lon_deg.is_finite() || !lat_deg.is_finite() {
            return None;
        }
        let radius_m = batch.radius_m.get(row).copied().filter(|r| !r.is_nan()).map(f64::from);
        let exact = match shape_of(batch, row) {
            Some(Shape::Sector(sector)) => {
                let origin = self.origin(sector);
                let middle_m = f64::midpoint(sector.range_min_m, sector.range_max_m);
                let [lon_deg, lat_deg] = away(origin, sector.bearing_deg, middle_m);
                Spot { lon_deg, lat_deg, radius_m: None, coarse: true }
            }
            Some(Shape::Polygon(_)) => Spot { lon_deg, lat_deg, radius_m: None, coarse: false },
            None => Spot { lon_deg, lat_deg, radius_m, coarse: false },
        };
        Some(match self.place_grid_deg {
            None => exact,
            Some(grid_deg) => coarsened(exact, grid_deg),
        })
    }

    /// Where an incident is put on a map: where its members' bearings meet, else the place of its best-placed member.
    #[must_use]
    pub fn spot_of_incident(&self, batch: &Batch, incidents: &Incidents, incident: usize) -> Option<Spot> {
        match incidents.place.get(incident) {
            Some(place) if place.met > 1 => {
                let radius_m = Some(f64::from(place.radius_m));
                let exact = Spot { lon_deg: place.lon_deg, lat_deg: place.lat_deg, radius_m, coarse: false };
                Some(self.place_grid_deg.map_or(exact, |grid_deg| coarsened(exact, grid_deg)))
            }
            _ => self.spot(batch, *incidents.placed_by.get(incident)? as usize),
        }
    }

    /// Where the observation of `row` happened.
    #[must_use]
    pub fn place(&self, batch: &Batch, row: usize) -> PlaceView {
        let Some(spot) = self.spot(batch, row) else { return PlaceView::Undetermined };
        if self.place_grid_deg.is_some() {
            return PlaceView::Point(spot);
        }
        match shape_of(batch, row) {
            None => PlaceView::Point(spot),
            Some(Shape::Polygon(rings)) => PlaceView::Polygon(rings.clone()),
            Some(Shape::Sector(sector)) => PlaceView::Sector {
                bearing_deg: sector.bearing_deg,
                half_width_deg: sector.half_width_deg,
                range_min_m: sector.range_min_m,
                range_max_m: sector.range_max_m,
                moved_m_max: self.origin_grid_deg * METRES_PER_DEGREE * IN_CELL * std::f64::consts::SQRT_2,
                polygon: self.drawn(sector),
            },
        }
    }

    /// The fixed point of the cell that the observer of `row` stands in, longitude and latitude in degrees; `None`:
    /// the place is no direction from an observer, or the audience is told places only.
    #[must_use]
    pub fn origin_cell(&self, batch: &Batch, row: usize) -> Option<[f64; 2]> {
        match shape_of(batch, row)? {
            Shape::Sector(sector) if self.place_grid_deg.is_none() => Some(self.origin(sector)),
            _ => None,
        }
    }

    /// The cell an observer stands in, never the observer.
    fn origin(&self, sector: &Sector) -> [f64; 2] {
        cell(sector.observer.lon_deg(), sector.observer.lat_deg(), self.origin_grid_deg)
    }

    /// The outline of a sector around the coarsened origin.
    fn drawn(&self, sector: &Sector) -> Vec<[f64; 2]> {
        let origin = self.origin(sector);
        let half_deg = sector.half_width_deg.min(180.0);
        let step_deg = 2.0 * half_deg / f64::from(ARC_POINTS);
        let bearing = |i: u32| sector.bearing_deg - half_deg + step_deg * f64::from(i);
        let mut ring: Vec<[f64; 2]> =
            (0..=ARC_POINTS).map(|i| away(origin, bearing(i), sector.range_max_m)).collect();
        if half_deg < 180.0 {
            ring.extend((0..=ARC_POINTS).rev().map(|i| away(origin, bearing(i), sector.range_min_m)));
        }
        ring.extend(ring.first().copied());
        ring
    }
}

fn shape_of(batch: &Batch, row: usize) -> Option<&Shape> {
    batch.shape.get(row).and_then(|s| batch.shapes.get(*s as usize))
}

/// The fixed point of the cell that holds a position, degrees.
fn cell(lon_deg: f64, lat_deg: f64, grid_deg: f64) -> [f64; 2] {
    let one = |x: f64| ((x / grid_deg).floor() + IN_CELL) * grid_deg;
    [words::rounded(one(lon_deg).clamp(-180.0, 180.0)), words::rounded(one(lat_deg).clamp(-90.0, 90.0))]
}

fn coarsened(spot: Spot, grid_deg: f64) -> Spot {
    let [lon_deg, lat_deg] = cell(spot.lon_deg, spot.lat_deg, grid_deg);
    let moved_m = grid_deg * METRES_PER_DEGREE * IN_CELL * std::f64::consts::SQRT_2;
    Spot { lon_deg, lat_deg, radius_m: Some(spot.radius_m.unwrap_or(0.0) + moved_m), coarse: true }
}

/// The point `range_m` metres from `origin` at `bearing_deg`, on a local plane: for drawing only.
fn away(origin: [f64; 2], bearing_deg: f64, range_m: f64) -> [f64; 2] {
    let [lon_deg, lat_deg] = origin;
    let (sin, cos) = bearing_deg.to_radians().sin_cos();
    let scale = METRES_PER_DEGREE * lat_deg.to_radians().cos().max(0.01);
    let lon = lon_deg + range_m * sin / scale;
    let lon = if lon > 180.0 {
        lon - 360.0
    } else if lon < -180.0 {
        lon + 360.0
    } else {
        lon
    };
    let lat = (lat_deg + range_m * cos / METRES_PER_DEGREE).clamp(-90.0, 90.0);
    [words::rounded(lon), words::rounded(lat)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{LonLat, Place};
    use evidence::batch::Builder;
    use evidence::draft::Draft;

    fn heard(lon_deg: f64, lat_deg: f64, bearing_deg: f64, range_min_m: f64) -> Batch {
        let mut builder = Builder::new("post-1");
        let place = Place::Sector(Sector {
            observer: LonLat::new(lon_deg, lat_deg).unwrap(),
            observer_radius_m: 10.0,
            bearing_deg,
            half_width_deg: 11.25,
            range_min_m,
            range_max_m: 5_000.0,
        });
        builder.push(&Draft { native_key: b"1", place, ..Draft::default() }).unwrap();
        builder.take()
    }

    fn apart_m(a: [f64; 2], b: [f64; 2]) -> f64 {
        let scale = a[1].to_radians().cos();
        ((a[0] - b[0]) * scale).hypot(a[1] - b[1]) * METRES_PER_DEGREE
    }

    #[test]
    fn many_sectors_of_one_observer_tell_no_more_than_one() {
        let observer = [36.123_457, 48.305];
        let mut origins: Vec<[f64; 2]> = Vec::new();
        for bearing_deg in [0.0, 45.0, 123.0, 271.5] {
            let batch = heard(observer[0], observer[1], bearing_deg, 1_000.0);
            let spot = Policy::desk().spot(&batch, 0).unwrap();
            assert!(spot.coarse);
            // What an adversary does: walk back from the drawn middle by the stated range and bearing.
            origins.push(away([spot.lon_deg, spot.lat_deg], bearing_deg + 180.0, 3_000.0));
        }
        for origin in &origins {
            assert!(apart_m(*origin, origins[0]) < 5.0, "{origins:?}");
            assert!(apart_m(*origin, observer) > 100.0, "{origins:?}");
        }
    }

    #[test]
    fn a_sector_that_begins_at_the_observer_does_not_show_where() {
        let batch = heard(36.125, 48.305, 90.0, 0.0);
        let PlaceView::Sector { polygon, moved_m_max, .. } = Policy::desk().place(&batch, 0) else {
            panic!("expected a sector")
        };
        let nearest = polygon.iter().map(|p| apart_m(*p, [36.125, 48.305])).fold(f64::MAX, f64::min);
        assert!(nearest > 100.0 && nearest <= moved_m_max, "{nearest}");
        assert_eq!(polygon.first(), polygon.last());
    }

    #[test]
    fn the_public_sees_one_point_for_everything_in_a_cell_with_its_doubt() {
        let place = |lon, lat| Place::Point { at: LonLat::new(lon, lat).unwrap(), radius_m: Some(20.0) };
        let mut builder = Builder::new("a");
        for (key, lon) in [(b"1", 36.11), (b"2", 36.19)] {
            builder.push(&Draft { native_key: key, place: place(lon, 48.3), ..Draft::default() }).unwrap();
        }
        let batch = builder.take();
        let public = Policy::public(24, 0.1);
        let (a, b) = (public.spot(&batch, 0).unwrap(), public.spot(&batch, 1).unwrap());
        assert_eq!((a.lon_deg, a.lat_deg), (b.lon_deg, b.lat_deg));
        assert!(a.radius_m.unwrap() > 9_000.0);
        assert!(matches!(public.place(&batch, 0), PlaceView::Point(_)));
        assert_eq!(public.narrative("seen from the mill"), "");
    }

    #[test]
    fn the_public_is_told_after_the_delay_and_the_desk_at_once() {
        let event = Interval { start: Instant(0), end: Instant(1_000) };
        let public = Policy::public(24, 0.1);
        assert!(!public.may_speak_of(event, Instant(base::time::DAY_MS)));
        assert!(public.may_speak_of(event, Instant(base::time::DAY_MS + 1_000)));
        assert!(Policy::desk().may_speak_of(event, Instant(0)));
    }

    proptest::proptest! {
        #[test]
        fn what_is_shown_depends_on_the_observers_cell_and_on_nothing_finer(
            cell_x in -17_000_i32..17_000, cell_y in -8_000_i32..8_000,
            a in (0.05..0.95, 0.05..0.95), b in (0.05..0.95, 0.05..0.95),
            bearing_deg in 0.0..360.0, range_min_m in 0.0..4_000.0,
        ) {
            let shown = |(x, y): (f64, f64), policy: &Policy| {
                let (lon, lat) = ((f64::from(cell_x) + x) * 0.01, (f64::from(cell_y) + y) * 0.01);
                let batch = heard(lon, lat, bearing_deg, range_min_m);
                (policy.spot(&batch, 0), policy.place(&batch, 0))
            };
            for policy in [Policy::desk(), Policy::public(24, 0.1)] {
                proptest::prop_assert_eq!(shown(a, &policy), shown(b, &policy));
            }
        }
    }
}
