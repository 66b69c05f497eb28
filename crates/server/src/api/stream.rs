//! News that the journal has moved.

use super::AppState;
use crate::limits::{HEARTBEAT_S, STREAMS_MAX};
use crate::problem::Problem;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use base::Instant;
use publication::Head;
use publication::words::rfc3339;
use serde_json::json;
use std::convert::Infallible;
use std::time::Duration;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::WatchStream;

/// Server-sent events: `head` with `seq` and `recorded_at`, at once and whenever what is shown has moved on.
#[utoipa::path(get, path = "/api/v1/stream", tag = "desk",
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 503, body = Problem)))]
pub(super) async fn stream(State(app): AppState) -> Response {
    let Some((news, permit)) = app.subscribe() else {
        return Problem::unavailable(format!("{STREAMS_MAX} live streams are open already")).into_response();
    };
    // The permit goes with the stream: it is given back when the reader leaves.
    let events = WatchStream::new(news).map_while(move |head| {
        let _held = &permit;
        head.map(event)
    });
    let alive = KeepAlive::new().interval(Duration::from_secs(HEARTBEAT_S)).text("alive");
    Sse::new(events).keep_alive(alive).into_response()
}

fn event(head: Head) -> Result<Event, Infallible> {
    let recorded_at = (head.seq > 0).then(|| rfc3339(Instant(head.recorded_ms)));
    let data = json!({"seq": head.seq, "recorded_at": recorded_at});
    Ok(Event::default().event("head").data(data.to_string()))
}
