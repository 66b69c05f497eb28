//! Media in pieces: a photo that was cut off goes on from where it stopped.

use super::uploads::{Announced, UploadKey};
use super::{Admitted, Field, admit, blocking, body, disk, is_type, not_kept};
use crate::api::AppState;
use crate::keep::Keeper;
use crate::limits::{CHUNK_BYTES_MAX, UPLOADS_BYTES_MAX};
use crate::problem::{FieldError, Problem};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base::Digest;
use evidence::item::Handling;
use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;

/// How much has come; also the header in which it is told.
const OFFSET: &str = "upload-offset";
/// How much there is in all.
const LENGTH: &str = "upload-length";
/// What pieces are sent as.
const PIECE: &str = "application/offset+octet-stream";
/// Bytes that are gathered before they are written.
const WRITE_BYTES: usize = 256 * 1024;

/// What the custody log says of an original that came in pieces.
const ARRIVED: &str = "the original has arrived whole; its digest is the one announced";
/// What it says of one that somebody else had sent.
const WAS_HERE: &str = "announced; an original with that digest was here already";

/// An upload that a device may go on with.
#[derive(Clone)]
struct Upload {
    admitted: Admitted,
    digest: Digest,
    key: UploadKey,
    announced: Announced,
}

impl Upload {
    /// The upload of `name`, if this observer announced it.
    fn find(admitted: Admitted, name: &str) -> Result<Upload, Problem> {
        let unknown = || {
            Problem::not_found(
                "no submission of this observer has announced that digest; send the submission again",
            )
        };
        let digest = Digest::from_hex(name).ok_or_else(unknown)?;
        let key = UploadKey::of(&admitted.who.observer, digest);
        let announced = admitted.field.uploads.find(&key).map_err(|e| disk(&e))?.ok_or_else(unknown)?;
        Ok(Upload { admitted, digest, key, announced })
    }

    fn field(&self) -> &Field {
        &self.admitted.field
    }

    fn keeper(&self) -> &Arc<dyn Keeper> {
        &self.admitted.keeper
    }

    /// How much is here. Only under the lock: what came whole before a crash is kept now.
    fn settle(&self) -> Result<u64, Problem> {
        let uploads = &self.field().uploads;
        // Read again: another request may have come to the end meanwhile.
        let finished = uploads.find(&self.key).map_err(|e| disk(&e))?.is_some_and(|a| a.finished);
        if finished && self.keeper().has_blob(self.digest) {
            return Ok(self.announced.bytes);
        }
        let length = uploads.length(&self.key).map_err(|e| disk(&e))?;
        if self.keeper().has_blob(self.digest) {
            return self.received(if length == self.announced.bytes { ARRIVED } else { WAS_HERE });
        }
        if length < self.announced.bytes {
            return Ok(length);
        }
        let found = uploads.digest(&self.key).map_err(|e| disk(&e))?;
        if length > self.announced.bytes || found != self.digest {
            uploads.discard(&self.key).map_err(|e| disk(&e))?;
            return Err(Problem::mismatch(format!(
                "the bytes that came have the digest `{found}`, not the one announced; they were discarded, begin again"
            )));
        }
        let mut part = uploads.read_part(&self.key).map_err(|e| disk(&e))?;
        let kept = self.keeper().put_blob(&mut part, self.announced.bytes).map_err(|e| not_kept(&e))?;
        if kept != self.digest {
            return Err(Problem::mismatch("what was kept is not what came; send it again"));
        }
        self.received(ARRIVED)
    }

    /// The original is among the blobs: the custody log says so, then the upload is over. A crash before the last step
    /// may write the line of the custody log a second time.
    fn received(&self, note: &str) -> Result<u64, Problem> {
        let handling = Handling {
            item: self.digest,
            action: "received".to_owned(),
            by: self.admitted.who.observer.clone(),
            note: note.to_owned(),
            copy: Some(self.digest),
        };
        self.keeper().handled(handling).map_err(|e| not_kept(&e))?;
        self.field().uploads.finish(&self.key, self.announced.bytes).map_err(|e| disk(&e))?;
        Ok(self.announced.bytes)
    }
}

fn answer(status: StatusCode, offset: u64, length: u64) -> Response {
    let mut response = status.into_response();
    let headers = response.headers_mut();
    headers.insert(OFFSET, HeaderValue::from(offset));
    headers.insert(LENGTH, HeaderValue::from(length));
    response
}

/// How much of a medium is here: `Upload-Offset` bytes of `Upload-Length`.
#[utoipa::path(head, path = "/api/v1/field/media/{sha256}", tag = "field",
    params(("sha256" = String, Path, description = "Its digest, as announced")),
    responses((status = 200, description = "`Upload-Offset` and `Upload-Length`"), (status = 401), (status = 404),
        (status = 503)))]
pub(super) async fn offset(
    State(app): AppState,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let admitted = admit(&app, &headers, 1).await?;
    let upload = blocking(move || Upload::find(admitted, &name)).await?;
    let length = upload.announced.bytes;
    let seen = upload.clone();
    let (here, is_kept) = blocking(move || {
        let here = seen.field().uploads.length(&seen.key).map_err(|e| disk(&e))?;
        Ok((here, seen.keeper().has_blob(seen.digest)))
    })
    .await?;
    // While pieces come in the answer does not wait for them; what is whole or was kept before is settled first.
    if here < length && !is_kept {
        return Ok(answer(StatusCode::OK, here, length));
    }
    let _turn = upload.field().slot(&upload.key).lock_owned().await;
    let settled = blocking(move || upload.settle()).await;
    match settled {
        Ok(here) => Ok(answer(StatusCode::OK, here, length)),
        // The bytes that came were not the ones announced and are gone: it begins again.
        Err(problem) if problem.status == StatusCode::UNPROCESSABLE_ENTITY.as_u16() => {
            Ok(answer(StatusCode::OK, 0, length))
        }
        Err(problem) => Err(problem),
    }
}

/// Takes a piece of a medium, from `Upload-Offset` on. The last piece is acknowledged when the whole has the digest
/// that was announced and is kept.
#[utoipa::path(patch, path = "/api/v1/field/media/{sha256}", tag = "field",
    params(("sha256" = String, Path, description = "Its digest, as announced"),
        ("Upload-Offset" = u64, Header, description = "Where the piece begins"),
        ("Upload-Length" = u64, Header, description = "Size of the whole, bytes")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "`Upload-Offset`: how much is here now"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "another offset is needed: `Upload-Offset`"),
        (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem, description = "the whole has another digest; begin again"),
        (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn append(
    State(app): AppState,
    Path(name): Path<String>,
    headers: HeaderMap,
    sent: Body,
) -> Result<Response, Problem> {
    let admitted = admit(&app, &headers, 1).await?;
    if !is_type(&headers, PIECE) {
        return Err(Problem::content_type(PIECE));
    }
    let number = |header: &str| {
        let value = headers.get(header).and_then(|v| v.to_str().ok()).and_then(|t| t.parse::<u64>().ok());
        let detail = "a whole number of bytes is needed in this header".to_owned();
        value.ok_or_else(|| Problem::fields(vec![FieldError { field: header.to_owned(), detail }]))
    };
    let (offset, length) = (number(OFFSET)?, number(LENGTH)?);
    if body::stated_length(&headers).is_some_and(|n| n > CHUNK_BYTES_MAX) {
        return Err(piece_too_large());
    }
    let upload = blocking(move || Upload::find(admitted, &name)).await?;
    if length != upload.announced.bytes {
        let detail = format!("{} bytes were announced", upload.announced.bytes);
        return Err(Problem::fields(vec![FieldError { field: LENGTH.to_owned(), detail }]));
    }
    // On a task of its own: when the sender goes away, this handler ends, and what has come must still be written.
    let taking = tokio::spawn(take(upload, offset, sent));
    taking
        .await
        .map_err(|_| Problem::unavailable("the piece could not be taken; the failure is the server's"))?
}

fn piece_too_large() -> Problem {
    Problem::too_large(format!("one piece may have at most {CHUNK_BYTES_MAX} bytes"))
}

/// Takes one piece under the upload's lock.
async fn take(upload: Upload, offset: u64, sent: Body) -> Result<Response, Problem> {
    let _turn = upload.field().slot(&upload.key).lock_owned().await;
    let length = upload.announced.bytes;
    let settled = upload.clone();
    let here = match blocking(move || settled.settle()).await {
        Err(p) if p.status == StatusCode::UNPROCESSABLE_ENTITY.as_u16() => 0,
        other => other?,
    };
    if offset != here {
        let problem = Problem::conflict(format!("{here} bytes are here; go on from there"));
        let mut response = problem.into_response();
        response.headers_mut().insert(OFFSET, HeaderValue::from(here));
        response.headers_mut().insert(LENGTH, HeaderValue::from(length));
        return Ok(response);
    }
    if here == length {
        return Ok(answer(StatusCode::NO_CONTENT, here, length));
    }
    let opened = upload.clone();
    let file = blocking(move || open(&opened, offset)).await?;
    let end = receive(file, offset, length - offset, sent).await?;
    let settled = upload.clone();
    let here = blocking(move || settled.settle()).await?;
    match end {
        End::Whole => Ok(answer(StatusCode::NO_CONTENT, here, length)),
        End::Cut => {
            let detail = format!("the piece was cut off; {here} bytes are here, go on from there");
            Err(Problem::fields(vec![FieldError { field: String::new(), detail }]))
        }
    }
}

fn open(upload: &Upload, offset: u64) -> Result<File, Problem> {
    let uploads = &upload.field().uploads;
    if offset == 0 {
        uploads.clean(upload.admitted.now_ms).map_err(|e| disk(&e))?;
        if !uploads.has_room(&upload.key, upload.announced.bytes).map_err(|e| disk(&e))? {
            let detail =
                format!("more than {UPLOADS_BYTES_MAX} bytes would be on their way at once; try again later");
            return Err(Problem::busy(detail, 600));
        }
    }
    uploads.open_part(&upload.key).map_err(|e| disk(&e))
}

/// How a piece ended.
enum End {
    /// As the sender meant it to.
    Whole,
    /// In the middle; what came before is written.
    Cut,
}

/// Writes what comes behind what is there, at most `room` bytes. On the disk when this returns. A piece that is too
/// long is taken back whole.
async fn receive(file: File, offset: u64, room: u64, sent: Body) -> Result<End, Problem> {
    let mut stream = sent.into_data_stream();
    let (mut file, mut gathered, mut total) = (file, Vec::with_capacity(WRITE_BYTES), 0_u64);
    let end = loop {
        match body::next(&mut stream).await {
            body::Piece::Some(bytes) => {
                total = total.saturating_add(bytes.len() as u64);
                if total > room || total > CHUNK_BYTES_MAX {
                    return taken_back(file, offset, room, total).await;
                }
                gathered.extend_from_slice(&bytes);
            }
            body::Piece::End => break End::Whole,
            body::Piece::Cut => break End::Cut,
        }
        if gathered.len() >= WRITE_BYTES {
            (file, gathered) = write(file, gathered).await?;
        }
    };
    let (file, _) = write(file, gathered).await?;
    blocking(move || file.sync_all().map_err(|e| disk(&e))).await?;
    Ok(end)
}

async fn taken_back(file: File, offset: u64, room: u64, total: u64) -> Result<End, Problem> {
    blocking(move || file.set_len(offset).map_err(|e| disk(&e))).await?;
    if total > CHUNK_BYTES_MAX {
        return Err(piece_too_large());
    }
    let detail = format!("only {room} bytes were still to come; the piece was not taken");
    Err(Problem::fields(vec![FieldError { field: LENGTH.to_owned(), detail }]))
}

async fn write(mut file: File, bytes: Vec<u8>) -> Result<(File, Vec<u8>), Problem> {
    blocking(move || {
        file.write_all(&bytes).map_err(|e| disk(&e))?;
        let mut bytes = bytes;
        bytes.clear();
        Ok((file, bytes))
    })
    .await
}
