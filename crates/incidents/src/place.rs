//! Where an incident was: the common ground of what its members say. Bearings from several posts intersect, and their
//! crossing says more than the best of them alone.

use atlas::answer::Shape;
use base::Sector;
use evidence::batch::Batch;

const METRES_PER_DEGREE: f64 = 111_200.0;
/// The common ground is sought among so many points along and across a region.
const ALONG: usize = 16;
const ACROSS: usize = 16;
/// More members than this cut no further: they would change nothing that matters.
const MEMBERS_MAX: usize = 64;

/// Where an incident was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Longitude, degrees; [`Place::UNDETERMINED`]: no member says where.
    pub lon_deg: f64,
    /// Latitude, degrees.
    pub lat_deg: f64,
    /// Radius of the circle that holds it, metres; negative: its source did not state it.
    pub radius_m: f32,
    /// How many members meet there; 1: it is the place of the best-placed member.
    pub met: u32,
}

impl Place {
    /// Nobody says where. (Not a NaN, so that two states can be compared.)
    pub const UNDETERMINED: Place = Place { lon_deg: 0.0, lat_deg: 0.0, radius_m: f32::MAX, met: 0 };
}

/// A region in which a row says that its event was, on the local plane.
#[derive(Clone, Copy, Debug)]
pub enum Region<'a> {
    /// Within a radius of a point.
    Circle {
        /// Longitude, degrees.
        lon_deg: f64,
        /// Latitude, degrees.
        lat_deg: f64,
        /// Radius, metres.
        radius_m: f64,
    },
    /// In a direction and a band of distance from an observer.
    Sector(&'a Sector),
}

/// Metres east and north from one position to another.
fn offset_m(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let mut dx = to.0 - from.0;
    if dx.abs() > 180.0 {
        dx -= 360.0 * dx.signum();
    }
    let scale = f64::midpoint(from.1, to.1).to_radians().cos();
    (dx * scale * METRES_PER_DEGREE, (to.1 - from.1) * METRES_PER_DEGREE)
}

fn moved(from: (f64, f64), east_m: f64, north_m: f64) -> (f64, f64) {
    let lat = from.1 + north_m / METRES_PER_DEGREE;
    let scale = f64::midpoint(from.1, lat).to_radians().cos().max(1e-6);
    let lon = from.0 + east_m / METRES_PER_DEGREE / scale;
    ((lon + 540.0).rem_euclid(360.0) - 180.0, lat)
}

impl<'a> Region<'a> {
    /// The region of `row`; `None`: its place is undetermined. A polygon counts as the circle that holds it.
    #[must_use]
    pub fn of(batch: &'a Batch, row: usize) -> Option<Region<'a>> {
        let lon_deg = batch.lon_deg.get(row).copied().filter(|x| x.is_finite())?;
        let shape = batch.shape.get(row).and_then(|s| batch.shapes.get(*s as usize));
        if let Some(Shape::Sector(sector)) = shape {
            return Some(Region::Sector(sector));
        }
        let lat_deg = batch.lat_deg.get(row).copied()?;
        Some(Region::Circle { lon_deg, lat_deg, radius_m: crate::fuse::radius_m(batch, row) })
    }

    /// Distance from a position to the region, metres; 0 inside.
    #[must_use]
    pub fn distance_m(&self, at: (f64, f64)) -> f64 {
        match self {
            Region::Circle { lon_deg, lat_deg, radius_m } => {
                let (x, y) = offset_m((*lon_deg, *lat_deg), at);
                (x.hypot(y) - radius_m).max(0.0)
            }
            Region::Sector(s) => {
                let (x, y) = offset_m((s.observer.lon_deg(), s.observer.lat_deg()), at);
                let range_m = x.hypot(y);
                let off_deg = (x.atan2(y).to_degrees() - s.bearing_deg + 540.0).rem_euclid(360.0) - 180.0;
                let beyond_deg = (off_deg.abs() - s.half_width_deg).max(0.0);
                let away = if beyond_deg == 0.0 {
                    (s.range_min_m - range_m).max(range_m - s.range_max_m)
                } else {
                    // The nearest point lies on the edge that bounds the sector on this side.
                    let (sin, cos) = beyond_deg.to_radians().sin_cos();
                    let (along, across) = (range_m * cos, range_m * sin);
                    (along - along.clamp(s.range_min_m, s.range_max_m)).hypot(across)
                };
                (away - s.observer_radius_m).max(0.0)
            }
        }
    }

    /// Points spread over the region, evenly enough to find common ground with another.
    fn points(&self, mut each: impl FnMut((f64, f64))) {
        let share = |i: usize, n: usize| (i as f64 + 0.5) / n as f64;
        for along in 0..ALONG {
            for across in 0..ACROSS {
                let (from, bearing_deg, range_m) = match self {
                    Region::Circle { lon_deg, lat_deg, radius_m } => {
                        let range_m = radius_m * share(along, ALONG).sqrt();
                        ((*lon_deg, *lat_deg), 360.0 * share(across, ACROSS), range_m)
                    }
                    Region::Sector(s) => {
                        let turn_deg = s.half_width_deg * (2.0 * share(across, ACROSS) - 1.0);
                        let range_m = s.range_min_m + (s.range_max_m - s.range_min_m) * share(along, ALONG);
                        ((s.observer.lon_deg(), s.observer.lat_deg()), s.bearing_deg + turn_deg, range_m)
                    }
                };
                let (sin, cos) = bearing_deg.to_radians().sin_cos();
                each(moved(from, range_m * sin, range_m * cos));
            }
        }
    }

    /// Whether some of it lies within `reach_m` of the other.
    #[must_use]
    pub fn within(&self, other: &Region<'_>, reach_m: f64) -> bool {
        if let Region::Circle { lon_deg, lat_deg, radius_m } = self {
            return other.distance_m((*lon_deg, *lat_deg)) <= reach_m + radius_m;
        }
        if let Region::Circle { .. } = other {
            return other.within(self, reach_m);
        }
        let mut met = false;
        self.points(|at| met = met || other.distance_m(at) <= reach_m);
        // The regions may differ much in size: a small one can slip between the points of a large one.
        if !met {
            other.points(|at| met = met || self.distance_m(at) <= reach_m);
        }
        met
    }

    /// Half the farthest distance between neighbouring points of [`Region::points`], metres.
    fn step_m(&self) -> f64 {
        match self {
            Region::Circle { radius_m, .. } => radius_m / 3.0,
            Region::Sector(s) => {
                let along_m = (s.range_max_m - s.range_min_m) / ALONG as f64;
                let across_m = s.range_max_m * 2.0 * s.half_width_deg.to_radians() / ACROSS as f64;
                along_m.hypot(across_m) / 2.0
            }
        }
    }
}

/// The place of an incident with these members, whose best-placed one is `best` with `best_radius_m` (unstated: 0).
/// Where some member gives a bearing, it is the common ground of all members' regions, if they have any and it is
/// tighter than the best member; else the place of the best member.
#[must_use]
pub fn place(batch: &Batch, members: &[u32], best: u32) -> Place {
    let row = best as usize;
    let Some(own) = Region::of(batch, row) else { return Place::UNDETERMINED };
    let (lon_deg, lat_deg) = (
        batch.lon_deg.get(row).copied().unwrap_or_default(),
        batch.lat_deg.get(row).copied().unwrap_or_default(),
    );
    let is_shape = batch.shape.get(row).is_some_and(|s| *s != atlas::answer::NO_SHAPE);
    let stated = is_shape || batch.radius_m.get(row).is_some_and(|r| !r.is_nan());
    let radius_m = if stated { crate::fuse::radius_m(batch, row) as f32 } else { -1.0 };
    let alone = Place { lon_deg, lat_deg, radius_m, met: 1 };
    let heard = |m: &u32| matches!(Region::of(batch, *m as usize), Some(Region::Sector(_)));
    if members.len() < 2 || !stated || !members.iter().any(heard) {
        return alone;
    }
    let others: Vec<Region<'_>> = members
        .iter()
        .filter(|m| **m != best)
        .take(MEMBERS_MAX)
        .filter_map(|m| Region::of(batch, *m as usize))
        .filter(|r| r.step_m() > 0.0)
        .collect();
    common(&own, &others).filter(|p| p.radius_m < 0.9 * alone.radius_m).unwrap_or(alone)
}

/// The circle around the points of `own` that lie in all the others.
fn common(own: &Region<'_>, others: &[Region<'_>]) -> Option<Place> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    own.points(|at| {
        if others.iter().all(|r| r.distance_m(at) == 0.0) {
            kept.push(at);
        }
    });
    let first = *kept.first()?;
    let offsets = kept.iter().map(|at| offset_m(first, *at));
    let (x, y) = offsets.fold((0.0, 0.0), |sum, o| (sum.0 + o.0, sum.1 + o.1));
    let n = kept.len() as f64;
    let middle = moved(first, x / n, y / n);
    let farthest_m = kept.iter().map(|at| offset_m(middle, *at)).map(|(x, y)| x.hypot(y)).fold(0.0, f64::max);
    let met = others.len() as u32 + 1;
    let radius_m = (farthest_m + own.step_m()) as f32;
    (met > 1).then_some(Place { lon_deg: middle.0, lat_deg: middle.1, radius_m, met })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::LonLat;

    fn heard(lon: f64, lat: f64, bearing_deg: f64) -> Sector {
        Sector {
            observer: LonLat::new(lon, lat).unwrap(),
            observer_radius_m: 0.0,
            bearing_deg,
            half_width_deg: 5.0,
            range_min_m: 1_000.0,
            range_max_m: 8_000.0,
        }
    }

    #[test]
    fn two_bearings_that_cross_leave_the_crossing_and_two_that_part_leave_nothing() {
        // One post hears it due east, the other due north: they cross five kilometres from each.
        let east = heard(-30.0, 47.0, 90.0);
        let (lon, lat) = moved((-30.0, 47.0), 5_000.0, -5_000.0);
        let north = heard(lon, lat, 0.0);
        let (a, b) = (Region::Sector(&east), Region::Sector(&north));
        assert!(a.within(&b, 0.0));
        let crossing = common(&a, &[b]).unwrap();
        let truth = moved((-30.0, 47.0), 5_000.0, 0.0);
        let (x, y) = offset_m(truth, (crossing.lon_deg, crossing.lat_deg));
        assert!(x.hypot(y) < 150.0, "{x} {y}");
        assert!((500.0..1_200.0).contains(&crossing.radius_m), "{}", crossing.radius_m);
        let south = Region::Sector(&Sector { bearing_deg: 180.0, ..north });
        assert!(!a.within(&south, 1_000.0));
        assert!(common(&a, &[south]).is_none());
    }

    #[test]
    fn the_distance_to_a_sector_is_that_to_its_nearest_point() {
        let s = heard(-30.0, 47.0, 0.0);
        let region = Region::Sector(&s);
        let at = |x, y| region.distance_m(moved((-30.0, 47.0), x, y));
        assert_eq!(at(0.0, 4_000.0), 0.0);
        assert!((at(0.0, 500.0) - 500.0).abs() < 5.0);
        assert!((at(0.0, 9_000.0) - 1_000.0).abs() < 10.0);
        assert!((at(0.0, -3_000.0) - 4_000.0).abs() < 40.0, "behind the observer: from the near edge");
        assert!((at(3_000.0, 0.0) - 3_000.0).abs() < 200.0, "aside of the observer: {}", at(3_000.0, 0.0));
    }
}
