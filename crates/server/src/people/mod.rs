//! Who asks: sessions and tokens, the door that every request passes, and the addresses of accounts.

mod accounts;
mod audit;
mod gate;
mod me;
mod push;
mod session;
mod tokens;
mod types;
mod who;

pub use ::people::{Admitted, Person, Scope, Via};
pub use who::{Inside, Who};

pub(crate) use crate::live::blocking;
pub(crate) use gate::{Gate, admit, cookie, session_in};
pub(crate) use session::with_cookie;
pub(crate) use who::Client;

use crate::live::App;
use crate::problem::Problem;
use crate::sign_on::{self, Provider};
use ::people::{LinkError, People, PeopleError, SignInError};
use std::sync::Arc;
use tokio::sync::Semaphore;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Passwords that are checked at a time, of strangers and, beside them, of those who come from where they came before.
const CHECKS_AT_ONCE: usize = 1;
/// How many at a time wait for what a provider answers.
const ASKING_AT_ONCE: usize = 16;

/// The accounts of a mission, with the clock that they are judged by.
pub struct Accounts {
    /// The accounts.
    pub store: People,
    clock: Box<dyn Fn() -> i64 + Send + Sync>,
    strangers: Arc<Semaphore>,
    familiar: Arc<Semaphore>,
    /// The provider that the mission signs on by.
    pub(crate) sign_on: Option<Arc<Provider>>,
    pub(crate) asking: Arc<Semaphore>,
}

impl Accounts {
    /// These accounts; `clock` gives milliseconds since 1970.
    pub fn new(store: People, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Accounts {
        let lane = || Arc::new(Semaphore::new(CHECKS_AT_ONCE));
        let asking = Arc::new(Semaphore::new(ASKING_AT_ONCE));
        let clock = Box::new(clock);
        Accounts { store, clock, strangers: lane(), familiar: lane(), sign_on: None, asking }
    }

    /// The same, with a provider that people sign on by.
    #[must_use]
    pub fn with_sign_on(self, provider: Provider) -> Accounts {
        Accounts { sign_on: Some(Arc::new(provider)), ..self }
    }

    /// What the button of the sign-on says; `None`: there is no provider.
    fn sign_on_name(&self) -> Option<String> {
        self.sign_on.as_ref().map(|p| p.name().to_owned())
    }

    /// The time now.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        (self.clock)()
    }
}

/// The addresses that the description of the API lists.
pub(crate) fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(me::me))
        .routes(routes!(session::sign_in, session::sign_out))
        .routes(routes!(session::first))
        .routes(routes!(sign_on::begin))
        .routes(routes!(sign_on::back))
        .routes(routes!(accounts::people, accounts::add))
        .routes(routes!(accounts::change))
        .routes(routes!(accounts::link))
        .routes(routes!(audit::audit))
        .routes(routes!(tokens::tokens, tokens::make))
        .routes(routes!(tokens::revoke))
        .routes(routes!(push::browsers, push::add))
        .routes(routes!(push::remove))
        .routes(routes!(push::trial))
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Problem {
        let detail = error.to_string();
        match error {
            PeopleError::Failed(_) => Problem::busy(detail, 2),
            PeopleError::Newer(_) => Problem::unavailable(detail),
            PeopleError::Unknown => Problem::not_found(detail),
            PeopleError::Taken | PeopleError::Bound | PeopleError::Full | PeopleError::LastAdministrator => {
                Problem::conflict(detail)
            }
            PeopleError::OwnPower => Problem::refused(detail),
            PeopleError::BadId
            | PeopleError::BadName
            | PeopleError::BadLabel
            | PeopleError::BadRole(_)
            | PeopleError::BadHolder { .. }
            | PeopleError::BadCompartment
            | PeopleError::TooMany
            | PeopleError::BadSubject
            | PeopleError::BadLife => Problem::body(detail),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Problem {
        let detail = error.to_string();
        match error {
            SignInError::Refused => Problem::sign_in(detail),
            SignInError::Wait { retry_ms } => {
                Problem::wait(detail, u32::try_from(retry_ms.saturating_add(999) / 1_000).unwrap_or(u32::MAX))
            }
            SignInError::NeedsCode
            | SignInError::NoRole
            | SignInError::NeedsFactor
            | SignInError::Disabled => Problem::refused(detail),
            SignInError::Failed(error) => error.into(),
        }
    }
}

impl From<LinkError> for Problem {
    fn from(error: LinkError) -> Problem {
        let detail = error.to_string();
        match error {
            LinkError::Refused => Problem::sign_in(detail),
            LinkError::BadPassword => Problem::member("password", detail),
            LinkError::BadCode | LinkError::NeedsCode => Problem::member("code", detail),
            LinkError::Failed(error) => error.into(),
        }
    }
}
