//! The docket in memory, twice: what is being written to, and what is read. An act is taken by the first, kept in the
//! journal, and only then shown; readers never wait for the disk, and never see what is not on it.

use crate::keep::{KeepError, Keeper, Sitting};
use crate::problem::Problem;
use cases::{Act, Docket, Done, Refusal, Takes};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

/// The room in which acts are taken.
#[derive(Default)]
pub(crate) struct Room {
    bench: Mutex<Bench>,
    shown: RwLock<Option<Sitting>>,
}

#[derive(Default)]
struct Bench {
    sitting: Option<Sitting>,
    /// When the journal was last asked for acts of other programs, milliseconds since 1970.
    looked_ms: i64,
}

/// How old what is shown may be with respect to what other programs wrote, milliseconds.
const LOOK_EVERY_MS: i64 = 1_000;

/// An act that was taken.
#[derive(Debug)]
pub(crate) struct Took {
    /// What it did.
    pub done: Done,
    /// The number of its entry; 0: it had been taken before.
    pub seq: u64,
}

/// Why an act was not taken.
#[derive(Debug)]
pub(crate) enum NotTaken {
    /// The rules refuse it.
    Refused(Refusal),
    /// It could not be kept.
    Kept(KeepError),
}

impl Room {
    /// Asks something of the docket as it stands.
    pub fn read<T>(&self, keeper: &dyn Keeper, ask: impl FnOnce(&Docket) -> T) -> Result<T, Problem> {
        self.look(keeper).map_err(|e| super::not_kept(&e))?;
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        match shown.as_ref() {
            Some(sitting) => Ok(ask(&sitting.docket)),
            None => Err(Problem::unavailable("the docket is being read; try again in a moment")),
        }
    }

    /// Takes an act: checks it, keeps it, shows it.
    pub fn act(&self, keeper: &dyn Keeper, act: &Act) -> Result<Took, NotTaken> {
        let mut bench = self.bench();
        self.catch_up(&mut bench, keeper).map_err(NotTaken::Kept)?;
        let Some(sitting) = bench.sitting.as_mut() else {
            return Err(NotTaken::Kept(KeepError::Failed("the docket could not be read".to_owned())));
        };
        let done = sitting.docket.take(act).map_err(NotTaken::Refused)?;
        if done.already {
            return Ok(Took { done, seq: 0 });
        }
        match keeper.acted(act, sitting.act_seq, sitting.text_seq) {
            Ok(kept) => {
                let seq = kept.seq();
                sitting.act_seq = seq;
                self.show(act, seq);
                Ok(Took { done, seq })
            }
            Err(e) => {
                // It is on the bench and not on the disk: read the docket again.
                bench.sitting = None;
                Err(NotTaken::Kept(e))
            }
        }
    }

    fn bench(&self) -> MutexGuard<'_, Bench> {
        self.bench.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up what other programs wrote, from time to time.
    fn look(&self, keeper: &dyn Keeper) -> Result<(), KeepError> {
        let now_ms = keeper.now_ms();
        // While somebody writes, what is shown is as new as can be.
        let Ok(mut bench) = self.bench.try_lock() else {
            return if self.is_shown() { Ok(()) } else { self.catch_up(&mut self.bench(), keeper) };
        };
        if bench.sitting.is_some() && now_ms.saturating_sub(bench.looked_ms) < LOOK_EVERY_MS {
            return Ok(());
        }
        bench.looked_ms = now_ms;
        self.catch_up(&mut bench, keeper)
    }

    fn is_shown(&self) -> bool {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn catch_up(&self, bench: &mut Bench, keeper: &dyn Keeper) -> Result<(), KeepError> {
        if let Some(sitting) = bench.sitting.as_mut()
            && keeper.text_seq()? == sitting.text_seq
        {
            for (seq, act) in keeper.acts_after(sitting.act_seq)? {
                sitting.docket.take_recorded(&act);
                sitting.act_seq = seq;
                self.show(&act, seq);
            }
            return Ok(());
        }
        let sitting = keeper.docket()?;
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Some(sitting.clone());
        bench.sitting = Some(sitting);
        Ok(())
    }

    fn show(&self, act: &Act, seq: u64) {
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(sitting) = shown.as_mut() {
            sitting.docket.take_recorded(act);
            sitting.act_seq = seq;
        }
    }
}
