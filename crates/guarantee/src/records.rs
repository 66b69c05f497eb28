//! What people did here, as records: so that the clocks of ladders run from requests and see what was done. A record
//! says no more than the act: what was adopted on a condition is still open, and a measure is a response once somebody
//! has said that it was done.

use crate::decision::{Decider, Decision};
use crate::register::{Register, voice};
use crate::words::Standing;
use base::{Instant, Interval, Role};
use evidence::records::{DecisionOutcome, Record, Recorded};

impl Register {
    /// The records that these acts are to one text. Their ids are the references.
    #[must_use]
    pub fn records(&self, text: &str) -> Vec<Record> {
        let mut out = Vec::new();
        for consultation in self.consultations.iter().filter(|c| c.clause.text == text) {
            let by = &consultation.requested.by;
            // A body's member asks for the body.
            let by = if by.role == Role::Member || by.role == Role::Chair {
                by.body().to_owned()
            } else {
                voice(by)
            };
            if consultation.withdrawn.is_none() {
                let words = consultation.question.clone();
                let at_ms = consultation.requested.at_ms;
                out.push(record(&consultation.reference.0, at_ms, words, Recorded::Request { by }));
            }
        }
        // Whether what was adopted stops an effect or orders it, only its words say: no record is made of that.
        let effects = self.setting.text(text).map(|t| t.effects.as_slice()).unwrap_or_default();
        let of_text = self.decisions.iter().filter(|d| d.clause.text == text);
        out.extend(of_text.filter(|d| !effects.contains(&d.clause.clause)).filter_map(decision));
        for measure in self.measures.iter().filter(|m| m.clause.text == text) {
            let Some(done_ms) = measure.done_ms() else { continue };
            let what = Recorded::Response {
                by: measure.who.clone(),
                subject: measure.clause.clause.clone(),
                tier: measure.tier,
            };
            out.push(record(&measure.reference.0, done_ms, measure.what.text.clone(), what));
        }
        out
    }
}

/// A body's decision; one for itself alone is nobody else's.
fn decision(of: &Decision) -> Option<Record> {
    let Decider::Body(body) = &of.decider else { return None };
    let (outcome, at_ms) = match (of.standing(), &of.confirmed, &of.decided) {
        (Standing::Adopted, Some(r), _) | (Standing::Adopted, None, Some(r)) => {
            (DecisionOutcome::Found, r.said.at_ms)
        }
        (Standing::NotAdopted, _, Some(r)) | (Standing::Lapsed, Some(r), _) => {
            (DecisionOutcome::Rejected, r.said.at_ms)
        }
        (Standing::Put | Standing::OnCondition, ..) => (DecisionOutcome::Pending, of.put.at_ms),
        _ => return None,
    };
    let what = Recorded::Decision {
        body: body.code.clone(),
        power: "guarantee".to_owned(),
        about: of.clause.clause.clone(),
        outcome,
        parties: Vec::new(),
    };
    Some(record(&of.reference.0, at_ms, of.put.text.clone(), what))
}

fn record(id: &str, at_ms: i64, words: String, what: Recorded) -> Record {
    Record {
        id: id.to_owned(),
        at: Some(Interval::at(Instant(at_ms))),
        from: None,
        until: None,
        reported: Some(Instant(at_ms)),
        place: String::new(),
        point: None,
        words,
        what,
    }
}
