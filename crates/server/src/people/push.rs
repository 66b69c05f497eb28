//! Browsers in which somebody is told of warnings while the desk is closed: one's own.

use super::who::Sent;
use super::{Who, blocking};
use crate::api::{Answer, AppState};
use crate::out::Browsers;
use crate::problem::Problem;
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use outbox::OutboxError;
use outbox::browsers::{Browser, BrowserError, KeptBrowser};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// One's browsers, and whether any can be told.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushSeen {
    /// Whether browsers can be told.
    offered: bool,
    /// Why not: `not-set-up`, where `routing.yaml` has no `push`.
    why: Option<String>,
    /// The public key that a browser asks for, base64url.
    key: Option<String>,
    /// Whether `routing.yaml` names this account.
    told: bool,
    /// One's browsers, in the order in which they were added.
    browsers: Vec<BrowserSeen>,
}

/// A browser. Its address at its push service is told to nobody.
#[derive(Debug, Serialize, ToSchema)]
pub struct BrowserSeen {
    /// The first 32 hexadecimal digits of the SHA-256 of its address.
    id: String,
    /// What its user calls it.
    name: String,
    /// In which language it words what it shows.
    language: String,
    /// Since when, milliseconds since 1970.
    added_ms: i64,
    /// When its push service last took something, milliseconds since 1970.
    last_ms: Option<i64>,
    /// What its push service said last.
    says: String,
}

impl BrowserSeen {
    fn of(kept: KeptBrowser) -> BrowserSeen {
        BrowserSeen {
            id: kept.browser.id(),
            name: kept.browser.name,
            language: kept.browser.language,
            added_ms: kept.added_ms,
            last_ms: kept.last_ms,
            says: kept.says,
        }
    }
}

/// A browser as it makes itself known.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBrowser {
    /// Its address at its push service.
    endpoint: String,
    /// Its public key, base64url.
    p256dh: String,
    /// What it shares with the sender, base64url.
    auth: String,
    /// What its user calls it.
    name: String,
    /// In which language it words what it shows: a tag such as `uk`.
    language: String,
}

/// What a push service said of a trial.
#[derive(Debug, Serialize, ToSchema)]
pub struct Trial {
    /// Its status and words.
    says: String,
}

fn failed(error: OutboxError) -> Problem {
    Problem::busy(error.to_string(), 2)
}

fn set_up(app: &AppState) -> Result<Arc<Browsers>, Problem> {
    app.0.browsers().ok_or_else(|| {
        Problem::unavailable("browsers are not told in this mission: its routing.yaml has no `push`")
    })
}

fn now_ms(app: &AppState) -> Result<i64, Problem> {
    Ok(app.0.accounts().ok_or_else(Problem::not_signed_in)?.now_ms())
}

/// One's browsers that are told of warnings, and what a further one needs.
#[utoipa::path(get, path = "/api/v1/push", tag = "people",
    responses((status = 200, body = PushSeen), (status = 401, body = Problem)))]
pub(super) async fn browsers(app: AppState, Who(who): Who) -> Answer<PushSeen> {
    let Some(browsers) = app.0.browsers() else {
        let why = Some("not-set-up".to_owned());
        return Ok(Json(PushSeen { offered: false, why, key: None, told: false, browsers: Vec::new() }));
    };
    blocking(move || {
        let kept = browsers.of(&who.id).map_err(failed)?;
        Ok(Json(PushSeen {
            offered: true,
            why: None,
            key: Some(browsers.key().map_err(failed)?),
            told: browsers.is_told(&who.id),
            browsers: kept.into_iter().map(BrowserSeen::of).collect(),
        }))
    })
    .await
}

/// Adds a browser of one's own.
#[utoipa::path(post, path = "/api/v1/push", tag = "people", request_body = NewBrowser,
    responses((status = 201, body = BrowserSeen), (status = 400, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn add(
    app: AppState,
    Who(who): Who,
    Sent(sent): Sent<NewBrowser>,
) -> Result<(StatusCode, Json<BrowserSeen>), Problem> {
    let (browsers, at_ms) = (set_up(&app)?, now_ms(&app)?);
    let NewBrowser { endpoint, p256dh, auth, name, language } = sent;
    blocking(move || {
        let browser = Browser { endpoint, p256dh, auth, name, language };
        match browsers.add(&who.id, &browser, at_ms) {
            Ok(kept) => Ok((StatusCode::CREATED, Json(BrowserSeen::of(kept)))),
            Err(BrowserError::Outbox(error)) => Err(failed(error)),
            Err(error @ BrowserError::TooMany) => Err(Problem::conflict(error.to_string())),
            Err(BrowserError::Refused(says)) => Err(Problem::body(says)),
        }
    })
    .await
}

/// Removes a browser of one's own.
#[utoipa::path(delete, path = "/api/v1/push/{id}", tag = "people",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 204), (status = 404, body = Problem)))]
pub(super) async fn remove(
    app: AppState,
    Who(who): Who,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let browsers = set_up(&app)?;
    blocking(move || match browsers.remove(&who.id, &id).map_err(failed)? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("there is no such browser of yours")),
    })
    .await
}

/// Sends a trial to a browser of one's own: an exercise, nothing of it is real.
#[utoipa::path(post, path = "/api/v1/push/{id}/test", tag = "people",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = Trial), (status = 404, body = Problem), (status = 502, body = Problem)))]
pub(super) async fn trial(app: AppState, Who(who): Who, Path(id): Path<String>) -> Answer<Trial> {
    let (browsers, at_ms) = (set_up(&app)?, now_ms(&app)?);
    blocking(move || {
        let known = browsers.of(&who.id).map_err(failed)?;
        if known.iter().all(|kept| kept.browser.id() != id) {
            return Err(Problem::not_found("there is no such browser of yours"));
        }
        let says = browsers.trial(&who.id, &id, at_ms).map_err(Problem::gateway)?;
        Ok(Json(Trial { says }))
    })
    .await
}
