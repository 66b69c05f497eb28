//! Signing on by a provider of the mission's own, and providers, pages and people that cheat.

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
#[path = "people/provider.rs"]
mod provider;

use axum::http::StatusCode;
use base::Role;
use common::Got;
use double::{Mission, PASSWORD, cookie_of, grant};
use provider::{Faked, Seen};
use serde_json::{Value, json};

/// A mission that signs on by a faked provider, with an administrator, so that it has accounts.
struct World {
    mission: Mission,
    faked: Faked,
}

/// A sign-on that has begun: what the browser keeps, and what it carries to the provider.
struct Begun {
    cookie: String,
    state: String,
    nonce: String,
    address: String,
}

impl World {
    async fn new() -> World {
        let faked = Faked::start().await;
        let mission = Mission::with_sign_on(&faked.settings());
        mission.join("admin", &[grant(Role::Administrator)]);
        World { mission, faked }
    }

    async fn begin(&self) -> Begun {
        let got = self.mission.ask("POST", "/api/v1/session/sign-on").got().await;
        assert_eq!(got.status, StatusCode::OK, "{}", got.text);
        let address = got.json()["address"].as_str().unwrap().to_owned();
        let part = |name: &str| {
            let from = address.split(&format!("{name}=")).nth(1).unwrap_or_default();
            from.split('&').next().unwrap().to_owned()
        };
        let cookie = cookie_of(&got).split(';').next().unwrap().to_owned();
        Begun { cookie, state: part("state"), nonce: part("nonce"), address }
    }

    /// Comes back as the provider sends a browser back.
    async fn back(&self, cookie: &str, query: &str) -> Got {
        let address = format!("/api/v1/session/sign-on/back?{query}");
        let ask = self.mission.ask("GET", &address).header("cookie", cookie);
        ask.header("sec-fetch-site", "cross-site").got().await
    }

    /// Signs on as somebody of whom the provider says `more`.
    async fn sign_on(&self, more: Value) -> Got {
        // Failures are written to the log one every ten seconds.
        self.mission.later(10_000);
        let begun = self.begin().await;
        self.faked.says(&begun.nonce, self.mission.now_ms(), more);
        self.back(&begun.cookie, &format!("code=c&state={}", begun.state)).await
    }
}

fn location(got: &Got) -> &str {
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
    got.headers["location"].to_str().unwrap()
}

/// The session that an answer begins.
fn session(got: &Got) -> Option<String> {
    let cookies = got.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok());
    let mut found = cookies.filter(|c| c.starts_with("truceline="));
    found.next().map(|c| c.split(';').next().unwrap().to_owned())
}

async fn me(world: &World, cookie: &str) -> Value {
    world.mission.ask("GET", "/api/v1/me").header("cookie", cookie).got().await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_provider_vouches_for_is_signed_in_with_the_roles_that_follow() {
    let world = World::new().await;
    assert_eq!(me(&world, "").await["sign_on"], "Mission's sign-in");
    let begun = world.begin().await;
    for part in [
        "response_type=code",
        "client_id=desk",
        "code_challenge_method=S256",
        "prompt=login",
        "scope=openid+profile+groups",
        "redirect_uri=https%3A%2F%2Fdesk.example%2Fapi%2Fv1%2Fsession%2Fsign-on%2Fback",
    ] {
        assert!(begun.address.contains(part), "{part} is in {}", begun.address);
    }
    world.faked.says(
        &begun.nonce,
        world.mission.now_ms(),
        json!({"name": "Olena K.", "groups": ["verify", "x"]}),
    );
    let got = world.back(&begun.cookie, &format!("code=c-1&state={}", begun.state)).await;
    assert_eq!(location(&got), "/");
    let cookie = session(&got).unwrap();
    let told = me(&world, &cookie).await;
    assert_eq!(told["person"]["name"], "Olena K.");
    assert_eq!(told["person"]["grants"], json!([{"role": "verification-officer", "of": ""}]));
    let Seen { code, verifier, auth } = world.faked.seen();
    assert_eq!(code, "c-1");
    assert!(verifier.len() >= 43, "the code is good only with what began here");
    assert!(auth.starts_with("Basic "), "our secret is in the header");
    // The session is as strict as any; what remembered the sign-on is gone.
    let all: Vec<_> = got.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect();
    assert!(
        all.iter().any(|c| c.starts_with("truceline=") && c.contains("HttpOnly; SameSite=Strict")),
        "{all:?}"
    );
    assert!(all.iter().any(|c| c.starts_with("truceline-sign-on=;") && c.contains("Max-Age=0")), "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_that_only_the_user_info_tells_are_asked_for() {
    let world = World::new().await;
    world.faked.tells(json!({"sub": "s-1", "name": "Petro", "groups": ["verify"]}));
    let got = world.sign_on(json!({})).await;
    assert_eq!(location(&got), "/");
    assert_eq!(me(&world, &session(&got).unwrap()).await["person"]["name"], "Petro");
    // An answer about somebody else is none.
    world.faked.tells(json!({"sub": "another", "groups": ["verify"]}));
    assert_eq!(location(&world.sign_on(json!({})).await), "/signin#sign-on=provider");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_person_is_told_on_the_page_of_signing_in() {
    let world = World::new().await;
    let none = world.sign_on(json!({"groups": ["strangers"]})).await;
    assert_eq!(location(&none), "/signin#sign-on=no-role");
    assert_eq!(session(&none), None);
    let weak = world.sign_on(json!({"groups": ["commission"], "amr": ["pwd"]})).await;
    assert_eq!(location(&weak), "/signin#sign-on=needs-factor");
    let strong = world.sign_on(json!({"groups": ["commission"], "amr": ["pwd", "otp"]})).await;
    assert_eq!(location(&strong), "/");
    let begun = world.begin().await;
    let got = world.back(&begun.cookie, &format!("error=access_denied&state={}", begun.state)).await;
    assert_eq!(location(&got), "/signin#sign-on=refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_is_not_the_providers_for_us_of_this_sign_on_and_now_signs_nobody_in() {
    let world = World::new().await;
    let now_s = world.mission.now_ms() / 1_000;
    let groups = json!({"groups": ["verify"]});
    let with = |name: &str, value: Value| {
        let mut more = groups.clone();
        more[name] = value;
        more
    };
    for (why, more) in [
        ("another nonce", with("nonce", json!("another"))),
        ("another audience", with("aud", json!("another-client"))),
        ("audiences beside us", with("aud", json!(["desk", "another-client"]))),
        ("another issuer", with("iss", json!("https://id.example"))),
        ("expired", with("exp", json!(now_s - 1))),
    ] {
        let got = world.sign_on(more).await;
        assert_eq!(location(&got), "/signin#sign-on=provider", "{why}");
        assert_eq!(session(&got), None, "{why}");
    }
    for forged in provider::FORGERIES {
        world.faked.forge(*forged);
        let got = world.sign_on(groups.clone()).await;
        assert_eq!(location(&got), "/signin#sign-on=provider", "{forged:?}");
    }
    world.faked.forge(provider::Forged::No);
    assert_eq!(location(&world.sign_on(groups).await), "/");
    let lines = world.mission.accounts.store.audit(None, 100).unwrap();
    assert_eq!(lines.iter().filter(|l| l.what == "sign-on failed").count(), 5 + provider::FORGERIES.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_on_that_another_browser_began_or_that_is_old_ends_nowhere() {
    let world = World::new().await;
    let (mine, other) = (world.begin().await, world.begin().await);
    world.faked.says(&mine.nonce, world.mission.now_ms(), json!({"groups": ["verify"]}));
    for (cookie, query) in [
        ("", format!("code=c&state={}", mine.state)),
        (&*mine.cookie, format!("code=c&state={}", other.state)),
        (&*mine.cookie, "code=c".to_owned()),
        (&*mine.cookie, "code=c&state=".to_owned()),
        ("truceline-sign-on=forged", format!("code=c&state={}", mine.state)),
    ] {
        let got = world.back(cookie, &query).await;
        assert_eq!(location(&got), "/signin#sign-on=expired", "{query}");
        assert_eq!(session(&got), None);
    }
    world.mission.later(11 * 60_000);
    let got = world.back(&mine.cookie, &format!("code=c&state={}", mine.state)).await;
    assert_eq!(location(&got), "/signin#sign-on=expired");
    assert_eq!(world.faked.exchanges(), 0, "the provider was asked for nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_makes_up_codes_without_end_fills_no_log() {
    let world = World::new().await;
    for _ in 0..30 {
        let begun = world.begin().await;
        world.faked.says("another", world.mission.now_ms(), json!({}));
        let got = world.back(&begun.cookie, &format!("code=made-up&state={}", begun.state)).await;
        assert_eq!(location(&got), "/signin#sign-on=provider");
    }
    let lines = world.mission.accounts.store.audit(None, 100).unwrap();
    assert_eq!(lines.iter().filter(|l| l.what == "sign-on failed").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_leads_to_the_desk_and_nowhere_else() {
    let world = World::new().await;
    for more in
        ["&return_to=https://evil.example", "&next=//evil.example", "&redirect_uri=https://evil.example"]
    {
        let begun = world.begin().await;
        world.faked.says(&begun.nonce, world.mission.now_ms(), json!({"groups": ["verify"]}));
        let got = world.back(&begun.cookie, &format!("code=c&state={}{more}", begun.state)).await;
        assert_eq!(location(&got), "/");
    }
    let begun = world.begin().await;
    let hostile = format!("error=https%3A%2F%2Fevil.example%0d%0aSet-Cookie:a=b&state={}", begun.state);
    assert_eq!(location(&world.back(&begun.cookie, &hostile).await), "/signin#sign-on=refused");
    // A page of another site begins nothing.
    let forged = world.mission.ask("POST", "/api/v1/session/sign-on").header("sec-fetch-site", "cross-site");
    assert_eq!(forged.got().await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_that_a_browser_had_ends_when_another_person_signs_on_in_it() {
    let world = World::new().await;
    let before = world.mission.join("v.9", &[grant(Role::Analyst)]);
    let begun = world.begin().await;
    world.faked.says(&begun.nonce, world.mission.now_ms(), json!({"groups": ["verify"]}));
    let both = format!("{}; {}", before.cookie, begun.cookie);
    let got = world.back(&both, &format!("code=c&state={}", begun.state)).await;
    let after = session(&got).unwrap();
    assert_ne!(after, before.cookie);
    assert_eq!(me(&world, &before.cookie).await["person"], Value::Null);
    assert_ne!(me(&world, &after).await["person"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_not_there_or_leads_elsewhere_is_told_and_nothing_is_kept() {
    let mission = Mission::with_sign_on(&provider::settings("http://127.0.0.1:9"));
    mission.join("admin", &[grant(Role::Administrator)]);
    let got = mission.ask("POST", "/api/v1/session/sign-on").got().await;
    assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE, "{}", got.text);
    assert!(got.text.contains("the provider cannot be used"), "{}", got.text);
    // What it says of itself leads out of this machine, in the clear.
    let world = World::new().await;
    world.faked.leads("http://id.example/jwks");
    let got = world.mission.ask("POST", "/api/v1/session/sign-on").got().await;
    assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(got.text.contains("not https://"), "{}", got.text);
    // A mission without a provider has no such door.
    let bare = Mission::new();
    bare.join("admin", &[grant(Role::Administrator)]);
    assert_eq!(bare.ask("POST", "/api/v1/session/sign-on").got().await.status, StatusCode::NOT_FOUND);
    let back = bare.ask("GET", "/api/v1/session/sign-on/back?code=c&state=s").got().await;
    assert_eq!(back.status, StatusCode::NOT_FOUND);
    // On an open desk nobody signs in.
    let open = Mission::with_sign_on(&provider::settings("http://127.0.0.1:9"));
    assert_eq!(open.ask("POST", "/api/v1/session/sign-on").got().await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_still_signs_in_who_has_one() {
    let world = World::new().await;
    let officer = world.mission.join("v.5", &[grant(Role::Analyst)]);
    world.mission.later(30_000);
    let code = people::code_at(&officer.secret_base32, world.mission.now_ms()).unwrap();
    let body = json!({"id": "v.5", "password": PASSWORD, "code": code});
    assert_eq!(world.mission.ask("POST", "/api/v1/session").json(&body).got().await.status, StatusCode::OK);
}
