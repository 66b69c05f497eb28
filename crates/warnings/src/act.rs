//! What people do about warnings. The watch raises; people check, issue or suppress, update, acknowledge and stand
//! down, and say in the end whether it was right.

use crate::raised::{Level, Raised};
pub use base::act::{By, Done, Ref};
use serde::{Deserialize, Serialize};

/// One act about a warning.
pub type Act = base::act::Act<Deed>;

/// To whom a warning is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The mission's own staff.
    Staff,
    /// The parties' liaison officers, all alike.
    Parties,
    /// Guarantors' representatives.
    Guarantors,
    /// Organisations that plan repairs or help.
    Organisations,
    /// Everybody. Only by a publisher who is not the officer who issued it.
    Public,
}

impl Audience {
    /// From the narrowest to the widest.
    pub const ALL: [Audience; 5] =
        [Audience::Staff, Audience::Parties, Audience::Guarantors, Audience::Organisations, Audience::Public];

    /// Its name in interfaces and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Audience::Staff => "staff",
            Audience::Parties => "parties",
            Audience::Guarantors => "guarantors",
            Audience::Organisations => "organisations",
            Audience::Public => "public",
        }
    }
}

/// How a warning turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// What it warned of came, or was there.
    Right,
    /// Nothing of it was there.
    False,
    /// It cannot be told.
    Undetermined,
}

impl Outcome {
    /// Its name in interfaces and files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Right => "right",
            Outcome::False => "false",
            Outcome::Undetermined => "undetermined",
        }
    }
}

/// A warning as it stood when somebody acted on it: kept with the act, whatever comes to be known later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Where: the name of the zone or cell.
    pub ground: String,
    /// What is counted, as the text calls it.
    pub what: String,
    /// When it was raised, milliseconds since 1970.
    pub raised_ms: i64,
    /// Since when there was more than expected, milliseconds since 1970.
    pub since_ms: i64,
    /// The level that its evidence proposed.
    pub level: Level,
    /// What had been counted.
    pub counted: u32,
    /// What had been expected, in thousandths.
    pub expected_milli: u64,
    /// Whether only parties said so.
    pub only_parties: bool,
    /// The source that alone explained it; empty: none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub one_source: String,
    /// The indicator of the text that alone raised it, by its clause and title; empty: detectors or a person did.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub indicator: String,
    /// The last entry of the journal that it rested on.
    pub head_seq: u64,
    /// Version of the watch.
    pub algorithm: String,
}

impl Facts {
    /// Of a warning, as known with entry `head_seq`.
    #[must_use]
    pub fn of(raised: &Raised, head_seq: u64) -> Facts {
        Facts {
            ground: raised.ground.name().to_owned(),
            what: raised.what.clone(),
            raised_ms: raised.raised_ms,
            since_ms: raised.since_ms,
            level: raised.level,
            counted: raised.counted,
            expected_milli: (raised.expected.max(0.0) * 1_000.0).round() as u64,
            only_parties: raised.only_parties,
            one_source: raised.one_source.clone().unwrap_or_default(),
            indicator: raised.by_indicator().map(|i| format!("{} {}", i.clause, i.title)).unwrap_or_default(),
            head_seq,
            algorithm: crate::watching::ALGORITHM.to_owned(),
        }
    }
}

/// What is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "snake_case", tag = "deed", deny_unknown_fields)]
pub enum Deed {
    /// A person raises a warning that no detector did.
    Raise {
        /// Where.
        ground: String,
        /// What.
        what: String,
        /// How grave.
        level: Level,
        /// Why, and on what.
        why: String,
        /// What it cites: observations, incidents, entries.
        #[serde(default)]
        cites: Vec<String>,
    },
    /// The watch officer has it in hand.
    Check {
        /// Which warning.
        warning: Ref,
        /// As it stood; filled in by the desk.
        #[serde(default)]
        facts: Option<Facts>,
        /// What was looked at.
        #[serde(default)]
        text: String,
    },
    /// Tells it to those whom it concerns.
    Issue {
        /// Which warning.
        warning: Ref,
        /// As it stood; filled in by the desk.
        #[serde(default)]
        facts: Option<Facts>,
        /// How grave, as the officer judges it.
        level: Level,
        /// To whom; the public is not among them.
        audiences: Vec<Audience>,
        /// What they are advised to do, in words.
        #[serde(default)]
        instruction: String,
        /// Until when it holds, milliseconds since 1970.
        expires_ms: i64,
        /// Why it is issued.
        why: String,
    },
    /// Makes an issued warning public.
    Publish {
        /// Which warning.
        warning: Ref,
    },
    /// Keeps it from going out.
    Suppress {
        /// Which warning.
        warning: Ref,
        /// As it stood; filled in by the desk.
        #[serde(default)]
        facts: Option<Facts>,
        /// Why.
        why: String,
    },
    /// Changes what was issued.
    Update {
        /// Which warning.
        warning: Ref,
        /// How grave now.
        level: Level,
        /// What they are advised to do now.
        #[serde(default)]
        instruction: String,
        /// Until when it holds, milliseconds since 1970.
        expires_ms: i64,
        /// What changed.
        why: String,
    },
    /// An addressee has taken notice.
    Acknowledge {
        /// Which warning.
        warning: Ref,
    },
    /// Takes it to the next level of the mission, by hand or because nobody acknowledged it.
    Escalate {
        /// Which warning.
        warning: Ref,
        /// To whom, in words.
        to: String,
        /// Why.
        why: String,
    },
    /// Ends it, and says how it turned out.
    StandDown {
        /// Which warning.
        warning: Ref,
        /// How it turned out.
        outcome: Outcome,
        /// When what it warned of came, milliseconds since 1970, where it came after it was raised.
        #[serde(default)]
        came_ms: Option<i64>,
        /// On what that rests.
        why: String,
    },
    /// Something came of which no warning told: it counts in the skill ledger.
    Missed {
        /// Where.
        ground: String,
        /// What.
        what: String,
        /// When it began, milliseconds since 1970.
        came_ms: i64,
        /// On what that rests.
        why: String,
    },
    /// What one watch tells the next.
    HandOver {
        /// In words.
        text: String,
    },
}

impl Deed {
    /// Its name in interfaces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Deed::Raise { .. } => "raise",
            Deed::Check { .. } => "check",
            Deed::Issue { .. } => "issue",
            Deed::Publish { .. } => "publish",
            Deed::Suppress { .. } => "suppress",
            Deed::Update { .. } => "update",
            Deed::Acknowledge { .. } => "acknowledge",
            Deed::Escalate { .. } => "escalate",
            Deed::StandDown { .. } => "stand-down",
            Deed::Missed { .. } => "missed",
            Deed::HandOver { .. } => "hand-over",
        }
    }

    /// The warning that it is about.
    #[must_use]
    pub fn warning(&self) -> Option<&Ref> {
        match self {
            Deed::Check { warning, .. }
            | Deed::Issue { warning, .. }
            | Deed::Publish { warning }
            | Deed::Suppress { warning, .. }
            | Deed::Update { warning, .. }
            | Deed::Acknowledge { warning }
            | Deed::Escalate { warning, .. }
            | Deed::StandDown { warning, .. } => Some(warning),
            Deed::Raise { .. } | Deed::Missed { .. } | Deed::HandOver { .. } => None,
        }
    }

    /// Where the desk puts how a warning stood; `None`: the deed keeps none.
    pub fn facts_mut(&mut self) -> Option<&mut Option<Facts>> {
        match self {
            Deed::Check { facts, .. } | Deed::Issue { facts, .. } | Deed::Suppress { facts, .. } => {
                Some(facts)
            }
            _ => None,
        }
    }

    /// The words that must not be empty, with the name of their member.
    pub(crate) fn words(&self) -> Vec<(&'static str, &str)> {
        match self {
            Deed::Raise { ground, what, why, .. } | Deed::Missed { ground, what, why, .. } => {
                vec![("ground", ground), ("what", what), ("why", why)]
            }
            Deed::Issue { why, .. } | Deed::Suppress { why, .. } | Deed::Update { why, .. } => {
                vec![("why", why)]
            }
            Deed::StandDown { why, .. } => vec![("why", why)],
            Deed::Escalate { to, why, .. } => vec![("to", to), ("why", why)],
            Deed::HandOver { text } => vec![("text", text)],
            Deed::Check { .. } | Deed::Publish { .. } | Deed::Acknowledge { .. } => Vec::new(),
        }
    }
}
