//! Places in the Markdown source.

/// A stretch of the agreement's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// First byte after.
    pub end: usize,
    /// Line of the first byte, from 1.
    pub line: u32,
    /// Column of the first byte in characters, from 1.
    pub column: u32,
}

/// A stretch of bytes whose line and column have not been counted: counting is left until somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Stretch {
    /// First byte.
    pub start: usize,
    /// First byte after.
    pub end: usize,
}

impl Stretch {
    /// From the start of this one to the end of the other.
    pub fn to(self, other: Stretch) -> Stretch {
        Stretch { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty stretch just after this one.
    pub fn after(self) -> Stretch {
        Stretch { start: self.end, end: self.end }
    }
}

/// The lines of a file: ended by LF, CR LF or CR, all three at once if need be.
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Counts the lines once.
    pub fn of(text: &'a str) -> Lines<'a> {
        let mut starts = vec![0];
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let ends = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends {
                starts.push(at + 1);
            }
        }
        Lines { text, starts }
    }

    /// The text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Index of the line that holds byte `at`, from 0.
    pub fn line_at(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// The line of that index without its ending.
    pub fn line(&self, index: usize) -> Stretch {
        let start = self.starts.get(index).copied().unwrap_or(self.text.len());
        let next = self.starts.get(index + 1).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..next).unwrap_or_default().trim_end_matches(['\n', '\r']);
        Stretch { start, end: start + line.len() }
    }

    /// The words of a stretch; empty if it does not lie on character boundaries.
    pub fn slice(&self, at: Stretch) -> &'a str {
        self.text.get(at.start..at.end).unwrap_or_default()
    }

    /// The stretch with line and column, moved outwards to character boundaries.
    pub fn span(&self, at: Stretch) -> Span {
        let mut start = at.start.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = at.end.clamp(start, self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        let index = self.line_at(start);
        let before = self.text.get(self.line(index).start..start).unwrap_or_default();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { start, end, line: count(index + 1), column: count(before.chars().count() + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_line_endings_count_once_each() {
        let lines = Lines::of("a\r\nb\rc\nd");
        let all: Vec<&str> = (0..4).map(|i| lines.slice(lines.line(i))).collect();
        assert_eq!(all, ["a", "b", "c", "d"]);
        assert_eq!(lines.span(Stretch { start: 7, end: 8 }).line, 4);
    }

    #[test]
    fn a_column_counts_characters_and_a_span_never_cuts_one() {
        let text = "зона x";
        let lines = Lines::of(text);
        assert_eq!(lines.span(Stretch { start: 9, end: 10 }).column, 6);
        let cut = lines.span(Stretch { start: 1, end: 3 });
        assert_eq!((cut.start, cut.end), (0, 4));
    }
}
