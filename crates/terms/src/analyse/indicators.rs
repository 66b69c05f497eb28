//! Indicators that are met always or never, that compare with less than they count, or that tell nobody.

use super::{Analysis, at};
use crate::agreement::{Baseline, Clause, Duty, Indicator, Level, Measure, Signal, Turn};
use crate::problem::Severity;

pub(super) fn analyse(it: &mut Analysis<'_, '_, '_>) {
    for clause in it.clauses() {
        let Duty::Indicator(indicator) = &clause.duty else { continue };
        lengths(it, clause, indicator);
        levels(it, clause, indicator);
        time_enough(it, clause, indicator);
    }
    let told = |c: &&Clause| matches!(&c.duty, Duty::Indicator(i) if i.told.is_empty());
    let clauses: Vec<&Clause> = it.clauses().filter(told).collect();
    let what = |labels: &str| format!("who is told of {labels} is not said");
    it.of_clauses(Severity::Warning, "told-to-nobody", &clauses, what, "write `told to` and a name");
}

fn lengths(it: &mut Analysis<'_, '_, '_>, clause: &Clause, indicator: &Indicator) {
    let label = &clause.label;
    let baseline_ms = match &indicator.baseline {
        Some(Baseline::Before(ms)) => Some(*ms),
        Some(Baseline::Between(from, to)) => {
            let at = |w| it.agreement.resolve_when(w);
            at(from).zip(at(to)).map(|(a, b)| b.0 - a.0)
        }
        _ => None,
    };
    if let Some(ms) = baseline_ms.filter(|ms| *ms < indicator.window_ms) {
        let length = crate::explain::length_of;
        let message = format!(
            "indicator {label} counts over {} and compares with {}: less than what it counts over",
            length(indicator.window_ms),
            length(ms)
        );
        it.warn("window-exceeds-baseline", at(clause), message, "take a longer baseline or a shorter window");
    }
    if indicator.baseline.is_none() && matches!(indicator.turn, Turn::Stops) {
        let message = format!("indicator {label} waits for something to stop, and not for it to have been");
        let help = "write `against the 28 days before`: what never came cannot stop";
        it.warn("no-baseline", at(clause), message, help);
    }
}

fn levels(it: &mut Analysis<'_, '_, '_>, clause: &Clause, indicator: &Indicator) {
    let label = &clause.label;
    let ordinary = match indicator.turn {
        Turn::Rises(Level { number, measure: Measure::Times, .. }) => number <= 1.0,
        Turn::Rises(Level { number, .. }) => number == 0.0,
        Turn::Falls(Level { number, measure: Measure::Times, .. }) => number >= 1.0,
        _ => false,
    };
    if ordinary {
        let message = format!("indicator {label} is met in ordinary times: its level is no change at all");
        it.warn("always-met", at(clause), message, "ask for more than 1 time to rise, for less to fall");
    }
    let least = match indicator.turn {
        Turn::Rises(Level { measure: Measure::Times, at_least, .. }) => at_least.is_none(),
        _ => false,
    };
    if least {
        let message = format!("indicator {label} is met by a single one, where its baseline has none");
        it.note("one-is-enough", at(clause), message, "write `rises to 3 times and at least 4`");
    }
    let of_less = !matches!(indicator.turn, Turn::Rises(_));
    if of_less && matches!(indicator.signal, Signal::Facts(_)) && indicator.zone.is_none() {
        let message = format!("indicator {label} can never be met: no share of everywhere is ever watched");
        it.warn("never-met", at(clause), message, "name a zone with `in`");
    }
}

/// A clause that ends before its baseline and window can have passed.
fn time_enough(it: &mut Analysis<'_, '_, '_>, clause: &Clause, indicator: &Indicator) {
    let at_of = |w| it.agreement.resolve_when(w);
    let (from, until) = (at_of(&clause.from), clause.until.as_ref().and_then(at_of));
    let (Some(from), Some(until)) = (from, until) else { return };
    let ready = match &indicator.baseline {
        None => Some(from.0),
        Some(Baseline::Before(ms)) => Some(from.0 + ms),
        Some(Baseline::Since(since)) => at_of(since).map(|s| s.0.max(from.0) + indicator.window_ms),
        Some(Baseline::Between(_, to)) => at_of(to).map(|t| t.0.max(from.0)),
    };
    let Some(first) = ready.map(|r| r.saturating_add(indicator.window_ms)) else { return };
    if first > until.0 {
        let message = format!(
            "indicator {} can never be met: it ends {} and has counted for long enough {} at the earliest",
            clause.label,
            it.agreement.zone.show(until),
            it.agreement.zone.show(base::Instant(first))
        );
        it.warn("never-met", at(clause), message, "let it end later, or count over less");
    }
}
