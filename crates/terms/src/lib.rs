//! Takes: the Markdown text of an agreement. Gives: the checked agreement, or every problem at once with its place
//! and one line of help. Never: sees evidence.

pub mod agreement;
pub mod source;
