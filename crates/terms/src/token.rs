//! The words of one statement. Free prose may follow `unless`, so any visible character is a token here; only what
//! would read differently from what is computed is refused at once.

use crate::problem::Bad;
use crate::source::Stretch;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word, such as `shall` or `ka-side`.
    Word,
    /// Starts with a digit: a number, a label, a date or a time of day.
    Digits,
    /// Quoted text, without its quotes.
    Text,
    /// Anything else: one sign, or `>=`, `<=`.
    Sign,
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    /// As it stands in the file, quotation marks included.
    pub raw: &'a str,
    pub at: Stretch,
    /// It is the first of its line.
    pub breaks: bool,
    /// It is the first of its statement, as far as margins tell.
    pub margin: bool,
    /// Exactly one space (of any width, never a tab) stands before it.
    pub one_space: bool,
}

/// Reads one line's tokens; `offset` is where `line` starts in the file.
pub(crate) fn read_line<'a>(line: &'a str, offset: usize, out: &mut Vec<Token<'a>>) -> Result<(), Bad> {
    refuse_reordering(line, offset)?;
    let mut at = 0;
    let mut first = true;
    let mut spaces = String::new();
    while let Some((rest, c)) = line.get(at..).and_then(|rest| rest.chars().next().map(|c| (rest, c))) {
        if c.is_whitespace() {
            spaces.push(c);
            at += c.len_utf8();
            continue;
        }
        if c == '#' {
            break;
        }
        let place = offset + at;
        let (kind, len, inner) = measure(rest, c, place)?;
        let text = rest.get(inner.0..inner.1).unwrap_or_default();
        let one_space = matches!(spaces.as_str(), " " | "\u{a0}" | "\u{202f}" | "\u{2009}");
        out.push(Token {
            kind,
            text,
            raw: rest.get(..len).unwrap_or_default(),
            at: Stretch { start: place, end: place + len },
            breaks: first,
            margin: false,
            one_space,
        });
        first = false;
        spaces.clear();
        at += len;
    }
    Ok(())
}

/// Kind, length in bytes, and where its text stands within it.
fn measure(rest: &str, c: char, place: usize) -> Result<(Kind, usize, (usize, usize)), Bad> {
    if c.is_alphabetic() {
        let len = word_len(rest);
        refuse_invisible(rest.get(..len).unwrap_or_default(), place)?;
        return Ok((Kind::Word, len, (0, len)));
    }
    if c.is_ascii_digit() {
        let len = digits_len(rest);
        refuse_comma_number(rest, len, place)?;
        return Ok((Kind::Digits, len, (0, len)));
    }
    if let Some(closing) = closing_quotes(c) {
        let body = rest.get(c.len_utf8()..).unwrap_or_default();
        let Some((length, end)) = body.char_indices().find(|(_, q)| closing.contains(q)) else {
            let at = Stretch { start: place, end: place + rest.trim_end().len() };
            return Err(Bad::new(
                "unclosed-text",
                at,
                "quoted text does not end on its line",
                "close it with `\"`",
            ));
        };
        let start = c.len_utf8();
        return Ok((Kind::Text, start + length + end.len_utf8(), (start, start + length)));
    }
    if is_invisible(c) || c.is_control() {
        return Err(hidden(c, place));
    }
    let len = if rest.starts_with(">=") || rest.starts_with("<=") { 2 } else { c.len_utf8() };
    Ok((Kind::Sign, len, (0, len)))
}

fn closing_quotes(open: char) -> Option<&'static [char]> {
    match open {
        '"' => Some(&['"']),
        '\u{201c}' => Some(&['\u{201d}']),
        '\u{201e}' => Some(&['\u{201c}', '\u{201d}']),
        '\u{ab}' => Some(&['\u{bb}']),
        _ => None,
    }
}

/// Length of a word: letters, digits and marks; hyphens, underscores and apostrophes only between them.
fn word_len(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    let mut len = 0;
    while let Some((at, c)) = chars.next() {
        let next_inside = chars.peek().is_some_and(|(_, n)| in_word(*n));
        let joins = matches!(c, '-' | '_' | '\'' | '\u{2019}' | '\u{2011}') && next_inside;
        if !in_word(c) && !joins {
            break;
        }
        len = at + c.len_utf8();
    }
    len
}

fn in_word(c: char) -> bool {
    // Marks of scripts that write vowels and joins as separate characters belong to the word.
    c.is_alphanumeric() || is_invisible(c) || ('\u{300}'..='\u{36f}').contains(&c) || is_mark_block(c)
}

fn is_mark_block(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{dff}')
        && !c.is_ascii_punctuation()
        && !matches!(c, '\u{5be}' | '\u{5c0}' | '\u{5c3}' | '\u{964}' | '\u{965}')
}

/// Length of a token that starts with a digit; `.`, `:` and `-` belong to it only before a further digit or letter.
fn digits_len(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut len = 0;
    while let Some(b) = bytes.get(len) {
        let next = bytes.get(len + 1).copied().unwrap_or(b' ');
        let joins = match b {
            b'.' => next.is_ascii_alphanumeric(),
            b':' | b'-' => next.is_ascii_digit(),
            _ => false,
        };
        if !b.is_ascii_alphanumeric() && !joins {
            break;
        }
        len += 1;
    }
    len
}

fn refuse_comma_number(rest: &str, len: usize, place: usize) -> Result<(), Bad> {
    let after = rest.get(len..).unwrap_or_default().as_bytes();
    let number = rest.get(..len).unwrap_or_default();
    let comma = after.first() == Some(&b',') && after.get(1).is_some_and(u8::is_ascii_digit);
    if !comma || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(());
    }
    let tail = rest.get(len + 1..).unwrap_or_default();
    let more = digits_len(tail);
    let at = Stretch { start: place, end: place + len + 1 + more };
    let tail = tail.get(..more).unwrap_or_default();
    let thousands =
        if tail.len() == 3 { format!(", `{number} {tail}` for thousands") } else { String::new() };
    let help = format!("write `{number}.{tail}` for a fraction{thousands}");
    Err(Bad::new("number-with-comma", at, format!("`{number},{tail}` can be read in two ways"), help))
}

/// Characters that nobody sees: they would make two different names look the same.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fff9}'..='\u{fffb}')
}

/// Characters that make a reader see the words in another order than they stand in.
fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn hidden(c: char, place: usize) -> Bad {
    let at = Stretch { start: place, end: place + c.len_utf8() };
    let message = format!("a character that cannot be seen (U+{:04X}) stands here", u32::from(c));
    Bad::new("hidden-character", at, message, "delete it: what is read must be what is computed")
}

fn refuse_invisible(word: &str, place: usize) -> Result<(), Bad> {
    match word.char_indices().find(|(_, c)| is_invisible(*c)) {
        Some((at, c)) => Err(hidden(c, place + at)),
        None => Ok(()),
    }
}

fn refuse_reordering(line: &str, offset: usize) -> Result<(), Bad> {
    match line.char_indices().find(|(_, c)| is_reordering(*c)) {
        Some((at, c)) => Err(hidden(c, offset + at)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<(Kind, String)> {
        let mut out = Vec::new();
        read_line(line, 0, &mut out).unwrap();
        out.iter().map(|t| (t.kind, t.text.to_owned())).collect()
    }

    #[test]
    fn labels_dates_numbers_and_names_are_one_token_each() {
        let texts: Vec<String> = words("2.1a  from 2026-03-03 00:00, D + 7.5 km of ka-side. # x")
            .into_iter()
            .map(|(_, t)| t)
            .collect();
        assert_eq!(
            texts,
            ["2.1a", "from", "2026-03-03", "00:00", ",", "D", "+", "7.5", "km", "of", "ka-side", "."]
        );
    }

    #[test]
    fn a_hash_in_quoted_text_is_text() {
        assert_eq!(words("\"a # b\" # c"), [(Kind::Text, "a # b".to_owned())]);
    }

    #[test]
    fn names_in_any_script_are_words() {
        assert_eq!(
            words("зона-1 منطقة"),
            [(Kind::Word, "зона-1".to_owned()), (Kind::Word, "منطقة".to_owned())]
        );
    }

    #[test]
    fn what_reads_differently_from_what_is_computed_is_refused() {
        for line in ["bu\u{200b}ffer", "in \u{202e}x", "# \u{2066}comment", "7,5 km", "\"open"] {
            assert!(read_line(line, 0, &mut Vec::new()).is_err(), "{line:?}");
        }
    }
}
