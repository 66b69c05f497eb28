//! `truceline import records FILE --source ID`: what was declared, metered, notified, visited, done and decided. The
//! table itself is kept; the fold reads it again.

use super::init::{append_failure, mission_failure};
use super::now_ms;
use super::originals::{import_id, rejects_of};
use super::rejects::Rejects;
use crate::cli::Import;
use crate::exit::{Code, Failure, chain};
use crate::keeper::open_patiently;
use base::CivilZone;
use evidence::records::read_records;
use std::fs::File;
use std::path::Path;
use store::fold::RECORDS_IN;
use store::{Entry, Key, Mission, RejectedRow};

pub fn import(args: &Import) -> Result<Code, Failure> {
    if args.reading.mapping.is_some() || args.reading.radius_m.is_some() || args.reading.repeat_by.is_some() {
        return Err(Failure::bad_input(
            "records have columns of their own: they take no mapping, radius or repetition",
        ));
    }
    let zone = args.reading.zone.as_deref().map(CivilZone::named).transpose().map_err(Failure::bad_input)?;
    let mut code = Code::Done;
    let mission = open_patiently(&args.at.mission, "import records").map_err(mission_failure)?;
    let zone = zone.map_or_else(|| CivilZone::named(mission.zone()).map_err(Failure::failed), Ok)?;
    for path in &args.files {
        let rejects = match &args.rejects {
            Some(path) => path.clone(),
            None => rejects_of(mission.dir(), path)?,
        };
        if import_file(&mission, args, path, &zone, Rejects::to(Some(rejects)))? > 0 {
            code = Code::DoneWithRejects;
        }
    }
    Ok(code)
}

/// Imports one table; how many rows were rejected.
fn import_file(
    mission: &Mission,
    args: &Import,
    path: &Path,
    zone: &CivilZone,
    mut rejects: Rejects,
) -> Result<u64, Failure> {
    let file_name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let named = |e: std::io::Error| Failure::failed(format!("`{}` could not be read: {e}", path.display()));
    let bytes = File::open(path).and_then(|f| f.metadata()).map_err(named)?.len();
    if bytes > store::limits::RECORDS_BYTES_MAX {
        return Err(Failure::bad_input(format!(
            "`{}` is larger than {} bytes; split it",
            path.display(),
            store::limits::RECORDS_BYTES_MAX
        )));
    }
    // What is read is the kept original: the file beside it may change while it is read.
    let original = match args.dry_run {
        true => None,
        false => {
            let blob = mission.blobs().put(File::open(path).map_err(named)?);
            Some(blob.map_err(|e| Failure::failed(chain(&e)))?)
        }
    };
    let from = original.map_or_else(|| path.to_owned(), |digest| mission.blobs().path_of(digest));
    let read = |each: &mut dyn FnMut(RejectedRow), rejects: &mut Rejects| {
        let input = Box::new(File::open(&from).map_err(named)?);
        read_records(input, zone, &mut |row| {
            if let Err(rejected) = row {
                rejects.take(&file_name, &rejected);
                let (column, reason) = (&rejected.column, rejected.reason.code());
                each(RejectedRow::new(rejected.row, rejected.line, column, reason, &rejected.value));
            }
        })
        .map_err(|e| Failure::bad_input(format!("`{}`: {}", path.display(), chain(&e))))
    };
    let mut rows = Vec::new();
    let summary = read(&mut |row| rows.push(row), &mut rejects)?;
    let (taken, rejected) = (summary.observations, summary.rejected());
    rejects.finish()?;
    let Some(original) = original else {
        println!("{file_name}: {taken} records, {rejected} rejected; dry run: nothing was kept");
        return Ok(rejected);
    };
    let format = format!("{RECORDS_IN}{}", zone.name());
    let import = import_id(&args.source, &format, "", original);
    let source = args.source.clone();
    let started =
        Entry::ImportStarted { import, source, format, file_name: file_name.clone(), original, bytes };
    append(mission, &started)?;
    for (chunk, part) in rows.chunks(store::limits::REJECTED_ROWS_MAX).enumerate() {
        append(mission, &Entry::Rejected { import, chunk: chunk as u32, rows: part.to_vec() })?;
    }
    append(mission, &Entry::ImportFinished { import, rows: summary.rows, observations: 0, rejected })?;
    println!("{file_name}: {taken} records, {rejected} rejected");
    Ok(rejected)
}

fn append(mission: &Mission, entry: &Entry) -> Result<(), Failure> {
    mission.journal().append(entry, Key::of_entry(entry), now_ms()).map(|_| ()).map_err(append_failure)
}
