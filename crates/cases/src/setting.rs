//! What the texts say of who decides what, and what the mission has set for itself.

use crate::act::ClauseRef;
use crate::limits::{ANSWER_MS, TIME_BAR_MS};
use crate::words::Standard;
use base::CivilZone;
use terms::agreement::{Agreement, Duty, Mandate, Power, Role as ActorRole, Rule};

/// A mandate of a body in one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Label of the text that gives it.
    pub text: String,
    /// The body's code.
    pub code: String,
    /// Its name for people.
    pub name: String,
    /// What it may decide.
    pub powers: Vec<Power>,
    /// By which rule; `None`: the text does not say.
    pub rule: Option<Rule>,
    /// How many components must be present.
    pub quorum: Option<u32>,
    /// The standard of proof, as the text words it.
    pub standard: Option<String>,
    /// Work goes on without an absent member, whose absence is noted.
    pub absence_noted: bool,
}

/// A clause, as cases need to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseOf {
    /// Which.
    pub clause: ClauseRef,
    /// Its source.
    pub source: String,
    /// The standard of proof, as the text words it.
    pub standard: Option<String>,
    /// The body that the clause names as deciding on its breach.
    pub decided_by: Option<String>,
    /// What has to be shown.
    pub elements: Vec<String>,
    /// Labels of the clauses that it is paired with.
    pub paired: Vec<String>,
}

/// The setting in which people act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The mission's civil zone: references carry its year, clocks that name no other zone run in it.
    pub zone: CivilZone,
    /// The parties: code and name, in order of the text.
    pub parties: Vec<(String, String)>,
    /// The bodies' mandates.
    pub bodies: Vec<Body>,
    /// The clauses of every text version.
    pub clauses: Vec<ClauseOf>,
    /// Time for the other party to answer an allegation, milliseconds.
    pub answer_ms: i64,
    /// How long after the event an allegation may come, milliseconds.
    pub time_bar_ms: i64,
}

impl Setting {
    /// The setting of these text versions, each with its label.
    #[must_use]
    pub fn of(texts: &[(&str, &Agreement)], zone: CivilZone) -> Setting {
        let mut setting = Setting {
            zone,
            parties: Vec::new(),
            bodies: Vec::new(),
            clauses: Vec::new(),
            answer_ms: ANSWER_MS,
            time_bar_ms: TIME_BAR_MS,
        };
        for (label, agreement) in texts {
            for (_, party) in agreement.parties() {
                if party.role == ActorRole::Party && !setting.is_party(&party.code) {
                    setting.parties.push((party.code.clone(), party.name.clone()));
                }
            }
            setting.bodies.extend(agreement.mandates.iter().filter_map(|m| body(label, agreement, m)));
            setting.clauses.extend(agreement.clauses.iter().map(|c| clause(label, agreement, c)));
        }
        setting
    }

    /// Whether that is the code of a party.
    #[must_use]
    pub fn is_party(&self, code: &str) -> bool {
        self.parties.iter().any(|(c, _)| c == code)
    }

    /// The clause, if a text has it.
    #[must_use]
    pub fn clause(&self, of: &ClauseRef) -> Option<&ClauseOf> {
        self.clauses.iter().find(|c| c.clause == *of)
    }

    /// Whether any text has a clause of that label.
    #[must_use]
    pub fn knows_label(&self, label: &str) -> bool {
        self.clauses.iter().any(|c| c.clause.clause == label)
    }

    /// The mandates under which that power is exercised over a clause: that of the body that the clause names, or of
    /// every body that its text gives the power. None: nobody decides it, and nobody may pretend to.
    #[must_use]
    pub fn deciders(&self, of: &ClauseRef, power: Power) -> Vec<&Body> {
        let named =
            self.clause(of).and_then(|c| c.decided_by.as_deref()).filter(|_| power == Power::Occurrence);
        let holds = |b: &&Body| b.text == of.text && b.powers.contains(&power);
        match named {
            // A clause may name a body whose mandate does not list the power again.
            Some(code) => {
                let own: Vec<&Body> =
                    self.bodies.iter().filter(|b| b.code == code && b.text == of.text).collect();
                let listed: Vec<&Body> = own.iter().copied().filter(holds).collect();
                if listed.is_empty() { own } else { listed }
            }
            None => self.bodies.iter().filter(holds).collect(),
        }
    }

    /// The standard of proof of a clause: its own, or that of the body that decides on it. `None`: no text says.
    #[must_use]
    pub fn standard(&self, of: &ClauseRef) -> Option<&str> {
        let own = self.clause(of).and_then(|c| c.standard.as_deref());
        own.or_else(|| self.deciders(of, Power::Occurrence).into_iter().find_map(|b| b.standard.as_deref()))
    }

    /// The standard of proof, where the text's words are one of the usual ones.
    #[must_use]
    pub fn usual_standard(&self, of: &ClauseRef) -> Option<Standard> {
        self.standard(of).and_then(Standard::named)
    }
}

/// A rule, for people.
#[must_use]
pub fn rule_words(rule: Option<Rule>) -> String {
    match rule {
        Some(Rule::Chair) => "by its chair's ruling".to_owned(),
        Some(Rule::Consensus) => "by consensus".to_owned(),
        Some(Rule::Unanimity) => "by unanimity".to_owned(),
        Some(Rule::Majority) => "by majority".to_owned(),
        Some(Rule::Silence(ms)) => {
            format!("unless somebody objects within {} h", ms / base::time::HOUR_MS)
        }
        Some(Rule::EachForItself) => "each member for itself".to_owned(),
        None => "by a rule that no text states".to_owned(),
    }
}

fn body(label: &str, agreement: &Agreement, mandate: &Mandate) -> Option<Body> {
    let actor = agreement.actors.get(usize::from(mandate.body.0))?;
    Some(Body {
        text: label.to_owned(),
        code: actor.code.clone(),
        name: actor.name.clone(),
        powers: if mandate.decides_nothing { Vec::new() } else { mandate.powers.clone() },
        rule: mandate.rule,
        quorum: mandate.quorum,
        standard: mandate.standard.clone(),
        absence_noted: mandate.absence_noted,
    })
}

fn clause(label: &str, agreement: &Agreement, clause: &terms::agreement::Clause) -> ClauseOf {
    let code =
        |ix: terms::agreement::ActorIx| agreement.actors.get(usize::from(ix.0)).map(|a| a.code.clone());
    ClauseOf {
        clause: ClauseRef { text: label.to_owned(), clause: clause.label.clone() },
        source: clause.source.clone(),
        standard: clause.standard.clone(),
        decided_by: clause.decided_by.and_then(code),
        elements: elements(clause),
        paired: clause.paired.clone(),
    }
}

/// What has to be shown for a breach: what, when, where, who; and each exception, that it does not hold.
fn elements(clause: &terms::agreement::Clause) -> Vec<String> {
    let own: &[&str] = match clause.duty {
        Duty::Prohibition { .. } | Duty::Distance { .. } | Duty::Abstention { .. } => {
            &["act", "time", "place", "actor"]
        }
        _ => &["duty", "time", "actor"],
    };
    let own = own.iter().map(|e| (*e).to_owned());
    own.chain(clause.exceptions.iter().map(|e| format!("exception {}", e.label))).collect()
}
