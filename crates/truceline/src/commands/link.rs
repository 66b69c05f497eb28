//! `truceline link together|apart`: what people decided to be one event, or not. Decisions stand in the journal with
//! who and why; a later one overrules an earlier one about the same observations.

use super::init::mission_failure;
use crate::cli::{Link, LinkVerdict};
use crate::exit::{Code, Failure, chain};
use crate::keeper::MissionKeeper;
use base::ObservationId;
use incidents::{Decision, Verdict};
use server::keep::Keeper;
use store::fold::fold;
use store::{Mission, MissionReader};

pub fn run(args: &Link) -> Result<Code, Failure> {
    let these = ids(&args.observations)?;
    let those = ids(&args.from)?;
    let verdict = match args.verdict {
        LinkVerdict::Together => Verdict::Together,
        LinkVerdict::Apart => Verdict::Apart,
    };
    if verdict == Verdict::Apart && those.is_empty() {
        return Err(Failure::bad_input("--from is missing: apart from which observations?"));
    }
    let mission = Mission::open_read(&args.at.mission).map_err(mission_failure)?;
    refuse_unknown(&mission, &[these.as_slice(), those.as_slice()].concat())?;
    let keeper = MissionKeeper::start(&args.at.mission).map_err(Failure::failed)?;
    let decision = Decision { verdict, these, those, by: args.by.clone(), why: args.why.clone() };
    let kept = keeper.decide(decision).map_err(|e| Failure::failed(chain(&e)))?;
    println!("decided as journal entry {}: {}, by {}: {}", kept.seq(), verdict.name(), args.by, args.why);
    Ok(Code::Done)
}

fn ids(texts: &[String]) -> Result<Vec<ObservationId>, Failure> {
    let read = |text: &String| {
        text.parse::<ObservationId>().map_err(|_| {
            Failure::bad_input(format!("`{text}` is not the id of an observation"))
                .hint("ids stand on the page of an incident, and in the desk's interface")
        })
    };
    texts.iter().map(read).collect()
}

/// A decision about an observation that is not on record would decide nothing, silently.
fn refuse_unknown(mission: &MissionReader, wanted: &[ObservationId]) -> Result<(), Failure> {
    let folded = fold(mission, None).map_err(|e| super::desk::fold_failure(&e))?;
    let known: std::collections::BTreeSet<ObservationId> =
        folded.settled.observations.id.iter().copied().collect();
    match wanted.iter().find(|id| !known.contains(id)) {
        Some(id) => Err(Failure::bad_input(format!("no observation `{id}` is on record"))),
        None => Ok(()),
    }
}
