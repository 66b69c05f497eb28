//! Messages and routing for the tests.
#![allow(dead_code, reason = "each test uses its part")]

use outbox::message::*;
use outbox::routing::{Routing, read_routing};
use std::path::PathBuf;

/// 2026-05-10T12:00:00Z.
pub const NOON_MS: i64 = 1_778_414_400_000;
pub const HOUR_MS: i64 = 3_600_000;

/// A warning about a zone with a polygon, in Ukrainian, Arabic and English.
pub fn alert(id: &str) -> Message {
    let text = |language: &str, headline: &str, description: &str| Text {
        language: language.to_owned(),
        headline: headline.to_owned(),
        description: description.to_owned(),
        instruction: String::new(),
        cancels_when: "fewer than 2 a day".to_owned(),
    };
    Message {
        id: id.to_owned(),
        thread: "WRN-2026-05-10-buffer-fire".to_owned(),
        kind: Kind::Alert,
        level: Level::Watch,
        certainty: Certainty::Possible,
        audience: "mission".to_owned(),
        zones: vec![Zone {
            name: "buffer & <north>".to_owned(),
            polygon: Some(vec![[37.0, 48.0], [37.4, 48.0], [37.4, 48.3], [37.0, 48.3]]),
        }],
        stream: "buffer / fire".to_owned(),
        what: "fire".to_owned(),
        texts: vec![
            text("en", "More fire than expected", "Counted 12, expected 3.\nOne source is silent."),
            text("uk", "Більше вогню, ніж очікувалося", "Нараховано 12, очікувалося 3."),
            text("ar", "نيران أكثر من المتوقع", "تم إحصاء 12 والمتوقع 3."),
        ],
        sent_ms: NOON_MS,
        onset_ms: NOON_MS - HOUR_MS,
        expires_ms: NOON_MS + 168 * HOUR_MS,
        sender: "warnings@mission.example".to_owned(),
        references: Vec::new(),
        link: "https://desk.mission.example/warnings/1?a=1&b=2".to_owned(),
        parameters: vec![("promised-rate".to_owned(), "1 per 90 days".to_owned())],
    }
}

/// What follows `earlier` in its thread.
pub fn follows(earlier: &Message, id: &str, kind: Kind) -> Message {
    let sent_ms = earlier.sent_ms + HOUR_MS;
    let reference =
        Reference { id: earlier.id.clone(), sender: earlier.sender.clone(), sent_ms: earlier.sent_ms };
    Message { id: id.to_owned(), kind, sent_ms, references: vec![reference], ..earlier.clone() }
}

pub fn routing(text: &str) -> Routing {
    read_routing(text).unwrap_or_else(|all| {
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        panic!("{}", all.join("\n"))
    })
}

/// A routing file with one recipient that gets files.
pub fn to_files(more_of_recipient: &str, more_of_route: &str) -> Routing {
    routing(&format!(
        "recipients:
  - name: desk
    audiences: [mission]
    languages: [en]
    ways: [{{directory: {{path: out}}}}]
    {more_of_recipient}
  - name: head
    audiences: [mission]
    languages: [uk]
    ways: [{{directory: {{path: head}}}}]
routes:
  - name: all
    to: [desk]
    {more_of_route}
"
    ))
}

/// A file of the shared collection of samples; `None`, said aloud: it is not there.
pub fn sample(path: &str) -> Option<PathBuf> {
    let at = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if at.exists() {
        return Some(at);
    }
    println!("skipped: {path} is not there");
    None
}
