//! Brackets: a file with brackets is the set of the files that it leaves open, and nothing else.

#![expect(clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

use proptest::prelude::*;
use std::collections::BTreeSet;
use terms::{Agreement, Checked, Severity, check, explain, render, same_meaning};

const HEAD: &str = r#"# Draft

```terms
instrument x "X"
  time zone "Europe/Kyiv"
  D = entry into force
  entry into force 2026-03-03 14:30
  positions without stated precision are within 500 m
party KA "Karsk"
party VE "Velia"
guarantor TA "Tarn"
body c "C"
  decides occurrence, attribution by majority, standard x
sensor s "S"
weapon tank, artillery with calibre
act fire = shot or burst
act fly = flight
unit personnel includes "soldiers"
line contact from "c.geojson" tolerance 200 m
zone near within 5 km of contact
"#;

fn checked(body: &str) -> (String, Checked) {
    let text = format!("{HEAD}{body}\n```\n");
    let checked = check("x.md", text.as_bytes());
    (text, checked)
}

fn whole(body: &str) -> Checked {
    let (text, checked) = checked(body);
    let errors = checked.problems.iter().filter(|p| p.severity == Severity::Error).count();
    assert!(errors == 0, "{}\n{text}", render(&checked.problems, "x.md", &text));
    checked
}

fn codes(body: &str) -> Vec<&'static str> {
    checked(body).1.problems.iter().filter(|p| p.severity != Severity::Note).map(|p| p.code).collect()
}

/// Everything that a reading says, in words.
fn said(agreement: &Agreement) -> Vec<String> {
    let all = (0..agreement.clauses.len()).map(|i| {
        let clause = &agreement.clauses[i];
        format!("{}: {} {:?}", clause.label, explain(agreement, i), agreement.plan.zones)
    });
    all.collect()
}

fn labels(checked: &Checked) -> Vec<&str> {
    checked.readings.iter().map(|r| r.label.as_str()).collect()
}

#[test]
fn each_proposer_has_a_reading_of_its_own() {
    let c = whole(
        "bracket 1 \"strength\"\n  KA: VE shall hold at most 60 000 personnel\n  VE, TA: VE shall hold at least 80 000 personnel\n2 [KA: KA] [VE: VE] shall not fire in near",
    );
    assert_eq!(labels(&c), ["as Karsk proposes", "as Velia proposes"]);
    let titles: Vec<&str> = c.brackets.iter().map(|b| b.label.as_str()).collect();
    assert_eq!(titles, ["1", "2"]);
    assert_eq!(c.brackets[0].alternatives[1].proposers, ["Velia", "Tarn"]);
    assert_eq!(c.brackets[1].alternatives[0].text, "KA");
}

#[test]
fn brackets_that_no_clause_joins_do_not_multiply() {
    let body: String = (1..=12)
        .map(|i| format!("{i} KA shall not fire within [KA: {i} km] [VE: {i}0 km] of contact\n"))
        .collect();
    assert_eq!(whole(&body).readings.len(), 2);
}

#[test]
fn brackets_that_one_clause_depends_on_multiply() {
    let c = whole(
        "zone z within [KA: 1 km] [VE: 2 km] of contact\n1 [KA: KA] [VE: VE] shall not [TA: fire] [VE: fly] in z",
    );
    let all: BTreeSet<Vec<String>> = c.readings.iter().map(|r| said(&r.agreement)).collect();
    assert_eq!((c.readings.len(), all.len()), (8, 8));
}

#[test]
fn one_proposal_alone_may_be_left_out() {
    let c = whole("1 KA shall not fire\n[KA: 2 VE shall not fire]\n3 KA shall not fly [VE: in near]");
    let clauses: Vec<usize> = c.readings.iter().map(|r| r.agreement.clauses.len()).collect();
    assert!(clauses.contains(&2) && clauses.contains(&3), "{clauses:?}");
    assert_eq!(c.brackets.iter().map(|b| b.alternatives.len()).collect::<Vec<_>>(), [2, 2]);
    assert_eq!(c.brackets[0].alternatives[1].text, "");
}

#[test]
fn a_bracket_may_hold_several_statements_and_brackets_of_its_own() {
    let c = whole(
        "[KA: 1 KA shall not fire in near\n2 VE shall not fire within [KA: 3 km] [VE: 4 km] of contact]\n3 nobody shall fly",
    );
    let sizes: BTreeSet<(usize, Vec<String>)> =
        c.readings.iter().map(|r| (r.agreement.clauses.len(), said(&r.agreement))).collect();
    assert_eq!(sizes.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 3, 3]);
    let inner = c.brackets.iter().find(|b| b.within.is_some()).unwrap();
    assert_eq!(inner.within, Some((0, 0)));
}

#[test]
fn a_disputed_entry_into_force_is_a_bracket() {
    let text = "# D\n```terms\ninstrument x \"X\"\n  time zone \"UTC\"\n  entry into force 2025-03-18 00:00 says KA, 2025-03-25 00:00 says VE\nparty KA \"Karsk\"\nparty VE \"Velia\"\nact fire = shot\n1 nobody shall fire\n```\n";
    let c = check("x.md", text.as_bytes());
    let entries: Vec<String> =
        c.readings.iter().map(|r| r.agreement.entry_into_force.unwrap().to_string()).collect();
    assert_eq!(labels(&c), ["as Karsk proposes", "as Velia proposes"]);
    assert_eq!(entries, ["2025-03-18T00:00:00Z", "2025-03-25T00:00:00Z"]);
}

#[test]
fn a_clause_knows_the_alternatives_that_it_stands_in() {
    let c = whole("bracket 1\n  KA: KA shall not fire\n  VE: VE shall not fire\n2 KA shall not fly");
    let within: Vec<Vec<(usize, usize)>> =
        c.readings.iter().map(|r| r.agreement.clauses[0].within.clone()).collect();
    assert_eq!(within, [vec![(0, 0)], vec![(0, 1)]]);
    assert!(c.readings.iter().all(|r| r.agreement.clauses[1].within.is_empty()));
}

#[test]
fn what_is_wrong_with_brackets_is_said_once() {
    assert_eq!(codes("1 KA shall not fire ]"), ["bracket-unopened"]);
    assert_eq!(codes("1 KA shall not [KA: fire"), ["bracket-unclosed"]);
    assert_eq!(codes("1 KA shall not [fire] [fly]"), ["no-proposer"]);
    assert_eq!(codes("1 KA shall not [KA: fire] [VE: fire]"), ["alternatives-alike"]);
    assert_eq!(codes("1 KA shall not [KA: fire] [VE: sing]"), ["undefined-act"]);
    assert_eq!(codes("1 KA shall not [KA: fire] [XX: fly]"), ["undefined-actor"]);
    assert_eq!(codes("bracket 1\n  KA shall not fire"), ["unexpected-word"]);
    let deep = format!("1 KA shall not {}fire{}", "[KA: ".repeat(65), "]".repeat(65));
    assert_eq!(codes(&deep), ["brackets-too-deep"]);
    let many = "1 KA shall not fire within [KA: 1] [VE: 2] km of contact\n".to_owned()
        + &(0..9).map(|i| format!("act a{i} = [KA: shot] [VE: burst]\n")).collect::<String>()
        + "2 KA shall not a0\n";
    assert_eq!(codes(&many), Vec::<&str>::new());
}

#[test]
fn sixty_four_levels_of_brackets_are_read() {
    let mut inner = "within 1 km of contact".to_owned();
    for level in 0..64 {
        inner = format!("[KA: {inner}] [VE: within {} km of contact]", level + 2);
    }
    let c = whole(&format!("1 KA shall not fire {inner}"));
    assert_eq!((c.readings.len(), c.brackets.len()), (65, 64));
}

/// A piece of text with brackets: its words, and its words under each choice.
#[derive(Clone, Debug)]
struct Piece {
    bracketed: String,
    resolved: Vec<String>,
}

fn plain(text: String) -> Piece {
    Piece { resolved: vec![text.clone()], bracketed: text }
}

fn either(a: Piece, b: Piece) -> Piece {
    Piece {
        bracketed: format!("[KA: {}] [VE: {}]", a.bracketed, b.bracketed),
        resolved: a.resolved.into_iter().chain(b.resolved).collect(),
    }
}

fn optional(a: Piece) -> Piece {
    Piece {
        bracketed: format!("[TA: {}]", a.bracketed),
        resolved: a.resolved.into_iter().chain([String::new()]).collect(),
    }
}

/// A phrase of place, perhaps in brackets, perhaps nested.
fn place() -> impl Strategy<Value = Piece> {
    let leaf = prop_oneof![
        (1u32..40).prop_map(|km| plain(format!("within {km} km of contact"))),
        Just(plain("in near".to_owned())),
        Just(plain("anywhere".to_owned())),
    ];
    leaf.prop_recursive(3, 6, 2, |inner| {
        prop_oneof![(inner.clone(), inner.clone()).prop_map(|(a, b)| either(a, b)), inner.prop_map(optional)]
    })
}

fn clause(label: usize) -> impl Strategy<Value = Piece> {
    let who = prop_oneof![
        Just(plain("KA".to_owned())),
        Just(plain("KA, VE".to_owned())),
        Just(either(plain("KA".to_owned()), plain("VE".to_owned()))),
    ];
    let deed = prop_oneof![Just("fire"), Just("fly"), Just("place tank")];
    (who, deed, place(), any::<bool>()).prop_map(move |(who, deed, place, left_out)| {
        let mut resolved = Vec::new();
        for w in &who.resolved {
            for p in &place.resolved {
                resolved.push(format!("{label} {w} shall not {deed} {p}"));
            }
        }
        let bracketed = format!("{label} {} shall not {deed} {}", who.bracketed, place.bracketed);
        let whole = Piece { bracketed, resolved };
        if left_out { optional(whole) } else { whole }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn a_bracketed_file_equals_the_set_of_its_resolved_files(a in clause(1), b in clause(2)) {
        let found = whole(&format!("{}\n{}\n3 nobody shall fire in near", a.bracketed, b.bracketed));
        for (label, piece) in [("1", &a), ("2", &b)] {
            // What the readings say of this clause is what its resolved texts say of it, no more and no less.
            let of_reading: BTreeSet<Option<String>> = found.readings.iter().map(|r| of(&r.agreement, label)).collect();
            let of_resolved: BTreeSet<Option<String>> = piece.resolved.iter().map(|text| {
                let resolved = whole(&format!("{text}\n3 nobody shall fire in near"));
                prop_assert_eq_len(&resolved);
                of(&resolved.readings[0].agreement, label)
            }).collect();
            prop_assert_eq!(of_reading, of_resolved);
        }
        // Each reading is the text of its choice: checked by itself, it says the same.
        for reading in &found.readings {
            let texts = a.resolved.iter().flat_map(|x| b.resolved.iter().map(move |y| format!("{x}\n{y}\n3 nobody shall fire in near")));
            let fits = texts.map(|t| whole(&t)).any(|r| equal(&r.readings[0].agreement, &reading.agreement));
            prop_assert!(fits, "{}", reading.label);
        }
    }
}

fn prop_assert_eq_len(resolved: &Checked) {
    if resolved.readings.len() != 1 || !resolved.brackets.is_empty() {
        panic!("a resolved text has brackets");
    }
}

fn of(agreement: &Agreement, label: &str) -> Option<String> {
    let index = agreement.clauses.iter().position(|c| c.label == label)?;
    Some(explain(agreement, index))
}

fn equal(a: &Agreement, b: &Agreement) -> bool {
    a.clauses.len() == b.clauses.len()
        && (0..a.clauses.len()).all(|i| a.clauses[i].label == b.clauses[i].label && same_meaning(a, i, b, i))
}
