//! A polyline as short chords in geocentric space under a tree of bounding spheres, eight children a node.

#![expect(
    clippy::indexing_slicing,
    reason = "numeric kernel: every index is a lane below 8 or comes from the tree's own construction"
)]

use crate::geodesy::{Geocentric, chord2, geocentric};
use crate::geometry::Position;

/// Children of a node and chords of a leaf.
const LANES: usize = 8;
/// How far the middle of a chord may lie from the edge it stands for, metres; the whole chord stays within
/// [`SAG_M`].
const SAG_MIDDLE_M: f64 = 0.1;
/// How far any point of a chord may lie from the edge (straight in longitude and latitude) it stands for, metres.
pub const SAG_M: f64 = 0.15;
/// Longer than any chord of the planet, shorter than the way to the fillers of a leaf.
const CHORD_M_CEILING: f64 = 2e7;
/// Halvings of one edge; 2^20 chords of one edge are far below [`SAG_MIDDLE_M`] on this planet.
const HALVINGS_MAX: u32 = 20;

/// Eight chords, lane by lane.
#[derive(Clone)]
struct Leaf {
    start: [[f64; LANES]; 3],
    run: [[f64; LANES]; 3],
    /// 1 / length squared; 0 for a chord of no length.
    inverse: [f64; LANES],
}

/// Bounding spheres of eight children, around the tree's origin. In single precision: twice the lanes for each
/// instruction; [`ROOM_M`] and [`ROOM`] cover the rounding.
#[derive(Clone)]
struct Spheres {
    centre: [[f32; LANES]; 3],
    radius: [f32; LANES],
}

/// Which part of which edge a chord stands for.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// The edge.
    pub edge: u32,
    /// Where on it the chord starts, 0..1.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
}

/// The nearest point of a polyline.
#[derive(Clone, Copy, Debug)]
pub struct Near {
    /// Squared chord to it, square metres.
    pub chord2: f64,
    /// The chord it lies on.
    pub piece: u32,
    /// Where on the chord, 0..1.
    pub along: f64,
}

/// The tree.
pub struct Pieces {
    pieces: Vec<Piece>,
    leaves: Vec<Leaf>,
    /// From the level above the leaves to the root.
    levels: Vec<Vec<Spheres>>,
    origin: Geocentric,
}

impl Pieces {
    /// Builds the tree over edges given by their ends.
    pub fn build(edges: impl Iterator<Item = (Position, Position)>) -> Pieces {
        let mut pieces = Vec::new();
        let mut chords = Vec::new();
        for (i, (a, b)) in edges.enumerate() {
            let ends = (geocentric(a), geocentric(b));
            let edge = i as u32;
            halve((a, b), Piece { edge, from: 0.0, to: 1.0 }, ends, 0, &mut |piece, chord| {
                pieces.push(piece);
                chords.push(chord);
            });
        }
        let leaves: Vec<Leaf> = chords.chunks(LANES).map(leaf).collect();
        let mut balls: Vec<(Geocentric, f64)> = chords.chunks(LANES).map(ball_of_chords).collect();
        let (origin, _) = ball_of_balls(&balls);
        let mut levels = Vec::new();
        while !balls.is_empty() {
            levels.push(balls.chunks(LANES).map(|b| spheres(b, origin)).collect());
            if balls.len() <= LANES {
                break;
            }
            balls = balls.chunks(LANES).map(ball_of_balls).collect();
        }
        Pieces { pieces, leaves, levels, origin }
    }

    /// What chord `index` stands for.
    pub fn piece(&self, index: u32) -> Piece {
        self.pieces[index as usize]
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let spheres: usize = self.levels.iter().map(Vec::len).sum();
        self.pieces.len() * size_of::<Piece>()
            + self.leaves.len() * size_of::<Leaf>()
            + spheres * size_of::<Spheres>()
    }

    /// The nearest point of the polyline to `p` within a chord of `limit_m`; `None` if all of it is farther.
    pub fn nearest(&self, p: Geocentric, limit_m: f64) -> Option<Near> {
        let limit_m = limit_m.min(CHORD_M_CEILING);
        let best = Near { chord2: limit_m * limit_m, piece: u32::MAX, along: 0.0 };
        let mut search = Search { p, relative: self.relative(p), best, reach: roomy(limit_m) };
        if let Some(top) = self.levels.len().checked_sub(1) {
            self.descend(top, 0, &mut search);
        }
        (search.best.piece != u32::MAX).then_some(search.best)
    }

    fn relative(&self, p: Geocentric) -> [f32; 3] {
        [0, 1, 2].map(|k| (p[k] - self.origin[k]) as f32)
    }

    fn descend(&self, level: usize, node: usize, search: &mut Search) {
        let spheres = &self.levels[level][node];
        let d2 = to_centres(spheres, search.relative);
        let mut order = [(0.0f32, 0usize); LANES];
        let mut count = 0;
        for (lane, d2) in d2.into_iter().enumerate() {
            let reach = search.reach + spheres.radius[lane];
            if d2 > reach * reach {
                continue;
            }
            // Nearest child first: it tightens the reach most.
            let mut at = count;
            while at > 0 && order[at - 1].0 > d2 {
                order[at] = order[at - 1];
                at -= 1;
            }
            order[at] = (d2, lane);
            count += 1;
        }
        for (d2, lane) in &order[..count] {
            let reach = search.reach + spheres.radius[*lane];
            if *d2 > reach * reach {
                continue;
            }
            let child = node * LANES + lane;
            if level == 0 {
                self.scan(child, search);
            } else {
                self.descend(level - 1, child, search);
            }
        }
    }

    fn scan(&self, leaf: usize, search: &mut Search) {
        let (d2, along) = to_chords(&self.leaves[leaf], search.p);
        let mut better = false;
        for lane in 0..LANES {
            if d2[lane] < search.best.chord2 {
                search.best =
                    Near { chord2: d2[lane], piece: (leaf * LANES + lane) as u32, along: along[lane] };
                better = true;
            }
        }
        if better {
            search.reach = roomy(search.best.chord2.sqrt());
        }
    }

    /// Calls `take` for every chord that comes within `reach_m` of `p`.
    pub fn within(&self, p: Geocentric, reach_m: f64, take: &mut dyn FnMut(Near)) {
        let reach_m = reach_m.min(CHORD_M_CEILING);
        if let Some(top) = self.levels.len().checked_sub(1) {
            self.gather(top, 0, (p, self.relative(p)), reach_m, take);
        }
    }

    fn gather(
        &self,
        level: usize,
        node: usize,
        p: (Geocentric, [f32; 3]),
        reach_m: f64,
        take: &mut dyn FnMut(Near),
    ) {
        let spheres = &self.levels[level][node];
        let d2 = to_centres(spheres, p.1);
        for lane in 0..LANES {
            let reach = roomy(reach_m) + spheres.radius[lane];
            if d2[lane] > reach * reach {
                continue;
            }
            let child = node * LANES + lane;
            if level > 0 {
                self.gather(level - 1, child, p, reach_m, take);
                continue;
            }
            let (d2, along) = to_chords(&self.leaves[child], p.0);
            for lane in (0..LANES).filter(|lane| d2[*lane] <= reach_m * reach_m) {
                take(Near { chord2: d2[lane], piece: (child * LANES + lane) as u32, along: along[lane] });
            }
        }
    }
}

/// One search under way.
struct Search {
    p: Geocentric,
    relative: [f32; 3],
    best: Near,
    /// The best chord so far, rounded up.
    reach: f32,
}

/// Rounding of single-precision sums of up to 13,000 km: five roundings of half a unit, 0.5 m each, with room to spare.
const ROOM_M: f32 = 8.0;
/// Relative part of the same.
const ROOM: f32 = 1.0 + 2e-6;

fn roomy(reach_m: f64) -> f32 {
    reach_m as f32 * ROOM + ROOM_M
}

/// Halves a piece of an edge until its chord keeps to it.
fn halve(
    edge: (Position, Position),
    piece: Piece,
    ends: (Geocentric, Geocentric),
    depth: u32,
    take: &mut dyn FnMut(Piece, (Geocentric, Geocentric)),
) {
    let (a, b) = edge;
    let middle = 0.5 * (piece.from + piece.to);
    let on_edge = geocentric(between(a, b, middle));
    let on_chord = [0, 1, 2].map(|k| 0.5 * (ends.0[k] + ends.1[k]));
    if chord2(on_edge, on_chord) <= SAG_MIDDLE_M * SAG_MIDDLE_M || depth >= HALVINGS_MAX {
        take(piece, ends);
        return;
    }
    halve(edge, Piece { to: middle, ..piece }, (ends.0, on_edge), depth + 1, take);
    halve(edge, Piece { from: middle, ..piece }, (on_edge, ends.1), depth + 1, take);
}

/// The position a fraction `t` along an edge, straight in longitude and latitude.
pub fn between(a: Position, b: Position, t: f64) -> Position {
    if t >= 1.0 { b } else { [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])] }
}

/// Eight chords; a leaf that is not full is filled with chords at an unreachable distance.
fn leaf(chords: &[(Geocentric, Geocentric)]) -> Leaf {
    let mut leaf = Leaf { start: [[1e18; LANES]; 3], run: [[0.0; LANES]; 3], inverse: [0.0; LANES] };
    for (lane, (a, b)) in chords.iter().enumerate() {
        let length2 = chord2(*a, *b);
        for k in 0..3 {
            leaf.start[k][lane] = a[k];
            leaf.run[k][lane] = b[k] - a[k];
        }
        leaf.inverse[lane] = if length2 > 0.0 { 1.0 / length2 } else { 0.0 };
    }
    leaf
}

fn spheres(balls: &[(Geocentric, f64)], origin: Geocentric) -> Spheres {
    let mut out = Spheres { centre: [[1e15; LANES]; 3], radius: [0.0; LANES] };
    for (lane, (centre, radius)) in balls.iter().enumerate() {
        for k in 0..3 {
            out.centre[k][lane] = (centre[k] - origin[k]) as f32;
        }
        out.radius[lane] = *radius as f32 * ROOM;
    }
    out
}

/// Rounding of sums of coordinates of 6,400 km, metres, with room to spare.
const ROUNDING_M: f64 = 1e-6;

fn ball_of_chords(chords: &[(Geocentric, Geocentric)]) -> (Geocentric, f64) {
    let ends: Vec<(Geocentric, f64)> = chords.iter().flat_map(|(a, b)| [(*a, 0.0), (*b, 0.0)]).collect();
    ball_of_balls(&ends)
}

/// A ball around balls: centred in their box, so not the smallest but never too small.
fn ball_of_balls(balls: &[(Geocentric, f64)]) -> (Geocentric, f64) {
    let mut low = [f64::INFINITY; 3];
    let mut high = [f64::NEG_INFINITY; 3];
    for (centre, radius) in balls {
        for k in 0..3 {
            low[k] = low[k].min(centre[k] - radius);
            high[k] = high[k].max(centre[k] + radius);
        }
    }
    let centre = [0, 1, 2].map(|k| 0.5 * (low[k] + high[k]));
    let reach = balls.iter().map(|(c, r)| chord2(*c, centre).sqrt() + r).fold(0.0, f64::max);
    (centre, reach + ROUNDING_M)
}

/// Squared distance from `p` to the middle of each child.
#[inline]
fn to_centres(node: &Spheres, p: [f32; 3]) -> [f32; LANES] {
    let mut out = [0.0; LANES];
    for (lane, d2) in out.iter_mut().enumerate() {
        let d = [0, 1, 2].map(|k| node.centre[k][lane] - p[k]);
        *d2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
    }
    out
}

/// Squared distance from `p` to each chord, and where on it the nearest point lies.
#[inline]
fn to_chords(leaf: &Leaf, p: Geocentric) -> ([f64; LANES], [f64; LANES]) {
    let mut d2 = [0.0; LANES];
    let mut along = [0.0; LANES];
    for lane in 0..LANES {
        let w = [0, 1, 2].map(|k| p[k] - leaf.start[k][lane]);
        let run = [0, 1, 2].map(|k| leaf.run[k][lane]);
        let dot = w[0] * run[0] + w[1] * run[1] + w[2] * run[2];
        let t = (dot * leaf.inverse[lane]).clamp(0.0, 1.0);
        let off = [0, 1, 2].map(|k| w[k] - t * run[k]);
        d2[lane] = off[0] * off[0] + off[1] * off[1] + off[2] * off[2];
        along[lane] = t;
    }
    (d2, along)
}
