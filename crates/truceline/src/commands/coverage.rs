//! `truceline import coverage FILE --source ID`: what sources could and could not see.

use super::init::{append_failure, mission_failure};
use super::now_ms;
use super::originals::{import_id, rejects_of};
use super::rejects::Rejects;
use crate::cli::Import;
use crate::exit::{Code, Failure, chain};
use crate::keeper::open_patiently;
use base::CivilZone;
use evidence::coverage::{Coverage, read_coverage};
use std::fs::File;
use std::path::{Path, PathBuf};
use store::{Entry, Key, Mission};

/// Records of one entry.
const RECORDS_MAX: usize = 4_096;

pub fn import(args: &Import) -> Result<Code, Failure> {
    if args.reading.mapping.is_some() || args.reading.radius_m.is_some() || args.reading.repeat_by.is_some() {
        return Err(Failure::bad_input(
            "coverage has columns of its own: it takes no mapping, radius or repetition",
        ));
    }
    let zone = args.reading.zone.as_deref().map(CivilZone::named).transpose().map_err(Failure::bad_input)?;
    if args.dry_run {
        return dry_run(args, zone);
    }
    let mission = open_patiently(&args.at.mission, "import coverage").map_err(mission_failure)?;
    let mut code = Code::Done;
    for path in &args.files {
        if import_file(&mission, &args.source, path, zone.clone(), args.rejects.clone())? > 0 {
            code = Code::DoneWithRejects;
        }
    }
    Ok(code)
}

/// Imports one coverage file; how many rows were rejected.
pub fn import_file(
    mission: &Mission,
    source: &str,
    path: &Path,
    zone: Option<CivilZone>,
    rejects: Option<PathBuf>,
) -> Result<u64, Failure> {
    let file_name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let named = |e: std::io::Error| Failure::failed(format!("`{}` could not be read: {e}", path.display()));
    let bytes = File::open(path).and_then(|f| f.metadata()).map_err(named)?.len();
    let original =
        mission.blobs().put(File::open(path).map_err(named)?).map_err(|e| Failure::failed(chain(&e)))?;
    let zone = zone.map_or_else(|| CivilZone::named(mission.zone()).map_err(Failure::failed), Ok)?;
    let import = import_id(source, "coverage", zone.name(), original);
    let started = Entry::ImportStarted {
        import,
        source: source.to_owned(),
        format: "coverage".to_owned(),
        file_name: file_name.clone(),
        original,
        bytes,
    };
    append(mission, &started)?;
    let mut rejects = Rejects::to(Some(rejects.map_or_else(|| rejects_of(mission.dir(), path), Ok)?));
    let mut records: Vec<Coverage> = Vec::new();
    let input = Box::new(File::open(mission.blobs().path_of(original)).map_err(named)?);
    let summary = read_coverage(input, &zone, &mut |row| match row {
        Ok(record) => records.push(record),
        Err(rejected) => rejects.take(&file_name, &rejected),
    })
    .map_err(|e| Failure::bad_input(format!("`{}`: {}", path.display(), chain(&e))))?;
    for (chunk, part) in records.chunks(RECORDS_MAX).enumerate() {
        append(mission, &Entry::Coverage { import, chunk: chunk as u32, records: part.to_vec() })?;
    }
    let (observations, rejected) = (summary.observations, summary.rejected());
    append(mission, &Entry::ImportFinished { import, rows: summary.rows, observations, rejected })?;
    rejects.finish()?;
    println!("{file_name}: {} coverage records, {rejected} rejected", records.len());
    Ok(rejected)
}

fn dry_run(args: &Import, zone: Option<CivilZone>) -> Result<Code, Failure> {
    let zone = zone.unwrap_or_else(CivilZone::utc);
    let mut rejects = Rejects::to(args.rejects.clone());
    for path in &args.files {
        let name = path.display().to_string();
        let file =
            File::open(path).map_err(|e| Failure::failed(format!("`{name}` could not be read: {e}")))?;
        let mut records = 0_u64;
        let summary = read_coverage(Box::new(file), &zone, &mut |row| match row {
            Ok(_) => records += 1,
            Err(rejected) => rejects.take(&name, &rejected),
        })
        .map_err(|e| Failure::bad_input(format!("`{name}`: {}", chain(&e))))?;
        println!("{name}: {records} coverage records, {} rejected", summary.rejected());
    }
    println!("dry run: nothing was kept; dates without an offset were read in {}", zone.name());
    Ok(if rejects.finish()?.is_empty() { Code::Done } else { Code::DoneWithRejects })
}

fn append(mission: &Mission, entry: &Entry) -> Result<(), Failure> {
    mission.journal().append(entry, Key::of_entry(entry), now_ms()).map(|_| ()).map_err(append_failure)
}
