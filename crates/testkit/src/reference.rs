//! The slow obvious evaluator: one observation, one clause, plain questions in plain order. It was written from the
//! words of the language, not from the evaluator it checks: no columns, no index, nothing fast.

pub mod ground;

use atlas::plan::{LineIx, Plan, Side, ZoneIx, ZoneShape};
use atlas::source::Feature;
use base::{Instant, Interval, Truth};
use evidence::batch::{Batch, FLAG_ALLEGATION, FLAG_EXERCISE};
use evidence::draft::Assessment;
use findings::Outcome;
use findings::standing::{Decided, DecidedClause};
use ground::{Epoch, Standing, even_odd, met};
use terms::agreement::{
    ActorIx, Agreement, Bound, CategoryIx, Clause, Condition, DistanceItem, Duty, Reference as From, Role,
    What, When,
};

/// Positions nearer than this to a boundary are not compared: the reference draws an edge straight in longitude and
/// latitude, the map straight in space, and on edges of a few kilometres these differ by less.
pub const EXCLUDED_M: f64 = 1.0;

/// An agreement with its geometry, for judging one observation at a time.
pub struct Reference<'a> {
    agreement: &'a Agreement,
    decided: Option<&'a Decided>,
    lines: Vec<Vec<Epoch>>,
    zones: Vec<Vec<Epoch>>,
}

/// Whether a place lies in a zone; `None` where no geometry is valid.
type InZone = Option<Truth>;

/// The distances from a line that an observation's doubt leaves open.
#[derive(Clone, Copy, Debug)]
struct Distances {
    near_m: f64,
    far_m: f64,
    side: i8,
}

impl<'a> Reference<'a> {
    /// Prepares; `load` gives the features of a file by its path in the agreement.
    pub fn new(agreement: &'a Agreement, mut load: impl FnMut(&str) -> Vec<Feature>) -> Reference<'a> {
        let zone = &agreement.zone;
        let mut of = |g: &atlas::GeometryRef| ground::epochs(&load(&g.path), &g.validity, zone);
        let lines = agreement.plan.lines.iter().map(|l| of(&l.geometry)).collect();
        let zones = agreement
            .plan
            .zones
            .iter()
            .map(|z| match &z.shape {
                ZoneShape::Drawn(geometry) => of(geometry),
                _ => Vec::new(),
            })
            .collect();
        Reference { agreement, decided: None, lines, zones }
    }

    /// The same, with what records decide of preconditions, moments and exceptions.
    #[must_use]
    pub fn with_decided(self, decided: Option<&'a Decided>) -> Reference<'a> {
        Reference { decided, ..self }
    }

    /// What is decided of a clause.
    fn decided_of(&self, clause: &Clause) -> Option<&'a DecidedClause> {
        let ix = self.agreement.clauses.iter().position(|c| c.label == clause.label)?;
        self.decided?.clauses.get(ix)
    }

    /// What the clause says of the observation in `row`.
    #[must_use]
    pub fn outcome(&self, batch: &Batch, row: usize, clause: &Clause) -> Outcome {
        let fact = Fact::of(self.agreement, batch, row);
        if fact.allegation {
            return Outcome::NotApplicable;
        }
        let time = self.in_force(clause, fact.event);
        if time == Truth::False {
            return Outcome::NotApplicable;
        }
        let (about, breach) = match &clause.duty {
            Duty::Prohibition { bound, what, zone, objects } => {
                let (about, breach) = self.prohibited(&fact, bound, what, *zone);
                (about, breach.and(self.is_protected(&fact, objects)))
            }
            Duty::Abstention { bound, what, zone, .. } => self.prohibited(&fact, bound, what, *zone),
            Duty::Distance { bound, items, reference } => self.too_near(&fact, bound, items, *reference),
            _ => return Outcome::NotApplicable,
        };
        if about == Truth::False {
            return Outcome::NotApplicable;
        }
        let breach = breach.and(time);
        if breach == Truth::False {
            return Outcome::Kept;
        }
        let excuses: Vec<Truth> =
            (0..clause.exceptions.len()).map(|i| self.excuses(&fact, clause, i)).collect();
        if excuses.contains(&Truth::True) {
            return Outcome::Excused;
        }
        if excuses.contains(&Truth::Undetermined)
            || breach == Truth::Undetermined
            || self.under_way(clause, &fact)
        {
            return Outcome::Undetermined;
        }
        Outcome::Breached
    }

    /// Whether the clause is in force during the event: wholly, not at all, or for a part that may or may not hold it.
    fn in_force(&self, clause: &Clause, event: Interval) -> Truth {
        let open = if clause.when.is_empty() { Truth::True } else { Truth::Undetermined };
        if let Some(decided) = self.decided_of(clause) {
            return match decided.force {
                Some(force) => decided.met.and(during(force.start, force.end, event)),
                None => Truth::False,
            };
        }
        let from = match (&clause.from, open) {
            (When::Then(_), Truth::Undetermined) => Some(Instant::FIRST),
            (from, _) => self.agreement.resolve_when(from),
        };
        let Some(from) = from else { return Truth::False };
        let waits = matches!(clause.from, When::Then(_));
        let until = match &clause.until {
            None => Instant::LAST,
            Some(_) if waits => Instant::LAST,
            Some(when) => match self.agreement.resolve_when(when) {
                Some(until) => until,
                None => return Truth::False,
            },
        };
        open.and(during(from, until, event))
    }

    fn under_way(&self, clause: &Clause, fact: &Fact) -> bool {
        let Some(complete) = &clause.complete else { return false };
        let decided = self.decided_of(clause).and_then(|d| d.complete);
        let moment = decided.or_else(|| self.agreement.resolve_when(complete));
        moment.is_some_and(|moment| fact.event.start < moment)
    }

    /// Whether the object belongs to one of the categories: at a known site it does; elsewhere it may, unless all
    /// categories protect their known sites alone.
    fn is_protected(&self, fact: &Fact, categories: &[CategoryIx]) -> Truth {
        if categories.is_empty() {
            return Truth::True;
        }
        let mut is = Truth::False;
        let mut closed = true;
        for category in categories {
            let category = &self.agreement.categories[usize::from(category.0)];
            match category.sites {
                Some(zone) => {
                    is = is.or(self.in_zone(fact, zone).unwrap_or(Truth::Undetermined));
                    closed &= category.sites_only;
                }
                None => closed = false,
            }
        }
        if closed { is } else { is.or(Truth::Undetermined) }
    }

    fn prohibited(&self, fact: &Fact, bound: &Bound, what: &What, zone: Option<ZoneIx>) -> (Truth, Truth) {
        let about = fact.is(what).and(self.binds(bound, fact));
        let place = match zone {
            None => Truth::True,
            Some(zone) => self.in_zone(fact, zone).unwrap_or(Truth::Undetermined),
        };
        (about, about.and(place))
    }

    /// Each class has its own distance, and all of them hold at once: whichever comes first makes no difference.
    fn too_near(&self, fact: &Fact, bound: &Bound, items: &[DistanceItem], from: From) -> (Truth, Truth) {
        let who = self.binds(bound, fact);
        let mut about = Truth::False;
        let mut breach = Truth::False;
        for item in items {
            let is = fact.is(&item.what);
            about = about.or(is);
            if is != Truth::False {
                breach = breach.or(is.and(who).and(self.nearer(fact, bound, item, from)));
            }
        }
        (about.and(who), breach)
    }

    /// Whether the clause binds whoever acted.
    fn binds(&self, bound: &Bound, fact: &Fact) -> Truth {
        match fact.actor {
            Some(actor) => {
                let named = match &bound.actors {
                    None => true,
                    Some(actors) => actors.contains(&actor),
                };
                Truth::from(named && !bound.except.contains(&actor))
            }
            None => {
                let everybody = match &bound.actors {
                    None => true,
                    Some(actors) => {
                        self.parties().iter().all(|p| actors.contains(p)) && !self.parties().is_empty()
                    }
                };
                if everybody && bound.except.is_empty() { Truth::True } else { Truth::Undetermined }
            }
        }
    }

    fn parties(&self) -> Vec<ActorIx> {
        let all = self.agreement.actors.iter().enumerate();
        all.filter(|(_, a)| a.role == Role::Party).map(|(i, _)| ActorIx(i as u16)).collect()
    }

    /// Whether the fact is nearer than the item allows to the line of whoever it is; where that is not known, the
    /// lines of all who are bound must agree.
    fn nearer(&self, fact: &Fact, bound: &Bound, item: &DistanceItem, from: From) -> Truth {
        let bound_actors: Vec<ActorIx> = match &bound.actors {
            Some(actors) => actors.clone(),
            None => (0..self.agreement.actors.len()).map(|i| ActorIx(i as u16)).collect(),
        };
        let mut answers = Vec::new();
        match from {
            From::Line(line) => {
                let sided = self
                    .plan()
                    .lines
                    .get(usize::from(line.0))
                    .is_some_and(|l| l.left.is_some() || l.right.is_some());
                if sided && bound.actors.is_some() {
                    for actor in bound_actors.iter().filter(|a| fact.actor.is_none_or(|named| named == **a)) {
                        answers.push(self.nearer_to(fact, line, Some(*actor), item.at_least_m));
                    }
                } else {
                    answers.push(self.nearer_to(fact, line, None, item.at_least_m));
                }
            }
            From::PerParty => {
                for actor in bound_actors.iter().filter(|a| fact.actor.is_none_or(|named| named == **a)) {
                    if let Some(line) = self.agreement.reference_of(*actor) {
                        answers.push(self.nearer_to(fact, line, Some(*actor), item.at_least_m));
                    }
                }
            }
        }
        match answers.first() {
            Some(first) if answers.iter().all(|a| a == first) => *first,
            _ => Truth::Undetermined,
        }
    }

    fn nearer_to(&self, fact: &Fact, line: LineIx, actor: Option<ActorIx>, at_least_m: f64) -> Truth {
        let (found, complete) = self.distances(fact, line);
        let Some(found) = found.filter(|_| complete) else { return Truth::Undetermined };
        if let (Some(actor), Some(plan)) = (actor, self.plan().lines.get(usize::from(line.0))) {
            let code = self.agreement.actor(actor).map(|a| a.code.as_str());
            let across = (plan.left.is_some() && plan.left.as_deref() == code && found.side == -1)
                || (plan.right.is_some() && plan.right.as_deref() == code && found.side == 1);
            if across {
                return Truth::True;
            }
        }
        if found.far_m < at_least_m {
            Truth::True
        } else if found.near_m >= at_least_m {
            Truth::False
        } else {
            Truth::Undetermined
        }
    }

    fn plan(&self) -> &Plan {
        &self.agreement.plan
    }

    /// The distances over all epochs that the event meets; whether all of the event has an epoch.
    fn distances(&self, fact: &Fact, line: LineIx) -> (Option<Distances>, bool) {
        let i = usize::from(line.0);
        let (Some(epochs), Some(plan)) = (self.lines.get(i), self.plan().lines.get(i)) else {
            return (None, false);
        };
        let (epochs, complete) = met(epochs, fact.event);
        let mut all: Option<Distances> = None;
        for epoch in epochs {
            let Some(one) = one_epoch(fact, epoch, plan.tolerance_m) else { return (None, complete) };
            all = Some(match all {
                None => one,
                Some(a) => Distances {
                    near_m: a.near_m.min(one.near_m),
                    far_m: a.far_m.max(one.far_m),
                    side: if a.side == one.side { a.side } else { 0 },
                },
            });
        }
        (all, complete)
    }

    /// Whether the fact lies in the zone.
    fn in_zone(&self, fact: &Fact, zone: ZoneIx) -> InZone {
        let plan = self.plan().zones.get(usize::from(zone.0))?;
        match &plan.shape {
            ZoneShape::Drawn(_) => self.in_drawn(fact, zone, plan.tolerance_m),
            ZoneShape::Band { line, from_m, to_m, side } => {
                self.over_epochs(fact, *line, |d| in_band(d, *from_m, *to_m, *side))
            }
            ZoneShape::SideOf { line, side } => self.over_epochs(fact, *line, |d| on_side(d, *side)),
            ZoneShape::Both(a, b) => both(self.in_zone(fact, *a), self.in_zone(fact, *b)),
            ZoneShape::Either(a, b) => not(both(not(self.in_zone(fact, *a)), not(self.in_zone(fact, *b)))),
            ZoneShape::Except(a, b) => both(self.in_zone(fact, *a), not(self.in_zone(fact, *b))),
        }
    }

    /// The answer that all epochs of the event give; undetermined where they differ.
    fn over_epochs(&self, fact: &Fact, line: LineIx, answer: impl Fn(Distances) -> Truth) -> InZone {
        let i = usize::from(line.0);
        let (epochs, plan) = (self.lines.get(i)?, self.plan().lines.get(i)?);
        let (epochs, complete) = met(epochs, fact.event);
        let answers: Vec<Truth> = epochs
            .iter()
            .map(|e| one_epoch(fact, e, plan.tolerance_m).map_or(Truth::Undetermined, &answer))
            .collect();
        let first = *answers.first()?;
        Some(if complete && answers.iter().all(|a| *a == first) { first } else { Truth::Undetermined })
    }

    fn in_drawn(&self, fact: &Fact, zone: ZoneIx, tolerance_m: f64) -> InZone {
        let (epochs, complete) = met(self.zones.get(usize::from(zone.0))?, fact.event);
        if epochs.is_empty() {
            return None;
        }
        let Some((lon, lat, radius_m)) = fact.place.filter(|_| complete) else {
            return Some(Truth::Undetermined);
        };
        let answers: Vec<Truth> = epochs
            .iter()
            .map(|epoch| {
                let edge = epoch.standing(lon, lat).map_or(f64::INFINITY, |s| s.distance_m);
                if edge <= radius_m + tolerance_m {
                    Truth::Undetermined
                } else {
                    even_odd(&epoch.polygons, lon, lat).into()
                }
            })
            .collect();
        let first = answers.first().copied()?;
        Some(if answers.iter().all(|a| *a == first) { first } else { Truth::Undetermined })
    }

    /// An exception holds when all its conditions do. What has to be shown does not hold until somebody shows it.
    fn excuses(&self, fact: &Fact, clause: &Clause, ix: usize) -> Truth {
        let decided = self.decided_of(clause).and_then(|d| d.exceptions.get(ix));
        let mut all = Truth::True;
        for (c, condition) in clause.exceptions[ix].conditions.iter().enumerate() {
            let known = decided.and_then(|d| d.get(c)).copied().flatten();
            all = all.and(match condition {
                Condition::InZone(zone) => self.in_zone(fact, *zone).unwrap_or(Truth::Undetermined),
                Condition::Exercise => fact.exercise.into(),
                Condition::Notified(label) => self
                    .decided
                    .map_or(Truth::Undetermined, |d| d.notified(label, fact.event, &fact.kind, fact.actor)),
                _ if known.is_some() => known.map_or(Truth::Undetermined, |holds| {
                    // What came about later excuses nothing that happened before.
                    let before = holds.since.is_some_and(|since| fact.event.start < since);
                    let wholly = holds.since.is_some_and(|since| fact.event.end <= since);
                    match (holds.truth, before, wholly) {
                        (Truth::True, true, true) => Truth::False,
                        (Truth::True, true, false) => Truth::Undetermined,
                        (truth, ..) => truth,
                    }
                }),
                Condition::ToBeShown(_) => Truth::False,
                _ => Truth::Undetermined,
            });
        }
        all
    }

    /// Whether the observation lies so near to a boundary of the agreement, doubt included, that two ways to draw an
    /// edge may answer differently; such observations are not compared.
    #[must_use]
    pub fn on_the_edge(&self, batch: &Batch, row: usize) -> bool {
        let fact = Fact::of(self.agreement, batch, row);
        let Some((lon, lat, radius_m)) = fact.place else { return false };
        let thresholds = self.thresholds_m();
        let near = |epoch: &Epoch, tolerance_m: f64| {
            let Some(Standing { distance_m, .. }) = epoch.standing(lon, lat) else { return false };
            let margin_m = radius_m + tolerance_m;
            thresholds
                .iter()
                .any(|t| [margin_m, -margin_m].iter().any(|m| (distance_m + m - t).abs() < EXCLUDED_M))
        };
        let lines = self.lines.iter().zip(&self.plan().lines).map(|(e, p)| (e, p.tolerance_m));
        let zones = self.zones.iter().zip(&self.plan().zones).map(|(e, p)| (e, p.tolerance_m));
        lines.chain(zones).any(|(epochs, tolerance_m)| epochs.iter().any(|e| near(e, tolerance_m)))
    }

    /// Every distance that anything is compared with; 0 for sides and drawn edges.
    fn thresholds_m(&self) -> Vec<f64> {
        let mut all = vec![0.0];
        for zone in &self.plan().zones {
            if let ZoneShape::Band { from_m, to_m, .. } = zone.shape {
                all.extend([from_m, to_m]);
            }
        }
        for clause in &self.agreement.clauses {
            if let Duty::Distance { items, .. } = &clause.duty {
                all.extend(items.iter().map(|i| i.at_least_m));
            }
        }
        all
    }
}

/// Whether an event happened between two moments: wholly, not at all, or for a part that may or may not hold it.
fn during(from: Instant, until: Instant, event: Interval) -> Truth {
    if event.start == event.end {
        return Truth::from(from <= event.start && event.start < until);
    }
    if event.start >= from && event.end <= until {
        return Truth::True;
    }
    if event.end <= from || event.start >= until {
        return Truth::False;
    }
    Truth::Undetermined
}

/// The distances one epoch leaves open, for a point or circle.
fn one_epoch(fact: &Fact, epoch: &Epoch, tolerance_m: f64) -> Option<Distances> {
    let (lon, lat, radius_m) = fact.place?;
    let at = epoch.standing(lon, lat)?;
    let margin_m = radius_m + tolerance_m;
    let side = if margin_m > 0.0 && margin_m >= at.distance_m { 0 } else { at.side };
    Some(Distances { near_m: at.distance_m - margin_m, far_m: at.distance_m + margin_m, side })
}

fn in_band(d: Distances, from_m: f64, to_m: f64, side: Option<Side>) -> Truth {
    let ring = if d.near_m > to_m || (from_m > 0.0 && d.far_m < from_m) {
        Truth::False
    } else if d.far_m <= to_m && (from_m <= 0.0 || d.near_m >= from_m) {
        Truth::True
    } else {
        Truth::Undetermined
    };
    match side {
        Some(side) => ring.and(on_side(d, side)),
        None => ring,
    }
}

fn on_side(d: Distances, side: Side) -> Truth {
    match (d.side, side) {
        (0, _) => Truth::Undetermined,
        (1, Side::Left) | (-1, Side::Right) => Truth::True,
        _ => Truth::False,
    }
}

/// Both; a zone without geometry leaves it open unless the other says no.
fn both(a: InZone, b: InZone) -> InZone {
    match (a, b) {
        (Some(Truth::False), _) | (_, Some(Truth::False)) => Some(Truth::False),
        (Some(a), Some(b)) => Some(a.and(b)),
        _ => None,
    }
}

fn not(a: InZone) -> InZone {
    a.map(|truth| !truth)
}

/// One observation, as the agreement reads its words.
struct Fact {
    event: Interval,
    kind: String,
    /// Longitude, latitude, radius in metres.
    place: Option<(f64, f64, f64)>,
    weapon_word: String,
    weapon: Option<usize>,
    calibre_mm: Option<f64>,
    actor: Option<ActorIx>,
    outgoing: bool,
    exercise: bool,
    allegation: bool,
}

impl Fact {
    fn of(agreement: &Agreement, batch: &Batch, row: usize) -> Fact {
        let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
        let actor_word = batch.word_at(&batch.actor, row);
        let named = |a: &&terms::agreement::Actor| {
            [&a.code, &a.name].into_iter().chain(&a.aliases).any(|name| same(name, actor_word))
        };
        let actor = agreement.actors.iter().position(|a| named(&a)).map(|i| ActorIx(i as u16));
        let weapon_word = batch.word_at(&batch.weapon, row).to_owned();
        let weapon = agreement
            .weapons
            .iter()
            .position(|w| std::iter::once(&w.name).chain(&w.aliases).any(|name| same(name, &weapon_word)));
        let radius_m = f64::from(batch.radius_m[row]);
        let unstated_m = agreement.unstated_precision_m.unwrap_or(0.0);
        let (lon, lat) = (batch.lon_deg[row], batch.lat_deg[row]);
        let radius_m = if radius_m.is_nan() { unstated_m } else { radius_m };
        let calibre_mm = f64::from(batch.calibre_mm[row]);
        Fact {
            event: batch.event(row),
            kind: batch.word_at(&batch.kind, row).to_owned(),
            place: (!lon.is_nan()).then_some((lon, lat, radius_m)),
            weapon_word,
            weapon,
            calibre_mm: (!calibre_mm.is_nan()).then_some(calibre_mm),
            actor,
            outgoing: batch.assessment_at(row) == Assessment::Outgoing,
            exercise: batch.flag(row, FLAG_EXERCISE),
            allegation: batch.flag(row, FLAG_ALLEGATION),
        }
    }

    /// Whether the fact is what a clause is about.
    fn is(&self, what: &What) -> Truth {
        match what {
            What::Act { kinds, .. } => kinds.contains(&self.kind).into(),
            What::Weapon { class, calibre_min_mm, calibre_below_mm } => {
                let fired = self.outgoing && !self.weapon_word.is_empty();
                if self.kind != "weapon" && !fired {
                    return Truth::False;
                }
                let class_fits = match self.weapon {
                    Some(weapon) => Truth::from(weapon == usize::from(class.0)),
                    None => Truth::Undetermined,
                };
                let bounded = calibre_min_mm.is_some() || calibre_below_mm.is_some();
                let calibre_fits = match self.calibre_mm {
                    _ if !bounded => Truth::True,
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
}

/// What a clause says of an incident: the gravest of what it says of its members.
#[must_use]
pub fn over_members(members: &[Outcome]) -> Outcome {
    let order =
        [Outcome::Breached, Outcome::Undetermined, Outcome::Excused, Outcome::Kept, Outcome::NotApplicable];
    order.into_iter().find(|o| members.contains(o)).unwrap_or(Outcome::NotApplicable)
}
