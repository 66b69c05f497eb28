//! The Markdown around the terms: headings and `terms` blocks, with their places in the file.

use crate::limits::HEADINGS_MAX;
use crate::source::{Lines, Stretch};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// Markdown as agreements use it: tables, nothing exotic.
pub(crate) const MARKDOWN: Options = Options::ENABLE_TABLES;

/// A heading that is not quoted.
#[derive(Debug)]
pub(crate) struct Heading {
    pub text: String,
    pub at: Stretch,
}

/// A fenced `terms` block.
#[derive(Debug)]
pub(crate) struct Block {
    /// The whole block, fences included.
    pub at: Stretch,
    /// Its lines without endings, blank ones among them.
    pub lines: Vec<Stretch>,
    /// Whether its closing fence is there.
    pub closed: bool,
}

/// What matters of the Markdown.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub headings: Vec<Heading>,
    pub blocks: Vec<Block>,
    /// Fences whose info string looks like `terms` but is not: the place of the fence, and the word.
    pub near_misses: Vec<(Stretch, String)>,
    /// The first heading beyond [`HEADINGS_MAX`], which is not kept.
    pub too_many: Option<Stretch>,
}

/// Reads the Markdown. Headings within quotations and lists are words of the text, not articles.
pub(crate) fn read(lines: &Lines<'_>) -> Document {
    let text = lines.text();
    let skipped = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let body = text.get(skipped..).unwrap_or_default();
    let mut found = Document::default();
    let mut depth = 0usize;
    let mut heading: Option<Heading> = None;
    let mut block: Option<(Block, usize)> = None;
    for (event, range) in Parser::new_ext(body, MARKDOWN).into_offset_iter() {
        let at = Stretch { start: range.start + skipped, end: range.end + skipped };
        match event {
            Event::Start(Tag::BlockQuote(_) | Tag::Item) => depth += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::Item) => depth = depth.saturating_sub(1),
            Event::Start(Tag::Heading { .. }) if depth == 0 => {
                heading = Some(Heading { text: String::new(), at: trimmed(lines, at) });
            }
            Event::End(TagEnd::Heading(_)) => match heading.take() {
                Some(extra) if found.headings.len() >= HEADINGS_MAX => {
                    found.too_many.get_or_insert(extra.at);
                }
                kept => found.headings.extend(kept),
            },
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                block = open_block(&info, at, lines, &mut found);
            }
            Event::End(TagEnd::CodeBlock) => found.blocks.extend(block.take().map(|(b, _)| b)),
            Event::Text(words) => match (&mut block, &mut heading) {
                (Some((block, last)), _) => add_lines(block, last, at, lines),
                (None, Some(heading)) => heading.text.push_str(&words),
                (None, None) => {}
            },
            Event::Code(words) => {
                if let Some(heading) = &mut heading {
                    heading.text.push_str(&words);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut heading {
                    heading.text.push(' ');
                }
            }
            _ => {}
        }
    }
    found
}

fn trimmed(lines: &Lines<'_>, at: Stretch) -> Stretch {
    let text = lines.slice(at);
    Stretch { start: at.start, end: at.start + text.trim_end().len() }
}

fn open_block(info: &str, at: Stretch, lines: &Lines<'_>, found: &mut Document) -> Option<(Block, usize)> {
    let word = info.split([' ', ',', '\t', '{']).next().unwrap_or_default();
    if word == "terms" {
        let closed = is_closed(lines, at);
        return Some((Block { at, lines: Vec::new(), closed }, usize::MAX));
    }
    let lower = word.to_lowercase();
    if matches!(lower.as_str(), "terms" | "term" | "trems" | "tems" | "termes" | "terms:") {
        let fence = lines.line(lines.line_at(at.start));
        found.near_misses.push((Stretch { start: at.start, end: fence.end }, word.to_owned()));
    }
    None
}

/// Whether the last line of the block is a fence like its first.
fn is_closed(lines: &Lines<'_>, at: Stretch) -> bool {
    let block = lines.slice(at).trim_end();
    let Some(mark) = block.chars().next() else { return false };
    let run = |line: &str| line.chars().take_while(|c| *c == mark).count();
    let opening = run(block);
    let Some(cut) = block.rfind(['\n', '\r']) else { return false };
    let last = block.get(cut + 1..).unwrap_or_default();
    let last = last.trim_start_matches(['>', ' ', '\t']);
    run(last) >= opening && last.trim_end().chars().all(|c| c == mark)
}

/// Adds the lines that a stretch of the block's text covers; several stretches may cover one line.
fn add_lines(block: &mut Block, last: &mut usize, at: Stretch, lines: &Lines<'_>) {
    if at.start >= at.end {
        return;
    }
    for index in lines.line_at(at.start)..=lines.line_at(at.end - 1) {
        let line = lines.line(index);
        let end = at.end.min(line.end);
        if *last == index {
            if let Some(known) = block.lines.last_mut() {
                known.end = known.end.max(end);
            }
        } else {
            let start = at.start.max(line.start).min(line.end);
            block.lines.push(Stretch { start, end: end.max(start) });
            *last = index;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<(bool, Vec<String>)> {
        let lines = Lines::of(text);
        read(&lines)
            .blocks
            .iter()
            .map(|b| (b.closed, b.lines.iter().map(|l| lines.slice(*l).to_owned()).collect()))
            .collect()
    }

    #[test]
    fn blocks_are_found_with_any_line_ending_and_in_quotations_and_lists() {
        for text in [
            "```terms\na\n  b\n```\n",
            "```terms\r\na\r\n  b\r\n```\r\n",
            "\u{feff}~~~ terms\na\r\n  b\n~~~",
            "> ```terms\n> a\n>   b\n> ```\n",
            "- x\n\n  ```terms\n  a\n    b\n  ```\n",
        ] {
            assert_eq!(blocks(text), [(true, vec!["a".to_owned(), "  b".to_owned()])], "{text:?}");
        }
    }

    #[test]
    fn a_block_without_its_closing_fence_is_known_as_such() {
        assert_eq!(blocks("```terms\na\n\n# Article\n").first().map(|b| b.0), Some(false));
        assert_eq!(blocks("````terms\na\n```\n").first().map(|b| b.0), Some(false));
        assert_eq!(blocks("> ```terms\n> a\n\nb").first().map(|b| b.0), Some(false));
    }

    #[test]
    fn a_quoted_heading_is_no_article_and_a_plain_one_keeps_its_words() {
        let lines = Lines::of("# A `b` *c*\n\n> # quoted\n\nSet\n===\n");
        let found = read(&lines);
        let texts: Vec<&str> = found.headings.iter().map(|h| h.text.as_str()).collect();
        assert_eq!(texts, ["A b c", "Set"]);
    }
}
