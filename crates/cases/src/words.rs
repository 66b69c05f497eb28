//! The closed vocabularies of decisions. Three scales are kept apart and never multiplied: how likely (ICD 203), how
//! good the evidence is (analytic confidence), and the grade of a source (Admiralty code).

use serde::{Deserialize, Serialize};

/// An enum whose members have names, the same in journals, interfaces and here.
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

            /// The one of that name.
            #[must_use]
            pub fn named(name: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|w| w.name() == name)
            }
        }
    };
}

words! {
    /// Where a case stands (workflow of an incident).
    Stage {
        /// Opened, by hand or from an incident.
        Opened = "opened",
        /// Is it plausible, in the mandate, within reach? Hours.
        Preliminary = "preliminary",
        /// Steps of verification are ordered.
        Tasked = "tasked",
        /// They are being taken.
        Verifying = "verifying",
        /// A finding is being drafted.
        Drafting = "drafting",
        /// The components of the body say what they think of it.
        Comments = "comments",
        /// At least one finding has been issued.
        Issued = "issued",
        /// Remedies have been ordered.
        Remedy = "remedy",
        /// Remedies are being checked.
        FollowUp = "follow-up",
        /// Done; it may be taken up again.
        Closed = "closed",
        /// A party has appealed.
        Appealed = "appealed",
    }
}

words! {
    /// Why work on a case cannot go on.
    Cause {
        /// Somebody keeps the mission from the place.
        NoAccess = "no-access",
        /// The body could not agree to go on.
        NoConsensus = "no-consensus",
        /// It is too dangerous.
        NoSecurity = "no-security",
    }
}

words! {
    /// Why an allegation is not registered.
    Dismissal {
        /// It does not say what is alleged.
        Incomplete = "incomplete",
        /// No text that the mission verifies is about it.
        OutOfMandate = "out-of-mandate",
        /// It came too late.
        TimeBarred = "time-barred",
        /// It has come already.
        Duplicate = "duplicate",
    }
}

words! {
    /// What a step of verification is.
    TaskKind {
        /// People go there.
        SiteVisit = "site-visit",
        /// Pictures from above are asked for.
        Imagery = "imagery",
        /// Somebody is asked what they know.
        Interview = "interview",
        /// Papers, logs or recordings are asked for.
        Documents = "documents",
        /// What was found is examined.
        Examination = "examination",
    }
}

words! {
    /// What became of a step.
    TaskEnd {
        /// It was taken.
        Done = "done",
        /// Somebody refused it.
        Refused = "refused",
        /// It could not be taken, and nobody refused it.
        Impossible = "impossible",
    }
}

words! {
    /// What a source says of an element of a clause.
    Weight {
        /// It speaks for it.
        Supports = "supports",
        /// It speaks against it.
        Against = "against",
        /// It could have told, and does not.
        Silent = "silent",
        /// It could not have told.
        NotCovered = "not-covered",
    }
}

words! {
    /// The outcome of a finding.
    Outcome {
        /// The clause was breached.
        Violation = "violation",
        /// It was not.
        NoViolation = "no-violation",
        /// The evidence does not decide it. A result, not a failure.
        Undetermined = "undetermined",
        /// It is not for this body to say.
        OutOfMandate = "out-of-mandate",
    }
}

words! {
    /// How grave a violation is (the scale of the Colombian mechanism, the finest that was used).
    Severity {
        /// Short of a violation.
        NonCompliance = "non-compliance",
        /// Minor.
        Minor = "minor",
        /// Serious.
        Serious = "serious",
        /// Very serious.
        VerySerious = "very-serious",
    }
}

words! {
    /// How certain a finding has to be, rising.
    Standard {
        /// Somebody reasonable would suspect it.
        Suspicion = "reasonable suspicion",
        /// Objective ground on credible information; the usual standard of fact-finding.
        Grounds = "reasonable grounds to believe",
        /// More likely than not.
        Balance = "balance of probabilities",
        /// Clear and convincing evidence.
        Clear = "clear and convincing",
    }
}

words! {
    /// How likely, in the fixed words of ICD 203. A statement about the world, not about the evidence.
    Likelihood {
        /// 1 to 5 %.
        AlmostNone = "almost no chance",
        /// 5 to 20 %.
        VeryUnlikely = "very unlikely",
        /// 20 to 45 %.
        Unlikely = "unlikely",
        /// 45 to 55 %.
        Even = "roughly even",
        /// 55 to 80 %.
        Likely = "likely",
        /// 80 to 95 %.
        VeryLikely = "very likely",
        /// 95 to 99 %.
        AlmostCertain = "almost certain",
    }
}

impl Likelihood {
    /// Its range, in per cent. Source: Intelligence Community Directive 203.
    #[must_use]
    pub fn range_percent(self) -> (u8, u8) {
        match self {
            Likelihood::AlmostNone => (1, 5),
            Likelihood::VeryUnlikely => (5, 20),
            Likelihood::Unlikely => (20, 45),
            Likelihood::Even => (45, 55),
            Likelihood::Likely => (55, 80),
            Likelihood::VeryLikely => (80, 95),
            Likelihood::AlmostCertain => (95, 99),
        }
    }
}

words! {
    /// How good the evidence is. No probability.
    Confidence {
        /// Little of it, or weak.
        Low = "low",
        /// Sound, with gaps.
        Moderate = "moderate",
        /// Several independent strands agree.
        High = "high",
    }
}

words! {
    /// What a component of the body thinks of a draft.
    Stand {
        /// It agrees.
        Agrees = "agrees",
        /// It does not, and says why.
        Dissents = "dissents",
        /// It is there and takes no side.
        Abstains = "abstains",
        /// It is not there; the chair notes it.
        Absent = "absent",
    }
}

words! {
    /// How far a finding has come.
    Standing {
        /// Being written; nobody has signed.
        Draft = "draft",
        /// One person has signed.
        Proposed = "proposed",
        /// Two have: it counts until the body confirms it or it is superseded.
        Provisional = "provisional",
        /// The body has confirmed it.
        Confirmed = "confirmed",
        /// A party has appealed; it counts meanwhile.
        UnderAppeal = "under-appeal",
        /// A later version counts.
        Superseded = "superseded",
    }
}

words! {
    /// In what way somebody is answerable.
    Responsibility {
        /// Its own forces did it.
        Direct = "direct",
        /// Those under its command.
        Command = "command",
        /// Those that it answers for.
        Proxy = "proxy",
        /// It could have prevented it, and did not.
        FailureToPrevent = "failure-to-prevent",
        /// Together with another.
        Joint = "joint",
    }
}

words! {
    /// Whether it was meant. An element of its own.
    Intent {
        /// It was.
        Deliberate = "deliberate",
        /// It was not.
        Accidental = "accidental",
        /// The evidence does not decide it.
        Undetermined = "undetermined",
    }
}

words! {
    /// Whether a remedy passed its test.
    Check {
        /// It did.
        Passed = "passed",
        /// It did not.
        Failed = "failed",
        /// The test could not be made, or does not decide it.
        Undetermined = "undetermined",
    }
}

words! {
    /// What happens when a clock runs out.
    Expiry {
        /// Nothing by itself: somebody is told.
        Told = "told",
        /// What was proposed stands.
        Stands = "stands",
        /// What was proposed falls.
        Falls = "falls",
    }
}
