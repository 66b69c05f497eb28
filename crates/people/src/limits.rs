//! Every limit of accounts, by name.

use base::time::{DAY_MS, HOUR_MS};

/// Longest id of an account, bytes.
pub const ID_BYTES_MAX: usize = 32;
/// Longest name that is shown, characters.
pub const NAME_CHARS_MAX: usize = 80;
/// Longest party, body, guarantor or organisation that a role is held of, and longest compartment, characters.
pub const OF_CHARS_MAX: usize = 64;
/// Longest issuer and longest subject of a provider, characters.
pub const SUBJECT_CHARS_MAX: usize = 255;
/// Most accounts.
pub const ACCOUNTS_MAX: i64 = 10_000;
/// Most grants, and most compartments, of one account.
pub const GRANTS_MAX: usize = 32;
/// Shortest password, characters.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Longest password, bytes.
pub const PASSWORD_BYTES_MAX: usize = 1_024;
/// Longest text that is read as a token, a link or a code, bytes.
pub const SECRET_TEXT_BYTES_MAX: usize = 128;
/// How long a one-time link holds.
pub const LINK_MS: i64 = 3 * DAY_MS;
/// How long the first link of a mission holds, which whoever starts the desk reads off the terminal.
pub const FIRST_LINK_MS: i64 = DAY_MS;
/// How long a session holds when nothing is asked in it.
pub const SESSION_IDLE_MS: i64 = 2 * HOUR_MS;
/// How long a session holds at most: a watch and its handing over.
pub const SESSION_MS: i64 = 14 * HOUR_MS;
/// How old the note of a session's last use may be before it is written anew.
pub const SEEN_EVERY_MS: i64 = 60_000;
/// Longest life of a token of a program.
pub const TOKEN_MS_MAX: i64 = 366 * DAY_MS;
/// Most tokens of one account that hold at a time.
pub const TOKENS_MAX: i64 = 20;
/// Longest label of a token, characters.
pub const LABEL_CHARS_MAX: usize = 80;
/// Failures that one address may have on one account before it waits.
pub const FAILURES_OF_PAIR: i64 = 5;
/// Failures that one address may have on all accounts before it waits.
pub const FAILURES_OF_ADDRESS: i64 = 30;
/// Failures that one account may have from addresses it never signed in from, before those wait.
pub const FAILURES_OF_ACCOUNT: i64 = 60;
/// Longest wait of one address.
pub const WAIT_MS_MAX: i64 = 15 * 60_000;
/// Longest wait of addresses that an account never signed in from: short, so that a new place is not locked out.
pub const WAIT_OF_ACCOUNT_MS_MAX: i64 = 30_000;
/// After how long without a failure they are forgotten.
pub const FAILURES_FORGOTTEN_MS: i64 = 12 * HOUR_MS;
/// Most counters of failures that are kept; the oldest go first.
pub const COUNTERS_MAX: i64 = 100_000;
/// Most addresses remembered for one account; the oldest go first.
pub const KNOWN_ADDRESSES_MAX: i64 = 32;
/// Most lines of the log in one answer.
pub const AUDIT_PAGE_MAX: u32 = 1_000;
/// Longest object or address in a line of the log, characters.
pub const AUDIT_CHARS_MAX: usize = 300;
/// How long a writer waits for another program that writes to the same file.
pub const BUSY_MS: u64 = 5_000;
