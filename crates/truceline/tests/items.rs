//! Media and documents: until when they may be kept, what holds them, who lets them go; and `kill -9` while they go.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

use base::{CivilZone, Digest, Instant, Interval};
use evidence::batch::{Batch, Builder};
use evidence::draft::Draft;
use evidence::item::{ERASED, Item};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use store::{Entry, Key, Mission, Received};
use tempfile::TempDir;

/// 2026-03-03T00:00:00Z.
const NOW_MS: i64 = 1_772_496_000_000;
const RULES: &str = "persons: PERSONS\nrules:\n  - name: patrol photos\n    media: image/\n    source: patrol-*\n    \
    keep_days: 1\n  - name: the rest\n    keep_days: 36525\n";
const ANA: &[&str] = &["--by", "ana", "--as", "custodian", "--why", "its time is over"];
const BO: &[&str] = &["--by", "bo", "--as", "custodian", "--why", "seen and agreed"];

/// Two pixels.
const PNG: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x02\x00\x00\x00\x01\x08\x02\x00\
    \x00\x00{@\xe8\xdd\x00\x00\x00\x0dIDATx\x9cc\xf8\xcf\x00\x04\xff\x01\x07\x00\x01\xff\xe2#\x9eY\x00\x00\x00\x00IEND\xaeB`\x82";

struct Shelf {
    folder: TempDir,
    items: Vec<Digest>,
}

struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Shelf {
    /// A mission with so many photos of a patrol and one of a camera.
    fn new(photos: u32, persons: &str) -> Shelf {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("mission");
        let mission = Mission::create(&dir, "test", &CivilZone::utc(), NOW_MS).unwrap();
        std::fs::write(dir.join("retention.yaml"), RULES.replace("PERSONS", persons)).unwrap();
        let mut items = Vec::new();
        for i in 0..=photos {
            let source = if i == photos { "camera-1" } else { "patrol-2" };
            items.push(keep(&mission, source, &format!("{i}.jpg"), format!("photo {i}").as_bytes()));
        }
        Shelf { folder, items }
    }

    /// Keeps one more, of a patrol.
    fn keep(&self, name: &str, bytes: &[u8]) -> Digest {
        keep(&Mission::open(&self.dir(), "test", NOW_MS).unwrap(), "patrol-3", name, bytes)
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("mission")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_truceline"));
        command.arg("items").args(args).arg("--mission").arg(self.dir());
        command
    }

    fn at(&self, args: &[&str]) -> Said {
        let done = self.command(args).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Said { code: done.status.code().unwrap(), out: text(&done.stdout), err: text(&done.stderr) }
    }

    fn due(&self) -> Vec<Value> {
        let said = self.at(&["due", "--json"]);
        assert_eq!(said.code, 0, "{}", said.err);
        serde_json::from_str::<Value>(&said.out).unwrap().as_array().unwrap().clone()
    }

    fn is_on_disk(&self, digest: Digest) -> bool {
        Mission::open_read(&self.dir()).unwrap().blobs().path_of(digest).is_file()
    }

    /// Those that the journal says were erased.
    fn erased(&self) -> BTreeSet<Digest> {
        let reader = Mission::open_read(&self.dir()).unwrap();
        let handled = reader.journal().of_kind("handled").unwrap();
        let erased = handled.into_iter().filter_map(|r| match r.entry {
            Entry::Handled(h) if h.action == ERASED => Some(h.item),
            _ => None,
        });
        erased.collect()
    }
}

fn item(digest: Digest, name: &str, bytes: u64) -> Item {
    Item {
        digest,
        bytes,
        media_type: "image/jpeg".to_owned(),
        name: name.to_owned(),
        taken_ms: None,
        observation: None,
        is_here: true,
        retain_until_ms: None,
    }
}

fn received(source: &str, key: &str, original: Digest, batch: Batch, item: Item) -> Entry {
    Entry::Received(Received {
        source: source.to_owned(),
        format: "odk".to_owned(),
        key: key.to_owned(),
        by: "o-1".to_owned(),
        clock_ahead_ms: None,
        original,
        batch,
        coverage: Vec::new(),
        rejected: Vec::new(),
        items: vec![item],
    })
}

fn keep(mission: &Mission, source: &str, name: &str, bytes: &[u8]) -> Digest {
    let digest = mission.blobs().put_bytes(bytes).unwrap();
    let original = mission.blobs().put_bytes(format!("report with {name}").as_bytes()).unwrap();
    let item = item(digest, name, bytes.len() as u64);
    let entry = received(source, name, original, Batch::default(), item);
    mission.journal().append(&entry, Key::of_entry(&entry), NOW_MS).unwrap();
    digest
}

fn act(verb: &str, item: &str, who: &[&str]) -> Vec<String> {
    [&[verb, item][..], who].concat().into_iter().map(str::to_owned).collect()
}

#[test]
fn two_custodians_erase_what_has_lapsed_and_the_record_says_so_for_ever() {
    let shelf = Shelf::new(2, "2");
    let run = |args: Vec<String>| shelf.at(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let (photo, camera) = (shelf.items[0].to_string(), shelf.items[2].to_string());
    let due = shelf.due();
    assert_eq!(due.len(), 2, "{due:?}");
    assert_eq!(
        (&due[0]["rule"], &due[0]["until"]),
        (&"patrol photos".into(), &"2026-03-04T00:00:00Z".into())
    );
    assert!(run(act("erase", &camera, ANA)).err.contains("by the rule `the rest`"), "it has not lapsed");
    let officer = ["--by", "cy", "--as", "analyst", "--why", "w"];
    assert!(run(act("erase", &photo, &officer)).err.contains("for a custodian to do"));

    assert_eq!(
        run(act("hold", &photo, &["--by", "cy", "--as", "custodian", "--why", "a court asks"])).code,
        0
    );
    assert_eq!(shelf.due().len(), 1, "what is held does not lapse");
    let refused = run(act("erase", &photo, ANA));
    assert!(refused.err.contains("held by cy, who says: a court asks"), "{}", refused.err);
    assert_eq!(
        run(act("release", &photo, &["--by", "cy", "--as", "custodian", "--why", "it is over"])).code,
        0
    );

    let proposed = run(act("erase", &photo, ANA));
    assert!(proposed.out.contains("erasure proposed"), "{}{}", proposed.out, proposed.err);
    assert!(shelf.is_on_disk(shelf.items[0]), "one is not enough");
    assert!(run(act("erase", &photo, ANA)).err.contains("takes a second custodian"));
    let done = run(act("erase", &photo[..10], BO));
    assert!(done.out.contains("erased: journal entry"), "{}{}", done.out, done.err);
    assert!(!shelf.is_on_disk(shelf.items[0]));

    let shown = run(vec!["show".to_owned(), photo.clone()]).out;
    for word in ["held by cy", "released", "erasure proposed by ana", "erased by bo", "seen and agreed"] {
        assert!(shown.contains(word), "{word}\n{shown}");
    }
    assert!(shown.contains("by the rule `patrol photos`) (proposed by ana)"), "{shown}");
    assert_eq!(shelf.due().len(), 1);
    // Restored from a copy, it is told, and may be erased again.
    Mission::open(&shelf.dir(), "t", NOW_MS).unwrap().blobs().put_bytes(b"photo 0").unwrap();
    assert!(shelf.due().iter().any(|o| o["came_back"] == true));
    assert!(run(act("erase", &photo, ANA)).out.contains("erased"));
    assert!(!shelf.is_on_disk(shelf.items[0]));
}

#[test]
fn nothing_lapses_without_rules_and_wrong_rules_are_told() {
    let shelf = Shelf::new(1, "2");
    std::fs::remove_file(shelf.dir().join("retention.yaml")).unwrap();
    assert!(shelf.due().is_empty());
    assert!(shelf.at(&["list"]).out.contains("nothing lapses by rule"));
    std::fs::write(shelf.dir().join("retention.yaml"), "rules:\n  - name: a\n    keep_day: 3\n").unwrap();
    let said = shelf.at(&["due"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("keep_day"), "{}", said.err);
}

#[test]
fn a_working_copy_goes_with_its_original_and_a_bundle_is_examined() {
    let shelf = Shelf::new(1, "1");
    let run = |args: &[&str]| shelf.at(args);
    // Neither a picture nor a bundle: refused with the reason, the original untouched.
    let digest = shelf.items[0].to_string();
    let file = shelf.folder.path().join("copy.jpg").display().to_string();
    let refused = run(&["copy", &digest, &file]);
    assert!(refused.err.contains("no JPEG, PNG or WebP picture"), "{}", refused.err);
    assert!(run(&["proof", &digest]).err.contains("no ProofMode bundle: not a ZIP archive"));
    assert!(shelf.is_on_disk(shelf.items[0]) && !Path::new(&file).exists());

    let photo = shelf.keep("photo.png", PNG);
    let made = run(&["copy", &photo.to_string(), &file]);
    assert_eq!(made.code, 0, "{}", made.err);
    let copy = std::fs::read(&file).unwrap();
    assert!(copy.starts_with(&[0xff, 0xd8]));
    assert_eq!(run(&["copy", &photo.to_string(), &file]).code, 1, "nothing is overwritten");
    let shown = run(&["show", &photo.to_string()]).out;
    assert_eq!(shown.matches("copied by desk: truceline copy 1").count(), 1, "{shown}");
    let copies = shelf.dir().join("copies");
    // It is derived: deleted, it comes back the same, and the log says so once.
    std::fs::remove_dir_all(&copies).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(run(&["copy", &photo.to_string(), &file]).code, 0);
    assert_eq!(std::fs::read(&file).unwrap(), copy);
    assert_eq!(run(&["show", &photo.to_string()]).out.matches("copied by").count(), 1);
    assert_eq!(std::fs::read_dir(&copies).unwrap().count(), 1);
    let erased = shelf.at(&[&["erase", &photo.to_string()][..], ANA].concat());
    assert_eq!(erased.code, 0, "{}", erased.err);
    assert_eq!(std::fs::read_dir(&copies).unwrap().count(), 0, "the copy goes with its original");
    assert!(run(&["copy", &photo.to_string(), "x.jpg"]).err.contains("was erased by ana"));

    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let statement = format!("File Hash SHA256,DeviceID,Notes\n{},x,y\n", shelf.items[1]);
    zip.start_file("a.proof.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(statement.as_bytes()).unwrap();
    let bundle = shelf.keep("proof.zip", &zip.finish().unwrap().into_inner()).to_string();
    let told = run(&["proof", &bundle, "--by", "cy"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("is held as an original"), "{}", told.out);
    assert!(told.out.contains("not checked: 0 signatures"), "{}", told.out);
    assert!(run(&["show", &bundle]).out.contains("examined by cy: ProofMode bundle; checked: `a.proof.csv`"));
}

/// A photo of an observation, and the incident that the observation leads.
fn photo_of_an_incident(shelf: &Shelf) -> (Digest, String) {
    let mission = Mission::open(&shelf.dir(), "test", NOW_MS).unwrap();
    let mut builder = Builder::new("patrol-9");
    let event = Interval { start: Instant(NOW_MS), end: Instant(NOW_MS + 1_000) };
    builder.push(&Draft { native_key: b"1", kind: "explosion", event, ..Draft::default() }).unwrap();
    let batch = builder.take();
    let observation = batch.id[0];
    let digest = mission.blobs().put_bytes(b"of an incident").unwrap();
    let original = mission.blobs().put_bytes(b"its report").unwrap();
    let item = Item { observation: Some(observation), ..item(digest, "i.jpg", 14) };
    let received = received("patrol-9", "incident", original, batch, item);
    mission.journal().append(&received, Key::of_entry(&received), NOW_MS).unwrap();
    (digest, format!("inc-{:032x}", observation.0))
}

#[test]
fn an_open_case_holds_what_belongs_to_its_incident() {
    let shelf = Shelf::new(0, "1");
    let (digest, incident) = photo_of_an_incident(&shelf);
    assert_eq!(shelf.due().len(), 1);
    let deed = json!({"deed": "open", "title": "A blast", "clauses": [], "incidents": [incident],
        "allegations": [], "why": "it was heard"});
    let file = shelf.folder.path().join("open.json");
    std::fs::write(&file, deed.to_string()).unwrap();
    let opened = Command::new(env!("CARGO_BIN_EXE_truceline"))
        .arg("act")
        .arg(&file)
        .args(["--by", "P-07", "--as", "watch-officer", "--mission"])
        .arg(shelf.dir())
        .output()
        .unwrap();
    assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
    assert!(shelf.due().is_empty(), "it is part of an open case");
    let refused = shelf.at(&[&["erase", &digest.to_string()][..], ANA].concat());
    assert!(refused.err.contains("held by the open case CASE-"), "{}", refused.err);
    assert!(shelf.is_on_disk(digest));
}

/// Erases all and kills it after so many lines; the originals that it had told were erased.
fn killed(shelf: &Shelf, lines: usize) -> BTreeSet<Digest> {
    let here: Vec<String> = shelf.due().iter().map(|o| o["sha256"].as_str().unwrap().to_owned()).collect();
    let mut args: Vec<&str> = vec!["erase"];
    args.extend(here.iter().map(String::as_str));
    args.extend(ANA);
    let mut child = shelf.command(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut told = BTreeSet::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok).take(lines) {
        told.insert(Digest::from_hex(line.split(' ').next().unwrap()).unwrap());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    told
}

fn is_marked(dir: &Path) -> bool {
    std::fs::read_dir(dir.join("blobs"))
        .unwrap()
        .any(|e| e.unwrap().file_name().to_string_lossy().starts_with("erase-"))
}

#[test]
fn kills_while_erasing_leave_nothing_half_done() {
    let shelf = Shelf::new(40, "1");
    let mut told = BTreeSet::new();
    for round in 0..12 {
        told.extend(killed(&shelf, round % 4));
        drop(Mission::open(&shelf.dir(), "after a kill", NOW_MS).unwrap());
        let erased = shelf.erased();
        assert!(told.is_subset(&erased), "round {round}: told, and not recorded");
        for item in &shelf.items {
            let (gone, recorded) = (!shelf.is_on_disk(*item), erased.contains(item));
            assert_eq!(gone, recorded, "round {round}: {item}");
        }
        assert!(!is_marked(&shelf.dir()), "round {round}");
        Mission::open_read(&shelf.dir()).unwrap().journal().verify().unwrap();
    }
    assert!(!told.is_empty());
}
