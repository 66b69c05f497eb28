//! The JSON of the API. Instants are RFC 3339 in UTC with milliseconds; civil days are days of the mission's zone.

use super::agreement_types::Clause;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Figures by outcome.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct Counts {
    /// A breach occurred.
    pub breached: u64,
    /// The evidence does not decide it.
    pub undetermined: u64,
    /// It would be a breach, but an exception holds.
    pub excused: u64,
    /// The clause is about it, and it does not breach it.
    pub kept: u64,
}

impl From<[u64; 4]> for Counts {
    fn from([breached, undetermined, excused, kept]: [u64; 4]) -> Counts {
        Counts { breached, undetermined, excused, kept }
    }
}

/// The mission.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Mission {
    /// Its name.
    pub name: String,
    /// IANA name of its civil zone.
    pub zone: String,
    /// The cut-off asked for; null: everything recorded so far.
    pub as_known_at: Option<String>,
    /// The last journal entry this rests on.
    pub head: Head,
    /// Start of the first observation.
    pub first_event: Option<String>,
    /// End of the last observation.
    pub last_event: Option<String>,
    /// Text versions.
    pub versions: Vec<Version>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Kinds of fact that occur.
    pub kinds: Vec<KindCount>,
    /// Totals.
    pub totals: Totals,
    /// The sentence that stands beside every figure.
    pub coverage_statement: String,
    /// West, south, east, north of all incidents; west beyond east: across the antimeridian.
    #[schema(value_type = Option<Vec<f64>>)]
    pub bounds: Option<[f64; 4]>,
    /// Algorithms by name and version.
    pub algorithms: Vec<String>,
    /// Findings beside the truth; only where a simulated world knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truth: Option<TruthScore>,
}

/// A journal entry.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Head {
    /// Its number; 0: the journal is empty.
    pub seq: u64,
    /// When it was recorded.
    pub recorded_at: Option<String>,
    /// Its digest, in hexadecimal.
    pub digest: String,
}

/// Findings beside the truth of a simulated world.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct TruthScore {
    /// Breaches the world contains.
    pub injected: u64,
    /// Of these, found.
    pub found: u64,
    /// Of these, missed.
    pub missed: u64,
    /// Breaches found where there was none.
    pub false_findings: u64,
}

/// A text version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Version {
    /// Its index in every `version` parameter.
    pub index: usize,
    /// What distinguishes it.
    pub label: String,
    /// Name in the terms.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Version or status as the text says.
    pub version: String,
    /// Digest of its Markdown.
    pub text_digest: String,
    /// Entry into force, if known.
    pub entry_into_force: Option<String>,
    /// Which reading of its text it is; null: the text has no brackets.
    pub reading: Option<String>,
    /// IANA name of the zone its days are counted in.
    pub zone: String,
    /// Clauses in order of the text; what is found over a period stands with the agreement only.
    pub clauses: Vec<Clause>,
}

/// A source.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Source {
    /// Its id.
    pub id: String,
    /// The format it delivers.
    pub format: String,
    /// Who runs it.
    pub operator: String,
    /// Observations from it.
    pub observations: u64,
    /// Rows of it that were rejected.
    pub rejected: u64,
    /// What it cannot see.
    pub limitations: String,
    /// `A` to `F`, or `?`.
    pub reliability: String,
    /// Why that reliability, and who says so; null: not stated.
    pub reliability_reason: Option<String>,
    /// The reliabilities that its cards stated, the first first; only changes.
    pub reliability_history: Vec<ReliabilityStated>,
    /// End of its last observation.
    pub last_event: Option<String>,
    /// When something of it was last recorded.
    pub last_recorded: Option<String>,
    /// What sort of source it is: `patrol`, `camera`, `machine-coded news`, …
    pub kind: String,
    /// Whether an incident that rests on it alone can ever be called verified; null: what it is was not stated.
    pub verifies_alone: Option<bool>,
    /// What it detects; empty: not stated.
    pub detects: Vec<Reach>,
    /// Kinds of fact that it never perceives.
    pub blind_to: Vec<String>,
    /// Usual time from event to report, seconds.
    pub latency_usual_s: Option<f64>,
    /// Longest time from event to report, seconds.
    pub latency_longest_s: Option<f64>,
    /// How far its clock is stated to run ahead (behind, if negative), seconds.
    pub clock_offset_s: Option<f64>,
    /// The doubt of that, seconds.
    pub clock_doubt_s: Option<f64>,
    /// How far its sender's clock was ahead of the mission's at the last arrival that told, seconds.
    pub clock_seen_ahead_s: Option<f64>,
    /// Sources that it re-publishes: together they count once.
    pub copies: Vec<String>,
}

/// A reliability that a card stated.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReliabilityStated {
    /// When the card was recorded.
    pub recorded: String,
    /// `A` to `F`, or `?`.
    pub reliability: String,
}

/// What a source detects.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Reach {
    /// Kind of fact.
    pub kind: String,
    /// How far it detects nine of ten, metres; null: not stated.
    pub range_m: Option<f64>,
    /// `any`, `day` or `night`.
    pub light: String,
    /// Whether only in clear weather.
    pub clear_weather_only: bool,
}

/// A kind of fact.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KindCount {
    /// Its name.
    pub name: String,
    /// Incidents with a member of that kind.
    pub incidents: u64,
}

/// Totals; units are never added to one another.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Totals {
    /// Observations, allegations left out.
    pub observations: u64,
    /// Incidents.
    pub incidents: u64,
    /// Allegations.
    pub allegations: u64,
    /// Rejected rows.
    pub rejected: u64,
    /// Observations replaced by a later version of the same record.
    pub superseded: u64,
}

/// A count in words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CountText {
    /// What was counted.
    pub unit: String,
    /// How many, such as `about 160`.
    pub text: String,
}

/// An outcome under one clause of one version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClauseOutcome {
    /// Index of the version.
    pub version: usize,
    /// Label of the clause.
    pub clause: String,
    /// `breached`, `undetermined`, `excused` or `kept`.
    pub outcome: String,
}

/// An incident as a line of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IncidentSummary {
    /// Its id.
    pub id: String,
    /// A short name for people.
    pub reference: String,
    /// Its start.
    pub start: String,
    /// Its end; equal to the start for an instant.
    pub end: String,
    /// How finely its time is known.
    pub precision: String,
    /// Longitude, degrees; null: place undetermined.
    pub lon: Option<f64>,
    /// Latitude, degrees.
    pub lat: Option<f64>,
    /// Radius of the circle that holds the place, metres; null: not stated, or the place is a shape.
    pub radius_m: Option<f64>,
    /// Whether how precise the place is was stated.
    pub precision_stated: bool,
    /// Whether the place was moved so that it does not give an observer away.
    pub coarse: bool,
    /// Kind of its lead.
    pub kind: String,
    /// How many observations it has.
    pub observations: usize,
    /// From how many sources.
    pub sources: usize,
    /// Reconciled counts; units are never added.
    pub counts: Vec<CountText>,
    /// Gravest outcome under the version (and clause, if one is asked for) of the query.
    pub gravest: String,
    /// Outcomes under every version; those that do not apply are left out.
    pub outcomes: Vec<ClauseOutcome>,
    /// Narrative of its lead.
    pub note: String,
}

/// One page of incidents.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IncidentPage {
    /// The incidents.
    pub items: Vec<IncidentSummary>,
    /// How many there are on all pages.
    pub total: u64,
    /// What to pass as `cursor` for the next page; null: this is the last.
    pub next: Option<String>,
}

/// An incident with everything it rests on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IncidentDetail {
    /// The incident.
    #[serde(flatten)]
    pub summary: IncidentSummary,
    /// Its observations, the lead first.
    pub members: Vec<Member>,
    /// Members beyond those given.
    pub members_left_out: usize,
    /// What each clause that is about it says.
    pub findings: Vec<Finding>,
    /// How it was put together.
    pub fusion: Fusion,
    /// The incidents before and after it in time.
    pub neighbours: Neighbours,
    /// Media and documents that came with its observations.
    pub items: Vec<Item>,
}

/// A medium or document that came with a report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Item {
    /// SHA-256 of the original, hexadecimal; `/api/v1/items/{sha256}` is the original.
    pub sha256: String,
    /// Size of the original, bytes.
    pub bytes: u64,
    /// Its type as the sender stated it. Not believed.
    pub media_type: String,
    /// Its name as the sender stated it.
    pub name: String,
    /// When it was taken, if stated.
    pub taken: Option<String>,
    /// The source that it came with.
    pub source: String,
    /// The observation that it belongs to.
    pub observation: Option<String>,
    /// When it was announced.
    pub announced: String,
    /// Journal entry that announced it.
    pub entry: u64,
    /// Whether the original is here; otherwise it is still on its way.
    pub is_here: bool,
    /// Until when it may be kept; absent: until the archive is closed.
    pub retain_until: Option<String>,
    /// What was done with it.
    pub custody: Vec<Custody>,
    /// Its bytes were erased; everything else about it stays on record.
    pub erased: Option<Erased>,
    /// Whether a custodian holds it: it is kept whatever its date.
    pub is_held: bool,
}

/// That and why an original's bytes were erased.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Erased {
    /// When it was recorded.
    pub at: String,
    /// The custodian who erased it.
    pub by: String,
    /// Why, and by which rule it fell due.
    pub why: String,
}

/// One line of a custody log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Custody {
    /// When it was recorded.
    pub at: String,
    /// What was done: `received`, `exported`, …
    pub action: String,
    /// Why, or of what.
    pub note: String,
}

/// Media and documents.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Items {
    /// Those asked for, at most 1000, by digest.
    pub items: Vec<Item>,
    /// How many there are in all.
    pub total: u64,
}

/// The incidents before and after.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Neighbours {
    /// Before.
    pub previous: Option<String>,
    /// After.
    pub next: Option<String>,
}

/// An observation of an incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Member {
    /// Its id.
    pub id: String,
    /// Its source.
    pub source: String,
    /// Kind of fact.
    pub kind: String,
    /// Start.
    pub start: String,
    /// End.
    pub end: String,
    /// How finely that is known.
    pub precision: String,
    /// When it was perceived, if stated.
    pub observed: Option<String>,
    /// When it was reported, if stated.
    pub reported: Option<String>,
    /// When it was recorded here.
    pub recorded: Option<String>,
    /// How it was perceived.
    pub means: String,
    /// Outgoing, impact, airburst or undetermined.
    pub assessment: String,
    /// How many.
    pub count: Option<CountText>,
    /// Weapon class in the source's words; null: undetermined.
    pub weapon: Option<String>,
    /// Calibre, millimetres.
    pub calibre_mm: Option<f32>,
    /// Whose act, in the source's words; null: undetermined.
    pub actor: Option<String>,
    /// Where.
    pub place: Place,
    /// Recorded as an exercise or the like.
    pub exercise: bool,
    /// Narrative.
    pub note: String,
    /// Addresses of reports.
    pub links: Vec<String>,
    /// The journal entry that carries it.
    pub journal_seq: Option<u64>,
    /// Why it belongs to the incident.
    pub link: Link,
}

/// Why an observation belongs to its incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Link {
    /// Distance to the lead, metres.
    pub distance_m: f64,
    /// Distance allowed, metres.
    pub allowed_m: f64,
    /// Time between the two, milliseconds.
    pub gap_ms: i64,
    /// Whether the kinds are the same, not only compatible.
    pub same_kind: bool,
    /// From 1 at the lead towards 0 at the edge of what is allowed.
    pub score: f64,
    /// The reason in words.
    pub text: String,
    /// `linked` by rule, `proposed`: shown with the incident and open to be parted from it, or `decided` by a person.
    pub status: String,
    /// Where it was weighed: what each piece of evidence adds to the log-odds that it is of this event.
    pub pieces: Vec<EvidencePiece>,
}

/// A piece of evidence, for or against.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidencePiece {
    /// What it is.
    pub what: String,
    /// What it adds, natural log-odds: above 0 for, below 0 against.
    pub log_odds: f64,
}

/// How an incident was put together. Ratios are shown, never hidden in a score.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Fusion {
    /// The probability that all weighed members are of one event; 1 where nothing was weighed.
    pub together: f64,
    /// Sources behind it that do not copy each other.
    pub independent: u32,
    /// Whether no source behind it can verify alone, such as machine-coded news: it cannot be called verified.
    pub is_unverifiable: bool,
    /// Members that meet at its place; 1: it is the place of the best-placed member; 0: nobody says where.
    pub met: u32,
    /// How likely it is to have happened, from stated ratios that are assumed and not learnt; null: a source behind it
    /// has no card.
    pub probability: Option<f64>,
    /// What that probability rests on: reports for, silent sensors against. Before any evidence it is even.
    pub evidence: Vec<EvidencePiece>,
    /// What else may belong to it, and was not joined to it.
    pub proposals: Vec<Proposal>,
    /// How many more there are.
    pub proposals_left_out: usize,
    /// What people decided about its members.
    pub decisions: Vec<DecidedLink>,
}

/// An observation that may belong to an incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Proposal {
    /// Its id.
    pub observation: String,
    /// Its source.
    pub source: String,
    /// Kind of fact.
    pub kind: String,
    /// Its start.
    pub start: String,
    /// Whether it is an allegation, which joins nothing by itself and is counted nowhere.
    pub is_allegation: bool,
    /// Natural log-odds that it is of this event; null: an allegation.
    pub log_odds: Option<f64>,
    /// The probability that those mean; null: an allegation.
    pub probability: Option<f64>,
    /// Its narrative.
    pub note: String,
}

/// What somebody decided about members of an incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecidedLink {
    /// `together` or `apart`.
    pub verdict: String,
    /// How many observations it names.
    pub observations: usize,
    /// Who decided.
    pub by: String,
    /// Why.
    pub why: String,
}

/// Where something happened. Never an observer's position.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Place {
    /// A point or circle.
    Point {
        /// Longitude, degrees.
        lon: f64,
        /// Latitude, degrees.
        lat: f64,
        /// Radius, metres; null: not stated.
        radius_m: Option<f64>,
    },
    /// A bearing and range band from an observer, drawn from a coarsened origin.
    Sector {
        /// Middle, degrees clockwise from true north.
        bearing_deg: f64,
        /// Half the opening angle, degrees.
        half_width_deg: f64,
        /// Nearest distance, metres.
        range_min_m: f64,
        /// Farthest distance, metres.
        range_max_m: f64,
        /// How far the drawing may be from the truth, metres.
        moved_m_max: f64,
        /// Closed ring of longitude and latitude.
        #[schema(value_type = Vec<Vec<f64>>)]
        polygon: Vec<[f64; 2]>,
    },
    /// Somewhere in a polygon.
    Polygon {
        /// Closed outer ring.
        #[schema(value_type = Vec<Vec<f64>>)]
        polygon: Vec<[f64; 2]>,
        /// Closed inner rings.
        #[schema(value_type = Vec<Vec<Vec<f64>>>)]
        holes: Vec<Vec<[f64; 2]>>,
    },
    /// Not known.
    Undetermined {},
}

/// What a clause says of an incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Finding {
    /// Index of the version.
    pub version: usize,
    /// Its label.
    pub version_label: String,
    /// Label of the clause.
    pub clause: String,
    /// Heading of its article.
    pub article: String,
    /// Its lines as written.
    pub clause_source: String,
    /// What it says, in a sentence.
    pub explanation: String,
    /// The outcome.
    pub outcome: String,
    /// What kept it from being decided, or is to be said with it.
    pub missing: Vec<Missing>,
    /// The judging algorithm.
    pub algorithm: String,
    /// Reasons by observation, the gravest first.
    pub traces: Vec<Trace>,
    /// Observations whose reasons are left out because there are too many.
    pub traces_left_out: usize,
}

/// Something missing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Missing {
    /// Stable name.
    pub code: String,
    /// Sentence.
    pub text: String,
}

/// The reasons of one observation under one clause.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Trace {
    /// The observation.
    pub observation_id: String,
    /// Its outcome.
    pub outcome: String,
    /// Its reasons.
    pub reasons: Vec<Reason>,
}

/// One reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Reason {
    /// `time`, `what`, `who`, `place` or `exception`.
    pub condition: String,
    /// `yes`, `no` or `undetermined`.
    pub truth: String,
    /// In words.
    pub text: String,
}

/// Incidents over time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Histogram {
    /// Start of the first bin; null: there is nothing to show.
    pub from: Option<String>,
    /// End of the last bin.
    pub to: Option<String>,
    /// Width of a bin, milliseconds.
    pub bin_ms: i64,
    /// Bins, none left out.
    pub bins: Vec<Bin>,
}

/// Incidents that begin in one bin, by gravest outcome; those that reach in from before the first bin are in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Bin {
    /// Start.
    pub start: String,
    /// Breached.
    pub breached: u64,
    /// Undetermined.
    pub undetermined: u64,
    /// Excused.
    pub excused: u64,
    /// Kept.
    pub kept: u64,
    /// No clause is about them.
    pub not_applicable: u64,
}

/// A GeoJSON FeatureCollection of incidents.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Points {
    /// `FeatureCollection`.
    pub r#type: &'static str,
    /// One point an incident.
    pub features: Vec<PointFeature>,
    /// What is left out.
    pub properties: PointsProperties,
}

/// What the points leave out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PointsProperties {
    /// Whether the oldest are left out because there are too many.
    pub truncated: bool,
    /// How many incidents were asked for.
    pub total: u64,
    /// Of these, how many have no place and are in the list only.
    pub without_place: u64,
}

/// An incident as a GeoJSON feature.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PointFeature {
    /// `Feature`.
    pub r#type: &'static str,
    /// Where.
    pub geometry: PointGeometry,
    /// What.
    pub properties: PointProperties,
}

/// A GeoJSON point.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PointGeometry {
    /// `Point`.
    pub r#type: &'static str,
    /// Longitude, latitude.
    #[schema(value_type = Vec<f64>)]
    pub coordinates: [f64; 2],
}

/// What the map shows of an incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PointProperties {
    /// Its id.
    pub id: String,
    /// Gravest outcome.
    pub gravest: &'static str,
    /// Kind of its lead.
    pub kind: String,
    /// How many observations it has.
    pub observations: usize,
    /// Its start.
    pub start: String,
}

/// A line or zone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Layer {
    /// `line:` or `zone:` and its name.
    pub id: String,
    /// Its name in the terms.
    pub name: String,
    /// `line` or `zone`.
    pub kind: &'static str,
    /// How far the truth may lie from the drawing, metres.
    pub tolerance_m: f64,
    /// Whether it is computed from others and drawn approximately.
    pub derived: bool,
    /// How many stretches of validity it has.
    pub epochs: usize,
    /// Its version.
    pub version_digest: String,
}

/// What a source says of its watch.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Coverage {
    /// The source.
    pub source: String,
    /// `watching`, or what hindered it.
    pub status: String,
    /// From.
    pub start: String,
    /// Until.
    pub end: String,
    /// Why, if it was hindered.
    pub cause: String,
    /// Over what area, as a GeoJSON geometry; null: not stated.
    pub area: Option<Value>,
}

/// Whether the server is well.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`, or `stale`: the journal has moved and could not be folded.
    pub status: &'static str,
    /// The head that is shown.
    pub head: Head,
    /// What is wrong, if anything.
    pub trouble: Option<String>,
}
