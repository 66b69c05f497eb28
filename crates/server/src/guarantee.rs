//! The guarantee's addresses: the case file of each text, its clocks, and what people consult and decide. The file lays
//! out; it never says that the case has come about.

use crate::desk::Desk;
use crate::docket::seat::Seat;
use crate::docket::{known, tagged};
use crate::live::{App, blocking};
use crate::problem::{FieldError, Problem};
use crate::rooms::Kept;
use ::guarantee::act::Deed;
use ::guarantee::view::FileView;
use ::guarantee::{Act, Register, rules};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{By, Instant};
use publication::docket::Reader;
use publication::guarantee::{audience, file_for, setting};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Bytes of an act as it is sent, at most.
const ACT_BYTES_MAX: usize = 256 * 1024;

impl Kept for Register {
    const KIND: &'static str = "guaranteed";

    fn empty(desk: &Desk) -> Register {
        Register::new(Arc::new(setting(&desk.record)))
    }
}

pub(crate) fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(guarantee))
        .routes(routes!(page))
        .routes(routes!(act))
        .layer(axum::extract::DefaultBodyLimit::max(ACT_BYTES_MAX))
}

/// The file as a reader may see it.
#[derive(Serialize, ToSchema)]
struct GuaranteeView {
    /// The mission's civil zone.
    zone: String,
    /// The file: elements and clocks of the texts side by side, case files, ladders, consultations, numbers
    /// (`docs/guarantee.md`). Times are milliseconds since 1970.
    #[schema(value_type = Object)]
    #[serde(serialize_with = "whole")]
    file: Arc<FileView>,
    /// Deeds that the reader's roles may do, each with the role and what it is held of.
    may: Vec<GuaranteeMay>,
}

fn whole<S: serde::Serializer>(file: &Arc<FileView>, to: S) -> Result<S::Ok, S::Error> {
    file.as_ref().serialize(to)
}

/// A deed that a reader's role may do.
#[derive(Serialize, ToSchema)]
struct GuaranteeMay {
    /// The deed's name.
    deed: String,
    /// The role.
    role: String,
    /// What it is held of.
    of: String,
}

/// The file of the guarantees: each element of each text's trigger met, not met or undetermined, with its clocks.
#[utoipa::path(get, path = "/api/v1/guarantee", tag = "guarantee",
    responses((status = 200, body = GuaranteeView), (status = 503, body = Problem)))]
async fn guarantee(State(app): State<App>, seat: Seat, headers: HeaderMap) -> Result<Response, Problem> {
    let known = known(&headers);
    let body = blocking(move || {
        let view = GuaranteeView {
            zone: app.latest().record.zone.name().to_owned(),
            may: may(&seat),
            file: file_of(&app, &seat.reader())?,
        };
        let failed = |_| Problem::unavailable("the answer could not be made; the failure is the server's");
        serde_json::to_vec(&view).map_err(failed)
    })
    .await?;
    let tag = format!("g-{}", base::Digest::of(&body));
    let same = known.as_deref() == Some(tag.as_str());
    Ok(tagged((tag, (!same).then_some(body))))
}

/// The same file as a page that prints, without scripts.
#[utoipa::path(get, path = "/api/v1/guarantee/page", tag = "guarantee",
    responses((status = 200, body = String, content_type = "text/html"), (status = 503, body = Problem)))]
async fn page(State(app): State<App>, seat: Seat) -> Result<Response, Problem> {
    let html = blocking(move || {
        let zone = app.latest().record.zone.clone();
        let title = app.latest().record.mission.clone();
        Ok(::guarantee::dossier::html::page(file_of(&app, &seat.reader())?.as_ref(), &title, &zone))
    })
    .await?;
    let html_type = HeaderValue::from_static("text/html; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, html_type)], html).into_response())
}

fn may(seat: &Seat) -> Vec<GuaranteeMay> {
    let of = |deed: &'static str| {
        let held = seat.grants.iter().filter(move |g| rules::may(deed).contains(&g.role));
        held.map(move |g| GuaranteeMay {
            deed: deed.to_owned(),
            role: g.role.name().to_owned(),
            of: g.of.clone(),
        })
    };
    if seat.person.is_empty() {
        return Vec::new();
    }
    rules::MAY.iter().flat_map(|(deed, _)| of(deed)).collect()
}

/// How often the clocks of a file are looked at anew, milliseconds.
const ANEW_MS: i64 = 60_000;
/// Files that are kept: one an audience, while nothing changes.
const FILES_MAX: usize = 4;

/// Files as they were last laid out, by what they rest on.
#[derive(Default)]
pub(crate) struct Files(Mutex<Vec<(String, Arc<FileView>)>>);

impl Files {
    fn of(
        &self,
        key: String,
        make: impl FnOnce() -> Result<FileView, Problem>,
    ) -> Result<Arc<FileView>, Problem> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, file)) = kept.iter().find(|(of, _)| *of == key) {
            return Ok(file.clone());
        }
        let file = Arc::new(make()?);
        if kept.len() >= FILES_MAX {
            kept.remove(0);
        }
        kept.push((key, file.clone()));
        Ok(file)
    }
}

fn file_of(app: &App, reader: &Reader) -> Result<Arc<FileView>, Problem> {
    let keeper = app.keeper()?;
    let desk = app.latest();
    let docket = app.room().read(keeper.as_ref(), Clone::clone)?;
    let now = Instant(keeper.now_ms().div_euclid(ANEW_MS) * ANEW_MS);
    let to = audience(reader);
    let register = app.guarantees().read(keeper.as_ref(), &desk, Clone::clone)?;
    let rests_on = (desk.record.head.seq, register.acts(), docket.acts());
    let key = format!("{to:?} {rests_on:?} {}", now.0);
    app.files().of(key, || Ok(file_for(&desk.record, Some(&docket), &register, to, now)))
}

/// An act as it is sent.
#[derive(Deserialize, ToSchema)]
struct GuaranteeActSent {
    /// Unlike for every act: the same again is the same act.
    key: String,
    /// The role in which the person acts; one that they hold.
    role: String,
    /// What the role is held of; empty: the mission.
    #[serde(default)]
    of: String,
    /// The revision of the consultation that they saw.
    #[serde(default)]
    seen: Option<u64>,
    /// The deed: `deed` names it, its other members are those of the manual (`docs/guarantee.md`).
    #[schema(value_type = Object)]
    deed: Value,
}

/// What an act did.
#[derive(Serialize, ToSchema)]
struct GuaranteeActDone {
    /// The consultation, decision or measure that it made or changed.
    on: String,
    /// The same act had been taken before.
    already: bool,
    /// The number of its journal entry.
    seq: u64,
}

/// Consults, takes a position, votes, decides, objects, measures. The same act sent twice has one effect.
#[utoipa::path(post, path = "/api/v1/guarantee/acts", tag = "guarantee", request_body = GuaranteeActSent,
    responses((status = 201, body = GuaranteeActDone),
        (status = 200, body = GuaranteeActDone, description = "It had been done before"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn act(
    State(app): State<App>,
    seat: Seat,
    body: Result<Json<GuaranteeActSent>, axum::extract::rejection::JsonRejection>,
) -> Result<Response, Problem> {
    let unreadable =
        |field: &str, detail: String| Problem::fields(vec![FieldError { field: field.to_owned(), detail }]);
    let Json(sent) = body.map_err(|e| unreadable("", e.body_text()))?;
    let done = blocking(move || {
        let grant = seat.grant(&sent.role, &sent.of)?;
        let deed: Deed = serde_json::from_value(sent.deed).map_err(|e| unreadable("deed", e.to_string()))?;
        let keeper = app.keeper()?;
        let by = By::under(&seat.person, grant);
        let act = Act { key: sent.key, by, at_ms: keeper.now_ms(), seen: sent.seen, deed };
        let (done, seq) = app.guarantees().act(keeper.as_ref(), &app.latest(), &act)?;
        Ok(GuaranteeActDone { on: done.on.0, already: done.already, seq })
    })
    .await?;
    let status = if done.already { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(done)).into_response())
}
