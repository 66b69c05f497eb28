//! Problems as plain text for people: where, what, the line itself, and one line of help.

use crate::problem::Problem;
use std::fmt::Write as _;

/// Width of what is shown of a source line, columns.
const SHOWN_COLUMNS: usize = 120;
/// Columns shown before the place when a line is too long.
const BEFORE_COLUMNS: usize = 40;
const TAB_COLUMNS: usize = 4;

/// All problems, one after the other, with the lines they are about. `source` is the text that was checked.
#[must_use]
pub fn render(problems: &[Problem], file_name: &str, source: &str) -> String {
    let mut out = String::new();
    for problem in problems {
        one(problem, file_name, source, &mut out);
        out.push('\n');
    }
    out
}

fn one(problem: &Problem, file_name: &str, source: &str, out: &mut String) {
    let span = problem.span;
    let (word, message) = (problem.severity.word(), plain(&problem.message));
    let _ = writeln!(out, "{word}[{}]: {message}", problem.code);
    let article =
        if problem.article.is_empty() { String::new() } else { format!(" ({})", plain(&problem.article)) };
    let _ = writeln!(out, "  --> {}:{}:{}{article}", plain(file_name), span.line, span.column);
    let (line, start, end) = line_around(source, span.start, span.end);
    if !line.trim().is_empty() {
        excerpt(line, start, end, span.line, out);
    }
    if !problem.help.is_empty() {
        let _ = writeln!(out, "  help: {}", plain(&problem.help));
    }
}

/// The line that holds `start`, and the place within it.
fn line_around(source: &str, start: usize, end: usize) -> (&str, usize, usize) {
    let before = source.get(..start).unwrap_or_default();
    let from = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let rest = source.get(from..).unwrap_or_default();
    let line = rest.find(['\n', '\r']).and_then(|at| rest.get(..at)).unwrap_or(rest);
    let inside = start.saturating_sub(from).min(line.len());
    (line, inside, end.saturating_sub(from).clamp(inside, line.len()))
}

fn excerpt(line: &str, start: usize, end: usize, number: u32, out: &mut String) {
    let part = |from: usize, to: usize| Shown::of(line.get(from..to).unwrap_or_default());
    let (mut before, mut marked, after) = (part(0, start), part(start, end), part(end, line.len()));
    let number = number.to_string();
    let gutter = " ".repeat(number.len());
    if is_right_to_left(line) {
        // Under text that runs from right to left, carets would point at the wrong words: the words are repeated.
        let _ = writeln!(out, "{number} | {}", Shown::of(line).head(SHOWN_COLUMNS).text());
        let _ = writeln!(out, "{gutter} = here: {}", marked.head(SHOWN_COLUMNS).text());
        return;
    }
    let cut =
        before.columns > BEFORE_COLUMNS && before.columns + marked.columns + after.columns > SHOWN_COLUMNS;
    let mut lead = "";
    if cut {
        lead = "…";
        before = before.tail(BEFORE_COLUMNS - 1);
    }
    let room = SHOWN_COLUMNS.saturating_sub(before.columns + lead.chars().count());
    let whole_marked = marked.columns;
    marked = marked.head(room);
    let rest = after.columns;
    let after = after.head(room.saturating_sub(marked.columns));
    let tail = if marked.columns < whole_marked || after.columns < rest { "…" } else { "" };
    let _ = writeln!(out, "{number} | {lead}{}{}{}{tail}", before.text(), marked.text(), after.text());
    let indent = " ".repeat(before.columns + lead.chars().count());
    let _ = writeln!(out, "{gutter} | {indent}{}", "^".repeat(marked.columns.max(1)));
}

/// Text as a terminal shows it: tabs opened, what cannot be shown replaced, columns counted.
struct Shown {
    cells: Vec<(char, usize)>,
    columns: usize,
}

impl Shown {
    fn of(text: &str) -> Shown {
        let mut cells = Vec::new();
        for c in text.chars() {
            match c {
                '\t' => cells.extend(std::iter::repeat_n((' ', 1), TAB_COLUMNS)),
                c if is_unsafe(c) => cells.push(('\u{fffd}', 1)),
                c => cells.push((c, width(c))),
            }
        }
        Shown::from(cells)
    }

    fn from(cells: Vec<(char, usize)>) -> Shown {
        let columns = cells.iter().map(|(_, w)| w).sum();
        Shown { cells, columns }
    }

    fn head(self, columns: usize) -> Shown {
        let mut used = 0;
        let fits = |(_, w): &(char, usize)| {
            used += w;
            used <= columns
        };
        Shown::from(self.cells.into_iter().take_while(fits).collect())
    }

    fn tail(self, columns: usize) -> Shown {
        let mut used = 0;
        let fits = |(_, w): &(char, usize)| {
            used += w;
            used <= columns
        };
        let mut cells: Vec<(char, usize)> = self.cells.into_iter().rev().take_while(fits).collect();
        cells.reverse();
        Shown::from(cells)
    }

    fn text(&self) -> String {
        self.cells.iter().map(|(c, _)| c).collect()
    }
}

/// Characters that would steer the reader's terminal or change the order of what is read.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
}

/// A message or a name from the file on one safe line.
fn plain(text: &str) -> String {
    text.chars().map(|c| if is_unsafe(c) { '\u{fffd}' } else { c }).collect()
}

fn is_right_to_left(line: &str) -> bool {
    line.chars().any(|c| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    })
}

/// Columns that a terminal gives a character: two for East Asian wide ones and pictures, none for marks.
fn width(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{33ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{a000}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Severity;
    use crate::source::{Lines, Stretch};

    fn shown(source: &str, word: &str) -> String {
        let start = source.find(word).unwrap();
        let span = Lines::of(source).span(Stretch { start, end: start + word.len() });
        let (message, help) = ("zone `x` is not declared".to_owned(), "did you mean `y`?".to_owned());
        let problem = Problem {
            severity: Severity::Error,
            code: "undefined-zone",
            message,
            span,
            article: "A".to_owned(),
            help,
        };
        render(&[problem], "a.md", source)
    }

    #[test]
    fn carets_stand_under_the_word_after_tabs_and_wide_letters() {
        let text = shown("\tin 停戦 bufer\n", "bufer");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "  --> a.md:1:8 (A)");
        assert_eq!(lines[2], "1 |     in 停戦 bufer");
        // The two wide letters take two columns each.
        assert_eq!(lines[3], "  |             ^^^^^");
        assert_eq!(lines[4], "  help: did you mean `y`?");
    }

    #[test]
    fn a_right_to_left_line_repeats_the_words_instead_of_pointing() {
        assert!(shown("in منطقة\n", "منطقة").contains("= here: منطقة"));
    }

    #[test]
    fn a_long_line_is_cut_around_the_place_and_escape_codes_are_not_passed_on() {
        let source = format!("{} bufer \u{1b}[31m {}", "a".repeat(5000), "b".repeat(5000));
        let text = shown(&source, "bufer");
        assert!(text.lines().all(|l| l.chars().count() < 140), "{text}");
        assert!(!text.contains('\u{1b}') && text.contains("^^^^^"));
    }
}
