//! `kill -9` during import, fifty times: nothing acknowledged is lost, nothing is doubled.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use store::{Entry, Mission};

const ROUNDS: u64 = 50;
const ROWS: u64 = 60_000;

fn truceline() -> Command {
    Command::new(env!("CARGO_BIN_EXE_truceline"))
}

/// A file of fire detections, another one each round.
fn detections(folder: &Path, round: u64) -> PathBuf {
    let mut text = String::from("LATITUDE,LONGITUDE,ACQ_DATE\n");
    for i in 0..ROWS {
        let lat = 40.0 + (i % 300) as f64 * 0.01;
        let lon = -40.0 + (i / 300) as f64 * 0.01;
        let _ = writeln!(text, "{lat:.4},{lon:.4},2020-{:02}-{:02}", round % 12 + 1, round / 12 + 1);
    }
    let path = folder.join(format!("round-{round}.csv"));
    std::fs::write(&path, text).expect("the file is written");
    path
}

fn import(mission: &Path, file: &Path) -> Command {
    let mut command = truceline();
    command
        .args(["import", "firms"])
        .arg(file)
        .args(["--source", "orbit", "--print-acks", "--mission"])
        .arg(mission);
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Runs an import and kills it after `acks` acknowledgements; the entries acknowledged.
fn killed(mission: &Path, file: &Path, acks: usize) -> Vec<u64> {
    let mut child = import(mission, file).spawn().expect("it starts");
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut seen = Vec::new();
    for line in output.lines().map_while(Result::ok) {
        if let Some(seq) = line.strip_prefix("acknowledged ").and_then(|r| r.split(' ').next()) {
            seen.push(seq.parse().expect("a number"));
        }
        if seen.len() >= acks {
            break;
        }
    }
    child.kill().expect("SIGKILL");
    child.wait().expect("it ends");
    seen
}

#[test]
fn fifty_kills_lose_nothing_acknowledged_and_double_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mission = folder.path().join("mission");
    assert!(truceline().arg("init").arg(&mission).output().expect("it runs").status.success());
    let mut files = Vec::new();
    let mut acknowledged: HashSet<u64> = HashSet::new();
    for round in 0..ROUNDS {
        let file = detections(folder.path(), round);
        // A few acknowledgements in, a different moment each round; the writer is ahead of what was acknowledged.
        acknowledged.extend(killed(&mission, &file, (round as usize * 7) % 4));
        files.push(file);
        let reader = Mission::open_read(&mission).expect("the mission opens after a kill");
        let there: HashSet<u64> =
            reader.journal().read(.., None).expect("readable").map(|r| r.expect("sound").seq).collect();
        assert!(acknowledged.is_subset(&there), "round {round}: an acknowledged entry is gone");
        reader.journal().verify().expect("the chain holds after a kill");
    }
    for file in &files {
        assert!(import(&mission, file).output().expect("it runs").status.success());
    }
    let reader = Mission::open_read(&mission).expect("opens");
    let mut ids = HashSet::new();
    let mut rows = 0_u64;
    for recorded in reader.journal().read(.., None).expect("readable") {
        if let Entry::Observations { batch, .. } = recorded.expect("sound").entry {
            rows += batch.len() as u64;
            ids.extend(batch.id.iter().copied());
        }
    }
    assert_eq!(rows, ROUNDS * ROWS, "no chunk is recorded twice");
    assert_eq!(ids.len() as u64, ROUNDS * ROWS, "no observation is missing");
}
