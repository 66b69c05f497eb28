//! Fusion by example and by promise.

use super::{Settings, fuse};
use crate::context::Context;
use base::{Instant, Interval, LonLat, Place};
use evidence::batch::{Batch, Builder};
use evidence::draft::Draft;
use proptest::prelude::*;

struct Seen {
    key: &'static str,
    kind: &'static str,
    at: (f64, f64),
    radius_m: f64,
    minute: i64,
}

fn batch(seen: &[Seen]) -> Batch {
    let mut b = Builder::new("post");
    for s in seen {
        let at = Instant(s.minute * 60_000);
        b.push(&Draft {
            native_key: s.key.as_bytes(),
            kind: s.kind,
            event: Interval::at(at),
            place: Place::Point { at: LonLat::new(s.at.0, s.at.1).unwrap(), radius_m: Some(s.radius_m) },
            ..Draft::default()
        })
        .unwrap();
    }
    b.take()
}

#[test]
fn an_explosion_seen_by_two_posts_is_one_incident_with_its_reason() {
    let incidents = fuse(
        &batch(&[
            Seen { key: "a", kind: "explosion", at: (30.0, 48.0), radius_m: 500.0, minute: 0 },
            Seen { key: "b", kind: "artillery fire", at: (30.01, 48.0), radius_m: 50.0, minute: 4 },
        ]),
        &Settings::default(),
        &Context::default(),
    );
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents.members_of(0), &[0, 1]);
    assert_eq!(incidents.placed_by, vec![1], "the place is that of the better-placed report");
    let link = incidents.links_of(0)[1];
    assert!((740.0..750.0).contains(&link.distance_m), "{}", link.distance_m);
    assert_eq!((link.allowed_m, link.gap_ms, link.same_kind), (1_550.0, 240_000, false));
}

#[test]
fn a_front_of_explosions_does_not_chain_into_one() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let row: Vec<Seen> = names
        .iter()
        .enumerate()
        .map(|(i, key)| Seen {
            key,
            kind: "explosion",
            at: (30.0 + 0.01 * i as f64, 48.0),
            radius_m: 0.0,
            minute: i as i64,
        })
        .collect();
    let incidents = fuse(&batch(&row), &Settings::default(), &Context::default());
    assert!(incidents.len() >= 4, "each incident stays within reach of its lead, got {}", incidents.len());
}

#[test]
fn bursts_and_explosions_stay_apart_and_so_do_reports_across_the_antimeridian_far_away() {
    let incidents = fuse(
        &batch(&[
            Seen { key: "a", kind: "explosion", at: (179.999, 10.0), radius_m: 0.0, minute: 0 },
            Seen { key: "b", kind: "burst", at: (179.999, 10.0), radius_m: 0.0, minute: 0 },
            Seen { key: "c", kind: "explosion", at: (-179.999, 10.0), radius_m: 0.0, minute: 1 },
        ]),
        &Settings::default(),
        &Context::default(),
    );
    assert_eq!(incidents.len(), 2);
    assert_eq!(incidents.members_of(0), &[0, 2], "220 m apart over the antimeridian");
}

#[test]
fn allegations_open_no_incident() {
    let mut b = Builder::new("party");
    b.push(&Draft { native_key: b"x", kind: "explosion", allegation: true, ..Draft::default() }).unwrap();
    let incidents = fuse(&b.take(), &Settings::default(), &Context::default());
    assert!(incidents.is_empty());
    assert_eq!(incidents.of_row, vec![u32::MAX]);
}

proptest! {
    #[test]
    fn every_observation_is_in_exactly_one_incident_within_reach_of_its_lead(
        points in prop::collection::vec((0.0..0.2f64, 0.0..0.2f64, 0i64..600, 0.0..2_000.0f64), 1..120)
    ) {
        let mut points = points;
        points.sort_by_key(|p| p.2);
        let mut b = Builder::new("post");
        for (i, (x, y, minute, radius)) in points.iter().enumerate() {
            b.push(&Draft {
                native_key: &(i as u64).to_le_bytes(),
                kind: "explosion",
                event: Interval::at(Instant(minute * 60_000)),
                place: Place::Point { at: LonLat::new(30.0 + x, 48.0 + y).unwrap(), radius_m: Some(*radius) },
                ..Draft::default()
            }).unwrap();
        }
        let batch = b.take();
        let incidents = fuse(&batch, &Settings::default(), &Context::default());
        let mut seen: Vec<u32> = incidents.members.clone();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..points.len() as u32).collect::<Vec<_>>());
        for link in &incidents.links {
            prop_assert!(link.distance_m <= link.allowed_m + 0.5);
            prop_assert!(link.gap_ms <= Settings::default().reach_ms);
        }
    }
}
