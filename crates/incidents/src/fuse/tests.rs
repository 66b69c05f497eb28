//! Fusion by example and by promise.

use super::{Incidents, Settings, fuse};
use crate::context::Context;
use crate::decision::{Decision, Verdict};
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

const DAY_MS: i64 = 86_400_000;

/// A row of a mixed history: where, when, how long, and whether it is only alleged.
#[derive(Clone, Copy, Debug)]
struct Mixed {
    at: (f64, f64),
    start_ms: i64,
    length_ms: i64,
    radius_m: Option<f64>,
    alleged: bool,
}

fn mixed(all: &[Mixed]) -> Batch {
    let mut ledger = evidence::settle::Ledger::new();
    for (i, m) in all.iter().enumerate() {
        let mut b = Builder::new(["paper", "radio", "camera"][i % 3]);
        b.push(&Draft {
            native_key: &(i as u64).to_le_bytes(),
            kind: "explosion",
            event: Interval { start: Instant(m.start_ms), end: Instant(m.start_ms + m.length_ms) },
            place: Place::Point { at: LonLat::new(m.at.0, m.at.1).unwrap(), radius_m: m.radius_m },
            allegation: m.alleged,
            ..Draft::default()
        })
        .unwrap();
        ledger.add(&b.take());
    }
    ledger.settle().observations
}

fn any_mixed() -> impl Strategy<Value = Vec<Mixed>> {
    let lengths = prop::sample::select(vec![0, 60_000, DAY_MS, DAY_MS, 3 * DAY_MS]);
    let radii = prop::sample::select(vec![None, Some(100.0), Some(1_000.0), Some(8_000.0), Some(40_000.0)]);
    let row = (0.0..0.3f64, 0.0..0.3f64, 0i64..3, 0i64..24, lengths, radii, 0u8..8).prop_map(
        |(x, y, day, hour, length_ms, radius_m, alleged)| Mixed {
            at: (-30.0 + x, 47.0 + y),
            start_ms: day * DAY_MS + if length_ms < DAY_MS { hour * 3_600_000 } else { 0 },
            length_ms,
            radius_m,
            alleged: alleged == 0,
        },
    );
    prop::collection::vec(row, 1..60)
}

#[test]
fn a_report_that_fits_two_incidents_is_proposed_with_one_and_stands_beside_the_other() {
    let seen = |hour: i64, lon: f64| Mixed {
        at: (lon, 47.0),
        start_ms: hour * 3_600_000,
        length_ms: 0,
        radius_m: Some(50.0),
        alleged: false,
    };
    let paper = Mixed {
        at: (-30.002, 47.0),
        start_ms: 0,
        length_ms: DAY_MS,
        radius_m: Some(1_000.0),
        alleged: false,
    };
    let batch = mixed(&[paper, seen(10, -30.0), seen(11, -30.004)]);
    let incidents = fuse(&batch, &Settings::default(), &Context::default());
    assert_eq!(incidents.len(), 2);
    let tally = incidents.tally();
    assert_eq!((tally.least, tally.shown, tally.most), (1, 2, 3));
    assert_eq!(incidents.proposals.len(), 1);
    let (row, weights) = incidents.weighed.first_key_value().unwrap();
    assert_eq!(*row, 0, "the report of the day begins first");
    let sum: f32 = weights.pieces.iter().sum();
    assert_eq!(weights.log_odds(), sum, "what is shown adds up to what was decided by");
    assert_ne!(incidents.lead[incidents.of_row[0] as usize], 0, "the recorded explosion leads");
}

#[test]
fn a_later_decision_overrules_an_earlier_one_and_a_new_report_undoes_neither() {
    let at = |minute: i64, lon: f64| Mixed {
        at: (lon, 47.0),
        start_ms: minute * 60_000,
        length_ms: 0,
        radius_m: Some(50.0),
        alleged: false,
    };
    let all = [at(0, -30.0), at(1, -30.003), at(2, -30.001)];
    let decide = |verdict, batch: &Batch, these: usize, those: usize| Decision {
        verdict,
        these: vec![batch.id[these]],
        those: vec![batch.id[those]],
        by: "reviewer".into(),
        why: "seen on a picture".into(),
    };
    for n in 2..=3 {
        let batch = mixed(&all[..n]);
        let mut decisions = vec![decide(Verdict::Apart, &batch, 0, 1)];
        let of = |decisions: &[Decision]| {
            let context = Context { decisions, ..Context::default() };
            fuse(&batch, &Settings::default(), &context)
        };
        let parted = of(&decisions);
        assert_ne!(parted.of_row[0], parted.of_row[1]);
        decisions.push(decide(Verdict::Together, &batch, 0, 1));
        let joined = of(&decisions);
        assert_eq!(joined.of_row[0], joined.of_row[1]);
        assert_eq!(joined.len(), 1);
    }
}

proptest! {
    #[test]
    fn every_row_is_in_one_incident_whatever_it_knows_and_allegations_change_nothing(all in any_mixed()) {
        let batch = mixed(&all);
        let incidents = fuse(&batch, &Settings::default(), &Context::default());
        let mut members = incidents.members.clone();
        members.sort_unstable();
        let told: Vec<u32> = (0..batch.len() as u32)
            .filter(|r| !batch.flag(*r as usize, evidence::batch::FLAG_ALLEGATION))
            .collect();
        prop_assert_eq!(&members, &told);
        for i in 0..incidents.len() {
            prop_assert_eq!(incidents.members_of(i)[0], incidents.lead[i]);
            prop_assert_eq!(incidents.id[i].0, batch.id[incidents.lead[i] as usize].0);
            let fine = |r: &&u32| batch.event(**r as usize).end.0 - batch.event(**r as usize).start.0 < DAY_MS;
            let ruled: Vec<&u32> = incidents.members_of(i).iter().filter(fine).collect();
            for a in &ruled {
                let gap = batch.event(**a as usize).gap_ms(batch.event(*ruled[0] as usize));
                prop_assert!(gap <= 2 * Settings::default().reach_ms, "two incidents by rule in one: {gap}");
            }
        }
        let tally = incidents.tally();
        prop_assert!(tally.least <= tally.shown && tally.shown <= tally.most);
        // Without the allegations the same observations are together.
        let without: Vec<Mixed> = all.iter().map(|m| Mixed {
            // Kept, so that every row keeps its source and key; too vague in time to touch anything.
            length_ms: if m.alleged { 90 * DAY_MS } else { m.length_ms }, ..*m
        }).collect();
        let other = mixed(&without);
        let alone = fuse(&other, &Settings::default(), &Context::default());
        let named = |batch: &Batch, incidents: &Incidents| -> std::collections::BTreeMap<_, _> {
            let id = |r: u32| batch.id[r as usize];
            (0..batch.len() as u32)
                .filter(|r| incidents.of_row[*r as usize] != u32::MAX)
                .map(|r| (id(r), id(incidents.lead[incidents.of_row[r as usize] as usize])))
                .collect()
        };
        prop_assert_eq!(named(&batch, &incidents), named(&other, &alone));
    }
}
