//! Duties of one side only. Asymmetric clauses are listed, never refused: what is uneven may be meant, and should
//! be seen.

use super::Analysis;
use crate::agreement::{ActorIx, Clause, Duty};
use crate::problem::Severity;
use std::collections::HashMap;

pub(super) fn analyse(it: &mut Analysis<'_, '_, '_>) {
    let parties: Vec<ActorIx> = it.agreement.parties().map(|(ix, _)| ix).collect();
    if parties.len() < 2 {
        return;
    }
    let sided = |c: &Clause| -> Option<Vec<ActorIx>> {
        let bound = c.duty.bound()?.actors.as_ref()?;
        let own: Vec<ActorIx> = bound.iter().filter(|a| parties.contains(a)).copied().collect();
        (!own.is_empty() && own.len() < parties.len()).then_some(own)
    };
    // By what a clause is about: which parties are bound by some clause about it.
    let mut about: HashMap<String, Vec<ActorIx>> = HashMap::new();
    for clause in it.clauses() {
        if let Some(own) = sided(clause) {
            about.entry(subject(it, clause)).or_default().extend(own);
        }
    }
    let alone = |c: &&Clause| {
        sided(c).is_some()
            && about.get(&subject(it, c)).is_some_and(|bound| !parties.iter().all(|p| bound.contains(p)))
    };
    let clauses: Vec<&Clause> = it.clauses().filter(alone).collect();
    let what = |labels: &str| {
        let verb = if clauses.len() == 1 { "binds" } else { "bind" };
        format!("{labels} {verb} one side only")
    };
    it.of_clauses(
        Severity::Note,
        "one-sided",
        &clauses,
        what,
        "nothing to do if that is meant; readers should know",
    );
}

/// What a clause is about, without who and where: two clauses of one subject that bind the two sides are even.
fn subject(it: &Analysis<'_, '_, '_>, clause: &Clause) -> String {
    let kind = clause.duty.kind().name();
    let thing = match &clause.duty {
        Duty::Prohibition { what, .. } => format!("{what:?}"),
        Duty::Distance { items, .. } => items.iter().map(|i| format!("{:?}", i.what)).collect(),
        Duty::Limit(limit) => format!("{:?}", limit.counted),
        Duty::Deed(deed) => format!("{}{}", deed.words.to_lowercase(), deed.withdrawal),
        Duty::Notify(notify) => format!("{:?}", notify.of),
        Duty::Access(access) => format!("{:?}", access.admit),
        Duty::Remedy(_) => it.agreement.name.clone(),
        _ => String::new(),
    };
    format!("{kind} {thing}")
}
