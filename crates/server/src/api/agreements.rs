//! A text for readers: its words in pieces, each line of its terms with the clause it belongs to.

use super::clauses::{self, named, within};
use super::{Answer, AppState, Pairs, agreement_types as types, convert};
use crate::live::Asked;
use crate::people::Inside;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use publication::words::rfc3339;
use publication::{Record, Text};
use std::collections::HashMap;
use terms::agreement::{Agreement, Mandate};
use terms::{Language, reader};

/// One text version, piece by piece.
#[utoipa::path(get, path = "/api/v1/agreements/{version}", tag = "desk",
    params(("version" = u32, Path, description = "Its index"),
           ("lang" = Option<String>, Query, description = "Language of explanations: en, uk, ru or fr"),
           ("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, body = types::Agreement), (status = 404, body = Problem)))]
pub(super) async fn agreement(
    State(app): AppState,
    Path(version): Path<String>,
    inside: Inside,
    parameters: Pairs,
) -> Answer<types::Agreement> {
    app.on_desk(parameters.0, move |asked| {
        let mut agreement = agreement_of(asked, &version)?;
        if !inside.0 {
            agreement.clauses.iter_mut().for_each(clauses::without_figures);
        }
        Ok(Json(agreement))
    })
    .await
}

/// The text version of that index, given as text.
pub(super) fn version_of<'a>(record: &'a Record, version: &str) -> Result<(usize, &'a Text), Problem> {
    let index = version.parse::<usize>().ok();
    index.and_then(|i| Some((i, record.texts.get(i)?))).ok_or_else(|| {
        let shown: String = version.chars().take(20).collect();
        Problem::not_found(format!("no text version `{shown}`; the record has {}", record.texts.len()))
    })
}

/// The text in pieces, as its reading has it.
pub(super) fn pieces_of(text: &Text) -> Vec<reader::Piece> {
    let version = &text.version;
    reader::sections(&text.markdown, &version.agreement.clauses, &text.brackets, &version.reading.choice)
}

fn agreement_of(asked: &Asked, version: &str) -> Result<types::Agreement, Problem> {
    let record = &asked.desk.record;
    let (index, text) = version_of(record, version)?;
    let language = asked.query.language()?;
    let agreement = &text.version.agreement;
    let mut anchors = Anchors::default();
    let (reading, readings) = readings(record, index, text);
    Ok(types::Agreement {
        label: text.version.label.clone(),
        title: agreement.title.clone(),
        version: agreement.version.clone(),
        as_of: rfc3339(record.as_known_at),
        pieces: pieces_of(text).into_iter().map(|p| piece(p, &mut anchors)).collect(),
        clauses: clauses::clauses(record, index, language, true),
        reading,
        readings,
        instrument: instrument(agreement, language),
        brackets: text.brackets.iter().map(|b| bracket(b, language)).collect(),
        problems: text.problems.iter().map(problem).collect(),
    })
}

/// Which reading a version is, and the others of its text.
fn readings(record: &Record, index: usize, text: &Text) -> (Option<types::Reading>, Vec<types::Reading>) {
    if text.brackets.is_empty() {
        return (None, Vec::new());
    }
    let same = record.texts.iter().enumerate().filter(|(_, t)| t.version.text == text.version.text);
    let of = |(version, t): (usize, &Text)| {
        let reading = &t.version.reading;
        types::Reading { version, label: reading.label.clone(), choice: reading.choice.clone() }
    };
    let (own, others): (Vec<_>, Vec<_>) = same.map(of).partition(|r| r.version == index);
    (own.into_iter().next(), others)
}

fn span(span: terms::source::Span) -> types::Span {
    types::Span { start: span.start, end: span.end, line: span.line, column: span.column }
}

fn bracket(bracket: &terms::Bracket, language: Language) -> types::Bracket {
    let alternative = |a: &terms::Alternative| types::Alternative {
        proposers: a.proposers.clone(),
        text: a.text.clone(),
        span: span(a.span),
    };
    types::Bracket {
        label: bracket.label.clone(),
        title: bracket.title.clone(),
        span: span(bracket.span),
        within: bracket.within.map(within),
        explanation: terms::explain_bracket(bracket, language),
        alternatives: bracket.alternatives.iter().map(alternative).collect(),
    }
}

fn problem(problem: &terms::Problem) -> types::TextProblem {
    types::TextProblem {
        severity: problem.severity.word().to_owned(),
        code: problem.code.to_owned(),
        message: problem.message.clone(),
        help: problem.help.clone(),
        line: problem.span.line,
        article: problem.article.clone(),
    }
}

fn instrument(agreement: &Agreement, language: Language) -> types::Instrument {
    let said = &agreement.instrument;
    let adherence = said.adherence.iter().map(|a| types::Adherence {
        actor: named(agreement, a.actor),
        act: a.act.words().to_owned(),
        at: convert::moment(a.at),
    });
    let reservations = said.reservations.iter().map(|r| types::Reservation {
        actor: named(agreement, r.actor),
        clauses: r.clauses.clone(),
        words: r.words.clone(),
    });
    let relation = |r: &terms::agreement::Relation| types::Relation {
        kind: r.kind.words().to_owned(),
        other: r.other.clone(),
    };
    types::Instrument {
        status: said.status.map(|s| s.words().to_owned()),
        entry_into_force: convert::moment(agreement.entry_into_force),
        adherence: adherence.collect(),
        reservations: reservations.collect(),
        relations: said.relations.iter().map(relation).collect(),
        mandates: agreement.mandates.iter().map(|m| mandate(agreement, m)).collect(),
        sentences: terms::explain_instrument(agreement, language),
    }
}

fn mandate(agreement: &Agreement, mandate: &Mandate) -> types::Mandate {
    types::Mandate {
        body: named(agreement, mandate.body),
        clause: mandate.clause.clone(),
        powers: mandate.powers.iter().map(|p| p.word().to_owned()).collect(),
        decides_nothing: mandate.decides_nothing,
        line: mandate.span.line,
    }
}

fn piece(piece: reader::Piece, anchors: &mut Anchors) -> types::Piece {
    match piece {
        reader::Piece::Heading { level, text, .. } => {
            types::Piece::Heading { level, id: anchors.of(&text), text }
        }
        reader::Piece::Prose { html } => types::Piece::Prose { html },
        reader::Piece::Terms { lines } => {
            types::Piece::Terms { lines: lines.into_iter().map(terms_line).collect() }
        }
    }
}

fn terms_line(line: reader::TermsLine) -> types::TermsLine {
    let part = |part: reader::Part| types::LinePart {
        text: part.text,
        within: part.within.map(within),
        taken: part.taken,
        is_proposer: part.is_proposer,
    };
    types::TermsLine {
        number: line.number,
        text: line.text,
        clause: line.clause,
        bracket: line.bracket,
        parts: line.parts.into_iter().map(part).collect(),
    }
}

/// Anchors of headings: their letters and digits, and a number where two headings are alike.
#[derive(Default)]
struct Anchors(HashMap<String, u32>);

impl Anchors {
    fn of(&mut self, heading: &str) -> String {
        let lower = heading.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let plain = words.collect::<Vec<_>>().join("-");
        let plain = if plain.is_empty() { "section".to_owned() } else { plain };
        let n = self.0.entry(plain.clone()).or_default();
        *n += 1;
        if *n == 1 { plain } else { format!("{plain}--{n}") }
    }
}

#[cfg(test)]
mod tests {
    use super::Anchors;

    #[test]
    fn anchors_of_like_headings_differ() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.of("Article 1. The line"), "article-1-the-line");
        assert_eq!(anchors.of("Article 1: The line"), "article-1-the-line--2");
        assert_eq!(anchors.of("***"), "section");
    }
}
