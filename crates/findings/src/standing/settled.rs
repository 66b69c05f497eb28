//! Everything as it stands at one moment: observations judged with what records decide, and the standing findings.

use super::conditions::decide_with;
use super::memo::Memo;
use super::{Decided, StandingFacts, StandingFinding, standing_with};
use crate::state::{State, Version};
use base::Instant;
use evidence::batch::Batch;
use evidence::coverage::Coverage;
use evidence::records::Record;
use incidents::{Context, Settings};
use std::borrow::Cow;
use terms::agreement::{Agreement, Condition, When};

/// How often judging and deciding take turns: a clause may wait for the breach of one that waits for another.
const ROUNDS_MAX: usize = 4;

/// What is known beside observations.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Records that are to every text.
    pub records: &'a [Record],
    /// By version: records that are to it alone, such as what people asked for and decided under it. It may be shorter
    /// than the versions: those beyond its end have none.
    pub own: &'a [Vec<Record>],
    /// When, where and for what sources were watching.
    pub coverage: &'a [Coverage],
}

impl<'a> From<(&'a [Record], &'a [Coverage])> for Known<'a> {
    fn from((records, coverage): (&'a [Record], &'a [Coverage])) -> Known<'a> {
        Known { records, own: &[], coverage }
    }
}

impl<'a> Known<'a> {
    /// All records that are to the version of that number.
    #[must_use]
    pub fn records_of(&self, version: usize) -> Cow<'a, [Record]> {
        match self.own.get(version).map(Vec::as_slice) {
            None | Some([]) => Cow::Borrowed(self.records),
            Some(own) => Cow::Owned([self.records, own].concat()),
        }
    }
}

/// Everything derived, as it stands at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settled {
    /// Observations, incidents and their judgements.
    pub state: State,
    /// By version: what records decide of what its clauses wait for.
    pub decided: Vec<Decided>,
    /// By version: its standing findings.
    pub standing: Vec<Vec<StandingFinding>>,
}

impl Settled {
    /// Derives all of it from settled observations, records and coverage, as known at `now`.
    #[must_use]
    pub fn derive(
        observations: Batch,
        versions: &[&Version],
        settings: &Settings,
        known: (&[Record], &[Coverage]),
        now: Instant,
    ) -> Settled {
        let context = Context { coverage: known.1, ..Context::default() };
        Settled::derive_in(observations, versions, settings, &context, known, now)
    }

    /// As [`Settled::derive`], with what is known of the sources and people's decisions about what is one event.
    #[must_use]
    pub fn derive_in<'k>(
        observations: Batch,
        versions: &[&Version],
        settings: &Settings,
        context: &Context<'_>,
        known: impl Into<Known<'k>>,
        now: Instant,
    ) -> Settled {
        let state = State::derive_in(observations, versions, settings, context, &[]);
        Settled::of(state, versions, known, now)
    }

    /// The same from a state that [`State::derive`] gave for these versions; it is judged again only where some clause
    /// waits for what records decide.
    #[must_use]
    pub fn of<'k>(
        mut state: State,
        versions: &[&Version],
        known: impl Into<Known<'k>>,
        now: Instant,
    ) -> Settled {
        let known = known.into();
        let coverage = known.coverage;
        let lists: Vec<Cow<'_, [Record]>> = (0..versions.len()).map(|ix| known.records_of(ix)).collect();
        let with_records = || versions.iter().zip(&lists);
        let waits: Vec<bool> =
            with_records().map(|(v, records)| waits(&v.agreement, !records.is_empty())).collect();
        let memo = Memo::default();
        let mut decided: Vec<Decided> = vec![Decided::default(); versions.len()];
        for _ in 0..ROUNDS_MAX {
            if !waits.iter().any(|w| *w) {
                break;
            }
            let each = with_records().zip(&state.versions).zip(&waits);
            let next: Vec<Decided> = each
                .map(|(((version, records), judged), waits)| {
                    let facts =
                        StandingFacts { observations: &state.observations, judged, records, coverage };
                    if *waits { decide_with(version, &facts, now, &memo) } else { Decided::default() }
                })
                .collect();
            if next == decided {
                break;
            }
            let changed: Vec<bool> = next.iter().zip(&decided).map(|(n, d)| n != d).collect();
            decided = next;
            state = state.judged_again_where(versions, &decided, &changed);
        }
        let each = with_records().zip(&state.versions);
        let standing = each.map(|((version, records), judged)| {
            let facts = StandingFacts { observations: &state.observations, judged, records, coverage };
            standing_with(version, &facts, now, &memo)
        });
        let standing = standing.collect();
        Settled { state, decided, standing }
    }
}

/// Whether some clause judged by observations waits for what only records decide. What has to be shown is not shown
/// without any record.
fn waits(agreement: &Agreement, any_record: bool) -> bool {
    let of_records = |c: &Condition| match c {
        Condition::InZone(_) | Condition::Exercise => false,
        Condition::ToBeShown(_) => any_record,
        _ => true,
    };
    let later = |w: &When| matches!(w, When::After(..) | When::Then(_));
    agreement.clauses.iter().filter(|c| c.duty.is_of_observations()).any(|c| {
        !c.when.is_empty()
            || later(&c.from)
            || c.until.as_ref().is_some_and(later)
            || c.complete.as_ref().is_some_and(later)
            || c.exceptions.iter().flat_map(|e| &e.conditions).any(of_records)
    })
}
