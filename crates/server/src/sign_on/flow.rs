//! A sign-on that is under way: what must be remembered of it is sealed and kept by the browser that began it. Nothing
//! is kept here, so that strangers who begin sign-ons fill nothing.

use ::people::{PeopleError, Sealing};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

/// How long one may take at the provider.
pub(super) const FLOW_MS: i64 = 10 * 60_000;
const PURPOSE: &str = "sign-on";
/// Longest text that is opened, bytes.
const SEALED_BYTES_MAX: usize = 2_048;

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Flow {
    /// The word that comes back from the provider, so that no page begins what another ends (RFC 6749, 10.12).
    pub state: String,
    /// The word that the provider's answer must hold (OpenID Connect Core 1.0, 15.5.2).
    pub nonce: String,
    /// What the code is good with only (RFC 7636).
    pub verifier: String,
    /// When it began, milliseconds since 1970.
    pub began_ms: i64,
}

impl Flow {
    /// As the browser keeps it.
    pub fn sealed(&self, sealing: &Sealing) -> Result<String, PeopleError> {
        let failed = |e: serde_json::Error| PeopleError::Failed(e.to_string());
        let plain = serde_json::to_vec(self).map_err(failed)?;
        Ok(URL_SAFE_NO_PAD.encode(sealing.seal(PURPOSE, &plain)?))
    }

    /// As the browser gave it back: of this process, not too old, and of the state that the provider sent.
    pub fn opened(sealing: &Sealing, text: &str, state: &str, now_ms: i64) -> Option<Flow> {
        let sealed = URL_SAFE_NO_PAD.decode(text.get(..text.len().min(SEALED_BYTES_MAX))?).ok()?;
        let flow: Flow = serde_json::from_slice(&sealing.open(PURPOSE, &sealed)?).ok()?;
        let is_timely = (0..=FLOW_MS).contains(&now_ms.saturating_sub(flow.began_ms));
        let is_same: bool = flow.state.as_bytes().ct_eq(state.as_bytes()).into();
        (is_timely && is_same).then_some(flow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_on_is_ended_by_the_browser_that_began_it_in_time_and_by_no_other() {
        let (ours, other) = (Sealing::new().unwrap(), Sealing::new().unwrap());
        let text = |t: &str| t.to_owned();
        let flow = Flow { state: text("s"), nonce: text("n"), verifier: text("v"), began_ms: 1_000 };
        let sealed = flow.sealed(&ours).unwrap();
        assert_eq!(Flow::opened(&ours, &sealed, "s", 2_000), Some(flow));
        assert_eq!(Flow::opened(&ours, &sealed, "t", 2_000), None, "another state");
        assert_eq!(Flow::opened(&ours, &sealed, "", 2_000), None, "no state");
        assert_eq!(Flow::opened(&other, &sealed, "s", 2_000), None, "sealed elsewhere");
        assert_eq!(Flow::opened(&ours, &sealed, "s", 1_001 + FLOW_MS), None, "too old");
        assert_eq!(Flow::opened(&ours, &sealed, "s", 999), None, "of the future");
        assert_eq!(Flow::opened(&ours, "", "s", 2_000), None);
        assert_eq!(Flow::opened(&ours, &"é".repeat(2_000), "s", 2_000), None);
    }
}
