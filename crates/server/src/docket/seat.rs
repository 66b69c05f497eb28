//! Who asks: what the sign-in made of the request. On a desk that has no accounts, everybody on this machine reads what
//! officers read, and nobody acts.

use crate::access::Standing;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base::{Grant, Role};
use publication::docket::{Needs, Reader};

/// Somebody at the desk. Put into a request's extensions by whatever checked who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The pseudonym of the account; empty: nobody has signed in.
    pub person: String,
    /// The roles held.
    pub grants: Vec<Grant>,
    /// The compartments that the person needs to know.
    pub compartments: Vec<String>,
    /// Whether the desk is open: no account has been made yet.
    pub is_open: bool,
}

impl Seat {
    /// Nobody has signed in, and nobody could.
    #[must_use]
    pub fn open() -> Seat {
        Seat { person: String::new(), grants: Vec::new(), compartments: Vec::new(), is_open: true }
    }

    /// What this person may see.
    #[must_use]
    pub fn reader(&self) -> Reader {
        if self.is_open {
            return Reader::Staff(Needs::All);
        }
        Reader::of(&self.grants, &self.compartments)
    }

    /// The grant under which this person acts in that role.
    pub fn grant(&self, role: &str, of: &str) -> Result<&Grant, Problem> {
        if self.person.is_empty() {
            return Err(Problem::not_signed_in());
        }
        let named = Role::named(role);
        let found = self.grants.iter().find(|g| Some(g.role) == named && g.of == of);
        found.ok_or_else(|| {
            Problem::forbidden("not-yours", format!("you do not hold the role `{role}` of `{of}`"))
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Seat {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Seat, Self::Rejection> {
        if let Some(seat) = parts.extensions.get::<Seat>() {
            return Ok(seat.clone());
        }
        let nobody = Seat { is_open: false, ..Seat::open() };
        Ok(match parts.extensions.get::<Standing>() {
            Some(Standing::OpenDesk) => Seat::open(),
            Some(Standing::Known(admitted)) => {
                let person = &admitted.person;
                Seat {
                    person: person.id.clone(),
                    grants: person.grants.clone(),
                    compartments: person.compartments.clone(),
                    is_open: false,
                }
            }
            // The gate has let nobody through who is not known; should it ever, they see nothing.
            Some(Standing::Nobody) | None => nobody,
        })
    }
}
