//! A checked clause in plain sentences of four languages, from the checked tree and not from its source: what is
//! explained is what is computed. What the text does not say is said to be not said.

mod deeds;
mod indicators;
mod instrument;
mod phrases;
mod response;
mod speech;

use crate::Checked;
use crate::agreement::{Agreement, Duty};
pub(crate) use indicators::length_of;
pub use instrument::{explain_bracket, explain_instrument};
use phrases as p;
use speech::Speech;

/// A language in which clauses are explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    English,
    /// Ukrainian.
    Ukrainian,
    /// Russian.
    Russian,
    /// French.
    French,
}

impl Language {
    /// All, with their codes (ISO 639-1).
    pub const ALL: [(Language, &'static str); 4] = [
        (Language::English, "en"),
        (Language::Ukrainian, "uk"),
        (Language::Russian, "ru"),
        (Language::French, "fr"),
    ];

    /// The language of that code.
    #[must_use]
    pub fn named(code: &str) -> Option<Language> {
        Language::ALL.iter().find(|(_, c)| *c == code).map(|(l, _)| *l)
    }
}

/// What clause number `index` of [`Agreement::clauses`] says, in English; empty if there is no such clause.
#[must_use]
pub fn explain(agreement: &Agreement, index: usize) -> String {
    explain_in(agreement, index, Language::English)
}

/// What the clauses of that label which begin at byte `start` say: each sentence once, with the labels of the readings
/// that say it. The list of readings is empty where all of them do.
#[must_use]
pub fn explain_readings<'a>(
    checked: &'a Checked,
    start: usize,
    label: &str,
    language: Language,
) -> Vec<(String, Vec<&'a str>)> {
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for reading in &checked.readings {
        let mut clauses = reading.agreement.clauses.iter();
        let found = clauses.position(|c| c.span.start == start && c.label == label);
        let Some(index) = found else { continue };
        let sentences = explain_in(&reading.agreement, index, language);
        match told.iter_mut().find(|(known, _)| *known == sentences) {
            Some((_, readings)) => readings.push(&reading.label),
            None => told.push((sentences, vec![&reading.label])),
        }
    }
    if let [(_, readings)] = told.as_mut_slice()
        && readings.len() == checked.readings.len()
    {
        readings.clear();
    }
    told
}

/// What clause number `index` of [`Agreement::clauses`] says, in sentences; empty if there is no such clause.
#[must_use]
pub fn explain_in(agreement: &Agreement, index: usize, language: Language) -> String {
    let Some(clause) = agreement.clauses.get(index) else { return String::new() };
    let s = Speech { agreement, language };
    let (main, more) = s.duty(clause);
    let mut out = s.say(&p::THEN, &[("main", &main), ("times", &s.times(clause))]);
    if matches!(clause.duty, Duty::Mandate(_)) {
        out = format!("{main}.");
    }
    if !clause.when.is_empty() {
        out.push_str(&format!(" {}", s.say(&p::ONLY_WHEN, &[("conditions", &s.conditions(&clause.when))])));
    }
    for sentence in more {
        out.push_str(&format!(" {sentence}"));
    }
    for exception in &clause.exceptions {
        out.push_str(&format!(" {}", s.excuse(exception)));
    }
    for sentence in s.frame(clause) {
        out.push_str(&format!(" {sentence}"));
    }
    out
}
