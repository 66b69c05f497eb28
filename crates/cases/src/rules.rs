//! Who may do what, and from which stage a case may go to which, as data. Nothing else in this room knows it.

use crate::words::Stage::{self, *};
use base::Role::{self, *};

/// Officers who work cases.
const OFFICERS: &[Role] = &[WatchOfficer, VerificationOfficer];
/// Those who sit in a body.
const BODY: &[Role] = &[Member, Chair];

/// For each deed, the roles that may do it. What else is needed (of which party, of which body, a second person) is
/// checked where the deed is done.
pub const MAY: &[(&str, &[Role])] = &[
    ("allege", &[Liaison, Planner, WatchOfficer, VerificationOfficer]),
    ("register", OFFICERS),
    ("dismiss", OFFICERS),
    ("answer", &[Liaison]),
    ("withdraw", &[Liaison, Planner, WatchOfficer, VerificationOfficer]),
    ("join", OFFICERS),
    ("open", OFFICERS),
    ("claim", OFFICERS),
    ("release", OFFICERS),
    ("move", &[WatchOfficer, VerificationOfficer, Chair]),
    ("suspend", &[WatchOfficer, VerificationOfficer, Chair]),
    ("resume", &[WatchOfficer, VerificationOfficer, Chair]),
    ("recuse", &[VerificationOfficer, Member, Chair]),
    ("restrict", &[VerificationOfficer, Chair]),
    ("task", OFFICERS),
    ("return", OFFICERS),
    ("weigh", &[VerificationOfficer, Analyst]),
    ("draft", &[VerificationOfficer]),
    ("attribute", BODY),
    ("comment", BODY),
    ("sign", &[VerificationOfficer, Member, Chair]),
    ("confirm", BODY),
    ("appeal", &[Liaison]),
    ("rule", BODY),
    ("order", BODY),
    ("reported", &[Liaison]),
    ("check", &[VerificationOfficer]),
    ("start", &[WatchOfficer, VerificationOfficer, Chair]),
    ("pause", &[WatchOfficer, VerificationOfficer, Chair]),
    ("continue", &[WatchOfficer, VerificationOfficer, Chair]),
    ("stop", &[WatchOfficer, VerificationOfficer, Chair]),
];

/// The roles that may do the deed of that name; none: no such deed.
#[must_use]
pub fn may(deed: &str) -> &'static [Role] {
    MAY.iter().find(|(name, _)| *name == deed).map_or(&[], |(_, roles)| roles)
}

/// The roles, for people: `verification-officer or watch-officer`.
#[must_use]
pub fn listed(roles: &[Role]) -> String {
    match roles {
        [] => "nobody".to_owned(),
        [one] => one.name().to_owned(),
        [all @ .., last] => {
            let names: Vec<&str> = all.iter().map(|r| r.name()).collect();
            format!("{} or {}", names.join(", "), last.name())
        }
    }
}

/// A step of a case from one stage to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// From.
    pub from: Stage,
    /// To.
    pub to: Stage,
    /// Who may take it by hand; none: it comes about by another deed.
    pub roles: &'static [Role],
    /// The deed that brings it about, where it is not taken by hand.
    pub by: &'static str,
}

const fn hand(from: Stage, to: Stage, roles: &'static [Role]) -> Step {
    Step { from, to, roles, by: "move" }
}

const fn of(from: Stage, to: Stage, by: &'static str) -> Step {
    Step { from, to, roles: &[], by }
}

/// Every step that there is.
pub const STEPS: &[Step] = &[
    hand(Opened, Preliminary, OFFICERS),
    hand(Opened, Closed, OFFICERS),
    hand(Preliminary, Tasked, &[VerificationOfficer]),
    hand(Preliminary, Drafting, &[VerificationOfficer]),
    hand(Preliminary, Closed, &[VerificationOfficer]),
    of(Preliminary, Tasked, "task"),
    hand(Tasked, Verifying, &[VerificationOfficer]),
    of(Tasked, Verifying, "return"),
    hand(Verifying, Tasked, &[VerificationOfficer]),
    of(Verifying, Tasked, "task"),
    hand(Verifying, Drafting, &[VerificationOfficer]),
    hand(Drafting, Verifying, &[VerificationOfficer]),
    hand(Drafting, Comments, &[VerificationOfficer]),
    hand(Comments, Drafting, &[VerificationOfficer]),
    of(Drafting, Issued, "sign"),
    of(Comments, Issued, "sign"),
    hand(Issued, Drafting, &[VerificationOfficer]),
    of(Issued, Remedy, "order"),
    hand(Issued, Closed, &[VerificationOfficer, Chair]),
    of(Remedy, FollowUp, "reported"),
    of(Remedy, FollowUp, "check"),
    hand(FollowUp, Closed, &[VerificationOfficer, Chair]),
    hand(FollowUp, Drafting, &[VerificationOfficer]),
    hand(Closed, Verifying, &[VerificationOfficer, Chair]),
    of(Issued, Appealed, "appeal"),
    of(Remedy, Appealed, "appeal"),
    of(FollowUp, Appealed, "appeal"),
    of(Closed, Appealed, "appeal"),
    of(Appealed, Issued, "rule"),
    of(Appealed, Drafting, "rule"),
];

/// The steps that may be taken by hand from a stage.
pub fn steps_from(stage: Stage) -> impl Iterator<Item = &'static Step> {
    STEPS.iter().filter(move |s| s.from == stage && !s.roles.is_empty())
}

/// Whether a deed brings about that step.
#[must_use]
pub fn comes_about(from: Stage, to: Stage, deed: &str) -> bool {
    STEPS.iter().any(|s| s.from == from && s.to == to && s.by == deed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_stage_is_reached_and_left_and_a_case_can_always_be_closed() {
        for stage in Stage::ALL.iter().copied() {
            assert!(stage == Opened || STEPS.iter().any(|s| s.to == stage), "{stage:?} is reached");
            let mut seen = BTreeSet::from([stage]);
            while let Some(step) = STEPS.iter().find(|s| seen.contains(&s.from) && !seen.contains(&s.to)) {
                seen.insert(step.to);
            }
            assert!(seen.contains(&Closed), "{stage:?} leads to the end");
        }
    }

    #[test]
    fn whoever_may_move_a_case_may_take_some_step() {
        for role in may("move") {
            assert!(STEPS.iter().any(|s| s.roles.contains(role)), "{role:?}");
        }
        for step in STEPS {
            assert!(step.roles.iter().all(|r| may("move").contains(r)), "{step:?}");
            assert!(MAY.iter().any(|(deed, _)| *deed == step.by), "{step:?}");
        }
    }
}
