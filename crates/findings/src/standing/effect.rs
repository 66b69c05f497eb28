//! 11: legal effects, as states that others read: not triggered, pending, in effect, averted. Nothing is enacted here.

use super::conditions::{self, decision_about};
use super::context::{Context, Gate};
use super::moments::same;
use super::{
    Candidate, ClockFinding, ClockReading, ClockState, Instance, Lack, StandingFinding, StandingOutcome,
    Value,
};
use base::{Instant, Truth};
use evidence::records::{DecisionOutcome, Recorded};
use terms::agreement::{ActorIx, Condition, Effect, ForWhom, Step};

/// One step with its times.
struct Timed<'a> {
    step: &'a Step,
    begins: Instant,
    ends: Option<Instant>,
    extended: bool,
}

pub(super) fn evaluate(context: &Context<'_>, ix: usize, gate: &Gate, duty: &Effect) -> Vec<StandingFinding> {
    let met = conditions::all(context, &duty.when);
    let mut finding = StandingFinding::new(ix, Instance::default(), StandingOutcome::Listed, "not triggered");
    finding.reasons = met.reasons;
    finding.missing = met.missing;
    for what in &duty.of {
        let value = Value::Words(duty.becomes.word().to_owned());
        finding = finding.with("becomes", what.clone(), value);
    }
    finding = whom(context, duty, finding);
    match met.truth {
        Truth::False => return vec![finding],
        Truth::Undetermined => {
            finding.becomes(StandingOutcome::Undetermined, "");
            return vec![finding.lacking("condition", "whether its condition has come about is open")];
        }
        Truth::True => {}
    }
    let zero = met.at.unwrap_or(gate.from).max(gate.from);
    let steps = timed(context, duty, zero);
    let ends = steps.iter().try_fold(zero, |last, s| s.ends.map(|e| last.max(e)));
    finding = finding.with("condition_met", "", Value::Moment(zero));
    for step in &steps {
        finding.clocks.push(clock(context, step));
    }
    conclude(context, ix, duty, zero, ends, &mut finding);
    vec![finding]
}

/// For whom it is; of "the other": those who did not commit what the condition names.
fn whom(context: &Context<'_>, duty: &Effect, mut finding: StandingFinding) -> StandingFinding {
    let actors: Vec<ActorIx> = match &duty.whom {
        ForWhom::All => return finding,
        ForWhom::Actors(actors) => actors.clone(),
        ForWhom::TheOther => {
            let guilty = breachers(context, duty);
            let parties: Vec<ActorIx> = context.agreement().parties().map(|(a, _)| a).collect();
            if guilty.is_empty() {
                return finding;
            }
            parties.into_iter().filter(|p| !guilty.contains(p)).collect()
        }
    };
    for actor in actors {
        finding = finding.with("for", context.code(actor), Value::Words(duty.becomes.word().to_owned()));
    }
    finding
}

/// Those whose breach the conditions name and the record shows.
fn breachers(context: &Context<'_>, duty: &Effect) -> Vec<ActorIx> {
    let mut out = Vec::new();
    let parties: Vec<ActorIx> = context.agreement().parties().map(|(a, _)| a).collect();
    for condition in &duty.when {
        let Condition::Breached { clause, by } = condition else { continue };
        for party in parties.iter().filter(|p| by.as_ref().is_none_or(|b| b.contains(p))) {
            let one = Condition::Breached { clause: clause.clone(), by: Some(vec![*party]) };
            if conditions::all(context, std::slice::from_ref(&one)).truth == Truth::True
                && !out.contains(party)
            {
                out.push(*party);
            }
        }
    }
    out
}

/// Steps one after another; a parallel step begins with the step before it.
fn timed<'a>(context: &Context<'_>, duty: &'a Effect, zero: Instant) -> Vec<Timed<'a>> {
    let mut out: Vec<Timed<'a>> = Vec::new();
    // Where the running group of parallel steps begins, and where it ends.
    let (mut group_begins, mut group_ends) = (zero, Some(zero));
    for step in &duty.steps {
        if !step.parallel || out.is_empty() {
            let Some(begins) = group_ends else { break };
            group_begins = begins;
        }
        let planned = step.within.after(group_begins, context.zone());
        let extended = if step.extendable { extension(context, step, group_begins) } else { None };
        let ends = extended.or(planned);
        group_ends = match (step.parallel && !out.is_empty(), group_ends, ends) {
            (true, Some(a), Some(b)) => Some(a.max(b)),
            (_, _, ends) => ends,
        };
        out.push(Timed { step, begins: group_begins, ends, extended: extended.is_some() });
    }
    out
}

/// The end that a decision gave a step in place of its own.
fn extension(context: &Context<'_>, step: &Step, begins: Instant) -> Option<Instant> {
    let of = context.records.iter().filter_map(|r| match &r.what {
        Recorded::Decision { outcome: DecisionOutcome::Extended, .. } if same(&r.words, &step.who) => r.until,
        _ => None,
    });
    of.filter(|until| *until > begins).max()
}

fn clock(context: &Context<'_>, step: &Timed<'_>) -> ClockFinding {
    let state = match step.ends {
        _ if context.now < step.begins => ClockState::NotStarted,
        None => ClockState::NoTime,
        Some(ends) if context.now < ends => ClockState::Running,
        Some(_) => ClockState::Expired,
    };
    ClockFinding {
        name: step.step.who.clone(),
        zone: context.zone().name().to_owned(),
        candidates: vec![Candidate {
            what: "end of what comes before".to_owned(),
            at: Some(step.begins),
            chosen: true,
        }],
        readings: vec![ClockReading {
            zero_words: "end of what comes before".to_owned(),
            restarts: false,
            zero: Some(step.begins),
            due: step.ends,
            state,
            met_at: None,
        }],
        on_expiry: String::new(),
        notes: notes(step),
    }
}

fn notes(step: &Timed<'_>) -> Vec<String> {
    let mut out = Vec::new();
    if step.step.parallel {
        out.push("at the same time as the step before it".to_owned());
    }
    if step.extended {
        out.push("extended".to_owned());
    } else if step.step.extendable {
        out.push("may be extended by consensus".to_owned());
    }
    out
}

fn conclude(
    context: &Context<'_>,
    ix: usize,
    duty: &Effect,
    zero: Instant,
    ends: Option<Instant>,
    finding: &mut StandingFinding,
) {
    let label = context.clause(ix).map_or("", |c| c.label.as_str());
    let body = duty.ordered_by.or(duty.unless_decided_by);
    // Where the text names nobody who may decide, nobody's decision changes it.
    let decided = body.and_then(|body| decision_about(context, label, &["effect"], Some(body)));
    let decided = decided.filter(|(record, outcome)| {
        let at = record.at.map(|i| i.start);
        let in_time = duty.unless_decided_by.is_none() || ends.is_none_or(|e| at.is_some_and(|at| at <= e));
        let later = at.is_some_and(|at| at >= zero);
        later && in_time && *outcome != DecisionOutcome::Extended
    });
    if let Some(ends) = ends {
        finding.figures.push(super::Figure {
            name: "at_the_earliest",
            of: String::new(),
            value: Value::Moment(ends),
        });
    }
    if let Some((record, outcome)) = decided {
        let at = record.at.map(|i| i.start);
        finding.records.push(record.id.clone());
        finding.since = at;
        let in_effect = outcome == DecisionOutcome::Found;
        finding.becomes(StandingOutcome::Listed, if in_effect { "in effect" } else { "averted" });
        finding.reasons.push(if in_effect { "by decision" } else { "decided otherwise" }.to_owned());
        return;
    }
    if let Some(body) = duty.ordered_by {
        finding.becomes(StandingOutcome::Listed, "pending");
        let words = format!("{} has not ordered it", context.name(body));
        finding.missing.push(Lack { code: "decision", words });
        return;
    }
    match ends {
        Some(ends) if context.now >= ends => {
            finding.becomes(StandingOutcome::Listed, "in effect");
            finding.since = Some(ends);
            finding.reasons.push(match duty.unless_decided_by {
                Some(body) => format!("by silence: {} did not decide otherwise in time", context.name(body)),
                None => "by its condition alone".to_owned(),
            });
        }
        Some(_) => finding.becomes(StandingOutcome::Listed, "pending"),
        None => {
            finding.becomes(StandingOutcome::Undetermined, "pending");
            let words = "the end of a step lies beyond the calendar".to_owned();
            finding.missing.push(Lack { code: "time", words });
        }
    }
}
