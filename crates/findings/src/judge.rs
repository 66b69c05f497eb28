//! Judges a stretch of observations against every clause of one agreement, column by column. Each condition of a
//! clause (time, what, who, where) is a column of three-valued truth; their minimum is the breach.

use crate::bind::{Bindings, Known, binds_everybody, in_force, kinds_covered};
use crate::outcome::{Missing, Outcome};
use crate::standing::{Decided, DecidedClause};
use crate::threshold::nearer;
use atlas::answer::{Answers, Inside};
use atlas::plan::{LineIx, ZoneIx};
use base::{Interval, Truth};
use evidence::batch::{Batch, FLAG_ALLEGATION, FLAG_EXERCISE};
use evidence::draft::Assessment;
use std::ops::Range;
use terms::agreement::{
    ActorIx, Agreement, Bound, CategoryIx, Clause, Condition, DistanceItem, Duty, Exception, Reference, What,
    When,
};

/// Judgements of a stretch of rows: one column a clause, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// [`Outcome`] codes, by clause, by row of the stretch.
    pub outcomes: Vec<Vec<u8>>,
    /// [`Missing`] bits, by clause, by row of the stretch.
    pub missing: Vec<Vec<u16>>,
}

/// A stretch of a batch with the map's answers for it.
#[derive(Clone)]
pub struct Facts<'a> {
    /// The observations.
    pub batch: &'a Batch,
    /// Which rows.
    pub rows: Range<usize>,
    /// Answers for these rows, the first row at index 0.
    pub answers: &'a Answers,
    /// What the batch's words mean to the agreement.
    pub bindings: &'a Bindings,
}

/// Judges `facts` against every clause of `agreement`.
#[must_use]
pub fn judge(agreement: &Agreement, facts: &Facts<'_>) -> Judged {
    judge_those(agreement, facts, |_| true)
}

/// Judges `facts` against the clauses that `wanted` names by their index; the columns of the others stay empty.
#[must_use]
pub fn judge_those(agreement: &Agreement, facts: &Facts<'_>, wanted: impl Fn(usize) -> bool) -> Judged {
    judge_decided(agreement, facts, &Decided::default(), wanted)
}

/// As [`judge_those`], with what records decide of preconditions, moments and exceptions.
#[must_use]
pub fn judge_decided(
    agreement: &Agreement,
    facts: &Facts<'_>,
    decided: &Decided,
    wanted: impl Fn(usize) -> bool,
) -> Judged {
    let mut out = Judged::default();
    for (index, clause) in agreement.clauses.iter().enumerate() {
        if !wanted(index) {
            out.outcomes.push(Vec::new());
            out.missing.push(Vec::new());
            continue;
        }
        let columns = judge_clause(agreement, clause, facts, &Standing::of(decided, index));
        out.outcomes.push(columns.outcome);
        out.missing.push(columns.missing.bits);
    }
    out
}

/// The conditions of one clause over a stretch of rows, and what follows from them.
pub(crate) struct Columns {
    /// Whether the clause is in force at the event.
    pub time: Vec<Truth>,
    /// Whether the fact is of the kind the clause is about.
    pub what: Vec<Truth>,
    /// Whether the clause binds whoever acted.
    pub who: Vec<Truth>,
    /// Whether the place is one where it must not be.
    pub place: Vec<Truth>,
    /// By exception.
    pub exceptions: Vec<Vec<Truth>>,
    /// [`Outcome`] codes.
    pub outcome: Vec<u8>,
    missing: MissingColumn,
}

impl Columns {
    /// What is missing for row `i` of the stretch.
    pub(crate) fn missing_at(&self, i: usize) -> Missing {
        Missing(self.missing.bits.get(i).copied().unwrap_or(0))
    }
}

struct MissingColumn {
    bits: Vec<u16>,
}

impl MissingColumn {
    fn note(&mut self, column: &[Truth], what: Missing) {
        for (bits, truth) in self.bits.iter_mut().zip(column) {
            *bits |= if *truth == Truth::Undetermined { what.0 } else { 0 };
        }
    }
}

/// What is decided of one clause.
pub(crate) struct Standing<'a> {
    all: &'a Decided,
    pub(crate) clause: Option<&'a DecidedClause>,
}

impl<'a> Standing<'a> {
    pub(crate) fn of(all: &'a Decided, clause: usize) -> Standing<'a> {
        Standing { all, clause: all.clauses.get(clause) }
    }
}

pub(crate) fn judge_clause(
    agreement: &Agreement,
    clause: &Clause,
    facts: &Facts<'_>,
    standing: &Standing<'_>,
) -> Columns {
    let n = facts.rows.len();
    let mut missing = MissingColumn { bits: vec![0; n] };
    let time = time_column(agreement, clause, facts, standing, &mut missing);
    let breach = match &clause.duty {
        Duty::Prohibition { bound, what, zone, objects } => {
            prohibition(agreement, facts, bound, what, (*zone, objects), &mut missing)
        }
        Duty::Abstention { bound, what, zone, .. } => {
            prohibition(agreement, facts, bound, what, (*zone, &[]), &mut missing)
        }
        Duty::Distance { bound, items, reference } => {
            distance(agreement, facts, bound, items, *reference, &mut missing)
        }
        // The other kinds are judged over a period, not by single observations.
        _ => Breach::of_nothing(n),
    };
    let exceptions = clause.exceptions.iter().enumerate();
    let exceptions: Vec<Vec<Truth>> =
        exceptions.map(|(i, e)| exception_column(e, facts, standing, i)).collect();
    let phasing = phase_column(agreement, clause, facts, standing);
    let outcome = conclude(facts, &time, &breach, &exceptions, phasing.as_deref(), &mut missing);
    Columns { time, what: breach.what, who: breach.who, place: breach.place, exceptions, outcome, missing }
}

/// The conditions that make a breach, without time and exceptions.
struct Breach {
    what: Vec<Truth>,
    who: Vec<Truth>,
    place: Vec<Truth>,
    /// All of it; not always the minimum of the three: with a distance per class and party they go together.
    whole: Vec<Truth>,
}

impl Breach {
    /// The clause is about no observation.
    fn of_nothing(rows: usize) -> Breach {
        let no = || vec![Truth::False; rows];
        Breach { what: no(), who: no(), place: no(), whole: no() }
    }
}

fn conclude(
    facts: &Facts<'_>,
    time: &[Truth],
    breach: &Breach,
    exceptions: &[Vec<Truth>],
    phasing: Option<&[bool]>,
    missing: &mut MissingColumn,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(time.len());
    for (i, row) in facts.rows.clone().enumerate() {
        let at = |column: &[Truth]| column.get(i).copied().unwrap_or(Truth::Undetermined);
        let applies = at(time).and(at(&breach.what)).and(at(&breach.who));
        let whole = at(time).and(at(&breach.whole));
        let excused = exceptions.iter().map(|e| at(e)).fold(Truth::False, Truth::or);
        let under_way = phasing.is_some_and(|p| p.get(i).copied().unwrap_or(false));
        let outcome = if applies == Truth::False || facts.batch.flag(row, FLAG_ALLEGATION) {
            Outcome::NotApplicable
        } else if whole == Truth::False {
            Outcome::Kept
        } else if excused == Truth::True {
            Outcome::Excused
        } else if whole == Truth::True && excused == Truth::False && !under_way {
            Outcome::Breached
        } else {
            Outcome::Undetermined
        };
        if let Some(bits) = missing.bits.get_mut(i) {
            if outcome == Outcome::Undetermined {
                *bits |= if excused == Truth::Undetermined { Missing::EXCEPTION.0 } else { 0 };
                *bits |= if under_way { Missing::PHASE.0 } else { 0 };
            } else {
                *bits = 0;
            }
            if outcome != Outcome::NotApplicable && precision_not_stated(facts.batch, row) {
                *bits |= Missing::PRECISION_NOT_STATED.0;
            }
        }
        out.push(outcome as u8);
    }
    out
}

fn precision_not_stated(batch: &Batch, row: usize) -> bool {
    let radius = batch.radius_m.get(row).is_some_and(|r| r.is_nan());
    let point = batch.shape.get(row).is_some_and(|s| *s == atlas::answer::NO_SHAPE);
    radius && point && batch.lon_deg.get(row).is_some_and(|x| !x.is_nan())
}

/// Truth of "the event lies in `force`": wholly, not at all, or partly.
fn within(force: Interval, event: Interval) -> Truth {
    if force.covers(event) {
        Truth::True
    } else if force.meets(event) {
        Truth::Undetermined
    } else {
        Truth::False
    }
}

/// Whether the clause was in force, and what it waits for had come about.
fn time_column(
    agreement: &Agreement,
    clause: &Clause,
    facts: &Facts<'_>,
    standing: &Standing<'_>,
    missing: &mut MissingColumn,
) -> Vec<Truth> {
    let conditional = !clause.when.is_empty();
    let (force, met) = match standing.clause {
        Some(decided) => (decided.force, decided.met),
        None if conditional && matches!(clause.from, When::Then(_)) => {
            (Some(Interval::ALWAYS), Truth::Undetermined)
        }
        None => {
            let met = if conditional { Truth::Undetermined } else { Truth::True };
            (in_force(agreement, &clause.from, clause.until.as_ref()), met)
        }
    };
    let Some(force) = force.filter(|_| met != Truth::False) else {
        return vec![Truth::False; facts.rows.len()];
    };
    let mut time: Vec<Truth> = facts.rows.clone().map(|r| within(force, facts.batch.event(r))).collect();
    missing.note(&time, Missing::TIME);
    if met == Truth::Undetermined {
        for truth in &mut time {
            *truth = truth.and(met);
        }
        missing.note(&time, Missing::CONDITION);
    }
    time
}

/// Rows whose event begins before the duty must be complete.
fn phase_column(
    agreement: &Agreement,
    clause: &Clause,
    facts: &Facts<'_>,
    standing: &Standing<'_>,
) -> Option<Vec<bool>> {
    let when = clause.complete.as_ref()?;
    let complete = standing.clause.and_then(|d| d.complete).or_else(|| agreement.resolve_when(when))?;
    Some(facts.rows.clone().map(|r| facts.batch.event(r).start < complete).collect())
}

fn prohibition(
    agreement: &Agreement,
    facts: &Facts<'_>,
    bound: &Bound,
    what: &What,
    (zone, objects): (Option<ZoneIx>, &[CategoryIx]),
    missing: &mut MissingColumn,
) -> Breach {
    let (what, weapon, calibre) = what_column(what, facts);
    missing.note(&weapon, Missing::WEAPON);
    missing.note(&calibre, Missing::CALIBRE);
    let who = who_column(agreement, bound, facts);
    missing.note(&who, Missing::ACTOR);
    let mut place = zone_column(zone, facts, missing);
    if !objects.is_empty() {
        let object = object_column(agreement, objects, facts, missing);
        place.iter_mut().zip(object).for_each(|(place, object)| *place = place.and(object));
    }
    let whole = what.iter().zip(&who).zip(&place).map(|((a, b), c)| a.and(*b).and(*c)).collect();
    Breach { what, who, place, whole }
}

fn zone_column(zone: Option<ZoneIx>, facts: &Facts<'_>, missing: &mut MissingColumn) -> Vec<Truth> {
    let Some(zone) = zone else { return vec![Truth::True; facts.rows.len()] };
    let Some(answers) = facts.answers.zones.get(usize::from(zone.0)) else {
        return vec![Truth::Undetermined; facts.rows.len()];
    };
    for (bits, inside) in missing.bits.iter_mut().zip(answers) {
        *bits |= match inside {
            Inside::Unclear => Missing::PLACE.0,
            Inside::NoEpoch => Missing::EPOCH.0,
            Inside::Inside | Inside::Outside => 0,
        };
    }
    answers.iter().map(|a| truth_of(*a)).collect()
}

/// Whether what was hit belongs to a protected category: inside a known site it does; elsewhere it does not if only the
/// known sites are protected, and is open otherwise.
fn object_column(
    agreement: &Agreement,
    objects: &[CategoryIx],
    facts: &Facts<'_>,
    missing: &mut MissingColumn,
) -> Vec<Truth> {
    let mut out = vec![Truth::False; facts.rows.len()];
    let mut only_sites = true;
    for category in objects.iter().filter_map(|c| agreement.categories.get(usize::from(c.0))) {
        only_sites &= category.sites_only && category.sites.is_some();
        if category.sites.is_some() {
            let at_site = zone_column(category.sites, facts, missing);
            out.iter_mut().zip(at_site).for_each(|(any, site)| *any = any.or(site));
        }
    }
    if !only_sites {
        for (i, truth) in out.iter_mut().enumerate().filter(|(_, t)| **t != Truth::True) {
            *truth = Truth::Undetermined;
            if let Some(bits) = missing.bits.get_mut(i) {
                *bits |= Missing::OBJECT.0;
            }
        }
    }
    out
}

fn truth_of(inside: Inside) -> Truth {
    match inside {
        Inside::Inside => Truth::True,
        Inside::Outside => Truth::False,
        Inside::Unclear | Inside::NoEpoch => Truth::Undetermined,
    }
}

/// Whether each fact is of the kind `what`; and which parts of that are open (weapon class, calibre).
fn what_column(what: &What, facts: &Facts<'_>) -> (Vec<Truth>, Vec<Truth>, Vec<Truth>) {
    let covered = kinds_covered(what, facts.batch);
    let n = facts.rows.len();
    let mut all = Vec::with_capacity(n);
    let (mut weapons, mut calibres) = (vec![Truth::True; n], vec![Truth::True; n]);
    for (i, row) in facts.rows.clone().enumerate() {
        let kind =
            facts.batch.kind.get(row).is_some_and(|k| covered.get(usize::from(*k)).copied().unwrap_or(false));
        let What::Weapon { class, calibre_min_mm, calibre_below_mm } = what else {
            all.push(Truth::from(kind));
            continue;
        };
        let present = kind || fired_from_there(facts.batch, row);
        let weapon = match facts.batch.weapon.get(row).map(|w| facts.bindings.weapon(*w)) {
            Some(Known::Named(named)) => Truth::from(named == *class),
            _ => Truth::Undetermined,
        };
        let calibre = calibre_fits(facts.batch, row, *calibre_min_mm, *calibre_below_mm);
        let fits = Truth::from(present).and(weapon).and(calibre);
        if fits == Truth::Undetermined {
            if let Some(w) = weapons.get_mut(i) {
                *w = weapon;
            }
            if let Some(c) = calibres.get_mut(i) {
                *c = calibre;
            }
        }
        all.push(fits);
    }
    (all, weapons, calibres)
}

/// A weapon effect assessed as outgoing, with a weapon named, places that weapon there.
fn fired_from_there(batch: &Batch, row: usize) -> bool {
    batch.assessment_at(row) == Assessment::Outgoing && !batch.word_at(&batch.weapon, row).is_empty()
}

fn calibre_fits(batch: &Batch, row: usize, min_mm: Option<f64>, below_mm: Option<f64>) -> Truth {
    if min_mm.is_none() && below_mm.is_none() {
        return Truth::True;
    }
    match batch.calibre_mm.get(row).copied().map(f64::from) {
        Some(mm) if !mm.is_nan() => {
            Truth::from(min_mm.is_none_or(|min| mm >= min) && below_mm.is_none_or(|below| mm < below))
        }
        _ => Truth::Undetermined,
    }
}

fn who_column(agreement: &Agreement, bound: &Bound, facts: &Facts<'_>) -> Vec<Truth> {
    let everybody = binds_everybody(agreement, bound);
    let unknown = if everybody { Truth::True } else { Truth::Undetermined };
    let of_word: Vec<Truth> = (0..facts.batch.words.len())
        .map(|w| match facts.bindings.actor(w as u16) {
            Known::Named(actor) if bound.except.contains(&actor) => Truth::False,
            Known::Named(actor) => Truth::from(bound.actors.as_ref().is_none_or(|b| b.contains(&actor))),
            Known::Unknown => unknown,
        })
        .collect();
    let actor = |r: usize| facts.batch.actor.get(r).and_then(|w| of_word.get(usize::from(*w)));
    facts.rows.clone().map(|r| actor(r).copied().unwrap_or(unknown)).collect()
}

fn distance(
    agreement: &Agreement,
    facts: &Facts<'_>,
    bound: &Bound,
    items: &[DistanceItem],
    reference: Reference,
    missing: &mut MissingColumn,
) -> Breach {
    let n = facts.rows.len();
    let who = who_column(agreement, bound, facts);
    missing.note(&who, Missing::ACTOR);
    let mut what = vec![Truth::False; n];
    let mut place = vec![Truth::False; n];
    let mut whole = vec![Truth::False; n];
    for item in items {
        let (fits, weapon, calibre) = what_column(&item.what, facts);
        missing.note(&weapon, Missing::WEAPON);
        missing.note(&calibre, Missing::CALIBRE);
        let near = near_column(agreement, facts, bound, item, reference, missing, &fits);
        for i in 0..n {
            let (Some(f), Some(w), Some(d)) = (fits.get(i), who.get(i), near.get(i)) else { continue };
            let (Some(what), Some(place), Some(whole)) =
                (what.get_mut(i), place.get_mut(i), whole.get_mut(i))
            else {
                continue;
            };
            *what = what.or(*f);
            *place = place.or(f.and(*d));
            *whole = whole.or(f.and(*w).and(*d));
        }
    }
    Breach { what, who, place, whole }
}

/// Whether each fact is nearer than `item` allows, by the reference line of whoever it is. Where the actor is open and
/// the parties' lines agree, that answer stands; where they differ, it is undetermined.
fn near_column(
    agreement: &Agreement,
    facts: &Facts<'_>,
    bound: &Bound,
    item: &DistanceItem,
    reference: Reference,
    missing: &mut MissingColumn,
    fits: &[Truth],
) -> Vec<Truth> {
    let lines = lines_of(agreement, bound, reference);
    let mut out = Vec::with_capacity(facts.rows.len());
    for (i, row) in facts.rows.clone().enumerate() {
        let actor = facts.batch.actor.get(row).map_or(Known::Unknown, |w| facts.bindings.actor(*w));
        let mut seen: Option<Truth> = None;
        let mut open = Missing::default();
        for (party, line) in &lines {
            if let (Known::Named(a), Some(p)) = (actor, party)
                && a != *p
            {
                continue;
            }
            let (truth, lacks) = near_line(agreement, facts, i, *line, *party, item.at_least_m);
            if truth == Truth::Undetermined {
                open = open.with(lacks);
            }
            seen = Some(match seen {
                Some(other) if other != truth => {
                    open = open.with(Missing::ACTOR);
                    Truth::Undetermined
                }
                _ => truth,
            });
        }
        let truth = seen.unwrap_or(Truth::Undetermined);
        if truth == Truth::Undetermined
            && fits.get(i).is_some_and(|f| *f != Truth::False)
            && let Some(bits) = missing.bits.get_mut(i)
        {
            *bits |= if seen.is_none() { Missing::ACTOR.0 } else { open.0 };
        }
        out.push(truth);
    }
    out
}

/// The line for each bound party; one line for everybody has no party.
pub(crate) fn lines_of(
    agreement: &Agreement,
    bound: &Bound,
    reference: Reference,
) -> Vec<(Option<ActorIx>, LineIx)> {
    let bound_to = |party: ActorIx| bound.actors.as_ref().is_none_or(|b| b.contains(&party));
    match reference {
        Reference::PerParty => {
            let own = agreement.references.iter().filter(|(p, _)| bound_to(*p));
            own.map(|(p, l)| (Some(*p), *l)).collect()
        }
        Reference::Line(line) => {
            let plan = agreement.plan.lines.get(usize::from(line.0));
            let sided = plan.is_some_and(|l| l.left.is_some() || l.right.is_some());
            match &bound.actors {
                Some(actors) if sided => actors.iter().map(|a| (Some(*a), line)).collect(),
                _ => vec![(None, line)],
            }
        }
    }
}

/// Whether fact `i` is nearer to `line` than allowed, or across it from the side of `party`.
fn near_line(
    agreement: &Agreement,
    facts: &Facts<'_>,
    i: usize,
    line: LineIx,
    party: Option<ActorIx>,
    at_least_m: f64,
) -> (Truth, Missing) {
    let Some(column) = facts.answers.lines.get(usize::from(line.0)) else {
        return (Truth::Undetermined, Missing::EPOCH);
    };
    let (Some(distance_m), Some(margin_m), Some(side)) =
        (column.distance_m.get(i), column.margin_m.get(i), column.side.get(i))
    else {
        return (Truth::Undetermined, Missing::EPOCH);
    };
    if distance_m.is_nan() {
        let placed = facts.batch.lon_deg.get(facts.rows.start + i).is_some_and(|x| !x.is_nan());
        return (Truth::Undetermined, if placed { Missing::EPOCH } else { Missing::PLACE });
    }
    let own_side = party.map_or(0, |p| side_of(agreement, line, p));
    if own_side != 0 && *side == -own_side {
        return (Truth::True, Missing::default());
    }
    (nearer(*distance_m, *margin_m, at_least_m), Missing::PLACE)
}

/// On which side of `line` a party belongs: +1 left, -1 right, 0 not stated.
pub(crate) fn side_of(agreement: &Agreement, line: LineIx, party: ActorIx) -> i8 {
    let Some(plan) = agreement.plan.lines.get(usize::from(line.0)) else { return 0 };
    let code = agreement.actors.get(usize::from(party.0)).map(|a| a.code.as_str());
    if plan.left.is_some() && plan.left.as_deref() == code {
        1
    } else if plan.right.is_some() && plan.right.as_deref() == code {
        -1
    } else {
        0
    }
}

/// Whether an exception holds: all its conditions. What has to be shown and was not, does not excuse.
fn exception_column(
    exception: &Exception,
    facts: &Facts<'_>,
    standing: &Standing<'_>,
    ix: usize,
) -> Vec<Truth> {
    let decided = standing.clause.and_then(|c| c.exceptions.get(ix));
    let mut out = vec![Truth::True; facts.rows.len()];
    for (c, condition) in exception.conditions.iter().enumerate() {
        let settled = decided.and_then(|d| d.get(c)).copied().flatten();
        for (i, row) in facts.rows.clone().enumerate() {
            let holds = match (condition, settled) {
                (Condition::InZone(zone), _) => facts
                    .answers
                    .zones
                    .get(usize::from(zone.0))
                    .and_then(|z| z.get(i))
                    .map_or(Truth::Undetermined, |a| truth_of(*a)),
                (Condition::Exercise, _) => Truth::from(facts.batch.flag(row, FLAG_EXERCISE)),
                (Condition::Notified(label), _) => notified(facts, standing, label, row),
                (_, Some(settled)) => settled.for_event(facts.batch.event(row)),
                (Condition::ToBeShown(_), None) => Truth::False,
                (_, None) => Truth::Undetermined,
            };
            if let Some(truth) = out.get_mut(i) {
                *truth = truth.and(holds);
            }
        }
    }
    out
}

/// Whether a timely and complete notice announced the fact.
fn notified(facts: &Facts<'_>, standing: &Standing<'_>, label: &str, row: usize) -> Truth {
    let actor = match facts.batch.actor.get(row).map(|w| facts.bindings.actor(*w)) {
        Some(Known::Named(actor)) => Some(actor),
        _ => None,
    };
    let kind = facts.batch.word_at(&facts.batch.kind, row);
    standing.all.notified(label, facts.batch.event(row), kind, actor)
}
