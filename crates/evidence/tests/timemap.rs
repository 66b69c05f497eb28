//! Incidents as TimeMap shows them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;
#[path = "common/told.rs"]
mod told;

use base::CivilZone;
use common::{data, read, read_file, try_read};
use evidence::Options;
use evidence::settle::Ledger;
use told::{faults, ids, observations};

const WITHOUT_IDS: &str = r#"[{"date": "2026-03-02", "location": "Stara Mlyna\n", "description": "A roof is burnt.",
  "sources": ["https://example.org/1", "https://example.org/2"], "latitude": 47.25, "longitude": -30.5}]"#;
const WITH_FILTERS: &str = r#"[{"id":"INC1","date":"3/2/2026","latitude":"47.25","longitude":"-30.5","location":"Stara Mlyna",
  "description":"A crater.","sources":[{"id":"s1","path":"https://example.org/1","description":"a film"}],
  "filters":[{"key":"Type of area affected","value":"Residential"},{"key":"Weapon System","value":"Cluster munitions"}]}]"#;
const EXPORT: &str = r#"[{"associations":["asc1"],"sources":["src_1"],"id":"INC1","description":"A crater.","date":"03/02/2026",
  "time":"00:00","location":"Stara Mlyna","latitude":"47.25","longitude":"-30.5","graphic":"FALSE"}]"#;

fn kyiv() -> Options {
    Options {
        zone: Some(CivilZone::named("Europe/Kyiv").unwrap()),
        radius_m: Some(50.0),
        ..Options::default()
    }
}

#[test]
fn an_incident_is_violence_at_a_place_on_a_day_in_each_of_the_three_shapes() {
    let (kept, _) = read("timemap", WITHOUT_IDS);
    assert_eq!(
        observations(&kept),
        [
            "violence; 2026-03-02T00:00:00Z +86400s; day; -30.5 47.25 ±NaN [means open source | note A roof is burnt.; \
          Stara Mlyna | links https://example.org/1 https://example.org/2]"
        ]
    );
    let (kept, summary) = try_read("timemap", &kyiv(), WITH_FILTERS.as_bytes()).unwrap();
    assert_eq!(
        observations(&kept),
        [
            "violence; 2026-03-01T22:00:00Z +86400s; day; -30.5 47.25 ±50 [means open source | note A crater.; Stara \
          Mlyna; Residential; weapon, as assessed: Cluster munitions | links https://example.org/1]"
        ]
    );
    assert!(summary.warnings.is_empty(), "{summary:?}");
    let (kept, summary) = read("timemap", EXPORT);
    assert_eq!(
        observations(&kept),
        [
            "violence; 2026-03-02T00:00:00Z +86400s; day; -30.5 47.25 ±NaN [means open source | note A crater.; Stara Mlyna]"
        ]
    );
    assert_eq!(summary.unread_columns, ["associations", "graphic"]);
    assert_eq!(summary.warnings.len(), 1, "{summary:?}");
}

#[test]
fn the_same_incident_of_two_shapes_and_two_zones_is_one_observation() {
    let (a, b) = (read("timemap", WITH_FILTERS).0, read("timemap", EXPORT).0);
    let (c, _) = try_read("timemap", &kyiv(), WITH_FILTERS.as_bytes()).unwrap();
    assert_eq!(ids(&a), ids(&b));
    assert_eq!(ids(&a), ids(&c));
}

#[test]
fn an_id_that_was_given_to_two_events_does_not_make_them_one() {
    let twice = format!("{}\n{}", WITH_FILTERS, WITH_FILTERS.replace("47.25", "47.75"));
    let (kept, _) = read("timemap", twice.replace("}]\n[{", "},{"));
    let ids = ids(&kept);
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn what_is_no_incident_is_rejected_by_row_and_member() {
    let text = r#"[{"id":"src_1","paths":["https://example.org"]}, 5,
      {"date":"2026-02-30","latitude":47,"longitude":-30}, {"latitude":47,"longitude":-30},
      {"date":"2026-03-02","latitude":47}, {"date":"2026-03-02","latitude":"x","longitude":-30},
      {"date":"2026-03-02","latitude":147,"longitude":-30}, {"date":"2026-03-02","time":"25:00","latitude":47,"longitude":-30},
      {"date":"2026-03-02","latitude":47,"longitude":-30,"date":"2026-03-03"},
      {"date":"2026-03-02","latitude":0.0,"longitude":0.0}, {"date":"2026-03-02","time":"14:05"}]"#;
    let (kept, summary) = read("timemap", text);
    let says =
        "wrong-shape not an incident; sources and associations of an export are not read by themselves";
    let found = faults(&kept);
    assert_eq!(found[..2], [format!("1 {says}"), format!("2 {says}")]);
    assert_eq!(
        found[2..8],
        [
            "3 date bad-date 2026-02-30",
            "4 date missing-value",
            "5 longitude missing-value",
            "6 latitude not-a-number x",
            "7 latitude looks-swapped lon -30 lat 147",
            "8 time bad-time 25:00",
        ]
    );
    assert!(found[8].starts_with("9 bad-json the member `date` stands twice"), "{found:?}");
    assert_eq!(summary.observations, 2);
    let places = observations(&kept);
    assert!(places.iter().all(|p| p.contains("; nowhere [")), "{places:?}");
    assert!(places[1].starts_with("violence; 2026-03-02T14:05:00Z +60s; minute"), "{places:?}");
}

#[test]
fn every_incident_of_the_published_files_is_an_observation() {
    // One row of the newest stands in it twice; one id of the others was given to two events.
    for (name, rows, distinct, nowhere) in [
        ("bellingcat_incidents_2022-02-24_2025-07-09.json", 2_514, 2_513, 3),
        ("ukr-civharm-2023-06-01.json", 1_167, 1_167, 0),
        ("timemap_export_events.json", 1_159, 1_159, 0),
    ] {
        let Some(path) = data(&format!("bellingcat-civilian-harm/{name}")) else { return };
        let (kept, summary) = read_file("timemap", &kyiv(), &path).unwrap();
        assert_eq!((summary.rows, summary.observations), (rows, rows), "{name}: {:?}", faults(&kept));
        let mut ledger = Ledger::new();
        kept.batches.iter().for_each(|b| {
            ledger.add(b);
        });
        assert_eq!(ledger.len(), distinct, "{name}");
        let lost = kept.rows().filter(|(b, row)| b.lon_deg[*row].is_nan()).count();
        assert_eq!(lost, nowhere, "{name}");
    }
}

#[test]
fn the_sources_and_associations_of_an_export_are_rejected_by_themselves() {
    let Some(path) = data("bellingcat-civilian-harm/timemap_export_associations.json") else { return };
    let (_, summary) = read_file("timemap", &kyiv(), &path).unwrap();
    assert_eq!((summary.rows, summary.rejected()), (27, 27));
    let Some(path) = data("bellingcat-civilian-harm/timemap_export_sources.json") else { return };
    let (kept, summary) = read_file("timemap", &kyiv(), &path).unwrap();
    assert_eq!((summary.rows, summary.rejected()), (1, 1), "{:?}", faults(&kept));
}
