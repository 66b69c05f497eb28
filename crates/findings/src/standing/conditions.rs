//! Preconditions and exceptions: what must have come about, whether it has, and when. Also what the judging of single
//! observations needs to know of them.

use super::context::Context;
use super::memo::Memo;
use super::moments::{recorded, same};
use super::{Lack, StandingFacts, StandingOutcome};
use crate::outcome::Outcome;
use crate::silence;
use crate::state::Version;
use base::{Instant, Interval, Truth};
use evidence::records::{DecisionOutcome, Record, Recorded};
use terms::agreement::{ActorIx, Clause, Condition, Duty, What, When};

/// Whether something has come about.
#[derive(Clone, Debug)]
pub(crate) struct Met {
    /// Whether.
    pub(crate) truth: Truth,
    /// When, if it has.
    pub(crate) at: Option<Instant>,
    /// Sentences.
    pub(crate) reasons: Vec<String>,
    /// What is missing.
    pub(crate) missing: Vec<Lack>,
}

impl Met {
    fn of(truth: Truth, at: Option<Instant>, reason: impl Into<String>) -> Met {
        Met { truth, at, reasons: vec![reason.into()], missing: Vec::new() }
    }

    fn open(code: &'static str, words: impl Into<String>) -> Met {
        let missing = vec![Lack { code, words: words.into() }];
        Met { truth: Truth::Undetermined, at: None, reasons: Vec::new(), missing }
    }
}

/// Whether all of them have come about; then `at` is when the last of them did.
pub(crate) fn all(context: &Context<'_>, conditions: &[Condition]) -> Met {
    let mut out = Met { truth: Truth::True, at: None, reasons: Vec::new(), missing: Vec::new() };
    for condition in conditions {
        let met = one(context, condition);
        out.truth = out.truth.and(met.truth);
        out.at = out.at.max(met.at);
        out.reasons.extend(met.reasons);
        out.missing.extend(met.missing);
    }
    if out.truth != Truth::True {
        out.at = None;
    }
    if out.truth == Truth::False {
        out.missing.clear();
    }
    out
}

fn one(context: &Context<'_>, condition: &Condition) -> Met {
    match condition {
        Condition::InZone(_) | Condition::Exercise => {
            Met::open("single_observation", "this is asked of single observations only")
        }
        Condition::ToBeShown(words) => shown(context, words),
        Condition::Notified(label) => notified(context, label),
        Condition::Silent { zone, what, lasts_ms, coverage_min } => {
            let asked = silence::Asked {
                zone: *zone,
                what,
                lasts_ms: *lasts_ms,
                coverage_min: *coverage_min,
                from: context.agreement().entry_into_force,
            };
            silent(context, &asked)
        }
        Condition::Come(ix) => {
            let name = context.agreement().moments.get(usize::from(ix.0)).map_or("", |m| m.name.as_str());
            match context.moment(*ix) {
                Some(at) if at <= context.now => {
                    Met::of(Truth::True, Some(at), format!("`{name}` came at {}", context.show(at)))
                }
                Some(at) => Met::of(Truth::False, None, format!("`{name}` comes at {}", context.show(at))),
                None => Met::open("moment", format!("no record says when `{name}` came")),
            }
        }
        Condition::Breached { clause, by } => breached(context, clause, by.as_deref()),
        Condition::Done { clause, by } => done(context, clause, by.as_deref()),
        Condition::FoundBy { what, body } => found_by(context, what, *body),
    }
}

/// The decision of that body in those words, the latest; `None` as body: of any.
pub(crate) fn decision<'c>(
    context: &Context<'c>,
    words: &str,
    by: Option<ActorIx>,
) -> Option<(&'c Record, DecisionOutcome)> {
    let of = |r: &&'c Record| match &r.what {
        Recorded::Decision { body, outcome, .. } => {
            let decided = *outcome != DecisionOutcome::Pending;
            let fits = same(&r.words, words) && by.is_none_or(|b| context.is(body, b));
            (decided && fits).then_some((*r, *outcome))
        }
        _ => None,
    };
    context.records.iter().filter_map(of).next_back()
}

/// The latest decision with that power about the clause of that label.
pub(crate) fn decision_about<'c>(
    context: &Context<'c>,
    label: &str,
    powers: &[&str],
    by: Option<ActorIx>,
) -> Option<(&'c Record, DecisionOutcome)> {
    let of = |r: &&'c Record| match &r.what {
        Recorded::Decision { body, power, about, outcome, .. } => {
            let decided = *outcome != DecisionOutcome::Pending;
            let fits = same(about, label)
                && powers.iter().any(|p| same(power, p))
                && by.is_none_or(|b| context.is(body, b));
            (decided && fits).then_some((*r, *outcome))
        }
        _ => None,
    };
    context.records.iter().filter_map(of).next_back()
}

fn at_of(record: &Record) -> Option<Instant> {
    record.at.map(|i| i.start).or(record.from)
}

fn shown(context: &Context<'_>, words: &str) -> Met {
    if let Some((record, outcome)) = decision(context, words, None) {
        let is = outcome == DecisionOutcome::Found;
        let told = if is { "was shown" } else { "was held not to be shown" };
        return Met::of(is.into(), at_of(record).filter(|_| is), format!("`{words}` {told}"));
    }
    match recorded(&context.records, &[words]) {
        Some(at) => Met::of(Truth::True, Some(at), format!("`{words}`: recorded at {}", context.show(at))),
        None => Met::of(Truth::False, None, format!("`{words}` was not shown")),
    }
}

fn notified(context: &Context<'_>, label: &str) -> Met {
    let Some(ix) = context.clause_of_label(label) else {
        return Met::open("clause", format!("the text has no clause {label}"));
    };
    let findings = context.findings(ix);
    let kept = findings.iter().find(|f| f.outcome == StandingOutcome::Kept && !f.records.is_empty());
    match kept {
        Some(found) => Met::of(
            Truth::True,
            found.since,
            format!("notice {} was given under {label}", found.instance.name),
        ),
        None if findings
            .iter()
            .any(|f| f.outcome == StandingOutcome::Undetermined && !f.records.is_empty()) =>
        {
            Met::open(
                "notice",
                format!("whether a notice under {label} was in time and in full is undetermined"),
            )
        }
        None => {
            Met::of(Truth::False, None, format!("no timely and complete notice under {label} is recorded"))
        }
    }
}

fn silent(context: &Context<'_>, asked: &silence::Asked<'_>) -> Met {
    let facts = silence::Facts { observations: context.facts.observations, coverage: context.facts.coverage };
    let inside = |row| context.place_in(row, asked.zone);
    let found = silence::silence_where(context.version, &facts, asked, context.now, &inside);
    let missing = found
        .gaps
        .iter()
        .map(|gap| Lack { code: "coverage", words: gap.words(context.zone()) })
        .chain(found.open.iter().map(|open| Lack { code: open.code(), words: open.words(context.zone()) }))
        .collect();
    Met { truth: found.truth, at: found.fulfilled, reasons: found.reasons, missing }
}

/// Whether the clause of that label was breached by one of `by`; `at`: when first.
fn breached(context: &Context<'_>, label: &str, by: Option<&[ActorIx]>) -> Met {
    let Some(ix) = context.clause_of_label(label) else {
        return Met::open("clause", format!("the text has no clause {label}"));
    };
    if let Some((record, outcome)) = decision_about(context, label, &["occurrence", "breach"], None)
        && concerns(context, record, by)
    {
        let is = outcome == DecisionOutcome::Found;
        let told = if is { "found" } else { "rejected" };
        let words = format!("a breach of {label} was {told} by {}", body_of(record));
        if is || context.rows_of(ix, Outcome::Breached).is_empty() {
            return Met::of(is.into(), at_of(record).filter(|_| is), words);
        }
        return Met::open("disputed", format!("{words}, and the record shows one"));
    }
    let observed = context.clause(ix).is_some_and(|c| c.duty.is_of_observations());
    if observed {
        breached_by_rows(context, ix, label, by)
    } else {
        breached_standing(context, ix, label, by)
    }
}

fn body_of(record: &Record) -> &str {
    match &record.what {
        Recorded::Decision { body, .. } => body,
        _ => "",
    }
}

/// Whether a decision concerns one of these, or names nobody.
fn concerns(context: &Context<'_>, record: &Record, by: Option<&[ActorIx]>) -> bool {
    let (Recorded::Decision { parties, .. }, Some(by)) = (&record.what, by) else { return true };
    parties.is_empty() || parties.iter().any(|p| by.iter().any(|b| context.is(p, *b)))
}

fn breached_by_rows(context: &Context<'_>, ix: usize, label: &str, by: Option<&[ActorIx]>) -> Met {
    let rows = context.rows_of(ix, Outcome::Breached);
    let who = |row: &usize| by.map_or(Truth::True, |by| context.acted(*row, by));
    let first = rows
        .iter()
        .filter(|r| who(r) == Truth::True)
        .map(|r| context.facts.observations.event(*r).start)
        .min();
    if let Some(at) = first {
        return Met::of(
            Truth::True,
            Some(at),
            format!("{label} was breached, first at {}", context.show(at)),
        );
    }
    if rows.iter().any(|r| who(r) == Truth::Undetermined) {
        return Met::open("actor", format!("{label} was breached; by whom is not stated"));
    }
    let open = context.rows_of(ix, Outcome::Undetermined);
    if open.iter().any(|r| who(r) != Truth::False) {
        return Met::open("breach", format!("whether {label} was breached is undetermined"));
    }
    Met::of(Truth::False, None, format!("no breach of {label} is on record"))
}

fn breached_standing(context: &Context<'_>, ix: usize, label: &str, by: Option<&[ActorIx]>) -> Met {
    if context.is_circular(ix) {
        return Met::open("circular", format!("whether {label} is breached depends on this clause itself"));
    }
    let findings = context.findings(ix);
    let of = |outcome| {
        findings.iter().filter(move |f| {
            f.outcome == outcome && by.is_none_or(|by| f.instance.actor.is_none_or(|a| by.contains(&a)))
        })
    };
    if let Some(first) = of(StandingOutcome::Breached).min_by_key(|f| f.since) {
        return Met::of(Truth::True, first.since, format!("{label} is breached"));
    }
    if findings.iter().any(|f| f.missing.iter().any(|l| l.code == "circular")) {
        return Met::open("circular", format!("whether {label} is breached depends on this clause itself"));
    }
    if of(StandingOutcome::Undetermined).next().is_some() {
        return Met::open("breach", format!("whether {label} is breached is undetermined"));
    }
    Met::of(Truth::False, None, format!("no breach of {label} is on record"))
}

fn done(context: &Context<'_>, label: &str, by: Option<&[ActorIx]>) -> Met {
    let Some(ix) = context.clause_of_label(label) else {
        return Met::open("clause", format!("the text has no clause {label}"));
    };
    if context.is_circular(ix) {
        return Met::open("circular", format!("whether {label} is done depends on this clause itself"));
    }
    let findings = context.findings(ix);
    let asked: Vec<_> = findings
        .iter()
        .filter(|f| by.is_none_or(|by| f.instance.actor.is_none_or(|a| by.contains(&a))))
        .collect();
    if asked.is_empty() {
        return Met::open("deed", format!("nothing says whether {label} is done"));
    }
    // Done late is done.
    let is_done = |f: &&super::StandingFinding| f.outcome == StandingOutcome::Kept || f.state == "done late";
    if asked.iter().all(is_done) {
        let at = asked.iter().filter_map(|f| f.since).max();
        return Met::of(Truth::True, at, format!("{label} is done"));
    }
    if asked.iter().any(|f| f.missing.iter().any(|l| l.code == "circular")) {
        return Met::open("circular", format!("whether {label} is done depends on this clause itself"));
    }
    if asked.iter().any(|f| !is_done(f) && f.outcome == StandingOutcome::Undetermined) {
        return Met::open("deed", format!("whether {label} is done is undetermined"));
    }
    Met::of(Truth::False, None, format!("{label} is not done"))
}

fn found_by(context: &Context<'_>, what: &str, body: ActorIx) -> Met {
    let name = context.name(body);
    match decision(context, what, Some(body)) {
        Some((record, DecisionOutcome::Found)) => {
            Met::of(Truth::True, at_of(record), format!("{name} found: {what}"))
        }
        Some((_, DecisionOutcome::Rejected)) => {
            Met::of(Truth::False, None, format!("{name} did not find: {what}"))
        }
        // The condition is that it has found it, and it has not.
        _ => Met::of(Truth::False, None, format!("{name} has not decided: {what}")),
    }
}

/// A notice that was, or may have been, given in time and in full.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelyNotice {
    /// Label of the clause under which it was given.
    pub clause: String,
    /// By whom.
    pub by: Option<ActorIx>,
    /// Of what is planned in this period.
    pub period: Interval,
    /// Kinds of fact that it announces.
    pub kinds: Vec<String>,
    /// Whether it is certain that it was in time and in full.
    pub sure: bool,
}

/// Whether a condition of an exception holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holds {
    /// Whether.
    pub truth: Truth,
    /// It holds for what happened from then on; `None`: for everything.
    pub since: Option<Instant>,
}

impl Holds {
    /// Whether it holds for what happened in `event`.
    #[must_use]
    pub fn for_event(self, event: Interval) -> Truth {
        match self.since {
            Some(since) if self.truth == Truth::True && event.start < since => {
                if event.end > since {
                    Truth::Undetermined
                } else {
                    Truth::False
                }
            }
            _ => self.truth,
        }
    }
}

/// What is decided of one clause, for the judging of single observations.
#[derive(Clone, Debug, PartialEq)]
pub struct DecidedClause {
    /// Whether its preconditions are met.
    pub met: Truth,
    /// When the clause binds, as far as that is known now; `None`: its moments have not come.
    pub force: Option<Interval>,
    /// When it must be complete.
    pub complete: Option<Instant>,
    /// By exception, by condition: whether it holds; `None` for conditions of single observations.
    pub exceptions: Vec<Vec<Option<Holds>>>,
}

/// What is decided of all clauses of a version; by default nothing is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decided {
    /// By clause; empty: nothing is decided.
    pub clauses: Vec<DecidedClause>,
    /// Notices given in time and in full; `None`: no register of notices is known, and nothing follows from silence.
    pub notices: Option<Vec<TimelyNotice>>,
}

impl Decided {
    /// Whether any notice under that clause announces what happened: the event lies in its period, the kind is one of
    /// its kinds, and whoever acted gave it. Undetermined if it hangs on who acted, or if no register is known.
    #[must_use]
    pub fn notified(&self, label: &str, event: Interval, kind: &str, actor: Option<ActorIx>) -> Truth {
        let Some(notices) = &self.notices else { return Truth::Undetermined };
        let fits = |n: &&TimelyNotice| {
            n.clause == label && n.period.covers(event) && n.kinds.iter().any(|k| k == kind)
        };
        notices.iter().filter(fits).fold(Truth::False, |all, n| match (n.by, actor) {
            (Some(by), Some(actor)) if by != actor => all,
            (Some(_), Some(_)) if n.sure => Truth::True,
            _ => all.or(Truth::Undetermined),
        })
    }
}

/// What records, coverage and observations decide of each clause's preconditions, moments and exceptions at `now`.
#[must_use]
pub fn decide(version: &Version, facts: &StandingFacts<'_>, now: Instant) -> Decided {
    decide_with(version, facts, now, &Memo::default())
}

/// As [`decide`], with what the map has said of the same observations.
pub(super) fn decide_with(
    version: &Version,
    facts: &StandingFacts<'_>,
    now: Instant,
    memo: &Memo,
) -> Decided {
    let context = Context::of(version, facts, now, memo);
    let clauses = version.agreement.clauses.iter().map(|c| decide_clause(&context, c)).collect();
    let any_notice = context.records.iter().any(|r| matches!(r.what, Recorded::Notice { .. }));
    Decided { clauses, notices: any_notice.then(|| notices(&context)) }
}

fn decide_clause(context: &Context<'_>, clause: &Clause) -> DecidedClause {
    let met = all(context, &clause.when);
    let resolve = |when: &When| context.resolve(when, met.at);
    let start = resolve(&clause.from).or(match clause.from {
        // It binds from what is not known to have come, and may have: the condition says so.
        When::Then(_) if met.truth == Truth::Undetermined => Some(Instant::FIRST),
        _ => None,
    });
    let end = match &clause.until {
        None => Some(Instant::LAST),
        Some(until @ (When::After(..) | When::Then(_))) => Some(resolve(until).unwrap_or(Instant::LAST)),
        Some(until) => resolve(until),
    };
    let of_row =
        |c: &Condition| matches!(c, Condition::InZone(_) | Condition::Exercise | Condition::Notified(_));
    let exceptions = clause
        .exceptions
        .iter()
        .map(|e| e.conditions.iter().map(|c| (!of_row(c)).then(|| holds(context, c))).collect());
    DecidedClause {
        met: met.truth,
        // It does not bind before that has come about for which it waits.
        force: start.zip(end).map(|(start, end)| {
            let start = start.max(met.at.unwrap_or(start));
            Interval { start, end: end.max(start) }
        }),
        complete: clause.complete.as_ref().and_then(resolve),
        exceptions: exceptions.collect(),
    }
}

/// Whether all conditions of an exception hold for what stands since `since`.
pub(crate) fn excuses(context: &Context<'_>, conditions: &[Condition], since: Instant) -> Truth {
    let event = Interval::at(since);
    conditions.iter().fold(Truth::True, |all, c| all.and(holds(context, c).for_event(event)))
}

/// Whether a condition holds, and from when on. What is shown or found is shown of what happened before.
fn holds(context: &Context<'_>, condition: &Condition) -> Holds {
    let met = one(context, condition);
    let of_the_past = matches!(condition, Condition::ToBeShown(_) | Condition::FoundBy { .. });
    Holds { truth: met.truth, since: met.at.filter(|_| !of_the_past) }
}

/// Every notice that some clause finds timely and complete.
fn notices(context: &Context<'_>) -> Vec<TimelyNotice> {
    let mut out = Vec::new();
    for (ix, clause) in context.agreement().clauses.iter().enumerate() {
        let Duty::Notify(duty) = &clause.duty else { continue };
        let kinds: Vec<String> = duty
            .of
            .iter()
            .flat_map(|what| match what {
                What::Act { kinds, .. } => kinds.clone(),
                What::Weapon { .. } => vec!["weapon".to_owned()],
            })
            .collect();
        for finding in context.findings(ix).iter() {
            let sure = finding.outcome == StandingOutcome::Kept;
            let may_be = matches!(finding.outcome, StandingOutcome::Undetermined | StandingOutcome::UnderWay);
            if let Some(period) = finding.instance.period.filter(|_| sure || may_be) {
                let (clause, by) = (clause.label.clone(), finding.instance.actor);
                out.push(TimelyNotice { clause, by, period, kinds: kinds.clone(), sure });
            }
        }
    }
    out
}
