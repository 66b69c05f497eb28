//! Findings, attributions and remedies in the shapes of the API.

use super::{Lens, at, clause_name, may};
use crate::docket::types::{
    AppealView, AttributionView, FindingLine, FindingView, RemedyView, SaidView, Signature, SigningView,
    StandView,
};
use cases::Ref;
use cases::attribution::Attribution;
use cases::finding::{Finding, Signing};
use cases::remedy::Remedy;
use cases::setting::Body;
use terms::agreement::Power;

pub(super) fn finding_line(f: &Finding) -> FindingLine {
    FindingLine {
        reference: f.versioned().0,
        clause: clause_name(&f.text.clause),
        about: f.text.about.clone(),
        outcome: f.text.outcome.name().to_owned(),
        standing: f.signing.standing.name().to_owned(),
    }
}

fn codes<'a>(bodies: &[&'a Body]) -> Vec<&'a str> {
    bodies.iter().map(|b| b.code.as_str()).collect()
}

impl Lens<'_> {
    fn may_sign(
        &self,
        case: &Ref,
        signing: &Signing,
        bodies: &[&str],
        is_attribution: bool,
    ) -> Vec<super::super::types::May> {
        let recused =
            self.docket.case(case).is_ok_and(|c| c.recused.iter().any(|(who, _)| *who == self.seat.person));
        if recused {
            return Vec::new();
        }
        let signed: Vec<&str> = signing.signed.iter().map(|(by, _)| by.person.as_str()).collect();
        may::with_decision(self.seat, signing.standing, &signed, bodies, is_attribution)
    }

    pub(super) fn finding(&self, f: &Finding) -> FindingView {
        let bodies = codes(&self.docket.setting.deciders(&f.text.clause, Power::Occurrence));
        let appeals = f.appeals.iter().map(|a| AppealView {
            by: self.who(&a.by),
            at: at(a.at_ms),
            text: if self.reader.hears(&a.by) { a.text.clone() } else { String::new() },
            upheld: a.ruled.as_ref().map(|(upheld, ..)| *upheld),
            why: a.ruled.as_ref().map_or_else(String::new, |(_, why, _)| why.clone()),
        });
        FindingView {
            reference: f.versioned().0,
            case: f.case.0.clone(),
            text: serde_json::to_value(&f.text).unwrap_or_default(),
            signing: self.signing(&f.signing),
            appeals: appeals.collect(),
            may: self.may_sign(&f.case, &f.signing, &bodies, false),
        }
    }

    pub(super) fn attribution(&self, a: &Attribution) -> AttributionView {
        let finding = self.docket.finding(&a.finding);
        let bodies =
            finding.map(|f| codes(&self.docket.setting.deciders(&f.text.clause, Power::Attribution)));
        AttributionView {
            reference: a.versioned().0,
            finding: a.finding.0.clone(),
            text: serde_json::to_value(&a.text).unwrap_or_default(),
            signing: self.signing(&a.signing),
            may: self.may_sign(&a.case, &a.signing, &bodies.unwrap_or_default(), true),
        }
    }

    fn signing(&self, s: &Signing) -> SigningView {
        let mut bodies: Vec<&str> = s.comments.iter().map(|c| c.body.as_str()).collect();
        bodies.sort_unstable();
        bodies.dedup();
        let stands = bodies.iter().flat_map(|body| s.stands(body)).map(|c| StandView {
            body: c.body.clone(),
            component: c.component.clone(),
            stand: c.stand.name().to_owned(),
            text: c.text.clone(),
            at: at(c.at_ms),
        });
        let confirmed = s.confirmed.as_ref().map(|c| {
            let quorum = c.quorum.map_or_else(|| "no quorum stated".to_owned(), |q| format!("quorum {q}"));
            format!("{} {}, {} present, {quorum}, {}", c.body, c.rule, c.present, at(c.at_ms))
        });
        SigningView {
            standing: s.standing.name().to_owned(),
            drafted_by: self.who(&s.drafted_by),
            drafted: at(s.drafted_ms),
            signed: s.signed.iter().map(|(by, ms)| Signature { by: self.who(by), at: at(*ms) }).collect(),
            stands: stands.collect(),
            confirmed,
        }
    }

    pub(super) fn remedy(&self, r: &Remedy) -> RemedyView {
        let said = r.said.iter().map(|s| SaidView {
            by: self.who(&s.by),
            at: at(s.at_ms),
            text: if self.reader.hears(&s.by) { s.what.text.clone() } else { String::new() },
            cites: if self.reader.sees_work() { s.what.cites.clone() } else { Vec::new() },
            check: s.check.map(|c| c.name().to_owned()),
        });
        let mut may = may::of_party(self.seat, "reported", &r.text.actor);
        may.extend(may::of_party(self.seat, "check", ""));
        RemedyView {
            reference: r.reference.0.clone(),
            case: r.case.0.clone(),
            finding: r.finding.0.clone(),
            actor: r.text.actor.clone(),
            act: r.text.act.clone(),
            quantity: r.text.quantity.clone(),
            place: r.text.place.clone(),
            due: at(r.text.due_ms),
            test: r.text.test.clone(),
            paired: r.paired.as_ref().map(|p| p.0.clone()),
            standing: r.standing().name().to_owned(),
            is_overdue: r.is_overdue(self.now_ms),
            ordered: at(r.ordered_ms),
            said: said.collect(),
            may,
        }
    }
}
