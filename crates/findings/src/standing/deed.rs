//! 5: what is to be done by a date. What is only reported is not done; a part that is done is a part.

use super::context::{Context, Gate};
use super::moments::{by, same};
use super::{StandingFinding, StandingOutcome, Value, number};
use base::{Instant, Interval, Truth};
use evidence::records::{DeedStatus, Record, Recorded};
use terms::agreement::{ActorIx, DeedDuty};

/// Amounts nearer than this are equal.
const EQUAL: f64 = 1e-6;
/// Kinds of fact that show forces in a place.
const FORCES: [&str; 4] = ["troops", "weapon", "armour", "movement"];

/// What is on record of a deed.
#[derive(Default)]
struct Done<'a> {
    verified: f64,
    reported: f64,
    disputed: bool,
    /// What was verified with its time, in order.
    steps: Vec<(Interval, f64)>,
    /// The same with what is only reported.
    all_steps: Vec<(Interval, f64)>,
    records: Vec<&'a Record>,
}

pub(super) fn evaluate(
    context: &Context<'_>,
    ix: usize,
    gate: &Gate,
    duty: &DeedDuty,
) -> Vec<StandingFinding> {
    context.bound(&duty.bound).into_iter().map(|actor| of_actor(context, ix, gate, duty, actor)).collect()
}

fn of_actor(
    context: &Context<'_>,
    ix: usize,
    gate: &Gate,
    duty: &DeedDuty,
    actor: ActorIx,
) -> StandingFinding {
    let label = context.clause(ix).map_or("", |c| c.label.as_str());
    let target = duty.amount.map_or(1.0, |(n, _)| n);
    let done = done(context, label, duty, actor, target);
    let share = |n: f64| if target > 0.0 { (n / target).min(1.0) * 100.0 } else { 100.0 };
    let unit = duty.amount.and_then(|(_, u)| context.agreement().units.get(usize::from(u.0)));
    let unit = unit.map_or_else(String::new, |u| u.name.clone());
    let mut finding = StandingFinding::new(ix, context.instance(actor), StandingOutcome::UnderWay, "");
    // Where nothing is recorded of anything, nothing is counted: a zero would say more than is known.
    let counts = !context.facts.records.is_empty();
    if counts {
        finding = finding
            .with("verified_share", "", Value::Number(share(done.verified), "%".to_owned()))
            .with("reported_share", "", Value::Number(share(done.reported), "%".to_owned()));
    }
    if counts && duty.amount.is_some() {
        finding = finding
            .with("verified", "", Value::Number(done.verified, unit.clone()))
            .with("reported", "", Value::Number(done.reported, unit.clone()))
            .because(format!(
                "{} of {} {unit} verified, {} reported",
                number(done.verified),
                number(target),
                number(done.reported)
            ));
    }
    if let Some(due) = gate.complete {
        finding = finding.with("due", "", Value::Moment(due));
        finding = finding.because(format!("due at {}", context.show(due)));
    }
    finding.records.extend(done.records.iter().map(|r| r.id.clone()));
    conclude(context, gate, &done, target, &mut finding);
    if duty.withdrawal {
        finding = still_there(context, gate, duty, actor, finding);
    }
    finding
}

fn done<'c>(context: &Context<'c>, label: &str, duty: &DeedDuty, actor: ActorIx, target: f64) -> Done<'c> {
    let mut out = Done::default();
    for record in &context.records {
        let Recorded::Deed { by, subject, amount, status, .. } = &record.what else { continue };
        let about = if subject.is_empty() { same(&record.words, &duty.words) } else { same(subject, label) };
        let Some(at) = record.at.filter(|_| about && context.is(by, actor)) else { continue };
        let amount = amount.unwrap_or(target);
        out.records.push(record);
        match status {
            DeedStatus::Verified => {
                out.verified += amount;
                out.reported += amount;
                out.steps.push((at, amount));
                out.all_steps.push((at, amount));
            }
            DeedStatus::Reported => {
                out.reported += amount;
                out.all_steps.push((at, amount));
            }
            DeedStatus::Disputed => out.disputed = true,
        }
    }
    out
}

/// When the amounts first reach the target.
fn reached(steps: &[(Interval, f64)], target: f64) -> Option<Interval> {
    let mut sum = 0.0;
    steps.iter().find_map(|(at, amount)| {
        sum += amount;
        (sum >= target - EQUAL).then_some(*at)
    })
}

fn conclude(context: &Context<'_>, gate: &Gate, done: &Done<'_>, target: f64, finding: &mut StandingFinding) {
    let lack = |finding: &mut StandingFinding, code, words: &str| {
        finding.missing.push(super::Lack { code, words: words.to_owned() });
    };
    let overdue = gate.complete.is_some_and(|due| gate.as_of > due);
    if let Some(at) = reached(&done.steps, target) {
        finding.since = Some(at.start);
        finding.reasons.push(format!("verified as complete at {}", context.show(at.start)));
        match gate.complete.map_or(Truth::True, |due| by(at, due)) {
            Truth::True => finding.becomes(StandingOutcome::Kept, "done"),
            Truth::False => finding.becomes(StandingOutcome::Breached, "done late"),
            Truth::Undetermined => {
                finding.becomes(StandingOutcome::Undetermined, "done");
                lack(
                    finding,
                    "time",
                    "only the day is stated on which it was complete, and it was due on that day",
                );
            }
        }
        if gate.complete.is_none() {
            lack(finding, "deadline_not_said", "the text does not say by when");
        }
        return;
    }
    if done.disputed {
        finding.becomes(StandingOutcome::Undetermined, "disputed");
        lack(finding, "disputed", "whether it was done as reported is disputed");
        return;
    }
    if let Some(at) = reached(&done.all_steps, target) {
        finding.becomes(StandingOutcome::Undetermined, "reported");
        lack(finding, "unverified", "it is reported as done, and not verified");
        if gate.complete.is_some_and(|due| by(at, due) == Truth::False) {
            finding.becomes(StandingOutcome::Breached, "late");
            finding.since = gate.complete;
        }
        return;
    }
    let part = done.verified > EQUAL || done.reported > EQUAL;
    if overdue {
        finding.becomes(StandingOutcome::Breached, if part { "part done" } else { "late" });
        finding.since = gate.complete;
    } else if gate.ceased {
        finding.becomes(StandingOutcome::NotApplicable, "ceased");
    } else {
        finding.becomes(StandingOutcome::UnderWay, if part { "part done" } else { "" });
        if gate.complete.is_none() {
            lack(finding, "deadline_not_said", "the text does not say by when");
        }
    }
}

/// Whether forces of the actor are seen where they should have left, after it was due.
fn still_there(
    context: &Context<'_>,
    gate: &Gate,
    duty: &DeedDuty,
    actor: ActorIx,
    mut finding: StandingFinding,
) -> StandingFinding {
    let (Some(zone), Some(due)) = (duty.zone, gate.complete) else { return finding };
    let batch = context.facts.observations;
    let (mut seen, mut open): (Option<Instant>, usize) = (None, 0);
    for row in context.rows(|kind| FORCES.contains(&kind)) {
        let event = batch.event(row);
        if event.start < due || event.start >= gate.as_of {
            continue;
        }
        let leaves = duty.leaves.iter().map(|w| context.is_of(row, w));
        let leaves = if duty.leaves.is_empty() { Truth::True } else { leaves.fold(Truth::False, Truth::or) };
        match leaves.and(context.acted(row, &[actor])).and(context.lies_in(row, zone)) {
            Truth::True => seen = Some(seen.map_or(event.start, |s| s.min(event.start))),
            Truth::Undetermined => open += 1,
            Truth::False => {}
        }
    }
    if let Some(at) = seen {
        finding.becomes(StandingOutcome::Breached, "still there");
        finding = finding
            .since(Some(at))
            .because(format!("seen in the zone after it was due, at {}", context.show(at)));
    } else if open > 0 && finding.outcome == StandingOutcome::Kept {
        finding.outcome = StandingOutcome::Undetermined;
        let words = format!("{open} sightings in or near the zone may be of forces that should have left");
        finding = finding.lacking("sighting", words);
    }
    finding
}
