//! Takes: seeds, scenario files and the house's own crates. Gives: a simulated world, a slow obvious evaluator, and a
//! runner of literate scenarios. Never: ships.

#![allow(clippy::indexing_slicing, reason = "this crate only runs in tests, where a panic is a finding")]

pub mod random;
pub mod reference;
pub mod rehearsal;
pub mod scenario;
pub mod world;
