//! `docs/language.md` is executed: its blocks together are an agreement without errors, and nothing in it is unread.

#![expect(clippy::expect_used, reason = "a test may fail loudly")]

use std::fs;

fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/language.md");
    fs::read_to_string(path).expect("it is in the repository")
}

#[test]
fn the_blocks_of_the_language_page_are_one_agreement() {
    let text = page();
    let checked = terms::check("language.md", text.as_bytes());
    let said = terms::render(&checked.problems, "language.md", &text);
    let errors = checked.problems.iter().filter(|p| p.severity == terms::Severity::Error).count();
    assert_eq!(errors, 0, "{said}");
    let agreement = checked.agreement.expect("no error");
    let labels: Vec<&str> = agreement.clauses.iter().map(|c| c.label.as_str()).collect();
    let expected = [
        "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "3.1", "3.2", "4.1", "4.2", "5.1", "5.2", "5.3", "6.1",
        "6.2", "6.3", "6.4", "6.5", "7.1", "7.2", "7.3", "7.4", "7.5", "9.1", "9.2", "9.3", "9.4", "9.5",
        "9.6", "8.1", "8.2",
    ];
    assert_eq!(labels, expected);
    let kinds: std::collections::BTreeSet<&str> =
        agreement.clauses.iter().map(|c| c.duty.kind().name()).collect();
    assert_eq!(kinds.len(), 13, "one clause of each kind at least: {kinds:?}");
    assert_eq!(checked.readings.len(), 2);
}

#[test]
fn every_fenced_block_is_terms_or_the_grammar() {
    let fences: Vec<String> =
        page().lines().filter(|l| l.starts_with("```") && l.len() > 3).map(str::to_owned).collect();
    assert_eq!(fences.iter().filter(|f| f.as_str() == "```ebnf").count(), 1);
    assert!(fences.iter().all(|f| f == "```ebnf" || f == "```terms"), "{fences:?}");
    assert!(fences.len() >= 5);
}

#[test]
fn the_grammar_names_every_statement_and_phrase_word() {
    let text = page();
    let grammar = text.split("```ebnf").nth(1).and_then(|t| t.split("```").next()).unwrap_or_default();
    for word in [
        "instrument",
        "party",
        "guarantor",
        "body",
        "weapon",
        "act",
        "moment",
        "unit",
        "category",
        "flow",
        "sensor",
        "line",
        "zone",
        "reference of",
        "bracket",
    ] {
        assert!(grammar.contains(&format!("\"{word}")), "{word}");
    }
    for word in [
        "anywhere",
        "in",
        "from",
        "starting",
        "complete",
        "until",
        "except",
        "by",
        "standard",
        "unless",
        "when",
        "while",
        "decided by",
        "verified by",
        "remedy",
        "paired with",
        "replaces",
    ] {
        assert!(grammar.contains(&format!("\"{word}\"")), "{word}");
    }
}
