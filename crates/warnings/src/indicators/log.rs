//! Logs: notices and calls, and for how long it is known that somebody kept them.

use base::Instant;
use evidence::records::{Record, Recorded};
use terms::agreement::{Agreement, What};

/// An entry on the mission's board (`deconfliction`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// When it was made, milliseconds since 1970.
    pub known_ms: i64,
    /// Whether it is a call on the hotline that somebody answered, and no drill. Whatever else it is shows that the
    /// board was kept.
    pub is_call: bool,
}

/// When things of a log were known, in order, and when anything at all was.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Log {
    pub signs_ms: Vec<i64>,
    pub entries_ms: Vec<i64>,
}

/// When the mission came to know of a record: when it says that it was reported, else when it was.
pub(super) fn known_ms(record: &Record) -> Option<i64> {
    let at = record.at.map(|i| i.end).or(record.from);
    record.reported.or(at).map(|Instant(ms)| ms)
}

impl Log {
    /// Notices of these acts, of anything if there are none: records hold them, those of the board among them.
    pub fn of_notices(agreement: &Agreement, records: &[Record], board: &[Logged], of: &[What]) -> Log {
        let mut log = Log::default();
        for record in records {
            let Some(at) = known_ms(record) else { continue };
            log.entries_ms.push(at);
            if matches!(&record.what, Recorded::Notice { act, .. } if is_of(agreement, of, act)) {
                log.signs_ms.push(at);
            }
        }
        for entry in board {
            log.entries_ms.push(entry.known_ms);
        }
        log.in_order()
    }

    /// Calls on the hotline: only the board holds them.
    pub fn of_calls(board: &[Logged]) -> Log {
        let signs_ms = board.iter().filter(|e| e.is_call).map(|e| e.known_ms).collect();
        Log { signs_ms, entries_ms: board.iter().map(|e| e.known_ms).collect() }.in_order()
    }

    fn in_order(mut self) -> Log {
        self.signs_ms.sort_unstable();
        self.entries_ms.sort_unstable();
        self
    }

    /// How much of a time it is known that the log was kept, as known at `as_of_ms`: from its first entry to its last.
    pub fn kept_ms(&self, from_ms: i64, to_ms: i64, as_of_ms: i64) -> f64 {
        let known = self.entries_ms.partition_point(|e| *e < as_of_ms);
        let first = self.entries_ms.first().filter(|_| known > 0);
        let last = known.checked_sub(1).and_then(|k| self.entries_ms.get(k));
        let (Some(first), Some(last)) = (first, last) else { return 0.0 };
        ((*last).min(to_ms) - (*first).max(from_ms)).max(0) as f64
    }
}

fn is_of(agreement: &Agreement, of: &[What], act: &str) -> bool {
    let same = |a: &str| a.trim().to_lowercase() == act.trim().to_lowercase();
    let one = |what: &What| match what {
        What::Act { name, kinds } => same(name) || kinds.iter().any(|k| same(k)),
        What::Weapon { class, .. } => agreement.resolve_weapon_word(act) == Some(*class),
    };
    of.is_empty() || of.iter().any(one)
}
