//! The watch's addresses: what it raises, what people do about it, and how often it was right.

pub mod types;
mod views;

use crate::desk::Desk;
use crate::docket::seat::Seat;
use crate::docket::{known, tagged};
use crate::keep::Keeper;
use crate::live::{App, blocking};
use crate::problem::{FieldError, Problem};
use crate::rooms::Kept;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{By, Instant};
use publication::watch::OnBoard;
use std::sync::Arc;
use types::{StreamView, WarningView, WatchActDone, WatchActSent, WatchView};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use views::Lens;
use warnings::act::{Act, Deed, Facts};
use warnings::fan::{Ahead, ahead};
use warnings::ledger::Ledger;
use warnings::watching::Watching;

/// Bytes of an act as it is sent, at most.
const ACT_BYTES_MAX: usize = 64 * 1024;
/// The watch is looked at anew this often while nothing arrives: time alone ends steps and warnings. 15 minutes.
const ANEW_MS: i64 = 900_000;

/// The watch over one desk.
pub(crate) struct Watched {
    /// What it holds.
    pub watching: Watching,
    /// Forecasts, parallel to its streams.
    pub ahead: Vec<Vec<Ahead>>,
    /// Whether the record is an archive, watched as of its last receipt.
    pub is_archive: bool,
}

/// When the watch was worked out, after how many acts on the board, and what it held; nothing, if no text says what to
/// watch for.
type WorkedOut = ((i64, usize), Option<Arc<Watched>>);

/// What indicators count of the board, after so many acts.
pub(crate) struct BoardAt {
    acts: usize,
    on: OnBoard,
}

impl BoardAt {
    /// As the board stands.
    pub fn of(app: &App, keeper: &dyn Keeper, desk: &Desk) -> Result<BoardAt, Problem> {
        app.board().read(keeper, desk, |board| BoardAt { acts: board.acts(), on: OnBoard::of(board) })
    }
}

/// The watch over a desk as it was last worked out.
#[derive(Default)]
pub(crate) struct Cache {
    worked_out: std::sync::Mutex<Option<WorkedOut>>,
    /// When an archive ends, if the record is one: looked up once.
    archive_end: std::sync::OnceLock<Option<Instant>>,
}

impl Cache {
    /// The watch over a record as of now; nothing, if no text says what to watch for.
    pub fn of(&self, record: &publication::Record, board: &BoardAt, now_ms: i64) -> Option<Arc<Watched>> {
        let moment = {
            let end = self.archive_end.get_or_init(|| publication::watch::archive_end(record));
            publication::watch::moment(*end, Instant(now_ms))
        };
        let time = if moment.is_archive { moment.at.0 } else { moment.at.0.div_euclid(ANEW_MS) };
        let key = (time, board.acts);
        let mut kept = self.worked_out.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((of, watched)) = kept.as_ref()
            && *of == key
        {
            return watched.clone();
        }
        let watched = publication::watch::watching(record, &board.on, moment.at).map(|watching| {
            let ahead = ahead(&watching);
            Arc::new(Watched { watching, ahead, is_archive: moment.is_archive })
        });
        *kept = Some((key, watched.clone()));
        watched
    }
}

impl Kept for Ledger {
    const KIND: &'static str = "warned";

    fn empty(desk: &Desk) -> Ledger {
        Ledger::new(desk.record.zone.clone())
    }
}

pub(crate) fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(watch))
        .routes(routes!(warning))
        .routes(routes!(stream))
        .routes(routes!(act))
        .layer(axum::extract::DefaultBodyLimit::max(ACT_BYTES_MAX))
}

/// Reads the watch and what people do about it, as this person may see it.
async fn ask<T: Send + 'static>(
    app: App,
    seat: Seat,
    what: impl FnOnce(&Lens<'_>) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    blocking(move || {
        let keeper = app.keeper()?;
        let desk = app.latest();
        let now_ms = keeper.now_ms();
        let watched = desk.watched(&BoardAt::of(&app, keeper.as_ref(), &desk)?, now_ms);
        app.warnings().read(keeper.as_ref(), &desk, |ledger| {
            let reader = seat.reader();
            let watched = watched.as_deref();
            what(&Lens { ledger, watched, record: &desk.record, seat: &seat, reader, now_ms })
        })?
    })
    .await
}

/// The watch: streams, warnings, what was promised and achieved, and the skill ledger. Others than staff see what was
/// issued to them.
#[utoipa::path(get, path = "/api/v1/watch", tag = "watch",
    responses((status = 200, body = WatchView), (status = 503, body = Problem)))]
async fn watch(State(app): State<App>, seat: Seat, headers: HeaderMap) -> Result<Response, Problem> {
    let known = known(&headers);
    Ok(tagged(ask(app, seat, move |lens| lens.told(known.as_deref(), || Ok(lens.watch()))).await?))
}

/// A warning with everything of it.
#[utoipa::path(get, path = "/api/v1/watch/warnings/{reference}", tag = "watch",
    params(("reference" = String, Path, description = "Such as `WRN-2026-03-12-buffer-fire`")),
    responses((status = 200, body = WarningView), (status = 404, body = Problem)))]
async fn warning(
    State(app): State<App>,
    seat: Seat,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known = known(&headers);
    Ok(tagged(ask(app, seat, move |lens| lens.told(known.as_deref(), || lens.warning(&reference))).await?))
}

/// Which stream.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Where: the name of a zone or cell, or `everywhere`.
    ground: String,
    /// What is counted, as the text calls it.
    what: String,
}

/// A stream: its last days, what is still to come of them, and what is to come after.
#[utoipa::path(get, path = "/api/v1/watch/stream", tag = "watch", params(Which),
    responses((status = 200, body = StreamView), (status = 404, body = Problem)))]
async fn stream(
    State(app): State<App>,
    seat: Seat,
    Query(which): Query<Which>,
) -> Result<Json<StreamView>, Problem> {
    ask(app, seat, move |lens| lens.stream(&which.ground, &which.what).map(Json)).await
}

/// Does something about a warning: checks, issues, suppresses, publishes, updates, acknowledges, stands down. The same
/// act sent twice has one effect.
#[utoipa::path(post, path = "/api/v1/watch/acts", tag = "watch", request_body = WatchActSent,
    responses((status = 201, body = WatchActDone), (status = 200, body = WatchActDone, description = "It had been done before"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn act(
    State(app): State<App>,
    seat: Seat,
    body: Result<Json<WatchActSent>, axum::extract::rejection::JsonRejection>,
) -> Result<Response, Problem> {
    let Json(sent) = body.map_err(|e| unreadable("", e.body_text()))?;
    let done = blocking(move || take(&app, &seat, sent)).await?;
    let status = if done.already { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(done)).into_response())
}

fn unreadable(field: &str, detail: String) -> Problem {
    Problem::fields(vec![FieldError { field: field.to_owned(), detail }])
}

fn take(app: &App, seat: &Seat, sent: WatchActSent) -> Result<WatchActDone, Problem> {
    let grant = seat.grant(&sent.role, &sent.of)?;
    let mut deed: Deed = serde_json::from_value(sent.deed).map_err(|e| unreadable("deed", e.to_string()))?;
    let keeper = app.keeper()?;
    may_know(app, keeper.as_ref(), seat, &deed)?;
    // How the warning stands is told by the desk, never by who acts.
    let reference = deed.warning().cloned();
    if let Some(facts) = deed.facts_mut() {
        let desk = app.latest();
        let watched = desk.watched(&BoardAt::of(app, keeper.as_ref(), &desk)?, keeper.now_ms());
        let raised = watched.as_ref().zip(reference.as_ref()).and_then(|(w, r)| w.watching.warning(&r.0));
        *facts = raised.map(|r| Facts::of(r, desk.record.head.seq));
    }
    let by = By::under(&seat.person, grant);
    let act = Act { key: sent.key, by, at_ms: keeper.now_ms(), seen: sent.seen, deed };
    let (done, seq) = app.warnings().act(keeper.as_ref(), &app.latest(), &act)?;
    Ok(WatchActDone { on: done.on.0, already: done.already, seq })
}

/// What a person may not see they may not act on, and are not told that it exists.
fn may_know(app: &App, keeper: &dyn Keeper, seat: &Seat, deed: &Deed) -> Result<(), Problem> {
    let Some(reference) = deed.warning() else { return Ok(()) };
    let reader = seat.reader();
    let may = |ledger: &Ledger| publication::watch::may_know(&reader, ledger.life(&reference.0));
    let knows = app.warnings().read(keeper, &app.latest(), may)?;
    if knows { Ok(()) } else { Err(Problem::act_refused(&base::Refusal::NoSuch(reference.clone()))) }
}
