//! Forecasts of counts as distributions.

pub mod baselines;
pub mod daily;
pub mod features;
pub mod hawkes;
pub mod history;
pub mod predictive;
pub mod recalibrate;
pub mod size;
pub mod weights;

pub use baselines::{Baseline, Known};
pub use daily::{DailySettings, Escalation, Forecast, Made, Walk, forecast};
pub use features::{FeatureSettings, Features, Spans};
pub use hawkes::Hawkes;
pub use history::{HistoryPool, HistorySettings};
pub use predictive::{Atom, Predictive};
pub use recalibrate::{BinConditional, Recalibration};
pub use weights::{Learning, learn_weights, weights_by_crps};
