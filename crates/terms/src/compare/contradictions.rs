//! Where two packages contradict each other: what a mediator has to settle first.

use super::figures::{amount_words, element_words, figures, grouped, of_figure};
use super::matching::counted;
use super::{Package, Pair, Place, Shown, Verdict};
use crate::agreement::{Agreement, Clause, Duty, Element, ElementName, Guarantee, Limit, Power, Rule};
use crate::cells::{CellOutcome, Fact, Space};
use crate::limits::{CONTRADICTING_PAIRS_MAX, CONTRADICTIONS_MAX};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// What a contradiction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Matter {
    /// What a guarantee falls due on.
    Trigger,
    /// How many there may or must be.
    Count,
    /// Who decides.
    Decider,
    /// What is protected, and since when.
    Protection,
}

impl Matter {
    /// Its name in interfaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Matter::Trigger => "trigger",
            Matter::Count => "count",
            Matter::Decider => "decider",
            Matter::Protection => "protection",
        }
    }
}

/// A contradiction between two packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// What it is about.
    pub matter: Matter,
    /// One line for people.
    pub title: String,
    /// Clauses of the first package.
    pub first: Vec<Place>,
    /// Clauses of the second.
    pub second: Vec<Place>,
    /// What shows it, one at least.
    pub shown: Vec<Shown>,
    /// One line of help.
    pub help: &'static str,
}

/// Contradictions in the order: trigger, counts, deciders, protection. A list that was cut says so at its end.
pub(super) fn contradictions(
    first: &Package<'_>,
    second: &Package<'_>,
    pairs: &[Pair],
) -> Vec<Contradiction> {
    let same = || pairs.iter().filter(|p| p.verdict == Verdict::Same);
    let mut found = Found {
        said_by_both: (same().map(|p| p.first).collect(), same().map(|p| p.second).collect()),
        ..Found::default()
    };
    triggers(first, second, &mut found);
    counts(first, second, &mut found);
    let (mut out, cut) = found.end();
    out.extend(deciders(first, second));
    out.extend(protections(first, second, pairs));
    out.iter_mut().for_each(|c| {
        in_order(&mut c.first);
        in_order(&mut c.second);
    });
    out.extend(cut.then(cut_off));
    out
}

/// The entry that closes a list which is not whole.
fn cut_off() -> Contradiction {
    let shown = Shown {
        sentence: "further pairs of clauses may contradict each other".to_owned(),
        witness: None,
        first: "not listed".to_owned(),
        second: "not listed".to_owned(),
    };
    Contradiction {
        matter: Matter::Count,
        title: format!("the list is cut: at most {CONTRADICTIONS_MAX} contradictions are listed"),
        first: Vec::new(),
        second: Vec::new(),
        shown: vec![shown],
        help: "settle those above, or compare fewer texts at once",
    }
}

fn in_order(places: &mut Vec<Place>) {
    places.sort_unstable();
    places.dedup();
}

/// One contradiction a title, however many clauses have a part in it.
#[derive(Default)]
struct Found {
    all: Vec<Contradiction>,
    by_title: HashMap<String, usize>,
    /// What has been shown under a title.
    known: HashSet<(usize, String, String, String)>,
    pairs: usize,
    cut: bool,
    /// Clauses that the other package has as well, of the first and of the second.
    said_by_both: (HashSet<Place>, HashSet<Place>),
}

impl Found {
    /// Whether both packages say both: what holds within each is no contradiction between them.
    fn in_common(&self, first: Place, second: Place) -> bool {
        self.said_by_both.0.contains(&first) && self.said_by_both.1.contains(&second)
    }

    /// Whether one more pair may be looked at.
    fn go_on(&mut self) -> bool {
        self.pairs += 1;
        self.cut |= self.pairs > CONTRADICTING_PAIRS_MAX;
        self.pairs <= CONTRADICTING_PAIRS_MAX
    }

    fn join(&mut self, mut one: Contradiction) {
        let at = match self.by_title.get(&one.title) {
            Some(at) => *at,
            None if self.all.len() >= CONTRADICTIONS_MAX => {
                self.cut = true;
                return;
            }
            None => {
                self.by_title.insert(one.title.clone(), self.all.len());
                let empty =
                    Contradiction { first: Vec::new(), second: Vec::new(), shown: Vec::new(), ..one.clone() };
                self.all.push(empty);
                self.all.len() - 1
            }
        };
        let Some(known) = self.all.get_mut(at) else { return };
        known.first.append(&mut one.first);
        known.second.append(&mut one.second);
        for shown in one.shown {
            let key = (at, shown.sentence.clone(), shown.first.clone(), shown.second.clone());
            if known.shown.len() < CONTRADICTIONS_MAX && self.known.insert(key) {
                known.shown.push(shown);
            }
        }
    }

    fn end(self) -> (Vec<Contradiction>, bool) {
        (self.all, self.cut)
    }
}

/// Clauses of the second package by what they may contradict: pairs that share nothing are never looked at.
struct Joined<K, V>(HashMap<K, Vec<V>>);

impl<K: Eq + Hash, V: Copy> Joined<K, V> {
    fn of(all: impl Iterator<Item = (K, V)>) -> Joined<K, V> {
        let mut by_key: HashMap<K, Vec<V>> = HashMap::new();
        all.for_each(|(key, value)| by_key.entry(key).or_default().push(value));
        Joined(by_key)
    }

    fn at(&self, key: &K) -> &[V] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }
}

fn whom(agreement: &Agreement, g: &Guarantee) -> Option<String> {
    agreement.actor(g.beneficiary).map(|a| a.code.clone())
}

fn triggers(first: &Package<'_>, second: &Package<'_>, found: &mut Found) {
    let theirs = Joined::of(second.clauses().filter_map(|(b, y, q)| match &q.duty {
        Duty::Guarantee(h) => Some((whom(y, h), (b, y, h))),
        _ => None,
    }));
    for (a, x, p) in first.clauses() {
        let Duty::Guarantee(g) = &p.duty else { continue };
        for (b, y, h) in theirs.at(&whom(x, g)) {
            if found.in_common(a, *b) {
                continue;
            }
            if !found.go_on() {
                return;
            }
            let shown: Vec<Shown> =
                [only_met(x, g, y, h, false), only_met(y, h, x, g, true)].into_iter().flatten().collect();
            if shown.is_empty() {
                continue;
            }
            let name = x.actor(g.beneficiary).map(|a| a.name.clone()).unwrap_or_default();
            let title = format!("what the guarantee of {name} falls due on");
            let help = "agree on one list of elements, and say of each what meets it";
            let (first, second) = (vec![a], vec![*b]);
            found.join(Contradiction { matter: Matter::Trigger, title, first, second, shown, help });
        }
    }
}

fn is_base(element: &Element) -> bool {
    matches!(element.name, ElementName::Fire(_) | ElementName::ArmedAttack(_))
}

/// A fact that meets `g` and not `h`: one without the elements that only `h` asks for. `turned`: `h` is of the
/// first text.
fn only_met(x: &Agreement, g: &Guarantee, y: &Agreement, h: &Guarantee, turned: bool) -> Option<Shown> {
    let own: Vec<String> = g.elements.iter().map(|e| element_words(x, e)).collect();
    let extra: Vec<String> = h
        .elements
        .iter()
        .filter(|e| !is_base(e))
        .map(|e| element_words(y, e))
        .filter(|w| !own.contains(w))
        .collect();
    let any_fire = g.elements.iter().any(|e| matches!(e.name, ElementName::Fire(_)));
    let needs_attack = !h.elements.iter().any(|e| matches!(e.name, ElementName::Fire(_)));
    if extra.is_empty() && !(any_fire && needs_attack) {
        return None;
    }
    let by = g.elements.iter().find_map(|e| match &e.name {
        ElementName::Fire(by) | ElementName::ArmedAttack(by) => Some(by),
        _ => None,
    });
    let names: Vec<String> =
        by.into_iter().flatten().filter_map(|a| x.actor(*a)).map(|a| a.name.clone()).collect();
    let what = if any_fire { "a single shot" } else { "an armed attack" };
    let by = if names.is_empty() { String::new() } else { format!(" by {}", names.join(" or ")) };
    let without: Vec<String> = extra.iter().map(|w| format!("not {w}")).collect();
    let without = if without.is_empty() { String::new() } else { format!(", {}", without.join(", ")) };
    let (met, unmet) = ("its elements are met".to_owned(), format!("not met: {}", missing(&extra, any_fire)));
    let (first, second) = if turned { (unmet, met) } else { (met, unmet) };
    Some(Shown { sentence: format!("{what}{by}{without}"), witness: None, first, second })
}

fn missing(extra: &[String], any_fire: bool) -> String {
    let mut all: Vec<String> = extra.to_vec();
    if any_fire {
        all.insert(0, "armed attack".to_owned());
    }
    all.join(", ")
}

/// The zone that a limit counts in. Limits by ring do not contradict each other, however they differ.
fn place<'a>(agreement: &'a Agreement, limit: &Limit) -> Option<&'a str> {
    limit.zone.and_then(|z| agreement.plan.zones.get(usize::from(z.0))).map(|z| z.name.as_str())
}

fn counts(first: &Package<'_>, second: &Package<'_>, found: &mut Found) {
    let theirs = Joined::of(second.clauses().flat_map(|(b, y, q)| {
        let Duty::Limit(m) = &q.duty else { return Vec::new() };
        let (thing, whose) = counted(y, m);
        whose.into_iter().map(|w| ((thing.clone(), w), (b, y, m))).collect()
    }));
    for (a, x, p) in first.clauses() {
        let Duty::Limit(l) = &p.duty else { continue };
        let (thing, whose) = counted(x, l);
        // One that shares two of those bound is met once.
        let mut met: HashSet<Place> = HashSet::new();
        for whom in whose {
            for (b, y, m) in theirs.at(&(thing.clone(), whom)) {
                if found.in_common(a, *b) || !met.insert(*b) {
                    continue;
                }
                if !found.go_on() {
                    return;
                }
                if let Some(one) = count((a, x, l), (*b, y, m)) {
                    found.join(one);
                }
            }
        }
    }
}

/// Two limits of one thing that some figure keeps under one and breaches under the other.
fn count(
    (a, x, l): (Place, &Agreement, &Limit),
    (b, y, m): (Place, &Agreement, &Limit),
) -> Option<Contradiction> {
    let parted = matches!((place(x, l), place(y, m)), (Some(here), Some(there)) if here != there);
    if parted {
        return None;
    }
    let (thing, theirs) = counted(y, m);
    let whose = theirs.join(", ");
    let (figure, one, two) = figures(l.amount, m.amount)
        .into_iter()
        .map(|figure| (figure, of_figure(l.amount, figure), of_figure(m.amount, figure)))
        .find(|(_, a, b)| a != b)?;
    let shown = Shown {
        sentence: format!("{} {thing} of {whose}", grouped(figure)),
        witness: None,
        first: one.to_owned(),
        second: two.to_owned(),
    };
    Some(Contradiction {
        matter: Matter::Count,
        title: format!("{thing} of {whose}: {} against {}", amount_words(l), amount_words(m)),
        first: vec![a],
        second: vec![b],
        shown: vec![shown],
        help: "say whether the figure is a cap or a floor, and who is bound by it",
    })
}

/// Who holds a power in a package: the body, its rule, and the clause that gives it, if one does.
fn holders(package: &Package<'_>, power: Power) -> Vec<(String, Option<Rule>, Option<Place>)> {
    let mut out: Vec<(String, Option<Rule>, Option<Place>)> = Vec::new();
    for (text, (_, agreement)) in package.texts.iter().enumerate() {
        for mandate in agreement.mandates.iter().filter(|m| m.powers.contains(&power)) {
            let Some(body) = agreement.actor(mandate.body) else { continue };
            let clause = agreement
                .clauses
                .iter()
                .position(|c| !mandate.clause.is_empty() && c.label == mandate.clause);
            let place = clause.map(|clause| Place { text, clause });
            if !out.iter().any(|(name, rule, _)| *name == body.name && *rule == mandate.rule) {
                out.push((body.name.clone(), mandate.rule, place));
            }
        }
    }
    out
}

fn deciders(first: &Package<'_>, second: &Package<'_>) -> Option<Contradiction> {
    let (mut shown, mut a, mut b) = (Vec::new(), Vec::new(), Vec::new());
    for (power, word) in Power::ALL {
        if power == Power::Record {
            continue;
        }
        let (one, two) = (holders(first, power), holders(second, power));
        let plain = |all: &[(String, Option<Rule>, Option<Place>)]| {
            let mut names: Vec<String> = all.iter().map(|(name, rule, _)| decider(name, *rule)).collect();
            names.sort_unstable();
            names.join("; ")
        };
        if one.is_empty() || two.is_empty() || plain(&one) == plain(&two) {
            continue;
        }
        a.extend(one.iter().filter_map(|(_, _, place)| *place));
        b.extend(two.iter().filter_map(|(_, _, place)| *place));
        let (first, second) = (plain(&one), plain(&two));
        shown.push(Shown { sentence: format!("a decision on {word}"), witness: None, first, second });
    }
    (!shown.is_empty()).then(|| Contradiction {
        matter: Matter::Decider,
        title: "who decides".to_owned(),
        first: a,
        second: b,
        shown,
        help: "give each power to one body, by one rule",
    })
}

fn decider(name: &str, rule: Option<Rule>) -> String {
    let rule = match rule {
        None => return name.to_owned(),
        Some(Rule::Chair) => "by its head",
        Some(Rule::Consensus) => "by consensus",
        Some(Rule::Unanimity) => "by unanimity",
        Some(Rule::Majority) => "by majority",
        Some(Rule::Silence(_)) => "by silence",
        Some(Rule::EachForItself) => "each for itself",
    };
    format!("{name} {rule}")
}

/// Prohibitions of acts against categories of objects or in drawn zones that differ in what they protect or since when.
fn protections(first: &Package<'_>, second: &Package<'_>, pairs: &[Pair]) -> Option<Contradiction> {
    let mut out: Option<Contradiction> = None;
    for pair in pairs.iter().filter(|p| !matches!(p.verdict, Verdict::Same | Verdict::Undetermined)) {
        let (Some((x, p)), Some((y, q))) = (clause(first, pair.first), clause(second, pair.second)) else {
            continue;
        };
        if !protects(p) || !protects(q) {
            continue;
        }
        let shown = witnesses(x, pair.first.clause, y, pair.second.clause);
        if shown.is_empty() {
            continue;
        }
        let found = out.get_or_insert_with(|| Contradiction {
            matter: Matter::Protection,
            title: "what is protected, and since when".to_owned(),
            first: Vec::new(),
            second: Vec::new(),
            shown: Vec::new(),
            help: "agree on one list and one date; until then the same strike is a breach under one text only",
        });
        found.first.push(pair.first);
        found.second.push(pair.second);
        found.shown.extend(shown);
    }
    out
}

fn clause<'a>(package: &Package<'a>, place: Place) -> Option<(&'a Agreement, &'a Clause)> {
    let (_, agreement) = package.texts.get(place.text)?;
    let agreement: &'a Agreement = agreement;
    Some((agreement, agreement.clauses.get(place.clause)?))
}

fn protects(clause: &Clause) -> bool {
    matches!(&clause.duty, Duty::Prohibition { objects, .. } if !objects.is_empty())
}

/// One fact for each reason to differ: a time at which only one text binds, and an object that only one protects.
fn witnesses(x: &Agreement, i: usize, y: &Agreement, j: usize) -> Vec<Shown> {
    let Ok(space) = Space::of(&[(x, i), (y, j)]) else { return Vec::new() };
    let mut reasons: Vec<(bool, bool, bool)> = Vec::new();
    let mut shown = Vec::new();
    for cell in space.cells() {
        let plain = cell.actor.is_some() && !cell.exercise && !cell.held.contains(&true);
        if !plain || !matches!(cell.fact, Fact::Kind(_)) {
            continue;
        }
        let (a, b) = (space.outcome(0, &cell), space.outcome(1, &cell));
        let breach = |o: CellOutcome| o == CellOutcome::Breached;
        if breach(a) == breach(b) {
            continue;
        }
        // In force on one side only, or in force on both and not protected by one.
        let silent = a == CellOutcome::NotApplicable || b == CellOutcome::NotApplicable;
        let reason = (breach(a), silent, cell.object.is_some());
        if reasons.contains(&reason) {
            continue;
        }
        reasons.push(reason);
        let witness = space.witness(&cell);
        shown.push(Shown {
            sentence: witness.sentence(),
            first: a.word().to_owned(),
            second: b.word().to_owned(),
            witness: Some(witness),
        });
    }
    shown
}
