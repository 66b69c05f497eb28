//! What a text does not say, says twice, or cannot mean: found by looking at the checked form, each with a witness
//! where there is one. Nothing here is an error: a draft can be read and judged with all of it, and its authors
//! should know.

mod bodies;
mod clocks;
mod facts;
mod figures;
mod indicators;
mod sides;
mod verification;
mod words;

use crate::agreement::{Agreement, Clause};
use crate::problem::{Bad, Problems, Severity};
use crate::source::{Span, Stretch};

/// Looks at one reading of a text. `thorough`: go through the cells of its clauses as well.
pub(crate) fn analyse(agreement: &Agreement, thorough: bool, problems: &mut Problems<'_>) {
    let mut it = Analysis { agreement, problems };
    words::analyse(&mut it);
    figures::analyse(&mut it);
    clocks::analyse(&mut it);
    bodies::analyse(&mut it);
    verification::analyse(&mut it);
    indicators::analyse(&mut it);
    sides::analyse(&mut it);
    if thorough {
        facts::analyse(&mut it);
    }
}

struct Analysis<'a, 'c, 'p> {
    agreement: &'a Agreement,
    problems: &'c mut Problems<'p>,
}

impl<'a> Analysis<'a, '_, '_> {
    fn warn(&mut self, code: &'static str, at: Stretch, message: String, help: &str) {
        self.problems.warning(Bad::new(code, at, message, help));
    }

    fn note(&mut self, code: &'static str, at: Stretch, message: String, help: &str) {
        self.problems.note(Bad::new(code, at, message, help));
    }

    /// Says once of several clauses what holds of all of them; nothing if there are none.
    fn of_clauses(
        &mut self,
        severity: Severity,
        code: &'static str,
        clauses: &[&Clause],
        what: impl Fn(&str) -> String,
        help: &str,
    ) {
        let Some(first) = clauses.first() else { return };
        let bad = Bad::new(code, at(first), what(&labels(clauses)), help);
        match severity {
            Severity::Note => self.problems.note(bad),
            _ => self.problems.warning(bad),
        }
    }

    fn clauses(&self) -> impl Iterator<Item = &'a Clause> + use<'a> {
        self.agreement.clauses.iter()
    }
}

/// The label of a clause, as a place.
fn at(clause: &Clause) -> Stretch {
    let Span { start, end, .. } = clause.span;
    Stretch { start, end: end.min(start + clause.label.len()) }
}

/// `clause 1`, `clauses 1, 2 and 3`; of many the first few.
fn labels(clauses: &[&Clause]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<&str> = clauses.iter().take(SHOWN).map(|c| c.label.as_str()).collect();
    let more = clauses.len().saturating_sub(SHOWN);
    match shown.as_slice() {
        [one] => format!("clause {one}"),
        all if more > 0 => format!("clauses {} and {more} more", all.join(", ")),
        [first @ .., last] => format!("clauses {} and {last}", first.join(", ")),
        [] => String::new(),
    }
}
