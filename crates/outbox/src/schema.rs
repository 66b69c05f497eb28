//! The tables of `outbox.db`, and its opening.

use crate::limits::BUSY_MS;
use crate::outbox::OutboxError;
use rusqlite::{Connection, TransactionBehavior};
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

/// The format of the file.
const FORMAT: i64 = 2;

/// INVARIANT: an entry has one status at a time, so that none is both dead and delivered; messages and events are
/// never changed or removed, and no entry is removed: the file itself refuses it.
const TABLES: &str = "
CREATE TABLE message (
  id TEXT PRIMARY KEY, thread TEXT NOT NULL, kind TEXT NOT NULL, audience TEXT NOT NULL, sent_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL, put_ms INTEGER NOT NULL, digest BLOB NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX message_at ON message (sent_ms);
CREATE TABLE entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT, message TEXT NOT NULL REFERENCES message(id), thread TEXT NOT NULL,
  recipient TEXT NOT NULL, way TEXT NOT NULL, key TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('queued', 'sending', 'sent', 'acknowledged', 'dead', 'withheld')),
  is_conditional INTEGER NOT NULL, due_ms INTEGER NOT NULL, slot_ms INTEGER NOT NULL, bundle TEXT,
  attempts INTEGER NOT NULL DEFAULT 0, is_by_hand INTEGER NOT NULL DEFAULT 0, rule TEXT NOT NULL, why TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '', changed_ms INTEGER NOT NULL, UNIQUE (message, recipient, way)
) STRICT;
CREATE INDEX entry_due ON entry (due_ms) WHERE status = 'queued';
CREATE INDEX entry_sending ON entry (recipient, way) WHERE status = 'sending';
CREATE INDEX entry_thread ON entry (thread, recipient, way);
CREATE INDEX entry_bundle ON entry (bundle, recipient, way) WHERE bundle IS NOT NULL;
CREATE INDEX entry_dead ON entry (changed_ms) WHERE status = 'dead';
CREATE TABLE acknowledged (
  message TEXT NOT NULL REFERENCES message(id), recipient TEXT NOT NULL, who TEXT NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY (message, recipient)
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, entry INTEGER NOT NULL REFERENCES entry(id), at_ms INTEGER NOT NULL,
  what TEXT NOT NULL, detail TEXT NOT NULL
) STRICT;
CREATE INDEX event_of ON event (entry);
CREATE TRIGGER message_stays BEFORE DELETE ON message BEGIN SELECT RAISE(ABORT, 'messages are kept'); END;
CREATE TRIGGER message_stands BEFORE UPDATE ON message BEGIN SELECT RAISE(ABORT, 'messages are kept'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are kept'); END;
CREATE TRIGGER entry_delivered BEFORE UPDATE OF status ON entry
WHEN OLD.status IN ('sent', 'acknowledged') AND NEW.status NOT IN ('sent', 'acknowledged')
BEGIN SELECT RAISE(ABORT, 'what was delivered stays delivered'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER event_stands BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
";

/// Since format 2: browsers that take notifications, the key by which push services know the mission, and which
/// browser has which delivery already.
const PUSH: &str = "
CREATE TABLE browser (
  endpoint TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, p256dh TEXT NOT NULL, auth TEXT NOT NULL,
  name TEXT NOT NULL, language TEXT NOT NULL, added_ms INTEGER NOT NULL, last_ms INTEGER, says TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX browser_of ON browser (account);
CREATE TABLE push_key (id INTEGER PRIMARY KEY CHECK (id = 1), secret BLOB NOT NULL) STRICT;
CREATE TABLE taken (
  key TEXT NOT NULL, browser TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (key, browser)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 2;
";

/// Opens the file, and makes it if it is not there. Only its owner may read it, its write-ahead log included.
pub(crate) fn open(path: &Path) -> Result<Connection, OutboxError> {
    let made = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    made.map_err(|e| OutboxError::Failed(e.to_string()))?;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_millis(BUSY_MS))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let format: i64 = change.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match format {
        0 => {
            change.execute_batch(TABLES)?;
            change.execute_batch(PUSH)?;
        }
        1 => change.execute_batch(PUSH)?,
        FORMAT => {}
        newer => return Err(OutboxError::Newer(newer)),
    }
    change.commit()?;
    Ok(connection)
}
