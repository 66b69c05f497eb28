//! The steps of a stream.

use super::places::{Answers, Spot, whole};
use super::{Cadence, Inputs, Stream, Streams, Watched, is_exercise};
use base::{Instant, Interval, Truth};
use evidence::batch::FLAG_ALLEGATION;
use findings::exposure::Watch;
use std::collections::BTreeSet;

/// A report of something that ended longer ago than this when it came, milliseconds, is late: it is shown, and does not
/// raise. 3 days.
pub(super) const IN_TIME_MS: i64 = 3 * 86_400_000;
/// An event whose time is known to more than this, milliseconds, is in no stream. 36 hours, for long civil days.
const VAGUE_MS: i64 = 36 * 3_600_000;
/// In a quarter of a day: to more than this. 6 hours and a half.
const VAGUE_QUARTER_MS: i64 = 6 * 3_600_000 + 1_800_000;

/// Steps of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Incidents that the mission came to know of in each step, in time.
    pub counts: Vec<u32>,
    /// Incidents that came too late in it.
    pub late: Vec<u32>,
    /// Incidents that may lie on this ground or not.
    pub unclear: Vec<u32>,
    /// Reports behind the counts: the raw stream.
    pub reports: Vec<u32>,
    /// Incidents by the step in which they happened, as far as is known.
    pub by_event: Vec<u32>,
    /// What part of each step could have been seen, 0 to 1.
    pub part: Vec<f32>,
    /// Whether that is known otherwise than by the reports themselves.
    pub alive: Vec<bool>,
    /// Counted incidents of each step, in the order in which they came: their places among the incidents, and when the
    /// mission came to know of them, milliseconds since 1970.
    pub members: Vec<Vec<(u32, i64)>>,
    /// Days between event and receipt, by day of the event; only for days.
    pub delays: Vec<(usize, usize)>,
}

impl Series {
    fn blank(steps: usize) -> Series {
        Series {
            counts: vec![0; steps],
            late: vec![0; steps],
            unclear: vec![0; steps],
            reports: vec![0; steps],
            by_event: vec![0; steps],
            part: vec![1.0; steps],
            alive: vec![false; steps],
            members: vec![Vec::new(); steps],
            delays: Vec::new(),
        }
    }

    /// How many steps.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.counts.len()
    }
}

/// An incident as streams count it.
pub(super) struct Counting {
    pub incident: u32,
    /// Row of its leading report.
    pub lead: usize,
    pub placed_by: usize,
    /// Longitude and latitude in degrees, and how well that is known, metres; `None`: nowhere.
    pub at: Option<[f64; 3]>,
    pub kind: u16,
    pub event: Interval,
    pub known_ms: i64,
    pub reports: u32,
}

/// All incidents that streams may count.
pub(super) struct Counted {
    pub all: Vec<Counting>,
}

/// What is known of each incident by now: one whose first report is not received yet is not there.
pub(super) fn counted(inputs: &Inputs<'_>, out: &mut Streams) -> Counted {
    let (batch, incidents) = (inputs.observations, inputs.incidents);
    let mut all = Vec::new();
    for incident in 0..incidents.len() {
        let members = incidents.counted_of(incident);
        let known = |row: &u32| {
            let at = out.received.of_row(*row as usize)?;
            (at <= inputs.now.0 && !batch.flag(*row as usize, FLAG_ALLEGATION)).then_some(at)
        };
        let Some(known_ms) = members.iter().filter_map(known).min() else { continue };
        let lead = incidents.lead.get(incident).map_or(0, |r| *r as usize);
        if is_exercise(batch, lead) {
            out.exercises += 1;
            continue;
        }
        let timed_by = incidents.timed_by.get(incident).map_or(lead, |r| *r as usize);
        let event = batch.event(timed_by);
        if event.end.0 - event.start.0 > VAGUE_MS {
            out.vague_time += 1;
            continue;
        }
        // A precision that nobody stated counts as a point's: a grid says about where.
        let known_m = |radius_m: f32| if radius_m.is_nan() { 0.0 } else { f64::from(radius_m) };
        let at = incidents.place.get(incident).map(|p| [p.lon_deg, p.lat_deg, known_m(p.radius_m)]);
        all.push(Counting {
            incident: u32::try_from(incident).unwrap_or(u32::MAX),
            lead,
            placed_by: incidents.placed_by.get(incident).map_or(lead, |r| *r as usize),
            at: at.filter(|[lon, lat, _]| lon.is_finite() && lat.is_finite()),
            kind: batch.kind.get(lead).copied().unwrap_or(0),
            event,
            known_ms,
            reports: u32::try_from(members.iter().filter(|r| known(r).is_some()).count()).unwrap_or(u32::MAX),
        });
    }
    all.sort_by_key(|c| (c.known_ms, c.incident));
    Counted { all }
}

/// A stream, or nothing for a cell on which nothing ever was and nobody watched.
pub(super) fn stream(
    inputs: &Inputs<'_>,
    streams: &Streams,
    spot: &Spot,
    watched: &Watched,
    clauses: Vec<String>,
    counted: &Counted,
    answers: &Answers,
) -> Option<Stream> {
    let words = &inputs.observations.words;
    let is_of: Vec<bool> = words.iter().map(|w| watched.kinds.iter().any(|k| k == w)).collect();
    let mut series = Cadence::ALL.map(|c| Series::blank(streams.edges(c).len().saturating_sub(1)));
    let mut any = false;
    for (ix, one) in counted.all.iter().enumerate() {
        if !is_of.get(usize::from(one.kind)).copied().unwrap_or(false) {
            continue;
        }
        let lies = answers.lies(spot, ix);
        if lies == Truth::False {
            continue;
        }
        any |= lies == Truth::True;
        for (cadence, series) in Cadence::ALL.iter().zip(&mut series) {
            add(streams.edges(*cadence), *cadence, series, one, lies);
        }
    }
    let unperceived = exposures(inputs, streams, spot, watched, &mut series);
    if !any && matches!(spot.ground, super::Ground::Cell { .. }) {
        return None;
    }
    let what = watched.what.clone();
    let kinds = watched.kinds.clone();
    Some(Stream { ground: spot.ground.clone(), what, kinds, clauses, unperceived, series })
}

fn add(edges_ms: &[i64], cadence: Cadence, series: &mut Series, one: &Counting, lies: Truth) {
    let step_of = |ms: i64| edges_ms.partition_point(|e| *e <= ms).checked_sub(1);
    if cadence == Cadence::Quarter && one.event.end.0 - one.event.start.0 > VAGUE_QUARTER_MS {
        return;
    }
    let Some(step) = step_of(one.known_ms).filter(|s| *s < series.steps()) else { return };
    let bump = |column: &mut Vec<u32>, step: usize, by: u32| {
        if let Some(slot) = column.get_mut(step) {
            *slot = slot.saturating_add(by);
        }
    };
    if lies != Truth::True {
        return bump(&mut series.unclear, step, 1);
    }
    if let Some(of_event) = step_of(one.event.start.0) {
        bump(&mut series.by_event, of_event, 1);
        if cadence == Cadence::Day {
            series.delays.push((of_event, step.saturating_sub(of_event)));
        }
    }
    let began = edges_ms.get(step).copied().unwrap_or(one.known_ms);
    if one.event.end.0.saturating_add(IN_TIME_MS) < began {
        return bump(&mut series.late, step, 1);
    }
    bump(&mut series.counts, step, 1);
    bump(&mut series.reports, step, one.reports);
    if let Some(members) = series.members.get_mut(step) {
        members.push((one.incident, one.known_ms));
    }
}

/// Fills in what could have been seen: the mean over the kinds that some source can perceive. Gives the kinds that none
/// can. Where nothing is stated about what was watched, only reports tell that anybody did.
fn exposures(
    inputs: &Inputs<'_>,
    streams: &Streams,
    spot: &Spot,
    watched: &Watched,
    series: &mut [Series; 2],
) -> Vec<String> {
    let perceives = |kind: &String| {
        inputs.coverage.iter().any(|c| c.kinds.is_empty() || c.kinds.iter().any(|k| k == kind))
    };
    let (seen, unperceived): (Vec<&String>, Vec<&String>) = watched.kinds.iter().partition(|k| perceives(k));
    let unperceived: Vec<String> = unperceived.into_iter().cloned().collect();
    let Some(over) = whole(streams.edges(Cadence::Day)) else { return unperceived };
    // Kinds that the same sources perceive are watched alike.
    let mut alike: Vec<(BTreeSet<usize>, usize, Watch)> = Vec::new();
    for kind in seen {
        let by =
            |(_, c): &(usize, &evidence::coverage::Coverage)| c.kinds.is_empty() || c.kinds.contains(kind);
        let of: BTreeSet<usize> = inputs.coverage.iter().enumerate().filter(by).map(|(at, _)| at).collect();
        match alike.iter_mut().find(|(same, ..)| *same == of) {
            Some((_, n, _)) => *n += 1,
            None => {
                let watch = spot.watch(inputs, kind, over);
                if !matches!(watch, Watch::Shares(_)) {
                    return unperceived;
                }
                alike.push((of, 1, watch));
            }
        }
    }
    let kinds: usize = alike.iter().map(|(_, n, _)| n).sum();
    // Where no source ever says that it watched, its reports alone tell that somebody was there.
    let ever = alike.iter().any(|(_, _, w)| w.over(over).is_some_and(|s| s.share > 0.0));
    if kinds == 0 || !ever {
        return unperceived;
    }
    for (cadence, series) in Cadence::ALL.iter().zip(series) {
        let edges = streams.edges(*cadence);
        for step in 0..series.steps() {
            let (Some(start), Some(end)) = (edges.get(step), edges.get(step + 1)) else { break };
            let end = (*end).min(inputs.now.0.max(start + 1));
            let step_over = Interval { start: Instant(*start), end: Instant(end) };
            let shares = alike.iter().map(|(_, n, w)| w.over(step_over).map_or(0.0, |s| s.share) * *n as f64);
            let share = shares.sum::<f64>() / kinds as f64;
            if let (Some(part), Some(alive)) = (series.part.get_mut(step), series.alive.get_mut(step)) {
                *part = share.clamp(0.0, 1.0) as f32;
                *alive = share > 0.0;
            }
        }
    }
    unperceived
}
