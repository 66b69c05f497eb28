//! Why an act is refused: each says what holds, and who may do it and when.

use crate::act::{By, Ref};

/// A refusal. Nothing has changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing, or it is not for this person to know of.
    #[error("there is no `{0}` here")]
    NoSuch(Ref),
    /// It is not for this person to do.
    #[error("that is for {may} to do, not for {who}")]
    NotYours {
        /// Who may.
        may: String,
        /// Who tried.
        who: String,
    },
    /// It cannot be done as things stand.
    #[error("{what} is {state}; that can be done when it is {when}")]
    NotNow {
        /// What.
        what: Ref,
        /// How it stands.
        state: String,
        /// When it could be done.
        when: String,
    },
    /// Something is missing or wrong in what was sent.
    #[error("`{field}`: {says}")]
    Wrong {
        /// Which member.
        field: &'static str,
        /// What is wrong, and what is wanted.
        says: String,
    },
    /// Somebody else is at work on it.
    #[error("{by} is at work on {case} until {until_ms} ms; ask them to release it")]
    Taken {
        /// The case.
        case: Ref,
        /// By whom.
        by: String,
        /// Until when, milliseconds since 1970.
        until_ms: i64,
    },
    /// The case has changed since this person looked.
    #[error("{case} has changed since you looked (revision {is}, you saw {seen}): {since}")]
    Changed {
        /// The case.
        case: Ref,
        /// Its revision.
        is: u64,
        /// The revision that they saw.
        seen: u64,
        /// What was done meanwhile, and by whom.
        since: String,
    },
    /// A second person has to do it.
    #[error("{what} needs a second person: {why}")]
    TwoPersons {
        /// What.
        what: Ref,
        /// Why this one will not do.
        why: String,
    },
    /// Too few of the body are there, or they do not agree by its rule.
    #[error("{body} decides {rule}: {lacks}")]
    NoDecision {
        /// The body.
        body: String,
        /// Its rule, in words.
        rule: String,
        /// What is lacking.
        lacks: String,
    },
    /// The same key was used for another act.
    #[error("another act has the key `{0}`; nothing was changed")]
    KeyTaken(String),
}

impl Refusal {
    /// Its kind, in interfaces.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Refusal::NoSuch(_) => "no-such",
            Refusal::NotYours { .. } => "not-yours",
            Refusal::NotNow { .. } => "not-now",
            Refusal::Wrong { .. } => "wrong",
            Refusal::Taken { .. } => "taken",
            Refusal::Changed { .. } => "changed",
            Refusal::TwoPersons { .. } => "two-persons",
            Refusal::NoDecision { .. } => "no-decision",
            Refusal::KeyTaken(_) => "key-taken",
        }
    }

    /// A member that is missing or wrong.
    #[must_use]
    pub fn wrong(field: &'static str, says: impl Into<String>) -> Refusal {
        Refusal::Wrong { field, says: says.into() }
    }
    /// It is for others to do than for this person.
    #[must_use]
    pub fn not_yours(may: impl Into<String>, by: &By) -> Refusal {
        Refusal::NotYours { may: may.into(), who: by.to_string() }
    }
}
