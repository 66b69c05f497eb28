//! What the texts say of guarantees: who gives them, who consults, by which menu of measures, and who decides by which
//! rule.

use crate::act::ClauseRef;
use base::{CivilZone, Instant};
use cases::Body;
use terms::agreement::{ActorIx, Agreement, Duty, Offset, Power, Role, Status, Zero};

/// A clause of consultation, response or measures.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseOf {
    /// Its label.
    pub clause: String,
    /// `consult`, `respond` or `take measures`.
    pub verb: String,
    /// Codes of those whom it binds.
    pub bound: Vec<String>,
    /// The time that it sets for a consultation that somebody asked for; `None`: none, or it counts from elsewhere.
    pub within_of_request: Option<Offset>,
    /// The menu of measures, in the words of the text; empty: the text has none.
    pub menu: Vec<String>,
    /// The procedure, in the words of the text.
    pub procedure: String,
    /// Numbers of its tiers.
    pub tiers: Vec<u32>,
}

/// A clause of a guarantee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuaranteeOf {
    /// Its label.
    pub clause: String,
    /// Codes of the guarantors.
    pub guarantors: Vec<String>,
    /// Code of whom it protects.
    pub beneficiary: String,
    /// The words of its elements: `significant`.
    pub elements: Vec<String>,
}

/// One text, as this room needs to know it.
#[derive(Clone, Debug, PartialEq)]
pub struct TextOf {
    /// Its label.
    pub label: String,
    /// Its title.
    pub title: String,
    /// Its status, in the words of the language; empty: it states none.
    pub status: &'static str,
    /// Whether it is under discussion only: a draft, or reported.
    pub under_discussion: bool,
    /// Its civil zone.
    pub zone: CivilZone,
    /// Codes of its parties.
    pub parties: Vec<String>,
    /// Codes of its guarantors.
    pub guarantors: Vec<String>,
    /// Its clauses of consultation, response and measures.
    pub responses: Vec<ResponseOf>,
    /// Its clauses of guarantees.
    pub guarantees: Vec<GuaranteeOf>,
    /// Labels of its legal effects: what is lost, what comes back.
    pub effects: Vec<String>,
}

/// The setting in which people act here.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The mission's civil zone: references carry its year.
    pub zone: CivilZone,
    /// The bodies' mandates, of all texts.
    pub bodies: Vec<Body>,
    /// The texts.
    pub texts: Vec<TextOf>,
}

impl Setting {
    /// The setting of these text versions, each with its label.
    #[must_use]
    pub fn of(texts: &[(&str, &Agreement)], zone: CivilZone) -> Setting {
        let cases = cases::Setting::of(texts, zone.clone());
        Setting { zone, bodies: cases.bodies, texts: texts.iter().map(|(l, a)| text(l, a)).collect() }
    }

    /// The text of that label.
    #[must_use]
    pub fn text(&self, label: &str) -> Option<&TextOf> {
        self.texts.iter().find(|t| t.label == label)
    }

    /// Whether a clause is one of a guarantee, of consultation, of response, or of a legal effect.
    #[must_use]
    pub fn is_of_guarantee(&self, clause: &ClauseRef) -> bool {
        self.text(&clause.text).is_some_and(|t| {
            t.responses.iter().any(|r| r.clause == clause.clause)
                || t.guarantees.iter().any(|g| g.clause == clause.clause)
                || t.effects.contains(&clause.clause)
        })
    }

    /// The mandate of a body in that text to decide on the guarantee or on an effect; `None`: the text gives it none.
    #[must_use]
    pub fn decider(&self, text: &str, body: &str) -> Option<Body> {
        let own = || self.bodies.iter().filter(|b| b.text == text && b.code == body);
        let decides = |b: &&Body| b.powers.iter().any(|p| matches!(p, Power::Guarantee | Power::Effect));
        let mut found = own().find(decides)?.clone();
        // A text may give the power in a clause and state the rule in the body's declaration.
        found.rule = found.rule.or_else(|| own().find_map(|b| b.rule));
        found.quorum = found.quorum.or_else(|| own().find_map(|b| b.quorum));
        Some(found)
    }

    /// Whether that is a body of the text, with any mandate.
    #[must_use]
    pub fn is_body(&self, text: &str, body: &str) -> bool {
        !body.is_empty() && self.bodies.iter().any(|b| b.text == text && b.code == body)
    }
}

impl TextOf {
    /// Whether somebody of that code has a part in the text's guarantee: gives it, or is bound to consult or respond.
    #[must_use]
    pub fn is_bound(&self, code: &str) -> bool {
        !code.is_empty()
            && (self.guarantors.iter().any(|g| g == code)
                || self.guarantees.iter().any(|g| g.guarantors.iter().any(|c| c == code))
                || self.responses.iter().any(|r| r.bound.iter().any(|c| c == code)))
    }

    /// Every word of its menus of measures, each once.
    #[must_use]
    pub fn menu(&self) -> Vec<&str> {
        let mut out: Vec<&str> = Vec::new();
        for word in self.responses.iter().flat_map(|r| &r.menu) {
            if !out.contains(&word.as_str()) {
                out.push(word);
            }
        }
        out
    }

    /// When a consultation about that clause that was asked for at `asked` is to be held by, where the text says.
    #[must_use]
    pub fn due(&self, clause: &str, asked: Instant) -> Option<Instant> {
        let response = self.responses.iter().find(|r| r.clause == clause)?;
        response.within_of_request?.after(asked, &self.zone)
    }
}

fn text(label: &str, agreement: &Agreement) -> TextOf {
    let code = |ix: &ActorIx| agreement.actor(*ix).map_or_else(String::new, |a| a.code.clone());
    let of_role = |role: Role| -> Vec<String> {
        agreement.actors.iter().filter(|a| a.role == role).map(|a| a.code.clone()).collect()
    };
    let status = agreement.instrument.status;
    let mut out = TextOf {
        label: label.to_owned(),
        title: agreement.title.clone(),
        status: status.and_then(|s| Status::ALL.iter().find(|(o, _)| *o == s)).map_or("", |(_, w)| w),
        under_discussion: matches!(status, Some(Status::LeakedDraft | Status::Draft | Status::Reported)),
        zone: agreement.zone.clone(),
        parties: of_role(Role::Party),
        guarantors: of_role(Role::Guarantor),
        responses: Vec::new(),
        guarantees: Vec::new(),
        effects: Vec::new(),
    };
    for clause in &agreement.clauses {
        match &clause.duty {
            Duty::Respond(duty) => out.responses.push(ResponseOf {
                clause: clause.label.clone(),
                verb: duty.verb.clone(),
                bound: duty.bound.actors.iter().flatten().map(code).collect(),
                within_of_request: duty.within.filter(|_| duty.zero == Zero::Request),
                menu: duty.measures.clone(),
                procedure: duty.procedure.clone(),
                tiers: duty.tiers.iter().map(|t| t.number).collect(),
            }),
            Duty::Guarantee(duty) => out.guarantees.push(GuaranteeOf {
                clause: clause.label.clone(),
                guarantors: duty.guarantors.iter().map(code).collect(),
                beneficiary: code(&duty.beneficiary),
                elements: duty.elements.iter().map(|e| e.name.word().to_owned()).collect(),
            }),
            Duty::Effect(_) => out.effects.push(clause.label.clone()),
            _ => {}
        }
    }
    out
}
