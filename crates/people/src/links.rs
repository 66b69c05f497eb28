//! One-time links: how somebody sets a password and a second factor, at first and after a loss. There is no other way,
//! and no password that is there from the start.

use crate::accounts::{account, end_all, insert};
use crate::audit::note;
use crate::error::{LinkError, PeopleError};
use crate::limits::{FIRST_LINK_MS, LINK_MS};
use crate::person::{By, needs_code};
use crate::secret::{Secret, digest_of, random, tagged};
use crate::sessions::{SignedIn, start};
use crate::store::People;
use crate::{code, password, seal};
use base::{Grant, Role};
use rusqlite::{Connection, OptionalExtension as _, params};

/// A fresh one-time link. The secret is shown now and never again.
#[derive(Clone, Debug)]
pub struct Link {
    /// Whose.
    pub id: String,
    /// What goes into the address.
    pub secret: Secret,
    /// Until when it holds, milliseconds since 1970.
    pub expires_ms: i64,
}

/// What somebody who opens a link is shown, to set up a second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// Whose link it is.
    pub id: String,
    /// The secret, in base32.
    pub secret_base32: String,
    /// The secret as an address that devices take.
    pub otpauth: String,
    /// Whether the person cannot go on without.
    pub needs_code: bool,
}

/// A link that holds.
struct Holding {
    id: String,
    is_first: bool,
    pending: Option<Vec<u8>>,
}

fn holding(connection: &Connection, digest: [u8; 32], now_ms: i64) -> Result<Holding, LinkError> {
    let mut one = connection.prepare_cached(
        "SELECT account, is_first, pending FROM link WHERE digest = ?1 AND ended_ms IS NULL AND expires_ms > ?2",
    )?;
    let found = one.query_row(params![digest, now_ms], |row| {
        Ok(Holding { id: row.get(0)?, is_first: row.get(1)?, pending: row.get(2)? })
    });
    let link = found.optional()?.ok_or(LinkError::Refused)?;
    let account = account(connection, &link.id)?;
    let stands = match &account {
        // The first link makes its account; once there is any, it holds no more.
        None => link.is_first && !has_any(connection)?,
        Some(account) => !link.is_first && account.disabled_ms.is_none(),
    };
    if stands { Ok(link) } else { Err(LinkError::Refused) }
}

fn has_any(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT EXISTS (SELECT 1 FROM account)", [], |row| row.get(0))
}

/// The roles that the account of a link has, or will have.
fn grants(connection: &Connection, link: &Holding) -> rusqlite::Result<Vec<Grant>> {
    if link.is_first {
        return Ok(vec![Grant { role: Role::Administrator, of: String::new() }]);
    }
    crate::accounts::grants_of(connection, &link.id)
}

fn insert_link(
    connection: &Connection,
    id: &str,
    is_first: bool,
    life_ms: i64,
    by: By<'_>,
) -> Result<Link, PeopleError> {
    let secret = Secret::new("tll_")?;
    let digest = digest_of(secret.text()).ok_or(PeopleError::Unknown)?;
    let expires_ms = by.now_ms.saturating_add(life_ms);
    // A newer link takes the place of those before it.
    connection.execute(
        "UPDATE link SET ended_ms = ?2, pending = NULL WHERE account = ?1 AND ended_ms IS NULL",
        params![id, by.now_ms],
    )?;
    connection.execute(
        "INSERT INTO link (digest, account, is_first, made_ms, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![digest, id, is_first, by.now_ms, expires_ms],
    )?;
    note(connection, by, "link made", id)?;
    Ok(Link { id: id.to_owned(), secret, expires_ms })
}

impl People {
    /// A link for somebody who has an account. What they had goes on to hold until the link is used.
    ///
    /// # Errors
    /// When there is nobody of that id who is not disabled.
    pub fn link(&self, id: &str, by: By<'_>) -> Result<Link, PeopleError> {
        self.change(|c| {
            let account = account(c, id)?.filter(|a| a.disabled_ms.is_none());
            account.ok_or(PeopleError::Unknown)?;
            insert_link(c, id, false, LINK_MS, by)
        })
    }

    /// The link that makes the first administrator, `None` where there is an account already. The desk stays open
    /// until it is used.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub fn first_link(&self, id: &str, by: By<'_>) -> Result<Option<Link>, PeopleError> {
        self.change(|c| {
            if has_any(c)? {
                return Ok(None);
            }
            insert_link(c, id, true, FIRST_LINK_MS, by).map(Some)
        })
    }

    /// Opens a link: gives the secret of a second factor to set up. The same link gives the same secret until it is
    /// used, so that a page may be loaded again; nothing else changes.
    ///
    /// # Errors
    /// When the link does not hold.
    pub fn begin(&self, link: &str, now_ms: i64) -> Result<Beginning, LinkError> {
        let digest = digest_of(link).ok_or(LinkError::Refused)?;
        let key = tagged("pending", &[link]);
        let (held, factor, grants) = self.change(|c| {
            let held = holding(c, digest, now_ms)?;
            let factor = held.pending.as_ref().and_then(|p| seal::open(&key, &held.id, p));
            let factor = match factor {
                Some(factor) => factor,
                None => {
                    let factor = random::<20>()?.to_vec();
                    let sealed = seal::seal(&key, &held.id, &factor)?;
                    c.execute("UPDATE link SET pending = ?2 WHERE digest = ?1", params![digest, sealed])?;
                    factor
                }
            };
            let grants = grants(c, &held)?;
            Ok::<_, LinkError>((held, factor, grants))
        })?;
        let (secret_base32, otpauth) = code::shown(&factor, &held.id);
        Ok(Beginning { id: held.id, secret_base32, otpauth, needs_code: needs_code(&grants) })
    }

    /// Uses a link, once: sets the password, and the second factor if a code of it is given. Whatever was signed in
    /// before is signed out, and whoever used it is signed in.
    ///
    /// # Errors
    /// When the link does not hold, or the password or the code cannot be taken; then the link goes on to hold.
    pub fn finish(
        &self,
        link: &str,
        password: &str,
        given: Option<&str>,
        address: &str,
        now_ms: i64,
    ) -> Result<SignedIn, LinkError> {
        let digest = digest_of(link).ok_or(LinkError::Refused)?;
        let held = holding(&self.connection(), digest, now_ms)?;
        if !password::is_good(password) {
            return Err(LinkError::BadPassword);
        }
        let factor = match given {
            None if needs_code(&grants(&self.connection(), &held)?) => return Err(LinkError::NeedsCode),
            None => None,
            Some(code) => Some(confirmed(&held, link, code, now_ms)?),
        };
        let (kept, key) = password::keep(password)?;
        let sealed = match &factor {
            None => None,
            Some((secret, _)) => Some(seal::seal(&key, &held.id, secret)?),
        };
        let step = factor.map_or(0, |(_, step)| step);
        let by = By { who: &held.id, address, now_ms };
        self.change(|c| {
            // Two may have come this far with one link: the second finds it ended. What the link was looked at for is
            // looked at again.
            let held = holding(c, digest, now_ms)?;
            if sealed.is_none() && needs_code(&grants(c, &held)?) {
                return Err(LinkError::NeedsCode);
            }
            if held.is_first {
                let administrator = Grant { role: Role::Administrator, of: String::new() };
                insert(c, &held.id, &held.id, &[administrator], by)?;
            }
            c.execute(
                "UPDATE link SET ended_ms = ?2, pending = NULL WHERE digest = ?1",
                params![digest, now_ms],
            )?;
            c.execute(
                "UPDATE account SET salt = ?2, memory_kib = ?3, passes = ?4, verifier = ?5, factor = ?6,
                   factor_step = ?7 WHERE id = ?1",
                params![
                    held.id,
                    kept.salt,
                    kept.cost.memory_kib,
                    kept.cost.passes,
                    kept.verifier,
                    sealed,
                    step
                ],
            )?;
            end_all(c, &held.id, now_ms)?;
            note(c, by, "link used", &held.id)?;
            let account = account(c, &held.id)?.ok_or(LinkError::Refused)?;
            Ok(start(c, account.person, by)?)
        })
    }
}

/// The pending secret and the step of the code, if the code is of it.
fn confirmed(held: &Holding, link: &str, given: &str, now_ms: i64) -> Result<(Vec<u8>, i64), LinkError> {
    let key = tagged("pending", &[link]);
    let secret = held.pending.as_ref().and_then(|p| seal::open(&key, &held.id, p));
    let secret = secret.ok_or(LinkError::BadCode)?;
    let step = code::step_of(&secret, given, now_ms)?.ok_or(LinkError::BadCode)?;
    Ok((secret, step))
}
