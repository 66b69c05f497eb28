//! Texts as they may stand in what is sent: nothing in them turns the rest of a page around or breaks a format.

/// Whether a character turns the direction of what follows it: overrides, embeddings and isolates.
fn turns(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character may stand in XML 1.0, HTML and mail alike.
pub(crate) fn is_plain(c: char) -> bool {
    let is_control = c.is_control() && !matches!(c, '\n' | '\t');
    !is_control && !turns(c) && !matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

/// The text without what may not stand in it.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|c| is_plain(*c)).collect()
}

/// The text on one line.
pub(crate) fn one_line(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `chars_max` characters of it.
pub(crate) fn cut(text: &str, chars_max: usize) -> String {
    text.chars().take(chars_max).collect()
}

/// For HTML: the five characters that mean something there.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| is_plain(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// The direction in which a language is written, by its BCP 47 tag.
pub(crate) fn direction(language: &str) -> &'static str {
    let lower = language.to_ascii_lowercase();
    let mut parts = lower.split('-');
    let first = parts.next().unwrap_or_default();
    let script = parts.find(|p| p.len() == 4);
    match script {
        Some("arab" | "hebr" | "thaa" | "syrc" | "nkoo" | "adlm") => "rtl",
        Some(_) => "ltr",
        None => match first {
            "ar" | "he" | "iw" | "fa" | "ur" | "ps" | "dv" | "yi" | "ug" | "sd" | "ckb" | "syr" | "nqo" => {
                "rtl"
            }
            _ => "ltr",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_turns_what_follows_it() {
        assert_eq!(plain("a\u{202E}b\u{2067}c\u{0}d\r\ne"), "abcd\ne");
        assert_eq!(one_line(" a\n b\t c "), "a b c");
    }

    #[test]
    fn the_script_of_a_tag_decides_before_its_language() {
        assert_eq!(direction("ar"), "rtl");
        assert_eq!(direction("ku-Arab-IQ"), "rtl");
        assert_eq!(direction("az-Latn"), "ltr");
        assert_eq!(direction("uk"), "ltr");
    }
}
