//! The same question as rows arrive: which of the rows of the open time window are near the new one.

use super::{Reach, Spot, Surface, Test};
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// Cells are counted from here, so that they are positive everywhere on earth.
const ORIGIN_M: f64 = -6_400_000.0;

/// What became of a pushed row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It was taken in; its neighbours were given.
    Taken,
    /// It is older than the open window: it was not taken in and nothing was given. Judge it in a batch.
    Late,
    /// It has no position: it was not taken in.
    Unplaced,
}

/// Spots with their rows, by cell.
type Cells = HashMap<[i32; 3], Vec<(Spot, u32)>>;

/// Rows of an open time window, by slab and cell. A row is kept until the newest start is more than the reach and the
/// lateness beyond its slab; memory is about 100 bytes for each row in the window.
#[derive(Debug)]
pub struct Stream {
    test: Option<Test>,
    side_m: f64,
    slab_ms: i64,
    late_ms: i64,
    newest_ms: i64,
    slabs: BTreeMap<i64, Cells>,
    held: usize,
}

impl Stream {
    /// A stream of positions on the ellipsoid. Rows may come up to `late_ms` behind the newest and still meet all
    /// that is near them.
    #[must_use]
    pub fn new(reach: Reach, late_ms: i64) -> Stream {
        let test = Test::new(reach, Surface::Ellipsoid);
        Stream {
            side_m: test.map_or(1.0, |t| t.reach.reach_m * (1.0 + 1e-9) + 0.01),
            test,
            slab_ms: reach.reach_ms.max(1),
            late_ms: late_ms.max(0),
            newest_ms: i64::MIN,
            slabs: BTreeMap::new(),
            held: 0,
        }
    }

    /// Rows in the open window.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held
    }

    /// Puts the rows of the open window that are near the new one into `near`, ascending, and takes it in.
    ///
    /// One start far in the future closes the window to all before it: the caller bounds clocks that run ahead.
    pub fn push(
        &mut self,
        row: u32,
        [lon_deg, lat_deg]: [f64; 2],
        start_ms: i64,
        near: &mut Vec<u32>,
    ) -> Pushed {
        near.clear();
        let Some(spot) = Spot::of(lon_deg, lat_deg, start_ms, Surface::Ellipsoid) else {
            return Pushed::Unplaced;
        };
        if start_ms < self.newest_ms.saturating_sub(self.late_ms) {
            return Pushed::Late;
        }
        if start_ms > self.newest_ms {
            self.newest_ms = start_ms;
            self.evict();
        }
        let cell = self.cell(&spot);
        let number = start_ms.div_euclid(self.slab_ms);
        self.find(&spot, cell, number, near);
        near.sort_unstable();
        self.slabs.entry(number).or_default().entry(cell).or_default().push((spot, row));
        self.held += 1;
        Pushed::Taken
    }

    fn cell(&self, spot: &Spot) -> [i32; 3] {
        spot.at.map(|c| ((c - ORIGIN_M) / self.side_m).floor() as i32)
    }

    /// Drops slabs that no row still to be taken can reach.
    fn evict(&mut self) {
        let oldest_ms = self.newest_ms.saturating_sub(self.late_ms).saturating_sub(self.slab_ms);
        let oldest = oldest_ms.div_euclid(self.slab_ms);
        while let Some(first) = self.slabs.first_entry().filter(|s| *s.key() < oldest) {
            self.held -= first.remove().values().map(Vec::len).sum::<usize>();
        }
    }

    fn find(&self, spot: &Spot, cell: [i32; 3], number: i64, near: &mut Vec<u32>) {
        let Some(test) = &self.test else { return };
        let around = self.cells_around(spot, cell);
        for slab in self.slabs.range(number.saturating_sub(1)..=number.saturating_add(1)).map(|(_, s)| s) {
            for there in around.iter().flatten() {
                let Some(held) = slab.get(there) else { continue };
                near.extend(held.iter().filter(|(s, _)| test.near(spot, s)).map(|(_, row)| *row));
            }
        }
    }

    /// The cells around `cell` that come within the reach of `spot`.
    fn cells_around(&self, spot: &Spot, cell: [i32; 3]) -> [Option<[i32; 3]>; 27] {
        let mut around = [None; 27];
        for (i, slot) in (0_i32..27).zip(&mut around) {
            let there = [cell[0] + i % 3 - 1, cell[1] + i / 3 % 3 - 1, cell[2] + i / 9 - 1];
            let apart2_m2: f64 = there
                .iter()
                .zip(spot.at)
                .map(|(c, at)| {
                    let from = ORIGIN_M + f64::from(*c) * self.side_m;
                    (from - at).max(at - from - self.side_m).max(0.0).powi(2)
                })
                .sum();
            // The cell is wider than the reach by a centimetre: rounding stays within that.
            *slot = (apart2_m2 <= self.side_m * self.side_m).then_some(there);
        }
        around
    }
}
