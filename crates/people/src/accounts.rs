//! Accounts: who is known, and which roles they hold.

use crate::audit::note;
use crate::error::PeopleError;
use crate::limits::{ACCOUNTS_MAX, GRANTS_MAX, ID_BYTES_MAX, NAME_CHARS_MAX, OF_CHARS_MAX};
use crate::person::{By, Person, needs_code};
use crate::store::People;
use base::{Grant, Role};
use rusqlite::{Connection, OptionalExtension as _, params};

/// An account, as administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub person: Person,
    /// When it was made, milliseconds since 1970.
    pub made_ms: i64,
    /// Since when it is disabled.
    pub disabled_ms: Option<i64>,
    /// Whether a password is set.
    pub has_password: bool,
    /// Whether a second factor is set up.
    pub has_code: bool,
    /// Whether a provider vouches for the person.
    pub is_vouched: bool,
    /// Whether it vouched, the last time, that they showed a second factor there.
    pub is_strong: bool,
    /// The last use of a session that is remembered.
    pub seen_ms: Option<i64>,
}

impl Account {
    /// Whether the roles need a second factor that is not set up: nobody signs in as this person until it is.
    #[must_use]
    pub fn lacks_code(&self) -> bool {
        !self.has_code && !self.is_strong && needs_code(&self.person.grants)
    }
}

/// A change to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Gives a role.
    Grant(Grant),
    /// Takes a role.
    Revoke(Grant),
    /// Lets nobody sign in any more, and ends what is signed in.
    Disable,
    /// Lets the person sign in again.
    Enable,
    /// Ends every session and token.
    SignOut,
    /// Another name.
    Rename(String),
    /// The compartments that the person needs to know, and no others.
    Compartments(Vec<String>),
}

/// Whether a text may be the id of an account.
pub(crate) fn is_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (1..=ID_BYTES_MAX).contains(&text.len())
        && text.bytes().next().is_some_and(plain)
        && text.bytes().all(|b| plain(b) || matches!(b, b'-' | b'_' | b'.'))
}

/// Whether a text may be shown as a name.
pub(crate) fn is_name(text: &str, chars_max: usize) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().count() <= chars_max && !text.chars().any(char::is_control)
}

fn checked(grant: &Grant) -> Result<(), PeopleError> {
    let of = grant.of.as_str();
    match grant.role.held_of() {
        None if of.is_empty() => Ok(()),
        Some(_) if is_name(of, OF_CHARS_MAX) && of.trim() == of => Ok(()),
        what => {
            let what = what.map_or("the mission as a whole".to_owned(), |w| format!("a {w}: name it"));
            Err(PeopleError::BadHolder { role: grant.role.name(), what })
        }
    }
}

/// The roles of an account, in their order. A role of a newer program gives nothing.
pub(crate) fn grants_of(connection: &Connection, id: &str) -> rusqlite::Result<Vec<Grant>> {
    let mut rows = connection.prepare_cached("SELECT role, held_of FROM held WHERE account = ?1")?;
    let rows = rows.query_map([id], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut out = Vec::new();
    for row in rows {
        let (role, of) = row?;
        out.extend(Role::named(&role).map(|role| Grant { role, of }));
    }
    out.sort();
    Ok(out)
}

/// An account, with what it holds.
pub(crate) fn account(connection: &Connection, id: &str) -> rusqlite::Result<Option<Account>> {
    let mut one = connection.prepare_cached(
        "SELECT name, made_ms, disabled_ms, verifier IS NOT NULL, factor IS NOT NULL,
           (SELECT max(seen_ms) FROM session WHERE account = ?1),
           (SELECT is_strong FROM vouched WHERE account = ?1) FROM account WHERE id = ?1",
    )?;
    let found = one.query_row([id], |row| {
        let strong: Option<bool> = row.get(6)?;
        Ok(Account {
            person: Person {
                id: id.to_owned(),
                name: row.get(0)?,
                grants: Vec::new(),
                compartments: Vec::new(),
            },
            made_ms: row.get(1)?,
            disabled_ms: row.get(2)?,
            has_password: row.get(3)?,
            has_code: row.get(4)?,
            is_vouched: strong.is_some(),
            is_strong: strong == Some(true),
            seen_ms: row.get(5)?,
        })
    });
    let Some(mut account) = found.optional()? else { return Ok(None) };
    account.person.grants = grants_of(connection, id)?;
    let mut names =
        connection.prepare_cached("SELECT name FROM compartment WHERE account = ?1 ORDER BY name")?;
    account.person.compartments = names.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Some(account))
}

/// Makes an account within a change.
pub(crate) fn insert(
    connection: &Connection,
    id: &str,
    name: &str,
    grants: &[Grant],
    by: By<'_>,
) -> Result<(), PeopleError> {
    if !is_id(id) {
        return Err(PeopleError::BadId);
    }
    if !is_name(name, NAME_CHARS_MAX) {
        return Err(PeopleError::BadName);
    }
    if account(connection, id)?.is_some() {
        return Err(PeopleError::Taken);
    }
    let accounts: i64 = connection.query_row("SELECT count(*) FROM account", [], |row| row.get(0))?;
    if accounts >= ACCOUNTS_MAX {
        return Err(PeopleError::Full);
    }
    connection.execute(
        "INSERT INTO account (id, name, made_ms) VALUES (?1, ?2, ?3)",
        params![id, name.trim(), by.now_ms],
    )?;
    note(connection, by, "account made", id)?;
    grants.iter().try_for_each(|grant| give(connection, id, grant, by))
}

pub(crate) fn give(connection: &Connection, id: &str, grant: &Grant, by: By<'_>) -> Result<(), PeopleError> {
    checked(grant)?;
    if grants_of(connection, id)?.len() >= GRANTS_MAX {
        return Err(PeopleError::TooMany);
    }
    let added = connection.execute(
        "INSERT OR IGNORE INTO held VALUES (?1, ?2, ?3)",
        params![id, grant.role.name(), grant.of],
    )?;
    if added > 0 {
        note(connection, by, "role granted", &format!("{id} {}", told(grant)))?;
    }
    Ok(())
}

pub(crate) fn take(connection: &Connection, id: &str, grant: &Grant, by: By<'_>) -> rusqlite::Result<()> {
    let sql = "DELETE FROM held WHERE account = ?1 AND role = ?2 AND held_of = ?3";
    if connection.execute(sql, params![id, grant.role.name(), grant.of])? > 0 {
        note(connection, by, "role revoked", &format!("{id} {}", told(grant)))?;
    }
    Ok(())
}

/// A grant as the log tells it.
fn told(grant: &Grant) -> String {
    let role = grant.role.name();
    if grant.of.is_empty() { role.to_owned() } else { format!("{role}:{}", grant.of) }
}

/// Ends every session and token of an account.
pub(crate) fn end_all(connection: &Connection, id: &str, now_ms: i64) -> rusqlite::Result<()> {
    for table in ["session", "token"] {
        let sql = format!("UPDATE {table} SET ended_ms = ?2 WHERE account = ?1 AND ended_ms IS NULL");
        connection.execute(&sql, params![id, now_ms])?;
    }
    Ok(())
}

fn apply(connection: &Connection, id: &str, change: &Change, by: By<'_>) -> Result<(), PeopleError> {
    match change {
        Change::Grant(grant) => return give(connection, id, grant, by),
        Change::Revoke(grant) => take(connection, id, grant, by)?,
        Change::Disable => {
            let sql = "UPDATE account SET disabled_ms = ?2 WHERE id = ?1 AND disabled_ms IS NULL";
            connection.execute(sql, params![id, by.now_ms])?;
            connection.execute(
                "UPDATE link SET ended_ms = ?2, pending = NULL WHERE account = ?1 AND ended_ms IS NULL",
                params![id, by.now_ms],
            )?;
            end_all(connection, id, by.now_ms)?;
            note(connection, by, "account disabled", id)?;
        }
        Change::Enable => {
            connection.execute("UPDATE account SET disabled_ms = NULL WHERE id = ?1", [id])?;
            note(connection, by, "account enabled", id)?;
        }
        Change::SignOut => {
            end_all(connection, id, by.now_ms)?;
            note(connection, by, "signed out everywhere", id)?;
        }
        Change::Rename(name) if is_name(name, NAME_CHARS_MAX) => {
            connection.execute("UPDATE account SET name = ?2 WHERE id = ?1", params![id, name.trim()])?;
            note(connection, by, "account renamed", id)?;
        }
        Change::Rename(_) => return Err(PeopleError::BadName),
        Change::Compartments(names) => set_compartments(connection, id, names, by)?,
    }
    Ok(())
}

fn set_compartments(
    connection: &Connection,
    id: &str,
    names: &[String],
    by: By<'_>,
) -> Result<(), PeopleError> {
    if names.len() > GRANTS_MAX {
        return Err(PeopleError::TooMany);
    }
    connection.execute("DELETE FROM compartment WHERE account = ?1", [id])?;
    for name in names {
        if !is_name(name, OF_CHARS_MAX) {
            return Err(PeopleError::BadCompartment);
        }
        connection.execute("INSERT OR IGNORE INTO compartment VALUES (?1, ?2)", params![id, name.trim()])?;
    }
    note(connection, by, "compartments set", &format!("{id} {}", names.join(", ")))?;
    Ok(())
}

/// Whether somebody is left who can make links.
fn has_administrator(connection: &Connection) -> rusqlite::Result<bool> {
    let mut one = connection.prepare_cached(
        "SELECT 1 FROM account JOIN held ON account = id WHERE role = ?1 AND disabled_ms IS NULL LIMIT 1",
    )?;
    Ok(one.query_row([Role::Administrator.name()], |_| Ok(())).optional()?.is_some())
}

impl People {
    /// Makes an account; without an id, the next of `v.1`, `v.2`, … that is free. It can do nothing until a one-time
    /// link of it is used.
    ///
    /// # Errors
    /// When the id is taken, or something given cannot be taken.
    pub fn add(
        &self,
        id: Option<&str>,
        name: &str,
        grants: &[Grant],
        by: By<'_>,
    ) -> Result<Account, PeopleError> {
        self.change(|c| {
            let id = match id {
                Some(id) => id.to_owned(),
                None => next_id(c)?,
            };
            insert(c, &id, name, grants, by)?;
            account(c, &id)?.ok_or(PeopleError::Unknown)
        })
    }

    /// Everybody, by id.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn accounts(&self) -> Result<Vec<Account>, PeopleError> {
        let connection = self.connection();
        let mut rows = connection.prepare_cached("SELECT id FROM account ORDER BY id")?;
        let ids: Vec<String> = rows.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut out = Vec::with_capacity(ids.len());
        for id in ids {
            out.extend(account(&connection, &id)?);
        }
        Ok(out)
    }

    /// The account of that id.
    ///
    /// # Errors
    /// When there is none, or the file cannot be read.
    pub fn account(&self, id: &str) -> Result<Account, PeopleError> {
        account(&self.connection(), id)?.ok_or(PeopleError::Unknown)
    }

    /// Changes an account: all of `changes`, or none.
    ///
    /// # Errors
    /// When there is nobody of that id, something given cannot be taken, somebody would change their own power, or
    /// nobody would be left who can manage accounts.
    pub fn apply(&self, id: &str, changes: &[Change], by: By<'_>) -> Result<Account, PeopleError> {
        let is_power = |c: &Change| !matches!(c, Change::Rename(_) | Change::SignOut);
        if id == by.who && changes.iter().any(is_power) {
            return Err(PeopleError::OwnPower);
        }
        self.change(|c| {
            account(c, id)?.ok_or(PeopleError::Unknown)?;
            let before = has_administrator(c)?;
            changes.iter().try_for_each(|change| apply(c, id, change, by))?;
            if before && !has_administrator(c)? {
                return Err(PeopleError::LastAdministrator);
            }
            account(c, id)?.ok_or(PeopleError::Unknown)
        })
    }
}

pub(crate) fn next_id(connection: &Connection) -> rusqlite::Result<String> {
    let accounts: i64 = connection.query_row("SELECT count(*) FROM account", [], |row| row.get(0))?;
    let mut number = accounts.saturating_add(1);
    // Ids that were chosen may stand in the way; there are finitely many.
    while account(connection, &format!("v.{number}"))?.is_some() {
        number = number.saturating_add(1);
    }
    Ok(format!("v.{number}"))
}
