//! The docket's addresses: what people alleged, work on, found, ordered; and the one door by which they act.

mod may;
mod proposals;
pub(crate) mod room;
pub mod seat;
pub mod types;
mod views;

use crate::keep::{KeepError, Keeper};
use crate::live::{App, blocking};
use crate::people::{Accounts, Client};
use crate::problem::{FieldError, Problem};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cases::{Act, By, Deed, Ref};
use room::{NotTaken, Took};
use seat::Seat;
use std::sync::Arc;
use types::{ActDone, ActSent, AllegationPage, CaseView, EqualTreatment, Queue};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use views::Lens;

/// Bytes of an act as it is sent, at most.
const ACT_BYTES_MAX: usize = 256 * 1024;
/// Allegations on a page, if the reader does not say.
const PAGE_DEFAULT: usize = 100;
/// At most.
const PAGE_MAX: usize = 1_000;

pub(crate) fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(queue))
        .routes(routes!(case))
        .routes(routes!(allegations))
        .routes(routes!(equal_treatment))
        .routes(routes!(act))
        .layer(axum::extract::DefaultBodyLimit::max(ACT_BYTES_MAX))
}

/// A keeper's failure as the sender is told it. Nothing that could not be kept was acknowledged.
pub(crate) fn not_kept(error: &KeepError) -> Problem {
    match error {
        KeepError::Busy { .. } => Problem::busy(error.to_string(), 1),
        KeepError::Failed(_) => Problem::busy(error.to_string(), 30),
        KeepError::Refused(_) => Problem::unavailable(error.to_string()),
        KeepError::KeyTaken => Problem::conflict(error.to_string()),
    }
}

/// Reads the docket, as this person may see it.
async fn ask<T: Send + 'static>(
    app: App,
    seat: Seat,
    what: impl FnOnce(&Lens<'_>) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    blocking(move || {
        let keeper = app.keeper()?;
        let desk = app.latest();
        let now_ms = keeper.now_ms();
        app.room().read(keeper.as_ref(), |docket| {
            what(&Lens { docket, seat: &seat, reader: seat.reader(), desk: &desk, now_ms })
        })?
    })
    .await
}

/// What waits for somebody: cases, allegations, clocks, remedies.
#[utoipa::path(get, path = "/api/v1/docket", tag = "cases",
    responses((status = 200, body = Queue), (status = 503, body = Problem)))]
async fn queue(State(app): State<App>, seat: Seat, headers: HeaderMap) -> Result<Response, Problem> {
    let known = known(&headers);
    Ok(tagged(ask(app, seat, move |lens| lens.told(None, known.as_deref(), || Ok(lens.queue()))).await?))
}

/// A case with everything of it.
#[utoipa::path(get, path = "/api/v1/cases/{reference}", tag = "cases",
    params(("reference" = String, Path, description = "Such as `CASE-2026-0001`")),
    responses((status = 200, body = CaseView), (status = 404, body = Problem)))]
async fn case(
    State(app): State<App>,
    seat: Seat,
    client: Client,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known = known(&headers);
    let (log, on) = (Log::of(&app, &seat, client), reference.clone());
    let told = ask(app, seat, move |lens| {
        let reference = Ref(reference);
        let told = lens.told(Some(&reference), known.as_deref(), || lens.case(&reference))?;
        Ok((told, lens.is_restricted(&reference)))
    })
    .await;
    match &told {
        // Alike whether there is such a case or not.
        Err(problem) if problem.is_not_found() => log.note("refused", format!("GET case {on}")).await?,
        // What is to be logged and cannot be is not shown.
        Ok(((_, Some(_)), true)) => log.note("restricted case viewed", on).await?,
        _ => {}
    }
    told.map(|(told, _)| tagged(told))
}

/// Which allegations.
#[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// `received`, `registered`, `dismissed` or `withdrawn`.
    state: Option<String>,
    /// Against which party.
    against: Option<String>,
    /// Words of their text or place.
    q: Option<String>,
    /// From which on, counted from 0; `next` of the page before.
    from: Option<usize>,
    /// How many, at most 1000.
    limit: Option<usize>,
}

/// The ledger of allegations, the latest first. Nothing in it counts violations.
#[utoipa::path(get, path = "/api/v1/allegations", tag = "cases", params(Which),
    responses((status = 200, body = AllegationPage), (status = 400, body = Problem)))]
async fn allegations(
    State(app): State<App>,
    seat: Seat,
    client: Client,
    Query(which): Query<Which>,
) -> Result<Json<AllegationPage>, Problem> {
    let log = Log::of(&app, &seat, client);
    let (page, is_restricted) = ask(app, seat, move |lens| {
        let limit = which.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX);
        let page = lens.allegations(&which, which.from.unwrap_or(0), limit);
        let is_restricted = lens.reader.is_staff() && lens.tells_restricted(&page);
        Ok((page, is_restricted))
    })
    .await?;
    if is_restricted {
        log.note("restricted allegations viewed", String::new()).await?;
    }
    Ok(Json(page))
}

/// For each party the same figures: whether the same rules were applied to both.
#[utoipa::path(get, path = "/api/v1/equal-treatment", tag = "cases",
    responses((status = 200, body = EqualTreatment), (status = 404, body = Problem)))]
async fn equal_treatment(State(app): State<App>, seat: Seat) -> Result<Json<EqualTreatment>, Problem> {
    ask(app, seat, |lens| lens.equal_treatment().map(Json)).await
}

/// Does something: alleges, claims, tasks, drafts, signs, orders. The same act sent twice has one effect.
#[utoipa::path(post, path = "/api/v1/acts", tag = "cases", request_body = ActSent,
    params(("If-Match" = Option<String>, Header, description = "The revision of the case that was seen")),
    responses((status = 201, body = ActDone), (status = 200, body = ActDone, description = "It had been done before"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn act(
    State(app): State<App>,
    seat: Seat,
    client: Client,
    headers: HeaderMap,
    body: Result<Json<ActSent>, axum::extract::rejection::JsonRejection>,
) -> Result<Response, Problem> {
    let Json(sent) = body.map_err(|e| unreadable("", e.body_text()))?;
    let seen = match sent.seen {
        None => seen(&headers)?,
        seen => seen,
    };
    let log = Log::of(&app, &seat, client);
    let done = blocking(move || take(&app, &seat, sent, seen)).await;
    if let Err(problem) = &done
        && problem.is_not_found()
    {
        log.note("refused", format!("act: {}", problem.detail)).await?;
    }
    let done = done?;
    let status = if done.already { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(done)).into_response())
}

fn unreadable(field: &str, detail: String) -> Problem {
    Problem::fields(vec![FieldError { field: field.to_owned(), detail }])
}

/// The revision in `If-Match`, if there is one.
fn seen(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or("").trim().trim_matches('"');
    // The tag of a case is its revision, and what it was seen with after a dash.
    let revision = text.split('-').next().and_then(|t| t.parse().ok());
    revision
        .map(Some)
        .ok_or_else(|| Problem::parameter("If-Match", "the tag of a case is wanted, such as \"7\""))
}

fn take(app: &App, seat: &Seat, sent: ActSent, seen: Option<u64>) -> Result<ActDone, Problem> {
    let grant = seat.grant(&sent.role, &sent.of)?;
    let deed: Deed = serde_json::from_value(sent.deed).map_err(|e| unreadable("deed", e.to_string()))?;
    let keeper = app.keeper()?;
    may_know(app, keeper.as_ref(), seat, &deed)?;
    may_restrict(seat, &deed)?;
    let by = By::under(&seat.person, grant);
    let act = Act { key: sent.key, by, at_ms: keeper.now_ms(), seen, deed };
    let took = taken(app, keeper.as_ref(), &act)?;
    let work = seat.reader().sees_work();
    let revision = match &took.done.case {
        // How much is done in a case is for those who work on it.
        Some(case) if work => app.room().read(keeper.as_ref(), |d| d.case(case).map(|c| c.revision).ok())?,
        _ => None,
    };
    Ok(ActDone {
        on: took.done.on.0,
        case: took.done.case.map(|c| c.0),
        revision,
        already: took.done.already,
        seq: took.seq,
    })
}

/// Somebody else may act at the same moment: then the act is checked again against what they did.
fn taken(app: &App, keeper: &dyn Keeper, act: &Act) -> Result<Took, Problem> {
    let mut last = None;
    for _ in 0..3 {
        match app.room().act(keeper, act) {
            Ok(took) => return Ok(took),
            Err(NotTaken::Refused(refusal)) => return Err(Problem::act_refused(&refusal)),
            Err(NotTaken::Kept(KeepError::Busy { holder })) => last = Some(KeepError::Busy { holder }),
            Err(NotTaken::Kept(other)) => return Err(not_kept(&other)),
        }
    }
    let busy = last.unwrap_or(KeepError::Busy { holder: "somebody else".to_owned() });
    Err(not_kept(&busy))
}

/// What a person may not see they may not act on, and are not told that it exists.
fn may_know(app: &App, keeper: &dyn Keeper, seat: &Seat, deed: &Deed) -> Result<(), Problem> {
    let reader = seat.reader();
    let hidden = app.room().read(keeper, |docket| may::hidden(docket, &reader, deed))?;
    hidden.map_or(Ok(()), |on| Err(Problem::act_refused(&cases::Refusal::NoSuch(on))))
}

/// Whoever puts a case into a compartment needs to know what is in it: else they would shut themselves out.
fn may_restrict(seat: &Seat, deed: &Deed) -> Result<(), Problem> {
    let Deed::Restrict { compartments, .. } = deed else { return Ok(()) };
    if seat.reader().knows(compartments) {
        return Ok(());
    }
    let may = "somebody who needs to know each of these compartments".to_owned();
    Err(Problem::act_refused(&cases::Refusal::NotYours { may, who: seat.person.clone() }))
}

/// The log of accounts, for what somebody who is signed in looked at or was refused.
struct Log {
    accounts: Option<Arc<Accounts>>,
    who: String,
    client: Client,
}

impl Log {
    fn of(app: &App, seat: &Seat, client: Client) -> Log {
        let accounts = app.accounts().filter(|_| !seat.person.is_empty());
        Log { accounts, who: seat.person.clone(), client }
    }

    async fn note(self, what: &'static str, on: String) -> Result<(), Problem> {
        let Some(accounts) = self.accounts else { return Ok(()) };
        blocking(move || {
            let by = self.client.by(&self.who, accounts.now_ms());
            Ok(accounts.store.note(by, what, &on)?)
        })
        .await
    }
}

/// The tag of what the reader has, if they say so.
pub(crate) fn known(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::IF_NONE_MATCH)?.to_str().ok()?;
    Some(value.trim().trim_start_matches("W/").trim_matches('"').to_owned())
}

/// The answer with its tag; nothing, if the reader has that already.
pub(crate) fn tagged((tag, body): (String, Option<Vec<u8>>)) -> Response {
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    let mut response = match body {
        Some(body) => (json, body).into_response(),
        None => StatusCode::NOT_MODIFIED.into_response(),
    };
    if let Ok(value) = HeaderValue::from_str(&format!("\"{tag}\"")) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}
