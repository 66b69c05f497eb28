//! An indicator that is met strengthens a warning that stands on its ground, or is a warning of its own.

use super::assemble::{finish, named};
use crate::detect::watch::Flags;
use crate::indicators::{Indicated, Met};
use crate::raised::{Evidence, Indication, Level, Raised, STANDS_MS};
use crate::streams::{Inputs, Streams};
use terms::agreement::{Level as Asked, Measure, Turn};

/// Puts what indicators say among the warnings, which stay in the order in which they were raised.
pub(super) fn raise(
    inputs: &Inputs<'_>,
    streams: &Streams,
    indicators: &[Indicated],
    raised: &mut Vec<Raised>,
) {
    let mut own = Vec::new();
    for indicator in indicators {
        for (nth, met) in indicator.met.iter().enumerate() {
            let indication = indication(indicator, nth, met);
            let mut met_with = raised.iter_mut().filter(|r| is_with(r, indicator, met)).peekable();
            if met_with.peek().is_none() {
                own.push((indicator, met, indication));
                continue;
            }
            for warning in met_with {
                warning.indications.push(indication.clone());
                warning.expires_ms = warning.expires_ms.max(met.last.at_ms.saturating_add(STANDS_MS));
                warning.grade();
            }
        }
    }
    own.sort_by_key(|(a, p, _)| (p.first.at_ms, a.clause));
    for (indicator, met, indication) in own {
        let name = format!("indicator-{}", indicator.label);
        let reference = named(inputs, indicator.ground.name(), &name, met.first.at_ms, &|name| {
            raised.iter().any(|r| r.reference == name)
        });
        let mut warning = of(reference, indicator, met, indication);
        finish(inputs, streams, &mut warning);
        warning.only_parties |= indicator.only_parties;
        warning.grade();
        raised.push(warning);
    }
    raised.sort_by_key(|r| r.raised_ms);
}

/// Whether a warning that the detectors raised stands on the same ground about the same kinds while it is met.
fn is_with(raised: &Raised, indicator: &Indicated, met: &Met) -> bool {
    let of_detectors = !raised.alarms.is_empty();
    let same_ground =
        raised.ground == indicator.ground || raised.also.iter().any(|a| a.ground == indicator.ground);
    let same_kinds = indicator.kinds.iter().any(|k| raised.kinds.contains(k));
    let meanwhile = raised.raised_ms <= met.last.at_ms && met.first.at_ms < raised.expires_ms;
    of_detectors && same_ground && same_kinds && meanwhile
}

fn indication(indicator: &Indicated, nth: usize, met: &Met) -> Indication {
    Indication {
        clause: indicator.label.clone(),
        version: indicator.version.clone(),
        title: indicator.title.clone(),
        signal: indicator.asks.signal.name().to_owned(),
        turn: indicator.asks.turn.name().to_owned(),
        since_ms: met.first.at_ms,
        last_ms: met.last.at_ms,
        window: latest(indicator, met).window,
        baseline: latest(indicator, met).baseline,
        met_before: nth,
        met_per_year: indicator.met_per_year(),
        judged_ms: indicator.judged_ms,
    }
}

/// The reading that tells most: of a rise the last, of less the first.
fn latest<'m>(indicator: &Indicated, met: &'m Met) -> &'m crate::indicators::Reading {
    if matches!(indicator.asks.turn, Turn::Rises(_)) { &met.last } else { &met.first }
}

fn of(reference: String, indicator: &Indicated, met: &Met, indication: Indication) -> Raised {
    let reading = latest(indicator, met);
    let rises = matches!(indicator.asks.turn, Turn::Rises(_));
    let from_ms = met.first.window.from_ms;
    let is_of = |at: &i64| rises && *at >= from_ms && *at <= met.last.at_ms;
    let evidence: Vec<Evidence> = indicator
        .members
        .iter()
        .filter(|(at, _)| is_of(at))
        .map(|(at, incident)| Evidence { incident: *incident, known_ms: *at, log_evidence: 0.0 })
        .collect();
    Raised {
        reference,
        stream: indicator.stream,
        ground: indicator.ground.clone(),
        what: indicator.what.clone(),
        kinds: indicator.kinds.clone(),
        clauses: vec![indicator.label.clone()],
        raised_ms: met.first.at_ms,
        since_ms: evidence.iter().map(|e| e.known_ms).min().unwrap_or(from_ms),
        last_ms: met.last.at_ms,
        expires_ms: met.last.at_ms.saturating_add(STANDS_MS),
        level: Level::Watch,
        why: Vec::new(),
        alarms: Vec::new(),
        brought: Vec::new(),
        counted: reading.window.counted,
        expected: indicator.expected(reading),
        unclear: reading.window.unclear,
        evidence,
        sources: Vec::new(),
        one_source: None,
        only_parties: false,
        exposure: reading.window.part(),
        flags: Flags::default(),
        also: Vec::new(),
        calm_below_per_day: None,
        indications: vec![indication],
    }
}

/// What an indicator asks for, in a few signs: `>= 3 times, at least 4`.
#[must_use]
pub fn asked(turn: &Turn) -> String {
    let of = |sign: &str, level: &Asked| {
        let measure = match level.measure {
            Measure::Count => "",
            Measure::PerWatchedHour => " per watched hour",
            Measure::Times => " times the baseline",
        };
        let least = level.at_least.map(|n| format!(", at least {n}")).unwrap_or_default();
        format!("{sign} {}{measure}{least}", level.number)
    };
    match turn {
        Turn::Rises(level) => of(">=", level),
        Turn::Falls(level) => of("<=", level),
        Turn::Stops => "none any more".to_owned(),
    }
}
