//! What must be read again is sealed: with a key from the password, or from the one-time link.

use crate::error::PeopleError;
use crate::secret::random;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

const NONCE_BYTES: usize = 24;

/// Seals `plain`; it opens only with the same key and for the same `owner`.
pub(crate) fn seal(key: &[u8; 32], owner: &str, plain: &[u8]) -> Result<Vec<u8>, PeopleError> {
    let nonce = random::<NONCE_BYTES>()?;
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    let payload = Payload { msg: plain, aad: owner.as_bytes() };
    let failed = |_| PeopleError::Failed("a secret could not be sealed".to_owned());
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(failed)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// What was sealed; `None`: another key, another owner, or damaged.
pub(crate) fn open(key: &[u8; 32], owner: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg: rest, aad: owner.as_bytes() }).ok()
}

/// A key of this process alone: what it seals can be given to a stranger to keep, and opens only here, until the
/// process ends.
pub struct Sealing([u8; 32]);

impl Sealing {
    /// A fresh key, from the operating system.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub fn new() -> Result<Sealing, PeopleError> {
        Ok(Sealing(random()?))
    }

    /// Seals `plain` for `purpose`.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, PeopleError> {
        seal(&self.0, purpose, plain)
    }

    /// What was sealed for `purpose`; `None`: elsewhere, for something else, or damaged.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        open(&self.0, purpose, sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_owner_with_its_key_only() {
        let sealed = seal(&[7; 32], "v.1", b"a secret").unwrap();
        assert_eq!(open(&[7; 32], "v.1", &sealed).as_deref(), Some(b"a secret".as_slice()));
        assert_eq!(open(&[8; 32], "v.1", &sealed), None);
        assert_eq!(open(&[7; 32], "v.2", &sealed), None);
        assert_eq!(open(&[7; 32], "v.1", &sealed[..20]), None);
        assert!(!sealed.windows(8).any(|w| w == b"a secret"));
    }
}
