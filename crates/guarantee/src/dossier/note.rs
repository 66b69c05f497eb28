//! Signed notes (C2SP signed-note, with Ed25519): a text, an empty line, and one line for each signature. Whoever has a
//! verifier key, one line of text, can check a note with this module or with any other program for the format.

use crate::limits::{MANIFEST_BYTES_MAX, SIGNATURES_MAX};
use base::Digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

/// The signature type of Ed25519 in the format.
const ED25519: u8 = 0x01;
/// What stands before each signature: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// Why a note or key is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The name of a key.
    #[error("`{0}` is no name of a key: it has no spaces and no plus sign, and is not empty")]
    Name(String),
    /// The text of a note.
    #[error("the text of a note ends in a new line and has no control signs beside that")]
    Text,
    /// It is too long.
    #[error("a note of {0} bytes; at most {MANIFEST_BYTES_MAX} are read")]
    TooLong(usize),
    /// It has no signatures, or too many.
    #[error("this is no signed note: after the text come an empty line and 1 to {SIGNATURES_MAX} signatures")]
    Form,
    /// A verifier key.
    #[error("this is no verifier key; one looks like `mission.example+1a2b3c4d+AQ…`")]
    Key,
    /// A signature of a known key that does not fit: the text was changed.
    #[error("the signature of `{0}` does not fit this text: it was changed after it was signed")]
    Changed(String),
    /// No known key has signed.
    #[error("none of the {0} given keys has signed this")]
    Unknown(usize),
}

fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('+') && !name.chars().any(char::is_whitespace)
}

fn key_hash(name: &str, public: &[u8; 32]) -> [u8; 4] {
    let mut bytes = name.as_bytes().to_vec();
    bytes.push(b'\n');
    bytes.push(ED25519);
    bytes.extend_from_slice(public);
    let Digest([a, b, c, d, ..]) = Digest::of(&bytes);
    [a, b, c, d]
}

/// Signs. The key is handed in and is nowhere kept but here.
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl Signer {
    /// A signer of that name with that seed of an Ed25519 key (RFC 8032), 32 bytes.
    ///
    /// # Errors
    /// When the name can be none.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Signer, NoteError> {
        if !is_key_name(name) {
            return Err(NoteError::Name(name.to_owned()));
        }
        Ok(Signer { name: name.to_owned(), key: SigningKey::from_bytes(seed) })
    }

    /// What others check its signatures with; it may be public.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The note of that text with this signature.
    ///
    /// # Errors
    /// When the text cannot be one of a note.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        let control = |c: char| c.is_control() && c != '\n';
        if !text.ends_with('\n') || text.chars().any(control) {
            return Err(NoteError::Text);
        }
        let line = self.line(text);
        let note = format!("{text}\n{line}");
        if note.len() > MANIFEST_BYTES_MAX { Err(NoteError::TooLong(note.len())) } else { Ok(note) }
    }

    /// The note with this signature added: others sign the same text.
    ///
    /// # Errors
    /// When it is no note, or would have too many signatures.
    pub fn cosign(&self, note: &str) -> Result<String, NoteError> {
        let (text, lines) = parts(note)?;
        if lines.len() >= SIGNATURES_MAX {
            return Err(NoteError::Form);
        }
        Ok(format!("{note}{}", self.line(text)))
    }

    fn line(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes());
        let mut bytes = key_hash(&self.name, &self.key.verifying_key().to_bytes()).to_vec();
        bytes.extend_from_slice(&signature.to_bytes());
        format!("{DASH}{} {}\n", self.name, STANDARD.encode(bytes))
    }
}

/// Checks signatures of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    /// The name of the key.
    pub name: String,
    key: VerifyingKey,
}

impl std::fmt::Display for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let public = self.key.to_bytes();
        let [a, b, c, d] = key_hash(&self.name, &public);
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(&public);
        write!(f, "{}+{a:02x}{b:02x}{c:02x}{d:02x}+{}", self.name, STANDARD.encode(bytes))
    }
}

impl Verifier {
    /// Reads a verifier key: `NAME+HASH+KEY`.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(text: &str) -> Result<Verifier, NoteError> {
        let mut fields = text.trim().splitn(3, '+');
        let mut next = || fields.next().ok_or(NoteError::Key);
        let (name, hash, key) = (next()?, next()?, next()?);
        let bytes = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let Some((&ED25519, public)) = bytes.split_first() else { return Err(NoteError::Key) };
        let public: [u8; 32] = public.try_into().map_err(|_| NoteError::Key)?;
        let key = VerifyingKey::from_bytes(&public).map_err(|_| NoteError::Key)?;
        let [a, b, c, d] = key_hash(name, &public);
        let fits = format!("{a:02x}{b:02x}{c:02x}{d:02x}") == hash;
        if !is_key_name(name) || !fits || key.is_weak() {
            return Err(NoteError::Key);
        }
        Ok(Verifier { name: name.to_owned(), key })
    }
}

/// The text of a note and its lines of signatures.
fn parts(note: &str) -> Result<(&str, Vec<&str>), NoteError> {
    if note.len() > MANIFEST_BYTES_MAX {
        return Err(NoteError::TooLong(note.len()));
    }
    let at = note.rfind("\n\n").ok_or(NoteError::Form)?;
    let (text, rest) = note.split_at(at + 1);
    let signatures = rest.strip_prefix('\n').and_then(|s| s.strip_suffix('\n')).ok_or(NoteError::Form)?;
    let lines: Vec<&str> = signatures.split('\n').collect();
    let sound = lines.len() <= SIGNATURES_MAX && lines.iter().all(|l| l.starts_with(DASH));
    if sound { Ok((text, lines)) } else { Err(NoteError::Form) }
}

/// The text of a note that at least one of these keys has signed, and the names of those that have. Signatures of
/// other keys are passed over; one of a given key that does not fit refuses the note.
///
/// # Errors
/// When it is no note, when a signature does not fit, or when none of the keys has signed.
pub fn verify<'n>(note: &'n str, keys: &[Verifier]) -> Result<(&'n str, Vec<String>), NoteError> {
    let (text, lines) = parts(note)?;
    let mut signed: Vec<String> = Vec::new();
    for line in lines {
        let Some((name, signature)) = line.strip_prefix(DASH).and_then(|l| l.split_once(' ')) else {
            return Err(NoteError::Form);
        };
        let bytes = STANDARD.decode(signature).map_err(|_| NoteError::Form)?;
        let Some((hash, signature)) = bytes.split_at_checked(4) else { return Err(NoteError::Form) };
        let is = |k: &&Verifier| k.name == name && key_hash(&k.name, &k.key.to_bytes()).as_slice() == hash;
        let Some(key) = keys.iter().find(is) else { continue };
        let signature: Result<[u8; 64], _> = signature.try_into();
        let fits = signature
            .is_ok_and(|s| key.key.verify_strict(text.as_bytes(), &Signature::from_bytes(&s)).is_ok());
        if !fits {
            return Err(NoteError::Changed(name.to_owned()));
        }
        if !signed.iter().any(|s| s == name) {
            signed.push(name.to_owned());
        }
    }
    if signed.is_empty() { Err(NoteError::Unknown(keys.len())) } else { Ok((text, signed)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of the format's Go implementation (golang.org/x/mod/sumdb/note).
    const VKEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn a_note_of_another_implementation_is_verified() {
        let key = Verifier::read(VKEY).unwrap();
        assert_eq!(key.to_string(), VKEY);
        let (text, signed) = verify(NOTE, &[key]).unwrap();
        assert!(text.ends_with("what your problem is.\n"));
        assert_eq!(signed, ["PeterNeumann"]);
    }

    #[test]
    fn what_is_signed_is_verified_and_one_changed_letter_is_seen() {
        let signer = Signer::new("mission.example", &[7; 32]).unwrap();
        let other = Signer::new("tarn.example", &[8; 32]).unwrap();
        let note = other.cosign(&signer.sign("one\n\ntwo\n").unwrap()).unwrap();
        let keys = [signer.verifier(), other.verifier()];
        assert_eq!(verify(&note, &keys).unwrap().0, "one\n\ntwo\n");
        assert_eq!(verify(&note, &keys).unwrap().1.len(), 2);
        let changed = note.replace("two", "too");
        assert_eq!(verify(&changed, &keys), Err(NoteError::Changed("mission.example".to_owned())));
        let stranger = Signer::new("mission.example", &[9; 32]).unwrap().verifier();
        assert_eq!(verify(&note, &[stranger]), Err(NoteError::Unknown(1)));
    }

    #[test]
    fn nothing_that_is_no_note_or_key_is_taken_for_one() {
        for text in
            ["", "\n", "\n\n", "x\n\n", "x\n\ny\n", "x\n\n\u{2014} a b\n", "x\n\n\u{2014} \n", "é\n\né"]
        {
            assert!(verify(text, &[]).is_err(), "{text:?}");
        }
        for key in ["", "a", "a+b", "a+b+c", "a+00000000+AQ==", &VKEY.replace("c74f", "c74e")] {
            assert_eq!(Verifier::read(key), Err(NoteError::Key), "{key}");
        }
        assert_eq!(Signer::new("x", &[1; 32]).unwrap().sign("no new line"), Err(NoteError::Text));
    }
}
