//! What an audience may be told of an observation, an incident and a finding. Every interface and every page is made
//! from these, and from nothing below them.

use crate::policy::{PlaceView, Policy, Spot};
use crate::record::Record;
use crate::words;
use base::{Count, IncidentId, Instant, Interval, ObservationId};
use evidence::batch::{Batch, FLAG_ALLEGATION, FLAG_EXERCISE, NOT_STATED_MS};
use evidence::draft::TimePrecision;
use findings::bind::Bindings;
use findings::state::answers_for;
use findings::trace::trace_with;
use findings::{Missing, Outcome, Reason, Trace};
use incidents::{Link, Status};
use std::collections::BTreeMap;

/// An incident, as a line of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentView {
    /// Its id.
    pub id: IncidentId,
    /// A short name for people; the id is what identifies.
    pub reference: String,
    /// Its time: that of its best-timed member.
    pub event: Interval,
    /// How finely that is known.
    pub precision: TimePrecision,
    /// Where it is put on a map: the place of its best-placed member.
    pub spot: Option<Spot>,
    /// Whether the source stated how precise that place is.
    pub precision_stated: bool,
    /// Kind of its lead.
    pub kind: String,
    /// How many observations it has.
    pub observations: usize,
    /// From how many sources that do not copy each other.
    pub sources: usize,
    /// Reconciled counts by unit.
    pub counts: Vec<(String, Count)>,
    /// Version, clause, outcome; those that do not apply are left out.
    pub outcomes: Vec<(usize, usize, Outcome)>,
    /// Narrative of its lead, if the audience may have it.
    pub note: String,
}

/// One observation.
#[derive(Clone, Debug, PartialEq)]
pub struct ObservationView {
    /// Its id.
    pub id: ObservationId,
    /// Its source.
    pub source: String,
    /// Kind of fact.
    pub kind: String,
    /// When it happened.
    pub event: Interval,
    /// How finely that is known.
    pub precision: TimePrecision,
    /// When it was perceived.
    pub observed: Option<Instant>,
    /// When it was reported.
    pub reported: Option<Instant>,
    /// When it was recorded here.
    pub recorded: Option<Instant>,
    /// How it was perceived.
    pub means: &'static str,
    /// Outgoing, impact, …
    pub assessment: &'static str,
    /// How many, and of what.
    pub count: Option<(Count, String)>,
    /// Weapon class in the source's words; empty: undetermined.
    pub weapon: String,
    /// Calibre, millimetres.
    pub calibre_mm: Option<f32>,
    /// Whose act, in the source's words; empty: undetermined.
    pub actor: String,
    /// Where.
    pub place: PlaceView,
    /// Recorded as an exercise or the like.
    pub exercise: bool,
    /// A claim, not a perception.
    pub allegation: bool,
    /// Narrative, if the audience may have it.
    pub note: String,
    /// Addresses of reports, if the audience may have them.
    pub links: Vec<String>,
    /// The journal entry that carries it.
    pub entry_seq: Option<u64>,
}

/// What a clause says of an incident.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingView {
    /// Index of the version.
    pub version: usize,
    /// Index of the clause.
    pub clause: usize,
    /// The gravest outcome of its members.
    pub outcome: Outcome,
    /// What kept the decisive members from being decided, or is to be said with them.
    pub missing: Missing,
    /// Reasons, the gravest members first.
    pub traces: Vec<(ObservationId, Trace)>,
    /// Members that are not traced because there are too many.
    pub traces_left_out: usize,
}

/// A short name for an incident: the civil date of its lead, and the start of its id.
#[must_use]
pub fn reference(record: &Record, incident: usize) -> String {
    let incidents = &record.state.incidents;
    let lead = incidents.lead.get(incident).map_or(0, |l| *l as usize);
    let (year, month, day) = record.zone.date_of(record.state.observations.event(lead).start);
    let id = incidents.id.get(incident).map_or(0, |i| i.0);
    format!("INC-{year:04}{month:02}{day:02}-{:06x}", id >> 104)
}

/// The time of an incident: that of its best-timed member.
#[must_use]
pub fn event_of(record: &Record, incident: usize) -> Interval {
    let row = record.state.incidents.timed_by.get(incident).map_or(usize::MAX, |r| *r as usize);
    record.state.observations.event(row)
}

/// One incident for `policy`'s audience; `None`: no such incident.
#[must_use]
pub fn incident(record: &Record, policy: &Policy, incident: usize) -> Option<IncidentView> {
    let (state, batch) = (&record.state, &record.state.observations);
    let id = *state.incidents.id.get(incident)?;
    let lead = *state.incidents.lead.get(incident)? as usize;
    let timed_by = *state.incidents.timed_by.get(incident)? as usize;
    let placed_by = *state.incidents.placed_by.get(incident)? as usize;
    let members = state.incidents.members_of(incident);
    Some(IncidentView {
        id,
        reference: reference(record, incident),
        event: batch.event(timed_by),
        precision: batch.precision_at(timed_by),
        spot: policy.spot_of_incident(batch, &state.incidents, incident),
        precision_stated: precision_stated(batch, placed_by),
        kind: batch.word_at(&batch.kind, lead).to_owned(),
        observations: members.len(),
        sources: state.incidents.independent.get(incident).map_or(1, |n| *n as usize),
        counts: incidents::count::reconciled(batch, &state.incidents.counted_of(incident))
            .into_iter()
            .collect(),
        outcomes: outcomes(record, incident),
        note: policy.narrative(batch.note.get(lead)).to_owned(),
    })
}

/// Whether the place of `row` says how precise it is; a shape does, an undetermined place does not.
fn precision_stated(batch: &Batch, row: usize) -> bool {
    let is_shape = batch.shape.get(row).is_some_and(|s| *s != atlas::answer::NO_SHAPE);
    is_shape || batch.radius_m.get(row).is_some_and(|r| !r.is_nan())
}

/// What every clause of every version says of an incident, without those that are not about it.
#[must_use]
pub fn outcomes(record: &Record, incident: usize) -> Vec<(usize, usize, Outcome)> {
    let mut out = Vec::new();
    for (v, findings) in record.state.versions.iter().enumerate() {
        for (c, column) in findings.incident_outcomes.iter().enumerate() {
            let outcome = column.get(incident).map_or(Outcome::NotApplicable, |o| Outcome::from_code(*o));
            if outcome != Outcome::NotApplicable {
                out.push((v, c, outcome));
            }
        }
    }
    out
}

/// One observation for `policy`'s audience; `None`: no such row.
#[must_use]
pub fn observation(record: &Record, policy: &Policy, row: usize) -> Option<ObservationView> {
    let batch = &record.state.observations;
    let stated = |column: &[i64]| column.get(row).copied().filter(|ms| *ms != NOT_STATED_MS).map(Instant);
    let word = |column: &[u16]| batch.word_at(column, row).to_owned();
    let unit = match batch.word_at(&batch.unit, row) {
        "" => word(&batch.kind),
        unit => unit.to_owned(),
    };
    Some(ObservationView {
        id: *batch.id.get(row)?,
        source: word(&batch.source),
        kind: word(&batch.kind),
        event: batch.event(row),
        precision: batch.precision_at(row),
        observed: stated(&batch.observed_ms),
        reported: stated(&batch.reported_ms),
        recorded: record.recorded(row),
        means: batch.means_at(row).name(),
        assessment: batch.assessment_at(row).name(),
        count: batch.count(row).map(|c| (c, unit)),
        weapon: word(&batch.weapon),
        calibre_mm: batch.calibre_mm.get(row).copied().filter(|c| !c.is_nan()),
        actor: word(&batch.actor),
        place: policy.place(batch, row),
        exercise: batch.flag(row, FLAG_EXERCISE),
        allegation: batch.flag(row, FLAG_ALLEGATION),
        note: policy.narrative(batch.note.get(row)).to_owned(),
        links: links(policy.narrative(batch.links.get(row))),
        entry_seq: record.entry_seq.get(row).copied(),
    })
}

/// Addresses that a page may link to: the web only, so that no report can smuggle in a script.
fn links(lines: &str) -> Vec<String> {
    let web = |l: &&str| l.starts_with("https://") || l.starts_with("http://");
    lines.lines().map(str::trim).filter(web).map(str::to_owned).collect()
}

/// Why an observation belongs to its incident, in words.
#[must_use]
pub fn link_words(link: &Link, is_lead: bool) -> String {
    if is_lead {
        return "leads the incident: its earliest observation".to_owned();
    }
    let time = if link.gap_ms == 0 {
        "at the same time".to_owned()
    } else {
        format!("{} apart", words::span(link.gap_ms))
    };
    let status = match link.status {
        Status::Linked => "",
        Status::Proposed => "; proposed, not settled",
        Status::Decided => "; decided by a person",
    };
    format!(
        "{} from the lead ({} allowed), {time}, {} kind{status}",
        words::metres(f64::from(link.distance_m)),
        words::metres(f64::from(link.allowed_m)),
        if link.same_kind { "the same" } else { "a compatible" },
    )
}

/// Explains findings; keeps what the words of a record mean to each version, so that many can be explained at once.
pub struct Explainer<'a> {
    record: &'a Record,
    policy: &'a Policy,
    bindings: Vec<Bindings>,
}

impl<'a> Explainer<'a> {
    /// Binds the record's words to every version.
    #[must_use]
    pub fn new(record: &'a Record, policy: &'a Policy) -> Explainer<'a> {
        let of = |text: &crate::Text| Bindings::of(&text.version.agreement, &record.state.observations);
        Explainer { record, policy, bindings: record.texts.iter().map(of).collect() }
    }

    /// The trace of one observation under one clause.
    #[must_use]
    pub fn trace(&self, version: usize, clause: usize, row: usize) -> Option<Trace> {
        let batch = &self.record.state.observations;
        let text = self.record.version(version)?;
        let answers = answers_for(text, batch, row..row + 1);
        let mut trace = trace_with(text, batch, row, clause, self.bindings.get(version)?, &answers)?;
        if self.policy.place_grid_deg.is_some() {
            // Distances to known lines would give a coarsened place away.
            trace.reasons.iter_mut().for_each(|r| r.text = format!("{}: {}", r.about.name(), r.truth));
        }
        Some(trace)
    }

    /// What every clause that is about an incident says of it, with at most `traces_max` traces a clause.
    #[must_use]
    pub fn findings(&self, incident: usize, traces_max: usize) -> Vec<FindingView> {
        outcomes(self.record, incident)
            .into_iter()
            .map(|(version, clause, outcome)| self.finding(incident, version, clause, outcome, traces_max))
            .collect()
    }

    fn finding(
        &self,
        incident: usize,
        version: usize,
        clause: usize,
        outcome: Outcome,
        traces_max: usize,
    ) -> FindingView {
        let state = &self.record.state;
        let findings = state.versions.get(version);
        let code = |row: u32| {
            let column = findings.and_then(|f| f.outcomes.get(clause));
            column.and_then(|c| c.get(row as usize)).copied().unwrap_or(0)
        };
        let missing = |row: u32| {
            let column = findings.and_then(|f| f.missing.get(clause));
            Missing(column.and_then(|c| c.get(row as usize)).copied().unwrap_or(0))
        };
        let mut rows: Vec<u32> = state.incidents.members_of(incident).to_vec();
        rows.sort_by_key(|r| std::cmp::Reverse(code(*r)));
        let decisive = rows.iter().filter(|r| code(**r) == outcome as u8);
        let all_missing = decisive.fold(Missing::default(), |m, r| m.with(missing(*r)));
        let traces: Vec<(ObservationId, Trace)> = rows
            .iter()
            .take(traces_max)
            .filter_map(|r| {
                let id = *state.observations.id.get(*r as usize)?;
                Some((id, self.trace(version, clause, *r as usize)?))
            })
            .collect();
        let traces_left_out = rows.len().saturating_sub(traces_max);
        FindingView { version, clause, outcome, missing: all_missing, traces, traces_left_out }
    }
}

/// The reasons that decide a trace: for an open question what is open, else what made it so; at most `max`.
#[must_use]
pub fn decisive(trace: &Trace, max: usize) -> Vec<&Reason> {
    let open = |r: &&Reason| r.truth == base::Truth::Undetermined;
    let chosen: Vec<&Reason> = if trace.outcome == Outcome::Undetermined {
        trace.reasons.iter().filter(open).collect()
    } else {
        let order = |r: &&Reason| match r.about {
            findings::trace::About::Place => 0,
            findings::trace::About::What => 1,
            findings::trace::About::Exception => 2,
            findings::trace::About::Time => 3,
            findings::trace::About::Who => 4,
        };
        let mut all: Vec<&Reason> = trace.reasons.iter().collect();
        all.sort_by_key(order);
        all
    };
    chosen.into_iter().take(max).collect()
}

/// The sum of reconciled counts of many incidents, by unit; units are never added to one another.
pub fn add_counts(into: &mut BTreeMap<String, Count>, counts: &[(String, Count)]) {
    for (unit, count) in counts {
        into.entry(unit.clone()).and_modify(|c| *c = c.plus(*count)).or_insert(*count);
    }
}
