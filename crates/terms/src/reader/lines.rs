//! The lines of `terms` blocks: whose clause each is, and which of its words stand in an alternative.

use crate::agreement::Clause;
use crate::check::Bracket;
use crate::source::{Lines, Stretch};

/// A line of a `terms` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermsLine {
    /// Its number in the file, from 1.
    pub number: usize,
    /// The line as written, plain text (not HTML).
    pub text: String,
    /// Index in [`crate::Agreement::clauses`] of the clause, or of the clause whose exception it is.
    pub clause: Option<usize>,
    /// The bracket of whole statements in which the line stands.
    pub bracket: Option<usize>,
    /// The line again, cut where alternatives and their proposers begin and end.
    pub parts: Vec<Part>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its words.
    pub text: String,
    /// The innermost bracket and alternative in which it stands.
    pub within: Option<(usize, usize)>,
    /// Whether it belongs to the text in the reading that is shown.
    pub taken: bool,
    /// Whether it names who proposes the alternative.
    pub is_proposer: bool,
}

/// A stretch of the file that belongs to an alternative.
struct Marked {
    at: Stretch,
    within: (usize, usize),
    is_proposer: bool,
}

/// What the lines are read by.
pub(super) struct Reader<'a> {
    lines: &'a Lines<'a>,
    /// First byte, byte after and clause of everything that belongs to a clause, in order of the text.
    owners: Vec<(usize, usize, usize)>,
    marked: Vec<Marked>,
    /// Brackets of whole statements: their stretch and index.
    whole: Vec<(Stretch, usize)>,
    choice: &'a [Option<usize>],
}

impl<'a> Reader<'a> {
    pub fn of(
        lines: &'a Lines<'a>,
        clauses: &[Clause],
        brackets: &[Bracket],
        choice: &'a [Option<usize>],
    ) -> Reader<'a> {
        let stretch = |b: &Bracket| Stretch { start: b.span.start, end: b.span.end };
        let whole = brackets.iter().enumerate().filter(|(_, b)| b.span.column == 1);
        Reader {
            lines,
            owners: owners(clauses),
            marked: brackets.iter().enumerate().flat_map(|(index, b)| marked(index, b, lines)).collect(),
            whole: whole.map(|(index, b)| (stretch(b), index)).collect(),
            choice,
        }
    }

    /// The lines of one block.
    pub fn lines(&self, numbers: &[usize]) -> Vec<TermsLine> {
        let mut out: Vec<TermsLine> = Vec::with_capacity(numbers.len());
        let mut before = None;
        for number in numbers {
            let at = self.lines.line(*number);
            let text = self.lines.slice(at);
            let bracket = self.bracket_of(at, text);
            let mut clause = self.owner_of(at);
            // Words that are left aside belong to nothing that was read; they stand with the statement they go on with.
            if clause.is_none() && !self.marked.is_empty() && bracket.is_none() && goes_on(text) {
                clause = before;
            }
            if !text.trim().is_empty() {
                before = clause;
            }
            let parts = self.parts(at);
            out.push(TermsLine { number: number + 1, text: text.to_owned(), clause, bracket, parts });
        }
        out
    }

    fn owner_of(&self, line: Stretch) -> Option<usize> {
        let next = self.owners.partition_point(|(start, _, _)| *start < line.end);
        let (_, end, clause) = self.owners.get(next.checked_sub(1)?)?;
        (*end > line.start).then_some(*clause)
    }

    fn bracket_of(&self, line: Stretch, text: &str) -> Option<usize> {
        let first = line.start + (text.len() - text.trim_start().len());
        let holds = |(at, _): &&(Stretch, usize)| at.start <= first && first < at.end;
        self.whole.iter().rev().find(holds).map(|(_, index)| *index)
    }

    fn parts(&self, line: Stretch) -> Vec<Part> {
        let here: Vec<&Marked> =
            self.marked.iter().filter(|m| m.at.start < line.end && m.at.end > line.start).collect();
        let mut cuts: Vec<usize> = here.iter().flat_map(|m| [m.at.start, m.at.end]).collect();
        cuts.extend([line.start, line.end]);
        cuts.retain(|c| (line.start..=line.end).contains(c));
        cuts.sort_unstable();
        cuts.dedup();
        let part = |(start, end): (usize, usize)| {
            let around = here.iter().filter(|m| m.at.start <= start && end <= m.at.end);
            let innermost = around.min_by_key(|m| m.at.end - m.at.start);
            let within = innermost.map(|m| m.within);
            Part {
                text: self.lines.slice(Stretch { start, end }).to_owned(),
                within,
                taken: within.is_none_or(|(bracket, alternative)| self.takes(bracket, alternative)),
                is_proposer: innermost.is_some_and(|m| m.is_proposer),
            }
        };
        let pairs = cuts.iter().copied().zip(cuts.iter().copied().skip(1));
        pairs.map(part).filter(|p| !p.text.is_empty()).collect()
    }

    fn takes(&self, bracket: usize, alternative: usize) -> bool {
        self.choice.get(bracket).is_none_or(|chosen| *chosen == Some(alternative))
    }
}

/// Whether a line goes on with the statement before it.
fn goes_on(text: &str) -> bool {
    text.starts_with([' ', '\t', '[']) && !text.trim().is_empty()
}

fn owners(clauses: &[Clause]) -> Vec<(usize, usize, usize)> {
    let mut all: Vec<(usize, usize, usize)> = Vec::new();
    for (index, clause) in clauses.iter().enumerate() {
        all.push((clause.span.start, clause.span.end, index));
        let outside = clause.exceptions.iter().filter(|e| e.label != clause.label);
        all.extend(outside.map(|e| (e.span.start, e.span.end, index)));
    }
    all.sort_unstable();
    all
}

/// The words of each alternative, and those before them that say who proposes it.
fn marked(index: usize, bracket: &Bracket, lines: &Lines<'_>) -> Vec<Marked> {
    let mut out = Vec::new();
    let mut before = bracket.span.start;
    for (number, alternative) in bracket.alternatives.iter().enumerate() {
        let within = (index, number);
        let (start, end) = (alternative.span.start, alternative.span.end);
        let gap = Stretch { start: before, end: start };
        if !alternative.proposers.is_empty()
            && let Some(at) = proposer(gap, lines)
        {
            out.push(Marked { at, within, is_proposer: true });
        }
        if start < end {
            out.push(Marked { at: Stretch { start, end }, within, is_proposer: false });
        }
        before = end.max(before);
    }
    out
}

/// In what stands between two alternatives: the names with their colon.
fn proposer(gap: Stretch, lines: &Lines<'_>) -> Option<Stretch> {
    let words = lines.slice(gap).trim_end();
    if !words.ends_with(':') {
        return None;
    }
    let from = words.rfind(['[', '\n', '\r', '"']).map_or(0, |at| at + 1);
    let names = words.get(from..)?;
    let start = gap.start + from + (names.len() - names.trim_start().len());
    Some(Stretch { start, end: gap.start + words.len() })
}

#[cfg(test)]
mod tests {
    use super::super::{Piece, sections};
    use super::*;

    const TEXT: &str = "# T\n\n```terms\ninstrument x \"X\"\n  time zone \"UTC\"\n  entry into force 2026-01-01 00:00\n\
        party A1 \"Aland\"\nparty B1 \"Bland\"\nact fire = shot\nact fly = flight\n\
        1 A1, B1 shall not fire\n   [A1: unless in an exercise]\n\
        bracket 2 \"flights\"\n  A1: B1 shall not fly\n  B1: nobody shall fly\n    until 2027-01-01\n\
        3 nobody shall fire\n```\n";

    fn read(reading: usize) -> Vec<TermsLine> {
        let checked = crate::check("x.md", TEXT.as_bytes());
        let reading = checked.readings.get(reading).unwrap_or_else(|| panic!("{:?}", checked.problems));
        let pieces = sections(TEXT, &reading.agreement.clauses, &checked.brackets, &reading.choice);
        let terms = pieces.into_iter().find_map(|p| match p {
            Piece::Terms { lines } => Some(lines),
            _ => None,
        });
        terms.expect("a block")
    }

    fn told(line: &TermsLine) -> Vec<(&str, bool, bool)> {
        line.parts.iter().map(|p| (p.text.as_str(), p.taken, p.is_proposer)).collect()
    }

    #[test]
    fn parts_laid_end_to_end_are_the_line() {
        for line in read(0).iter().chain(&read(1)) {
            assert_eq!(line.parts.iter().map(|p| p.text.as_str()).collect::<String>(), line.text);
        }
        assert_eq!(read(0).iter().map(|l| l.number).collect::<Vec<_>>(), (4..=17).collect::<Vec<_>>());
    }

    #[test]
    fn an_alternative_left_aside_is_shown_and_says_so() {
        let (first, second) = (read(0), read(1));
        let at = |lines: &[TermsLine], n: usize| lines.get(n).cloned().expect("a line");
        let aside = at(&first, 8);
        assert_eq!(
            told(&aside),
            [
                ("   [", true, false),
                ("A1:", true, true),
                (" ", true, false),
                ("unless in an exercise", true, false),
                ("]", true, false)
            ]
        );
        assert_eq!(
            told(&at(&second, 8)).iter().map(|(_, taken, _)| *taken).collect::<Vec<_>>(),
            [true, false, true, false, true]
        );
        assert_eq!((aside.clause, at(&second, 8).clause), (Some(0), Some(0)));
        assert_eq!(
            told(&at(&first, 10))[1..],
            [("A1:", true, true), (" ", true, false), ("B1 shall not fly", true, false)]
        );
        assert_eq!(
            told(&at(&first, 11))[1..],
            [("B1:", false, true), (" ", true, false), ("nobody shall fly", false, false)]
        );
        assert_eq!(told(&at(&second, 12)), [("    until 2027-01-01", true, false)]);
    }

    #[test]
    fn a_line_knows_its_bracket_of_statements_and_its_clause_in_the_reading() {
        let lines = read(0);
        let brackets: Vec<Option<usize>> = lines.iter().map(|l| l.bracket).collect();
        let (none, two) = (None, Some(1));
        assert_eq!(
            brackets,
            [none, none, none, none, none, none, none, none, none, two, two, two, two, none]
        );
        let clauses: Vec<Option<usize>> = lines.iter().map(|l| l.clause).skip(7).collect();
        assert_eq!(clauses, [Some(0), Some(0), none, Some(1), none, none, Some(2)]);
    }
}
