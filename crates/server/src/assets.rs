//! The web app inside the binary, and what stands in its place when it was not built.

use crate::pages::html_response;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use publication::html::Page;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
#[allow_missing = true]
struct Dist;

/// The page that starts the app; its own addresses all begin there.
const INDEX: &str = "index.html";

/// The field's form, at `/field`, and the script that keeps it working without a network.
const FIELD: &str = "field.html";
const FIELD_WORKER: &str = "field-sw.js";

/// The windows of silence on a telephone, at `/board/window` and below it, and the script that keeps them at hand
/// without a network.
const WINDOW: &str = "window.html";
const WINDOW_WORKER: &str = "window-sw.js";
const WINDOW_AT: &str = "board/window";

/// What these pages may do: scripts, styles and data from here only; photos it has just taken; nothing else.
const DEVICE_POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; manifest-src 'self'; \
                             connect-src 'self'; font-src 'self'; img-src 'self' blob: data:; media-src blob:; \
                             style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                             frame-ancestors 'none'";

/// A file of the app; for addresses that only the app knows, its first page.
pub(crate) fn asset(uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let path = page_of(path);
    if let Some(file) = Dist::get(path) {
        return respond(path, file, headers);
    }
    let is_file =
        path.starts_with("assets/") || path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    if is_file {
        return crate::pages::answer(Err(crate::problem::Problem::not_found("no such file")));
    }
    match Dist::get(INDEX) {
        Some(file) => respond(INDEX, file, headers),
        None => not_built(),
    }
}

/// The page that begins at an address, or the file of that name.
fn page_of(path: &str) -> &str {
    let is_window = path.strip_prefix(WINDOW_AT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    match path {
        "" => INDEX,
        "field" | "field/" => FIELD,
        _ if is_window => WINDOW,
        other => other,
    }
}

fn respond(path: &str, file: EmbeddedFile, asked: &HeaderMap) -> Response {
    let digest = base::Digest(file.metadata.sha256_hash()).to_string();
    let tag = format!("\"{}\"", digest.get(..32).unwrap_or(&digest));
    // What the build names by its content never changes; everything else is asked for anew.
    let caching =
        if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let same = asked.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let same = same.is_some_and(|v| v.split(',').any(|t| t.trim().trim_start_matches("W/") == tag));
    let mut response = if same {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(file.data.into_owned()))
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if [FIELD, FIELD_WORKER, WINDOW, WINDOW_WORKER].contains(&path) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DEVICE_POLICY));
    }
    // Each looks after its own page and after no other.
    let scope = match path {
        FIELD_WORKER => Some("/field"),
        WINDOW_WORKER => Some("/board/window"),
        _ => None,
    };
    if let Some(scope) = scope {
        headers.insert("service-worker-allowed", HeaderValue::from_static(scope));
    }
    response
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "geojson" => "application/geo+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "pbf" => "application/x-protobuf",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn not_built() -> Response {
    let mut page = Page::new();
    page.element("h1", "The web app is not in this build");
    page.markup("<p>Build it, then build the program again:</p><pre>cd ui\nnpm ci\nnpm run build\ncd ..\ncargo build --release</pre>");
    page.markup("<p>Everything is also here without it: ").link("/list", "list of incidents").text(", ");
    page.link("/api/openapi.json", "description of the API").markup(".</p>");
    html_response(StatusCode::OK, page.finish("Truceline"))
}

#[cfg(test)]
mod tests {
    use super::{FIELD, INDEX, WINDOW, media_type, page_of};

    #[test]
    fn each_page_begins_at_its_own_addresses_and_files_keep_theirs() {
        for (path, page) in [
            ("", INDEX),
            ("field", FIELD),
            ("board", "board"),
            ("board/window", WINDOW),
            ("board/window/WIN-2026-0001", WINDOW),
            ("board/windows", "board/windows"),
            ("window-sw.js", "window-sw.js"),
        ] {
            assert_eq!(page_of(path), page, "{path}");
        }
    }

    #[test]
    fn modules_are_scripts() {
        assert_eq!(media_type("assets/worker.mjs"), "text/javascript; charset=utf-8");
        assert_eq!(media_type("x"), "application/octet-stream");
    }
}
