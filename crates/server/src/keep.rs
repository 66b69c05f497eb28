//! Keeping what arrives: the one door through which submissions and streams come into the journal. The command line
//! implements it over a mission directory, tests over memory.

use base::{Digest, ObservationId};
use cases::{Act, Docket};
use evidence::batch::Batch;
use evidence::card::Card;
use evidence::coverage::Coverage;
use evidence::item::{Handling, Item};
use evidence::reject::Rejected;
use incidents::Decision;
use std::io::Read;

/// One arrival: a submission from the field, or a stretch of a stream. All of it is kept or nothing.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// The source it is from.
    pub source: String,
    /// The format it came in.
    pub format: String,
    /// What makes it itself within its source: the same again changes nothing.
    pub key: String,
    /// The pseudonym of who sent it; empty: a machine.
    pub by: String,
    /// How far the sender's clock was ahead of ours, milliseconds; `None`: not known.
    pub clock_ahead_ms: Option<i64>,
    /// The bytes as they came.
    pub original: Vec<u8>,
    /// The observations in it, of that source.
    pub batch: Batch,
    /// What its sender could and could not see.
    pub coverage: Vec<Coverage>,
    /// What in it could not be read.
    pub rejected: Vec<Rejected>,
    /// Media and documents that belong to it.
    pub items: Vec<Item>,
}

/// What became of an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is in the journal as that entry.
    New(u64),
    /// It was there already.
    Already(u64),
}

impl Kept {
    /// The number of its entry.
    #[must_use]
    pub fn seq(self) -> u64 {
        match self {
            Kept::New(seq) | Kept::Already(seq) => seq,
        }
    }
}

/// What is already kept under an arrival's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// The number of its entry.
    pub seq: u64,
    /// The pseudonym of who sent it; empty: a machine.
    pub by: String,
    /// Its bytes as they came, by their digest.
    pub original: Digest,
    /// The first observation in it, if it has one.
    pub observation: Option<ObservationId>,
    /// The media and documents that it announced.
    pub items: Vec<Item>,
}

/// Why something was not kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeepError {
    /// Another process writes at the moment: send it again.
    #[error("the journal is in use by {holder}; try again in a moment")]
    Busy {
        /// By whom.
        holder: String,
    },
    /// The disk is full or failed: nothing was kept; send it again when that is mended.
    #[error("it could not be kept: {0}")]
    Failed(String),
    /// It can never be kept as it is.
    #[error("it cannot be kept: {0}")]
    Refused(String),
    /// The same key was used for something else.
    #[error("another arrival of this source has the same key; nothing was changed")]
    KeyTaken,
}

/// The docket of a mission, and the last entries that it rests on.
#[derive(Clone, Debug)]
pub struct Sitting {
    /// The docket.
    pub docket: Docket,
    /// The last act in it; 0: there is none.
    pub act_seq: u64,
    /// The last adoption of a text; 0: there is none.
    pub text_seq: u64,
}

/// Where arrivals are kept. Every function blocks until what it was given is on the disk, and acknowledges nothing
/// before. Safe to call again with the same thing.
pub trait Keeper: Send + Sync {
    /// Keeps an arrival.
    fn keep(&self, arrival: Arrival) -> Result<Kept, KeepError>;

    /// What is kept under that key of that source; `None`: nothing is. A keeper that cannot look answers so.
    fn received(&self, _source: &str, _key: &str) -> Result<Option<Before>, KeepError> {
        Ok(None)
    }

    /// Opens the original of that digest for reading.
    fn open_blob(&self, digest: Digest) -> Result<Box<dyn Read + Send>, KeepError> {
        Err(KeepError::Refused(format!("the original `{digest}` cannot be read here")))
    }

    /// Keeps bytes among the originals, at most `bytes_max` of them, and gives their digest.
    fn put_blob(&self, from: &mut dyn Read, bytes_max: u64) -> Result<Digest, KeepError>;

    /// The original of that digest.
    fn original(&self, digest: Digest) -> Result<Vec<u8>, KeepError> {
        Err(KeepError::Refused(format!("original {digest} cannot be read here")))
    }

    /// Whether the original of that digest is here.
    fn has_blob(&self, digest: Digest) -> bool;

    /// The working copy of that original, made and noted in its custody log if there is none yet.
    fn copy(&self, original: Digest) -> Result<Vec<u8>, KeepError> {
        Err(KeepError::Refused(format!("no copies are made here, of {original} or others")))
    }

    /// Keeps a source's card. Keeping the card that counts already changes nothing.
    fn describe(&self, card: Card) -> Result<Kept, KeepError>;

    /// Keeps a line of the custody log.
    fn handled(&self, handling: Handling) -> Result<Kept, KeepError>;

    /// Keeps a decision about what is one event.
    fn decide(&self, decision: Decision) -> Result<Kept, KeepError>;

    /// The docket as it stands in the journal.
    fn docket(&self) -> Result<Sitting, KeepError> {
        Err(KeepError::Refused("this desk keeps no docket".to_owned()))
    }

    /// The last adoption of a text; 0: there is none.
    fn text_seq(&self) -> Result<u64, KeepError> {
        Ok(0)
    }

    /// The acts recorded after entry `seq`, each with its number.
    fn acts_after(&self, _seq: u64) -> Result<Vec<(u64, Act)>, KeepError> {
        Ok(Vec::new())
    }

    /// Keeps an act that was taken by the docket that rests on these entries. Refused as busy if the journal has gone
    /// on meanwhile: look again, and check the act again.
    fn acted(&self, _act: &Act, _act_seq: u64, _text_seq: u64) -> Result<Kept, KeepError> {
        Err(KeepError::Refused("this desk keeps no docket".to_owned()))
    }

    /// The acts of a room recorded after entry `seq`, each with its number, as JSON. `kind` is the kind of their
    /// entries, such as `warned`.
    fn room_acts_after(&self, _kind: &str, _seq: u64) -> Result<Vec<(u64, String)>, KeepError> {
        Ok(Vec::new())
    }

    /// Keeps an act of a room, as JSON, that was taken when the last act of the room was entry `last_seq`. Refused as
    /// busy if the room has gone on meanwhile: look again, and check the act again.
    fn room_acted(&self, kind: &str, _json: &str, _last_seq: u64) -> Result<Kept, KeepError> {
        Err(KeepError::Refused(format!("this desk keeps no acts of the kind `{kind}`")))
    }

    /// The time now, milliseconds since 1970. The one clock that collectors and the field's door read.
    fn now_ms(&self) -> i64;
}
