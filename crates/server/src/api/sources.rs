//! Sources that are collected from: what they are, how they are, and the release of a quarantined one. Addresses,
//! topics and errors' details stay on the mission's machine: where a sensor or its server stands is targeting data.

use super::{Answer, AppState};
use crate::collect::{ReleaseError, SourceState};
use crate::problem::Problem;
use axum::Json;
use axum::extract::Path;
use base::Instant;
use publication::words::rfc3339;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// All sources that are collected from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Collected {
    /// Whether this desk collects at all.
    pub collecting: bool,
    /// The sources, in the order of the sources file.
    pub sources: Vec<CollectedSource>,
}

/// A source that is collected from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CollectedSource {
    /// Its id in observations.
    pub id: String,
    /// What it is.
    pub kind: String,
    /// The format it delivers.
    pub format: String,
    /// Who runs it.
    pub operator: String,
    /// Reliability `A` to `F`, or `?`: not assessed.
    pub reliability: String,
    /// Why that reliability.
    pub reliability_reason: String,
    /// What it cannot see.
    pub limitations: String,
    /// By which door it comes: `cot`, `mqtt` or `pull`.
    pub door: String,
    /// `waiting`: not heard yet; `fresh`; `stale`: silent for longer than it may be, so that nothing is known of what
    /// it would have seen.
    pub freshness: String,
    /// When something of it was last kept.
    pub last_success: Option<String>,
    /// When it was last asked, or connected.
    pub last_attempt: Option<String>,
    /// When it is asked next, if that is known.
    pub next_attempt: Option<String>,
    /// Whether the last attempt failed. What exactly, is told on the mission's machine.
    pub failing: bool,
    /// Attempts in a row that failed.
    pub failures: u32,
    /// Messages kept since collecting began; null: never heard, which is not nought.
    pub messages: Option<u64>,
    /// Their bytes.
    pub bytes: Option<u64>,
    /// Observations taken in.
    pub observations: Option<u64>,
    /// Rows rejected, by reason.
    pub rejected: BTreeMap<String, u64>,
    /// Median time from event to record, seconds; null: not known.
    pub lag_s: Option<f64>,
    /// Median of how far the sender's clock is ahead of ours, seconds; null: the sender states no time.
    pub clock_ahead_s: Option<f64>,
    /// Since when it is quarantined: its originals are kept, and nothing is taken in until it is released.
    pub quarantined_since: Option<String>,
    /// Stretches of messages that wait for its release.
    pub held: usize,
}

/// What a release took in.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Released {
    /// Stretches of messages that had been held back.
    pub stretches: usize,
}

/// Sources that are collected from, with their health.
#[utoipa::path(get, path = "/api/v1/sources", tag = "desk", responses((status = 200, body = Collected)))]
pub(super) async fn sources(app: AppState) -> Answer<Collected> {
    let collectors = app.0.collectors();
    let states = collectors.as_ref().map(|c| c.states()).unwrap_or_default();
    let sources = states.iter().map(source).collect();
    Ok(Json(Collected { collecting: collectors.is_some(), sources }))
}

/// Ends the quarantine of a source, and takes in what was held back.
#[utoipa::path(post, path = "/api/v1/sources/{id}/release", tag = "desk",
    params(("id" = String, Path, description = "Id of the source")),
    responses((status = 200, body = Released), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn release(app: AppState, Path(id): Path<String>) -> Answer<Released> {
    let collectors =
        app.0.collectors().ok_or_else(|| Problem::not_found("this desk collects from no source"))?;
    let done = tokio::task::spawn_blocking(move || collectors.release(&id)).await;
    let failed = |_| Problem::unavailable("the release failed; the failure is the server's");
    match done.map_err(failed)? {
        Ok(stretches) => Ok(Json(Released { stretches })),
        Err(e @ ReleaseError::Unknown(_)) => Err(Problem::not_found(e.to_string())),
        Err(ReleaseError::Keep(_)) => {
            Err(Problem::unavailable("what was held back could not be taken in; try again"))
        }
    }
}

fn source(state: &SourceState) -> CollectedSource {
    let (card, health) = (&state.card, &state.health);
    let moment = |ms: Option<i64>| ms.map(|ms| rfc3339(Instant(ms)));
    let heard = |figure: u64| health.last_success_ms.map(|_| figure);
    let seconds = |ms: Option<i64>| ms.map(|ms| ms as f64 / 1000.0);
    CollectedSource {
        id: card.id.clone(),
        kind: card.kind.name().to_owned(),
        format: card.format.clone(),
        operator: card.operator.clone(),
        reliability: card.reliability.to_string(),
        reliability_reason: card.reliability_reason.clone(),
        limitations: card.limitations.clone(),
        door: state.door.to_owned(),
        freshness: state.freshness.name().to_owned(),
        last_success: moment(health.last_success_ms),
        last_attempt: moment(health.last_attempt_ms),
        next_attempt: moment(health.next_attempt_ms),
        failing: health.last_error.is_some(),
        failures: health.failures,
        messages: heard(health.messages),
        bytes: heard(health.bytes),
        observations: heard(health.observations),
        rejected: health.rejected.iter().map(|(reason, n)| ((*reason).to_owned(), *n)).collect(),
        lag_s: seconds(health.lag_ms()),
        clock_ahead_s: seconds(health.clock_ahead_ms()),
        quarantined_since: moment(health.quarantined_ms),
        held: state.held,
    }
}
