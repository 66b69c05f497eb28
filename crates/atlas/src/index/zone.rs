//! A static set of zones, compiled: which of them hold a position, and which may.

use crate::answer::Inside;
use crate::geodesy::{Metric, geocentric, geodesic_of_chord};
use crate::geometry::Position;
use crate::index::grid::{BLOCK, Cell, CellEdge, Edge, Grid, Place, Way, way};
use crate::index::line::{LineIndex, distance_bound_m, geodesic_to_edge};
use crate::index::marks::Marks;
use crate::index::pieces::between;
use crate::index::reach::{Reach, Round};
use crate::index::sets::{EMPTY, Sets};
use crate::repair::double_area;
use hashbrown::{HashMap, HashSet};
use std::sync::OnceLock;

/// Rings of one polygon, closed, consecutive longitudes at most 180 degrees apart, the outer first.
pub type Rings = Vec<Vec<Position>>;

/// Zones, each the union of its polygons; a polygon is what an odd number of its rings surround.
pub struct ZoneIndex {
    grid: Grid,
    /// West end of the longitudes the grid is drawn in, degrees.
    west: f64,
    /// East end of what is drawn; more than 360 from `west` if a polygon runs over the cut.
    east: f64,
    /// The zone of each part (polygon).
    zone_of: Vec<u32>,
    zone_count: usize,
    /// Sets of parts that were known when the grid was built: read without a lock.
    frozen: Vec<Box<[u32]>>,
    parts: Sets,
    doubtful: Sets,
    /// The true boundary of each zone, built when first needed.
    boundaries: Vec<OnceLock<LineIndex>>,
    /// Pieces of boundaries and clearances, built when the first circle is asked about.
    reach: OnceLock<Reach>,
    edges: Vec<Edge>,
}

/// What a batch is told of one position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Id of the set of polygons around the stated position; see [`ZoneIndex::zones_of`].
    pub set: u32,
    /// Id of the set of zones whose boundary the position's doubt reaches; see [`ZoneIndex::doubtful_of`].
    pub doubt: u32,
}

/// Where a position stands to a polygon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    Outside,
    Inside,
    Boundary,
}

/// Cells of a circle's box beyond which whole blocks are looked at first.
const DISC_CELLS_MAX: usize = 24;
/// Circles beyond this radius, metres, or latitude, degrees, leave the flat metric.
const DISC_M_MAX: f64 = 50_000.0;
const DISC_LAT_MAX: f64 = 80.0;

impl ZoneIndex {
    /// Compiles zones, each a list of polygons. At most 2^30 polygons.
    #[must_use]
    pub fn build(zones: Vec<Vec<Rings>>) -> ZoneIndex {
        let zone_count = zones.len();
        let west = cut(&zones);
        let mut zone_of = Vec::new();
        let mut edges: Vec<Directed> = Vec::new();
        for (zone, polygons) in zones.iter().enumerate() {
            let first = edges.len();
            for rings in polygons {
                add_polygon(rings, west, zone_of.len() as u32, &mut edges);
                zone_of.push(zone as u32);
            }
            if let Some(own) = edges.get_mut(first..) {
                drop_seams(own);
            }
        }
        let east = edges.iter().map(|e| e.edge.low[0].max(e.edge.high[0])).fold(west, f64::max);
        let plain: Vec<Edge> = edges.iter().map(|e| e.edge).collect();
        let mut parts = Sets::default();
        let owner = |part: u32| zone_of.get(part as usize).copied().unwrap_or(u32::MAX);
        let grid = Grid::build(&plain, &mut parts, owner);
        let frozen = {
            let known = parts.read();
            (0..known.len()).map(|i| known.members(i as u32).into()).collect()
        };
        let boundaries = (0..zone_count).map(|_| OnceLock::new()).collect();
        let doubtful = Sets::default();
        let reach = OnceLock::new();
        ZoneIndex {
            grid,
            west,
            east,
            zone_of,
            zone_count,
            frozen,
            parts,
            doubtful,
            boundaries,
            reach,
            edges: plain,
        }
    }
    /// Ids of the sets of polygons around each position, appended to `out`; a position on a boundary is in none
    /// of the polygons whose boundary it is, one without coordinates is in none. The index answers for
    /// positions stated exactly: for others see [`ZoneIndex::held`].
    pub fn sets(&self, lon_deg: &[f64], lat_deg: &[f64], out: &mut Vec<u32>) {
        let mut known = Known { sets: &self.parts, guard: Some(self.parts.read()) };
        let mut on = Vec::new();
        let (mut x, mut y) = (Vec::new(), Vec::new());
        let mut order = Order::default();
        out.reserve(lon_deg.len());
        for (lon, lat) in lon_deg.chunks(CHUNK).zip(lat_deg.chunks(CHUNK)) {
            let start = out.len();
            out.resize(start + lon.len(), EMPTY);
            let Some(slots) = out.get_mut(start..) else { return };
            let numbers = self.in_order(lon, lat, &mut order);
            gather(numbers, lon, &mut x);
            gather(numbers, lat, &mut y);
            for (i, (x, y)) in numbers.iter().zip(x.iter().zip(&y)) {
                if let Some(slot) = slots.get_mut(*i) {
                    *slot = self.set_at([*x, *y], &mut known, &mut on);
                }
            }
            on.clear();
            // Others may be waiting to write.
            known.guard = None;
        }
    }

    /// For each position and the radius of its doubt, metres: the polygons around it and the zones whose boundary
    /// is nearer than the radius. A zone is unclear if it is in the second, else inside if in the first, else
    /// outside. A position without coordinates is in nothing and near nothing: the caller knows that it is unknown.
    pub fn held(&self, lon_deg: &[f64], lat_deg: &[f64], radius_m: &[f32], out: &mut Vec<Held>) {
        let mut known = Known { sets: &self.parts, guard: Some(self.parts.read()) };
        let mut doubtful = Known { sets: &self.doubtful, guard: None };
        let mut marks = Marks::new(self.zone_count);
        let mut on = Vec::new();
        let (mut x, mut y, mut r) = (Vec::new(), Vec::new(), Vec::new());
        // Positions whose doubt may reach a boundary, and those on one: which, and where their parts end in `on`.
        let (mut open, mut stands): (Vec<usize>, Vec<(usize, usize)>) = (Vec::new(), Vec::new());
        let mut order = Order::default();
        out.reserve(lon_deg.len());
        let columns = lon_deg.chunks(CHUNK).zip(lat_deg.chunks(CHUNK)).zip(radius_m.chunks(CHUNK));
        for ((lon, lat), radius) in columns {
            let start = out.len();
            let count = lon.len().min(lat.len()).min(radius.len());
            out.resize(start + lon.len(), Held { set: EMPTY, doubt: EMPTY });
            let Some(slots) = out.get_mut(start..) else { return };
            let (Some(lon), Some(lat)) = (lon.get(..count), lat.get(..count)) else { return };
            let numbers = self.in_order(lon, lat, &mut order);
            gather(numbers, lon, &mut x);
            gather(numbers, lat, &mut y);
            gather(numbers, radius, &mut r);
            let circles = || x.iter().zip(&y).zip(&r).map(|((x, y), r)| ([*x, *y], f64::from(*r)));
            // One question for all positions before the next: so the waits for memory overlap.
            for (k, (i, (at, _))) in numbers.iter().zip(circles()).enumerate() {
                let before = on.len();
                if let Some(slot) = slots.get_mut(*i) {
                    slot.set = self.set_at(at, &mut known, &mut on);
                }
                if on.len() > before {
                    stands.push((k, on.len()));
                }
            }
            // INVARIANT: nobody waits for one lock while holding the other: two threads that each held one and waited
            // for the other would wait for ever.
            known.guard = None;
            open.extend(circles().enumerate().filter(|(_, (at, r))| !self.clear(*at, *r)).map(|(k, _)| k));
            if !stands.is_empty() {
                open.extend(stands.iter().map(|s| s.0));
                open.sort_unstable();
                open.dedup();
            }
            let (mut next, mut first) = (stands.iter().peekable(), 0);
            for k in &open {
                let (Some(i), Some(x), Some(y), Some(r)) = (numbers.get(*k), x.get(*k), y.get(*k), r.get(*k))
                else {
                    continue;
                };
                marks.start();
                if let Some((_, end)) = next.next_if(|s| s.0 == *k) {
                    for part in on.get(first..*end).unwrap_or_default() {
                        marks.mark(self.zone(*part));
                    }
                    first = *end;
                }
                self.near([*x, *y], f64::from(*r), &mut marks);
                if let Some(slot) = slots.get_mut(*i) {
                    slot.doubt = doubtful.of(&mut marks.zones);
                }
            }
            doubtful.guard = None;
            open.clear();
            stands.clear();
            on.clear();
        }
    }

    /// The positions of a chunk in the order of their cells, so that neighbours in memory are asked together.
    fn in_order<'o>(&self, lon_deg: &[f64], lat_deg: &[f64], order: &'o mut Order) -> &'o [usize] {
        let key = |(lon, lat): (&f64, &f64)| {
            let [first, _] = self.turned([*lon, *lat]);
            let place = first.and_then(|p| self.grid.at(p));
            place.map_or(0, |p| (p.row * self.grid.columns + p.column) as u32)
        };
        order.sort(lon_deg.iter().zip(lat_deg).map(key))
    }

    /// The zones of a set of polygons from [`ZoneIndex::sets`], in order.
    #[must_use]
    pub fn zones_of(&self, set: u32) -> Vec<u32> {
        let known = self.parts.read();
        let mut zones: Vec<u32> = known.members(set).iter().map(|part| self.zone(*part)).collect();
        zones.dedup();
        zones
    }

    /// The zones of a set of doubtful zones from [`ZoneIndex::held`], in order.
    #[must_use]
    pub fn doubtful_of(&self, doubt: u32) -> Vec<u32> {
        self.doubtful.read().members(doubt).to_vec()
    }

    /// One more than the greatest id of a set of polygons met so far.
    #[must_use]
    pub fn set_count(&self) -> usize {
        self.parts.read().len()
    }

    /// One more than the greatest id of a set of doubtful zones met so far.
    #[must_use]
    pub fn doubt_count(&self) -> usize {
        self.doubtful.read().len()
    }

    /// Bytes held, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let boundaries: usize = self.boundaries.iter().filter_map(OnceLock::get).map(LineIndex::bytes).sum();
        let edges = self.edges.len() * size_of::<Edge>();
        let reach = self.reach.get().map_or(0, Reach::bytes);
        self.grid.bytes() + edges + self.parts.bytes() + self.doubtful.bytes() + boundaries + reach
    }

    /// Whether a circle of `radius_m` around a position lies in zone number `zone`. With a radius of 0 the answer is
    /// exact, and unclear only on the boundary itself. Otherwise a boundary at the radius or farther decides.
    #[must_use]
    pub fn inside(&self, zone: usize, lon_deg: f64, lat_deg: f64, radius_m: f64) -> Inside {
        if zone >= self.zone_count {
            return Inside::NoEpoch;
        }
        let at = [lon_deg, lat_deg];
        if lon_deg.is_nan() || lat_deg.is_nan() || radius_m.is_nan() {
            return Inside::Unclear;
        }
        let spot = self.spot(zone as u32, at);
        if spot == Spot::Boundary {
            return Inside::Unclear;
        }
        let mut marks = Marks::new(if radius_m > 0.0 { self.zone_count } else { 0 });
        if !self.clear(at, radius_m) {
            self.near(at, radius_m, &mut marks);
        }
        match spot {
            _ if marks.has(zone as u32) => Inside::Unclear,
            Spot::Inside => Inside::Inside,
            _ => Inside::Outside,
        }
    }

    fn zone(&self, part: u32) -> u32 {
        self.zone_of.get(part as usize).copied().unwrap_or(u32::MAX)
    }

    /// The position at the turns of longitude at which the grid may hold it.
    fn turned(&self, [lon, lat]: Position) -> [Option<Position>; 2] {
        let ahead = lon - self.west;
        let first = if (0.0..360.0).contains(&ahead) { lon } else { lon - 360.0 * (ahead / 360.0).floor() };
        let second = first + 360.0;
        [Some([first, lat]), (second <= self.east).then_some([second, lat])]
    }

    fn set_at(&self, at: Position, known: &mut Known<'_>, on: &mut Vec<u32>) -> u32 {
        if at[0].is_nan() || at[1].is_nan() {
            return EMPTY;
        }
        let [first, second] = self.turned(at);
        let set = first.map_or(EMPTY, |p| self.set_in_frame(p, known, on));
        let Some(second) = second else { return set };
        let more = self.set_in_frame(second, known, on);
        let both: Vec<u32> = known.read().members(more).to_vec();
        let here: HashSet<u32> = known.read().members(set).iter().copied().collect();
        both.iter().filter(|part| !here.contains(*part)).fold(set, |set, part| known.toggle(set, *part))
    }

    #[inline]
    fn set_in_frame(&self, p: Position, known: &mut Known<'_>, on: &mut Vec<u32>) -> u32 {
        let Some(cell) = self.grid.at(p) else { return EMPTY };
        let (base, fixed, edges) = match self.grid.cell(cell) {
            Cell::Pure(set) => return set,
            Cell::Mixed(set, fixed, edges) => (set, fixed, edges),
        };
        let mut set = base;
        let before = on.len();
        for edge in edges {
            match way(edge, fixed, p) {
                Way::Clear => {}
                Way::Crossed => set = known.toggle(set, edge.part()),
                Way::On(crossed) => {
                    if crossed {
                        set = known.toggle(set, edge.part());
                    }
                    if edge.real() {
                        on.push(edge.part());
                    }
                }
            }
        }
        for part in on.get(before..).unwrap_or_default() {
            if known.read().members(set).binary_search(part).is_ok() {
                set = known.toggle(set, *part);
            }
        }
        set
    }

    /// Where a position stands to one zone; takes no lock.
    fn spot(&self, zone: u32, at: Position) -> Spot {
        let mut spot = Spot::Outside;
        for p in self.turned(at).into_iter().flatten() {
            match self.spot_in_frame(zone, p) {
                Spot::Inside => return Spot::Inside,
                Spot::Boundary => spot = Spot::Boundary,
                Spot::Outside => {}
            }
        }
        spot
    }

    fn spot_in_frame(&self, zone: u32, p: Position) -> Spot {
        let Some(cell) = self.grid.at(p) else { return Spot::Outside };
        let (base, fixed, edges) = match self.grid.cell(cell) {
            Cell::Pure(set) => return if self.holds(set, zone) { Spot::Inside } else { Spot::Outside },
            Cell::Mixed(set, fixed, edges) => (set, fixed, edges),
        };
        let mut changed: Vec<u32> = Vec::new();
        let mut on: Vec<u32> = Vec::new();
        for edge in edges.iter().filter(|e| self.zone(e.part()) == zone) {
            let met = way(edge, fixed, p);
            if matches!(met, Way::Crossed | Way::On(true)) {
                match changed.iter().position(|c| *c == edge.part()) {
                    Some(at) => drop(changed.swap_remove(at)),
                    None => changed.push(edge.part()),
                }
            }
            if matches!(met, Way::On(_)) && edge.real() {
                on.push(edge.part());
            }
        }
        let members = self.frozen.get(base as usize).map_or(&[][..], |m| m);
        let still = members.iter().filter(|m| self.zone(**m) == zone && !changed.contains(m));
        let come = changed.iter().filter(|c| members.binary_search(c).is_err());
        if still.chain(come).any(|part| !on.contains(part)) {
            Spot::Inside
        } else if on.is_empty() {
            Spot::Outside
        } else {
            Spot::Boundary
        }
    }

    fn holds(&self, set: u32, zone: u32) -> bool {
        self.frozen.get(set as usize).is_some_and(|m| m.iter().any(|part| self.zone(*part) == zone))
    }

    fn reach(&self) -> &Reach {
        self.reach.get_or_init(|| Reach::build(&self.grid, |part| self.zone(part)))
    }

    /// Whether it is plain from the cell alone that no boundary is nearer than `radius_m`.
    #[inline]
    fn clear(&self, at: Position, radius_m: f64) -> bool {
        if radius_m <= 0.0 || at[0].is_nan() || at[1].is_nan() {
            return true;
        }
        let [first, _] = self.turned(at);
        let cell = first.and_then(|p| Some((p, self.grid.at(p)?)));
        self.east - self.west < 300.0
            && cell.is_some_and(|(p, cell)| self.reach().clear(&self.grid, cell, p, radius_m))
    }

    /// Marks zones whose boundary is nearer than `radius_m`.
    fn near(&self, at: Position, radius_m: f64, marks: &mut Marks) {
        let [first, _] = self.turned(at);
        let Some(p) = first.filter(|_| radius_m.is_nan() || radius_m > 0.0) else { return };
        if radius_m > DISC_M_MAX || p[1].abs() > DISC_LAT_MAX {
            self.near_by_boundaries(at, radius_m, marks);
            return;
        }
        let metric = Metric::at(p[1]);
        let reach = [1.02 * radius_m / metric.x_m, 1.02 * radius_m / metric.y_m];
        for turn in [-360.0, 0.0, 360.0] {
            let q = [p[0] + turn, p[1]];
            if q[0] + reach[0] < self.west || q[0] - reach[0] > self.east {
                continue;
            }
            let (low, high) = ([q[0] - reach[0], q[1] - reach[1]], [q[0] + reach[0], q[1] + reach[1]]);
            let Some((columns, rows)) = self.grid.range(low, high) else { continue };
            let disc = Disc::new(q, radius_m, metric, [low[0], low[1], high[0], high[1]]);
            let round = Round::new(&self.grid, metric, radius_m, disc.slack_m);
            if (columns[1] - columns[0]) * (rows[1] - rows[0]) > DISC_CELLS_MAX {
                self.near_by_blocks(&disc, &round, columns, rows, marks);
            } else {
                self.near_by_cells(&disc, &round, columns, rows, marks);
            }
        }
    }

    fn near_by_cells(
        &self,
        disc: &Disc,
        round: &Round,
        columns: [usize; 2],
        rows: [usize; 2],
        marks: &mut Marks,
    ) {
        let reach = self.reach();
        for row in rows[0]..=rows[1] {
            for column in columns[0]..=columns[1] {
                let at = Place { column, row };
                let corner = self.grid.span([column, column], [row, row]);
                let (x, y) = (disc.at[0] - corner[0], disc.at[1] - corner[1]);
                reach.mark(at, round, [x * disc.metric.x_m, y * disc.metric.y_m], marks, |zone| {
                    let own = self.grid.edges(at).iter().filter(|e| e.real() && self.zone(e.part()) == zone);
                    own.into_iter().any(|edge| disc.reaches(edge))
                });
            }
        }
    }

    /// As [`ZoneIndex::near_by_cells`] for circles over many cells: blocks wholly inside need no test of edges,
    /// blocks wholly outside none at all.
    fn near_by_blocks(
        &self,
        disc: &Disc,
        round: &Round,
        columns: [usize; 2],
        rows: [usize; 2],
        marks: &mut Marks,
    ) {
        let clipped = |first: usize, clip: [usize; 2]| {
            [(first * BLOCK).max(clip[0]), (first * BLOCK + BLOCK - 1).min(clip[1])]
        };
        let whole = |first: usize, count: usize| [first * BLOCK, (first * BLOCK + BLOCK).min(count) - 1];
        // Blocks within the circle come first: what they mark need not be looked for at the rim.
        let mut rim = std::mem::take(&mut marks.rim);
        for row in rows[0] / BLOCK..=rows[1] / BLOCK {
            for column in columns[0] / BLOCK..=columns[1] / BLOCK {
                let owners = self.grid.owners(column, row);
                if owners.is_empty() {
                    continue;
                }
                let all = (whole(column, self.grid.columns), whole(row, self.grid.rows));
                let (near_m, far_m) = disc.range_of(self.grid.span(all.0, all.1));
                // An all but level edge may be listed for cells that it misses by 0.1 m.
                if far_m < disc.radius_m - disc.slack_m - 0.2 {
                    owners.iter().for_each(|zone| marks.mark(*zone));
                } else if near_m <= disc.radius_m + disc.slack_m {
                    rim.push((column, row));
                }
            }
        }
        for (column, row) in rim.drain(..) {
            if !self.grid.owners(column, row).iter().all(|zone| marks.has(*zone)) {
                self.near_by_cells(disc, round, clipped(column, columns), clipped(row, rows), marks);
            }
        }
        marks.rim = rim;
    }

    fn near_by_boundaries(&self, at: Position, radius_m: f64, marks: &mut Marks) {
        for zone in 0..self.zone_count as u32 {
            let boundary = self.boundary(zone);
            let mut d = boundary.distance_m(at[0], at[1]);
            if (d - radius_m).abs() <= distance_bound_m(d) {
                d = boundary.exact_distance_m(at[0], at[1]);
            }
            if d < radius_m {
                marks.mark(zone);
            }
        }
    }

    /// The true boundary of a zone.
    fn boundary(&self, zone: u32) -> &LineIndex {
        static NOTHING: std::sync::LazyLock<LineIndex> = std::sync::LazyLock::new(|| LineIndex::build(&[]));
        let Some(slot) = self.boundaries.get(zone as usize) else { return &NOTHING };
        slot.get_or_init(|| {
            // Edges stand in the order of their parts, and so of their zones.
            let from = self.edges.partition_point(|e| self.zone(e.part) < zone);
            let own = self.edges.iter().skip(from).take_while(|e| self.zone(e.part) == zone);
            let edges: Vec<(Position, Position)> = own.filter(|e| e.real).map(|e| (e.low, e.high)).collect();
            LineIndex::of_edges(&edges)
        })
    }
}

/// A circle in the flat metric around its middle.
struct Disc {
    at: Position,
    radius_m: f64,
    /// How far the flat metric may be off near the rim.
    slack_m: f64,
    /// Squares of flat distances below which an edge is surely reached, and above which surely not.
    sure2: f64,
    never2: f64,
    /// West, south, east, north of the circle, with room, degrees.
    box_deg: [f64; 4],
    metric: Metric,
}

impl Disc {
    fn new(at: Position, radius_m: f64, metric: Metric, box_deg: [f64; 4]) -> Disc {
        let slack_m = 1.3 * metric.slack_m(radius_m) + 1e-6;
        let (sure_m, never_m) = ((radius_m - slack_m).max(0.0), radius_m + slack_m);
        Disc { at, radius_m, slack_m, sure2: sure_m * sure_m, never2: never_m * never_m, box_deg, metric }
    }

    /// Flat distance, metres, of the nearest and the farthest point of a box.
    fn range_of(&self, [west, south, east, north]: [f64; 4]) -> (f64, f64) {
        let axis = |low: f64, high: f64, at: f64, unit_m: f64| {
            let near = (low - at).max(at - high).max(0.0);
            let far = (at - low).abs().max((high - at).abs());
            (near * unit_m, far * unit_m)
        };
        let (x, y) =
            (axis(west, east, self.at[0], self.metric.x_m), axis(south, north, self.at[1], self.metric.y_m));
        ((x.0 * x.0 + y.0 * y.0).sqrt(), (x.1 * x.1 + y.1 * y.1).sqrt())
    }

    /// Whether an edge is nearer than the radius.
    #[inline]
    fn reaches(&self, edge: &CellEdge) -> bool {
        let (low, high) = (edge.low, edge.high);
        let [west, south, east, north] = self.box_deg;
        if high[1] < south || low[1] > north || low[0].max(high[0]) < west || low[0].min(high[0]) > east {
            return false;
        }
        let d2 = self.metric.edge2_m2(self.at, low, high);
        if d2 < self.sure2 {
            true
        } else if d2 > self.never2 {
            false
        } else {
            self.reaches_exactly(edge)
        }
    }

    #[cold]
    fn reaches_exactly(&self, edge: &CellEdge) -> bool {
        let (d_m, along) = self.metric.edge_m(self.at, edge.low, edge.high);
        // The nearest point by the flat metric is not quite the nearest: it lies aside by the metric's distortion,
        // and is farther by the square of that.
        let there = geocentric(between(edge.low, edge.high, along));
        let to_m = geodesic_of_chord(geocentric(self.at), there);
        let aside_m = 8.0 * self.slack_m * self.slack_m / self.radius_m + 0.01;
        if to_m < self.radius_m - 0.01 {
            return true;
        }
        if to_m > self.radius_m + aside_m {
            return false;
        }
        let (x, y) = (edge.high[0] - edge.low[0], edge.high[1] - edge.low[1]);
        let length_m = f64::hypot(x * self.metric.x_m, y * self.metric.y_m).max(1e-9);
        let room = (0.2 * d_m + 1.0) / length_m;
        let range = ((along - room).max(0.0), (along + room).min(1.0));
        geodesic_to_edge(self.at, edge.low, edge.high, range) < self.radius_m
    }
}

/// Sets read without a lock for each look, and written when something new turns up.
struct Known<'a> {
    sets: &'a Sets,
    guard: Option<std::sync::RwLockReadGuard<'a, crate::index::sets::Inner>>,
}

impl Known<'_> {
    fn read(&mut self) -> &crate::index::sets::Inner {
        let sets = self.sets;
        self.guard.get_or_insert_with(|| sets.read())
    }

    /// The set of these members. A long one is looked up whole: the sets on the way to it are of no use.
    #[inline]
    fn of(&mut self, members: &mut [u32]) -> u32 {
        match members {
            [] => EMPTY,
            [one] => self.toggle(EMPTY, *one),
            many => {
                many.sort_unstable();
                if let Some(known) = self.read().find(many) {
                    return known;
                }
                self.guard = None;
                self.sets.insert(many)
            }
        }
    }

    #[inline]
    fn toggle(&mut self, set: u32, member: u32) -> u32 {
        if let Some(known) = self.read().toggled(set, member) {
            return known;
        }
        self.guard = None;
        self.sets.toggle(set, member)
    }
}

/// Positions answered together.
const CHUNK: usize = 1 << 18;
/// Bits of one pass of the sort; two passes cover the 2^23 cells that a grid may have.
const DIGIT: u32 = 12;

/// Numbers in the order of their keys, by a radix sort in two passes; keeps its buffers.
#[derive(Default)]
struct Order {
    keys: Vec<u32>,
    half: Vec<usize>,
    full: Vec<usize>,
}

impl Order {
    fn sort(&mut self, keys: impl Iterator<Item = u32>) -> &[usize] {
        self.keys.clear();
        self.keys.extend(keys);
        self.half.clear();
        self.half.resize(self.keys.len(), 0);
        self.full.clear();
        self.full.resize(self.keys.len(), 0);
        pass(&self.keys, 0..self.keys.len(), 0, &mut self.half);
        pass(&self.keys, self.half.iter().copied(), DIGIT, &mut self.full);
        &self.full
    }
}

/// The values of `from` in the order of `numbers`. Read at once, so that the waits for memory overlap.
fn gather<T: Copy>(numbers: &[usize], from: &[T], to: &mut Vec<T>) {
    to.clear();
    to.extend(numbers.iter().filter_map(|i| from.get(*i).copied()));
}

/// One stable pass over the digit of the keys that starts at bit `shift`.
fn pass(keys: &[u32], from: impl Iterator<Item = usize>, shift: u32, to: &mut [usize]) {
    let digit = |key: u32| ((key >> shift) & ((1 << DIGIT) - 1)) as usize;
    let mut ends = vec![0usize; 1 << DIGIT];
    for key in keys {
        if let Some(count) = ends.get_mut(digit(*key)) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for end in &mut ends {
        (*end, sum) = (sum, sum + *end);
    }
    for i in from {
        let Some(end) = keys.get(i).and_then(|key| ends.get_mut(digit(*key))) else { continue };
        if let Some(slot) = to.get_mut(*end) {
            *slot = i;
        }
        *end += 1;
    }
}

/// An edge on its way into the grid.
struct Directed {
    edge: Edge,
    /// Whether the polygon lies left of the way from the lower end to the higher.
    inside_left: bool,
}

/// The longitude at which to cut the planet open: the east end of the widest stretch without a polygon.
fn cut(zones: &[Vec<Rings>]) -> f64 {
    let mut spans: Vec<(f64, f64)> = Vec::new();
    for ring in zones.iter().flatten().filter_map(|rings| rings.first()) {
        let low = ring.iter().map(|v| v[0]).fold(f64::INFINITY, f64::min);
        let high = ring.iter().map(|v| v[0]).fold(f64::NEG_INFINITY, f64::max);
        if low.is_finite() && high.is_finite() {
            let start = low - 360.0 * ((low + 180.0) / 360.0).floor();
            spans.push((start, start + (high - low)));
        }
    }
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(first) = spans.first().copied() else { return -180.0 };
    let mut reach = spans.iter().map(|s| s.1 - 360.0).fold(f64::NEG_INFINITY, f64::max);
    let mut widest = (first.0 - reach, first.0);
    reach = reach.max(first.1);
    for (start, end) in spans.into_iter().skip(1) {
        if start - reach > widest.0 {
            widest = (start - reach, start);
        }
        reach = reach.max(end);
    }
    if widest.0 > 0.0 { widest.1 } else { -180.0 }
}

fn add_polygon(rings: &Rings, west: f64, part: u32, edges: &mut Vec<Directed>) {
    let low = rings.iter().flatten().map(|v| v[0]).fold(f64::INFINITY, f64::min);
    let shift = -360.0 * ((low - west) / 360.0).floor();
    for (i, ring) in rings.iter().enumerate() {
        // The outer ring should run counter-clockwise, a hole clockwise, so that the polygon lies left of every edge.
        let right_way = (double_area(ring) > 0.0) == (i == 0);
        for (a, b) in ring.iter().zip(ring.iter().skip(1)) {
            let (a, b) = ([a[0] + shift, a[1]], [b[0] + shift, b[1]]);
            if a == b {
                continue;
            }
            let up = (a[1], a[0]) < (b[1], b[0]);
            let (low, high) = if up { (a, b) } else { (b, a) };
            let pole = a[1].abs() == 90.0 && a[1] == b[1];
            edges
                .push(Directed { edge: Edge { low, high, part, real: !pole }, inside_left: up == right_way });
        }
    }
}

/// Edges on which two polygons of one zone meet from opposite sides bound nothing: the zone goes on.
fn drop_seams(edges: &mut [Directed]) {
    let place = |p: Position| [p[0].rem_euclid(360.0).to_bits(), (p[1] + 0.0).to_bits()];
    let mut waiting: HashMap<([u64; 2], [u64; 2], bool), Vec<usize>> = HashMap::new();
    let mut seams = Vec::new();
    for (i, directed) in edges.iter().enumerate() {
        let (low, high) = (place(directed.edge.low), place(directed.edge.high));
        match waiting.get_mut(&(low, high, !directed.inside_left)).and_then(Vec::pop) {
            Some(other) => seams.extend([i, other]),
            None => waiting.entry((low, high, directed.inside_left)).or_default().push(i),
        }
    }
    for i in seams {
        if let Some(directed) = edges.get_mut(i) {
            directed.edge.real = false;
        }
    }
}

/// Where `p` stands to one polygon, edge by edge.
pub(crate) fn spot_in(rings: &Rings, p: Position) -> Spot {
    let mut inside = false;
    for ring in rings {
        for (a, b) in ring.iter().zip(ring.iter().skip(1)) {
            let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
            if p[1] < low[1] || p[1] > high[1] {
                continue;
            }
            let side = crate::index::grid::orient(*low, *high, p);
            if side == 0.0 && p[0] >= a[0].min(b[0]) && p[0] <= a[0].max(b[0]) {
                return Spot::Boundary;
            }
            if p[1] < high[1] && side > 0.0 {
                inside = !inside;
            }
        }
    }
    if inside { Spot::Inside } else { Spot::Outside }
}
