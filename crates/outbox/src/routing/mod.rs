//! `routing.yaml`: who is told of what, in which languages, by which ways, when not, and who is next if nobody answers.

mod decide;
mod read;
mod wire;

use crate::address::Net;
use crate::message::{Kind, Level, Message};
use crate::push::{PushSettings, Shows};
use crate::secret::SecretAt;
use base::{CivilZone, Instant};
pub use decide::{Condition, Decision, Group, Outcome, Withheld, route};
pub use read::{RoutingProblem, read_routing, span_ms};
use std::path::PathBuf;

/// The name of the file in the mission's directory.
pub const FILE: &str = "routing.yaml";

/// A routing file that was read and is right.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routing {
    /// The server that takes the mission's mail.
    pub mail: Option<MailServer>,
    /// How browsers are told; none: they are not.
    pub push: Option<PushSettings>,
    /// Those who can be told.
    pub recipients: Vec<Recipient>,
    /// Rules, in order.
    pub routes: Vec<Rule>,
    /// What is withheld for a time.
    pub silences: Vec<Silence>,
}

impl Routing {
    /// Whether browsers of that account are told of anything.
    #[must_use]
    pub fn pushes_to(&self, account: &str) -> bool {
        let is_theirs = |way: &WayTo| matches!(&way.to, Address::Push { account: a, .. } if a == account);
        let named = |r: &&Recipient| r.ways.iter().any(is_theirs);
        self.recipients.iter().filter(named).any(|r| {
            let told = |rule: &Rule| {
                rule.to.contains(&r.name) || rule.escalate.iter().any(|s| s.to.contains(&r.name))
            };
            self.routes.iter().any(told)
        })
    }

    /// The recipient of that name.
    #[must_use]
    pub fn recipient(&self, name: &str) -> Option<&Recipient> {
        self.recipients.iter().find(|r| r.name == name)
    }
}

/// Somebody who can be told: a person, a duty, a room or a machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient {
    /// Its name; the ledger keeps it.
    pub name: String,
    /// The audiences whose messages it may see.
    pub audiences: Vec<String>,
    /// Languages, the one wanted most first.
    pub languages: Vec<String>,
    /// When lesser messages wait.
    pub quiet: Option<Quiet>,
    /// How it is reached.
    pub ways: Vec<WayTo>,
}

/// A way to a recipient.
#[derive(Clone, Debug, PartialEq)]
pub struct WayTo {
    /// Its name, its own among the recipient's; the ledger keeps it.
    pub name: String,
    /// Where it leads.
    pub to: Address,
}

/// Where a way leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Address {
    /// A mail address.
    Mail {
        /// To whom.
        to: String,
    },
    /// A signed request to a server.
    Webhook(Webhook),
    /// A directory that CAP files are written into, relative to the mission's.
    Directory {
        /// Where.
        path: PathBuf,
    },
    /// A server of situation displays.
    Cot(Cot),
    /// The browsers in which an account has switched notifications on.
    Push {
        /// The account.
        account: String,
        /// What stands on a locked screen.
        shows: Shows,
    },
}

impl Address {
    /// The sort of way.
    #[must_use]
    pub fn sort(&self) -> &'static str {
        match self {
            Address::Mail { .. } => "mail",
            Address::Webhook(_) => "webhook",
            Address::Directory { .. } => "directory",
            Address::Cot(_) => "cot",
            Address::Push { .. } => "push",
        }
    }
}

/// A webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    /// `https://`, or `http://` to this machine if that is allowed.
    pub url: String,
    /// The key that signs.
    pub secret: SecretAt,
    /// Whether this machine itself may be called, without TLS too.
    pub allow_insecure_loopback: bool,
    /// Private networks that may be called.
    pub allow_private: Vec<Net>,
    /// The authority of its certificate, PEM; none: the system's.
    pub ca: Option<PathBuf>,
}

/// A server that takes Cursor on Target events over TCP.
#[derive(Clone, Debug, PartialEq)]
pub struct Cot {
    /// Host.
    pub host: String,
    /// Port.
    pub port: u16,
    /// TLS; none: in the clear, which the file must say (`plain: true`).
    pub tls: Option<CotTls>,
}

/// Our side of TLS to a server of events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CotTls {
    /// The authority of its certificate, PEM; none: the system's.
    pub ca: Option<PathBuf>,
    /// Our certificate chain and its key, PEM, if the server wants one.
    pub identity: Option<(PathBuf, PathBuf)>,
}

/// How the mail server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// TLS from the first byte.
    Implicit,
    /// TLS before anything is said; refused without it.
    Starttls,
    /// In the clear: only to this machine.
    None,
}

/// The server that takes the mission's mail.
#[derive(Clone, Debug, PartialEq)]
pub struct MailServer {
    /// Host.
    pub host: String,
    /// Port.
    pub port: u16,
    /// TLS.
    pub tls: MailTls,
    /// The sender's address.
    pub from: String,
    /// User and where the password is kept.
    pub login: Option<(String, SecretAt)>,
    /// The authority of its certificate, PEM; none: the system's.
    pub ca: Option<PathBuf>,
}

/// What a rule or a silence is about. A field that is not stated takes all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Match {
    /// Levels.
    pub levels: Option<Vec<Level>>,
    /// Names of zones; one of the message's is enough.
    pub zones: Option<Vec<String>>,
    /// Streams.
    pub streams: Option<Vec<String>>,
    /// What is counted.
    pub what: Option<Vec<String>>,
    /// What the message does.
    pub kinds: Option<Vec<Kind>>,
    /// Audiences.
    pub audiences: Option<Vec<String>>,
}

impl Match {
    /// Whether the message is one of these.
    #[must_use]
    pub fn takes(&self, message: &Message) -> bool {
        let names = |list: &Option<Vec<String>>, name: &str| {
            list.as_ref().is_none_or(|l| l.iter().any(|n| n == name))
        };
        let zoned = self.zones.as_ref().is_none_or(|l| message.zones.iter().any(|z| l.contains(&z.name)));
        self.levels.as_ref().is_none_or(|l| l.contains(&message.level))
            && self.kinds.as_ref().is_none_or(|l| l.contains(&message.kind))
            && zoned
            && names(&self.streams, &message.stream)
            && names(&self.what, &message.what)
            && names(&self.audiences, &message.audience)
    }
}

/// What is bundled together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// Messages about the same zones.
    Zone,
    /// Messages about the same stream.
    Stream,
}

/// How messages are bundled in time. They are not merged: each keeps its id, but they arrive together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// By what.
    pub by: GroupBy,
    /// How long the first waits for others, milliseconds.
    pub wait_ms: i64,
    /// How long after a bundle the next goes at the earliest, milliseconds.
    pub interval_ms: i64,
}

/// Who is told when nobody has acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// After how long, milliseconds.
    pub after_ms: i64,
    /// Names of recipients.
    pub to: Vec<String>,
}

/// A rule: of these messages, those are told.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name; every decision cites it.
    pub name: String,
    /// Which messages.
    pub matches: Match,
    /// Names of recipients.
    pub to: Vec<String>,
    /// Whether the rules after it are looked at too.
    pub goes_on: bool,
    /// How they are bundled.
    pub group: Option<Grouping>,
    /// Who is next, in order of time.
    pub escalate: Vec<Step>,
}

/// Something withheld for a time. The gravest level is withheld only if the silence names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Silence {
    /// Which messages.
    pub matches: Match,
    /// Since when, milliseconds since 1970.
    pub from_ms: i64,
    /// Until when, milliseconds since 1970.
    pub until_ms: i64,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub by: String,
}

impl Silence {
    /// Whether it withholds that message then.
    #[must_use]
    pub fn withholds(&self, message: &Message, at_ms: i64) -> bool {
        // INVARIANT: a silence that names no level does not reach the gravest.
        let reaches = message.level != Level::Warning || self.matches.levels.is_some();
        reaches && self.from_ms <= at_ms && at_ms < self.until_ms && self.matches.takes(message)
    }
}

/// Hours in which lesser messages wait, by the civil clock of a zone. Never the gravest level.
#[derive(Clone, Debug, PartialEq)]
pub struct Quiet {
    /// From: hour and minute.
    pub from: (i8, i8),
    /// Until: hour and minute, the next day if it is not after `from`.
    pub until: (i8, i8),
    /// Whose clock.
    pub zone: CivilZone,
    /// Which levels wait.
    pub levels: Vec<Level>,
}

impl Quiet {
    /// When a message of that level may go that is ready then: at once, or at the end of the quiet hours.
    #[must_use]
    pub fn ends_ms(&self, level: Level, at_ms: i64) -> i64 {
        if level == Level::Warning || !self.levels.contains(&level) {
            return at_ms;
        }
        let begins = |day| self.zone.at(day, self.from.0, self.from.1, 0);
        let crosses = self.until <= self.from;
        for back in [-1, 0] {
            let noon = self.zone.plus_days(Instant(at_ms), back);
            let day = self.zone.date_of(noon);
            let last = if crosses { self.zone.date_of(self.zone.plus_days(noon, 1)) } else { day };
            let Some((start, end)) = begins(day).zip(self.zone.at(last, self.until.0, self.until.1, 0))
            else {
                continue;
            };
            if start.0 <= at_ms && at_ms < end.0 {
                return end.0;
            }
        }
        at_ms
    }
}
