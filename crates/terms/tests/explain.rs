//! Explanations as people read them: whole sentences in four languages stand in `tests/explained.md`.
//! `BLESS=1 cargo test -p terms --test explain` writes them anew; read the difference before you keep it.

#![expect(clippy::expect_used, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use terms::agreement::Agreement;
use terms::{Checked, Language, check, explain_bracket, explain_in, explain_instrument};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn language_page() -> Checked {
    let text = fs::read(root().join("docs/language.md")).expect("it is in the repository");
    check("language.md", &text)
}

/// Every text that people read explanations of.
fn texts() -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(root().join("agreements"))
        .expect("the library is there")
        .map(|e| e.expect("it can be listed").path())
        .filter(|p| {
            p.extension().is_some_and(|e| e == "md")
                && !p.ends_with("README.md")
                && !p.ends_with("register.md")
        })
        .collect();
    paths.push(root().join("docs/language.md"));
    paths.push(root().join("crates/testkit/src/rehearsal/draft.md"));
    paths.sort();
    paths.iter().map(|p| (p.display().to_string(), fs::read(p).expect("readable"))).collect()
}

#[test]
fn what_is_said_of_every_kind_of_clause_in_every_language() {
    let checked = language_page();
    let agreement = checked.agreement.as_ref().expect("no error");
    let mut said = String::from(
        "# What is said of the clauses of the language page\n\nWritten by `tests/explain.rs`.\n",
    );
    for (language, code) in Language::ALL {
        said += &format!("\n## {code}\n\n");
        for sentence in explain_instrument(agreement, language) {
            said += &format!("- {sentence}\n");
        }
        for bracket in &checked.brackets {
            said += &format!("- {}\n", explain_bracket(bracket, language));
        }
        for (index, clause) in agreement.clauses.iter().enumerate() {
            said += &format!("- `{}` {}\n", clause.label, explain_in(agreement, index, language));
        }
    }
    let kinds: BTreeSet<&str> = agreement.clauses.iter().map(|c| c.duty.kind().name()).collect();
    assert_eq!(kinds.len(), 13, "{kinds:?}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explained.md");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &said).expect("writable");
    } else {
        assert!(fs::read_to_string(&path).unwrap_or_default() == said, "explanations now read:\n{said}");
    }
}

/// Signs of a sentence that a program left unfinished.
fn unfinished(sentence: &str, source: &str) -> Option<&'static str> {
    const SIGNS: &[&str] = &[
        "{", "}", "Some(", "None", "Ix(", "Offset", "\\\"", "  ", " ,", " .", "..", "-0 ", "()", ": ,", ",,",
    ];
    SIGNS.iter().find(|sign| sentence.contains(**sign) && !source.contains(**sign)).copied()
}

fn bound(agreement: &Agreement, index: usize) -> Vec<&str> {
    let Some(bound) = agreement.clauses.get(index).and_then(|c| c.duty.bound()) else { return Vec::new() };
    let all = bound.actors.iter().flatten().chain(&bound.except);
    all.filter_map(|a| agreement.actor(*a)).map(|a| a.name.as_str()).collect()
}

#[test]
fn every_explanation_is_finished_and_keeps_the_names() {
    for (path, text) in texts() {
        let checked = check("x.md", &text);
        assert!(!checked.readings.is_empty(), "{path} has errors");
        for reading in &checked.readings {
            let agreement = &reading.agreement;
            for (language, code) in Language::ALL {
                for (index, clause) in agreement.clauses.iter().enumerate() {
                    let said = explain_in(agreement, index, language);
                    let sign = unfinished(&said, &clause.source);
                    assert!(sign.is_none(), "{path} {} {code}: {sign:?} in {said}", clause.label);
                    for name in bound(agreement, index) {
                        assert!(said.contains(name), "{path} {} {code}: no {name} in {said}", clause.label);
                    }
                }
                for said in explain_instrument(agreement, language) {
                    let sign = unfinished(&said, "..");
                    assert!(sign.is_none(), "{path} {code}: {sign:?} in {said}");
                }
            }
        }
        for (language, code) in Language::ALL {
            for bracket in &checked.brackets {
                let said = explain_bracket(bracket, language);
                assert!(!said.trim().is_empty(), "{path} {code} {}", bracket.label);
                for name in bracket.alternatives.iter().flat_map(|a| &a.proposers) {
                    assert!(said.contains(name.as_str()), "{path} {code}: no {name} in {said}");
                }
            }
        }
    }
}

#[test]
fn braces_in_the_words_of_a_text_are_words() {
    let text = "# A\n\n```terms\ninstrument x \"X\"\n  time zone \"Europe/Kyiv\"\n  D = entry into force\n  entry into force 2026-03-03 00:00\nparty KA \"{who} {deed}\"\n1 KA shall do \"{place} and {amount}\" complete day D + 3\n```\n";
    let agreement = check("x.md", text.as_bytes()).agreement.expect("no error");
    for (language, _) in Language::ALL {
        let said = explain_in(&agreement, 0, language);
        assert!(said.contains("{who} {deed}") && said.contains("{place} and {amount}"), "{said}");
    }
}
