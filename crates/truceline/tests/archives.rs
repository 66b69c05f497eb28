//! Real archives, where they are at hand: `../shared/data` beside the project. Not part of it; skipped aloud without.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

use base::id::Hasher;
use evidence::batch::{Batch, WordIndex};
use evidence::coverage::Coverage;
use evidence::formats::Format;
use evidence::intake::{Options, Sink, SinkError, read};
use evidence::reject::Rejected;
use evidence::settle::Ledger;
use findings::State;
use incidents::Settings;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

fn archive(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if !path.exists() {
        // Not through `println!`, which the test runner keeps to itself.
        let _ =
            std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: {name} is not there\n"));
        return None;
    }
    Some(path)
}

#[derive(Default)]
struct Kept(Vec<Batch>);

impl Sink for Kept {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.0.push(batch);
        Ok(())
    }

    fn coverage(&mut self, coverage: Coverage) -> Result<(), SinkError> {
        panic!("{coverage:?}");
    }

    fn rejected(&mut self, rejected: Rejected) {
        panic!("{rejected}");
    }
}

/// A permutation of `n` that depends on `seed` alone (Fisher–Yates over SHA-256 numbers).
fn shuffled(n: usize, seed: u64) -> Vec<u32> {
    let mut state = {
        let mut h = Hasher::new("shuffle");
        h.number(seed);
        h.finish_u128() as u64 | 1
    };
    let mut order: Vec<u32> = (0..n as u32).collect();
    for i in (1..n).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        order.swap(i, (state % (i as u64 + 1)) as usize);
    }
    order
}

#[test]
fn two_million_arrivals_settle_to_the_same_bytes_in_twenty_shuffled_orders() {
    let Some(path) = archive("firms-modis-global-nrt/modis_global_nrt_dedup.csv.gz") else { return };
    let mut kept = Kept::default();
    let options = Options { repeat_by: Some("times_seen".to_owned()), ..Options::default() };
    let file = Box::new(File::open(path).expect("opens"));
    let summary = read(Format::Firms, &options, "modis", file, &mut kept).expect("reads");
    assert_eq!(summary.observations, 2_155_311);
    let arrivals: Vec<(u32, u32)> = kept
        .0
        .iter()
        .enumerate()
        .flat_map(|(b, batch)| (0..batch.len() as u32).map(move |row| (b as u32, row)))
        .collect();
    let mut digests = Vec::new();
    for seed in 0..20 {
        let mut ledger = Ledger::new();
        for part in shuffled(arrivals.len(), seed).chunks(16_384) {
            let mut batch = Batch::default();
            let mut words = WordIndex::default();
            for at in part {
                let (b, row) = arrivals[*at as usize];
                batch.push_row(&kept.0[b as usize], row as usize, &mut words);
            }
            ledger.add(&batch);
        }
        let settled = ledger.settle();
        assert_eq!(settled.observations.len(), 671_618);
        digests.push(State::derive(settled.observations, &[], &Settings::default()).digest());
    }
    assert!(digests.windows(2).all(|w| w[0] == w[1]), "{digests:?}");
}

#[test]
fn inside_and_outside_equal_the_oracle_on_every_observation_of_a_quarter() {
    let (Some(events), Some(zones), Some(oracle)) = (
        archive("viina-2026-q1/viina-events.json.gz"),
        archive("deepstate-occupied-daily"),
        archive("oracles/viina2026q1_in_deepstate_occupied.csv.gz"),
    ) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let zone = std::fs::read_dir(zones)
        .expect("a folder")
        .filter_map(Result::ok)
        .map(|e| e.path())
        .find(|p| p.extension().is_some_and(|e| e == "zst"))
        .expect("the zones");
    std::fs::copy(zone, folder.path().join("occupied.ndjson.zst")).expect("copied");
    let agreement = folder.path().join("quiet.md");
    std::fs::write(
        &agreement,
        "# Quiet\n```terms\ninstrument quiet \"Quiet\"\n  time zone \"Europe/Kyiv\"\n  \
         entry into force 2026-01-01 00:00\n  D = entry into force\n\
         act fire = explosion or airstrike or drone strike or artillery fire or firefight\n\
         zone occupied from \"occupied.ndjson.zst\" valid each day by \"date\"\n\
         1 nobody shall fire in occupied\n  from D\n```\n",
    )
    .expect("written");
    let answers = folder.path().join("answers.csv");
    let out = Command::new(env!("CARGO_BIN_EXE_truceline"))
        .args(["replay", "--agreement"])
        .arg(&agreement)
        .args(["--evidence", &format!("viina:{}", events.display()), "--observations"])
        .arg(&answers)
        .output()
        .expect("runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let mut expected =
        rows(Box::new(flate2::read::GzDecoder::new(File::open(oracle).expect("opens"))), &[0, 2, 3, 4]);
    for row in &mut expected {
        row[3] = if row[3] == "1" { "inside".to_owned() } else { "outside".to_owned() };
    }
    let mut found = rows(Box::new(File::open(answers).expect("opens")), &[1, 3, 4, 5]);
    for row in &mut found {
        row[0] = row[0][..10].replace('-', "");
    }
    expected.sort();
    found.sort();
    assert_eq!(expected.len(), 9_949);
    assert!(expected == found, "an answer differs from the oracle's");
}

/// Columns of a CSV; numbers in one spelling.
fn rows(input: Box<dyn std::io::Read>, columns: &[usize]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(input);
    let plain = |field: &str| field.parse::<f64>().map_or_else(|_| field.to_owned(), |n| n.to_string());
    reader
        .records()
        .map(|r| {
            let record = r.expect("a record");
            columns.iter().map(|c| plain(&record[*c])).collect()
        })
        .collect()
}
