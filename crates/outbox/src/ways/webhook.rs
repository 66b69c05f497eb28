//! Webhooks.

use super::Ways;
use super::http::{Answer, Leave, agent, check_url, post};
use crate::dispatch::{Parcel, Receipt, Undelivered};
use crate::routing::Webhook;
use crate::webhook::{Request, request};

/// Answers that another attempt may change: the server is busy, down, or not set up yet.
const PASSING: &[u16] = &[401, 403, 404, 408, 409, 425, 429];

pub(super) fn send(hook: &Webhook, parcel: &Parcel<'_>, ways: &Ways<'_>) -> Result<Receipt, Undelivered> {
    let uri = check_url(&hook.url, hook.allow_insecure_loopback)
        .map_err(|says| Undelivered::never(format!("the address {says}")))?;
    let secret = ways.secrets.read(&hook.secret).map_err(Undelivered::again)?;
    let made = request(parcel.message, &parcel.recipient.name, parcel.key, &secret, parcel.at_ms);
    let Request { headers, body } = made.map_err(|e| Undelivered::never(e.to_string()))?;
    let ca = hook.ca.as_ref().map(|p| ways.folder.join(p));
    let leave = Leave { loopback: hook.allow_insecure_loopback, private: hook.allow_private.clone() };
    let agent = agent(leave, ca.as_deref()).map_err(Undelivered::again)?;
    judged(post(&agent, uri, &headers, body.as_bytes())?)
}

fn judged(answer: Answer) -> Result<Receipt, Undelivered> {
    let status = answer.status;
    if status.is_success() {
        return Ok(Receipt(answer.says));
    }
    if status.is_redirection() {
        return Err(Undelivered::never(format!(
            "{}: redirects are not followed; state the address it leads to",
            answer.says
        )));
    }
    if status.is_server_error() || PASSING.contains(&status.as_u16()) {
        return Err(answer.again());
    }
    Err(Undelivered::never(answer.says))
}
