//! The ways on the wire, to receivers within the test; and a sender that is killed at any moment.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use common::{NOON_MS, alert, routing};
use outbox::secret::{Secret, Secrets};
use outbox::ways::Ways;
use outbox::{Dispatcher, Message, Outbox, Routing, Status, route, webhook};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};

/// One request as a receiver sees it.
struct Got {
    headers: BTreeMap<String, String>,
    body: String,
}

fn read_request(stream: &TcpStream) -> Option<Got> {
    let mut lines = BufReader::new(stream.try_clone().ok()?);
    let (mut headers, mut line) = (BTreeMap::new(), String::new());
    while lines.read_line(&mut line).ok()? > 2 {
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        line.clear();
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    lines.read_exact(&mut body).ok()?;
    Some(Got { headers, body: String::from_utf8(body).ok()? })
}

/// A receiver of webhooks that gives these answers in turn, the last for ever.
fn receiver(answers: &[&str]) -> (String, Receiver<Got>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = format!("http://{}/hook", listener.local_addr().unwrap());
    let answers: Vec<String> = answers.iter().map(|a| (*a).to_owned()).collect();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for (n, stream) in listener.incoming().enumerate() {
            let answer = &answers[n.min(answers.len() - 1)];
            answer_one(stream.unwrap(), answer, &tell);
        }
    });
    (at, told)
}

fn answer_one(mut stream: TcpStream, answer: &str, tell: &Sender<Got>) {
    let Some(got) = read_request(&stream) else { return };
    let _ = tell.send(got);
    let _ = stream
        .write_all(format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes());
}

fn to_webhook(url: &str, more: &str) -> Routing {
    routing(&format!(
        "recipients:
  - name: pager
    audiences: [mission]
    languages: [en]
    ways: [{{webhook: {{url: '{url}', secret_file: key{more}}}}}]
routes: [{{name: all, to: [pager]}}]
"
    ))
}

const OWN: &str = ", allow_insecure_loopback: true";

fn send(dir: &Path, routing: &Routing, message: &Message, at_ms: i64) -> Status {
    std::fs::write(dir.join("key"), "a key\n").unwrap();
    let outbox = Outbox::open(dir).unwrap();
    outbox.enqueue(message, &route(routing, message, at_ms), at_ms).unwrap();
    let (clock, ways) = (move || at_ms, Ways::new(dir, routing.mail.clone(), Secrets::new(dir, |_| None)));
    Dispatcher::new(dir, &outbox, &clock).unwrap().run_due(routing, &ways).unwrap();
    outbox.entries_of(&message.id).unwrap().remove(0).status
}

#[test]
fn a_webhook_is_signed_and_has_the_same_id_at_every_attempt() {
    let (url, told) = receiver(&["503 Busy", "200 OK"]);
    let (dir, routing) = (tempfile::tempdir().unwrap(), to_webhook(&url, OWN));
    assert!(
        matches!(send(dir.path(), &routing, &alert("a"), NOON_MS), Status::Failed { reason, .. } if reason.contains("503"))
    );
    assert!(matches!(send(dir.path(), &routing, &alert("a"), NOON_MS + 60_000), Status::Sent { .. }));
    let (first, second) = (told.recv().unwrap(), told.recv().unwrap());
    assert_eq!(first.headers["webhook-id"], second.headers["webhook-id"]);
    assert_eq!(first.headers["idempotency-key"], first.headers["webhook-id"]);
    assert_eq!(first.body, second.body);
    let at_s: i64 = second.headers["webhook-timestamp"].parse().unwrap();
    let (id, tag) = (&second.headers["webhook-id"], &second.headers["webhook-signature"]);
    assert!(webhook::is_genuine(&Secret::new("a key"), id, at_s, second.body.as_bytes(), tag, at_s));
}

#[test]
fn redirects_are_not_followed_and_what_is_refused_is_a_dead_letter() {
    let (other, told_other) = receiver(&["200 OK"]);
    for (answer, says) in
        [(format!("302 Found\r\nLocation: {other}"), "redirects"), ("422 No".to_owned(), "422")]
    {
        let (url, _told) = receiver(&[&answer]);
        let dir = tempfile::tempdir().unwrap();
        let status = send(dir.path(), &to_webhook(&url, OWN), &alert("a"), NOON_MS);
        assert!(matches!(&status, Status::Dead { reason, .. } if reason.contains(says)), "{status:?}");
    }
    assert!(told_other.try_recv().is_err());
}

#[test]
fn a_name_that_leads_to_this_machine_or_to_a_private_network_is_refused() {
    for url in
        ["https://localhost:1/", "https://10.20.0.1/", "https://169.254.169.254/latest", "https://[::1]/"]
    {
        let dir = tempfile::tempdir().unwrap();
        let status = send(dir.path(), &to_webhook(url, ""), &alert("a"), NOON_MS);
        assert!(
            matches!(&status, Status::Dead { reason, .. } if reason.contains("refused")),
            "{url}: {status:?}"
        );
    }
}

#[test]
fn a_mail_goes_through_a_server_and_a_mailbox_that_is_none_is_a_dead_letter() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = channel();
    std::thread::spawn(move || listener.incoming().for_each(|stream| smtp(stream.unwrap(), &tell)));
    let to = |whom: &str| {
        routing(&format!(
            "mail: {{host: 127.0.0.1, port: {port}, tls: none, from: w@m.example}}
recipients: [{{name: a, audiences: [mission], languages: [uk], ways: [{{mail: {{to: {whom}}}}}]}}]
routes: [{{name: all, to: [a]}}]
"
        ))
    };
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(send(dir.path(), &to("duty@m.example"), &alert("a"), NOON_MS), Status::Sent { .. }));
    let mail: String = told.recv().unwrap();
    assert!(mail.contains("Message-ID: <a."), "{mail}");
    let dir = tempfile::tempdir().unwrap();
    let status = send(dir.path(), &to("nobody@m.example"), &alert("a"), NOON_MS);
    assert!(matches!(&status, Status::Dead { reason, .. } if reason.contains("no such")), "{status:?}");
}

/// As little of a mail server as takes one mail.
fn smtp(mut stream: TcpStream, tell: &Sender<String>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let _ = stream.write_all(b"220 here\r\n");
    let (mut line, mut mail, mut in_mail) = (String::new(), String::new(), false);
    while lines.read_line(&mut line).unwrap_or(0) > 0 {
        let answer = match (in_mail, line.as_str()) {
            (true, ".\r\n") => {
                in_mail = false;
                let _ = tell.send(std::mem::take(&mut mail));
                "250 queued"
            }
            (true, text) => {
                mail.push_str(text);
                ""
            }
            (false, "DATA\r\n") => {
                in_mail = true;
                "354 go on"
            }
            (false, text) if text.starts_with("RCPT") && text.contains("nobody") => "550 no such mailbox",
            (false, _) => "250 fine",
        };
        if !answer.is_empty() {
            let _ = stream.write_all(format!("{answer}\r\n").as_bytes());
        }
        line.clear();
    }
}

#[test]
fn a_sender_killed_at_any_moment_loses_nothing_and_doubles_nothing() {
    let (url, told) = receiver(&["200 OK"]);
    let dir = tempfile::tempdir().unwrap();
    let yaml = format!(
        "recipients:
  - name: pager
    audiences: [mission]
    languages: [en]
    ways: [{{webhook: {{url: '{url}', secret_file: key{OWN}}}}}, {{directory: {{path: out}}}}]
routes: [{{name: all, to: [pager]}}]
"
    );
    std::fs::write(dir.path().join("routing.yaml"), &yaml).unwrap();
    std::fs::write(dir.path().join("key"), "a key").unwrap();
    let (routing, count) = (routing(&yaml), 60);
    let outbox = Outbox::open(dir.path()).unwrap();
    for n in 0..count {
        let message = Message { thread: format!("t{n}"), ..alert(&format!("m{n}")) };
        outbox.enqueue(&message, &route(&routing, &message, NOON_MS), NOON_MS).unwrap();
    }
    let example = std::env::current_exe().unwrap();
    let example = example.parent().unwrap().parent().unwrap().join("examples/dispatching");
    let mut got: Vec<Got> = Vec::new();
    let mut files: BTreeMap<String, u32> = BTreeMap::new();
    let mut killed = 0;
    loop {
        let mut child = Command::new(&example).arg(dir.path()).spawn().unwrap();
        // It is killed once so many parcels more have arrived: with others on their way, at no moment of its choosing.
        let wanted = 1 + killed % 4;
        let mut arrived = 0;
        while arrived < wanted && child.try_wait().unwrap().is_none() {
            if let Ok(one) = told.recv_timeout(std::time::Duration::from_millis(50)) {
                got.push(one);
                arrived += 1;
            }
        }
        let _ = child.kill();
        child.wait().unwrap();
        killed += 1;
        // A reader takes the files away at once: none may come back.
        for file in std::fs::read_dir(dir.path().join("out")).into_iter().flatten().flatten() {
            let name = file.file_name().into_string().unwrap();
            if name.ends_with(".xml") {
                assert!(
                    std::fs::read_to_string(file.path()).unwrap().trim_end().ends_with("</alert>"),
                    "half a file"
                );
                std::fs::remove_file(file.path()).unwrap();
                *files.entry(name).or_default() += 1;
            }
        }
        if outbox.next_due_ms().unwrap().is_none()
            && outbox.latest(None, 1_000).unwrap().iter().all(|e| e.status != Status::Sending)
        {
            break;
        }
    }
    got.extend(told.try_iter());
    println!("killed {killed} times; {} requests for {count} messages; {} files", got.len(), files.len());
    assert!(killed > 10);
    let keys: BTreeSet<&str> = got.iter().map(|g| g.headers["webhook-id"].as_str()).collect();
    assert_eq!(keys.len(), count, "every message once by its id");
    assert_eq!(files.len(), count);
    assert!(files.values().all(|n| *n == 1), "each file once");
    let entries = outbox.latest(None, 1_000).unwrap();
    assert_eq!(entries.len(), 2 * count);
    assert!(entries.iter().all(|e| matches!(e.status, Status::Sent { .. })));
    let ledger: BTreeSet<&str> =
        entries.iter().filter(|e| e.way == "webhook").map(|e| e.key.as_str()).collect();
    assert_eq!(ledger, keys, "the ledger agrees");
}
