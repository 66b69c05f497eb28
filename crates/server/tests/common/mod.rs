//! A small invented mission in memory: one text with three clauses, two sources, two journal entries.

use atlas::Atlas;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use base::{CivilZone, Count, Digest, Instant, Interval, LonLat, Place, Sector};
use evidence::batch::{Batch, Builder};
use evidence::card::{Card, SourceKind};
use evidence::draft::{Draft, Means, TimePrecision};
use evidence::settle::Ledger;
use findings::exposure::watch_of_clauses;
use findings::{State, Version};
use publication::{Head, Record, Rejects, SourceCard, Text};
use server::{App, Desk, DeskError, DeskSource, Extras};
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;

pub const TEXT: &str = r#"# Agreement of Test
*Invented.*

```terms
instrument test "Agreement of Test", draft 1
  time zone "Etc/GMT-2"
  D = entry into force
  entry into force 2026-03-03 00:00

party KA "Karsk"
party VE "Velia"
act fire = explosion or burst
act fly  = flight
```

## Article 1. The line

```terms
line contact from "geo/contact.geojson"
       tolerance 200 m
       KA on the left, VE on the right
zone buffer within 5 km of contact
```

## Article 2. Cessation of fire
> Neither Party shall fire. <script>alert(1)</script>

```terms
2.1  KA, VE shall not fire in buffer
       from D
2.2  KA, VE shall not fly in buffer
       from D
```
"#;

/// West to east along 48.5 N; Karsk is to the north, on the left.
const LINE: &str = r#"{"type":"Feature","properties":{},"geometry":{"type":"LineString",
    "coordinates":[[36.0,48.5],[37.0,48.5]]}}"#;

/// 2026-05-10 00:00 UTC.
pub const DAY_MS: i64 = 1_778_371_200_000;
/// First and second journal entry.
pub const FIRST_MS: i64 = DAY_MS + 86_400_000;
pub const SECOND_MS: i64 = FIRST_MS + 3_600_000;
/// Where the observer of every sector stands.
pub const OBSERVER: [f64; 2] = [36.417_293, 48.463_871];

pub fn version() -> Arc<Version> {
    let checked = terms::check("test.md", TEXT.as_bytes());
    let agreement = checked.agreement.unwrap_or_else(|| panic!("{:?}", checked.problems));
    let compiled = Atlas::compile(&agreement.plan, &agreement.zone, &mut |_| {
        atlas::read_geojson(LINE.as_bytes()).map_err(|e| e.to_string())
    });
    let atlas = compiled.unwrap_or_else(|e| panic!("{e:?}")).atlas;
    let (label, text, reading) =
        ("draft-1".to_owned(), Digest::of(TEXT.as_bytes()), findings::ReadingOf::default());
    Arc::new(Version { label, text, agreement, atlas: Arc::new(atlas), reading })
}

fn point(lon: f64, lat: f64) -> Place {
    Place::Point { at: LonLat::new(lon, lat).unwrap(), radius_m: Some(20.0) }
}

/// What the first journal entry carries: 60 explosions from 00:00 on, every half hour, every third in the buffer; four
/// at one moment; a sector; one without place; an allegation.
fn first() -> Batch {
    let mut b = Builder::new("post-1");
    let mut push = |key: &str, draft: Draft<'_>| {
        b.push(&Draft { native_key: key.as_bytes(), ..draft }).unwrap();
    };
    let minute = 60_000;
    for i in 0..60_i64 {
        let lat = if i % 3 == 0 { 48.51 } else { 48.7 };
        push(
            &format!("a{i}"),
            Draft {
                kind: "explosion",
                event: Interval::at(Instant(DAY_MS + i * 30 * minute)),
                precision: TimePrecision::Second,
                place: point(36.1 + 0.01 * i as f64, lat),
                means: Means::Heard,
                count: Some(Count::about(3)),
                note: "heard near the Mill",
                ..Draft::default()
            },
        );
    }
    for i in 0..4 {
        push(
            &format!("s{i}"),
            Draft {
                kind: "burst",
                event: Interval::at(Instant(DAY_MS + 600 * minute)),
                precision: TimePrecision::Second,
                place: point(36.2, 48.0 + 0.1 * f64::from(i)),
                ..Draft::default()
            },
        );
    }
    for (i, bearing_deg) in [15.0, 140.0, 260.0].into_iter().enumerate() {
        push(
            &format!("sector{i}"),
            Draft {
                kind: "burst",
                event: Interval::at(Instant(DAY_MS + (700 + 60 * i as i64) * minute)),
                precision: TimePrecision::Minute,
                means: Means::Heard,
                place: Place::Sector(Sector {
                    observer: LonLat::new(OBSERVER[0], OBSERVER[1]).unwrap(),
                    observer_radius_m: 10.0,
                    bearing_deg,
                    half_width_deg: 11.25,
                    range_min_m: 0.0,
                    range_max_m: 6_000.0,
                }),
                note: "<script>alert('note')</script><b onmouseover=x>",
                links: "javascript:alert(1)\nhttps://example.org/report?a=1&b=\"2\"",
                actor: "<img src=x>",
                ..Draft::default()
            },
        );
    }
    push(
        "nowhere",
        Draft { kind: "explosion", event: Interval::at(Instant(DAY_MS + 900 * minute)), ..Draft::default() },
    );
    push(
        "claim",
        Draft {
            kind: "explosion",
            event: Interval::at(Instant(DAY_MS + 910 * minute)),
            allegation: true,
            actor: "Karsk",
            note: "a claim <i>in italics</i>",
            ..Draft::default()
        },
    );
    b.take()
}

/// What the second carries: another post that heard the very first explosion, and a flight across the antimeridian.
fn second() -> Batch {
    let mut b = Builder::new("post-2");
    b.push(&Draft {
        native_key: b"1",
        kind: "explosion",
        event: Interval::at(Instant(DAY_MS + 20_000)),
        precision: TimePrecision::Second,
        place: point(36.101, 48.511),
        count: Some(Count::exactly(4)),
        ..Draft::default()
    })
    .unwrap();
    b.push(&Draft {
        native_key: b"2",
        kind: "flight",
        event: Interval::at(Instant(DAY_MS + 30 * 3_600_000)),
        place: point(179.5, 10.0),
        note: "біля млина",
        ..Draft::default()
    })
    .unwrap();
    b.take()
}

pub fn record(version: &Arc<Version>, until_ms: i64) -> Record {
    let mut ledger = Ledger::new();
    let entries = [(FIRST_MS, first()), (SECOND_MS, second())];
    let known: Vec<&(i64, Batch)> = entries.iter().filter(|(ms, _)| *ms <= until_ms).collect();
    for (_, batch) in &known {
        ledger.add(batch);
    }
    let settled = ledger.settle();
    let state = State::derive(settled.observations, &[version.as_ref()], &incidents::Settings::default());
    let batch = &state.observations;
    let late = |row: usize| batch.word_at(&batch.source, row) == "post-2";
    let card = |id: &str, rejects| SourceCard {
        card: Card {
            id: id.to_owned(),
            kind: SourceKind::Post,
            format: "csv".to_owned(),
            operator: "the mission".to_owned(),
            reliability: 'B',
            limitations: "hears at most 6 km".to_owned(),
            ..Card::default()
        },
        rejects,
        ..SourceCard::default()
    };
    Record {
        standing: vec![Vec::new()],
        mission: "Test & Co".to_owned(),
        zone: CivilZone::named("Etc/GMT-2").unwrap(),
        as_known_at: Instant(until_ms),
        head: head(known.len() as u64),
        entry_seq: (0..batch.len()).map(|r| if late(r) { 2 } else { 1 }).collect(),
        recorded_ms: (0..batch.len()).map(|r| if late(r) { SECOND_MS } else { FIRST_MS }).collect(),
        state,
        texts: vec![Text {
            version: version.clone(),
            markdown: Arc::from(TEXT),
            brackets: Arc::from([]),
            problems: Arc::from([]),
        }],
        superseded: settled.superseded,
        sources: vec![
            card("post-1", vec![Rejects { reason: "bad-date".to_owned(), rows: 2 }]),
            card("post-2", Vec::new()),
        ],
        records: Vec::new(),
        own: Vec::new(),
        coverage: Vec::new(),
        watches: Vec::new(),
        decisions: Vec::new(),
        watched: vec![watch_of_clauses(version, &[], Interval::ALWAYS)],
        items: Vec::new(),
    }
}

pub fn head(seq: u64) -> Head {
    let recorded_ms = if seq < 2 { FIRST_MS } else { SECOND_MS };
    Head { seq, recorded_ms, digest: Digest::of(&[seq as u8]) }
}

/// A journal of two entries, of which the second may still be to come.
pub struct Memory {
    version: Arc<Version>,
    pub entries: Mutex<u64>,
    pub folds: Mutex<Vec<Option<i64>>>,
    pub broken: Mutex<bool>,
}

impl Memory {
    pub fn new(entries: u64) -> Arc<Memory> {
        let version = version();
        Arc::new(Memory {
            version,
            entries: Mutex::new(entries),
            folds: Mutex::default(),
            broken: Mutex::default(),
        })
    }
}

impl DeskSource for Memory {
    fn head(&self) -> Result<Head, DeskError> {
        if *self.broken.lock().unwrap() {
            return Err(DeskError("the disk is gone".to_owned()));
        }
        Ok(head(*self.entries.lock().unwrap()))
    }

    fn desk(&self, as_known_at: Option<i64>) -> Result<Arc<Desk>, DeskError> {
        self.folds.lock().unwrap().push(as_known_at);
        let last_ms = self.head()?.recorded_ms;
        let until_ms = as_known_at.map_or(last_ms, |t| t.min(last_ms));
        Ok(Arc::new(Desk::new(record(&self.version, until_ms), Extras::default())))
    }
}

pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Got {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }
}

pub fn app() -> App {
    App::open(Memory::new(2)).unwrap()
}

pub async fn get(app: &App, address: &str) -> Got {
    ask(app, Request::get(address).header("host", "localhost:8480")).await
}

pub async fn ask(app: &App, request: axum::http::request::Builder) -> Got {
    let service = server::router(app.clone(), "127.0.0.1".parse().unwrap(), &[]);
    let response = service.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 64 << 20).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Got { status: parts.status, headers: parts.headers, text }
}
