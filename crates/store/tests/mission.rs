//! The directory of a mission: made once, held by one, and its originals.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod common;

use base::{CivilZone, Digest};
use common::{NOW_MS, mission};
use std::io::Read;
use store::{BlobError, Mission, MissionError};

#[test]
fn a_second_opener_is_told_who_holds_the_mission() {
    let dir = tempfile::tempdir().unwrap();
    drop(mission(dir.path()));
    let holder = Mission::open(dir.path(), "serve --port 8080", NOW_MS).unwrap();
    let Err(MissionError::Held { holder: named, .. }) = Mission::open(dir.path(), "import", NOW_MS + 1)
    else {
        panic!("two processes hold one mission");
    };
    assert_eq!(named.pid, Some(std::process::id()));
    let said = Mission::open(dir.path(), "import", NOW_MS + 1).unwrap_err().to_string();
    let expected = format!(
        "is in use by process {} (`serve --port 8080`) since 2026-03-03T00:00:00Z; close that first",
        std::process::id()
    );
    assert!(said.ends_with(&expected), "{said}");
    assert_eq!(Mission::open_read(dir.path()).unwrap().name(), "test");
    drop(holder);
    Mission::open(dir.path(), "import", NOW_MS + 1).unwrap();
}

#[test]
fn a_mission_says_its_name_and_zone_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("new").join("deep");
    let zone = CivilZone::named("Europe/Kyiv").unwrap();
    drop(Mission::create(&path, "Joint Centre", &zone, NOW_MS).unwrap());
    let mission = Mission::open(&path, "test", NOW_MS).unwrap();
    assert_eq!((mission.name(), mission.zone()), ("Joint Centre", "Europe/Kyiv"));
    assert_eq!(mission.journal().head().unwrap().seq, 1);
}

#[test]
fn other_directories_are_refused_each_for_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let says = |result: Result<Mission, MissionError>| result.unwrap_err().to_string();
    let utc = CivilZone::utc();
    assert!(says(Mission::open(dir.path(), "test", NOW_MS)).contains("is not a mission directory"));
    assert!(!dir.path().join("lock").exists(), "a refused opening leaves nothing behind");
    assert!(says(Mission::open(&dir.path().join("absent"), "test", NOW_MS)).contains("is not a mission"));
    std::fs::write(dir.path().join("thesis.odt"), "x").unwrap();
    assert!(
        says(Mission::create(dir.path(), "m", &utc, NOW_MS)).contains("is not empty (it has `thesis.odt`)")
    );
    std::fs::remove_file(dir.path().join("thesis.odt")).unwrap();
    assert!(says(Mission::create(dir.path(), " ", &utc, NOW_MS)).contains("mission's name is empty"));
    drop(mission(dir.path()));
    assert!(says(Mission::create(dir.path(), "m", &utc, NOW_MS)).contains("is a mission already"));
}

#[test]
fn a_journal_of_a_later_format_or_of_another_program_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(mission(dir.path()));
    let pragma = |name: &str, value: i64| {
        let db = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
        db.pragma_update(None, name, value).unwrap();
    };
    pragma("user_version", 7);
    let said = Mission::open(dir.path(), "test", NOW_MS).unwrap_err().to_string();
    assert!(said.contains("has format `7`, this program reads up to 1; use a newer one"), "{said}");
    pragma("user_version", 1);
    pragma("application_id", 5);
    let said = Mission::open_read(dir.path()).unwrap_err().to_string();
    assert!(said.contains("is not a journal of truceline"), "{said}");
}

#[test]
fn a_journal_whose_table_was_replaced_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    drop(mission(dir.path()));
    let db = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
    db.execute_batch(
        "DROP TABLE entry;
         CREATE VIEW entry AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS seq FROM n",
    )
    .unwrap();
    drop(db);
    let said = Mission::open_read(dir.path()).unwrap_err().to_string();
    assert!(said.contains("its table is not that of its format"), "{said}");
}

#[test]
fn a_journal_that_does_not_begin_with_a_mission_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    let salts = store::journal::system_salts();
    let journal = store::Journal::create(&dir.path().join("journal.db"), salts).unwrap();
    journal.append(&common::item(1), store::Key::of_entry(&common::item(1)), NOW_MS).unwrap();
    drop(journal);
    let said = Mission::open(dir.path(), "test", NOW_MS).unwrap_err().to_string();
    assert!(said.contains("its first entry does not open a mission"), "{said}");
}

#[test]
fn a_blob_is_kept_once_under_its_digest() {
    let dir = tempfile::tempdir().unwrap();
    let mission = mission(dir.path());
    let blobs = mission.blobs();
    let digest = blobs.put_bytes(b"Article 4").unwrap();
    assert_eq!(digest, Digest::of(b"Article 4"));
    assert_eq!(blobs.put(&b"Article 4"[..]).unwrap(), digest);
    let name = digest.to_string();
    assert!(dir.path().join("blobs").join(&name[..2]).join(&name).is_file());
    let mut text = String::new();
    blobs.open(digest).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "Article 4");
    assert_eq!(blobs.check(digest).unwrap(), 9);
    assert!(matches!(blobs.read(digest, 8), Err(BlobError::TooLarge { bytes_max: 8 })));
    assert_eq!(blobs.read(digest, 9).unwrap(), b"Article 4");
    assert!(matches!(blobs.open(Digest::of(b"other")), Err(BlobError::Missing { .. })));
}

#[test]
fn a_damaged_blob_is_noticed_and_keeping_it_again_mends_it() {
    let dir = tempfile::tempdir().unwrap();
    let mission = mission(dir.path());
    let blobs = mission.blobs();
    let digest = blobs.put_bytes(b"Article 4").unwrap();
    std::fs::write(blobs.path_of(digest), b"Article 5").unwrap();
    assert!(matches!(blobs.read(digest, 100), Err(BlobError::Damaged { .. })));
    assert!(matches!(blobs.check(digest), Err(BlobError::Damaged { .. })));
    blobs.put_bytes(b"Article 4").unwrap();
    assert_eq!(blobs.read(digest, 100).unwrap(), b"Article 4");
}

/// Fails after some bytes.
struct Torn(usize);

impl Read for Torn {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.min(buffer.len());
        self.0 -= n;
        if n == 0 { Err(std::io::Error::other("cable pulled")) } else { Ok(n) }
    }
}

#[test]
fn a_source_that_fails_leaves_no_blob_and_no_half_of_one() {
    let dir = tempfile::tempdir().unwrap();
    let mission = mission(dir.path());
    let failure = mission.blobs().put(Torn(700_000)).unwrap_err();
    assert!(failure.to_string().contains("cable pulled"), "{failure}");
    assert_eq!(std::fs::read_dir(dir.path().join("blobs")).unwrap().count(), 0);
}
