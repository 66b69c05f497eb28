//! Who people are in a mission, and so what they may do. A role is held *of* something: a liaison officer is of a
//! party, a member is of a body.

/// A role. Source: the roles of a mission's people and of those whom it serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reports what was seen and heard.
    Observer,
    /// Runs the watch: alarms, hotline, clocks.
    WatchOfficer,
    /// Works cases: tasks, matrix, drafts.
    VerificationOfficer,
    /// Compares and counts.
    Analyst,
    /// Sits in a body that decides; held of that body.
    Member,
    /// Presides over a body; held of that body.
    Chair,
    /// A party's officer at the mission; held of that party.
    Liaison,
    /// Represents a guarantor; held of that guarantor.
    Guarantor,
    /// Plans repairs or humanitarian work; held of its organisation.
    Planner,
    /// Releases what is made public.
    Publisher,
    /// Keeps evidence: custody, retention, seals.
    Custodian,
    /// Reads who did and saw what.
    Auditor,
    /// Makes accounts and grants roles; reads nothing of the cases by that.
    Administrator,
}

impl Role {
    /// All roles, in the order in which they are listed to people.
    pub const ALL: [Role; 13] = [
        Role::Observer,
        Role::WatchOfficer,
        Role::VerificationOfficer,
        Role::Analyst,
        Role::Member,
        Role::Chair,
        Role::Liaison,
        Role::Guarantor,
        Role::Planner,
        Role::Publisher,
        Role::Custodian,
        Role::Auditor,
        Role::Administrator,
    ];

    /// Its name in files, APIs and commands.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Observer => "observer",
            Role::WatchOfficer => "watch-officer",
            Role::VerificationOfficer => "verification-officer",
            Role::Analyst => "analyst",
            Role::Member => "member",
            Role::Chair => "chair",
            Role::Liaison => "liaison",
            Role::Guarantor => "guarantor",
            Role::Planner => "planner",
            Role::Publisher => "publisher",
            Role::Custodian => "custodian",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.name() == name)
    }

    /// What it is held of, for people; `None`: it is held of the mission as a whole.
    #[must_use]
    pub fn held_of(self) -> Option<&'static str> {
        match self {
            Role::Member | Role::Chair => Some("body"),
            Role::Liaison => Some("party"),
            Role::Guarantor => Some("guarantor"),
            Role::Planner => Some("organisation"),
            _ => None,
        }
    }

    /// Whether it is of the mission's own staff, who see what both sides submit.
    #[must_use]
    pub fn is_staff(self) -> bool {
        matches!(
            self,
            Role::WatchOfficer
                | Role::VerificationOfficer
                | Role::Analyst
                | Role::Member
                | Role::Chair
                | Role::Publisher
                | Role::Custodian
        )
    }
}

/// One role that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The party, body, guarantor or organisation that it is held of; empty where [`Role::held_of`] is `None`.
    pub of: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_found_by_its_name() {
        for role in Role::ALL {
            assert_eq!(Role::named(role.name()), Some(role));
        }
        assert_eq!(Role::named("king"), None);
        assert!(!Role::Liaison.is_staff() && !Role::Administrator.is_staff() && !Role::Auditor.is_staff());
    }
}
