//! Which observations are near each other in space and time: within a *cylinder* of `reach_m` and `reach_ms`.
//!
//! Positions become geocentric coordinates, so that the antimeridian and the poles are places like any other. Rows are
//! sorted by time slab (as long as the reach) and cell (a cube as wide as the reach); everything near a row lies in
//! three slabs and 27 cells, found by walking the sorted keys. No list of pairs is kept: memory is about 80 bytes for
//! each row. A distance is decided in single precision, then as a chord in double precision, and within the little
//! that a chord leaves open (0.13 mm at 5 km) by Karney's geodesic, so that the answer is that of the geodesic.
//!
//! Time grows with the rows and with the pairs in neighbouring cells: a million rows at one place and one time are
//! 5 × 10^11 pairs, and every one is looked at by [`Index::each_pair`].

mod clusters;
mod stream;

pub use clusters::{Clusters, NOISE, clusters};
pub use stream::{Pushed, Stream};

use atlas::geodesy::{geocentric, geodesic_m};
use rayon::prelude::*;
use std::ops::Range;

/// The cylinder within which two observations are near: both bounds count as near.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// Greatest distance, metres. Negative or NaN: nothing is near anything.
    pub reach_m: f64,
    /// Greatest time between the starts, milliseconds. Negative: nothing is near anything.
    pub reach_ms: i64,
}

/// Columns of observations. Rows beyond the shortest column are not read; rows without a finite position are skipped.
#[derive(Clone, Copy, Debug)]
pub struct Points<'a> {
    /// Longitudes, degrees; or eastings on a plane, metres.
    pub x: &'a [f64],
    /// Latitudes, degrees; or northings on a plane, metres.
    pub y: &'a [f64],
    /// Starts, milliseconds since the epoch.
    pub start_ms: &'a [i64],
    /// What the coordinates are.
    pub surface: Surface,
}

/// Where distances are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// On the WGS84 ellipsoid: degrees in, geodesic distances.
    Ellipsoid,
    /// On a plane: metres in, straight distances. For positions that are projected already.
    Plane,
}

/// Least curvature radius of the ellipsoid, metres (meridian at the equator), rounded down.
const CURVE_M_MIN: f64 = 6_335_439.0;
/// Cells along each axis at most: a key has 21 bits for each.
const CELLS_MAX: f64 = 1_048_576.0;
/// Rows of one unit of parallel work, about.
const UNIT_ROWS: usize = 2_048;

/// One placed observation.
#[derive(Clone, Copy, Debug)]
struct Spot {
    at: [f64; 3],
    /// As given: degrees, or metres on a plane.
    given: [f64; 2],
    start_ms: i64,
}

/// Stands for what is not there.
const NOWHERE: Spot = Spot { at: [f64::NAN; 3], given: [f64::NAN; 2], start_ms: 0 };

/// Coordinates in which a distance is a chord, metres; NaN if there is no such position.
fn positioned(x: f64, y: f64, surface: Surface) -> [f64; 3] {
    match surface {
        Surface::Ellipsoid if x.is_finite() && (-90.0..=90.0).contains(&y) => geocentric([x, y]),
        Surface::Plane if x.is_finite() && y.is_finite() => [x, y, 0.0],
        _ => NOWHERE.at,
    }
}

impl Spot {
    fn of(x: f64, y: f64, start_ms: i64, surface: Surface) -> Option<Spot> {
        let at = positioned(x, y, surface);
        (!at[0].is_nan()).then_some(Spot { at, given: [x, y], start_ms })
    }
}

/// Decides whether two spots are near, exactly.
#[derive(Clone, Copy, Debug)]
struct Test {
    surface: Surface,
    reach: Reach,
    /// Squares of the chord below which two are near for certain, and above which not.
    sure_m2: f64,
    far_m2: f64,
}

impl Test {
    fn new(reach: Reach, surface: Surface) -> Option<Test> {
        if reach.reach_m.is_nan() || reach.reach_m < 0.0 || reach.reach_ms < 0 {
            return None;
        }
        let reach_m = reach.reach_m.min(1e9);
        let reach = Reach { reach_m, ..reach };
        let (sure_m, far_m) = match surface {
            Surface::Plane => (reach_m, reach_m),
            Surface::Ellipsoid => {
                // A geodesic is no shorter than its chord, and no longer than the tightest arc over that chord.
                let half = reach_m / (2.0 * CURVE_M_MIN);
                let sure_m = if half < 1.0 { 2.0 * CURVE_M_MIN * half.sin() - 1e-6 } else { -1.0 };
                (sure_m, reach_m + 1e-6)
            }
        };
        let sure_m2 = if sure_m < 0.0 { -1.0 } else { sure_m * sure_m };
        Some(Test { surface, reach, sure_m2, far_m2: far_m * far_m })
    }

    fn near(&self, a: &Spot, b: &Spot) -> bool {
        if a.start_ms.abs_diff(b.start_ms) > self.reach.reach_ms.unsigned_abs() {
            return false;
        }
        let [dx, dy, dz] = [a.at[0] - b.at[0], a.at[1] - b.at[1], a.at[2] - b.at[2]];
        let d2 = dx * dx + dy * dy + dz * dz;
        if d2 <= self.sure_m2 || d2 > self.far_m2 || self.surface == Surface::Plane {
            return d2 <= self.far_m2;
        }
        // In one order, so that a is near b exactly when b is near a.
        let (p, q) = if a.given < b.given { (a.given, b.given) } else { (b.given, a.given) };
        p == q || geodesic_m(p, q) <= self.reach.reach_m
    }
}

/// Rows whose starts are in one slab of time, as a range of sorted places.
#[derive(Clone, Debug)]
struct Slab {
    number: i64,
    places: Range<usize>,
}

/// Observations sorted by time slab and cell.
#[derive(Debug)]
pub struct Index {
    test: Option<Test>,
    side_m: f64,
    slab_ms: i64,
    /// From a cell's key to the first of three cells, in each row of cells around it that can hold anything.
    rows_of_cells: &'static [u64],
    spots: Vec<Spot>,
    cells: Vec<u64>,
    rows: Vec<u32>,
    slabs: Vec<Slab>,
    /// Sorted place of each row; `u32::MAX`: it has no position.
    place_of: Vec<u32>,
}

impl Index {
    /// Sorts the rows. The order of the index, and so every answer, does not depend on the order of rows or on the
    /// number of threads. Rows from the 4,294,967,295th on are not read.
    #[must_use]
    pub fn new(points: Points<'_>, reach: Reach) -> Index {
        let test = Test::new(reach, points.surface);
        let slab_ms = reach.reach_ms.max(1);
        let len = points.x.len().min(points.y.len()).min(points.start_ms.len()).min(u32::MAX as usize);
        let mut at = Vec::new();
        let columns = points.x.par_iter().zip(points.y).take(len);
        columns.map(|(x, y)| positioned(*x, *y, points.surface)).collect_into_vec(&mut at);
        let grid = Grid::over(&at, test.map_or(1.0, |t| t.reach.reach_m));
        let (keys, slabs) = sorted_keys(&points, &at, &grid, slab_ms);
        let mut place_of = vec![u32::MAX; len];
        for (place, key) in keys.iter().enumerate() {
            if let Some(p) = place_of.get_mut(key.row() as usize) {
                *p = place as u32;
            }
        }
        let spot = |key: &Key| {
            let row = key.row() as usize;
            let ((at, x), (y, t)) =
                at.get(row).zip(points.x.get(row)).zip(points.y.get(row).zip(points.start_ms.get(row)))?;
            Some(Spot { at: *at, given: [*x, *y], start_ms: *t })
        };
        Index {
            test,
            side_m: grid.side_m,
            slab_ms,
            rows_of_cells: grid.rows_of_cells(),
            cells: keys.iter().map(|k| k.cell()).collect(),
            rows: keys.iter().map(|k| k.row()).collect(),
            spots: keys.par_iter().map(|k| spot(k).unwrap_or(NOWHERE)).collect(),
            slabs,
            place_of,
        }
    }

    /// Rows near `row`, itself left out, in ascending order; `out` is emptied first. Nothing if `row` has no position.
    pub fn neighbours(&self, row: u32, out: &mut Vec<u32>) {
        out.clear();
        let Some(test) = &self.test else { return };
        let Some(place) = self.place_of.get(row as usize).map(|p| *p as usize) else { return };
        let (Some(spot), Some(home)) = (self.spots.get(place), self.cells.get(place)) else { return };
        let number = spot.start_ms.div_euclid(self.slab_ms);
        for slab in self.slabs_near(number, 1) {
            for delta in self.rows_of_cells {
                let low = home.wrapping_add(*delta);
                let run = self.cells.get(slab.places.clone()).unwrap_or(&[]);
                let from = slab.places.start + run.partition_point(|c| *c < low);
                let to = slab.places.start + run.partition_point(|c| *c <= low + 2);
                let (Some(spots), Some(rows)) = (self.spots.get(from..to), self.rows.get(from..to)) else {
                    continue;
                };
                out.extend(
                    spots.iter().zip(rows).filter(|(s, r)| **r != row && test.near(spot, s)).map(|(_, r)| *r),
                );
            }
        }
        out.sort_unstable();
    }

    /// Calls `found` with the two rows of every near pair, each pair once, the lesser row first. The order of pairs is
    /// that of the index.
    pub fn each_pair(&self, mut found: impl FnMut(u32, u32)) {
        let mut scratch = Scratch::default();
        for unit in self.units() {
            self.walk(
                &unit,
                0,
                &mut scratch,
                |_| true,
                |home, near| {
                    for place in home {
                        let Some(row) = self.rows.get(place) else { continue };
                        near.each_before(
                            self,
                            place,
                            |_| false,
                            |other| {
                                if let Some(other) = self.rows.get(other) {
                                    found(*row.min(other), *row.max(other));
                                }
                            },
                        );
                    }
                },
            );
        }
    }

    fn slabs_near(&self, number: i64, after: i64) -> impl Iterator<Item = &Slab> {
        let (low, high) = (number.saturating_sub(1), number.saturating_add(after));
        let from = self.slabs.partition_point(|s| s.number < low);
        self.slabs.iter().skip(from).take_while(move |s| s.number <= high)
    }

    /// Ranges of places that are worked through apart, none over two slabs, none parting a cell.
    fn units(&self) -> Vec<(usize, Range<usize>)> {
        let mut units = Vec::new();
        for (slab, of) in self.slabs.iter().enumerate() {
            let mut from = of.places.start;
            while from < of.places.end {
                let mut to = (from + UNIT_ROWS).min(of.places.end);
                if let Some(cell) = self.cells.get(to - 1) {
                    let rest = self.cells.get(to..of.places.end).unwrap_or(&[]);
                    to += rest.partition_point(|c| c <= cell);
                }
                units.push((slab, from..to));
                from = to;
            }
        }
        units
    }

    /// Goes through the cells of a unit: those that are wanted are gathered with all that may be near them in their
    /// own slab, the one before and, if `after` is 1, the one after.
    fn walk(
        &self,
        (slab, unit): &(usize, Range<usize>),
        after: i64,
        scratch: &mut Scratch,
        wanted: impl Fn(Range<usize>) -> bool,
        mut each: impl FnMut(Range<usize>, &Scratch),
    ) {
        let (Some(test), Some(slab)) = (&self.test, self.slabs.get(*slab)) else { return };
        let (Some(cells), Some(first)) = (self.cells.get(unit.clone()), self.cells.get(unit.start)) else {
            return;
        };
        let mut cursors: Vec<(u64, Range<usize>)> = Vec::with_capacity(27);
        for near in self.slabs_near(slab.number, after) {
            let run = self.cells.get(near.places.clone()).unwrap_or(&[]);
            for delta in self.rows_of_cells {
                let low = first.wrapping_add(*delta);
                let from = near.places.start + run.partition_point(|c| *c < low);
                cursors.push((*delta, from..near.places.end));
            }
        }
        scratch.bounds(test, self.side_m, self.slab_ms);
        let mut from = unit.start;
        for group in cells.chunk_by(|a, b| a == b) {
            let home = from..from + group.len();
            from = home.end;
            let (Some(cell), Some(origin)) = (group.first(), self.spots.get(home.start)) else { continue };
            if !wanted(home.clone()) {
                continue;
            }
            scratch.start(origin);
            for (delta, run) in &mut cursors {
                let low = cell.wrapping_add(*delta);
                while run.start < run.end && self.cells.get(run.start).is_some_and(|c| *c < low) {
                    run.start += 1;
                }
                let mut at = run.start;
                while at < run.end && self.cells.get(at).is_some_and(|c| *c <= low + 2) {
                    if let Some(spot) = self.spots.get(at) {
                        scratch.add(at as u32, spot);
                    }
                    at += 1;
                }
            }
            each(home, scratch);
        }
    }
}

/// From a cell's key to the first of the three cells in each of the nine rows of cells around it.
const ROWS_OF_CELLS: [u64; 9] = {
    let (z, y) = (1_u64 << 42, 1_u64 << 21);
    let back = 0_u64.wrapping_sub(1);
    [
        back.wrapping_sub(z).wrapping_sub(y),
        back.wrapping_sub(z),
        back.wrapping_sub(z).wrapping_add(y),
        back.wrapping_sub(y),
        back,
        back.wrapping_add(y),
        back.wrapping_add(z).wrapping_sub(y),
        back.wrapping_add(z),
        back.wrapping_add(z).wrapping_add(y),
    ]
};

/// The cells that spots lie in. Cells count from 1, so that a neighbour never underflows.
#[derive(Clone, Copy, Debug)]
struct Grid {
    low: [f64; 3],
    side_m: f64,
    /// Whether all spots are in one layer of cells.
    is_flat: bool,
}

impl Grid {
    fn over(all: &[[f64; 3]], reach_m: f64) -> Grid {
        let mut low = [f64::INFINITY; 3];
        let mut high = [f64::NEG_INFINITY; 3];
        for at in all {
            // A NaN is passed over by both.
            for ((l, h), c) in low.iter_mut().zip(&mut high).zip(at) {
                *l = l.min(*c);
                *h = h.max(*c);
            }
        }
        let extents_m =
            [0, 1, 2].map(|axis: usize| high.get(axis).zip(low.get(axis)).map_or(0.0, |(h, l)| h - l));
        let extent_m = extents_m.into_iter().fold(0.0, f64::max).min(f64::MAX);
        // A little wider than the reach: a near one is in a neighbouring cell whatever the rounding.
        let side_m = (reach_m * (1.0 + 1e-9) + 1e-5).max(extent_m / CELLS_MAX * 1.001);
        Grid { low, side_m, is_flat: extents_m.last().is_some_and(|z| *z < side_m) }
    }

    fn cell(&self, at: &[f64; 3]) -> u64 {
        let of = |a: f64, low: f64| ((a - low) / self.side_m) as u64 + 1;
        let ([x, y, z], [low_x, low_y, low_z]) = (*at, self.low);
        (of(z, low_z) << 42) + (of(y, low_y) << 21) + of(x, low_x)
    }

    fn rows_of_cells(&self) -> &'static [u64] {
        const LAYER: &[u64] = {
            let [_, _, _, a, b, c, _, _, _] = ROWS_OF_CELLS;
            &[a, b, c]
        };
        if self.is_flat { LAYER } else { &ROWS_OF_CELLS }
    }
}

/// What rows are sorted by: the ordinal of the slab (32 bits), the cell (63), the row (32).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key(u128);

impl Key {
    /// Of a row that has no position.
    const NONE: Key = Key(u128::MAX);

    fn new(slab: u32, cell: u64, row: u32) -> Key {
        Key((u128::from(slab) << 95) | (u128::from(cell) << 32) | u128::from(row))
    }
    fn slab(self) -> u32 {
        (self.0 >> 95) as u32
    }
    fn cell(self) -> u64 {
        (self.0 >> 32) as u64 & (u64::MAX >> 1)
    }
    fn row(self) -> u32 {
        self.0 as u32
    }
}

/// The placed rows in the order of the index, and the slabs that they are in.
fn sorted_keys(points: &Points<'_>, at: &[[f64; 3]], grid: &Grid, slab_ms: i64) -> (Vec<Key>, Vec<Slab>) {
    let number = |t: &i64| t.div_euclid(slab_ms);
    let placed = || at.iter().zip(points.start_ms).filter(|(at, _)| !at[0].is_nan());
    let mut numbers: Vec<i64> = Vec::new();
    for (_, t) in placed() {
        if numbers.last() != Some(&number(t)) {
            numbers.push(number(t));
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    let mut keys = Vec::new();
    at.par_iter()
        .zip(points.start_ms)
        .enumerate()
        .map(|(row, (at, t))| {
            if at[0].is_nan() {
                return Key::NONE;
            }
            let slab = numbers.partition_point(|n| *n < number(t));
            Key::new(slab as u32, grid.cell(at), row as u32)
        })
        .collect_into_vec(&mut keys);
    // Rows often come in order of time already: this sort is quick then.
    keys.sort_by_key(|k| k.slab());
    keys.truncate(keys.partition_point(|k| *k != Key::NONE));
    let mut slabs: Vec<Slab> = Vec::with_capacity(numbers.len());
    for (group, number) in keys.chunk_by(|a, b| a.slab() == b.slab()).zip(numbers) {
        let from = slabs.last().map_or(0, |s| s.places.end);
        slabs.push(Slab { number, places: from..from + group.len() });
    }
    let given = |k: &Key| {
        let row = k.row() as usize;
        let of = |column: &[f64]| column.get(row).copied().unwrap_or(f64::NAN);
        (points.start_ms.get(row), of(points.x), of(points.y))
    };
    keys.par_chunk_by_mut(|a, b| a.slab() == b.slab()).for_each(|group| {
        group.sort_unstable();
        for cell in group.chunk_by_mut(|a, b| a.cell() == b.cell()).filter(|c| c.len() > 1) {
            cell.sort_unstable_by(|a, b| {
                let ((at, ax, ay), (bt, bx, by)) = (given(a), given(b));
                at.cmp(&bt).then(ax.total_cmp(&bx)).then(ay.total_cmp(&by)).then(a.cmp(b))
            });
        }
    });
    (keys, slabs)
}

/// What may be near the rows of one cell, in single precision from an origin there.
#[derive(Default)]
struct Scratch {
    origin: [f64; 3],
    origin_ms: i64,
    sure: [f32; 2],
    far: [f32; 2],
    place: Vec<u32>,
    x: Vec<f32>,
    y: Vec<f32>,
    z: Vec<f32>,
    t: Vec<f32>,
}

impl Scratch {
    /// Coordinates are below two cells, times below two slabs: the doubt is what rounding those can do.
    fn bounds(&mut self, test: &Test, side_m: f64, slab_ms: i64) {
        let (doubt_m, slab_ms) = (side_m * 2e-6, slab_ms as f64);
        let doubt_ms = if slab_ms < 4e6 { 0.0 } else { slab_ms * 1e-6 };
        let sure_m = test.sure_m2.max(0.0).sqrt() - doubt_m;
        let far_m = test.far_m2.sqrt() + doubt_m;
        let reach_ms = test.reach.reach_ms as f64;
        let sure_m2 = if test.sure_m2 < 0.0 || sure_m < 0.0 { -1.0 } else { sure_m * sure_m };
        self.sure = [sure_m2 as f32, (reach_ms - doubt_ms) as f32];
        self.far = [(far_m * far_m) as f32, (reach_ms + doubt_ms) as f32];
    }

    fn start(&mut self, origin: &Spot) {
        (self.origin, self.origin_ms) = (origin.at, origin.start_ms);
        self.place.clear();
        for column in [&mut self.x, &mut self.y, &mut self.z, &mut self.t] {
            column.clear();
        }
    }

    fn local(&self, spot: &Spot) -> [f32; 4] {
        let [x, y, z] = spot.at;
        let [ox, oy, oz] = self.origin;
        let t = spot.start_ms.saturating_sub(self.origin_ms);
        [(x - ox) as f32, (y - oy) as f32, (z - oz) as f32, t as f32]
    }

    fn add(&mut self, place: u32, spot: &Spot) {
        let [x, y, z, t] = self.local(spot);
        self.place.push(place);
        self.x.push(x);
        self.y.push(y);
        self.z.push(z);
        self.t.push(t);
    }

    /// How many are near the row at `place`, itself included.
    fn count(&self, index: &Index, place: usize) -> u32 {
        let (Some(spot), Some(test)) = (index.spots.get(place), &index.test) else { return 0 };
        let [x, y, z, t] = self.local(spot);
        let ([sure_m2, sure_ms], [far_m2, far_ms]) = (self.sure, self.far);
        let (mut sure, mut maybe) = (0_u32, 0_u32);
        for (((cx, cy), cz), ct) in self.x.iter().zip(&self.y).zip(&self.z).zip(&self.t) {
            let (dx, dy, dz) = (cx - x, cy - y, cz - z);
            let (d2, dt) = (dx * dx + dy * dy + dz * dz, (ct - t).abs());
            sure += u32::from((d2 <= sure_m2) & (dt <= sure_ms));
            maybe += u32::from((d2 <= far_m2) & (dt <= far_ms));
        }
        if sure == maybe {
            return sure;
        }
        let spots = self.place.iter().filter_map(|p| index.spots.get(*p as usize));
        spots.filter(|s| test.near(spot, s)).count() as u32
    }

    /// Calls `found` with each place before `place` that is near it and that `skip` does not pass over.
    fn each_before(
        &self,
        index: &Index,
        place: usize,
        mut skip: impl FnMut(usize) -> bool,
        mut found: impl FnMut(usize),
    ) {
        let (Some(spot), Some(test)) = (index.spots.get(place), &index.test) else { return };
        let [x, y, z, t] = self.local(spot);
        let ([sure_m2, sure_ms], [far_m2, far_ms]) = (self.sure, self.far);
        let columns = self.x.iter().zip(&self.y).zip(&self.z).zip(&self.t).zip(&self.place);
        for ((((cx, cy), cz), ct), other) in columns {
            let other = *other as usize;
            if other >= place || skip(other) {
                continue;
            }
            let (dx, dy, dz) = (cx - x, cy - y, cz - z);
            let (d2, dt) = (dx * dx + dy * dy + dz * dz, (ct - t).abs());
            if (d2 > far_m2) | (dt > far_ms) {
                continue;
            }
            let sure = (d2 <= sure_m2) & (dt <= sure_ms);
            if sure || index.spots.get(other).is_some_and(|s| test.near(spot, s)) {
                found(other);
            }
        }
    }
}

#[cfg(test)]
mod tests;
