//! The lock of a mission directory: one process writes. The system releases it when the process ends in any way, so a
//! killed process leaves nothing to clear away. Not to be relied on over a network file system.

use crate::limits;
use base::Instant;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// Who holds a mission, as that process wrote it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: Option<u32>,
    /// What it does.
    pub command: String,
    /// Since when, as its own clock said.
    pub since: Option<Instant>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "process {pid}")?,
            None => write!(f, "a process that has not said which")?,
        }
        if !self.command.is_empty() {
            write!(f, " (`{}`)", self.command)?;
        }
        self.since.map_or(Ok(()), |since| write!(f, " since {since}"))
    }
}

/// Why the lock was not taken.
#[derive(Debug)]
pub(crate) enum LockError {
    Held(Holder),
    Failed(io::Error),
}

/// The lock, held until dropped.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    /// Takes the lock at `path` and writes down who holds it.
    pub(crate) fn take(path: &Path, who: &str, now_ms: i64) -> Result<Lock, LockError> {
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(LockError::Failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held(read_holder(&mut file))),
            Err(TryLockError::Error(cause)) => return Err(LockError::Failed(cause)),
        }
        let command: String = who.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
        let text = format!("pid {}\nsince_ms {now_ms}\ncommand {command}\n", std::process::id());
        file.set_len(0).and_then(|()| file.write_all(text.as_bytes())).map_err(LockError::Failed)?;
        Ok(Lock(file))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Only for the eye.
        let _ = self.0.set_len(0);
        // Closing the handle is not enough: a child process that is just being started has a copy of it for a moment.
        let _ = self.0.unlock();
    }
}

/// The holder as far as it can be read: it may be just writing.
fn read_holder(file: &mut File) -> Holder {
    let mut text = Vec::new();
    let _ = file.rewind();
    let _ = file.take(limits::HOLDER_BYTES_MAX).read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text);
    let part = |name: &str| text.lines().find_map(|l| l.strip_prefix(name)).unwrap_or("").trim();
    Holder {
        pid: part("pid ").parse().ok(),
        command: part("command ").to_owned(),
        since: part("since_ms ").parse().ok().map(Instant),
    }
}
