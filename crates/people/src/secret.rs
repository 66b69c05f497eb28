//! Random secrets that are shown once, and their digests, which alone are kept.

use crate::error::PeopleError;
use crate::limits::SECRET_TEXT_BYTES_MAX;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A secret of 256 bits, as its holder sends it. It is shown once and kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A fresh one, from the operating system. `prefix` says what it is of, for whoever finds it lying about.
    pub(crate) fn new(prefix: &str) -> Result<Secret, PeopleError> {
        let bytes = random::<32>()?;
        let mut text = prefix.to_owned();
        bytes.iter().for_each(|b| text.push_str(&format!("{b:02x}")));
        Ok(Secret(text))
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], PeopleError> {
    let mut bytes = [0_u8; N];
    let failed = |e: getrandom::Error| PeopleError::Failed(format!("no random bytes could be had ({e})"));
    getrandom::fill(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The digest under which a secret is kept and found; `None`: too long to be one. A secret has 256 random bits, so its
/// digest gives nothing away, neither by itself nor by how long a look-up takes.
pub(crate) fn digest_of(text: &str) -> Option<[u8; 32]> {
    (text.len() <= SECRET_TEXT_BYTES_MAX).then(|| tagged("secret", &[text]))
}

/// A digest of texts under a name of its own; where one text ends is part of it.
pub(crate) fn tagged(name: &str, texts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"truceline people 1\0");
    for text in std::iter::once(&name).chain(texts) {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}
