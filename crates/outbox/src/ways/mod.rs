//! The ways that stand: mail, webhook, directory, Cursor on Target, notifications in browsers.

mod cot;
mod directory;
pub(crate) mod http;
mod push;
mod smtp;
mod tls;
mod webhook;

use crate::dispatch::{Parcel, Receipt, Undelivered, Way};
use crate::routing::{Address, MailServer};
use crate::secret::Secrets;
pub use push::{Admits, Push, trial};
use std::fmt;
use std::path::{Path, PathBuf};

/// All ways of a mission.
pub struct Ways<'a> {
    folder: PathBuf,
    mail: Option<MailServer>,
    secrets: Secrets,
    push: Option<Push<'a>>,
}

impl<'a> Ways<'a> {
    /// Files and directories that the routing names are relative to `folder`, the mission's directory.
    #[must_use]
    pub fn new(folder: &Path, mail: Option<MailServer>, secrets: Secrets) -> Ways<'a> {
        Ways { folder: folder.to_owned(), mail, secrets, push: None }
    }

    /// With browsers that can be told.
    #[must_use]
    pub fn with_push(self, push: Option<Push<'a>>) -> Ways<'a> {
        Ways { push, ..self }
    }
}

/// Nothing of what it holds is shown: secrets are near.
impl fmt::Debug for Ways<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ways({})", self.folder.display())
    }
}

impl Way for Ways<'_> {
    fn send(&self, parcel: &Parcel<'_>) -> Result<Receipt, Undelivered> {
        match parcel.to {
            Address::Mail { to } => match &self.mail {
                Some(server) => smtp::send(server, to, parcel, self),
                None => Err(Undelivered::never("routing.yaml states no mail server any more")),
            },
            Address::Webhook(hook) => webhook::send(hook, parcel, self),
            Address::Directory { path } => directory::send(&self.folder.join(path), parcel),
            Address::Cot(server) => cot::send(server, parcel, &self.folder),
            Address::Push { account, shows } => match &self.push {
                Some(push) => push::send(push, account, *shows, parcel),
                None => {
                    Err(Undelivered::never("browsers are told by a desk that has accounts, and this is none"))
                }
            },
        }
    }
}
