//! The order in which clauses are worked out: those that others wait for come first.

use std::collections::BTreeMap;
use terms::Agreement;
use terms::agreement::{Clause, Condition, Duty};

/// Indices of the clauses that are not judged by single observations, what they wait for before them. In a circle
/// somebody has to be first: the one that the text has first.
pub(super) fn of(agreement: &Agreement, labels: &BTreeMap<&str, usize>) -> Vec<usize> {
    let needs: Vec<Vec<usize>> = agreement.clauses.iter().map(|c| needs(c, labels)).collect();
    let mut seen = vec![false; needs.len()];
    let mut out = Vec::with_capacity(needs.len());
    for first in 0..needs.len() {
        // A walk with its own stack: a chain of clauses may be longer than the program's.
        let mut walk: Vec<(usize, usize)> = vec![(first, 0)];
        if std::mem::replace(seen.get_mut(first).unwrap_or(&mut true), true) {
            continue;
        }
        while let Some((at, next)) = walk.pop() {
            match needs.get(at).and_then(|n| n.get(next)) {
                Some(other) => {
                    walk.push((at, next + 1));
                    if let Some(mark) = seen.get_mut(*other).filter(|m| !**m) {
                        *mark = true;
                        walk.push((*other, 0));
                    }
                }
                None => out.push(at),
            }
        }
    }
    out.retain(|ix| agreement.clauses.get(*ix).is_some_and(|c| !c.duty.is_of_observations()));
    out
}

/// The clauses whose findings a clause asks for.
fn needs(clause: &Clause, labels: &BTreeMap<&str, usize>) -> Vec<usize> {
    let of_exceptions = clause.exceptions.iter().flat_map(|e| &e.conditions);
    let of_duty: &[Condition] = match &clause.duty {
        Duty::Effect(effect) => &effect.when,
        _ => &[],
    };
    let conditions = clause.when.iter().chain(of_exceptions).chain(of_duty).filter_map(|c| match c {
        Condition::Notified(label)
        | Condition::Breached { clause: label, .. }
        | Condition::Done { clause: label, .. } => Some(label),
        _ => None,
    });
    let remedied: &[String] = match &clause.duty {
        Duty::Remedy(remedy) => &remedy.of,
        _ => &[],
    };
    conditions.chain(remedied).filter_map(|l| labels.get(l.as_str()).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(clauses: &str) -> Vec<String> {
        let text = format!(
            "# X\n```terms\ninstrument x \"X\"\n  time zone \"UTC\"\n  entry into force 2026-03-01 00:00\n\
             party KA \"Karsk\"\nparty VE \"Velia\"\n{clauses}\n```\n"
        );
        let checked = terms::check("x.md", text.as_bytes());
        let agreement = checked.agreement.expect("no error");
        let labels: BTreeMap<&str, usize> =
            agreement.clauses.iter().enumerate().map(|(i, c)| (c.label.as_str(), i)).collect();
        of(&agreement, &labels).into_iter().map(|i| agreement.clauses[i].label.clone()).collect()
    }

    #[test]
    fn what_others_wait_for_comes_first_and_a_circle_ends() {
        let chain =
            "1 KA shall do \"a\", when 2 is done\n2 VE shall do \"b\", when 3 is done\n3 KA shall do \"c\"";
        assert_eq!(order(chain), ["3", "2", "1"]);
        let circle = "1 KA shall do \"a\", when 2 is done\n2 VE shall do \"b\", when 1 is done";
        assert_eq!(order(circle), ["2", "1"]);
    }
}
