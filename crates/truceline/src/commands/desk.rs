//! From the mission's journal to the record that is shown: the fold, then everything derived from it.

use super::now_ms;
use crate::exit::{Code, Failure, chain};
use base::{CivilZone, Instant, Interval, Takes as _};
use deconfliction::Board;
use evidence::batch::Batch;
use evidence::card::Card;
use evidence::coverage::{Coverage, as_far_as_cards_say};
use evidence::retention::{Announced, Rules, Standing};
use evidence::settle::Settled as Evidence;
use findings::Version;
use findings::exposure::watch_of_clauses;
use findings::standing::{Known, Settled};
use guarantee::Register;
use incidents::{Context, Decision, Settings};
use publication::{Custody, Erased, EvidenceItem, Head, Record, Rejects, SourceCard, Text};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::fold::{FoldError, Folded, Held, SourceInfo, fold};
use store::{MissionReader, RoomAct};

/// The record of a mission, as known at `until_ms` (now, if `None`).
pub fn record(mission: &MissionReader, until_ms: Option<i64>) -> Result<Record, FoldError> {
    let zone = CivilZone::named(mission.zone())?;
    let folded = fold(mission, until_ms)?;
    tell_dropped(&folded.settled);
    Ok(derive(mission.name(), zone, until_ms, folded))
}

/// Says what settling had to leave out; on archives of sane vocabulary, nothing.
pub fn tell_dropped(settled: &Evidence) {
    if settled.words_dropped > 0 {
        eprintln!("note: {} words beyond the limit were left undetermined", settled.words_dropped);
    }
    if settled.texts_dropped > 0 {
        eprintln!("note: {} narratives or addresses beyond the limit were left out", settled.texts_dropped);
    }
}

fn derive(name: &str, zone: CivilZone, until_ms: Option<i64>, folded: Folded) -> Record {
    let texts: Vec<Text> = folded
        .versions
        .into_iter()
        .zip(folded.texts)
        .map(|(version, told)| Text {
            version: Arc::new(version),
            markdown: Arc::from(String::from_utf8_lossy(&told.markdown)),
            brackets: Arc::from(told.brackets.as_slice()),
            problems: Arc::from(told.problems.as_slice()),
        })
        .collect();
    let versions: Vec<&Version> = texts.iter().map(|t| t.version.as_ref()).collect();
    // What is judged over a period is judged as of the last entry: a pure function of the record, whatever the hour.
    let now = Instant(folded.head.map_or(0, |h| h.recorded_ms));
    let cards: BTreeMap<String, Card> =
        folded.sources.iter().map(|(id, s)| (id.clone(), s.card.clone())).collect();
    let watches = as_far_as_cards_say(&folded.coverage, &cards);
    let records = folded.records;
    let own = noted(&texts, &zone, &folded.acts);
    let told = Known { records: &records, own: &own, coverage: &watches };
    // A source that was never registered has a card without limitations: nothing is known of it.
    let known: Vec<Card> = cards.into_values().filter(|c| !c.limitations.is_empty()).collect();
    let decisions: Vec<Decision> = folded.decisions.iter().map(|(_, d)| d.clone()).collect();
    let context = Context { cards: &known, coverage: &watches, decisions: &decisions };
    let (observations, settings) = (folded.settled.observations, Settings::default());
    let derived = Settled::derive_in(observations, &versions, &settings, &context, told, now);
    let over = reach_of(&derived.state.observations, &watches);
    let watched = versions.iter().map(|v| watch_of_clauses(v, &watches, over)).collect();
    let head = folded.head.map(|h| Head { seq: h.seq, recorded_ms: h.recorded_ms, digest: h.digest });
    Record {
        mission: name.to_owned(),
        zone,
        as_known_at: Instant(until_ms.unwrap_or_else(now_ms)),
        head: head.unwrap_or(Head { seq: 0, recorded_ms: 0, digest: base::Digest([0; 32]) }),
        state: derived.state,
        standing: derived.standing,
        texts,
        entry_seq: folded.first_recorded.iter().map(|f| f.seq).collect(),
        recorded_ms: folded.first_recorded.iter().map(|f| f.recorded_ms).collect(),
        superseded: folded.settled.superseded,
        sources: folded.sources.into_values().map(card).collect(),
        records,
        own,
        coverage: folded.coverage.iter().map(publication::Coverage::of).collect(),
        watches,
        decisions,
        watched,
        items: folded.items.into_values().map(item).collect(),
    }
}

/// What people noted in the rooms, as records, by text: notices that were sent are to every text, what is asked for and
/// decided is to its own.
fn noted(texts: &[Text], zone: &CivilZone, acts: &[RoomAct]) -> Vec<Vec<evidence::records::Record>> {
    if acts.is_empty() {
        return Vec::new();
    }
    let told: Vec<_> = texts.iter().map(|t| (t.version.label.as_str(), &t.version.agreement)).collect();
    let mut register = Register::new(Arc::new(guarantee::Setting::of(&told, zone.clone())));
    let mut board = Board::new(zone.clone());
    for act in acts {
        match act {
            RoomAct::Guarantee(act) => register.take_recorded(act),
            RoomAct::Notice(act) => board.take_recorded(act),
            RoomAct::Warning(_) => {}
        }
    }
    let notices = deconfliction::duties::records(&board);
    let of = |t: &Text| [notices.clone(), register.records(&t.version.label)].concat();
    texts.iter().map(of).collect()
}

/// What a mission's texts say of guarantees, without folding the rest.
pub fn agreements(mission: &MissionReader) -> Result<guarantee::Setting, Failure> {
    let zone = CivilZone::named(mission.zone()).map_err(Failure::failed)?;
    let versions = store::docket::versions(mission).map_err(|e| Failure::failed(chain(&e)))?;
    let told: Vec<_> = versions.iter().map(|v| (v.label.as_str(), &v.agreement)).collect();
    Ok(guarantee::Setting::of(&told, zone))
}

/// An item as it is published about: never by whom it was sent.
fn item(held: Held) -> EvidenceItem {
    let announced = Announced {
        item: &held.item,
        source: &held.source,
        recorded_ms: held.announced.recorded_ms,
        cases: &[],
    };
    let custody = held.custody.iter().map(|(at, handling)| (*at, handling));
    let standing = Standing::of(&[announced], custody, &Rules::default());
    let erased = standing.erased.map(|e| Erased { at: Instant(e.at_ms), by: e.by, why: e.why });
    let custody = held.custody.into_iter().map(|(at_ms, handling)| Custody {
        at: Instant(at_ms),
        action: handling.action,
        note: handling.note,
    });
    let custody: Vec<Custody> = custody.collect();
    EvidenceItem {
        digest: held.item.digest,
        bytes: held.item.bytes,
        media_type: held.item.media_type,
        name: held.item.name,
        taken: held.item.taken_ms.map(Instant),
        source: held.source,
        observation: held.item.observation,
        announced: (held.announced.seq, Instant(held.announced.recorded_ms)),
        is_here: standing.is_here,
        retain_until: held.item.retain_until_ms.map(Instant),
        custody,
        erased,
        is_held: !standing.holds.is_empty(),
    }
}

/// From the first event or watch on record to the last.
fn reach_of(batch: &Batch, watches: &[Coverage]) -> Interval {
    let start = batch.start_ms.iter().copied().chain(watches.iter().map(|c| c.interval.start.0)).min();
    let end = batch.end_ms.iter().copied().chain(watches.iter().map(|c| c.interval.end.0)).max();
    let start = start.unwrap_or(0);
    Interval { start: Instant(start), end: Instant(end.unwrap_or(start).max(start)) }
}

fn card(info: SourceInfo) -> SourceCard {
    SourceCard {
        card: info.card,
        reliabilities: info.reliabilities.into_iter().map(|(ms, letter)| (Instant(ms), letter)).collect(),
        last_recorded: info.last_recorded_ms.map(Instant),
        clock_ahead_ms: info.clock_ahead_ms,
        rejects: info.rejected.into_iter().map(|(reason, rows)| Rejects { reason, rows }).collect(),
    }
}

/// A fold that stopped.
pub fn fold_failure(error: &FoldError) -> Failure {
    let mut failure = Failure::failed(chain(error));
    if let FoldError::Journal(_) = error {
        failure.code = Code::Broken;
        failure =
            failure.hint("restore the mission from a copy; `journal.db` is damaged or of a newer program");
    }
    failure
}
