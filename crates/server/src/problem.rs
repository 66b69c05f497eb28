//! What is wrong with a request, as a problem document (RFC 9457) or, for people, as a page.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// A problem document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Which problem, as a stable URN.
    pub r#type: String,
    /// The problem in a few words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What exactly, and what to do.
    pub detail: String,
    /// The parameter at fault, if one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What is wrong with which field of a submission.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// In how many seconds to try again; told in a header.
    #[serde(skip)]
    pub retry_after_s: Option<u32>,
}

/// What is wrong with one field of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field; `media[2].sha256` is that member of the third medium; empty: the submission as a whole.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Problem {
    fn new(status: StatusCode, code: &str, title: &str, detail: String) -> Problem {
        Problem {
            r#type: format!("urn:truceline:problem:{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            parameter: None,
            errors: Vec::new(),
            retry_after_s: None,
        }
    }

    /// A parameter that cannot be read or taken.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Problem {
        let detail = format!("`{name}`: {}", detail.into());
        let problem = Problem::new(StatusCode::BAD_REQUEST, "bad-parameter", "bad parameter", detail);
        Problem { parameter: Some(name.to_owned()), ..problem }
    }

    /// Another server did not take what was sent to it.
    pub fn gateway(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_GATEWAY, "not-taken", "another server did not take it", detail.into())
    }

    /// Nothing of that name.
    pub fn not_found(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not-found", "not found", detail.into())
    }

    /// Not this method.
    pub fn method() -> Problem {
        let detail = "this address does not take that method; see /api/openapi.json".to_owned();
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "method not allowed", detail)
    }

    /// Addressed to another host.
    pub fn misdirected(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", "misdirected request", detail.into())
    }

    /// A submission with something wrong in it.
    pub fn fields(errors: Vec<FieldError>) -> Problem {
        let detail = match errors.as_slice() {
            [one] if one.field.is_empty() => one.detail.clone(),
            [one] => format!("`{}`: {}", one.field, one.detail),
            many => format!("{} fields cannot be read; nothing was kept", many.len()),
        };
        let problem = Problem::new(StatusCode::BAD_REQUEST, "bad-submission", "cannot be read", detail);
        Problem { errors, ..problem }
    }

    /// Nobody that is known here.
    pub fn not_enrolled(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "not-enrolled", "not enrolled", detail.into())
    }

    /// Nobody who is known asks for what is not for everybody.
    pub fn not_signed_in() -> Problem {
        let detail = "sign in at /signin, or send `Authorization: Bearer TOKEN` with a token of yours";
        Problem::new(StatusCode::UNAUTHORIZED, "not-signed-in", "not signed in", detail.to_owned())
    }

    /// What was said to sign in, or a link, does not hold.
    pub fn sign_in(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNAUTHORIZED, "sign-in", "not signed in", detail.into())
    }

    /// Whether it says that there is no such thing, to this person.
    pub fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND.as_u16()
    }

    /// Too many sign-ins have failed.
    pub fn wait(detail: impl Into<String>, retry_after_s: u32) -> Problem {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "wait", "too many attempts", detail.into());
        Problem { retry_after_s: Some(retry_after_s), ..problem }
    }

    /// It is not for who asks; whether it is there is not said.
    pub fn refused(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "refused", "refused", detail.into())
    }

    /// What was sent cannot be read or taken.
    pub fn body(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::BAD_REQUEST, "bad-body", "cannot be taken", detail.into())
    }

    /// A member of what was sent cannot be taken.
    pub fn member(name: &str, detail: impl Into<String>) -> Problem {
        Problem { parameter: Some(name.to_owned()), ..Problem::body(detail) }
    }

    /// A page of another site asks.
    pub fn cross_site() -> Problem {
        let detail = "a page of another site may not ask for this".to_owned();
        Problem::new(StatusCode::FORBIDDEN, "cross-site", "refused", detail)
    }

    /// It does not fit what is there.
    pub fn conflict(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::CONFLICT, "conflict", "conflict", detail.into())
    }

    /// It is not for this person.
    pub fn forbidden(code: &str, detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, code, "not for you", detail.into())
    }

    /// The docket refuses an act.
    pub fn act_refused(refusal: &cases::Refusal) -> Problem {
        use cases::Refusal as R;
        let (status, title) = match refusal {
            R::NoSuch(_) => (StatusCode::NOT_FOUND, "no such thing"),
            R::NotYours { .. } => (StatusCode::FORBIDDEN, "not for you"),
            R::Wrong { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "something is missing or wrong"),
            R::NotNow { .. } => (StatusCode::CONFLICT, "not as things stand"),
            R::Taken { .. } => (StatusCode::CONFLICT, "somebody is at work on it"),
            R::Changed { .. } => (StatusCode::CONFLICT, "changed meanwhile"),
            R::TwoPersons { .. } => (StatusCode::CONFLICT, "a second person is needed"),
            R::NoDecision { .. } => (StatusCode::CONFLICT, "not decided"),
            R::KeyTaken(_) => (StatusCode::CONFLICT, "the key was used"),
        };
        let problem = Problem::new(status, refusal.kind(), title, refusal.to_string());
        match refusal {
            R::Wrong { field, says } => {
                let error = FieldError { field: (*field).to_owned(), detail: says.clone() };
                Problem { errors: vec![error], ..problem }
            }
            _ => problem,
        }
    }

    /// More than a limit, which `detail` names.
    pub fn too_large(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "too large", detail.into())
    }

    /// Another type of content than is taken here.
    pub fn content_type(expected: &str) -> Problem {
        let detail = format!("send it as `{expected}`");
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Problem::new(status, "content-type", "content type not taken", detail)
    }

    /// What came is not what was announced.
    pub fn mismatch(detail: impl Into<String>) -> Problem {
        let detail = detail.into();
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "mismatch", "not what was announced", detail)
    }

    /// No working copy can be made of an original.
    pub fn no_copy(why: &str) -> Problem {
        let detail = format!("no working copy can be made: {why}; the original is untouched");
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "no-copy", "no working copy", detail)
    }

    /// More than one device may ask for.
    pub fn too_many(retry_after_s: u32) -> Problem {
        let detail = format!("this device asks too often; try again in {retry_after_s} s");
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "too many requests", detail);
        Problem { retry_after_s: Some(retry_after_s), ..problem }
    }

    /// It cannot be kept at the moment: nothing was kept, send it again.
    pub fn busy(detail: impl Into<String>, retry_after_s: u32) -> Problem {
        let problem =
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "cannot be kept now", detail.into());
        Problem { retry_after_s: Some(retry_after_s), ..problem }
    }

    /// The journal could not be read or folded: try again.
    pub fn unavailable(detail: impl Into<String>) -> Problem {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "the journal cannot be read now",
            detail.into(),
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after_s = self.retry_after_s;
        let of_field = self.r#type.ends_with(":not-enrolled");
        let mut response = (status, Json(self)).into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            let scheme =
                if of_field { "Bearer realm=\"Truceline field\"" } else { "Bearer realm=\"Truceline\"" };
            let scheme = HeaderValue::from_static(scheme);
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
