//! Takes: people's acts, in the order of the journal, and what the texts say of who decides. Gives: the docket:
//! allegations, cases, findings, attributions, remedies and clocks, each with who, when and why; or the refusal of an
//! act, with who may do it and when. Never: skips the human, counts an allegation, makes *undetermined* anything else.
//!
//! The chain is never blurred: allegation, observation, incident, verification, finding, attribution, remedy,
//! follow-up. Each is an object of its own, made by an act of its own.

pub mod act;
pub mod allegation;
pub mod attribution;
pub mod case;
pub mod clock;
pub mod docket;
pub mod equal;
pub mod finding;
pub mod limits;
pub mod matrix;
pub mod refusal;
pub mod remedy;
pub mod rests;
pub mod rules;
pub mod setting;
pub mod words;

pub use act::{Act, By, Deed, Ref};
pub use base::Takes;
pub use docket::{Docket, Done};
pub use refusal::Refusal;
pub use setting::{Body, Setting};

/// The version of the rules by which acts become a docket. The same acts under the same version give the same docket.
pub const CASES_VERSION: u32 = 1;
