//! What circles are set against: for each cell how far it is to a boundary, and the pieces of boundary in it, small.
//!
//! An edge is cut to each cell that it runs through, and the piece kept as steps of 1/65,535 of the cell: eight
//! bytes where the grid keeps forty. That is off by centimetres, so a test against pieces has three answers
//! (surely, surely not, look closer), and whoever asks looks closer at the edges themselves.

#![expect(
    clippy::indexing_slicing,
    reason = "numeric kernel: cell, run and piece numbers come from the construction"
)]

use crate::geodesy::Metric;
use crate::geometry::Position;
use crate::index::grid::{Grid, Place};
use crate::index::marks::Marks;

/// Steps of a piece's coordinates along a side of its cell.
const STEPS: f64 = 65_535.0;
/// Room around a cell when an edge is cut to it, in cells: rounding never loses a part of an edge.
const ROOM: f64 = 1e-6;
/// Largest cells, metres, and highest latitude, degrees, for which distances to boundaries are kept.
const FINE_M_MAX: f64 = 10_000.0;
const FINE_LAT_MAX: f64 = 80.0;
/// What rounding to `f32` may do to a distance, as a part of the sizes in it: 16 units in the last place.
const SINGLE: f64 = 1e-6;

/// Pieces and clearances of all cells.
pub(crate) struct Reach {
    /// One more than there are cells.
    cells: Vec<CellReach>,
    /// One more than there are.
    runs: Vec<Run>,
    pieces: Vec<Piece>,
    rows: Vec<Row>,
    /// Metres for one step of a clearance.
    unit_m: f64,
    columns: usize,
}

#[derive(Clone, Copy)]
struct CellReach {
    /// Its first run.
    first: u32,
    /// Distance, in units rounded down, from the middle of each quarter to the nearest boundary: at least.
    clear: [u16; 4],
}

/// The pieces of one zone's boundary in one cell.
#[derive(Clone, Copy)]
struct Run {
    zone: u32,
    first: u32,
}

/// Part of an edge in a cell: x and y of its ends, in steps from the cell's south-western corner.
type Piece = [u16; 4];

/// What holds for a row of cells.
struct Row {
    /// Most metres for a width and for a height of a cell.
    width_m: f64,
    height_m: f64,
    /// Whether distances are kept.
    fine: bool,
}

/// A circle as cells are asked about it.
pub(crate) struct Round {
    /// Metres for a cell's width and height where the circle is.
    cell_m: [f64; 2],
    /// Squares of distances below which a piece is surely reached, above which surely not.
    sure2: f32,
    never2: f32,
    sure2_wide: f64,
    never2_wide: f64,
}

impl Round {
    /// For a circle of `radius_m` within which the flat metric is off by at most `slack_m`.
    pub(crate) fn new(grid: &Grid, metric: Metric, radius_m: f64, slack_m: f64) -> Round {
        let cell_m = [grid.width * metric.x_m, grid.height * metric.y_m];
        let size_m = cell_m[0] + cell_m[1];
        let slack_m = slack_m + size_m / STEPS + 2.0 * ROOM * size_m + SINGLE * (radius_m + 2.0 * size_m);
        let (sure_m, never_m) = ((radius_m - slack_m).max(0.0), radius_m + slack_m);
        let (sure2, never2) = (sure_m * sure_m, never_m * never_m);
        Round { cell_m, sure2: sure2 as f32, never2: never2 as f32, sure2_wide: sure2, never2_wide: never2 }
    }
}

impl Reach {
    /// Cuts the edges of a grid; `owner` tells the zone of a part.
    pub(crate) fn build(grid: &Grid, owner: impl Fn(u32) -> u32) -> Reach {
        let rows: Vec<Row> = (0..grid.rows).map(|row| Row::of(grid, row)).collect();
        let farthest_m = (0..grid.rows).map(|row| grid.step_m(Place { column: 0, row })).fold(1.0, f64::max);
        let mut reach = Reach {
            cells: Vec::with_capacity(grid.rows * grid.columns + 1),
            runs: Vec::new(),
            pieces: Vec::new(),
            rows,
            unit_m: farthest_m * 61.0 / STEPS,
            columns: grid.columns,
        };
        for row in 0..grid.rows {
            for column in 0..grid.columns {
                let first = reach.runs.len() as u32;
                reach.cells.push(CellReach { first, clear: [0; 4] });
                reach.cut(grid, Place { column, row }, &owner);
            }
        }
        reach.cells.push(CellReach { first: reach.runs.len() as u32, clear: [0; 4] });
        reach.runs.push(Run { zone: u32::MAX, first: reach.pieces.len() as u32 });
        reach.measure(grid);
        reach
    }

    fn cut(&mut self, grid: &Grid, at: Place, owner: &impl Fn(u32) -> u32) {
        let mut last = u32::MAX;
        for edge in grid.edges(at).iter().filter(|e| e.real()) {
            let inside = |p: Position| {
                [
                    (p[0] - grid.west) / grid.width - at.column as f64,
                    (p[1] - grid.south) / grid.height - at.row as f64,
                ]
            };
            let Some(piece) = clipped(inside(edge.low), inside(edge.high)) else { continue };
            let zone = owner(edge.part());
            if zone != last {
                self.runs.push(Run { zone, first: self.pieces.len() as u32 });
                last = zone;
            }
            self.pieces.push(piece);
        }
    }

    /// Distances from the quarters' middles: by the pieces in the cell and the eight around it, or by the count of
    /// cells.
    fn measure(&mut self, grid: &Grid) {
        for row in 0..grid.rows {
            if !self.rows[row].fine {
                continue;
            }
            let metric = Metric::at(grid.south + (row as f64 + 0.5) * grid.height);
            let cell_m = [grid.width * metric.x_m, grid.height * metric.y_m];
            let off_m = (cell_m[0] + cell_m[1]) * (1.0 / STEPS + 2.0 * ROOM + 8.0 * SINGLE);
            for column in 0..grid.columns {
                let at = Place { column, row };
                let (step_m, clear) = (grid.step_m(at), grid.clear_cells(at));
                // A middle is a quarter of a cell from the cell's rim, and then come whole cells.
                let by_count_m = (f64::from(clear.max(2) - 1) + 0.24) * step_m;
                let clear_m = if clear >= 2 {
                    [by_count_m; 4]
                } else {
                    self.nearest(grid, at, cell_m).map(|d2| {
                        let d_m = f64::from(d2).sqrt().min(by_count_m);
                        d_m - 1.3 * metric.slack_m(d_m) - off_m
                    })
                };
                self.cells[row * grid.columns + column].clear =
                    clear_m.map(|m| (m / self.unit_m).clamp(0.0, STEPS) as u16);
            }
        }
    }

    /// Squares of the flat distances from the middles of a cell's quarters to pieces in it and around it.
    fn nearest(&self, grid: &Grid, at: Place, [width_m, height_m]: [f64; 2]) -> [f32; 4] {
        let mut nearest = [f32::INFINITY; 4];
        let scale = [(width_m / STEPS) as f32, (height_m / STEPS) as f32];
        for row in at.row.saturating_sub(1)..(at.row + 2).min(grid.rows) {
            for column in at.column.saturating_sub(1)..(at.column + 2).min(grid.columns) {
                let pieces = self.pieces_in(row * grid.columns + column);
                let (x, y) = (at.column as f64 - column as f64, at.row as f64 - row as f64);
                let xs = [0.25, 0.75, 0.25, 0.75].map(|part| ((x + part) * width_m) as f32);
                let ys = [0.25, 0.25, 0.75, 0.75].map(|part| ((y + part) * height_m) as f32);
                for piece in pieces {
                    for k in 0..4 {
                        nearest[k] = nearest[k].min(piece2_m2(*piece, scale, [xs[k], ys[k]]));
                    }
                }
            }
        }
        nearest
    }

    fn pieces_in(&self, cell: usize) -> &[Piece] {
        let (first, end) = (self.cells[cell].first as usize, self.cells[cell + 1].first as usize);
        &self.pieces[self.runs[first].first as usize..self.runs[end].first as usize]
    }

    /// Whether no boundary is nearer than `radius_m` to a position, as far as its cell alone can tell.
    #[inline]
    pub(crate) fn clear(&self, grid: &Grid, at: Place, p: Position, radius_m: f64) -> bool {
        let row = &self.rows[at.row];
        if !row.fine {
            return f64::from(grid.clear_cells(at).saturating_sub(1)) * grid.step_m(at) >= radius_m;
        }
        let (x, y) = grid.within(at, p);
        let quarter = usize::from(x >= 0.5) + 2 * usize::from(y >= 0.5);
        let clear_m = f64::from(self.cells[at.row * self.columns + at.column].clear[quarter]) * self.unit_m;
        let aside = ((x - 0.5).abs() - 0.25) * row.width_m;
        let up = ((y - 0.5).abs() - 0.25) * row.height_m;
        // Compared as squares: what is left of the clearance against the way to the middle.
        let left_m = clear_m - radius_m;
        left_m >= 0.0 && left_m * left_m >= aside * aside + up * up
    }

    /// Marks the zones with a boundary in a cell that a circle reaches. `x` and `y` lead from the cell's
    /// south-western corner to the circle's middle, metres; `closer` settles a zone that the pieces leave open.
    #[inline]
    pub(crate) fn mark(
        &self,
        at: Place,
        round: &Round,
        [x, y]: [f64; 2],
        marks: &mut Marks,
        closer: impl Fn(u32) -> bool,
    ) {
        let cell = at.row * self.columns + at.column;
        let (first, end) = (self.cells[cell].first as usize, self.cells[cell + 1].first as usize);
        if first == end {
            return;
        }
        let [width_m, height_m] = round.cell_m;
        let near = |v: f64, size: f64| (-v).max(v - size).max(0.0);
        let far = |v: f64, size: f64| v.abs().max((v - size).abs());
        let (nx, ny) = (near(x, width_m), near(y, height_m));
        if nx * nx + ny * ny > round.never2_wide {
            return;
        }
        let (fx, fy) = (far(x, width_m), far(y, height_m));
        let whole = fx * fx + fy * fy < round.sure2_wide;
        let scale = [(width_m / STEPS) as f32, (height_m / STEPS) as f32];
        let p = [x as f32, y as f32];
        for pair in self.runs[first..=end].windows(2) {
            let zone = pair[0].zone;
            if marks.has(zone) {
                continue;
            }
            let reached = whole || {
                let pieces = &self.pieces[pair[0].first as usize..pair[1].first as usize];
                let d2 = pieces.iter().map(|piece| piece2_m2(*piece, scale, p)).fold(f32::INFINITY, f32::min);
                d2 < round.sure2 || (d2 <= round.never2 && closer(zone))
            };
            if reached {
                marks.mark(zone);
            }
        }
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.cells[..])
            + size_of_val(&self.runs[..])
            + size_of_val(&self.pieces[..])
            + size_of_val(&self.rows[..])
    }
}

impl Row {
    fn of(grid: &Grid, row: usize) -> Row {
        let (low, high) =
            (grid.south + row as f64 * grid.height, grid.south + (row as f64 + 1.0) * grid.height);
        let metrics = [Metric::at(low), Metric::at(high), Metric::at(low.max(0.0).min(high))];
        let most = |of: fn(&Metric) -> f64| metrics.iter().map(of).fold(0.0, f64::max);
        // Room for the curvature of the ellipsoid over a cell.
        let (width_m, height_m) =
            (1.001 * most(|m| m.x_m) * grid.width, 1.001 * most(|m| m.y_m) * grid.height);
        let fine = width_m.max(height_m) <= FINE_M_MAX && low.abs().max(high.abs()) <= FINE_LAT_MAX;
        Row { width_m, height_m, fine }
    }
}

/// The part of an edge in the unit square, as steps; `None` if it misses the square.
fn clipped(a: Position, b: Position) -> Option<Piece> {
    let (mut from, mut to) = (0.0f64, 1.0f64);
    for axis in 0..2 {
        let run = b[axis] - a[axis];
        let (low, high) = (-ROOM - a[axis], 1.0 + ROOM - a[axis]);
        if run == 0.0 {
            if low > 0.0 || high < 0.0 {
                return None;
            }
            continue;
        }
        let (enter, leave) = if run > 0.0 { (low / run, high / run) } else { (high / run, low / run) };
        from = from.max(enter);
        to = to.min(leave);
    }
    let step =
        |t: f64, axis: usize| ((a[axis] + t * (b[axis] - a[axis])) * STEPS).round().clamp(0.0, STEPS) as u16;
    (from <= to).then(|| [step(from, 0), step(from, 1), step(to, 0), step(to, 1)])
}

/// Square of the flat distance, square metres, from a piece to a point given in metres from the cell's corner.
#[inline(always)]
fn piece2_m2(piece: Piece, [sx, sy]: [f32; 2], [px, py]: [f32; 2]) -> f32 {
    let [ax, ay, bx, by] = piece.map(f32::from);
    let (ax, ay, bx, by) = (ax * sx - px, ay * sy - py, bx * sx, by * sy);
    let (rx, ry) = (bx - px - ax, by - py - ay);
    let length2 = rx * rx + ry * ry;
    let along = -(ax * rx + ay * ry) / length2.max(1e-12);
    let along = along.clamp(0.0, 1.0);
    let (dx, dy) = (ax + along * rx, ay + along * ry);
    dx * dx + dy * dy
}
