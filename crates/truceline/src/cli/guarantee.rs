//! `guarantee`, `dossier`, `board`, `routing` and `outbox`.

use super::At;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// For whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum For {
    /// Everything.
    Internal,
    /// Guarantors: no sources, no pseudonyms.
    Guarantors,
    /// Parties, both alike.
    Parties,
    /// Everybody.
    Public,
}

/// `guarantee`
#[derive(Debug, Args)]
pub struct GuaranteeOf {
    /// As known at this moment (RFC 3339) instead of now.
    #[arg(long, value_name = "INSTANT")]
    pub as_known_at: Option<String>,
    /// For whom.
    #[arg(long = "for", value_enum, default_value = "internal")]
    pub audience: For,
    /// For programs.
    #[arg(long, conflicts_with = "html")]
    pub json: bool,
    /// As a page that prints.
    #[arg(long)]
    pub html: bool,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `dossier`
#[derive(Debug, Args)]
pub struct Dossier {
    /// What to do.
    #[command(subcommand)]
    pub command: DossierCommand,
}

/// `dossier …`
#[derive(Debug, Subcommand)]
pub enum DossierCommand {
    /// Make a key to sign dossiers with: the secret goes into the file, the key to check with is printed.
    Key {
        /// Name of the key, such as `mission.example`.
        name: String,
        /// Where the secret goes; never overwritten.
        file: PathBuf,
    },
    /// Make a dossier in a new directory.
    Make(DossierMake),
    /// Check a dossier with the keys of those who signed it; needs no mission and no network.
    Verify {
        /// The directory.
        dir: PathBuf,
        /// Keys to check with, `NAME+HASH+KEY`.
        #[arg(long = "key", required = true)]
        keys: Vec<String>,
    },
}

/// `dossier make`
#[derive(Debug, Args)]
pub struct DossierMake {
    /// A directory that does not exist yet.
    pub dir: PathBuf,
    /// The file of the secret key (`truceline dossier key`).
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// For whom.
    #[arg(long = "for", value_enum, default_value = "guarantors")]
    pub audience: For,
    /// As known at this moment (RFC 3339) instead of now.
    #[arg(long, value_name = "INSTANT")]
    pub as_known_at: Option<String>,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `board`
#[derive(Debug, Args)]
pub struct BoardOf {
    /// As known at this moment (RFC 3339) instead of now.
    #[arg(long, value_name = "INSTANT")]
    pub as_known_at: Option<String>,
    /// For programs.
    #[arg(long)]
    pub json: bool,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}

/// `routing`
#[derive(Debug, Args)]
pub struct RoutingOf {
    /// What to do.
    #[command(subcommand)]
    pub command: RoutingCommand,
}

/// `routing …`
#[derive(Debug, Subcommand)]
pub enum RoutingCommand {
    /// Say whom a made-up warning would be told to, by which way and why. Nothing is sent.
    Test {
        /// How grave: `advisory`, `watch` or `warning`.
        #[arg(long, default_value = "warning")]
        level: String,
        /// Where.
        #[arg(long, default_value = "buffer")]
        zone: String,
        /// What is counted.
        #[arg(long, default_value = "fire")]
        what: String,
        /// For whom it is worded: `staff`, `parties`, `guarantors`, `organisations` or `public`.
        #[arg(long = "for", default_value = "staff")]
        audience: String,
        /// When (RFC 3339) instead of now: silences and quiet hours depend on it.
        #[arg(long, value_name = "INSTANT")]
        at_time: Option<String>,
        /// Which mission.
        #[command(flatten)]
        at: At,
    },
}

/// `outbox`
#[derive(Debug, Args)]
pub struct OutboxOf {
    /// Number of a dead letter to try again; without it the last entries are listed.
    #[arg(long, value_name = "ENTRY")]
    pub retry: Option<i64>,
    /// Which mission.
    #[command(flatten)]
    pub at: At,
}
