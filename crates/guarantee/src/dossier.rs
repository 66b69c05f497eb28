//! The dossier: a file that proves itself without this program and without a network. A manifest names every member
//! with its SHA-256, the head of the journal, the versions of the rules, the hour as known at, and the audience; it is
//! signed as a *signed note* (C2SP), the format that transparency logs use, so that other tools can check it too.
//! Packing the members into an archive, and reading it, are others' work.

pub mod html;
pub mod manifest;
pub mod note;

pub use manifest::{Checked, Head, Manifest, Member, MemberFault};
pub use note::{NoteError, Signer, Verifier};

use crate::words::Audience;
use base::Digest;
use std::collections::BTreeMap;

/// What a dossier is made from.
#[derive(Clone, Debug)]
pub struct Making<'a> {
    /// What it is of, for people: `case file of 2026-03-12`.
    pub title: &'a str,
    /// For whom.
    pub audience: Audience,
    /// As known at, milliseconds since 1970.
    pub as_known_at_ms: i64,
    /// The head of the journal that it rests on.
    pub head: Head,
    /// Versions of the rules by name: `judge` → `1`.
    pub algorithms: &'a BTreeMap<String, String>,
    /// Its members: name within the archive, and bytes.
    pub members: &'a [(&'a str, &'a [u8])],
}

/// Makes the manifest of a dossier, unsigned.
///
/// # Errors
/// A member's name that could mean another place, or that stands there twice; too many members.
pub fn manifest(making: &Making<'_>) -> Result<Manifest, MemberFault> {
    let members = making.members.iter().map(|(name, bytes)| Member {
        name: (*name).to_owned(),
        bytes: bytes.len() as u64,
        sha256: Digest::of(bytes).to_string(),
    });
    Manifest {
        format: manifest::FORMAT.to_owned(),
        title: making.title.to_owned(),
        audience: making.audience,
        as_known_at_ms: making.as_known_at_ms,
        head: making.head.clone(),
        algorithms: making.algorithms.clone(),
        members: members.collect(),
    }
    .sorted()
}
