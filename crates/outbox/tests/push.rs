//! Browsers that are told while their page is closed, with a push service within the test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use common::{HOUR_MS, NOON_MS, alert, follows, routing};
use outbox::browsers::{Browser, BrowserError};
use outbox::push::PushSettings;
use outbox::secret::Secrets;
use outbox::ways::{Push, Ways, trial};
use outbox::{Dispatcher, Kind, Level, Message, Outbox, Routing, Status, route};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use web_push_native::p256::ecdsa::signature::Verifier as _;
use web_push_native::p256::ecdsa::{Signature, VerifyingKey};
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint as _;
use web_push_native::p256::{PublicKey, SecretKey};
use web_push_native::{Auth, decrypt};

/// One request as a push service sees it.
struct Got {
    path: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

fn read_request(stream: &TcpStream) -> Option<Got> {
    let mut lines = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    lines.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    line.clear();
    while lines.read_line(&mut line).ok()? > 2 {
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        line.clear();
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    lines.read_exact(&mut body).ok()?;
    Some(Got { path, headers, body })
}

fn answer_one(mut stream: TcpStream, answers: &mut BTreeMap<String, Vec<&'static str>>, tell: &Sender<Got>) {
    let Some(got) = read_request(&stream) else { return };
    let left = answers.get_mut(&got.path).expect("an address of a browser");
    let answer = if left.len() > 1 { left.remove(0) } else { left[0] };
    tell.send(got).unwrap();
    let _ = stream
        .write_all(format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes());
}

/// A push service that gives each address its answers in turn, the last for ever.
fn service(answers: &[(&str, &[&'static str])]) -> (String, Receiver<Got>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let mut answers: BTreeMap<String, Vec<&str>> =
        answers.iter().map(|(path, all)| ((*path).to_owned(), all.to_vec())).collect();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer_one(stream.unwrap(), &mut answers, &tell);
        }
    });
    (at, told)
}

/// What a browser holds, of which the mission sees one half.
struct Held {
    secret: SecretKey,
    auth: [u8; 16],
}

fn held(seed: u8) -> Held {
    Held { secret: SecretKey::from_slice(&[seed; 32]).unwrap(), auth: [seed; 16] }
}

impl Held {
    fn browser(&self, at: &str, path: &str, language: &str) -> Browser {
        let public: PublicKey = self.secret.public_key();
        Browser {
            endpoint: format!("{at}{path}"),
            p256dh: BASE64.encode(public.to_encoded_point(false).as_bytes()),
            auth: BASE64.encode(self.auth),
            name: path.to_owned(),
            language: language.to_owned(),
        }
    }

    fn opens(&self, got: &Got) -> serde_json::Value {
        let plain = decrypt(got.body.clone(), &self.secret, &Auth::from(self.auth)).expect("sealed for it");
        assert_eq!(plain.len() % 1_024, 0, "its length says nothing");
        serde_json::from_slice(&plain).unwrap()
    }
}

fn to_browsers(shows: &str) -> Routing {
    routing(&format!(
        "push: {{contact: 'mailto:ops@mission.example', allow_insecure_loopback: true}}
recipients:
  - name: duty
    audiences: [mission]
    languages: [en]
    ways: [{{push: {{account: olena{shows}}}}}]
routes: [{{name: all, to: [duty]}}]
"
    ))
}

fn settings() -> PushSettings {
    to_browsers("").push.unwrap()
}

fn admitted(_: &str, _: &str) -> Result<(), String> {
    Ok(())
}

fn run(dir: &Path, outbox: &Outbox, routing: &Routing, at_ms: i64) {
    run_if(dir, outbox, routing, at_ms, &admitted);
}

fn run_if(dir: &Path, outbox: &Outbox, routing: &Routing, at_ms: i64, admits: &outbox::ways::Admits<'_>) {
    let push = Push { outbox, settings: routing.push.as_ref().unwrap(), admits };
    let ways = Ways::new(dir, None, Secrets::new(dir, |_| None)).with_push(Some(push));
    Dispatcher::new(dir, outbox, &move || at_ms).unwrap().run_due(routing, &ways).unwrap();
}

fn put(outbox: &Outbox, routing: &Routing, message: &Message, at_ms: i64) {
    outbox.enqueue(message, &route(routing, message, at_ms), at_ms).unwrap();
}

fn status(outbox: &Outbox, message: &str) -> Status {
    outbox.entries_of(message).unwrap().remove(0).status
}

/// The claims of what a push service is shown, if the key that it names has signed them.
fn claims(got: &Got) -> (serde_json::Value, String) {
    let shown = got.headers["authorization"].strip_prefix("vapid t=").unwrap();
    let (token, key) = shown.split_once(", k=").unwrap();
    let (signed, tag) = token.rsplit_once('.').unwrap();
    let public = VerifyingKey::from_sec1_bytes(&BASE64.decode(key).unwrap()).unwrap();
    let tag = Signature::from_slice(&BASE64.decode(tag).unwrap()).unwrap();
    public.verify(signed.as_bytes(), &tag).expect("signed by the key that it names");
    let claims = BASE64.decode(signed.split_once('.').unwrap().1).unwrap();
    (serde_json::from_slice(&claims).unwrap(), key.to_owned())
}

#[test]
fn each_browser_is_told_once_what_only_it_can_read_though_another_has_to_wait() {
    let (at, told) =
        service(&[("/a", &["201 Created"]), ("/b", &["503 Busy\r\nRetry-After: 60", "201 Created"])]);
    let (dir, routing) = (tempfile::tempdir().unwrap(), to_browsers(""));
    let outbox = Outbox::open(dir.path()).unwrap();
    let (a, b) = (held(1), held(2));
    outbox.subscribe("olena", &a.browser(&at, "/a", "uk"), &settings(), NOON_MS).unwrap();
    outbox.subscribe("olena", &b.browser(&at, "/b", "ar"), &settings(), NOON_MS + 1).unwrap();
    let grave = Message { level: Level::Warning, ..alert("w:1") };
    put(&outbox, &routing, &grave, NOON_MS);
    run(dir.path(), &outbox, &routing, NOON_MS);
    let Status::Failed { times: 1, reason } = status(&outbox, "w:1") else { panic!() };
    assert!(reason.contains("1 of 2 browsers of `olena` have it") && reason.contains("503"), "{reason}");
    run(dir.path(), &outbox, &routing, NOON_MS + 59_000);
    run(dir.path(), &outbox, &routing, NOON_MS + 61_000);
    let Status::Sent { receipt } = status(&outbox, "w:1") else { panic!() };
    assert!(receipt.starts_with("2 of 2"), "{receipt}");
    let all: Vec<Got> = told.try_iter().collect();
    assert_eq!(all.iter().map(|g| g.path.as_str()).collect::<Vec<_>>(), ["/a", "/b", "/b"]);
    let note = a.opens(&all[0]);
    assert_eq!(
        note,
        serde_json::json!({"v": 1, "tag": grave.thread, "id": "w:1", "kind": "alert", "level": "warning",
            "language": "uk", "path": "/warnings/1?a=1&b=2"}),
        "a locked screen shows the level alone"
    );
    assert_eq!(b.opens(&all[2])["language"], "ar");
    assert!(decrypt(all[0].body.clone(), &b.secret, &Auth::from(b.auth)).is_err(), "nobody else opens it");
    let (claims, key) = claims(&all[0]);
    assert_eq!(claims["aud"], at.as_str());
    assert_eq!(claims["sub"], "mailto:ops@mission.example");
    assert_eq!(claims["exp"].as_i64().unwrap(), NOON_MS / 1_000 + 12 * 3_600);
    assert_eq!(key, outbox.push_key().unwrap().public());
    let header = |name: &str| all[0].headers[name].as_str();
    assert_eq!(
        (header("content-encoding"), header("urgency"), header("ttl")),
        ("aes128gcm", "high", "604800")
    );
    assert_eq!(header("topic").len(), 32);
    let kept = outbox.browsers_of("olena").unwrap();
    assert_eq!((kept[1].last_ms, kept[1].says.as_str()), (Some(NOON_MS + 61_000), "201 Created"));
}

#[test]
fn a_headline_is_shown_if_the_file_says_so_and_an_end_takes_the_place_of_its_warning() {
    let (at, told) = service(&[("/a", &["201 Created"])]);
    let (dir, routing) = (tempfile::tempdir().unwrap(), to_browsers(", shows: headline"));
    let (outbox, a) = (Outbox::open(dir.path()).unwrap(), held(1));
    outbox.subscribe("olena", &a.browser(&at, "/a", "fr"), &settings(), NOON_MS).unwrap();
    let first = alert("w:1");
    put(&outbox, &routing, &first, NOON_MS);
    run(dir.path(), &outbox, &routing, NOON_MS);
    let end = follows(&first, "w:2", Kind::Cancel);
    put(&outbox, &routing, &end, NOON_MS + HOUR_MS);
    run(dir.path(), &outbox, &routing, NOON_MS + HOUR_MS);
    let all: Vec<Got> = told.try_iter().collect();
    let notes: Vec<_> = all.iter().map(|g| a.opens(g)).collect();
    assert_eq!(notes[0]["headline"], "More fire than expected");
    assert_eq!(notes[0]["language"], "en", "the browser's is not among the message's: then the recipient's");
    assert_eq!((&notes[1]["kind"], &notes[1]["tag"]), (&"cancel".into(), &notes[0]["tag"]));
    assert_eq!(all[0].headers["topic"], all[1].headers["topic"]);
}

#[test]
fn a_browser_that_is_gone_is_forgotten_and_one_of_nobody_is_a_dead_letter() {
    let (at, _told) = service(&[("/a", &["410 Gone"]), ("/b", &["403 No"])]);
    let (dir, routing) = (tempfile::tempdir().unwrap(), to_browsers(""));
    let outbox = Outbox::open(dir.path()).unwrap();
    put(&outbox, &routing, &alert("none"), NOON_MS);
    run(dir.path(), &outbox, &routing, NOON_MS);
    assert!(matches!(status(&outbox, "none"), Status::Dead { reason, .. } if reason.contains("switched on")));
    outbox.subscribe("olena", &held(1).browser(&at, "/a", "uk"), &settings(), NOON_MS).unwrap();
    put(&outbox, &routing, &Message { thread: "t2".to_owned(), ..alert("gone") }, NOON_MS);
    run(dir.path(), &outbox, &routing, NOON_MS);
    assert!(
        matches!(status(&outbox, "gone"), Status::Dead { reason, .. } if reason.contains("there no more"))
    );
    assert!(outbox.browsers_of("olena").unwrap().is_empty());
    outbox.subscribe("olena", &held(2).browser(&at, "/b", "uk"), &settings(), NOON_MS).unwrap();
    put(&outbox, &routing, &Message { thread: "t3".to_owned(), ..alert("no") }, NOON_MS);
    run(dir.path(), &outbox, &routing, NOON_MS);
    assert!(matches!(status(&outbox, "no"), Status::Dead { reason, .. } if reason.contains("403")));
    assert_eq!(outbox.browsers_of("olena").unwrap()[0].says, "403 Forbidden");
}

#[test]
fn whoever_may_not_be_told_any_more_is_not() {
    let (at, told) = service(&[("/a", &["201 Created"])]);
    let (dir, routing) = (tempfile::tempdir().unwrap(), to_browsers(""));
    let outbox = Outbox::open(dir.path()).unwrap();
    outbox.subscribe("olena", &held(1).browser(&at, "/a", "uk"), &settings(), NOON_MS).unwrap();
    put(&outbox, &routing, &alert("w:1"), NOON_MS);
    run_if(dir.path(), &outbox, &routing, NOON_MS, &|account, audience| {
        assert_eq!((account, audience), ("olena", "mission"));
        Err("the account `olena` is disabled".to_owned())
    });
    assert!(matches!(status(&outbox, "w:1"), Status::Dead { reason, .. } if reason.contains("disabled")));
    assert!(told.try_recv().is_err());
}

#[test]
fn a_trial_is_an_exercise_to_one_browser_of_ones_own_and_no_entry() {
    let (at, told) = service(&[("/a", &["201 Created"]), ("/b", &["410 Gone"])]);
    let dir = tempfile::tempdir().unwrap();
    let (outbox, a, settings) = (Outbox::open(dir.path()).unwrap(), held(1), settings());
    let (one, gone) = (a.browser(&at, "/a", "uk"), held(2).browser(&at, "/b", "uk"));
    outbox.subscribe("olena", &one, &settings, NOON_MS).unwrap();
    outbox.subscribe("olena", &gone, &settings, NOON_MS).unwrap();
    let push = Push { outbox: &outbox, settings: &settings, admits: &admitted };
    assert_eq!(trial(&push, "olena", &one.id(), NOON_MS).unwrap(), "201 Created");
    assert_eq!(a.opens(&told.recv().unwrap())["kind"], "exercise");
    assert!(trial(&push, "petro", &one.id(), NOON_MS).is_err(), "another's browser");
    assert!(trial(&push, "olena", &gone.id(), NOON_MS).unwrap_err().says.contains("410"));
    assert_eq!(outbox.browsers_of("olena").unwrap().len(), 1);
    assert!(outbox.latest(None, 10).unwrap().is_empty());
}

#[test]
fn browsers_belong_to_whoever_uses_them_now_and_are_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let (outbox, settings, a) = (Outbox::open(dir.path()).unwrap(), settings(), held(1));
    let browser = |n: usize| a.browser("http://127.0.0.1:9", &format!("/{n}"), "uk");
    for n in 0..10 {
        outbox.subscribe("olena", &browser(n), &settings, NOON_MS).unwrap();
    }
    assert!(matches!(
        outbox.subscribe("olena", &browser(10), &settings, NOON_MS),
        Err(BrowserError::TooMany)
    ));
    let again = Browser { language: "ar".to_owned(), ..browser(9) };
    let kept =
        outbox.subscribe("olena", &again, &settings, NOON_MS + 1).expect("one that is kept is kept anew");
    assert_eq!((kept.added_ms, kept.browser.language.as_str()), (NOON_MS, "ar"));
    outbox.subscribe("petro", &browser(0), &settings, NOON_MS).unwrap();
    assert_eq!(outbox.browsers_of("olena").unwrap().len(), 9);
    assert!(!outbox.unsubscribe("olena", &browser(0).id()).unwrap(), "not hers any more");
    assert!(outbox.unsubscribe("petro", &browser(0).id()).unwrap());
    for bad in [
        Browser { endpoint: "https://evil.example/x".to_owned(), ..browser(0) },
        Browser { p256dh: "AAAA".to_owned(), ..browser(0) },
        Browser { auth: String::new(), ..browser(0) },
        Browser { language: "<b>".to_owned(), ..browser(0) },
        Browser { name: " \n".to_owned(), ..browser(0) },
        Browser { endpoint: format!("http://127.0.0.1/{}", "x".repeat(1_000)), ..browser(0) },
    ] {
        assert!(
            matches!(outbox.subscribe("o", &bad, &settings, 0), Err(BrowserError::Refused(_))),
            "{bad:?}"
        );
    }
    assert!(!format!("{:?}", browser(0)).contains("127.0.0.1"), "an endpoint is a secret of its browser");
}

#[test]
fn an_outbox_of_the_first_format_is_opened_and_keeps_its_key_from_then_on() {
    let dir = tempfile::tempdir().unwrap();
    drop(Outbox::open(dir.path()).unwrap());
    let file = rusqlite::Connection::open(dir.path().join(outbox::FILE)).unwrap();
    file.execute_batch("DROP TABLE browser; DROP TABLE push_key; DROP TABLE taken; PRAGMA user_version = 1;")
        .unwrap();
    drop(file);
    let first = Outbox::open(dir.path()).unwrap().push_key().unwrap().public();
    assert_eq!(Outbox::open(dir.path()).unwrap().push_key().unwrap().public(), first);
    assert_eq!(BASE64.decode(&first).unwrap().len(), 65);
}

#[test]
fn mistakes_about_browsers_in_the_file_are_told() {
    let told = |text: &str| {
        let all = outbox::routing::read_routing(text).unwrap_err();
        all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let way = |push: &str| {
        format!("recipients:\n  - {{name: d, audiences: [m], languages: [en], ways: [{{push: {push}}}]}}\n")
    };
    assert!(told(&way("{account: olena}")).contains("no (right) `push`"));
    assert!(told("push: {contact: ops}").contains("no address that a push service can write to"));
    assert!(
        told("push: {contact: 'mailto:a@b.example', services: ['https://x.example']}").contains("is no host")
    );
    let top = "push: {contact: 'mailto:a@b.example'}\n";
    assert!(told(&format!("{top}{}", way("{account: olena, shows: all}"))).contains("`level` or `headline`"));
    let read = routing(&format!("{top}{}", way("{account: olena}")));
    assert!(!read.pushes_to("olena"), "no rule tells that recipient");
    assert!(to_browsers("").pushes_to("olena") && !to_browsers("").pushes_to("petro"));
}
