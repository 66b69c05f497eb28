//! The notice board's addresses: notices with their checks, windows of silence, the protected register, the hotline. No
//! state of a notice is leave to do anything.

use crate::desk::Desk;
use crate::docket::seat::Seat;
use crate::docket::{known, tagged};
use crate::live::{App, blocking};
use crate::problem::Problem;
use crate::rooms::{Kept, RoomActDone, RoomActSent, RoomMay, Sent, may, take};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base::{Instant, Ref};
use deconfliction::duties::Asked;
use deconfliction::view::{BoardView, WindowsView};
use deconfliction::{Board, Check, Deed, rules};
use publication::board::{asked_of, audience, board_for, windows_for};
use serde::Serialize;
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
        .routes(routes!(windows))
        .routes(routes!(act))
        .layer(axum::extract::DefaultBodyLimit::max(ACT_BYTES_MAX))
}

/// The board laid out for an audience.
pub(crate) struct Laid {
    board: BoardView,
    checks: Vec<Check>,
    asked: BTreeMap<String, Vec<Asked>>,
}

impl Laid {
    fn of(
        record: &publication::Record,
        on: &Board,
        to: &deconfliction::view::Audience,
        now: Instant,
    ) -> Laid {
        let (board, checks) = board_for(record, on, to, now);
        let asked = |n: &deconfliction::view::NoticeView| {
            let asked = asked_of(record, on, &Ref(n.reference.clone()), now);
            (!asked.is_empty()).then(|| (n.reference.clone(), asked))
        };
        let asked = board.notices.iter().filter_map(asked).collect();
        Laid { board, checks, asked }
    }
}

/// The board as a reader may see it.
#[derive(Serialize, ToSchema)]
struct BoardSeen<'l> {
    /// The mission's civil zone.
    zone: String,
    /// Notices, windows, register, hotline (`docs/deconfliction.md`). Times are milliseconds since 1970.
    #[schema(value_type = Object)]
    board: &'l BoardView,
    /// The check of each active notice.
    #[schema(value_type = Vec<Object>)]
    checks: &'l [Check],
    /// What the text asks of each notice, and how the notice stands to it.
    #[schema(value_type = Object)]
    asked: &'l BTreeMap<String, Vec<Asked>>,
    /// Deeds that the reader's roles may do, each with the role and what it is held of.
    may: Vec<RoomMay>,
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
        let on = app.board().read(keeper.as_ref(), &desk, Board::acts)?;
        let key = format!("{to:?} {} {on} {}", desk.record.head.seq, now.0);
        let laid = match app.boards().find(&key) {
            Some(laid) => laid,
            None => app.board().read(keeper.as_ref(), &desk, |on| {
                app.boards().of(key, || Laid::of(&desk.record, on, &to, now))
            })?,
        };
        let seen = BoardSeen {
            zone: desk.record.zone.name().to_owned(),
            board: &laid.board,
            checks: &laid.checks,
            asked: &laid.asked,
            may: may(&seat, rules::MAY),
        };
        let failed = |_| Problem::unavailable("the answer could not be made; the failure is the server's");
        serde_json::to_vec(&seen).map_err(failed)
    })
    .await?;
    let tag = format!("b-{}", base::Digest::of(&body));
    let same = known.as_deref() == Some(tag.as_str());
    Ok(tagged((tag, (!same).then_some(body))))
}

/// The windows of silence as this reader may see them, with what is said of them.
#[derive(Serialize, ToSchema)]
struct WindowsSeen<'l> {
    /// The mission's civil zone.
    zone: &'l str,
    /// As of when, milliseconds since 1970; to the millisecond, for a countdown hangs on it.
    at_ms: i64,
    /// Who reads; empty: nobody has signed in.
    person: &'l str,
    /// Windows and messages (`docs/deconfliction.md`). Times are milliseconds since 1970.
    #[schema(value_type = Object)]
    #[serde(flatten)]
    seen: &'l WindowsView,
    /// Deeds that the reader's roles may do, each with the role and what it is held of.
    may: Vec<RoomMay>,
}

/// The windows of silence alone, for a telephone in the field: those that are asked for or run, and those that ended
/// within a day.
#[utoipa::path(get, path = "/api/v1/board/windows", tag = "board",
    responses((status = 200, body = WindowsSeen), (status = 503, body = Problem)))]
async fn windows(State(app): State<App>, seat: Seat, headers: HeaderMap) -> Result<Response, Problem> {
    let known = known(&headers);
    let (tag, body) = blocking(move || {
        let keeper = app.keeper()?;
        let desk = app.latest();
        let now = Instant(keeper.now_ms());
        let to = audience(&seat.reader());
        let laid = app.board().read(keeper.as_ref(), &desk, |on| windows_for(on, &to, now))?;
        let zone = desk.record.zone.name();
        let seen = |at_ms: i64, seen: &WindowsView| {
            let may = may(&seat, rules::MAY);
            serde_json::to_vec(&WindowsSeen { zone, at_ms, person: &seat.person, seen, may }).map_err(|_| {
                Problem::unavailable("the answer could not be made; the failure is the server's")
            })
        };
        // Time that goes by changes nothing for who has the rest: the tag is of what does not move by itself.
        let mut still = laid.clone();
        still.windows.iter_mut().for_each(|w| w.left_ms = None);
        Ok((format!("w-{}", base::Digest::of(&seen(0, &still)?)), seen(now.0, &laid)?))
    })
    .await?;
    let same = known.as_deref() == Some(tag.as_str());
    Ok(tagged((tag, (!same).then_some(body))))
}

/// What the deed is about, if this person may not know of it.
fn hidden(on: &Board, seat: &Seat, deed: &Deed, at_ms: i64) -> Option<Ref> {
    let object = deed.object()?;
    (!publication::board::may_know(on, &audience(&seat.reader()), object, Instant(at_ms)))
        .then(|| object.clone())
}

/// Drafts, releases, reads back, objects, promises, opens, breaks, enters, logs. The same act sent twice has one
/// effect.
#[utoipa::path(post, path = "/api/v1/board/acts", tag = "board", request_body = RoomActSent,
    responses((status = 201, body = RoomActDone),
        (status = 200, body = RoomActDone, description = "It had been done before"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn act(State(app): State<App>, seat: Seat, sent: Sent) -> Result<Response, Problem> {
    take::<Board>(app, seat, sent, App::board, hidden).await
}
