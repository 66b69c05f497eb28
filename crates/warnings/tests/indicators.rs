//! Indicators of logs and of stores: the hotline, notices, weapons that were declared and are not there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

use atlas::Atlas;
use base::{Digest, Instant, Interval, Truth};
use evidence::batch::Builder;
use evidence::draft::{Draft, TimePrecision};
use evidence::records::{Record, read_records};
use findings::{ReadingOf, State, Version};
use incidents::Settings;
use std::sync::Arc;
use warnings::indicators::{Lack, Logged};
use warnings::raised::{Level, Why};
use warnings::streams::Inputs;
use warnings::watching::{Watching, watch};

const TEXT: &str = r#"# Agreement

```terms
instrument x "X"
  time zone "UTC"
  D = entry into force
  entry into force 2026-03-03 00:00
party KA "Karsk"
party VE "Velia"
body mechanism "Mechanism"
weapon mortar
act fly = flight
zone store from "store.geojson" tolerance 0 m
1 KA, VE shall notify fly at least 2 h before, to mechanism
9.1 indicator "the hotline is silent" of hotline calls over 4 days against the 14 days before
  falls to 0.2 times, told to mechanism
9.2 indicator "no notices" of notices of fly over 7 days against since D stops, told to mechanism
9.3 indicator "mortars gone" of mortar missing over 30 days rises to 2, told to mechanism
9.4 indicator "mortars gone from the store" of mortar missing in store over 30 days rises to 2, told to mechanism
```
"#;

/// A square of a tenth of a degree.
const STORE: &[u8] = br#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":
    {"type":"Polygon","coordinates":[[[-30.0,47.0],[-29.9,47.0],[-29.9,47.1],[-30.0,47.1],[-30.0,47.0]]]}}]}"#;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn version() -> Version {
    let checked = terms::check("x.md", TEXT.as_bytes());
    let agreement = checked.agreement.unwrap_or_else(|| panic!("{:#?}", checked.problems));
    let atlas = Atlas::compile(&agreement.plan, &agreement.zone, &mut |_| {
        atlas::source::read_geojson(STORE).map_err(|e| e.to_string())
    })
    .unwrap()
    .atlas;
    let text = Digest::of(TEXT.as_bytes());
    Version { label: "x".into(), text, agreement, atlas: Arc::new(atlas), reading: ReadingOf::default() }
}

/// One flight on the first day, so that the record has days; the board and the tables are what is asked about.
fn told(records: &str, board: &[Logged], now: &str) -> Watching {
    let version = version();
    let mut builder = Builder::new("post");
    let draft = Draft {
        native_key: b"1",
        kind: "flight",
        event: Interval::at(at("2026-03-03T10:00:00Z")),
        precision: TimePrecision::Second,
        ..Draft::default()
    };
    builder.push(&draft).unwrap();
    let state = State::derive(builder.take(), &[&version], &Settings::default());
    let mut read: Vec<Record> = Vec::new();
    if !records.is_empty() {
        let zone = version.agreement.zone.clone();
        read_records(Box::new(records.as_bytes()), &zone, &mut |one| read.push(one.unwrap())).unwrap();
    }
    watch(&Inputs {
        observations: &state.observations,
        incidents: &state.incidents,
        recorded_ms: &[at("2026-03-03T10:00:00Z").0],
        version: &version,
        coverage: &[],
        cards: &[],
        records: &read,
        board,
        zone: &version.agreement.zone,
        now: at(now),
    })
}

/// A call at noon of each day of March from one to another, and an entry that is no call of each that follows.
fn board(calls: std::ops::RangeInclusive<u32>, kept_until: u32) -> Vec<Logged> {
    let day =
        |day: u32, is_call: bool| Logged { known_ms: at(&format!("2026-03-{day:02}T12:00:00Z")).0, is_call };
    let last = *calls.end();
    calls.map(|d| day(d, true)).chain((last + 1..=kept_until).map(|d| day(d, false))).collect()
}

fn stands(watching: &Watching, clause: &str) -> (Truth, Vec<Lack>) {
    let found = watching.indicators.iter().find(|i| i.label == clause).unwrap();
    (found.now.met, found.now.lacks.clone())
}

#[test]
fn a_hotline_is_silent_only_while_somebody_keeps_its_log() {
    // Calls until the 21st. The board goes on being written: the silence is known.
    let kept = told("", &board(3..=21, 27), "2026-03-27T13:00:00Z");
    assert_eq!(stands(&kept, "9.1"), (Truth::True, vec![]));
    let raised = &kept.raised[0];
    assert_eq!(raised.reference, "WRN-2026-03-25-everywhere-indicator-9.1");
    assert_eq!((raised.level, raised.why.as_slice()), (Level::Watch, &[Why::Indicator][..]));
    assert!(raised.stream.is_none() && !raised.only_parties && raised.alarms.is_empty());
    assert_eq!(kept.achieved_per_year(), told("", &[], "2026-03-27T13:00:00Z").achieved_per_year());
    // Nobody writes anything any more: neither calm nor an alarm.
    let dead = told("", &board(3..=21, 21), "2026-03-27T13:00:00Z");
    assert_eq!(stands(&dead, "9.1"), (Truth::Undetermined, vec![Lack::WindowUnwatched]));
    assert!(dead.raised.is_empty());
    // Until the baseline is whole, nothing is told.
    let young = told("", &board(3..=10, 18), "2026-03-18T13:00:00Z");
    assert_eq!(stands(&young, "9.1"), (Truth::Undetermined, vec![Lack::BaselineNotWhole]));
}

#[test]
fn what_is_logged_later_changes_no_warning_before_it() {
    let first = told("", &board(3..=21, 27), "2026-03-27T13:00:00Z");
    let later = told("", &board(3..=21, 31), "2026-03-31T13:00:00Z");
    let facts = |w: &Watching| (w.raised[0].reference.clone(), w.raised[0].raised_ms, w.raised[0].since_ms);
    assert_eq!(facts(&first), facts(&later));
    assert!(later.raised[0].expires_ms > first.raised[0].expires_ms, "it is met for longer");
}

#[test]
fn notices_that_stop_are_told_while_other_records_come() {
    let notice = |day: u32| format!("n{day},notice,KA,mechanism,fly,2026-03-{day:02} 08:00,,,\n");
    let request = |day: u32| format!("r{day},request,KA,,,2026-03-{day:02} 08:00,,,\n");
    let head = "id,record,by,of,subject,at,value,status,place\n";
    let table = |notices: std::ops::RangeInclusive<u32>, others: std::ops::RangeInclusive<u32>| {
        let all: String = notices.map(notice).chain(others.map(request)).collect();
        format!("{head}{all}")
    };
    let stopped = told(&table(3..=14, 15..=23), &[], "2026-03-23T13:00:00Z");
    assert_eq!(stands(&stopped, "9.2"), (Truth::True, vec![]));
    let silent = told(&table(3..=14, 15..=15), &[], "2026-03-23T13:00:00Z");
    assert_eq!(stands(&silent, "9.2"), (Truth::Undetermined, vec![Lack::WindowUnwatched]));
    let going = told(&table(3..=22, 23..=23), &[], "2026-03-23T13:00:00Z");
    assert_eq!(stands(&going, "9.2"), (Truth::False, vec![]));
}

#[test]
fn weapons_that_may_have_been_declared_for_the_place_leave_open_whether_they_are_missing_from_it() {
    let head = "id,record,by,of,subject,at,value,status,place,lon,lat,radius_m\n";
    let row = |id: &str, place: &str, lon: &str, radius_m: &str| {
        format!("{id},declaration,KA,KA,mortar,2026-03-04 08:00,6,declared,{place},{lon},47.05,{radius_m}\n")
    };
    let visit = "v1,visit,mechanism,KA,mortar,2026-03-20 08:00,6,accessible,shed,-29.95,47.05,10\n";
    let of = |other: &str| {
        let table = format!("{head}{}{other}{visit}", row("d1", "shed", "-29.95", "10"));
        stands(&told(&table, &[], "2026-03-23T13:00:00Z"), "9.4")
    };
    assert_eq!(of(""), (Truth::False, vec![]));
    assert_eq!(of(&row("d2", "barn", "-30.2", "10")), (Truth::False, vec![]), "elsewhere for certain");
    assert_eq!(of(&row("d2", "barn", "-30.0", "500")), (Truth::Undetermined, vec![Lack::Unclear]));
}

#[test]
fn weapons_are_missing_that_were_declared_and_not_counted_and_a_closed_door_says_nothing() {
    let head = "id,record,by,of,subject,at,value,status,place\n";
    let declared = "d1,declaration,KA,KA,mortar,2026-03-04 08:00,6,declared,shed\n";
    let visit = |n: &str, status: &str, by: &str| {
        format!("{head}{declared}v1,visit,{by},KA,mortar,2026-03-20 08:00,{n},{status},shed\n")
    };
    let now = "2026-03-23T13:00:00Z";
    let of = |table: &str| stands(&told(table, &[], now), "9.3");
    assert_eq!(of(&visit("3", "accessible", "mechanism")), (Truth::True, vec![]));
    assert_eq!(of(&visit("5", "accessible", "mechanism")), (Truth::False, vec![]));
    assert_eq!(of(&visit("", "denied", "mechanism")), (Truth::Undetermined, vec![Lack::NotVisited]));
    assert_eq!(of(&format!("{head}{declared}")), (Truth::Undetermined, vec![Lack::NotVisited]));
    assert_eq!(of(""), (Truth::Undetermined, vec![Lack::NotDeclared]));
    // What only a party counted is an advisory, and never for the public.
    let by_party = told(&visit("3", "accessible", "VE"), &[], now);
    assert_eq!((by_party.raised[0].level, by_party.raised[0].only_parties), (Level::Advisory, true));
    let by_body = told(&visit("3", "accessible", "mechanism"), &[], now);
    assert_eq!((by_body.raised[0].counted, by_body.raised[0].only_parties), (3, false));
}
