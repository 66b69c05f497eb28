//! Originals as they came, each under its SHA-256: `blobs/ab/<64 hexadecimal digits>`. A blob is never changed; it is
//! there whole or not at all.

use crate::{limits, writer::Again};
use base::Digest;
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Begins the name of a file that is not yet a blob.
const TEMPORARY: &str = "tmp-";
/// Begins the name of the mark of a blob whose erasure has begun.
const MARK: &str = "erase-";
/// Bytes copied at once.
const COPY_BYTES: usize = 256 * 1024;

/// Why a blob could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// None has that digest.
    #[error("blob `{digest}` is missing from the mission; restore it from a copy")]
    Missing {
        /// The digest asked for.
        digest: Digest,
    },
    /// Its bytes are not those of its digest.
    #[error("blob `{digest}` is damaged; restore it from a copy")]
    Damaged {
        /// The digest asked for.
        digest: Digest,
    },
    /// Larger than the caller or [`limits::BLOB_BYTES_MAX`] allows.
    #[error("a file is larger than {bytes_max} bytes")]
    TooLarge {
        /// The limit, bytes.
        bytes_max: u64,
    },
    /// What was to be kept could not be read.
    #[error("cannot read what is to be kept: {0}")]
    Source(io::Error),
    /// The disk is full; nothing was kept.
    #[error("the disk of the mission is full; free some space and try again")]
    Full,
    /// The disk or the system failed.
    #[error("cannot use blob file `{}`: {cause}", .path.display())]
    Failed {
        /// Which file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

impl BlobError {
    fn from_io(path: &Path) -> impl FnOnce(io::Error) -> BlobError {
        let path = path.to_owned();
        move |cause| match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => BlobError::Full,
            _ => BlobError::Failed { path, cause },
        }
    }

    /// Whether to ask again.
    #[must_use]
    pub fn again(&self) -> Again {
        match self {
            BlobError::Full => Again::Retry,
            _ => Again::GiveUp,
        }
    }
}

/// The blobs of a mission.
#[derive(Debug)]
pub struct Blobs {
    dir: PathBuf,
    next_temporary: AtomicU64,
}

impl Blobs {
    /// The blobs in `dir`, which exists.
    #[must_use]
    pub fn at(dir: &Path) -> Blobs {
        Blobs { dir: dir.to_owned(), next_temporary: AtomicU64::new(0) }
    }

    /// Where the blob of that digest is, if there is one.
    #[must_use]
    pub fn path_of(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        self.dir.join(name.get(..2).unwrap_or("")).join(name)
    }

    /// Removes what a crash left half-written. Only for the holder of the mission's lock.
    pub(crate) fn clean(&self) -> Result<(), BlobError> {
        let failed = |cause| BlobError::Failed { path: self.dir.clone(), cause };
        for file in fs::read_dir(&self.dir).map_err(failed)? {
            let file = file.map_err(failed)?;
            if file.file_name().to_string_lossy().starts_with(TEMPORARY) {
                fs::remove_file(file.path()).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Keeps all bytes of `from` and gives their digest, once they are on the disk. Keeping the same bytes again
    /// changes nothing, unless the blob was damaged: then it is whole again. Memory: one copying buffer.
    pub fn put(&self, mut from: impl Read) -> Result<Digest, BlobError> {
        let number = self.next_temporary.fetch_add(1, Ordering::Relaxed);
        let temporary = self.dir.join(format!("{TEMPORARY}{}-{number}", std::process::id()));
        let kept = self.write(&temporary, &mut from);
        if kept.is_err() {
            // The failure that is reported is the first one; what stays behind is cleaned at the next opening.
            let _ = fs::remove_file(&temporary);
        }
        kept
    }

    /// Keeps `bytes`, as [`Blobs::put`].
    pub fn put_bytes(&self, bytes: &[u8]) -> Result<Digest, BlobError> {
        self.put(bytes)
    }

    /// A crash before the rename leaves a temporary file that the next opening removes; a crash between the rename
    /// and the flush of its directory may lose the name, but then no digest was given out.
    fn write(&self, temporary: &Path, from: &mut impl Read) -> Result<Digest, BlobError> {
        let failed = BlobError::from_io;
        let mut file = File::create_new(temporary).map_err(failed(temporary))?;
        let digest = copy(from, &mut file, temporary)?;
        file.sync_all().map_err(failed(temporary))?;
        drop(file);
        let path = self.path_of(digest);
        let parent = path.parent().unwrap_or(&self.dir);
        match fs::create_dir(parent) {
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => return Err(failed(parent)(cause)),
            // Flushed even if it was there: whoever made it may not have come to flush it.
            _ => sync_dir(&self.dir).map_err(failed(&self.dir))?,
        }
        fs::rename(temporary, &path).map_err(failed(&path))?;
        sync_dir(parent).map_err(failed(parent))?;
        Ok(digest)
    }

    /// Marks a blob whose erasure begins. A crash just after leaves the mark, by which the next opening looks whether
    /// the erasure was recorded.
    pub(crate) fn mark(&self, digest: Digest) -> Result<(), BlobError> {
        let path = self.mark_of(digest);
        let failed = BlobError::from_io;
        File::create(&path).and_then(|f| f.sync_all()).map_err(failed(&path))?;
        sync_dir(&self.dir).map_err(failed(&self.dir))
    }

    /// Takes a mark away: nothing was recorded.
    pub(crate) fn unmark(&self, digest: Digest) -> Result<(), BlobError> {
        let path = self.mark_of(digest);
        remove_if_there(&path).map_err(BlobError::from_io(&path))?;
        sync_dir(&self.dir).map_err(BlobError::from_io(&self.dir))
    }

    /// The blobs whose erasure has begun.
    pub(crate) fn marked(&self) -> Result<Vec<Digest>, BlobError> {
        let failed = |cause| BlobError::Failed { path: self.dir.clone(), cause };
        let mut out = Vec::new();
        for file in fs::read_dir(&self.dir).map_err(failed)? {
            let name = file.map_err(failed)?.file_name().to_string_lossy().into_owned();
            out.extend(name.strip_prefix(MARK).and_then(Digest::from_hex));
        }
        out.sort_unstable();
        Ok(out)
    }

    /// Removes the bytes of a blob, and then its mark. That they are gone is on the disk before the mark goes.
    pub(crate) fn erase(&self, digest: Digest) -> Result<(), BlobError> {
        let path = self.path_of(digest);
        remove_if_there(&path).map_err(BlobError::from_io(&path))?;
        let parent = path.parent().filter(|p| p.is_dir());
        if let Some(parent) = parent {
            sync_dir(parent).map_err(BlobError::from_io(parent))?;
        }
        self.unmark(digest)
    }

    fn mark_of(&self, digest: Digest) -> PathBuf {
        self.dir.join(format!("{MARK}{digest}"))
    }

    /// Opens the blob of that digest. Its bytes are not checked while being read; [`Blobs::check`] does.
    pub fn open(&self, digest: Digest) -> Result<File, BlobError> {
        let path = self.path_of(digest);
        File::open(&path).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => BlobError::Missing { digest },
            _ => BlobError::Failed { path, cause },
        })
    }

    /// The whole blob, at most `bytes_max`, checked against its digest.
    pub fn read(&self, digest: Digest, bytes_max: u64) -> Result<Vec<u8>, BlobError> {
        let mut bytes = Vec::new();
        let mut part = self.open(digest)?.take(bytes_max.saturating_add(1));
        let path = self.path_of(digest);
        part.read_to_end(&mut bytes).map_err(|cause| BlobError::Failed { path, cause })?;
        if bytes.len() as u64 > bytes_max {
            return Err(BlobError::TooLarge { bytes_max });
        }
        if Digest::of(&bytes) == digest { Ok(bytes) } else { Err(BlobError::Damaged { digest }) }
    }

    /// Checks the blob against its digest and gives its size, bytes.
    pub fn check(&self, digest: Digest) -> Result<u64, BlobError> {
        let mut file = self.open(digest)?;
        let mut hash = Sha256::new();
        let path = self.path_of(digest);
        let bytes = io::copy(&mut file, &mut hash).map_err(|cause| BlobError::Failed { path, cause })?;
        let found = Digest(hash.finalize().into());
        if found == digest { Ok(bytes) } else { Err(BlobError::Damaged { digest }) }
    }
}

fn copy(from: &mut impl Read, to: &mut File, path: &Path) -> Result<Digest, BlobError> {
    let mut hash = Sha256::new();
    let mut total = 0u64;
    let mut buffer = vec![0; COPY_BYTES];
    loop {
        let n = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(BlobError::Source(cause)),
        };
        let part = buffer.get(..n).unwrap_or(&buffer);
        total = total.saturating_add(part.len() as u64);
        if total > limits::BLOB_BYTES_MAX {
            return Err(BlobError::TooLarge { bytes_max: limits::BLOB_BYTES_MAX });
        }
        hash.update(part);
        to.write_all(part).map_err(BlobError::from_io(path))?;
    }
    Ok(Digest(hash.finalize().into()))
}

/// Removes a file; that there is none is no failure.
pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}

/// Flushes the names in a directory to the disk.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}
