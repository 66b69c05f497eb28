//! Sign-on by a provider of the mission's own: OpenID Connect, the code flow with PKCE. The provider says who somebody
//! is and which groups they are of; a table of the mission says which roles follow.

mod doors;
mod flow;
mod provider;
mod settings;

pub use provider::Provider;
pub use settings::{MappedRole, SignOn};

/// How the doors stand in the description of the API.
pub(crate) use doors::{__path_back, __path_begin};
pub(crate) use doors::{back, begin};
