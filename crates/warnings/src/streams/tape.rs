//! What indicators of facts count: each incident with the moment at which the mission came to know of it.

use super::places::{Answers, Spot};
use super::series::{Counted, Counting, IN_TIME_MS};
use super::{Cadence, Inputs, Streams};
use atlas::ZoneIx;
use base::Truth;
use evidence::batch::Batch;
use evidence::draft::Assessment;
use terms::agreement::{Agreement, Duty, Signal, What};

/// What one indicator counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tape {
    /// Index of its clause.
    pub clause: usize,
    /// Its stream, among all: that says what could have been seen. `None`: there are too many streams.
    pub stream: Option<usize>,
    /// What certainly counts: when the mission came to know of it, milliseconds since 1970, and which incident.
    pub certain: Vec<(i64, u32)>,
    /// What may count or not.
    pub unclear_ms: Vec<i64>,
    /// What came too late to be counted.
    pub late_ms: Vec<i64>,
}

/// The tapes of all indicators of facts of the watched text.
pub(super) fn tapes(
    inputs: &Inputs<'_>,
    streams: &Streams,
    spots: &[Spot],
    counted: &Counted,
    answers: &Answers,
) -> Vec<Tape> {
    let agreement = &inputs.version.agreement;
    let one = |(clause, duty): (usize, &Duty)| {
        let Duty::Indicator(indicator) = duty else { return None };
        let Signal::Facts(what) = &indicator.signal else { return None };
        let spot = spots.iter().find(|s| s.is_of(indicator.zone))?;
        let mut tape = Tape { clause, stream: stream_of(streams, spot, what), ..Tape::default() };
        for (ix, counting) in counted.all.iter().enumerate() {
            let fits = fits(agreement, inputs.observations, what, counting);
            take(&mut tape, streams, counting, fits.and(answers.lies(spot, ix)));
        }
        Some(tape)
    };
    agreement.clauses.iter().map(|c| &c.duty).enumerate().filter_map(one).collect()
}

impl Spot {
    /// Whether it is the ground of a clause about that zone; `None`: everywhere.
    fn is_of(&self, zone: Option<ZoneIx>) -> bool {
        match zone {
            Some(zone) => self.zone == Some(zone),
            None => self.ground == super::Ground::Everywhere,
        }
    }
}

fn stream_of(streams: &Streams, spot: &Spot, what: &What) -> Option<usize> {
    let (_, mut kinds) = super::named(what);
    kinds.sort();
    kinds.dedup();
    streams.all.iter().position(|s| s.ground == spot.ground && s.kinds == kinds)
}

fn take(tape: &mut Tape, streams: &Streams, counting: &Counting, fits: Truth) {
    if fits == Truth::False {
        return;
    }
    let edges = streams.edges(Cadence::Day);
    let step = edges.partition_point(|e| *e <= counting.known_ms).checked_sub(1);
    let began = step.and_then(|s| edges.get(s)).copied().unwrap_or(counting.known_ms);
    if counting.event.end.0.saturating_add(IN_TIME_MS) < began {
        tape.late_ms.push(counting.known_ms);
    } else if fits == Truth::True {
        tape.certain.push((counting.known_ms, counting.incident));
    } else {
        tape.unclear_ms.push(counting.known_ms);
    }
}

/// Whether an incident is of what is counted, by its leading report.
fn fits(agreement: &Agreement, batch: &Batch, what: &What, counting: &Counting) -> Truth {
    let word = |column: &[u16]| batch.word_at(column, counting.lead);
    match what {
        What::Act { kinds, .. } => Truth::from(kinds.iter().any(|k| k == word(&batch.kind))),
        What::Weapon { class, calibre_min_mm, calibre_below_mm } => {
            let named = word(&batch.weapon);
            let fired = batch.assessment_at(counting.lead) == Assessment::Outgoing && !named.is_empty();
            let present = Truth::from(word(&batch.kind) == "weapon" || fired);
            let of_class =
                agreement.resolve_weapon_word(named).map_or(Truth::Undetermined, |c| (c == *class).into());
            let mm = batch.calibre_mm.get(counting.lead).copied().map(f64::from).filter(|mm| !mm.is_nan());
            let calibre = match (calibre_min_mm, calibre_below_mm, mm) {
                (None, None, _) => Truth::True,
                (_, _, None) => Truth::Undetermined,
                (min, below, Some(mm)) => {
                    (min.is_none_or(|min| mm >= min) && below.is_none_or(|below| mm < below)).into()
                }
            };
            present.and(of_class).and(calibre)
        }
    }
}
