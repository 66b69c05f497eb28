//! Passwords: argon2id. One run gives both what the password is checked by and the key that the secret of the second
//! factor is sealed with, so that who steals the file has neither.

use crate::error::PeopleError;
use crate::limits::{PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};
use crate::secret::random;
use argon2::{Algorithm, Argon2, Params, Version};
use subtle::ConstantTimeEq as _;

/// What a password costs to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
}

/// What new passwords cost: 64 MiB, twice over.
pub(crate) const COST: Cost = Cost { memory_kib: 64 * 1024, passes: 2 };

/// What is kept of a password.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub salt: Vec<u8>,
    pub cost: Cost,
    pub verifier: Vec<u8>,
}

/// Whether a text may be a password.
pub(crate) fn is_good(password: &str) -> bool {
    password.len() <= PASSWORD_BYTES_MAX && password.chars().count() >= PASSWORD_CHARS_MIN
}

/// Keeps a new password; the second is the key.
pub(crate) fn keep(password: &str) -> Result<(Kept, [u8; 32]), PeopleError> {
    let salt = random::<16>()?;
    let (verifier, key) = run(password, &salt, COST)?;
    Ok((Kept { salt: salt.to_vec(), cost: COST, verifier: verifier.to_vec() }, key))
}

/// The key, if the password is that one. Where there is none, as much work is done for nothing.
pub(crate) fn check(kept: Option<&Kept>, password: &str) -> Result<Option<[u8; 32]>, PeopleError> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Ok(None);
    }
    let Some(kept) = kept else {
        run(password, &[0; 16], COST)?;
        return Ok(None);
    };
    let (verifier, key) = run(password, &kept.salt, kept.cost)?;
    Ok(bool::from(verifier.ct_eq(&kept.verifier)).then_some(key))
}

/// Two halves of one output: neither tells of the other.
fn run(password: &str, salt: &[u8], cost: Cost) -> Result<([u8; 32], [u8; 32]), PeopleError> {
    let failed = |e: argon2::Error| PeopleError::Failed(format!("a password could not be checked ({e})"));
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(64)).map_err(failed)?;
    let mut out = [0_u8; 64];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(password.as_bytes(), salt, &mut out).map_err(failed)?;
    let (mut verifier, mut key) = ([0_u8; 32], [0_u8; 32]);
    let (first, second) = out.split_at(32);
    verifier.copy_from_slice(first);
    key.copy_from_slice(second);
    Ok((verifier, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_twelve_characters_and_no_kilobyte_more() {
        assert!(!is_good("elevenchars"));
        assert!(is_good("twelve chars"));
        assert!(is_good("дванадцять літер"));
        assert!(is_good(&"x".repeat(1_024)) && !is_good(&"x".repeat(1_025)));
    }

    #[test]
    fn only_the_password_itself_gives_its_key() {
        let (kept, key) = keep("correct horse battery").unwrap();
        assert_eq!(check(Some(&kept), "correct horse battery").unwrap(), Some(key));
        assert_eq!(check(Some(&kept), "correct horse batterz").unwrap(), None);
        assert_eq!(check(None, "correct horse battery").unwrap(), None);
        let (again, other) = keep("correct horse battery").unwrap();
        assert!(again.salt != kept.salt && again.verifier != kept.verifier && other != key);
        assert_ne!(kept.verifier, key);
    }
}
