//! `truceline board`: the notice board of a mission, as text or JSON, now or as known at a moment. Everything is
//! printed, to whoever may read the mission's directory.

use super::desk::{fold_failure, record};
use super::init::mission_failure;
use super::now_ms;
use crate::cli::guarantee::BoardOf;
use crate::exit::{Code, Failure, chain};
use crate::source;
use base::{CivilZone, Instant, Ref};
use deconfliction::view::Audience;
use publication::board::{asked_of, board_for};
use serde_json::json;
use store::Mission;

pub fn run(args: &BoardOf) -> Result<Code, Failure> {
    let known = args.as_known_at.as_deref().map(|t| source::moment(t, "--as-known-at")).transpose()?;
    let until_ms = known.map(|t| t.0);
    let mission = Mission::open_read(&args.at.mission).map_err(mission_failure)?;
    let zone = CivilZone::named(mission.zone()).map_err(Failure::failed)?;
    let board = store::rooms::notice_board(mission.journal(), zone.clone(), until_ms);
    let board = board.map_err(|e| Failure::failed(chain(&e)))?;
    let record = record(&mission, until_ms).map_err(|e| fold_failure(&e))?;
    let now = known.unwrap_or_else(|| Instant(now_ms()));
    let (view, checks) = board_for(&record, &board, &Audience::Staff, now);
    if args.json {
        let asked = |reference: &str| asked_of(&record, &board, &Ref(reference.to_owned()), now);
        let asked: std::collections::BTreeMap<&str, _> =
            view.notices.iter().map(|n| (n.reference.as_str(), asked(&n.reference))).collect();
        let all = json!({"zone": zone.name(), "board": view, "checks": checks, "asked": asked});
        println!("{}", serde_json::to_string_pretty(&all).map_err(Failure::failed)?);
        return Ok(Code::Done);
    }
    println!("as of {}", zone.show(now));
    for notice in &view.notices {
        println!("{}  {}  by {}", notice.reference, notice.state.word(), notice.giver);
        for check in checks.iter().filter(|c| c.of == notice.reference) {
            check.words.iter().for_each(|w| println!("    {w}"));
        }
    }
    println!(
        "{} notices, {} windows of silence, {} entries in the register, {} calls",
        view.notices.len(),
        view.windows.len(),
        view.register.len(),
        view.calls.len()
    );
    Ok(Code::Done)
}
