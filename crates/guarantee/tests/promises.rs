//! Promises, over any acts of anybody.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing, in its helpers too"
)]

mod common;

use base::{By, CivilZone, Instant, Ref, Role, Takes};
use common::{HOUR_MS, START_MS, World, by, clause, right};
use guarantee::act::{Deed, Yardstick};
use guarantee::dossier::html::page;
use guarantee::view::{Sources, consultations, file};
use guarantee::words::{Audience, Outcome, Presence, Progress, Step, Vote};
use guarantee::{Act, Register, Setting};
use proptest::prelude::*;
use serde_json::Value;
use std::sync::Arc;
use testkit::scenario::{Scenario, mirrored};

const TEXT: &str = r#"# Pact
```terms
instrument pact "Pact of the mill"
  time zone "Europe/Kyiv"
  D = entry into force
  entry into force 2026-03-03 00:00
party KA "Karsk"
party VE "Velia"
guarantor TA "Tarn", OS "Osmark"
body council "Council of the pact" of "TA, OS"
  by consensus
body board "Board" of "TA, OS, KA, VE"
  by majority, quorum 2
act fire = explosion or shot
1    KA, VE shall not fire
       from D
9.1  guarantee of TA, OS to KA is due on fire by VE; deliberate; sustained; unprovoked, from D
9.2  guarantee of TA, OS to VE is due on fire by KA; deliberate; sustained; unprovoked, from D
9.3  TA, OS, KA, VE shall consult within 24 h of request
       from D
9.4  council decides guarantee by consensus
9.5  board decides guarantee by majority
9.6  9.1 is void for KA when 1 is breached by KA
       from D
9.7  9.2 is void for VE when 1 is breached by VE
       from D
```
"#;

fn setting() -> Arc<Setting> {
    let agreement = terms::check("pact.md", TEXT.as_bytes()).agreement.expect("no error");
    Arc::new(Setting::of(&[("pact", &agreement)], CivilZone::named("Europe/Kyiv").unwrap()))
}

fn anybody() -> impl Strategy<Value = By> {
    prop::sample::select(vec![
        by("g.ta", Role::Guarantor, "TA"),
        by("g.os", Role::Guarantor, "OS"),
        by("g.xx", Role::Guarantor, "XX"),
        by("l.ka", Role::Liaison, "KA"),
        by("l.ve", Role::Liaison, "VE"),
        by("c.ta", Role::Chair, "council/TA"),
        by("m.os", Role::Member, "council/OS"),
        by("b.ta", Role::Chair, "board/TA"),
        by("b.ka", Role::Member, "board/KA"),
        by("b.ve", Role::Member, "board/VE"),
        by("w.1", Role::WatchOfficer, ""),
        by("o.1", Role::Observer, ""),
    ])
}

fn reference(kind: &'static str) -> impl Strategy<Value = Ref> {
    (0_u32..4).prop_map(move |n| Ref(format!("{kind}-2026-{n:04}")))
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z ]{1,12}",
        1 => Just(String::new()),
        1 => Just("</td><script>alert('x')</script><img src=\"x\" onerror=\"y\">".to_owned()),
        1 => any::<String>(),
    ]
}

fn body() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "council", "board", "moot"]).prop_map(str::to_owned)
}

fn deeds() -> impl Strategy<Value = Deed> {
    let label = prop::sample::select(vec!["9.1", "9.2", "9.3", "9.6", "1", "77"]);
    let vote = prop::sample::select(Vote::ALL.to_vec());
    let outcome = prop::sample::select(Outcome::ALL.to_vec());
    let presence = prop::sample::select(Presence::ALL.to_vec());
    let progress = prop::sample::select(Progress::ALL.to_vec());
    let step = prop::sample::select(Step::ALL.to_vec());
    let any_ref =
        prop_oneof![reference("CNS"), reference("DEC"), reference("SIL"), reference("MSR"), reference("GAU")];
    let tests = prop_oneof![
        any::<f64>().prop_map(|least| Yardstick::Casualties { least }),
        (0_u32..9, any::<u32>()).prop_map(|(on, out_of)| Yardstick::Days { on, out_of }),
        Just(Yardstick::FirstShot),
    ];
    let (w, cns, dec) = (words, || reference("CNS"), || reference("DEC"));
    prop_oneof![
        3 => (label.clone(), w())
            .prop_map(|(l, question)| Deed::Request {
                clause: clause("pact", l), question, cites: vec![]
            }),
        2 => (cns(), presence, w())
            .prop_map(|(consultation, presence, why)| Deed::Participate {
                consultation, who: String::new(), presence, why
            }),
        2 => (cns(), w()).prop_map(|(consultation, text)| Deed::Position { consultation, text }),
        3 => (cns(), body(), w())
            .prop_map(|(consultation, body, text)| Deed::Propose {
                consultation, body, text
            }),
        2 => (cns(), body(), w(), w())
            .prop_map(|(consultation, body, text, condition)| Deed::Invoke {
                consultation, body, text, condition
            }),
        6 => (dec(), vote, w())
            .prop_map(|(decision, vote, why)| Deed::Vote {
                decision, vote, why
            }),
        4 => (dec(), outcome.clone(), w())
            .prop_map(|(decision, outcome, why)| Deed::Decide {
                decision, outcome, why
            }),
        2 => (dec(), outcome, w())
            .prop_map(|(decision, outcome, why)| Deed::Confirm {
                decision, outcome, cites: vec![], why
            }),
        2 => (dec(), 0_u32..60, w())
            .prop_map(|(decision, hours, why)| Deed::Silence {
                decision, hours, why
            }),
        2 => (reference("SIL"), w()).prop_map(|(silence, why)| Deed::Object { silence, why }),
        3 => (dec(), w(), any::<Option<i64>>())
            .prop_map(|(decision, what, by_ms)| Deed::Measure {
                decision, menu: String::new(), what, tier: None, by_ms
            }),
        2 => (reference("MSR"), progress, w())
            .prop_map(|(measure, progress, text)| Deed::FollowUp {
                measure, progress, text, cites: vec![]
            }),
        2 => (cns(), step, w(), any::<Option<i64>>())
            .prop_map(|(consultation, step, text, due_ms)| Deed::National {
                consultation, procedure: "parliament".into(), step, text, due_ms
            }),
        1 => (label, tests, w())
            .prop_map(|(l, test, why)| Deed::Gauge {
                clause: clause("pact", l), element: "sustained".into(), tests: vec![test], why
            }),
        1 => (any_ref, w()).prop_map(|(on, why)| Deed::Withdraw { on, why }),
        1 => (cns(), w()).prop_map(|(consultation, why)| Deed::Close { consultation, why }),
    ]
}

/// What those who have a part in it would do, so that decisions come about.
fn plausible() -> impl Strategy<Value = (By, Deed)> {
    let seats = vec![by("c.ta", Role::Chair, "council/TA"), by("m.os", Role::Member, "council/OS")];
    let first = |kind: &'static str| (1_u32..3).prop_map(move |n| Ref(format!("{kind}-2026-{n:04}")));
    let yes = prop_oneof![4 => Just(Vote::Yes), 1 => Just(Vote::No)];
    let said = || "[a-z]{1,5}";
    let of_council = prop_oneof![
        2 => (first("CNS"), said())
            .prop_map(|(consultation, text)| Deed::Propose {
                consultation, body: "council".into(), text
            }),
        2 => (first("CNS"), said())
            .prop_map(|(consultation, text)| Deed::Invoke {
                consultation, body: "council".into(), text, condition: "if so".into()
            }),
        6 => (first("DEC"), yes)
            .prop_map(|(decision, vote)| Deed::Vote {
                decision, vote, why: String::new()
            }),
        3 => (first("DEC"), said())
            .prop_map(|(decision, why)| Deed::Decide {
                decision, outcome: Outcome::Adopted, why
            }),
        3 => (first("DEC"), said())
            .prop_map(|(decision, why)| Deed::Confirm {
                decision, outcome: Outcome::Adopted, cites: vec![], why
            }),
        2 => (first("DEC"), 1_u32..40, said())
            .prop_map(|(decision, hours, why)| Deed::Silence {
                decision, hours, why
            }),
        1 => (first("SIL"), said()).prop_map(|(silence, why)| Deed::Object { silence, why }),
    ];
    let of_tarn = prop_oneof![
        2 => said()
            .prop_map(|question| Deed::Request {
                clause: clause("pact", "9.3"), question, cites: vec![]
            }),
        3 => (first("DEC"), said())
            .prop_map(|(decision, what)| Deed::Measure {
                decision, menu: String::new(), what, tier: None, by_ms: None
            }),
        1 => (first("MSR"), said())
            .prop_map(|(measure, text)| Deed::FollowUp {
                measure, progress: Progress::Done, text, cites: vec![]
            }),
        1 => (prop_oneof![first("CNS"), first("MSR")], said())
            .prop_map(|(on, why)| Deed::Withdraw {
                on, why
            }),
        1 => (first("CNS"), said())
            .prop_map(|(consultation, text)| Deed::National {
                consultation, procedure: "parliament".into(), step: Step::Begun, text, due_ms: None
            }),
    ];
    prop_oneof![
        3 => (prop::sample::select(seats), of_council),
        2 => of_tarn.prop_map(|deed| (by("g.ta", Role::Guarantor, "TA"), deed)),
    ]
}

/// A beginning from which most deeds can follow: one decision adopted on a condition, another put under silence.
fn opening() -> Vec<(By, Deed)> {
    let (ta, os) = (by("c.ta", Role::Chair, "council/TA"), by("m.os", Role::Member, "council/OS"));
    let (cns, first, second) = (common::cns(1), common::dec(1), common::dec(2));
    let yes = |decision: Ref| Deed::Vote { decision, vote: Vote::Yes, why: String::new() };
    let (body, text, why) = ("council".to_owned(), "x".to_owned(), "x".to_owned());
    let request = Deed::Request { clause: clause("pact", "9.3"), question: "x".into(), cites: vec![] };
    let invoke = Deed::Invoke {
        consultation: cns.clone(),
        body: body.clone(),
        text: text.clone(),
        condition: "y".into(),
    };
    vec![
        (by("g.ta", Role::Guarantor, "TA"), request),
        (ta.clone(), invoke),
        (ta.clone(), yes(first.clone())),
        (os.clone(), yes(first.clone())),
        (os.clone(), Deed::Decide { decision: first.clone(), outcome: Outcome::Adopted, why: why.clone() }),
        (ta.clone(), yes(first)),
        (os, Deed::Propose { consultation: cns, body, text }),
        (ta, Deed::Silence { decision: second, hours: 59, why }),
    ]
}

/// Acts of anybody, hours apart.
fn history(most: usize) -> impl Strategy<Value = Vec<Act>> {
    let one = prop_oneof![1 => (anybody(), deeds()), 1 => plausible()];
    (any::<bool>(), prop::collection::vec((one, 0_i64..30), 0..most)).prop_map(|(opened, drawn)| {
        let mut all: Vec<((By, Deed), i64)> = Vec::new();
        all.extend(opening().into_iter().filter(|_| opened).map(|a| (a, 0)));
        all.extend(drawn);
        let mut at_ms = START_MS;
        let mut out = Vec::new();
        for (n, ((by, deed), hours)) in all.into_iter().enumerate() {
            at_ms += hours * HOUR_MS;
            out.push(Act { key: format!("k{n}"), by, at_ms, seen: None, deed });
        }
        out
    })
}

fn shown(register: &Register) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?}",
        register.consultations,
        register.decisions,
        register.silences,
        register.measures,
        register.nationals,
        register.gauges
    )
}

/// All that is shown, with the numbers of references left out and lists in an order of their own.
fn up_to_numbering(register: &Register, now_ms: i64) -> Value {
    let all = consultations(register, Audience::Internal, Instant(now_ms));
    let gauges: Vec<String> =
        register.gauges.iter().map(|g| format!("{:?}{}{:?}", g.tests, g.element, g.set)).collect();
    plain(serde_json::json!([all, gauges]))
}

fn plain(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(without_numbers(&text)),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(plain).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(members) => Value::Object(members.into_iter().map(|(k, v)| (k, plain(v))).collect()),
        other => other,
    }
}

fn without_numbers(text: &str) -> String {
    let is = |t: &str| {
        let known = ["CNS-2026-", "DEC-2026-", "SIL-2026-", "MSR-2026-", "NAT-2026-"];
        known.iter().find(|k| t.starts_with(**k)).map(|k| k[..3].to_owned())
    };
    is(text).unwrap_or_else(|| text.to_owned())
}

/// Whether two acts of two people are about things of their own: neither makes, ends or decides what the other is
/// about.
fn independent(a: &Act, b: &Act) -> bool {
    let of_one_seat = |d: &Deed| {
        matches!(
            d,
            Deed::Position { .. }
                | Deed::National { .. }
                | Deed::Gauge { .. }
                | Deed::Request { .. }
                | Deed::Vote { .. }
                | Deed::Object { .. }
                | Deed::Measure { .. }
                | Deed::Participate { .. }
        )
    };
    a.by != b.by && a.by.of != b.by.of && of_one_seat(&a.deed) && of_one_seat(&b.deed)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_what_is_refused_has_changed_nothing(acts in history(60)) {
        let mut register = Register::new(setting());
        for act in &acts {
            let before = shown(&register);
            if register.take(act).is_err() {
                prop_assert_eq!(before, shown(&register));
            }
        }
        let sources = Sources { cases: &[], ladders: &[], register: &register, numbers: &[] };
        for audience in Audience::ALL {
            let now = Instant(START_MS + 900 * HOUR_MS);
            let told = file(&sources, *audience, now);
            let html = page(&told, "<b>&\"'", &CivilZone::utc());
            prop_assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"));
            prop_assert_eq!(html.matches("<table").count(), html.matches("</table").count());
        }
        let _ = register.records("pact");
    }

    #[test]
    fn the_same_acts_come_to_the_same_and_through_json_too(acts in history(60)) {
        let told = serde_json::to_string(&acts).unwrap();
        let again: Vec<Act> = serde_json::from_str(&told).unwrap_or_default();
        let one = Register::of(setting(), &acts);
        let other = Register::of(setting(), &acts);
        prop_assert_eq!(shown(&one), shown(&other));
        // A number that JSON cannot hold is refused on the way in and so changes nothing.
        if again.len() == acts.len() {
            prop_assert_eq!(shown(&one), shown(&Register::of(setting(), &again)));
        }
    }

    #[test]
    fn who_has_no_vote_changes_nothing(acts in history(60), who in anybody(), n in 0_u32..4, yes in any::<bool>()) {
        let mut register = Register::of(setting(), &acts);
        let decision = Ref(format!("DEC-2026-{n:04}"));
        let entitled = register.decision(&decision).is_ok_and(|d| d.has_vote(&who));
        prop_assume!(!entitled);
        let before = shown(&register);
        let vote = if yes { Vote::Yes } else { Vote::No };
        let at_ms = START_MS + 10_000 * HOUR_MS;
        let deed = Deed::Vote { decision, vote, why: String::new() };
        let refused = register.take(&Act { key: "late".into(), by: who, at_ms, seen: None, deed });
        prop_assert!(refused.is_err());
        prop_assert_eq!(before, shown(&register));
    }

    #[test]
    fn two_peoples_acts_in_either_order_come_to_the_same_up_to_numbering(
        acts in history(40),
        one in (anybody(), deeds()),
        other in (anybody(), deeds()),
    ) {
        let base = Register::of(setting(), &acts);
        let at_ms = acts.last().map_or(START_MS, |a| a.at_ms) + HOUR_MS;
        let act = |key: &str, (by, deed): (By, Deed)| Act { key: key.into(), by, at_ms, seen: None, deed };
        let (a, b) = (act("a", one), act("b", other));
        prop_assume!(independent(&a, &b));
        let (mut ab, mut ba) = (base.clone(), base);
        let (first, second) = (ab.take(&a).is_ok(), ab.take(&b).is_ok());
        let (turned_second, turned_first) = (ba.take(&b).is_ok(), ba.take(&a).is_ok());
        // What one asks for anew is no object that the other could have known of.
        let asks = matches!(a.deed, Deed::Request { .. }) || matches!(b.deed, Deed::Request { .. });
        prop_assume!(!asks || (first, second) == (turned_first, turned_second));
        prop_assert_eq!((first, second), (turned_first, turned_second));
        prop_assert_eq!(up_to_numbering(&ab, at_ms), up_to_numbering(&ba, at_ms));
    }

    #[test]
    fn a_clock_that_ran_out_permits_nothing(acts in history(60), who in anybody(), deed in deeds()) {
        // Only one thing may be done later and not at once: to record what a silence that held came to, or, when it is
        // over, to begin another.
        let by_silence = matches!(deed, Deed::Decide { .. } | Deed::Confirm { .. } | Deed::Silence { .. });
        prop_assume!(!by_silence);
        let base = Register::of(setting(), &acts);
        let at_ms = acts.last().map_or(START_MS, |a| a.at_ms) + 1;
        let act = |at_ms| Act { key: "late".into(), by: who.clone(), at_ms, seen: None, deed: deed.clone() };
        let (mut soon, mut late) = (base.clone(), base);
        let at_once = soon.take(&act(at_ms)).is_ok();
        let afterwards = late.take(&act(at_ms + 20_000 * HOUR_MS)).is_ok();
        prop_assert!(at_once || !afterwards);
    }
}

#[test]
fn the_histories_that_are_drawn_hold_every_deed_taken_and_refused() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut taken = std::collections::BTreeMap::new();
    for _ in 0..600 {
        let acts = history(60).new_tree(&mut runner).unwrap().current();
        let mut register = Register::new(setting());
        for act in &acts {
            let count: &mut [u32; 2] = taken.entry(act.deed.name()).or_default();
            count[usize::from(register.take(act).is_err())] += 1;
        }
    }
    assert_eq!(taken.len(), guarantee::rules::MAY.len(), "{taken:?}");
    assert!(taken.values().all(|[yes, no]| *yes > 0 && *no > 0), "{taken:?}");
}

/// Fire of either side, and people of either side.
fn both_sides() -> Scenario {
    let mut out = Scenario::read(TEXT);
    out.texts[0].0 = "pact".to_owned();
    out.reports.push(
        "id,kind,start,end,lon,lat,radius_m,actor,source\n\
         a,shot,2026-03-05T10:00:00Z,,-30.01,47.0,200,VE,west\n\
         b,explosion,2026-03-05T10:01:00Z,2026-03-05T10:03:00Z,-29.98,47.0,200,KA,east\n\
         c,shot,2026-03-06T10:01:00Z,,-29.98,47.0,200,,east\n"
            .to_owned(),
    );
    out
}

fn exchanged(text: &str) -> String {
    let (mut out, mut word) = (String::new(), String::new());
    for c in text.chars().chain(['\n']) {
        if c.is_alphanumeric() {
            word.push(c);
            continue;
        }
        out.push_str(match word.as_str() {
            "KA" => "VE",
            "VE" => "KA",
            other => other,
        });
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}

#[test]
fn the_parties_exchanged_the_file_is_exchanged() {
    let now = "2026-03-12T00:00:00Z";
    let (scenario, mirror) = (both_sides(), mirrored(&both_sides(), "KA", "VE"));
    let (world, turned) = (World::at(&scenario, now), World::at(&mirror, now));
    let acts = |liaison: &str, other: &str| -> Vec<Act> {
        let deeds = [
            (
                by("p.1", Role::Liaison, liaison),
                Deed::Request { clause: clause("pact", "9.3"), question: "?".into(), cites: vec![] },
            ),
            (
                by("p.2", Role::Liaison, other),
                Deed::Position { consultation: common::cns(1), text: "no".into() },
            ),
            (
                by("b.1", Role::Member, &format!("board/{liaison}")),
                Deed::Propose { consultation: common::cns(1), body: "board".into(), text: "x".into() },
            ),
            (
                by("b.2", Role::Member, &format!("board/{other}")),
                Deed::Vote { decision: common::dec(1), vote: Vote::No, why: String::new() },
            ),
        ];
        let each = deeds.into_iter().enumerate();
        each.map(|(n, (by, deed))| Act {
            key: format!("k{n}"),
            by,
            at_ms: START_MS + n as i64,
            seen: None,
            deed,
        })
        .collect()
    };
    for clocks in [right(), guarantee::shots::Clocks::default()] {
        let told = |world: &World, acts: &[Act]| {
            let register = Register::of(world.setting(), acts);
            assert!(register.refused.is_empty(), "{:?}", register.refused);
            let file = world.file(&register, &clocks, Audience::Internal);
            assert_eq!(file.cases.len(), 2);
            // Who is named first in a list by code is no matter of sides.
            plain(serde_json::from_str(&serde_json::to_string(&file).unwrap()).unwrap())
        };
        let here = told(&world, &acts("KA", "VE"));
        let there = told(&turned, &acts("VE", "KA"));
        let here = plain(serde_json::from_str(&exchanged(&here.to_string())).unwrap());
        assert_eq!(here, there);
    }
}
