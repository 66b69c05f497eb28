//! Records that cannot be right as they stand: a declaration that contradicts itself, a meter that ran backwards, main
//! and check meters that differ. Nothing is mended here: they are named, and what rests on them is left open.

use base::{Instant, Interval};
use evidence::records::{FigureBasis, MeterBasis, MeterStatus, Record, Recorded};
use serde::Serialize;
use std::collections::BTreeMap;
use terms::Agreement;
use terms::agreement::{Basis, Flow};

/// What cannot be right about a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Odd {
    /// Its id.
    pub record: String,
    /// What, in words.
    pub what: String,
}

/// A second meter beside one of the text's. Its readings are recorded under a flow of their own (`plant, check`), so
/// that they are compared and never added.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckMeter {
    /// The main meter, as its readings name it.
    pub main: String,
    /// The check meter, as its readings name it.
    pub check: String,
    /// How far they may differ, percent of the main meter's value; beyond it neither is taken for right.
    pub tolerance_pct: f64,
}

/// The records that are known at `now`: of several reports of one id, the latest. One that does not say when it was
/// reported was not before what it is about was over.
#[must_use]
pub fn current(records: &[Record], now: Instant) -> Vec<&Record> {
    let mut latest: BTreeMap<&str, &Record> = BTreeMap::new();
    let since = |r: &Record| {
        r.reported.or(match r.what {
            Recorded::Reading { .. } | Recorded::Delivery { .. } => r.until.or(r.from),
            _ => r.at.map(|i| i.start).or(r.from),
        })
    };
    for record in records.iter().filter(|r| since(r).is_none_or(|at| at <= now)) {
        let entry = latest.entry(record.id.as_str()).or_insert(record);
        if record.reported >= entry.reported {
            *entry = record;
        }
    }
    latest.into_values().collect()
}

/// What cannot be right among these records, by id.
#[must_use]
pub fn odd_records(agreement: &Agreement, records: &[&Record], now: Instant) -> Vec<Odd> {
    let mut out: Vec<Odd> = Vec::new();
    for record in records.iter().filter(|r| r.at.is_none_or(|at| at.start <= now)) {
        let found = match &record.what {
            Recorded::Declaration { figure, doubt, .. } => declaration(*figure, *doubt),
            Recorded::Reading { flow, value, doubt, status, basis, .. } => {
                let of_text = flow_of(agreement, flow);
                reading(record, *value, *doubt, *status, basis_of(of_text, *basis))
            }
            Recorded::Delivery { value, .. } if !value.is_finite() || *value < 0.0 => {
                Some("a delivery below zero, or no number")
            }
            Recorded::Visit { count: Some(count), .. } if !count.is_finite() || *count < 0.0 => {
                Some("a count below zero, or no number")
            }
            _ => None,
        };
        out.extend(found.map(|what| Odd { record: record.id.clone(), what: what.to_owned() }));
    }
    out.extend(contradictions(agreement, records, now));
    out.sort();
    out.dedup();
    out
}

fn declaration(figure: f64, doubt: f64) -> Option<&'static str> {
    if !figure.is_finite() || figure < 0.0 {
        return Some("a figure below zero, or no number");
    }
    (!doubt.is_finite() || doubt < 0.0).then_some("a doubt below zero, or no number")
}

fn reading(
    record: &Record,
    value: Option<f64>,
    doubt: f64,
    status: MeterStatus,
    gross: bool,
) -> Option<&'static str> {
    if record.period().is_some_and(|p| p.end <= p.start) {
        return Some("its period ends before it begins");
    }
    if value.is_some_and(|v| !v.is_finite()) || !doubt.is_finite() || doubt < 0.0 {
        return Some("a value or doubt that is no number");
    }
    if status == MeterStatus::Measured && value.is_none() {
        return Some("it is said to be measured, and has no value");
    }
    // Net of own use a plant may take more than it gives; before own use nothing can flow back.
    (gross && value.is_some_and(|v| v < 0.0)).then_some("the meter of a gross flow ran backwards")
}

fn flow_of<'a>(agreement: &'a Agreement, word: &str) -> Option<&'a Flow> {
    let same = |a: &str| a.trim().eq_ignore_ascii_case(word.trim());
    agreement.flows.iter().find(|f| same(&f.name) || (!f.title.is_empty() && same(&f.title)))
}

fn basis_of(flow: Option<&Flow>, stated: Option<MeterBasis>) -> bool {
    match stated {
        Some(basis) => basis == MeterBasis::Gross,
        None => flow.is_some_and(|f| f.basis == Some(Basis::Gross)),
    }
}

/// One party's word of one thing as of one moment, on one basis and of one place, in two figures.
fn contradictions(agreement: &Agreement, records: &[&Record], now: Instant) -> Vec<Odd> {
    type Key<'a> = (Option<terms::agreement::ActorIx>, String, FigureBasis, Option<Interval>, &'a str);
    let mut groups: BTreeMap<Key<'_>, Vec<(&str, f64)>> = BTreeMap::new();
    for record in records.iter().filter(|r| r.at.is_none_or(|at| at.start <= now)) {
        let Recorded::Declaration { party, subject, figure, basis, .. } = &record.what else { continue };
        let actor = agreement.resolve_actor_word(party);
        let key = (actor, subject.trim().to_lowercase(), *basis, record.at, record.place.as_str());
        groups.entry(key).or_default().push((&record.id, *figure));
    }
    let mut out = Vec::new();
    for group in groups.into_values() {
        let first = group.first().map(|(_, f)| f.to_bits());
        if group.iter().all(|(_, f)| Some(f.to_bits()) == first) {
            continue;
        }
        let ids: Vec<&str> = group.iter().map(|(id, _)| *id).collect();
        let what = format!("figures as of one moment that contradict each other: {}", ids.join(", "));
        out.extend(ids.iter().map(|id| Odd { record: (*id).to_owned(), what: what.clone() }));
    }
    out
}

/// What check meters say against the readings of a period: nothing, where they agree.
#[must_use]
pub fn check(
    flow: &Flow,
    period: Interval,
    readings: &[&Record],
    records: &[&Record],
    meters: &[CheckMeter],
) -> Vec<String> {
    let mut out = Vec::new();
    let of_flow = |m: &&CheckMeter| flow.measured_at.iter().any(|name| same(name, &m.main));
    for meter in meters.iter().filter(of_flow) {
        let main = sum(readings, &meter.main, period);
        let check = sum(records, &meter.check, period);
        match (main, check) {
            (Some((main, doubt)), Some((check, other))) => {
                let allowed = meter.tolerance_pct.abs() / 100.0 * main.abs() + doubt + other;
                if (main - check).abs() > allowed {
                    let (a, b) = (&meter.main, &meter.check);
                    out.push(format!("main and check meters differ: {main} by `{a}`, {check} by `{b}`"));
                }
            }
            (Some(_), None) => {
                out.push(format!("the check meter `{}` has no reading of this period", meter.check));
            }
            (None, _) => {}
        }
    }
    out
}

fn same(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

/// The sum of one meter's readings within a period, with its doubt; `None`: it has none.
fn sum(records: &[&Record], name: &str, period: Interval) -> Option<(f64, f64)> {
    let mut out: Option<(f64, f64)> = None;
    for record in records {
        let Recorded::Reading { meter, value: Some(value), doubt, .. } = &record.what else { continue };
        if same(meter, name) && record.period().is_some_and(|p| period.covers(p)) {
            let (total, all) = out.unwrap_or_default();
            out = Some((total + value, all + doubt));
        }
    }
    out
}
