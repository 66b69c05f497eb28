//! What every request and answer passes: the check of whom it is addressed to, and the headers that keep browsers safe.

use crate::access;
use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;

/// Scripts, styles and data come from here and nowhere else. Styles may stand in elements: the map sets them.
const CONTENT_POLICY: &str = "default-src 'self'; worker-src 'self' blob:; img-src 'self' data: blob:; \
                              style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; \
                              form-action 'self'; frame-ancestors 'none'";

/// The names under which the server may be addressed. A page of another site can make a browser believe that its own
/// name stands for this machine; such requests carry that name.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    names: Arc<[String]>,
    any_address: bool,
}

impl Hosts {
    /// Loopback names, the address bound, and `others`. Bound to every address, any literal address will do: rebinding
    /// needs a name.
    pub fn new(bound: IpAddr, others: &[String]) -> Hosts {
        let mut names: Vec<String> =
            ["localhost", "127.0.0.1", "[::1]"].iter().map(|n| (*n).to_owned()).collect();
        names.push(match bound {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("[{v6}]"),
        });
        names.extend(others.iter().map(|n| n.to_ascii_lowercase()));
        Hosts { names: names.into(), any_address: bound.is_unspecified() }
    }

    fn allow(&self, host: &str) -> bool {
        let name = name_of(host).to_ascii_lowercase();
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        self.names.contains(&name) || (self.any_address && bare.parse::<IpAddr>().is_ok())
    }
}

/// The host without its port.
fn name_of(host: &str) -> &str {
    if host.starts_with('[') {
        return host.find(']').and_then(|end| host.get(..=end)).unwrap_or(host);
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

/// Whether that method is taken at that address: everything is read only, but for what the table of access names.
fn is_taken(method: &Method, path: &str) -> bool {
    matches!(*method, Method::GET | Method::HEAD) || access::takes(method.as_str(), path)
}

/// Whether pages of other sites may not ask: whatever may change something, and what is read under a log.
fn is_guarded(request: &Request) -> bool {
    let path = request.uri().path();
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let of = |prefix: &str| path.starts_with(prefix);
    !is_reading
        || ["/api/v1/field/", "/openrosa/", "/api/v1/items", "/api/v1/people", "/api/v1/audit"]
            .into_iter()
            .any(of)
}

/// Whether a page of another site asks. Browsers say so themselves; what is no browser says nothing.
fn is_cross_site(headers: &HeaderMap, host: &str) -> bool {
    let told = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    // It says it by the addresses that it sees itself, before any proxy changes them.
    if let Some(site) = told("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    told("origin").is_some_and(|origin| {
        origin.split_once("://").is_none_or(|(_, from)| !from.eq_ignore_ascii_case(host))
    })
}

/// Checks the request, then puts the headers on the answer.
pub(crate) async fn guard(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let addressed = request.headers().get(header::HOST).and_then(|h| h.to_str().ok());
    let addressed = addressed.or_else(|| request.uri().host()).map(str::to_owned);
    let mut response = match addressed {
        None => Problem::misdirected("the request names no host").into_response(),
        Some(host) if !hosts.allow(&host) => {
            let shown: String = host.chars().take(80).collect();
            Problem::misdirected(format!("this server is not `{shown}`")).into_response()
        }
        Some(_) if !is_taken(request.method(), request.uri().path()) => Problem::method().into_response(),
        Some(host) if is_guarded(&request) && is_cross_site(request.headers(), &host) => {
            Problem::cross_site().into_response()
        }
        Some(_) => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // The field's form has a stricter one.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(CONTENT_POLICY));
    // What was recorded about people does not lie about in caches; files of the app say otherwise themselves.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_table_names_takes_more_than_reading() {
        for path in
            ["/", "/api/v1/mission", "/openrosa/formList", "/api/v1/field/me", "/api/v1/field/media/a/b"]
        {
            assert!(is_taken(&Method::GET, path) && is_taken(&Method::HEAD, path));
            assert!(!is_taken(&Method::POST, path) && !is_taken(&Method::PATCH, path), "{path}");
        }
        assert!(is_taken(&Method::POST, "/openrosa/submission"));
        assert!(is_taken(&Method::POST, "/api/v1/sources/cam-1/release"));
        assert!(!is_taken(&Method::POST, "/api/v1/sources/cam-1"));
        assert!(is_taken(&Method::PATCH, "/api/v1/field/media/ab"));
        for method in [Method::PUT, Method::DELETE, Method::OPTIONS] {
            assert!(!is_taken(&method, "/api/v1/field/submissions"), "{method}");
        }
    }

    #[test]
    fn pages_of_other_sites_are_told_apart() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs
                .iter()
                .map(|(n, v)| (n.parse().unwrap(), HeaderValue::from_static(v)))
                .collect::<HeaderMap>()
        };
        for good in [
            &[][..],
            &[("sec-fetch-site", "same-origin"), ("origin", "http://desk:1")],
            &[("sec-fetch-site", "none")],
        ] {
            assert!(!is_cross_site(&headers(good), "desk:1"), "{good:?}");
        }
        for bad in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "null"),
            ("origin", "http://desk:2"),
        ] {
            assert!(is_cross_site(&headers(&[bad]), "desk:1"), "{bad:?}");
        }
    }

    #[test]
    fn only_the_servers_own_names_are_answered() {
        let local = Hosts::new("127.0.0.1".parse().unwrap(), &[]);
        for good in ["localhost", "LOCALHOST:8480", "127.0.0.1:1", "[::1]:8480"] {
            assert!(local.allow(good), "{good}");
        }
        for bad in
            ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8480", "10.0.0.1", "", "[::2]"]
        {
            assert!(!local.allow(bad), "{bad}");
        }
        let open = Hosts::new("0.0.0.0".parse().unwrap(), &["desk.example".to_owned()]);
        assert!(open.allow("10.0.0.1:80") && open.allow("Desk.example") && open.allow("[fe80::1]:80"));
        assert!(!open.allow("evil.example"));
    }
}
