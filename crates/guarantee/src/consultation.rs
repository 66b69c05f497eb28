//! Consultations: who asked for them, on what, who takes part, what they say; and how far each has come.

use crate::act::{Act, By, ClauseRef, Ref};
use crate::limits::{NOTES_MAX, OBJECTS_MAX};
use crate::register::{Register, bounded, voice};
use crate::words::{Presence, Stage, Standing};
use base::act::Done;
use base::{Instant, Refusal, Role};
use std::collections::BTreeMap;

/// What somebody said, or that they are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// In words.
    pub text: String,
    /// Who.
    pub by: By,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

/// One act, as the history of a consultation has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who.
    pub by: By,
    /// Which deed.
    pub deed: &'static str,
    /// On what.
    pub on: Ref,
}

/// A consultation.
#[derive(Clone, Debug, PartialEq)]
pub struct Consultation {
    /// Its reference: `CNS-2026-0001`.
    pub reference: Ref,
    /// The clause that it is about.
    pub clause: ClauseRef,
    /// The question.
    pub question: String,
    /// What the request rests on.
    pub cites: Vec<String>,
    /// Who asked for it, and when.
    pub requested: Said,
    /// By when it is to be held, where the text says, milliseconds since 1970.
    pub due_ms: Option<i64>,
    /// Who is there and who is not, by guarantor, party or `BODY/COMPONENT`.
    pub participants: BTreeMap<String, (Presence, Said)>,
    /// Their positions: all, the latest last.
    pub positions: BTreeMap<String, Vec<Said>>,
    /// That it was closed.
    pub closed: Option<Said>,
    /// That the request was taken back.
    pub withdrawn: Option<Said>,
    /// How many acts there have been.
    pub revision: u64,
    /// They.
    pub history: Vec<Noted>,
}

impl Consultation {
    /// Whether work on it goes on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closed.is_none() && self.withdrawn.is_none()
    }

    /// The components of that body that are there, or are not.
    pub fn of_body<'a>(&'a self, body: &'a str, are: Presence) -> impl Iterator<Item = &'a str> {
        let those = self.participants.iter().filter(move |(_, (p, _))| *p == are);
        those.filter_map(move |(who, _)| who.split_once('/').filter(|(b, _)| *b == body).map(|(_, c)| c))
    }
}

/// What an act says, as something said.
pub(crate) fn said(act: &Act, text: &str) -> Said {
    Said { text: text.to_owned(), by: act.by.clone(), at_ms: act.at_ms }
}

impl Register {
    /// How far a consultation has come.
    #[must_use]
    pub fn stage(&self, consultation: &Consultation) -> Stage {
        if consultation.withdrawn.is_some() {
            return Stage::Withdrawn;
        }
        if consultation.closed.is_some() {
            return Stage::Closed;
        }
        let own = || self.decisions.iter().filter(|d| d.consultation == consultation.reference);
        let measures = self.measures.iter().any(|m| m.consultation == consultation.reference);
        if measures {
            Stage::FollowUp
        } else if own().any(|d| !matches!(d.standing(), Standing::Put | Standing::Withdrawn)) {
            Stage::Decided
        } else if own().next().is_some()
            || !consultation.positions.is_empty()
            || consultation.participants.values().any(|(p, _)| *p == Presence::Present)
        {
            Stage::Consulting
        } else {
            Stage::Requested
        }
    }

    pub(crate) fn request(
        &mut self,
        act: &Act,
        clause: &ClauseRef,
        question: &str,
        cites: &[String],
    ) -> Result<Done, Refusal> {
        bounded(self.consultations.len(), OBJECTS_MAX, "consultations")?;
        if !self.setting.is_of_guarantee(clause) {
            let says = format!(
                "`{}` of `{}` is no clause of a guarantee, of consultation, of response or of an effect",
                clause.clause, clause.text
            );
            return Err(Refusal::wrong("clause", says));
        }
        self.has_voice(&act.by, &clause.text)?;
        let due = self.setting.text(&clause.text).and_then(|t| t.due(&clause.clause, Instant(act.at_ms)));
        let reference = self.number("CNS", act);
        self.consultations.push(Consultation {
            reference: reference.clone(),
            clause: clause.clone(),
            question: question.to_owned(),
            cites: cites.to_vec(),
            requested: said(act, question),
            due_ms: due.map(|d| d.0),
            participants: BTreeMap::new(),
            positions: BTreeMap::new(),
            closed: None,
            withdrawn: None,
            revision: 0,
            history: Vec::new(),
        });
        Ok(self.note(act, &reference.clone(), reference))
    }

    pub(crate) fn participate(
        &mut self,
        act: &Act,
        on: &Ref,
        who: &str,
        presence: Presence,
        why: &str,
    ) -> Result<Done, Refusal> {
        let text = self.open(act, on)?.clause.text.clone();
        let presides = act.by.role == Role::WatchOfficer || act.by.role == Role::Chair;
        let own = voice(&act.by);
        let who = if who.is_empty() { own.as_str() } else { who };
        if act.by.role != Role::WatchOfficer {
            self.has_voice(&act.by, &text)?;
        }
        if who != own && !(presides && presence == Presence::Absent) {
            return Err(Refusal::not_yours(
                format!("{who}, or whoever presides to note an absence"),
                &act.by,
            ));
        }
        if act.by.role == Role::WatchOfficer && !self.is_voice(who, &text) {
            return Err(Refusal::wrong("who", format!("nobody of that name has a part in `{text}`")));
        }
        let entry = (presence, said(act, why));
        let consultation = self.consultation_at(on)?;
        bounded(consultation.participants.len(), NOTES_MAX, "participants")?;
        consultation.participants.insert(who.to_owned(), entry);
        Ok(self.note(act, on, on.clone()))
    }

    pub(crate) fn position(&mut self, act: &Act, on: &Ref, text: &str) -> Result<Done, Refusal> {
        let of = self.open(act, on)?.clause.text.clone();
        self.has_voice(&act.by, &of)?;
        let consultation = self.consultation_at(on)?;
        let all = consultation.positions.values().map(Vec::len).sum();
        bounded(all, NOTES_MAX, "positions")?;
        consultation.positions.entry(voice(&act.by)).or_default().push(said(act, text));
        Ok(self.note(act, on, on.clone()))
    }

    pub(crate) fn close(&mut self, act: &Act, on: &Ref, why: &str) -> Result<Done, Refusal> {
        let found = self.open(act, on)?;
        let presides = match act.by.role {
            Role::WatchOfficer => true,
            Role::Chair => self.setting.is_body(&found.clause.text, act.by.body()),
            _ => voice(&found.requested.by) == voice(&act.by),
        };
        if !presides {
            let may = format!("{}, a chair or the watch", voice(&found.requested.by));
            return Err(Refusal::not_yours(may, &act.by));
        }
        let why = said(act, why);
        self.consultation_at(on)?.closed = Some(why);
        Ok(self.note(act, on, on.clone()))
    }

    /// Whether that person may speak in consultations under a text.
    pub(crate) fn has_voice(&self, by: &By, text: &str) -> Result<(), Refusal> {
        let Some(of) = self.setting.text(text) else {
            return Err(Refusal::wrong("clause", format!("there is no text `{text}`")));
        };
        let may = match by.role {
            Role::Guarantor => of.is_bound(&by.of),
            Role::Liaison => of.parties.contains(&by.of),
            Role::Member | Role::Chair => self.setting.is_body(text, by.body()),
            _ => false,
        };
        if may {
            return Ok(());
        }
        let may = format!("a guarantor, a party or a body of `{text}`");
        Err(Refusal::not_yours(may, by))
    }

    /// Whether a name is that of somebody with a part in a text.
    fn is_voice(&self, who: &str, text: &str) -> bool {
        let body = who.split('/').next().unwrap_or_default();
        self.setting.is_body(text, body)
            || self.setting.text(text).is_some_and(|t| t.is_bound(who) || t.parties.iter().any(|p| p == who))
    }
}
