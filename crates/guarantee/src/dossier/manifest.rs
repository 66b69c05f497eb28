//! The manifest: what a dossier holds and what it rests on.

use crate::limits::{MEMBERS_MAX, NAME_BYTES_MAX};
use crate::words::Audience;
use base::Digest;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Name and version of the format.
pub const FORMAT: &str = "truceline dossier 1";

/// The head of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// How many entries it has.
    pub entries: u64,
    /// Its digest, 64 hexadecimal digits.
    pub digest: String,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Its name within the archive: `case-file.html`, `proofs/17.txt`.
    pub name: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Their SHA-256, 64 hexadecimal digits.
    pub sha256: String,
}

/// A manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// What it is of, for people.
    pub title: String,
    /// For whom.
    pub audience: Audience,
    /// As known at, milliseconds since 1970.
    pub as_known_at_ms: i64,
    /// The head of the journal that it rests on.
    pub head: Head,
    /// Versions of the rules by name.
    pub algorithms: BTreeMap<String, String>,
    /// Its members, by name.
    pub members: Vec<Member>,
}

/// Why a manifest is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemberFault {
    /// A name that is empty, too long, or could mean another place.
    #[error(
        "member `{0}`: a name has 1 to {NAME_BYTES_MAX} bytes, no `..`, no backslash, no colon, no control signs, and no slash at its ends"
    )]
    Name(String),
    /// A name that stands there twice.
    #[error("member `{0}` stands there twice")]
    Twice(String),
    /// Too many members.
    #[error("{0} members; at most {MEMBERS_MAX}")]
    TooMany(usize),
    /// No digest.
    #[error("`{0}` is no SHA-256 in 64 hexadecimal digits")]
    Digest(String),
    /// It is no manifest, or of another format.
    #[error("this is no manifest of the format `{FORMAT}`: {0}")]
    Format(String),
}

/// What came of checking members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Names of members whose bytes are what the manifest says.
    pub sound: Vec<String>,
    /// Names of members that are not there.
    pub missing: Vec<String>,
    /// Names of members whose bytes are others.
    pub changed: Vec<String>,
    /// Names of what is there and is no member.
    pub extra: Vec<String>,
}

impl Checked {
    /// Whether every member is there unchanged, and nothing else.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.changed.is_empty() && self.extra.is_empty()
    }
}

impl Manifest {
    /// The manifest with its members in order.
    ///
    /// # Errors
    /// A member or digest that cannot be one.
    pub fn sorted(mut self) -> Result<Manifest, MemberFault> {
        self.members.sort_by(|a, b| a.name.cmp(&b.name));
        self.sound()?;
        Ok(self)
    }

    fn sound(&self) -> Result<(), MemberFault> {
        if self.format != FORMAT {
            return Err(MemberFault::Format(format!("it says `{}`", self.format)));
        }
        if self.members.len() > MEMBERS_MAX {
            return Err(MemberFault::TooMany(self.members.len()));
        }
        let digests = self.members.iter().map(|m| &m.sha256).chain([&self.head.digest]);
        for digest in digests {
            if Digest::from_hex(digest).is_none_or(|d| d.to_string() != *digest) {
                return Err(MemberFault::Digest(digest.clone()));
            }
        }
        let mut seen = BTreeSet::new();
        for member in &self.members {
            if !is_name(&member.name) {
                return Err(MemberFault::Name(member.name.clone()));
            }
            // Two names that differ in case alone are one file on many machines.
            if !seen.insert(member.name.to_lowercase()) {
                return Err(MemberFault::Twice(member.name.clone()));
            }
        }
        Ok(())
    }

    /// The manifest as text: JSON of one line a member, ending in a new line. The same manifest gives the same bytes.
    #[must_use]
    pub fn text(&self) -> String {
        // JSON of these types cannot fail; an empty text would not be read again.
        let mut out = serde_json::to_string_pretty(self).unwrap_or_default();
        out.push('\n');
        out
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Manifest, MemberFault> {
        let read: Manifest = serde_json::from_str(text).map_err(|e| MemberFault::Format(e.to_string()))?;
        read.sound()?;
        Ok(read)
    }

    /// Checks what is there against the manifest: names and bytes.
    #[must_use]
    pub fn check<'b>(&self, there: impl IntoIterator<Item = (&'b str, &'b [u8])>) -> Checked {
        let wanted: BTreeMap<&str, &Member> = self.members.iter().map(|m| (m.name.as_str(), m)).collect();
        let (mut out, mut seen) = (Checked::default(), BTreeSet::new());
        for (name, bytes) in there {
            let is = |m: &Member| m.bytes == bytes.len() as u64 && m.sha256 == Digest::of(bytes).to_string();
            let list = match wanted.get(name) {
                // Of two under one name, one is not the member.
                Some(member) if !seen.contains(name) && is(member) => &mut out.sound,
                Some(_) => &mut out.changed,
                None => &mut out.extra,
            };
            list.push(name.to_owned());
            seen.insert(name);
        }
        out.missing = wanted.keys().filter(|n| !seen.contains(*n)).map(|n| (*n).to_owned()).collect();
        out
    }
}

fn is_name(name: &str) -> bool {
    let parts = || name.split('/');
    !name.is_empty()
        && name.len() <= NAME_BYTES_MAX
        && parts().all(|p| !p.is_empty() && p != "." && p != "..")
        && !name.contains(['\\', ':'])
        && !name.chars().any(char::is_control)
}
