//! Sends what is due, a bounded number at a time: one at a time on each way, so that one slow server holds up nobody
//! else, and nothing overtakes on its way.

use crate::limits::{AT_A_TIME, ROUND_MAX};
use crate::message::Message;
use crate::outbox::{Claimed, Outbox, OutboxError};
use crate::routing::{Address, Recipient, Routing};
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The name of the file whose lock says who sends for the mission. The system frees it when its holder dies.
const LOCK: &str = "outbox.lock";

/// Tells the time.
pub trait Clock: Sync {
    /// Milliseconds since 1970.
    fn now_ms(&self) -> i64;
}

impl<F: Fn() -> i64 + Sync> Clock for F {
    fn now_ms(&self) -> i64 {
        self()
    }
}

/// What goes to somebody.
#[derive(Clone, Copy, Debug)]
pub struct Parcel<'a> {
    /// The message.
    pub message: &'a Message,
    /// For whom.
    pub recipient: &'a Recipient,
    /// Where it goes.
    pub to: &'a Address,
    /// Its id, the same at every attempt.
    pub key: &'a str,
    /// When it goes, milliseconds since 1970.
    pub at_ms: i64,
}

/// What the recipient's server said when it took a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt(pub String);

/// Why a parcel was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{says}")]
pub struct Undelivered {
    /// Why. No secret stands in it.
    pub says: String,
    /// After how many milliseconds at the earliest it may be tried again; `None`: that would be of no use.
    pub again_after_ms: Option<i64>,
}

impl Undelivered {
    /// Another attempt may help.
    #[must_use]
    pub fn again(says: impl Into<String>) -> Undelivered {
        Undelivered { says: says.into(), again_after_ms: Some(0) }
    }

    /// No attempt will help before somebody changes something.
    #[must_use]
    pub fn never(says: impl Into<String>) -> Undelivered {
        Undelivered { says: says.into(), again_after_ms: None }
    }
}

/// How parcels get to recipients.
pub trait Way: Sync {
    /// Sends a parcel. It may be asked to send the same parcel again after it was taken: the key is the same then.
    ///
    /// # Errors
    /// Why it was not taken, and whether to try again.
    fn send(&self, parcel: &Parcel<'_>) -> Result<Receipt, Undelivered>;
}

/// What a round came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Taken by the recipients' servers.
    pub sent: u32,
    /// Failed, and tried again later.
    pub failed: u32,
    /// Given up.
    pub dead: u32,
    /// Found half sent from an earlier program, and sent again.
    pub recovered: u32,
}

/// Sends for a mission. There is one at a time.
pub struct Dispatcher<'a> {
    outbox: &'a Outbox,
    clock: &'a dyn Clock,
    _lock: File,
}

impl<'a> Dispatcher<'a> {
    /// Takes the lock of the mission in `dir`.
    ///
    /// # Errors
    /// When another program sends already, or the lock cannot be made.
    pub fn new(dir: &Path, outbox: &'a Outbox, clock: &'a dyn Clock) -> Result<Dispatcher<'a>, OutboxError> {
        let lock = File::options().create(true).append(true).open(dir.join(LOCK));
        let lock = lock.map_err(|e| OutboxError::Failed(e.to_string()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Dispatcher { outbox, clock, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(OutboxError::Locked),
            Err(TryLockError::Error(e)) => Err(OutboxError::Failed(e.to_string())),
        }
    }

    /// Sends what is due, at most [`ROUND_MAX`] entries, and comes back when each was taken or has failed. The routing
    /// is an argument, so that a changed file holds from the next round on.
    ///
    /// # Errors
    /// When the outbox cannot be read or changed; what was sent by then and could not be noted is sent again in the
    /// next round, under the same id.
    pub fn run_due(&mut self, routing: &Routing, way: &dyn Way) -> Result<Tally, OutboxError> {
        // Nothing else sends, and nothing of an earlier round is left: what is on its way was broken off.
        let recovered = self.outbox.recover(self.clock.now_ms())?;
        let round = Round {
            outbox: self.outbox,
            clock: self.clock,
            routing,
            way,
            left: AtomicUsize::new(ROUND_MAX),
            tally: Mutex::new(Tally { recovered, ..Tally::default() }),
        };
        let results: Vec<Result<(), OutboxError>> = thread::scope(|scope| {
            let workers: Vec<_> = (0..AT_A_TIME).map(|_| scope.spawn(|| round.work())).collect();
            let died = || Err(OutboxError::Failed("a sender died; the failure is ours".to_owned()));
            workers.into_iter().map(|w| w.join().unwrap_or_else(|_| died())).collect()
        });
        results.into_iter().collect::<Result<(), _>>()?;
        Ok(round.tally.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Round<'a> {
    outbox: &'a Outbox,
    clock: &'a dyn Clock,
    routing: &'a Routing,
    way: &'a dyn Way,
    left: AtomicUsize,
    tally: Mutex<Tally>,
}

impl Round<'_> {
    fn work(&self) -> Result<(), OutboxError> {
        let one_less = |left: usize| left.checked_sub(1);
        while self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok() {
            let Some(claimed) = self.outbox.claim(self.clock.now_ms())? else { return Ok(()) };
            self.deliver(&claimed)?;
        }
        Ok(())
    }

    fn deliver(&self, claimed: &Claimed) -> Result<(), OutboxError> {
        let sent = self.send(claimed);
        let now_ms = self.clock.now_ms();
        let mut news = Tally::default();
        match sent {
            Ok(Receipt(says)) => {
                self.outbox.delivered(claimed.id, &says, now_ms)?;
                news.sent = 1;
            }
            Err(Undelivered { says, again_after_ms }) => {
                match self.outbox.undelivered(claimed.id, &says, again_after_ms, now_ms)? {
                    true => news.dead = 1,
                    false => news.failed = 1,
                }
            }
        }
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.sent += news.sent;
        tally.failed += news.failed;
        tally.dead += news.dead;
        Ok(())
    }

    fn send(&self, claimed: &Claimed) -> Result<Receipt, Undelivered> {
        let gone = |what| Undelivered::never(format!("{what} does not stand in routing.yaml any more"));
        let recipient = self
            .routing
            .recipient(&claimed.recipient)
            .ok_or_else(|| gone(format!("recipient `{}`", claimed.recipient)))?;
        let way = recipient.ways.iter().find(|w| w.name == claimed.way);
        let way = way.ok_or_else(|| gone(format!("the way `{}` to `{}`", claimed.way, claimed.recipient)))?;
        let at_ms = self.clock.now_ms();
        let (message, to, key) = (&claimed.message, &way.to, claimed.key.as_str());
        self.way.send(&Parcel { message, recipient, to, key, at_ms })
    }
}
