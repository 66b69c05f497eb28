//! What is made of an original: working copies.

use super::shelf::Shelf;
use super::named;
use crate::commands::init::mission_failure;
use crate::exit::{Code, Failure, chain};
use crate::keeper::MissionKeeper;
use server::keep::Keeper as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use store::Mission;

pub fn copy(item: &str, file: &Path, mission: &Path) -> Result<Code, Failure> {
    let shelf = Shelf::of(&Mission::open_read(mission).map_err(mission_failure)?)?;
    let digest = named(&shelf, item)?;
    shelf.get(digest)?.refuse_erased(digest)?;
    let keeper = MissionKeeper::start(mission).map_err(Failure::failed)?;
    let bytes = keeper.copy(digest).map_err(|e| {
        Failure::failed(format!("no working copy of `{digest}`: {e}")).hint("the original is untouched")
    })?;
    let named =
        |e: std::io::Error| Failure::failed(format!("`{}` could not be written: {e}", file.display()));
    let mut out = OpenOptions::new().write(true).create_new(true).open(file).map_err(named)?;
    out.write_all(&bytes).map_err(named)?;
    println!("{}: working copy of {digest}, {} bytes", file.display(), bytes.len());
    Ok(Code::Done)
}
