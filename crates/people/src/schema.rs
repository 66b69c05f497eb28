//! The tables of `people.db`, and its opening.

use crate::error::PeopleError;
use crate::limits::BUSY_MS;
use rusqlite::{Connection, TransactionBehavior};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

/// The format of the file.
const FORMAT: i64 = 2;

/// INVARIANT: no line of the log is changed or removed; the file itself refuses it.
const TABLES: &str = "
CREATE TABLE account (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, made_ms INTEGER NOT NULL, disabled_ms INTEGER,
  salt BLOB, memory_kib INTEGER, passes INTEGER, verifier BLOB,
  factor BLOB, factor_step INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE held (
  account TEXT NOT NULL REFERENCES account(id), role TEXT NOT NULL, held_of TEXT NOT NULL,
  PRIMARY KEY (account, role, held_of)
) STRICT, WITHOUT ROWID;
CREATE TABLE compartment (
  account TEXT NOT NULL REFERENCES account(id), name TEXT NOT NULL, PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE link (
  digest BLOB PRIMARY KEY, account TEXT NOT NULL, is_first INTEGER NOT NULL, made_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL, ended_ms INTEGER, pending BLOB
) STRICT;
CREATE TABLE session (
  digest BLOB PRIMARY KEY, account TEXT NOT NULL REFERENCES account(id), made_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, ended_ms INTEGER, address TEXT NOT NULL
) STRICT;
CREATE INDEX session_of ON session (account);
CREATE TABLE token (
  id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE, account TEXT NOT NULL REFERENCES account(id),
  label TEXT NOT NULL, scope TEXT NOT NULL, made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, ended_ms INTEGER
) STRICT;
CREATE INDEX token_of ON token (account);
CREATE TABLE failure (digest BLOB PRIMARY KEY, failures INTEGER NOT NULL, last_ms INTEGER NOT NULL) STRICT;
CREATE INDEX failure_at ON failure (last_ms);
CREATE TABLE known (
  account TEXT NOT NULL, address TEXT NOT NULL, seen_ms INTEGER NOT NULL, PRIMARY KEY (account, address)
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
  object TEXT NOT NULL, address TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER audit_stands BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
-- `INSERT OR REPLACE` fires no trigger of a deletion.
CREATE TRIGGER audit_is_new BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
PRAGMA user_version = 1;
";

/// Format 2: whom a provider vouches for.
const VOUCHED: &str = "
CREATE TABLE vouched (
  issuer TEXT NOT NULL, subject TEXT NOT NULL, account TEXT NOT NULL UNIQUE REFERENCES account(id),
  is_strong INTEGER NOT NULL, bound_ms INTEGER NOT NULL, PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 2;
";

/// Opens the file, and makes it if it is not there. Only its owner may read it, its write-ahead log included.
pub(crate) fn open(path: &Path) -> Result<Connection, PeopleError> {
    let made = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    made.map_err(|e| PeopleError::Failed(e.to_string()))?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_millis(BUSY_MS))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "secure_delete", true)?;
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let format: i64 = change.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match format {
        0 => {
            change.execute_batch(TABLES)?;
            change.execute_batch(VOUCHED)?;
        }
        1 => change.execute_batch(VOUCHED)?,
        FORMAT => {}
        newer => return Err(PeopleError::Newer(newer)),
    }
    change.commit()?;
    Ok(connection)
}
