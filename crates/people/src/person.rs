//! Who asks, and by what right.

use base::{Grant, Role};

/// Somebody who has been told from everybody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The pseudonym, which stands in decisions and in the log.
    pub id: String,
    /// The name that is shown.
    pub name: String,
    /// The roles held.
    pub grants: Vec<Grant>,
    /// Compartments that the person needs to know.
    pub compartments: Vec<String>,
}

impl Person {
    /// Whether the role is held, of whatever.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|g| g.role == role)
    }

    /// Whether the role is held of that party, body, guarantor or organisation.
    #[must_use]
    pub fn has_of(&self, role: Role, of: &str) -> bool {
        self.grants.iter().any(|g| g.role == role && g.of == of)
    }

    /// Whether any role held is of the mission's own staff.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.grants.iter().any(|g| g.role.is_staff())
    }

    /// The party that the person is the liaison of.
    #[must_use]
    pub fn party(&self) -> Option<&str> {
        self.grants.iter().find(|g| g.role == Role::Liaison).map(|g| g.of.as_str())
    }

    /// Whether the person needs to know what is in that compartment.
    #[must_use]
    pub fn knows(&self, compartment: &str) -> bool {
        self.compartments.iter().any(|c| c == compartment)
    }
}

/// Whether somebody with these roles signs in with a code: those who decide, give power, or keep originals.
#[must_use]
pub fn needs_code(grants: &[Grant]) -> bool {
    let decides = |role| matches!(role, Role::Member | Role::Chair | Role::Administrator | Role::Custodian);
    grants.iter().any(|g| decides(g.role))
}

/// What a token of a program may do of what its holder may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Read.
    Read,
    /// Read and act, but never manage accounts, links or tokens.
    Act,
}

impl Scope {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scope::Read => "read",
            Scope::Act => "act",
        }
    }

    /// The scope of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Scope> {
        [Scope::Read, Scope::Act].into_iter().find(|s| s.name() == name)
    }
}

/// How somebody was told from everybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// By a session: they signed in.
    Session,
    /// By a token of a program of theirs.
    Token(Scope),
}

/// Somebody who asks for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// Who.
    pub person: Person,
    /// How they were told.
    pub via: Via,
}

/// By whom something is done, from where, and when: what the log says of every change.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// The id of an account, or a word for what is no account.
    pub who: &'a str,
    /// The client's address.
    pub address: &'a str,
    /// Milliseconds since 1970.
    pub now_ms: i64,
}
