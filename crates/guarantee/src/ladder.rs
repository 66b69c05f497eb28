//! Ladders: the tiers of a response with their clocks, under every zero that could be meant and with and without a
//! restart; which of them is the text's own stands beside each. A clock that runs out does nothing and permits nothing.

use crate::act::ClauseRef;
use crate::words::State;
use base::Instant;
use findings::standing::{Candidate, ClockFinding, ClockReading, ClockState, StandingFacts, StandingFinding};
use findings::{Version, standing};
use std::sync::Arc;
use terms::agreement::{Duty, Offset, Respond, Zero};

/// One way to read a clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Whether it is one that the text's own wording takes; where the text leaves it open, several are.
    pub of_the_text: bool,
    /// The reading.
    pub reading: ClockReading,
}

impl Reading {
    /// Milliseconds until it ends, below zero after; `None`: it does not run, or what it asks for was done.
    #[must_use]
    pub fn left_ms(&self, now: Instant) -> Option<i64> {
        let open = matches!(self.reading.state, ClockState::Running | ClockState::Expired);
        self.reading.due.filter(|_| open).map(|due| due.0.saturating_sub(now.0))
    }
}

/// One tier, or the response as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// `tier 1`, or `within`.
    pub name: String,
    /// How long, in words; empty: the text sets no time.
    pub within: String,
    /// On which condition, in the words of the text; empty: on none.
    pub when: String,
    /// Whether that condition has come about.
    pub condition: State,
    /// What follows, in the words of the text.
    pub what: String,
    /// The civil zone that its days are counted in.
    pub zone: String,
    /// Every moment that could be its zero.
    pub candidates: Vec<Candidate>,
    /// Every way to read it.
    pub readings: Vec<Reading>,
}

/// A ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder {
    /// The clause.
    pub clause: ClauseRef,
    /// Codes of those whom it binds.
    pub bound: Vec<String>,
    /// `consult`, `respond` or `take measures`.
    pub verb: String,
    /// The zero, in the words of the language.
    pub zero: &'static str,
    /// Whether a later violation starts it anew; `None`: the text does not say.
    pub restarts: Option<bool>,
    /// Its tiers.
    pub tiers: Vec<Tier>,
    /// The menu of measures.
    pub menu: Vec<String>,
    /// The procedure, in the words of the text.
    pub procedure: String,
    /// What is missing, by code.
    pub missing: Vec<findings::standing::Lack>,
}

/// The ladders of a text as of `now`. `found` is what stands under it then.
#[must_use]
pub fn ladders(
    version: &Version,
    found: &[StandingFinding],
    facts: &StandingFacts<'_>,
    now: Instant,
) -> Vec<Ladder> {
    let clauses = &version.agreement.clauses;
    if !clauses.iter().any(|c| matches!(c.duty, Duty::Respond(_))) {
        return Vec::new();
    }
    let open = standing(&opened(version), facts, now);
    let of = |all: &[StandingFinding], ix: usize| -> Vec<ClockFinding> {
        all.iter().find(|f| f.clause == ix).map(|f| f.clocks.clone()).unwrap_or_default()
    };
    let mut out = Vec::new();
    for (ix, clause) in clauses.iter().enumerate() {
        let Duty::Respond(duty) = &clause.duty else { continue };
        let own = found.iter().find(|f| f.clause == ix);
        let all = of(&open, ix);
        let tiers = own.map(|f| f.clocks.as_slice()).unwrap_or_default().iter();
        let code = |a: &terms::agreement::ActorIx| version.agreement.actor(*a).map(|a| a.code.clone());
        out.push(Ladder {
            clause: ClauseRef { text: version.label.clone(), clause: clause.label.clone() },
            bound: duty.bound.actors.iter().flatten().filter_map(code).collect(),
            verb: duty.verb.clone(),
            zero: zero_words(&duty.zero),
            restarts: duty.restarts,
            tiers: tiers.map(|own_clock| tier(duty, own, own_clock, &all)).collect(),
            menu: duty.measures.clone(),
            procedure: duty.procedure.clone(),
            missing: own.map(|f| f.missing.clone()).unwrap_or_default(),
        });
    }
    out
}

/// The text with every zero and restart left open: all the ways in which its clocks could be read.
fn opened(version: &Version) -> Version {
    let mut agreement = version.agreement.clone();
    for clause in &mut agreement.clauses {
        if let Duty::Respond(duty) = &mut clause.duty {
            duty.zero = Zero::NotSaid;
            duty.restarts = None;
        }
    }
    Version {
        label: version.label.clone(),
        text: version.text,
        agreement,
        atlas: Arc::clone(&version.atlas),
        reading: version.reading.clone(),
    }
}

fn tier(duty: &Respond, own: Option<&StandingFinding>, clock: &ClockFinding, all: &[ClockFinding]) -> Tier {
    let of = duty.tiers.iter().find(|t| clock.name == format!("tier {}", t.number));
    let part = own.and_then(|f| f.parts.iter().find(|p| p.name == clock.name));
    let others = all.iter().find(|c| c.name == clock.name);
    let mut readings: Vec<Reading> = clock
        .readings
        .iter()
        .map(|reading| Reading { of_the_text: true, reading: reading.clone() })
        .collect();
    for reading in others.map(|c| c.readings.as_slice()).unwrap_or_default() {
        let is = |r: &&Reading| {
            r.reading.zero_words == reading.zero_words && r.reading.restarts == reading.restarts
        };
        if readings.iter().find(is).is_none() {
            readings.push(Reading { of_the_text: false, reading: reading.clone() });
        }
    }
    Tier {
        name: clock.name.clone(),
        within: within_words(of.map_or(duty.within, |t| t.within)),
        when: of.map_or_else(String::new, |t| t.when.clone()),
        condition: match (part, of) {
            (Some(part), _) => part.truth.into(),
            // A condition that was not judged is open; without one there is nothing to meet.
            (None, Some(tier)) if !tier.when.is_empty() => State::Undetermined,
            (None, _) => State::Met,
        },
        what: of.map_or_else(String::new, |t| t.what.clone()),
        zone: clock.zone.clone(),
        candidates: clock.candidates.clone(),
        readings,
    }
}

fn zero_words(zero: &Zero) -> &'static str {
    match zero {
        Zero::FirstViolation => "first violation",
        Zero::FirstRecorded => "first recorded violation",
        Zero::Request => "request",
        Zero::Decision(_) => "decision",
        Zero::Moment(_) => "moment of the text",
        Zero::NotSaid => "not said",
    }
}

/// A length of time, in words: hours are hours; days are civil days to the same time of day.
#[must_use]
pub fn within_words(within: Option<Offset>) -> String {
    match within {
        None => String::new(),
        Some(Offset::None) => "at once".to_owned(),
        Some(Offset::Days(n)) => format!("{n} civil days"),
        Some(Offset::WholeDays(n)) => format!("until the civil day {n} days on begins"),
        Some(Offset::Months(n)) => format!("{n} calendar months"),
        Some(Offset::Ms(ms)) if ms % base::time::HOUR_MS == 0 => format!("{} h", ms / base::time::HOUR_MS),
        Some(Offset::Ms(ms)) => format!("{} min", ms / 60_000),
    }
}
