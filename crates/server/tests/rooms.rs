//! The notice board and the guarantee over HTTP: each reader sees what is theirs, and what goes out of the mission is
//! what was issued, once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

#[allow(dead_code, reason = "shared by tests that each use a part")]
mod common;
#[path = "docket/double.rs"]
#[allow(dead_code, reason = "shared with the tests of the docket")]
mod double;

use base::{By, CivilZone, Ref, Role, Takes};
use double::{DocketDesk, NOW_MS};
use serde_json::{Value, json};
use server::out::Due;
use warnings::act::{Act, Audience, Deed, Outcome};
use warnings::ledger::Ledger;
use warnings::raised::Level;

const BOARD: &str = "/api/v1/board/acts";

fn notice() -> Value {
    json!({"deed": "draft", "text": {"kind": "convoy", "what": "flour for the mill", "from_ms": NOW_MS + 3_600_000,
        "until_ms": NOW_MS + 7_200_000, "ground": {"shape": "point", "at": [-30.0, 47.0], "radius_m": 200.0},
        "addressees": [{"id": "VE/HQ", "to": "VE", "level": "HQ", "channel": "hotline"}]}})
}

#[tokio::test]
async fn a_party_sees_its_own_notices_and_no_other_partys_drafts_and_no_state_is_leave() {
    let desk = DocketDesk::open();
    let drafted = desk.act_in(BOARD, "l.ka", 0, "n1", notice()).await;
    assert_eq!(drafted.status.as_u16(), 201, "{}", drafted.text);
    let reference = drafted.json()["on"].as_str().unwrap().to_owned();
    let own = desk.get("l.ka", "/api/v1/board").await;
    assert_eq!(own.json()["board"]["notices"][0]["reference"], json!(reference));
    let other = desk.get("l.ve", "/api/v1/board").await;
    assert_eq!(other.json()["board"]["notices"], json!([]), "what is not released is nobody else's");
    assert!(!other.text.contains(&reference) && !other.text.contains("flour"));
    let staff = desk.get("w.1", "/api/v1/board").await;
    assert_eq!(staff.json()["board"]["notices"].as_array().unwrap().len(), 1);
    for text in [&own.text, &staff.text] {
        let text = text.to_lowercase();
        assert!(!["approv", "permit", "authori", "cleared to"].iter().any(|w| text.contains(w)), "{text}");
    }
    // What is hidden and what does not exist are refused alike.
    let act = |on: &str| json!({"deed": "withdraw", "notice": on, "why": "ours"});
    let hidden = desk.act_in(BOARD, "l.ve", 0, "h1", act(&reference)).await;
    let unknown = desk.act_in(BOARD, "l.ve", 0, "h2", act("NTC-2026-0099")).await;
    assert_eq!(
        (hidden.status.as_u16(), unknown.status.as_u16()),
        (404, 404),
        "{} {}",
        hidden.text,
        unknown.text
    );
    assert_eq!(hidden.text.replace(&reference, "X"), unknown.text.replace("NTC-2026-0099", "X"));
    // The same person cannot be both of the two who release.
    let release = json!({"deed": "release", "notice": reference, "version": 1});
    let first = desk.act_in(BOARD, "l.ka", 0, "r1", release.clone()).await;
    let second = desk.act_in(BOARD, "l.ka", 0, "r2", release).await;
    assert_eq!(first.status.as_u16(), 201, "{}", first.text);
    assert_eq!(second.status.as_u16(), 409, "{}", second.text);
}

fn silence() -> Value {
    json!({"deed": "request", "text": {"purpose": "repair of the weir", "parties": ["KA", "VE"],
        "hours": [{"zone": "Etc/GMT-2", "from": "2026-05-10T11:00", "until": "2026-05-10T15:00"}],
        "ground": {"shape": "point", "at": [-30.0, 47.0], "radius_m": 200.0}, "monitors": ["post 3"]}})
}

#[tokio::test]
async fn a_phone_is_told_of_the_windows_alone_and_again_only_when_something_is_new() {
    const WINDOWS: &str = "/api/v1/board/windows";
    let desk = DocketDesk::open();
    let asked = desk.act_in(BOARD, "p.1", 0, "a1", silence()).await;
    assert_eq!(asked.status.as_u16(), 201, "{}", asked.text);
    let window = asked.json()["on"].as_str().unwrap().to_owned();
    let heard = json!({"deed": "draft", "text": {"kind": "hotline-message", "what": "two bursts in the north",
        "under": window, "addressees": []}});
    assert_eq!(desk.act_in(BOARD, "p.1", 0, "m1", heard).await.status.as_u16(), 201);
    let staff = desk.get("w.1", WINDOWS).await;
    assert_eq!(staff.json()["person"], "w.1");
    assert_eq!(staff.json()["windows"][0]["monitors"], json!(["post 3"]));
    assert_eq!(staff.json()["messages"][0]["what"], "two bursts in the north");
    let own = desk.get("p.1", WINDOWS).await;
    assert_eq!(own.json()["windows"][0]["monitors"], json!([]), "where monitors are is told to staff alone");
    let other = desk.get("l.ve", WINDOWS).await;
    assert_eq!(other.json()["windows"], json!([]), "a party knows of it once it has been asked");
    assert!(!other.text.contains("bursts"));
    let tag = staff.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(desk.get_if("w.1", WINDOWS, &tag).await.status.as_u16(), 304);
    let ask = json!({"deed": "ask", "window": window, "party": "VE"});
    assert_eq!(desk.act_in(BOARD, "w.1", 0, "q1", ask).await.status.as_u16(), 201);
    assert_eq!(desk.get_if("w.1", WINDOWS, &tag).await.status.as_u16(), 200);
    let other = desk.get("l.ve", WINDOWS).await;
    assert_eq!(other.json()["windows"].as_array().unwrap().len(), 1);
    assert_eq!(other.json()["messages"], json!([]), "what the crew says is not released to a party");
}

#[tokio::test]
async fn what_a_device_kept_of_one_person_is_not_taken_in_anothers_name() {
    let desk = DocketDesk::open();
    let (role, deed) = ("watch-officer", silence());
    let sent = |by: &str| json!({"key": "k1", "role": role, "of": "", "person": by, "deed": deed});
    let other = desk.send_in(BOARD, "w.1", &sent("w.2")).await;
    assert_eq!(other.status.as_u16(), 403, "{}", other.text);
    assert!(other.json()["type"].as_str().unwrap().ends_with(":other-person"));
    // Also where the other would not have the role: the device is to keep the act, and not to take it for refused.
    let other = desk.send_in(BOARD, "l.ka", &sent("w.1")).await;
    assert!(other.json()["type"].as_str().unwrap().ends_with(":other-person"), "{}", other.text);
    assert!(desk.in_room("noticed").is_empty());
    assert_eq!(desk.send_in(BOARD, "w.1", &sent("w.1")).await.status.as_u16(), 201);
    let again = desk.send_in(BOARD, "w.1", &sent("w.1")).await;
    assert_eq!((again.status.as_u16(), again.json()["already"].clone()), (200, json!(true)));
    assert_eq!(desk.in_room("noticed").len(), 1);
}

#[tokio::test]
async fn the_guarantees_file_is_laid_out_for_each_audience_and_never_says_that_the_case_has_come() {
    let desk = DocketDesk::open();
    for person in ["v.1", "g.ta", "l.ka"] {
        let got = desk.get(person, "/api/v1/guarantee").await;
        assert_eq!(got.status.as_u16(), 200, "{person}: {}", got.text);
        let audience = match person {
            "v.1" => "internal",
            "g.ta" => "guarantors",
            _ => "parties",
        };
        assert_eq!(got.json()["file"]["audience"], audience);
        assert!(got.json()["file"]["never"].as_str().unwrap().contains("people decide"));
        let page = desk.get(person, "/api/v1/guarantee/page").await;
        assert!(page.text.starts_with("<!"), "{}", page.text.chars().take(80).collect::<String>());
        assert!(!page.text.contains("<script"));
    }
    let about_nothing = json!({"deed": "request", "clause": {"text": "signed", "clause": "99"}, "question": "?", "cites": []});
    let got = desk.act_in("/api/v1/guarantee/acts", "g.ta", 0, "q1", about_nothing).await;
    assert!(got.status.is_client_error(), "{}", got.text);
    assert!(desk.in_room("guaranteed").is_empty());
}

fn sender() -> server::out::Sender {
    server::out::Sender {
        dir: std::path::PathBuf::new(),
        name: "lindmar".to_owned(),
        desk: "https://desk.example".to_owned(),
        environment: |_| None,
        now_ms: || NOW_MS,
    }
}

struct Told(Ledger, u32);

impl Told {
    fn act(&mut self, person: &str, role: Role, deed: Deed) -> Ref {
        self.1 += 1;
        let by = By { person: person.to_owned(), role, of: String::new() };
        let at_ms = NOW_MS + i64::from(self.1) * 60_000;
        let act = Act { key: self.1.to_string(), by, at_ms, seen: None, deed };
        self.0.take(&act).unwrap().on
    }
}

#[test]
fn what_goes_out_is_what_was_issued_worded_in_every_language_and_its_end_refers_to_it() {
    let zone = CivilZone::named("Etc/GMT-2").unwrap();
    let mut told = Told(Ledger::new(zone.clone()), 0);
    let raise = Deed::Raise {
        ground: "the mill".to_owned(),
        what: "columns".to_owned(),
        level: Level::Watch,
        why: "a secret call".to_owned(),
        cites: vec![],
    };
    let warning = told.act("w.1", Role::WatchOfficer, raise);
    let due = |told: &Told| server::out::due(&told.0, &zone, &sender());
    let messages = |told: &Told| {
        let each = due(told).into_iter();
        let tell = each.filter_map(|d| if let Due::Tell(message) = d { Some(*message) } else { None });
        tell.collect::<Vec<outbox::Message>>()
    };
    assert!(messages(&told).is_empty(), "what nobody issued does not go out");
    let issue = Deed::Issue {
        warning: warning.clone(),
        facts: None,
        level: Level::Warning,
        audiences: vec![Audience::Staff, Audience::Parties],
        instruction: "stay off the bridge".to_owned(),
        expires_ms: NOW_MS + 86_400_000,
        why: "three calls".to_owned(),
    };
    told.act("w.1", Role::WatchOfficer, issue);
    let first = messages(&told);
    assert_eq!(first, messages(&told), "the same ledger gives the same messages");
    let ids: Vec<&str> = first.iter().map(|m| m.id.as_str()).collect();
    assert_eq!(ids, [format!("{warning}:1:staff"), format!("{warning}:1:parties")]);
    for message in &first {
        message.check().unwrap();
        assert_eq!(message.texts.len(), 5);
        let all = serde_json::to_string(message).unwrap();
        assert!(
            !all.contains("secret call") && !all.contains("w.1"),
            "nobody within the mission goes out: {all}"
        );
    }
    assert!(!due(&told).iter().any(|d| matches!(d, Due::Heard(..))), "nobody has taken notice yet");
    told.act("l.ka", Role::Liaison, Deed::Acknowledge { warning: warning.clone() });
    let heard: Vec<Due> = due(&told).into_iter().filter(|d| matches!(d, Due::Heard(..))).collect();
    assert_eq!(heard.len(), 1, "a party's notice is of what parties were told: {heard:?}");
    assert!(matches!(&heard[0], Due::Heard(id, who, _) if *id == first[1].id && who == "liaison"));
    told.act("p.1", Role::Publisher, Deed::Publish { warning: warning.clone() });
    assert!(messages(&told).iter().any(|m| m.audience == "public"));
    let down = Deed::StandDown {
        warning: warning.clone(),
        outcome: Outcome::False,
        came_ms: None,
        why: "a parade".to_owned(),
    };
    told.act("w.1", Role::WatchOfficer, down);
    for message in messages(&told) {
        assert_eq!(message.kind, outbox::Kind::Cancel);
        assert_eq!(message.references[0].id, format!("{warning}:1:{}", message.audience));
        message.check().unwrap();
    }
}
