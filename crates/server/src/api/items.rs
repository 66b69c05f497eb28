//! Media and documents: what there is of an observation, and the originals. An original is never shown, only handed
//! out as it came, and the custody log says so before the first byte leaves.

use super::{Answer, AppState, Pairs, convert, types};
use crate::desk::Desk;
use crate::keep::{KeepError, Keeper};
use crate::limits::{ITEMS_SHOWN_MAX, ORIGINAL_PIECE_BYTES};
use crate::people::Who;
use crate::problem::Problem;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};
use base::{Digest, ObservationId};
use evidence::item::{EXPORTED, Handling};
use publication::{EvidenceItem, items};
use sha2::{Digest as _, Sha256};
use std::io::{self, Read};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// Media and documents, of one observation or of all.
#[utoipa::path(get, path = "/api/v1/items", tag = "desk",
    params(("observation" = Option<String>, Query, description = "Only those of this observation"),
        ("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, body = types::Items), (status = 400, body = Problem)))]
pub(super) async fn items(State(app): AppState, parameters: Pairs) -> Answer<types::Items> {
    app.on_desk(parameters.0, |asked| {
        let (record, policy) = (&asked.desk.record, &asked.desk.policy);
        let chosen: Vec<_> = match asked.query.one("observation")? {
            None => items::items(record, policy).iter().collect(),
            Some(text) => {
                let bad = |_| Problem::parameter("observation", "not the id of an observation");
                let id = text.parse::<ObservationId>().map_err(bad)?;
                items::items_of(record, policy, &[id])
            }
        };
        let total = chosen.len() as u64;
        let items = chosen.into_iter().take(ITEMS_SHOWN_MAX).map(convert::item).collect();
        Ok(Json(types::Items { items, total }))
    })
    .await
}

/// An original, as it came. Its reading is a line of its custody log.
#[utoipa::path(get, path = "/api/v1/items/{sha256}", tag = "desk",
    params(("sha256" = String, Path, description = "Its digest")),
    responses((status = 200, content_type = "application/octet-stream", description = "never rendered"),
        (status = 404, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn item(
    State(app): AppState,
    Path(name): Path<String>,
    method: Method,
    who: Option<Who>,
) -> Result<Response, Problem> {
    let unknown = || Problem::not_found("there is no medium or document of that digest");
    let digest = Digest::from_hex(&name).ok_or_else(unknown)?;
    let desk = app.latest();
    let bytes = here(&desk, digest)?.bytes;
    let keeper = app.keeper()?;
    let is_read = method == Method::GET;
    let by = who.map_or_else(|| "desk".to_owned(), |Who(person)| person.id);
    let opened =
        tokio::task::spawn_blocking(move || open(keeper.as_ref(), digest, is_read.then_some(by))).await;
    let blob = opened.map_err(|_| Problem::unavailable("the original could not be opened"))??;
    let body =
        if is_read { Body::from_stream(ReceiverStream::new(pieces(blob, digest))) } else { Body::empty() };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    let file = format!("attachment; filename=\"{digest}.bin\"");
    if let Ok(value) = HeaderValue::from_str(&file) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    guarded(headers);
    Ok(response)
}

/// The working copy of a photo: smaller and without what its camera wrote beside it. No evidence: the original is.
#[utoipa::path(get, path = "/api/v1/items/{sha256}/copy", tag = "desk",
    params(("sha256" = String, Path, description = "The digest of the original")),
    responses((status = 200, content_type = "image/jpeg"), (status = 404, body = Problem),
        (status = 422, body = Problem, description = "no copy can be made of it"), (status = 503, body = Problem)))]
pub(super) async fn copy(State(app): AppState, Path(name): Path<String>) -> Result<Response, Problem> {
    let unknown = || Problem::not_found("there is no medium or document of that digest");
    let digest = Digest::from_hex(&name).ok_or_else(unknown)?;
    here(&app.latest(), digest)?;
    let keeper = app.keeper()?;
    let made = tokio::task::spawn_blocking(move || {
        if keeper.has_blob(digest) {
            keeper.copy(digest).map_err(|e| no_copy(&e))
        } else {
            Err(Problem::not_found("the original is still on its way"))
        }
    });
    let bytes = made.await.map_err(|_| Problem::unavailable("the copy could not be made"))??;
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    guarded(headers);
    Ok(response)
}

fn no_copy(error: &KeepError) -> Problem {
    match error {
        KeepError::Refused(why) => Problem::no_copy(why),
        KeepError::Busy { .. } => Problem::busy(error.to_string(), 2),
        other => Problem::unavailable(other.to_string()),
    }
}

/// What came from outside runs nothing, and no other site shows it.
fn guarded(headers: &mut HeaderMap) {
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("same-origin"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
}

/// The original of that digest, if this desk may know of it and it was not erased. The same bytes may have come twice.
fn here(desk: &Desk, digest: Digest) -> Result<&EvidenceItem, Problem> {
    let known = || items::items(&desk.record, &desk.policy).iter().filter(|i| i.digest == digest);
    let unknown = || Problem::not_found("there is no medium or document of that digest");
    let one = known().find(|i| i.erased.is_none()).or_else(|| known().next()).ok_or_else(unknown)?;
    match &one.erased {
        None => Ok(one),
        // Also where a copy of the mission brought the bytes back.
        Some(e) => Err(Problem::not_found(format!("it was erased on {} by {}: {}", e.at, e.by, e.why))),
    }
}

/// Opens an original; with the name of who reads it, the custody log says so first.
fn open(
    keeper: &dyn Keeper,
    digest: Digest,
    reader: Option<String>,
) -> Result<Box<dyn Read + Send>, Problem> {
    if !keeper.has_blob(digest) {
        return Err(Problem::not_found("the original is still on its way"));
    }
    if let Some(by) = reader {
        let handling = Handling {
            item: digest,
            action: EXPORTED.to_owned(),
            by,
            note: "the original was handed out".to_owned(),
            copy: None,
        };
        keeper.handled(handling).map_err(|e| not_recorded(&e))?;
    }
    keeper.open_blob(digest).map_err(|e| Problem::unavailable(e.to_string()))
}

fn not_recorded(error: &KeepError) -> Problem {
    Problem::busy(
        format!("the original is not handed out, since its custody log cannot be written: {error}"),
        2,
    )
}

/// Reads an original piece by piece. One that is damaged ends in an error, not in an end.
fn pieces(mut blob: Box<dyn Read + Send>, digest: Digest) -> mpsc::Receiver<io::Result<Bytes>> {
    let (sender, receiver) = mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        let mut hash = Sha256::new();
        // The last piece is held back until the whole is known to be sound.
        let mut held = Bytes::new();
        loop {
            let mut piece = Vec::new();
            let read = blob.by_ref().take(ORIGINAL_PIECE_BYTES).read_to_end(&mut piece);
            let end = match read {
                Ok(0) if Digest(hash.clone().finalize().into()) == digest => Some(Ok(held.clone())),
                Ok(0) => Some(Err(io::Error::other("the original is damaged"))),
                Ok(_) => None,
                Err(error) => Some(Err(error)),
            };
            if let Some(last) = end {
                // Nobody may be there any more to take it.
                let _ = sender.blocking_send(last);
                return;
            }
            hash.update(&piece);
            let before = std::mem::replace(&mut held, Bytes::from(piece));
            if !before.is_empty() && sender.blocking_send(Ok(before)).is_err() {
                return;
            }
        }
    });
    receiver
}
