//! A mission in memory with a docket, and people in their roles.

use crate::common::{Got, Memory};
use axum::body::{Body, to_bytes};
use axum::http::Request;
use base::{CivilZone, Digest, Grant, Role};
use cases::{Act, By, Deed, Docket, Setting};
use evidence::card::Card;
use evidence::item::Handling;
use incidents::Decision;
use publication::Head;
use serde_json::{Value, json};
use server::docket::seat::Seat;
use server::keep::{Arrival, KeepError, Keeper, Kept, Sitting};
use server::{App, Desk, DeskError, DeskSource};
use std::io::Read;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;

/// 2026-05-10 10:05 UTC.
pub const NOW_MS: i64 = 1_778_371_200_000 + 605 * 60_000;
pub const INCIDENT: &str = "inc-0123456789abcdef0123456789abcdef";

const TEXT: &str = r#"# Agreement of the mill

```terms
instrument mill "Agreement of the mill", core text
  time zone "Etc/GMT-2"
  D = entry into force
  entry into force 2026-03-03 00:00
party KA "Karsk"
party VE "Velia"
guarantor TA "Tarn"
body commission "Special Commission" of TA, KA, VE
  decides occurrence, attribution, remedy
  by majority, quorum 2, standard balance of probabilities
act fire = explosion or shot
```

## Article 2
> Neither shall fire.

```terms
2.1  KA, VE shall not fire
       anywhere
       from D
```
"#;

#[allow(non_snake_case, reason = "it stands for a constant")]
pub fn CLAUSE() -> Value {
    json!({"text": "signed", "clause": "2.1"})
}

pub fn alleged_by(complainant: &str, against: &str, text: &str) -> Value {
    json!({"deed": "allege", "complainant": complainant, "against": against, "clauses": ["2.1"],
           "from_ms": NOW_MS - 3_600_000, "place": "the mill", "text": text, "channel": "api"})
}

pub fn finding(about: &str) -> Value {
    json!({"clause": CLAUSE(), "about": about, "outcome": "violation", "severity": "serious",
           "standard": "balance of probabilities", "likelihood": "very likely", "confidence": "moderate", "grade": "B2",
           "reasons": [{"text": "three craters", "cites": ["#7"]}]})
}

/// What somebody needs to know: one officer and a chair know what is in `sources`, others nothing.
pub fn compartments(person: &str) -> Vec<String> {
    if ["v.1", "m.ta"].contains(&person) { vec!["sources".to_owned()] } else { Vec::new() }
}

fn grants(person: &str) -> Vec<Grant> {
    let grant = |role, of: &str| Grant { role, of: of.to_owned() };
    match person {
        "v.1" | "v.2" => vec![grant(Role::VerificationOfficer, "")],
        "l.ka" => vec![grant(Role::Liaison, "KA")],
        "l.ve" => vec![grant(Role::Liaison, "VE")],
        "m.ta" => vec![grant(Role::Chair, "commission/TA")],
        "m.ka" => vec![grant(Role::Member, "commission/KA")],
        "m.ve" => vec![grant(Role::Member, "commission/VE")],
        "g.ta" => vec![grant(Role::Guarantor, "TA")],
        "p.1" => vec![grant(Role::Planner, "waterworks")],
        "w.1" => vec![grant(Role::WatchOfficer, ""), grant(Role::Publisher, "")],
        "pub.1" => vec![grant(Role::Publisher, "")],
        _ => Vec::new(),
    }
}

#[derive(Default)]
struct ActKeeper {
    acts: Mutex<Vec<Act>>,
    in_rooms: Mutex<Vec<(String, String)>>,
    fails: AtomicBool,
}

fn no<T>() -> Result<T, KeepError> {
    Err(KeepError::Refused("not here".to_owned()))
}

impl Keeper for ActKeeper {
    fn keep(&self, _: Arrival) -> Result<Kept, KeepError> {
        no()
    }
    fn put_blob(&self, _: &mut dyn Read, _: u64) -> Result<Digest, KeepError> {
        no()
    }
    fn has_blob(&self, _: Digest) -> bool {
        false
    }
    fn describe(&self, _: Card) -> Result<Kept, KeepError> {
        no()
    }
    fn handled(&self, _: Handling) -> Result<Kept, KeepError> {
        no()
    }
    fn decide(&self, _: Decision) -> Result<Kept, KeepError> {
        no()
    }
    fn docket(&self) -> Result<Sitting, KeepError> {
        let checked = terms::check("mill.md", TEXT.as_bytes());
        let agreement = checked.agreement.unwrap_or_else(|| panic!("{:?}", checked.problems));
        let setting = Setting::of(&[("signed", &agreement)], CivilZone::named("Europe/Kyiv").unwrap());
        let acts = self.acts.lock().unwrap();
        let docket = Docket::of(Arc::new(setting), acts.iter());
        Ok(Sitting { docket, act_seq: acts.len() as u64, text_seq: 0 })
    }
    fn acts_after(&self, seq: u64) -> Result<Vec<(u64, Act)>, KeepError> {
        let acts = self.acts.lock().unwrap();
        let later = acts.iter().enumerate().skip(seq as usize);
        Ok(later.map(|(at, act)| (at as u64 + 1, act.clone())).collect())
    }
    fn acted(&self, act: &Act, act_seq: u64, _: u64) -> Result<Kept, KeepError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(KeepError::Failed("the disk is full".to_owned()));
        }
        let mut acts = self.acts.lock().unwrap();
        if acts.len() as u64 != act_seq {
            return Err(KeepError::Busy { holder: "somebody else".to_owned() });
        }
        acts.push(act.clone());
        Ok(Kept::New(acts.len() as u64))
    }
    fn room_acts_after(&self, kind: &str, seq: u64) -> Result<Vec<(u64, String)>, KeepError> {
        let all = self.in_rooms.lock().unwrap();
        let later = all.iter().enumerate().skip(seq as usize).filter(|(_, (of, _))| of == kind);
        Ok(later.map(|(at, (_, json))| (at as u64 + 1, json.clone())).collect())
    }
    fn room_acted(&self, kind: &str, json: &str, last_seq: u64) -> Result<Kept, KeepError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(KeepError::Failed("the disk is full".to_owned()));
        }
        let mut all = self.in_rooms.lock().unwrap();
        let last = all.iter().rposition(|(of, _)| of == kind).map_or(0, |at| at as u64 + 1);
        if last != last_seq {
            return Err(KeepError::Busy { holder: "somebody else".to_owned() });
        }
        all.push((kind.to_owned(), json.to_owned()));
        Ok(Kept::New(all.len() as u64))
    }
    fn now_ms(&self) -> i64 {
        NOW_MS
    }
}

struct Source {
    shown: Arc<Memory>,
    keeper: Arc<ActKeeper>,
}

impl DeskSource for Source {
    fn head(&self) -> Result<Head, DeskError> {
        self.shown.head()
    }
    fn desk(&self, as_known_at: Option<i64>) -> Result<Arc<Desk>, DeskError> {
        self.shown.desk(as_known_at)
    }
    fn keeper(&self) -> Option<Arc<dyn Keeper>> {
        Some(self.keeper.clone())
    }
    fn sender(&self) -> Option<server::out::Sender> {
        Some(server::out::Sender {
            dir: std::path::PathBuf::from("/nonexistent"),
            name: "lindmar".to_owned(),
            desk: String::new(),
            environment: |_| None,
            now_ms: || NOW_MS,
        })
    }
}

/// A desk with a docket.
pub struct DocketDesk {
    app: App,
    keeper: Arc<ActKeeper>,
    sent: AtomicUsize,
}

impl DocketDesk {
    pub fn open() -> DocketDesk {
        let keeper = Arc::new(ActKeeper::default());
        let source = Source { shown: Memory::new(2), keeper: keeper.clone() };
        DocketDesk { app: App::open(Arc::new(source)).unwrap(), keeper, sent: AtomicUsize::new(0) }
    }

    pub fn acts_kept(&self) -> Vec<Act> {
        self.keeper.acts.lock().unwrap().clone()
    }

    /// The docket as the journal has it.
    pub fn docket(&self) -> Docket {
        self.keeper.docket().unwrap().docket
    }

    pub fn fail(&self, fails: bool) {
        self.keeper.fails.store(fails, Ordering::SeqCst);
    }

    /// Another program writes an act into the same journal.
    pub fn elsewhere(&self, person: &str, deed: Value) {
        let deed: Deed = serde_json::from_value(deed).unwrap();
        let by = By::under(person, &grants(person)[0]);
        let act = Act { key: "elsewhere".into(), by, at_ms: NOW_MS, seen: None, deed };
        self.keeper.acts.lock().unwrap().push(act);
    }

    pub fn body(&self, person: &str, key: &str, deed: Value) -> Value {
        let grant = grants(person).into_iter().next().expect("a role");
        json!({"key": key, "role": grant.role.name(), "of": grant.of, "deed": deed})
    }

    /// Acts, and gives what was made or changed.
    pub async fn acts(&self, person: &str, deed: Value) -> String {
        let key = format!("k{}", self.sent.fetch_add(1, Ordering::SeqCst));
        let got = self.post(person, &self.body(person, &key, deed.clone())).await;
        assert_eq!(got.status.as_u16(), 201, "{person} {deed}: {}", got.text);
        got.json()["on"].as_str().unwrap().to_owned()
    }

    pub async fn post(&self, person: &str, body: &Value) -> Got {
        self.send(person, "POST", "/api/v1/acts", &[], body.to_string()).await
    }

    /// Acts in a room of its own, in the role of that place among the person's.
    pub async fn act_in(&self, address: &str, person: &str, role: usize, key: &str, deed: Value) -> Got {
        let grant = grants(person).into_iter().nth(role).expect("a role");
        let body = json!({"key": key, "role": grant.role.name(), "of": grant.of, "deed": deed});
        self.send(person, "POST", address, &[], body.to_string()).await
    }

    /// Sends a body to a room as it is.
    pub async fn send_in(&self, address: &str, person: &str, body: &Value) -> Got {
        self.send(person, "POST", address, &[], body.to_string()).await
    }

    /// What was kept of a room, as JSON.
    pub fn in_room(&self, kind: &str) -> Vec<Value> {
        let all = self.keeper.in_rooms.lock().unwrap();
        let of = all.iter().filter(|(of, _)| of == kind);
        of.map(|(_, json)| serde_json::from_str(json).unwrap()).collect()
    }

    pub async fn post_if(&self, person: &str, body: &Value, tag: &str) -> Got {
        self.send(person, "POST", "/api/v1/acts", &[("if-match", tag)], body.to_string()).await
    }

    pub async fn get(&self, person: &str, address: &str) -> Got {
        self.send(person, "GET", address, &[], String::new()).await
    }

    pub async fn get_if(&self, person: &str, address: &str, tag: &str) -> Got {
        self.send(person, "GET", address, &[("if-none-match", tag)], String::new()).await
    }

    async fn send(
        &self,
        person: &str,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Got {
        let mut request = Request::builder().method(method).uri(address).header("host", "localhost:8480");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
        let seat = Seat {
            person: person.to_owned(),
            grants: grants(person),
            compartments: compartments(person),
            is_open: false,
        };
        request.extensions_mut().insert(seat);
        let service = server::router(self.app.clone(), "127.0.0.1".parse().unwrap(), &[]);
        let response = service.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.unwrap();
        Got {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}
