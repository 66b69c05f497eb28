//! The outline of a text: its articles, and in them what is declared, the clauses and the brackets.

use super::positions::Index;
use lsp_types::{DocumentSymbol, FoldingRange, FoldingRangeKind, SymbolKind};
use terms::{Checked, Outline};

/// One entry before it has a place in the tree.
struct Entry {
    name: String,
    detail: String,
    kind: SymbolKind,
    whole: (usize, usize),
    at: (usize, usize),
    children: Vec<Entry>,
}

/// Articles in order, each with its entries; what stands before the first article stands beside them.
pub(super) fn symbols(
    text: &str,
    outline: &Outline,
    checked: &Checked,
    index: &Index,
) -> Vec<DocumentSymbol> {
    let mut top: Vec<Entry> = Vec::new();
    for (n, (heading, at)) in outline.headings.iter().enumerate() {
        let end = outline.headings.get(n + 1).map_or(text.len(), |(_, next)| next.0);
        top.push(entry(heading, "", SymbolKind::NAMESPACE, (at.0, end), *at));
    }
    let mut all = declared(checked);
    all.extend(brackets(checked));
    all.sort_by_key(|e| e.whole.0);
    for found in all {
        let article = top.iter().rposition(|a| a.kind == SymbolKind::NAMESPACE && a.at.0 <= found.whole.0);
        match article.and_then(|a| top.get_mut(a)) {
            Some(article) => article.children.push(found),
            None => top.push(found),
        }
    }
    top.sort_by_key(|e| e.whole.0);
    top.into_iter().map(|e| symbol(text, index, e)).collect()
}

fn entry(name: &str, detail: &str, kind: SymbolKind, whole: (usize, usize), at: (usize, usize)) -> Entry {
    // An editor refuses an entry without a name.
    let name = if name.trim().is_empty() { "(no name)" } else { name };
    Entry { name: name.to_owned(), detail: detail.to_owned(), kind, whole, at, children: Vec::new() }
}

fn declared(checked: &Checked) -> Vec<Entry> {
    let clauses = checked.agreement.iter().flat_map(|a| &a.clauses);
    let spans: std::collections::HashMap<usize, usize> =
        clauses.map(|c| (c.span.start, c.span.end)).collect();
    let one = |s: &terms::Symbol| {
        let kind = match s.sort {
            "clause" => SymbolKind::FUNCTION,
            "actor" => SymbolKind::CLASS,
            "line" | "zone" => SymbolKind::OBJECT,
            "moment" => SymbolKind::EVENT,
            "act" | "weapon class" | "category" => SymbolKind::ENUM,
            _ => SymbolKind::VARIABLE,
        };
        let end = spans.get(&s.at.0).copied().unwrap_or(s.at.1).max(s.at.1);
        entry(&s.name, s.sort, kind, (s.at.0, end), s.at)
    };
    checked.symbols.iter().map(one).collect()
}

fn brackets(checked: &Checked) -> Vec<Entry> {
    let one = |b: &terms::Bracket| {
        let place = (b.span.start, b.span.end);
        let mut bracket = entry(&b.label, &b.title, SymbolKind::ENUM, place, place);
        bracket.children = b
            .alternatives
            .iter()
            .map(|a| {
                let at = (a.span.start, a.span.end);
                entry(&a.proposers.join(", "), "proposes", SymbolKind::ENUM_MEMBER, at, at)
            })
            .collect();
        bracket
    };
    checked.brackets.iter().map(one).collect()
}

// The protocol still wants the field that it calls deprecated.
#[expect(deprecated)]
fn symbol(text: &str, index: &Index, entry: Entry) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> = entry.children.into_iter().map(|c| symbol(text, index, c)).collect();
    DocumentSymbol {
        name: entry.name,
        detail: (!entry.detail.is_empty()).then_some(entry.detail),
        kind: entry.kind,
        tags: None,
        deprecated: None,
        range: index.range(text, entry.whole),
        selection_range: index.range(text, entry.at),
        children: (!children.is_empty()).then_some(children),
    }
}

/// The `terms` blocks and the articles.
pub(super) fn folds(text: &str, outline: &Outline, index: &Index) -> Vec<FoldingRange> {
    let starts = outline.headings.iter().map(|(_, at)| at.0);
    let ends = outline.headings.iter().skip(1).map(|(_, at)| at.0).chain([text.len()]);
    let articles = starts.zip(ends).map(|(start, end)| (start, end, None));
    let blocks = outline.blocks.iter().map(|(start, end)| (*start, *end, Some(FoldingRangeKind::Region)));
    let fold = |(start, end, kind): (usize, usize, Option<FoldingRangeKind>)| {
        // Blank lines at the end stay outside, so that the next article stands apart.
        let end = start + text.get(start..end).unwrap_or_default().trim_end().len();
        FoldingRange {
            start_line: index.position(text, start).line,
            end_line: index.position(text, end).line,
            kind,
            ..FoldingRange::default()
        }
    };
    articles.chain(blocks).map(fold).filter(|f| f.end_line > f.start_line).collect()
}
