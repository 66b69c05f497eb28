//! The rehearsal mission's files, read as the program reads them.
#![allow(dead_code, reason = "each test takes what it needs")]

use atlas::Atlas;
use atlas::source::read_geojson;
use base::{CivilZone, Digest};
use evidence::batch::Batch;
use evidence::card::{Card, read_cards};
use evidence::coverage::{Coverage, as_far_as_cards_say, read_coverage};
use evidence::intake::SinkError;
use evidence::mapping::Mapping;
use evidence::settle::Ledger;
use evidence::{Format, Options, Rejected, Sink};
use findings::Version;
use serde_json::Value;
use std::path::{Path, PathBuf};
use testkit::rehearsal::{DEMO_SEED, mission};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/demo")
}

pub fn file(name: &str) -> Vec<u8> {
    let files = mission(DEMO_SEED);
    let found = files.into_iter().find(|f| f.path == name);
    found.unwrap_or_else(|| panic!("the mission has no `{name}`")).text.into_bytes()
}

pub fn manifest() -> Value {
    serde_json::from_slice(&file("mission.json")).unwrap()
}

#[derive(Default)]
struct Kept {
    batches: Vec<Batch>,
    rejected: Vec<Rejected>,
}

impl Sink for Kept {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.batches.push(batch);
        Ok(())
    }

    fn coverage(&mut self, coverage: Coverage) -> Result<(), SinkError> {
        panic!("{coverage:?}");
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejected.push(rejected);
    }
}

/// Reads every source as the manifest says; no row may be rejected.
pub fn observations() -> Batch {
    let mut ledger = Ledger::new();
    for source in manifest()["sources"].as_array().unwrap() {
        let text = |member: &str| source[member].as_str().unwrap_or_default();
        let mapping = source["mapping"].as_str().map(|m| {
            Mapping::parse(std::str::from_utf8(&file(m)).unwrap())
                .unwrap_or_else(|all| panic!("{m}: {all:?}"))
        });
        let options = Options { mapping, radius_m: source["radius_m"].as_f64(), ..Options::default() };
        let bytes = file(text("file"));
        let mut kept = Kept::default();
        let format = Format::named(text("format")).unwrap();
        let summary =
            evidence::read(format, &options, text("id"), Box::new(bytes.as_slice()), &mut kept).unwrap();
        assert!(kept.rejected.is_empty(), "{}: {:?}", text("file"), kept.rejected.first());
        assert!(summary.observations > 100, "{}: {summary:?}", text("file"));
        for batch in &kept.batches {
            ledger.add(batch);
        }
    }
    ledger.settle().observations
}

pub fn version(name: &str) -> Version {
    let text = file(name);
    let checked = terms::check(name, &text);
    let worrying: Vec<_> = checked.problems.iter().filter(|p| p.severity != terms::Severity::Note).collect();
    assert!(worrying.iter().all(|p| p.severity == terms::Severity::Warning), "{worrying:#?}");
    let agreement = checked.agreement.unwrap();
    let mut load = |g: &atlas::GeometryRef| read_geojson(&file(&g.path)).map_err(|e| e.to_string());
    let atlas = Atlas::compile(&agreement.plan, &agreement.zone, &mut load);
    let atlas = atlas.unwrap_or_else(|all| panic!("{all:?}")).atlas;
    let (text, atlas) = (Digest::of(&text), std::sync::Arc::new(atlas));
    Version { label: name.to_owned(), text, agreement, atlas, reading: findings::ReadingOf::default() }
}

/// The civil zone of the mission.
pub fn zone() -> CivilZone {
    CivilZone::named("Etc/GMT-2").unwrap()
}

/// The cards of its sources.
pub fn cards() -> Vec<Card> {
    read_cards(&file("cards.json")).unwrap()
}

/// What was watched, as far as the cards let it count.
pub fn coverage() -> Vec<Coverage> {
    let bytes = file("coverage.csv");
    let mut all = Vec::new();
    read_coverage(Box::new(bytes.as_slice()), &zone(), &mut |row| all.extend(row)).unwrap();
    let cards = cards().into_iter().map(|c| (c.id.clone(), c)).collect();
    as_far_as_cards_say(&all, &cards)
}
