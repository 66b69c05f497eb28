//! What goes out, and that others read it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use common::{HOUR_MS, alert, follows, sample};
use mail_parser::{MessageParser, MimeHeaders as _};
use outbox::{Kind, Level, Message, atom, cap, cot, mail};
use std::path::Path;
use std::process::Command;

/// One of each kind, and those at the edges.
fn samples() -> Vec<(&'static str, Message)> {
    let first = alert("WRN-2026-05-10-buffer-fire.1");
    let update =
        Message { level: Level::Warning, ..follows(&first, "WRN-2026-05-10-buffer-fire.2", Kind::Update) };
    let cancel = follows(&update, "WRN-2026-05-10-buffer-fire.3", Kind::Cancel);
    let exercise = Message { kind: Kind::Exercise, audience: "public".to_owned(), ..alert("EX-1") };
    let bare = Message { zones: vec![], parameters: vec![], ..alert("BARE-1") };
    vec![("alert", first), ("update", update), ("cancel", cancel), ("exercise", exercise), ("bare", bare)]
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}"));
    rest.split_once(to).unwrap().0
}

#[test]
fn every_cap_file_is_valid_against_the_schema_of_oasis() {
    let Some(schema) = sample("cap-samples/ibm-cap/CAP-v1.2.xsd") else { return };
    if Command::new("xmllint").arg("--version").output().is_err() {
        println!("skipped: xmllint is not there (scripts/setup test)");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (name, message) in samples() {
        message.check().unwrap();
        let file = dir.path().join(format!("{name}.xml"));
        std::fs::write(&file, cap::write(&message)).unwrap();
        let mut ask = Command::new("xmllint");
        let said = ask.args(["--noout", "--nonet", "--schema"]).arg(&schema).arg(&file).output().unwrap();
        assert!(said.status.success(), "{name}: {}", String::from_utf8_lossy(&said.stderr));
    }
}

#[test]
fn cap_has_one_info_a_language_and_references_what_it_updates() {
    let [(_, first), (_, update), (_, cancel), (_, exercise), _] = samples().try_into().unwrap();
    let told = cap::write(&update);
    assert_eq!(told.matches("<info>").count(), 3);
    assert_eq!(between(&told, "<msgType>", "<"), "Update");
    assert_eq!(
        between(&told, "<references>", "<"),
        format!("warnings@mission.example,{},2026-05-10T12:00:00-00:00", first.id)
    );
    assert!(told.contains("buffer &amp; &lt;north&gt;"));
    assert_eq!(
        between(&told, "<polygon>", "<"),
        "48.0000,37.0000 48.0000,37.4000 48.3000,37.4000 48.3000,37.0000 48.0000,37.0000",
        "closed, latitude first"
    );
    let ended = cap::write(&cancel);
    assert_eq!(between(&ended, "<msgType>", "<"), "Cancel");
    assert_eq!(between(&ended, "<urgency>", "<"), "Past");
    assert_eq!(between(&cap::write(&exercise), "<status>", "<"), "Exercise");
    assert_eq!(between(&cap::write(&exercise), "<scope>", "<"), "Public");
    assert_eq!(between(&told, "<scope>", "<"), "Restricted");
}

#[test]
fn two_public_libraries_read_our_cap() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/cap-interop");
    let dir = tempfile::tempdir().unwrap();
    for (name, message) in samples() {
        std::fs::write(dir.path().join(format!("{name}.xml")), cap::write(&message)).unwrap();
    }
    let said = Command::new(script).arg("read").arg(dir.path()).output().unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    println!("{told}");
    assert!(said.status.success(), "{told}");
}

#[test]
fn a_feed_links_each_message_to_its_cap_file() {
    let feed = atom::Feed {
        title: "Warnings".to_owned(),
        address: "https://desk.mission.example/warnings.atom".to_owned(),
        cap_base: "https://desk.mission.example/warnings/".to_owned(),
        languages: vec!["ar".to_owned()],
        since_ms: common::NOON_MS,
    };
    let messages: Vec<Message> = samples().into_iter().map(|(_, m)| m).collect();
    let told = atom::write(&feed, &messages);
    assert_eq!(told.matches("<entry>").count(), messages.len());
    for message in &messages {
        assert!(told.contains(&format!("href=\"https://desk.mission.example/warnings/{}.xml\"", message.id)));
    }
    assert!(told.contains("dir=\"rtl\""));
    let latest = messages.iter().map(|m| m.sent_ms).max().unwrap();
    assert_eq!(latest, common::NOON_MS + 2 * HOUR_MS);
    assert_eq!(between(&told, "<updated>", "<"), "2026-05-10T14:00:00Z");
    assert_eq!(between(&atom::write(&feed, &[]), "<updated>", "<"), "2026-05-10T12:00:00Z");
}

#[test]
fn a_map_event_shows_a_coarse_point_and_is_stale_when_the_message_lapses() {
    let [(_, first), (_, update), (_, cancel), _, (_, bare)] = samples().try_into().unwrap();
    let told = cot::write(&first, &["uk".to_owned()]).unwrap();
    assert!(told.contains("lat=\"48.15\" lon=\"37.20\""), "{told}");
    assert!(told.contains("stale=\"2026-05-17T12:00:00.000Z\""));
    assert!(told.contains("Більше вогню"));
    assert!(!told.contains("48.3"), "the ring itself does not go out");
    let reach: f64 = between(&told, "ce=\"", "\"").parse().unwrap();
    assert!((22_000.0..26_000.0).contains(&reach), "the circle holds the ring: {reach}");
    let uid = |m: &Message| between(&cot::write(m, &[]).unwrap(), "uid=\"", "\"").to_owned();
    assert_eq!(uid(&first), uid(&update), "an update takes the place of what it updates");
    let ended = cot::write(&cancel, &[]).unwrap();
    assert!(
        ended.contains("time=\"2026-05-10T14:00:00.000Z\"")
            && ended.contains("stale=\"2026-05-10T14:00:00.000Z\"")
    );
    assert_eq!(cot::write(&bare, &[]), None);
}

#[test]
fn a_mail_is_the_same_bytes_at_every_attempt_and_answers_what_it_updates() {
    let [(_, first), (_, update), _, _, _] = samples().try_into().unwrap();
    let write = |m: &Message| {
        let languages = ["uk".to_owned(), "ar".to_owned()];
        mail::write(m, "warnings@mission.example", "duty@mission.example", &languages).unwrap().formatted()
    };
    assert_eq!(write(&first), write(&first));
    let (one, two) = (write(&first), write(&update));
    let (one, two) = (MessageParser::new().parse(&one).unwrap(), MessageParser::new().parse(&two).unwrap());
    assert_eq!(two.in_reply_to().as_text(), one.message_id());
    assert_eq!(one.subject(), Some("[WATCH] Більше вогню, ніж очікувалося"));
    assert_eq!(two.subject(), Some("[WARNING, UPDATE] Більше вогню, ніж очікувалося"));
    let (text, page) = (one.body_text(0).unwrap(), one.body_html(0).unwrap());
    for part in [&text, &page] {
        assert!(part.contains("Нараховано 12") && part.contains("تم إحصاء 12"));
    }
    assert!(page.contains("<div lang=\"ar\" dir=\"rtl\">") && page.contains("buffer &amp; &lt;north&gt;"));
    assert!(text.contains("\u{200F}نيران"));
    assert!(one.content_type().is_some_and(|c| c.subtype() == Some("alternative")));
}

#[test]
fn a_headline_from_right_to_left_does_not_turn_the_level_before_it() {
    let written =
        mail::write(&alert("a"), "w@m.example", "d@m.example", &["ar".to_owned()]).unwrap().formatted();
    let read = MessageParser::new().parse(&written).unwrap();
    assert_eq!(read.subject(), Some("[WATCH] \u{2067}نيران أكثر من المتوقع\u{2069}"));
}

#[test]
fn a_message_that_some_format_cannot_carry_is_refused_whole() {
    let wrong = Message {
        id: "a b".to_owned(),
        sender: "x,y".to_owned(),
        link: "javascript:alert(1)".to_owned(),
        expires_ms: 0,
        texts: vec![],
        ..alert("a")
    };
    let all = wrong.check().unwrap_err().0;
    assert_eq!(all.len(), 5, "{all:?}");
    let turned = |headline: &str| {
        let mut message = alert("a");
        message.texts[0].headline = headline.to_owned();
        message.check().is_err()
    };
    assert!(turned("a\u{202E}b") && turned("a\nb") && turned("a\u{0}") && turned(" ") && !turned("a"));
    let update = Message { kind: Kind::Update, ..alert("a") };
    assert!(update.check().unwrap_err().to_string().contains("no message that it would update"));
}

#[test]
fn a_message_reads_back_from_its_json_and_refuses_what_it_does_not_know() {
    for (_, message) in samples() {
        let text = serde_json::to_string(&message).unwrap();
        assert_eq!(serde_json::from_str::<Message>(&text).unwrap(), message);
        let more = text.replacen('{', "{\"surplus\": 1, ", 1);
        assert!(serde_json::from_str::<Message>(&more).is_err());
    }
}
