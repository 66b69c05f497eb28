//! Takes: nothing. Gives: the words every other room speaks: ids, instants and civil time, place with
//! uncertainty, counts, three-valued truth, limits. Never: knows any other crate.

pub mod act;
pub mod count;
pub mod id;
pub mod limits;
pub mod place;
pub mod refusal;
pub mod role;
pub mod time;
pub mod truth;
pub mod vocabulary;

pub use act::{Act, By, Done, Ref, Takes};
pub use count::Count;
pub use id::{Digest, IncidentId, ObservationId};
pub use place::{LonLat, Place, Sector};
pub use refusal::Refusal;
pub use role::{Grant, Role};
pub use time::{CivilZone, Instant, Interval};
pub use truth::Truth;
