//! The mission's accounts, in one file beside the journal. Several programs may use it at a time.

use crate::error::PeopleError;
use crate::schema;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The name of the file in the mission's directory.
pub const FILE: &str = "people.db";

/// The accounts of a mission. Every function blocks; what it reports as done is on the disk.
pub struct People {
    connection: Mutex<Connection>,
    /// Accounts are never removed: once there is one, there is one.
    has_accounts: AtomicBool,
}

impl People {
    /// The accounts of the mission in `dir`; none at first.
    ///
    /// # Errors
    /// When the file cannot be made or read, or is of a newer program.
    pub fn open(dir: &Path) -> Result<People, PeopleError> {
        let connection = Mutex::new(schema::open(&dir.join(FILE))?);
        Ok(People { connection, has_accounts: AtomicBool::new(false) })
    }

    /// Whether there is any account. Until then the desk is open to whoever reaches it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_accounts(&self) -> Result<bool, PeopleError> {
        if self.has_accounts.load(Ordering::Acquire) {
            return Ok(true);
        }
        let one = self.connection().query_row("SELECT 1 FROM account LIMIT 1", [], |_| Ok(())).optional()?;
        if one.is_some() {
            self.has_accounts.store(true, Ordering::Release);
        }
        Ok(one.is_some())
    }

    /// The connection. A thread that died while it held it left at most a transaction that was rolled back.
    pub(crate) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `change` as one: a crash or an error leaves all of it or nothing.
    pub(crate) fn change<T, E: From<rusqlite::Error>>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let out = change(&transaction)?;
        transaction.commit()?;
        Ok(out)
    }
}
