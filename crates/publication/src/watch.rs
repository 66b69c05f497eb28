//! The watch over a record, and what of warnings whom may see. Staff see what the watch raises, with its evidence;
//! others see what was issued to them, without the incidents and sources behind it; the public what a publisher made
//! public.

use crate::docket::Reader;
use crate::record::Record;
use base::Instant;
use deconfliction::Board;
use evidence::batch::NOT_STATED_MS;
use findings::Version;
use terms::agreement::Status;
use warnings::act::Audience;
use warnings::indicators::Logged;
use warnings::ledger::Life;
use warnings::streams::Inputs;
use warnings::streams::received::ARCHIVE_MS;
use warnings::watching::{Watching, watch};

/// As of when a record is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub at: Instant,
    /// Whether all of the record is an archive: then it is watched as of the last receipt in it.
    pub is_archive: bool,
}

/// When the last thing in an archive was received; `None`: the record is no archive, or has nothing in it.
#[must_use]
pub fn archive_end(record: &Record) -> Option<Instant> {
    let batch = &record.state.observations;
    let mut last = None;
    for row in 0..batch.len() {
        let recorded = record.recorded_ms.get(row).copied().unwrap_or(i64::MIN);
        let reported = batch.reported_ms.get(row).copied().unwrap_or(NOT_STATED_MS);
        let said = if reported == NOT_STATED_MS { batch.event(row).end.0 } else { reported };
        if recorded.saturating_sub(said) <= ARCHIVE_MS {
            return None;
        }
        last = last.max(Some(said));
    }
    last.map(Instant)
}

/// As of when a record is to be watched, if it is `now`: an archive has no now. `end` is [`archive_end`] of it.
#[must_use]
pub fn moment(end: Option<Instant>, now: Instant) -> Moment {
    end.map_or(Moment { at: now, is_archive: false }, |end| Moment { at: end.min(now), is_archive: true })
}

/// The text whose clauses are watched for: the first in force, else the first adopted.
#[must_use]
pub fn text_of(record: &Record) -> Option<&Version> {
    let versions = || record.texts.iter().map(|t| t.version.as_ref());
    let in_force = versions().find(|v| v.agreement.instrument.status == Some(Status::InForce));
    in_force.or_else(|| versions().next())
}

/// What indicators of the text count of the board: notices and calls, and when anything was written down.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OnBoard {
    /// Notices that were sent.
    pub notices: Vec<evidence::records::Record>,
    /// Everything that was done, in no order.
    pub entries: Vec<Logged>,
}

impl OnBoard {
    /// Of the board as it stands.
    #[must_use]
    pub fn of(board: &Board) -> OnBoard {
        let all =
            board.notices.values().map(|n| &n.history).chain(board.windows.values().map(|w| &w.history));
        let all = all.chain(board.register.values().map(|e| &e.history));
        let all = all.chain(board.calls.values().chain(board.drills.values()).map(|c| &c.history));
        let kept = all.flat_map(|h| &h.0).map(|line| Logged { known_ms: line.at_ms, is_call: false });
        let answered = board.calls.values().filter(|c| !c.is_missed);
        let made = answered.filter_map(|c| c.history.0.first());
        let calls = made.map(|line| Logged { known_ms: line.at_ms, is_call: true });
        OnBoard { notices: deconfliction::duties::records(board), entries: kept.chain(calls).collect() }
    }
}

/// The watch over a record as of a moment; `None`: no text says what to watch for.
#[must_use]
pub fn watching(record: &Record, board: &OnBoard, now: Instant) -> Option<Watching> {
    let version = text_of(record)?;
    let cards: Vec<&evidence::card::Card> = record.sources.iter().map(|s| &s.card).collect();
    let records: Vec<evidence::records::Record> =
        record.records.iter().chain(&board.notices).cloned().collect();
    Some(watch(&Inputs {
        observations: &record.state.observations,
        incidents: &record.state.incidents,
        recorded_ms: &record.recorded_ms,
        version,
        coverage: &record.watches,
        cards: &cards,
        records: &records,
        board: &board.entries,
        zone: &record.zone,
        now,
    }))
}

/// The audience that a reader is of; staff see more than what was issued to them.
#[must_use]
pub fn audience(reader: &Reader) -> Audience {
    match reader {
        Reader::Staff(_) => Audience::Staff,
        Reader::Parties(_) => Audience::Parties,
        Reader::Guarantor => Audience::Guarantors,
        Reader::Organisations(_) => Audience::Organisations,
        Reader::Nobody => Audience::Public,
    }
}

/// Whether a reader may know of a warning: staff of any, others of what was issued to them or made public.
#[must_use]
pub fn may_know(reader: &Reader, life: Option<&Life>) -> bool {
    if reader.is_staff() {
        return true;
    }
    let own = audience(reader);
    let issued = life.and_then(|l| l.issued.as_ref());
    issued.is_some_and(|i| i.audiences.iter().any(|a| *a == own || *a == Audience::Public))
}
