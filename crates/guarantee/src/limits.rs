//! Every bound of this room, in one place.

/// Bytes of a text that somebody writes: a question, a position, a reason.
pub const TEXT_BYTES_MAX: usize = 16_384;
/// Bytes of a name, a label, a code.
pub const NAME_BYTES_MAX: usize = 256;
/// Members of a list within one act.
pub const LIST_MAX: usize = 1_000;
/// Objects of one kind in one register: consultations, decisions, measures.
pub const OBJECTS_MAX: usize = 100_000;
/// Positions or follow-up notes of one object.
pub const NOTES_MAX: usize = 10_000;
/// Hours that a silence procedure may run: 1 to this (three months).
pub const SILENCE_HOURS_MAX: u32 = 2_208;
/// Shots that are listed one by one in a case file; all are counted and ordered.
pub const SHOTS_SHOWN_MAX: usize = 200;
/// Rows of one table of numbers.
pub const ROWS_MAX: usize = 10_000;
/// Members of a dossier.
pub const MEMBERS_MAX: usize = 100_000;
/// Bytes of a signed manifest that is read.
pub const MANIFEST_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Signatures under one manifest.
pub const SIGNATURES_MAX: usize = 64;
