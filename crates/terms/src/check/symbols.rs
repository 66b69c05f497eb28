//! The names and labels of a file with every place that speaks of them, for editors.

use super::names::Names;
use crate::parsed;
use crate::source::Stretch;
use std::collections::{BTreeMap, BTreeSet};

/// A name or the label of a clause, where it is declared and where it is spoken of. Places are bytes of the file: the
/// first, and the first after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The name as written.
    pub name: String,
    /// What it stands for, in words, such as `zone` or `clause`.
    pub sort: &'static str,
    /// Where it is declared.
    pub at: (usize, usize),
    /// Where it is spoken of, in order, the declaration not among them.
    pub uses: Vec<(usize, usize)>,
}

/// Name, sort, and where it is spoken of.
type Known = (String, &'static str, BTreeSet<(usize, usize)>);

/// Collects the symbols of all readings of a file.
#[derive(Default)]
pub(super) struct Symbols {
    by_place: BTreeMap<(usize, usize), Known>,
}

fn place(at: Stretch) -> (usize, usize) {
    (at.start, at.end)
}

impl Symbols {
    /// Takes the names of a reading, declared and used.
    pub fn names(&mut self, names: &Names<'_>) {
        for (name, sort, at) in names.declared() {
            self.by_place.entry(place(at)).or_insert_with(|| (name.to_owned(), sort, BTreeSet::new()));
        }
        for (used, declared) in names.uses() {
            if let Some((_, _, uses)) = self.by_place.get_mut(&place(declared)) {
                uses.insert(place(used));
            }
        }
    }

    /// Takes the labels of a reading, given and spoken of.
    pub fn labels(&mut self, given: &[parsed::Name<'_>], used: &[parsed::Name<'_>]) {
        let mut by_text: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for label in given {
            by_text.entry(label.text).or_insert(place(label.at));
            let new = || (label.text.to_owned(), "clause", BTreeSet::new());
            self.by_place.entry(place(label.at)).or_insert_with(new);
        }
        for label in used {
            let declared = by_text.get(label.text).copied();
            if let Some((_, _, uses)) = declared.and_then(|d| self.by_place.get_mut(&d)) {
                uses.insert(place(label.at));
            }
        }
    }

    /// The symbols in the order of the text.
    pub fn into_list(self) -> Vec<Symbol> {
        let one = |(at, (name, sort, uses)): ((usize, usize), Known)| Symbol {
            name,
            sort,
            at,
            uses: uses.into_iter().filter(|u| *u != at).collect(),
        };
        self.by_place.into_iter().map(one).collect()
    }
}
