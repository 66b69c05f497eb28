//! What people do here. JSON of these types is the record format: a member once written is never renamed.

use crate::shape::{Ground, Height, Hours, Position};
use crate::words::{Category, Disclosure, NoticeKind, Outcome, Work};
pub use base::act::{By, Done, Ref};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One act.
pub type Act = base::act::Act<Deed>;

/// To whom a notice goes: one level of one actor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addressee {
    /// Its name in the ledger of this notice, unlike every other: `KA/HQ`.
    pub id: String,
    /// The actor: a party's code, or an organisation.
    pub to: String,
    /// The level, in the words of the terms: `HQ`, `sector`, `unit`.
    pub level: String,
    /// How it is told: a number, an address, a frequency. Empty: nobody knows how.
    #[serde(default)]
    pub channel: String,
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeText {
    /// Of what it is.
    pub kind: NoticeKind,
    /// The act as the terms name it; empty: the kind's word.
    #[serde(default)]
    pub act: String,
    /// Who gives it: filled in from who drafts it; the mission's staff may name somebody for whom they write it down.
    #[serde(default)]
    pub giver: String,
    /// What is planned, in words.
    pub what: String,
    /// Where.
    #[serde(default)]
    pub ground: Ground,
    /// How high.
    #[serde(default)]
    pub height: Height,
    /// Begin, milliseconds since 1970; `None`: not stated.
    #[serde(default)]
    pub from_ms: Option<i64>,
    /// End, milliseconds since 1970; `None`: not stated.
    #[serde(default)]
    pub until_ms: Option<i64>,
    /// Further fields that terms ask for, by name: `call sign`, `vehicles`.
    #[serde(default)]
    pub content: BTreeMap<String, String>,
    /// To whom.
    #[serde(default)]
    pub addressees: Vec<Addressee>,
    /// The window of silence that it is part of.
    #[serde(default)]
    pub under: Option<Ref>,
}

/// What an addressee repeated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeated {
    /// Begin, milliseconds since 1970.
    #[serde(default)]
    pub from_ms: Option<i64>,
    /// End, milliseconds since 1970.
    #[serde(default)]
    pub until_ms: Option<i64>,
    /// What and where, in their words.
    pub text: String,
    /// Whether who listened heard the place as it stands in the notice.
    pub place_as_stated: bool,
}

/// What a window of silence is to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowText {
    /// What it is for.
    pub purpose: String,
    /// For whom it is asked; filled in from who asks, unless the mission's staff write it down for somebody.
    #[serde(default)]
    pub asked_for: String,
    /// Where: an area, or a corridor.
    #[serde(default)]
    pub ground: Ground,
    /// Its hours, once for each zone in which they are stated.
    pub hours: Vec<Hours>,
    /// The parties of each of which a promise is needed.
    pub parties: Vec<String>,
    /// Kinds of fact that it is to be without; empty: weapons' effects.
    #[serde(default)]
    pub without: Vec<String>,
    /// Who monitors, and from where in words.
    #[serde(default)]
    pub monitors: Vec<String>,
}

/// What is entered in the protected register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryText {
    /// Its category.
    pub category: Category,
    /// Its name.
    pub name: String,
    /// Who answers for it.
    pub owner: String,
    /// The area that may be told where the site may not.
    pub coarse: Ground,
    /// Its site; `None`: only the area is known.
    #[serde(default)]
    pub site: Option<Site>,
    /// Until when the entry stands, milliseconds since 1970.
    pub expires_ms: i64,
}

/// An exact site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its middle.
    pub at: Position,
    /// How far it reaches, metres.
    #[serde(default)]
    pub radius_m: f64,
    /// How well the middle is known, metres; `None`: not stated.
    #[serde(default)]
    pub doubt_m: Option<f64>,
}

/// What a gazetteer says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Looked {
    /// Name and edition of the gazetteer.
    pub gazetteer: String,
    /// The name found there; empty: none.
    #[serde(default)]
    pub name: String,
    /// Where it has it.
    #[serde(default)]
    pub at: Option<Position>,
    /// How well it knows that, metres.
    #[serde(default)]
    pub doubt_m: f64,
}

/// A call on the hotline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallText {
    /// Who called, or was called by us.
    pub from: String,
    /// Whom they want to reach.
    pub to: String,
    /// When, milliseconds since 1970.
    pub called_ms: i64,
    /// What was said, in words.
    #[serde(default)]
    pub text: String,
    /// It is a drill: it never enters the real record.
    #[serde(default)]
    pub drill: bool,
}

/// What somebody does. Throughout: `why` and `text` are in words, and a member named after an object is its reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "what members mean stands above, once for all deeds")]
pub enum Deed {
    /// Writes a notice.
    Draft { text: NoticeText },
    /// Writes a new version; it counts once two people have released it.
    Amend { notice: Ref, after_version: u32, text: NoticeText, why: String },
    /// Lets a version go out; two people have to.
    Release { notice: Ref, version: u32 },
    /// It left for an addressee.
    Sent { notice: Ref, version: u32, addressee: String },
    /// It arrived there.
    Delivered { notice: Ref, version: u32, addressee: String },
    /// It was repeated there.
    ReadBack { notice: Ref, version: u32, addressee: String, repeated: Repeated },
    /// The addressee objects.
    Object { notice: Ref, version: u32, addressee: String, why: String },
    /// States the channel of an addressee that had none, or another.
    Channel { notice: Ref, addressee: String, channel: String },
    /// Takes the notice back.
    Withdraw { notice: Ref, why: String },
    /// Asks for a window of silence.
    Request { text: WindowText },
    /// Asks a party for its promise.
    Ask { window: Ref, party: String },
    /// The party promises, until a moment.
    Promise { window: Ref, party: String, until_ms: i64, text: String },
    /// The party does not promise.
    Refuse { window: Ref, party: String, why: String },
    /// The party takes its promise back.
    TakeBack { window: Ref, party: String, why: String },
    /// A monitor is in place.
    Post { window: Ref, post: String },
    /// Its hours have begun and it is observed.
    Open { window: Ref, why: String },
    /// Puts it off.
    Suspend { window: Ref, why: String },
    /// Goes on with it.
    Resume { window: Ref, why: String },
    /// Something was observed in it that it was to be without.
    Break { window: Ref, observations: Vec<String>, why: String },
    /// Ends it.
    Complete { window: Ref, work: Work, text: String },
    /// Looks back on it.
    Evaluate { window: Ref, outcome: Outcome, cites: Vec<String>, why: String },
    /// Calls it off.
    CallOff { window: Ref, why: String },
    /// Enters an object in the register.
    Enter { text: EntryText },
    /// Looks its coordinates up.
    LookUp { entry: Ref, looked: Looked },
    /// A second person has checked it.
    Second { entry: Ref, why: String },
    /// Corrects its site; it has to be checked anew.
    Correct { entry: Ref, site: Site, why: String },
    /// Lets it stand longer.
    Renew { entry: Ref, expires_ms: i64, why: String },
    /// Tells a recipient so much of it.
    Disclose { entry: Ref, to: String, level: Disclosure },
    /// Takes it off the list.
    Remove { entry: Ref, why: String },
    /// Writes a call down.
    Log { call: CallText },
    /// Nobody answered a call.
    Missed { call: CallText },
    /// Passes a call's words on.
    Relay { call: Ref, to: String, text: String },
    /// Who received them repeated them.
    Repeat { call: Ref, text: String, as_stated: bool },
    /// Ends it.
    Close { call: Ref, text: String },
}

impl Deed {
    /// Its name in journals and interfaces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Deed::Draft { .. } => "draft",
            Deed::Amend { .. } => "amend",
            Deed::Release { .. } => "release",
            Deed::Sent { .. } => "sent",
            Deed::Delivered { .. } => "delivered",
            Deed::ReadBack { .. } => "read-back",
            Deed::Object { .. } => "object",
            Deed::Channel { .. } => "channel",
            Deed::Withdraw { .. } => "withdraw",
            Deed::Request { .. } => "request",
            Deed::Ask { .. } => "ask",
            Deed::Promise { .. } => "promise",
            Deed::Refuse { .. } => "refuse",
            Deed::TakeBack { .. } => "take-back",
            Deed::Post { .. } => "post",
            Deed::Open { .. } => "open",
            Deed::Suspend { .. } => "suspend",
            Deed::Resume { .. } => "resume",
            Deed::Break { .. } => "break",
            Deed::Complete { .. } => "complete",
            Deed::Evaluate { .. } => "evaluate",
            Deed::CallOff { .. } => "call-off",
            Deed::Enter { .. } => "enter",
            Deed::LookUp { .. } => "look-up",
            Deed::Second { .. } => "second",
            Deed::Correct { .. } => "correct",
            Deed::Renew { .. } => "renew",
            Deed::Disclose { .. } => "disclose",
            Deed::Remove { .. } => "remove",
            Deed::Log { .. } => "log",
            Deed::Missed { .. } => "missed",
            Deed::Relay { .. } => "relay",
            Deed::Repeat { .. } => "repeat",
            Deed::Close { .. } => "close",
        }
    }

    /// The object that it is about; `None`: it makes one.
    #[must_use]
    pub fn object(&self) -> Option<&Ref> {
        match self {
            Deed::Draft { .. }
            | Deed::Request { .. }
            | Deed::Enter { .. }
            | Deed::Log { .. }
            | Deed::Missed { .. } => None,
            Deed::Amend { notice, .. }
            | Deed::Release { notice, .. }
            | Deed::Sent { notice, .. }
            | Deed::Delivered { notice, .. }
            | Deed::ReadBack { notice, .. }
            | Deed::Object { notice, .. }
            | Deed::Channel { notice, .. }
            | Deed::Withdraw { notice, .. } => Some(notice),
            Deed::Ask { window, .. }
            | Deed::Promise { window, .. }
            | Deed::Refuse { window, .. }
            | Deed::TakeBack { window, .. }
            | Deed::Post { window, .. }
            | Deed::Open { window, .. }
            | Deed::Suspend { window, .. }
            | Deed::Resume { window, .. }
            | Deed::Break { window, .. }
            | Deed::Complete { window, .. }
            | Deed::Evaluate { window, .. }
            | Deed::CallOff { window, .. } => Some(window),
            Deed::LookUp { entry, .. }
            | Deed::Second { entry, .. }
            | Deed::Correct { entry, .. }
            | Deed::Renew { entry, .. }
            | Deed::Disclose { entry, .. }
            | Deed::Remove { entry, .. } => Some(entry),
            Deed::Relay { call, .. } | Deed::Repeat { call, .. } | Deed::Close { call, .. } => Some(call),
        }
    }

    /// Words that must not be empty, with the name of their member.
    pub(crate) fn words(&self) -> Vec<(&'static str, &str)> {
        match self {
            Deed::Amend { why, .. }
            | Deed::Object { why, .. }
            | Deed::Withdraw { why, .. }
            | Deed::Refuse { why, .. }
            | Deed::TakeBack { why, .. }
            | Deed::Open { why, .. }
            | Deed::Suspend { why, .. }
            | Deed::Resume { why, .. }
            | Deed::Break { why, .. }
            | Deed::Evaluate { why, .. }
            | Deed::CallOff { why, .. }
            | Deed::Second { why, .. }
            | Deed::Correct { why, .. }
            | Deed::Renew { why, .. }
            | Deed::Remove { why, .. } => vec![("why", why)],
            Deed::Promise { text, .. } | Deed::Relay { text, .. } | Deed::Close { text, .. } => {
                vec![("text", text)]
            }
            Deed::Repeat { text, .. } => vec![("text", text)],
            Deed::ReadBack { repeated, .. } => vec![("repeated", &repeated.text)],
            Deed::Log { call } => vec![("text", &call.text)],
            Deed::Post { post, .. } => vec![("post", post)],
            _ => Vec::new(),
        }
    }
}
