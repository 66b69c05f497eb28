//! One open text, and what is answered about it.

use super::complete::{self, Wanted};
use super::outline;
use super::positions::Index;
use lsp_types::{
    CompletionItem, CompletionItemKind, Diagnostic, DiagnosticSeverity, DiagnosticTag, Hover, HoverContents,
    Location, MarkupContent, MarkupKind, NumberOrString, Position, Range, TextEdit, Uri,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use terms::{Checked, Language, Outline, Problem, Severity, Symbol};

/// An open text with everything that is known of it.
pub(super) struct Text {
    name: String,
    text: String,
    index: Index,
    outline: Outline,
    checked: Checked,
}

/// The position of a request, if it has one.
pub(super) fn position(params: &Value) -> Option<Position> {
    serde_json::from_value(params.get("position")?.clone()).ok()
}

fn is_within(byte: usize, (start, end): (usize, usize)) -> bool {
    start <= byte && byte <= end
}

fn markdown(value: String, range: Range) -> Option<Value> {
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
    serde_json::to_value(Hover { contents, range: Some(range) }).ok()
}

fn diagnostic(problem: &Problem, range: Range) -> Diagnostic {
    let severity = match problem.severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Note => DiagnosticSeverity::INFORMATION,
    };
    let help = if problem.help.is_empty() { String::new() } else { format!("\nhelp: {}", problem.help) };
    Diagnostic {
        range,
        severity: Some(severity),
        code: Some(NumberOrString::String(problem.code.to_owned())),
        source: Some("truceline".to_owned()),
        message: format!("{}{help}", problem.message),
        tags: (problem.code == "unused").then(|| vec![DiagnosticTag::UNNECESSARY]),
        ..Diagnostic::default()
    }
}

impl Text {
    /// Reads and checks the text of a file.
    pub fn of(uri: &str, text: String) -> Text {
        let name = uri.rsplit('/').next().unwrap_or(uri).to_owned();
        let checked = terms::check(&name, text.as_bytes());
        Text { index: Index::of(&text), outline: terms::outline(&text), checked, name, text }
    }

    fn range(&self, place: (usize, usize)) -> Range {
        self.index.range(&self.text, place)
    }

    fn words(&self, (start, end): (usize, usize)) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Everything `check` says, at its place.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let problems = self.checked.problems.iter();
        problems.map(|p| diagnostic(p, self.range((p.span.start, p.span.end)))).collect()
    }

    /// The name or label at a byte, and the place of it that is there.
    fn symbol(&self, byte: usize) -> Option<(&Symbol, (usize, usize))> {
        self.checked.symbols.iter().find_map(|s| {
            let mut places = std::iter::once(&s.at).chain(&s.uses);
            places.find(|p| is_within(byte, **p)).map(|p| (s, *p))
        })
    }

    /// What the name, the clause or the bracket under the cursor says.
    pub fn hover(&self, position: Position, language: Language) -> Option<Value> {
        let byte = self.index.byte(&self.text, position);
        if let Some((symbol, place)) = self.symbol(byte) {
            return markdown(self.told_of(symbol, language), self.range(place));
        }
        let inside = |s: terms::source::Span| is_within(byte, (s.start, s.end));
        if let Some(bracket) = self.checked.brackets.iter().rfind(|b| inside(b.span)) {
            let range = self.range((bracket.span.start, bracket.span.end));
            return markdown(terms::explain_bracket(bracket, language), range);
        }
        let mut clauses = self.checked.readings.iter().flat_map(|r| &r.agreement.clauses);
        let clause = clauses.find(|c| inside(c.span))?;
        let range = self.range((clause.span.start, clause.span.end));
        markdown(self.explained(clause.span.start, &clause.label, language)?, range)
    }

    fn told_of(&self, symbol: &Symbol, language: Language) -> String {
        if let Some(sentences) =
            (symbol.sort == "clause").then(|| self.explained(symbol.at.0, &symbol.name, language)).flatten()
        {
            return format!("**{}**\n\n{sentences}", symbol.name);
        }
        let declared = self.statement(symbol.at.0);
        let places = match symbol.uses.len() {
            0 => "not spoken of elsewhere".to_owned(),
            1 => "spoken of once more".to_owned(),
            n => format!("spoken of {n} times more"),
        };
        format!("**{}**, {}; {places}\n\n```terms\n{declared}\n```", symbol.name, symbol.sort)
    }

    /// The sentences of the clause that begins at a byte; where readings differ, each with its readings.
    fn explained(&self, start: usize, label: &str, language: Language) -> Option<String> {
        let told = terms::explain_readings(&self.checked, start, label, language);
        let parts = told.into_iter().map(|(sentences, readings)| match readings.is_empty() {
            true => sentences,
            false => format!("*{}*: {sentences}", readings.join("; ")),
        });
        let all: Vec<String> = parts.collect();
        (!all.is_empty()).then(|| all.join("\n\n"))
    }

    /// The statement that begins on the line of a byte: that line and the indented ones after it.
    fn statement(&self, byte: usize) -> String {
        let start = self.text.get(..byte).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1);
        let rest = self.text.get(start..).unwrap_or_default();
        let goes_on = |line: &&str| line.starts_with([' ', '\t']) && !line.trim().is_empty();
        let first = rest.lines().next().unwrap_or_default();
        std::iter::once(first).chain(rest.lines().skip(1).take_while(goes_on)).collect::<Vec<_>>().join("\n")
    }

    /// Where the name under the cursor is declared.
    pub fn definition(&self, position: Position, uri: &str) -> Option<Value> {
        let (symbol, _) = self.symbol(self.index.byte(&self.text, position))?;
        let uri: Uri = uri.parse().ok()?;
        serde_json::to_value(Location { uri, range: self.range(symbol.at) }).ok()
    }

    /// Every place that speaks of the name under the cursor; with its declaration if asked for.
    pub fn references(&self, position: Position, uri: &str, with_declaration: bool) -> Option<Value> {
        let (symbol, _) = self.symbol(self.index.byte(&self.text, position))?;
        let uri: Uri = uri.parse().ok()?;
        let declared = Some(&symbol.at).filter(|_| with_declaration);
        let places = declared.into_iter().chain(&symbol.uses);
        let all: Vec<Location> =
            places.map(|p| Location { uri: uri.clone(), range: self.range(*p) }).collect();
        serde_json::to_value(all).ok()
    }

    /// The name under the cursor, if it can be renamed.
    pub fn renamable(&self, position: Position) -> Option<Value> {
        let (symbol, place) = self.symbol(self.index.byte(&self.text, position))?;
        Some(json!({ "range": self.range(place), "placeholder": symbol.name }))
    }

    /// The edits that give the name under the cursor a new name everywhere in the `terms` blocks.
    ///
    /// # Errors
    /// When the text would then have errors it has not now, or the new name would be taken for another thing.
    pub fn rename(&self, position: Position, new: &str, uri: &str) -> Result<Value, String> {
        let found = self.symbol(self.index.byte(&self.text, position));
        let (symbol, _) = found.ok_or("no name or label of a clause stands here")?;
        let places: Vec<(usize, usize)> =
            std::iter::once(symbol.at).chain(symbol.uses.iter().copied()).collect();
        self.try_renamed(symbol, &places, new)?;
        let edit = |p: &(usize, usize)| TextEdit { range: self.range(*p), new_text: new.to_owned() };
        let edits: Vec<TextEdit> = places.iter().map(edit).collect();
        Ok(json!({ "changes": { uri: edits } }))
    }

    fn try_renamed(&self, symbol: &Symbol, places: &[(usize, usize)], new: &str) -> Result<(), String> {
        let mut sorted = places.to_vec();
        sorted.sort_unstable();
        let mut renamed = self.text.clone();
        for (start, end) in sorted.iter().rev() {
            renamed.replace_range(*start..*end, new);
        }
        let after = terms::check(&self.name, renamed.as_bytes());
        let errors = |c: &Checked| {
            c.problems.iter().filter(|p| p.severity == Severity::Error).cloned().collect::<Vec<_>>()
        };
        let (before, now) = (errors(&self.checked), errors(&after));
        if now.len() > before.len() {
            let known: BTreeSet<&str> = before.iter().map(|p| p.code).collect();
            let told = now.iter().find(|p| !known.contains(p.code)).or(now.last());
            let why = told.map(|p| p.message.as_str()).unwrap_or_default();
            return Err(format!("`{new}` can't be its name: {why}"));
        }
        let same = |s: &Symbol| s.name == new && s.sort == symbol.sort && s.uses.len() == symbol.uses.len();
        match after.symbols.iter().filter(|s| s.name == new).any(same) {
            true => Ok(()),
            false => Err(format!("`{new}` can't be its name: it would not be read as one everywhere")),
        }
    }

    /// What may be written at the cursor; nothing outside `terms` blocks.
    pub fn completion(&self, position: Position) -> Value {
        let byte = self.index.byte(&self.text, position);
        if !self.outline.blocks.iter().any(|(start, end)| *start < byte && byte < *end) {
            return json!([]);
        }
        let start = self.text.get(..byte).and_then(|t| t.rfind(['\n', '\r'])).map_or(0, |n| n + 1);
        let before = self.words((start, byte)).trim_start_matches(['>', ' ']);
        let indented = self.words((start, byte)).trim_start_matches("> ").starts_with([' ', '\t']);
        let line = if indented { format!("  {before}") } else { before.to_owned() };
        let items: Vec<CompletionItem> = offered(&self.checked.symbols, complete::wanted(&line));
        serde_json::to_value(items).unwrap_or_default()
    }

    /// Articles with what they declare, their clauses and brackets.
    pub fn outline(&self) -> Value {
        let tree = outline::symbols(&self.text, &self.outline, &self.checked, &self.index);
        serde_json::to_value(tree).unwrap_or_default()
    }

    /// The `terms` blocks and the articles can be folded.
    pub fn folds(&self) -> Value {
        serde_json::to_value(outline::folds(&self.text, &self.outline, &self.index)).unwrap_or_default()
    }

    /// The edit that lays the text out; none if it is laid out.
    pub fn formatted(&self) -> Value {
        let formatted = terms::format(&self.text);
        if formatted == self.text {
            return json!([]);
        }
        json!([TextEdit { range: self.range((0, self.text.len())), new_text: formatted }])
    }
}

fn offered(symbols: &[Symbol], wanted: Wanted) -> Vec<CompletionItem> {
    let item = |label: &str, detail: &str, kind: CompletionItemKind| CompletionItem {
        label: label.to_owned(),
        detail: Some(detail.to_owned()),
        kind: Some(kind),
        ..CompletionItem::default()
    };
    let word = CompletionItemKind::KEYWORD;
    let mut out: Vec<CompletionItem> = match wanted {
        Wanted::Head => complete::HEADS.iter().map(|(w, d)| item(w, d, word)).collect(),
        Wanted::Anything => complete::PHRASES.iter().map(|(w, d)| item(w, d, word)).collect(),
        Wanted::Kind => {
            let kinds = base::vocabulary::KINDS.iter();
            kinds.map(|k| item(k.name, k.meaning, CompletionItemKind::ENUM_MEMBER)).collect()
        }
        Wanted::TimeZone => {
            let zones = base::time::CivilZone::names();
            zones.iter().map(|z| item(z, "time zone", CompletionItemKind::CONSTANT)).collect()
        }
        Wanted::Names(_) => Vec::new(),
    };
    let fitting = symbols.iter().filter(|s| complete::fits(s, wanted));
    let names: BTreeSet<(&str, &str)> = fitting.map(|s| (s.name.as_str(), s.sort)).collect();
    out.extend(names.into_iter().map(|(name, sort)| item(name, sort, CompletionItemKind::VARIABLE)));
    out
}
