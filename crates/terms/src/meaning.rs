//! Whether two clauses say the same, whatever they are called, wherever they stand, and in whatever order their names
//! were declared. What says the same is judged once.

use crate::agreement::{
    ActorIx, Agreement, Bound, CategoryIx, Clause, Condition, DistanceItem, Duty, Exception, Reference,
    WeaponIx, What, When,
};
use atlas::plan::{LineIx, ZoneIx, ZoneShape};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

/// Whether clause `i` of `a` and clause `j` of `b` say the same: the same fact has the same outcome under both, with
/// the same geometry. `false` may also mean that it is not certain (kinds that are not judged by single observations
/// are compared within one set of declarations only).
#[must_use]
pub fn same_meaning(a: &Agreement, i: usize, b: &Agreement, j: usize) -> bool {
    let (Some(x), Some(y)) = (a.clauses.get(i), b.clauses.get(j)) else { return false };
    let both = Both { a, b, zones: RefCell::default() };
    both.clauses(x, y)
}

struct Both<'a> {
    a: &'a Agreement,
    b: &'a Agreement,
    /// Pairs of zones that have been looked at: others may be made of one zone many times.
    zones: RefCell<HashMap<(ZoneIx, ZoneIx), bool>>,
}

impl Both<'_> {
    fn clauses(&self, x: &Clause, y: &Clause) -> bool {
        let observed = x.duty.is_of_observations() && y.duty.is_of_observations();
        if !observed {
            return self.one_ground() && x.duty == y.duty && self.frame(x, y);
        }
        self.duties(&x.duty, &y.duty) && self.frame(x, y)
    }

    /// Time, conditions and exceptions.
    fn frame(&self, x: &Clause, y: &Clause) -> bool {
        self.a.zone == self.b.zone
            && self.when(&x.from, &y.from)
            && self.maybe(x.until.as_ref(), y.until.as_ref())
            && self.maybe(x.complete.as_ref(), y.complete.as_ref())
            && self.a.unstated_precision_m == self.b.unstated_precision_m
            && same_list(&x.when, &y.when, |p, q| self.conditions(p, q))
            && same_list(&x.exceptions, &y.exceptions, |p, q| self.exceptions(p, q))
    }

    /// Every index means the same on both sides.
    fn one_ground(&self) -> bool {
        let (a, b) = (self.a, self.b);
        a.actors == b.actors
            && a.weapons == b.weapons
            && a.plan == b.plan
            && a.references == b.references
            && a.moments == b.moments
            && a.units == b.units
            && a.flows == b.flows
            && a.categories == b.categories
            && a.entry_into_force == b.entry_into_force
    }

    fn maybe(&self, x: Option<&When>, y: Option<&When>) -> bool {
        match (x, y) {
            (None, None) => true,
            (Some(x), Some(y)) => self.when(x, y),
            _ => false,
        }
    }

    fn when(&self, x: &When, y: &When) -> bool {
        let (at_x, at_y) = (self.a.resolve_when(x), self.b.resolve_when(y));
        match (at_x, at_y) {
            (Some(p), Some(q)) => p == q,
            (None, None) => x == y && self.a.moments == self.b.moments,
            _ => false,
        }
    }

    fn duties(&self, x: &Duty, y: &Duty) -> bool {
        match (x, y) {
            (
                Duty::Prohibition { bound, what, zone, objects },
                Duty::Prohibition { bound: other, what: that, zone: there, objects: others },
            ) => {
                self.bounds(bound, other)
                    && self.whats(what, that)
                    && self.places(*zone, *there)
                    && same_list(objects, others, |p, q| self.categories(*p, *q))
            }
            (
                Duty::Abstention { bound, what, zone, .. },
                Duty::Abstention { bound: other, what: that, zone: there, .. },
            ) => self.bounds(bound, other) && self.whats(what, that) && self.places(*zone, *there),
            (
                Duty::Distance { bound, items, reference },
                Duty::Distance { bound: other, items: others, reference: from },
            ) => {
                self.bounds(bound, other)
                    && same_list(items, others, |p, q| self.items(p, q))
                    && self.references(bound, *reference, *from)
            }
            _ => false,
        }
    }

    /// A clause that needs no author does so because of all parties, so these have to agree as well.
    fn bounds(&self, x: &Bound, y: &Bound) -> bool {
        let parties = |g: &Agreement| g.parties().map(|(_, p)| p.code.clone()).collect::<BTreeSet<_>>();
        let named = match (&x.actors, &y.actors) {
            (None, None) => true,
            (Some(p), Some(q)) => same_set(p, q, |p, q| self.actors(*p, *q)),
            _ => false,
        };
        named
            && same_set(&x.except, &y.except, |p, q| self.actors(*p, *q))
            && parties(self.a) == parties(self.b)
    }

    fn actors(&self, x: ActorIx, y: ActorIx) -> bool {
        self.a.actor(x).is_some() && self.a.actor(x) == self.b.actor(y)
    }

    fn weapons(&self, x: WeaponIx, y: WeaponIx) -> bool {
        self.a.weapon(x).is_some() && self.a.weapon(x) == self.b.weapon(y)
    }

    fn whats(&self, x: &What, y: &What) -> bool {
        match (x, y) {
            (What::Act { kinds, .. }, What::Act { kinds: others, .. }) => {
                kinds.len() == others.len() && kinds.iter().all(|k| others.contains(k))
            }
            (
                What::Weapon { class, calibre_min_mm, calibre_below_mm },
                What::Weapon { class: other, calibre_min_mm: min, calibre_below_mm: below },
            ) => self.weapons(*class, *other) && calibre_min_mm == min && calibre_below_mm == below,
            _ => false,
        }
    }

    fn items(&self, x: &DistanceItem, y: &DistanceItem) -> bool {
        self.whats(&x.what, &y.what) && x.at_least_m == y.at_least_m
    }

    fn references(&self, bound: &Bound, x: Reference, y: Reference) -> bool {
        match (x, y) {
            (Reference::Line(p), Reference::Line(q)) => self.lines(p, q),
            (Reference::PerParty, Reference::PerParty) => bound.actors.iter().flatten().all(|actor| {
                let code = self.a.actor(*actor).map(|p| p.code.as_str()).unwrap_or_default();
                let other = self.b.actor_of_code(code).and_then(|q| self.b.reference_of(q));
                match (self.a.reference_of(*actor), other) {
                    (Some(p), Some(q)) => self.lines(p, q),
                    (None, None) => true,
                    _ => false,
                }
            }),
            _ => false,
        }
    }

    fn lines(&self, x: LineIx, y: LineIx) -> bool {
        let (p, q) = (self.a.plan.lines.get(usize::from(x.0)), self.b.plan.lines.get(usize::from(y.0)));
        match (p, q) {
            (Some(p), Some(q)) => {
                p.geometry == q.geometry
                    && p.tolerance_m == q.tolerance_m
                    && (p.left.as_ref(), p.right.as_ref()) == (q.left.as_ref(), q.right.as_ref())
            }
            _ => false,
        }
    }

    fn places(&self, x: Option<ZoneIx>, y: Option<ZoneIx>) -> bool {
        match (x, y) {
            (None, None) => true,
            (Some(x), Some(y)) => self.zones(x, y),
            _ => false,
        }
    }

    /// A derived zone refers only to zones before it, so this ends.
    fn zones(&self, x: ZoneIx, y: ZoneIx) -> bool {
        if let Some(same) = self.zones.borrow().get(&(x, y)) {
            return *same;
        }
        let same = self.shapes(x, y);
        self.zones.borrow_mut().insert((x, y), same);
        same
    }

    fn shapes(&self, x: ZoneIx, y: ZoneIx) -> bool {
        let (p, q) = (self.a.plan.zones.get(usize::from(x.0)), self.b.plan.zones.get(usize::from(y.0)));
        let (Some(p), Some(q)) = (p, q) else { return false };
        let shapes = match (&p.shape, &q.shape) {
            (ZoneShape::Drawn(p), ZoneShape::Drawn(q)) => p == q,
            (
                ZoneShape::Band { line, from_m, to_m, side },
                ZoneShape::Band { line: other, from_m: from, to_m: to, side: of },
            ) => self.lines(*line, *other) && from_m == from && to_m == to && side == of,
            (ZoneShape::SideOf { line, side }, ZoneShape::SideOf { line: other, side: of }) => {
                self.lines(*line, *other) && side == of
            }
            (ZoneShape::Both(a, b), ZoneShape::Both(c, d))
            | (ZoneShape::Either(a, b), ZoneShape::Either(c, d))
            | (ZoneShape::Except(a, b), ZoneShape::Except(c, d)) => self.zones(*a, *c) && self.zones(*b, *d),
            _ => false,
        };
        shapes && p.tolerance_m == q.tolerance_m
    }

    fn categories(&self, x: CategoryIx, y: CategoryIx) -> bool {
        let (p, q) = (self.a.categories.get(usize::from(x.0)), self.b.categories.get(usize::from(y.0)));
        match (p, q) {
            (Some(p), Some(q)) => {
                p.name == q.name && p.sites_only == q.sites_only && self.places(p.sites, q.sites)
            }
            _ => false,
        }
    }

    fn exceptions(&self, x: &Exception, y: &Exception) -> bool {
        same_list(&x.conditions, &y.conditions, |p, q| self.conditions(p, q))
    }

    fn conditions(&self, x: &Condition, y: &Condition) -> bool {
        match (x, y) {
            (Condition::InZone(p), Condition::InZone(q)) => self.zones(*p, *q),
            (Condition::Exercise, Condition::Exercise) => true,
            (Condition::ToBeShown(p), Condition::ToBeShown(q)) => p == q,
            (Condition::Notified(p), Condition::Notified(q)) => p == q,
            _ => self.one_ground() && x == y,
        }
    }
}

fn same_list<T>(x: &[T], y: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    x.len() == y.len() && x.iter().zip(y).all(|(p, q)| same(p, q))
}

/// The same members in any order.
fn same_set<T>(x: &[T], y: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    x.len() == y.len()
        && x.iter().all(|p| y.iter().any(|q| same(p, q)))
        && y.iter().all(|q| x.iter().any(|p| same(p, q)))
}
