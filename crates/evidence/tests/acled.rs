//! ACLED tables.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;
#[path = "common/told.rs"]
mod told;

use common::{read, try_read};
use evidence::Options;
use evidence::settle::Ledger;
use told::{faults, ids, observations};

const HEADER: &str = "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,\
     assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,\
     admin3,location,latitude,longitude,geo_precision,source,source_scale,notes,fatalities,tags,timestamp\n";

/// Id, date, time precision, event type, sub-event type, actors, geo precision, deaths, timestamp.
fn row(of: [&str; 10]) -> String {
    let [id, date, time, event, sub, a, b, geo, deaths, stamp] = of;
    format!(
        "{id},{date},2026,{time},Political violence,{event},{sub},{a},,State forces,{b},,Rebel group,,,999,Ocean,Karsk,\
         North,,,Stara Mlyna,47.25,-30.5,{geo},Karsk Post,National,\"Shells fell, twice.\",{deaths},,{stamp}\n"
    )
}

#[test]
fn an_event_is_as_vague_as_its_precision_codes() {
    let shelling = "Shelling/artillery/missile attack";
    let text = [
        row([
            "KAR1",
            "2026-03-12",
            "1",
            "Explosions/Remote violence",
            shelling,
            "KA",
            "VE",
            "1",
            "3",
            "1773500000",
        ]),
        row(["KAR2", "12 March 2026", "2", "Battles", "Armed clash", "KA", "VE", "2", "0", "1773500000"]),
        row([
            "KAR3",
            "2026-03-12",
            "3",
            "Violence against civilians",
            "Attack",
            "VE",
            "Civilians",
            "3",
            "",
            "",
        ]),
    ];
    let (kept, summary) = read("acled", format!("{HEADER}{}", text.concat()));
    assert_eq!(
        observations(&kept),
        [
            "artillery fire; 2026-03-12T00:00:00Z +86400s; day; -30.5 47.25 ±5000 [means open source | count about 3-3 \
             deaths | reported 2026-03-14T14:53:20Z | note Shelling/artillery/missile attack; KA – VE; Stara Mlyna, \
             Karsk; Shells fell, twice.; source: Karsk Post (National)]",
            "firefight; 2026-03-06T00:00:00Z +1123200s; coarser; -30.5 47.25 ±25000 [means open source | reported \
             2026-03-14T14:53:20Z | note Armed clash; KA – VE; Stara Mlyna, Karsk; Shells fell, twice.; source: Karsk \
             Post (National)]",
            "violence; 2026-02-10T00:00:00Z +5270400s; coarser; -30.5 47.25 ±100000 [means open source | actor VE | note \
             Attack; VE – Civilians; Stara Mlyna, Karsk; Shells fell, twice.; source: Karsk Post (National)]",
        ]
    );
    assert!(summary.unread_columns.contains(&"inter1".to_owned()), "{summary:?}");
    assert!(summary.warnings.is_empty(), "{summary:?}");
}

#[test]
fn an_unidentified_author_and_the_sides_of_a_battle_are_no_actor() {
    let attack = |a: &str| {
        row(["K", "2026-03-12", "1", "Violence against civilians", "Attack", a, "Civilians", "1", "", ""])
    };
    let battle = row(["B", "2026-03-12", "1", "Battles", "Armed clash", "KA", "VE", "1", "", ""]);
    let (kept, _) = read("acled", format!("{HEADER}{}{battle}", attack("Unidentified Armed Group (Karsk)")));
    assert!(observations(&kept).iter().all(|o| !o.contains("actor")), "{:?}", observations(&kept));
}

#[test]
fn an_event_in_two_releases_is_one_and_the_later_version_wins() {
    let version =
        |sub: &str, stamp: &str| row(["K", "2026-03-12", "1", "Battles", sub, "KA", "VE", "1", "", stamp]);
    for order in [["1773500000", "1773600000"], ["1773600000", "1773500000"]] {
        let mut ledger = Ledger::new();
        for stamp in order {
            let sub = if stamp == "1773600000" { "Air/drone strike" } else { "Armed clash" };
            let (kept, _) = read("acled", format!("{HEADER}{}", version(sub, stamp)));
            ledger.add(&kept.batches[0]);
        }
        let settled = ledger.settle();
        assert_eq!(settled.observations.len(), 1);
        let b = &settled.observations;
        assert_eq!(b.word_at(&b.kind, 0), "explosion");
    }
}

#[test]
fn bad_rows_are_rejected_one_by_one_with_their_column() {
    let battle = |id: &str, date: &str, time: &str, sub: &str, geo: &str, deaths: &str, stamp: &str| {
        row([id, date, time, "Battles", sub, "KA", "VE", geo, deaths, stamp])
    };
    let clash = "Armed clash";
    let text = [
        battle("", "2026-03-12", "1", clash, "1", "", ""),
        battle("a", "12/03/2026", "1", clash, "1", "", ""),
        battle("a", "2026-03-12", "4", clash, "1", "", ""),
        battle("a", "2026-03-12", "1", clash, "0", "", ""),
        battle("a", "2026-03-12", "1", "", "1", "", ""),
        battle("a", "2026-03-12", "1", clash, "1", "-1", ""),
        battle("a", "2026-03-12", "1", clash, "1", "", "yesterday"),
        battle("a", "2026-03-12", "1", clash, "1", "", "99999999999999999"),
        battle("a", "", "1", clash, "1", "", ""),
        battle("a", "2026-03-12", "", "Dance", "", "", ""),
    ];
    let (kept, summary) = read("acled", format!("{HEADER}{}", text.concat()));
    assert_eq!(
        faults(&kept),
        [
            "1 event_id_cnty missing-value",
            "2 event_date bad-date 12/03/2026",
            "3 time_precision out-of-range 4",
            "4 geo_precision out-of-range 0",
            "5 sub_event_type missing-value",
            "6 fatalities out-of-range -1",
            "7 timestamp bad-date yesterday",
            "8 timestamp bad-date 99999999999999999",
            "9 event_date missing-value",
        ]
    );
    let last = observations(&kept);
    assert!(last[0].starts_with("Dance; 2026-03-12T00:00:00Z +86400s; day; -30.5 47.25 ±NaN"), "{last:?}");
    assert_eq!(
        summary.warnings,
        ["sub-event types that are not in ACLED's list; kept as kinds of their own (1 rows)"]
    );
}

#[test]
fn another_table_is_refused_by_the_columns_it_lacks() {
    let error =
        try_read("acled", &Options::default(), b"event_id_cnty,event_date\n").err().unwrap().to_string();
    assert!(error.contains("column `latitude`, `longitude`, `sub_event_type` is missing"), "{error}");
}

#[test]
fn the_order_of_rows_and_columns_does_not_change_an_id() {
    let rows: Vec<String> = (0..5)
        .map(|i| {
            row([&format!("K{i}"), "2026-03-12", "1", "Battles", "Armed clash", "KA", "VE", "1", "", ""])
        })
        .collect();
    let (forth, _) = read("acled", format!("{HEADER}{}", rows.concat()));
    let back: Vec<String> = rows.iter().rev().cloned().collect();
    let (back, _) = read("acled", format!("{HEADER}{}", back.concat()));
    assert_eq!(ids(&forth), ids(&back));
}
