//! A cell as a fact that people can picture.

use super::{Cell, Fact, Space};

/// A fact that shows something: who, what, when and where, each in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Who acted, by name; empty: not known.
    pub who: String,
    /// What it was.
    pub what: String,
    /// When, in civil time with its zone; or relative to an entry into force that is not known.
    pub when: String,
    /// Where, and whatever else matters.
    pub circumstances: Vec<String>,
}

impl Witness {
    /// All of it in one sentence without its full stop.
    #[must_use]
    pub fn sentence(&self) -> String {
        let who = if self.who.is_empty() { "by an unknown hand" } else { &self.who };
        let by = if self.who.is_empty() { who.to_owned() } else { format!("by {who}") };
        let mut out = format!("{} {by}, {}", self.what, self.when);
        for circumstance in &self.circumstances {
            out.push_str(", ");
            out.push_str(circumstance);
        }
        out
    }
}

pub(super) fn witness(space: &Space<'_>, cell: &Cell) -> Witness {
    let name = |code: &str| {
        let known = space.subjects.iter().find_map(|(a, _)| a.actor_of_code(code).and_then(|ix| a.actor(ix)));
        known.map_or_else(|| code.to_owned(), |actor| actor.name.clone())
    };
    let what = match &cell.fact {
        Fact::Kind(kind) => kind.clone(),
        Fact::Weapon { class, calibre_mm: Some(mm) } => format!("{class} of {mm} mm"),
        Fact::Weapon { class, calibre_mm: None } => class.clone(),
    };
    let mut circumstances = Vec::new();
    if let Some(object) = &cell.object {
        let title = space
            .subjects
            .iter()
            .find_map(|(a, _)| a.categories.iter().find(|c| c.name == *object).map(|c| c.title.clone()));
        circumstances.push(format!("on {}", title.unwrap_or_else(|| object.clone())));
    }
    circumstances.extend(space.map.words(&cell.lines, &cell.zones));
    if cell.exercise {
        circumstances.push("in an exercise".to_owned());
    }
    for (condition, held) in space.conditions.iter().zip(&cell.held) {
        if *held {
            circumstances.push(format!("supposing that {condition}"));
        }
    }
    Witness {
        who: cell.actor.as_deref().map(name).unwrap_or_default(),
        what,
        when: when(space, cell),
        circumstances,
    }
}

/// Civil time of the first text; where no text knows its entry into force, days from it.
fn when(space: &Space<'_>, cell: &Cell) -> String {
    let Some((agreement, _)) = space.subjects.first() else { return cell.at.to_string() };
    let known = space.subjects.iter().any(|(a, _)| a.entry_into_force.is_some());
    match space.supposed.entry {
        Some(entry) if !known => {
            let days = (cell.at.0 - entry.0).div_euclid(base::time::DAY_MS);
            match days {
                0 => "at entry into force".to_owned(),
                d if d < 0 => "before entry into force".to_owned(),
                d => format!("{d} days after entry into force"),
            }
        }
        _ => agreement.zone.show(cell.at),
    }
}
