//! ProofMode bundles: an archive with a medium (or without), a table and an object of what the device stated about it,
//! and detached signatures. Recognised, its members hashed, and the digest that the statement names compared with the
//! medium's own. **Signatures are not checked**: that is said wherever a bundle is told of.

use crate::formats::xml::archive::{is_archive, is_unsafe};
use base::Digest;
use base::limits::{ARCHIVE_BYTES_MAX, ARCHIVE_ENTRIES_MAX, ARCHIVE_RATIO_MAX, ARCHIVE_UNPACKED_BYTES_MAX};
use sha2::{Digest as _, Sha256};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Bytes that a member may unpack to whatever its packed size.
const FREE_BYTES: u64 = 1024 * 1024;
/// Largest statement that is read, bytes.
const STATEMENT_BYTES_MAX: usize = 1024 * 1024;
/// What the statement calls the medium's digest; the second is that of older programs.
const NAMES: [&str; 2] = ["File Hash SHA256", "FileHash"];

/// What a member of a bundle is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What the device stated: `….proof.csv` or `….proof.json`.
    Statement,
    /// A detached signature.
    Signature,
    /// The key that signatures are said to be made with.
    Key,
    /// What a third service said of the device or the time.
    Notary,
    /// How to check it, for people.
    Help,
    /// A medium, or anything else.
    Medium,
}

impl Role {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Statement => "statement",
            Role::Signature => "signature",
            Role::Key => "key",
            Role::Notary => "notary",
            Role::Help => "help",
            Role::Medium => "medium",
        }
    }

    fn of(name: &str) -> Role {
        let lower = name.to_lowercase();
        let ends = |all: &[&str]| all.iter().any(|e| lower.ends_with(e));
        if lower.rsplit('/').next() == Some("pubkey.asc") {
            Role::Key
        } else if ends(&[".asc", ".sig"]) {
            Role::Signature
        } else if ends(&[".proof.csv", ".proof.json"]) {
            Role::Statement
        } else if ends(&[".gst", ".ots", ".devicecheck", ".gsn"]) {
            Role::Notary
        } else if ends(&[".txt", ".md", ".html"]) {
            Role::Help
        } else {
            Role::Medium
        }
    }
}

/// A member of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name in the archive. Never used as a path.
    pub name: String,
    /// Its size, unpacked.
    pub bytes: u64,
    /// Its SHA-256.
    pub digest: Digest,
    /// What it is.
    pub role: Role,
}

/// What a statement says of the medium's digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The member that says it.
    pub by: String,
    /// The digest; `None`: it names none.
    pub digest: Option<Digest>,
    /// Whether its own name says the same digest; `None`: its name is no digest.
    pub name_agrees: Option<bool>,
    /// The medium in the bundle that has this digest.
    pub medium: Option<String>,
}

/// A bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Its members, in the order of the archive.
    pub members: Vec<Member>,
    /// What its statements say.
    pub claims: Vec<Claim>,
}

/// Why something is no bundle, or is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotABundle {
    /// No archive, or one without a statement.
    #[error("no ProofMode bundle: {0}")]
    Other(&'static str),
    /// Damaged, or packed so that it is not read.
    #[error("the archive cannot be read: {0}")]
    Damaged(String),
    /// Too large, or a bomb.
    #[error("the archive is refused: {0}")]
    Refused(String),
}

/// Reads a bundle. Memory: one member at a time is hashed as it unpacks, only statements are held.
///
/// # Errors
/// When it is no bundle, is damaged, or unpacks to more than the limits of archives.
pub fn read(bytes: &[u8]) -> Result<Bundle, NotABundle> {
    if !is_archive(bytes) {
        return Err(NotABundle::Other("not a ZIP archive"));
    }
    if bytes.len() as u64 > ARCHIVE_BYTES_MAX {
        return Err(NotABundle::Refused(format!("larger than {ARCHIVE_BYTES_MAX} bytes")));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| NotABundle::Damaged(e.to_string()))?;
    if archive.len() > ARCHIVE_ENTRIES_MAX {
        return Err(NotABundle::Refused(format!("more than {ARCHIVE_ENTRIES_MAX} entries")));
    }
    // Names cost nothing: what states nothing is not unpacked.
    if !archive.file_names().any(|n| n.is_ok_and(|n| Role::of(&n) == Role::Statement)) {
        return Err(NotABundle::Other("it has no `.proof.csv` and no `.proof.json`"));
    }
    let (mut members, mut statements, mut left) = (Vec::new(), Vec::new(), ARCHIVE_UNPACKED_BYTES_MAX);
    for index in 0..archive.len() {
        let Some((member, text)) = member(&mut archive, index, &mut left)? else { continue };
        statements.extend(text.map(|text| (member.name.clone(), text)));
        members.push(member);
    }
    let claims = statements.iter().map(|(name, text)| claim(name, text, &members)).collect();
    Ok(Bundle { members, claims })
}

/// A member, and its text if it is a statement.
type Opened = (Member, Option<Vec<u8>>);

/// One member; `None`: a folder.
fn member(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    left: &mut u64,
) -> Result<Option<Opened>, NotABundle> {
    let damaged = |e: &dyn std::fmt::Display| NotABundle::Damaged(format!("entry {}: {e}", index + 1));
    let mut file = archive.by_index(index).map_err(|e| damaged(&e))?;
    let name = String::from_utf8_lossy(file.name_raw()).into_owned();
    if is_unsafe(&name) {
        return Err(NotABundle::Refused(format!("the name `{}` leads out of it", name.escape_debug())));
    }
    if file.is_dir() {
        return Ok(None);
    }
    let role = Role::of(&name);
    let allowed = file.compressed_size().saturating_mul(ARCHIVE_RATIO_MAX).max(FREE_BYTES).min(*left);
    let (mut hash, mut total, mut text) = (Sha256::new(), 0_u64, Vec::new());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let n = file.read(&mut buffer).map_err(|e| damaged(&e))?;
        let part = buffer.get(..n).unwrap_or_default();
        if part.is_empty() {
            break;
        }
        total += part.len() as u64;
        if total > allowed {
            return Err(NotABundle::Refused(format!("entry {} unpacks to more than is allowed", index + 1)));
        }
        hash.update(part);
        if role == Role::Statement && text.len() < STATEMENT_BYTES_MAX {
            text.extend_from_slice(part);
        }
    }
    *left -= total;
    let digest = Digest(hash.finalize().into());
    let text = (role == Role::Statement).then_some(text);
    Ok(Some((Member { name, bytes: total, digest, role }, text)))
}

fn claim(name: &str, text: &[u8], members: &[Member]) -> Claim {
    let said = if name.to_lowercase().ends_with(".json") { of_json(text) } else { of_table(text) };
    let digest = said.and_then(|s| Digest::from_hex(s.trim()));
    let own = name.rsplit('/').next().and_then(|n| n.get(..64)).and_then(Digest::from_hex);
    let is_it = |m: &&Member| m.role == Role::Medium && Some(m.digest) == digest;
    let medium = members.iter().find(is_it).map(|m| m.name.clone());
    let name_agrees = own.map(|own| digest == Some(own));
    Claim { by: name.to_owned(), digest, name_agrees, medium }
}

fn of_json(text: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(text).ok()?;
    NAMES.iter().find_map(|name| value.get(name)?.as_str().map(str::to_owned))
}

/// A header and a row of values; or, in older bundles, a name and its value a line.
fn of_table(text: &[u8]) -> Option<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    let rows: Vec<csv::StringRecord> = reader.records().take(2_000).map_while(Result::ok).collect();
    let is_name = |cell: &str| NAMES.iter().any(|n| n.eq_ignore_ascii_case(cell.trim()));
    let header = rows.first()?;
    let below = || {
        let at = header.iter().position(is_name)?;
        rows.get(1)?.get(at).map(str::to_owned)
    };
    let beside = || rows.iter().find(|r| r.get(0).is_some_and(is_name))?.get(1).map(str::to_owned);
    if rows.len() > 1 && header.len() > 2 { below() } else { beside() }
}

impl Bundle {
    /// What was checked and what was not, line by line, for people. `is_held` tells whether the mission holds an
    /// original of a digest: a bundle may come without its medium.
    #[must_use]
    pub fn told(&self, is_held: &dyn Fn(Digest) -> bool) -> Vec<String> {
        let mut out = Vec::new();
        for claim in &self.claims {
            let by = &claim.by;
            out.push(match (claim.digest, &claim.medium) {
                (None, _) => format!("not checked: `{by}` names no SHA-256 of a medium"),
                (Some(digest), Some(medium)) => {
                    format!("checked: `{by}` names {digest}, and that is the SHA-256 of `{medium}`")
                }
                (Some(digest), None) if is_held(digest) => {
                    format!("checked: `{by}` names {digest}; the medium is not in the bundle, and is held as an original")
                }
                (Some(digest), None) if self.has_media() => {
                    format!("DOES NOT FIT: `{by}` names {digest}, and no medium of the bundle has it")
                }
                (Some(digest), None) => {
                    format!("not checked: `{by}` names {digest}; the medium is not in the bundle")
                }
            });
            if claim.name_agrees == Some(false) {
                out.push(format!(
                    "DOES NOT FIT: the name of `{by}` is another digest than the one it states"
                ));
            }
        }
        let count = |role| self.members.iter().filter(|m| m.role == role).count();
        let (signatures, notaries) = (count(Role::Signature), count(Role::Notary));
        out.push(format!(
            "not checked: {signatures} signatures, whose key it is, {notaries} notaries' words on time or device, and \
             whether what the device stated (place, time, network) is true"
        ));
        out
    }

    fn has_media(&self) -> bool {
        self.members.iter().any(|m| m.role == Role::Medium)
    }
}
