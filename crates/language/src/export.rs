//! The checked form of a text as JSON, for programs that are not this one. The schema is
//! `docs/agreement.schema.json`. Names are used instead of indices, moments are given as the text has them and, where
//! known, as instants.

mod duties;

use base::CivilZone;
use duties::{Exported, offset};
use serde_json::{Value, json};
use terms::agreement::{Agreement, Mandate, Offset, Rule, When};
use terms::source::Span;
use terms::{Bracket, Checked, Problem, Reading, Severity};

/// Name and version of the form.
pub const SCHEMA: &str = "truceline agreement 1";

/// The checked form with its brackets, its readings and everything `check` says. A text with errors has no readings.
#[must_use]
pub fn json(file_name: &str, checked: &Checked) -> Value {
    json!({
        "schema": SCHEMA,
        "file": file_name,
        "problems": checked.problems.iter().map(problem).collect::<Vec<_>>(),
        "brackets": checked.brackets.iter().map(bracket).collect::<Vec<_>>(),
        "readings": checked.readings.iter().map(reading).collect::<Vec<_>>(),
    })
}

fn span(span: Span) -> Value {
    json!({ "line": span.line, "column": span.column, "start": span.start, "end": span.end })
}

fn problem(problem: &Problem) -> Value {
    let severity = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    json!({
        "severity": severity, "code": problem.code, "message": problem.message, "help": problem.help,
        "article": problem.article, "span": span(problem.span),
    })
}

fn bracket(bracket: &Bracket) -> Value {
    let alternatives = bracket.alternatives.iter();
    json!({
        "label": bracket.label, "title": bracket.title, "span": span(bracket.span),
        "within": bracket.within.map(|(bracket, alternative)| json!([bracket, alternative])),
        "alternatives": alternatives
            .map(|a| json!({ "proposers": a.proposers, "text": a.text, "span": span(a.span) }))
            .collect::<Vec<_>>(),
    })
}

fn reading(reading: &Reading) -> Value {
    json!({
        "label": reading.label,
        "choice": reading.choice,
        "agreement": agreement(&reading.agreement),
    })
}

fn agreement(a: &Agreement) -> Value {
    let e = Exported { agreement: a };
    let actors = a.actors.iter().map(|x| {
        let role = match x.role {
            terms::agreement::Role::Party => "party",
            terms::agreement::Role::Guarantor => "guarantor",
            terms::agreement::Role::Body => "body",
        };
        json!({ "code": x.code, "name": x.name, "role": role, "also": x.aliases })
    });
    let weapons = a
        .weapons
        .iter()
        .map(|w| json!({ "name": w.name, "also": w.aliases, "with_calibre": w.with_calibre }));
    json!({
        "name": a.name, "title": a.title, "version": a.version, "time_zone": a.zone.name(),
        "entry_into_force": a.entry_into_force.map(|at| a.zone.rfc3339(at)),
        "instrument": instrument(a),
        "unstated_precision_m": a.unstated_precision_m,
        "actors": actors.collect::<Vec<_>>(),
        "weapons": weapons.collect::<Vec<_>>(),
        "acts": a.acts.iter().map(|x| json!({ "name": x.name, "kinds": x.kinds })).collect::<Vec<_>>(),
        "moments": a.moments.iter().map(|m| json!({
            "name": m.name, "event": m.event, "at": m.at.as_ref().map(|w| e.when(w)),
        })).collect::<Vec<_>>(),
        "units": a.units.iter().map(|u| json!({
            "name": u.name, "title": u.title, "includes": u.includes, "excludes": u.excludes,
        })).collect::<Vec<_>>(),
        "categories": a.categories.iter().map(|c| json!({
            "name": c.name, "title": c.title, "sites": e.zone(c.sites), "sites_only": c.sites_only,
        })).collect::<Vec<_>>(),
        "flows": flows(a),
        "sensors": sensors(a),
        "mandates": a.mandates.iter().map(|m| mandate(&e, m)).collect::<Vec<_>>(),
        "lines": lines(a),
        "zones": a.plan.zones.iter().map(|z| e.zone_plan(z)).collect::<Vec<_>>(),
        "references": a.references.iter().map(|(who, line)| json!({
            "party": e.actor(*who), "line": e.line(*line),
        })).collect::<Vec<_>>(),
        "clauses": a.clauses.iter().map(|c| e.clause(c)).collect::<Vec<_>>(),
    })
}

fn instrument(a: &Agreement) -> Value {
    let e = Exported { agreement: a };
    let i = &a.instrument;
    json!({
        "status": i.status.map(|s| s.words()),
        "adherence": i.adherence.iter().map(|x| json!({
            "actor": e.actor(x.actor), "act": x.act.words(), "at": x.at.map(|at| a.zone.rfc3339(at)),
        })).collect::<Vec<_>>(),
        "reservations": i.reservations.iter().map(|r| json!({
            "actor": e.actor(r.actor), "clauses": r.clauses, "words": r.words,
        })).collect::<Vec<_>>(),
        "relations": i.relations.iter().map(|r| json!({ "kind": r.kind.words(), "other": r.other }))
            .collect::<Vec<_>>(),
    })
}

fn flows(a: &Agreement) -> Vec<Value> {
    let basis = |f: &terms::agreement::Flow| match f.basis {
        Some(terms::agreement::Basis::Net) => Some("net"),
        Some(terms::agreement::Basis::Gross) => Some("gross"),
        None => None,
    };
    let one = |f: &terms::agreement::Flow| {
        json!({
            "name": f.name, "title": f.title, "basis": basis(f), "unit": f.unit, "measured_at": f.measured_at,
        })
    };
    a.flows.iter().map(one).collect()
}

fn sensors(a: &Agreement) -> Vec<Value> {
    let e = Exported { agreement: a };
    let one = |s: &terms::agreement::Sensor| {
        let covers = s.covers.iter().map(|(z, share)| json!({ "zone": e.zone(Some(*z)), "share": share }));
        json!({
            "name": s.name, "title": s.title, "detects": s.detects, "blind_to": s.blind_to,
            "blind_at_night": s.blind_at_night, "range_m": s.range_m, "covers": covers.collect::<Vec<_>>(),
        })
    };
    a.sensors.iter().map(one).collect()
}

fn mandate(e: &Exported<'_>, m: &Mandate) -> Value {
    let rule = m.rule.map(|rule| match rule {
        Rule::Chair => json!("chair"),
        Rule::Consensus => json!("consensus"),
        Rule::Unanimity => json!("unanimity"),
        Rule::Majority => json!("majority"),
        Rule::Silence(ms) => json!({ "silence_ms": ms }),
        Rule::EachForItself => json!("each for itself"),
    });
    json!({
        "body": e.actor(m.body), "clause": m.clause, "powers": m.powers.iter().map(|p| p.word()).collect::<Vec<_>>(),
        "decides_nothing": m.decides_nothing, "rule": rule, "quorum": m.quorum, "standard": m.standard,
        "members": m.members, "absence_noted": m.absence_noted, "within_ms": m.within_ms,
    })
}

fn lines(a: &Agreement) -> Vec<Value> {
    let one = |l: &atlas::plan::LinePlan| {
        json!({
            "name": l.name, "file": l.geometry.path, "layer": l.geometry.layer, "tolerance_m": l.tolerance_m,
            "left": l.left, "right": l.right,
        })
    };
    a.plan.lines.iter().map(one).collect()
}

/// A moment as the text has it, and its instant where that is known.
pub(crate) fn moment(a: &Agreement, when: &When) -> Value {
    let zone: &CivilZone = &a.zone;
    let (from, after) = match when {
        When::At(_) => (json!("date"), json!({})),
        When::Entry => (json!("entry into force"), json!({})),
        When::EntryPlusDays(n) => (json!("entry into force"), offset(Offset::Days(*n))),
        When::DayAfterEntry(n) => (json!("entry into force"), offset(Offset::WholeDays(*n))),
        When::EntryPlusMs(n) => (json!("entry into force"), offset(Offset::Ms(*n))),
        When::EntryPlusMonths(n) => (json!("entry into force"), offset(Offset::Months(*n))),
        When::After(m, o) => {
            let name = a.moments.get(usize::from(m.0)).map(|m| m.name.clone());
            (json!({ "moment": name }), offset(*o))
        }
        When::Then(o) => (json!("precondition"), offset(*o)),
    };
    json!({ "from": from, "after": after, "at": a.resolve_when(when).map(|at| zone.rfc3339(at)) })
}
