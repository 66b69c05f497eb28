//! Signing in, and sessions.

use crate::accounts::{account, end_all};
use crate::audit::note;
use crate::error::{PeopleError, SignInError};
use crate::limits::{ID_BYTES_MAX, SEEN_EVERY_MS, SESSION_IDLE_MS, SESSION_MS};
use crate::password::{self, Cost, Kept};
use crate::person::{Admitted, By, Person, Via, needs_code};
use crate::secret::{Secret, digest_of};
use crate::store::People;
use crate::{code, seal, throttle};
use rusqlite::{Connection, OptionalExtension as _, params};

/// What somebody says to sign in.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// Who they say they are.
    pub id: &'a str,
    /// The password.
    pub password: &'a str,
    /// The code that their device shows; empty: they have none.
    pub code: &'a str,
}

/// A session that has begun.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// What their browser sends from now on.
    pub secret: Secret,
    /// When it ends at the latest, milliseconds since 1970.
    pub expires_ms: i64,
}

/// What an attempt is judged by.
struct Known {
    kept: Option<Kept>,
    factor: Option<Vec<u8>>,
}

fn known(connection: &Connection, id: &str) -> rusqlite::Result<Option<Known>> {
    let mut one = connection.prepare_cached(
        "SELECT salt, memory_kib, passes, verifier, factor FROM account WHERE id = ?1 AND disabled_ms IS NULL",
    )?;
    let found = one.query_row([id], |row| {
        let (salt, verifier): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get(0)?, row.get(3)?);
        let cost = Cost {
            memory_kib: row.get::<_, Option<u32>>(1)?.unwrap_or_default(),
            passes: row.get::<_, Option<u32>>(2)?.unwrap_or_default(),
        };
        let kept = salt.zip(verifier).map(|(salt, verifier)| Kept { salt, cost, verifier });
        Ok(Known { kept, factor: row.get(4)? })
    });
    found.optional()
}

impl People {
    /// Whether the account was signed in to from that address before.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_known(&self, id: &str, address: &str) -> Result<bool, PeopleError> {
        Ok(throttle::is_known(&self.connection(), id, address)?)
    }

    /// Signs somebody in. It always begins a session of its own: no id from before the sign-in is good after it. An
    /// unknown account takes as long as a known one, and gets the same answer.
    ///
    /// # Errors
    /// When the three do not go together, or the address has to wait.
    pub fn sign_in(&self, attempt: Attempt<'_>, address: &str, now_ms: i64) -> Result<SignedIn, SignInError> {
        // Only the first bytes of what can be no id: they are counted, not kept.
        let id: String = attempt.id.chars().take(ID_BYTES_MAX + 1).collect();
        let begun = self.change(|c| throttle::begin(c, &id, address, now_ms))?;
        begun.map_err(|retry_ms| SignInError::Wait { retry_ms })?;
        let found = known(&self.connection(), &id)?;
        let kept = found.as_ref().and_then(|k| k.kept.as_ref());
        // Costly, and so without the file's lock.
        let key = password::check(kept, attempt.password)?;
        let judged = judge(found.as_ref(), key, &id, attempt.code, now_ms)?;
        let by = By { who: &id, address, now_ms };
        let Some(step) = judged else {
            self.refused(found.is_some(), by)?;
            return Err(SignInError::Refused);
        };
        self.change(|c| begin_session(c, &found, step, by))
    }

    /// Notes a failure, of accounts that there are: names that strangers make up fill no disk.
    fn refused(&self, is_known: bool, by: By<'_>) -> Result<(), PeopleError> {
        self.change(|c| {
            if is_known {
                // It is not known who it was, only whom they said to be.
                return Ok(note(c, By { who: "", ..by }, "sign-in refused", by.who)?);
            }
            // As much is written, so that the time tells nothing.
            c.execute("UPDATE failure SET failures = failures WHERE last_ms = ?1", [by.now_ms])?;
            Ok(())
        })
    }

    /// Who a session is of; `None`: of nobody, not any more, or not yet.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn by_session(&self, secret: &str, now_ms: i64) -> Result<Option<Admitted>, PeopleError> {
        let Some(digest) = digest_of(secret) else { return Ok(None) };
        let connection = self.connection();
        let mut one = connection.prepare_cached(
            "SELECT account, seen_ms FROM session WHERE digest = ?1 AND ended_ms IS NULL AND expires_ms > ?2
               AND seen_ms > ?3",
        )?;
        let idle_ms = now_ms.saturating_sub(SESSION_IDLE_MS);
        let found = one.query_row(params![digest, now_ms, idle_ms], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        });
        let Some((id, seen_ms)) = found.optional()? else { return Ok(None) };
        let person = standing(&connection, &id)?;
        if person.is_some() && now_ms.saturating_sub(seen_ms) >= SEEN_EVERY_MS {
            // Where it cannot be noted at the moment, the session only ends by rest a minute earlier.
            let _ = connection
                .prepare_cached("UPDATE session SET seen_ms = ?2 WHERE digest = ?1")?
                .execute(params![digest, now_ms]);
        }
        Ok(person.map(|person| Admitted { person, via: Via::Session }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn sign_out(&self, secret: &str, address: &str, now_ms: i64) -> Result<(), PeopleError> {
        let Some(digest) = digest_of(secret) else { return Ok(()) };
        self.change(|c| {
            let ended = c
                .query_row(
                    "UPDATE session SET ended_ms = ?2 WHERE digest = ?1 AND ended_ms IS NULL RETURNING account",
                    params![digest, now_ms],
                    |row| row.get::<_, String>(0),
                )
                .optional()?;
            if let Some(id) = ended {
                note(c, By { who: &id, address, now_ms }, "signed out", &id)?;
            }
            Ok(())
        })
    }

    /// Ends every session and token of somebody.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn sign_out_everywhere(&self, id: &str, by: By<'_>) -> Result<(), PeopleError> {
        self.change(|c| {
            end_all(c, id, by.now_ms)?;
            Ok(note(c, by, "signed out everywhere", id)?)
        })
    }
}

/// The person of an account that may be used now: not disabled, and with a second factor if a role needs one.
pub(crate) fn standing(connection: &Connection, id: &str) -> Result<Option<Person>, PeopleError> {
    let account = account(connection, id)?;
    Ok(account.filter(|a| a.disabled_ms.is_none() && !a.lacks_code()).map(|a| a.person))
}

/// The step of the code, 0 where there is no second factor; `None`: refused.
fn judge(
    found: Option<&Known>,
    key: Option<[u8; 32]>,
    id: &str,
    given: &str,
    now_ms: i64,
) -> Result<Option<i64>, PeopleError> {
    let (Some(found), Some(key)) = (found, key) else { return Ok(None) };
    match &found.factor {
        None => Ok(Some(0)),
        Some(sealed) => match seal::open(&key, id, sealed) {
            None => Err(PeopleError::Failed("a second factor is damaged: make a new link".to_owned())),
            Some(secret) => code::step_of(&secret, given, now_ms),
        },
    }
}

fn begin_session(
    connection: &Connection,
    found: &Option<Known>,
    step: i64,
    by: By<'_>,
) -> Result<SignedIn, SignInError> {
    let has_factor = found.as_ref().is_some_and(|k| k.factor.is_some());
    let account =
        account(connection, by.who)?.filter(|a| a.disabled_ms.is_none()).ok_or(SignInError::Refused)?;
    // What was judged may have been replaced by a link, meanwhile.
    let now = known(connection, by.who)?;
    let same = |k: &Option<Known>| k.as_ref().and_then(|k| k.kept.as_ref().map(|p| p.verifier.clone()));
    if same(&now) != same(found) {
        return Err(SignInError::Refused);
    }
    if has_factor {
        // INVARIANT: a code is good once. Of two who send the same at once, the second changes nothing.
        let sql = "UPDATE account SET factor_step = ?2 WHERE id = ?1 AND factor_step < ?2";
        if connection.execute(sql, params![by.who, step])? == 0 {
            return Err(SignInError::Refused);
        }
    } else if needs_code(&account.person.grants) {
        return Err(SignInError::NeedsCode);
    }
    Ok(start(connection, account.person, by)?)
}

/// Begins a session of its own for somebody who has just shown who they are.
pub(crate) fn start(connection: &Connection, person: Person, by: By<'_>) -> Result<SignedIn, PeopleError> {
    throttle::succeed(connection, by.who, by.address, by.now_ms)?;
    let secret = Secret::new("tls_")?;
    let digest = digest_of(secret.text()).ok_or(PeopleError::Unknown)?;
    let expires_ms = by.now_ms.saturating_add(SESSION_MS);
    connection.execute(
        "INSERT INTO session (digest, account, made_ms, seen_ms, expires_ms, address)
           VALUES (?1, ?2, ?3, ?3, ?4, ?5)",
        params![digest, by.who, by.now_ms, expires_ms, by.address],
    )?;
    // Sessions that ended long ago are of no use; the log says who signed in.
    connection
        .execute("DELETE FROM session WHERE expires_ms < ?1", [by.now_ms.saturating_sub(SESSION_MS)])?;
    note(connection, by, "signed in", by.who)?;
    Ok(SignedIn { person, secret, expires_ms })
}
