//! The cells between the boundaries of clauses. A clause about facts depends on finitely many things: who acted,
//! what it was, when (the stretches between the moments that the texts name), where (the bands between the
//! distances that they name, the sides of lines, the insides of drawn zones), what it was done to, and what was
//! shown. Within one cell of all these every fact has the same outcome, so that a question about clauses is
//! answered by going through the cells, and the cell itself is the witness. No solver is needed.

mod outcome;
mod place;
mod witness;

use crate::agreement::{Agreement, Clause, Condition, Duty, What, When};
use crate::limits::CELLS_MAX;
use base::time::{DAY_MS, HOUR_MS};
use base::{CivilZone, Instant};
use place::Map;
use std::collections::HashMap;

pub use outcome::CellOutcome;
pub use witness::Witness;

/// What a fact is.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A fact of this kind.
    Kind(String),
    /// A weapon of this class, with its calibre, millimetres.
    Weapon {
        /// Name of the class.
        class: String,
        /// Its calibre; `None`: the class has none.
        calibre_mm: Option<f64>,
    },
}

/// One cell: a fact that stands for all facts in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Code of who acted; `None`: not known.
    pub actor: Option<String>,
    /// What it was.
    pub fact: Fact,
    /// When.
    pub at: Instant,
    /// By line: distance from it, metres, and the side (+1 left, -1 right).
    pub lines: Vec<(f64, i8)>,
    /// By drawn zone: whether inside.
    pub zones: Vec<bool>,
    /// Category of what it was done to; `None`: of none that a text names.
    pub object: Option<String>,
    /// Whether it was an exercise.
    pub exercise: bool,
    /// By condition that people or records decide: whether it holds.
    pub held: Vec<bool>,
}

/// The clauses depend on more than can be gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

/// The cells of some clauses, of one agreement or of several.
pub struct Space<'a> {
    subjects: Vec<(&'a Agreement, &'a Clause)>,
    map: Map,
    actors: Vec<Option<String>>,
    facts: Vec<Fact>,
    times: Vec<Instant>,
    objects: Vec<Option<String>>,
    exercises: Vec<bool>,
    conditions: Vec<String>,
    supposed: Supposed,
    size: usize,
}

/// Moments that the texts leave open, supposed in an order of their own so that the clauses can be gone through.
#[derive(Default)]
struct Supposed {
    entry: Option<Instant>,
    events: HashMap<String, Instant>,
}

impl<'a> Space<'a> {
    /// The space of these clauses: each an agreement and the index of its clause, of a kind that is judged by facts.
    ///
    /// # Errors
    /// When there are more than [`CELLS_MAX`] cells.
    pub fn of(subjects: &[(&'a Agreement, usize)]) -> Result<Space<'a>, TooMany> {
        let subjects: Vec<(&Agreement, &Clause)> =
            subjects.iter().filter_map(|(a, i)| Some((*a, a.clauses.get(*i)?))).collect();
        Space::of_clauses(&subjects)
    }

    /// The space of these clauses, which need not stand in the agreement itself: a clause without one of its
    /// exceptions, say.
    pub(crate) fn of_clauses(subjects: &[(&'a Agreement, &'a Clause)]) -> Result<Space<'a>, TooMany> {
        let subjects = subjects.to_vec();
        let supposed = Supposed::of(&subjects);
        let mut space = Space {
            map: Map::of(&subjects),
            actors: actors(&subjects),
            facts: facts(&subjects),
            times: Vec::new(),
            objects: objects(&subjects),
            exercises: exercises(&subjects),
            conditions: conditions(&subjects),
            supposed,
            subjects,
            size: 0,
        };
        space.times = space.moments();
        space.size = space.count().filter(|n| *n <= CELLS_MAX).ok_or(TooMany)?;
        Ok(space)
    }

    fn count(&self) -> Option<usize> {
        let parts = [
            self.actors.len(),
            self.facts.len(),
            self.times.len(),
            self.objects.len(),
            self.exercises.len(),
            2usize.checked_pow(u32::try_from(self.conditions.len()).ok()?)?,
        ];
        let mut all = self.map.size()?;
        for part in parts {
            all = all.checked_mul(part)?;
        }
        Some(all)
    }

    /// Every cell once.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        (0..self.size).filter_map(|index| self.cell(index))
    }

    fn cell(&self, index: usize) -> Option<Cell> {
        let mut rest = index;
        let mut take = |n: usize| {
            let at = rest % n.max(1);
            rest /= n.max(1);
            at
        };
        let actor = self.actors.get(take(self.actors.len()))?.clone();
        let fact = self.facts.get(take(self.facts.len()))?.clone();
        let at = *self.times.get(take(self.times.len()))?;
        let object = self.objects.get(take(self.objects.len()))?.clone();
        let exercise = *self.exercises.get(take(self.exercises.len()))?;
        let held = self.conditions.iter().map(|_| take(2) == 1).collect();
        let (lines, zones) = self.map.place(&mut take);
        Some(Cell { actor, fact, at, lines, zones, object, exercise, held })
    }

    /// What the clause number `subject` of those the space was made of says of the facts in the cell.
    #[must_use]
    pub fn outcome(&self, subject: usize, cell: &Cell) -> CellOutcome {
        match self.subjects.get(subject) {
            Some((agreement, clause)) => outcome::outcome(self, agreement, clause, cell),
            None => CellOutcome::NotApplicable,
        }
    }

    /// The cell as a fact that people can picture.
    #[must_use]
    pub fn witness(&self, cell: &Cell) -> Witness {
        witness::witness(self, cell)
    }

    /// The instant of a moment of a clause, events and unknown entries supposed.
    fn resolve(&self, agreement: &Agreement, clause: &Clause, when: &When) -> Option<Instant> {
        self.supposed.resolve(agreement, clause, when)
    }

    /// One instant for each stretch between the moments that the clauses name.
    fn moments(&self) -> Vec<Instant> {
        let mut all: Vec<Instant> = Vec::new();
        for (agreement, clause) in &self.subjects {
            let named = [Some(&clause.from), clause.until.as_ref(), clause.complete.as_ref()];
            all.extend(named.into_iter().flatten().filter_map(|w| self.resolve(agreement, clause, w)));
        }
        all.sort_unstable();
        all.dedup();
        let before = all.first().map(|first| Instant(first.0.saturating_sub(HOUR_MS)));
        let mut times: Vec<Instant> = before.into_iter().chain(all).collect();
        if times.is_empty() {
            times.push(Instant(0));
        }
        times
    }
}

/// The clause's conditions, those of its exceptions among them.
fn conditions_of(clause: &Clause) -> impl Iterator<Item = &Condition> {
    clause.when.iter().chain(clause.exceptions.iter().flat_map(|e| &e.conditions))
}

/// What distinguishes a condition that facts do not decide; `None`: facts decide it.
pub(crate) fn key(agreement: &Agreement, condition: &Condition) -> Option<String> {
    match condition {
        Condition::InZone(_) | Condition::Exercise => None,
        Condition::ToBeShown(words) => Some(words.trim().to_lowercase()),
        Condition::Notified(_) => Some("it was notified".to_owned()),
        Condition::Come(moment) => {
            let named = agreement.moments.get(usize::from(moment.0));
            Some(match named {
                Some(m) if !m.event.is_empty() => m.event.clone(),
                other => format!("{} has come", other.map_or("", |m| m.name.as_str())),
            })
        }
        Condition::Breached { clause, .. } => Some(format!("{clause} is breached")),
        Condition::Done { clause, .. } => Some(format!("{clause} is done")),
        Condition::FoundBy { what, .. } => Some(format!("it was found: {what}")),
        Condition::Silent { lasts_ms, coverage_min, .. } => {
            Some(format!("the zone was silent for {} h, coverage {coverage_min}", lasts_ms / HOUR_MS))
        }
    }
}

fn conditions(subjects: &[(&Agreement, &Clause)]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (agreement, clause) in subjects {
        for key in conditions_of(clause).filter_map(|c| key(agreement, c)) {
            if !all.contains(&key) {
                all.push(key);
            }
        }
    }
    all
}

fn exercises(subjects: &[(&Agreement, &Clause)]) -> Vec<bool> {
    let matters = subjects.iter().flat_map(|(_, c)| conditions_of(c)).any(|c| *c == Condition::Exercise);
    if matters { vec![false, true] } else { vec![false] }
}

/// The parties and those that a clause names, by code; nobody known first.
fn actors(subjects: &[(&Agreement, &Clause)]) -> Vec<Option<String>> {
    let mut codes: Vec<String> = Vec::new();
    let mut add = |code: &str| {
        if !codes.iter().any(|c| c == code) {
            codes.push(code.to_owned());
        }
    };
    for (agreement, clause) in subjects {
        agreement.parties().for_each(|(_, party)| add(&party.code));
        let Some(bound) = clause.duty.bound() else { continue };
        for actor in bound.actors.iter().flatten().chain(&bound.except) {
            if let Some(actor) = agreement.actor(*actor) {
                add(&actor.code);
            }
        }
    }
    codes.into_iter().map(Some).chain([None]).collect()
}

fn objects(subjects: &[(&Agreement, &Clause)]) -> Vec<Option<String>> {
    let mut all: Vec<Option<String>> = vec![None];
    for (agreement, clause) in subjects {
        let Duty::Prohibition { objects, .. } = &clause.duty else { continue };
        for category in objects.iter().filter_map(|c| agreement.categories.get(usize::from(c.0))) {
            let known = Some(category.name.clone());
            if !all.contains(&known) {
                all.push(known);
            }
        }
    }
    all
}

/// Everything that a clause of facts is about.
fn whats(clause: &Clause) -> Vec<&What> {
    match &clause.duty {
        Duty::Prohibition { what, .. } | Duty::Abstention { what, .. } => vec![what],
        Duty::Distance { items, .. } => items.iter().map(|i| &i.what).collect(),
        _ => Vec::new(),
    }
}

fn facts(subjects: &[(&Agreement, &Clause)]) -> Vec<Fact> {
    let mut kinds: Vec<String> = Vec::new();
    let mut classes: Vec<(String, Vec<f64>, bool)> = Vec::new();
    for (agreement, clause) in subjects {
        for what in whats(clause) {
            match what {
                What::Act { kinds: covered, .. } => {
                    for kind in covered {
                        if !kinds.contains(kind) {
                            kinds.push(kind.clone());
                        }
                    }
                }
                What::Weapon { class, calibre_min_mm, calibre_below_mm } => {
                    let Some(class) = agreement.weapon(*class) else { continue };
                    let bounds = [*calibre_min_mm, *calibre_below_mm].into_iter().flatten();
                    match classes.iter_mut().find(|(name, ..)| *name == class.name) {
                        Some((_, known, calibred)) => {
                            known.extend(bounds);
                            *calibred |= class.with_calibre;
                        }
                        None => classes.push((class.name.clone(), bounds.collect(), class.with_calibre)),
                    }
                }
            }
        }
    }
    let mut facts: Vec<Fact> = kinds.into_iter().map(Fact::Kind).collect();
    for (class, bounds, calibred) in classes {
        let of = |calibre_mm: Option<f64>| Fact::Weapon { class: class.clone(), calibre_mm };
        if calibred {
            facts.extend(calibres(bounds).into_iter().map(|mm| of(Some(mm))));
        } else {
            facts.push(of(None));
        }
    }
    if facts.is_empty() {
        facts.push(Fact::Kind("other".to_owned()));
    }
    facts
}

/// One calibre below all bounds, and each bound itself: a bound belongs to what is above it.
fn calibres(mut bounds: Vec<f64>) -> Vec<f64> {
    bounds.sort_by(f64::total_cmp);
    bounds.dedup();
    let below = bounds.first().map_or(100.0, |first| first / 2.0);
    std::iter::once(below).chain(bounds).collect()
}

impl Supposed {
    /// An entry into force that no text knows is supposed on one day; events come one after the other, a hundred
    /// days later.
    fn of(subjects: &[(&Agreement, &Clause)]) -> Supposed {
        const SUPPOSED_ENTRY_MS: i64 = 1_767_225_600_000; // 2026-01-01T00:00Z
        let known = subjects.iter().filter_map(|(a, _)| a.entry_into_force).min();
        let entry = known.unwrap_or(Instant(SUPPOSED_ENTRY_MS));
        let mut supposed = Supposed { entry: Some(entry), events: HashMap::new() };
        let mut next = entry.0 + 100 * DAY_MS;
        for (agreement, clause) in subjects {
            for moment in
                [Some(&clause.from), clause.until.as_ref(), clause.complete.as_ref()].into_iter().flatten()
            {
                let Some(key) = event(agreement, clause, moment) else { continue };
                supposed.events.entry(key).or_insert_with(|| {
                    next += 10 * DAY_MS;
                    Instant(next)
                });
            }
        }
        supposed
    }

    fn resolve(&self, agreement: &Agreement, clause: &Clause, when: &When) -> Option<Instant> {
        if let Some(at) = agreement.resolve_when(when) {
            return Some(at);
        }
        let zone: &CivilZone = &agreement.zone;
        match when {
            When::After(moment, offset) => {
                let named = agreement.moments.get(usize::from(moment.0));
                let fixed = named.and_then(|m| m.at.as_ref()).and_then(|w| w.resolve(self.entry, zone));
                let at = fixed
                    .or_else(|| event(agreement, clause, when).and_then(|k| self.events.get(&k).copied()))?;
                offset.after(at, zone)
            }
            When::Then(offset) => {
                let key = event(agreement, clause, when)?;
                offset.after(self.events.get(&key).copied()?, zone)
            }
            other => other.resolve(self.entry, zone),
        }
    }
}

/// The event that a moment counts from, if it counts from one.
fn event(agreement: &Agreement, clause: &Clause, when: &When) -> Option<String> {
    match when {
        When::After(moment, _) => {
            let named = agreement.moments.get(usize::from(moment.0))?;
            named.at.is_none().then(|| named.event.to_lowercase())
        }
        When::Then(_) => {
            let keys: Vec<String> =
                clause.when.iter().map(|c| key(agreement, c).unwrap_or_default()).collect();
            Some(keys.join(" and "))
        }
        _ => None,
    }
}
