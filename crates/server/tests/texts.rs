//! Texts as a reader meets them: what is not agreed, readings, findings over a period, and two texts side by side.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in tests a panic is a finding; not everything in common is used here"
)]

mod common;

use axum::http::StatusCode;
use base::{Digest, Instant};
use common::{DAY_MS, FIRST_MS, get};
use findings::standing::StandingFacts;
use findings::{ReadingOf, Version};
use publication::{Head, Record, Text};
use serde_json::Value;
use server::{App, Desk, DeskError, DeskSource, Extras};
use std::sync::Arc;

const TEXT: &str = r#"# Agreement of Test

```terms
instrument test "Agreement of Test", draft 2
  status draft
  time zone "Etc/GMT-2"
  D = entry into force
  entry into force 2026-03-03 00:00
  signed by KA 2026-03-02
  reservation of KA to 1: "flights of evacuation"
  stands with "other.md"

party KA "Karsk"
party VE "Velia"
body mechanism "Mechanism"
  records; decides nothing
act fire = explosion or burst
unit personnel "military personnel"
moment ref = when "the referendum approves"
```

## Article 1. Fire

> Nobody fires. [Karsk: Exercises are no fire.] [Velia: Exercises are fire.]

```terms
1  KA, VE shall not fire
     from D
     [KA: unless in an exercise]
```

## Article 2. Numbers

```terms
bracket 2 "strength"
  KA: VE shall hold at most 60 000 personnel
  VE: VE shall hold at most 80 000 personnel
3  KA, VE shall notify fire
     at least 48 h before, to mechanism
     paired with 1
```
"#;

/// The readings of the text, in memory, with what is found over a period.
struct Readings;

fn head() -> Head {
    Head { seq: 1, recorded_ms: FIRST_MS, digest: Digest::of(&[1]) }
}

fn record() -> Record {
    let checked = terms::check("test.md", TEXT.as_bytes());
    assert!(checked.agreement.is_some(), "{:?}", checked.problems);
    let atlas = common::version().atlas.clone();
    let mut base = common::record(&common::version(), FIRST_MS);
    let versions: Vec<Arc<Version>> = checked
        .readings
        .into_iter()
        .map(|r| {
            let label = format!("draft 2 · {}", r.label);
            let (text, reading) =
                (Digest::of(TEXT.as_bytes()), ReadingOf { label: r.label, choice: r.choice });
            Arc::new(Version { label, text, agreement: r.agreement, atlas: atlas.clone(), reading })
        })
        .collect();
    let refs: Vec<&Version> = versions.iter().map(Arc::as_ref).collect();
    base.state = base.state.judged_again(&refs, &[]);
    let now = Instant(DAY_MS + 86_400_000);
    base.standing = versions
        .iter()
        .zip(&base.state.versions)
        .map(|(version, judged)| {
            let facts =
                StandingFacts { observations: &base.state.observations, judged, records: &[], coverage: &[] };
            findings::standing::standing(version, &facts, now)
        })
        .collect();
    let (brackets, problems): (Arc<[terms::Bracket]>, Arc<[terms::Problem]>) =
        (checked.brackets.into(), checked.problems.into());
    let text = |version: &Arc<Version>| Text {
        version: version.clone(),
        markdown: Arc::from(TEXT),
        brackets: brackets.clone(),
        problems: problems.clone(),
    };
    base.texts = versions.iter().map(text).collect();
    base
}

impl DeskSource for Readings {
    fn head(&self) -> Result<Head, DeskError> {
        Ok(head())
    }

    fn desk(&self, _: Option<i64>) -> Result<Arc<Desk>, DeskError> {
        Ok(Arc::new(Desk::new(record(), Extras::default())))
    }
}

fn app() -> App {
    App::open(Arc::new(Readings)).unwrap()
}

async fn agreement(address: &str) -> Value {
    let got = get(&app(), address).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.text);
    got.json()
}

fn clause<'a>(agreement: &'a Value, label: &str) -> &'a Value {
    let clauses = agreement["clauses"].as_array().unwrap();
    clauses.iter().find(|c| c["label"] == label).unwrap_or_else(|| panic!("{label}: {clauses:?}"))
}

#[tokio::test]
async fn a_text_says_which_reading_it_is_and_which_others_there_are() {
    let text = agreement("/api/v1/agreements/0").await;
    assert_eq!(text["reading"]["version"], 0);
    assert_eq!(text["readings"].as_array().unwrap().len(), 1);
    assert_eq!(text["readings"][0]["version"], 1);
    assert_ne!(text["readings"][0]["label"], text["reading"]["label"]);
    assert_ne!(text["readings"][0]["choice"], text["reading"]["choice"]);
    let mission = agreement("/api/v1/mission").await;
    assert_eq!(mission["versions"][0]["reading"], text["reading"]["label"]);
    let plain = get(&common::app(), "/api/v1/agreements/0").await.json();
    assert_eq!((&plain["reading"], plain["readings"].as_array().unwrap().len()), (&Value::Null, 0));
}

#[tokio::test]
async fn brackets_stand_with_who_proposes_what_in_the_lines_and_in_the_prose() {
    let text = agreement("/api/v1/agreements/0").await;
    let brackets = text["brackets"].as_array().unwrap();
    assert_eq!(brackets.len(), 2);
    assert_eq!((brackets[1]["label"].as_str(), brackets[1]["title"].as_str()), (Some("2"), Some("strength")));
    assert_eq!(brackets[1]["alternatives"][1]["proposers"][0], "Velia");
    assert_eq!(brackets[1]["alternatives"][0]["text"], "VE shall hold at most 60 000 personnel");
    assert_eq!(brackets[1]["span"]["line"], 35);
    let lines = text["pieces"].as_array().unwrap().iter().filter(|p| p["type"] == "terms");
    let lines: Vec<&Value> = lines.flat_map(|p| p["lines"].as_array().unwrap()).collect();
    let line = |number: u64| *lines.iter().find(|l| l["number"] == number).unwrap();
    let (first, second) = (line(36), line(37));
    assert_eq!((&first["bracket"], &first["clause"]), (&Value::from(1), &Value::from(1)));
    let taken = |line: &Value| line["parts"].as_array().unwrap().last().unwrap()["taken"].clone();
    assert_eq!((taken(first), taken(second)), (Value::Bool(true), Value::Bool(false)));
    assert_eq!(second["parts"][1]["is_proposer"], true);
    let all = text.to_string();
    assert!(all.contains("data-proposers=\\\"Karsk\\\""), "{all}");
}

#[tokio::test]
async fn the_instrument_says_its_status_adherence_reservations_relations_and_mandates() {
    let said = agreement("/api/v1/agreements/0?lang=uk").await["instrument"].clone();
    assert_eq!(said["status"], "draft");
    assert_eq!(said["adherence"][0]["actor"]["name"], "Karsk");
    assert_eq!(said["adherence"][0]["act"], "signed");
    assert_eq!(said["reservations"][0]["clauses"][0], "1");
    assert_eq!(said["relations"][0]["other"], "other.md");
    assert_eq!(said["mandates"][0]["decides_nothing"], true);
    assert!(said["sentences"].to_string().contains("проєкт"), "{said}");
}

#[tokio::test]
async fn what_the_check_warns_of_is_told_with_its_line() {
    let text = agreement("/api/v1/agreements/0").await;
    let problems = text["problems"].as_array().unwrap();
    let known = problems.iter().find(|p| p["code"] == "no-stated-precision");
    let known = known.unwrap_or_else(|| panic!("{problems:?}"));
    assert_eq!((known["severity"].as_str(), known["line"].as_u64()), (Some("note"), Some(4)));
    assert!(problems.iter().all(|p| !p["message"].as_str().unwrap().is_empty()));
}

#[tokio::test]
async fn explanations_come_in_the_language_asked_for() {
    let mut told = Vec::new();
    for lang in ["en", "uk", "ru", "fr"] {
        let text = agreement(&format!("/api/v1/agreements/0?lang={lang}")).await;
        told.push(clause(&text, "1")["explanation"].as_str().unwrap().to_owned());
    }
    let plain = agreement("/api/v1/agreements/0").await;
    assert_eq!(clause(&plain, "1")["explanation"], told[0]);
    let mut different = told.clone();
    different.dedup();
    assert_eq!(different.len(), 4, "{told:?}");
    let bad = get(&app(), "/api/v1/agreements/0?lang=xx").await;
    assert_eq!((bad.status, &bad.json()["parameter"]), (StatusCode::BAD_REQUEST, &Value::from("lang")));
}

#[tokio::test]
async fn a_clause_judged_over_a_period_has_findings_and_no_counts() {
    let text = agreement("/api/v1/agreements/0").await;
    let limit = clause(&text, "2");
    assert_eq!((&limit["counts"], &limit["incident_counts"]), (&Value::Null, &Value::Null));
    assert_eq!(limit["not_counted"]["code"], "over_period");
    let found = &limit["standing"][0];
    assert_eq!(found["outcome"], "undetermined", "{limit}");
    assert_eq!(found["whom"]["name"], "Velia");
    assert!(found["missing"][0]["count"].as_u64().unwrap() >= 1);
    assert!(found["sentence"].as_str().unwrap().contains("undetermined"), "{found}");
    assert_eq!(limit["within"][0]["bracket"], 1);
    assert_eq!(clause(&text, "3")["paired"][0], "1");
    let fire = clause(&text, "1");
    assert!(fire["counts"]["breached"].as_u64().unwrap() > 0, "{fire}");
    assert_eq!((&fire["not_counted"], &fire["standing"]), (&Value::Null, &Value::Null));
    let mission = agreement("/api/v1/mission").await;
    assert_eq!(mission["versions"][0]["clauses"][1]["incident_counts"], Value::Null);
}

#[tokio::test]
async fn the_daily_report_has_no_figure_where_a_clause_is_judged_over_a_period() {
    let report = agreement("/api/v1/reports/daily?date=2026-05-10").await;
    let clauses = report["versions"][0]["clauses"].as_array().unwrap();
    let of = |label: &str| clauses.iter().find(|c| c["label"] == label).unwrap();
    assert!(of("1")["incidents"]["breached"].is_u64(), "{}", of("1"));
    for unit in ["incidents", "incidents_before", "observations", "observations_before"] {
        assert_eq!(of("2")[unit], Value::Null, "{unit}");
    }
    let html = get(&app(), "/reports/daily/2026-05-10").await.text;
    // Two clauses, two readings, incidents and observations.
    assert_eq!(html.matches(publication::words::OVER_PERIOD).count(), 8, "{html}");
    let day = base::time::parse_date("2026-05-10").unwrap();
    let daily = publication::report::daily(&record(), day, &publication::Policy::desk()).unwrap();
    let text = publication::text::daily(&daily, &record().zone);
    assert_eq!(text.matches(publication::words::OVER_PERIOD).count(), 4, "{text}");
}

#[tokio::test]
async fn two_readings_side_by_side_show_what_differs_and_by_what() {
    let both = agreement("/api/v1/agreements/compare?a=0&b=1").await;
    let pairs = both["pairs"].as_array().unwrap();
    let of = |label: &str| {
        let index = clause(&both["a"], label)["index"].clone();
        pairs.iter().find(|p| p["a"] == index).unwrap()
    };
    assert_eq!(of("1")["verdict"], "stricter", "{pairs:?}");
    assert!(of("1")["shown"][0]["fact"]["what"].is_string());
    assert_eq!(of("2")["verdict"], "looser");
    assert_eq!(of("3")["verdict"], "same");
    assert_eq!(both["declarations"].as_array().unwrap().len(), 0, "{}", both["declarations"]);
    let (first, second) = (&both["a"]["texts"][0], &both["b"]["texts"][0]);
    assert_eq!(first, "1 KA, VE shall not fire\n  from D\n  unless in an exercise");
    assert_eq!(second, "1 KA, VE shall not fire\n  from D");
    assert!(both["contradictions"][0]["title"].is_string(), "{both}");
    let turned = agreement("/api/v1/agreements/compare?a=1&b=0").await;
    assert!(turned["pairs"].as_array().unwrap().iter().any(|p| p["verdict"] == "looser"));
    let same = agreement("/api/v1/agreements/compare?a=1&b=1").await;
    assert!(same["pairs"].as_array().unwrap().iter().all(|p| p["verdict"] == "same"));
}

#[tokio::test]
async fn a_comparison_asks_for_two_texts_that_there_are() {
    for (query, status) in
        [("", 400), ("?a=0", 400), ("?a=0&b=9", 404), ("?a=x&b=0", 404), ("?a=0&b=0&lang=x", 400)]
    {
        let got = get(&app(), &format!("/api/v1/agreements/compare{query}")).await;
        assert_eq!(got.status.as_u16(), status, "{query}: {}", got.text);
    }
}

/// The types of the web desk are made from this file. `BLESS=1` writes it anew.
#[test]
fn the_description_beside_the_web_desk_is_the_one_served() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/openapi.json");
    let served = format!("{}\n", server::openapi().trim_end());
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &served).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    assert!(
        kept == served,
        "ui/openapi.json is out of date: run this test with BLESS=1, then `npm run types` in ui"
    );
}
