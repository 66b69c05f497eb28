//! Takes: the record (settled state, texts, sources, coverage) and an audience. Gives: what that audience may be told,
//! and the daily report as data and as HTML. Never: leaks past the audience's policy; says zero without saying what was
//! watched.

pub mod alert;
pub mod board;
pub mod coverage;
pub mod docket;
pub mod fusion;
pub mod guarantee;
pub mod html;
pub mod items;
pub mod policy;
pub mod record;
pub mod report;
pub mod table;
pub mod text;
pub mod view;
pub mod watch;
pub mod words;

pub use coverage::Coverage;
pub use items::{Custody, Erased, EvidenceItem};
pub use policy::{Audience, Policy, Spot};
pub use record::{Head, Record, Rejects, SourceCard, Text};
pub use report::DailyReport;
