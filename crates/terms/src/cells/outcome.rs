//! What a clause says of the facts in a cell: the same conditions in the same order as for observations, with
//! nothing in doubt but the author.

use super::{Cell, Fact, Space, key};
use crate::agreement::{
    ActorIx, Agreement, Bound, Clause, Condition, DistanceItem, Duty, Reference, Role, What,
};
use atlas::plan::LineIx;
use base::Truth;

/// The outcome in a cell, in the order of strictness: what is not breached there is permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CellOutcome {
    /// The clause is not about it.
    NotApplicable,
    /// The clause is about it and not breached.
    Kept,
    /// It would be breached, but an exception holds.
    Excused,
    /// It is not decided: the author is not known, or the duty is being phased in.
    Undetermined,
    /// It is breached.
    Breached,
}

impl CellOutcome {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            CellOutcome::NotApplicable => "not what it is about",
            CellOutcome::Kept => "kept",
            CellOutcome::Excused => "excused",
            CellOutcome::Undetermined => "undetermined",
            CellOutcome::Breached => "breached",
        }
    }

    /// How strictly the clause takes it: 0 permitted, 1 open, 2 breached.
    #[must_use]
    pub fn rank(self) -> u8 {
        match self {
            CellOutcome::NotApplicable | CellOutcome::Kept | CellOutcome::Excused => 0,
            CellOutcome::Undetermined => 1,
            CellOutcome::Breached => 2,
        }
    }
}

pub(super) fn outcome(space: &Space<'_>, agreement: &Agreement, clause: &Clause, cell: &Cell) -> CellOutcome {
    if !in_force(space, agreement, clause, cell) {
        return CellOutcome::NotApplicable;
    }
    let (about, whole) = match &clause.duty {
        Duty::Prohibition { bound, what, zone, objects } => {
            let about = is(agreement, what, cell).and(binds(agreement, bound, cell));
            let hit = |c: &crate::agreement::CategoryIx| {
                let name = agreement.categories.get(usize::from(c.0)).map(|c| c.name.as_str());
                name.is_some() && name == cell.object.as_deref()
            };
            let object = Truth::from(objects.is_empty() || objects.iter().any(hit));
            let place =
                zone.map_or(Truth::True, |z| space.map.inside(agreement, z, &cell.lines, &cell.zones));
            (about, about.and(place).and(object))
        }
        Duty::Abstention { bound, what, zone, .. } => {
            let about = is(agreement, what, cell).and(binds(agreement, bound, cell));
            let place =
                zone.map_or(Truth::True, |z| space.map.inside(agreement, z, &cell.lines, &cell.zones));
            (about, about.and(place))
        }
        Duty::Distance { bound, items, reference } => {
            too_near(space, agreement, bound, items, *reference, cell)
        }
        _ => (Truth::False, Truth::False),
    };
    if about == Truth::False {
        return CellOutcome::NotApplicable;
    }
    if whole == Truth::False {
        return CellOutcome::Kept;
    }
    let all_hold = |conditions: &[Condition]| {
        conditions.iter().map(|c| holds(space, agreement, c, cell)).fold(Truth::True, Truth::and)
    };
    let excused = clause.exceptions.iter().map(|e| all_hold(&e.conditions)).fold(Truth::False, Truth::or);
    if excused == Truth::True {
        return CellOutcome::Excused;
    }
    let complete = clause.complete.as_ref().and_then(|w| space.resolve(agreement, clause, w));
    let under_way = complete.is_some_and(|c| cell.at < c);
    if whole == Truth::True && excused == Truth::False && !under_way {
        CellOutcome::Breached
    } else {
        CellOutcome::Undetermined
    }
}

/// Whether the clause binds at the time of the cell. Its precondition has come about if the cell says so.
fn in_force(space: &Space<'_>, agreement: &Agreement, clause: &Clause, cell: &Cell) -> bool {
    let Some(from) = space.resolve(agreement, clause, &clause.from) else { return false };
    let until = clause.until.as_ref().map(|w| space.resolve(agreement, clause, w));
    let over = match until {
        None => false,
        Some(None) => return false,
        Some(Some(until)) => cell.at >= until,
    };
    let come = clause.when.iter().all(|c| holds(space, agreement, c, cell) == Truth::True);
    from <= cell.at && !over && come
}

fn holds(space: &Space<'_>, agreement: &Agreement, condition: &Condition, cell: &Cell) -> Truth {
    match condition {
        Condition::InZone(zone) => space.map.inside(agreement, *zone, &cell.lines, &cell.zones),
        Condition::Exercise => Truth::from(cell.exercise),
        other => {
            let at = key(agreement, other).and_then(|k| space.conditions.iter().position(|c| *c == k));
            Truth::from(at.and_then(|i| cell.held.get(i)).copied().unwrap_or(false))
        }
    }
}

fn is(agreement: &Agreement, what: &What, cell: &Cell) -> Truth {
    match (what, &cell.fact) {
        (What::Act { kinds, .. }, Fact::Kind(kind)) => Truth::from(kinds.contains(kind)),
        (
            What::Weapon { class, calibre_min_mm, calibre_below_mm },
            Fact::Weapon { class: word, calibre_mm },
        ) => {
            let Some(named) = agreement.resolve_weapon_word(word) else { return Truth::Undetermined };
            let asked = calibre_min_mm.is_some() || calibre_below_mm.is_some();
            let fits = match calibre_mm {
                Some(mm) => Truth::from(
                    calibre_min_mm.is_none_or(|min| *mm >= min) && calibre_below_mm.is_none_or(|b| *mm < b),
                ),
                None if asked => Truth::Undetermined,
                None => Truth::True,
            };
            Truth::from(named == *class).and(fits)
        }
        _ => Truth::False,
    }
}

fn actor(agreement: &Agreement, cell: &Cell) -> Option<ActorIx> {
    agreement.resolve_actor_word(cell.actor.as_deref()?)
}

fn binds(agreement: &Agreement, bound: &Bound, cell: &Cell) -> Truth {
    if let Some(actor) = actor(agreement, cell) {
        let named = bound.actors.as_ref().is_none_or(|all| all.contains(&actor));
        return Truth::from(named && !bound.except.contains(&actor));
    }
    let everybody =
        bound.except.is_empty() && bound.actors.as_ref().is_none_or(|all| binds_all(agreement, all));
    if everybody { Truth::True } else { Truth::Undetermined }
}

/// Whether the list holds every declared party.
fn binds_all(agreement: &Agreement, all: &[ActorIx]) -> bool {
    let mut parties = agreement.parties().peekable();
    parties.peek().is_some() && parties.all(|(ix, p)| p.role == Role::Party && all.contains(&ix))
}

fn too_near(
    space: &Space<'_>,
    agreement: &Agreement,
    bound: &Bound,
    items: &[DistanceItem],
    reference: Reference,
    cell: &Cell,
) -> (Truth, Truth) {
    let who = binds(agreement, bound, cell);
    let (mut about, mut breach) = (Truth::False, Truth::False);
    for item in items {
        let fits = is(agreement, &item.what, cell);
        about = about.or(fits);
        if fits != Truth::False {
            breach = breach.or(fits.and(who).and(nearer(space, agreement, bound, item, reference, cell)));
        }
    }
    (about.and(who), breach)
}

/// Whether it is nearer than the item allows to the line of whoever it is; where that is not known, the lines of
/// all who are bound must agree.
fn nearer(
    space: &Space<'_>,
    agreement: &Agreement,
    bound: &Bound,
    item: &DistanceItem,
    reference: Reference,
    cell: &Cell,
) -> Truth {
    let who = actor(agreement, cell);
    let mut answers: Vec<Truth> = Vec::new();
    match reference {
        Reference::PerParty => {
            let parties = agreement.references.iter().filter(|(party, _)| {
                bound.actors.as_ref().is_none_or(|b| b.contains(party)) && who.is_none_or(|w| w == *party)
            });
            answers.extend(
                parties.map(|(party, line)| from_line(space, agreement, *line, Some(*party), item, cell)),
            );
        }
        Reference::Line(line) => {
            let sided = agreement
                .plan
                .lines
                .get(usize::from(line.0))
                .is_some_and(|l| l.left.is_some() || l.right.is_some());
            match &bound.actors {
                Some(actors) if sided => {
                    let asked = actors.iter().filter(|a| who.is_none_or(|w| w == **a));
                    answers.extend(asked.map(|a| from_line(space, agreement, line, Some(*a), item, cell)));
                }
                _ => answers.push(from_line(space, agreement, line, None, item, cell)),
            }
        }
    }
    match answers.first() {
        Some(first) if answers.iter().all(|a| a == first) => *first,
        _ => Truth::Undetermined,
    }
}

fn from_line(
    space: &Space<'_>,
    agreement: &Agreement,
    line: LineIx,
    party: Option<ActorIx>,
    item: &DistanceItem,
    cell: &Cell,
) -> Truth {
    let Some((distance_m, side)) = space.map.on(agreement, line, &cell.lines) else {
        return Truth::Undetermined;
    };
    let plan = agreement.plan.lines.get(usize::from(line.0));
    let code = party.and_then(|p| agreement.actor(p)).map(|a| a.code.as_str());
    let own = match plan {
        Some(p) if p.left.is_some() && p.left.as_deref() == code => 1,
        Some(p) if p.right.is_some() && p.right.as_deref() == code => -1,
        _ => 0,
    };
    Truth::from((own != 0 && side == -own) || distance_m < item.at_least_m)
}
