//! One aircraft over one stretch: which positions cannot be true together, and where it all was.

use super::points::Point;
use base::limits::RADIUS_M_MAX;

/// Longest gap inside one flight, milliseconds.
pub(super) const GAP_MS_MAX: i64 = 600_000;
/// Faster than any aircraft that broadcasts, metres a second.
const SPEED_M_S_MAX: f64 = 600.0;
/// What a position may be off beside that, metres: clocks of receivers and rounding.
const SLACK_M: f64 = 10_000.0;
/// Fastest that an aircraft whose position is not known can have moved on, metres a second.
const CRUISE_M_S: f64 = 300.0;
/// Smallest circle around a position that is in doubt, metres.
const DOUBT_M: f64 = 10_000.0;
/// Accuracy (NACp) and integrity (NIC) that count as good, and as collapsed.
const NACP_GOOD_MIN: u8 = 8;
const NIC_GOOD_MIN: u8 = 7;
pub(super) const NACP_POOR_MAX: u8 = 4;
pub(super) const NIC_POOR_MAX: u8 = 4;
/// Statements of poor accuracy that have to follow one another.
const POOR_RUN_MIN: usize = 3;
/// Mean radius of the Earth, metres: these distances are rough.
const EARTH_M: f64 = 6_371_009.0;

/// A stretch without a long gap.
pub(super) struct Segment<'p> {
    pub(super) points: Vec<&'p Point>,
    /// Positions left out because they stand alone.
    pub(super) outliers: usize,
    /// Positions before and after each jump.
    pub(super) jumps: Vec<(&'p Point, &'p Point)>,
    /// Positions stated with collapsed accuracy, after good accuracy.
    pub(super) poor: Vec<&'p Point>,
    /// The circle that holds all positions; none: larger than a position may be.
    pub(super) circle: Option<Circle>,
}

impl<'p> Segment<'p> {
    pub(super) fn of(points: &'p [Point]) -> Segment<'p> {
        let (points, outliers) = without_outliers(points);
        let pairs = points.windows(2).filter_map(|w| match w {
            [a, b] if is_jump(a, b) => Some((*a, *b)),
            _ => None,
        });
        let jumps = pairs.collect();
        let poor = poor(&points);
        let circle = Circle::around(&points);
        Segment { points, outliers, jumps, poor, circle }
    }

    pub(super) fn jump_m_max(&self) -> f64 {
        self.jumps.iter().map(|(a, b)| distance_m(a, b)).fold(0.0, f64::max)
    }

    /// `; 1,000 to 32,000 ft`, where heights are stated.
    pub(super) fn heights(&self) -> String {
        let stated = self.points.iter().map(|p| p.height_ft).filter(|h| h.is_finite());
        let (low, high) = stated.fold((f32::MAX, f32::MIN), |(l, h), x| (l.min(x), h.max(x)));
        if low > high { String::new() } else { format!("; height {low:.0} to {high:.0} ft") }
    }
}

fn distance_m(a: &Point, b: &Point) -> f64 {
    let (lat1, lat2) = (a.lat_deg.to_radians(), b.lat_deg.to_radians());
    let (dlat, dlon) = (lat2 - lat1, (b.lon_deg - a.lon_deg).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + lat1.cos() * lat2.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * EARTH_M * h.sqrt().min(1.0).asin()
}

fn is_jump(a: &Point, b: &Point) -> bool {
    let dt_s = b.at_ms.saturating_sub(a.at_ms) as f64 / 1_000.0;
    distance_m(a, b) > SLACK_M + SPEED_M_S_MAX * dt_s
}

/// A single position far from its neighbours, which agree with each other, is an error of decoding.
fn without_outliers(points: &[Point]) -> (Vec<&Point>, usize) {
    let mut kept: Vec<&Point> = Vec::with_capacity(points.len());
    let mut outliers = 0;
    for (i, point) in points.iter().enumerate() {
        let alone = match (kept.last(), points.get(i + 1)) {
            (Some(before), Some(after)) => {
                is_jump(before, point) && is_jump(point, after) && !is_jump(before, after)
            }
            _ => false,
        };
        if alone {
            outliers += 1;
        } else {
            kept.push(point);
        }
    }
    (kept, outliers)
}

fn poor<'p>(points: &[&'p Point]) -> Vec<&'p Point> {
    let mut was_good = false;
    let mut run: Vec<&Point> = Vec::new();
    let mut all = Vec::new();
    for point in points.iter().filter(|p| p.nac_p.is_some() || p.nic.is_some()) {
        let is_poor =
            point.nac_p.is_some_and(|n| n <= NACP_POOR_MAX) || point.nic.is_some_and(|n| n <= NIC_POOR_MAX);
        if is_poor && was_good {
            run.push(point);
            continue;
        }
        if run.len() >= POOR_RUN_MIN {
            all.append(&mut run);
        }
        run.clear();
        let accurate = point.nac_p.is_none_or(|n| n >= NACP_GOOD_MIN);
        was_good |= accurate && point.nic.is_none_or(|n| n >= NIC_GOOD_MIN);
    }
    if run.len() >= POOR_RUN_MIN {
        all.append(&mut run);
    }
    all
}

/// A circle on the ground.
pub(super) struct Circle {
    pub(super) lon_deg: f64,
    pub(super) lat_deg: f64,
    pub(super) radius_m: f64,
}

impl Circle {
    /// The circle around the middle of all positions; `None` beyond what still is a position, or across the 180th
    /// meridian.
    fn around(points: &[&Point]) -> Option<Circle> {
        let fold = |of: fn(&Point) -> f64| {
            points.iter().fold((f64::MAX, f64::MIN), |(l, h), p| (l.min(of(p)), h.max(of(p))))
        };
        let (west, east) = fold(|p| p.lon_deg);
        let (south, north) = fold(|p| p.lat_deg);
        let first = points.first()?;
        if east - west > 180.0 {
            return None;
        }
        let middle = Point {
            lon_deg: f64::midpoint(west, east),
            lat_deg: f64::midpoint(south, north),
            ..(*first).clone()
        };
        let radius_m = points.iter().map(|p| distance_m(&middle, p)).fold(0.0, f64::max).ceil();
        let circle = Circle { lon_deg: middle.lon_deg, lat_deg: middle.lat_deg, radius_m };
        (radius_m <= RADIUS_M_MAX).then_some(circle)
    }

    /// Where an aircraft was last known to be, and as far as it can have flown until `after`.
    pub(super) fn reach(before: &Point, after: &Point) -> Option<Circle> {
        let dt_s = after.at_ms.saturating_sub(before.at_ms) as f64 / 1_000.0;
        let radius_m = (CRUISE_M_S * dt_s).max(DOUBT_M).ceil();
        let circle = Circle { lon_deg: before.lon_deg, lat_deg: before.lat_deg, radius_m };
        (radius_m <= RADIUS_M_MAX).then_some(circle)
    }
}
