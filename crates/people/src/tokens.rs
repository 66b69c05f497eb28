//! Tokens of programs: somebody's own right, or less of it, for a time.

use crate::accounts::is_name;
use crate::audit::note;
use crate::error::PeopleError;
use crate::limits::{LABEL_CHARS_MAX, TOKEN_MS_MAX, TOKENS_MAX};
use crate::person::{Admitted, By, Scope, Via};
use crate::secret::{Secret, digest_of};
use crate::sessions::standing;
use crate::store::People;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenCard {
    /// Its number.
    pub number: i64,
    /// Whose.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// What it may do.
    pub scope: Scope,
    /// When it was made, milliseconds since 1970.
    pub made_ms: i64,
    /// Until when it holds.
    pub expires_ms: i64,
    /// When it was revoked.
    pub ended_ms: Option<i64>,
}

fn card(row: &Row<'_>) -> rusqlite::Result<TokenCard> {
    Ok(TokenCard {
        number: row.get(0)?,
        id: row.get(1)?,
        label: row.get(2)?,
        // A scope of a newer program reads, at most.
        scope: Scope::named(&row.get::<_, String>(3)?).unwrap_or(Scope::Read),
        made_ms: row.get(4)?,
        expires_ms: row.get(5)?,
        ended_ms: row.get(6)?,
    })
}

const CARD: &str = "SELECT id, account, label, scope, made_ms, expires_ms, ended_ms FROM token";

fn holding(connection: &Connection, id: &str, now_ms: i64) -> rusqlite::Result<i64> {
    let sql = "SELECT count(*) FROM token WHERE account = ?1 AND ended_ms IS NULL AND expires_ms > ?2";
    connection.query_row(sql, params![id, now_ms], |row| row.get(0))
}

impl People {
    /// A token for programs of somebody; the secret is shown now and never again.
    ///
    /// # Errors
    /// When something given cannot be taken, or there is nobody of that id who may sign in.
    pub fn make_token(
        &self,
        id: &str,
        label: &str,
        scope: Scope,
        life_ms: i64,
        by: By<'_>,
    ) -> Result<(TokenCard, Secret), PeopleError> {
        if !is_name(label, LABEL_CHARS_MAX) {
            return Err(PeopleError::BadLabel);
        }
        if !(60_000..=TOKEN_MS_MAX).contains(&life_ms) {
            return Err(PeopleError::BadLife);
        }
        let secret = Secret::new("tlt_")?;
        let digest = digest_of(secret.text()).ok_or(PeopleError::Unknown)?;
        let expires_ms = by.now_ms.saturating_add(life_ms);
        let card = self.change(|c| {
            standing(c, id)?.ok_or(PeopleError::Unknown)?;
            if holding(c, id, by.now_ms)? >= TOKENS_MAX {
                return Err(PeopleError::Full);
            }
            c.execute(
                "INSERT INTO token (digest, account, label, scope, made_ms, expires_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![digest, id, label.trim(), scope.name(), by.now_ms, expires_ms],
            )?;
            let number = c.last_insert_rowid();
            note(c, by, "token made", &format!("{id} {number} {}", scope.name()))?;
            Ok(c.query_row(&format!("{CARD} WHERE id = ?1"), [number], card)?)
        })?;
        Ok((card, secret))
    }

    /// Tokens of somebody, or of everybody; the newest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn tokens(&self, id: Option<&str>) -> Result<Vec<TokenCard>, PeopleError> {
        let connection = self.connection();
        let sql = format!("{CARD} WHERE account = ?1 OR ?1 IS NULL ORDER BY id DESC LIMIT 1000");
        let mut rows = connection.prepare_cached(&sql)?;
        Ok(rows.query_map([id], card)?.collect::<Result<_, _>>()?)
    }

    /// Revokes a token; one of `of` only, if given.
    ///
    /// # Errors
    /// When there is none that holds; one of somebody else is not there.
    pub fn revoke_token(&self, number: i64, of: Option<&str>, by: By<'_>) -> Result<(), PeopleError> {
        self.change(|c| {
            let ended = c.execute(
                "UPDATE token SET ended_ms = ?2 WHERE id = ?1 AND ended_ms IS NULL AND (account = ?3 OR ?3 IS NULL)",
                params![number, by.now_ms, of],
            )?;
            if ended == 0 {
                return Err(PeopleError::Unknown);
            }
            Ok(note(c, by, "token revoked", &number.to_string())?)
        })
    }

    /// Who a token is of; `None`: of nobody, or not any more.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn by_token(&self, secret: &str, now_ms: i64) -> Result<Option<Admitted>, PeopleError> {
        let Some(digest) = digest_of(secret) else { return Ok(None) };
        let connection = self.connection();
        let mut one = connection.prepare_cached(
            "SELECT account, scope FROM token WHERE digest = ?1 AND ended_ms IS NULL AND expires_ms > ?2",
        )?;
        let found = one.query_row(params![digest, now_ms], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        });
        let Some((id, scope)) = found.optional()? else { return Ok(None) };
        let scope = Scope::named(&scope).unwrap_or(Scope::Read);
        Ok(standing(&connection, &id)?.map(|person| Admitted { person, via: Via::Token(scope) }))
    }
}
