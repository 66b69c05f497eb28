//! Takes: a message about a warning, and the mission's `routing.yaml`. Gives: who is told, by which way and why; each
//! delivery kept on the disk until it is done or given up, with its reason.
//! Never: loses or doubles a message; knows what a warning rests on; keeps a secret, but for the addresses of browsers
//! and the key that their services know; reads a clock or the environment.

pub mod address;
pub mod atom;
pub mod backoff;
pub mod browsers;
pub mod cap;
pub mod cot;
pub mod dispatch;
mod entry;
pub mod limits;
pub mod mail;
pub mod message;
mod outbox;
pub mod push;
pub mod routing;
mod schema;
pub mod secret;
mod text;
pub mod ways;
pub mod webhook;
mod xml;

pub use dispatch::{Clock, Dispatcher, Parcel, Receipt, Tally, Undelivered, Way};
pub use entry::{Entry, Event, Status};
pub use message::{Certainty, Kind, Level, Message, Reference, Text, Zone};
pub use outbox::{Enqueued, FILE, Outbox, OutboxError};
pub use routing::{Decision, Outcome, Routing, route};
