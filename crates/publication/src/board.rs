//! The notice board of a mission as a reader may see it: which audience a reader is of is decided here; what each
//! audience sees is `deconfliction`'s to lay out.

use crate::docket::Reader;
use crate::record::Record;
use crate::watch::text_of;
use base::{Instant, Ref};
use deconfliction::conflict::World;
use deconfliction::conflict::zones::Zones;
use deconfliction::duties::{Asked, asked};
use deconfliction::view::{self, Audience, BoardView, WindowsView, board, check};
use deconfliction::{Board, Check, Field, Margins};

/// The audience that a reader is of.
#[must_use]
pub fn audience(reader: &Reader) -> Audience {
    match reader {
        Reader::Staff(_) => Audience::Staff,
        Reader::Parties(own) | Reader::Organisations(own) => {
            own.first().map_or(Audience::Nobody, |actor| Audience::Actor(actor.clone()))
        }
        Reader::Guarantor | Reader::Nobody => Audience::Nobody,
    }
}

/// The board, each notice's check, and what the texts ask of it.
#[must_use]
pub fn board_for(record: &Record, on: &Board, audience: &Audience, now: Instant) -> (BoardView, Vec<Check>) {
    let view = board(audience, on, now);
    // Without a notice there is nothing to check, and observations are not laid out for it.
    if view.notices.is_empty() {
        return (view, Vec::new());
    }
    let version = text_of(record);
    let zones: Vec<atlas::ZoneIx> = version
        .map(|v| {
            (0..v.agreement.plan.zones.len())
                .filter_map(|ix| u16::try_from(ix).ok().map(atlas::ZoneIx))
                .collect()
        })
        .unwrap_or_default();
    let zones = version.map(|v| Zones { atlas: &v.atlas, zones: &zones });
    let world = World { zones, observed: Some(&record.state.observations), ..World::unknown() };
    let field = Field::build(on, world, &Margins::default(), now);
    let of = |reference: &str| field.check(&Ref(reference.to_owned()), now);
    let checks = view.notices.iter().filter_map(|n| of(&n.reference)).map(|c| check(audience, &c, on, now));
    let checks = checks.collect();
    (view, checks)
}

/// The windows of silence alone, without those that are long over.
#[must_use]
pub fn windows_for(on: &Board, audience: &Audience, now: Instant) -> WindowsView {
    view::windows(audience, on, now)
}

/// Whether an audience may know of a notice, window, entry or call: what it does not see, it is not told of either.
#[must_use]
pub fn may_know(on: &Board, audience: &Audience, reference: &Ref, now: Instant) -> bool {
    let notice =
        || on.notices.get(reference).and_then(|n| view::notice(audience, reference, n, now)).is_some();
    let window =
        || on.windows.get(reference).and_then(|w| view::window(audience, reference, w, now)).is_some();
    let entry =
        || on.register.get(reference).and_then(|e| view::entry(audience, reference, e, now)).is_some();
    let calls = || on.calls.get(reference).or_else(|| on.drills.get(reference));
    let call = || calls().and_then(|c| view::call(audience, reference, c)).is_some();
    notice() || window() || entry() || call()
}

/// What each clause of the text asks of a notice, and how the notice stands to it.
#[must_use]
pub fn asked_of(record: &Record, on: &Board, reference: &Ref, now: Instant) -> Vec<Asked> {
    let (Some(version), Some(notice)) = (text_of(record), on.notices.get(reference)) else {
        return Vec::new();
    };
    asked(&version.agreement, Some(&version.atlas), reference, notice, now)
}
