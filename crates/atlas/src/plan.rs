//! What an agreement asks of the map: named lines and zones, before any geometry is read.

use base::Digest;

/// Index of a line in its [`Plan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineIx(pub u16);

/// Index of a zone in its [`Plan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ZoneIx(pub u16);

/// All lines and zones of one text version. A derived zone refers only to zones before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Lines, in order of declaration.
    pub lines: Vec<LinePlan>,
    /// Zones, in order of declaration.
    pub zones: Vec<ZonePlan>,
}

/// A declared line.
#[derive(Clone, Debug, PartialEq)]
pub struct LinePlan {
    /// Its name in the terms.
    pub name: String,
    /// Where its geometry stands.
    pub geometry: GeometryRef,
    /// How far the true line may lie from the drawn one, metres.
    pub tolerance_m: f64,
    /// The party whose side is on the left when one walks the line as drawn; `None`: the line has no stated sides.
    pub left: Option<String>,
    /// The party on the right.
    pub right: Option<String>,
}

/// A declared zone.
#[derive(Clone, Debug, PartialEq)]
pub struct ZonePlan {
    /// Its name in the terms.
    pub name: String,
    /// What it covers.
    pub shape: ZoneShape,
    /// How far the true boundary may lie from the drawn one, metres; for derived zones 0: their lines carry it.
    pub tolerance_m: f64,
}

/// What a zone covers. Derived zones are never drawn as polygons: they are answered from exact distances.
#[derive(Clone, Debug, PartialEq)]
pub enum ZoneShape {
    /// Polygons from a file.
    Drawn(GeometryRef),
    /// Everything from `from_m` to `to_m` metres of a line, on one side or both. A buffer has `from_m` 0.
    Band {
        /// The line.
        line: LineIx,
        /// Inner distance, metres.
        from_m: f64,
        /// Outer distance, metres.
        to_m: f64,
        /// One side only.
        side: Option<Side>,
    },
    /// Everything on one side of a line.
    SideOf {
        /// The line.
        line: LineIx,
        /// Which side.
        side: Side,
    },
    /// In both.
    Both(ZoneIx, ZoneIx),
    /// In one or the other.
    Either(ZoneIx, ZoneIx),
    /// In the first, not in the second.
    Except(ZoneIx, ZoneIx),
}

/// A side of a line, as one walks it from its first vertex to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Left hand.
    Left,
    /// Right hand.
    Right,
}

/// Where a geometry stands, and how its features say when they are valid.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GeometryRef {
    /// Path relative to the agreement's file.
    pub path: String,
    /// Layer of a GeoPackage.
    pub layer: Option<String>,
    /// How features say when they are valid.
    pub validity: Validity,
}

/// How the features of a file say when they are valid.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Validity {
    /// All of them, always.
    Always,
    /// A feature is valid on the civil day that its property names, and on no other.
    EachDay {
        /// The property with the date.
        property: String,
    },
    /// A feature is valid from the day or instant that its property names, until that of the next.
    From {
        /// The property with the start.
        property: String,
    },
    /// A feature is valid between two properties; an empty end means "still".
    Between {
        /// The property with the start.
        from: String,
        /// The property with the end.
        until: String,
    },
}

impl Plan {
    /// The line of that name.
    #[must_use]
    pub fn line(&self, name: &str) -> Option<LineIx> {
        self.lines.iter().position(|l| l.name == name).map(|i| LineIx(i as u16))
    }

    /// The zone of that name.
    #[must_use]
    pub fn zone(&self, name: &str) -> Option<ZoneIx> {
        self.zones.iter().position(|z| z.name == name).map(|i| ZoneIx(i as u16))
    }

    /// Every file the plan needs, once each.
    #[must_use]
    pub fn references(&self) -> Vec<&GeometryRef> {
        let drawn = self.zones.iter().filter_map(|z| match &z.shape {
            ZoneShape::Drawn(r) => Some(r),
            _ => None,
        });
        let mut all: Vec<&GeometryRef> = self.lines.iter().map(|l| &l.geometry).chain(drawn).collect();
        let mut seen = std::collections::HashSet::new();
        all.retain(|r| seen.insert(*r));
        all
    }
}

/// The version of one compiled line or zone: digest of geometry, validity and tolerance. Findings cite it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeometryVersion(pub Digest);
