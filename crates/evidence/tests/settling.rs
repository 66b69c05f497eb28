//! Any order of arrival and any cut into batches settles to the same bytes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use base::{Count, Instant, Interval, LonLat, Place, Sector};
use evidence::batch::{Batch, Builder, WordIndex};
use evidence::draft::Draft;
use evidence::settle::{Ledger, Settled};
use proptest::prelude::*;

/// One version of one observation, small enough that versions collide.
#[derive(Clone, Debug)]
struct Version {
    id: u8,
    start: i64,
    reported: Option<i64>,
    kind: &'static str,
    note: String,
    place: u8,
    source: &'static str,
}

fn version() -> impl Strategy<Value = Version> {
    let kind = prop::sample::select(vec!["shot", "explosion", "burst"]);
    let source = prop::sample::select(vec!["post-1", "post-2"]);
    (0u8..12, 0i64..3, prop::option::of(0i64..3), kind, "[a-c]{0,2}", 0u8..4, source).prop_map(
        |(id, start, reported, kind, note, place, source)| Version {
            id,
            start,
            reported,
            kind,
            note,
            place,
            source,
        },
    )
}

fn place(n: u8) -> Place {
    let at = LonLat::new(37.5, 48.0 + f64::from(n)).unwrap();
    match n {
        0 => Place::Undetermined,
        1 => Place::Point { at, radius_m: None },
        2 => Place::Sector(Sector {
            observer: at,
            observer_radius_m: 5.0,
            bearing_deg: 90.0,
            half_width_deg: 11.25,
            range_min_m: 1.0,
            range_max_m: 2.0,
        }),
        _ => Place::Polygon(vec![vec![
            at,
            LonLat::new(38.0, 48.0).unwrap(),
            LonLat::new(38.0, 49.0).unwrap(),
            at,
        ]]),
    }
}

fn batch_of(versions: &[Version]) -> Batch {
    let mut all = Batch::default();
    let mut words = WordIndex::default();
    for v in versions {
        let mut builder = Builder::new(v.source);
        builder
            .push(&Draft {
                native_key: &[v.id],
                kind: v.kind,
                event: Interval::at(Instant(v.start)),
                reported_ms: v.reported,
                place: place(v.place),
                count: Some(Count::about(u32::from(v.id))),
                note: &v.note,
                links: &v.note,
                ..Draft::default()
            })
            .unwrap();
        all.push_row(&builder.take(), 0, &mut words);
    }
    all
}

fn settled(versions: &[Version], cuts: &[usize]) -> Settled {
    let mut ledger = Ledger::new();
    let mut rest = versions;
    let mut cuts = cuts.iter().cycle();
    while !rest.is_empty() {
        let n = (*cuts.next().unwrap()).min(rest.len());
        let (now, later) = rest.split_at(n);
        let added = ledger.add(&batch_of(now));
        assert_eq!(added.new + added.duplicate + added.revised, n as u64);
        rest = later;
    }
    ledger.settle()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn arrival_order_and_batching_never_matter(
        (versions, shuffled) in prop::collection::vec(version(), 0..40)
            .prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle())),
        cuts in prop::collection::vec(1usize..9, 1..4),
        other_cuts in prop::collection::vec(1usize..9, 1..4),
    ) {
        let (a, b) = (settled(&versions, &cuts), settled(&shuffled, &other_cuts));
        prop_assert_eq!(a.digest(), b.digest());
        // NaN stands for "not stated", so the columns are compared by their text.
        prop_assert_eq!(format!("{a:?}"), format!("{b:?}"));
    }

    #[test]
    fn the_latest_reported_version_of_each_observation_stands(versions in prop::collection::vec(version(), 0..40)) {
        let s = settled(&versions, &[5]);
        let b = &s.observations;
        for row in 0..b.len() {
            let same = versions.iter().filter(|v| base::ObservationId::of(v.source, &[v.id]) == b.id[row]);
            let latest = same.map(|v| v.reported.unwrap_or(i64::MIN)).max().unwrap();
            prop_assert_eq!(b.reported_ms[row], latest);
        }
        let ids: std::collections::BTreeSet<_> = versions.iter().map(|v| (v.source, v.id)).collect();
        prop_assert_eq!(b.len(), ids.len());
        let sorted = (1..b.len()).all(|r| (b.start_ms[r - 1], b.id[r - 1]) < (b.start_ms[r], b.id[r]));
        prop_assert!(sorted && b.words.is_sorted());
        let used = |w: &String| [&b.source, &b.kind, &b.unit].iter().any(|c| c.iter().any(|x| b.word(*x) == w));
        prop_assert!(b.words.iter().skip(1).all(used));
    }

    #[test]
    fn settling_what_is_settled_changes_nothing(versions in prop::collection::vec(version(), 1..40)) {
        let once = settled(&versions, &[3]);
        let mut ledger = Ledger::new();
        ledger.add(&once.observations);
        let twice = ledger.settle();
        let all = |s: &Settled| Settled { superseded: 0, ..s.clone() }.digest();
        prop_assert_eq!(all(&once), all(&twice));
    }
}

#[test]
fn an_older_report_that_arrives_late_does_not_win() {
    let v = |reported, note: &str| Version {
        id: 1,
        start: 0,
        reported: Some(reported),
        kind: "shot",
        note: note.into(),
        place: 1,
        source: "post-1",
    };
    let s = settled(&[v(2, "second"), v(1, "first"), v(2, "second")], &[1]);
    assert_eq!((s.observations.len(), s.observations.note.get(0), s.superseded), (1, "second", 1));
    let mut ledger = Ledger::new();
    ledger.add(&batch_of(&[v(1, "first"), v(2, "second")]));
    let added = ledger.add(&batch_of(&[v(1, "first")]));
    assert_eq!(
        (added.duplicate, added.revised),
        (1, 0),
        "a version that was overtaken is no news when it comes again"
    );
}

#[test]
fn hundreds_of_thousands_of_revisions_leave_the_last_one() {
    let mut ledger = Ledger::new();
    for round in 0..12 {
        let mut builder = Builder::new("post-1");
        for id in 0..16_000u32 {
            let note = format!("round {round}");
            let key = id.to_le_bytes();
            builder
                .push(&Draft { native_key: &key, reported_ms: Some(round), note: &note, ..Draft::default() })
                .unwrap();
        }
        ledger.add(&builder.take());
    }
    let s = ledger.settle();
    assert_eq!((s.observations.len(), s.superseded), (16_000, 16_000 * 11));
    assert!((0..16_000).all(|r| s.observations.note.get(r) == "round 11"));
}

#[test]
fn an_empty_ledger_settles_to_nothing() {
    let s = Ledger::new().settle();
    assert!(s.observations.is_empty() && s.observations.words.is_empty());
}

#[test]
fn words_beyond_the_dictionary_are_left_open_and_counted_alike_in_any_order() {
    let batches: Vec<Batch> = (0..3)
        .map(|n| {
            let mut builder = Builder::new("post-1");
            for i in 0..25_000u32 {
                let actor = format!("actor {n} {i}");
                let key = (n * 25_000 + i).to_le_bytes();
                builder
                    .push(&Draft { native_key: &key, kind: "shot", actor: &actor, ..Draft::default() })
                    .unwrap();
            }
            builder.take()
        })
        .collect();
    let run = |order: [usize; 3]| {
        let mut ledger = Ledger::new();
        order.iter().for_each(|i| {
            ledger.add(&batches[*i]);
        });
        ledger.settle()
    };
    let (a, b) = (run([0, 1, 2]), run([2, 0, 1]));
    assert_eq!(a.digest(), b.digest());
    assert_eq!(a.words_dropped, 75_000 + 2 - (base::limits::WORDS_MAX as u64 - 1));
    assert!(a.observations.kind.iter().all(|k| a.observations.word(*k) == "shot"));
}
