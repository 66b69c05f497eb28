//! The guarantee's file of a record: what of it each audience sees is `guarantee`'s to lay out; which audience a reader
//! is of is decided here.

use crate::docket::Reader;
use crate::record::Record;
use ::guarantee::elements::{CaseFile, Seen, case_files};
use ::guarantee::ladder::{Ladder, ladders};
use ::guarantee::numbers::numbers;
use ::guarantee::shots::Clocks;
use ::guarantee::view::{FileView, Sources, file};
use ::guarantee::words::Audience;
use ::guarantee::{Register, Setting};
use base::Instant;
use findings::StandingFacts;
use findings::standing::Known;

/// What a record's texts say of guarantees.
#[must_use]
pub fn setting(record: &Record) -> Setting {
    let texts: Vec<_> =
        record.texts.iter().map(|t| (t.version.label.as_str(), &t.version.agreement)).collect();
    Setting::of(&texts, record.zone.clone())
}

/// The audience that a reader is of.
#[must_use]
pub fn audience(reader: &Reader) -> Audience {
    match reader {
        Reader::Staff(_) => Audience::Internal,
        Reader::Guarantor => Audience::Guarantors,
        Reader::Parties(_) => Audience::Parties,
        Reader::Organisations(_) | Reader::Nobody => Audience::Public,
    }
}

/// The file of a record for an audience as of `now`.
#[must_use]
pub fn file_for(
    record: &Record,
    docket: Option<&cases::Docket>,
    register: &Register,
    audience: Audience,
    now: Instant,
) -> FileView {
    let cards: Vec<evidence::card::Card> = record.sources.iter().map(|s| s.card.clone()).collect();
    let clocks = Clocks::of(&cards, None);
    let known = Known { records: &record.records, own: &record.own, coverage: &record.watches };
    let (mut cases, mut steps, mut tables) = (Vec::<CaseFile>::new(), Vec::<Ladder>::new(), Vec::new());
    for (ix, text) in record.texts.iter().enumerate() {
        let (Some(standing), Some(judged)) = (record.standing.get(ix), record.state.versions.get(ix)) else {
            continue;
        };
        let records = known.records_of(ix);
        let facts = StandingFacts {
            observations: &record.state.observations,
            judged,
            records: &records,
            coverage: &record.watches,
        };
        let version = text.version.as_ref();
        // What stands was judged as of the last entry; clocks run on.
        let as_of = Instant(record.head.recorded_ms.min(now.0));
        let seen =
            Seen { version, standing, facts, docket, register: Some(register), clocks: &clocks, now: as_of };
        cases.extend(case_files(&seen));
        steps.extend(ladders(version, standing, &facts, as_of));
        tables.push(numbers(version, standing, &records, &[], as_of));
    }
    file(&Sources { cases: &cases, ladders: &steps, register, numbers: &tables }, audience, now)
}
