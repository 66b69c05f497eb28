//! The tables of a journal, and opening them for writing and for reading.

use crate::limits;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Marks the SQLite file as a journal: "Truc".
pub(crate) const APPLICATION_ID: i64 = 0x5472_7563;
/// The version of the tables that is written; the entries have their own ([`crate::record::RECORD_VERSION`]).
pub(crate) const SCHEMA_VERSION: i64 = 1;

const TABLE: &str = "CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    recorded_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    idempotency_key BLOB NOT NULL UNIQUE CHECK (length(idempotency_key) = 32),
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    commitment BLOB NOT NULL CHECK (length(commitment) = 32),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    body BLOB NOT NULL
) STRICT";

/// The triggers keep a hand with a database shell from rewriting history by mistake; that nobody did so on purpose is
/// what the chain of digests shows. `INSERT OR REPLACE` deletes without the delete trigger, hence the check of keys.
const TRIGGERS: &str = "
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only: an entry is never changed');
END;
CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only: an entry is never deleted');
END;
CREATE TRIGGER entry_is_next BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)
    OR EXISTS (SELECT 1 FROM entry WHERE idempotency_key = NEW.idempotency_key)
    OR NEW.recorded_ms < (SELECT recorded_ms FROM entry ORDER BY seq DESC LIMIT 1)
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only: an entry comes next after the last, once, and not before it');
END;
";

/// Why a journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No file.
    #[error("there is no journal at `{}`", .path.display())]
    Missing {
        /// Where.
        path: PathBuf,
    },
    /// Some other file, or garbage.
    #[error("`{}` is not a journal of truceline", .path.display())]
    NotAJournal {
        /// Where.
        path: PathBuf,
    },
    /// Written by a later version of the program.
    #[error("journal `{}` has format `{version}`, this program reads up to {SCHEMA_VERSION}; use a newer one", .path.display())]
    Newer {
        /// Where.
        path: PathBuf,
        /// Its format.
        version: i64,
    },
    /// A journal, but not whole.
    #[error("journal `{}` is damaged ({what}); restore it from a copy", .path.display())]
    Damaged {
        /// Where.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// This user may not.
    #[error("no permission to open journal `{}`; check who owns it and its directory", .path.display())]
    Permission {
        /// Where.
        path: PathBuf,
    },
    /// Another program has it locked; trying again may help.
    #[error("journal `{}` is locked by another program; close it and try again", .path.display())]
    Busy {
        /// Where.
        path: PathBuf,
    },
    /// The disk or the system failed.
    #[error("cannot open journal `{}`: {cause}", .path.display())]
    Failed {
        /// Where.
        path: PathBuf,
        /// Why.
        cause: rusqlite::Error,
    },
}

impl OpenError {
    pub(crate) fn from_sql(path: &Path, cause: rusqlite::Error) -> OpenError {
        let path = path.to_owned();
        match cause.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => OpenError::NotAJournal { path },
            Some(ErrorCode::DatabaseCorrupt) => OpenError::Damaged { path, what: cause.to_string() },
            Some(ErrorCode::PermissionDenied | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => {
                OpenError::Permission { path }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Busy { path },
            _ => OpenError::Failed { path, cause },
        }
    }

    pub(crate) fn damaged(path: &Path, what: &str) -> OpenError {
        OpenError::Damaged { path: path.to_owned(), what: what.to_owned() }
    }
}

/// Makes the tables in a new file.
pub(crate) fn create(path: &Path) -> Result<Connection, OpenError> {
    let sql = |cause| OpenError::from_sql(path, cause);
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(sql)?;
    prepare_writer(&connection).map_err(sql)?;
    let stamp = format!(
        "BEGIN; {TABLE}; {TRIGGERS} PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={SCHEMA_VERSION}; COMMIT;"
    );
    connection.execute_batch(&stamp).map_err(sql)?;
    Ok(connection)
}

/// Opens the one connection that writes. The caller holds the mission's lock.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = open(path, flags)?;
    prepare_writer(&connection).map_err(|cause| OpenError::from_sql(path, cause))?;
    Ok(connection)
}

/// Opens a connection that can only read; it never holds up the writer.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.pragma_update(None, "query_only", true).map_err(|cause| OpenError::from_sql(path, cause))?;
    Ok(connection)
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection, OpenError> {
    let sql = |cause| OpenError::from_sql(path, cause);
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => return Err(OpenError::Missing { path: path.to_owned() }),
        Err(_) => return Err(OpenError::Permission { path: path.to_owned() }),
    }
    let connection = Connection::open_with_flags(path, flags).map_err(sql)?;
    connection.busy_timeout(Duration::from_millis(u64::from(limits::BUSY_MS_MAX))).map_err(sql)?;
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if pragma("application_id").map_err(sql)? != APPLICATION_ID {
        return Err(OpenError::NotAJournal { path: path.to_owned() });
    }
    let version = pragma("user_version").map_err(sql)?;
    if version > SCHEMA_VERSION {
        return Err(OpenError::Newer { path: path.to_owned(), version });
    }
    if version != SCHEMA_VERSION {
        return Err(OpenError::damaged(path, "its format has no number"));
    }
    // A view or another table of that name could compute without end, or hold what no entry holds.
    let table = connection
        .query_row("SELECT sql FROM sqlite_schema WHERE name = 'entry' AND rootpage > 0", [], |row| {
            row.get::<_, String>(0)
        })
        .optional()
        .map_err(sql)?;
    if table.as_deref() != Some(TABLE) {
        return Err(OpenError::damaged(path, "its table is not that of its format"));
    }
    // The file is outside data: nothing that its schema calls may run with side effects.
    connection.pragma_update(None, "trusted_schema", false).map_err(sql)?;
    connection.pragma_update(None, "cell_size_check", true).map_err(sql)?;
    Ok(connection)
}

/// SQLite reads what is missing at the end of a file as zeros, so the length is checked here. While the write-ahead
/// log holds anything the file may rightly be of another length. The log is looked at last: it cannot have been folded
/// in and emptied while `connection` is open.
pub(crate) fn check_whole(path: &Path, connection: &Connection) -> Result<(), OpenError> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
    let number = |name: &str| pragma(name).map_err(|cause| OpenError::from_sql(path, cause));
    let bytes = number("page_count")?.saturating_mul(number("page_size")?);
    let length = |path: &Path| std::fs::metadata(path).map_or(0, |m| m.len());
    let found = length(path);
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if length(Path::new(&log)) == 0 && found != bytes {
        return Err(OpenError::damaged(path, &format!("it has {found} bytes, {bytes} are stated")));
    }
    Ok(())
}

/// FULL: the write-ahead log is flushed to the disk at every commit, before anything is acknowledged.
fn prepare_writer(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_millis(u64::from(limits::BUSY_MS_MAX)))?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update_and_check(None, "journal_size_limit", limits::WAL_KEPT_BYTES_MAX, |_| Ok(()))
}
