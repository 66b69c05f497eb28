//! Loading agreements and saying what is wrong with them.

use crate::exit::Failure;
use base::Instant;
use std::path::Path;
use store::texts::{Loaded, TextError, load_file};
use terms::{Severity, render};

/// Loads and compiles a text; problems go to standard error.
pub fn load(
    path: &Path,
    geometry_from: Option<&Path>,
    entry_into_force: Option<Instant>,
) -> Result<Loaded, Failure> {
    match load_file(path, geometry_from, entry_into_force) {
        Ok(loaded) => {
            let name = path.display().to_string();
            let serious: Vec<_> =
                loaded.problems.iter().filter(|p| p.severity != Severity::Note).cloned().collect();
            if !serious.is_empty() {
                eprint!("{}", render(&serious, &name, &String::from_utf8_lossy(&loaded.markdown)));
            }
            for notice in &loaded.notices {
                eprintln!("note: {notice}");
            }
            Ok(loaded)
        }
        Err(e) => Err(failure(path, e)),
    }
}

/// The failure of a text, its problems printed in full.
pub fn failure(path: &Path, error: TextError) -> Failure {
    match error {
        TextError::Terms(bad) => {
            eprint!(
                "{}",
                render(&bad.problems, &path.display().to_string(), &String::from_utf8_lossy(&bad.markdown))
            );
            let errors = bad.problems.iter().filter(|p| p.severity == Severity::Error).count();
            let plural = if errors == 1 { "" } else { "s" };
            Failure::bad_input(format!("`{}` has {errors} error{plural}", path.display()))
        }
        TextError::Geometry(problems) => {
            for problem in &problems {
                eprintln!("error: {problem}");
            }
            Failure::bad_input(format!("the lines and zones of `{}` could not be compiled", path.display()))
                .hint("geometry paths are relative to the agreement's folder, or to --geometry-from DIR")
        }
        TextError::File { .. } => Failure::failed(error),
        TextError::TooLarge { .. } => Failure::bad_input(error),
    }
}
