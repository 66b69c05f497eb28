//! Takes: sign-ins, one-time links, grants. Gives: who somebody is and what they may do, and a log of who did what.
//! Never: sees the journal; keeps a secret in the clear; reads a clock; forgets a line of the log.

mod accounts;
mod audit;
mod code;
mod error;
pub mod limits;
mod links;
mod password;
mod person;
mod schema;
mod seal;
mod secret;
mod sessions;
mod store;
mod throttle;
mod tokens;
mod vouched;

pub use accounts::{Account, Change};
pub use audit::Audited;
pub use code::code_at;
pub use error::{LinkError, PeopleError, SignInError};
pub use links::{Beginning, Link};
pub use person::{Admitted, By, Person, Scope, Via, needs_code};
pub use seal::Sealing;
pub use secret::Secret;
pub use sessions::{Attempt, SignedIn};
pub use store::{FILE, People};
pub use tokens::TokenCard;
pub use vouched::Vouched;
