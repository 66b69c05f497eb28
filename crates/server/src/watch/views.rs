//! The watch through the eyes of one reader: what the policy lets them see, in the shapes of the API.

mod indicators;
mod ledger;
mod streams;

use super::Watched;
use super::types::{
    AlarmView, AlsoView, BroughtView, DataHealth, EvidenceView, GroundView, IssuedView, Rates, SourceShare,
    WarningLine, WarningView, WatchView,
};
use crate::docket::seat::Seat;
use crate::problem::Problem;
use base::{Instant, Refusal};
use publication::Record;
use publication::docket::Reader;
use publication::watch::{may_know, text_of};
use publication::words::rfc3339;
use streams::{cadence, flags, word};
use warnings::ledger::{Ledger, Life, Stage, skill};
use warnings::raised::Raised;
use warnings::streams::Ground;
use warnings::watching::{ALGORITHM, PROMISED_PER_YEAR, Watching};

/// Most incidents that a warning lists to a reader.
const EVIDENCE_MAX: usize = 100;

/// One reader's view of the watch at one moment.
pub(super) struct Lens<'a> {
    /// What people do about warnings.
    pub ledger: &'a Ledger,
    /// The watch over the record; `None`: no text says what to watch for.
    pub watched: Option<&'a Watched>,
    /// The record.
    pub record: &'a Record,
    /// Who looks.
    pub seat: &'a Seat,
    /// What they may see.
    pub reader: Reader,
    /// Now, milliseconds since 1970.
    pub now_ms: i64,
}

pub(super) fn at(ms: i64) -> String {
    rfc3339(Instant(ms))
}

fn ground(of: &Ground) -> GroundView {
    let (is, bounds) = match of {
        Ground::Zone { .. } => ("zone", None),
        Ground::Cell { bounds_deg, .. } => ("cell", Some(*bounds_deg)),
        Ground::Everywhere => ("everywhere", None),
    };
    GroundView { is: is.to_owned(), name: of.name().to_owned(), bounds }
}

impl Lens<'_> {
    /// What this reader is told, as JSON, with its tag; no JSON, if they have that already.
    pub fn told<T: serde::Serialize>(
        &self,
        known: Option<&str>,
        make: impl FnOnce() -> Result<T, Problem>,
    ) -> Result<(String, Option<Vec<u8>>), Problem> {
        let failed = |_| Problem::unavailable("the answer could not be made; the failure is the server's");
        let body = serde_json::to_vec(&make()?).map_err(failed)?;
        let tag = format!("w-{}", base::Digest::of(&body));
        let same = known == Some(tag.as_str());
        Ok((tag, (!same).then_some(body)))
    }

    fn watching(&self) -> Option<&Watching> {
        self.watched.map(|w| &w.watching)
    }

    /// The moment that the watch is told as of.
    fn as_of_ms(&self) -> i64 {
        self.watching().map_or(self.now_ms, |w| w.now_ms)
    }

    /// The watch as a whole.
    pub fn watch(&self) -> WatchView {
        let is_staff = self.reader.is_staff();
        WatchView {
            as_of: at(self.as_of_ms()),
            zone: self.record.zone.name().to_owned(),
            is_archive: self.watched.is_some_and(|w| w.is_archive),
            algorithm: ALGORITHM.to_owned(),
            text: text_of(self.record).map(|v| v.label.clone()),
            warnings: self.lines(),
            streams: if is_staff { self.stream_lines() } else { Vec::new() },
            indicators: if is_staff { self.indicator_lines() } else { Vec::new() },
            rates: self.watching().filter(|_| is_staff).map(rates),
            data: self.watching().filter(|_| is_staff).map(|w| DataHealth {
                receipt_assumed: w.streams.received.assumed,
                vague_time: w.streams.vague_time,
                exercises: w.streams.exercises,
            }),
            skill: ledger::skill_view(&skill(self.ledger)),
            hand_overs: if is_staff { self.hand_overs() } else { Vec::new() },
            may: self.may_of_none(),
        }
    }

    /// All warnings that the reader may know of: those that stand and need somebody first.
    fn lines(&self) -> Vec<WarningLine> {
        let raised = self.watching().map_or(&[][..], |w| w.raised.as_slice());
        let of_data = raised.iter().map(|r| (Some(r), self.ledger.life(&r.reference)));
        let in_data = |reference: &str| raised.iter().any(|r| r.reference == reference);
        let of_people =
            self.ledger.lives.values().filter(|l| !in_data(&l.reference.0)).map(|l| (None, Some(l)));
        let known = of_data.chain(of_people).filter(|(_, life)| may_know(&self.reader, *life));
        let mut lines: Vec<WarningLine> =
            known.filter_map(|(raised, life)| self.line(raised, life)).collect();
        lines.sort_by(|a, b| {
            let need = |l: &WarningLine| (!l.stands, need(&l.stage), std::cmp::Reverse(grave(&l.level)));
            need(a).cmp(&need(b)).then(b.raised.cmp(&a.raised)).then(a.reference.cmp(&b.reference))
        });
        lines
    }

    fn line(&self, raised: Option<&Raised>, life: Option<&Life>) -> Option<WarningLine> {
        let facts = life.and_then(|l| l.facts.as_ref());
        let reference =
            raised.map(|r| r.reference.clone()).or_else(|| life.map(|l| l.reference.0.clone()))?;
        let stage = life.map_or(Stage::Raised, |l| l.stage);
        let issued = life.and_then(|l| l.issued.as_ref());
        let proposed = raised.map(|r| r.level).or(facts.map(|f| f.level))?;
        let lapses_ms = raised.map_or(0, |r| r.expires_ms);
        let by_hand_ms =
            life.filter(|l| l.by_hand.is_some()).map(|l| l.history.first().map_or(0, |h| h.at_ms));
        let expires_ms = issued.map(|i| i.expires_ms).unwrap_or(
            lapses_ms.max(by_hand_ms.map_or(0, |ms| ms.saturating_add(warnings::raised::STANDS_MS))),
        );
        // What was issued holds by people's clock, what is only raised by the record's.
        let clock_ms = if issued.is_some() || raised.is_none() { self.now_ms } else { self.as_of_ms() };
        let is_open = !matches!(stage, Stage::StoodDown | Stage::Suppressed);
        Some(WarningLine {
            reference,
            stage: stage.name().to_owned(),
            stands: is_open && clock_ms < expires_ms,
            level: issued.map_or(proposed, |i| i.level).name().to_owned(),
            why: raised.map_or_else(Vec::new, |r| r.why.iter().map(word).collect()),
            ground: raised.map_or_else(
                || GroundView {
                    is: "zone".into(),
                    name: facts.map(|f| f.ground.clone()).unwrap_or_default(),
                    bounds: None,
                },
                |r| ground(&r.ground),
            ),
            what: raised.map(|r| r.what.clone()).or_else(|| facts.map(|f| f.what.clone()))?,
            clauses: raised.map_or_else(Vec::new, |r| r.clauses.clone()),
            raised: at(raised.map(|r| r.raised_ms).or(facts.map(|f| f.raised_ms))?),
            since: at(raised.map(|r| r.since_ms).or(facts.map(|f| f.since_ms))?),
            last: raised.map(|r| at(r.last_ms)),
            expires: at(expires_ms),
            counted: raised.map(|r| r.counted).or(facts.filter(|_| by_hand_ms.is_none()).map(|f| f.counted)),
            expected: raised
                .map(|r| r.expected)
                .or(facts.filter(|_| by_hand_ms.is_none()).map(|f| f.expected_milli as f64 / 1_000.0)),
            indicator: raised.and_then(indicators::raised_by).or_else(|| {
                facts.filter(|_| raised.is_none()).map(|f| f.indicator.clone()).filter(|i| !i.is_empty())
            }),
            only_parties: raised.map_or(facts.is_some_and(|f| f.only_parties), |r| r.only_parties),
            in_data: raised.is_some(),
            also_count: raised.map_or(0, |r| r.also.len()),
            revision: life.map_or(0, |l| l.revision),
            acknowledged: life.map_or(0, |l| l.acknowledged.len()),
        })
    }

    /// A warning with everything of it that the reader may see.
    pub fn warning(&self, reference: &str) -> Result<WarningView, Problem> {
        let raised = self.watching().and_then(|w| w.warning(reference));
        let life = self.ledger.life(reference);
        let none = || Problem::act_refused(&Refusal::NoSuch(base::Ref(reference.to_owned())));
        if !may_know(&self.reader, life) {
            return Err(none());
        }
        let line = self.line(raised, life).ok_or_else(none)?;
        let is_staff = self.reader.is_staff();
        let to_staff = raised.filter(|_| is_staff);
        let skill = skill(self.ledger);
        let may = self.may(life, raised);
        Ok(WarningView {
            as_of: at(self.as_of_ms()),
            kinds: raised.map_or_else(Vec::new, |r| r.kinds.clone()),
            alarms: to_staff.map_or_else(Vec::new, alarms),
            brought: to_staff.map_or_else(Vec::new, brought),
            evidence: to_staff.map_or_else(Vec::new, |r| self.evidence(r)),
            evidence_more: to_staff.map_or(0, |r| r.evidence.len().saturating_sub(EVIDENCE_MAX)),
            unclear: to_staff.map_or(0, |r| r.unclear),
            sources: to_staff.map_or_else(Vec::new, sources),
            one_source: to_staff.and_then(|r| r.one_source.clone()),
            exposure: raised.and_then(|r| r.exposure),
            flags: to_staff.map_or_else(Vec::new, |r| flags(&r.flags)),
            also: raised.map_or_else(Vec::new, also),
            indications: raised.map_or_else(Vec::new, indicators::indications),
            calm_below_per_day: raised.and_then(|r| r.calm_below_per_day),
            promised_per_stream_year: line.indicator.is_none().then_some(PROMISED_PER_YEAR),
            achieved_per_stream_year: self
                .watching()
                .filter(|_| line.indicator.is_none())
                .and_then(Watching::achieved_per_year),
            right_share: skill.right_share,
            told: skill.right + skill.wrong,
            ahead: raised.and_then(|r| r.stream).map_or_else(Vec::new, |stream| self.ahead(stream)),
            issued: life.and_then(issued),
            acknowledged_by: life.filter(|_| is_staff).map_or_else(Vec::new, ledger::noticed),
            outcome: life.and_then(|l| l.outcome).map(|(o, _)| o.name().to_owned()),
            by_hand: life
                .filter(|_| is_staff)
                .and_then(|l| l.by_hand.as_ref())
                .map(|(_, words, _)| words.clone()),
            history: life.filter(|_| is_staff).map_or_else(Vec::new, ledger::history),
            may,
            algorithm: ALGORITHM.to_owned(),
            head_seq: self.record.head.seq,
            line,
        })
    }

    fn evidence(&self, raised: &Raised) -> Vec<EvidenceView> {
        let state = &self.record.state;
        let one = |e: &warnings::raised::Evidence| {
            let ix = e.incident as usize;
            let lead = *state.incidents.lead.get(ix)? as usize;
            let id = state.incidents.id.get(ix)?.to_string();
            Some(EvidenceView {
                label: publication::view::reference(self.record, ix),
                incident: id,
                start: rfc3339(publication::view::event_of(self.record, ix).start),
                known: at(e.known_ms),
                kind: state.observations.word_at(&state.observations.kind, lead).to_owned(),
                log_evidence: e.log_evidence,
            })
        };
        raised.evidence.iter().take(EVIDENCE_MAX).filter_map(one).collect()
    }
}

/// What needs somebody soonest comes first.
fn need(stage: &str) -> u8 {
    match stage {
        "raised" => 0,
        "checked" => 1,
        "issued" => 2,
        _ => 3,
    }
}

fn grave(level: &str) -> usize {
    warnings::raised::Level::ALL.iter().position(|l| l.name() == level).unwrap_or(0)
}

fn rates(watching: &Watching) -> Rates {
    Rates {
        promised_per_stream_year: PROMISED_PER_YEAR,
        achieved_per_stream_year: watching.achieved_per_year(),
        stream_years: watching.stream_years,
        streams: watching.streams.all.len(),
        expecting: watching.states.iter().filter(|s| s.law.is_some()).count(),
    }
}

fn alarms(raised: &Raised) -> Vec<AlarmView> {
    let one = |a: &warnings::raised::Alarm| AlarmView {
        at: at(a.at_ms),
        cadence: cadence(a.cadence).to_owned(),
        basis: word(&a.basis),
        step: at(a.step_ms),
        count: a.count,
        expected: a.expected,
        log_evidence: a.log_evidence,
        log_threshold: a.log_threshold,
    };
    raised.alarms.iter().map(one).collect()
}

fn brought(raised: &Raised) -> Vec<BroughtView> {
    let one = |b: &warnings::raised::Brought| BroughtView {
        step: at(b.step_ms),
        count: b.count,
        expected: b.expected,
        log_evidence: b.log_evidence,
    };
    raised.brought.iter().map(one).collect()
}

fn sources(raised: &Raised) -> Vec<SourceShare> {
    let one = |s: &warnings::raised::BySource| SourceShare {
        source: s.source.clone(),
        is_party: s.is_party,
        incidents: s.incidents,
        alone: s.alone,
    };
    raised.sources.iter().map(one).collect()
}

fn also(raised: &Raised) -> Vec<AlsoView> {
    let one = |a: &warnings::raised::Also| AlsoView {
        ground: ground(&a.ground),
        what: a.what.clone(),
        at: at(a.at_ms),
        counted: a.counted,
        expected: a.expected,
    };
    raised.also.iter().map(one).collect()
}

fn issued(life: &Life) -> Option<IssuedView> {
    let issued = life.issued.as_ref()?;
    Some(IssuedView {
        at: at(issued.at_ms),
        changed: at(issued.changed_ms),
        version: issued.version,
        level: issued.level.name().to_owned(),
        audiences: issued.audiences.iter().map(|a| a.name().to_owned()).collect(),
        instruction: issued.instruction.clone(),
        expires: at(issued.expires_ms),
    })
}
