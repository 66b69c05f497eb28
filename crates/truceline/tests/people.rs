//! Accounts from the command line, with the built binary: before, beside and instead of an open desk.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail where it stands"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn truceline(mission: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_truceline"));
    command.args(args).env("TRUCELINE_MISSION", mission).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn good(mission: &Path, args: &[&str]) -> String {
    let out = truceline(mission, args);
    assert!(out.status.success(), "{args:?}: {}", text(&out.stderr));
    text(&out.stdout)
}

fn bad(mission: &Path, args: &[&str], code: i32) -> String {
    let out = truceline(mission, args);
    assert_eq!(out.status.code(), Some(code), "{args:?}: {} {}", text(&out.stdout), text(&out.stderr));
    text(&out.stderr)
}

/// The status line of a bare request.
fn status(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it takes a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn people_are_managed_beside_a_running_desk_and_the_desk_asks_from_then_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mission = folder.path().join("mission");
    let made = Command::new(env!("CARGO_BIN_EXE_truceline"))
        .args(["init", "--name", "Test"])
        .arg(&mission)
        .output()
        .expect("it runs");
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(bad(&mission, &["people", "add", "Somebody"], 2).contains("people init"));
    let refused = bad(&mission, &["serve", "--no-browser", "--public", "--listen", "0.0.0.0:0"], 1);
    assert!(refused.contains("nobody has an account yet") && refused.contains("people init"), "{refused}");

    let mut child = Command::new(env!("CARGO_BIN_EXE_truceline"))
        .args(["serve", "--no-browser", "--listen", "127.0.0.1:0", "--mission"])
        .arg(&mission)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let offered = lines.find(|l| l.contains("first administrator")).expect("it offers the first link");
    assert!(offered.contains("/signin#first=tll_"), "{offered}");
    let serving = lines.find(|l| l.contains("the desk is at")).expect("it serves");
    let url = serving.split_whitespace().find(|w| w.starts_with("http://")).expect("its address");
    let address = url.trim_start_matches("http://");
    assert!(status(address, "/api/v1/mission").contains("200"));

    let link = good(&mission, &["people", "init", "--url", "https://desk.example"]);
    assert!(link.starts_with("https://desk.example/signin#first=tll_"), "{link}");
    assert!(status(address, "/api/v1/mission").contains("401"));
    assert!(status(address, "/api/v1/me").contains("200"));
    let _ = child.kill();
    let _ = child.wait();

    assert!(bad(&mission, &["people", "init"], 2).contains("accounts already"));
    good(&mission, &["people", "add", "Olena K.", "--role", "analyst", "--role", "liaison:KA"]);
    assert!(bad(&mission, &["people", "add", "X", "--role", "king"], 2).contains("watch-officer"));
    assert!(bad(&mission, &["people", "add", "X", "--role", "liaison"], 2).contains("party"));
    good(&mission, &["people", "grant", "v.2", "publisher"]);
    good(&mission, &["people", "revoke", "v.2", "analyst"]);
    bad(&mission, &["people", "revoke", "v.2", "analyst"], 2);
    good(&mission, &["people", "disable", "v.2"]);
    bad(&mission, &["people", "link", "v.2"], 2);
    good(&mission, &["people", "disable", "v.2", "--undo"]);
    assert!(bad(&mission, &["people", "disable", "admin"], 2).contains("another administrator"));
    let list = good(&mission, &["people", "list"]);
    assert!(list.contains("liaison:KA publisher") && list.contains("link not used yet"), "{list}");
    let token = good(&mission, &["people", "token", "v.2", "--label", "map"]);
    assert!(token.starts_with("tlt_"), "{token}");
    assert!(good(&mission, &["people", "token", "--list"]).contains("map"));
    good(&mission, &["people", "token", "--revoke", "1"]);
    bad(&mission, &["people", "token", "--revoke", "1"], 2);
    let log = good(&mission, &["people", "audit"]);
    for told in ["account made", "v.2 liaison:KA", "role revoked", "token revoked", "operator@machine"] {
        assert!(log.contains(told), "{told}: {log}");
    }
}
