//! How fast the journal takes and gives observations, in entries of 1, 100 and 1000 rows of about 300 bytes. Prints
//! only: `cargo bench -p store`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on has failed"
)]

use base::{CivilZone, Digest, Instant, Interval, LonLat, Place};
use evidence::batch::{Batch, Builder};
use evidence::draft::{Draft, Means, TimePrecision};
use std::collections::VecDeque;
use std::time::{Duration, Instant as Clock};
use store::{Entry, Key, Mission};

/// Entries submitted and not yet waited for.
const AHEAD: usize = 32;

fn batch(first: u64, rows: u64) -> Batch {
    let mut builder = Builder::new("bench");
    for i in first..first + rows {
        let h = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let at =
            LonLat::new(30.0 + (h % 100_000) as f64 / 1e4, 45.0 + (h >> 40) as f64 / 1e7).expect("a place");
        let note = format!(
            "explosion heard north-east of post {}, about {} km away, {h:032x} {i:064}",
            h % 90,
            h % 17
        );
        let link = format!("https://example.org/reports/2026/03/{i:08}/{h:016x}");
        let draft = Draft {
            native_key: &i.to_le_bytes(),
            kind: "explosion",
            event: Interval::at(Instant(1_772_496_000_000 + (i * 977) as i64)),
            precision: TimePrecision::Second,
            place: Place::Point { at, radius_m: Some(500.0) },
            means: Means::Heard,
            note: &note,
            links: &link,
            ..Draft::default()
        };
        builder.push(&draft).expect("few words");
    }
    builder.take()
}

fn run(rows: u64, total: u64) {
    let dir = tempfile::tempdir().expect("a directory");
    let mission = Mission::create(&dir.path().join("m"), "bench", &CivilZone::utc(), 0).expect("a mission");
    let journal = mission.journal();
    let entry = |n: u64| Entry::Observations {
        import: Digest::of(b"bench"),
        chunk: n as u32,
        batch: batch(n * rows, rows),
    };
    let entries: Vec<Entry> = (0..total / rows).map(entry).collect();
    let bytes: usize = entries.iter().map(|e| e.to_bytes().expect("sound").len()).sum();

    // One at a time: what one caller waits for one commit.
    let (alone, together) = entries.split_at((entries.len() / 4).clamp(1, 1_000));
    let mut waits: Vec<Duration> = Vec::new();
    for entry in alone {
        let start = Clock::now();
        journal.append(entry, Key::of_entry(entry), 1).expect("appended");
        waits.push(start.elapsed());
    }
    waits.sort();

    // Submitted ahead: commits are shared.
    let start = Clock::now();
    let mut pending = VecDeque::new();
    for entry in together {
        pending.push_back(journal.submit(entry, Key::of_entry(entry), 1).expect("submitted"));
        if pending.len() >= AHEAD {
            pending.pop_front().map(|p| p.wait().expect("appended"));
        }
    }
    for p in pending {
        p.wait().expect("appended");
    }
    let taken = start.elapsed();

    let start = Clock::now();
    let entries: Result<Vec<u64>, _> =
        journal.read(.., None).expect("readable").map(|r| r.map(|r| r.seq)).collect();
    let read = entries.expect("every entry decodes").len();
    let reading = start.elapsed();
    let start = Clock::now();
    journal.verify().expect("whole");
    let verifying = start.elapsed();
    println!(
        "{rows:5} rows an entry, {} bytes a row: commit p50 {:.2} ms p99 {:.2} ms; {:.0} rows/s submitted ahead; \
         read {:.0} rows/s; verify {:.0} rows/s",
        bytes as u64 / total,
        waits[waits.len() / 2].as_secs_f64() * 1e3,
        waits[waits.len() * 99 / 100].as_secs_f64() * 1e3,
        together.len() as f64 * rows as f64 / taken.as_secs_f64(),
        read as f64 * rows as f64 / reading.as_secs_f64(),
        read as f64 * rows as f64 / verifying.as_secs_f64(),
    );
}

fn main() {
    for (rows, total) in [(1, 4_000), (100, 200_000), (1_000, 400_000)] {
        run(rows, total);
    }
}
