//! A layer of a GeoPackage. The file is a database, and reading it is none of this crate's: whoever opened it hands on
//! its features as GeoJSON, one a line, and they are read as such.

use crate::formats::geojson;
use crate::intake::{Intake, Options, ReadError};
use base::CivilZone;
use std::io::{self, Cursor, Read};

const NAME: &str = "gpkg";
/// How every GeoPackage begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Reads the features.
pub(crate) fn run(
    options: &Options,
    zone: CivilZone,
    mut input: Box<dyn Read + '_>,
    intake: &mut Intake<'_>,
) -> Result<(), ReadError> {
    let mut head = Vec::new();
    let read = input.by_ref().take(MAGIC.len() as u64).read_to_end(&mut head);
    read.map_err(|e: io::Error| ReadError::at_start(NAME, e))?;
    if head == MAGIC {
        let found = "the bytes of a database; give the file itself to `truceline import gpkg`, not packed and not \
                     through a pipe";
        return Err(ReadError::WrongKind { format: NAME, found: found.to_owned() });
    }
    geojson::run(options, zone, Box::new(Cursor::new(head).chain(input)), intake)
}
