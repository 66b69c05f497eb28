//! Signing in and out, and one-time links.

use super::gate::{COOKIE, session_in};
use super::types::{First, FirstStep, Me, PersonCard, SignIn};
use super::who::Sent;
use super::{Accounts, Client, blocking};
use crate::api::{Answer, AppState};
use crate::limits::PASSWORD_CHECKS_WAITING_MAX;
use crate::problem::Problem;
use ::people::limits::SESSION_MS;
use ::people::{Attempt, Secret};
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::OwnedSemaphorePermit;

/// How many wait for the check of a password.
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// One who waits, until it is dropped: also when the client has left.
struct Waiting;

impl Waiting {
    fn new() -> Result<Waiting, Problem> {
        let waiting = Waiting;
        if WAITING.fetch_add(1, Ordering::Relaxed) >= PASSWORD_CHECKS_WAITING_MAX {
            return Err(Problem::busy("too many sign in at the moment", 5));
        }
        Ok(waiting)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A turn at the check of a password. Those who come from where they came before have a lane of their own, which
/// strangers cannot fill.
async fn turn(accounts: &Arc<Accounts>, is_known: bool) -> Result<OwnedSemaphorePermit, Problem> {
    let lane = if is_known { &accounts.familiar } else { &accounts.strangers };
    let waiting = if is_known { None } else { Some(Waiting::new()?) };
    let permit = lane.clone().acquire_owned().await;
    drop(waiting);
    permit.map_err(|_| Problem::unavailable("the server is closing"))
}

/// Signs somebody in: by pseudonym, password and, where one is set up, the code of a device.
#[utoipa::path(post, path = "/api/v1/session", tag = "people", request_body = SignIn,
    responses((status = 200, body = Me, description = "the session is in a cookie"), (status = 401, body = Problem),
        (status = 429, body = Problem, description = "after failures: wait as `Retry-After` says")))]
pub(super) async fn sign_in(
    app: AppState,
    client: Client,
    headers: HeaderMap,
    Sent(sent): Sent<SignIn>,
) -> Result<Response, Problem> {
    let accounts = app.0.accounts().ok_or_else(Problem::not_signed_in)?;
    let sign_on = accounts.sign_on_name();
    let (known, address, id) = (accounts.clone(), client.address.clone(), sent.id.clone());
    let is_known = blocking(move || Ok(known.store.is_known(&id, &address)?)).await?;
    let permit = turn(&accounts, is_known).await?;
    let before = session_in(&headers);
    let address = client.address.clone();
    let signed = blocking(move || {
        let now_ms = accounts.now_ms();
        let attempt = Attempt { id: &sent.id, password: &sent.password, code: &sent.code };
        let signed = accounts.store.sign_in(attempt, &address, now_ms)?;
        // The session that the browser had before is not left behind.
        if let Some(before) = before {
            accounts.store.sign_out(&before, &address, now_ms)?;
        }
        drop(permit);
        Ok(signed)
    })
    .await?;
    let staff = signed.person.is_staff();
    let me = Me { accounts: true, person: Some(PersonCard::of(&signed.person)), staff, sign_on };
    Ok(with_cookie(Json(me).into_response(), Some(&signed.secret), &client))
}

/// Signs out. Without a session it does nothing.
#[utoipa::path(delete, path = "/api/v1/session", tag = "people", responses((status = 204)))]
pub(super) async fn sign_out(app: AppState, client: Client, headers: HeaderMap) -> Result<Response, Problem> {
    if let (Some(accounts), Some(secret)) = (app.0.accounts(), session_in(&headers)) {
        let address = client.address.clone();
        blocking(move || Ok(accounts.store.sign_out(&secret, &address, accounts.now_ms())?)).await?;
    }
    Ok(with_cookie(StatusCode::NO_CONTENT.into_response(), None, &client))
}

/// Opens a one-time link, or uses it. Opened, it gives the secret of a second factor; used, with a password and the
/// code of that secret, it signs in.
#[utoipa::path(post, path = "/api/v1/session/first", tag = "people", request_body = First,
    responses((status = 200, body = FirstStep), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub(super) async fn first(
    app: AppState,
    client: Client,
    Sent(sent): Sent<First>,
) -> Result<Response, Problem> {
    let accounts = app.0.accounts().ok_or_else(Problem::not_signed_in)?;
    let Some(password) = sent.password else {
        return opened(accounts, sent.link).await.map(axum::response::IntoResponse::into_response);
    };
    let permit = turn(&accounts, false).await?;
    let address = client.address.clone();
    let signed = blocking(move || {
        let code = sent.code.as_deref().filter(|c| !c.trim().is_empty());
        let signed = accounts.store.finish(&sent.link, &password, code, &address, accounts.now_ms())?;
        drop(permit);
        Ok(signed)
    })
    .await?;
    let step = FirstStep { id: signed.person.id, done: true, needs_code: false, secret: None, otpauth: None };
    Ok(with_cookie(Json(step).into_response(), Some(&signed.secret), &client))
}

async fn opened(accounts: Arc<Accounts>, link: String) -> Answer<FirstStep> {
    blocking(move || {
        let begun = accounts.store.begin(&link, accounts.now_ms())?;
        Ok(Json(FirstStep {
            id: begun.id,
            done: false,
            needs_code: begun.needs_code,
            secret: Some(begun.secret_base32),
            otpauth: Some(begun.otpauth),
        }))
    })
    .await
}

/// Puts the session into the browser's keeping, or takes it out. Scripts do not see it, and it is sent only with what
/// the desk's own pages ask for.
pub(crate) fn with_cookie(mut response: Response, secret: Option<&Secret>, client: &Client) -> Response {
    let (value, life_s) = secret.map_or(("", 0), |s| (s.text(), SESSION_MS / 1_000));
    let secure = if client.is_secure { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={value}; Path=/; Max-Age={life_s}; HttpOnly; SameSite=Strict{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
