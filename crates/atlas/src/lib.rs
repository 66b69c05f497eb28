//! Takes: lines and zones with validity in time. Gives: compiled, exact, batch-fast answers: inside, outside or
//! unclear; distance and margin. Never: knows what a clause is.

pub mod answer;
mod ask;
mod atlas;
mod draw;
mod extent;
pub mod geodesy;
pub mod geometry;
pub mod index;
pub mod plan;
mod repair;
pub mod source;
pub mod timeline;
mod wkb;

pub use answer::{Answers, EpochInfo, Inside, LineColumn, NO_SHAPE, Positions, Shape};
pub use atlas::{Atlas, AtlasError, Compiled};
pub use geometry::{Notice, RawGeometry};
pub use index::line::distance_bound_m;
pub use plan::{GeometryRef, GeometryVersion, LineIx, Plan, ZoneIx};
pub use source::{Feature, SourceError, read_geojson};
pub use wkb::from_wkb;
