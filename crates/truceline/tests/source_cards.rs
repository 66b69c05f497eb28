//! Source cards at the command line, and their published schema.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use evidence::card::{CardWire, read_cards};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

fn truceline(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_truceline")).args(args).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn what_the_schema_accepts_the_reader_accepts_and_what_it_refuses_is_refused() {
    let schema: Value =
        serde_json::from_slice(&std::fs::read(file("docs/source-card.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let demo: Value =
        serde_json::from_slice(&std::fs::read(file("scenarios/demo/cards.json")).unwrap()).unwrap();
    assert!(validator.is_valid(&demo));
    for card in read_cards(demo.to_string().as_bytes()).unwrap() {
        assert!(validator.is_valid(&serde_json::to_value(CardWire::from(&card)).unwrap()));
    }
    let good = json!({"id": "a", "kind": "camera", "operator": "us", "limitations": "blind in fog"});
    type Harm = fn(&mut Value);
    let harms: [Harm; 8] = [
        |v| v["kind"] = json!("kamera"),
        |v| v["limitations"] = json!(" "),
        |v| v["reliability"] = json!("G"),
        |v| v["colour"] = json!("red"),
        |v| v["detects"] = json!([{"kind": "flare", "range_m": -1}]),
        |v| v["detects"] = json!([{"kind": "flare", "light": "dusk"}]),
        |v| v["latency_s"] = json!({"usual": 1}),
        |v| v["id"] = Value::Null,
    ];
    let both = |v: &Value| (validator.is_valid(v), read_cards(v.to_string().as_bytes()).is_ok());
    assert_eq!(both(&good), (true, true));
    for harm in harms {
        let mut bad = good.clone();
        harm(&mut bad);
        assert_eq!(both(&bad), (false, false), "{bad}");
    }
}

#[test]
fn the_example_of_the_manual_is_a_card() {
    let page = std::fs::read_to_string(file("docs/source-cards.md")).unwrap();
    let json = page.split("```json").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(read_cards(json.as_bytes()).unwrap().len(), 1);
}

#[test]
fn a_card_is_recorded_once_and_an_import_never_replaces_it() {
    let dir = tempfile::tempdir().unwrap();
    let mission = dir.path().join("mission").display().to_string();
    let path = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    assert!(truceline(&["init", &mission]).status.success());
    let card = |letter: char| {
        let text = format!(
            r#"{{"id": "cam-1", "kind": "camera", "operator": "us", "reliability": "{letter}", "limitations": "blind in fog"}}"#
        );
        path("card.json", &text)
    };
    let describe = |file: &str| said(&truceline(&["source", "describe", file, "--mission", &mission]));
    assert!(describe(&card('B')).contains("described as journal entry 2"));
    assert!(describe(&card('B')).contains("stands already as journal entry 2"));
    assert!(describe(&card('C')).contains("described as journal entry 3"));
    assert!(describe(&card('B')).contains("described as journal entry 4"), "an earlier card may come back");
    let reports = path("r.csv", "id,kind,time,lon,lat\n1,explosion,2026-03-04T10:00:00Z,-30,47\n");
    let imported = truceline(&["import", "csv", &reports, "--source", "cam-1", "--mission", &mission]);
    assert!(imported.status.success(), "{}", said(&imported));
    let shown = said(&truceline(&["source", "show", "cam-1", "--mission", &mission]));
    for words in [
        "camera, reliability B",
        "1 taken",
        "blind in fog",
        "reliability  C since",
        "detects      not stated",
    ] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    let bad = truceline(&["source", "describe", &path("bad.json", "{}"), "--mission", &mission]);
    assert_eq!(bad.status.code(), Some(2));
    assert!(said(&bad).contains("no source card"));
}
