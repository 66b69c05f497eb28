//! Figures that do not say what they count, which way they bind, or what they are measured by.

use super::{Analysis, at, labels};
use crate::agreement::{Agreement, Amount, Clause, Counted, Duty, Limit};
use crate::problem::Severity;

pub(super) fn analyse(it: &mut Analysis<'_, '_, '_>) {
    levels(it);
    units(it);
    shares(it);
    against_each_other(it);
}

fn limits<'a>(it: &Analysis<'a, '_, '_>) -> Vec<(&'a Clause, &'a Limit)> {
    let one = |c: &'a Clause| match &c.duty {
        Duty::Limit(limit) => Some((c, limit)),
        _ => None,
    };
    it.clauses().filter_map(one).collect()
}

fn levels(it: &mut Analysis<'_, '_, '_>) {
    for (clause, limit) in limits(it) {
        if let Amount::Level(n) = limit.amount {
            let message = format!(
                "clause {} does not say whether {n} is a cap or a floor: {} breaches the one and {} the other",
                clause.label,
                n + 1.0,
                n - 1.0
            );
            it.warn("cap-or-floor", at(clause), message, "write `at most` or `at least`");
        }
    }
}

fn units(it: &mut Analysis<'_, '_, '_>) {
    for (index, unit) in it.agreement.units.iter().enumerate() {
        let counts = |c: &&Clause| match &c.duty {
            Duty::Limit(Limit { counted: Counted::Unit(u), .. }) => usize::from(u.0) == index,
            Duty::Deed(deed) => deed.amount.is_some_and(|(_, u)| usize::from(u.0) == index),
            _ => false,
        };
        let clauses: Vec<&Clause> = it.clauses().filter(counts).collect();
        if unit.includes.is_empty() && unit.excludes.is_empty() {
            let what =
                |labels: &str| format!("who or what counts as `{}` in {labels} is not said", unit.name);
            let help = "write what it `includes` and `excludes` where the unit is declared";
            it.of_clauses(Severity::Warning, "unclear-unit", &clauses, what, help);
        }
    }
}

fn shares(it: &mut Analysis<'_, '_, '_>) {
    for clause in it.clauses() {
        let Duty::Share(share) = &clause.duty else { continue };
        let place = at(clause);
        let label = &clause.label;
        let flow = it.agreement.flows.get(usize::from(share.flow.0));
        if flow.is_some_and(|f| f.basis.is_none()) {
            let message = format!("clause {label} does not say whether it shares the net or the gross");
            it.warn("net-or-gross", place, message, "write `net` or `gross` where the flow is declared");
        }
        if flow.is_some_and(|f| f.measured_at.is_empty()) {
            let message = format!("clause {label} names no meter");
            it.warn("no-meter", place, message, "write `measured at \"…\"` where the flow is declared");
        }
        if share.per.is_none() {
            let message = format!("clause {label} does not say over which time the share is settled");
            it.warn("no-settlement-period", place, message, "write `per month`");
        }
        if share.tolerance_pct.is_none() {
            let message = format!("clause {label} names no tolerance, so that no delivery is exactly right");
            it.note("no-tolerance-of-share", place, message, "write `tolerance 1 %`");
        }
        if !share.nothing_at_zero {
            let message =
                format!("clause {label} does not say what is shared when the flow is zero or negative");
            it.warn("share-at-zero", place, message, "write `nothing to share when output <= 0`");
        }
        let sum: f64 = share.shares.iter().map(|(_, pct)| pct).sum();
        if (sum - 100.0).abs() > 1e-9 {
            let message =
                format!("the shares of clause {label} add up to {} %", (sum * 100.0).round() / 100.0);
            it.warn("share-not-whole", place, message, "write shares that add up to 100 %");
        }
    }
}

/// A cap below a floor of the same thing, place and owner.
fn against_each_other(it: &mut Analysis<'_, '_, '_>) {
    let all = limits(it);
    for (i, (a, l)) in all.iter().enumerate() {
        for (b, m) in all.iter().skip(i + 1) {
            if l.counted != m.counted
                || l.zone != m.zone
                || owners(it.agreement, l) != owners(it.agreement, m)
            {
                continue;
            }
            let (cap, floor) = (cap(l.amount).or(cap(m.amount)), floor(l.amount).or(floor(m.amount)));
            if let (Some(cap), Some(floor)) = (cap, floor)
                && floor > cap
            {
                let message = format!(
                    "{} cannot both be kept: at most {cap} and at least {floor}, of the same",
                    labels(&[*a, *b])
                );
                it.warn(
                    "contradiction",
                    at(b),
                    message,
                    "no figure keeps both: change one, or part them in time or place",
                );
            }
        }
    }
}

fn owners(agreement: &Agreement, limit: &Limit) -> Vec<String> {
    let whose = limit
        .supported
        .into_iter()
        .chain(limit.bound.actors.iter().flatten().copied().filter(|_| limit.supported.is_none()));
    whose.filter_map(|a| agreement.actor(a)).map(|a| a.code.clone()).collect()
}

fn cap(amount: Amount) -> Option<f64> {
    match amount {
        Amount::AtMost(n) | Amount::Between(_, n) => Some(n),
        _ => None,
    }
}

fn floor(amount: Amount) -> Option<f64> {
    match amount {
        Amount::AtLeast(n) | Amount::Between(n, _) => Some(n),
        _ => None,
    }
}
