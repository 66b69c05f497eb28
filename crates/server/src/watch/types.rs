//! What the watch's addresses give, as JSON. Instants are RFC 3339 in UTC. What a reader may not see is absent.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The watch as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WatchView {
    /// The moment that it is told as of.
    pub as_of: String,
    /// The mission's civil zone: days are its days.
    pub zone: String,
    /// Whether the record is an archive: then it is told as of the last receipt in it.
    pub is_archive: bool,
    /// Version of the watch.
    pub algorithm: String,
    /// Label of the text whose clauses are watched for; absent: no text says what to watch for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Warnings, the gravest that stand and nobody has looked at first.
    pub warnings: Vec<WarningLine>,
    /// Streams, to staff.
    pub streams: Vec<StreamLine>,
    /// Indicators of the text, those that are met first; to staff.
    pub indicators: Vec<IndicatorLine>,
    /// What was promised, and what came of it; to staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rates: Option<Rates>,
    /// What is known of the data; to staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<DataHealth>,
    /// How often warnings were right, false or undetermined; open to every reader.
    pub skill: SkillView,
    /// What watches told the next, the latest first; to staff.
    pub hand_overs: Vec<HandOver>,
    /// What of no warning the reader could do now.
    pub may: Vec<MayDo>,
}

/// A deed that the reader could do now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MayDo {
    /// The deed's name.
    pub deed: String,
    /// The role in which.
    pub role: String,
    /// What the role is held of.
    pub of: String,
}

/// What was promised and achieved.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Rates {
    /// False alarms promised a stream and year.
    pub promised_per_stream_year: f64,
    /// Alarms a stream and year so far, true ones included; absent: nothing has been watched for long enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub achieved_per_stream_year: Option<f64>,
    /// How many stream-years that rests on.
    pub stream_years: f64,
    /// Streams that are watched.
    pub streams: usize,
    /// Of these, those of which something is expected.
    pub expecting: usize,
}

/// What is known of the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DataHealth {
    /// Reports that do not say when they were made and did not come near their event: taken as made at its end.
    pub receipt_assumed: usize,
    /// Incidents that no stream counts because their time is known to more than a day only.
    pub vague_time: usize,
    /// Exercises and the like, which no stream counts.
    pub exercises: usize,
}

/// A warning in a list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WarningLine {
    /// Its reference.
    pub reference: String,
    /// How far it is: `raised`, `checked`, `issued`, `suppressed`, `stood-down`.
    pub stage: String,
    /// Whether it stands: not stood down, suppressed or lapsed.
    pub stands: bool,
    /// How grave: as issued, else as its evidence proposes. `advisory`, `watch`, `warning`.
    pub level: String,
    /// Why the evidence proposes its level, as fixed words.
    pub why: Vec<String>,
    /// Where.
    pub ground: GroundView,
    /// What is counted, as the text calls it.
    pub what: String,
    /// Labels of the clauses that are about it.
    pub clauses: Vec<String>,
    /// When it was raised.
    pub raised: String,
    /// Since when there was more than expected.
    pub since: String,
    /// When its last alarm was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// When it lapses.
    pub expires: String,
    /// What was counted since then; absent: a person raised it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<u32>,
    /// What was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<f64>,
    /// Clause and title of the indicator of the text that alone raised it; absent: detectors or a person did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indicator: Option<String>,
    /// Whether only parties say so.
    pub only_parties: bool,
    /// Whether the data as known now still raise it; a person's warning is not raised by data.
    pub in_data: bool,
    /// How many other streams rose with it.
    pub also_count: usize,
    /// How often something was done about it; send it as `seen`.
    pub revision: u64,
    /// How many have taken notice of it as it was last issued.
    pub acknowledged: usize,
}

/// Where.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct GroundView {
    /// `zone`, `cell` or `everywhere`.
    pub is: String,
    /// Its name.
    pub name: String,
    /// West, south, east and north of a cell, degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 4]>,
}

/// A warning with everything of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WarningView {
    /// Its line.
    #[serde(flatten)]
    pub line: WarningLine,
    /// The moment that it is told as of.
    pub as_of: String,
    /// Kinds of fact that are counted.
    pub kinds: Vec<String>,
    /// Its alarms, in order; to staff.
    pub alarms: Vec<AlarmView>,
    /// Steps that brought evidence, that with most first; to staff.
    pub brought: Vec<BroughtView>,
    /// Incidents that it rests on, those that brought most first; to staff.
    pub evidence: Vec<EvidenceView>,
    /// How many more incidents it rests on than are listed.
    pub evidence_more: usize,
    /// Incidents that may lie on its ground or not.
    pub unclear: u32,
    /// By source; to staff.
    pub sources: Vec<SourceShare>,
    /// The source that alone explains it; to staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_source: Option<String>,
    /// What part of its steps could be seen, 0 to 1; absent: a person raised it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exposure: Option<f64>,
    /// What is wrong with the data of its steps, as fixed words.
    pub flags: Vec<String>,
    /// Streams that rose with it.
    pub also: Vec<AlsoView>,
    /// Indicators of the text that are met with it.
    pub indications: Vec<IndicationView>,
    /// It lapses when fewer than this come a day, for as long as it stands; absent: a person or an indicator raised it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calm_below_per_day: Option<u64>,
    /// False alarms promised a stream and year; of what an indicator alone raised nothing is promised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_per_stream_year: Option<f64>,
    /// Alarms a stream and year so far, true ones included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub achieved_per_stream_year: Option<f64>,
    /// The share of issued warnings that turned out right, with its 90 % interval; absent: none could be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right_share: Option<[f64; 3]>,
    /// How many warnings that rests on.
    pub told: u32,
    /// What is to come on its stream.
    pub ahead: Vec<AheadView>,
    /// What was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued: Option<IssuedView>,
    /// Who has taken notice; to staff.
    pub acknowledged_by: Vec<Noticed>,
    /// How it turned out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// What a person raised it with, if one did; to staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<String>,
    /// What was done; to staff.
    pub history: Vec<WarningDone>,
    /// What the reader could do now.
    pub may: Vec<MayDo>,
    /// Version of the watch, and the journal's entry that all of it rests on.
    pub algorithm: String,
    /// That entry.
    pub head_seq: u64,
}

/// What was counted over a time.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FiguresView {
    /// When it begins.
    pub from: String,
    /// When it ends.
    pub to: String,
    /// What certainly counts.
    pub counted: u32,
    /// What may count or not.
    pub unclear: u32,
    /// What came too late to be counted.
    pub late: u32,
    /// Hours in which all of the place was watched, or the log kept; absent: nothing says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watched_h: Option<f64>,
    /// What part of it that is, 0 to 1; absent: nothing says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<f64>,
    /// How many an hour: of hours watched where these are known.
    pub per_hour: f64,
}

/// An indicator of the text, as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct IndicatorLine {
    /// Label of its clause.
    pub clause: String,
    /// Label of the text's version.
    pub text: String,
    /// What people call it.
    pub title: String,
    /// Where.
    pub ground: GroundView,
    /// What is counted, as the text calls it.
    pub what: String,
    /// `facts`, `missing`, `notices` or `calls`.
    pub signal: String,
    /// `rises`, `falls` or `stops`.
    pub turn: String,
    /// Its level in signs: `>= 3 times the baseline, at least 4`.
    pub asks: String,
    /// What part has to be watched for less to be told, 0 to 1.
    pub coverage_min: f64,
    /// `met`, `not-met` or `undetermined`.
    pub met: String,
    /// Since when it is met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// What is lacking, where it is undetermined, as fixed words.
    pub lacks: Vec<String>,
    /// What was counted in its window; of missing weapons, how many are.
    pub window: FiguresView,
    /// What was counted in its baseline; of missing weapons, what was declared. Absent: there is none, or not yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<FiguresView>,
    /// Who is told, by the text.
    pub told: Vec<String>,
    /// How often it was met.
    pub times_met: usize,
    /// Days over which it could be told whether it is.
    pub judged_days: f64,
    /// How often a year that is; absent: it never could be told. Nothing is promised: people set the level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met_per_year: Option<f64>,
    /// Warnings that it raised or strengthens and that stand.
    pub warnings: Vec<String>,
}

/// An indicator that is met with a warning.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct IndicationView {
    /// Label of its clause.
    pub clause: String,
    /// Label of the text's version.
    pub text: String,
    /// What people call it.
    pub title: String,
    /// `rises`, `falls` or `stops`.
    pub turn: String,
    /// Since when it is met.
    pub since: String,
    /// When it was last.
    pub last: String,
    /// What was counted.
    pub window: FiguresView,
    /// With what it is compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<FiguresView>,
    /// How often it was met before.
    pub met_before: usize,
    /// Days over which it could be told whether it is met.
    pub judged_days: f64,
    /// How often a year it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met_per_year: Option<f64>,
}

/// An alarm.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AlarmView {
    /// When the mission knew enough for it.
    pub at: String,
    /// `day` or `quarter` of a day.
    pub cadence: String,
    /// `rise`, `shock` or `erosion`.
    pub basis: String,
    /// When its step begins.
    pub step: String,
    /// What was counted in the step.
    pub count: u32,
    /// What was expected of it.
    pub expected: f64,
    /// Log-evidence.
    pub log_evidence: f64,
    /// The level that its promise sets.
    pub log_threshold: f64,
}

/// A step that brought evidence.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct BroughtView {
    /// When it begins.
    pub step: String,
    /// What was counted.
    pub count: u32,
    /// What was expected.
    pub expected: f64,
    /// What it brought to the log-evidence.
    pub log_evidence: f64,
}

/// An incident that a warning rests on.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct EvidenceView {
    /// Its id.
    pub incident: String,
    /// Its reference, for people.
    pub label: String,
    /// When it was.
    pub start: String,
    /// When the mission came to know of it.
    pub known: String,
    /// Its kind of fact.
    pub kind: String,
    /// What it brought to the log-evidence.
    pub log_evidence: f64,
}

/// What a source brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SourceShare {
    /// The source.
    pub source: String,
    /// Whether it is a party's own.
    pub is_party: bool,
    /// Incidents that it reported.
    pub incidents: u32,
    /// Those that nobody else reported.
    pub alone: u32,
}

/// Another stream that rose with it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AlsoView {
    /// Where.
    pub ground: GroundView,
    /// What.
    pub what: String,
    /// When.
    pub at: String,
    /// What was counted.
    pub counted: u32,
    /// What was expected.
    pub expected: f64,
}

/// A forecast.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AheadView {
    /// How many days, from the next on.
    pub days: usize,
    /// `pool`: as scored in the back-tests; `level`: the last weeks taken to go on.
    pub method: String,
    /// The mean.
    pub mean: f64,
    /// Counts that are not exceeded with the probabilities 5, 10, 25, 50, 75, 90 and 95 %.
    pub quantiles: [u64; 7],
    /// The probability that nothing comes.
    pub none: f64,
    /// From this count on it is an escalation.
    pub escalation_from: u64,
    /// Its probability.
    pub escalation: f64,
}

/// What was issued, as it holds now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct IssuedView {
    /// When first.
    pub at: String,
    /// When it was last changed.
    pub changed: String,
    /// How often it has been told.
    pub version: u32,
    /// How grave.
    pub level: String,
    /// To whom.
    pub audiences: Vec<String>,
    /// What they are advised to do.
    pub instruction: String,
    /// Until when it holds.
    pub expires: String,
}

/// Somebody who has taken notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Noticed {
    /// The role.
    pub role: String,
    /// What it is held of.
    pub of: String,
    /// When.
    pub at: String,
}

/// Something that was done about a warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WarningDone {
    /// When.
    pub at: String,
    /// Who.
    pub person: String,
    /// In which role.
    pub role: String,
    /// What.
    pub deed: String,
    /// In their words.
    pub words: String,
}

/// A stream in a list, with its last four weeks.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StreamLine {
    /// Where.
    pub ground: GroundView,
    /// What is counted, as the text calls it.
    pub what: String,
    /// Labels of the clauses that are about it.
    pub clauses: Vec<String>,
    /// What a fully seen day is expected to count; absent: nothing yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_per_day: Option<f64>,
    /// `not-said`, `silent` or `calm`.
    pub quiet: String,
    /// What is wrong with its last day, as fixed words.
    pub flags: Vec<String>,
    /// Evidence of a rise as part of what an alarm takes, 0 to 1.
    pub evidence: f64,
    /// When the first of its days begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_day: Option<String>,
    /// By day: what came to be known.
    pub counts: Vec<u32>,
    /// By day: what was expected, as it could be seen; null: nothing yet.
    pub expected: Vec<Option<f64>>,
    /// By day: what would be exceeded on one day in twenty.
    pub high: Vec<Option<u64>>,
    /// By day: what part could have been seen, 0 to 1.
    pub part: Vec<f32>,
}

/// A stream with everything of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StreamView {
    /// Its line.
    #[serde(flatten)]
    pub line: StreamLine,
    /// Kinds of fact.
    pub kinds: Vec<String>,
    /// Kinds that no source says it could perceive.
    pub unperceived: Vec<String>,
    /// Its last 90 days.
    pub days: Vec<DayOf>,
    /// What is to come.
    pub ahead: Vec<AheadView>,
}

/// A day of a stream.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct DayOf {
    /// When it begins.
    pub day: String,
    /// What came to be known in it, in time.
    pub count: u32,
    /// What came too late in it.
    pub late: u32,
    /// What happened on it, as far as is known.
    pub happened: u32,
    /// What it will come to: 5 %, 50 % and 95 %; absent: it cannot be told or is complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nowcast: Option<[u64; 3]>,
    /// What part could have been seen, 0 to 1.
    pub part: f32,
    /// Whether too little was seen for the count to say anything.
    pub unobserved: bool,
    /// What was expected; absent: nothing yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<f64>,
    /// What would be exceeded on one day in twenty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<u64>,
}

/// The skill ledger.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct SkillView {
    /// Warnings that people looked at.
    pub looked_at: u32,
    /// Issued.
    pub issued: u32,
    /// Kept from going out.
    pub suppressed: u32,
    /// Of the issued: right.
    pub right: u32,
    /// False.
    pub wrong: u32,
    /// That cannot be told.
    pub undetermined: u32,
    /// Not stood down yet.
    pub open: u32,
    /// Of the suppressed: right.
    pub suppressed_right: u32,
    /// What came and of which no warning told.
    pub missed: u32,
    /// The share of right ones with its 90 % interval; absent: none could be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right_share: Option<[f64; 3]>,
    /// Hours from raising to what came, the middle one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_h: Option<f64>,
    /// How many have it.
    pub leads: u32,
}

/// What one watch told the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HandOver {
    /// When.
    pub at: String,
    /// Who.
    pub person: String,
    /// In words.
    pub text: String,
}

/// An act as it is sent.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct WatchActSent {
    /// Unlike for every act: the same again is the same act.
    pub key: String,
    /// The role in which the person acts; one that they hold.
    pub role: String,
    /// What the role is held of; empty: the mission.
    #[serde(default)]
    pub of: String,
    /// The revision of the warning that they saw.
    #[serde(default)]
    pub seen: Option<u64>,
    /// The deed: `deed` names it, its other members are those of the manual (`docs/watch.md`).
    #[schema(value_type = Object)]
    pub deed: Value,
}

/// What an act did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WatchActDone {
    /// The warning that it made or changed.
    pub on: String,
    /// The same act had been taken before.
    pub already: bool,
    /// The number of its journal entry.
    pub seq: u64,
}
