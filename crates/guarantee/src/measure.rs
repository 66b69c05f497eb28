//! Measures that those who decided take, who does what by when, and how far it has come; steps of national procedures;
//! measures by which people gauge an element. All are entries of those whose doing they are.

use crate::act::{Act, ClauseRef, Ref, Yardstick};
use crate::consultation::{Said, said};
use crate::decision::Decider;
use crate::limits::{LIST_MAX, NAME_BYTES_MAX, NOTES_MAX, OBJECTS_MAX};
use crate::register::{Register, bounded, voice};
use crate::words::{Progress, Standing, Step};
use base::act::Done;
use base::{Refusal, Role};

/// A measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Its reference: `MSR-2026-0001`.
    pub reference: Ref,
    /// The consultation.
    pub consultation: Ref,
    /// The decision under which it is taken.
    pub decision: Ref,
    /// The clause.
    pub clause: ClauseRef,
    /// Who takes it, by code.
    pub who: String,
    /// The word of the text's menu; empty: the text has none.
    pub menu: String,
    /// What.
    pub what: Said,
    /// The tier of the ladder that it is said to belong to.
    pub tier: Option<u32>,
    /// By when, milliseconds since 1970.
    pub by_ms: Option<i64>,
    /// What was said of it since.
    pub notes: Vec<FollowedUp>,
    /// That it was taken back.
    pub withdrawn: Option<Said>,
}

/// How far something has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowedUp {
    /// How far.
    pub progress: Progress,
    /// Who says so, when and in which words.
    pub said: Said,
    /// What it rests on.
    pub cites: Vec<String>,
}

impl Measure {
    /// How far it has come, by the latest word.
    #[must_use]
    pub fn progress(&self) -> Progress {
        if self.withdrawn.is_some() {
            return Progress::Withdrawn;
        }
        self.notes.last().map_or(Progress::Announced, |n| n.progress)
    }

    /// Since when it has been done, milliseconds since 1970, if it has.
    #[must_use]
    pub fn done_ms(&self) -> Option<i64> {
        let last = self.notes.last().filter(|_| self.progress() == Progress::Done)?;
        Some(last.said.at_ms)
    }

    /// Whether its date is past and nobody has said that it was done.
    #[must_use]
    pub fn is_late(&self, now_ms: i64) -> bool {
        let open = !matches!(self.progress(), Progress::Done | Progress::Withdrawn);
        open && self.by_ms.is_some_and(|by| by < now_ms)
    }
}

/// A national procedure of a guarantor: its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct National {
    /// Its reference: `NAT-2026-0001`.
    pub reference: Ref,
    /// The consultation.
    pub consultation: Ref,
    /// Whose, by code.
    pub of: String,
    /// Which: `parliament`.
    pub procedure: String,
    /// Its steps, in order, each with by when the next is expected.
    pub steps: Vec<(Step, Said, Option<i64>)>,
}

/// A measure by which somebody gauges an element.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge {
    /// Its reference: `GAU-2026-0001`.
    pub reference: Ref,
    /// The clause of the guarantee.
    pub clause: ClauseRef,
    /// The element, by its word.
    pub element: String,
    /// What meets it: any one.
    pub tests: Vec<Yardstick>,
    /// Whose measure it is, when it was set and why.
    pub set: Said,
    /// That it was taken back.
    pub withdrawn: Option<Said>,
}

impl Register {
    pub(crate) fn measure(
        &mut self,
        act: &Act,
        on: &Ref,
        (menu, what): (&str, &str),
        tier: Option<u32>,
        by_ms: Option<i64>,
    ) -> Result<Done, Refusal> {
        bounded(self.measures.len(), OBJECTS_MAX, "measures")?;
        let case = self.of_decision(act, on)?.reference.clone();
        let decision = self.decision(on)?;
        if decision.standing() != Standing::Adopted {
            return Err(Refusal::NotNow {
                what: on.clone(),
                state: decision.standing().name().to_owned(),
                when: "adopted, and any condition confirmed".to_owned(),
            });
        }
        let clause = decision.clause.clone();
        let text = self.setting.text(&clause.text);
        if !text.is_some_and(|t| t.is_bound(&act.by.of)) {
            return Err(Refusal::not_yours(format!("those whom `{}` binds", clause.text), &act.by));
        }
        if let Decider::Alone(who) = &decision.decider
            && *who != act.by.of
        {
            return Err(Refusal::not_yours(format!("{who}, which decided for itself alone"), &act.by));
        }
        let words = text.map(|t| t.menu()).unwrap_or_default();
        if !words.is_empty() && !words.contains(&menu) {
            return Err(Refusal::wrong("menu", format!("one of: {}", words.join("; "))));
        }
        if by_ms.is_some_and(|by| by < act.at_ms) {
            return Err(Refusal::wrong("by_ms", "that lies in the past"));
        }
        let reference = self.number("MSR", act);
        self.measures.push(Measure {
            reference: reference.clone(),
            consultation: case.clone(),
            decision: on.clone(),
            clause,
            who: act.by.of.clone(),
            menu: menu.to_owned(),
            what: said(act, what),
            tier,
            by_ms,
            notes: Vec::new(),
            withdrawn: None,
        });
        Ok(self.note(act, &case, reference))
    }

    pub(crate) fn follow_up(
        &mut self,
        act: &Act,
        on: &Ref,
        progress: Progress,
        text: &str,
        cites: &[String],
    ) -> Result<Done, Refusal> {
        if matches!(progress, Progress::Announced | Progress::Withdrawn) {
            return Err(Refusal::wrong("progress", "under-way, done or not-done"));
        }
        let note = FollowedUp { progress, said: said(act, text), cites: cites.to_vec() };
        let measure = self.measure_at(on)?;
        if act.by.role != Role::WatchOfficer && measure.who != act.by.of {
            return Err(Refusal::not_yours(format!("{} or the watch", measure.who), &act.by));
        }
        if measure.withdrawn.is_some() {
            let state = Progress::Withdrawn.name().to_owned();
            return Err(Refusal::NotNow { what: on.clone(), state, when: "announced".to_owned() });
        }
        bounded(measure.notes.len(), NOTES_MAX, "notes")?;
        measure.notes.push(note);
        let case = measure.consultation.clone();
        Ok(self.note(act, &case, on.clone()))
    }

    fn measure_at(&mut self, on: &Ref) -> Result<&mut Measure, Refusal> {
        self.measures.iter_mut().find(|m| m.reference == *on).ok_or_else(|| Refusal::NoSuch(on.clone()))
    }

    pub(crate) fn national(
        &mut self,
        act: &Act,
        on: &Ref,
        procedure: &str,
        step: (Step, &str, Option<i64>),
    ) -> Result<Done, Refusal> {
        let text = self.open(act, on)?.clause.text.clone();
        self.has_voice(&act.by, &text)?;
        if procedure.len() > NAME_BYTES_MAX {
            return Err(Refusal::wrong("procedure", format!("at most {NAME_BYTES_MAX} bytes")));
        }
        let entry = (step.0, said(act, step.1), step.2);
        let is = |n: &&mut National| n.consultation == *on && n.of == act.by.of && n.procedure == procedure;
        if let Some(before) = self.nationals.iter_mut().find(is) {
            bounded(before.steps.len(), NOTES_MAX, "steps")?;
            before.steps.push(entry);
            let reference = before.reference.clone();
            return Ok(self.note(act, on, reference));
        }
        bounded(self.nationals.len(), OBJECTS_MAX, "national procedures")?;
        let reference = self.number("NAT", act);
        self.nationals.push(National {
            reference: reference.clone(),
            consultation: on.clone(),
            of: act.by.of.clone(),
            procedure: procedure.to_owned(),
            steps: vec![entry],
        });
        Ok(self.note(act, on, reference))
    }

    pub(crate) fn gauge(
        &mut self,
        act: &Act,
        clause: &ClauseRef,
        element: &str,
        tests: &[Yardstick],
        why: &str,
    ) -> Result<Done, Refusal> {
        bounded(self.gauges.len(), OBJECTS_MAX, "measures of elements")?;
        let text = self.setting.text(&clause.text);
        let guarantee = text.and_then(|t| t.guarantees.iter().find(|g| g.clause == clause.clause));
        let Some(guarantee) = guarantee else {
            let says = format!("`{}` of `{}` is no clause of a guarantee", clause.clause, clause.text);
            return Err(Refusal::wrong("clause", says));
        };
        if !guarantee.elements.iter().any(|e| e == element) {
            let says = format!("one of: {}", guarantee.elements.join("; "));
            return Err(Refusal::wrong("element", says));
        }
        self.has_voice(&act.by, &clause.text)?;
        if tests.is_empty() || tests.len() > LIST_MAX || !tests.iter().all(is_sound) {
            return Err(Refusal::wrong("tests", "at least one, each with figures above zero"));
        }
        let reference = self.number("GAU", act);
        self.gauges.push(Gauge {
            reference: reference.clone(),
            clause: clause.clone(),
            element: element.to_owned(),
            tests: tests.to_vec(),
            set: said(act, why),
            withdrawn: None,
        });
        Ok(Done::on(reference))
    }

    pub(crate) fn withdraw(&mut self, act: &Act, on: &Ref, why: &str) -> Result<Done, Refusal> {
        if self.decision(on).is_ok() {
            return self.withdraw_decision(act, on, why);
        }
        if self.silence_of(on).is_ok() {
            return self.withdraw_silence(act, on, why);
        }
        let taken_back = said(act, why);
        let own = |said: &Said| {
            let who = voice(&said.by);
            if who == voice(&act.by) { Ok(()) } else { Err(Refusal::not_yours(who, &act.by)) }
        };
        if let Some(gauge) = self.gauges.iter_mut().find(|g| g.reference == *on) {
            own(&gauge.set)?;
            gauge.withdrawn.get_or_insert(taken_back);
            return Ok(Done::on(on.clone()));
        }
        if let Some(measure) = self.measures.iter_mut().find(|m| m.reference == *on) {
            own(&measure.what)?;
            measure.withdrawn.get_or_insert(taken_back);
            let case = measure.consultation.clone();
            return Ok(self.note(act, &case, on.clone()));
        }
        own(&self.open(act, on)?.requested)?;
        let decided = |s: Standing| !matches!(s, Standing::Put | Standing::Withdrawn);
        if self.decisions.iter().any(|d| d.consultation == *on && decided(d.standing())) {
            return Err(Refusal::NotNow {
                what: on.clone(),
                state: "decided in part".to_owned(),
                when: "nothing has been decided; it can be closed".to_owned(),
            });
        }
        self.consultation_at(on)?.withdrawn = Some(taken_back);
        Ok(self.note(act, on, on.clone()))
    }
}

fn is_sound(test: &Yardstick) -> bool {
    match test {
        Yardstick::Casualties { least } => least.is_finite() && *least > 0.0,
        Yardstick::Depth { least_m } => least_m.is_finite() && *least_m > 0.0,
        Yardstick::Days { on, out_of } => *on > 0 && on <= out_of,
        Yardstick::Weapon { class, .. } => !class.is_empty() && class.len() <= NAME_BYTES_MAX,
        Yardstick::FirstShot => true,
    }
}
