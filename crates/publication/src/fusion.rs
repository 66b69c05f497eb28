//! What may be told of how an incident was put together: how likely it is one event, how likely it happened at all, by
//! what evidence, and what else may belong to it. Ratios are shown, never hidden in a score.

use crate::policy::Policy;
use crate::record::Record;
use crate::view::{self, ObservationView};
use evidence::card::Card;
use incidents::posterior::{Posterior, posterior};
use incidents::{Context, Verdict};

/// Most possible further members given with an incident; all are counted.
pub const PROPOSALS_MAX: usize = 50;

/// How an incident was put together.
#[derive(Clone, Debug, PartialEq)]
pub struct FusionView {
    /// The probability that all weighed members are of one event; 1 where nothing was weighed.
    pub together: f64,
    /// Sources behind it that do not copy each other.
    pub independent: u32,
    /// Whether no source behind it can verify alone: it cannot be called verified as it stands.
    pub is_unverifiable: bool,
    /// Members whose bearings or circles meet at its place; 1: it is the place of the best-placed member.
    pub met: u32,
    /// How likely it is to have happened, with all that this rests on; `None`: a source behind it has no card.
    pub posterior: Option<Posterior>,
    /// What else may belong to it.
    pub proposals: Vec<ProposalView>,
    /// How many more there are.
    pub proposals_left_out: usize,
    /// Decisions that name one of its members.
    pub decisions: Vec<DecisionView>,
}

/// An observation that may belong to an incident, and was not joined to it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposalView {
    /// The observation.
    pub seen: ObservationView,
    /// Natural log-odds that it is of this event; `None`: an allegation, which joins nothing by itself.
    pub log_odds: Option<f64>,
}

/// What somebody decided about members of an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionView {
    /// `together` or `apart`.
    pub verdict: &'static str,
    /// How many observations it names.
    pub observations: usize,
    /// Who decided.
    pub by: String,
    /// Why.
    pub why: String,
}

/// How `incident` was put together, for an audience.
#[must_use]
pub fn fusion(record: &Record, policy: &Policy, incident: usize) -> FusionView {
    let all = &record.state.incidents;
    let cards: Vec<Card> =
        record.sources.iter().map(|s| s.card.clone()).filter(|c| !c.limitations.is_empty()).collect();
    let context = Context { cards: &cards, coverage: &record.watches, decisions: &record.decisions };
    let proposals: Vec<_> = all.proposals_of(incident).collect();
    let shown = proposals.iter().take(PROPOSALS_MAX).filter_map(|p| {
        let seen = view::observation(record, policy, p.row as usize)?;
        Some(ProposalView { seen, log_odds: p.log_odds.map(f64::from) })
    });
    FusionView {
        together: all.together.get(incident).copied().map_or(1.0, f64::from),
        independent: all.independent.get(incident).copied().unwrap_or(0),
        is_unverifiable: all.unverifiable.get(incident).copied().unwrap_or(false),
        met: all.place.get(incident).map_or(0, |p| p.met),
        posterior: posterior(&record.state.observations, all, incident, &context),
        proposals: shown.collect(),
        proposals_left_out: proposals.len().saturating_sub(PROPOSALS_MAX),
        decisions: if policy.may_know_decisions() { decisions(record, incident) } else { Vec::new() },
    }
}

fn decisions(record: &Record, incident: usize) -> Vec<DecisionView> {
    let batch = &record.state.observations;
    let members = record.state.incidents.members_of(incident).iter();
    let ids: std::collections::BTreeSet<_> =
        members.filter_map(|m| batch.id.get(*m as usize).copied()).collect();
    let about = record.decisions.iter().filter(|d| d.these.iter().chain(&d.those).any(|id| ids.contains(id)));
    let of = |d: &incidents::Decision| DecisionView {
        verdict: match d.verdict {
            Verdict::Together => "together",
            Verdict::Apart => "apart",
        },
        observations: d.these.len() + d.those.len(),
        by: d.by.clone(),
        why: d.why.clone(),
    };
    about.map(of).collect()
}
