//! The formatter. Only `terms` blocks change, and in them only white space: statements at the margin, what goes on
//! with them indented, one space between words, rows of distances under each other, one blank line at most. Prose,
//! comments and the words themselves stay as they are, and so does their meaning.

use crate::document::{self, Block};
use crate::source::{Lines, Stretch};
use crate::token::{self, Kind, Token};

/// Indent of what goes on with a declaration.
const DECLARATION_INDENT: usize = 2;
/// Indent of the phrases of a clause.
const PHRASE_INDENT: usize = 7;
/// Indent of who has to show it, under an exception.
const BURDEN_INDENT: usize = 5;
const TAB_COLUMNS: usize = 8;

/// The text with its `terms` blocks formatted. Formatting it again changes nothing.
#[must_use]
pub fn format(markdown: &str) -> String {
    let lines = Lines::of(markdown);
    let document = document::read(&lines);
    let mut edits: Vec<(Stretch, String)> = Vec::new();
    for block in document.blocks.iter().filter(|b| b.closed) {
        edits_of(block, &lines, &mut edits);
    }
    let mut out = String::with_capacity(markdown.len());
    let mut from = 0;
    for (at, words) in edits {
        // Blocks and their lines come in order, and never overlap.
        if at.start < from {
            continue;
        }
        out.push_str(markdown.get(from..at.start).unwrap_or_default());
        out.push_str(&words);
        from = at.end;
    }
    out.push_str(markdown.get(from..).unwrap_or_default());
    out
}

/// One line of a block, taken apart.
struct Line<'a> {
    at: Stretch,
    tokens: Vec<Token<'a>>,
    /// Its comment, if any.
    comment: &'a str,
    /// Columns of white space before its first word or comment.
    indent: usize,
    /// It could not be read and stays as it is.
    odd: bool,
}

fn edits_of(block: &Block, lines: &Lines<'_>, edits: &mut Vec<(Stretch, String)>) {
    let all: Vec<Line<'_>> = block.lines.iter().map(|at| read(*at, lines)).collect();
    let margin = all.iter().filter(|l| !l.tokens.is_empty() || l.odd).map(|l| l.indent).min().unwrap_or(0);
    let mut statement = Statement::default();
    let mut blank_before = true;
    for (index, line) in all.iter().enumerate() {
        let is_blank = line.tokens.is_empty() && line.comment.is_empty() && !line.odd;
        if is_blank {
            let last = all
                .get(index + 1..)
                .unwrap_or_default()
                .iter()
                .all(|l| l.tokens.is_empty() && l.comment.is_empty() && !l.odd);
            blank(line, lines, blank_before || last, edits);
            blank_before = true;
            continue;
        }
        blank_before = false;
        if line.odd {
            statement = Statement::default();
            continue;
        }
        let at_margin = line.indent == margin;
        if at_margin && !line.tokens.is_empty() {
            statement = Statement::of(line, &all, index, margin);
        }
        let words = statement.line(line, at_margin);
        if lines.slice(line.at) != words {
            edits.push((line.at, words));
        }
    }
}

/// A blank line keeps nothing, and goes if another is enough; lines of quotations keep their place.
fn blank(line: &Line<'_>, lines: &Lines<'_>, superfluous: bool, edits: &mut Vec<(Stretch, String)>) {
    let index = lines.line_at(line.at.start);
    let whole = lines.line(index);
    let plain = whole.start == line.at.start;
    if superfluous && plain {
        let next = lines.line(index + 1);
        let end = if next.start > whole.start { next.start } else { whole.end };
        edits.push((Stretch { start: whole.start, end }, String::new()));
    } else if line.at.start < line.at.end {
        edits.push((line.at, String::new()));
    }
}

fn read<'a>(at: Stretch, lines: &Lines<'a>) -> Line<'a> {
    let text = lines.slice(at);
    let mut tokens = Vec::new();
    // What looks like the end of a block and is indented too far to be one would become one.
    let is_fence = ["```", "~~~"].iter().any(|fence| text.trim_start().starts_with(fence));
    let odd = token::read_line(text, at.start, &mut tokens).is_err() || is_fence;
    let after = tokens.last().map_or(at.start, |t| t.at.end);
    let rest = lines.slice(Stretch { start: after, end: at.end });
    let comment = rest.find('#').and_then(|i| rest.get(i..)).unwrap_or_default().trim_end();
    let indent = text.chars().take_while(|c| c.is_whitespace()).fold(0, |width, c| match c {
        '\t' => (width / TAB_COLUMNS + 1) * TAB_COLUMNS,
        _ => width + 1,
    });
    Line { at, tokens, comment, indent, odd }
}

/// How the lines of the statement at hand are laid out.
#[derive(Default)]
struct Statement {
    is_clause: bool,
    /// For rows of distances: the column of their things, and that of their distances.
    rows: Option<(usize, usize)>,
}

impl Statement {
    fn of(first: &Line<'_>, all: &[Line<'_>], index: usize, margin: usize) -> Statement {
        let is_clause = first.tokens.first().is_some_and(|t| t.kind == Kind::Digits);
        let keep = first.tokens.iter().position(|t| t.text == "keep" && t.kind == Kind::Word);
        let mut statement = Statement { is_clause, rows: None };
        let (Some(keep), true) = (keep, is_clause) else { return statement };
        if at_least(&first.tokens).is_none_or(|a| a <= keep) {
            return statement;
        }
        let things = width(&joined(first.tokens.get(..=keep).unwrap_or_default(), true)) + 1;
        let mut distances = things;
        let rows = all.get(index..).unwrap_or_default().iter().enumerate();
        for (n, line) in rows.take_while(|(n, l)| *n == 0 || l.indent > margin || l.tokens.is_empty()) {
            let from = if n == 0 { keep + 1 } else { 0 };
            if let (Some(a), true) = (at_least(&line.tokens), n == 0 || is_row(line)) {
                let thing = joined(line.tokens.get(from..a).unwrap_or_default(), false);
                distances = distances.max(things + width(&thing) + 1);
            }
        }
        statement.rows = Some((things, distances));
        statement
    }

    /// The line as it should stand.
    fn line(&self, line: &Line<'_>, at_margin: bool) -> String {
        let words = self.words(line, at_margin);
        match (words.is_empty(), line.comment) {
            (_, "") => words,
            (true, comment) if at_margin || line.indent == 0 => comment.to_owned(),
            (true, comment) => format!("{}{comment}", " ".repeat(self.indent(line))),
            (false, comment) => format!("{words}  {comment}"),
        }
    }

    fn indent(&self, line: &Line<'_>) -> usize {
        let burden = ["to", "be", "shown", "by"];
        let is_burden =
            burden.iter().enumerate().all(|(i, w)| line.tokens.get(i).is_some_and(|t| t.text == *w));
        match (self.is_clause, is_burden) {
            (true, true) => BURDEN_INDENT,
            (true, false) => PHRASE_INDENT,
            (false, _) => DECLARATION_INDENT,
        }
    }

    fn words(&self, line: &Line<'_>, at_margin: bool) -> String {
        if line.tokens.is_empty() {
            return String::new();
        }
        if let (Some((things, distances)), Some(a)) = (self.rows, at_least(&line.tokens)) {
            let first =
                line.tokens.iter().position(|t| t.text == "keep").filter(|_| at_margin).map(|k| k + 1);
            if at_margin && first.is_some() || !at_margin && is_row(line) {
                let from = first.unwrap_or(0);
                let head = match first {
                    Some(k) => format!("{} ", joined(line.tokens.get(..k).unwrap_or_default(), true)),
                    None => " ".repeat(things),
                };
                let thing = joined(line.tokens.get(from..a).unwrap_or_default(), false);
                let gap = distances.saturating_sub(things + width(&thing));
                let rest = joined(line.tokens.get(a..).unwrap_or_default(), false);
                return format!("{head}{thing}{}{rest}", " ".repeat(gap.max(1)));
            }
        }
        if at_margin {
            return joined(&line.tokens, true);
        }
        format!("{}{}", " ".repeat(self.indent(line)), joined(&line.tokens, false))
    }
}

/// Where a row's distance begins.
fn at_least(tokens: &[Token<'_>]) -> Option<usize> {
    let pairs = tokens.windows(2).enumerate();
    // `of calibre at least 100 mm` is not the distance: that comes last.
    pairs
        .filter(|(_, w)| matches!(w, [a, b] if a.text == "at" && b.text == "least"))
        .map(|(i, _)| i)
        .next_back()
}

/// A line that goes on with the rows of a distance clause: it begins with a thing, not with a phrase.
fn is_row(line: &Line<'_>) -> bool {
    let head = line.tokens.first();
    head.is_some_and(|t| t.kind == Kind::Word && !crate::cursor::RESERVED.contains(&t.text))
        && at_least(&line.tokens).is_some_and(|a| a > 0)
}

/// The words with one space wherever there is white space between them, none where there is none. After the label of a
/// clause stand two; digits that more than one space parts stay as far apart as they are.
fn joined(tokens: &[Token<'_>], statement: bool) -> String {
    let mut out = String::new();
    let mut before: Option<&Token<'_>> = None;
    for (index, token) in tokens.iter().enumerate() {
        if let Some(last) = before {
            let gap = token.at.start.saturating_sub(last.at.end);
            let label = statement && index == 1 && last.kind == Kind::Digits;
            let exception = token.text == "unless";
            let numbers = last.kind == Kind::Digits && token.kind == Kind::Digits;
            let spaces = match gap {
                0 => 0,
                _ if label && !exception && token.kind != Kind::Sign => 2,
                n if numbers && !label && !token.one_space => n.max(2),
                _ => 1,
            };
            out.push_str(&" ".repeat(spaces));
        }
        out.push_str(token.raw);
        before = Some(token);
    }
    out
}

fn width(text: &str) -> usize {
    text.chars().count()
}
