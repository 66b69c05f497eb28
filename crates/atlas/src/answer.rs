//! Questions and answers in columns: one entry a position, in the order asked.

use base::{Interval, Sector};

/// Marks a position that is a point or circle, in [`Positions::shape`].
pub const NO_SHAPE: u32 = u32::MAX;

/// A batch of positions to ask about. All columns have the same length.
#[derive(Clone, Copy)]
pub struct Positions<'a> {
    /// Longitude, degrees; NaN: the place is undetermined. For a shape: any point of it.
    pub lon_deg: &'a [f64],
    /// Latitude, degrees; NaN as above.
    pub lat_deg: &'a [f64],
    /// Radius of the circle that holds the true position, metres; never NaN here (the caller has applied what the
    /// agreement says of unstated precision).
    pub radius_m: &'a [f32],
    /// Start of the event, milliseconds since 1970.
    pub start_ms: &'a [i64],
    /// End of the event (exclusive; equal to the start for an instant).
    pub end_ms: &'a [i64],
    /// Index into `shapes`, or [`NO_SHAPE`].
    pub shape: &'a [u32],
    /// Sectors and polygons.
    pub shapes: &'a [Shape],
}

/// A position that is neither point nor circle.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Bearing and range band from an observer.
    Sector(Sector),
    /// A polygon: closed rings of `[lon, lat]` in degrees, the outer first.
    Polygon(Vec<Vec<[f64; 2]>>),
}

/// Whether a position lies in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Inside {
    /// Wholly outside, doubt included.
    Outside = 0,
    /// Wholly inside, doubt included.
    Inside = 1,
    /// The position's doubt, the line's tolerance or the event's duration leaves it open; or the place is unknown.
    Unclear = 2,
    /// The zone has no geometry valid at the event's time.
    NoEpoch = 3,
}

/// Distances of a batch to one line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineColumn {
    /// Geodesic distance on WGS84 from the stated position to the nearest point of the line valid at the event's
    /// time, metres; NaN where the place is undetermined or no epoch is valid. When the event spans several epochs
    /// or the place is a shape: the middle of the range of possible distances.
    pub distance_m: Vec<f64>,
    /// Half-width of the range of possible distances, metres: position radius + line tolerance (+ spread of epochs
    /// or of the shape).
    pub margin_m: Vec<f32>,
    /// +1 left, -1 right, 0 not decided (doubt larger than the distance, no epoch, no place).
    pub side: Vec<i8>,
}

/// Answers for a batch: one column a zone ([`Inside`]) and one a line, in the order of the plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    /// By zone, by position.
    pub zones: Vec<Vec<Inside>>,
    /// By line.
    pub lines: Vec<LineColumn>,
}

/// One stretch of validity of a compiled line or zone, for people.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochInfo {
    /// When it is valid.
    pub valid: Interval,
    /// Vertices it has.
    pub vertices: usize,
}
