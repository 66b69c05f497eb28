//! 4: shares of a metered flow, by civil period. Where nothing flowed, or the plant took more than it gave, there is
//! nothing to share: that is neither kept nor breached.

use super::context::{Context, Gate};
use super::moments::same;
use super::{Instance, Lack, StandingFinding, StandingOutcome, Value, number, periods};
use base::time::HOUR_MS;
use base::{Instant, Interval};
use evidence::records::{MeterBasis, MeterStatus, Record, Recorded};
use std::collections::BTreeMap;
use terms::agreement::{Basis, Flow, Share};

/// Shares of a flow nearer than this are equal: rounding, not imbalance.
const EQUAL_SHARE: f64 = 1e-9;

/// Hours to milliseconds, for power times time.
fn hours(of: Interval) -> f64 {
    of.end.0.saturating_sub(of.start.0) as f64 / HOUR_MS as f64
}

/// One flow's records within one period.
struct Metered<'a> {
    total: f64,
    doubt: f64,
    records: Vec<&'a Record>,
    lacks: Vec<Lack>,
}

pub(super) fn evaluate(context: &Context<'_>, ix: usize, gate: &Gate, duty: &Share) -> Vec<StandingFinding> {
    let Some(flow) = context.agreement().flows.get(usize::from(duty.flow.0)) else { return Vec::new() };
    let periods = match duty.per {
        Some(per) => periods::between(gate.from, gate.as_of, per, context.zone()),
        None => vec![Interval { start: gate.from, end: gate.as_of }],
    };
    let whole = periods.len();
    let records = Ledger::of(context, flow);
    let mut out = Vec::new();
    let mut silent: Option<Interval> = None;
    for period in periods {
        // Before the clause binds nothing is shared under it.
        let period = Interval { start: period.start.max(gate.from), end: period.end };
        let over = period.end <= gate.as_of;
        if over && records.within(period).is_empty() {
            silent = Some(silent.map_or(period, |s| Interval { start: s.start, end: period.end }));
            continue;
        }
        out.extend(silent.take().map(|s| no_reading(context, ix, duty, s)));
        let over = over || duty.per.is_none();
        out.push(settle(context, ix, duty, flow, (period, &records.within(period)), over));
    }
    out.extend(silent.map(|s| no_reading(context, ix, duty, s)));
    if whole >= periods::PERIODS_MAX {
        let instance = Instance { name: "later".to_owned(), actor: None, period: None };
        let words = format!("only the first {} periods are settled", periods::PERIODS_MAX);
        let finding = StandingFinding::new(ix, instance, StandingOutcome::Undetermined, "");
        out.push(finding.lacking("too_many_periods", words));
    }
    out
}

/// The records of one flow, in order of the beginning of their periods.
struct Ledger<'a> {
    records: Vec<(Interval, &'a Record)>,
    longest_ms: i64,
}

impl<'a> Ledger<'a> {
    fn of(context: &Context<'a>, flow: &Flow) -> Ledger<'a> {
        let about = |r: &&&'a Record| match &r.what {
            Recorded::Reading { flow: word, .. } | Recorded::Delivery { flow: word, .. } => {
                is_flow(flow, word)
            }
            _ => false,
        };
        let of_flow = context.records.iter().filter(about);
        let mut records: Vec<(Interval, &'a Record)> =
            of_flow.filter_map(|r| Some((r.period()?, *r))).collect();
        records.sort_by_key(|(period, r)| (*period, r.id.as_str()));
        let lengths = records.iter().map(|(p, _)| p.end.0.saturating_sub(p.start.0));
        Ledger { longest_ms: lengths.max().unwrap_or(0), records }
    }

    /// Those that share a moment with the period.
    fn within(&self, period: Interval) -> Vec<(Interval, &'a Record)> {
        let earliest = period.start.0.saturating_sub(self.longest_ms);
        let from = self.records.partition_point(|(p, _)| p.start.0 < earliest);
        let later = self.records.get(from..).unwrap_or_default().iter();
        let near = later.take_while(|(p, _)| p.start < period.end);
        near.filter(|(p, _)| period.start < p.end).copied().collect()
    }
}

fn name_of(context: &Context<'_>, duty: &Share, period: Interval) -> String {
    match duty.per {
        Some(per) => periods::name(period, per, context.zone()),
        None => "all".to_owned(),
    }
}

fn no_reading(context: &Context<'_>, ix: usize, duty: &Share, period: Interval) -> StandingFinding {
    let first = name_of(context, duty, period);
    let last =
        name_of(context, duty, Interval { start: Instant(period.end.0.saturating_sub(1)), end: period.end });
    let name = if first == last { first } else { format!("{first} to {last}") };
    let instance = Instance { name, actor: None, period: Some(period) };
    StandingFinding::new(ix, instance, StandingOutcome::Undetermined, "")
        .lacking("readings", "no reading of the flow is on record")
}

fn is_flow(flow: &Flow, word: &str) -> bool {
    same(&flow.name, word) || (!flow.title.is_empty() && same(&flow.title, word))
}

/// How a value in `unit` over `over` counts in the flow's own unit; `None`: the units do not convert.
fn in_unit(value: f64, unit: &str, over: Interval, wanted: &str) -> Option<f64> {
    const SCALES: [(&str, f64); 3] = [("k", 1e-3), ("M", 1.0), ("G", 1e3)];
    let unit = unit.trim();
    if wanted.is_empty() || unit.is_empty() || same(unit, wanted) {
        return Some(value);
    }
    let scale = |u: &str, suffix: &str| {
        SCALES.iter().find(|(prefix, _)| format!("{prefix}{suffix}").eq_ignore_ascii_case(u)).map(|(_, s)| *s)
    };
    let energy = scale(unit, "Wh").map(|s| value * s);
    let energy = energy.or_else(|| scale(unit, "W").map(|s| value * s * hours(over)))?;
    scale(wanted, "Wh").map(|s| energy / s)
}

/// The unit in which a flow is summed.
fn unit_of(flow: &Flow) -> &str {
    if flow.unit.is_empty() { "" } else { &flow.unit }
}

fn metered<'c>(
    context: &Context<'c>,
    flow: &Flow,
    period: Interval,
    records: &[(Interval, &'c Record)],
) -> Metered<'c> {
    let mut out = Metered { total: 0.0, doubt: 0.0, records: Vec::new(), lacks: Vec::new() };
    let mut covered: BTreeMap<String, Vec<Interval>> = BTreeMap::new();
    for meter in flow.measured_at.iter().filter(|_| flow.measured_at.len() > 1) {
        covered.insert(meter.to_lowercase(), Vec::new());
    }
    for (over, record) in records {
        let over = *over;
        let Recorded::Reading { meter, value, doubt, unit, status, basis, .. } = &record.what else {
            continue;
        };
        let times = covered.entry(meter.trim().to_lowercase()).or_default();
        out.records.push(record);
        if *status == MeterStatus::Missing {
            continue;
        }
        if !period.covers(over) {
            lack(
                &mut out.lacks,
                "reading_straddles",
                format!("reading {} reaches beyond the period", record.id),
            );
            continue;
        }
        if times.iter().any(|t| t.start < over.end && over.start < t.end) {
            lack(
                &mut out.lacks,
                "readings_overlap",
                format!("reading {} overlaps another of its meter", record.id),
            );
            continue;
        }
        times.push(over);
        check_basis(flow, *basis, &mut out.lacks);
        let convert = |v: f64| in_unit(v, unit, over, unit_of(flow));
        match (value.and_then(convert), convert(*doubt)) {
            (Some(value), Some(doubt)) => {
                out.total += value;
                out.doubt += doubt;
            }
            _ => lack(&mut out.lacks, "unit", format!("reading {} is in `{unit}`", record.id)),
        }
    }
    gaps(context, period, covered, &mut out.lacks);
    out
}

fn lack(lacks: &mut Vec<Lack>, code: &'static str, words: String) {
    lacks.push(Lack { code, words });
}

fn check_basis(flow: &Flow, basis: Option<MeterBasis>, lacks: &mut Vec<Lack>) {
    let words = match (flow.basis, basis) {
        (Some(Basis::Net), Some(MeterBasis::Net)) | (Some(Basis::Gross), Some(MeterBasis::Gross)) => return,
        (None, _) => "the text does not say whether the flow is net or gross",
        (Some(_), None) => "a reading does not say whether it is net or gross",
        (Some(_), Some(_)) => "a reading is gross where the text has net, or net where it has gross",
    };
    lack(lacks, "net_or_gross", words.to_owned());
}

/// What no reading of a meter covers.
fn gaps(
    context: &Context<'_>,
    period: Interval,
    covered: BTreeMap<String, Vec<Interval>>,
    lacks: &mut Vec<Lack>,
) {
    if covered.is_empty() {
        lack(lacks, "readings", "no reading of the flow is on record".to_owned());
    }
    for (meter, mut times) in covered {
        times.sort();
        let mut reached = period.start;
        for time in times {
            if time.start > reached {
                lack(lacks, "readings", gap_words(context, &meter, reached, time.start));
            }
            reached = reached.max(time.end);
        }
        if reached < period.end {
            lack(lacks, "readings", gap_words(context, &meter, reached, period.end));
        }
    }
}

fn gap_words(context: &Context<'_>, meter: &str, from: Instant, to: Instant) -> String {
    let meter = if meter.is_empty() { String::new() } else { format!(" of `{meter}`") };
    format!("no reading{meter} from {} to {}", context.show(from), context.show(to))
}

fn settle(
    context: &Context<'_>,
    ix: usize,
    duty: &Share,
    flow: &Flow,
    (period, records): (Interval, &[(Interval, &Record)]),
    over: bool,
) -> StandingFinding {
    let instance = Instance { name: name_of(context, duty, period), actor: None, period: Some(period) };
    if !over {
        return StandingFinding::new(ix, instance, StandingOutcome::UnderWay, "")
            .because(format!("the period ends at {}", context.show(period.end)));
    }
    let metered = metered(context, flow, period, records);
    let unit = unit_of(flow).to_owned();
    let mut finding = StandingFinding::new(ix, instance, StandingOutcome::Undetermined, "")
        .with("flow", "", Value::Number(metered.total, unit.clone()))
        .because(format!("{} {unit} metered", number(metered.total)));
    finding.records.extend(metered.records.iter().map(|r| r.id.clone()));
    if duty.per.is_none() {
        finding.lacks("period_not_said", "the text does not say over which period the flow is settled");
    }
    if !metered.lacks.is_empty() {
        finding.missing.extend(metered.lacks);
        return finding;
    }
    if metered.total + metered.doubt <= 0.0 {
        finding.becomes(StandingOutcome::NotApplicable, "nothing to share");
        finding =
            finding.lacking("nothing_to_share", "the flow is zero or negative: there is nothing to share");
        if !duty.nothing_at_zero {
            let words = "the text does not say what holds when the flow is zero or negative";
            finding = finding.lacking("zero_not_said", words);
        }
        return finding;
    }
    if metered.total - metered.doubt <= 0.0 {
        return finding.lacking("figure_doubt", "whether anything flowed lies within the meters' doubt");
    }
    deliveries(context, duty, flow, (period, records), &metered, finding)
}

fn deliveries(
    context: &Context<'_>,
    duty: &Share,
    flow: &Flow,
    (period, records): (Interval, &[(Interval, &Record)]),
    metered: &Metered<'_>,
    mut finding: StandingFinding,
) -> StandingFinding {
    let unit = unit_of(flow).to_owned();
    let mut worst = 0.0_f64;
    let mut complete = true;
    for (actor, percent) in &duty.shares {
        let code = context.code(*actor);
        let entitlement = metered.total * percent / 100.0;
        finding = finding.with("entitlement", code.clone(), Value::Number(entitlement, unit.clone()));
        let (mut delivered, mut ceded, mut any) = (0.0, 0.0, false);
        for (over, record) in records {
            let Recorded::Delivery { actor: who, value, unit: of, ceded: left, .. } = &record.what else {
                continue;
            };
            if !context.is(who, *actor) {
                continue;
            }
            if !period.covers(*over) {
                let words = format!("delivery {} reaches beyond the period", record.id);
                finding = finding.lacking("delivery_straddles", words);
                continue;
            }
            finding = finding.resting_on(record);
            match in_unit(*value, of, *over, unit_of(flow)) {
                Some(value) if *left => ceded += value,
                Some(value) => delivered += value,
                None => finding = finding.lacking("unit", format!("delivery {} is in `{of}`", record.id)),
            }
            any = true;
        }
        if !any {
            complete = false;
            finding = finding
                .lacking("delivery", format!("what {} received is not on record", context.name(*actor)));
            continue;
        }
        let imbalance = delivered + ceded - entitlement;
        worst = worst.max(imbalance.abs());
        finding = finding
            .with("delivered", code.clone(), Value::Number(delivered, unit.clone()))
            .with("ceded", code.clone(), Value::Number(ceded, unit.clone()))
            .with("imbalance", code, Value::Number(imbalance, unit.clone()))
            .because(format!(
                "{}: entitled to {}, received {}, ceded {}",
                context.name(*actor),
                number(entitlement),
                number(delivered),
                number(ceded)
            ));
    }
    if complete && finding.missing.is_empty() { judge(duty, metered, worst, finding) } else { finding }
}

fn judge(duty: &Share, metered: &Metered<'_>, worst: f64, mut finding: StandingFinding) -> StandingFinding {
    let allowed = duty.tolerance_pct.unwrap_or(0.0) / 100.0 * metered.total + EQUAL_SHARE * metered.total;
    if worst + metered.doubt <= allowed || worst <= EQUAL_SHARE * metered.total {
        finding.outcome = StandingOutcome::Kept;
    } else if worst - metered.doubt <= allowed {
        finding = finding.lacking("figure_doubt", "the imbalance lies within the meters' doubt");
    } else if duty.tolerance_pct.is_none() {
        finding =
            finding.lacking("tolerance_not_said", "the text does not say how far a delivery may be off");
    } else {
        finding.becomes(StandingOutcome::Breached, "unbalanced");
        finding.since = finding.instance.period.map(|p| p.end);
    }
    finding
}
