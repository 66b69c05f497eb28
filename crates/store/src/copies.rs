//! Working copies of originals: `copies/<64 hexadecimal digits>-<version>.jpg`. Derived, and no evidence: the folder
//! may be deleted, and its files are made again.

use crate::blobs::{BlobError, remove_if_there, sync_dir};
use base::Digest;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Begins the name of a file that is not yet a copy.
const TEMPORARY: &str = "tmp-";

static NEXT: AtomicU64 = AtomicU64::new(0);

/// The working copies of a mission.
#[derive(Debug)]
pub struct Copies {
    dir: PathBuf,
}

impl Copies {
    /// The copies of the mission in `mission`.
    #[must_use]
    pub fn of(mission: &Path) -> Copies {
        Copies { dir: mission.join("copies") }
    }

    /// The copy of that original, made with that version, if there is one.
    #[must_use]
    pub fn get(&self, original: Digest, version: u32) -> Option<Vec<u8>> {
        fs::read(self.path(original, version)).ok()
    }

    /// Keeps a copy. Only for the holder of the mission's lock: the original must not be erased meanwhile. A crash
    /// leaves it whole or not at all.
    pub fn put(&self, original: Digest, version: u32, bytes: &[u8]) -> Result<(), BlobError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |cause: io::Error| BlobError::Failed { path, cause }
        };
        fs::create_dir_all(&self.dir).map_err(failed(&self.dir))?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let temporary = self.dir.join(format!("{TEMPORARY}{}-{number}", std::process::id()));
        let write = || {
            let mut file = File::create(&temporary)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        let path = self.path(original, version);
        let kept = write().and_then(|()| fs::rename(&temporary, &path)).map_err(failed(&path));
        if kept.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        kept
    }

    /// Removes every copy of an original that is erased, and what a crash left half-written, which may be of it.
    pub(crate) fn remove(&self, original: Digest) -> Result<(), BlobError> {
        let failed = |cause| BlobError::Failed { path: self.dir.clone(), cause };
        let files = match fs::read_dir(&self.dir) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other.map_err(failed)?,
        };
        let beginning = format!("{original}-");
        for file in files {
            let file = file.map_err(failed)?;
            let name = file.file_name().to_string_lossy().into_owned();
            if name.starts_with(&beginning) || name.starts_with(TEMPORARY) {
                remove_if_there(&file.path()).map_err(failed)?;
            }
        }
        sync_dir(&self.dir).map_err(failed)
    }

    fn path(&self, original: Digest, version: u32) -> PathBuf {
        self.dir.join(format!("{original}-{version}.jpg"))
    }
}
