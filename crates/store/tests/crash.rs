//! Processes killed while they write. Each test runs this binary again as a child that writes and says what was
//! acknowledged; it is killed at some moment, and everything it said must be there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod common;

use base::{CivilZone, Digest};
use common::{NOW_MS, Numbers, item, mission};
use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use store::{Appended, Entry, Key, Mission};

const DIR: &str = "STORE_CRASH_DIR";
const START: &str = "STORE_CRASH_START";
/// A child that is not killed ends after so many pieces of work.
const WORK_MAX: u32 = 50_000;

fn directory_of_child() -> Option<PathBuf> {
    std::env::var_os(DIR).map(PathBuf::from)
}

/// How many children a test kills; more for a long run: `STORE_CRASH_ROUNDS=500 cargo test -p store --test crash`.
fn rounds() -> u32 {
    std::env::var("STORE_CRASH_ROUNDS").map_or(24, |n| n.parse().expect("a number of rounds"))
}

fn start_of_child() -> u32 {
    std::env::var(START).unwrap().parse().unwrap()
}

/// Says a line to the parent at once; ends the child when nobody listens any more.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    if out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Runs the test `name` as a child, kills it once it has said `lines` lines, and gives all it said. The child goes on
/// working while its lines are read, so the kill falls on any moment of its work.
fn run_and_kill(name: &str, dir: &Path, start: u32, lines: usize) -> Vec<Vec<String>> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(DIR, dir)
        .env(START, start.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut said = Vec::new();
    let mut killed = false;
    loop {
        let mut line = String::new();
        if out.read_line(&mut line).unwrap() == 0 {
            break;
        }
        // A line without its end was not said; other lines are those of the test harness.
        if let Some(rest) = line.strip_suffix('\n').and_then(|l| l.strip_prefix("done ")) {
            said.push(rest.split(' ').map(str::to_owned).collect());
        }
        if said.len() >= lines && !killed {
            child.kill().unwrap();
            killed = true;
        }
    }
    child.wait().unwrap();
    assert!(killed, "the child ended by itself after {} lines", said.len());
    said
}

#[test]
fn child_that_appends() {
    let Some(dir) = directory_of_child() else { return };
    let mission = Mission::open(&dir, "be killed", NOW_MS).unwrap();
    let journal = mission.journal();
    std::thread::scope(|threads| {
        for lane in 0..4 {
            threads.spawn(move || {
                for i in (start_of_child()..WORK_MAX).filter(|i| i % 4 == lane) {
                    let entry = item(i);
                    let appended = journal.append(&entry, Key::of_entry(&entry), NOW_MS).unwrap();
                    say(&format!("done {i} {}", appended.seq()));
                }
            });
        }
    });
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_doubled_when_the_writer_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    drop(mission(dir.path()));
    let mut numbers = Numbers(7);
    let mut start = 0;
    for round in 0..rounds() {
        let lines = (numbers.next() % 40 + 1) as usize;
        let said = run_and_kill("child_that_appends", dir.path(), start, lines);
        let mission = Mission::open(dir.path(), "look", NOW_MS).expect("the lock is free");
        let journal = mission.journal();
        journal.verify().unwrap();
        let mut highest = 0;
        for line in &said {
            let (i, seq): (u32, u64) = (line[0].parse().unwrap(), line[1].parse().unwrap());
            let found =
                journal.read(seq..=seq, None).unwrap().next().expect("acknowledged, then lost").unwrap();
            assert_eq!(found.entry, item(i), "round {round}");
            highest = highest.max(i);
        }
        let before = journal.head().unwrap().seq;
        let again = (start..=highest + 4).map(item);
        let new = again
            .map(|entry| journal.append(&entry, Key::of_entry(&entry), NOW_MS).unwrap())
            .filter(|appended| matches!(appended, Appended::New(_)))
            .count() as u64;
        assert_eq!(journal.head().unwrap().seq, before + new);
        // The next child begins with entries that are there already.
        start = highest.saturating_sub(5);
    }
    let mission = Mission::open_read(dir.path()).unwrap();
    mission.journal().verify().unwrap();
    let mut times = HashMap::new();
    for recorded in mission.journal().read(2.., None).unwrap() {
        let Entry::Rejected { chunk, .. } = recorded.unwrap().entry else { panic!("not an item") };
        *times.entry(chunk).or_insert(0) += 1;
    }
    assert!(times.values().all(|n| *n == 1), "an item is there twice");
    assert!((0..start).all(|i| times.contains_key(&i)), "an item is missing");
}

fn original(i: u32) -> Vec<u8> {
    let mut numbers = Numbers(u64::from(i));
    let words = numbers.next() % 40_000;
    (0..words).flat_map(|_| numbers.next().to_le_bytes()).collect()
}

#[test]
fn child_that_keeps_blobs() {
    let Some(dir) = directory_of_child() else { return };
    let mission = Mission::open(&dir, "be killed", NOW_MS).unwrap();
    let blobs = mission.blobs();
    std::thread::scope(|threads| {
        for lane in 0..2 {
            threads.spawn(move || {
                for i in (start_of_child()..WORK_MAX).filter(|i| i % 2 == lane) {
                    say(&format!("done {i} {}", blobs.put(original(i).as_slice()).unwrap()));
                }
            });
        }
    });
}

#[test]
fn a_blob_that_was_acknowledged_is_whole_and_half_a_blob_is_cleaned_away() {
    let dir = tempfile::tempdir().unwrap();
    drop(mission(dir.path()));
    let mut numbers = Numbers(11);
    let mut start = 0;
    for _ in 0..rounds() {
        let lines = (numbers.next() % 12 + 1) as usize;
        let said = run_and_kill("child_that_keeps_blobs", dir.path(), start, lines);
        let mission = Mission::open(dir.path(), "look", NOW_MS).unwrap();
        for line in &said {
            let i = line[0].parse().unwrap();
            let digest = Digest::from_hex(&line[1]).unwrap();
            assert_eq!(mission.blobs().read(digest, u64::MAX - 1).unwrap(), original(i));
            start = start.max(i);
        }
        for file in std::fs::read_dir(dir.path().join("blobs")).unwrap() {
            let file = file.unwrap();
            assert!(file.path().is_dir(), "{:?} was left behind", file.file_name());
            for blob in std::fs::read_dir(file.path()).unwrap() {
                let name = blob.unwrap().file_name().into_string().unwrap();
                mission
                    .blobs()
                    .check(Digest::from_hex(&name).unwrap())
                    .expect("a blob is whole or not there");
            }
        }
    }
}

#[test]
fn child_that_creates_missions() {
    let Some(dir) = directory_of_child() else { return };
    for i in start_of_child()..WORK_MAX {
        let _mission = mission(&dir.join(i.to_string()));
        say(&format!("done {i}"));
    }
}

#[test]
fn a_mission_whose_making_was_killed_is_there_whole_or_can_be_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(13);
    let mut start = 0;
    for _ in 0..rounds() {
        let lines = (numbers.next() % 4 + 1) as usize;
        let said = run_and_kill("child_that_creates_missions", dir.path(), start, lines);
        let last: u32 = said.last().unwrap()[0].parse().unwrap();
        for i in start..=last {
            Mission::open(&dir.path().join(i.to_string()), "look", NOW_MS).expect("acknowledged, then lost");
        }
        let next = dir.path().join((last + 1).to_string());
        let made = match Mission::open(&next, "look", NOW_MS) {
            Ok(mission) => mission,
            Err(_) => Mission::create(&next, "test", &CivilZone::utc(), NOW_MS).unwrap(),
        };
        assert_eq!(made.name(), "test");
        assert_eq!(made.journal().verify().unwrap().head.seq, 1);
        start = last + 2;
    }
}
