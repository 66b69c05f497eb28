//! What of the docket whom may see. Liaison officers see their own party's matters and what has been decided, never
//! what the other side submits beyond what they have to answer; guarantors see what has been decided; officers and
//! members see all. Whatever is withheld is absent: its refusal never says that it exists.

use base::{Grant, Role};
use cases::allegation::{Allegation, State};
use cases::attribution::Attribution;
use cases::case::Case;
use cases::finding::Finding;
use cases::remedy::Remedy;
use cases::{Docket, Ref};

/// What somebody needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needs {
    /// All: whoever holds the machine, on a desk without accounts.
    All,
    /// What is in these compartments, and what is in none.
    Only(Vec<String>),
}

/// Who looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The mission's officers and the members of its bodies.
    Staff(Needs),
    /// Liaison officers of these parties (in practice one).
    Parties(Vec<String>),
    /// A guarantor's representative.
    Guarantor,
    /// An organisation that plans repairs or help: its own submissions.
    Organisations(Vec<String>),
    /// Anybody else.
    Nobody,
}

/// How much of an allegation somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Nothing, nor that it exists.
    Hidden,
    /// What has to be answered: what is alleged, of when and where; not by whom in person, nor its material.
    Served,
    /// All of it.
    Whole,
}

impl Reader {
    /// The widest of what somebody's roles let them see.
    #[must_use]
    pub fn of(grants: &[Grant], compartments: &[String]) -> Reader {
        let of = |role: Role| {
            let held = grants.iter().filter(|g| g.role == role).map(|g| g.of.clone());
            held.collect::<Vec<String>>()
        };
        if grants.iter().any(|g| g.role.is_staff()) {
            return Reader::Staff(Needs::Only(compartments.to_vec()));
        }
        let (parties, organisations) = (of(Role::Liaison), of(Role::Planner));
        if !parties.is_empty() {
            return Reader::Parties(parties);
        }
        if grants.iter().any(|g| g.role == Role::Guarantor) {
            return Reader::Guarantor;
        }
        if organisations.is_empty() { Reader::Nobody } else { Reader::Organisations(organisations) }
    }

    fn is_of(&self, party: &str) -> bool {
        matches!(self, Reader::Parties(own) if own.iter().any(|p| p == party))
    }

    /// Whether the reader is of the mission's own.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        matches!(self, Reader::Staff(_))
    }

    /// Whether the reader may know what is in all these compartments. Nobody but staff may know what is in any.
    #[must_use]
    pub fn knows(&self, compartments: &[String]) -> bool {
        match self {
            Reader::Staff(Needs::All) => true,
            Reader::Staff(Needs::Only(own)) => compartments.iter().all(|c| own.contains(c)),
            _ => compartments.is_empty(),
        }
    }

    /// Whether the reader may know of the case of that reference, as far as compartments go.
    #[must_use]
    pub fn knows_case(&self, docket: &Docket, case: &Ref) -> bool {
        docket.case(case).is_ok_and(|c| self.knows(&c.compartments))
    }

    /// How much of an allegation is seen. A party's own, and what it has to answer, it sees whatever case that is in.
    #[must_use]
    pub fn sight(&self, docket: &Docket, allegation: &Allegation) -> Sight {
        let claim = &allegation.claim;
        match self {
            Reader::Staff(_) if allegation.case.as_ref().is_none_or(|c| self.knows_case(docket, c)) => {
                Sight::Whole
            }
            Reader::Parties(_) if self.is_of(&claim.complainant) => Sight::Whole,
            // Before it is taken up, nobody has been accused; nor where it was not.
            Reader::Parties(_) if self.is_of(&claim.against) && allegation.state == State::Registered => {
                Sight::Served
            }
            Reader::Organisations(own)
                if !claim.complainant.is_empty() && own.contains(&claim.complainant) =>
            {
                Sight::Whole
            }
            _ => Sight::Hidden,
        }
    }

    /// Whether a version of a finding is seen: officers see drafts, others what counts or has counted.
    #[must_use]
    pub fn sees_finding(&self, docket: &Docket, finding: &Finding) -> bool {
        if !self.knows_case(docket, &finding.case) {
            return false;
        }
        match self {
            Reader::Staff(_) => true,
            Reader::Parties(_) | Reader::Guarantor => finding.signing.issued_ms().is_some(),
            Reader::Organisations(_) | Reader::Nobody => false,
        }
    }

    /// Whether a version of an attribution is seen: likewise.
    #[must_use]
    pub fn sees_attribution(&self, docket: &Docket, attribution: &Attribution) -> bool {
        if !self.knows_case(docket, &attribution.case) {
            return false;
        }
        match self {
            Reader::Staff(_) => true,
            Reader::Parties(_) | Reader::Guarantor => attribution.signing.issued_ms().is_some(),
            Reader::Organisations(_) | Reader::Nobody => false,
        }
    }

    /// Whether a remedy is seen.
    #[must_use]
    pub fn sees_remedy(&self, docket: &Docket, remedy: &Remedy) -> bool {
        let told = matches!(self, Reader::Staff(_) | Reader::Parties(_) | Reader::Guarantor);
        told && self.knows_case(docket, &remedy.case)
    }

    /// Whether a case is seen at all: by officers; by a party that something in it is about, or that is told of its
    /// finding; by a guarantor, once something has been found.
    #[must_use]
    pub fn sees_case(&self, docket: &Docket, case: &Case) -> bool {
        if !self.knows(&case.compartments) {
            return false;
        }
        if self.is_staff() {
            return true;
        }
        let found = docket.findings.iter().any(|f| f.case == case.reference && self.sees_finding(docket, f));
        let alleged = || {
            let of_case = docket.allegations.iter().filter(|a| a.case.as_ref() == Some(&case.reference));
            of_case.into_iter().any(|a| self.sight(docket, a) != Sight::Hidden)
        };
        found || alleged()
    }

    /// Whether somebody's own words (a report of a remedy, an appeal) are seen: by officers, and by those of the same
    /// party. That something was said is not withheld; what one side submits is not for the other.
    #[must_use]
    pub fn hears(&self, by: &cases::By) -> bool {
        self.is_staff() || by.party().is_none() || by.party().is_some_and(|party| self.is_of(party))
    }

    /// Whether the work on a case is seen: steps, the matrix, who is at it, the history.
    #[must_use]
    pub fn sees_work(&self) -> bool {
        self.is_staff()
    }

    /// Whether people's pseudonyms are seen; others see roles.
    #[must_use]
    pub fn sees_people(&self) -> bool {
        self.is_staff()
    }

    /// Whether the figures of equal treatment are seen.
    #[must_use]
    pub fn sees_figures(&self) -> bool {
        matches!(self, Reader::Staff(_) | Reader::Parties(_) | Reader::Guarantor)
    }
}
