//! Serving: binding, folding the first desk, watching the journal, stopping.

use crate::desk::{DeskError, DeskSource};
use crate::guard::{Hosts, guard};
use crate::live::App;
use crate::people::{Gate, admit};
use crate::problem::Problem;
use crate::{api, assets, pages};
use axum::Router;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

/// How to serve.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; port 0: any free one.
    pub listen: SocketAddr,
    /// Whether an address that others can reach may be listened on. It needs an account: without any, whoever reaches
    /// the desk would read all that officers may read.
    pub public: bool,
    /// Whether a proxy stands before it that ends TLS and says in `X-Forwarded-For` where requests come from.
    pub behind_proxy: bool,
    /// Further names under which the server may be addressed.
    pub hosts: Vec<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8480),
            public: false,
            behind_proxy: false,
            hosts: Vec::new(),
        }
    }
}

/// Why serving did not begin, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is not this machine's own.
    #[error(
        "`{0}` can be reached from outside this machine: listen on 127.0.0.1, or say that it may be public, which needs an account"
    )]
    NotLoopback(SocketAddr),
    /// It is not, and nobody has an account.
    #[error(
        "`{0}` can be reached from outside this machine, and nobody has an account yet: make one with `truceline people init`"
    )]
    NoAccounts(SocketAddr),
    /// The address is taken, or not allowed.
    #[error("cannot listen on `{address}`: {cause}")]
    Bind {
        /// Where.
        address: SocketAddr,
        /// Why.
        cause: std::io::Error,
    },
    /// The journal could not be folded.
    #[error("{0}")]
    Desk(#[from] DeskError),
    /// The network failed.
    #[error("serving ended: {0}")]
    Serving(std::io::Error),
}

/// Serves until `shutdown`; `ready` is told the address bound, once the first desk stands.
pub async fn serve(
    source: Arc<dyn DeskSource>,
    options: Options,
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    if !options.listen.ip().is_loopback() {
        may_be_public(&source, &options).await?;
    }
    let failed = |cause| ServeError::Bind { address: options.listen, cause };
    let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let opened = tokio::task::spawn_blocking(move || App::open(source)).await;
    let app = opened.map_err(|_| DeskError("folding the journal failed".to_owned()))??;
    let watching = tokio::spawn(app.clone().watch());
    send(&app, bound).map_err(DeskError)?;
    let service = router_behind(app.clone(), bound.ip(), &options.hosts, options.behind_proxy);
    ready(bound);
    let closing = async move {
        shutdown.await;
        // Live streams never end by themselves; without this the server would wait for their readers.
        app.close();
    };
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(closing).await;
    watching.abort();
    served.map_err(ServeError::Serving)
}

/// Begins to send warnings as `routing.yaml` says, if there is one. The thread ends with the program: whatever it stops
/// at, the outbox goes on from there.
fn send(app: &App, bound: SocketAddr) -> Result<(), String> {
    let Some(mut sender) = app.sender() else { return Ok(()) };
    let Some(routing) = crate::out::routing_of(&sender.dir)? else { return Ok(()) };
    if sender.desk.is_empty() {
        sender.desk = format!("http://{bound}");
    }
    let app = app.clone();
    let run = move || {
        if let Err(error) = crate::out::run(&app, &routing, &sender) {
            eprintln!("note: no warnings go out: {error}");
        }
    };
    let thread = std::thread::Builder::new().name("outbox".to_owned()).spawn(run);
    thread.map(|_| ()).map_err(|e| format!("the outbox could not be started: {e}"))
}

/// Whether others may reach the desk: the operator says so, and there is an account.
async fn may_be_public(source: &Arc<dyn DeskSource>, options: &Options) -> Result<(), ServeError> {
    if !options.public {
        return Err(ServeError::NotLoopback(options.listen));
    }
    let accounts = source.accounts();
    let asked = tokio::task::spawn_blocking(move || accounts.map_or(Ok(false), |a| a.store.has_accounts()));
    let failed = |e: String| ServeError::Desk(DeskError(e));
    match asked.await.map_err(|e| failed(e.to_string()))?.map_err(|e| failed(e.to_string()))? {
        true => Ok(()),
        false => Err(ServeError::NoAccounts(options.listen)),
    }
}

/// The whole service over an opened desk, as bound to `ip`.
pub fn router(app: App, ip: IpAddr, hosts: &[String]) -> Router {
    router_behind(app, ip, hosts, false)
}

/// The whole service, behind a proxy or not.
pub fn router_behind(app: App, ip: IpAddr, hosts: &[String], behind_proxy: bool) -> Router {
    let hosts = Hosts::new(ip, hosts);
    let gate = Gate { app: app.clone(), behind_proxy };
    Router::new()
        .merge(api::routes())
        .merge(crate::field::openrosa_routes())
        .merge(pages::routes())
        .fallback(elsewhere)
        .with_state(app)
        .layer(axum::middleware::from_fn_with_state(gate, admit))
        .layer(axum::middleware::from_fn_with_state(hosts, guard))
        .layer(CompressionLayer::new().gzip(true))
}

/// Addresses of the app; within the API there is nothing else.
async fn elsewhere(uri: Uri, headers: HeaderMap) -> Response {
    if uri.path().starts_with("/api/") {
        let shown: String = uri.path().chars().take(120).collect();
        return Problem::not_found(format!("no `{shown}` here; see /api/openapi.json")).into_response();
    }
    assets::asset(&uri, &headers)
}
