//! The JSON of accounts.

use crate::problem::Problem;
use ::people::{Account, Audited, Person, TokenCard};
use base::{Grant, Instant, Role};
use publication::words::rfc3339;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A role that somebody holds.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// The role, such as `analyst` or `liaison`.
    pub role: String,
    /// The party, body, guarantor or organisation that it is held of; empty: the mission as a whole.
    #[serde(default)]
    pub of: String,
}

impl Held {
    pub(super) fn of(grant: &Grant) -> Held {
        Held { role: grant.role.name().to_owned(), of: grant.of.clone() }
    }

    pub(super) fn grant(self) -> Result<Grant, Problem> {
        let names = || Role::ALL.map(Role::name).join(", ");
        let bad = || Problem::member("role", format!("there is no such role; the roles are: {}", names()));
        Ok(Grant { role: Role::named(&self.role).ok_or_else(bad)?, of: self.of })
    }
}

/// Somebody, as they and others see them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonCard {
    /// The pseudonym.
    pub id: String,
    /// The name that is shown.
    pub name: String,
    /// Roles.
    pub grants: Vec<Held>,
    /// Compartments that the person needs to know.
    pub compartments: Vec<String>,
}

impl PersonCard {
    pub(super) fn of(person: &Person) -> PersonCard {
        PersonCard {
            id: person.id.clone(),
            name: person.name.clone(),
            grants: person.grants.iter().map(Held::of).collect(),
            compartments: person.compartments.clone(),
        }
    }
}

/// Who asks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Me {
    /// Whether the mission has accounts; if not, the desk is open to whoever reaches it.
    pub accounts: bool,
    /// Who is signed in; null: nobody.
    pub person: Option<PersonCard>,
    /// Whether the person is of the mission's staff, and reads the record.
    pub staff: bool,
    /// The name of the provider that people sign on by; null: there is none.
    pub sign_on: Option<String>,
}

/// What somebody says to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The pseudonym.
    pub id: String,
    /// The password.
    pub password: String,
    /// The code that the device shows; empty: there is none.
    #[serde(default)]
    pub code: String,
}

/// A one-time link, opened or used.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct First {
    /// The link's secret.
    pub link: String,
    /// The new password; absent: the link is only opened.
    #[serde(default)]
    pub password: Option<String>,
    /// The code that the device shows, if a second factor is set up.
    #[serde(default)]
    pub code: Option<String>,
}

/// What an opened link gives; once it is used, only whose it was.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FirstStep {
    /// Whose link it is.
    pub id: String,
    /// Whether it has been used now, and whoever used it is signed in.
    pub done: bool,
    /// Whether the roles cannot do without a code.
    pub needs_code: bool,
    /// The secret of the second factor, in base32.
    pub secret: Option<String>,
    /// The secret as an address that devices take.
    pub otpauth: Option<String>,
}

/// An account, as administrators see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountCard {
    /// The person.
    #[serde(flatten)]
    pub person: PersonCard,
    /// When it was made.
    pub made: String,
    /// Since when it is disabled.
    pub disabled: Option<String>,
    /// Whether a password is set.
    pub has_password: bool,
    /// Whether a second factor is set up.
    pub has_code: bool,
    /// Whether a role needs a second factor that is not set up: nobody signs in as this person until it is.
    pub lacks_code: bool,
    /// Whether a provider vouches for the person, and says at each sign-in which roles they have.
    pub vouched: bool,
    /// When a session was last used.
    pub seen: Option<String>,
}

impl AccountCard {
    pub(super) fn of(account: &Account) -> AccountCard {
        AccountCard {
            person: PersonCard::of(&account.person),
            made: rfc3339(Instant(account.made_ms)),
            disabled: account.disabled_ms.map(|ms| rfc3339(Instant(ms))),
            has_password: account.has_password,
            has_code: account.has_code,
            lacks_code: account.lacks_code(),
            vouched: account.is_vouched,
            seen: account.seen_ms.map(|ms| rfc3339(Instant(ms))),
        }
    }
}

/// Everybody who has an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Everybody {
    /// By id.
    pub people: Vec<AccountCard>,
}

/// Somebody to be given an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPerson {
    /// The pseudonym; absent: the next of `v.1`, `v.2`, … that is free.
    #[serde(default)]
    pub id: Option<String>,
    /// The name that is shown.
    pub name: String,
    /// Roles.
    #[serde(default)]
    pub grants: Vec<Held>,
}

/// Changes to an account: all are made, or none.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PersonChange {
    /// A role to give.
    pub grant: Option<Held>,
    /// A role to take.
    pub revoke: Option<Held>,
    /// Whether nobody may sign in as this person.
    pub disabled: Option<bool>,
    /// Another name.
    pub name: Option<String>,
    /// The compartments that the person needs to know, and no others.
    pub compartments: Option<Vec<String>>,
    /// End every session and token.
    pub sign_out: bool,
}

/// Nothing.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A one-time link. It is shown this once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OneTimeLink {
    /// Whose.
    pub id: String,
    /// Its address at this desk. The part after `#` is the secret; browsers send it to nobody by themselves.
    pub address: String,
    /// Until when it holds.
    pub expires: String,
}

/// A line of the log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditLine {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: String,
    /// Who; empty: it is not known.
    pub who: String,
    /// What.
    pub what: String,
    /// To or with which object.
    pub object: String,
    /// From which address.
    pub address: String,
}

impl AuditLine {
    pub(super) fn of(line: Audited) -> AuditLine {
        AuditLine {
            seq: line.seq,
            at: rfc3339(Instant(line.at_ms)),
            who: line.who,
            what: line.what,
            object: line.object,
            address: line.address,
        }
    }
}

/// Lines of the log, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// The lines.
    pub lines: Vec<AuditLine>,
    /// The next page is asked for with `before` this; null: that was the last.
    pub next: Option<i64>,
}

/// A token to be made for a program of one's own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for.
    pub label: String,
    /// `read` or `act`.
    pub scope: String,
    /// For how many days it holds, at most 366.
    pub days: u32,
}

/// A token.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Token {
    /// Its number.
    pub number: i64,
    /// Whose.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// `read` or `act`.
    pub scope: String,
    /// When it was made.
    pub made: String,
    /// Until when it holds.
    pub expires: String,
    /// When it was revoked.
    pub revoked: Option<String>,
    /// The token itself; shown once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl Token {
    pub(super) fn of(card: &TokenCard, secret: Option<&str>) -> Token {
        Token {
            number: card.number,
            id: card.id.clone(),
            label: card.label.clone(),
            scope: card.scope.name().to_owned(),
            made: rfc3339(Instant(card.made_ms)),
            expires: rfc3339(Instant(card.expires_ms)),
            revoked: card.ended_ms.map(|ms| rfc3339(Instant(ms))),
            token: secret.map(str::to_owned),
        }
    }
}

/// Tokens, the newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// The tokens.
    pub tokens: Vec<Token>,
}
