//! From brackets to readings: enough whole texts that every combination of alternatives that some clause depends on
//! stands in one of them, and no more than that needs.

use super::clauses::beginnings;
use crate::bracket::{Found, Guard};
use crate::limits::READINGS_MAX;
use crate::parsed::{Action, Condition, Duty, Statement};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A statement with the alternatives that bring it about, and the words in it that may be names or labels.
pub(super) struct Piece<'a> {
    pub guard: Guard,
    pub statement: Statement<'a>,
    pub words: Vec<&'a str>,
}

/// By bracket: `None`: not yet chosen; `Some(None)`: it stands in an alternative that is not taken.
type Partial = Vec<Option<Option<usize>>>;
/// By bracket: the alternative taken; `None`: it stands in an alternative that is not taken.
pub(super) type Choice = Vec<Option<usize>>;

/// The choices that have to be read; `None`: more than [`READINGS_MAX`].
pub(super) fn choices(brackets: &[Found<'_>], pieces: &[Piece<'_>]) -> Option<Vec<Choice>> {
    let mut readings: Vec<Partial> = Vec::new();
    for proposer in proposers(brackets) {
        let own = proposed_by(brackets, proposer);
        let set: Combination =
            own.iter().enumerate().filter_map(|(b, c)| c.map(|choice| (b, choice))).collect();
        // Who proposes something here and there only has no text of its own.
        if 2 * set.len() < brackets.len() {
            continue;
        }
        merge(&mut readings, &set, brackets.len());
    }
    let mut wanted = depending(brackets, pieces);
    // Every alternative is read once at least, whether a clause depends on it or not.
    wanted.extend((0..brackets.len()).map(|b| BTreeSet::from([b])));
    for set in wanted {
        for combination in combinations(brackets, &with_outer(brackets, &set))? {
            merge(&mut readings, &combination, brackets.len());
            if readings.len() > READINGS_MAX {
                return None;
            }
        }
    }
    let mut out: Vec<Choice> = Vec::new();
    for reading in readings {
        let whole = filled(brackets, &reading);
        if !out.contains(&whole) {
            out.push(whole);
        }
    }
    if out.is_empty() {
        out.push(filled(brackets, &vec![None; brackets.len()]));
    }
    Some(out)
}

/// Puts a combination into the first reading that leaves room for it, or else into a new one.
fn merge(readings: &mut Vec<Partial>, combination: &Combination, brackets: usize) {
    let fits = |r: &&mut Partial| {
        combination.iter().all(|(b, c)| r.get(*b).is_some_and(|known| known.is_none_or(|k| k == *c)))
    };
    match readings.iter_mut().find(fits) {
        Some(reading) => take(reading, combination),
        None => {
            let mut reading: Partial = vec![None; brackets];
            take(&mut reading, combination);
            readings.push(reading);
        }
    }
}

fn take(reading: &mut Partial, combination: &[(usize, Option<usize>)]) {
    for (bracket, choice) in combination {
        if let Some(slot) = reading.get_mut(*bracket) {
            *slot = Some(*choice);
        }
    }
}

/// Those who propose something, in the order of the text.
pub(super) fn proposers<'a>(brackets: &[Found<'a>]) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for name in brackets.iter().flat_map(|b| &b.alternatives).flat_map(|a| &a.proposers) {
        if !all.contains(&name.text) {
            all.push(name.text);
        }
    }
    all
}

/// What one proposer would take, where it proposes something.
fn proposed_by(brackets: &[Found<'_>], proposer: &str) -> Partial {
    let mut out: Partial = Vec::with_capacity(brackets.len());
    for bracket in brackets {
        let own = bracket.alternatives.iter().position(|a| a.proposers.iter().any(|n| n.text == proposer));
        out.push(match standing(&out, bracket.within) {
            Some(true) => own.map(Some),
            Some(false) => Some(None),
            None => None,
        });
    }
    out
}

/// Whether the alternative around a bracket is taken; `None`: not yet chosen.
fn standing(chosen: &Partial, within: Option<(usize, usize)>) -> Option<bool> {
    let Some((outer, alternative)) = within else { return Some(true) };
    chosen.get(outer).copied().flatten().map(|taken| taken == Some(alternative))
}

/// The choice with the first alternative wherever nothing asks for another.
fn filled(brackets: &[Found<'_>], reading: &Partial) -> Choice {
    let mut out: Choice = Vec::with_capacity(brackets.len());
    for (index, bracket) in brackets.iter().enumerate() {
        let stands = bracket.within.is_none_or(|(outer, a)| out.get(outer).copied().flatten() == Some(a));
        let chosen = reading.get(index).copied().flatten().flatten();
        out.push(stands.then_some(chosen.unwrap_or(0)));
    }
    out
}

/// The brackets around those of the set as well, outermost first.
fn with_outer(brackets: &[Found<'_>], set: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut out = set.clone();
    for bracket in set {
        let mut at = brackets.get(*bracket).and_then(|b| b.within);
        while let Some((outer, _)) = at {
            out.insert(outer);
            at = brackets.get(outer).and_then(|b| b.within);
        }
    }
    out
}

type Combination = Vec<(usize, Option<usize>)>;

/// Every way to choose in a set of brackets; an outer bracket has a lower index than those within it.
fn combinations(brackets: &[Found<'_>], set: &BTreeSet<usize>) -> Option<Vec<Combination>> {
    let mut all: Vec<Combination> = vec![Vec::new()];
    for index in set {
        let Some(bracket) = brackets.get(*index) else { continue };
        let mut next = Vec::new();
        for combination in all {
            let stands = bracket.within.is_none_or(|(outer, alternative)| {
                combination.iter().any(|(b, c)| *b == outer && *c == Some(alternative))
            });
            let choices: Vec<Option<usize>> =
                if stands { (0..bracket.alternatives.len()).map(Some).collect() } else { vec![None] };
            next.extend(choices.into_iter().map(|choice| {
                let mut longer = combination.clone();
                longer.push((*index, choice));
                longer
            }));
        }
        if next.len() > READINGS_MAX {
            return None;
        }
        all = next;
    }
    Some(all)
}

/// The sets of brackets that clauses depend on: of those they stand in, and of those that what they lean on stands in.
fn depending(brackets: &[Found<'_>], pieces: &[Piece<'_>]) -> Vec<BTreeSet<usize>> {
    let (of_name, everywhere) = of_names(pieces);
    let of_label = of_labels(pieces);
    let mut by_label: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for piece in pieces {
        let label = match &piece.statement {
            Statement::Clause(clause) => clause.label.text,
            Statement::Exception(exception) => exception.label.map_or("", |l| l.text),
            _ => continue,
        };
        let set = by_label.entry(label).or_insert_with(|| everywhere.clone());
        set.extend(piece.guard.iter().map(|(b, _)| *b));
        piece.words.iter().filter_map(|w| of_name.get(w)).for_each(|more| set.extend(more));
        let named = labels_in(&piece.statement);
        set.extend(named.iter().filter_map(|l| of_label.get(l)).flatten());
    }
    // An exception that stands by itself belongs to the clause whose label begins its own.
    let exceptions = pieces.iter().filter_map(|p| match &p.statement {
        Statement::Exception(exception) => exception.label.map(|l| l.text),
        _ => None,
    });
    for label in exceptions {
        let Some(own) = by_label.get(label).cloned() else { continue };
        if let Some(set) =
            beginnings(label).find(|o| of_label.contains_key(o)).and_then(|o| by_label.get_mut(o))
        {
            set.extend(&own);
        }
    }
    let mut sets: Vec<BTreeSet<usize>> = Vec::new();
    for set in by_label.into_values().filter(|s| !s.is_empty() && s.len() <= brackets.len()) {
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    sets
}

/// The brackets that each name depends on, through whatever its declaration leans on; and those that everything does.
fn of_names<'a>(pieces: &[Piece<'a>]) -> (HashMap<&'a str, BTreeSet<usize>>, BTreeSet<usize>) {
    let mut of: HashMap<&str, BTreeSet<usize>> = HashMap::new();
    let mut everywhere = BTreeSet::new();
    for piece in pieces {
        let own: BTreeSet<usize> = piece.guard.iter().map(|(b, _)| *b).collect();
        match &piece.statement {
            Statement::Instrument(_) => everywhere.extend(own),
            Statement::Reference(_) => of.entry("their").or_default().extend(own),
            Statement::Clause(_) | Statement::Exception(_) | Statement::Failed(_) => {}
            declaration => {
                for name in declared(declaration) {
                    of.entry(name).or_default().extend(&own);
                }
            }
        }
    }
    of.retain(|_, set| !set.is_empty());
    // What a declaration leans on; as often as names can lean on names.
    let mut changed = !of.is_empty();
    while changed {
        changed = false;
        for piece in pieces {
            let leans: BTreeSet<usize> =
                piece.words.iter().filter_map(|w| of.get(w)).flatten().copied().collect();
            if leans.is_empty() {
                continue;
            }
            let names = match &piece.statement {
                Statement::Reference(_) => vec!["their"],
                declaration => declared(declaration),
            };
            for name in names {
                let set = of.entry(name).or_default();
                let before = set.len();
                set.extend(&leans);
                changed |= set.len() > before;
            }
        }
    }
    (of, everywhere)
}

/// The brackets that the clause of each label stands in.
fn of_labels<'a>(pieces: &[Piece<'a>]) -> HashMap<&'a str, BTreeSet<usize>> {
    let mut of: HashMap<&str, BTreeSet<usize>> = HashMap::new();
    for piece in pieces {
        if let Statement::Clause(clause) = &piece.statement {
            of.entry(clause.label.text).or_default().extend(piece.guard.iter().map(|(b, _)| *b));
        }
    }
    of
}

/// The labels of other clauses that a clause or an exception speaks of.
fn labels_in<'a>(statement: &Statement<'a>) -> Vec<&'a str> {
    let of = |all: &[Condition<'a>]| -> Vec<&'a str> {
        let one = |c: &Condition<'a>| match c {
            Condition::Notified(label)
            | Condition::Breached { label, .. }
            | Condition::Done { label, .. } => Some(label.text),
            _ => None,
        };
        all.iter().filter_map(one).collect()
    };
    match statement {
        Statement::Exception(exception) => of(&exception.conditions),
        Statement::Clause(clause) => {
            let mut all = of(&clause.when);
            clause.unless.iter().for_each(|e| all.extend(of(&e.conditions)));
            all.extend(clause.paired.iter().chain(&clause.replaces).map(|l| l.text));
            if let Action::Duty(duty) = &clause.action {
                match &**duty {
                    Duty::Remedy { of, .. } => all.extend(of.iter().map(|l| l.text)),
                    Duty::Effect(effect) => all.extend(effect.labels.iter().map(|l| l.text)),
                    _ => {}
                }
            }
            all
        }
        _ => Vec::new(),
    }
}

/// The names that a declaration declares.
fn declared<'a>(statement: &Statement<'a>) -> Vec<&'a str> {
    match statement {
        Statement::Actors(all) => all.iter().map(|a| a.code.text).collect(),
        Statement::Weapons(all) => all.iter().map(|w| w.name.text).collect(),
        Statement::Act(d) => vec![d.name.text],
        Statement::Moment(d) => vec![d.name.text],
        Statement::Unit(d) => vec![d.name.text],
        Statement::Category(d) => vec![d.name.text],
        Statement::Flow(d) => vec![d.name.text],
        Statement::Sensor(d) => vec![d.name.text],
        Statement::Line(d) => vec![d.name.text],
        Statement::Zone(d) => vec![d.name.text],
        _ => Vec::new(),
    }
}

/// What distinguishes each reading, for people: whose text it is where it is one proposer's throughout, otherwise the
/// alternatives taken.
pub(super) fn labels(
    brackets: &[Found<'_>],
    choices: &[Choice],
    people: &dyn Fn(&str) -> String,
) -> Vec<String> {
    if brackets.is_empty() {
        return vec![String::new()];
    }
    let mut free: Vec<&str> = proposers(brackets);
    let mut out = Vec::with_capacity(choices.len());
    for choice in choices {
        let whose = free.iter().position(|p| is_of(brackets, choice, p)).map(|i| free.remove(i));
        out.push(match whose {
            Some(proposer) => format!("as {} proposes", people(proposer)),
            None => taken(brackets, choice, people),
        });
    }
    out
}

/// Whether a choice takes what the proposer proposes wherever it proposes something, and never anything else's.
fn is_of(brackets: &[Found<'_>], choice: &Choice, proposer: &str) -> bool {
    let mut any = false;
    for (bracket, taken) in brackets.iter().zip(choice) {
        let Some(taken) = taken else { continue };
        let own = bracket.alternatives.iter().position(|a| a.proposers.iter().any(|n| n.text == proposer));
        let left_out = bracket.alternatives.get(*taken).is_some_and(|a| a.at.start == a.at.end);
        match own {
            Some(own) if own == *taken => any = true,
            None if left_out => {}
            _ => return false,
        }
    }
    any
}

fn taken(brackets: &[Found<'_>], choice: &Choice, people: &dyn Fn(&str) -> String) -> String {
    let one = |(bracket, taken): (&Found<'_>, &Option<usize>)| {
        let taken = (*taken)?;
        let alternative = bracket.alternatives.get(taken)?;
        let names: Vec<String> = alternative.proposers.iter().map(|n| people(n.text)).collect();
        let empty = alternative.at.start == alternative.at.end;
        Some(match (names.is_empty(), empty) {
            (false, _) => format!("{} as {} proposes", bracket.label, names.join(", ")),
            (true, true) => format!("{} left out", bracket.label),
            (true, false) => format!("{}, alternative {}", bracket.label, taken + 1),
        })
    };
    brackets.iter().zip(choice).filter_map(one).collect::<Vec<_>>().join("; ")
}
