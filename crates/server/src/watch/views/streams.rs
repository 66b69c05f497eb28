//! Streams and forecasts in the shapes of the API.

use super::super::types::{AheadView, DayOf, StreamLine, StreamView};
use super::{Lens, at, ground};
use crate::problem::Problem;
use serde::Serialize;
use warnings::detect::watch::{Flags, Quiet};
use warnings::streams::{Cadence, Stream, nowcast};
use warnings::watching::{State, settings};

/// Days of a line in a list.
const LINE_DAYS: usize = 28;
/// Days of which it is told what they will come to.
const NOWCAST_DAYS: usize = 7;

pub(super) fn cadence(of: Cadence) -> &'static str {
    match of {
        Cadence::Day => "day",
        Cadence::Quarter => "quarter",
    }
}

/// The fixed word of a plain enum, as JSON has it.
pub(super) fn word<T: Serialize>(of: &T) -> String {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(word)) => word.replace('_', "-"),
        _ => String::new(),
    }
}

pub(super) fn flags(of: &Flags) -> Vec<String> {
    let all = [
        (of.unobserved, "unobserved"),
        (of.burst, "burst"),
        (of.implausible, "implausible"),
        (of.held, "held"),
        (of.warming_up, "warming-up"),
    ];
    all.iter().filter(|(holds, _)| *holds).map(|(_, name)| (*name).to_owned()).collect()
}

impl Lens<'_> {
    pub(super) fn stream_lines(&self) -> Vec<StreamLine> {
        let Some(watching) = self.watching() else { return Vec::new() };
        let each = watching.streams.all.iter().zip(&watching.states);
        each.map(|(stream, state)| line(stream, state)).collect()
    }

    /// What is to come on a stream.
    pub(super) fn ahead(&self, stream: usize) -> Vec<AheadView> {
        let all = self.watched.and_then(|w| w.ahead.get(stream)).map_or(&[][..], Vec::as_slice);
        let one = |a: &warnings::fan::Ahead| AheadView {
            days: a.days,
            method: word(&a.method),
            mean: a.mean,
            quantiles: a.quantiles,
            none: a.none,
            escalation_from: a.escalation_from,
            escalation: a.escalation,
        };
        all.iter().map(one).collect()
    }

    /// A stream with everything of it; only staff may ask.
    pub fn stream(&self, ground_name: &str, what: &str) -> Result<StreamView, Problem> {
        let none = || Problem::not_found(format!("no stream counts `{what}` on `{ground_name}`"));
        let watching = self.watching().filter(|_| self.reader.is_staff()).ok_or_else(none)?;
        let is = |s: &Stream| s.ground.name() == ground_name && s.what == what;
        let ix = watching.streams.all.iter().position(is).ok_or_else(none)?;
        let (Some(stream), Some(state)) = (watching.streams.all.get(ix), watching.states.get(ix)) else {
            return Err(none());
        };
        Ok(StreamView {
            line: line(stream, state),
            kinds: stream.kinds.clone(),
            unperceived: stream.unperceived.clone(),
            days: days(stream, state),
            ahead: self.ahead(ix),
        })
    }
}

fn line(stream: &Stream, state: &State) -> StreamLine {
    let days = state.days.get(state.days.len().saturating_sub(LINE_DAYS)..).unwrap_or_default();
    let takes = settings(Cadence::Day).budget.part(0.5).log_threshold();
    StreamLine {
        ground: ground(&stream.ground),
        what: stream.what.clone(),
        clauses: stream.clauses.clone(),
        expected_per_day: state.law.map(|l| l.mean()),
        quiet: match state.quiet {
            Quiet::NotSaid => "not-said",
            Quiet::Silent => "silent",
            Quiet::Calm => "calm",
        }
        .to_owned(),
        flags: flags(&state.flags),
        evidence: (state.log_evidence / takes).clamp(0.0, 1.0),
        first_day: days.first().map(|d| at(d.day_ms)),
        counts: days.iter().map(|d| d.count).collect(),
        expected: days.iter().map(|d| d.expected).collect(),
        high: days.iter().map(|d| d.high).collect(),
        part: days.iter().map(|d| d.part).collect(),
    }
}

fn days(stream: &Stream, state: &State) -> Vec<DayOf> {
    let series = stream.of(Cadence::Day);
    let to_come = nowcast(&series.by_event, &series.delays, NOWCAST_DAYS);
    let first = state.days.len().saturating_sub(to_come.len());
    let told = |at: usize| to_come.get(at.checked_sub(first)?).copied().flatten();
    let one = |(ix, d): (usize, &warnings::watching::DayView)| DayOf {
        day: at(d.day_ms),
        count: d.count,
        late: d.late,
        happened: d.happened,
        nowcast: told(ix).filter(|n| n.complete < 0.999).map(|n| [n.low, n.median, n.high]),
        part: d.part,
        unobserved: d.unobserved,
        expected: d.expected,
        high: d.high,
    };
    state.days.iter().enumerate().map(one).collect()
}
