//! Verified silence: a zone is silent for so long only where, at every moment of that time, enough of it was watched by
//! what could have perceived the act. A gap in coverage is not silence, and one shot starts the clock anew.

mod ground;
mod watch;

pub(crate) use ground::is_bounded;
pub(crate) use watch::{key as area_key, shares, shares_at};

use crate::bind::Bindings;
use crate::state::{Version, stretches};
use atlas::answer::Inside;
use atlas::plan::ZoneIx;
use base::{CivilZone, Instant, Interval, ObservationId, Truth};
use evidence::batch::{Batch, FLAG_ALLEGATION, NOT_STATED_MS};
use evidence::coverage::Coverage;
use terms::agreement::What;

/// Sample points along each side of a zone's box.
pub const GRID: usize = 32;
/// Most gaps that an answer lists.
pub const GAPS_MAX: usize = 200;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Where.
    pub zone: ZoneIx,
    /// What is not to happen.
    pub what: &'a What,
    /// For how long, milliseconds.
    pub lasts_ms: i64,
    /// Least share of the zone that is watched at every moment, 0 to 1.
    pub coverage_min: f64,
    /// The clock does not start before this; `None`: it starts with the first coverage.
    pub from: Option<Instant>,
}

/// What the answer rests on.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// Settled observations.
    pub observations: &'a Batch,
    /// Who watched what, when, and how well.
    pub coverage: &'a [Coverage],
}

/// A time in which too little of the zone was watched.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// When.
    pub interval: Interval,
    /// The least share that was watched in it, 0 to 1.
    pub share: f64,
}

impl Gap {
    /// One line for people.
    #[must_use]
    pub fn words(&self, zone: &CivilZone) -> String {
        let share = (self.share * 100.0).round();
        format!(
            "from {} to {}: {share} % watched",
            zone.show(self.interval.start),
            zone.show(self.interval.end)
        )
    }
}

/// What else keeps silence from being verified.
#[derive(Clone, Debug, PartialEq)]
pub enum Open {
    /// An observation that may have been in the zone.
    MayBeInside {
        /// Which.
        id: ObservationId,
        /// When.
        event: Interval,
    },
    /// The zone has no edge on one side: no share of it can be told.
    Unbounded,
    /// The zone has no geometry.
    NoGround,
}

impl Open {
    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Open::MayBeInside { .. } => "place",
            Open::Unbounded => "zone_unbounded",
            Open::NoGround => "epoch",
        }
    }

    /// One line for people.
    #[must_use]
    pub fn words(&self, zone: &CivilZone) -> String {
        match self {
            Open::MayBeInside { event, .. } => {
                format!("whether what happened at {} was in the zone is open", zone.show(event.start))
            }
            Open::Unbounded => "the zone has no edge on one side: no share of it can be told".to_owned(),
            Open::NoGround => "the zone has no geometry then".to_owned(),
        }
    }
}

/// Whether the zone was silent.
#[derive(Clone, Debug, PartialEq)]
pub struct Silence {
    /// Whether it was, for so long, at some time until now.
    pub truth: Truth,
    /// When the time was first fulfilled.
    pub fulfilled: Option<Instant>,
    /// Since when nothing is on record that broke it: the end of what broke it last, or the start of the clock.
    pub running_since: Option<Instant>,
    /// What broke it last.
    pub broken_by: Option<(ObservationId, Interval)>,
    /// Times in which too little was watched, after it was broken last.
    pub gaps: Vec<Gap>,
    /// What else is open.
    pub open: Vec<Open>,
    /// Sentences.
    pub reasons: Vec<String>,
}

impl Silence {
    fn undecided(open: Open) -> Silence {
        Silence {
            truth: Truth::Undetermined,
            fulfilled: None,
            running_since: None,
            broken_by: None,
            gaps: Vec::new(),
            open: vec![open],
            reasons: Vec::new(),
        }
    }
}

/// What happened in the zone, or may have.
struct Shot {
    id: ObservationId,
    event: Interval,
    sure: bool,
}

/// Whether the zone was silent as asked, by what is known at `now`.
#[must_use]
pub fn silence(version: &Version, facts: &Facts<'_>, asked: &Asked<'_>, now: Instant) -> Silence {
    let column = zone_column(version, facts.observations, asked.zone);
    silence_where(version, facts, asked, now, &|row| column.get(row).copied())
}

/// Where each observation stands to the zone.
pub(crate) fn zone_column(version: &Version, batch: &Batch, zone: ZoneIx) -> Vec<Inside> {
    let ask =
        |rows| crate::state::asked(version, batch, rows, |p| version.atlas.answer_some(p, &[zone], &[]));
    let answers = stretches(batch.len()).into_iter().map(ask);
    answers.flat_map(|a| a.zones.into_iter().nth(usize::from(zone.0)).unwrap_or_default()).collect()
}

/// As [`silence`], where `inside` knows where each observation stands to the zone.
pub(crate) fn silence_where(
    version: &Version,
    facts: &Facts<'_>,
    asked: &Asked<'_>,
    now: Instant,
    inside: &dyn Fn(usize) -> Option<Inside>,
) -> Silence {
    if !ground::is_bounded(&version.atlas, asked.zone) {
        return Silence::undecided(Open::Unbounded);
    }
    let first = facts.coverage.iter().map(|c| c.interval.start).min();
    let Some(from) = asked.from.or(first).filter(|f| *f <= now) else {
        return Silence {
            truth: Truth::False,
            reasons: vec!["the clock has not started".to_owned()],
            open: Vec::new(),
            ..Silence::undecided(Open::NoGround)
        };
    };
    let over = Interval { start: from, end: now };
    let kinds = kinds_of(asked.what);
    let watched = watch::shares(version, facts.coverage, asked.zone, &kinds, over);
    let shots = shots(version, facts.observations, asked, over, inside);
    conclude(version, asked, over, &watched, &shots)
}

/// The kinds of fact that are not to happen.
fn kinds_of(what: &What) -> Vec<String> {
    match what {
        What::Act { kinds, .. } => kinds.clone(),
        What::Weapon { .. } => vec!["weapon".to_owned()],
    }
}

fn shots(
    version: &Version,
    batch: &Batch,
    asked: &Asked<'_>,
    over: Interval,
    inside: &dyn Fn(usize) -> Option<Inside>,
) -> Vec<Shot> {
    let covered = crate::bind::kinds_covered(asked.what, batch);
    let bindings = Bindings::of(&version.agreement, batch);
    let of_kind = |row: usize| {
        batch.kind.get(row).is_some_and(|k| covered.get(usize::from(*k)).copied().unwrap_or(false))
    };
    let of_class = |row: usize| match asked.what {
        What::Act { .. } => true,
        What::Weapon { class, .. } => match batch.weapon.get(row).map(|w| bindings.weapon(*w)) {
            Some(crate::bind::Known::Named(named)) => named == *class,
            _ => true,
        },
    };
    let known = |row: usize| {
        let reported = batch.reported_ms.get(row).copied().unwrap_or(NOT_STATED_MS);
        reported == NOT_STATED_MS || reported <= over.end.0
    };
    let wanted = |r: &usize| of_kind(*r) && !batch.flag(*r, FLAG_ALLEGATION) && over.meets(batch.event(*r));
    let mut out = Vec::new();
    for row in (0..batch.len()).filter(|r| wanted(r) && of_class(*r) && known(*r)) {
        let Some(inside) = inside(row).filter(|i| *i != Inside::Outside) else { continue };
        let Some(id) = batch.id.get(row) else { continue };
        out.push(Shot { id: *id, event: batch.event(row), sure: inside == Inside::Inside });
    }
    out.sort_by_key(|s| (s.event.start, s.event.end, s.id));
    out
}

/// Stretches of `over` in which none of `times` lies, each with its length: from the end of one to the start of the
/// next. An event without duration parts two stretches.
fn between(over: Interval, times: &[Interval]) -> Vec<Interval> {
    let mut out = Vec::new();
    let mut from = over.start;
    let mut sorted = times.to_vec();
    sorted.sort();
    for time in sorted {
        if time.start > from {
            out.push(Interval { start: from, end: time.start.min(over.end) });
        }
        from = from.max(time.end);
    }
    if from <= over.end {
        out.push(Interval { start: from, end: over.end });
    }
    out
}

/// The moment at which a stretch has lasted `lasts_ms`, if it does.
fn lasted(stretch: &Interval, lasts_ms: i64) -> Option<Instant> {
    let at = stretch.start.0.checked_add(lasts_ms)?;
    (at <= stretch.end.0).then_some(Instant(at))
}

fn conclude(
    version: &Version,
    asked: &Asked<'_>,
    over: Interval,
    watched: &[(Interval, f64)],
    shots: &[Shot],
) -> Silence {
    let zone = &version.agreement.zone;
    // A share as many points as asked for is enough; the last bit of a division must not decide.
    let short = |share: f64| share + 1e-9 < asked.coverage_min;
    let mut gaps: Vec<Gap> = Vec::new();
    for (interval, share) in watched.iter().filter(|(_, s)| short(*s)) {
        match gaps.last_mut() {
            Some(last) if last.interval.end == interval.start => {
                last.interval.end = interval.end;
                last.share = last.share.min(*share);
            }
            _ => gaps.push(Gap { interval: *interval, share: *share }),
        }
    }
    let sure: Vec<Interval> = shots.iter().filter(|s| s.sure).map(|s| s.event).collect();
    let all: Vec<Interval> = shots.iter().map(|s| s.event).chain(gaps.iter().map(|g| g.interval)).collect();
    let broken = shots.iter().filter(|s| s.sure).max_by_key(|s| (s.event.end, s.id));
    let running_since = broken.map_or(over.start, |s| s.event.end.max(over.start));
    let fulfilled = between(over, &all).iter().find_map(|s| lasted(s, asked.lasts_ms));
    let mut out = Silence {
        truth: Truth::True,
        fulfilled,
        running_since: Some(running_since),
        broken_by: broken.map(|s| (s.id, s.event)),
        gaps: Vec::new(),
        open: Vec::new(),
        reasons: Vec::new(),
    };
    let name = version.agreement.plan.zones.get(usize::from(asked.zone.0)).map_or("", |z| z.name.as_str());
    let long = crate::standing::lasting(asked.lasts_ms);
    if let Some(at) = fulfilled {
        out.reasons.push(format!("`{name}` was silent, and watched, for {long} at {}", zone.show(at)));
        return out;
    }
    if let Some(broken) = broken {
        out.reasons
            .push(format!("broken last at {}: the clock started anew then", zone.show(broken.event.start)));
    }
    let possible = between(over, &sure).iter().any(|s| lasted(s, asked.lasts_ms).is_some());
    if !possible {
        out.truth = Truth::False;
        let earliest = Instant(running_since.0.saturating_add(asked.lasts_ms));
        out.reasons.push(format!(
            "`{name}` has not been silent for {long}; at the earliest at {}",
            zone.show(earliest)
        ));
        return out;
    }
    out.truth = Truth::Undetermined;
    out.reasons.push(format!("nothing is on record in `{name}` for {long}; that is not verified silence"));
    out.gaps = gaps;
    if out.gaps.len() > GAPS_MAX {
        out.reasons.push(format!("{} gaps, of which {GAPS_MAX} are listed", out.gaps.len()));
        out.gaps.truncate(GAPS_MAX);
    }
    let open = shots.iter().filter(|s| !s.sure).take(GAPS_MAX);
    out.open = open.map(|s| Open::MayBeInside { id: s.id, event: s.event }).collect();
    out
}
