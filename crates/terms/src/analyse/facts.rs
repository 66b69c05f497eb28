//! Clauses of facts, looked at cell by cell: what never applies, what excuses nothing, what says nothing new, and
//! what is left open between two clauses.

use super::{Analysis, at, labels};
use crate::agreement::{Agreement, Clause, Condition, Duty, What};
use crate::cells::{CellOutcome, Space};
use crate::compare::Verdict;
use crate::compare::of_facts;
use crate::limits::CLAUSE_PAIRS_MAX;
use crate::problem::Severity;
use atlas::plan::ZoneShape;
use std::collections::BTreeMap;

pub(super) fn analyse(it: &mut Analysis<'_, '_, '_>) {
    let mut everywhere = Vec::new();
    for clause in it.clauses().filter(|c| c.duty.is_of_observations()) {
        applies(it, clause);
        exceptions(it, clause);
        if is_boundless(clause) {
            everywhere.push(clause);
        }
    }
    let what = |labels: &str| format!("nothing limits whom, where and until when in {labels}");
    it.of_clauses(Severity::Note, "always-applies", &everywhere, what, "nothing to do if that is meant");
    overlaps(it);
    calibres(it);
    bands(it);
    notices(it);
}

fn is_boundless(clause: &Clause) -> bool {
    matches!(&clause.duty, Duty::Prohibition { bound, zone: None, objects, .. }
        if bound.actors.is_none() && bound.except.is_empty() && objects.is_empty())
        && clause.until.is_none()
        && clause.exceptions.is_empty()
        && clause.when.is_empty()
}

/// A clause that nothing can breach: its zone is empty, its time is, or an exception swallows it.
fn applies(it: &mut Analysis<'_, '_, '_>, clause: &Clause) {
    let Ok(space) = Space::of_clauses(&[(it.agreement, clause)]) else { return };
    let mut excused = false;
    for cell in space.cells() {
        match space.outcome(0, &cell) {
            CellOutcome::Breached => return,
            CellOutcome::Excused => excused = true,
            _ => {}
        }
    }
    let message = if excused {
        format!("clause {} is never breached: an exception excuses everything that it forbids", clause.label)
    } else {
        format!("clause {} never applies: no act, place and time of it come together", clause.label)
    };
    it.warn("never-applies", at(clause), message, "look at its zone, its moments and its exceptions");
}

/// An exception that makes no difference anywhere.
fn exceptions(it: &mut Analysis<'_, '_, '_>, clause: &Clause) {
    for (index, exception) in clause.exceptions.iter().enumerate() {
        let mut without = clause.clone();
        without.exceptions.remove(index);
        let Ok(space) = Space::of_clauses(&[(it.agreement, clause), (it.agreement, &without)]) else {
            continue;
        };
        if space.cells().any(|cell| space.outcome(0, &cell) != space.outcome(1, &cell)) {
            continue;
        }
        let stretch = crate::source::Stretch { start: exception.span.start, end: exception.span.end };
        let message = format!("exception {} of clause {} excuses nothing", exception.label, clause.label);
        let help =
            "it lies outside the clause, or another exception covers it: leave it out, or mend its zone";
        it.warn("dead-exception", stretch, message, help);
    }
}

/// What a clause of facts is about, for finding clauses that may overlap without comparing all with all.
fn family(agreement: &Agreement, clause: &Clause) -> Option<String> {
    match &clause.duty {
        Duty::Prohibition { what: What::Act { kinds, .. }, .. } => kinds.iter().min().cloned(),
        Duty::Prohibition { what: What::Weapon { class, .. }, .. } => {
            agreement.weapon(*class).map(|w| format!("weapon {}", w.name))
        }
        _ => None,
    }
}

/// A clause that forbids nothing that another does not forbid already.
fn overlaps(it: &mut Analysis<'_, '_, '_>) {
    let mut families: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, clause) in it.agreement.clauses.iter().enumerate() {
        if let Some(family) = family(it.agreement, clause) {
            families.entry(family).or_default().push(index);
        }
    }
    let mut left = CLAUSE_PAIRS_MAX;
    for members in families.values() {
        for (n, i) in members.iter().enumerate() {
            for j in members.iter().skip(n + 1) {
                if left == 0 {
                    return;
                }
                left -= 1;
                overlap(it, *i, *j);
            }
        }
    }
}

fn overlap(it: &mut Analysis<'_, '_, '_>, i: usize, j: usize) {
    let (Some(a), Some(b)) = (it.agreement.clauses.get(i), it.agreement.clauses.get(j)) else { return };
    if a.replaces.as_deref() == Some(b.label.as_str()) || b.replaces.as_deref() == Some(a.label.as_str()) {
        return;
    }
    let (idle, other) = match of_facts(it.agreement, i, it.agreement, j).0 {
        Verdict::Same | Verdict::Looser => (b, a),
        Verdict::Stricter => (a, b),
        _ => return,
    };
    let message =
        format!("clause {} forbids nothing that clause {} does not forbid already", idle.label, other.label);
    it.note("overlap", at(idle), message, "one fact will breach both; leave one out, or say how they differ");
}

/// Stretches of a scale that clauses cover, and those clauses.
type Covered<'a> = (Vec<(f64, f64)>, Vec<&'a Clause>);

/// Calibres between those that clauses about one class and the same parties name, and that none of them covers.
fn calibres(it: &mut Analysis<'_, '_, '_>) {
    let mut covered: BTreeMap<(String, String), Covered<'_>> = BTreeMap::new();
    for clause in it.clauses() {
        let (whats, bound): (Vec<&What>, _) = match &clause.duty {
            Duty::Prohibition { what, bound, .. } => (vec![what], bound),
            Duty::Distance { items, bound, .. } => (items.iter().map(|i| &i.what).collect(), bound),
            _ => continue,
        };
        for what in whats {
            let What::Weapon { class, calibre_min_mm, calibre_below_mm } = what else { continue };
            let Some(class) = it.agreement.weapon(*class) else { continue };
            let key = (class.name.clone(), format!("{:?}", bound.actors));
            let slot = covered.entry(key).or_default();
            slot.0.push((calibre_min_mm.unwrap_or(0.0), calibre_below_mm.unwrap_or(f64::INFINITY)));
            slot.1.push(clause);
        }
    }
    for ((class, _), (mut spans, clauses)) in covered {
        spans.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut reach = spans.first().map_or(0.0, |s| s.1);
        for (from, to) in spans {
            if from > reach {
                let message = format!(
                    "{} say nothing of {class} from {reach} mm up to {from} mm: one of {} mm is under none of them",
                    labels(&clauses),
                    (reach + from) / 2.0
                );
                if let Some(first) = clauses.first() {
                    it.warn("gap", at(first), message, "let one end where the next begins");
                }
                break;
            }
            reach = reach.max(to);
        }
    }
}

/// Bands of one line that clauses about one act cover, with a strip between them that none does.
fn bands(it: &mut Analysis<'_, '_, '_>) {
    let mut covered: BTreeMap<String, Covered<'_>> = BTreeMap::new();
    for clause in it.clauses() {
        let Duty::Prohibition { what, bound, zone: Some(zone), .. } = &clause.duty else { continue };
        let shape = it.agreement.plan.zones.get(usize::from(zone.0)).map(|z| &z.shape);
        let Some(ZoneShape::Band { line, from_m, to_m, side }) = shape else { continue };
        let slot = covered.entry(format!("{what:?} {:?} {line:?} {side:?}", bound.actors)).or_default();
        slot.0.push((*from_m, *to_m));
        slot.1.push(clause);
    }
    for (mut spans, clauses) in covered.into_values() {
        spans.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut reach = spans.first().map_or(0.0, |s| s.1);
        for (from, to) in spans {
            if from > reach {
                let message = format!(
                    "{} leave a strip open from {} to {} of the line",
                    labels(&clauses),
                    crate::check::metres(reach),
                    crate::check::metres(from)
                );
                if let Some(first) = clauses.first() {
                    it.warn("gap", at(first), message, "let one band end where the next begins");
                }
                break;
            }
            reach = reach.max(to);
        }
    }
}

/// Acts that one clause asks to be notified and another forbids outright.
fn notices(it: &mut Analysis<'_, '_, '_>) {
    for notice in it.clauses() {
        let Duty::Notify(notify) = &notice.duty else { continue };
        for act in &notify.of {
            let forbids = |c: &&Clause| match &c.duty {
                Duty::Prohibition { what, zone, bound, .. } => {
                    let all = bound.actors.as_ref().is_none_or(|b| {
                        notify.bound.actors.as_ref().is_some_and(|n| n.iter().all(|a| b.contains(a)))
                    });
                    let spared = notify.bound.actors.iter().flatten().any(|a| bound.except.contains(a));
                    what == act
                        && (zone.is_none() || *zone == notify.zone)
                        && all
                        && !spared
                        && !is_excused(c, notice)
                }
                _ => false,
            };
            let Some(ban) = it.clauses().find(forbids) else { continue };
            let message = format!(
                "clause {} asks to notify what clause {} forbids with or without notice",
                notice.label, ban.label
            );
            let help = "add `unless notified under` to the prohibition, or leave the notice out";
            it.warn("contradiction", at(notice), message, help);
        }
    }
}

/// Whether the prohibition spares what was notified, or anything else that a notice could be about.
fn is_excused(ban: &Clause, notice: &Clause) -> bool {
    let spares = |c: &Condition| match c {
        Condition::Notified(label) => *label == notice.label,
        _ => true,
    };
    ban.exceptions.iter().any(|e| e.conditions.iter().all(spares))
}
