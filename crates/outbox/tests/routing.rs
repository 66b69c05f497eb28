//! Who is told, who is not, and why.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use base::Instant;
use common::{HOUR_MS, NOON_MS, alert, follows, routing};
use outbox::routing::{Condition, Decision, Outcome, Routing, Withheld, read_routing, route, span_ms};
use outbox::{Kind, Level, Message};
use proptest::prelude::*;
use serde_json::Value;

fn example() -> &'static str {
    let page = include_str!("../../../docs/routing.md");
    let (_, rest) = page.split_once("```yaml\n").unwrap();
    rest.split_once("```").unwrap().0
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/routing.schema.json")).unwrap()
}

fn problems(text: &str) -> String {
    let all = read_routing(text).unwrap_err();
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn at(text: &str) -> i64 {
    Instant::parse(text).unwrap().0
}

fn to<'a>(all: &'a [Decision], recipient: &str, way: &str) -> &'a Decision {
    all.iter()
        .find(|d| d.recipient == recipient && d.way == way)
        .unwrap_or_else(|| panic!("{recipient}: {all:?}"))
}

fn sent(decision: &Decision) -> (i64, Condition) {
    match &decision.outcome {
        Outcome::Send { not_before_ms, condition, .. } => (*not_before_ms, *condition),
        Outcome::Withheld(_) => panic!("withheld: {}", decision.why),
    }
}

/// One recipient by files, with more about it, the route and the file.
fn one(recipient: &str, route: &str, file: &str) -> Routing {
    routing(&format!(
        "recipients:
  - {{name: desk, audiences: [mission], languages: [en], ways: [{{directory: {{path: out}}}}]{recipient}}}
routes:
  - {{name: all, to: [desk]{route}}}
{file}
"
    ))
}

#[test]
fn the_documented_file_is_read_and_keeps_to_the_published_schema() {
    let read = routing(example());
    assert_eq!((read.recipients.len(), read.routes.len(), read.silences.len()), (4, 4, 1));
    let schema = schema();
    let valid = jsonschema::validator_for(&schema).unwrap();
    let value: Value = serde_saphyr::from_str(example()).unwrap();
    let wrong: Vec<String> =
        valid.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// A file with this field in its place.
type Field<'a> = &'a dyn Fn(&str) -> String;

#[test]
fn schema_and_reader_know_the_same_fields() {
    let schema = schema();
    let valid = jsonschema::validator_for(&schema).unwrap();
    let recipient =
        |more: &str| format!("recipients:\n  - {{name: a, audiences: [m], languages: [en], {more}}}\n");
    let places: &[(&str, Field<'_>)] = &[
        ("mail", &|f| format!("mail: {{host: h, from: a@b.example, {f}}}\n")),
        ("push", &|f| format!("push: {{contact: 'mailto:a@b.example', {f}}}\n")),
        ("recipient", &|f| format!("recipients:\n  - {{{f}}}\n")),
        ("quiet", &|f| {
            recipient(&format!("ways: [], quiet: {{from: '1:00', until: '2:00', zone: UTC, {f}}}"))
        }),
        ("way", &|f| recipient(&format!("ways: [{{{f}}}]"))),
        ("mail_to", &|f| recipient(&format!("ways: [{{mail: {{{f}}}}}]"))),
        ("webhook", &|f| recipient(&format!("ways: [{{webhook: {{{f}}}}}]"))),
        ("directory", &|f| recipient(&format!("ways: [{{directory: {{{f}}}}}]"))),
        ("cot", &|f| recipient(&format!("ways: [{{cot: {{{f}}}}}]"))),
        ("cot_tls", &|f| recipient(&format!("ways: [{{cot: {{address: 'a:1', tls: {{{f}}}}}}}]"))),
        ("push_to", &|f| recipient(&format!("ways: [{{push: {{{f}}}}}]"))),
        ("route", &|f| format!("routes:\n  - {{{f}}}\n")),
        ("match", &|f| format!("routes:\n  - {{name: r, to: [a], match: {{{f}}}}}\n")),
        ("group", &|f| format!("routes:\n  - {{name: r, to: [a], group: {{{f}}}}}\n")),
        ("step", &|f| format!("routes:\n  - {{name: r, to: [a], escalate: [{{{f}}}]}}\n")),
        ("silence", &|f| format!("silences:\n  - {{{f}}}\n")),
    ];
    for (object, file) in places {
        let names = schema.pointer(&format!("/$defs/{object}/properties")).unwrap().as_object().unwrap();
        for name in names.keys() {
            let told = problems(&file(&format!("{name}: [[[1]]]")));
            assert!(!told.contains("unknown field"), "{object}.{name} is not read: {told}");
        }
        let text = file("surplus: 1");
        assert!(problems(&text).contains("surplus"), "{object}: {}", problems(&text));
        let value: Value = serde_saphyr::from_str(&text).unwrap();
        assert!(!valid.is_valid(&value), "the schema takes a surplus field in {object}");
    }
    assert_eq!(schema["$defs"].as_object().unwrap().len(), places.len());
}

#[test]
fn every_mistake_is_told_at_once_with_its_line_and_what_to_do() {
    let told = problems(
        "recipients:
  - name: a
    audiences: [mission]
    languages: [en]
    quiet: {from: '22:00', until: '06:00', zone: Europe/Kyiv, levels: [watch, warning]}
    ways: [{mail: {to: nobody}}]
  - name: a
    audiences: [mission]
    languages: [en]
    ways: [{webhook: {url: 'http://a.example/', secret_env: X}}]
  - name: b
    audience: mission
routes:
  - name: r
    match: {levels: [grave]}
    to: [a, b, c]
    escalate: [{after: soon, to: [a]}]
silences:
  - {from: 2026-05-10T06:00:00Z, until: 2026-05-09T06:00:00Z, reason: x, by: z}
",
    );
    for part in [
        "line 2: recipient `a`: quiet hours for `warning`; the gravest level is told at any hour",
        "line 2: recipient `a`: `mail.to` is no address of mail",
        "line 2: recipient `a`: it is told by mail, and the file has no (right) `mail`",
        "line 7: recipient `a`: it stands there twice",
        "line 11: recipient `b`: unknown field `audience`",
        "line 14: route `r`: there is no recipient `c`",
        "line 14: route `r`: `grave` is no level; it is one of advisory, watch, warning",
        "line 14: route `r`: `soon` is no length of time",
        "line 19: a silence: `from` and `until` are no times in order",
    ] {
        assert!(told.contains(part), "not told: {part}\n{told}");
    }
    assert!(!told.contains("no recipient `b`"), "a recipient with a mistake is still known");
}

#[test]
fn the_documented_rules_decide_as_the_page_says() {
    let read = routing(example());
    let grave = Message { level: Level::Warning, ..alert("a") };
    let all = route(&read, &grave, NOON_MS);
    assert_eq!(sent(to(&all, "situation room", "cot")), (NOON_MS, Condition::Always));
    assert_eq!(to(&all, "duty officer", "mail").rule, "grave");
    let next = to(&all, "head of mission", "pager");
    assert_eq!(sent(next), (NOON_MS + HOUR_MS / 4, Condition::UnlessAcknowledged));
    assert!(next.why.contains("unless somebody acknowledges it before"), "{}", next.why);
    let rest = route(&read, &alert("a"), NOON_MS);
    let Outcome::Send { group: Some(group), .. } = &to(&rest, "duty officer", "mail").outcome else {
        panic!()
    };
    assert_eq!(group.key, "the rest, bundled: zones buffer & <north>");
    let public = Message { audience: "public".to_owned(), ..alert("a") };
    let all = route(&read, &public, NOON_MS);
    assert_eq!(to(&all, "situation room", "cot").outcome, Outcome::Withheld(Withheld::WrongAudience));
    let nowhere = Message { zones: vec![], ..alert("a") };
    let all = route(&read, &nowhere, NOON_MS);
    assert_eq!(to(&all, "situation room", "cot").outcome, Outcome::Withheld(Withheld::NoPlace));
    assert_eq!(sent(to(&all, "situation room", "directory")).1, Condition::Always);
}

#[test]
fn a_silence_withholds_with_reason_and_name_and_the_gravest_level_only_if_it_names_it() {
    let silence = |levels: &str| {
        let text = format!(
            "silences: [{{match: {{streams: [buffer / fire]{levels}}}, from: 2026-05-10T11:00:00Z, \
             until: 2026-05-10T13:00:00Z, reason: demining, by: olena}}]"
        );
        one("", "", &text)
    };
    let (all, named) = (silence(""), silence(", levels: [warning]"));
    let grave = Message { level: Level::Warning, ..alert("a") };
    let withheld = &route(&all, &alert("a"), NOON_MS)[0];
    assert_eq!(withheld.outcome, Outcome::Withheld(Withheld::Silenced));
    assert!(withheld.why.contains("olena") && withheld.why.contains("demining"), "{}", withheld.why);
    assert_eq!(sent(&route(&all, &grave, NOON_MS)[0]).1, Condition::Always);
    assert_eq!(route(&named, &grave, NOON_MS)[0].outcome, Outcome::Withheld(Withheld::Silenced));
    assert_eq!(sent(&route(&all, &alert("a"), NOON_MS + HOUR_MS)[0]).1, Condition::Always, "it is over");
    let end = follows(&alert("a"), "b", Kind::Cancel);
    assert_eq!(sent(&route(&all, &end, NOON_MS)[0]).1, Condition::IfTold);
}

#[test]
fn quiet_hours_delay_by_the_civil_clock_also_when_clocks_change() {
    let read = one(", quiet: {from: '22:00', until: '06:00', zone: Europe/Kyiv}", "", "");
    let when = |level: Level, at_ms: i64| sent(&route(&read, &Message { level, ..alert("a") }, at_ms)[0]).0;
    let late = at("2026-05-10T23:00:00+03:00");
    assert_eq!(when(Level::Watch, late), at("2026-05-11T06:00:00+03:00"));
    assert_eq!(when(Level::Watch, at("2026-05-11T05:59:00+03:00")), at("2026-05-11T06:00:00+03:00"));
    assert_eq!(when(Level::Watch, at("2026-05-11T06:00:00+03:00")), at("2026-05-11T06:00:00+03:00"));
    assert_eq!(when(Level::Warning, late), late);
    assert_eq!(when(Level::Watch, at("2025-10-26T01:00:00+03:00")), at("2025-10-26T06:00:00+02:00"));
}

#[test]
fn of_two_rules_the_one_that_tells_for_certain_and_soonest_decides() {
    let read = routing(
        "recipients:
  - {name: a, audiences: [mission], languages: [en], ways: [{directory: {path: a}}]}
  - {name: b, audiences: [mission], languages: [en], ways: [{directory: {path: b}}]}
routes:
  - {name: first, to: [a], escalate: [{after: 15 min, to: [b]}], continue: true}
  - {name: second, to: [b]}
  - {name: third, to: [a]}
",
    );
    let all = route(&read, &alert("x"), NOON_MS);
    assert_eq!(all.len(), 2);
    assert_eq!(
        (to(&all, "b", "directory").rule.as_str(), sent(&all[1])),
        ("second", (NOON_MS, Condition::Always))
    );
    assert_eq!(to(&all, "a", "directory").rule, "first");
    assert!(route(&Routing::default(), &alert("x"), NOON_MS).is_empty());
}

#[test]
fn no_secret_is_read_from_the_file_or_shown() {
    let told = problems("mail: {host: h, from: a@b.example, user: u, password: hunter2}");
    assert!(told.contains("unknown field `password`") && !told.contains("hunter2"), "{told}");
    let told = problems("mail: {host: h, from: a@b.example, user: u, password_env: 'hunter-2!'}");
    assert!(told.contains("never the secret") && !told.contains("hunter-2!"), "{told}");
    let secrets = outbox::secret::Secrets::new(std::path::Path::new("."), |_| Some(" hunter2\n".to_owned()));
    let secret = secrets.read(&outbox::secret::SecretAt::Env("X".to_owned())).unwrap();
    assert_eq!(secret.reveal(), "hunter2");
    let ways = outbox::ways::Ways::new(std::path::Path::new("."), None, secrets);
    assert!(!format!("{secret:?} {ways:?}").contains("hunter2"));
}

#[test]
fn lengths_of_time_read_as_people_write_them() {
    assert_eq!(["30 s", "15min", " 2 h "].map(span_ms), [Some(30_000), Some(900_000), Some(7_200_000)]);
    for bad in ["", "5", "0 s", "8 d", "-1 s", "999999999999999999999 h", "200 h"] {
        assert_eq!(span_ms(bad), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn no_file_makes_the_reader_fall_over(text in "\\PC{0,300}") {
        let _ = read_routing(&text);
    }

    #[test]
    fn no_damage_to_a_good_file_makes_the_reader_fall_over(
        from in 0..2_600_usize, length in 0..60_usize, put in "[-a-z:{}\\[\\],\"'&*!|>#% \\n\\t0-9]{0,12}"
    ) {
        let text = example();
        let chars: Vec<char> = text.chars().collect();
        let from = from.min(chars.len());
        let end = (from + length).min(chars.len());
        let (before, after) = (chars[..from].iter().copied(), chars[end..].iter().copied());
        let damaged: String = before.chain(put.chars()).chain(after).collect();
        if let Ok(read) = read_routing(&damaged) {
            let _ = route(&read, &alert("a"), NOON_MS);
        }
    }
}
