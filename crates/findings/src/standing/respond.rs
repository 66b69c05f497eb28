//! 10: consultation and response: the clocks of a ladder, under every zero and restart rule that the text leaves open,
//! side by side. A violation is any observation that breaches a clause of the text; a response of any of those bound is
//! one. What is done is recorded; nothing is called for.

use super::conditions::decision;
use super::context::{Context, Gate};
use super::moments::{recorded, same};
use super::{
    Candidate, ClockFinding, ClockReading, ClockState, Instance, Lack, Part, StandingFinding,
    StandingOutcome, Value,
};
use crate::outcome::Outcome;
use base::{Instant, Truth};
use evidence::batch::NOT_STATED_MS;
use evidence::records::{DecisionOutcome, Recorded};
use terms::agreement::{ActorIx, Offset, Respond, Tier, Zero};

/// One way to start the clock: its words, and every moment at which it starts anew, in order.
struct Start {
    words: &'static str,
    moments: Vec<Instant>,
    chosen: bool,
}

/// Something done, with the tier it is said to belong to.
struct Done {
    at: Instant,
    tier: Option<u32>,
    words: String,
}

pub(super) fn evaluate(
    context: &Context<'_>,
    ix: usize,
    gate: &Gate,
    duty: &Respond,
) -> Vec<StandingFinding> {
    let bound = context.bound(&duty.bound);
    let starts = starts(context, gate, duty);
    let done = done(context, ix, &bound);
    let mut finding = StandingFinding::new(ix, Instance::default(), StandingOutcome::NotDue, "not started")
        .because(format!("{} shall {}", context.names(&bound), duty.verb));
    finding.records.extend(records(context, ix, &bound));
    let candidates = || -> Vec<Candidate> {
        let of = |s: &Start| Candidate {
            what: s.words.to_owned(),
            at: s.moments.first().copied(),
            chosen: s.chosen,
        };
        starts.iter().map(of).collect()
    };
    let mut states: Vec<Vec<ClockState>> = Vec::new();
    // A tier whose condition is open, and which is not done, is not over.
    let mut open_tier = false;
    if duty.within.is_some() || duty.tiers.is_empty() {
        let wanted = |d: &Done| d.tier.is_none() || duty.tiers.is_empty();
        let readings = readings(context, duty, &starts, duty.within, &done, &wanted);
        states.push(readings.iter().map(|r| r.state).collect());
        finding.clocks.push(clock(context, "within".to_owned(), candidates(), readings, ""));
    }
    for tier in &duty.tiers {
        let wanted =
            |d: &Done| d.tier == Some(tier.number) || (d.tier.is_none() && same(&d.words, &tier.what));
        let readings = readings(context, duty, &starts, tier.within, &done, &wanted);
        let holds = tier_condition(context, tier);
        let part = tier_part(tier, &holds);
        // A tier whose condition does not hold asks for nothing; one whose condition is open cannot be overdue.
        match holds {
            Truth::False => {}
            Truth::True => states.push(readings.iter().map(|r| r.state).collect()),
            Truth::Undetermined => {
                open_tier |= readings.iter().any(|r| r.state != ClockState::Met);
                if readings.iter().any(|r| r.state == ClockState::Expired) {
                    let words = format!("whether it has come about: {}", tier.when);
                    finding.missing.push(Lack { code: "tier_condition", words });
                }
            }
        }
        finding.parts.push(part);
        finding.clocks.push(clock(
            context,
            format!("tier {}", tier.number),
            candidates(),
            readings,
            &tier.what,
        ));
    }
    measures(duty, &mut finding);
    conclude(duty, &starts, &states, open_tier, &mut finding);
    vec![finding]
}

fn measures(duty: &Respond, finding: &mut StandingFinding) {
    for measure in &duty.measures {
        let value = Value::Words(measure.clone());
        finding.figures.push(super::Figure { name: "measure", of: String::new(), value });
    }
    if !duty.procedure.is_empty() {
        finding.reasons.push(format!("by the procedure: {}", duty.procedure));
    }
}

fn clock(
    context: &Context<'_>,
    name: String,
    candidates: Vec<Candidate>,
    readings: Vec<ClockReading>,
    on_expiry: &str,
) -> ClockFinding {
    let zone = context.zone().name().to_owned();
    ClockFinding { name, zone, candidates, readings, on_expiry: on_expiry.to_owned(), notes: Vec::new() }
}

fn tier_condition(context: &Context<'_>, tier: &Tier) -> Truth {
    if tier.when.is_empty() {
        return Truth::True;
    }
    match decision(context, &tier.when, None) {
        Some((_, DecisionOutcome::Found)) => Truth::True,
        Some((_, DecisionOutcome::Rejected)) => Truth::False,
        _ if recorded(&context.records, &[&tier.when]).is_some() => Truth::True,
        _ => Truth::Undetermined,
    }
}

fn tier_part(tier: &Tier, holds: &Truth) -> Part {
    let mut part = Part {
        name: format!("tier {}", tier.number),
        truth: *holds,
        reasons: vec![tier.what.clone()],
        missing: Vec::new(),
    };
    if !tier.when.is_empty() {
        part.reasons.push(format!("on the condition: {}", tier.when));
    }
    if *holds == Truth::Undetermined {
        let words = format!("whether it has come about: {}", tier.when);
        part.missing.push(Lack { code: "tier_condition", words });
    }
    part
}

/// Everything that could start the clock.
fn starts(context: &Context<'_>, gate: &Gate, duty: &Respond) -> Vec<Start> {
    let batch = context.facts.observations;
    let (mut happened, mut on_record) = (Vec::new(), Vec::new());
    for (ix, clause) in context.agreement().clauses.iter().enumerate() {
        if !clause.duty.is_of_observations() {
            continue;
        }
        for row in context.rows_of(ix, Outcome::Breached) {
            let start = batch.event(row).start;
            if start < gate.from || start > gate.as_of {
                continue;
            }
            happened.push(start);
            let reported = batch.reported_ms.get(row).copied().filter(|ms| *ms != NOT_STATED_MS);
            on_record.extend(reported.map(Instant));
        }
    }
    let requests = context.records.iter().filter_map(|r| match &r.what {
        Recorded::Request { .. } => r.at.map(|i| i.start).filter(|at| *at >= gate.from),
        _ => None,
    });
    let decided = |body: Option<ActorIx>| -> Vec<Instant> {
        let of = context.records.iter().filter_map(|r| match &r.what {
            Recorded::Decision { body: by, outcome: DecisionOutcome::Found, .. } => {
                let fits = body.is_none_or(|b| context.is(by, b));
                r.at.map(|i| i.start).filter(|at| fits && *at >= gate.from)
            }
            _ => None,
        });
        sorted(of.collect())
    };
    let mut out = vec![
        Start {
            words: "first violation",
            moments: sorted(happened),
            chosen: duty.zero == Zero::FirstViolation,
        },
        Start {
            words: "first recorded violation",
            moments: sorted(on_record),
            chosen: duty.zero == Zero::FirstRecorded,
        },
        Start { words: "request", moments: sorted(requests.collect()), chosen: duty.zero == Zero::Request },
        Start {
            words: "decision",
            moments: decided(match duty.zero {
                Zero::Decision(body) => Some(body),
                _ => None,
            }),
            chosen: matches!(duty.zero, Zero::Decision(_)),
        },
    ];
    if let Zero::Moment(when) = &duty.zero {
        let at = context.resolve(when, None).filter(|at| *at <= context.now);
        out.push(Start { words: "moment of the text", moments: at.into_iter().collect(), chosen: true });
    }
    out
}

fn sorted(mut moments: Vec<Instant>) -> Vec<Instant> {
    moments.sort();
    moments.dedup();
    moments
}

fn responses<'c>(
    context: &'c Context<'_>,
    ix: usize,
    bound: &'c [ActorIx],
) -> impl Iterator<Item = (&'c str, Done)> {
    let label = context.clause(ix).map_or("", |c| c.label.as_str());
    context.records.iter().filter_map(move |record| {
        let Recorded::Response { by, subject, tier } = &record.what else { return None };
        let ours = bound.iter().any(|a| context.is(by, *a));
        let about = subject.is_empty() || same(subject, label);
        let at = record.at.map(|i| i.start).filter(|_| ours && about)?;
        Some((record.id.as_str(), Done { at, tier: *tier, words: record.words.clone() }))
    })
}

fn done(context: &Context<'_>, ix: usize, bound: &[ActorIx]) -> Vec<Done> {
    responses(context, ix, bound).map(|(_, done)| done).collect()
}

fn records(context: &Context<'_>, ix: usize, bound: &[ActorIx]) -> Vec<String> {
    responses(context, ix, bound).map(|(id, _)| id.to_owned()).collect()
}

/// The clock under each zero and restart rule that the text leaves open.
fn readings(
    context: &Context<'_>,
    duty: &Respond,
    starts: &[Start],
    within: Option<Offset>,
    done: &[Done],
    wanted: &dyn Fn(&Done) -> bool,
) -> Vec<ClockReading> {
    let not_said = duty.zero == Zero::NotSaid;
    let restarts: &[bool] = match duty.restarts {
        Some(true) => &[true],
        Some(false) => &[false],
        None => &[false, true],
    };
    let mut out = Vec::new();
    for start in starts.iter().filter(|s| s.chosen || (not_said && !s.moments.is_empty())) {
        // Only violations come again; a request or a decision starts its clock once.
        let again = start.words.contains("violation");
        for restart in restarts.iter().filter(|r| again || !**r || duty.restarts.is_some()) {
            let zero = if *restart && again { start.moments.last() } else { start.moments.first() };
            let zero = zero.copied();
            let due = zero.zip(within).and_then(|(z, w)| w.after(z, context.zone()));
            let met_at =
                zero.and_then(|z| done.iter().filter(|d| d.at >= z && wanted(d)).map(|d| d.at).min());
            out.push(ClockReading {
                zero_words: start.words.to_owned(),
                restarts: *restart,
                zero,
                due,
                state: state(context.now, zero, due, met_at),
                met_at,
            });
        }
    }
    out
}

fn state(now: Instant, zero: Option<Instant>, due: Option<Instant>, met_at: Option<Instant>) -> ClockState {
    match (zero, due, met_at) {
        (None, ..) => ClockState::NotStarted,
        (_, _, Some(at)) if due.is_none_or(|due| at <= due) => ClockState::Met,
        (_, _, Some(_)) => ClockState::MetLate,
        (_, None, None) => ClockState::NoTime,
        (_, Some(due), None) if now > due => ClockState::Expired,
        _ => ClockState::Running,
    }
}

fn conclude(
    duty: &Respond,
    starts: &[Start],
    states: &[Vec<ClockState>],
    open_tier: bool,
    finding: &mut StandingFinding,
) {
    let lack = |finding: &mut StandingFinding, code, words: &str| {
        finding.missing.push(Lack { code, words: words.to_owned() });
    };
    let not_said = duty.zero == Zero::NotSaid;
    let started = starts.iter().any(|s| (s.chosen || not_said) && !s.moments.is_empty());
    let chosen_recorded = starts.iter().any(|s| s.chosen && s.words == "first recorded violation");
    let happened = starts.first().is_some_and(|s| !s.moments.is_empty());
    if !started {
        finding.becomes(StandingOutcome::NotDue, "not started");
        if chosen_recorded && happened {
            finding.becomes(StandingOutcome::Undetermined, "");
            lack(finding, "recorded", "when the violation was recorded is not stated");
        }
        return;
    }
    if not_said {
        lack(finding, "start_not_said", "the text does not say where the clock starts");
    }
    let late = |s: &ClockState| matches!(s, ClockState::Expired | ClockState::MetLate);
    // A tier is overdue for certain only if it is under every reading.
    let overdue = states.iter().any(|tier| !tier.is_empty() && tier.iter().all(late));
    let in_doubt = states.iter().any(|tier| tier.iter().any(late) && !tier.iter().all(late));
    let all_met = states.iter().all(|tier| tier.iter().all(|s| *s == ClockState::Met));
    let differ = states.iter().any(|tier| tier.windows(2).any(|w| w.first() != w.last()));
    if differ && duty.restarts.is_none() {
        lack(
            finding,
            "restart_not_said",
            "the text does not say whether a later violation starts the clock anew",
        );
    }
    if overdue {
        finding.becomes(StandingOutcome::Breached, "overdue");
    } else if in_doubt || finding.missing.iter().any(|l| l.code == "tier_condition") {
        finding.becomes(StandingOutcome::Undetermined, "");
    } else if all_met && !states.is_empty() && !open_tier {
        finding.becomes(StandingOutcome::Kept, "met");
    } else {
        finding.becomes(StandingOutcome::UnderWay, "running");
    }
}
