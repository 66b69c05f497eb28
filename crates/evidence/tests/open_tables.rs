//! Interference, flights, alerts and corridors: what their tables say, and what they do not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{Kept, data, read, read_file, try_read};
use evidence::batch::{Batch, FLAG_ALLEGATION};
use evidence::coverage::{Coverage, CoverageArea, Status};
use evidence::draft::TimePrecision;
use evidence::settle::Ledger;
use evidence::{Format, Options, ReadError, Rejected, Sink};
use std::collections::BTreeMap;

fn kinds(kept: &Kept) -> BTreeMap<String, u64> {
    let mut kinds = BTreeMap::new();
    for (batch, row) in kept.rows() {
        *kinds.entry(batch.word_at(&batch.kind, row).to_owned()).or_default() += 1;
    }
    kinds
}

fn notes(kept: &Kept) -> Vec<String> {
    kept.rows().map(|(b, r)| b.note.get(r).to_owned()).collect()
}

const GPSJAM: &str = "date,hex,count_good_aircraft,count_bad_aircraft\n";

#[test]
fn a_cell_is_coverage_always_and_an_observation_where_interference_is_certain_enough() {
    let (kept, summary) = read_gpsjam(&format!(
        "{GPSJAM}2026-03-01,8413609ffffffff,40,20\n\
         2026-03-01,846608bffffffff,60,0\n\
         2026-03-01,84392e3ffffffff,0,3\n\
         2026-03-01,8450f19ffffffff,8,2\n"
    ));
    assert_eq!((summary.observations, summary.coverage, summary.rejected()), (1, 4, 0));
    let status: Vec<(Status, &str)> = kept.coverage.iter().map(|c| (c.status, c.cause.as_str())).collect();
    let expected = [
        (Status::Effective, ""),
        (Status::Effective, ""),
        (Status::Degraded, "only 3 aircraft"),
        (Status::Effective, ""),
    ];
    assert_eq!(status, expected);
    assert!(kept.coverage.iter().all(|c| c.kinds == ["jamming"] && c.source == "post"));
    let day = kept.coverage[0].interval;
    assert_eq!(day.start.to_string(), "2026-03-01T00:00:00Z");
    assert_eq!(day.end.0 - day.start.0, 86_400_000);
    let CoverageArea::Polygon(rings) = &kept.coverage[0].area else { panic!("a ring") };
    assert_eq!((rings[0].len(), rings[0].first()), (7, rings[0].last()));
    let (b, r) = kept.rows().next().unwrap();
    assert_eq!((b.word_at(&b.kind, r), b.word_at(&b.unit, r)), ("jamming", "aircraft"));
    assert_eq!(b.count(r).unwrap().min, 20);
    assert!(notes(&kept)[0].starts_with("20 of 60 aircraft with bad accuracy"), "{:?}", notes(&kept));
    assert!(matches!(b.shapes[b.shape[r] as usize], atlas::answer::Shape::Polygon(_)));
}

fn read_gpsjam(text: &str) -> (Kept, evidence::Summary) {
    let mut kept = Kept::default();
    let summary =
        evidence::read(Format::Gpsjam, &Options::default(), "post", Box::new(text.as_bytes()), &mut kept);
    (kept, summary.unwrap())
}

#[test]
fn absurd_cells_and_counts_are_rejected_one_by_one() {
    let (kept, summary) = read_gpsjam(&format!(
        "{GPSJAM}2026-03-01,ffffffffffffffff,40,20\n\
         2026-03-01,8413609fffffffg,40,20\n\
         2026-03-01,0,40,20\n\
         2026-03-01,,40,20\n\
         2026-03-01,8001fffffffffff,40,20\n\
         2026-03-01,8413609ffffffff,1000000000,20\n\
         2026-03-01,8413609ffffffff,-1,20\n\
         2026-03-01,8413609ffffffff,40,2.5\n\
         8413609ffffffff,2026-03-01,40,20\n\
         2026-02-30,8413609ffffffff,40,20\n"
    ));
    let reasons: Vec<&str> = kept.rejected.iter().map(|r| r.reason.code()).collect();
    let expected = [
        "bad-geometry",
        "bad-geometry",
        "bad-geometry",
        "missing-value",
        "out-of-range",
        "out-of-range",
        "out-of-range",
        "out-of-range",
        "bad-date",
        "bad-date",
    ];
    assert_eq!(reasons, expected);
    assert_eq!((summary.observations, summary.coverage), (0, 0));
}

#[test]
fn a_day_is_one_day_however_it_is_written() {
    let id = |date: &str| {
        let (kept, _) = read_gpsjam(&format!("{GPSJAM}{date},8413609ffffffff,40,20\n"));
        kept.rows().map(|(b, r)| b.id[r]).next().unwrap()
    };
    assert_eq!(id("2026-03-01"), id("20260301"));
    assert_eq!(id("2026-03-01"), id("2026/03/01"));
    assert_ne!(id("2026-03-01"), id("2026-03-02"));
    let options = Options { day: Some((2026, 3, 1)), ..Options::default() };
    let daily = b"hex,count_good_aircraft,count_bad_aircraft\n8413609ffffffff,40,20\n";
    let mut kept = Kept::default();
    evidence::read(Format::Gpsjam, &options, "post", Box::new(&daily[..]), &mut kept).unwrap();
    assert_eq!(kept.rows().map(|(b, r)| b.id[r]).next(), Some(id("2026-03-01")));
}

#[test]
fn a_cell_across_the_antimeridian_is_a_circle_and_not_a_ring_around_the_world() {
    // Res 4, middle near longitude 180.
    let cell = h3o::LatLng::new(51.0, 179.999).unwrap().to_cell(h3o::Resolution::Four);
    let (kept, _) = read_gpsjam(&format!("{GPSJAM}2026-03-01,{cell},0,50\n"));
    let CoverageArea::Circle { radius_m, .. } = kept.coverage[0].area else { panic!("a circle") };
    assert!((15_000.0..40_000.0).contains(&radius_m), "{radius_m}");
}

#[test]
fn a_daily_file_without_dates_needs_its_day() {
    let text = "hex,count_good_aircraft,count_bad_aircraft\n8413609ffffffff,40,20\n";
    let error = try_read("gpsjam", &Options::default(), text.as_bytes()).err().unwrap();
    assert!(matches!(&error, ReadError::Options(says) if says.contains("--day")), "{error}");
    let mut kept = Kept::default();
    let options = Options { day: Some((2022, 7, 15)), ..Options::default() };
    evidence::read(Format::Gpsjam, &options, "post", Box::new(text.as_bytes()), &mut kept).unwrap();
    assert_eq!(kept.coverage[0].interval.start.to_string(), "2022-07-15T00:00:00Z");
}

/// Counts and keeps nothing.
#[derive(Default)]
struct Counted {
    observations: u64,
    effective: u64,
    degraded: u64,
}

impl Sink for Counted {
    fn batch(&mut self, batch: Batch) -> Result<(), evidence::intake::SinkError> {
        self.observations += batch.len() as u64;
        Ok(())
    }

    fn coverage(&mut self, coverage: Coverage) -> Result<(), evidence::intake::SinkError> {
        match coverage.status {
            Status::Effective => self.effective += 1,
            _ => self.degraded += 1,
        }
        Ok(())
    }

    fn rejected(&mut self, rejected: Rejected) {
        panic!("{rejected}");
    }
}

#[test]
fn every_one_of_the_3_770_723_rows_of_gpsjam_is_coverage() {
    let Some(path) = data("gpsjam-2022/gpsjam_h3r4_2022-02-14_2022-04-14.csv.zst") else { return };
    let mut counted = Counted::default();
    let file = std::fs::File::open(path).unwrap();
    let started = std::time::Instant::now();
    let options = Options::default();
    let summary = evidence::read(Format::Gpsjam, &options, "g", Box::new(file), &mut counted).unwrap();
    let s = started.elapsed().as_secs_f64();
    println!(
        "{} observations, {} effective, {} degraded; {:.0} rows/s",
        counted.observations,
        counted.effective,
        counted.degraded,
        summary.coverage as f64 / s
    );
    assert_eq!(summary.coverage, 3_770_723);
    assert_eq!(summary.rows, summary.observations + summary.coverage);
    let found = (counted.observations, counted.effective, counted.degraded);
    assert_eq!(found, (4_824, 1_512_283, 2_258_440));
}

const TRACE: &str = r#"{"icao":"ab12cd","timestamp":1772366400.0,"trace":[TRACE]}"#;

fn trace(points: &[(f64, f64, f64, &str)]) -> String {
    let points: Vec<String> = points
        .iter()
        .map(|(t, lat, lon, details)| format!("[{t},{lat},{lon},32000,450,90,0,0,{details},\"adsb_icao\"]"))
        .collect();
    TRACE.replace("TRACE", &points.join(","))
}

#[test]
fn a_gap_of_more_than_ten_minutes_makes_two_flights() {
    let text = trace(&[
        (0.0, 47.0, -30.0, r#"{"flight":"KARSK1  "}"#),
        (60.0, 47.0, -29.9, "null"),
        (660.0, 47.0, -29.2, "null"),
        (1261.0, 47.0, -28.5, "null"),
    ]);
    let (kept, summary) = read("adsb", &text);
    assert_eq!((summary.observations, summary.rejected()), (2, 0));
    let spans: Vec<i64> = kept.rows().map(|(b, r)| b.event(r).end.0 - b.event(r).start.0).collect();
    assert_eq!(spans, [660_000, 0]);
    assert_eq!(notes(&kept)[0], "aircraft ab12cd, call sign KARSK1; 3 positions; height 32000 to 32000 ft");
    let (b, r) = kept.rows().next().unwrap();
    assert!((b.radius_m[r] - 30_400.0).abs() < 200.0, "{}", b.radius_m[r]);
}

#[test]
fn positions_that_jump_and_stay_are_interference_and_one_that_stands_alone_is_not() {
    let jumped = trace(&[
        (0.0, 47.0, -30.0, "null"),
        (10.0, 47.0, -29.98, "null"),
        (20.0, 43.0, -25.0, "null"),
        (30.0, 43.0, -25.0, "null"),
        (40.0, 47.0, -29.9, "null"),
    ]);
    let (kept, _) = read("adsb", &jumped);
    assert_eq!(kinds(&kept), BTreeMap::from([("flight".to_owned(), 1), ("jamming".to_owned(), 1)]));
    let (b, r) = kept.rows().nth(1).unwrap();
    assert_eq!((b.count(r).unwrap().min, b.word_at(&b.unit, r)), (2, "position jumps"));
    assert_eq!(b.event(r).start.to_string(), "2026-03-01T12:00:10Z");
    let alone = trace(&[
        (0.0, 47.0, -30.0, "null"),
        (10.0, 47.0, -29.98, "null"),
        (20.0, 43.0, -25.0, "null"),
        (30.0, 47.0, -29.9, "null"),
    ]);
    let (kept, summary) = read("adsb", &alone);
    assert_eq!(kinds(&kept), BTreeMap::from([("flight".to_owned(), 1)]));
    assert!(summary.warnings[0].starts_with("positions that stand alone"), "{:?}", summary.warnings);
}

#[test]
fn accuracy_that_collapses_after_having_been_good_is_interference() {
    let good = r#"{"nic":8,"nac_p":10}"#;
    let bad = r#"{"nic":0,"nac_p":0}"#;
    let point = |i: usize, d: &'static str| (i as f64 * 10.0, 47.0, -30.0 + i as f64 * 0.01, d);
    let at = |states: &[&'static str]| {
        trace(&states.iter().enumerate().map(|(i, d)| point(i, d)).collect::<Vec<_>>())
    };
    let (kept, _) = read("adsb", at(&[good, bad, bad, bad, good]));
    assert_eq!(kinds(&kept).get("jamming"), Some(&1));
    // Two bad statements are no run, and an aircraft that never was accurate has a poor receiver.
    for quiet in [at(&[good, bad, bad, good]), at(&[bad, bad, bad, bad])] {
        assert_eq!(kinds(&read("adsb", quiet).0).get("jamming"), None);
    }
}

#[test]
fn what_is_no_position_is_rejected_with_its_place_in_the_document() {
    let text = "[{\"timestamp\":1772366400,\"latitude\":47,\"longitude\":-30,\"icao24\":\"a\"},\n\
                {\"timestamp\":1772366410,\"latitude\":147,\"longitude\":-30,\"icao24\":\"a\"},\n\
                {\"timestamp\":1772366410,\"latitude\":null,\"longitude\":-30,\"icao24\":\"a\"},\n\
                7,\n\
                {\"weather\":\"fine\"}]";
    let (kept, summary) = read("adsb", text);
    let reasons: Vec<(&str, u64)> = kept.rejected.iter().map(|r| (r.reason.code(), r.line)).collect();
    assert_eq!(reasons, [("looks-swapped", 2), ("wrong-shape", 4), ("wrong-shape", 5)]);
    assert_eq!(summary.observations, 1);
    assert!(summary.warnings[0].starts_with("points without a position"));
}

#[test]
fn aircraft_without_an_address_are_not_one_aircraft() {
    let point =
        |more: &str, lon: i32| format!(r#"{{"timestamp":1772366400,"latitude":47,"longitude":{lon}{more}}}"#);
    let long = format!(r#","icao24":"{}""#, "a".repeat(65));
    let all = [
        point("", -30),
        point("", 30),
        point(r#","icao24":" ""#, 31),
        point(r#","icao24":null"#, 32),
        point(&long, 33),
        point(r#","icao24":"a""#, 34),
    ];
    let (kept, summary) = read("adsb", format!("[{}]", all.join(",")));
    let found: Vec<(&str, &str)> =
        kept.rejected.iter().map(|r| (r.column.as_str(), r.reason.code())).collect();
    let missing = ("icao24", "missing-value");
    assert_eq!(found, [missing, missing, missing, missing, ("icao24", "out-of-range")]);
    assert_eq!(kinds(&kept), BTreeMap::from([("flight".to_owned(), 1)]), "{summary:?}");
    let nameless = trace(&[(0.0, 47.0, -30.0, "null"), (1.0, 47.0, 30.0, "null")]).replace("ab12cd", "");
    assert_eq!(read("adsb", nameless).0.reasons(), [("missing-value", 1)], "one trace, one row");
}

#[test]
fn times_as_text_keep_the_limits_of_numbers_and_a_member_that_stands_twice_is_refused() {
    let at = |time: &str| format!(r#"{{"timestamp":{time},"latitude":47,"longitude":-30,"icao24":"a"}}"#);
    for time in ["\"0001-01-01T00:00:00Z\"", "\"9000-01-01T00:00:00Z\"", "-9e15", "9e15"] {
        let (_, summary) = read("adsb", at(time));
        assert_eq!(summary.rows, 0, "{time}");
        assert!(summary.warnings[0].starts_with("points without a position or a time"), "{time}");
    }
    assert_eq!(read("adsb", at("\"2026-03-01T12:00:00Z\"")).1.observations, 1);
    let twice = at("1772366400,\"latitude\":-47");
    assert_eq!(read("adsb", twice).0.reasons(), [("bad-json", 1)]);
}

#[test]
fn heights_of_opensky_are_metres_and_those_of_others_feet() {
    let row = |name: &str| {
        let text = format!(r#"{{"time":1772366400,"lat":47,"lon":-30,"icao24":"a","{name}":10000}}"#);
        notes(&read("adsb", text).0).concat()
    };
    assert_eq!(row("baroaltitude"), "aircraft a; 1 positions; height 32808 to 32808 ft");
    assert_eq!(row("altitude"), "aircraft a; 1 positions; height 10000 to 10000 ft");
    let columns = r#"{"timestamp":{"0":1772366400},"latitude":{"0":47},"longitude":{"0":-30},"icao24":{"0":"a"},
        "baroaltitude":{"0":10000}}"#;
    assert_eq!(notes(&read("adsb", columns).0), ["aircraft a; 1 positions; height 32808 to 32808 ft"]);
}

#[test]
fn state_vectors_of_opensky_and_snapshots_are_read() {
    let opensky = r#"{"time":1772366400,"states":[["ab12cd","KA1 ","Karsk",1772366399,1772366400,-30.0,47.0,10000.0,false]]}"#;
    let (kept, _) = read("adsb", opensky);
    assert_eq!(notes(&kept), ["aircraft ab12cd, call sign KA1; 1 positions; height 32808 to 32808 ft"]);
    let snapshot = r#"{"now":1772366400.5,"aircraft":[{"hex":"ab12cd","lat":47.0,"lon":-30.0,"seen_pos":1.5},{"hex":"x"}]}"#;
    let (kept, _) = read("adsb", snapshot);
    assert_eq!(
        kept.rows().next().map(|(b, r)| b.event(r).start.to_string()).unwrap(),
        "2026-03-01T11:59:59Z"
    );
}

#[test]
fn the_real_trajectories_give_flights_and_interference_where_there_was_some() {
    for (name, flights, jamming) in [
        ("trace_full_ac671b.json", 9, 0),
        ("noisy_spoofing.json.gz", 1, 1),
        ("noisy_time_issue.json.gz", 1, 1),
        ("noisy_ground.json.gz", 1, 0),
        ("calfire.json.gz", 444, 0),
        ("aircraft_carrier.json.gz", 4, 0),
        ("34a8254b.json", 10, 0),
        ("switzerland.json.gz", 1_244, 0),
    ] {
        let Some(path) = data(&format!("adsb-samples/{name}")) else { return };
        let (kept, summary) = read_file("adsb", &Options::default(), &path).unwrap();
        assert_eq!(summary.rejected(), 0, "{name}");
        let kinds = kinds(&kept);
        let count = |kind: &str| kinds.get(kind).copied().unwrap_or_default();
        assert_eq!((count("flight"), count("jamming")), (flights, jamming), "{name}");
    }
}

#[test]
fn an_alert_is_an_interval_and_an_end_that_nobody_announced_is_said() {
    let (kept, summary) = read(
        "air-raid",
        "region,started_at,finished_at,naive\n\
         Karsk oblast,2026-02-25 18:36:21+00:00,2026-02-25 19:32:11+00:00,False\n\
         Karsk City,2026-02-25 16:36:22+00:00,2026-02-25 17:06:22+00:00,True\n\
         Karsk City,2026-02-26 16:36:22+00:00,,False\n\
         Karsk City,2026-02-27 16:36:22+00:00,2026-02-27 16:00:00+00:00,False\n\
         Karsk City,2026-02-28 16:36:22+00:00,2026-02-28 17:06:22+00:00,perhaps\n\
         2026-02-28 16:36:22+00:00,Karsk City,2026-02-28 17:06:22+00:00,True\n",
    );
    let precision: Vec<TimePrecision> = kept.rows().map(|(b, r)| b.precision_at(r)).collect();
    use TimePrecision::{Coarser, Second};
    assert_eq!(precision, [Second, Coarser, Coarser]);
    assert_eq!(notes(&kept)[1], "region: Karsk City; end not known: the file has the start and 30 minutes");
    assert_eq!(
        kept.reasons().iter().map(|r| r.0).collect::<Vec<_>>(),
        ["ends-before-start", "unknown-word", "bad-date"]
    );
    assert_eq!(summary.warnings.len(), 2, "{:?}", summary.warnings);
}

#[test]
fn an_end_that_nobody_announced_does_not_beat_one_that_was() {
    let row = |end: &str, naive: &str| {
        let text =
            format!("region,started_at,finished_at,naive\nKarsk,2026-02-25 16:36:00+00:00,{end},{naive}\n");
        read("air-raid", text).0
    };
    let announced = row("2026-02-25 16:50:00+00:00", "False");
    for unknown in [row("2026-02-25 17:06:00+00:00", "True"), row("", "False")] {
        for files in [[&announced, &unknown], [&unknown, &announced]] {
            let mut ledger = Ledger::new();
            files.iter().flat_map(|f| &f.batches).for_each(|b| {
                ledger.add(b);
            });
            let all = ledger.settle().observations;
            assert_eq!((all.len(), all.event(0).end.to_string()), (1, "2026-02-25T16:50:00Z".to_owned()));
        }
    }
}

#[test]
fn an_oblast_that_stands_in_the_column_of_the_raion_is_said() {
    let (kept, summary) = read(
        "air-raid",
        "oblast,raion,hromada,level,started_at,finished_at,source\n\
         Velskyi raion,Karska oblast,Velska hromada,hromada,2026-03-15 16:46:43+00:00,2026-03-15 16:58:17+00:00,official\n",
    );
    assert!(summary.warnings[0].starts_with("oblast and raion look exchanged"));
    assert!(notes(&kept)[0].starts_with("oblast: Velskyi raion, raion: Karska oblast, hromada: Velska hromada; level: hromada; oblast and raion look exchanged"));
}

#[test]
fn every_real_alert_is_an_observation_of_its_own() {
    for (file, rows, naive, swapped) in
        [("official_data_en.csv.gz", 43_031, 0, 1), ("volunteer_data_en.csv.gz", 54_514, 2_395, 0)]
    {
        let Some(path) = data(&format!("air-raid-sirens/{file}")) else { return };
        let (kept, summary) = read_file("air-raid", &Options::default(), &path).unwrap();
        assert_eq!((summary.rows, summary.observations, summary.rejected()), (rows, rows, 0));
        let coarse = kept.rows().filter(|(b, r)| b.precision_at(*r) == TimePrecision::Coarser).count();
        assert_eq!(coarse, naive);
        let said = kept.rows().filter(|(b, r)| b.note.get(*r).contains("look exchanged")).count();
        assert_eq!(said, swapped);
        let mut ledger = Ledger::new();
        assert_eq!(kept.batches.iter().map(|b| ledger.add(b).new).sum::<u64>(), rows);
    }
}

const CORRIDORS: &str =
    "HC_ID,Date,date,proposal,status_result,text,Link,From,from_latitude,from_longitude,To\n";

#[test]
fn an_announcement_is_an_allegation_and_its_outcome_another_observation() {
    let (kept, summary) = read(
        "corridors",
        format!(
            "{CORRIDORS}1,05.03.26,2026-03-05,Agreed,successful,\"a ceasefire from 09:00 Moscow time (08:00 Kyiv time)\",https://a.example/1 ;;;; https://a.example/2,Karsk,47.1,-30.0,Velia\n\
             2,06.03.26,2026-03-06,Karsk,unsuccessful/disrupted,none,,Karsk,47.1,-30.0,Velia\n\
             3,06.03.26,2026-03-07,Karsk,proposed route/outcome unknown,,,Karsk,,,Velia\n\
             4,06.03.26,2026-03-06,Karsk,somehow,,,Karsk,,,Velia\n\
             5,06.03.26,2026-03-06,Karsk,disputed,,,Karsk,147.1,-30.0,Velia\n"
        ),
    );
    assert_eq!(kept.reasons().iter().map(|r| r.0).collect::<Vec<_>>(), ["unknown-word", "looks-swapped"]);
    let seen: Vec<(String, bool)> = kept
        .rows()
        .map(|(b, r)| (b.note.get(r).chars().take(21).collect(), b.flag(r, FLAG_ALLEGATION)))
        .collect();
    let expected = [
        ("corridor 1 announced:", true),
        ("corridor 1 used: Kars", false),
        ("corridor 2 announced:", true),
        ("corridor 2 disrupted:", true),
        ("corridor 3 announced:", true),
    ];
    assert_eq!(seen, expected.map(|(t, a)| (t.to_owned(), a)));
    let (b, r) = kept.rows().next().unwrap();
    assert_eq!(b.event(r).start.to_string(), "2026-03-05T06:00:00Z");
    assert_eq!(b.links.get(r), "https://a.example/1\nhttps://a.example/2");
    assert!(
        summary.warnings.iter().any(|w| w.starts_with("the two dates of the row disagree")),
        "{:?}",
        summary.warnings
    );
}

#[test]
fn who_proposed_a_corridor_is_not_who_disrupted_it() {
    let text = format!(
        "{CORRIDORS}2,06.03.26,2026-03-06,Karsk,unsuccessful/disrupted,none,,Karsk,47.1,-30.0,Velia\n"
    );
    let (kept, _) = read("corridors", text);
    let actors: Vec<&str> = kept.rows().map(|(b, r)| b.word_at(&b.actor, r)).collect();
    assert_eq!(actors, ["Karsk", ""]);
    assert!(notes(&kept)[1].contains("proposed by: Karsk"), "{:?}", notes(&kept));
}

#[test]
fn the_282_real_corridors_are_announcements_and_137_have_an_outcome() {
    let Some(path) = data("humanitarian-corridors-2022/HC_geocoded.csv") else { return };
    let (kept, summary) = read_file("corridors", &Options::default(), &path).unwrap();
    assert_eq!(summary.rejected(), 0, "{:?}", kept.rejected.first());
    let notes = notes(&kept);
    let having = |words: &str| notes.iter().filter(|n| n.contains(words)).count();
    let found = [having("; window: "), having("disagree beyond"), having("zone not stated")];
    assert_eq!(found, [23, 6, 12]);
    let with = |word: &str| notes.iter().filter(|n| n.split(':').next().unwrap().ends_with(word)).count();
    assert_eq!([with("announced"), with("used"), with("disrupted"), with("disputed")], [282, 125, 5, 7]);
    assert_eq!(kept.rows().filter(|(b, r)| !b.flag(*r, FLAG_ALLEGATION)).count(), 5);
    let mut ledger = Ledger::new();
    assert_eq!(kept.batches.iter().map(|b| ledger.add(b).new).sum::<u64>(), 282 + 137);
}
