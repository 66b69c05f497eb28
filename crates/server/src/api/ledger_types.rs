//! What the coverage ledger gives.

use serde::Serialize;
use utoipa::ToSchema;

/// How well a zone was watched for a kind of fact, and what each source did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Ledger {
    /// Label of the text whose zones are meant; null: there is no text.
    pub version: Option<String>,
    /// Names of its zones.
    pub zones: Vec<String>,
    /// The zone asked for.
    pub zone: Option<String>,
    /// The kind of fact.
    pub kind: String,
    /// First moment.
    pub start: String,
    /// Last moment.
    pub end: String,
    /// `hour` or `day`.
    pub step: String,
    /// Why no share can be told; null: it can, or no zone was asked for.
    pub not_told: Option<String>,
    /// The whole time as one step.
    pub whole: Option<LedgerStep>,
    /// Steps in order of time.
    pub steps: Vec<LedgerStep>,
    /// Sources in order of their ids.
    pub sources: Vec<SourceHours>,
    /// How many sources are not listed.
    pub sources_left_out: usize,
}

/// How well a stretch of time was watched.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LedgerStep {
    /// Its start.
    pub start: String,
    /// Its end.
    pub end: String,
    /// Share of zone and time watched, 0 to 1.
    pub share: f64,
    /// The least share of the zone watched at any moment of it.
    pub least: f64,
}

/// How long the stations of a source were in each state, hours summed over them. No moment of a station is in two
/// states: the worse holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SourceHours {
    /// The source.
    pub source: String,
    /// Stations: areas of which it says something.
    pub stations: usize,
    /// It watched.
    pub effective_h: f64,
    /// It half watched: cloud, night, noise.
    pub degraded_h: f64,
    /// It did not work, or nobody was there.
    pub down_h: f64,
    /// It was kept away.
    pub denied_h: f64,
    /// It was interfered with.
    pub jammed_h: f64,
    /// Nothing is said of it: that is not watching either.
    pub not_stated_h: f64,
    /// Share of the time of which something is said in which it watched; null: nothing is said.
    pub up: Option<f64>,
    /// Why it did not watch.
    pub causes: Vec<Cause>,
}

/// Why a source did not watch.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Cause {
    /// `degraded`, `down`, `denied` or `jammed`.
    pub status: String,
    /// In the reporter's words; empty: not stated.
    pub cause: String,
    /// How long, hours; where two causes overlap both are counted.
    pub hours: f64,
}
