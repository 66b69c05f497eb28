//! Small files that are there whole or not at all, and readable by their owner only.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Puts `bytes` in the place of the file at `path`, on the disk before this returns. A crash leaves the old file or the
/// new one, and perhaps a temporary one beside it.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let temporary = parent.join(format!(".{name}.{}-{number}", std::process::id()));
    let written = private().create_new(true).open(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let moved = written.and_then(|()| fs::rename(&temporary, path)).and_then(|()| sync(parent));
    if moved.is_err() {
        // The first failure is the one that is told.
        let _ = fs::remove_file(&temporary);
    }
    moved
}

/// Options for a file that only its owner reads.
pub(super) fn private() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true).mode(0o600);
    options
}

/// Makes a directory that only its owner reads, if it is not there.
pub(super) fn make_dir(dir: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(dir) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(e),
        Err(_) => Ok(()),
        Ok(()) => dir.parent().map_or(Ok(()), sync),
    }
}

/// Flushes the names in a directory.
pub(super) fn sync(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}
