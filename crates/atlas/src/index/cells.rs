//! Distances of grid cells from a line, each measured when first needed. What holds for the middle of a cell holds
//! for all of it, give or take the cell's half diagonal: distance is never changed by more than the way gone.

use crate::geometry::Position;
use std::sync::atomic::{AtomicU32, Ordering};

/// Side of a fine cell, degrees of latitude, for lines short enough for [`FINE_MAX`].
const FINE_DEG: f64 = 0.02;
/// Fine cells along the side of a coarse one.
const FINE_PER_COARSE: usize = 6;
/// Most fine cells: 4 bytes each.
const FINE_MAX: f64 = 2_000_000.0;
/// How far around the line the grid reaches, degrees of latitude.
const AROUND_DEG: f64 = 1.5;
/// Farthest latitude that the grid covers, degrees.
const LAT_DEG_MAX: f64 = 85.0;

/// A coarse grid and a fine one over the surroundings of a line.
pub(crate) struct Cells {
    coarse: Level,
    fine: Level,
}

/// One grid. A cell holds the bits of the distance of its middle, metres, plus one; 0: not measured yet.
struct Level {
    west: f64,
    south: f64,
    width: f64,
    height: f64,
    columns: usize,
    /// Farthest point of a cell from its middle, metres, by row.
    reach_m: Vec<f64>,
    cells: Vec<AtomicU32>,
}

impl Cells {
    /// Grids around a box: west, south, east, north, degrees.
    pub(crate) fn over([west, south, east, north]: [f64; 4]) -> Cells {
        let (south, north) = ((south - AROUND_DEG).max(-LAT_DEG_MAX), (north + AROUND_DEG).min(LAT_DEG_MAX));
        let shrink = south.abs().max(north.abs()).min(LAT_DEG_MAX).to_radians().cos();
        let (west, east) = (west - AROUND_DEG / shrink, east + AROUND_DEG / shrink);
        let middle = (0.5 * (south + north)).to_radians().cos().max(0.1);
        let (tall, wide) = ((north - south).max(0.1), (east - west).max(0.1));
        let height = FINE_DEG.max((tall * wide * middle / FINE_MAX).sqrt());
        let width = height / middle;
        let columns = (wide / width).ceil().max(1.0) as usize;
        let rows = (tall / height).ceil().max(1.0) as usize;
        let times = FINE_PER_COARSE as f64;
        Cells {
            coarse: Level::new(
                [west, south],
                [width * times, height * times],
                [columns.div_ceil(FINE_PER_COARSE), rows.div_ceil(FINE_PER_COARSE)],
            ),
            fine: Level::new([west, south], [width, height], [columns, rows]),
        }
    }

    /// What `decide` makes of the least and greatest distance, metres, of the cell around a position: first of the
    /// coarse one, then of the fine one. `None`: it cannot decide, or the position is off the grid.
    pub(crate) fn decide<T>(
        &self,
        at: Position,
        measure: &mut impl FnMut(Position) -> f64,
        decide: impl Fn(f64, f64) -> Option<T>,
    ) -> Option<T> {
        let (low_m, high_m) = self.coarse.range(at, measure)?;
        decide(low_m, high_m).or_else(|| {
            let (low_m, high_m) = self.fine.range(at, measure)?;
            decide(low_m, high_m)
        })
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        4 * (self.coarse.cells.len() + self.fine.cells.len())
    }
}

impl Level {
    fn new([west, south]: Position, [width, height]: [f64; 2], [columns, rows]: [usize; 2]) -> Level {
        let reach = |row: usize| {
            let (low, high) = (south + row as f64 * height, south + (row + 1) as f64 * height);
            let flattest = if low <= 0.0 && high >= 0.0 { 0.0 } else { low.abs().min(high.abs()) };
            // A degree of latitude is at most 111.70 km, one of longitude at the equator 111.32 km.
            let (x_m, y_m) = (111_400.0 * flattest.to_radians().cos() * width, 111_800.0 * height);
            0.5 * f64::hypot(x_m, y_m) * 1.001
        };
        let cells = (0..columns * rows).map(|_| AtomicU32::new(0)).collect();
        Level { west, south, width, height, columns, reach_m: (0..rows).map(reach).collect(), cells }
    }

    /// Least and greatest distance of the cell around a position, metres.
    #[inline]
    fn range(&self, [lon, lat]: Position, measure: &mut impl FnMut(Position) -> f64) -> Option<(f64, f64)> {
        let (column, row) = ((lon - self.west) / self.width, (lat - self.south) / self.height);
        if !(column >= 0.0 && row >= 0.0 && column < self.columns as f64) {
            return None;
        }
        let (column, row) = (column as usize, row as usize);
        let reach_m = self.reach_m.get(row)?;
        let cell = self.cells.get(row * self.columns + column)?;
        let known = cell.load(Ordering::Relaxed);
        let d = if known == 0 {
            let middle = [
                self.west + (column as f64 + 0.5) * self.width,
                self.south + (row as f64 + 0.5) * self.height,
            ];
            let d = measure(middle) as f32;
            if d.is_nan() {
                return None;
            }
            // Any thread that measures it stores the same number, so the order of stores does not matter.
            cell.store(d.to_bits() + 1, Ordering::Relaxed);
            d
        } else {
            f32::from_bits(known - 1)
        };
        // Rounding to single precision and the bound of the measured distance.
        let d = f64::from(d);
        let reach_m = reach_m + 0.5 + 2e-6 * d;
        Some((d - reach_m, d + reach_m))
    }
}
