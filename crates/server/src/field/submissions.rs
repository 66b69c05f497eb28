//! A submission of the web form.

use super::{
    Admitted, admit, blocking, body, disk, is_type, not_kept, reading, uploads::UploadKey, wording::Door,
};
use crate::api::AppState;
use crate::keep::{Arrival, Before, KeepError, Kept};
use crate::limits::{
    ANSWER_BYTES_MAX, CLOCK_SKEW_TOLD_MS, FIELD_NAME_BYTES_MAX, FIELDS_MAX, MEDIA_MAX, MEDIUM_BYTES_MAX,
    RATE_SUBMISSION, SUBMISSION_BYTES_MAX,
};
use crate::problem::{FieldError, Problem};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base::{CivilZone, Digest, Instant};
use evidence::item::Item;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::io::Read as _;
use utoipa::ToSchema;

/// What a device sends.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Submission {
    /// What makes it itself: made once on the device, the same however often it is sent.
    instance_id: String,
    /// The version of the form.
    form_version: String,
    /// When the observer sent it off, RFC 3339.
    submitted_at: String,
    /// The device's clock at the moment of this request, RFC 3339.
    device_clock_at: Option<String>,
    /// Answers by field name, each a text, a number, a truth value or a list of texts.
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    /// Media that belong to it, sent afterwards.
    #[serde(default)]
    media: Vec<Medium>,
}

/// A medium, hashed on the device.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct Medium {
    /// Its name on the device. Never used as a path.
    name: String,
    /// Its type as the device states it. Never believed.
    media_type: String,
    /// Its size, bytes.
    bytes: u64,
    /// SHA-256, 64 hexadecimal digits.
    sha256: String,
    /// When it was taken, RFC 3339.
    #[serde(default)]
    taken_at: Option<String>,
}

/// What became of a submission.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Taken {
    /// The journal entry that holds it.
    kept: u64,
    /// Whether it was there before.
    already: bool,
    /// The media that are still to come.
    missing_media: Vec<String>,
}

/// Takes a submission. Sent again it changes nothing; what is acknowledged is on the disk.
#[utoipa::path(post, path = "/api/v1/field/submissions", tag = "field", request_body = Submission,
    responses((status = 201, body = Taken), (status = 200, body = Taken, description = "it came before"),
        (status = 400, body = Problem), (status = 401, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn submit(
    State(app): AppState,
    headers: HeaderMap,
    sent: Body,
) -> Result<Response, Problem> {
    let admitted = admit(&app, &headers, RATE_SUBMISSION).await?;
    if !is_type(&headers, "application/json") {
        return Err(Problem::content_type("application/json"));
    }
    let bytes = body::whole(&headers, sent, SUBMISSION_BYTES_MAX, "a submission without its media").await?;
    let zone = app.latest().record.zone.clone();
    let taken = blocking(move || {
        let submission: Submission = serde_json::from_slice(&bytes).map_err(|e| not_json(&e))?;
        take(&admitted, &submission, &zone)
    })
    .await?;
    let status = if taken.already { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(taken)).into_response())
}

fn not_json(error: &serde_json::Error) -> Problem {
    Problem::fields(vec![error_in("", format!("not a submission: {error}"))])
}

fn error_in(field: impl Into<String>, detail: impl Into<String>) -> FieldError {
    FieldError { field: field.into(), detail: detail.into() }
}

/// What of a submission has been checked.
struct Checked {
    media: Vec<(Digest, u64)>,
    items: Vec<Item>,
    clock_ahead_ms: Option<i64>,
}

fn take(admitted: &Admitted, submission: &Submission, zone: &CivilZone) -> Result<Taken, Problem> {
    let mut errors = Vec::new();
    let checked = check(submission, admitted.now_ms, &mut errors);
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let (team, key) = (admitted.who.team.as_str(), submission.instance_id.as_str());
    let before = admitted.keeper.received(team, key).map_err(|e| not_kept(&e))?;
    if let Some(before) = before {
        return again(admitted, submission, &checked, &before);
    }
    let arrival = arrival(admitted, submission, &checked, zone)?;
    match admitted.keeper.keep(arrival) {
        Ok(kept) => {
            let missing_media = announce(admitted, &checked.media)?;
            Ok(Taken { kept: kept.seq(), already: matches!(kept, Kept::Already(_)), missing_media })
        }
        // Sent twice at the same moment: the other one was faster.
        Err(KeepError::KeyTaken) => match admitted.keeper.received(team, key).map_err(|e| not_kept(&e))? {
            Some(before) => again(admitted, submission, &checked, &before),
            None => Err(not_kept(&KeepError::KeyTaken)),
        },
        Err(error) => Err(not_kept(&error)),
    }
}

/// The same instance came before: the same answers change nothing, others are a conflict, never silently dropped.
fn again(
    admitted: &Admitted,
    submission: &Submission,
    checked: &Checked,
    before: &Before,
) -> Result<Taken, Problem> {
    let other = || {
        Problem::conflict(format!(
            "`{}` was sent before with other answers or media; nothing was changed: send this one as a new submission",
            submission.instance_id
        ))
    };
    let known = |digest: &Digest| before.items.iter().any(|item| item.digest == *digest);
    if before.by != admitted.who.observer || !checked.media.iter().all(|(digest, _)| known(digest)) {
        return Err(other());
    }
    let mut text = Vec::new();
    let blob = admitted.keeper.open_blob(before.original).map_err(|e| not_kept(&e))?;
    blob.take(2 * SUBMISSION_BYTES_MAX).read_to_end(&mut text).map_err(|e| disk(&e))?;
    let kept: Value = serde_json::from_slice(&text).unwrap_or_default();
    if kept.get("fields").and_then(Value::as_object) != Some(&submission.fields) {
        return Err(other());
    }
    Ok(Taken { kept: before.seq, already: true, missing_media: announce(admitted, &checked.media)? })
}

/// Notes which media may come, and tells which are not here. Acknowledged only when noted. One that is here but whose
/// upload did not come to its end (a crash before its line in the custody log) is asked for again, and then ended.
fn announce(admitted: &Admitted, media: &[(Digest, u64)]) -> Result<Vec<String>, Problem> {
    let mut missing = Vec::new();
    for (digest, bytes) in media {
        let key = UploadKey::of(&admitted.who.observer, *digest);
        let uploads = &admitted.field.uploads;
        uploads.announce(&key, *bytes).map_err(|e| disk(&e))?;
        let is_over = uploads.find(&key).map_err(|e| disk(&e))?.is_some_and(|a| a.finished);
        if !is_over || !admitted.keeper.has_blob(*digest) {
            missing.push(digest.to_string());
        }
    }
    Ok(missing)
}

fn arrival(
    admitted: &Admitted,
    submission: &Submission,
    checked: &Checked,
    zone: &CivilZone,
) -> Result<Arrival, Problem> {
    let note = skew_note(checked.clock_ahead_ms);
    let (team, instance) = (admitted.who.team.as_str(), submission.instance_id.as_str());
    // Who and whence are what the desk knows of the device, whatever stands in the form.
    let mut answers = submission.fields.clone();
    answers.insert("observer".to_owned(), json!(admitted.who.observer));
    answers.insert("team".to_owned(), json!(team));
    let stated = reading::read(Door::Web, team, instance, &submission.submitted_at, &answers, &note, zone)
        .map_err(|e| Problem::fields(vec![error_in("", e.to_string())]))?;
    let errors = stated.errors();
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let mut items = checked.items.clone();
    for item in &mut items {
        item.observation = stated.observation();
        item.is_here = admitted.keeper.has_blob(item.digest);
    }
    let original = json!({
        "instance_id": instance,
        "form_version": submission.form_version,
        "submitted_at": submission.submitted_at,
        "device_clock_at": submission.device_clock_at,
        "observer": admitted.who.observer,
        "team": team,
        "fields": submission.fields,
        "media": submission.media,
    });
    Ok(Arrival {
        source: team.to_owned(),
        format: "odk".to_owned(),
        key: instance.to_owned(),
        by: admitted.who.observer.clone(),
        clock_ahead_ms: checked.clock_ahead_ms,
        original: serde_json::to_vec(&original).unwrap_or_default(),
        batch: stated.batch,
        coverage: stated.coverage,
        rejected: stated.rejected,
        items,
    })
}

/// What the note says of a clock that is far off. The times stay as stated.
fn skew_note(clock_ahead_ms: Option<i64>) -> String {
    let Some(ahead_ms) = clock_ahead_ms.filter(|ms| ms.unsigned_abs() > CLOCK_SKEW_TOLD_MS as u64) else {
        return String::new();
    };
    let side = if ahead_ms > 0 { "ahead of" } else { "behind" };
    let s = ahead_ms.unsigned_abs() / 1_000;
    format!(
        "the device's clock was {} min {} s {side} the desk's when this was sent; times are as stated",
        s / 60,
        s % 60
    )
}

fn check(submission: &Submission, now_ms: i64, errors: &mut Vec<FieldError>) -> Checked {
    if !is_instance_id(&submission.instance_id) {
        let detail = "1 to 255 letters, digits, `-`, `_`, `.` or `:`";
        errors.push(error_in("instance_id", detail));
    }
    if submission.form_version.is_empty() || submission.form_version.len() > FIELD_NAME_BYTES_MAX {
        errors.push(error_in("form_version", "is missing or too long"));
    }
    let mut moment = |field: &str, text: &str| {
        let read = Instant::parse(text);
        if read.is_none() {
            errors.push(error_in(field, "not a moment in RFC 3339 with its offset from UTC"));
        }
        read
    };
    moment("submitted_at", &submission.submitted_at);
    let device = submission.device_clock_at.as_deref().and_then(|t| moment("device_clock_at", t));
    let clock_ahead_ms = device.map(|d| d.0.saturating_sub(now_ms));
    if submission.fields.len() > FIELDS_MAX {
        errors.push(error_in("fields", format!("more than {FIELDS_MAX} fields")));
    }
    for (name, value) in submission.fields.iter().take(FIELDS_MAX) {
        if let Some(detail) = bad_answer(name, value) {
            errors.push(error_in(name.chars().take(80).collect::<String>(), detail));
        }
    }
    if submission.media.len() > MEDIA_MAX {
        errors.push(error_in("media", format!("more than {MEDIA_MAX} media in one submission")));
    }
    let mut checked = Checked { media: Vec::new(), items: Vec::new(), clock_ahead_ms };
    for (n, medium) in submission.media.iter().take(MEDIA_MAX).enumerate() {
        check_medium(n, medium, &mut checked, errors);
    }
    checked
}

/// Whether it can be an instance id: it is a part of keys and messages, so it has no spaces and no slashes.
pub(super) fn is_instance_id(text: &str) -> bool {
    (1..=FIELD_NAME_BYTES_MAX).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
}

fn bad_answer(name: &str, value: &Value) -> Option<String> {
    let is_scalar =
        |v: &Value| matches!(v, Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null);
    let fits = |v: &Value| v.as_str().is_none_or(|t| t.len() <= ANSWER_BYTES_MAX);
    if name.is_empty() || name.len() > FIELD_NAME_BYTES_MAX {
        return Some("the name of a field is empty or too long".to_owned());
    }
    let (ok, short) = match value {
        Value::Array(all) => (all.len() <= FIELDS_MAX && all.iter().all(is_scalar), all.iter().all(fits)),
        other => (is_scalar(other), fits(other)),
    };
    if !ok {
        return Some("an answer is a text, a number, a truth value or a list of texts".to_owned());
    }
    (!short).then(|| format!("longer than {ANSWER_BYTES_MAX} bytes"))
}

fn check_medium(n: usize, medium: &Medium, checked: &mut Checked, errors: &mut Vec<FieldError>) {
    let mut wrong =
        |member: &str, detail: String| errors.push(error_in(format!("media[{n}].{member}"), detail));
    for (member, text) in [("name", &medium.name), ("media_type", &medium.media_type)] {
        if text.len() > FIELD_NAME_BYTES_MAX {
            wrong(member, format!("longer than {FIELD_NAME_BYTES_MAX} bytes"));
        }
    }
    if medium.bytes == 0 || medium.bytes > MEDIUM_BYTES_MAX {
        wrong("bytes", format!("a medium has 1 to {MEDIUM_BYTES_MAX} bytes"));
    }
    let taken = medium.taken_at.as_deref().filter(|t| !t.is_empty());
    let taken_ms = taken.map(Instant::parse);
    if taken_ms == Some(None) {
        wrong("taken_at", "not a moment in RFC 3339 with its offset from UTC".to_owned());
    }
    let Some(digest) = Digest::from_hex(&medium.sha256) else {
        return wrong("sha256", "not 64 hexadecimal digits".to_owned());
    };
    if checked.media.iter().any(|(known, _)| *known == digest) {
        return;
    }
    checked.media.push((digest, medium.bytes));
    checked.items.push(Item {
        digest,
        bytes: medium.bytes,
        media_type: medium.media_type.clone(),
        name: medium.name.clone(),
        taken_ms: taken_ms.flatten().map(|t| t.0),
        observation: None,
        is_here: false,
        retain_until_ms: None,
    });
}
