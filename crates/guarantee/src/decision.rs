//! Decisions: who puts them, who votes, by which rule, what the votes came to; adopted on a condition and confirmed by
//! a round of its own. What the votes come to by the rule is checked; that it is recorded is a person's entry.

use crate::act::{Act, By, ClauseRef, Ref};
use crate::consultation::{Consultation, Said, said};
use crate::limits::{NOTES_MAX, OBJECTS_MAX};
use crate::register::{Register, bounded, voice};
use crate::words::{Outcome, Presence, Quiet, Standing, Vote};
use base::act::Done;
use base::{Refusal, Role};
use cases::Body;
use cases::setting::rule_words;
use std::collections::{BTreeMap, BTreeSet};
use terms::agreement::Rule;

/// Who decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Decider {
    /// A body, by its mandate.
    Body(Box<Body>),
    /// One guarantor for itself alone.
    Alone(String),
}

/// A vote that was cast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cast {
    /// Which.
    pub vote: Vote,
    /// Why; may be empty.
    pub said: Said,
}

/// One round of votes: the latest of each component counts, those before it are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// By component, or guarantor.
    pub votes: BTreeMap<String, Cast>,
    /// Votes that were changed, by component.
    pub earlier: BTreeMap<String, Vec<Cast>>,
}

impl Round {
    /// How many votes there are: for, against, neither.
    #[must_use]
    pub fn count(&self) -> [usize; 3] {
        let of = |vote: Vote| self.votes.values().filter(|c| c.vote == vote).count();
        [of(Vote::Yes), of(Vote::No), of(Vote::Abstains)]
    }
}

/// What a round came to, as somebody recorded it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// What.
    pub outcome: Outcome,
    /// Why, who and when.
    pub said: Said,
    /// How it came to that, in words.
    pub counted: String,
    /// What it rests on.
    pub cites: Vec<String>,
}

/// A decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its reference: `DEC-2026-0001`.
    pub reference: Ref,
    /// The consultation.
    pub consultation: Ref,
    /// The clause that the consultation is about.
    pub clause: ClauseRef,
    /// Who decides.
    pub decider: Decider,
    /// What is put.
    pub put: Said,
    /// On which condition; empty: on none.
    pub condition: String,
    /// The round of votes on it.
    pub first: Round,
    /// What that came to.
    pub decided: Option<Recorded>,
    /// The round of votes on whether the condition has come about.
    pub second: Round,
    /// What that came to.
    pub confirmed: Option<Recorded>,
    /// That it was taken back.
    pub withdrawn: Option<Said>,
}

impl Decision {
    /// How far it has come.
    #[must_use]
    pub fn standing(&self) -> Standing {
        if self.withdrawn.is_some() {
            return Standing::Withdrawn;
        }
        match (&self.decided, &self.confirmed) {
            (None, _) => Standing::Put,
            (Some(r), _) if r.outcome == Outcome::NotAdopted => Standing::NotAdopted,
            (Some(_), _) if self.condition.is_empty() => Standing::Adopted,
            (Some(_), None) => Standing::OnCondition,
            (Some(_), Some(r)) if r.outcome == Outcome::Adopted => Standing::Adopted,
            (Some(_), Some(_)) => Standing::Lapsed,
        }
    }

    /// The rule, in words.
    #[must_use]
    pub fn rule(&self) -> String {
        match &self.decider {
            Decider::Body(body) => rule_words(body.rule),
            Decider::Alone(who) => format!("{who} for itself alone"),
        }
    }

    /// Who decides, by code.
    #[must_use]
    pub fn who(&self) -> &str {
        match &self.decider {
            Decider::Body(body) => &body.code,
            Decider::Alone(who) => who,
        }
    }

    /// Whether that person has a vote in it.
    #[must_use]
    pub fn has_vote(&self, by: &By) -> bool {
        match &self.decider {
            Decider::Body(body) => by.body() == body.code,
            Decider::Alone(who) => by.role == Role::Guarantor && by.of == *who,
        }
    }

    /// The round that is open; `None`: none is.
    #[must_use]
    pub fn round(&self) -> Option<&Round> {
        match self.standing() {
            Standing::Put => Some(&self.first),
            Standing::OnCondition => Some(&self.second),
            _ => None,
        }
    }

    fn round_at(&mut self) -> Option<&mut Round> {
        match self.standing() {
            Standing::Put => Some(&mut self.first),
            Standing::OnCondition => Some(&mut self.second),
            _ => None,
        }
    }

    /// Whom of it a vote is counted for.
    fn seat(&self, by: &By) -> String {
        match &self.decider {
            Decider::Body(_) => by.component().to_owned(),
            Decider::Alone(who) => who.clone(),
        }
    }

    fn not_now(&self, when: &str) -> Refusal {
        Refusal::NotNow {
            what: self.reference.clone(),
            state: self.standing().name().to_owned(),
            when: when.to_owned(),
        }
    }

    fn no_decision(&self, lacks: String) -> Refusal {
        Refusal::NoDecision { body: self.who().to_owned(), rule: self.rule(), lacks }
    }
}

/// What is known beside the votes.
struct Beside<'a> {
    recorder: &'a By,
    absent: usize,
    /// Components that are there: they take part, or have voted.
    present: usize,
    /// A silence procedure of this round, and whether it ran out unbroken.
    silence_ms: Option<i64>,
    broken: bool,
}

/// What the votes come to: adopted, in words; or what lacks for that.
fn adopted(decision: &Decision, round: &Round, beside: &Beside<'_>) -> Result<String, String> {
    let [yes, no, neither] = round.count();
    let present = yes + no + neither;
    let own = || round.votes.get(&decision.seat(beside.recorder)).is_some_and(|c| c.vote == Vote::Yes);
    let Decider::Body(body) = &decision.decider else {
        return if own() { Ok(decision.rule()) } else { Err("it has not voted for it".to_owned()) };
    };
    let counted = format!("{yes} for, {no} against, {neither} neither");
    let ok = |holds: bool| if holds { Ok(counted.clone()) } else { Err(counted.clone()) };
    let quiet = beside.silence_ms.is_some() && !beside.broken && no == 0;
    if let Some(quorum) = body.quorum.filter(|q| (beside.present as u64) < u64::from(*q)) {
        let are = beside.present;
        return Err(format!("{are} of {quorum} components that have to be present are"));
    }
    if beside.absent > 0
        && !body.absence_noted
        && matches!(body.rule, Some(Rule::Consensus | Rule::Unanimity))
    {
        return Err("a component is absent, and no text lets work go on without it".to_owned());
    }
    match body.rule {
        Some(Rule::Chair) if beside.recorder.role == Role::Chair => Ok("the chair's ruling".to_owned()),
        Some(Rule::Chair) => Err("the chair has not ruled".to_owned()),
        Some(Rule::Consensus | Rule::Unanimity) if quiet => Ok(format!("{counted}; the silence held")),
        Some(Rule::Consensus) => ok(no == 0 && yes > 0),
        Some(Rule::Unanimity) => ok(yes > 0 && yes == present),
        Some(Rule::Majority) => ok(yes * 2 > present),
        Some(Rule::Silence(ms)) if quiet && beside.silence_ms.is_some_and(|s| s >= ms) => {
            Ok(format!("{counted}; the silence held"))
        }
        Some(Rule::Silence(_)) => Err(format!("{counted}; no silence procedure has run out unbroken")),
        Some(Rule::EachForItself) if own() => Ok("the one who records it, for itself alone".to_owned()),
        Some(Rule::EachForItself) => Err("each decides for itself, and this one has not".to_owned()),
        None => Err("no text states the rule".to_owned()),
    }
}

/// Whether somebody may record that it was not adopted, though others might still vote.
fn is_over(decision: &Decision, round: &Round, beside: &Beside<'_>) -> bool {
    let Decider::Body(body) = &decision.decider else {
        return round.votes.values().any(|c| c.vote == Vote::No);
    };
    let [_, no, _] = round.count();
    match body.rule {
        Some(Rule::EachForItself) => {
            round.votes.get(&decision.seat(beside.recorder)).is_some_and(|c| c.vote == Vote::No)
        }
        Some(Rule::Consensus | Rule::Unanimity | Rule::Silence(_)) if no > 0 || beside.broken => true,
        _ => beside.recorder.role == Role::Chair,
    }
}

impl Register {
    pub(crate) fn put(
        &mut self,
        act: &Act,
        on: &Ref,
        body: &str,
        text: &str,
        condition: &str,
    ) -> Result<Done, Refusal> {
        bounded(self.decisions.len(), OBJECTS_MAX, "decisions")?;
        let clause = self.open(act, on)?.clause.clone();
        self.has_voice(&act.by, &clause.text)?;
        let decider = if body.is_empty() {
            if act.by.role != Role::Guarantor {
                return Err(Refusal::wrong("body", "say which body is to decide"));
            }
            Decider::Alone(act.by.of.clone())
        } else {
            if act.by.body() != body {
                return Err(Refusal::not_yours(format!("a member of {body}"), &act.by));
            }
            let found = self.setting.decider(&clause.text, body).ok_or_else(|| {
                let says = format!("`{}` gives `{body}` no power over a guarantee or an effect", clause.text);
                Refusal::wrong("body", says)
            })?;
            Decider::Body(Box::new(found))
        };
        let reference = self.number("DEC", act);
        self.decisions.push(Decision {
            reference: reference.clone(),
            consultation: on.clone(),
            clause,
            decider,
            put: said(act, text),
            condition: condition.to_owned(),
            first: Round::default(),
            decided: None,
            second: Round::default(),
            confirmed: None,
            withdrawn: None,
        });
        Ok(self.note(act, on, reference))
    }

    pub(crate) fn vote(&mut self, act: &Act, on: &Ref, vote: Vote, why: &str) -> Result<Done, Refusal> {
        let case = self.of_decision(act, on)?.reference.clone();
        let cast = Cast { vote, said: said(act, why) };
        let decision = self.decision_at(on)?;
        if !decision.has_vote(&act.by) {
            let may = format!("those who decide it: {}", decision.who());
            return Err(Refusal::not_yours(may, &act.by));
        }
        let seat = decision.seat(&act.by);
        let shut = decision.not_now("put, or adopted on a condition");
        let round = decision.round_at().ok_or(shut)?;
        let kept: usize = round.earlier.values().map(Vec::len).sum();
        bounded(round.votes.len() + kept, NOTES_MAX, "votes")?;
        if let Some(before) = round.votes.insert(seat.clone(), cast) {
            round.earlier.entry(seat).or_default().push(before);
        }
        Ok(self.note(act, &case, on.clone()))
    }

    pub(crate) fn decide(
        &mut self,
        act: &Act,
        on: &Ref,
        outcome: Outcome,
        why: &str,
    ) -> Result<Done, Refusal> {
        let case = self.of_decision(act, on)?.reference.clone();
        let counted = self.counted(act, on, outcome, Standing::Put)?;
        let recorded = Recorded { outcome, said: said(act, why), counted, cites: Vec::new() };
        self.decision_at(on)?.decided = Some(recorded);
        Ok(self.note(act, &case, on.clone()))
    }

    pub(crate) fn confirm(
        &mut self,
        act: &Act,
        on: &Ref,
        outcome: Outcome,
        cites: &[String],
        why: &str,
    ) -> Result<Done, Refusal> {
        let case = self.of_decision(act, on)?.reference.clone();
        let counted = self.counted(act, on, outcome, Standing::OnCondition)?;
        let recorded = Recorded { outcome, said: said(act, why), counted, cites: cites.to_vec() };
        self.decision_at(on)?.confirmed = Some(recorded);
        Ok(self.note(act, &case, on.clone()))
    }

    /// How the open round came to that outcome, in words; or why it did not.
    fn counted(&self, act: &Act, on: &Ref, outcome: Outcome, at: Standing) -> Result<String, Refusal> {
        let decision = self.decision(on)?;
        if !decision.has_vote(&act.by) {
            return Err(Refusal::not_yours(format!("those who decide it: {}", decision.who()), &act.by));
        }
        let Some(round) = decision.round().filter(|_| decision.standing() == at) else {
            return Err(decision.not_now(at.name()));
        };
        let beside = self.beside(act, decision);
        let chairs = matches!(&decision.decider, Decider::Body(b) if b.rule == Some(Rule::Chair));
        match (outcome, adopted(decision, round, &beside)) {
            (Outcome::Adopted, Ok(counted)) => Ok(counted),
            (Outcome::Adopted, Err(lacks)) => Err(decision.no_decision(lacks)),
            (Outcome::NotAdopted, Ok(counted)) if chairs => Ok(counted),
            (Outcome::NotAdopted, Ok(counted)) => {
                Err(decision.no_decision(format!("by the rule it is adopted: {counted}")))
            }
            (Outcome::NotAdopted, Err(lacks)) if is_over(decision, round, &beside) => Ok(lacks),
            (Outcome::NotAdopted, Err(lacks)) => {
                Err(decision
                    .no_decision(format!("votes are still taken, until the chair ends them: {lacks}")))
            }
        }
    }

    fn beside<'a>(&self, act: &'a Act, decision: &Decision) -> Beside<'a> {
        let second = decision.standing() == Standing::OnCondition;
        let own = || self.silences.iter().filter(|s| s.decision == decision.reference && s.second == second);
        let ran_out = own().filter(|s| s.state(act.at_ms) == Quiet::RanOut);
        let consultation = self.consultations.iter().find(|c| c.reference == decision.consultation);
        let voted = decision.round().into_iter().flat_map(|r| r.votes.keys().map(String::as_str));
        let mut there: BTreeSet<&str> = voted.collect();
        there.extend(consultation.into_iter().flat_map(|c| c.of_body(decision.who(), Presence::Present)));
        Beside {
            recorder: &act.by,
            absent: consultation.map_or(0, |c| c.of_body(decision.who(), Presence::Absent).count()),
            present: there.len(),
            silence_ms: ran_out.map(|s| s.until_ms.saturating_sub(s.started.at_ms)).max(),
            broken: own().any(|s| s.state(act.at_ms) == Quiet::Broken),
        }
    }

    /// The decision of that reference.
    ///
    /// # Errors
    /// There is none.
    pub fn decision(&self, on: &Ref) -> Result<&Decision, Refusal> {
        self.decisions.iter().find(|d| d.reference == *on).ok_or_else(|| Refusal::NoSuch(on.clone()))
    }

    pub(crate) fn decision_at(&mut self, on: &Ref) -> Result<&mut Decision, Refusal> {
        self.decisions.iter_mut().find(|d| d.reference == *on).ok_or_else(|| Refusal::NoSuch(on.clone()))
    }

    /// The open consultation of a decision.
    pub(crate) fn of_decision(&self, act: &Act, on: &Ref) -> Result<&Consultation, Refusal> {
        let consultation = self.decision(on)?.consultation.clone();
        self.open(act, &consultation)
    }

    pub(crate) fn withdraw_decision(&mut self, act: &Act, on: &Ref, why: &str) -> Result<Done, Refusal> {
        let case = self.of_decision(act, on)?.reference.clone();
        let taken_back = said(act, why);
        let decision = self.decision_at(on)?;
        if voice(&decision.put.by) != voice(&act.by) {
            return Err(Refusal::not_yours(voice(&decision.put.by), &act.by));
        }
        if decision.standing() != Standing::Put {
            return Err(decision.not_now(Standing::Put.name()));
        }
        decision.withdrawn = Some(taken_back);
        Ok(self.note(act, &case, on.clone()))
    }
}
