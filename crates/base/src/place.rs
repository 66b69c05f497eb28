//! Place with its doubt. WGS84 degrees outside, metres for every length; no position stands without a statement of
//! how well it is known, even if that statement is "not stated".

/// A point on the WGS84 ellipsoid, degrees; finite and in range by construction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LonLat {
    lon_deg: f64,
    lat_deg: f64,
}

/// Why a pair of numbers is not a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPlace {
    /// Not a number, or infinite.
    #[error("a coordinate is not a finite number")]
    NotFinite,
    /// The latitude is outside ±90 but would fit a longitude: the two are probably swapped.
    #[error("latitude is outside -90..90; longitude and latitude look swapped")]
    LooksSwapped,
    /// Out of range.
    #[error("longitude is outside -180..180 or latitude outside -90..90")]
    OutOfRange,
}

impl LonLat {
    /// A checked position. Longitudes 180..360 are refused, not wrapped: they are more often an error than a habit.
    pub fn new(lon_deg: f64, lat_deg: f64) -> Result<LonLat, BadPlace> {
        if !lon_deg.is_finite() || !lat_deg.is_finite() {
            return Err(BadPlace::NotFinite);
        }
        if lat_deg.abs() > 90.0 && lat_deg.abs() <= 180.0 && lon_deg.abs() <= 90.0 {
            return Err(BadPlace::LooksSwapped);
        }
        if lon_deg.abs() > 180.0 || lat_deg.abs() > 90.0 {
            return Err(BadPlace::OutOfRange);
        }
        Ok(LonLat { lon_deg, lat_deg })
    }

    /// Longitude, degrees east.
    #[must_use]
    pub fn lon_deg(self) -> f64 {
        self.lon_deg
    }

    /// Latitude, degrees north.
    #[must_use]
    pub fn lat_deg(self) -> f64 {
        self.lat_deg
    }
}

/// What an observer who hears or sees something without coordinates can say: a bearing and a range band from where
/// the observer stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sector {
    /// Where the observer stands. Restricted: targeting data.
    pub observer: LonLat,
    /// How well the observer's own position is known, metres.
    pub observer_radius_m: f64,
    /// Middle of the sector, degrees clockwise from true north, 0..360.
    pub bearing_deg: f64,
    /// Half the opening angle: 11.25 for a point of the 16-point compass, 45 for "southerly", 180 for "all around".
    pub half_width_deg: f64,
    /// Nearest distance, metres.
    pub range_min_m: f64,
    /// Farthest distance, metres.
    pub range_max_m: f64,
}

/// Where something happened, as well as it is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// Not known at all.
    Undetermined,
    /// Within `radius_m` of a point; `None`: the source did not state its precision.
    Point {
        /// The stated position.
        at: LonLat,
        /// Radius of the circle that holds the true position, metres.
        radius_m: Option<f64>,
    },
    /// A bearing and range band from an observer.
    Sector(Sector),
    /// Somewhere in a polygon (closed outer ring, then holes), longitude and latitude in degrees.
    Polygon(Vec<Vec<LonLat>>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_coordinates_are_named_as_such() {
        assert_eq!(LonLat::new(48.5, 135.1), Err(BadPlace::LooksSwapped));
        assert_eq!(LonLat::new(200.0, 10.0), Err(BadPlace::OutOfRange));
        assert_eq!(LonLat::new(f64::NAN, 10.0), Err(BadPlace::NotFinite));
    }
}
