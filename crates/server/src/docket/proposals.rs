//! What the software proposes for the evidence matrix: from the reasons that judging gave for each observation of the
//! case's incidents. A proposal; an officer's judgement stands over it.

use crate::desk::Desk;
use base::{IncidentId, Truth};
use cases::act::{ClauseRef, Reason};
use cases::case::Case;
use cases::matrix::Proposed;
use cases::words::Weight;
use findings::trace::About;
use publication::view::Explainer;

/// Observations of one incident that are looked at, at most: a matrix is for people.
const MEMBERS_MAX: usize = 200;

/// The element of the matrix that a reason is about; `None`: an exception, which the reason does not name.
fn element(about: About) -> Option<&'static str> {
    match about {
        About::Time => Some("time"),
        About::What => Some("act"),
        About::Who => Some("actor"),
        About::Place => Some("place"),
        About::Exception => None,
    }
}

/// The proposals for one clause of a case.
pub(super) fn proposals(desk: &Desk, case: &Case, clause: &ClauseRef) -> Vec<Proposed> {
    let record = &desk.record;
    let found = record.texts.iter().enumerate().find(|(_, t)| t.version.label == clause.text);
    let Some((version, text)) = found else { return Vec::new() };
    let Some(ix) = text.version.agreement.clauses.iter().position(|c| c.label == clause.clause) else {
        return Vec::new();
    };
    let explainer = Explainer::new(record, &desk.policy);
    let mut out = Vec::new();
    for id in case.incidents.iter().filter_map(|id| id.parse::<IncidentId>().ok()) {
        let Some(incident) = record.state.incidents.find(id) else { continue };
        for row in record.state.incidents.members_of(incident).iter().take(MEMBERS_MAX) {
            of_row(desk, &explainer, *row as usize, (version, ix), &mut out);
        }
    }
    out
}

fn of_row(
    desk: &Desk,
    explainer: &Explainer<'_>,
    row: usize,
    (version, clause): (usize, usize),
    out: &mut Vec<Proposed>,
) {
    let batch = &desk.record.state.observations;
    if batch.flag(row, evidence::batch::FLAG_ALLEGATION) {
        // What is alleged supports nothing.
        return;
    }
    let Some(trace) = explainer.trace(version, clause, row) else { return };
    let (source, Some(id)) = (batch.word_at(&batch.source, row), batch.id.get(row)) else { return };
    for reason in trace.reasons {
        let Some(element) = element(reason.about) else { continue };
        let weight = match reason.truth {
            Truth::True => Weight::Supports,
            Truth::False => Weight::Against,
            // It could have told, and does not.
            Truth::Undetermined => Weight::Silent,
        };
        out.push(Proposed {
            element: element.to_owned(),
            source: source.to_owned(),
            weight,
            why: Reason { text: reason.text, cites: vec![id.to_string()] },
        });
    }
}
