//! The compiled forms: a static set of polygons, and a polyline. Public for benches.

mod cells;
pub(crate) mod grid;
pub mod line;
pub(crate) mod marks;
pub(crate) mod pieces;
pub(crate) mod reach;
pub(crate) mod sets;
pub mod zone;

pub use line::LineIndex;
pub use zone::ZoneIndex;
