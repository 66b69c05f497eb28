//! Corrected rejects: the column `record` of a rejects file, read as rows under the header of the file they are from.

use crate::exit::Failure;
use evidence::Format;
use evidence::reject::RECORD_BYTES_MAX;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Longest header line, bytes.
const HEADER_BYTES_MAX: u64 = 1024 * 1024;

/// Writes the corrected rows under their header beside the rejects of the mission; that file is then imported like any
/// other, and is kept as an original.
pub fn table(format: Format, original: &Path, rejects: &Path, into: PathBuf) -> Result<PathBuf, Failure> {
    if !matches!(format, Format::Csv | Format::Firms | Format::Ucdp | Format::Smm) {
        return Err(Failure::bad_input(format!("corrected rows of `{}` are not read", format.name())).hint(
            "they are of csv, firms, smm and ucdp; for other formats correct the file and import it again",
        ));
    }
    let shown = rejects.display();
    let unreadable = |e: csv::Error| Failure::bad_input(format!("`{shown}` cannot be read: {e}"));
    let mut reader = csv::Reader::from_path(rejects).map_err(unreadable)?;
    let column = reader.headers().map_err(unreadable)?.iter().position(|name| name == "record");
    let column = column.ok_or_else(|| {
        Failure::bad_input(format!("`{shown}` is no rejects file: it has no column `record`"))
    })?;
    let mut out = header(original)?;
    let mut too_long = 0_u64;
    for row in reader.records() {
        let row = row.map_err(unreadable)?;
        let record = row.get(column).unwrap_or_default().trim_end_matches(['\r', '\n']);
        // A rejects file shows no more of a record than this: what was cut must not be taken for the whole.
        if record.len() >= RECORD_BYTES_MAX {
            too_long += 1;
        } else if !record.is_empty() {
            out.extend_from_slice(record.as_bytes());
            out.push(b'\n');
        }
    }
    if too_long > 0 {
        eprintln!("note: {shown}: {too_long} records were cut in the rejects file and are left out");
    }
    let written = File::create(&into).and_then(|mut file| file.write_all(&out));
    written.map_err(|e| Failure::failed(format!("`{}` cannot be written: {e}", into.display())))?;
    Ok(into)
}

/// The first line of a table, with its end.
fn header(original: &Path) -> Result<Vec<u8>, Failure> {
    let shown = original.display();
    let unreadable = |e: std::io::Error| Failure::bad_input(format!("`{shown}` cannot be read: {e}"));
    let file = File::open(original).map_err(unreadable)?;
    let mut start = Vec::new();
    let plain = evidence::decompress(Box::new(file));
    // A later part of the file may be damaged: its first line is all that is wanted.
    let read = plain.take(HEADER_BYTES_MAX).read_to_end(&mut start);
    let end = start.iter().position(|b| *b == b'\n');
    match (end, read) {
        (Some(end), _) => {
            start.truncate(end + 1);
            Ok(start)
        }
        (None, Err(e)) => Err(unreadable(e)),
        (None, Ok(_)) => Err(Failure::bad_input(format!("`{shown}` has no header line and rows below it"))),
    }
}
