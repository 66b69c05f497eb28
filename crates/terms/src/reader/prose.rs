//! Brackets in the prose: text that is not agreed, with who proposes it. They nest and may hold markup; links and code
//! stay as they are.

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use std::collections::HashMap;

/// Longest list of proposers, bytes.
const PROPOSERS_BYTES_MAX: usize = 200;
/// Most words in the name of a proposer.
const NAME_WORDS_MAX: usize = 5;

/// A place in the words: which event, which byte of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct At {
    event: usize,
    byte: usize,
}

/// A bracket that closes in the element in which it opens.
struct Pair {
    element: usize,
    open: At,
    close: At,
    /// Who proposes it, and the byte after the colon.
    proposers: Option<(String, usize)>,
}

/// A tag to be put in: where, in which order among those at one place, and its words.
type Inserted = (At, u8, String);

/// The events with brackets marked.
pub(super) fn marked(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let events = joined(events);
    let pairs = pairs(&events);
    if pairs.iter().all(|p| p.proposers.is_none()) {
        return events;
    }
    let mut tags = tags(&pairs, &events);
    tags.sort_by_key(|(at, order, _)| (*at, *order));
    put(events, tags)
}

/// Words that follow each other in one event, line breaks with them: names may be divided by them.
fn joined(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut out: Vec<Event<'_>> = Vec::with_capacity(events.len());
    let mut words = String::new();
    for event in events {
        match &event {
            Event::Text(more) => words.push_str(more),
            Event::SoftBreak => words.push('\n'),
            _ => {
                if !words.is_empty() {
                    out.push(Event::Text(CowStr::from(std::mem::take(&mut words))));
                }
                out.push(event);
            }
        }
    }
    if !words.is_empty() {
        out.push(Event::Text(CowStr::from(words)));
    }
    out
}

/// Brackets that close in the element in which they open, by where they open.
fn pairs(events: &[Event<'_>]) -> Vec<Pair> {
    let mut elements: Vec<usize> = Vec::new();
    let mut untouched = 0_usize;
    let mut opened: Vec<(usize, At)> = Vec::new();
    let mut out = Vec::new();
    for (event, is) in events.iter().enumerate() {
        match is {
            Event::Start(tag) => {
                untouched += usize::from(matches!(tag, Tag::Link { .. } | Tag::CodeBlock(_)));
                elements.push(event + 1);
            }
            Event::End(tag) => {
                untouched -= usize::from(untouched > 0 && matches!(tag, TagEnd::Link | TagEnd::CodeBlock));
                let closed = elements.pop();
                // Those of an element stand on top when it ends: what opened in it is gone by then.
                while opened.pop_if(|(element, _)| Some(*element) == closed).is_some() {}
            }
            Event::Text(words) if untouched == 0 => {
                let element = elements.last().copied().unwrap_or(0);
                for (byte, sign) in words.bytes().enumerate().filter(|(_, b)| matches!(b, b'[' | b']')) {
                    if sign == b'[' {
                        opened.push((element, At { event, byte }));
                    } else if let Some((_, open)) = opened.pop_if(|(of, _)| *of == element) {
                        let proposers = proposers(events, open);
                        out.push(Pair { element, open, close: At { event, byte }, proposers });
                    }
                }
            }
            _ => {}
        }
    }
    out.sort_by_key(|p| p.open);
    out
}

/// `Velia, Tarn:` at the beginning of a bracket.
fn proposers(events: &[Event<'_>], open: At) -> Option<(String, usize)> {
    let Some(Event::Text(words)) = events.get(open.event) else { return None };
    let inside = words.get(open.byte + 1..)?;
    let colon = inside.find([':', '[', ']']).filter(|at| *at <= PROPOSERS_BYTES_MAX)?;
    let (names, after) = (inside.get(..colon)?, inside.get(colon..)?.strip_prefix(':')?);
    if !after.is_empty() && !after.starts_with(char::is_whitespace) {
        return None;
    }
    let flat = names.split_whitespace().collect::<Vec<_>>().join(" ");
    let all: Vec<&str> = flat.split(',').flat_map(|n| n.split(" and ")).map(str::trim).collect();
    let listed = all.iter().all(|name| is_name(name));
    listed.then(|| (all.join(", "), open.byte + 1 + colon + 1))
}

fn is_name(words: &str) -> bool {
    let of_names = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'' | '’' | '.');
    words.chars().any(char::is_alphabetic)
        && words.chars().all(of_names)
        && words.split(' ').count() <= NAME_WORDS_MAX
}

/// The tags of brackets that name their proposers, and of those beside them.
fn tags(pairs: &[Pair], events: &[Event<'_>]) -> Vec<Inserted> {
    let mut out = Vec::new();
    let mut done = vec![false; pairs.len()];
    let by_place: HashMap<At, usize> = pairs.iter().enumerate().map(|(index, p)| (p.open, index)).collect();
    for first in 0..pairs.len() {
        if done.get(first).copied().unwrap_or(true) {
            continue;
        }
        let run = run(pairs, &by_place, first, events);
        for index in &run {
            if let Some(mark) = done.get_mut(*index) {
                *mark = true;
            }
        }
        let members: Vec<&Pair> = run.iter().filter_map(|i| pairs.get(*i)).collect();
        if members.iter().any(|p| p.proposers.is_some()) {
            tag_run(&members, &mut out);
        }
    }
    out
}

/// The bracket and those that stand beside it, white space at most between them.
fn run(pairs: &[Pair], by_place: &HashMap<At, usize>, first: usize, events: &[Event<'_>]) -> Vec<usize> {
    let mut out = vec![first];
    let mut last = pairs.get(first);
    while let Some(known) = last {
        let after = At { byte: known.close.byte + 1, ..known.close };
        let Some(Event::Text(words)) = events.get(after.event) else { break };
        let rest = words.get(after.byte..).unwrap_or_default();
        let space = rest.len() - rest.trim_start().len();
        let next = by_place.get(&At { byte: after.byte + space, ..after }).copied();
        last = next.and_then(|index| pairs.get(index)).filter(|p| p.element == known.element);
        out.extend(next.filter(|_| last.is_some()));
    }
    out
}

fn tag_run(members: &[&Pair], out: &mut Vec<Inserted>) {
    let after = |at: At| At { byte: at.byte + 1, ..at };
    if let (Some(first), Some(last)) = (members.first(), members.last()) {
        out.push((first.open, 3, "<span class=\"alternatives\">".to_owned()));
        out.push((after(last.close), 2, "</span>".to_owned()));
    }
    for pair in members {
        let names = pair.proposers.as_ref().map(|(names, _)| attribute(names)).unwrap_or_default();
        out.push((pair.open, 4, format!("<span class=\"bracket\" data-proposers=\"{names}\">")));
        out.push((after(pair.close), 1, "</span>".to_owned()));
        if let Some((_, colon)) = pair.proposers {
            out.push((after(pair.open), 5, "<b class=\"proposer\">".to_owned()));
            out.push((At { byte: colon, ..pair.open }, 0, "</b>".to_owned()));
        }
    }
}

fn attribute(words: &str) -> String {
    words.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Cuts the words where tags go in.
fn put(events: Vec<Event<'_>>, tags: Vec<Inserted>) -> Vec<Event<'_>> {
    let mut out = Vec::with_capacity(events.len() + 2 * tags.len());
    let mut tags = tags.into_iter().peekable();
    for (index, event) in events.into_iter().enumerate() {
        let Event::Text(words) = &event else {
            out.push(event);
            continue;
        };
        let mut from = 0;
        let mut cut = false;
        while let Some((at, _, tag)) = tags.next_if(|(at, ..)| at.event == index) {
            cut = true;
            let piece = words.get(from..at.byte).unwrap_or_default();
            if !piece.is_empty() {
                out.push(Event::Text(CowStr::from(piece.to_owned())));
            }
            from = at.byte.max(from);
            out.push(Event::InlineHtml(CowStr::from(tag)));
        }
        let rest = words.get(from..).unwrap_or_default().to_owned();
        if !cut {
            out.push(event);
        } else if !rest.is_empty() {
            out.push(Event::Text(CowStr::from(rest)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Piece, sections};

    fn html(markdown: &str) -> String {
        let prose = |p: Piece| match p {
            Piece::Prose { html } => Some(html),
            _ => None,
        };
        sections(markdown, &[], &[], &[]).into_iter().filter_map(prose).collect()
    }

    #[test]
    fn alternatives_side_by_side_stand_together_and_name_who_proposes_them() {
        assert_eq!(
            html("Due [Karsk: at once] [Velia,\nTarn: within *two* days]."),
            "<p>Due <span class=\"alternatives\"><span class=\"bracket\" data-proposers=\"Karsk\">[<b class=\"proposer\">\
             Karsk:</b> at once]</span> <span class=\"bracket\" data-proposers=\"Velia, Tarn\">[<b class=\"proposer\">\
             Velia,\nTarn:</b> within <em>two</em> days]</span></span>.</p>\n"
        );
    }

    #[test]
    fn brackets_nest() {
        let all = html("> [A: x [B: y] [C: z] w]");
        assert!(
            all.contains("</b> x <span class=\"alternatives\"><span class=\"bracket\" data-proposers=\"B\">"),
            "{all}"
        );
        assert!(all.ends_with("z]</span></span> w]</span></span></p>\n</blockquote>\n"), "{all}");
        assert_eq!(all.matches("<span").count(), all.matches("</span>").count());
    }

    #[test]
    fn what_is_no_proposal_stays_as_it_is() {
        for plain in [
            "see [A: the annex](https://example.org/) and `[A: x]`",
            "note [1], [sic], [12:30] and [http://example.org]",
            "open [A: and never closed",
            "closed [A: in *another element]* of the line",
            "too much: [this is not the name of anybody: x]",
            "    [A: in code]",
        ] {
            assert!(!html(plain).contains("<span"), "{plain}: {}", html(plain));
        }
    }

    #[test]
    fn an_alternative_without_a_name_beside_one_with_a_name_is_one() {
        let all = html("[A: x][y]");
        assert!(all.contains("<span class=\"bracket\" data-proposers=\"\">[y]</span></span>"), "{all}");
    }

    #[test]
    fn names_cannot_bring_in_tags() {
        assert!(!html("[<b onclick=x>: y]").contains("<b"));
        assert!(html("[A & B: y] [A: <i>x</i>]").contains("&lt;i&gt;"));
    }
}
