//! The docket through the eyes of one reader: what the policy lets them see, in the shapes of the API.

mod decisions;
mod lists;

use super::may;
use super::proposals::proposals;
use super::seat::Seat;
use super::types::{
    AllegationView, AnswerView, CaseLine, CaseView, CellView, ClauseName, ClockView, Decider, HistoryLine,
    MatrixView, Recused, Suspension, TakenBy, TaskView, Who,
};
use crate::desk::Desk;
use crate::problem::Problem;
use base::{CivilZone, Instant, Truth};
use cases::act::{ClauseRef, Length};
use cases::allegation::{Allegation, State};
use cases::case::{Case, Suspended, Task};
use cases::clock::{self, Clock};
use cases::equal::substantiated;
use cases::matrix::{Cell, matrix};
use cases::setting::rule_words;
use cases::{By, Docket, Ref, Refusal};
use publication::docket::{Reader, Sight};
use publication::words::rfc3339;
use terms::agreement::Power;

/// One reader's view of the docket at one moment.
pub(super) struct Lens<'a> {
    /// The docket.
    pub docket: &'a Docket,
    /// Who looks.
    pub seat: &'a Seat,
    /// What they may see.
    pub reader: Reader,
    /// The desk, for what the record proposes.
    pub desk: &'a Desk,
    /// Now, milliseconds since 1970.
    pub now_ms: i64,
}

/// A moment, as the API writes it.
pub(super) fn at(ms: i64) -> String {
    rfc3339(Instant(ms))
}

pub(super) fn clause_name(of: &ClauseRef) -> ClauseName {
    ClauseName { text: of.text.clone(), clause: of.clause.clone() }
}

impl Lens<'_> {
    /// What this reader is told, as JSON, with its tag; no JSON, if they have that already. The tag of those who see
    /// everything tells by how much was done, and spares the making; for others it tells nothing but what they see.
    pub fn told<T: serde::Serialize>(
        &self,
        case: Option<&Ref>,
        known: Option<&str>,
        make: impl FnOnce() -> Result<T, Problem>,
    ) -> Result<(String, Option<Vec<u8>>), Problem> {
        let revision = case.and_then(|r| self.docket.case(r).ok()).map_or(0, |c| c.revision);
        let head = self.desk.record.head.seq;
        // By the minute, for what time alone changes.
        let minute = self.now_ms.div_euclid(60_000);
        let seat = base::Digest::of(format!("{:?}", self.seat).as_bytes());
        let quick = format!("{revision}-{}.{head}.{minute}.{seat}", self.docket.acts());
        let spared = self.reader.is_staff() && known == Some(quick.as_str());
        if spared && case.is_none_or(|r| self.visible(r).is_ok()) {
            return Ok((quick, None));
        }
        let failed = |_| Problem::unavailable("the answer could not be made; the failure is the server's");
        let body = serde_json::to_vec(&make()?).map_err(failed)?;
        if self.reader.is_staff() {
            return Ok((quick, Some(body)));
        }
        let tag = format!("0-{}", base::Digest::of(&body));
        let same = known == Some(tag.as_str());
        Ok((tag, (!same).then_some(body)))
    }

    pub(super) fn who(&self, by: &By) -> Who {
        let person = (self.reader.sees_people() || by.person == self.seat.person).then(|| by.person.clone());
        Who { person, role: by.role.name().to_owned(), of: by.of.clone() }
    }

    /// The case, if this reader may know of it.
    pub(super) fn visible(&self, reference: &Ref) -> Result<&Case, Problem> {
        let case = self.docket.case(reference).ok().filter(|c| self.reader.sees_case(self.docket, c));
        case.ok_or_else(|| Problem::act_refused(&Refusal::NoSuch(reference.clone())))
    }

    pub(super) fn line(&self, case: &Case) -> CaseLine {
        let work = self.reader.sees_work();
        let of_case = |r: &Ref| *r == case.reference;
        let seen_allegation = |r: &&Ref| {
            self.docket.allegation(r).is_ok_and(|a| self.reader.sight(self.docket, a) != Sight::Hidden)
        };
        let counting = self.docket.findings.iter().filter(|f| of_case(&f.case) && f.signing.counts());
        let remedies = || {
            self.docket
                .remedies
                .iter()
                .filter(|r| of_case(&r.case) && self.reader.sees_remedy(self.docket, r))
        };
        let clocks = self.docket.clocks.iter().filter(|c| of_case(&c.case) && c.stopped.is_none());
        let due_ms = clocks.map(|c| c.due_ms(self.now_ms)).min();
        let changed_ms = case.history.last().map_or(case.opened_ms, |h| h.at_ms);
        CaseLine {
            reference: case.reference.0.clone(),
            title: case.title.clone(),
            stage: case.stage.name().to_owned(),
            suspended: case.suspended.as_ref().map(|s| self.suspension(s)),
            compartments: case.compartments.clone(),
            taken: case
                .taken_by(self.now_ms)
                .filter(|_| work)
                .map(|t| TakenBy { person: t.by.clone(), until: at(t.until_ms) }),
            clauses: case.clauses.iter().map(clause_name).collect(),
            incidents: if work { case.incidents.clone() } else { Vec::new() },
            allegations: case.allegations.iter().filter(seen_allegation).map(|r| r.0.clone()).collect(),
            opened: at(case.opened_ms),
            // How much is worked on a case is for those who do.
            changed: at(if work { changed_ms } else { case.opened_ms }),
            revision: if work { case.revision } else { 0 },
            findings: counting
                .filter(|f| self.reader.sees_finding(self.docket, f))
                .map(decisions::finding_line)
                .collect(),
            tasks_open: if work { case.tasks.iter().filter(|t| t.end.is_none()).count() } else { 0 },
            remedies_open: remedies().filter(|r| r.is_open()).count(),
            remedies_overdue: remedies().filter(|r| r.is_overdue(self.now_ms)).count(),
            due: due_ms.filter(|_| work).map(at),
        }
    }

    /// A case with everything of it that this reader may see.
    pub fn case(&self, reference: &Ref) -> Result<CaseView, Problem> {
        let case = self.visible(reference)?;
        let work = self.reader.sees_work();
        let of_case = |r: &Ref| *r == case.reference;
        let seen = |a: &&Allegation| a.case.as_ref().is_some_and(of_case);
        let findings = self
            .docket
            .findings
            .iter()
            .filter(|f| of_case(&f.case) && self.reader.sees_finding(self.docket, f));
        let attributions = self.docket.attributions.iter();
        let attributions =
            attributions.filter(|a| of_case(&a.case) && self.reader.sees_attribution(self.docket, a));
        let remedies = self
            .docket
            .remedies
            .iter()
            .filter(|r| of_case(&r.case) && self.reader.sees_remedy(self.docket, r));
        let clocks = self.docket.clocks.iter().filter(|c| work && of_case(&c.case));
        Ok(CaseView {
            line: self.line(case),
            suspensions: case.suspensions.iter().map(|s| self.suspension(s)).collect(),
            recused: case
                .recused
                .iter()
                .filter(|_| work)
                .map(|(person, why)| Recused { person: person.clone(), why: why.clone() })
                .collect(),
            alleged: self.docket.allegations.iter().filter(seen).filter_map(|a| self.allegation(a)).collect(),
            tasks: case.tasks.iter().filter(|_| work).map(task).collect(),
            matrices: if work {
                case.clauses.iter().filter_map(|c| self.matrix(case, c)).collect()
            } else {
                Vec::new()
            },
            all_findings: findings.map(|f| self.finding(f)).collect(),
            attributions: attributions.map(|a| self.attribution(a)).collect(),
            remedies: remedies.map(|r| self.remedy(r)).collect(),
            clocks: clocks.map(|c| self.clock(c)).collect(),
            history: case.history.iter().filter(|_| work).map(|h| self.history(h)).collect(),
            may: may::in_case(self.seat, case, self.now_ms),
            deciders: case.clauses.iter().flat_map(|c| self.deciders(c)).collect(),
        })
    }

    /// Parties are told that work stands still, why in one word, and by whom; not what officers wrote of it.
    fn suspension(&self, s: &Suspended) -> Suspension {
        Suspension {
            cause: s.cause.name().to_owned(),
            of: s.of.clone(),
            since: at(s.since_ms),
            until: s.until_ms.map(at),
            why: if self.reader.sees_work() { s.why.clone() } else { String::new() },
        }
    }

    fn deciders(&self, clause: &ClauseRef) -> impl Iterator<Item = Decider> {
        let setting = &self.docket.setting;
        [Power::Occurrence, Power::Attribution, Power::Remedy].into_iter().map(move |power| {
            let bodies = setting.deciders(clause, power);
            Decider {
                clause: clause_name(clause),
                power: power.word().to_owned(),
                rule: bodies.first().map_or_else(String::new, |b| rule_words(b.rule)),
                quorum: bodies.first().and_then(|b| b.quorum),
                standard: setting.standard(clause).map(str::to_owned),
                bodies: bodies.iter().map(|b| b.code.clone()).collect(),
            }
        })
    }

    fn history(&self, noted: &cases::case::Noted) -> HistoryLine {
        HistoryLine {
            revision: noted.revision,
            at: at(noted.at_ms),
            by: self.who(&noted.by),
            deed: noted.deed.to_owned(),
            on: noted.on.0.clone(),
            to: noted.to.map(|s| s.name().to_owned()),
            why: noted.why.clone(),
        }
    }

    fn matrix(&self, case: &Case, clause: &ClauseRef) -> Option<MatrixView> {
        let proposed = proposals(self.desk, case, clause);
        let matrix = matrix(&self.docket.setting, case, clause, &proposed)?;
        Some(MatrixView {
            clause: clause_name(clause),
            elements: matrix.elements.to_vec(),
            sources: matrix.sources.iter().map(|s| (*s).to_owned()).collect(),
            gaps: matrix.gaps().map(str::to_owned).collect(),
            cells: matrix.cells.iter().map(|row| row.iter().map(cell).collect()).collect(),
        })
    }

    /// An allegation, as far as this reader sees it; `None`: not at all.
    pub(super) fn allegation(&self, a: &Allegation) -> Option<AllegationView> {
        let sight = self.reader.sight(self.docket, a);
        if sight == Sight::Hidden {
            return None;
        }
        let whole = sight == Sight::Whole;
        let staff = self.reader.sees_work();
        // The other side's answer is its own submission: officers see it, and who wrote it.
        let answers = a.answers.iter().filter(|x| staff || self.seat.grants.iter().any(|g| g.of == x.by.of));
        let known = a.case.as_ref().filter(|c| self.reader.knows_case(self.docket, c));
        let late = match a.late {
            Truth::True => "yes",
            Truth::False => "no",
            Truth::Undetermined => "undetermined",
        };
        Some(AllegationView {
            reference: a.reference.0.clone(),
            complainant: whole.then(|| a.claim.complainant.clone()),
            against: a.claim.against.clone(),
            clauses: a.claim.clauses.clone(),
            from: a.claim.from_ms.map(at),
            until: a.claim.until_ms.map(at),
            place: a.claim.place.clone(),
            text: a.claim.text.clone(),
            material: if whole { a.claim.material.clone() } else { Vec::new() },
            channel: if whole { a.claim.channel.clone() } else { String::new() },
            received: at(a.received_ms),
            state: a.state.name().to_owned(),
            dismissed: if let State::Dismissed(reason) = &a.state {
                Some(reason.name().to_owned())
            } else {
                None
            },
            why: if whole { a.why.clone() } else { String::new() },
            answer_due: a.answer_due_ms.map(at),
            answers: answers
                .map(|x| AnswerView { at: at(x.at_ms), is_late: x.is_late, text: x.text.clone() })
                .collect(),
            case: known.map(|c| c.0.clone()),
            lacks: if whole { a.lacks.iter().map(|l| (*l).to_owned()).collect() } else { Vec::new() },
            alike: a.alike.as_ref().filter(|r| staff && self.hears_of(r)).map(|r| r.0.clone()),
            late: late.to_owned(),
            found: known.and_then(|_| substantiated(self.docket, a)).map(|o| o.name().to_owned()),
            may: self.may_with(a),
        })
    }

    /// Whether the reader may know that there is an allegation of that reference.
    fn hears_of(&self, alleged: &Ref) -> bool {
        self.docket.allegation(alleged).is_ok_and(|a| self.reader.sight(self.docket, a) != Sight::Hidden)
    }

    fn may_with(&self, a: &Allegation) -> Vec<super::types::May> {
        let mut may = Vec::new();
        match a.state {
            State::Received => {
                may.extend(may::of_party(self.seat, "register", ""));
                may.extend(may::of_party(self.seat, "dismiss", ""));
            }
            State::Registered if a.case.is_none() => may.extend(may::of_party(self.seat, "dismiss", "")),
            _ => {}
        }
        if a.state == State::Registered && !a.claim.against.is_empty() {
            may.extend(may::of_party(self.seat, "answer", &a.claim.against));
        }
        if matches!(a.state, State::Received | State::Registered) {
            may.extend(may::of_party(self.seat, "withdraw", &a.claim.complainant));
        }
        may
    }

    pub(super) fn clock(&self, c: &Clock) -> ClockView {
        let state = c.state(self.now_ms);
        let left_ms = match state {
            clock::State::Running(ms) | clock::State::Paused(ms) => ms,
            clock::State::Expired(ms) => -ms,
            clock::State::Stopped => 0,
        };
        let due_ms = c.due_ms(self.now_ms);
        let local = CivilZone::named(&c.text.zone).map(|z| z.show(Instant(due_ms)));
        let stood = c.pauses.iter().map(|p| {
            let until = p.until_ms.map_or_else(|| "now".to_owned(), at);
            format!("{} to {until}: {}", at(p.from_ms), p.why)
        });
        ClockView {
            reference: c.reference.0.clone(),
            case: c.case.0.clone(),
            purpose: c.text.purpose.clone(),
            started_by: c.text.started_by.clone(),
            from: at(c.from_ms),
            length: match c.text.length {
                Length::Hours(n) => format!("{n} h"),
                Length::Days(n) => format!("{n} days"),
            },
            zone: c.text.zone.clone(),
            due: at(due_ms),
            due_local: local.unwrap_or_else(|_| at(due_ms)),
            state: state.name().to_owned(),
            left_ms,
            pauses: c.text.pauses,
            expiry: c.text.expiry.name().to_owned(),
            stood: stood.collect(),
            may: if c.stopped.is_some() { Vec::new() } else { may::with_clock(self.seat, state.name()) },
        }
    }
}

fn task(t: &Task) -> TaskView {
    TaskView {
        reference: t.reference.0.clone(),
        kind: t.kind.name().to_owned(),
        what: t.what.clone(),
        place: t.place.clone(),
        to: t.to.clone(),
        due: at(t.due_ms),
        end: t.end.as_ref().map(|e| e.end.name().to_owned()),
        refused_by: t.end.as_ref().map_or_else(String::new, |e| e.of.clone()),
        returned: t.end.as_ref().map(|e| at(e.at_ms)),
        said: t.end.as_ref().map_or_else(String::new, |e| e.said.text.clone()),
        cites: t.end.as_ref().map_or_else(Vec::new, |e| e.said.cites.clone()),
    }
}

fn cell(c: &Cell<'_>) -> CellView {
    let why = c.judged.map(|j| j.why.clone());
    let why = why.or_else(|| c.proposed.first().map(|p| p.why.clone())).unwrap_or_default();
    CellView {
        weight: c.weight.map(|w| w.name().to_owned()),
        is_judged: c.judged.is_some(),
        is_torn: c.is_torn,
        why: why.text,
        cites: why.cites,
    }
}
