//! Remedies that can be checked: who, what, how much, where, by when, and by which test. The follow-up is half the
//! value.

use crate::act::{Act, By, Reason, Ref, RemedyText};
use crate::docket::{Docket, Done, done, listed, not_yours, written};
use crate::finding::or_nobody;
use crate::limits::PARTS_MAX;
use crate::refusal::Refusal;
use crate::words::{Check, Outcome, Stage};
use base::Role;
use terms::agreement::Power;

/// Something said of a remedy, by the party or by who checked it.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Who.
    pub by: By,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// What, with what it cites.
    pub what: Reason,
    /// The result, of a check; `None`: the party's report.
    pub check: Option<Check>,
}

/// How a remedy stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its day has not come, and nothing has been said.
    Due,
    /// The party says that it was done; nobody has checked.
    Reported,
    /// It was checked, and passed.
    Verified,
    /// It was checked, and failed.
    Failed,
    /// It was checked, and the test does not decide it.
    Undetermined,
}

impl Standing {
    /// Its name in interfaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Standing::Due => "due",
            Standing::Reported => "reported",
            Standing::Verified => "verified",
            Standing::Failed => "failed",
            Standing::Undetermined => "undetermined",
        }
    }
}

/// A remedy.
#[derive(Clone, Debug, PartialEq)]
pub struct Remedy {
    /// Its reference.
    pub reference: Ref,
    /// The case.
    pub case: Ref,
    /// The version of the finding that it follows.
    pub finding: Ref,
    /// What is to be done.
    pub text: RemedyText,
    /// Its counterpart.
    pub paired: Option<Ref>,
    /// Who ordered it.
    pub by: By,
    /// When, milliseconds since 1970.
    pub ordered_ms: i64,
    /// All that was said since.
    pub said: Vec<Said>,
}

impl Remedy {
    /// How it stands. The last check counts; a report after it asks for another.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match self.said.last().map(|s| s.check) {
            None => Standing::Due,
            Some(None) => Standing::Reported,
            Some(Some(Check::Passed)) => Standing::Verified,
            Some(Some(Check::Failed)) => Standing::Failed,
            Some(Some(Check::Undetermined)) => Standing::Undetermined,
        }
    }

    /// Whether its day has passed and it has not been seen to be done.
    #[must_use]
    pub fn is_overdue(&self, now_ms: i64) -> bool {
        now_ms > self.text.due_ms && self.standing() != Standing::Verified
    }

    /// Whether it still has to be checked.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(self.standing(), Standing::Verified | Standing::Failed)
    }
}

impl Docket {
    pub(crate) fn order(
        &mut self,
        act: &Act,
        finding: &Ref,
        remedies: &[RemedyText],
    ) -> Result<Done, Refusal> {
        let found = self.counting(finding)?;
        let (case, of) = (found.case.clone(), found.versioned());
        if !found.signing.counts() || found.text.outcome != Outcome::Violation {
            return Err(Refusal::NotNow {
                what: of,
                state: format!("{}, {}", found.signing.standing.name(), found.text.outcome.name()),
                when: "a violation that two people have signed".to_owned(),
            });
        }
        let bodies = self.setting.deciders(&found.text.clause, Power::Remedy);
        if act.by.role != Role::Chair || !bodies.iter().any(|b| b.code == act.by.body()) {
            let may: Vec<&str> = bodies.iter().map(|b| b.code.as_str()).collect();
            return Err(not_yours(format!("the chair of {}", or_nobody(&may)), &act.by));
        }
        self.not_recused(act, &case)?;
        if !self.case(&case)?.compartments.is_empty() {
            return Err(Refusal::NotNow {
                what: case,
                state: "restricted".to_owned(),
                when: "open to the party that has to act".to_owned(),
            });
        }
        if remedies.is_empty() || remedies.len() > PARTS_MAX {
            return Err(Refusal::wrong("remedies", format!("1 to {PARTS_MAX} are wanted")));
        }
        for (ix, remedy) in remedies.iter().enumerate() {
            self.can_be_checked(act, remedy)?;
            if remedy.paired_with.is_some_and(|with| with == ix || with >= remedies.len()) {
                return Err(Refusal::wrong(
                    "paired_with",
                    "the number of another remedy of this order, from 0",
                ));
            }
        }
        let references: Vec<Ref> = remedies.iter().map(|_| self.number("RMD", act)).collect();
        for (text, reference) in remedies.iter().zip(&references) {
            self.remedies.push(Remedy {
                reference: reference.clone(),
                case: case.clone(),
                finding: of.clone(),
                text: text.clone(),
                paired: text.paired_with.and_then(|with| references.get(with).cloned()),
                by: act.by.clone(),
                ordered_ms: act.at_ms,
                said: Vec::new(),
            });
        }
        let moved = self.brought(&case, Stage::Remedy, "order");
        let on = references.first().cloned().unwrap_or_default();
        self.note(act, &case, &on, moved, "");
        Ok(done(on, Some(case)))
    }

    fn can_be_checked(&self, act: &Act, remedy: &RemedyText) -> Result<(), Refusal> {
        if !self.setting.is_party(&remedy.actor) {
            return Err(Refusal::wrong("actor", format!("`{}` is no party: who is to act?", remedy.actor)));
        }
        written(&remedy.act, "act")?;
        written(&remedy.quantity, "quantity")?;
        written(&remedy.place, "place")?;
        written(&remedy.test, "test")?;
        if remedy.due_ms <= act.at_ms {
            return Err(Refusal::wrong("due_ms", "its day has passed already"));
        }
        Ok(())
    }

    /// The remedy of that reference.
    pub fn remedy(&self, reference: &Ref) -> Result<&Remedy, Refusal> {
        crate::docket::found(&self.remedies, reference, |r| &r.reference)
    }

    pub(crate) fn reported(
        &mut self,
        act: &Act,
        remedy: &Ref,
        text: &str,
        cites: &[String],
    ) -> Result<Done, Refusal> {
        if self.remedy(remedy)?.text.actor != act.by.of {
            return Err(Refusal::NoSuch(remedy.clone()));
        }
        self.say(act, remedy, text, cites, None)
    }

    pub(crate) fn check(
        &mut self,
        act: &Act,
        remedy: &Ref,
        check: Check,
        text: &str,
        cites: &[String],
    ) -> Result<Done, Refusal> {
        let case = self.remedy(remedy)?.case.clone();
        self.not_recused(act, &case)?;
        if check != Check::Undetermined && cites.is_empty() {
            return Err(Refusal::wrong("cites", "cite what the test showed"));
        }
        self.say(act, remedy, text, cites, Some(check))
    }

    fn say(
        &mut self,
        act: &Act,
        remedy: &Ref,
        text: &str,
        cites: &[String],
        check: Option<Check>,
    ) -> Result<Done, Refusal> {
        written(text, "text")?;
        listed(cites, "cites")?;
        let what = Reason { text: text.to_owned(), cites: cites.to_vec() };
        let said = Said { by: act.by.clone(), at_ms: act.at_ms, what, check };
        let Some(at) = self.remedies.iter_mut().find(|r| r.reference == *remedy) else {
            return Err(Refusal::NoSuch(remedy.clone()));
        };
        at.said.push(said);
        let case = at.case.clone();
        let moved = self.brought(&case, Stage::FollowUp, act.deed.name());
        self.note(act, &case, remedy, moved, text);
        Ok(done(remedy.clone(), Some(case)))
    }
}
