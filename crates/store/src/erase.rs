//! Erasing an original that may be kept no longer: an act of the journal first, and only then the bytes go, those of
//! its working copies before its own. The digest, the custody log and the reason stay for ever.

use crate::blobs::{BlobError, Blobs};
use crate::copies::Copies;
use crate::journal::{Journal, Key};
use crate::mission::Mission;
use crate::reader::{ReadError, Reader};
use crate::record::Entry;
use crate::writer::{AppendError, Appended};
use base::Digest;
use cases::Deed;
use evidence::item::{ERASED, Handling, RECEIVED};

/// Why an original was not erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The record is derived from it.
    #[error("blob `{digest}` cannot be erased: it is also {what}, and the record is derived from that")]
    Needed {
        /// Which.
        digest: Digest,
        /// What else it is.
        what: String,
    },
    /// The act does not say that it was erased.
    #[error("this act erases nothing: it says `{action}`")]
    NotAnErasure {
        /// What it says.
        action: String,
    },
    /// The journal could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The act could not be recorded; the bytes are there.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The act may be recorded and the bytes still be there: the next opening of the mission removes them.
    #[error(transparent)]
    Blob(#[from] BlobError),
}

impl Mission {
    /// Records that an original was erased, and erases it.
    ///
    /// A crash before the act is on the disk leaves a mark that the next opening takes away, and the bytes; a crash
    /// after it leaves the mark, by which the next opening erases them. So what is recorded as erased is gone once the
    /// mission is open again, and nothing is gone that is not recorded.
    pub fn erase(&self, handling: Handling, now_ms: i64) -> Result<Appended, EraseError> {
        if handling.action != ERASED {
            return Err(EraseError::NotAnErasure { action: handling.action });
        }
        let digest = handling.item;
        if let Some(what) = other_use(&self.journal().reader(), digest)? {
            return Err(EraseError::Needed { digest, what });
        }
        self.blobs().mark(digest)?;
        let entry = Entry::Handled(handling);
        let bytes = entry.to_bytes().map_err(AppendError::from)?;
        let key = Key::of("erased", &[&now_ms.to_le_bytes(), &bytes]);
        let appended = self.journal().append(&entry, key, now_ms)?;
        Copies::of(self.dir()).remove(digest)?;
        self.blobs().erase(digest)?;
        Ok(appended)
    }
}

/// Ends what a crash left half done. Only for the holder of the mission's lock.
pub(crate) fn finish(journal: &Journal, blobs: &Blobs, copies: &Copies) -> Result<(), EraseError> {
    for digest in blobs.marked()? {
        if is_erased(&journal.reader(), digest)? {
            copies.remove(digest)?;
            blobs.erase(digest)?;
        } else {
            blobs.unmark(digest)?;
        }
    }
    Ok(())
}

/// Whether the last word on this original is that it was erased.
fn is_erased(journal: &Reader, digest: Digest) -> Result<bool, ReadError> {
    let mut is_erased = false;
    for recorded in journal.read(.., None)? {
        match recorded?.entry {
            Entry::Handled(h) if h.item == digest && h.action == ERASED => is_erased = true,
            Entry::Handled(h) if h.item == digest && h.action == RECEIVED => is_erased = false,
            Entry::Received(r) if r.items.iter().any(|i| i.digest == digest && i.is_here) => {
                is_erased = false
            }
            _ => {}
        }
    }
    Ok(is_erased)
}

/// What else an original is: the same bytes may be a text, a map or a file of reports.
fn other_use(journal: &Reader, digest: Digest) -> Result<Option<String>, ReadError> {
    for recorded in journal.read(.., None)? {
        let recorded = recorded?;
        let seq = recorded.seq;
        let what = match recorded.entry {
            Entry::AgreementAdopted { text, label, .. } if text == digest => format!("the text `{label}`"),
            Entry::AgreementAdopted { geometry, .. } if geometry.iter().any(|(_, d)| *d == digest) => {
                "a line or zone of a text".to_owned()
            }
            Entry::ImportStarted { original, file_name, .. } if original == digest => {
                format!("the imported file `{file_name}`")
            }
            Entry::Received(r) if r.original == digest => "a submission as it came".to_owned(),
            Entry::Acted(act) if is_material(&act.deed, digest) => "material of an allegation".to_owned(),
            _ => continue,
        };
        return Ok(Some(format!("{what} (entry {seq})")));
    }
    Ok(None)
}

fn is_material(deed: &Deed, digest: Digest) -> bool {
    matches!(deed, Deed::Allege(claim) if claim.material.iter().any(|m| Digest::from_hex(m) == Some(digest)))
}
