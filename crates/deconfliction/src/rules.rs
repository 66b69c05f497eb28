//! Who may do what, as data. What else is needed (of which party, a second person) is checked where the deed is done.

use base::Role::{self, *};

/// Who gives notices and asks for windows.
const GIVERS: &[Role] = &[Liaison, Planner, WatchOfficer, VerificationOfficer];
/// Who answers for a notice at an addressee, or at the watch that passes it on.
const PASSERS: &[Role] = &[Liaison, Planner, WatchOfficer];
/// The watch.
const WATCH: &[Role] = &[WatchOfficer];
/// The watch, or a party for itself.
const PARTIES: &[Role] = &[Liaison, WatchOfficer];
/// The watch, and the officers who look back.
const OFFICERS: &[Role] = &[WatchOfficer, VerificationOfficer];

/// For each deed, the roles that may do it.
pub const MAY: &[(&str, &[Role])] = &[
    ("draft", GIVERS),
    ("amend", GIVERS),
    ("release", GIVERS),
    ("sent", PASSERS),
    ("delivered", PASSERS),
    ("read-back", PASSERS),
    ("object", PASSERS),
    ("channel", PASSERS),
    ("withdraw", GIVERS),
    ("request", GIVERS),
    ("ask", WATCH),
    ("promise", PARTIES),
    ("refuse", PARTIES),
    ("take-back", PARTIES),
    ("post", WATCH),
    ("open", WATCH),
    ("suspend", WATCH),
    ("resume", WATCH),
    ("break", OFFICERS),
    ("complete", OFFICERS),
    ("evaluate", OFFICERS),
    ("call-off", GIVERS),
    ("enter", GIVERS),
    ("look-up", OFFICERS),
    ("second", OFFICERS),
    ("correct", GIVERS),
    ("renew", GIVERS),
    ("disclose", OFFICERS),
    ("remove", GIVERS),
    ("log", WATCH),
    ("missed", WATCH),
    ("relay", WATCH),
    ("repeat", WATCH),
    ("close", WATCH),
];

/// The roles that may do the deed of that name; none: no such deed.
#[must_use]
pub fn may(deed: &str) -> &'static [Role] {
    MAY.iter().find(|(name, _)| *name == deed).map_or(&[], |(_, roles)| roles)
}
