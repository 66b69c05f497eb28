//! The WGS84 ellipsoid: geocentric coordinates, chords and geodesics.
//!
//! Bulk distances are straight chords in geocentric space, turned into geodesic lengths with the normal curvature at
//! the chord's middle. Against Karney's geodesic the result is within 1 mm up to 300 km and 0.05 m up to 1,000 km
//! (measured in the tests of this module on random pairs at all latitudes).

use crate::geometry::Position;
use geographiclib_rs::{DirectGeodesic as _, Geodesic, InverseGeodesic as _};
use std::sync::LazyLock;

/// Semi-major axis, metres.
pub const MAJOR_M: f64 = 6_378_137.0;
/// Flattening.
pub const FLATTENING: f64 = 1.0 / 298.257_223_563;
/// First eccentricity squared.
pub const E2: f64 = FLATTENING * (2.0 - FLATTENING);

/// A point in geocentric Cartesian coordinates, metres.
pub type Geocentric = [f64; 3];

static WGS84: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);

/// Sine and cosine of an angle in degrees, to 2e-16: Taylor's series on -45..45 after an exact reduction in degrees.
#[must_use]
pub fn sin_cos_deg(angle_deg: f64) -> (f64, f64) {
    let quarter = (angle_deg / 90.0).round_ties_even();
    let x = (angle_deg - 90.0 * quarter).to_radians();
    let y = x * x;
    let sine = |terms: [f64; 7]| terms.into_iter().fold(-1.0 / 1_307_674_368_000.0, |sum, t| sum * y + t);
    let cosine = |terms: [f64; 8]| terms.into_iter().fold(1.0 / 20_922_789_888_000.0, |sum, t| sum * y + t);
    let s = x * sine([
        1.0 / 6_227_020_800.0,
        -1.0 / 39_916_800.0,
        1.0 / 362_880.0,
        -1.0 / 5_040.0,
        1.0 / 120.0,
        -1.0 / 6.0,
        1.0,
    ]);
    let c = cosine([
        -1.0 / 87_178_291_200.0,
        1.0 / 479_001_600.0,
        -1.0 / 3_628_800.0,
        1.0 / 40_320.0,
        -1.0 / 720.0,
        1.0 / 24.0,
        -0.5,
        1.0,
    ]);
    match (quarter as i64).rem_euclid(4) {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    }
}

/// Where a point of the ellipsoid lies in space.
#[must_use]
pub fn geocentric([lon_deg, lat_deg]: Position) -> Geocentric {
    let (sin_lon, cos_lon) = sin_cos_deg(lon_deg);
    let (sin_lat, cos_lat) = sin_cos_deg(lat_deg);
    let normal_m = MAJOR_M / (1.0 - E2 * sin_lat * sin_lat).sqrt();
    [normal_m * cos_lat * cos_lon, normal_m * cos_lat * sin_lon, normal_m * (1.0 - E2) * sin_lat]
}

/// The squared chord between two points, square metres.
#[must_use]
pub fn chord2(a: Geocentric, b: Geocentric) -> f64 {
    let [dx, dy, dz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
    dx * dx + dy * dy + dz * dz
}

/// Geodesic length, metres, of the chord between two points of the ellipsoid: within 1 mm up to 300 km, 0.05 m up
/// to 1,000 km.
#[must_use]
pub fn geodesic_of_chord(a: Geocentric, b: Geocentric) -> f64 {
    let chord_squared = chord2(a, b);
    if chord_squared < 1.0 {
        return chord_squared.sqrt();
    }
    let dz = b[2] - a[2];
    // Latitude of the middle, from the geocentric one; good to the first order of flattening, enough for a curvature.
    let mid = [a[0] + b[0], a[1] + b[1], (a[2] + b[2]) / (1.0 - E2)];
    let mid2 = mid[0] * mid[0] + mid[1] * mid[1] + mid[2] * mid[2];
    let sin2_lat = (mid[2] * mid[2] / mid2.max(1.0)).min(1.0);
    let cos2_lat = (1.0 - sin2_lat).max(1e-12);
    let cos2_azimuth = (dz * dz / (chord_squared * cos2_lat)).min(1.0);
    let w2 = 1.0 - E2 * sin2_lat;
    let normal_m = MAJOR_M / w2.sqrt();
    let meridian_m = normal_m * (1.0 - E2) / w2;
    let curvature = cos2_azimuth / meridian_m + (1.0 - cos2_azimuth) / normal_m;
    let half = 0.5 * curvature * chord_squared.sqrt();
    2.0 / curvature * half.min(1.0).asin()
}

/// Farthest chord, metres, that [`geodesic_of_chord`] is used for; beyond it Karney's geodesic is.
pub const CHORD_M_MAX: f64 = 1_000_000.0;

/// Geodesic distance between two positions, metres (Karney; to nanometres).
#[must_use]
pub fn geodesic_m(a: Position, b: Position) -> f64 {
    WGS84.inverse(a[1], a[0], b[1], b[0])
}

/// Geodesic distance, metres, and azimuth at `from`, degrees clockwise from north in -180..180.
#[must_use]
pub fn distance_and_bearing(from: Position, to: Position) -> (f64, f64) {
    let (distance_m, bearing_deg, _, _): (f64, f64, f64, f64) = WGS84.inverse(from[1], from[0], to[1], to[0]);
    (distance_m, bearing_deg)
}

/// The position `distance_m` metres from `from` in the direction `bearing_deg` (clockwise from north).
#[must_use]
pub fn destination(from: Position, bearing_deg: f64, distance_m: f64) -> Position {
    let (lat, lon): (f64, f64) = WGS84.direct(from[1], from[0], bearing_deg, distance_m);
    [lon, lat]
}

/// A flat metric around one latitude: metres for a degree of longitude and of latitude there. Good for some tens of
/// kilometres away from the poles; edges straight in longitude and latitude stay straight in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Metric {
    /// Metres for a degree of longitude.
    pub(crate) x_m: f64,
    /// Metres for a degree of latitude.
    pub(crate) y_m: f64,
    /// Error of a distance, per square metre of it.
    error: f64,
}

impl Metric {
    /// The metric at a latitude.
    pub(crate) fn at(lat_deg: f64) -> Metric {
        let (sin_lat, cos_lat) = sin_cos_deg(lat_deg);
        let w2 = 1.0 - E2 * sin_lat * sin_lat;
        let normal_m = MAJOR_M / w2.sqrt();
        let meridian_m = normal_m * (1.0 - E2) / w2;
        let degree = std::f64::consts::PI / 180.0;
        // A degree of longitude shrinks by tan(lat) for each radian north: half of that over the way, and room.
        let error = (0.6 * (sin_lat / cos_lat.max(1e-3)).abs() + 0.1) / 6.3e6;
        Metric { x_m: normal_m * cos_lat * degree, y_m: meridian_m * degree, error }
    }

    /// How far a flat distance of `d_m` metres may be off, metres, for up to 50 km and 80 degrees of latitude.
    pub(crate) fn slack_m(&self, d_m: f64) -> f64 {
        self.error * d_m * d_m
    }

    /// Square of the flat distance, square metres, from a position to an edge.
    #[inline]
    pub(crate) fn edge2_m2(self, p: Position, a: Position, b: Position) -> f64 {
        let (ax, ay) = ((p[0] - a[0]) * self.x_m, (p[1] - a[1]) * self.y_m);
        let (rx, ry) = ((b[0] - a[0]) * self.x_m, (b[1] - a[1]) * self.y_m);
        let (along, length2) = (ax * rx + ay * ry, rx * rx + ry * ry);
        if along <= 0.0 {
            ax * ax + ay * ay
        } else if along >= length2 {
            let (bx, by) = (ax - rx, ay - ry);
            bx * bx + by * by
        } else {
            let across = ax * ry - ay * rx;
            across * across / length2
        }
    }

    /// Flat distance, metres, from a position to an edge, and where on the edge the nearest point lies.
    #[inline]
    pub(crate) fn edge_m(self, p: Position, a: Position, b: Position) -> (f64, f64) {
        let (ax, ay) = ((a[0] - p[0]) * self.x_m, (a[1] - p[1]) * self.y_m);
        let (rx, ry) = ((b[0] - a[0]) * self.x_m, (b[1] - a[1]) * self.y_m);
        let length2 = rx * rx + ry * ry;
        let along = if length2 > 0.0 { (-(ax * rx + ay * ry) / length2).clamp(0.0, 1.0) } else { 0.0 };
        let (dx, dy) = (ax + along * rx, ay + along * ry);
        ((dx * dx + dy * dy).sqrt(), along)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn a_chord_gives_the_geodesic(
            lon in -180.0..180.0f64, lat in -90.0..90.0f64, bearing in 0.0..360.0f64, power in 0.0..6.0f64,
        ) {
            let (from, length_m) = ([lon, lat], 10f64.powf(power));
            let to = destination(from, bearing, length_m);
            let d = geodesic_of_chord(geocentric(from), geocentric(to));
            let bound_m = if length_m <= 300_000.0 { 1e-3 } else { 0.05 };
            prop_assert!((d - length_m).abs() <= bound_m, "{from:?} {bearing} {length_m}: off by {}", d - length_m);
        }

        #[test]
        fn the_flat_metric_keeps_its_slack(
            lat in -80.0..80.0f64, bearing in 0.0..360.0f64, length_m in 1.0..60_000.0f64,
        ) {
            let from = [20.0, lat];
            let to = destination(from, bearing, length_m);
            let metric = Metric::at(lat);
            let (flat_m, _) = metric.edge_m(from, to, to);
            prop_assert!((flat_m - length_m).abs() <= metric.slack_m(flat_m) + 1e-6, "{lat} {bearing} {length_m} {flat_m}");
        }

        #[test]
        fn sines_are_good_to_the_last_bits(angle_deg in -720.0..720.0f64) {
            let (sine, cosine) = sin_cos_deg(angle_deg);
            let reduced = angle_deg % 360.0;
            prop_assert!((sine - reduced.to_radians().sin()).abs() < 1e-15);
            prop_assert!((cosine - reduced.to_radians().cos()).abs() < 1e-15);
        }
    }
}
