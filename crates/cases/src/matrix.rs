//! The evidence matrix: what each source says of each element of a clause. The software proposes; an officer's
//! judgement of a cell stands over the proposal, and both are shown.

use crate::act::{ClauseRef, Reason};
use crate::case::{Case, WeightOf};
use crate::setting::Setting;
use crate::words::Weight;

/// What the software proposes for a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposed {
    /// The element.
    pub element: String,
    /// The source.
    pub source: String,
    /// What it says of it.
    pub weight: Weight,
    /// Why, with what it rests on.
    pub why: Reason,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell<'a> {
    /// What counts; `None`: nobody and nothing says anything of it. That is a gap, not a *no*.
    pub weight: Option<Weight>,
    /// An officer's judgement, the latest.
    pub judged: Option<&'a WeightOf>,
    /// What the software proposes.
    pub proposed: Vec<&'a Proposed>,
    /// Whether the proposals speak for and against it.
    pub is_torn: bool,
}

/// A matrix of one clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix<'a> {
    /// The clause.
    pub clause: &'a ClauseRef,
    /// Its elements: the rows.
    pub elements: &'a [String],
    /// The sources: the columns, in order of their names.
    pub sources: Vec<&'a str>,
    /// The cells, row by row.
    pub cells: Vec<Vec<Cell<'a>>>,
}

impl Matrix<'_> {
    /// The elements that nothing supports.
    pub fn gaps(&self) -> impl Iterator<Item = &str> {
        let rows = self.elements.iter().zip(&self.cells);
        rows.filter(|(_, row)| row.iter().all(|c| c.weight != Some(Weight::Supports)))
            .map(|(e, _)| e.as_str())
    }
}

/// The matrix of a case under one clause; `None`: no text has the clause.
#[must_use]
pub fn matrix<'a>(
    setting: &'a Setting,
    case: &'a Case,
    clause: &'a ClauseRef,
    proposed: &'a [Proposed],
) -> Option<Matrix<'a>> {
    let elements = setting.clause(clause)?.elements.as_slice();
    let judged = || case.weights.iter().filter(|w| w.clause == *clause);
    let mut sources: Vec<&str> = judged().map(|w| w.source.as_str()).collect();
    sources.extend(proposed.iter().map(|p| p.source.as_str()));
    sources.sort_unstable();
    sources.dedup();
    let cell = |element: &str, source: &str| {
        let of = |e: &str, s: &str| e == element && s == source;
        let judged = judged().rfind(|w| of(&w.element, &w.source));
        let proposed: Vec<&Proposed> = proposed.iter().filter(|p| of(&p.element, &p.source)).collect();
        let says = |weight: Weight| proposed.iter().any(|p| p.weight == weight);
        let is_torn = says(Weight::Supports) && says(Weight::Against);
        // Nothing is proposed where the proposals disagree: an officer has to look.
        let first = if is_torn { None } else { proposed.iter().map(|p| p.weight).min() };
        Cell { weight: judged.map(|w| w.weight).or(first), judged, proposed, is_torn }
    };
    let cells = elements.iter().map(|e| sources.iter().map(|s| cell(e, s)).collect()).collect();
    Some(Matrix { clause, elements, sources, cells })
}
