//! CAP files in a directory, each there once and never half: whoever looks sees the whole file or none. A reader may
//! take a file away; it is not written again.

use crate::cap;
use crate::dispatch::{Parcel, Receipt, Undelivered};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Where we keep what we know of the directory.
const OWN: &str = ".truceline";

pub(super) fn send(folder: &Path, parcel: &Parcel<'_>) -> Result<Receipt, Undelivered> {
    let id = &parcel.message.id;
    let shown = folder.display();
    match put(folder, id, cap::write(parcel.message).as_bytes()) {
        Ok(()) => Ok(Receipt(format!("{id}.xml stands in `{shown}`"))),
        Err(e) => Err(Undelivered::again(format!("`{shown}` cannot be written into: {e}"))),
    }
}

/// Three steps, each on the disk before the next: the file under a hidden name (`part`), a note that it is whole
/// (`ready`), and its moving to where readers look. A crash before the note writes it anew; after the note the hidden
/// file tells whether it was moved: if it is gone, it was, wherever a reader has taken it since.
fn put(folder: &Path, id: &str, bytes: &[u8]) -> io::Result<()> {
    let own = folder.join(OWN);
    fs::create_dir_all(&own)?;
    let (part, ready) = (own.join(format!("{id}.part")), own.join(format!("{id}.ready")));
    if !ready.try_exists()? {
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        sync(&own)?;
        File::create(&ready)?.sync_all()?;
        sync(&own)?;
    }
    match fs::rename(&part, folder.join(format!("{id}.xml"))) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        // Not found: it was moved before.
        Ok(()) | Err(_) => {}
    }
    sync(folder)?;
    sync(&own)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_taken_away_is_not_written_again() {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "a", b"one").unwrap();
        assert_eq!(fs::read(dir.path().join("a.xml")).unwrap(), b"one");
        fs::remove_file(dir.path().join("a.xml")).unwrap();
        put(dir.path(), "a", b"one").unwrap();
        assert!(!dir.path().join("a.xml").exists());
    }

    #[test]
    fn a_crash_at_each_step_ends_in_one_whole_file() {
        for (part, ready) in
            [(None, false), (Some("ha"), false), (Some("half"), false), (Some("whole"), true)]
        {
            let dir = tempfile::tempdir().unwrap();
            let own = dir.path().join(OWN);
            fs::create_dir_all(&own).unwrap();
            if let Some(part) = part {
                fs::write(own.join("a.part"), part).unwrap();
            }
            if ready {
                fs::write(own.join("a.ready"), "").unwrap();
            }
            put(dir.path(), "a", b"whole").unwrap();
            assert_eq!(fs::read(dir.path().join("a.xml")).unwrap(), b"whole");
            assert!(!own.join("a.part").exists());
        }
    }
}
