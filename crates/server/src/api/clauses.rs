//! Clauses with what is found of each: figures where single reports are judged, findings over a period elsewhere.

use super::agreement_types as types;
use super::convert::moment;
use super::types::Missing;
use crate::limits::{REASONS_MAX, STANDING_MAX};
use base::{CivilZone, Interval};
use findings::StandingFinding;
use findings::standing::{ClockFinding, ClockReading, Lack, Part};
use publication::Record;
use terms::Language;
use terms::agreement::{ActorIx, Agreement, Clause, When};

/// The clauses of a version, explained in a language; with their findings over a period, or without.
pub(super) fn clauses(
    record: &Record,
    version: usize,
    language: Language,
    standing: bool,
) -> Vec<types::Clause> {
    let Some(known) = record.version(version) else { return Vec::new() };
    let of = |(index, clause): (usize, &Clause)| {
        let plain = clause_of(record, version, &known.agreement, index, clause, language);
        if standing && !clause.duty.is_of_observations() {
            with_standing(plain, record, version)
        } else {
            plain
        }
    };
    known.agreement.clauses.iter().enumerate().map(of).collect()
}

/// The clause as those have it who are told what it says, and what is found of it only as it is published.
pub(super) fn without_figures(clause: &mut types::Clause) {
    clause.watched = None;
    clause.watched_share = None;
    clause.counts = None;
    clause.incident_counts = None;
    clause.standing = None;
    clause.standing_left_out = 0;
    clause.not_counted = Some(Missing {
        code: "audience".to_owned(),
        text: "figures are in the daily report, as it is published".to_owned(),
    });
}

fn clause_of(
    record: &Record,
    version: usize,
    agreement: &Agreement,
    index: usize,
    clause: &Clause,
    language: Language,
) -> types::Clause {
    let findings = record.state.versions.get(version).filter(|_| clause.duty.is_of_observations());
    let when = |when: &When| moment(agreement.resolve_when(when));
    let over_period = !clause.duty.is_of_observations();
    let (watched, watched_share) = watched(record, version, index);
    types::Clause {
        watched,
        watched_share,
        index,
        label: clause.label.clone(),
        article: agreement.articles.get(clause.article).map_or_else(String::new, |a| a.heading.clone()),
        line: clause.span.line,
        source: clause.source.clone(),
        explanation: terms::explain_in(agreement, index, language),
        kind: clause.duty.kind().name().to_owned(),
        in_force_from: when(&clause.from),
        until: clause.until.as_ref().and_then(when),
        paired: clause.paired.clone(),
        replaces: clause.replaces.clone(),
        within: clause.within.iter().map(|w| within(*w)).collect(),
        counts: findings.map(|f| f.observation_counts(index).into()),
        incident_counts: findings.map(|f| f.incident_counts(index).into()),
        not_counted: over_period.then(|| Missing {
            code: "over_period".to_owned(),
            text: "it is judged over a period, not report by report".to_owned(),
        }),
        standing: None,
        standing_left_out: 0,
    }
}

/// What share of a clause's ground was watched for what it is about, from the first event on record to the last.
fn watched(record: &Record, version: usize, clause: usize) -> (Option<String>, Option<f64>) {
    let Some(over) = record.reach() else { return (None, None) };
    let watch = record.watch(version, clause);
    let words = publication::coverage::watched(watch, over);
    (Some(words).filter(|w| !w.is_empty()), watch.and_then(|w| w.over(over)).map(|s| s.share))
}

pub(super) fn within((bracket, alternative): (usize, usize)) -> types::Within {
    types::Within { bracket, alternative }
}

pub(super) fn named(agreement: &Agreement, actor: ActorIx) -> types::Named {
    let known = agreement.actor(actor);
    types::Named {
        code: known.map_or_else(String::new, |a| a.code.clone()),
        name: known.map_or_else(String::new, |a| a.name.clone()),
    }
}

fn with_standing(clause: types::Clause, record: &Record, version: usize) -> types::Clause {
    let Some(agreement) = record.version(version).map(|v| &v.agreement) else { return clause };
    let all = record.standing.get(version).into_iter().flatten();
    let mut found: Vec<&StandingFinding> = all.filter(|f| f.clause == clause.index).collect();
    let left_out = found.len().saturating_sub(STANDING_MAX);
    if left_out > 0 {
        // What matters most is not what is left out.
        found.sort_by_key(|f| std::cmp::Reverse(f.outcome));
        found.truncate(STANDING_MAX);
    }
    let standing = found.into_iter().map(|f| standing_of(f, agreement)).collect();
    types::Clause { standing: Some(standing), standing_left_out: left_out, ..clause }
}

fn standing_of(found: &StandingFinding, agreement: &Agreement) -> types::Standing {
    let zone = &agreement.zone;
    let figure = |f: &findings::standing::Figure| types::Figure {
        name: f.name.to_owned(),
        of: f.of.clone(),
        text: f.value.show(zone),
    };
    types::Standing {
        of: found.instance.name.clone(),
        whom: found.instance.actor.map(|actor| named(agreement, actor)),
        period: found.instance.period.map(|period| stretch(period, zone)),
        outcome: found.outcome.name().to_owned(),
        state: found.state.to_owned(),
        since: moment(found.since),
        sentence: sentence(found, agreement),
        reasons: found.reasons.iter().take(REASONS_MAX).cloned().collect(),
        reasons_left_out: found.reasons.len().saturating_sub(REASONS_MAX),
        missing: lacking(&found.missing),
        figures: found.figures.iter().map(figure).collect(),
        parts: found.parts.iter().map(part).collect(),
        clocks: found.clocks.iter().map(clock).collect(),
        entries: found.records.clone(),
    }
}

/// Whom, over what, what, and the first reason.
fn sentence(found: &StandingFinding, agreement: &Agreement) -> String {
    let whom = found.instance.actor.map(|actor| named(agreement, actor).name);
    let period = found
        .instance
        .period
        .map(|p| format!("from {} to {}", agreement.zone.show(p.start), agreement.zone.show(p.end)));
    let of: Vec<String> = whom.into_iter().chain(period).collect();
    let of = if of.is_empty() { String::new() } else { format!("{}: ", of.join(", ")) };
    let state = if found.state.is_empty() { String::new() } else { format!(" ({})", found.state) };
    let outcome = found.outcome.name().replace('_', " ");
    let reason = found.reasons.first().map(|r| format!(": {}", r.trim_end_matches('.'))).unwrap_or_default();
    format!("{of}{outcome}{state}{reason}.")
}

fn stretch(period: Interval, zone: &CivilZone) -> types::Stretch {
    let (start, end) = (moment(Some(period.start)), moment(Some(period.end)));
    types::Stretch { start, end, zone: zone.name().to_owned() }
}

/// What is missing by sort, in order.
fn lacking(all: &[Lack]) -> Vec<types::Lacking> {
    let mut out: Vec<types::Lacking> = Vec::new();
    for lack in all {
        let at = out.iter().position(|known| known.code == lack.code).unwrap_or(out.len());
        if at == out.len() {
            out.push(types::Lacking { code: lack.code.to_owned(), count: 0, texts: Vec::new() });
        }
        let Some(known) = out.get_mut(at) else { continue };
        known.count += 1;
        if known.texts.len() < REASONS_MAX {
            known.texts.push(lack.words.clone());
        }
    }
    out
}

fn missing(lack: &Lack) -> Missing {
    Missing { code: lack.code.to_owned(), text: lack.words.clone() }
}

fn part(part: &Part) -> types::StandingPart {
    types::StandingPart {
        name: part.name.clone(),
        truth: part.truth.to_string(),
        reasons: part.reasons.clone(),
        missing: part.missing.iter().map(missing).collect(),
    }
}

fn clock(clock: &ClockFinding) -> types::Clock {
    let reading = |r: &ClockReading| types::ClockReading {
        from: r.zero_words.clone(),
        restarts: r.restarts,
        started: moment(r.zero),
        due: moment(r.due),
        state: r.state.name().to_owned(),
        met_at: moment(r.met_at),
    };
    types::Clock {
        name: clock.name.clone(),
        zone: clock.zone.clone(),
        readings: clock.readings.iter().map(reading).collect(),
        on_expiry: clock.on_expiry.clone(),
        notes: clock.notes.clone(),
    }
}
