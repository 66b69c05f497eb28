//! The two doors of a sign-on: from here to the provider, and back.

use super::flow::{FLOW_MS, Flow};
use super::provider::{Provider, SignOnError};
use super::settings::BACK;
use crate::api::AppState;
use crate::people::{Accounts, Client, blocking, cookie, session_in, with_cookie};
use crate::problem::Problem;
use ::people::{SignInError, SignedIn, Vouched};
use axum::Json;
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// The name of the cookie that remembers a sign-on under way.
const COOKIE: &str = "truceline-sign-on";

/// Where to go to sign in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignOnAddress {
    /// The provider's address.
    pub address: String,
}

/// What the provider sends a browser back with.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Back {
    /// What is exchanged for its word.
    #[serde(default)]
    code: String,
    /// The word that the sign-on began with.
    #[serde(default)]
    state: String,
    /// Why there is no code.
    #[serde(default)]
    error: String,
}

/// Begins a sign-on by the mission's own provider: where the browser goes next.
#[utoipa::path(post, path = "/api/v1/session/sign-on", tag = "people",
    responses((status = 200, body = SignOnAddress), (status = 404, body = Problem)))]
pub(crate) async fn begin(app: AppState, client: Client) -> Result<Response, Problem> {
    let accounts = app.0.accounts().ok_or_else(Problem::not_signed_in)?;
    let provider = accounts.sign_on.clone();
    let provider = provider.ok_or_else(|| Problem::not_found("this mission signs on by no provider"))?;
    let permit = turn(&accounts)?;
    let (address, kept) = blocking(move || {
        let (address, flow) = provider.begin(accounts.now_ms()).map_err(|e| unavailable(&e))?;
        let kept = flow.sealed(&provider.sealing)?;
        drop(permit);
        Ok((address, kept))
    })
    .await?;
    let response = Json(SignOnAddress { address }).into_response();
    Ok(remembering(response, &kept, FLOW_MS / 1_000, &client))
}

/// Where the provider sends a browser back to: it signs in, and goes on to the desk. It leads nowhere else, whatever is
/// asked.
#[utoipa::path(get, path = "/api/v1/session/sign-on/back", tag = "people", params(Back),
    responses((status = 303, description = "to the desk, or to its page of signing in, which says what went wrong")))]
pub(crate) async fn back(
    app: AppState,
    client: Client,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Problem> {
    let accounts = app.0.accounts().ok_or_else(Problem::not_signed_in)?;
    let provider = accounts.sign_on.clone();
    let provider = provider.ok_or_else(|| Problem::not_found("this mission signs on by no provider"))?;
    let ended = match remembered(&headers) {
        Some(kept) => {
            ended(accounts, provider, kept, back, session_in(&headers), client.address.clone()).await?
        }
        None => Err("expired"),
    };
    let response = match ended {
        Ok(signed) => with_cookie(elsewhere("/"), Some(&signed.secret), &client),
        Err(why) => elsewhere(&format!("/signin#sign-on={why}")),
    };
    // What was remembered is good once.
    Ok(remembering(response, "", 0, &client))
}

/// A word of why a sign-on came to nothing, as the page of signing in tells it.
type Why = &'static str;

async fn ended(
    accounts: Arc<Accounts>,
    provider: Arc<Provider>,
    kept: String,
    back: Back,
    before: Option<String>,
    address: String,
) -> Result<Result<SignedIn, Why>, Problem> {
    let permit = turn(&accounts)?;
    blocking(move || {
        let now_ms = accounts.now_ms();
        let Some(flow) = Flow::opened(&provider.sealing, &kept, &back.state, now_ms) else {
            return Ok(Err("expired"));
        };
        if !back.error.is_empty() || back.code.is_empty() {
            return Ok(Err("refused"));
        }
        let told = match provider.end(flow, back.code, now_ms) {
            Ok(told) => told,
            Err(SignOnError::People(error)) => return Err(error.into()),
            Err(SignOnError::Provider(why)) => {
                // It is not known who it was.
                if provider.may_tell(now_ms) {
                    accounts.store.note(by(&address, now_ms), "sign-on failed", &why)?;
                }
                return Ok(Err("provider"));
            }
        };
        drop(permit);
        let vouched = Vouched {
            issuer: &told.issuer,
            subject: &told.subject,
            name: &told.name,
            grants: &told.grants,
            is_strong: told.is_strong,
        };
        let signed = match accounts.store.sign_in_vouched(vouched, &address, now_ms) {
            Ok(signed) => signed,
            Err(error) => return word_of(error).map(Err),
        };
        // The session that the browser had before is not left behind.
        if let Some(before) = before {
            accounts.store.sign_out(&before, &address, now_ms)?;
        }
        Ok(Ok(signed))
    })
    .await
}

fn by(address: &str, now_ms: i64) -> ::people::By<'_> {
    ::people::By { who: "", address, now_ms }
}

fn word_of(error: SignInError) -> Result<Why, Problem> {
    match error {
        SignInError::NoRole => Ok("no-role"),
        SignInError::NeedsFactor | SignInError::NeedsCode => Ok("needs-factor"),
        SignInError::Disabled => Ok("disabled"),
        SignInError::Refused | SignInError::Wait { .. } => Ok("refused"),
        SignInError::Failed(error) => Err(error.into()),
    }
}

fn unavailable(error: &SignOnError) -> Problem {
    Problem::busy(error.to_string(), 10)
}

/// A turn at asking the provider: strangers who begin sign-ons do not keep every thread waiting.
fn turn(accounts: &Accounts) -> Result<tokio::sync::OwnedSemaphorePermit, Problem> {
    let permit = accounts.asking.clone().try_acquire_owned();
    permit.map_err(|_| Problem::busy("too many sign in at the moment", 5))
}

fn elsewhere(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    response
}

fn remembered(headers: &HeaderMap) -> Option<String> {
    cookie(headers, COOKIE)
}

/// Lets the browser remember, or forget. It comes back from another site, so `Lax`; only this door sees it.
fn remembering(mut response: Response, kept: &str, life_s: i64, client: &Client) -> Response {
    let secure = if client.is_secure { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={kept}; Path={BACK}; Max-Age={life_s}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
