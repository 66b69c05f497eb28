//! What every import has: an id that says which one it is, and a place for what it could not read.

use crate::exit::Failure;
use base::{Digest, id::Hasher};
use std::path::{Path, PathBuf};

/// Adapters of another release may cut a file into other chunks: its import is another one, and what both say is
/// settled as one observation.
const ADAPTERS: &str = concat!("adapters of ", env!("CARGO_PKG_VERSION"));

/// The id of an import: same source, format, options, adapters and bytes are the same import.
pub fn import_id(source: &str, format: &str, options: &str, original: Digest) -> Digest {
    let mut h = Hasher::new("truceline import 1");
    [source, format, options, ADAPTERS].iter().for_each(|t| h.piece(t.as_bytes()));
    h.piece(&original.0);
    h.finish()
}

/// Where a file's rejected rows are written: in the mission's folder `rejects`, since the file's own may be read-only.
pub fn rejects_of(mission: &Path, file: &Path) -> Result<PathBuf, Failure> {
    let folder = mission.join("rejects");
    std::fs::create_dir_all(&folder)
        .map_err(|e| Failure::failed(format!("`{}` could not be made: {e}", folder.display())))?;
    let name = file.file_name().map_or_else(|| "reports".to_owned(), |n| n.to_string_lossy().into_owned());
    Ok(folder.join(format!("{name}.rejects.csv")))
}
