//! 9: what makes a breach good: done, overdue, disputed. Its clock starts at the finding of a body, where there is one.

use super::context::{Context, Gate};
use super::moments::{by, same};
use super::{Candidate, ClockFinding, ClockReading, ClockState, Instance, StandingFinding, StandingOutcome};
use crate::bind::Known;
use crate::outcome::Outcome;
use base::{Instant, Truth};
use evidence::records::{DecisionOutcome, DeedStatus, Record, Recorded};
use terms::agreement::{ActorIx, Remedy};

/// Powers by which a body finds a breach.
const POWERS: [&str; 3] = ["occurrence", "attribution", "breach"];

/// A breach that is to be made good.
struct Breach {
    /// Name of its finding.
    name: String,
    label: String,
    actor: ActorIx,
    /// When the record first shows it.
    shown: Option<Instant>,
    /// When a body found it.
    found: Option<Instant>,
}

pub(super) fn evaluate(context: &Context<'_>, ix: usize, gate: &Gate, duty: &Remedy) -> Vec<StandingFinding> {
    let mut out = Vec::new();
    for label in &duty.of {
        for actor in context.bound(&duty.bound) {
            let all = breaches(context, gate, label, actor);
            out.extend(all.iter().map(|b| of_breach(context, ix, duty, b)));
        }
        out.extend(by_nobody_named(context, ix, gate, label));
    }
    if out.is_empty() {
        let finding =
            StandingFinding::new(ix, Instance::default(), StandingOutcome::NotDue, "nothing to remedy");
        out.push(finding.because("no breach that would have to be made good is on record"));
    }
    out
}

/// What that actor has to make good of that clause, since the duty binds: each breach that a body found; if none was
/// found, what the record shows.
fn breaches(context: &Context<'_>, gate: &Gate, label: &str, actor: ActorIx) -> Vec<Breach> {
    let Some(ix) = context.clause_of_label(label) else { return Vec::new() };
    let batch = context.facts.observations;
    let own = |r: &usize| context.actor_of(*r) == Known::Named(actor);
    let rows = context.rows_of(ix, Outcome::Breached).into_iter().filter(own);
    let seen = rows.map(|r| batch.event(r).start).filter(|at| *at >= gate.from).min();
    let standing = if context.is_circular(ix) { None } else { Some(context.findings(ix)) };
    let stands = standing
        .iter()
        .flat_map(|f| f.iter())
        .filter(|f| f.outcome == StandingOutcome::Breached && f.instance.actor == Some(actor));
    let shown = seen.or(stands.filter_map(|f| f.since).min());
    let mut out: Vec<Breach> = context
        .records
        .iter()
        .filter_map(|record| {
            let Recorded::Decision { power, about, outcome: DecisionOutcome::Found, parties, .. } =
                &record.what
            else {
                return None;
            };
            let fits = same(about, label) && POWERS.iter().any(|p| same(p, power));
            let found = record.at.map(|at| at.start).filter(|at| *at >= gate.from && fits)?;
            let name = format!("{} {label} {}", context.code(actor), record.id);
            let names_it = parties.iter().any(|p| context.is(p, actor));
            names_it.then(|| Breach { name, label: label.to_owned(), actor, shown, found: Some(found) })
        })
        .collect();
    if out.is_empty() && shown.is_some() {
        let name = format!("{} {label}", context.code(actor));
        out.push(Breach { name, label: label.to_owned(), actor, shown, found: None });
    }
    out
}

/// A breach on record of which nobody says whose it was.
fn by_nobody_named(context: &Context<'_>, ix: usize, gate: &Gate, label: &str) -> Option<StandingFinding> {
    let of = context.clause_of_label(label)?;
    let batch = context.facts.observations;
    let unnamed = |r: &usize| context.actor_of(*r) == Known::Unknown;
    let rows = context.rows_of(of, Outcome::Breached).into_iter().filter(unnamed);
    let first = rows.map(|r| batch.event(r).start).filter(|at| *at >= gate.from).min()?;
    let instance = Instance { name: label.to_owned(), actor: None, period: None };
    let finding = StandingFinding::new(ix, instance, StandingOutcome::Undetermined, "").since(Some(first));
    Some(finding.lacking("actor", "a breach is on record, and not by whom: who has to make it good is open"))
}

fn of_breach(context: &Context<'_>, ix: usize, duty: &Remedy, breach: &Breach) -> StandingFinding {
    let instance = Instance { name: breach.name.clone(), actor: Some(breach.actor), period: None };
    let mut finding = StandingFinding::new(ix, instance, StandingOutcome::UnderWay, "")
        .because(format!("a breach of {} is on record; it is to be made good by: {}", breach.label, duty.by));
    let zero = breach.found;
    let due = zero.zip(duty.within).and_then(|(z, w)| w.after(z, context.zone()));
    let deeds = deeds(context, ix, duty, breach);
    let at = deeds.iter().find(|(_, s)| *s == DeedStatus::Verified).and_then(|(r, _)| r.at);
    finding.records.extend(deeds.iter().map(|(r, _)| r.id.clone()));
    let state = match (at, due) {
        _ if zero.is_none() => ClockState::NotStarted,
        (_, None) => ClockState::NoTime,
        (Some(at), Some(due)) if by(at, due) == Truth::False => ClockState::MetLate,
        (Some(_), _) => ClockState::Met,
        (None, Some(due)) if context.now > due => ClockState::Expired,
        _ => ClockState::Running,
    };
    finding.clocks.push(clock(context, breach, zero, due, state, at.map(|i| i.start)));
    conclude(duty, &deeds, state, zero.is_some(), &mut finding);
    finding.since = at.map(|i| i.start).or(breach.shown);
    told(context, duty, &deeds, finding)
}

fn deeds<'c>(
    context: &Context<'c>,
    ix: usize,
    duty: &Remedy,
    breach: &Breach,
) -> Vec<(&'c Record, DeedStatus)> {
    let label = context.clause(ix).map_or("", |c| c.label.as_str());
    let after = breach.found.or(breach.shown).unwrap_or(Instant::FIRST);
    let of = |record: &&'c Record| {
        let Recorded::Deed { by, subject, status, .. } = &record.what else { return None };
        let about = if subject.is_empty() { same(&record.words, &duty.by) } else { same(subject, label) };
        let later = record.at.is_some_and(|at| at.end >= after);
        (about && later && context.is(by, breach.actor)).then_some((*record, *status))
    };
    context.records.iter().filter_map(of).collect()
}

fn clock(
    context: &Context<'_>,
    breach: &Breach,
    zero: Option<Instant>,
    due: Option<Instant>,
    state: ClockState,
    met_at: Option<Instant>,
) -> ClockFinding {
    ClockFinding {
        name: "within".to_owned(),
        zone: context.zone().name().to_owned(),
        candidates: vec![
            Candidate { what: "finding of a body".to_owned(), at: breach.found, chosen: true },
            Candidate { what: "first on record".to_owned(), at: breach.shown, chosen: false },
        ],
        readings: vec![ClockReading {
            zero_words: "finding of a body".to_owned(),
            restarts: false,
            zero,
            due,
            state,
            met_at,
        }],
        on_expiry: String::new(),
        notes: Vec::new(),
    }
}

fn conclude(
    duty: &Remedy,
    deeds: &[(&Record, DeedStatus)],
    state: ClockState,
    found: bool,
    finding: &mut StandingFinding,
) {
    let mut lack = |code, words: &str| finding.missing.push(super::Lack { code, words: words.to_owned() });
    let has = |status| deeds.iter().any(|(_, s)| *s == status);
    let (outcome, word) = if has(DeedStatus::Disputed) {
        lack("disputed", "whether it was made good is disputed");
        (StandingOutcome::Undetermined, "disputed")
    } else if has(DeedStatus::Verified) {
        match state {
            ClockState::MetLate => (StandingOutcome::Breached, "overdue"),
            _ => (StandingOutcome::Kept, "done"),
        }
    } else if has(DeedStatus::Reported) {
        lack("unverified", "it is reported as made good, and not verified");
        (StandingOutcome::Undetermined, "reported")
    } else if !found {
        lack("finding", "no body has found the breach: its clock has not started");
        (StandingOutcome::UnderWay, "no finding")
    } else if state == ClockState::Expired {
        (StandingOutcome::Breached, "overdue")
    } else {
        if duty.within.is_none() {
            lack("deadline_not_said", "the text does not say within which time");
        }
        (StandingOutcome::UnderWay, "")
    };
    finding.becomes(outcome, word);
}

/// Those who were to be told that it was done.
fn told(
    context: &Context<'_>,
    duty: &Remedy,
    deeds: &[(&Record, DeedStatus)],
    finding: StandingFinding,
) -> StandingFinding {
    if finding.outcome != StandingOutcome::Kept || duty.report_to.is_empty() {
        return finding;
    }
    let is_told = |actor: &ActorIx| {
        deeds.iter().any(|(record, _)| match &record.what {
            Recorded::Deed { told, .. } => told.iter().any(|w| context.is(w, *actor)),
            _ => false,
        })
    };
    let untold: Vec<ActorIx> = duty.report_to.iter().filter(|a| !is_told(a)).copied().collect();
    if untold.is_empty() {
        return finding;
    }
    let words = format!("no record says that it was reported to {}", context.names(&untold));
    finding.lacking("report_back", words)
}
