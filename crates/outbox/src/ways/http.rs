//! Calling others over HTTP. The address that was checked is the address that is connected to; redirects are not
//! followed.

use super::tls;
use crate::address::{self, Net};
use crate::dispatch::Undelivered;
use crate::limits::{ANSWER_BYTES_MAX, SEND_MS_MAX};
use std::io::{self, Read as _};
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::{Response, StatusCode, Uri, header};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// Longest wait that a server may ask for, seconds.
const RETRY_AFTER_S_MAX: i64 = 3_600;

/// Reads an address that may be called: `https://`, or `http://` to this machine if that is allowed. What it says on
/// failure does not repeat the address: a key may stand in it.
pub(crate) fn check_url(url: &str, allow_insecure_loopback: bool) -> Result<Uri, String> {
    let uri: Uri = url.parse().map_err(|_| "is no address".to_owned())?;
    let Some(host) = uri.host().filter(|h| !h.is_empty()) else {
        return Err("names no server; write it as `https://server.example/path`".to_owned());
    };
    if uri.authority().is_some_and(|a| a.as_str().contains('@')) {
        return Err("holds a user; requests are signed, name the key under `secret_env` instead".to_owned());
    }
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if !is_this_machine(host) => Err("is not `https://`".to_owned()),
        Some("http") if allow_insecure_loopback => Ok(uri),
        Some("http") => {
            Err("leads to this machine without TLS; say `allow_insecure_loopback: true` if that is meant"
                .to_owned())
        }
        _ => Err("is neither `https://` nor `http://`".to_owned()),
    }
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// Which machines may be called besides public ones over TLS.
#[derive(Clone, Debug, Default)]
pub(super) struct Leave {
    /// This machine itself, without TLS too.
    pub loopback: bool,
    /// Private networks.
    pub private: Vec<Net>,
}

/// What a server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// The status and the beginning of what it said, one line.
    pub says: String,
    /// How long it wants us to wait, milliseconds; 0: it does not say.
    pub after_ms: i64,
}

impl Answer {
    /// Another attempt may help, after the wait that it asked for.
    pub fn again(self) -> Undelivered {
        Undelivered { says: self.says, again_after_ms: Some(self.after_ms) }
    }
}

/// Who calls: only addresses that may be called, with the authorities of the file `ca` or the system's.
///
/// # Errors
/// The authorities cannot be read.
pub(super) fn agent(leave: Leave, ca: Option<&Path>) -> Result<Agent, String> {
    let authorities = tls::authorities(ca)?;
    let authorities: Vec<Certificate<'static>> =
        authorities.iter().map(|c| Certificate::from_der(c.as_ref()).to_owned()).collect();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&authorities))
        .unversioned_rustls_crypto_provider(tls::provider())
        .build();
    let config = Config::builder()
        // A proxy would connect for us to what we may not.
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(Duration::from_millis(SEND_MS_MAX)))
        .user_agent(concat!("truceline/", env!("CARGO_PKG_VERSION")))
        .tls_config(tls)
        .build();
    let resolver =
        Checked { allow_loopback: leave.loopback, allow: leave.private, inner: DefaultResolver::default() };
    Ok(Agent::with_parts(config, DefaultConnector::new(), resolver))
}

/// Posts a body, and reads the beginning of the answer.
///
/// # Errors
/// No answer came, or the address may not be called.
pub(super) fn post(
    agent: &Agent,
    uri: Uri,
    headers: &[(&str, String)],
    body: &[u8],
) -> Result<Answer, Undelivered> {
    let mut asked = agent.post(uri);
    for (name, value) in headers {
        asked = asked.header(*name, value.as_str());
    }
    match asked.send(body) {
        Ok(response) => Ok(answered(response)),
        Err(ureq::Error::Io(e)) if e.kind() == io::ErrorKind::PermissionDenied => {
            Err(Undelivered::never(e.to_string()))
        }
        Err(error) => Err(Undelivered::again(error.to_string())),
    }
}

fn answered(response: Response<ureq::Body>) -> Answer {
    let status = response.status();
    let after =
        response.headers().get(header::RETRY_AFTER).and_then(|v| v.to_str().ok()?.trim().parse::<i64>().ok());
    let mut told = Vec::new();
    // What it says is for people who look for a mistake; that it breaks off is none.
    let _ = response
        .into_body()
        .into_with_config()
        .limit(u64::MAX)
        .reader()
        .take(ANSWER_BYTES_MAX)
        .read_to_end(&mut told);
    let told = crate::text::cut(&crate::text::one_line(&String::from_utf8_lossy(&told)), 200);
    let says = if told.is_empty() { status.to_string() } else { format!("{status}: {told}") };
    Answer { status, says, after_ms: after.unwrap_or(0).clamp(0, RETRY_AFTER_S_MAX) * 1_000 }
}

/// Resolves a name once, and gives only addresses that may be called: what is connected to has been checked.
#[derive(Debug)]
struct Checked {
    allow_loopback: bool,
    allow: Vec<Net>,
    inner: DefaultResolver,
}

impl Checked {
    /// Why an address is not called; `None`: it may be.
    fn refuses(&self, ip: IpAddr, is_tls: bool) -> Option<&'static str> {
        if let Some(why) = address::always_refused(ip) {
            return Some(why);
        }
        let is_own = ip.to_canonical().is_loopback();
        if !is_tls && !is_own {
            return Some("another machine, without TLS");
        }
        if is_own && self.allow_loopback || !is_own && self.allow.iter().any(|net| net.holds(ip)) {
            return None;
        }
        address::refused(ip)
    }
}

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let is_tls = uri.scheme_str() == Some("https");
        // One refused address refuses the name: a name that leads here and there is no server of a recipient.
        for address in found.iter() {
            if let Some(why) = self.refuses(address.ip(), is_tls) {
                let says = format!(
                    "`{}` leads to {}, {why}: refused; list its network under `allow_private` if it is meant",
                    uri.host().unwrap_or(""),
                    address.ip()
                );
                return Err(ureq::Error::Io(io::Error::new(io::ErrorKind::PermissionDenied, says)));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(allow_loopback: bool, allow: &[&str]) -> Checked {
        let allow = allow.iter().map(|n| Net::parse(n).unwrap()).collect();
        Checked { allow_loopback, allow, inner: DefaultResolver::default() }
    }

    #[test]
    fn only_https_and_this_machine_by_express_leave_are_addresses() {
        assert!(check_url("https://a.example/x", false).is_ok());
        assert!(check_url("http://127.0.0.1:80/x", true).is_ok());
        for bad in [
            "http://a.example/",
            "http://127.0.0.1/",
            "file:///etc/passwd",
            "https://u:p@a.example/",
            "x",
            "",
            "https:///x",
            "gopher://a.example/",
            "http://10.0.0.1/",
            "http://127.0.0.1.nip.io/",
        ] {
            assert!(check_url(bad, false).is_err(), "{bad}");
        }
        assert!(check_url("http://a.example/", true).is_err());
        assert!(!check_url("https://u:hunter2@a.example/", true).unwrap_err().contains("hunter2"));
    }

    #[test]
    fn private_networks_are_called_only_if_the_file_lists_them_and_metadata_never() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let none = checked(false, &[]);
        for bad in ["127.0.0.1", "10.20.0.1", "169.254.1.1", "::1", "::ffff:10.20.0.1", "fd00::1"] {
            assert!(none.refuses(ip(bad), true).is_some(), "{bad}");
        }
        assert_eq!(none.refuses(ip("1.1.1.1"), true), None);
        assert!(none.refuses(ip("1.1.1.1"), false).is_some(), "without TLS no other machine is called");
        let listed = checked(true, &["10.20.0.0/16", "0.0.0.0/0"]);
        assert_eq!(listed.refuses(ip("10.20.0.1"), true), None);
        assert_eq!(listed.refuses(ip("127.0.0.1"), false), None);
        assert!(listed.refuses(ip("169.254.169.254"), true).is_some());
        assert!(listed.refuses(ip("10.20.0.1"), false).is_some());
    }
}
