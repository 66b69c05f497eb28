//! Which clauses of two packages are about the same matter: of one instrument those with the same label, otherwise
//! those whose duties are about the same, best first.

use super::{Package, Place};
use crate::agreement::{
    ActorIx, Agreement, Bound, Clause, Counted, Duty, ForWhom, Indicator, Limit, Notify, Signal, What,
};
use std::collections::{HashMap, HashSet};

/// Clauses in pairs, and those that stand alone.
pub(super) struct Matched {
    pub pairs: Vec<(Place, Place)>,
    pub only_first: Vec<Place>,
    pub only_second: Vec<Place>,
}

/// Likenesses worked out at most: beyond it only clauses of one kind with one label are matched.
const LIKENESSES_MAX: usize = 4_000_000;

pub(super) fn matched(first: &Package<'_>, second: &Package<'_>) -> Matched {
    let left: Vec<_> = first.clauses().collect();
    let right: Vec<_> = second.clauses().collect();
    let mut pairs = same_labels(first, second);
    let mut used_a: HashSet<Place> = pairs.iter().map(|(a, _)| *a).collect();
    let mut used_b: HashSet<Place> = pairs.iter().map(|(_, b)| *b).collect();
    let free_a: Vec<_> = left.iter().filter(|(p, ..)| !used_a.contains(p)).collect();
    let free_b: Vec<_> = right.iter().filter(|(p, ..)| !used_b.contains(p)).collect();
    let mut alike = alike(&free_a, &free_b);
    // The most alike first; of equals those that stand first.
    alike.sort_unstable_by_key(|(likeness, a, b)| (std::cmp::Reverse(*likeness), *a, *b));
    for (_, a, b) in alike {
        if !used_a.contains(&a) && !used_b.contains(&b) {
            used_a.insert(a);
            used_b.insert(b);
            pairs.push((a, b));
        }
    }
    pairs.sort_unstable();
    let only = |all: &[(Place, &Agreement, &Clause)], taken: &dyn Fn(Place) -> bool| {
        all.iter().map(|(p, ..)| *p).filter(|p| !taken(*p)).collect::<Vec<_>>()
    };
    let only_first = only(&left, &|p| used_a.contains(&p));
    let only_second = only(&right, &|p| used_b.contains(&p));
    Matched { pairs, only_first, only_second }
}

type Standing<'p, 'a> = &'p (Place, &'a Agreement, &'a Clause);

/// Pairs that are about the same at all. Clauses of different kinds never are, so only those of one kind meet.
fn alike(free_a: &[Standing<'_, '_>], free_b: &[Standing<'_, '_>]) -> Vec<(u32, Place, Place)> {
    if free_a.len().saturating_mul(free_b.len()) > LIKENESSES_MAX {
        return Vec::new();
    }
    let mut by_sort: HashMap<Sort, Vec<Standing<'_, '_>>> = HashMap::new();
    for clause in free_b {
        by_sort.entry(Sort::of(clause)).or_default().push(clause);
    }
    let mut out = Vec::new();
    for first in free_a {
        for second in by_sort.get(&Sort::of(first)).into_iter().flatten() {
            let likeness = likeness(first.1, first.2, second.1, second.2);
            if likeness > 0 {
                out.push((likeness, first.0, second.0));
            }
        }
    }
    out
}

/// What two clauses must share to be alike: the sort of duty, and of limits what is counted.
#[derive(PartialEq, Eq, Hash)]
struct Sort(std::mem::Discriminant<Duty>, String);

impl Sort {
    fn of((_, agreement, clause): Standing<'_, '_>) -> Sort {
        let thing = match &clause.duty {
            Duty::Limit(limit) => counted(agreement, limit).0,
            _ => String::new(),
        };
        Sort(std::mem::discriminant(&clause.duty), thing)
    }
}

/// Clauses with one label in texts of one instrument, if their duties are of one kind.
fn same_labels(first: &Package<'_>, second: &Package<'_>) -> Vec<(Place, Place)> {
    let mut pairs = Vec::new();
    for (i, (_, x)) in first.texts.iter().enumerate() {
        let Some(j) = second.texts.iter().position(|(_, y)| y.name == x.name) else { continue };
        let Some((_, y)) = second.texts.get(j) else { continue };
        let by_label: HashMap<&str, usize> =
            y.clauses.iter().enumerate().map(|(c, clause)| (clause.label.as_str(), c)).collect();
        for (c, clause) in x.clauses.iter().enumerate() {
            let Some(d) = by_label.get(clause.label.as_str()) else { continue };
            let like = y.clauses.get(*d).is_some_and(|other| other.duty.kind() == clause.duty.kind());
            if like {
                pairs.push((Place { text: i, clause: c }, Place { text: j, clause: *d }));
            }
        }
    }
    pairs
}

/// How much two clauses are about the same; 0: not at all.
fn likeness(x: &Agreement, p: &Clause, y: &Agreement, q: &Clause) -> u32 {
    let label = u32::from(p.label == q.label);
    let about = match (&p.duty, &q.duty) {
        (
            Duty::Prohibition { what, bound, objects, .. },
            Duty::Prohibition { what: w, bound: b, objects: o, .. },
        ) => {
            let things = whats(x, what, y, w);
            things * 4 * u32::from(objects.is_empty() == o.is_empty())
                + u32::from(things > 0) * bounds(x, bound, y, b)
        }
        (Duty::Abstention { what, bound, .. }, Duty::Abstention { what: w, bound: b, .. }) => {
            let things = whats(x, what, y, w);
            things * 4 + u32::from(things > 0) * bounds(x, bound, y, b)
        }
        (Duty::Distance { items, bound, .. }, Duty::Distance { items: i, bound: b, .. }) => {
            let things: u32 =
                items.iter().flat_map(|m| i.iter().map(|n| whats(x, &m.what, y, &n.what))).sum();
            things * 4 + u32::from(things > 0) * bounds(x, bound, y, b)
        }
        (Duty::Limit(l), Duty::Limit(m)) => limits(x, l, y, m),
        (Duty::Share(s), Duty::Share(t)) => {
            let title = |a: &Agreement, f: usize| a.flows.get(f).map(|f| (f.name.clone(), f.title.clone()));
            match (title(x, usize::from(s.flow.0)), title(y, usize::from(t.flow.0))) {
                (Some(f), Some(g)) if f.0 == g.0 || f.1 == g.1 => 10,
                _ => 0,
            }
        }
        (Duty::Guarantee(g), Duty::Guarantee(h)) => {
            10 * u32::from(code(x, g.beneficiary) == code(y, h.beneficiary))
        }
        (Duty::Respond(r), Duty::Respond(s)) => {
            let who = bounds(x, &r.bound, y, &s.bound);
            who * (1 + u32::from(r.verb == s.verb))
        }
        (Duty::Mandate(m), Duty::Mandate(n)) => {
            let shared = m.powers.iter().filter(|p| n.powers.contains(p)).count();
            u32::try_from(shared).unwrap_or(0) * 4
                + u32::from(shared > 0 && code(x, m.body) == code(y, n.body))
        }
        (Duty::Indicator(i), Duty::Indicator(j)) => indicators(x, i, y, j),
        (Duty::Effect(e), Duty::Effect(f)) => {
            let of = e.of.iter().filter(|o| f.of.contains(o)).count();
            let whom = u32::from(whom(x, &e.whom) == whom(y, &f.whom));
            (u32::try_from(of).unwrap_or(0) * 4 + 2 * whom) * u32::from(e.becomes == f.becomes)
        }
        (Duty::Deed(d), Duty::Deed(e)) => {
            let words = d.words.to_lowercase() == e.words.to_lowercase();
            let zone = |a: &Agreement, z: Option<atlas::plan::ZoneIx>| {
                z.and_then(|z| a.plan.zones.get(usize::from(z.0)).map(|z| z.name.clone()))
            };
            let place = zone(x, d.zone) == zone(y, e.zone);
            u32::from(words && place) * (8 + bounds(x, &d.bound, y, &e.bound))
        }
        (Duty::Notify(n), Duty::Notify(m)) => notices(x, n, y, m),
        (Duty::Access(a), Duty::Access(b)) => {
            u32::from(a.quota.is_some() == b.quota.is_some()) * (2 + bounds(x, &a.bound, y, &b.bound))
        }
        (Duty::Remedy(r), Duty::Remedy(s)) => 1 + bounds(x, &r.bound, y, &s.bound),
        _ => 0,
    };
    if about == 0 { 0 } else { about * 2 + label }
}

fn code(agreement: &Agreement, actor: ActorIx) -> String {
    agreement.actor(actor).map(|a| a.code.clone()).unwrap_or_default()
}

fn whom(agreement: &Agreement, whom: &ForWhom) -> Vec<String> {
    match whom {
        ForWhom::Actors(all) => all.iter().map(|a| code(agreement, *a)).collect(),
        ForWhom::All => Vec::new(),
        ForWhom::TheOther => vec!["the other".to_owned()],
    }
}

/// How many of those bound are bound by both.
fn bounds(x: &Agreement, a: &Bound, y: &Agreement, b: &Bound) -> u32 {
    let (Some(p), Some(q)) = (&a.actors, &b.actors) else {
        return u32::from(a.actors.is_none() == b.actors.is_none());
    };
    let codes: Vec<String> = q.iter().map(|actor| code(y, *actor)).collect();
    let both = p.iter().filter(|actor| codes.contains(&code(x, **actor))).count();
    u32::try_from(both).unwrap_or(0)
}

/// How many kinds two things share; a weapon class counts as one.
fn whats(x: &Agreement, a: &What, y: &Agreement, b: &What) -> u32 {
    match (a, b) {
        (What::Act { kinds, .. }, What::Act { kinds: others, .. }) => {
            u32::try_from(kinds.iter().filter(|k| others.contains(k)).count()).unwrap_or(0)
        }
        (What::Weapon { class, .. }, What::Weapon { class: other, .. }) => {
            let name = |g: &Agreement, w| g.weapon(w).map(|w: &crate::agreement::WeaponClass| w.name.clone());
            u32::from(name(x, *class).is_some() && name(x, *class) == name(y, *other))
        }
        _ => 0,
    }
}

/// What a limit counts, and of whom.
pub(super) fn counted(agreement: &Agreement, limit: &Limit) -> (String, Vec<String>) {
    let thing = match &limit.counted {
        Counted::Unit(unit) => agreement.units.get(usize::from(unit.0)).map(|u| u.name.clone()),
        Counted::Weapon(What::Weapon { class, .. }) => agreement.weapon(*class).map(|w| w.name.clone()),
        Counted::Weapon(What::Act { name, .. }) => Some(name.clone()),
    };
    let whose = match limit.supported {
        Some(supported) => vec![code(agreement, supported)],
        None => limit.bound.actors.iter().flatten().map(|a| code(agreement, *a)).collect(),
    };
    (thing.unwrap_or_default(), whose)
}

fn limits(x: &Agreement, l: &Limit, y: &Agreement, m: &Limit) -> u32 {
    let ((thing, whose), (other, theirs)) = (counted(x, l), counted(y, m));
    let both = u32::from(whose.iter().any(|w| theirs.contains(w)));
    let zone = |a: &Agreement, z: Option<atlas::plan::ZoneIx>| {
        z.and_then(|z| a.plan.zones.get(usize::from(z.0)).map(|z| z.name.clone()))
    };
    u32::from(thing == other) * both * (8 + 2 * u32::from(zone(x, l.zone) == zone(y, m.zone)))
}

/// Indicators of the same thing in the same place, and more so those that turn the same way.
fn indicators(x: &Agreement, i: &Indicator, y: &Agreement, j: &Indicator) -> u32 {
    let all = |p: &[What], q: &[What]| -> u32 {
        let shared: u32 = p.iter().flat_map(|a| q.iter().map(|b| whats(x, a, y, b))).sum();
        shared + u32::from(p.is_empty() && q.is_empty())
    };
    let things = match (&i.signal, &j.signal) {
        (Signal::Facts(p), Signal::Facts(q)) | (Signal::Missing(p), Signal::Missing(q)) => whats(x, p, y, q),
        (Signal::Notices(p), Signal::Notices(q)) => all(p, q),
        (Signal::Calls, Signal::Calls) => 1,
        _ => 0,
    };
    let zone = |a: &Agreement, z: Option<atlas::plan::ZoneIx>| {
        z.and_then(|z| a.plan.zones.get(usize::from(z.0)).map(|z| z.name.clone()))
    };
    let same_place = u32::from(zone(x, i.zone) == zone(y, j.zone));
    let same_turn = u32::from(i.turn.name() == j.turn.name());
    u32::from(things > 0) * (4 * things.min(4) + 4 * same_place + 2 * same_turn)
}

fn notices(x: &Agreement, n: &Notify, y: &Agreement, m: &Notify) -> u32 {
    let things: u32 = n.of.iter().flat_map(|a| m.of.iter().map(|b| whats(x, a, y, b))).sum();
    things * 4 + u32::from(things > 0) * bounds(x, &n.bound, y, &m.bound)
}
