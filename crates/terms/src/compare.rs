//! Two texts, clause by clause: same, stricter, looser or mixed, each with a witness; what only one of them has;
//! and where the two contradict each other. A text may be read together with others (`stands with`): then packages
//! are compared.

mod contradictions;
mod facts;
mod figures;
mod matching;
mod render;

use crate::agreement::{Agreement, Clause};
use crate::cells::Witness;

pub use contradictions::{Contradiction, Matter};
pub(crate) use facts::verdict as of_facts;
pub(crate) use figures::grouped;
pub use render::render;

/// Texts that are read together, the one that was asked for first. Each has a name, such as its file's.
#[derive(Clone, Debug)]
pub struct Package<'a> {
    /// Name and text.
    pub texts: Vec<(String, &'a Agreement)>,
}

impl<'a> Package<'a> {
    /// One text alone.
    #[must_use]
    pub fn of(name: &str, agreement: &'a Agreement) -> Package<'a> {
        Package { texts: vec![(name.to_owned(), agreement)] }
    }

    fn clauses(&self) -> impl Iterator<Item = (Place, &'a Agreement, &'a Clause)> + '_ {
        self.texts.iter().enumerate().flat_map(|(text, (_, agreement))| {
            let agreement: &'a Agreement = agreement;
            agreement
                .clauses
                .iter()
                .enumerate()
                .map(move |(clause, c)| (Place { text, clause }, agreement, c))
        })
    }

    /// What people call a clause: its text and its label.
    #[must_use]
    pub fn name(&self, place: Place) -> String {
        let Some((name, agreement)) = self.texts.get(place.text) else { return String::new() };
        let label = agreement.clauses.get(place.clause).map_or("", |c| c.label.as_str());
        if self.texts.len() == 1 { label.to_owned() } else { format!("{name} {label}") }
    }
}

/// A clause of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Index of its text in [`Package::texts`].
    pub text: usize,
    /// Index of the clause in the text.
    pub clause: usize,
}

/// How the clause of the second text stands to that of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// They forbid the same.
    Same,
    /// The second forbids all that the first does, and more.
    Stricter,
    /// The second forbids less, and nothing else.
    Looser,
    /// Each forbids something that the other permits.
    Mixed,
    /// It cannot be said: too many cells, or words that only people can compare.
    Undetermined,
}

impl Verdict {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::Stricter => "stricter",
            Verdict::Looser => "looser",
            Verdict::Mixed => "mixed",
            Verdict::Undetermined => "undetermined",
        }
    }

    /// The verdict if the texts change places.
    #[must_use]
    pub fn mirrored(self) -> Verdict {
        match self {
            Verdict::Stricter => Verdict::Looser,
            Verdict::Looser => Verdict::Stricter,
            other => other,
        }
    }
}

/// What shows a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The fact or the figure, one sentence without its full stop.
    pub sentence: String,
    /// Who, what, when and where, if it is a fact.
    pub witness: Option<Witness>,
    /// What the first text says of it.
    pub first: String,
    /// What the second text says of it.
    pub second: String,
}

/// Two clauses about the same matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// In the first package.
    pub first: Place,
    /// In the second.
    pub second: Place,
    /// How the second stands to the first.
    pub verdict: Verdict,
    /// What shows it: one for stricter and looser, one each way for mixed.
    pub shown: Vec<Shown>,
}

/// What comparing two packages comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Clauses about the same matter, in the order of the first package.
    pub pairs: Vec<Pair>,
    /// Clauses that only the first has.
    pub only_first: Vec<Place>,
    /// Clauses that only the second has.
    pub only_second: Vec<Place>,
    /// Where the two contradict each other.
    pub contradictions: Vec<Contradiction>,
}

/// Compares two packages; verdicts say how the second stands to the first.
#[must_use]
pub fn compare(first: &Package<'_>, second: &Package<'_>) -> Comparison {
    let matched = matching::matched(first, second);
    let pairs: Vec<Pair> = matched.pairs.iter().map(|(a, b)| pair(first, second, *a, *b)).collect();
    let contradictions = contradictions::contradictions(first, second, &pairs);
    Comparison { pairs, only_first: matched.only_first, only_second: matched.only_second, contradictions }
}

fn pair(first: &Package<'_>, second: &Package<'_>, a: Place, b: Place) -> Pair {
    let unknown = Pair { first: a, second: b, verdict: Verdict::Undetermined, shown: Vec::new() };
    let (Some((_, x)), Some((_, y))) = (first.texts.get(a.text), second.texts.get(b.text)) else {
        return unknown;
    };
    let (Some(p), Some(q)) = (x.clauses.get(a.clause), y.clauses.get(b.clause)) else { return unknown };
    let (verdict, shown) = if p.duty.is_of_observations() && q.duty.is_of_observations() {
        facts::verdict(x, a.clause, y, b.clause)
    } else {
        figures::verdict(x, p, y, q)
    };
    Pair { first: a, second: b, verdict, shown }
}
