//! All originals of a mission, each with how it stands: from the record, the docket and the mission's rules.

use crate::commands::desk::{fold_failure, record};
use crate::exit::{Failure, chain};
use base::{CivilZone, Digest, IncidentId, ObservationId};
use evidence::item::{Handling, Item};
use evidence::retention::{Announced, CaseOf, Rules, RulesWire, Standing};
use publication::Record;
use std::collections::BTreeMap;
use std::path::Path;
use store::MissionReader;
use store::fold::{Held, fold};

/// The name of the file in the mission's folder.
const FILE: &str = "retention.yaml";
/// Largest such file, bytes.
const BYTES_MAX: u64 = 256 * 1024;

/// An original: everything that was announced under one digest.
pub struct Original {
    announced: Vec<Held>,
    /// What was done with it, with when.
    pub custody: Vec<(i64, Handling)>,
    /// How it stands.
    pub standing: Standing,
    is_on_disk: bool,
}

impl Original {
    fn item(&self) -> Option<&Item> {
        self.announced.first().map(|h| &h.item)
    }

    /// Its type as its sender stated it.
    pub fn media_type(&self) -> &str {
        self.item().map_or("", |i| &i.media_type)
    }

    /// Its size.
    pub fn bytes(&self) -> u64 {
        self.item().map_or(0, |i| i.bytes)
    }

    /// The sources that it came with.
    pub fn sources(&self) -> String {
        let mut all: Vec<&str> = self.announced.iter().map(|h| h.source.as_str()).collect();
        all.sort_unstable();
        all.dedup();
        all.join(", ")
    }

    /// Nothing is made of what was erased, though a copy of the mission may have brought it back.
    pub fn refuse_erased(&self, digest: Digest) -> Result<(), Failure> {
        match &self.standing.erased {
            None => Ok(()),
            Some(e) => Err(Failure::failed(format!("`{digest}` was erased by {}: {}", e.by, e.why))),
        }
    }

    /// Whether it was erased and is here all the same.
    pub fn has_come_back(&self) -> bool {
        self.standing.erased.is_some() && self.is_on_disk
    }
}

/// All originals.
pub struct Shelf {
    pub rules: Rules,
    pub zone: CivilZone,
    pub originals: BTreeMap<Digest, Original>,
}

impl Shelf {
    pub fn of(mission: &MissionReader) -> Result<Shelf, Failure> {
        let rules = rules_of(mission.dir())?;
        let zone = CivilZone::named(mission.zone()).map_err(Failure::failed)?;
        let folded = fold(mission, None).map_err(|e| fold_failure(&e))?;
        let cases = cases_of(mission, folded.items.values())?;
        let mut by_digest: BTreeMap<Digest, Vec<(Held, Vec<CaseOf>)>> = BTreeMap::new();
        for held in folded.items.into_values() {
            let of = cases.get(&(held.item.digest, held.item.observation)).cloned().unwrap_or_default();
            by_digest.entry(held.item.digest).or_default().push((held, of));
        }
        let mut originals = BTreeMap::new();
        for (digest, all) in by_digest {
            let announced: Vec<Announced<'_>> = all
                .iter()
                .map(|(held, cases)| Announced {
                    item: &held.item,
                    source: &held.source,
                    recorded_ms: held.announced.recorded_ms,
                    cases,
                })
                .collect();
            // Every announcement of the same bytes has the whole custody log.
            let custody = all.first().map(|(held, _)| held.custody.clone()).unwrap_or_default();
            let standing = Standing::of(&announced, custody.iter().map(|(at, h)| (*at, h)), &rules);
            let is_on_disk = mission.blobs().path_of(digest).is_file();
            let announced = all.into_iter().map(|(held, _)| held).collect();
            originals.insert(digest, Original { announced, custody, standing, is_on_disk });
        }
        Ok(Shelf { rules, zone, originals })
    }

    pub fn get(&self, digest: Digest) -> Result<&Original, Failure> {
        let unknown = || Failure::bad_input(format!("there is no medium or document `{digest}`"));
        self.originals.get(&digest).ok_or_else(unknown)
    }
}

/// The rules of the mission in `dir`; none: nothing lapses by rule.
pub fn rules_of(dir: &Path) -> Result<Rules, Failure> {
    let path = dir.join(FILE);
    let bytes = match std::fs::metadata(&path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Rules::default()),
        other => other.map_err(|e| Failure::failed(format!("`{}`: {e}", path.display())))?.len(),
    };
    let bad = |says: String| {
        Failure::bad_input(format!("`{}`: {says}", path.display())).hint("docs/retention.md has a whole one")
    };
    if bytes > BYTES_MAX {
        return Err(bad(format!("larger than {BYTES_MAX} bytes: these are no rules")));
    }
    let text = std::fs::read_to_string(&path).map_err(|e| bad(e.to_string()))?;
    let wire: RulesWire = serde_saphyr::from_str(&text).map_err(|e| bad(e.without_snippet().to_string()))?;
    wire.try_into().map_err(|all: Vec<String>| bad(all.join("; ")))
}

type Of = (Digest, Option<ObservationId>);

/// The cases that items are part of: as evidence of an incident that a case is about or cites, or as cited themselves.
fn cases_of<'a>(
    mission: &MissionReader,
    items: impl Iterator<Item = &'a Held>,
) -> Result<BTreeMap<Of, Vec<CaseOf>>, Failure> {
    let sitting = store::docket::sitting(mission, None).map_err(|e| Failure::failed(chain(&e)))?;
    let rests = sitting.docket.rests();
    let mut out: BTreeMap<Of, Vec<CaseOf>> = BTreeMap::new();
    if rests.is_empty() {
        return Ok(out);
    }
    let record = record(mission, None).map_err(|e| fold_failure(&e))?;
    let mut cases_on: BTreeMap<String, Vec<CaseOf>> = BTreeMap::new();
    for rest in rests {
        let case = CaseOf { reference: rest.case.to_string(), closed_ms: rest.closed_ms };
        let mut on = observations(&record, &rest.on);
        on.push(rest.on.to_ascii_lowercase());
        for one in on {
            let cases = cases_on.entry(one).or_default();
            if !cases.contains(&case) {
                cases.push(case.clone());
            }
        }
    }
    for held in items {
        let observation = held.item.observation.map(|id| id.to_string());
        let names = observation.into_iter().chain([held.item.digest.to_string()]);
        let mut cases: Vec<CaseOf> = names.filter_map(|n| cases_on.get(&n)).flatten().cloned().collect();
        cases.sort_by(|a, b| a.reference.cmp(&b.reference));
        cases.dedup();
        out.insert((held.item.digest, held.item.observation), cases);
    }
    Ok(out)
}

/// The observations of an incident. Its id is that of an observation: whatever incident that is in now, is meant.
fn observations(record: &Record, on: &str) -> Vec<String> {
    let Ok(IncidentId(id)) = on.parse::<IncidentId>() else { return Vec::new() };
    let (batch, incidents) = (&record.state.observations, &record.state.incidents);
    let lead = ObservationId(id);
    let row = batch.id.iter().position(|o| *o == lead);
    let incident =
        row.and_then(|r| incidents.of_row.get(r)).map(|i| *i as usize).filter(|i| *i < incidents.len());
    let members = incident.map_or(&[][..], |i| incidents.members_of(i)).iter();
    let ids = members.filter_map(|m| batch.id.get(*m as usize)).map(ToString::to_string);
    ids.chain([lead.to_string()]).collect()
}
