//! What people do: one deed of one person in one capacity, taken whole or refused whole, and never edited. The same
//! shape in every room where people act: cases, warnings, notices, guarantees.
//!
//! These types are the record format too: JSON within the journal's entry. A member once written is never renamed.

use crate::refusal::Refusal;
use crate::role::{Grant, Role};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;

/// The reference of an object, for people: `CASE-2026-0004`, `FND-2026-0007/v2`. Numbers follow the order of the
/// journal.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ref(pub String);

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who acts, and in which capacity: somebody may hold several roles, and acts in one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct By {
    /// The pseudonym of the account.
    pub person: String,
    /// The role, by its name.
    #[serde(with = "role_name")]
    pub role: Role,
    /// What the role is held of: a party, a guarantor, `BODY` or `BODY/COMPONENT`. Empty: the mission.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
}

impl By {
    /// Somebody acting under a grant.
    #[must_use]
    pub fn under(person: &str, grant: &Grant) -> By {
        By { person: person.to_owned(), role: grant.role, of: grant.of.clone() }
    }

    /// The body that a member or chair sits in; empty: none.
    #[must_use]
    pub fn body(&self) -> &str {
        match self.role {
            Role::Member | Role::Chair => self.of.split('/').next().unwrap_or(""),
            _ => "",
        }
    }

    /// The component that a member of a body represents; the person, where the body has no components.
    #[must_use]
    pub fn component(&self) -> &str {
        self.of.split_once('/').map_or(self.person.as_str(), |(_, component)| component)
    }

    /// The party that a liaison officer is of.
    #[must_use]
    pub fn party(&self) -> Option<&str> {
        (self.role == Role::Liaison).then_some(self.of.as_str())
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.person, self.role.name())?;
        if !self.of.is_empty() {
            write!(f, " of {}", self.of)?;
        }
        f.write_str(")")
    }
}

mod role_name {
    use crate::Role;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(role: &Role, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(role.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Role, D::Error> {
        let name = String::deserialize(from)?;
        Role::named(&name).ok_or_else(|| D::Error::custom(format!("no role is called `{name}`")))
    }
}

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act<D> {
    /// Chosen by who sends it, unlike for every act: the same again is the same act.
    pub key: String,
    /// Who.
    pub by: By,
    /// When it was taken in, milliseconds since 1970.
    pub at_ms: i64,
    /// The revision of the object that the person saw; an act that depends on it is refused if it has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<u64>,
    /// What.
    pub deed: D,
}

/// What an act did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The object that it made or changed.
    pub on: Ref,
    /// The case that it is of; `None`: of none yet.
    pub case: Option<Ref>,
    /// The same act had been taken before: nothing was done again.
    pub already: bool,
}

impl Done {
    /// It was done.
    #[must_use]
    pub fn on(on: Ref) -> Done {
        Done { on, case: None, already: false }
    }
}

/// What people's acts come to in one room: a pure function of the acts, in the order of the journal.
pub trait Takes: Clone {
    /// What is done there.
    type Deed: Clone + PartialEq;

    /// Takes an act, whole; or refuses it, and nothing has changed. The same act again does nothing again.
    ///
    /// # Errors
    /// Why it is refused: who may do it, and when.
    fn take(&mut self, act: &Act<Self::Deed>) -> Result<Done, Refusal>;

    /// Takes an act of the journal. One that these rules do not take is kept apart, with the reason.
    fn take_recorded(&mut self, act: &Act<Self::Deed>);
}

/// The acts that were taken, by their keys: the same act sent again has one effect, another under its key none.
#[derive(Clone, Debug)]
pub struct Taken<D> {
    keys: HashMap<String, (Act<D>, Done)>,
}

impl<D> Default for Taken<D> {
    fn default() -> Taken<D> {
        Taken { keys: HashMap::new() }
    }
}

impl<D: Clone + PartialEq> Taken<D> {
    /// How many acts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// What the same act did before, if it was taken before.
    ///
    /// # Errors
    /// When another act has its key.
    pub fn before(&self, act: &Act<D>) -> Result<Option<Done>, Refusal> {
        let Some((before, done)) = self.keys.get(&act.key) else { return Ok(None) };
        if before.by == act.by && before.deed == act.deed {
            return Ok(Some(Done { already: true, ..done.clone() }));
        }
        Err(Refusal::KeyTaken(act.key.clone()))
    }

    /// Notes that it was taken.
    pub fn note(&mut self, act: &Act<D>, done: &Done) {
        self.keys.insert(act.key.clone(), (act.clone(), done.clone()));
    }
}
