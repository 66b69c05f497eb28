//! 7: access: granted, delayed by so long, on conditions, refused, or put off for safety.

use super::context::{Context, Gate};
use super::{Instance, StandingFinding, StandingOutcome, Value, lasting, periods};
use base::{Instant, Truth};
use evidence::records::{AccessOutcome, Record, Recorded};
use terms::agreement::{Access, ActorIx};

pub(super) fn evaluate(context: &Context<'_>, ix: usize, gate: &Gate, duty: &Access) -> Vec<StandingFinding> {
    let bound = context.bound(&duty.bound);
    let mut out = Vec::new();
    let mut accepted: Vec<(ActorIx, Instant)> = Vec::new();
    for record in &context.records {
        let Recorded::Access { by, of, outcome } = &record.what else { continue };
        let Some(asked) = record.at.map(|i| i.start).filter(|a| *a >= gate.from && *a <= gate.as_of) else {
            continue;
        };
        let asker = context.agreement().resolve_actor_word(by);
        let is_asker = duty.admit.is_empty() || asker.is_some_and(|a| duty.admit.contains(&a));
        let Some(actor) = context.agreement().resolve_actor_word(of).filter(|a| bound.contains(a)) else {
            continue;
        };
        let there = duty.zone.map_or(Truth::True, |zone| context.record_in(record, zone, asked));
        if !is_asker || there == Truth::False {
            continue;
        }
        let beyond = is_beyond_quota(context, duty, &accepted, actor, asked);
        let mut finding = request(context, ix, duty, record, actor, *outcome, beyond);
        if there == Truth::Undetermined && finding.outcome == StandingOutcome::Breached {
            finding.outcome = StandingOutcome::Undetermined;
            finding = finding.lacking("place", "whether the place lies in the zone is open");
        }
        if matches!(outcome, AccessOutcome::Granted | AccessOutcome::Conditional) {
            accepted.push((actor, asked));
        }
        out.push(finding);
    }
    if out.is_empty() {
        let finding = StandingFinding::new(ix, Instance::default(), StandingOutcome::NotDue, "not asked");
        out.push(finding.because("no request for access is on record"));
    }
    out
}

/// Whether so many were accepted in the period already as the text asks for.
fn is_beyond_quota(
    context: &Context<'_>,
    duty: &Access,
    accepted: &[(ActorIx, Instant)],
    actor: ActorIx,
    asked: Instant,
) -> bool {
    let Some(quota) = duty.quota else { return false };
    let Some(period) = periods::holding(asked, quota.per, context.zone()) else { return false };
    let used = accepted.iter().filter(|(a, at)| *a == actor && period.holds(*at)).count();
    used >= usize::try_from(quota.times).unwrap_or(usize::MAX)
}

fn request(
    context: &Context<'_>,
    ix: usize,
    duty: &Access,
    record: &Record,
    actor: ActorIx,
    outcome: AccessOutcome,
    beyond: bool,
) -> StandingFinding {
    let instance = Instance { name: record.id.clone(), actor: Some(actor), period: None };
    let asked = record.at.map_or(context.now, |i| i.start);
    let mut finding = StandingFinding::new(ix, instance, StandingOutcome::Undetermined, "")
        .resting_on(record)
        .since(Some(asked));
    finding = finding.because(format!("asked at {}", context.show(asked)));
    if !record.words.is_empty() {
        finding = finding.because(format!("reason given: {}", record.words));
    }
    match outcome {
        _ if beyond && outcome != AccessOutcome::Granted => {
            finding.becomes(StandingOutcome::Kept, "beyond the quota");
            finding.because("as many were accepted in this period as the text asks for")
        }
        AccessOutcome::Granted => granted(context, duty, record, asked, finding),
        AccessOutcome::Conditional => {
            finding.state = "conditional";
            finding.lacking("conditional", "whether access on conditions is access the text does not say")
        }
        AccessOutcome::Denied => {
            finding.becomes(StandingOutcome::Breached, "denied");
            finding
        }
        AccessOutcome::Safety => {
            finding.state = "safety";
            finding.lacking("safety", "whether safety called for it has to be judged by a person")
        }
        AccessOutcome::Pending => pending(context, duty, asked, finding),
    }
}

fn granted(
    context: &Context<'_>,
    duty: &Access,
    record: &Record,
    asked: Instant,
    mut finding: StandingFinding,
) -> StandingFinding {
    let Some(entered) = record.until.or(record.from) else {
        finding.becomes(StandingOutcome::Undetermined, "granted");
        if duty.within_ms.is_none() {
            finding.outcome = StandingOutcome::Kept;
            return finding;
        }
        return finding.lacking("entered", "when the team was let in is not on record");
    };
    let took = entered.0.saturating_sub(asked.0);
    finding = finding.with("took", "", Value::LastsMs(took)).because(format!(
        "let in at {}, after {}",
        context.show(entered),
        lasting(took)
    ));
    match duty.within_ms {
        Some(within) if took > within => {
            finding.becomes(StandingOutcome::Breached, "delayed");
            finding.with("delay", "", Value::LastsMs(took.saturating_sub(within)))
        }
        _ => {
            finding.becomes(StandingOutcome::Kept, "granted");
            finding
        }
    }
}

fn pending(
    context: &Context<'_>,
    duty: &Access,
    asked: Instant,
    mut finding: StandingFinding,
) -> StandingFinding {
    let Some(within) = duty.within_ms else {
        finding.becomes(StandingOutcome::UnderWay, "pending");
        return finding.lacking("deadline_not_said", "the text does not say within which time");
    };
    let due = Instant(asked.0.saturating_add(within));
    finding = finding.with("due", "", Value::Moment(due));
    if context.now > due {
        finding.becomes(StandingOutcome::Breached, "not answered");
        finding.with("delay", "", Value::LastsMs(context.now.0.saturating_sub(due.0)))
    } else {
        finding.becomes(StandingOutcome::UnderWay, "pending");
        finding
    }
}
