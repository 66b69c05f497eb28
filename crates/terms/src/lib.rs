//! Takes: the Markdown text of an agreement. Gives: the checked agreement, or every problem at once with its place
//! and one line of help. Never: sees evidence.

pub mod agreement;
mod analyse;
mod bracket;
pub mod cells;
mod check;
pub mod compare;
mod cursor;
mod document;
mod explain;
mod format;
pub mod limits;
mod meaning;
mod outline;
mod parse;
mod parse_clause;
mod parse_condition;
mod parse_declare;
mod parse_duty;
mod parse_indicator;
mod parsed;
mod problem;
pub mod reader;
mod render;
pub mod source;
mod suggest;
mod token;

pub use agreement::Agreement;
pub use check::{Alternative, Bracket, Checked, Reading, Symbol, check};
pub use explain::{Language, explain, explain_bracket, explain_in, explain_instrument, explain_readings};
pub use format::format;
pub use meaning::same_meaning;
pub use outline::{Outline, outline};
pub use parse::HEADS;
pub use problem::{Problem, Severity};
pub use render::render;
