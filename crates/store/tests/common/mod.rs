//! What the tests of the journal share.

use base::{CivilZone, Digest};
use std::path::Path;
use store::{Entry, Mission, RejectedRow};

/// 2026-03-03T00:00:00Z.
pub const NOW_MS: i64 = 1_772_496_000_000;

/// A small generator of repeatable numbers (splitmix64).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// The entry number `i`: always the same, of a size between a few bytes and 60 kB that does not compress.
pub fn item(i: u32) -> Entry {
    let mut numbers = Numbers(u64::from(i));
    let rows = numbers.next() % 12 * (numbers.next() % 12);
    let row = |n| {
        let value: String = (0..25).map(|_| format!("{:016x}", numbers.next())).collect();
        RejectedRow::new(n + 1, 0, "", "wrong-shape", &value)
    };
    Entry::Rejected { import: Digest::of(b"import"), chunk: i, rows: (0..rows).map(row).collect() }
}

/// A new mission in `dir`.
pub fn mission(dir: &Path) -> Mission {
    Mission::create(dir, "test", &CivilZone::utc(), NOW_MS).unwrap()
}
