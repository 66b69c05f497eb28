//! What every request and answer passes: the check of whom it is addressed to, and the headers that keep browsers safe.

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

    /// Whether a request that changes something comes from the desk's own page, or from no page at all: any site may
    /// make a browser send a form here, and the browser then says from where.
    fn is_own_page(&self, headers: &HeaderMap) -> bool {
        let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
        let same_site = text("sec-fetch-site").is_none_or(|s| matches!(s, "same-origin" | "none"));
        let own =
            text("origin").is_none_or(|o| o.split_once("://").is_some_and(|(_, host)| self.allow(host)));
        same_site && own
    }

    fn allow(&self, host: &str) -> bool {
        let name = name_of(host).to_ascii_lowercase();
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        self.names.contains(&name) || (self.any_address && bare.parse::<IpAddr>().is_ok())
    }
}

/// Addresses that change something.
fn takes_posts(path: &str) -> bool {
    path.starts_with("/api/v1/sources/")
}

/// The host without its port.
fn name_of(host: &str) -> &str {
    if host.starts_with('[') {
        return host.find(']').and_then(|end| host.get(..=end)).unwrap_or(host);
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
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
        Some(_) if *request.method() == Method::POST && takes_posts(request.uri().path()) => {
            if hosts.is_own_page(request.headers()) {
                next.run(request).await
            } else {
                Problem::misdirected("another site's page asks this; only the desk's own may").into_response()
            }
        }
        Some(_) if !matches!(*request.method(), Method::GET | Method::HEAD) => {
            Problem::method().into_response()
        }
        Some(_) => next.run(request).await,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What was recorded about people does not lie about in caches; files of the app say otherwise themselves.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_sites_page_changes_nothing_here() {
        let hosts = Hosts::new("127.0.0.1".parse().unwrap(), &[]);
        let asked = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            hosts.is_own_page(&headers)
        };
        assert!(
            asked(&[]) && asked(&[("origin", "http://localhost:8480"), ("sec-fetch-site", "same-origin")])
        );
        assert!(!asked(&[("origin", "https://evil.example")]));
        assert!(!asked(&[("origin", "null")]));
        assert!(!asked(&[("sec-fetch-site", "cross-site")]));
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
