//! What a device is told of itself and of the mission.

use super::{admit, form};
use crate::api::AppState;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use base::Instant;
use serde::Serialize;
use utoipa::ToSchema;

/// Whose device it is, and where it sends to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// The observer's pseudonym.
    observer: String,
    /// The team: the source of its reports.
    team: String,
    /// The mission's name.
    mission: String,
    /// The IANA name of the civil zone in which the mission counts days.
    zone: String,
    /// That zone for people, with its present distance from UTC.
    zone_label: String,
    /// The version of the form that the desk reads.
    form_version: String,
    /// The desk's time, RFC 3339: a device shows how far its own clock is off.
    server_time: String,
}

/// Who this device is.
#[utoipa::path(get, path = "/api/v1/field/me", tag = "field",
    responses((status = 200, body = Me), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn me(State(app): AppState, headers: HeaderMap) -> Result<Json<Me>, Problem> {
    let admitted = admit(&app, &headers, 1).await?;
    let desk = app.latest();
    let (zone, now) = (&desk.record.zone, Instant(admitted.now_ms));
    let local = zone.rfc3339(now);
    let offset = match local.char_indices().rev().nth(5) {
        Some((at, '+' | '-')) => local.get(at..).unwrap_or("+00:00"),
        _ => "+00:00",
    };
    Ok(Json(Me {
        observer: admitted.who.observer,
        team: admitted.who.team,
        mission: desk.record.mission.clone(),
        zone: zone.name().to_owned(),
        zone_label: format!("{} (UTC{offset})", zone.name()),
        form_version: form::VERSION.to_owned(),
        server_time: now.to_string(),
    }))
}
