//! Every route with every role, by real requests, against the table of access.

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

use axum::http::StatusCode;
use base::Role;
use double::{Mission, Somebody, grant, refusal};
use people::{Admitted, Scope, Via};
use serde_json::{Value, json};
use server::access::{Line, Refusal, Rule, Standing, TABLE, decide, line_of};
use std::collections::BTreeSet;

/// Routes that the description of the API leaves out.
const UNDESCRIBED: [(&str, &str); 6] = [
    ("GET", "/list"),
    ("GET", "/incident/{id}"),
    ("GET", "/openrosa/formList"),
    ("GET", "/openrosa/forms/field.xml"),
    ("GET", "/openrosa/submission"),
    ("POST", "/openrosa/submission"),
];

/// Every route that there is.
fn routes() -> BTreeSet<(String, String)> {
    let document: Value = serde_json::from_str(&server::openapi()).unwrap();
    let mut out: BTreeSet<_> = UNDESCRIBED.iter().map(|(m, p)| ((*m).to_owned(), (*p).to_owned())).collect();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_ascii_uppercase();
            let method = if method == "HEAD" { "GET".to_owned() } else { method };
            out.insert((method, path.clone()));
        }
    }
    out
}

/// An address of a route, of a thing that is not there.
fn address(path: &str) -> String {
    path.split('/')
        .map(|piece| match piece {
            "{date}" => "2026-05-10",
            "{version}" | "{number}" => "0",
            "{sha256}" => "00",
            p if p.starts_with('{') => "nobody",
            p => p,
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[test]
fn every_route_has_a_line_and_every_line_a_route() {
    let lines: BTreeSet<_> = TABLE.iter().map(|l| (l.method.to_owned(), l.path.to_owned())).collect();
    assert_eq!(routes().difference(&lines).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "no line");
    assert_eq!(lines.difference(&routes()).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "no route");
}

async fn status(mission: &Mission, line: &Line, as_: Option<&Somebody>) -> Option<StatusCode> {
    let mut ask = mission.ask(line.method, &address(line.path));
    if let Some(somebody) = as_ {
        ask = ask.as_(somebody);
    }
    if line.method != "GET" {
        ask = ask.json(&json!({}));
    }
    refusal(&ask.got().await)
}

fn expected(line: &Line, standing: &Standing) -> Option<StatusCode> {
    match decide(line, standing) {
        Ok(()) => None,
        Err(Refusal::SignIn) => Some(StatusCode::UNAUTHORIZED),
        Err(Refusal::NotAllowed | Refusal::NoAccounts) => Some(StatusCode::FORBIDDEN),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_every_role_as_the_table_says() {
    let open = Mission::new();
    for line in TABLE.iter().filter(|l| l.path != "/api/v1/session/first") {
        let got = status(&open, line, None).await;
        assert_eq!(got, expected(line, &Standing::OpenDesk), "open desk: {} {}", line.method, line.path);
    }
    let mission = Mission::new();
    let mut everybody = Vec::new();
    for role in Role::ALL {
        everybody.push((role, mission.join(role.name(), &[grant(role)])));
    }
    let none = mission.join("no-role", &[]);
    // What signs out comes last.
    let mut lines: Vec<&Line> = TABLE.iter().collect();
    lines.sort_by_key(|l| l.method == "DELETE" && l.path == "/api/v1/session");
    for line in lines {
        let what = format!("{} {}", line.method, line.path);
        let got = status(&mission, line, None).await;
        assert_eq!(got, expected(line, &Standing::Nobody), "nobody: {what}");
        for somebody in everybody.iter().map(|(_, s)| s).chain([&none]) {
            let person = mission.accounts.store.account(&somebody.id).unwrap().person;
            let standing = Standing::Known(Admitted { person, via: Via::Session });
            let got = status(&mission, line, Some(somebody)).await;
            assert_eq!(got, expected(line, &standing), "{}: {what}", somebody.id);
        }
    }
}

/// Written down apart from the table: what matters most, in the words of the mission.
#[tokio::test(flavor = "multi_thread")]
async fn the_table_says_what_the_mission_decided() {
    let mission = Mission::new();
    let of = |role: Role| mission.join(role.name(), &[grant(role)]);
    let (officer, liaison, auditor, administrator, observer) = (
        of(Role::VerificationOfficer),
        of(Role::Liaison),
        of(Role::Auditor),
        of(Role::Administrator),
        of(Role::Observer),
    );
    let cases: [(&str, &[&Somebody], &[&Somebody]); 7] = [
        ("/api/v1/mission", &[&officer], &[&liaison, &auditor, &administrator, &observer]),
        ("/api/v1/incidents", &[&officer], &[&liaison, &auditor, &administrator, &observer]),
        ("/api/v1/items", &[&officer], &[&liaison, &auditor, &administrator, &observer]),
        ("/api/v1/agreements/0", &[&officer, &liaison, &auditor], &[&administrator, &observer]),
        ("/reports/daily/2026-05-10", &[&officer, &liaison, &auditor], &[&administrator, &observer]),
        ("/api/v1/people", &[&auditor, &administrator], &[&officer, &liaison, &observer]),
        ("/api/v1/audit", &[&auditor], &[&officer, &liaison, &administrator, &observer]),
    ];
    for (address, may, may_not) in cases {
        for somebody in may {
            let got = mission.ask("GET", address).as_(somebody).got().await;
            assert_eq!(got.status, StatusCode::OK, "{} {address}: {}", somebody.id, got.text);
        }
        for somebody in may_not {
            let got = mission.ask("GET", address).as_(somebody).got().await;
            assert_eq!(refusal(&got), Some(StatusCode::FORBIDDEN), "{} {address}", somebody.id);
        }
        assert_eq!(refusal(&mission.ask("GET", address).got().await), Some(StatusCode::UNAUTHORIZED));
    }
    for open in ["/healthz", "/api/openapi.json", "/api/v1/me"] {
        assert_eq!(mission.ask("GET", open).got().await.status, StatusCode::OK, "{open}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_does_no_more_than_its_scope_and_manages_nothing() {
    let mission = Mission::new();
    let member = mission.join("v.1", &[grant(Role::Administrator), grant(Role::Analyst)]);
    let store = &mission.accounts.store;
    for scope in [Scope::Read, Scope::Act] {
        let (_, secret) = store.make_token(&member.id, "x", scope, 3_600_000, mission.by()).unwrap();
        let person = store.account(&member.id).unwrap().person;
        let standing = Standing::Known(Admitted { person, via: Via::Token(scope) });
        for line in TABLE.iter().filter(|l| l.rule != Rule::OwnTokens) {
            let mut ask = mission.ask(line.method, &address(line.path)).bearer(secret.text());
            if line.method != "GET" {
                ask = ask.json(&json!({}));
            }
            let got = refusal(&ask.got().await);
            assert_eq!(got, expected(line, &standing), "{scope:?}: {} {}", line.method, line.path);
        }
        let release = line_of("POST", "/api/v1/sources/{id}/release").unwrap();
        assert_eq!(decide(release, &standing).is_ok(), scope == Scope::Act);
        assert!(decide(line_of("POST", "/api/v1/people").unwrap(), &standing).is_err());
        assert!(decide(line_of("GET", "/api/v1/mission").unwrap(), &standing).is_ok());
    }
}
