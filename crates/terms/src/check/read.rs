//! Reads a file that may have brackets: every statement once, then each reading of the whole.

use super::gather::Gathered;
use super::readings::{self, Choice, Piece};
use super::symbols::Symbols;
use super::{Alternative, Bracket, Checked, Reading, build};
use crate::analyse::analyse;
use crate::bracket::{Brackets, Cut, Found, Guard, Proposal};
use crate::document::Document;
use crate::limits::{READINGS_ANALYSED_MAX, READINGS_MAX};
use crate::parse;
use crate::parsed::{Instrument, Name, Statement};
use crate::problem::{Bad, Problems};
use crate::source::{Lines, Stretch};
use crate::token::Kind;
use std::collections::HashSet;

pub(super) fn bracketed<'a>(
    document: &Document,
    lines: &Lines<'a>,
    mut problems: Problems<'_>,
    mut unread: bool,
) -> Checked {
    problems.tell_once();
    let mut brackets = Brackets::default();
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    for block in document.blocks.iter().filter(|b| b.closed) {
        let cuts = parse::cut(block, lines, &mut brackets, &mut problems);
        unread |= cuts.is_none();
        cuts.into_iter()
            .flatten()
            .for_each(|cut| read(cut, lines, &mut brackets, &mut pieces, &mut problems));
    }
    let found = brackets.found;
    about(&found, lines, &mut problems);
    let Some(choices) = readings::choices(&found, &pieces) else {
        let at = found.first().map(|b| b.at).unwrap_or_default();
        let message = format!("the brackets leave more than {READINGS_MAX} texts open");
        let help = "agree on some, or divide the file: clauses that depend on many brackets multiply them";
        problems.error(Bad::new("too-many-combinations", at, message, help));
        return Checked::refused(problems.into_list());
    };
    let labels: HashSet<&str> = labels(&pieces);
    let mut agreements = Vec::with_capacity(choices.len());
    let mut symbols = Symbols::default();
    // A name is unused if no reading leans on it.
    let mut unused: Option<Vec<Bad>> = None;
    let codes = readings::labels(&found, &choices, &|code| code.to_owned());
    for (choice, reading) in choices.iter().zip(&codes) {
        problems.read_as(reading);
        let mut gathered = Gathered { instrument_failed: unread, ..Gathered::default() };
        for piece in pieces.iter().filter(|p| stands(&p.guard, choice)) {
            gathered.add(piece.statement.clone(), &mut problems);
        }
        for name in found.iter().flat_map(|b| &b.alternatives).flat_map(|a| &a.proposers) {
            gathered.names.actor(*name, &mut problems);
        }
        let built = build(gathered, document, lines, &labels, &mut symbols, &mut problems);
        let (agreement, idle) = built.unzip();
        agreements.push(agreement);
        let idle = idle.unwrap_or_default();
        unused = Some(match unused {
            None => idle,
            Some(before) => before.into_iter().filter(|b| idle.iter().any(|i| i.at == b.at)).collect(),
        });
    }
    let thorough = agreements.len() <= READINGS_ANALYSED_MAX;
    if !problems.any_error() {
        problems.read_again();
        for (agreement, reading) in agreements.iter().zip(&codes) {
            problems.read_as(reading);
            agreement.iter().for_each(|a| analyse(a, thorough, &mut problems));
        }
    }
    problems.read_all();
    if !problems.any_error() {
        unused.into_iter().flatten().for_each(|bad| problems.note(bad));
    }
    let checked = finish(&found, choices, agreements, lines, problems);
    Checked { symbols: symbols.into_list(), ..checked }
}

fn finish(
    found: &[Found<'_>],
    choices: Vec<Choice>,
    agreements: Vec<Option<crate::Agreement>>,
    lines: &Lines<'_>,
    problems: Problems<'_>,
) -> Checked {
    let whole: Option<Vec<crate::Agreement>> =
        if problems.any_error() { None } else { agreements.into_iter().collect() };
    let Some(agreements) = whole else {
        let brackets = told(found, lines, &|code| code.to_owned());
        return Checked { brackets, ..Checked::refused(problems.into_list()) };
    };
    let first = agreements.first().cloned();
    let people = |code: &str| {
        let named = first.as_ref().and_then(|a| a.actor_of_code(code).and_then(|ix| a.actor(ix)));
        named.map_or_else(|| code.to_owned(), |actor| actor.name.clone())
    };
    let labels = readings::labels(found, &choices, &people);
    let brackets = told(found, lines, &people);
    let readings = labels.into_iter().zip(choices).zip(agreements);
    let readings: Vec<Reading> =
        readings.map(|((label, choice), agreement)| Reading { label, choice, agreement }).collect();
    let problems = problems.into_list();
    Checked { agreement: first.clone(), problems, brackets, readings, symbols: Vec::new() }
}

fn stands(guard: &Guard, choice: &Choice) -> bool {
    guard.iter().all(|(bracket, alternative)| choice.get(*bracket).copied().flatten() == Some(*alternative))
}

fn labels<'a>(pieces: &[Piece<'a>]) -> HashSet<&'a str> {
    let label = |p: &Piece<'a>| match &p.statement {
        Statement::Clause(clause) => Some(clause.label.text),
        Statement::Exception(exception) => exception.label.map(|l| l.text),
        Statement::Failed(failed) => failed.label.map(|l| l.text),
        _ => None,
    };
    pieces.iter().filter_map(label).collect()
}

/// Reads one statement under its alternatives.
fn read<'a>(
    (guard, tokens): Cut<'a>,
    lines: &Lines<'a>,
    brackets: &mut Brackets<'a>,
    pieces: &mut Vec<Piece<'a>>,
    problems: &mut Problems<'_>,
) {
    let words =
        tokens.iter().filter(|t| matches!(t.kind, Kind::Word | Kind::Digits)).map(|t| t.text).collect();
    let mut statement = parse::one(&tokens, lines, problems);
    match &mut statement {
        Statement::Clause(clause) => clause.guard.clone_from(&guard),
        Statement::Exception(exception) => exception.guard.clone_from(&guard),
        Statement::Instrument(instrument) if !instrument.claims.is_empty() => {
            return disputed(guard, instrument, words, brackets, pieces, problems);
        }
        _ => {}
    }
    pieces.push(Piece { guard, statement, words });
}

/// A disputed entry into force is a bracket whose alternatives are the dates that are claimed.
fn disputed<'a>(
    guard: Guard,
    instrument: &Instrument<'a>,
    words: Vec<&'a str>,
    brackets: &mut Brackets<'a>,
    pieces: &mut Vec<Piece<'a>>,
    problems: &mut Problems<'_>,
) {
    if let Some(entry) = instrument.entry {
        problems.error(parse::twice("the entry into force", entry.at));
    }
    let at = instrument.claims.iter().map(|(m, _)| m.at).reduce(Stretch::to).unwrap_or_default();
    let alternatives = instrument
        .claims
        .iter()
        .map(|(moment, who)| Proposal { proposers: who.clone(), at: moment.at })
        .collect();
    let (label, title) = ("entry into force".to_owned(), String::new());
    let within = guard.last().copied();
    let bracket = brackets.found.len();
    brackets.found.push(Found { label, title, at, within, alternatives });
    for (alternative, (moment, _)) in instrument.claims.iter().enumerate() {
        let mut guard = guard.clone();
        guard.push((bracket, alternative));
        let one = Instrument { entry: Some(*moment), claims: Vec::new(), ..instrument.clone() };
        pieces.push(Piece { guard, statement: Statement::Instrument(Box::new(one)), words: words.clone() });
    }
}

/// What is odd about the brackets themselves.
fn about(found: &[Found<'_>], lines: &Lines<'_>, problems: &mut Problems<'_>) {
    for bracket in found {
        let unnamed = bracket.alternatives.iter().find(|a| a.proposers.is_empty() && a.at.start < a.at.end);
        if let Some(alternative) = unnamed {
            let message = "the text does not say who proposes this";
            let help = "write who does, as in `[KA: at most 60 000]`";
            problems.warning(Bad::new("no-proposer", alternative.at, message, help));
        }
        alike(bracket, lines, problems);
        let mut seen: Vec<&str> = Vec::new();
        let names = bracket.alternatives.iter().flat_map(|a| &a.proposers);
        for name in names {
            if seen.contains(&name.text) {
                let message = format!("`{}` proposes two alternatives of one bracket", name.text);
                problems.warning(Bad::new("proposes-twice", name.at, message, "name it at one of them"));
            }
            seen.push(name.text);
        }
    }
}

/// Two proposals in the same words are one: nothing is open between them.
fn alike(bracket: &Found<'_>, lines: &Lines<'_>, problems: &mut Problems<'_>) {
    let words = |a: &Proposal<'_>| lines.slice(a.at).split_whitespace().collect::<Vec<_>>().join(" ");
    for (index, alternative) in bracket.alternatives.iter().enumerate() {
        let before = bracket.alternatives.iter().take(index);
        if alternative.at.start < alternative.at.end
            && before.into_iter().any(|b| words(b) == words(alternative))
        {
            let message = "this alternative says the same as another";
            let help = "name all who propose it in one place, or close the bracket";
            problems.warning(Bad::new("alternatives-alike", alternative.at, message, help));
        }
    }
}

fn told(found: &[Found<'_>], lines: &Lines<'_>, people: &dyn Fn(&str) -> String) -> Vec<Bracket> {
    let alternative = |a: &Proposal<'_>| Alternative {
        proposers: a.proposers.iter().map(|n: &Name<'_>| people(n.text)).collect(),
        span: lines.span(a.at),
        text: lines.slice(a.at).to_owned(),
    };
    let bracket = |b: &Found<'_>| Bracket {
        label: b.label.clone(),
        title: b.title.clone(),
        span: lines.span(b.at),
        within: b.within,
        alternatives: b.alternatives.iter().map(alternative).collect(),
    };
    found.iter().map(bracket).collect()
}
