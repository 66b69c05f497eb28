//! Takes: people's acts about notices, windows of silence, protected objects and the hotline; with zones,
//! observations and coverage. Gives: who was told what and read it back; whether a notice meets anything (conflict,
//! clear of what is known, undetermined); windows with a promise a party. Never: says that anybody may do anything.

pub mod act;
mod board;
pub mod conflict;
pub mod duties;
pub mod hotline;
pub mod ledger;
pub mod limits;
pub mod notice;
pub mod register;
pub mod rules;
pub mod shape;
pub mod view;
pub mod window;
pub mod words;

pub use act::{Act, Deed};
pub use board::{Board, History, Line};
pub use conflict::{ALGORITHM, Check, Field, Margins, World};
