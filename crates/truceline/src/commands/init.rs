//! `truceline init DIR`

use super::{now_ms, texts};
use crate::cli::Init;
use crate::exit::{Code, Failure, chain};
use base::{CivilZone, Digest};
use std::fs::File;
use store::texts::Loaded;
use store::{Entry, Key, Mission, MissionError};

pub fn run(args: &Init) -> Result<Code, Failure> {
    let mut loaded = Vec::new();
    for path in &args.agreement {
        loaded.push((path.clone(), texts::load(path, args.geometry_from.as_deref(), None)?));
    }
    let zone = match (&args.zone, loaded.first()) {
        (Some(name), _) => CivilZone::named(name).map_err(Failure::bad_input)?,
        (None, Some((_, first))) => {
            first.versions.first().map_or_else(CivilZone::utc, |v| v.agreement.zone.clone())
        }
        (None, None) => CivilZone::utc(),
    };
    let mission = Mission::create(&args.dir, &args.name, &zone, now_ms()).map_err(mission_failure)?;
    println!("mission `{}` in {}, days counted in {}", args.name, args.dir.display(), zone.name());
    for (path, text) in &loaded {
        let file_name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        adopt(&mission, &file_name, text)?;
        println!("adopted {} ({})", text.title, size(text));
    }
    Ok(Code::Done)
}

/// How many clauses a text has, and how many readings if it has brackets.
pub fn size(text: &Loaded) -> String {
    let clauses = text.versions.iter().map(|v| v.agreement.clauses.len()).max().unwrap_or(0);
    match text.versions.len() {
        0 | 1 => format!("{clauses} clauses"),
        readings => format!("{clauses} clauses, {readings} readings"),
    }
}

/// Keeps a text and its geometry among the blobs, and adopts it.
pub fn adopt(mission: &Mission, file_name: &str, text: &Loaded) -> Result<u64, Failure> {
    let blob = mission.blobs().put_bytes(&text.markdown).map_err(|e| Failure::failed(chain(&e)))?;
    let mut geometry: Vec<(String, Digest)> = Vec::new();
    for (reference, path) in &text.files {
        let named =
            |e: std::io::Error| Failure::failed(format!("`{}` could not be read: {e}", path.display()));
        let file = File::open(path).map_err(named)?;
        geometry
            .push((reference.clone(), mission.blobs().put(file).map_err(|e| Failure::failed(chain(&e)))?));
    }
    let label = text.label.clone();
    let entry = Entry::AgreementAdopted { label, file_name: file_name.to_owned(), text: blob, geometry };
    let appended = mission.journal().append(&entry, Key::of_entry(&entry), now_ms());
    appended.map(store::Appended::seq).map_err(append_failure)
}

/// A mission that cannot be opened or made.
pub fn mission_failure(error: MissionError) -> Failure {
    let held = matches!(error, MissionError::Held { .. });
    let mut failure = Failure::failed(chain(&error));
    if held {
        failure.code = Code::Held;
        failure = failure.hint("wait until it ends, or stop it; reading commands work beside it");
    }
    failure
}

/// An entry that was not appended.
pub fn append_failure(error: store::AppendError) -> Failure {
    let again = matches!(error.again(), store::Again::Retry);
    let failure = Failure::failed(chain(&error));
    if again { failure.hint("try again: nothing acknowledged is lost") } else { failure }
}
