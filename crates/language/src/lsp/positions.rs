//! Places of a text as editors count them: lines from 0, and UTF-16 units within the line.

use lsp_types::{Position, Range};

/// Where the lines of a text begin.
pub(super) struct Index {
    starts: Vec<usize>,
}

impl Index {
    /// Counts the lines once; they end with LF, CR LF or CR.
    pub fn of(text: &str) -> Index {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (at, byte) in bytes.iter().enumerate() {
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                starts.push(at + 1);
            }
        }
        Index { starts }
    }

    /// The byte at a position; beyond the end of a line its end.
    pub fn byte(&self, text: &str, position: Position) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(text.len());
        let words = text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']);
        let mut units = 0;
        for (at, c) in words.char_indices() {
            if units >= position.character as usize {
                return start + at;
            }
            units += c.len_utf16();
        }
        start + words.len()
    }

    /// The position of a byte.
    pub fn position(&self, text: &str, byte: usize) -> Position {
        let mut byte = byte.min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.starts.partition_point(|s| *s <= byte).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = text.get(start..byte).unwrap_or_default();
        let character: usize = before.chars().map(char::len_utf16).sum();
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: narrow(line), character: narrow(character) }
    }

    /// The range between two bytes.
    pub fn range(&self, text: &str, (start, end): (usize, usize)) -> Range {
        Range { start: self.position(text, start), end: self.position(text, end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_bytes_are_each_others_inverse_in_any_script() {
        let text = "зона 𐍈 x\r\nb\rcé\n";
        let index = Index::of(text);
        for (byte, _) in text.char_indices().filter(|(_, c)| !"\r\n".contains(*c)) {
            assert_eq!(index.byte(text, index.position(text, byte)), byte);
        }
        assert_eq!(index.position(text, "зона 𐍈".len()), Position { line: 0, character: 7 });
        assert_eq!(index.byte(text, Position { line: 9, character: 9 }), text.len());
        assert_eq!(index.byte(text, Position { line: 1, character: 99 }), text.find("\rc").unwrap_or(0));
    }
}
