//! Any bytes as an agreement, and all that is ever done with one: problems or a checked text, never a panic; every
//! problem lies in the text, every explanation says something, and a text compared with itself is the same.
#![no_main]

use terms::compare::{Package, Verdict, compare};
use terms::{Language, explain_bracket, explain_in, explain_instrument};

/// Readings of one input that are explained and compared; the rest differ by a bracket only.
const READINGS_MAX: usize = 4;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let checked = terms::check("fuzz.md", bytes);
    let text = String::from_utf8_lossy(bytes);
    for problem in &checked.problems {
        assert!(problem.span.start <= problem.span.end && problem.span.end <= bytes.len());
    }
    let _ = terms::render(&checked.problems, "fuzz.md", &text);
    let _ = terms::format(&text);
    for (language, _) in Language::ALL {
        for bracket in &checked.brackets {
            assert!(!explain_bracket(bracket, language).is_empty());
        }
    }
    for reading in checked.readings.iter().take(READINGS_MAX) {
        let agreement = &reading.agreement;
        for (language, _) in Language::ALL {
            let _ = explain_instrument(agreement, language);
            for index in 0..agreement.clauses.len() {
                assert!(!explain_in(agreement, index, language).is_empty());
            }
        }
        let package = Package::of("fuzz", agreement);
        let found = compare(&package, &package);
        // What is too large to be gone through is undetermined.
        assert!(found.pairs.iter().all(|p| matches!(p.verdict, Verdict::Same | Verdict::Undetermined)));
        let _ = terms::compare::render(&found, &package, &package);
    }
});
