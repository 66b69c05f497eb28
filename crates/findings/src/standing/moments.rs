//! The moments of a text, those that records date included.

use base::{CivilZone, Instant, Interval, Truth};
use evidence::records::{Record, Recorded};
use terms::agreement::{Agreement, MomentIx, Offset, When};

/// Longest chain of moments that are counted from one another.
const CHAIN_MAX: usize = 64;

/// The instant of each named moment of `agreement`; `None`: it is not known to have come.
pub(crate) fn of(agreement: &Agreement, records: &[&Record]) -> Vec<Option<Instant>> {
    (0..agreement.moments.len()).map(|i| named(agreement, records, MomentIx(i as u16), 0)).collect()
}

fn named(agreement: &Agreement, records: &[&Record], ix: MomentIx, depth: usize) -> Option<Instant> {
    let moment = agreement.moments.get(usize::from(ix.0)).filter(|_| depth < CHAIN_MAX)?;
    match &moment.at {
        Some(When::After(other, offset)) => {
            offset.after(named(agreement, records, *other, depth + 1)?, &agreement.zone)
        }
        Some(when) => agreement.resolve_when(when),
        None => recorded(records, &[&moment.name, &moment.event]),
    }
}

/// When the event of one of these names came, by the first record that says so.
pub(crate) fn recorded(records: &[&Record], names: &[&str]) -> Option<Instant> {
    let of = |r: &&&Record| match &r.what {
        Recorded::Event { name } => names.iter().any(|n| !n.is_empty() && same(n, name)),
        _ => false,
    };
    records.iter().filter(of).filter_map(|r| r.at.map(|i| i.start).or(r.from)).min()
}

/// Whether two words are the same but for case and white space around them.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// Whether something that happened in `at` happened no later than `due`.
pub(crate) fn by(at: Interval, due: Instant) -> Truth {
    if at.start > due {
        Truth::False
    } else if at.end <= due || at.start == at.end {
        Truth::True
    } else {
        Truth::Undetermined
    }
}

/// The instant so long before `moment`: the latest at which something may be sent. `None`: beyond the calendar.
pub(crate) fn before(offset: Offset, moment: Instant, zone: &CivilZone) -> Option<Instant> {
    let back = match offset {
        Offset::None => Offset::None,
        Offset::Days(days) => Offset::Days(days.checked_neg()?),
        Offset::Ms(ms) => Offset::Ms(ms.checked_neg()?),
        Offset::WholeDays(days) => Offset::WholeDays(days.checked_neg()?),
        Offset::Months(months) => Offset::Months(months.checked_neg()?),
    };
    back.after(moment, zone)
}
