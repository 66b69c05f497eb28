//! 6: prior notification: in time, in full, to all, and read back at every level; and what happened without any. A
//! notice is never a permission.

use super::context::{Context, Gate};
use super::moments::{before, same};
use super::{Instance, StandingFinding, StandingOutcome, Value};
use crate::bind::Known;
use base::{Instant, Truth};
use evidence::records::{Record, Recorded, Stage};
use std::collections::BTreeMap;
use terms::agreement::{ActorIx, Notify, What};

/// Most observations that a finding names one by one.
const NAMED_MAX: usize = 20;

pub(super) fn evaluate(context: &Context<'_>, ix: usize, gate: &Gate, duty: &Notify) -> Vec<StandingFinding> {
    let bound = context.bound(&duty.bound);
    let notices: Vec<(&Record, ActorIx)> = notices(context, gate, duty, &bound);
    let mut out: Vec<StandingFinding> =
        notices.iter().map(|(record, actor)| of_notice(context, ix, duty, record, *actor)).collect();
    out.extend(unannounced(context, ix, gate, duty, &bound, &notices));
    if out.is_empty() {
        let told = "no notice, and nothing that would have needed one, is on record";
        out.push(
            StandingFinding::new(ix, Instance::default(), StandingOutcome::NotDue, "nothing recorded")
                .because(told),
        );
    }
    out
}

fn is_act(duty: &Notify, word: &str) -> bool {
    duty.of.iter().any(|what| match what {
        What::Act { name, kinds } => same(name, word) || kinds.iter().any(|k| same(k, word)),
        What::Weapon { .. } => same("weapon", word),
    })
}

fn notices<'c>(
    context: &Context<'c>,
    gate: &Gate,
    duty: &Notify,
    bound: &[ActorIx],
) -> Vec<(&'c Record, ActorIx)> {
    let mut out = Vec::new();
    for record in &context.records {
        let Recorded::Notice { by, act, .. } = &record.what else { continue };
        let Some(actor) = context.agreement().resolve_actor_word(by).filter(|a| bound.contains(a)) else {
            continue;
        };
        let begins = record.from.or(record.at.map(|i| i.start));
        let in_force = begins.is_some_and(|b| b >= gate.from && (b < gate.as_of || !gate.ceased));
        let there = duty.zone.is_none_or(|zone| {
            let at = record.from.unwrap_or(gate.as_of);
            context.record_in(record, zone, at) != Truth::False
        });
        if is_act(duty, act) && in_force && there {
            out.push((*record, actor));
        }
    }
    out
}

fn of_notice(
    context: &Context<'_>,
    ix: usize,
    duty: &Notify,
    record: &Record,
    actor: ActorIx,
) -> StandingFinding {
    let instance = Instance { name: record.id.clone(), actor: Some(actor), period: record.period() };
    let mut finding = StandingFinding::new(ix, instance, StandingOutcome::Kept, "timely").resting_on(record);
    finding.since = record.at.map(|i| i.start);
    in_time(context, duty, record, &mut finding);
    in_full(context, duty, record, &mut finding);
    passed_on(context, duty, record, &mut finding);
    finding
}

/// A graver outcome replaces a lighter one, and keeps its own word.
fn at_least(finding: &mut StandingFinding, outcome: StandingOutcome, state: &'static str) {
    if finding.outcome < outcome {
        finding.becomes(outcome, state);
    }
}

fn in_time(context: &Context<'_>, duty: &Notify, record: &Record, finding: &mut StandingFinding) {
    let Some(sent) = record.at else { return };
    let Some(begins) = record.from else {
        at_least(finding, StandingOutcome::Undetermined, "defective");
        let words = "the notice does not say when what it announces begins".to_owned();
        finding.missing.push(super::Lack { code: "event_time", words });
        return;
    };
    finding.figures.push(super::Figure {
        name: "lead",
        of: String::new(),
        value: Value::LastsMs(begins.0.saturating_sub(sent.start.0)),
    });
    let latest = match duty.lead {
        Some(lead) => before(lead, begins, context.zone()),
        None => Some(begins),
    };
    let Some(latest) = latest else { return };
    finding.figures.push(super::Figure { name: "latest", of: String::new(), value: Value::Moment(latest) });
    let told = format!("sent at {}, at the latest {}", context.show(sent.start), context.show(latest));
    finding.reasons.push(told);
    match super::moments::by(sent, latest) {
        Truth::True => {}
        Truth::False => at_least(finding, StandingOutcome::Breached, "late"),
        Truth::Undetermined => {
            at_least(finding, StandingOutcome::Undetermined, "");
            let words = "only the day is stated on which it was sent".to_owned();
            finding.missing.push(super::Lack { code: "time", words });
        }
    }
}

fn in_full(context: &Context<'_>, duty: &Notify, record: &Record, finding: &mut StandingFinding) {
    let Recorded::Notice { to, content, .. } = &record.what else { return };
    let states = |field: &&String| content.iter().any(|c| same(c, field));
    let absent: Vec<String> = duty.content.iter().filter(|f| !states(f)).cloned().collect();
    if !absent.is_empty() {
        at_least(finding, StandingOutcome::Breached, "defective");
        finding.reasons.push(format!("it does not state: {}", absent.join(", ")));
        for field in absent {
            let value = Value::Words("not stated".to_owned());
            finding.figures.push(super::Figure { name: "field", of: field, value });
        }
    }
    let told = |actor: &&ActorIx| to.iter().any(|w| context.is(w, **actor));
    let untold: Vec<ActorIx> = duty.to.iter().filter(|a| !told(a)).copied().collect();
    if untold.is_empty() {
        return;
    }
    if to.is_empty() {
        at_least(finding, StandingOutcome::Undetermined, "");
        let words = "the record does not say to whom it was sent".to_owned();
        finding.missing.push(super::Lack { code: "addressee", words });
    } else {
        at_least(finding, StandingOutcome::Breached, "defective");
        finding.reasons.push(format!("not sent to {}", context.names(&untold)));
    }
}

/// The levels at which it did not arrive, or was not read back: where the chain broke.
fn passed_on(context: &Context<'_>, duty: &Notify, record: &Record, finding: &mut StandingFinding) {
    if duty.levels.is_empty() {
        return;
    }
    let mut reached: BTreeMap<String, Stage> = BTreeMap::new();
    let deadline = record.from;
    for receipt in &context.records {
        let Recorded::Receipt { notice, level, stage } = &receipt.what else { continue };
        let in_time = deadline.is_none_or(|d| receipt.at.is_some_and(|at| at.start <= d));
        if same(notice, &record.id) && in_time {
            let known = reached.entry(level.trim().to_lowercase()).or_insert(*stage);
            *known = (*known).max(*stage);
            if *stage == Stage::Objected {
                finding.reasons.push(format!("`{level}` read it and objected"));
            }
            finding.records.push(receipt.id.clone());
        }
    }
    let wanted = if duty.read_back { Stage::ReadBack } else { Stage::Delivered };
    let broken = duty.levels.iter().find(|l| reached.get(&l.to_lowercase()).is_none_or(|s| *s < wanted));
    let Some(level) = broken else { return };
    let state = if duty.read_back { "not read back" } else { "not passed on" };
    finding.figures.push(super::Figure {
        name: "defect_at",
        of: String::new(),
        value: Value::Words(level.clone()),
    });
    if reached.is_empty() {
        at_least(finding, StandingOutcome::Undetermined, state);
        let words = "no record says how far it was passed on".to_owned();
        finding.missing.push(super::Lack { code: "receipts", words });
    } else if deadline.is_none_or(|d| context.now < d) {
        at_least(finding, StandingOutcome::UnderWay, state);
        if finding.outcome == StandingOutcome::Kept {
            finding.becomes(StandingOutcome::UnderWay, state);
        }
    } else {
        at_least(finding, StandingOutcome::Breached, state);
    }
    finding
        .reasons
        .push(format!("{state} at `{level}`, the first level of the chain where it is not on record"));
}

/// What happened and was announced by no notice, by whoever it is.
fn unannounced(
    context: &Context<'_>,
    ix: usize,
    gate: &Gate,
    duty: &Notify,
    bound: &[ActorIx],
    notices: &[(&Record, ActorIx)],
) -> Vec<StandingFinding> {
    let batch = context.facts.observations;
    let kinds: Vec<&str> = duty
        .of
        .iter()
        .flat_map(|w| match w {
            What::Act { kinds, .. } => kinds.iter().map(String::as_str).collect(),
            What::Weapon { .. } => vec!["weapon"],
        })
        .collect();
    let mut sure: BTreeMap<ActorIx, Vec<usize>> = BTreeMap::new();
    let mut open = Vec::new();
    for row in context.rows(|kind| kinds.contains(&kind)) {
        let event = batch.event(row);
        if event.start < gate.from || event.start > gate.as_of {
            continue;
        }
        let actor = context.actor_of(row);
        if matches!(actor, Known::Named(a) if !bound.contains(&a)) {
            continue;
        }
        let is = duty.of.iter().map(|w| context.is_of(row, w)).fold(Truth::False, Truth::or);
        let there = duty.zone.map_or(Truth::True, |zone| context.lies_in(row, zone));
        let announced = notices.iter().any(|(record, by)| {
            let whose = matches!(actor, Known::Unknown) || actor == Known::Named(*by);
            whose && record.period().is_some_and(|p| p.covers(event))
        });
        match (is.and(there), actor) {
            _ if announced => {}
            (Truth::False, _) => {}
            (Truth::True, Known::Named(actor)) => sure.entry(actor).or_default().push(row),
            _ => open.push(row),
        }
    }
    let mut out: Vec<StandingFinding> = sure
        .into_iter()
        .map(|(actor, rows)| {
            let instance = Instance {
                name: format!("{} without notice", context.code(actor)),
                actor: Some(actor),
                period: None,
            };
            listed(context, StandingFinding::new(ix, instance, StandingOutcome::Breached, "missing"), &rows)
        })
        .collect();
    if !open.is_empty() {
        let instance = Instance { name: "without notice".to_owned(), actor: None, period: None };
        let finding = StandingFinding::new(ix, instance, StandingOutcome::Undetermined, "missing")
            .lacking("actor_or_place", "who acted, what it was, or whether it was in the zone is open");
        out.push(listed(context, finding, &open));
    }
    out
}

fn listed(context: &Context<'_>, mut finding: StandingFinding, rows: &[usize]) -> StandingFinding {
    let batch = context.facts.observations;
    let first: Option<Instant> = rows.iter().map(|r| batch.event(*r).start).min();
    finding.since = first;
    finding = finding.with("observations", "", Value::Number(rows.len() as f64, String::new()));
    for row in rows.iter().take(NAMED_MAX) {
        let kind = batch.word_at(&batch.kind, *row);
        let at = context.show(batch.event(*row).start);
        finding.reasons.push(format!("`{kind}` at {at} was announced by no notice"));
    }
    if rows.len() > NAMED_MAX {
        finding.reasons.push(format!("and {} more", rows.len() - NAMED_MAX));
    }
    finding
}
