//! Who may do what, as data. Nothing else in this room knows it.

use base::Role::{self, *};

/// Those who may speak in a consultation.
const VOICES: &[Role] = &[Guarantor, Liaison, Member, Chair];
/// Those who decide: a body's people, or a guarantor for itself alone.
const DECIDE: &[Role] = &[Guarantor, Member, Chair];

/// For each deed, the roles that may do it. What else is needed (of which guarantor, of which body, by which rule) is
/// checked where the deed is done.
pub const MAY: &[(&str, &[Role])] = &[
    ("request", VOICES),
    ("participate", &[Guarantor, Liaison, Member, Chair, WatchOfficer]),
    ("position", VOICES),
    ("propose", DECIDE),
    ("invoke", DECIDE),
    ("vote", DECIDE),
    ("decide", DECIDE),
    ("confirm", DECIDE),
    ("silence", DECIDE),
    ("object", DECIDE),
    ("measure", &[Guarantor, Liaison]),
    ("follow-up", &[Guarantor, Liaison, WatchOfficer]),
    ("national", &[Guarantor]),
    ("gauge", &[Guarantor, Chair]),
    ("withdraw", VOICES),
    ("close", &[Guarantor, Liaison, Member, Chair, WatchOfficer]),
];

/// The roles that may do the deed of that name; none: no such deed.
#[must_use]
pub fn may(deed: &str) -> &'static [Role] {
    MAY.iter().find(|(name, _)| *name == deed).map_or(&[], |(_, roles)| roles)
}
