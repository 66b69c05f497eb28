//! Silence procedures: what is put stands unless somebody who has a vote objects in time. That the time ran out is
//! seen, and decides nothing by itself: somebody records the decision, by the rule of those who decide.

use crate::act::{Act, Ref};
use crate::consultation::{Said, said};
use crate::decision::Decider;
use crate::limits::{OBJECTS_MAX, SILENCE_HOURS_MAX};
use crate::register::{Register, bounded, voice};
use crate::words::{Quiet, Standing};
use base::Refusal;
use base::act::Done;
use base::time::HOUR_MS;
use std::collections::BTreeMap;
use terms::agreement::Rule;

/// A silence procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// Its reference: `SIL-2026-0001`.
    pub reference: Ref,
    /// The decision that it is about.
    pub decision: Ref,
    /// Whether it is about the coming about of the decision's condition.
    pub second: bool,
    /// Who started it, when and why.
    pub started: Said,
    /// When it ends, milliseconds since 1970: hours are hours, whatever the clocks do meanwhile.
    pub until_ms: i64,
    /// Objections, by who has the vote.
    pub objections: BTreeMap<String, Said>,
    /// That it was taken back.
    pub withdrawn: Option<Said>,
}

impl Silence {
    /// How it stands.
    #[must_use]
    pub fn state(&self, now_ms: i64) -> Quiet {
        if self.withdrawn.is_some() {
            Quiet::Withdrawn
        } else if !self.objections.is_empty() {
            Quiet::Broken
        } else if now_ms < self.until_ms {
            Quiet::Running
        } else {
            Quiet::RanOut
        }
    }
}

impl Register {
    pub(crate) fn silence(&mut self, act: &Act, on: &Ref, hours: u32, why: &str) -> Result<Done, Refusal> {
        bounded(self.silences.len(), OBJECTS_MAX, "silence procedures")?;
        let case = self.of_decision(act, on)?.reference.clone();
        let decision = self.decision(on)?;
        if !decision.has_vote(&act.by) {
            return Err(Refusal::not_yours(format!("those who decide it: {}", decision.who()), &act.by));
        }
        if hours == 0 || hours > SILENCE_HOURS_MAX {
            return Err(Refusal::wrong("hours", format!("1 to {SILENCE_HOURS_MAX}")));
        }
        let rule = match &decision.decider {
            Decider::Body(body) => body.rule,
            Decider::Alone(_) => None,
        };
        let least_ms = match rule {
            Some(Rule::Consensus | Rule::Unanimity) => 0,
            Some(Rule::Silence(ms)) => ms,
            _ => {
                let lacks = "silence is no agreement under this rule".to_owned();
                let body = decision.who().to_owned();
                return Err(Refusal::NoDecision { body, rule: decision.rule(), lacks });
            }
        };
        let lasts_ms = i64::from(hours) * HOUR_MS;
        if lasts_ms < least_ms {
            return Err(Refusal::wrong(
                "hours",
                format!("the text asks for {} at least", least_ms / HOUR_MS),
            ));
        }
        let standing = decision.standing();
        let runs = self.silences.iter().find(|s| s.decision == *on && s.state(act.at_ms) == Quiet::Running);
        if let Some(runs) = runs {
            return Err(not_now(&runs.reference, Quiet::Running, "over"));
        }
        if !matches!(standing, Standing::Put | Standing::OnCondition) {
            let state = standing.name().to_owned();
            return Err(Refusal::NotNow { what: on.clone(), state, when: "put".to_owned() });
        }
        let reference = self.number("SIL", act);
        self.silences.push(Silence {
            reference: reference.clone(),
            decision: on.clone(),
            second: standing == Standing::OnCondition,
            started: said(act, why),
            until_ms: act.at_ms.saturating_add(lasts_ms),
            objections: BTreeMap::new(),
            withdrawn: None,
        });
        Ok(self.note(act, &case, reference))
    }

    pub(crate) fn object(&mut self, act: &Act, on: &Ref, why: &str) -> Result<Done, Refusal> {
        let silence = self.silence_of(on)?;
        let case = self.of_decision(act, &silence.decision)?.reference.clone();
        let decision = self.decision(&silence.decision)?;
        if !decision.has_vote(&act.by) {
            return Err(Refusal::not_yours(format!("those who decide it: {}", decision.who()), &act.by));
        }
        // Several may object; whoever does so first takes nothing from the others.
        let state = silence.state(act.at_ms);
        if state == Quiet::Withdrawn || act.at_ms >= silence.until_ms {
            let state = if state == Quiet::Withdrawn { state } else { Quiet::RanOut };
            return Err(not_now(on, state, Quiet::Running.name()));
        }
        let (who, why) = (voice(&act.by), said(act, why));
        if let Some(silence) = self.silences.iter_mut().find(|s| s.reference == *on) {
            silence.objections.entry(who).or_insert(why);
        }
        Ok(self.note(act, &case, on.clone()))
    }

    /// The silence procedure of that reference.
    ///
    /// # Errors
    /// There is none.
    pub fn silence_of(&self, on: &Ref) -> Result<&Silence, Refusal> {
        self.silences.iter().find(|s| s.reference == *on).ok_or_else(|| Refusal::NoSuch(on.clone()))
    }

    pub(crate) fn withdraw_silence(&mut self, act: &Act, on: &Ref, why: &str) -> Result<Done, Refusal> {
        let silence = self.silence_of(on)?;
        let case = self.of_decision(act, &silence.decision)?.reference.clone();
        if voice(&silence.started.by) != voice(&act.by) {
            return Err(Refusal::not_yours(voice(&silence.started.by), &act.by));
        }
        let state = silence.state(act.at_ms);
        if state != Quiet::Running {
            return Err(not_now(on, state, Quiet::Running.name()));
        }
        let why = said(act, why);
        if let Some(silence) = self.silences.iter_mut().find(|s| s.reference == *on) {
            silence.withdrawn = Some(why);
        }
        Ok(self.note(act, &case, on.clone()))
    }
}

fn not_now(what: &Ref, state: Quiet, when: &str) -> Refusal {
    Refusal::NotNow { what: what.clone(), state: state.name().to_owned(), when: when.to_owned() }
}
