//! A text with those that it is read together with: annexes, side letters, and what it stands with. They are files
//! beside it, each read once; a circle is refused.

use crate::exit::Failure;
use std::path::{Path, PathBuf};
use terms::agreement::RelationKind;
use terms::{Checked, Reading, Severity, render};

/// Most texts of one package.
const TEXTS_MAX: usize = 64;

/// A text of a package.
pub struct Text {
    /// Its file's name without the ending.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it says, one reading or several.
    pub readings: Vec<Reading>,
}

/// Reads the text at `path` and all that it is read together with, the text itself first. Problems that are no
/// notes go to standard error.
pub fn read(path: &Path) -> Result<Vec<Text>, Failure> {
    let mut texts = Vec::new();
    let mut way = Vec::new();
    read_into(path, &mut way, &mut texts)?;
    Ok(texts)
}

fn read_into(path: &Path, way: &mut Vec<PathBuf>, texts: &mut Vec<Text>) -> Result<(), Failure> {
    let known = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if let Some(at) = way.iter().position(|p| *p == known) {
        let names: Vec<String> = way.iter().skip(at).chain([&known]).map(|p| name_of(p)).collect();
        let message = format!("texts stand with each other in a circle: {}", names.join(" → "));
        return Err(Failure::bad_input(message).hint("let only one of them name the other"));
    }
    if texts.iter().any(|t| t.path == known) {
        return Ok(());
    }
    if texts.len() >= TEXTS_MAX {
        return Err(Failure::bad_input(format!("a package has at most {TEXTS_MAX} texts")));
    }
    let checked = check(path)?;
    let beside = path.parent().unwrap_or(Path::new("."));
    let together = |kind: RelationKind| {
        matches!(kind, RelationKind::StandsWith | RelationKind::AnnexTo | RelationKind::SideLetterTo)
    };
    let files: Vec<PathBuf> = checked
        .readings
        .first()
        .into_iter()
        .flat_map(|r| &r.agreement.instrument.relations)
        .filter(|r| r.is_file() && together(r.kind) && !r.other.contains(['/', '\\']))
        .map(|r| beside.join(&r.other))
        .collect();
    way.push(known.clone());
    texts.push(Text { name: name_of(path), path: known, readings: checked.readings });
    for file in files {
        read_into(&file, way, texts)?;
    }
    way.pop();
    Ok(())
}

fn name_of(path: &Path) -> String {
    path.file_stem().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

/// Checks the text at `path`.
pub fn check(path: &Path) -> Result<Checked, Failure> {
    let named = |e: std::io::Error| Failure::failed(format!("`{}` could not be read: {e}", path.display()));
    let size = std::fs::metadata(path).map_err(named)?.len();
    if size > base::limits::AGREEMENT_BYTES_MAX as u64 {
        let limit = base::limits::AGREEMENT_BYTES_MAX;
        return Err(Failure::bad_input(format!("`{}` is larger than {limit} bytes", path.display())));
    }
    let markdown = std::fs::read(path).map_err(named)?;
    let name = path.display().to_string();
    let checked = terms::check(&name, &markdown);
    if checked.agreement.is_none() {
        let errors: Vec<_> =
            checked.problems.iter().filter(|p| p.severity == Severity::Error).cloned().collect();
        eprint!("{}", render(&errors, &name, &String::from_utf8_lossy(&markdown)));
        let plural = if errors.len() == 1 { "" } else { "s" };
        return Err(Failure::bad_input(format!("`{name}` has {} error{plural}", errors.len())));
    }
    Ok(checked)
}
