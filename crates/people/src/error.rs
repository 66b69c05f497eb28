//! What can go wrong, one list an operation.

use crate::limits::{
    GRANTS_MAX, ID_BYTES_MAX, LABEL_CHARS_MAX, NAME_CHARS_MAX, OF_CHARS_MAX, PASSWORD_BYTES_MAX,
    PASSWORD_CHARS_MIN, SUBJECT_CHARS_MAX,
};

/// Why accounts could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The disk or the system failed, or another program held the file for too long: nothing was changed.
    #[error("the mission's `people.db` cannot be used: {0}; nothing was changed, try again")]
    Failed(String),
    /// Written by a newer program.
    #[error("the mission's `people.db` is of a newer program (format {0}); use that program")]
    Newer(i64),
    /// An id that cannot be one.
    #[error(
        "that cannot be the id of a person: 1 to {ID_BYTES_MAX} small letters, digits, `-`, `_` or `.`, the first a letter or digit"
    )]
    BadId,
    /// A name that cannot be shown.
    #[error("a name has 1 to {NAME_CHARS_MAX} characters, without control characters")]
    BadName,
    /// A label that cannot be shown.
    #[error("a label has 1 to {LABEL_CHARS_MAX} characters, without control characters")]
    BadLabel,
    /// No such role.
    #[error("there is no such role; the roles are: {0}")]
    BadRole(String),
    /// A role that is held of something, without it, or the other way round.
    #[error("the role `{role}` is held of {what}")]
    BadHolder {
        /// The role.
        role: &'static str,
        /// Of what it is held.
        what: String,
    },
    /// A compartment that cannot be one.
    #[error("a compartment has 1 to {OF_CHARS_MAX} characters, without control characters")]
    BadCompartment,
    /// More than one person may hold.
    #[error("one person holds at most {GRANTS_MAX} roles and {GRANTS_MAX} compartments")]
    TooMany,
    /// The mission has as many accounts, or the person as many tokens, as there may be.
    #[error("there are as many as there may be; revoke or disable some first")]
    Full,
    /// The id is taken.
    #[error("that id is taken; choose another")]
    Taken,
    /// Nobody of that id.
    #[error("there is nobody of that id")]
    Unknown,
    /// Somebody must be left who can make links.
    #[error("that would leave nobody who can manage accounts; make another administrator first")]
    LastAdministrator,
    /// People do not give themselves power.
    #[error("nobody changes their own roles, compartments or standing; ask another administrator")]
    OwnPower,
    /// Another account, or another subject, is bound already.
    #[error("that account, or that person of the provider, is bound already")]
    Bound,
    /// An issuer or a subject that cannot be one.
    #[error("an issuer and a subject have 1 to {SUBJECT_CHARS_MAX} characters, without control characters")]
    BadSubject,
    /// A life that a token cannot have.
    #[error("a token holds for at least a minute and at most a year")]
    BadLife,
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The id, the password or the code; which, is not said.
    #[error("that id, password and code do not go together")]
    Refused,
    /// Too many failures.
    #[error("too many attempts have failed; try again in {} s", (.retry_ms + 999) / 1000)]
    Wait {
        /// How long to wait.
        retry_ms: i64,
    },
    /// The password is right, but a role needs a second factor and there is none.
    #[error("your roles need a code, and none is set up: ask an administrator for a new link")]
    NeedsCode,
    /// The provider knows the person, and none of what it says of them is a role here.
    #[error("your provider gives you no role in this mission: ask whoever manages it there")]
    NoRole,
    /// A role needs a second factor, and the provider did not say that one was shown.
    #[error("your roles need a second factor: sign in with one at your provider")]
    NeedsFactor,
    /// The account is disabled.
    #[error("this account is disabled: ask an administrator")]
    Disabled,
    /// It could not be looked at.
    #[error("{0}")]
    Failed(#[from] PeopleError),
}

/// Why a one-time link does nothing.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It never was one, was used, was replaced, or is too old; which, is not said.
    #[error("this link does not hold, or not any more: ask an administrator for a new one")]
    Refused,
    /// The password cannot be one.
    #[error("a password has at least {PASSWORD_CHARS_MIN} characters and at most {PASSWORD_BYTES_MAX} bytes")]
    BadPassword,
    /// The code is not of the secret just given.
    #[error("the code is not right: check the clock of your device, and enter the code it shows now")]
    BadCode,
    /// A role needs one.
    #[error("your roles need a code: set it up, and enter the code that your device shows")]
    NeedsCode,
    /// It could not be looked at.
    #[error("{0}")]
    Failed(#[from] PeopleError),
}

impl From<rusqlite::Error> for PeopleError {
    fn from(error: rusqlite::Error) -> PeopleError {
        PeopleError::Failed(error.to_string())
    }
}

impl From<rusqlite::Error> for SignInError {
    fn from(error: rusqlite::Error) -> SignInError {
        SignInError::Failed(error.into())
    }
}

impl From<rusqlite::Error> for LinkError {
    fn from(error: rusqlite::Error) -> LinkError {
        LinkError::Failed(error.into())
    }
}
