//! The JSON API, version 1, and its description.

mod agreement_types;
mod agreements;
mod clauses;
mod compare;
mod convert;
pub(crate) mod incidents;
mod items;
mod layers;
mod ledger;
mod ledger_types;
mod mission;
mod report_types;
mod reports;
mod sources;
mod stream;
pub mod types;

pub use reports::daily_json;
pub(crate) use reports::day_of;

use crate::live::App;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Query as Parameters, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Parameters as they come: a name may be given several times.
pub(crate) type Pairs = Parameters<Vec<(String, String)>>;

/// The result of a handler.
pub(crate) type Answer<T> = Result<Json<T>, Problem>;

#[derive(OpenApi)]
#[openapi(info(
    title = "Truceline desk",
    version = "1",
    description = "What a mission recorded, and what each clause of each text says of it. Instants are RFC 3339 in \
                   UTC; `as_known_at` asks for what was recorded until then. Errors are problem documents (RFC 9457)."
))]
struct Description;

/// The filters that lists, maps and charts share.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes parameters; they are read by name, so that complaints can name them")]
pub(crate) struct FilterParameters {
    /// west,south,east,north in degrees; west beyond east crosses the antimeridian.
    bbox: Option<String>,
    /// Event time from; an incident whose interval reaches in counts.
    from: Option<String>,
    /// Event time until (exclusive).
    to: Option<String>,
    /// Kinds of fact, repeated or separated by commas; a member of one of them is enough.
    kind: Option<Vec<String>>,
    /// Sources, likewise.
    source: Option<Vec<String>>,
    /// Index of the text version; 0 if absent.
    version: Option<u32>,
    /// Label of a clause: only incidents it is about, and outcomes under it.
    clause: Option<String>,
    /// breached, undetermined, excused, kept or not_applicable, repeated or separated by commas: under `clause`, or
    /// the gravest of the version.
    outcome: Option<Vec<String>>,
    /// Words of a narrative or place name, or an incident's reference.
    q: Option<String>,
    /// The journal as recorded until then.
    as_known_at: Option<String>,
}

fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(mission::mission))
        .routes(routes!(mission::coverage))
        .routes(routes!(ledger::ledger))
        .routes(routes!(incidents::incidents))
        .routes(routes!(incidents::points))
        .routes(routes!(incidents::incident))
        .routes(routes!(incidents::histogram))
        .routes(routes!(items::items))
        .routes(routes!(items::item))
        .routes(routes!(items::copy))
        .routes(routes!(agreements::agreement))
        .routes(routes!(compare::compare))
        .routes(routes!(layers::layers))
        .routes(routes!(layers::boundaries))
        .routes(routes!(layers::layer))
        .routes(routes!(layers::basemap))
        .routes(routes!(reports::daily))
        .routes(routes!(reports::daily_page))
        .routes(routes!(sources::sources))
        .routes(routes!(sources::release))
        .routes(routes!(stream::stream))
        .routes(routes!(mission::health))
        .routes(routes!(description))
        .merge(crate::docket::described())
        .merge(crate::watch::described())
        .merge(crate::guarantee::described())
        .merge(crate::board::described())
        .merge(crate::feeds::described())
        .merge(crate::people::described())
        .merge(crate::field::described())
}

/// All addresses of the API.
pub(crate) fn routes() -> axum::Router<App> {
    described().split_for_parts().0
}

/// The description of the API as an OpenAPI document.
#[must_use]
pub fn openapi() -> String {
    let (_, document) = described().split_for_parts();
    // The document is plain data of our own: it cannot fail to be written.
    document.to_pretty_json().unwrap_or_default()
}

/// This description.
#[utoipa::path(get, path = "/api/openapi.json", tag = "desk", responses((status = 200, body = Value)))]
async fn description() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], openapi()).into_response()
}

/// The state handed to every handler.
pub(crate) type AppState = State<App>;
