//! The fixed words of this room. Each says a state, and none says that anybody may do anything: a notice informs, and
//! whoever reads it back has read it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One fixed word, with the kind of thing that it is a state of and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Of what it is a word.
    pub of: &'static str,
    /// The word.
    pub word: &'static str,
    /// What it means, one line.
    pub meaning: &'static str,
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal: $meaning:literal,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            pub enum $name { $(#[doc = $meaning] #[serde(rename = $word)] $variant,)* }

            impl $name {
                /// All of them, in order.
                pub const ALL: &'static [$name] = &[$($name::$variant,)*];

                /// Its word in records and interfaces.
                #[must_use]
                pub fn word(self) -> &'static str {
                    match self { $($name::$variant => $word,)* }
                }

                /// What it means, one line.
                #[must_use]
                pub fn meaning(self) -> &'static str {
                    match self { $($name::$variant => $meaning,)* }
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(self.word())
                }
            }
        )*

        /// Every fixed word of this room.
        #[must_use]
        pub fn every_word() -> Vec<Word> {
            let mut all = Vec::new();
            $(all.extend($name::ALL.iter().map(|v| {
                Word { of: stringify!($name), word: v.word(), meaning: v.meaning() }
            }));)*
            all
        }
    };
}

words! {
    /// Of what a notice is.
    NoticeKind {
        Movement = "movement": "forces or vehicles move along a route",
        Flight = "flight": "an aircraft, crewed or not, the monitors' own included",
        Repair = "repair": "a crew works on something",
        Exercise = "exercise": "training, with fire or without",
        Blast = "demining-blast": "mines or munitions are blown up",
        Convoy = "convoy": "people or goods travel under escort or sign",
        Message = "hotline-message": "words for the other side; nothing moves",
        Protest = "protest": "an objection to what somebody did; nothing moves",
    }
    /// How far a notice is, at a moment.
    NoticeState {
        Drafted = "drafted": "written down; nobody has released it",
        HalfReleased = "released-by-one": "one person has released it; a second person has to",
        Released = "released": "two people have released it; what became of it stands in its ledger",
        UnderWay = "under-way": "its period runs",
        Expired = "expired": "its period is over: it counts for nothing",
        Withdrawn = "withdrawn": "the giver took it back: it counts for nothing",
    }
    /// How far a notice came with one addressee, at a moment.
    Delivery {
        NoChannel = "no-channel": "no way is stated on which it could be told",
        Waiting = "waiting": "it has not been sent",
        Sent = "sent": "it has left; nobody says that it arrived",
        Delivered = "delivered": "it arrived; nobody has repeated it",
        ReadBack = "read-back": "its times and place were repeated as they stand: it was read, and no more",
        Misread = "repeated-otherwise": "what was repeated is not what stands in it",
        Objected = "objected": "the addressee read it and objects",
        Stale = "earlier-version": "an earlier version came there; the one that counts did not",
        Expired = "expired": "its period ended before it was read back",
        Withdrawn = "withdrawn": "it was taken back",
    }
    /// The answer of a check.
    Answer {
        Clear = "clear-of-what-is-known": "it meets nothing of what was given to the check, margins included; no more is said",
        Undetermined = "undetermined": "something that would decide it is missing, and is listed",
        Conflict = "conflict": "it meets something, margins included",
    }
    /// With what a notice is compared.
    WithKind {
        Notice = "notice": "another notice",
        Zone = "zone": "a zone of the text in force then",
        Window = "window": "a window of silence",
        Protected = "protected": "an entry of the protected register",
        Activity = "activity": "something that was observed",
    }
    /// How far a window of silence is, at a moment.
    WindowState {
        Requested = "requested": "somebody asks for it; no party has been asked",
        Pending = "promises-pending": "a promise of at least one party is lacking",
        Promised = "promised": "every party's promise stands now; the hours have not been opened",
        Open = "open": "opened, within its hours, and every party's promise stands now",
        Suspended = "suspended": "put off by the watch; nobody should be on the ground for it",
        Lapsed = "lapsed": "a promise it rests on has expired or was taken back",
        Broken = "broken": "something was observed in it that it was to be without",
        Closing = "hours-over": "its hours are over; nobody has said how it ended",
        Completed = "completed": "closed, with what became of the work",
        Evaluated = "evaluated": "closed, and looked back on",
        Called = "called-off": "called off by the watch or by who asked for it",
    }
    /// How one party's promise for a window stands, at a moment.
    PromiseState {
        NotAsked = "not-asked": "the party has not been asked",
        Asked = "asked": "the party has been asked and has not answered",
        Given = "given": "promised, and the promise stands now",
        Expired = "expired": "promised until a moment that is past: it counts for nothing",
        Refused = "refused": "the party does not promise it",
        TakenBack = "taken-back": "the party has taken its promise back",
    }
    /// What became of the work that a window was for.
    Work {
        Done = "done": "all of it",
        Partly = "partly-done": "some of it",
        NotDone = "not-done": "none of it",
        NotSaid = "not-said": "nobody said",
    }
    /// How a window turned out, in people's judgement.
    Outcome {
        Held = "held": "nothing broke it, by what people saw",
        Broken = "broken": "it was broken",
        Disputed = "disputed": "it is said that it was broken, and denied",
        Undetermined = "undetermined": "it cannot be told",
    }
    /// What a protected object is.
    Category {
        Medical = "medical": "a hospital, clinic or medical post",
        School = "school": "a school or other place of learning",
        Shelter = "shelter": "where displaced people stay",
        Water = "water": "water supply",
        Energy = "energy": "power, gas or heat supply",
        Nuclear = "nuclear": "a nuclear site",
        Dam = "dam": "a dam or dyke",
        Culture = "culture": "a cultural or religious site",
        Aid = "aid": "a warehouse, office or point of distribution of aid",
        Monitors = "monitors": "a base or post of the monitors",
        Other = "other": "something else",
    }
    /// What a recipient has been told of an entry.
    Disclosure {
        CategoryOnly = "category-only": "that there is one, and of which category",
        Coarse = "coarse": "the area that it lies in",
        Exact = "exact": "its site",
    }
    /// How an entry of the protected register stands, at a moment.
    EntryState {
        Entered = "entered": "one person's word: its coordinates have not been checked",
        Checked = "checked-once": "its coordinates fit the gazetteer; a second person has not checked it",
        Differs = "coordinates-differ": "the gazetteer has that name elsewhere",
        Unfound = "not-in-gazetteer": "the gazetteer does not know that name; a second person has not checked it",
        Current = "current": "checked by a second person, and not expired",
        Expired = "expired": "nobody renewed it; the object is what it was, and the duties towards it too",
        Removed = "removed": "taken off the list; the object is what it was, and the duties towards it too",
    }
    /// How a call on the hotline stands.
    CallState {
        Logged = "logged": "written down",
        Missed = "missed": "nobody answered",
        Relayed = "relayed": "passed on; not repeated by who received it",
        ReadBack = "read-back": "passed on and repeated as it stands",
        Misread = "repeated-otherwise": "passed on, and repeated otherwise than it stands",
        Closed = "closed": "ended",
    }
    /// How a notice stands to a clause that asks for it.
    DutyState {
        NotSent = "not-sent": "there is still time; it has not been sent",
        Timely = "timely": "sent in time, in full, and passed on as the clause asks",
        UnderWay = "under-way": "sent in time; what the clause asks further is not done and still can be",
        Late = "late": "sent after the latest moment",
        Missing = "missing": "never sent, and the latest moment is past",
        Defective = "defective": "sent, and something that the clause asks is lacking",
        Undetermined = "undetermined": "what would decide it is missing, and is listed",
    }
}
