//! Acts on the notice board and about guarantees from the command line, and what of the record rests on them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

use serde_json::{Value, json};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const TEXT: &str = r#"# A pact

```terms
instrument pact "Pact", first text
  time zone "Etc/GMT-2"
  D = entry into force
  entry into force 2026-03-03 00:00
party KA "Karsk", VE "Velia"
guarantor TA "Tarn", OS "Osmia"
body mechanism "Mechanism"
  records; decides nothing
act fire = explosion or shot
act fly = flight

1  KA, VE shall not fire
     anywhere
     from D
2  KA, VE shall notify fly
     at least 48 h before, with "route", to mechanism
3  guarantee of TA, OS to VE is due on fire by KA
4  TA, OS shall consult within 24 h of request
```
"#;

struct Pact(TempDir);

impl Pact {
    fn new() -> Pact {
        let pact = Pact(tempfile::tempdir().unwrap());
        std::fs::write(pact.0.path().join("pact.md"), TEXT).unwrap();
        let text = pact.0.path().join("pact.md");
        let said = run(&["init", pact.dir().to_str().unwrap(), "--agreement", text.to_str().unwrap()], "");
        assert_eq!(said.0, 0, "{said:?}");
        pact
    }

    fn dir(&self) -> PathBuf {
        self.0.path().join("mission")
    }

    fn act(&self, room: &str, (person, role, of): (&str, &str, &str), deed: &Value) -> (i32, String, String) {
        let dir = self.dir();
        let mut args = vec!["act", "-", "--room", room, "--by", person, "--as", role];
        if !of.is_empty() {
            args.extend(["--of", of]);
        }
        args.extend(["--mission", dir.to_str().unwrap()]);
        run(&args, &deed.to_string())
    }

    fn json(&self, command: &str) -> Value {
        let said = run(&[command, "--json", "--mission", self.dir().to_str().unwrap()], "");
        assert_eq!(said.0, 0, "{said:?}");
        serde_json::from_str(&said.1).unwrap()
    }
}

fn run(args: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_truceline"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap_or(-1), text(out.stdout), text(out.stderr))
}

const TARN: (&str, &str, &str) = ("g.ta", "guarantor", "TA");

/// The words of the clocks of consultations under each text.
fn clocks(pact: &Pact) -> String {
    let file = pact.json("guarantee");
    let rows = file["clocks"]["rows"].as_array().unwrap().clone();
    rows.iter().map(Value::to_string).collect()
}

#[test]
fn a_request_for_consultations_starts_the_clock_that_runs_from_requests() {
    let pact = Pact::new();
    let before = clocks(&pact);
    assert!(before.contains("not_started from request"), "{before}");
    let clause = json!({"text": "pact", "clause": "4"});
    let asked = json!({"deed": "request", "clause": clause, "question": "what follows?", "cites": []});
    let said = pact.act("guarantee", TARN, &asked);
    assert_eq!(said.0, 0, "{said:?}");
    assert!(said.1.starts_with("CNS-"), "{said:?}");
    let after = clocks(&pact);
    assert!(after.contains("running from request"), "{after}");
}

#[test]
fn a_notice_that_was_sent_is_a_notice_given_and_one_that_was_drafted_is_none() {
    let pact = Pact::new();
    let (ana, ben) = (("l.1", "liaison", "VE"), ("l.2", "liaison", "VE"));
    let hour_ms = 3_600_000_i64;
    let now_ms = i64::try_from(
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis(),
    )
    .unwrap();
    let draft = json!({"deed": "draft", "text": {"kind": "flight", "act": "fly", "what": "evacuation",
        "from_ms": now_ms + 72 * hour_ms, "until_ms": now_ms + 73 * hour_ms, "content": {"route": "along the river"},
        "ground": {"shape": "point", "at": [-30.0, 47.0], "radius_m": 500.0},
        "addressees": [{"id": "mechanism/HQ", "to": "mechanism", "level": "HQ", "channel": "hotline"}]}});
    let said = pact.act("board", ana, &draft);
    assert_eq!(said.0, 0, "{said:?}");
    let notice = said.1.split(':').next().unwrap().to_owned();
    let release = json!({"deed": "release", "notice": notice, "version": 1});
    let again = pact.act("board", ana, &release);
    assert_eq!(again.0, 0, "{again:?}");
    let same_person = pact.act("board", ana, &json!({"deed": "release", "notice": notice, "version": 1}));
    assert_ne!(same_person.0, 0, "one person releases once: {same_person:?}");
    assert!(same_person.2.contains("refused"), "{same_person:?}");
    assert_eq!(pact.act("board", ben, &release).0, 0);
    let watch = ("w.1", "watch-officer", "");
    let sent = json!({"deed": "sent", "notice": notice, "version": 1, "addressee": "mechanism/HQ"});
    assert_eq!(pact.act("board", watch, &sent).0, 0);
    let board = pact.json("board");
    assert_eq!(board["asked"][&notice][0]["state"], json!("timely"), "{}", board["asked"]);
}

#[test]
fn a_deed_that_no_room_knows_is_refused_with_where_to_read() {
    let pact = Pact::new();
    let said = pact.act("board", TARN, &json!({"deed": "approve", "notice": "NTC-2026-0001"}));
    assert_eq!(said.0, 2, "{said:?}");
    assert!(said.2.contains("docs/deconfliction.md"), "{said:?}");
}
