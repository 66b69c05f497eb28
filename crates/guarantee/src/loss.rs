//! When a guarantee would be lost, and what would come back: legal effects as they stand, each with its clocks and with
//! what follows when nobody decides. Nothing is enacted here.

use findings::standing::{ClockFinding, Lack, StandingFinding, Value};
use terms::agreement::{Agreement, Duty, Effect, ForWhom};

/// One effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// Label of its clause.
    pub clause: String,
    /// What it is about: labels of clauses, or words such as `the sanctions`.
    pub of: Vec<String>,
    /// What becomes of it: `void`, `reimposed`.
    pub becomes: &'static str,
    /// For whom, by code; empty: for all, or it is open for whom.
    pub whom: Vec<String>,
    /// Whether it is about the guarantee beside which it is shown.
    pub of_the_guarantee: bool,
    /// How it stands: `not triggered`, `pending`, `in effect`, `averted`, `undetermined`, `waiting`.
    pub state: String,
    /// Since when, milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// When it would take effect at the earliest, milliseconds since 1970.
    pub earliest_ms: Option<i64>,
    /// Why.
    pub reasons: Vec<String>,
    /// What is missing.
    pub missing: Vec<Lack>,
    /// Its steps, one after another or at the same time.
    pub steps: Vec<ClockFinding>,
    /// What follows when the time is over and nobody has decided.
    pub on_silence: String,
}

/// The effects of a text, those of the guarantee of that label first.
#[must_use]
pub fn losses(agreement: &Agreement, standing: &[StandingFinding], guarantee: &str) -> Vec<Loss> {
    let clauses = agreement.clauses.iter().enumerate();
    let mut out: Vec<Loss> = clauses
        .filter_map(|(ix, clause)| match &clause.duty {
            Duty::Effect(duty) => {
                let found = standing.iter().find(|f| f.clause == ix);
                Some(loss(agreement, &clause.label, duty, found, guarantee))
            }
            _ => None,
        })
        .collect();
    out.sort_by_key(|l| !l.of_the_guarantee);
    out
}

fn loss(
    agreement: &Agreement,
    label: &str,
    duty: &Effect,
    found: Option<&StandingFinding>,
    guarantee: &str,
) -> Loss {
    let moment = |name: &str| match found.and_then(|f| f.figure(name, "")) {
        Some(Value::Moment(at)) => Some(at.0),
        _ => None,
    };
    let told = found.into_iter().flat_map(|f| &f.figures).filter(|f| f.name == "for");
    let named = match &duty.whom {
        ForWhom::Actors(actors) => {
            actors.iter().filter_map(|a| agreement.actor(*a)).map(|a| a.code.clone()).collect()
        }
        _ => told.map(|f| f.of.clone()).collect(),
    };
    let state = match found {
        Some(f) if f.outcome == findings::StandingOutcome::Undetermined => "undetermined",
        Some(f) if f.state.is_empty() => f.outcome.name(),
        Some(f) => f.state,
        None => "undetermined",
    };
    Loss {
        clause: label.to_owned(),
        of: duty.of.clone(),
        becomes: duty.becomes.word(),
        whom: named,
        of_the_guarantee: duty.of.iter().any(|o| o == guarantee),
        state: state.to_owned(),
        since_ms: found.and_then(|f| f.since).map(|s| s.0),
        earliest_ms: moment("at_the_earliest"),
        reasons: found.map(|f| f.reasons.clone()).unwrap_or_default(),
        missing: found.map(|f| f.missing.clone()).unwrap_or_default(),
        steps: found.map(|f| f.clocks.clone()).unwrap_or_default(),
        on_silence: on_silence(agreement, duty),
    }
}

fn on_silence(agreement: &Agreement, duty: &Effect) -> String {
    let name =
        |a: Option<terms::agreement::ActorIx>| a.and_then(|a| agreement.actor(a)).map(|a| a.name.clone());
    match (name(duty.unless_decided_by), name(duty.ordered_by)) {
        (Some(body), _) => format!("by the text it follows unless {body} decides otherwise by then"),
        (_, Some(body)) => format!("by the text nothing follows unless {body} orders it"),
        _ => "by the text it follows from its condition alone".to_owned(),
    }
}
