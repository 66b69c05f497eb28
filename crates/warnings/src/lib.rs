//! Takes: counts of incidents or reports by zone and step of time, with what could have been seen. Gives: alarms at a
//! stated rate of false ones, forecasts as distributions, and the measured skill of both. Never: takes *unobserved* for
//! none, or raises on what only a party says.

pub mod act;
pub mod backtest;
pub mod baseline;
pub mod count;
pub mod detect;
pub mod fan;
pub mod forecast;
pub mod indicators;
pub mod ledger;
pub mod panel;
pub mod plots;
pub mod raised;
pub mod scan;
pub mod score;
pub mod streams;
pub mod watching;

pub use count::NegBin;
pub use panel::{Panel, PanelError, Zone};
