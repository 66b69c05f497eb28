//! What is made of an original or read in it: working copies, and bundles that prove something.

use super::shelf::Shelf;
use super::{did, named};
use crate::commands::acts;
use crate::commands::init::mission_failure;
use crate::exit::{Code, Failure, chain};
use crate::keeper::MissionKeeper;
use base::limits::ARCHIVE_BYTES_MAX;
use evidence::item::EXAMINED;
use evidence::proof;
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

pub fn proof(item: &str, by: Option<&str>, dir: &Path) -> Result<Code, Failure> {
    let mission = Mission::open_read(dir).map_err(mission_failure)?;
    let shelf = Shelf::of(&mission)?;
    let digest = named(&shelf, item)?;
    shelf.get(digest)?.refuse_erased(digest)?;
    let bytes = mission.blobs().read(digest, ARCHIVE_BYTES_MAX).map_err(|e| Failure::failed(chain(&e)))?;
    let bundle = proof::read(&bytes).map_err(|e| Failure::bad_input(format!("`{digest}`: {e}")))?;
    let is_held = |d| shelf.originals.get(&d).is_some_and(|o| o.standing.is_here);
    let told = bundle.told(&is_held);
    for member in &bundle.members {
        let name = acts::line(&member.name);
        println!("  {:<9} {}  {:>9} bytes  {name}", member.role.name(), member.digest, member.bytes);
    }
    told.iter().for_each(|line| println!("{}", acts::line(line)));
    if let Some(by) = by {
        let members: Vec<String> =
            bundle.members.iter().map(|m| format!("{} {}", m.digest, m.name)).collect();
        let mut note = format!("ProofMode bundle; {}; members: {}", told.join("; "), members.join(", "));
        note.truncate(note.floor_char_boundary(store::limits::WHY_BYTES_MAX));
        let keeper = MissionKeeper::start(dir).map_err(Failure::failed)?;
        let kept = keeper.handled(did(digest, EXAMINED, by, &note)).map_err(acts::not_kept)?;
        println!("examined by {}: journal entry {}", acts::line(by), kept.seq());
    }
    Ok(Code::Done)
}
