//! The log of who did and saw what, from where, and when. Lines are added and never changed or removed.

use crate::error::PeopleError;
use crate::limits::{AUDIT_CHARS_MAX, AUDIT_PAGE_MAX};
use crate::person::By;
use crate::store::People;
use rusqlite::{Connection, params};

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// Its number.
    pub seq: i64,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// The id of an account, or a word for what is none.
    pub who: String,
    /// What was done.
    pub what: String,
    /// To or with which object.
    pub object: String,
    /// From which address.
    pub address: String,
}

/// Adds a line within a change: with it or not at all.
pub(crate) fn note(connection: &Connection, by: By<'_>, what: &str, object: &str) -> rusqlite::Result<()> {
    let short = |text: &str| text.chars().take(AUDIT_CHARS_MAX).collect::<String>();
    connection
        .prepare_cached("INSERT INTO audit (at_ms, who, what, object, address) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![by.now_ms, short(by.who), what, short(object), short(by.address)])?;
    Ok(())
}

impl People {
    /// Adds a line of what was done or seen elsewhere.
    ///
    /// # Errors
    /// When it could not be written: then nothing may be shown.
    pub fn note(&self, by: By<'_>, what: &str, object: &str) -> Result<(), PeopleError> {
        self.change(|c| Ok(note(c, by, what, object)?))
    }

    /// The newest lines before the line `before` (all, if `None`), the newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn audit(&self, before: Option<i64>, limit: u32) -> Result<Vec<Audited>, PeopleError> {
        let connection = self.connection();
        let mut rows = connection.prepare_cached(
            "SELECT seq, at_ms, who, what, object, address FROM audit WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2",
        )?;
        let limit = limit.min(AUDIT_PAGE_MAX);
        let lines = rows.query_map(params![before.unwrap_or(i64::MAX), limit], |row| {
            Ok(Audited {
                seq: row.get(0)?,
                at_ms: row.get(1)?,
                who: row.get(2)?,
                what: row.get(3)?,
                object: row.get(4)?,
                address: row.get(5)?,
            })
        })?;
        Ok(lines.collect::<Result<_, _>>()?)
    }
}
