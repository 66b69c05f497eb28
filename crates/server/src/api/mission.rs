//! The mission as a whole: texts, sources, totals, coverage; and whether the server is well.

use super::{Answer, AppState, Pairs, clauses, convert, types};
use crate::desk::Desk;
use crate::limits::COVERAGE_MAX;
use crate::live::{App, Asked};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use base::{Instant, Interval};
use evidence::batch::FLAG_ALLEGATION;
use publication::Record;
use publication::words::rfc3339;
use serde_json::json;
use terms::Language;

/// The mission: texts with figures, sources, kinds, totals.
#[utoipa::path(get, path = "/api/v1/mission", tag = "desk",
    params(("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, body = types::Mission), (status = 400, body = Problem)))]
pub(super) async fn mission(State(app): AppState, parameters: Pairs) -> Answer<types::Mission> {
    app.on_desk(parameters.0, |asked| Ok(Json(mission_of(&asked.desk, asked.as_known_at)))).await
}

fn mission_of(desk: &Desk, as_known_at: Option<Instant>) -> types::Mission {
    let record = &desk.record;
    let reach = desk.index.reach.map(|(first, last)| (Instant(first), Instant(last)));
    let always = reach.map_or(Interval::ALWAYS, |(start, end)| Interval { start, end });
    let observations = record.state.observations.len() as u64;
    types::Mission {
        name: record.mission.clone(),
        zone: record.zone.name().to_owned(),
        as_known_at: as_known_at.map(rfc3339),
        head: convert::head(record.head),
        first_event: reach.map(|(first, _)| rfc3339(first)),
        last_event: reach.map(|(_, last)| rfc3339(last)),
        versions: versions(record),
        sources: sources(record),
        kinds: desk
            .index
            .kinds
            .iter()
            .map(|(name, n)| types::KindCount { name: name.clone(), incidents: *n })
            .collect(),
        totals: types::Totals {
            observations: observations - desk.index.allegations,
            incidents: record.state.incidents.len() as u64,
            allegations: desk.index.allegations,
            rejected: record.sources.iter().map(publication::SourceCard::rejected).sum(),
            superseded: record.superseded,
        },
        coverage_statement: publication::coverage::statement(&record.coverage, always),
        bounds: desk.index.bounds,
        algorithms: record.algorithms().into_iter().map(str::to_owned).collect(),
        truth: desk.extras.rehearsal.map(|r| types::TruthScore {
            injected: r.injected,
            found: r.found,
            missed: r.missed,
            false_findings: r.false_findings,
        }),
    }
}

fn versions(record: &Record) -> Vec<types::Version> {
    let of = |(index, text): (usize, &publication::Text)| {
        let agreement = &text.version.agreement;
        types::Version {
            index,
            label: text.version.label.clone(),
            name: agreement.name.clone(),
            title: agreement.title.clone(),
            version: agreement.version.clone(),
            text_digest: text.version.text.to_string(),
            entry_into_force: convert::moment(agreement.entry_into_force),
            reading: Some(text.version.reading.label.clone()).filter(|label| !label.is_empty()),
            zone: agreement.zone.name().to_owned(),
            clauses: clauses::clauses(record, index, Language::English, false),
        }
    };
    record.texts.iter().enumerate().map(of).collect()
}

fn sources(record: &Record) -> Vec<types::Source> {
    let batch = &record.state.observations;
    let mut by_word: Vec<(u64, Option<i64>)> = vec![(0, None); batch.words.len()];
    for row in 0..batch.len() {
        let word = batch.source.get(row).map_or(usize::MAX, |w| usize::from(*w));
        if let Some((n, last)) = by_word.get_mut(word) {
            *n += u64::from(!batch.flag(row, FLAG_ALLEGATION));
            *last = (*last).max(batch.end_ms.get(row).copied());
        }
    }
    let of = |source: &publication::SourceCard| {
        let word = batch.words.iter().position(|w| *w == source.card.id);
        let (observations, last) = word.and_then(|w| by_word.get(w)).copied().unwrap_or_default();
        source_of(source, observations, last)
    };
    record.sources.iter().map(of).collect()
}

/// A source as its card tells it.
fn source_of(source: &publication::SourceCard, observations: u64, last_ms: Option<i64>) -> types::Source {
    let card = &source.card;
    let seconds = |ms: i64| ms as f64 / 1000.0;
    let reach = |r: &evidence::card::Reach| types::Reach {
        kind: r.kind.clone(),
        range_m: r.range_m,
        light: r.light.name().to_owned(),
        clear_weather_only: r.clear_weather_only,
    };
    let stated = |(recorded, letter): &(Instant, char)| types::ReliabilityStated {
        recorded: rfc3339(*recorded),
        reliability: letter.to_string(),
    };
    types::Source {
        id: card.id.clone(),
        format: card.format.clone(),
        operator: card.operator.clone(),
        observations,
        rejected: source.rejected(),
        limitations: card.limitations.clone(),
        reliability: card.reliability.to_string(),
        reliability_reason: Some(card.reliability_reason.clone()).filter(|r| !r.is_empty()),
        reliability_history: source.reliabilities.iter().map(stated).collect(),
        last_event: last_ms.map(|ms| rfc3339(Instant(ms))),
        last_recorded: source.last_recorded.map(rfc3339),
        kind: card.kind.name().to_owned(),
        verifies_alone: card.kind.can_verify_alone(),
        detects: card.detects.iter().map(reach).collect(),
        blind_to: card.blind_to.clone(),
        latency_usual_s: card.latency_ms.map(|(usual, _)| usual as f64 / 1000.0),
        latency_longest_s: card.latency_ms.map(|(_, longest)| longest as f64 / 1000.0),
        clock_offset_s: card.clock_offset_ms.map(|(ahead, _)| seconds(ahead)),
        clock_doubt_s: card.clock_offset_ms.map(|(_, doubt)| doubt as f64 / 1000.0),
        clock_seen_ahead_s: source.clock_ahead_ms.map(seconds),
        copies: card.copies.clone(),
    }
}

/// What was watched.
#[utoipa::path(get, path = "/api/v1/coverage", tag = "desk",
    params(("from" = Option<String>, Query, description = "Periods that reach into the time from here"),
           ("to" = Option<String>, Query, description = "Until here"),
           ("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, body = Vec<types::Coverage>), (status = 400, body = Problem)))]
pub(super) async fn coverage(State(app): AppState, parameters: Pairs) -> Answer<Vec<types::Coverage>> {
    app.on_desk(parameters.0, |asked| coverage_of(asked).map(Json)).await
}

fn coverage_of(asked: &Asked) -> Result<Vec<types::Coverage>, Problem> {
    let start = asked.query.instant("from")?.unwrap_or(Instant::FIRST);
    let end = asked.query.instant("to")?.unwrap_or(Instant::LAST);
    let during = Interval { start, end };
    let met = asked.desk.record.coverage.iter().filter(|c| c.during.meets(during));
    let of = |c: &publication::Coverage| types::Coverage {
        source: c.source.clone(),
        status: c.status.clone(),
        start: rfc3339(c.during.start),
        end: rfc3339(c.during.end),
        cause: c.cause.clone(),
        area: (!c.area.is_empty()).then(|| {
            let ring: Vec<[f64; 2]> = c.area.iter().map(|p| [p.lon_deg(), p.lat_deg()]).collect();
            json!({"type": "Polygon", "coordinates": [ring]})
        }),
    };
    let all: Vec<&publication::Coverage> = met.collect();
    if all.len() > COVERAGE_MAX {
        let help = format!(
            "{} periods reach into this time, at most {COVERAGE_MAX} are given: narrow it",
            all.len()
        );
        return Err(Problem::parameter("from", help));
    }
    Ok(all.into_iter().map(of).collect())
}

/// Whether the server is well, and which journal entry it shows.
#[utoipa::path(get, path = "/healthz", tag = "desk", responses((status = 200, body = types::Health)))]
pub(super) async fn health(State(app): State<App>) -> Json<types::Health> {
    let trouble = app.trouble();
    let status = if trouble.is_none() { "ok" } else { "stale" };
    Json(types::Health { status, head: convert::head(app.latest().record.head), trouble })
}
