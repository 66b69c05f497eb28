//! What interfaces show: fixed words, times in milliseconds since 1970, and nothing that an audience is not to see.
//!
//! - *internal*: everything.
//! - *guarantors*: no sources, no pseudonyms; positions, votes and national procedures of all.
//! - *parties*, both alike: no positions, votes, histories or national procedures; what was decided and announced.
//! - *public*: as for parties, and no records, no drafts of findings.
//!
//! Coarsening of places and delays are the publication's; no place stands here.

mod acts;
mod case;

pub use acts::{
    BallotView, ConsultationView, DecisionView, MeasureView, NationalView, NotedView, PositionView,
    SilenceView, consultations,
};
pub use case::{
    CaseView, ClockView, ElementView, EvidenceView, GaugedView, LadderView, LossView, ReadingView, ShotView,
    TierView, ZeroView, case, ladder,
};

use crate::elements::CaseFile;
use crate::ladder::Ladder;
use crate::numbers::Numbers;
use crate::register::Register;
use crate::words::{Audience, State};
use base::Instant;
use serde::Serialize;

/// What a file never says, in the words that stand at its head.
pub const NEVER: &str =
    "Each element is told apart. What they come to together, and what follows, people decide.";

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileView {
    /// [`crate::ALGORITHM`].
    pub algorithm: &'static str,
    /// As known at.
    pub as_known_at_ms: i64,
    /// For whom.
    pub audience: Audience,
    /// [`NEVER`].
    pub never: &'static str,
    /// Texts side by side: elements.
    pub elements: Table,
    /// Texts side by side: clocks.
    pub clocks: Table,
    /// Case files, one for each clause of a guarantee.
    pub cases: Vec<CaseView>,
    /// Ladders.
    pub ladders: Vec<LadderView>,
    /// Consultations.
    pub consultations: Vec<ConsultationView>,
    /// Obligations by number, one for each text.
    pub numbers: Vec<Numbers>,
}

/// What a file is made from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// Case files.
    pub cases: &'a [CaseFile],
    /// Ladders.
    pub ladders: &'a [Ladder],
    /// What people did.
    pub register: &'a Register,
    /// Tables.
    pub numbers: &'a [Numbers],
}

/// The file for an audience, as known at `now`.
#[must_use]
pub fn file(sources: &Sources<'_>, audience: Audience, now: Instant) -> FileView {
    let mut numbers = sources.numbers.to_vec();
    if audience == Audience::Public {
        numbers.iter_mut().for_each(without_records);
    }
    FileView {
        algorithm: crate::ALGORITHM,
        as_known_at_ms: now.0,
        audience,
        never: NEVER,
        elements: elements(sources.cases),
        clocks: clocks(sources.ladders),
        cases: sources.cases.iter().map(|c| case(c, audience)).collect(),
        ladders: sources.ladders.iter().map(|l| ladder(l, now)).collect(),
        consultations: consultations(sources.register, audience, now),
        numbers,
    }
}

fn without_records(numbers: &mut Numbers) {
    let rows = numbers.limits.iter_mut().map(|r| &mut r.row);
    let rows = rows.chain(numbers.visits.iter_mut().map(|r| &mut r.row));
    let rows = rows.chain(numbers.access.iter_mut().map(|r| &mut r.row));
    let rows = rows.chain(numbers.shares.iter_mut().map(|r| &mut r.row));
    let rows = rows.chain(numbers.notices.iter_mut().map(|r| &mut r.row));
    rows.for_each(|row| row.records.clear());
    numbers.odd.clear();
}

/// Texts side by side.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Table {
    /// The columns: texts and clauses.
    pub texts: Vec<String>,
    /// The rows.
    pub rows: Vec<TableRow>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TableRow {
    /// What it is of: the word of an element, or a tier.
    pub name: String,
    /// One cell a text.
    pub cells: Vec<Cell>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// How it stands; `None`: the text has nothing of the kind.
    pub state: Option<State>,
    /// In words: the state, `not in this text`, or the ends of clocks.
    pub words: String,
}

/// The words of a cell of a text that does not name the element.
pub const NOT_IN_TEXT: &str = "not in this text";

/// Elements by texts.
#[must_use]
pub fn elements(cases: &[CaseFile]) -> Table {
    let mut names: Vec<&str> = Vec::new();
    for element in cases.iter().flat_map(|c| &c.elements) {
        if !names.contains(&element.word.as_str()) {
            names.push(&element.word);
        }
    }
    let cell = |case: &CaseFile, name: &str| match case.elements.iter().find(|e| e.word == name) {
        Some(e) => Cell { state: Some(e.state), words: e.state.name().to_owned() },
        None => Cell { state: None, words: NOT_IN_TEXT.to_owned() },
    };
    let row = |name: &&str| TableRow {
        name: (*name).to_owned(),
        cells: cases.iter().map(|c| cell(c, name)).collect(),
    };
    Table {
        texts: cases.iter().map(|c| format!("{} {}", c.clause.text, c.clause.clause)).collect(),
        rows: names.iter().map(row).collect(),
    }
}

/// Clocks by texts: of each tier, the ends under the text's own readings.
#[must_use]
pub fn clocks(ladders: &[Ladder]) -> Table {
    let mut names: Vec<&str> = Vec::new();
    for tier in ladders.iter().flat_map(|l| &l.tiers) {
        if !names.contains(&tier.name.as_str()) {
            names.push(&tier.name);
        }
    }
    let words = |tier: &crate::ladder::Tier| {
        let own = tier.readings.iter().filter(|r| r.of_the_text);
        let told: Vec<String> = own
            .map(|r| {
                let due = r.reading.due.map_or_else(|| "no end".to_owned(), |d| d.to_string());
                let restarts = if r.reading.restarts { ", started anew by later violations" } else { "" };
                format!("{} from {}{restarts}, {due}", r.reading.state.name(), r.reading.zero_words)
            })
            .collect();
        let told = if told.is_empty() { "no zero has come".to_owned() } else { told.join("; ") };
        if tier.within.is_empty() { format!("no time is set; {told}") } else { told }
    };
    let cell = |ladder: &Ladder, name: &str| match ladder.tiers.iter().find(|t| t.name == name) {
        Some(tier) => Cell { state: None, words: words(tier) },
        None => Cell { state: None, words: NOT_IN_TEXT.to_owned() },
    };
    let row = |name: &&str| TableRow {
        name: (*name).to_owned(),
        cells: ladders.iter().map(|l| cell(l, name)).collect(),
    };
    Table {
        texts: ladders.iter().map(|l| format!("{} {}", l.clause.text, l.clause.clause)).collect(),
        rows: names.iter().map(row).collect(),
    }
}
