//! Every bound of this room, in one place.

use base::time::{DAY_MS, HOUR_MS};

/// Bytes of a text that somebody writes: an allegation, a reason, a remedy.
pub const TEXT_BYTES_MAX: usize = 16_384;
/// Bytes of a name, a label, a code.
pub const NAME_BYTES_MAX: usize = 256;
/// Members of a list within one act.
pub const LIST_MAX: usize = 1_000;
/// Reasons of one finding, hypotheses of one attribution, remedies of one order.
pub const PARTS_MAX: usize = 100;
/// Compartments of one case.
pub const COMPARTMENTS_MAX: usize = 16;
/// How long a claim on a case lasts if nothing is done in it, milliseconds.
pub const CLAIM_MS: i64 = 8 * HOUR_MS;
/// Time for the other party to answer an allegation, if the mission does not say otherwise, milliseconds.
pub const ANSWER_MS: i64 = 3 * DAY_MS;
/// How long after the event an allegation may come, if the mission does not say otherwise, milliseconds.
pub const TIME_BAR_MS: i64 = 90 * DAY_MS;
/// Two allegations of one complainant about one clause within this time of each other are told as alike, milliseconds.
pub const ALIKE_MS: i64 = HOUR_MS;
