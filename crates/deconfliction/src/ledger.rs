//! The ledger of a notice: who was to be told at which level, and how far each version of it came there. Marks are
//! facts and are never unmade; how an addressee stands is read off them, at a moment.

use crate::act::{Addressee, By, Repeated};
use crate::words::Delivery;

/// What happened with an addressee.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// It left.
    Sent,
    /// It arrived.
    Delivered,
    /// It was repeated; whether as it stands.
    ReadBack {
        /// What was repeated.
        repeated: Repeated,
        /// Whether that is what stands in the notice.
        as_stated: bool,
    },
    /// The addressee objects, and why.
    Objected(String),
}

/// One mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Marked {
    /// The version that it is about, from 1.
    pub version: u32,
    /// When it was noted, milliseconds since 1970.
    pub at_ms: i64,
    /// By whom.
    pub by: By,
    /// What.
    pub mark: Mark,
}

/// One addressee with what happened there.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Who.
    pub addressee: Addressee,
    /// What happened, in order.
    pub marks: Vec<Marked>,
}

impl Row {
    /// Nothing has happened.
    #[must_use]
    pub fn new(addressee: Addressee) -> Row {
        Row { addressee, marks: Vec::new() }
    }

    /// How far `version` came there. An objection stays one until that addressee reads a later version back.
    #[must_use]
    pub fn delivery(&self, version: u32) -> Delivery {
        let of = |v: &&Marked| v.version == version;
        let last_word = self.marks.iter().rev().filter(of).find_map(|m| match &m.mark {
            Mark::ReadBack { as_stated: true, .. } => Some(Delivery::ReadBack),
            Mark::ReadBack { .. } => Some(Delivery::Misread),
            Mark::Objected(_) => Some(Delivery::Objected),
            _ => None,
        });
        let objected = self.marks.iter().filter(of).any(|m| matches!(m.mark, Mark::Objected(_)));
        if objected {
            return Delivery::Objected;
        }
        if let Some(word) = last_word {
            return word;
        }
        let has = |mark: &Mark| self.marks.iter().filter(of).any(|m| m.mark == *mark);
        if has(&Mark::Delivered) {
            Delivery::Delivered
        } else if has(&Mark::Sent) {
            Delivery::Sent
        } else if !self.marks.is_empty() {
            Delivery::Stale
        } else if self.addressee.channel.trim().is_empty() {
            Delivery::NoChannel
        } else {
            Delivery::Waiting
        }
    }

    /// When `version` or a later one first left for there, milliseconds since 1970.
    #[must_use]
    pub fn sent_ms(&self, version: u32) -> Option<i64> {
        self.marks.iter().filter(|m| m.version >= version).map(|m| m.at_ms).min()
    }

    /// The last objection to `version`.
    #[must_use]
    pub fn objection(&self, version: u32) -> Option<&str> {
        self.marks.iter().rev().filter(|m| m.version == version).find_map(|m| match &m.mark {
            Mark::Objected(why) => Some(why.as_str()),
            _ => None,
        })
    }
}
