//! Signing in, and those who would like to be somebody else.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is a finding; not everything in common is used here"
)]

mod common;
#[path = "people/double.rs"]
mod double;

use axum::http::{StatusCode, header};
use base::Role;
use common::Got;
use double::{ELSEWHERE, Mission, OFFICE, PASSWORD, Somebody, cookie_of, grant, refusal, source};
use people::code_at;
use people::limits::{FAILURES_OF_PAIR, SESSION_IDLE_MS};
use serde_json::{Value, json};

const STEP: i64 = 30_000;

async fn sign_in(mission: &Mission, somebody: &Somebody, from: &str) -> Got {
    mission.later(STEP);
    let code = code_at(&somebody.secret_base32, mission.now_ms()).unwrap();
    let body = json!({"id": somebody.id, "password": PASSWORD, "code": code});
    mission.ask("POST", "/api/v1/session").json(&body).from(from).got().await
}

async fn fail(mission: &Mission, id: &str, from: &str) -> Got {
    let body = json!({"id": id, "password": "not the password", "code": ""});
    mission.ask("POST", "/api/v1/session").json(&body).from(from).got().await
}

async fn me(mission: &Mission, cookie: &str) -> Value {
    mission.ask("GET", "/api/v1/me").header("cookie", cookie).got().await.json()
}

fn pair(set_cookie: &str) -> String {
    set_cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_first_link_closes_an_open_desk_and_signs_its_user_in() {
    let mission = Mission::new();
    assert_eq!(
        me(&mission, "").await,
        json!({"accounts": false, "person": null, "staff": false, "sign_on": null})
    );
    assert_eq!(mission.ask("GET", "/api/v1/mission").got().await.status, StatusCode::OK);
    let link = mission.accounts.store.first_link("admin", mission.by()).unwrap().unwrap();
    let first = |body: Value| mission.ask("POST", "/api/v1/session/first").json(&body).got();
    let bad = first(json!({"link": "tll_00"})).await;
    assert_eq!(bad.status, StatusCode::UNAUTHORIZED, "{}", bad.text);
    let begun = first(json!({"link": link.secret.text()})).await.json();
    assert_eq!((begun["id"].as_str(), begun["needs_code"].as_bool()), (Some("admin"), Some(true)));
    let secret = begun["secret"].as_str().unwrap();
    let otpauth = begun["otpauth"].as_str().unwrap();
    assert!(otpauth.starts_with("otpauth://totp/Truceline:admin?secret=") && otpauth.contains(secret));
    let short = first(json!({"link": link.secret.text(), "password": "short"})).await;
    assert_eq!(short.json()["parameter"], "password");
    let bare = first(json!({"link": link.secret.text(), "password": PASSWORD})).await;
    assert_eq!((bare.status, bare.json()["parameter"].as_str()), (StatusCode::BAD_REQUEST, Some("code")));
    let code = code_at(secret, mission.now_ms()).unwrap();
    let done = first(json!({"link": link.secret.text(), "password": PASSWORD, "code": code})).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let cookie = cookie_of(&done);
    for part in ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=50400"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure") && !cookie.contains("Domain"));
    let told = me(&mission, &pair(&cookie)).await;
    assert_eq!((told["accounts"].as_bool(), told["person"]["id"].as_str()), (Some(true), Some("admin")));
    assert_eq!(refusal(&mission.ask("GET", "/api/v1/mission").got().await), Some(StatusCode::UNAUTHORIZED));
    let page = mission.ask("GET", "/list").got().await;
    assert!(
        page.status == StatusCode::UNAUTHORIZED && page.text.contains("href=\"/signin\""),
        "{}",
        page.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_used_once_by_whoever_of_two_is_first() {
    let mission = Mission::new();
    let link = mission.invite("v.1", &[grant(Role::Analyst)]);
    let body = json!({"link": link, "password": PASSWORD});
    let ask = || mission.ask("POST", "/api/v1/session/first").json(&body).got();
    let (a, b, c) = tokio::join!(ask(), ask(), ask());
    let done = [&a, &b, &c].iter().filter(|got| got.status == StatusCode::OK).count();
    assert_eq!(done, 1);
    assert_eq!(ask().await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn guessing_is_slowed_and_locks_nobody_out_of_their_own_place() {
    let mission = Mission::new();
    let officer = mission.join("v.1", &[grant(Role::WatchOfficer)]);
    let mut last = 0;
    for i in 0..FAILURES_OF_PAIR + 3 {
        let got = fail(&mission, "v.1", ELSEWHERE).await;
        if i < FAILURES_OF_PAIR {
            assert_eq!(got.status, StatusCode::UNAUTHORIZED);
            assert!(got.text.contains("that id, password and code do not go together"));
            continue;
        }
        assert_eq!(got.status, StatusCode::TOO_MANY_REQUESTS, "{}", got.text);
        let wait_s: i64 = got.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
        assert!(wait_s > last);
        last = wait_s;
        mission.later(wait_s * 1_000);
        assert_eq!(fail(&mission, "v.1", ELSEWHERE).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(sign_in(&mission, &officer, OFFICE).await.status, StatusCode::OK);
    let of_nobody = fail(&mission, "nobody", "203.0.113.7").await;
    let of_somebody = fail(&mission, "v.1", "203.0.113.8").await;
    assert_eq!((of_nobody.status, &of_nobody.text), (of_somebody.status, &of_somebody.text));
    // Without a proxy, nobody says themselves where they come from.
    let spoofed = mission.ask("POST", "/api/v1/session").json(&json!({"id": "v.1", "password": "x"}));
    let spoofed = spoofed.from("203.0.113.8").header("x-forwarded-for", OFFICE).got().await;
    assert_eq!(spoofed.status, StatusCode::UNAUTHORIZED);
    let lines = mission.accounts.store.audit(None, 1).unwrap();
    assert_eq!(lines[0].address, "203.0.113.8");
}

#[tokio::test]
async fn a_session_from_before_the_sign_in_is_never_the_one_after_it() {
    let mission = Mission::new();
    let officer = mission.join("v.1", &[grant(Role::WatchOfficer)]);
    for planted in ["tls_planted", pair(&officer.cookie).trim_start_matches("truceline=")] {
        mission.later(STEP);
        let code = code_at(&officer.secret_base32, mission.now_ms()).unwrap();
        let body = json!({"id": "v.1", "password": PASSWORD, "code": code});
        let planted = format!("a=b; truceline={planted}; c=d");
        let got = mission.ask("POST", "/api/v1/session").header("cookie", &planted).json(&body).got().await;
        assert_eq!(got.status, StatusCode::OK, "{}", got.text);
        let cookie = pair(&cookie_of(&got));
        assert!(!planted.contains(&cookie));
        assert_eq!(
            me(&mission, &planted).await["person"],
            Value::Null,
            "what was there before is no session"
        );
        assert_eq!(me(&mission, &cookie).await["person"]["id"], "v.1");
        let out = mission.ask("DELETE", "/api/v1/session").header("cookie", &cookie).got().await;
        assert!(out.status == StatusCode::NO_CONTENT && cookie_of(&out).contains("Max-Age=0"));
        assert_eq!(me(&mission, &cookie).await["person"], Value::Null);
    }
    let got = sign_in(&mission, &officer, OFFICE).await;
    mission.later(SESSION_IDLE_MS);
    assert_eq!(me(&mission, &pair(&cookie_of(&got))).await["person"], Value::Null, "it rested too long");
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing() {
    let mission = Mission::new();
    let admin = mission.join("admin", &[grant(Role::Administrator)]);
    let body = json!({"name": "Mallory"});
    let bad: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ];
    for headers in bad {
        for (method, address) in [
            ("POST", "/api/v1/people"),
            ("PATCH", "/api/v1/people/admin"),
            ("POST", "/api/v1/session"),
            ("DELETE", "/api/v1/session"),
            ("POST", "/api/v1/tokens"),
            ("DELETE", "/api/v1/tokens/1"),
        ] {
            let mut ask = mission.ask(method, address).as_(&admin).json(&body);
            for (name, value) in headers {
                ask = ask.header(name, value);
            }
            let got = ask.got().await;
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{method} {address} {headers:?}");
            assert!(got.text.contains("cross-site"), "{}", got.text);
        }
    }
    let form =
        mission.ask("POST", "/api/v1/people").as_(&admin).header("content-type", "text/plain").got().await;
    assert_eq!(form.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(mission.accounts.store.accounts().unwrap().len(), 1);
    let good = mission.ask("POST", "/api/v1/people").as_(&admin).header("sec-fetch-site", "same-origin");
    assert_eq!(good.json(&body).got().await.status, StatusCode::CREATED);
    for method in ["OPTIONS", "PUT"] {
        let got = mission.ask(method, "/api/v1/people").as_(&admin).got().await;
        assert_eq!(got.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[tokio::test]
async fn nothing_sends_a_browser_elsewhere() {
    let mission = Mission::new();
    let officer = mission.join("v.1", &[grant(Role::WatchOfficer)]);
    mission.later(STEP);
    let code = code_at(&officer.secret_base32, mission.now_ms()).unwrap();
    let body = json!({"id": "v.1", "password": PASSWORD, "code": code});
    let got = mission.ask("POST", "/api/v1/session?next=https://evil.example").json(&body).got().await;
    assert!(got.status == StatusCode::OK && !got.headers.contains_key(header::LOCATION));
    for address in ["/signin?next=//evil.example", "/list?next=https://evil.example", "//evil.example/%2f.."]
    {
        let got = mission.ask("GET", address).got().await;
        assert!(!got.status.is_redirection() && !got.headers.contains_key(header::LOCATION), "{address}");
    }
    let schema = server::openapi();
    assert!(!schema.contains("\"next_url\"") && !schema.contains("redirect"));
}

#[tokio::test]
async fn odd_names_are_nobodys() {
    let mission = Mission::new();
    let admin = mission.join("admin", &[grant(Role::Administrator)]);
    let long = "a".repeat(4_000);
    for odd in ["..%2f..%2fpeople.db", "%2e%2e", "v.1%00", "%ff%fe", "ADMIN", "'%20OR%201=1--", &long] {
        for (method, address, body) in [
            ("PATCH", format!("/api/v1/people/{odd}"), json!({"disabled": true})),
            ("POST", format!("/api/v1/people/{odd}/link"), json!({})),
        ] {
            let got = mission.ask(method, &address).as_(&admin).json(&body).got().await;
            assert!(got.status.is_client_error(), "{method} {address}: {}", got.text);
            assert!(!got.text.contains("sqlite") && !got.text.contains("people.db"), "{}", got.text);
        }
        let got = mission.ask("DELETE", &format!("/api/v1/tokens/{odd}")).as_(&admin).got().await;
        assert!(got.status.is_client_error());
    }
    let add = |body: Value| mission.ask("POST", "/api/v1/people").as_(&admin).json(&body).got();
    for bad in [
        json!({}),
        json!([]),
        json!({"name": 1}),
        json!({"name": "x", "unknown": 1}),
        json!({"name": "x", "id": "../x"}),
        json!({"name": "x", "grants": [{"role": "king"}]}),
        json!({"name": "x", "grants": [{"role": "liaison"}]}),
    ] {
        assert_eq!(add(bad.clone()).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let large = add(json!({"name": "x".repeat(20_000)})).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    let secret = mission.ask("POST", "/api/v1/session").json(&json!({"id": "a", "password": ["hunter2"]}));
    assert!(!secret.got().await.text.contains("hunter2"), "what was sent is not repeated");
}

#[tokio::test]
async fn a_liaison_reaches_nothing_of_others_and_learns_not_even_whether_it_is_there() {
    let mission = Mission::new();
    let of = |party: &str| base::Grant { role: Role::Liaison, of: party.to_owned() };
    let karsk = mission.join("l.1", &[of("KA")]);
    let velia = mission.join("l.2", &[of("VE")]);
    let token = |who: &Somebody| {
        let body = json!({"label": "x", "scope": "read", "days": 1});
        mission.ask("POST", "/api/v1/tokens").as_(who).json(&body).got()
    };
    let theirs = token(&velia).await.json();
    let number = theirs["number"].as_i64().unwrap();
    let revoke = |who: &Somebody, number: i64| {
        mission.ask("DELETE", &format!("/api/v1/tokens/{number}")).header("cookie", &who.cookie).got()
    };
    let (there, not_there) = (revoke(&karsk, number).await, revoke(&karsk, 999).await);
    assert_eq!(there.status, StatusCode::NOT_FOUND);
    assert_eq!((there.status, &there.text), (not_there.status, &not_there.text));
    let own = mission.ask("GET", "/api/v1/tokens").as_(&karsk).got().await.json();
    assert_eq!(own["tokens"], json!([]));
    assert_eq!(revoke(&velia, number).await.status, StatusCode::NO_CONTENT);

    let latest = mission.app.latest();
    let known = latest.record.state.incidents.id.first().map(ToString::to_string).unwrap();
    let incident = |id: &str| mission.ask("GET", &format!("/api/v1/incidents/{id}")).as_(&karsk).got();
    let (there, not_there) = (incident(&known).await, incident("nobody").await);
    assert_eq!((there.status, &there.text), (not_there.status, &not_there.text));
    let person = |id: &str| {
        mission
            .ask("PATCH", &format!("/api/v1/people/{id}"))
            .as_(&karsk)
            .json(&json!({"disabled": true}))
            .got()
    };
    let (there, not_there) = (person("l.2").await, person("nobody").await);
    assert_eq!((there.status, &there.text), (not_there.status, &not_there.text));
}

#[tokio::test]
async fn a_party_reads_the_text_and_the_report_as_it_is_published() {
    let mission = Mission::new();
    let liaison = mission.join("l.1", &[grant(Role::Liaison)]);
    let officer = mission.join("v.1", &[grant(Role::VerificationOfficer)]);
    let get = |who: &Somebody, address: &str| mission.ask("GET", address).header("cookie", &who.cookie).got();
    let text = get(&liaison, "/api/v1/agreements/0").await.json();
    assert_eq!(text["clauses"][0]["incident_counts"], Value::Null);
    assert_eq!(text["clauses"][0]["not_counted"]["code"], "audience");
    let full = get(&officer, "/api/v1/agreements/0").await.json();
    assert!(full["clauses"][0]["incident_counts"]["breached"].as_u64().unwrap() > 0);
    assert_eq!(text["clauses"][0]["explanation"], full["clauses"][0]["explanation"]);
    let day = "/api/v1/reports/daily?date=2026-05-10";
    let (theirs, ours) = (get(&liaison, day).await.text, get(&officer, day).await.text);
    assert!(ours.contains("heard near the Mill") && !theirs.contains("heard near the Mill"));
    let future = get(&liaison, &format!("{day}&as_known_at=2099-01-01T00:00:00Z")).await;
    assert_eq!(future.status, StatusCode::BAD_REQUEST, "delays are not skipped by looking ahead");
    let page = get(&liaison, "/reports/daily/2026-05-10").await.text;
    assert!(!page.contains("heard near the Mill") && !page.contains("href=\"/incident/"), "{page}");
}

#[tokio::test]
async fn what_is_seen_and_what_is_refused_is_a_line_of_the_log() {
    let mission = Mission::new();
    let officer = mission.join("v.1", &[grant(Role::VerificationOfficer)]);
    let auditor = mission.join("a.1", &[grant(Role::Auditor)]);
    let digest = "0".repeat(64);
    let address = format!("/api/v1/items/{digest}");
    mission.ask("GET", &address).as_(&officer).from(ELSEWHERE).got().await;
    mission.ask("GET", "/api/v1/audit").as_(&officer).got().await;
    mission.ask("GET", "/api/v1/audit").got().await;
    let log = mission.ask("GET", "/api/v1/audit?limit=3").as_(&auditor).got().await.json();
    let told: Vec<_> =
        log["lines"].as_array().unwrap().iter().map(|l| (&l["who"], &l["what"], &l["object"])).collect();
    let of = |who: &str, what: &str, object: &str| (json!(who), json!(what), json!(object));
    let wanted = [
        of("a.1", "log viewed", "GET /api/v1/audit"),
        of("v.1", "refused", "GET /api/v1/audit"),
        of("v.1", "original read", &format!("GET {address}")),
    ];
    assert_eq!(told, wanted.iter().map(|(a, b, c)| (a, b, c)).collect::<Vec<_>>());
    assert_eq!(log["lines"][2]["address"], ELSEWHERE);
    let before = log["next"].as_i64().unwrap();
    let older =
        mission.ask("GET", &format!("/api/v1/audit?limit=2&before={before}")).as_(&auditor).got().await;
    assert!(older.json()["lines"][0]["seq"].as_i64().unwrap() < before);
    for bad in ["limit=0", "limit=1001", "before=x", "next=x"] {
        let got = mission.ask("GET", &format!("/api/v1/audit?{bad}")).as_(&auditor).got().await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn administrators_manage_others_and_not_themselves() {
    let mission = Mission::new();
    let admin = mission.join("admin", &[grant(Role::Administrator)]);
    let add = json!({"id": "v.7", "name": "Olena K.", "grants": [{"role": "liaison", "of": "KA"}]});
    let made = mission.ask("POST", "/api/v1/people").as_(&admin).json(&add).got().await;
    assert_eq!((made.status, made.json()["has_password"].as_bool()), (StatusCode::CREATED, Some(false)));
    let again = mission.ask("POST", "/api/v1/people").as_(&admin).json(&add).got().await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let link = mission.ask("POST", "/api/v1/people/v.7/link").as_(&admin).json(&json!({})).got().await.json();
    assert!(link["address"].as_str().unwrap().starts_with("/signin#first=tll_"), "{link}");
    let change = |id: &str, body: Value| {
        mission.ask("PATCH", &format!("/api/v1/people/{id}")).as_(&admin).json(&body).got()
    };
    let body = json!({"grant": {"role": "analyst"}, "revoke": {"role": "liaison", "of": "KA"}, "compartments": ["x"]});
    let changed = change("v.7", body).await.json();
    assert_eq!(changed["grants"], json!([{"role": "analyst", "of": ""}]));
    assert_eq!(changed["compartments"], json!(["x"]));
    for own in [json!({"grant": {"role": "custodian"}}), json!({"disabled": true})] {
        assert_eq!(change("admin", own).await.status, StatusCode::FORBIDDEN);
    }
    let listed = mission.ask("GET", "/api/v1/people").as_(&admin).got().await;
    assert_eq!(listed.json()["people"].as_array().unwrap().len(), 2);
    for secret in ["verifier", "salt", "secret", "tll_"] {
        assert!(!listed.text.contains(secret));
    }
}

#[tokio::test]
async fn behind_a_proxy_the_cookie_is_secure_and_the_client_is_the_one_it_names() {
    let mission = Mission::new();
    let officer = mission.join("v.1", &[grant(Role::WatchOfficer)]);
    mission.later(STEP);
    let code = code_at(&officer.secret_base32, mission.now_ms()).unwrap();
    let body = json!({"id": "v.1", "password": PASSWORD, "code": code});
    let ask = mission.ask("POST", "/api/v1/session").json(&body).from("127.0.0.1").behind_proxy();
    let got = ask.header("x-forwarded-for", "10.9.9.9, 203.0.113.5").got().await;
    assert!(cookie_of(&got).ends_with("; Secure"));
    let lines = mission.accounts.store.audit(None, 1).unwrap();
    assert_eq!((lines[0].what.as_str(), lines[0].address.as_str()), ("signed in", "203.0.113.5"));
}

#[tokio::test]
async fn others_reach_the_desk_only_once_somebody_has_an_account() {
    let mission = Mission::new();
    let options = || server::Options {
        listen: "0.0.0.0:0".parse().unwrap(),
        public: true,
        ..server::Options::default()
    };
    let serve = |ready: Box<dyn FnOnce() + Send>| {
        let stop = std::future::ready(());
        server::serve(source(mission.accounts.clone()), options(), move |_| ready(), stop)
    };
    let refused = serve(Box::new(|| panic!("it listened"))).await.unwrap_err();
    assert!(refused.to_string().contains("truceline people init"), "{refused}");
    mission.accounts.store.add(Some("admin"), "A", &[grant(Role::Administrator)], mission.by()).unwrap();
    serve(Box::new(|| ())).await.unwrap();
}

const PUSHED: &str = "push: {contact: 'mailto:ops@mission.example'}
recipients:
  - {name: duty, audiences: [staff], languages: [uk], ways: [{push: {account: w.1}}]}
routes: [{name: all, to: [duty]}]
";

/// The public key of the example of RFC 8291.
const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

#[tokio::test(flavor = "multi_thread")]
async fn each_manages_browsers_of_their_own_and_sees_no_address_of_any() {
    let mission = Mission::with_routing(PUSHED);
    let (olena, petro) =
        (mission.join("w.1", &[grant(Role::WatchOfficer)]), mission.join("l.1", &[grant(Role::Liaison)]));
    let seen = async |who: &Somebody| mission.ask("GET", "/api/v1/push").as_(who).got().await.json();
    let before = seen(&olena).await;
    assert_eq!(
        (&before["offered"], &before["told"], &before["browsers"]),
        (&json!(true), &json!(true), &json!([]))
    );
    assert_eq!(before["key"].as_str().unwrap().len(), 87, "a point of P-256 in base64url");
    assert_eq!(seen(&petro).await["told"], false);
    let address = "https://fcm.googleapis.com/fcm/send/secret-of-the-browser";
    let new = json!({"endpoint": address, "p256dh": P256DH, "auth": "BTBZMqHH6r4Tts7J_aSIgg", "name": "phone", "language": "uk"});
    let added = mission.ask("POST", "/api/v1/push").as_(&olena).json(&new).got().await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let id = added.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(seen(&olena).await["browsers"][0]["id"], id.as_str());
    assert!(
        !seen(&olena).await.to_string().contains("secret-of-the-browser")
            && !added.text.contains("secret-of")
    );
    assert_eq!(seen(&petro).await["browsers"], json!([]));
    let one = format!("/api/v1/push/{id}");
    for (method, address) in [("DELETE", one.clone()), ("POST", format!("{one}/test"))] {
        let theirs = mission.ask(method, &address).as_(&petro).json(&json!({})).got().await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND, "another's browser: {}", theirs.text);
    }
    let elsewhere = json!({"endpoint": "https://evil.example/x", "p256dh": P256DH, "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        "name": "x", "language": "uk"});
    let refused = mission.ask("POST", "/api/v1/push").as_(&olena).json(&elsewhere).got().await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text.contains("no push service that is known"), "{}", refused.text);
    assert_eq!(mission.ask("DELETE", &one).as_(&olena).got().await.status, StatusCode::NO_CONTENT);
    assert_eq!(mission.ask("DELETE", &one).as_(&olena).got().await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mission_that_tells_no_browsers_says_so() {
    let mission = Mission::new();
    let olena = mission.join("w.1", &[grant(Role::WatchOfficer)]);
    let seen = mission.ask("GET", "/api/v1/push").as_(&olena).got().await.json();
    assert_eq!((&seen["offered"], &seen["why"]), (&json!(false), &json!("not-set-up")));
    let new = json!({"endpoint": "https://fcm.googleapis.com/x", "p256dh": P256DH, "auth": "x", "name": "x", "language": "uk"});
    let refused = mission.ask("POST", "/api/v1/push").as_(&olena).json(&new).got().await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{}", refused.text);
}
