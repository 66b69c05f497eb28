//! Clocks, orders and conditions: what has no date, no zero, no end, or waits for itself.

use super::{Analysis, at, labels};
use crate::agreement::{Clause, Condition, Duty, Kind, Zero};
use crate::problem::Severity;
use std::collections::{HashMap, HashSet};

pub(super) fn analyse(it: &mut Analysis<'_, '_, '_>) {
    responses(it);
    dates(it);
    pairs(it);
    conditions(it);
    circles(it);
}

fn responses(it: &mut Analysis<'_, '_, '_>) {
    for clause in it.clauses() {
        let Duty::Respond(respond) = &clause.duty else { continue };
        let (place, label) = (at(clause), &clause.label);
        let timed = respond.within.is_some() || respond.tiers.iter().any(|t| t.within.is_some());
        if timed && respond.zero == Zero::NotSaid {
            let message = format!("clause {label} runs a clock and does not say where it starts");
            it.warn(
                "clock-zero",
                place,
                message,
                "write `of first violation`, `of first recorded violation` or `of request`",
            );
        }
        if timed && respond.restarts.is_none() {
            let message =
                format!("clause {label} does not say whether a later violation starts its clock anew");
            it.warn(
                "restart-not-said",
                place,
                message,
                "write `a later violation restarts it`, or `does not restart it`",
            );
        }
        if !timed {
            let message = format!("clause {label} sets no time");
            it.warn("no-deadline", place, message, "write `within 24 h of …`");
        }
        for tier in respond.tiers.iter().skip(1).filter(|t| t.when.is_empty()) {
            let message = format!("tier {} of clause {label} does not say when it is reached", tier.number);
            it.warn("tier-without-condition", place, message, "write `tier 2 … when \"…\": \"…\"`");
        }
    }
}

fn dates(it: &mut Analysis<'_, '_, '_>) {
    let undated = |c: &&Clause| matches!(c.duty, Duty::Deed(_)) && c.complete.is_none() && c.until.is_none();
    let clauses: Vec<&Clause> = it.clauses().filter(undated).collect();
    let what = |labels: &str| format!("{labels} can never be late: no date is set");
    it.of_clauses(Severity::Warning, "no-due-date", &clauses, what, "write `complete day D + 30`");
    let unlead = |c: &&Clause| matches!(&c.duty, Duty::Notify(n) if n.lead.is_none());
    let clauses: Vec<&Clause> = it.clauses().filter(unlead).collect();
    let what = |labels: &str| format!("how long before a notice is due under {labels} is not said");
    it.of_clauses(Severity::Warning, "no-lead-time", &clauses, what, "write `at least 48 h before`");
    let slow = |c: &&Clause| matches!(&c.duty, Duty::Access(a) if a.within_ms.is_none());
    let clauses: Vec<&Clause> = it.clauses().filter(slow).collect();
    let what = |labels: &str| format!("within which time access is given under {labels} is not said");
    it.of_clauses(Severity::Warning, "no-access-time", &clauses, what, "write `within 30 min`");
    let vague =
        |c: &&Clause| matches!(&c.duty, Duty::Remedy(r) if r.within.is_none() || r.report_to.is_empty());
    let clauses: Vec<&Clause> = it.clauses().filter(vague).collect();
    let what = |labels: &str| {
        format!("the remedy of {labels} cannot be followed up: no time, or nobody it is reported to")
    };
    it.of_clauses(Severity::Warning, "vague-remedy", &clauses, what, "write `within 7 days, reported to …`");
    let nobody = |c: &&Clause| match &c.duty {
        Duty::Effect(e) => e.ordered_by.is_none() && e.unless_decided_by.is_none() && e.steps.is_empty(),
        _ => false,
    };
    let clauses: Vec<&Clause> = it.clauses().filter(nobody).collect();
    let what = |labels: &str| format!("nobody orders the effect of {labels}: each side can declare it");
    it.of_clauses(Severity::Warning, "effect-by-nobody", &clauses, what, "write `ordered by` and a body");
}

fn pairs(it: &mut Analysis<'_, '_, '_>) {
    let by_label: HashMap<&str, &Clause> = it.clauses().map(|c| (c.label.as_str(), c)).collect();
    for clause in it.clauses() {
        for other in &clause.paired {
            let Some(partner) = by_label.get(other.as_str()) else { continue };
            if !partner.paired.contains(&clause.label) {
                let message = format!(
                    "clause {} is paired with {other}, and {other} is not paired with it",
                    clause.label
                );
                it.note("unpaired", at(clause), message, "name the pair in both clauses");
            }
        }
    }
}

fn mentioned(condition: &Condition) -> Option<(&str, bool)> {
    match condition {
        Condition::Done { clause, .. } => Some((clause, true)),
        Condition::Breached { clause, .. } => Some((clause, false)),
        _ => None,
    }
}

fn all_conditions(clause: &Clause) -> impl Iterator<Item = &Condition> {
    let effect = match &clause.duty {
        Duty::Effect(e) => e.when.as_slice(),
        _ => &[],
    };
    clause.when.iter().chain(effect).chain(clause.exceptions.iter().flat_map(|e| &e.conditions))
}

/// Conditions that cannot come about.
fn conditions(it: &mut Analysis<'_, '_, '_>) {
    let by_label: HashMap<&str, &Clause> = it.clauses().map(|c| (c.label.as_str(), c)).collect();
    for clause in it.clauses() {
        for (label, done) in all_conditions(clause).filter_map(mentioned) {
            let Some(other) = by_label.get(label) else { continue };
            let kind = other.duty.kind();
            let doable = matches!(
                kind,
                Kind::Deadline | Kind::Remedy | Kind::Notification | Kind::Response | Kind::Withdrawal
            );
            let breakable = !matches!(kind, Kind::Effect | Kind::Mandate | Kind::Indicator)
                && !matches!(other.duty, Duty::Guarantee(_));
            if (done && !doable) || (!done && !breakable) {
                let verb = if done { "done" } else { "breached" };
                let message =
                    format!("clause {} waits for {label} to be {verb}, which it can never be", clause.label);
                it.warn(
                    "unreachable-condition",
                    at(clause),
                    message,
                    "name a clause that can be, or another condition",
                );
            }
            let due = clause.complete.as_ref().and_then(|w| it.agreement.resolve_when(w));
            let begins = it.agreement.resolve_when(&other.from);
            if let (true, Some(due), Some(begins)) = (done, due, begins)
                && due <= begins
            {
                let message = format!(
                    "{} cannot both be kept: {} is due {} and waits for {label}, which begins {}",
                    labels(&[clause, other]),
                    clause.label,
                    it.agreement.zone.show(due),
                    it.agreement.zone.show(begins)
                );
                it.warn("contradiction", at(clause), message, "put the dates in the order of the duties");
            }
        }
    }
}

/// Clauses that wait for each other in a circle, each circle once.
fn circles(it: &mut Analysis<'_, '_, '_>) {
    let index: HashMap<&str, usize> = it.clauses().enumerate().map(|(i, c)| (c.label.as_str(), i)).collect();
    let waits: Vec<Vec<usize>> = it
        .clauses()
        .map(|c| c.when.iter().filter_map(mentioned).filter_map(|(l, _)| index.get(l).copied()).collect())
        .collect();
    let mut done: HashSet<usize> = HashSet::new();
    for root in 0..waits.len() {
        let mut way: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((clause, next)) = way.pop() {
            if done.contains(&clause) {
                continue;
            }
            let Some(other) = waits.get(clause).and_then(|w| w.get(next)).copied() else {
                done.insert(clause);
                continue;
            };
            way.push((clause, next + 1));
            if let Some(start) = way.iter().position(|(c, _)| *c == other) {
                let circle: Vec<&Clause> =
                    way.iter().skip(start).filter_map(|(c, _)| it.agreement.clauses.get(*c)).collect();
                let what = |labels: &str| format!("{labels} wait for each other and never begin");
                it.of_clauses(
                    Severity::Warning,
                    "circular-condition",
                    &circle,
                    what,
                    "let one of them begin without the other",
                );
                way.iter().for_each(|(c, _)| {
                    done.insert(*c);
                });
                break;
            }
            way.push((other, 0));
        }
    }
}
