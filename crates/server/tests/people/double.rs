//! The small mission with accounts, and people who are signed in to it.

use super::common::{DAY_MS, Got, Memory};
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use base::{Grant, Role};
use people::{By, People, code_at};
use publication::Head;
use server::people::Accounts;
use server::sign_on::{Provider, SignOn};
use server::{App, Desk, DeskError, DeskSource};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tower::ServiceExt as _;

pub const PASSWORD: &str = "a long enough password";
/// Where most people sit.
pub const OFFICE: &str = "192.0.2.1";
pub const ELSEWHERE: &str = "198.51.100.9";

/// A mission with accounts, and its clock.
pub struct Mission {
    pub app: App,
    pub accounts: Arc<Accounts>,
    pub clock: Arc<AtomicI64>,
    pub dir: tempfile::TempDir,
}

struct Source {
    inner: Arc<Memory>,
    accounts: Arc<Accounts>,
    /// Where `routing.yaml` stands, if warnings go out.
    routing: Option<PathBuf>,
}

impl DeskSource for Source {
    fn head(&self) -> Result<Head, DeskError> {
        self.inner.head()
    }

    fn desk(&self, as_known_at: Option<i64>) -> Result<Arc<Desk>, DeskError> {
        self.inner.desk(as_known_at)
    }

    fn accounts(&self) -> Option<Arc<Accounts>> {
        Some(self.accounts.clone())
    }

    fn sender(&self) -> Option<server::out::Sender> {
        Some(server::out::Sender {
            dir: self.routing.clone()?,
            name: "mission".to_owned(),
            desk: "https://desk.example".to_owned(),
            environment: |_| None,
            now_ms: || DAY_MS,
        })
    }
}

/// Somebody with a session.
pub struct Somebody {
    pub id: String,
    pub cookie: String,
    pub secret_base32: String,
}

/// A source over the accounts of `dir`.
pub fn source(accounts: Arc<Accounts>) -> Arc<dyn DeskSource> {
    Arc::new(Source { inner: Memory::new(2), accounts, routing: None })
}

impl Mission {
    pub fn new() -> Mission {
        Mission::of(|accounts| accounts)
    }

    /// One that signs on by a provider.
    pub fn with_sign_on(settings: &SignOn) -> Mission {
        let provider = Provider::new(settings.clone()).unwrap();
        Mission::of(|accounts| accounts.with_sign_on(provider))
    }

    /// One whose `routing.yaml` is this.
    pub fn with_routing(yaml: &str) -> Mission {
        let mission = Mission::new();
        let dir = mission.dir.path().to_owned();
        std::fs::write(dir.join("routing.yaml"), yaml).unwrap();
        let inner = Memory::new(2);
        let source = Source { inner, accounts: mission.accounts.clone(), routing: Some(dir) };
        Mission { app: App::open(Arc::new(source)).unwrap(), ..mission }
    }

    fn of(more: impl FnOnce(Accounts) -> Accounts) -> Mission {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(DAY_MS));
        let told = clock.clone();
        let store = People::open(dir.path()).unwrap();
        let accounts = Accounts::new(store, move || told.load(Ordering::SeqCst));
        let accounts = Arc::new(more(accounts));
        let app = App::open(source(accounts.clone())).unwrap();
        Mission { app, accounts, clock, dir }
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    pub fn later(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn by(&self) -> By<'static> {
        By { who: "operator", address: "terminal", now_ms: self.now_ms() }
    }

    /// An account with a one-time link that nobody used.
    pub fn invite(&self, id: &str, grants: &[Grant]) -> String {
        self.accounts.store.add(Some(id), "A Name", grants, self.by()).unwrap();
        self.accounts.store.link(id, self.by()).unwrap().secret.text().to_owned()
    }

    /// Somebody who has used their link, with a second factor.
    pub fn join(&self, id: &str, grants: &[Grant]) -> Somebody {
        let link = self.invite(id, grants);
        let begun = self.accounts.store.begin(&link, self.now_ms()).unwrap();
        let code = code_at(&begun.secret_base32, self.now_ms()).unwrap();
        let used = self.accounts.store.finish(&link, PASSWORD, Some(&code), OFFICE, self.now_ms());
        let cookie = format!("truceline={}", used.unwrap().secret.text());
        Somebody { id: id.to_owned(), cookie, secret_base32: begun.secret_base32 }
    }

    pub fn ask(&self, method: &str, address: &str) -> Ask<'_> {
        let request = Request::builder()
            .method(method.parse::<Method>().unwrap())
            .uri(address)
            .header("host", "localhost:8480");
        Ask { mission: self, request, body: Body::empty(), from: OFFICE, behind_proxy: false }
    }
}

/// A request on its way.
pub struct Ask<'a> {
    mission: &'a Mission,
    request: axum::http::request::Builder,
    body: Body,
    from: &'a str,
    behind_proxy: bool,
}

impl<'a> Ask<'a> {
    pub fn header(mut self, name: &str, value: &str) -> Ask<'a> {
        self.request = self.request.header(name, value);
        self
    }

    pub fn as_(self, somebody: &Somebody) -> Ask<'a> {
        self.header("cookie", &somebody.cookie)
    }

    pub fn bearer(self, token: &str) -> Ask<'a> {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn json(mut self, body: &serde_json::Value) -> Ask<'a> {
        self.body = Body::from(body.to_string());
        self.header("content-type", "application/json")
    }

    pub fn from(mut self, address: &'a str) -> Ask<'a> {
        self.from = address;
        self
    }

    pub fn behind_proxy(mut self) -> Ask<'a> {
        self.behind_proxy = true;
        self
    }

    /// Sends it. The body of a success is not read where it has no end.
    pub async fn got(self) -> Got {
        let peer: IpAddr = self.from.parse().unwrap();
        let mut request = self.request.body(self.body).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer, 40_000)));
        let endless = request.uri().path() == "/api/v1/stream";
        let ip = "127.0.0.1".parse().unwrap();
        let service = server::router_behind(self.mission.app.clone(), ip, &[], self.behind_proxy);
        let (parts, body) = service.oneshot(request).await.unwrap().into_parts();
        let bytes = if endless && parts.status.is_success() {
            axum::body::Bytes::new()
        } else {
            to_bytes(body, 64 << 20).await.unwrap()
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Got { status: parts.status, headers: parts.headers, text }
    }
}

/// A role, of something if it must be.
pub fn grant(role: Role) -> Grant {
    Grant { role, of: role.held_of().map_or(String::new(), |_| "KA".to_owned()) }
}

/// The cookie that an answer sets.
pub fn cookie_of(got: &Got) -> String {
    got.headers[header::SET_COOKIE].to_str().unwrap().to_owned()
}

/// Whether an answer is a refusal of the door, by status and by what it says.
pub fn refusal(got: &Got) -> Option<StatusCode> {
    let said = got.text.contains("not-signed-in") || got.text.contains("problem:refused");
    let page = got.text.contains("<h1>not signed in</h1>") || got.text.contains("<h1>refused</h1>");
    (said || page).then_some(got.status)
}
