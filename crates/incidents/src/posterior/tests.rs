//! What stands for and against an incident, by example.

use super::posterior;
use crate::context::Context;
use crate::fuse::{Settings, fuse};
use base::{Instant, Interval, LonLat, Place};
use evidence::batch::{Batch, Builder};
use evidence::card::{Card, Light, Reach, SourceKind};
use evidence::coverage::{Coverage, CoverageArea, Status};
use evidence::draft::Draft;

fn reported(source: &str) -> Batch {
    let mut b = Builder::new(source);
    let at = LonLat::new(-30.0, 47.0).unwrap();
    let place = Place::Point { at, radius_m: Some(100.0) };
    let draft = Draft {
        native_key: b"a",
        kind: "explosion",
        event: Interval::at(Instant(60_000)),
        place,
        ..Draft::default()
    };
    b.push(&draft).unwrap();
    b.take()
}

fn card(id: &str, kind: SourceKind, reliability: char) -> Card {
    let reach = Reach {
        kind: "explosion".into(),
        range_m: Some(5_000.0),
        light: Light::Any,
        clear_weather_only: false,
    };
    Card {
        id: id.into(),
        kind,
        reliability,
        detects: vec![reach],
        limitations: "none known to this test".into(),
        ..Card::default()
    }
}

fn watched(source: &str, status: Status) -> Coverage {
    Coverage {
        source: source.into(),
        kinds: Vec::new(),
        interval: Interval { start: Instant(0), end: Instant(3_600_000) },
        area: CoverageArea::Circle { at: LonLat::new(-30.0, 47.0).unwrap(), radius_m: 4_000.0 },
        status,
        cause: String::new(),
    }
}

fn probability(cards: &[Card], coverage: &[Coverage]) -> Option<f64> {
    let batch = reported("witness");
    let context = Context { cards, coverage, ..Context::default() };
    let incidents = fuse(&batch, &Settings::default(), &context);
    posterior(&batch, &incidents, 0, &context).map(|p| p.probability)
}

#[test]
fn a_silent_sensor_that_watched_counts_against_and_one_that_was_down_does_not() {
    let cards = [card("witness", SourceKind::Witness, 'C'), card("array", SourceKind::Acoustic, 'B')];
    let alone = probability(&cards, &[]).unwrap();
    assert!((alone - 0.75).abs() < 1e-9, "three to one: {alone}");
    let silent = probability(&cards, &[watched("array", Status::Effective)]).unwrap();
    assert!((silent - 0.3 / 1.3).abs() < 1e-9, "three to one, and one in ten would be missed: {silent}");
    assert_eq!(probability(&cards, &[watched("array", Status::Down)]), Some(alone));
    let half = probability(&cards, &[watched("array", Status::Degraded)]).unwrap();
    assert!(silent < half && half < alone);
}

#[test]
fn who_is_not_known_says_nothing_and_a_sensor_that_cannot_perceive_it_says_nothing_by_silence() {
    assert_eq!(probability(&[], &[watched("array", Status::Effective)]), None);
    let mut blind = card("array", SourceKind::Acoustic, 'B');
    blind.detects.clear();
    let cards = [card("witness", SourceKind::Witness, 'C'), blind];
    let said = probability(&cards, &[watched("array", Status::Effective)]).unwrap();
    assert!((said - 0.75).abs() < 1e-9, "{said}");
}

#[test]
fn machine_coded_news_never_verifies_alone() {
    let batch = reported("feed");
    let cards = [card("feed", SourceKind::MachineCoded, 'A')];
    let context = Context { cards: &cards, ..Context::default() };
    let incidents = fuse(&batch, &Settings::default(), &context);
    assert_eq!(incidents.unverifiable, vec![true]);
    let p = posterior(&batch, &incidents, 0, &context).unwrap().probability;
    assert!(p < 0.7, "whatever its letter: {p}");
    let unknown = fuse(&batch, &Settings::default(), &Context::default());
    assert_eq!(unknown.unverifiable, vec![false], "without a card nothing is said");
    let unstated = [card("feed", SourceKind::Unknown, 'A')];
    let unstated = fuse(&batch, &Settings::default(), &Context { cards: &unstated, ..Context::default() });
    assert_eq!(unstated.unverifiable, vec![false], "nor by a card that does not say what the source is");
}
