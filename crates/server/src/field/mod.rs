//! The field's door: enrolled devices send submissions and media, by the web form's protocol or by OpenRosa. What is
//! acknowledged is in the journal.

pub mod access;
mod answers;
mod body;
mod files;
pub mod form;
mod me;
mod media;
mod multipart;
mod openrosa;
mod rate;
mod reading;
mod submissions;
mod uploads;
mod wording;
mod words;
mod xform;
mod xlsform;

pub(crate) use body::whole;
pub use xform::xform;
pub use xlsform::xlsform;

use crate::keep::{KeepError, Keeper};
use crate::live::{App, blocking};
use crate::problem::Problem;
use access::{Access, Enrolled};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use rate::Rates;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use uploads::{UploadKey, Uploads};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the field's door needs beside the keeper.
pub(crate) struct Field {
    dir: PathBuf,
    uploads: Uploads,
    rates: Mutex<Rates>,
    /// Who works on which upload: one at a time.
    slots: Mutex<HashMap<UploadKey, Arc<tokio::sync::Mutex<()>>>>,
}

impl Field {
    /// The door of the mission in `dir`.
    pub fn at(dir: PathBuf) -> Field {
        let uploads = Uploads::at(dir.join("uploads"));
        Field { dir, uploads, rates: Mutex::default(), slots: Mutex::default() }
    }

    /// The lock of an upload. Locks that nobody holds are let go.
    fn slot(&self, key: &UploadKey) -> Arc<tokio::sync::Mutex<()>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        slots.entry(key.clone()).or_default().clone()
    }
}

/// An admitted device, and what it works on.
#[derive(Clone)]
struct Admitted {
    who: Enrolled,
    field: Arc<Field>,
    keeper: Arc<dyn Keeper>,
    now_ms: i64,
}

/// The addresses that the description of the API lists.
pub(crate) fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(me::me))
        .routes(routes!(submissions::submit))
        .routes(routes!(media::offset, media::append))
}

/// The addresses of OpenRosa.
pub(crate) fn openrosa_routes() -> axum::Router<App> {
    openrosa::routes()
}

/// How a device shows its token.
enum Shown {
    /// `Authorization: Bearer TOKEN`.
    Bearer(String),
    /// `Authorization: Basic`: the observer's pseudonym and the token.
    Basic(String, String),
}

fn shown(headers: &HeaderMap) -> Option<Shown> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Shown::Bearer(rest.trim().to_owned()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(rest.trim()).ok()?;
    let (user, password) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some(Shown::Basic(user.to_owned(), password.to_owned()))
}

/// Admits the device that a request comes from, and takes `cost` from what it may ask for.
async fn admit(app: &App, headers: &HeaderMap, cost: i64) -> Result<Admitted, Problem> {
    let keeper = app.keeper()?;
    let field = app.field()?;
    let Some(shown) = shown(headers) else {
        return Err(Problem::not_enrolled("send `Authorization: Bearer TOKEN`, with the token of your link"));
    };
    blocking(move || {
        let access = Access::read(&field.dir).map_err(|e| Problem::busy(e.to_string(), 30))?;
        let now_ms = keeper.now_ms();
        let token = match &shown {
            Shown::Bearer(token) | Shown::Basic(_, token) => token,
        };
        let who = access.admit(token, now_ms).map_err(|e| Problem::not_enrolled(e.to_string()))?.clone();
        if matches!(&shown, Shown::Basic(user, _) if *user != who.observer) {
            return Err(Problem::not_enrolled("the token is not this observer's"));
        }
        let mut rates = field.rates.lock().unwrap_or_else(PoisonError::into_inner);
        rates.take(&who.token_sha256, cost, now_ms).map_err(Problem::too_many)?;
        drop(rates);
        Ok(Admitted { who, field, keeper, now_ms })
    })
    .await
}

/// A keeper's failure as the sender is told it. Nothing that could not be kept was acknowledged.
fn not_kept(error: &KeepError) -> Problem {
    match error {
        KeepError::Busy { .. } => Problem::busy(error.to_string(), 2),
        KeepError::Failed(_) => Problem::busy(error.to_string(), 30),
        KeepError::Refused(_) => Problem::fields(vec![crate::problem::FieldError {
            field: String::new(),
            detail: error.to_string(),
        }]),
        KeepError::KeyTaken => Problem::conflict(error.to_string()),
    }
}

/// A failure of the mission's disk.
fn disk(error: &std::io::Error) -> Problem {
    let detail = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            "the mission's disk is full; what was acknowledged is safe".to_owned()
        }
        // The path may hold what is nobody's business: only the kind is told.
        kind => format!("the mission's disk failed: {kind}"),
    };
    Problem::busy(detail, 30)
}

/// Whether the content is of that type; parameters such as `charset` do not matter.
fn is_type(headers: &HeaderMap, expected: &str) -> bool {
    let stated = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    stated.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case(expected))
}
