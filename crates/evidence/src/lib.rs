//! Takes: bytes from a source. Gives: observations and allegations in column batches, coverage and records, or rejected
//! rows with their reason; allegations that people hand in, as words. Never: knows the terms.

pub mod batch;
pub mod card;
pub mod claims;
pub mod coverage;
pub mod draft;
pub mod formats;
pub mod intake;
pub mod item;
pub mod mapping;
pub mod proof;
pub mod records;
pub mod reject;
pub mod retention;
pub mod settle;
pub mod unpack;
pub mod working_copy;

pub use formats::Format;
pub use intake::{Options, ReadError, Sink, Summary, read};
pub use reject::{RejectReason, Rejected};
pub use unpack::decompress;
