//! Takes: agreement × observations × incidents. Gives: a judgement for each clause (breached, kept, excused or
//! undetermined) with its reasons, under every text version; and for duties judged over a
//! period, how they stand. Never: edits incidents; decides attribution.

pub mod bind;
pub mod exposure;
pub mod judge;
pub mod outcome;
pub mod rehearse;
pub mod silence;
pub mod standing;
pub mod state;
pub mod threshold;
pub mod trace;

pub use judge::{Judged, judge, judge_decided};
pub use outcome::{Missing, Outcome};
pub use standing::{StandingFacts, StandingFinding, StandingOutcome, standing};
pub use state::{ReadingOf, State, Version, VersionFindings};
pub use trace::{Reason, Trace, trace};

/// Name and version of the judging algorithm, cited by every finding.
pub const ALGORITHM: &str = "judge 1";
