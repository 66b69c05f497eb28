//! Where two packages contradict each other: what a mediator has to settle first.

use super::figures::{amount_words, element_words, figures, grouped, of_figure};
use super::matching::counted;
use super::{Package, Pair, Place, Shown, Verdict};
use crate::agreement::{Agreement, Clause, Duty, Element, ElementName, Guarantee, Limit, Power, Rule};
use crate::cells::{CellOutcome, Fact, Space};

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

/// Contradictions in the order: trigger, counts, deciders, protection.
pub(super) fn contradictions(
    first: &Package<'_>,
    second: &Package<'_>,
    pairs: &[Pair],
) -> Vec<Contradiction> {
    let mut out = triggers(first, second);
    out.extend(counts(first, second));
    out.extend(deciders(first, second));
    out.extend(protections(first, second, pairs));
    out
}

fn triggers(first: &Package<'_>, second: &Package<'_>) -> Vec<Contradiction> {
    let mut out = Vec::new();
    for (a, x, p) in first.clauses() {
        let Duty::Guarantee(g) = &p.duty else { continue };
        for (b, y, q) in second.clauses() {
            let Duty::Guarantee(h) = &q.duty else { continue };
            let whom =
                |agreement: &Agreement, g: &Guarantee| agreement.actor(g.beneficiary).map(|a| a.code.clone());
            if whom(x, g) != whom(y, h) {
                continue;
            }
            let shown: Vec<Shown> =
                [only_met(x, g, y, h, false), only_met(y, h, x, g, true)].into_iter().flatten().collect();
            if shown.is_empty() {
                continue;
            }
            let name = x.actor(g.beneficiary).map(|a| a.name.clone()).unwrap_or_default();
            let title = format!("what the guarantee of {name} falls due on");
            let help = "agree on one list of elements, and say of each what meets it";
            let (first, second) = (vec![a], vec![b]);
            join(&mut out, Contradiction { matter: Matter::Trigger, title, first, second, shown, help });
        }
    }
    out
}

/// One contradiction a title, however many clauses have a part in it.
fn join(all: &mut Vec<Contradiction>, one: Contradiction) {
    let Some(known) = all.iter_mut().find(|c| c.title == one.title) else {
        all.push(one);
        return;
    };
    add_places(&mut known.first, &one.first);
    add_places(&mut known.second, &one.second);
    let new: Vec<Shown> = one.shown.into_iter().filter(|s| !known.shown.contains(s)).collect();
    known.shown.extend(new);
}

fn add_places(to: &mut Vec<Place>, places: &[Place]) {
    for place in places {
        if !to.contains(place) {
            to.push(*place);
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

fn counts(first: &Package<'_>, second: &Package<'_>) -> Vec<Contradiction> {
    let mut out = Vec::new();
    for (a, x, p) in first.clauses() {
        let Duty::Limit(l) = &p.duty else { continue };
        for (b, y, q) in second.clauses() {
            let Duty::Limit(m) = &q.duty else { continue };
            let ((thing, whose), (other, theirs)) = (counted(x, l), counted(y, m));
            let parted = matches!((place(x, l), place(y, m)), (Some(here), Some(there)) if here != there);
            if thing != other || parted || !whose.iter().any(|w| theirs.contains(w)) {
                continue;
            }
            let whose = theirs.join(", ");
            let differing = figures(l.amount, m.amount)
                .into_iter()
                .map(|figure| (figure, of_figure(l.amount, figure), of_figure(m.amount, figure)))
                .find(|(_, a, b)| a != b);
            let Some((figure, one, two)) = differing else { continue };
            let shown = Shown {
                sentence: format!("{} {thing} of {whose}", grouped(figure)),
                witness: None,
                first: one.to_owned(),
                second: two.to_owned(),
            };
            let title = format!("{thing} of {whose}: {} against {}", amount_words(l), amount_words(m));
            let help = "say whether the figure is a cap or a floor, and who is bound by it";
            let (first, second) = (vec![a], vec![b]);
            join(
                &mut out,
                Contradiction { matter: Matter::Count, title, first, second, shown: vec![shown], help },
            );
        }
    }
    out
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
        add_places(&mut a, &one.iter().filter_map(|(_, _, place)| *place).collect::<Vec<_>>());
        add_places(&mut b, &two.iter().filter_map(|(_, _, place)| *place).collect::<Vec<_>>());
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
