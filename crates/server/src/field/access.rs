//! Who may send from the field: `access.json` in the mission's directory. It holds digests of tokens, never tokens,
//! and never enters the journal. A desk that runs reads it at every request, so a change counts at once.

use super::files;
use crate::limits::ACCESS_BYTES_MAX;
use base::Digest;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use subtle::ConstantTimeEq as _;

/// The file's name.
const FILE: &str = "access.json";
/// Held while the file is changed.
const LOCK: &str = "access.lock";
/// Longest pseudonym or team, characters.
const NAME_CHARS_MAX: usize = 64;

/// One enrolled device of an observer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolled {
    /// The observer's pseudonym.
    pub observer: String,
    /// The team: the source of its reports.
    pub team: String,
    /// SHA-256 of the token, hexadecimal.
    pub token_sha256: String,
    /// When it was enrolled, milliseconds since 1970.
    pub made_ms: i64,
    /// Until when the token holds, milliseconds since 1970; `None`: until it is revoked.
    pub expires_ms: Option<i64>,
    /// When it was revoked, milliseconds since 1970.
    pub revoked_ms: Option<i64>,
}

/// Everybody who was ever enrolled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// In order of enrolment.
    pub enrolled: Vec<Enrolled>,
}

/// Why somebody is not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdmitted {
    /// No device has that token.
    #[error("this device is not enrolled with this mission; ask the desk for a new link")]
    Unknown,
    /// The token was taken back.
    #[error("this device's enrolment was taken back; ask the desk for a new link")]
    Revoked,
    /// The token's time is over.
    #[error("this device's enrolment has expired; ask the desk for a new link")]
    Expired,
}

/// Why the list could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The disk or the system failed.
    #[error("`{FILE}` of the mission could not be used: {0}")]
    Failed(#[from] io::Error),
    /// Not what this program writes.
    #[error(
        "`{FILE}` of the mission cannot be read: {0}; restore it, or remove it and enrol everybody again"
    )]
    Damaged(String),
    /// A pseudonym or team that cannot be taken.
    #[error("`{0}` cannot be a name here: 1 to 64 letters, digits, `-`, `_` or `.`")]
    BadName(String),
}

/// A fresh token: 128 bits from the operating system, as 32 hexadecimal digits.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn new_token() -> io::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| io::Error::other(e.to_string()))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

impl Access {
    /// The list of the mission in `dir`; empty if nobody was enrolled yet.
    ///
    /// # Errors
    /// When it is there and cannot be read: then nobody is admitted.
    pub fn read(dir: &Path) -> Result<Access, AccessError> {
        let file = match File::open(dir.join(FILE)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Access::default()),
            other => other?,
        };
        let mut text = Vec::new();
        file.take(ACCESS_BYTES_MAX).read_to_end(&mut text)?;
        // What stands in the file is not repeated in messages.
        serde_json::from_slice(&text).map_err(|e| {
            AccessError::Damaged(format!("line {}, column {} is not as written", e.line(), e.column()))
        })
    }

    /// Changes the list of the mission in `dir`. The file is replaced whole and on the disk before this returns; a
    /// crash leaves the list before or the list after.
    ///
    /// # Errors
    /// As [`Access::read`], or when it cannot be written.
    pub fn change<T>(
        dir: &Path,
        change: impl FnOnce(&mut Access) -> Result<T, AccessError>,
    ) -> Result<T, AccessError> {
        let lock = File::options().create(true).append(true).open(dir.join(LOCK))?;
        lock.lock()?;
        let mut access = Access::read(dir)?;
        let out = change(&mut access)?;
        let text = serde_json::to_vec_pretty(&access).map_err(io::Error::other)?;
        files::replace(&dir.join(FILE), &text)?;
        Ok(out)
    }

    /// Adds a device. The token itself is not kept.
    ///
    /// # Errors
    /// When a name cannot be taken.
    pub fn enrol(
        &mut self,
        observer: &str,
        team: &str,
        token: &str,
        made_ms: i64,
        expires_ms: Option<i64>,
    ) -> Result<(), AccessError> {
        for name in [observer, team] {
            if !is_name(name) {
                return Err(AccessError::BadName(name.chars().take(NAME_CHARS_MAX).collect()));
            }
        }
        self.enrolled.push(Enrolled {
            observer: observer.to_owned(),
            team: team.to_owned(),
            token_sha256: Digest::of(token.as_bytes()).to_string(),
            made_ms,
            expires_ms,
            revoked_ms: None,
        });
        Ok(())
    }

    /// Takes back every token of an observer; how many held until now.
    pub fn revoke(&mut self, observer: &str, now_ms: i64) -> usize {
        let held = self.enrolled.iter_mut().filter(|e| e.observer == observer && e.admits(now_ms).is_ok());
        held.map(|e| e.revoked_ms = Some(now_ms)).count()
    }

    /// Whose device has that token. Every digest is compared, each in constant time.
    ///
    /// # Errors
    /// When nobody's, or when it holds no longer.
    pub fn admit(&self, token: &str, now_ms: i64) -> Result<&Enrolled, NotAdmitted> {
        let asked = Digest::of(token.as_bytes()).0;
        let mut found = None;
        for enrolled in &self.enrolled {
            let known = Digest::from_hex(&enrolled.token_sha256);
            if known.is_some_and(|d| bool::from(d.0.ct_eq(&asked))) {
                found = Some(enrolled);
            }
        }
        let enrolled = found.ok_or(NotAdmitted::Unknown)?;
        enrolled.admits(now_ms).map(|()| enrolled)
    }
}

impl Enrolled {
    /// Whether the token holds at `now_ms`.
    ///
    /// # Errors
    /// Why it does not.
    pub fn admits(&self, now_ms: i64) -> Result<(), NotAdmitted> {
        match (self.revoked_ms, self.expires_ms) {
            (Some(_), _) => Err(NotAdmitted::Revoked),
            (None, Some(end)) if end <= now_ms => Err(NotAdmitted::Expired),
            _ => Ok(()),
        }
    }
}

fn is_name(text: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_holds_until_it_is_revoked_or_expires_and_no_other_does() {
        let mut access = Access::default();
        access.enrol("P-07", "patrol-3", "aaaa", 10, Some(100)).unwrap();
        access.enrol("P-08", "patrol-3", "bbbb", 10, None).unwrap();
        assert_eq!(access.admit("aaaa", 99).unwrap().observer, "P-07");
        assert_eq!(access.admit("aaaa", 100), Err(NotAdmitted::Expired));
        assert_eq!(access.admit("", 20), Err(NotAdmitted::Unknown));
        assert_eq!(access.admit("aaab", 20), Err(NotAdmitted::Unknown));
        assert_eq!(access.revoke("P-07", 30), 1);
        assert_eq!(access.revoke("P-07", 31), 0, "revoked already");
        assert_eq!(access.admit("aaaa", 31), Err(NotAdmitted::Revoked));
        assert!(access.admit("bbbb", i64::MAX).is_ok());
        assert!(access.enrol("a:b", "t", "c", 0, None).is_err(), "a colon would end the name in HTTP Basic");
        assert!(access.enrol("", "t", "c", 0, None).is_err());
    }

    #[test]
    fn the_file_holds_no_token_and_only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Access::read(dir.path()).unwrap(), Access::default());
        let token = new_token().unwrap();
        assert_eq!(token.len(), 32);
        Access::change(dir.path(), |a| a.enrol("P-07", "patrol-3", &token, 1, None)).unwrap();
        let text = std::fs::read_to_string(dir.path().join(FILE)).unwrap();
        assert!(!text.contains(&token) && text.contains("patrol-3"), "{text}");
        let mode = std::fs::metadata(dir.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(Access::read(dir.path()).unwrap().admit(&token, 2).is_ok());
        std::fs::write(dir.path().join(FILE), "{\"enrolled\":[{\"observer\":\"secret\"").unwrap();
        let damaged = Access::read(dir.path()).unwrap_err().to_string();
        assert!(!damaged.contains("secret"), "{damaged}");
    }
}
