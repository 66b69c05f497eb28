//! A text that is read on its own, without a mission: `check`, `explain`, `fmt` and `export`.

use crate::exit::Failure;
use std::path::Path;
use terms::{Checked, Severity, render};

/// The bytes of an agreement's file; larger than any agreement may be is refused before it is read.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let named = |e: std::io::Error| Failure::failed(format!("`{}` could not be read: {e}", path.display()));
    let size = std::fs::metadata(path).map_err(named)?.len();
    let limit = base::limits::AGREEMENT_BYTES_MAX;
    if size > limit as u64 {
        return Err(Failure::bad_input(format!("`{}` is larger than {limit} bytes", path.display())));
    }
    std::fs::read(path).map_err(named)
}

/// Everything that is wrong with a text, as it is shown in a terminal.
pub fn problems(checked: &Checked, name: &str, markdown: &[u8]) -> String {
    render(&checked.problems, name, &String::from_utf8_lossy(markdown))
}

/// The failure of a text with errors, which have been told.
pub fn has_errors(checked: &Checked, name: &str) -> Failure {
    let errors = checked.problems.iter().filter(|p| p.severity == Severity::Error).count();
    Failure::bad_input(format!("`{name}` has {}", counted(errors, "error", "errors")))
}

/// `1 clause`, `2 clauses`.
pub fn counted(n: usize, one: &str, several: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { several })
}
