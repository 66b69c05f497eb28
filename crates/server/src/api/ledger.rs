//! The coverage ledger: how well a zone was watched for a kind of fact, step by step, and what each source did.

use super::{Answer, AppState, Pairs, ledger_types as types};
use crate::limits::{LEDGER_STEPS_MAX, SOURCES_MAX};
use crate::live::Asked;
use crate::problem::Problem;
use atlas::plan::ZoneIx;
use axum::Json;
use axum::extract::State;
use base::time::{DAY_MS, HOUR_MS};
use base::{Instant, Interval};
use evidence::coverage::Status;
use findings::Version;
use findings::exposure::{Hours, Step, Watch, hours, watch};
use publication::words::rfc3339;

/// How well a zone was watched for a kind of fact, by steps; and the hours of every source.
#[utoipa::path(get, path = "/api/v1/coverage/ledger", tag = "desk",
    params(("version" = Option<u32>, Query, description = "Index of the text whose zones are meant; 0 if absent"),
           ("zone" = Option<String>, Query, description = "Name of a zone of that text; without it only the hours of sources are given"),
           ("kind" = Option<String>, Query, description = "Kind of fact, such as `explosion`; `explosion` if not given"),
           ("from" = Option<String>, Query, description = "First moment; the first event on record if not given"),
           ("to" = Option<String>, Query, description = "Last moment; the last event on record if not given"),
           ("step" = Option<String>, Query, description = "`hour` or `day` of 24 hours"),
           ("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, body = types::Ledger), (status = 400, body = Problem)))]
pub(super) async fn ledger(State(app): AppState, parameters: Pairs) -> Answer<types::Ledger> {
    app.on_desk(parameters.0, |asked| ledger_of(asked).map(Json)).await
}

fn ledger_of(asked: &Asked) -> Result<types::Ledger, Problem> {
    let record = &asked.desk.record;
    let over = over_of(asked)?;
    let (step, step_ms) = match asked.query.one("step")?.unwrap_or("hour") {
        "hour" => ("hour", HOUR_MS),
        "day" => ("day", DAY_MS),
        _ => return Err(Problem::parameter("step", "it is `hour` or `day`")),
    };
    let steps = (over.end.0 - over.start.0) / step_ms + 1;
    if steps > LEDGER_STEPS_MAX {
        let help = format!(
            "{steps} steps lie in this time, at most {LEDGER_STEPS_MAX} are given: narrow it, or ask by day"
        );
        return Err(Problem::parameter("from", help));
    }
    let kind = asked.query.one("kind")?.unwrap_or("explosion").to_owned();
    let version = version_of(asked)?;
    let zones: Vec<String> =
        version.map_or_else(Vec::new, |v| v.atlas.plan().zones.iter().map(|z| z.name.clone()).collect());
    let zone = asked.query.one("zone")?.map(str::to_owned);
    let watched = match (&zone, version) {
        (Some(name), Some(version)) => {
            let index = zones.iter().position(|z| z == name);
            let index = index.and_then(|i| u16::try_from(i).ok()).ok_or_else(|| {
                Problem::parameter("zone", format!("no such zone; this text has {}", zones.join(", ")))
            })?;
            Some(watch(version, &record.watches, ZoneIx(index), std::slice::from_ref(&kind), over))
        }
        _ => None,
    };
    let all = hours(&record.watches, &kind, over);
    Ok(types::Ledger {
        version: version.map(|v| v.label.clone()),
        zones,
        zone,
        start: rfc3339(over.start),
        end: rfc3339(over.end),
        step: step.to_owned(),
        not_told: watched.as_ref().and_then(not_told),
        whole: watched.as_ref().and_then(|w| w.over(over)).map(step_of),
        steps: watched.map_or_else(Vec::new, |w| w.steps(over, step_ms).into_iter().map(step_of).collect()),
        sources_left_out: all.len().saturating_sub(SOURCES_MAX),
        sources: all.into_iter().take(SOURCES_MAX).map(|h| hours_of(&h, over)).collect(),
        kind,
    })
}

fn over_of(asked: &Asked) -> Result<Interval, Problem> {
    let reach = asked.desk.record.reach();
    let start = asked.query.instant("from")?.or(reach.map(|r| r.start)).unwrap_or(Instant(0));
    let end = asked.query.instant("to")?.or(reach.map(|r| r.end)).unwrap_or(start);
    if end < start {
        return Err(Problem::parameter("to", "it lies before `from`"));
    }
    Ok(Interval { start, end })
}

fn version_of(asked: &Asked) -> Result<Option<&Version>, Problem> {
    let texts = &asked.desk.record.texts;
    if texts.is_empty() {
        return Ok(None);
    }
    let index = asked.query.number("version", 0, texts.len() as u64 - 1)?.unwrap_or(0);
    Ok(texts.get(index as usize).map(|t| t.version.as_ref()))
}

fn not_told(watch: &Watch) -> Option<String> {
    match watch {
        Watch::Shares(_) => None,
        Watch::NotStated => Some("no source has said when and where it was able to observe".to_owned()),
        Watch::Unbounded | Watch::NotOfFacts => {
            Some("the zone has no edge on one side: no share of it can be told".to_owned())
        }
    }
}

fn step_of(step: Step) -> types::LedgerStep {
    types::LedgerStep {
        start: rfc3339(step.interval.start),
        end: rfc3339(step.interval.end),
        share: step.share,
        least: step.least,
    }
}

fn hours_of(found: &Hours, over: Interval) -> types::SourceHours {
    let in_hours = |ms: i64| ms as f64 / HOUR_MS as f64;
    let stated: i64 = found.by_status_ms.iter().sum();
    types::SourceHours {
        source: found.source.clone(),
        effective_h: in_hours(found.of(Status::Effective)),
        degraded_h: in_hours(found.of(Status::Degraded)),
        down_h: in_hours(found.of(Status::Down)),
        denied_h: in_hours(found.of(Status::Denied)),
        jammed_h: in_hours(found.of(Status::Jammed)),
        stations: found.stations,
        not_stated_h: in_hours(((over.end.0 - over.start.0) * found.stations as i64 - stated).max(0)),
        up: found.up(),
        causes: found
            .causes_ms
            .iter()
            .map(|(status, cause, ms)| types::Cause {
                status: status.name().to_owned(),
                cause: cause.clone(),
                hours: in_hours(*ms),
            })
            .collect(),
    }
}
