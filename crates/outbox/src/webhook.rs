//! The request of a webhook, signed as the Standard Webhooks specification says (`webhook-id`, `webhook-timestamp`,
//! `webhook-signature: v1,…`: HMAC-SHA256 over `id.timestamp.body`), so that receivers can check it with libraries
//! that stand. `Idempotency-Key` carries the same id, which is the same at every attempt.

use crate::message::Message;
use crate::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use serde::Serialize;
use sha2::Sha256;

/// How far a receiver's clock may differ, seconds.
pub const TOLERANCE_S: i64 = 300;

/// A request as it goes on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Headers, names in small letters.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

#[derive(Serialize)]
struct Body<'a> {
    /// The format of this body.
    version: u8,
    #[serde(rename = "type")]
    kind: String,
    recipient: &'a str,
    message: &'a Message,
    cap: String,
}

/// The request that tells `recipient` of the message at `at_ms`; `key` is the id of this delivery.
///
/// # Errors
/// The message cannot be written as JSON (a number that is none).
pub fn request(
    message: &Message,
    recipient: &str,
    key: &str,
    secret: &Secret,
    at_ms: i64,
) -> Result<Request, serde_json::Error> {
    let kind = format!("message.{}", message.kind.name());
    let body = Body { version: 1, kind, recipient, message, cap: crate::cap::write(message) };
    let body = serde_json::to_string(&body)?;
    let at_s = at_ms.div_euclid(1_000);
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("idempotency-key", key.to_owned()),
        ("webhook-id", key.to_owned()),
        ("webhook-timestamp", at_s.to_string()),
        ("webhook-signature", signature(secret, key, at_s, body.as_bytes())),
    ];
    Ok(Request { headers, body })
}

/// The signature of a body: `v1,` and base64.
#[must_use]
pub fn signature(secret: &Secret, id: &str, at_s: i64, body: &[u8]) -> String {
    let tag = mac(secret, id, at_s, body).map(|m| m.finalize().into_bytes());
    format!("v1,{}", STANDARD.encode(tag.unwrap_or_default()))
}

/// Whether a request is genuine and no older or newer than [`TOLERANCE_S`]: what a receiver does.
#[must_use]
pub fn is_genuine(secret: &Secret, id: &str, at_s: i64, body: &[u8], signature: &str, now_s: i64) -> bool {
    let is_fresh = now_s.abs_diff(at_s) <= TOLERANCE_S.unsigned_abs();
    let fits = |one: &str| {
        let tag = one.strip_prefix("v1,").and_then(|t| STANDARD.decode(t).ok());
        tag.zip(mac(secret, id, at_s, body)).is_some_and(|(tag, mac)| mac.verify_slice(&tag).is_ok())
    };
    is_fresh && signature.split(' ').any(fits)
}

fn mac(secret: &Secret, id: &str, at_s: i64, body: &[u8]) -> Option<Hmac<Sha256>> {
    let text = secret.reveal();
    // The specification writes keys as `whsec_` and base64; anything else is the key as it stands.
    let coded = text.strip_prefix("whsec_").and_then(|t| STANDARD.decode(t).ok());
    let key = coded.unwrap_or_else(|| text.as_bytes().to_vec());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{at_s}.").as_bytes());
    mac.update(body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_standards_own_example() {
        // The example of the specification's reference libraries.
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let told =
            signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b"{\"test\": 2432232314}");
        assert_eq!(told, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_receiver_refuses_another_key_another_body_and_an_old_time() {
        let (secret, body) = (Secret::new("one"), b"{}".as_slice());
        let told = signature(&secret, "a", 1_000, body);
        assert!(is_genuine(&secret, "a", 1_000, body, &told, 1_100));
        assert!(!is_genuine(&Secret::new("two"), "a", 1_000, body, &told, 1_100));
        assert!(!is_genuine(&secret, "b", 1_000, body, &told, 1_100));
        assert!(!is_genuine(&secret, "a", 1_000, b"{ }", &told, 1_100));
        assert!(!is_genuine(&secret, "a", 1_000, body, &told, 1_301));
        assert!(!is_genuine(&secret, "a", 1_000, body, "v1,", 1_000));
        assert!(
            is_genuine(&secret, "a", 1_000, body, &format!("v1,AAAA {told}"), 1_000),
            "keys are changed so"
        );
    }
}
