//! From what may be told to the JSON that tells it.

use super::types;
use base::{Count, Instant};
use findings::{Outcome, Reason};
use publication::policy::PlaceView;
use publication::view::{FindingView, IncidentView, ObservationView};
use publication::words::{rfc3339, rounded};
use publication::{Head, Record, view};

pub(super) fn moment(at: Option<Instant>) -> Option<String> {
    at.filter(|t| *t != Instant::FIRST && *t != Instant::LAST).map(rfc3339)
}

pub(super) fn head(head: Head) -> types::Head {
    let recorded_at = (head.seq > 0).then(|| rfc3339(Instant(head.recorded_ms)));
    types::Head { seq: head.seq, recorded_at, digest: head.digest.to_string() }
}

pub(super) fn count_text((unit, count): &(String, Count)) -> types::CountText {
    types::CountText { unit: unit.clone(), text: count.to_string() }
}

/// The label of a clause of a version, empty if there is none.
pub(super) fn label_of(record: &Record, version: usize, clause: usize) -> String {
    let clauses = record.version(version).map(|v| v.agreement.clauses.as_slice()).unwrap_or_default();
    clauses.get(clause).map_or_else(String::new, |c| c.label.clone())
}

/// A line of a list; `label` names a version's clause.
pub(super) fn summary(
    incident: IncidentView,
    gravest: Outcome,
    label: &dyn Fn(usize, usize) -> String,
) -> types::IncidentSummary {
    let outcomes = incident.outcomes.iter().map(|(version, clause, outcome)| types::ClauseOutcome {
        version: *version,
        clause: label(*version, *clause),
        outcome: outcome.name().to_owned(),
    });
    types::IncidentSummary {
        outcomes: outcomes.collect(),
        id: incident.id.to_string(),
        reference: incident.reference,
        start: rfc3339(incident.event.start),
        end: rfc3339(incident.event.end),
        precision: incident.precision.name().to_owned(),
        lon: incident.spot.map(|s| rounded(s.lon_deg)),
        lat: incident.spot.map(|s| rounded(s.lat_deg)),
        radius_m: incident.spot.and_then(|s| s.radius_m),
        precision_stated: incident.precision_stated,
        coarse: incident.spot.is_some_and(|s| s.coarse),
        kind: incident.kind,
        observations: incident.observations,
        sources: incident.sources,
        counts: incident.counts.iter().map(count_text).collect(),
        gravest: gravest.name().to_owned(),
        note: incident.note,
    }
}

/// An empty word is one the source did not state.
fn stated(word: String) -> Option<String> {
    (!word.is_empty()).then_some(word)
}

/// How an incident was put together.
pub(super) fn fusion(view: publication::fusion::FusionView) -> types::Fusion {
    let (probability, pieces) =
        view.posterior.map_or((None, Vec::new()), |p| (Some(p.probability), p.pieces));
    let proposal = |p: publication::fusion::ProposalView| types::Proposal {
        observation: p.seen.id.to_string(),
        source: p.seen.source,
        kind: p.seen.kind,
        start: rfc3339(p.seen.event.start),
        is_allegation: p.log_odds.is_none(),
        log_odds: p.log_odds,
        probability: p.log_odds.map(incidents::fuse::sigmoid),
        note: p.seen.note,
    };
    let decision = |d: publication::fusion::DecisionView| types::DecidedLink {
        verdict: d.verdict.to_owned(),
        observations: d.observations,
        by: d.by,
        why: d.why,
    };
    types::Fusion {
        together: view.together,
        independent: view.independent,
        is_unverifiable: view.is_unverifiable,
        met: view.met,
        probability,
        evidence: pieces
            .into_iter()
            .map(|p| types::EvidencePiece { what: p.what, log_odds: p.log_ratio })
            .collect(),
        proposals: view.proposals.into_iter().map(proposal).collect(),
        proposals_left_out: view.proposals_left_out,
        decisions: view.decisions.into_iter().map(decision).collect(),
    }
}

fn pieces(weights: &incidents::fuse::Weights) -> Vec<types::EvidencePiece> {
    let all = incidents::fuse::Piece::ALL.iter().zip(weights.pieces);
    let stated = all.filter(|(_, log_odds)| *log_odds != 0.0);
    stated
        .map(|(piece, log_odds)| types::EvidencePiece {
            what: piece.name().to_owned(),
            log_odds: f64::from(log_odds),
        })
        .collect()
}

pub(super) fn member(
    seen: ObservationView,
    link: &incidents::Link,
    weights: Option<&incidents::fuse::Weights>,
    is_lead: bool,
) -> types::Member {
    types::Member {
        id: seen.id.to_string(),
        source: seen.source,
        kind: seen.kind,
        start: rfc3339(seen.event.start),
        end: rfc3339(seen.event.end),
        precision: seen.precision.name().to_owned(),
        observed: moment(seen.observed),
        reported: moment(seen.reported),
        recorded: moment(seen.recorded),
        means: seen.means.to_owned(),
        assessment: seen.assessment.to_owned(),
        count: seen.count.map(|(count, unit)| count_text(&(unit, count))),
        weapon: stated(seen.weapon),
        calibre_mm: seen.calibre_mm,
        actor: stated(seen.actor),
        place: place(seen.place),
        exercise: seen.exercise,
        note: seen.note,
        links: seen.links,
        journal_seq: seen.entry_seq,
        link: types::Link {
            distance_m: f64::from(link.distance_m),
            allowed_m: f64::from(link.allowed_m),
            gap_ms: link.gap_ms,
            same_kind: link.same_kind,
            score: f64::from(link.score),
            text: view::link_words(link, is_lead),
            status: link.status.name().to_owned(),
            pieces: weights.map_or_else(Vec::new, pieces),
        },
    }
}

fn place(place: PlaceView) -> types::Place {
    match place {
        PlaceView::Undetermined => types::Place::Undetermined {},
        PlaceView::Point(spot) => types::Place::Point {
            lon: rounded(spot.lon_deg),
            lat: rounded(spot.lat_deg),
            radius_m: spot.radius_m,
        },
        PlaceView::Sector { bearing_deg, half_width_deg, range_min_m, range_max_m, moved_m_max, polygon } => {
            let moved_m_max = moved_m_max.round();
            types::Place::Sector {
                bearing_deg,
                half_width_deg,
                range_min_m,
                range_max_m,
                moved_m_max,
                polygon,
            }
        }
        PlaceView::Polygon(rings) => {
            let mut rings = rings.into_iter();
            types::Place::Polygon { polygon: rings.next().unwrap_or_default(), holes: rings.collect() }
        }
    }
}

pub(super) fn finding(record: &Record, found: FindingView) -> Option<types::Finding> {
    let version = record.version(found.version)?;
    let agreement = &version.agreement;
    let clause = agreement.clauses.get(found.clause)?;
    let (codes, sentences) = (found.missing.names(), found.missing.sentences());
    let missing = codes.iter().zip(sentences);
    let traces = found.traces.iter().map(|(id, trace)| types::Trace {
        observation_id: id.to_string(),
        outcome: trace.outcome.name().to_owned(),
        reasons: trace.reasons.iter().map(reason).collect(),
    });
    Some(types::Finding {
        version: found.version,
        version_label: version.label.clone(),
        clause: clause.label.clone(),
        article: agreement.articles.get(clause.article).map_or_else(String::new, |a| a.heading.clone()),
        clause_source: clause.source.clone(),
        explanation: terms::explain(agreement, found.clause),
        outcome: found.outcome.name().to_owned(),
        missing: missing.map(|(c, t)| types::Missing { code: (*c).to_owned(), text: t.to_owned() }).collect(),
        algorithm: findings::ALGORITHM.to_owned(),
        traces: traces.collect(),
        traces_left_out: found.traces_left_out,
    })
}

fn reason(reason: &Reason) -> types::Reason {
    types::Reason {
        condition: reason.about.name().to_owned(),
        truth: reason.truth.to_string(),
        text: reason.text.clone(),
    }
}

/// An item.
pub(super) fn item(item: &publication::EvidenceItem) -> types::Item {
    let custody = item.custody.iter().map(|c| types::Custody {
        at: rfc3339(c.at),
        action: c.action.clone(),
        note: c.note.clone(),
    });
    types::Item {
        sha256: item.digest.to_string(),
        bytes: item.bytes,
        media_type: item.media_type.clone(),
        name: item.name.clone(),
        taken: item.taken.map(rfc3339),
        source: item.source.clone(),
        observation: item.observation.map(|id| id.to_string()),
        announced: rfc3339(item.announced.1),
        entry: item.announced.0,
        is_here: item.is_here,
        retain_until: item.retain_until.map(rfc3339),
        custody: custody.collect(),
        erased: item.erased.as_ref().map(|e| types::Erased {
            at: rfc3339(e.at),
            by: e.by.clone(),
            why: e.why.clone(),
        }),
        is_held: item.is_held,
    }
}
