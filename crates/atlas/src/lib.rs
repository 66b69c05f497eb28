//! Takes: lines and zones with validity in time. Gives: compiled, exact, batch-fast answers: inside, outside or
//! unclear; distance and margin. Never: knows what a clause is.

pub mod answer;
pub mod plan;
