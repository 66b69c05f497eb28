//! A text for readers: its words in pieces, each line of its terms with the clause it belongs to.

use super::{Answer, AppState, Pairs, convert, types};
use crate::live::Asked;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use std::collections::HashMap;
use terms::reader;

/// One text version, piece by piece.
#[utoipa::path(get, path = "/api/v1/agreements/{version}", tag = "desk",
    params(("version" = u32, Path, description = "Its index"),
           ("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, body = types::Agreement), (status = 404, body = Problem)))]
pub(super) async fn agreement(
    State(app): AppState,
    Path(version): Path<String>,
    parameters: Pairs,
) -> Answer<types::Agreement> {
    app.on_desk(parameters.0, move |asked| agreement_of(asked, &version).map(Json)).await
}

fn agreement_of(asked: &Asked, version: &str) -> Result<types::Agreement, Problem> {
    let record = &asked.desk.record;
    let index = version.parse::<usize>().ok();
    let Some((index, text)) = index.and_then(|i| Some((i, record.texts.get(i)?))) else {
        let shown: String = version.chars().take(20).collect();
        return Err(Problem::not_found(format!(
            "no text version `{shown}`; the record has {}",
            record.texts.len()
        )));
    };
    let agreement = &text.version.agreement;
    let mut anchors = Anchors::default();
    let pieces = reader::sections(&text.markdown, &agreement.clauses);
    Ok(types::Agreement {
        label: text.version.label.clone(),
        title: agreement.title.clone(),
        version: agreement.version.clone(),
        pieces: pieces.into_iter().map(|p| piece(p, &mut anchors)).collect(),
        clauses: convert::clauses(record, index),
    })
}

fn piece(piece: reader::Piece, anchors: &mut Anchors) -> types::Piece {
    match piece {
        reader::Piece::Heading { level, text, .. } => {
            types::Piece::Heading { level, id: anchors.of(&text), text }
        }
        reader::Piece::Prose { html } => types::Piece::Prose { html },
        reader::Piece::Terms { lines } => types::Piece::Terms {
            lines: lines.into_iter().map(|l| types::TermsLine { text: l.text, clause: l.clause }).collect(),
        },
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
