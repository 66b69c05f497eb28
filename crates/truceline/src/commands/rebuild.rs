//! `truceline rebuild`: the derived data once more, from the journal alone.

use super::desk::{fold_failure, record};
use super::init::mission_failure;
use super::table;
use crate::cli::Rebuild;
use crate::exit::{Code, Failure, chain};
use crate::source;
use findings::Version;
use publication::Record;
use std::path::Path;
use store::{Mission, readmodel};

pub fn run(args: &Rebuild) -> Result<Code, Failure> {
    let mission = Mission::open_read(&args.at.mission).map_err(mission_failure)?;
    let until = args.as_known_at.as_deref().map(|t| source::moment(t, "--as-known-at")).transpose()?;
    let verified = mission.journal().verify().map_err(|broken| {
        let mut failure = Failure::failed(chain(&broken)).hint("restore the mission from a copy");
        failure.code = Code::Broken;
        failure
    })?;
    println!("journal: {} entries, chain holds, head {}", verified.head.seq, verified.head.digest);
    let record = record(&mission, until.map(|t| t.0)).map_err(|e| fold_failure(&e))?;
    println!("state: {}", record.state.digest());
    if until.is_some() {
        return Ok(Code::Done);
    }
    let path = mission.desk_path();
    let before =
        if path.exists() { Some(readmodel::digest_of(&path).map_err(Failure::failed)?) } else { None };
    let was_current = before.is_some() && readmodel::head_of(&path).is_some_and(|h| h == record.head.digest);
    let digest = write(&path, &record)?;
    println!("read model: {digest}");
    match before {
        Some(before) if was_current && before != digest => {
            let mut failure = Failure::failed(format!(
                "the read model had {before}, its rebuild has {digest}; the new one is in place"
            ))
            .hint("somebody or something changed `desk.db`, or it is from another version of the program");
            failure.code = Code::Broken;
            Err(failure)
        }
        Some(_) if was_current => {
            println!("the same bytes as before");
            Ok(Code::Done)
        }
        Some(_) => {
            println!("brought up to the journal's head");
            Ok(Code::Done)
        }
        None => Ok(Code::Done),
    }
}

fn write(path: &Path, record: &Record) -> Result<base::Digest, Failure> {
    let versions: Vec<&Version> = record.texts.iter().map(|t| t.version.as_ref()).collect();
    readmodel::write(path, record.head.digest, &versions, &record.state)
        .map_err(|e| Failure::failed(chain(&e)))
}

/// Derives everything of the mission in `dir`, writes its read model, and prints the counts.
pub fn derive_and_print(dir: &Path) -> Result<Record, Failure> {
    let mission = Mission::open_read(dir).map_err(mission_failure)?;
    let record = record(&mission, None).map_err(|e| fold_failure(&e))?;
    write(&mission.desk_path(), &record)?;
    let versions: Vec<&Version> = record.texts.iter().map(|t| t.version.as_ref()).collect();
    println!();
    let now = base::Instant(record.head.recorded_ms);
    table::print(&record.state, &versions, &record.standing, now);
    let rejected: u64 = record.sources.iter().map(publication::SourceCard::rejected).sum();
    println!(
        "{} observations, {} incidents, {rejected} rows rejected; state {}",
        record.state.observations.len(),
        record.state.incidents.len(),
        record.state.digest()
    );
    Ok(record)
}
