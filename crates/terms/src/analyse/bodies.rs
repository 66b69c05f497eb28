//! Who decides: powers that nobody has, powers that two have, decisions without deadline or standard.

use super::{Analysis, at};
use crate::agreement::{Clause, Duty, Mandate, Power};
use crate::problem::Severity;
use crate::source::Stretch;

/// Responses faster than this are a ladder that runs in hours, milliseconds.
const LADDER_MS: i64 = 7 * base::time::DAY_MS;

pub(super) fn analyse(it: &mut Analysis<'_, '_, '_>) {
    nobody(it);
    two(it);
    itself(it);
    deadlines(it);
    named(it);
    standard(it);
}

fn has(it: &Analysis<'_, '_, '_>, power: Power) -> bool {
    it.agreement.mandates.iter().any(|m| m.powers.contains(&power))
}

/// Which powers the clauses need, and the first clause that needs each.
fn nobody(it: &mut Analysis<'_, '_, '_>) {
    let breakable = |c: &&Clause| {
        !matches!(c.duty, Duty::Effect(_) | Duty::Mandate(_) | Duty::Guarantee(_) | Duty::Indicator(_))
    };
    let guarantee = |c: &&Clause| matches!(c.duty, Duty::Guarantee(_));
    let remedy = |c: &&Clause| matches!(c.duty, Duty::Remedy(_)) || !c.remedies.is_empty();
    let needs: [(Power, Option<&Clause>); 4] = [
        (Power::Occurrence, it.clauses().find(|c| breakable(c) && c.decided_by.is_none())),
        (Power::Attribution, it.clauses().find(|c| breakable(c) && c.decided_by.is_none())),
        (Power::Remedy, it.clauses().find(remedy)),
        (Power::Guarantee, it.clauses().find(guarantee)),
    ];
    let missing: Vec<(Power, &Clause)> =
        needs.into_iter().filter(|(p, _)| !has(it, *p)).filter_map(|(p, c)| Some((p, c?))).collect();
    let Some((_, first)) = missing.first() else { return };
    let words: Vec<&str> = missing.iter().map(|(p, _)| p.word()).collect();
    let message = format!("nobody decides {}", words.join(", "));
    let help = "declare a body: `body commission \"…\" decides occurrence, attribution by majority`";
    it.warn("no-decider", at(first), message, help);
}

fn place(mandate: &Mandate) -> Stretch {
    Stretch { start: mandate.span.start, end: mandate.span.end }
}

fn two(it: &mut Analysis<'_, '_, '_>) {
    for (power, word) in Power::ALL {
        if matches!(power, Power::Record | Power::Verify) {
            continue;
        }
        let holders: Vec<&Mandate> =
            it.agreement.mandates.iter().filter(|m| m.powers.contains(&power)).collect();
        let (Some(first), Some(other)) =
            (holders.first(), holders.iter().find(|m| Some(m.body) != holders.first().map(|f| f.body)))
        else {
            continue;
        };
        let name = |m: &Mandate| it.agreement.actor(m.body).map(|a| a.name.clone()).unwrap_or_default();
        let message = format!("two bodies decide {word}: {} and {}", name(first), name(other));
        it.warn(
            "two-deciders",
            place(other),
            message,
            "give the power to one of them, or say which of them prevails",
        );
    }
}

/// A body that decides nothing and decides something.
fn itself(it: &mut Analysis<'_, '_, '_>) {
    for mandate in &it.agreement.mandates {
        let decides = |m: &&Mandate| m.body == mandate.body && m.powers.iter().any(|p| *p != Power::Record);
        if mandate.decides_nothing && it.agreement.mandates.iter().any(|m| decides(&m)) {
            let name = it.agreement.actor(mandate.body).map(|a| a.name.clone()).unwrap_or_default();
            let message = format!("{name} decides nothing, and decides something elsewhere");
            it.warn("contradiction", place(mandate), message, "keep one of the two");
        }
    }
}

/// A ladder that runs in hours beside bodies that decide in their own time.
fn deadlines(it: &mut Analysis<'_, '_, '_>) {
    let fast = |c: &&Clause| match &c.duty {
        Duty::Respond(r) => r.within.into_iter().chain(r.tiers.iter().filter_map(|t| t.within)).any(|w| {
            matches!(w, crate::agreement::Offset::Ms(ms) if ms < LADDER_MS)
                || matches!(w, crate::agreement::Offset::Days(d) if d < 7)
        }),
        _ => false,
    };
    let Some(ladder) = it.clauses().find(fast) else { return };
    let slow: Vec<String> = it
        .agreement
        .mandates
        .iter()
        .filter(|m| m.within_ms.is_none())
        .filter(|m| {
            m.powers.iter().any(|p| matches!(p, Power::Occurrence | Power::Attribution | Power::Guarantee))
        })
        .filter_map(|m| it.agreement.actor(m.body))
        .map(|a| a.name.clone())
        .collect();
    if !slow.is_empty() {
        let message = format!(
            "clause {} runs in hours, and {} decides without a deadline",
            ladder.label,
            slow.join(", ")
        );
        let help = "findings took weeks elsewhere: write `decides within 20 h`";
        it.warn("no-decision-deadline", at(ladder), message, help);
    }
}

/// `decided by` a body that has no such power.
fn named(it: &mut Analysis<'_, '_, '_>) {
    for clause in it.clauses() {
        let Some(body) = clause.decided_by else { continue };
        let may = it.agreement.mandates.iter().any(|m| {
            m.body == body && m.powers.iter().any(|p| matches!(p, Power::Occurrence | Power::Attribution))
        });
        if !may {
            let name = it.agreement.actor(body).map(|a| a.name.clone()).unwrap_or_default();
            let message = format!(
                "clause {} is decided by {name}, which has no power to decide occurrence",
                clause.label
            );
            it.warn(
                "decider-without-power",
                at(clause),
                message,
                "write `decides occurrence` where the body is declared",
            );
        }
    }
}

/// Findings must state a standard of proof; somebody has to name it.
fn standard(it: &mut Analysis<'_, '_, '_>) {
    let said = it.agreement.mandates.iter().any(|m| m.standard.is_some());
    let bare = |c: &&Clause| c.standard.is_none() && c.duty.is_of_observations();
    let clauses: Vec<&Clause> = it.clauses().filter(bare).collect();
    if !said {
        let what = |labels: &str| format!("no standard of proof is named for {labels}");
        let help =
            "write `standard balance of probabilities` in the clause or where the deciding body is declared";
        it.of_clauses(Severity::Warning, "no-standard", &clauses, what, help);
    }
}
