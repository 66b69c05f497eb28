//! Evidence items: media and documents, hashed when they are taken, kept as they came.

use base::{Digest, ObservationId};

/// The original has come: a line of a custody log.
pub const RECEIVED: &str = "received";
/// The original was handed out.
pub const EXPORTED: &str = "exported";
/// A working copy was made.
pub const COPIED: &str = "copied";
/// A bundle that proves something was read: what was checked of it and what was not.
pub const EXAMINED: &str = "examined";
/// A custodian holds it: it does not lapse.
pub const HELD: &str = "held";
/// A custodian has ended every custodian's hold.
pub const RELEASED: &str = "released";
/// The first of two custodians wants it erased.
pub const PROPOSED: &str = "erasure proposed";
/// Its bytes were erased; everything else about it stays on record.
pub const ERASED: &str = "erased";

/// One medium or document that came with a report. Its bytes are kept whole under their digest; what is drawn from it
/// (a smaller picture, a text) is a working copy and says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// SHA-256 of the original bytes, computed on the device where that is possible and again on arrival.
    pub digest: Digest,
    /// Size of the original, bytes.
    pub bytes: u64,
    /// Media type as stated by the sender, such as `image/jpeg`. Never believed: nothing is executed or shown by it.
    pub media_type: String,
    /// Name as stated by the sender. Never used as a path.
    pub name: String,
    /// When it was taken, milliseconds since 1970, if stated.
    pub taken_ms: Option<i64>,
    /// The observation that it belongs to, if one.
    pub observation: Option<ObservationId>,
    /// Whether the original has arrived. `false`: announced with its digest, still on its way.
    pub is_here: bool,
    /// Until when it may be kept, milliseconds since 1970; `None`: until the mission's archive is closed.
    pub retain_until_ms: Option<i64>,
}

/// What was done with an item: one line of its custody log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handling {
    /// Which item.
    pub item: Digest,
    /// What was done: `received`, `exported`, `copied`, `held`, `released`, `erasure proposed`, `erased`, …
    pub action: String,
    /// By whom: an officer's name or a pseudonym.
    pub by: String,
    /// Why, or of what a working copy was made; may be empty.
    pub note: String,
    /// A working copy that was made of it, or the original that has now arrived.
    pub copy: Option<Digest>,
}
