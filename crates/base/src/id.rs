//! Ids, each its own type, and the digest they are made from. Ids derive from content, so that the same fact has
//! the same id on every node and in any arrival order.

use sha2::{Digest as _, Sha256};
use std::fmt;

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of one byte string.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// Reads 64 hexadecimal digits; `None` for anything else.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Digest> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut out = [0u8; 32];
        for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Digest(out))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A digest fed piece by piece; every piece is length-prefixed, so that no two sequences of pieces collide.
#[derive(Clone, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// A hasher whose results cannot be confused with those of another `domain`.
    #[must_use]
    pub fn new(domain: &str) -> Hasher {
        let mut h = Hasher(Sha256::new());
        h.piece(domain.as_bytes());
        h
    }

    /// Feeds one piece.
    pub fn piece(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Feeds one number.
    pub fn number(&mut self, n: u64) {
        self.0.update(n.to_le_bytes());
    }

    /// The digest of all pieces.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }

    /// The first 128 bits of the digest, big-endian.
    #[must_use]
    pub fn finish_u128(self) -> u128 {
        let mut first = [0u8; 16];
        first.iter_mut().zip(self.finish().0).for_each(|(to, from)| *to = from);
        u128::from_be_bytes(first)
    }
}

/// The id of one observation: 128 bits of SHA-256 over its source and its native key, so that the same row
/// imported twice is one observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObservationId(pub u128);

/// The id of one incident: that of the observation that leads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IncidentId(pub u128);

impl ObservationId {
    /// The id of the row `native_key` of `source`.
    #[must_use]
    pub fn of(source: &str, native_key: &[u8]) -> ObservationId {
        let mut h = Hasher::new("truceline observation 1");
        h.piece(source.as_bytes());
        h.piece(native_key);
        ObservationId(h.finish_u128())
    }
}

macro_rules! hex_id {
    ($name:ident, $prefix:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{:032x}"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<$name, NotAnId> {
                let digits = text.strip_prefix($prefix).ok_or(NotAnId)?;
                if digits.len() != 32 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return Err(NotAnId);
                }
                u128::from_str_radix(digits, 16).map($name).map_err(|_| NotAnId)
            }
        }
    };
}

hex_id!(ObservationId, "obs-");
hex_id!(IncidentId, "inc-");

/// The text is not an id of the kind asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected its prefix and 32 hexadecimal digits")]
pub struct NotAnId;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_do_not_run_into_each_other() {
        assert_ne!(ObservationId::of("ab", b"c"), ObservationId::of("a", b"bc"));
    }

    #[test]
    fn an_id_reads_back() {
        let id = ObservationId::of("post-1", b"42");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("obs-xyz".parse::<ObservationId>(), Err(NotAnId));
        assert!("inc-+0000000000000000000000000000001".parse::<IncidentId>().is_err());
    }
}
