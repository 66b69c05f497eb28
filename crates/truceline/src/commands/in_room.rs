//! Acts in the rooms beside the docket, from the command line: on the notice board, and about guarantees.

use super::acts::{Taken, not_kept, refused};
use super::desk::agreements;
use super::init::mission_failure;
use super::now_ms;
use crate::exit::{Code, Failure, chain};
use crate::keeper::MissionKeeper;
use base::{Act, By, CivilZone, Refusal, Takes};
use deconfliction::Board;
use guarantee::Register;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use server::keep::{KeepError, Keeper as _};
use std::path::Path;
use std::sync::Arc;
use store::{Mission, MissionReader};

/// How often an act is tried again when somebody else acted between looking and writing.
const TRIES_MAX: u32 = 8;

/// A ledger whose acts the journal keeps.
pub trait Room: Takes<Deed: Serialize + DeserializeOwned> {
    /// The kind of the entries of its acts.
    const KIND: &'static str;
    /// Where its deeds are told of.
    const MANUAL: &'static str;

    /// The ledger as the journal has it.
    fn as_it_stands(mission: &MissionReader) -> Result<Self, Failure>;
}

impl Room for Board {
    const KIND: &'static str = "noticed";
    const MANUAL: &'static str = "docs/deconfliction.md";

    fn as_it_stands(mission: &MissionReader) -> Result<Board, Failure> {
        let zone = CivilZone::named(mission.zone()).map_err(Failure::failed)?;
        store::rooms::notice_board(mission.journal(), zone, None).map_err(|e| Failure::failed(chain(&e)))
    }
}

impl Room for Register {
    const KIND: &'static str = "guaranteed";
    const MANUAL: &'static str = "docs/guarantee.md";

    fn as_it_stands(mission: &MissionReader) -> Result<Register, Failure> {
        let setting = Arc::new(agreements(mission)?);
        store::rooms::guarantee_register(mission.journal(), setting, None)
            .map_err(|e| Failure::failed(chain(&e)))
    }
}

/// What an act comes with.
pub struct Sent {
    /// Its key.
    pub key: String,
    /// The revision that was seen.
    pub seen: Option<u64>,
    /// The deed, as JSON.
    pub deed: Value,
}

/// Takes one act of one person in a room of the mission in `dir`, now, and says what it did.
pub fn run<L: Room>(dir: &Path, shown: &str, by: By, sent: Sent) -> Result<Code, Failure> {
    let mission = Mission::open_read(dir).map_err(mission_failure)?;
    let deed: L::Deed = serde_json::from_value(sent.deed).map_err(|e| {
        Failure::bad_input(format!("`{shown}`: the deed cannot be read: {e}"))
            .hint(format!("deeds and their members are listed in {}", L::MANUAL))
    })?;
    let act = Act { key: sent.key, by, at_ms: now_ms(), seen: sent.seen, deed };
    match keep::<L>(dir, &mission, &act)? {
        Taken::Made(done, seq) => println!("{}: journal entry {seq}", done.on),
        Taken::Already(done) => {
            println!("{}: the same act had been taken before; nothing was done again", done.on);
        }
        Taken::Refused(refusal) => {
            let zone = CivilZone::named(mission.zone()).map_err(Failure::failed)?;
            return Err(Failure::failed(refused(&refusal, &zone)).hint("nothing was changed"));
        }
    }
    Ok(Code::Done)
}

fn keep<L: Room>(dir: &Path, mission: &MissionReader, act: &Act<L::Deed>) -> Result<Taken, Failure> {
    let keeper = MissionKeeper::start(dir).map_err(Failure::failed)?;
    let json = serde_json::to_string(act).map_err(Failure::failed)?;
    for _ in 0..TRIES_MAX {
        // First the number: an act between the two is seen again below, and one after them is refused as busy.
        let last = mission.journal().last_of_kind(L::KIND).map_err(|e| Failure::failed(chain(&e)))?;
        let done = match L::as_it_stands(mission)?.take(act) {
            Ok(done) if done.already => return Ok(Taken::Already(done)),
            Ok(done) => done,
            Err(refusal) => return Ok(Taken::Refused(refusal)),
        };
        match keeper.room_acted(L::KIND, &json, last) {
            Ok(kept) => return Ok(Taken::Made(done, kept.seq())),
            Err(KeepError::Busy { .. }) => {}
            Err(KeepError::KeyTaken) => return Ok(Taken::Refused(Refusal::KeyTaken(act.key.clone()))),
            Err(e) => return Err(not_kept(e)),
        }
    }
    Err(Failure::failed("others kept acting while this was tried").hint("try again: nothing was changed"))
}
