//! The notice board's addresses: notices with their checks, windows of silence, the protected register, the hotline. No
//! state of a notice is leave to do anything.

use crate::desk::Desk;
use crate::docket::seat::Seat;
use crate::docket::{known, tagged};
use crate::live::{App, blocking};
use crate::problem::{FieldError, Problem};
use crate::rooms::Kept;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base::{By, Instant, Ref};
use deconfliction::duties::Asked;
use deconfliction::view::BoardView;
use deconfliction::{Act, Board, Check, Deed, rules};
use publication::board::{asked_of, audience, board_for};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Bytes of an act as it is sent, at most.
const ACT_BYTES_MAX: usize = 512 * 1024;

impl Kept for Board {
    const KIND: &'static str = "noticed";

    fn empty(desk: &Desk) -> Board {
        Board::new(desk.record.zone.clone())
    }
}

pub(crate) fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(board))
        .routes(routes!(act))
        .layer(axum::extract::DefaultBodyLimit::max(ACT_BYTES_MAX))
}

/// The board as a reader may see it.
#[derive(Serialize, ToSchema)]
struct BoardSeen {
    /// The mission's civil zone.
    zone: String,
    /// Notices, windows, register, hotline (`docs/deconfliction.md`). Times are milliseconds since 1970.
    #[schema(value_type = Object)]
    board: BoardView,
    /// The check of each active notice.
    #[schema(value_type = Vec<Object>)]
    checks: Vec<Check>,
    /// What the text asks of each notice, and how the notice stands to it.
    #[schema(value_type = Object)]
    asked: BTreeMap<String, Vec<Asked>>,
    /// Deeds that the reader's roles may do, each with the role and what it is held of.
    may: Vec<BoardMay>,
}

/// A deed that a reader's role may do.
#[derive(Serialize, ToSchema)]
struct BoardMay {
    /// The deed's name.
    deed: String,
    /// The role.
    role: String,
    /// What it is held of.
    of: String,
}

/// The notice board: notices with their checks, windows of silence, protected objects, hotline.
#[utoipa::path(get, path = "/api/v1/board", tag = "board",
    responses((status = 200, body = BoardSeen), (status = 503, body = Problem)))]
async fn board(State(app): State<App>, seat: Seat, headers: HeaderMap) -> Result<Response, Problem> {
    let known = known(&headers);
    let body = blocking(move || {
        let keeper = app.keeper()?;
        let desk = app.latest();
        // By the minute: between two readers nothing changes but by what is done.
        let now = Instant(keeper.now_ms().div_euclid(60_000) * 60_000);
        let to = audience(&seat.reader());
        let seen = app.board().read(keeper.as_ref(), &desk, |on| {
            let (board, checks) = board_for(&desk.record, on, &to, now);
            let asked = |n: &deconfliction::view::NoticeView| {
                let asked = asked_of(&desk.record, on, &Ref(n.reference.clone()), now);
                (!asked.is_empty()).then(|| (n.reference.clone(), asked))
            };
            let asked = board.notices.iter().filter_map(asked).collect();
            BoardSeen { zone: desk.record.zone.name().to_owned(), board, checks, asked, may: may(&seat) }
        })?;
        let failed = |_| Problem::unavailable("the answer could not be made; the failure is the server's");
        serde_json::to_vec(&seen).map_err(failed)
    })
    .await?;
    let tag = format!("b-{}", base::Digest::of(&body));
    let same = known.as_deref() == Some(tag.as_str());
    Ok(tagged((tag, (!same).then_some(body))))
}

fn may(seat: &Seat) -> Vec<BoardMay> {
    if seat.person.is_empty() {
        return Vec::new();
    }
    let of = |deed: &'static str| {
        let held = seat.grants.iter().filter(move |g| rules::may(deed).contains(&g.role));
        held.map(move |g| BoardMay {
            deed: deed.to_owned(),
            role: g.role.name().to_owned(),
            of: g.of.clone(),
        })
    };
    rules::MAY.iter().flat_map(|(deed, _)| of(deed)).collect()
}

/// An act as it is sent.
#[derive(Deserialize, ToSchema)]
struct BoardActSent {
    /// Unlike for every act: the same again is the same act.
    key: String,
    /// The role in which the person acts; one that they hold.
    role: String,
    /// What the role is held of; empty: the mission.
    #[serde(default)]
    of: String,
    /// The revision of the object that they saw.
    #[serde(default)]
    seen: Option<u64>,
    /// The deed: `deed` names it, its other members are those of the manual (`docs/deconfliction.md`).
    #[schema(value_type = Object)]
    deed: Value,
}

/// What an act did.
#[derive(Serialize, ToSchema)]
struct BoardActDone {
    /// The notice, window, entry or call that it made or changed.
    on: String,
    /// The same act had been taken before.
    already: bool,
    /// The number of its journal entry.
    seq: u64,
}

/// Drafts, releases, reads back, objects, promises, opens, breaks, enters, logs. The same act sent twice has one
/// effect.
#[utoipa::path(post, path = "/api/v1/board/acts", tag = "board", request_body = BoardActSent,
    responses((status = 201, body = BoardActDone),
        (status = 200, body = BoardActDone, description = "It had been done before"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn act(
    State(app): State<App>,
    seat: Seat,
    body: Result<Json<BoardActSent>, axum::extract::rejection::JsonRejection>,
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
        let (done, seq) = app.board().act(keeper.as_ref(), &app.latest(), &act)?;
        Ok(BoardActDone { on: done.on.0, already: done.already, seq })
    })
    .await?;
    let status = if done.already { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(done)).into_response())
}
