//! Opening evidence files as the command line names them.

use crate::cli::Reading;
use crate::exit::{Failure, chain};
use crate::progress::{Watched, bar};
use base::{CivilZone, Instant};
use evidence::formats::Format;
use evidence::intake::{Options, ReadError, Sink, Summary, read};
use evidence::mapping::Mapping;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The format of that name.
pub fn format_named(name: &str) -> Result<Format, Failure> {
    Format::named(name).ok_or_else(|| {
        let known: Vec<&str> = Format::ALL.iter().map(|(_, name, _)| *name).collect();
        Failure::bad_input(format!("`{name}` is not a format"))
            .hint(format!("formats are: {}", known.join(", ")))
    })
}

/// A `FORMAT:FILE` argument.
pub fn split_evidence(argument: &str) -> Result<(Format, PathBuf), Failure> {
    let (name, file) = argument.split_once(':').ok_or_else(|| {
        Failure::bad_input(format!("`{argument}` does not say its format"))
            .hint("write it as FORMAT:FILE, such as `firms:detections.csv.gz`")
    })?;
    Ok((format_named(name)?, PathBuf::from(file)))
}

/// Reading options from the command line.
pub fn options(reading: &Reading) -> Result<Options, Failure> {
    let zone = match &reading.zone {
        None => None,
        Some(name) => Some(CivilZone::named(name).map_err(Failure::bad_input)?),
    };
    let mapping = match &reading.mapping {
        None => None,
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|e| Failure::failed(format!("`{}` could not be read: {e}", path.display())))?;
            Some(Mapping::parse(&text).map_err(|problems| {
                let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
                Failure::bad_input(format!("`{}` is not a mapping: {}", path.display(), all.join("; ")))
                    .hint("docs/sources/csv.md shows a whole one")
            })?)
        }
    };
    if let Some(radius_m) = reading.radius_m
        && !(0.0..=base::limits::RADIUS_M_MAX).contains(&radius_m)
    {
        return Err(Failure::bad_input(format!("--radius-m {radius_m} is not between 0 and 500 km")));
    }
    let day = reading.day.as_deref().map(day).transpose()?;
    let part = reading.sheet.clone().or_else(|| reading.layer.clone());
    Ok(Options { zone, radius_m: reading.radius_m, mapping, repeat_by: reading.repeat_by.clone(), day, part })
}

fn day(text: &str) -> Result<(i16, i8, i8), Failure> {
    base::time::parse_date(text).ok_or_else(|| {
        Failure::bad_input(format!("--day `{text}` is not a date")).hint("write it as 2022-07-15")
    })
}

/// The options for one file: a format whose rows do not say their day takes it from the name that its publisher gives
/// (`2022-07-15-h3_4.csv`), if none was stated.
pub fn options_of_file(format: Format, options: &Options, name: &str) -> Options {
    let mut options = options.clone();
    if format == Format::Gpsjam && options.day.is_none() {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        options.day =
            file.match_indices("20").find_map(|(at, _)| base::time::parse_date(file.get(at..at + 10)?));
    }
    options
}

/// The bytes to read: those of the file, or the features of a GeoPackage as GeoJSON, one a line.
fn bytes_of(
    format: Format,
    options: &Options,
    path: &Path,
    name: &str,
) -> Result<(Box<dyn std::io::Read>, u64), Failure> {
    if format == Format::Gpkg {
        let bytes = crate::layers::as_geojson(path, options.part.as_deref(), name)?;
        let length = bytes.len() as u64;
        return Ok((Box::new(std::io::Cursor::new(bytes)), length));
    }
    let open = |e: std::io::Error| Failure::failed(format!("`{}` could not be read: {e}", path.display()));
    let file = File::open(path).map_err(open)?;
    let length = file.metadata().map_err(open)?.len();
    Ok((Box::new(file), length))
}

/// Reads one file into `sink`, with a progress bar.
pub fn read_file(
    format: Format,
    options: &Options,
    source: &str,
    path: &Path,
    name: &str,
    sink: &mut dyn Sink,
) -> Result<Summary, Failure> {
    let options = &options_of_file(format, options, name);
    let (input, bytes) = bytes_of(format, options, path, name)?;
    let bar = bar(bytes, name);
    let result = read(format, options, source, Box::new(Watched::new(input, bar.clone())), sink);
    bar.finish_and_clear();
    result.map_err(|e| {
        let message = format!("`{name}`: {}", chain(&e));
        match e {
            ReadError::Input(_) | ReadError::Sink(_) => {
                Failure::failed(message).hint("try again: nothing acknowledged is lost")
            }
            _ => Failure::bad_input(message),
        }
    })
}

/// A moment on the command line, RFC 3339.
pub fn moment(text: &str, option: &str) -> Result<Instant, Failure> {
    Instant::parse(text).ok_or_else(|| {
        Failure::bad_input(format!("{option} `{text}` is not a moment"))
            .hint("write RFC 3339 with an offset, such as 2026-03-03T14:00:00+02:00")
    })
}
