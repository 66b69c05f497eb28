//! Lines and zones of a text for the map, the mission's boundaries, and the basemap.

use super::{Answer, AppState, Pairs, types};
use crate::filter::version_of;
use crate::live::Asked;
use crate::problem::Problem;
use atlas::plan::{LineIx, ZoneIx, ZoneShape};
use atlas::{Atlas, EpochInfo};
use axum::Json;
use axum::extract::{Path, State};
use base::Instant;
use publication::words::rfc3339;
use serde_json::{Value, json};

/// The lines and zones of a text version.
#[utoipa::path(get, path = "/api/v1/layers", tag = "desk",
    params(("version" = Option<u32>, Query, description = "Index of the version; 0 if absent"),
           ("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, body = Vec<types::Layer>), (status = 400, body = Problem)))]
pub(super) async fn layers(State(app): AppState, parameters: Pairs) -> Answer<Vec<types::Layer>> {
    app.on_desk(parameters.0, |asked| {
        let version = version_of(&asked.query, &asked.desk)?;
        let atlas = asked.desk.record.version(version).map(|v| &v.atlas);
        Ok(Json(atlas.map(|a| layers_of(a)).unwrap_or_default()))
    })
    .await
}

fn layers_of(atlas: &Atlas) -> Vec<types::Layer> {
    let lines = atlas.plan().lines.iter().enumerate().map(|(i, line)| types::Layer {
        id: format!("line:{}", line.name),
        name: line.name.clone(),
        kind: "line",
        tolerance_m: line.tolerance_m,
        derived: false,
        epochs: atlas.line_epochs(LineIx(i as u16)).len(),
        version_digest: atlas.line_version(LineIx(i as u16)).0.to_string(),
    });
    let zones = atlas.plan().zones.iter().enumerate().map(|(i, zone)| types::Layer {
        id: format!("zone:{}", zone.name),
        name: zone.name.clone(),
        kind: "zone",
        tolerance_m: zone.tolerance_m,
        derived: !matches!(zone.shape, ZoneShape::Drawn(_)),
        epochs: atlas.zone_epochs(ZoneIx(i as u16)).len(),
        version_digest: atlas.zone_version(ZoneIx(i as u16)).0.to_string(),
    });
    lines.chain(zones).collect()
}

/// One line or zone as it was valid at an instant; empty if it had no geometry then.
#[utoipa::path(get, path = "/api/v1/layers/{id}", tag = "desk",
    params(("id" = String, Path, description = "`line:` or `zone:` and its name"),
           ("version" = Option<u32>, Query, description = "Index of the version; 0 if absent"),
           ("at" = Option<String>, Query, description = "When; the end of the last observation if absent"),
           ("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, body = Value), (status = 404, body = Problem)))]
pub(super) async fn layer(State(app): AppState, Path(id): Path<String>, parameters: Pairs) -> Answer<Value> {
    app.on_desk(parameters.0, move |asked| layer_of(asked, &id).map(Json)).await
}

fn layer_of(asked: &Asked, id: &str) -> Result<Value, Problem> {
    let version = version_of(&asked.query, &asked.desk)?;
    let last = asked.desk.index.reach.map(|(_, last)| Instant(last));
    let at = asked.query.instant("at")?.or(last).unwrap_or(asked.desk.record.as_known_at);
    let unknown = || {
        let shown: String = id.chars().take(60).collect();
        Problem::not_found(format!("no layer `{shown}` in version {version}; /api/v1/layers names them"))
    };
    let atlas = asked.desk.record.version(version).map(|v| &v.atlas).ok_or_else(unknown)?;
    let (kind, name) = id.split_once(':').ok_or_else(unknown)?;
    let (geometry, epochs) = match kind {
        "line" => {
            let line = atlas.plan().line(name).ok_or_else(unknown)?;
            (atlas.line_geojson_at(line, at), atlas.line_epochs(line))
        }
        "zone" => {
            let zone = atlas.plan().zone(name).ok_or_else(unknown)?;
            (atlas.zone_geojson_at(zone, at), atlas.zone_epochs(zone))
        }
        _ => return Err(unknown()),
    };
    let features: Vec<Value> = geometry.into_iter().map(|g| feature(g, kind, name, &epochs, at)).collect();
    Ok(json!({"type": "FeatureCollection", "features": features}))
}

fn feature(mut geometry: Value, kind: &str, name: &str, epochs: &[EpochInfo], at: Instant) -> Value {
    let removed = geometry.as_object_mut().and_then(|g| g.remove("approximate"));
    let valid = epochs.iter().find(|e| e.valid.holds(at)).map(|e| e.valid);
    let bound =
        |moment: Option<Instant>| moment.filter(|t| *t != Instant::FIRST && *t != Instant::LAST).map(rfc3339);
    json!({"type": "Feature", "geometry": geometry, "properties": {
        "name": name,
        "kind": kind,
        "valid_from": bound(valid.map(|v| v.start)),
        "valid_to": bound(valid.map(|v| v.end)),
        "approximate": removed == Some(Value::Bool(true)),
    }})
}

fn empty(disclaimer: &str) -> Value {
    json!({"type": "FeatureCollection", "features": [], "properties": {"disclaimer": disclaimer}})
}

/// Boundaries as the mission draws them; empty if it draws none.
#[utoipa::path(get, path = "/api/v1/layers/boundaries", tag = "desk",
    params(("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, body = Value)))]
pub(super) async fn boundaries(State(app): AppState, parameters: Pairs) -> Answer<Value> {
    app.on_desk(parameters.0, |asked| {
        let none = || empty("No boundaries are drawn: this map takes no position on any.");
        Ok(Json(asked.desk.extras.boundaries.clone().unwrap_or_else(none)))
    })
    .await
}

/// The basemap; empty if the mission has none.
#[utoipa::path(get, path = "/api/v1/basemap", tag = "desk",
    params(("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, body = Value)))]
pub(super) async fn basemap(State(app): AppState, parameters: Pairs) -> Answer<Value> {
    app.on_desk(parameters.0, |asked| {
        Ok(Json(asked.desk.extras.basemap.clone().unwrap_or_else(|| empty("No basemap."))))
    })
    .await
}
