//! Clauses that are judged by facts: compared in every cell between their boundaries.

use super::{Shown, Verdict};
use crate::agreement::Agreement;
use crate::cells::{Cell, Space};

/// How clause `j` of `b` stands to clause `i` of `a`, with what shows it.
pub(crate) fn verdict(a: &Agreement, i: usize, b: &Agreement, j: usize) -> (Verdict, Vec<Shown>) {
    let Ok(space) = Space::of(&[(a, i), (b, j)]) else { return (Verdict::Undetermined, Vec::new()) };
    let (mut looser, mut stricter): (Option<Cell>, Option<Cell>) = (None, None);
    for cell in space.cells() {
        let (x, y) = (space.outcome(0, &cell).rank(), space.outcome(1, &cell).rank());
        let slot = match x.cmp(&y) {
            std::cmp::Ordering::Greater => &mut looser,
            std::cmp::Ordering::Less => &mut stricter,
            std::cmp::Ordering::Equal => continue,
        };
        if slot.as_ref().is_none_or(|known| plainer(&cell, known)) {
            *slot = Some(cell);
        }
    }
    let verdict = match (&looser, &stricter) {
        (None, None) => Verdict::Same,
        (None, Some(_)) => Verdict::Stricter,
        (Some(_), None) => Verdict::Looser,
        (Some(_), Some(_)) => Verdict::Mixed,
    };
    let shown = looser.iter().chain(&stricter).map(|cell| shown(&space, cell)).collect();
    (verdict, shown)
}

/// Whether a cell makes the plainer witness: a known author, nothing supposed, no exercise, a time in the middle of
/// things.
fn plainer(cell: &Cell, than: &Cell) -> bool {
    let odd = |c: &Cell| {
        (c.held.iter().filter(|h| **h).count(), usize::from(c.actor.is_none()), usize::from(c.exercise))
    };
    odd(cell) < odd(than)
}

fn shown(space: &Space<'_>, cell: &Cell) -> Shown {
    let witness = space.witness(cell);
    Shown {
        sentence: witness.sentence(),
        first: space.outcome(0, cell).word().to_owned(),
        second: space.outcome(1, cell).word().to_owned(),
        witness: Some(witness),
    }
}
