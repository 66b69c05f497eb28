//! OpenRosa 1.0: what ODK Collect, KoboCollect and `curl` speak.

use super::multipart::{self, Received, Sent, shown};
use super::uploads::{UploadKey, read_small};
use super::wording::Door;
use super::{Admitted, admit, answers, blocking, body, disk, form, is_type, not_kept, reading, xform};
use crate::api::AppState;
use crate::keep::{Arrival, KeepError, Kept};
use crate::limits::{OPENROSA_BYTES_MAX, RATE_SUBMISSION, SUBMISSION_XML_BYTES_MAX};
use crate::live::App;
use crate::problem::{FieldError, Problem};
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use base::{CivilZone, Digest, ObservationId};
use evidence::item::{Handling, Item};
use md5::Md5;
use quick_xml::escape::escape;
use serde_json::json;
use sha2::Digest as _;
use std::fs::File;

const VERSION: HeaderName = HeaderName::from_static("x-openrosa-version");
const ACCEPT_LENGTH: HeaderName = HeaderName::from_static("x-openrosa-accept-content-length");

/// All addresses of OpenRosa.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/openrosa/formList", get(form_list))
        .route("/openrosa/forms/field.xml", get(form_file))
        .route("/openrosa/submission", get(describe).post(submit))
        .layer(DefaultBodyLimit::disable())
}

/// An XML answer with the headers of the protocol.
fn xml(status: StatusCode, text: String) -> Response {
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
    headers.insert(VERSION, HeaderValue::from_static("1.0"));
    headers.insert(ACCEPT_LENGTH, HeaderValue::from(OPENROSA_BYTES_MAX));
    response
}

fn message(status: StatusCode, nature: &str, text: &str) -> Response {
    let text = escape(text);
    xml(
        status,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OpenRosaResponse \
             xmlns=\"http://openrosa.org/http/response\"><message nature=\"{nature}\">{text}</message>\
             </OpenRosaResponse>\n"
        ),
    )
}

/// A problem as clients of this protocol show it.
fn refused(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = message(status, "submit_error", &problem.detail);
    if status == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("Basic realm=\"Truceline field\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    if let Some(seconds) = problem.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

async fn form_list(State(app): AppState, headers: HeaderMap) -> Response {
    if let Err(problem) = admit(&app, &headers, 1).await {
        return refused(&problem);
    }
    // The guard has checked that the host is this server's own.
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    let forwarded = headers.get("x-forwarded-proto").and_then(|h| h.to_str().ok());
    let scheme = if forwarded == Some("https") { "https" } else { "http" };
    let hash: String = Md5::digest(xform().as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    xml(
        StatusCode::OK,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xforms xmlns=\"http://openrosa.org/xforms/xformsList\">\
             <xform><formID>{}</formID><name>{}</name><version>{}</version><hash>md5:{hash}</hash>\
             <downloadUrl>{scheme}://{}/openrosa/forms/field.xml</downloadUrl></xform></xforms>\n",
            form::ID,
            escape(form::TITLE),
            form::VERSION,
            escape(host)
        ),
    )
}

async fn form_file(State(app): AppState, headers: HeaderMap) -> Response {
    match admit(&app, &headers, 1).await {
        Ok(_) => xml(StatusCode::OK, xform()),
        Err(problem) => refused(&problem),
    }
}

/// `HEAD`: what is taken here.
async fn describe(State(app): AppState, headers: HeaderMap) -> Response {
    match admit(&app, &headers, 1).await {
        Ok(_) => xml(StatusCode::NO_CONTENT, String::new()),
        Err(problem) => refused(&problem),
    }
}

async fn submit(State(app): AppState, request: Request) -> Response {
    match taken(&app, request).await {
        Ok(Outcome { already, missing: 0, .. }) => {
            let says = if already { "received before; nothing was changed" } else { "received" };
            message(StatusCode::CREATED, "submit_success", says)
        }
        Ok(Outcome { missing, more_follow, .. }) => {
            let says = if more_follow {
                "received; more media are awaited".to_owned()
            } else {
                format!("received; {missing} media named in it are still to come: send it again with them")
            };
            message(StatusCode::ACCEPTED, "submit_success", &says)
        }
        Err(problem) => refused(&problem),
    }
}

/// What became of a submission.
struct Outcome {
    already: bool,
    missing: usize,
    more_follow: bool,
}

async fn taken(app: &App, request: Request) -> Result<Outcome, Problem> {
    let admitted = admit(app, request.headers(), RATE_SUBMISSION).await?;
    if !is_type(request.headers(), "multipart/form-data") {
        return Err(Problem::content_type("multipart/form-data"));
    }
    if body::stated_length(request.headers()).is_some_and(|n| n > OPENROSA_BYTES_MAX) {
        let detail = format!("one request may have at most {OPENROSA_BYTES_MAX} bytes");
        return Err(Problem::too_large(detail));
    }
    let parts = Multipart::from_request(request, &()).await;
    let parts = parts.map_err(|_| wrong("not a multipart request: its boundary is missing"))?;
    let received = multipart::receive(admitted.field.uploads.clone(), admitted.now_ms, parts).await?;
    let zone = app.latest().record.zone.clone();
    blocking(move || keep(&admitted, &received, &zone)).await
}

fn wrong(detail: impl Into<String>) -> Problem {
    Problem::fields(vec![FieldError { field: String::new(), detail: detail.into() }])
}

/// Keeps the answers, then each medium: sent again, in whole or in part, what is there already stays as it is.
fn keep(admitted: &Admitted, received: &Received, zone: &CivilZone) -> Result<Outcome, Problem> {
    let text = read_small(&received.xml.path, SUBMISSION_XML_BYTES_MAX).map_err(|e| disk(&e))?;
    let answers = answers::read(&text).map_err(wrong)?;
    let (kept, observation) = keep_answers(admitted, &answers, text, zone)?;
    for sent in &received.media {
        keep_medium(admitted, &answers.instance, sent, observation)?;
    }
    let team = admitted.who.team.as_str();
    let mut missing = 0;
    for name in &answers.media {
        let before = admitted.keeper.received(team, &medium_key(&answers.instance, name));
        missing += usize::from(before.map_err(|e| not_kept(&e))?.is_none());
    }
    missing += usize::from(received.is_incomplete && missing == 0);
    let already = matches!(kept, Kept::Already(_));
    Ok(Outcome { already, missing, more_follow: received.is_incomplete })
}

fn keep_answers(
    admitted: &Admitted,
    answers: &answers::Answers,
    text: Vec<u8>,
    zone: &CivilZone,
) -> Result<(Kept, Option<ObservationId>), Problem> {
    let (team, key) = (admitted.who.team.as_str(), answers.instance.as_str());
    let original = Digest::of(&text);
    let before = || admitted.keeper.received(team, key).map_err(|e| not_kept(&e));
    let same = |b: &crate::keep::Before| b.original == original && b.by == admitted.who.observer;
    let other =
        || Problem::conflict(format!("`{key}` was sent before with other answers; nothing was changed"));
    if let Some(before) = before()? {
        let kept = (Kept::Already(before.seq), before.observation);
        return if same(&before) { Ok(kept) } else { Err(other()) };
    }
    // A form on another program cannot be corrected at the desk's word: what cannot be read is kept with its reason.
    let stated = reading::read(Door::OpenRosa, team, key, "", &answers.fields, "", zone);
    let stated = stated.map_err(|e| wrong(e.to_string()))?;
    let observation = stated.observation();
    let arrival = Arrival {
        source: team.to_owned(),
        format: "openrosa".to_owned(),
        key: key.to_owned(),
        by: admitted.who.observer.clone(),
        clock_ahead_ms: None,
        original: text,
        batch: stated.batch,
        coverage: stated.coverage,
        rejected: stated.rejected,
        items: Vec::new(),
    };
    match admitted.keeper.keep(arrival) {
        Ok(kept) => Ok((kept, observation)),
        // Sent twice at the same moment: the other one was faster.
        Err(KeepError::KeyTaken) => match before()? {
            Some(b) if same(&b) => Ok((Kept::Already(b.seq), b.observation)),
            _ => Err(other()),
        },
        Err(error) => Err(not_kept(&error)),
    }
}

fn medium_key(instance: &str, name: &str) -> String {
    format!("{instance}/{name}")
}

/// The bytes first, then the entry that says whose they are, then the line of the custody log. That it has begun is
/// noted until the line stands: after a crash between, the same request again writes what is missing.
fn keep_medium(
    admitted: &Admitted,
    instance: &str,
    sent: &Sent,
    observation: Option<ObservationId>,
) -> Result<(), Problem> {
    let (team, key) = (admitted.who.team.as_str(), medium_key(instance, &sent.name));
    let begun = UploadKey::of(&format!("{}/{key}", admitted.who.observer), sent.digest);
    let slot = admitted.field.slot(&begun);
    let _turn = slot.blocking_lock();
    let uploads = &admitted.field.uploads;
    if let Some(before) = admitted.keeper.received(team, &key).map_err(|e| not_kept(&e))? {
        if !before.items.iter().any(|item| item.digest == sent.digest) {
            let detail = format!("another file named `{}` came with `{instance}` before", shown(&sent.name));
            return Err(Problem::conflict(detail));
        }
        let is_over = uploads.find(&begun).map_err(|e| disk(&e))?.is_none();
        return if is_over { Ok(()) } else { came(admitted, sent.digest, &begun) };
    }
    uploads.announce(&begun, sent.bytes).map_err(|e| disk(&e))?;
    let mut file = File::open(&sent.path).map_err(|e| disk(&e))?;
    let kept = admitted.keeper.put_blob(&mut file, sent.bytes).map_err(|e| not_kept(&e))?;
    if kept != sent.digest {
        return Err(Problem::busy("what was kept is not what came; send it again", 1));
    }
    admitted.keeper.keep(medium(admitted, instance, sent, observation)).map_err(|e| not_kept(&e))?;
    came(admitted, kept, &begun)
}

/// The arrival of a medium that is here.
fn medium(admitted: &Admitted, instance: &str, sent: &Sent, observation: Option<ObservationId>) -> Arrival {
    let digest = sent.digest.to_string();
    let original = json!({ "instance_id": instance, "name": sent.name, "sha256": digest });
    let item = Item {
        digest: sent.digest,
        bytes: sent.bytes,
        media_type: sent.media_type.clone(),
        name: sent.name.clone(),
        taken_ms: None,
        observation,
        is_here: true,
        retain_until_ms: None,
    };
    Arrival {
        source: admitted.who.team.clone(),
        format: "openrosa medium".to_owned(),
        key: medium_key(instance, &sent.name),
        by: admitted.who.observer.clone(),
        original: serde_json::to_vec(&original).unwrap_or_default(),
        items: vec![item],
        ..Arrival::default()
    }
}

/// The custody log says that it came; then nothing has to be noted of it any more.
fn came(admitted: &Admitted, digest: Digest, begun: &UploadKey) -> Result<(), Problem> {
    let handling = Handling {
        item: digest,
        action: "received".to_owned(),
        by: admitted.who.observer.clone(),
        note: "came whole with its submission".to_owned(),
        copy: Some(digest),
    };
    admitted.keeper.handled(handling).map_err(|e| not_kept(&e))?;
    admitted.field.uploads.forget(begun).map_err(|e| disk(&e))
}
