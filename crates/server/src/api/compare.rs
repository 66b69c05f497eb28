//! Two text versions side by side: clause by clause, with what shows each difference.

use super::agreement_types as types;
use super::{Answer, AppState, Pairs, agreements, clauses};
use crate::live::Asked;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use publication::{Record, Text};
use terms::Language;
use terms::compare as terms_compare;
use terms::compare::{Comparison, Package, Place};
use terms::reader::{Declaration, Piece, clause_texts, declarations};

/// Two text versions, clause by clause; verdicts say how the second stands to the first.
#[utoipa::path(get, path = "/api/v1/agreements/compare", tag = "desk",
    params(("a" = u32, Query, description = "Index of the first version"),
           ("b" = u32, Query, description = "Index of the second"),
           ("lang" = Option<String>, Query, description = "Language of explanations: en, uk, ru or fr"),
           ("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, body = types::Comparison), (status = 400, body = Problem),
              (status = 404, body = Problem)))]
pub(super) async fn compare(State(app): AppState, parameters: Pairs) -> Answer<types::Comparison> {
    app.on_desk(parameters.0, |asked| compared(asked).map(Json)).await
}

fn compared(asked: &Asked) -> Result<types::Comparison, Problem> {
    let record = &asked.desk.record;
    let language = asked.query.language()?;
    let side = |name: &str| {
        let given = asked.query.one(name)?;
        let given = given.ok_or_else(|| Problem::parameter(name, "which version? Give its index"))?;
        agreements::version_of(record, given)
    };
    let ((a, first), (b, second)) = (side("a")?, side("b")?);
    let packages = (package(first), package(second));
    let comparison = terms_compare::compare(&packages.0, &packages.1);
    let (left, right) = (agreements::pieces_of(first), agreements::pieces_of(second));
    Ok(types::Comparison {
        a: side_of(record, a, first, &left, language),
        b: side_of(record, b, second, &right, language),
        pairs: aligned(&comparison),
        declarations: differing(declarations(&left), declarations(&right)),
        contradictions: comparison
            .contradictions
            .iter()
            .map(|c| contradiction(c, &packages.0, &packages.1))
            .collect(),
    })
}

fn package(text: &Text) -> Package<'_> {
    Package::of(&text.version.label, &text.version.agreement)
}

fn side_of(record: &Record, index: usize, text: &Text, pieces: &[Piece], language: Language) -> types::Side {
    let agreement = &text.version.agreement;
    types::Side {
        index,
        label: text.version.label.clone(),
        title: agreement.title.clone(),
        version: agreement.version.clone(),
        zone: agreement.zone.name().to_owned(),
        clauses: clauses::clauses(record, index, language, true),
        texts: clause_texts(pieces, agreement.clauses.len()),
    }
}

/// Pairs and clauses that stand alone in the order of the first text; what only the second has follows the clause that
/// it follows there.
fn aligned(comparison: &Comparison) -> Vec<types::ClausePair> {
    let pair = |p: &terms_compare::Pair| types::ClausePair {
        a: Some(p.first.clause),
        b: Some(p.second.clause),
        verdict: p.verdict.word().to_owned(),
        shown: p.shown.iter().map(shown).collect(),
    };
    let alone = |a: Option<&Place>, b: Option<&Place>, verdict: &str| types::ClausePair {
        a: a.map(|p| p.clause),
        b: b.map(|p| p.clause),
        verdict: verdict.to_owned(),
        shown: Vec::new(),
    };
    let mut out: Vec<types::ClausePair> = comparison.pairs.iter().map(pair).collect();
    out.extend(comparison.only_first.iter().map(|p| alone(Some(p), None, "only_a")));
    out.sort_by_key(|p| p.a);
    for place in &comparison.only_second {
        let before = out.iter().enumerate().filter(|(_, p)| p.b.is_some_and(|b| b < place.clause));
        let after = before.max_by_key(|(_, p)| p.b).map_or(0, |(row, _)| row + 1);
        out.insert(after.min(out.len()), alone(None, Some(place), "only_b"));
    }
    out
}

fn shown(shown: &terms_compare::Shown) -> types::Shown {
    types::Shown {
        sentence: shown.sentence.clone(),
        fact: shown.witness.as_ref().map(|w| types::Fact {
            who: w.who.clone(),
            what: w.what.clone(),
            when: w.when.clone(),
            circumstances: w.circumstances.clone(),
        }),
        a: shown.first.clone(),
        b: shown.second.clone(),
    }
}

fn contradiction(
    found: &terms_compare::Contradiction,
    first: &Package<'_>,
    second: &Package<'_>,
) -> types::Contradiction {
    let names =
        |package: &Package<'_>, places: &[Place]| places.iter().map(|p| package.name(*p)).collect::<Vec<_>>();
    types::Contradiction {
        matter: found.matter.name().to_owned(),
        title: found.title.clone(),
        a: names(first, &found.first),
        b: names(second, &found.second),
        shown: found.shown.iter().map(shown).collect(),
        help: found.help.to_owned(),
    }
}

/// Statements that are not the same in both, in the order of the first and then of the second.
fn differing(first: Vec<Declaration>, second: Vec<Declaration>) -> Vec<types::DeclarationPair> {
    let told = |d: &Declaration| types::Declaration { text: d.text.clone(), line: d.line };
    let mut left: Vec<Option<Declaration>> = second.into_iter().map(Some).collect();
    let mut out = Vec::new();
    for one in first {
        let like = left.iter_mut().find(|d| d.as_ref().is_some_and(|d| d.name == one.name));
        let other = like.and_then(Option::take);
        if other.as_ref().is_none_or(|o| o.text != one.text) {
            let b = other.as_ref().map(told);
            out.push(types::DeclarationPair { a: Some(told(&one)), b, name: one.name });
        }
    }
    let rest = left.into_iter().flatten();
    out.extend(rest.map(|d| types::DeclarationPair { a: None, b: Some(told(&d)), name: d.name }));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(clause: usize) -> Place {
        Place { text: 0, clause }
    }

    #[test]
    fn what_only_the_second_has_stands_where_it_stands_there() {
        let pair = |a, b| terms_compare::Pair {
            first: place(a),
            second: place(b),
            verdict: terms_compare::Verdict::Same,
            shown: Vec::new(),
        };
        let comparison = Comparison {
            pairs: vec![pair(0, 1), pair(2, 3)],
            only_first: vec![place(1)],
            only_second: vec![place(0), place(2), place(4), place(5)],
            contradictions: Vec::new(),
        };
        let rows: Vec<_> = aligned(&comparison).into_iter().map(|p| (p.a, p.b)).collect();
        let some = Some;
        assert_eq!(
            rows,
            [
                (None, some(0)),
                (some(0), some(1)),
                (None, some(2)),
                (some(1), None),
                (some(2), some(3)),
                (None, some(4)),
                (None, some(5))
            ]
        );
    }

    #[test]
    fn a_statement_that_is_the_same_is_not_told() {
        let of =
            |name: &str, text: &str| Declaration { name: name.to_owned(), text: text.to_owned(), line: 1 };
        let first = vec![of("zone a", "zone a 1"), of("zone b", "zone b"), of("zone c", "zone c")];
        let second = vec![of("zone b", "zone b"), of("zone a", "zone a 2"), of("zone d", "zone d")];
        let all: Vec<_> = differing(first, second)
            .into_iter()
            .map(|d| (d.name, d.a.map(|a| a.text), d.b.map(|b| b.text)))
            .collect();
        let text = |t: &str| Some(t.to_owned());
        assert_eq!(
            all,
            [
                ("zone a".to_owned(), text("zone a 1"), text("zone a 2")),
                ("zone c".to_owned(), text("zone c"), None),
                ("zone d".to_owned(), None, text("zone d"))
            ]
        );
    }
}
