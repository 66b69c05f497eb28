//! CoT over TCP or TLS: senders connect and send events one after the other. The protocol has no acknowledgement; we
//! read no faster than we keep, and a sender of rubbish is told by closing.

use super::backoff;
use super::feed::{Feed, Taken};
use super::frame::{Framed, Framer};
use super::limits::{
    HANDSHAKE_S, RUBBISH_IN_A_ROW_MAX, STRETCH_BYTES_MAX, STRETCH_MESSAGES_MAX, STRETCH_MS_MAX,
};
use super::sources::Cot;
use super::tls;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;

/// Binds the door and serves it in the background; the address bound.
pub(crate) async fn open(feed: Arc<Feed>, cot: Cot) -> Result<SocketAddr, String> {
    let acceptor = cot.tls.as_ref().map(tls::server).transpose()?.map(TlsAcceptor::from);
    let failed = |e: std::io::Error| format!("cannot listen on {}: {e}", cot.listen);
    let listener = TcpListener::bind(cot.listen).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    tokio::spawn(accept(feed, cot, acceptor, listener));
    Ok(bound)
}

async fn accept(feed: Arc<Feed>, cot: Cot, acceptor: Option<TlsAcceptor>, listener: TcpListener) {
    let places = Arc::new(Semaphore::new(cot.connections_max));
    let cot = Arc::new(cot);
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(e) => {
                // Out of file descriptors, most likely: it passes.
                feed.health().failed(format!("a connection could not be accepted: {e}"), None);
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        feed.health().attempted(feed.now_ms());
        let Ok(place) = places.clone().try_acquire_owned() else {
            let says = format!("more than {} connections at a time; one was closed", cot.connections_max);
            feed.health().failed(says, None);
            continue;
        };
        let (feed, cot, acceptor) = (feed.clone(), cot.clone(), acceptor.clone());
        tokio::spawn(async move {
            let served = serve(&feed, &cot, acceptor, stream).await;
            if let Err(says) = served {
                feed.health().failed(says, None);
            }
            drop(place);
        });
    }
}

async fn serve(
    feed: &Arc<Feed>,
    cot: &Cot,
    acceptor: Option<TlsAcceptor>,
    stream: TcpStream,
) -> Result<(), String> {
    match acceptor {
        None => receive(feed, cot, stream).await,
        Some(acceptor) => {
            let handshake = timeout(Duration::from_secs(HANDSHAKE_S), acceptor.accept(stream));
            match handshake.await {
                Err(_) => Err(format!("a TLS handshake took longer than {HANDSHAKE_S} s")),
                Ok(Err(e)) => Err(format!("a TLS handshake failed: {e}")),
                Ok(Ok(stream)) => receive(feed, cot, stream).await,
            }
        }
    }
}

/// What ended the gathering of a stretch.
enum Ended {
    /// It is full, or old enough; the connection goes on.
    Full,
    /// The sender closed.
    Closed,
    /// The connection has to end.
    Broken(String),
}

async fn receive(feed: &Arc<Feed>, cot: &Cot, mut stream: impl AsyncRead + Unpin) -> Result<(), String> {
    let mut framer = Framer::of(feed.source.format, cot.event_bytes_max);
    let mut rubbish = 0;
    loop {
        let mut events = Vec::new();
        let ended = gather(&mut stream, &mut framer, &mut events, cot.idle).await;
        if !matches!(ended, Ended::Full)
            && let Some(rest) = framer.rest()
        {
            events.push(rest);
        }
        if !events.is_empty() {
            let sent = events.len() as u64;
            let taken = keep(feed, events).await;
            rubbish = if taken.observations == 0 && taken.rejected >= sent { rubbish + sent } else { 0 };
        }
        match ended {
            Ended::Closed => return Ok(()),
            Ended::Broken(says) => return Err(says),
            Ended::Full if rubbish >= RUBBISH_IN_A_ROW_MAX => {
                return Err(format!(
                    "{rubbish} events in a row could not be read; the connection was closed"
                ));
            }
            Ended::Full => {}
        }
    }
}

/// Keeps a stretch; while it cannot be kept (an import has its turn, the disk is full) it is tried again, and the
/// sender waits: nothing is read meanwhile, and nothing that was read is dropped.
async fn keep(feed: &Arc<Feed>, events: Vec<Vec<u8>>) -> Taken {
    let events = Arc::new(events);
    let mut failures = 0;
    loop {
        let (keeping, stretch) = (feed.clone(), events.clone());
        match tokio::task::spawn_blocking(move || keeping.keep(&stretch)).await {
            Ok(Ok(taken)) => return taken,
            Ok(Err(e)) => feed.health().failed(e.to_string(), None),
            Err(_) => feed.health().failed("keeping failed; the failure is ours", None),
        }
        failures += 1;
        tokio::time::sleep(backoff::wait(failures, backoff::random())).await;
    }
}

/// Gathers events until the stretch is full or old enough, or the connection ends.
async fn gather(
    stream: &mut (impl AsyncRead + Unpin),
    framer: &mut Framer,
    events: &mut Vec<Vec<u8>>,
    idle: Duration,
) -> Ended {
    let mut until = Instant::now() + idle;
    let mut bytes = 0;
    loop {
        loop {
            match framer.next() {
                Framed::Message(event) => {
                    if events.is_empty() {
                        until = Instant::now() + Duration::from_millis(STRETCH_MS_MAX);
                    }
                    bytes += event.len();
                    events.push(event);
                    if events.len() >= STRETCH_MESSAGES_MAX || bytes >= STRETCH_BYTES_MAX {
                        return Ended::Full;
                    }
                }
                Framed::More => break,
                Framed::TooLong(most) => {
                    return Ended::Broken(format!(
                        "an event was longer than {most} bytes; the connection was closed"
                    ));
                }
            }
        }
        match tokio::time::timeout_at(until, stream.read_buf(framer.buffer())).await {
            Err(_) if events.is_empty() => {
                return Ended::Broken(format!(
                    "a connection was silent for {} s; it was closed",
                    idle.as_secs()
                ));
            }
            Err(_) => return Ended::Full,
            Ok(Ok(0)) => return Ended::Closed,
            Ok(Ok(_)) => {}
            Ok(Err(e)) => return Ended::Broken(format!("a connection ended: {e}")),
        }
    }
}
