//! What people do about the guarantee in the rehearsal is done by the rules: every act is taken, under the
//! protocol's text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use base::Takes;
use common::World;
use guarantee::act::Act;
use guarantee::{Register, Setting};
use serde_json::Value;
use std::sync::Arc;
use testkit::scenario::Scenario;

fn demo(name: &str) -> String {
    let path = format!("{}/../../scenarios/demo/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_act_of_the_rehearsal_is_taken() {
    let mut scenario = Scenario::default();
    scenario.texts.push(("agreement-protocol".to_owned(), demo("agreement-protocol.md")));
    scenario.geometry.insert("geo/contact.geojson".to_owned(), demo("geo/contact.geojson"));
    let world = World::supposed(&scenario, "2026-03-17T00:00:00Z", None, &[]);
    let labels: Vec<String> =
        world.versions.iter().map(|v| format!("agreement-protocol · {}", v.reading.label)).collect();
    let told: Vec<_> =
        labels.iter().zip(&world.versions).map(|(label, v)| (label.as_str(), &v.agreement)).collect();
    let zone = base::CivilZone::named("Etc/GMT-2").unwrap();
    let mut register = Register::new(Arc::new(Setting::of(&told, zone)));
    for text in demo("acts.jsonl").lines() {
        let value: Value = serde_json::from_str(text).unwrap();
        if value["room"] == "guarantee" {
            let act: Act = serde_json::from_value(value["act"].clone()).unwrap();
            register.take(&act).unwrap_or_else(|e| panic!("{e}: {text}"));
        }
    }
    assert_eq!(register.consultations.len(), 1);
}
