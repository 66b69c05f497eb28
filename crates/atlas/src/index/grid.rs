//! The grid under a [`ZoneIndex`](crate::index::ZoneIndex): cells without a boundary are answered by one load,
//! cells with one by the edges in them.
//!
//! Each cell has a fixed point (near its middle) whose polygons are known exactly. A position's polygons are
//! those of the fixed point, changed by each edge that the straight way between the two crosses; the way
//! stays in the cell, so only edges of the cell matter. Which side of an edge a point lies on is decided by a
//! filtered orientation test that falls back to the exact one, and every test treats "on the line" alike, so that
//! the count of crossings is right for any input.

#![expect(
    clippy::indexing_slicing,
    reason = "numeric kernel: cell and edge numbers come from the grid's own construction"
)]

use crate::geometry::Position;
use crate::index::sets::{Inner, Sets};

/// A directed edge of a polygon, its lower end first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) low: Position,
    pub(crate) high: Position,
    /// Which polygon it bounds.
    pub(crate) part: u32,
    /// Whether it bounds the zone, too: not a seam between two polygons of one zone, a pole or the antimeridian.
    pub(crate) real: bool,
}

/// An edge as a cell keeps it.
#[derive(Clone, Copy)]
pub(crate) struct CellEdge {
    pub(crate) low: Position,
    pub(crate) high: Position,
    /// The part, shifted left by two; bit 1: the edge is real; bit 0: the cell's fixed point is left of it.
    tag: u32,
}

impl CellEdge {
    pub(crate) fn part(&self) -> u32 {
        self.tag >> 2
    }

    pub(crate) fn real(&self) -> bool {
        self.tag & 2 != 0
    }
}

/// Marks a cell that has edges; the rest of the word is the number of its record.
const MIXED: u32 = 1 << 31;
/// Where the fixed point lies in its cell. An odd fraction, so that no coordinate that a person types falls on it.
const FIXED: f64 = 0.487_123_648_190_1;
/// Most cells.
const CELLS_MAX: f64 = 4_000_000.0;
/// Steps that [`Grid::clear_cells`] counts to.
const CLEAR_MAX: u8 = 60;

/// A cell by its column and row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) column: usize,
    pub(crate) row: usize,
}

/// What a cell says.
pub(crate) enum Cell<'a> {
    /// No edge: every position in it has this set of parts.
    Pure(u32),
    /// The set of the fixed point, that point, and the edges.
    Mixed(u32, Position, &'a [CellEdge]),
}

struct Record {
    set: u32,
    first: u32,
    count: u32,
}

/// The grid.
pub(crate) struct Grid {
    pub(crate) west: f64,
    pub(crate) south: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    per_width: f64,
    per_height: f64,
    cells: Vec<u32>,
    /// How many steps (of a king) it is to a cell with a real edge, at least; 0: this one has one.
    clear: Vec<u8>,
    records: Vec<Record>,
    edges: Vec<CellEdge>,
    /// Squares of cells: what bounds something in them, for circles that cover many cells.
    blocks: Blocks,
    /// By row; see [`Grid::step_m`].
    steps_m: Vec<f64>,
}

/// Cells along the side of a block.
pub(crate) const BLOCK: usize = 4;

/// For each block of cells the owners (zones) of the real edges in it, once each.
struct Blocks {
    columns: usize,
    ends: Vec<u32>,
    owners: Vec<u32>,
}

impl Grid {
    /// Builds the grid; the sets that its cells name go into `sets`. `owner` tells the zone of a part.
    pub(crate) fn build(edges: &[Edge], sets: &mut Sets, owner: impl Fn(u32) -> u32) -> Grid {
        let mut grid = Grid::sized(edges);
        let lists = grid.assign(edges);
        grid.fill(edges, &lists, Inner::of(sets));
        grid.measure_clearance();
        grid.list_owners(owner);
        grid
    }

    fn sized(edges: &[Edge]) -> Grid {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for edge in edges {
            for [lon, lat] in [edge.low, edge.high] {
                low = [low[0].min(lon), low[1].min(lat)];
                high = [high[0].max(lon), high[1].max(lat)];
            }
        }
        if edges.is_empty() {
            (low, high) = ([0.0; 2], [1.0; 2]);
        }
        // A margin, so that the outermost cells hold nothing and rounding never throws a position on the rim out.
        let margin = 1e-6;
        let size = [high[0] - low[0] + 2.0 * margin, high[1] - low[1] + 2.0 * margin];
        let flat = (0.5 * (low[1] + high[1])).to_radians().cos().max(0.05);
        let mut wanted = (edges.len() as f64 * 2.5).clamp(64.0, CELLS_MAX);
        loop {
            let step = (size[0] * flat * size[1] / wanted).sqrt();
            let columns = (size[0] * flat / step).ceil().clamp(1.0, CELLS_MAX) as usize;
            let rows = (size[1] / step).ceil().clamp(1.0, CELLS_MAX) as usize;
            let (width, height) = (size[0] / columns as f64, size[1] / rows as f64);
            let entries: f64 = edges
                .iter()
                .map(|e| 2.0 + (e.high[0] - e.low[0]).abs() / width + (e.high[1] - e.low[1]) / height)
                .sum();
            let fits = entries <= 1e6 + 8.0 * edges.len() as f64 && columns * rows <= 2 * CELLS_MAX as usize;
            if fits || columns * rows <= 1 {
                return Grid {
                    west: low[0] - margin,
                    south: low[1] - margin,
                    width,
                    height,
                    columns,
                    rows,
                    per_width: 1.0 / width,
                    per_height: 1.0 / height,
                    cells: vec![0; columns * rows],
                    clear: Vec::new(),
                    records: Vec::new(),
                    edges: Vec::new(),
                    blocks: Blocks { columns: columns.div_ceil(BLOCK), ends: Vec::new(), owners: Vec::new() },
                    steps_m: steps_m(low[1] - margin, height, rows, width),
                };
            }
            wanted /= 4.0;
        }
    }

    fn column(&self, lon: f64) -> f64 {
        (lon - self.west) * self.per_width
    }

    fn row(&self, lat: f64) -> f64 {
        (lat - self.south) * self.per_height
    }

    /// The cell of a position; `None` outside the grid.
    #[inline]
    pub(crate) fn at(&self, [lon, lat]: Position) -> Option<Place> {
        let (column, row) = (self.column(lon), self.row(lat));
        let inside = column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64;
        inside.then_some(Place { column: column as usize, row: row as usize })
    }

    /// Where in its cell a position lies, in parts of the cell from its south-western corner.
    #[inline]
    pub(crate) fn within(&self, at: Place, [lon, lat]: Position) -> (f64, f64) {
        (self.column(lon) - at.column as f64, self.row(lat) - at.row as f64)
    }

    /// What a cell says.
    #[inline]
    pub(crate) fn cell(&self, at: Place) -> Cell<'_> {
        let word = self.cells[at.row * self.columns + at.column];
        if word & MIXED == 0 {
            return Cell::Pure(word);
        }
        let record = &self.records[(word & !MIXED) as usize];
        let first = record.first as usize;
        let fixed = self.fixed(at.column, at.row);
        Cell::Mixed(record.set, fixed, &self.edges[first..first + record.count as usize])
    }

    /// The edges in a cell.
    #[inline]
    pub(crate) fn edges(&self, at: Place) -> &[CellEdge] {
        let word = self.cells[at.row * self.columns + at.column];
        if word & MIXED == 0 {
            return &[];
        }
        let record = &self.records[(word & !MIXED) as usize];
        &self.edges[record.first as usize..(record.first + record.count) as usize]
    }

    /// How many cells lie between a cell and the nearest one with a real edge, plus one; 0: it has one itself.
    #[inline]
    pub(crate) fn clear_cells(&self, at: Place) -> u8 {
        self.clear[at.row * self.columns + at.column]
    }

    fn fixed(&self, column: usize, row: usize) -> Position {
        [self.west + (column as f64 + FIXED) * self.width, self.south + (row as f64 + FIXED) * self.height]
    }

    /// Cells that the box between two positions touches, clipped to the grid: columns and rows, ends included.
    pub(crate) fn range(&self, low: Position, high: Position) -> Option<([usize; 2], [usize; 2])> {
        let (c0, c1) = (self.column(low[0]), self.column(high[0]));
        let (r0, r1) = (self.row(low[1]), self.row(high[1]));
        if c1 < 0.0 || r1 < 0.0 || c0 >= self.columns as f64 || r0 >= self.rows as f64 {
            return None;
        }
        let last = |v: f64, n: usize| (v.max(0.0) as usize).min(n - 1);
        Some(([last(c0, self.columns), last(c1, self.columns)], [last(r0, self.rows), last(r1, self.rows)]))
    }

    /// Which edges touch which cells, as pairs in order of cells. A little more than touch is harmless.
    fn assign(&self, edges: &[Edge]) -> Vec<(u32, u32)> {
        let mut lists = Vec::new();
        let last = |v: f64, n: usize| (v.max(0.0) as usize).min(n - 1);
        for (i, edge) in edges.iter().enumerate() {
            let pad = 1e-9;
            let (r0, r1) = (self.row(edge.low[1]), self.row(edge.high[1]));
            let rise = edge.high[1] - edge.low[1];
            for row in last(r0 - pad, self.rows)..=last(r1 + pad, self.rows) {
                let bottom = self.south + (row as f64 - pad) * self.height;
                let top = self.south + (row as f64 + 1.0 + pad) * self.height;
                let along = |lat: f64| {
                    let t = if rise > 0.0 { ((lat - edge.low[1]) / rise).clamp(0.0, 1.0) } else { 0.0 };
                    edge.low[0] + t * (edge.high[0] - edge.low[0])
                };
                let flat = rise < 1e-6;
                let (a, b) = if flat { (edge.low[0], edge.high[0]) } else { (along(bottom), along(top)) };
                // Rounding of `along`, in cells: that of a latitude over the rise, times the run.
                let run = (edge.high[0] - edge.low[0]).abs() * self.per_width;
                let pad = if flat { pad } else { pad + 1e-13 * run * (1.0 + 1.0 / rise) };
                let c0 = last(self.column(a.min(b)) - pad, self.columns);
                let c1 = last(self.column(a.max(b)) + pad, self.columns);
                lists.extend((c0..=c1).map(|c| ((row * self.columns + c) as u32, i as u32)));
            }
        }
        lists.sort_unstable();
        lists
    }

    /// Finds the set of every fixed point, row by row, and writes cells and records.
    fn fill(&mut self, edges: &[Edge], lists: &[(u32, u32)], sets: &mut Inner) {
        let mut toggles = self.toggles(edges);
        toggles.sort_unstable();
        let (mut next_list, mut next_toggle) = (0usize, 0usize);
        for row in 0..self.rows {
            let mut set = crate::index::sets::EMPTY;
            for column in 0..self.columns {
                let cell = row * self.columns + column;
                while let Some((_, part)) = toggles.get(next_toggle).filter(|t| t.0 as usize <= cell) {
                    set = sets.toggle(set, *part);
                    next_toggle += 1;
                }
                let start = next_list;
                while lists.get(next_list).is_some_and(|l| l.0 as usize == cell) {
                    next_list += 1;
                }
                self.cells[cell] = if start == next_list {
                    set
                } else {
                    let fixed = self.fixed(column, row);
                    let first = self.edges.len() as u32;
                    for (_, i) in &lists[start..next_list] {
                        let e = &edges[*i as usize];
                        let left = u32::from(left_of(e.low, e.high, fixed));
                        let tag = e.part << 2 | u32::from(e.real) << 1 | left;
                        self.edges.push(CellEdge { low: e.low, high: e.high, tag });
                    }
                    self.records.push(Record { set, first, count: (next_list - start) as u32 });
                    MIXED | (self.records.len() - 1) as u32
                };
            }
        }
    }

    /// For every row's line of fixed points, the cells from which on an edge changes a part: `(cell, part)`.
    fn toggles(&self, edges: &[Edge]) -> Vec<(u32, u32)> {
        let mut toggles = Vec::new();
        for edge in edges {
            let first = (self.row(edge.low[1]) - 2.0).max(0.0) as usize;
            let last = ((self.row(edge.high[1]) + 2.0).max(0.0) as usize).min(self.rows - 1);
            for row in first..=last {
                let lat = self.fixed(0, row)[1];
                if edge.low[1] > lat || edge.high[1] <= lat {
                    continue;
                }
                if let Some(column) = self.first_right_of(edge, row) {
                    toggles.push(((row * self.columns + column) as u32, edge.part));
                }
            }
        }
        toggles
    }

    /// The first column of a row whose fixed point is not left of an edge that spans the row's latitude.
    fn first_right_of(&self, edge: &Edge, row: usize) -> Option<usize> {
        let lat = self.fixed(0, row)[1];
        let t = (lat - edge.low[1]) / (edge.high[1] - edge.low[1]);
        let lon = edge.low[0] + t * (edge.high[0] - edge.low[0]);
        let guess = (self.column(lon) - FIXED).ceil().clamp(0.0, self.columns as f64) as usize;
        let right = |column: usize| !left_of(edge.low, edge.high, self.fixed(column, row));
        let mut column = guess;
        while column > 0 && right(column - 1) {
            column -= 1;
        }
        while column < self.columns && !right(column) {
            column += 1;
        }
        (column < self.columns).then_some(column)
    }

    /// Steps to the nearest cell with a real edge, in two sweeps.
    fn measure_clearance(&mut self) {
        let (columns, rows) = (self.columns, self.rows);
        let real = |cell: &u32| {
            let record = self.records.get((cell & !MIXED) as usize).filter(|_| cell & MIXED != 0);
            record.is_some_and(|r| {
                self.edges[r.first as usize..(r.first + r.count) as usize].iter().any(CellEdge::real)
            })
        };
        let mut clear: Vec<u8> = self.cells.iter().map(|c| if real(c) { 0 } else { CLEAR_MAX }).collect();
        let mut relax = |cell: usize, row: isize, column: isize| {
            let inside = row >= 0 && column >= 0 && (row as usize) < rows && (column as usize) < columns;
            if inside {
                let other = clear[row as usize * columns + column as usize];
                clear[cell] = clear[cell].min(other + 1).min(CLEAR_MAX);
            }
        };
        for cell in 0..rows * columns {
            let (row, column) = ((cell / columns) as isize, (cell % columns) as isize);
            for (r, c) in [(-1, -1), (-1, 0), (-1, 1), (0, -1)] {
                relax(cell, row + r, column + c);
            }
        }
        for cell in (0..rows * columns).rev() {
            let (row, column) = ((cell / columns) as isize, (cell % columns) as isize);
            for (r, c) in [(1, 1), (1, 0), (1, -1), (0, 1)] {
                relax(cell, row + r, column + c);
            }
        }
        self.clear = clear;
    }

    fn list_owners(&mut self, owner: impl Fn(u32) -> u32) {
        let (rows, columns) = (self.rows.div_ceil(BLOCK), self.blocks.columns);
        for block in 0..rows * columns {
            let start = self.blocks.owners.len();
            let (top, left) = (block / columns * BLOCK, block % columns * BLOCK);
            for row in top..(top + BLOCK).min(self.rows) {
                for column in left..(left + BLOCK).min(self.columns) {
                    let edges = self.edges(Place { column, row }).iter().filter(|e| e.real());
                    let owners: Vec<u32> = edges.map(|e| owner(e.part())).collect();
                    self.blocks.owners.extend(owners);
                }
            }
            let mut own = self.blocks.owners.split_off(start);
            own.sort_unstable();
            own.dedup();
            self.blocks.owners.extend(own);
            self.blocks.ends.push(self.blocks.owners.len() as u32);
        }
    }

    /// The owners of real edges in a block, by the block's column and row.
    pub(crate) fn owners(&self, column: usize, row: usize) -> &[u32] {
        let block = row * self.blocks.columns + column;
        let start = if block == 0 { 0 } else { self.blocks.ends[block - 1] };
        &self.blocks.owners[start as usize..self.blocks.ends[block] as usize]
    }

    /// West, south, east and north of a run of cells, degrees: first and last column, first and last row.
    pub(crate) fn span(&self, [c0, c1]: [usize; 2], [r0, r1]: [usize; 2]) -> [f64; 4] {
        [
            self.west + c0 as f64 * self.width,
            self.south + r0 as f64 * self.height,
            self.west + (c1 + 1) as f64 * self.width,
            self.south + (r1 + 1) as f64 * self.height,
        ]
    }

    /// Least way, metres, for one step from a cell of this row to the next, in any direction.
    #[inline]
    pub(crate) fn step_m(&self, at: Place) -> f64 {
        self.steps_m[at.row]
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.cells.len() * 5
            + self.records.len() * size_of::<Record>()
            + self.edges.len() * size_of::<CellEdge>()
    }
}

/// Least metres from meridian to meridian or parallel to parallel, by row. The way to another meridian is the arc
/// whose sine is cos(lat) sin(difference): [`CLEAR_MAX`] steps of up to 60 degrees in all keep at least 0.82
/// of their length, up to 10 degrees 0.99; wider ones promise nothing.
fn steps_m(south: f64, height: f64, rows: usize, width: f64) -> Vec<f64> {
    let widest = f64::from(CLEAR_MAX) * width;
    let shrink = if widest < 10.0 {
        0.99
    } else if widest <= 60.0 {
        0.82
    } else {
        0.0
    };
    let step = |row: usize| {
        let (low, high) = (south + row as f64 * height, south + (row + 1) as f64 * height);
        let steepest = low.abs().max(high.abs()).min(90.0);
        (shrink * 111_000.0 * width * steepest.to_radians().cos()).min(110_500.0 * height)
    };
    (0..rows).map(step).collect()
}

/// How a position lies to one edge of its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The way from the fixed point does not cross it.
    Clear,
    /// It does.
    Crossed,
    /// The position is on the edge. The flag: whether the way counts as crossing it.
    On(bool),
}

/// How the way from the cell's fixed point to `p` meets an edge.
#[inline(always)]
pub(crate) fn way(edge: &CellEdge, fixed: Position, p: Position) -> Way {
    let side = orient(edge.low, edge.high, p);
    let fixed_left = edge.tag & 1 != 0;
    if (side >= 0.0) == fixed_left && side != 0.0 {
        return Way::Clear;
    }
    let straddles = (orient(fixed, p, edge.low) >= 0.0) != (orient(fixed, p, edge.high) >= 0.0);
    let crossed = straddles && (side >= 0.0) != fixed_left;
    let on = side == 0.0 && on_edge(edge, p);
    match (on, crossed) {
        (true, flag) => Way::On(flag),
        (false, true) => Way::Crossed,
        (false, false) => Way::Clear,
    }
}

/// Whether a point on the edge's line lies between its ends.
fn on_edge(edge: &CellEdge, p: Position) -> bool {
    let (low, high) = (edge.low, edge.high);
    p[1] >= low[1] && p[1] <= high[1] && p[0] >= low[0].min(high[0]) && p[0] <= low[0].max(high[0])
}

/// Left of, or on, the line from `low` up to `high`.
fn left_of(low: Position, high: Position, p: Position) -> bool {
    orient(low, high, p) >= 0.0
}

/// Positive if `c` is left of the line from `a` to `b`, negative if right, 0 if on it; the sign is exact.
#[inline]
pub(crate) fn orient(a: Position, b: Position, c: Position) -> f64 {
    let l = (a[0] - c[0]) * (b[1] - c[1]);
    let r = (a[1] - c[1]) * (b[0] - c[0]);
    let det = l - r;
    // Shewchuk's bound for this expression, (3 + 16 eps) eps, on the sum of magnitudes.
    if det.abs() > 3.330_669_073_875_472e-16 * (l.abs() + r.abs()) { det } else { orient_exact(a, b, c) }
}

#[cold]
fn orient_exact(a: Position, b: Position, c: Position) -> f64 {
    let coord = |[x, y]: Position| robust::Coord { x, y };
    robust::orient2d(coord(a), coord(b), coord(c))
}
