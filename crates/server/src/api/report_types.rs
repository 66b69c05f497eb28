//! The JSON of the daily report.

use super::types::{CountText, Counts, Head, IncidentSummary};
use serde::Serialize;
use utoipa::ToSchema;

/// The daily report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DailyReport {
    /// The mission's name.
    pub mission: String,
    /// IANA name of the zone the day is counted in.
    pub zone: String,
    /// The civil day, `YYYY-MM-DD`.
    pub date: String,
    /// Its first instant.
    pub start: String,
    /// The first instant after it.
    pub end: String,
    /// The cut-off.
    pub as_known_at: String,
    /// The last journal entry it rests on.
    pub head: Head,
    /// What was watched, in words.
    pub coverage_statement: String,
    /// Whether anything was stated about watching that day; if not, no zero means that nothing happened.
    pub coverage_stated: bool,
    /// Incidents and observations that begin that day.
    pub totals: DayTotals,
    /// The same of the day before.
    pub totals_before: DayTotals,
    /// Incidents of earlier days whose interval reaches into this one; counted on the day they begin.
    pub reaching_in: u64,
    /// Findings by version and clause.
    pub versions: Vec<VersionTable>,
    /// Incidents by kind.
    pub kinds: Vec<KindRow>,
    /// Breached and undetermined incidents, in order of time.
    pub incidents: Vec<ListedIncident>,
    /// How many there are, listed or not.
    pub incidents_total: u64,
    /// Claims; in none of the figures.
    pub allegations: Vec<Allegation>,
    /// How many there are, listed or not.
    pub allegations_total: u64,
    /// Sources.
    pub sources: Vec<ReportSource>,
    /// Algorithms by name and version.
    pub algorithms: Vec<String>,
}

/// Totals of a day; the units are never added to one another.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct DayTotals {
    /// Incidents.
    pub incidents: u64,
    /// Observations, allegations left out.
    pub observations: u64,
}

/// Findings under one version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionTable {
    /// What distinguishes it.
    pub label: String,
    /// Its title.
    pub title: String,
    /// Its version or status.
    pub version: String,
    /// Digest of its Markdown.
    pub text_digest: String,
    /// Clauses in order of the text.
    pub clauses: Vec<ClauseRow>,
}

/// Findings under one clause.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClauseRow {
    /// Its label.
    pub label: String,
    /// Heading of its article.
    pub article: String,
    /// What share of its ground was watched that day for what it is about, in words; null: that is no question.
    pub watched: Option<String>,
    /// That share, 0 to 1; null: it cannot be told. A figure without it says nothing about what was not seen.
    pub watched_share: Option<f64>,
    /// Incidents that day; null, as the three below: the clause is judged over a period, and a day has no figure.
    pub incidents: Option<Counts>,
    /// Incidents the day before.
    pub incidents_before: Option<Counts>,
    /// Observations that day.
    pub observations: Option<Counts>,
    /// Observations the day before.
    pub observations_before: Option<Counts>,
}

/// Incidents of one kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KindRow {
    /// The kind.
    pub kind: String,
    /// Incidents that day.
    pub incidents: u64,
    /// Incidents the day before.
    pub incidents_before: u64,
    /// Observations in the incidents of that day.
    pub observations: u64,
    /// Incidents without any stated count.
    pub uncounted: u64,
    /// Reconciled counts by unit.
    pub counts: Vec<CountText>,
}

/// A breached or undetermined incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedIncident {
    /// The incident.
    pub incident: IncidentSummary,
    /// Its breached and undetermined findings.
    pub findings: Vec<ListedFinding>,
}

/// A finding of a listed incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedFinding {
    /// Label of the version.
    pub version: String,
    /// Label of the clause.
    pub clause: String,
    /// Its outcome.
    pub outcome: String,
    /// Its main reasons.
    pub reasons: Vec<String>,
    /// What is missing.
    pub missing: Vec<String>,
}

/// A claim.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Allegation {
    /// Its id.
    pub id: String,
    /// Start of what is claimed.
    pub start: String,
    /// End of what is claimed.
    pub end: String,
    /// Kind of fact.
    pub kind: String,
    /// Against whom; null: not stated.
    pub actor: Option<String>,
    /// Its source.
    pub source: String,
    /// Its words.
    pub note: String,
}

/// A source in the report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportSource {
    /// Its id.
    pub id: String,
    /// Observations that day.
    pub observations: u64,
    /// Rows rejected until the cut-off.
    pub rejected: u64,
    /// Reasons of rejection.
    pub rejects: Vec<Reject>,
    /// `A` to `F`, or `?`.
    pub reliability: String,
    /// What it cannot see.
    pub limitations: String,
}

/// Rejected rows of one reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Reject {
    /// Why.
    pub reason: String,
    /// How many.
    pub rows: u64,
}
