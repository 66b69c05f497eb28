//! Takes: agreement texts and an editor's questions. Gives: the checked form as JSON, and the answers of a language
//! server. Never: decides what a text means; that is `terms`.

pub mod export;
pub mod lsp;
