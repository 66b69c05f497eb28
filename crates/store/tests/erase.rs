//! Erasing an original: an act first, the bytes after it, and whatever a crash left half done is mended.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use base::{CivilZone, Digest};
use evidence::item::{ERASED, HELD, Handling};
use std::path::{Path, PathBuf};
use store::{Entry, EraseError, Key, Mission};

/// 2026-03-03T00:00:00Z.
const NOW_MS: i64 = 1_772_496_000_000;

fn mission(dir: &Path) -> Mission {
    Mission::create(dir, "test", &CivilZone::utc(), NOW_MS).unwrap()
}

fn did(item: Digest, action: &str) -> Handling {
    let (by, note) = ("custodian".to_owned(), "lapsed".to_owned());
    Handling { item, action: action.to_owned(), by, note, copy: None }
}

fn mark(dir: &Path, digest: Digest) -> PathBuf {
    dir.join("blobs").join(format!("erase-{digest}"))
}

fn reopened(dir: &Path) -> Mission {
    Mission::open(dir, "test", NOW_MS + 9).unwrap()
}

#[test]
fn what_is_erased_is_gone_and_the_act_stays() {
    let dir = tempfile::tempdir().unwrap();
    let mission = mission(dir.path());
    let digest = mission.blobs().put_bytes(b"a photo").unwrap();
    let other = mission.blobs().put_bytes(b"another photo").unwrap();
    let refused = mission.erase(did(digest, HELD), NOW_MS).unwrap_err();
    assert!(matches!(refused, EraseError::NotAnErasure { .. }), "{refused}");
    let seq = mission.erase(did(digest, ERASED), NOW_MS + 1).unwrap().seq();
    assert!(!mission.blobs().path_of(digest).exists() && mission.blobs().path_of(other).exists());
    assert!(!mark(dir.path(), digest).exists());
    drop(mission);
    let mission = reopened(dir.path());
    let entry = mission.journal().read(seq..=seq, None).unwrap().next().unwrap().unwrap().entry;
    assert_eq!(entry, Entry::Handled(did(digest, ERASED)));
    mission.journal().verify().unwrap();
    assert!(mission.blobs().path_of(other).exists());
}

#[test]
fn a_crash_before_the_act_leaves_the_bytes_and_one_after_it_takes_them() {
    let dir = tempfile::tempdir().unwrap();
    let mission = mission(dir.path());
    let digest = mission.blobs().put_bytes(b"a photo").unwrap();
    drop(mission);
    // Killed after the mark, before the act.
    std::fs::write(mark(dir.path(), digest), b"").unwrap();
    let mission = reopened(dir.path());
    assert!(mission.blobs().path_of(digest).exists() && !mark(dir.path(), digest).exists());
    // Killed after the act, before the bytes went.
    let entry = Entry::Handled(did(digest, ERASED));
    std::fs::write(mark(dir.path(), digest), b"").unwrap();
    mission.journal().append(&entry, Key::of_entry(&entry), NOW_MS + 10).unwrap();
    drop(mission);
    let mission = reopened(dir.path());
    assert!(!mission.blobs().path_of(digest).exists() && !mark(dir.path(), digest).exists());
    // Killed after the bytes went, before the mark did.
    drop(mission);
    std::fs::write(mark(dir.path(), digest), b"").unwrap();
    let mission = reopened(dir.path());
    assert!(!mark(dir.path(), digest).exists());
    // It came again after that: what the mark says is over.
    mission.blobs().put_bytes(b"a photo").unwrap();
    let again = Entry::Handled(did(digest, "received"));
    mission.journal().append(&again, Key::of_entry(&again), NOW_MS + 20).unwrap();
    drop(mission);
    std::fs::write(mark(dir.path(), digest), b"").unwrap();
    let mission = reopened(dir.path());
    assert!(mission.blobs().path_of(digest).exists());
}

#[test]
fn what_the_record_is_derived_from_is_not_erased() {
    let dir = tempfile::tempdir().unwrap();
    let mission = mission(dir.path());
    let digest = mission.blobs().put_bytes(b"lat,lon\n").unwrap();
    let started = Entry::ImportStarted {
        import: Digest::of(b"i"),
        source: "s".to_owned(),
        format: "csv".to_owned(),
        file_name: "a.csv".to_owned(),
        original: digest,
        bytes: 8,
    };
    mission.journal().append(&started, Key::of_entry(&started), NOW_MS).unwrap();
    let refused = mission.erase(did(digest, ERASED), NOW_MS).unwrap_err().to_string();
    assert!(refused.contains("the imported file `a.csv` (entry 2)"), "{refused}");
    assert!(mission.blobs().path_of(digest).exists() && !mark(dir.path(), digest).exists());
}
