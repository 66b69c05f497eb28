//! Tables of outcomes for people and programs.

use base::{CivilZone, Instant};
use findings::{Outcome, StandingFinding, State, Version};
use serde_json::{Value, json};

/// The four counts of one clause, as JSON.
pub fn counts(counts: [u64; 4]) -> Value {
    let [breached, undetermined, excused, kept] = counts;
    json!({ "breached": breached, "undetermined": undetermined, "excused": excused, "kept": kept })
}

/// What is found of a clause that is judged over a period, as JSON.
pub fn standing(all: Option<&Vec<StandingFinding>>, clause: usize, zone: &CivilZone) -> Value {
    let of = all.into_iter().flatten().filter(|f| f.clause == clause);
    let one = |f: &StandingFinding| {
        json!({
            "of": f.instance.name, "outcome": f.outcome.name(), "state": f.state,
            "since": f.since.map(|s| zone.rfc3339(s)), "reasons": f.reasons,
            "missing": f.missing.iter().map(|l| json!({ "code": l.code, "words": l.words })).collect::<Vec<_>>(),
            "figures": f.figures.iter().map(|g| json!({ "name": g.name, "of": g.of, "value": g.value.show(zone) }))
                .collect::<Vec<_>>(),
            "parts": f.parts.iter().map(|p| json!({ "name": p.name, "met": p.truth.to_string() })).collect::<Vec<_>>(),
            "records": f.records,
        })
    };
    Value::Array(of.map(one).collect())
}

/// Prints per version and clause the four outcomes of observations and incidents, or what is found over a period.
pub fn print(state: &State, versions: &[&Version], standing: &[Vec<StandingFinding>], now: Instant) {
    for (index, (version, found)) in versions.iter().zip(&state.versions).enumerate() {
        println!("{}  ({})", version.agreement.title, version.label);
        println!(
            "  {:<8} {:<13} {:>10} {:>13} {:>9} {:>10}   article",
            "clause",
            "counted",
            Outcome::Breached.name(),
            Outcome::Undetermined.name(),
            Outcome::Excused.name(),
            Outcome::Kept.name()
        );
        for (i, clause) in version.agreement.clauses.iter().enumerate() {
            let heading = version.agreement.articles.get(clause.article).map_or("", |a| a.heading.as_str());
            if clause.duty.is_of_observations() {
                line(&clause.label, "observations", found.observation_counts(i), heading);
                line("", "incidents", found.incident_counts(i), "");
            } else {
                println!("  {:<8} {:<48}   {heading}", clause.label, clause.duty.kind().name());
                over_period(standing.get(index), i);
            }
        }
        if standing.get(index).is_some_and(|s| !s.is_empty()) {
            println!("  what is judged over a period is judged as of {}", version.agreement.zone.show(now));
        }
        println!();
    }
}

/// What is found of one clause over a period, a line an instance with its first reason and what is missing.
fn over_period(all: Option<&Vec<StandingFinding>>, clause: usize) {
    for found in all.into_iter().flatten().filter(|f| f.clause == clause) {
        let of = if found.instance.name.is_empty() { "-" } else { &found.instance.name };
        let state = if found.state.is_empty() { String::new() } else { format!(" ({})", found.state) };
        println!("           {of}: {}{state}", found.outcome.name());
        for reason in few(&found.reasons) {
            println!("             {reason}");
        }
        for part in &found.parts {
            println!("             {}: {}", part.name, part.truth);
        }
        if !found.missing.is_empty() {
            let words: Vec<String> = found.missing.iter().map(|l| l.words.clone()).collect();
            println!("             missing: {}", few(&words).join("; "));
        }
    }
}

/// The first few, and how many more there are.
fn few(all: &[String]) -> Vec<String> {
    const SHOWN: usize = 4;
    let mut out: Vec<String> = all.iter().take(SHOWN).cloned().collect();
    if all.len() > SHOWN {
        out.push(format!("… and {} more", all.len() - SHOWN));
    }
    out
}

fn line(label: &str, what: &str, counts: [u64; 4], heading: &str) {
    let [breached, undetermined, excused, kept] = counts;
    let text = format!(
        "  {label:<8} {what:<13} {breached:>10} {undetermined:>13} {excused:>9} {kept:>10}   {heading}"
    );
    println!("{}", text.trim_end());
}
