//! `items`: media and documents, and how long they are kept.

use super::{Actor, At};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `items`
#[derive(Debug, Args)]
pub struct ItemsOf {
    /// What to do.
    #[command(subcommand)]
    pub command: ItemsCommand,
}

/// `items …`
#[derive(Debug, Subcommand)]
pub enum ItemsCommand {
    /// Every medium and document: until when it may be kept, by which rule, and what holds it.
    List(ItemsList),
    /// What has lapsed and nothing holds: for the custodian to decide. Nothing is erased by itself.
    Due(ItemsList),
    /// One original with its custody log.
    Show {
        /// Its SHA-256, or the beginning of it.
        item: String,
        /// Which mission.
        #[command(flatten)]
        at: At,
    },
    /// Write the working copy of a photo to a file: smaller, upright, without metadata. No evidence: the original is.
    Copy {
        /// Its SHA-256, or the beginning of it.
        item: String,
        /// Where to; never overwritten.
        file: PathBuf,
        /// Which mission.
        #[command(flatten)]
        at: At,
    },
    /// Read a ProofMode bundle: its members with their digests, what fits, and what was not checked.
    Proof {
        /// Its SHA-256, or the beginning of it.
        item: String,
        /// Who examines it: the result goes into the custody log.
        #[arg(long, value_name = "PERSON")]
        by: Option<String>,
        /// Which mission.
        #[command(flatten)]
        at: At,
    },
    /// Keep originals from lapsing, with a reason.
    Hold(ItemsAct),
    /// End every custodian's hold on originals.
    Release(ItemsAct),
    /// Erase the bytes of lapsed originals. The digest, the custody log and the reason stay in the journal for ever.
    Erase(ItemsAct),
}

/// `items list`, `items due`
#[derive(Debug, Args)]
pub struct ItemsList {
    /// As of this moment (RFC 3339) instead of now: what will have lapsed by then.
    #[arg(long, value_name = "INSTANT")]
    pub on: Option<String>,
    /// For programs.
    #[arg(long)]
    pub json: bool,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `items hold`, `items release`, `items erase`
#[derive(Debug, Args)]
pub struct ItemsAct {
    /// SHA-256 of originals, or the beginning of it.
    #[arg(required = true, value_name = "SHA256")]
    pub items: Vec<String>,
    /// Who acts: a custodian.
    #[command(flatten)]
    pub actor: Actor,
    /// Why; it is part of the record.
    #[arg(long)]
    pub why: String,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}
