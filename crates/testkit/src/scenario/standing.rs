//! Questions about clauses that are judged over a period, and their answers.
//!
//! - `standing` or `standing INSTANCE`: the outcome with the word of its kind, and the codes of what is missing. The
//!   instance is the code of an actor, a period, the id of a record, … ; without one, the only finding of the clause.
//! - `figure NAME [INSTANCE]`: a figure; `NAME/OF` where it is of somebody or something.
//! - `element NAME`: an element of a trigger, or a way to read a figure (`as a cap`).
//! - `clock NAME`: every reading of a clock, with its state and when it ends.
//! - `pair [INSTANCE]`: whether the paired clauses are balanced.

use super::Answer;
use base::{CivilZone, Truth};
use findings::standing::{ClockFinding, StandingFinding};

/// Answers a question about the findings of one clause; `None`: it is another kind of question.
pub(super) fn answer(id: &str, findings: &[&StandingFinding], zone: &CivilZone) -> Option<(String, String)> {
    let (word, rest) = id.split_once(' ').unwrap_or((id, ""));
    match word {
        "standing" => Some(standing(rest.trim(), findings)),
        "figure" => Some(figure(rest.trim(), findings, zone)),
        "element" => Some(element(rest.trim(), findings)),
        "clock" => Some(clock(rest.trim(), findings, zone)),
        "pair" => Some(pair(rest.trim(), findings)),
        _ => None,
    }
}

/// Every question that the findings of one clause answer.
pub(super) fn questions(clause: &str, findings: &[&StandingFinding]) -> Vec<Answer> {
    let mut out = Vec::new();
    let mut ask = |id: String| {
        let question =
            Answer { id, clause: clause.to_owned(), outcome: String::new(), missing: String::new() };
        if !out.contains(&question) {
            out.push(question);
        }
    };
    for finding in findings {
        let name = &finding.instance.name;
        ask(format!("standing {name}").trim().to_owned());
        for figure in &finding.figures {
            let of = if figure.of.is_empty() { String::new() } else { format!("/{}", figure.of) };
            ask(format!("figure {}{of} {name}", figure.name).trim().to_owned());
        }
        finding.parts.iter().for_each(|p| ask(format!("element {}", p.name)));
        finding.clocks.iter().for_each(|c| ask(format!("clock {}", c.name)));
        if !finding.pairs.is_empty() {
            ask(format!("pair {name}").trim().to_owned());
        }
    }
    out
}

fn nothing(what: &str) -> (String, String) {
    (what.to_owned(), String::new())
}

fn named<'f>(name: &str, findings: &[&'f StandingFinding]) -> Option<&'f StandingFinding> {
    let found = findings.iter().find(|f| f.instance.name == name).copied();
    found.or_else(|| findings.first().copied().filter(|_| name.is_empty() && findings.len() == 1))
}

fn standing(name: &str, findings: &[&StandingFinding]) -> (String, String) {
    let Some(finding) = named(name, findings) else { return nothing("no such finding") };
    let state = if finding.state.is_empty() { String::new() } else { format!(": {}", finding.state) };
    (format!("{}{state}", finding.outcome.name()), finding.codes().join(", "))
}

fn figure(rest: &str, findings: &[&StandingFinding], zone: &CivilZone) -> (String, String) {
    for finding in findings {
        for figure in &finding.figures {
            let of = if figure.of.is_empty() { String::new() } else { format!("/{}", figure.of) };
            let whole = format!("{}{of}", figure.name);
            if format!("{whole} {}", finding.instance.name).trim() == rest
                || (findings.len() == 1 && whole == rest)
            {
                return nothing(&figure.value.show(zone));
            }
        }
    }
    nothing("no such figure")
}

fn truth(of: Truth) -> &'static str {
    match of {
        Truth::True => "met",
        Truth::False => "not met",
        Truth::Undetermined => "undetermined",
    }
}

fn element(name: &str, findings: &[&StandingFinding]) -> (String, String) {
    let part = findings.iter().flat_map(|f| &f.parts).find(|p| p.name == name);
    let Some(part) = part else { return nothing("no such element") };
    let mut codes: Vec<&str> = part.missing.iter().map(|l| l.code).collect();
    codes.sort_unstable();
    codes.dedup();
    (truth(part.truth).to_owned(), codes.join(", "))
}

fn clock(name: &str, findings: &[&StandingFinding], zone: &CivilZone) -> (String, String) {
    let Some(clock) = findings.iter().flat_map(|f| &f.clocks).find(|c| c.name == name) else {
        return nothing("no such clock");
    };
    let several = |c: &ClockFinding| c.readings.iter().any(|r| r.zero_words != c.readings[0].zero_words);
    let (mut states, mut due) = (Vec::new(), Vec::new());
    for reading in &clock.readings {
        let zero = if several(clock) { format!("{}, ", reading.zero_words) } else { String::new() };
        let restarts = match (reading.restarts, clock.readings.len()) {
            (_, 1) => "",
            (true, _) => "restarting ",
            (false, _) => "once ",
        };
        states.push(format!("{zero}{restarts}{}", reading.state.name()));
        due.push(reading.due.map_or("no end".to_owned(), |d| zone.show(d)));
    }
    (states.join("; "), due.join("; "))
}

fn pair(name: &str, findings: &[&StandingFinding]) -> (String, String) {
    let Some(finding) = named(name, findings) else { return nothing("no such finding") };
    let words = |of: Truth| match of {
        Truth::True => "balanced",
        Truth::False => "unbalanced",
        Truth::Undetermined => "undetermined",
    };
    let states: Vec<&str> = finding.pairs.iter().map(|p| words(p.balanced)).collect();
    (states.join("; "), String::new())
}
