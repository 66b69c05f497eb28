//! What every evaluator asks: who is meant, what was known, when a clause binds.

use super::conditions::{self, Met};
use super::memo::{Columns, Memo};
use super::moments::{self, same};
use super::order;
use super::{Instance, StandingFacts, StandingFinding, StandingOutcome};
use super::{access, deed, effect, guarantee, limit, mandate, notify, remedy, respond, share};
use crate::bind::{Bindings, Known};
use crate::outcome::Outcome;
use crate::state::{Version, asked, stretches};
use atlas::answer::{Inside, NO_SHAPE, Positions};
use atlas::plan::{LineIx, ZoneIx};
use base::{CivilZone, Instant, Truth};
use evidence::batch::{FLAG_ALLEGATION, NOT_STATED_MS};
use evidence::records::{Record, Recorded};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use terms::agreement::{ActorIx, Agreement, Bound, Clause, Duty, What, When};

/// Most clauses of one circle that are followed.
const CIRCLE_MAX: usize = 48;

/// The facts with what they mean to one version, as known at one moment.
pub(crate) struct Context<'a> {
    pub(crate) version: &'a Version,
    pub(crate) facts: &'a StandingFacts<'a>,
    pub(crate) now: Instant,
    /// Records known by now, the latest of each id, by time and id.
    pub(crate) records: Vec<&'a Record>,
    pub(crate) bindings: Bindings,
    moments: Vec<Option<Instant>>,
    labels: BTreeMap<&'a str, usize>,
    known: RefCell<Vec<Option<Rc<[StandingFinding]>>>>,
    /// Found within a circle: good only until the clause asked for is worked out.
    tentative: RefCell<BTreeMap<usize, Rc<[StandingFinding]>>>,
    visiting: RefCell<Vec<usize>>,
    /// What the map says of the observations.
    columns: Rc<Columns>,
}

/// Distance from a line, its margin, both in metres, and the side.
pub(crate) type ToLine = (f64, f32, i8);

/// When a clause binds, and whether it does so now.
pub(crate) struct Gate {
    /// From when.
    pub(crate) from: Instant,
    /// When it must be complete.
    pub(crate) complete: Option<Instant>,
    /// Until when it is judged: now, or the end of its force.
    pub(crate) as_of: Instant,
    /// It has ceased.
    pub(crate) ceased: bool,
}

impl<'a> Context<'a> {
    pub(crate) fn of(
        version: &'a Version,
        facts: &'a StandingFacts<'a>,
        now: Instant,
        memo: &Memo,
    ) -> Context<'a> {
        let records = known_by(facts.records, now);
        let mut labels = BTreeMap::new();
        for (ix, clause) in version.agreement.clauses.iter().enumerate() {
            labels.entry(clause.label.as_str()).or_insert(ix);
        }
        let context = Context {
            version,
            facts,
            now,
            bindings: Bindings::of(&version.agreement, facts.observations),
            moments: moments::of(&version.agreement, &records),
            records,
            labels,
            known: RefCell::new(vec![None; version.agreement.clauses.len()]),
            tentative: RefCell::default(),
            visiting: RefCell::new(Vec::new()),
            columns: memo.of(version),
        };
        // What others wait for is worked out first: no chain of clauses is too long.
        order::of(&version.agreement, &context.labels).into_iter().for_each(|ix| drop(context.findings(ix)));
        context
    }

    pub(crate) fn agreement(&self) -> &'a Agreement {
        &self.version.agreement
    }

    pub(crate) fn zone(&self) -> &'a CivilZone {
        &self.version.agreement.zone
    }

    pub(crate) fn show(&self, moment: Instant) -> String {
        self.zone().show(moment)
    }

    pub(crate) fn clause_of_label(&self, label: &str) -> Option<usize> {
        self.labels.get(label).copied()
    }

    pub(crate) fn clause(&self, ix: usize) -> Option<&'a Clause> {
        self.agreement().clauses.get(ix)
    }

    /// The code of an actor.
    pub(crate) fn code(&self, actor: ActorIx) -> String {
        self.agreement().actor(actor).map_or_else(String::new, |a| a.code.clone())
    }

    /// The name of an actor for people.
    pub(crate) fn name(&self, actor: ActorIx) -> String {
        self.agreement().actor(actor).map_or_else(String::new, |a| a.name.clone())
    }

    pub(crate) fn names(&self, actors: &[ActorIx]) -> String {
        actors.iter().map(|a| self.name(*a)).collect::<Vec<_>>().join(", ")
    }

    /// Whether a record's word means that actor.
    pub(crate) fn is(&self, word: &str, actor: ActorIx) -> bool {
        self.agreement().resolve_actor_word(word) == Some(actor)
    }

    /// Who is bound: those named, or all parties.
    pub(crate) fn bound(&self, bound: &Bound) -> Vec<ActorIx> {
        let all: Vec<ActorIx> = match &bound.actors {
            Some(actors) => actors.clone(),
            None => self.agreement().parties().map(|(a, _)| a).collect(),
        };
        all.into_iter().filter(|a| !bound.except.contains(a)).collect()
    }

    pub(crate) fn zone_name(&self, zone: ZoneIx) -> &'a str {
        self.agreement().plan.zones.get(usize::from(zone.0)).map_or("", |z| z.name.as_str())
    }

    pub(crate) fn instance(&self, actor: ActorIx) -> Instance {
        Instance { name: self.code(actor), actor: Some(actor), period: None }
    }

    /// The instant of a named moment.
    pub(crate) fn moment(&self, ix: terms::agreement::MomentIx) -> Option<Instant> {
        self.moments.get(usize::from(ix.0)).copied().flatten()
    }

    /// The instant of a moment; `then` is when the clause's own preconditions were met.
    pub(crate) fn resolve(&self, when: &When, then: Option<Instant>) -> Option<Instant> {
        match when {
            When::After(ix, offset) => offset.after(self.moment(*ix)?, self.zone()),
            When::Then(offset) => offset.after(then?, self.zone()),
            other => self.agreement().resolve_when(other),
        }
    }

    /// The findings of a clause, worked out once; empty for a clause judged by observations, and for one that would
    /// have to be known to be known.
    pub(crate) fn findings(&self, ix: usize) -> Rc<[StandingFinding]> {
        if let Some(Some(known)) = self.known.borrow().get(ix) {
            return Rc::clone(known);
        }
        if let Some(found) = self.tentative.borrow().get(&ix) {
            return Rc::clone(found);
        }
        if self.is_circular(ix) {
            return Rc::from(Vec::new());
        }
        self.visiting.borrow_mut().push(ix);
        let found: Rc<[StandingFinding]> = Rc::from(self.unaccused(self.evaluate(ix)));
        self.visiting.borrow_mut().pop();
        if !self.visiting.borrow().is_empty() {
            self.tentative.borrow_mut().insert(ix, Rc::clone(&found));
            return found;
        }
        // What was found on the way round a circle is not kept: asked on its own, more of it may be known.
        self.tentative.borrow_mut().clear();
        if let Some(slot) = self.known.borrow_mut().get_mut(ix) {
            *slot = Some(Rc::clone(&found));
        }
        found
    }

    /// Where no record of any kind is kept, that something is not on record says nothing: nobody is late or silent for
    /// want of an entry that nobody could make.
    fn unaccused(&self, mut found: Vec<StandingFinding>) -> Vec<StandingFinding> {
        let kept = !self.facts.records.is_empty();
        for finding in found.iter_mut().filter(|f| !kept && f.outcome == StandingOutcome::Breached) {
            finding.becomes(StandingOutcome::Undetermined, "nothing recorded");
            finding
                .lacks("no_records", "no record of any kind is kept: that nothing is on record says nothing");
        }
        found
    }

    /// Whether a clause is being worked out already, or too many are that wait for one another: to ask for it would
    /// be to go round a circle.
    pub(crate) fn is_circular(&self, ix: usize) -> bool {
        let visiting = self.visiting.borrow();
        let known = self.known.borrow().get(ix).is_some_and(Option::is_some);
        !known && (visiting.contains(&ix) || visiting.len() >= CIRCLE_MAX)
    }

    fn evaluate(&self, ix: usize) -> Vec<StandingFinding> {
        let Some(clause) = self.clause(ix) else { return Vec::new() };
        let gate = match self.gate(ix, clause) {
            Ok(gate) => gate,
            Err(closed) => return vec![*closed],
        };
        let mut found = match &clause.duty {
            Duty::Limit(duty) => limit::evaluate(self, ix, &gate, duty),
            Duty::Share(duty) => share::evaluate(self, ix, &gate, duty),
            Duty::Deed(duty) => deed::evaluate(self, ix, &gate, duty),
            Duty::Notify(duty) => notify::evaluate(self, ix, &gate, duty),
            Duty::Access(duty) => access::evaluate(self, ix, &gate, duty),
            Duty::Remedy(duty) => remedy::evaluate(self, ix, &gate, duty),
            Duty::Guarantee(duty) => guarantee::evaluate(self, ix, &gate, duty),
            Duty::Respond(duty) => respond::evaluate(self, ix, &gate, duty),
            Duty::Effect(duty) => effect::evaluate(self, ix, &gate, duty),
            Duty::Mandate(duty) => mandate::evaluate(self, ix, duty),
            // An indicator binds nobody: the watch works it out, and there is nothing to find.
            Duty::Prohibition { .. }
            | Duty::Abstention { .. }
            | Duty::Distance { .. }
            | Duty::Indicator(_) => Vec::new(),
        };
        for finding in &mut found {
            self.excuse(clause, finding);
        }
        found
    }

    /// When the clause binds; or the finding that says why it does not yet.
    fn gate(&self, ix: usize, clause: &Clause) -> Result<Gate, Box<StandingFinding>> {
        let met = conditions::all(self, &clause.when);
        let closed = |outcome, state, met: Met| {
            let mut finding = StandingFinding::new(ix, Instance::default(), outcome, state);
            finding.reasons = met.reasons;
            finding.missing = met.missing;
            finding
        };
        match met.truth {
            Truth::False => {
                let finding = closed(StandingOutcome::NotDue, "blocked", met);
                let words = "what must have come about before the clause binds has not";
                return Err(Box::new(finding.lacking("condition", words)));
            }
            Truth::Undetermined => {
                let finding = closed(StandingOutcome::Undetermined, "", met);
                let words = "whether that has come about before which the clause does not bind";
                return Err(Box::new(finding.lacking("condition", words)));
            }
            Truth::True => {}
        }
        let Some(from) = self.resolve(&clause.from, met.at) else {
            let finding = closed(StandingOutcome::NotDue, "waiting", met);
            let entry = clause.from.waits_for_entry();
            let (code, words) = if entry {
                ("entry_into_force", "the entry into force is not known")
            } else {
                ("moment", "the moment from which it binds is not known to have come")
            };
            return Err(Box::new(finding.lacking(code, words)));
        };
        // It does not bind before that has come about for which it waits.
        let from = from.max(met.at.unwrap_or(from));
        if self.now < from {
            let finding = closed(StandingOutcome::NotDue, "", met);
            let told = format!("it binds from {}", self.show(from));
            return Err(Box::new(finding.because(told)));
        }
        let until = clause.until.as_ref().and_then(|w| self.resolve(w, met.at));
        let ceased = until.is_some_and(|u| u <= self.now);
        Ok(Gate {
            from,
            complete: clause.complete.as_ref().and_then(|w| self.resolve(w, met.at)),
            as_of: until.map_or(self.now, |u| u.min(self.now)),
            ceased,
        })
    }

    /// A breach that an exception excuses, or may excuse.
    fn excuse(&self, clause: &Clause, finding: &mut StandingFinding) {
        if finding.outcome != StandingOutcome::Breached {
            return;
        }
        let since = finding.since.unwrap_or(self.now);
        for exception in &clause.exceptions {
            let name = if exception.title.is_empty() { &exception.label } else { &exception.title };
            match conditions::excuses(self, &exception.conditions, since) {
                Truth::True => {
                    finding.outcome = StandingOutcome::Excused;
                    finding.reasons.push(format!("exception `{name}` holds"));
                    return;
                }
                Truth::Undetermined => {
                    finding.outcome = StandingOutcome::Undetermined;
                    finding.lacks("exception", format!("whether exception `{name}` holds is open"));
                }
                Truth::False => finding.reasons.push(format!("exception `{name}` does not hold")),
            }
        }
    }

    // What follows is about observations.

    /// Rows of observations known by now, allegations left out, whose kind `is_kind` takes, in order of time.
    pub(crate) fn rows(&self, is_kind: impl Fn(&str) -> bool) -> Vec<usize> {
        let batch = self.facts.observations;
        let wanted: Vec<bool> = batch.words.iter().map(|w| is_kind(w)).collect();
        let of_kind = |row: &usize| {
            batch.kind.get(*row).is_some_and(|k| wanted.get(usize::from(*k)).copied().unwrap_or(false))
        };
        (0..batch.len())
            .filter(of_kind)
            .filter(|r| !batch.flag(*r, FLAG_ALLEGATION) && self.is_known(*r))
            .collect()
    }

    /// Whether an observation had happened, and been reported, by now.
    pub(crate) fn is_known(&self, row: usize) -> bool {
        let reported = self.facts.observations.reported_ms.get(row).copied().unwrap_or(NOT_STATED_MS);
        let happened = self.facts.observations.event(row).start <= self.now;
        happened && (reported == NOT_STATED_MS || reported <= self.now.0)
    }

    /// Who acted, as the report names it.
    pub(crate) fn actor_of(&self, row: usize) -> Known<ActorIx> {
        let word = self.facts.observations.actor.get(row);
        word.map_or(Known::Unknown, |w| self.bindings.actor(*w))
    }

    /// Whether one of these acted.
    pub(crate) fn acted(&self, row: usize, actors: &[ActorIx]) -> Truth {
        match self.actor_of(row) {
            Known::Named(actor) => actors.contains(&actor).into(),
            Known::Unknown => Truth::Undetermined,
        }
    }

    /// Whether the observation is of the weapon or act.
    pub(crate) fn is_of(&self, row: usize, what: &What) -> Truth {
        let batch = self.facts.observations;
        let kind = batch.word_at(&batch.kind, row);
        match what {
            What::Act { kinds, .. } => kinds.iter().any(|k| k == kind).into(),
            What::Weapon { class, calibre_min_mm, calibre_below_mm } => {
                let class_fits = match batch.weapon.get(row).map(|w| self.bindings.weapon(*w)) {
                    Some(Known::Named(named)) => Truth::from(named == *class),
                    _ => Truth::Undetermined,
                };
                let mm = batch.calibre_mm.get(row).copied().map(f64::from).filter(|mm| !mm.is_nan());
                let calibre_fits = match mm {
                    _ if calibre_min_mm.is_none() && calibre_below_mm.is_none() => Truth::True,
                    None => Truth::Undetermined,
                    Some(mm) => Truth::from(
                        calibre_min_mm.is_none_or(|least| mm >= least)
                            && calibre_below_mm.is_none_or(|top| mm < top),
                    ),
                };
                class_fits.and(calibre_fits)
            }
        }
    }

    /// Whether the observation lies in the zone, as it was then. The zone is asked about once for all observations.
    pub(crate) fn lies_in(&self, row: usize, zone: ZoneIx) -> Truth {
        inside(self.place_in(row, zone))
    }

    /// Where the observation stands to the zone.
    pub(crate) fn place_in(&self, row: usize, zone: ZoneIx) -> Option<Inside> {
        let mut columns = self.columns.in_zones.borrow_mut();
        let column = columns
            .entry(zone)
            .or_insert_with(|| crate::silence::zone_column(self.version, self.facts.observations, zone));
        column.get(row).copied()
    }

    /// Distance, margin and side of the observation from the line; asked once for all observations.
    pub(crate) fn stands_to(&self, row: usize, line: LineIx) -> Option<ToLine> {
        let mut columns = self.columns.to_lines.borrow_mut();
        let column = columns.entry(line).or_insert_with(|| {
            let batch = self.facts.observations;
            let mut out = Vec::with_capacity(batch.len());
            for rows in stretches(batch.len()) {
                let answers = asked(self.version, batch, rows, |places| {
                    self.version.atlas.answer_some(places, &[], &[line])
                });
                if let Some(c) = answers.lines.into_iter().nth(usize::from(line.0)) {
                    let each = c.distance_m.into_iter().zip(c.margin_m).zip(c.side);
                    out.extend(each.map(|((distance, margin), side)| (distance, margin, side)));
                }
            }
            out
        });
        column.get(row).copied()
    }

    /// Whether a record's place is that zone, or lies in it at `at`.
    pub(crate) fn record_in(&self, record: &Record, zone: ZoneIx, at: Instant) -> Truth {
        if same(&record.place, self.zone_name(zone)) {
            return Truth::True;
        }
        let Some((point, radius_m)) = record.point else {
            return if record.place.is_empty() { Truth::Undetermined } else { Truth::False };
        };
        let (lon, lat, radius) = ([point.lon_deg()], [point.lat_deg()], [radius_m as f32]);
        let positions = Positions {
            lon_deg: &lon,
            lat_deg: &lat,
            radius_m: &radius,
            start_ms: &[at.0],
            end_ms: &[at.0],
            shape: &[NO_SHAPE],
            shapes: &[],
        };
        let answers = self.version.atlas.answer_some(&positions, &[zone], &[]);
        inside(answers.zones.get(usize::from(zone.0)).and_then(|z| z.first()).copied())
    }

    /// Rows whose outcome under clause `ix` is `outcome` and that are known by now, in order of time.
    pub(crate) fn rows_of(&self, ix: usize, outcome: Outcome) -> Vec<usize> {
        let column = self.facts.judged.outcomes.get(ix).map(Vec::as_slice).unwrap_or_default();
        let of = column.iter().enumerate().filter(|(_, code)| **code == outcome as u8).map(|(row, _)| row);
        of.filter(|r| self.is_known(*r)).collect()
    }
}

fn inside(answer: Option<Inside>) -> Truth {
    match answer {
        Some(Inside::Inside) => Truth::True,
        Some(Inside::Outside) => Truth::False,
        _ => Truth::Undetermined,
    }
}

/// The records known by `now`, the latest report of each id, by time and id.
fn known_by(records: &[Record], now: Instant) -> Vec<&Record> {
    let mut latest: BTreeMap<&str, &Record> = BTreeMap::new();
    for record in records.iter().filter(|r| r.reported.or(over(r)).is_none_or(|t| t <= now)) {
        let newer = |old: &&Record| {
            old.reported.unwrap_or(Instant::FIRST) <= record.reported.unwrap_or(Instant::FIRST)
        };
        match latest.get(record.id.as_str()) {
            Some(old) if !newer(old) => {}
            _ => {
                latest.insert(&record.id, record);
            }
        }
    }
    let mut out: Vec<&Record> = latest.into_values().collect();
    out.sort_by_key(|r| (first(r), r.id.as_str()));
    out
}

/// When a record can have been made, where it does not say when it was reported: not before what it says was over.
fn over(record: &Record) -> Option<Instant> {
    match &record.what {
        Recorded::Reading { .. } | Recorded::Delivery { .. } => record.until.or(record.from),
        Recorded::Access { .. } => record.at.map(|i| i.start).max(record.from).max(record.until),
        _ => first(record),
    }
}

/// When what a record says began; of a notice: when it was sent.
fn first(record: &Record) -> Option<Instant> {
    record.at.map(|i| i.start).or(record.from)
}
