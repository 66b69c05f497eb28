//! A mission in memory that takes things, with a directory for its list of devices and its uploads.

use crate::common::{self, Got, Memory};
use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::http::request::Builder;
use base::{Digest, Instant};
use evidence::card::Card;
use evidence::item::{COPIED, Handling};
use evidence::working_copy;
use incidents::Decision;
use publication::{Custody, EvidenceItem, Head};
use serde_json::Value;
use server::field::access::Access;
use server::keep::{Arrival, Before, KeepError, Keeper, Kept};
use server::{App, Desk, DeskError, DeskSource, Extras};
use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;

/// 2026-05-10 10:05 UTC.
pub const NOW_MS: i64 = 1_778_371_200_000 + 605 * 60_000;

/// Keeps everything in memory.
#[derive(Default)]
pub struct MemoryKeeper {
    arrivals: Mutex<Vec<Arrival>>,
    blobs: Mutex<HashMap<Digest, Vec<u8>>>,
    handled: Mutex<Vec<Handling>>,
    passed_ms: AtomicI64,
    busy: AtomicBool,
}

impl MemoryKeeper {
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.arrivals.lock().unwrap().clone()
    }

    pub fn handled_lines(&self) -> Vec<Handling> {
        self.handled.lock().unwrap().clone()
    }

    pub fn blob(&self, digest: Digest) -> Option<Vec<u8>> {
        self.blobs.lock().unwrap().get(&digest).cloned()
    }

    pub fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::SeqCst);
    }

    pub fn pass_ms(&self, ms: i64) {
        self.passed_ms.fetch_add(ms, Ordering::SeqCst);
    }

    fn ready(&self) -> Result<(), KeepError> {
        let busy = self.busy.load(Ordering::SeqCst);
        if busy { Err(KeepError::Busy { holder: "an import".to_owned() }) } else { Ok(()) }
    }
}

impl Keeper for MemoryKeeper {
    fn keep(&self, arrival: Arrival) -> Result<Kept, KeepError> {
        self.ready()?;
        self.blobs.lock().unwrap().insert(Digest::of(&arrival.original), arrival.original.clone());
        let mut all = self.arrivals.lock().unwrap();
        if let Some(at) = all.iter().position(|a| a.source == arrival.source && a.key == arrival.key) {
            let same =
                all[at].original == arrival.original && all[at].clock_ahead_ms == arrival.clock_ahead_ms;
            return if same { Ok(Kept::Already(at as u64 + 3)) } else { Err(KeepError::KeyTaken) };
        }
        all.push(arrival);
        Ok(Kept::New(all.len() as u64 + 2))
    }

    fn received(&self, source: &str, key: &str) -> Result<Option<Before>, KeepError> {
        let all = self.arrivals.lock().unwrap();
        let at = all.iter().position(|a| a.source == source && a.key == key);
        Ok(at.map(|at| Before {
            seq: at as u64 + 3,
            by: all[at].by.clone(),
            original: Digest::of(&all[at].original),
            observation: all[at].batch.id.first().copied(),
            items: all[at].items.clone(),
        }))
    }

    fn open_blob(&self, digest: Digest) -> Result<Box<dyn Read + Send>, KeepError> {
        let blob = self.blob(digest).ok_or_else(|| KeepError::Failed("no such blob".to_owned()))?;
        Ok(Box::new(Cursor::new(blob)))
    }

    fn put_blob(&self, from: &mut dyn Read, bytes_max: u64) -> Result<Digest, KeepError> {
        self.ready()?;
        let mut bytes = Vec::new();
        from.take(bytes_max + 1).read_to_end(&mut bytes).unwrap();
        assert!(bytes.len() as u64 <= bytes_max);
        let digest = Digest::of(&bytes);
        self.blobs.lock().unwrap().insert(digest, bytes);
        Ok(digest)
    }

    fn copy(&self, original: Digest) -> Result<Vec<u8>, KeepError> {
        let blob = self.blob(original).ok_or_else(|| KeepError::Failed("no such blob".to_owned()))?;
        let copy = working_copy::make(&blob).map_err(|e| KeepError::Refused(e.to_string()))?;
        let (by, note, copied) = ("desk".to_owned(), copy.note(), Some(copy.digest));
        self.handled(Handling { item: original, action: COPIED.to_owned(), by, note, copy: copied })?;
        Ok(copy.jpeg)
    }

    fn has_blob(&self, digest: Digest) -> bool {
        self.blobs.lock().unwrap().contains_key(&digest)
    }

    fn describe(&self, _: Card) -> Result<Kept, KeepError> {
        Ok(Kept::New(1))
    }

    fn handled(&self, handling: Handling) -> Result<Kept, KeepError> {
        self.ready()?;
        self.handled.lock().unwrap().push(handling);
        Ok(Kept::New(1))
    }

    fn decide(&self, _: Decision) -> Result<Kept, KeepError> {
        Ok(Kept::New(1))
    }

    fn now_ms(&self) -> i64 {
        NOW_MS + self.passed_ms.load(Ordering::SeqCst)
    }
}

struct Source {
    shown: Arc<Memory>,
    keeper: Arc<MemoryKeeper>,
    dir: PathBuf,
}

impl DeskSource for Source {
    fn head(&self) -> Result<Head, DeskError> {
        let seq = self.keeper.arrivals().len() + self.keeper.handled_lines().len() + 2;
        Ok(common::head(seq as u64))
    }

    fn desk(&self, as_known_at: Option<i64>) -> Result<Arc<Desk>, DeskError> {
        let mut record = common::record(&common::version(), as_known_at.unwrap_or(common::SECOND_MS));
        record.head = self.head()?;
        let handled = self.keeper.handled_lines();
        for arrival in self.keeper.arrivals() {
            record.items.extend(arrival.items.iter().map(|item| {
                let lines = handled.iter().filter(|h| h.item == item.digest);
                let custody: Vec<Custody> = lines
                    .map(|h| Custody { at: Instant(NOW_MS), action: h.action.clone(), note: h.note.clone() })
                    .collect();
                EvidenceItem {
                    digest: item.digest,
                    bytes: item.bytes,
                    media_type: item.media_type.clone(),
                    name: item.name.clone(),
                    taken: item.taken_ms.map(Instant),
                    source: arrival.source.clone(),
                    observation: item.observation,
                    announced: (3, Instant(NOW_MS)),
                    is_here: item.is_here || custody.iter().any(|c| c.action == "received"),
                    retain_until: None,
                    custody,
                    erased: None,
                    is_held: false,
                }
            }));
        }
        let _ = &self.shown;
        Ok(Arc::new(Desk::new(record, Extras::default())))
    }

    fn keeper(&self) -> Option<Arc<dyn Keeper>> {
        Some(self.keeper.clone())
    }

    fn field_dir(&self) -> Option<PathBuf> {
        Some(self.dir.clone())
    }
}

/// A desk with two enrolled devices of one team.
pub struct Site {
    pub app: App,
    pub keeper: Arc<MemoryKeeper>,
    pub dir: tempfile::TempDir,
    pub token: String,
    pub other_token: String,
}

impl Site {
    pub fn new() -> Site {
        let dir = tempfile::tempdir().unwrap();
        let (token, other_token) = ("1".repeat(32), "2".repeat(32));
        Access::change(dir.path(), |access| {
            access.enrol("P-07", "patrol-3", &token, 0, None)?;
            access.enrol("P-08", "patrol-3", &other_token, 0, None)
        })
        .unwrap();
        let keeper = Arc::new(MemoryKeeper::default());
        let source = Source { shown: Memory::new(2), keeper: keeper.clone(), dir: dir.path().to_owned() };
        let app = App::open(Arc::new(source)).unwrap();
        Site { app, keeper, dir, token, other_token }
    }

    /// The same mission, served by a process that has just started.
    pub fn restarted(self) -> Site {
        let source =
            Source { shown: Memory::new(2), keeper: self.keeper.clone(), dir: self.dir.path().to_owned() };
        Site { app: App::open(Arc::new(source)).unwrap(), ..self }
    }

    pub fn request(&self, method: &str, path: &str, token: Option<&str>) -> Builder {
        let request = Request::builder().method(method).uri(path).header("host", "localhost:8480");
        match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    pub async fn send(&self, request: Builder, body: Body) -> Got {
        let (status, headers, bytes) = self.send_raw(request, body).await;
        Got { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub async fn send_raw(
        &self,
        request: Builder,
        body: Body,
    ) -> (axum::http::StatusCode, axum::http::HeaderMap, Vec<u8>) {
        let service = server::router(self.app.clone(), "127.0.0.1".parse().unwrap(), &[]);
        let response = service.oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, to_bytes(body, 64 << 20).await.unwrap().to_vec())
    }

    pub async fn get(&self, path: &str, token: Option<&str>) -> Got {
        self.send(self.request("GET", path, token), Body::empty()).await
    }

    pub async fn post(&self, path: &str, token: &str, kind: &str, body: Body) -> Got {
        self.send(self.request("POST", path, Some(token)).header("content-type", kind), body).await
    }

    pub async fn submit(&self, token: &str, submission: &Value) -> Got {
        let text = submission.to_string();
        self.post("/api/v1/field/submissions", token, "application/json", text.into()).await
    }

    /// Whatever lies in `uploads/`.
    pub fn uploads(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.dir.path().join("uploads")) else { return Vec::new() };
        entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }
}
