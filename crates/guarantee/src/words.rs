//! The closed vocabularies of this room, the same in journals, interfaces and here.

use base::Truth;
use serde::{Deserialize, Serialize};

/// An enum whose members have names.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $member:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$of])* #[serde(rename = $word)] $member,)+ }

        impl $name {
            /// All, in order.
            pub const ALL: &[$name] = &[$($name::$member,)+];

            /// Its name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $($name::$member => $word,)+ }
            }
        }
    };
}

words! {
    /// How an element of a trigger stands. There is no fourth word, and no figure over several of them.
    State {
        /// What is on record meets it, by the measure that is named beside it.
        Met = "met",
        /// What is on record falls short of that measure.
        NotMet = "not met",
        /// What is on record does not decide it; what is missing is listed.
        Undetermined = "undetermined",
    }
}

impl From<Truth> for State {
    fn from(truth: Truth) -> State {
        match truth {
            Truth::True => State::Met,
            Truth::False => State::NotMet,
            Truth::Undetermined => State::Undetermined,
        }
    }
}

words! {
    /// Whether somebody takes part in a consultation.
    Presence {
        /// They do.
        Present = "present",
        /// They were asked and are not there; whoever presides notes it.
        Absent = "absent",
    }
}

words! {
    /// A vote.
    Vote {
        /// For it.
        Yes = "yes",
        /// Against it.
        No = "no",
        /// Neither.
        Abstains = "abstains",
    }
}

words! {
    /// What became of a question that was put.
    Outcome {
        /// Those who decide adopted it, by their rule.
        Adopted = "adopted",
        /// They did not.
        NotAdopted = "not-adopted",
    }
}

words! {
    /// How far a decision has come.
    Standing {
        /// It has been put; votes are taken.
        Put = "put",
        /// Adopted on a condition that has not been confirmed to have come about.
        OnCondition = "adopted-on-condition",
        /// Adopted; if on a condition, its coming about has been confirmed by the same rule.
        Adopted = "adopted",
        /// Not adopted.
        NotAdopted = "not-adopted",
        /// Adopted on a condition that was decided not to have come about.
        Lapsed = "condition-not-confirmed",
        /// Whoever put it has taken it back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// How far a consultation has come.
    Stage {
        /// Somebody has asked for it.
        Requested = "requested",
        /// Somebody takes part, or a question has been put.
        Consulting = "consulting",
        /// Some question has been decided.
        Decided = "decided",
        /// Measures have been recorded, and are followed up.
        FollowUp = "follow-up",
        /// Done.
        Closed = "closed",
        /// Whoever asked for it has taken the request back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// How a silence procedure stands.
    Quiet {
        /// It runs.
        Running = "running",
        /// Somebody objected in time.
        Broken = "broken",
        /// Its time is over, and nobody objected. By itself that decides nothing: somebody records the decision.
        RanOut = "ran-out-unbroken",
        /// Whoever started it has taken it back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What is said of a measure.
    Progress {
        /// Announced by the one who takes it.
        Announced = "announced",
        /// It is being done.
        UnderWay = "under-way",
        /// It was done.
        Done = "done",
        /// It was not done by its date.
        NotDone = "not-done",
        /// Whoever announced it has taken it back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// A step of a national procedure.
    Step {
        /// It has begun.
        Begun = "begun",
        /// It lies before a parliament or another authority.
        Submitted = "submitted",
        /// That authority was consulted; its word does not bind.
        Consulted = "consulted",
        /// That authority has agreed.
        Agreed = "agreed",
        /// It has refused.
        Refused = "refused",
        /// No such step is needed in this case, says the state itself.
        NotNeeded = "not-needed",
    }
}

words! {
    /// Whether something speaks for an element or against it.
    Bearing {
        /// For it.
        For = "for",
        /// Against it.
        Against = "against",
        /// It was looked into, and leaves it open.
        Open = "leaves it open",
    }
}

words! {
    /// For whom a file is made.
    Audience {
        /// The mission itself.
        Internal = "internal",
        /// The guarantors.
        Guarantors = "guarantors",
        /// Both parties, alike.
        Parties = "parties",
        /// Everybody.
        Public = "public",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_truths_are_the_three_states_and_the_middle_one_is_neither() {
        assert_eq!(State::from(Truth::True), State::Met);
        assert_eq!(State::from(Truth::False), State::NotMet);
        assert_eq!(State::from(Truth::Undetermined), State::Undetermined);
        assert_eq!(serde_json::to_string(&State::NotMet).unwrap(), "\"not met\"");
    }
}
