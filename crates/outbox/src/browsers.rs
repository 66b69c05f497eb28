//! Browsers in which somebody has switched notifications on. An endpoint is a secret of its browser: whoever knows it
//! can send there, so it goes to nobody but its push service.

use crate::limits::{BROWSERS_MAX, ENDPOINT_BYTES_MAX, NAME_CHARS_MAX, REASON_CHARS_MAX};
use crate::message::is_language;
use crate::outbox::{Outbox, OutboxError};
use crate::push::{Key, PushSettings, check_endpoint, check_keys};
use crate::text::{cut, one_line};
use rusqlite::{OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt;

/// A browser as it makes itself known. It does not show its endpoint and keys to whoever prints it.
#[derive(Clone, PartialEq, Eq)]
pub struct Browser {
    /// Where its push service takes what is for it.
    pub endpoint: String,
    /// Its public key: base64url of a point of P-256, uncompressed.
    pub p256dh: String,
    /// What it shares with the sender: base64url of 16 bytes.
    pub auth: String,
    /// What its user calls it.
    pub name: String,
    /// In which language it words what it shows.
    pub language: String,
}

impl Browser {
    /// By what it is named to others: the first 32 hexadecimal digits of its endpoint's SHA-256.
    #[must_use]
    pub fn id(&self) -> String {
        let digest = Sha256::digest(self.endpoint.as_bytes());
        digest.iter().take(16).map(|b| format!("{b:02x}")).collect()
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Browser({}, {:?})", self.id(), self.name)
    }
}

/// A browser as the outbox keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBrowser {
    /// The browser.
    pub browser: Browser,
    /// Since when, milliseconds since 1970.
    pub added_ms: i64,
    /// When its push service last took something, milliseconds since 1970.
    pub last_ms: Option<i64>,
    /// What its push service said last; empty: nothing yet.
    pub says: String,
}

/// Why a browser is not kept.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// What it states is not what a browser states, or its service is not one that is called.
    #[error("{0}")]
    Refused(String),
    /// There are too many of that account.
    #[error("there are {BROWSERS_MAX} browsers of this account already; remove one first")]
    TooMany,
    /// The outbox could not be read or changed.
    #[error("{0}")]
    Outbox(#[from] OutboxError),
}

impl Outbox {
    /// The key by which push services know this mission, made at the first asking.
    ///
    /// # Errors
    /// When the file cannot be read or changed, or the system gives no random bytes.
    pub fn push_key(&self) -> Result<Key, OutboxError> {
        self.change(|change| {
            let kept: Option<Vec<u8>> =
                change.query_row("SELECT secret FROM push_key", [], |r| r.get(0)).optional()?;
            if let Some(bytes) = kept {
                return Key::read(&bytes).map_err(OutboxError::Failed);
            }
            let key = Key::random().map_err(OutboxError::Failed)?;
            change.execute("INSERT INTO push_key (id, secret) VALUES (1, ?1)", [key.secret()])?;
            Ok(key)
        })
    }

    /// Keeps a browser of an account. One that was kept before is kept with what it states now; whoever uses it now
    /// takes it over.
    ///
    /// # Errors
    /// [`BrowserError`].
    pub fn subscribe(
        &self,
        account: &str,
        browser: &Browser,
        settings: &PushSettings,
        at_ms: i64,
    ) -> Result<KeptBrowser, BrowserError> {
        check(browser, settings).map_err(BrowserError::Refused)?;
        let name = cut(&one_line(&browser.name), NAME_CHARS_MAX);
        let browser = Browser { name, ..browser.clone() };
        let kept = self.change(|change| {
            let others: u32 = change.query_row(
                "SELECT count(*) FROM browser WHERE account = ?1 AND endpoint <> ?2",
                [account, &browser.endpoint],
                |r| r.get(0),
            )?;
            if others >= BROWSERS_MAX {
                return Ok(None);
            }
            change.execute(
                "INSERT INTO browser (endpoint, id, account, p256dh, auth, name, language, added_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (endpoint) DO UPDATE SET account = ?3, p256dh = ?4, auth = ?5, name = ?6, language = ?7,
                 added_ms = CASE account WHEN ?3 THEN added_ms ELSE ?8 END",
                params![
                    browser.endpoint,
                    browser.id(),
                    account,
                    browser.p256dh,
                    browser.auth,
                    browser.name,
                    browser.language,
                    at_ms
                ],
            )?;
            let select = format!("{SELECT} WHERE endpoint = ?1");
            Ok(Some(change.query_row(&select, [&browser.endpoint], read)?))
        })?;
        kept.ok_or(BrowserError::TooMany)
    }

    /// The browsers of an account, in the order in which they were added.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn browsers_of(&self, account: &str) -> Result<Vec<KeptBrowser>, OutboxError> {
        let connection = self.connection();
        let mut asked =
            connection.prepare(&format!("{SELECT} WHERE account = ?1 ORDER BY added_ms, endpoint"))?;
        let found = asked.query_map([account], read)?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// Forgets a browser of an account; whether there was one.
    ///
    /// # Errors
    /// When the file cannot be changed.
    pub fn unsubscribe(&self, account: &str, id: &str) -> Result<bool, OutboxError> {
        self.change(|change| {
            Ok(change.execute("DELETE FROM browser WHERE account = ?1 AND id = ?2", [account, id])? > 0)
        })
    }

    /// Those browsers that have a delivery already, by their ids: an attempt that follows leaves them out.
    pub(crate) fn taken(&self, key: &str) -> Result<BTreeSet<String>, OutboxError> {
        let connection = self.connection();
        let mut asked = connection.prepare("SELECT browser FROM taken WHERE key = ?1")?;
        let found = asked.query_map([key], |r| r.get(0))?.collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// A push service took a delivery for a browser, or said why not.
    pub(crate) fn answered(
        &self,
        key: Option<&str>,
        id: &str,
        is_taken: bool,
        says: &str,
        at_ms: i64,
    ) -> Result<(), OutboxError> {
        let says = cut(&one_line(says), REASON_CHARS_MAX);
        self.change(|change| {
            if let Some(key) = key.filter(|_| is_taken) {
                change.execute(
                    "INSERT OR IGNORE INTO taken (key, browser, at_ms) VALUES (?1, ?2, ?3)",
                    params![key, id, at_ms],
                )?;
            }
            change.execute(
                "UPDATE browser SET says = ?2, last_ms = CASE WHEN ?3 THEN ?4 ELSE last_ms END WHERE id = ?1",
                params![id, says, is_taken, at_ms],
            )?;
            Ok(())
        })
    }
}

const SELECT: &str = "SELECT endpoint, p256dh, auth, name, language, added_ms, last_ms, says FROM browser";

fn check(browser: &Browser, settings: &PushSettings) -> Result<(), String> {
    if browser.endpoint.len() > ENDPOINT_BYTES_MAX {
        return Err(format!("`endpoint` has more than {ENDPOINT_BYTES_MAX} bytes"));
    }
    check_endpoint(&browser.endpoint, settings).map_err(|says| format!("`endpoint` {says}"))?;
    check_keys(&browser.p256dh, &browser.auth)?;
    if !is_language(&browser.language) {
        return Err("`language` is no tag of a language such as `uk`".to_owned());
    }
    if one_line(&browser.name).is_empty() {
        return Err("`name` is empty; call the browser something".to_owned());
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<KeptBrowser> {
    Ok(KeptBrowser {
        browser: Browser {
            endpoint: row.get(0)?,
            p256dh: row.get(1)?,
            auth: row.get(2)?,
            name: row.get(3)?,
            language: row.get(4)?,
        },
        added_ms: row.get(5)?,
        last_ms: row.get(6)?,
        says: row.get(7)?,
    })
}
