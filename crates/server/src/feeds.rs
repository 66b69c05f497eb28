//! Warnings that a person has published, for whoever follows: an Atom feed and the CAP file of each. Nothing else of
//! the mission is on them.

use crate::api::{AppState, Pairs};
use crate::live::{App, blocking};
use crate::out::{Sender, public_messages};
use crate::problem::Problem;
use crate::query::Query;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::Digest;
use outbox::{atom, cap};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Entries of the feed, at most: the newest.
const ENTRIES_MAX: usize = 200;
const ATOM: &str = "application/atom+xml; charset=utf-8";

pub(crate) fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(warnings)).routes(routes!(warning))
}

/// Published warnings, newest first, as an Atom feed. `lang` puts a language first.
#[utoipa::path(get, path = "/feeds/warnings.atom", tag = "feeds",
    params(("lang" = Option<String>, Query, description = "en, uk, ru, fr or ar")),
    responses((status = 200, content_type = "application/atom+xml", body = String)))]
async fn warnings(app: AppState, headers: HeaderMap, pairs: Pairs) -> Result<Response, Problem> {
    let query = Query::of(pairs.0)?;
    let lang = query.one("lang")?.map(str::to_owned);
    let languages = lang.into_iter().chain(["en".to_owned()]).collect();
    let sender = sender(&app.0, &headers)?;
    let body = blocking(move || {
        let mut messages = public_messages(&app.0, &sender);
        messages.sort_by(|a, b| b.sent_ms.cmp(&a.sent_ms).then_with(|| a.id.cmp(&b.id)));
        messages.truncate(ENTRIES_MAX);
        let desk = app.0.latest();
        let feed = atom::Feed {
            title: format!("Warnings of {}", sender.name),
            address: format!("{}/feeds/warnings.atom", sender.desk),
            cap_base: format!("{}/feeds/warnings/", sender.desk),
            languages,
            since_ms: desk.record.head.recorded_ms,
        };
        Ok(atom::write(&feed, &messages))
    });
    Ok(told(&headers, ATOM, body.await?))
}

/// A published warning as a CAP 1.2 file, named by the id of its message and `.xml`.
#[utoipa::path(get, path = "/feeds/warnings/{file}", tag = "feeds",
    params(("file" = String, Path, description = "Id of the message, `.xml`")),
    responses((status = 200, content_type = "application/cap+xml", body = String), (status = 404, body = Problem)))]
async fn warning(app: AppState, headers: HeaderMap, Path(file): Path<String>) -> Result<Response, Problem> {
    let sender = sender(&app.0, &headers)?;
    let unknown = || Problem::not_found("no published warning stands under that name; a later version may");
    let id = file.strip_suffix(".xml").ok_or_else(unknown)?.to_owned();
    let body = blocking(move || {
        let message = public_messages(&app.0, &sender).into_iter().find(|m| m.id == id);
        message.map(|m| cap::write(&m)).ok_or_else(unknown)
    });
    Ok(told(&headers, cap::MEDIA_TYPE, body.await?))
}

/// Who sends, with the address under which it was asked where the mission states none: the guard lets only its own
/// names through.
fn sender(app: &App, headers: &HeaderMap) -> Result<Sender, Problem> {
    let none = || Problem::not_found("this desk sends no warnings");
    let mut sender = app.sender().ok_or_else(none)?;
    if sender.desk.is_empty() {
        let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("127.0.0.1");
        sender.desk = format!("http://{host}");
    }
    Ok(sender)
}

/// What was asked for, or that it has not changed.
fn told(asked: &HeaderMap, kind: &'static str, body: String) -> Response {
    let tag = format!("\"{}\"", Digest::of(body.as_bytes()));
    let known = asked.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let is_known = known.is_some_and(|all| all.split(',').any(|t| t.trim().trim_start_matches("W/") == tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response()
    };
    if let Ok(value) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    let briefly = HeaderValue::from_static("public, max-age=60");
    response.headers_mut().insert(header::CACHE_CONTROL, briefly);
    response
}
