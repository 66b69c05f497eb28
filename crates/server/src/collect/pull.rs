//! A document that is asked for again and again over HTTP. The address that was checked is the address that is
//! connected to; a redirect is checked like a first request.

use super::backoff;
use super::feed::Feed;
use super::limits::REDIRECTS_MAX;
use super::sources::Pull;
use super::tls;
use outbox::address;
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::{Response, Uri, header};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// What the last answer said of itself.
#[derive(Clone, Debug, Default)]
struct Seen {
    etag: Option<String>,
    modified: Option<String>,
}

/// What an attempt came to.
#[derive(Debug)]
enum Got {
    /// A document, unpacked.
    Document(Vec<u8>, Seen),
    /// Nothing new since.
    Same,
}

/// Why an attempt failed, and when the server wants to be asked again.
#[derive(Debug)]
struct Failed {
    says: String,
    after: Option<Duration>,
}

impl Failed {
    fn new(says: impl Into<String>) -> Failed {
        Failed { says: says.into(), after: None }
    }
}

/// Whether an address is `http` or `https`; nothing else is asked.
pub(crate) fn scheme_of(url: &str) -> Result<Uri, String> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return Err(format!("is `{url}`; only http:// and https:// are asked"));
    }
    let uri: Uri = url.parse().map_err(|e| format!("is `{url}`, which is no address: {e}"))?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    let Some(authority) = uri.authority().filter(|_| is_web) else {
        return Err(format!("is `{url}`; only http:// and https:// are asked"));
    };
    if authority.as_str().contains('@') {
        return Err("holds a user: state an `Authorization` header under `headers` instead".to_owned());
    }
    Ok(uri)
}

/// Prepares the source and asks it in the background.
pub(crate) fn open(feed: Arc<Feed>, pull: Pull) -> Result<(), String> {
    let client = Arc::new(Client::new(pull)?);
    tokio::spawn(ask_for_ever(feed, client));
    Ok(())
}

async fn ask_for_ever(feed: Arc<Feed>, client: Arc<Client>) {
    let mut seen = Seen::default();
    loop {
        feed.health().attempted(feed.now_ms());
        let (asking, client_too, before) = (feed.clone(), client.clone(), seen.clone());
        let done = tokio::task::spawn_blocking(move || attempt(&asking, &client_too, &before)).await;
        let every = client.pull.every;
        let wait = match done.unwrap_or_else(|_| Err(Failed::new("asking failed; the failure is ours"))) {
            Ok(news) => {
                seen = news.unwrap_or(seen);
                feed.health().next_attempt_ms = Some(after(&feed, every));
                every
            }
            Err(failed) => {
                let failures = feed.health().failures.saturating_add(1);
                let wait = failed.after.unwrap_or_else(|| backoff::wait(failures, backoff::random()));
                let next_ms = after(&feed, wait);
                feed.health().failed(failed.says, Some(next_ms));
                wait
            }
        };
        tokio::time::sleep(wait).await;
    }
}

fn after(feed: &Feed, wait: Duration) -> i64 {
    feed.now_ms().saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
}

/// Asks once and keeps what comes; what it says of itself, if it is new and on the disk.
fn attempt(feed: &Feed, client: &Client, seen: &Seen) -> Result<Option<Seen>, Failed> {
    match client.ask(seen)? {
        Got::Same => {
            feed.heard();
            Ok(None)
        }
        Got::Document(document, news) => {
            feed.keep(&[document]).map_err(|e| Failed::new(e.to_string()))?;
            Ok(Some(news))
        }
    }
}

struct Client {
    pull: Pull,
    agent: Agent,
}

impl Client {
    fn new(pull: Pull) -> Result<Client, String> {
        scheme_of(&pull.url).map_err(|says| format!("`pull.url` {says}"))?;
        let tls = tls::asking(pull.ca.as_deref())?;
        let config = Config::builder()
            // A proxy would connect for us to what we may not.
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(pull.timeout))
            .user_agent(concat!("truceline/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("gzip")
            .tls_config(tls)
            .build();
        let resolver = Checked { allow_private: pull.allow_private, inner: DefaultResolver::default() };
        let agent = Agent::with_parts(config, DefaultConnector::new(), resolver);
        Ok(Client { pull, agent })
    }

    fn ask(&self, seen: &Seen) -> Result<Got, Failed> {
        let mut at = scheme_of(&self.pull.url).map_err(Failed::new)?;
        let first = at.clone();
        for _ in 0..=REDIRECTS_MAX {
            let same_place = at.authority() == first.authority() && at.scheme() == first.scheme();
            let response = self.request(&at, seen, same_place)?;
            if !response.status().is_redirection() || response.status().as_u16() == 304 {
                return self.answer(response);
            }
            let to = text(&response, header::LOCATION)
                .ok_or_else(|| Failed::new("the server redirects without saying where to"))?;
            at = redirected(&at, &to).map_err(|says| Failed::new(format!("a redirect {says}")))?;
        }
        Err(Failed::new(format!("more than {REDIRECTS_MAX} redirects")))
    }

    fn request(&self, at: &Uri, seen: &Seen, same_place: bool) -> Result<Response<ureq::Body>, Failed> {
        let mut request = self.agent.get(at.clone());
        // Secrets are for the server that the mission named.
        let headers = self.pull.headers.iter().filter(|_| same_place);
        for (name, value) in headers {
            request = request.header(name.as_str(), value.as_str());
        }
        if let Some(etag) = &seen.etag {
            request = request.header(header::IF_NONE_MATCH, etag.as_str());
        }
        if let Some(modified) = &seen.modified {
            request = request.header(header::IF_MODIFIED_SINCE, modified.as_str());
        }
        request.call().map_err(|e| Failed::new(e.to_string()))
    }

    fn answer(&self, response: Response<ureq::Body>) -> Result<Got, Failed> {
        let status = response.status();
        if status.as_u16() == 304 {
            return Ok(Got::Same);
        }
        if !status.is_success() {
            let after = text(&response, header::RETRY_AFTER).and_then(|t| backoff::retry_after(&t));
            return Err(Failed { says: format!("the server answered {status}"), after });
        }
        let news =
            Seen { etag: text(&response, header::ETAG), modified: text(&response, header::LAST_MODIFIED) };
        let max_bytes = self.pull.max_bytes;
        let too_large = |what| {
            Failed::new(format!("the document is larger than {max_bytes} bytes{what} (`pull.max_bytes`)"))
        };
        let body = response.into_body().into_with_config().limit(u64::MAX).reader();
        let mut packed = Vec::new();
        body.take(max_bytes.saturating_add(1))
            .read_to_end(&mut packed)
            .map_err(|e| Failed::new(format!("the document broke off: {e}")))?;
        if packed.len() as u64 > max_bytes {
            return Err(too_large(""));
        }
        let mut document = Vec::new();
        evidence::decompress(Box::new(packed.as_slice()))
            .take(max_bytes.saturating_add(1))
            .read_to_end(&mut document)
            .map_err(|e| Failed::new(format!("the document cannot be unpacked: {e}")))?;
        if document.len() as u64 > max_bytes {
            return Err(too_large(" when unpacked"));
        }
        Ok(Got::Document(document, news))
    }
}

fn text(response: &Response<ureq::Body>, name: header::HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// Where a redirect leads: a whole address, or a path on the same server.
fn redirected(from: &Uri, to: &str) -> Result<Uri, String> {
    if to.starts_with("//") {
        return scheme_of(&format!("{}:{to}", from.scheme_str().unwrap_or("https")));
    }
    if to.starts_with('/') {
        let (scheme, host) =
            (from.scheme_str().unwrap_or("https"), from.authority().map_or("", |a| a.as_str()));
        return scheme_of(&format!("{scheme}://{host}{to}"));
    }
    let uri = scheme_of(to)?;
    if from.scheme_str() == Some("https") && uri.scheme_str() == Some("http") {
        return Err(format!("leads from https to `{to}`"));
    }
    Ok(uri)
}

/// Resolves a name once, and gives only addresses that may be asked: what is connected to has been checked.
#[derive(Debug)]
struct Checked {
    allow_private: bool,
    inner: DefaultResolver,
}

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let check = if self.allow_private { address::always_refused } else { address::refused };
        // One refused address refuses the name: a name that leads here and there is no server of a mission.
        for address in found.iter() {
            if let Some(why) = check(address.ip()) {
                let hint = if self.allow_private {
                    ""
                } else {
                    "; a mission's own sensor says `allow_private: true`"
                };
                let says =
                    format!("`{}` leads to {}, {why}: refused{hint}", uri.host().unwrap_or(""), address.ip());
                return Err(ureq::Error::Io(std::io::Error::other(says)));
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
#[path = "pull_tests.rs"]
mod tests;
