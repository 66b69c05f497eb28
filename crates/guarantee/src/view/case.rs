//! Case files and ladders, as interfaces show them.

use crate::elements::{CaseFile, ElementOf, Evidence, Gauged};
use crate::ladder::{Ladder, Tier};
use crate::limits::SHOTS_SHOWN_MAX;
use crate::loss::Loss;
use crate::shots::{Shot, order};
use crate::words::{Audience, Bearing, State};
use base::Instant;
use findings::standing::{Candidate, ClockFinding, ClockReading, Lack};
use serde::Serialize;

/// A case file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseView {
    /// Label of the text.
    pub text: String,
    /// Label of the clause.
    pub clause: String,
    /// Title of the text.
    pub title: String,
    /// Status of the text; empty: it states none.
    pub status: &'static str,
    /// The civil zone of the text.
    pub zone: String,
    /// Entry into force; `None`: not known.
    pub entry_into_force_ms: Option<i64>,
    /// Who gives the guarantee.
    pub guarantors: Vec<String>,
    /// Whom it protects.
    pub beneficiary: String,
    /// Whom it is against.
    pub against: Vec<String>,
    /// The elements.
    pub elements: Vec<ElementView>,
    /// What the clause waits for.
    pub missing: Vec<String>,
    /// Whether the first shot was theirs whom it is against.
    pub first_shot: State,
    /// Why.
    pub first_shot_reasons: Vec<String>,
    /// What is missing for it.
    pub first_shot_missing: Vec<String>,
    /// The first shots; for the mission and the guarantors.
    pub shots: Vec<ShotView>,
    /// How many there are in all.
    pub shots_in_all: usize,
    /// Sources whose clocks were not measured; for the mission.
    pub unmeasured: Vec<String>,
    /// When it would be lost, and what would come back.
    pub losses: Vec<LossView>,
}

/// An element.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ElementView {
    /// Its word.
    pub word: String,
    /// Its name with whom or what it names.
    pub name: String,
    /// How it stands.
    pub state: State,
    /// How it stands by records and observations alone.
    pub on_record: State,
    /// Why.
    pub reasons: Vec<String>,
    /// What is missing: code and words.
    pub missing: Vec<(String, String)>,
    /// What speaks for it, or leaves it open.
    pub evidence: Vec<EvidenceView>,
    /// What speaks against it.
    pub against: Vec<EvidenceView>,
    /// Whose the measure is.
    pub measure_by: String,
    /// What it says: any one.
    pub measure: Vec<String>,
    /// How it stands by measures of people's own.
    pub gauged: Vec<GaugedView>,
}

/// A finding or attribution.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceView {
    /// Its reference.
    pub reference: String,
    /// Which way.
    pub bearing: Bearing,
    /// What it says.
    pub says: String,
    /// How good its evidence is.
    pub confidence: &'static str,
    /// How far it has come.
    pub standing: &'static str,
    /// Under which text.
    pub text: String,
    /// Whether it moves the element here.
    pub counts: bool,
}

/// An element by a measure of somebody's own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GaugedView {
    /// Reference of the measure.
    pub reference: String,
    /// Whose.
    pub by: String,
    /// What.
    pub measure: Vec<String>,
    /// Since when.
    pub set_ms: i64,
    /// Why.
    pub why: String,
    /// How it stands by it.
    pub state: State,
    /// Why.
    pub reasons: Vec<String>,
    /// What is missing.
    pub missing: Vec<String>,
}

/// A shot.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShotView {
    /// The observation; for the mission.
    pub observation: Option<String>,
    /// Its source; for the mission.
    pub source: Option<String>,
    /// What.
    pub kind: String,
    /// Whose; `None`: unknown.
    pub actor: Option<String>,
    /// When, as stated: from and until.
    pub stated_ms: (i64, i64),
    /// When by the clock's offset: at the earliest and at the latest; `None`: the clock was not measured.
    pub corrected_ms: Option<(i64, i64)>,
    /// How it stands to the shot before it in this list; empty: it is the first.
    pub to_the_one_before: &'static str,
}

/// A loss or reversion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LossView {
    /// Label of its clause.
    pub clause: String,
    /// What it is about.
    pub of: Vec<String>,
    /// What becomes of it.
    pub becomes: &'static str,
    /// For whom.
    pub whom: Vec<String>,
    /// Whether it is about this guarantee.
    pub of_the_guarantee: bool,
    /// How it stands.
    pub state: String,
    /// Since when.
    pub since_ms: Option<i64>,
    /// At the earliest.
    pub earliest_ms: Option<i64>,
    /// Why.
    pub reasons: Vec<String>,
    /// What is missing.
    pub missing: Vec<String>,
    /// Its steps.
    pub steps: Vec<ClockView>,
    /// What follows when nobody decides.
    pub on_silence: String,
}

/// A clock.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClockView {
    /// What it times.
    pub name: String,
    /// The civil zone.
    pub zone: String,
    /// Every moment that could be its zero.
    pub zeros: Vec<ZeroView>,
    /// Every way to read it.
    pub readings: Vec<ReadingView>,
    /// What else there is to say.
    pub notes: Vec<String>,
}

/// A moment that could be a zero.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ZeroView {
    /// Which.
    pub what: String,
    /// When; `None`: it has not come, or is not known.
    pub at_ms: Option<i64>,
    /// Whether the text takes it.
    pub of_the_text: bool,
}

/// One way to read a clock.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReadingView {
    /// Whether the text's own wording takes it.
    pub of_the_text: bool,
    /// By which zero.
    pub zero_words: String,
    /// Whether a later violation starts it anew.
    pub restarts: bool,
    /// When it started.
    pub zero_ms: Option<i64>,
    /// When it ends.
    pub due_ms: Option<i64>,
    /// How it stands.
    pub state: &'static str,
    /// When what it asks for was done.
    pub met_ms: Option<i64>,
    /// How long is left; below zero: over.
    pub left_ms: Option<i64>,
}

/// A ladder.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LadderView {
    /// Label of the text.
    pub text: String,
    /// Label of the clause.
    pub clause: String,
    /// Whom it binds.
    pub bound: Vec<String>,
    /// What it asks for: `consult`, `respond`, `take measures`.
    pub verb: String,
    /// The zero by the text's own wording.
    pub zero: &'static str,
    /// Whether a later violation starts it anew; `None`: the text does not say.
    pub restarts: Option<bool>,
    /// Its tiers.
    pub tiers: Vec<TierView>,
    /// The menu of measures.
    pub menu: Vec<String>,
    /// The procedure.
    pub procedure: String,
    /// What is missing.
    pub missing: Vec<String>,
}

/// A tier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TierView {
    /// How long; empty: the text sets no time.
    pub within: String,
    /// On which condition; empty: on none.
    pub when: String,
    /// Whether it has come about.
    pub condition: State,
    /// What follows, in the words of the text.
    pub what: String,
    /// Its clock.
    pub clock: ClockView,
}

fn words(lacks: &[Lack]) -> Vec<String> {
    lacks.iter().map(|l| l.words.clone()).collect()
}

/// A case file for an audience.
#[must_use]
pub fn case(of: &CaseFile, audience: Audience) -> CaseView {
    let all = matches!(audience, Audience::Internal | Audience::Guarantors);
    let shown = if all { SHOTS_SHOWN_MAX } else { 0 };
    let internal = audience == Audience::Internal;
    CaseView {
        text: of.clause.text.clone(),
        clause: of.clause.clause.clone(),
        title: of.title.clone(),
        status: of.status,
        zone: of.zone.clone(),
        entry_into_force_ms: of.entry_into_force.map(|e| e.0),
        guarantors: of.guarantors.clone(),
        beneficiary: of.beneficiary.clone(),
        against: of.against.clone(),
        elements: of.elements.iter().map(|e| element(e, audience)).collect(),
        missing: words(&of.missing),
        first_shot: of.shots.first,
        first_shot_reasons: of.shots.reasons.clone(),
        first_shot_missing: of.shots.missing.clone(),
        shots: shots(of.shots.shots.get(..shown.min(of.shots.shots.len())).unwrap_or_default(), internal),
        shots_in_all: of.shots.shots.len(),
        unmeasured: if internal { of.shots.unmeasured.clone() } else { Vec::new() },
        losses: of.losses.iter().map(|l| loss(l, of.as_of)).collect(),
    }
}

fn element(of: &ElementOf, audience: Audience) -> ElementView {
    let is_shown = |e: &&Evidence| {
        audience != Audience::Public
            || !matches!(
                e.standing,
                cases::words::Standing::Draft
                    | cases::words::Standing::Proposed
                    | cases::words::Standing::Provisional
            )
    };
    let (against, other): (Vec<&Evidence>, Vec<&Evidence>) =
        of.evidence.iter().filter(is_shown).partition(|e| e.bearing == Bearing::Against);
    ElementView {
        word: of.word.clone(),
        name: of.name.clone(),
        state: of.state,
        on_record: of.on_record,
        reasons: of.reasons.clone(),
        missing: of.missing.iter().map(|l| (l.code.to_owned(), l.words.clone())).collect(),
        evidence: other.into_iter().map(evidence).collect(),
        against: against.into_iter().map(evidence).collect(),
        measure_by: of.measure.by.clone(),
        measure: of.measure.words.clone(),
        gauged: of.gauged.iter().map(gauged).collect(),
    }
}

fn evidence(of: &Evidence) -> EvidenceView {
    EvidenceView {
        reference: of.reference.to_string(),
        bearing: of.bearing,
        says: of.says.clone(),
        confidence: of.confidence.name(),
        standing: of.standing.name(),
        text: of.text.clone(),
        counts: of.counts,
    }
}

fn gauged(of: &Gauged) -> GaugedView {
    GaugedView {
        reference: of.reference.to_string(),
        by: of.measure.by.clone(),
        measure: of.measure.words.clone(),
        set_ms: of.set.0,
        why: of.set.1.clone(),
        state: of.state,
        reasons: of.reasons.clone(),
        missing: words(&of.missing),
    }
}

fn shots(all: &[Shot], internal: bool) -> Vec<ShotView> {
    let mut before: Option<&Shot> = None;
    let mut out = Vec::new();
    for shot in all {
        out.push(ShotView {
            observation: internal.then(|| shot.id.to_string()),
            source: internal.then(|| shot.source.clone()),
            kind: shot.kind.clone(),
            actor: shot.actor.clone(),
            stated_ms: (shot.stated.start.0, shot.stated.end.0),
            corrected_ms: shot.corrected.map(|(a, b)| (a.0, b.0)),
            to_the_one_before: before.map_or("", |b| order(shot, b).words()),
        });
        before = Some(shot);
    }
    out
}

fn loss(of: &Loss, now: Instant) -> LossView {
    LossView {
        clause: of.clause.clone(),
        of: of.of.clone(),
        becomes: of.becomes,
        whom: of.whom.clone(),
        of_the_guarantee: of.of_the_guarantee,
        state: of.state.clone(),
        since_ms: of.since_ms,
        earliest_ms: of.earliest_ms,
        reasons: of.reasons.clone(),
        missing: words(&of.missing),
        steps: of.steps.iter().map(|s| step(s, now)).collect(),
        on_silence: of.on_silence.clone(),
    }
}

fn zero(of: &Candidate) -> ZeroView {
    ZeroView { what: of.what.clone(), at_ms: of.at.map(|a| a.0), of_the_text: of.chosen }
}

fn reading(of: &ClockReading, of_the_text: bool, left_ms: Option<i64>) -> ReadingView {
    ReadingView {
        of_the_text,
        zero_words: of.zero_words.clone(),
        restarts: of.restarts,
        zero_ms: of.zero.map(|z| z.0),
        due_ms: of.due.map(|d| d.0),
        state: of.state.name(),
        met_ms: of.met_at.map(|m| m.0),
        left_ms,
    }
}

fn step(of: &ClockFinding, now: Instant) -> ClockView {
    let left = |r: &ClockReading| r.due.map(|d| d.0.saturating_sub(now.0));
    ClockView {
        name: of.name.clone(),
        zone: of.zone.clone(),
        zeros: of.candidates.iter().map(zero).collect(),
        readings: of.readings.iter().map(|r| reading(r, true, left(r))).collect(),
        notes: of.notes.clone(),
    }
}

/// A ladder.
#[must_use]
pub fn ladder(of: &Ladder, now: Instant) -> LadderView {
    LadderView {
        text: of.clause.text.clone(),
        clause: of.clause.clause.clone(),
        bound: of.bound.clone(),
        verb: of.verb.clone(),
        zero: of.zero,
        restarts: of.restarts,
        tiers: of.tiers.iter().map(|t| tier(t, now)).collect(),
        menu: of.menu.clone(),
        procedure: of.procedure.clone(),
        missing: words(&of.missing),
    }
}

fn tier(of: &Tier, now: Instant) -> TierView {
    TierView {
        within: of.within.clone(),
        when: of.when.clone(),
        condition: of.condition,
        what: of.what.clone(),
        clock: ClockView {
            name: of.name.clone(),
            zone: of.zone.clone(),
            zeros: of.candidates.iter().map(zero).collect(),
            readings: of
                .readings
                .iter()
                .map(|r| reading(&r.reading, r.of_the_text, r.left_ms(now)))
                .collect(),
            notes: Vec::new(),
        },
    }
}
