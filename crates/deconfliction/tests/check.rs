//! The conflict check in examples, and against a slow checker that is plainly right.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use atlas::geodesy::geodesic_m;
use common::*;
use deconfliction::act::{Deed, NoticeText};
use deconfliction::conflict::{
    Check, Checks, Field, Margins, Subject, SuggestionKind, Terrain, UnknownTerrain, World, Zones, alerts,
    suggest,
};
use deconfliction::shape::{Ground, Height, Position};
use deconfliction::view::{self, Audience};
use deconfliction::words::{Answer, NoticeKind, WithKind};
use proptest::prelude::*;

const WAY: [Position; 2] = [[36.0, 48.1], [36.2, 48.1]];

struct Plateau(f64, f64);

impl Terrain for Plateau {
    fn between_m(&self, _: [f64; 2], _: [f64; 2]) -> Option<(f64, f64)> {
        Some((self.0, self.1))
    }
}

fn convoy(path: &[Position], from_h: i64, until_h: i64) -> NoticeText {
    route(NoticeKind::Convoy, "KA", path, T0 + from_h * HOUR, T0 + until_h * HOUR)
}

fn checked(desk: &Desk, text: &NoticeText) -> Check {
    let field = Field::build(&desk.board, World::unknown(), &Margins::default(), desk.now());
    field.check_text(text, desk.now()).unwrap()
}

#[test]
fn two_that_cross_at_the_same_time_conflict_and_apart_in_space_or_time_they_do_not() {
    let mut desk = Desk::new();
    desk.released(convoy(&WAY, 30, 36));
    let across = |from_h, lon: f64| convoy(&[[lon, 48.0], [lon, 48.2]], from_h, from_h + 4);
    let met = checked(&desk, &across(32, 36.1));
    assert_eq!(met.answer, Answer::Conflict);
    assert_eq!((met.meetings[0].id.as_str(), met.meetings[0].with), ("NTC-2026-0001", WithKind::Notice));
    assert_eq!(checked(&desk, &across(32, 36.6)).answer, Answer::Clear);
    assert_eq!(checked(&desk, &across(40, 36.1)).answer, Answer::Clear);
    // Ten minutes apart is within the margin of time.
    let soon = NoticeText { from_ms: Some(T0 + 36 * HOUR + 600_000), ..across(36, 36.1) };
    assert_eq!(checked(&desk, &soon).answer, Answer::Conflict);
    let clear = checked(&desk, &across(32, 36.6));
    assert!(clear.words[0].contains("it says no more than that"), "{:?}", clear.words);
    assert!(clear.words.iter().any(|w| w.contains("activity: none were given")), "{:?}", clear.words);
}

#[test]
fn a_place_that_is_badly_known_leaves_it_undetermined_and_says_so() {
    let mut desk = Desk::new();
    desk.released(convoy(&WAY, 30, 36));
    let at = |doubt_m| NoticeText {
        kind: NoticeKind::Repair,
        ground: Ground::Point { at: [36.1, 48.115], radius_m: 100.0, doubt_m },
        ..convoy(&WAY, 30, 36)
    };
    assert_eq!(checked(&desk, &at(Some(100.0))).answer, Answer::Clear);
    let badly = checked(&desk, &at(Some(2_000.0)));
    assert_eq!(badly.answer, Answer::Undetermined);
    assert_eq!(badly.meetings[0].missing, ["a better place of one of them"]);
    let unstated = checked(&desk, &at(None));
    assert_eq!(unstated.meetings[0].missing, ["how well the place of each is known"]);
    let nowhere = NoticeText { ground: Ground::Undetermined, ..convoy(&WAY, 30, 36) };
    let nowhere = checked(&desk, &nowhere);
    assert_eq!(nowhere.answer, Answer::Undetermined);
    assert_eq!(nowhere.missing, ["where it takes place"]);
}

#[test]
fn over_ground_of_unknown_height_a_flight_above_sea_level_is_undetermined() {
    let mut desk = Desk::new();
    desk.released(convoy(&WAY, 30, 36));
    let flight = |low_m, high_m| NoticeText {
        height: Height::AboveSea { low_m, high_m },
        ..route(NoticeKind::Flight, "VE", &WAY, T0 + 30 * HOUR, T0 + 36 * HOUR)
    };
    let over = |terrain: &dyn Terrain, text: &NoticeText| {
        let world = World { zones: None, observed: None, terrain };
        Field::build(&desk.board, world, &Margins::default(), desk.now())
            .check_text(text, desk.now())
            .unwrap()
    };
    let unknown = over(&UnknownTerrain, &flight(900.0, 1_000.0));
    assert_eq!(unknown.answer, Answer::Undetermined);
    assert!(unknown.meetings[0].missing[0].starts_with("the height of the ground near"));
    assert_eq!(over(&Plateau(100.0, 200.0), &flight(900.0, 1_000.0)).answer, Answer::Clear);
    assert_eq!(over(&Plateau(900.0, 950.0), &flight(900.0, 1_000.0)).answer, Answer::Conflict);
    assert_eq!(over(&Plateau(100.0, 950.0), &flight(900.0, 1_000.0)).answer, Answer::Undetermined);
    let unsaid = NoticeText { height: Height::NotStated, ..flight(0.0, 0.0) };
    assert_eq!(over(&Plateau(0.0, 0.0), &unsaid).meetings[0].missing, ["how high one of them is"]);
}

#[test]
fn of_two_that_follow_each_other_on_one_road_the_stated_speed_and_lateness_decide() {
    let with = |from_h: i64, late_ms| {
        let mut text = convoy(&WAY, from_h, from_h + 10);
        text.ground = Ground::Route {
            path: WAY.to_vec(),
            width_m: 50.0,
            speed_kmh: Some(30.0),
            late_ms,
            doubt_m: Some(10.0),
        };
        text
    };
    // 15 km at 30 km/h is half an hour.
    let mut desk = Desk::new();
    desk.released(with(30, Some(600_000)));
    assert_eq!(checked(&desk, &with(32, Some(600_000))).answer, Answer::Clear);
    assert_eq!(checked(&desk, &with(30, Some(600_000))).answer, Answer::Conflict);
    let mut desk = Desk::new();
    desk.released(with(30, None));
    let unsaid = checked(&desk, &with(32, Some(600_000)));
    assert_eq!(unsaid.answer, Answer::Undetermined);
    assert_eq!(unsaid.meetings[0].missing, ["how late it may be on the way"]);
}

#[test]
fn a_way_that_cannot_be_travelled_in_its_time_is_refused() {
    let mut desk = Desk::new();
    let mut text = convoy(&WAY, 30, 31);
    if let Ground::Route { speed_kmh, .. } = &mut text.ground {
        *speed_kmh = Some(5.0);
    }
    let refused = desk.no(liaison("ana", "KA"), Deed::Draft { text });
    assert!(refused.to_string().contains("longer than the period"), "{refused}");
}

#[test]
fn a_blast_in_a_window_of_silence_conflicts_and_the_repair_that_it_is_for_does_not() {
    let mut desk = Desk::new();
    let window = desk.ok(watch("wes"), Deed::Request { text: window() });
    let at = |kind, under| NoticeText {
        kind,
        ground: Ground::Point { at: [36.1, 48.1], radius_m: 100.0, doubt_m: Some(10.0) },
        under,
        ..convoy(&WAY, 10, 12)
    };
    assert_eq!(checked(&desk, &at(NoticeKind::Blast, None)).meetings[0].with, WithKind::Window);
    assert_eq!(checked(&desk, &at(NoticeKind::Repair, Some(window))).answer, Answer::Clear);
}

#[test]
fn what_may_harm_is_held_against_the_protected_register_even_after_an_entry_was_removed() {
    let mut desk = Desk::new();
    let entry = desk.ok(planner("pia", "RED"), Deed::Enter { text: hospital() });
    let at = |kind| NoticeText {
        kind,
        ground: Ground::Point { at: [36.505, 48.1], radius_m: 50.0, doubt_m: Some(10.0) },
        ..convoy(&WAY, 10, 12)
    };
    desk.ok(planner("pia", "RED"), Deed::Remove { entry, why: "moved".into() });
    let exercise = checked(&desk, &at(NoticeKind::Exercise));
    assert_eq!(exercise.answer, Answer::Conflict);
    assert_eq!(checked(&desk, &at(NoticeKind::Convoy)).answer, Answer::Clear);
    // A party that was told nothing of it learns neither where it is nor how near.
    let seen = view::check(&Audience::Actor("KA".into()), &exercise, &desk.board, desk.now());
    assert_eq!((seen.meetings[0].apart_m, seen.meetings[0].id.as_str()), (None, ""));
    assert!(seen.meetings[0].reasons.is_empty());
}

#[test]
fn what_was_observed_is_held_against_what_is_planned_and_what_is_only_said_is_not() {
    let desk = Desk::new();
    let text = convoy(&WAY, 1, 3);
    let check = |allegation| {
        let batch = observed(&[("explosion", T0 - HOUR, [36.1, 48.1], Some(100.0), allegation)]);
        let world = World { zones: None, observed: Some(&batch), terrain: &UnknownTerrain };
        Field::build(&desk.board, world, &Margins::default(), desk.now())
            .check_text(&text, desk.now())
            .unwrap()
    };
    assert_eq!(check(false).meetings[0].with, WithKind::Activity);
    assert_eq!(check(true).answer, Answer::Clear);
}

#[test]
fn a_zone_in_force_is_asked_of_the_map() {
    let text = "# A zone\n\n```terms\ninstrument x \"X\"\n  time zone \"UTC\"\n  entry into force 2026-01-01 00:00\n\
        party KA \"Karsk\"\nparty VE \"Velia\"\nact fire = explosion\nzone strip from \"z.geojson\"\n\
        1.1  KA, VE shall not fire in strip\n```\n";
    let checked = terms::check("x.md", text.as_bytes());
    let agreement = checked.agreement.as_ref().unwrap_or_else(|| panic!("{:?}", checked.problems));
    let json = br#"{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":
        [[[36.0,48.0],[36.2,48.0],[36.2,48.2],[36.0,48.2],[36.0,48.0]]]}}"#;
    let load = &mut |_: &atlas::GeometryRef| atlas::read_geojson(json).map_err(|e| e.to_string());
    let atlas = atlas::Atlas::compile(&agreement.plan, &agreement.zone, load).unwrap().atlas;
    let strip = atlas.plan().zone("strip").unwrap();
    let world = World {
        zones: Some(Zones { atlas: &atlas, zones: &[strip] }),
        observed: None,
        terrain: &UnknownTerrain,
    };
    let desk = Desk::new();
    let field = Field::build(&desk.board, world, &Margins::default(), desk.now());
    let along = |lat| convoy(&[[35.9, lat], [36.1, lat]], 30, 36);
    let answer = |lat| field.check_text(&along(lat), desk.now()).unwrap().answer;
    assert_eq!(answer(48.1), Answer::Conflict);
    assert_eq!(answer(48.3), Answer::Clear);
    assert_eq!(answer(48.201), Answer::Undetermined);
}

#[test]
fn a_suggestion_meets_nothing_of_what_is_known() {
    let mut desk = Desk::new();
    desk.released(convoy(&WAY, 30, 36));
    let text = convoy(&WAY, 32, 34);
    let field = Field::build(&desk.board, World::unknown(), &Margins::default(), desk.now());
    let check = field.check_text(&text, desk.now()).unwrap();
    let found = suggest(&field, &text, &check, desk.now());
    let kinds: Vec<SuggestionKind> = found.iter().map(|s| s.kind).collect();
    assert_eq!(kinds, [SuggestionKind::Earlier, SuggestionKind::Later, SuggestionKind::OtherCorridor]);
    assert_eq!(found[1].from_ms, T0 + 36 * HOUR + 900_000);
    assert_eq!(found[0].until_ms, T0 + 30 * HOUR - 900_000);
}

#[test]
fn when_something_changes_those_whom_it_concerns_are_alerted() {
    let mut desk = Desk::new();
    let first = desk.released(convoy(&WAY, 30, 36));
    let far = desk.released(convoy(&[[38.0, 48.0], [38.1, 48.0]], 30, 36));
    let margins = Margins::default();
    let board = desk.board.clone();
    let mut field = Field::build(&board, World::unknown(), &margins, desk.now());
    let before = field.check_all(desk.now());
    assert!(before.values().all(|c| c.answer == Answer::Clear));
    let crossing = NoticeText { giver: "VE".into(), ..convoy(&[[36.1, 48.0], [36.1, 48.2]], 31, 33) };
    let second = desk.released(crossing);
    let mut after = before.clone();
    field.recheck(&desk.board, &second, &mut after, desk.now());
    let again = Field::build(&desk.board, World::unknown(), &margins, desk.now()).check_all(desk.now());
    let told =
        |c: &Checks| -> Vec<_> { c.iter().map(|(n, c)| (n.clone(), c.answer, c.meetings.clone())).collect() };
    assert_eq!(told(&after), told(&again));
    let alerted = alerts(&before, &after, &desk.board);
    let whom: Vec<(&str, &str)> = alerted.iter().map(|a| (a.notice.as_str(), a.holder.as_str())).collect();
    assert_eq!(whom, [(first.0.as_str(), "KA"), (second.0.as_str(), "VE")]);
    assert!(!whom.iter().any(|(n, _)| *n == far.0));
    // And when it is withdrawn.
    desk.ok(watch("wes"), Deed::Withdraw { notice: second.clone(), why: "off".into() });
    let mut ended = after.clone();
    field.recheck(&desk.board, &second, &mut ended, desk.now());
    assert_eq!(told(&ended), told(&before));
    let alerted = alerts(&after, &ended, &desk.board);
    assert_eq!(alerted.len(), 1);
    assert_eq!(alerted[0].went, [(WithKind::Notice, second.0)]);
}

/// Ground, half-width, begin and end in hours.
type Thing = (Ground, f64, i64, i64);

fn ground() -> impl Strategy<Value = Thing> {
    let at = || (36.0..36.4f64, 48.0..48.3f64).prop_map(|(lon, lat)| [lon, lat]);
    let step = || (-0.03..0.03f64, -0.02..0.02f64);
    let kind = prop_oneof![
        (at(), 0.0..800.0f64)
            .prop_map(|(at, radius_m)| { (Ground::Point { at, radius_m, doubt_m: Some(30.0) }, radius_m) }),
        (at(), proptest::collection::vec(step(), 1..5), 0.0..900.0f64).prop_map(|(at, steps, width_m)| {
            let mut path = vec![at];
            for (x, y) in steps {
                let [lon, lat] = path[path.len() - 1];
                path.push([lon + x + 0.002, lat + y]);
            }
            let doubt_m = Some(30.0);
            (Ground::Route { path, width_m, speed_kmh: None, late_ms: None, doubt_m }, 0.5 * width_m)
        }),
        (at(), 0.005..0.03f64, 0.005..0.03f64).prop_map(|([x, y], w, h)| {
            let edge = vec![[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
            (Ground::Area { edge, doubt_m: Some(30.0) }, 0.0)
        }),
    ];
    (kind, 24..40i64, 1..6i64)
        .prop_map(|((ground, half_m), from_h, hours)| (ground, half_m, from_h, from_h + hours))
}

fn notice_of(thing: &Thing) -> NoticeText {
    NoticeText { ground: thing.0.clone(), ..convoy(&WAY, thing.2, thing.3) }
}

/// Points along the edges of a ground, densely; and the edge of an area.
fn points(ground: &Ground) -> (Vec<Position>, Option<[Position; 2]>) {
    let along = |path: &[Position]| {
        let mut out = Vec::new();
        for pair in path.windows(2) {
            for i in 0..=60 {
                let share = f64::from(i) / 60.0;
                let mix = |j: usize| pair[0][j] + share * (pair[1][j] - pair[0][j]);
                out.push([mix(0), mix(1)]);
            }
        }
        out
    };
    match ground {
        Ground::Point { at, .. } => (vec![*at], None),
        Ground::Route { path, .. } => (along(path), None),
        Ground::Area { edge, .. } => {
            let mut closed = edge.clone();
            closed.push(edge[0]);
            (along(&closed), Some([edge[0], edge[2]]))
        }
        Ground::Undetermined => (Vec::new(), None),
    }
}

/// The slow checker: distance between sampled points, plain comparisons. `None`: too near a threshold for samples to
/// tell.
fn slow(a: &Thing, b: &Thing) -> Option<Answer> {
    const QUARTER: f64 = 0.25;
    if a.2 as f64 >= b.3 as f64 + QUARTER || b.2 as f64 >= a.3 as f64 + QUARTER {
        return Some(Answer::Clear);
    }
    let ((pa, box_a), (pb, box_b)) = (points(&a.0), points(&b.0));
    let holds = |area: Option<[Position; 2]>, all: &[Position]| {
        area.is_some_and(|[low, high]| {
            all.iter().any(|p| p[0] > low[0] && p[0] < high[0] && p[1] > low[1] && p[1] < high[1])
        })
    };
    let overlap = holds(box_a, &pb) || holds(box_b, &pa);
    let nearest = pa.iter().flat_map(|p| pb.iter().map(|q| geodesic_m(*p, *q))).fold(f64::MAX, f64::min);
    let d = if overlap { 0.0 } else { nearest };
    let needs = a.1 + b.1 + 500.0;
    if (d - needs - 60.0).abs() < 60.0 || (d - needs + 60.0).abs() < 60.0 {
        return None;
    }
    Some(match d {
        d if d > needs + 60.0 => Answer::Clear,
        d if d < needs - 60.0 => Answer::Conflict,
        _ => Answer::Undetermined,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_index_and_a_slow_checker_of_all_pairs_agree(
        things in proptest::collection::vec(ground(), 12), asked in ground(),
    ) {
        let mut desk = Desk::new();
        for thing in &things {
            desk.released(notice_of(thing));
        }
        let field = Field::build(&desk.board, World::unknown(), &Margins::default(), desk.now());
        let subject = Subject::notice("", &notice_of(&asked), field.margins()).unwrap();
        let indexed = field.check_subject(&subject, desk.now());
        prop_assert_eq!(&indexed, &field.check_all_pairs(&subject, desk.now()));
        for (i, thing) in things.iter().enumerate() {
            let id = format!("NTC-2026-{:04}", i + 1);
            let found = indexed.meetings.iter().find(|m| m.id == id).map_or(Answer::Clear, |m| m.answer);
            if let Some(expected) = slow(&asked, thing) {
                prop_assert_eq!(found, expected, "{:?} against {:?}", asked, thing);
            }
        }
    }
}
