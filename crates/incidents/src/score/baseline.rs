//! What fusion is measured against: fixed distances and days.

use crate::fuse::{Union, flat_m};
use evidence::batch::Batch;
use std::collections::BTreeMap;

const DAY_MS: i64 = 86_400_000;

/// A fixed rule: reports within a distance and a number of days are one, and so are chains of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Box {
    /// Its name in a table.
    pub name: &'static str,
    /// Kilometres; negative: nothing is joined.
    pub reach_km: f64,
    /// Days.
    pub days: i64,
}

impl Box {
    /// Those that are printed beside fusion.
    pub const ALL: [Box; 4] = [
        Box { name: "no linking", reach_km: -1.0, days: 0 },
        Box { name: "same day, 25 km box", reach_km: 25.0, days: 0 },
        Box { name: "5 km, 1 day, single link", reach_km: 5.0, days: 1 },
        Box { name: "same day, 3 km", reach_km: 3.0, days: 0 },
    ];

    /// The group of each row.
    #[must_use]
    pub fn groups(&self, batch: &Batch) -> Vec<u64> {
        let mut by_day: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (row, start) in batch.start_ms.iter().enumerate() {
            by_day.entry(start.div_euclid(DAY_MS)).or_default().push(row);
        }
        let at = |row: usize| {
            let of = |column: &[f64]| column.get(row).copied().unwrap_or(f64::NAN);
            (of(&batch.lon_deg), of(&batch.lat_deg))
        };
        let mut joined = Union::of(batch.len());
        for (day, rows) in &by_day {
            for other in by_day.range(*day..=day + self.days).flat_map(|(_, rows)| rows) {
                for row in rows {
                    let ((x1, y1), (x2, y2)) = (at(*row), at(*other));
                    if flat_m(x1, y1, x2, y2) <= self.reach_km * 1_000.0 {
                        joined.join(*row, *other);
                    }
                }
            }
        }
        (0..batch.len()).map(|row| joined.root(row) as u64).collect()
    }
}
