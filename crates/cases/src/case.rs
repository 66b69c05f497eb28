//! A case: what is looked into as one thing, and the work on it.

use crate::act::{Act, By, ClauseRef, Deed, Reason, Ref};
use crate::docket::{Docket, Done, done, listed, not_yours, within, written};
use crate::limits::{CLAIM_MS, COMPARTMENTS_MAX, NAME_BYTES_MAX};
use crate::refusal::Refusal;
use crate::rules;
use crate::words::{Cause, Stage, TaskEnd, TaskKind, Weight};
use base::Role;

/// One line of a case's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Noted {
    /// The case's revision after it.
    pub revision: u64,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Who.
    pub by: By,
    /// The deed's name.
    pub deed: &'static str,
    /// On what.
    pub on: Ref,
    /// The stage that the case came to; `None`: it stayed.
    pub to: Option<Stage>,
    /// Why, or what was said.
    pub why: String,
}

/// Work on a case has been suspended.
#[derive(Clone, Debug, PartialEq)]
pub struct Suspended {
    /// Why.
    pub cause: Cause,
    /// Whose doing it is: a party, a body, a place; empty: nobody's.
    pub of: String,
    /// Since when, milliseconds since 1970.
    pub since_ms: i64,
    /// Until when; `None`: it still is.
    pub until_ms: Option<i64>,
    /// In words.
    pub why: String,
}

/// Somebody works on it, and nobody else does meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Who.
    pub by: String,
    /// Until when, if nothing more is done, milliseconds since 1970.
    pub until_ms: i64,
}

/// A step of verification.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Its reference.
    pub reference: Ref,
    /// What kind.
    pub kind: TaskKind,
    /// What is to be done.
    pub what: String,
    /// Where.
    pub place: String,
    /// By whom.
    pub to: String,
    /// By when, milliseconds since 1970.
    pub due_ms: i64,
    /// What became of it; `None`: it is open.
    pub end: Option<TaskReturn>,
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskReturn {
    /// How it ended.
    pub end: TaskEnd,
    /// Who refused; empty: nobody.
    pub of: String,
    /// When it was returned, milliseconds since 1970.
    pub at_ms: i64,
    /// In words, with what it cites.
    pub said: Reason,
}

/// What a source says of an element, in an officer's judgement.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightOf {
    /// The clause.
    pub clause: ClauseRef,
    /// The element.
    pub element: String,
    /// The source.
    pub source: String,
    /// What it says.
    pub weight: Weight,
    /// Why, with what it cites.
    pub why: Reason,
    /// Who judged so.
    pub by: By,
}

/// A case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Its reference.
    pub reference: Ref,
    /// What it is called.
    pub title: String,
    /// The clauses that it is about.
    pub clauses: Vec<ClauseRef>,
    /// The incidents that it is about, by id.
    pub incidents: Vec<String>,
    /// The allegations that are part of it.
    pub allegations: Vec<Ref>,
    /// Where it stands.
    pub stage: Stage,
    /// Every time that work was suspended.
    pub suspensions: Vec<Suspended>,
    /// The suspension that holds.
    pub suspended: Option<Suspended>,
    /// Who works on it.
    pub taken: Option<Taken>,
    /// Those who withdrew, and why.
    pub recused: Vec<(String, String)>,
    /// What somebody has to need to know, all of it, to know of the case; none: it is for everybody who works on cases.
    pub compartments: Vec<String>,
    /// Steps of verification.
    pub tasks: Vec<Task>,
    /// Officers' judgements for the evidence matrix; a later one on the same cell counts.
    pub weights: Vec<WeightOf>,
    /// When it was opened, milliseconds since 1970.
    pub opened_ms: i64,
    /// Counts what was done in it.
    pub revision: u64,
    /// All that was done in it.
    pub history: Vec<Noted>,
}

impl Case {
    /// Who works on it at that moment.
    #[must_use]
    pub fn taken_by(&self, at_ms: i64) -> Option<&Taken> {
        self.taken.as_ref().filter(|t| t.until_ms > at_ms)
    }

    /// When it first came to that stage, milliseconds since 1970.
    #[must_use]
    pub fn reached_ms(&self, stage: Stage) -> Option<i64> {
        self.history.iter().find(|h| h.to == Some(stage)).map(|h| h.at_ms)
    }

    pub(crate) fn note(&mut self, act: &Act, on: &Ref, to: Option<Stage>, why: &str) {
        self.revision += 1;
        if let Some(to) = to {
            self.stage = to;
        }
        self.history.push(Noted {
            revision: self.revision,
            at_ms: act.at_ms,
            by: act.by.clone(),
            deed: act.deed.name(),
            on: on.clone(),
            to,
            why: why.to_owned(),
        });
    }
}

impl Docket {
    pub(crate) fn open(
        &mut self,
        act: &Act,
        title: &str,
        clauses: &[ClauseRef],
        incidents: &[String],
        allegations: &[Ref],
        why: &str,
    ) -> Result<Done, Refusal> {
        written(title, "title")?;
        listed(clauses, "clauses")?;
        listed(incidents, "incidents")?;
        listed(allegations, "allegations")?;
        if incidents.is_empty() && allegations.is_empty() {
            return Err(Refusal::wrong(
                "incidents",
                "name an incident or a registered allegation: a case is about something",
            ));
        }
        if let Some(bad) = incidents.iter().find(|i| i.parse::<base::IncidentId>().is_err()) {
            return Err(Refusal::wrong(
                "incidents",
                format!("`{bad}` is no incident's id (`inc-` and 32 digits)"),
            ));
        }
        clauses.iter().try_for_each(|c| self.known_clause(c))?;
        self.may_join(allegations)?;
        let reference = self.number("CASE", act);
        let mut case = Case {
            reference: reference.clone(),
            title: title.to_owned(),
            clauses: clauses.to_vec(),
            incidents: incidents.to_vec(),
            allegations: allegations.to_vec(),
            stage: Stage::Opened,
            suspensions: Vec::new(),
            suspended: None,
            taken: None,
            recused: Vec::new(),
            compartments: Vec::new(),
            tasks: Vec::new(),
            weights: Vec::new(),
            opened_ms: act.at_ms,
            revision: 0,
            history: Vec::new(),
        };
        case.note(act, &reference, Some(Stage::Opened), why);
        self.case_ix.insert(case.reference.clone(), self.cases.len());
        self.cases.push(case);
        self.joined(&reference, allegations);
        Ok(done(reference.clone(), Some(reference)))
    }

    pub(crate) fn claim(&mut self, act: &Act, case: &Ref) -> Result<Done, Refusal> {
        self.may_work(act, case)?;
        let until_ms = act.at_ms.saturating_add(CLAIM_MS);
        self.case_at(case)?.taken = Some(Taken { by: act.by.person.clone(), until_ms });
        self.note(act, case, case, None, "");
        Ok(done(case.clone(), Some(case.clone())))
    }

    pub(crate) fn release(&mut self, act: &Act, case: &Ref) -> Result<Done, Refusal> {
        self.may_work(act, case)?;
        self.case_at(case)?.taken = None;
        self.note(act, case, case, None, "");
        Ok(done(case.clone(), Some(case.clone())))
    }

    pub(crate) fn move_on(&mut self, act: &Act, case: &Ref, to: Stage, why: &str) -> Result<Done, Refusal> {
        let from = self.may_go_on(act, case)?.stage;
        let step = rules::STEPS.iter().find(|s| s.from == from && s.to == to && !s.roles.is_empty());
        let Some(step) = step else {
            let may: Vec<String> = rules::steps_from(from)
                .map(|s| format!("{} (by {})", s.to.name(), rules::listed(s.roles)))
                .collect();
            return Err(Refusal::NotNow {
                what: case.clone(),
                state: format!("`{}`, from which it may go to {}", from.name(), may.join(", ")),
                when: format!("at a stage that leads to `{}`", to.name()),
            });
        };
        if !step.roles.contains(&act.by.role) {
            return Err(not_yours(rules::listed(step.roles), &act.by));
        }
        if to == Stage::Closed {
            self.may_close(case)?;
        }
        self.note(act, case, case, Some(to), why);
        Ok(done(case.clone(), Some(case.clone())))
    }

    /// A case is not closed over open steps or remedies that nobody has checked.
    fn may_close(&self, case: &Ref) -> Result<(), Refusal> {
        let tasks = self.case(case)?.tasks.iter().filter(|t| t.end.is_none()).map(|t| &t.reference);
        let remedies = self.remedies.iter().filter(|r| r.case == *case && r.is_open()).map(|r| &r.reference);
        let open: Vec<&str> = tasks.chain(remedies).map(|r| r.0.as_str()).collect();
        if open.is_empty() {
            return Ok(());
        }
        Err(Refusal::NotNow {
            what: case.clone(),
            state: format!("still waiting for {}", open.join(", ")),
            when: "each of these has ended".to_owned(),
        })
    }

    pub(crate) fn suspend(
        &mut self,
        act: &Act,
        case: &Ref,
        cause: Cause,
        of: &str,
        why: &str,
    ) -> Result<Done, Refusal> {
        self.may_go_on(act, case)?;
        within(of, "of")?;
        let at_ms = act.at_ms;
        let suspended =
            Suspended { cause, of: of.to_owned(), since_ms: at_ms, until_ms: None, why: why.to_owned() };
        self.case_at(case)?.suspended = Some(suspended);
        self.note(act, case, case, None, why);
        self.hold_clocks(case, at_ms, true);
        Ok(done(case.clone(), Some(case.clone())))
    }

    pub(crate) fn resume(&mut self, act: &Act, case: &Ref, why: &str) -> Result<Done, Refusal> {
        self.may_work(act, case)?;
        let at = self.case_at(case)?;
        let Some(mut suspended) = at.suspended.take() else {
            return Err(Refusal::NotNow {
                what: case.clone(),
                state: "not suspended".to_owned(),
                when: "suspended".to_owned(),
            });
        };
        suspended.until_ms = Some(act.at_ms);
        at.suspensions.push(suspended);
        self.note(act, case, case, None, why);
        self.hold_clocks(case, act.at_ms, false);
        Ok(done(case.clone(), Some(case.clone())))
    }

    pub(crate) fn recuse(&mut self, act: &Act, case: &Ref, why: &str) -> Result<Done, Refusal> {
        let found = self.case_at(case)?;
        if !found.recused.iter().any(|(who, _)| *who == act.by.person) {
            found.recused.push((act.by.person.clone(), why.to_owned()));
        }
        if found.taken.as_ref().is_some_and(|t| t.by == act.by.person) {
            found.taken = None;
        }
        self.note(act, case, case, None, why);
        Ok(done(case.clone(), Some(case.clone())))
    }

    pub(crate) fn restrict(
        &mut self,
        act: &Act,
        case: &Ref,
        compartments: &[String],
        why: &str,
    ) -> Result<Done, Refusal> {
        if compartments.len() > COMPARTMENTS_MAX {
            return Err(Refusal::wrong("compartments", format!("at most {COMPARTMENTS_MAX} are wanted")));
        }
        for name in compartments {
            let long = name.len() > NAME_BYTES_MAX || name.chars().any(char::is_control);
            if name.trim().is_empty() || name.trim() != name || long {
                return Err(Refusal::wrong(
                    "compartments",
                    format!("each is a name of at most {NAME_BYTES_MAX} bytes"),
                ));
            }
        }
        // Urgent enough to be done while another works on it; but never over what was not seen.
        self.seen(act, self.case(case)?)?;
        let mut wanted = compartments.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        self.case_at(case)?.compartments = wanted;
        self.note(act, case, case, None, why);
        Ok(done(case.clone(), Some(case.clone())))
    }

    pub(crate) fn task(&mut self, act: &Act, case: &Ref) -> Result<Done, Refusal> {
        let Deed::Task { kind, what, place, to, due_ms, .. } = &act.deed else {
            return Err(Refusal::wrong("deed", "no step"));
        };
        let stage = self.may_go_on(act, case)?.stage;
        if matches!(stage, Stage::Opened | Stage::Closed | Stage::Appealed) {
            return Err(Refusal::NotNow {
                what: case.clone(),
                state: format!("`{}`", stage.name()),
                when: "under preliminary inquiry or later".to_owned(),
            });
        }
        written(what, "what")?;
        within(place, "place")?;
        within(to, "to")?;
        let reference = self.number("TASK", act);
        let task = Task {
            reference: reference.clone(),
            kind: *kind,
            what: what.clone(),
            place: place.clone(),
            to: to.clone(),
            due_ms: *due_ms,
            end: None,
        };
        self.case_at(case)?.tasks.push(task);
        let moved = self.brought(case, Stage::Tasked, "task");
        self.note(act, case, &reference, moved, what);
        Ok(done(reference, Some(case.clone())))
    }

    pub(crate) fn returned(&mut self, act: &Act, task: &Ref) -> Result<Done, Refusal> {
        let Deed::Return { end, of, text, cites, .. } = &act.deed else {
            return Err(Refusal::wrong("deed", "no return"));
        };
        let held = self.cases.iter().find(|c| c.tasks.iter().any(|t| t.reference == *task));
        let case = held.map(|c| c.reference.clone()).ok_or_else(|| Refusal::NoSuch(task.clone()))?;
        self.may_work(act, &case)?;
        written(text, "text")?;
        listed(cites, "cites")?;
        if *end == TaskEnd::Refused && of.trim().is_empty() {
            return Err(Refusal::wrong("of", "say who refused: a refusal is somebody's"));
        }
        let said = Reason { text: text.clone(), cites: cites.clone() };
        let returned = TaskReturn { end: *end, of: of.clone(), at_ms: act.at_ms, said };
        let open = self.case_at(&case)?.tasks.iter_mut().find(|t| t.reference == *task && t.end.is_none());
        let Some(open) = open else {
            return Err(Refusal::NotNow {
                what: task.clone(),
                state: "ended".to_owned(),
                when: "open: order a new step".to_owned(),
            });
        };
        open.end = Some(returned);
        let moved = self.brought(&case, Stage::Verifying, "return");
        self.note(act, &case, task, moved, text);
        Ok(done(task.clone(), Some(case)))
    }

    pub(crate) fn weigh(&mut self, act: &Act, case: &Ref) -> Result<Done, Refusal> {
        let Deed::Weigh { clause, element, source, weight, cites, why, .. } = &act.deed else {
            return Err(Refusal::wrong("deed", "no judgement"));
        };
        self.may_go_on(act, case)?;
        self.known_clause(clause)?;
        listed(cites, "cites")?;
        written(source, "source")?;
        let elements = self.setting.clause(clause).map_or(&[][..], |c| &c.elements);
        if !elements.contains(element) {
            let says = format!("the clause has no element `{element}`; it has {}", elements.join(", "));
            return Err(Refusal::wrong("element", says));
        }
        if matches!(weight, Weight::Supports | Weight::Against) && cites.is_empty() {
            return Err(Refusal::wrong("cites", "cite what it rests on"));
        }
        let weight = WeightOf {
            clause: clause.clone(),
            element: element.clone(),
            source: source.clone(),
            weight: *weight,
            why: Reason { text: why.clone(), cites: cites.clone() },
            by: act.by.clone(),
        };
        self.case_at(case)?.weights.push(weight);
        self.note(act, case, case, None, why);
        Ok(done(case.clone(), Some(case.clone())))
    }

    /// Whether somebody of that role may sign and confirm for a body; officers sign for the mission.
    pub(crate) fn signs_for_body(by: &By) -> bool {
        matches!(by.role, Role::Member | Role::Chair)
    }
}
