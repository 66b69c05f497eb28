//! Allegations from files and mail, acts, and the docket, with the built binary over a mission of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const TABLE: &str = "complainant,against,clauses,from,until,place,text,key,remark\n\
    KA,VE,2.1,2026-03-05 10:00,,Orma,Six shells fell,k1,-\n\
    KA,VE,2.1,the day before,,Orma,Shots,k2,-\n\
    KA,VE,9.9,2026-03-05 11:00,,Orma,No such clause,k3,-\n\
    KA,VE,2.1,2026-03-05 10:30,,Orma,More shells,k4,-\n\
    KA,VE,,,,,Something,,-\n";

const MAIL: &str = "From: Office of Karsk <office@karsk.example>\r\nDate: Thu, 5 Mar 2026 12:00:00 +0200\r\n\
    Subject: A drone over Orma\r\nMessage-ID: <1@karsk.example>\r\n\
    Content-Type: multipart/mixed; boundary=cut\r\n\r\n\
    --cut\r\nContent-Type: text/plain\r\n\r\nIt came at noon.\r\n\
    --cut\r\nContent-Type: image/jpeg; name=drone.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/4AAQ\r\n\
    --cut--\r\n";

/// SHA-256 of the bytes of the attachment.
const PHOTO: [u8; 6] = [0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10];

struct Mission {
    folder: TempDir,
}

struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Mission {
    fn new() -> Mission {
        let mission = Mission { folder: tempfile::tempdir().unwrap() };
        let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements/lindmar-core.md");
        let dir = mission.dir();
        let args = ["init", dir.to_str().unwrap(), "--agreement", text.to_str().unwrap()];
        let said = run(&args, "");
        assert_eq!(said.code, 0, "{}", said.err);
        mission
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("mission")
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    fn at(&self, args: &[&str]) -> Said {
        self.with(args, "")
    }

    fn with(&self, args: &[&str], input: &str) -> Said {
        let dir = self.dir();
        run(&[args, &["--mission", dir.to_str().unwrap()]].concat(), input)
    }

    fn act(&self, role: &[&str], deed: &Value) -> Said {
        self.with(&[&["act", "-", "--by"], role].concat(), &deed.to_string())
    }

    fn docket(&self, more: &[&str]) -> Value {
        let said = self.at(&[&["docket", "--json"], more].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        serde_json::from_str(&said.out).unwrap()
    }

    fn blob(&self, digest: &str) -> Vec<u8> {
        let mut found = Vec::new();
        let mut folders = vec![self.dir().join("blobs")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
                if entry.is_dir() {
                    folders.push(entry);
                } else if entry.display().to_string().replace('/', "").contains(digest) {
                    found.push(std::fs::read(&entry).unwrap());
                }
            }
        }
        assert_eq!(found.len(), 1, "{digest}");
        found.remove(0)
    }
}

fn run(args: &[&str], input: &str) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_truceline"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: done.status.code().unwrap(), out: text(&done.stdout), err: text(&done.stderr) }
}

const OFFICER: &[&str] = &["P-07", "--as", "verification-officer"];
const WATCH: &[&str] = &["W-01", "--as", "watch-officer"];

#[test]
fn a_table_is_taken_row_by_row_and_once() {
    let mission = Mission::new();
    let table = mission.file("claims.csv", TABLE.as_bytes());
    let args = ["allege", &table, "--by", "W-01", "--as", "watch-officer", "--zone", "Etc/GMT-2"];
    let said = mission.at(&args);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    assert!(said.out.contains("3 made, 0 there already, 1 refused, 1 rejected"), "{}", said.out);
    assert!(said.out.contains("1 look like an earlier one, 1 lack something"), "{}", said.out);
    assert!(said.out.contains("columns not read: remark"), "{}", said.out);
    assert!(said.err.contains("row 2 (line 3): column `from`"), "{}", said.err);
    assert!(
        said.err.contains("row 3: refused (wrong): `clauses`: no text has a clause `9.9`"),
        "{}",
        said.err
    );
    assert!(said.err.contains("row 4: ALG-2026-0002 looks like ALG-2026-0001"), "{}", said.err);
    assert!(said.err.contains("row 5: ALG-2026-0003 lacks time, place"), "{}", said.err);
    let rejects = std::fs::read_to_string(mission.dir().join("rejects/claims.csv.rejects.csv")).unwrap();
    assert!(rejects.contains("the day before"), "{rejects}");

    let again = mission.at(&args);
    assert!(again.out.contains("0 made, 3 there already, 1 refused, 1 rejected"), "{}", again.out);
    let docket = mission.docket(&[]);
    let allegations = docket["allegations"].as_array().unwrap();
    assert_eq!(allegations.len(), 3);
    assert_eq!(allegations[0]["from"], "2026-03-05T10:00:00+02:00");
    assert_eq!((&allegations[0]["channel"], &allegations[0]["state"]), (&json!("file"), &json!("received")));
    assert_eq!(allegations[1]["alike"], "ALG-2026-0001");

    // The same rows in a file packed otherwise are those of another file: told as alike, and taken.
    let packed = mission.folder.path().join("claims.csv.gz");
    let mut gz =
        flate2::write::GzEncoder::new(std::fs::File::create(&packed).unwrap(), flate2::Compression::fast());
    gz.write_all(TABLE.as_bytes()).unwrap();
    gz.finish().unwrap();
    let said = mission.at(&["allege", packed.to_str().unwrap(), "--by", "W-01", "--as", "watch-officer"]);
    assert!(said.out.contains("3 made, 0 there already") && said.out.contains("3 look like"), "{}", said.out);
}

#[test]
fn a_party_hands_in_its_own_and_nobody_elses() {
    let mission = Mission::new();
    let table = mission.file("claims.csv", b"text;against\nShots;KA\n");
    let as_liaison = ["--by", "L-1", "--as", "liaison", "--of", "VE"];
    let said = mission.at(&[&["allege", &table, "--for", "KA"], &as_liaison[..]].concat());
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    assert!(
        said.err.contains("refused (not-yours)") && said.err.contains("a liaison officer of KA"),
        "{}",
        said.err
    );
    let said = mission.at(&[&["allege", &table, "--for", "VE"], &as_liaison[..]].concat());
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let said = mission.at(&["allege", &table, "--by", "L-1", "--as", "liaison"]);
    assert!(said.code == 2 && said.err.contains("--of is missing"), "{}", said.err);
    let said = mission.at(&["allege", &table, "--by", "W-01", "--as", "watch-officer", "--for", "VE"]);
    assert!(said.code == 3 && said.err.contains("what was taken first stands"), "{}", said.err);
    let other = mission.file("other.csv", b"text,against\nShots,KA\n");
    let said = mission.at(&["allege", &other, "--by", "A-1", "--as", "analyst"]);
    assert!(said.code == 3 && said.err.contains("that is for liaison"), "{}", said.err);
    let said = mission.at(&["allege", "claims.pdf", "--by", "W-01", "--as", "watch-officer"]);
    assert!(said.code == 2 && said.err.contains("neither a table nor an e-mail"), "{}", said.err);
}

#[test]
fn a_mail_is_taken_with_what_came_with_it() {
    let mission = Mission::new();
    let mail = mission.file("mail.eml", MAIL.as_bytes());
    let args = ["allege", &mail, "--by", "W-01", "--as", "watch-officer", "--for", "KA", "--against", "VE"];
    let said = mission.at(&args);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("1 made") && said.out.contains("kept drone.jpg (image/jpeg)"), "{}", said.out);
    let again = mission.at(&args);
    assert!(again.out.contains("0 made, 1 there already"), "{}", again.out);
    let docket = mission.docket(&[]);
    let allegation = &docket["allegations"][0];
    let text = allegation["text"].as_str().unwrap();
    assert!(text.starts_with("A drone over Orma\n\nIt came at noon.\n\n"), "{text}");
    assert!(text.contains("Sent as Office of Karsk <office@karsk.example>"), "{text}");
    assert_eq!((&allegation["complainant"], &allegation["channel"]), (&json!("KA"), &json!("e-mail")));
    let material: Vec<&str> =
        allegation["material"].as_array().unwrap().iter().map(|d| d.as_str().unwrap()).collect();
    assert_eq!(material.len(), 2, "{material:?}");
    assert_eq!(mission.blob(material[0]), MAIL.as_bytes());
    assert_eq!(mission.blob(material[1]), PHOTO);
    let junk = mission.file("junk.eml", b"\x00\x01\x02");
    let said = mission.at(&["allege", &junk, "--by", "W-01", "--as", "watch-officer"]);
    assert!(said.code == 2 && said.err.contains("this is no e-mail"), "{}", said.err);
}

fn open(mission: &Mission) -> Said {
    let table = mission.file("claims.csv", b"complainant,against,clauses,text\nKA,VE,2.1,Six shells\n");
    let said = mission.at(&["allege", &table, "--by", "W-01", "--as", "watch-officer"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let register = json!({"deed": "register", "allegations": ["ALG-2026-0001"], "why": "within the mandate"});
    let said = mission.act(WATCH, &register);
    assert_eq!(said.code, 0, "{}", said.err);
    let label = mission.at(&["docket"]);
    assert!(label.out.contains("allegations registered: 1"), "{}", label.out);
    mission.act(
        WATCH,
        &json!({"key": "open-1", "deed": {"deed": "open", "title": "Shells on Orma", "clauses": [],
            "incidents": [], "allegations": ["ALG-2026-0001"], "why": "an allegation was taken up"}}),
    )
}

#[test]
fn acts_move_a_case_and_the_docket_shows_it() {
    let mission = Mission::new();
    let said = open(&mission);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("CASE-2026-0001: journal entry"), "{}", said.out);
    let claim = json!({"deed": "claim", "case": "CASE-2026-0001"});
    assert_eq!(mission.act(OFFICER, &claim).code, 0);
    let step =
        json!({"deed": "move", "case": "CASE-2026-0001", "to": "preliminary", "why": "is it plausible?"});
    let taken = mission.act(WATCH, &step);
    assert_eq!(taken.code, 1);
    assert!(taken.err.contains("P-07 is at work on CASE-2026-0001 until 20"), "{}", taken.err);
    let moved = mission.act(OFFICER, &json!({"key": "step-1", "deed": step}));
    assert!(
        moved.code == 0 && moved.out.contains("CASE-2026-0001 is preliminary, revision 3"),
        "{}",
        moved.out
    );
    let again = mission.act(OFFICER, &json!({"key": "step-1", "deed": step}));
    assert!(again.code == 0 && again.out.contains("nothing was done again"), "{}", again.out);
    let clock = json!({"deed": "start", "case": "CASE-2026-0001", "clock": {"purpose": "preliminary inquiry",
        "started_by": "ALG-2026-0001", "length": {"days": 3}, "zone": "Etc/GMT-2", "expiry": "told"}});
    let started = mission.act(OFFICER, &clock);
    assert_eq!(started.code, 0, "{}", started.err);

    let text = mission.at(&["docket"]).out;
    assert!(text.contains("CASE-2026-0001  preliminary  Shells on Orma"), "{text}");
    assert!(text.contains("taken by P-07 until ") && text.contains("2 d 23 h left"), "{text}");
    let file = mission.at(&["docket", "CASE-2026-0001"]).out;
    for wanted in [
        "move → preliminary: is it plausible?",
        "P-07 (verification-officer)",
        "ALG-2026-0001  KA against VE",
    ] {
        assert!(file.contains(wanted), "{wanted}: {file}");
    }
    let json = mission.docket(&["CASE-2026-0001"]);
    assert_eq!(json["history"].as_array().unwrap().len(), 4);
    assert_eq!((&json["case"]["stage"], &json["zone"]), (&json!("preliminary"), &json!("Etc/GMT-2")));
    let before = mission.docket(&["--as-known-at", "2026-01-01T00:00:00Z"]);
    assert_eq!((&before["cases"], &before["allegations"]), (&json!([]), &json!([])));
    let none = mission.at(&["docket", "CASE-2026-0009"]);
    assert!(none.code == 2 && none.err.contains("there is no `CASE-2026-0009` here"), "{}", none.err);
}

#[test]
fn a_refusal_says_who_may_and_what_cannot_be_read_says_why() {
    let mission = Mission::new();
    assert_eq!(open(&mission).code, 0);
    let sign = json!({"deed": "claim", "case": "CASE-2026-0001"});
    let said = mission.act(&["L-1", "--as", "liaison", "--of", "KA"], &sign);
    assert_eq!(said.code, 1);
    assert!(
        said.err.contains("refused (not-yours): that is for watch-officer or verification-officer"),
        "{}",
        said.err
    );
    let stale = mission.act(WATCH, &json!({"seen": 9, "deed": sign}));
    assert!(stale.code == 1 && stale.err.contains("refused (changed)"), "{}", stale.err);
    let said = mission.act(WATCH, &json!({"deed": "dance"}));
    assert!(said.code == 2 && said.err.contains("the deed cannot be read"), "{}", said.err);
    let said = mission.with(&["act", "-", "--by", "W-01", "--as", "king"], "{}");
    assert!(said.code == 2 && said.err.contains("is not a role"), "{}", said.err);
    let said = mission.with(&[&["act", "-", "--by"], WATCH].concat(), "not JSON");
    assert!(said.code == 2 && said.err.contains("is no act"), "{}", said.err);
    let other = json!({"role": "chair", "deed": sign});
    let said = mission.act(WATCH, &other);
    assert!(said.code == 2 && said.err.contains("another role"), "{}", said.err);
}
