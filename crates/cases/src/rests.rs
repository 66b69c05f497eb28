//! What cases rest on: what keeps evidence from being let go while somebody may still ask for it.

use crate::act::{Reason, Ref};
use crate::docket::Docket;
use crate::words::Stage;

/// Something that a case rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// The case.
    pub case: Ref,
    /// When the case was closed, milliseconds since 1970; `None`: it is open.
    pub closed_ms: Option<i64>,
    /// What: an incident that it is about, or whatever is cited in it (observations, incidents, items by digest).
    pub on: String,
}

impl Docket {
    /// Everything that cases are about or cite, each once a case.
    #[must_use]
    pub fn rests(&self) -> Vec<Rest> {
        let mut all = Vec::new();
        for case in &self.cases {
            let mut closings = case.history.iter().filter(|h| h.to == Some(Stage::Closed));
            let closed_ms = closings.next_back().map(|h| h.at_ms).filter(|_| case.stage == Stage::Closed);
            let mut on: Vec<&String> = case.incidents.iter().collect();
            let reasons = case.tasks.iter().filter_map(|t| t.end.as_ref()).map(|e| &e.said);
            cited(&mut on, reasons.chain(case.weights.iter().map(|w| &w.why)));
            let of_case = |of: &Ref| *of == case.reference;
            let findings = self.findings.iter().filter(|f| of_case(&f.case));
            cited(&mut on, findings.flat_map(|f| &f.text.reasons));
            let attributions = self.attributions.iter().filter(|a| of_case(&a.case));
            let strands = attributions.flat_map(|a| &a.text.weighed).flat_map(|h| &h.strands);
            on.extend(strands.flat_map(|s| &s.cites));
            let remedies = self.remedies.iter().filter(|r| of_case(&r.case));
            cited(&mut on, remedies.flat_map(|r| &r.said).map(|s| &s.what));
            on.sort_unstable();
            on.dedup();
            let rest = |on: &String| Rest { case: case.reference.clone(), closed_ms, on: on.clone() };
            all.extend(on.into_iter().map(rest));
        }
        all
    }
}

fn cited<'a>(on: &mut Vec<&'a String>, reasons: impl Iterator<Item = &'a Reason>) {
    on.extend(reasons.flat_map(|r| &r.cites));
}
