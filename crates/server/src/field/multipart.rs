//! The parts of an OpenRosa submission, streamed to the disk and hashed on the way: never whole in memory. Until all
//! parts have come nothing else happens, so a request that is cut off leaves nothing.

use super::answers::base_name;
use super::uploads::{Part, Request, Uploads};
use super::{blocking, body, disk};
use crate::limits::{
    BODY_IDLE_S, FIELD_NAME_BYTES_MAX, MEDIUM_BYTES_MAX, OPENROSA_BYTES_MAX, OPENROSA_PARTS_MAX,
    SUBMISSION_XML_BYTES_MAX,
};
use crate::problem::{FieldError, Problem};
use axum::extract::Multipart;
use axum::extract::multipart::Field as Incoming;
use base::Digest;
use std::path::PathBuf;
use std::time::Duration;

/// The name of the part that holds the answers.
const XML: &str = "xml_submission_file";
/// The part by which a client says that it sends more media in another request.
const INCOMPLETE: &str = "*isIncomplete*";
/// Bytes that are gathered before they are written.
const WRITE_BYTES: usize = 256 * 1024;

/// A file that came.
pub(super) struct Sent {
    /// Its name, without folders.
    pub name: String,
    /// Its type as stated.
    pub media_type: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size, bytes.
    pub bytes: u64,
    /// Its digest.
    pub digest: Digest,
}

/// All parts of one request.
pub(super) struct Received {
    /// The answers.
    pub xml: Sent,
    /// The media.
    pub media: Vec<Sent>,
    /// Whether the client says that more follow.
    pub is_incomplete: bool,
    /// Removes the files in the end.
    _request: Request,
}

fn wrong(detail: impl Into<String>) -> Problem {
    Problem::fields(vec![FieldError { field: String::new(), detail: detail.into() }])
}

/// Takes in all parts.
pub(super) async fn receive(
    uploads: Uploads,
    now_ms: i64,
    mut parts: Multipart,
) -> Result<Received, Problem> {
    let request = blocking(move || uploads.request(now_ms).map_err(|e| disk(&e))).await?;
    let (mut xml, mut media, mut is_incomplete) = (None, Vec::<Sent>::new(), false);
    let mut left = OPENROSA_BYTES_MAX;
    for number in 0_usize.. {
        let Some(part) = timely(parts.next_field()).await? else { break };
        if number >= OPENROSA_PARTS_MAX {
            return Err(Problem::too_large(format!("more than {OPENROSA_PARTS_MAX} parts")));
        }
        let name = part.name().unwrap_or("").to_owned();
        let bytes_max = if name == XML { SUBMISSION_XML_BYTES_MAX } else { MEDIUM_BYTES_MAX };
        let is_file = part.file_name().is_some();
        let file = request.file(number).map_err(|e| disk(&e))?;
        let sent = take(part, file, bytes_max, &mut left).await?;
        if name == XML {
            xml = Some(sent);
        } else if name == INCOMPLETE {
            is_incomplete = true;
        } else if is_file && sent.bytes > 0 {
            if media.iter().any(|m| m.name == sent.name && m.digest != sent.digest) {
                return Err(wrong(format!("two different files are named `{}`", shown(&sent.name))));
            }
            media.push(sent);
        }
    }
    let xml = xml.ok_or_else(|| wrong(format!("there is no part `{XML}`")))?;
    Ok(Received { xml, media, is_incomplete, _request: request })
}

/// A name as it may stand in a message.
pub(super) fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// What comes next, unless the sender falls silent or the connection breaks.
async fn timely<T>(
    coming: impl Future<Output = Result<T, axum::extract::multipart::MultipartError>>,
) -> Result<T, Problem> {
    match tokio::time::timeout(Duration::from_secs(BODY_IDLE_S), coming).await {
        Ok(Ok(come)) => Ok(come),
        Ok(Err(_)) | Err(_) => Err(body::cut()),
    }
}

async fn take(
    mut part: Incoming<'_>,
    mut file: Part,
    bytes_max: u64,
    left: &mut u64,
) -> Result<Sent, Problem> {
    let stated = part.file_name().or(part.name()).unwrap_or("");
    let name = base_name(stated).to_owned();
    let media_type = part.content_type().unwrap_or("").to_owned();
    if name.len() > FIELD_NAME_BYTES_MAX || media_type.len() > FIELD_NAME_BYTES_MAX {
        return Err(wrong(format!("a name or type is longer than {FIELD_NAME_BYTES_MAX} bytes")));
    }
    let (mut gathered, mut bytes) = (Vec::with_capacity(WRITE_BYTES), 0_u64);
    loop {
        let chunk = timely(part.chunk()).await?;
        if let Some(chunk) = &chunk {
            bytes = bytes.saturating_add(chunk.len() as u64);
            if bytes > bytes_max {
                let detail = format!("`{}` is larger than {bytes_max} bytes", shown(&name));
                return Err(Problem::too_large(detail));
            }
            *left = left.checked_sub(chunk.len() as u64).ok_or_else(whole_too_large)?;
            gathered.extend_from_slice(chunk);
        }
        if chunk.is_none() || gathered.len() >= WRITE_BYTES {
            (file, gathered) = blocking(move || {
                file.write(&gathered).map_err(|e| disk(&e))?;
                gathered.clear();
                Ok((file, gathered))
            })
            .await?;
        }
        if chunk.is_none() {
            break;
        }
    }
    let (path, bytes, digest) = file.done();
    Ok(Sent { name, media_type, path, bytes, digest })
}

fn whole_too_large() -> Problem {
    Problem::too_large(format!(
        "one request may have at most {OPENROSA_BYTES_MAX} bytes; send the media in several requests"
    ))
}
