//! The rehearsal's reports with the event that each is really of. Everything is read from what the program carries.

use crate::cli::ScoreRehearsal;
use crate::commands::demo::{Manifest, Source, embedded};
use crate::exit::{Code, Failure, chain};
use crate::source::format_named;
use base::{CivilZone, ObservationId};
use evidence::batch::{Batch, WordIndex};
use evidence::card::{Card, read_cards};
use evidence::coverage::{Coverage, as_far_as_cards_say, read_coverage};
use evidence::intake::SinkError;
use evidence::mapping::Mapping;
use evidence::settle::Ledger;
use evidence::{Options, Rejected, Sink};
use incidents::score::measure::{Labelled, measure};
use incidents::{Context, Settings};
use std::collections::BTreeMap;

pub fn run(args: &ScoreRehearsal) -> Result<Code, Failure> {
    let manifest: Manifest = serde_json::from_slice(&embedded("mission.json")?)
        .map_err(|e| Failure::failed(format!("`mission.json`: {e}")))?;
    let labelled = labelled(&manifest)?;
    let cards = read_cards(&embedded(&manifest.cards)?).map_err(Failure::failed)?;
    let watches = coverage(&manifest, &cards)?;
    let context = Context { cards: &cards, coverage: &watches, decisions: &[] };
    let measured = measure(std::iter::once(labelled), &Settings::default(), &context);
    super::print("rehearsal", "(allegations left out; one fortnight, so no spread)", &measured);
    if let Some(path) = &args.plot {
        super::write_plot(path, &[("rehearsal".to_owned(), measured)])?;
    }
    Ok(Code::Done)
}

fn coverage(manifest: &Manifest, cards: &[Card]) -> Result<Vec<Coverage>, Failure> {
    let zone = CivilZone::named(&manifest.zone).map_err(Failure::bad_input)?;
    let bytes = embedded(&manifest.coverage)?;
    let mut all = Vec::new();
    read_coverage(Box::new(bytes.as_ref()), &zone, &mut |row| all.extend(row))
        .map_err(|e| Failure::failed(format!("`{}`: {}", manifest.coverage, chain(&e))))?;
    let cards = cards.iter().map(|c| (c.id.clone(), c.clone())).collect();
    Ok(as_far_as_cards_say(&all, &cards))
}

/// The settled observations without allegations, each with its event.
fn labelled(manifest: &Manifest) -> Result<Labelled, Failure> {
    let events = events_by_file()?;
    let mut event_of: BTreeMap<ObservationId, u64> = BTreeMap::new();
    let mut ledger = Ledger::new();
    for source in &manifest.sources {
        let ids = read_source(source, &mut ledger)?;
        let events = events.get(&source.file).map_or(&[][..], Vec::as_slice);
        if ids.len() != events.len() {
            let (rows, labels) = (ids.len(), events.len());
            return Err(Failure::failed(format!("`{}` has {rows} rows, its truth {labels}", source.file)));
        }
        event_of.extend(ids.iter().zip(events).filter_map(|(id, event)| Some((*id, (*event)?))));
    }
    let settled = ledger.settle().observations;
    let (mut made, mut words) = (Labelled::default(), WordIndex::default());
    for (row, id) in settled.id.iter().enumerate() {
        if let Some(event) = event_of.get(id) {
            made.batch.push_row(&settled, row, &mut words);
            made.truth.push(*event);
        }
    }
    Ok(made)
}

/// By table: of which event each of its rows is, in their order; `None`: an allegation.
fn events_by_file() -> Result<BTreeMap<String, Vec<Option<u64>>>, Failure> {
    let bytes = embedded("reports.csv")?;
    let mut out = BTreeMap::new();
    for row in csv::Reader::from_reader(bytes.as_ref()).records() {
        let row = row.map_err(|e| Failure::failed(format!("`reports.csv`: {e}")))?;
        let (file, events) = (row.get(0).unwrap_or_default(), row.get(1).unwrap_or_default());
        out.insert(file.to_owned(), events.split(' ').map(|e| e.parse().ok()).collect());
    }
    Ok(out)
}

/// Ids in the order of the rows.
#[derive(Default)]
struct Kept {
    batches: Vec<Batch>,
    rejected: Option<Rejected>,
}

impl Sink for Kept {
    fn batch(&mut self, batch: Batch) -> Result<(), SinkError> {
        self.batches.push(batch);
        Ok(())
    }

    fn coverage(&mut self, _: Coverage) -> Result<(), SinkError> {
        Ok(())
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.rejected.get_or_insert(rejected);
    }
}

fn read_source(source: &Source, ledger: &mut Ledger) -> Result<Vec<ObservationId>, Failure> {
    let failed = |why: String| Failure::failed(format!("`{}`: {why}", source.file));
    let mapping = match &source.mapping {
        None => None,
        Some(name) => {
            let text = String::from_utf8_lossy(&embedded(name)?).into_owned();
            let wrong = |_| Failure::failed(format!("`{name}` is not a mapping"));
            Some(Mapping::parse(&text).map_err(wrong)?)
        }
    };
    let options = Options { mapping, radius_m: source.radius_m, ..Options::default() };
    let (format, bytes, mut kept) = (format_named(&source.format)?, embedded(&source.file)?, Kept::default());
    evidence::read(format, &options, &source.id, Box::new(bytes.as_ref()), &mut kept)
        .map_err(|e| failed(chain(&e)))?;
    if let Some(rejected) = kept.rejected {
        return Err(failed(format!("row {} is rejected", rejected.row)));
    }
    kept.batches.iter().for_each(|b| {
        ledger.add(b);
    });
    Ok(kept.batches.into_iter().flat_map(|b| b.id).collect())
}
