//! The codes of a second factor (RFC 6238): SHA-1, six digits, thirty seconds, one step of doubt to each side.

use crate::error::PeopleError;
use totp_rs::{Builder, Secret, Totp};

/// Who gives the codes out, as devices show it.
const ISSUER: &str = "Truceline";

fn totp(secret: &[u8]) -> Result<Totp, PeopleError> {
    let built = Builder::new().with_secret(secret.to_vec()).build();
    built.map_err(|e| PeopleError::Failed(format!("a second factor could not be read ({e})")))
}

/// The step that `code` is of, if it is of one near `now_ms`. A step is good once: the caller sees to that.
pub(crate) fn step_of(secret: &[u8], code: &str, now_ms: i64) -> Result<Option<i64>, PeopleError> {
    let code: String = code.chars().take(16).filter(|c| !c.is_whitespace()).collect();
    let now_s = u64::try_from(now_ms / 1_000).unwrap_or(0);
    Ok(totp(secret)?.check(&code, now_s).and_then(|step| i64::try_from(step).ok()))
}

/// The secret as devices take it: in base32, and as an address.
pub(crate) fn shown(secret: &[u8], id: &str) -> (String, String) {
    let base32 = Secret::from(secret.to_vec()).to_base32();
    // Ids have no character that an address would write otherwise.
    let address = format!("otpauth://totp/{ISSUER}:{id}?secret={base32}&issuer={ISSUER}");
    (base32, address)
}

/// The code that a device shows at a moment, from the secret in base32; `None`: that is no secret.
#[must_use]
pub fn code_at(secret_base32: &str, now_ms: i64) -> Option<String> {
    let secret = Secret::try_from_base32(secret_base32).ok()?;
    let now_s = u64::try_from(now_ms / 1_000).unwrap_or(0);
    Some(Builder::new().with_secret(secret).build().ok()?.generate(now_s).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors of RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (s, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(step_of(secret, code, s * 1_000).unwrap(), Some(s / 30), "{s}");
            assert_eq!(step_of(secret, code, (s + 30) * 1_000).unwrap(), Some(s / 30), "a step late");
            assert_eq!(step_of(secret, code, (s + 90) * 1_000).unwrap(), None, "three steps late");
            assert_eq!(code_at(&shown(secret, "v.1").0, s * 1_000).as_deref(), Some(code));
        }
        for bad in ["", "28708", "2870822", "abcdef", "-87082", "２８７０８２"] {
            assert_eq!(step_of(secret, bad, 59_000).unwrap(), None, "{bad}");
        }
        assert_eq!(step_of(secret, " 287 082 ", 59_000).unwrap(), Some(1));
        assert_eq!(step_of(secret, "081804", i64::MIN).unwrap(), None);
        assert!(step_of(secret, "287 082", i64::MAX).is_ok());
    }
}
