//! The real samples, where they are at hand: every row is accounted for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{data, read_file};
use evidence::Options;
use evidence::settle::Ledger;
use std::time::Instant;

#[test]
fn every_viina_event_is_an_observation_and_a_second_import_adds_none() {
    let Some(path) = data("viina-2026-q1/viina-events.json.gz") else { return };
    let mut ledger = Ledger::new();
    for (new, duplicate) in [(9_949, 0), (0, 9_949)] {
        let (kept, summary) = read_file("viina", &Options::default(), &path).unwrap();
        assert_eq!((summary.rows, summary.observations), (9_949, 9_949));
        let (mut n, mut d) = (0, 0);
        for batch in &kept.batches {
            let added = ledger.add(batch);
            n += added.new;
            d += added.duplicate;
            assert_eq!(added.revised, 0);
        }
        assert_eq!((n, d), (new, duplicate));
    }
    assert_eq!(ledger.settle().observations.len(), 9_949);
}

#[test]
fn the_global_firms_archive_settles_to_its_671_618_detections_in_either_replay() {
    let Some(path) = data("firms-modis-global-nrt/modis_global_nrt_dedup.csv.gz") else { return };
    let mut digests = Vec::new();
    for repeat_by in [None, Some("times_seen".to_owned())] {
        let rows = if repeat_by.is_some() { 2_155_311 } else { 671_618 };
        let started = Instant::now();
        let (kept, summary) =
            read_file("firms", &Options { repeat_by, ..Options::default() }, &path).unwrap();
        println!("read {} rows in {:?}", summary.rows, started.elapsed());
        assert_eq!((summary.rows, summary.observations), (rows, rows));
        let mut ledger = Ledger::new();
        let started = Instant::now();
        let new: u64 = kept.batches.iter().map(|b| ledger.add(b).new).sum();
        println!("added in {:?}", started.elapsed());
        assert_eq!(new, 671_618);
        let settled = ledger.settle();
        println!("settled in {:?}", started.elapsed());
        assert_eq!((settled.observations.len(), settled.superseded), (671_618, 0));
        digests.push(settled.digest());
        println!("digest {:?}", started.elapsed());
    }
    assert_eq!(digests.first(), digests.last());
}

#[test]
fn every_row_of_every_ucdp_file_is_accounted_for() {
    let files = [
        ("syria_ged19.1_16566", 16_566),
        ("sierra_leone", 1_497),
        ("ukraine_candidate_2015_2022-09", 3_883),
        ("ethiopia", 3_808),
        ("Sudan_113023", 3_475),
        ("darfur_113023", 1_669),
        ("venezuela", 1_441),
        ("global_ged23.1_sample1000", 1_000),
        ("el_salvador", 186),
    ];
    for (name, rows) in files {
        let Some(path) = data(&format!("ucdp-ged/{name}.csv.gz")) else { return };
        let (kept, summary) = read_file("ucdp", &Options::default(), &path).unwrap();
        let first: Vec<String> = kept.rejected.iter().take(3).map(ToString::to_string).collect();
        println!("{name}: {summary:?} {first:?}");
        assert_eq!(summary.rows, rows, "{name}");
        assert_eq!(summary.rows, summary.observations + summary.rejected(), "{name}");
        assert_eq!(summary.rejected(), 0, "{name}: {first:?}");
        let mut ledger = Ledger::new();
        let added: u64 = kept.batches.iter().map(|b| ledger.add(b).new).sum();
        assert!(added > 0);
        assert_eq!(ledger.len() as u64, rows, "{name}: ids are distinct");
    }
}

#[test]
fn another_table_of_ucdp_is_refused_by_the_columns_it_lacks() {
    let Some(path) = data("ucdp-ged/acd3_2021.csv.gz") else { return };
    let error = read_file("ucdp", &Options::default(), &path).err().unwrap().to_string();
    assert!(error.starts_with(
        "this is not a ucdp table: column `latitude`, `longitude`, `date_start`, `date_end`, `id`"
    ));
    println!("{error}");
}

#[test]
fn every_bare_firms_row_is_a_distinct_observation() {
    let Some(dir) = data("firms-ukraine-2000-2023") else { return };
    let mut ledger = Ledger::new();
    let mut rows = 0;
    for year in 2000..=2023 {
        let path = dir.join(format!("ukr_fire_data_{year}.csv.gz"));
        if !path.exists() {
            continue;
        }
        let (kept, summary) = read_file("firms", &Options::default(), &path).unwrap();
        assert_eq!(summary.rejected(), 0);
        rows += summary.rows;
        let added: u64 = kept.batches.iter().map(|b| ledger.add(b).new).sum();
        assert!(added > 0);
    }
    assert_eq!((rows, ledger.len()), (1_263_651, 1_263_651));
}

#[test]
fn other_firms_tables_are_read_whole() {
    for (path, rows, distinct) in [
        ("firms-ukraine-viirs-full-attrs/fire_nrt_SV-C2_400448.csv.gz", 42_415, 42_415),
        ("firms-modis-global-nrt/viirs_global_nrt_snapshots_raw.csv.gz", 44_072, 0),
        ("firms-ukraine-2000-2023/abnormal_fires_validation_model_labels.csv.gz", 60_997, 60_997),
    ] {
        let Some(path) = data(path) else { return };
        let (kept, summary) = read_file("firms", &Options::default(), &path).unwrap();
        assert_eq!((summary.rows, summary.rejected()), (rows, 0));
        let mut ledger = Ledger::new();
        let added: u64 = kept.batches.iter().map(|b| ledger.add(b).new).sum();
        assert!(added > 0);
        println!("{} of {rows} distinct; unread {:?}", ledger.len(), summary.unread_columns);
        assert!(distinct == 0 || ledger.len() == distinct);
    }
}
