//! Collectors over an in-memory keeper and loopback sockets.

use super::*;
use crate::keep::{Arrival, KeepError, Kept};
use base::Digest;
use evidence::card::Card;
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Condvar, Mutex};
use tokio::io::AsyncWriteExt as _;

/// A journal in memory that tests can wait on.
#[derive(Default)]
pub(super) struct Memory {
    pub arrivals: Mutex<Vec<Arrival>>,
    news: Condvar,
    blobs: Mutex<HashMap<Digest, Vec<u8>>>,
    pub fails: AtomicBool,
    /// Refuses whatever holds an observation, as the journal refuses what it could never read again.
    pub refuses: AtomicBool,
    pub now_ms: AtomicI64,
}

impl Memory {
    pub fn observations(&self) -> usize {
        self.arrivals.lock().unwrap().iter().map(|a| a.batch.len()).sum()
    }

    /// Waits until `enough` of what was kept.
    pub fn wait(&self, what: &str, enough: impl Fn(&[Arrival]) -> bool) {
        let kept = self.arrivals.lock().unwrap();
        let limit = Duration::from_secs(60);
        let (kept, out) = self.news.wait_timeout_while(kept, limit, |kept| !enough(kept)).unwrap();
        assert!(!out.timed_out(), "waited in vain for {what}; kept: {}", kept.len());
    }
}

impl Keeper for Memory {
    fn keep(&self, arrival: Arrival) -> Result<Kept, KeepError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(KeepError::Failed("the disk is full".to_owned()));
        }
        if self.refuses.load(Ordering::SeqCst) && !arrival.batch.is_empty() {
            return Err(KeepError::Refused("an entry may not say this".to_owned()));
        }
        self.blobs.lock().unwrap().insert(Digest::of(&arrival.original), arrival.original.clone());
        let mut all = self.arrivals.lock().unwrap();
        if let Some(seq) = all.iter().position(|a| a.source == arrival.source && a.key == arrival.key) {
            return Ok(Kept::Already(seq as u64));
        }
        all.push(arrival);
        self.news.notify_all();
        Ok(Kept::New(all.len() as u64))
    }
    fn original(&self, digest: Digest) -> Result<Vec<u8>, KeepError> {
        Ok(self.blobs.lock().unwrap().get(&digest).unwrap().clone())
    }
    fn put_blob(&self, _: &mut dyn Read, _: u64) -> Result<Digest, KeepError> {
        Err(KeepError::Refused("not here".to_owned()))
    }
    fn has_blob(&self, digest: Digest) -> bool {
        self.blobs.lock().unwrap().contains_key(&digest)
    }
    fn describe(&self, _: Card) -> Result<Kept, KeepError> {
        Ok(Kept::New(1))
    }
    fn handled(&self, _: evidence::item::Handling) -> Result<Kept, KeepError> {
        Err(KeepError::Refused("not here".to_owned()))
    }
    fn decide(&self, _: incidents::Decision) -> Result<Kept, KeepError> {
        Err(KeepError::Refused("not here".to_owned()))
    }
    fn now_ms(&self) -> i64 {
        self.now_ms.load(Ordering::SeqCst)
    }
}

pub(super) const NOW_MS: i64 = 1_778_371_200_000;

pub(super) fn memory() -> Arc<Memory> {
    let memory = Memory::default();
    memory.now_ms.store(NOW_MS, Ordering::SeqCst);
    Arc::new(memory)
}

/// One source with this door and these further lines.
pub(super) fn source(door: &str, more: &str) -> Source {
    let card = "card: {id: a, kind: acoustic, format: geojson, operator: M, limitations: wind}";
    let text = format!("sources:\n  - {card}\n    {door}\n{more}");
    read_sources(&text, Path::new("/none")).unwrap_or_else(|e| panic!("{e:?}")).remove(0)
}

pub(super) fn feature(n: u64) -> Vec<u8> {
    format!(
        "{{\"type\":\"Feature\",\"id\":\"n{n}\",\"properties\":{{\"kind\":\"explosion\",\
         \"start\":\"2026-05-10T00:00:00Z\"}},\"geometry\":{{\"type\":\"Point\",\"coordinates\":[-30.0,47.0]}}}}"
    )
    .into_bytes()
}

const COT: &str = "cot: {listen: '127.0.0.1:0', event_bytes_max: 2000}";

fn feed(more: &str) -> (Arc<Memory>, Feed) {
    let memory = memory();
    let feed = Feed::new(source(COT, more), memory.clone());
    (memory, feed)
}

#[test]
fn a_bad_message_costs_its_neighbours_nothing_and_is_kept_with_its_reason() {
    let (memory, feed) = feed("");
    let messages = vec![feature(1), b"{\"type\":\"Fea".to_vec(), feature(2), b"rubbish".to_vec(), Vec::new()];
    let taken = feed.keep(&messages).unwrap();
    assert_eq!((taken.observations, taken.rejected), (2, 3));
    let kept = memory.arrivals.lock().unwrap();
    let rows: Vec<u64> = kept[0].rejected.iter().map(|r| r.row).collect();
    assert_eq!(rows, [2, 4, 5]);
    assert_eq!(kept[0].original, messages.join(&b'\n'), "the original is whole");
}

#[test]
fn the_same_stretch_again_and_overlapping_stretches_count_once() {
    let (memory, feed) = feed("");
    let all: Vec<Vec<u8>> = (0..10).map(feature).collect();
    feed.keep(&all[..6]).unwrap();
    feed.keep(&all[..6]).unwrap();
    feed.keep(&all[4..]).unwrap();
    let kept = memory.arrivals.lock().unwrap();
    assert_eq!(kept.len(), 2);
    let ids: std::collections::BTreeSet<_> = kept.iter().flat_map(|a| a.batch.id.clone()).collect();
    assert_eq!(ids.len(), 10);
    assert_eq!(feed.health().messages, 12, "a stretch that was there already is not counted again");
}

#[test]
fn nothing_is_acknowledged_that_could_not_be_kept() {
    let (memory, feed) = feed("");
    memory.fails.store(true, Ordering::SeqCst);
    assert!(feed.keep(&[feature(1)]).is_err());
    assert!(feed.health().last_error.as_ref().unwrap().contains("disk is full"));
    assert_eq!(feed.health().last_success_ms, None);
    memory.fails.store(false, Ordering::SeqCst);
    assert_eq!(feed.keep(&[feature(1)]).unwrap().observations, 1);
    assert_eq!(feed.health().last_error, None);
}

#[test]
fn what_the_journal_refuses_for_ever_is_kept_as_it_came_and_holds_nothing_up() {
    let (memory, feed) = feed("");
    memory.refuses.store(true, Ordering::SeqCst);
    let taken = feed.keep(&[feature(1)]).unwrap();
    assert_eq!((taken.observations, taken.rejected), (0, 1));
    let kept = memory.arrivals.lock().unwrap();
    assert_eq!((kept.len(), kept[0].original.clone()), (1, feature(1)));
    assert!(kept[0].rejected[0].value.contains("may not say this"));
    assert_eq!(feed.health().observations, 0);
}

#[test]
fn a_quarantined_source_is_kept_but_not_taken_in_until_it_is_released() {
    let (memory, feed) = feed("    quarantine_share: 0.5\n    quarantine_rows: 20\n");
    let bad: Vec<Vec<u8>> = (0..20).map(|n| format!("rubbish {n}").into_bytes()).collect();
    feed.keep(&bad).unwrap();
    assert!(feed.health().quarantined_ms.is_some());
    let good = vec![feature(1), b"more rubbish".to_vec(), feature(2)];
    assert_eq!(feed.keep(&good).unwrap().observations, 0);
    assert_eq!(memory.observations(), 0);
    assert_eq!(feed.health().rejected.get("quarantined"), Some(&2));
    assert!(memory.has_blob(Digest::of(&good.join(&b'\n'))), "the original is kept");
    assert_eq!(feed.release().unwrap(), 2);
    assert_eq!(memory.observations(), 2);
    assert_eq!((feed.held(), feed.health().quarantined_ms), (0, None));
    assert_eq!(feed.keep(&[feature(3)]).unwrap().observations, 1);
}

#[test]
fn a_silence_becomes_coverage_piece_by_piece_and_ends_with_the_first_word() {
    let (memory, feed) = feed("    stale_after: 10 s\n    area: {lon: -30.0, lat: 47.0, radius_m: 5000}\n");
    let at = |s: i64| {
        memory.now_ms.store(NOW_MS + s * 1_000, Ordering::SeqCst);
        feed.tell_silence().unwrap();
        memory.arrivals.lock().unwrap().iter().flat_map(|a| a.coverage.clone()).collect::<Vec<_>>()
    };
    assert_eq!(at(10).len(), 0, "not silent for too long yet");
    let told = at(11);
    assert_eq!((told[0].interval.start.0, told[0].interval.end.0), (NOW_MS, NOW_MS + 11_000));
    assert_eq!(told[0].status, evidence::coverage::Status::Down);
    assert_eq!(at(15).len(), 1, "a piece is as long as a silence has to be");
    let told = at(22);
    assert_eq!((told[1].interval.start.0, told[1].interval.end.0), (NOW_MS + 11_000, NOW_MS + 22_000));
    memory.now_ms.store(NOW_MS + 25_000, Ordering::SeqCst);
    feed.keep(&[feature(1)]).unwrap();
    let told = at(30);
    assert_eq!((told.len(), told[2].interval.end.0), (3, NOW_MS + 25_000), "it spoke, and the silence ended");
    let told = at(40);
    assert_eq!(told[3].interval.start.0, NOW_MS + 25_000, "silence begins with its last word");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_over_tcp_are_kept_and_a_sender_of_rubbish_is_closed() {
    let memory = memory();
    let feed = Arc::new(Feed::new(source(COT, "    quarantine_share: 1\n"), memory.clone()));
    let Door::Cot(door) = feed.source.door.clone() else { panic!("another door") };
    let at = cot::open(feed.clone(), door).await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(at).await.unwrap();
    for n in 0..100 {
        stream.write_all(&feature(n)).await.unwrap();
        stream.write_all(b"\n").await.unwrap();
    }
    let waiting = memory.clone();
    let all =
        move || waiting.wait("a hundred events", |k| k.iter().map(|a| a.batch.len()).sum::<usize>() == 100);
    tokio::task::spawn_blocking(all).await.unwrap();
    // An event that never ends.
    let _ = stream.write_all(&[b'x'; 5_000]).await;
    let closed = tokio::time::timeout(Duration::from_secs(60), tokio::io::AsyncReadExt::read_u8(&mut stream));
    assert!(closed.await.expect("the sender is told by closing").is_err());
    memory.wait("the rubbish among the rejected", |k| k.iter().any(|a| !a.rejected.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_needs_the_certificate_that_the_mission_asks_for() {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    let folder = std::env::temp_dir().join(format!("truceline-tls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let issue = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let cert = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
        (cert, key)
    };
    let (cert, key) = issue("localhost");
    std::fs::write(folder.join("ca.pem"), ca.pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    let paths = ["cert.pem", "key.pem", "ca.pem"].map(|n| folder.join(n));
    let [cert, key, ca_file] = paths;
    let memory = memory();
    let feed = Arc::new(Feed::new(source(COT, ""), memory.clone()));
    let Door::Cot(mut door) = feed.source.door.clone() else { panic!("another door") };
    door.tls = Some(ServerTls { cert, key, client_ca: Some(ca_file.clone()) });
    let at = cot::open(feed.clone(), door).await.unwrap();
    let send = |config: Arc<rustls::ClientConfig>, n: u64| async move {
        let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
        let tcp = tokio::net::TcpStream::connect(at).await.unwrap();
        let mut tls = tokio_rustls::TlsConnector::from(config).connect(name, tcp).await?;
        tls.write_all(&[feature(n), b"\n".to_vec()].concat()).await?;
        tls.shutdown().await?;
        // The server answers nothing: either it closes, or it says that it does not know us.
        tokio::io::AsyncReadExt::read_u8(&mut tls).await.map(|_| ()).or_else(|e| match e.kind() {
            std::io::ErrorKind::UnexpectedEof => Ok(()),
            _ => Err(e),
        })
    };
    let stranger = tls::client(Some(&ca_file)).unwrap();
    assert!(send(stranger, 1).await.is_err(), "a sender without certificate");
    let (cert, key) = issue("device");
    let mut roots = rustls::RootCertStore::empty();
    roots.add(ca.der().clone()).unwrap();
    let known = rustls::ClientConfig::builder_with_provider(tls::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![cert.der().clone()], key.into())
        .unwrap();
    send(Arc::new(known), 2).await.unwrap();
    let waiting = memory.clone();
    tokio::task::spawn_blocking(move || waiting.wait("one event", |k| !k.is_empty())).await.unwrap();
    assert_eq!(memory.observations(), 1);
    std::fs::remove_dir_all(folder).unwrap();
}
