//! A mission directory: `journal.db`, `blobs/`, `lock`, and `desk.db`, which is derived and may be deleted.

use crate::{
    blobs::{BlobError, Blobs, remove_if_there, sync_dir},
    copies::Copies,
    erase::{self, EraseError},
    journal::{Journal, Key, OpenError, Salts, system_salts},
    lock::{Holder, Lock, LockError},
    reader::{ReadError, Reader},
    record::Entry,
    writer::AppendError,
};
use base::CivilZone;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const JOURNAL: &str = "journal.db";
/// A journal that is being made; `journal.db` appears only once it holds its first entry.
const JOURNAL_NEW: &str = "journal-new.db";
const BLOBS: &str = "blobs";
const LOCK: &str = "lock";
const DESK: &str = "desk.db";

/// Why a mission could not be created or opened.
#[derive(Debug, thiserror::Error)]
pub enum MissionError {
    /// The directory holds something else, or nothing.
    #[error("`{}` is not a mission directory (it has no `{JOURNAL}`); make one with `init`", .dir.display())]
    NotAMission {
        /// The directory.
        dir: PathBuf,
    },
    /// A mission is there already.
    #[error("`{}` is a mission already; open it, or choose another directory", .dir.display())]
    Exists {
        /// The directory.
        dir: PathBuf,
    },
    /// Something that is not a mission is in the directory.
    #[error("`{}` is not empty (it has `{found}`); choose an empty or a new directory", .dir.display())]
    NotEmpty {
        /// The directory.
        dir: PathBuf,
        /// One thing in it.
        found: String,
    },
    /// Another process has it open for writing.
    #[error("mission `{}` is in use by {holder}; close that first", .dir.display())]
    Held {
        /// The directory.
        dir: PathBuf,
        /// By whom.
        holder: Holder,
    },
    /// This user may not.
    #[error("no permission to use `{}`; check who owns it", .path.display())]
    Permission {
        /// What.
        path: PathBuf,
    },
    /// The journal could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The journal could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The first entry could not be written.
    #[error("cannot begin the journal: {0}")]
    Append(#[from] AppendError),
    /// The blobs could not be used.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// An erasure that a crash interrupted could not be ended.
    #[error("an interrupted erasure could not be ended: {0}")]
    Erase(#[from] EraseError),
    /// The disk or the system failed.
    #[error("cannot use `{}`: {cause}", .path.display())]
    Failed {
        /// What.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
}

impl MissionError {
    fn from_io(path: &Path) -> impl FnOnce(io::Error) -> MissionError {
        let path = path.to_owned();
        move |cause| match cause.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                MissionError::Permission { path }
            }
            _ => MissionError::Failed { path, cause },
        }
    }
}

/// A mission open for writing; no other process can open it so until this is dropped or its process ends.
#[derive(Debug)]
pub struct Mission {
    // Dropped in this order: the journal is closed before the lock is given back.
    journal: Journal,
    blobs: Blobs,
    opened: Opened,
    dir: PathBuf,
    _lock: Lock,
}

/// A mission open for reading, beside whoever writes.
#[derive(Debug)]
pub struct MissionReader {
    reader: Reader,
    blobs: Blobs,
    opened: Opened,
    dir: PathBuf,
}

/// What the first entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Opened {
    name: String,
    zone: String,
}

impl Mission {
    /// Makes a mission in `dir`, which is new or empty, with its first entry. `now_ms`: milliseconds since 1970.
    pub fn create(dir: &Path, name: &str, zone: &CivilZone, now_ms: i64) -> Result<Mission, MissionError> {
        Mission::create_with(dir, name, zone, now_ms, system_salts())
    }

    /// As [`Mission::create`], with salts from the caller.
    ///
    /// A crash at any point leaves either no `journal.db`, and creating again succeeds, or a whole mission.
    pub fn create_with(
        dir: &Path,
        name: &str,
        zone: &CivilZone,
        now_ms: i64,
        salts: Salts,
    ) -> Result<Mission, MissionError> {
        let entry = Entry::MissionOpened { name: name.to_owned(), zone: zone.name().to_owned() };
        entry.to_bytes().map_err(AppendError::from)?;
        make_dir(dir).map_err(MissionError::from_io(dir))?;
        refuse_strangers(dir)?;
        let lock = take_lock(dir, "create a mission", now_ms)?;
        // Only now is it sure that nobody else is creating the same one.
        refuse_strangers(dir)?;
        let blobs = dir.join(BLOBS);
        make_dir(&blobs).map_err(MissionError::from_io(&blobs))?;
        let unfinished = dir.join(JOURNAL_NEW);
        for tail in ["", "-wal", "-shm"] {
            let path = dir.join(format!("{JOURNAL_NEW}{tail}"));
            remove_if_there(&path).map_err(MissionError::from_io(&path))?;
        }
        let journal = Journal::create(&unfinished, salts)?;
        journal.append(&entry, Key::of_entry(&entry), now_ms)?;
        let salts = journal.close();
        let path = dir.join(JOURNAL);
        fs::rename(&unfinished, &path).map_err(MissionError::from_io(&path))?;
        sync_dir(dir).map_err(MissionError::from_io(dir))?;
        Mission::over(dir, lock, salts)
    }

    /// Opens the mission in `dir` for writing. `who` says what for, to whoever finds it in use; `now_ms` is
    /// milliseconds since 1970. Removes what a crash left half-written.
    pub fn open(dir: &Path, who: &str, now_ms: i64) -> Result<Mission, MissionError> {
        Mission::open_with(dir, who, now_ms, system_salts())
    }

    /// As [`Mission::open`], with salts from the caller.
    pub fn open_with(dir: &Path, who: &str, now_ms: i64, salts: Salts) -> Result<Mission, MissionError> {
        require_journal(dir)?;
        let lock = take_lock(dir, who, now_ms)?;
        Mission::over(dir, lock, salts)
    }

    /// Opens the mission in `dir` for reading only, beside whoever writes.
    pub fn open_read(dir: &Path) -> Result<MissionReader, MissionError> {
        let path = require_journal(dir)?;
        let reader = Reader::open(&path)?;
        reader.checked_head()?;
        let opened = Opened::of(&reader)?;
        Ok(MissionReader { blobs: Blobs::at(&dir.join(BLOBS)), opened, reader, dir: dir.to_owned() })
    }

    fn over(dir: &Path, lock: Lock, salts: Salts) -> Result<Mission, MissionError> {
        let journal = Journal::open(&dir.join(JOURNAL), salts)?;
        let opened = Opened::of(&journal.reader())?;
        let blobs = dir.join(BLOBS);
        // A mission restored from a copy may have had none.
        make_dir(&blobs).map_err(MissionError::from_io(&blobs))?;
        let blobs = Blobs::at(&blobs);
        blobs.clean()?;
        erase::finish(&journal, &blobs, &Copies::of(dir))?;
        Ok(Mission { journal, blobs, opened, dir: dir.to_owned(), _lock: lock })
    }

    /// Its journal.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Its originals.
    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// Its name, as it was opened with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.opened.name
    }

    /// The IANA name of its civil time zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.opened.zone
    }

    /// Its directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where the read model is: derived, and may be deleted.
    #[must_use]
    pub fn desk_path(&self) -> PathBuf {
        self.dir.join(DESK)
    }
}

impl MissionReader {
    /// Its journal.
    #[must_use]
    pub fn journal(&self) -> &Reader {
        &self.reader
    }

    /// Its originals.
    #[must_use]
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// Its name, as it was opened with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.opened.name
    }

    /// The IANA name of its civil time zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.opened.zone
    }

    /// Its directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where the read model is: derived, and may be deleted.
    #[must_use]
    pub fn desk_path(&self) -> PathBuf {
        self.dir.join(DESK)
    }
}

impl Opened {
    fn of(reader: &Reader) -> Result<Opened, MissionError> {
        let first = reader.read(..=1, None)?.next().transpose()?;
        match first.map(|recorded| recorded.entry) {
            Some(Entry::MissionOpened { name, zone }) => Ok(Opened { name, zone }),
            _ => Err(OpenError::damaged(reader.path(), "its first entry does not open a mission").into()),
        }
    }
}

fn require_journal(dir: &Path) -> Result<PathBuf, MissionError> {
    let path = dir.join(JOURNAL);
    match path.try_exists() {
        Ok(true) => Ok(path),
        Ok(false) => Err(MissionError::NotAMission { dir: dir.to_owned() }),
        Err(cause) => Err(MissionError::from_io(dir)(cause)),
    }
}

fn take_lock(dir: &Path, who: &str, now_ms: i64) -> Result<Lock, MissionError> {
    let path = dir.join(LOCK);
    Lock::take(&path, who, now_ms).map_err(|e| match e {
        LockError::Held(holder) => MissionError::Held { dir: dir.to_owned(), holder },
        LockError::Failed(cause) => MissionError::from_io(&path)(cause),
    })
}

/// Refuses a directory with anything in it that an interrupted creation does not leave.
fn refuse_strangers(dir: &Path) -> Result<(), MissionError> {
    if dir.join(JOURNAL).exists() {
        return Err(MissionError::Exists { dir: dir.to_owned() });
    }
    for file in fs::read_dir(dir).map_err(MissionError::from_io(dir))? {
        let name = file.map_err(MissionError::from_io(dir))?.file_name().to_string_lossy().into_owned();
        if name != LOCK && name != BLOBS && !name.starts_with(JOURNAL_NEW) {
            return Err(MissionError::NotEmpty { dir: dir.to_owned(), found: name });
        }
    }
    Ok(())
}

/// Makes a directory and those above it, and flushes the names of the new ones to the disk.
fn make_dir(dir: &Path) -> io::Result<()> {
    let new: Vec<PathBuf> =
        std::path::absolute(dir)?.ancestors().take_while(|a| !a.exists()).map(Path::to_owned).collect();
    fs::create_dir_all(dir)?;
    new.iter().filter_map(|made| made.parent()).try_for_each(sync_dir)
}
