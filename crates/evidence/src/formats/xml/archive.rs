//! ZIP archives of XML files (data packages, KMZ), unpacked in memory and within limits. The names of their entries
//! are never used as paths.

use crate::intake::{At, Intake, ReadError};
use crate::reject::{Fault, RejectReason};
use base::limits::{
    ARCHIVE_BYTES_MAX, ARCHIVE_DEPTH_MAX, ARCHIVE_ENTRIES_MAX, ARCHIVE_RATIO_MAX, ARCHIVE_UNPACKED_BYTES_MAX,
};
use std::io::{self, Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// Bytes that an entry may unpack to whatever its packed size: small texts pack well.
const FREE_BYTES: u64 = 1024 * 1024;

const OTHER_FILES: &str = "files of the archive that this format does not read";

/// Whether these are the first bytes of a ZIP archive.
pub(crate) fn is_archive(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// What is read of an archive.
pub(crate) struct Wanted {
    /// The format, for messages.
    pub(crate) format: &'static str,
    /// Endings of names that are read, in lower case.
    pub(crate) endings: &'static [&'static str],
}

/// Reads one text of an archive into the intake.
pub(crate) type ReadText<'f> = dyn FnMut(Box<dyn Read + '_>, &mut Intake<'_>) -> Result<(), ReadError> + 'f;

/// Gives every wanted entry of the archive `input` to `each`; others are named in a warning, bad ones rejected.
///
/// # Errors
/// When the input fails, is no archive that can be opened, or `each` fails.
pub(crate) fn read(
    wanted: &Wanted,
    input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
    each: &mut ReadText<'_>,
) -> Result<(), ReadError> {
    let mut left = ARCHIVE_UNPACKED_BYTES_MAX;
    let mut bytes = Vec::new();
    let taken = input.take(ARCHIVE_BYTES_MAX + 1).read_to_end(&mut bytes);
    taken.map_err(|e| ReadError::at_start(wanted.format, e))?;
    let wrong = |found: String| ReadError::WrongKind { format: wanted.format, found };
    if bytes.len() as u64 > ARCHIVE_BYTES_MAX {
        return Err(wrong(format!("the archive is larger than {ARCHIVE_BYTES_MAX} bytes; unpack it first")));
    }
    entries(wanted, bytes, 0, &mut left, intake, each)?.map_err(|fault| {
        wrong(match fault.reason {
            RejectReason::TooLarge => format!("the archive has {}", fault.value),
            _ => format!("the archive is damaged or cut off: {}", fault.value),
        })
    })
}

/// Outer error ends the reading; inner: the archive could not be opened.
fn entries(
    wanted: &Wanted,
    bytes: Vec<u8>,
    depth: usize,
    left: &mut u64,
    intake: &mut Intake<'_>,
    each: &mut ReadText<'_>,
) -> Result<Result<(), Fault>, ReadError> {
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(e) => return Ok(Err(unpacked(&e, ""))),
    };
    if archive.len() > ARCHIVE_ENTRIES_MAX {
        let says = format!("{} entries, more than {ARCHIVE_ENTRIES_MAX}", archive.len());
        return Ok(Err(Fault::new("", RejectReason::TooLarge, says)));
    }
    for index in 0..archive.len() {
        let (name, text) = match entry(wanted, &mut archive, index, left) {
            Ok(Content::Text(name, text)) => (name, text),
            Ok(Content::Directory) => continue,
            Ok(Content::Other) => {
                intake.warn(OTHER_FILES);
                continue;
            }
            Err(fault) => {
                let raw = fault.value.clone();
                intake.rejected(At { line: 1, raw: raw.as_bytes() }, fault);
                continue;
            }
        };
        if !is_archive(&text) {
            match each(Box::new(text.as_slice()), intake) {
                Ok(()) => {}
                // Another kind of file, or an empty one, beside those that are read.
                Err(ReadError::Empty | ReadError::WrongKind { .. }) => {
                    intake.warn(OTHER_FILES);
                }
                Err(e) => return Err(e),
            }
            continue;
        }
        let inner = if depth + 1 >= ARCHIVE_DEPTH_MAX {
            Err(Fault::new(
                "",
                RejectReason::TooLarge,
                format!("{name}: an archive in an archive in an archive"),
            ))
        } else {
            entries(wanted, text, depth + 1, left, intake, each)?
        };
        if let Err(fault) = inner {
            intake.rejected(At { line: 1, raw: name.as_bytes() }, fault);
        }
    }
    Ok(Ok(()))
}

enum Content {
    /// A name and what stands in the file.
    Text(String, Vec<u8>),
    Directory,
    /// A file that is not read.
    Other,
}

/// One entry.
fn entry(
    wanted: &Wanted,
    archive: &mut ZipArchive<Cursor<Vec<u8>>>,
    index: usize,
    left: &mut u64,
) -> Result<Content, Fault> {
    let mut file = archive.by_index(index).map_err(|e| unpacked(&e, &format!("entry {}", index + 1)))?;
    let name = String::from_utf8_lossy(file.name_raw()).into_owned();
    if is_unsafe(&name) {
        return Err(Fault::new("", RejectReason::UnsafeName, &name));
    }
    if file.is_dir() {
        return Ok(Content::Directory);
    }
    let lower = name.to_lowercase();
    if !wanted.endings.iter().any(|e| lower.ends_with(e)) {
        return Ok(Content::Other);
    }
    let of_ratio = file.compressed_size().saturating_mul(ARCHIVE_RATIO_MAX).max(FREE_BYTES);
    let allowed = of_ratio.min(*left);
    let mut bytes = Vec::new();
    let read = (&mut file).take(allowed + 1).read_to_end(&mut bytes);
    *left = left.saturating_sub(bytes.len() as u64);
    if bytes.len() as u64 > allowed {
        let says = if allowed < of_ratio {
            format!("{name}: the archive unpacks to more than {ARCHIVE_UNPACKED_BYTES_MAX} bytes")
        } else {
            format!("{name}: unpacks to more than {ARCHIVE_RATIO_MAX} times its size")
        };
        return Err(Fault::new("", RejectReason::TooLarge, says));
    }
    read.map_err(|e| unpacked(&ZipError::Io(e), &name))?;
    Ok(Content::Text(name, bytes))
}

/// Whether a name would lead out of a directory, were it used as a path.
pub(crate) fn is_unsafe(name: &str) -> bool {
    let drive = name.get(1..2) == Some(":");
    name.starts_with(['/', '\\'])
        || drive
        || name.contains('\0')
        || name.split(['/', '\\']).any(|p| p == "..")
}

fn unpacked(error: &ZipError, name: &str) -> Fault {
    let between = if name.is_empty() { "" } else { ": " };
    let reason = match error {
        ZipError::Io(e) if e.kind() == io::ErrorKind::UnexpectedEof => RejectReason::TruncatedFile,
        ZipError::UnsupportedArchive(_)
        | ZipError::CompressionMethodNotSupported(_)
        | ZipError::InvalidPassword => RejectReason::PackedOtherwise,
        _ => RejectReason::CorruptFile,
    };
    Fault::new("", reason, format!("{name}{between}{error}"))
}
