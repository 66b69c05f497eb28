//! The docket: what people's acts, in the order of the journal, come to.

use crate::act::{Act, By, ClauseRef, Deed, Ref};
use crate::allegation::Allegation;
use crate::attribution::Attribution;
use crate::case::{Case, Taken};
use crate::clock::Clock;
use crate::finding::Finding;
use crate::limits::{CLAIM_MS, LIST_MAX, NAME_BYTES_MAX, TEXT_BYTES_MAX};
use crate::refusal::Refusal;
use crate::remedy::Remedy;
use crate::rules;
use crate::setting::Setting;
use crate::words::Stage;
use base::{Instant, Takes};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub use base::act::Done;

/// An act that the journal holds and the rules do not take. Only a journal written by other rules has any.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// The act.
    pub act: Act,
    /// Why.
    pub why: Refusal,
}

/// Everything that people have done, as it stands. A pure function of the acts and the setting.
#[derive(Clone, Debug)]
pub struct Docket {
    /// Who decides what.
    pub setting: Arc<Setting>,
    /// Allegations, in the order in which they came.
    pub allegations: Vec<Allegation>,
    /// Cases, in the order in which they were opened.
    pub cases: Vec<Case>,
    /// All versions of all findings.
    pub findings: Vec<Finding>,
    /// All versions of all attributions.
    pub attributions: Vec<Attribution>,
    /// Remedies, in the order in which they were ordered.
    pub remedies: Vec<Remedy>,
    /// Clocks, in the order in which they were started.
    pub clocks: Vec<Clock>,
    /// Acts that were not taken.
    pub refused: Vec<Refused>,
    /// For alikes among allegations.
    pub(crate) alike: crate::allegation::Alike,
    taken: base::act::Taken<Deed>,
    /// Where each case stands among the cases: they are looked up for every finding and allegation that is shown.
    pub(crate) case_ix: HashMap<Ref, usize>,
    numbers: BTreeMap<&'static str, u32>,
}

impl Docket {
    /// Nothing has been done yet.
    #[must_use]
    pub fn new(setting: Arc<Setting>) -> Docket {
        Docket {
            setting,
            allegations: Vec::new(),
            cases: Vec::new(),
            findings: Vec::new(),
            attributions: Vec::new(),
            remedies: Vec::new(),
            clocks: Vec::new(),
            refused: Vec::new(),
            alike: crate::allegation::Alike::default(),
            taken: base::act::Taken::default(),
            case_ix: HashMap::new(),
            numbers: BTreeMap::new(),
        }
    }

    /// The docket that these acts come to.
    #[must_use]
    pub fn of<'a>(setting: Arc<Setting>, acts: impl IntoIterator<Item = &'a Act>) -> Docket {
        let mut docket = Docket::new(setting);
        acts.into_iter().for_each(|act| docket.take_recorded(act));
        docket
    }

    /// How many acts have been taken.
    #[must_use]
    pub fn acts(&self) -> usize {
        self.taken.len()
    }

    fn act_on(&mut self, act: &Act) -> Result<Done, Refusal> {
        let roles = rules::may(act.deed.name());
        if !roles.contains(&act.by.role) {
            return Err(not_yours(rules::listed(roles), &act.by));
        }
        match &act.deed {
            Deed::Allege(claim) => self.allege(act, claim),
            Deed::Register { allegations, why } => self.register(act, allegations, why),
            Deed::Dismiss { allegations, reason, why } => self.dismiss(act, allegations, *reason, why),
            Deed::Answer { allegation, text } => self.answer(act, allegation, text),
            Deed::Withdraw { allegation, why } => self.withdraw(act, allegation, why),
            Deed::Join { case, allegations, why } => self.join(act, case, allegations, why),
            Deed::Open { title, clauses, incidents, allegations, why } => {
                self.open(act, title, clauses, incidents, allegations, why)
            }
            Deed::Claim { case } => self.claim(act, case),
            Deed::Release { case } => self.release(act, case),
            Deed::Move { case, to, why } => self.move_on(act, case, *to, why),
            Deed::Suspend { case, cause, of, why } => self.suspend(act, case, *cause, of, why),
            Deed::Resume { case, why } => self.resume(act, case, why),
            Deed::Recuse { case, why } => self.recuse(act, case, why),
            Deed::Restrict { case, compartments, why } => self.restrict(act, case, compartments, why),
            Deed::Task { case, .. } => self.task(act, case),
            Deed::Return { task, .. } => self.returned(act, task),
            Deed::Weigh { case, .. } => self.weigh(act, case),
            Deed::Draft { case, finding } => self.draft(act, case, finding),
            Deed::Attribute { finding, attribution } => self.attribute(act, finding, attribution),
            Deed::Comment { on, stand, component, text } => self.comment(act, on, *stand, component, text),
            Deed::Sign { on } => self.sign(act, on),
            Deed::Confirm { on } => self.confirm(act, on),
            Deed::Appeal { finding, text } => self.appeal(act, finding, text),
            Deed::Rule { finding, upheld, why } => self.rule(act, finding, *upheld, why),
            Deed::Order { finding, remedies } => self.order(act, finding, remedies),
            Deed::Reported { remedy, text, cites } => self.reported(act, remedy, text, cites),
            Deed::Check { remedy, check, text, cites } => self.check(act, remedy, *check, text, cites),
            Deed::Start { case, clock } => self.start(act, case, clock),
            Deed::Pause { clock, why } => self.pause(act, clock, why),
            Deed::Continue { clock, why } => self.go_on(act, clock, why),
            Deed::Stop { clock, why } => self.stop(act, clock, why),
        }
    }

    /// The case of that reference.
    pub fn case(&self, reference: &Ref) -> Result<&Case, Refusal> {
        let at = self.case_ix.get(reference).and_then(|ix| self.cases.get(*ix));
        at.ok_or_else(|| Refusal::NoSuch(reference.clone()))
    }

    /// The latest version of the finding of that reference, or the version it names.
    pub fn finding(&self, reference: &Ref) -> Result<&Finding, Refusal> {
        self.findings.iter().rev().find(|f| f.is(reference)).ok_or_else(|| Refusal::NoSuch(reference.clone()))
    }

    /// The version of a finding that counts, where the reference names none; a draft beside it hides nothing.
    pub fn counting(&self, reference: &Ref) -> Result<&Finding, Refusal> {
        let all = || self.findings.iter().rev().filter(|f| f.is(reference));
        let found = all().find(|f| f.signing.counts()).or_else(|| all().next());
        found.ok_or_else(|| Refusal::NoSuch(reference.clone()))
    }

    /// The latest version of the attribution of that reference, or the version it names.
    pub fn attribution(&self, reference: &Ref) -> Result<&Attribution, Refusal> {
        self.attributions
            .iter()
            .rev()
            .find(|a| a.is(reference))
            .ok_or_else(|| Refusal::NoSuch(reference.clone()))
    }

    /// A new reference of that kind, with the year of the act in the mission's zone.
    pub(crate) fn number(&mut self, kind: &'static str, act: &Act) -> Ref {
        let number = self.numbers.entry(kind).or_default();
        *number += 1;
        let (year, ..) = self.setting.zone.date_of(Instant(act.at_ms));
        Ref(format!("{kind}-{year}-{number:04}"))
    }

    pub(crate) fn case_at(&mut self, reference: &Ref) -> Result<&mut Case, Refusal> {
        let at = self.case_ix.get(reference).and_then(|ix| self.cases.get_mut(*ix));
        at.ok_or_else(|| Refusal::NoSuch(reference.clone()))
    }

    /// Whether this person may work on the case now: it is as they saw it, nobody else has taken it, they have not
    /// withdrawn, and work has not been suspended.
    pub(crate) fn may_work(&self, act: &Act, case: &Ref) -> Result<&Case, Refusal> {
        let found = self.case(case)?;
        self.seen(act, found)?;
        if let Some((who, _)) = found.recused.iter().find(|(who, _)| *who == act.by.person) {
            let may = "somebody who has not withdrawn from the case".to_owned();
            return Err(Refusal::NotYours { may, who: who.clone() });
        }
        match found.taken_by(act.at_ms) {
            Some(Taken { by, until_ms }) if *by != act.by.person => {
                Err(Refusal::Taken { case: case.clone(), by: by.clone(), until_ms: *until_ms })
            }
            _ => Ok(found),
        }
    }

    /// As [`Docket::may_work`], and not suspended.
    pub(crate) fn may_go_on(&self, act: &Act, case: &Ref) -> Result<&Case, Refusal> {
        let found = self.may_work(act, case)?;
        match &found.suspended {
            Some(s) => Err(Refusal::NotNow {
                what: case.clone(),
                state: format!(
                    "suspended ({}, by {})",
                    s.cause.name(),
                    if s.of.is_empty() { "nobody named" } else { &s.of }
                ),
                when: "resumed".to_owned(),
            }),
            None => Ok(found),
        }
    }

    pub(crate) fn seen(&self, act: &Act, case: &Case) -> Result<(), Refusal> {
        let Some(seen) = act.seen.filter(|seen| *seen != case.revision) else { return Ok(()) };
        let since: Vec<String> = case
            .history
            .iter()
            .filter(|h| h.revision > seen)
            .map(|h| format!("{} by {}", h.deed, h.by.person))
            .collect();
        Err(Refusal::Changed {
            case: case.reference.clone(),
            is: case.revision,
            seen,
            since: if since.is_empty() {
                "that revision is not of this case".to_owned()
            } else {
                since.join(", ")
            },
        })
    }

    /// Writes the act into the case's history, and moves it to `to`.
    pub(crate) fn note(&mut self, act: &Act, case: &Ref, on: &Ref, to: Option<Stage>, why: &str) {
        let Some(case) = self.cases.iter_mut().find(|c| c.reference == *case) else { return };
        case.note(act, on, to, why);
        if let Some(taken) = case.taken.as_mut().filter(|t| t.by == act.by.person) {
            taken.until_ms = act.at_ms.saturating_add(CLAIM_MS);
        }
    }

    /// The case's stage after a deed that may bring about a step to `to`.
    pub(crate) fn brought(&self, case: &Ref, to: Stage, deed: &str) -> Option<Stage> {
        let from = self.cases.iter().find(|c| c.reference == *case)?.stage;
        rules::comes_about(from, to, deed).then_some(to)
    }

    pub(crate) fn known_clause(&self, clause: &ClauseRef) -> Result<(), Refusal> {
        if self.setting.clause(clause).is_some() {
            return Ok(());
        }
        Err(Refusal::wrong("clause", format!("the text `{}` has no clause `{}`", clause.text, clause.clause)))
    }
}

impl Takes for Docket {
    type Deed = Deed;

    fn take(&mut self, act: &Act) -> Result<Done, Refusal> {
        if let Some(done) = self.taken.before(act)? {
            return Ok(done);
        }
        sound(act)?;
        let done = self.act_on(act)?;
        self.taken.note(act, &done);
        Ok(done)
    }

    fn take_recorded(&mut self, act: &Act) {
        if let Err(why) = self.take(act) {
            self.refused.push(Refused { act: act.clone(), why });
        }
    }
}

/// The object of that reference.
pub(crate) fn found<'a, T>(all: &'a [T], reference: &Ref, of: impl Fn(&T) -> &Ref) -> Result<&'a T, Refusal> {
    all.iter().find(|o| of(o) == reference).ok_or_else(|| Refusal::NoSuch(reference.clone()))
}

/// It was done.
pub(crate) fn done(on: Ref, case: Option<Ref>) -> Done {
    Done { on, case, already: false }
}

/// It is for others to do.
pub(crate) fn not_yours(may: String, by: &By) -> Refusal {
    Refusal::NotYours { may, who: by.to_string() }
}

/// Whether the texts of an act are within what the journal keeps, and reasons are given where they are asked for.
fn sound(act: &Act) -> Result<(), Refusal> {
    let named = |text: &str, field: &'static str| {
        let fits = !text.trim().is_empty() && text.len() <= NAME_BYTES_MAX;
        fits.then_some(())
            .ok_or_else(|| Refusal::wrong(field, format!("1 to {NAME_BYTES_MAX} bytes are wanted")))
    };
    named(&act.key, "key")?;
    named(&act.by.person, "by")?;
    if let Some(why) = act.deed.why() {
        if why.trim().is_empty() {
            return Err(Refusal::wrong("why", "say why: it stands in the record"));
        }
        written(why, "why")?;
    }
    Ok(())
}

/// A text that somebody wrote: there, and not too long.
pub(crate) fn written(text: &str, field: &'static str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::wrong(field, "it is empty"));
    }
    within(text, field)
}

/// A text that may be empty, and is not too long.
pub(crate) fn within(text: &str, field: &'static str) -> Result<(), Refusal> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(Refusal::wrong(
            field,
            format!("{} bytes; at most {TEXT_BYTES_MAX} are kept", text.len()),
        ));
    }
    Ok(())
}

/// A list within bounds.
pub(crate) fn listed<T>(list: &[T], field: &'static str) -> Result<(), Refusal> {
    if list.len() > LIST_MAX {
        return Err(Refusal::wrong(field, format!("{} members; at most {LIST_MAX} at once", list.len())));
    }
    Ok(())
}
