//! The ways that stand: mail, webhook, directory, Cursor on Target.

mod cot;
mod directory;
mod smtp;
mod tls;
pub mod webhook;

use crate::dispatch::{Parcel, Receipt, Undelivered, Way};
use crate::routing::{Address, MailServer};
use crate::secret::Secrets;
use std::path::{Path, PathBuf};

/// All ways of a mission.
#[derive(Debug)]
pub struct Ways {
    folder: PathBuf,
    mail: Option<MailServer>,
    secrets: Secrets,
}

impl Ways {
    /// Files and directories that the routing names are relative to `folder`, the mission's directory.
    #[must_use]
    pub fn new(folder: &Path, mail: Option<MailServer>, secrets: Secrets) -> Ways {
        Ways { folder: folder.to_owned(), mail, secrets }
    }
}

impl Way for Ways {
    fn send(&self, parcel: &Parcel<'_>) -> Result<Receipt, Undelivered> {
        match parcel.to {
            Address::Mail { to } => match &self.mail {
                Some(server) => smtp::send(server, to, parcel, self),
                None => Err(Undelivered::never("routing.yaml states no mail server any more")),
            },
            Address::Webhook(hook) => webhook::send(hook, parcel, self),
            Address::Directory { path } => directory::send(&self.folder.join(path), parcel),
            Address::Cot(server) => cot::send(server, parcel, &self.folder),
        }
    }
}
