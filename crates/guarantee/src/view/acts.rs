//! Consultations, as interfaces show them.

use crate::consultation::{Consultation, Said};
use crate::decision::{Decision, Round};
use crate::measure::{Measure, National};
use crate::register::{Register, capacity};
use crate::silence::Silence;
use crate::words::{Audience, Outcome, Presence, Progress, Quiet, Stage, Standing, Step, Vote};
use base::Instant;
use serde::Serialize;

/// A consultation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConsultationView {
    /// Its reference.
    pub reference: String,
    /// Label of the text.
    pub text: String,
    /// Label of the clause.
    pub clause: String,
    /// The question.
    pub question: String,
    /// What the request rests on.
    pub cites: Vec<String>,
    /// Who asked for it.
    pub requested_by: String,
    /// When.
    pub requested_ms: i64,
    /// By when it is to be held, where the text says.
    pub due_ms: Option<i64>,
    /// How far it has come.
    pub stage: Stage,
    /// Its revision.
    pub revision: u64,
    /// Who takes part.
    pub participants: Vec<(String, Presence)>,
    /// Positions; for the mission and the guarantors.
    pub positions: Vec<PositionView>,
    /// Decisions.
    pub decisions: Vec<DecisionView>,
    /// Silence procedures; for the mission and the guarantors.
    pub silences: Vec<SilenceView>,
    /// Measures.
    pub measures: Vec<MeasureView>,
    /// National procedures; for the mission and the guarantors.
    pub nationals: Vec<NationalView>,
    /// What was done, in order of time; for the mission.
    pub history: Vec<NotedView>,
    /// Why it was closed or taken back.
    pub ended: Option<PositionView>,
}

/// Something that somebody said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PositionView {
    /// Who: a guarantor, a party, or `BODY/COMPONENT`.
    pub who: String,
    /// The pseudonym; for the mission.
    pub person: Option<String>,
    /// When.
    pub at_ms: i64,
    /// What.
    pub text: String,
}

/// A round of votes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BallotView {
    /// By component, each with its reason.
    pub votes: Vec<(String, Vote, String)>,
    /// For, against, neither.
    pub count: [usize; 3],
    /// What it came to; `None`: nothing has been recorded.
    pub outcome: Option<Outcome>,
    /// How, in words.
    pub counted: String,
    /// When that was recorded.
    pub recorded_ms: Option<i64>,
    /// Why.
    pub why: String,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DecisionView {
    /// Its reference.
    pub reference: String,
    /// Who decides.
    pub by: String,
    /// By which rule, in words.
    pub rule: String,
    /// What is put.
    pub text: String,
    /// On which condition; empty: on none.
    pub condition: String,
    /// When it was put.
    pub put_ms: i64,
    /// How far it has come.
    pub standing: Standing,
    /// Votes on it; for the mission and the guarantors.
    pub ballot: Option<BallotView>,
    /// Votes on whether the condition has come about.
    pub confirming: Option<BallotView>,
}

/// A silence procedure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SilenceView {
    /// Its reference.
    pub reference: String,
    /// The decision.
    pub decision: String,
    /// When it began.
    pub from_ms: i64,
    /// When it ends.
    pub until_ms: i64,
    /// How it stands.
    pub state: Quiet,
    /// How long is left; below zero: over.
    pub left_ms: i64,
    /// Objections.
    pub objections: Vec<PositionView>,
}

/// A measure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasureView {
    /// Its reference.
    pub reference: String,
    /// The decision.
    pub decision: String,
    /// Who.
    pub who: String,
    /// The word of the text's menu; empty: it has none.
    pub menu: String,
    /// What.
    pub what: String,
    /// The tier.
    pub tier: Option<u32>,
    /// By when.
    pub by_ms: Option<i64>,
    /// How far.
    pub progress: Progress,
    /// Its date is past, and nobody has said that it was done.
    pub late: bool,
    /// What was said of it.
    pub notes: Vec<(Progress, PositionView, Vec<String>)>,
}

/// A national procedure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NationalView {
    /// Its reference.
    pub reference: String,
    /// Whose.
    pub of: String,
    /// Which.
    pub procedure: String,
    /// Its steps, each with by when the next is expected.
    pub steps: Vec<(Step, PositionView, Option<i64>)>,
}

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NotedView {
    /// When.
    pub at_ms: i64,
    /// Who.
    pub who: String,
    /// The pseudonym.
    pub person: String,
    /// Which deed.
    pub deed: &'static str,
    /// On what.
    pub on: String,
}

/// The consultations for an audience, as they stand at `now`.
#[must_use]
pub fn consultations(register: &Register, audience: Audience, now: Instant) -> Vec<ConsultationView> {
    let one = For { register, audience, now };
    register.consultations.iter().map(|c| one.consultation(c)).collect()
}

struct For<'a> {
    register: &'a Register,
    audience: Audience,
    now: Instant,
}

impl For<'_> {
    fn closed_doors(&self) -> bool {
        matches!(self.audience, Audience::Internal | Audience::Guarantors)
    }

    fn said(&self, of: &Said) -> PositionView {
        PositionView {
            who: capacity(&of.by),
            person: (self.audience == Audience::Internal).then(|| of.by.person.clone()),
            at_ms: of.at_ms,
            text: of.text.clone(),
        }
    }

    fn consultation(&self, of: &Consultation) -> ConsultationView {
        let register = self.register;
        let doors = self.closed_doors();
        let own = |c: &base::act::Ref| *c == of.reference;
        let decisions: Vec<&Decision> = register.decisions.iter().filter(|d| own(&d.consultation)).collect();
        let silences =
            register.silences.iter().filter(|s| doors && decisions.iter().any(|d| d.reference == s.decision));
        let mut history: Vec<NotedView> =
            of.history.iter().filter(|_| self.is_internal()).map(noted).collect();
        history.sort_by(|a, b| (a.at_ms, &a.person, a.deed).cmp(&(b.at_ms, &b.person, b.deed)));
        let positions = of.positions.values().filter(|_| doors).flatten();
        let measures = register.measures.iter().filter(|m| own(&m.consultation));
        let nationals = register.nationals.iter().filter(|n| doors && own(&n.consultation));
        ConsultationView {
            reference: of.reference.to_string(),
            text: of.clause.text.clone(),
            clause: of.clause.clause.clone(),
            question: of.question.clone(),
            cites: of.cites.clone(),
            requested_by: capacity(&of.requested.by),
            requested_ms: of.requested.at_ms,
            due_ms: of.due_ms,
            stage: register.stage(of),
            revision: of.revision,
            participants: of.participants.iter().map(|(who, (p, said))| (self.seat(who, said), *p)).collect(),
            positions: positions.map(|p| self.said(p)).collect(),
            silences: silences.map(|s| self.silence(s)).collect(),
            measures: measures.map(|m| self.measure(m)).collect(),
            nationals: nationals.map(|n| self.national(n)).collect(),
            ended: of.closed.as_ref().or(of.withdrawn.as_ref()).map(|e| self.said(e)),
            decisions: decisions.into_iter().map(|d| self.decision(d)).collect(),
            history,
        }
    }

    fn is_internal(&self) -> bool {
        self.audience == Audience::Internal
    }

    /// Who takes part. Where a body has no components its members are persons: those are for the mission.
    fn seat(&self, who: &str, noted: &Said) -> String {
        match who.split_once('/') {
            Some((body, person)) if !self.is_internal() && person == noted.by.person => body.to_owned(),
            _ => who.to_owned(),
        }
    }

    fn decision(&self, of: &Decision) -> DecisionView {
        let on_condition = !of.condition.is_empty();
        let doors = self.closed_doors();
        DecisionView {
            reference: of.reference.to_string(),
            by: of.who().to_owned(),
            rule: of.rule(),
            text: of.put.text.clone(),
            condition: of.condition.clone(),
            put_ms: of.put.at_ms,
            standing: of.standing(),
            ballot: doors.then(|| self.ballot(&of.first, of.decided.as_ref())),
            confirming: (doors && on_condition).then(|| self.ballot(&of.second, of.confirmed.as_ref())),
        }
    }

    fn silence(&self, of: &Silence) -> SilenceView {
        SilenceView {
            reference: of.reference.to_string(),
            decision: of.decision.to_string(),
            from_ms: of.started.at_ms,
            until_ms: of.until_ms,
            state: of.state(self.now.0),
            left_ms: of.until_ms.saturating_sub(self.now.0),
            objections: of.objections.values().map(|o| self.said(o)).collect(),
        }
    }

    fn measure(&self, of: &Measure) -> MeasureView {
        MeasureView {
            reference: of.reference.to_string(),
            decision: of.decision.to_string(),
            who: of.who.clone(),
            menu: of.menu.clone(),
            what: of.what.text.clone(),
            tier: of.tier,
            by_ms: of.by_ms,
            progress: of.progress(),
            late: of.is_late(self.now.0),
            notes: of.notes.iter().map(|n| (n.progress, self.said(&n.said), n.cites.clone())).collect(),
        }
    }

    fn national(&self, of: &National) -> NationalView {
        NationalView {
            reference: of.reference.to_string(),
            of: of.of.clone(),
            procedure: of.procedure.clone(),
            steps: of.steps.iter().map(|(step, said, due)| (*step, self.said(said), *due)).collect(),
        }
    }

    fn ballot(&self, round: &Round, recorded: Option<&crate::decision::Recorded>) -> BallotView {
        let seat = |who: &str, by: &crate::act::By| {
            if !self.is_internal() && who == by.person { "a member".to_owned() } else { who.to_owned() }
        };
        let votes = round.votes.iter().map(|(w, c)| (seat(w, &c.said.by), c.vote, c.said.text.clone()));
        BallotView {
            votes: votes.collect(),
            count: round.count(),
            outcome: recorded.map(|r| r.outcome),
            counted: recorded.map_or_else(String::new, |r| r.counted.clone()),
            recorded_ms: recorded.map(|r| r.said.at_ms),
            why: recorded.map_or_else(String::new, |r| r.said.text.clone()),
        }
    }
}

fn noted(of: &crate::consultation::Noted) -> NotedView {
    NotedView {
        at_ms: of.at_ms,
        who: capacity(&of.by),
        person: of.by.person.clone(),
        deed: of.deed,
        on: of.on.to_string(),
    }
}
