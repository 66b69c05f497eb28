//! How fast passwords may be tried. Who guesses waits longer each time; who guesses from elsewhere cannot make the
//! holder of an account wait where the holder has signed in before.
//!
//! Failures are counted for the pair of account and address, for the address, and for the account as tried from
//! addresses that it does not know. An attempt counts as failed before it is looked at, so that many at once count.

use crate::limits::{
    COUNTERS_MAX, FAILURES_FORGOTTEN_MS, FAILURES_OF_ACCOUNT, FAILURES_OF_ADDRESS, FAILURES_OF_PAIR,
    KNOWN_ADDRESSES_MAX, WAIT_MS_MAX, WAIT_OF_ACCOUNT_MS_MAX,
};
use crate::secret::tagged;
use rusqlite::{Connection, OptionalExtension as _, params};

/// One counter.
struct Counter {
    digest: [u8; 32],
    free: i64,
    wait_ms_max: i64,
}

/// The counters that an attempt touches, that of the pair first.
fn counters(id: &str, address: &str, is_known: bool) -> Vec<Counter> {
    let counter =
        |name, texts: &[&str], free, wait_ms_max| Counter { digest: tagged(name, texts), free, wait_ms_max };
    let mut out = vec![counter("pair", &[id, address], FAILURES_OF_PAIR, WAIT_MS_MAX)];
    if !is_known {
        out.push(counter("address", &[address], FAILURES_OF_ADDRESS, WAIT_MS_MAX));
        out.push(counter("account", &[id], FAILURES_OF_ACCOUNT, WAIT_OF_ACCOUNT_MS_MAX));
    }
    out
}

/// Whether the account was signed in to from that address before.
pub(crate) fn is_known(connection: &Connection, id: &str, address: &str) -> rusqlite::Result<bool> {
    let mut known = connection.prepare_cached("SELECT 1 FROM known WHERE account = ?1 AND address = ?2")?;
    Ok(known.query_row(params![id, address], |_| Ok(())).optional()?.is_some())
}

/// Begins an attempt: counts it as failed, or says how long to wait, milliseconds; then nothing is counted.
pub(crate) fn begin(
    connection: &Connection,
    id: &str,
    address: &str,
    now_ms: i64,
) -> rusqlite::Result<Result<(), i64>> {
    let counters = counters(id, address, is_known(connection, id, address)?);
    let mut wait_ms = 0;
    for counter in &counters {
        wait_ms = wait_ms.max(wait_of(counter, read(connection, counter, now_ms)?, now_ms));
    }
    if wait_ms > 0 {
        return Ok(Err(wait_ms));
    }
    for counter in &counters {
        let failures = read(connection, counter, now_ms)?.map_or(0, |(n, _)| n);
        connection
            .prepare_cached("INSERT OR REPLACE INTO failure (digest, failures, last_ms) VALUES (?1, ?2, ?3)")?
            .execute(params![counter.digest, failures.saturating_add(1), now_ms])?;
    }
    prune(connection, now_ms)?;
    Ok(Ok(()))
}

/// Ends an attempt that succeeded: the pair's failures are forgotten, the others have one less. The address is known
/// from now on.
pub(crate) fn succeed(connection: &Connection, id: &str, address: &str, now_ms: i64) -> rusqlite::Result<()> {
    let mut all = counters(id, address, is_known(connection, id, address)?).into_iter();
    if let Some(pair) = all.next() {
        connection.execute("DELETE FROM failure WHERE digest = ?1", [pair.digest])?;
    }
    for counter in all {
        connection.execute(
            "UPDATE failure SET failures = max(0, failures - 1) WHERE digest = ?1",
            [counter.digest],
        )?;
    }
    connection.execute("INSERT OR REPLACE INTO known VALUES (?1, ?2, ?3)", params![id, address, now_ms])?;
    connection.execute(
        "DELETE FROM known WHERE account = ?1 AND address NOT IN
           (SELECT address FROM known WHERE account = ?1 ORDER BY seen_ms DESC LIMIT ?2)",
        params![id, KNOWN_ADDRESSES_MAX],
    )?;
    Ok(())
}

/// Failures and the last of them, unless they are forgotten. A clock that was set back forgets nothing.
fn read(connection: &Connection, counter: &Counter, now_ms: i64) -> rusqlite::Result<Option<(i64, i64)>> {
    let mut one = connection.prepare_cached("SELECT failures, last_ms FROM failure WHERE digest = ?1")?;
    let found = one.query_row([counter.digest], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.filter(|(_, last_ms)| now_ms.saturating_sub(*last_ms) < FAILURES_FORGOTTEN_MS))
}

/// A second after the first failure that is not free, then twice as long each time.
fn wait_of(counter: &Counter, failures: Option<(i64, i64)>, now_ms: i64) -> i64 {
    let Some((failures, last_ms)) = failures.filter(|(n, _)| *n >= counter.free) else { return 0 };
    let doublings = u32::try_from(failures - counter.free).unwrap_or(u32::MAX).min(30);
    let wait_ms = (1_000_i64 << doublings).min(counter.wait_ms_max);
    last_ms.saturating_add(wait_ms).saturating_sub(now_ms).clamp(0, wait_ms)
}

/// Forgets what is old, and the oldest where there is too much.
fn prune(connection: &Connection, now_ms: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM failure WHERE last_ms < ?1")?
        .execute([now_ms.saturating_sub(FAILURES_FORGOTTEN_MS)])?;
    connection
        .prepare_cached(
            "DELETE FROM failure WHERE digest IN (SELECT digest FROM failure ORDER BY last_ms
               LIMIT max(0, (SELECT count(*) FROM failure) - ?1))",
        )?
        .execute([COUNTERS_MAX])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::FAILURES_FORGOTTEN_MS;

    const T: i64 = 1_778_371_200_000;

    fn connection() -> (tempfile::TempDir, Connection) {
        let dir = tempfile::tempdir().unwrap();
        let connection = crate::schema::open(&dir.path().join("people.db")).unwrap();
        connection.pragma_update(None, "synchronous", "OFF").unwrap();
        (dir, connection)
    }

    #[test]
    fn many_names_from_one_address_and_many_addresses_on_one_name_are_slowed() {
        let (_dir, c) = connection();
        succeed(&c, "v.1", "home", T).unwrap();
        for i in 0..FAILURES_OF_ADDRESS {
            assert_eq!(begin(&c, &format!("x{i}"), "elsewhere", T).unwrap(), Ok(()));
        }
        assert_eq!(begin(&c, "y", "elsewhere", T).unwrap(), Err(1_000));
        for i in 0..FAILURES_OF_ACCOUNT + 40 {
            let at = T + i * WAIT_OF_ACCOUNT_MS_MAX;
            assert_eq!(begin(&c, "v.1", &format!("10.0.0.{i}"), at).unwrap(), Ok(()));
        }
        let now_ms = T + (FAILURES_OF_ACCOUNT + 39) * WAIT_OF_ACCOUNT_MS_MAX;
        let slowed = begin(&c, "v.1", "10.0.1.1", now_ms).unwrap();
        assert_eq!(slowed, Err(WAIT_OF_ACCOUNT_MS_MAX), "a new place is slowed, not locked");
        assert_eq!(begin(&c, "v.1", "home", now_ms).unwrap(), Ok(()));
    }

    #[test]
    fn failures_are_forgotten_in_time_and_a_success_elsewhere_forgives_nothing_but_itself() {
        let (_dir, c) = connection();
        let mut at = T;
        for _ in 0..FAILURES_OF_PAIR + 20 {
            while let Err(wait_ms) = begin(&c, "v.1", "a", at).unwrap() {
                assert!(wait_ms <= WAIT_MS_MAX);
                at += wait_ms;
            }
        }
        assert_eq!(begin(&c, "v.1", "a", at).unwrap(), Err(WAIT_MS_MAX));
        assert_eq!(begin(&c, "v.1", "a", at - 5_000_000).unwrap(), Err(WAIT_MS_MAX), "a clock set back");
        assert!(begin(&c, "v.1", "a", i64::MAX).unwrap().is_ok());
        let (_dir, c) = connection();
        for i in 0..FAILURES_OF_ADDRESS {
            assert!(begin(&c, &format!("x{i}"), "a", T).unwrap().is_ok());
        }
        succeed(&c, "x0", "a", T).unwrap();
        assert!(begin(&c, "z", "a", T).unwrap().is_ok(), "the one that succeeded was no failure");
        assert!(begin(&c, "z", "a", T).unwrap().is_err(), "the others were");
        assert!(begin(&c, "z", "a", T + FAILURES_FORGOTTEN_MS).unwrap().is_ok());
    }
}
