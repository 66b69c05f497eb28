//! Streams: what is counted, by where and what, step by step, with what could have been seen. Steps are of the time at
//! which the mission came to know: nothing is known before it was received, and a step never changes afterwards.

mod places;
pub mod received;
mod series;
mod tape;

pub use places::{CELLS_MAX, Ground, Spot, middle};
pub use received::{Received, nowcast};
pub use series::Series;
pub use tape::Tape;

use crate::indicators::Logged;
use base::{CivilZone, Instant, Interval};
use evidence::batch::{Batch, FLAG_EXERCISE};
use evidence::card::{Card, SourceKind};
use evidence::coverage::Coverage;
use evidence::records::Record;
use findings::Version;
use incidents::Incidents;
use std::collections::BTreeMap;
use terms::agreement::{Duty, Indicator, Signal, What};

/// Most steps of a stream: eleven years of six hours. What is older is not looked at.
pub const STEPS_MAX: usize = 16_384;
/// Most kinds-and-grounds that are watched at once.
pub const STREAMS_MAX: usize = 2_000;

/// What streams are made of: the record as it stands.
pub struct Inputs<'a> {
    /// Settled observations.
    pub observations: &'a Batch,
    /// Incidents of them.
    pub incidents: &'a Incidents,
    /// When each observation was recorded, milliseconds since 1970; parallel to the observations.
    pub recorded_ms: &'a [i64],
    /// The text whose clauses say what is watched for, and where.
    pub version: &'a Version,
    /// What was watched, as far as cards let it count.
    pub coverage: &'a [Coverage],
    /// Cards of the sources.
    pub cards: &'a [&'a Card],
    /// What was declared, notified and visited, for indicators of it.
    pub records: &'a [Record],
    /// What the board holds, for indicators of notices and of the hotline.
    pub board: &'a [Logged],
    /// The mission's civil zone: days are its days.
    pub zone: &'a CivilZone,
    /// The moment as of which it is all told.
    pub now: Instant,
}

/// How long a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cadence {
    /// A civil day.
    Day,
    /// A quarter of a civil day: finds a rise within hours, and learns a young truce within a week.
    Quarter,
}

impl Cadence {
    /// Both.
    pub const ALL: [Cadence; 2] = [Cadence::Day, Cadence::Quarter];

    /// How many of its steps a day has.
    #[must_use]
    pub fn per_day(self) -> usize {
        match self {
            Cadence::Day => 1,
            Cadence::Quarter => 4,
        }
    }
}

/// What is counted: kinds of fact that some clause is about, on some ground.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// Where.
    pub ground: Ground,
    /// What the text calls it: `fire`.
    pub what: String,
    /// Kinds of fact.
    pub kinds: Vec<String>,
    /// Labels of the clauses that are about it there.
    pub clauses: Vec<String>,
    /// What no source could perceive, of the kinds.
    pub unperceived: Vec<String>,
    /// Its steps, by cadence in the order of [`Cadence::ALL`].
    pub series: [Series; 2],
}

impl Stream {
    /// Its name in references and addresses: `buffer/fire`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}", self.ground.name(), self.what)
    }

    /// Its steps of that length.
    #[must_use]
    pub fn of(&self, cadence: Cadence) -> &Series {
        let [day, quarter] = &self.series;
        match cadence {
            Cadence::Day => day,
            Cadence::Quarter => quarter,
        }
    }
}

/// All streams of a mission, over common steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Streams {
    /// By ground, then by what.
    pub all: Vec<Stream>,
    /// Begins of the steps, by cadence, and the end of the last: one more than steps. Milliseconds since 1970.
    pub edges_ms: [Vec<i64>; 2],
    /// When what the text calls entry into force was, if it is within.
    pub entry_into_force: Option<Instant>,
    /// How it is known when things were received.
    pub received: Received,
    /// Names of the sources that have a card.
    pub sources: Vec<String>,
    /// Whether a source is a party's own.
    pub is_party: Vec<bool>,
    /// Incidents that no stream counts because their time is known to more than a day only.
    pub vague_time: usize,
    /// Exercises and the like, which are in no stream.
    pub exercises: usize,
    /// What indicators of facts count.
    pub tapes: Vec<Tape>,
}

impl Streams {
    /// Begins of the steps of that length and the end of the last, milliseconds since 1970.
    #[must_use]
    pub fn edges(&self, cadence: Cadence) -> &[i64] {
        let [day, quarter] = &self.edges_ms;
        match cadence {
            Cadence::Day => day,
            Cadence::Quarter => quarter,
        }
    }

    /// When a step is, as an interval.
    #[must_use]
    pub fn step(&self, cadence: Cadence, step: usize) -> Option<Interval> {
        let edges = self.edges(cadence);
        let (start, end) = (*edges.get(step)?, *edges.get(step + 1)?);
        Some(Interval { start: Instant(start), end: Instant(end) })
    }
}

/// What is watched for: kinds of fact, as some clauses name them.
struct Watched {
    what: String,
    kinds: Vec<String>,
    clauses: Vec<(String, Option<atlas::ZoneIx>)>,
}

/// The streams of a mission as of `inputs.now`. Nothing received later is in them.
#[must_use]
pub fn streams(inputs: &Inputs<'_>) -> Streams {
    let received = Received::of(inputs);
    let edges_ms = edges(inputs, &received);
    let watched = watched(inputs.version);
    let mut out = Streams {
        all: Vec::new(),
        entry_into_force: inputs.version.agreement.entry_into_force,
        sources: inputs.cards.iter().map(|c| c.id.clone()).collect(),
        is_party: inputs.cards.iter().map(|c| c.kind == SourceKind::Party).collect(),
        received,
        edges_ms,
        vague_time: 0,
        exercises: 0,
        tapes: Vec::new(),
    };
    let counted = series::counted(inputs, &mut out);
    let spots = places::spots(inputs);
    let answers = places::Answers::of(inputs, &spots, &counted);
    for spot in &spots {
        for watched in &watched {
            let Some(clauses) = spot.clauses(watched) else { continue };
            if out.all.len() >= STREAMS_MAX {
                break;
            }
            let one = series::stream(inputs, &out, spot, watched, clauses, &counted, &answers);
            out.all.extend(one);
        }
    }
    out.tapes = tape::tapes(inputs, &out, &spots, &counted, &answers);
    out
}

/// The kinds of fact that clauses are about, the same kinds once.
fn watched(version: &Version) -> Vec<Watched> {
    let mut by_kinds: BTreeMap<Vec<String>, Watched> = BTreeMap::new();
    for clause in &version.agreement.clauses {
        let (what, zone) = match &clause.duty {
            Duty::Prohibition { what, zone, .. }
            | Duty::Abstention { what, zone, .. }
            | Duty::Indicator(Indicator { signal: Signal::Facts(what), zone, .. }) => (what, *zone),
            _ => continue,
        };
        let (name, mut kinds) = named(what);
        kinds.sort();
        kinds.dedup();
        let entry = by_kinds.entry(kinds.clone());
        let one = entry.or_insert_with(|| Watched { what: name, kinds, clauses: Vec::new() });
        one.clauses.push((clause.label.clone(), zone));
    }
    by_kinds.into_values().collect()
}

/// What a stream is called, and its kinds of fact.
fn named(what: &What) -> (String, Vec<String>) {
    match what {
        What::Act { name, kinds } => (name.clone(), kinds.clone()),
        What::Weapon { .. } => ("weapons".to_owned(), vec!["weapon".to_owned()]),
    }
}

/// The edges of the steps, by cadence: from the first civil day of which anything is known to the end of today.
fn edges(inputs: &Inputs<'_>, received: &Received) -> [Vec<i64>; 2] {
    let mut days = Vec::new();
    if let Some(first) = received.first() {
        let today = day_of(inputs.zone, inputs.now);
        let mut day = day_of(inputs.zone, first);
        let most = STEPS_MAX / Cadence::Quarter.per_day();
        let long_ago = inputs.zone.plus_days(today.start, -i32::try_from(most).unwrap_or(i32::MAX) + 1);
        if day.start < long_ago {
            day = day_of(inputs.zone, long_ago);
        }
        while day.start <= today.start && days.len() <= most && day.end > day.start {
            days.push(day.start.0);
            day = day_of(inputs.zone, day.end);
        }
        days.push(day.start.0);
    }
    let quarters = days.windows(2).flat_map(|pair| {
        let (from, to) = (pair.first().copied().unwrap_or(0), pair.get(1).copied().unwrap_or(0));
        (0..4).map(move |q| from + (to - from) / 4 * q)
    });
    let quarters = quarters.chain(days.last().copied()).collect();
    [days, quarters]
}

/// The civil day that holds a moment.
fn day_of(zone: &CivilZone, moment: Instant) -> Interval {
    let (year, month, day) = zone.date_of(moment);
    zone.day(year, month, day).unwrap_or(Interval { start: moment, end: Instant(moment.0 + 86_400_000) })
}

/// Whether a row is an exercise or the like: no stream counts it.
fn is_exercise(batch: &Batch, row: usize) -> bool {
    batch.flag(row, FLAG_EXERCISE)
}
