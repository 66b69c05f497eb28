//! What people do about a guarantee, as it stands in the journal. Decisions are people's entries: nothing here is done
//! by the program, and a clock that has run out does nothing.
//!
//! These types are the record format too: JSON within the journal's entry. A member once written is never renamed.

use crate::words::{Outcome, Presence, Progress, Step, Vote};
pub use base::act::{By, Ref};
pub use cases::act::ClauseRef;
use serde::{Deserialize, Serialize};

/// One act in this room.
pub type Act = base::act::Act<Deed>;

/// A measure by which people gauge an element for which a text has none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "test", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Yardstick {
    /// At least so many casualties.
    Casualties {
        /// How many.
        least: f64,
    },
    /// At least so deep across the line that the text names.
    Depth {
        /// Metres.
        least_m: f64,
    },
    /// On so many civil days out of so many.
    Days {
        /// On how many.
        on: u32,
        /// Out of how many.
        out_of: u32,
    },
    /// Fire of a weapon class of the text.
    Weapon {
        /// Name of the class in the text.
        class: String,
        /// Classes declared after it count as well.
        #[serde(default)]
        or_heavier: bool,
    },
    /// Nobody of the other side fired before.
    FirstShot,
}

/// What somebody does. Throughout: `why` and `text` are in words, `cites` is what they rest on (`FND-…`, `ATT-…`,
/// `inc-…`, `#17`), and a member named after an object is its reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(missing_docs, reason = "what members mean stands above, once for all deeds")]
pub enum Deed {
    /// Asks for a consultation about a clause: one of a guarantee, of consultation or of response.
    Request { clause: ClauseRef, question: String, cites: Vec<String> },
    /// Takes part in it; whoever presides, or the watch, notes that another (`who`) is absent.
    Participate {
        consultation: Ref,
        #[serde(default)]
        who: String,
        presence: Presence,
        #[serde(default)]
        why: String,
    },
    /// States a position; the latest of each participant counts, all are kept.
    Position { consultation: Ref, text: String },
    /// Puts a decision to a body; without a body, a guarantor decides for itself alone.
    Propose {
        consultation: Ref,
        #[serde(default)]
        body: String,
        text: String,
    },
    /// As `propose`, on a condition that has still to be confirmed.
    Invoke {
        consultation: Ref,
        #[serde(default)]
        body: String,
        text: String,
        condition: String,
    },
    /// Votes: in the round that is open.
    Vote {
        decision: Ref,
        vote: Vote,
        #[serde(default)]
        why: String,
    },
    /// Records what the votes came to by the rule of those who decide.
    Decide { decision: Ref, outcome: Outcome, why: String },
    /// Records, after a round of votes of its own, that the condition was found to have come about, or was not.
    Confirm { decision: Ref, outcome: Outcome, cites: Vec<String>, why: String },
    /// Puts a decision under silence: adopted by those who decide by consensus unless one of them objects in time.
    Silence { decision: Ref, hours: u32, why: String },
    /// Breaks the silence.
    Object { silence: Ref, why: String },
    /// Records a measure that the one who acts takes, by a word of the text's menu where the text has one.
    Measure {
        decision: Ref,
        #[serde(default)]
        menu: String,
        what: String,
        #[serde(default)]
        tier: Option<u32>,
        #[serde(default)]
        by_ms: Option<i64>,
    },
    /// Says how far it has come.
    FollowUp { measure: Ref, progress: Progress, text: String, cites: Vec<String> },
    /// A step of a procedure of the guarantor's own law.
    National {
        consultation: Ref,
        procedure: String,
        step: Step,
        text: String,
        #[serde(default)]
        due_ms: Option<i64>,
    },
    /// Gauges an element by a measure of one's own, beside the text's.
    Gauge { clause: ClauseRef, element: String, tests: Vec<Yardstick>, why: String },
    /// Takes back what one has put: a request, a decision not yet taken, a silence procedure, a measure.
    Withdraw { on: Ref, why: String },
    /// Closes a consultation.
    Close { consultation: Ref, why: String },
}

impl Deed {
    /// Its name in journals and interfaces.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Deed::Request { .. } => "request",
            Deed::Participate { .. } => "participate",
            Deed::Position { .. } => "position",
            Deed::Propose { .. } => "propose",
            Deed::Invoke { .. } => "invoke",
            Deed::Vote { .. } => "vote",
            Deed::Decide { .. } => "decide",
            Deed::Confirm { .. } => "confirm",
            Deed::Silence { .. } => "silence",
            Deed::Object { .. } => "object",
            Deed::Measure { .. } => "measure",
            Deed::FollowUp { .. } => "follow-up",
            Deed::National { .. } => "national",
            Deed::Gauge { .. } => "gauge",
            Deed::Withdraw { .. } => "withdraw",
            Deed::Close { .. } => "close",
        }
    }

    /// Texts that are asked for, each with the name of its member.
    pub(crate) fn wanted(&self) -> Vec<(&str, &'static str)> {
        match self {
            Deed::Request { question, .. } => vec![(question, "question")],
            Deed::Position { text, .. } | Deed::Propose { text, .. } => vec![(text, "text")],
            Deed::Invoke { text, condition, .. } => vec![(text, "text"), (condition, "condition")],
            Deed::Decide { why, .. }
            | Deed::Confirm { why, .. }
            | Deed::Silence { why, .. }
            | Deed::Object { why, .. }
            | Deed::Withdraw { why, .. }
            | Deed::Gauge { why, .. }
            | Deed::Close { why, .. } => vec![(why, "why")],
            Deed::Measure { what, .. } => vec![(what, "what")],
            Deed::FollowUp { text, .. } => vec![(text, "text")],
            Deed::National { procedure, text, .. } => vec![(procedure, "procedure"), (text, "text")],
            Deed::Participate { .. } | Deed::Vote { .. } => Vec::new(),
        }
    }

    /// Texts that may be empty, each with the name of its member.
    pub(crate) fn optional(&self) -> Vec<(&str, &'static str)> {
        match self {
            Deed::Participate { who, why, .. } => vec![(who, "who"), (why, "why")],
            Deed::Vote { why, .. } => vec![(why, "why")],
            Deed::Propose { body, .. } | Deed::Invoke { body, .. } => vec![(body, "body")],
            Deed::Measure { menu, .. } => vec![(menu, "menu")],
            Deed::Gauge { element, .. } => vec![(element, "element")],
            _ => Vec::new(),
        }
    }

    /// What it rests on.
    pub(crate) fn cites(&self) -> &[String] {
        match self {
            Deed::Request { cites, .. } | Deed::Confirm { cites, .. } | Deed::FollowUp { cites, .. } => cites,
            _ => &[],
        }
    }
}
