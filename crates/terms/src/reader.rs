//! The agreement for a web reader: headings, prose as safe HTML, and the lines of `terms` with the clause that each
//! belongs to. Where the text is not agreed, every alternative is shown: one that is left aside says so.

mod lines;
mod prose;
mod statements;

use crate::agreement::Clause;
use crate::check::Bracket;
use crate::document::MARKDOWN;
use crate::source::{Lines, Span, Stretch};
use lines::Reader;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Parser, Tag, TagEnd, html};

pub use lines::{Part, TermsLine};
pub use statements::{Declaration, clause_texts, declarations};

/// A piece of the text, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its words, plain text (not HTML).
        text: String,
        /// Where it stands.
        span: Span,
    },
    /// Prose as HTML. The text is untrusted: HTML in it has become plain words, and links lead only to web and mail
    /// addresses.
    Prose {
        /// The HTML.
        html: String,
    },
    /// A `terms` block.
    Terms {
        /// Its lines.
        lines: Vec<TermsLine>,
    },
}

/// Cuts the text for a reader. `clauses` and `choice`: those of the reading that is shown; empty if the text has
/// errors. `brackets`: where the text is not agreed.
///
/// Brackets in the prose that name who proposes them become `span.bracket[data-proposers]`, those side by side within
/// one `span.alternatives`, and the proposers `b.proposer`.
#[must_use]
pub fn sections(
    markdown: &str,
    clauses: &[Clause],
    brackets: &[Bracket],
    choice: &[Option<usize>],
) -> Vec<Piece> {
    let lines = Lines::of(markdown);
    let skipped = if markdown.starts_with('\u{feff}') { 3 } else { 0 };
    let reader = Reader::of(&lines, clauses, brackets, choice);
    let mut pieces = Vec::new();
    let mut prose: Vec<Event<'_>> = Vec::new();
    let mut heading: Option<(u8, String, Span)> = None;
    let mut terms: Option<Vec<usize>> = None;
    let mut depth = 0usize;
    let body = markdown.get(skipped..).unwrap_or_default();
    for (event, range) in Parser::new_ext(body, MARKDOWN).into_offset_iter() {
        let at = Stretch { start: range.start + skipped, end: range.end + skipped };
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                flush(&mut prose, &mut pieces);
                heading = Some((level as u8, String::new(), lines.span(at)));
            }
            Event::End(TagEnd::Heading(_)) if heading.is_some() => {
                let finished = heading.take();
                pieces.extend(finished.map(|(level, text, span)| Piece::Heading { level, text, span }));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if depth == 0 && is_terms(&info) => {
                flush(&mut prose, &mut pieces);
                terms = Some(Vec::new());
            }
            Event::End(TagEnd::CodeBlock) if terms.is_some() => {
                let numbers = terms.take().unwrap_or_default();
                pieces.push(Piece::Terms { lines: reader.lines(&numbers) });
            }
            event => match (&mut heading, &mut terms) {
                (Some((_, text, _)), _) => add_words(text, &event),
                (_, Some(numbers)) => add_numbers(numbers, at, &lines),
                (None, None) => {
                    match &event {
                        Event::Start(_) => depth += 1,
                        Event::End(_) => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    prose.extend(safe(event));
                }
            },
        }
    }
    flush(&mut prose, &mut pieces);
    pieces
}

fn is_terms(info: &str) -> bool {
    info.split([' ', ',', '\t', '{']).next() == Some("terms")
}

fn add_words(text: &mut String, event: &Event<'_>) {
    match event {
        Event::Text(words) | Event::Code(words) => text.push_str(words),
        Event::SoftBreak | Event::HardBreak => text.push(' '),
        _ => {}
    }
}

fn add_numbers(numbers: &mut Vec<usize>, at: Stretch, lines: &Lines<'_>) {
    if at.start >= at.end {
        return;
    }
    for number in lines.line_at(at.start)..=lines.line_at(at.end - 1) {
        if numbers.last() != Some(&number) {
            numbers.push(number);
        }
    }
}

fn flush(prose: &mut Vec<Event<'_>>, pieces: &mut Vec<Piece>) {
    if prose.is_empty() {
        return;
    }
    let mut out = String::new();
    html::push_html(&mut out, prose::marked(std::mem::take(prose)).into_iter());
    if !out.trim().is_empty() {
        pieces.push(Piece::Prose { html: out });
    }
}

/// The event without what could run, call home or mislead: HTML becomes words, images their description, odd links
/// plain text.
fn safe(event: Event<'_>) -> Option<Event<'_>> {
    match event {
        Event::Html(words) | Event::InlineHtml(words) => Some(Event::Text(words)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = if link_type == LinkType::Email || is_safe_link(&dest_url) {
                dest_url
            } else {
                CowStr::Borrowed("#")
            };
            Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        Event::Start(Tag::CodeBlock(_)) => Some(Event::Start(Tag::CodeBlock(CodeBlockKind::Indented))),
        other => Some(other),
    }
}

fn is_safe_link(url: &str) -> bool {
    let lower = url.trim().to_ascii_lowercase();
    let plain = !lower.chars().any(|c| c.is_control() || c.is_whitespace());
    plain && ["https://", "http://", "mailto:", "#"].iter().any(|scheme| lower.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Title\n\nHello <script>alert(1)</script> *you*, [a](javascript:alert(1)) ![pic](http://x/y.png)\n\n<div onclick=\"x\">\nraw\n</div>\n\n```terms\ninstrument x \"X\"\n  time zone \"UTC\"\n  entry into force 2026-01-01 00:00\nparty A1 \"A\"\nact fire = shot\n\n1 A1 shall not fire\n   until 2027-01-01 00:00\n1a unless test: shown: \"so\"\n2 nobody shall fire\n```\n\nEnd.\n";

    fn pieces() -> Vec<Piece> {
        let checked = crate::check("x.md", TEXT.as_bytes());
        sections(TEXT, &checked.agreement.expect("no error").clauses, &[], &[])
    }

    #[test]
    fn html_in_the_text_becomes_words_and_links_cannot_run() {
        let all: String = pieces()
            .iter()
            .filter_map(|p| match p {
                Piece::Prose { html } => Some(html.as_str()),
                _ => None,
            })
            .collect();
        assert!(
            all.contains("&lt;script&gt;") && all.contains("<em>you</em>") && all.contains("&lt;div"),
            "{all}"
        );
        for bad in ["<script", "<div", "javascript:", "<img", "http://x"] {
            assert!(!all.contains(bad), "{bad}: {all}");
        }
    }

    #[test]
    fn each_line_of_terms_knows_its_clause_and_exceptions_know_theirs() {
        let pieces = pieces();
        let lines = pieces.iter().find_map(|p| match p {
            Piece::Terms { lines } => Some(lines),
            _ => None,
        });
        let owners: Vec<Option<usize>> = lines.unwrap().iter().map(|l| l.clause).collect();
        let none = None;
        assert_eq!(owners, [none, none, none, none, none, none, Some(0), Some(0), Some(0), Some(1)]);
    }

    #[test]
    fn the_order_of_pieces_is_that_of_the_text() {
        let kinds: Vec<u8> = pieces()
            .iter()
            .map(|p| match p {
                Piece::Heading { .. } => b'h',
                Piece::Prose { .. } => b'p',
                Piece::Terms { .. } => b't',
            })
            .collect();
        assert_eq!(kinds, b"hptp");
    }
}
