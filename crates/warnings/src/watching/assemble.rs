//! Alarms become warnings: alarms of one stream within a warning's time belong to it, and so do those of other streams
//! that rest on the same incidents or lie next to it.

use super::pass::Alarmed;
use crate::detect::watch::Ground as Basis;
use crate::raised::{Alarm, Also, Brought, BySource, Evidence, Level, Raised, STANDS_MS};
use crate::streams::{Ground, Inputs, Stream, Streams};
use base::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// Most incidents that a warning lists.
const EVIDENCE_MAX: usize = 500;
/// From this share of an alarm's incidents on that a warning rests on already, the alarm belongs to it.
const SAME_SHARE: f64 = 0.5;
/// Of a rise, at most this many times what was expected is left without the source that explains it.
const LEFT_WITHOUT: f64 = 1.25;

/// Warnings, in the order in which they were raised.
pub(super) fn assemble(inputs: &Inputs<'_>, streams: &Streams, mut alarms: Vec<Alarmed>) -> Vec<Raised> {
    alarms.sort_by(|a, b| {
        let order = |a: &Alarmed| (a.at_ms, rank(streams, a), a.stream, a.cadence);
        order(a).cmp(&order(b))
    });
    let mut raised: Vec<(Raised, BTreeSet<u32>)> = Vec::new();
    for alarm in &alarms {
        let Some(stream) = streams.all.get(alarm.stream) else { continue };
        let rise = Rise::of(streams, stream, alarm);
        let open = raised.iter_mut().rev().filter(|(r, _)| r.stands_at(alarm.at_ms));
        let belongs = open.into_iter().find(|(r, known)| belongs(streams, r, known, stream, alarm, &rise));
        match belongs {
            Some((warning, known)) => take_up(warning, known, stream, alarm, rise),
            None => {
                let reference = reference(inputs, stream, alarm.at_ms, &raised);
                raised.push(opened(reference, stream, alarm, rise));
            }
        }
    }
    let mut raised: Vec<Raised> = raised.into_iter().map(|(warning, _)| warning).collect();
    for warning in &mut raised {
        finish(inputs, streams, warning);
    }
    raised
}

/// Zones of the text before everywhere, and cells last: the first to rise gives a warning its name.
fn rank(streams: &Streams, alarm: &Alarmed) -> u8 {
    match streams.all.get(alarm.stream).map(|s| &s.ground) {
        Some(Ground::Zone { .. }) => 0,
        Some(Ground::Everywhere) => 1,
        _ => 2,
    }
}

/// What an alarm rests on.
struct Rise {
    since_ms: i64,
    counted: u32,
    expected: f64,
    unclear: u32,
    exposure: Option<f64>,
    brought: Vec<Brought>,
    evidence: Vec<Evidence>,
}

impl Rise {
    fn of(streams: &Streams, stream: &Stream, alarm: &Alarmed) -> Rise {
        let series = stream.of(alarm.cadence);
        let edges = streams.edges(alarm.cadence);
        let begins = |step: usize| edges.get(step).copied().unwrap_or(alarm.at_ms);
        let brought: Vec<Brought> = match (&alarm.alarm.split, alarm.alarm.ground) {
            (Some(split), Basis::Rise) => {
                split.steps.iter().map(|part| Brought::of(part, begins(at(part.step)))).collect()
            }
            (_, ground) => {
                let count = series.counts.get(alarm.step).copied().unwrap_or(0);
                let log_evidence = if ground == Basis::Shock { alarm.alarm.log_evidence } else { 0.0 };
                vec![Brought { step_ms: begins(alarm.step), count, expected: alarm.expected, log_evidence }]
            }
        };
        let since_ms = brought.iter().map(|b| b.step_ms).min().unwrap_or(alarm.at_ms);
        let first = edges.partition_point(|e| *e < since_ms);
        let steps = first..=alarm.step.max(first);
        let n = steps.clone().count().max(1) as f64;
        let over = |step: usize| series.part.get(step).copied().unwrap_or(0.0);
        // Where reports alone tell that anybody was there, no share of anything was seen.
        let is_stated = series.alive.iter().any(|a| *a);
        let exposure = is_stated.then(|| steps.clone().map(|s| f64::from(over(s))).sum::<f64>() / n);
        let unclear = steps.clone().filter_map(|s| series.unclear.get(s)).sum();
        let evidence =
            steps.flat_map(|step| weighed(series.members.get(step), begins(step), &brought)).collect();
        Rise {
            since_ms,
            counted: brought.iter().map(|b| b.count).sum(),
            expected: brought.iter().map(|b| b.expected).sum(),
            unclear,
            exposure,
            brought,
            evidence,
        }
    }
}

fn at(step: u64) -> usize {
    usize::try_from(step).unwrap_or(usize::MAX)
}

/// The incidents of a step, each with its part of what the step brought.
fn weighed(members: Option<&Vec<(u32, i64)>>, step_ms: i64, brought: &[Brought]) -> Vec<Evidence> {
    let members = members.map_or(&[][..], Vec::as_slice);
    let whole = brought.iter().find(|b| b.step_ms == step_ms).map_or(0.0, |b| b.log_evidence);
    let part = whole / members.len().max(1) as f64;
    members
        .iter()
        .map(|(incident, known_ms)| Evidence { incident: *incident, known_ms: *known_ms, log_evidence: part })
        .collect()
}

/// Whether an alarm belongs to an open warning.
fn belongs(
    streams: &Streams,
    open: &Raised,
    known: &BTreeSet<u32>,
    stream: &Stream,
    alarm: &Alarmed,
    rise: &Rise,
) -> bool {
    if open.stream == Some(alarm.stream) {
        return true;
    }
    if open.what != stream.what && !stream.kinds.iter().any(|k| open.kinds.contains(k)) {
        return false;
    }
    let also = |ground: &Ground| open.also.iter().any(|a| a.ground == *ground && a.what == stream.what);
    if also(&stream.ground) {
        return true;
    }
    let same = rise.evidence.iter().filter(|e| known.contains(&e.incident)).count();
    if !rise.evidence.is_empty() && same as f64 >= SAME_SHARE * rise.evidence.len() as f64 {
        return true;
    }
    let of_open = open.stream.and_then(|s| streams.all.get(s)).map(|s| &s.ground).into_iter();
    of_open.chain(open.also.iter().map(|a| &a.ground)).any(|ground| touch(ground, &stream.ground))
}

/// Whether two cells lie next to each other.
fn touch(a: &Ground, b: &Ground) -> bool {
    let (Ground::Cell { bounds_deg: [w, s, e, n], .. }, Ground::Cell { bounds_deg: [w2, s2, e2, n2], .. }) =
        (a, b)
    else {
        return false;
    };
    let slack = 1e-6;
    *w <= e2 + slack && *w2 <= e + slack && *s <= n2 + slack && *s2 <= n + slack
}

fn told(alarm: &Alarmed, stream: &Stream, streams_step_ms: i64) -> Alarm {
    Alarm {
        at_ms: alarm.at_ms,
        cadence: alarm.cadence,
        basis: alarm.alarm.ground,
        step_ms: streams_step_ms,
        count: stream.of(alarm.cadence).counts.get(alarm.step).copied().unwrap_or(0),
        expected: alarm.expected,
        log_evidence: alarm.alarm.log_evidence,
        log_threshold: alarm.alarm.log_threshold,
    }
}

fn opened(reference: String, stream: &Stream, alarm: &Alarmed, rise: Rise) -> (Raised, BTreeSet<u32>) {
    let known = rise.evidence.iter().map(|e| e.incident).collect();
    let step_ms = rise.brought.last().map_or(alarm.at_ms, |b| b.step_ms);
    let raised = Raised {
        reference,
        stream: Some(alarm.stream),
        ground: stream.ground.clone(),
        what: stream.what.clone(),
        kinds: stream.kinds.clone(),
        clauses: stream.clauses.clone(),
        raised_ms: alarm.at_ms,
        since_ms: rise.since_ms,
        last_ms: alarm.at_ms,
        expires_ms: alarm.at_ms.saturating_add(STANDS_MS),
        level: Level::Watch,
        why: Vec::new(),
        alarms: vec![told(alarm, stream, step_ms)],
        brought: rise.brought,
        evidence: rise.evidence,
        counted: rise.counted,
        expected: rise.expected,
        unclear: rise.unclear,
        sources: Vec::new(),
        one_source: None,
        only_parties: false,
        exposure: rise.exposure,
        flags: alarm.flags,
        also: Vec::new(),
        calm_below_per_day: Some(alarm.calm_below_per_day),
        indications: Vec::new(),
    };
    (raised, known)
}

/// Takes an alarm up into an open warning, which stands the longer for it.
fn take_up(open: &mut Raised, known: &mut BTreeSet<u32>, stream: &Stream, alarm: &Alarmed, rise: Rise) {
    open.last_ms = open.last_ms.max(alarm.at_ms);
    open.expires_ms = open.last_ms.saturating_add(STANDS_MS);
    let step_ms = rise.brought.last().map_or(alarm.at_ms, |b| b.step_ms);
    if open.stream != Some(alarm.stream) {
        let also = Also {
            ground: stream.ground.clone(),
            what: stream.what.clone(),
            at_ms: alarm.at_ms,
            counted: rise.counted,
            expected: rise.expected,
        };
        match open.also.iter_mut().find(|a| a.ground == also.ground && a.what == also.what) {
            Some(before) => *before = also,
            None => open.also.push(also),
        }
        return;
    }
    open.alarms.push(told(alarm, stream, step_ms));
    // Steps of the other length are the same time over again: the counts of one length are told.
    let same_length = open.alarms.first().is_some_and(|first| first.cadence == alarm.cadence);
    for one in rise.evidence {
        if known.insert(one.incident) {
            open.evidence.push(one);
        }
    }
    if same_length {
        let new = |b: &Brought| !open.brought.iter().any(|o| o.step_ms == b.step_ms);
        let fresh: Vec<Brought> = rise.brought.into_iter().filter(new).collect();
        open.counted = open.counted.saturating_add(fresh.iter().map(|b| b.count).sum());
        open.expected += fresh.iter().map(|b| b.expected).sum::<f64>();
        open.brought.extend(fresh);
        open.unclear = open.unclear.max(rise.unclear);
    }
    open.flags.burst |= alarm.flags.burst;
    open.flags.implausible |= alarm.flags.implausible;
}

/// `WRN-2026-03-12-buffer-fire`: the civil day, the ground and what is counted; a further one of the day with a number.
fn reference(inputs: &Inputs<'_>, stream: &Stream, at_ms: i64, before: &[(Raised, BTreeSet<u32>)]) -> String {
    let is_taken = |name: &str| before.iter().any(|(r, _)| r.reference == name);
    named(inputs, stream.ground.name(), &stream.what, at_ms, &is_taken)
}

/// As [`reference`], of any ground and matter.
pub(super) fn named(
    inputs: &Inputs<'_>,
    ground: &str,
    what: &str,
    at_ms: i64,
    is_taken: &dyn Fn(&str) -> bool,
) -> String {
    let (year, month, day) = inputs.zone.date_of(Instant(at_ms));
    let plain = |text: &str| {
        let mut out = String::new();
        for c in text.to_lowercase().chars() {
            match c {
                c if c.is_alphanumeric() => out.push(c),
                '.' => out.push('.'),
                _ if !out.ends_with('-') && !out.is_empty() => out.push('-'),
                _ => {}
            }
        }
        out.trim_end_matches('-').to_owned()
    };
    let name = format!("WRN-{year:04}-{month:02}-{day:02}-{}-{}", plain(ground), plain(what));
    if !is_taken(&name) {
        return name;
    }
    let numbered = (2..10_000).map(|n| format!("{name}-{n}")).find(|n| !is_taken(n));
    numbered.unwrap_or(name)
}

/// Sources and the level, once all of a warning's evidence is together.
pub(super) fn finish(inputs: &Inputs<'_>, streams: &Streams, warning: &mut Raised) {
    warning.sources = by_source(inputs, streams, warning);
    let total = warning.evidence.len() as u32;
    let most_alone = warning.sources.iter().max_by_key(|s| s.alone);
    // Sources that all incidents name: whether one of them alone explains the rise.
    let left = |s: &BySource| {
        f64::from(total.saturating_sub(s.alone)) * f64::from(warning.counted) / f64::from(total.max(1))
    };
    warning.one_source = most_alone
        .filter(|s| s.alone > 0 && left(s) <= LEFT_WITHOUT * warning.expected)
        .map(|s| s.source.clone());
    let others = warning.sources.iter().any(|s| !s.is_party && s.incidents > 0);
    warning.only_parties = total > 0 && !others;
    warning.evidence.sort_by(|a, b| {
        b.log_evidence
            .total_cmp(&a.log_evidence)
            .then(a.known_ms.cmp(&b.known_ms))
            .then(a.incident.cmp(&b.incident))
    });
    warning.evidence.truncate(EVIDENCE_MAX);
    warning.brought.sort_by(|a, b| b.log_evidence.total_cmp(&a.log_evidence).then(a.step_ms.cmp(&b.step_ms)));
    warning.grade();
}

fn by_source(inputs: &Inputs<'_>, streams: &Streams, warning: &Raised) -> Vec<BySource> {
    let batch = inputs.observations;
    let mut all: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for one in &warning.evidence {
        let rows = inputs.incidents.members_of(one.incident as usize).iter().map(|r| *r as usize);
        // Only what had come by the last alarm: a later report is no evidence of it.
        let in_time = |row: &usize| streams.received.of_row(*row).is_some_and(|at| at <= warning.last_ms);
        let names: BTreeSet<&str> =
            rows.filter(in_time).map(|row| batch.word_at(&batch.source, row)).collect();
        let alone = u32::from(names.len() == 1);
        for name in names {
            let slot = all.entry(name).or_default();
            slot.0 += 1;
            slot.1 += alone;
        }
    }
    let is_party = |name: &str| {
        let at = streams.sources.iter().position(|s| s == name);
        at.and_then(|at| streams.is_party.get(at)).copied().unwrap_or(false)
    };
    let mut out: Vec<BySource> = all
        .into_iter()
        .map(|(source, (incidents, alone))| BySource {
            source: source.to_owned(),
            is_party: is_party(source),
            incidents,
            alone,
        })
        .collect();
    out.sort_by(|a, b| b.incidents.cmp(&a.incidents).then(a.source.cmp(&b.source)));
    out
}
