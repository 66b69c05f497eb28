//! Who fired first: by the intervals of events, and by how far each source's clock runs ahead or behind. A shot that
//! may be before another is not therefore before it: where intervals overlap, where a clock was never measured, or
//! where nobody knows whose the shot was, the order is undetermined.

use crate::words::State;
use base::{Instant, Interval, ObservationId};
use evidence::batch::Batch;
use evidence::card::Card;
use findings::bind::{Bindings, Known};
use std::collections::{BTreeMap, BTreeSet};
use terms::Agreement;
use terms::agreement::ActorIx;

/// Kinds of fact that are fire: those that the elements of a trigger are judged by.
pub const FIRE: [&str; 10] = [
    "explosion",
    "burst",
    "shot",
    "projectile",
    "muzzle flash",
    "airstrike",
    "drone strike",
    "artillery fire",
    "firefight",
    "violence",
];

/// What is known of the clocks of sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// By source: how far its clock runs ahead (behind, if negative), and the doubt of that, milliseconds.
    pub measured: BTreeMap<String, (i64, u64)>,
    /// The doubt that people have set for clocks that nobody measured, milliseconds; `None`: none is set, and no
    /// order is taken from two sources of which one was not measured.
    pub unmeasured_ms: Option<u64>,
}

impl Clocks {
    /// Those of the sources' cards.
    #[must_use]
    pub fn of(cards: &[Card], unmeasured_ms: Option<u64>) -> Clocks {
        let measured = cards.iter().filter_map(|c| Some((c.id.clone(), c.clock_offset_ms?))).collect();
        Clocks { measured, unmeasured_ms }
    }

    /// How far ahead, and the doubt; `None`: not measured, and nothing is set for it.
    fn of_source(&self, source: &str) -> Option<(i64, u64)> {
        self.measured.get(source).copied().or(self.unmeasured_ms.map(|doubt| (0, doubt)))
    }
}

/// Whose a shot was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// Theirs whom the guarantee is against.
    Theirs,
    /// Theirs whom it protects.
    Ours,
    /// Somebody else's.
    Others,
    /// Nobody knows.
    Unknown,
}

/// A shot, with when it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shot {
    /// The observation.
    pub id: ObservationId,
    /// Who observed it.
    pub source: String,
    /// What.
    pub kind: String,
    /// Code of who fired; `None`: unknown to the text, or not stated.
    pub actor: Option<String>,
    /// Whose it was.
    pub whose: Whose,
    /// When, as the source states it.
    pub stated: Interval,
    /// When it was at the earliest and at the latest, by the clock's offset; `None`: the clock was not measured.
    pub corrected: Option<(Instant, Instant)>,
}

/// How one shot stands to another in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// It was before it.
    Before,
    /// It was after it.
    After,
    /// The intervals overlap.
    Overlap,
    /// A clock was not measured.
    Clock,
}

impl Order {
    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Order::Before => "before",
            Order::After => "after",
            Order::Overlap => "the intervals overlap",
            Order::Clock => "a clock was not measured",
        }
    }
}

/// The order of two stretches, each with whether the event has some length as stated: then its end lies outside it, and
/// what begins there is after it.
fn apart(a: (Instant, Instant, bool), b: (Instant, Instant, bool)) -> Order {
    if a.1 < b.0 || (a.1 == b.0 && a.2) {
        Order::Before
    } else if b.1 < a.0 || (b.1 == a.0 && b.2) {
        Order::After
    } else {
        Order::Overlap
    }
}

/// How `a` stands to `b`. What one source saw is ordered by its own clock, right or wrong.
#[must_use]
pub fn order(a: &Shot, b: &Shot) -> Order {
    let lasts = |s: &Shot| s.stated.start < s.stated.end;
    if a.source == b.source {
        let stated = |s: &Shot| (s.stated.start, s.stated.end, lasts(s));
        return apart(stated(a), stated(b));
    }
    match (a.corrected, b.corrected) {
        (Some(one), Some(other)) => apart((one.0, one.1, lasts(a)), (other.0, other.1, lasts(b))),
        _ => Order::Clock,
    }
}

/// All shots on record, and who fired first.
#[derive(Clone, Debug, PartialEq)]
pub struct Shots {
    /// By stated time, then id.
    pub shots: Vec<Shot>,
    /// Whether the first shot was theirs whom the guarantee is against.
    pub first: State,
    /// Why, in words.
    pub reasons: Vec<String>,
    /// What is missing.
    pub missing: Vec<String>,
    /// Sources whose clocks were not measured: for the mission alone.
    pub unmeasured: Vec<String>,
}

/// The order of the first shots since `from` and known at `to`, as between `attackers` and `protected`. With no
/// attackers named, everybody else is one.
#[must_use]
pub fn shots(
    agreement: &Agreement,
    observations: &Batch,
    clocks: &Clocks,
    (attackers, protected): (&[ActorIx], ActorIx),
    (from, to): (Instant, Instant),
) -> Shots {
    let bindings = Bindings::of(agreement, observations);
    let whose = |actor: ActorIx| {
        if actor == protected {
            Whose::Ours
        } else if attackers.is_empty() || attackers.contains(&actor) {
            Whose::Theirs
        } else {
            Whose::Others
        }
    };
    let mut all = Vec::new();
    for row in 0..observations.len() {
        let kind = observations.word_at(&observations.kind, row);
        let stated = observations.event(row);
        if !FIRE.contains(&kind) || stated.start < from || stated.start > to {
            continue;
        }
        let Some(id) = observations.id.get(row).copied() else { continue };
        let known = match observations.actor.get(row).map(|w| bindings.actor(*w)) {
            Some(Known::Named(actor)) => Some(actor),
            _ => None,
        };
        let source = observations.word_at(&observations.source, row);
        all.push(Shot {
            id,
            source: source.to_owned(),
            kind: kind.to_owned(),
            actor: known.and_then(|a| agreement.actor(a)).map(|a| a.code.clone()),
            whose: known.map_or(Whose::Unknown, whose),
            stated,
            corrected: clocks.of_source(source).map(|(ahead, doubt)| corrected(stated, ahead, doubt)),
        });
    }
    all.sort_by_key(|s| (s.stated, s.id));
    first(all, agreement)
}

fn corrected(stated: Interval, ahead_ms: i64, doubt_ms: u64) -> (Instant, Instant) {
    let doubt_ms = i64::try_from(doubt_ms).unwrap_or(i64::MAX);
    let at = |t: Instant| t.0.saturating_sub(ahead_ms);
    (Instant(at(stated.start).saturating_sub(doubt_ms)), Instant(at(stated.end).saturating_add(doubt_ms)))
}

/// The earliest of each source, of those that fit: nothing else can be first.
fn earliest(all: &[Shot], fits: impl Fn(&Shot) -> bool, by_end: bool) -> Vec<&Shot> {
    let mut out: BTreeMap<&str, &Shot> = BTreeMap::new();
    let key = |s: &Shot| if by_end { (s.stated.end, s.stated.start) } else { (s.stated.start, s.stated.end) };
    for shot in all.iter().filter(|s| fits(s)) {
        let entry = out.entry(&shot.source).or_insert(shot);
        if key(shot) < key(entry) {
            *entry = shot;
        }
    }
    out.into_values().collect()
}

/// Whether one of `ones` is before all of `others`; if not, what keeps it open. No `ones`: no.
fn leads(all: &[Shot], ones: &dyn Fn(&Shot) -> bool, others: &dyn Fn(&Shot) -> bool) -> Result<Shot, Order> {
    let mut why = Order::After;
    let rivals: Vec<&Shot> = earliest(all, others, false);
    for one in earliest(all, ones, true) {
        let mut worst = Order::Before;
        for rival in &rivals {
            match order(one, rival) {
                Order::Before => {}
                other if worst == Order::Before || other == Order::After => worst = other,
                _ => {}
            }
        }
        match worst {
            Order::Before => return Ok(one.clone()),
            Order::After => {}
            other => why = other,
        }
    }
    Err(why)
}

fn first(all: Vec<Shot>, agreement: &Agreement) -> Shots {
    let is = |whose: Whose| move |s: &Shot| s.whose == whose;
    let not = |whose: Whose| move |s: &Shot| s.whose != whose && s.whose != Whose::Others;
    let unmeasured: BTreeSet<&str> =
        all.iter().filter(|s| s.corrected.is_none()).map(|s| s.source.as_str()).collect();
    let mut out = Shots {
        shots: Vec::new(),
        first: State::Undetermined,
        reasons: Vec::new(),
        missing: Vec::new(),
        unmeasured: unmeasured.into_iter().map(str::to_owned).collect(),
    };
    let told = |shot: &Shot| {
        let who = shot.actor.as_deref().unwrap_or("somebody unknown");
        format!("{} by {who}, {}", shot.kind, agreement.zone.show(shot.stated.start))
    };
    let theirs = leads(&all, &is(Whose::Theirs), &not(Whose::Theirs));
    // A shot of nobody known may have been theirs: then ours would not have been the first.
    let ours = leads(&all, &is(Whose::Ours), &not(Whose::Ours));
    let any = |whose: Whose| all.iter().any(|s| s.whose == whose);
    match (any(Whose::Theirs), theirs, ours) {
        (false, ..) => out.missing.push("no fire by those whom it is about is on record".to_owned()),
        (_, Ok(shot), _) => {
            out.first = State::Met;
            out.reasons.push(format!("before any other on record: {}", told(&shot)));
        }
        (_, _, Ok(shot)) => {
            out.first = State::NotMet;
            out.reasons.push(format!("by the other side, before any other on record: {}", told(&shot)));
        }
        (_, Err(why), Err(also)) => out.missing.push(lack(&all, why, also, out.unmeasured.len())),
    }
    out.shots = all;
    out
}

fn lack(all: &[Shot], why: Order, also: Order, unmeasured: usize) -> String {
    if why == Order::Clock || also == Order::Clock {
        return format!("how far the clocks of {unmeasured} sources run ahead or behind");
    }
    if why == Order::After && all.iter().any(|s| s.whose == Whose::Unknown) {
        return "whose the earliest shots were is not known".to_owned();
    }
    "the times overlap: who was first cannot be told from them".to_owned()
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "a test says what is wrong by failing, in its helpers too")]
mod tests {
    use super::*;

    fn shot(source: &str, whose: Whose, start: i64, end: i64, clock: Option<(i64, u64)>) -> Shot {
        let stated = Interval { start: Instant(start), end: Instant(end) };
        Shot {
            id: ObservationId::of(source, &start.to_le_bytes()),
            source: source.to_owned(),
            kind: "shot".to_owned(),
            actor: None,
            whose,
            stated,
            corrected: clock.map(|(ahead, doubt)| corrected(stated, ahead, doubt)),
        }
    }

    #[test]
    fn a_clock_that_runs_ahead_turns_the_order_round() {
        // The first clock is 90 s ahead: what it calls 60 s was 30 s before zero.
        let a = shot("a", Whose::Theirs, 60_000, 60_000, Some((90_000, 1_000)));
        let b = shot("b", Whose::Ours, 0, 0, Some((0, 1_000)));
        assert_eq!(order(&a, &b), Order::Before);
        assert_eq!(order(&b, &a), Order::After);
    }

    #[test]
    fn one_clock_orders_what_it_saw_itself_and_two_of_which_one_is_unmeasured_order_nothing() {
        let a = shot("a", Whose::Theirs, 0, 0, None);
        let b = shot("a", Whose::Ours, 1_000, 1_000, None);
        let c = shot("c", Whose::Ours, 3_600_000, 3_600_000, Some((0, 10)));
        assert_eq!(order(&a, &b), Order::Before);
        assert_eq!(order(&a, &c), Order::Clock);
    }

    #[test]
    fn two_at_one_instant_are_at_once() {
        let a = shot("a", Whose::Theirs, 5, 5, None);
        let b = shot("a", Whose::Ours, 5, 5, None);
        assert_eq!(order(&a, &b), Order::Overlap);
    }

    const CLOCKS: [Option<(i64, u64)>; 4] = [None, Some((0, 0)), Some((7, 2)), Some((-5, 1))];
    const SIDES: [Whose; 4] = [Whose::Theirs, Whose::Ours, Whose::Others, Whose::Unknown];

    /// Every shot against every other.
    fn obvious(all: &[Shot]) -> State {
        let leads = |whose: Whose| {
            let rivals = |s: &&Shot| s.whose != whose && s.whose != Whose::Others;
            let is_first = |one: &Shot| all.iter().filter(rivals).all(|r| order(one, r) == Order::Before);
            all.iter().any(|s| s.whose == whose && is_first(s))
        };
        if all.iter().all(|s| s.whose != Whose::Theirs) {
            State::Undetermined
        } else if leads(Whose::Theirs) {
            State::Met
        } else if leads(Whose::Ours) {
            State::NotMet
        } else {
            State::Undetermined
        }
    }

    proptest::proptest! {
        #[test]
        fn who_was_first_is_what_every_shot_against_every_other_says(
            drawn in proptest::collection::vec((0_usize..4, 0_usize..4, 0_i64..20, 0_i64..4), 0..9),
        ) {
            let text = "# X\n```terms\ninstrument x \"X\"\n  time zone \"UTC\"\nparty KA \"Karsk\"\n```\n";
            let agreement = terms::check("x.md", text.as_bytes()).agreement.unwrap();
            let names = ["a", "b", "c", "d"];
            let all: Vec<Shot> = drawn
                .iter()
                .map(|(source, side, at, lasts)| {
                    shot(names[*source], SIDES[*side], *at, at + lasts, CLOCKS[*source])
                })
                .collect();
            let wanted = obvious(&all);
            let found = first(all, &agreement);
            proptest::prop_assert_eq!(found.first, wanted);
            proptest::prop_assert_eq!(found.missing.is_empty(), wanted != State::Undetermined);
        }
    }
}
