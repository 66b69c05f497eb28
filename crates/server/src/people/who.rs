//! Who asks and from where, as handlers are told; and what they send.

use crate::access::Standing;
use crate::limits::PEOPLE_BODY_BYTES_MAX;
use crate::problem::Problem;
use ::people::{By, Person};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, OptionalFromRequestParts, Request};
use axum::http::header;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The person who asks. As an argument of a handler it refuses strangers; `Option<Who>` lets them through.
pub struct Who(pub Person);

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Who, Problem> {
        person(parts).map(Who).ok_or_else(Problem::not_signed_in)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Who {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Who>, Infallible> {
        Ok(person(parts).map(Who))
    }
}

fn person(parts: &Parts) -> Option<Person> {
    parts.extensions.get::<Standing>()?.person().cloned()
}

/// Whether who asks may be told what officers are told: staff, and everybody on an open desk. Others are told what is
/// published.
pub struct Inside(pub bool);

impl<S: Send + Sync> FromRequestParts<S> for Inside {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Inside, Infallible> {
        Ok(Inside(parts.extensions.get::<Standing>().is_some_and(Standing::is_inside)))
    }
}

/// From where somebody asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Client {
    /// The address, as far as one household or office has it: of IPv6, the network.
    pub address: String,
    /// Whether the way there is encrypted, as the operator says.
    pub is_secure: bool,
}

impl Client {
    /// The client of a request. The header of a proxy is believed only where the operator says that there is one, and
    /// of it only what that proxy itself added.
    pub fn of(request: &Request, behind_proxy: bool) -> Client {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
        let last = request.headers().get_all("x-forwarded-for").iter().next_back();
        let told = last.and_then(|v| v.to_str().ok()).and_then(|v| v.rsplit(',').next());
        let told = told.filter(|_| behind_proxy).and_then(|v| v.trim().parse::<IpAddr>().ok());
        let address = told.or(peer).map_or_else(|| "unknown".to_owned(), network);
        Client { address, is_secure: behind_proxy }
    }

    /// What the log says of a change by `who`.
    pub fn by<'a>(&'a self, who: &'a str, now_ms: i64) -> By<'a> {
        By { who, address: &self.address, now_ms }
    }
}

/// One who has an IPv6 network has all its addresses.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Client, Infallible> {
        let unknown = || Client { address: "unknown".to_owned(), is_secure: false };
        Ok(parts.extensions.get::<Client>().cloned().unwrap_or_else(unknown))
    }
}

/// What was sent as JSON. A form of another site cannot send that type without being asked about it first.
pub(super) struct Sent<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Sent<T>, Problem> {
        let (parts, body) = request.into_parts();
        let told = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let kind = told.and_then(|v| v.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Problem::content_type("application/json"));
        }
        let bytes = crate::field::whole(&parts.headers, body, PEOPLE_BODY_BYTES_MAX, "this").await?;
        // What was sent is not repeated: there may be a password in it.
        let bad = |e: serde_json::Error| {
            let (line, column) = (e.line(), e.column());
            Problem::body(format!("line {line}, column {column} is not as /api/openapi.json describes it"))
        };
        serde_json::from_slice(&bytes).map(Sent).map_err(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn request(peer: &str, forwarded: &[&str]) -> Request {
        let mut request = Request::new(Body::empty());
        for value in forwarded {
            request.headers_mut().append("x-forwarded-for", value.parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        request
    }

    #[test]
    fn only_what_the_proxy_itself_added_is_believed_and_only_if_there_is_one() {
        let of = |peer, forwarded: &[&str], proxy| Client::of(&request(peer, forwarded), proxy).address;
        assert_eq!(of("192.0.2.1", &["203.0.113.9"], false), "192.0.2.1");
        assert_eq!(of("127.0.0.1", &["203.0.113.9, 198.51.100.2"], true), "198.51.100.2");
        assert_eq!(of("127.0.0.1", &["203.0.113.9", "198.51.100.2"], true), "198.51.100.2");
        assert_eq!(of("127.0.0.1", &["203.0.113.9, made up"], true), "127.0.0.1");
        assert_eq!(of("2001:db8:1:2:3:4:5:6", &[], false), "2001:db8:1:2::/64");
        assert_eq!(of("::ffff:192.0.2.1", &[], false), "192.0.2.1");
        assert_eq!(Client::of(&Request::new(Body::empty()), true).address, "unknown");
    }
}
