//! Words that the terms lean on and nothing defines.

use super::{Analysis, at};
use crate::agreement::{Clause, Condition, Duty, ElementName};
use crate::problem::Severity;
use std::collections::BTreeMap;

/// Words of law that parties read apart unless a text says what they mean.
const DISPUTED: [&str; 8] = [
    "offensive",
    "provocation",
    "imminent",
    "aggression",
    "unprovoked",
    "proportionate",
    "self-defence",
    "hostile",
];

pub(super) fn analyse(it: &mut Analysis<'_, '_, '_>) {
    elements(it);
    while_words(it);
    shown(it);
    twice(it);
}

fn elements(it: &mut Analysis<'_, '_, '_>) {
    for clause in it.clauses() {
        let Duty::Guarantee(guarantee) = &clause.duty else { continue };
        let open: Vec<String> = guarantee
            .elements
            .iter()
            .filter(|e| {
                e.tests.is_empty() && !matches!(e.name, ElementName::Fire(_) | ElementName::Across(_))
            })
            .map(|e| format!("`{}`", e.name.word()))
            .collect();
        if !open.is_empty() {
            let message = format!("clause {} does not say what meets {}", clause.label, open.join(", "));
            it.warn(
                "element-undefined",
                at(clause),
                message,
                "say what meets it, such as `sustained = on 3 of 4 days`",
            );
        }
    }
}

fn while_words(it: &mut Analysis<'_, '_, '_>) {
    let mut by_words: BTreeMap<&str, Vec<&Clause>> = BTreeMap::new();
    for clause in it.clauses() {
        if let Duty::Limit(limit) = &clause.duty
            && !limit.while_words.is_empty()
        {
            by_words.entry(&limit.while_words).or_default().push(clause);
        }
    }
    for (words, clauses) in by_words {
        let what = |labels: &str| format!("what `{words}` means for {labels} is not said");
        let help = "say in the text who decides that it holds, and from when";
        it.of_clauses(Severity::Warning, "undefined-term", &clauses, what, help);
    }
}

/// Words that somebody has to show and that the parties will read apart.
fn shown(it: &mut Analysis<'_, '_, '_>) {
    for word in DISPUTED {
        let says = |c: &Condition| matches!(c, Condition::ToBeShown(w) if w.to_lowercase().contains(word));
        let clauses: Vec<&Clause> = it
            .clauses()
            .filter(|c| c.exceptions.iter().flat_map(|e| &e.conditions).chain(&c.when).any(says))
            .collect();
        let what = |labels: &str| format!("`{word}`, a word of {labels}, is not defined");
        let help = "say in an article what it means; until then each side reads it its own way";
        it.of_clauses(Severity::Note, "undefined-term", &clauses, what, help);
    }
}

/// Two units or flows with one title are one thing under two names.
fn twice(it: &mut Analysis<'_, '_, '_>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let units = it.agreement.units.iter().map(|u| (&u.title, &u.name));
    let flows = it.agreement.flows.iter().map(|f| (&f.title, &f.name));
    let categories = it.agreement.categories.iter().map(|c| (&c.title, &c.name));
    let all: Vec<(String, String)> = units
        .chain(flows)
        .chain(categories)
        .filter(|(title, _)| !title.is_empty())
        .map(|(title, name)| (title.to_lowercase(), name.clone()))
        .collect();
    for (title, name) in all {
        if let Some(before) = seen.get(&title) {
            let message = format!("`{before}` and `{name}` are both “{title}”");
            it.warn("twice-defined", Default::default(), message, "keep one name, or say how they differ");
        }
        seen.insert(title, name);
    }
}
