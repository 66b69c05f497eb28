//! Pages that need no script: the list of incidents, the twin of the map for screen readers and poor links, and one
//! incident with its reasons.

mod incident;
mod list;

use crate::live::App;
use crate::problem::Problem;
use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use publication::html::Page;

/// All addresses of pages.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/list", get(list::list)).route("/incident/{id}", get(incident::incident))
}

/// A page, or a page that says what is wrong.
pub(crate) fn answer(page: Result<String, Problem>) -> Response {
    match page {
        Ok(html) => html_response(StatusCode::OK, html),
        Err(problem) => {
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut page = Page::new();
            page.element("h1", &problem.title).element("p", &problem.detail);
            let (address, text) =
                if problem.status == 401 { ("/signin", "Sign in") } else { ("/list", "List of incidents") };
            page.markup("<p>").link(address, text).markup("</p>");
            html_response(status, page.finish(&problem.title))
        }
    }
}

/// A page with its status.
pub(crate) fn html_response(status: StatusCode, html: String) -> Response {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(header::CONTENT_TYPE, kind)], html).into_response()
}
