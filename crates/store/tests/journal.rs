//! The journal in one process: once, in order, never back in time, and every damage noticed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod common;

use base::Digest;
use common::{NOW_MS, item, mission};
use rusqlite::Connection;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{AppendError, Appended, Entry, Key, Mission, Recorded};

/// Appends the items of `range`, each a millisecond after the one before.
fn append_all(mission: &Mission, range: std::ops::Range<u32>) {
    for i in range {
        append(mission, i, NOW_MS + i64::from(i));
    }
}

fn append(mission: &Mission, i: u32, now_ms: i64) -> Appended {
    let entry = item(i);
    mission.journal().append(&entry, Key::of_entry(&entry), now_ms).unwrap()
}

fn all(mission: &Mission) -> Vec<Recorded> {
    mission.journal().read(.., None).unwrap().map(Result::unwrap).collect()
}

#[test]
fn the_same_key_is_appended_once_and_another_entry_under_it_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mission = mission(dir.path());
    assert_eq!(append(&mission, 1, NOW_MS), Appended::New(2));
    assert_eq!(append(&mission, 1, NOW_MS + 9), Appended::Already(2));
    let taken = mission.journal().append(&item(2), Key::of_entry(&item(1)), NOW_MS).unwrap_err();
    assert_eq!(taken, AppendError::KeyTaken { seq: 2 });
    assert_eq!(append(&mission, 2, NOW_MS), Appended::New(3));
    assert_eq!(all(&mission).len(), 3);
}

#[test]
fn an_entry_that_may_not_be_written_leaves_the_journal_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let mission = mission(dir.path());
    let unnamed = Entry::MissionOpened { name: String::new(), zone: "UTC".into() };
    let refused = mission.journal().append(&unnamed, Key::of("test", &[b"x"]), NOW_MS).unwrap_err();
    assert!(matches!(refused, AppendError::Bad(_)), "{refused}");
    assert_eq!(append(&mission, 1, NOW_MS), Appended::New(2));
}

#[test]
fn entries_submitted_together_stand_in_the_order_submitted() {
    let dir = tempfile::tempdir().unwrap();
    let mission = mission(dir.path());
    let submit = |i| mission.journal().submit(&item(i), Key::of_entry(&item(i)), NOW_MS).unwrap();
    let pending: Vec<_> = (0..50).map(submit).collect();
    for (i, pending) in (0..).zip(pending) {
        assert_eq!(pending.wait(), Ok(Appended::New(i + 2)));
    }
    assert!(all(&mission).iter().skip(1).zip(0..).all(|(recorded, i)| recorded.entry == item(i)));
}

#[test]
fn recorded_time_never_runs_backwards_even_if_the_clock_does() {
    let dir = tempfile::tempdir().unwrap();
    let first = mission(dir.path());
    append(&first, 1, NOW_MS + 50);
    append(&first, 2, NOW_MS - 1_000_000);
    append(&first, 3, i64::MIN);
    drop(first);
    let mission = Mission::open(dir.path(), "test", NOW_MS).unwrap();
    append(&mission, 4, NOW_MS);
    append(&mission, 5, NOW_MS + 70);
    let times: Vec<i64> = all(&mission).iter().map(|r| r.recorded_ms - NOW_MS).collect();
    assert_eq!(times, [0, 50, 50, 50, 50, 70]);
}

#[test]
fn as_known_at_a_moment_is_the_prefix_recorded_by_then() {
    let dir = tempfile::tempdir().unwrap();
    let mission = mission(dir.path());
    for (i, later_ms) in [(1, 10), (2, 10), (3, 20), (4, 40)] {
        append(&mission, i, NOW_MS + later_ms);
    }
    let journal = mission.journal();
    for (later_ms, seq) in [(-1, 0), (0, 1), (9, 1), (10, 3), (19, 3), (20, 4), (39, 4), (40, 5), (1_000, 5)]
    {
        assert_eq!(journal.seq_at(NOW_MS + later_ms).unwrap(), seq);
        let known = journal.read(.., Some(NOW_MS + later_ms)).unwrap();
        assert_eq!(known.map(|r| r.unwrap().seq).collect::<Vec<_>>(), (1..=seq).collect::<Vec<_>>());
    }
    assert_eq!(journal.seq_at(i64::MAX).unwrap(), 5);
    assert_eq!(journal.head_at(5).unwrap(), journal.head().unwrap());
    assert_eq!(journal.head_at(3).unwrap().recorded_ms, NOW_MS + 10);
    assert_eq!(journal.head_at(0).unwrap().seq, 0);
    assert!(journal.head_at(6).is_err());
    let part = |range: std::ops::Range<u64>| journal.read(range, None).unwrap().count();
    assert_eq!((part(2..4), part(0..2), part(5..99), part(4..4), part(6..9)), (2, 1, 1, 0, 0));
}

#[test]
fn readers_see_whole_prefixes_while_the_writer_writes() {
    let dir = tempfile::tempdir().unwrap();
    let mission = mission(dir.path());
    let reader = mission.journal().reader();
    let ended = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            append_all(&mission, 0..300);
            ended.store(true, Ordering::Release);
        });
        for _ in 0..2 {
            threads.spawn(|| {
                let mut seen = 0;
                loop {
                    let last = ended.load(Ordering::Acquire);
                    let entries: Vec<Recorded> = reader.read(.., None).unwrap().map(Result::unwrap).collect();
                    assert!(entries.len() >= seen, "what was there is gone");
                    seen = entries.len();
                    assert!(entries.iter().zip(1..).all(|(r, seq)| r.seq == seq));
                    assert!(entries.iter().skip(1).zip(0..).all(|(r, i)| r.entry == item(i)));
                    if last {
                        break assert_eq!(seen, 301);
                    }
                }
            });
        }
    });
    assert_eq!(mission.journal().verify().unwrap().head, reader.head().unwrap());
}

/// A closed mission with some entries; its directory and entries.
fn some_mission() -> (tempfile::TempDir, Vec<Recorded>) {
    let dir = tempfile::tempdir().unwrap();
    let mission = mission(dir.path());
    append_all(&mission, 0..12);
    let entries = all(&mission);
    (dir, entries)
}

#[test]
fn the_database_itself_refuses_to_change_or_delete_an_entry() {
    let (dir, _) = some_mission();
    let db = Connection::open(dir.path().join("journal.db")).unwrap();
    for sql in [
        "UPDATE entry SET recorded_ms = 0 WHERE seq = 3",
        "DELETE FROM entry WHERE seq = 13",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE seq = 3",
        "INSERT OR REPLACE INTO entry SELECT 14, recorded_ms, kind, idempotency_key, salt, commitment, digest, body
             FROM entry WHERE seq = 13",
        "INSERT INTO entry SELECT 15, recorded_ms, kind, randomblob(32), salt, commitment, digest, body
             FROM entry WHERE seq = 13",
        "INSERT INTO entry SELECT 14, recorded_ms - 1, kind, randomblob(32), salt, commitment, digest, body
             FROM entry WHERE seq = 13",
    ] {
        let refused = db.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    drop(db);
    assert_eq!(Mission::open_read(dir.path()).unwrap().journal().verify().unwrap().head.seq, 13);
}

#[test]
fn whoever_rewrites_history_breaks_the_chain_where_it_was_rewritten() {
    for (sql, says) in [
        ("UPDATE entry SET recorded_ms = recorded_ms - 1 WHERE seq = 7", "recorded before|does not follow"),
        (
            "UPDATE entry SET body = (SELECT body FROM entry WHERE seq = 8) WHERE seq = 7",
            "is not what it was",
        ),
        ("UPDATE entry SET idempotency_key = randomblob(32) WHERE seq = 7", "is not what it was"),
        ("UPDATE entry SET salt = randomblob(16) WHERE seq = 7", "is not what it was"),
        ("UPDATE entry SET commitment = randomblob(32) WHERE seq = 7", "is not what it was"),
        ("UPDATE entry SET digest = randomblob(32) WHERE seq = 7", "does not follow"),
        ("UPDATE entry SET kind = 'observations' WHERE seq = 7", "kind column"),
        ("DELETE FROM entry WHERE seq = 7", "it is missing; the next is 8"),
        ("UPDATE entry SET body = x'00' WHERE seq = 7", "record format at its compression"),
    ] {
        let (dir, _) = some_mission();
        let db = Connection::open(dir.path().join("journal.db")).unwrap();
        db.execute_batch("DROP TRIGGER entry_stays; DROP TRIGGER entry_is_kept").unwrap();
        assert_eq!(db.execute(sql, []).unwrap(), 1);
        drop(db);
        let mission = Mission::open_read(dir.path()).unwrap();
        let broken = mission.journal().verify().unwrap_err();
        assert_eq!(broken.seq, 7, "{sql}: {broken}");
        assert!(says.split('|').any(|s| broken.what.contains(s)), "{sql}: {broken}");
    }
}

#[test]
fn a_missing_entry_stops_the_reader_instead_of_being_passed_over() {
    let (dir, _) = some_mission();
    let db = Connection::open(dir.path().join("journal.db")).unwrap();
    db.execute_batch("DROP TRIGGER entry_is_kept; DELETE FROM entry WHERE seq = 7").unwrap();
    drop(db);
    let mission = Mission::open_read(dir.path()).unwrap();
    let read: Vec<_> = mission.journal().read(.., None).unwrap().collect();
    assert_eq!(read.len(), 7);
    assert!(read[6].as_ref().unwrap_err().to_string().contains("entry 7 of the journal is missing"));
}

#[test]
fn an_entry_of_a_later_record_version_is_named_with_its_number() {
    let (dir, _) = some_mission();
    let db = Connection::open(dir.path().join("journal.db")).unwrap();
    let body = zstd::bulk::compress(&[0x83, 0x05, 0x01, 0xa0], 3).unwrap();
    db.execute_batch("DROP TRIGGER entry_stays").unwrap();
    db.execute("UPDATE entry SET body = ?1 WHERE seq = 7", [body]).unwrap();
    drop(db);
    let mission = Mission::open_read(dir.path()).unwrap();
    let failure = mission.journal().read(7.., None).unwrap().next().unwrap().unwrap_err();
    assert!(failure.to_string().contains("entry 7 of the journal: record version `5` is newer"), "{failure}");
}

#[test]
fn a_journal_cut_off_anywhere_is_refused() {
    let (dir, _) = some_mission();
    let path = dir.path().join("journal.db");
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(499) {
        std::fs::write(&path, &whole[..at]).unwrap();
        let said = Mission::open_read(dir.path()).unwrap_err().to_string();
        assert!(said.contains("is damaged") || said.contains("is not a journal"), "cut at {at}: {said}");
    }
    std::fs::write(&path, "no database at all, but long enough: ".repeat(500)).unwrap();
    let said = Mission::open(dir.path(), "test", NOW_MS).unwrap_err().to_string();
    assert!(said.contains("is not a journal of truceline"), "{said}");
}

#[test]
fn a_damaged_journal_never_verifies_as_something_else() {
    let (dir, entries) = some_mission();
    let path = dir.path().join("journal.db");
    let whole = std::fs::read(&path).unwrap();
    let mut noticed = 0;
    for at in (0..whole.len()).step_by(331) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        std::fs::write(&path, &bytes).unwrap();
        let Ok(mission) = Mission::open_read(dir.path()) else {
            noticed += 1;
            continue;
        };
        if mission.journal().verify().is_err() {
            noticed += 1;
            continue;
        }
        // The byte was one that nothing rests on: the space between entries.
        let read: Vec<Recorded> = mission.journal().read(.., None).unwrap().map(Result::unwrap).collect();
        assert_eq!(read, entries, "damage at {at} changed an entry unnoticed");
    }
    assert!(noticed * 2 > whole.len() / 331, "only {noticed} damages were noticed");
}

/// Copies the database and its write-ahead log, cut at `log_bytes`, as a crash could leave them.
fn copy_with_log_cut(from: &Path, to: &Path, log_bytes: usize) {
    std::fs::create_dir(to).unwrap();
    std::fs::copy(from.join("journal.db"), to.join("journal.db")).unwrap();
    let log = std::fs::read(from.join("journal.db-wal")).unwrap();
    std::fs::write(to.join("journal.db-wal"), &log[..log_bytes.min(log.len())]).unwrap();
}

#[test]
fn a_log_cut_off_anywhere_leaves_a_whole_prefix_on_which_a_retry_builds() {
    let dir = tempfile::tempdir().unwrap();
    let live = dir.path().join("live");
    let mission = mission(&live);
    append_all(&mission, 0..12);
    let entries = all(&mission);
    let log_bytes = std::fs::metadata(live.join("journal.db-wal")).unwrap().len() as usize;
    let mut lengths = Vec::new();
    for at in (0..=log_bytes).step_by(log_bytes / 40) {
        let copy = dir.path().join(at.to_string());
        copy_with_log_cut(&live, &copy, at);
        let found = Mission::open(&copy, "test", NOW_MS).unwrap();
        let read = all(&found);
        assert_eq!(read, entries[..read.len()], "log cut at {at}");
        found.journal().verify().unwrap();
        lengths.push(read.len());
        append_all(&found, 0..12);
        assert_eq!(all(&found), entries);
        found.journal().verify().unwrap();
    }
    assert!(lengths.is_sorted() && lengths.first() == Some(&1), "{lengths:?}");
    assert!(lengths.iter().any(|n| *n > 2 && *n < 13), "no cut fell into the middle: {lengths:?}");
}

#[test]
fn salts_hide_equal_entries_and_are_the_only_chance_in_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    let make = |name: &str, salt: u8| {
        let utc = base::CivilZone::utc();
        let path = dir.path().join(name);
        let mission =
            Mission::create_with(&path, "test", &utc, NOW_MS, Box::new(move || Ok([salt; 16]))).unwrap();
        append(&mission, 1, NOW_MS);
        mission.journal().head().unwrap().digest
    };
    let first: Digest = make("a", 1);
    assert_eq!(make("b", 1), first);
    assert_ne!(make("c", 2), first);
}

#[test]
fn the_chain_has_the_digest_it_has_always_had() {
    let dir = tempfile::tempdir().unwrap();
    let utc = base::CivilZone::utc();
    let salts = Box::new(|| Ok([7; 16]));
    let mission = Mission::create_with(&dir.path().join("m"), "test", &utc, NOW_MS, salts).unwrap();
    let ended =
        Entry::ImportFinished { import: Digest::of(b"import"), rows: 5, observations: 3, rejected: 2 };
    mission.journal().append(&ended, Key::of("test", &[b"a key"]), NOW_MS + 1).unwrap();
    let head = mission.journal().head().unwrap();
    assert_eq!(head.digest.to_string(), "7db2addddccb4d9e8ac70b7685469933e15d76ef3e51881d96c07be8cfa3660b");
}
