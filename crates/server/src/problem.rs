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
}

impl Problem {
    fn new(status: StatusCode, code: &str, title: &str, detail: String) -> Problem {
        Problem {
            r#type: format!("urn:truceline:problem:{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            parameter: None,
        }
    }

    /// A parameter that cannot be read or taken.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Problem {
        let detail = format!("`{name}`: {}", detail.into());
        let problem = Problem::new(StatusCode::BAD_REQUEST, "bad-parameter", "bad parameter", detail);
        Problem { parameter: Some(name.to_owned()), ..problem }
    }

    /// Nothing of that name.
    pub fn not_found(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "not-found", "not found", detail.into())
    }

    /// Not this method.
    pub fn method() -> Problem {
        let detail = "only GET and HEAD are served here".to_owned();
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "method not allowed", detail)
    }

    /// Addressed to another host.
    pub fn misdirected(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", "misdirected request", detail.into())
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
        let mut response = (status, Json(self)).into_response();
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
