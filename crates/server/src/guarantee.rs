//! The guarantee's addresses: the case file of each text, its clocks, and what people consult and decide. The file lays
//! out; it never says that the case has come about.

use crate::desk::Desk;
use crate::docket::seat::Seat;
use crate::docket::{known, tagged};
use crate::live::{App, blocking};
use crate::problem::Problem;
use crate::rooms::{Kept, RoomActDone, RoomActSent, RoomMay, Sent, may, take};
use ::guarantee::view::FileView;
use ::guarantee::{Register, rules};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::Instant;
use publication::docket::Reader;
use publication::guarantee::{audience, file_for, setting};
use serde::Serialize;
use std::sync::Arc;
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
    may: Vec<RoomMay>,
}

fn whole<S: serde::Serializer>(file: &Arc<FileView>, to: S) -> Result<S::Ok, S::Error> {
    file.as_ref().serialize(to)
}

/// The file of the guarantees: each element of each text's trigger met, not met or undetermined, with its clocks.
#[utoipa::path(get, path = "/api/v1/guarantee", tag = "guarantee",
    responses((status = 200, body = GuaranteeView), (status = 503, body = Problem)))]
async fn guarantee(State(app): State<App>, seat: Seat, headers: HeaderMap) -> Result<Response, Problem> {
    let known = known(&headers);
    let body = blocking(move || {
        let view = GuaranteeView {
            zone: app.latest().record.zone.name().to_owned(),
            may: may(&seat, rules::MAY),
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

/// How often the clocks of a file are looked at anew, milliseconds.
const ANEW_MS: i64 = 60_000;

fn file_of(app: &App, reader: &Reader) -> Result<Arc<FileView>, Problem> {
    let keeper = app.keeper()?;
    let desk = app.latest();
    let docket = app.room().read(keeper.as_ref(), Clone::clone)?;
    let now = Instant(keeper.now_ms().div_euclid(ANEW_MS) * ANEW_MS);
    let to = audience(reader);
    let register = app.guarantees().read(keeper.as_ref(), &desk, Clone::clone)?;
    let rests_on = (desk.record.head.seq, register.acts(), docket.acts());
    let key = format!("{to:?} {rests_on:?} {}", now.0);
    Ok(app.files().of(key, || file_for(&desk.record, Some(&docket), &register, to, now)))
}

/// Consults, takes a position, votes, decides, objects, measures. The same act sent twice has one effect.
#[utoipa::path(post, path = "/api/v1/guarantee/acts", tag = "guarantee", request_body = RoomActSent,
    responses((status = 201, body = RoomActDone),
        (status = 200, body = RoomActDone, description = "It had been done before"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn act(State(app): State<App>, seat: Seat, sent: Sent) -> Result<Response, Problem> {
    // That a consultation is held is told to all who have a voice in it; what is withheld of it has no reference.
    take::<Register>(app, seat, sent, App::guarantees, |_, _, _, _| None).await
}
