//! Takes: bytes from a source. Gives: observations, coverage and allegations in column batches, or rejected rows with
//! their reason. Never: knows the terms.

pub mod batch;
pub mod draft;
