//! Takes: settled observations. Gives: incidents: which observations are one event, with the reason for each link, and
//! counts reconciled. Never: knows the parties' obligations.

pub mod context;
pub mod copies;
pub mod count;
pub mod decision;
pub mod fuse;
pub mod kind;
pub mod near;
pub mod place;
pub mod posterior;
pub mod score;

pub use context::Context;
pub use decision::{Decision, Verdict};
pub use fuse::{ALGORITHM, Incidents, Link, Settings, Status, fuse};
