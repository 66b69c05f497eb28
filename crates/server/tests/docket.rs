//! The docket over HTTP: people in their roles act on one case at once, each sees what is theirs to see, and nothing
//! that was refused or withheld leaks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[allow(dead_code, reason = "shared by tests that each use a part")]
mod common;
#[allow(dead_code, reason = "shared by tests that each use a part")]
#[path = "docket/double.rs"]
mod double;

use axum::http::StatusCode;
use double::*;
use serde_json::{Value, json};

async fn open_case(desk: &DocketDesk) -> String {
    let alleged = desk.acts("l.ve", alleged_by("VE", "KA", "the mill burns")).await;
    let why = "complete";
    desk.acts("v.1", json!({"deed": "register", "allegations": [alleged], "why": why})).await;
    desk.acts(
        "v.1",
        json!({"deed": "open", "title": "Fire on the mill", "clauses": [CLAUSE()], "incidents": [INCIDENT],
               "allegations": [alleged], "why": "alleged, and heard"}),
    )
    .await
}

async fn drafting(desk: &DocketDesk) -> String {
    let case = open_case(desk).await;
    for to in ["preliminary", "drafting"] {
        desk.acts("v.1", json!({"deed": "move", "case": case, "to": to, "why": "the next step"})).await;
    }
    case
}

async fn issued(desk: &DocketDesk) -> (String, String) {
    let case = drafting(desk).await;
    let finding = desk.acts("v.1", json!({"deed": "draft", "case": case, "finding": finding("KA")})).await;
    for officer in ["v.1", "v.2"] {
        desk.acts(officer, json!({"deed": "sign", "on": finding})).await;
    }
    (case, finding)
}

#[tokio::test]
async fn four_people_take_a_case_from_allegation_to_verified_remedy() {
    let desk = DocketDesk::open();
    let (case, finding) = issued(&desk).await;
    for (who, stand) in [("m.ta", "agrees"), ("m.ve", "agrees"), ("m.ka", "dissents")] {
        let said =
            json!({"deed": "comment", "on": finding, "stand": stand, "component": "", "text": "as seen"});
        desk.acts(who, said).await;
    }
    desk.acts("m.ta", json!({"deed": "confirm", "on": finding})).await;
    let remedy = desk
        .acts(
            "m.ta",
            json!({"deed": "order", "finding": finding, "remedies": [{"actor": "KA", "act": "move out",
                "quantity": "2 mortars", "place": "5 km west", "due_ms": NOW_MS + 86_400_000, "test": "counted at the site"}]}),
        )
        .await;
    desk.acts("l.ka", json!({"deed": "reported", "remedy": remedy, "text": "moved", "cites": []})).await;
    desk.acts(
        "v.1",
        json!({"deed": "check", "remedy": remedy, "check": "passed", "text": "2 counted", "cites": ["#9"]}),
    )
    .await;
    desk.acts("v.1", json!({"deed": "move", "case": case, "to": "closed", "why": "done"})).await;
    let view = desk.get("v.2", &format!("/api/v1/cases/{case}")).await.json();
    assert_eq!((&view["stage"], &view["remedies"][0]["standing"]), (&json!("closed"), &json!("verified")));
    let stands = view["all_findings"][0]["signing"]["stands"].as_array().unwrap().len();
    assert_eq!(stands, 3, "the dissent stands with the finding");
    let figures = desk.get("l.ka", "/api/v1/equal-treatment").await.json();
    assert_eq!(figures["sides"][0]["against"]["substantiated"], 1);
    let queue = desk.get("v.1", "/api/v1/docket").await.json();
    assert_eq!(queue["cases"][0]["reference"], json!(case));
}

#[tokio::test]
async fn an_act_sent_twice_has_one_effect_and_a_stale_one_is_told_what_changed() {
    let desk = DocketDesk::open();
    let case = drafting(&desk).await;
    let seen = desk.get("v.2", &format!("/api/v1/cases/{case}")).await.json()["revision"].as_u64().unwrap();
    let body = desk.body("v.1", "once", json!({"deed": "draft", "case": case, "finding": finding("KA")}));
    let first = desk.post("v.1", &body).await;
    let second = desk.post("v.1", &body).await;
    assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::OK));
    assert_eq!(first.json()["on"], second.json()["on"]);
    assert_eq!(desk.acts_kept().iter().filter(|a| a.key == "once").count(), 1);
    let mut stale =
        desk.body("v.2", "stale", json!({"deed": "draft", "case": case, "finding": finding("VE")}));
    stale["seen"] = json!(seen);
    let refused = desk.post("v.2", &stale).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let problem = refused.json();
    assert_eq!(problem["type"], "urn:truceline:problem:changed");
    assert!(problem["detail"].as_str().unwrap().contains("draft by v.1"), "{problem}");
    let other = desk.body("v.2", "once", json!({"deed": "claim", "case": case}));
    assert_eq!(desk.post("v.2", &other).await.status, StatusCode::CONFLICT, "a key is used once");
}

#[tokio::test]
async fn nobody_acts_without_a_role_and_nobody_in_anothers() {
    let desk = DocketDesk::open();
    let case = open_case(&desk).await;
    let deed = json!({"deed": "claim", "case": case});
    let mut body = desk.body("v.1", "k", deed.clone());
    assert_eq!(desk.post("", &body).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(desk.post("l.ka", &body).await.status, StatusCode::FORBIDDEN, "the role is not theirs");
    body["role"] = json!("liaison");
    body["of"] = json!("VE");
    assert_eq!(desk.post("l.ka", &body).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        desk.post(
            "v.1",
            &json!({"key": "k", "role": "verification-officer", "deed": {"deed": "rule the world"}})
        )
        .await
        .status,
        StatusCode::BAD_REQUEST
    );
    assert!(!desk.acts_kept().iter().any(|a| a.key == "k"));
}

/// Everything that any address gives to a person.
async fn everything(desk: &DocketDesk, who: &str) -> String {
    let mut all = String::new();
    for address in ["/api/v1/docket", "/api/v1/allegations", "/api/v1/equal-treatment"] {
        all.push_str(&desk.get(who, address).await.text);
    }
    for n in 1..4 {
        all.push_str(&desk.get(who, &format!("/api/v1/cases/CASE-2026-000{n}")).await.text);
    }
    all
}

#[tokio::test]
async fn a_party_never_sees_what_the_other_side_submits_nor_the_missions_work() {
    let desk = DocketDesk::open();
    // Alleged, not taken up: nobody has been accused.
    desk.acts("l.ve", alleged_by("VE", "KA", "SECRET-OF-VELIA")).await;
    // Taken up: the party accused has to answer it.
    let case = drafting(&desk).await;
    let answered = json!({"deed": "answer", "allegation": "ALG-2026-0002", "text": "ANSWER-OF-KARSK"});
    desk.acts("l.ka", answered).await;
    desk.acts(
        "v.1",
        json!({"deed": "task", "case": case, "kind": "interview", "what": "WITNESS-NAMED", "place": "", "to": "", "due_ms": 0}),
    )
    .await;
    desk.acts("v.1", json!({"deed": "draft", "case": case, "finding": finding("KA")})).await;
    let (karsk, velia) = (everything(&desk, "l.ka").await, everything(&desk, "l.ve").await);
    assert!(!karsk.contains("SECRET-OF-VELIA") && velia.contains("SECRET-OF-VELIA"));
    assert!(karsk.contains("the mill burns"), "what it has to answer it sees");
    assert!(karsk.contains("ANSWER-OF-KARSK") && !velia.contains("ANSWER-OF-KARSK"));
    for party in [&karsk, &velia] {
        for withheld in ["WITNESS-NAMED", "three craters", "\"v.1\"", "\"v.2\"", "FND-2026-0001", INCIDENT] {
            assert!(!party.contains(withheld), "{withheld} is not for a party");
        }
    }
    let guarantor = everything(&desk, "g.ta").await;
    let outsider = everything(&desk, "p.1").await;
    for (who, text) in [("guarantor", &guarantor), ("planner", &outsider)] {
        for withheld in
            ["SECRET-OF-VELIA", "the mill burns", "WITNESS-NAMED", "three craters", "\"v.1\"", "CASE-2026"]
        {
            let is_refusal = withheld == "CASE-2026";
            let told = text.replace("there is no `CASE-2026", "");
            assert!(
                !told.contains(withheld) || (is_refusal && !told.contains("\"stage\"")),
                "{who}: {withheld}"
            );
        }
    }
    for officer in ["v.1", "v.2"] {
        desk.acts(officer, json!({"deed": "sign", "on": "FND-2026-0001"})).await;
    }
    assert!(everything(&desk, "g.ta").await.contains("three craters"), "what two have signed is told");
}

#[tokio::test]
async fn what_is_hidden_and_what_does_not_exist_are_refused_alike() {
    let desk = DocketDesk::open();
    desk.acts("l.ve", alleged_by("VE", "KA", "x")).await;
    let case = drafting(&desk).await;
    desk.acts("v.1", json!({"deed": "draft", "case": case, "finding": finding("KA")})).await;
    let told = |text: String, name: &str| text.replace(name, "NAME");
    for (hidden, absent, deed) in [
        ("ALG-2026-0001", "ALG-2026-0099", json!({"deed": "answer", "allegation": "NAME", "text": "no"})),
        ("ALG-2026-0001", "ALG-2026-0099", json!({"deed": "withdraw", "allegation": "NAME", "why": "no"})),
        ("FND-2026-0001", "FND-2026-0099", json!({"deed": "appeal", "finding": "NAME", "text": "no"})),
    ] {
        let send = async |name: &str| {
            let deed: Value = serde_json::from_str(&deed.to_string().replace("NAME", name)).unwrap();
            let got = desk.post("l.ka", &desk.body("l.ka", "try", deed)).await;
            (got.status, told(got.text, name))
        };
        assert_eq!(send(hidden).await, send(absent).await, "{deed}");
    }
    for address in ["/api/v1/cases/CASE-2026-0001", "/api/v1/cases/CASE-2026-0099"] {
        let got = desk.get("p.1", address).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND);
        assert_eq!(told(got.text, &address[14..]), told(desk.get("p.1", "/api/v1/cases/x").await.text, "x"));
    }
}

#[tokio::test]
async fn a_draft_that_a_party_does_not_see_hides_no_finding_that_it_may_appeal() {
    let desk = DocketDesk::open();
    let (case, on) = issued(&desk).await;
    desk.acts("v.1", json!({"deed": "move", "case": case, "to": "drafting", "why": "a new witness"})).await;
    let second = desk.acts("v.1", json!({"deed": "draft", "case": case, "finding": finding("KA")})).await;
    assert_ne!(second, on);
    // The reference without a version means what counts.
    let bare = on.split('/').next().unwrap();
    let appealed =
        desk.acts("l.ka", json!({"deed": "appeal", "finding": bare, "text": "we were not there"})).await;
    assert_eq!(appealed, on);
}

#[tokio::test]
async fn what_could_not_be_kept_is_not_shown() {
    let desk = DocketDesk::open();
    let case = drafting(&desk).await;
    let before = desk.get("v.1", &format!("/api/v1/cases/{case}")).await.json();
    desk.fail(true);
    let body = desk.body("v.1", "lost", json!({"deed": "draft", "case": case, "finding": finding("KA")}));
    assert_eq!(desk.post("v.1", &body).await.status, StatusCode::SERVICE_UNAVAILABLE);
    desk.fail(false);
    let after = desk.get("v.1", &format!("/api/v1/cases/{case}")).await.json();
    assert_eq!(before["revision"], after["revision"]);
    assert_eq!(desk.post("v.1", &body).await.status, StatusCode::CREATED, "the same act again is taken");
}

#[tokio::test]
async fn what_another_program_wrote_is_taken_up_before_anything_is_decided() {
    let desk = DocketDesk::open();
    let case = open_case(&desk).await;
    desk.elsewhere("v.2", json!({"deed": "claim", "case": case}));
    let moved = json!({"deed": "move", "case": case, "to": "preliminary", "why": "go"});
    let refused = desk.post("v.1", &desk.body("v.1", "k9", moved)).await;
    assert_eq!(refused.json()["type"], "urn:truceline:problem:taken", "{}", refused.text);
}

#[tokio::test]
async fn a_page_asks_again_only_for_what_changed() {
    let desk = DocketDesk::open();
    let case = open_case(&desk).await;
    let address = format!("/api/v1/cases/{case}");
    let got = desk.get("v.1", &address).await;
    let tag = got.headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(desk.get_if("v.1", &address, &tag).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(desk.get_if("v.2", &address, &tag).await.status, StatusCode::OK, "a tag is one person's");
    let body = desk.body("v.1", "m", json!({"deed": "claim", "case": case}));
    let matched = desk.post_if("v.1", &body, &tag).await;
    assert_eq!(matched.status, StatusCode::CREATED, "If-Match takes the tag as it came: {}", matched.text);
    assert_eq!(desk.get_if("v.1", &address, &tag).await.status, StatusCode::OK);
}

#[tokio::test]
async fn two_hundred_officers_at_once_lose_no_act_and_double_none() {
    let desk = std::sync::Arc::new(DocketDesk::open());
    let mut all = tokio::task::JoinSet::new();
    for n in 0..200 {
        let desk = desk.clone();
        all.spawn(async move {
            desk.post(
                "l.ve",
                &desk.body("l.ve", &format!("n{n}"), alleged_by("VE", "KA", &format!("shot {n}"))),
            )
            .await
            .status
        });
    }
    while let Some(status) = all.join_next().await {
        assert_eq!(status.unwrap(), StatusCode::CREATED);
    }
    let page = desk.get("v.1", "/api/v1/allegations?limit=1000").await.json();
    assert_eq!((page["total"].as_u64(), desk.acts_kept().len()), (Some(200), 200));
}

#[tokio::test]
async fn names_that_lead_elsewhere_and_words_that_are_markup_stay_names_and_words() {
    let desk = DocketDesk::open();
    let hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>\" ' javascript:alert(3) \u{202e}";
    let alleged = desk.acts("l.ve", alleged_by("VE", "KA", hostile)).await;
    desk.acts("v.1", json!({"deed": "register", "allegations": [alleged], "why": hostile})).await;
    let case = desk
        .acts(
            "v.1",
            json!({"deed": "open", "title": hostile, "clauses": [CLAUSE()], "incidents": [INCIDENT],
                   "allegations": [alleged], "why": hostile}),
        )
        .await;
    for address in ["/api/v1/docket", "/api/v1/allegations", &format!("/api/v1/cases/{case}")] {
        let got = desk.get("v.1", address).await;
        let kind = got.headers["content-type"].to_str().unwrap();
        assert!(kind.starts_with("application/json"), "it is data and nothing that runs: {kind}");
        assert_eq!(got.headers["x-content-type-options"], "nosniff");
        assert!(got.headers["content-security-policy"].to_str().unwrap().contains("default-src 'self'"));
    }
    let view = desk.get("v.1", &format!("/api/v1/cases/{case}")).await.json();
    assert_eq!((&view["title"], &view["alleged"][0]["text"]), (&json!(hostile), &json!(hostile)));
    let long = "A".repeat(4_000);
    for odd in [
        "..%2f..%2fpeople.db",
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "CASE-2026-0001%00",
        "%ff%fe",
        "case-2026-0001",
        "CASE-2026-0001'%20OR%20'1'='1",
        "-1",
        &long,
    ] {
        let got = desk.get("v.1", &format!("/api/v1/cases/{odd}")).await;
        assert!([400, 404].contains(&got.status.as_u16()), "{odd}: {}", got.status);
        assert!(!got.text.contains("root:") && !got.text.contains("SQLite"), "{odd}: {}", got.text);
        let on = json!({"deed": "claim", "case": odd});
        let refused = desk.post("v.1", &desk.body("v.1", &format!("odd {odd}"), on)).await;
        assert!(refused.status.is_client_error(), "{odd}: {}", refused.status);
    }
}
