//! The daily report, as JSON and as a page.

use super::report_types as wire;
use super::{Answer, AppState, Pairs, convert};
use crate::live::Asked;
use crate::pages;
use crate::people::Inside;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use base::Instant;
use findings::Outcome;
use publication::Policy;
use publication::report;
use publication::report::{ClauseRow, DailyReport, KindRow, Listed, SourceRow, VersionTable};
use publication::view::ObservationView;
use publication::words::{self, rfc3339};

/// What is published: so many hours later, and places to cells of so many degrees.
const PUBLISHED: (u16, f64) = (24, 0.1);

/// The report of one civil day of the mission: as officers have it, or, for others, as it is published.
#[utoipa::path(get, path = "/api/v1/reports/daily", tag = "desk",
    params(("date" = Option<String>, Query, description = "YYYY-MM-DD in the mission's zone; the day of the last event if absent"),
           ("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, body = wire::DailyReport), (status = 400, body = Problem)))]
pub(super) async fn daily(
    State(app): AppState,
    inside: Inside,
    parameters: Pairs,
) -> Answer<wire::DailyReport> {
    app.on_desk(parameters.0, move |asked| {
        let date = asked.query.one("date")?.map(str::to_owned);
        let report = daily_of(asked, date.as_deref(), &inside)?;
        Ok(Json(wire_of(&report)))
    })
    .await
}

/// The report of one civil day as a page that needs no script.
#[utoipa::path(get, path = "/reports/daily/{date}", tag = "pages",
    params(("date" = String, Path, description = "YYYY-MM-DD in the mission's zone"),
           ("as_known_at" = Option<String>, Query, description = "The journal as recorded until then")),
    responses((status = 200, content_type = "text/html", body = String)))]
pub(super) async fn daily_page(
    State(app): AppState,
    Path(date): Path<String>,
    inside: Inside,
    parameters: Pairs,
) -> Response {
    let page = app.on_desk(parameters.0, move |asked| {
        let report = daily_of(asked, Some(&date), &inside)?;
        // Pages of single incidents are for staff.
        let link = inside.0.then_some("/incident/");
        Ok(publication::html::daily_page(&report, &asked.desk.record.zone, link))
    });
    pages::answer(page.await)
}

/// The report of the day asked for: as officers have it, or as it is published.
fn daily_of(asked: &Asked, date: Option<&str>, inside: &Inside) -> Result<DailyReport, Problem> {
    let record = &asked.desk.record;
    // A moment still to come would make everything old enough to be published.
    if !inside.0 && asked.as_known_at.is_some_and(|moment| moment > asked.latest.record.as_known_at) {
        return Err(Problem::parameter("as_known_at", "that moment is still to come"));
    }
    let date = match date {
        Some(text) => base::time::parse_date(text)
            .ok_or_else(|| Problem::parameter("date", "no such date; expected YYYY-MM-DD"))?,
        None => day_of(asked),
    };
    let policy = if inside.0 { asked.desk.policy } else { Policy::public(PUBLISHED.0, PUBLISHED.1) };
    report::daily(record, date, &policy)
        .ok_or_else(|| Problem::parameter("date", "no such date in the mission's zone"))
}

/// The civil day of the last incident.
pub(crate) fn day_of(asked: &Asked) -> (i16, i8, i8) {
    let last = asked.desk.index.start_ms.iter().max().map(|ms| Instant(*ms));
    asked.desk.record.zone.date_of(last.unwrap_or(asked.desk.record.as_known_at))
}

/// The report as the JSON that the API gives.
#[must_use]
pub fn daily_json(report: &DailyReport) -> String {
    // Plain data with text keys: it cannot fail to be written.
    serde_json::to_string_pretty(&wire_of(report)).unwrap_or_default()
}

fn wire_of(report: &DailyReport) -> wire::DailyReport {
    let totals = |t: report::Totals| wire::DayTotals { incidents: t.incidents, observations: t.observations };
    wire::DailyReport {
        mission: report.mission.clone(),
        zone: report.zone.clone(),
        date: words::date(report.date),
        start: rfc3339(report.day.start),
        end: rfc3339(report.day.end),
        as_known_at: rfc3339(report.as_known_at),
        head: convert::head(report.head),
        coverage_statement: report.coverage.clone(),
        coverage_stated: report.coverage_stated,
        totals: totals(report.totals.day),
        totals_before: totals(report.totals.before),
        reaching_in: report.reaching_in,
        versions: report.versions.iter().map(version).collect(),
        kinds: report.kinds.iter().map(kind).collect(),
        incidents: report.listed.iter().map(|l| listed(report, l)).collect(),
        incidents_total: report.listed_total,
        allegations: report.allegations.iter().map(allegation).collect(),
        allegations_total: report.allegations_total,
        sources: report.sources.iter().map(source).collect(),
        algorithms: report.algorithms.iter().map(|a| (*a).to_owned()).collect(),
    }
}

fn version(table: &VersionTable) -> wire::VersionTable {
    let clause = |c: &ClauseRow| wire::ClauseRow {
        label: c.label.clone(),
        article: c.article.clone(),
        watched: (!c.watched.is_empty()).then(|| c.watched.clone()),
        watched_share: c.watched_share,
        incidents: c.figures.map(|f| f.incidents.day.into()),
        incidents_before: c.figures.map(|f| f.incidents.before.into()),
        observations: c.figures.map(|f| f.observations.day.into()),
        observations_before: c.figures.map(|f| f.observations.before.into()),
    };
    wire::VersionTable {
        label: table.label.clone(),
        title: table.title.clone(),
        version: table.version.clone(),
        text_digest: table.text.to_string(),
        clauses: table.clauses.iter().map(clause).collect(),
    }
}

fn kind(row: &KindRow) -> wire::KindRow {
    wire::KindRow {
        kind: row.kind.clone(),
        incidents: row.incidents.day,
        incidents_before: row.incidents.before,
        observations: row.observations,
        uncounted: row.uncounted,
        counts: row.counts.iter().map(convert::count_text).collect(),
    }
}

fn listed(report: &DailyReport, one: &Listed) -> wire::ListedIncident {
    let gravest = one.findings.iter().map(|f| f.outcome).max().unwrap_or(Outcome::NotApplicable);
    let findings = one.findings.iter().map(|f| wire::ListedFinding {
        version: f.version.clone(),
        clause: f.clause.clone(),
        outcome: f.outcome.name().to_owned(),
        reasons: f.reasons.clone(),
        missing: f.missing.iter().map(|m| (*m).to_owned()).collect(),
    });
    let label = |version: usize, clause: usize| {
        let clause = report.versions.get(version).and_then(|v| v.clauses.get(clause));
        clause.map_or_else(String::new, |c| c.label.clone())
    };
    let incident = convert::summary(one.incident.clone(), gravest, &label);
    wire::ListedIncident { incident, findings: findings.collect() }
}

fn allegation(claim: &ObservationView) -> wire::Allegation {
    wire::Allegation {
        id: claim.id.to_string(),
        start: rfc3339(claim.event.start),
        end: rfc3339(claim.event.end),
        kind: claim.kind.clone(),
        actor: (!claim.actor.is_empty()).then(|| claim.actor.clone()),
        source: claim.source.clone(),
        note: claim.note.clone(),
    }
}

fn source(row: &SourceRow) -> wire::ReportSource {
    wire::ReportSource {
        id: row.id.clone(),
        observations: row.observations,
        rejected: row.rejected,
        rejects: row
            .rejects
            .iter()
            .map(|(reason, rows)| wire::Reject { reason: reason.clone(), rows: *rows })
            .collect(),
        reliability: row.reliability.to_string(),
        limitations: row.limitations.clone(),
    }
}
