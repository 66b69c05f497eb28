//! Reading what a sender sends, with a bound on its size and on its silence.

use crate::limits::BODY_IDLE_S;
use crate::problem::{FieldError, Problem};
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, header};
use std::time::Duration;
use tokio_stream::StreamExt as _;

/// What came next.
pub(super) enum Piece<B> {
    /// Bytes.
    Some(B),
    /// All has come.
    End,
    /// The connection broke, or the sender fell silent.
    Cut,
}

/// The next piece of a body.
pub(super) async fn next(stream: &mut BodyDataStream) -> Piece<axum::body::Bytes> {
    match tokio::time::timeout(Duration::from_secs(BODY_IDLE_S), stream.next()).await {
        Ok(Some(Ok(bytes))) => Piece::Some(bytes),
        Ok(None) => Piece::End,
        Ok(Some(Err(_))) | Err(_) => Piece::Cut,
    }
}

/// What the sender says the size is.
pub(super) fn stated_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A whole body of at most `bytes_max`; `what` names it in the complaint.
pub(crate) async fn whole(
    headers: &HeaderMap,
    body: Body,
    bytes_max: u64,
    what: &str,
) -> Result<Vec<u8>, Problem> {
    let too_large = || Problem::too_large(format!("{what} may have at most {bytes_max} bytes"));
    if stated_length(headers).is_some_and(|n| n > bytes_max) {
        return Err(too_large());
    }
    let mut stream = body.into_data_stream();
    let mut out = Vec::new();
    loop {
        match next(&mut stream).await {
            Piece::Some(bytes) if out.len() as u64 + bytes.len() as u64 > bytes_max => {
                return Err(too_large());
            }
            Piece::Some(bytes) => out.extend_from_slice(&bytes),
            Piece::End => return Ok(out),
            Piece::Cut => return Err(cut()),
        }
    }
}

/// A request that was not sent to its end.
pub(super) fn cut() -> Problem {
    let detail = "the request was cut off; nothing was kept, send it again".to_owned();
    Problem::fields(vec![FieldError { field: String::new(), detail }])
}
