//! People whom a provider of the mission's own vouches for. What they may do is what it says of them, anew at each
//! sign-in; who they are in decisions and in the log is a pseudonym of ours.

use crate::accounts::{account, end_all, give, grants_of, insert, is_name, next_id, take};
use crate::audit::note;
use crate::error::{PeopleError, SignInError};
use crate::limits::{NAME_CHARS_MAX, SUBJECT_CHARS_MAX};
use crate::person::{By, needs_code};
use crate::sessions::{SignedIn, start};
use crate::store::People;
use base::Grant;
use rusqlite::{Connection, OptionalExtension as _, params};

/// Whoever changes roles on a provider's word; no account can have this name.
const PROVIDER: &str = "provider@sign-on";

/// What a provider vouches for: its word was checked before.
#[derive(Clone, Copy, Debug)]
pub struct Vouched<'a> {
    /// The provider, by its issuer identifier.
    pub issuer: &'a str,
    /// The person there. It never changes and is never given to another (OpenID Connect Core 1.0, section 2).
    pub subject: &'a str,
    /// The name to show, if there is no account yet.
    pub name: &'a str,
    /// The roles that follow from what the provider says.
    pub grants: &'a [Grant],
    /// Whether the person showed a second factor there.
    pub is_strong: bool,
}

fn bound(connection: &Connection, issuer: &str, subject: &str) -> rusqlite::Result<Option<String>> {
    let mut one =
        connection.prepare_cached("SELECT account FROM vouched WHERE issuer = ?1 AND subject = ?2")?;
    one.query_row([issuer, subject], |row| row.get(0)).optional()
}

fn bind(
    connection: &Connection,
    id: &str,
    issuer: &str,
    subject: &str,
    by: By<'_>,
) -> Result<(), PeopleError> {
    if !is_name(issuer, SUBJECT_CHARS_MAX) || !is_name(subject, SUBJECT_CHARS_MAX) {
        return Err(PeopleError::BadSubject);
    }
    let sql = "INSERT OR IGNORE INTO vouched VALUES (?1, ?2, ?3, 0, ?4)";
    if connection.execute(sql, params![issuer, subject, id, by.now_ms])? == 0 {
        return Err(PeopleError::Bound);
    }
    Ok(note(connection, by, "bound to a provider", id)?)
}

/// Makes the roles of an account those, and no others.
fn set_roles(connection: &Connection, id: &str, wanted: &[Grant], by: By<'_>) -> Result<(), PeopleError> {
    let held = grants_of(connection, id)?;
    for grant in held.iter().filter(|g| !wanted.contains(g)) {
        take(connection, id, grant, by)?;
    }
    wanted.iter().filter(|g| !held.contains(g)).try_for_each(|grant| give(connection, id, grant, by))
}

impl People {
    /// Binds an account that there is to a person of a provider: from then on its roles are what the provider says.
    ///
    /// # Errors
    /// When there is nobody of that id, or either is bound already.
    pub fn bind(&self, id: &str, issuer: &str, subject: &str, by: By<'_>) -> Result<(), PeopleError> {
        self.change(|c| {
            account(c, id)?.ok_or(PeopleError::Unknown)?;
            bind(c, id, issuer, subject, by)
        })
    }

    /// Signs in whom a provider vouches for; on the first time an account is made. A role that the provider does not
    /// give any more is gone even where the sign-in is refused.
    ///
    /// # Errors
    /// When no role follows, a role needs a second factor that was not shown, or the account is disabled.
    pub fn sign_in_vouched(
        &self,
        vouched: Vouched<'_>,
        address: &str,
        now_ms: i64,
    ) -> Result<SignedIn, SignInError> {
        let provider = By { who: PROVIDER, address, now_ms };
        // The roles are set, or taken, also where what follows is refused.
        self.change(|c| -> Result<_, SignInError> {
            let id = match bound(c, vouched.issuer, vouched.subject)? {
                Some(id) => id,
                None if vouched.grants.is_empty() => return Ok(Err(SignInError::NoRole)),
                None => welcomed(c, vouched, provider)?,
            };
            set_roles(c, &id, vouched.grants, provider)?;
            c.execute(
                "UPDATE vouched SET is_strong = ?2 WHERE account = ?1",
                params![id, vouched.is_strong],
            )?;
            let by = By { who: &id, address, now_ms };
            match refusal(c, &id, vouched)? {
                None => {
                    let person = account(c, &id)?.ok_or(PeopleError::Unknown)?.person;
                    Ok(Ok(start(c, person, by)?))
                }
                Some(refused) => {
                    end_all(c, &id, now_ms)?;
                    note(c, by, "sign-in refused", &id)?;
                    Ok(Err(refused))
                }
            }
        })?
    }
}

/// An account for somebody whom the provider vouches for the first time.
fn welcomed(connection: &Connection, vouched: Vouched<'_>, by: By<'_>) -> Result<String, PeopleError> {
    let id = next_id(connection)?;
    let name = if is_name(vouched.name, NAME_CHARS_MAX) { vouched.name } else { id.as_str() };
    insert(connection, &id, name, &[], by)?;
    bind(connection, &id, vouched.issuer, vouched.subject, by)?;
    Ok(id)
}

fn refusal(
    connection: &Connection,
    id: &str,
    vouched: Vouched<'_>,
) -> Result<Option<SignInError>, PeopleError> {
    let account = account(connection, id)?.ok_or(PeopleError::Unknown)?;
    Ok(if account.disabled_ms.is_some() {
        Some(SignInError::Disabled)
    } else if vouched.grants.is_empty() {
        Some(SignInError::NoRole)
    } else if needs_code(&account.person.grants) && !vouched.is_strong {
        Some(SignInError::NeedsFactor)
    } else {
        None
    })
}
