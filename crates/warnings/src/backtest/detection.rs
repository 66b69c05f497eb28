//! Back-tests of detection: injected rises at a matched budget of alarms, named cases, outages, and speed.

pub mod cases;
pub mod contenders;
pub mod injected;
pub mod named;
pub mod outage;
pub mod played;
pub mod replay;
pub mod timeline;
