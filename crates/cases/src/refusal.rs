//! Why an act is refused: each says what holds, and who may do it and when.

pub use base::refusal::Refusal;
