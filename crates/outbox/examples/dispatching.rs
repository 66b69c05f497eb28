//! Sends what is due in a mission's directory to a loopback receiver, again and again, until it is killed: the child of
//! the crash test. `dispatching DIR`; the routing is `DIR/routing.yaml`.
#![allow(clippy::unwrap_used, reason = "a child of a test says what is wrong by failing")]

use outbox::routing::read_routing;
use outbox::secret::Secrets;
use outbox::ways::Ways;
use outbox::{Dispatcher, Outbox};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};

fn main() {
    let dir = PathBuf::from(std::env::args_os().nth(1).unwrap());
    let routing = read_routing(&std::fs::read_to_string(dir.join("routing.yaml")).unwrap()).unwrap();
    let ways = Ways::new(&dir, None, Secrets::new(&dir, |_| None));
    let outbox = Outbox::open(&dir).unwrap();
    // Each look at the clock is a second later: waits pass without waiting. It begins where the ledger ends.
    let last = outbox.latest(None, 1_000).unwrap().iter().map(|e| e.changed_ms.max(e.due_ms)).max();
    let clock = AtomicI64::new(last.unwrap_or_default());
    let now = || clock.fetch_add(1_000, Ordering::Relaxed);
    let mut dispatcher = Dispatcher::new(&dir, &outbox, &now).unwrap();
    while outbox.next_due_ms().unwrap().is_some() {
        dispatcher.run_due(&routing, &ways).unwrap();
    }
}
