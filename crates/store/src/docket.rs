//! The docket of a mission: people's acts, each taken under the texts that had been adopted by then. Folded by itself:
//! nothing of the record rests on acts on the docket, and they change nothing that was observed.

use crate::mission::MissionReader;
use crate::reader::{ReadError, Reader};
use crate::record::Entry;
use crate::texts::{TextError, load_blobs};
use base::{CivilZone, Digest, Takes};
use cases::{Act, Docket, Setting};
use findings::Version;
use std::sync::Arc;

/// Why the docket could not be had.
#[derive(Debug, thiserror::Error)]
pub enum DocketError {
    /// The journal could not be read.
    #[error("the journal could not be read")]
    Journal(#[from] ReadError),
    /// The mission's civil zone is not one that this program knows.
    #[error("the mission's days cannot be counted")]
    Zone(#[from] base::time::UnknownZone),
    /// An adopted text no longer compiles.
    #[error("the adopted text `{label}` could not be compiled: {cause}")]
    Text {
        /// Which text.
        label: String,
        /// Why.
        cause: TextError,
    },
}

/// The docket, and the last entries that it rests on.
#[derive(Clone, Debug)]
pub struct Sitting {
    /// The docket.
    pub docket: Docket,
    /// The last act in it; 0: there is none.
    pub act_seq: u64,
    /// The last adoption of a text; 0: there is none.
    pub text_seq: u64,
}

/// The docket as of the entries recorded until `until_ms`; `None`: all.
pub fn sitting(mission: &MissionReader, until_ms: Option<i64>) -> Result<Sitting, DocketError> {
    let zone = CivilZone::named(mission.zone())?;
    let journal = mission.journal();
    let until_ms = until_ms.unwrap_or(i64::MAX);
    let mut entries = journal.of_kind("agreement-adopted")?;
    entries.extend(journal.of_kind("acted")?);
    entries.sort_by_key(|e| e.seq);
    let mut texts: Vec<(String, Vec<Version>)> = Vec::new();
    let empty = Arc::new(Setting::of(&[], zone.clone()));
    let mut sitting = Sitting { docket: Docket::new(empty), act_seq: 0, text_seq: 0 };
    for recorded in entries.into_iter().take_while(|e| e.recorded_ms <= until_ms) {
        match recorded.entry {
            Entry::AgreementAdopted { label, file_name, text, geometry } => {
                adopt(mission, &mut texts, (label, file_name), text, &geometry)?;
                sitting.docket.setting = Arc::new(setting(&texts, zone.clone()));
                sitting.text_seq = recorded.seq;
            }
            Entry::Acted(act) => {
                sitting.docket.take_recorded(&act);
                sitting.act_seq = recorded.seq;
            }
            _ => {}
        }
    }
    Ok(sitting)
}

/// The texts as adopted, the readings of a text side by side; of two under one label the later.
///
/// # Errors
/// When the journal cannot be read, or a text no longer compiles.
pub fn versions(mission: &MissionReader) -> Result<Vec<Version>, DocketError> {
    let mut texts: Vec<(String, Vec<Version>)> = Vec::new();
    for recorded in mission.journal().of_kind("agreement-adopted")? {
        if let Entry::AgreementAdopted { label, file_name, text, geometry } = recorded.entry {
            adopt(mission, &mut texts, (label, file_name), text, &geometry)?;
        }
    }
    Ok(texts.into_iter().flat_map(|(_, versions)| versions).collect())
}

fn adopt(
    mission: &MissionReader,
    texts: &mut Vec<(String, Vec<Version>)>,
    (label, file_name): (String, String),
    text: Digest,
    geometry: &[(String, Digest)],
) -> Result<(), DocketError> {
    let loaded = load_blobs(mission.blobs(), &label, &file_name, text, geometry)
        .map_err(|cause| DocketError::Text { label: label.clone(), cause })?;
    match texts.iter_mut().find(|(of, _)| *of == label) {
        Some((_, before)) => *before = loaded.versions,
        None => texts.push((label, loaded.versions)),
    }
    Ok(())
}

/// The acts recorded after entry `seq`, each with its number.
pub fn acts_after(journal: &Reader, seq: u64) -> Result<Vec<(u64, Act)>, ReadError> {
    let acts = journal.of_kind_after("acted", seq)?;
    Ok(acts
        .into_iter()
        .filter_map(|r| if let Entry::Acted(act) = r.entry { Some((r.seq, act)) } else { None })
        .collect())
}

fn setting(texts: &[(String, Vec<Version>)], zone: CivilZone) -> Setting {
    let all: Vec<(&str, &terms::Agreement)> =
        texts.iter().flat_map(|(_, versions)| versions).map(|v| (v.label.as_str(), &v.agreement)).collect();
    Setting::of(&all, zone)
}
