//! 3: ceilings, floors and levels: what is declared, estimated and inspected, beside what the text asks for. Visits to
//! a site are reconciled one after another: what was missing stays missing until it is seen again, and a site that
//! could not be entered says neither.

use super::context::{Context, Gate};
use super::moments::{recorded, same};
use super::{Instance, Part, StandingFinding, StandingOutcome, Value, number};
use base::{Instant, Truth};
use evidence::records::{FigureBasis, Record, Recorded, VisitOutcome};
use std::collections::{BTreeMap, BTreeSet};
use terms::agreement::{ActorIx, Amount, Counted, Limit, What};

/// Counts nearer than this are equal: figures are whole numbers written as decimals.
const EQUAL: f64 = 1e-6;

/// One figure of what is counted.
struct Holding<'a> {
    basis: FigureBasis,
    at: Instant,
    figure: f64,
    doubt: f64,
    record: &'a Record,
}

pub(super) fn evaluate(context: &Context<'_>, ix: usize, gate: &Gate, duty: &Limit) -> Vec<StandingFinding> {
    let counted: Vec<ActorIx> = match duty.supported {
        Some(supported) => vec![supported],
        None => context.bound(&duty.bound),
    };
    let mut out = Vec::new();
    for actor in counted {
        let visits = visits_of(context, gate, duty, actor);
        let sites: BTreeSet<&str> = visits.iter().map(|v| v.site.as_str()).collect();
        let (told, last) = if sites.len() > 1 {
            (counted_apart(context, ix, duty, actor, &visits), None)
        } else {
            reconcile(context, ix, gate, duty, actor, &visits)
        };
        let inspected = Inspected::of(&visits, &sites);
        out.push(overall(context, ix, gate, duty, actor, (&inspected, last)));
        out.extend(told);
    }
    out
}

/// The names under which records may count what the limit counts.
fn is_counted(context: &Context<'_>, duty: &Limit, word: &str) -> bool {
    let agreement = context.agreement();
    match &duty.counted {
        Counted::Unit(unit) => agreement
            .units
            .get(usize::from(unit.0))
            .is_some_and(|u| same(&u.name, word) || (!u.title.is_empty() && same(&u.title, word))),
        Counted::Weapon(What::Weapon { class, .. }) => agreement.resolve_weapon_word(word) == Some(*class),
        Counted::Weapon(What::Act { name, .. }) => same(name, word),
    }
}

fn counted_words(context: &Context<'_>, duty: &Limit) -> String {
    let agreement = context.agreement();
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

/// Whether a record is about where the limit holds.
fn is_there(context: &Context<'_>, duty: &Limit, record: &Record, at: Instant) -> bool {
    match duty.zone {
        Some(zone) => context.record_in(record, zone, at) == Truth::True,
        None => record.place.is_empty() && record.point.is_none(),
    }
}

/// The latest figure of each basis.
fn holdings<'c>(context: &Context<'c>, gate: &Gate, duty: &Limit, actor: ActorIx) -> Vec<Holding<'c>> {
    let mut latest: BTreeMap<FigureBasis, Holding<'c>> = BTreeMap::new();
    for record in &context.records {
        let Recorded::Declaration { party, subject, figure, doubt, basis } = &record.what else { continue };
        let Some(at) = record.at.map(|i| i.start).filter(|at| *at <= gate.as_of) else { continue };
        let fits = context.is(party, actor)
            && is_counted(context, duty, subject)
            && is_there(context, duty, record, at);
        if fits && latest.get(basis).is_none_or(|old| old.at <= at) {
            let holding = Holding { basis: *basis, at, figure: *figure, doubt: *doubt, record };
            latest.insert(*basis, holding);
        }
    }
    latest.into_values().collect()
}

/// Whether a figure keeps the amount; a level is read as a cap or as a floor by `level_is_cap`.
fn keeps(amount: Amount, figure: f64, doubt: f64, level_is_cap: bool) -> Truth {
    let at_most = |n: f64| {
        if figure - doubt > n + EQUAL {
            Truth::False
        } else if figure + doubt <= n + EQUAL {
            Truth::True
        } else {
            Truth::Undetermined
        }
    };
    let at_least = |n: f64| {
        if figure + doubt < n - EQUAL {
            Truth::False
        } else if figure - doubt >= n - EQUAL {
            Truth::True
        } else {
            Truth::Undetermined
        }
    };
    match amount {
        Amount::AtMost(n) => at_most(n),
        Amount::AtLeast(n) => at_least(n),
        Amount::Between(low, high) => at_least(low).and(at_most(high)),
        Amount::Level(n) if level_is_cap => at_most(n),
        Amount::Level(n) => at_least(n),
    }
}

fn bound_words(amount: Amount) -> String {
    match amount {
        Amount::AtMost(n) => format!("at most {}", number(n)),
        Amount::AtLeast(n) => format!("at least {}", number(n)),
        Amount::Between(low, high) => format!("at least {} and at most {}", number(low), number(high)),
        Amount::Level(n) => format!("{}, cap or floor not said", number(n)),
    }
}

/// How far a figure lies on the side that is allowed; below zero: beyond it.
fn margin(amount: Amount, figure: f64) -> f64 {
    match amount {
        Amount::AtMost(n) => n - figure,
        Amount::AtLeast(n) | Amount::Level(n) => figure - n,
        Amount::Between(low, high) => (figure - low).min(high - figure),
    }
}

fn overall(
    context: &Context<'_>,
    ix: usize,
    gate: &Gate,
    duty: &Limit,
    actor: ActorIx,
    (inspected, last): (&Inspected<'_>, Option<(Instant, Since)>),
) -> StandingFinding {
    let mut finding = StandingFinding::new(ix, context.instance(actor), StandingOutcome::Kept, "");
    let unit = counted_words(context, duty);
    finding = finding.because(format!("{} {unit} of {}", bound_words(duty.amount), context.name(actor)));
    let mut holdings = holdings(context, gate, duty, actor);
    if let Some((at, figure, record)) = inspected.total {
        holdings.retain(|h| h.basis != FigureBasis::Inspected || h.at > at);
        holdings.push(Holding { basis: FigureBasis::Inspected, at, figure, doubt: 0.0, record });
    }
    for h in &holdings {
        finding =
            finding.because(format!("{} {} as of {}", h.basis.word(), number(h.figure), context.show(h.at)));
        finding = finding.with("figure", h.basis.word(), Value::Number(h.figure, unit.clone()));
        finding = finding.with(
            "margin",
            h.basis.word(),
            Value::Number(margin(duty.amount, h.figure), unit.clone()),
        );
        finding = finding.resting_on(h.record);
    }
    conclude(context, gate, duty, &holdings, &mut finding);
    if let Some((since, _)) = last {
        finding = finding.since(Some(since)).with("since", "", Value::Moment(since));
    }
    if let Some(shut) = inspected.shut {
        finding.becomes(StandingOutcome::Undetermined, "not accessible");
        finding.lacks("access", format!("a site was not accessible at {}", context.show(shut)));
    } else if let (Some((_, since)), StandingOutcome::Breached | StandingOutcome::Undetermined) =
        (last, finding.outcome)
    {
        finding.state = short_word(duty.amount, since);
    }
    if let Counted::Weapon(What::Weapon { calibre_min_mm, calibre_below_mm, .. }) = &duty.counted
        && (calibre_min_mm.is_some() || calibre_below_mm.is_some())
        && finding.outcome != StandingOutcome::NotApplicable
    {
        finding.outcome = StandingOutcome::Undetermined;
        finding.lacks("calibre", "the figures do not say of which calibre those are that they count");
    }
    finding
}

/// Outcome of all figures together.
fn conclude(
    context: &Context<'_>,
    gate: &Gate,
    duty: &Limit,
    holdings: &[Holding<'_>],
    finding: &mut StandingFinding,
) {
    if holdings.is_empty() {
        finding.becomes(StandingOutcome::Undetermined, "");
        finding.lacks("figure", "nothing is declared, estimated or inspected");
        return;
    }
    let kept = kept(duty, holdings, finding);
    settle(context, gate, duty, (kept, gate.as_of), finding);
}

/// The outcome of a figure as of `at` that keeps the amount or does not.
fn settle(
    context: &Context<'_>,
    gate: &Gate,
    duty: &Limit,
    (kept, at): (Truth, Instant),
    finding: &mut StandingFinding,
) {
    match (kept, while_holds(context, at, duty)) {
        (_, Truth::False) => {
            finding.becomes(StandingOutcome::NotApplicable, "");
            finding.reasons.push(format!("it holds only while: {}", duty.while_words));
        }
        (Truth::True, _) => finding.outcome = StandingOutcome::Kept,
        (Truth::Undetermined, _) => finding.outcome = StandingOutcome::Undetermined,
        (Truth::False, Truth::Undetermined) => {
            finding.outcome = StandingOutcome::Undetermined;
            let words = format!("no record says whether it is the time of: {}", duty.while_words);
            finding.lacks("while", words);
        }
        (Truth::False, Truth::True) if duty.supported.is_some() => {
            finding.outcome = StandingOutcome::Undetermined;
            finding.lacks("support", "a figure does not tell whether the support that is owed was given");
        }
        (Truth::False, Truth::True) if gate.complete.is_some_and(|c| at < c) => {
            finding.outcome = StandingOutcome::UnderWay;
        }
        (Truth::False, Truth::True) => finding.outcome = StandingOutcome::Breached,
    }
}

/// Whether the figures keep the amount; what keeps that open is noted. What was counted on the spot stands against
/// every figure that is older.
fn kept(duty: &Limit, holdings: &[Holding<'_>], finding: &mut StandingFinding) -> Truth {
    let counted_at = holdings.iter().filter(|h| h.basis == FigureBasis::Inspected).map(|h| h.at).max();
    let is_fresh =
        |h: &&Holding<'_>| h.basis == FigureBasis::Inspected || counted_at.is_none_or(|at| h.at > at);
    let read = |cap: bool| -> Vec<Truth> {
        let fresh = holdings.iter().filter(is_fresh);
        fresh.map(|h| keeps(duty.amount, h.figure, h.doubt, cap)).collect()
    };
    let one = |all: &[Truth]| match all.split_first() {
        Some((first, rest)) if rest.iter().all(|t| t == first) => *first,
        _ => Truth::Undetermined,
    };
    let (caps, floors) = (read(true), read(false));
    let (as_cap, as_floor) = (one(&caps), one(&floors));
    if let Amount::Level(_) = duty.amount {
        for (name, truth) in [("as a cap", as_cap), ("as a floor", as_floor)] {
            let part = Part { name: name.to_owned(), truth, reasons: Vec::new(), missing: Vec::new() };
            finding.parts.push(part);
        }
    }
    let kept = if as_cap == as_floor { as_cap } else { Truth::Undetermined };
    let differ = |all: &[Truth]| all.iter().any(|t| Some(t) != all.first());
    if matches!(duty.amount, Amount::Level(_)) && kept == Truth::Undetermined {
        finding.lacks("cap_or_floor", "the text does not say whether the figure is a cap or a floor");
    }
    if differ(&caps) || differ(&floors) {
        finding.lacks("figures_differ", "what is declared, estimated and inspected differs, and it matters");
    } else if as_cap == Truth::Undetermined || as_floor == Truth::Undetermined {
        finding.lacks("figure_doubt", "the figure's doubt straddles the limit");
    }
    kept
}

/// Whether it is the time in which the limit holds, by records of such a time.
fn while_holds(context: &Context<'_>, at: Instant, duty: &Limit) -> Truth {
    if duty.while_words.is_empty() {
        return Truth::True;
    }
    let times = context.records.iter().filter_map(|r| match &r.what {
        Recorded::Event { name } if same(name, &duty.while_words) => Some((r.from, r.until)),
        _ => None,
    });
    let mut any = false;
    for (from, until) in times {
        if from.is_none_or(|f| f <= at) && until.is_none_or(|u| at < u) {
            return Truth::True;
        }
        any = true;
    }
    if any || recorded(&context.records, &[&duty.while_words]).is_some() {
        Truth::False
    } else {
        Truth::Undetermined
    }
}

/// The word for a count on the wrong side.
fn short_word(amount: Amount, since: Since) -> &'static str {
    match (amount, since) {
        (Amount::AtMost(_), Since::First) => "in excess",
        (Amount::AtMost(_), Since::Again) => "again in excess",
        (_, Since::First) => "missing",
        (_, Since::Again) => "again missing",
    }
}

/// One visit with what it counted of what the limit counts.
struct Visit<'a> {
    at: Instant,
    /// Which site, by its name or position.
    site: String,
    outcome: VisitOutcome,
    count: Option<f64>,
    serials: &'a [String],
    record: &'a Record,
}

/// Whether what is missing was missing before it was last seen, too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Since {
    First,
    Again,
}

fn visits_of<'c>(context: &Context<'c>, gate: &Gate, duty: &Limit, actor: ActorIx) -> Vec<Visit<'c>> {
    let mut out = Vec::new();
    if duty.zone.is_none() {
        return out;
    }
    for record in &context.records {
        let Recorded::Visit { of, outcome, item, count, serials, .. } = &record.what else { continue };
        let Some(at) = record.at.map(|i| i.start).filter(|at| *at <= gate.as_of && *at >= gate.from) else {
            continue;
        };
        let about = item.is_empty() || is_counted(context, duty, item);
        if !context.is(of, actor) || !about || !is_there(context, duty, record, at) {
            continue;
        }
        let listed = (!serials.is_empty()).then_some(serials.len() as f64);
        let seen = *outcome == VisitOutcome::Accessible && !item.is_empty();
        let count = if seen { count.or(listed) } else { None };
        let site = match record.point {
            Some((p, _)) if record.place.is_empty() => format!("{} {}", p.lon_deg(), p.lat_deg()),
            _ => record.place.trim().to_lowercase(),
        };
        out.push(Visit { at, site, outcome: *outcome, count, serials, record });
    }
    out
}

/// What visits say of all sites together.
struct Inspected<'a> {
    /// As of when, how many, and the latest record; `None`: not every site was counted.
    total: Option<(Instant, f64, &'a Record)>,
    /// When a site was not accessible that had been counted before, and was not since.
    shut: Option<Instant>,
}

impl<'a> Inspected<'a> {
    fn of(visits: &[Visit<'a>], sites: &BTreeSet<&str>) -> Inspected<'a> {
        let counted = |site: &&str| visits.iter().rev().find(|v| v.site == **site && v.count.is_some());
        let latest: Vec<&Visit<'a>> = sites.iter().filter_map(counted).collect();
        let all = latest.len() == sites.len();
        let at = latest.iter().map(|v| v.at).min();
        let figure = latest.iter().filter_map(|v| v.count).fold(0.0, |all, n| all + n);
        let record = latest.iter().max_by_key(|v| v.at).map(|v| v.record);
        let shut = latest.iter().filter_map(|counted| {
            let after = visits.iter().filter(|v| v.site == counted.site && v.at > counted.at);
            after.filter(|v| v.outcome == VisitOutcome::Denied).map(|v| v.at).max()
        });
        Inspected {
            total: at.zip(record).filter(|_| all).map(|(at, record)| (at, figure, record)),
            shut: shut.max(),
        }
    }
}

/// The visits to several sites, of which none alone keeps or breaches the limit.
fn counted_apart(
    context: &Context<'_>,
    ix: usize,
    duty: &Limit,
    actor: ActorIx,
    visits: &[Visit<'_>],
) -> Vec<StandingFinding> {
    let unit = counted_words(context, duty);
    let one = |visit: &Visit<'_>| {
        let name = format!("{} {}", context.code(actor), visit.record.id);
        let instance = Instance { name, actor: Some(actor), period: None };
        let finding =
            StandingFinding::new(ix, instance, StandingOutcome::Listed, "counted").resting_on(visit.record);
        match visit.count {
            Some(count) => finding.with("figure", "inspected", Value::Number(count, unit.clone())),
            None => finding.lacking("access", "the site was not accessible, or nothing was counted"),
        }
    };
    visits.iter().map(one).collect()
}

/// A finding for each visit, and since when something is missing now.
fn reconcile(
    context: &Context<'_>,
    ix: usize,
    gate: &Gate,
    duty: &Limit,
    actor: ActorIx,
    visits: &[Visit<'_>],
) -> (Vec<StandingFinding>, Option<(Instant, Since)>) {
    let mut out = Vec::new();
    let mut missing: Option<(Instant, Since)> = None;
    let mut serials: BTreeMap<&str, Option<Instant>> = BTreeMap::new();
    let unit = counted_words(context, duty);
    for visit in visits {
        let instance = Instance {
            name: format!("{} {}", context.code(actor), visit.record.id),
            actor: Some(actor),
            period: None,
        };
        let mut finding = StandingFinding::new(ix, instance, StandingOutcome::Undetermined, "not accessible")
            .resting_on(visit.record);
        let Some(count) = visit.count else {
            out.push(not_seen(finding, missing));
            continue;
        };
        let kept = keeps(duty.amount, count, 0.0, true).and(keeps(duty.amount, count, 0.0, false));
        finding = finding.with("figure", "inspected", Value::Number(count, unit.clone()));
        finding =
            finding.because(format!("{} counted, {} asked for", number(count), bound_words(duty.amount)));
        match (kept, missing) {
            (Truth::True, _) => {
                finding.becomes(StandingOutcome::Kept, "present");
                missing = None;
            }
            (_, None) => {
                finding.becomes(StandingOutcome::Breached, short_word(duty.amount, Since::First));
                missing = Some((visit.at, Since::First));
            }
            (_, Some((since, _))) => {
                finding.becomes(StandingOutcome::Breached, short_word(duty.amount, Since::Again));
                missing = Some((since, Since::Again));
            }
        }
        if let (Amount::Level(_), true) = (duty.amount, kept != Truth::True) {
            finding.outcome = StandingOutcome::Undetermined;
            finding.lacks("cap_or_floor", "the text does not say whether the figure is a cap or a floor");
        } else if kept == Truth::False {
            settle(context, gate, duty, (kept, visit.at), &mut finding);
        }
        if let Some((since, _)) = missing {
            finding = finding.since(Some(since)).with("since", "", Value::Moment(since));
        }
        for (serial, since) in track(&mut serials, visit) {
            finding = finding.with("serial_missing_since", serial, Value::Moment(since));
        }
        out.push(finding);
    }
    (out, missing.filter(|_| !matches!(duty.amount, Amount::Level(_))))
}

/// A visit that saw nothing: since when something is missing stays as it was.
fn not_seen(finding: StandingFinding, missing: Option<(Instant, Since)>) -> StandingFinding {
    let finding = finding
        .because("the site could not be seen: that is neither presence nor absence")
        .lacking("access", "the site was not accessible, or nothing was counted");
    match missing {
        Some((since, _)) => finding.since(Some(since)).with("since", "", Value::Moment(since)),
        None => finding,
    }
}

/// Notes the serial numbers that a visit saw, and gives those seen before and missing now, with since when.
fn track<'a>(known: &mut BTreeMap<&'a str, Option<Instant>>, visit: &Visit<'a>) -> Vec<(&'a str, Instant)> {
    if visit.serials.is_empty() && known.is_empty() {
        return Vec::new();
    }
    for (serial, since) in known.iter_mut() {
        let seen = visit.serials.iter().any(|s| s == serial);
        *since = if seen { None } else { since.or(Some(visit.at)) };
    }
    for serial in visit.serials {
        known.entry(serial).or_insert(None);
    }
    known.iter().filter_map(|(serial, since)| since.map(|s| (*serial, s))).collect()
}
