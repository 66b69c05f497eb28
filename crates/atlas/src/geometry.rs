//! Geometry as it stands in a file, and what had to be said about reading it.

use std::fmt;

/// A position as files give it: longitude and latitude, degrees.
pub type Position = [f64; 2];

/// The geometry of one feature before any check; all coordinates in degrees, longitude first. A collection is the
/// sum of its members.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawGeometry {
    /// Points.
    pub points: Vec<Position>,
    /// Lines.
    pub lines: Vec<Vec<Position>>,
    /// Polygons: rings, the outer first.
    pub polygons: Vec<Vec<Vec<Position>>>,
}

impl RawGeometry {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty() && self.lines.is_empty() && self.polygons.is_empty()
    }

    /// How many positions it has.
    #[must_use]
    pub fn vertices(&self) -> usize {
        let lines: usize = self.lines.iter().map(Vec::len).sum();
        let rings: usize = self.polygons.iter().flatten().map(Vec::len).sum();
        self.points.len() + lines + rings
    }

    /// Adds the members of `other`.
    pub fn append(&mut self, mut other: RawGeometry) {
        self.points.append(&mut other.points);
        self.lines.append(&mut other.lines);
        self.polygons.append(&mut other.polygons);
    }
}

/// Something in a geometry file that a person should know: what was repaired, left out or taken in one of two
/// possible readings.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The file, as the agreement names it; empty while that is not yet known.
    pub file: String,
    /// Which feature, counted from 0.
    pub feature: Option<usize>,
    /// Where, longitude and latitude in degrees.
    pub at: Option<Position>,
    /// What was found and what was done.
    pub message: String,
}

impl Notice {
    /// A notice about feature `feature` (counted from 0) of a file that the caller will name.
    #[must_use]
    pub fn about(feature: Option<usize>, at: Option<Position>, message: String) -> Notice {
        Notice { file: String::new(), feature, at, message }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "`{}`: ", self.file)?;
        }
        if let Some(feature) = self.feature {
            write!(f, "feature {feature}: ")?;
        }
        f.write_str(&self.message)?;
        match self.at {
            Some([lon, lat]) => write!(f, " (at {lon:.6}, {lat:.6})"),
            None => Ok(()),
        }
    }
}
