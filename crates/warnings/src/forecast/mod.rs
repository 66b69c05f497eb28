//! Forecasts of counts as distributions.

pub mod features;
pub mod hawkes;
pub mod history;
pub mod predictive;
pub mod size;
pub mod weights;

pub use history::{HistoryPool, HistorySettings};
pub use predictive::{Atom, Predictive};
pub use weights::{Learning, learn_weights};
