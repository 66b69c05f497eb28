//! Whether what the text asks for can be seen by what it declares to see with.

use super::{Analysis, at};
use crate::agreement::{Agreement, Clause, Condition, Duty, Indicator, Sensor, Signal, What};
use crate::problem::Severity;
use atlas::plan::{ZoneIx, ZoneShape};

pub(super) fn analyse(it: &mut Analysis<'_, '_, '_>) {
    if it.agreement.sensors.is_empty() {
        none(it);
        return;
    }
    for clause in it.clauses() {
        perceivable(it, clause);
        for condition in clause.when.iter().chain(clause.exceptions.iter().flat_map(|e| &e.conditions)) {
            if let Condition::Silent { zone, what, coverage_min, .. } = condition {
                silence(it, clause, *zone, what, *coverage_min);
            }
        }
    }
}

/// No means of verification in the whole text, for clauses that name none themselves.
fn none(it: &mut Analysis<'_, '_, '_>) {
    let blind = |c: &&Clause| {
        let needs = !matches!(
            c.duty,
            Duty::Effect(_)
                | Duty::Mandate(_)
                | Duty::Guarantee(_)
                | Duty::Respond(_)
                | Duty::Notify(_)
                | Duty::Share(_)
        ) && !matches!(&c.duty, Duty::Indicator(i) if !matches!(i.signal, Signal::Facts(_)));
        let tested = matches!(&c.duty, Duty::Deed(d) if !d.test.is_empty());
        needs && !tested && c.verified_by.is_empty()
    };
    let clauses: Vec<&Clause> = it.clauses().filter(blind).collect();
    let what = |labels: &str| format!("how {labels} would be verified is not said");
    let help = "declare means, `sensor camera \"…\" detects … within 5 km`, or write `verified by \"…\"`";
    it.of_clauses(Severity::Warning, "no-verification", &clauses, what, help);
}

/// Kinds of fact by which a clause of facts is judged.
fn kinds(what: &What) -> Vec<&str> {
    match what {
        What::Act { kinds, .. } => kinds.iter().map(String::as_str).collect(),
        What::Weapon { .. } => vec!["weapon"],
    }
}

fn sees(sensor: &Sensor, kind: &str) -> bool {
    let told = sensor.detects.is_empty() || sensor.detects.iter().any(|k| k == kind);
    told && !sensor.blind_to.iter().any(|k| k == kind)
}

fn of_clause(clause: &Clause) -> (Vec<&str>, Option<ZoneIx>) {
    match &clause.duty {
        Duty::Prohibition { what, zone, .. } => (kinds(what), *zone),
        Duty::Indicator(Indicator { signal: Signal::Facts(what), zone, .. }) => (kinds(what), *zone),
        Duty::Distance { items, .. } => {
            let mut all: Vec<&str> = items.iter().flat_map(|i| kinds(&i.what)).collect();
            all.dedup();
            (all, None)
        }
        _ => (Vec::new(), None),
    }
}

fn perceivable(it: &mut Analysis<'_, '_, '_>, clause: &Clause) {
    let (kinds, zone) = of_clause(clause);
    let named = |s: &&Sensor| clause.verified_by.is_empty() || clause.verified_by.contains(&s.name);
    let words_only = !clause.verified_by.is_empty() && !it.agreement.sensors.iter().any(|s| named(&s));
    if words_only {
        return;
    }
    let sensors: Vec<&Sensor> = it.agreement.sensors.iter().filter(named).collect();
    let unseen: Vec<&str> = kinds.iter().filter(|k| !sensors.iter().any(|s| sees(s, k))).copied().collect();
    let place = zone.and_then(|z| it.agreement.plan.zones.get(usize::from(z.0))).map(|z| z.name.clone());
    let somewhere = place.as_ref().map_or_else(|| "anywhere".to_owned(), |z| format!("in `{z}`"));
    if let Some(kind) = unseen.first() {
        let message = format!(
            "clause {} cannot be verified: no declared means perceives `{kind}` {somewhere}",
            clause.label
        );
        it.warn(
            "not-verifiable",
            at(clause),
            message,
            "declare a means that detects it, or say how it is verified",
        );
        return;
    }
    let seeing: Vec<&Sensor> = sensors.into_iter().filter(|s| kinds.iter().any(|k| sees(s, k))).collect();
    let Some(kind) = kinds.first().filter(|_| !seeing.is_empty()) else { return };
    if seeing.iter().all(|s| s.blind_at_night) {
        let message = format!(
            "clause {} cannot be verified at night: a `{kind}` {somewhere} at 02:00 is perceived by nothing declared",
            clause.label
        );
        it.warn("not-verifiable", at(clause), message, "declare a means that perceives it at night");
    }
    if let (Some(zone), Some(name)) = (zone, place) {
        uncovered(it, clause, &seeing, zone, &name);
    }
}

/// A zone that no means covers, or a band that is wider than any means reaches.
fn uncovered(it: &mut Analysis<'_, '_, '_>, clause: &Clause, seeing: &[&Sensor], zone: ZoneIx, name: &str) {
    let listed = seeing.iter().all(|s| !s.covers.is_empty());
    let covers =
        |s: &&Sensor| s.covers.iter().any(|(z, share)| *share > 0.0 && lies_in(it.agreement, zone, *z));
    if listed && !seeing.iter().any(covers) {
        let message =
            format!("clause {} cannot be verified: no declared means covers `{name}`", clause.label);
        it.note(
            "not-verifiable",
            at(clause),
            message,
            "write `covers` and the zone where the means is declared",
        );
        return;
    }
    let width_m = match it.agreement.plan.zones.get(usize::from(zone.0)).map(|z| &z.shape) {
        Some(ZoneShape::Band { from_m, to_m, .. }) => to_m - from_m,
        _ => return,
    };
    let reach_m = seeing.iter().map(|s| s.range_m.unwrap_or(f64::INFINITY)).fold(0.0, f64::max);
    let covered = seeing.iter().any(covers);
    if reach_m < width_m && !covered {
        let message = format!(
            "clause {} cannot be verified across `{name}`: {} wide, and the declared means reach {}",
            clause.label,
            crate::check::metres(width_m),
            crate::check::metres(reach_m)
        );
        it.note(
            "not-verifiable",
            at(clause),
            message,
            "say with `covers` how much of the zone the means cover together",
        );
    }
}

/// Whether one zone certainly lies in another: it is the same, or a narrower band of the same line.
fn lies_in(agreement: &Agreement, inner: ZoneIx, outer: ZoneIx) -> bool {
    let shape = |z: ZoneIx| agreement.plan.zones.get(usize::from(z.0)).map(|z| &z.shape);
    match (shape(inner), shape(outer)) {
        (
            Some(ZoneShape::Band { line, from_m, to_m, side }),
            Some(ZoneShape::Band { line: other, from_m: from, to_m: to, side: of }),
        ) => line == other && from <= from_m && to_m <= to && (of.is_none() || side == of),
        _ => inner == outer,
    }
}

/// Silence that the declared means can never verify.
fn silence(it: &mut Analysis<'_, '_, '_>, clause: &Clause, zone: ZoneIx, what: &What, coverage_min: f64) {
    let kinds = kinds(what);
    let name = it.agreement.plan.zones.get(usize::from(zone.0)).map(|z| z.name.clone()).unwrap_or_default();
    let seeing: Vec<&Sensor> =
        it.agreement.sensors.iter().filter(|s| kinds.iter().any(|k| sees(s, k))).collect();
    // Not `sum`: the sum of nothing is -0.
    let share: f64 = seeing
        .iter()
        .flat_map(|s| &s.covers)
        .filter(|(z, _)| *z == zone)
        .map(|(_, share)| *share)
        .fold(0.0, |all, share| all + share)
        .min(1.0_f64);
    let night: f64 = seeing
        .iter()
        .filter(|s| !s.blind_at_night)
        .flat_map(|s| &s.covers)
        .filter(|(z, _)| *z == zone)
        .map(|(_, share)| *share)
        .fold(0.0, |all, share| all + share)
        .min(1.0_f64);
    let (worst, when) = if night < share { (night, " at night") } else { (share, "") };
    if worst < coverage_min {
        let message = format!(
            "the silence that clause {} waits for can never be verified: {:.0} % of `{name}` is asked, the declared means cover {:.0} %{when}",
            clause.label,
            coverage_min * 100.0,
            worst * 100.0
        );
        it.warn("not-verifiable", at(clause), message, "ask for less, or declare means that cover more");
    }
}
