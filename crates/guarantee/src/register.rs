//! The register: what people's acts about guarantees, in the order of the journal, come to. A pure function of the
//! acts and the setting.

use crate::act::{Act, By, Deed, Ref};
use crate::consultation::{Consultation, Noted};
use crate::decision::Decision;
use crate::limits::{LIST_MAX, NAME_BYTES_MAX, TEXT_BYTES_MAX};
use crate::measure::{Gauge, Measure, National};
use crate::rules;
use crate::setting::Setting;
use crate::silence::Silence;
use base::act::{Done, Taken};
use base::{Instant, Refusal, Role, Takes};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An act that the journal holds and the rules do not take. Only a journal written by other rules has any.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// The act.
    pub act: Act,
    /// Why.
    pub why: Refusal,
}

/// Everything that people have done here, as it stands.
#[derive(Clone, Debug)]
pub struct Register {
    /// What the texts say.
    pub setting: Arc<Setting>,
    /// Consultations, in the order in which they were asked for.
    pub consultations: Vec<Consultation>,
    /// Decisions, in the order in which they were put.
    pub decisions: Vec<Decision>,
    /// Silence procedures.
    pub silences: Vec<Silence>,
    /// Measures.
    pub measures: Vec<Measure>,
    /// National procedures.
    pub nationals: Vec<National>,
    /// Measures by which people gauge elements.
    pub gauges: Vec<Gauge>,
    /// Acts that were not taken.
    pub refused: Vec<Refused>,
    taken: Taken<Deed>,
    numbers: BTreeMap<&'static str, u32>,
}

impl Register {
    /// Nothing has been done yet.
    #[must_use]
    pub fn new(setting: Arc<Setting>) -> Register {
        Register {
            setting,
            consultations: Vec::new(),
            decisions: Vec::new(),
            silences: Vec::new(),
            measures: Vec::new(),
            nationals: Vec::new(),
            gauges: Vec::new(),
            refused: Vec::new(),
            taken: Taken::default(),
            numbers: BTreeMap::new(),
        }
    }

    /// The register that these acts come to.
    #[must_use]
    pub fn of<'a>(setting: Arc<Setting>, acts: impl IntoIterator<Item = &'a Act>) -> Register {
        let mut register = Register::new(setting);
        acts.into_iter().for_each(|act| register.take_recorded(act));
        register
    }

    /// The register as it was known at a moment: of the acts taken in until then.
    #[must_use]
    pub fn known_at<'a>(
        setting: Arc<Setting>,
        acts: impl IntoIterator<Item = &'a Act>,
        at_ms: i64,
    ) -> Register {
        Register::of(setting, acts.into_iter().filter(|a| a.at_ms <= at_ms))
    }

    /// How many acts have been taken.
    #[must_use]
    pub fn acts(&self) -> usize {
        self.taken.len()
    }

    /// The consultation of that reference.
    ///
    /// # Errors
    /// There is none.
    pub fn consultation(&self, on: &Ref) -> Result<&Consultation, Refusal> {
        self.consultations.iter().find(|c| c.reference == *on).ok_or_else(|| Refusal::NoSuch(on.clone()))
    }

    pub(crate) fn consultation_at(&mut self, on: &Ref) -> Result<&mut Consultation, Refusal> {
        self.consultations.iter_mut().find(|c| c.reference == *on).ok_or_else(|| Refusal::NoSuch(on.clone()))
    }

    /// The consultation, if work on it goes on and it is as this person saw it.
    pub(crate) fn open(&self, act: &Act, on: &Ref) -> Result<&Consultation, Refusal> {
        let found = self.consultation(on)?;
        if let Some(seen) = act.seen.filter(|seen| *seen != found.revision) {
            let after = usize::try_from(seen).unwrap_or(usize::MAX);
            let since = found.history.iter().skip(after).map(|n| format!("{} by {}", n.deed, n.by.person));
            let since: Vec<String> = since.take(10).collect();
            let since =
                if since.is_empty() { "that revision is not of it".to_owned() } else { since.join(", ") };
            return Err(Refusal::Changed { case: on.clone(), is: found.revision, seen, since });
        }
        if found.is_open() {
            return Ok(found);
        }
        let state = self.stage(found).name().to_owned();
        Err(Refusal::NotNow { what: on.clone(), state, when: "open".to_owned() })
    }

    /// A new reference of that kind, with the year of the act in the mission's zone.
    pub(crate) fn number(&mut self, kind: &'static str, act: &Act) -> Ref {
        let number = self.numbers.entry(kind).or_default();
        *number = number.saturating_add(1);
        let (year, ..) = self.setting.zone.date_of(Instant(act.at_ms));
        Ref(format!("{kind}-{year}-{number:04}"))
    }

    /// Writes the act into the history of its consultation.
    pub(crate) fn note(&mut self, act: &Act, consultation: &Ref, on: Ref) -> Done {
        if let Ok(found) = self.consultation_at(consultation) {
            found.revision += 1;
            let deed = act.deed.name();
            found.history.push(Noted { at_ms: act.at_ms, by: act.by.clone(), deed, on: on.clone() });
        }
        Done { on, case: Some(consultation.clone()), already: false }
    }

    fn act_on(&mut self, act: &Act) -> Result<Done, Refusal> {
        let roles = rules::may(act.deed.name());
        if !roles.contains(&act.by.role) {
            return Err(Refusal::not_yours(cases::rules::listed(roles), &act.by));
        }
        match &act.deed {
            Deed::Request { clause, question, cites } => self.request(act, clause, question, cites),
            Deed::Participate { consultation, who, presence, why } => {
                self.participate(act, consultation, who, *presence, why)
            }
            Deed::Position { consultation, text } => self.position(act, consultation, text),
            Deed::Propose { consultation, body, text } => self.put(act, consultation, body, text, ""),
            Deed::Invoke { consultation, body, text, condition } => {
                self.put(act, consultation, body, text, condition)
            }
            Deed::Vote { decision, vote, why } => self.vote(act, decision, *vote, why),
            Deed::Decide { decision, outcome, why } => self.decide(act, decision, *outcome, why),
            Deed::Confirm { decision, outcome, cites, why } => {
                self.confirm(act, decision, *outcome, cites, why)
            }
            Deed::Silence { decision, hours, why } => self.silence(act, decision, *hours, why),
            Deed::Object { silence, why } => self.object(act, silence, why),
            Deed::Measure { decision, menu, what, tier, by_ms } => {
                self.measure(act, decision, (menu, what), *tier, *by_ms)
            }
            Deed::FollowUp { measure, progress, text, cites } => {
                self.follow_up(act, measure, *progress, text, cites)
            }
            Deed::National { consultation, procedure, step, text, due_ms } => {
                self.national(act, consultation, procedure, (*step, text, *due_ms))
            }
            Deed::Gauge { clause, element, tests, why } => self.gauge(act, clause, element, tests, why),
            Deed::Withdraw { on, why } => self.withdraw(act, on, why),
            Deed::Close { consultation, why } => self.close(act, consultation, why),
        }
    }
}

impl Takes for Register {
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

/// For whom somebody speaks: a guarantor, a party, or `BODY/COMPONENT`.
pub(crate) fn voice(by: &By) -> String {
    match by.role {
        Role::Member | Role::Chair => format!("{}/{}", by.body(), by.component()),
        _ if by.of.is_empty() => by.person.clone(),
        _ => by.of.clone(),
    }
}

/// In which capacity somebody acts, without who they are.
pub(crate) fn capacity(by: &By) -> String {
    if by.of.is_empty() { by.role.name().to_owned() } else { by.of.clone() }
}

/// There is room for one more.
pub(crate) fn bounded(are: usize, max: usize, what: &'static str) -> Result<(), Refusal> {
    if are < max { Ok(()) } else { Err(Refusal::wrong(what, format!("there are {are}; no more are kept"))) }
}

/// Whether the texts of an act are within what the journal keeps, and are there where they are asked for.
fn sound(act: &Act) -> Result<(), Refusal> {
    for (text, field) in [(&act.key, "key"), (&act.by.person, "by")] {
        if text.trim().is_empty() || text.len() > NAME_BYTES_MAX {
            return Err(Refusal::wrong(field, format!("1 to {NAME_BYTES_MAX} bytes are wanted")));
        }
    }
    if act.by.of.len() > NAME_BYTES_MAX {
        return Err(Refusal::wrong("by", format!("at most {NAME_BYTES_MAX} bytes are kept")));
    }
    for (text, field) in act.deed.wanted() {
        if text.trim().is_empty() {
            return Err(Refusal::wrong(field, "it is empty; it stands in the record"));
        }
    }
    for (text, field) in act.deed.wanted().into_iter().chain(act.deed.optional()) {
        if text.len() > TEXT_BYTES_MAX {
            return Err(Refusal::wrong(field, format!("at most {TEXT_BYTES_MAX} bytes are kept")));
        }
    }
    let cites = act.deed.cites();
    if cites.len() > LIST_MAX || cites.iter().any(|c| c.len() > NAME_BYTES_MAX) {
        return Err(Refusal::wrong("cites", format!("at most {LIST_MAX}, of {NAME_BYTES_MAX} bytes each")));
    }
    Ok(())
}
