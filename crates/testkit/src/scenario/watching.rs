//! Questions about indicators of the first text, as of the `now` line before them. What a report was known since is its
//! `reported`, else the end of its event; a table of records says the same of itself. Without a `now` line there is no
//! answer.
//!
//! - `indicator | CLAUSE`: met, not met or undetermined, with what is lacking;
//! - `window | CLAUSE` and `baseline | CLAUSE`: what was counted, and how much of it was watched;
//! - `warning of | CLAUSE`: what it raised or strengthens, each as it stands.

use super::Run;
use base::{Instant, Truth};
use evidence::card::Card;
use findings::standing::Settled;
use warnings::indicators::{Figures, Indicated, Lack};
use warnings::raised::Raised;
use warnings::streams::Inputs;
use warnings::watching::{Watching, watch};

/// The outcome and what is missing; `None`: it is no such question.
pub(super) fn answer(
    run: &Run,
    settled: Option<&Settled>,
    now: Instant,
    id: &str,
    clause: &str,
) -> Option<(String, String)> {
    if !["indicator", "window", "baseline", "warning of"].contains(&id) {
        return None;
    }
    let watching = watching(run, settled?, now)?;
    let Some(indicated) = watching.indicators.iter().find(|i| i.label == clause) else {
        return Some(("no such indicator".to_owned(), String::new()));
    };
    Some(match id {
        "indicator" => stands(indicated),
        "window" => (figures(&indicated.now.window), String::new()),
        "baseline" => (indicated.now.baseline.as_ref().map_or_else(String::new, figures), String::new()),
        _ => (raised(&watching, clause), String::new()),
    })
}

fn watching(run: &Run, settled: &Settled, now: Instant) -> Option<Watching> {
    let state = &settled.state;
    let version = run.versions.first()?;
    let cards: Vec<&Card> = run.cards.iter().collect();
    // All of it came as an archive: then its own words count.
    let recorded_ms = vec![i64::MAX / 2; state.observations.len()];
    Some(watch(&Inputs {
        observations: &state.observations,
        incidents: &state.incidents,
        recorded_ms: &recorded_ms,
        version,
        coverage: &run.coverage,
        cards: &cards,
        records: &run.records,
        board: &[],
        zone: &version.agreement.zone,
        now,
    }))
}

fn stands(indicated: &Indicated) -> (String, String) {
    let met = match indicated.now.met {
        Truth::True => "met",
        Truth::False => "not met",
        Truth::Undetermined => "undetermined",
    };
    let lacks: Vec<&str> = indicated.now.lacks.iter().map(|l| lack(*l)).collect();
    (met.to_owned(), lacks.join(", "))
}

fn lack(lack: Lack) -> &'static str {
    match lack {
        Lack::NotBegun => "not begun",
        Lack::Ended => "ended",
        Lack::WindowNotWhole => "window not whole",
        Lack::BaselineNotWhole => "baseline not whole",
        Lack::BaselineUnwatched => "baseline unwatched",
        Lack::WindowUnwatched => "window unwatched",
        Lack::WatchNotStated => "watch not stated",
        Lack::NobodySees => "nobody sees",
        Lack::Unclear => "unclear",
        Lack::NotDeclared => "not declared",
        Lack::NotVisited => "not visited",
    }
}

fn figures(of: &Figures) -> String {
    let more = [(of.unclear, "unclear"), (of.late, "late")];
    let more = more.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!(", {n} {words}"));
    let watched = of.part().map_or_else(|| "not stated".to_owned(), |p| format!("{:.0} %", p * 100.0));
    format!("{} counted{}, {watched} watched", of.counted, more.collect::<String>())
}

fn raised(watching: &Watching, clause: &str) -> String {
    let of_it = |r: &&Raised| r.indications.iter().any(|i| i.clause == clause);
    let told = |r: &Raised| {
        let stands = if r.stands_at(watching.now_ms) { "stands" } else { "lapsed" };
        format!("{} {} {stands}", r.reference, r.level.name())
    };
    let all: Vec<String> = watching.raised.iter().filter(of_it).map(told).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}
