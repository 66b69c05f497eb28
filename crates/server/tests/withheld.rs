//! Over random histories: no answer to a party, a guarantor or a planner holds anything that is withheld from them, nor
//! does it tell by a tag that something was done which they do not see.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[allow(dead_code, reason = "shared by tests that each use a part")]
mod common;
#[allow(dead_code, reason = "shared by tests that each use a part")]
#[path = "docket/double.rs"]
mod double;

use base::{Instant, Interval};
use cases::allegation::State;
use cases::{Docket, Ref};
use double::*;
use proptest::prelude::*;
use serde_json::{Value, json};

/// One try: who, what, on which object, in which variant.
type Try = (u8, u8, u8, u8);

const PEOPLE: [&str; 7] = ["v.1", "v.2", "l.ka", "l.ve", "m.ta", "m.ka", "m.ve"];
const OUTSIDE: [&str; 4] = ["l.ka", "l.ve", "g.ta", "p.1"];

fn one<'a>(mut of: impl Iterator<Item = &'a Ref> + Clone, n: u8) -> String {
    let len = of.clone().count().max(1);
    of.nth(usize::from(n) % len).map_or_else(|| "CASE-1900-0001".to_owned(), |r| r.0.clone())
}

/// A deed in whose texts stands what they are: `WORK`, `DRAFT`, or what which party submits.
fn deed(d: &Docket, who: &str, (_, what, object, variant): Try, n: usize) -> Value {
    let case = one(d.cases.iter().map(|c| &c.reference), object);
    let on = one(d.findings.iter().map(|f| &f.reference), object);
    let alg = one(d.allegations.iter().map(|a| &a.reference), object);
    let remedy = one(d.remedies.iter().map(|r| &r.reference), object);
    let task = one(d.cases.iter().flat_map(|c| &c.tasks).map(|t| &t.reference), object);
    let (own, other) = if who == "l.ka" { ("KA", "VE") } else { ("VE", "KA") };
    let work = format!("[WORK {n}]");
    // What an officer writes for somebody is the mission's word.
    let said = if who.starts_with("l.") { format!("[SAID {own} {n}]") } else { work.clone() };
    let to =
        ["preliminary", "tasked", "verifying", "drafting", "comments", "closed"][usize::from(variant) % 6];
    match what % 19 {
        0 | 1 => alleged_by(own, other, &format!("[ALLEGED {own} {n}]")),
        2 => json!({"deed": "register", "allegations": [alg], "why": work}),
        3 => json!({"deed": "dismiss", "allegations": [alg], "reason": "incomplete", "why": work}),
        4 => json!({"deed": "answer", "allegation": alg, "text": said}),
        5 => json!({"deed": "withdraw", "allegation": alg, "why": said}),
        6 => json!({"deed": "open", "title": "fire", "clauses": [CLAUSE()], "incidents": [INCIDENT],
            "allegations": if variant % 2 == 0 { vec![alg] } else { vec![] }, "why": work}),
        7 => json!({"deed": "move", "case": case, "to": to, "why": work}),
        8 => {
            json!({"deed": "task", "case": case, "kind": "imagery", "what": work, "place": work, "to": work, "due_ms": 0})
        }
        9 => json!({"deed": "return", "task": task, "end": "done", "of": "", "text": work, "cites": [work]}),
        10 => json!({"deed": "suspend", "case": case, "cause": "no-access", "of": own, "why": work}),
        11 => json!({"deed": "resume", "case": case, "why": work}),
        12 => {
            let mut text = finding(own);
            text["reasons"][0]["text"] = json!(format!("[DRAFT {n}]"));
            json!({"deed": "draft", "case": case, "finding": text})
        }
        13 => json!({"deed": "sign", "on": on}),
        14 => json!({"deed": "appeal", "finding": on, "text": said}),
        15 => json!({"deed": "order", "finding": on, "remedies": [{"actor": own, "act": "a", "quantity": "1",
            "place": "p", "due_ms": NOW_MS + 86_400_000, "test": "t"}]}),
        16 => json!({"deed": "reported", "remedy": remedy, "text": said, "cites": [said]}),
        17 => json!({"deed": "recuse", "case": case, "why": work}),
        _ => {
            json!({"deed": "start", "case": case, "clock": {"purpose": work, "started_by": work, "length": {"hours": 9},
            "zone": "Europe/Kyiv", "expiry": "told"}})
        }
    }
}

/// All that any address gives to a person, with the tags.
async fn everything(desk: &DocketDesk, docket: &Docket, who: &str) -> String {
    let mut all = String::new();
    let cases = docket.cases.iter().map(|c| format!("/api/v1/cases/{}", c.reference));
    let lists = ["/api/v1/docket", "/api/v1/allegations?limit=1000"].map(str::to_owned);
    for address in lists.into_iter().chain(cases) {
        let got = desk.get(who, &address).await;
        let tag = got.headers.get("etag").map_or("", |t| t.to_str().unwrap());
        all.push_str(&format!("{}\n{tag}\n", got.text));
    }
    all
}

/// What stands in brackets: `WORK 7`.
fn marks(text: &str) -> Vec<(&str, usize)> {
    let pieces = text.split('[').skip(1).filter_map(|p| p.split(']').next());
    pieces
        .filter_map(|p| {
            let (kind, n) = p.rsplit_once(' ')?;
            let known = ["WORK", "DRAFT", "SAID KA", "SAID VE", "ALLEGED KA", "ALLEGED VE"];
            Some((*known.iter().find(|k| **k == kind)?, n.parse().ok()?))
        })
        .collect()
}

fn may_read(docket: &Docket, who: &str, (kind, n): (&str, usize)) -> bool {
    let own = match who {
        "l.ka" => "KA",
        "l.ve" => "VE",
        _ => "",
    };
    match kind {
        "DRAFT" => {
            let text = format!("[DRAFT {n}]");
            let is_it = |f: &&cases::finding::Finding| f.text.reasons.iter().any(|r| r.text == text);
            who != "p.1" && docket.findings.iter().filter(is_it).any(|f| f.signing.issued_ms().is_some())
        }
        "WORK" => {
            // Why its own allegation was taken up or not, the complainant is told.
            let text = format!("[WORK {n}]");
            docket.allegations.iter().any(|a| a.why == text && a.claim.complainant == own)
        }
        _ => {
            let (verb, party) = kind.split_once(' ').unwrap();
            let text = format!("[{kind} {n}]");
            let served =
                |a: &cases::allegation::Allegation| a.claim.text == text && a.state == State::Registered;
            party == own || (verb == "ALLEGED" && !own.is_empty() && docket.allegations.iter().any(served))
        }
    }
}

fn spine() -> impl Strategy<Value = Vec<Try>> {
    let step =
        (prop::sample::select(vec![0_u8, 2, 6, 7, 7, 7, 8, 12, 13, 13, 14, 15, 16]), any::<(u8, u8, u8)>())
            .prop_map(|(what, (who, object, variant))| (who, what, object, variant));
    prop::collection::vec(prop_oneof![any::<Try>(), step], 1..60)
}

async fn played(tries: &[Try]) -> DocketDesk {
    let desk = DocketDesk::open();
    begun(&desk).await;
    for (n, one) in tries.iter().enumerate() {
        let who = PEOPLE[usize::from(one.0) % PEOPLE.len()];
        let body = desk.body(who, &format!("r{n}"), deed(&desk.docket(), who, *one, n + 1_000));
        // Refusals are part of the play; they too tell nothing.
        let got = desk.post(who, &body).await;
        if OUTSIDE.contains(&who) && !got.status.is_success() {
            assert!(!got.text.contains("[WORK"), "{who} is told {}", got.text);
        }
    }
    desk
}

/// A case at every stage to begin with: random steps alone rarely come far.
async fn begun(desk: &DocketDesk) {
    for (n, (own, other)) in [("VE", "KA"), ("KA", "VE"), ("VE", "KA")].into_iter().enumerate() {
        let liaison = if own == "VE" { "l.ve" } else { "l.ka" };
        let alleged = desk.acts(liaison, alleged_by(own, other, &format!("[ALLEGED {own} {n}]"))).await;
        if n == 2 {
            continue;
        }
        let why = format!("[WORK {n}]");
        desk.acts("v.1", json!({"deed": "register", "allegations": [alleged], "why": why})).await;
        let case = desk
            .acts(
                "v.1",
                json!({"deed": "open", "title": "fire", "clauses": [CLAUSE()], "incidents": [INCIDENT],
                "allegations": [alleged], "why": why}),
            )
            .await;
        for to in ["preliminary", "drafting"] {
            desk.acts("v.1", json!({"deed": "move", "case": case, "to": to, "why": why})).await;
        }
        let mut text = finding(other);
        text["reasons"][0]["text"] = json!(format!("[DRAFT {n}]"));
        let on = desk.acts("v.1", json!({"deed": "draft", "case": case, "finding": text})).await;
        desk.acts("v.1", json!({"deed": "sign", "on": on})).await;
        if n == 0 {
            desk.acts("v.2", json!({"deed": "sign", "on": on})).await;
            let remedies = json!([{"actor": other, "act": "a", "quantity": "1", "place": "p",
                "due_ms": NOW_MS + 86_400_000, "test": "t"}]);
            let remedy =
                desk.acts("m.ta", json!({"deed": "order", "finding": on, "remedies": remedies})).await;
            let said = format!("[SAID {other} {n}]");
            desk.acts("l.ka", json!({"deed": "reported", "remedy": remedy, "text": said, "cites": [said]}))
                .await;
            desk.acts("l.ka", json!({"deed": "appeal", "finding": on, "text": said})).await;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_answer_to_a_role_holds_what_is_withheld_from_it(tries in spine()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let desk = played(&tries).await;
            let docket = desk.docket();
            for who in OUTSIDE {
                let told = everything(&desk, &docket, who).await;
                for mark in marks(&told) {
                    assert!(may_read(&docket, who, mark), "{who} reads {mark:?}");
                }
                for person in PEOPLE.iter().filter(|p| **p != who) {
                    assert!(!told.contains(&format!("\"{person}\"")), "{who} is told of {person}");
                }
            }
            let officer = everything(&desk, &docket, "v.1").await;
            assert!(marks(&officer).len() > 8, "officers read it all");
        });
    }

    #[test]
    fn a_case_in_a_compartment_is_not_there_for_whoever_does_not_need_to_know(tries in spine()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let desk = played(&tries).await;
            let docket = desk.docket();
            let mut names = Vec::new();
            for (n, case) in docket.cases.iter().enumerate() {
                let deed = json!({"deed": "restrict", "case": case.reference, "compartments": ["sources"], "why": "w"});
                // Whoever does not need to know it puts nothing into it.
                let got = desk.post("v.2", &desk.body("v.2", &format!("no{n}"), deed.clone())).await;
                assert_eq!(got.status.as_u16(), 403, "{}", got.text);
                desk.acts("m.ta", deed).await;
                names.push(case.reference.0.clone());
                names.extend(case.tasks.iter().map(|t| t.reference.0.clone()));
            }
            let docket = desk.docket();
            names.extend(docket.findings.iter().map(|f| f.reference.0.clone()));
            names.extend(docket.remedies.iter().map(|r| r.reference.0.clone()));
            names.extend(docket.clocks.iter().map(|c| c.reference.0.clone()));
            for who in ["v.2", "m.ka", "l.ka", "l.ve", "g.ta"] {
                for address in ["/api/v1/docket", "/api/v1/allegations?limit=1000"] {
                    let told = desk.get(who, address).await.text;
                    for name in &names {
                        assert!(!told.contains(&format!("{name}\"")), "{who} is told of {name} at {address}");
                    }
                }
                for case in &docket.cases {
                    let there = desk.get(who, &format!("/api/v1/cases/{}", case.reference)).await;
                    let absent = desk.get(who, "/api/v1/cases/CASE-1900-0001").await;
                    assert_eq!(there.text.replace(&case.reference.0, "CASE-1900-0001"), absent.text, "{who}");
                }
            }
            // An officer who does not need to know acts on nothing of it, and is told the same as of what is not there.
            let others = [("FND", "sign", "on"), ("CLK", "stop", "clock"), ("TASK", "return", "task"), ("CASE", "claim", "case")];
            for (prefix, deed, member) in others {
                for name in names.iter().filter(|n| n.starts_with(prefix)) {
                    let body = |on: &str| {
                        let mut deed = json!({"deed": deed, member: on});
                        if member == "clock" { deed["why"] = json!("w"); }
                        if member == "task" {
                            for (k, v) in [("end", json!("done")), ("of", json!("")), ("text", json!("t")), ("cites", json!(["c"]))] {
                                deed[k] = v;
                            }
                        }
                        desk.body("v.2", "try", deed)
                    };
                    let absent = format!("{prefix}-1900-0001");
                    let (there, none) = (desk.post("v.2", &body(name)).await, desk.post("v.2", &body(&absent)).await);
                    assert_eq!((there.status, there.text.replace(name.as_str(), &absent)), (none.status, none.text));
                }
            }
            // Those who need to know see it, and the queue says no more of it than that it waits.
            let queue = desk.get("v.1", "/api/v1/docket").await.json();
            for line in queue["cases"].as_array().unwrap() {
                assert_eq!((&line["compartments"], &line["title"]), (&json!(["sources"]), &json!("")));
            }
            let seen = desk.get("v.1", &format!("/api/v1/cases/{}", docket.cases[0].reference)).await.json();
            assert_eq!(seen["title"], "fire");
        });
    }

    #[test]
    fn no_figure_of_nothing_is_told_without_what_was_watched(
        watched in prop::collection::vec((0_i64..72, 0_i64..30, any::<bool>()), 0..4), day in 8_i8..13, tries in spine()
    ) {
        let version = common::version();
        let mut record = common::record(&version, i64::MAX);
        let coverage = watched.iter().map(|(from_h, hours, sees)| publication::Coverage {
            source: "post-2".to_owned(),
            status: if *sees { "watching" } else { "down" }.to_owned(),
            during: Interval {
                start: Instant(common::DAY_MS + from_h * 3_600_000),
                end: Instant(common::DAY_MS + (from_h + hours) * 3_600_000),
            },
            cause: String::new(),
            area: Vec::new(),
        });
        record.coverage = coverage.collect();
        for policy in [publication::Policy::desk(), publication::Policy::public(24, 0.1)] {
            let report = publication::report::daily(&record, (2026, 5, day), &policy).unwrap();
            let met = record.coverage.iter().any(|c| c.during.meets(report.day));
            prop_assert_eq!(report.coverage_stated, met);
            prop_assert!(report.coverage.contains("it is not known that nothing"), "{}", report.coverage);
            for row in report.versions.iter().flat_map(|v| &v.clauses).filter(|c| c.figures.is_some()) {
                prop_assert!(!row.watched.is_empty(), "{} has figures and does not say what was watched", row.label);
            }
            let text = publication::text::daily(&report, &record.zone);
            let flat = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert!(flat(&text).contains(&flat(&report.coverage)));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let desk = played(&tries).await;
            for who in ["v.1", "l.ka", "l.ve", "g.ta"] {
                let told = desk.get(who, "/api/v1/equal-treatment").await.json();
                let coverage = told["coverage"].as_str().unwrap();
                assert!(coverage.contains("it is not known that nothing"), "{who}: {coverage}");
            }
        });
    }

    #[test]
    fn work_that_a_party_does_not_see_changes_no_byte_that_it_is_told(tries in spine()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let desk = played(&tries).await;
            let docket = desk.docket();
            let mut before = Vec::new();
            for who in OUTSIDE {
                before.push(everything(&desk, &docket, who).await);
            }
            for (n, case) in docket.cases.iter().enumerate() {
                let clock = json!({"purpose": "p", "started_by": "s", "length": {"hours": 9}, "zone": "Europe/Kyiv",
                    "expiry": "told"});
                let start = json!({"deed": "start", "case": case.reference, "clock": clock});
                let got = desk.post("m.ta", &desk.body("m.ta", &format!("quiet{n}"), start)).await;
                assert!(got.status.is_success() || got.status.as_u16() == 403, "{}", got.text);
            }
            for (who, told) in OUTSIDE.into_iter().zip(before) {
                assert_eq!(everything(&desk, &docket, who).await, told, "{who}");
            }
        });
    }
}
