//! The ledger of allegations. An allegation is somebody's claim: it is received, looked at, taken up or not, answered,
//! withdrawn, and may become part of a case. It is never counted as a violation, and nothing here sums the two.

use crate::act::{Act, By, Claim, Ref};
use crate::docket::{Docket, Done, done, found, listed, within, written};
use crate::limits::{ALIKE_MS, NAME_BYTES_MAX};
use crate::refusal::Refusal;
use crate::words::Dismissal;
use base::{Role, Truth};
use std::collections::HashMap;

/// How an allegation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It has come, and nobody has looked at it.
    Received,
    /// It was taken up; the party accused may answer.
    Registered,
    /// It was not.
    Dismissed(Dismissal),
    /// The complainant took it back.
    Withdrawn,
}

impl State {
    /// Its name in interfaces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            State::Received => "received",
            State::Registered => "registered",
            State::Dismissed(_) => "dismissed",
            State::Withdrawn => "withdrawn",
        }
    }
}

/// What the party accused says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Who wrote it.
    pub by: By,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Whether it came after the time for it.
    pub is_late: bool,
    /// What it says.
    pub text: String,
}

/// An allegation.
#[derive(Clone, Debug, PartialEq)]
pub struct Allegation {
    /// Its reference.
    pub reference: Ref,
    /// What is alleged.
    pub claim: Claim,
    /// Who handed it in.
    pub by: By,
    /// When it came, milliseconds since 1970.
    pub received_ms: i64,
    /// How it stands.
    pub state: State,
    /// Why, in the words of who decided.
    pub why: String,
    /// When that was decided, milliseconds since 1970.
    pub decided_ms: Option<i64>,
    /// Until when the party accused may answer, milliseconds since 1970; `None`: it was not asked.
    pub answer_due_ms: Option<i64>,
    /// Its answers.
    pub answers: Vec<Answer>,
    /// The case that it is part of.
    pub case: Option<Ref>,
    /// What it does not say. A proposal to dismiss, not a decision.
    pub lacks: Vec<&'static str>,
    /// The first of those that it looks like. A proposal, likewise.
    pub alike: Option<Ref>,
    /// Whether it came too late; undetermined: it does not say when it happened.
    pub late: Truth,
}

/// Complainant, clause, place, and the hour since 1970.
type Event = (String, String, String, i64);

/// For finding alikes at once, however many come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Alike {
    words: HashMap<[String; 3], Ref>,
    events: HashMap<Event, Vec<(i64, Ref)>>,
}

impl Alike {
    /// The first allegation that this one looks like: the same words of the same complainant against the same party, or
    /// the same clause and place within an hour.
    fn find(&mut self, claim: &Claim, reference: &Ref) -> Option<Ref> {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let words = [plain(&claim.complainant), claim.against.clone(), plain(&claim.text)];
        let mut alike = None;
        if !words[2].is_empty() {
            alike = self.words.get(&words).cloned();
            self.words.entry(words).or_insert_with(|| reference.clone());
        }
        let (Some(from_ms), false) = (claim.from_ms, claim.place.trim().is_empty()) else { return alike };
        for clause in &claim.clauses {
            let hour = from_ms.div_euclid(ALIKE_MS);
            let key = |hour| (plain(&claim.complainant), clause.clone(), plain(&claim.place), hour);
            for near in hour - 1..=hour + 1 {
                let at = self.events.get(&key(near)).into_iter().flatten();
                let first =
                    at.filter(|(t, _)| t.abs_diff(from_ms) <= ALIKE_MS.unsigned_abs()).map(|(_, r)| r).min();
                alike = alike.or_else(|| first.cloned());
            }
            self.events.entry(key(hour)).or_default().push((from_ms, reference.clone()));
        }
        alike
    }
}

fn lacking(claim: &Claim) -> Vec<&'static str> {
    let mut lacks = Vec::new();
    for (is_there, what) in [
        (!claim.text.trim().is_empty(), "text"),
        (!claim.against.is_empty(), "against"),
        (claim.from_ms.is_some(), "time"),
        (!claim.place.trim().is_empty(), "place"),
    ] {
        if !is_there {
            lacks.push(what);
        }
    }
    lacks
}

impl Docket {
    pub(crate) fn allege(&mut self, act: &Act, claim: &Claim) -> Result<Done, Refusal> {
        within(&claim.text, "text")?;
        within(&claim.place, "place")?;
        listed(&claim.clauses, "clauses")?;
        listed(&claim.material, "material")?;
        if claim.complainant.len() > NAME_BYTES_MAX || claim.channel.len() > NAME_BYTES_MAX {
            return Err(Refusal::wrong("complainant", format!("at most {NAME_BYTES_MAX} bytes are kept")));
        }
        if !claim.against.is_empty() && !self.setting.is_party(&claim.against) {
            return Err(Refusal::wrong(
                "against",
                format!("`{}` is no party to a text of this mission", claim.against),
            ));
        }
        if let Some(clause) = claim.clauses.iter().find(|c| !self.setting.knows_label(c)) {
            return Err(Refusal::wrong("clauses", format!("no text has a clause `{clause}`")));
        }
        if let Some(bad) = claim.material.iter().find(|d| base::Digest::from_hex(d).is_none()) {
            return Err(Refusal::wrong("material", format!("`{bad}` is no digest (64 hexadecimal digits)")));
        }
        if claim.from_ms.zip(claim.until_ms).is_some_and(|(from, until)| until < from) {
            return Err(Refusal::wrong("until_ms", "it ends before it begins"));
        }
        if let Some(party) = act.by.party().filter(|p| *p != claim.complainant) {
            let may = format!("a liaison officer of {}", claim.complainant);
            return Err(Refusal::NotYours { may, who: format!("{}, who speaks for {party} alone", act.by) });
        }
        let reference = self.number("ALG", act);
        let happened_ms = claim.until_ms.or(claim.from_ms);
        let late = happened_ms.map_or(Truth::Undetermined, |t| {
            if act.at_ms.saturating_sub(t) > self.setting.time_bar_ms { Truth::True } else { Truth::False }
        });
        let alike = self.alike.find(claim, &reference);
        self.allegations.push(Allegation {
            reference: reference.clone(),
            claim: claim.clone(),
            by: act.by.clone(),
            received_ms: act.at_ms,
            state: State::Received,
            why: String::new(),
            decided_ms: None,
            answer_due_ms: None,
            answers: Vec::new(),
            case: None,
            lacks: lacking(claim),
            alike,
            late,
        });
        Ok(done(reference, None))
    }

    /// The allegation of that reference.
    pub fn allegation(&self, reference: &Ref) -> Result<&Allegation, Refusal> {
        found(&self.allegations, reference, |a| &a.reference)
    }

    fn allegation_at(&mut self, reference: &Ref) -> Option<&mut Allegation> {
        self.allegations.iter_mut().find(|a| a.reference == *reference)
    }

    /// All of them exist and are in one of these states, and there is at least one.
    fn all_in(&self, allegations: &[Ref], states: &[&str]) -> Result<(), Refusal> {
        listed(allegations, "allegations")?;
        if allegations.is_empty() {
            return Err(Refusal::wrong("allegations", "name at least one"));
        }
        for reference in allegations {
            let allegation = self.allegation(reference)?;
            let state = allegation.state.name();
            if !states.contains(&state) || allegation.case.is_some() {
                return Err(Refusal::NotNow {
                    what: reference.clone(),
                    state: allegation.case.as_ref().map_or(state.to_owned(), |c| format!("part of {c}")),
                    when: format!("{} and part of no case", states.join(" or ")),
                });
            }
        }
        Ok(())
    }

    pub(crate) fn register(&mut self, act: &Act, allegations: &[Ref], why: &str) -> Result<Done, Refusal> {
        self.all_in(allegations, &["received"])?;
        for reference in allegations {
            if self.allegation(reference)?.claim.text.trim().is_empty() {
                let says = format!("{reference} does not say what is alleged: dismiss it as incomplete");
                return Err(Refusal::wrong("allegations", says));
            }
        }
        let due_ms = act.at_ms.saturating_add(self.setting.answer_ms);
        for reference in allegations {
            if let Some(a) = self.allegation_at(reference) {
                a.state = State::Registered;
                (a.why, a.decided_ms) = (why.to_owned(), Some(act.at_ms));
                a.answer_due_ms = (!a.claim.against.is_empty()).then_some(due_ms);
            }
        }
        Ok(done(first(allegations), None))
    }

    pub(crate) fn dismiss(
        &mut self,
        act: &Act,
        allegations: &[Ref],
        reason: Dismissal,
        why: &str,
    ) -> Result<Done, Refusal> {
        self.all_in(allegations, &["received", "registered"])?;
        for reference in allegations {
            if let Some(a) = self.allegation_at(reference) {
                a.state = State::Dismissed(reason);
                (a.why, a.decided_ms) = (why.to_owned(), Some(act.at_ms));
            }
        }
        Ok(done(first(allegations), None))
    }

    pub(crate) fn answer(&mut self, act: &Act, reference: &Ref, text: &str) -> Result<Done, Refusal> {
        let allegation = self.allegation(reference)?;
        if act.by.of != allegation.claim.against {
            // Whether it exists is not for the other side to know.
            return Err(Refusal::NoSuch(reference.clone()));
        }
        written(text, "text")?;
        let Some(due_ms) = allegation.answer_due_ms.filter(|_| allegation.state == State::Registered) else {
            return Err(Refusal::NotNow {
                what: reference.clone(),
                state: allegation.state.name().to_owned(),
                when: "registered".to_owned(),
            });
        };
        let case = allegation.case.clone();
        let answer = Answer {
            by: act.by.clone(),
            at_ms: act.at_ms,
            is_late: act.at_ms > due_ms,
            text: text.to_owned(),
        };
        if let Some(a) = self.allegation_at(reference) {
            a.answers.push(answer);
        }
        if let Some(case) = &case {
            self.note(act, case, reference, None, text);
        }
        Ok(done(reference.clone(), case))
    }

    pub(crate) fn withdraw(&mut self, act: &Act, reference: &Ref, why: &str) -> Result<Done, Refusal> {
        let allegation = self.allegation(reference)?;
        let is_own = match act.by.role {
            Role::Liaison | Role::Planner => act.by.of == allegation.claim.complainant,
            _ => true,
        };
        if !is_own {
            return Err(Refusal::NoSuch(reference.clone()));
        }
        if !matches!(allegation.state, State::Received | State::Registered) {
            return Err(Refusal::NotNow {
                what: reference.clone(),
                state: allegation.state.name().to_owned(),
                when: "received or registered".to_owned(),
            });
        }
        let case = allegation.case.clone();
        if let Some(a) = self.allegation_at(reference) {
            a.state = State::Withdrawn;
            (a.why, a.decided_ms) = (why.to_owned(), Some(act.at_ms));
        }
        if let Some(case) = &case {
            self.note(act, case, reference, None, why);
        }
        Ok(done(reference.clone(), case))
    }

    pub(crate) fn join(
        &mut self,
        act: &Act,
        case: &Ref,
        allegations: &[Ref],
        why: &str,
    ) -> Result<Done, Refusal> {
        self.may_go_on(act, case)?;
        self.all_in(allegations, &["registered"])?;
        self.case_at(case)?.allegations.extend(allegations.iter().cloned());
        self.joined(case, allegations);
        self.note(act, case, &first(allegations), None, why);
        Ok(done(case.clone(), Some(case.clone())))
    }

    /// Whether a case may be opened with these.
    pub(crate) fn may_join(&self, allegations: &[Ref]) -> Result<(), Refusal> {
        if allegations.is_empty() { Ok(()) } else { self.all_in(allegations, &["registered"]) }
    }

    pub(crate) fn joined(&mut self, case: &Ref, allegations: &[Ref]) {
        for reference in allegations {
            if let Some(a) = self.allegation_at(reference) {
                a.case = Some(case.clone());
            }
        }
    }
}

fn first(allegations: &[Ref]) -> Ref {
    allegations.first().cloned().unwrap_or_default()
}
