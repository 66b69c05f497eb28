//! The watch's addresses: what is told to whom, and what people do about warnings.
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

use common::Got;
use double::{DocketDesk, NOW_MS};
use serde_json::{Value, json};

const ACTS: &str = "/api/v1/watch/acts";

struct Watch {
    desk: DocketDesk,
    n: std::cell::Cell<u32>,
}

impl Watch {
    fn open() -> Watch {
        Watch { desk: DocketDesk::open(), n: std::cell::Cell::new(0) }
    }

    async fn act(&self, person: &str, deed: Value) -> Got {
        self.n.set(self.n.get() + 1);
        self.desk.act_in(ACTS, person, 0, &format!("w{}", self.n.get()), deed).await
    }

    async fn raised(&self) -> String {
        let deed = json!({"deed": "raise", "ground": "the mill", "what": "columns", "level": "watch", "why": "a call"});
        let got = self.act("w.1", deed).await;
        assert_eq!(got.status.as_u16(), 201, "{}", got.text);
        got.json()["on"].as_str().unwrap().to_owned()
    }

    async fn issued(&self, audiences: &[&str]) -> String {
        let warning = self.raised().await;
        let deed = json!({"deed": "issue", "warning": warning, "level": "warning", "audiences": audiences,
            "instruction": "stay off the bridge", "expires_ms": NOW_MS + 3_600_000, "why": "three calls"});
        let got = self.act("w.1", deed).await;
        assert_eq!(got.status.as_u16(), 201, "{}", got.text);
        warning
    }

    async fn seen(&self, person: &str, warning: &str) -> Got {
        self.desk.get(person, &format!("/api/v1/watch/warnings/{warning}")).await
    }
}

fn deeds(view: &Value) -> Vec<&str> {
    view["may"].as_array().unwrap().iter().map(|m| m["deed"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_warning_goes_from_hand_to_hand_and_each_sees_what_was_told_to_them() {
    let watch = Watch::open();
    let warning = watch.issued(&["staff", "parties"]).await;
    let officer = watch.seen("w.1", &warning).await.json();
    assert_eq!(officer["stage"], "issued");
    assert!(officer["history"].as_array().unwrap().len() >= 2);
    assert_eq!(officer["by_hand"], "a call");

    let party = watch.seen("l.ka", &warning).await.json();
    assert_eq!(party["issued"]["instruction"], "stay off the bridge");
    assert_eq!(party["history"], json!([]), "who did what within the mission is its own");
    assert_eq!(party.get("by_hand"), None);
    assert_eq!(deeds(&party), ["acknowledge"]);
    let noticed = watch.act("l.ka", json!({"deed": "acknowledge", "warning": warning})).await;
    assert_eq!(noticed.status.as_u16(), 201, "{}", noticed.text);
    assert!(deeds(&watch.seen("l.ka", &warning).await.json()).is_empty());
    assert_eq!(watch.seen("w.1", &warning).await.json()["acknowledged_by"][0]["of"], "KA");

    let down = json!({"deed": "stand-down", "warning": warning, "outcome": "false", "why": "a parade"});
    assert_eq!(watch.act("w.1", down).await.status.as_u16(), 201);
    let list = watch.desk.get("l.ve", "/api/v1/watch").await.json();
    assert_eq!(list["skill"]["wrong"], 1, "how often the mission was wrong is told to everybody it warns");
    assert_eq!(list["streams"], json!([]));
    assert_eq!(list.get("rates"), None);
}

#[tokio::test]
async fn to_whom_a_warning_was_not_told_it_is_not_there() {
    let watch = Watch::open();
    let warning = watch.issued(&["parties"]).await;
    let hidden = watch.seen("g.ta", &warning).await;
    let unknown = watch.seen("g.ta", "WRN-2026-05-10-by-hand-9").await;
    assert_eq!((hidden.status.as_u16(), unknown.status.as_u16()), (404, 404));
    assert_eq!(hidden.text.replace(&warning, "X"), unknown.text.replace("WRN-2026-05-10-by-hand-9", "X"));
    let tried = watch.act("g.ta", json!({"deed": "acknowledge", "warning": warning})).await;
    assert_eq!(tried.status.as_u16(), 404, "{}", tried.text);
    let list = watch.desk.get("g.ta", "/api/v1/watch").await.json();
    assert_eq!(list["warnings"], json!([]));
    assert_eq!(
        watch.desk.get("g.ta", "/api/v1/watch/stream?ground=everywhere&what=fire").await.status.as_u16(),
        404
    );
}

#[tokio::test]
async fn a_publisher_who_did_not_issue_it_makes_it_public_and_nobody_else() {
    let watch = Watch::open();
    let warning = watch.issued(&["staff"]).await;
    let publish = json!({"deed": "publish", "warning": warning});
    let own = watch.desk.act_in(ACTS, "w.1", 1, "own", publish.clone()).await;
    assert_eq!(own.status.as_u16(), 409, "{}", own.text);
    assert!(!deeds(&watch.seen("w.1", &warning).await.json()).contains(&"publish"));
    assert!(deeds(&watch.seen("pub.1", &warning).await.json()).contains(&"publish"));
    assert_eq!(watch.act("pub.1", publish).await.status.as_u16(), 201);
    let guarantor = watch.seen("g.ta", &warning).await;
    assert_eq!(guarantor.status.as_u16(), 200, "what is public is told to all: {}", guarantor.text);
}

#[tokio::test]
async fn the_feed_tells_everybody_what_was_published_and_nothing_else() {
    let (watch, feed) = (Watch::open(), "/feeds/warnings.atom");
    let warning = watch.issued(&["staff"]).await;
    let cap = format!("/feeds/warnings/{warning}:1:public.xml");
    let before = watch.desk.get("", feed).await;
    assert_eq!((before.status.as_u16(), before.text.contains("<entry>")), (200, false), "{}", before.text);
    for hidden in [&cap, &format!("/feeds/warnings/{warning}:1:staff.xml"), "/feeds/warnings/x"] {
        assert_eq!(watch.desk.get("", hidden).await.status.as_u16(), 404, "{hidden}");
    }
    watch.act("pub.1", json!({"deed": "publish", "warning": warning})).await;
    let after = watch.desk.get("", &format!("{feed}?lang=uk")).await;
    assert!(after.text.contains(&format!("href=\"http://localhost:8480{cap}\"")), "{}", after.text);
    assert!(
        after.text.contains("xml:lang=\"uk\"")
            && after.headers["content-type"].to_str().unwrap().contains("atom")
    );
    let tag = after.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(watch.desk.get_if("", &format!("{feed}?lang=uk"), &tag).await.status.as_u16(), 304);
    let alert = watch.desk.get("", &cap).await;
    assert_eq!(alert.headers["content-type"], "application/cap+xml");
    assert!(alert.text.contains("<scope>Public</scope>") && alert.text.contains("<msgType>Alert</msgType>"));
    for text in [&after.text, &alert.text] {
        assert!(!text.contains("three calls") && !text.contains("w.1") && !text.contains("staff"), "{text}");
    }
    let sent = alert.text.split("<sent>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let down = json!({"deed": "stand-down", "warning": warning, "outcome": "false", "why": "a parade"});
    assert_eq!(watch.act("w.1", down).await.status.as_u16(), 201);
    let end = watch.desk.get("", &cap.replace(":1:", ":2:")).await;
    let reference = format!("<references>lindmar,{warning}:1:public,{sent}</references>");
    assert!(end.text.contains("<msgType>Cancel</msgType>") && end.text.contains(&reference), "{}", end.text);
}

#[tokio::test]
async fn how_a_warning_stood_is_told_by_the_desk_and_never_by_who_acts() {
    let watch = Watch::open();
    let facts = json!({"ground": "x", "what": "y", "raised_ms": 0, "since_ms": 0, "level": "warning", "counted": 99,
        "expected_milli": 1, "only_parties": false, "head_seq": 1, "algorithm": "mine"});
    let made_up = json!({"deed": "check", "warning": "WRN-2026-05-10-everywhere-fire", "facts": facts});
    let got = watch.act("w.1", made_up).await;
    assert_eq!(
        got.status.as_u16(),
        404,
        "a warning that nothing raises cannot be talked into being: {}",
        got.text
    );
    assert!(watch.desk.in_room("warned").is_empty());
}

#[tokio::test]
async fn the_same_act_twice_has_one_effect_and_what_could_not_be_kept_was_not_done() {
    let watch = Watch::open();
    let deed = json!({"deed": "hand-over", "text": "quiet on the line"});
    let first = watch.desk.act_in(ACTS, "w.1", 0, "same", deed.clone()).await;
    let again = watch.desk.act_in(ACTS, "w.1", 0, "same", deed).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
    let other = json!({"deed": "hand-over", "text": "something else"});
    assert_eq!(watch.desk.act_in(ACTS, "w.1", 0, "same", other.clone()).await.status.as_u16(), 409);
    watch.desk.fail(true);
    assert_eq!(watch.desk.act_in(ACTS, "w.1", 0, "later", other.clone()).await.status.as_u16(), 503);
    watch.desk.fail(false);
    assert_eq!(
        watch.desk.get("w.1", "/api/v1/watch").await.json()["hand_overs"].as_array().unwrap().len(),
        1
    );
    assert_eq!(watch.desk.act_in(ACTS, "w.1", 0, "later", other).await.status.as_u16(), 201);
    assert_eq!(watch.desk.in_room("warned").len(), 2);
}

#[tokio::test]
async fn staff_see_the_streams_with_what_they_know_and_do_not_know() {
    let watch = Watch::open();
    let view = watch.desk.get("v.1", "/api/v1/watch").await.json();
    assert!(view["as_of"].is_string() && view["zone"].is_string());
    let streams = view["streams"].as_array().unwrap();
    assert!(!streams.is_empty());
    for stream in streams {
        assert_eq!(stream.get("expected_per_day"), None, "so young a record expects nothing yet");
        assert_eq!(stream["quiet"], "not-said");
    }
    assert_eq!(view["rates"].get("achieved_per_stream_year"), None, "nothing achieved can be told yet");
    assert_eq!(view["skill"].get("right_share"), None);
    let (ground, what) =
        (streams[0]["ground"]["name"].as_str().unwrap(), streams[0]["what"].as_str().unwrap());
    let address = format!("/api/v1/watch/stream?ground={ground}&what={what}").replace(' ', "%20");
    let one = watch.desk.get("v.1", &address).await;
    assert_eq!(one.status.as_u16(), 200, "{}", one.text);
    assert_eq!(
        watch.desk.get("v.1", "/api/v1/watch/stream?ground=nowhere&what=fire").await.status.as_u16(),
        404
    );
}
