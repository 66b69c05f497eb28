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

/// What the form may do: scripts, styles and data from here only; photos it has just taken; nothing else.
const FIELD_POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; manifest-src 'self'; \
                            connect-src 'self'; font-src 'self'; img-src 'self' blob: data:; media-src blob:; \
                            style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                            frame-ancestors 'none'";

/// A file of the app; for addresses that only the app knows, its first page.
pub(crate) fn asset(uri: &Uri, headers: &HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let path = match path {
        "" => INDEX,
        "field" | "field/" => FIELD,
        other => other,
    };
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
    if path == FIELD || path == FIELD_WORKER {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FIELD_POLICY));
    }
    if path == FIELD_WORKER {
        // It looks after the form and after no other page.
        headers.insert("service-worker-allowed", HeaderValue::from_static("/field"));
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
    use super::media_type;

    #[test]
    fn modules_are_scripts() {
        assert_eq!(media_type("assets/worker.mjs"), "text/javascript; charset=utf-8");
        assert_eq!(media_type("x"), "application/octet-stream");
    }
}
