//! Acts from the command line: each is checked against the docket as it stands, kept in the journal, and only then
//! told.

use super::now_ms;
use crate::cli::Actor;
use crate::exit::{Code, Failure, chain};
use crate::keeper::MissionKeeper;
use base::{CivilZone, Instant, Role, Takes};
use cases::{Act, By, Deed, Done, Refusal};
use server::keep::{KeepError, Keeper as _, Sitting};
use std::path::Path;
use std::sync::Arc;

/// How often an act is tried again when somebody else acted between looking and writing.
const TRIES_MAX: u32 = 8;

/// Who acts, as the command line says.
pub fn by(actor: &Actor) -> Result<By, Failure> {
    let role = Role::named(&actor.role).ok_or_else(|| {
        let names: Vec<&str> = Role::ALL.iter().map(|r| r.name()).collect();
        Failure::bad_input(format!("--as `{}` is not a role", actor.role))
            .hint(format!("roles: {}", names.join(", ")))
    })?;
    let of = actor.of.clone().unwrap_or_default();
    match (role.held_of(), of.is_empty()) {
        (Some(what), true) => {
            Err(Failure::bad_input(format!("--of is missing: {} of which {what}?", role.name())))
        }
        (None, false) => {
            let says = format!("--of `{of}`: {} is a role of the mission as a whole", role.name());
            Err(Failure::bad_input(says).hint("leave --of out"))
        }
        _ => Ok(By { person: actor.by.clone(), role, of }),
    }
}

/// What became of an act.
pub enum Taken {
    /// It was done; with the number of its entry.
    Made(Done, u64),
    /// The same act had been taken before.
    Already(Done),
    /// The rules refuse it. Nothing has changed.
    Refused(Refusal),
}

/// Where acts are taken.
pub struct Bench {
    /// Where they are kept.
    pub keeper: Arc<MissionKeeper>,
    sitting: Sitting,
}

impl Bench {
    /// The docket of the mission in `dir` as it stands.
    pub fn open(dir: &Path) -> Result<Bench, Failure> {
        // First for its message: a directory that is no mission.
        store::Mission::open_read(dir).map_err(super::init::mission_failure)?;
        let keeper = MissionKeeper::start(dir).map_err(Failure::failed)?;
        let sitting = keeper.docket().map_err(not_kept)?;
        Ok(Bench { keeper, sitting })
    }

    /// The mission's civil zone.
    pub fn zone(&self) -> &CivilZone {
        &self.sitting.docket.setting.zone
    }

    /// The docket.
    pub fn docket(&self) -> &cases::Docket {
        &self.sitting.docket
    }

    /// Takes an act, now: checks it, keeps it, tells what it did.
    pub fn take(&mut self, key: String, by: &By, seen: Option<u64>, deed: Deed) -> Result<Taken, Failure> {
        let act = Act { key, by: by.clone(), at_ms: now_ms(), seen, deed };
        for _ in 0..TRIES_MAX {
            let done = match self.sitting.docket.take(&act) {
                Ok(done) if done.already => return Ok(Taken::Already(done)),
                Ok(done) => done,
                Err(refusal) => return Ok(Taken::Refused(refusal)),
            };
            let kept = self.keeper.acted(&act, self.sitting.act_seq, self.sitting.text_seq);
            match kept {
                Ok(kept) => {
                    self.sitting.act_seq = kept.seq();
                    return Ok(Taken::Made(done, kept.seq()));
                }
                // Somebody acted meanwhile: what they did may change what this one may do.
                Err(KeepError::Busy { .. }) => self.sitting = self.keeper.docket().map_err(not_kept)?,
                Err(KeepError::KeyTaken) => {
                    self.sitting = self.keeper.docket().map_err(not_kept)?;
                    return Ok(Taken::Refused(Refusal::KeyTaken(act.key)));
                }
                Err(e) => return Err(not_kept(e)),
            }
        }
        Err(Failure::failed("others kept acting while this was tried").hint("try again: nothing was changed"))
    }
}

/// Something that could not be read or kept.
pub fn not_kept(error: KeepError) -> Failure {
    let is_busy = matches!(error, KeepError::Busy { .. });
    let mut failure = Failure::failed(chain(&error));
    if is_busy {
        failure.code = Code::Held;
        failure = failure
            .hint("try again in a moment: what was acknowledged stands, and the same again is one act");
    }
    failure
}

/// A refusal in words, with times as a clock of that zone shows them.
pub fn refused(refusal: &Refusal, zone: &CivilZone) -> String {
    let says = match refusal {
        Refusal::Taken { case, by, until_ms } => {
            format!(
                "{by} is at work on {case} until {}; ask them to release it",
                zone.show(Instant(*until_ms))
            )
        }
        other => other.to_string(),
    };
    format!("refused ({}): {says}", refusal.kind())
}

/// Words from outside as one line: no control characters reach a terminal.
pub fn line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
