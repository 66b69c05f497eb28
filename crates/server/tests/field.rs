//! The field's door as a device meets it, over a keeper in memory.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is a finding; not everything in common is used here"
)]

mod common;
#[path = "field/double.rs"]
mod double;
#[path = "field/media.rs"]
mod media;
#[path = "field/openrosa.rs"]
mod openrosa;

use axum::http::StatusCode;
use double::{NOW_MS, Site};
use serde_json::{Value, json};
use server::field::access::Access;

/// A submission as the form sends it.
pub fn submission(instance: &str) -> Value {
    json!({
        "instance_id": instance,
        "form_version": "1",
        "submitted_at": "2026-05-10T10:05:00Z",
        "device_clock_at": "2026-05-10T10:06:00Z",
        "fields": {"effect": "explosion", "means": "heard", "start": "2026-05-10T10:00:00+02:00", "count": 3,
            "narrative": "two thuds, then one"},
        "media": []
    })
}

#[tokio::test]
async fn a_submission_is_kept_once_however_often_it_is_sent() {
    let site = Site::new();
    let first = site.submit(&site.token, &submission("uuid:1")).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let told = first.json();
    assert_eq!((told["already"].clone(), told["missing_media"].clone()), (json!(false), json!([])));
    for _ in 0..3 {
        // The device's clock has moved on; the answers have not changed.
        let mut again = submission("uuid:1");
        again["device_clock_at"] = json!("2026-05-10T11:30:00Z");
        let again = site.submit(&site.token, &again).await;
        assert_eq!(again.status, StatusCode::OK, "{}", again.text);
        assert_eq!(
            (again.json()["already"].clone(), again.json()["kept"].clone()),
            (json!(true), told["kept"].clone())
        );
    }
    let arrivals = site.keeper.arrivals();
    assert_eq!(arrivals.len(), 1);
    let kept = &arrivals[0];
    assert_eq!((kept.source.as_str(), kept.by.as_str(), kept.key.as_str()), ("patrol-3", "P-07", "uuid:1"));
    assert_eq!(kept.batch.len(), 1);
    assert_eq!(kept.batch.word_at(&kept.batch.kind, 0), "explosion");
    assert_eq!(kept.clock_ahead_ms, Some(60_000));
    assert_eq!(kept.batch.note.get(0), "two thuds, then one", "a minute of skew is not worth a word");
    let original: Value = serde_json::from_slice(&kept.original).unwrap();
    assert_eq!(original["fields"]["count"], 3);
    assert!(!String::from_utf8_lossy(&kept.original).contains(&site.token));
}

#[tokio::test]
async fn another_filling_under_the_same_id_is_a_conflict_and_nothing_is_lost_silently() {
    let site = Site::new();
    assert_eq!(site.submit(&site.token, &submission("uuid:1")).await.status, StatusCode::CREATED);
    let mut other = submission("uuid:1");
    other["fields"]["count"] = json!(30);
    let other = site.submit(&site.token, &other).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(other.json()["detail"].as_str().unwrap().contains("uuid:1"));
    let mut more = submission("uuid:1");
    more["media"] = json!([{"name": "a", "media_type": "image/jpeg", "bytes": 3, "sha256": "ab".repeat(32)}]);
    assert_eq!(site.submit(&site.token, &more).await.status, StatusCode::CONFLICT);
    let stranger = site.submit(&site.other_token, &submission("uuid:1")).await;
    assert_eq!(stranger.status, StatusCode::CONFLICT, "another observer of the team has the id");
    assert_eq!(site.keeper.arrivals().len(), 1);
}

#[tokio::test]
async fn two_devices_at_once_are_both_kept_and_one_submission_sent_twice_at_once_is_kept_once() {
    let site = Site::new();
    let (one, two) = (submission("uuid:1"), submission("uuid:2"));
    let (a, b, c) = tokio::join!(
        site.submit(&site.token, &one),
        site.submit(&site.other_token, &two),
        site.submit(&site.token, &one)
    );
    let mut statuses = [a.status, b.status, c.status].map(|s| s.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201, 201]);
    assert_eq!(site.keeper.arrivals().len(), 2);
}

#[tokio::test]
async fn a_clock_that_is_far_off_is_told_and_the_times_stay_as_stated() {
    let site = Site::new();
    let mut late = submission("uuid:1");
    late["device_clock_at"] = json!("2026-05-10T10:00:00Z");
    assert_eq!(site.submit(&site.token, &late).await.status, StatusCode::CREATED);
    let kept = &site.keeper.arrivals()[0];
    assert_eq!(kept.clock_ahead_ms, Some(-300_000));
    assert!(kept.batch.note.get(0).contains("5 min 0 s behind"), "{}", kept.batch.note.get(0));
    let stated_ms = NOW_MS - 65 * 60_000 - 60 * 60_000;
    assert_eq!(kept.batch.start_ms[0], stated_ms, "10:00 at +02:00");
}

#[tokio::test]
async fn nobody_without_a_token_that_holds_is_admitted_and_a_revocation_counts_at_once() {
    let site = Site::new();
    let me = site.get("/api/v1/field/me", Some(&site.token)).await;
    assert_eq!(me.status, StatusCode::OK, "{}", me.text);
    let me = me.json();
    assert_eq!((me["observer"].as_str(), me["team"].as_str()), (Some("P-07"), Some("patrol-3")));
    assert_eq!(me["zone_label"], "Etc/GMT-2 (UTC+02:00)");
    assert_eq!(me["mission"], "Test & Co");
    assert_eq!(me["form_version"], "1");
    for token in [None, Some(""), Some("0123456789abcdef0123456789abcdef"), Some("../../access.json")] {
        let refused = site.get("/api/v1/field/me", token).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{token:?}");
        assert!(refused.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
        assert!(refused.headers["content-type"].to_str().unwrap().starts_with("application/problem+json"));
    }
    Access::change(site.dir.path(), |a| Ok(a.revoke("P-07", NOW_MS))).unwrap();
    let refused = site.submit(&site.token, &submission("uuid:1")).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.json()["detail"].as_str().unwrap().contains("taken back"));
    assert_eq!(site.submit(&site.other_token, &submission("uuid:1")).await.status, StatusCode::CREATED);
    std::fs::write(site.dir.path().join("access.json"), "{").unwrap();
    let damaged = site.submit(&site.other_token, &submission("uuid:2")).await;
    assert_eq!(damaged.status, StatusCode::SERVICE_UNAVAILABLE, "a damaged list admits nobody");
}

#[tokio::test]
async fn a_fresh_mission_admits_nobody() {
    let site = Site::new();
    std::fs::remove_file(site.dir.path().join("access.json")).unwrap();
    assert_eq!(site.get("/api/v1/field/me", Some(&site.token)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_cannot_be_read_is_named_by_field_and_nothing_is_kept() {
    let site = Site::new();
    let mut bad = submission("../../etc/passwd");
    bad["submitted_at"] = json!("yesterday");
    bad["fields"]["deep"] = json!({"a": 1});
    bad["fields"]["long"] = json!("x".repeat(5_000));
    bad["media"] = json!([{"name": "n", "media_type": "image/jpeg", "bytes": 0, "sha256": "xyz"}]);
    let refused = site.submit(&site.token, &bad).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let errors = refused.json()["errors"].as_array().unwrap().clone();
    let fields: Vec<&str> = errors.iter().map(|e| e["field"].as_str().unwrap()).collect();
    for field in ["instance_id", "submitted_at", "deep", "long", "media[0].bytes", "media[0].sha256"] {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
    let mut bad = submission("uuid:1");
    bad["fields"]["start"] = json!("at dawn");
    let refused = site.submit(&site.token, &bad).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(refused.json()["errors"][0]["field"], "start", "{}", refused.text);
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    for text in ["", "[]", "{\"instance_id\": 1", deep.as_str()] {
        let text = text.to_owned();
        let refused = site
            .post("/api/v1/field/submissions", &site.token, "application/json", text.clone().into())
            .await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{text}");
    }
    assert!(site.keeper.arrivals().is_empty());
}

#[tokio::test]
async fn what_an_observer_could_not_say_is_no_fault_and_where_the_observer_stood_is_not_told() {
    let site = Site::new();
    let mut unsure = submission("uuid:1");
    unsure["fields"]["start"] = json!("undetermined");
    assert_eq!(site.submit(&site.token, &unsure).await.status, StatusCode::CREATED);
    let kept = &site.keeper.arrivals()[0];
    assert_eq!((kept.batch.len(), kept.rejected.len()), (0, 1), "kept with its reason");
    let mut placed = submission("uuid:2");
    placed["fields"]["place"] = json!("behind the mill");
    placed["fields"]["observer_place"] = json!("our cellar");
    assert_eq!(site.submit(&site.token, &placed).await.status, StatusCode::CREATED);
    let note = site.keeper.arrivals()[1].batch.note.get(0).to_owned();
    assert!(note.contains("behind the mill") && !note.contains("cellar"), "{note}");
}

#[tokio::test]
async fn too_much_is_refused_with_the_limit_named_and_other_content_is_not_taken() {
    let site = Site::new();
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(300 * 1024));
    let refused = site.post("/api/v1/field/submissions", &site.token, "application/json", large.into()).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.json()["detail"].as_str().unwrap().contains("262144"), "{}", refused.text);
    let mut many = submission("uuid:1");
    let medium = |n: usize| json!({"name": "n", "media_type": "", "bytes": 1, "sha256": format!("{n:064x}")});
    many["media"] = (0..21).map(medium).collect();
    assert_eq!(site.submit(&site.token, &many).await.status, StatusCode::BAD_REQUEST);
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let text = submission("uuid:1").to_string();
        let refused = site.post("/api/v1/field/submissions", &site.token, kind, text.into()).await;
        assert_eq!(refused.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
}

#[tokio::test]
async fn a_busy_journal_says_when_to_try_again_and_the_same_submission_is_then_taken() {
    let site = Site::new();
    site.keeper.set_busy(true);
    let refused = site.submit(&site.token, &submission("uuid:1")).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
    site.keeper.set_busy(false);
    assert_eq!(site.submit(&site.token, &submission("uuid:1")).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_device_that_asks_too_often_is_told_to_wait_and_others_are_not() {
    let site = Site::new();
    let mut waited = None;
    for _ in 0..=server::limits::RATE_BURST {
        let got = site.get("/api/v1/field/me", Some(&site.token)).await;
        if got.status == StatusCode::TOO_MANY_REQUESTS {
            waited = Some(got);
            break;
        }
    }
    assert_eq!(waited.expect("a limit").headers["retry-after"], "1");
    assert_eq!(site.get("/api/v1/field/me", Some(&site.other_token)).await.status, StatusCode::OK);
    site.keeper.pass_ms(1_000);
    assert_eq!(site.get("/api/v1/field/me", Some(&site.token)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn pages_of_other_sites_and_other_methods_are_refused() {
    let site = Site::new();
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let request = site.request("POST", "/api/v1/field/submissions", Some(&site.token));
        let request = request.header(name, value).header("content-type", "application/json");
        let refused = site.send(request, submission("uuid:1").to_string().into()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{name}");
    }
    for (method, path) in [
        ("PUT", "/api/v1/field/submissions"),
        ("DELETE", "/api/v1/field/media/ab"),
        ("POST", "/api/v1/mission"),
        ("POST", "/openrosa/formList"),
        ("OPTIONS", "/api/v1/field/submissions"),
    ] {
        let refused = site.send(site.request(method, path, Some(&site.token)), "".into()).await;
        assert_eq!(refused.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
    }
    let misdirected = axum::http::Request::post("/api/v1/field/submissions").header("host", "evil.example");
    assert_eq!(site.send(misdirected, "".into()).await.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(site.keeper.arrivals().is_empty());
}

#[tokio::test]
async fn a_desk_that_only_shows_has_no_door() {
    let shown = common::get(&common::app(), "/api/v1/field/me").await;
    assert_eq!(shown.status, StatusCode::SERVICE_UNAVAILABLE);
}
