//! From the parsed statements to the checked agreement: names resolved, moments worked out, and everything that is
//! wrong said once.

mod clauses;
mod conditions;
mod declared;
mod duties;
mod gather;
mod indicators;
mod map;
mod moments;
mod names;
mod read;
mod readings;
mod symbols;

use crate::agreement::{Agreement, Article};
use crate::analyse::analyse;
use crate::bracket;
use crate::document::{self, Document};
use crate::limits::HEADINGS_MAX;
use crate::parse;
use crate::parsed;
use crate::problem::{Bad, Problem, Problems};
use crate::source::{Lines, Span, Stretch};
use base::CivilZone;
use base::limits::AGREEMENT_BYTES_MAX;
use gather::Gathered;
pub(crate) use map::metres;
use std::collections::HashSet;
pub use symbols::Symbol;
use symbols::Symbols;

/// What checking a text gives.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The agreement; there if and only if no problem is an error.
    pub agreement: Option<Agreement>,
    /// Everything there is to say, in reading order.
    pub problems: Vec<Problem>,
    /// Places where the text is not agreed, in reading order; empty if it has no brackets.
    pub brackets: Vec<Bracket>,
    /// The texts that the brackets leave open: enough of them that every combination of alternatives on which some
    /// clause depends stands in one. Without brackets one reading, [`Checked::agreement`]; with an error none.
    pub readings: Vec<Reading>,
    /// Names and labels with every place that speaks of them, for editors; there with errors as well.
    pub symbols: Vec<Symbol>,
}

/// A place where the text is not agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// Its label; of brackets within a clause, that of the clause and a number, such as `4.1[2]`.
    pub label: String,
    /// Its title for people; may be empty.
    pub title: String,
    /// Where it stands.
    pub span: Span,
    /// The bracket and the alternative of it within which it stands; `None`: it stands in no other.
    pub within: Option<(usize, usize)>,
    /// What is proposed, in the order of the text. Where there is but one, the other is to leave it out.
    pub alternatives: Vec<Alternative>,
}

/// One proposal for a place that is not agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// Who proposes it: names of actors as people read them; empty: the text does not say.
    pub proposers: Vec<String>,
    /// Where it stands.
    pub span: Span,
    /// Its words as written; empty: leave it out.
    pub text: String,
}

/// The text with one alternative taken of each bracket.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What distinguishes it: the proposer whose text it is, or the alternatives taken, such as `1.2 as KA proposes`;
    /// empty for a text without brackets.
    pub label: String,
    /// By bracket: index of the alternative taken; `None`: the bracket stands in an alternative that was not taken.
    pub choice: Vec<Option<usize>>,
    /// The text so read.
    pub agreement: Agreement,
}

impl Checked {
    fn refused(problems: Vec<Problem>) -> Checked {
        Checked { agreement: None, problems, brackets: Vec::new(), readings: Vec::new(), symbols: Vec::new() }
    }
}

impl Reading {
    fn only(agreement: &Agreement) -> Reading {
        Reading { label: String::new(), choice: Vec::new(), agreement: agreement.clone() }
    }
}

/// Checks the Markdown text of an agreement. `file_name` is what messages call it; nothing is read from disk. Any
/// bytes are allowed: what cannot be read becomes a problem.
#[must_use]
pub fn check(file_name: &str, markdown: &[u8]) -> Checked {
    if let Some(bad) = refuse_whole(file_name, markdown) {
        let lines = Lines::of("");
        let mut problems = Problems::new(&lines, Vec::new());
        problems.error(bad);
        return Checked::refused(problems.into_list());
    }
    match std::str::from_utf8(markdown) {
        Ok(text) => check_text(file_name, text),
        Err(error) => not_utf8(file_name, markdown, error.valid_up_to()),
    }
}

fn refuse_whole(file_name: &str, markdown: &[u8]) -> Option<Bad> {
    let at = Stretch::default();
    if markdown.len() > AGREEMENT_BYTES_MAX {
        let most = AGREEMENT_BYTES_MAX / (1024 * 1024);
        let message = format!("`{file_name}` is larger than {most} MiB");
        return Some(Bad::new(
            "file-too-large",
            at,
            message,
            "annexes with data belong in files of their own",
        ));
    }
    let blank = |b: &u8| b.is_ascii_whitespace();
    if markdown.strip_prefix(b"\xef\xbb\xbf").unwrap_or(markdown).iter().all(blank) {
        let message = format!("`{file_name}` is empty");
        return Some(Bad::new(
            "empty-file",
            at,
            message,
            "write the agreement's text, with `terms` blocks in it",
        ));
    }
    None
}

fn not_utf8(file_name: &str, markdown: &[u8], good: usize) -> Checked {
    let text = markdown.get(..good).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default();
    let lines = Lines::of(text);
    let mut problems = Problems::new(&lines, Vec::new());
    let message = format!("`{file_name}` is not UTF-8 text at byte {good}");
    problems.error(Bad::new(
        "not-utf8",
        Stretch { start: good, end: good },
        message,
        "save it as UTF-8; a word processor's own format cannot be read",
    ));
    Checked::refused(problems.into_list())
}

fn check_text(file_name: &str, text: &str) -> Checked {
    let lines = Lines::of(text);
    let document = document::read(&lines);
    let headings = document.headings.iter().map(|h| (h.at.start, h.text.clone())).collect();
    let mut problems = Problems::new(&lines, headings);
    about_blocks(file_name, text, &document, &mut problems);
    let unclosed = unclosed(&document, &lines, &mut problems);
    if bracket::may_have(text) {
        return read::bracketed(&document, &lines, problems, unclosed);
    }
    let mut gathered = Gathered { instrument_failed: unclosed, ..Gathered::default() };
    for block in document.blocks.iter().filter(|b| b.closed) {
        parse::block(block, &lines, &mut problems, &mut |statement, problems| {
            gathered.add(statement, problems)
        });
    }
    let labels = gathered.labels();
    let mut symbols = Symbols::default();
    let built = build(gathered, &document, &lines, &labels, &mut symbols, &mut problems);
    let agreement = built.filter(|_| !problems.any_error()).map(|(agreement, unused)| {
        unused.into_iter().for_each(|bad| problems.note(bad));
        analyse(&agreement, true, &mut problems);
        agreement
    });
    let readings = agreement.iter().map(Reading::only).collect();
    let (problems, symbols) = (problems.into_list(), symbols.into_list());
    Checked { agreement, problems, brackets: Vec::new(), readings, symbols }
}

/// Reports blocks that do not end; whether there are any.
fn unclosed(document: &Document, lines: &Lines<'_>, problems: &mut Problems<'_>) -> bool {
    for block in document.blocks.iter().filter(|b| !b.closed) {
        problems.names_unknown = true;
        let message = "this `terms` block does not end";
        let fence = lines.line(lines.line_at(block.at.start));
        let at = Stretch { start: block.at.start, end: fence.end };
        problems.error(Bad::new("unclosed-block", at, message, "close it with a line of three backticks"));
    }
    document.blocks.iter().any(|b| !b.closed)
}

fn about_blocks(file_name: &str, text: &str, document: &Document, problems: &mut Problems<'_>) {
    for (at, word) in &document.near_misses {
        let message = format!("a block marked `{word}` is not read");
        problems.warning(Bad::new("block-not-read", *at, message, "did you mean `terms`?"));
    }
    if let Some(at) = document.too_many {
        let message = format!("a file has at most {HEADINGS_MAX} headings");
        problems.error(Bad::new("too-many-headings", at, message, "divide it"));
    }
    if document.blocks.is_empty() {
        let message = format!("`{file_name}` has no `terms` block");
        let old_endings = text.contains('\r') && !text.contains('\n');
        let help = if old_endings {
            "its lines end with CR alone: save it with LF or CR LF"
        } else {
            "put what is to be checked between a line of three backticks with `terms` and one without"
        };
        problems.error(Bad::new("no-terms", Stretch::default(), message, help));
    }
}

/// The agreement of the statements gathered, with notes about names that no clause leans on.
fn build<'a>(
    mut gathered: Gathered<'a>,
    document: &Document,
    lines: &Lines<'a>,
    labels: &HashSet<&'a str>,
    symbols: &mut Symbols,
    problems: &mut Problems<'_>,
) -> Option<(Agreement, Vec<Bad>)> {
    let instrument = gathered.instrument.as_ref();
    let unread = gathered.instrument_failed || problems.is_hopeless();
    if instrument.is_none() && !unread && !document.blocks.is_empty() {
        let at = document
            .blocks
            .first()
            .map(|b| Stretch { start: b.at.start, end: b.at.start })
            .unwrap_or_default();
        let help = "start with `instrument lindmar \"Agreement of Lindmar\"`";
        problems.error(Bad::new("no-instrument", at, "the text declares no instrument", help));
    }
    let times = moments::Times::of(instrument, problems);
    let mut articles = articles(document, lines);
    let mut map = map::Map::of(&gathered.lines, &gathered.zones, &mut gathered.names, problems);
    let mut declared = Declared::of(&mut gathered, &times, &mut map, lines, problems);
    let instrument = gathered.instrument.take();
    let given: Vec<parsed::Name<'a>> = gathered.label_names();
    let mut checker = clauses::Checker::new(&mut gathered.names, map, &times, lines, problems);
    if let Some(found) = &instrument {
        declared.instrument = checker.standing(found);
    }
    checker.bodies();
    checker.references(&gathered.references, &gathered.references_failed);
    let implicit = checker.article_before_all(&gathered.clauses, &articles);
    if let Some(article) = implicit {
        articles.insert(0, article);
    }
    let clauses = checker.clauses(gathered.clauses, gathered.exceptions, &gathered.labels_failed, &articles);
    checker.labels_known(labels);
    let (references, plan, mandates, labels_used) = checker.finish();
    symbols.names(&gathered.names);
    symbols.labels(&given, &labels_used);
    let unused = gathered.names.unused();
    let instrument = instrument?;
    let agreement = Agreement {
        name: instrument.name.text.to_owned(),
        title: instrument.title.to_owned(),
        version: instrument.version,
        zone: times.zone.unwrap_or_else(CivilZone::utc),
        entry_into_force: times.entry,
        instrument: declared.instrument,
        moments: declared.moments,
        units: declared.units,
        categories: declared.categories,
        flows: declared.flows,
        sensors: declared.sensors,
        mandates,
        unstated_precision_m: instrument.precision.map(|q| q.value),
        actors: gathered.names.actors,
        weapons: gathered.names.weapons,
        acts: gathered.names.acts,
        plan,
        references,
        clauses,
        articles,
    };
    Some((agreement, unused))
}

/// What the text declares beside actors, classes, acts, lines and zones.
#[derive(Default)]
struct Declared {
    instrument: crate::agreement::Instrument,
    moments: Vec<crate::agreement::Moment>,
    units: Vec<crate::agreement::Unit>,
    categories: Vec<crate::agreement::Category>,
    flows: Vec<crate::agreement::Flow>,
    sensors: Vec<crate::agreement::Sensor>,
}

impl Declared {
    fn of<'a>(
        gathered: &mut Gathered<'a>,
        times: &moments::Times,
        map: &mut map::Map,
        lines: &Lines<'a>,
        problems: &mut Problems<'_>,
    ) -> Declared {
        let names = &mut gathered.names;
        Declared {
            instrument: crate::agreement::Instrument::default(),
            moments: gathered.moments.iter().map(|d| declared::moment(d, times, names, problems)).collect(),
            units: gathered.units.iter().map(declared::unit).collect(),
            flows: gathered.flows.iter().map(declared::flow).collect(),
            categories: gathered
                .categories
                .iter()
                .map(|d| declared::category(d, map, names, problems))
                .collect(),
            sensors: gathered
                .sensors
                .iter()
                .map(|d| declared::sensor(d, map, names, lines, problems))
                .collect(),
        }
    }
}

fn articles(document: &Document, lines: &Lines<'_>) -> Vec<Article> {
    let mut blocks = document.blocks.iter().map(|b| b.at).peekable();
    let mut all = Vec::new();
    for (i, heading) in document.headings.iter().enumerate() {
        let end = document.headings.get(i + 1).map_or(lines.text().len(), |next| next.at.start);
        let mut text = String::new();
        let mut from = heading.at.end;
        while let Some(block) = blocks.next_if(|b| b.start < end) {
            if block.start >= from {
                text.push_str(lines.slice(Stretch { start: from, end: block.start }));
                from = block.end.min(end);
            }
        }
        text.push_str(lines.slice(Stretch { start: from, end }));
        let span = lines.span(heading.at);
        all.push(Article { heading: heading.text.trim().to_owned(), span, text: text.trim().to_owned() });
    }
    all
}
