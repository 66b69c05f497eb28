//! The daily report as data: one civil day in the mission's zone, as known at one cut-off. The same record and date
//! give the same report, byte for byte.

use crate::coverage;
use crate::policy::Policy;
use crate::record::{Head, Record};
use crate::view::{self, Explainer, IncidentView, ObservationView};
use base::{Count, Instant, Interval};
use evidence::batch::FLAG_ALLEGATION;
use findings::Outcome;
use std::collections::BTreeMap;

/// Most incidents listed one by one; all are counted.
pub const INCIDENTS_LISTED_MAX: usize = 500;
/// Most allegations listed one by one; all are counted.
pub const ALLEGATIONS_LISTED_MAX: usize = 200;
/// Most reasons shown with one finding of a listed incident.
pub const REASONS_SHOWN_MAX: usize = 3;

/// The report of one civil day.
#[derive(Clone, Debug, PartialEq)]
pub struct DailyReport {
    /// The mission's name.
    pub mission: String,
    /// IANA name of the zone the day is counted in.
    pub zone: String,
    /// Year, month, day.
    pub date: (i16, i8, i8),
    /// The day as instants.
    pub day: Interval,
    /// The cut-off.
    pub as_known_at: Instant,
    /// The last journal entry it rests on.
    pub head: Head,
    /// What was watched that day, in words.
    pub coverage: String,
    /// Whether anything was stated about watching that day.
    pub coverage_stated: bool,
    /// Incidents and observations that begin that day, and the day before.
    pub totals: Pair<Totals>,
    /// Incidents of other days whose interval reaches into this one; counted on the day they begin.
    pub reaching_in: u64,
    /// Incidents of the day withheld from this audience for now.
    pub withheld: u64,
    /// Findings, by version and clause.
    pub versions: Vec<VersionTable>,
    /// Incidents by kind, with reconciled counts.
    pub kinds: Vec<KindRow>,
    /// Breached and undetermined incidents, in order of time.
    pub listed: Vec<Listed>,
    /// How many there are, listed or not.
    pub listed_total: u64,
    /// What was claimed, apart from every count.
    pub allegations: Vec<ObservationView>,
    /// How many there are, listed or not.
    pub allegations_total: u64,
    /// Sources, with what they cannot see and what was rejected.
    pub sources: Vec<SourceRow>,
    /// Algorithms, by name and version.
    pub algorithms: Vec<&'static str>,
}

/// A figure of the day and of the day before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair<T> {
    /// That day.
    pub day: T,
    /// The civil day before.
    pub before: T,
}

/// Totals of a day. The units are never added to one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Incidents.
    pub incidents: u64,
    /// Observations, without allegations.
    pub observations: u64,
}

/// Figures by outcome, in the order of [`Outcome::COUNTED`].
pub type Tally = [u64; 4];

/// Findings under one version.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionTable {
    /// What distinguishes it.
    pub label: String,
    /// Its title.
    pub title: String,
    /// Its version or status.
    pub version: String,
    /// Digest of its Markdown.
    pub text: base::Digest,
    /// Clauses in order of the text.
    pub clauses: Vec<ClauseRow>,
}

/// Findings under one clause.
#[derive(Clone, Debug, PartialEq)]
pub struct ClauseRow {
    /// Its label.
    pub label: String,
    /// Heading of its article.
    pub article: String,
    /// What share of its ground was watched that day, in words.
    pub watched: String,
    /// That share, 0 to 1; `None`: it cannot be told.
    pub watched_share: Option<f64>,
    /// Figures of the day; `None`: the clause is judged over a period, not report by report, and a day has no figure.
    pub figures: Option<Figures>,
}

/// Figures of a clause that is judged report by report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Incidents by outcome.
    pub incidents: Pair<Tally>,
    /// Observations by outcome.
    pub observations: Pair<Tally>,
}

/// Incidents of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindRow {
    /// The kind.
    pub kind: String,
    /// Incidents that day and the day before.
    pub incidents: Pair<u64>,
    /// Observations in the incidents of that day.
    pub observations: u64,
    /// Incidents of that day without any stated count.
    pub uncounted: u64,
    /// Sum of the reconciled counts, by unit.
    pub counts: Vec<(String, Count)>,
}

/// A listed incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The incident.
    pub incident: IncidentView,
    /// Its breached and undetermined findings.
    pub findings: Vec<ListedFinding>,
}

/// A finding of a listed incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFinding {
    /// Label of the version.
    pub version: String,
    /// Label of the clause.
    pub clause: String,
    /// Its outcome.
    pub outcome: Outcome,
    /// Its main reasons.
    pub reasons: Vec<String>,
    /// What is missing, in sentences.
    pub missing: Vec<&'static str>,
}

/// A source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRow {
    /// Its id.
    pub id: String,
    /// Observations that day, allegations left out.
    pub observations: u64,
    /// Rows rejected until the cut-off: a rejected row has no day.
    pub rejected: u64,
    /// Reasons of rejection with how many rows.
    pub rejects: Vec<(String, u64)>,
    /// Reliability `A` to `F`, or `?`.
    pub reliability: char,
    /// What it cannot see.
    pub limitations: String,
}

/// What an audience may be told of one civil day; `None`: no such date.
#[must_use]
pub fn daily(record: &Record, date: (i16, i8, i8), policy: &Policy) -> Option<DailyReport> {
    let (year, month, day) = date;
    let day = record.zone.day(year, month, day)?;
    let (year, month, before) = record.zone.date_of(Instant(day.start.0 - 1));
    let before = record.zone.day(year, month, before)?;
    let days = Days::of(record, policy, day, before);
    let (listed, listed_total) = listed(record, policy, &days);
    let (allegations, allegations_total) = allegations(record, policy, day);
    Some(DailyReport {
        mission: record.mission.clone(),
        zone: record.zone.name().to_owned(),
        date,
        day,
        as_known_at: record.as_known_at,
        head: record.head,
        coverage: coverage::statement(&record.coverage, day),
        coverage_stated: coverage::is_stated(&record.coverage, day),
        totals: Pair { day: days.day.totals(), before: days.before.totals() },
        reaching_in: days.reaching_in,
        withheld: days.withheld,
        versions: versions(record, &days, day),
        kinds: kinds(record, policy, &days),
        listed,
        listed_total,
        allegations,
        allegations_total,
        sources: sources(record, &days),
        algorithms: record.algorithms(),
    })
}

/// What belongs to a day: an incident or observation belongs to the day in which it begins.
#[derive(Default)]
struct Belongs {
    incidents: Vec<usize>,
    rows: Vec<usize>,
}

impl Belongs {
    fn totals(&self) -> Totals {
        Totals { incidents: self.incidents.len() as u64, observations: self.rows.len() as u64 }
    }
}

struct Days {
    day: Belongs,
    before: Belongs,
    reaching_in: u64,
    withheld: u64,
}

impl Days {
    fn of(record: &Record, policy: &Policy, day: Interval, before: Interval) -> Days {
        let mut out =
            Days { day: Belongs::default(), before: Belongs::default(), reaching_in: 0, withheld: 0 };
        for incident in 0..record.state.incidents.len() {
            let event = view::event_of(record, incident);
            let told = policy.may_speak_of(event, record.as_known_at);
            if day.holds(event.start) {
                out.withheld += u64::from(!told);
            } else if event.start < day.start && event.meets(day) {
                out.reaching_in += u64::from(told);
            }
            match (told, day.holds(event.start), before.holds(event.start)) {
                (true, true, _) => out.day.incidents.push(incident),
                (true, _, true) => out.before.incidents.push(incident),
                _ => {}
            }
        }
        let batch = &record.state.observations;
        for (row, start) in batch.start_ms.iter().enumerate() {
            let start = Instant(*start);
            let (today, yesterday) = (day.holds(start), before.holds(start));
            if (!today && !yesterday)
                || batch.flag(row, FLAG_ALLEGATION)
                || !policy.may_speak_of(batch.event(row), record.as_known_at)
            {
                continue;
            }
            if today { out.day.rows.push(row) } else { out.before.rows.push(row) }
        }
        out
    }
}

fn tally(column: Option<&Vec<u8>>, indices: &[usize]) -> Tally {
    let mut by_code = [0_u64; 5];
    for code in indices.iter().filter_map(|i| column?.get(*i)) {
        if let Some(n) = by_code.get_mut(usize::from(*code)) {
            *n += 1;
        }
    }
    let [_, kept, excused, undetermined, breached] = by_code;
    [breached, undetermined, excused, kept]
}

fn versions(record: &Record, days: &Days, today: Interval) -> Vec<VersionTable> {
    let of = |(index, text): (usize, &crate::Text)| {
        let agreement = &text.version.agreement;
        let findings = record.state.versions.get(index);
        let clauses = agreement.clauses.iter().enumerate().map(|(c, clause)| {
            let by_incident = findings.and_then(|f| f.incident_outcomes.get(c));
            let by_row = findings.and_then(|f| f.outcomes.get(c));
            let watch = record.watch(index, c);
            let watched = watch.and_then(|w| w.over(today));
            ClauseRow {
                watched: coverage::watched(watch, today),
                watched_share: watched.map(|w| w.share),
                label: clause.label.clone(),
                article: agreement
                    .articles
                    .get(clause.article)
                    .map_or_else(String::new, |a| a.heading.clone()),
                figures: clause.duty.is_of_observations().then(|| Figures {
                    incidents: Pair {
                        day: tally(by_incident, &days.day.incidents),
                        before: tally(by_incident, &days.before.incidents),
                    },
                    observations: Pair {
                        day: tally(by_row, &days.day.rows),
                        before: tally(by_row, &days.before.rows),
                    },
                }),
            }
        });
        VersionTable {
            label: text.version.label.clone(),
            title: agreement.title.clone(),
            version: agreement.version.clone(),
            text: text.version.text,
            clauses: clauses.collect(),
        }
    };
    record.texts.iter().enumerate().map(of).collect()
}

fn kinds(record: &Record, policy: &Policy, days: &Days) -> Vec<KindRow> {
    let mut by_kind: BTreeMap<String, (KindRow, BTreeMap<String, Count>)> = BTreeMap::new();
    let views = |list: &[usize]| -> Vec<IncidentView> {
        list.iter().filter_map(|i| view::incident(record, policy, *i)).collect()
    };
    let empty = |kind: &str| KindRow {
        kind: kind.to_owned(),
        incidents: Pair::default(),
        observations: 0,
        uncounted: 0,
        counts: Vec::new(),
    };
    for incident in views(&days.day.incidents) {
        let (row, counts) =
            by_kind.entry(incident.kind.clone()).or_insert_with(|| (empty(&incident.kind), BTreeMap::new()));
        row.incidents.day += 1;
        row.observations += incident.observations as u64;
        row.uncounted += u64::from(incident.counts.is_empty());
        view::add_counts(counts, &incident.counts);
    }
    for incident in views(&days.before.incidents) {
        let (row, _) =
            by_kind.entry(incident.kind.clone()).or_insert_with(|| (empty(&incident.kind), BTreeMap::new()));
        row.incidents.before += 1;
    }
    by_kind
        .into_values()
        .map(|(row, counts)| KindRow { counts: counts.into_iter().collect(), ..row })
        .collect()
}

fn grave(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Breached | Outcome::Undetermined)
}

fn listed(record: &Record, policy: &Policy, days: &Days) -> (Vec<Listed>, u64) {
    let is_grave = |i: &&usize| view::outcomes(record, **i).iter().any(|(.., o)| grave(*o));
    let mut all: Vec<usize> = days.day.incidents.iter().filter(is_grave).copied().collect();
    all.sort_by_key(|i| (view::event_of(record, *i).start, record.state.incidents.id.get(*i).copied()));
    let explainer = Explainer::new(record, policy);
    let listed = all.iter().take(INCIDENTS_LISTED_MAX).filter_map(|i| {
        let incident = view::incident(record, policy, *i)?;
        Some(Listed { incident, findings: listed_findings(record, &explainer, *i) })
    });
    (listed.collect(), all.len() as u64)
}

fn listed_findings(record: &Record, explainer: &Explainer<'_>, incident: usize) -> Vec<ListedFinding> {
    explainer
        .findings(incident, 1)
        .into_iter()
        .filter(|f| grave(f.outcome))
        .map(|f| {
            let version = record.texts.get(f.version).map(|t| &t.version);
            let clause = version.and_then(|v| v.agreement.clauses.get(f.clause));
            let trace = f.traces.first().map(|(_, t)| t);
            let reasons = trace.map(|t| view::decisive(t, REASONS_SHOWN_MAX)).unwrap_or_default();
            ListedFinding {
                version: version.map_or_else(String::new, |v| v.label.clone()),
                clause: clause.map_or_else(String::new, |c| c.label.clone()),
                outcome: f.outcome,
                reasons: reasons.into_iter().map(|r| r.text.clone()).collect(),
                missing: f.missing.sentences(),
            }
        })
        .collect()
}

fn allegations(record: &Record, policy: &Policy, day: Interval) -> (Vec<ObservationView>, u64) {
    let batch = &record.state.observations;
    let rows: Vec<usize> = (0..batch.len())
        .filter(|r| {
            let event = batch.event(*r);
            batch.flag(*r, FLAG_ALLEGATION)
                && day.holds(event.start)
                && policy.may_speak_of(event, record.as_known_at)
        })
        .collect();
    let views =
        rows.iter().take(ALLEGATIONS_LISTED_MAX).filter_map(|r| view::observation(record, policy, *r));
    (views.collect(), rows.len() as u64)
}

fn sources(record: &Record, days: &Days) -> Vec<SourceRow> {
    let batch = &record.state.observations;
    let mut by_word: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &days.day.rows {
        *by_word.entry(batch.word_at(&batch.source, *row)).or_default() += 1;
    }
    let of = |card: &crate::SourceCard| SourceRow {
        id: card.card.id.clone(),
        observations: by_word.get(card.card.id.as_str()).copied().unwrap_or(0),
        rejected: card.rejected(),
        rejects: card.rejects.iter().map(|r| (r.reason.clone(), r.rows)).collect(),
        reliability: card.card.reliability,
        limitations: card.card.limitations.clone(),
    };
    record.sources.iter().map(of).collect()
}
