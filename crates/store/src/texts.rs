//! Agreement texts with their geometry: read from a directory, kept as blobs, compiled into versions.

use crate::blobs::Blobs;
use crate::geopackage;
use atlas::geometry::Notice;
use atlas::plan::GeometryRef;
use atlas::source::{Feature, read_geojson};
use atlas::{Atlas, from_wkb};
use base::Digest;
use base::limits::{AGREEMENT_BYTES_MAX, GEOMETRY_BYTES_MAX};
use findings::{ReadingOf, Version};
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use terms::{Bracket, Checked, Problem, Reading};

/// Why a text version could not be had.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// A file could not be read.
    #[error("`{path}` could not be read: {cause}")]
    File {
        /// Which file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
    /// The file is larger than the limit.
    #[error("`{path}` is larger than {limit} bytes")]
    TooLarge {
        /// Which file.
        path: String,
        /// The limit, bytes.
        limit: usize,
    },
    /// The text has errors.
    #[error("the agreement has {} errors", .0.problems.iter().filter(|p| p.severity == terms::Severity::Error).count())]
    Terms(Box<BadText>),
    /// The geometry has errors.
    #[error("the agreement's lines and zones could not be compiled: {}", .0.join("; "))]
    Geometry(Vec<String>),
}

/// A text that does not check, with what is needed to show where.
#[derive(Debug)]
pub struct BadText {
    /// Name of the file.
    pub file_name: String,
    /// Its bytes.
    pub markdown: Vec<u8>,
    /// Every problem.
    pub problems: Vec<Problem>,
}

/// A compiled text with what its reader should know.
pub struct Loaded {
    /// Its versions: one, or one a reading if the text has brackets.
    pub versions: Vec<Version>,
    /// What distinguishes the text, such as its file's name.
    pub label: String,
    /// Title for people.
    pub title: String,
    /// Where the text is not agreed.
    pub brackets: Vec<Bracket>,
    /// The text's bytes.
    pub markdown: Vec<u8>,
    /// Warnings and notes of the check.
    pub problems: Vec<Problem>,
    /// What was repaired or is odd in its geometry.
    pub notices: Vec<Notice>,
    /// The geometry files it reads: path as the text has it, path on disk.
    pub files: Vec<(String, PathBuf)>,
}

/// Loads and compiles the agreement at `path`; geometry paths are relative to `geometry_from` (its own folder, if
/// `None`) and stay within it.
pub fn load_file(
    path: &Path,
    geometry_from: Option<&Path>,
    entry_into_force: Option<base::Instant>,
) -> Result<Loaded, TextError> {
    let markdown = read_limited(path, AGREEMENT_BYTES_MAX)?;
    let folder = geometry_from.or(path.parent()).unwrap_or(Path::new(".")).to_owned();
    let name =
        path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    let label = path.file_stem().map_or_else(|| name.clone(), |n| n.to_string_lossy().into_owned());
    let mut locate = |reference: &str| within(&folder, reference);
    compile(&label, &name, markdown, entry_into_force, &mut locate)
}

/// Loads and compiles an adopted text from the blobs.
pub fn load_blobs(
    blobs: &Blobs,
    label: &str,
    file_name: &str,
    text: Digest,
    geometry: &[(String, Digest)],
) -> Result<Loaded, TextError> {
    let markdown = read_limited(&blobs.path_of(text), AGREEMENT_BYTES_MAX)?;
    let mut locate = |reference: &str| {
        let digest = geometry.iter().find(|(path, _)| path == reference).map(|(_, d)| *d);
        digest
            .map(|d| blobs.path_of(d))
            .ok_or_else(|| format!("`{reference}` was not kept with the agreement"))
    };
    compile(label, file_name, markdown, None, &mut locate)
}

fn compile(
    label: &str,
    file_name: &str,
    markdown: Vec<u8>,
    entry_into_force: Option<base::Instant>,
    locate: &mut dyn FnMut(&str) -> Result<PathBuf, String>,
) -> Result<Loaded, TextError> {
    let text = Digest::of(&markdown);
    let Checked { agreement, problems, brackets, readings, .. } = terms::check(file_name, &markdown);
    let Some(agreement) = agreement else {
        return Err(TextError::Terms(Box::new(BadText {
            file_name: file_name.to_owned(),
            markdown,
            problems,
        })));
    };
    let mut files = Vec::new();
    let mut load = |reference: &GeometryRef| {
        let path = locate(&reference.path)?;
        if !files.iter().any(|(p, _)| *p == reference.path) {
            files.push((reference.path.clone(), path.clone()));
        }
        read_features(&path, reference)
    };
    let mut versions: Vec<Version> = Vec::with_capacity(readings.len());
    let mut notices = Vec::new();
    for Reading { label: reading, choice, mut agreement } in readings {
        if entry_into_force.is_some() {
            agreement.entry_into_force = entry_into_force;
        }
        // Readings that draw the same map share it.
        let drawn = versions
            .iter()
            .find(|v| v.agreement.plan == agreement.plan && v.agreement.zone == agreement.zone);
        let atlas = match drawn {
            Some(version) => version.atlas.clone(),
            None => {
                let compiled =
                    Atlas::compile(&agreement.plan, &agreement.zone, &mut load).map_err(|errors| {
                        TextError::Geometry(errors.iter().map(ToString::to_string).collect())
                    })?;
                notices.extend(compiled.notices);
                Arc::new(compiled.atlas)
            }
        };
        let label = if reading.is_empty() { label.to_owned() } else { format!("{label} · {reading}") };
        versions.push(Version {
            label,
            text,
            agreement,
            atlas,
            reading: ReadingOf { label: reading, choice },
        });
    }
    Ok(Loaded {
        versions,
        label: label.to_owned(),
        title: agreement.title,
        brackets,
        markdown,
        problems,
        notices,
        files,
    })
}

/// A path below `folder`: an agreement names files beside it, never files elsewhere on the machine.
fn within(folder: &Path, reference: &str) -> Result<PathBuf, String> {
    let path = Path::new(reference);
    let plain = path.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    if !plain {
        return Err(format!("`{reference}` leaves the agreement's folder: name a file beside or below it"));
    }
    Ok(folder.join(path))
}

fn read_limited(path: &Path, limit: usize) -> Result<Vec<u8>, TextError> {
    let named = |cause| TextError::File { path: path.display().to_string(), cause };
    let mut bytes = Vec::new();
    File::open(path).map_err(named)?.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(named)?;
    if bytes.len() > limit {
        return Err(TextError::TooLarge { path: path.display().to_string(), limit });
    }
    Ok(bytes)
}

/// Features of a GeoPackage, or of GeoJSON or NDJSON, compressed or not.
fn read_features(path: &Path, reference: &GeometryRef) -> Result<(Vec<Feature>, Vec<Notice>), String> {
    let mut start = [0_u8; 16];
    let mut file = File::open(path).map_err(|e| format!("`{}`: {e}", reference.path))?;
    let n = file.read(&mut start).map_err(|e| format!("`{}`: {e}", reference.path))?;
    if start.get(..n).is_some_and(|s| s.starts_with(b"SQLite format 3\0")) {
        let rows = geopackage::features(path, reference.layer.as_deref()).map_err(|e| e.to_string())?;
        let features = rows.into_iter().enumerate().map(|(i, (properties, bytes))| {
            let geometry = from_wkb(&bytes).map_err(|e| format!("feature {}: {e}", i + 1))?;
            Ok(Feature { properties, geometry })
        });
        return Ok((features.collect::<Result<Vec<_>, String>>()?, Vec::new()));
    }
    let file = File::open(path).map_err(|e| format!("`{}`: {e}", reference.path))?;
    let mut bytes = Vec::new();
    let unpacked = evidence::unpack::decompress(Box::new(file));
    unpacked.take(GEOMETRY_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() > GEOMETRY_BYTES_MAX {
        return Err(format!("`{}` unpacks to more than {GEOMETRY_BYTES_MAX} bytes", reference.path));
    }
    read_geojson(&bytes).map_err(|e| e.to_string())
}
