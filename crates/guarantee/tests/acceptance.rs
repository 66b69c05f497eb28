//! Scenarios of acceptance, over evidence in memory: what the file of a guarantee shows of each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use base::Instant;
use common::{World, right, scenario};
use findings::standing::ClockState;
use guarantee::numbers::CheckMeter;
use guarantee::shots::Clocks;
use guarantee::words::{Bearing, State};
use testkit::scenario::Scenario;

const SIDES: &str = r#"# Both: fire under a guarantee
```terms
instrument lindmar "Agreement of Lindmar"
  time zone "Etc/GMT-2"
  D = entry into force
  entry into force 2026-03-03 00:00
party KA "Karsk"
party VE "Velia"
guarantor TA "Tarn"
body commission "Special Commission" of TA, KA, VE
  decides occurrence, attribution, remedy
  by majority, quorum 2, standard balance of probabilities
act fire = explosion or burst or shot
2.1  KA, VE shall not fire anywhere from D
9.1  guarantee of TA to KA is due on fire by VE; deliberate; unprovoked, from D
9.2  guarantee of TA to VE is due on fire by KA; deliberate; unprovoked, from D
```
"#;

/// Scenario 5 with clauses of a guarantee for either side; `source` tells the two posts apart.
fn both_sides(cards: &str) -> Scenario {
    let told = Scenario::read(&common::read("scenarios/good/58-both-sides-found.md"));
    let mut out = Scenario::read(SIDES);
    out.reports = vec![
        "id,kind,start,lon,lat,radius_m,actor,count,source\n\
         in,shot,2026-03-05 21:10,-30.01315,47.0,200,VE,2,west\n\
         back,burst,2026-03-05 21:12,-29.98685,47.0,200,KA,30,east\n"
            .to_owned(),
    ];
    out.acts = told.acts.iter().map(|a| a.replace("Both sides, two findings", "Both")).collect();
    if !cards.is_empty() {
        out.sources.push(cards.to_owned());
    }
    out
}

const MORNING: &str = "2026-03-07T00:00:00Z";

#[test]
fn scenario_5_both_sides_stand_apart_and_intent_of_the_first_stays_open() {
    let world = World::at(&both_sides(""), MORNING);
    let docket = world.run.acted.as_ref().map(|a| &a.docket);
    let files = world.cases(&right(), docket, None);
    let element = |file: usize, word: &str| {
        files[file].elements.iter().find(|e| e.word == word).unwrap_or_else(|| panic!("{word}"))
    };
    // Fire of each is on record: each guarantee's own element is met, and neither settles the other.
    assert_eq!((element(0, "fire").state, element(1, "fire").state), (State::Met, State::Met));
    // Two findings, each listed with its confidence; provisional ones move nothing.
    let told: Vec<String> = element(0, "fire").evidence.iter().map(|e| e.reference.to_string()).collect();
    assert_eq!(told, ["FND-2026-0001/v1"]);
    assert!(element(0, "fire").evidence.iter().all(|e| !e.counts && e.bearing == Bearing::For));
    // The attribution of the first is a draft with intent undetermined: it is no evidence yet.
    assert_eq!(element(0, "deliberate").state, State::Undetermined);
    assert!(element(0, "deliberate").evidence.is_empty());
    // That of the second is signed by two, and not confirmed: shown, and it moves nothing.
    let second = element(1, "deliberate");
    assert_eq!((second.state, second.evidence[0].bearing), (State::Undetermined, Bearing::For));
    assert!(!second.evidence[0].counts);
    assert_eq!(second.measure.by, "nobody: the text does not say what meets it");
    // Who was first: VE's shots, two minutes before; so KA's were provoked, as between these two.
    assert_eq!((files[0].shots.first, files[1].shots.first), (State::Met, State::NotMet));
    let contrary = &element(0, "unprovoked").evidence;
    assert_eq!((element(0, "unprovoked").state, contrary[0].bearing), (State::Met, Bearing::Against));
}

#[test]
fn scenario_5_the_order_of_first_shots_hangs_on_the_clocks_of_the_two_posts() {
    let world = World::at(&both_sides(""), MORNING);
    // Nobody has measured the clocks: the order of two posts' reports is open, whatever they state.
    let files = world.cases(&Clocks::default(), None, None);
    let unprovoked = |files: &[guarantee::elements::CaseFile]| {
        files[0].elements.iter().find(|e| e.word == "unprovoked").unwrap().clone()
    };
    let open = unprovoked(&files);
    assert_eq!((open.state, open.on_record), (State::Undetermined, State::Met));
    assert!(open.missing.iter().any(|l| l.words.contains("clocks of 2 sources")), "{:?}", open.missing);
    let measured = |west: (i64, u64), east: (i64, u64)| {
        let measured = [("west".to_owned(), west), ("east".to_owned(), east)].into();
        unprovoked(&world.cases(&Clocks { measured, unmeasured_ms: None }, None, None)).state
    };
    assert_eq!(measured((0, 1_000), (0, 1_000)), State::Met);
    // The doubts reach over the two minutes between them.
    assert_eq!(measured((0, 61_000), (0, 61_000)), State::Undetermined);
    // The western post's clock was three minutes behind: its shots were later.
    assert_eq!(measured((-180_000, 1_000), (0, 1_000)), State::NotMet);
}

fn show(world: &World, at: Option<Instant>) -> String {
    at.map_or_else(|| "no end".to_owned(), |at| world.versions[0].agreement.zone.show(at))
}

#[test]
fn scenario_11_every_zero_and_both_restarts_stand_side_by_side_across_the_clock_change() {
    let file = scenario("11-ladder");
    let world = World::at(&file, "2026-03-31T23:00:00Z");
    let ladders = world.ladders();
    let first = ladders.iter().find(|l| l.clause.clause == "9.1").unwrap();
    assert_eq!((first.zero, first.restarts), ("first recorded violation", None));
    let tier = &first.tiers[0];
    assert_eq!((tier.name.as_str(), tier.within.as_str()), ("tier 1", "24 h"));
    let told: Vec<String> = tier
        .readings
        .iter()
        .map(|r| {
            let whose = if r.of_the_text { "text" } else { "other" };
            let again = if r.reading.restarts { "restarting" } else { "once" };
            let due = show(&world, r.reading.due);
            format!("{whose}, {}, {again}: {} {due}", r.reading.zero_words, r.reading.state.name())
        })
        .collect();
    assert_eq!(
        told,
        [
            "text, first recorded violation, once: met 2026-03-30 01:40:00 Europe/Kyiv",
            "text, first recorded violation, restarting: expired 2026-04-01 00:00:00 Europe/Kyiv",
            // Half an hour lay between what happened and its being recorded.
            "other, first violation, once: met 2026-03-30 01:10:00 Europe/Kyiv",
            "other, first violation, restarting: expired 2026-03-31 23:00:00 Europe/Kyiv",
            "other, decision, once: expired 2026-04-01 01:30:00 Europe/Kyiv",
        ]
    );
    assert_eq!(tier.candidates.len(), 4);
    // 72 hours, with and without the restart.
    let second = &first.tiers[1];
    assert_eq!((second.when.as_str(), second.condition), ("the fighting goes on", State::Met));
    let due: Vec<String> =
        second.readings.iter().filter(|r| r.of_the_text).map(|r| show(&world, r.reading.due)).collect();
    assert_eq!(due, ["2026-04-01 01:40:00 Europe/Kyiv", "2026-04-03 00:00:00 Europe/Kyiv"]);
    // The same night, one civil day instead of 24 hours: an hour less. That text rules the restart out, and it is shown
    // all the same.
    let civil = ladders.iter().find(|l| l.clause.clause == "9.2").unwrap();
    assert_eq!(civil.tiers[0].within, "1 civil days");
    let own: Vec<&str> = civil.tiers[0]
        .readings
        .iter()
        .filter(|r| r.of_the_text)
        .map(|r| r.reading.zero_words.as_str())
        .collect();
    assert_eq!(own, ["first recorded violation"]);
    assert!(civil.tiers[0].readings.iter().any(|r| !r.of_the_text && r.reading.restarts));
    // 21 hours later a warning was recorded: before, the clock ran.
    let before = World::at(&file, "2026-03-28T23:00:00Z");
    let running = &before.ladders()[0].tiers[0].readings[0];
    assert_eq!(running.reading.state, ClockState::Running);
    assert_eq!(running.left_ms(before.now), Some(23 * common::HOUR_MS + 40 * 60_000));
}

#[test]
fn scenario_12_a_plant_that_takes_more_than_it_gives_has_nothing_to_share() {
    let world = World::at(&scenario("12-zero-plant"), "2026-07-10T00:00:00Z");
    let tables = world.numbers(&[]);
    let row = |clause: &str, period: &str| {
        tables[0].shares.iter().find(|r| r.row.clause == clause && r.period == period).unwrap().clone()
    };
    let march = row("6.1", "2026-03");
    assert_eq!((march.row.outcome.as_str(), march.row.word.as_str()), ("not_applicable", "nothing to share"));
    assert_eq!((march.flow, march.unit.as_str()), (Some(-28_234.0), "MWh"));
    assert!(march.parts.iter().all(|p| p.entitlement.is_none()), "nothing to share, and so no entitlement");
    assert_eq!(march.row.records[0].says, "-38 MW of plant, feeders 1 to 4, measured");
    let april = row("6.1", "2026-04");
    assert_eq!(april.row.outcome, "kept");
    let ve = &april.parts[1];
    assert_eq!((ve.entitlement, ve.delivered), (Some(500.0), Some(480.0)));
    assert_eq!((ve.ceded, ve.imbalance), (Some(15.0), Some(-5.0)));
    // A missing reading is a gap, and what was metered is a part.
    let may = row("6.1", "2026-05");
    assert_eq!((may.row.outcome.as_str(), may.in_part), ("undetermined", true));
    assert_eq!(row("6.1", "2026-06").row.word, "unbalanced");
    assert_eq!(row("6.2", "2026-04").row.outcome, "undetermined");
}

#[test]
fn scenario_12_main_and_check_meters_that_differ_leave_the_period_open() {
    let mut file = scenario("12-zero-plant");
    file.records.push(
        "id,record,from,until,of,subject,value,unit,status,content\n\
         c-4,reading,2026-04-01,2026-04-30,check 1 to 4,plant (check),1001,MWh,measured,net\n\
         c-6,reading,2026-06-01,2026-06-30,check 1 to 4,plant (check),1100,MWh,measured,net\n"
            .to_owned(),
    );
    let world = World::at(&file, "2026-07-10T00:00:00Z");
    let meters =
        [CheckMeter { main: "feeders 1 to 4".into(), check: "check 1 to 4".into(), tolerance_pct: 0.5 }];
    let tables = world.numbers(&meters);
    let of = |period: &str| {
        let row = tables[0].shares.iter().find(|r| r.row.clause == "6.1" && r.period == period).unwrap();
        (row.row.outcome.clone(), row.row.missing.join("; "))
    };
    assert_eq!(of("2026-04").0, "kept");
    assert_eq!(of("2026-06").0, "undetermined");
    assert!(of("2026-03").1.contains("has no reading of this period"), "{:?}", of("2026-03"));
}

#[test]
fn scenario_13_one_figure_under_a_cap_a_level_and_a_floor() {
    let world = World::at(&scenario("13-cap-or-floor"), "2026-04-01T00:00:00Z");
    let tables = world.numbers(&[]);
    let of = |text: &str, clause: &str| {
        let table = tables.iter().find(|t| t.text == text).unwrap_or_else(|| panic!("{text}"));
        table.limits.iter().find(|r| r.row.clause == clause && r.row.actor == "VE").cloned()
    };
    let cap = of("as Karsk proposes", "4.1").unwrap();
    assert_eq!((cap.row.outcome.as_str(), cap.amount.as_str()), ("breached", "at most 600000"));
    assert_eq!((cap.figures[0].figure, cap.figures[0].margin), (812_000.0, Some(-212_000.0)));
    let level = of("as Tarn proposes", "4.1").unwrap();
    assert_eq!(level.row.outcome, "undetermined");
    let ways: Vec<(&str, State)> = level.read_as.iter().map(|w| (w.way.as_str(), w.kept)).collect();
    assert_eq!(ways, [("as a cap", State::NotMet), ("as a floor", State::Met)]);
    assert_eq!(level.figures[0].margin, None, "of a level it is not said which side is allowed");
    assert_eq!(of("as Velia proposes", "4.1").unwrap().row.outcome, "kept");
    assert!(of("as Osmark proposes", "4.1").is_none());
    // From the table down to the record.
    assert_eq!(cap.row.records[0].id, "d-1");
    assert_eq!(cap.row.records[0].says, "812000 personnel of VE, declared");
}

#[test]
fn scenario_15_the_level_at_which_a_notice_stopped_is_located() {
    let world = World::at(&scenario("15-not-read-back"), "2026-03-09T12:00:00Z");
    let tables = world.numbers(&[]);
    let notice = |id: &str| {
        let is = |r: &&guarantee::numbers::NoticeRow| r.row.records.iter().any(|n| n.id == id);
        tables[0].notices.iter().find(is).unwrap().clone()
    };
    let first = notice("n-1");
    assert_eq!((first.row.outcome.as_str(), first.defect_at.as_str()), ("breached", "brigade"));
    assert_eq!(first.row.word, "not read back");
    assert_eq!(notice("n-2").row.word, "late");
    assert_eq!(notice("n-3").not_stated, ["height"]);
    let fourth = notice("n-4");
    assert_eq!((fourth.row.outcome.as_str(), fourth.defect_at.as_str()), ("kept", ""));
}

#[test]
fn what_is_missing_again_keeps_its_date_and_a_shut_gate_is_no_presence() {
    let file = scenario("08-again-missing");
    let since = Instant::parse("2026-03-08T10:00:00+02:00").unwrap().0;
    let world = World::at(&file, "2026-04-06T00:00:00Z");
    let tables = world.numbers(&[]);
    let row = &tables[0].limits[0];
    assert_eq!((row.row.word.as_str(), row.row.since_ms), ("again missing", Some(since)));
    let visits: Vec<(&str, Option<f64>, Option<i64>)> =
        tables[0].visits.iter().map(|v| (v.row.word.as_str(), v.counted, v.row.since_ms)).collect();
    assert_eq!(
        visits,
        [
            ("present", Some(6.0), None),
            ("missing", Some(0.0), Some(since)),
            ("not accessible", None, Some(since)),
            ("again missing", Some(0.0), Some(since)),
        ]
    );
    assert_eq!(tables[0].visits[1].serials_missing.len(), 6);
}

#[test]
fn a_declaration_that_contradicts_itself_and_a_meter_that_ran_backwards_leave_it_open() {
    let mut file = scenario("13-cap-or-floor");
    file.records.push(
        "id,record,at,of,subject,value,status\nd-9,declaration,2026-03-20,VE,personnel,512000,declared\n"
            .to_owned(),
    );
    let world = World::at(&file, "2026-04-01T00:00:00Z");
    let tables = world.numbers(&[]);
    let table = tables.iter().find(|t| t.text == "as Karsk proposes").unwrap();
    assert_eq!(table.limits[0].row.outcome, "undetermined");
    assert!(table.limits[0].row.missing.iter().any(|m| m.contains("contradict each other: d-1, d-9")));

    let mut file = scenario("12-zero-plant");
    file.texts = file
        .texts
        .iter()
        .map(|(l, t)| (l.clone(), t.replace("\"output of the plant\" net", "\"output of the plant\" gross")))
        .collect();
    file.records = file.records.iter().map(|t| t.replace(",net", ",gross")).collect();
    let world = World::at(&file, "2026-07-10T00:00:00Z");
    let march = &world.numbers(&[])[0].shares[0];
    assert_eq!((march.row.outcome.as_str(), march.row.word.as_str()), ("undetermined", ""));
    assert!(march.row.missing.iter().any(|m| m.contains("ran backwards")));
}
