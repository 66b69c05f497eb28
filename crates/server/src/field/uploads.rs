//! Media on their way, in `uploads/` of the mission: what was announced (`KEY.json`) and what has come of it
//! (`KEY.part`). A key is the digest announced and who announced it, so that two devices never write into one file.
//! What is here may be lost without loss to the record: the device still has the whole and sends it again.

use super::files;
use crate::limits::{UPLOAD_KEPT_MS, UPLOADS_BYTES_MAX};
use base::Digest;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Begins the name of the directory of one OpenRosa request.
const REQUEST: &str = "request-";
/// How long the leftovers of a request that ended with the process are kept, milliseconds.
const REQUEST_KEPT_MS: i64 = 24 * 3_600_000;

/// One medium that a device has announced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Announced {
    /// Its size, bytes.
    pub bytes: u64,
    /// Whether the original is kept and its custody log says so.
    pub finished: bool,
}

/// Which upload: a name that is safe as a file's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct UploadKey(String);

impl UploadKey {
    /// The upload of `digest` that `observer` announced.
    pub fn of(observer: &str, digest: Digest) -> UploadKey {
        let who = Digest::of(observer.as_bytes()).to_string();
        UploadKey(format!("{digest}-{}", who.get(..16).unwrap_or("")))
    }
}

/// The uploads of a mission. Every function blocks.
#[derive(Clone, Debug)]
pub(super) struct Uploads {
    dir: PathBuf,
}

impl Uploads {
    /// Those in `dir`, which is made when it is needed.
    pub fn at(dir: PathBuf) -> Uploads {
        Uploads { dir }
    }

    fn path(&self, key: &UploadKey, ending: &str) -> PathBuf {
        self.dir.join(format!("{}.{ending}", key.0))
    }

    /// Notes that a medium will come. Announced before: nothing changes, unless it was to have another size.
    pub fn announce(&self, key: &UploadKey, bytes: u64) -> io::Result<()> {
        match self.find(key)? {
            Some(known) if known.finished || known.bytes == bytes => Ok(()),
            _ => self.write(key, &Announced { bytes, finished: false }),
        }
    }

    /// Notes that the original is kept, and removes what had come in pieces.
    pub fn finish(&self, key: &UploadKey, bytes: u64) -> io::Result<()> {
        self.write(key, &Announced { bytes, finished: true })?;
        self.discard(key)
    }

    /// Removes the note of an upload of which nothing more has to be known.
    pub fn forget(&self, key: &UploadKey) -> io::Result<()> {
        match fs::remove_file(self.path(key, "json")) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    fn write(&self, key: &UploadKey, announced: &Announced) -> io::Result<()> {
        files::make_dir(&self.dir)?;
        files::replace(&self.path(key, "json"), &serde_json::to_vec(announced).map_err(io::Error::other)?)
    }

    /// What was announced under that key.
    pub fn find(&self, key: &UploadKey) -> io::Result<Option<Announced>> {
        match fs::read(self.path(key, "json")) {
            // One that cannot be read was never acknowledged whole; the device announces again.
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// How many bytes have come.
    pub fn length(&self, key: &UploadKey) -> io::Result<u64> {
        match fs::metadata(self.path(key, "part")) {
            Ok(meta) => Ok(meta.len()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(e) => Err(e),
        }
    }

    /// The file that pieces go into, at its end.
    pub fn open_part(&self, key: &UploadKey) -> io::Result<File> {
        let mut file = files::private().create(true).open(self.path(key, "part"))?;
        file.seek(io::SeekFrom::End(0))?;
        Ok(file)
    }

    /// What has come, for reading.
    pub fn read_part(&self, key: &UploadKey) -> io::Result<File> {
        File::open(self.path(key, "part"))
    }

    /// The digest of what has come.
    pub fn digest(&self, key: &UploadKey) -> io::Result<Digest> {
        let mut hash = Sha256::new();
        io::copy(&mut self.read_part(key)?, &mut hash)?;
        Ok(Digest(hash.finalize().into()))
    }

    /// Removes what has come.
    pub fn discard(&self, key: &UploadKey) -> io::Result<()> {
        match fs::remove_file(self.path(key, "part")) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    /// Whether the `bytes` of an upload may begin to come: beside what every other that has begun will have in the end,
    /// and what requests have brought so far.
    pub fn has_room(&self, key: &UploadKey, bytes: u64) -> io::Result<bool> {
        let mut total = bytes;
        for entry in self.entries()? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let here = entry.metadata().map_or(0, |m| m.len());
            if let Some(other) = name.strip_suffix(".part").filter(|other| *other != key.0) {
                let announced = self.find(&UploadKey(other.to_owned()))?.map_or(0, |a| a.bytes);
                total = total.saturating_add(here.max(announced));
            } else if name.starts_with(REQUEST) {
                // A request may end, and its directory go, at any moment.
                let files = fs::read_dir(entry.path()).into_iter().flatten().flatten();
                let sizes = files.map(|f| f.metadata().map_or(0, |m| m.len()));
                total = sizes.fold(total, u64::saturating_add);
            }
        }
        Ok(total <= UPLOADS_BYTES_MAX)
    }

    fn entries(&self) -> io::Result<fs::ReadDir> {
        files::make_dir(&self.dir)?;
        fs::read_dir(&self.dir)
    }

    /// Removes uploads on which nothing has arrived for long, and what requests left that ended with the process.
    pub fn clean(&self, now_ms: i64) -> io::Result<()> {
        for entry in self.entries()? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(touched) = entry.metadata().and_then(|m| m.modified()) else { continue };
            let age_ms = now_ms.saturating_sub(millis(touched));
            if name.starts_with(REQUEST) {
                if age_ms > REQUEST_KEPT_MS {
                    fs::remove_dir_all(entry.path())?;
                }
            } else if age_ms > UPLOAD_KEPT_MS && entry.file_type().is_ok_and(|t| t.is_file()) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// A directory for the files of one request; it goes when the value does. What others left long ago goes first.
    pub fn request(&self, now_ms: i64) -> io::Result<Request> {
        self.clean(now_ms)?;
        let token = super::access::new_token()?;
        let dir = self.dir.join(format!("{REQUEST}{token}"));
        files::make_dir(&dir)?;
        Ok(Request { dir })
    }
}

fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The files of one request.
#[derive(Debug)]
pub(super) struct Request {
    dir: PathBuf,
}

impl Request {
    /// A new file for the part of that number.
    pub fn file(&self, number: usize) -> io::Result<Part> {
        let path = self.dir.join(format!("part-{number}"));
        let file = files::private().create_new(true).open(&path)?;
        Ok(Part { path, file, hash: Sha256::new(), bytes: 0 })
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        // What stays is removed by the next cleaning.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// A file of a request while it comes in.
pub(super) struct Part {
    path: PathBuf,
    file: File,
    hash: Sha256,
    bytes: u64,
}

impl Part {
    /// Takes more of it.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        Ok(())
    }

    /// Its path, size and digest.
    pub fn done(self) -> (PathBuf, u64, Digest) {
        (self.path, self.bytes, Digest(self.hash.finalize().into()))
    }
}

/// Reads a small file whole.
pub(super) fn read_small(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut out = Vec::new();
    File::open(path)?.take(bytes_max).read_to_end(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_goes_and_what_is_young_stays() {
        let dir = tempfile::tempdir().unwrap();
        let uploads = Uploads::at(dir.path().join("uploads"));
        let key = UploadKey::of("P-07", Digest::of(b"photo"));
        uploads.announce(&key, 5).unwrap();
        uploads.open_part(&key).unwrap().write_all(b"pho").unwrap();
        let now_ms = millis(SystemTime::now());
        let left = uploads.request(now_ms).unwrap();
        let request_dir = left.dir.clone();
        std::mem::forget(left);
        uploads.clean(now_ms).unwrap();
        assert_eq!(uploads.length(&key).unwrap(), 3);
        assert!(request_dir.exists());
        uploads.clean(now_ms + REQUEST_KEPT_MS + 60_000).unwrap();
        assert!(!request_dir.exists());
        assert_eq!(uploads.find(&key).unwrap(), Some(Announced { bytes: 5, finished: false }));
        uploads.clean(now_ms + UPLOAD_KEPT_MS + 60_000).unwrap();
        assert_eq!((uploads.length(&key).unwrap(), uploads.find(&key).unwrap()), (0, None));
    }

    #[test]
    fn what_has_begun_counts_with_all_that_it_will_have() {
        let dir = tempfile::tempdir().unwrap();
        let uploads = Uploads::at(dir.path().join("uploads"));
        let key = |n: u8| UploadKey::of("P-07", Digest::of(&[n]));
        let half = UPLOADS_BYTES_MAX / 2;
        for n in 0..2 {
            uploads.announce(&key(n), half).unwrap();
            assert!(uploads.has_room(&key(n), half).unwrap(), "announced only, it takes no room");
            uploads.open_part(&key(n)).unwrap().write_all(b"the first bytes").unwrap();
        }
        assert!(uploads.has_room(&key(1), half).unwrap(), "its own bytes are not counted twice");
        assert!(!uploads.has_room(&key(2), 1).unwrap());
        uploads.discard(&key(0)).unwrap();
        let request = uploads.request(millis(SystemTime::now())).unwrap();
        assert!(uploads.has_room(&key(2), half).unwrap());
        request.file(0).unwrap().write(b"12345").unwrap();
        assert!(!uploads.has_room(&key(2), half).unwrap(), "what a request has brought counts");
    }

    #[test]
    fn two_observers_who_announce_the_same_medium_have_two_files() {
        let digest = Digest::of(b"photo");
        assert_ne!(UploadKey::of("P-07", digest), UploadKey::of("P-08", digest));
    }
}
