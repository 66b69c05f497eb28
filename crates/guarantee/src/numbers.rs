//! Obligations by number, as tables that lead down to the records: ceilings and floors beside what was declared,
//! estimated and inspected; visits; quotas of inspections; shares of a metered flow by settlement period. They are
//! judged elsewhere (`findings::standing`); here they are laid out, and records that cannot be right are named: what
//! rests on one is shown as undetermined, with what is wrong. These rows are what interfaces show.

mod odd;

pub use odd::{CheckMeter, Odd, check, odd_records};

use base::Instant;
use evidence::records::{Record, Recorded};
use findings::standing::{Part, StandingFinding, Value};
use findings::{StandingOutcome, Version};
use serde::Serialize;
use std::collections::BTreeMap;
use terms::agreement::{Agreement, Amount, Counted, Duty, Limit, Quota, Share, What};

use crate::limits::ROWS_MAX;
use crate::words::State;

/// A figure as one basis has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figured {
    /// `declared`, `estimated` or `inspected`.
    pub basis: String,
    /// How many.
    pub figure: f64,
    /// How far it lies on the side that is allowed; below zero: beyond it.
    pub margin: Option<f64>,
}

/// How a figure stands by one way to read it: `as a cap`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReadAs {
    /// Which way.
    pub way: String,
    /// Whether the clause is kept so read.
    pub kept: State,
}

/// What every row has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Label of the clause.
    pub clause: String,
    /// Whose, by code; empty: nobody's alone.
    pub actor: String,
    /// `kept`, `breached`, `undetermined`, …: as judged, or `undetermined` where a record it rests on cannot be right.
    pub outcome: String,
    /// The word for it: `again missing`, `nothing to share`; may be empty.
    pub word: String,
    /// Since when, milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// Why.
    pub reasons: Vec<String>,
    /// What is missing.
    pub missing: Vec<String>,
    /// The records that it rests on.
    pub records: Vec<RecordRow>,
}

/// A record, for drilling down.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordRow {
    /// Its id.
    pub id: String,
    /// What it is: `declaration`, `visit`, `reading`.
    pub kind: &'static str,
    /// When, milliseconds since 1970: its moment, or the beginning of its period.
    pub at_ms: Option<i64>,
    /// The end of its period, milliseconds since 1970.
    pub until_ms: Option<i64>,
    /// What it says, in words and figures.
    pub says: String,
    /// What cannot be right about it; empty: nothing is known to be wrong.
    pub odd: Vec<String>,
}

/// A ceiling, floor or level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LimitRow {
    /// What every row has.
    #[serde(flatten)]
    pub row: Row,
    /// What is counted.
    pub counted: String,
    /// The amount, in words: `at most 800000`.
    pub amount: String,
    /// While what, in the words of the text; empty: always.
    pub holds_while: String,
    /// Figures by basis.
    pub figures: Vec<Figured>,
    /// Ways to read it, where the text leaves them open.
    pub read_as: Vec<ReadAs>,
}

/// One visit to a site.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VisitRow {
    /// What every row has.
    #[serde(flatten)]
    pub row: Row,
    /// How many were counted; `None`: none could be, which is neither presence nor absence.
    pub counted: Option<f64>,
    /// Serial numbers seen before and missing then, each with since when, milliseconds since 1970.
    pub serials_missing: Vec<(String, i64)>,
}

/// One request under a quota of inspections, or for access.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AccessRow {
    /// What every row has.
    #[serde(flatten)]
    pub row: Row,
    /// How many have to be accepted, in words; empty: the text sets no quota.
    pub quota: String,
    /// How long it took, or how late it is, milliseconds.
    pub took_ms: Option<i64>,
}

/// One notice that has to be passed on, level by level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NoticeRow {
    /// What every row has.
    #[serde(flatten)]
    pub row: Row,
    /// The first level at which it is not on record as far as the text asks; empty: there is none.
    pub defect_at: String,
    /// What the text asks it to state, and it does not.
    pub not_stated: Vec<String>,
}

/// One actor's part of a settlement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartOf {
    /// Whose, by code.
    pub actor: String,
    /// Its share, percent.
    pub percent: f64,
    /// What it is entitled to.
    pub entitlement: Option<f64>,
    /// What it received.
    pub delivered: Option<f64>,
    /// What it was entitled to and left to another.
    pub ceded: Option<f64>,
    /// Received and ceded, less the entitlement.
    pub imbalance: Option<f64>,
}

/// One settlement period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShareRow {
    /// What every row has.
    #[serde(flatten)]
    pub row: Row,
    /// The period's name: `2026-03`.
    pub period: String,
    /// It, milliseconds since 1970: from and until.
    pub period_ms: Option<(i64, i64)>,
    /// What was metered; `None`: nothing is known of it.
    pub flow: Option<f64>,
    /// Whether readings are missing, so that the flow is not the whole.
    pub in_part: bool,
    /// The unit.
    pub unit: String,
    /// By actor.
    pub parts: Vec<PartOf>,
    /// How many readings were put in the place of missing ones by an agreed rule.
    pub estimated: usize,
}

/// All tables of one text.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Numbers {
    /// Label of the text.
    pub text: String,
    /// Ceilings, floors and levels.
    pub limits: Vec<LimitRow>,
    /// Visits.
    pub visits: Vec<VisitRow>,
    /// Inspections asked for.
    pub access: Vec<AccessRow>,
    /// Shares.
    pub shares: Vec<ShareRow>,
    /// Notices.
    pub notices: Vec<NoticeRow>,
    /// Records that cannot be right, whether a row rests on them or not.
    pub odd: Vec<Odd>,
    /// Rows that were left out because there are too many.
    pub left_out: usize,
}

/// The tables of a text as of `now`, with the check meters that stand beside its own.
#[must_use]
pub fn numbers(
    version: &Version,
    standing: &[StandingFinding],
    records: &[Record],
    meters: &[CheckMeter],
    now: Instant,
) -> Numbers {
    let current = odd::current(records, now);
    let odd = odd_records(&version.agreement, &current, now);
    let ledger = Ledger { agreement: &version.agreement, records: &current, odd: &odd };
    let mut out = Numbers { text: version.label.clone(), ..Numbers::default() };
    let mut rows = 0;
    for found in standing {
        let Some(clause) = version.agreement.clauses.get(found.clause) else { continue };
        let is_row =
            matches!(clause.duty, Duty::Limit(_) | Duty::Access(_) | Duty::Share(_) | Duty::Notify(_));
        rows += usize::from(is_row);
        if is_row && rows > ROWS_MAX {
            out.left_out += 1;
            continue;
        }
        match &clause.duty {
            Duty::Limit(_) if is_of_visit(found) => out.visits.push(ledger.visit(&clause.label, found)),
            Duty::Limit(duty) => out.limits.push(ledger.limit(duty, &clause.label, found)),
            Duty::Notify(_) => out.notices.push(ledger.notice(&clause.label, found)),
            Duty::Access(duty) => out.access.push(ledger.access(duty.quota, &clause.label, found)),
            Duty::Share(duty) => out.shares.push(ledger.share(duty, &clause.label, found, meters)),
            _ => {}
        }
    }
    out.odd = odd;
    out
}

/// A finding of a limit that is of one visit is named after its record; that of the whole after the actor alone.
fn is_of_visit(found: &StandingFinding) -> bool {
    found.instance.name.contains(' ')
}

struct Ledger<'a> {
    agreement: &'a Agreement,
    records: &'a [&'a Record],
    odd: &'a [Odd],
}

impl Ledger<'_> {
    fn row(&self, label: &str, found: &StandingFinding) -> Row {
        let code = |a| self.agreement.actor(a).map_or_else(String::new, |a| a.code.clone());
        let records: Vec<RecordRow> = found
            .records
            .iter()
            .filter_map(|id| self.records.iter().find(|r| r.id == *id))
            .map(|r| self.record(r))
            .collect();
        let mut row = Row {
            clause: label.to_owned(),
            actor: found.instance.actor.map_or_else(String::new, code),
            outcome: found.outcome.name().to_owned(),
            word: found.state.to_owned(),
            since_ms: found.since.map(|s| s.0),
            reasons: found.reasons.clone(),
            missing: found.missing.iter().map(|l| l.words.clone()).collect(),
            records: Vec::new(),
        };
        let odd: Vec<String> = records.iter().flat_map(|r| r.odd.iter().cloned()).collect();
        doubt(&mut row, odd);
        row.records = records;
        row
    }

    fn record(&self, record: &Record) -> RecordRow {
        let odd = self.odd.iter().filter(|o| o.record == record.id).map(|o| o.what.clone());
        RecordRow {
            id: record.id.clone(),
            kind: record.what.name(),
            at_ms: record.at.map(|i| i.start.0).or(record.from.map(|f| f.0)),
            until_ms: record.until.map(|u| u.0),
            says: says(record),
            odd: odd.collect(),
        }
    }

    fn limit(&self, duty: &Limit, label: &str, found: &StandingFinding) -> LimitRow {
        let figure = |name: &'static str| found.figures.iter().filter(move |f| f.name == name);
        let number = |value: &Value| match value {
            Value::Number(n, _) => Some(*n),
            _ => None,
        };
        let figures = figure("figure").filter_map(|f| {
            let margin = figure("margin").find(|m| m.of == f.of).and_then(|m| number(&m.value));
            // Of a level it is not said which side is allowed.
            let margin = margin.filter(|_| !matches!(duty.amount, Amount::Level(_)));
            Some(Figured { basis: f.of.clone(), figure: number(&f.value)?, margin })
        });
        let read = |p: &Part| ReadAs { way: p.name.clone(), kept: p.truth.into() };
        LimitRow {
            figures: figures.collect(),
            counted: counted(self.agreement, duty),
            amount: amount(duty.amount),
            holds_while: duty.while_words.clone(),
            read_as: found.parts.iter().map(read).collect(),
            row: self.row(label, found),
        }
    }

    fn visit(&self, label: &str, found: &StandingFinding) -> VisitRow {
        let counted = match found.figure("figure", "inspected") {
            Some(Value::Number(n, _)) => Some(*n),
            _ => None,
        };
        let serials = found.figures.iter().filter(|f| f.name == "serial_missing_since");
        let serials = serials.filter_map(|f| match f.value {
            Value::Moment(at) => Some((f.of.clone(), at.0)),
            _ => None,
        });
        VisitRow { counted, serials_missing: serials.collect(), row: self.row(label, found) }
    }

    fn notice(&self, label: &str, found: &StandingFinding) -> NoticeRow {
        let defect_at = match found.figure("defect_at", "") {
            Some(Value::Words(level)) => level.clone(),
            _ => String::new(),
        };
        let not_stated = found.figures.iter().filter(|f| f.name == "field").map(|f| f.of.clone());
        NoticeRow { defect_at, not_stated: not_stated.collect(), row: self.row(label, found) }
    }

    fn access(&self, quota: Option<Quota>, label: &str, found: &StandingFinding) -> AccessRow {
        let lasts = |name: &str| match found.figure(name, "") {
            Some(Value::LastsMs(ms)) => Some(*ms),
            _ => None,
        };
        AccessRow {
            quota: quota.map_or_else(String::new, |q| format!("{} in each {}", q.times, q.per.word())),
            took_ms: lasts("took").or(lasts("delay")),
            row: self.row(label, found),
        }
    }

    fn share(&self, duty: &Share, label: &str, found: &StandingFinding, meters: &[CheckMeter]) -> ShareRow {
        let mut row = self.row(label, found);
        let flow = self.agreement.flows.get(usize::from(duty.flow.0));
        let number = |name: &str, of: &str| match found.figure(name, of) {
            Some(Value::Number(n, _)) => Some(*n),
            _ => None,
        };
        let readings: Vec<&Record> = self
            .records
            .iter()
            .copied()
            .filter(|r| found.records.contains(&r.id) && matches!(r.what, Recorded::Reading { .. }))
            .collect();
        let period = found.instance.period;
        if let (Some(flow), Some(period)) = (flow, period) {
            doubt(&mut row, check(flow, period, &readings, self.records, meters));
        }
        let in_part = found.missing.iter().any(|l| l.code == "readings");
        let estimated = |r: &&&Record| {
            matches!(r.what, Recorded::Reading { status: evidence::records::MeterStatus::Estimated, .. })
        };
        let part = |(actor, percent): &(terms::agreement::ActorIx, f64)| {
            let code = self.agreement.actor(*actor).map_or_else(String::new, |a| a.code.clone());
            PartOf {
                entitlement: number("entitlement", &code),
                delivered: number("delivered", &code),
                ceded: number("ceded", &code),
                imbalance: number("imbalance", &code),
                percent: *percent,
                actor: code,
            }
        };
        let parts = duty.shares.iter().map(part).collect();
        ShareRow {
            period: found.instance.name.clone(),
            period_ms: period.map(|p| (p.start.0, p.end.0)),
            // A sum of nothing is not zero.
            flow: number("flow", "").filter(|_| readings.iter().any(|r| has_value(r))),
            in_part,
            unit: flow.map_or_else(String::new, |f| f.unit.clone()),
            parts,
            estimated: readings.iter().filter(estimated).count(),
            row,
        }
    }
}

fn has_value(record: &Record) -> bool {
    matches!(record.what, Recorded::Reading { value: Some(_), .. })
}

/// What rests on something that cannot be right is undetermined.
fn doubt(row: &mut Row, odd: Vec<String>) {
    if odd.is_empty() {
        return;
    }
    let moot = [StandingOutcome::NotApplicable, StandingOutcome::UnderWay, StandingOutcome::NotDue];
    if !moot.iter().any(|o| o.name() == row.outcome) || row.word == "nothing to share" {
        row.outcome = StandingOutcome::Undetermined.name().to_owned();
        row.word = String::new();
    }
    row.missing.extend(odd);
    row.missing.sort();
    row.missing.dedup();
}

fn amount(amount: Amount) -> String {
    match amount {
        Amount::AtMost(n) => format!("at most {n}"),
        Amount::AtLeast(n) => format!("at least {n}"),
        Amount::Between(low, high) => format!("at least {low} and at most {high}"),
        Amount::Level(n) => format!("{n}; whether that is a cap or a floor the text does not say"),
    }
}

fn counted(agreement: &Agreement, duty: &Limit) -> String {
    match &duty.counted {
        Counted::Unit(unit) => {
            agreement.units.get(usize::from(unit.0)).map_or_else(String::new, |u| u.name.clone())
        }
        Counted::Weapon(What::Weapon { class, .. }) => {
            agreement.weapon(*class).map_or_else(String::new, |w| w.name.clone())
        }
        Counted::Weapon(What::Act { name, .. }) => name.clone(),
    }
}

/// A record in words.
fn says(record: &Record) -> String {
    let told = match &record.what {
        Recorded::Declaration { party, subject, figure, doubt, basis } => {
            let doubt = if *doubt > 0.0 { format!(" ± {doubt}") } else { String::new() };
            format!("{figure}{doubt} {subject} of {party}, {}", basis.word())
        }
        Recorded::Reading { flow, meter, value, unit, status, .. } => {
            let value = value.map_or_else(|| "no value".to_owned(), |v| format!("{v} {unit}"));
            format!("{value} of {flow}, {meter}, {}", status.word())
        }
        Recorded::Delivery { flow, actor, value, unit, ceded } => {
            format!("{value} {unit} of {flow}, {} {actor}", if *ceded { "ceded by" } else { "received by" })
        }
        Recorded::Visit { by, of, outcome, item, count, .. } => {
            let count = count.map_or_else(|| "nothing counted".to_owned(), |n| format!("{n} {item}"));
            format!("{by} at a site of {of}: {}, {count}", outcome.word())
        }
        Recorded::Access { by, of, outcome } => format!("{by} asked {of}: {}", outcome.word()),
        other => other.name().to_owned(),
    };
    if record.words.is_empty() { told } else { format!("{told}; {}", record.words) }
}

/// How many rows of each outcome there are, by table: for those who want to know where to look. No row is weighed
/// against another.
#[must_use]
pub fn tally(numbers: &Numbers) -> BTreeMap<&str, usize> {
    let rows = numbers.limits.iter().map(|r| &r.row);
    let rows = rows.chain(numbers.visits.iter().map(|r| &r.row));
    let rows = rows.chain(numbers.access.iter().map(|r| &r.row)).chain(numbers.shares.iter().map(|r| &r.row));
    let rows = rows.chain(numbers.notices.iter().map(|r| &r.row));
    let mut out = BTreeMap::new();
    for row in rows {
        *out.entry(row.outcome.as_str()).or_default() += 1;
    }
    out
}
